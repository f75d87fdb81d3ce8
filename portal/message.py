"""Messages: the interface's words. Templates and code are written in French; other languages are catalogues.

French is typed with plain spaces and shown in French typography: `Où ?` gets a narrow no-break space.
"""

import gettext
import re
from functools import cache, lru_cache

import web

SOURCE = "fr"
NAMES = {"fr": "Français", "en": "English"}
"""The languages that have a catalogue, each in its own words; another is a file `web/message/<language>.po`."""

_NARROW, _WIDE = "\u202f", "\u00a0"
_TYPED = re.compile(r" (?=[:;!?»%€])|(?<=«) |(?<=\d) (?=\d{3}(?!\d)|[hm](?!\w))|(?<=\d h) (?=\d\d)")
_DE_VOWEL = re.compile(r"\b([dD])e (?=[AEIOUYÀÂÉÈÊËÎÏÔÛŒ])")
_DE_LE = re.compile(r"\b([dD])e (Les?) ")
_TYPOGRAPHY = (
    (re.compile(r" (?=[;!?»])|(?<=«) "), _NARROW),
    (re.compile(r" (?=:)"), _WIDE),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), _NARROW),
    (re.compile(r" (?=€|%(?![(d]))|(?<=%d) |(?<=%\(num\)s) "), _WIDE),
    (re.compile(r"'"), "’"),
    (re.compile(r"(?<=SHA)-(?=256)"), "\u2011"),
)


def mark(text: str) -> str:
    """Marks a text for the catalogues; it is translated where it is shown."""
    return text


@lru_cache(maxsize=4_096)
def typography(text: str) -> str:
    """French text with the spaces and the apostrophe that French printing has; no line ends within «SHA-256»."""
    for pattern, character in _TYPOGRAPHY:
        text = pattern.sub(character, text)
    return text


def unbroken(text: str) -> str:
    """What somebody typed, every letter as typed; no line begins with a colon or ends within a number."""
    return _TYPED.sub(_WIDE, text)


def contracted(text: str) -> str:
    """A French text in which `de` has met the name that follows it: `du Havre`, `des Ulis`, `d’Albi`."""
    text = _DE_VOWEL.sub(r"\1’", text)
    return _DE_LE.sub(lambda match: match[1] + ("u " if match[2] == "Le" else "es "), text)


class _French(gettext.NullTranslations):
    """The source itself."""

    def gettext(self, message: str) -> str:
        """The text in French typography."""
        return typography(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The form for a number: French has zero in the singular."""
        return typography(msgid1 if n < 2 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        """The text; a context tells homonyms apart, which French readers need not."""
        return typography(message)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The messages of a language."""
    if language == SOURCE:
        return _French()
    with (web.MESSAGE / f"{language}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)
