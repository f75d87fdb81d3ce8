"""One operation, one statement: for one item and for twenty, whatever hangs below; one transaction for a mutation.

A member asks, because answers to anonymous visitors may be known already.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from auth.viewer import Audience
from server.log import request_id
from tests.conftest import Portal

NEAREST = """query ($first: Int!) {
  contributions(near: {lat: 48.1113, lng: -1.68, radiusM: 20000}, kinds: [OFFER], order: NEAREST, first: $first) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes {
      id title author { name kind } category { name } distance(from: {lat: 48.1113, lng: -1.68}) { band metres }
      location { cell lat lng } tally { totalCount } viewerVote { choice }
      comments(first: 3) { totalCount nodes { body author { name } } }
    }
  }
}"""
MAP = """query ($zoom: Int!) {
  hexagons(bounds: {south: 48, west: -1.8, north: 48.2, east: -1.5}, zoom: $zoom) { cell count offerCount boundary { lat lng } }
  zones { name geometry }
}"""
PAGE = """query ($first: Int!) {
  portal { title theme { font } center { lat lng } collectivite { name parents { name parents { name } } } }
  spaces { nodes { title activities { title isOpen categories { name } contributions(first: $first) { nodes { title } } } } }
  viewer { name role contributions(first: $first) { nodes { title } } }
}"""
DETAIL = """query ($id: ID!, $first: Int!) {
  contribution(id: $id) {
    title body status author { name contributions(first: $first) { nodes { title } } } activity { title space { title } }
    tally { forCount mixedCount againstCount } viewerVote { choice }
    comments(first: $first) { edges { cursor node { body author { name } contribution { title } } } pageInfo { endCursor } }
    arguments(first: $first, side: FOR) { totalCount nodes { title author { name } tally { totalCount } about { title } } }
  }
}"""
MANY = """query ($first: Int!) {
  newest: contributions(first: $first) { nodes { title author { name } } }
  supported: contributions(first: $first, order: MOST_SUPPORTED) { totalCount nodes { title author { name } } }
  found: contributions(first: $first, search: "jardin") { nodes { title } }
  collectivites(search: "ren", first: $first) { nodes { name } }
  zones { name } portal { slug }
}"""


@contextmanager
def statements(portal: Portal, count: int) -> Iterator[None]:
    """Exactly so many statements answer what is asked inside."""
    before = portal.running.database.statement_count
    yield
    assert portal.running.database.statement_count - before == count


@pytest.mark.parametrize("first", [1, 20])
def test_list_of_nearest_offers_is_one_statement(rennes: Portal, first: int) -> None:
    with statements(rennes, 1):
        found = rennes.member().ask(NEAREST, first=first)["contributions"]
    assert len(found["nodes"]) == first


@pytest.mark.parametrize(("zoom", "least"), [(8, 1), (13, 20)])
def test_map_is_one_statement(rennes: Portal, zoom: int, least: int) -> None:
    with statements(rennes, 1):
        found = rennes.member().ask(MAP, zoom=zoom)
    assert len(found["hexagons"]) >= least
    assert found["zones"]


@pytest.mark.parametrize("first", [1, 20])
def test_portal_page_is_one_statement(rennes: Portal, first: int) -> None:
    with statements(rennes, 1):
        found = rennes.member().ask(PAGE, first=first)
    sizes = [len(a["contributions"]["nodes"]) for space in found["spaces"]["nodes"] for a in space["activities"]]
    assert max(sizes) == first


@pytest.mark.parametrize("first", [1, 20])
def test_detail_page_is_one_statement(rennes: Portal, first: int) -> None:
    proposals = rennes.ask("{ contributions(kinds: [PROPOSAL], first: 50) { nodes { id arguments { totalCount } } } }")
    debated = max(proposals["contributions"]["nodes"], key=lambda found: found["arguments"]["totalCount"])
    with statements(rennes, 1):
        found = rennes.member().ask(DETAIL, id=debated["id"], first=first)["contribution"]
    assert found["arguments"]["totalCount"] >= 1
    assert len(found["arguments"]["nodes"]) == min(first, found["arguments"]["totalCount"])


@pytest.mark.parametrize("first", [1, 20])
def test_several_root_fields_are_one_statement(rennes: Portal, first: int) -> None:
    with statements(rennes, 1):
        found = rennes.member().ask(MANY, first=first)
    assert len(found["newest"]["nodes"]) == len(found["supported"]["nodes"]) == first


@pytest.mark.parametrize("count", [1, 50])
def test_entities_with_their_authors_are_one_statement(rennes: Portal, count: int) -> None:
    nodes = rennes.ask("{ contributions(first: 50, kinds: [OFFER]) { nodes { id author { name } } } }")[
        "contributions"
    ]["nodes"]
    asked = [{"__typename": "Contribution", "id": node["id"]} for node in nodes[:count]]
    query = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Contribution { id author { name } } } }"
    with statements(rennes, 1):
        found = rennes.member().ask(query, r=asked)["_entities"]
    assert found == nodes[:count]


def test_operation_that_reads_nothing_of_a_tenant_is_no_statement(rennes: Portal) -> None:
    with statements(rennes, 0):
        assert rennes.member().ask("{ __schema { queryType { name } } }") == {
            "__schema": {"queryType": {"name": "Query"}}
        }


def test_plan_is_made_once_for_all_values_of_its_variables(rennes: Portal) -> None:
    query = "query ($lat: Latitude!, $search: String) { contributions(near: {lat: $lat, lng: -1.68, radiusM: 3000}, search: $search) { totalCount } }"
    member = rennes.member()
    member.ask(query, lat=48.1, search="velo")
    plans = rennes.running.contract.engine(rennes.record.features, Audience.PUBLIC).planning.plans
    misses, hits = plans.misses, plans.hits
    for lat in (48.11, 48.12, 48.13):
        member.ask(query, lat=lat, search=f"mot {lat}")
    assert (plans.misses - misses, plans.hits - hits) == (0, 3)


def test_vote_is_one_round_trip_that_also_reads_the_payload(rennes: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    database, ways = rennes.running.database, []

    def recorded(name: str) -> Callable[..., Any]:
        original = getattr(database, name)

        def called(tenant: int | None, *given: Any) -> Any:
            ways.append((request_id.get(), name, tenant))
            return original(tenant, *given)

        return called

    voter = rennes.member()
    query = (
        """query { contributions(kinds: [PROPOSAL], first: 100) { nodes { id activity { isOpen voteChoices } } } }"""
    )
    open_ = next(
        n
        for n in voter.ask(query)["contributions"]["nodes"]
        if n["activity"]["isOpen"] and "FOR" in n["activity"]["voteChoices"]
    )
    for name in ("transaction", "change_and_read"):
        monkeypatch.setattr(database, name, recorded(name))
    cast = """mutation ($id: ID!) { voteCast(input: {contribution: $id, choice: FOR}) {
        vote { choice } contribution { tally { totalCount } comments { nodes { author { name } } } } userErrors { code } } }"""
    with statements(rennes, 0):
        answer = voter.post(cast, {"id": open_["id"]}, **{"x-request-id": "the-vote"}).json()
    assert answer["data"]["voteCast"]["vote"] == {"choice": "FOR"}
    assert [found for found in ways if found[0] == "the-vote"] == [("the-vote", "change_and_read", rennes.number)]
