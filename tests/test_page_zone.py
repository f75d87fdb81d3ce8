"""The pages of zones: a file is shown before it is drawn, a zone is drawn without a script, renamed and removed."""

import json

import pytest

from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given
from tests.test_page_portal import signed_in
from tests.test_zone import BOW, SQUARE, feature
from tests.test_zone_change import collection


@pytest.fixture
def desk(rennes: Portal) -> Browser:
    return signed_in(Browser(rennes.client, rennes.host), "ADMIN")


def send(desk: Browser, portal: Portal, content: bytes) -> str:
    """Where a browser comes to that sends a file."""
    cookies = "; ".join(f"{name}={value}" for name, value in desk.cookies.items())
    headers = {"host": portal.host, "origin": desk.origin, "cookie": cookies}
    answer = portal.client.post("/zone/file", headers=headers, files={"file": ("quartiers.geojson", content)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_file_is_shown_and_then_forgotten(given: Given, rennes: Portal, desk: Browser) -> None:
    before = given.sql(rennes, "SELECT count(*) FROM __tenant__.zone")
    content = json.dumps(collection(feature("Essai du centre"), feature("Nœud", BOW), feature(None))).encode()
    assert send(desk, rennes, content) == "/gestion/quartiers#apercu"
    page = desk.get("/gestion/quartiers").text
    assert "Essai du centre" in page
    assert "son contour se croise lui-même".replace("'", "’") in page
    assert "Élément 3" in page
    assert given.sql(rennes, "SELECT count(*) FROM __tenant__.zone") == before
    [[change]] = given.sql(rennes, "SELECT id::text FROM __tenant__.zone_change WHERE state = 'DRAFT'")
    answer = desk.submit(
        "/gestion/quartiers", {"form": "Discard", "zoneChange": f"zonechange_{rennes.number}_{change}"}
    )
    assert answer.status_code == 303
    assert "Essai du centre" not in desk.get("/gestion/quartiers").text


def test_refused_file_says_why(rennes: Portal, desk: Browser) -> None:
    location = send(desk, rennes, b"{}")
    assert location == "/gestion/quartiers?refused=BAD_GEOJSON#fichier"
    assert "pas du GeoJSON" in desk.get(location).text


def test_zone_is_drawn_without_a_script_renamed_and_removed(given: Given, rennes: Portal, desk: Browser) -> None:
    south, north = "48.16", "48.17"
    box = {"box.south": south, "box.north": north, "box.west": "-1.69", "box.east": "-1.66"}
    crossed = {f"corners.{place}": f"lat={lat}&lng={lng}" for place, (lng, lat) in enumerate(BOW["coordinates"][0][:4])}
    answer = desk.submit("/gestion/quartiers", {"form": "Draw", "name": "Le Nord", **crossed})
    assert answer.status_code == 422
    assert "se croise" in answer.text
    assert 'value="Le Nord"' in answer.text
    assert 'name="corners.0" value="lat=48.1&amp;lng=-1.69"' in answer.text
    assert desk.submit("/gestion/quartiers", {"form": "Draw", "name": "Le Nord", **box}).status_code == 303
    [[zone]] = given.sql(rennes, "SELECT id::text FROM __tenant__.zone WHERE name = 'Le Nord'")
    id_ = f"zone_{rennes.number}_{zone}"
    path = f"/gestion/quartiers/{id_}"
    assert desk.submit(path, {"form": "Rename", "zone": id_, "name": "Le Grand Nord"}).status_code == 303
    assert "Le Grand Nord" in desk.get(path).text
    assert desk.submit(path, {"form": "Remove", "zone": id_}).headers["location"] == "/gestion/quartiers"
    assert given.sql(rennes, "SELECT 1 FROM __tenant__.zone WHERE name LIKE '%%Nord'") == []


@pytest.mark.parametrize("count", [1, 20])
def test_pages_are_one_statement_whatever_the_number_of_zones(
    given: Given, rennes: Portal, desk: Browser, count: int
) -> None:
    ids = [given.insert(rennes, "zone", name=f"Z {n}", geometry=json.dumps(SQUARE), cells=[]) for n in range(count)]
    for path in ("/gestion/quartiers", f"/gestion/quartiers/zone_{rennes.number}_{ids[0]}"):
        desk.get(path)
        before = rennes.running.database.statement_count
        assert desk.get(path).status_code == 200
        assert rennes.running.database.statement_count - before == 1
    given.sql(rennes, "DELETE FROM __tenant__.zone WHERE id = ANY(%s)", ids)
