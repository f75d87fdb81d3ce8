"""Publishing («publication») of votes: the text of the files from which anybody recounts, and their digests."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import Any
from uuid import UUID

from models.vote_file import BALLOTS, PROJECTS, RESULT, SET_ASIDE
from resolvers import receipt
from resolvers.counting import Counting, Over, Row
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Voice

Table = Sequence[Sequence[object]]


def digest(content: str) -> str:
    """SHA-256, in hexadecimal."""
    return sha256(content.encode()).hexdigest()


def text_of(value: Mapping[str, Any]) -> str:
    """A JSON file: keys in order, so that the same is written the same."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=_plain) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def rule(over: Over, projects: Table, seed: str, release: str, **told: object) -> str:
    """`rule.json`: by what people vote and projects win, on which projects, by which release."""
    head, *rows = projects
    return text_of(
        {
            **told,
            **rules(over),
            "seed": seed,
            "release": release,
            "projects": [dict(zip(map(str, head), row, strict=True)) for row in rows],
        }
    )


def rules(over: Over) -> dict[str, Any]:
    """An activity's rules as data."""
    scale = METHODS[over.vote_method].scale(over.rule)
    return {
        "method": over.vote_method,
        "grades": [grade.value for grade in scale],
        "ballot_rule": asdict(over.rule),
        "award_rule": over.decisive,
        "award_terms": asdict(over.terms),
        "support_threshold": over.support_threshold,
    }


PROJECT_COLUMNS = ("id", "reference", "title", "cost_euros", "category", "ceiling_euros")


def projects(counting: Counting) -> Table:
    """Projects that can win; `reference` is their place by age."""
    return [
        PROJECT_COLUMNS,
        *(
            (one.id, place, one.title, one.cost_euros, one.category_id, one.ceiling_euros)
            for place, one in enumerate(counting.projects)
        ),
    ]


def ballots(counting: Counting) -> Table:
    """Every ballot with its receipt, in the order of receipts: who cast it and when is told nowhere."""
    rows = received(counting)
    return [("receipt", "salt", "says"), *sorted(rows[one.id] for one in counting.ballots if one.sign is None)]


def set_aside(counting: Counting) -> Table:
    """Ballots that are not counted, and of what they are suspected."""
    rows = received(counting)
    aside = ((*rows[one.id], one.sign.value) for one in counting.ballots if one.sign is not None)
    return [("receipt", "salt", "says", "sign"), *sorted(aside)]


def received(counting: Counting) -> dict[UUID, tuple[str, str, str]]:
    """Each ballot's receipt, the chance that it is made with, and what it says."""
    said: dict[UUID, dict[UUID, Voice]] = defaultdict(dict)
    for vote in counting.votes:
        said[vote.ballot_id][vote.contribution_id] = Voice(vote.choice, vote.amount)
    lines = {one.id: receipt.line(said.get(one.id, {})) for one in counting.ballots}
    return {one.id: (receipt.made(one.salt, lines[one.id]), one.salt, lines[one.id]) for one in counting.ballots}


def csv_text(table: Table) -> str:
    """A CSV file, as RFC 4180 has it."""
    file = io.StringIO()
    csv.writer(file).writerows(table)
    return file.getvalue()


def counted(counting: Counting, written: Sequence[tuple[Row, Sequence[Row]]]) -> dict[str, str]:
    """The files of a count, by name, without the rule and the manifest."""
    results = [{**_told(result), "awards": [_award(row) for row in rows]} for result, rows in written]
    return {
        PROJECTS: csv_text(projects(counting)),
        BALLOTS: csv_text(ballots(counting)),
        SET_ASIDE: csv_text(set_aside(counting)),
        RESULT: text_of({"results": results}),
    }


def _told(result: Row) -> Row:
    return {name: value for name, value in result.items() if name not in ("id", "activity_id")}


def _award(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("id", "result_id")}
