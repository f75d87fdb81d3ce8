"""Signatures of petitions by the law: the rows of the electors of a demonstration's city, for its loader."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from demo.story import DemoContribution, DemoTenant

Rows = list[dict[str, Any]]
ON_PAPER = 9
BY_LAW = ("meudon",)
"""The cities whose first petition is by article L1112-16."""


def is_by_law(story: DemoTenant, place: int) -> bool:
    """Whether the city's petition in this place is one."""
    return story.slug in BY_LAW and place == 0


def signatures(
    story: DemoTenant, item: DemoContribution, id_: Callable[[str, str], UUID], ago: Callable[[int], datetime]
) -> Rows:
    """Of each of its votes the elector. Nobody's digest is made from a name: there are none in the demonstration."""
    signed_at = ago(item.age_hours // 2)
    return [
        {
            "id": id_("petition_signature", f"{item.key}/{vote.actor}"),
            "contribution_id": id_("contribution", item.key),
            "actor_id": id_("actor", vote.actor),
            "quarter": quarter(signed_at),
            "quarter_digest": digest(story, f"quarter {vote.actor}"),
            "elector_digest": digest(story, f"petition {vote.actor}"),
            "commune": story.collectivite.removeprefix("commune-"),
            "signed_at": signed_at,
        }
        for vote in item.votes
    ]


def sheet(
    story: DemoTenant,
    item: DemoContribution,
    id_: Callable[[str, str], UUID],
    ago: Callable[[int], datetime],
    *,
    number: int = 1,
    lines: int = ON_PAPER,
    repeated: Sequence[int] = (ON_PAPER + 1,),
) -> tuple[dict[str, Any], Rows]:
    """A sheet of paper with a few electors, one of whom had signed already; and their signatures."""
    typed_at, name = ago(item.age_hours // 3), f"{item.key}/{number}"
    made = {
        "id": id_("petition_sheet", name),
        "contribution_id": id_("contribution", item.key),
        "number": number,
        "version": 1,
        "signed_on": typed_at.date(),
        "counted": lines,
        "repeated": [*repeated],
        "rejected": 2 if repeated else 0,
        "typed_at": typed_at,
    }
    signed = [
        {
            "id": id_("petition_signature", f"{name}/line {line}"),
            "contribution_id": id_("contribution", item.key),
            "quarter": quarter(typed_at),
            "quarter_digest": digest(story, f"quarter {name} line {line}"),
            "elector_digest": digest(story, f"petition {name} line {line}"),
            "commune": story.collectivite.removeprefix("commune-"),
            "signed_at": typed_at,
            "sheet_id": made["id"],
            "line": line,
        }
        for line in range(1, lines + 1)
    ]
    return made, signed


def quarter(at: datetime) -> date:
    """The first day of the quarter."""
    return date(at.year, (at.month - 1) // 3 * 3 + 1, 1)


def digest(story: DemoTenant, what: str) -> str:
    """A digest of nobody."""
    return sha256(f"{story.slug}/{what}".encode()).hexdigest()
