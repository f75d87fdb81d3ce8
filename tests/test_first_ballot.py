"""First ballots: one statement casts them, and only where all that a process remembers of the vote still holds."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from database.failure import DeadlockError
from database.group_commit import GroupCommit
from server.log import request_id
from tests.acting import close, published, refused
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import CAST_ONE, RULES, Poll, Votes, chosen, given_points, graded, ranked
from tests.test_ballot_mail import waiting
from tests.test_ballot_parallel import recount, tallied

RECEIVE = """mutation($input: BallotCastInput!) { ballotCast(input: $input) {
  ballot { isBlank receipt } userErrors { code field } } }"""
RULE = "UPDATE __tenant__.activity SET {} WHERE id = %s"
RECEIPTS = "SELECT receipt, proof, is_blank FROM __tenant__.ballot WHERE activity_id = %s"
SEALED = "SELECT actor_id, payload FROM __tenant__.event WHERE kind = 'BALLOT_CAST' AND subject_id = %s"


Ways = list[tuple[str, str]]


@pytest.fixture
def ways(town: Portal, monkeypatch: pytest.MonkeyPatch) -> Ways:
    """How the server's database was asked to change something, each time, and by which request."""
    taken: Ways = []
    for name in ("transaction", "change_and_read"):
        original = getattr(town.running.database, name)

        def called(tenant: int | None, *given: Any, name: str = name, original: Any = original) -> Any:
            taken.append((request_id.get(), name))
            return original(tenant, *given)

        monkeypatch.setattr(town.running.database, name, called)
    return taken


def told(poll: Poll, voter: Portal, said: dict[int, Any], name: str, **fields: Any) -> dict[str, Any]:
    """What a request of this name answers, which casts a ballot."""
    votes = [{"contribution": poll.projects[place], **vote} for place, vote in said.items()]
    wanted = {"input": {"activity": poll.activity, "votes": votes, "isBlank": not votes, **fields}}
    return dict(voter.post(RECEIVE, wanted, **{"x-request-id": name}).json()["data"]["ballotCast"])


def remembered(given: Given, poll: Poll, said: dict[int, Any]) -> None:
    """The server knows the terms after another voter's ballot."""
    assert poll.cast(given.actor(poll.town), said)["userErrors"] == []


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("APPROVAL", chosen(0, 2)),
        ("POINTS", given_points(p0=3, p1=2)),
        ("RANKED", ranked(0, 3, 1)),
        ("BUDGET", chosen(0, 3)),
        ("MAJORITY_JUDGEMENT", graded(p0="EXCELLENT", p1="REJECTED")),
        ("APPROVAL", {}),
    ],
)
def test_first_ballot_is_cast_by_one_statement_and_is_what_the_longer_way_writes(
    given: Given, town: Portal, ways: Ways, method: str, said: Any
) -> None:
    poll, voters = Poll(given, town, method, **RULES[method]), [given.actor(town) for _ in range(3)]
    for voter, name, key in zip(voters, ("unheard-of", "single", "keyed"), (None, None, uuid4().hex), strict=True):
        answer = told(poll, voter, said, name, idempotencyKey=key)
        assert (answer["userErrors"], answer["ballot"]["isBlank"]) == ([], not said)
        assert poll.kept(voter) == poll.kept(voters[0])
        assert set(poll.kept(voter)) == set(said)
    taken = [(name, way) for name, way in ways if name in ("unheard-of", "single", "keyed")]
    assert taken == [("unheard-of", "transaction"), ("single", "change_and_read"), ("keyed", "change_and_read")]
    assert recount(given, poll) == [3 if place in said else 0 for place in range(4)]
    assert [sum(poll.counts(place).values()) % 3 for place in range(4)] == [0] * 4
    columns = "is_blank, proof, cast_at IS NULL, length(salt), length(receipt)"
    rows = given.sql(
        town,
        f"SELECT {columns}, (SELECT count(*) FROM __tenant__.vote v WHERE v.ballot_id = b.id AND v.actor_id = b.actor_id),"
        " (SELECT payload FROM __tenant__.event e WHERE e.subject_id = b.activity_id AND e.kind = 'BALLOT_CAST'"
        " AND e.actor_id IS NULL AND e.payload = jsonb_build_object('receipt', b.receipt)) IS NOT NULL"
        " FROM __tenant__.ballot b WHERE activity_id = %s AND actor_id = ANY(%s)",
        uuid_in(poll.activity),
        [uuid_in(voter.ask("{ viewer { id } }")["viewer"]["id"]) for voter in voters],
    )
    assert rows == [(not said, None, False, 32, 24, len(said), True)] * 3


def test_first_ballot_under_a_key_is_cast_once_and_told_again(given: Given, town: Portal, ways: Ways) -> None:
    poll, voter, key = Poll(given, town, "APPROVAL", **RULES["APPROVAL"]), given.actor(town), uuid4().hex
    remembered(given, poll, chosen(0, 1))
    remembered(given, poll, chosen(2, 3))
    first, other = told(poll, voter, chosen(0, 1), "first", idempotencyKey=key), given.actor(town)
    with given.nothing_written(town):
        assert told(poll, voter, chosen(0, 1), "again", idempotencyKey=key) == first
        reused = told(poll, voter, chosen(0, 2), "reused", idempotencyKey=key)
        assert reused["userErrors"] == refused("IDEMPOTENCY_KEY_REUSED", "idempotencyKey")
        short = told(poll, other, chosen(0, 2), "short", idempotencyKey="short")
        assert short["userErrors"] == refused("BAD_INPUT", "idempotencyKey")
    assert ("first", "transaction") not in ways
    poll.withdraw(voter)
    assert told(poll, voter, chosen(0, 1), "withdrawn", idempotencyKey=key) == {**first, "ballot": None}
    assert poll.kept(voter) == {}


def test_key_is_not_spent_on_a_ballot_that_is_refused(given: Given, town: Portal) -> None:
    poll, voter, key = Poll(given, town, "APPROVAL", **RULES["APPROVAL"]), given.actor(town), uuid4().hex
    remembered(given, poll, chosen(0, 1))
    given.sql(town, RULE.format("vote_least = 3"), uuid_in(poll.activity))
    with given.nothing_written(town):
        answer = told(poll, voter, chosen(0, 1), "small", idempotencyKey=key)
        assert answer["userErrors"] == refused("BALLOT_TOO_SMALL", "votes")
    given.sql(town, RULE.format("vote_least = 2"), uuid_in(poll.activity))
    assert told(poll, voter, chosen(0, 1), "sound", idempotencyKey=key)["userErrors"] == []


def test_key_that_twenty_requests_bring_at_once_casts_one_ballot(given: Given, town: Portal) -> None:
    poll, voter, key, ready = Poll(given, town, "APPROVAL", vote_most=3), given.actor(town), uuid4().hex, Barrier(20)
    for place in range(4):
        remembered(given, poll, chosen(place))

    def cast(index: int) -> tuple[list[dict[str, Any]], str | None]:
        """Two different ballots under one key: which of them is first, chance decides."""
        ready.wait(10)
        answer = told(poll, voter, chosen(index % 2), "at-once", idempotencyKey=key)
        return answer["userErrors"], (answer["ballot"] or {}).get("receipt")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(cast, range(20)))
    [won] = poll.kept(voter)
    reused = refused("IDEMPOTENCY_KEY_REUSED", "idempotencyKey")
    assert [errors for errors, _ in answers] == [[] if index % 2 == won else reused for index in range(20)]
    assert len({receipt for _, receipt in answers if receipt}) == 1
    assert len(given.sql(town, SEALED, uuid_in(poll.activity))) == 5
    assert sum(recount(given, poll)) == 5


@pytest.mark.parametrize(
    ("change", "said", "refusal"),
    [
        ("vote_least = 3", chosen(0, 1), ("BALLOT_TOO_SMALL", "votes")),
        ("vote_most = 1, vote_least = 1", chosen(0, 1), ("BALLOT_TOO_LARGE", "votes")),
        ("vote_method = 'POINTS', vote_most_each = 3", chosen(0, 1), ("CHOICE_NOT_ACCEPTED", "votes.0.choice")),
        ("vote_method = 'SUPPORT'", chosen(0, 1), ("VOTING_NOT_OPEN", "activity")),
        ("closes_at = now()", chosen(0, 1), ("VOTING_NOT_OPEN", "activity")),
        ("opens_at = now() + interval '1 day'", chosen(0, 1), ("VOTING_NOT_OPEN", "activity")),
        ("proof_levels = '{CODE}'", chosen(0, 1), ("PROOF_NEEDED", "activity")),
    ],
)
def test_vote_that_is_no_longer_what_was_remembered_is_judged_as_it_is(
    given: Given, town: Portal, change: str, said: Votes, refusal: tuple[str, str]
) -> None:
    poll, voter = Poll(given, town, "APPROVAL", **RULES["APPROVAL"]), given.actor(town)
    remembered(given, poll, chosen(0, 1))
    given.sql(town, RULE.format(change), uuid_in(poll.activity))
    with given.nothing_written(town):
        assert poll.cast(voter, said)["userErrors"] == refused(*refusal)


def test_rule_that_became_wider_is_known_at_once(given: Given, town: Portal) -> None:
    poll, voter = Poll(given, town, "APPROVAL", **RULES["APPROVAL"]), given.actor(town)
    remembered(given, poll, chosen(0, 1))
    assert poll.cast(voter, chosen(0, 1, 2, 3))["userErrors"] == refused("BALLOT_TOO_LARGE", "votes")
    given.sql(town, RULE.format("vote_most = 4"), uuid_in(poll.activity))
    assert poll.cast(voter, chosen(0, 1, 2, 3))["userErrors"] == []


def test_project_is_kept_at_what_it_costs_now(given: Given, town: Portal) -> None:
    poll, voter, other = Poll(given, town, "BUDGET", **RULES["BUDGET"]), given.actor(town), given.actor(town)
    remembered(given, poll, chosen(0, 3))
    cost = "UPDATE __tenant__.contribution SET cost_euros = %s WHERE id = %s"
    given.sql(town, cost, 15, uuid_in(poll.projects[0]))
    assert poll.cast(voter, chosen(0, 3))["userErrors"] == []
    assert poll.kept(voter) == {0: ("SUPPORT", 15), 3: ("SUPPORT", 80)}
    given.sql(town, cost, 25, uuid_in(poll.projects[0]))
    with given.nothing_written(town):
        assert poll.cast(other, chosen(0, 3))["userErrors"] == refused("BALLOT_TOO_LARGE", "votes")


def test_project_that_was_remembered_and_is_gone_is_in_no_first_ballot(given: Given, town: Portal) -> None:
    activity = given.activity(town, vote_method="APPROVAL", vote_least=1, vote_most=3)
    author, voter = given.actor(town), given.actor(town)
    poll = Poll(given, town, "APPROVAL", projects=0)
    poll.activity, poll.projects = activity, [published(author, activity) for _ in range(3)]
    remembered(given, poll, chosen(0, 1, 2))
    close(author, poll.projects[0], "WITHDRAWN")
    hide = "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %s"
    given.sql(town, hide, uuid_in(poll.projects[1]))
    with given.nothing_written(town):
        closed = poll.cast(voter, chosen(2, 0))["userErrors"]
        assert closed == refused("CONTRIBUTION_NOT_OPEN", "votes.1.contribution")
        assert poll.cast(voter, chosen(2, 1))["userErrors"] == refused("NOT_FOUND", "votes.1.contribution")
    assert poll.cast(voter, chosen(2))["userErrors"] == []


def test_rule_that_changes_while_a_first_ballot_waits_is_the_one_that_judges_it(given: Given, town: Portal) -> None:
    """The ballot was sent before the change was committed: it is not judged by what it saw then."""
    poll, voter = Poll(given, town, "APPROVAL", **RULES["APPROVAL"]), given.actor(town)
    remembered(given, poll, chosen(0, 1))
    uuid = uuid_in(poll.activity)
    both = f"DO $$ BEGIN PERFORM pg_advisory_xact_lock(7465, hashtext('{uuid}')); {{}}; END $$"
    change = both.format(RULE.format("vote_least = 3").replace("%s", f"'{uuid}'"))
    answer = given.meanwhile(town, lambda: poll.cast(voter, chosen(0, 1)), change)
    assert answer["userErrors"] == refused("BALLOT_TOO_SMALL", "votes")
    assert poll.kept(voter) == {}
    assert recount(given, poll) == [1, 1, 0, 0]


def test_voter_who_signs_at_a_desk_meanwhile_has_voted_there(given: Given, town: Portal) -> None:
    poll, voter = Poll(given, town, "APPROVAL", **RULES["APPROVAL"]), given.actor(town)
    remembered(given, poll, chosen(0, 1))
    activity, actor = uuid_in(poll.activity), uuid_in(voter.ask("{ viewer { id } }")["viewer"]["id"])
    desk = given.insert(
        town, "polling_desk", activity_id=activity, name="Mairie", channel="DESK", counted_by="TOTALS", opened_at="now",
    )  # fmt: skip
    lock = f"PERFORM pg_advisory_xact_lock(7466, hashtext('{activity}{actor}'))"
    sign = (
        "INSERT INTO __tenant__.signing (id, activity_id, actor_id, desk_id, is_double, signed_at)"
        f" VALUES (gen_random_uuid(), '{activity}', '{actor}', '{desk}', false, now())"
    )
    signing = f"DO $$ BEGIN {lock}; {sign}; END $$"
    answer = given.meanwhile(town, lambda: poll.cast(voter, chosen(0, 1)), signing)
    assert answer["userErrors"] == refused("ALREADY_VOTED", "activity")
    assert recount(given, poll) == [1, 1, 0, 0]


def test_vote_that_is_there_already_becomes_part_of_the_ballot(given: Given, town: Portal) -> None:
    """As where the activity took single voices before it took ballots."""
    poll, voter = Poll(given, town, "SUPPORT"), given.actor(town)
    vote = {"contribution": poll.projects[0], "choice": "SUPPORT"}
    assert voter.ask(CAST_ONE, input=vote)["voteCast"]["userErrors"] == []
    given.sql(town, RULE.format("vote_method = 'APPROVAL', vote_least = 1, vote_most = 3"), uuid_in(poll.activity))
    remembered(given, poll, chosen(0, 1))
    assert poll.cast(voter, chosen(0, 1))["userErrors"] == []
    assert set(poll.kept(voter)) == {0, 1}
    assert recount(given, poll) == [2, 2, 0, 0]
    assert tallied(poll) == [2, 2, 0, 0]


def test_first_ballot_whose_voter_has_a_proof_says_its_level_and_queues_the_mail(given: Given, town: Portal) -> None:
    poll = Poll(given, town, "APPROVAL", **RULES["APPROVAL"])
    given.sql(town, RULE.format("proof_levels = '{CODE}'"), uuid_in(poll.activity))
    addresses = [f"{uuid4().hex}@free.fr" for _ in range(3)]
    for email in addresses:
        voter = given.actor(town)
        actor = uuid_in(voter.ask("{ viewer { id } }")["viewer"]["id"])
        given.insert(town, "account", actor_id=actor, email=email, created_at="now")
        given.insert(
            town,
            "proof",
            activity_id=uuid_in(poll.activity),
            actor_id=actor,
            level="CODE",
            digest=email,
            given_at="now",
        )
        assert poll.cast(voter, chosen(0, 1))["userErrors"] == []
    rows = given.sql(town, RECEIPTS, uuid_in(poll.activity))
    assert [row[1:] for row in rows] == [("CODE", False)] * 3
    sealed = given.sql(town, SEALED, uuid_in(poll.activity))
    assert sorted((str(actor), payload["receipt"]) for actor, payload in sealed) == sorted(
        ("None", row[0]) for row in rows
    )
    told = [waiting(given, town, email) for email in addresses]
    assert [[(kind.value, wanted) for kind, wanted, _ in each] for each in told] == [[("BALLOT_RECEIVED", True)]] * 3
    assert {each[0][2]["receipt"] for each in told} == {row[0] for row in rows}


def test_hundred_first_ballots_at_once_are_all_cast_and_all_counted(given: Given, town: Portal) -> None:
    poll = Poll(given, town, "APPROVAL", projects=9, vote_least=1, vote_most=3)
    for place in range(9):
        remembered(given, poll, chosen(place))
    over = "UPDATE __tenant__.contribution SET expires_at = now() - interval '1 minute' WHERE id = %s"
    given.sql(town, over, uuid_in(poll.projects[8]))
    voters, ready = given.citizens(town, 100), Barrier(25)

    def cast(index: int) -> list[dict[str, Any]]:
        """Every tenth says too much; every tenth names a project that was open when it was remembered."""
        if index < 25:
            ready.wait(10)
        places = [(index + more) % 8 for more in range(4 if index % 10 == 0 else 3)]
        if index % 10 == 1:
            places[2] = 8
        return list(poll.cast(voters[index], chosen(*places))["userErrors"])

    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(cast, range(100)))
    refusals = {0: refused("BALLOT_TOO_LARGE", "votes"), 1: refused("CONTRIBUTION_NOT_OPEN", "votes.2.contribution")}
    assert answers == [refusals.get(index % 10, []) for index in range(100)]
    receipts = {receipt for receipt, *_ in given.sql(town, RECEIPTS, uuid_in(poll.activity))}
    assert len(receipts) == 89
    assert {note["receipt"] for _, note in given.sql(town, SEALED, uuid_in(poll.activity))} == receipts
    assert sum(recount(given, poll)) == 80 * 3 + 9
    assert tallied(poll) == recount(given, poll)
    given.fold(town)
    assert tallied(poll) == recount(given, poll)


@pytest.mark.parametrize("error", [DeadlockError, psycopg.errors.UniqueViolation])
def test_first_ballot_that_came_second_in_the_database_is_cast_the_longer_way(
    given: Given, town: Portal, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    poll, voter = Poll(given, town, "APPROVAL", **RULES["APPROVAL"]), given.actor(town)
    remembered(given, poll, chosen(0, 1))

    async def failed(*_given: Any) -> Any:
        raise error

    monkeypatch.setattr(GroupCommit, "run", failed)
    assert poll.cast(voter, chosen(0, 1))["userErrors"] == []
    assert set(poll.kept(voter)) == {0, 1}
    assert recount(given, poll) == [2, 2, 0, 0]


def test_first_ballot_that_one_voter_sends_twenty_times_at_once_is_one(given: Given, town: Portal) -> None:
    poll, voter, ready = Poll(given, town, "APPROVAL", **RULES["APPROVAL"]), given.actor(town), Barrier(20)
    remembered(given, poll, chosen(0, 1))
    remembered(given, poll, chosen(2, 3))

    def cast(index: int) -> list[dict[str, Any]]:
        ready.wait(10)
        return list(poll.cast(voter, chosen(index % 4, (index + 1) % 4))["userErrors"])

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(cast, range(20))) == [[]] * 20
    assert len(poll.kept(voter)) == 2
    assert len(given.sql(town, RECEIPTS, uuid_in(poll.activity))) == 3
    assert sum(recount(given, poll)) == 6
    assert tallied(poll) == recount(given, poll)


def test_terms_of_a_sealed_vote_are_not_remembered_and_its_ballots_stay_sealed(given: Given, town: Portal) -> None:
    from resolvers import ballot_terms
    from tests.test_urn import Secret

    secret = Secret(given, town, "APPROVAL", **RULES["APPROVAL"])
    assert secret.cast(given.actor(town), chosen(0, 1))["userErrors"] == []
    assert ballot_terms.remembered.get((town.number, uuid_in(secret.activity))) is None


def test_nobody_casts_a_first_ballot_in_another_towns_vote(given: Given, town: Portal, lehavre: Portal) -> None:
    poll = Poll(given, town, "APPROVAL", **RULES["APPROVAL"])
    remembered(given, poll, chosen(0, 1))
    stranger = given.actor(lehavre)
    votes = [{"contribution": poll.projects[place], "choice": "SUPPORT"} for place in (0, 1)]
    cast = "mutation($input: BallotCastInput!) { ballotCast(input: $input) { userErrors { code field } } }"
    with given.nothing_written(town), given.nothing_written(lehavre):
        answer = stranger.ask(cast, input={"activity": poll.activity, "votes": votes})["ballotCast"]
    assert answer["userErrors"] == refused("NOT_FOUND", "activity")


def test_close_that_passes_ends_first_ballots_by_the_databases_clock(given: Given, town: Portal) -> None:
    poll, voter = Poll(given, town, "APPROVAL", **RULES["APPROVAL"]), given.actor(town)
    remembered(given, poll, chosen(0, 1))
    given.sql(
        town, "UPDATE __tenant__.activity SET closes_at = %s WHERE id = %s",
        datetime.now(UTC) - timedelta(milliseconds=1), uuid_in(poll.activity),
    )  # fmt: skip
    with given.nothing_written(town):
        assert poll.cast(voter, chosen(0, 1))["userErrors"] == refused("VOTING_NOT_OPEN", "activity")
