"""Likeness: which proposals of an activity have a title like another, by their common trigrams, in one statement.

As in `models/likeness.py`, what two titles share of all their trigrams, which each proposal keeps; a proposal is only
compared where it has one of the title's words, which the index of words finds.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, Text, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import TSQUERY

from models.base import PLATFORM, constant
from models.contribution import ContributionKind
from models.lineage import LIKE, LIKENESS_SCALE
from planner.context import Arguments, Asker, FieldContext
from planner.listing import Listing, Order
from resolvers import ident, life, word

_platform: Any = getattr(func, PLATFORM)
_SCALE = literal_column(str(LIKENESS_SCALE), Integer)
COMPARED = 255
"""Characters of a title that are compared: all that it may have."""


def like_title(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """The open proposals of an activity whose titles are like a text, the likest first."""

    def typed(arguments: Arguments, _: Asker) -> str:
        return str(arguments["title"])[:COMPARED]

    title = context.bind(typed, Text())
    trigrams, words = (select(read).scalar_subquery() for read in (_platform.trigrams(title), _any_word(title)))
    return _like(row, trigrams, words, row.c.activity_id == ident.argument(context, "activity", "activity"))


def of_contribution(row: FromClause, proposal: FromClause, _context: FieldContext) -> Listing:
    """Other open proposals of its activity whose titles are like its own."""
    is_other = (row.c.activity_id == proposal.c.activity_id) & (row.c.id != proposal.c.id)
    is_proposal = proposal.c.kind == constant(ContributionKind.PROPOSAL)
    return _like(row, proposal.c.title_trigrams, _any_word(proposal.c.title), is_other & is_proposal)


def _like(
    row: FromClause, trigrams: ColumnElement[Any], words: ColumnElement[Any], among: ColumnElement[bool]
) -> Listing:
    likeness = _share(row.c.title_trigrams, trigrams)
    has_word = row.c.search.op("@@", is_comparison=True)(words)
    is_proposal = row.c.kind == constant(ContributionKind.PROPOSAL)
    where = (among, is_proposal, life.is_standing(row), has_word, likeness >= literal_column(str(LIKE), Integer))
    return Listing(where, Order("contribution.like", (likeness, row.c.id), (int, UUID), is_descending=True))


def _any_word(title: ColumnElement[str]) -> ColumnElement[Any]:
    """A query for any of a title's words."""
    every = cast(word.stems(title), Text)
    return cast(func.replace(every, literal_column("'&'"), literal_column("'|'")), TSQUERY)


def _share(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[int]:
    """The share of common trigrams, in thousandths, rounded down: 1000 for the same, 0 for nothing in common.

    Common are so many as the two have more than both together, where each is once.
    """
    together = func.greatest(_count(one.op("||")(other)), literal_column("1", Integer), type_=Integer)
    return _SCALE * (_count(one) + _count(other)) // together - _SCALE


def _count(trigrams: ColumnElement[Any]) -> ColumnElement[int]:
    return func.length(trigrams, type_=Integer)
