"""The small grammar of the demonstration's texts: choices, agreements and French contractions of place names.

A text is written once by hand with its variations: `[a|b]` is a choice (they nest, a branch may be empty),
`<e>` is kept for a woman only, `<infirmier/infirmière>` chooses by gender, `{at}` is a slot.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_GENDER = re.compile(r"<([^<>/]*)(?:/([^<>/]*))?>")
_SLOT = re.compile(r"\{(\w+)\}")
_SENTENCE = re.compile(r"(?:^|[.!?] |\n)[a-zà-ÿœ]")
_ELIDED = tuple("AEIOUÉÈÊÂÎÔŒ")


class Story(NamedTuple):
    """A hand-written contribution: category slug, possible titles and body, in the grammar of this module.

    `gender` is F or M when only a woman or only a man can have written it.
    """

    category: str
    titles: tuple[str, ...]
    body: str
    gender: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A quartier or a commune, its approximate centre in degrees and the postal town of its addresses.

    `near` holds phrases that finish «J'habite …». `at` and `of` replace the contractions that the name
    would get by rule.
    """

    name: str
    lat: float
    lng: float
    postal: str
    near: tuple[str, ...]
    at: str = ""
    of: str = ""

    def slots(self, rng: Random) -> dict[str, str]:
        """What texts say of the place: `name`, `at` («au Blosne»), `of` («du Blosne») and one `near`."""
        return {
            "name": self.name,
            "at": self.at or at_place(self.name),
            "of": self.of or of_place(self.name),
            "near": rng.choice(self.near),
        }


def at_place(name: str) -> str:
    """«à» and the name: «au Blosne», «aux Coteaux», «à La Crèche», «à Caen»."""
    return _contract(name, "à", "au", "aux")


def of_place(name: str) -> str:
    """«de» and the name: «du Blosne», «des Coteaux», «de La Crèche», «d'Albi»."""
    if name.startswith(_ELIDED):
        return f"d’{name}"
    return _contract(name, "de", "du", "des")


def _contract(name: str, preposition: str, masculine: str, plural: str) -> str:
    if name.startswith("Le "):
        return f"{masculine} {name[3:]}"
    if name.startswith("Les "):
        return f"{plural} {name[4:]}"
    return f"{preposition} {name}"


def expand(text: str, rng: Random, slots: Mapping[str, str], *, feminine: bool) -> str:
    """Write one variation of a text; raises KeyError for a slot that is not given."""
    while _SLOT.search(text):
        text = _SLOT.sub(lambda slot: slots[slot[1]], text)
    while _CHOICE.search(text):
        text = _CHOICE.sub(lambda choice: rng.choice(choice[1].split("|")), text)
    return _tidy(_GENDER.sub(lambda forms: _agree(forms[1], forms[2], feminine=feminine), text))


def _agree(first: str, second: str | None, *, feminine: bool) -> str:
    if second is None:
        return first if feminine else ""
    return second if feminine else first


def _tidy(text: str) -> str:
    """Remove what empty branches leave behind, and begin every sentence with a capital."""
    text = re.sub(r" {2,}", " ", text)
    text = re.sub(r" ?\n ?", "\n", text).strip()
    return _SENTENCE.sub(lambda start: start[0].upper(), text)


class Deck(Generic[T]):
    """Cards dealt in shuffled order: each comes once before any comes again."""

    def __init__(self, cards: Sequence[T], rng: Random) -> None:
        if not cards:
            raise ValueError("a deck needs at least one card")
        self._cards = tuple(cards)
        self._rng = rng
        self._left: list[T] = []

    def draw(self) -> T:
        """The next card."""
        if not self._left:
            self._left = list(self._cards)
            self._rng.shuffle(self._left)
        return self._left.pop()
