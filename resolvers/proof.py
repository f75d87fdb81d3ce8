"""Proofs: what a vote asks of its voters, who has proved it, and how many ballots each level of proof has."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy import cast as as_type
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from models.account import Account
from models.activity import Activity, ActivityKind
from models.actor import Actor
from models.ballot import Ballot
from models.base import new_id, table
from models.polling_desk import Signing
from models.proof import COLUMNS, Proof, ProofLevel, mailbox, person_parts
from models.refusal import ErrorCode, Refusal, not_found
from models.vote import VoteMethod
from planner.act import Act, value
from planner.context import Asker, FieldContext
from planner.sight import Sight
from resolvers import access, period, sight
from resolvers.few import is_withheld
from resolvers.sight import ACTIVITY

_proof, _ballot, _signing, _account = table(Proof), table(Ballot), table(Signing), table(Account)
_id = value(Activity, "id")
_mine = (_proof.c.activity_id == value(Proof, "activity_id"), _proof.c.actor_id == value(Proof, "actor_id"))
OWN = select(_proof.c.level).where(*_mine)
_kept = ("id", "activity_id", "actor_id", "level", "digest", "first_digest", "address_digest")
GIVE = (
    postgresql.insert(_proof)
    .values(**{name: value(Proof, name) for name in _kept}, given_at=func.now())
    .on_conflict_do_nothing()
)
_of_key = (_proof.c.activity_id == value(Proof, "activity_id"), _proof.c.digest == value(Proof, "digest"))
USED = select(_proof.c.id, _proof.c.actor_id, _proof.c.level).where(
    _proof.c.activity_id == value(Proof, "activity_id"),
    or_(
        _proof.c.digest == any_(bindparam("keys", type_=ARRAY(Text()))), _proof.c.first_digest == value(Proof, "digest")
    ),
)
"""Who has proved to be the person of any of some `keys`, of which `digest` is of the whole name; no actor, once that
account is erased."""

_shell = table(Actor)
SHELL = select(_proof.c.actor_id.label("id")).where(
    *_of_key, select(_shell.c.id).where(_shell.c.id == _proof.c.actor_id, _shell.c.erased_at.is_not(None)).exists()
)
"""Who has proved it without an account."""

ADDRESS = select(_account.c.email).where(_account.c.actor_id == value(Account, "actor_id"))


@dataclass(frozen=True, slots=True)
class Prover:
    """Who has proved something; no actor: an account that is erased."""

    id: UUID
    actor_id: UUID | None
    level: ProofLevel


@dataclass(frozen=True, slots=True)
class MailAddress:
    """Where an account gets its mail."""

    email: str | None


@dataclass(frozen=True, slots=True)
class AskedProof:
    """What a vote or a survey asks, as far as the asker sees it. `today` is by the portal's clock, `level` what is
    proved."""

    kind: ActivityKind
    vote_method: VoteMethod | None
    proof_levels: list[str] | None
    proof_least_age: int | None
    proof_age_on: date | None
    proof_zone_id: UUID | None
    is_running: bool
    has_opened: bool
    today: date
    level: ProofLevel | None

    @property
    def is_survey(self) -> bool:
        """Whether people answer there, and vote nowhere."""
        return self.kind is ActivityKind.SURVEY

    def not_open(self, message: str) -> Refusal:
        """The refusal of whoever comes too early or too late."""
        code = ErrorCode.ACTIVITY_NOT_OPEN if self.is_survey else ErrorCode.VOTING_NOT_OPEN
        return Refusal(code, message, "activity")


def level_of(viewer: ColumnElement[Any]) -> ColumnElement[str]:
    """The level that an actor has proved in `ACTIVITY`; null: none."""
    row = _proof.alias("viewers_proof")
    own = select(row.c.level).where(row.c.activity_id == ACTIVITY.c.id, row.c.actor_id == viewer)
    return own.correlate_except(row).scalar_subquery()


@cache
def _asked(seen: Sight) -> Select[tuple[object, ...]]:
    """What the activity `:id` asks, if it is seen."""
    columns = (ACTIVITY.c[name] for name in ("kind", "vote_method", *COLUMNS))
    today = as_type(func.timezone(bindparam("time_zone", type_=Text()), func.now()), Date).label("today")
    level = level_of(bindparam("viewer", type_=Uuid())).label("level")
    has_opened = period.has_begun(ACTIVITY).label("has_opened")
    statement: Select[tuple[object, ...]] = select(*columns, access.is_proving(), has_opened, today, level)
    return sight.activities(statement.select_from(ACTIVITY), seen).where(ACTIVITY.c.id == _id)


# Keys ----------------------------------------------------------------------------------------------------------------


def person_key(asker: Asker, name: str, born_on: date) -> str:
    """What is kept of a name and a birth date: the same however the name is written."""
    return asker.digest(*person_parts(name, born_on))


def key_in(asker: Asker, activity: UUID, kind: str, what: str) -> str:
    """A key that is of one activity alone, so that nobody is followed from one vote to another."""
    return asker.digest("proof", str(activity), kind, what)


def voter_key(asker: Asker, activity: UUID, person: str) -> str:
    """The key of a person in an activity, online and at desks."""
    return key_in(asker, activity, "person", person)


# What is read --------------------------------------------------------------------------------------------------------


def rule(row: FromClause, _context: FieldContext) -> Select[Any]:
    """What a vote asks of its voters; no row where it asks nothing."""
    columns: list[Any] = [
        row.c.id.label("activity_id"),
        row.c.proof_levels.label("levels"),
        row.c.proof_least_age.label("least_age"),
        row.c.proof_age_on.label("age_on"),
        row.c.proof_zone_id.label("zone_id"),
    ]
    return select(*columns).where(row.c.proof_levels.is_not(None))


def own(activity: FromClause, context: FieldContext) -> Select[Any]:
    """What the viewer has proved in an activity."""
    row = _proof.alias("own_proof")
    mine = (row.c.activity_id == activity.c.id, row.c.actor_id == context.viewer_id)
    return select(row.c.level.label("level"), row.c.given_at.label("given_at")).where(*mine)


def counts(turnout: FromClause, context: FieldContext) -> Select[Any]:
    """How many ballots were cast online by each level of proof, sealed ones too; few are withheld. While people vote
    administrators alone see any: others would see by what somebody has proved who has just voted."""
    cast, sealed = _ballot.alias("proved_ballot"), _signing.alias("proved_envelope")
    both = union_all(
        select(cast.c.proof.label("level")).where(
            cast.c.activity_id == turnout.c.activity_id, cast.c.proof.is_not(None)
        ),
        select(sealed.c.proof.label("level")).where(
            sealed.c.activity_id == turnout.c.activity_id, sealed.c.proof.is_not(None), sealed.c.desk_id.is_(None)
        ),
    )
    each = both.subquery("proved")
    people = func.count(type_=Integer())
    vote = table(Activity).alias("proved_vote")
    is_over = select(vote.c.id).where(vote.c.id == turnout.c.activity_id, vote.c.closes_at <= func.now())
    seen = true() if context.viewer.is_administrator else is_over.correlate(turnout).exists()
    counted = select(each.c.level, people.label("people")).where(seen).group_by(each.c.level).subquery("counted_proof")
    told: Any = case((~is_withheld(counted.c.people, counted.c.level), counted.c.people))
    return select(counted.c.level, told.label("ballot_count")).order_by(counted.c.level)


# What is done --------------------------------------------------------------------------------------------------------


async def asked(act: Act, activity: UUID) -> AskedProof:
    """What the activity of an input's field asks. Raises Refusal(NOT_FOUND)."""
    asked = await act.one(_asked(act.sight), into=AskedProof, id=activity, time_zone=act.asker.time_zone)
    if asked is None:
        raise not_found("activity")
    return asked


def used(field: str) -> Refusal:
    """The refusal of a proof that was used, online or at a desk."""
    return Refusal(ErrorCode.PROOF_USED, "This proof was used in this vote already.", field)


def vote_twice(field: str) -> Refusal:
    """The refusal of proofs, or of a desk beside them, by which one person could vote twice."""
    message = "One person could vote twice: mailboxes and codes stand alone, without other proofs and without desks."
    return Refusal(ErrorCode.PROOFS_DO_NOT_MIX, message, field)


async def put(
    act: Act,
    activity: UUID,
    level: ProofLevel,
    digest: str,
    field: str,
    *,
    first: str | None = None,
    address: str | None = None,
) -> None:
    """Keep that the asker has proved something, once in a vote. Raises Refusal(PROOF_USED)."""
    columns = {"activity_id": activity, "actor_id": act.actor, "level": level, "digest": digest}
    if await act.execute(GIVE, id=new_id(), first_digest=first, address_digest=address, **columns):
        return
    if not await act.exists(OWN, activity_id=activity, actor_id=act.actor):
        raise used(field)


async def required(
    act: Act, activity: UUID, levels: list[str] | None, level: ProofLevel | None, field: str
) -> ProofLevel | None:
    """The level by which the asker votes where `levels` are asked and `level` is proved: a mailbox that was confirmed
    by signing in is a proof by itself. None: nothing is asked. Raises Refusal(PROOF_NEEDED, PROOF_USED)."""
    if not levels or level is not None:
        return level
    if ProofLevel.EMAIL.value not in levels:
        raise Refusal(ErrorCode.PROOF_NEEDED, "This vote asks for a proof first.", field)
    account = await act.one(ADDRESS, into=MailAddress, actor_id=act.actor)
    if account is None or account.email is None:
        raise Refusal(ErrorCode.PROOF_NEEDED, "This vote asks for a confirmed address first.", field)
    key = key_in(act.asker, activity, "mailbox", mailbox(account.email))
    await put(act, activity, ProofLevel.EMAIL, key, field)
    return ProofLevel.EMAIL
