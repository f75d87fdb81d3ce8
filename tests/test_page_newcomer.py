"""An administrator's first day: what to do first, until it is done; and what residents see of a portal with nothing."""

import re
from html import unescape

import pytest

from portal.dashboard import GROUPS, SECTIONS, seen
from tests.administering import done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given
from tests.test_page_portal import signed_in

STEPS = ("Dire qui vous êtes", "Écrire les textes que la loi demande", "Inviter quelqu'un", "Ouvrir un premier espace")


@pytest.fixture
def town(given: Given, rennes: Portal) -> Portal:
    return given.tenant(rennes, "first-day", "commune-35238")


def plain(html: str) -> str:
    return unescape(html).replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")


def begun(browser: Browser) -> tuple[str, list[str]]:
    """How far the first steps are, and those that are done."""
    page = plain(browser.get("/gestion").text)
    steps = page.partition('id="first">')[2].partition("</section>")[0]
    lines = re.findall(r"<li>.*?</li>", steps, re.DOTALL)
    return steps.partition("<")[0], [step for step, line in zip(STEPS, lines, strict=True) if "fait</b>" in line]


def test_first_page_says_what_to_do_first_until_it_is_done(given: Given, town: Portal) -> None:
    admin = given.actor(town, role="ADMIN", name="Claire")
    browser = signed_in(Browser(town.client, town.host), "ADMIN")
    assert "voici par où commencer." in plain(browser.get("/gestion").text)
    assert begun(browser) == ("Pour commencer : 0 sur 4", [])
    assert "Il manque : Mentions légales, Vie privée, Déclaration d'accessibilité." in plain(
        browser.get("/gestion").text
    )
    given.sql(town, "UPDATE platform.tenant SET contact_email = 'a@b.example' WHERE slug = 'first-day'")
    for kind in ("LEGAL", "PRIVACY", "ACCESSIBILITY"):
        done(admin, "portalTextPublish", kind=kind, version=0, bodies=[{"locale": "fr", "body": "Un texte."}])
    space = given.space(town, visibility="DRAFT")
    assert begun(browser) == ("Pour commencer : 2 sur 4", list(STEPS[:2]))
    given.sql(town, "UPDATE __tenant__.participatory_space SET visibility = 'PUBLIC'")
    assert begun(browser) == ("Pour commencer : 3 sur 4", [STEPS[0], STEPS[1], STEPS[3]])
    given.actor(town, role="MODERATOR")
    assert space and 'id="first"' not in browser.get("/gestion").text


def test_moderators_are_told_of_no_first_steps(given: Given, town: Portal) -> None:
    given.actor(town, role="MODERATOR")
    assert 'id="first"' not in signed_in(Browser(town.client, town.host), "MODERATOR").get("/gestion").text


def test_sections_stand_in_groups_of_which_nobody_sees_an_empty_one() -> None:
    assert {section.group for section in SECTIONS} == set(GROUPS)
    assert [section for group in seen({"role": "ADMIN", "isOfTeam": True}) for section in group] == list(SECTIONS)
    assert [group[0].group for group in seen({"role": "MODERATOR"})] == [GROUPS[0], GROUPS[1]]
    assert [[section.path for section in group] for group in seen({"isEditor": True})] == [["/gestion/espaces"]]


@pytest.mark.parametrize(
    ("path", "section"),
    [("", ""), ("/espaces/a", "/espaces"), ("/activites/a/phases", "/espaces"), ("/votes/a", "/espaces"),
     ("/enquetes/a", "/espaces"), ("/webhooks", "/acces"), ("/webhooks/a", "/acces"), ("/contributions/a", "/contributions")],
)  # fmt: skip
def test_page_lies_in_one_section(path: str, section: str) -> None:
    assert [each.path for each in SECTIONS if each.holds(f"/gestion{path}")] == [f"/gestion{section}"]


def test_portal_with_nothing_shows_no_empty_parts_and_no_zeros(given: Given, town: Portal) -> None:
    strange = plain(Browser(town.client, town.host).get("/").text)
    assert "Le portail se prépare : rien n'y est encore ouvert." in strange
    for absent in ("À vous de jouer", "En ce moment", 'class="hexmap"', "Voir par où commencer"):
        assert absent not in strange
    given.actor(town, role="ADMIN")
    assert "Voir par où commencer" in plain(signed_in(Browser(town.client, town.host), "ADMIN").get("/").text)
    given.activity(town)
    open_ = plain(Browser(town.client, town.host).get("/").text)
    assert "À vous de jouer" in open_ and "Soyez la première personne à le faire." in open_


def test_team_sees_which_pages_are_drafts_and_home_shows_none(given: Given, town: Portal) -> None:
    admin = given.actor(town, role="ADMIN")
    space = given.space(town, visibility="DRAFT")
    activity = given.activity(town, space=space)
    slug = admin.ask("query($id: ID!) { space(id: $id) { slug } }", id=space)["space"]["slug"]
    pages = [f"/espace/{slug}", f"/activite/{activity}", "/participer"]
    said, way = "seule l'équipe le voit.", f'href="/gestion/espaces/{space}"'
    browser = signed_in(Browser(town.client, town.host), "ADMIN")
    for path in pages:
        answer = browser.get(path)
        page = plain(answer.text)
        assert (path, answer.status_code, said in page, way in page) == (path, 200, True, True)
    assert f"/activite/{activity}" not in browser.get("/").text
    assert '<b class="badge draft">Brouillon</b>' in browser.get(f"/gestion/activites/{activity}").text
    given.sql(town, "UPDATE __tenant__.participatory_space SET visibility = 'PUBLIC'")
    assert not [path for path in pages if said in plain(browser.get(path).text)]
