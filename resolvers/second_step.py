"""The second step of signing in: offered to its account's owner, who sets and removes it; removed by administrators."""

import time
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, Text, case, func, select, update
from sqlalchemy.dialects.postgresql import array

import auth.session
from auth import second_step
from models.account import Account
from models.actor import Actor
from models.base import table
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from resolvers import access

_account, _actor = table(Account), table(Actor)
EXISTS = select(_actor.c.id).where(_actor.c.id == value(Actor, "id"))
MINE = select(_account.c.id).where(_account.c.actor_id == value(Account, "actor_id"))
IS_SET = MINE.where(_account.c.second_step.is_not(None))
SET = (
    update(_account)
    .where(_account.c.id == value(Account, "id"), _account.c.second_step.is_(None))
    .values({name: value(Account, name) for name in ("second_step", "second_step_last", "recovery_digests")})
)
REMOVE = (
    update(_account)
    .where(_account.c.actor_id == value(Account, "actor_id"), _account.c.second_step.is_not(None))
    .values(second_step=None, second_step_last=None, recovery_digests=array([], type_=Text()))
)


def is_set(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether signing in to the account takes a second step."""
    return row.c.second_step.is_not(None)


def recovery_code_count(row: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """How many recovery codes were not used."""
    return func.cardinality(row.c.recovery_digests, type_=Integer())


def offered_key(row: FromClause, context: FieldContext) -> ColumnElement[str | None]:
    """The key of this hour for an account that has none."""
    key = context.bind(lambda _, asker: second_step.keys(asker.digest, asker.viewer.actor_id)[0], Text())
    return case((row.c.second_step.is_(None), key))


def has(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether signing in as an actor takes a second step; false for all but administrators and the actor."""
    own = select(_account.c.id).where(_account.c.actor_id == row.c.id, _account.c.second_step.is_not(None))
    return own.correlate(row).exists()


async def set_up(act: Act, *, code: str) -> Outcome:
    """Ask a code of the telephone at each sign-in from now on; it shows that it makes them. Browsers in which the asker
    is signed in stay so. The recovery codes are in the outcome alone."""
    account = await _own(act)
    typed, now = second_step.written(code), time.time()
    made = ((key, second_step.step(key, typed, now)) for key in second_step.keys(act.asker.digest, act.actor))
    key, last = next((one for one in made if one[1] is not None), ("", None))
    if last is None:
        raise Refusal(ErrorCode.SECOND_STEP_WRONG, "This is not the code that the key makes now.", "code")
    codes = second_step.new_recovery_codes()
    columns = {
        "second_step": act.asker.seal(second_step.name_of(account), key),
        "second_step_last": last,
        "recovery_digests": [second_step.recovery_digest(act.asker.digest, account, code) for code in codes],
    }
    if not await act.execute(SET, id=account, **columns):
        raise Refusal(ErrorCode.SECOND_STEP_KEPT, "Your account has a second step already.", "code")
    await auth.session.confirm_all(act.transaction, act.actor)
    own = {"actor_id": act.actor}
    return act.did(EventKind.SECOND_STEP_SET, act.actor, secrets={"recovery_codes": "\n".join(codes)}, **own)


async def remove(act: Act, *, actor: UUID | None = None, code: str = "") -> Outcome:
    """Sign in without a second step again: the asker, who shows a code once more, or somebody who asked an
    administrator for it. A wrong code is an outcome that is committed, so that it counts."""
    whom = act.actor_or_none if actor is None else actor
    if whom is None:
        raise not_found("actor")
    if whom == act.actor_or_none:
        refused = await _shown(act, await _own(act), code)
        if refused is not None:
            return Outcome(refusal=refused)
    elif not act.asker.viewer.is_administrator:
        raise Refusal(ErrorCode.FORBIDDEN, "Administrators alone may remove another's.", "actor")
    elif not await act.exists(EXISTS, id=whom):
        raise not_found("actor")
    await access.person(act, whom)
    if not await act.execute(REMOVE, actor_id=whom):
        return act.did(actor_id=whom)
    return act.did(EventKind.SECOND_STEP_REMOVED, whom, actor_id=whom)


async def require(act: Act, field: str) -> None:
    """Whoever demands a second step of others has one. Raises Refusal(SECOND_STEP_NEEDED)."""
    if not await act.exists(IS_SET, actor_id=act.actor):
        raise Refusal(ErrorCode.SECOND_STEP_NEEDED, "Set a second step for yourself first.", field)


async def _shown(act: Act, account: UUID, code: str) -> Refusal | None:
    """What is wrong with a code of the asker's; None for a right one."""
    wrong = Refusal(ErrorCode.SECOND_STEP_WRONG, "This is not a code of yours, or it was used.", "code")
    if not await act.exists(IS_SET, actor_id=act.actor):
        return wrong
    if not await second_step.may_try(act.transaction, act.asker.digest, account):
        return Refusal(ErrorCode.SECOND_STEP_TRIES, "Too many codes were tried in this hour.", "code")
    is_right = await second_step.take(act.transaction, account, code, act.asker.unseal, act.asker.digest)
    return None if is_right else wrong


async def _own(act: Act) -> UUID:
    """The asker's account, on the portal itself. Raises Refusal for machines and widgets."""
    if act.asker.viewer.client is not None:
        raise Refusal(ErrorCode.FORBIDDEN, "Sign in on the portal itself to do this.")
    await access.person(act, act.actor)
    account = await act.one(MINE, into=access.Id, actor_id=act.actor)
    if account is None:
        raise not_found("actor")
    return account.id
