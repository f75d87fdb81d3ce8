"""Trials of rules («essai de règle»): what a rule, and the rule in force, would give with the ballots of a past vote.

The ballots are the text of a Pabulib file: one that was sent, or that of an activity which was counted. They are read
and reckoned in a thread, one trial at a time in a process, and for so long at most.
"""

import asyncio
import json
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from time import monotonic
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    Uuid,
    case,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.types import TypeEngine

from award.base import Award, Contender, Key, Scores, by_score, grouped, totals
from award.by_category import Reading, by_category
from award.equal_shares import equal_shares
from award.greedy import greedy
from award.threshold import threshold
from models.activity import Activity
from models.base import table
from models.past_vote import MAX_FILE, PastVote
from models.vote_file import PABULIB, VoteFile
from models.vote_result import TERM_COLUMNS, AwardRule
from planner.context import Asker, FieldContext
from planner.loading import BatchContext
from resolvers import award_terms
from resolvers.ident import argument
from transfer.pabulib_vote import PabulibVote, PabulibVoteError, read

LASTS_S = 4.0
"""A trial that takes longer is given up."""

_THREAD = ThreadPoolExecutor(1, "rule-trial")
"""One trial after the other."""

_activity, _file, _past = table(Activity), table(VoteFile), table(PastVote)
TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class ProjectTrial:
    """A project of a past vote, and by which of the two rules it wins."""

    title: str
    cost_euros: int
    place: str
    score: int
    voter_count: int
    is_winner: bool
    is_winner_in_force: bool


@dataclass(frozen=True, slots=True)
class TrialRule:
    """A rule of award, as it is tried."""

    rule: AwardRule
    terms: Mapping[str, Any]
    least: int

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "TrialRule":
        """The rule that JSON says; greedy where it says none."""
        rule = AwardRule(said["rule"] or AwardRule.GREEDY.value)
        return cls(rule, said["terms"], int(said["least"] or 1))


# What is read --------------------------------------------------------------------------------------------------------


def trial(activity: FromClause, context: FieldContext) -> Select[Any]:
    """A row where administrators name a past vote that there is: its ballots, if they are not too many, and both rules
    as JSON."""
    source = _counted(context) if context.has("counted") else _past_vote(context)
    length = func.octet_length(source.c.content, type_=Integer())
    is_small = length <= literal_column(str(MAX_FILE), Integer)
    content = case((is_small, source.c.content), else_=null())
    budget: ColumnElement[Any] = (
        context.bind("budgetEuros", Integer()) if context.has("budgetEuros") else _nothing(Integer())
    )
    tried = context.bind(_tried, Text())
    told = _object({"content": content, "tried": tried.cast(JSON), "in_force": _in_force(activity), "budget": budget})
    row = select(
        source.c.title,
        (~is_small).label("is_too_large"),
        func.coalesce(budget, source.c.budget_euros, type_=Integer()).label("budget_euros"),
        told.cast(Text).label("need"),
    )
    is_named = context.viewer.is_administrator and (context.has("pastVote") or context.has("counted"))
    return row.select_from(source).where(literal_column("true" if is_named else "false"))


def _past_vote(context: FieldContext) -> Any:
    id_ = argument(context, "pastvote", "pastVote") if context.has("pastVote") else _nothing(Uuid())
    return select(_past.c.title, _past.c.content, _past.c.budget_euros).where(_past.c.id == id_).subquery("past")


def _counted(context: FieldContext) -> Any:
    """The newest Pabulib file of an activity that was counted."""
    id_, over = argument(context, "activity", "counted"), _activity.alias("over")
    name = literal_column(f"'{PABULIB}'", Text)
    return (
        select(over.c.title, _file.c.content, over.c.budget_euros)
        .join_from(_file, over, over.c.id == _file.c.activity_id)
        .where(_file.c.activity_id == id_, _file.c.name == name)
        .order_by(_file.c.version.desc())
        .limit(literal_column("1", Integer))
        .subquery("past")
    )


def _tried(given: Mapping[str, Any], _asker: Asker) -> str:
    """The rule to try. Raises Refusal for what is no rule."""
    rule, terms = (
        AwardRule(given["awardRule"]),
        {_python(name): one for name, one in (given.get("awardTerms") or {}).items()},
    )
    award_terms.of_rule(rule, terms)
    said = {name: one for name, one in terms.items() if not isinstance(one, Enum)}
    return json.dumps({"rule": rule.value, "terms": said, "least": given.get("least")})


def _python(name: str) -> str:
    """A name of the contract as Python spells it."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _in_force(activity: FromClause) -> ColumnElement[Any]:
    """The activity's own rule."""
    terms = _object({name: activity.c[column] for column, name in TERM_COLUMNS.items()})
    return _object({"rule": activity.c.award_rule, "terms": terms, "least": activity.c.support_threshold})


def _nothing(type_: TypeEngine[Any]) -> ColumnElement[Any]:
    return sql_cast(null(), type_)


def _object(parts: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    return func.json_build_object(*(one for name, part in parts.items() for one in (literal_column(f"'{name}'"), part)))


def need(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """What a trial is reckoned from."""
    return row.c.need


# What is reckoned ----------------------------------------------------------------------------------------------------


async def projects(_context: BatchContext, needs: list[str]) -> list[list[ProjectTrial]]:
    """The projects of each trial by their scores; none where it is too large, cannot be read, or took too long."""
    loop = asyncio.get_running_loop()
    return [await loop.run_in_executor(_THREAD, tried, json.loads(each)) for each in needs]


def tried(need: Mapping[str, Any]) -> list[ProjectTrial]:
    """The projects of a trial."""
    until = monotonic() + LASTS_S
    if need["content"] is None:
        return []
    try:
        vote = read(need["content"])
        awards = [_award(vote, TrialRule.of(need[name]), need["budget"], until) for name in ("tried", "in_force")]
    except (PabulibVoteError, TimeoutError):
        return []
    return _told(vote, *awards)


def _award(vote: PabulibVote, said: TrialRule, budget_euros: int | None, until: float) -> Award:
    """By one rule. Raises TimeoutError."""
    groups = grouped(_given(vote))
    scores, terms = totals(groups), said.terms
    ordered = by_score([Contender(one.key, one.cost, at) for at, one in enumerate(vote.projects)], scores)
    budget = vote.budget if budget_euros is None else budget_euros
    if said.rule is AwardRule.THRESHOLD:
        return threshold(ordered, scores, said.least)
    if said.rule is AwardRule.EQUAL_SHARES:
        return equal_shares(groups, ordered, budget, check=_clock(until))
    if said.rule is AwardRule.BY_CATEGORY:
        places: dict[Key, Hashable] = {one.key: one.place or None for one in vote.projects}
        ends = bool(terms.get("is_ending_category")), bool(terms.get("is_ending"))
        reading = Reading(terms.get("ceiling_euros"), {}, terms.get("least_each") or 0, *ends)
        return by_category(ordered, scores, budget, places, reading)
    return greedy(ordered, scores, budget, is_stopping=bool(terms.get("is_ending")))


def _given(vote: PabulibVote) -> list[Scores]:
    """What ballots give to projects."""
    return list[Scores](vote.ballots)  # type: ignore[arg-type]  # Their keys are texts.


def _clock(until: float) -> Callable[[], None]:
    def check() -> None:
        if monotonic() > until:
            raise TimeoutError

    return check


def _told(vote: PabulibVote, award: Award, in_force: Award) -> list[ProjectTrial]:
    won, wins = set(award.winners), set(in_force.winners)
    scores = totals(grouped(_given(vote)))
    named = totals(grouped([dict.fromkeys(ballot, 1) for ballot in _given(vote)]))
    told = [
        ProjectTrial(
            one.title[:TITLE_LENGTH],
            one.cost,
            one.place,
            scores[one.key],
            named[one.key],
            one.key in won,
            one.key in wins,
        )
        for one in vote.projects
    ]
    return sorted(told, key=lambda one: (-one.score, one.cost_euros, one.title))
