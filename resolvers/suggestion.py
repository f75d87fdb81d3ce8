"""Suggestions: what others published that goes together with one's own offer or request, with the reason.

Only published positions are looked at: by squares of them, of each the newest, so that a question reads as many rows of
two million contributions as of two thousand.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    values,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from models.activity import Activity
from models.actor_block import ActorBlock
from models.base import constant, table
from models.category import Category
from models.contribution import Contribution, ContributionStatus
from models.exchange import Exchange
from models.shop import Weekday
from models.suggestion import (
    A_SQUARE,
    COLUMNS,
    MAX_CATEGORIES,
    MAX_SUGGESTIONS,
    MAX_WORDS,
    OPPOSITES,
    REACH_M,
    ROWS,
    SQUARES_A_DEGREE,
    SuggestionLink,
)
from planner.context import FieldContext
from resolvers import access, contribution, life, place, sight, word

_DAYS = dict(zip(Weekday, ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"), strict=True))
"""As both texts may name them."""

_SIZE: ColumnElement[float] = literal_column(str(SQUARES_A_DEGREE))


def of_contribution(own: FromClause, context: FieldContext) -> Select[Any]:
    """What goes together with one's own offer or request while both stand, the nearest first; of others' nothing."""
    near = _near(own, context)
    metres = place.apart_m(own, near)
    link = case(
        (near.c.category_id == own.c.category_id, constant(SuggestionLink.SAME_CATEGORY)),
        else_=constant(SuggestionLink.LINKED_CATEGORY),
    )
    return (
        select(
            *(near.c.id, place.band(metres).label("band"), link.label("link")),
            *(_words(own, near).label("words"), _days(own, near).label("days")),
        )
        .select_from(near)
        .where(
            contribution.is_mine(own, context),
            life.is_standing(own),
            _has_room(own),
            metres <= literal_column(str(REACH_M)),
            not_(_are_apart(own, near)),
        )
        .order_by(metres, near.c.published_at.desc(), near.c.id)
        .limit(literal_column(str(MAX_SUGGESTIONS)))
    )


def _near(own: FromClause, context: FieldContext) -> FromClause:
    """What stands in the squares around, in the same and in linked categories, of the opposite kind, with room."""
    linked = _linked(own, context).correlate(own).lateral("linked")
    down, across = _steps(ROWS, "down"), _steps(COLUMNS, "across")
    row = table(Contribution).alias("near")
    newest = (
        select(row)
        .where(
            row.c.category_id == linked.c.id,
            row.c.kind == _opposite(own),
            row.c.kind.in_([constant(kind) for kind in OPPOSITES]),
            row.c.status == constant(ContributionStatus.OPEN),
            row.c.lat.is_not(None),
            _square(row.c.lat) == _square(own.c.lat) + down.c.away,
            _square(row.c.lng) == _square(own.c.lng) + across.c.away,
            row.c.author_id != own.c.author_id,
            life.is_standing(row),
            _has_room(row),
        )
        .order_by(row.c.published_at.desc())
        .limit(literal_column(str(A_SQUARE)))
        .correlate(own, linked, down, across)
        .lateral("newest")
    )
    squares = linked.join(down, true()).join(across, true()).join(newest, true())
    return select(newest).select_from(squares).correlate(own).subquery("suggested")


def _has_room(row: FromClause) -> ColumnElement[bool]:
    return or_(row.c.capacity.is_(None), row.c.accepted_count < row.c.capacity)


def _steps(reach: int, name: str) -> FromClause:
    """From -reach to reach."""
    both = (literal_column(str(end), Integer) for end in (-reach, reach))
    return func.generate_series(*both).table_valued(column("away", Integer), name=name).render_derived()


def _square(degrees: ColumnElement[float]) -> ColumnElement[int]:
    return cast(func.floor(degrees * _SIZE), Integer)


def _opposite(own: FromClause) -> ColumnElement[Any]:
    return case(*((own.c.kind == constant(kind), constant(other)) for kind, other in OPPOSITES.items()))


def _linked(own: FromClause, context: FieldContext) -> Select[Any]:
    """The category itself, and those of the same short name in other activities of the kind that the viewer sees and
    that are open, the newest: MAX_CATEGORIES at most."""
    mine, other, within = table(Category).alias("mine"), table(Category).alias("other"), table(Activity).alias("within")
    same = and_(other.c.slug == mine.c.slug, sight.ACTIVITY.c.kind == within.c.kind)
    statement = (
        select(other.c.id)
        .select_from(sight.ACTIVITY)
        .join(other, other.c.activity_id == sight.ACTIVITY.c.id)
        .join(mine, mine.c.id == own.c.category_id)
        .join(within, within.c.id == mine.c.activity_id)
        .where(same, access.is_running())
    )
    seen = sight.activities(statement, context.sight)
    is_own = other.c.id == mine.c.id
    return seen.order_by(is_own.desc(), other.c.id.desc()).limit(literal_column(str(MAX_CATEGORIES)))


def _are_apart(own: FromClause, near: FromClause) -> ColumnElement[bool]:
    """The two have blocked each other, or one has answered the other's already.

    Of a request without a name, the viewer's own answer alone counts: else that it is not there would tell whose it is.
    """
    block, exchange = table(ActorBlock).alias("apart"), table(Exchange).alias("asked")
    one, two, is_named = own.c.author_id, near.c.author_id, near.c.is_anonymous.is_(False)
    blocked = select(block.c.id).where(
        is_named,
        or_(
            and_(block.c.blocker_id == one, block.c.blocked_id == two),
            and_(block.c.blocker_id == two, block.c.blocked_id == one),
        ),
    )
    asked = select(exchange.c.id).where(
        or_(
            and_(exchange.c.contribution_id == near.c.id, exchange.c.proposer_id == one),
            and_(is_named, exchange.c.contribution_id == own.c.id, exchange.c.proposer_id == two),
        )
    )
    return or_(blocked.correlate(own, near).exists(), asked.correlate(own, near).exists())


_AROUND_WORDS = literal_column("'.,;:!?…()[]«»\"“”*_'", Text)
"""Signs that are no part of the word beside them."""


def _words(own: FromClause, near: FromClause) -> ColumnElement[Any]:
    """The words of one's own title that the other text has, too, by their stems, as they stand in the title: the first
    ones, each once. Words too common to be searched for are none."""
    blank = literal_column("' '", Text)
    chunks = func.unnest(func.string_to_array(own.c.title, blank)).table_valued(
        column("chunk", Text), with_ordinality="rank", name="said"
    )
    said = chunks.render_derived()
    stems = word.stems(said.c.chunk)
    bare = func.btrim(said.c.chunk, _AROUND_WORDS)
    ways: ColumnElement[Any] = func.array_agg(aggregate_order_by(bare, said.c.rank), type_=ARRAY(Text()))
    told = (
        select(ways[literal_column("1", Integer)])
        .where(func.numnode(stems) > literal_column("0"), near.c.search.op("@@", is_comparison=True)(stems))
        .group_by(cast(stems, Text))
        .order_by(func.min(said.c.rank))
        .limit(literal_column(str(MAX_WORDS)))
    )
    return func.array(told.correlate(own, near).scalar_subquery(), type_=ARRAY(Text()))


def _days(own: FromClause, near: FromClause) -> ColumnElement[Any]:
    """The days of the week that both texts name, in their order."""
    names = values(column("day", Text), column("word", Text), column("rank", Integer), name="named").data(
        [(day.value, name, rank) for rank, (day, name) in enumerate(_DAYS.items())]
    )
    told = select(names.c.day).where(*(_names(one, names.c.word) for one in (own, near))).order_by(names.c.rank)
    return func.array(told.correlate(own, near).scalar_subquery(), type_=ARRAY(Text()))


def _names(row: FromClause, name: ColumnElement[str]) -> ColumnElement[bool]:
    said = func.concat(" ", func.lower(row.c.title.concat(" ").concat(row.c.body)))
    return func.strpos(said, name) > literal_column("0")
