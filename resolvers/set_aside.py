"""Ballots that may be of one person: found by what their accounts have in common, set aside by an agent, put back.

Nothing is set aside by itself: a sign is shown to an agent, who decides and says why.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    null,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import Uuid

from mail import queue
from models import expected
from models.account import Account
from models.ballot import Ballot
from models.base import constant, new_id, table, unnested
from models.event import EventKind
from models.mail import MailKind
from models.proof import OF_PERSON, Proof
from models.refusal import ErrorCode, Refusal, bad_input, not_found
from models.set_aside import (
    EXPLANATION_LENGTH,
    LARGE_PROVIDERS,
    LEAST_ALIKE,
    LEAST_LETTERS,
    LEAST_OF_ADDRESS,
    LEAST_OF_DOMAIN,
    LEAST_OF_FIRST_NAME,
    DoubtSign,
    SetAside,
)
from planner.act import Act, Outcome, value
from planner.context import Asker, FieldContext
from planner.listing import Listing, Order
from resolvers import access, text

MAIL_GOOD_FOR = timedelta(days=7)

_aside, _ballot, _account, _proof = table(SetAside), table(Ballot), table(Account), table(Proof)
_ONE: ColumnElement[int] = literal_column("1", Integer)


def _part(address: ColumnElement[str], place: int) -> ColumnElement[str]:
    return func.split_part(address, literal_column("'@'", Text), literal_column(str(place), Integer), type_=Text())


def mailbox(address: ColumnElement[str]) -> ColumnElement[str]:
    """The mailbox behind an address: providers deliver what stands behind a plus, and some any dots, to the same."""
    lower = func.lower(address, type_=Text())
    local = func.split_part(_part(lower, 1), literal_column("'+'", Text), _ONE, type_=Text())
    domain = _part(lower, 2)
    is_google = domain.in_([literal_column("'gmail.com'", Text), literal_column("'googlemail.com'", Text)])
    undotted = func.replace(local, literal_column("'.'", Text), literal_column("''", Text), type_=Text())
    google = undotted + literal_column("'@gmail.com'", Text)
    return case((is_google, google), else_=local + literal_column("'@'", Text) + domain)


def mark_of(shared: ColumnElement[str], key: ColumnElement[str]) -> ColumnElement[str]:
    """A digest of what ballots have in common, keyed: an address is guessed easily."""
    utf8 = literal_column("'UTF8'", Text)
    keyed = func.convert_to(func.concat(key, shared, type_=Text()), utf8)
    return func.encode(func.sha256(keyed), literal_column("'hex'", Text), type_=Text())


def doubt_key(asker: Asker) -> str:
    """The key of marks."""
    return asker.digest("doubt")


_unnumbered = (
    func.regexp_replace(
        _part(mailbox(_account.c.email), 1),
        *(literal_column(f"'{text_}'", Text) for text_ in ("[0-9]+", "", "g")),
        type_=Text(),
    )
    + literal_column("'@'", Text)
    + _part(mailbox(_account.c.email), 2)
)
_letters = func.regexp_replace(
    _part(_unnumbered, 1), *(literal_column(f"'{text_}'", Text) for text_ in ("[^[:alpha:]]", "", "g")), type_=Text()
)
_has_letters = func.char_length(_letters, type_=Integer()) >= literal_column(str(LEAST_LETTERS), Integer)
"""Whoever takes a telephone number for an address has nothing in common with others who do."""

_proven = (
    select(_proof.c.level, _proof.c.digest, _proof.c.first_digest, _proof.c.address_digest)
    .where(_proof.c.activity_id == _ballot.c.activity_id, _proof.c.actor_id == _ballot.c.actor_id)
    .limit(_ONE)
    .lateral("proven")
)
"""A voter's proof, looked up by its own key for each ballot: joined as a table, a vote of which PostgreSQL has no
figures yet, for it is new, makes it read all proofs for each ballot."""

_of_voter = _ballot.outerjoin(_account, _account.c.actor_id == _ballot.c.actor_id).outerjoin(_proven, true())
_large = [literal_column(f"'{domain}'", Text) for domain in LARGE_PROVIDERS]
SIGNS: dict[DoubtSign, tuple[ColumnElement[str], int, Any]] = {
    DoubtSign.MAILBOX: (mailbox(_account.c.email), 2, _account.c.email.is_not(None)),
    DoubtSign.DOMAIN: (
        _part(func.lower(_account.c.email, type_=Text()), 2),
        LEAST_OF_DOMAIN,
        _part(func.lower(_account.c.email, type_=Text()), 2).not_in(_large),
    ),
    DoubtSign.ALIKE: (_unnumbered, LEAST_ALIKE, and_(mailbox(_account.c.email) != _unnumbered, _has_letters)),
    DoubtSign.FIRST_NAME: (
        func.coalesce(_proven.c.first_digest, _proven.c.digest),
        LEAST_OF_FIRST_NAME,
        _proven.c.level.in_([constant(level) for level in OF_PERSON]),
    ),
    DoubtSign.ADDRESS: (_proven.c.address_digest, LEAST_OF_ADDRESS, _proven.c.address_digest.is_not(None)),
}
"""What ballots of a sign share, how many make it one, and of which accounts."""

_standing = ~select(_aside.c.id).where(_aside.c.ballot_id == _ballot.c.id).exists()


def _of_sign(sign: DoubtSign, activity: ColumnElement[Any], key: ColumnElement[str]) -> Select[Any]:
    shared, least, where = SIGNS[sign]
    columns: list[Any] = [
        constant(sign).label("sign"),
        mark_of(shared, key).label("mark"),
        masked(sign, shared).label("shown"),
        func.count(type_=Integer()).label("ballot_count"),
        func.min(_ballot.c.cast_at).label("first_at"),
        func.max(_ballot.c.cast_at).label("last_at"),
    ]
    grouped = select(*columns).select_from(_of_voter).where(_ballot.c.activity_id == activity, where, _standing)
    return grouped.group_by(shared).having(func.count() >= literal_column(str(least), Integer))


def masked(sign: DoubtSign, shared: ColumnElement[str]) -> ColumnElement[str]:
    """What an agent is shown: of a mailbox its first letter and its domain, of an address nothing but a number."""
    if sign is DoubtSign.DOMAIN:
        return shared
    if sign in (DoubtSign.ADDRESS, DoubtSign.FIRST_NAME):
        return func.left(shared, literal_column("6", Integer), type_=Text())
    first = func.left(shared, _ONE, type_=Text())
    return first + literal_column("'…@'", Text) + _part(shared, 2)


def doubts(activity: FromClause, context: FieldContext) -> Select[Any]:
    """Groups of ballots that may be of one person each, the largest first."""
    key = context.bind(lambda _, asker: doubt_key(asker), Text())
    signs = (_of_sign(sign, activity.c.id, key).correlate(activity) for sign in SIGNS)
    every = union_all(*signs).subquery("doubts")
    return select(*every.c).order_by(every.c.ballot_count.desc(), every.c.mark)


def of_activity(row: FromClause, activity: FromClause, _context: FieldContext) -> Listing:
    """What was set aside in an activity, the newest first."""
    order = Order("set_aside.newest", (row.c.set_aside_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing((row.c.activity_id == activity.c.id,), order)


def of_ballot(ballot: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Why a ballot is set aside."""
    return (row.c.ballot_id == ballot.c.id) & row.c.restored_at.is_(None)


def is_counted(ballot: FromClause) -> ColumnElement[bool]:
    """A ballot is not set aside, or was put back."""
    return ~select(_aside.c.id).where(_aside.c.ballot_id == ballot.c.id, _aside.c.restored_at.is_(None)).exists()


# What is done --------------------------------------------------------------------------------------------------------


def _marked(sign: DoubtSign) -> Select[Any]:
    shared, _, where = SIGNS[sign]
    return (
        select(_ballot.c.id)
        .select_from(_of_voter)
        .where(
            _ballot.c.activity_id == value(Ballot, "activity_id"),
            mark_of(shared, bindparam("key", type_=Text())) == bindparam("mark", type_=Text()),
            where,
            _standing,
        )
        .order_by(_ballot.c.cast_at, _ballot.c.id)
    )


MARKED = {sign: _marked(sign) for sign in SIGNS}
"""The ballots of a group, the first one first."""

OWN = (
    select(_aside.c.id)
    .join_from(_aside, _ballot, _ballot.c.id == _aside.c.ballot_id)
    .where(
        _ballot.c.activity_id == value(Ballot, "activity_id"),
        _ballot.c.actor_id == value(Ballot, "actor_id"),
        _aside.c.restored_at.is_(None),
    )
)
APPEAL = (
    update(_aside)
    .where(_aside.c.id == value(SetAside, "id"), _aside.c.appeal.is_(None))
    .values(appeal=value(SetAside, "appeal"), appealed_at=func.now())
)
OF_ASIDE = select(_aside.c.activity_id.label("id")).where(
    _aside.c.id == value(SetAside, "id"), _aside.c.restored_at.is_(None)
)
RESTORE = (
    update(_aside)
    .where(_aside.c.id == value(SetAside, "id"), _aside.c.restored_at.is_(None))
    .values(reply=value(SetAside, "reply"), restored_at=func.now())
)


_agent = value(SetAside, "agent_id")
_for_another = {"sign": value(SetAside, "sign"), "explanation": value(SetAside, "explanation")}
FOR_ANOTHER = (
    postgresql.insert(_aside)
    .values(
        id=value(SetAside, "id"),
        activity_id=value(SetAside, "activity_id"),
        ballot_id=value(SetAside, "ballot_id"),
        agent_id=_agent,
        set_aside_at=func.now(),
        **_for_another,
    )
    .on_conflict_do_update(
        constraint="set_aside_once",
        set_={**_for_another, "agent_id": _agent, "set_aside_at": func.now(), "restored_at": null()},
    )
    .returning(_aside.c.id)
)
"""Sets a ballot aside that is not counted for another of the same person, also where it was put back before."""


_each = unnested("chosen", {"id": Uuid(), "ballot": Uuid()})
_of_all = ("activity_id", "sign", "explanation", "agent_id")
PUT_ASIDE = insert(_aside).from_select(
    ("id", "ballot_id", *_of_all, "set_aside_at"),
    select(_each.c.id, _each.c.ballot, *(value(SetAside, name) for name in _of_all), func.now()),
)
"""Sets the ballots of a group aside, however many they are."""


async def put_one_aside(act: Act, activity: UUID, ballot: UUID, sign: DoubtSign, explanation: str) -> None:
    """Set one ballot aside for another of the same person, and tell its voter."""
    said = {"activity_id": activity, "ballot_id": ballot, "agent_id": act.actor_or_none, "sign": sign}
    aside = await act.one(FOR_ANOTHER, into=access.Id, id=new_id(), explanation=explanation, **said)
    assert aside is not None
    await queue.add_to_voters(act.transaction, MailKind.BALLOT_SET_ASIDE, [aside.id], MAIL_GOOD_FOR)


async def put_aside(
    act: Act, *, activity: UUID, sign: DoubtSign, mark: str, explanation: str, is_first_kept: bool = True
) -> Outcome:
    """Set a group of ballots aside, but for the first one where that is kept."""
    await access.activity(act, activity)
    said = text.clean(explanation, EXPLANATION_LENGTH, "explanation")
    if sign not in MARKED:
        raise bad_input("No ballots have this in common any more.", "mark", expected.NEW)
    ballots = await act.all(MARKED[sign], into=access.Id, activity_id=activity, mark=mark, key=doubt_key(act.asker))
    chosen = ballots[1:] if is_first_kept else ballots
    if not chosen:
        raise bad_input("No ballots have this in common any more.", "mark", expected.NEW)
    judged = [new_id() for _ in chosen]
    keys = {"ids": judged, "ballots": [ballot.id for ballot in chosen]}
    of_all = {"activity_id": activity, "sign": sign, "explanation": said, "agent_id": act.actor_or_none}
    await act.execute(PUT_ASIDE, **keys, **of_all)
    act.inserted(SetAside, judged)
    await queue.add_to_voters(act.transaction, MailKind.BALLOT_SET_ASIDE, judged, MAIL_GOOD_FOR)
    note = {"count": len(chosen), "sign": sign.value}
    return act.did(EventKind.BALLOTS_SET_ASIDE, activity, note, activity_id=activity)


async def appeal(act: Act, *, activity: UUID, words: str) -> Outcome:
    """Contest that the asker's ballot was set aside, once."""
    await access.activity(act, activity)
    said = text.clean(words, EXPLANATION_LENGTH, "words")
    own = await act.one(OWN, into=access.Id, activity_id=activity, actor_id=act.actor)
    if own is None or not await act.execute(APPEAL, id=own.id, appeal=said):
        message = "Your ballot is not set aside, or you have contested it already."
        raise Refusal(ErrorCode.APPEAL_NOT_POSSIBLE, message, "activity")
    return act.did(EventKind.BALLOT_CONTESTED, activity, activity_id=activity)


async def restore(act: Act, *, set_aside: UUID, reply: str) -> Outcome:
    """Have a ballot count again."""
    said = text.clean(reply, EXPLANATION_LENGTH, "reply")
    owner = await act.one(OF_ASIDE, into=access.Id, id=set_aside)
    if owner is None:
        raise not_found("setAside")
    await access.activity(act, owner.id, "setAside")
    await act.execute(RESTORE, id=set_aside, reply=said)
    await queue.add_to_voters(act.transaction, MailKind.BALLOT_RESTORED, [set_aside], MAIL_GOOD_FOR)
    return act.did(EventKind.BALLOT_PUT_BACK, owner.id, activity_id=owner.id)
