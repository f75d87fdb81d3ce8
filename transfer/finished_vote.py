"""Pabulib's `.pb` as a finished vote: what it says of its rule, and its ballots one after the other.

Of voters nothing is read but their number in the file, by which a second ballot of the same voter is told.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from models.import_run import MAX_FILE, ImportProblem
from transfer import pabulib, value
from transfer.line import FileError
from transfer.pabulib import META, PROJECTS, VOTES, NamedEdition

VOTER, VOTE, POINTS, SELECTED = "voter_id", "vote", "points", "selected"
CHOSEN = frozenset(("1", "2", "3", "true"))
"""What `selected` says of projects that won: by themselves, or in a runoff."""

MOST_POINTS = 1_000_000
"""Of a project in a ballot: what is more is no number of points."""


@dataclass(frozen=True, slots=True)
class MetaLine:
    """What stands beside a key, and in which line."""

    line: int
    value: str


@dataclass(frozen=True, slots=True)
class BallotLine:
    """A voter's line: projects by their references, in their order, with points where the file has them; None: they
    cannot be read, or there are more or fewer than projects."""

    line: int
    voter: str
    said: str
    projects: list[str]
    points: list[int] | None
    is_broken: bool = False


@dataclass(slots=True)
class VoteSurvey:
    """A file looked through once: what it says of itself, and the largest ballots in it."""

    meta: dict[str, MetaLine] = field(default_factory=dict)
    votes_line: int = 0
    """Where its ballots begin; 0: it has none."""

    projects: set[str] = field(default_factory=set)
    """The references of its projects."""

    project_count: int = 0
    ballot_count: int = 0
    selected_count: int | None = None
    has_points: bool = False
    most_projects: int = 0
    most_points: int = 0
    most_sum: int = 0

    def said(self, key: str) -> str:
        """What stands beside a key; nothing where it is missing."""
        return self.meta[key].value if key in self.meta else ""


def survey(path: Path) -> VoteSurvey:
    """Look through a file. Raises FileError where it is too large."""
    if path.stat().st_size > MAX_FILE:
        raise FileError(ImportProblem.TOO_LARGE)
    told, edition = VoteSurvey(), NamedEdition()
    for section, number, line, names in _lines(path):
        if section == META:
            edition.noted(line)
            key, _, said = line.rstrip("\r\n").partition(";")
            told.meta[key.strip().strip('"')] = MetaLine(number, said.strip().rstrip(";").strip('"'))
        elif section == PROJECTS:
            told.project_count += 1
            row = dict(zip(names, pabulib.cells(line, names), strict=False))
            told.projects.add(edition.reference(row.get(pabulib.KEY, "")))
            if SELECTED in names:
                told.selected_count = (told.selected_count or 0) + (row.get(SELECTED, "").casefold() in CHOSEN)
        else:
            told.votes_line = told.votes_line or number
            told.has_points |= POINTS in names
            if names.count(VOTE):
                _measure(told, _ballot(number, line, names, edition))
    return told


def _measure(told: VoteSurvey, ballot: BallotLine) -> None:
    told.ballot_count += 1
    told.most_projects = max(told.most_projects, len(ballot.projects))
    if ballot.points:
        told.most_points = max(told.most_points, *ballot.points)
        told.most_sum = max(told.most_sum, sum(ballot.points))


def ballots(path: Path) -> Iterator[BallotLine]:
    """The ballots of a file, in its order."""
    edition = NamedEdition()
    for section, number, line, names in _lines(path):
        if section == META:
            edition.noted(line)
        if section == VOTES and VOTE in names:
            yield _ballot(number, line, names, edition)


def _lines(path: Path) -> Iterator[tuple[str, int, str, tuple[str, ...]]]:
    """Each line with its part, its number, and the names of columns there."""
    section = ""
    names: tuple[str, ...] = ()
    with pabulib.opened(path) as file:
        for number, line in enumerate(file, 1):
            if line.strip() in pabulib.SECTIONS:
                section, names = line.strip(), ()
            elif not line.strip() or not section:
                continue
            elif not names:
                names = pabulib.header(line)
            else:
                yield section, number, line, names


def _ballot(number: int, line: str, names: tuple[str, ...], edition: NamedEdition) -> BallotLine:
    cells = pabulib.cells(line, names)
    row: Mapping[str, str] = dict(zip(names, cells, strict=False))
    said = row.get(VOTE, "")
    projects = [edition.reference(key.strip()) for key in said.split(",") if key.strip()]
    is_broken = len(cells) > len(names)
    return BallotLine(number, row.get(VOTER, ""), said, projects, _points(row, len(projects)), is_broken)


def _points(row: Mapping[str, str], count: int) -> list[int] | None:
    """What is given to each project; 1 where the file says no points."""
    typed = [one for one in row.get(POINTS, "").split(",") if one.strip()]
    if not typed:
        return [1] * count
    try:
        points = [value.number(one) for one in typed]
    except ValueError:
        return None
    if len(points) != count or any(not one.is_integer() or one > MOST_POINTS for one in points):
        return None
    return [int(one) for one in points]
