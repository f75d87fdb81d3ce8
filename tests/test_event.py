"""Events: what happened is written with it, sealed into a journal that shows any tampering, and told to its consumers."""

import ast
import hashlib
import inspect
import logging
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from graphql import GraphQLObjectType
from hypothesis import given as generated
from hypothesis import strategies as st

import jobs.worker
import resolvers.activity
import resolvers.amending
import resolvers.category
import resolvers.desk_entry
import resolvers.mission
import resolvers.publication
import resolvers.slot_place
from counting import rule_version
from jobs import audit, deliver, journal
from jobs.audit import TreeRoot
from jobs.merkle import Tree, leaf
from models.event import CONSUMERS, Consumer, EventKind
from planner.catalog import Catalog
from planner.field import Action
from schema.root import executable
from tests.acting import close, comment, published
from tests.conftest import Portal
from tests.given import Given

SILENT = {
    "voteCast",
    "voteWithdraw",
    "ballotCast",
    "ballotWithdraw",
    "messagesRead",
    "followStart",
    "followStop",
    "noticesRead",
    "mailPreferenceRevise",
}
"""Whose own rows say what happened, so that nothing slows them; whom somebody follows is in no journal."""

SILENT |= {"bulkChangeCheck", "filterSave", "filterRemove"}
"""Which change nothing but what their own maker sees."""

SILENT |= {"draftKeep", "draftDiscard"}
"""Of what somebody is still writing nobody hears."""

SILENT |= {"surveyFormSave", "surveyQuestionSave", "surveyQuestionMove", "surveyQuestionRemove"}
SILENT |= {"surveyFormDiscard", "surveyFormDuplicate"}
"""What is being written of a form is known to its editors, and told when it is published."""

SILENT |= {"surveyAnswerSave", "surveyAnswerDiscard"}
"""Whoever writes an answer knows it alone."""
SILENT |= {"textVersionPrepare", "textVersionDiscard"}
"""Of what is not published nobody hears."""

SILENT |= {"zoneMoveConsent", "zoneMoveClaim"}
"""Whether one's account goes along, and what of one's own came, is between oneself and the portal."""

SILENT |= {"deskEntryPrintSlip", "deskEntryForget"}
"""For whom a desk has entered something its organisation knows alone."""

SILENT |= {
    "petitionSign",
    "proofDeclare",
    "proofByCode",
    "proofByList",
    "proofByIdentity",
    "proofPhoneCodeSend",
    "proofByPhone",
    "codeBallotCast",
}
"""Whom a vote knows is in its own list alone."""


# The tree -------------------------------------------------------------------------------------------------------------


def defined(entries: list[bytes]) -> bytes:
    """The Merkle tree hash as RFC 9162 defines it: split at the largest power of two below the number of leaves."""
    if len(entries) < 2:
        return entries[0] if entries else hashlib.sha256(b"").digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return hashlib.sha256(b"\x01" + defined(entries[:split]) + defined(entries[split:])).digest()


@generated(st.lists(st.binary(max_size=8), max_size=70), st.integers(0, 70))
def test_tree_grown_in_batches_has_the_root_that_the_definition_has(data: list[bytes], cut: int) -> None:
    entries = [leaf(item) for item in data]
    tree = Tree()
    for entry in entries[:cut]:
        tree.append(entry)
    again = Tree(tree.size, tree.peaks)
    for entry in entries[cut:]:
        again.append(entry)
    assert (again.size, again.root) == (len(entries), defined(entries))


def test_tree_is_that_of_published_vectors() -> None:
    """Of Certificate Transparency: the roots of the trees of 0, 1, 2, 3 and 8 entries."""
    entries = [bytes.fromhex(text) for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )]  # fmt: skip
    roots = {
        0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    tree = Tree()
    found = {0: tree.root.hex()}
    for size, entry in enumerate(entries, 1):
        tree.append(leaf(entry))
        found[size] = tree.root.hex()
    assert {size: found[size] for size in roots} == roots


# Writing --------------------------------------------------------------------------------------------------------------


def test_every_kind_says_who_hears_of_it_or_that_nobody_does() -> None:
    assert set(CONSUMERS) == set(EventKind)
    assert {consumer for consumers in CONSUMERS.values() for consumer in consumers} == set(Consumer)
    assert set(deliver.CONSUME) == set(Consumer)


WRAPPED: dict[object, Callable[..., Any]] = {
    resolvers.mission.cancel_slot: resolvers.slot_place.call_off,
    resolvers.desk_entry.publish: resolvers.publication.publish,
    resolvers.amending.propose: resolvers.publication.publish,
    rule_version.revise: resolvers.activity.revise,
    rule_version.estimate: resolvers.publication.estimate,
    rule_version.rename: resolvers.category.rename,
}
"""Whose outcome, with its event, is that of another."""


def _code(run: Any, read: set[object]) -> str:
    """The code of a function with that of its own module which it calls."""
    read.add(run)
    tree, own = ast.parse(inspect.getsource(run)), vars(sys.modules[run.__module__])
    names = (own.get(node.id) for node in ast.walk(tree) if isinstance(node, ast.Name))
    called = {one for one in names if inspect.isfunction(one) and one.__module__ == run.__module__}
    return "\n".join([ast.unparse(tree), *(_code(one, read) for one in called - read)])


def test_every_mutation_but_votes_writes_an_event() -> None:
    catalog = Catalog(executable())
    mutation = catalog.schema.mutation_type
    assert isinstance(mutation, GraphQLObjectType)
    silent = set()
    for name in mutation.fields:
        declared = catalog.source("Mutation", name)
        assert declared is not None and isinstance(declared.source, Action)
        run = WRAPPED.get(declared.source.run, declared.source.run)
        code = inspect.getsource(run) if name in SILENT else _code(run, set())
        if "EventKind." not in code and "life." not in code:
            silent.add(name)
    assert silent == SILENT


def test_refused_mutation_leaves_no_event_and_a_repeated_one_no_second(given: Given, town: Portal) -> None:
    author, activity = given.actor(town), given.activity(town)
    contribution = published(author, activity)
    comment(author, contribution, idempotencyKey="comment once")
    with given.nothing_written(town):
        comment(author, contribution, idempotencyKey="comment once")
        assert comment(author, contribution, body="")["userErrors"] != []


# The journal ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def village(given: Given, rennes: Portal, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """A tenant whose journal is sealed by the test alone, with seven events in batches of three."""

    async def rest(*_: object) -> None:
        """The server's worker leaves the journal to the test."""

    monkeypatch.setattr(jobs.worker, "follow", rest)
    monkeypatch.setattr(jobs.worker.Sealing, "_seal", rest)
    portal = given.tenant(rennes, f"journal-{uuid4().hex[:12]}", "commune-35238")
    monkeypatch.setattr(journal, "UNSEALED", journal.UNSEALED.limit(3))
    author, activity = given.actor(portal), given.activity(portal)
    for _ in range(3):
        close(author, published(author, activity), "WITHDRAWN")
    comment(author, published(author, activity))
    assert seal_all(given, portal) == [3, 3, 2]
    return portal


def seal_all(given: Given, portal: Portal) -> list[int]:
    counts = []
    while count := given.run(journal.seal(given.database, portal.number)):
        counts.append(count)
    return counts


def verified(given: Given, portal: Portal, known: TreeRoot | None = None) -> audit.Audit:
    return given.run(audit.verify(given.database, portal.number, known))


def head(given: Given, portal: Portal) -> TreeRoot:
    [(size, root)] = given.sql(portal, "SELECT size, root FROM __tenant__.seal ORDER BY size DESC LIMIT 1")
    return TreeRoot(size, root)


def test_journal_that_nobody_touched_is_verified_against_its_seals_and_a_known_head(
    given: Given, village: Portal
) -> None:
    found = verified(given, village)
    assert (found.faults, found.count, found.head) == ([], 8, head(given, village))
    early = TreeRoot(*given.sql(village, "SELECT size, root FROM __tenant__.seal WHERE size = 3")[0])
    for known in (early, found.head):
        assert verified(given, village, known).faults == []
    comment(given.actor(village), published(given.actor(village), given.activity(village)))
    assert verified(given, village, found.head).faults == []  # What is not sealed yet is no fault.
    seal_all(given, village)
    assert verified(given, village, found.head).faults == []


def test_what_is_sealed_while_the_journal_is_read_is_no_fault(
    given: Given, village: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries, author = audit._entries, given.actor(village)
    contribution = published(author, given.activity(village))

    async def slowly(database: Any, tenant: int) -> AsyncIterator[Any]:
        async for entry in entries(database, tenant):
            yield entry
            if entry.position == 8:
                while await journal.seal(database, tenant):
                    pass

    monkeypatch.setattr(audit, "_entries", slowly)
    comment(author, contribution)
    found = verified(given, village)
    assert (found.faults, found.count) == ([], 10)


TAMPERINGS: dict[str, tuple[list[str], str]] = {
    "payload changed": (
        ["UPDATE __tenant__.event SET payload = '{\"outcome\": \"FULFILLED\"}' WHERE position = 4"],
        "one of the entries 4 to 6 is not as it was sealed",
    ),
    "actor changed": (
        ["UPDATE __tenant__.event SET actor_id = gen_random_uuid() WHERE position = 1"],
        "one of the entries 1 to 3 is not as it was sealed",
    ),
    "time changed": (
        ["UPDATE __tenant__.event SET at = at + interval '1 microsecond' WHERE position = 8"],
        "one of the entries 7 to 8 is not as it was sealed",
    ),
    "order changed": (
        [
            "UPDATE __tenant__.event SET position = 100 WHERE position = 1",
            "UPDATE __tenant__.event SET position = 1 WHERE position = 2",
            "UPDATE __tenant__.event SET position = 2 WHERE position = 100",
        ],
        "one of the entries 1 to 3 is not as it was sealed",
    ),
    "removed in the middle": (["DELETE FROM __tenant__.event WHERE position = 5"], "entries 5 to 5 are missing"),
    "removed at the end": (["DELETE FROM __tenant__.event WHERE position > 6"], "entries 7 to 8 are missing"),
    "removed and closed up": (
        [
            "DELETE FROM __tenant__.event WHERE position = 2",
            "UPDATE __tenant__.event SET position = 2 WHERE position = 3",
            "UPDATE __tenant__.event SET position = position - 1 WHERE position > 3",
        ],
        "one of the entries 1 to 3 is not as it was sealed",
    ),
    "inserted behind the seals": (
        ["INSERT INTO __tenant__.event SELECT gen_random_uuid(), kind, subject_id, actor_id, payload, at, 9"
         " FROM __tenant__.event WHERE position = 8"],
        "entry 9 stands behind the last seal: it was inserted",
    ),
    "exchanged": (
        ["DELETE FROM __tenant__.event WHERE position = 2",
         "INSERT INTO __tenant__.event SELECT gen_random_uuid(), kind, subject_id, actor_id, payload, at, 2"
         " FROM __tenant__.event WHERE position = 3"],
        "one of the entries 1 to 3 is not as it was sealed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_and_said_where_it_is(given: Given, village: Portal, name: str) -> None:
    statements, fault = TAMPERINGS[name]
    for statement in statements:
        given.sql(village, statement)
    assert verified(given, village).faults[0] == fault


def test_event_that_is_dated_back_is_found_even_when_it_is_sealed(given: Given, village: Portal) -> None:
    past = datetime.now(UTC) - timedelta(hours=1)
    given.insert(village, "event", kind="ROLE_CHANGED", subject_id=uuid4(), payload="{}", at=past)
    seal_all(given, village)
    [fault] = verified(given, village).faults
    assert fault == f"entry 9 says {past}, long before it was written: it was inserted"


def test_journal_that_was_rewritten_whole_or_cut_with_its_seals_is_found_by_a_known_head(
    given: Given, village: Portal
) -> None:
    known = head(given, village)
    given.sql(village, "DELETE FROM __tenant__.event WHERE position > 6")
    given.sql(village, "DELETE FROM __tenant__.seal WHERE size > 6")
    assert verified(given, village).faults == []  # Nothing inside says so.
    assert verified(given, village, known).faults == ["entries 7 to 8 of the known head are missing"]
    given.sql(village, "DELETE FROM __tenant__.seal")
    given.sql(village, "UPDATE __tenant__.event SET position = NULL, actor_id = gen_random_uuid()")
    comment(given.actor(village), published(given.actor(village), given.activity(village)))
    seal_all(given, village)
    assert verified(given, village).faults == []
    assert verified(given, village, known).faults == ["the first 8 entries are not those of the known head"]


def test_role_of_a_tenant_cannot_rewrite_its_journal(given: Given, village: Portal) -> None:
    import psycopg

    for change in (
        "UPDATE __tenant__.event SET payload = '{}'",
        "DELETE FROM __tenant__.event",
        "DELETE FROM __tenant__.seal",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_tenant(given, village, change)


def as_tenant(given: Given, portal: Portal, text: str) -> None:
    from database import naming

    async def act() -> None:
        async with given.database.transaction(portal.number) as transaction:
            await transaction.begin()
            await transaction.connection.tell(naming.qualify(text, portal.number))

    given.run(act())


def test_head_is_public(given: Given, village: Portal) -> None:
    known = head(given, village)
    answer = village.ask("{ portal { journal { size root sealedAt } } }")["portal"]["journal"]
    assert (answer["size"], answer["root"]) == (known.size, known.root)
    assert datetime.fromisoformat(answer["sealedAt"]).tzinfo is not None


# Delivery -------------------------------------------------------------------------------------------------------------

ROLE = "mutation($input: RoleChangeInput!) { roleChange(input: $input) { userErrors { code } } }"


def test_consumer_hears_of_each_event_once_in_order_and_goes_on_where_it_stopped(
    given: Given, village: Portal, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator, actor = given.actor(village, role="ADMIN"), given.actor(village)
    actor_id = actor.ask("{ viewer { id } }")["viewer"]["id"]
    monkeypatch.setattr(deliver, "BATCH", 2)
    monkeypatch.setattr(deliver, "AHEAD", deliver.AHEAD.limit(2))

    def heard(roles: list[str]) -> list[tuple[str, Any]]:
        for role in roles:
            administrator.ask(ROLE, input={"actor": actor_id, "role": role})
        caplog.clear()
        seal_all(given, village)
        with caplog.at_level(logging.INFO, "parvis.security"):
            while given.run(deliver.deliver(given.database, village.number)):
                pass
        records: list[Any] = [record for record in caplog.records if record.name == "parvis.security"]
        return [(record.message, record.note["role"]) for record in records]

    roles = ["MODERATOR", "MEMBER", "MODERATOR"]
    assert heard(roles) == [("role changed", role) for role in roles]
    assert heard([]) == []
    assert heard(["ADMIN"]) == [("role changed", "ADMIN")]


def test_no_more_waves_than_a_few_are_called_in_one_transaction(
    given: Given, village: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    [(request,)] = given.sql(village, "SELECT id FROM __tenant__.contribution LIMIT 1")
    happened = """INSERT INTO __tenant__.event (id, kind, subject_id, payload, at)
        SELECT gen_random_uuid(), %s, %s, '{}', now() FROM generate_series(1, %s)"""
    for kind, count in (("CONTRIBUTION_CALLED", deliver.WAVES), ("CONTRIBUTION_CLOSED", 3),
                        ("CONTRIBUTION_CALLED", deliver.WAVES + 5)):  # fmt: skip
        given.sql(village, happened, kind, request, count)
        seal_all(given, village)
    heard: list[list[Any]] = []

    async def consume(_transaction: object, _tenant: int, events: Any) -> None:
        heard.append(list(events))

    monkeypatch.setitem(deliver.CONSUME, Consumer.NOTICES, consume)
    while given.run(deliver.deliver(given.database, village.number)):
        pass
    waves = [[event.kind for event in batch].count(EventKind.CONTRIBUTION_CALLED) for batch in heard]
    assert waves == [deliver.WAVES, deliver.WAVES, 5]
    positions = [event.position for batch in heard for event in batch]
    assert positions == sorted(set(positions)) and len(positions) >= 2 * deliver.WAVES + 8


def test_consumer_that_fails_hears_of_the_same_events_again(
    given: Given, village: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator, actor = given.actor(village, role="ADMIN"), given.actor(village)
    actor_id = actor.ask("{ viewer { id } }")["viewer"]["id"]
    administrator.ask(ROLE, input={"actor": actor_id, "role": "MODERATOR"})
    seal_all(given, village)
    heard: list[list[int]] = []

    async def consume(_transaction: object, _tenant: int, events: Any) -> None:
        heard.append([event.position for event in events])
        if len(heard) == 1:
            raise OSError("away")

    monkeypatch.setitem(deliver.CONSUME, Consumer.SECURITY_LOG, consume)
    with pytest.raises(OSError, match="away"):
        given.run(deliver.deliver(given.database, village.number))
    given.run(deliver.deliver(given.database, village.number))
    given.run(deliver.deliver(given.database, village.number))
    assert heard == [[9], [9]]


def test_consumer_that_fails_keeps_nothing_from_the_others(
    given: Given, village: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator, actor = given.actor(village, role="ADMIN"), given.actor(village)
    actor_id = actor.ask("{ viewer { id } }")["viewer"]["id"]
    administrator.ask(ROLE, input={"actor": actor_id, "role": "MODERATOR"})
    seal_all(given, village)

    async def consume(_transaction: object, _tenant: int, _events: object) -> None:
        raise OSError("away")

    for consumer in deliver.CONSUME:
        monkeypatch.setitem(deliver.CONSUME, consumer, consume)
    heard: list[int] = []

    async def hear(_transaction: object, _tenant: int, events: Any) -> None:
        heard.extend(event.position for event in events)

    last = list(Consumer)[-1]
    monkeypatch.setitem(deliver.CONSUME, last, hear)
    monkeypatch.setattr(deliver, "CONSUMERS", dict.fromkeys(deliver.CONSUMERS, tuple(Consumer)))
    with pytest.raises(OSError, match="away"):
        given.run(deliver.deliver(given.database, village.number))
    positions = dict(given.sql(village, "SELECT consumer, position FROM __tenant__.event_cursor"))
    assert heard and positions[last.value] > positions.get(Consumer.SECURITY_LOG.value, 0)
