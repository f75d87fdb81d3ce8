"""The journal of acts: who changed what, before and after, filtered; its details are sealed and can be erased."""

import csv
import io
from typing import Any
from uuid import uuid4

import pytest

import jobs.worker
from jobs import audit, journal
from models.event import EventKind
from portal import word
from tests import acting
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_export_http import made as api_token
from tests.test_page_portal import signed_in

READ = """query($kinds: [EventKind!], $by: ID, $subject: ID, $since: DateTime, $until: DateTime, $after: String) {
  journalEntries(kinds: $kinds, by: $by, subject: $subject, since: $since, until: $until, first: 50, after: $after) {
    totalCount
    nodes { kind at isErased actor { name } person { name } contribution { id } comment { body }
      notes { name value } changes { subject name before after } }
  }
}"""
ROLE = "mutation($input: RoleChangeInput!) { roleChange(input: $input) { userErrors { code } } }"
WIDGET = """mutation($input: WidgetRegisterInput!) {
  widgetRegister(input: $input) { widget { id } userErrors { code field } } }"""
REVISE_WIDGET = """mutation($input: WidgetReviseInput!) {
  widgetRevise(input: $input) { userErrors { code field } } }"""


@pytest.fixture
def village(given: Given, rennes: Portal, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """A tenant whose journal the test alone seals."""

    async def rest(*_: object) -> None:
        """The server's worker leaves the journal to the test."""

    monkeypatch.setattr(jobs.worker, "follow", rest)
    monkeypatch.setattr(jobs.worker.Sealing, "_seal", rest)
    return given.tenant(rennes, f"acts-{uuid4().hex[:8]}", "commune-35238")


def me(who: Portal) -> str:
    return str(who.ask("{ viewer { id } }")["viewer"]["id"])


def entries(administrator: Portal, **filters: Any) -> list[dict[str, Any]]:
    return list(administrator.ask(READ, **filters)["journalEntries"]["nodes"])


def changes(entry: dict[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    return {found["name"]: (found["before"], found["after"]) for found in entry["changes"]}


def seal(given: Given, portal: Portal) -> None:
    while given.run(journal.seal(given.database, portal.number)):
        pass


def verified(given: Given, portal: Portal) -> audit.Audit:
    return given.run(audit.verify(given.database, portal.number))


def test_journal_of_the_demonstration_is_as_it_was_sealed(given: Given, rennes: Portal) -> None:
    assert verified(given, rennes).faults == []


# What it says ---------------------------------------------------------------------------------------------------------


def test_act_of_an_administrator_says_who_changed_what_from_what_to_what(given: Given, village: Portal) -> None:
    administrator, person = given.actor(village, role="ADMIN", name="Mairie"), given.actor(village, name="Basile")
    administrator.ask(ROLE, input={"actor": me(person), "role": "MODERATOR"})
    [entry] = entries(administrator)
    assert (entry["kind"], entry["actor"], entry["person"]) == ("ROLE_CHANGED", {"name": "Mairie"}, {"name": "Basile"})
    assert entry["notes"] == [{"name": "role", "value": "MODERATOR"}]
    assert entry["changes"] == [{"subject": "actor", "name": "role", "before": "MEMBER", "after": "MODERATOR"}]


def test_what_an_administrator_makes_and_changes_is_told_without_secrets(given: Given, village: Portal) -> None:
    administrator = given.actor(village, role="ADMIN")
    widget = administrator.ask(WIDGET, input={"name": "Carte", "origins": ["https://a.example"]})
    id_ = widget["widgetRegister"]["widget"]["id"]
    administrator.ask(REVISE_WIDGET, input={"widget": id_, "name": "Plan", "origins": ["https://a.example"]})
    revised, made = entries(administrator, subject=id_)
    assert (made["kind"], changes(made)["name"]) == ("WIDGET_REGISTERED", (None, "Carte"))
    assert (revised["kind"], changes(revised)) == ("WIDGET_REVISED", {"name": ("Carte", "Plan")})
    columns = given.sql(village, "SELECT DISTINCT jsonb_object_keys(columns) FROM __tenant__.event_detail")
    assert not {"digest", "email", "exact_lat", "exact_lng", "address"} & {name for (name,) in columns}


def test_revision_by_an_author_keeps_what_was_written_and_other_acts_of_members_nothing(
    given: Given, village: Portal
) -> None:
    administrator, author = given.actor(village, role="ADMIN"), given.actor(village)
    idea = acting.published(author, given.activity(village), title="Un banc", location={"lat": 48.11, "lng": -1.66})
    acting.comment(author, idea, "Bonne idée")
    acting.revise(author, idea, title="Deux bancs")
    acting.close(author, idea)
    closed, revised, replied, published = entries(administrator)
    assert [found["kind"] for found in (published, replied, revised, closed)] == [
        "CONTRIBUTION_PUBLISHED", "COMMENT_PUBLISHED", "CONTRIBUTION_REVISED", "CONTRIBUTION_CLOSED"
    ]  # fmt: skip
    assert changes(revised)["title"] == ("Un banc", "Deux bancs")
    assert set(changes(revised)) == {"title", "revised_at"}
    assert published["changes"] == replied["changes"] == closed["changes"] == []
    assert (replied["comment"], revised["contribution"]) == ({"body": "Bonne idée"}, {"id": idea})


def test_act_that_changes_nothing_or_is_refused_or_repeated_keeps_nothing(given: Given, village: Portal) -> None:
    administrator, person = given.actor(village, role="ADMIN"), given.actor(village)
    again = {"actor": me(person), "role": "MODERATOR", "idempotencyKey": "the same again"}
    administrator.ask(ROLE, input=again)
    with given.nothing_written(village):
        administrator.ask(ROLE, input=again)
        administrator.ask(ROLE, input={"actor": me(administrator), "role": "MEMBER"})
    administrator.ask(ROLE, input={"actor": me(person), "role": "MODERATOR"})
    assert [len(found["changes"]) for found in entries(administrator)] == [0, 1]


# Filters --------------------------------------------------------------------------------------------------------------


def test_journal_is_filtered_by_kind_person_subject_and_period(given: Given, village: Portal) -> None:
    administrator, author = given.actor(village, role="ADMIN"), given.actor(village)
    first, second = (acting.published(author, given.activity(village)) for _ in range(2))
    acting.close(author, first)
    administrator.ask(ROLE, input={"actor": me(author), "role": "MODERATOR"})
    everything = entries(administrator)
    assert len(everything) == 4
    assert [found["kind"] for found in entries(administrator, kinds=["CONTRIBUTION_CLOSED"])] == ["CONTRIBUTION_CLOSED"]
    assert [found["kind"] for found in entries(administrator, by=me(administrator))] == ["ROLE_CHANGED"]
    assert len(entries(administrator, by=me(author))) == 3
    assert {found["kind"] for found in entries(administrator, subject=second)} == {"CONTRIBUTION_PUBLISHED"}
    assert len(entries(administrator, subject=first)) == 2
    middle = everything[1]["at"]
    assert entries(administrator, since=middle) == everything[:2]
    assert entries(administrator, until=middle) == everything[2:]
    assert entries(administrator, subject="contribution_999_0199aaaa-0000-7000-8000-000000000000") == []


def test_journal_is_for_administrators_alone(given: Given, village: Portal) -> None:
    for role in ("MEMBER", "MODERATOR"):
        answer = given.actor(village, role=role).post("{ journalEntries { totalCount } }").json()
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["GRAPHQL_VALIDATION_FAILED"]


# The seal -------------------------------------------------------------------------------------------------------------


def test_details_are_sealed_and_can_be_erased_without_breaking_the_seal(given: Given, village: Portal) -> None:
    administrator, author = given.actor(village, role="ADMIN"), given.actor(village, name="Autrice")
    idea = acting.published(author, given.activity(village))
    acting.revise(author, idea, title="Autre titre")
    administrator.ask(ROLE, input={"actor": me(author), "role": "MODERATOR"})
    seal(given, village)
    found = verified(given, village)
    assert (found.faults, found.count, found.erased) == ([], 5, 0)
    given.sql(
        village, "UPDATE __tenant__.event_detail SET columns = NULL, salt = NULL WHERE subject_id = %s", uuid_in(idea)
    )
    found = verified(given, village)
    assert (found.faults, found.erased) == ([], 1)
    revised = next(found for found in entries(administrator) if found["kind"] == "CONTRIBUTION_REVISED")
    assert (revised["changes"], revised["isErased"]) == ([], True)


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        ('UPDATE __tenant__.event_detail SET columns = \'{"role": ["MEMBER", "ADMIN"]}\'', "is not as sealed"),
        ("UPDATE __tenant__.event_detail SET salt = repeat('0', 32)", "is not as sealed"),
        ("DELETE FROM __tenant__.event_detail", "was removed"),
    ],
)
def test_detail_that_was_touched_is_found(given: Given, village: Portal, tampering: str, fault: str) -> None:
    administrator, person = given.actor(village, role="ADMIN"), given.actor(village)
    administrator.ask(ROLE, input={"actor": me(person), "role": "MODERATOR"})
    seal(given, village)
    given.sql(village, tampering)
    assert verified(given, village).faults == [f"what event 2 changed {fault}"]


def test_role_of_a_tenant_can_empty_details_and_nothing_else(given: Given, village: Portal) -> None:
    from tests.test_event import as_tenant

    as_tenant(given, village, "UPDATE __tenant__.event_detail SET columns = NULL, salt = NULL")
    import psycopg

    for change in ("UPDATE __tenant__.event_detail SET act_id = id", "DELETE FROM __tenant__.event_detail"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_tenant(given, village, change)


# Page and table -------------------------------------------------------------------------------------------------------


def test_every_kind_of_event_has_words() -> None:
    assert {kind.value for kind in EventKind} - word.EVENTS.keys() == set(), "say it in portal/word.py"


def test_page_shows_acts_and_what_they_changed_and_filters_by_day(rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    person = rennes.member(1)
    name = person.ask("{ viewer { name } }")["viewer"]["name"]
    for role in ("MODERATOR", "MEMBER"):
        rennes.admin().ask(ROLE, input={"actor": me(person), "role": role})
    page = browser.get(f"/gestion/journal?kinds=ROLE_CHANGED&by={me(rennes.admin())}").text
    assert page.count("Rôle changé</b>") >= 2
    assert name in page and "Modération</td>" in page
    assert "Aucun acte pour ces filtres." in browser.get("/gestion/journal?au=2001-02-03").text
    assert "Rôle changé</b>" in browser.get("/gestion/journal?du=2001-02-03&au=9999-12-31").text


def test_table_of_the_journal_opens_in_excel_for_administrators_alone(rennes: Portal) -> None:
    path, person = "/export/journal.csv", rennes.member(2)
    rennes.admin().ask(ROLE, input={"actor": me(person), "role": "MODERATOR"})
    rennes.admin().ask(ROLE, input={"actor": me(person), "role": "MEMBER"})
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    answer = browser.get(f"{path}?kinds=ROLE_CHANGED&subject={me(person)}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == ["N°", "Quand", "Quoi", "Qui", "Identifiant de la personne", "Sur quoi",
                       "Identifiant de l'objet", "Précisions", "Changements"]  # fmt: skip
    assert [(row[2], row[7], row[8]) for row in rows[1:]] == [
        ("Rôle changé", "role : MEMBER", "role : MODERATOR → MEMBER"),
        ("Rôle changé", "role : MODERATOR", "role : MEMBER → MODERATOR"),
    ]
    assert browser.get("/export/journal.xlsx").content[:2] == b"PK"
    for query in ("kinds=x", "by=x", "du=hier", "au=2026-13-01"):
        assert browser.get(f"{path}?{query}").status_code == 400
    for role in ("MEMBER", "MODERATOR"):
        assert signed_in(Browser(rennes.client, rennes.host), role).get(path).status_code == 403
    token = api_token(rennes, "EXPORT")
    headers = {"host": rennes.host, "authorization": f"Bearer {token}"}
    assert rennes.client.get(path, headers=headers).status_code == 403
