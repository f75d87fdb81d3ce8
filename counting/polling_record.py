"""Polling records: what a desk counted, checked as it is written; a correction is another version, and is counted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    column,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from counting import paper_ballot, polling_desk
from counting.paper_ballot import PaperRule
from counting.polling_desk import KeptDesk, kept_desk, require_countable
from counting.short_ballot import said_by
from models import expected
from models.activity import Activity
from models.ballot import BLANK
from models.base import constant, table
from models.contribution import Contribution, ContributionStatus
from models.event import EventKind
from models.paper_ballot import SPOILT
from models.polling_desk import CountedBy, PollingAgent
from models.polling_record import MAX_BALLOTS, MAX_VOICES, REMARK_LENGTH, PollingRecord
from models.refusal import ErrorCode, Refusal, bad_input, conflict, not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import ballot, text
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Method, SheetCount, Voice

_record, _agent = table(PollingRecord), table(PollingAgent)
_activity, _contribution = table(Activity), table(Contribution)
LAST = (
    select(_record.c.version)
    .where(_record.c.desk_id == value(PollingRecord, "desk_id"))
    .order_by(_record.c.version.desc())
    .limit(literal_column("1", Integer))
)
PROJECTS = select(_contribution.c.id, _contribution.c.cost_euros).where(
    _contribution.c.id == any_(bindparam("ids", type_=ARRAY(Uuid()))),
    _contribution.c.activity_id == value(Contribution, "activity_id"),
    _contribution.c.about_id.is_(None),
    _contribution.c.status.in_([constant(status) for status in (ContributionStatus.OPEN, ContributionStatus.EXPIRED)]),
)
_keeper = _agent.c.actor_id == value(PollingAgent, "actor_id")
_kept_by = select(_agent.c.id).where(_agent.c.desk_id == _record.c.desk_id, _keeper)
_is_shown = bindparam("is_administrator", type_=Boolean()) | _kept_by.exists()
PHOTO = select(_record.c.photo).where(_record.c.id == value(PollingRecord, "id"), _is_shown)
"""The photo of a record, as far as whoever asks keeps its desk, or is an administrator."""

PHOTOGRAPHED = select(_record.c.photo_digest).where(_record.c.id == value(PollingRecord, "id"), _is_shown)
SENDS_PHOTOS = select(_agent.c.id).where(_keeper).limit(literal_column("1", Integer))
_later = _record.alias("later_record")
PUT_PHOTO = (
    update(_record)
    .where(
        _record.c.id == value(PollingRecord, "id"),
        _record.c.photo_digest.is_(None),
        ~select(_later.c.id)
        .where(_later.c.desk_id == _record.c.desk_id, _later.c.version > _record.c.version)
        .correlate(_record)
        .exists(),
    )
    .values(photo=value(PollingRecord, "photo"), photo_digest=value(PollingRecord, "photo_digest"), photo_at=func.now())
)
TOTALS = ("project", "choice", "amount", "count")
NUMBERS = ("signatures", "envelopes", "valid", "blank", "spoilt")


@dataclass(frozen=True, slots=True)
class LastRecord:
    """The version of a desk's record that counts."""

    version: int


@dataclass(frozen=True, slots=True)
class SheetProject:
    """A project that ballots may name."""

    id: UUID
    cost_euros: int | None


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a sheet."""

    photo: Any


@dataclass(frozen=True, slots=True)
class PhotoDigest:
    """Whether there is one already."""

    photo_digest: str | None


# What is read --------------------------------------------------------------------------------------------------------


def of_desk(row: FromClause, desk: FromClause, _context: FieldContext) -> Listing:
    """The versions of a desk's record, the last first."""
    order = Order("record.version", (row.c.version,), (int,), is_descending=True)
    return Listing((row.c.desk_id == desk.c.id,), order)


def totals(record: FromClause, _context: FieldContext) -> Select[Any]:
    """What a record counted of each project."""
    names = (column("project", Uuid), column("choice", Text), column("amount", Integer), column("count", Integer))
    listed = (
        func.jsonb_to_recordset(record.c.totals).table_valued(*names, name="counted").render_derived(with_types=True)
    )
    return select(*listed.c).order_by(listed.c.project, listed.c.choice, listed.c.amount)


def has_photo(record: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """There is a picture of the sheet."""
    return record.c.photo_digest.is_not(None)


# What is done --------------------------------------------------------------------------------------------------------


async def write(
    act: Act,
    *,
    desk: UUID,
    totals: Sequence[Mapping[str, Any]],
    version: int = 0,
    reason: str | None = None,
    remark: str | None = None,
    **numbers: int,
) -> Outcome:
    """Write a desk's record, or correct it: `version` is the one that was read, 0 where there is none."""
    kept = await kept_desk(act, desk)
    require_countable(kept, "desk")
    if not kept.has_opened:
        raise Refusal(ErrorCode.VOTING_NOT_OPEN, "The vote has not opened yet.", "desk")
    await act.execute(ballot.KEEP_RULE, activity_id=kept.activity_id)
    await act.execute(polling_desk.LOCK, id=desk)
    last = await act.one(LAST, into=LastRecord, desk_id=desk)
    if version != (last.version if last else 0):
        raise conflict()
    require_whole(numbers)
    said = {
        "reason": text.clean(reason or "", REMARK_LENGTH, "reason") if version else None,
        "remark": _remark(remark, numbers),
    }
    counts, ballots = await _held(act, kept, totals, numbers)
    id_ = await act.insert(
        PollingRecord,
        activity_id=kept.activity_id,
        desk_id=desk,
        version=version + 1,
        totals=[_told(one) for one in counts if one.count],
        ballots=ballots,
        agent_id=act.actor_or_none,
        recorded_at=act.now,
        **said,
        **numbers,
    )
    return act.did(EventKind.POLLING_RECORD_WRITTEN, id_, {"version": version + 1}, desk_id=desk)


async def _held(
    act: Act, kept: KeptDesk, totals: Sequence[Mapping[str, Any]], numbers: Mapping[str, int]
) -> tuple[list[SheetCount], list[str] | None]:
    """What was counted, and the ballots, where two people typed each of them. Raises Refusal."""
    if kept.counted_by is CountedBy.TOTALS:
        counts = await _counts(act, kept, totals)
        await _check(act, kept, numbers["valid"], counts)
        return counts, None
    if totals:
        raise bad_input("This desk's totals are those of the ballots that were typed.", "totals", expected.NOTHING)
    typed = await paper_ballot.agreed(act, kept.id)
    for name, count in paper_ballot.counted(typed).items():
        if numbers[name] != count:
            message = f"{count:,} such ballots were typed by two people, and here are {numbers[name]:,}."
            raise Refusal(ErrorCode.RECORD_DOES_NOT_ADD_UP, message, name)
    valid = [says for says in typed if says not in (BLANK, SPOILT)]
    return added(valid), valid


def added(ballots: Sequence[str]) -> list[SheetCount]:
    """How often ballots say the same of a project."""
    said = Counter(vote for says in ballots for vote in said_by(says).items())
    return [SheetCount(project, voice, count) for (project, voice), count in said.items()]


def _remark(remark: str | None, numbers: Mapping[str, int]) -> str | None:
    """Why there are more or fewer envelopes than signatures, where there are."""
    if remark and remark.strip():
        return text.clean(remark, REMARK_LENGTH, "remark")
    if numbers["signatures"] != numbers["envelopes"]:
        message = f"{numbers['signatures']:,} signatures, {numbers['envelopes']:,} envelopes: say why they differ."
        raise Refusal(ErrorCode.RECORD_DOES_NOT_ADD_UP, message, "remark")
    return None


def require_whole(numbers: Mapping[str, int]) -> None:
    """No number is negative, and the envelopes are all accounted for. Raises Refusal."""
    for name in NUMBERS:
        if not 0 <= numbers[name] <= MAX_BALLOTS:
            raise bad_input(f"It is 0 to {MAX_BALLOTS:,}.", name, expected.number(0, MAX_BALLOTS))
    held = numbers["valid"] + numbers["blank"] + numbers["spoilt"]
    if held != numbers["envelopes"]:
        message = f"Valid, blank and null ballots are {held:,}, and there are {numbers['envelopes']:,} envelopes."
        raise Refusal(ErrorCode.RECORD_DOES_NOT_ADD_UP, message, "envelopes")


async def _counts(act: Act, kept: KeptDesk, totals: Sequence[Mapping[str, Any]]) -> list[SheetCount]:
    """What was counted, of projects that ballots may name. Raises Refusal where it stands."""
    method = METHODS[kept.vote_method] if kept.vote_method else None
    assert method is not None  # `require_countable` looked.
    ids = list({one["contribution"] for one in totals})
    costs = {
        one.id: one.cost_euros
        for one in await act.all(PROJECTS, into=SheetProject, ids=ids, activity_id=kept.activity_id)
    }
    counts: list[SheetCount] = []
    for place, one in enumerate(totals):
        if one["contribution"] not in costs:
            raise not_found(f"totals.{place}.contribution")
        if not 0 <= one["count"] <= MAX_BALLOTS:
            raise bad_input(f"It is 0 to {MAX_BALLOTS:,}.", f"totals.{place}.count", expected.number(0, MAX_BALLOTS))
        voice = _priced(method, one, costs[one["contribution"]], place)
        counts.append(SheetCount(one["contribution"], voice, one["count"]))
    if len({(one.project, one.voice) for one in counts}) != len(counts):
        raise bad_input("Each project and voice once.", "totals", expected.ONCE)
    return counts


def _priced(method: Method, said: Mapping[str, Any], cost: int | None, place: int) -> Voice:
    """A voice as it is kept. Raises Refusal where it is none of the method's."""
    voice = Voice(said["choice"], said.get("amount"))
    try:
        method.check(voice)
        return method.priced(voice, cost)
    except Refusal as refusal:
        raise refusal.at(f"totals.{place}.{refusal.field}") from None


async def _check(act: Act, kept: KeptDesk, valid: int, counts: Sequence[SheetCount]) -> None:
    """So many valid ballots can say this. Raises Refusal."""
    rules = await act.one(paper_ballot.RULE, into=PaperRule, id=kept.activity_id)
    assert rules is not None  # The desk is there.
    assert kept.vote_method is not None  # `require_countable` looked.
    method, rule = METHODS[kept.vote_method], rules.rule
    sheet = method.sheet(rule)
    if len(sheet) > MAX_VOICES:
        message = f"A sheet has {MAX_VOICES} columns at most; this vote would need {len(sheet)}."
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, "desk")
    amounts = {(voice.choice, voice.amount) for voice in sheet}
    for place, one in enumerate(counts):
        # A price is no column of the sheet: every ballot of a budget says the same of a project.
        if (one.voice.choice, one.voice.amount) not in amounts and (one.voice.choice, None) not in amounts:
            raise Refusal(ErrorCode.CHOICE_NOT_ACCEPTED, "The sheet has no such column.", f"totals.{place}.choice")
    method.check_sheet(rule, valid, counts)


def _told(one: SheetCount) -> dict[str, Any]:
    """A row of the totals as they are stored."""
    return dict(zip(TOTALS, (str(one.project), one.voice.choice.value, one.voice.amount, one.count), strict=True))


async def photo(act: Act, record: UUID) -> bytes | None:
    """The photo of a record's sheet, for the desk's agents and administrators; None: they see none."""
    asked = {"actor_id": act.actor_or_none, "is_administrator": act.asker.viewer.is_administrator}
    kept = await act.one(PHOTO, into=Photo, id=record, **asked)
    return None if kept is None or kept.photo is None else bytes(kept.photo)


async def may_send_photo(act: Act, record: UUID | None) -> bool:
    """Whether the asker keeps the desk of a record, or is an administrator; None: keeps any desk."""
    asked = {"actor_id": act.actor_or_none, "is_administrator": act.asker.viewer.is_administrator}
    if record is not None:
        return await act.exists(PHOTOGRAPHED, id=record, **asked)
    return act.asker.viewer.is_administrator or await act.exists(SENDS_PHOTOS, actor_id=act.actor_or_none)


async def put_photo(act: Act, record: UUID | None, content: bytes, digest: str) -> Outcome:
    """Put the photo of a sheet to the last version of its record, once. Raises Refusal."""
    asked = {"actor_id": act.actor_or_none, "is_administrator": act.asker.viewer.is_administrator}
    kept = await act.one(PHOTOGRAPHED, into=PhotoDigest, id=record, **asked) if record else None
    if kept is None or record is None:
        raise not_found("record")
    if kept.photo_digest == digest:
        return act.did()
    if not await act.execute(PUT_PHOTO, id=record, photo=content, photo_digest=digest):
        message = "This version has a photo, which stays, or is not the last one: photograph the last version."
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, "file")
    return act.did(EventKind.POLLING_PHOTO_SET, record, {"digest": digest})
