"""`python -m bench.delivery`: how long the database takes to say who delivers to a cell, at three sizes of the market.

Shops lie in one département, each delivering 5 to 20 km around, so that a place has hundreds or thousands of them. A
size is a tenant of its own in one database, and counts the rows of delivery areas. The statement is the one that the
contract makes, its parameters bound.
"""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click
import psycopg

from bench import proximity, sides, statement
from database import naming
from database.embedded.launcher import EmbeddedPostgres
from geo import cell, delivery

WHO = """query Who($cell: H3Cell!) {
  shops(deliversTo: $cell, first: 20) { nodes { id radiusM deliveryTerms actor { name } } }
}
"""
CENTER, HALF_DEGREES = (46.54, -0.37), 0.45
"""The middle of Deux-Sèvres, and how far its shops lie from there."""

AREAS = 600
"""Different areas; each is of as many shops as it takes."""

RADII_M = (5_000, 10_000, 20_000)
SIZES = (20_000, 200_000, 2_000_000)
AREA = "CREATE TEMPORARY TABLE area (number INT, cell BIGINT)"
SELLER = """CREATE TEMPORARY TABLE seller AS SELECT gen_random_uuid() AS actor_id, gen_random_uuid() AS shop_id, n,
    (n %% %(areas)s::int)::int AS area
  FROM generate_series(1, ceil(%(rows)s::bigint * %(areas)s / (SELECT count(*) FROM area)::numeric)::int) AS n"""
FILLED = (
    """INSERT INTO __tenant__.actor (id, kind, role, name, created_at)
  SELECT actor_id, 'PRODUCER', 'MEMBER', 'Ferme ' || n, now() FROM seller""",
    """INSERT INTO __tenant__.shop (id, actor_id, opening_hours, pick_up_points, revised_at)
  SELECT shop_id, actor_id, '[]', '[]', now() FROM seller""",
    """INSERT INTO __tenant__.delivery_cell (cell, shop_id)
  SELECT area.cell, seller.shop_id FROM seller JOIN area ON area.number = seller.area""",
    "DROP TABLE seller",
)
HELD = "SELECT (SELECT count(*) FROM __tenant__.delivery_cell), (SELECT count(*) FROM __tenant__.shop)"


def points(chance: Random, count: int) -> list[tuple[float, float]]:
    """Places anywhere in the département."""
    (lat, lng), reach = CENTER, HALF_DEGREES
    return [(lat + chance.uniform(-reach, reach), lng + chance.uniform(-reach, reach)) for _ in range(count)]


def fill(url: str, numbers: list[int], sizes: tuple[int, ...]) -> list[tuple[int, int]]:
    """Shops for about as many rows of delivery areas as each size says; how many rows and shops there are."""
    chance = Random(5)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(AREA)
        with connection.cursor().copy("COPY area FROM STDIN") as copy:
            for rank, (lat, lng) in enumerate(points(chance, AREAS)):
                for each in delivery.circle(lat, lng, RADII_M[rank % len(RADII_M)]):
                    copy.write_row((rank, each))
        held = []
        for number, rows in zip(numbers, sizes, strict=True):
            connection.execute(SELLER, {"areas": AREAS, "rows": rows})
            for text in FILLED:
                connection.execute(naming.qualify(text, number).encode())
            for name in ("actor", "shop", "delivery_cell"):
                connection.execute(naming.qualify(f"VACUUM ANALYZE __tenant__.{name}", number).encode())
            [counted] = connection.execute(naming.qualify(HELD, number).encode()).fetchall()
            held.append((int(counted[0]), int(counted[1])))
        return held


def asked(number: int) -> list[proximity.Statement]:
    """Questions from all over the département."""
    cells = [cell.to_text(cell.at(lat, lng, delivery.RESOLUTION)) for lat, lng in points(Random(9), proximity.ASKED)]
    plan = statement.Planner().read(WHO, {"cell": cells[0]}, number)
    return [(plan.text, plan.parameters({"cell": text})) for text in cells]


@click.command()
@click.option("--size", multiple=True, type=int, default=SIZES, help="Rows of delivery areas, about; several sizes.")
def main(size: tuple[int, ...]) -> None:
    """Fill, ask, print."""
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres:
        numbers = sides.tenants(postgres.url, "departement-79", "delivery", len(size))
        held = fill(postgres.url, numbers, size)
        click.echo(", ".join(f"{rows:,} rows of {shops:,} shops" for rows, shops in held))
        made = [sides.Side(rows, asked(number)) for number, (rows, _) in zip(numbers, held, strict=True)]
        click.echo(sides.table("delivery areas", sides.compared(postgres.url, made)))


if __name__ == "__main__":
    main()
