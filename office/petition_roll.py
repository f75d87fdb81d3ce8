"""Comparing a petition's signatures with the electoral roll: a file is keyed as its electors are, compared, forgotten.
What stays is what it said of each signature, and figures that everybody reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    case,
    column,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from models import expected
from models.base import constant, table
from models.contribution import Contribution
from models.elector import PetitionSignature, RollResult
from models.event import EventKind
from models.petition import Petition
from models.proof import person_parts
from models.refusal import ErrorCode, Refusal, bad_input, limit_reached
from models.voter_roll import MAX_ROWS
from office import sampling
from planner.act import Act, Outcome, value
from planner.context import Asker, FieldContext
from resolvers import access, elector, official_response
from transfer.roll import RollRow

LEAST_PUBLISHED = 5
"""Fewer compared signatures would tell of somebody known to have signed whether he or she is on the roll."""

_petition, _signature = table(Petition), table(PetitionSignature)
_of = _petition.c.contribution_id == value(Petition, "contribution_id")
_zero = literal_column("0", Integer)


# Reads ----------------------------------------------------------------------------------------------------------------


def comparison(row: FromClause, context: FieldContext) -> Select[Any]:
    """How many of the signatures that count are on the roll; no row before anything was compared, and for the public
    while too few were."""
    each, about = _signature.alias("compared"), table(Contribution).alias("compared_of")
    said = {one: func.count(type_=Integer()).filter(each.c.roll_result == constant(one)) for one in RollResult}
    named: list[Any] = [count.label(f"{one.value.lower()}_count") for one, count in said.items()]
    named.append(func.count(type_=Integer()).filter(each.c.roll_result.is_(None)).label("not_compared_count"))
    counts: Select[Any] = select(*named).select_from(each)
    its = counts.where(each.c.contribution_id == row.c.contribution_id, sampling.is_standing(each))
    counted = its.correlate_except(each).lateral("counted")
    may = select(literal_column("1", Integer)).where(
        about.c.id == row.c.contribution_id, official_response.may_respond(about, context)
    )
    enough = counted.c.on_roll_count + counted.c.not_on_roll_count >= literal_column(str(LEAST_PUBLISHED), Integer)
    is_compared = func.jsonb_array_length(row.c.roll_checks) > _zero
    columns: list[Any] = [*counted.c, row.c.roll_checks.label("rolls")]
    return select(*columns).where(is_compared, or_(enough, may.correlate(row).exists()))


def rolls(row: FromClause, _context: FieldContext) -> Select[Any]:
    """The rolls that were compared with, of each commune the last one."""
    named: tuple[ColumnElement[Any], ...] = (
        column("commune", Text()),
        column("as_of", Date()),
        *(column(name, Integer()) for name in ("row_count", "refused_count")),
        column("compared_at", DateTime(timezone=True)),
    )
    each: Any = func.jsonb_to_recordset(row.c.rolls).table_valued(*named, name="compared_roll")
    listed = each.render_derived(with_types=True)
    return select(*listed.c).order_by(listed.c.commune)


# Comparing ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeyedElectors:
    """A roll's file as it is compared: the keys of its electors in a petition."""

    keys: frozenset[str]
    row_count: int
    refused_count: int


@dataclass(frozen=True, slots=True)
class RollChecks:
    """What was compared before, locked, and when this is."""

    roll_checks: list[dict[str, Any]]
    now: datetime


@dataclass(frozen=True, slots=True)
class ElectorDigest:
    """The key of an elector, as a signature has it."""

    elector_digest: str


LOCK = select(_petition.c.roll_checks, func.now().label("now")).where(_of).with_for_update()
_its = (
    _signature.c.contribution_id == value(PetitionSignature, "contribution_id"),
    _signature.c.commune == value(PetitionSignature, "commune"),
    sampling.is_standing(_signature),
)
DIGESTS = select(_signature.c.elector_digest).where(*_its, _signature.c.elector_digest.is_not(None))
_is_on = or_(
    _signature.c.elector_digest == any_(bindparam("matches", type_=ARRAY(Text()))),
    _signature.c.roll_result == constant(RollResult.ON_ROLL),
)
COMPARE = (
    update(_signature)
    .where(*_its)
    .values(
        roll_result=case(
            (_is_on, constant(RollResult.ON_ROLL)),
            (_signature.c.elector_digest.is_(None), constant(RollResult.NOT_COMPARABLE)),
            else_=constant(RollResult.NOT_ON_ROLL),
        )
    )
)
"""Who was found in one of several files of a commune is on its roll."""

NOTE = update(_petition).where(_of).values(roll_checks=bindparam("checks", type_=JSONB))
FORGET = (
    update(_signature)
    .where(_signature.c.contribution_id == value(PetitionSignature, "contribution_id"))
    .values(roll_result=null())
)


async def to_compare(act: Act, contribution: UUID, commune: str | None, as_of: date) -> str:
    """The INSEE code of the commune whose roll is compared with a petition. Raises Refusal."""
    await access.contribution(act, contribution)
    where = {"tenant": act.asker.tenant, "time_zone": act.asker.time_zone, "commune": commune or None}
    terms = await act.one(elector.TERMS, into=elector.SigningTerms, contribution_id=contribution, **where)
    if terms is None or not terms.is_by_law:
        message = "Signatures are kept one by one of petitions by the law alone, once they were opened."
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, "contribution")
    if terms.commune is None:
        raise Refusal(ErrorCode.REQUIRED, "Say of which of the collectivité's communes the roll is.", "commune")
    if as_of > terms.today:
        raise bad_input("A roll is of a day that was.", "asOf", expected.day_until(terms.today))
    return terms.commune


def keyed(asker: Asker, contribution: UUID, rows: Iterable[RollRow]) -> KeyedElectors:
    """The keys of a file's electors in a petition, under each way to name them. Takes some 30 µs a row: call it beside
    the loop. Raises Refusal(LIMIT_REACHED)."""
    keys = set[str]()
    count = refused = 0
    for row in rows:
        count += 1
        if count > MAX_ROWS:
            raise limit_reached(f"A roll has at most {MAX_ROWS} rows.", "file", expected.fewer(MAX_ROWS))
        if row.problem is not None or row.born_on is None:
            refused += 1
            continue
        for parts in {person_parts(naming, row.born_on) for naming in row.namings}:
            keys.add(elector.petition_key(asker, contribution, parts))
    return KeyedElectors(frozenset(keys), count, refused)


async def compare(act: Act, *, contribution: UUID, commune: str, as_of: date, file: KeyedElectors) -> Outcome:
    """Say of each signature of a commune's electors whether the roll has it. Nothing of the file is kept."""
    locked = await act.one(LOCK, into=RollChecks, contribution_id=contribution)
    assert locked is not None
    place = {"contribution_id": contribution, "commune": commune}
    signed = await act.all(DIGESTS, into=ElectorDigest, **place)
    matches = [one.elector_digest for one in signed if one.elector_digest in file.keys]
    await act.execute(COMPARE, matches=matches, **place)
    check = {"commune": commune, "as_of": as_of.isoformat(), "compared_at": locked.now.isoformat()}
    counts = {"row_count": file.row_count, "refused_count": file.refused_count}
    others = [one for one in locked.roll_checks if one["commune"] != commune]
    await act.execute(NOTE, contribution_id=contribution, checks=[*others, {**check, **counts}])
    note = {"commune": commune, "rows": file.row_count, "compared": len(signed), "on roll": len(matches)}
    return act.did(EventKind.PETITION_ROLL_COMPARED, contribution, note, contribution_id=contribution)


async def forget(act: Act, *, contribution: UUID) -> Outcome:
    """Forget what rolls said, as where a file was the wrong one."""
    await access.contribution(act, contribution)
    await act.execute(NOTE, contribution_id=contribution, checks=[])
    await act.execute(FORGET, contribution_id=contribution)
    return act.did(EventKind.PETITION_ROLL_COMPARED, contribution, {"forgotten": True}, contribution_id=contribution)
