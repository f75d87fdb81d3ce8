"""Figures («nombres»): the numbers that a sentence says, in digits and in French words, and what they count."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from models import word


class FigureKind(Enum):
    """What a figure counts, by the word behind it."""

    COUNT = "COUNT"
    """No word says what."""

    TEXT = "TEXT"
    PERSON = "PERSON"
    SUPPORT = "SUPPORT"
    TOPIC = "TOPIC"
    PERCENT = "PERCENT"
    FRACTION = "FRACTION"
    """A share of all texts, in hundredths: « la moitié »."""

    UNREADABLE = "UNREADABLE"
    """A number that is not read: « une trentaine », « 10k », « double »."""


class Bound(Enum):
    """How a figure is meant."""

    EXACT = "EXACT"
    ABOUT = "ABOUT"
    ABOVE = "ABOVE"
    BELOW = "BELOW"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a sentence."""

    kind: FigureKind
    number: float
    bound: Bound = Bound.EXACT


_UNREAD = Figure(FigureKind.UNREADABLE, 0.0)
_TO_TWENTY = (
    "zero", "", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf", "vingt",
)  # fmt: skip
"""The place of each is its number; « un » is an article oftener than a number, and is read before « seul » alone."""

_BY_WORD = {name: float(number) for number, name in enumerate(_TO_TWENTY) if name} | {"aucun": 0.0, "aucune": 0.0}
_FRACTIONS = {"moitie": 50.0, "tiers": 100 / 3, "quart": 25.0, "quarts": 25.0}
_MAJORITIES = {"majorite": Bound.ABOVE, "majoritairement": Bound.ABOVE, "majoritaire": Bound.ABOVE,
               "majoritaires": Bound.ABOVE, "plupart": Bound.ABOVE, "minorite": Bound.BELOW}  # fmt: skip
_UNREADABLE = re.compile(
    r"(?:vingt|trente|quarante|cinquante|soixante|septante|octante|huitante|nonante|quatre-vingts?|quatre-vingt)(?:-.+)?"
    r"|cents?|cent-.+|mille|mille-.+|millions?|milliers?|milliards?|centaines?|dizaines?|douzaines?|quinzaines?"
    r"|(?:vingt|trent|quarant|cinquant|soixant)aines?|demie?s?|doubles?|triples?|quadruples?|dixiemes?|cinquiemes?"
    r"|centiemes?|unanim.*|tierce|huitaines?|neuvaines?|dix-.+|quasi-totalite|totalite"
)
_WORD = re.compile(
    r"\d{1,3}(?:[ .\u00a0\u202f]\d{3})+(?!\d)(?:,\d+)?|\d+(?:[.,]\d+)?|%|‰|[^\W\d_]+(?:-[^\W\d_]+)*", re.UNICODE
)
_TEXTS = {"texte", "textes", "contribution", "contributions", "proposition", "propositions", "idee", "idees", "avis",
          "message", "messages", "reponse", "reponses", "demande", "demandes"}  # fmt: skip
_PEOPLE = {"personne", "personnes", "habitant", "habitants", "habitante", "habitantes", "auteur", "auteurs", "autrice",
           "autrices", "citoyen", "citoyens", "citoyenne", "citoyennes", "participant", "participants", "participantes",
           "gens", "riverains", "usagers", "contributeurs", "contributrices"}  # fmt: skip
_SUPPORTS = {"soutien", "soutiens", "voix", "vote", "votes", "appuis"}
_TOPICS = {"theme", "themes", "sujet", "sujets"}
_NOUNS = (
    dict.fromkeys(_TEXTS, FigureKind.TEXT)
    | dict.fromkeys(_PEOPLE, FigureKind.PERSON)
    | dict.fromkeys(_SUPPORTS, FigureKind.SUPPORT)
    | dict.fromkeys(_TOPICS, FigureKind.TOPIC)
)
NOUN_WITHIN = 3
"""Words behind a number among which the one stands that says what is counted: « 12 autres courtes contributions »."""


def figures(sentence: str) -> Iterator[Figure]:
    """The numbers of a sentence without its quotations, in their order."""
    read = _Read(unicodedata.normalize("NFKC", sentence))
    skipped = -1
    for at, one in enumerate(read.words):
        if at <= skipped:
            continue
        if read.word(at + 1) in _FRACTIONS and (part := _part(one)) is not None:
            skipped = at + 1
            yield Figure(FigureKind.FRACTION, _FRACTIONS[read.words[at + 1]] * part, read.bound(at))
        elif one[0].isdigit():
            yield _digits(read, at)
        elif (named := _named(read, at)) is not None:
            yield named


class _Read:
    """A sentence and its words, plain and small, where each is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.matches = list(_WORD.finditer(text))
        self.words = [word.plain(one.group()).lower() for one in self.matches]

    def word(self, at: int) -> str:
        """The word there; empty behind the last and before the first."""
        return self.words[at] if 0 <= at < len(self.words) else ""

    def bound(self, at: int) -> Bound:
        """What stands before a number: « plus de la moitié », « près d'un tiers »."""
        before = word.plain(self.text[: self.matches[at].start()]).lower()
        match = _BEFORE.search(before)
        return _BOUNDS[match["bound"].split()[0]] if match else Bound.EXACT


_ARTICLE = r"(?:\s+(?:de|des|la|le|les|un|une)|\s+d['’](?:un|une)?|\s+de l['’])*"
_BEFORE = re.compile(
    rf"(?<!\w)(?P<bound>(?:plus|moins)(?=\s+d)|environ|pres(?=\s+d)|presque|quelque|quasiment){_ARTICLE}\s*$"
)
_BOUNDS = {"plus": Bound.ABOVE, "moins": Bound.BELOW} | dict.fromkeys(
    ("environ", "pres", "presque", "quelque", "quasiment"), Bound.ABOUT
)


def _part(one: str) -> float | None:
    """How many of a fraction: « deux tiers », « 3 quarts »."""
    return float(one) if one.isdecimal() else _BY_WORD.get(one)


def _digits(read: _Read, at: int) -> Figure:
    text, match = read.text, read.matches[at]
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    if before.isalnum() or after.isalnum() or (before and before in "-−⁄/.,_") or (after and after in "⁄/‰_"):
        return _UNREAD
    said = re.sub(r"\s", "", match.group())
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", said):
        said = said.replace(".", "")
    return _counted(float(said.replace(",", ".")), read, at)


def _named(read: _Read, at: int) -> Figure | None:
    one, before = read.words[at], read.word(at - 1)
    if one in _FRACTIONS:
        return Figure(FigureKind.FRACTION, _FRACTIONS[one], read.bound(at))
    if one in _MAJORITIES:
        return Figure(FigureKind.FRACTION, 50.0, _MAJORITIES[one])
    if one in ("seul", "seule") and before in ("un", "une"):
        return _counted(1.0, read, at)
    if one in ("tous", "toutes") and not {*_TEXTS, *_PEOPLE}.isdisjoint(read.words[at + 1 : at + 3]):
        return Figure(FigureKind.FRACTION, 100.0)
    if one in _BY_WORD:
        return _UNREAD if _goes_on(read, at) else _counted(_BY_WORD[one], read, at)
    is_percent = one == "cent" and before == "pour"
    return _UNREAD if _UNREADABLE.fullmatch(one) and not is_percent else None


def _goes_on(read: _Read, at: int) -> bool:
    """Whether a number is a part of a larger one: « deux cents », « vingt et un »."""
    after = read.word(at + 1)
    is_sum = after == "et" and read.word(at + 2) in ("un", "une", "onze")
    return is_sum or after in _BY_WORD or (after not in ("pour",) and _UNREADABLE.fullmatch(after) is not None)


def _counted(number: float, read: _Read, at: int) -> Figure:
    behind = read.words[at + 1 : at + 1 + NOUN_WITHIN]
    if behind[:1] == ["%"] or behind[:2] == ["pour", "cent"]:
        return Figure(FigureKind.PERCENT, number, read.bound(at))
    if behind[:1] in (["sur"], ["fois"]):  # « un sur deux »: a share that is not read.
        return _UNREAD
    kind = next((_NOUNS[one] for one in behind if one in _NOUNS), FigureKind.COUNT)
    return Figure(kind, number, read.bound(at))
