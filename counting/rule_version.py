"""Versions of a vote's rule: the first is published when the vote opens, and each change after that with its reason.

A change that an administrator makes is published in its transaction. What changes otherwise (a project is published,
revised or withdrawn) is published by the next visit.
"""

import json
from dataclasses import dataclass
from importlib.metadata import version as release_of
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select

from counting import polling_desk, publishing, vote_file
from counting.reckoning import Costed, Counting, Over
from counting.vote_file import PublishedRule
from database.door import Database, Transaction
from models import expected
from models.activity import Activity
from models.ballot import COLUMNS
from models.base import constant, table
from models.category import Category
from models.contribution import Contribution, ContributionStatus
from models.proof import COLUMNS as PROOF_COLUMNS
from models.refusal import ErrorCode, Refusal, bad_input
from models.vote_file import REASON_LENGTH, RuleChange
from models.vote_result import TERM_COLUMNS, AwardRule, VoteResult
from planner.act import Act, Outcome, value
from planner.row import reader
from resolvers import access, ballot, period, publication, text
from resolvers import activity as activities
from resolvers import category as categories
from resolvers.vote_method import METHODS
from transfer.published import digest

T = TypeVar("T")

Saying = dict[str, Any]
"""What a published file says of the rule itself."""

_activity, _contribution, _category, _result = table(Activity), table(Contribution), table(Category), table(VoteResult)
_id = value(Activity, "id")

RULES = ("vote_method", *COLUMNS, "award_rule", *TERM_COLUMNS, "support_threshold", *PROOF_COLUMNS)
IS_SECRET = _activity.c.urn_key.is_not(None).label("is_secret")
_RULE = select(*(_activity.c[name] for name in ("id", "title", *RULES)), IS_SECRET)
_WHOLE = [constant(name) for name, method in METHODS.items() if not method.is_free]
RULE = _RULE.where(_activity.c.id == _id, _activity.c.vote_method.in_(_WHOLE))
OPENED = _RULE.where(*vote_file.UNPUBLISHED, period.has_begun(_activity))
"""Votes that have opened and whose rule is not published yet."""

_is_counted = select(_result.c.id).where(_result.c.activity_id == _activity.c.id).exists()
PUBLISHED = _RULE.where(_activity.c.vote_method.in_(_WHOLE), vote_file.HAS_RULE, ~_is_counted)
"""Votes whose rule is published, and which are not counted yet."""

PROJECTS = (
    select(
        _contribution.c.id,
        _contribution.c.title,
        _contribution.c.cost_euros,
        _contribution.c.category_id,
        _category.c.ceiling_euros,
        _category.c.name.label("category_name"),
    )
    .join_from(_contribution, _category, _category.c.id == _contribution.c.category_id, isouter=True)
    .where(
        _contribution.c.activity_id == _id,
        _contribution.c.about_id.is_(None),
        _contribution.c.status.in_([constant(ContributionStatus.OPEN), constant(ContributionStatus.EXPIRED)]),
    )
    .order_by(_contribution.c.id)
)
OF_PROJECT = select(_contribution.c.activity_id.label("id")).where(_contribution.c.id == value(Contribution, "id"))
ABOUT_THE_FILE = frozenset({"title", "activity", "seed", "release", "version", "reason", "replaces"})
"""What a file says beside the rule: another release or title alone is no other rule."""


@dataclass(frozen=True, slots=True)
class TitledRule(Over):
    """The rule of an activity, and what the activity is called."""

    title: str


# What happens by itself -----------------------------------------------------------------------------------------------


async def open_votes(database: Database, tenant: int) -> int:
    """Publish the rules of votes that have opened; how many there were."""
    due = [reader(OPENED, TitledRule)(row) for row in await database.rows(OPENED, tenant)]
    for opened in due:
        async with database.transaction(tenant) as transaction:
            await transaction.execute(ballot.CHANGE_RULE, activity_id=opened.id)
            await _open(transaction, opened.id)
    return len(due)


async def _open(transaction: Transaction, activity: UUID) -> None:
    """Publish the rule of a vote that has opened, unless that is done."""
    now = await _one(transaction, OPENED.where(_activity.c.id == _id), TitledRule, id=activity)
    if now is not None:
        projects = [reader(PROJECTS, Costed)(row) for row in await transaction.all(PROJECTS, id=activity)]
        await vote_file.publish_rule(transaction, activity, vote_file.new_rule(now, projects, now.title), 1, None)


async def follow(database: Database, tenant: int) -> int:
    """Publish again what says no more what it is by: projects were published, revised or withdrawn; how many votes."""
    votes = [reader(PUBLISHED, TitledRule)(row) for row in await database.rows(PUBLISHED, tenant)]
    old = [one for one in votes if await _is_old(database, tenant, one)]
    for one in old:
        async with database.transaction(tenant) as transaction:
            await transaction.execute(ballot.CHANGE_RULE, activity_id=one.id)
            await _follow(transaction, one.id)
    return len(old)


async def _is_old(database: Database, tenant: int, now: TitledRule) -> bool:
    last = await vote_file.last_rule(database, tenant, now.id)
    assert last is not None
    projects = await projects_of(database, tenant, now.id)
    return not _is_said(last.content, _content(now, projects, last))


async def _follow(transaction: Transaction, activity: UUID) -> None:
    """Publish the rule as it is; another process may have done it meanwhile."""
    last = await _one(transaction, vote_file.LAST_RULE, PublishedRule, activity_id=activity)
    assert last is not None
    now = await _now(transaction, activity, last)
    reason = None if now is None else _change(last.content, now)
    if reason is not None:
        await _publish(transaction, activity, last, reason.value, None)


async def projects_of(database: Database, tenant: int, activity: UUID) -> list[Costed]:
    """The projects of an activity that can win, the oldest first."""
    return [reader(PROJECTS, Costed)(row) for row in await database.rows(PROJECTS, tenant, id=activity)]


# What administrators do -----------------------------------------------------------------------------------------------


async def revise(act: Act, *, activity: UUID, reason: str | None = None, **given: Any) -> Outcome:
    """Update an activity; another rule than the published one wants a reason, and is its next version."""
    before = await _published(act, activity)
    if given.get("award_rule") is AwardRule.EQUAL_SHARES and await act.exists(
        polling_desk.WITH_TOTALS, activity_id=activity
    ):
        raise polling_desk.totals_not_enough("awardRule")
    outcome = await activities.revise(act, activity=activity, **given)
    await _keep(act, activity, before, reason)
    return outcome


async def estimate(
    act: Act, *, contribution: UUID, cost_euros: int | None = None, reason: str | None = None
) -> Outcome:
    """Say what a project would cost; a cost that is published already wants a reason, and is the next version."""
    owner = await act.one(OF_PROJECT, into=access.Id, id=contribution)
    before = None if owner is None else await _published(act, owner.id)
    outcome = await publication.estimate(act, contribution=contribution, cost_euros=cost_euros)
    if owner is not None:
        await _keep(act, owner.id, before, reason)
    return outcome


async def rename(act: Act, *, category: UUID, reason: str | None = None, **given: Any) -> Outcome:
    """Rename a category and give it a ceiling; a ceiling that is published already wants a reason, likewise."""
    owner = await categories.owner(act, category)
    before = await _published(act, owner)
    outcome = await categories.rename(act, category=category, **given)
    await _keep(act, owner, before, reason)
    return outcome


async def _published(act: Act, activity: UUID) -> Saying | None:
    """What the rule is before an act; None where none is published. A vote that has opened has one, also if no visit
    published it yet."""
    await act.execute(ballot.CHANGE_RULE, activity_id=activity)
    await _open(act.transaction, activity)
    last = await _one(act.transaction, vote_file.LAST_RULE, PublishedRule, activity_id=activity)
    now = None if last is None else await _now(act.transaction, activity, last)
    return None if now is None else _said(now)


async def _keep(act: Act, activity: UUID, before: Saying | None, reason: str | None) -> None:
    """Publish the rule that an act changed. Raises Refusal where nobody says why."""
    last = await _one(act.transaction, vote_file.LAST_RULE, PublishedRule, activity_id=activity)
    if before is None or last is None:
        return
    now = await _now(act.transaction, activity, last)
    if now is None:
        message = "The rule is published: people vote by ballots here. Close the vote instead."
        raise bad_input(message, "voteMethod", expected.OTHER)
    if _said(now) == before:
        return
    if not reason:
        raise Refusal(ErrorCode.REQUIRED, "The rule is published: say why it changes.", "reason")
    said = text.clean(reason, REASON_LENGTH, "reason")
    await _publish(act.transaction, activity, last, said, act.actor_or_none)


# How a version is made ------------------------------------------------------------------------------------------------


async def _one(transaction: Transaction, clause: Select[Any], into: type[T], **values: object) -> T | None:
    row = await transaction.one(clause, **values)
    return None if row is None else reader(clause, into)(row)


async def _publish(
    transaction: Transaction, activity: UUID, last: PublishedRule, reason: str, actor: UUID | None
) -> None:
    """Publish the rule as it is as the version after the last one."""
    content = await _now(transaction, activity, last, reason)
    assert content is not None
    await vote_file.publish_rule(transaction, activity, content, last.version + 1, reason, actor)


async def _now(transaction: Transaction, activity: UUID, last: PublishedRule, reason: str | None = None) -> str | None:
    """The rule as it is, after the last version; None where people do not vote by ballots any more."""
    now = await _one(transaction, RULE, TitledRule, id=activity)
    if now is None:
        return None
    projects = [reader(PROJECTS, Costed)(row) for row in await transaction.all(PROJECTS, id=activity)]
    return _content(now, projects, last, reason)


def _content(now: TitledRule, projects: list[Costed], last: PublishedRule, reason: str | None = None) -> str:
    """The file of a version, with the seed of the one before."""
    table_ = publishing.projects(Counting(now, projects, (), ()))
    told = {"version": last.version + 1, "reason": reason, "replaces": digest(last.content)}
    seed, release = json.loads(last.content)["seed"], release_of("parvis")
    return publishing.rule(now, table_, seed, release, title=now.title, activity=now.id, **told)


def _said(content: str) -> Saying:
    """What a file says of the rule."""
    return {name: said for name, said in json.loads(content).items() if name not in ABOUT_THE_FILE}


def _is_said(before: str, after: str) -> bool:
    """Whether a file still says what the rule is: one of an older release says nothing of what it did not know."""
    was = _said(before)
    return was == {name: said for name, said in _said(after).items() if name in was}


def _change(before: str, after: str) -> RuleChange | None:
    """What is otherwise in a version that nobody gave a reason for; None: nothing."""
    if _is_said(before, after):
        return None
    was, is_ = ({project["id"] for project in json.loads(content)["projects"]} for content in (before, after))
    if was - is_:
        return RuleChange.PROJECT_WITHDRAWN
    return RuleChange.PROJECT_ADDED if is_ - was else RuleChange.PROJECT_REVISED
