"""Distances: the haversine formula, the bands that are told of persons, and the plane that sorts as the sphere does."""

from math import asin, atan2, cos, degrees, hypot, pi, radians, sin

import hypothesis
import pytest
from hypothesis import strategies as st

from geo import distance
from geo.distance import DistanceBand

LATITUDES, LONGITUDES = st.floats(-90, 90), st.floats(-180, 180)
FRENCH_LATITUDES, FRENCH_LONGITUDES = st.floats(41.3, 51.1), st.floats(-5.2, 9.6)
ANGLES = st.floats(0, 2 * pi)


def away(lat: float, lng: float, metres: float, angle: float) -> tuple[float, float]:
    """The point so many metres from another in a direction (radians from north)."""
    arc, phi = metres / distance.EARTH_RADIUS_M, radians(lat)
    to = asin(min(1.0, sin(phi) * cos(arc) + cos(phi) * sin(arc) * cos(angle)))
    east = atan2(sin(angle) * sin(arc) * cos(phi), cos(arc) - sin(phi) * sin(to))
    return degrees(to), lng + degrees(east)


def test_known_distances() -> None:
    assert distance.between(48.8566, 2.3522, 48.1113, -1.68) == pytest.approx(308_000, rel=0.005)  # Paris to Rennes
    assert distance.between(0, 0, 0, 180) == pytest.approx(pi * distance.EARTH_RADIUS_M)
    assert distance.between(48.1, -1.6, 48.1, -1.6) == 0


@hypothesis.given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_distance_is_the_same_both_ways_and_at_most_half_the_earth(a: float, b: float, c: float, d: float) -> None:
    there = distance.between(a, b, c, d)
    assert there == pytest.approx(distance.between(c, d, a, b), abs=0.01)
    assert 0 <= there <= pi * distance.EARTH_RADIUS_M


@hypothesis.given(FRENCH_LATITUDES, FRENCH_LONGITUDES, st.floats(1, 100_000), ANGLES)
def test_distance_of_a_point_that_is_so_far_away(lat: float, lng: float, metres: float, angle: float) -> None:
    assert distance.between(lat, lng, *away(lat, lng, metres, angle)) == pytest.approx(metres, rel=1e-6, abs=0.01)


@pytest.mark.parametrize(
    ("metres", "band"),
    [
        (0, DistanceBand.UNDER_1_KM),
        (999.9, DistanceBand.UNDER_1_KM),
        (1_000, DistanceBand.FROM_1_TO_2_KM),
        (1_999, DistanceBand.FROM_1_TO_2_KM),
        (2_000, DistanceBand.FROM_2_TO_5_KM),
        (5_000, DistanceBand.FROM_5_TO_10_KM),
        (10_000, DistanceBand.FROM_10_TO_20_KM),
        (20_000, DistanceBand.FROM_20_TO_50_KM),
        (49_999, DistanceBand.FROM_20_TO_50_KM),
        (50_000, DistanceBand.OVER_50_KM),
        (2e7, DistanceBand.OVER_50_KM),
    ],
)
def test_band_begins_at_its_limit(metres: float, band: DistanceBand) -> None:
    assert distance.band(metres) is band


@hypothesis.given(st.floats(0, 3e7), st.floats(0, 3e7))
def test_bands_grow_with_the_distance(near: float, far: float) -> None:
    order = list(DistanceBand)
    near, far = sorted((near, far))
    assert order.index(distance.band(near)) <= order.index(distance.band(far))


@hypothesis.given(FRENCH_LATITUDES, FRENCH_LONGITUDES, st.floats(10, 20_000), ANGLES)
def test_plane_agrees_with_the_sphere_within_half_a_percent(
    lat: float, lng: float, metres: float, angle: float
) -> None:
    x, y = distance.mercator(lat, lng)
    other_x, other_y = distance.mercator(*away(lat, lng, metres, angle))
    plane = hypot(other_x - x, other_y - y) / distance.mercator_scale(lat)
    assert plane == pytest.approx(metres, rel=0.005, abs=0.05)


@hypothesis.given(FRENCH_LATITUDES, FRENCH_LONGITUDES, st.floats(100, 19_000), ANGLES, ANGLES)
def test_nearer_in_the_plane_is_nearer_on_the_sphere(lat: float, lng: float, metres: float, a: float, b: float) -> None:
    x, y = distance.mercator(lat, lng)
    near_x, near_y = distance.mercator(*away(lat, lng, metres, a))
    far_x, far_y = distance.mercator(*away(lat, lng, metres * 1.005 + 1, b))
    assert hypot(near_x - x, near_y - y) < hypot(far_x - x, far_y - y)


@pytest.mark.parametrize("lat", [-90, -85.1, 85.1, 90])
def test_plane_is_finite_at_the_poles(lat: float) -> None:
    assert distance.mercator(lat, 0) == distance.mercator(85 if lat > 0 else -85, 0)
    assert distance.mercator_scale(lat) == pytest.approx(distance.mercator_scale(85))


def test_plane_is_in_web_mercator_metres() -> None:
    assert distance.mercator(0, 180) == (20_037_508.34, 0)
    assert distance.mercator(48.8566, 2.3522) == pytest.approx((261_845.71, 6_250_564.35), abs=0.02)
