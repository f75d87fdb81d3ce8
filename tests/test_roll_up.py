"""The roll-ups: whatever happens to contributions, the map and the statistics equal a recount, at every level and step."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from geo import cell, cover, distance
from models import ident
from models.contribution import ContributionKind
from models.roll_up import KIND_PLACES
from models.tenant import Feature
from tests import recount
from tests.acting import close, published, revise
from tests.conftest import Portal
from tests.given import Given, uuid_in

SPOTS = (
    {"lat": 46.1719, "lng": 1.8717},
    {"lat": 46.1735, "lng": 1.8721},
    {"lat": 46.1600, "lng": 1.8900},
    {"lat": 46.2349, "lng": 1.8717},
)
"""Two neighbours in the centre of Guéret, its edge, and a hamlet that is published coarser."""

BOUNDS = {"south": 46.10, "west": 1.80, "north": 46.28, "east": 1.95}
ZOOM_OF_LEVEL = {5: 9, 6: 10, 7: 11, 8: 13, 9: 14}

HEXAGONS = """
query(
  $bounds: BoundsInput!, $zoom: Int!, $activity: ID, $kinds: [ContributionKind!], $categories: [ID!], $search: String
) {
  hexagons(
    bounds: $bounds, zoom: $zoom, activity: $activity, kinds: $kinds, categories: $categories, search: $search
  ) {
    cell lat lng count offerCount requestCount listingCount proposalCount
  }
}"""
COUNTS = """
query($bounds: BoundsInput!, $zoom: Int!, $kinds: [ContributionKind!]) {
  hexagons(bounds: $bounds, zoom: $zoom, kinds: $kinds) { count }
}"""
OPEN = """
SELECT kind, cell, lat, lng FROM __tenant__.contribution WHERE status = 'OPEN' AND cell IS NOT NULL"""

STATISTICS = """
query($id: ID!) { activity(id: $id) { statistics {
  total: totalCount OPEN: openCount CLOSED: closedCount EXPIRED: expiredCount
  LISTING: listingCount categories { category { id } count } withoutCategoryCount
} } }"""

SPACES_EQUAL_ACTIVITIES = """
SELECT level, cell, space_id, lat, lng, counts FROM __tenant__.space_cell_count
EXCEPT
SELECT level, cell, space_id, min(lat), min(lng), ARRAY[coalesce(sum(count) FILTER (WHERE c.kind = 'OFFER'), 0),
       coalesce(sum(count) FILTER (WHERE c.kind = 'REQUEST'), 0), coalesce(sum(count) FILTER (WHERE c.kind = 'LISTING'), 0),
       coalesce(sum(count) FILTER (WHERE c.kind = 'PROPOSAL'), 0), coalesce(sum(count) FILTER (WHERE c.kind = 'ARGUMENT'), 0)]::int[]
FROM __tenant__.cell_count c JOIN __tenant__.activity a ON a.id = c.activity_id GROUP BY level, cell, space_id"""

VERBS = ("move", "label", "close", "expire", "renew", "revise", "close late", "move late", "label late", "renew late")
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from((*VERBS, *VERBS, "publish", "publish exact", "fold")), st.integers(0, 2), st.sampled_from(SPOTS)
    ),
    min_size=2,
    max_size=10,
)
"""What is done, to which of the first contributions, and where."""


@pytest.fixture(scope="module")
def village(given: Given, rennes: Portal) -> Portal:
    """A tenant of which these tests count everything."""
    return given.tenant(rennes, "test-village", "commune-23096")


@pytest.fixture(scope="module")
def shop(given: Given, village: Portal) -> tuple[Portal, str]:
    """A shop, which may publish exact points, and an activity for its listings, with a category."""
    activity = given.activity(village, kind="MARKETPLACE", expires_after_days=30)
    given.category(village, activity)
    return given.actor(village, "MERCHANT"), activity


def reported(portal: Portal, activity: str) -> dict[str, int]:
    """The statistics as the API gives them, under the names of `recount.statistics`, without zeros."""
    found = dict(portal.ask(STATISTICS, id=activity)["activity"]["statistics"])
    labels, without = found.pop("categories"), found.pop("withoutCategoryCount")
    counts = found | {"-": without} | {str(uuid_in(label["category"]["id"])): label["count"] for label in labels}
    return {name: count for name, count in counts.items() if count}


def counted(portal: Portal, level: int, **filters: Any) -> dict[str, int]:
    """The hexagons of a level as the API gives them, each seen to lie where its cell is."""
    found = portal.ask(HEXAGONS, bounds=BOUNDS, zoom=ZOOM_OF_LEVEL[level], **filters)["hexagons"]
    for hexagon in found:
        assert (hexagon["lat"], hexagon["lng"]) == cell.center(cell.from_text(hexagon["cell"]))
        assert hexagon["count"] == hexagon["listingCount"] > 0
    return {hexagon["cell"]: hexagon["count"] for hexagon in found}


def recounted(given: Given, portal: Portal, level: int) -> dict[str, int]:
    """What is open and lies in the bounds, counted again by the cell of the level or the coarser one that is public."""
    counts: Counter[int] = Counter()
    for _, public, lat, lng in given.sql(portal, OPEN):
        counts[cell.at(lat, lng, min(level, cell.resolution(public)))] += 1
    return {cell.to_text(found): count for found, count in counts.items() if _meets(found)}


def _meets(found: int, bounds: dict[str, float] = BOUNDS) -> bool:
    """The circle around a cell meets the bounds."""
    lat, lng = cell.center(found)
    across, along = distance.degrees_across(cover.reach_m(cell.resolution(found)), bounds["north"])
    return (
        bounds["south"] - across <= lat <= bounds["north"] + across
        and bounds["west"] - along <= lng <= bounds["east"] + along
    )


def test_viewport_inside_of_a_hexagon_shows_it(given: Given, village: Portal, shop: tuple[Portal, str]) -> None:
    """Streets at zooms 17 to 19, wherever in the hexagon they lie, and of a sparse one, too."""
    author, _ = shop
    activity = given.activity(village, kind="MARKETPLACE")
    for spot in (SPOTS[0], SPOTS[3]):
        published(author, activity, "LISTING", location=spot)
    for zoom, side in ((17, 0.002), (18, 0.001), (19, 0.0005)):
        for spot in (SPOTS[0], SPOTS[3]):
            bounds = {
                "south": spot["lat"],
                "west": spot["lng"],
                "north": spot["lat"] + side,
                "east": spot["lng"] + side,
            }
            found = village.ask(HEXAGONS, bounds=bounds, zoom=zoom, activity=activity)["hexagons"]
            assert [hexagon["count"] for hexagon in found] == [1]
            given.fold(village)
            assert village.ask(HEXAGONS, bounds=bounds, zoom=zoom, activity=activity)["hexagons"] == found
    far = {"south": 46.30, "west": 1.87, "north": 46.301, "east": 1.871}
    assert village.ask(HEXAGONS, bounds=far, zoom=18, activity=activity)["hexagons"] == []


class Life:
    """Does things to the contributions of one author, one after the other."""

    def __init__(self, given: Given, portal: Portal, author: Portal, activity: str) -> None:
        self.given, self.portal, self.author, self.activity = given, portal, author, activity
        [(label,)] = given.sql(portal, "SELECT id FROM __tenant__.category WHERE activity_id = %s", uuid_in(activity))
        self.category = ident.encode("category", portal.number, label)
        self.ids: list[str] = []

    def do(self, action: str, index: int, spot: dict[str, float]) -> None:
        """Refused actions (on what is closed already) are part of life."""
        if action.startswith("publish"):
            precision = "EXACT" if action.endswith("exact") else "CELL"
            self.ids.append(published(self.author, self.activity, "LISTING", location={**spot, "precision": precision}))
        elif action == "fold":
            self.given.fold(self.portal)
        elif self.ids:
            self._change(action, self.ids[min(index, len(self.ids) - 1)], spot)

    def _change(self, action: str, contribution: str, spot: dict[str, float]) -> None:
        verb, _, late = action.partition(" ")
        if late or verb == "expire":
            self.given.let_expire(self.portal, contribution)
        match verb:
            case "move":
                revise(self.author, contribution, location=spot)
            case "label":
                revise(self.author, contribution, category=self.category)
            case "close":
                close(self.author, contribution)
            case "renew":
                revise(self.author, contribution, expiresAfterDays=30)
            case "revise":
                revise(self.author, contribution, title="Un autre titre")
        if late or verb == "expire":
            self.given.expire(self.portal)


@hypothesis.given(actions=ACTIONS)
@hypothesis.settings(max_examples=30)
def test_map_and_statistics_equal_a_recount_after_any_life(
    given: Given, village: Portal, shop: tuple[Portal, str], actions: list[tuple[str, int, dict[str, float]]]
) -> None:
    life = Life(given, village, *shop)
    for action in [("publish", 0, SPOTS[0]), ("publish", 0, SPOTS[3]), *actions]:
        life.do(*action)
        assert reported(village, life.activity) == recount.statistics(given, village, life.activity)
        assert counted(village, 8) == recounted(given, village, 8)
    for level in cover.ROLL_UP_RESOLUTIONS:
        assert (level, counted(village, level)) == (level, recounted(given, village, level))
    given.fold(village)
    assert reported(village, life.activity) == recount.statistics(given, village, life.activity)
    assert counted(village, 8) == recounted(given, village, 8)
    assert given.sql(village, SPACES_EQUAL_ACTIVITIES) == []


def test_closing_and_expiring_at_once_counts_out_once(given: Given, village: Portal, shop: tuple[Portal, str]) -> None:
    author, _ = shop
    activity = given.activity(village, kind="MARKETPLACE")
    ids = [published(author, activity, "LISTING", location=SPOTS[0]) for _ in range(6)]
    ready = Barrier(6)

    def act(contribution: str) -> None:
        given.let_expire(village, contribution)
        ready.wait(10)
        close(author, contribution)

    with ThreadPoolExecutor(6) as pool:
        closing = [pool.submit(act, contribution) for contribution in ids]
        while not all(found.done() for found in closing):
            given.expire(village)
        assert [found.result() for found in closing] == [None] * 6
    given.expire(village)
    for level in cover.ROLL_UP_RESOLUTIONS:
        assert counted(village, level, activity=activity) == {}
    assert reported(village, activity) == recount.statistics(given, village, activity)


def test_moving_at_once_leaves_it_in_one_place(given: Given, village: Portal, shop: tuple[Portal, str]) -> None:
    author, _ = shop
    activity = given.activity(village, kind="MARKETPLACE")
    contribution = published(author, activity, "LISTING", location=SPOTS[0])
    ready = Barrier(8)

    def act(index: int) -> None:
        ready.wait(10)
        revise(author, contribution, location=SPOTS[index % len(SPOTS)])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(8)))
    row = given.row(village, contribution)
    assert counted(village, 5, activity=activity) == {cell.to_text(row["cell_5"]): 1}
    finest = cell.at(row["lat"], row["lng"], min(9, cell.resolution(row["cell"])))
    assert counted(village, 9, activity=activity) == {cell.to_text(finest): 1}


def test_hexagons_leave_spaces_out_that_the_viewer_may_not_see(given: Given, village: Portal) -> None:
    for visibility, roles in (("MEMBERS", ["MEMBER", "MODERATOR"]), ("DRAFT", ["MODERATOR"])):
        space = given.space(village, visibility=visibility)
        activity = given.activity(village, kind="MARKETPLACE", space=space)
        published(given.actor(village, "MERCHANT", role="ADMIN"), activity, "LISTING", location=SPOTS[0])
        viewers = {"ANONYMOUS": village} | {role: given.actor(village, role=role) for role in ("MEMBER", "MODERATOR")}
        seen = {name: sum(counted(viewer, 8, activity=activity).values()) for name, viewer in viewers.items()}
        assert seen == {name: int(name in roles) for name in viewers}
        given.sql(
            village,
            "UPDATE __tenant__.participatory_space SET visibility = 'PUBLIC' WHERE id = %s",
            space.split("_")[2],
        )


def test_hexagons_filter_by_kind(given: Given, village: Portal, shop: tuple[Portal, str]) -> None:
    author, _ = shop
    activity = given.activity(village, kind="MARKETPLACE")
    published(author, activity, "LISTING", location=SPOTS[0])
    assert sum(counted(village, 8, activity=activity, kinds=["LISTING"]).values()) == 1
    assert counted(village, 8, activity=activity, kinds=["OFFER", "REQUEST"]) == {}


def test_hexagons_filter_by_words_and_category_as_lists_do(given: Given, village: Portal) -> None:
    """What nothing is counted by is counted anew: the same cells, centres and counts, up to the edges of any map."""
    author = given.actor(village, "MERCHANT")
    wanted, other = given.activity(village, kind="MARKETPLACE"), given.activity(village, kind="MARKETPLACE")
    category = given.category(village, wanted)
    for precision in ("CELL", "EXACT"):
        for spot in SPOTS:
            place = {**spot, "precision": precision}
            published(author, wanted, "LISTING", category=category, title="Miel de bruyère", location=place)
            published(author, other, "LISTING", title="Fromage", location=place)
    closed = published(author, wanted, "LISTING", category=category, title="Miel de bruyère", location=SPOTS[0])
    assert close(author, closed)["userErrors"] == []
    street = {"south": 46.171, "west": 1.871, "north": 46.172, "east": 1.872}
    for _ in range(2):  # Fresh, then folded.
        for bounds, zooms in ((BOUNDS, ZOOM_OF_LEVEL.values()), (street, (9, 13, 14, 18))):
            for zoom in zooms:
                by_activity, *anew = (
                    village.ask(HEXAGONS, bounds=bounds, zoom=zoom, **filters)["hexagons"]
                    for filters in ({"activity": wanted}, {"categories": [category]}, {"search": "miels bruyères"})
                )
                assert anew == [by_activity, by_activity]
                assert by_activity != []
        assert village.ask(HEXAGONS, bounds=BOUNDS, zoom=11, activity=other, search="miel")["hexagons"] == []
        given.fold(village)


def test_hexagons_of_all_activities_filter_by_kind(given: Given, village: Portal, shop: tuple[Portal, str]) -> None:
    author, activity = shop
    published(author, activity, "LISTING", location=SPOTS[0])
    for _ in range(2):  # Fresh, then folded.
        assert counted(village, 8, kinds=["LISTING", "OFFER"]) == counted(village, 8) != {}
        assert counted(village, 8, kinds=["OFFER", "REQUEST"]) == {}
        given.fold(village)


def test_hexagons_leave_activities_out_that_the_portal_cannot_name(given: Given, rennes: Portal) -> None:
    hamlet = given.tenant(rennes, "test-hamlet", "commune-23096")
    author, space, other = given.actor(hamlet, "MERCHANT"), given.space(hamlet), given.space(hamlet)
    for kind, inside, listed in (("MARKETPLACE", space, "LISTING"), ("IDEA_BOX", space, "PROPOSAL")):
        published(author, given.activity(hamlet, kind=kind, space=inside), listed, location=SPOTS[0])
    published(author, given.activity(hamlet, kind="MARKETPLACE", space=other), "LISTING", location=SPOTS[0])

    def seen(**filters: Any) -> int:
        hexagons = hamlet.ask(COUNTS, bounds=BOUNDS, zoom=ZOOM_OF_LEVEL[8], **filters)["hexagons"]
        return sum(hexagon["count"] for hexagon in hexagons)

    for _ in range(2):  # Fresh, then folded.
        given.features(hamlet, set(Feature))
        assert (seen(), seen(kinds=["LISTING"])) == (3, 2)
        given.features(hamlet, {Feature.MARKETPLACE})
        assert (seen(), seen(kinds=["LISTING"])) == (2, 2)
        given.features(hamlet, {Feature.IDEA_BOX})
        assert (seen(), seen(kinds=["PROPOSAL"])) == (1, 1)
        given.fold(hamlet)


def test_counts_from_before_a_kind_was_added_are_read_and_folded(
    given: Given, village: Portal, shop: tuple[Portal, str]
) -> None:
    """A row of then is shorter by the places of kinds that came later."""
    author, activity = shop
    published(author, activity, "LISTING", location=SPOTS[0])
    given.fold(village)
    before = counted(village, 8)
    assert list(KIND_PLACES.items())[2] == (ContributionKind.LISTING, 3)
    given.sql(village, "UPDATE __tenant__.space_cell_count SET counts = counts[:3]")
    assert counted(village, 8) == before
    published(author, activity, "LISTING", location=SPOTS[0])
    given.fold(village)
    assert counted(village, 8) == recounted(given, village, 8)
    lengths = "SELECT DISTINCT cardinality(counts) FROM __tenant__.space_cell_count ORDER BY 1"
    assert given.sql(village, lengths) == [(3,), (len(ContributionKind),)]
