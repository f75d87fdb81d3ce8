"""Ways: how rows near a point or with certain words are read, whatever PostgreSQL believes of how many there are."""

from collections import Counter
from typing import Any

import psycopg
import pytest

from bench import statement
from bench.peer import bare
from planner import access_path
from resolvers import look_back
from tests.conftest import Portal
from tests.given import Given, uuid_in

LISTED = """query ($lat: Latitude!, $lng: Longitude!) {
  contributions(near: {lat: $lat, lng: $lng, radiusM: RADIUS}, order: ORDER, kinds: [OFFER]) { nodes { id title } }
}"""
SEARCHED = """query ($search: String!, $first: Int! = 20) {
  contributions(search: $search, order: ORDER, first: $first, kinds: [OFFER], status: STATUS) { nodes { id title } }
}"""
COUNTED = """query ($search: String!) {
  contributions(search: $search, kinds: [OFFER], status: STATUS) { totalCount }
}"""
HERE = {"lat": 48.1113, "lng": -1.68}
ROWS = 5_000

CROWD = """
INSERT INTO __tenant__.contribution (
    id, activity_id, kind, status, title, body, author_id, is_anonymous, precision, cell, lat, lng, position,
    cell_5, cell_6, cell_7, cell_8, support_count, published_at, search_text)
SELECT gen_random_uuid(), c.activity_id, c.kind, c.status, c.title, c.body, c.author_id, false, c.precision, c.cell,
       c.lat, c.lng, c.position + point(n, n), c.cell_5 + n %% 50, c.cell_6 + n %% 50, c.cell_7 + n %% 50, c.cell_8 + n %% 50, 0, c.published_at, c.search_text
FROM __tenant__.contribution c, generate_series(1, %s) n WHERE c.id = %s
"""


@pytest.fixture(scope="module")
def crowd(given: Given, rennes: Portal) -> Portal:
    """A tenant with many offers around one place, in fifty cells that need not be real."""
    portal = given.tenant(rennes, "test-crowd", "commune-35238")
    author, activity = given.actor(portal), given.activity(portal, kind="MUTUAL_AID")
    payload = author.ask(
        """mutation ($activity: ID!, $location: LocationInput!) {
          contributionPublish(input: {activity: $activity, kind: OFFER, title: "Des courses", body: "Le samedi.", location: $location}) {
            contribution { id }
          }
        }""",
        activity=activity,
        location=HERE,
    )
    given.sql(portal, CROWD, ROWS, uuid_in(payload["contributionPublish"]["contribution"]["id"]))
    given.sql(portal, "ANALYZE __tenant__.contribution")
    return portal


def plan_of(given: Given, portal: Portal, order: str, radius_m: int) -> list[dict[str, Any]]:
    """The nodes of the plan with which a prepared statement is run again and again."""
    document = LISTED.replace("RADIUS", str(radius_m)).replace("ORDER", order)
    planned = statement.Planner().read(document, HERE, portal.number)
    with psycopg.connect(given.url) as connection:
        bare.adapt(connection)
        connection.execute("SET plan_cache_mode = force_generic_plan")
        cursor = psycopg.RawCursor(connection)
        cursor.execute("EXPLAIN (GENERIC_PLAN, FORMAT JSON) " + planned.text)
        (answer,) = cursor.fetchall()
    return nodes_of(answer[0][0]["Plan"])


def explained(
    given: Given, portal: Portal, document: str, variables: dict[str, Any], how: str = "ANALYZE, ", settings: str = ""
) -> list[dict[str, Any]]:
    """The nodes of the plan by which a document is answered."""
    planned = statement.Planner().read(document, variables, portal.number)
    with psycopg.connect(given.url) as connection:
        bare.adapt(connection)
        connection.execute(settings.encode())
        cursor = psycopg.RawCursor(connection)
        cursor.execute(f"EXPLAIN ({how}FORMAT JSON) {planned.text}", planned.parameters(variables))
        (answer,) = cursor.fetchall()
    return nodes_of(answer[0][0]["Plan"])


def read_by(given: Given, portal: Portal, document: str, search: str) -> Counter[str]:
    """How many rows each index of contributions gave to a search."""
    read: Counter[str] = Counter()
    for node in explained(given, portal, document, {"search": search, "first": 20}):
        read[node.get("Index Name", "")] += int(node["Actual Rows"] * node["Actual Loops"])
    return read


def searching(portal: Portal, order: str, search: str) -> tuple[statement.Planned, list[object]]:
    variables = {"search": search, "first": 20}
    planned = statement.Planner().read(
        SEARCHED.replace("ORDER", order).replace("STATUS", "OPEN"), variables, portal.number
    )
    return planned, planned.parameters(variables)


INDEXES = {"OPEN": {"open"}, "CLOSED": {"over"}, "EXPIRED": {"open", "over"}, "null": {"open", "over"}}


@pytest.mark.parametrize("document", [SEARCHED.replace("ORDER", "NEWEST"), COUNTED])
@pytest.mark.parametrize("search", ["courses", "courses samedi"])
@pytest.mark.parametrize(("status", "indexes"), INDEXES.items())
@pytest.mark.parametrize("mode", ["force_generic_plan", "force_custom_plan"])
def test_words_are_asked_of_their_index_alone(
    given: Given, crowd: Portal, document: str, search: str, status: str, indexes: set[str], mode: str
) -> None:
    """The other conditions are tried on rows that were fetched: PostgreSQL may ask no second index for them."""
    settings = f"SET plan_cache_mode = {mode}; SET enable_seqscan = off; SET enable_indexscan = off"
    variables = {"search": search, "first": 20}
    nodes = explained(given, crowd, document.replace("STATUS", status), variables, how="", settings=settings)
    fetched = [
        node for node in nodes if node["Node Type"] == "Bitmap Heap Scan" and "@@" in node.get("Recheck Cond", "")
    ]
    assert fetched
    assert [node["Filter"] for node in fetched if "kind" in node.get("Filter", "")] == []
    asked = {node["Index Name"] for node in nodes if "@@" in node.get("Index Cond", "")}
    assert asked == {f"contribution_search_{name}" for name in indexes}


def nodes_of(plan: dict[str, Any]) -> list[dict[str, Any]]:
    nodes, waiting = [], [plan]
    while waiting:
        nodes.append(waiting.pop())
        waiting += nodes[-1].get("Plans", [])
    return nodes


@pytest.mark.parametrize("radius_m", [1_000, 5_000, 20_000])
def test_nearest_are_read_in_the_order_of_the_index(given: Given, crowd: Portal, radius_m: int) -> None:
    nodes = plan_of(given, crowd, "NEAREST", radius_m)
    assert [node["Order By"] for node in nodes if node.get("Index Name") == "contribution_nearest"]
    reads = {node["Node Type"] for node in nodes if node.get("Relation Name") == "contribution"}
    assert reads == {"Index Only Scan", "Index Scan"}  # The second are the whole rows, by their ids.


@pytest.mark.parametrize("radius_m", [1_000, 5_000, 20_000])
def test_newest_are_read_in_the_order_of_each_cells_index(given: Given, crowd: Portal, radius_m: int) -> None:
    nodes = plan_of(given, crowd, "NEWEST", radius_m)
    probed = [node for node in nodes if node.get("Index Name", "").startswith("contribution_cell_")]
    assert len(probed) == 2
    assert ["published_at" in node["Index Cond"] for node in probed].count(True) == 1


SEARCHES = {"NEWEST": "contribution_newest", "MOST_SUPPORTED": "contribution_supported"}


@pytest.mark.parametrize(("order", "index"), SEARCHES.items())
def test_rare_words_are_fetched_and_common_ones_scanned_in_order(
    given: Given, crowd: Portal, order: str, index: str
) -> None:
    document = SEARCHED.replace("ORDER", order).replace("STATUS", "OPEN")
    rare = read_by(given, crowd, document, "courses introuvables")
    assert rare["contribution_search_open"] == 0
    assert rare[index] == (look_back.SAMPLED_ROWS + 1 if order == "NEWEST" else 0)  # What tells how fast rows come.
    common = read_by(given, crowd, document, "courses samedi")
    assert common["contribution_search_open"] > access_path.MAX_SORTED_ROWS
    assert 20 <= common[index] < 100


@pytest.mark.parametrize(("order", "index"), SEARCHES.items())
def test_the_index_of_words_is_not_asked_who_has_none(given: Given, crowd: Portal, order: str, index: str) -> None:
    """It would be read from end to end."""
    read = read_by(given, crowd, SEARCHED.replace("ORDER", order).replace("STATUS", "OPEN"), "-introuvable")
    assert read["contribution_search_open"] == 0
    assert 20 <= read[index] < 300
    counted = COUNTED.replace("STATUS", "OPEN")
    assert crowd.ask(counted, search="-introuvable")["contributions"]["totalCount"] == ROWS + 1
    assert crowd.ask(counted, search="-courses")["contributions"]["totalCount"] == 0


@pytest.mark.parametrize("order", SEARCHES)
def test_common_words_give_the_page_that_sorting_all_of_them_gives(
    crowd: Portal, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = SEARCHED.replace("ORDER", order).replace("STATUS", "OPEN")
    met = crowd.ask(query, search="courses samedi", first=100)["contributions"]["nodes"]
    monkeypatch.setattr(access_path, "MAX_SORTED_ROWS", 2 * ROWS)
    gathered = crowd.ask(query + " # planned anew", search="courses samedi", first=100)["contributions"]["nodes"]
    assert met == gathered
    assert len(met) == 100


@pytest.mark.parametrize("search", ["courses", "courses samedi"])
def test_a_search_asked_often_is_planned_once(given: Given, crowd: Portal, search: str) -> None:
    planned, _ = searching(crowd, "NEWEST", search)
    with psycopg.connect(given.url) as connection:
        bare.adapt(connection)
        cursor = psycopg.RawCursor(connection)
        for turn in range(20):
            cursor.execute(planned.text, searching(crowd, "NEWEST", f"{search} {turn}")[1], prepare=True)
        plans = connection.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements").fetchall()
    assert plans == [(15, 5)]
