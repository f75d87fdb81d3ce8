"""Samples of a petition's signatures: announced with their seed while people sign, drawn after the close, checked one
by one, and extrapolated in public."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

import mail.petition
from models import expected
from models.actor import Actor
from models.base import constant, table
from models.contribution import Contribution
from models.elector import ANSWERED, PetitionSignature, RollResult
from models.event import EventKind
from models.mail import MailKind
from models.petition import REASON_LENGTH as LENGTH
from models.petition import Petition
from models.refusal import ErrorCode, Refusal, bad_input
from models.sampling import MAX_SAMPLE, PERMILLE, extrapolate
from models.signature_sheet import PetitionSheet
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from resolvers import access, official_response, petition, petition_rule, progress, signature_sheet, text

_petition, _signature, _sheet = table(Petition), table(PetitionSignature), table(PetitionSheet)
_contribution, _actor = table(Contribution), table(Actor)
_of = _petition.c.contribution_id == value(Petition, "contribution_id")
_signed = _signature.c.contribution_id == value(PetitionSignature, "contribution_id")
_ONE, _THOUSAND = literal_column("1", Integer), literal_column("1000", Integer)
SHOWN = 100
"""Signatures of a sample that are listed at once: those that are not checked yet first."""


# Reads ----------------------------------------------------------------------------------------------------------------


def sample(row: FromClause, _context: FieldContext) -> Select[Any]:
    """What is told of a petition's sample; no row where none was announced."""
    checked = _signature.alias("checked")
    counted: Select[Any] = (
        select(func.count(type_=Integer()))
        .select_from(checked)
        .where(checked.c.contribution_id == row.c.contribution_id, checked.c.is_valid.is_not(None))
    )
    share = cast(row.c.sample_permille, Double) / literal_column("10.0::double precision", Double)
    names = ("seed", "announced_at", "drawn_at", "population", "size", "valid", "estimate", "low", "high")
    columns: list[Any] = [row.c[f"sample_{name}"].label(name) for name in names]
    columns += [share.label("percent"), counted.correlate_except(checked).scalar_subquery().label("checked")]
    columns += [and_(row.c.sample_high.is_not(None), row.c.sample_high < _least(row)).label("is_failed")]
    return select(*columns).where(row.c.sample_seed.is_not(None))


def _least(row: FromClause) -> ColumnElement[int]:
    """How many signatures the lowest level of its rule wants."""
    asked = table(Contribution).alias("sampled_in")
    within: Select[Any] = select(asked.c.activity_id).where(asked.c.id == row.c.contribution_id)
    levels = petition_rule.newest(within.correlate_except(asked).scalar_subquery(), "levels").scalar_subquery()
    first = cast(levels, JSONB).op("->")(literal_column("0", Integer)).op("->>")(literal_column("'signatures'", Text))
    return cast(first, Integer)


def sampled(row: FromClause, context: FieldContext) -> Select[Any]:
    """Signatures of a sample, for those who speak for the city: those to check first."""
    each, about = _signature.alias("sampled"), _contribution.alias("sampled_of")
    may = official_response.may_respond(about, context)
    seen: Select[Any] = select(_ONE).where(about.c.id == row.c.contribution_id, may)
    columns: list[Any] = [
        each.c.sample_rank.label("rank"),
        _actor.c.name.label("signer_name"),
        _sheet.c.number.label("sheet_number"),
        each.c.line.label("line"),
        each.c.commune.label("commune"),
        each.c.roll_result.label("roll_result"),
        each.c.is_valid.label("is_valid"),
        each.c.check_reason.label("reason"),
    ]
    joined = each.outerjoin(_actor, _actor.c.id == each.c.actor_id).outerjoin(_sheet, _sheet.c.id == each.c.sheet_id)
    drawn = (each.c.contribution_id == row.c.contribution_id, each.c.sample_rank.is_not(None))
    listed: Select[Any] = select(*columns).select_from(joined).where(*drawn, seen.correlate(row).exists())
    return listed.order_by(each.c.is_valid.is_not(None), each.c.sample_rank).limit(literal_column(str(SHOWN)))


# Steps ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SampleStep:
    """How far a petition's sample is, locked."""

    is_by_law: bool
    is_signable: bool
    is_opened: bool
    is_announced: bool
    is_drawn: bool
    population: int | None
    size: int | None


@dataclass(frozen=True, slots=True)
class CheckedCount:
    """How many of a sample are checked, and how many of them are valid."""

    checked: int
    valid: int


STEP = (
    select(
        _petition.c.is_by_law,
        func.coalesce(progress.is_signable(_petition), literal_column("false")).label("is_signable"),
        _petition.c.opened_at.is_not(None).label("is_opened"),
        _petition.c.sample_seed.is_not(None).label("is_announced"),
        _petition.c.sample_drawn_at.is_not(None).label("is_drawn"),
        _petition.c.sample_population.label("population"),
        _petition.c.sample_size.label("size"),
    )
    .where(_of)
    .with_for_update(of=_petition)
)
ANNOUNCE = (
    update(_petition)
    .where(_of)
    .values(
        sample_seed=value(Petition, "sample_seed"),
        sample_permille=value(Petition, "sample_permille"),
        sample_announced_at=func.now(),
    )
)


def is_standing(signature: FromClause) -> ColumnElement[bool]:
    """A signature is not set aside, and on paper of the last version of its sheet."""
    sheet = table(PetitionSheet).alias("standing_sheet")
    last: Select[Any] = select(_ONE).where(sheet.c.id == signature.c.sheet_id, signature_sheet.is_last_of(sheet))
    on_sheet = or_(signature.c.sheet_id.is_(None), last.correlate_except(sheet).exists())
    return and_(signature.c.set_aside_at.is_(None), on_sheet)


def _drawing() -> Any:
    """Ranks the signatures that count by the digest of the seed and their id, and takes the first ones."""
    seed = select(_petition.c.sample_seed).where(_of).scalar_subquery()
    share = select(_petition.c.sample_permille).where(_of).scalar_subquery()
    said = func.convert_to(func.concat(seed, cast(_signature.c.id, Text), type_=Text()), literal_column("'UTF8'", Text))
    order = func.sha256(said)
    ranked = (
        select(_signature.c.id, func.row_number().over(order_by=(order, _signature.c.id)).label("rank"))
        .where(_signed, is_standing(_signature))
        .cte("ranked")
    )
    population = select(func.count(type_=Integer())).select_from(ranked).scalar_subquery()
    size = func.least((population * share + _THOUSAND - _ONE) // _THOUSAND, literal_column(str(MAX_SAMPLE), Integer))
    drawn = (
        update(_signature)
        .where(_signature.c.id == ranked.c.id, ranked.c.rank <= size)
        .values(sample_rank=ranked.c.rank)
        .cte("drawn")
    )
    values = {"sample_drawn_at": func.now(), "sample_population": population, "sample_size": size}
    return update(_petition).where(_of, population > literal_column("0", Integer)).values(**values).add_cte(drawn)


DRAW = _drawing()
_stays_so = or_(value(PetitionSignature, "is_valid"), _signature.c.is_valid.is_(False))
"""What was said of a signature is said of this judgement; what was valid before is judged anew."""

CHECK = (
    update(_signature)
    .where(_signed, _signature.c.sample_rank == value(PetitionSignature, "sample_rank"))
    .values(
        is_valid=value(PetitionSignature, "is_valid"),
        check_reason=value(PetitionSignature, "check_reason"),
        **{name: case((_stays_so, _signature.c[name])) for name in ANSWERED},
    )
    .returning(_signature.c.id)
)
MATCH = (
    update(_signature)
    .where(
        _signed,
        _signature.c.sample_rank.is_not(None),
        _signature.c.is_valid.is_(None),
        _signature.c.roll_result == constant(RollResult.ON_ROLL),
    )
    .values(is_valid=true())
)
CHECKED = select(
    func.count(_signature.c.is_valid, type_=Integer()).label("checked"),
    func.count(type_=Integer()).filter(_signature.c.is_valid).label("valid"),
).where(_signed, _signature.c.sample_rank.is_not(None))
_FIGURES = ("sample_valid", "sample_estimate", "sample_low", "sample_high")
PUBLISH = update(_petition).where(_of).values(**{name: value(Petition, name) for name in _FIGURES})
FAILED = select(_petition.c.id).where(_of, _petition.c.sample_high < _least(_petition))


async def _step(act: Act, contribution: UUID) -> SampleStep:
    """Raises Refusal for what is no petition by the law that was opened."""
    await access.contribution(act, contribution)
    step = await act.one(STEP, into=SampleStep, contribution_id=contribution)
    if step is None or not step.is_by_law or not step.is_opened:
        message = "Signatures are kept one by one of petitions by the law alone, once they were opened."
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, "contribution")
    return step


def _impossible(message: str) -> Refusal:
    return Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, "contribution")


async def announce(act: Act, *, contribution: UUID, percent: float) -> Outcome:
    """Say while people sign which share will be drawn, with the seed, which is public from now on."""
    step, (least, most) = await _step(act, contribution), PERMILLE
    permille = round(percent * 10)
    if not least <= permille <= most:
        raise bad_input(
            f"A sample is {least // 10} to {most // 10} percent.", "percent", expected.number(least // 10, most // 10)
        )
    if step.is_announced or not step.is_signable:
        raise _impossible("A sample is announced once, while people sign: nobody knows then what it is drawn from.")
    seed = secrets.token_hex(16)
    await act.execute(ANNOUNCE, contribution_id=contribution, sample_seed=seed, sample_permille=permille)
    note = {"seed": seed, "percent": permille / 10}
    return act.did(EventKind.PETITION_SAMPLED, contribution, note, contribution_id=contribution)


async def draw(act: Act, *, contribution: UUID) -> Outcome:
    """Draw the sample that was announced, once nobody signs any more."""
    step = await _step(act, contribution)
    if not step.is_announced or step.is_drawn or step.is_signable:
        raise _impossible("What was announced is drawn once, when nobody signs any more.")
    if not await act.execute(DRAW, contribution_id=contribution):
        raise _impossible("Nobody has signed.")
    return act.did(EventKind.PETITION_SAMPLED, contribution, {"drawn": True}, contribution_id=contribution)


async def check(act: Act, *, contribution: UUID, rank: int, is_valid: bool, reason: str | None = None) -> Outcome:
    """Say of a signature of the sample whether it is valid; with the last one the extrapolation is published."""
    step = await _step(act, contribution)
    why = None if is_valid else text.clean(reason or "", LENGTH, "reason")
    said = {"sample_rank": rank, "is_valid": is_valid, "check_reason": why}
    if (judged := await act.one(CHECK, into=access.Id, contribution_id=contribution, **said)) is None:
        raise Refusal(ErrorCode.NOT_FOUND, "The sample has no such signature.", "rank")
    if not is_valid:
        await mail.petition.tell(act.transaction, MailKind.SIGNATURE_SET_ASIDE, [judged.id])
    await _publish(act, contribution, step)
    note = {"rank": rank, "valid": is_valid}
    return act.did(EventKind.PETITION_SAMPLED, contribution, note, contribution_id=contribution)


async def publish(act: Act, contribution: UUID) -> None:
    """Say anew what the sample makes of all signatures, of which one was judged otherwise."""
    await _publish(act, contribution, await _step(act, contribution))


async def _publish(act: Act, contribution: UUID, step: SampleStep) -> None:
    counted = await act.one(CHECKED, into=CheckedCount, contribution_id=contribution)
    figures: dict[str, int | None] = dict.fromkeys(_FIGURES)
    if counted and step.size and step.population and counted.checked == step.size:
        told = extrapolate(counted.valid, step.size, step.population)
        figures = dict(zip(_FIGURES, (counted.valid, *told), strict=True))
    await act.execute(PUBLISH, contribution_id=contribution, **figures)


async def match(act: Act, *, contribution: UUID) -> Outcome:
    """Say of those signatures of the sample that are on the roll, and were not checked yet, that they are valid."""
    step = await _step(act, contribution)
    if not step.is_drawn:
        raise _impossible("No sample was drawn yet.")
    count = await act.execute(MATCH, contribution_id=contribution)
    await _publish(act, contribution, step)
    return act.did(EventKind.PETITION_SAMPLED, contribution, {"matched": count}, contribution_id=contribution)


# What a failed check leads to -----------------------------------------------------------------------------------------


async def invalidate(act: Act, *, contribution: UUID, reason: str) -> Outcome:
    """Say that a petition has reached none of its levels, because its sample has failed. Nothing is deleted."""
    why = text.clean(reason, LENGTH, "reason")
    await access.contribution(act, contribution)
    if not await act.exists(FAILED, contribution_id=contribution):
        raise _impossible("Its sample is not checked, or does not say that too few signatures are valid.")
    return await petition.advance(act, contribution, EventKind.PETITION_SAMPLED, {"invalid_reason": why})


async def revalidate(act: Act, *, contribution: UUID) -> Outcome:
    """Take that back: the petition has reached what it had reached."""
    return await petition.advance(act, contribution, EventKind.PETITION_SIGNATURES_JUDGED, {"tenant": act.asker.tenant})
