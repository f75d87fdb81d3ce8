"""The newest with a word: how far a search looks back, and that it finds the same as one who reads everything."""

import re

import pytest
from graphql.execution.values import VariableValues

import schema.root
from planner import plan
from planner.engine import Engine
from resolvers import look_back
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_access_path import explained, read_by
from tests.test_layout import MODULES, PROJECT

QUERY = """query ($search: String!, $first: Int! = 20, $after: String) {
  contributions(search: $search, first: $first, after: $after) { nodes { title } pageInfo { endCursor hasNextPage } }
}"""
ROWS = 6_000
WORDS = {"samedi": 1, "jardin": 20, "piano": 400, "tambour": 1_500, "introuvable": 10 * ROWS}
"""Words, and of how many rows one has each."""

CROWD = f"""
INSERT INTO __tenant__.contribution (
    id, activity_id, kind, status, title, body, author_id, is_anonymous, support_count, published_at, search_text)
SELECT gen_random_uuid(), c.activity_id, c.kind, c.status, 'Nº ' || n, c.body, c.author_id, false, 0,
       c.published_at - n * interval '17 minutes' - CASE WHEN n > {ROWS} / 2 THEN interval '2 years' ELSE '0' END,
       concat_ws(' ', 'samedi', CASE WHEN n %% 20 = 0 THEN 'jardin' END, CASE WHEN n %% 400 = 0 THEN 'piano' END,
                 CASE WHEN n %% 1500 = 0 THEN 'tambour' END, CASE WHEN n > {ROWS} / 2 THEN 'ancien' END)
FROM __tenant__.contribution c, generate_series(1, {ROWS}) n WHERE c.id = %s
"""


@pytest.fixture(scope="module")
def past(given: Given, town: Portal) -> Portal:
    """A tenant with a busy month, two years of silence, and a busy month before."""
    portal = given.tenant(town, "test-past", "commune-44109")
    author, activity = given.actor(portal), given.activity(portal, kind="IDEA_BOX", location_rule="OPTIONAL")
    payload = author.ask(
        """mutation ($activity: ID!) {
          contributionPublish(input: {activity: $activity, kind: PROPOSAL, title: "Une idée", body: "Pour tous."}) {
            contribution { id }
          }
        }""",
        activity=activity,
    )
    one = uuid_in(payload["contributionPublish"]["contribution"]["id"])
    given.sql(portal, CROWD, one)
    given.sql(portal, "VACUUM ANALYZE __tenant__.contribution")
    return portal


def numbers(portal: Portal, search: str, pages: int, first: int = 20, query: str = QUERY) -> list[int]:
    """What stands on the first pages."""
    found: list[int] = []
    after = None
    for _ in range(pages):
        page = portal.ask(query, search=search, first=first, after=after)["contributions"]
        found += [int(node["title"].removeprefix("Nº ")) for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    return found


@pytest.mark.parametrize(("word", "each"), WORDS.items())
@pytest.mark.parametrize("first", [1, 20, 100])
def test_pages_hold_the_newest_with_a_word(past: Portal, word: str, each: int, first: int) -> None:
    every = list(range(each, ROWS + 1, each))
    assert numbers(past, word, pages=4, first=first) == every[: 4 * first]


def test_what_only_old_ones_have_is_found(past: Portal) -> None:
    assert numbers(past, "ancien", pages=1) == list(range(ROWS // 2 + 1, ROWS // 2 + 21))


def test_either_of_two_words_and_none_of_one(past: Portal) -> None:
    either = sorted({*range(20, ROWS, 20), *range(1_500, ROWS, 1_500)})
    assert numbers(past, "jardin ou tambour", pages=2) == either[:40]
    without = [number for number in range(1, ROWS) if number % 20]
    assert numbers(past, "samedi -jardin", pages=2) == without[:40]


def test_in_an_activity_its_own_are_found(given: Given, past: Portal) -> None:
    query = "query ($activity: ID!, $search: String!) { activity(id: $activity) { contributions(search: $search, first: 3) { nodes { title } } } }"
    busy = past.ask("{ contributions(first: 1) { nodes { activity { id } } } }")["contributions"]["nodes"][0][
        "activity"
    ]
    found = past.ask(query, activity=busy["id"], search="jardin")["activity"]["contributions"]["nodes"]
    assert [node["title"] for node in found] == ["Nº 20", "Nº 40", "Nº 60"]
    other = given.activity(past, kind="IDEA_BOX", location_rule="OPTIONAL")
    assert past.ask(query, activity=other, search="jardin")["activity"]["contributions"]["nodes"] == []


@pytest.mark.parametrize(("word", "most"), [("samedi", 2_100), ("jardin", 105), ("piano", 25), ("tambour", 10)])
def test_no_more_is_read_than_two_looks_hold(given: Given, past: Portal, word: str, most: int) -> None:
    """Fifty rows tell how fast rows come; the first look holds a thousand of them, or up to twice as many."""
    assert 0 < read_by(given, past, QUERY, word)["contribution_search_open"] <= most


@pytest.mark.parametrize(
    ("search", "each", "most"), [("samedi jardin", 20, 51), ("samedi piano", 400, 25), ("samedi tambour", 1_500, 5)]
)
def test_several_words_are_looked_for_further_back(
    given: Given, past: Portal, search: str, each: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = read_by(given, past, QUERY, search)["contribution_search_open"]
    assert everything == ROWS // each
    monkeypatch.setattr(look_back, "ROWS_FOR_SEVERAL_WORDS", 500)
    query = QUERY + " # planned anew"
    assert read_by(given, past, query, search)["contribution_search_open"] <= most
    assert numbers(past, search, pages=4, query=query) == list(range(each, ROWS + 1, each))[:80]


def test_several_words_in_one_activity_are_fetched_and_sorted(given: Given, past: Portal) -> None:
    """Few rows of all are there: whoever looks back for them looks in vain."""
    query = """query ($activity: ID!, $search: String!) {
      contributions(activity: $activity, search: $search) { nodes { activity { id } } }
    }"""
    activity = past.ask("{ contributions(first: 1) { nodes { activity { id } } } }")["contributions"]["nodes"][0]
    variables = {"activity": activity["activity"]["id"], "search": "samedi jardin", "first": 20}
    in_one, in_all = (
        [node for node in explained(given, past, document, variables) if "date_part" in node.get("Index Cond", "")]
        for document in (query, QUERY)
    )
    assert in_all
    assert not in_one


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("jardin", True),
        ("le jardin", True),
        ("jardin partagé", False),
        ("jardin ou potager", True),
        ("jardin OR potager", True),
        ("jardin partagé -piano", True),
        ("-jardin", True),
        ("porte-bébé", False),
        ("oui", True),
        ("", True),
        (None, False),
    ],
)
def test_broad_searches_are_told_by_their_text(search: str | None, expected: bool) -> None:
    assert look_back.is_broad(search) is expected


def test_planner_holds_no_word_of_french_and_no_argument_of_the_domain() -> None:
    """What is particular to searches is the strategy's: the planner offers `argument.shapes` and `listing.Strategy`."""
    french = re.compile(r"\b(?:ou|french|français)\b|[éèêàçœ]", re.IGNORECASE)
    sources = [path for path in MODULES if path.parts[0] == "planner"]
    texts = {str(path): (PROJECT / path).read_text("utf-8") for path in sources}
    assert [name for name, text in texts.items() if french.search(text)] == []
    named = [name for name, text in texts.items() if re.search(r"\"search\"|\bperiods?\b", text)]
    assert named == []
    assert len((PROJECT / "resolvers/look_back.py").read_text("utf-8").splitlines()) < 150


def test_plans_for_broad_and_narrow_searches_are_kept_apart() -> None:
    engine = Engine(schema.root.executable())
    document = engine.documents.read(QUERY)
    _, variables = document.prepared(None, engine.schema)

    def shape(search: str) -> plan.Shape:
        coerced = variables.coerce({"search": search, "first": 20})
        assert isinstance(coerced, VariableValues)
        return plan.shape(coerced, document.shaping, ())

    assert shape("jardin") == shape("piano") != shape("samedi jardin") == shape("samedi piano")


def test_what_is_over_is_found_by_its_status(given: Given, past: Portal) -> None:
    query = "query ($status: ContributionStatus, $search: String!) { contributions(status: $status, search: $search, first: 4) { totalCount nodes { title } } }"
    over = "status = 'CLOSED', outcome = 'FULFILLED'"
    given.sql(past, f"UPDATE __tenant__.contribution SET {over} WHERE title IN ('Nº 40', 'Nº 80')")
    given.sql(past, "UPDATE __tenant__.contribution SET status = 'EXPIRED' WHERE title = 'Nº 100'")
    given.sql(past, "UPDATE __tenant__.contribution SET expires_at = now() - interval '1 hour' WHERE title = 'Nº 120'")

    def found(status: str | None, search: str) -> tuple[int, list[int]]:
        page = past.ask(query, status=status, search=search)["contributions"]
        return page["totalCount"], [int(node["title"].removeprefix("Nº ")) for node in page["nodes"]]

    try:
        for search in ("jardin", "samedi jardin"):
            assert found("OPEN", search) == (296, [20, 60, 140, 160])
            assert found("CLOSED", search) == (2, [40, 80])
            assert found("EXPIRED", search) == (2, [100, 120])
            assert found(None, search) == (300, [20, 40, 60, 80])
    finally:
        again = "status = 'OPEN', outcome = NULL, expires_at = NULL"
        given.sql(past, f"UPDATE __tenant__.contribution SET {again} WHERE status <> 'OPEN' OR expires_at < now()")
