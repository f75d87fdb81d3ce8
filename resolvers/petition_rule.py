"""Petition rules: what signatures of an activity lead to, with its clocks; each change is a version with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, FromClause, Select, bindparam, cast, func, literal_column, select
from sqlalchemy.types import Integer, Text

from models import expected
from models.activity import Activity, ActivityKind
from models.base import table
from models.contribution import Contribution
from models.event import EventKind
from models.petition import Petition
from models.petition_rule import (
    CLOCKS,
    MAX_DAYS,
    MAX_ELECTORS,
    MAX_LEVELS,
    MAX_SIGNATURES,
    MAX_VERSIONS,
    REASON_LENGTH,
    SOURCE_LENGTH,
    WHOLE_PERMILLE,
    PetitionPromise,
    PetitionRule,
)
from models.petitioner import MAX_SPONSORS
from models.refusal import ErrorCode, Refusal, bad_input, conflict, limit_reached
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, room, text

_rule, _petition, _contribution = table(PetitionRule), table(Petition), table(Contribution)
_ONE: ColumnElement[int] = literal_column("1", Integer)
_activity_id = value(PetitionRule, "activity_id")

LAST = select(
    func.coalesce(func.max(_rule.c.version), literal_column("0", Integer)).label("version"),
    cast(func.timezone(bindparam("time_zone", type_=Text()), func.now()), Date).label("today"),
).where(_rule.c.activity_id == _activity_id)
REACHED = (
    select(func.coalesce(func.max(_petition.c.reached_levels), literal_column("0", Integer)).label("levels"))
    .join_from(_petition, _contribution, _contribution.c.id == _petition.c.contribution_id)
    .where(_contribution.c.activity_id == _activity_id)
)


NEWEST = select(_rule.c.levels).where(_rule.c.activity_id == _activity_id).order_by(_rule.c.version.desc()).limit(_ONE)


@dataclass(frozen=True, slots=True)
class LevelsThatHold:
    """The levels of an activity's newest version."""

    levels: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class LastRuleVersion:
    """The number of an activity's newest version, 0 where it has none; and the portal's day."""

    version: int
    today: date


@dataclass(frozen=True, slots=True)
class MostReached:
    """How many levels any petition of an activity has reached."""

    levels: int


# Reads ----------------------------------------------------------------------------------------------------------------


def newest(activity: ColumnElement[Any], column: str) -> Select[Any]:
    """A column of the version that holds in an activity; no row where it has no rule."""
    row = table(PetitionRule).alias("ruling")
    of: Select[Any] = select(row.c[column]).where(row.c.activity_id == activity)
    return of.order_by(row.c.version.desc()).limit(_ONE).correlate_except(row)


def of_activity(activity: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """The version that holds."""
    return row.c.id == newest(activity.c.id, "id").scalar_subquery()


def versions(row: FromClause, rule: FromClause, _context: FieldContext) -> Listing:
    """All versions of the same activity's rule, the newest first."""
    order = Order("petition_rule.newest", (row.c.version, row.c.id), (int, UUID), is_descending=True)
    return Listing((row.c.activity_id == rule.c.activity_id,), order)


def levels(row: FromClause, _context: FieldContext) -> Select[Any]:
    """The levels of a version, the lowest first."""
    listed = func.jsonb_array_elements(row.c.levels).table_valued("value", with_ordinality="rank", name="listed")
    each = listed.render_derived()

    def said(key: str) -> ColumnElement[Any]:
        return each.c.value.op("->>")(literal_column(f"'{key}'", Text))

    share = cast(said("permille"), Integer) / literal_column("10.0::double precision")
    columns: list[Any] = [
        cast(said("signatures"), Integer).label("signatures"),
        share.label("electors_percent"),
        cast(said("promise"), Text).label("promise"),
    ]
    return select(*columns).select_from(each).order_by(each.c.rank)


# Changes --------------------------------------------------------------------------------------------------------------


async def publish(
    act: Act,
    *,
    activity: UUID,
    version: int,
    levels: Sequence[Mapping[str, Any]],
    electors: int | None = None,
    electors_on: date | None = None,
    electors_source: str | None = None,
    reason: str | None = None,
    is_by_law: bool = False,
    sponsors: int = 0,
    **clocks: int,
) -> Outcome:
    """Publish a version, unless somebody else did since `version` was read (0: there was none). It holds at once for
    all petitions of the activity; what they have reached they keep."""
    if (await access.activity(act, activity)).kind is not ActivityKind.PETITION:
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "Only petitions have such a rule.", "activity")
    columns = _electors(electors, electors_on, electors_source) | _clocks(clocks)
    columns["levels"] = ordered(levels, electors)
    await room.of(act, Activity, activity)
    last = await act.one(LAST, into=LastRuleVersion, activity_id=activity, time_zone=act.asker.time_zone)
    if last is None or last.version != version:
        raise conflict()
    if electors_on is not None and electors_on > last.today:
        raise bad_input("Nobody counts on a day to come.", "electorsOn", expected.day_until(last.today))
    await _require_possible(act, activity, version, columns["levels"])
    rule = await act.insert(
        PetitionRule,
        activity_id=activity,
        version=version + 1,
        reason=_reason(version, reason),
        author_id=act.actor_or_none,
        is_by_law=is_by_law,
        sponsors=_sponsors(sponsors),
        published_at=act.now,
        **columns,
    )
    note = {"version": version + 1, "electors": electors}
    return act.did(EventKind.PETITION_RULE_PUBLISHED, activity, note, petition_rule_id=rule)


async def _require_possible(act: Act, activity: UUID, version: int, levels: Sequence[Mapping[str, Any]]) -> None:
    """What a petition has reached stays the level that it was: only another number of electors gives it another number
    of signatures. Raises Refusal."""
    if version >= MAX_VERSIONS:
        raise limit_reached(f"A rule has at most {MAX_VERSIONS} versions.", "activity", expected.no_more(MAX_VERSIONS))
    reached = await act.one(REACHED, into=MostReached, activity_id=activity)
    holding = await act.one(NEWEST, into=LevelsThatHold, activity_id=activity)
    kept = holding.levels[: reached.levels] if reached and holding else []
    if [_same(level) for level in levels[: len(kept)]] != [_same(level) for level in kept]:
        message = "A petition has reached a level that would be another one."
        raise Refusal(ErrorCode.PETITION_LEVEL_REACHED, message, "levels")


def _sponsors(wanted: int) -> int:
    """Raises Refusal."""
    if not 0 <= wanted <= MAX_SPONSORS:
        raise bad_input(f"A petition wants 0 to {MAX_SPONSORS} sponsors.", "sponsors", expected.number(0, MAX_SPONSORS))
    return wanted


def _same(level: Mapping[str, Any]) -> tuple[str, int | None, int | None]:
    """What a level keeps once it was reached: its promise, and its share or else its number."""
    share = level["permille"]
    return level["promise"], share, level["signatures"] if share is None else None


def _reason(version: int, reason: str | None) -> str | None:
    """Why it differs from the version before, which everybody reads; the first needs none. Raises Refusal."""
    if not version:
        return None
    if not (reason or "").strip():
        raise Refusal(ErrorCode.REQUIRED, "Say why the rule changes: everybody reads it.", "reason")
    return text.clean(reason or "", REASON_LENGTH, "reason")


def _electors(count: int | None, on: date | None, source: str | None) -> dict[str, Any]:
    """The number of electors with its day and source, or none of them. Raises Refusal."""
    said = {"electors": count, "electors_on": on, "electors_source": (source or "").strip() or None}
    if any(part is not None for part in said.values()):
        fields = {"electors": "electors", "electors_on": "electorsOn", "electors_source": "electorsSource"}
        for name, field in fields.items():
            if said[name] is None:
                message = "A number of electors has its day and its source."
                raise Refusal(ErrorCode.REQUIRED, message, field)
        said["electors_source"] = text.line(source or "", SOURCE_LENGTH, "electorsSource")
    if count is not None and not 1 <= count <= MAX_ELECTORS:
        raise bad_input(f"There are 1 to {MAX_ELECTORS:,} electors.", "electors", expected.number(1, MAX_ELECTORS))
    return said


_NAMES = {
    "admit_days": "admitDays",
    "gather_days": "gatherDays",
    "acknowledge_days": "acknowledgeDays",
    "answer_days": "answerDays",
}


def _clocks(said: Mapping[str, int]) -> dict[str, int]:
    days = {**CLOCKS, **{name: given for name, given in said.items() if given is not None}}
    for name, given in days.items():
        if not 1 <= given <= MAX_DAYS:
            raise bad_input(f"A step has 1 to {MAX_DAYS} days.", _NAMES[name], expected.number(1, MAX_DAYS))
    return days


def ordered(said: Sequence[Mapping[str, Any]], electors: int | None) -> list[dict[str, Any]]:
    """What is stored of levels: each with the signatures that it wants, ascending. Raises Refusal."""
    if not 1 <= len(said) <= MAX_LEVELS:
        raise bad_input(f"A rule has 1 to {MAX_LEVELS} levels.", "levels", expected.count(1, MAX_LEVELS))
    levels = [_level(place, one, electors) for place, one in enumerate(said)]
    wanted = [level["signatures"] for level in levels]
    for place, count in enumerate(wanted):
        if count in wanted[:place]:
            message = "Two levels want the same number of signatures."
            raise bad_input(message, f"levels.{place}.signatures", expected.ONCE)
    return sorted(levels, key=lambda level: int(level["signatures"]))


def _level(place: int, said: Mapping[str, Any], electors: int | None) -> dict[str, Any]:
    count, percent, promise = said.get("signatures"), said.get("electors_percent"), said["promise"]
    if (count is None) == (percent is None):
        message = "A level is a number of signatures, or a share of the electors."
        raise bad_input(message, f"levels.{place}.signatures", expected.ONE)
    permille = None if percent is None else _permille(place, percent)
    if permille is not None:
        if not 1 <= permille <= WHOLE_PERMILLE:
            message = "A share is 0.1 to 100 percent of the electors."
            raise bad_input(message, f"levels.{place}.electorsPercent", expected.example("12,5"))
        if electors is None:
            raise Refusal(ErrorCode.REQUIRED, "A share wants the number of electors.", "electors")
        count = wanted(electors, permille)
    if count is None or not 1 <= count <= MAX_SIGNATURES:
        message = f"A level is 1 to {MAX_SIGNATURES:,} signatures."
        raise bad_input(message, f"levels.{place}.signatures", expected.number(1, MAX_SIGNATURES))
    stored = promise.value if isinstance(promise, PetitionPromise) else promise
    return {"signatures": count, "permille": permille, "promise": stored}


def _permille(place: int, percent: float) -> int:
    """A share of the electors in tenths of a percent, which it is exactly. Raises Refusal."""
    permille = Decimal(str(percent)) * 10
    if permille != permille.to_integral_value():
        message = "A share has one decimal at most: 33.3 percent."
        raise bad_input(message, f"levels.{place}.electorsPercent", expected.example("12,5"))
    return int(permille)


def wanted(electors: int, permille: int) -> int:
    """How many signatures are a share of the electors: no fewer, so that a fraction counts as one more."""
    return -(-electors * permille // WHOLE_PERMILLE)
