"""Reading: which kind of file it is, by its first bytes, and its rows."""

import zipfile
from pathlib import Path

from models.import_run import ImportProblem
from transfer import cap_collectif, csv_file, decidim, engagement, json_file, pabulib, xlsx_file
from transfer.line import FileError, Lines

START = 1024


def opened(path: Path) -> Lines:
    """A file's rows, whatever it is. Raises FileError."""
    with path.open("rb") as file:
        start = file.read(START)
    if not start.strip():
        raise FileError(ImportProblem.EMPTY)
    try:
        if start.startswith(b"PK"):
            return _unpacked(path)
        text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
        if text.startswith((b"[", b"{")):
            return engagement.lines(path) if engagement.is_one(path) else json_file.lines(path)
        if text.startswith(b"META"):
            return pabulib.lines(path)
        table = csv_file.lines(path)
        return cap_collectif.lines(table) if cap_collectif.is_one(table.names) else table
    except (UnicodeDecodeError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise FileError(ImportProblem.UNREADABLE) from error  # RuntimeError: a ZIP with a password.


def _unpacked(path: Path) -> Lines:
    with zipfile.ZipFile(path) as archive:
        is_workbook = xlsx_file.is_one(archive)
    return xlsx_file.lines(path) if is_workbook else decidim.lines(path)
