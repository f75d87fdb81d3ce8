"""Sentences: why something was refused and what to do next, for people, in the languages that have a file here."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from models.refusal import ErrorCode

LOCALES = ("fr", "en")
"""Each has a file `<locale>.toml` with a sentence for every code; the first is spoken where no other is asked for."""


def explanation(code: ErrorCode, locale: str) -> str:
    """The sentence of a code. Cost: read once a locale."""
    return _sentences(locale)[code.value]


def locale(wanted: Sequence[str]) -> str:
    """The first of the languages wanted, as `fr` or `fr-FR`, that there are sentences in."""
    spoken = (tag.lower().partition("-")[0] for tag in wanted)
    return next((language for language in spoken if language in LOCALES), LOCALES[0])


@cache
def _sentences(locale: str) -> dict[str, str]:
    return tomllib.loads((Path(__file__).parent / f"{locale}.toml").read_text("utf-8"))
