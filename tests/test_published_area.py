"""Published area: all places of a published cell are published alike, so that no rule tells where in it somebody is."""

from collections import Counter
from functools import cache
from uuid import UUID

import hypothesis
import pytest
from hypothesis import strategies as st

from geo import cell, privacy
from jobs import republication
from models.tenant import POSITION_RULE
from resolvers.position import Publisher
from tests import disclosure
from tests.acting import close, published
from tests.conftest import Portal
from tests.given import Given
from tests.test_roll_up import SPACES_EQUAL_ACTIVITIES

FRANCE = st.one_of(
    st.tuples(st.floats(41.3, 51.1), st.floats(-5.2, 9.6)),
    st.tuples(st.floats(-21.4, -20.8), st.floats(55.2, 55.9)),
    st.tuples(st.floats(2.1, 5.8), st.floats(-54.6, -51.6)),
)
"""Metropolitan France, Réunion, Guiana."""

CUT = {"La Haie-Fouassière": 0x881845B061FFFFF, "Orléans": 0x871FB664BFFFFFF}
"""Cells of which a town's circle once left 13,500 m², and a ninth."""


@cache
def towns() -> list[disclosure.Town]:
    return disclosure.towns()


async def alike(
    given: Given, portal: Portal, points: list[tuple[float, float]]
) -> set[tuple[privacy.Published, UUID | None]]:
    """The public forms of points, each asked for by itself."""
    found = set()
    async with given.database.transaction(portal.number) as transaction:
        for lat, lng in points:
            found.add(await Publisher(transaction).publish(lat, lng, exact=False))
    return found


@hypothesis.given(place=FRANCE, data=st.data())
@hypothesis.settings(max_examples=60)
def test_all_points_of_a_published_cell_are_published_alike(
    given: Given, town: Portal, place: tuple[float, float], data: st.DataObject
) -> None:
    [(public, zone)] = given.run(alike(given, town, [place]))
    blocks = privacy.blocks(public.cell)
    assert privacy.block(*place) in blocks
    others = [cell.center(block) for block in data.draw(st.lists(st.sampled_from(blocks), min_size=7, max_size=7))]
    assert given.run(alike(given, town, others)) == {(public, zone)}


@pytest.mark.parametrize("name", CUT)
def test_cells_that_a_circle_cut_are_whole(given: Given, town: Portal, name: str) -> None:
    samples = [cell.center(found) for found in cell.children(CUT[name], 11)]
    density = disclosure.Density(towns())
    assert len({density.is_dense(*sample) for sample in samples}) == 2, "no circle cuts it"
    for public, _ in given.run(alike(given, town, samples[:: len(samples) // 40])):
        inside = [cell.center(block) for block in privacy.blocks(public.cell)]
        assert len(given.run(alike(given, town, inside))) == 1


def test_border_cells_of_the_largest_and_of_some_other_towns_are_whole() -> None:
    """`python -m tests.disclosure` takes all 6,000."""
    known = towns()
    resolution = disclosure.resolutions(known)
    checked = 0
    for town in known[::40]:
        for found in disclosure.around(town, privacy.SPARSE_RESOLUTION, 1_500):
            fine = resolution(found) == privacy.PERSON_RESOLUTION
            blocks = privacy.blocks(found)
            public = Counter(
                privacy.publish(*cell.center(b), exact=False, resolution=resolution(privacy.deciding(b))).cell
                for b in blocks
            )
            assert sorted(public.values()) == ([7] * 7 if fine else [49])
            checked += 1
    assert checked > 1_000


@hypothesis.given(place=FRANCE)
@hypothesis.settings(max_examples=100)
def test_rule_is_the_one_that_the_report_measures(given: Given, town: Portal, place: tuple[float, float]) -> None:
    [(public, _)] = given.run(alike(given, town, [place]))
    decided = disclosure.resolutions(towns())(privacy.deciding(privacy.block(*place)))
    assert cell.resolution(public.cell) == decided


# What is there already


@pytest.fixture
def hamlet(given: Given, rennes: Portal) -> Portal:
    return given.tenant(rennes, "test-hamlet", "commune-23096")


OLD = {"near": (46.1905, 1.9008), "far": (46.2349, 1.8717), "town": (46.1719, 1.8717)}


def test_positions_of_an_older_rule_are_published_anew(given: Given, hamlet: Portal) -> None:
    """What was published of them is made what the exact point decided, or what is no rule's at all."""
    activity, author = given.activity(hamlet), given.actor(hamlet)
    ids = {name: published(author, activity, location={"lat": lat, "lng": lng}) for name, (lat, lng) in OLD.items()}
    closed = published(author, activity, location={"lat": OLD["far"][0], "lng": OLD["far"][1]})
    close(author, closed)
    given.fold(hamlet)
    rows = {name: given.row(hamlet, id_) for name, id_ in ids.items() | {("closed", closed)}}
    zone = given.zone(hamlet, "Guéret", privacy.blocks(rows["town"]["cell"]))
    expected = {name: {**row, "position": None} for name, row in rows.items()}
    expected["town"]["zone_id"] = str(zone)
    age(given, hamlet)
    assert given.run(republication.republish(given.database)) >= 4  # Tenants of other tests may be behind, too.
    found = {name: given.row(hamlet, id_) for name, id_ in ids.items() | {("closed", closed)}}
    assert {name: {**row, "position": None} for name, row in found.items()} == expected
    assert given.run(republication.republish(given.database)) == 0
    assert counted(given, hamlet) == recounted(given, hamlet)
    given.fold(hamlet)
    assert counted(given, hamlet) == recounted(given, hamlet)
    assert given.sql(hamlet, SPACES_EQUAL_ACTIVITIES) == []


def age(given: Given, portal: Portal) -> None:
    """The tenant as an older rule left it: all in one fine cell of the neighbourhood, and counted there."""
    elsewhere = privacy.publish(46.1600, 1.8900, exact=False)
    cells = {f"cell_{resolution}": found for resolution, found in elsewhere.indexed().items()}
    values = {"cell": elsewhere.cell, "lat": elsewhere.lat, "lng": elsewhere.lng, **cells}
    sets = ", ".join(f"{name} = %s" for name in values)
    given.sql(portal, f"UPDATE __tenant__.contribution SET {sets}", *values.values())
    given.sql(portal, "DELETE FROM __tenant__.cell_count")
    given.sql(portal, "DELETE FROM __tenant__.space_cell_count")
    for activity, kind, count in given.sql(
        portal, "SELECT activity_id, kind, count(*) FROM __tenant__.contribution WHERE status = 'OPEN' GROUP BY 1, 2"
    ):
        for level, found in elsewhere.rolled_up().items():
            lat, lng = cell.center(found)
            given.insert(
                portal,
                "cell_count_delta",
                level=level,
                cell=found,
                lat=lat,
                lng=lng,
                activity_id=activity,
                kind=kind,
                delta=count,
            )
    given.fold(portal)
    given.sql(portal, "UPDATE platform.tenant SET position_rule = 1 WHERE number = %s", portal.number)


def counted(given: Given, portal: Portal) -> dict[tuple[int, int], int]:
    """The map's counts and what is not in them yet."""
    rows = given.sql(
        portal,
        "SELECT level, cell, sum(n) FROM (SELECT level, cell, count AS n FROM __tenant__.cell_count"
        " UNION ALL SELECT level, cell, delta FROM __tenant__.cell_count_delta) c GROUP BY 1, 2 HAVING sum(n) <> 0",
    )
    return {(level, found): int(count) for level, found, count in rows}


def recounted(given: Given, portal: Portal) -> dict[tuple[int, int], int]:
    found: Counter[tuple[int, int]] = Counter()
    for public, lat, lng in given.sql(
        portal, "SELECT cell, lat, lng FROM __tenant__.contribution WHERE status = 'OPEN'"
    ):
        found.update(privacy.Published(public, lat, lng, is_exact=False).rolled_up().items())
    return dict(found)


def test_run_that_was_ended_is_gone_on_with(given: Given, rennes: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    portal = given.tenant(rennes, "test-ended", "commune-23096")
    activity, author = given.activity(portal), given.actor(portal)
    lat, lng = OLD["far"]
    ids = [published(author, activity, location={"lat": lat, "lng": lng}) for _ in range(5)]
    now = {given.row(portal, id_)["cell"] for id_ in ids}
    given.fold(portal)
    age(given, portal)
    monkeypatch.setattr(republication, "BATCH", 2)
    real, moved = republication._move, Counter[str]()

    async def move(*arguments: object) -> bool:
        moved["tried"] += 1
        if moved["tried"] == 4:
            raise ConnectionError
        return await real(*arguments)  # type: ignore[arg-type]  # The same arguments.

    with monkeypatch.context() as patch:
        patch.setattr(republication, "_move", move)
        with pytest.raises(ConnectionError):
            given.run(republication.republish(given.database))
    assert rule(given, portal) == 1
    assert sum(given.row(portal, id_)["cell"] in now for id_ in ids) == 2
    assert given.run(republication.republish(given.database)) == 3
    assert rule(given, portal) == POSITION_RULE == 2
    assert {given.row(portal, id_)["cell"] for id_ in ids} == now
    assert counted(given, portal) == recounted(given, portal)


def rule(given: Given, portal: Portal) -> int:
    return int(given.sql(portal, "SELECT position_rule FROM platform.tenant WHERE number = %s", portal.number)[0][0])


def test_new_tenant_follows_the_rule_of_today(given: Given, town: Portal) -> None:
    assert rule(given, town) == POSITION_RULE
