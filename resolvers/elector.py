"""Signatures of petitions by the law: electors say who they are, and the database holds one a quarter for each."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Interval,
    Select,
    Text,
    Update,
    and_,
    any_,
    bindparam,
    cast,
    delete,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.types import Uuid

import mail.petition
from models import expected
from models.account import Account
from models.base import constant, new_id, table
from models.collectivite import Collectivite, CollectiviteKind
from models.elector import ANSWERED, ASIDE, ASIDE_LENGTH, ELECTOR_AGE, SIGNS, PetitionSignature, elector_parts
from models.event import EventKind
from models.mail import MailKind
from models.petition import Petition
from models.proof import NAME_LENGTH, OLDEST, age
from models.refusal import ErrorCode, Refusal, bad_input
from models.retention import ELECTOR, ELECTOR_QUARTER, SHEET_PHOTO
from models.set_aside import DoubtSign
from models.signature_sheet import PetitionSheet
from models.tenant import Tenant
from models.vote import Choice, Vote
from planner.act import Act, Outcome, value
from planner.context import Asker, FieldContext
from planner.listing import Listing, Order
from resolvers import access, set_aside, text, vote

_petition, _signature, _sheet = table(Petition), table(PetitionSignature), table(PetitionSheet)
_commune, _tenant = table(Collectivite), table(Tenant)
_contribution, _actor = value(PetitionSignature, "contribution_id"), value(PetitionSignature, "actor_id")


def quarter_of(at: ColumnElement[Any], zone: ColumnElement[str]) -> ColumnElement[date]:
    """The first day of the calendar quarter in which an instant lies, in a time zone."""
    return cast(func.date_trunc(literal_column("'quarter'"), func.timezone(zone, at)), Date)


# Reads ----------------------------------------------------------------------------------------------------------------


def communes(row: FromClause, petition: FromClause, context: FieldContext) -> Listing:
    """The communes of the portal's collectivité, where it has several."""
    here = select(_tenant.c.collectivite_id).where(_tenant.c.number == context.tenant).scalar_subquery()
    within = row.c.parent_ids.op("@>", is_comparison=True)(array((here,)))
    order = Order("petition.communes", (text.dictionary_order(row.c.name), row.c.id), (str, str))
    return Listing((petition.c.is_by_law, row.c.kind == constant(CollectiviteKind.COMMUNE), within), order)


def of_quarter(petition: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """What the viewer has signed as an elector in this quarter, asked of a petition by the law."""
    mine = _signature.alias("of_quarter")
    signed = select(mine.c.contribution_id).where(
        mine.c.actor_id == context.viewer_id, mine.c.quarter == quarter_of(func.now(), context.time_zone)
    )
    return and_(petition.c.is_by_law, row.c.id == signed.scalar_subquery())


def _is_counted_out(row: FromClause) -> ColumnElement[bool]:
    """Is set aside, and its vote is there: it is nobody's, or of somebody who has not taken it back."""
    cast_ = table(Vote).alias("set_aside_vote")
    mine = (cast_.c.contribution_id == row.c.contribution_id, cast_.c.actor_id == row.c.actor_id)
    voted = select(cast_.c.id).where(*mine).correlate(row).exists()
    return and_(row.c.set_aside_at.is_not(None), or_(row.c.actor_id.is_(None), voted))


def aside(contribution: ColumnElement[Any]) -> Select[Any]:
    """A row with how many of a petition's signatures are set aside, below zero."""
    row = _signature.alias("counted_out")
    counted = cast(-func.count(), Integer)  # A sum of larger ones would be a decimal number.
    of: Select[Any] = select(counted.label("count")).select_from(row)
    return of.where(row.c.contribution_id == contribution, _is_counted_out(row)).correlate_except(row)


def aside_counts(petition: FromClause, _context: FieldContext) -> Select[Any]:
    """How many signatures are set aside, by what they have in common."""
    row = _signature.alias("aside_by_sign")
    columns: list[Any] = [row.c.set_aside_sign.label("sign"), func.count(type_=Integer()).label("count")]
    of: Select[Any] = select(*columns).where(row.c.contribution_id == petition.c.contribution_id, _is_counted_out(row))
    return of.group_by(row.c.set_aside_sign).order_by(row.c.set_aside_sign)


def own_aside(petition: FromClause, context: FieldContext) -> ColumnElement[str]:
    """Why the viewer's signature is set aside; null: it is not."""
    row = _signature.alias("own_aside")
    mine = (row.c.contribution_id == petition.c.contribution_id, row.c.actor_id == context.viewer_id)
    of: Select[Any] = select(func.max(row.c.set_aside_reason, type_=Text())).where(*mine)
    return of.correlate_except(row).scalar_subquery()


def doubts(petition: FromClause, context: FieldContext) -> Select[Any]:
    """Groups of signatures whose accounts' addresses have something in common, for administrators; largest first."""
    key = context.bind(lambda _, asker: set_aside.doubt_key(asker), Text())
    seen = true() if context.viewer.is_administrator else false()
    each = (_of_sign(sign, petition.c.contribution_id, key).where(seen).correlate(petition) for sign in SIGNS)
    every = union_all(*each).subquery("signature_doubts")
    return select(*every.c).order_by(every.c.count.desc(), every.c.mark)


def _of_sign(sign: DoubtSign, contribution: ColumnElement[Any], key: ColumnElement[str]) -> Select[Any]:
    shared, least, where = set_aside.SIGNS[sign]
    row = _signature
    columns: list[Any] = [
        constant(sign).label("sign"),
        set_aside.mark_of(shared, key).label("mark"),
        set_aside.masked(sign, shared).label("shown"),
        func.count(type_=Integer()).label("count"),
        row.c.set_aside_reason.label("reason"),
        func.min(row.c.signed_at).label("first_at"),
        func.max(row.c.signed_at).label("last_at"),
    ]
    is_its = or_(row.c.set_aside_sign.is_(None), row.c.set_aside_sign == constant(sign))
    grouped = select(*columns).select_from(_of_account).where(row.c.contribution_id == contribution, where, is_its)
    is_group = or_(func.count() >= literal_column(str(least), Integer), row.c.set_aside_reason.is_not(None))
    return grouped.group_by(shared, row.c.set_aside_reason).having(is_group)


# What is forgotten ----------------------------------------------------------------------------------------------------

_closed = select(_petition.c.contribution_id).where(
    _petition.c.closes_at < func.now() - literal(ELECTOR.keep, Interval)
)
_closed_long_ago = select(_petition.c.contribution_id).where(
    _petition.c.closes_at < func.now() - literal(SHEET_PHOTO.keep, Interval)
)
_quarter_ended = _signature.c.quarter + literal_column("interval '3 months'", Interval)
FORGET: tuple[Update, ...] = (
    update(_signature)
    .where(
        _signature.c.quarter_digest.is_not(None), _quarter_ended < func.now() - literal(ELECTOR_QUARTER.keep, Interval)
    )
    .values(quarter_digest=null()),
    update(_signature)
    .where(_signature.c.elector_digest.is_not(None), _signature.c.contribution_id.in_(_closed))
    .values(elector_digest=null()),
    update(_sheet)
    .where(_sheet.c.photo.is_not(None), _sheet.c.contribution_id.in_(_closed_long_ago))
    .values(photo=null()),
    update(_signature)
    .where(_signature.c.appealed_at.is_not(None), _signature.c.contribution_id.in_(_closed_long_ago))
    .values(appeal=null(), reply=null()),
)
"""What tells electors apart, once nobody can sign with it any more, and what signers said when it is long over."""


# Signing --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SigningTerms:
    """What a petition asks of whoever signs it now: today and the quarter by the portal's clock, and the commune that
    is meant; None: none was named, or it is none of the collectivité's."""

    is_by_law: bool
    today: date
    quarter: date
    commune: str | None


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that stands in the way of another one."""

    contribution_id: UUID


_zone = bindparam("time_zone", type_=Text())
_named = bindparam("commune", type_=Text())
_here = select(_tenant.c.collectivite_id).where(_tenant.c.number == bindparam("tenant", type_=BigInteger()))
_is_whole = _commune.c.id == _here.scalar_subquery()
COMMUNES = select(_commune.c.insee_code).where(
    _commune.c.kind == constant(CollectiviteKind.COMMUNE),
    or_(
        _is_whole,
        and_(
            _commune.c.insee_code == any_(bindparam("codes", type_=ARRAY(Text()))),
            _commune.c.parent_ids.op("@>", is_comparison=True)(array((_here.scalar_subquery(),))),
        ),
    ),
)
"""Those of some codes that are communes of the portal's collectivité; of a commune's portal that commune alone."""

_meant = (
    select(_commune.c.insee_code)
    .where(
        _commune.c.kind == constant(CollectiviteKind.COMMUNE),
        or_(
            and_(_is_whole, func.coalesce(_named, _commune.c.insee_code) == _commune.c.insee_code),
            and_(
                _commune.c.insee_code == _named,
                _commune.c.parent_ids.op("@>", is_comparison=True)(array((_here.scalar_subquery(),))),
            ),
        ),
    )
    .limit(literal_column("1"))
)
"""The commune of that code in the portal's collectivité; of a commune's portal that commune, named or not."""

TERMS = select(
    _petition.c.is_by_law,
    cast(func.timezone(_zone, func.now()), Date).label("today"),
    quarter_of(func.now(), _zone).label("quarter"),
    _meant.scalar_subquery().label("commune"),
).where(_petition.c.contribution_id == _contribution)
_kept = ("id", "contribution_id", "actor_id", "quarter", "quarter_digest", "elector_digest", "commune")
SIGN = (
    postgresql.insert(_signature)
    .values(**{name: value(PetitionSignature, name) for name in _kept}, signed_at=func.now())
    .on_conflict_do_nothing()
)
OWN = select(_signature.c.contribution_id).where(
    _signature.c.actor_id == _actor,
    or_(_signature.c.contribution_id == _contribution, _signature.c.quarter == value(PetitionSignature, "quarter")),
)


async def sign(
    act: Act,
    *,
    contribution: UUID,
    given_names: str,
    family_name: str,
    born_on: date,
    commune: str | None = None,
    is_on_honour: bool = False,
) -> Outcome:
    """Sign a petition by the law as one of its electors; nothing is kept of who that is but digests and the commune."""
    await access.contribution(act, contribution)
    terms = await _terms(act, contribution, commune)
    names = [text.name(given_names, NAME_LENGTH, "givenNames"), text.name(family_name, NAME_LENGTH, "familyName")]
    check_elector(born_on, terms.today, "bornOn")
    place = _place(terms, commune)
    if not is_on_honour:
        raise Refusal(ErrorCode.REQUIRED, "A declaration is made on one's honour.", "isOnHonour")
    digests = keys(act.asker, contribution, terms.quarter, elector_parts(names[0], names[1], born_on))
    said = {"contribution_id": contribution, "actor_id": act.actor, "quarter": terms.quarter}
    if not await act.execute(SIGN, id=new_id(), commune=place, **said, **digests):
        await _require_own(act, contribution, said)
    return await vote.cast(act, contribution=contribution, choice=Choice.SUPPORT)


async def _terms(act: Act, contribution: UUID, commune: str | None) -> SigningTerms:
    """Raises Refusal for what is no petition by the law."""
    where = {"tenant": act.asker.tenant, "time_zone": act.asker.time_zone, "commune": commune}
    terms = await act.one(TERMS, into=SigningTerms, contribution_id=contribution, **where)
    if terms is None or not terms.is_by_law:
        message = "This is no petition by article L1112-16 that was opened: it is not signed in this way."
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, "contribution")
    return terms


def _place(terms: SigningTerms, commune: str | None) -> str:
    """The INSEE code of the commune of the roll. Raises Refusal."""
    if terms.commune is None:
        code = ErrorCode.BAD_INPUT if commune else ErrorCode.REQUIRED
        raise Refusal(code, "Say on which of the communes' rolls you are.", "commune", expected=expected.OTHER)
    return terms.commune


async def _require_own(act: Act, contribution: UUID, said: dict[str, Any]) -> None:
    """What stands in the way is the asker's signature of the same petition. Raises Refusal otherwise, in words that
    tell nobody what another person has signed."""
    own = await act.all(OWN, into=Signed, **said)
    if contribution in {one.contribution_id for one in own}:
        return
    message = "This elector has signed a petition by the law in this quarter, or this one before."
    raise Refusal(ErrorCode.SIGNED_THIS_QUARTER, message, "contribution" if own else "familyName")


def check_elector(born_on: date, today: date, field: str) -> None:
    """Somebody born on this day is of age. Raises Refusal."""
    if not OLDEST <= born_on <= today:
        raise bad_input("No elector was born on this day.", field, expected.days(OLDEST, today))
    if age(born_on, today) < ELECTOR_AGE:
        raise Refusal(ErrorCode.TOO_YOUNG, f"Electors are {ELECTOR_AGE} years old at least.", field)


# Setting aside --------------------------------------------------------------------------------------------------------

_account = table(Account)
_of_account = _signature.join(_account, _account.c.actor_id == _signature.c.actor_id)


def _marked(sign: DoubtSign, *, is_aside: bool) -> Select[Any]:
    """The signatures of a group that are set aside, or are not, the first one first."""
    shared, _, where = set_aside.SIGNS[sign]
    is_its = set_aside.mark_of(shared, bindparam("key", type_=Text())) == bindparam("mark", type_=Text())
    group = (_signature.c.contribution_id == _contribution, where, is_its)
    stands = _signature.c.set_aside_sign == constant(sign) if is_aside else _signature.c.set_aside_at.is_(None)
    return select(_signature.c.id).select_from(_of_account).where(*group, stands).order_by(_signature.c.id)


MARKED = {(sign, is_aside): _marked(sign, is_aside=is_aside) for sign in SIGNS for is_aside in (False, True)}
_chosen = _signature.c.id == any_(bindparam("ids", type_=ARRAY(Uuid())))
PUT_ASIDE = (
    update(_signature)
    .where(_chosen)
    .values(
        set_aside_sign=value(PetitionSignature, "set_aside_sign"),
        set_aside_reason=value(PetitionSignature, "set_aside_reason"),
        set_aside_at=func.now(),
        **dict.fromkeys(ANSWERED, null()),
    )
)
PUT_BACK = (
    update(_signature)
    .where(_chosen)
    .values(**dict.fromkeys(ASIDE, null()), reply=value(PetitionSignature, "reply"), replied_at=func.now())
)
_erased = bindparam("actor", type_=Uuid())
FORGET_UNSAID = delete(_signature).where(
    _signature.c.actor_id == _erased, _signature.c.set_aside_at.is_not(None), ~_is_counted_out(_signature)
)
"""Of somebody who is erased: what was set aside and taken back."""

FORGET_WORDS = (
    update(_signature)
    .where(_signature.c.actor_id == _erased, _signature.c.appealed_at.is_not(None))
    .values(appeal=null(), reply=null())
)
"""And what was said against it, with the answer."""


async def _group(act: Act, contribution: UUID, sign: DoubtSign, mark: str, *, is_aside: bool) -> list[UUID]:
    """The signatures of a group. Raises Refusal."""
    await access.contribution(act, contribution)
    if sign not in SIGNS:
        raise bad_input("Signatures have nothing of this kind in common.", "sign", expected.OTHER)
    said = {"contribution_id": contribution, "mark": mark, "key": set_aside.doubt_key(act.asker)}
    return [one.id for one in await act.all(MARKED[sign, is_aside], into=access.Id, **said)]


async def put_aside(
    act: Act, *, contribution: UUID, sign: DoubtSign, mark: str, explanation: str, is_first_kept: bool = True
) -> Outcome:
    """Count a group of signatures no more, but for the first one where that is kept."""
    said = text.clean(explanation, ASIDE_LENGTH, "explanation")
    there = await _group(act, contribution, sign, mark, is_aside=False)
    if not (chosen := there[1:] if is_first_kept else there):
        raise bad_input("No signatures have this in common any more.", "mark", expected.NEW)
    await act.execute(PUT_ASIDE, ids=chosen, set_aside_sign=sign.value, set_aside_reason=said)
    await mail.petition.tell(act.transaction, MailKind.SIGNATURE_SET_ASIDE, chosen)
    note = {"count": len(chosen), "sign": sign.value}
    return act.did(EventKind.PETITION_SIGNATURES_JUDGED, contribution, note, contribution_id=contribution)


async def put_back(act: Act, *, contribution: UUID, sign: DoubtSign, mark: str, reason: str) -> Outcome:
    """Count a group of signatures again."""
    said = text.clean(reason, ASIDE_LENGTH, "reason")
    there = await _group(act, contribution, sign, mark, is_aside=True)
    if not there:
        raise bad_input("No signatures are set aside for this any more.", "mark", expected.NEW)
    await act.execute(PUT_BACK, ids=there, reply=said)
    await mail.petition.tell(act.transaction, MailKind.SIGNATURE_ANSWERED, there)
    note = {"count": -len(there), "sign": sign.value, "reason": said}
    return act.did(EventKind.PETITION_SIGNATURES_JUDGED, contribution, note, contribution_id=contribution)


def keys(asker: Asker, contribution: UUID, quarter: date, elector: tuple[str, ...]) -> dict[str, str]:
    """What is kept of an elector: a key of the quarter, over all petitions, and one of the petition. Neither leads to
    the other, nor from one quarter to the next."""
    return {
        "quarter_digest": asker.digest("petition quarter", quarter.isoformat(), asker.digest(*elector)),
        "elector_digest": petition_key(asker, contribution, elector),
    }


def petition_key(asker: Asker, contribution: UUID, elector: tuple[str, ...]) -> str:
    """The key of an elector in a petition."""
    return asker.digest("petition", str(contribution), asker.digest(*elector))
