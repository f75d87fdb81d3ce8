"""Ballots that may be of one person: found, set aside with a reason, told, contested, counted publicly, put back."""

from collections.abc import Mapping
from hashlib import sha256
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import ClauseElement

from counting import vote_result
from database.transaction import Transaction
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import Poll, chosen
from tests.test_vote_file import counted, recount

DOUBTS = "query($id: ID!) { activity(id: $id) { ballotDoubts { sign mark shown ballotCount } } }"
PUT_ASIDE = """mutation($input: BallotsSetAsideInput!) { ballotsSetAside(input: $input) {
  activity { turnout { ballotCount setAsideCount } } userErrors { code field } } }"""
APPEAL = "mutation($input: BallotAppealInput!) { ballotAppeal(input: $input) { userErrors { code field } } }"
RESTORE = "mutation($input: BallotRestoreInput!) { ballotRestore(input: $input) { userErrors { code field } } }"
SHOWN = "query($id: ID!) { activity(id: $id) { setAsideBallots { id sign explanation appeal restoredAt } } }"
RESULT = "query($id: ID!) { activity(id: $id) { results { version reason ballotCount setAsideCount isDecisive } } }"

VOTERS = """
WITH given AS (SELECT gen_random_uuid() AS actor, gen_random_uuid() AS ballot, email, minute
  FROM unnest(%s::text[], %s::int[]) AS t (email, minute)),
people AS (INSERT INTO __tenant__.actor (id, kind, name, role, created_at)
  SELECT actor, 'CITIZEN', 'Voisine', 'MEMBER', now() FROM given),
accounts AS (INSERT INTO __tenant__.account (id, actor_id, email, created_at)
  SELECT gen_random_uuid(), actor, email, now() FROM given)
INSERT INTO __tenant__.ballot (id, activity_id, actor_id, is_blank, cast_at)
  SELECT ballot, %s, actor, true, now() - minute * interval '1 minute' FROM given"""

DECLARED = """
INSERT INTO __tenant__.proof (id, activity_id, actor_id, level, digest, address_digest, given_at)
SELECT gen_random_uuid(), activity_id, actor_id, 'DECLARATION', id::text, 'family ' || row_number() OVER () / 4, now()
FROM __tenant__.ballot WHERE activity_id = %s"""
"""Voters declare an address of at most four."""

WITHOUT_ADDRESS = "UPDATE __tenant__.account SET email = NULL"
"""Other tests' voters have other addresses."""

HONEST = ("gmail.com", "orange.fr", "free.fr", "laposte.net", "sfr.fr", "hotmail.fr", "outlook.fr", "wanadoo.fr")


def honest(count: int) -> list[str]:
    """Addresses of people, at large providers, and of some at firms and families."""
    chance = Random(5_000)  # Chance, no secret.
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = {"".join(chance.choices(letters, k=chance.randint(5, 12))) for _ in range(count * 2)}
    first = [f"{name}@{chance.choice(HONEST)}" for name in sorted(names)[: count - 60]]
    return first + [f"{name}@firme{place % 12}.example" for place, name in enumerate(sorted(names)[count - 60 : count])]


def vote(given: Given, poll: Poll, emails: list[str], *, apart: int) -> None:
    """Blank ballots of new accounts, so many minutes apart."""
    given.sql(poll.town, VOTERS, emails, [place * apart for place in range(len(emails))], uuid_in(poll.activity))


def doubts(poll: Poll) -> list[dict[str, Any]]:
    return list(poll.given.actor(poll.town, role="ADMIN").ask(DOUBTS, id=poll.activity)["activity"]["ballotDoubts"])


def put_aside(poll: Poll, group: dict[str, Any], **fields: Any) -> dict[str, Any]:
    said = {"activity": poll.activity, "sign": group["sign"], "mark": group["mark"]}
    said |= {"explanation": "Cent comptes, une seule boîte.", **fields}
    return dict(poll.given.actor(poll.town, role="ADMIN").ask(PUT_ASIDE, input=said)["ballotsSetAside"])


@pytest.mark.parametrize(
    ("cheat", "sign", "shown"),
    [
        (
            [
                *(f"jean.valjean+{place}@gmail.com" for place in range(50)),
                *(f"jeanvaljean+b{place}@googlemail.com" for place in range(50)),
            ],
            "MAILBOX",
            "j…@gmail.com",
        ),
        ([f"vote{place}@attrape-tout.example" for place in range(100)], "DOMAIN", "attrape-tout.example"),
        ([f"jean.valjean{place}@orange.fr" for place in range(1_900, 2_000)], "ALIKE", "j…@orange.fr"),
    ],
)
def test_hundred_accounts_of_one_person_are_found_and_no_honest_voter_of_five_thousand(
    given: Given, town: Portal, cheat: list[str], sign: str, shown: str
) -> None:
    given.sql(town, WITHOUT_ADDRESS)
    poll = Poll(given, town, "APPROVAL", vote_most=3)
    vote(given, poll, honest(5_000), apart=1)
    assert doubts(poll) == []
    vote(given, poll, cheat, apart=3)
    groups = doubts(poll)
    assert {group["ballotCount"] for group in groups} == {100}
    assert {group["sign"] for group in groups} == ({sign, "ALIKE"} if sign == "DOMAIN" else {sign})
    [group] = [group for group in groups if group["sign"] == sign]
    assert group["shown"] == shown
    answer = put_aside(poll, group)
    assert answer == {"activity": {"turnout": {"ballotCount": 5_100, "setAsideCount": 99}}, "userErrors": []}
    assert doubts(poll) == []


def test_hundred_voters_of_one_declared_address_are_found_and_no_family_of_four(given: Given, town: Portal) -> None:
    given.sql(town, WITHOUT_ADDRESS)
    for _ in range(12):
        small = Poll(given, town, "APPROVAL", vote_most=3)
        vote(given, small, [f"{uuid4()}@orange.fr" for _ in range(200)], apart=1)
        given.sql(town, DECLARED, uuid_in(small.activity))
    for name in ("actor", "account", "ballot", "proof"):  # PostgreSQL knows small votes, and nothing of the next one.
        given.sql(town, f"ANALYZE __tenant__.{name}")
    given.sql(town, WITHOUT_ADDRESS)
    poll = Poll(given, town, "APPROVAL", vote_most=3)
    vote(given, poll, [*honest(5_000), *(f"{place}x@orange.fr" for place in range(9))], apart=1)
    given.sql(town, DECLARED, uuid_in(poll.activity))
    assert doubts(poll) == []
    moved = """UPDATE __tenant__.proof SET address_digest = 'abcdef0123' WHERE id IN (
      SELECT id FROM __tenant__.proof WHERE activity_id = %s ORDER BY id LIMIT 100)"""
    given.sql(town, moved, uuid_in(poll.activity))
    [group] = doubts(poll)
    assert (group["sign"], group["shown"], group["ballotCount"]) == ("ADDRESS", "abcdef", 100)
    assert put_aside(poll, group)["activity"]["turnout"]["setAsideCount"] == 99
    assert doubts(poll) == []


@pytest.mark.parametrize("count", [3, 300])
def test_a_group_is_set_aside_by_one_statement_and_each_ballot_is_in_the_journal(
    given: Given, town: Portal, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    given.sql(town, WITHOUT_ADDRESS)
    poll, ran, run = Poll(given, town, "APPROVAL", vote_most=3), list[str](), Transaction._run
    vote(given, poll, [f"jean.valjean+{place}@free.fr" for place in range(count)], apart=1)

    async def counted_run(self: Transaction, clause: ClauseElement, values: Mapping[str, object]) -> Any:
        ran.append(str(clause))
        return await run(self, clause, values)

    [group] = doubts(poll)
    monkeypatch.setattr(Transaction, "_run", counted_run)
    assert put_aside(poll, group)["activity"]["turnout"]["setAsideCount"] == count - 1
    assert sum(text.startswith("INSERT INTO __tenant__.set_aside") for text in ran) == 1
    details = """SELECT count(*) FROM __tenant__.event_detail d JOIN __tenant__.set_aside s ON s.id = d.subject_id
      WHERE s.activity_id = %s"""
    assert given.sql(town, details, uuid_in(poll.activity)) == [(count - 1,)]


@pytest.fixture
def poll(given: Given, town: Portal) -> Poll:
    """Three voters: two with one mailbox."""
    given.sql(town, WITHOUT_ADDRESS)
    made = Poll(given, town, "APPROVAL", costs=20, vote_most=3, budget_euros=100)
    for email, places in (("ana+1@free.fr", (0,)), ("ana+2@free.fr", (1,)), ("bo@free.fr", (0, 1))):
        voter = given.actor(town)
        made.cast(voter, chosen(*places))
        actor = uuid_in(voter.ask("{ viewer { id } }")["viewer"]["id"])
        given.insert(town, "account", actor_id=actor, email=email, created_at="now")
        made.__dict__.setdefault("voters", []).append(voter)
    return made


def test_ballot_that_is_set_aside_is_not_counted_but_told_and_published(
    given: Given, poll: Poll, tmp_path: Any
) -> None:
    [group] = doubts(poll)
    put_aside(poll, group)
    files = counted(given, poll)
    decisive = poll.town.ask(RESULT, id=poll.activity)["activity"]["results"][0]
    assert (decisive["ballotCount"], decisive["setAsideCount"]) == (2, 1)
    assert len(files["ballots.csv"].splitlines()) == 3
    assert files["set_aside.csv"].splitlines()[1].endswith(",MAILBOX")
    assert recount(tmp_path, files)[0] == 0


def test_voter_sees_why_contests_once_and_the_vote_is_counted_anew(given: Given, poll: Poll) -> None:
    first, second, other = poll.__dict__["voters"]
    put_aside(poll, doubts(poll)[0])
    counted(given, poll)
    assert second.ask(SHOWN, id=poll.activity)["activity"]["setAsideBallots"][0]["explanation"].startswith("Cent")
    for stranger in (first, other, poll.town):
        assert stranger.ask(SHOWN, id=poll.activity)["activity"]["setAsideBallots"] == []
    said = {"activity": poll.activity, "words": "Nous sommes deux à lire cette boîte."}
    assert second.ask(APPEAL, input=said)["ballotAppeal"]["userErrors"] == []
    refused = [{"code": "APPEAL_NOT_POSSIBLE", "field": "activity"}]
    assert second.ask(APPEAL, input=said)["ballotAppeal"]["userErrors"] == refused
    assert other.ask(APPEAL, input=said)["ballotAppeal"]["userErrors"] == refused
    admin = poll.given.actor(poll.town, role="ADMIN")
    [aside] = admin.ask(SHOWN, id=poll.activity)["activity"]["setAsideBallots"]
    answer = {"setAside": aside["id"], "reply": "Deux personnes, vérifié."}
    assert admin.ask(RESTORE, input=answer)["ballotRestore"]["userErrors"] == []
    given.run(vote_result.count(given.database, poll.town.number))
    given.sql(poll.town, "UPDATE __tenant__.vote_result SET counted_at = counted_at")
    told = poll.town.ask(RESULT, id=poll.activity)["activity"]["results"]
    assert {(one["version"], one["reason"], one["ballotCount"], one["setAsideCount"]) for one in told} == {
        (2, "Deux personnes, vérifié.", 3, 0)
    }  # fmt: skip


def test_numbers_for_addresses_have_nothing_in_common(given: Given, town: Portal) -> None:
    given.sql(town, WITHOUT_ADDRESS)
    poll = Poll(given, town, "APPROVAL")
    vote(given, poll, [f"{place:010}@orange.fr" for place in range(612_345_678, 612_345_690)], apart=1)
    vote(given, poll, [f"j.{place}@free.fr" for place in range(12)], apart=1)
    assert doubts(poll) == []
    vote(given, poll, [f"leo{place}@free.fr" for place in range(12)], apart=1)
    assert [(group["sign"], group["shown"], group["ballotCount"]) for group in doubts(poll)] == [
        ("ALIKE", "l…@free.fr", 12)
    ]


def test_mark_of_a_group_is_no_digest_of_an_address_that_anybody_can_guess(given: Given, town: Portal) -> None:
    given.sql(town, WITHOUT_ADDRESS)
    poll = Poll(given, town, "APPROVAL")
    vote(given, poll, ["jean.valjean+a@gmail.com", "jeanvaljean@googlemail.com"], apart=1)
    [group] = doubts(poll)
    assert (group["sign"], len(group["mark"])) == ("MAILBOX", 64)
    assert group["mark"] != sha256(b"jeanvaljean@gmail.com").hexdigest()
    assert put_aside(poll, group)["activity"]["turnout"]["setAsideCount"] == 1


def test_group_that_is_none_is_not_found(poll: Poll) -> None:
    group = {"sign": "MAILBOX", "mark": "0"}
    assert put_aside(poll, group)["userErrors"] == [{"code": "BAD_INPUT", "field": "mark"}]
    short = put_aside(poll, doubts(poll)[0], explanation="Non.")
    assert short["userErrors"] == [{"code": "TOO_SHORT", "field": "explanation"}]
