"""No query, export or log joins a secret ballot to its voter; and a join that is planted is found."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_required_argument

from auth.viewer import Audience
from models.tenant import Feature
from planner.scope import Scope, scoped
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.operation import CONTRACT, REQUIRED, call, everything
from tests.test_ballot import chosen
from tests.test_export_http import CREATE
from tests.test_urn import OF_VOTE, Secret

OWN = ("viewerBallot", "viewerEnvelope", "viewerProof", "viewerFollow", "setAsideBallots")
CONTRACTS = {
    audience: scoped(CONTRACT, Scope(frozenset(Feature), audience))
    for audience in (Audience.ADMINISTRATOR, Audience.PUBLIC)
}


class Cast:
    """A secret vote that was counted, and what names its voters and its ballots: receipts, ids, the projects chosen."""

    def __init__(self, given: Given, town: Portal) -> None:
        self.secret = Secret(given, town)
        self.voters = [given.actor(town, name=f"Électrice {letter}") for letter in "ABCDEF"]
        for number, voter in enumerate(self.voters):
            assert self.secret.cast(voter, chosen(number % 4, (number + 1) % 4))["userErrors"] == []
        self.envelopes = [self.secret.receipt(voter) for voter in self.voters]
        actors = [str(uuid_in(voter.ask("{ viewer { id } }")["viewer"]["id"])) for voter in self.voters]
        self.names = {*actors, *self.envelopes, *(f"Électrice {letter}" for letter in "ABCDEF")}
        self.files = self.secret.counted()
        of_vote = given.sql(town, OF_VOTE, *[uuid_in(self.secret.activity)] * 2)
        lines = [line.split(",") for line in self.files["ballots.csv"].splitlines()[1:]]
        self.ballots = {str(id_) for (id_,) in of_vote} | {part for line in lines for part in line[:2]}
        self.ballots |= {str(uuid_in(project)) for project in self.secret.projects}

    def joins(self, told: Any, before: frozenset[bool] = frozenset()) -> list[Any]:
        """The objects of an answer that tell of a voter and of a ballot: by what stands in them, or around them. Parts
        of one list tell nothing of each other; lines of a text are such parts."""
        if isinstance(told, list):
            return [join for one in told for join in self.joins(one, before)]
        if isinstance(told, str) and "\n" in told:
            return self.joins(told.splitlines(), before)
        here = before | self.kinds(told)
        if len(here) == 2:
            return [told]
        parts = told.values() if isinstance(told, dict) else ()
        return [join for part in parts for join in self.joins(part, here)]

    def kinds(self, told: Any) -> frozenset[bool]:
        """Whether it names a voter (True), a ballot (False), or both, without what stands in lists."""
        if isinstance(told, dict):
            return frozenset().union(*(self.kinds(part) for part in told.values()))
        if not isinstance(told, str) or "\n" in told:
            return frozenset()
        named = ((True, self.names), (False, self.ballots))
        return frozenset(kind for kind, names in named if any(name in told for name in names))


@pytest.fixture(scope="module")
def cast(given: Given, rennes: Portal) -> Cast:
    """In a tenant of its own."""
    return Cast(given, given.tenant(rennes, "town-of-secrets", "commune-35238"))


def asked(type_name: str, audience: Audience = Audience.ADMINISTRATOR) -> Iterator[tuple[str, str]]:
    """Each field of a type, with all that is two levels below it."""
    type_ = CONTRACTS[audience].type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    for name, one in type_.fields.items():
        named = get_named_type(one.type)
        below = "" if is_leaf_type(named) else f" {everything(named, 1)}"
        needs = {key: REQUIRED[key] for key, argument in one.args.items() if is_required_argument(argument)}
        yield name, f"{call(name, one.args, needs)}{below}"


def test_no_answer_joins_a_voter_to_a_ballot(cast: Cast) -> None:
    secret, seen = cast.secret, 0
    for name, selection in asked("Activity"):
        query = f"query($id: ID!) {{ activity(id: $id) {{ {selection} }} }}"
        answer = secret.admin.post(query, {"id": secret.activity}).json()
        seen += "data" in answer
        assert cast.joins(answer.get("data")) == [], name
    for name, selection in asked("Contribution"):
        query = f"query($id: ID!) {{ contribution(id: $id) {{ {selection} }} }}"
        answer = secret.admin.post(query, {"id": secret.projects[0]}).json()
        seen += "data" in answer
        assert cast.joins(answer.get("data")) == [], name
    assert seen > 60


def test_no_voter_is_told_a_ballot_as_the_own_one(cast: Cast) -> None:
    query = "query($id: ID!, $project: ID!) { activity(id: $id) { OWN results { viewerShare { cents } } } "
    query += "contribution(id: $project) { viewerVote { choice } } }"
    wanted = [selection for name, selection in asked("Activity", Audience.PUBLIC) if name in OWN]
    assert len(wanted) == len(OWN)
    for voter in cast.voters:
        told = voter.ask(
            query.replace("OWN", " ".join(wanted)), id=cast.secret.activity, project=cast.secret.projects[0]
        )
        assert told["contribution"] == {"viewerVote": None}
        assert told["activity"]["viewerBallot"] is None
        assert {one["viewerShare"] for one in told["activity"]["results"]} == {None}
        assert False not in cast.kinds(told["activity"])


def test_no_export_joins_a_voter_to_a_ballot(cast: Cast) -> None:
    town = cast.secret.town
    made = cast.secret.admin.ask(CREATE, scopes=["EXPORT"], expiresAt="2027-06-01T00:00:00Z")["apiTokenCreate"]
    signed = {"host": town.host, "authorization": f"Bearer {made['token']}"}
    paths = [
        "/export/contributions.jsonl", "/export/contributions.csv", "/export/comments.csv", "/export/journal.csv",
        f"/export/participants-votes.csv?activity={cast.secret.activity}",
        *(f"/opendata/votes/{cast.secret.activity}/{name}" for name in cast.files),
    ]  # fmt: skip
    told = set()
    for path in paths:
        by_role = {**signed, "authorization": f"Bearer {cast.secret.admin.token}"} if "journal" in path else signed
        answer = town.client.get(path, headers=by_role)
        told |= {path} if answer.status_code == 200 else set()
        assert cast.joins(answer.text.splitlines()) == [], path
    assert {"/export/contributions.csv", f"/opendata/votes/{cast.secret.activity}/ballots.csv"} <= told
    assert cast.joins(cast.files["envelopes.csv"]) == cast.joins(cast.files["ballots.csv"]) == []
    assert True in cast.kinds(cast.files["envelopes.csv"].splitlines()[1])
    assert False in cast.kinds(cast.files["ballots.csv"].splitlines()[1])


def test_no_log_joins_a_voter_to_a_ballot(given: Given, rennes: Portal, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        cast = Cast(given, given.tenant(rennes, "town-of-logged-secrets", "commune-35238"))
    records = [record for record in caplog.records if not record.name.startswith("http")]  # Of the server alone.
    told = [f"{record.getMessage()} {record.__dict__}".replace("\n", " ") for record in records]
    assert len(told) > 10
    assert cast.joins(told) == []


def test_planted_join_is_found(cast: Cast, given: Given) -> None:
    voter, ballot = sorted(cast.names)[0], sorted(cast.ballots)[0]
    for planted in (
        {"voter": voter, "ballot": ballot},
        {"voter": {"id": f"actor_1_{voter}"}, "ballots": [{"votes": [{"id": ballot}]}]},
        f"a;b\n{voter};{ballot}",
        [{"message": f"{voter} has cast {ballot}"}],
    ):
        assert cast.joins(planted) != [], planted
    assert cast.joins({"voters": [{"id": voter}], "ballots": [{"id": ballot}]}) == []
    secret, actor = cast.secret, uuid_in(cast.voters[0].ask("{ viewer { id } }")["viewer"]["id"])
    [(one,)] = given.sql(
        secret.town, "SELECT id FROM __tenant__.ballot WHERE activity_id = %s LIMIT 1", uuid_in(secret.activity)
    )
    given.sql(secret.town, "UPDATE __tenant__.ballot SET actor_id = %s WHERE id = %s", actor, one)
    [selection] = [selection for name, selection in asked("Activity", Audience.PUBLIC) if name == "viewerBallot"]
    query = f"query($id: ID!) {{ activity(id: $id) {{ {selection} }} }}"
    try:
        assert False in cast.kinds(cast.voters[0].ask(query, id=secret.activity)["activity"])
    finally:
        given.sql(secret.town, "UPDATE __tenant__.ballot SET actor_id = NULL WHERE id = %s", one)
