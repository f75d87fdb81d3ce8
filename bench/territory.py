"""Territory: a département's map and list over 200 communes that publish to it: `python -m bench.territory`."""

import asyncio
import json
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import click
import psycopg

import register.load
from bench import proximity, statement
from database import naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from geo import cell, distance
from geo.privacy import Published
from models.base import new_id
from register import record
from tenants import migration, provisioning
from tenants.provisioning import NewTenant

COMMUNES, PUBLICATIONS, ASKED = 200, 200_000, 200
LEFT_OUT = 5
"""Of how many communes the département shows nothing."""

NAMES = ("Courses", "Commissions", "Bricolage", "Jardin", "Lecture", "Transport", "Informatique", "Cuisine", "Garde")
"""What the communes call their categories, the first most often; the last one has no word of the département's."""

WORDS = {name.lower(): "Faire ses courses" if place < 2 else name for place, name in enumerate(NAMES[:-1])}
SPREAD = 0.02
"""Degrees around a town hall."""

READER = NewTenant("departement-79", "deux-sevres", ("deux-sevres.example",), first_space=False)
MAP = """query Carte($bounds: BoundsInput!, $zoom: Int!) {
  territoryHexagons(bounds: $bounds, zoom: $zoom) { cell lat lng count offerCount requestCount } }"""
NODES = "nodes { kind title categoryName cell publishedAt expiresAt host path collectivite { name } }"
NEAREST = f"query Proches($near: NearInput!) {{ territoryPublications(near: $near, first: 20) {{ {NODES} }} }}"
NEWEST = f"query Nouvelles {{ territoryPublications(first: 20) {{ {NODES} }} }}"
CALLED = f"query DuMot($word: String) {{ territoryPublications(word: $word, first: 20) {{ {NODES} }} }}"
CALLED_NEAR = f"""query DuMotProche($word: String, $near: NearInput!) {{
  territoryPublications(word: $word, near: $near, first: 20) {{ {NODES} }} }}"""
OTHERS = f"query Autres {{ territoryPublications(isOther: true, first: 20) {{ {NODES} }} }}"
CALLED_MAP = """query CarteDuMot($bounds: BoundsInput!, $zoom: Int!, $word: String) {
  territoryHexagons(bounds: $bounds, zoom: $zoom, word: $word) { cell lat lng count offerCount requestCount } }"""
GOALS_MS = {
    "map of the département": 10,
    "map of a town": 10,
    "nearest 20": 20,
    "newest 20": 20,
    "newest 20 of a word": 20,
    "newest 20 of a rare word": 20,
    "nearest 20 of a word": 20,
    "newest 20 of others": 20,
    "map of a town of a word": 50,
}


async def _prepare(url: str) -> int:
    """The platform, its register, and the one tenant that reads; its number."""
    database = Database(url, connections=2)
    await database.open()
    try:
        await migration.migrate(database)
        await register.load.load(database, record.bundled())
        number, _ = await provisioning.create(database, READER)
        return number
    finally:
        await database.close()


Town = tuple[str, float, float]
Counts = Counter[tuple[int, int, int, str]]
COLUMNS = (
    "id, reader_number, tenant_number, kind, title, category_key, category_name, collectivite_id, slug, host, cell,"
    " lat, lng, position, published_at, expires_at"
)
COUNTED = "reader_number, tenant_number, level, cell, kind, lat, lng, count"


def _towns(connection: psycopg.Connection[Any], reader: int) -> list[Town]:
    """Two hundred communes as rows of the registry, their numbers behind the reader's; where they are. The reader has
    words for their categories, and leaves some out."""
    towns: list[Town] = connection.execute(
        "SELECT id, lat, lng FROM platform.collectivite WHERE kind = 'COMMUNE' AND lat IS NOT NULL"
        " AND parent_ids @> '{departement-79}' ORDER BY population DESC NULLS LAST, id LIMIT %s",
        [COMMUNES],
    ).fetchall()
    assert len(towns) == COMMUNES
    connection.execute(
        "INSERT INTO platform.territory_reader SELECT number, slug, title, collectivite_id FROM platform.tenant"
    )
    for number, (town, _, _) in enumerate(towns, reader + 1):
        connection.execute(
            "INSERT INTO platform.tenant (number, slug, title, collectivite_id, time_zone, primary_color,"
            " secondary_color, font, locales, features, origins, state, database, created_at) VALUES (%s, %s, %s, %s,"
            " 'Europe/Paris', '#000000', '#ffffff', 'Lora', '{fr}', '{}', '{}', 'ACTIVE', 'main', now())",
            [number, f"commune-{number}", f"Commune {number}", town],
        )
    left_out = [reader + COMMUNES - place for place in range(LEFT_OUT)]
    connection.execute(
        "UPDATE platform.tenant SET territory_words = %s, territory_left_out = %s WHERE number = %s",
        [json.dumps(WORDS), left_out, reader],
    )
    return towns


def _fill(connection: psycopg.Connection[Any], reader: int) -> list[Town]:
    """The communes with their publications, more of them in large towns, and the counts of these."""
    rng, towns = Random("parvis territory"), _towns(connection, reader)
    counts: Counts = Counter()
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY platform.territory_publication ({COLUMNS}) FROM STDIN".encode()) as copy:
            for place in range(PUBLICATIONS):
                at = min(int(rng.expovariate(1 / 25)), COMMUNES - 1)
                copy.write_row(_row(rng, place, reader, reader + 1 + at, towns[at], counts))
        with cursor.copy(f"COPY platform.territory_cell_count ({COUNTED}) FROM STDIN".encode()) as copy:
            for (number, level, counted, kind), count in counts.items():
                copy.write_row((reader, number, level, counted, kind, *cell.center(counted), count))
    connection.execute("ANALYZE platform.territory_publication, platform.territory_cell_count, platform.tenant")
    return towns


def _row(rng: Random, place: int, reader: int, number: int, at: Town, counts: Counts) -> tuple[object, ...]:
    """A publication, counted."""
    town, lat, lng = at
    kind = rng.choice(("OFFER", "REQUEST"))
    published = cell.at(rng.gauss(lat, SPREAD), rng.gauss(lng, SPREAD), rng.choice((7, 8, 8)))
    middle = cell.center(published)
    for level, counted in Published(published, *middle, is_exact=False).rolled_up().items():
        counts[number, level, counted, kind] += 1
    name = NAMES[min(int(rng.expovariate(1 / 2)), len(NAMES) - 1)]
    said = (f"Annonce {place}", name.lower(), name, town, f"commune-{number}", f"commune-{number}.example")
    x, y = distance.mercator(*middle)
    times = (f"2026-{rng.randint(1, 9):02}-{rng.randint(1, 28):02}", rng.choice((None, "2099-01-01")))
    return (new_id(), reader, number, kind, *said, published, *middle, f"({x},{y})", *times)


def _questions(towns: list[Town]) -> list[proximity.Asked]:
    rng = Random("parvis territory questions")
    whole = {"bounds": {"south": 45.9, "west": -1.0, "north": 47.2, "east": 0.3}, "zoom": 9}
    asked = [rng.choice(towns) for _ in range(ASKED)]
    near = [{"near": {"lat": lat, "lng": lng, "radiusM": 20_000}} for _, lat, lng in asked]
    closer = [
        {"bounds": {"south": lat - 0.1, "west": lng - 0.15, "north": lat + 0.1, "east": lng + 0.15}, "zoom": 12}
        for _, lat, lng in asked
    ]
    return [
        proximity.Asked("map of the département", MAP, [whole] * ASKED),
        proximity.Asked("map of a town", MAP, closer),
        proximity.Asked("nearest 20", NEAREST, near),
        proximity.Asked("newest 20", NEWEST, [{}] * ASKED),
        proximity.Asked("newest 20 of a word", CALLED, [{"word": "Faire ses courses"}] * ASKED),
        proximity.Asked("newest 20 of a rare word", CALLED, [{"word": "Cuisine"}] * ASKED),
        proximity.Asked("nearest 20 of a word", CALLED_NEAR, [{"word": "Jardin", **one} for one in near]),
        proximity.Asked("newest 20 of others", OTHERS, [{}] * ASKED),
        proximity.Asked(
            "map of a town of a word", CALLED_MAP, [{"word": "Faire ses courses", **one} for one in closer]
        ),
    ]


def main() -> None:
    """Print the p50 of each question, one statement each under the reader's own role, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder)) as postgres:
        reader = asyncio.run(_prepare(postgres.url))
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            towns = _fill(connection, reader)
        planner = statement.Planner()
        click.echo(f"{COMMUNES} communes, {PUBLICATIONS:,} publications; in the database, ms")
        with proximity.connected(postgres.url) as connection:
            connection.execute(f"SET ROLE {naming.role(reader)}".encode())
            for asked in _questions(towns):
                planned = planner.read(asked.document, asked.variants[0], reader)
                statements = [(planned.text, planned.parameters(given)) for given in asked.variants]
                [times] = proximity.timed((connection, statements))
                row = psycopg.RawCursor(connection).execute(*statements[0]).fetchone()
                assert row is not None
                size = len(json.dumps(row, default=str))
                goal = GOALS_MS[asked.name]
                told = f"p50 {times.p50_ms:6.2f}  p99 {times.p99_ms:6.2f}  goal {goal}"
                click.echo(f"{asked.name:24} {told}  {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
