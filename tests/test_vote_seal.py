"""Votes in the journal: each is sealed as it was cast, changed or withdrawn, and any that was touched is found."""

from uuid import uuid4

import pytest

import jobs.worker
from jobs import audit, journal
from jobs.audit import TreeRoot
from resolvers import vote
from tests import recount
from tests.acting import cast, published, withdraw
from tests.conftest import Portal
from tests.given import Given, uuid_in

LEAVES = "SELECT position, digest IS NOT NULL, replaces, vote_id IS NOT NULL FROM __tenant__.vote_seal ORDER BY 1"


@pytest.fixture
def village(given: Given, rennes: Portal, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """A tenant of which the test alone folds and seals."""

    async def rest(*_: object) -> None:
        pass

    for name in ("_fold", "_fold_hot"):
        monkeypatch.setattr(jobs.worker.Folding, name, rest)
    return given.tenant(rennes, f"votes-{uuid4().hex[:12]}", "commune-35238")


@pytest.fixture
def voted(given: Given, village: Portal) -> str:
    """A contribution with three votes, its publication sealed first: FOR is entry 2, MIXED entry 3 and AGAINST entry 4."""
    contribution = published(given.actor(village), given.activity(village, vote_method="OPINION"))
    given.run(journal.seal(given.database, village.number))
    for choice in ("FOR", "MIXED", "AGAINST"):
        cast(given.actor(village), contribution, choice)
    given.fold(village)
    return contribution


def faults(given: Given, portal: Portal, known: TreeRoot | None = None) -> list[str]:
    return given.run(audit.verify(given.database, portal.number, known)).faults


def head(given: Given, portal: Portal) -> TreeRoot:
    found = given.run(audit.verify(given.database, portal.number))
    assert found.faults == []
    return found.head


def test_votes_are_sealed_in_the_order_in_which_they_were_cast(given: Given, village: Portal, voted: str) -> None:
    assert given.sql(village, LEAVES) == [(entry, True, None, True) for entry in (2, 3, 4)]
    by_entry = (
        "SELECT v.choice FROM __tenant__.vote v JOIN __tenant__.vote_seal s ON s.vote_id = v.id ORDER BY s.position"
    )
    assert given.sql(village, by_entry) == [("FOR",), ("MIXED",), ("AGAINST",)]
    known = head(given, village)
    assert known.size == 4
    cast(given.actor(village), voted, "FOR")
    assert faults(given, village, known) == []  # What is not sealed yet is no fault.
    given.fold(village)
    assert faults(given, village, known) == []
    assert head(given, village).size == 5


def test_change_and_withdrawal_are_leaves_that_replace_the_one_before(
    given: Given, village: Portal, voted: str
) -> None:
    voter = given.actor(village)
    cast(voter, voted, "FOR")
    given.fold(village)
    cast(voter, voted, "MIXED")
    assert faults(given, village) == []
    given.fold(village)
    withdraw(voter, voted)
    assert faults(given, village) == []
    given.fold(village)
    assert given.sql(village, LEAVES)[3:] == [(5, True, None, False), (6, True, 5, False), (7, False, 6, False)]
    assert faults(given, village) == []
    cast(voter, voted, "AGAINST")
    given.fold(village)
    assert given.sql(village, LEAVES)[-1] == (8, True, None, True)
    assert faults(given, village) == []


def test_vote_that_came_and_went_between_two_folds_leaves_nothing(given: Given, village: Portal, voted: str) -> None:
    voter = given.actor(village)
    cast(voter, voted, "FOR")
    withdraw(voter, voted)
    given.fold(village)
    assert len(given.sql(village, LEAVES)) == 3
    assert faults(given, village) == []


FOR = "(SELECT vote_id FROM __tenant__.vote_seal WHERE position = 2)"
TAMPERINGS: dict[str, tuple[list[str], str]] = {
    "choice changed": (
        ["UPDATE __tenant__.vote SET choice = 'AGAINST' WHERE choice = 'FOR'"],
        "the vote of entry 2 is not as it was sealed",
    ),
    "voter changed": (
        ["UPDATE __tenant__.vote SET actor_id = (SELECT min(id::text)::uuid FROM __tenant__.actor) WHERE choice = 'MIXED'"],
        "the vote of entry 3 is not as it was sealed",
    ),
    "amount added": (
        ["UPDATE __tenant__.vote SET amount = 100 WHERE choice = 'AGAINST'"],
        "the vote of entry 4 is not as it was sealed",
    ),
    "removed": (["DELETE FROM __tenant__.vote WHERE choice = 'FOR'"], "the vote of entry 2 is missing"),
    "removed, and its leaf let go": (
        [f"DELETE FROM __tenant__.vote WHERE id = {FOR}",
         "UPDATE __tenant__.vote_seal SET vote_id = NULL WHERE position = 2"],
        "the vote of entry 2 is missing",
    ),
    "removed with its leaf": (
        [f"DELETE FROM __tenant__.vote WHERE id = {FOR}", "DELETE FROM __tenant__.vote_seal WHERE position = 2"],
        "entries 2 to 2 are missing",
    ),
    "inserted": (
        ["INSERT INTO __tenant__.vote SELECT gen_random_uuid(), gen_random_uuid(), actor_id, 'FOR', now(), NULL"
         " FROM __tenant__.vote LIMIT 1"],
        "was inserted: no entry is of it",
    ),
    "inserted with a leaf": (
        ["INSERT INTO __tenant__.vote SELECT gen_random_uuid(), gen_random_uuid(), actor_id, 'FOR', now(), NULL"
         " FROM __tenant__.vote LIMIT 1",
         "INSERT INTO __tenant__.vote_seal SELECT 5, 'digest', NULL, id FROM __tenant__.vote"
         " WHERE id NOT IN (SELECT vote_id FROM __tenant__.vote_seal)"],
        "entry 5 stands behind the last seal: it was inserted",
    ),
    "leaf rewritten": (
        ["UPDATE __tenant__.vote_seal SET digest = repeat('0', 64) WHERE position = 3"],
        "one of the entries 2 to 4 is not as it was sealed",
    ),
    "leaf given to another vote": (
        ["UPDATE __tenant__.vote_seal SET vote_id = NULL WHERE position = 3",
         "UPDATE __tenant__.vote_seal SET vote_id = (SELECT id FROM __tenant__.vote WHERE choice = 'MIXED')"
         " WHERE position = 2"],
        "the vote of entry 2 is not as it was sealed",
    ),
}  # fmt: skip


@pytest.mark.usefixtures("voted")
@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_with_votes_is_found_and_said_where_it_is(given: Given, village: Portal, name: str) -> None:
    statements, fault = TAMPERINGS[name]
    for statement in statements:
        given.sql(village, statement)
    assert [found for found in faults(given, village) if found.endswith(fault)] != []


def test_what_a_vote_said_before_cannot_be_brought_back(given: Given, village: Portal, voted: str) -> None:
    voter = given.actor(village)
    cast(voter, voted, "FOR")
    given.fold(village)
    own = "SELECT id, contribution_id, actor_id, choice, cast_at, amount FROM __tenant__.vote WHERE choice = 'FOR'"
    before = given.sql(village, own + " ORDER BY id DESC LIMIT 1")[0]
    withdraw(voter, voted)
    given.fold(village)
    given.sql(village, "INSERT INTO __tenant__.vote VALUES (%s, %s, %s, %s, %s, %s)", *before)
    assert faults(given, village) == [f"the vote {before[0]} was inserted: no entry is of it"]
    given.sql(village, "UPDATE __tenant__.vote_seal SET vote_id = %s WHERE position = 5", before[0])
    assert faults(given, village) == ["the vote of entry 5 was replaced, and is there again"]


def test_digest_of_a_withdrawn_vote_does_not_tell_whose_it_was(given: Given, village: Portal, voted: str) -> None:
    """The id is the secret: without it all that could be guessed is of no use."""
    voter = given.actor(village)
    cast(voter, voted, "FOR")
    given.fold(village)
    [(vote,)] = given.sql(village, "SELECT vote_id FROM __tenant__.vote_seal WHERE position = 5")
    withdraw(voter, voted)
    given.fold(village)
    left = given.sql(village, "SELECT row_to_json(s)::text FROM __tenant__.vote_seal s WHERE position >= 5")
    assert len(left) == 2
    assert not any(str(vote) in row or str(uuid_in(voted)) in row for (row,) in left)


def test_vote_of_somebody_who_is_erased_is_sealed_anew_as_nobodys(given: Given, village: Portal, voted: str) -> None:
    voter = given.actor(village)
    cast(voter, voted, "FOR")
    given.fold(village)
    [(old, actor)] = given.sql(
        village,
        "SELECT v.id, actor_id FROM __tenant__.vote v JOIN __tenant__.vote_seal s ON vote_id = v.id AND position = 5",
    )

    async def erase() -> None:
        async with given.database.transaction(village.number) as transaction:
            await transaction.execute(vote.LET_GO, actor=actor)

    before = recount.votes(given, village, voted)
    given.run(erase())
    assert faults(given, village) == []
    given.fold(village)
    assert faults(given, village) == []
    assert recount.votes(given, village, voted) == before == {"FOR": 2, "MIXED": 1, "AGAINST": 1}
    first, *others = given.sql(village, LEAVES)[3:]
    assert first == (5, True, None, False)
    assert {leaf[1:] for leaf in others} == {(False, 5, False), (True, None, True)}  # In the order of their ids.
    left = "SELECT id, actor_id FROM __tenant__.vote WHERE id = %s OR actor_id IS NULL OR actor_id = %s"
    [(new, nobody)] = given.sql(village, left, old, actor)
    assert (new != old, nobody) == (True, None)
