"""Covers: circles, zones and viewports as few cells, none of which is missing."""

import json
from math import asin, atan2, cos, degrees, pi, radians, sin
from typing import Any

import hypothesis
import pytest
from h3.api import basic_int as h3
from hypothesis import strategies as st

from geo import cell, cover, distance
from geo.cover import Radius

LATITUDES, LONGITUDES = st.floats(-89, 89), st.floats(-180, 180)
RADII = st.integers(cover.MIN_RADIUS_M, cover.MAX_RADIUS_M).map(Radius)
ZOOMS = st.integers(0, 22)


@hypothesis.given(LATITUDES, LONGITUDES, RADII, st.floats(0, 1), st.floats(0, 2 * pi))
@hypothesis.settings(max_examples=300)
def test_every_point_of_a_circle_lies_in_a_cell_of_its_cover(
    lat: float, lng: float, radius: Radius, share: float, angle: float
) -> None:
    arc, phi = share * radius / distance.EARTH_RADIUS_M, radians(lat)
    to = asin(min(1.0, sin(phi) * cos(arc) + cos(phi) * sin(arc) * cos(angle)))
    east = atan2(sin(angle) * sin(arc) * cos(phi), cos(arc) - sin(phi) * sin(to))
    point = degrees(to), (lng + degrees(east) + 180) % 360 - 180
    assert cell.at(*point, radius.resolution) in cover.circle(lat, lng, radius)


@hypothesis.given(LATITUDES, LONGITUDES, RADII)
@hypothesis.settings(max_examples=200)
def test_cover_of_a_circle_has_few_sorted_cells_of_one_resolution(lat: float, lng: float, radius: Radius) -> None:
    cells = cover.circle(lat, lng, radius)
    assert cells == sorted(set(cells))
    assert {cell.resolution(found) for found in cells} == {radius.resolution}
    assert len(cells) <= (2 if radius <= 30_000 else 7) * cover.MAX_CELLS


@hypothesis.given(LATITUDES, LONGITUDES, RADII)
@hypothesis.settings(max_examples=200)
def test_core_and_rim_are_the_cover_and_the_core_lies_in_the_circle(lat: float, lng: float, radius: Radius) -> None:
    core, rim = cover.core(lat, lng, radius), cover.rim(lat, lng, radius)
    assert core == sorted(core)
    assert rim == sorted(rim)
    assert sorted(core + rim) == cover.circle(lat, lng, radius)
    middle = cell.at(lat, lng, radius.resolution)
    assert middle in core
    assert all(distance.between(lat, lng, *h3.cell_to_latlng(found)) <= radius for found in core if found != middle)
    assert all(distance.between(lat, lng, *h3.cell_to_latlng(found)) > radius for found in rim)


def test_larger_circles_are_covered_by_coarser_cells() -> None:
    resolutions = [Radius(metres).resolution for metres in range(cover.MIN_RADIUS_M, cover.MAX_RADIUS_M, 250)]
    assert resolutions == sorted(resolutions, reverse=True)
    assert set(resolutions) == set(cover.INDEXED_RESOLUTIONS)
    assert all(Radius(metres).structure == Radius(metres).resolution for metres in (50, 5_000, 100_000))


# Viewports ------------------------------------------------------------------------------------------------------------


@st.composite
def viewports(draw: st.DrawFn) -> tuple[float, float, float, float]:
    """South, west, north and east of a viewport of any size."""
    south, north = sorted(draw(st.tuples(st.floats(-90, 90), st.floats(-90, 90))))
    west, east = sorted(draw(st.tuples(st.floats(-180, 180), st.floats(-180, 180))))
    hypothesis.assume(south < north and west < east)
    return south, west, north, east


def cell_count(level: int, south: float, west: float, north: float, east: float) -> float:
    """How many cells of a level are as large as the viewport."""
    area = distance.EARTH_RADIUS_M**2 * radians(east - west) * (sin(radians(north)) - sin(radians(south)))
    return float(area / h3.average_hexagon_area(level, unit="m^2"))


@hypothesis.given(ZOOMS, viewports())
@hypothesis.settings(max_examples=300)
def test_level_of_a_viewport_is_one_that_is_counted_and_bounds_the_map(
    zoom: int, bounds: tuple[float, float, float, float]
) -> None:
    level = cover.map_level(zoom, *bounds)
    assert level in (0, *cover.ROLL_UP_RESOLUTIONS)
    coarsest = cover.ROLL_UP_RESOLUTIONS[0]
    limit = cover.MAX_COARSEST_CELLS * (1 + 1e-9)
    assert level <= coarsest or cell_count(level, *bounds) <= cover.MAX_VIEWPORT_CELLS * (1 + 1e-9)
    assert cell_count(level, *bounds) <= limit if level else cell_count(coarsest, *bounds) > limit / (1 + 2e-9)


@pytest.mark.parametrize("world", [(-90, -180, 90, 180), (-80, -179, 80, 179), (45, -180, 47, 180)])
def test_viewport_around_the_earth_has_no_fine_level(world: tuple[float, float, float, float]) -> None:
    assert cover.map_level(22, *world) == 0


def test_level_follows_the_zoom_where_the_viewport_is_small() -> None:
    levels = [cover.map_level(zoom, 48.10, -1.70, 48.12, -1.66) for zoom in range(23)]
    assert levels == sorted(levels)
    assert (levels[0], levels[10], levels[12], levels[14], levels[22]) == (5, 6, 8, 9, 9)


def test_level_is_coarser_where_a_large_viewport_asks_for_fine_cells() -> None:
    assert cover.map_level(22, 46, -1, 47, 0) < cover.map_level(22, 46, -1, 46.1, -0.9) == 9


# Zones ----------------------------------------------------------------------------------------------------------------

SQUARE = [[-1.70, 48.10], [-1.66, 48.10], [-1.66, 48.12], [-1.70, 48.12], [-1.70, 48.10]]
HOLE = [[-1.69, 48.105], [-1.67, 48.105], [-1.67, 48.115], [-1.69, 48.115], [-1.69, 48.105]]
NEXT = [[lng + 0.04, lat] for lng, lat in SQUARE]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


@hypothesis.given(st.floats(48.09, 48.13), st.floats(-1.71, -1.65))
def test_zone_has_the_cells_whose_centres_lie_in_its_outline(lat: float, lng: float) -> None:
    found = cell.at(lat, lng, cover.ZONE_RESOLUTION)
    center_lat, center_lng = h3.cell_to_latlng(found)
    is_inside = 48.10 < center_lat < 48.12 and -1.70 < center_lng < -1.66
    assert (found in cover.geometry(polygon(SQUARE))) == is_inside


def test_cells_of_a_zone_are_sorted_and_of_one_resolution() -> None:
    cells = cover.geometry(polygon(SQUARE))
    assert cells == sorted(set(cells))
    assert {cell.resolution(found) for found in cells} == {cover.ZONE_RESOLUTION}
    assert len(cells) == pytest.approx(2.97 * 2.22 / 0.105, rel=0.15)


def test_hole_is_left_out() -> None:
    whole, ring = set(cover.geometry(polygon(SQUARE))), set(cover.geometry(polygon(SQUARE, HOLE)))
    assert ring < whole
    assert whole - ring == set(cover.geometry(polygon(HOLE)))


def test_multipolygon_is_its_polygons_together() -> None:
    both = cover.geometry({"type": "MultiPolygon", "coordinates": [[SQUARE], [NEXT]]})
    assert set(both) == {*cover.geometry(polygon(SQUARE)), *cover.geometry(polygon(NEXT))}


def test_altitudes_are_ignored() -> None:
    high = [[lng, lat, 35.0] for lng, lat in SQUARE]
    assert cover.geometry(polygon(high)) == cover.geometry(polygon(SQUARE))


@pytest.mark.parametrize(
    "geometry",
    [
        {},
        {"type": "Point", "coordinates": [-1.68, 48.11]},
        {"type": "GeometryCollection", "geometries": [polygon(SQUARE)]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": None},
        {"type": "Polygon", "coordinates": {}},
        {"type": "Polygon", "coordinates": []},
        {"type": "MultiPolygon", "coordinates": []},
        {"type": "MultiPolygon", "coordinates": [[]]},
        polygon([]),
        polygon(SQUARE[:3]),
        polygon(SQUARE[:4]),
        polygon(SQUARE, []),
        polygon("a ring"),
        polygon([["-1.7", "48.1"]] * 4),
        polygon([[48.1]] * 4),
        polygon([None] * 4),
        polygon([[lat, lng + 500] for lng, lat in SQUARE]),
        polygon([[200, 48], [201, 48], [201, 49], [200, 48]]),
        polygon([[0, 48], [1, 48], [1, 91], [0, 48]]),
        polygon(json.loads("[[NaN, 48], [1, 48], [1, 49], [NaN, 48]]")),
        polygon(json.loads("[[Infinity, 48], [1, 48], [1, 49], [Infinity, 48]]")),
        polygon([[10**400, 48], [1, 48], [1, 49], [10**400, 48]]),
        polygon([[1, 48]] * 4),
        polygon([[1, 48], [1.1, 48.1], [1.2, 48.2], [1, 48]]),
        polygon([[1, 48], [1.0001, 48], [1.0001, 48.0001], [1, 48]]),
        polygon([[-5, 41], [10, 41], [10, 51], [-5, 51], [-5, 41]]),
        polygon([[-180, -80], [180, -80], [180, 80], [-180, 80], [-180, -80]]),
        {
            "type": "MultiPolygon",
            "coordinates": [[[[x, 40], [x + 2, 40], [x + 2, 42], [x, 40]]] for x in range(0, 100, 2)],
        },
    ],
    ids=lambda geometry: json.dumps(geometry)[:60],
)
def test_geometry_that_is_no_zone_is_refused(geometry: dict[str, Any]) -> None:
    with pytest.raises(cover.InvalidGeometryError) as refusal:
        cover.geometry(geometry)
    assert str(refusal.value)


def test_map_of_metropolitan_france_is_given_and_of_europe_is_not() -> None:
    assert cover.map_level(5, 41.0, -5.2, 51.2, 9.7) == 5
    assert cover.map_level(3, 35.0, -10.0, 60.0, 30.0) == 0
