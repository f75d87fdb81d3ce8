"""Pabulib's `.pb`, written: projects, what was selected, and ballots, as researchers and other tools read them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PabulibProject:
    """A project of a file."""

    number: int
    cost: int
    votes: int
    name: str
    category: str
    is_selected: bool


_GAPS = re.compile(r"[^\S\u00a0\u202f]+")
"""White space, but for the spaces of French typography that no line is broken at."""

PabulibBallot = Sequence[tuple[int, int]]
"""Projects by their numbers in the voter's order, each with its points; a blank ballot is a voter without votes."""


def text(
    meta: Mapping[str, object],
    projects: Sequence[PabulibProject],
    ballots: Sequence[PabulibBallot],
    *,
    has_points: bool,
) -> str:
    """The file; what is None in `meta` is left out."""
    lines = ["META", "key;value", *(f"{key};{plain(str(one))}" for key, one in meta.items() if one is not None)]
    lines += ["PROJECTS", "project_id;cost;votes;name;category;selected"]
    for one in projects:
        cells = (one.number, one.cost, one.votes, plain(one.name), plain(one.category), int(one.is_selected))
        lines.append(";".join(map(str, cells)))
    lines += ["VOTES", "voter_id;vote;points" if has_points else "voter_id;vote"]
    for voter, ballot in enumerate(ballots):
        columns = [[project for project, _ in ballot], *([[points for _, points in ballot]] if has_points else [])]
        lines.append(";".join([str(voter), *(",".join(map(str, column)) for column in columns)]))
    return "\n".join(lines) + "\n"


def plain(name: str) -> str:
    """A text without what ends a column or a line: nothing is quoted in these files."""
    return _GAPS.sub(" ", name.replace(";", ",")).strip()
