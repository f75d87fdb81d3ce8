"""Running texts of a portal: version by version, shown as CommonMark without HTML; the charter is agreed to."""

from typing import Any

import pytest

from portal import prose
from tests import acting
from tests.acting import publish, refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given
from tests.test_page_portal import signed_in

READ = "query($kind: PortalTextKind!, $v: Int) { portal { text(kind: $kind, version: $v) { version bodies { locale body } } } }"
NEWEST = "{ portal { texts { kind version } } }"


@pytest.fixture
def city(given: Given, rennes: Portal, request: pytest.FixtureRequest) -> Portal:
    slug = f"texts-{abs(hash(request.node.name)) % 10**8}"
    return given.tenant(rennes, slug, "commune-35238")


def write(admin: Portal, kind: str, version: int, *bodies: tuple[str, str]) -> dict[str, Any]:
    given = [{"locale": locale, "body": body} for locale, body in bodies]
    return do(admin, "portalTextPublish", "text { version }", kind=kind, version=version, bodies=given)


def test_versions_follow_each_other_and_stay_readable(given: Given, city: Portal) -> None:
    admin = given.actor(city, role="ADMIN")
    assert city.ask(READ, kind="LEGAL")["portal"]["text"] is None
    assert write(admin, "LEGAL", 0, ("fr", "Un"), ("en", "One"))["text"] == {"version": 1}
    assert write(admin, "LEGAL", 1, ("fr", "Deux"), ("en", " "))["text"] == {"version": 2}
    newest, first = (city.ask(READ, kind="LEGAL", v=v)["portal"]["text"] for v in (None, 1))
    assert newest == {"version": 2, "bodies": [{"locale": "fr", "body": "Deux"}]}
    assert first == {"version": 1, "bodies": [{"locale": "en", "body": "One"}, {"locale": "fr", "body": "Un"}]}
    assert city.ask(READ, kind="LEGAL", v=3)["portal"]["text"] is None
    write(admin, "CHARTER", 0, ("fr", "Charte"))
    assert city.ask(NEWEST)["portal"]["texts"] == [{"kind": "CHARTER", "version": 1}, {"kind": "LEGAL", "version": 2}]


@pytest.mark.parametrize(
    ("version", "bodies", "code", "field"),
    [
        (1, [("fr", "Un")], "CONFLICT", "version"),
        (0, [], "REQUIRED", "bodies"),
        (0, [("fr", "  ")], "REQUIRED", "bodies"),
        (0, [("fr", "Un"), ("fr", "Deux")], "BAD_INPUT", "bodies.1.locale"),
        (0, [("de", "Eins")], "BAD_INPUT", "bodies.0.locale"),
        (0, [("fr", "a" * 30_001)], "TOO_LONG", "bodies.0.body"),
    ],
)
def test_bad_texts_are_refused_and_change_nothing(
    given: Given, city: Portal, version: int, bodies: list[tuple[str, str]], code: str, field: str
) -> None:
    admin = given.actor(city, role="ADMIN")
    with given.nothing_written(city):
        assert write(admin, "LEGAL", version, *bodies) == {"text": None, "userErrors": refused(code, field)}


def test_publishing_asks_for_the_newest_charter(given: Given, city: Portal) -> None:
    activity, person = given.activity(city, kind="IDEA_BOX"), given.actor(city)
    admin = given.actor(city, role="ADMIN")
    acting.published(person, activity)
    for version in (0, 1):
        write(admin, "CHARTER", version, ("fr", f"Charte {version}"))
        with given.nothing_written(city):
            assert publish(person, activity)["userErrors"] == refused("CHARTER_NOT_ACCEPTED", None)
        done(person, "consentGive", kind="CHARTER", version=version + 1)
        acting.published(person, activity)
    done(person, "consentWithdraw", kind="CHARTER", version=2)
    assert publish(person, activity)["userErrors"] == refused("CHARTER_NOT_ACCEPTED", None)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Un **mot**", "<p>Un <strong>mot</strong></p>\n"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"),
        ("[a](javascript:x)", "<p>[a](javascript:x)</p>\n"),
        ("[a](//evil.example)", "<p>[a](//evil.example)</p>\n"),
        ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>\n"),
        ("[a](https://b.example)", '<p><a href="https://b.example">a</a></p>\n'),
        ("#### Un\n\n# Deux\n\n##### Trois", "<h2>Un</h2>\n<h2>Deux</h2>\n<h3>Trois</h3>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
    ],
)
def test_texts_are_shown_without_anything_that_acts(text: str, html: str) -> None:
    assert prose.html(text) == html


# Pages ----------------------------------------------------------------------------------------------------------------


def test_residents_see_version_and_date(rennes: Portal) -> None:
    page = Browser(rennes.client, rennes.host).get("/charte").text
    assert "Critiquez les idées, jamais les personnes." in page
    assert "Version 1, publiée le " in page
    assert "Il n’y a pas de version de ce numéro." in Browser(rennes.client, rennes.host).get("/charte?version=9").text


def test_text_is_looked_at_before_it_is_published(rennes: Portal) -> None:
    browser, path = signed_in(Browser(rennes.client, rennes.host), "ADMIN"), "/gestion/portail/textes/PRIVACY"
    form = {"form": "Publish", "kind": "PRIVACY", "version": "0", "bodies.0.locale": "fr", "bodies.1.locale": "en"}
    form |= {"bodies.0.body": "## Vos données\n\nRien *de trop*.", "bodies.1.body": ""}
    tried = browser.submit(path, {**form, "step": "preview"})
    assert (tried.status_code, "<em>de trop</em>" in tried.text) == (200, True)
    assert browser.submit(path, form).status_code == 303
    assert "<em>de trop</em>" in Browser(rennes.client, rennes.host).get("/vie-privee").text
    again = browser.submit(path, form)
    assert (again.status_code, "## Vos données" in again.text) == (422, True)
    assert 'name="version" value="1"' in again.text, "sent again it replaces what was published meanwhile, knowingly"


def test_charter_is_accepted_once_on_the_way_to_publishing(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "MEMBER")
    actor = browser.actor()
    assert actor is not None
    who = actor["id"].rsplit("_", 1)[1]
    [(aid,)] = given.sql(rennes, "SELECT id FROM __tenant__.activity WHERE kind = 'MUTUAL_AID' LIMIT 1")
    path = f"/publier/activity_{rennes.number}_{aid}"
    given.sql(rennes, "UPDATE __tenant__.consent SET withdrawn_at = now() WHERE actor_id = %s", who)
    asked = browser.get(path).text
    assert "La charte de ce portail" in asked and 'name="title"' not in asked
    assert browser.submit(path, {"form": "Accept", "kind": "CHARTER", "version": "1"}).status_code == 303
    page = browser.get(path).text
    assert "La charte de ce portail" not in page and 'name="title"' in page
