"""Privacy: what of a position becomes public is a cell, or the exact point that the person chose, and nothing finer."""

import hypothesis
from hypothesis import strategies as st

from geo import cell, cover, distance, privacy

LATITUDES, LONGITUDES = st.floats(-90, 90), st.floats(-180, 180)
FRENCH_LATITUDES, FRENCH_LONGITUDES = st.floats(41.3, 51.1), st.floats(-5.2, 9.6)
RESOLUTIONS = st.integers(5, 9)


@hypothesis.given(LATITUDES, LONGITUDES, RESOLUTIONS)
def test_person_is_published_as_the_centre_of_the_cell_asked_for(lat: float, lng: float, resolution: int) -> None:
    published = privacy.publish(lat, lng, exact=False, resolution=resolution)
    assert published.cell == cell.parent(cell.at(lat, lng, 9), resolution)
    corners = [distance.between(published.lat, published.lng, *corner) for corner in cell.boundary(published.cell)]
    assert distance.between(lat, lng, published.lat, published.lng) < 1.05 * max(corners)
    assert (published.lat, published.lng) == cell.center(published.cell)
    assert not published.is_exact


@hypothesis.given(FRENCH_LATITUDES, FRENCH_LONGITUDES, st.data())
def test_neighbours_in_one_cell_are_published_alike(lat: float, lng: float, data: st.DataObject) -> None:
    published = privacy.publish(lat, lng, exact=False)
    other_lat = lat + data.draw(st.floats(-0.01, 0.01))
    other_lng = lng + data.draw(st.floats(-0.01, 0.01))
    other = privacy.publish(other_lat, other_lng, exact=False)
    assert (other == published) == (privacy.block(other_lat, other_lng) in privacy.blocks(published.cell))


@hypothesis.given(LATITUDES, LONGITUDES)
def test_person_is_published_at_resolution_eight_unless_told(lat: float, lng: float) -> None:
    assert cell.resolution(privacy.publish(lat, lng, exact=False).cell) == privacy.PERSON_RESOLUTION == 8


@hypothesis.given(LATITUDES, LONGITUDES)
def test_exact_point_is_published_to_the_decimetre(lat: float, lng: float) -> None:
    published = privacy.publish(lat, lng, exact=True)
    assert (published.lat, published.lng) == (round(lat, 6), round(lng, 6))
    assert published.is_exact
    assert cell.resolution(published.cell) == privacy.EXACT_RESOLUTION


@hypothesis.given(LATITUDES, LONGITUDES, RESOLUTIONS, st.booleans())
def test_map_counts_in_no_finer_cell_than_is_public(lat: float, lng: float, resolution: int, exact: bool) -> None:
    published = privacy.publish(lat, lng, exact=exact, resolution=resolution)
    finest = cell.resolution(published.cell)
    for level, found in published.rolled_up().items():
        assert cell.resolution(found) == min(level, finest)
        assert found == cell.at(published.lat, published.lng, min(level, finest))
    assert tuple(published.rolled_up()) == cover.ROLL_UP_RESOLUTIONS


@hypothesis.given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_everything_public_follows_from_the_cell_alone(lat: float, lng: float, to_lat: float, to_lng: float) -> None:
    """A person who moves within the cell changes nothing; who leaves it is published elsewhere."""
    here, there = (privacy.publish(*point, exact=False) for point in ((lat, lng), (to_lat, to_lng)))
    public = [(found.lat, found.lng, found.indexed(), found.rolled_up()) for found in (here, there)]
    assert (public[0] == public[1]) == (here.cell == there.cell)
    assert here.indexed() == {resolution: cell.at(here.lat, here.lng, resolution) for resolution in (8, 7, 6, 5)}


@hypothesis.given(LATITUDES, LONGITUDES)
def test_cells_of_every_resolution_and_the_block_lie_in_each_other(lat: float, lng: float) -> None:
    block = privacy.block(lat, lng)
    sparse = privacy.deciding(block)
    fine = privacy.publish(lat, lng, exact=False).cell
    assert privacy.publish(lat, lng, exact=False, resolution=privacy.SPARSE_RESOLUTION).cell == sparse
    assert fine in cell.children(sparse, privacy.PERSON_RESOLUTION)
    assert block in privacy.blocks(fine)
    assert set(privacy.blocks(fine)) <= set(privacy.blocks(sparse))
    assert {privacy.deciding(found) for found in privacy.blocks(sparse)} == {sparse}
