"""Likeness: what a program notices in a text: links, addresses, numbers, and how alike two texts are."""

import re
from collections.abc import Iterable, Iterator

from models import word
from models.detection import WORDS_LENGTH, DetectionKind

COMPARED = 800
"""Characters of a text that are compared with others."""

LEAST_REPEAT, LEAST_NEAR = 20, 60
"""Shorter texts resemble each other without meaning anything: « Bonne idée », « Merci à toutes et à tous »."""

NEAR = 0.6
"""From this share of common trigrams on, two texts are called near repeats."""

_GRAM = 3
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{3,}|(?<![@\w.-])[\w-]{2,63}(?:\.[\w-]{2,63})*\.(?:com|fr|net|org|info|io|biz|shop|me)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\d+])(?:(?:\+|00)33[ .-]?(?:\(0\))?[1-9]|0[1-9])(?:[ .-]?\d{2}){4}(?!\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b")
_LEAST_IBAN, _IBAN_PRIME = 15, 97
_OTHER = re.compile(r"[^a-z0-9]+")

Finding = tuple[DetectionKind, str]


def patterns(text: str) -> Iterator[Finding]:
    """What stands in a text: the first of each kind, in its words."""
    told = set[DetectionKind]()
    for kind, start, end in places(text):
        if kind not in told:
            told.add(kind)
            yield kind, text[start:end][: WORDS_LENGTH[1]]


def places(text: str) -> Iterator[tuple[DetectionKind, int, int]]:
    """Where each mail address, link, number of a phone or of an account stands in a text, in characters, kind by
    kind."""
    without = _EMAIL.sub(lambda match: " " * len(match[0]), text)
    for kind, pattern, read in (
        (DetectionKind.EMAIL, _EMAIL, text),
        (DetectionKind.LINK, _LINK, without),
        (DetectionKind.PHONE, _PHONE, text),
        (DetectionKind.IBAN, _IBAN, text),
    ):
        for match in pattern.finditer(read):
            if kind is not DetectionKind.IBAN or is_iban(match[0]):
                yield kind, *match.span()


def is_iban(text: str) -> bool:
    """Its check digits are right (ISO 13616)."""
    signs = text.replace(" ", "")
    turned = signs[4:] + signs[:4]
    return len(signs) >= _LEAST_IBAN and int("".join(str(int(sign, 36)) for sign in turned)) % _IBAN_PRIME == 1


def normal(text: str) -> str:
    """Words in small letters without accents, one space between them."""
    return _OTHER.sub(" ", word.plain(text).lower()).strip()


def trigrams(text: str) -> frozenset[str]:
    """Every three signs that follow each other."""
    return frozenset(text[place : place + _GRAM] for place in range(len(text) - _GRAM + 1))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of common trigrams: 1 for texts that are alike, 0 for those that have nothing in common."""
    return len(one & other) / len(one | other) if one or other else 0.0


def nearest(text: str, others: Iterable[str]) -> tuple[DetectionKind, int] | None:
    """Whether a text repeats one of others, and the place of the first that it repeats or resembles most."""
    own = normal(text)[:COMPARED]
    if len(own) < LEAST_REPEAT:
        return None
    grams, best, best_place = trigrams(own), 0.0, -1
    for place, other in enumerate(normal(each)[:COMPARED] for each in others):
        if other == own:
            return DetectionKind.REPEAT, place
        share = similarity(grams, trigrams(other)) if len(own) >= LEAST_NEAR else 0.0
        if share > best:
            best, best_place = share, place
    return (DetectionKind.NEAR_REPEAT, best_place) if best >= NEAR else None
