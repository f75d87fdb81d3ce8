"""Results of votes by ballots: read as they were counted, and counted once after the close."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, case, func, insert, literal_column, select

from database.door import Database, Transaction
from models.activity import Activity
from models.ballot import COLUMNS, Ballot, VoteRule
from models.base import constant, new_id, table
from models.contribution import Contribution, ContributionStatus
from models.vote import Choice, Vote, VoteMethod
from models.vote_result import AwardRule, ProjectAward, VoteResult
from planner.act import value
from planner.context import FieldContext
from planner.listing import Listing, Order
from planner.row import reader
from resolvers.award.base import Award, Contender, Group, Scores, Verdict, by_score, grouped, totals
from resolvers.award.equal_shares import equal_shares
from resolvers.award.greedy import greedy
from resolvers.award.majority import by_majority, completed, majority_grade
from resolvers.award.threshold import threshold
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Voice

_activity, _contribution, _vote, _ballot = table(Activity), table(Contribution), table(Vote), table(Ballot)
_result, _award = table(VoteResult), table(ProjectAward)
_id = value(Activity, "id")
_WHOLE = [constant(name) for name, method in METHODS.items() if not method.is_free]
_is_counted = select(_result.c.id).where(_result.c.activity_id == _activity.c.id).exists()
_OWED = (_activity.c.vote_method.in_(_WHOLE), _activity.c.closes_at.is_not(None), ~_is_counted)

DUE = select(*(_activity.c[name] for name in ("id", "vote_method", *COLUMNS, "award_rule", "support_threshold"))).where(
    *_OWED, _activity.c.closes_at <= func.now()
)
"""Activities that are over and not counted yet."""

NEXT = select(func.min(_activity.c.closes_at)).where(*_OWED, _activity.c.closes_at > func.now())
"""When the next one is over."""

PROJECTS = (
    select(_contribution.c.id, _contribution.c.cost_euros)
    .where(
        _contribution.c.activity_id == _id,
        _contribution.c.about_id.is_(None),
        _contribution.c.status.in_([constant(ContributionStatus.OPEN), constant(ContributionStatus.EXPIRED)]),
    )
    .order_by(_contribution.c.id)
)
VOTES = (
    select(_vote.c.ballot_id, _vote.c.contribution_id, _vote.c.choice, _vote.c.amount)
    .join_from(_vote, _contribution, _contribution.c.id == _vote.c.contribution_id)
    .where(_contribution.c.activity_id == _id, _vote.c.ballot_id.is_not(None))
    .order_by(_vote.c.ballot_id)
)
BALLOTS = select(
    func.count().label("ballot_count"), func.count().filter(_ballot.c.is_blank).label("blank_count")
).where(_ballot.c.activity_id == _id)


# What is read --------------------------------------------------------------------------------------------------------


def of_activity(row: FromClause, activity: FromClause, _context: FieldContext) -> Listing:
    """An activity's results, the decisive one first."""
    place: ColumnElement[int] = case((row.c.is_decisive, literal_column("0")), else_=literal_column("1"))
    return Listing((row.c.activity_id == activity.c.id,), Order("result.decisive", (place, row.c.id), (int, UUID)))


def awards(row: FromClause, result: FromClause, _context: FieldContext) -> Listing:
    """What a result says of each project, in its order."""
    return Listing((row.c.result_id == result.c.id,), Order("award.rank", (row.c.rank,), (int,)))


def project(award: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """What was awarded, or not."""
    return row.c.id == award.c.contribution_id


# What is counted -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Over:
    """An activity whose vote is over."""

    id: UUID
    vote_method: VoteMethod
    vote_least: int | None
    vote_most: int | None
    vote_most_each: int | None
    vote_grades: int | None
    budget_euros: int | None
    award_rule: AwardRule | None
    support_threshold: int | None

    @property
    def rule(self) -> VoteRule:
        """What a ballot could hold."""
        return VoteRule(**{name: getattr(self, column) for column, name in COLUMNS.items()})


@dataclass(frozen=True, slots=True)
class Costed:
    """A project that can win."""

    id: UUID
    cost_euros: int | None


@dataclass(frozen=True, slots=True)
class CastVote:
    """A vote, and the ballot that it is part of."""

    ballot_id: UUID
    contribution_id: UUID
    choice: Choice
    amount: int | None


@dataclass(frozen=True, slots=True)
class BallotCount:
    """How many ballots there are."""

    ballot_count: int
    blank_count: int


@dataclass(frozen=True, slots=True)
class Counting:
    """All that results are reckoned from."""

    over: Over
    projects: Sequence[Costed]
    votes: Sequence[CastVote]
    counts: BallotCount


async def count(database: Database, tenant: int) -> int:
    """Count what is over and not counted yet; how many activities there were."""
    due = [reader(DUE, Over)(row) for row in await database.rows(DUE, tenant)]
    for over in due:
        projects = [reader(PROJECTS, Costed)(row) for row in await database.rows(PROJECTS, tenant, id=over.id)]
        votes = [reader(VOTES, CastVote)(row) for row in await database.rows(VOTES, tenant, id=over.id)]
        [row] = await database.rows(BALLOTS, tenant, id=over.id)
        counting = Counting(over, projects, votes, reader(BALLOTS, BallotCount)(row))
        written = await asyncio.to_thread(reckoned, counting)
        async with database.transaction(tenant) as transaction:
            for result, rows in written:
                await _write(transaction, result, rows)
    return len(due)


Row = dict[str, Any]


async def _write(transaction: Transaction, result: Row, rows: Sequence[Row]) -> None:
    await transaction.execute(insert(_result).values(counted_at=func.now(), **_bound(VoteResult, result)), **result)
    for row in rows:
        await transaction.execute(insert(_award).values(**_bound(ProjectAward, row)), **row)


def _bound(model: type[Any], row: Row) -> dict[str, Any]:
    return {name: value(model, name) for name in row}


def reckoned(counting: Counting) -> list[tuple[Row, list[Row]]]:
    """The rows of each result and of its awards."""
    over, method = counting.over, METHODS[counting.over.vote_method]
    ballots: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for vote in counting.votes:
        ballots[vote.ballot_id][vote.contribution_id] = method.worth(Voice(vote.choice, vote.amount), over.rule)
    contenders = [
        Contender(one.id, one.cost_euros or 0, place)
        for place, one in enumerate(counting.projects)
        if one.cost_euros is not None or over.budget_euros is None
    ]
    named = Counter(vote.contribution_id for vote in counting.votes)
    profiles = _profiles(counting)
    groups = grouped(_approving(ballots.values()))
    ordered = _ordered(contenders, groups, profiles)
    written = []
    for rule, award in _awards(over, groups, ordered).items():
        result = _result_row(counting, rule, award, groups)
        rows = [
            _award_row(result["id"], rank, verdict, named, profiles, counting)
            for rank, verdict in enumerate(award.verdicts, start=1)
        ]
        written.append((result, rows))
    return written


def _approving(ballots: Any) -> list[Scores]:
    """What ballots give, without what they give nothing to."""
    return [{key: score for key, score in scores.items() if score > 0} for scores in ballots]


def _profiles(counting: Counting) -> Mapping[UUID, tuple[int, ...]]:
    """The merit profile of each project, where there are grades; ballots that graded others gave it the lowest."""
    scale = METHODS[counting.over.vote_method].scale(counting.over.rule)
    if not scale:
        return {}
    graded = Counter((vote.contribution_id, vote.choice) for vote in counting.votes)
    voters = counting.counts.ballot_count - counting.counts.blank_count
    return {one.id: completed([graded[one.id, grade] for grade in scale], voters) for one in counting.projects}


def _ordered(
    contenders: Sequence[Contender], groups: Sequence[Group], profiles: Mapping[Any, tuple[int, ...]]
) -> list[Contender]:
    return by_majority(contenders, profiles) if profiles else by_score(contenders, totals(groups))


def _awards(over: Over, groups: Sequence[Group], ordered: Sequence[Contender]) -> dict[AwardRule, Award]:
    """By each rule that can be reckoned: with a budget both that spend one, else the threshold."""
    scores = totals(groups)
    if over.budget_euros is None or over.award_rule is AwardRule.THRESHOLD:
        return {AwardRule.THRESHOLD: threshold(ordered, scores, over.support_threshold or 1)}
    return {
        AwardRule.GREEDY: greedy(ordered, scores, over.budget_euros),
        AwardRule.EQUAL_SHARES: equal_shares(groups, ordered, over.budget_euros),
    }


def _result_row(counting: Counting, rule: AwardRule, award: Award, groups: Sequence[Group]) -> Row:
    over, counts = counting.over, counting.counts
    own = over.award_rule or (AwardRule.THRESHOLD if over.budget_euros is None else AwardRule.GREEDY)
    return {
        "id": new_id(),
        "activity_id": over.id,
        "rule": rule.value,
        "is_decisive": rule is own,
        "ballot_count": counts.ballot_count,
        "blank_count": counts.blank_count,
        "reached_count": award.reached(groups),
        "budget_euros": over.budget_euros,
        "spent_euros": award.spent,
    }


def _award_row(
    result: UUID,
    rank: int,
    verdict: Verdict,
    named: Counter[UUID],
    profiles: Mapping[Any, tuple[int, ...]],
    counting: Counting,
) -> Row:
    profile = profiles.get(verdict.key, ())
    scale = METHODS[counting.over.vote_method].scale(counting.over.rule)
    return {
        "id": new_id(),
        "result_id": result,
        "rank": rank,
        "contribution_id": verdict.key,
        "is_winner": verdict.is_winner,
        "is_completion": verdict.by_completion,
        "score": verdict.score,
        "voter_count": named[verdict.key],  # type: ignore[index]  # Keys are ids here.
        "round": verdict.round,
        "lacking": _whole(verdict.lacking),
        "median_grade": scale[majority_grade(profile)].value if profile else None,
        "profile": list(profile),
    }


def _whole(lacking: Fraction) -> int:
    """Whole euros, rounded up: with so much more it would have been enough."""
    return ceil(lacking)
