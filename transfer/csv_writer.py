"""CSV written chunk by chunk: for programs, or as Excel reads it in France."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from transfer.cell import Value, neutral


@dataclass(frozen=True, slots=True)
class Style:
    """How values are written."""

    delimiter: str
    decimal: str
    date: str | None
    """None: ISO 8601."""

    yes: str
    no: str
    mark: str
    """What the file begins with."""


PROGRAMS = Style(",", ".", None, "true", "false", "")
EXCEL = Style(";", ",", "%d/%m/%Y %H:%M", "oui", "non", "\ufeff")


class CsvWriter:
    """Gives a file's bytes as its rows come."""

    media_type = "text/csv; charset=utf-8"

    def __init__(self, style: Style) -> None:
        self._style = style
        self._buffer = io.StringIO()
        self._writer = csv.writer(self._buffer, delimiter=style.delimiter, lineterminator="\r\n")

    def begin(self, names: Sequence[str]) -> bytes:
        """The header."""
        self._writer.writerow(names)
        return (self._style.mark + self._taken()).encode()

    def rows(self, rows: Iterable[Sequence[Value]]) -> bytes:
        """Some rows."""
        self._writer.writerows([self._text(value) for value in row] for row in rows)
        return self._taken().encode()

    def end(self) -> bytes:
        """What closes the file."""
        return b""

    def _taken(self) -> str:
        text = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        return text

    def _text(self, value: Value) -> str:
        style = self._style
        match value:
            case None:
                return ""
            case str():
                return neutral(value)
            case bool():
                return style.yes if value else style.no
            case float():
                return repr(value).replace(".", style.decimal)
            case datetime():
                return value.strftime(style.date) if style.date else value.isoformat()
        return str(value)
