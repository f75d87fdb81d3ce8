"""Deliberation: an activity's public statements and what people said of them, told of enough people or not at all."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Integer, Select, Text, and_, bindparam, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.types import Uuid

from models.base import constant, table
from models.contribution import ContributionKind
from models.measure import LEAST_PEOPLE
from models.vote import Choice, Vote
from planner.sight import Sight
from resolvers import sight
from resolvers.sight import CONTRIBUTION

_vote = table(Vote)

AT_ONCE = 2_000
STATED = (ContributionKind.PROPOSAL, ContributionKind.ARGUMENT)
VALUES = {Choice.SUPPORT: 1, Choice.FOR: 1, Choice.MIXED: 0, Choice.AGAINST: -1}
"""What each choice says of a statement: agreed, passed, disagreed. Choices of other methods say more than that."""

ENOUGH = LEAST_PEOPLE
"""Of a statement with fewer voices none is told, so that nobody learns what one of a few said."""

_said = and_(
    _vote.c.contribution_id == CONTRIBUTION.c.id,
    _vote.c.ballot_id.is_(None),
    _vote.c.choice.in_([constant(choice) for choice in VALUES]),
)


@dataclass(frozen=True, slots=True)
class PublicStatement:
    """A public statement, who wrote it, and how many have said something of it."""

    id: UUID
    author_id: UUID | None
    voices: int


@dataclass(frozen=True, slots=True)
class Standpoint:
    """What one person said: statements, and for each a value of `VALUES`. `name` is of one export alone."""

    name: str
    statements: list[UUID]
    choices: list[str]


def _of_activity(statement: Select[Any], seen: Sight) -> Select[Any]:
    kinds = [constant(kind) for kind in STATED]
    mine = CONTRIBUTION.c.activity_id == bindparam("activity", type_=Uuid())
    return sight.contributions(statement.where(mine, CONTRIBUTION.c.kind.in_(kinds)), seen)


@cache
def statements(seen: Sight) -> Select[Any]:
    """The statements of `:activity` that are seen, the oldest first."""
    voices = select(func.count(type_=Integer())).select_from(_vote).where(_said).correlate(CONTRIBUTION)
    columns = (CONTRIBUTION.c.id, CONTRIBUTION.c.author_id, voices.scalar_subquery().label("voices"))
    return _of_activity(select(*columns), seen).order_by(CONTRIBUTION.c.published_at, CONTRIBUTION.c.id)


@cache
def voices(seen: Sight) -> Select[Any]:
    """The next AT_ONCE people after `:after` who said something of what is seen, in the order of names that `:key`
    gives: neither the names nor their order tell who or when. Of somebody who was erased nothing is told."""
    said = _of_activity(
        select(_vote.c.actor_id, _vote.c.contribution_id, _vote.c.choice)
        .select_from(CONTRIBUTION)
        .join(_vote, _said)
        .where(_vote.c.actor_id.is_not(None)),
        seen,
    ).subquery("said")
    name = func.md5(bindparam("key", type_=Text()) + cast(said.c.actor_id, Text), type_=Text())
    order = said.c.contribution_id
    columns: tuple[Any, ...] = (
        name.label("name"),
        func.array_agg(aggregate_order_by(said.c.contribution_id, order), type_=ARRAY(Uuid())).label("statements"),
        func.array_agg(aggregate_order_by(said.c.choice, order), type_=ARRAY(Text())).label("choices"),
    )
    people: Select[Any] = select(*columns)
    after = name > bindparam("after", type_=Text())
    ordered = people.where(after).group_by(said.c.actor_id).order_by(name)
    return ordered.limit(literal_column(str(AT_ONCE), BigInteger))
