"""Decidim's open data: a ZIP of one CSV a component; its proposals, and the comments on them."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from models.import_run import ImportFormat, ImportProblem, ImportTarget
from transfer import csv_file
from transfer.line import FileError, FileLine, Lines

MAX_UNPACKED = 2 * 1024**3
MAX_MEMBERS = 2_000


def lines(path: Path) -> Lines:
    """The rows of the proposals, and behind them those of comments. Raises FileError."""
    archive = zipfile.ZipFile(path)
    try:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
            raise FileError(ImportProblem.TOO_LARGE)
        names = [member.filename for member in members]
        proposals = [name for name in names if _is(name, "proposals")]
        comments = [name for name in names if _is(name, "comments")]
        columns: dict[str, None] = {}
        for name in proposals:
            with closing(_opened(archive, name)) as opened:
                columns |= dict.fromkeys(opened.names)
        if not columns:
            raise FileError(ImportProblem.EMPTY)
    except BaseException:
        archive.close()
        raise
    return Lines(ImportFormat.DECIDIM, tuple(columns), _rows(archive, proposals, comments), archive.close)


def _is(name: str, what: str) -> bool:
    """Whether a file's name says of what it is; that of proposals' comments says `comments` last."""
    stem = name.rpartition("/")[2].casefold()
    return stem.endswith(".csv") and stem.removesuffix(".csv").replace("_", "-").endswith(what)


def _opened(archive: zipfile.ZipFile, name: str) -> Lines:
    """A member, unpacked as it is read; Decidim writes UTF-8 alone."""
    return csv_file.read(io.TextIOWrapper(archive.open(name), "utf-8-sig", newline=""))


def _rows(archive: zipfile.ZipFile, proposals: list[str], comments: list[str]) -> Iterator[FileLine]:
    number = 0
    for name in (*proposals, *comments):
        with closing(_opened(archive, name)) as opened:
            for line in opened.rows:
                number += 1
                meant = _comment(line.cells) if name in comments else None
                is_skipped = name in comments and meant is None
                yield FileLine(number, line.cells, meant, is_skipped=is_skipped, is_broken=line.is_broken)


def _comment(cells: Mapping[str, str]) -> dict[ImportTarget, str] | None:
    """What a comment on a proposal says; None for one on something else."""
    address = cells.get("root_commentable_url", "")
    about = address.rstrip("/").rpartition("/proposals/")[2].partition("#")[0] if "/proposals/" in address else ""
    if not about and cells.get("commentable_type", "").endswith("Proposal"):
        about = cells.get("commentable_id", "")
    if not about:
        return None
    return {
        ImportTarget.KIND: "COMMENT",
        ImportTarget.ABOUT: about,
        ImportTarget.REFERENCE: cells.get("id", ""),
        ImportTarget.BODY: cells.get("body/fr") or cells.get("body", ""),
        ImportTarget.AUTHOR: cells.get("author/name", ""),
        ImportTarget.PUBLISHED_AT: cells.get("created_at", ""),
    }
