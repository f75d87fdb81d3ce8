"""Voter rolls: a file is kept as keyed digests, tried and confirmed; whoever is on it proves by name and birth date."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    column,
    delete,
    false,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.types import Uuid

from counting import guessing, listed, proving
from counting.guessing import Guesses
from database.door import Transaction
from models import expected
from models.activity import Activity
from models.admission import Admission
from models.base import new_id, table, unnested
from models.event import EventKind
from models.proof import NAME_LENGTH, ProofLevel, first_given, person_letters
from models.refusal import ErrorCode, Refusal, limit_reached, not_found
from models.voter_roll import (
    GUESSES_OF_NAME,
    GUESSES_OF_PERSON,
    MAX_REMARKS,
    MAX_ROLLS,
    MAX_ROWS,
    ROLL_NAME_LENGTH,
    RollColumn,
    RollProblem,
    VoterRoll,
)
from models.zone import Zone
from planner.act import Act, Outcome, value
from planner.context import Asker, FieldContext
from resolvers import access, proof, room, text
from transfer.roll import RollRow

AT_ONCE = 5_000
"""Rows of one statement, which has some seconds."""

_roll, _admission, _zone = table(VoterRoll), table(Admission), table(Zone)
_activity, _id = value(VoterRoll, "activity_id"), value(VoterRoll, "id")
_given = unnested("given", {"id": Uuid(), "digest": Text(), "other": Text()})
_whole = ("activity_id", "batch_id", "batch_name", "level")
ADD = insert(_admission).from_select(
    ("id", "digest", "other_digests", *_whole, "added_at"),
    select(
        _given.c.id,
        _given.c.digest,
        func.string_to_array(func.nullif(_given.c.other, literal_column("''", Text)), literal_column("','", Text)),
        *(value(Admission, name) for name in _whole),
        func.now(),
    ),
)
_columns = ("id", "activity_id", "name", "row_count", "refused_count", "columns", "remarks")
NEW = insert(_roll).values(**{name: value(VoterRoll, name) for name in _columns}, added_at=func.now())
_kept = _roll.c.removed_at.is_(None)
ROLLS = select(func.count(_roll.c.id).label("count")).where(_roll.c.activity_id == _activity, _kept)
ZONE_NAME = select(_zone.c.name).where(_zone.c.id == value(Zone, "id"))
LOCK = (
    select(_roll.c.id, _roll.c.activity_id, _roll.c.confirmed_at.is_not(None).label("is_confirmed"))
    .where(_roll.c.id == _id, _kept)
    .with_for_update()
)
"""Waits for whoever is proving by it, and keeps others waiting: whom it has when it is removed had not proved."""

CONFIRM = update(_roll).where(_roll.c.id == _id).values(confirmed_at=func.now())
COUNT = select(func.count(_admission.c.id).label("count")).where(_admission.c.batch_id == _id)
REMOVE = update(_roll).where(_roll.c.id == _id).values(removed_at=func.now())
_row = _admission.alias("unused")
_had_turn = or_(listed.has_proved(_row), listed.has_signed(_row))
_removed = select(_roll.c.id).where(~_kept)
_unused = select(_row.c.id).where(_row.c.batch_id.in_(_removed), ~_had_turn).limit(literal_column(str(AT_ONCE)))
TAKE_OUT = delete(_admission).where(_admission.c.id.in_(_unused))
"""A piece of the rows of rolls that were removed, but for those of voters who have had their turn."""

_its_row = select(_row.c.id).where(_row.c.batch_id == _roll.c.id).correlate(_roll)
UNUSED = select(func.count(_row.c.id).label("count")).where(_row.c.batch_id == _id, ~_had_turn)
FORGET = delete(_roll).where(~_kept, ~_its_row.exists())


@dataclass(frozen=True, slots=True)
class LockedRoll:
    """A roll that is being changed."""

    id: UUID
    activity_id: UUID
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class ZoneName:
    """What a zone is called."""

    name: str


@dataclass(frozen=True, slots=True)
class Digested:
    """A file as it is kept: of each voter the key and the other keys, and which rows were refused."""

    keys: Mapping[str, tuple[str, ...]]
    row_count: int
    problems: Sequence[tuple[int, RollProblem]]


def digested(asker: Asker, activity: UUID, rows: Iterable[RollRow], zone: str | None = None) -> Digested:
    """The keys of a file's voters, who live in `zone` where the vote is of one and the file says zones. Takes some
    30 µs a row: call it beside the loop. Raises Refusal(LIMIT_REACHED)."""
    keys: dict[str, tuple[str, ...]] = {}
    problems: list[tuple[int, RollProblem]] = []
    count, here = 0, None if zone is None else person_letters(zone)
    for row in rows:
        count += 1
        if count > MAX_ROWS:
            raise limit_reached(f"A roll has at most {MAX_ROWS} rows.", "file", expected.fewer(MAX_ROWS))
        if row.problem is not None or row.born_on is None:
            problems.append((row.line, row.problem or RollProblem.BAD_DATE))
            continue
        if here is not None and row.zone and person_letters(row.zone) != here:
            problems.append((row.line, RollProblem.OTHER_ZONE))
            continue
        letters = dict.fromkeys(person_letters(naming) for naming in row.namings)
        own, *others = (listed.person(asker, activity, naming, row.born_on) for naming in letters)
        if own in keys:
            problems.append((row.line, RollProblem.REPEATED))
        else:
            keys[own] = tuple(others)
    return Digested(keys, count, problems)


# What is read --------------------------------------------------------------------------------------------------------


def of_rule(rule: FromClause, context: FieldContext) -> Select[Any]:
    """The rolls of a vote, the newest first; none for anybody but administrators."""
    row, voter = _roll.alias("rolled"), _admission.alias("voter")
    of_roll: Select[Any] = select(func.count(type_=Integer())).where(voter.c.batch_id == row.c.id)
    times = ("added_at", "confirmed_at")
    counted: list[Any] = [
        *(row.c[name] for name in ("id", "name", "row_count", "refused_count", "columns", "remarks", *times)),
        of_roll.correlate(row).scalar_subquery().label("voter_count"),
        of_roll.where(listed.has_proved(voter)).correlate(row).scalar_subquery().label("used_count"),
    ]
    of_vote = and_(row.c.activity_id == rule.c.activity_id, row.c.removed_at.is_(None))
    seen = of_vote if context.viewer.is_administrator else false()
    return select(*counted).where(seen).order_by(row.c.added_at.desc(), row.c.id)


def remarks(roll: FromClause, _context: FieldContext) -> Select[Any]:
    """The first rows that were refused."""
    return _held(roll.c.remarks, "remark", column("line", Integer), column("problem", Text))


def columns(roll: FromClause, _context: FieldContext) -> Select[Any]:
    """How its columns were read."""
    return _held(roll.c.columns, "read_column", column("means", Text), column("name", Text))


def _held(held: ColumnElement[Any], name: str, *named: ColumnElement[Any]) -> Select[Any]:
    each: Any = func.jsonb_to_recordset(held).table_valued(*named, name=name)
    return select(*each.render_derived(with_types=True).c)


# What is done --------------------------------------------------------------------------------------------------------


async def to_take(act: Act, activity: UUID) -> str | None:
    """Whether a vote takes a roll now; the name of its zone, if it is of one. Raises Refusal."""
    terms = await proof.asked(act, activity)
    await access.activity(act, activity)
    await room.of(act, Activity, activity)
    if ProofLevel.LIST.value not in (terms.proof_levels or ()):
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "This vote takes no list.", "activity")
    if terms.has_opened and not terms.is_running:
        raise terms.not_open("It is over, or not open now.")
    there = await act.one(ROLLS, into=room.Count, activity_id=activity)
    if there is not None and there.count >= MAX_ROLLS:
        raise limit_reached(f"A vote has at most {MAX_ROLLS} lists.", "activity", expected.at_most(MAX_ROLLS))
    if terms.proof_zone_id is None:
        return None
    zone = await act.one(ZONE_NAME, into=ZoneName, id=terms.proof_zone_id)
    return None if zone is None else zone.name


async def keep(act: Act, *, activity: UUID, name: str, file: Digested, said: Mapping[RollColumn, str]) -> UUID:
    """Keep a file's digests as a trial; its id. Voters may be on other rolls of the vote, too."""
    kept, roll = text.line(name, ROLL_NAME_LENGTH, "name"), new_id()
    whole = {"activity_id": activity, "batch_id": roll, "batch_name": kept, "level": ProofLevel.LIST}
    keys = sorted(file.keys.items())
    for start in range(0, len(keys), AT_ONCE):
        piece = keys[start : start + AT_ONCE]
        digests = {
            "ids": [new_id() for _ in piece],
            "digests": [key for key, _ in piece],
            "others": [",".join(others) for _, others in piece],
        }
        await act.execute(ADD, **digests, **whole)
    await act.execute(
        NEW,
        id=roll,
        activity_id=activity,
        name=kept,
        row_count=file.row_count,
        refused_count=len(file.problems),
        columns=[{"means": target.value, "name": column_[:80]} for target, column_ in said.items()],
        remarks=[{"line": line, "problem": problem.value} for line, problem in file.problems[:MAX_REMARKS]],
    )
    return roll


async def confirm(act: Act, *, roll: UUID) -> Outcome:
    """Have voters prove by a roll that was tried."""
    locked = await _locked(act, roll)
    if locked.is_confirmed:
        return act.did(activity_id=locked.activity_id)
    await act.execute(CONFIRM, id=roll)
    count = await act.one(COUNT, into=room.Count, id=roll)
    note = {"count": count.count if count else 0, "level": ProofLevel.LIST.value}
    return act.did(EventKind.ADMISSIONS_ADDED, locked.activity_id, note, activity_id=locked.activity_id)


async def remove(act: Act, *, roll: UUID) -> Outcome:
    """Take a roll out, at once; who has proved by it has proved. Its rows go later (`jobs.retention`)."""
    locked = await _locked(act, roll)
    await act.execute(REMOVE, id=roll)
    if not locked.is_confirmed:
        return act.did(activity_id=locked.activity_id)
    unused = await act.one(UNUSED, into=room.Count, id=roll)  # As of a batch of codes: who has proved stays.
    note = {"count": unused.count if unused else 0, "level": ProofLevel.LIST.value}
    return act.did(EventKind.ADMISSIONS_REVOKED, locked.activity_id, note, activity_id=locked.activity_id)


async def take_out(transaction: Transaction) -> int:
    """Delete a piece of what rolls that were removed have left; how many rows it was. Call it until that is none."""
    rows = await transaction.execute(TAKE_OUT)
    return rows or await transaction.execute(FORGET)


async def _locked(act: Act, roll: UUID) -> LockedRoll:
    locked = await act.one(LOCK, into=LockedRoll, id=roll)
    if locked is None:
        raise not_found("roll")
    await access.activity(act, locked.activity_id, "roll")
    return locked


async def prove(act: Act, *, activity: UUID, given_names: str, family_name: str, born_on: date) -> Outcome:
    """Prove by a roll that one may vote. Whatever is wrong is refused in the same words, and counted."""
    terms = await proving.to_prove(act, activity, ProofLevel.LIST)
    if terms.level is not None:
        return act.did(activity_id=activity)
    given, family = text.line(given_names, NAME_LENGTH, "givenNames"), text.line(family_name, NAME_LENGTH, "familyName")
    proving.check_age(terms, born_on)
    guesses = _guesses(act, activity, f"{given} {family}", f"{first_given(given)} {family}")
    if not await guessing.are_within(act, guesses):
        return Outcome(refusal=Refusal(ErrorCode.TOO_MANY_TRIES, "Too many tries for today.", "familyName"))
    keys = await listed.of(act, activity, given, family, born_on)
    if keys is None:
        return Outcome(refusal=not_listed())
    await proving.hold(act, activity, keys)
    if await proving.is_taken(act, activity, keys):
        return Outcome(refusal=not_listed())
    await proof.put(act, activity, ProofLevel.LIST, keys.whole, "familyName", first=keys.shorter)
    await guessing.take_back(act, guesses)
    return act.did(activity_id=activity)


def not_listed() -> Refusal:
    """The refusal of whoever is on no list, of whom it means several, and of whoever has had a turn: a stranger learns
    nothing from it."""
    return Refusal(ErrorCode.NOT_ON_LIST, "Nobody of this name and birth date can prove it by the list.", "familyName")


def _guesses(act: Act, activity: UUID, *names: str) -> Guesses:
    """What a try of the asker in the vote counts for: for the account, and for each name by which a voter is looked
    for, whole and by the first given name, in whatever order and parts it is typed."""
    vote = str(activity)
    guesses: dict[tuple[str, ...], int] = {("roll", vote, person_letters(name)): GUESSES_OF_NAME for name in names}
    return guesses | {("roll", vote, str(act.actor)): GUESSES_OF_PERSON}
