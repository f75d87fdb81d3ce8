"""Words: what full-text search reads of a text and of a search, told apart here and alike on every cluster.

PostgreSQL tells words apart by the locale of its database: where that is C each sign beyond ASCII counts as a letter,
where it is `fr_FR` a middot does not. So it is given lower-case letters of ASCII, digits and spaces alone, which every
locale reads alike; `models/contribution.py` refuses anything else. Its French stems do the rest.
"""

import re
import unicodedata
from collections.abc import Iterator

_SIGNS: dict[str, str] = (
    dict.fromkeys("’‘‛ʼʻ′´`ʹ＇", "'")
    | dict.fromkeys("‐‑⁃−﹣－", "-")
    | dict.fromkeys("•‧∙⋅・", "·")
    | dict.fromkeys("“”„‟«»〝〞＂", '"')
    | dict.fromkeys("™℠ºª", " ")
    | {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ð": "d", "Ð": "D", "đ": "d", "Đ": "D"}
    | {"ł": "l", "Ł": "L", "þ": "th", "Þ": "TH", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n", "Ŋ": "N"}
)
"""Signs that look alike, and letters that have no decomposition."""

_ALIKE, _FOREIGN = re.compile(f"[{''.join(_SIGNS)}]"), re.compile(r"[^\x00-\x7f]")

_LETTER = r"[^\W\d_]"
_ENDING = (
    "(?:[nltfv]?es?|s?ses?|esses?|[rt]?r?ices?|euses?|[iv]?ves?|e?res?|ales?|elles?|eures?|[ieo]?nnes?|ttes?|[cq]h?es?)"
)
_INCLUSIVE = re.compile(
    rf"(?P<base>{_LETTER}{{2,}})(?:"
    rf"·(?P<dotted>(?i:{_ENDING}|s|x))(?:[·.\-](?P<dots>[sxSX]))?"
    rf"|[./-](?P<joined>(?i:{_ENDING}))[./-](?P<plural>[sxSX])"
    r"|[./](?P<bare>[nltfv]?es?|t?rices?|ices?|euses?|ives?|eres?)"
    r"|-(?P<hyphened>n?es?|t?rices?|euses?|ives?|eres?)"
    rf"|\((?P<bracketed>(?i:{_ENDING}|s|x))\)(?P<tail>\(?[sxSX]\)?)?"
    rf")(?!{_LETTER})"
)
"""« habitant·e·s », « habitant.e.s », « habitant-e-s », « habitant/e », « habitant(e)s », « école(s) »."""

_FEMININE = (
    ("trice", "teur"), ("rice", "eur"), ("euse", "eur"), ("euse", "eux"), ("se", "r"), ("se", "x"), ("ive", "if"),
    ("ve", "f"), ("ere", "er"), ("elle", "el"), ("elle", "eau"), ("enne", "en"), ("onne", "on"),
)  # fmt: skip
"""An ending, and that of the masculine which it takes the place of; where none is, it is added."""

_OPTIONAL = re.compile(rf"\(({_LETTER}{{1,6}})\)({_LETTER}+)")
"""« (ré)emploi »."""

COMPOUND = re.compile(rf"{_LETTER}+(?:-{_LETTER}+)+")
_GROUPED = re.compile(r"(?<!\d)\d{1,3}(?: \d{3})+(?!\d)")
"""« 10 000 »."""

_WORD = re.compile(r"[^\W_]+")
_ENDS = "\"'.,;:!?-"
"""What stands around most words: without it they are told at once."""

LONGEST = 200
"""Characters between two blanks beyond which nothing is an inclusive word: telling takes the square of their number."""

_EXACT = re.compile(r"[a-z0-9]+")

_LITTLE = frozenset(("a", "les", "ils", "elles", "cet", "cette", "leurs"))
"""Words that PostgreSQL's French does not know to be too common to search for."""

_PLURAL = re.compile(r"(?<=\w{3}[aiou])s$")
"""A plural that PostgreSQL's French leaves as it is: « vélos », « menus »."""

_TELLING = 5
"""Letters of a word whose stem may be so much shorter that a beginning of the word is none of the stem."""

WHOLE = "0"
"""Ends what is stored of a word besides its stem: PostgreSQL stems nothing that has a digit."""


def plain(text: str) -> str:
    """Without accents and invisible signs, ligatures as letters and signs that look alike as one; case stays."""
    if text.isascii():
        return text
    spread = unicodedata.normalize("NFKD", _ALIKE.sub(_sign, text))
    return _FOREIGN.sub(_told, spread)


def folded(name: str) -> str:
    """A name by which two are the same: accents, small and large letters and the number of blanks aside."""
    return " ".join(plain(name).casefold().split())


def _sign(match: re.Match[str]) -> str:
    return _SIGNS[match[0]]


def _told(match: re.Match[str]) -> str:
    """A sign beyond ASCII: nothing of accents, joiners and other signs without a width."""
    sign = match[0]
    return _SIGNS.get(sign, "" if unicodedata.category(sign) in ("Mn", "Me", "Cf") else sign)


def searchable(*texts: str) -> str:
    """What is stored to be searched: all words in their order, and behind them other forms of some.

    « habitant·e·s » is also « habitantes », « co-voiturage » also « covoiturage »; long words are there once more as
    they are, so that they are found by their beginnings.
    """
    words: list[str] = []
    text = plain("\n".join(texts))
    further = {match[0].replace(" ", ""): None for match in _GROUPED.finditer(text)}
    for chunk in text.split():
        own, others = _read(chunk)
        words += own
        further |= dict.fromkeys(others)
    long = {f"{word}{WHOLE}": None for word in (*words, *further) if len(word) >= _TELLING and word.isalpha()}
    kept = (kept for word in (*words, *further) if (kept := stemmable(word)))
    return " ".join((*kept, *long))


def settled(chunk: str, further: list[str] | None = None) -> str:
    """What stands between two blanks, with inclusive words as masculines; other forms are added to `further`."""
    others = [] if further is None else further

    def inclusive(match: re.Match[str]) -> str:
        masculine, forms = _forms(match)
        others.extend(forms)
        return masculine

    def optional(match: re.Match[str]) -> str:
        others.extend(match.groups())
        return match[1] + match[2]

    return _OPTIONAL.sub(optional, _INCLUSIVE.sub(inclusive, chunk))


def split(text: str) -> Iterator[str]:
    """The words of a plain text in letters of ASCII and digits."""
    for each in _WORD.findall(text.casefold()):
        yield from (each,) if each.isascii() else _spelt(each)


def together(compound: str) -> str:
    """« co-voiturage » as « covoiturage »."""
    return "".join(split(compound.replace("-", "")))


def stemmable(word: str) -> str:
    """A word as PostgreSQL's French is given it; nothing for one too common to be searched for."""
    return "" if word in _LITTLE else _PLURAL.sub("", word)


def _read(chunk: str) -> tuple[list[str], list[str]]:
    """The words of what stands between two blanks, and other forms of them."""
    word = chunk.strip(_ENDS)
    if word.isascii() and word.isalnum():
        return [word.lower()], []
    if len(chunk) > LONGEST:
        return list(split(chunk)), []
    further: list[str] = []
    chunk = settled(chunk, further)
    further += [together(match[0]) for match in COMPOUND.finditer(chunk)]
    return list(split(chunk)), [word for form in further for word in split(form)]


def _forms(match: re.Match[str]) -> tuple[str, list[str]]:
    """An inclusive word's masculine; its feminine, and its parts, should it be no such word."""
    parts = {name: part for name, part in match.groupdict().items() if part}
    base = parts.pop("base")
    plural = next((parts.pop(name).strip("()") for name in ("dots", "plural", "tail") if name in parts), "")
    (ending,) = parts.values()
    if ending in ("s", "x", "S", "X"):
        return base + ending, [base, ending]
    if ending[-1] in "sS":
        ending, plural = ending[:-1], "s"
    masculine = base if base[-1] in "sxzSXZ" else base + plural
    others = [_feminine(base.casefold(), ending.casefold()), base, match[0].removeprefix(base)]
    return masculine, [f"{other}s" if plural and rank == 0 else other for rank, other in enumerate(others)]


def _feminine(base: str, ending: str) -> str:
    base, ending = base.removesuffix("s") if len(ending) > 2 else base, "rice" if ending == "ice" else ending
    pairs = (base[: -len(old)] + new for new, old in _FEMININE if new == ending and base.endswith(old))
    return next(pairs, base + ending)


def _spelt(word: str) -> Iterator[str]:
    """A word of another script by the numbers of its letters; each letter by itself where no blanks part words."""
    spelt = "".join(c if c.isascii() else f" u{ord(c):x} " if _is_word(c) else f"u{ord(c):x}x" for c in word)
    return iter(_EXACT.findall(spelt))


def _is_word(letter: str) -> bool:
    """Whether a letter is of a script that writes words without blanks between: Chinese, Japanese, Thai, Khmer."""
    return 0x2E80 <= ord(letter) <= 0xA4CF or ord(letter) >= 0xF900 or 0x0E00 <= ord(letter) <= 0x0EFF
