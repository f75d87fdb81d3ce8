"""`python -m bench.delivery`: how long the database takes to say who delivers to a cell, at two sizes of the market.

Shops lie in one département, each delivering 5 to 20 km around, so that a place has hundreds or thousands of them. The
statement is the one that the contract makes, its parameters bound, over one connection.
"""

import asyncio
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click
import psycopg

import register.load
from bench import proximity, statement
from database import naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from geo import cell, delivery
from register import record
from tenants import migration, provisioning
from tenants.provisioning import NewTenant

WHO = """query Who($cell: H3Cell!) {
  shops(deliversTo: $cell, first: 20) { nodes { id radiusM deliveryTerms actor { name } } }
}
"""
CENTER, HALF_DEGREES = (46.54, -0.37), 0.45
"""The middle of Deux-Sèvres, and how far its shops lie from there."""

AREAS = 2_000
"""Different areas; each is of as many shops as it takes."""

RADII_M = (5_000, 10_000, 20_000)
SLUG = "delivery"
SHOPS = """INSERT INTO __tenant__.shop (id, actor_id, opening_hours, pick_up_points, revised_at)
  SELECT gen_random_uuid(), a.id, '[]', '[]', now() FROM __tenant__.actor a WHERE a.kind = 'PRODUCER'
  ON CONFLICT DO NOTHING"""
ACTORS = """INSERT INTO __tenant__.actor (id, kind, role, name, created_at)
  SELECT gen_random_uuid(), 'PRODUCER', 'MEMBER', 'Ferme ' || n, now() FROM generate_series(1, %s) AS n"""
NUMBERED = """CREATE TEMPORARY TABLE numbered AS
  SELECT id, row_number() OVER () %% %s AS area FROM __tenant__.shop
  WHERE NOT EXISTS (SELECT FROM __tenant__.delivery_cell d WHERE d.shop_id = shop.id)"""
CELLS = "INSERT INTO __tenant__.delivery_cell SELECT area.cell, n.id FROM numbered n JOIN area ON area.number = n.area"


def points(chance: Random, count: int) -> list[tuple[float, float]]:
    """Places anywhere in the département."""
    (lat, lng), reach = CENTER, HALF_DEGREES
    return [(lat + chance.uniform(-reach, reach), lng + chance.uniform(-reach, reach)) for _ in range(count)]


def fill(url: str, number: int, shops: int) -> None:
    """Add shops until there are so many."""
    chance = Random(5)
    with psycopg.connect(url, autocommit=True) as connection:

        def run(text: str, *values: object) -> None:
            connection.execute(naming.qualify(text, number).encode(), values or None)

        [count] = connection.execute(naming.qualify("SELECT count(*) FROM __tenant__.shop", number).encode()).fetchone()  # type: ignore[misc]
        run(ACTORS, shops - count)
        run(SHOPS)
        run("CREATE TEMPORARY TABLE area (number BIGINT, cell BIGINT)")
        with connection.cursor().copy("COPY area FROM STDIN") as copy:
            for rank, (lat, lng) in enumerate(points(chance, AREAS)):
                for each in delivery.circle(lat, lng, RADII_M[rank % len(RADII_M)]):
                    copy.write_row((rank, each))
        run(NUMBERED, AREAS)
        run(CELLS)
        for name in ("actor", "shop", "delivery_cell"):
            run(f"VACUUM ANALYZE __tenant__.{name}")
        run("DROP TABLE area, numbered")


def ask(url: str, number: int) -> proximity.Times:
    """Questions one after another over one connection."""
    cells = [cell.to_text(cell.at(lat, lng, delivery.RESOLUTION)) for lat, lng in points(Random(9), proximity.ASKED)]
    plan = statement.Planner().read(WHO, {"cell": cells[0]}, number)
    asked = [(plan.text, plan.parameters({"cell": text})) for text in cells]
    with proximity.connected(url) as connection:
        [times] = proximity.timed((connection, asked))
    return times


async def made(url: str) -> int:
    """A tenant without anything."""
    database = Database(url, connections=4)
    await database.open()
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    number, _ = await provisioning.create(database, NewTenant("departement-79", SLUG, ("delivery.example",)))
    await database.close()
    return number


@click.command()
@click.option("--shops", multiple=True, type=int, default=(200_000,), help="How many shops; several sizes, rising.")
def main(shops: tuple[int, ...]) -> None:
    """Fill, ask, print."""
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres:
        number = asyncio.run(made(postgres.url))
        for count in sorted(shops):
            fill(postgres.url, number, count)
            times = ask(postgres.url, number)
            click.echo(f"{count:,} shops: p50 {times.p50_ms:.2f} ms, p99 {times.p99_ms:.2f} ms")


if __name__ == "__main__":
    main()
