"""Secret votes: nobody reads a ballot before the urn is opened, nobody tells whose it is after, everybody recounts."""

import json
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from counting import vote_result
from models.base import tenant_metadata
from models.urn import WrongKeyError, is_key_of, new_keys, opened, sealed
from planner import mutation
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import CAST_ONE, RULES, chosen, given_points, graded, ranked
from tests.test_polling_desk import Polling
from tests.test_vote_file import faults, files, happened, recount, renamed

SEAL = """mutation($input: UrnSealInput!) { urnSeal(input: $input) {
  key activity { isSecret } userErrors { code field } } }"""
OPEN = """mutation($input: UrnOpenInput!) { urnOpen(input: $input) {
  activity { urnOpenedAt } userErrors { code field } } }"""
MINE = """query($id: ID!, $receipt: String!) { activity(id: $id) { hasReceipt(receipt: $receipt)
  viewerBallot { id } viewerEnvelope { receipt castAt } turnout { ballotCount } results { ballotCount } } }"""
PERIOD = "UPDATE __tenant__.activity SET opens_at = now() + %s::interval WHERE id = %s"


class Secret(Polling):
    """A secret vote that is open."""

    opens_in = timedelta(days=1)

    def __init__(self, given: Given, town: Portal, method: str = "APPROVAL", **rule: Any) -> None:
        super().__init__(given, town, method, **rule)
        told = self.admin.ask(SEAL, input={"activity": self.activity})["urnSeal"]
        assert told["activity"] == {"isSecret": True}
        self.key = str(told["key"])
        given.sql(town, PERIOD, "-1 day", uuid_in(self.activity))

    def mine(self, voter: Portal, receipt: str = "") -> dict[str, Any]:
        return dict(voter.ask(MINE, id=self.activity, receipt=receipt)["activity"])

    def receipt(self, voter: Portal) -> str:
        return str(self.mine(voter)["viewerEnvelope"]["receipt"])

    def open(self, key: str = "") -> Any:
        """Open the urn; what refuses it."""
        return self.admin.ask(OPEN, input={"activity": self.activity, "key": key or self.key})["urnOpen"]["userErrors"]

    def counted(self) -> dict[str, str]:
        self.given.close_activity(self.town, self.activity)
        assert self.open() == []
        self.given.run(vote_result.count(self.given.database, self.town.number))
        return files(self)


@pytest.fixture
def secret(given: Given, town: Portal) -> Secret:
    return Secret(given, town)


def test_envelope_opens_with_its_key_alone_and_tells_nothing_by_its_length() -> None:
    (private, public), (other, _) = new_keys(), new_keys()
    activity = UUID(int=7)
    short, long_ = (sealed(public, activity, said, 9) for said in ("BLANK", "x" * 500))
    assert len(short) == len(long_)
    assert opened(private, activity, short) == "BLANK"
    assert is_key_of(private, public)
    assert not is_key_of(other, public)
    for key, of in ((other, activity), (private, UUID(int=8))):
        with pytest.raises(WrongKeyError):
            opened(key, of, short)
    with pytest.raises(WrongKeyError):
        is_key_of("pas une clé", public)


def test_vote_is_made_secret_before_it_opens_alone(given: Given, town: Portal, secret: Secret) -> None:
    again = secret.admin.ask(SEAL, input={"activity": secret.activity})["urnSeal"]
    assert (again["key"], again["userErrors"]) == (None, [{"code": "VOTE_BEGUN", "field": "activity"}])
    free = given.activity(town, vote_method="SUPPORT", opens_at="tomorrow")
    told = secret.admin.ask(SEAL, input={"activity": free})["urnSeal"]["userErrors"]
    assert told == [{"code": "VOTING_NOT_OPEN", "field": "activity"}]


def test_voter_is_told_that_the_ballot_is_there_and_nobody_what_it_says(
    given: Given, town: Portal, secret: Secret
) -> None:
    voter, other = given.actor(town), given.actor(town)
    assert secret.cast(voter, chosen(0, 1)) == {
        "ballot": None, "activity": {"turnout": {"ballotCount": 1, "blankCount": 0}}, "userErrors": [],
    }  # fmt: skip
    receipt = secret.receipt(voter)
    assert secret.mine(voter, receipt)["hasReceipt"]
    assert secret.mine(voter)["viewerBallot"] is None
    assert secret.mine(other)["viewerEnvelope"] is None
    assert secret.counts(0) == {}
    assert secret.cast(voter, chosen(2))["userErrors"] == []
    assert secret.receipt(voter) != receipt
    assert not secret.mine(voter, receipt)["hasReceipt"]
    one = {"contribution": secret.projects[0], "choice": "SUPPORT"}
    assert voter.ask(CAST_ONE, input=one)["voteCast"]["userErrors"][0]["code"] == "ACTION_NOT_POSSIBLE"
    secret.withdraw(voter)
    assert secret.mine(voter)["viewerEnvelope"] is None
    kinds = [row[:2] for row in happened(given, secret) if row[0].startswith("BALLOT")]
    assert kinds == [("BALLOT_CAST", None), ("BALLOT_CAST", None), ("BALLOT_WITHDRAWN", None)]


def test_secret_ballot_keeps_the_rule(given: Given, town: Portal, secret: Secret) -> None:
    voter = given.actor(town)
    refused = secret.cast(voter, chosen(0, 1, 2, 3))["userErrors"]
    assert refused == [{"code": "BALLOT_TOO_LARGE", "field": "votes"}]
    assert secret.mine(voter)["viewerEnvelope"] is None


def test_urn_is_opened_after_the_close_with_its_key_once(given: Given, town: Portal, secret: Secret) -> None:
    secret.cast(given.actor(town), chosen(0))
    assert secret.open()[0]["code"] == "ACTION_NOT_POSSIBLE"
    given.close_activity(town, secret.activity)
    given.run(vote_result.count(given.database, town.number))
    assert secret.mine(secret.admin)["results"] == []
    for key in (new_keys()[0], "rien"):
        assert secret.open(key) == [{"code": "WRONG_KEY", "field": "key"}]
    assert secret.open() == []
    assert secret.open() == []
    given.run(vote_result.count(given.database, town.number))
    assert secret.mine(secret.admin)["results"][0] == {"ballotCount": 1}
    assert secret.counts(0) == {"SUPPORT": 1}


SAID: dict[str, list[Any]] = {
    "APPROVAL": [chosen(0, 2), chosen(1, 2)],
    "POINTS": [given_points(p0=3, p1=2), given_points(p2=2)],
    "RANKED": [ranked(0, 3, 1), ranked(1, 2)],
    "BUDGET": [chosen(0, 3), chosen(1)],
    "MAJORITY_JUDGEMENT": [graded(p0="EXCELLENT", p1="REJECTED"), graded(p2="GOOD", p3="GOOD")],
}


@pytest.mark.parametrize("method", SAID)
def test_stranger_recounts_a_secret_vote(given: Given, town: Portal, tmp_path: Path, method: str) -> None:
    secret = Secret(given, town, method, **({"vote_most": None} | RULES[method]))
    voters = [given.actor(town) for _ in range(4)]
    for voter, said in zip(voters, SAID[method] * 2, strict=True):
        assert secret.cast(voter, said)["userErrors"] == []
    secret.cast(given.actor(town), {}, isBlank=True)
    receipts = sorted(secret.receipt(voter) for voter in voters)
    told = secret.counted()
    code, said_ = recount(tmp_path, told)
    assert (code, said_.splitlines()[-1]) == (0, "Everything is as published.")
    listed = told["envelopes.csv"].splitlines()[1:]
    assert listed == sorted(listed)
    assert set(receipts) < set(listed)
    fewer = renamed(told, "\r\n".join(["receipt", *listed[:-1], ""]), "envelopes.csv")
    assert faults(tmp_path, fewer) == ["there are 4 envelopes and 5 ballots"]


# No link -------------------------------------------------------------------------------------------------------------


def rows(secret: Secret) -> dict[str, list[str]]:
    """Every row of every table of the tenant, as text."""
    return {
        table.name: [
            row for (row,) in secret.given.sql(secret.town, f"SELECT to_jsonb(t)::text FROM __tenant__.{table.name} t")
        ]
        for table in tenant_metadata.sorted_tables
    }


def test_no_table_holds_what_a_sealed_ballot_says(given: Given, town: Portal, secret: Secret) -> None:
    """Over all tables: while the vote is open no row that came with the ballots names a project or a choice."""
    voters = [given.actor(town) for _ in range(3)]
    before = {name: set(listed) for name, listed in rows(secret).items()}
    for voter, place in zip(voters, (0, 1, 2), strict=True):
        said = {"activity": secret.activity, "votes": [{"contribution": secret.projects[place], "choice": "SUPPORT"}]}
        cast = "mutation($input: BallotCastInput!) { ballotCast(input: $input) { userErrors { code } } }"
        voter.ask(cast, input={**said, "idempotencyKey": f"urn-{place}-{secret.activity}"})
    secret.cast(voters[0], {}, isBlank=True)
    projects = [str(uuid_in(project)) for project in secret.projects]
    come = [row for name, listed in rows(secret).items() for row in listed if row not in before[name]]
    named = [row for row in come if any(project in row for project in projects)]
    assert [row for row in named if secret.activity.rsplit("_", 1)[1] in row and "SUPPORT" in row] == []
    of_voters = [str(uuid_in(voter.ask("{ viewer { id } }")["viewer"]["id"])) for voter in voters]
    assert [row for row in come if any(who in row for who in of_voters) and any(one in row for one in projects)] == []
    assert sum('"sealed": "' in row for row in come) == 3


def leaves(value: Any) -> set[str]:
    """All values of a row that could name something, deep down."""
    if isinstance(value, dict):
        return set().union(*(leaves(one) for one in value.values()))
    if isinstance(value, list):
        return set().union(*(leaves(one) for one in value), set())
    return {str(value)} if isinstance(value, str) and len(value) >= 12 else set()


def test_no_value_of_any_table_leads_from_a_voter_to_a_ballot(given: Given, town: Portal, secret: Secret) -> None:
    """Generated over all tables: rows that share a value which not every ballot of the vote has are neighbours; from no
    voter a walk from neighbour to neighbour comes to a ballot or a vote."""
    voters = [given.actor(town) for _ in range(8)]
    pairs = list(combinations(range(4), 2))
    for voter, places in zip(voters, [*pairs, (3,), (0,)], strict=True):
        secret.cast(voter, chosen(*places))
    secret.counted()
    given.fold(town)
    ids = {str(id_) for (id_,) in given.sql(town, OF_VOTE, uuid_in(secret.activity), uuid_in(secret.activity))}
    assert len(ids) == 8 + 14
    assert [reached(secret, voter, ids) & ids for voter in voters] == [set()] * 8
    planted = "UPDATE __tenant__.ballot SET cast_at = s.signed_at FROM __tenant__.signing s WHERE ballot.id = %s AND s.id = %s"
    signed = "SELECT id FROM __tenant__.signing WHERE activity_id = %s AND actor_id = %s"
    voter = uuid_in(voters[3].ask("{ viewer { id } }")["viewer"]["id"])
    [(mark,)] = given.sql(town, signed, uuid_in(secret.activity), voter)
    [ballot, *_] = [id_ for (id_,) in given.sql(town, OF_VOTE, uuid_in(secret.activity), uuid_in(secret.activity))]
    given.sql(town, planted, ballot, mark)
    assert str(ballot) in reached(secret, voters[3], ids), (
        "an instant that a ballot shares with its voter's mark is found"
    )


def reached(secret: Secret, voter: Portal, ids: set[str]) -> set[str]:
    """All that a walk over equal values comes to from a voter."""
    every = [(name, leaves(json.loads(row))) for name, listed in rows(secret).items() for row in listed]
    # What all share says nothing: the vote itself, its projects, the moment in which the urn was opened.
    shared = {str(uuid_in(one)) for one in (secret.activity, *secret.projects)} | common(every, ids)
    shared |= {value for name, values in every if name == "activity" for value in values}
    come = {str(uuid_in(voter.ask("{ viewer { id } }")["viewer"]["id"]))}
    while True:
        near = set().union(*(values - shared for _, values in every if values & come), come)
        if near == come:
            return come
        come = near


OF_VOTE = """SELECT id FROM __tenant__.ballot WHERE activity_id = %s UNION ALL SELECT v.id FROM __tenant__.vote v
  JOIN __tenant__.ballot b ON b.id = v.ballot_id WHERE b.activity_id = %s"""


def common(every: list[tuple[str, set[str]]], ids: set[str]) -> set[str]:
    """The values that each ballot has."""
    of_ballots = [values for name, values in every if name == "ballot" and values & ids]
    return set.intersection(*of_ballots) if of_ballots else set()


def test_ballots_have_one_time_one_transaction_and_no_order_of_voters(
    given: Given, town: Portal, secret: Secret
) -> None:
    """What PostgreSQL keeps beside the columns leads nowhere either: xmin is one for all, ctid is an order of chance."""
    voters = [given.actor(town) for _ in range(24)]
    places = [(n % 4, (n + 1 + n // 4 % 3) % 4) for n in range(24)]
    for voter, (one, other) in zip(voters, places, strict=True):
        secret.cast(voter, chosen(one, other))
    secret.counted()
    kept = "SELECT xmin::text, cast_at, actor_id FROM __tenant__.ballot WHERE activity_id = %s"
    assert len(set(given.sql(town, kept, uuid_in(secret.activity)))) == 1
    ordered = """SELECT string_agg(v.contribution_id::text, ',' ORDER BY v.contribution_id) FROM __tenant__.ballot b
      JOIN __tenant__.vote v ON v.ballot_id = b.id WHERE b.activity_id = %s GROUP BY b.ctid ORDER BY b.ctid"""
    said = [row for (row,) in given.sql(town, ordered, uuid_in(secret.activity))]
    cast = [",".join(sorted(str(uuid_in(secret.projects[place])) for place in pair)) for pair in places]
    assert sorted(said) == sorted(cast)
    assert said != cast  # 24 factorial over the repeats: chance does not make this fail.
    left = "SELECT count(*) FROM __tenant__.signing WHERE activity_id = %s AND sealed IS NOT NULL"
    assert given.sql(town, left, uuid_in(secret.activity)) == [(0,)]


def test_of_paper_and_an_envelope_paper_counts(given: Given, town: Portal, secret: Secret) -> None:
    voter, email = secret.voter()
    secret.cast(voter, chosen(0))
    assert secret.sign(secret.desk, email=email) == [{"code": "ALREADY_VOTED", "field": "desk"}]
    assert secret.sign(secret.desk, email=email, isInBox=True) == "PAPER_FIRST"
    assert secret.sign(secret.desk, email=email, isInBox=True) == "REPEATED"
    assert secret.cast(voter, chosen(1))["userErrors"] == [{"code": "ALREADY_VOTED", "field": "activity"}]
    late, address = secret.voter()
    secret.cast(late, chosen(0))
    secret.counted()
    assert secret.sign(secret.other, email=address, isInBox=True) == "DOUBLE"


def test_key_is_not_changed_once_somebody_has_voted(given: Given, town: Portal, secret: Secret) -> None:
    """Moving the opening does not make a new key possible: what is sealed for the first one would be lost."""
    voter = given.actor(town)
    assert secret.cast(voter, chosen(0, 1))["userErrors"] == []
    given.sql(town, PERIOD, "1 day", uuid_in(secret.activity))
    again = secret.admin.ask(SEAL, input={"activity": secret.activity})["urnSeal"]
    assert (again["key"], again["userErrors"]) == (None, [{"code": "VOTE_BEGUN", "field": "activity"}])


def test_nobody_votes_after_the_urn_was_opened(given: Given, town: Portal, secret: Secret) -> None:
    voter = given.actor(town)
    assert secret.cast(given.actor(town), chosen(0))["userErrors"] == []
    secret.counted()
    later = "UPDATE __tenant__.activity SET closes_at = now() + interval '1 day' WHERE id = %s"
    given.sql(town, later, uuid_in(secret.activity))
    assert [error["code"] for error in secret.cast(voter, chosen(1))["userErrors"]] == ["VOTING_NOT_OPEN"]
    assert secret.mine(voter)["viewerEnvelope"] is None


def test_digest_of_a_request_cannot_be_guessed_without_the_servers_secret(
    given: Given, town: Portal, secret: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ballot has few possible contents: whoever could reckon the digest of each would know what a voter said."""
    monkeypatch.setattr(mutation, "fingerprint", lambda *_: "what anybody can reckon")
    voter, key = given.actor(town), f"secret {secret.activity}"
    votes = [{"contribution": secret.projects[0], "choice": "SUPPORT"}]
    asked = {"activity": secret.activity, "votes": votes, "idempotencyKey": key}
    cast = "mutation($input: BallotCastInput!) { ballotCast(input: $input) { userErrors { code } } }"
    assert voter.ask(cast, input=asked)["ballotCast"]["userErrors"] == []
    [(kept,)] = given.sql(town, "SELECT fingerprint FROM __tenant__.idempotency WHERE key = %s", key)
    assert kept != "what anybody can reckon"


def test_published_rule_says_whether_the_vote_is_secret(given: Given, town: Portal, secret: Secret) -> None:
    openly = Polling(given, town)
    given.run(vote_result.count(given.database, town.number))
    for poll, is_secret in ((secret, True), (openly, False)):
        assert json.loads(files(poll)["rule.json"])["is_secret"] is is_secret
