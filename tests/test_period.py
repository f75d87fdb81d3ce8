"""Periods: the same stretch of time, said by a few numbers of which every moment in it has one."""

from typing import Any

import psycopg
import pytest

from tests.own import Own

LATEST = "timestamptz '2026-11-22 05:39:03+00'"
YEAR_S = 365 * 86_400
SHORTEST_S = 8**4


@pytest.fixture(scope="module")
def connection(own: Own) -> Any:
    with psycopg.connect(own.url, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("stretch", [0, 1, 4_096, 5_000, 32_767, 32_768, 86_400, 30 * 86_400, YEAR_S, 40 * YEAR_S])
def test_every_moment_of_a_stretch_is_reached_and_not_much_more(connection: Any, stretch: int) -> None:
    farthest, count = connection.execute(
        f"""
        SELECT max(seconds) FILTER (WHERE is_reached), cardinality(platform.periods_back({LATEST}, %(stretch)s))
        FROM (SELECT seconds, platform.periods({LATEST} - make_interval(secs => seconds))
                     && platform.periods_back({LATEST}, %(stretch)s) AS is_reached
              FROM generate_series(0, greatest(%(stretch)s, 5000) * 3.0, greatest(%(stretch)s, 5000) / 1000.0) seconds) tried
        GROUP BY () HAVING bool_and(is_reached) FILTER (WHERE seconds <= %(stretch)s)
        """,
        {"stretch": stretch},
    ).fetchone()
    assert count <= 17
    assert stretch <= farthest <= stretch + 2 * max(stretch / 2, SHORTEST_S)


def test_moments_of_one_period_have_its_number_in_any_time_zone(connection: Any) -> None:
    found = set()
    for zone in ("UTC", "Europe/Paris", "Pacific/Noumea"):
        connection.execute(f"SET TIME ZONE '{zone}'")
        found.add(str(connection.execute(f"SELECT platform.periods({LATEST})").fetchone()))
    assert len(found) == 1


def test_numbers_of_different_lengths_never_meet(connection: Any) -> None:
    query = f"SELECT array_agg(DISTINCT key & 7) FROM unnest(platform.periods({LATEST})) key"
    assert connection.execute(query).fetchone() == ([0, 1, 2, 3, 4, 5],)
