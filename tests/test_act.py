"""Acts: a mutation says who may run it and what it refers to; the runner refuses, decodes and answers."""

import ast
import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
import strawberry
from graphql import GraphQLField, GraphQLInputObjectType, GraphQLSchema
from sqlalchemy import Integer, Text, bindparam, func, select

import models.actor
import models.comment
import models.contribution
import resolvers.ident
import resolvers.sight
from auth.secret import Keyed
from auth.viewer import ANONYMOUS, Audience, Viewer
from database.door import Database
from database.failure import DatabaseUnavailableError
from database.transaction import Transaction
from models import ident
from models.actor import Role
from models.base import table
from models.refusal import ErrorCode, Refusal
from models.tenant import Feature
from planner import field
from planner.act import Act, Outcome
from planner.catalog import DEFINITION, Catalog, UndeclaredFieldError
from planner.directive import ForAudience, OfFeature
from planner.engine import Engine, Operation
from planner.input import compiled, fingerprint
from planner.loading import BatchContext
from planner.request import Request
from planner.scope import Scope, scoped
from planner.who import ADMINISTRATOR, ANYBODY, MEMBER, MODERATOR, OPERATOR, Who
from tests.acting import PUBLISH
from tests.conftest import Portal
from tests.given import Given
from tests.test_layout import MODULES, TREES

ACTOR = UUID(int=7)
VIEWERS = {
    "anonymous": ANONYMOUS,
    "member": Viewer(ACTOR, Role.MEMBER),
    "moderator": Viewer(ACTOR, Role.MODERATOR),
    "administrator": Viewer(ACTOR, Role.ADMIN),
    "operator": Viewer(None, Role.ADMIN, is_operator=True),
}

# A contract of its own ------------------------------------------------------------------------------------------------


@dataclass
class Name:
    name: str


NAMES = select(table(models.actor.Actor).c.name).where(
    table(models.actor.Actor).c.role == bindparam("role", type_=Text())
)


async def shouted(context: BatchContext, words: list[str]) -> list[str]:
    """What only Python can compute, with what only the database knows."""
    names = await context.all(NAMES, into=Name, role="MODERATOR")
    return [f"{word.upper()} {len(names)}" for word in words]


@field.stored(models.comment.Comment, visible=resolvers.sight.everyone, references={})
class Remark:
    """A remark."""

    id: strawberry.ID = field.expression(resolvers.ident.of("comment"), "Its id.")
    shout: str = field.computed(lambda row, _q: row.c.body, shouted, "Its text, louder.")


@strawberry.input(description="Details.")
class Detail:
    contributions: list[strawberry.ID] = field.reference(models.contribution.Contribution, "Several.")


@strawberry.input(description="What to remark.")
class RemarkInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "On what.")
    details: list[Detail] | None = strawberry.field(default=None, description="Details.")
    body: str = strawberry.field(default="bonjour", description="What.")
    idempotency_key: str | None = strawberry.field(default=None, description="A key.")


@field.payload("remark_id", count=Integer())
class RemarkPayload:
    """The answer."""

    remark: Remark | None = field.one(lambda payload, row, _q: row.c.id == payload.c.remark_id, "The remark.")
    count: int | None = field.column("How many references there were.")


async def written(
    act: Act, *, contribution: UUID, body: str, details: list[dict[str, list[UUID]]] | None = None
) -> Outcome:
    references = [contribution, *(found for detail in details or () for found in detail["contributions"])]
    assert all(isinstance(found, UUID) for found in references)
    id_ = await act.insert(
        models.comment.Comment, contribution_id=contribution, author_id=act.actor, body=body, published_at=act.now
    )
    return act.did(remark_id=id_, count=len(references))


async def named_one(act: Act, arguments: Any) -> bool:
    """A right that the role does not give: here, to speak of one contribution."""
    return bool(arguments["body"] == "laissez-moi parler")


Of = Annotated[RemarkInput, strawberry.argument(description="What.")]


@strawberry.type
class Query:
    first: Remark | None = strawberry.field(
        description="A remark.", metadata={field.SOURCE: field.One(lambda _p, row, _q: row.c.body == "bonjour")}
    )


@strawberry.type
class Mutation:
    @field.action(written, who=MEMBER)
    def remark(self, input: Of) -> RemarkPayload:
        """Remark."""

    @field.action(written, who=MODERATOR, features=(Feature.DEBATE, Feature.PETITION))
    def rule(self, input: Of) -> RemarkPayload:
        """Remark as a moderator, where there are debates."""

    @field.action(written, who=MODERATOR.unless(named_one))
    def speak(self, input: Of) -> RemarkPayload:
        """Remark as a moderator, or as whoever may do so here."""


@strawberry.type
class Subscription:
    heard: str = field.expression(
        lambda _row, _q: func.now(), "What was heard.", marks=[OfFeature(name=Feature.DEBATE)]
    )


def contract(**roots: type) -> GraphQLSchema:
    return strawberry.Schema(**{"query": Query, **roots})._schema  # type: ignore[arg-type]


WHOLE = contract(mutation=Mutation)


def definition(name: str) -> GraphQLField:
    assert WHOLE.mutation_type is not None
    return WHOLE.mutation_type.fields[name]


# Declarations ---------------------------------------------------------------------------------------------------------


def test_features_are_marked_beside_the_audience() -> None:
    marks = definition("rule").extensions[DEFINITION].directives
    assert [mark.name for mark in marks if isinstance(mark, OfFeature)] == [Feature.DEBATE, Feature.PETITION]
    assert [mark.name for mark in marks if isinstance(mark, ForAudience)] == [
        Audience.MODERATOR,
        Audience.ADMINISTRATOR,
        Audience.OPERATOR,
    ]


@pytest.mark.parametrize(
    ("features", "audience", "mutations"),
    [
        ({Feature.DEBATE}, Audience.MODERATOR, {"remark", "rule", "speak"}),
        ({Feature.DEBATE}, Audience.PUBLIC, {"remark", "speak"}),
        ({Feature.CONSULTATION}, Audience.MODERATOR, {"remark", "speak"}),
    ],
)
def test_mutation_exists_for_its_audience_at_portals_with_its_features(
    features: set[Feature], audience: Audience, mutations: set[str]
) -> None:
    mutation = scoped(WHOLE, Scope(frozenset(features), audience)).mutation_type
    assert mutation is not None
    assert set(mutation.fields) == mutations


def test_mutation_is_declared_in_four_lines() -> None:
    """What it does, and who may; its name; its input; its payload. All else is the runner's."""
    declared = {
        function.name: function.body[0].lineno - function.decorator_list[0].lineno
        for path in MODULES
        for room in TREES[path].body
        if isinstance(room, ast.ClassDef) and path.parts[0] == "schema" and room.name.endswith("Mutation")
        for function in room.body
        if isinstance(function, ast.FunctionDef)
    }
    assert len(declared) > 200
    assert {name: lines for name, lines in declared.items() if lines > 4} == {}


def test_mutation_that_does_not_say_who_may_run_it_does_not_start() -> None:
    with pytest.raises(TypeError, match="who"):
        field.action(written)  # type: ignore[call-arg]  # That is the point.

    @strawberry.type
    class Careless:
        @field.declared(field.One(lambda _p, row, _q: row.c.id == row.c.id))
        def remark(self, input: Of) -> Remark | None:
            """Remark."""

    with pytest.raises(UndeclaredFieldError, match=r"Careless\.remark does not say who may run it"):
        Catalog(contract(mutation=Careless))


def test_third_root_is_for_subscriptions_and_absent_where_it_is_empty() -> None:
    full = contract(subscription=Subscription)
    here = scoped(full, Scope(frozenset({Feature.DEBATE}), Audience.PUBLIC))
    assert here.subscription_type is not None
    assert set(here.subscription_type.fields) == {"heard"}
    assert scoped(full, Scope(frozenset(), Audience.PUBLIC)).subscription_type is None


# Who ------------------------------------------------------------------------------------------------------------------

RIGHTS: dict[str, tuple[Who, set[str]]] = {
    "anybody": (ANYBODY, set(VIEWERS)),
    "member": (MEMBER, {"member", "moderator", "administrator"}),
    "moderator": (MODERATOR, {"moderator", "administrator", "operator"}),
    "administrator": (ADMINISTRATOR, {"administrator", "operator"}),
    "operator": (OPERATOR, {"operator"}),
    "member or administrator": (MEMBER | ADMINISTRATOR, {"member", "moderator", "administrator", "operator"}),
}


@pytest.mark.parametrize("name", RIGHTS)
def test_right_is_held_by_these_and_refused_to_others(name: str) -> None:
    right, holders = RIGHTS[name]
    for caller, viewer in VIEWERS.items():
        if caller in holders:
            assert right.require(viewer)
            continue
        with pytest.raises(Refusal) as refused:
            right.require(viewer)
        is_nobody = viewer.actor_id is None
        assert refused.value.code is (ErrorCode.UNAUTHENTICATED if is_nobody else ErrorCode.FORBIDDEN)


def test_right_of_two_is_in_the_contract_for_everybody_whom_one_is_for() -> None:
    assert (MEMBER | ADMINISTRATOR).audience is None
    assert MODERATOR.unless(named_one).audience is None


# Requests -------------------------------------------------------------------------------------------------------------

Given_ = dict[str, Any]


def input_of(fields: dict[str, Any]) -> GraphQLInputObjectType:
    """An input type with these fields beside the name."""
    annotations = {"name": str, "kind": models.contribution.Side, **{key: type_ for key, (type_, _) in fields.items()}}
    body = {key: strawberry.field(default=default) for key, (_, default) in fields.items()}
    made = strawberry.input(type("Wish", (), {"__annotations__": annotations, **body}))

    @strawberry.type
    class Asking:
        @strawberry.field
        def wish(self, input: made) -> int:  # type: ignore[valid-type]
            return 1

    strawberry.enum(models.contribution.Side)
    found = strawberry.Schema(query=Asking)._schema.type_map["Wish"]
    assert isinstance(found, GraphQLInputObjectType)
    return found


FOR = models.contribution.Side.FOR


def test_argument_that_the_contract_gains_does_not_make_an_old_request_another() -> None:
    old, new = input_of({}), input_of({"far": (bool, True), "note": (str | None, None)})
    before = fingerprint("wish", old, {"name": "banc", "kind": FOR})
    assert fingerprint("wish", new, {"note": None, "far": True, "kind": FOR, "name": "banc"}) == before
    assert fingerprint("wish", new, {"name": "banc", "kind": FOR, "far": False}) != before
    assert fingerprint("wish", new, {"name": "banc", "kind": FOR, "note": "x"}) != before


def test_fingerprint_tells_mutations_and_values_apart_and_not_keys() -> None:
    type_ = input_of({"idempotencyKey": (str | None, None), "at": (datetime | None, None)})
    given: Given_ = {"name": "banc", "kind": FOR}
    prints = {
        fingerprint("wish", type_, given),
        fingerprint("wishWell", type_, given),
        fingerprint("wish", type_, given | {"name": "Banc"}),
        fingerprint("wish", type_, given | {"kind": models.contribution.Side.AGAINST}),
        fingerprint("wish", type_, given | {"at": datetime(2026, 1, 1, tzinfo=UTC)}),
    }
    assert len(prints) == 5
    assert fingerprint("wish", type_, given | {"idempotencyKey": "k" * 8}) in prints


# Running --------------------------------------------------------------------------------------------------------------

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def contribution(given: Given, town: Portal) -> str:
    activity = given.activity(town)
    return str(
        given.actor(town).ask(
            "mutation($input: ContributionPublishInput!) { contributionPublish(input: $input) { contribution { id } } }",
            input={"activity": activity, "kind": "PROPOSAL", "title": "Un banc", "body": "À l'ombre."},
        )["contributionPublish"]["contribution"]["id"]
    )


@pytest.fixture(scope="module")
def run(database_url: str, town: Portal) -> Iterator[Run]:
    """Runs an operation of the small contract as a viewer."""
    database = Database(database_url, connections=2)
    engine = Engine(WHOLE)
    with asyncio.Runner() as runner:
        runner.run(database.open())

        def run(query: str, viewer: Viewer, features: frozenset[Feature] | None = None, **given: Any) -> Any:
            record = town.record if features is None else replace(town.record, features=features)
            request = Request(database, record, viewer, persons=Keyed("a secret of tests", "voter"))
            asked = Operation(query, {"input": given}, None)
            return json.loads(runner.run(engine.execute(request, asked, may_change=True)).body)

        yield run
        runner.run(database.close())


@pytest.fixture(scope="module")
def member(given: Given, town: Portal) -> Viewer:
    uuid = given.insert(town, "actor", kind="CITIZEN", role="MEMBER", name="Camille", created_at="now")
    return Viewer(uuid, Role.MEMBER)


REMARK = "mutation($input: RemarkInput!) { remark(input: $input) { remark { shout } count } }"


def test_payload_holds_computed_fields_whose_batch_asks_the_database(
    given: Given, town: Portal, run: Run, member: Viewer, contribution: str
) -> None:
    moderators = given.sql(town, "SELECT count(*) FROM __tenant__.actor WHERE role = 'MODERATOR'")[0][0]
    answer = run(REMARK, member, contribution=contribution)
    assert answer["data"] == {"remark": {"remark": {"shout": f"BONJOUR {moderators}"}, "count": 1}}
    query = run("{ first { shout } }", member)
    assert query["data"] == {"first": {"shout": f"BONJOUR {moderators}"}}


def test_references_are_decoded_at_any_depth(run: Run, member: Viewer, contribution: str) -> None:
    answer = run(REMARK, member, contribution=contribution, details=[{"contributions": [contribution] * 2}])
    assert answer["data"]["remark"]["count"] == 3


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        (lambda id_: {"contribution": id_}, "contribution"),
        (
            lambda id_: {"details": [{"contributions": []}, {"contributions": ["own", id_]}]},
            "details.1.contributions.1",
        ),
    ],
)
def test_reference_that_names_nothing_here_is_refused_where_it_stands(
    town: Portal, member: Viewer, contribution: str, fields: Callable[[str], Given_], path: str
) -> None:
    type_ = WHOLE.type_map["RemarkInput"]
    assert isinstance(type_, GraphQLInputObjectType)
    elsewhere = ident.encode("contribution", town.number + 1, uuid4())
    for id_, code in (("x", ErrorCode.BAD_ID), (elsewhere, ErrorCode.NOT_FOUND)):
        given = json.loads(
            json.dumps({"contribution": contribution, **fields(id_)}).replace('"own"', f'"{contribution}"')
        )
        with pytest.raises(Refusal) as refused:
            compiled(type_)(given, town.number, "")
        assert (refused.value.code, refused.value.field) == (code, path)


def test_right_that_a_role_does_not_give_is_asked_for_in_the_transaction(
    given: Given, town: Portal, run: Run, member: Viewer, contribution: str
) -> None:
    speak = REMARK.replace("remark(", "speak(")
    with given.nothing_written(town):
        nobody = run(speak, ANONYMOUS, contribution=contribution, body="laissez-moi parler")
        refused = run(speak, member, contribution=contribution)
    assert nobody["data"] == refused["data"] == {"speak": {"remark": None, "count": None}}
    allowed = run(speak, member, contribution=contribution, body="laissez-moi parler")
    assert allowed["data"]["speak"]["count"] == 1
    moderator = Viewer(member.actor_id, Role.MODERATOR)
    assert run(speak, moderator, contribution=contribution)["data"]["speak"]["count"] == 1


def test_feature_that_is_switched_off_is_refused_by_the_runner_too(
    given: Given, run: Run, town: Portal, member: Viewer, contribution: str
) -> None:
    rule, moderator = REMARK.replace("remark(", "rule("), Viewer(member.actor_id, Role.MODERATOR)
    with given.nothing_written(town):
        refused = run(rule, moderator, features=frozenset({Feature.MARKETPLACE}), contribution=contribution)
    assert refused["data"] == {"rule": {"remark": None, "count": None}}
    answer = run(rule, moderator, features=frozenset({Feature.DEBATE}), contribution=contribution)
    assert answer["data"]["rule"]["count"] == 1


def test_values_of_any_type_come_back_under_an_idempotency_key(run: Run, member: Viewer, contribution: str) -> None:
    first = run(REMARK, member, contribution=contribution, idempotencyKey="the same key")
    assert first["data"]["remark"]["count"] == 1
    assert run(REMARK, member, contribution=contribution, idempotencyKey="the same key") == first


def test_act_whose_last_statement_is_lost_may_have_been_done_and_is_told(
    given: Given, town: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    author, activity = given.actor(town), given.activity(town)
    told: list[int] = []

    async def lost(*_: object) -> list[bytes | None]:
        raise DatabaseUnavailableError

    monkeypatch.setattr(town.running.database, "note_events", told.append)
    monkeypatch.setattr(Transaction, "last", lost)
    fields = {"activity": activity, "kind": "PROPOSAL", "title": "Un banc", "body": "À l'ombre."}
    answer = author.post(PUBLISH, {"input": fields})
    assert answer.json()["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"
    assert told == [town.number]
