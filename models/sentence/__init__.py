"""Sentences: why something was refused and what to do next, for people, in the languages that have a file here."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from models.expected import Expected
from models.refusal import ErrorCode
from models.sentence import expected as expectation

LOCALES = ("fr", "en")
"""Each has a file `<locale>.toml` with a sentence for every code; the first is spoken where no other is asked for."""


LIMITED = {
    ErrorCode.TOO_SHORT: {
        "fr": "Ce texte est trop court\u00a0: {about}\u00a0caractères au moins. Ajoutez quelques mots et recommencez.",
        "en": "This text is too short: at least {about} characters. Add a few words and try again.",
    },
    ErrorCode.TOO_LONG: {
        "fr": "Ce texte est trop long\u00a0: {about}\u00a0caractères au plus. Raccourcissez-le et recommencez.",
        "en": "This text is too long: at most {about} characters. Shorten it and try again.",
    },
}
"""What is said of a text whose bound is told."""


EXPECTING = (ErrorCode.BAD_INPUT, ErrorCode.LIMIT_REACHED)
"""Where what was expected is all that there is to say."""


def explanation(
    code: ErrorCode,
    locale: str,
    until: datetime | None = None,
    zone: str = "UTC",
    about: str | None = None,
    expected: Expected | None = None,
) -> str:
    """The sentence of a code, with the instant `until` by a portal's clock and what it is `about`, where it has places
    for them; of an input that is not possible, or one too many, what was `expected`. Cost: read once a locale."""
    if expected is not None and code in EXPECTING:
        return expectation.told(expected, locale)
    sentence = _sentences(locale)[code.value] if about is None else _about(code, locale)
    whole = sentence if until is None else sentence.replace("{until}", moment(until, locale, zone))
    return whole if about is None else whole.replace("{about}", about)


def _about(code: ErrorCode, locale: str) -> str:
    return LIMITED[code][locale] if code in LIMITED else _sentences(locale)[code.value]


def moment(instant: datetime, locale: str, zone: str) -> str:
    """A day and its hour in words, by a portal's clock."""
    there = instant.astimezone(ZoneInfo(zone))
    hour = f"{there:%H:%M}" if locale == "en" else f"{there.hour}\u00a0h\u00a0{there:%M}"
    return f"{expectation.day(there.date(), locale)}, {hour}"


def locale(wanted: Sequence[str]) -> str:
    """The first of the languages wanted, as `fr` or `fr-FR`, that there are sentences in."""
    spoken = (tag.lower().partition("-")[0] for tag in wanted)
    return next((language for language in spoken if language in LOCALES), LOCALES[0])


@cache
def _sentences(locale: str) -> dict[str, str]:
    return tomllib.loads((Path(__file__).parent / f"{locale}.toml").read_text("utf-8"))
