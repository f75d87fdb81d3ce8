"""Following: a tenant that moves while it is open to changes, by logical replication."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tenants import followable, following, tenant_move
from tenants.directory import ProvisioningError
from tests import fingerprint
from tests.behind import EAST, MOVER, PUBLISHING, Pair
from tests.behind import following as two_that_follow
from tests.conftest import Portal
from tests.cut_off import cut_off
from tests.own import Own, until
from tests.tenant_moving import (
    MOVING,
    STAYING,
    VOTE,
    VOTERS,
    cleaned,
    moved,
    moved_under_votes,
    numbers,
    proposal,
    reverted,
    schemas,
    served,
    settled,
    stand,
    state,
    vote_until_counted,
    voters,
)

FOLLOWED = "followed by logical replication: it stays open"
LEFT = (
    "SELECT 'slot ' || slot_name FROM pg_replication_slots",
    "SELECT 'publication ' || pubname FROM pg_publication",
    "SELECT 'subscription ' || subname FROM pg_subscription",
    "SELECT 'origin ' || roname FROM pg_replication_origin",
)
STEPS = {
    "while it copies": ("tenants.tenant_copy", "fill"),
    "when the slot lasts, and nobody reads it": ("tenants.following", "_subscribe"),
    "while it takes in what was written": ("tenants.following", "keep_up"),
    "when it is closed": ("tenants.following", "finish"),
    "when the other cluster lists it": ("tenants.tenant_move", "_list"),
    "before it is switched": ("tenants.tenant_move", "_switch"),
}


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with two_that_follow() as made:
        yield settled(made)


@pytest.fixture(scope="module")
def portal(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    for running in served(pair, tmp_path_factory.mktemp("data")):
        with httpx.Client(base_url=running.url, timeout=30) as client:
            yield Portal(client, MOVING, running)


def left(pair: Pair) -> list[str]:
    """What would follow a tenant, in either cluster."""
    return [found for own in (pair.main, pair.east) for asked in LEFT for (found,) in own.rows(asked)]


def may_enter(own: Own, number: int) -> bool:
    """Whether the login that administers a cluster reaches a tenant's tables, as it does while it follows."""
    return bool(own.value("SELECT has_schema_privilege(%s, %s, 'USAGE')", MOVER, f"t_{number}"))


def told_of(pair: Pair, to: str) -> list[str]:
    heard: list[str] = []
    moved(pair, to, heard.append)
    return heard


def replicated(own: Own, statement: str) -> None:
    """Run a statement past the trigger that keeps everybody else from the copy."""
    own.rows(f"DO $$ BEGIN SET LOCAL session_replication_role = replica; {statement}; END $$")


def test_portal_is_open_while_it_is_copied_and_loses_no_vote(pair: Pair, portal: Portal) -> None:
    stand(pair, "main")
    votes, told = f"SELECT count(*) FROM t_{portal.number}.vote", dict[str, int]()

    def tell(said: str) -> None:
        told[said.partition(" ")[0]] = before = pair.main.value(votes)
        if said.startswith("copied"):
            until(lambda: pair.main.value(votes) > before, 60)

    moved_, refused = moved_under_votes(pair, portal, tell)
    assert list(told) == ["followed", "building", "copying", "copied", "closed", f"{moved_.rows:,}", "open"]
    assert told["closed"] > told["copied"], "nobody voted while it was followed: the test shows nothing"
    assert refused, "nobody voted while it was closed: the test shows nothing"
    assert moved_.rows > VOTERS
    assert may_enter(pair.east, portal.number) is False
    assert (state(pair), left(pair)) == ([("main", EAST, "OPEN")], [])
    cleaned(pair)
    assert (schemas(pair.main), state(pair)) == ({f"t_{numbers(pair)[STAYING.slug]}"}, [])


def test_whatever_is_written_meanwhile_is_in_the_copy(pair: Pair, portal: Portal) -> None:
    stand(pair, "main")
    schema = f"t_{portal.number}"
    changes = (
        f"UPDATE {schema}.contribution SET search_text = 'girouette', title = 'Une girouette'"
        f" WHERE id = (SELECT min(id::text)::uuid FROM {schema}.contribution)",
        f"UPDATE {schema}.actor SET name = 'Renommée' WHERE name LIKE 'Voisin 1%%'",
        f"INSERT INTO {schema}.actor SELECT gen_random_uuid(), 'CITIZEN', 'MEMBER', 'Après ' || n, now()"
        " FROM generate_series(1, 900) AS n",
        f"DELETE FROM {schema}.actor WHERE name LIKE 'Après 1%%'",
        f"DELETE FROM {schema}.follow",
    )
    found = list[list[tuple[Any, ...]]]()

    def tell(said: str) -> None:
        if said.startswith("copied"):
            for change in changes:
                pair.main.rows(change)
        if "served by" in said:
            found.extend(own.rows(fingerprint.of(portal.number)) for own in (pair.main, pair.east))

    voters(pair, portal, 20)
    moved(pair, EAST, tell)
    assert found[0] == found[1]
    assert len(found[0]) == 103
    [[count]] = pair.east.rows(
        f"SELECT count(*) FROM {schema}.contribution WHERE search @@ to_tsquery('french', 'girouette')"
    )
    assert count == 1


@pytest.mark.parametrize("step", STEPS)
def test_move_that_was_killed_is_taken_back_with_all_that_followed(pair: Pair, portal: Portal, step: str) -> None:
    stand(pair, "main")
    [voter] = voters(pair, portal, 1)
    cut_off(pair, MOVING.slug, EAST, *STEPS[step])
    assert state(pair) == [("main", EAST, "COPYING")]
    if step == "while it copies":  # It takes longest, and nobody would read the slot.
        until(lambda: pair.main.rows("SELECT FROM pg_replication_slots") == [])
    reverted(pair)
    assert (state(pair), left(pair), schemas(pair.east)) == ([], [], set())
    assert vote_until_counted(voter, proposal(portal))[0] == 0


def test_move_that_was_killed_is_open_as_soon_as_it_goes_on(pair: Pair, portal: Portal) -> None:
    stand(pair, "main")
    [voter] = voters(pair, portal, 1)
    cut_off(pair, MOVING.slug, EAST, *STEPS["when it is closed"])
    assert voter.post(VOTE, {"id": proposal(portal)}).status_code == httpx.codes.SERVICE_UNAVAILABLE
    told = list[str]()

    def tell(said: str) -> None:
        told.append(said)
        if said.startswith("building"):
            assert vote_until_counted(voter, proposal(portal))[0] == 0

    moved(pair, EAST, tell)
    assert (told[0], left(pair)) == (FOLLOWED, [])
    moved(pair, "main")
    cut_off(pair, MOVING.slug, EAST, "tenants.closing", "open_")  # Of a move that has switched.
    assert (state(pair), left(pair) != []) == ([("main", EAST, "SWITCHED")], True)
    assert moved(pair, EAST).rows == 0
    assert (state(pair), left(pair)) == ([("main", EAST, "OPEN")], [])


def test_moving_back_follows_too(pair: Pair, portal: Portal) -> None:
    stand(pair, EAST)
    [voter] = voters(pair, portal, 1)
    assert vote_until_counted(voter, proposal(portal))[0] == 0
    counted = f"SELECT count(*) FROM t_{portal.number}.vote"
    votes = pair.east.value(counted)
    assert told_of(pair, "main")[0] == FOLLOWED
    assert (pair.main.value(counted), left(pair)) == (votes, [])


FALSE = {
    "a row that is lost": "DELETE FROM {}.vote WHERE id = (SELECT min(id::text)::uuid FROM {}.vote)",
    "a row that is another": "UPDATE {}.vote SET id = gen_random_uuid() WHERE id = (SELECT min(id::text)::uuid FROM {}.vote)",
    "a new row that says something else": "UPDATE {}.actor SET name = 'faux' WHERE name = 'Voisin 1'",
}


@pytest.mark.parametrize("what", FALSE)
def test_copy_that_is_not_the_same_is_not_switched_and_the_portal_is_open(
    pair: Pair, portal: Portal, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand(pair, "main")
    schema, keep_up = f"t_{portal.number}", following.keep_up
    [voter] = voters(pair, portal, 1)

    async def falsified(followed: following.Following) -> None:
        voters(pair, portal, 1)
        await keep_up(followed)
        replicated(pair.east, FALSE[what].format(schema, schema))

    monkeypatch.setattr(following, "keep_up", falsified)
    with pytest.raises(ProvisioningError, match="is not the same after it was followed: nothing was switched"):
        moved(pair, EAST)
    assert vote_until_counted(voter, proposal(portal))[0] == 0
    assert (state(pair), left(pair)) == ([("main", EAST, "COPYING")], [])
    reverted(pair)


def test_schema_that_is_migrated_meanwhile_is_not_switched(pair: Pair, portal: Portal) -> None:
    stand(pair, "main")
    record = "INSERT INTO platform.migration (schema_name, name, applied_at) VALUES (%s, '9999_later.sql', now())"

    def tell(said: str) -> None:
        if said.startswith("copied"):
            pair.main.rows(record, f"t_{portal.number}")

    with pytest.raises(ProvisioningError, match="it was migrated while it moved"):
        moved(pair, EAST, tell)
    pair.main.rows("DELETE FROM platform.migration WHERE name = '9999_later.sql'")
    assert left(pair) == []
    reverted(pair)


def test_copy_that_takes_nothing_in_any_more_is_given_up(
    pair: Pair, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand(pair, "main")
    [voter] = voters(pair, portal, 1)

    def tell(said: str) -> None:
        if said.startswith("copied"):
            pair.main.rows(f"ALTER TABLE t_{portal.number}.actor ADD COLUMN strange text")
            voters(pair, portal, 1)

    with pytest.raises(ProvisioningError, match="east takes in no more of what is written, its log says why"):
        moved(pair, EAST, tell)
    pair.main.rows(f"ALTER TABLE t_{portal.number}.actor DROP COLUMN strange")
    assert vote_until_counted(voter, proposal(portal))[0] == 0
    assert left(pair) == []
    reverted(pair)


def test_move_that_is_in_doubt_is_closed_for_a_bounded_time(
    pair: Pair, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand(pair, "main")
    monkeypatch.setattr(following, "CLOSED_S", 0.0)
    with pytest.raises(ProvisioningError, match="took too long to take in the last changes"):
        moved(pair, EAST)
    [voter] = voters(pair, portal, 1)
    assert vote_until_counted(voter, proposal(portal))[0] == 0
    assert left(pair) == []
    reverted(pair)


WITHOUT = (
    (
        f"ALTER ROLE {MOVER} NOREPLICATION",
        f"ALTER ROLE {MOVER} REPLICATION",
        f"in main, its login {MOVER} lacks REPLICATION",
    ),
    (
        PUBLISHING.replace("GRANT", "REVOKE").replace(" TO ", " FROM "),
        PUBLISHING,
        "in main, parvis_owner lacks CREATE on its database",
    ),
    (
        "ALTER TABLE {}.follow DROP CONSTRAINT follow_pkey",
        "ALTER TABLE {}.follow ADD CONSTRAINT follow_pkey PRIMARY KEY (contribution_id, actor_id)",
        "in main, its table follow has rows that nothing tells apart",
    ),
)
WITHOUT_THERE = (
    (
        f"REVOKE pg_create_subscription FROM {MOVER}",
        f"GRANT pg_create_subscription TO {MOVER}",
        f"in east, its login {MOVER} is no member of pg_create_subscription",
    ),
)


def hindrance(pair: Pair) -> str | None:
    number = numbers(pair)[MOVING.slug]
    return pair.run(lambda database: followable.hindrance(database, database.clusters[EAST], number))


@pytest.mark.parametrize(("taken", "given", "why"), [*WITHOUT, *WITHOUT_THERE])
def test_way_is_refused_with_its_reason(pair: Pair, taken: str, given: str, why: str) -> None:
    stand(pair, "main")
    own, schema = pair.east if "in east" in why else pair.main, f"t_{numbers(pair)[MOVING.slug]}"
    assert hindrance(pair) is None
    with ExitStack() as stack:
        own.rows(taken.format(schema))
        stack.callback(own.rows, given.format(schema))
        assert hindrance(pair) == why
    assert left(pair) == []


@pytest.mark.parametrize(
    ("way", "why"),
    [
        (
            f"user={MOVER} dbname=parvis password=hush host=/nowhere",
            "subscription .* could not connect to the publisher: .*",
        ),
        (f"user={MOVER} dbname=parvis", "password is required"),
    ],
)
def test_cluster_that_cannot_be_reached_from_there_is_told_without_the_password(
    pair: Pair, way: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand(pair, "main")
    monkeypatch.setattr(followable, "way", lambda *_: way)
    said = hindrance(pair)
    assert re.fullmatch(f"east cannot subscribe to main: {why}", said or ""), said
    assert "hush" not in str(said)


def test_portal_that_could_be_followed_is_copied_closed_where_that_is_asked_for(pair: Pair, portal: Portal) -> None:
    stand(pair, "main")
    told = list[str]()
    pair.run(lambda database: tenant_move.move(database, MOVING.slug, EAST, told.append, is_closed=True))
    assert told[:3] == [
        "copied while it is closed to changes: --closed",
        "building in east",
        "closed to changes, copying",
    ]
