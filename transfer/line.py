"""Lines: what every reader of a file gives: the names of its columns, and its rows one after the other."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from models.import_run import ImportFormat, ImportProblem, ImportTarget

MAX_CELL = 1_000_000
"""Characters of one cell that are read; real ones with HTML have some 100,000."""

MAX_COLUMNS = 300


class FileError(Exception):
    """The file cannot be read as a whole, for this reason."""

    def __init__(self, problem: ImportProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class FileLine:
    """One row: `number` as programs count that show the file, the header being 1.

    `meant` is given where the format itself knows what a row says, so that no mapping is asked. A row that `is_skipped`
    is none of what is imported, as a vote. `is_broken`: its cells are not those of the header.
    """

    number: int
    cells: Mapping[str, str]
    meant: Mapping[ImportTarget, str] | None = None
    is_skipped: bool = False
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """A file that was opened: what it is, its columns, and its rows, which can be read once."""

    format: ImportFormat
    names: tuple[str, ...]
    rows: Iterator[FileLine]
    close: Callable[[], object]
    """Lets go of the file, whether all of it was read or not."""

    targets: Mapping[str, ImportTarget] | None = None
    """What the columns say, of a format that knows; of others it is guessed."""


def text(value: Any) -> str:
    """A value of a spreadsheet or of JSON as somebody would type it: whole numbers without `.0`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if isinstance(value, dict):
        return _translated(value)
    if isinstance(value, list):
        return ", ".join(filter(None, map(text, value)))
    return str(value).strip()


def _translated(value: Mapping[str, Any]) -> str:
    """Of texts by language the French one; else the first."""
    return text(value.get("fr", next(iter(value.values()), "")))
