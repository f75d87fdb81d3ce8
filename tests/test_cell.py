"""Cells: integers in the database, hexadecimal for clients, the same cell."""

import hypothesis
import pytest
from h3.api import basic_int as h3
from hypothesis import strategies as st

from geo import cell

LATITUDES, LONGITUDES = st.floats(-90, 90), st.floats(-180, 180)
RESOLUTIONS = st.integers(0, 15)
RENNES = cell.at(48.1113, -1.68, 8)


@hypothesis.given(LATITUDES, LONGITUDES, RESOLUTIONS)
def test_text_of_a_cell_is_lower_case_and_reads_back(lat: float, lng: float, resolution: int) -> None:
    found = cell.at(lat, lng, resolution)
    text = cell.to_text(found)
    assert text == text.lower() == h3.int_to_str(found)
    assert cell.from_text(text) == cell.from_text(text.upper()) == found
    assert cell.resolution(found) == resolution


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zz",
        "0",
        "-1",
        "-8a",
        "0x8818484c61fffff",
        "8818484c61fffff ",
        "8_818484c61fffff",
        "f" * 16,
        "f" * 17,
        "٣" * 15,
        "8818484c61ffffe",
        "1.5",
        "\x00",
        "é",
    ],
)
def test_text_that_is_no_cell_is_refused(text: str) -> None:
    with pytest.raises(cell.InvalidCellError):
        cell.from_text(text)


@hypothesis.given(LATITUDES, LONGITUDES, RESOLUTIONS)
def test_center_lies_in_its_cell_and_tells_nothing_finer(lat: float, lng: float, resolution: int) -> None:
    hypothesis.assume(resolution <= 11)  # Six decimals are finer than these cells.
    found = cell.at(lat, lng, resolution)
    center = cell.center(found)
    assert cell.at(*center, resolution) == found
    assert center == tuple(round(degrees, 6) for degrees in center)


@hypothesis.given(LATITUDES, LONGITUDES, RESOLUTIONS)
def test_boundary_has_five_to_ten_corners_and_is_not_closed(lat: float, lng: float, resolution: int) -> None:
    corners = cell.boundary(cell.at(lat, lng, resolution))
    assert 5 <= len(corners) <= 10
    assert corners[0] != corners[-1]


@hypothesis.given(LATITUDES, LONGITUDES, st.integers(1, 15))
def test_parent_is_coarser_and_has_the_cell_among_its_children(lat: float, lng: float, resolution: int) -> None:
    found = cell.at(lat, lng, resolution)
    parent = cell.parent(found, resolution - 1)
    assert cell.resolution(parent) == resolution - 1
    assert found in h3.cell_to_children(parent, resolution)
