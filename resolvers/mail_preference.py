"""Preferences of mails: read and changed by whoever is signed in, or holds a link of one's mails."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    case,
    exists,
    func,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.expression import literal_column
from sqlalchemy.types import Uuid

from database.door import Transaction
from models import expected
from models.account import Account
from models.base import constant, new_id, table
from models.contribution import Contribution
from models.mail_preference import LOCALES, QUIET, USUAL, Cadence, MailPreference
from models.notice import Notice
from models.refusal import ErrorCode, Refusal, bad_input
from planner.act import Act, Outcome, value
from planner.context import FieldContext

_preference, _account = table(MailPreference), table(Account)
_notice, _contribution = table(Notice), table(Contribution)
_CHOSEN = ("mine", "followed", "locale", "quiet_from", "quiet_until")
_actor = value(MailPreference, "actor_id")
_written = insert(_preference).values(
    id=value(MailPreference, "id"),
    actor_id=_actor,
    **{name: value(MailPreference, name) for name in _CHOSEN},
    revised_at=func.now(),
)
WRITE = _written.on_conflict_do_update(
    constraint="preference_once", set_={name: _written.excluded[name] for name in (*_CHOSEN, "revised_at")}
)
WAKE = update(_account).where(_account.c.actor_id == _actor).values(asleep_at=null())
ACCOUNT = select(_account.c.id).where(_account.c.actor_id == _actor)
_is_mine = exists().where(_contribution.c.id == _notice.c.contribution_id, _contribution.c.author_id == _actor)
RESET = (
    update(_notice)
    .where(_notice.c.actor_id == _actor, _notice.c.cadence.is_not(None), _notice.c.digest_id.is_(None))
    .values(
        cadence=func.nullif(
            case((_is_mine, value(MailPreference, "mine")), else_=value(MailPreference, "followed")),
            constant(Cadence.NEVER),
        )
    )
)
"""What waits to be mailed follows the new choice."""

_SILENT = {"mine": constant(Cadence.NEVER), "followed": constant(Cadence.NEVER), "revised_at": func.now()}
SILENCE = (
    insert(_preference)
    .values(
        id=value(MailPreference, "id"),
        actor_id=_actor,
        **_SILENT,
        **{
            name: literal_column(str(hour), Integer)
            for name, hour in zip(("quiet_from", "quiet_until"), QUIET, strict=True)
        },
    )
    .on_conflict_do_update(constraint="preference_once", set_=_SILENT)
)
UNSENT = (
    update(_notice)
    .where(_notice.c.actor_id == _actor, _notice.c.cadence.is_not(None), _notice.c.digest_id.is_(None))
    .values(cadence=null())
)


# Reads ----------------------------------------------------------------------------------------------------------------


def _asked(context: FieldContext) -> BindParameter[Any]:
    """Whose preferences: those of the link's reader, else the viewer's."""
    if context.has("token"):
        return context.bind(lambda given, asker: asker.reader(str(given["token"])), Uuid())
    return context.person_id


def shown(_parent: FromClause, context: FieldContext) -> Select[Any]:
    """What is chosen, or usual where nothing is; of people who can sign in."""
    chosen, account = _preference.alias("chosen"), _account.alias("reader")
    usual: dict[str, ColumnElement[Any]] = {name: constant(cadence) for name, cadence in USUAL.items()}
    usual |= {
        name: literal_column(str(hour), Integer)
        for name, hour in zip(("quiet_from", "quiet_until"), QUIET, strict=True)
    }
    columns = (func.coalesce(chosen.c[name], other).label(name) for name, other in usual.items())
    joined = account.outerjoin(chosen, chosen.c.actor_id == account.c.actor_id)
    whose = account.c.actor_id == _asked(context)
    return select(*columns, chosen.c.locale, account.c.asleep_at).select_from(joined).where(whose)


# Writes ---------------------------------------------------------------------------------------------------------------


async def revise(act: Act, *, token: str | None = None, **chosen: Any) -> Outcome:
    """Choose how often one is mailed. What waits to be mailed follows; an address that failed is tried again."""
    actor = act.actor if token is None else act.asker.reader(token)
    if actor is None or not await act.exists(ACCOUNT, actor_id=actor):
        raise Refusal(ErrorCode.LINK_UNKNOWN, "This link is none of ours, or its account is gone.", "token")
    for name in ("quiet_from", "quiet_until"):
        if not 0 <= chosen[name] <= 23:
            raise bad_input("An hour is 0 to 23.", _FIELDS[name], expected.number(0, 23))
    if chosen.setdefault("locale", None) not in (None, *LOCALES):
        raise bad_input("A language is fr or en.", "locale", expected.one_of("fr", "en"))
    await act.execute(WRITE, id=new_id(), actor_id=actor, **chosen)
    await act.execute(WAKE, actor_id=actor)
    await act.execute(RESET, actor_id=actor, mine=chosen["mine"], followed=chosen["followed"])
    return act.did()


_FIELDS = {"quiet_from": "quietFrom", "quiet_until": "quietUntil"}


async def silence(transaction: Transaction, actor: UUID) -> None:
    """Mail somebody nothing any more of what the person is told."""
    if await transaction.one(ACCOUNT, actor_id=actor) is not None:
        await transaction.execute(SILENCE, id=new_id(), actor_id=actor)
        await transaction.execute(UNSENT, actor_id=actor)
