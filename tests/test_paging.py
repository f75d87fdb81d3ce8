"""Pages: walking a list by its cursors gives the whole list once, whatever the page size, also while others publish."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from demo.story import DemoActivity, DemoActor, DemoComment, DemoSpace, DemoTenant, DemoVote
from tests import twin
from tests.conftest import Portal

CROWD = 14
PAGE_SIZES = (1, 3, 7)

NEAR = "near: {lat: 48.10, lng: -1.60, radiusM: 20000}"
PROPOSAL = 'contribution(id: "%s")'
LISTS = {
    "nearest, many in one cell": f"contributions({NEAR}, order: NEAREST, %s)",
    "newest, many at one moment": "contributions(kinds: [OFFER], order: NEWEST, %s)",
    "newest in a circle": f"contributions({NEAR}, order: NEWEST, %s)",
    "newest in a wide circle": "contributions(near: {lat: 48.1, lng: -1.6, radiusM: 100000}, order: NEWEST, %s)",
    "most supported, many alike": "contributions(order: MOST_SUPPORTED, %s)",
    "most supported in a circle": f"contributions({NEAR}, order: MOST_SUPPORTED, %s)",
    "found by words": 'contributions(search: "tondeuse", %s)',
    "of any status": "contributions(status: null, %s)",
    "in a viewport": "contributions(within: {south: 48, west: -2, north: 49, east: -1}, %s)",
    "register, largest": 'collectivites(search: "rennes", %s)',
    "register, alike in population": 'collectivites(postalCode: "35500", %s)',
    "register, nearest": 'collectivites(search: "le ch", kinds: [COMMUNE], near: {lat: 48.1, lng: -1.6}, %s)',
}
ARGUMENTS = "first: $first, after: $after"
PAGE = "{ totalCount nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"


def crowd() -> DemoTenant:
    """A tenant in which many things are equally near, equally new and equally supported."""
    place = twin.twin("foule")
    neighbours = tuple(DemoActor(f"voter-{n}", "CITIZEN", f"Voisin {n}", "MEMBER") for n in range(4))
    sample = next(found for found in place.contributions if found.kind == "OFFER")
    offers = tuple(
        replace(
            sample,
            key=f"offer-{n}",
            title=f"Tondeuse {n}",
            lat=48.10 + n % 3 * 0.01,
            age_hours=24 + n // 6,
            comments=(),
        )
        for n in range(CROWD)
    )
    talk = tuple(DemoComment("neighbour", f"Réponse {n}", 10 + n // 4) for n in range(CROWD))
    proposal = replace(
        sample,
        key="proposal",
        activity="dehors-avis",
        kind="PROPOSAL",
        title="Fontaine",
        category=None,
        lat=None,
        lng=None,
        expires_after_days=None,
        comments=talk,
    )
    arguments = tuple(
        replace(
            proposal,
            key=f"argument-{n}",
            kind="ARGUMENT",
            title=f"Argument {n}",
            side="FOR",
            about="proposal",
            comments=(),
            age_hours=20 + n // 5,
        )
        for n in range(CROWD)
    )
    ideas = tuple(
        replace(
            proposal,
            key=f"idea-{n}",
            activity="ideas",
            title=f"Idée {n}",
            comments=(),
            votes=tuple(DemoVote(f"voter-{v}", "SUPPORT") for v in range(n % 4)),
        )
        for n in range(CROWD)
    )
    box = DemoActivity("ideas", "IDEA_BOX", "Boîte à idées", "", 60, None, "SUPPORT", ())
    spaces = tuple(replace(s, activities=(*s.activities, box)) if s.slug == "dehors" else s for s in place.spaces)
    more = tuple(DemoSpace(f"espace-{n}", f"Espace {n}", "", ()) for n in range(10))
    return replace(
        place,
        spaces=(*spaces, *more),
        actors=(*place.actors, *neighbours),
        contributions=(*offers, proposal, *arguments, *ideas),
    )


@pytest.fixture(scope="module")
def portal(provision: Callable[[DemoTenant, Mapping[str, str]], Portal]) -> Portal:
    return provision(crowd(), twin.VISIBILITY)


def page(portal: Portal, list_: str, first: int, after: str | None = None, page: str = PAGE) -> Any:
    """One page of a list; within another object when the list has two levels."""
    outer, _, inner = list_.partition(" > ")
    asked = f"{outer} {{ {inner % ARGUMENTS} {page} }}" if inner else f"{outer % ARGUMENTS} {page}"
    found = portal.ask(f"query ($first: Int!, $after: String) {{ {asked} }}", first=first, after=after)
    while "nodes" not in found:
        (found,) = found.values()
    return found


def walk(portal: Portal, list_: str, first: int) -> Iterator[Any]:
    """The pages of a list, from the first to the one behind which there is nothing."""
    after = None
    for _ in range(150):
        found = page(portal, list_, first, after)
        yield found
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            return
    raise AssertionError("the list never ends")


def ids(pages: Any) -> list[str]:
    return [node["id"] for found in pages for node in found["nodes"]]


def nested(portal: Portal, name: str) -> str:
    """A list below the proposal, its author or its activity."""
    answer = portal.ask('{ contributions(search: "fontaine") { nodes { id activity { id } author { id } } } }')
    (found,) = answer["contributions"]["nodes"]
    return {
        "comments": f'contribution(id: "{found["id"]}") > comments(%s)',
        "arguments": f'contribution(id: "{found["id"]}") > arguments(side: FOR, %s)',
        "of an activity": f'activity(id: "{found["activity"]["id"]}") > contributions(%s)',
        "of an activity in a circle": 'space(slug: "dehors") { activities > contributions(%s)',
    }[name]


def check_walk(portal: Portal, list_: str) -> None:
    whole = page(portal, list_, 100)
    assert 2 <= len(whole["nodes"]) < 100
    assert whole["totalCount"] == len(set(ids([whole]))) == len(whole["nodes"])
    for size in PAGE_SIZES:
        pages = list(walk(portal, list_, size))
        assert ids(pages) == ids([whole])
        assert {found["totalCount"] for found in pages} == {whole["totalCount"]}
        assert [found["pageInfo"]["hasPreviousPage"] for found in pages] == [n > 0 for n in range(len(pages))]
        for found in pages:
            assert [edge["node"] for edge in found["edges"]] == found["nodes"]
            cursors = [edge["cursor"] for edge in found["edges"]]
            assert (found["pageInfo"]["startCursor"], found["pageInfo"]["endCursor"]) == (cursors[0], cursors[-1])


@pytest.mark.parametrize("name", LISTS)
def test_walk_gives_the_whole_list_once(portal: Portal, name: str) -> None:
    check_walk(portal, LISTS[name])


@pytest.mark.parametrize("name", ["comments", "arguments", "of an activity"])
def test_walk_of_a_nested_list_gives_it_whole_once(portal: Portal, name: str) -> None:
    check_walk(portal, nested(portal, name))


def test_walk_of_an_actors_contributions_and_of_the_spaces(portal: Portal) -> None:
    check_walk(portal.signed_in(portal.story.actors[2]), "viewer > contributions(%s)")
    check_walk(portal, "spaces(%s)")


def test_orders_are_what_they_say(portal: Portal) -> None:
    nodes = "{ nodes { id publishedAt tally { supportCount forCount } distance(from: {lat: 48.10, lng: -1.60}) { band } location { lat } } }"
    newest = page(portal, LISTS["newest in a circle"], 100, page=nodes)["nodes"]
    assert [node["publishedAt"] for node in newest] == sorted((node["publishedAt"] for node in newest), reverse=True)
    supported = page(portal, LISTS["most supported, many alike"], 100, page=nodes)["nodes"]
    support = [node["tally"]["supportCount"] + node["tally"]["forCount"] for node in supported]
    assert support == sorted(support, reverse=True)
    assert support[0] == 3
    nearest = page(portal, LISTS["nearest, many in one cell"], 100, page=nodes)["nodes"]
    away = [abs(node["location"]["lat"] - 48.10) for node in nearest]
    assert away == sorted(away)
    assert len(set(away)) == 3


def test_each_activity_of_a_list_has_its_own_page(portal: Portal) -> None:
    answer = portal.ask("""{ space(slug: "dehors") { activities { title contributions(first: 2) { totalCount nodes { activity { title } }
        pageInfo { hasNextPage } } } } }""")
    for activity in answer["space"]["activities"]:
        found = activity["contributions"]
        assert {node["activity"]["title"] for node in found["nodes"]} <= {activity["title"]}
        assert len(found["nodes"]) == min(2, found["totalCount"])
        assert found["pageInfo"]["hasNextPage"] is (found["totalCount"] > 2)


@pytest.mark.parametrize("order", ["NEWEST", "NEAREST", "MOST_SUPPORTED"])
def test_walk_is_stable_while_others_publish(portal: Portal, order: str) -> None:
    list_ = f"contributions({NEAR}, order: {order}, %s)"
    before = ids([page(portal, list_, 100)])
    author = portal.signed_in(portal.story.actors[3])
    activity = next(
        a
        for a in portal.ask('{ space(slug: "dehors") { activities { id kind } } }')["space"]["activities"]
        if a["kind"] == "MUTUAL_AID"
    )
    walked = []
    for found in walk(portal, list_, 7):
        walked += ids([found])
        answer = author.ask(
            """mutation ($activity: ID!) { contributionPublish(input: {activity: $activity, kind: OFFER, title: "Tondeuse entre deux",
            body: "Nouvelle", isOldEnough: true, location: {lat: 48.10, lng: -1.60}}) { userErrors { code } } }""",
            activity=activity["id"],
        )
        assert answer["contributionPublish"]["userErrors"] == []
    assert len(set(walked)) == len(walked)
    assert [id_ for id_ in walked if id_ in before] == before


def test_walk_goes_on_behind_an_item_that_has_gone(portal: Portal) -> None:
    list_ = "contributions(kinds: [OFFER], %s)"
    author = portal.signed_in(portal.story.actors[2])
    before = ids([page(portal, list_, 100)])
    first = page(author, "contributions(kinds: [OFFER], %s)", 100, page="{ nodes { id isMine } edges { cursor } }")
    place, mine = next((n, node["id"]) for n, node in enumerate(first["nodes"]) if node["isMine"] and n > 2)
    author.ask(
        "mutation ($id: ID!) { contributionClose(input: {contribution: $id, outcome: FULFILLED}) { userErrors { code } } }",
        id=mine,
    )
    assert ids([page(portal, list_, 100, first["edges"][place]["cursor"])]) == before[place + 1 :]


def test_first_0_tells_whether_there_is_anything(portal: Portal) -> None:
    empty = {"hasPreviousPage": False, "startCursor": None, "endCursor": None}
    found = page(portal, "contributions(kinds: [OFFER], %s)", 0)
    assert found["totalCount"] >= CROWD - 1
    assert (found["nodes"], found["edges"], found["pageInfo"]) == ([], [], empty | {"hasNextPage": True})
    found = page(portal, "contributions(kinds: [LISTING], %s)", 0)
    assert found == {"totalCount": 0, "nodes": [], "edges": [], "pageInfo": empty | {"hasNextPage": False}}


def test_empty_page_behind_the_last_item(portal: Portal) -> None:
    last = page(portal, "contributions(kinds: [PROPOSAL], %s)", 100)
    behind = page(portal, "contributions(kinds: [PROPOSAL], %s)", 5, last["pageInfo"]["endCursor"])
    assert behind["nodes"] == []
    assert behind["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True, "startCursor": None, "endCursor": None}


def test_cursor_of_another_order_is_refused(portal: Portal) -> None:
    cursor = page(portal, "contributions(order: NEWEST, %s)", 1)["pageInfo"]["endCursor"]
    assert portal.codes(
        f'{{ contributions(order: MOST_SUPPORTED, after: "{cursor}") {{ totalCount nodes {{ id }} }} }}'
    ) == ["BAD_CURSOR"]


@pytest.mark.parametrize("first", [-1, 101, 2_147_483_647])
def test_page_size_out_of_range_is_refused(portal: Portal, first: int) -> None:
    assert portal.codes(f"{{ contributions(first: {first}) {{ totalCount }} }}") == ["BAD_PAGE_SIZE"]
    assert portal.codes(
        "query ($n: Int!) { spaces(first: 1) { nodes { activities { contributions(first: $n) { totalCount } } } } }",
        n=first,
    ) == ["BAD_PAGE_SIZE"]
