"""Official responses: published in the name of a service, with a status; and which proposals wait for one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Interval,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.types import Integer

from models import expected
from models.activity import Activity
from models.amendment import Amendment, AmendmentState
from models.base import constant, table
from models.contribution import Contribution, ContributionKind
from models.event import EventKind
from models.import_run import ImportedItem
from models.official_response import MAX_RESPONSES, RESPONSE_LENGTH, SERVICE_LENGTH, OfficialResponse
from models.petition import Petition
from models.proposal_status import ProposalStatus
from models.refusal import ErrorCode, Refusal, conflict, limit_reached, not_found
from models.space_role import SpaceRole, SpaceRoleKind
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from planner.who import MODERATOR
from resolvers import access, life, room, space_role, speaking, text

_response, _status, _activity, _role = (
    table(model) for model in (OfficialResponse, ProposalStatus, Activity, SpaceRole)
)
_id = value(OfficialResponse, "id")
_ONE: ColumnElement[int] = literal_column("1", Integer)
DAY = literal_column("'1 day'::interval", Interval)
KNOWN = select(_response.c.id).where(_response.c.contribution_id == value(OfficialResponse, "contribution_id"))
OF = select(_response.c.contribution_id).where(_response.c.id == _id)
STATUS = select(_status.c.id).where(
    _status.c.id == value(ProposalStatus, "id"), _status.c.activity_id == value(ProposalStatus, "activity_id")
)
REVISE = (
    update(_response)
    .where(_response.c.id == _id, _response.c.version == bindparam("read_version", type_=Integer()))
    .values(
        service=value(OfficialResponse, "service"),
        body=value(OfficialResponse, "body"),
        revised_at=func.now(),
        version=_response.c.version + _ONE,
    )
)
EDITED = (
    select(_role.c.id)
    .join_from(_activity, _role, _role.c.space_id == _activity.c.space_id)
    .where(
        _activity.c.id == value(Activity, "id"),
        _role.c.actor_id == value(SpaceRole, "actor_id"),
        _role.c.kind == constant(SpaceRoleKind.EDITOR),
    )
)


# Rights ---------------------------------------------------------------------------------------------------------------


async def speaks_for_city(act: Act, arguments: Mapping[str, Any]) -> bool:
    """Whether somebody who is no moderator speaks for the city about the contribution of an input."""
    if await act.exists(speaking.ANSWERS, member_id=act.actor):
        return True
    target = await act.one(access.target_contribution(act.sight), into=access.Target, id=arguments["contribution"])
    return target is not None and await act.exists(EDITED, id=target.activity_id, actor_id=act.actor)


async def _may_revise(act: Act, arguments: Mapping[str, Any]) -> bool:
    answered = await act.one(OF, into=Answered, id=arguments["official_response"])
    return answered is not None and await speaks_for_city(act, {"contribution": answered.contribution_id})


RESPONDENT = MODERATOR.unless(speaks_for_city)
"""Moderators, administrators, editors of the proposal's space, and members of the city's services."""

RESPONSE_EDITOR = MODERATOR.unless(_may_revise)
"""The same, of the response that the input names."""


def may_respond(contribution: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer may answer in the city's name: proposals alone are answered."""
    is_proposal: ColumnElement[bool] = contribution.c.kind == constant(ContributionKind.PROPOSAL)
    if context.viewer.is_moderator:
        return is_proposal
    if not context.viewer.is_member:
        return literal_column("false")
    where = table(Activity).alias("answered")
    space = select(where.c.space_id).where(where.c.id == contribution.c.activity_id).correlate_except(where)
    is_editor = space_role.edits(space.scalar_subquery(), context.viewer_id)
    return and_(is_proposal, or_(is_editor, speaking.answers(context.viewer_id)))


# Reads ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answered:
    """Which proposal a response answers."""

    contribution_id: UUID


def of_contribution(row: FromClause, contribution: FromClause, _context: FieldContext) -> Listing:
    """What the city said of a proposal, the newest first."""
    order = Order("response.newest", (row.c.published_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing((row.c.contribution_id == contribution.c.id,), order)


def due_at(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """By when an answer is due: so many days after it was published, or after the promise was made where that was
    later; NULL where none is promised, or one is there."""
    days = table(Activity).alias("promising")
    since = func.greatest(row.c.published_at, days.c.answers_promised_at)  # It ignores NULL.
    due = select(since + days.c.answer_within_days * DAY).where(days.c.id == row.c.activity_id)
    return case((waits(row), due.correlate_except(days).scalar_subquery()))


def due(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """Proposals to which an answer was promised and is not there, the longest published first."""
    order = Order("contribution.oldest", (row.c.published_at, row.c.id), (datetime, UUID))
    return Listing((waits(row) if context.viewer.is_moderator else false(),), order)


def waits(row: FromClause) -> ColumnElement[bool]:
    """A proposal that still stands, without an answer in words; with its supports, where a number is wanted. What was
    imported was proposed elsewhere, to whoever answered there: nothing was promised to it. What the city owes to a
    petition says its rule (`resolvers/petition.py`), and the answer to an amendment is what it decides."""
    answer = table(OfficialResponse).alias("answer")
    answered: Select[Any] = select(_ONE).where(
        answer.c.contribution_id == row.c.id, answer.c.body != literal_column("''")
    )
    rule = table(Activity).alias("rule")
    is_promised = select(rule.c.id).where(
        rule.c.answer_within_days.is_not(None),
        or_(rule.c.support_threshold.is_(None), row.c.support_count >= rule.c.support_threshold),
        rule.c.id == row.c.activity_id,
    )
    item = table(ImportedItem).alias("imported")
    imported: Select[Any] = select(_ONE).where(item.c.subject_id == row.c.id)
    petition = table(Petition).alias("petitioned")
    petitioned: Select[Any] = select(_ONE).where(petition.c.contribution_id == row.c.id)
    amendment = table(Amendment).alias("amended")
    settled: Select[Any] = select(_ONE).where(
        amendment.c.contribution_id == row.c.id, amendment.c.state != constant(AmendmentState.OPEN)
    )
    return and_(
        row.c.kind == constant(ContributionKind.PROPOSAL),
        life.is_open(row),
        ~petitioned.correlate_except(petition).exists(),
        ~settled.correlate_except(amendment).exists(),
        ~imported.correlate_except(item).exists(),
        is_promised.correlate_except(rule).exists(),
        ~answered.correlate_except(answer).exists(),
    )


# Changes --------------------------------------------------------------------------------------------------------------


async def publish(
    act: Act,
    *,
    contribution: UUID,
    service: str,
    body: str = "",
    status: UUID | None = None,
    responses_read: int | None = None,
) -> Outcome:
    """Answer a proposal in the name of a service: in words, by a status of its activity, or both; unless there are
    other responses than the `responses_read` that whoever answers has read."""
    target = await access.contribution(act, contribution)
    if target.kind is not ContributionKind.PROPOSAL:
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "Only proposals are answered.", "contribution")
    columns = _texts(service, body)
    if status is None and not columns["body"]:
        raise Refusal(ErrorCode.REQUIRED, "A response says something, gives a status, or both.", "body")
    if status is not None and not await act.exists(STATUS, id=status, activity_id=target.activity_id):
        raise not_found("status")
    await room.of(act, Contribution, contribution)
    count = len(await act.all(KNOWN, into=access.Id, contribution_id=contribution))
    if responses_read is not None and count != responses_read:
        raise Refusal(ErrorCode.CONFLICT, f"There are {count} responses now; read them first.", "responsesRead")
    if count >= MAX_RESPONSES:
        raise limit_reached(
            f"A proposal has at most {MAX_RESPONSES} responses.", "contribution", expected.no_more(MAX_RESPONSES)
        )
    response = await act.insert(
        OfficialResponse,
        contribution_id=contribution,
        status_id=status,
        author_id=act.actor_or_none,
        published_at=act.now,
        **columns,
    )
    return act.did(EventKind.RESPONSE_PUBLISHED, contribution, response_id=response)


async def revise(act: Act, *, official_response: UUID, version: int, service: str, body: str = "") -> Outcome:
    """Change a response's words, unless somebody else did since `version` was read; its status stays."""
    columns = _texts(service, body)
    answered = await act.one(OF, into=Answered, id=official_response)
    if answered is None:
        raise not_found("officialResponse")
    await access.contribution(act, answered.contribution_id, "officialResponse")
    if not columns["body"] and not await act.exists(GAVE, id=official_response):
        raise Refusal(ErrorCode.REQUIRED, "A response says something, gives a status, or both.", "body")
    if not await act.execute(REVISE, id=official_response, read_version=version, **columns):
        raise conflict()
    return act.did(EventKind.RESPONSE_REVISED, answered.contribution_id, response_id=official_response)


GAVE = select(_response.c.id).where(_response.c.id == _id, _response.c.status_id.is_not(None))


def _texts(service: str, body: str) -> dict[str, str]:
    return {"service": text.line(service, SERVICE_LENGTH, "service"), "body": text.clean(body, RESPONSE_LENGTH, "body")}
