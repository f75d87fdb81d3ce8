"""Property: whatever a client asks, the planner and the field-by-field executor answer the same, key by key."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    parse,
)
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from hypothesis import strategies as st

from auth.secret import Keyed
from auth.viewer import ANONYMOUS, Viewer
from database.door import Database
from demo.load import actor_id
from models.actor import Role
from planner.engine import Engine, Operation
from planner.request import Request
from tests.conftest import Portal
from tests.field_by_field import FieldByField
from tests.operation import CONTRACT, literal
from tests.twin import LATITUDES, LONGITUDE

DEPTH = 4
MISSING = "00000000-0000-4000-8000-000000000000"
PLACES = [{"lat": lat, "lng": LONGITUDE} for lat in LATITUDES.values()]


SEEDS = st.integers(0, 2**64 - 1)
"""An operation is made from one number: drawn choice by choice, it cannot be shrunk in less than minutes either."""


@dataclass
class Stage:
    """The two executors over one tenant, and the ids and cursors that arguments take."""

    loop: asyncio.AbstractEventLoop
    database: Database
    executors: Database
    """Of the field-by-field executor alone: what it leaves running after an error is not counted as the planner's."""
    engine: Engine
    portal: Portal
    values: dict[str, list[Any]]
    viewers: list[Viewer]

    def _repr_pretty_(self, printer: Any, _is_cycle: bool) -> None:
        """What Hypothesis prints of it."""
        printer.text("the stage")

    def run(self, query: str, variables: dict[str, Any], viewer: Viewer) -> tuple[Any, Any, Any]:
        """The planner's answer, the executor's data and its errors."""
        return self.loop.run_until_complete(self._run(query, variables, viewer))

    async def _run(self, query: str, variables: dict[str, Any], viewer: Viewer) -> tuple[Any, Any, Any]:
        tenant = self.portal.running.registry.at(self.portal.host)
        assert tenant is not None
        asked = Operation(query, variables, None)
        misses = self.database.statement_count
        persons = Keyed("a secret of tests", "voter")
        request = Request(self.database, tenant, viewer, persons=persons)
        answer = await self.engine.execute(request, asked, may_change=False)
        planned = json.loads(answer.body)
        assert self.database.statement_count - misses == (1 if planned.get("data") else 0), "it was not planned"
        document = parse(query)
        operation = next(node for node in document.definitions if node.kind == "operation_definition")
        request = Request(self.executors, tenant, viewer, persons=persons)
        result = await FieldByField(self.engine.catalog).run(request, document, operation, variables)  # type: ignore[arg-type]
        return planned, result.data, result.errors


@pytest.fixture(scope="module")
def stage(database_url: str, twins: tuple[Portal, Portal]) -> Iterator[Stage]:
    portal = twins[0]
    loop = asyncio.new_event_loop()
    database, executors = Database(database_url, connections=4), Database(database_url, connections=4)
    loop.run_until_complete(database.open())
    loop.run_until_complete(executors.open())
    roles = {actor.key: Role(actor.role) for actor in portal.story.actors}
    viewers = [ANONYMOUS] + [Viewer(actor_id(portal.story.slug, key), role) for key, role in roles.items()]
    yield Stage(loop, database, executors, Engine(CONTRACT), portal, _values(portal.admin()), viewers)
    loop.run_until_complete(database.close())
    loop.run_until_complete(executors.close())
    loop.close()


def _values(admin: Portal) -> dict[str, list[Any]]:
    """What arguments take, by name: ids of every visibility and of nothing, and values that find something."""
    answer = admin.ask("""{ contributions(first: 100) { edges { cursor node { id kind category { id } author { id } comments { edges { cursor node { id } } } } } }
        spaces { nodes { id slug activities { id } } } zones { id }
        supported: contributions(order: MOST_SUPPORTED) { edges { cursor } } }""")
    edges = answer["contributions"]["edges"]
    nodes, spaces = [edge["node"] for edge in edges], answer["spaces"]["nodes"]
    kinds = ("actor", "contribution", "activity", "space", "zone", "category")
    missing = {kind: f"{kind}_{admin.number}_{MISSING}" for kind in kinds}
    activities = [activity["id"] for space in spaces for activity in space["activities"]]
    by_type = {
        "Contribution": [node["id"] for node in nodes],
        "Actor": [node["author"]["id"] for node in nodes],
        "Category": [node["category"]["id"] for node in nodes],
        "Activity": activities,
        "Comment": [edge["node"]["id"] for node in nodes for edge in node["comments"]["edges"]],
        "ParticipatorySpace": [space["id"] for space in spaces],
        "Zone": [zone["id"] for zone in answer["zones"]],
        "Collectivite": ["collectivite_commune-35238", "collectivite_region-53"],
    }
    bounds = {"south": 48.05, "west": -1.7, "north": 48.2, "east": -1.5}
    return {
        "actor.id": [*by_type["Actor"], missing["actor"]],
        "comment.id": by_type["Comment"],
        **{
            f"{name}.id": [f"{name.lower()}_{admin.number}_{MISSING}"]
            for name in ("moderationCase", "moderationDecision", "report")
        },
        "withheldContribution.id": [*by_type["Contribution"][:3], missing["contribution"]],
        **{
            f"{name}.id": [f"{name.lower()}_{admin.number}_{MISSING}"]
            for name in (
                "exchange",
                "message",
                "zone",
                "pollingDesk",
                "bulkChange",
                "draft",
                "missionSlot",
                "webhook",
                "analysis",
            )
        },
        "movedContribution.id": [*by_type["Contribution"][:3], missing["contribution"]],
        "typings.batch": [1, 2],
        "article.number": [1, 2],
        "nudge.token": ["x" * 40],
        "contactData.text": ["06 12 34 56 78", "rien"],
        "hasReceipt.receipt": ["0" * 32],
        "publishedBallot.receipt": ["0" * 32],
        "voteFile.name": ["rule.json", "nothing.csv"],
        "importRun.id": [f"importrun_{admin.number}_{MISSING}"],
        "contribution.id": [*by_type["Contribution"], missing["contribution"]],
        "activity.id": [*activities, missing["activity"]],
        "space.id": [*by_type["ParticipatorySpace"], missing["space"], None],
        "space.slug": [*(space["slug"] for space in spaces), "nowhere", None, None],
        "collectivite.id": ["collectivite_commune-35238", "collectivite_commune-00000"],
        "collectivites.search": ["renn", "saint", "", None],
        "collectivites.postalCode": ["35000", "79000", None],
        "collectivites.inseeCode": ["35238", "99999", None],
        "collectivites.near": [*PLACES, None],
        "collectivites.kinds": [["COMMUNE"], ["EPCI", "REGION"], [], None],
        "places.search": ["saint-gr", "35000", "quartier", ""],
        "places.near": [*PLACES, None],
        "near": [{**place, "radiusM": radius} for place in PLACES for radius in (500, 6_000, 100_000)],
        "within": [bounds, {**bounds, "north": 48.11}, None],
        "bounds": [bounds],
        "zoom": [0, 9, 13, 22],
        "year": [2026, 2031],
        "kinds": [["OFFER"], ["PROPOSAL", "ARGUMENT"], ["REQUEST", "LISTING"], [], None],
        "categories": [by_type["Category"][:3], [missing["category"]], [], None],
        "zone": [by_type["Zone"][0], missing["zone"], None],
        "activity": [*activities, missing["activity"], None],
        "status": ["OPEN", "CLOSED", None],
        "journalEntries.kinds": [["CONTRIBUTION_PUBLISHED", "COMMENT_PUBLISHED"], [], None],
        "journalEntries.by": [*by_type["Actor"][:3], missing["actor"], None],
        "journalEntries.subject": [*by_type["Contribution"][:3], missing["contribution"], None],
        "groupBy": ["DAY", "MONTH", "HOUR", "SPACE", "KIND", "CATEGORY", "ZONE", "CELL", "CHANNEL"],
        "rows.groupBy": ["DAY", "HOUR", "CHANNEL", "DESK", "ZONE", "PROOF"],
        "firstDay": ["2026-06-01", "2027-06-01"],
        "lastDay": ["2026-12-31", "2030-12-31"],
        "resolution": [5, 8, 9],
        "measureRows.space": [*by_type["ParticipatorySpace"], missing["space"], None],
        "measureTotals.space": [*by_type["ParticipatorySpace"], missing["space"], None],
        "text.kind": ["CHARTER", "LEGAL"],
        "path": ["/projets/jumeau-hirondelle", "/rien"],
        "search": ["tondeuse", "hirondelle -atelier", '"texte hirondelle"', "rien", "", None],
        "order": ["NEAREST", "NEWEST", "MOST_SUPPORTED"],
        "arguments.order": ["BEST", "NEWEST"],
        "title": ["Jumeau hirondelle", "rien", ""],
        "side": ["FOR", "AGAINST", None],
        "from": PLACES,
        "first": [0, 1, 2, 5, 20],
        "comments.after": [edge["cursor"] for edge in nodes[0]["comments"]["edges"]],
        "after": [None, None, *(edge["cursor"] for edge in edges[::4]), answer["supported"]["edges"][1]["cursor"]],
        "representations": [
            [{"__typename": type_, "id": id_} for type_, ids in by_type.items() for id_ in ids[part::4]]
            for part in range(4)
        ],
    }


@dataclass
class Draft:
    """An operation in the making: every argument under an alias of its own, so that any two selections merge."""

    random: Random
    values: dict[str, list[Any]]
    variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    names: int = 0

    def chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def variable(self, type_: str, value: Any) -> str:
        name = self.name("v")
        self.variables[name] = (type_, value)
        return f"${name}"

    def arguments(self, field_: str, arguments: dict[str, GraphQLArgument]) -> str:
        """The field with arguments, some of them variables."""
        given: dict[str, str] = {}
        for name, argument in arguments.items():
            choices = self.values.get(f"{field_}.{name}", self.values.get(name))
            required = str(argument.type).endswith("!")
            if choices is None or not (
                is_required_argument(argument) or self.chance(3) or (field_ == "space" and name == "slug")
            ):
                continue
            value = self.random.choice([choice for choice in choices if choice is not None or not required])
            if self.chance(3) or name == "representations":
                given[name] = self.variable(str(argument.type), value)
            else:
                given[name] = literal(value, argument.type)
        listed = ", ".join(f"{name}: {value}" for name, value in given.items())
        return f"{field_}({listed})" if listed else field_

    def directive(self) -> str:
        if not self.chance(6):
            return ""
        condition = self.chance(2)
        text = self.variable("Boolean!", condition) if self.chance(2) else str(condition).lower()
        return f" @{self.random.choice(['include', 'skip'])}(if: {text})"

    def selection(self, type_: GraphQLOutputType, depth: int, *, apart: bool = False) -> str:
        """Some fields of a type; `apart` gives each a response key of its own, as the types of a union want."""
        if isinstance(type_, GraphQLUnionType):
            chosen = self.random.sample(type_.types, self.random.randint(1, min(4, len(type_.types))))
            parts = [
                f"... on {found.name}{self.directive()} {self.selection(found, depth, apart=True)}" for found in chosen
            ]
            return f"{{ {'__typename ' if self.chance(2) else ''}{' '.join(parts)} }}"
        assert isinstance(type_, GraphQLObjectType)
        names = [
            name
            for name, found in type_.fields.items()
            if name != "_service" and (depth > 0 or is_leaf_type(get_named_type(found.type)))
        ]
        selected = [
            self.one(type_, name, depth, apart)
            for name in self.random.choices([*names, "__typename"], k=self.random.randint(1, 4))
        ]
        if self.chance(4) and depth > 0:
            inner = self.selection(type_, depth - 1, apart=apart)
            if self.chance(2):
                fragment = self.name("F")
                self.fragments.append(f"fragment {fragment} on {type_.name} {inner}")
                selected.insert(self.random.randint(0, len(selected)), f"...{fragment}{self.directive()}")
            else:
                condition = f" on {type_.name}" if self.chance(2) else ""
                selected.append(f"...{condition}{self.directive()} {inner}")
        return f"{{ {' '.join(selected)} }}"

    def one(self, type_: GraphQLObjectType, name: str, depth: int, apart: bool) -> str:
        if name == "__typename":
            return f"{self.name('t')}: __typename" if apart or self.chance(3) else "__typename"
        found = type_.fields[name]
        called = self.arguments(name, found.args)
        alias = f"{self.name('a')}: " if apart or called != name or found.args or self.chance(4) else ""
        target = get_named_type(found.type)
        inner = "" if is_leaf_type(target) else self.selection(target, depth - 1)
        return f"{alias}{called}{self.directive()} {inner}"


def operation(random: Random, values: dict[str, list[Any]]) -> tuple[str, dict[str, Any]]:
    """A valid query and its variables; the same for the same seed."""
    draft = Draft(random, values)
    query_type = CONTRACT.query_type
    assert query_type is not None
    selection = draft.selection(query_type, DEPTH)
    declared = ", ".join(f"${name}: {type_}" for name, (type_, _) in draft.variables.items())
    head = f"query ({declared})" if declared else "query"
    variables = {name: value for name, (_, value) in draft.variables.items()}
    return f"{head} {selection}\n" + "\n".join(draft.fragments), variables


def difference(planned: Any, executed: Any, path: str = "data") -> str | None:
    """Where two JSON values first differ, the order of keys included; None: nowhere."""
    if isinstance(planned, dict) and isinstance(executed, dict) and list(planned) == list(executed):
        pairs = [(f"{path}.{key}", planned[key], executed[key]) for key in planned]
    elif isinstance(planned, list) and isinstance(executed, list) and len(planned) == len(executed):
        pairs = [(f"{path}[{n}]", *both) for n, both in enumerate(zip(planned, executed, strict=True))]
    else:
        is_same = planned == executed and isinstance(planned, bool) == isinstance(executed, bool)
        return None if is_same else f"{path}: {planned!r} / {executed!r}"
    return next((found for name, left, right in pairs if (found := difference(left, right, name))), None)


def test_every_argument_that_must_be_given_has_values(stage: Stage) -> None:
    types = [type_ for type_ in CONTRACT.type_map.values() if isinstance(type_, GraphQLObjectType)]
    wanted = {
        (name, argument)
        for type_ in types
        for name, found in type_.fields.items()
        for argument, what in found.args.items()
        if type_ not in (CONTRACT.mutation_type, CONTRACT.subscription_type)
        and not type_.name.startswith("__")
        and is_required_argument(what)
    }
    assert {pair for pair in wanted if not ({".".join(pair), pair[1]} & set(stage.values))} == set()


@settings(
    max_examples=80,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # A smaller number is no simpler operation.
)
@given(seed=SEEDS)
def test_planner_and_field_by_field_executor_agree(stage: Stage, seed: int) -> None:
    random = Random(seed)
    query, variables = operation(random, stage.values)
    viewer = random.choice(stage.viewers)
    note(query)
    planned, data_, errors = stage.run(query, variables, viewer)
    if "errors" in planned:
        codes = {error["extensions"]["code"] for error in planned["errors"]}
        assume(codes != {"QUERY_TOO_COSTLY"})  # No executor is asked then.
        assert codes <= {"BAD_INPUT", "BAD_CURSOR"}, planned
        met = {error.original_error.code.value for error in errors or ()}
        assert met <= {"BAD_INPUT", "BAD_CURSOR"}  # Each stops at the first that it meets; behind a null none is met.
    else:
        assert errors is None
        assert difference(planned["data"], data_) is None
