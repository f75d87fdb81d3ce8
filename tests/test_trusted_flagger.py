"""Trusted flaggers: named by administrators; their reports come first, are marked, and are counted apart."""

from typing import Any

import pytest

from tests.acting import published, refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_organisation_member import me, organisation
from tests.test_page_portal import signed_in

QUEUE = "{ moderationCases(first: 100) { nodes { isTrusted isUrgent contribution { id } reports { nodes { isTrusted } } } } }"
REPORT = """mutation($input: ReportSubmitInput!) { reportSubmit(input: $input) {
  report { id isTrusted } userErrors { code } } }"""


@pytest.fixture
def city(given: Given, rennes: Portal, request: pytest.FixtureRequest) -> Portal:
    return given.tenant(rennes, f"flaggers-{id(request)}", "commune-35238")


@pytest.fixture
def admin(given: Given, city: Portal) -> Portal:
    return given.actor(city, role="ADMIN")


@pytest.fixture
def moderator(given: Given, city: Portal) -> Portal:
    return given.actor(city, role="MODERATOR")


@pytest.fixture
def ideas(given: Given, city: Portal) -> list[str]:
    author, activity = given.actor(city), given.activity(city, kind="IDEA_BOX")
    return [published(author, activity) for _ in range(4)]


def report(who: Portal, idea: str, category: str = "SCAMS_AND_FRAUD") -> dict[str, Any]:
    sent = who.ask(REPORT, input={"contribution": idea, "category": category, "isGoodFaith": True})["reportSubmit"]
    assert sent["userErrors"] == []
    return dict(sent["report"])


def queue(who: Portal) -> list[tuple[str, bool]]:
    return [(one["contribution"]["id"], one["isTrusted"]) for one in who.ask(QUEUE)["moderationCases"]["nodes"]]


def decide(moderator: Portal, idea: str) -> str:
    """Hide it; what made the moderators look, as the decision says."""
    ask = "{ moderationCases(first: 100) { nodes { id version contribution { id } } } }"
    [case] = [one for one in moderator.ask(ask)["moderationCases"]["nodes"] if one["contribution"]["id"] == idea]
    reasons = {
        "category": "SCAMS_AND_FRAUD",
        "ground": "ILLEGAL",
        "rule": "Code pénal, 313-1",
        "facts": "Un faux vendeur.",
    }
    told = done(
        moderator, "moderationDecide", "case { decisions { nodes { source } } }",
        case=case["id"], version=case["version"], action="HIDE", **reasons,
    )  # fmt: skip
    return str(told["case"]["decisions"]["nodes"][0]["source"])


def test_reports_of_a_trusted_flagger_come_before_others_that_are_as_urgent(
    given: Given, city: Portal, admin: Portal, moderator: Portal, ideas: list[str]
) -> None:
    flagger, neighbour = given.actor(city), given.actor(city)
    done(admin, "trustedFlaggerAdd", actor=me(flagger))
    urgent, usual, mild, trusted_mild = ideas
    assert report(neighbour, usual)["isTrusted"] is False
    report(neighbour, urgent, "VIOLENCE")
    report(neighbour, mild, "OTHER_VIOLATION_TC")
    assert report(flagger, trusted_mild, "OTHER_VIOLATION_TC")["isTrusted"] is True
    assert queue(moderator) == [(urgent, False), (usual, False), (trusted_mild, True), (mild, False)]
    reported_before = published(given.actor(city), given.activity(city))
    report(neighbour, reported_before)
    report(flagger, reported_before)
    assert queue(moderator)[:3] == [(urgent, False), (reported_before, True), (usual, False)]
    report(flagger, urgent, "VIOLENCE")
    assert queue(moderator)[0] == (urgent, True)
    told = moderator.ask(QUEUE)["moderationCases"]["nodes"]
    assert [one["isUrgent"] for one in told] == [True, False, False, False, False]
    assert told[0]["reports"]["nodes"] == [{"isTrusted": True}, {"isTrusted": False}]


def test_members_of_a_named_organisation_are_meant_and_nobody_else(
    given: Given, city: Portal, admin: Portal, ideas: list[str]
) -> None:
    member, stranger = given.actor(city), given.actor(city)
    association = organisation(admin, member)
    assert report(member, ideas[0])["isTrusted"] is False
    done(admin, "trustedFlaggerAdd", actor=association)
    assert report(member, ideas[1])["isTrusted"] is True
    assert report(stranger, ideas[1])["isTrusted"] is False


def test_decision_says_its_source_and_the_year_counts_it_apart(
    given: Given, city: Portal, admin: Portal, moderator: Portal, ideas: list[str]
) -> None:
    flagger, neighbour = given.actor(city), given.actor(city)
    done(admin, "trustedFlaggerAdd", actor=me(flagger))
    for who in (flagger, neighbour):
        report(who, ideas[0])
    report(neighbour, ideas[1])
    report(flagger, ideas[2], "OTHER_VIOLATION_TC")  # It does not claim that the law is broken.
    assert [decide(moderator, idea) for idea in ideas[:3]] == ["TRUSTED_FLAGGER", "ARTICLE_16", "OTHER_NOTIFICATION"]
    [(year,)] = given.sql(city, "SELECT extract(year FROM now() AT TIME ZONE 'Europe/Paris')::int")
    ask = "query($year: Int!) { moderationReport(year: $year) { part category action count } }"
    told = city.ask(ask, year=year)["moderationReport"]
    counts = {(one["part"], one["category"] or ""): one["count"] for one in told if one["part"] != "RESTRICTIONS"}
    assert counts["NOTICES", "SCAMS_AND_FRAUD"] == 3
    assert counts["TRUSTED_NOTICES", "SCAMS_AND_FRAUD"] == 1
    assert counts["OTHER_REPORTS", "OTHER_VIOLATION_TC"] == 1
    assert counts["NOTICE_ACTIONS", "SCAMS_AND_FRAUD"] == 2
    assert counts["TRUSTED_ACTIONS", "SCAMS_AND_FRAUD"] == 1
    assert ("TRUSTED_NOTICES", "OTHER_VIOLATION_TC") not in counts


def test_who_is_named_no_more_is_like_everybody_and_the_past_stays_marked(
    given: Given, city: Portal, admin: Portal, moderator: Portal, ideas: list[str]
) -> None:
    flagger = given.actor(city, name="Association de défense")
    for _ in range(2):  # Twice is no error.
        done(admin, "trustedFlaggerAdd", actor=me(flagger))
    listed = "{ trustedFlaggers { totalCount nodes { name isTrustedFlagger } } }"
    named = {"name": "Association de défense", "isTrustedFlagger": True}
    assert city.ask(listed)["trustedFlaggers"] == {"totalCount": 1, "nodes": [named]}
    report(flagger, ideas[0])
    for _ in range(2):
        done(admin, "trustedFlaggerRemove", actor=me(flagger))
    assert city.ask(listed)["trustedFlaggers"] == {"totalCount": 0, "nodes": []}
    assert report(flagger, ideas[1])["isTrusted"] is False
    assert queue(moderator) == [(ideas[0], True), (ideas[1], False)]


def test_only_administrators_name_them(given: Given, city: Portal, admin: Portal, moderator: Portal) -> None:
    person, nobody = me(given.actor(city)), f"actor_{city.number}_00000000-0000-0000-0000-000000000000"
    for who in (moderator, given.actor(city), city):
        answer = who.post(f'mutation {{ trustedFlaggerAdd(input: {{actor: "{person}"}}) {{ userErrors {{ code }} }} }}')
        assert answer.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    with given.nothing_written(city):
        for mutation in ("trustedFlaggerAdd", "trustedFlaggerRemove"):
            assert do(admin, mutation, actor=nobody)["userErrors"] == refused("NOT_FOUND", "actor")


def test_erased_person_is_no_flagger(given: Given, city: Portal, admin: Portal) -> None:
    flagger = given.actor(city)
    done(admin, "trustedFlaggerAdd", actor=me(flagger))
    given.sql(city, "UPDATE __tenant__.actor SET erased_at = now() WHERE id = %s", uuid_in(me(flagger)))
    assert city.ask("{ trustedFlaggers { totalCount } }")["trustedFlaggers"] == {"totalCount": 0}


def test_person_is_named_on_the_page_and_the_queue_shows_it(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    flagger = given.actor(rennes, name="Ligue locale")
    path = f"/gestion/personnes/{me(flagger)}"
    assert browser.submit(path, {"form": "Trust", "actor": me(flagger)}).status_code == 303
    assert "désigné par le portail" in browser.get(path).text
    idea = published(given.actor(rennes), given.activity(rennes, kind="IDEA_BOX"), title="Une fausse collecte")
    report(flagger, idea, "VIOLENCE")
    page = browser.get("/gestion/moderation").text
    assert page.index("Une fausse collecte") > page.index("Signaleur de confiance")
    assert browser.submit(path, {"form": "Distrust", "actor": me(flagger)}).status_code == 303
    assert "désigné par le portail" not in browser.get(path).text
