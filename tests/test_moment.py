"""The database's time as a parameter: bound where a cluster spreads schemas, once a transaction, and nowhere else."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text

from database import engine, moment
from database.door import Database
from database.statement import Statement
from database.wire import WireConnection
from tests.conftest import Portal, serve
from tests.own import Own
from tests.spreading import in_the_way

PUBLISH = """mutation($activity: ID!, $title: String!) { contributionPublish(input: {activity: $activity, kind: PROPOSAL,
    title: $title, body: "Un essai."}) { contribution { id publishedAt } userErrors { code } } }"""
VOTE = "mutation($id: ID!) { voteCast(input: {contribution: $id, choice: FOR}) { userErrors { code } } }"
COMMENT = (
    """mutation($id: ID!) { commentPublish(input: {contribution: $id, body: "Un mot."}) { userErrors { code } } }"""
)
TOKEN = """mutation($at: DateTime!) { apiTokenCreate(input: {name: "Répandu", scopes: [READ], expiresAt: $at}) {
    apiToken { id } userErrors { code } } }"""
REVOKE = "mutation($id: ID!) { apiTokenRevoke(input: {apiToken: $id}) { apiToken { revokedAt } userErrors { code } } }"


@pytest.fixture
def spread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clusters say that they spread schemas."""
    monkeypatch.setattr(engine, "IS_DISTRIBUTED", "true")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> list[str]:
    """The texts of all statements that are sent from now on, to clusters such as the test's."""
    is_spread = "spread" in request.fixturenames
    texts: list[str] = []
    send = WireConnection._send

    def noted(
        self: WireConnection, name: bytes | None, statement: Statement, text: str, given: Sequence[bytes | None]
    ) -> None:
        if self.is_spread == is_spread:  # The suite's own server goes on beside.
            texts.append(text)
        send(self, name, statement, text, given)

    monkeypatch.setattr(WireConnection, "_send", noted)
    return texts


def test_time_becomes_a_parameter_in_changes_alone() -> None:
    assert moment.bound("UPDATE t SET a = coalesce(a, now()), b = 'now()'", 3) == (
        "UPDATE t SET a = coalesce(a, $3::TIMESTAMP WITH TIME ZONE), b = 'now()'"
    )
    assert moment.bound("SELECT now()", 1) is None
    assert moment.bound("UPDATE t SET a = 1", 1) is None
    assert moment.bound("INSERT INTO t VALUES ('now()')", 1) is None


NOTE = text("INSERT INTO noted VALUES (now()) RETURNING at")
SECOND = text("UPDATE noted SET at = now() RETURNING at")


@pytest.mark.usefixtures("spread")
def test_time_is_the_databases_own_and_one_for_a_transaction(own: Own, sent: list[str]) -> None:
    async def act(database: Database) -> list[Any]:
        async with database.transaction(None) as transaction:
            await transaction.execute(text("CREATE TEMP TABLE noted (at timestamptz) ON COMMIT DROP"))
            first, second = await transaction.one(NOTE), await transaction.one(SECOND)
            told = await transaction.one(select(func.now()))
        async with database.transaction(None) as transaction:
            await transaction.execute(text("CREATE TEMP TABLE noted (at timestamptz) ON COMMIT DROP"))
            third = await transaction.one(NOTE)
        return [row and row[0] for row in (first, second, told, third)]

    first, second, told, third = own.run(act)
    assert first == second == told
    assert third > first
    assert [each for each in sent if "noted" in each and "now()" in each] == []


def test_a_cluster_that_keeps_schemas_together_is_asked_nothing_more(own: Own, sent: list[str]) -> None:
    async def act(database: Database) -> None:
        async with database.transaction(None) as transaction:
            await transaction.execute(text("CREATE TEMP TABLE noted (at timestamptz) ON COMMIT DROP"))
            await transaction.one(NOTE)

    own.run(act)
    assert NOTE.text in sent


@pytest.fixture
def portal(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, rennes: Portal, spread: None
) -> Iterator[Portal]:
    for running in serve(database_url, tmp_path_factory.mktemp("data")):
        with httpx.Client(base_url=running.url, timeout=60) as client:
            yield replace(rennes, client=client, running=running)


def test_portal_works_where_schemas_are_spread_and_sends_nothing_that_does_not_run(
    portal: Portal, sent: list[str]
) -> None:
    spaces = portal.ask("{ spaces(first: 100) { nodes { activities { id kind } } } }")["spaces"]["nodes"]
    ideas = next(each["id"] for space in spaces for each in space["activities"] if each["kind"] == "CONSULTATION")
    member, admin = portal.member(), portal.admin()
    published = member.ask(PUBLISH, activity=ideas, title="Répandue")["contributionPublish"]
    assert published["userErrors"] == []
    id_ = published["contribution"]["id"]
    for _ in range(3):  # The third time by their names.
        assert portal.member(1).ask(VOTE, id=id_)["voteCast"]["userErrors"] in ([], [{"code": "CONFLICT"}])
        assert portal.member(1).ask(COMMENT, id=id_)["commentPublish"]["userErrors"] == []
        made = admin.ask(TOKEN, at="2027-06-01T00:00:00Z")["apiTokenCreate"]
        assert made["userErrors"] == []
        revoked = admin.ask(REVOKE, id=made["apiToken"]["id"])["apiTokenRevoke"]
        assert revoked["userErrors"] == []
        assert revoked["apiToken"]["revokedAt"] is not None
    changes = [each for each in sent if "TIMESTAMP WITH TIME ZONE" in each]
    assert len(changes) > 5
    assert {each: rules for each in sent if (rules := in_the_way(each))} == {}
