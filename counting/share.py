"""What a share paid («ma part»): a voter privately reads what the share of her own ballot paid for each winner.

A result by equal shares keeps the share of each ballot and the price of a point of each project, as exact fractions,
from which any one ballot's payments follow (`award.base.Shares`): so nothing is reckoned anew, and nothing is kept that
leads from a voter to a payment. In a secret vote nobody knows which ballot is whose, the voter's own included.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Case, ColumnElement, FromClause, Text, case, func, literal_column, select
from sqlalchemy import cast as as_type

from award.base import Key, Shares
from models.activity import Activity
from models.ballot import COLUMNS, Ballot, VoteRule
from models.base import table
from models.vote import Choice, Vote, VoteMethod
from models.vote_result import ProjectAward
from planner.context import FieldContext
from planner.loading import BatchContext
from resolvers import set_aside
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Voice

CENTS = 100


@dataclass(frozen=True, slots=True)
class ReckonedPayment:
    """What a share gave to a winner. `cents` are rounded down; `exact_euros` is a fraction."""

    rank: int
    cents: int
    exact_euros: str


@dataclass(frozen=True, slots=True)
class ReckonedShare:
    """A ballot's share, what it paid in order, and what was left of it."""

    cents: int
    exact_euros: str
    left_cents: int
    exact_left_euros: str
    payments: list[ReckonedPayment]


def kept(shares: Shares, most: int | None) -> dict[str, Any]:
    """As a result keeps them. Fractions are hexadecimal: theirs may have thousands of digits, which Python does not
    write in tens."""
    prices = [[str(key), _written(price)] for key, price in shares.prices]
    return {"share": _written(shares.share), "prices": prices, "most": most}


def read(told: Mapping[str, Any]) -> Shares:
    """The same as fractions, by projects' ids."""
    return Shares(_read(told["share"]), [(UUID(key), _read(price)) for key, price in told["prices"]])


def _written(euros: Fraction) -> str:
    return f"{euros.numerator:x}/{euros.denominator:x}"


def _read(text: str) -> Fraction:
    numerator, _, denominator = text.partition("/")
    return Fraction(int(numerator, 16), int(denominator, 16))


def need(result: FromClause, context: FieldContext) -> Case[Any]:
    """What the viewer's payments are reckoned from; NULL without a ballot that counts, and by other rules."""
    activity, cast = table(Activity).alias("shared_activity"), table(Ballot).alias("shared_ballot")
    vote, award = table(Vote).alias("shared_vote"), table(ProjectAward).alias("shared_award")
    own = (
        select(func.jsonb_agg(func.jsonb_build_array(vote.c.contribution_id, vote.c.choice, vote.c.amount)))
        .join_from(cast, vote, (vote.c.ballot_id == cast.c.id) & (vote.c.actor_id == cast.c.actor_id))
        .where(
            cast.c.activity_id == result.c.activity_id, cast.c.actor_id == context.viewer_id, set_aside.is_counted(cast)
        )
        .correlate_except(cast, vote)
        .scalar_subquery()
    )
    ranks = (
        select(func.jsonb_object_agg(award.c.contribution_id, award.c.rank))
        .where(award.c.result_id == result.c.id)
        .correlate_except(award)
        .scalar_subquery()
    )
    parts: dict[str, ColumnElement[Any]] = {name: activity.c[name] for name in ("vote_method", *COLUMNS)}
    parts |= {"shares": result.c.shares, "votes": own, "ranks": ranks}
    named = [each for name, part in parts.items() for each in (literal_column(f"'{name}'"), part)]
    told = (
        select(as_type(func.jsonb_build_object(*named), Text))
        .where(activity.c.id == result.c.activity_id, own.is_not(None))
        .correlate_except(activity)
        .scalar_subquery()
    )
    return case((result.c.shares.is_not(None), told))


async def own_shares(_context: BatchContext, needs: list[Any]) -> list[ReckonedShare | None]:
    """What the viewer's share paid, of each result."""
    return [None if each is None else own_share(json.loads(each)) for each in needs]


def own_share(told: Mapping[str, Any]) -> ReckonedShare:
    """What one ballot's share paid."""
    shares, method = read(told["shares"]), METHODS[VoteMethod(told["vote_method"])]
    rule = VoteRule(**{name: told[column] for column, name in COLUMNS.items()} | {"most": told["shares"]["most"]})
    scores: dict[Key, int] = {
        UUID(project): method.worth(Voice(Choice(choice), amount), rule) for project, choice, amount in told["votes"]
    }
    payments = shares.paid_by(scores)
    left = shares.share - sum(payment for _, payment in payments)
    return ReckonedShare(
        _cents(shares.share),
        _exact(shares.share),
        _cents(left),
        _exact(left),
        [ReckonedPayment(told["ranks"][str(key)], _cents(payment), _exact(payment)) for key, payment in payments],
    )


def _cents(euros: Fraction) -> int:
    return euros.numerator * CENTS // euros.denominator


LONGEST = 10**1_000
"""A fraction with longer numbers is told in cents alone."""


def _exact(euros: Fraction) -> str:
    return str(euros) if max(euros.numerator, euros.denominator) < LONGEST else ""
