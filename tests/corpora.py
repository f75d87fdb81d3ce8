"""Corpora for the tests of analyses: small, in the words of people, the same at every run."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from analysis.corpus import Corpus, CorpusText

MATTERS = {
    "bikes": (
        ("pistes cyclables", "vélos", "arceaux", "cyclistes", "voie verte", "stationnement des vélos", "casque"),
        "Il faut des {0} et des {1} près de la gare.",
        "Les {0} manquent de {1}, et nos {2} ont peur.",
        "Sécuriser les {0} pour que les {2} roulent sans danger.",
        "Prévoir {1} et {0} sur chaque boulevard.",
    ),
    "trees": (
        ("arbres", "ombre", "parcs", "pelouses", "haies", "biodiversité", "îlots de fraîcheur"),
        "Planter des {0} pour avoir de l'{1} en été, et soigner les {2}.",
        "Nos {2} ont besoin de {0} et de {1}.",
        "La {0} recule : gardons les {1} et les {2}.",
        "Davantage de {0} et de {2} dans les cours.",
    ),
    "canteen": (
        ("cantine", "repas bio", "légumes", "produits locaux", "menus végétariens", "cuisinières", "gaspillage"),
        "La {0} de l'école doit servir des {1} et des {2}.",
        "Des {1} à la {0}, cuisinés avec des {2}.",
        "Moins de {0}, plus de {1} et de {2} pour les enfants.",
        "Que les {0} proposent des {1} chaque semaine.",
    ),
}


def texts(matter: str, count: int, seed: int = 1) -> list[CorpusText]:
    """So many texts about one matter, by as many people, each with a name of its own."""
    words, *forms = MATTERS[matter]
    chance = Random(f"{matter}{seed}")
    made = list[CorpusText]()
    while len(made) < count:
        said = " ".join(chance.choice(forms).format(*chance.sample(words, 3)) for _ in range(3))
        number = len(made)
        made.append(
            CorpusText(f"{matter}-{number:03}", "", said, author=f"{matter}-{number}", zone=f"Zone {number % 2}")
        )
    return made


def corpus(*parts: Iterable[CorpusText]) -> Corpus:
    """All of them."""
    return Corpus(tuple(text for part in parts for text in part))


def three(count: int = 24) -> Corpus:
    """So many of each of the three matters; their matter is their group."""
    return corpus([replace(text, group=matter) for matter in MATTERS for text in texts(matter, count)])
