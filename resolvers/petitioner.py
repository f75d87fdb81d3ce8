"""Petitioners: authors beside the one who published a petition, who may all leave it, and sponsors without whom it is
not submitted."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    delete,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.expression import case
from sqlalchemy.types import Uuid

from models import expected
from models.base import constant, new_id, table
from models.contribution import Contribution
from models.event import EventKind
from models.petition import Petition, PetitionMover, PetitionState
from models.petitioner import MAX_AUTHORS, Petitioner, PetitionerRole
from models.refusal import ErrorCode, Refusal, bad_input, limit_reached
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, petition, petition_rule, speaking
from resolvers.access import Target
from resolvers.room import Count

_petitioner, _petition, _contribution = table(Petitioner), table(Petition), table(Contribution)
_of = _petitioner.c.contribution_id == value(Petitioner, "contribution_id")
_own = _petitioner.c.actor_id == value(Petitioner, "actor_id")
_ONE: ColumnElement[int] = literal_column("1", Integer)
JOINABLE = (PetitionState.SEEKING, PetitionState.SUBMITTED, PetitionState.ADMISSIBLE)
"""In which an author may come: nobody signs yet."""


def _is(role: PetitionerRole, row: FromClause = _petitioner) -> ColumnElement[bool]:
    return row.c.role == constant(role)


# Reads ----------------------------------------------------------------------------------------------------------------


def co_authors(row: FromClause, petition: FromClause, _context: FieldContext) -> Listing:
    """The authors beside the one who published it, in the order in which they came."""
    each = _petitioner.alias("co_author")
    mine = (each.c.contribution_id == petition.c.contribution_id, _is(PetitionerRole.AUTHOR, each))
    came: Select[Any] = select(each.c.id).where(*mine, each.c.actor_id == row.c.id)
    order = Order("petition.authors", (came.correlate_except(each).scalar_subquery(),), (UUID,))
    all_: Select[Any] = select(each.c.actor_id).where(*mine)
    return Listing((row.c.id.in_(all_.correlate_except(each)),), order)


def sponsor_count(row: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """How many sponsor it."""
    each = _petitioner.alias("sponsoring")
    of = (each.c.contribution_id == row.c.contribution_id, _is(PetitionerRole.SPONSOR, each))
    counted: Select[Any] = select(func.count(type_=Integer())).select_from(each).where(*of)
    return counted.correlate_except(each).scalar_subquery()


def viewer_role(row: FromClause, context: FieldContext) -> ColumnElement[str]:
    """As what the viewer stands behind it, beside its author; null: as nothing."""
    each = _petitioner.alias("viewers_role")
    mine = (each.c.contribution_id == row.c.contribution_id, each.c.actor_id == context.viewer_id)
    said: Select[Any] = select(cast(each.c.role, Text)).where(*mine)
    return said.correlate_except(each).scalar_subquery()


def author_code(row: FromClause, context: FieldContext) -> ColumnElement[str]:
    """What makes whoever has it an author: told to authors alone, while nobody signs."""
    if not context.viewer.is_member:
        return cast(null(), Text)
    each, published = _petitioner.alias("coding"), _contribution.alias("coded")
    first: Select[Any] = select(_ONE).where(
        published.c.id == row.c.contribution_id, speaking.speaks_for(published.c.author_id, context.viewer_id)
    )
    other: Select[Any] = select(_ONE).where(
        each.c.contribution_id == row.c.contribution_id,
        each.c.actor_id == context.viewer_id,
        _is(PetitionerRole.AUTHOR, each),
    )
    is_author = or_(first.correlate(row).exists(), other.correlate(row).exists())
    is_early = row.c.state.in_([constant(state) for state in JOINABLE])
    return case((is_author & is_early, cast(row.c.author_code, Text)))


# Sponsors -------------------------------------------------------------------------------------------------------------

JOIN = (
    postgresql.insert(_petitioner)
    .values(
        id=value(Petitioner, "id"),
        contribution_id=value(Petitioner, "contribution_id"),
        actor_id=value(Petitioner, "actor_id"),
        role=value(Petitioner, "role"),
        joined_at=func.now(),
    )
    .on_conflict_do_update(constraint="petitioner_once", set_={"role": value(Petitioner, "role")})
)
LEAVE = delete(_petitioner).where(_of, _own)
SPONSORS = (
    select(func.count(type_=Integer()).label("count")).select_from(_petitioner).where(_of, _is(PetitionerRole.SPONSOR))
)
AUTHORS = select(_petitioner.c.actor_id.label("id")).where(_of, _is(PetitionerRole.AUTHOR)).order_by(_petitioner.c.id)
ROLE = select(_petitioner.c.id).where(_of, _own, _petitioner.c.role == value(Petitioner, "role"))
_within = select(_contribution.c.activity_id).where(_contribution.c.id == value(Petitioner, "contribution_id"))
WANTED = petition_rule.newest(_within.scalar_subquery(), "sponsors").with_only_columns(
    literal_column("ruling.sponsors", Integer).label("count")
)
CODE = select(_petition.c.id).where(
    _petition.c.contribution_id == value(Petition, "contribution_id"),
    _petition.c.state.in_([constant(state) for state in JOINABLE]),
    cast(_petition.c.author_code, Text) == bindparam("code", type_=Text()),
)


async def _locked(act: Act, contribution: UUID) -> tuple[Target, PetitionState]:
    """The petition, locked, which stands. Raises Refusal."""
    target = await access.contribution(act, contribution)
    standing = await petition.standing(act, contribution)
    if standing is None:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "This is no petition.", "contribution")
    target.require_standing()
    return target, standing.state


async def sponsor(act: Act, *, contribution: UUID) -> Outcome:
    """Sponsor a petition that seeks sponsors; with the last one whom the rule wants it is submitted."""
    target, state = await _locked(act, contribution)
    said = {"contribution_id": contribution, "actor_id": act.actor}
    if state is not PetitionState.SEEKING:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "It does not seek sponsors.", "contribution")
    is_other = await act.exists(ROLE, **said, role=PetitionerRole.AUTHOR)
    if is_other or await speaking.acts_for(act, target.author_id):
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "Its authors do not sponsor it.", "contribution")
    await act.execute(JOIN, id=new_id(), role=PetitionerRole.SPONSOR, **said)
    return await _submitted(act, contribution)


async def _submitted(act: Act, contribution: UUID) -> Outcome:
    """Submit a petition that has the sponsors whom the rule wants."""
    counted = await act.one(SPONSORS, into=Count, contribution_id=contribution)
    wanted = await act.one(WANTED, into=Count, contribution_id=contribution)
    event, count = EventKind.PETITION_PARTIES_CHANGED, counted.count if counted else 0
    move = petition.allowed(PetitionState.SEEKING, event, PetitionMover.SPONSOR)
    if move is not None and (wanted is None or count >= wanted.count):
        columns = {"contribution_id": contribution, "tenant": act.asker.tenant}
        await act.execute(petition.CHANGES[event], state=move.after, **columns)
    return act.did(event, contribution, {"sponsors": count}, contribution_id=contribution)


# Authors --------------------------------------------------------------------------------------------------------------


async def join(act: Act, *, contribution: UUID, code: str) -> Outcome:
    """Become an author by the code that one of them has passed on, before anybody signs."""
    target, _ = await _locked(act, contribution)
    if await speaking.acts_for(act, target.author_id):
        return act.did(contribution_id=contribution)
    if not await act.exists(CODE, contribution_id=contribution, code=code):
        message = "This invitation is not good, or people sign already: ask an author for another one."
        raise bad_input(message, "code", expected.NEW)
    others = await act.all(AUTHORS, into=access.Id, contribution_id=contribution)
    if len(others) + 1 >= MAX_AUTHORS and act.actor not in {one.id for one in others}:
        raise limit_reached(
            f"A petition has at most {MAX_AUTHORS} authors.", "contribution", expected.at_most(MAX_AUTHORS)
        )
    said = {"contribution_id": contribution, "actor_id": act.actor}
    await act.execute(JOIN, id=new_id(), role=PetitionerRole.AUTHOR, **said)
    note = {"authors": len(others) + 2}
    return act.did(EventKind.PETITION_PARTIES_CHANGED, contribution, note, contribution_id=contribution)


HAND_OVER = (
    update(_contribution)
    .where(_contribution.c.id == value(Contribution, "id"))
    .values(author_id=value(Contribution, "author_id"))
)


async def leave(act: Act, *, contribution: UUID) -> Outcome:
    """Leave a petition as one of its authors, or as a sponsor while it seeks some. It goes on with the others."""
    target, state = await _locked(act, contribution)
    said = {"contribution_id": contribution, "actor_id": act.actor}
    others = await act.all(AUTHORS, into=access.Id, contribution_id=contribution)
    if target.author_id == act.actor:
        if not others:
            message = "You are its only author: withdraw the petition instead."
            raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, "contribution")
        await act.execute(HAND_OVER, id=contribution, author_id=others[0].id)
        await act.execute(LEAVE, contribution_id=contribution, actor_id=others[0].id)
    elif state is not PetitionState.SEEKING and await act.exists(ROLE, **said, role=PetitionerRole.SPONSOR):
        message = "It is submitted: whoever has sponsored it then has done so."
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, "contribution")
    elif not await act.execute(LEAVE, **said):
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "You do not stand behind it.", "contribution")
    note = {"left": True}
    return act.did(EventKind.PETITION_PARTIES_CHANGED, contribution, note, contribution_id=contribution)


async def require_alone(act: Act, contribution: UUID) -> None:
    """An author ends a petition only where nobody else goes on with it. Raises Refusal."""
    if await act.exists(AUTHORS, contribution_id=contribution):
        message = "It has other authors, who go on: leave it instead."
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, "contribution")


_heir = _petitioner.alias("heir")
_first: Select[Any] = (
    select(_heir.c.actor_id)
    .where(_heir.c.contribution_id == _contribution.c.id, _is(PetitionerRole.AUTHOR, _heir))
    .order_by(_heir.c.id)
    .limit(_ONE)
)
_erased = bindparam("actor", type_=Uuid())
INHERIT = (
    update(_contribution)
    .where(_contribution.c.author_id == _erased, _first.correlate(_contribution).exists())
    .values(author_id=_first.correlate(_contribution).scalar_subquery())
)
"""What somebody who is erased published with other authors goes on as the first one's."""

INHERITED = delete(_petitioner).where(
    _is(PetitionerRole.AUTHOR),
    select(_contribution.c.id)
    .where(_contribution.c.id == _petitioner.c.contribution_id, _contribution.c.author_id == _petitioner.c.actor_id)
    .exists(),
)
