"""Reads of activities and their categories, in the order that the administrator gave them."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Text, case, literal_column
from sqlalchemy.dialects.postgresql import ARRAY

from models.activity import KINDS
from models.base import constant
from planner.listing import Listing, Order
from planner.question import Question
from resolvers import space
from resolvers.vote_method import METHODS


def is_open(row: FromClause, q: Question) -> ColumnElement[bool]:
    """Now lies in [opens_at, closes_at), by the database's clock."""
    return space.is_open(row, q)


def of_space(row: FromClause, parent: FromClause, _q: Question) -> Listing:
    """A space's activities in their order."""
    return Listing((row.c.space_id == parent.c.id,), Order("activity.rank", (row.c.rank, row.c.id), (int, UUID)))


def categories(row: FromClause, activity: FromClause, _q: Question) -> Listing:
    """An activity's categories in their order."""
    return Listing((row.c.activity_id == activity.c.id,), Order("category.rank", (row.c.rank, row.c.id), (int, UUID)))


def contribution_kinds(row: FromClause, _q: Question) -> ColumnElement[Any]:
    """Which kinds of contribution an activity takes."""
    return case(
        *(
            (row.c.kind == constant(kind), _names([accepted.value for accepted in found.contributions]))
            for kind, found in KINDS.items()
        )
    )


def choices(row: FromClause, _q: Question) -> ColumnElement[Any]:
    """What a vote may say in an activity; nothing where there is no vote."""
    known = (
        (row.c.vote_method == constant(name), _names([choice.value for choice in method.choices]))
        for name, method in METHODS.items()
    )
    return case(*known, else_=_names([]))


def _names(values: list[str]) -> ColumnElement[Any]:
    listed = ", ".join(f"'{value}'" for value in values)
    return literal_column(f"ARRAY[{listed}]::text[]", ARRAY(Text()))


def space_of(activity: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """The space that an activity is part of; who sees the one sees the other."""
    return row.c.id == activity.c.space_id
