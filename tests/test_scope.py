"""Scopes: what a portal has not switched on, or an audience may not use, does not exist for the caller."""

from collections.abc import Iterator

import pytest
from graphql import GraphQLEnumType, GraphQLObjectType, print_schema, validate_schema

import schema.root
from auth.viewer import Audience
from models.tenant import Feature
from planner.scope import Scope, scoped
from schema.scoped import ScopedContract
from tests.conftest import Portal
from tests.given import Given

ALL = frozenset(Feature)
MARKET = frozenset({Feature.MARKETPLACE})


def names(features: frozenset[Feature], audience: Audience = Audience.PUBLIC) -> set[str]:
    """Every element of a scope by its coordinate."""
    found: set[str] = set()
    for type_ in scoped(schema.root.executable(), Scope(features, audience)).type_map.values():
        found.add(type_.name)
        if isinstance(type_, GraphQLEnumType):
            found |= {f"{type_.name}.{value}" for value in type_.values}
        for name, field in ({} if isinstance(type_, GraphQLEnumType) else getattr(type_, "fields", {})).items():
            found.add(f"{type_.name}.{name}")
            found |= {f"{type_.name}.{name}({argument})" for argument in getattr(field, "args", {})}
    return found


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize(
    "features",
    [frozenset(), *({one} for one in Feature), ALL],
    ids=lambda found: "+".join(sorted(f.name for f in found)),
)
def test_every_scope_is_a_valid_schema_without_marks(features: frozenset[Feature], audience: Audience) -> None:
    found = scoped(schema.root.executable(), Scope(frozenset(features), audience))
    assert validate_schema(found) == []
    assert "@feature" not in schema.root.sdl(found)
    assert "@audience" not in schema.root.sdl(found)
    assert "Audience" not in found.type_map


def test_market_knows_no_votes_arguments_or_help() -> None:
    gone = names(ALL) - names(MARKET)
    assert gone >= {
        "ContributionKind.OFFER",
        "ContributionKind.PROPOSAL",
        "ActivityKind.DEBATE",
        "Feature.MUTUAL_AID",
        "Contribution.tally",
        "Contribution.arguments",
        "Contribution.side",
        "Mutation.voteCast",
        "ContributionOrder.MOST_SUPPORTED",
        "ContributionPublishInput.about",
        "Hexagon.offerCount",
        "Vote",
        "VoteCastPayload",
        "Tally",
        "Side",
    }
    assert {"Contribution.priceCents", "ContributionKind.LISTING", "Hexagon.listingCount"} <= names(MARKET)
    assert names(MARKET) < names(ALL)


def test_federation_is_for_routers_alone() -> None:
    federation = {"Query._entities", "Query._service", "_Entity", "_Service", "_Any"}
    for audience in Audience:
        assert (federation <= names(ALL, audience)) is (audience is Audience.ROUTER), audience
        assert federation.isdisjoint(names(ALL, audience)) is (audience is not Audience.ROUTER), audience


def test_scopes_are_kept_and_bounded() -> None:
    contract = ScopedContract(size=2)
    first = contract.engine(ALL, Audience.PUBLIC)
    assert contract.engine(frozenset(Feature), Audience.PUBLIC) is first
    contract.engine(MARKET, Audience.PUBLIC)
    contract.engine(MARKET, Audience.ROUTER)
    assert contract.engine(ALL, Audience.PUBLIC) is not first


def test_scope_leaves_the_whole_schema_as_it_was() -> None:
    before = print_schema(schema.root.executable())
    scoped(schema.root.executable(), Scope(MARKET, Audience.PUBLIC))
    assert print_schema(schema.root.executable()) == before
    assert isinstance(schema.root.executable().query_type, GraphQLObjectType)


SUPPORT = "mutation($id: ID!) { voteCast(input: {contribution: $id, choice: SUPPORT}) { userErrors { code } } }"
COMMENT = """mutation($id: ID!) { commentPublish(input: {contribution: $id, body: "Un mot."}) {
    comment { id } userErrors { code field } } }"""


@pytest.fixture(scope="module")
def town(given: Given, rennes: Portal) -> Portal:
    """A tenant of this module's own: what others publish would be seen here."""
    return given.tenant(rennes, "test-scope", "commune-35238")


@pytest.fixture(scope="module")
def ideas(town: Portal, given: Given) -> str:
    """A contribution in an idea box."""
    activity = given.activity(town, kind="IDEA_BOX", vote_method="SUPPORT")
    publish = """mutation($activity: ID!) { contributionPublish(input: {activity: $activity, kind: PROPOSAL,
        title: "Une idée", body: "La voici."}) { contribution { id } userErrors { code } } }"""
    return str(given.actor(town).ask(publish, activity=activity)["contributionPublish"]["contribution"]["id"])


@pytest.fixture
def narrow(town: Portal, given: Given, ideas: str) -> Iterator[Portal]:
    """A portal with an idea box, of whose features the market alone is on."""
    given.features(town, MARKET)
    yield town
    given.features(town, ALL)


def test_what_is_switched_off_is_in_no_introspection_suggestion_or_sdl(narrow: Portal) -> None:
    kinds = narrow.ask('{ __type(name: "ContributionKind") { enumValues { name } } }')["__type"]["enumValues"]
    assert [kind["name"] for kind in kinds] == ["LISTING"]
    assert narrow.ask('{ __type(name: "Vote") { name } }') == {"__type": None}
    (error,) = narrow.errors("{ contributions { nodes { taly { totalCount } } } }")
    assert "tally" not in error["message"]
    assert "voteCast" not in narrow.client.get("/schema.graphql", headers={"host": narrow.host}).text
    assert "voteCast" not in narrow.ask("{ _service { sdl } }")["_service"]["sdl"]
    assert narrow.ask("{ portal { features } }") == {"portal": {"features": ["MARKETPLACE"]}}


def test_data_of_what_is_switched_off_are_hidden(narrow: Portal, ideas: str) -> None:
    for portal in (narrow, narrow.signed_in(narrow.actor("ADMIN"))):
        assert portal.ask("query($id: ID!) { contribution(id: $id) { id } }", id=ideas) == {"contribution": None}
        assert portal.ask("{ contributions(status: null) { totalCount } }") == {"contributions": {"totalCount": 0}}
        spaces = portal.ask("{ spaces { nodes { activities { id } } } }")["spaces"]["nodes"]
        assert [space["activities"] for space in spaces if space["activities"]] == []
        assert portal.ask(
            """query($id: ID!) { _entities(representations: [{__typename: "Contribution", id: $id}]) { __typename } }""",
            id=ideas,
        ) == {"_entities": [None]}


def test_nothing_is_written_to_what_is_switched_off(narrow: Portal, given: Given, ideas: str) -> None:
    member = given.actor(narrow)
    with given.nothing_written(narrow):
        assert member.codes(SUPPORT, id=ideas) == ["GRAPHQL_VALIDATION_FAILED"]
        assert member.ask(COMMENT, id=ideas)["commentPublish"] == {
            "comment": None,
            "userErrors": [{"code": "NOT_FOUND", "field": "contribution"}],
        }


def test_what_is_switched_on_again_is_as_it_was(town: Portal, given: Given, ideas: str) -> None:
    given.features(town, MARKET)
    given.features(town, ALL)
    assert given.actor(town).ask(SUPPORT, id=ideas) == {"voteCast": {"userErrors": []}}


def test_federation_wants_the_routers_token(rennes: Portal, lehavre: Portal) -> None:
    query = {"query": "{ _service { sdl } }"}
    host = {"host": rennes.host}
    plain = rennes.client.post("/graphql", json=query, headers=host).json()
    assert plain["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    tokens = rennes.running.tokens
    for token in (tokens.make_router(lehavre.number), rennes.member().token or "", "garbage"):
        refused = rennes.client.post("/graphql", json=query, headers={**host, "parvis-router": token})
        assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    bearer = {**host, "authorization": f"Bearer {tokens.make_router(rennes.number)}"}
    assert rennes.client.post("/graphql", json=query, headers=bearer).json()["data"]["_service"]["sdl"]


def test_router_asks_for_its_user(rennes: Portal) -> None:
    viewer = "{ viewer { id } _service { sdl } }"
    assert rennes.member().ask(viewer)["viewer"]["id"]
    assert rennes.ask(viewer)["viewer"] is None
