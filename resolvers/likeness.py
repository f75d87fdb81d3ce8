"""Likeness: which proposals of an activity have a title like another, by their common trigrams, in one statement.

As in `models/likeness.py`, what two titles share of all their trigrams; a proposal is only compared where it has one of
the title's words, which the index of words finds.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, Text, cast, func, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import TSQUERY

from models.base import constant
from models.contribution import ContributionKind
from models.lineage import LIKE, LIKENESS_SCALE
from planner.context import Arguments, Asker, FieldContext
from planner.listing import Listing, Order
from resolvers import ident, life, text

_ONE, _TWO = literal_column("1", Integer), literal_column("2", Integer)
_FRENCH: ColumnElement[Any] = literal_column("'pg_catalog.french'::regconfig")
COMPARED = 255
"""Characters of a title that are compared: all that it may have."""


def like_title(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """The open proposals of an activity whose titles are like a text, the likest first."""

    def typed(arguments: Arguments, _: Asker) -> str:
        return str(arguments["title"])[:COMPARED]

    title = select(context.bind(typed, Text())).scalar_subquery()
    return _like(row, title, row.c.activity_id == ident.argument(context, "activity", "activity"))


def of_contribution(row: FromClause, proposal: FromClause, _context: FieldContext) -> Listing:
    """Other open proposals of its activity whose titles are like its own."""
    is_other = (row.c.activity_id == proposal.c.activity_id) & (row.c.id != proposal.c.id)
    is_proposal = proposal.c.kind == constant(ContributionKind.PROPOSAL)
    return _like(row, proposal.c.title, is_other & is_proposal)


def _like(row: FromClause, title: ColumnElement[str], among: ColumnElement[bool]) -> Listing:
    likeness = _share(_normal(row.c.title), _normal(title))
    words = row.c.search.op("@@", is_comparison=True)(_any_word(title))
    is_proposal = row.c.kind == constant(ContributionKind.PROPOSAL)
    where = (among, is_proposal, life.is_standing(row), words, likeness >= literal_column(str(LIKE), Integer))
    return Listing(where, Order("contribution.like", (likeness, row.c.id), (int, UUID), is_descending=True))


def _normal(title: ColumnElement[str]) -> ColumnElement[str]:
    """Words in small letters without accents, one space between them."""
    parts = [literal_column(f"'{part}'", Text) for part in ("[^a-z0-9]+", " ", "g")]
    return func.btrim(func.regexp_replace(text.dictionary_order(title), *parts))


def _any_word(title: ColumnElement[str]) -> ColumnElement[Any]:
    """A query for any of a title's words."""
    every = cast(func.plainto_tsquery(_FRENCH, _normal(title)), Text)
    return cast(func.replace(every, literal_column("'&'"), literal_column("'|'")), TSQUERY)


def _share(one: ColumnElement[str], other: ColumnElement[str]) -> ColumnElement[int]:
    """The share of common trigrams, in thousandths, rounded down: 1000 for the same, 0 for nothing in common."""
    both = union_all(_trigrams(one, "one"), _trigrams(other, "other")).subquery("both")
    times = select(func.count().label("times")).select_from(both).group_by(both.c.gram).subquery("times")
    common = func.count().filter(times.c.times == _TWO)
    scaled = common * literal_column(str(LIKENESS_SCALE), Integer) // func.greatest(func.count(), _ONE)
    return select(cast(scaled, Integer)).select_from(times).scalar_subquery()


def _trigrams(title: ColumnElement[str], name: str) -> Any:
    places = func.generate_series(_ONE, func.length(title) - _TWO).table_valued("place", name=name).render_derived()
    grams = select(func.substr(title, places.c.place, literal_column("3")).label("gram")).select_from(places)
    return grams.distinct().correlate_except(places)
