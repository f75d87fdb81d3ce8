"""Imported editions: the ballots of a finished vote become records of desks, which go with the import that made them.

While ballots come in the activity opens far in the future: nobody votes meanwhile, and nothing is counted. At the end
it has the file's period, which is over, and is counted as any other vote.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Text, any_, bindparam, cast, delete, func, insert, literal_column, null, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from database.door import Transaction
from intake import edition_rule, import_work
from intake.edition_rule import RULED, Columns
from models.activity import KINDS, Activity, ActivityKind
from models.ballot import BLANK, VoteRule, says
from models.base import constant, new_id, table
from models.contribution import Contribution, ContributionStatus
from models.event import EventKind
from models.import_run import ImportedItem, ImportedKind, ImportRemarkCode, ImportRun, ImportState
from models.paper_ballot import SPOILT
from models.polling_desk import CountedBy, PollingDesk, VoteChannel
from models.polling_record import PollingRecord
from models.refusal import Refusal
from models.vote import VoteMethod
from models.vote_file import VoteFile
from models.vote_result import ProjectAward, VoteResult
from planner.act import value
from planner.event import RECORD, NewEvent, events
from planner.row import reader
from resolvers import ballot
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Method, Voice
from transfer.finished_vote import BallotLine
from transfer.record import SHOWN, Remark

BALLOTS_AT_ONCE = 20_000
"""Ballots of one desk's record, written in one transaction: some three megabytes."""

UNOPENED = timedelta(days=3_650)
"""So far ahead an activity opens while ballots come in."""

_activity, _run, _item = table(Activity), table(ImportRun), table(ImportedItem)
_contribution, _desk, _record = table(Contribution), table(PollingDesk), table(PollingRecord)
_result, _award, _file = table(VoteResult), table(ProjectAward), table(VoteFile)
_id, _import = value(Activity, "id"), bindparam("run", type_=Uuid())
_next_version = literal_column("1", Integer) + _activity.c.version
TARGET = select(_activity.c.kind, _activity.c.urn_key, *(_activity.c[name] for name in RULED)).where(
    _activity.c.id == _id
)
OTHER_DESK = select(_desk.c.id).where(_desk.c.activity_id == _id).limit(literal_column("1"))
_bound = {name: value(Activity, name) for name in RULED}
PREPARE = (
    update(_activity)
    .where(_activity.c.id == _id)
    .values(**_bound | {"closes_at": null()}, version=_next_version)
    .returning(_activity.c.version)
)
CLOSE = (
    update(_activity)
    .where(_activity.c.id == _id, _activity.c.version == value(Activity, "version"))
    .values(opens_at=value(Activity, "opens_at"), closes_at=value(Activity, "closes_at"))
)
RESTORE = (
    update(_activity)
    .where(_activity.c.id == _id, _activity.c.version == value(Activity, "version"))
    .values(**_bound, version=_next_version)
)
"""As it was before, unless somebody changed it since."""

_standing = [constant(status) for status in (ContributionStatus.OPEN, ContributionStatus.EXPIRED)]
PROJECTS = (
    select(_item.c.reference, _contribution.c.id, _contribution.c.cost_euros)
    .join_from(_item, _contribution, _contribution.c.id == _item.c.subject_id)
    .where(
        _item.c.source == bindparam("source", type_=Text()),
        _item.c.kind == constant(ImportedKind.CONTRIBUTION),
        _contribution.c.activity_id == _id,
        _contribution.c.about_id.is_(None),
        _contribution.c.status.in_(_standing),
    )
)
ELSEWHERE = (
    select(_item.c.subject_id)
    .join_from(_item, _contribution, _contribution.c.id == _item.c.subject_id)
    .where(
        _item.c.source == bindparam("source", type_=Text()),
        _item.c.kind == constant(ImportedKind.CONTRIBUTION),
        _item.c.reference == any_(bindparam("references", type_=ARRAY(Text()))),
        _contribution.c.activity_id != _id,
    )
    .limit(literal_column("1"))
)
"""A project of a file that is in another activity already: it is imported once."""

EDITION = select(_run.c.edition, _run.c.activity_id, _run.c.created_by_id).where(_run.c.id == _import)
_done = cast(func.jsonb_extract_path_text(_run.c.edition, literal_column("'done'")), Integer)
NOTE = (
    update(_run)
    .where(
        _run.c.id == _import,
        _run.c.state == bindparam("before", type_=Text()),
        _run.c.edition.is_(None) | (_done == bindparam("expected", type_=Integer())),
    )
    .values(edition=value(ImportRun, "edition"), held_until=import_work.HOLD)
)
"""Keeps how far an edition is, unless another process has gone on."""

_own_desks = select(_desk.c.id).where(_desk.c.import_run_id == _import)
_results = select(_result.c.id).where(_result.c.activity_id == _id)
FORGET = (
    delete(_award).where(_award.c.result_id.in_(_results)),
    delete(_result).where(_result.c.activity_id == _id),
    delete(_file).where(_file.c.activity_id == _id),
    delete(_record).where(_record.c.desk_id.in_(_own_desks)),
    delete(_desk).where(_desk.c.import_run_id == _import),
)
"""What was counted of an import's ballots and published, then the ballots themselves."""

_numbers = ("version", "signatures", "envelopes", "valid", "blank", "spoilt")
_names = ("id", "activity_id", "desk_id", *_numbers, "totals", "ballots", "agent_id", "recorded_at")
WRITE = insert(_record).values(**{name: value(PollingRecord, name) for name in _names})


# Ballots as they are read --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NamedProject:
    """A project that ballots name."""

    id: UUID
    cost_euros: int | None


@dataclass(slots=True)
class BallotBox:
    """Judges ballots by the rule that the vote had; remembers of voters that they were there."""

    method: Method
    rule: VoteRule
    projects: Mapping[str, NamedProject]
    counts: Counter[str] = field(default_factory=Counter)
    _voters: set[int] = field(default_factory=set)

    def skip(self, line: BallotLine) -> None:
        """A ballot that was taken before."""
        self._is_repeated(line)

    def take(self, lines: Sequence[BallotLine]) -> tuple[list[str], list[Remark]]:
        """What ballots say, and what is to be said of them."""
        said, remarks = [], list[Remark]()
        for line in lines:
            self.counts["ballots"] += 1
            if self._is_repeated(line):
                self.counts["repeated"] += 1
                remarks.append(Remark(line.line, "voter_id", ImportRemarkCode.REPEATED_VOTER, None))
                continue
            says_ = self._read(line, remarks)
            self.counts[{BLANK: "blank", SPOILT: "spoilt"}.get(says_, "valid")] += 1
            said.append(says_)
        return said, remarks

    def _is_repeated(self, line: BallotLine) -> bool:
        if not line.voter:
            return False
        key = hash(line.voter)
        is_repeated = key in self._voters
        self._voters.add(key)
        return is_repeated

    def _read(self, line: BallotLine, remarks: list[Remark]) -> str:
        """What a ballot says; a project that is not there is left out, and what the rule does not allow is null."""
        if not line.projects and not line.is_broken:
            return BLANK
        there = [(key, place) for place, key in enumerate(line.projects) if key in self.projects]
        strange = [key for key in line.projects if key not in self.projects]
        if strange:
            named = ", ".join(strange)[:SHOWN]
            remarks.append(Remark(line.line, "vote", ImportRemarkCode.UNKNOWN_PROJECT, named))
        try:
            voices = self._voices(line, there)
            self.method.check_ballot(self.rule, list(voices.values()))
        except (Refusal, ValueError):
            remarks.append(Remark(line.line, "vote", ImportRemarkCode.BALLOT_SPOILT, line.said[:SHOWN] or None))
            return SPOILT
        return says(voices)

    def _voices(self, line: BallotLine, there: Sequence[tuple[str, int]]) -> dict[UUID, Voice]:
        """What it says of each project. Raises ValueError, Refusal."""
        if line.points is None or line.is_broken or len({key for key, _ in there}) != len(there) or not there:
            raise ValueError(line.said)
        is_by_points = self.method.usual.most_each is not None
        voices: dict[UUID, Voice] = {}
        for rank, (key, place) in enumerate(there, start=1):
            if is_by_points and line.points[place] == 0:
                continue
            voice = self.method.read(self.rule, rank, line.points[place] if is_by_points else None)
            self.method.check(voice)
            voices[self.projects[key].id] = self.method.priced(voice, self.projects[key].cost_euros)
        if not voices:
            raise ValueError(line.said)
        return voices


def added(ballots: Sequence[str]) -> list[dict[str, Any]]:
    """How often ballots say the same of a project, as a record keeps it."""
    counted = Counter(vote for said in ballots for vote in said.split(","))
    totals = []
    for vote, count in counted.items():
        project, _, voice = vote.partition("=")
        choice, _, amount = voice.partition(":")
        told = {"project": project, "choice": choice, "amount": int(amount) if amount else None, "count": count}
        totals.append(told)
    return totals


# What is written -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Edition:
    """How far the vote of a run is, as the run keeps it: its `terms` in the file and in the activity, the `columns`
    that the activity gets, what it was `before`, and what of its ballots is `done`."""

    is_taken: bool
    columns: Columns
    terms: list[dict[str, Any]]
    selected: int | None
    before: Columns | None = None
    version: int | None = None
    done: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Edition":
        """From JSON."""
        columns, before = (kept[name] and edition_rule.restored(kept[name]) for name in ("columns", "before"))
        counts = Counter[str](kept["counts"])
        rest = {name: kept[name] for name in ("is_taken", "terms", "selected", "version", "done")}
        return cls(columns=columns, before=before, counts=counts, **rest)

    @property
    def stored(self) -> dict[str, Any]:
        """As JSON."""
        columns, before = (one and edition_rule.stored(one) for one in (self.columns, self.before))
        names = ("is_taken", "terms", "selected", "version", "done")
        rest = {name: getattr(self, name) for name in names}
        return {"columns": columns, "before": before, "counts": dict(self.counts), **rest}

    def box(self, projects: Mapping[str, NamedProject]) -> BallotBox:
        """Where its ballots are judged."""
        method = METHODS[VoteMethod(self.columns["vote_method"])]
        return BallotBox(method, edition_rule.rule_of(self.columns), projects, Counter(self.counts))


@dataclass(frozen=True, slots=True)
class KeptEdition:
    """What a run keeps of an edition."""

    edition: Any
    activity_id: UUID
    created_by_id: UUID | None


async def target(
    transaction: Transaction, activity: UUID, source: str, references: Collection[str]
) -> tuple[Columns, bool]:
    """The rule and period of an activity, and whether it takes the ballots of a file: it is a participatory budget
    without a secret vote, in which nobody voted and which has no desk; no project of the file is in another one."""
    await transaction.execute(ballot.CHANGE_RULE, activity_id=activity)
    [[kind, urn_key, *columns]] = await transaction.all(TARGET, id=activity)
    began = [
        *await transaction.all(ballot.ANY_BALLOT, activity_id=activity),
        *await transaction.all(ballot.ANY_VOTE, activity_id=activity),
        *await transaction.all(OTHER_DESK, id=activity),
        *await transaction.all(ELSEWHERE, id=activity, source=source, references=list(references)),
    ]
    is_fit = KINDS[ActivityKind(str(kind))].is_staffed and urn_key is None and not began
    return dict(zip(RULED, columns, strict=True)), is_fit


async def projects_of(transaction: Transaction, source: str, activity: UUID) -> dict[str, NamedProject]:
    """The projects of an activity that came from a source, by their references there."""
    rows = await transaction.all(PROJECTS, source=source, id=activity)
    read = reader(PROJECTS, ReferredProject)
    return {one.reference: NamedProject(one.id, one.cost_euros) for one in map(read, rows)}


@dataclass(frozen=True, slots=True)
class ReferredProject(NamedProject):
    """A project with its reference in its source."""

    reference: str


async def note(transaction: Transaction, run: UUID, state: ImportState, edition: Edition, expected: int) -> bool:
    """Keep how far an edition is; False where another process has gone on."""
    values = {"before": state.value, "expected": expected, "edition": edition.stored}
    return bool(await transaction.execute(NOTE, run=run, **values))


async def prepare(transaction: Transaction, activity: UUID, edition: Edition, before: Columns, now: datetime) -> None:
    """Give the activity the rule of the file, and have nobody vote while ballots come in."""
    columns = edition_rule.stored(edition.columns) | {"opens_at": now + UNOPENED}
    del columns["closes_at"]  # Nothing says when it closes.
    [[version]] = await transaction.all(PREPARE, id=activity, **columns)
    edition.before, edition.version = before, int(str(version))


async def close(transaction: Transaction, activity: UUID, edition: Edition, actor: UUID | None) -> None:
    """Give the activity the period of the file; then it is counted."""
    period = {name: edition.columns[name] for name in ("opens_at", "closes_at")}
    await transaction.execute(CLOSE, id=activity, version=edition.version, **period)
    await transaction.execute(RECORD, **events(NewEvent(EventKind.ACTIVITY_REVISED, activity, actor)))


async def record(
    transaction: Transaction, run: import_work.Run, first: int, said: Sequence[str], now: datetime
) -> None:
    """Write a desk with the record of these ballots; `first` is the place of the first one in the file."""
    desk, record_ = new_id(), new_id()
    told = {"activity_id": run.activity_id, "import_run_id": run.id, "opened_at": now}
    kind = {"channel": VoteChannel.IMPORTED.value, "counted_by": CountedBy.BALLOTS.value}
    await transaction.copy(_desk, [{"id": desk, "name": _name(first, len(said)), **told, **kind}])
    valid = sorted(one for one in said if one not in (BLANK, SPOILT))
    numbers = {"valid": len(valid), "blank": said.count(BLANK), "spoilt": said.count(SPOILT)}
    row = {
        "id": record_,
        "activity_id": run.activity_id,
        "desk_id": desk,
        "version": 1,
        **dict.fromkeys(("signatures", "envelopes"), len(said)),
        **numbers,
        "totals": added(valid),
        "ballots": valid,
        "agent_id": run.created_by_id,
        "recorded_at": now,
    }
    await transaction.execute(WRITE, **row)
    opened = NewEvent(EventKind.POLLING_DESK_OPENED, desk, run.created_by_id, {"channel": kind["channel"]})
    written = NewEvent(EventKind.POLLING_RECORD_WRITTEN, record_, run.created_by_id, {"version": 1})
    await transaction.execute(RECORD, **events(opened, written))


def _name(first: int, count: int) -> str:
    """What a desk is called: by the places of its ballots in the file."""
    return f"Fichier importé, bulletins {_grouped(first + 1)} à {_grouped(first + count)}"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


async def undo(transaction: Transaction, run: UUID) -> None:
    """Remove what was counted and published of a run's ballots, and these; the activity becomes what it was before,
    unless somebody changed it since."""
    row = await transaction.one(EDITION, run=run)
    kept = reader(EDITION, KeptEdition)(row) if row else None
    if kept is None or not kept.edition or kept.edition["before"] is None:
        return
    edition, activity = Edition.of(kept.edition), kept.activity_id
    assert edition.before is not None
    await transaction.execute(ballot.CHANGE_RULE, activity_id=activity)
    for statement in FORGET:
        await transaction.execute(statement, run=run, id=activity)
    before = edition_rule.stored(edition.before) | {name: edition.before[name] for name in ("opens_at", "closes_at")}
    if await transaction.execute(RESTORE, id=activity, version=edition.version, **before):
        await transaction.execute(RECORD, **events(NewEvent(EventKind.ACTIVITY_REVISED, activity, kept.created_by_id)))
