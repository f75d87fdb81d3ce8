"""Pabulib's `.pb`, read whole: budget, projects and ballots, as far as files in use keep to their own description.

Numbers may be written `4000.0`, names may hold semicolons, which nothing quotes, and a voter may have none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import ceil

from models.contribution import MAX_EUROS
from models.past_vote import PastVoteProblem

META, PROJECTS, VOTES = "META", "PROJECTS", "VOTES"
PLACES = ("subunit", "district", "category")
"""Columns that say to what part of the place or of the budget a project belongs, the first one that is there."""

Row = tuple[int, list[str]]
"""A line's number, and its cells."""

MAX_DIGITS = 10
"""Of a whole number: `1e99999999` is short to write, and long to reckon."""


@dataclass(slots=True, eq=False)  # Frozen, it could not take a traceback.
class PabulibVoteError(Exception):
    """What cannot be read, in which line."""

    problem: PastVoteProblem
    line: int = 0


@dataclass(frozen=True, slots=True)
class ReadProject:
    """A project of a file."""

    key: str
    title: str
    cost: int
    place: str


@dataclass(frozen=True, slots=True)
class PabulibVote:
    """A vote: what ballots give to projects by their keys; 1 each where the file knows no points."""

    title: str
    budget: int
    projects: Sequence[ReadProject]
    ballots: Sequence[dict[str, int]]


def read(content: str) -> PabulibVote:
    """The vote of a file. Raises PabulibVoteError."""
    parts = _parts(content)
    meta = {cells[0].strip(): ";".join(cells[1:]).strip() for _, cells in parts[META][1:] if len(cells) > 1}
    if "budget" not in meta:
        raise PabulibVoteError(PastVoteProblem.NO_BUDGET)
    projects = _projects(parts[PROJECTS])
    is_ordinal = meta.get("vote_type", "") == "ordinal"
    ballots = list(_ballots(parts[VOTES], {one.key for one in projects}, is_ordinal=is_ordinal))
    return PabulibVote(meta.get("description", ""), _euros(meta["budget"], 0), projects, ballots)


def _parts(content: str) -> dict[str, list[Row]]:
    """The lines of each part, its head first."""
    parts: dict[str, list[Row]] = {}
    part: list[Row] = []
    for number, line in enumerate(content.removeprefix("\ufeff").splitlines(), 1):
        if line.strip() in (META, PROJECTS, VOTES):
            part = parts.setdefault(line.strip(), [])
        elif line.strip():
            part.append((number, line.split(";")))
    if not all(parts.get(name) for name in (META, PROJECTS)) or VOTES not in parts:
        raise PabulibVoteError(PastVoteProblem.NOT_PABULIB)
    return parts


def _projects(rows: Sequence[Row]) -> list[ReadProject]:
    head = [name.strip() for name in rows[0][1]]
    if not {"project_id", "cost"} <= set(head):
        raise PabulibVoteError(PastVoteProblem.NOT_PABULIB, rows[0][0])
    projects: dict[str, ReadProject] = {}
    for number, cells in rows[1:]:
        row = dict(zip(head, _unsplit(head, cells), strict=False))
        key = row.get("project_id", "")
        if key in projects:
            raise PabulibVoteError(PastVoteProblem.REPEATED_PROJECT, number)
        place = next((row[name] for name in PLACES if row.get(name)), "")
        projects[key] = ReadProject(key, row.get("name") or key, _euros(row.get("cost", ""), number), place)
    return list(projects.values())


def _unsplit(head: Sequence[str], cells: list[str]) -> list[str]:
    """Cells without what a semicolon in the name made too many of."""
    extra = len(cells) - len(head)
    if extra > 0 and "name" in head:
        at = head.index("name")
        cells = [*cells[:at], ";".join(cells[at : at + extra + 1]), *cells[at + extra + 1 :]]
    return [cell.strip() for cell in cells]


def _ballots(rows: Sequence[Row], keys_of_all: set[str], *, is_ordinal: bool) -> Iterator[dict[str, int]]:
    head = [name.strip() for name in rows[0][1]] if rows else []
    if rows and "vote" not in head:
        raise PabulibVoteError(PastVoteProblem.NOT_PABULIB, rows[0][0])
    said = [(number, dict(zip(head, cells, strict=False))) for number, cells in rows[1:]]
    most = max((row.get("vote", "").count(",") + 1 for _, row in said), default=1)
    for number, row in said:
        keys = [key.strip() for key in row.get("vote", "").split(",") if key.strip()]
        if not set(keys) <= keys_of_all:
            raise PabulibVoteError(PastVoteProblem.UNKNOWN_PROJECT, number)
        points = [point for point in row.get("points", "").split(",") if point.strip()]
        if points and len(points) != len(keys):
            raise PabulibVoteError(PastVoteProblem.BAD_POINTS, number)
        usual = [most - rank for rank in range(len(keys))] if is_ordinal else [1] * len(keys)
        given = [_whole(point, number) for point in points] or usual
        yield {key: point for key, point in zip(keys, given, strict=True) if point > 0}


def _euros(typed: str, line: int) -> int:
    """Whole euros, up."""
    euros = _whole(typed, line)
    if not 0 <= euros <= MAX_EUROS:
        raise PabulibVoteError(PastVoteProblem.BAD_NUMBER, line)
    return euros


def _whole(typed: str, line: int) -> int:
    try:
        number = Decimal("".join(typed.split()).replace(",", "."))
        if not number.is_finite() or number.adjusted() >= MAX_DIGITS:
            raise PabulibVoteError(PastVoteProblem.BAD_NUMBER, line)
        return ceil(number)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise PabulibVoteError(PastVoteProblem.BAD_NUMBER, line) from error
