"""Cap Collectif's CSV: the older one, of rows of several types in one file, and the newer, of a type a file."""

from collections.abc import Iterator, Mapping

from models.import_run import ImportFormat, ImportTarget
from transfer.line import FileLine, Lines

TYPES = ("contribution_type", "export_contribution_type", "Type de contribution")
"""What the column is called that says of which type a row is."""

_PREFIXES = ("", "export_")
_COMMENT = {
    ImportTarget.REFERENCE: ("proposal_comments_id", "proposal_comment_id"),
    ImportTarget.BODY: ("proposal_comments_body", "proposal_comment_body"),
    ImportTarget.AUTHOR: ("proposal_comments_author_username", "proposal_comment_author_username"),
    ImportTarget.PUBLISHED_AT: (
        "proposal_comments_publishedAt",
        "proposal_comments_published_at",
        "proposal_comments_createdAt",
        "proposal_comments_created_at",
    ),
    ImportTarget.ABOUT: ("proposal_id",),
}
"""Where a comment's row says what. The names of its proposal stand before it, in the same columns as the proposal's."""


def is_one(names: tuple[str, ...]) -> bool:
    """Whether these are the columns of such a file."""
    return _type_column(names) is not None or any(name.startswith(("export_", "proposal_votes_")) for name in names)


def lines(table: Lines) -> Lines:
    """The rows of a table by their types: proposals, comments, and what is none of either."""
    return Lines(ImportFormat.CAP_COLLECTIF, table.names, _rows(table, _type_column(table.names)), table.close)


def _type_column(names: tuple[str, ...]) -> str | None:
    return next((name for name in TYPES if name in names), None)


def _rows(table: Lines, column: str | None) -> Iterator[FileLine]:
    seen: set[int] = set()
    for line in table.rows:
        kind = line.cells.get(column, "").casefold() if column else ""
        if "comment" in kind:
            yield FileLine(line.number, line.cells, _comment(line.cells), is_broken=line.is_broken)
        elif column is None or kind in ("proposal", "export_contribution_type_proposal", "proposition", ""):
            digest = hash(_first(line.cells, ("proposal_id",)))
            # The older file repeats a proposal before each of its votes and comments.
            is_again = column is not None and bool(line.cells) and digest in seen
            seen.add(digest)
            yield FileLine(line.number, line.cells, is_skipped=is_again, is_broken=line.is_broken)
        else:
            yield FileLine(line.number, line.cells, is_skipped=True)


def _comment(cells: Mapping[str, str]) -> dict[ImportTarget, str]:
    meant = {target: _first(cells, names) for target, names in _COMMENT.items()}
    return {**meant, ImportTarget.KIND: "COMMENT"}


def _first(cells: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The first of these columns that says something, under either generation's name."""
    return next((cells[f"{p}{name}"] for name in names for p in _PREFIXES if cells.get(f"{p}{name}")), "")
