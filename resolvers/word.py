"""Words of titles as the index of words has them: with or without accents, in the plural, for both women and men.

`models/word.py` says it of what is stored and of what is searched for; here a title is read by the statement itself.
"""

from typing import Any

from sqlalchemy import ColumnElement, Text, func, literal_column

from models.base import PLATFORM

_platform: Any = getattr(func, PLATFORM)
_FRENCH: ColumnElement[Any] = literal_column("'pg_catalog.french'::regconfig")


def _quoted(*parts: str) -> list[ColumnElement[str]]:
    return [literal_column(f"'{part}'", Text) for part in parts]


_FEMININE = _quoted(r"[·•‧∙⋅・][^\s/,;]*|\((e|s|x|ne|le|ve|se|te|rice|trice|euse)s?\)s?", "", "gi")
"""What makes « habitant·e·s » and « habitant(e)s » of « habitant »."""

_PLURAL = _quoted(r"(\w{3}[aiou])s\M", r"\1", "g")
"""As `models.word.stemmable` reads « vélos »."""


def stems(said: ColumnElement[str]) -> ColumnElement[Any]:
    """A query for all words of a text by their stems; nothing where none is worth a search."""
    plain = _platform.plain(func.regexp_replace(said, *_FEMININE))
    return func.plainto_tsquery(_FRENCH, func.regexp_replace(plain, *_PLURAL))
