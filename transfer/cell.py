"""Cells of exports: values and the texts that they become, none of which a spreadsheet takes for a formula."""

import re
from datetime import datetime

Value = str | int | float | bool | datetime | None

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def neutral(text: str) -> str:
    """A text that begins as a formula does, with an apostrophe before it, which spreadsheets show as text."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(text: str) -> str:
    """The other way round: what an export of ours had guarded."""
    return text[1:] if _GUARDED.match(text) else text
