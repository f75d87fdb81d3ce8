"""City: where the contributions of the bench lie and what they say, the same at every run."""

from collections.abc import Iterator
from math import cos, pi, radians, sin
from random import Random

import geo.cell
from geo import cover, distance, privacy
from models import word

CENTER = (48.1117, -1.6803)
"""Rennes, the town hall."""

RADIUS_M = 20_000
PLACES = 5_000
DENSITY = 0.7
"""Exponent of the distance from the centre: 0.5 spreads evenly over the disk, 1 crowds the centre."""

METRES_A_DEGREE = 111_195


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NOUNS = _words(
    "perceuse tondeuse échelle poussette table chaise lampe guitare machine brouette tente armoire étagère valise "
    "bicyclette remorque scie bibliothèque couverture balançoire commode imprimante cafetière bouilloire marmite"
)
ADJECTIVES = _words(
    "neuve ancienne légère solide bleue rouge verte pliante électrique silencieuse grande petite robuste ronde moderne "
    "rustique blanche grise métallique démontable réparée portative large étroite jaune"
)
SENTENCES = (
    "Disponible en fin de journée ou le samedi matin, il suffit de prévenir la veille.",
    "À retirer dans le quartier, une aide pour le transport est possible.",
    "L'idée est née d'une discussion entre voisins au printemps dernier.",
    "Chacun peut participer selon le temps dont il dispose.",
    "Le prix est indicatif, un échange de services convient aussi.",
    "Nous cherchons encore deux personnes pour tenir la permanence.",
    "Les enfants sont les bienvenus, un goûter sera partagé.",
    "Merci de rapporter le matériel propre et complet.",
    "Le projet demande un petit budget que la commune pourrait soutenir.",
    "Tout est expliqué sur place, aucune expérience n'est demandée.",
    "Une première réunion aura lieu à la maison des associations.",
    "Je peux aussi me déplacer dans les communes voisines.",
    "La récolte dépend du temps, la liste est mise à jour chaque semaine.",
    "Cela éviterait à beaucoup d'habitants de prendre la voiture.",
    "On peut en parler autour d'un café à la halle.",
    "Deux rues proches du canal seraient concernées.",
)
"""Words of titles do not stand in them, so that a search for a noun and an adjective finds one title in 625."""


def phrases() -> Iterator[tuple[str, int, str, str]]:
    """Rows of the table `phrase`: kind, number, text, and the text as search reads it."""
    for kind, found in (("noun", NOUNS), ("adjective", ADJECTIVES), ("sentence", SENTENCES)):
        for number, phrase in enumerate(found):
            yield kind, number, phrase, word.searchable(phrase)


def point(chance: Random, radius_m: float, density: float = DENSITY) -> tuple[float, float]:
    """A point in the city, in degrees."""
    reach, angle = radius_m * chance.random() ** density, 2 * pi * chance.random()
    lat = CENTER[0] + reach * sin(angle) / METRES_A_DEGREE
    lng = CENTER[1] + reach * cos(angle) / (METRES_A_DEGREE * cos(radians(CENTER[0])))
    return round(lat, 5), round(lng, 5)


def places() -> Iterator[tuple[int, privacy.Published]]:
    """Number and public form of the places, each once as a person's cell and once as a shop's exact point."""
    chance = Random(3)
    for number in range(PLACES):
        lat, lng = point(chance, RADIUS_M)
        for exact in (False, True):
            yield number, privacy.publish(lat, lng, exact=exact)


def place_rows() -> Iterator[tuple[object, ...]]:
    """Rows of the table `place`: number, exactness and the columns of a contribution."""
    for number, found in places():
        x, y = distance.mercator(found.lat, found.lng)
        cells = [found.indexed()[resolution] for resolution in sorted(cover.INDEXED_RESOLUTIONS)]
        yield number, found.is_exact, found.cell, found.lat, found.lng, f"({x!r},{y!r})", *cells


def level_rows() -> Iterator[tuple[object, ...]]:
    """Rows of the table `level`: number and exactness of a place with its cell of each level of the map."""
    for number, found in places():
        for level, cell in found.rolled_up().items():
            yield number, found.is_exact, level, cell, *geo.cell.center(cell)
