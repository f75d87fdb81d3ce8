"""`python -m bench.suggestion`: how long the database takes to say what goes together with a request, at three sizes.

All contributions lie within 20 km of one town, so that twice as many are twice as dense: whether a question is answered
by how many there are would show. A size is a tenant of its own in one database. The statement is the one that the
contract makes.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import click
import psycopg

from auth.viewer import Viewer
from bench import proximity, sides, statement
from database import naming
from database.embedded.launcher import EmbeddedPostgres
from geo import cell, distance, privacy
from models import ident
from models.actor import Role

ASK = """query Goes($id: ID!) {
  contribution(id: $id) { suggestions { link band words days contribution { id title author { name } } } }
}
"""
CENTER, HALF_DEGREES = (48.11, -1.68), 0.18
PLACES = 3_000
"""Cells in which somebody publishes; each is drawn as often as the next."""

CATEGORIES = 12
AUTHORS = 20_000
SIZES = (20_000, 200_000, 2_000_000)
OWN = UUID(int=1)
"""Who asks."""

SPACE = """INSERT INTO __tenant__.participatory_space (id, slug, title, description, visibility, opens_at, created_at)
  VALUES (gen_random_uuid(), 'voisins', 'Voisins', '', 'PUBLIC', now() - interval '1 year', now())"""
ACTIVITY = """INSERT INTO __tenant__.activity (id, space_id, kind, title, description, rank, opens_at, location_rule)
  SELECT gen_random_uuid(), id, 'MUTUAL_AID', 'Entraide', '', 99, opens_at, 'OPTIONAL'
  FROM __tenant__.participatory_space WHERE slug = 'voisins'"""
ACTORS = """INSERT INTO __tenant__.actor (id, kind, role, name, created_at)
  SELECT ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid, 'CITIZEN', 'MEMBER', 'Voisin ' || n, now()
  FROM generate_series(1, %s) n"""
CATEGORY = """INSERT INTO __tenant__.category (id, activity_id, slug, name, rank)
  SELECT gen_random_uuid(), (SELECT id FROM __tenant__.activity WHERE rank = 99), 'c' || n, 'Catégorie ' || n, n
  FROM generate_series(1, %s) n"""
INDEXES = """SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = %s AND tablename = 'contribution'
  AND indexname <> 'contribution_pkey'"""
PUBLISHED = """INSERT INTO __tenant__.contribution (id, activity_id, kind, status, outcome, title, body, author_id,
    is_anonymous, category_id, precision, cell, lat, lng, position, cell_5, cell_6, cell_7, cell_8, published_at,
    closed_at, capacity, support_count, search_text)
  SELECT gen_random_uuid(), c.activity_id, n.kind, n.status, CASE n.status WHEN 'CLOSED' THEN 'FULFILLED' END,
    'Un coup de main', 'Libre le samedi.', ('00000000-0000-0000-0000-' || lpad(to_hex(n.author), 12, '0'))::uuid,
    false, c.id, 'CELL', p.cell, p.lat, p.lng, p.position + point(random() / 100, random() / 100), p.cell_5, p.cell_6,
    p.cell_7, p.cell_8, now() - random() * interval '300 days', CASE n.status WHEN 'CLOSED' THEN now() END,
    CASE n.kind WHEN 'REQUEST' THEN 1 END, 0, 'un coup de main'
  FROM (SELECT i, CASE WHEN random() < 0.2 THEN 'REQUEST' ELSE 'OFFER' END AS kind,
          CASE WHEN random() < 0.8 THEN 'OPEN' ELSE 'CLOSED' END AS status,
          2 + floor(random() * (%(authors)s - 1))::int AS author, floor(random() * %(places)s)::int AS place,
          1 + floor(random() * %(categories)s)::int AS category
        FROM generate_series(1, %(count)s) i) n
  JOIN place p ON p.n = n.place JOIN __tenant__.category c ON c.slug = 'c' || n.category"""
MINE = """UPDATE __tenant__.contribution SET author_id = %s WHERE id IN (
  SELECT id FROM __tenant__.contribution WHERE status = 'OPEN' AND kind = 'REQUEST' LIMIT %s) RETURNING id"""


def places() -> Iterator[tuple[int, int, float, float, str, int, int, int, int]]:
    """Centres of cells anywhere around the town."""
    chance = Random(7)
    for number in range(PLACES):
        lat, lng = (middle + chance.uniform(-HALF_DEGREES, HALF_DEGREES) for middle in CENTER)
        own = cell.at(lat, lng, privacy.PERSON_RESOLUTION)
        lat, lng = cell.center(own)
        x, y = distance.mercator(lat, lng)
        yield (number, own, lat, lng, f"({x},{y})", *(cell.parent(own, each) for each in (5, 6, 7)), own)  # type: ignore[misc]


def fill(url: str, number: int, count: int) -> list[str]:
    """Publish so many contributions; returns the ids of those of whoever asks."""
    with psycopg.connect(url, autocommit=True) as connection:

        def run(text: str, *values: object, **named: object) -> psycopg.Cursor[Any]:
            return connection.execute(naming.qualify(text, number).encode(), named or values or None)

        run(SPACE)
        run(ACTIVITY)
        run(ACTORS, AUTHORS)
        run(CATEGORY, CATEGORIES)
        connection.execute(
            "CREATE TEMPORARY TABLE place (n INT, cell BIGINT, lat FLOAT8, lng FLOAT8, position POINT, cell_5 BIGINT,"
            " cell_6 BIGINT, cell_7 BIGINT, cell_8 BIGINT)"
        )
        with connection.cursor().copy("COPY place FROM STDIN") as copy:
            for row in places():
                copy.write_row(row)
        kept = connection.execute(INDEXES, [naming.schema_name(number)]).fetchall()
        for name, _ in kept:
            run(f"DROP INDEX __tenant__.{name}")
        given = {"authors": AUTHORS, "places": PLACES, "categories": CATEGORIES, "count": count}
        run(PUBLISHED, **given)
        for _, text in kept:
            connection.execute(text.encode())
        ids = run(MINE, OWN, proximity.ASKED).fetchall()
        run("VACUUM ANALYZE __tenant__.contribution")
        run("DROP TABLE place")
        return [ident.encode("contribution", number, UUID(str(id_))) for (id_,) in ids]


def asked(number: int, ids: list[str]) -> list[proximity.Statement]:
    """What goes together with each of one's own requests."""
    plan = statement.Planner().read(ASK, {"id": ids[0]}, number, Viewer(OWN, Role.MEMBER))
    return [(plan.text, plan.parameters({"id": id_})) for id_ in ids]


@click.command()
@click.option("--size", multiple=True, type=int, default=SIZES, help="How many contributions; several sizes.")
def main(size: tuple[int, ...]) -> None:
    """Fill, ask, print."""
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres:
        numbers = sides.tenants(postgres.url, "commune-35238", "suggestion", len(size))
        made = [
            sides.Side(count, asked(number, fill(postgres.url, number, count)))
            for number, count in zip(numbers, size, strict=True)
        ]
        click.echo(sides.table("contributions", sides.compared(postgres.url, made)))


if __name__ == "__main__":
    main()
