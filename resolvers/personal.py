"""Personal data: a person's copy of it, and its erasure, each by the list of traces in `models/personal.py`."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Delete,
    FromClause,
    Insert,
    Select,
    Text,
    Update,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.types import Uuid

from database.door import Database, Transaction
from mail import queue
from models.account import Account
from models.activity import Activity
from models.actor import Actor, Role
from models.api_token import ApiToken
from models.base import TenantTable, constant, new_id, table
from models.category import Category
from models.contribution import PUBLIC_STATUSES, Contribution
from models.event import EventDetail
from models.exchange import ExchangeReason
from models.mail import MailKind
from models.personal import ERASED_NAME, TRACES, Fate, Remains, Trail, Whose
from models.zone import Zone
from planner.row import reader
from resolvers import amendment, elector, life, moderation, parting, petition_proposal, petitioner, vote, wording

PAGE = 200
MAIL_GOOD_FOR = timedelta(days=1)
"""How long the address of an erased person is kept for the mail that tells them."""

_actor, _account, _detail, _token = table(Actor), table(Account), table(EventDetail), table(ApiToken)
_id = bindparam("actor", type_=Uuid())
_KEYS: dict[Whose, ColumnElement[Any]] = {
    Whose.ACTOR: _id,
    Whose.ACCOUNT: bindparam("account", type_=Uuid()),
    Whose.EMAIL: bindparam("email", type_=Text()),
}
_PERSON = select(
    _actor.c.id.label("actor"),
    _account.c.id.label("account"),
    _account.c.email,
    _actor.c.name,
    _actor.c.role,
    _actor.c.erased_at.is_not(None).label("is_erased"),
).join_from(_actor, _account, _account.c.actor_id == _actor.c.id, isouter=True)
PERSON = _PERSON.where(_actor.c.id == _id)
LOCK = PERSON.with_for_update(of=_actor)


@dataclass(frozen=True, slots=True)
class PersonKeys:
    """The keys by which a person's data are found."""

    actor: UUID
    account: UUID | None
    email: str | None
    name: str
    role: Role
    is_erased: bool

    @property
    def keys(self) -> dict[str, object]:
        """The parameters of the statements here."""
        return {"actor": self.actor, "account": self.account, "email": self.email}


_person = reader(PERSON, PersonKeys)


# Erasure --------------------------------------------------------------------------------------------------------------


async def locked(transaction: Transaction, actor: UUID) -> PersonKeys | None:
    """A person, locked, so that of two concurrent erasures the second finds nothing."""
    row = await transaction.one(LOCK, actor=actor)
    return None if row is None else _person(row)


async def erase(transaction: Transaction, person: PersonKeys, choice: Remains, by: UUID | None) -> None:
    """Erase a person in one transaction. Votes stay counted; with KEEP, published texts stay, without author.

    People with an address are told by mail, after which the address is removed.
    """
    await parting.of_person(transaction, person.actor, ExchangeReason.ACCOUNT_CLOSED)
    await transaction.execute(elector.FORGET_UNSAID, actor=person.actor)
    await transaction.execute(elector.FORGET_WORDS, actor=person.actor)
    await transaction.execute(petitioner.INHERIT, actor=person.actor)
    await transaction.execute(petitioner.INHERITED)
    await life.erase(transaction, person.actor, is_blanked=choice is Remains.BLANK, by=by)
    if choice is Remains.BLANK:
        await transaction.execute(wording.FORGET)
        await moderation.end(transaction, person.actor)
        await transaction.execute(petition_proposal.OWE_NOTHING_TO, actor=person.actor)
        await transaction.execute(amendment.LEAVE, actor=person.actor)
    for statement in _erasure(choice):
        await transaction.execute(statement, **person.keys)
    if person.email is not None:
        await queue.add(transaction, MailKind.ACCOUNT_ERASED, person.email, new_id(), MAIL_GOOD_FOR)


@cache
def _erasure(choice: Remains) -> list[Insert | Update | Delete]:
    """The statements in order: details first, while the rows that they are about still belong to the person."""
    revoked = update(_token).where(_token.c.created_by_id == _id)
    return [
        _details(),
        revoked.values(revoked_at=func.coalesce(_token.c.revoked_at, func.now())),
        vote.LET_GO,
        *(statement for trace in TRACES if (statement := _end(trace, choice)) is not None),
        update(_actor)
        .where(_actor.c.id == _id)
        .values(
            name=ERASED_NAME,
            role=constant(Role.MEMBER),
            is_trusted_flagger=literal_column("false", Boolean),
            erased_at=func.now(),
        ),
    ]


def _details() -> Update:
    """Blank the journal's details of the person's rows."""
    own = [
        select(row.c.id).where(row.c[trace.key] == _KEYS[trace.by])
        for trace in TRACES
        if trace.fate is not Fate.KEPT and not trace.is_mention and "id" in (row := table(trace.model)).c
    ]
    subjects = union_all(select(_actor.c.id).where(_actor.c.id == _id), *own).subquery("own")
    of_notes = and_(  # Those that were removed are no rows any more.
        _detail.c.subject_kind == literal_column("'note'", Text),
        cast(_detail.c.columns, Text).contains(cast(_id, Text)),
    )
    is_own = or_(_detail.c.subject_id.in_(select(subjects.c.id)), of_notes)
    emptied = update(_detail).where(_detail.c.salt.is_not(None), is_own)
    return emptied.values(columns=null(), salt=null())


def _end(trace: Trail, choice: Remains) -> Update | Delete | None:
    """The statement that erases one kind of data. `life` erases contributions, because it keeps their counts right."""
    row = table(trace.model)
    mine = row.c[trace.key] == _KEYS[trace.by]
    match trace.fate:
        case Fate.REMOVED:
            return delete(row).where(mine)
        case Fate.NOBODYS:
            return update(row).where(mine).values({trace.key: null()})
        case Fate.BLANKED if trace.model is not Contribution and (trace.is_private or choice is Remains.BLANK):
            return (
                update(row).where(mine).values({name: _blank(row.c[name], text) for name, text in trace.blank.items()})
            )
    return None


def _blank(column: ColumnElement[Any], text: str | None) -> ColumnElement[Any]:
    """`text` in the place of what was written; what was never written stays so, as the table's checks may demand."""
    return null() if text is None else case((column.is_not(None), literal(text, Text)))


# The copy -------------------------------------------------------------------------------------------------------------

Rows = list[dict[str, Any]]
_LABELS: dict[str, tuple[type[TenantTable], str]] = {
    "contribution_id": (Contribution, "title"),
    "about_id": (Contribution, "title"),
    "activity_id": (Activity, "title"),
    "category_id": (Category, "name"),
    "zone_id": (Zone, "name"),
}
"""The labels that the copy shows beside ids."""


async def copied(database: Database, tenant: int, actor: UUID) -> AsyncIterator[tuple[str, Rows]]:
    """All data about an actor, section by section; long sections come in parts of PAGE rows."""
    rows = await database.rows(PERSON, tenant, actor=actor)
    if not rows:
        return
    person = _person(rows[0])
    for name, statement in _copies():
        behind: UUID | None = UUID(int=0)
        while behind is not None:
            part = [dict(row[0]) for row in await database.rows(statement, tenant, **person.keys, behind=behind)]  # type: ignore[call-overload]  # JSON
            yield name, [{key: value for key, value in row.items() if key != "_id"} for row in part]
            behind = UUID(part[-1]["_id"]) if len(part) == PAGE and part[-1]["_id"] else None


@cache
def _copies() -> list[tuple[str, Select[Any]]]:
    face = ("id", "kind", "role", "name", "created_at")
    return [
        ("actor", _copy(_actor, "id", Whose.ACTOR, face)),
        *((trace.name, _copy(table(trace.model), trace.key, trace.by, trace.told)) for trace in TRACES if trace.told),
    ]


def _copy(row: FromClause, key: str, by: Whose, told: tuple[str, ...]) -> Select[Any]:
    pairs: list[ColumnElement[Any]] = []
    for name in told:
        pairs += [_word(name), row.c[name]]
        if name in _LABELS:
            pairs += [_word(name.removesuffix("_id")), _label(row.c[name], *_LABELS[name])]
    has_id = "id" in row.c
    pairs += [_word("_id"), row.c.id if has_id else null()]
    rows = select(func.jsonb_build_object(*pairs)).where(row.c[key] == _KEYS[by])
    behind = bindparam("behind", type_=Uuid())
    if not has_id:
        return rows.where(behind.is_not(None))
    return rows.where(row.c.id > behind).order_by(row.c.id).limit(literal_column(str(PAGE), BigInteger))


def _label(id_: ColumnElement[Any], model: type[TenantTable], name: str) -> ColumnElement[Any]:
    """The label of another row; none for a contribution that is not public."""
    row = table(model).alias()
    text: ColumnElement[Any] = row.c[name]
    if model is Contribution:
        text = case((row.c.status.in_([constant(status) for status in PUBLIC_STATUSES]), text))
    return select(text).where(row.c.id == id_).correlate_except(row).scalar_subquery()


def _word(word: str) -> ColumnElement[str]:
    return literal_column(f"'{word}'", Text)
