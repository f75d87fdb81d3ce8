"""Pictures of portals: covers, icons and sharing images: of the right type and size, kept for good, without personal data."""

import gzip
import re
import xml.etree.ElementTree as ET
from itertools import combinations

import httpx
import pytest

from demo.plan import PLANS
from models.tenant import Cover
from portal import font, gallery, palette
from portal.cover import drawing, picture
from portal.house import House
from tests.browser import Browser
from tests.conftest import Portal

SHARE = re.compile(r'<meta property="og:image" content="([^"]+)">')


def house(cover: str, slug: str = "rennes", font_name: str = "Figtree") -> House:
    return House(
        slug, "Titre", "Rennes", "#5b2a86", "#f2b705", font_name, cover, ("fr",), frozenset(), None, True, False
    )


@pytest.fixture
def browser(rennes: Portal) -> Browser:
    return Browser(rennes.client, rennes.host)


def pictures(page: str) -> dict[str, str]:
    """The addresses of a page's pictures by what they are."""
    return {
        found[1]: found[0] for found in re.findall(r"(/(couverture|icone|partage)-[0-9a-f]{16}\.(?:svg|png))", page)
    }


def test_every_cover_of_the_contract_is_drawn() -> None:
    assert set(drawing.MOTIFS) == {cover.value for cover in Cover}


@pytest.mark.parametrize("cover", sorted(drawing.MOTIFS))
def test_cover_is_small_always_the_same_and_inside_its_frame(cover: str) -> None:
    first = picture.cover(house(cover), None)
    drawing.ground.cache_clear()
    assert picture.cover(house(cover), None) == first
    assert picture.cover(house(cover, "lehavre"), None) != first
    assert len(gzip.compress(first.encode(), 6)) < 4_000
    classes = {found.get("class") for found in ET.fromstring(first).iter() if found.get("class")}
    named = palette.scene("#5b2a86", "#f2b705")
    assert classes <= named.light.keys() == named.dark.keys()


def test_sixteen_portals_have_sixteen_motifs() -> None:
    assert len({plan.cover for plan in PLANS}) == len(PLANS) == 16
    drawn = [{shape.points for shape in drawing.ground(plan.slug, plan.cover)} for plan in PLANS]
    assert max(len(one & other) / len(one) for one, other in combinations(drawn, 2)) < 0.2


def test_territory_rises_in_its_own_shape() -> None:
    square = {"type": "MultiPolygon", "coordinates": [[[[0, 45], [1, 45], [1, 46], [0, 46], [0, 45]]]]}
    [shape] = drawing.territory(square)
    ys = [y for _, y in shape.points]
    assert max(ys) - min(ys) == pytest.approx(drawing.SUN_SIZE, abs=4)
    assert len(drawing.territory(None)[0].points) == 6


@pytest.mark.parametrize(
    ("kind", "type_", "most"),
    [("couverture", "image/svg+xml", 30_000), ("icone", "image/svg+xml", 1_000), ("partage", "image/png", 90_000)],
)
def test_picture_has_its_type_and_size_and_is_kept_for_good(browser: Browser, kind: str, type_: str, most: int) -> None:
    path = pictures(browser.get("/").text)[kind]
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, type_)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "set-cookie" not in answer.headers
    assert 200 < len(answer.content) < most
    assert browser.get(path).content == answer.content


def test_sharing_image_is_as_large_as_it_says(browser: Browser) -> None:
    page = browser.get("/").text
    [address] = SHARE.findall(page)
    content = browser.get(httpx.URL(address).path).content
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(content[16:20]), int.from_bytes(content[20:24])) == (1_200, 630)
    assert 'content="1200"' in page
    assert 'content="630"' in page


def test_picture_is_drawn_once_and_reads_nothing_personal(browser: Browser, rennes: Portal) -> None:
    path = pictures(browser.get("/").text)["couverture"]
    browser.get(path)
    before = rennes.running.database.statement_count
    assert browser.get(path, cookie="parvis=x").status_code == 200
    assert rennes.running.database.statement_count == before
    assert gallery.OUTLINE == "query Outline { portal { collectivite { outline } } }"


def test_page_of_all_portals_shows_each_by_its_own_cover(browser: Browser, rennes: Portal) -> None:
    start = Browser(rennes.client, "localhost")
    covers = re.findall(r'<img class="scene" src="([^"]+)"', start.get("/").text)
    assert pictures(browser.get("/").text)["couverture"] in covers
    for cover in covers:
        found = start.get(cover)
        assert (found.status_code, found.headers["content-type"]) == (200, "image/svg+xml")
    assert start.get("/couverture-0123456789abcdef.svg").status_code == 404
    assert Browser(rennes.client, "elsewhere.example").get(covers[0]).status_code == 404


def test_older_look_is_shown_as_today_and_not_kept(browser: Browser) -> None:
    today = pictures(browser.get("/").text)["couverture"]
    old = browser.get("/couverture-0000000000000000.svg")
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")
    assert old.content == browser.get(today).content
    for path in ("/couverture-0000000000000000.png", "/partage-0000000000000000.svg", "/icone-1.svg"):
        assert browser.get(path).status_code == 404


def test_pages_say_what_they_are_to_other_sites(browser: Browser, rennes: Portal) -> None:
    page = browser.get("/en/espace/entraide?utm=1").text
    origin = f"http://{rennes.host}"
    assert f'<link rel="canonical" href="{origin}/en/espace/entraide">' in page
    assert f'<link rel="alternate" hreflang="fr" href="{origin}/espace/entraide?utm=1">' in page
    assert '<meta property="og:title" content="Entraide">' in page
    assert '<meta property="og:description" content="S’aider et se fournir près de chez soi, à Rennes.">' in page
    assert f'<meta property="og:image" content="{origin}/partage-' in page


def test_every_font_of_the_demonstration_ships_and_is_light() -> None:
    assert {plan.font for plan in PLANS} <= font.FONTS.keys()
    assert len({plan.font for plan in PLANS}) >= 8


@pytest.mark.parametrize("name", sorted(font.FONTS))
def test_page_loads_two_font_files_at_most(name: str) -> None:
    rules = font.faces(font.of(name), lambda file: f"/{file}")
    assert len(set(re.findall(r'url\("([^"]+)"\)', rules))) <= 2
    assert rules.endswith("}")


def test_font_that_is_not_in_the_build_is_left_to_the_system() -> None:
    assert "@font-face" not in font.faces(font.DEFAULT, lambda _file: None)
    assert font.of("Comic Sans MS") == font.DEFAULT
