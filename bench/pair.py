"""`python -m bench.pair`: which likeness finds the offers that meet a request: stems, trigrams of titles, or terms.

The demonstration's requests and offers, drawn anew in each of many draws, every story once; `MET` says, by hand, which
offers meet which request of their category. Of each request its category's offers are put in order by each way, equals
by chance. A way that links a request and an offer, where they have anything of it, is right when the offer meets it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from pathlib import Path
from random import Random
from statistics import mean
from tempfile import TemporaryDirectory

import click
import psycopg

from analysis.corpus import Corpus, CorpusText
from analysis.similarity import Neighbours
from database.embedded.launcher import EmbeddedPostgres
from demo.entraide import OFFERS
from demo.phrase import Spot, Story, expand
from demo.text import name
from demo.text.handwork import TOGETHER
from demo.text.need import NEEDS
from models import likeness, word
from models.lineage import LIKE, LIKENESS_SCALE

DRAWS, FIRST = 40, (1, 3)
SPOT = Spot("Le Blosne", 48.09, -1.66, "35200", ("près du métro", "derrière l’église", "place du marché"))
_SHOPPING = (
    "Je fais vos courses", "Aide aux courses", "Grosses courses", "Étudiant<e> motorisé", "Nos bénévoles livrent",
    "Courses à vélo",
)  # fmt: skip
MET: dict[str, tuple[str, ...]] = {
    "Besoin d’aide pour mes courses": (*_SHOPPING, "Je passe au marché"),
    "Courses pour quinze jours": (*_SHOPPING, "Courses de dépannage"),
    "Courses pour mes parents": _SHOPPING,
    "Maman seule": (*_SHOPPING, "Courses de dépannage"),
    "Aide pour porter l’eau": (*_SHOPPING, "Retrait de votre drive"),
    "Aller à la pharmacie": ("Je passe à la pharmacie", "Pharmacie et laboratoire", "Pharmacie de garde"),
    "Quelqu’un pour m’accompagner": ("Accompagnement aux rendez-vous",),
    "Relais pour m’occuper": ("Garde-malade",),
    "Quelqu’un pour imprimer": ("J’imprime vos papiers", "Impression et photocopies"),
    "Aide pour un dossier": ("Aide pour les courriers",),
    "Garde de ma fille": ("Garde d’enfants pour les soignants",),
    "Nounou malade": ("Garde de dépannage",),
    "Un peu de compagnie": ("Un coup de fil", "Visite de courtoisie", "Appels de convivialité"),
    "Quelqu’un pour jouer": ("Visite de courtoisie",),
    "Promener mon chien": ("Je promène votre chien",),
    "Garder mes deux chats": ("Garde de chats",),
    "Mon fils décroche": ("Soutien en maths", "Aide aux devoirs en petit groupe"),
    "Recherche masques": ("Masques en tissu", "Atelier masques"),
    "Ourlet d’un pantalon": ("Retouches et ourlets",),
    "Mon ordinateur ne démarre": ("Dépannage informatique", "Permanence numérique"),
    "Un ordinateur pour suivre": ("Don d’ordinateurs",),
    "Trajet pour la dialyse": ("Place libre en voiture", "Je vous emmène", "Transport solidaire"),
    "Emporter un canapé": ("Transport de meubles",),
    "Quelques repas": ("Soupe et compote", "Je cuisine double"),
    "Mon jardin me dépasse": ("Tonte et petits travaux",),
    "Fuite sous l’évier": ("Petites réparations",),
    "Monter un lit": ("Petites réparations",),
}
"""Beginnings of the first titles of stories. Requests that none of their category meets are left out."""

Told = tuple[str, str]
"""A title and a text."""

Scores = Sequence[float]
"""Of each offer; 0 where it has nothing of the request."""

SAID = """SELECT (SELECT count(DISTINCT q::text) FROM unnest(%s::text[]) w, plainto_tsquery('pg_catalog.french', w) q
    WHERE numnode(q) > 0 AND to_tsvector('pg_catalog.french', said) @@ q)
  FROM unnest(%s::text[]) WITH ORDINALITY o (said, place) ORDER BY place"""


def told(story: Story, chance: Random) -> Told:
    """One variation."""
    days = {"day": chance.choice(name.DAYS), "hour": chance.choice(name.HOURS), "age": str(chance.randrange(73, 92))}
    slots = SPOT.slots(chance) | days
    slots |= {"intro": name.INTRO, "when": name.WHEN, "at_city": "à Rennes", "of_city": "de Rennes"}
    is_woman = story.gender == "F" or (not story.gender and chance.random() < 0.5)
    title, body = (expand(text, chance, slots, feminine=is_woman) for text in (chance.choice(story.titles), story.body))
    return title, body


def by_stems(connection: psycopg.Connection[tuple[int]]) -> Callable[[Told, Sequence[Told]], Scores]:
    """How many words of the request's title an offer says: what a suggestion tells as its reason."""

    def scores(request: Told, offers: Sequence[Told]) -> Scores:
        words = [" ".join(map(word.stemmable, likeness.normal(chunk).split())) for chunk in request[0].split()]
        return [count for (count,) in connection.execute(SAID, [words, [word.searchable(*one) for one in offers]])]

    return scores


def by_trigrams(request: Told, offers: Sequence[Told]) -> Scores:
    """The share of common trigrams of both titles, from the least likeness on that a hint shows."""
    titles = (likeness.trigrams(likeness.normal(title)) for title, _ in (request, *offers))
    own, *others = titles
    shares = (likeness.similarity(own, other) for other in others)
    return [share if share * LIKENESS_SCALE >= LIKE else 0.0 for share in shares]


def by_all_trigrams(request: Told, offers: Sequence[Told]) -> Scores:
    """The same without a least likeness."""
    own, *others = (likeness.trigrams(likeness.normal(title)) for title, _ in (request, *offers))
    return [likeness.similarity(own, other) for other in others]


def by_terms(request: Told, offers: Sequence[Told]) -> Scores:
    """As the analysis finds neighbours: terms of both texts, the rare ones count for more."""
    corpus = Corpus(tuple(CorpusText(f"{at:03}", title, body) for at, (title, body) in enumerate(offers)))
    near = {one.text_id: one.score for one in Neighbours(corpus).nearest("\n".join(request), len(offers))}
    return [near.get(f"{at:03}", 0.0) for at in range(len(offers))]


def hits(scores: Scores, meeting: Sequence[bool], chance: Random) -> list[float]:
    """Whether an offer that meets the request is the first or one of the first three; the shares of links that are
    right and of meeting offers that are linked (none: 0)."""
    order = sorted(range(len(scores)), key=lambda at: (-scores[at], chance.random()))
    linked = [at for at, score in enumerate(scores) if score > 0]
    right = sum(meeting[at] for at in linked)
    return [*(float(any(meeting[at] for at in order[:first])) for first in FIRST), right, len(linked), sum(meeting)]


def meets(request: Story, offer: Story) -> bool:
    """As `MET` says."""
    wanted = next(offers for begun, offers in MET.items() if request.titles[0].startswith(begun))
    return offer.titles[0].startswith(wanted)


def row(way: str, found: Iterable[list[float]]) -> str:
    """The figures of a way, in Markdown."""
    *first, right, linked, meeting = zip(*found, strict=True)
    shares = (sum(right) / max(sum(linked), 1), sum(right) / sum(meeting))
    return f"| {way} | {' | '.join(f'{one:.2f}' for one in (*map(mean, first), *shares))} |"


def ways(connection: psycopg.Connection[tuple[int]]) -> dict[str, Callable[[Told, Sequence[Told]], Scores]]:
    """Each way to tell how near offers are."""
    return {
        "by chance": lambda _, offers: [1.0] * len(offers),
        "stems": by_stems(connection),
        "trigrams of titles": by_trigrams,
        "trigrams, no least": by_all_trigrams,
        "terms of the analysis": by_terms,
    }


@click.command()
def main() -> None:
    """Draw, put in order, print."""
    requests = [story for story in NEEDS if story.titles[0].startswith(tuple(MET))]
    found = defaultdict[str, list[list[float]]](list)
    with (
        TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres,
        psycopg.connect(postgres.url) as connection,
    ):
        for seed, request in product(range(DRAWS), requests):
            chance = Random(f"{seed} {request.titles[0]}")
            stories = [one for one in (*OFFERS, *TOGETHER) if one.category == request.category]
            meeting = [meets(request, one) for one in stories]
            texts = told(request, chance), [told(one, chance) for one in stories]
            for way, scores in ways(connection).items():
                found[way].append(hits(scores(*texts), meeting, chance))
    click.echo(
        "| way | first | among three | right of what it links | linked of what meets |\n|---|---:|---:|---:|---:|"
    )
    for way, of_way in found.items():
        click.echo(row(way, of_way))


if __name__ == "__main__":
    main()
