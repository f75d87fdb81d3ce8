"""Desk entries («saisies assistées»): members of the city's organisations publish and answer for people without
internet, who take it over into an account of their own with the code of a slip."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Interval,
    and_,
    case,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)

from auth import secret
from models.actor import Actor
from models.actor_block import ActorBlock
from models.base import constant, table
from models.contribution import Contribution, ContributionKind, OnBehalfOf, Precision, Urgency
from models.desk_entry import CODE_GOOD_FOR, CODE_LENGTH, CODE_LETTERS, CONTACT_LENGTH, DeskEntry
from models.event import EventKind
from models.exchange import ALIVE, Exchange, ExchangeReason
from models.refusal import ErrorCode, Refusal, not_found
from models.retention import DESK_CONTACT, DESK_CONTACT_ENDLESS
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from planner.who import Who
from resolvers import capacity, particulars, parting, penalty, publication, safety, speaking, text
from resolvers.exchange import is_in

_entry, _contribution, _exchange, _actor = table(DeskEntry), table(Contribution), table(Exchange), table(Actor)
_block = table(ActorBlock)
_id = value(DeskEntry, "id")
_about = _entry.c.contribution_id == value(DeskEntry, "contribution_id")
OF_DESK = select(_actor.c.id).where(
    _actor.c.id == value(Actor, "id"), _actor.c.kind.in_([constant(kind) for kind in speaking.ANSWERING])
)
"""An organisation that answers in the city's name."""

WRITE_CODE = (
    update(_entry)
    .where(_about)
    .values(digest=value(DeskEntry, "digest"), code_ends_at=func.now() + literal(CODE_GOOD_FOR, Interval))
)
_locked = select(_entry.c.contribution_id, _entry.c.organisation_id, _entry.c.taken_over_at).with_for_update()
WRITTEN = _locked.where(_about)
WRITTEN_AS = _locked.where(_entry.c.id == _id)
FIND = (
    select(_entry.c.id, _entry.c.contribution_id)
    .join_from(_entry, _contribution, _contribution.c.id == _entry.c.contribution_id)
    .where(
        _entry.c.digest == value(DeskEntry, "digest"),
        _entry.c.code_ends_at > func.now(),
        _contribution.c.status.in_([constant(status) for status in capacity.ANSWERABLE]),
    )
    .with_for_update(key_share=True)
)
"""Locks both. What is closed, or what moderation withholds, nobody takes over."""

USE_CODE = (
    update(_entry)
    .where(_entry.c.id == _id)
    .values(digest=null(), code_ends_at=null(), contact=null(), taken_over_at=func.now())
)
GIVE = (
    update(_contribution)
    .where(_contribution.c.id == value(Contribution, "id"))
    .values(author_id=value(Contribution, "author_id"), behalf=constant(OnBehalfOf.NOBODY))
)
_exchanged = _exchange.c.contribution_id == value(Exchange, "contribution_id")
GIVE_EXCHANGES = update(_exchange).where(_exchanged).values(author_id=value(Exchange, "author_id"))
ANSWERED = select(_exchange.c.id).where(
    _exchanged, speaking.speaks_for(_exchange.c.proposer_id, value(Exchange, "proposer_id"))
)
UNWANTED = (
    select(_exchange.c.proposer_id)
    .distinct()
    .where(
        _exchanged,
        is_in(_exchange, *ALIVE),
        or_(
            and_(_block.c.blocker_id == _exchange.c.author_id, _block.c.blocked_id == _exchange.c.proposer_id),
            and_(_block.c.blocked_id == _exchange.c.author_id, _block.c.blocker_id == _exchange.c.proposer_id),
        ),
    )
)
"""Who has answered and wants nothing to do with its author, or its author with them."""

_end = func.coalesce(_contribution.c.closed_at, _contribution.c.expires_at)
_over = select(_contribution.c.id).where(
    _contribution.c.id == _entry.c.contribution_id,
    or_(
        _end < func.now() - literal(DESK_CONTACT.keep, Interval),
        and_(_end.is_(None), _entry.c.consented_at < func.now() - literal(DESK_CONTACT_ENDLESS.keep, Interval)),
    ),
)
_nothing = {"contact": null(), "digest": null(), "code_ends_at": null()}
FORGET_ONE = update(_entry).where(_entry.c.id == _id).values(**_nothing)
FORGET = (
    update(_entry)
    .where(or_(_entry.c.contact.is_not(None), _entry.c.digest.is_not(None)), _over.correlate(_entry).exists())
    .values(**_nothing)
)
"""Of what has been over for some time nobody needs to know whom it was for; nor of what has no end, as while moderation
withholds it, some time after that person agreed."""


@dataclass(frozen=True, slots=True)
class Written:
    """A desk entry, locked."""

    contribution_id: UUID
    organisation_id: UUID
    taken_over_at: datetime | None


@dataclass(frozen=True, slots=True)
class Coded:
    """The desk entry of a code that is good, locked."""

    id: UUID
    contribution_id: UUID


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Whose exchange ends."""

    proposer_id: UUID


# Reads ----------------------------------------------------------------------------------------------------------------


def listed(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """What the viewer's organisations have entered, the newest first."""
    order = Order("desk_entry.newest", (row.c.consented_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing((), order)


def has_code(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether a slip's code is good."""
    return case((row.c.code_ends_at > func.now(), literal_column("true")), else_=literal_column("false"))


# Rights ---------------------------------------------------------------------------------------------------------------


async def _answers(act: Act, _arguments: Mapping[str, Any]) -> bool:
    return await act.exists(speaking.ANSWERS, member_id=act.actor) or await act.exists(OF_DESK, id=act.actor)


AGENT = Who(lambda _viewer: False, otherwise=_answers)
"""Organisations that answer in the city's name, and their members."""

WRITING_AGENT = AGENT.provided(penalty.require_no_suspension)


# Changes --------------------------------------------------------------------------------------------------------------


async def publish(
    act: Act,
    *,
    organisation: UUID,
    activity: UUID,
    kind: ContributionKind,
    title: str,
    body: str,
    has_consent: bool,
    category: UUID | None = None,
    location: particulars.Location | None = None,
    is_anonymous: bool = False,
    urgency: Urgency = Urgency.NO_HURRY,
    contact: str | None = None,
) -> Outcome:
    """Publish a request or an offer for somebody who has agreed, in the name of an organisation of the city, which
    answers until that person takes it over. The code of the slip is told once."""
    if not await act.exists(OF_DESK, id=organisation):
        raise not_found("organisation")
    if not has_consent:
        raise Refusal(ErrorCode.AGREEMENT_NEEDED, "The person it is for has to agree.", "hasConsent")
    kept = text.line(contact, CONTACT_LENGTH, "contact") if contact and contact.strip() else None
    await safety.require_open_to_citizens(act, category, kind, "category")
    done = await publication.publish(
        act,
        activity=activity,
        kind=kind,
        title=title,
        body=body,
        category=category,
        location=location and {**location, "precision": Precision.CELL, "address": None},
        is_anonymous=is_anonymous,
        urgency=urgency,
        on_behalf_of=organisation,
        behalf=OnBehalfOf.DESK,
        is_at_desk=True,
        is_old_enough=True,
        is_kept_sealed=True,
    )
    return await _written(act, done.values["contribution_id"], organisation, kept)


async def _written(act: Act, contribution_id: object, organisation: UUID, contact: str | None) -> Outcome:
    """Write down who agreed to what, with a new code."""
    code = _new_code()
    await act.insert(
        DeskEntry,
        contribution_id=contribution_id,
        organisation_id=organisation,
        agent_id=act.actor,
        contact=contact,
        consented_at=act.now,
        digest=_digest(code),
        code_ends_at=act.now + literal(CODE_GOOD_FOR, Interval),
    )
    return act.did(contribution_id=contribution_id, secrets={"code": code})


async def print_slip(act: Act, *, contribution: UUID) -> Outcome:
    """Make another slip: its code replaces the one before."""
    written = await act.one(WRITTEN, into=Written, contribution_id=contribution)
    if written is None or not await speaking.acts_for(act, written.organisation_id):
        raise not_found("contribution")
    if written.taken_over_at is not None:
        raise Refusal(ErrorCode.CODE_USED, "Whom it is for has taken it over.", "contribution")
    code = _new_code()
    await act.execute(WRITE_CODE, contribution_id=contribution, digest=_digest(code))
    return act.did(contribution_id=contribution, secrets={"code": code})


async def forget(act: Act, *, desk_entry: UUID) -> Outcome:
    """Keep no longer how to reach whom it is for, nor a code: that person asks so. What was published stays."""
    written = await act.one(WRITTEN_AS, into=Written, id=desk_entry)
    if written is None or not await speaking.acts_for(act, written.organisation_id):
        raise not_found("deskEntry")
    await act.execute(FORGET_ONE, id=desk_entry)
    return act.did(contribution_id=written.contribution_id)


async def take_over(act: Act, *, code: str) -> Outcome:
    """Take what was entered into the asker's own account, with all its exchanges, once. Those with somebody whom the
    asker has blocked, or who has blocked the asker, end."""
    await capacity.lock_people(act, act.actor, act.actor)  # Of a block at the same moment one waits for the other.
    entry = await act.one(FIND, into=Coded, digest=_digest(code))
    if entry is None:
        raise Refusal(ErrorCode.CODE_USED, "This code was used, is too old, or is none of ours.", "code")
    about = entry.contribution_id
    if await act.exists(ANSWERED, contribution_id=about, proposer_id=act.actor):
        raise Refusal(ErrorCode.OWN_ANSWER, "You have answered it yourself.", "code")
    await act.watch((Contribution, about))
    await act.execute(GIVE, id=about, author_id=act.actor)
    await act.execute(GIVE_EXCHANGES, contribution_id=about, author_id=act.actor)
    await act.execute(USE_CODE, id=entry.id)
    for one in await act.all(UNWANTED, into=Unwanted, contribution_id=about):
        await parting.of_person(act.transaction, act.actor, ExchangeReason.BLOCKED, one.proposer_id)
    return act.did(EventKind.CONTRIBUTION_TAKEN_OVER, about, contribution_id=about)


def _new_code() -> str:
    """Sixteen letters and figures in groups of four, as they are read out and typed."""
    drawn = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return "-".join(drawn[begin : begin + 4] for begin in range(0, CODE_LENGTH, 4))


def _digest(code: str) -> str:
    """What is kept of a code; however it is typed: with or without hyphens and blanks, in small letters."""
    return secret.digest("desk" + "".join(letter for letter in code.upper() if letter in CODE_LETTERS))
