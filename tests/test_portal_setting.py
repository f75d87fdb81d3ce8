"""Settings of a portal: written by its administrators alone, never over each other, and followed by every page."""

from typing import Any

import psycopg
import pytest

from models.sentence import LOCALES
from models.tenant import FONTS
from portal import font, message, palette, theme
from tests.acting import refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given
from tests.own import serving, until
from tests.test_page_portal import signed_in

READ = """portal { title subtitle welcome version locales theme { primaryColor secondaryColor font cover logoUrl }
  contact { email phone address } footerLinks { label url } }"""
PATH = "/gestion/portail"


@pytest.fixture(scope="module")
def city(given: Given, rennes: Portal) -> Portal:
    """A portal whose settings these tests change."""
    return given.tenant(rennes, "settings-city", "commune-35238")


@pytest.fixture
def admin(given: Given, city: Portal) -> Portal:
    return given.actor(city, role="ADMIN", name="Mairie")


def version(portal: Portal) -> int:
    return int(portal.ask("{ portal { version } }")["portal"]["version"])


def whole(portal: Portal, **fields: Any) -> dict[str, Any]:
    return {
        "version": version(portal),
        "title": "La Ruche",
        "primaryColor": "#1b3f8b",
        "secondaryColor": "#e4572e",
        "font": "Lora",
        "cover": "RIVER",
        "locales": ["fr", "en"],
        **fields,
    }


def test_settings_are_written_whole_and_followed(city: Portal, admin: Portal) -> None:
    links = [{"label": "La ville", "url": "https://www.example.fr/a"}, {"label": "Carte", "url": "/annonces"}]
    before = version(city)
    written = done(
        admin, "portalRevise", READ,
        **whole(city, subtitle=" Ensemble ", welcome="Que fait-on ?", contactEmail="Mairie@Ville.example",
                contactPhone="02 99 00 00 00", contactAddress="1, rue\r\n35000", footerLinks=links,
                primaryColor="#1B3F8B", locales=["en", "fr", "en"]),
    )["portal"]  # fmt: skip
    assert written == {
        "title": "La Ruche",
        "subtitle": "Ensemble",
        "welcome": "Que fait-on ?",
        "version": before + 1,
        "locales": ["en", "fr"],
        "theme": {
            "primaryColor": "#1b3f8b",
            "secondaryColor": "#e4572e",
            "font": "Lora",
            "cover": "RIVER",
            "logoUrl": None,
        },
        "contact": {"email": "mairie@ville.example", "phone": "02 99 00 00 00", "address": "1, rue\n35000"},
        "footerLinks": links,
    }
    until(lambda: city.record.title == "La Ruche")
    page = Browser(city.client, city.host).get("/").text
    for text in ('lang="en"', "Que fait-on ?", "Ensemble", "mailto:mairie@ville.example", "tel:0299000000"):
        assert text in page
    assert 'href="https://www.example.fr/a" rel="external"' in page
    done(admin, "portalRevise", **whole(city))


def test_of_two_administrators_nobody_writes_over_the_other(given: Given, city: Portal, admin: Portal) -> None:
    read = version(city)
    done(admin, "portalRevise", **whole(city, title="Le mien"))
    second = given.actor(city, role="ADMIN")
    with given.nothing_written(city):
        answer = do(second, "portalRevise", READ, **whole(city, title="Le vôtre") | {"version": read})
    assert answer == {"portal": None, "userErrors": refused("CONFLICT", "version")}
    assert city.ask("{ portal { title } }")["portal"]["title"] == "Le mien"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"title": "a"}, "TOO_SHORT", "title"),
        ({"title": "a" * 81}, "TOO_LONG", "title"),
        ({"welcome": "a" * 121}, "TOO_LONG", "welcome"),
        ({"primaryColor": "red"}, "BAD_COLOR", "primaryColor"),
        ({"secondaryColor": "#12345"}, "BAD_COLOR", "secondaryColor"),
        ({"font": "Comic Sans MS"}, "BAD_INPUT", "font"),
        ({"locales": []}, "REQUIRED", "locales"),
        ({"locales": ["fr", "xx"]}, "BAD_INPUT", "locales.1"),
        ({"contactEmail": "mairie"}, "BAD_EMAIL", "contactEmail"),
        ({"contactPhone": "appelez-nous"}, "BAD_INPUT", "contactPhone"),
        ({"footerLinks": [{"label": "x", "url": "javascript:alert(1)"}]}, "BAD_LINK", "footerLinks.0.url"),
        ({"footerLinks": [{"label": "x", "url": "//evil.example"}]}, "BAD_LINK", "footerLinks.0.url"),
        ({"footerLinks": [{"label": "x", "url": "https://a@evil.example"}]}, "BAD_LINK", "footerLinks.0.url"),
        ({"footerLinks": [{"label": "", "url": "/a"}]}, "TOO_SHORT", "footerLinks.0.label"),
        ({"footerLinks": [{"label": "x", "url": "/a"}] * 9}, "LIMIT_REACHED", "footerLinks"),
    ],
)
def test_bad_settings_are_refused_and_change_nothing(
    given: Given, city: Portal, admin: Portal, fields: dict[str, Any], code: str, field: str
) -> None:
    before = city.ask(f"{{ {READ} }}")
    with given.nothing_written(city):
        assert do(admin, "portalRevise", **whole(city, **fields))["userErrors"] == refused(code, field)
    assert city.ask(f"{{ {READ} }}") == before


def test_journal_keeps_what_was_and_is(city: Portal, admin: Portal) -> None:
    done(admin, "portalRevise", **whole(city, title="Avant"))
    done(admin, "portalRevise", **whole(city, title="Après"))
    ask = "{ journalEntries(kinds: [PORTAL_REVISED], first: 1) { nodes { changes { subject name before after } } } }"
    [entry] = admin.ask(ask)["journalEntries"]["nodes"]
    changes = {found["name"]: (found["before"], found["after"]) for found in entry["changes"]}
    assert changes["title"] == ("Avant", "Après")
    assert set(changes) == {"title", "version"}


def test_tenants_role_writes_its_own_settings_and_nothing_else(database_url: str, city: Portal, rennes: Portal) -> None:
    with psycopg.connect(serving(database_url), autocommit=True) as connection:
        connection.execute(f"SET ROLE t_{city.number}".encode())
        change = "UPDATE platform.tenant SET title = title WHERE number = %s"
        assert connection.execute(change, [city.number]).rowcount == 1
        assert connection.execute(change, [rennes.number]).rowcount == 0
        for column in ("slug", "state", "number", "database", "created_at"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"UPDATE platform.tenant SET {column} = {column}".encode())


def test_one_portals_settings_leave_answers_of_others_kept(city: Portal, admin: Portal, rennes: Portal) -> None:
    versions = city.running.database.versions
    mine, theirs = versions[city.number], versions[rennes.number]
    done(admin, "portalRevise", **whole(city, title="Encore"))
    until(lambda: city.record.title == "Encore")
    assert versions[city.number] > mine
    assert versions[rennes.number] == theirs


# The screen -----------------------------------------------------------------------------------------------------------


def browse(given: Given, portal: Portal) -> Browser:
    return signed_in(Browser(portal.client, portal.host), "ADMIN")


FORM = {
    "form": "Revise",
    "title": "La Fabrique citoyenne",
    "primaryColor": "#5b2a86",
    "secondaryColor": "#f2b705",
    "font": "Bricolage Grotesque",
    "cover": "ROOFS",
    "locales": ["fr", "fr", "en"],
}


def test_form_changes_what_the_next_page_shows(given: Given, rennes: Portal) -> None:
    browser = browse(given, rennes)
    filled: Any = {**FORM, "version": str(version(rennes)), "subtitle": "Un sous-titre tout neuf"}
    filled |= {"footerLinks.3.label": "La ville", "footerLinks.3.url": "https://www.example.fr/"}
    try:
        assert browser.submit(PATH, filled).status_code == 303
        page = browser.get(PATH).text
        assert page.count("Un sous-titre tout neuf") >= 2, "in the header, at once, and in its field"
        assert 'name="footerLinks.0.url" type="text" dir="auto" value="https://www.example.fr/"' in page
    finally:
        usual = {"version": str(version(rennes)), "footerLinks.0.label": "Toutes les participations"}
        assert browser.submit(PATH, {**FORM, **usual, "footerLinks.0.url": "/participer"}).status_code == 303


def test_conflict_shows_both_versions_and_loses_nothing(given: Given, rennes: Portal) -> None:
    browser = browse(given, rennes)
    answer = browser.submit(PATH, {**FORM, "version": str(version(rennes) - 1), "title": "Mon titre à moi"})
    assert answer.status_code == 422
    assert 'value="Mon titre à moi"' in answer.text
    assert "La version enregistrée entre-temps" in answer.text
    assert "<dd>La Fabrique citoyenne</dd>" in answer.text


def test_look_is_tried_before_it_is_saved(given: Given, rennes: Portal) -> None:
    browser, before = browse(given, rennes), version(rennes)
    answer = browser.submit(PATH, {**FORM, "step": "preview", "version": str(before), "primaryColor": "#ffe14d"})
    assert answer.status_code == 200
    sheet = theme.preview_path("#ffe14d", "#f2b705", "Bricolage Grotesque")
    assert f'href="{sheet}"' in answer.text
    assert "votre couleur n’aurait pas le contraste voulu" in answer.text
    found = browser.get(sheet)
    assert (found.status_code, found.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert ".look{" in found.text and ".look.night{" in found.text
    assert version(rennes) == before


@pytest.mark.parametrize("color", ["#000000", "#ffffff", "#ffe14d", "#777777", "#5b2a86", "#00ff00"])
def test_what_is_said_of_a_colour_is_what_pages_do_with_it(color: str) -> None:
    for one in theme.judged(color, "#0f766e"):
        assert one.contrast >= palette.LINK
        assert one.is_given is (one.shade == color)


def test_preview_is_made_of_colours_alone() -> None:
    for path in ("/theme-apercu-zzzzzz-000000-Lora.css", "/theme-apercu-000000-Lora.css", "/theme-apercu-x}.css"):
        assert theme.preview(path) is None
    assert theme.preview_path("red", "#FFF", "a/b{}") == theme.preview_path("", "", "a_b__")


def test_choices_are_those_that_ship() -> None:
    assert tuple(font.FONTS) == FONTS
    assert set(message.NAMES) == set(LOCALES)
