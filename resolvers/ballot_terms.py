"""Ballot terms: what decides about a ballot: its activity, that activity's rule and projects; and what of it a process
remembers, so that it can judge a ballot before the database has said anything.

What is remembered decides nothing: the statement that casts such a ballot casts it only where all of it still holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import Select, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from database.kept import Kept
from models.activity import Activity
from models.ballot import COLUMNS, VoteRule
from models.base import table
from models.contribution import Contribution
from models.polling_desk import Signing
from models.proof import ProofLevel
from models.vote import VoteMethod
from planner.act import value
from planner.sight import Sight
from resolvers import access, life, proof, sight
from resolvers.sight import ACTIVITY, CONTRIBUTION

_signing = table(Signing)
_ids = bindparam("ids", type_=ARRAY(Uuid()))

MAX_BYTES = 4 * 1024 * 1024
"""Of all votes of all tenants that this process remembers: those of some thousands of projects."""

PROJECT_BYTES = 250
"""Memory of one project: its id, its cost and their place."""


@dataclass(frozen=True, slots=True)
class Poll:
    """An activity that a ballot is for, as far as the asker sees it."""

    vote_method: VoteMethod | None
    vote_least: int | None
    vote_most: int | None
    vote_most_each: int | None
    vote_grades: int | None
    budget_euros: int | None
    urn_key: str | None
    is_running: bool
    is_opened: bool
    is_signed: bool
    proof_levels: list[str] | None
    proof: ProofLevel | None

    @property
    def rule(self) -> VoteRule:
        """What a ballot may hold."""
        return VoteRule(**{name: getattr(self, column) for column, name in COLUMNS.items()})


@cache
def poll(seen: Sight) -> Select[tuple[object, ...]]:
    """`:id` as far as it is seen."""
    columns = (ACTIVITY.c[name] for name in ("vote_method", "urn_key", "proof_levels", *COLUMNS))
    signed = select(_signing.c.id).where(
        _signing.c.desk_id.is_not(None),
        _signing.c.activity_id == ACTIVITY.c.id,
        _signing.c.actor_id == bindparam("viewer", type_=Uuid()),
    )
    is_signed, is_opened = signed.exists().label("is_signed"), ACTIVITY.c.urn_opened_at.is_not(None).label("is_opened")
    proved = proof.level_of(bindparam("viewer", type_=Uuid())).label("proof")
    statement: Select[tuple[object, ...]] = select(*columns, access.is_running(), is_opened, is_signed, proved)
    return sight.activities(statement.select_from(ACTIVITY), seen).where(ACTIVITY.c.id == value(Activity, "id"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that a ballot names."""

    id: UUID
    cost_euros: int | None
    is_standing: bool


@cache
def projects(seen: Sight) -> Select[tuple[object, ...]]:
    """Those of `:ids` that are seen and may be voted on in an activity."""
    is_standing = life.is_standing(CONTRIBUTION).label("is_standing")
    statement: Select[tuple[object, ...]] = select(CONTRIBUTION.c.id, CONTRIBUTION.c.cost_euros, is_standing)
    return sight.contributions(statement, seen).where(
        CONTRIBUTION.c.id == any_(_ids),
        CONTRIBUTION.c.activity_id == value(Contribution, "activity_id"),
        CONTRIBUTION.c.about_id.is_(None),
    )


@dataclass(frozen=True, slots=True)
class Terms:
    """The rule of a vote whose ballots are not sealed, and what the projects cost that ballots have named."""

    method: VoteMethod
    rule: VoteRule
    costs: Mapping[UUID, int | None]


remembered: Kept[Terms] = Kept("ballot_terms", MAX_BYTES, lambda terms: PROJECT_BYTES * (1 + len(terms.costs)))
"""By tenant and activity."""


def remember(tenant: int, activity: UUID, poll: Poll, candidates: Iterable[Candidate]) -> None:
    """Keep what was read of a vote and of some of its projects, beside what is known of the others."""
    if poll.vote_method is None or poll.urn_key:
        return
    key = (tenant, activity)
    before = remembered.get(key)
    costs = {one.id: one.cost_euros for one in candidates}
    if before is not None and (before.method, before.rule) == (poll.vote_method, poll.rule):
        if costs.items() <= before.costs.items():
            return
        costs = {**before.costs, **costs}
    remembered.keep(key, Terms(poll.vote_method, poll.rule, costs))
