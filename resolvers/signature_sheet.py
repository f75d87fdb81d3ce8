"""Sheets of signatures on paper: an agent types them, the database leaves out who has signed already, and the last
version of each sheet counts beside the web's signatures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    SmallInteger,
    Text,
    bindparam,
    cast,
    func,
    insert,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine, Uuid

from models import expected
from models.base import new_id, table, unnested
from models.elector import PetitionSignature, elector_parts
from models.event import EventKind
from models.petition import Petition
from models.proof import NAME_LENGTH
from models.refusal import ErrorCode, Refusal, bad_input, conflict, limit_reached, not_found
from models.signature_sheet import MAX_COUNT, MAX_LINES, MAX_SHEETS, REASON_LENGTH, PetitionSheet
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, elector, official_response, progress, text
from resolvers.elector import check_elector, keys

_sheet, _signature, _petition = table(PetitionSheet), table(PetitionSignature), table(Petition)
_ZERO: ColumnElement[int] = literal_column("0", Integer)
_contribution_id = value(PetitionSheet, "contribution_id")
OPEN_FOR = 29
"""Days after a quarter in which sheets of it are still typed: digests that tell who has signed are kept a day more."""


def is_last_of(row: FromClause) -> ColumnElement[bool]:
    """A version of a sheet is the one that counts."""
    later = _sheet.alias("later_sheet")
    newer = (later.c.contribution_id == row.c.contribution_id, later.c.number == row.c.number)
    return ~select(later.c.id).where(*newer, later.c.version > row.c.version).correlate(row).exists()


# Reads ----------------------------------------------------------------------------------------------------------------


def of_petition(row: FromClause, petition: FromClause, _context: FieldContext) -> Listing:
    """All versions of a petition's sheets: the last sheet first, and of each its last version."""
    order = Order("petition_sheet.newest", (row.c.number, row.c.version), (int, int), is_descending=True)
    return Listing((row.c.contribution_id == petition.c.contribution_id,), order)


def is_last(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether it counts."""
    return is_last_of(row)


def has_photo(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """There is a picture of the sheet."""
    return row.c.photo.is_not(None)


def counts(contribution: ColumnElement[Any]) -> Select[Any]:
    """The signatures on paper of a petition, a row for each sheet."""
    row = _sheet.alias("counted_sheet")
    of: Select[Any] = select(row.c.counted.label("count")).where(row.c.contribution_id == contribution, is_last_of(row))
    return of.correlate_except(row)


def on_paper(petition: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """How many of a petition's signatures are on paper."""
    each = counts(petition.c.contribution_id).subquery("on_paper")
    return select(func.coalesce(func.sum(each.c.count), _ZERO)).select_from(each).scalar_subquery()


# Typing ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SheetTerms:
    """A petition whose sheets are typed, locked: whether it is signed, and how; local days; its sheets so far."""

    is_by_law: bool
    is_signable: bool
    opened_on: date | None
    today: date
    sheets: int
    version: int
    sheet_id: UUID | None


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of the collectivité."""

    insee_code: str


@dataclass(frozen=True, slots=True)
class CountedLines:
    """What became of a sheet's lines: those whose elector had signed already."""

    repeated: list[int]


_zone = bindparam("time_zone", type_=Text())
_of = _sheet.c.contribution_id == _contribution_id
_numbered = _sheet.c.number == value(PetitionSheet, "number")


def _of_last(what: ColumnElement[Any]) -> ColumnElement[Any]:
    last = select(what).where(_of, _numbered).order_by(_sheet.c.version.desc()).limit(literal_column("1"))
    return last.scalar_subquery()


TERMS = (
    select(
        _petition.c.is_by_law,
        progress.is_signable(_petition).label("is_signable"),
        cast(func.timezone(_zone, _petition.c.opened_at), Date).label("opened_on"),
        cast(func.timezone(_zone, func.now()), Date).label("today"),
        select(func.coalesce(func.max(_sheet.c.number), _ZERO)).where(_of).scalar_subquery().label("sheets"),
        func.coalesce(_of_last(_sheet.c.version), _ZERO).label("version"),
        _of_last(_sheet.c.id).label("sheet_id"),
    )
    .where(_petition.c.contribution_id == _contribution_id)
    .with_for_update(of=_petition)
)
TAKE_BACK = (
    update(_signature)
    .where(_signature.c.sheet_id == bindparam("before", type_=Uuid()))
    .values(quarter_digest=null(), elector_digest=null())
)
"""The electors of a version that counts no more may sign again, or be typed again."""

_TYPED: dict[str, TypeEngine[Any]] = {
    "id": Uuid(),
    "line": SmallInteger(),
    "quarter_digest": Text(),
    "elector_digest": Text(),
    "commune": Text(),
}
_lines = unnested("typed", _TYPED)


def _typing() -> Any:
    """Writes a version of a sheet with the signatures of its electors, but for those who have signed already."""
    sheet_id, quarter = bindparam("sheet_id", type_=Uuid()), value(PetitionSignature, "quarter")
    each = _lines.c
    typed = (each.id, each.line, each.quarter_digest, each.elector_digest, each.commune)
    names = [each.name for each in typed] + ["contribution_id", "quarter", "sheet_id", "signed_at"]
    rows = select(*typed, _contribution_id, quarter, sheet_id, func.now()).order_by(each.line)
    new = (
        postgresql.insert(_signature)
        .from_select(names, rows)
        .on_conflict_do_nothing()
        .returning(_signature.c.line)
        .cte("new")
    )
    count = select(func.count(type_=Integer())).select_from(new).scalar_subquery()
    others = select(each.line).where(each.line.not_in(select(new.c.line))).order_by(each.line)
    repeated = func.array(others.scalar_subquery(), type_=ARRAY(SmallInteger()))
    said = ("number", "version", "reason", "signed_on", "rejected", "agent_id")
    total = bindparam("total", type_=Integer())
    columns: dict[str, Any] = {
        "id": sheet_id,
        "contribution_id": _contribution_id,
        **{name: value(PetitionSheet, name) for name in said},
        "counted": count + total,
        "repeated": repeated,
        "typed_at": func.now(),
    }
    return insert(_sheet).from_select([*columns], select(*columns.values())).returning(_sheet.c.repeated)


TYPE = _typing()
_id = value(PetitionSheet, "id")
OF = select(_sheet.c.contribution_id, _sheet.c.photo_digest).where(_sheet.c.id == _id)
PHOTO = select(_sheet.c.photo).where(_sheet.c.id == _id)
PUT_PHOTO = (
    update(_sheet)
    .where(_sheet.c.id == _id, _sheet.c.photo_digest.is_(None), is_last_of(_sheet))
    .values(photo=value(PetitionSheet, "photo"), photo_digest=value(PetitionSheet, "photo_digest"), photo_at=func.now())
)
Line = Mapping[str, Any]


async def type_(
    act: Act,
    *,
    contribution: UUID,
    signed_on: date,
    signatures: Sequence[Line] | None = None,
    total: int = 0,
    rejected: int = 0,
    number: int | None = None,
    version: int = 0,
    reason: str | None = None,
) -> Outcome:
    """Type a sheet, or another version of one, unless somebody else did since `version` was read."""
    await access.contribution(act, contribution)
    terms = await _terms(act, contribution, number or 0)
    typed = signatures or ()
    said = _numbered_as(terms, number, version, reason)
    _check_day(terms, signed_on)
    _check_counts(terms, typed, total, rejected)
    lines = await _electors(act, contribution, signed_on, typed)
    if terms.sheet_id is not None:
        await act.execute(TAKE_BACK, before=terms.sheet_id)
    id_ = new_id()
    await act.one(
        TYPE,
        into=CountedLines,
        sheet_id=id_,
        contribution_id=contribution,
        quarter=quarter(signed_on),
        signed_on=signed_on,
        rejected=rejected,
        total=total,
        agent_id=act.actor_or_none,
        **said,
        **lines,
    )
    act.inserted(PetitionSheet, [id_])
    note = {"number": said["number"], "version": said["version"]}
    return act.did(EventKind.PETITION_SHEET_TYPED, contribution, note, petition_sheet_id=id_)


async def _terms(act: Act, contribution: UUID, number: int) -> SheetTerms:
    """Raises Refusal while the petition is not signed."""
    asked = {"contribution_id": contribution, "number": number, "time_zone": act.asker.time_zone}
    terms = await act.one(TERMS, into=SheetTerms, **asked)
    if terms is None or not terms.is_signable:
        message = "Sheets are typed while the petition is signed."
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, "contribution")
    return terms


def _numbered_as(terms: SheetTerms, number: int | None, version: int, reason: str | None) -> dict[str, Any]:
    """The number and the version that are typed. Raises Refusal."""
    if number is None:
        if terms.sheets >= MAX_SHEETS:
            raise limit_reached(
                f"A petition has at most {MAX_SHEETS:,} sheets.", "contribution", expected.at_most(MAX_SHEETS)
            )
        return {"number": terms.sheets + 1, "version": 1, "reason": None}
    if terms.version != version or not version:
        raise conflict()
    return {"number": number, "version": version + 1, "reason": text.clean(reason or "", REASON_LENGTH, "reason")}


def _check_day(terms: SheetTerms, signed_on: date) -> None:
    """Raises Refusal for a day on which nobody can have signed, or of a quarter that is over for long."""
    opened = terms.opened_on or terms.today
    if not opened <= signed_on <= terms.today:
        raise bad_input("People sign from its opening to today.", "signedOn", expected.days(opened, terms.today))
    if terms.is_by_law and (terms.today - quarter_end(signed_on)).days > OPEN_FOR:
        message = f"Sheets are typed at most {OPEN_FOR} days after the end of their quarter."
        raise bad_input(message, "signedOn", expected.days(terms.today - timedelta(days=OPEN_FOR), terms.today))


def _check_counts(terms: SheetTerms, signatures: Sequence[Line], total: int, rejected: int) -> None:
    """A petition by the law has each elector typed, another one the sheet's total alone. Raises Refusal."""
    if terms.is_by_law and total:
        message = "Of a petition by the law each signature is typed: one an elector and a quarter."
        raise bad_input(message, "total", expected.NOTHING)
    if not terms.is_by_law and signatures:
        message = "Nobody's name is typed where no law asks for it: type the sheet's total."
        raise bad_input(message, "signatures", expected.NOTHING)
    if len(signatures) > MAX_LINES:
        raise limit_reached(f"At most {MAX_LINES} signatures at once.", "signatures", expected.at_most(MAX_LINES))
    for field, count in (("total", total), ("rejected", rejected)):
        if not 0 <= count <= MAX_COUNT:
            raise bad_input(f"A sheet has 0 to {MAX_COUNT} of them.", field, expected.number(0, MAX_COUNT))
    if not (signatures or total or rejected):
        field = "signatures" if terms.is_by_law else "total"
        raise Refusal(ErrorCode.REQUIRED, "There is nothing on the sheet.", field)


async def _electors(act: Act, contribution: UUID, signed_on: date, signatures: Sequence[Line]) -> dict[str, Any]:
    """The digests and communes of a sheet's lines. Raises Refusal."""
    places = await _communes(act, signatures)
    digests = []
    for place, line in enumerate(signatures):
        at = f"signatures.{place}"
        given = text.line(line["given_names"], NAME_LENGTH, f"{at}.givenNames")
        family = text.line(line["family_name"], NAME_LENGTH, f"{at}.familyName")
        check_elector(line["born_on"], signed_on, f"{at}.bornOn")
        elector = elector_parts(given, family, line["born_on"])
        digests.append(keys(act.asker, contribution, quarter(signed_on), elector))
    return {
        "ids": [new_id() for _ in signatures],
        "lines": [place + 1 for place, _ in enumerate(signatures)],
        "quarter_digests": [one["quarter_digest"] for one in digests],
        "elector_digests": [one["elector_digest"] for one in digests],
        "communes": places,
    }


async def _communes(act: Act, signatures: Sequence[Line]) -> list[str]:
    """The commune of each line's roll: that of a commune's portal, or the one that was typed. Raises Refusal."""
    named = [line.get("commune") or None for line in signatures]
    there = await act.all(
        elector.COMMUNES, into=Commune, tenant=act.asker.tenant, codes=[code for code in named if code]
    )
    codes = {one.insee_code for one in there}
    only = next(iter(codes)) if len(codes) == 1 and not any(named) else None
    for place, code in enumerate(named):
        if (code or only) not in codes:
            refused = ErrorCode.BAD_INPUT if code else ErrorCode.REQUIRED
            message = "Say on which of the collectivité's communes' rolls the elector is."
            raise Refusal(refused, message, f"signatures.{place}.commune", expected=expected.OTHER)
    return [code or only or "" for code in named]


# Photos ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TypedSheet:
    """Of which petition a sheet is, and whether it has a photo."""

    contribution_id: UUID
    photo_digest: str | None


@dataclass(frozen=True, slots=True)
class SheetPhoto:
    """A photo of a sheet."""

    photo: Any


async def of_city(act: Act, sheet: UUID) -> TypedSheet | None:
    """A sheet, for whoever speaks for the city about its petition; None for others."""
    there = await act.one(OF, into=TypedSheet, id=sheet)
    if there is None or act.actor_or_none is None:
        return None
    said = {"contribution": there.contribution_id}
    is_city = act.asker.viewer.is_moderator or await official_response.speaks_for_city(act, said)
    is_seen = await act.exists(access.target_contribution(act.sight), id=there.contribution_id)
    return there if is_city and is_seen else None


async def may_send_photo(act: Act, sheet: UUID | None) -> bool:
    """Whether the asker speaks for the city about a sheet's petition; a sheet is always named."""
    return sheet is not None and await of_city(act, sheet) is not None


async def photo(act: Act, sheet: UUID) -> bytes | None:
    """The photo of a sheet, for those who speak for the city; None: they see none."""
    kept = await act.one(PHOTO, into=SheetPhoto, id=sheet) if await may_send_photo(act, sheet) else None
    return None if kept is None or kept.photo is None else bytes(kept.photo)


async def put_photo(act: Act, sheet: UUID, content: bytes, digest: str) -> Outcome:
    """Put the photo of a sheet to its last version, once. Raises Refusal."""
    there = await of_city(act, sheet)
    if there is None:
        raise not_found("sheet")
    if there.photo_digest == digest:
        return act.did()
    if not await act.execute(PUT_PHOTO, id=sheet, photo=content, photo_digest=digest):
        message = "This version has a photo, which stays, or is not the last one: photograph the last version."
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, "file")
    return act.did(EventKind.PETITION_SHEET_TYPED, there.contribution_id, {"digest": digest})


def quarter(day: date) -> date:
    """The first day of the calendar quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_end(day: date) -> date:
    """The first day of the next quarter."""
    first = quarter(day)
    return date(first.year + first.month // 10, (first.month + 2) % 12 + 1, 1)
