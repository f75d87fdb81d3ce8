"""`python -m bench.hint`: how long it takes to say, while somebody writes a title, which proposals are like it.

All proposals are of one activity, and their titles share words as those of a city's idea box do: every third says
«rue», and each thing is asked for in many places. The statement is the contract's own; nothing is computed beside it.
"""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import click
import psycopg

from bench import proximity, sides, statement
from database import naming
from database.embedded.launcher import EmbeddedPostgres
from models import ident, word

ASK = """query Like($activity: ID!, $title: String!) {
  similarProposals(activity: $activity, title: $title, first: 5) {
    nodes { id title publishedAt tally { totalCount } activity { id kind title } }
  }
}
"""
THINGS = (
    "banc", "arbre", "fontaine", "passage", "composteur", "arceau", "potager", "terrain", "abri", "boîte",
    "jardin", "trottoir", "éclairage", "toilettes", "kiosque", "marché", "crèche", "cantine", "bibliothèque",
    "piscine", "gymnase", "atelier", "fresque", "ruche", "verger", "pont", "tramway", "parking", "rampe",
    "poubelle",
)  # fmt: skip
KINDS = (
    "couvert", "partagé", "public", "neuf", "sûr", "fleuri", "ouvert", "gratuit", "large", "propre", "calme",
    "accessible", "ombragé", "solidaire",
)  # fmt: skip
PLACES = (
    "rue", "place", "quai", "parc", "école", "gare", "avenue", "rue", "rue",
)  # fmt: skip
NAMES = (
    "Lilas", "Mairie", "Marne", "Verdun", "Pasteur", "Ferry", "Zola", "Hugo", "Moulin", "Rempart", "Canal",
    "Halle", "Gambetta", "Jaurès", "Colombe", "Tilleul", "Église", "Fontenelle", "Bellevue", "Croix",
    "Sablon", "Vigne", "Forge", "Tanneur", "Carme", "Poterie", "Saule", "Chêne", "Prairie", "Écluse",
)  # fmt: skip
SIZES, BAR_MS, SEED = (300, 2_000, 20_000), 30.0, 21

SPACE = """INSERT INTO __tenant__.participatory_space (id, slug, title, description, visibility, opens_at, created_at)
  VALUES (gen_random_uuid(), 'idees', 'Idées', '', 'PUBLIC', now() - interval '1 year', now())"""
ACTIVITY = """INSERT INTO __tenant__.activity (id, space_id, kind, title, description, rank, opens_at, location_rule)
  SELECT gen_random_uuid(), id, 'IDEA_BOX', 'Boîte à idées', '', 99, opens_at, 'OPTIONAL'
  FROM __tenant__.participatory_space WHERE slug = 'idees' RETURNING id"""
ACTOR = """INSERT INTO __tenant__.actor (id, kind, role, name, created_at)
  VALUES (gen_random_uuid(), 'CITIZEN', 'MEMBER', 'Camille', now()) RETURNING id"""
PUBLISHED = """INSERT INTO __tenant__.contribution (id, activity_id, kind, status, title, body, author_id, is_anonymous,
    published_at, support_count, search_text)
  SELECT gen_random_uuid(), %s, 'PROPOSAL', 'OPEN', t.title, 'Pour le quartier.', %s, false,
    now() - random() * interval '300 days', 0, t.search
  FROM unnest(%s::text[], %s::text[]) AS t (title, search)"""


def title(chance: Random) -> str:
    """Something to make, and where."""
    where = f"{chance.choice(PLACES)} {chance.choice(('de la', 'du', 'des', 'de'))} {chance.choice(NAMES)}"
    return f"Un {chance.choice(THINGS)} {chance.choice(KINDS)} {where}, au {chance.randrange(1, 200)}"


def fill(url: str, number: int, count: int) -> str:
    """Publish so many proposals; the activity's id."""
    chance = Random(SEED)
    titles = [title(chance) for _ in range(count)]
    with psycopg.connect(url, autocommit=True) as connection:

        def run(text: str, *values: object) -> psycopg.Cursor[Any]:
            return connection.execute(naming.qualify(text, number).encode(), values or None)

        run(SPACE)
        [[activity]], [[author]] = run(ACTIVITY).fetchall(), run(ACTOR).fetchall()
        run(PUBLISHED, activity, author, titles, [word.searchable(one, "Pour le quartier.") for one in titles])
        run("VACUUM ANALYZE __tenant__.contribution")
    return ident.encode("activity", number, UUID(str(activity)))


def asked(number: int, activity: str) -> list[proximity.Statement]:
    """What is like each of other titles of the same kind."""
    chance = Random(SEED + 1)
    given = [{"activity": activity, "title": title(chance)} for _ in range(proximity.ASKED)]
    plan = statement.Planner().read(ASK, given[0], number)
    return [(plan.text, plan.parameters(one)) for one in given]


@click.command()
@click.option("--size", multiple=True, type=int, default=SIZES, help="How many proposals; several sizes.")
def main(size: tuple[int, ...]) -> None:
    """Fill, ask, print."""
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres:
        numbers = sides.tenants(postgres.url, "commune-35238", "hint", len(size))
        pairs = zip(numbers, size, strict=True)
        made = [sides.Side(count, asked(number, fill(postgres.url, number, count))) for number, count in pairs]
        figures = sides.compared(postgres.url, made)
        click.echo(sides.table("proposals", figures))
        worst = max(one.p95_ms for one in figures)
        click.echo(f"p95 {worst:.1f} ms ({'within' if worst <= BAR_MS else 'MISSES'} the bar of {BAR_MS:g} ms)")


if __name__ == "__main__":
    main()
