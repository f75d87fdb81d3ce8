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
    Interval,
    Text,
    Update,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, array

from models.base import constant, new_id, table
from models.collectivite import Collectivite, CollectiviteKind
from models.elector import ELECTOR_AGE, PetitionSignature, elector_parts
from models.petition import Petition
from models.proof import NAME_LENGTH, OLDEST, age
from models.refusal import ErrorCode, Refusal
from models.retention import ELECTOR, ELECTOR_QUARTER, SHEET_PHOTO
from models.signature_sheet import PetitionSheet
from models.tenant import Tenant
from models.vote import Choice
from planner.act import Act, Outcome, value
from planner.context import Asker, FieldContext
from planner.listing import Listing, Order
from resolvers import access, text, vote

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
)
"""What tells electors apart, once nobody can sign with it any more."""


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
    names = [text.line(given_names, NAME_LENGTH, "givenNames"), text.line(family_name, NAME_LENGTH, "familyName")]
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
        raise Refusal(code, "Say on which of the collectivité's communes' rolls you are.", "commune")
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
        raise Refusal(ErrorCode.BAD_INPUT, "No elector was born on this day.", field)
    if age(born_on, today) < ELECTOR_AGE:
        raise Refusal(ErrorCode.TOO_YOUNG, f"Electors are {ELECTOR_AGE} years old at least.", field)


def keys(asker: Asker, contribution: UUID, quarter: date, elector: tuple[str, ...]) -> dict[str, str]:
    """What is kept of an elector: a key of the quarter, over all petitions, and one of the petition. Neither leads to
    the other, nor from one quarter to the next."""
    person = asker.digest(*elector)
    return {
        "quarter_digest": asker.digest("petition quarter", quarter.isoformat(), person),
        "elector_digest": asker.digest("petition", str(contribution), person),
    }
