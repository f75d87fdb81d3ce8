"""Scans: in a large tenant no statement whose plan is kept reads a large table from end to end."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from bench import scan, statement
from bench.peer import bare
from tests.acting import cast, published
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_access_path import HERE

ROWS = 50_000
"""`python -m bench.scan` asks the same of 200,000 and 2,000,000."""

CITY = """
INSERT INTO __tenant__.contribution (
    id, activity_id, kind, status, title, body, author_id, is_anonymous, precision, cell, lat, lng, position,
    cell_5, cell_6, cell_7, cell_8, support_count, published_at, search_text)
SELECT gen_random_uuid(), c.activity_id, c.kind, c.status, c.title, c.body, c.author_id, false, c.precision, c.cell,
       c.lat + n / 500 / 500.0, c.lng + n %% 500 / 500.0, c.position + point(n / 500, n %% 500), c.cell_5 + n / 5000,
       c.cell_6 + n / 1000, c.cell_7 + n / 200, c.cell_8 + n / 50, 0, c.published_at - make_interval(mins => n), c.search_text
FROM __tenant__.contribution c, generate_series(1, %s) n WHERE c.id = %s
"""
"""The same again and again, spread over a city and over a month."""

VOTES = """
INSERT INTO __tenant__.tally (contribution_id, key, count) SELECT id, 'SUPPORT', 3 FROM __tenant__.contribution
ON CONFLICT DO NOTHING"""


@pytest.fixture(scope="module")
def city(given: Given, rennes: Portal) -> Portal:
    """A tenant with many contributions, each with votes."""
    portal = given.tenant(rennes, "test-scan", "commune-35238")
    author, activity = given.actor(portal), given.activity(portal, vote_method="SUPPORT")
    contribution = published(author, activity, location=HERE)
    cast(author, contribution, "SUPPORT")
    given.sql(portal, CITY, ROWS, uuid_in(contribution))
    given.sql(portal, VOTES)
    given.fold(portal)
    for name in ("contribution", "tally", "tally_delta"):
        given.sql(portal, f"VACUUM (ANALYZE) __tenant__.{name}")
    return portal


@pytest.fixture(scope="module")
def connection(given: Given) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(given.url, autocommit=True) as found:
        bare.adapt(found)
        yield found


ASKED = sorted(name for name in scan.documents() if "counted" not in name or "word" in name)
"""What has no words is counted up to 10,000, in the order in which rows lie: a scan ends there as soon as an index does."""


@pytest.mark.parametrize("name", ASKED)
def test_no_large_table_is_read_from_end_to_end(city: Portal, connection: psycopg.Connection[Any], name: str) -> None:
    planned = statement.Planner().read(scan.documents()[name], {}, city.number)
    assert scan.read_whole(connection, planned, planned.parameters({}), city.number) == set()


def test_reading_whole_is_seen(city: Portal, connection: psycopg.Connection[Any]) -> None:
    """As it would be without the indexes."""
    planned = statement.Planner().read(scan.TALLIES, {}, city.number)
    connection.execute("SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off")
    try:
        assert scan.read_whole(connection, planned, planned.parameters({}), city.number) == {"contribution", "tally"}
    finally:
        connection.execute("RESET ALL")
