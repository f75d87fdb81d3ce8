"""Files of voters and electors, read on the disk row by row, whatever is then made of their rows."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TypeVar

import transfer.roll
from models.voter_roll import MAX_FILE, RollColumn
from server.api.request import BadRequestError
from transfer import reading
from transfer.line import FileError
from transfer.roll import RollRow

PIECE = 1024 * 1024
Made = TypeVar("Made")


def made_of(file: IO[bytes], make: Callable[[Iterator[RollRow], Mapping[RollColumn, str]], Made]) -> Made:
    """What is made of a file's rows and of how its columns are read. Raises BadRequestError."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "roll"
        file.seek(0)
        with path.open("wb") as copy:
            while piece := file.read(PIECE):
                copy.write(piece)
        try:
            lines = reading.opened(path)
            try:
                said = transfer.roll.columns(lines.names)
                return make(transfer.roll.rows(lines, said), said)
            finally:
                lines.close()
        except transfer.roll.RollFileError as error:
            raise no_columns() from error
        except FileError as error:
            raise BadRequestError(422, error.problem.value, "The file cannot be read.") from error


def no_columns() -> BadRequestError:
    """The refusal of a file without the columns that are wanted."""
    message = "A column of family names, one of given names and one of birth dates are wanted."
    return BadRequestError(422, "NO_COLUMNS", message)


def too_large() -> BadRequestError:
    """The refusal of a file that is too large."""
    return BadRequestError(413, "FILE_TOO_LARGE", f"A file has at most {MAX_FILE // 1024**2} MB.")
