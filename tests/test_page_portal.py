"""The portal's pages over HTTP: one statement each, nothing lost, nothing hostile, in the house of their portal."""

import re
from html import unescape
from urllib.parse import parse_qs

import httpx
import pytest

from tests.browser import Browser
from tests.conftest import Portal
from tests.given import INSERTED, Given
from tests.test_page import Outline

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
OFFER = """mutation ($input: ContributionPublishInput!) {
  contributionPublish(input: $input) { contribution { id } userErrors { code field } } }"""
PLACE = {"lat": 48.1, "lng": -1.68}


@pytest.fixture
def browser(rennes: Portal) -> Browser:
    return Browser(rennes.client, rennes.host)


def signed_in(browser: Browser, role: str = "MEMBER") -> Browser:
    answer = browser.submit("/auth/demo", {"role": role, "next": "/moi"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/moi")
    return browser


def activity(portal: Portal, kind: str) -> str:
    """An activity that the demonstration came with, whatever other tests have made since."""
    spaces = portal.ask("{ spaces(first: 100) { nodes { activities { id kind title } } } }")["spaces"]["nodes"]
    activities = [found for space in spaces for found in space["activities"] if found["kind"] == kind]
    return next(found["id"] for found in activities if not INSERTED.fullmatch(found["title"]))


def newest(portal: Portal, kind: str) -> str:
    found = portal.ask(
        "query ($kinds: [ContributionKind!]) { contributions(kinds: $kinds, first: 1) { nodes { id } } }", kinds=[kind]
    )
    return str(found["contributions"]["nodes"][0]["id"])


def hidden(html: str, form: str) -> dict[str, str]:
    """The hidden fields of a form by the name of its mutation."""
    [part] = [found for found in html.split("<form")[1:] if f'name="form" value="{form}"' in found][:1]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', part.partition("</form>")[0]))


PATHS = (
    "/",
    "/annonces",
    "/participer",
    "/espace/entraide",
    "/publier",
    "/moi",
    "/a-propos",
    "/vie-privee",
    "/donnees",
)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_one_statement(browser: Browser, rennes: Portal, path: str) -> None:
    signed_in(browser)
    browser.get(path)
    before = rennes.running.database.statement_count
    page = browser.get(path)
    assert page.status_code == 200
    assert rennes.running.database.statement_count - before == 1


@pytest.mark.parametrize("kind", ["MUTUAL_AID", "MARKETPLACE", "IDEA_BOX", "CONSULTATION"])
def test_every_activity_and_its_publishing_is_one_statement(browser: Browser, rennes: Portal, kind: str) -> None:
    signed_in(browser)
    for path in (f"/activite/{activity(rennes, kind)}", f"/publier/{activity(rennes, kind)}"):
        browser.get(path)
        before = rennes.running.database.statement_count
        assert browser.get(path).status_code == 200
        assert rennes.running.database.statement_count - before == 1


@pytest.mark.parametrize("kind", ["OFFER", "LISTING", "PROPOSAL", "ARGUMENT"])
def test_every_contribution_is_one_statement(browser: Browser, rennes: Portal, kind: str) -> None:
    path = f"/contribution/{newest(rennes, kind)}"
    signed_in(browser).get(path)
    before = rennes.running.database.statement_count
    assert browser.get(path).status_code == 200
    assert rennes.running.database.statement_count - before == 1


def test_pages_of_anonymous_visitors_have_the_tag_of_their_answer(browser: Browser) -> None:
    first = browser.get("/annonces")
    assert (first.headers["cache-control"], first.headers["vary"]) == ("no-cache", "cookie, Accept-Encoding")
    again = browser.get("/annonces", **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_page_that_nothing_changed_is_sent_again_as_it_was_until_something_does(
    browser: Browser, rennes: Portal
) -> None:
    path = "/annonces?search=personne-ne-cherche-cela"
    first = browser.get(path)
    before = rennes.running.database.statement_count
    again = browser.get(path)
    assert again.text == first.text
    assert {**again.headers, "date": ""} == {**first.headers, "date": ""}
    assert rennes.running.database.statement_count == before
    packed = browser.get(path, accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == first.text
    assert browser.get(path, if_none_match=first.headers["etag"]).status_code == 304
    member = signed_in(Browser(rennes.client, rennes.host))
    assert member.get(path).headers["cache-control"] == "private, no-cache"
    data, fields = publication(rennes, member)
    assert member.submit(data, fields).status_code == 303
    before = rennes.running.database.statement_count
    assert browser.get(path).status_code == 200
    assert rennes.running.database.statement_count == before + 1


def test_pages_of_members_are_private(browser: Browser) -> None:
    page = signed_in(browser).get("/annonces")
    assert page.headers["cache-control"] == "private, no-cache"
    assert "etag" not in page.headers


def test_policy_refuses_what_is_not_ours(browser: Browser) -> None:
    policy = browser.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "style=" not in browser.get("/").text


@pytest.mark.parametrize(
    "path", ["/nowhere", "/contribution/nothing", "/activite/x", "/espace/nothing", "/acteur/x", "/fr/"]
)
def test_what_is_not_there_is_a_page_that_helps(browser: Browser, path: str) -> None:
    page = browser.get(path)
    assert page.status_code == 404
    assert "/annonces" in Outline(page.text).values("href")


@pytest.mark.parametrize(
    "query", ["kinds=NOTHING", "order=WORST", "after=x", "categories=x", "zone=x", "cell=x", "rayon=1"]
)
def test_odd_filters_are_no_fault_of_the_server(browser: Browser, query: str) -> None:
    assert browser.get(f"/annonces?{query}").status_code in (200, 400, 404)


@pytest.mark.parametrize("path", ["/annonces?search=%00", "/chercher?search=a%00b", "/?x=%00"])
def test_nul_in_an_address_is_refused(browser: Browser, path: str) -> None:
    page = browser.get(path)
    assert page.status_code == 400
    assert "\0" not in page.text


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/annonces/?kinds=OFFER", "/annonces?kinds=OFFER"),
        ("/en/participer/", "/en/participer"),
        ("/espace/entraide//", "/espace/entraide"),
    ],
)
def test_slash_behind_an_address_leads_to_it(browser: Browser, path: str, there: str) -> None:
    page = browser.get(path)
    assert (page.status_code, page.headers["location"]) == (301, there)


def test_hostile_search_is_escaped(browser: Browser) -> None:
    plain, page = (
        browser.get("/annonces?search=abc"),
        browser.get("/annonces") and browser.get(f"/annonces?search={httpx.QueryParams({'q': HOSTILE})['q']}"),
    )
    assert "<script>alert" not in page.text
    assert [tag for tag, _ in Outline(page.text).elements].count("script") == [
        tag for tag, _ in Outline(plain.text).elements
    ].count("script")


def test_form_of_another_site_is_refused(browser: Browser) -> None:
    signed_in(browser)
    page = browser.submit("/moi", {"form": "Leave"}, origin="https://elsewhere.example")
    assert page.status_code == 403
    assert browser.get("/moi").status_code == 200


def publication(portal: Portal, browser: Browser, **changed: str) -> tuple[str, dict[str, str]]:
    path = f"/publier/{activity(portal, 'MUTUAL_AID')}"
    fields = hidden(browser.get(f"{path}?kind=OFFER").text, "Publish")
    return path, {
        **fields,
        "title": "Confitures à donner",
        "body": "Douze pots.",
        "location": "8818630a4bfffff",
        "isOldEnough": "true",
        **changed,
    }


def test_publishing_leads_to_what_was_published_and_twice_is_once(browser: Browser, rennes: Portal) -> None:
    path, fields = publication(rennes, signed_in(browser))
    answers = [browser.submit(path, fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    [address] = {answer.headers["location"] for answer in answers}
    page = browser.get(address).text
    assert "Confitures à donner" in page
    assert "C’est publié." in page
    assert "C’est publié." not in Browser(rennes.client, rennes.host).get(address).text
    assert "encore 30\u00a0jours" in page


def test_place_that_an_activity_needs_is_asked_for_before_the_last_step(browser: Browser, rennes: Portal) -> None:
    path, fields = publication(rennes, signed_in(browser), location="")
    page = browser.submit(path, fields | {"step": "check"})
    assert page.status_code == 200
    assert "Choisissez un lieu pour continuer." in page.text
    assert 'name="town"' in page.text
    assert hidden(page.text, "Publish")["body"] == "Douze pots."


@pytest.mark.parametrize(
    ("changed", "field", "step", "sentence"),
    [
        ({"title": "a"}, "title", "what", "Ce texte est trop court"),
        ({"body": ""}, "body", "what", "Remplissez ce champ pour continuer."),
        ({"location": ""}, "location", "where", "Le lieu manque"),
    ],
)
def test_refusals_stand_beside_their_field_and_nothing_is_lost(
    browser: Browser, rennes: Portal, changed: dict[str, str], field: str, step: str, sentence: str
) -> None:
    path, fields = publication(rennes, signed_in(browser), **changed)
    page = browser.submit(path, fields)
    assert page.status_code == 422
    assert sentence in page.text
    assert f'href="#{field}"' in page.text
    assert "Douze pots." in page.text or field == "body"
    assert fields["idempotencyKey"] in page.text
    assert {"what": 'id="title"', "where": 'name="town"'}[step] in page.text


def test_text_of_people_has_the_direction_of_its_own_letters(browser: Browser, rennes: Portal) -> None:
    path, fields = publication(rennes, signed_in(browser), title="مرحبا بالجيران", body="שלום\nBonjour")
    page = browser.get(browser.submit(path, fields).headers["location"]).text
    assert '<h1 dir="auto">مرحبا بالجيران</h1>' in page
    assert '<p dir="auto">שלום</p><p dir="auto">Bonjour</p>' in page


def test_steps_carry_what_was_typed_and_run_nothing(browser: Browser, rennes: Portal) -> None:
    path, fields = publication(rennes, signed_in(browser), title=HOSTILE[:100])
    where = browser.submit(path, {**fields, "step": "where"})
    check = browser.submit(path, {**fields, "step": "check"})
    assert (where.status_code, check.status_code) == (200, 200)
    for page in (where, check):
        assert "<script>alert" not in page.text
        assert hidden(page.text, "Publish")["body"] == "Douze pots."


def test_what_was_typed_goes_through_signing_in(browser: Browser, rennes: Portal) -> None:
    here = f"/contribution/{newest(rennes, 'OFFER')}"
    fields = hidden(browser.get(here).text, "Comment") | {"body": "Je passe demain ?"}
    first = browser.submit(here, fields)
    assert first.status_code == 401
    kept = dict(re.findall(r'name="(kept|next)" value="([^"]*)"', first.text))
    kept = {name: text.replace("&amp;", "&") for name, text in kept.items()}
    assert parse_qs(kept["kept"])["body"] == ["Je passe demain ?"]
    second = browser.submit("/auth/demo", {**kept, "role": "MEMBER"})
    assert second.status_code == 200
    waiting = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', second.text))
    assert browser.submit(kept["next"], waiting).status_code == 303
    assert "Je passe demain\u00a0?" in browser.get(here).text


def test_vote_counts_and_can_be_taken_back(browser: Browser, rennes: Portal) -> None:
    signed_in(browser)
    found = rennes.ask(
        "query ($id: ID!) { activity(id: $id) { contributions(order: MOST_SUPPORTED, first: 1) { nodes { id } } } }",
        id=activity(rennes, "IDEA_BOX"),
    )
    here = f"/contribution/{found['activity']['contributions']['nodes'][0]['id']}"
    fields = {"form": "Vote", "contribution": here.rpartition("/")[2], "choice": "SUPPORT"}
    assert browser.submit(here, fields).status_code == 303
    assert "Vous soutenez" in Outline(browser.get(here).text).text
    assert browser.submit(here, fields | {"form": "Withdraw"}).status_code == 303
    assert "Vous soutenez" not in Outline(browser.get(here).text).text


def test_long_form_is_taken_and_a_longer_one_refused(browser: Browser, rennes: Portal) -> None:
    path, fields = publication(rennes, signed_in(browser), body="é" * 20_000)
    assert browser.submit(path, fields).status_code == 303
    refused = browser.submit(path, fields | {"body": "x" * 270_000})
    assert refused.status_code == 413
    assert "C’est trop long pour ce formulaire" in refused.text


def test_colours_are_kept_for_good(browser: Browser) -> None:
    [path] = re.findall(r"/theme-[0-9a-f]{16}\.css", browser.get("/").text)
    sheet = browser.get(path)
    assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "--accent:#5b2a86" in sheet.text
    assert browser.get("/theme-0000000000000000.css").headers["cache-control"] == "no-cache"


def test_one_press_signs_in_to_the_demonstration_from_its_own_pages_alone(browser: Browser) -> None:
    assert browser.submit("/auth/demo", {"role": "ADMIN"}, origin="https://elsewhere.example").status_code == 403
    assert browser.submit("/auth/demo", {"role": "KING"}).status_code == 404
    assert browser.actor() is None
    signed_in(browser, "ADMIN")
    assert (browser.actor() or {})["role"] == "ADMIN"


def test_every_space_is_reached_however_many_there_are(given: Given, rennes: Portal) -> None:
    village = given.tenant(rennes, "village-of-many-spaces", "commune-35238")
    spaces = [given.row(village, given.space(village))["slug"] for _ in range(22)]
    shown: list[str] = []
    path = "/participer"
    while path:
        text = unescape(Browser(village.client, village.host).get(path).text)
        shown += re.findall(r'<h2><a href="/espace/([^"]+)"', text)
        more = re.search(r'<p class="more"><a class="ghost" href="([^"]+)"', text)
        path = more[1] if more else ""
    assert sorted(shown) == sorted(spaces)
