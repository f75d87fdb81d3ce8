"""Importing: tries, imports and undoes uploaded files in batches, each committed as a whole or not at all.

When a process ends, another one continues after the last committed batch as soon as the claim has expired.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from database.door import Database, Transaction
from intake import edition, entry, import_work, undoing
from intake.entry import Intake, Taken
from jobs import zone_move, zoning
from jobs.edition import EditionReading, LostError
from jobs.woken import WokenJob
from models import word
from models.activity import KINDS, ActivityKind
from models.base import new_id, table, utc_now
from models.import_run import (
    MAX_REMARKS,
    MAX_ROWS,
    NOTES,
    ImportFormat,
    ImportProblem,
    ImportRemark,
    ImportState,
    ImportTarget,
)
from planner.row import reader
from transfer import guess, reading, record
from transfer.line import FileError, FileLine, Lines
from transfer.record import Record, Remark, RowRules
from transfer.vocabulary import COMMENT

BATCH = 200
"""Lines in a batch, which blocks the server's event loop for some hundredths of a second."""

SAMPLES = 200
SHOWN = 60


class Imports(WokenJob):
    """Works on the imports and the changes of zones of tenants that were woken; others are never queried."""

    def __init__(self, database: Database) -> None:
        super().__init__("import", self._work)
        self._database = database

    async def _work(self, tenant: int) -> None:
        await zoning.work(self._database, tenant)
        await zone_move.carry_on(self._database, tenant)
        await work(self._database, tenant)


async def work(database: Database, tenant: int) -> None:
    """Work on a tenant's imports until none waits."""
    while True:
        async with database.transaction(tenant) as transaction:
            rows = await transaction.all(import_work.CLAIM)
        if not rows:
            return
        await go_on(database, tenant, reader(import_work.CLAIM, import_work.Run)(rows[0]))
        database.note_change(tenant)


async def go_on(database: Database, tenant: int, run: import_work.Run) -> None:
    """Work on a claimed run until it waits for a person, or ends."""
    if run.state is ImportState.UNDOING:
        await _undo(database, tenant, run)
        return
    with tempfile.NamedTemporaryFile(prefix="parvis-import-") as file:
        path = Path(file.name)
        await _fetch(database, tenant, run.id, path)
        try:
            await Reader(database, tenant, run, path).read()
        except FileError as error:
            await _end(database, tenant, run, ImportState.FAILED, problem=error.problem)
        except LostError:
            return  # Another process goes on with it, or somebody forgot it.


async def _fetch(database: Database, tenant: int, run: UUID, path: Path) -> None:
    """The run's file in pieces."""
    with path.open("wb") as file:  # Pieces of a megabyte.
        rank = 0
        while rows := await database.rows(import_work.CHUNK, tenant, run=run, rank=rank):
            content = rows[0][0]
            assert isinstance(content, bytes)
            file.write(content)
            rank += 1


async def _undo(database: Database, tenant: int, run: import_work.Run) -> None:
    """Undo what a run made: ballots with all that was counted of them, then the rest batch by batch."""
    async with database.transaction(tenant) as transaction:
        await edition.undo(transaction, run.id)
    while True:
        async with database.transaction(tenant) as transaction:
            institution = await entry.institution_of(transaction, utc_now())
            done = await undoing.undo(transaction, run.id, run.created_by_id, institution)
            if done is None:
                break
            await transaction.execute(import_work.KEPT, run=run.id, kept=done[1])
        database.note_change(tenant)
    await _end(database, tenant, run, ImportState.UNDONE)


async def _end(
    database: Database, tenant: int, run: import_work.Run, state: ImportState, *, problem: ImportProblem | None = None
) -> None:
    """Mark a run as waiting or ended; its file is deleted once it will not be read again."""
    async with database.transaction(tenant) as transaction:
        values: Mapping[str, Any] = {"run": run.id, "state": state.value, "problem": problem and problem.value}
        await transaction.execute(import_work.END, before=run.state.value, **values)
        if state in (ImportState.DONE, ImportState.UNDONE):
            await transaction.execute(import_work.FORGET_FILE, run=run.id)


async def forget(database: Database, tenant: int) -> None:
    """Delete files that nobody confirmed within a week."""
    await database.rows(import_work.FORGET_OLD, tenant)


@dataclass(slots=True)
class Batch:
    """Lines that were read, the valid records among them, and remarks on the others."""

    lines: int
    skipped: int
    records: list[Record]
    remarks: list[Remark]


class Reader:
    """Reads one run's file from the start, skipping what was imported before."""

    def __init__(self, database: Database, tenant: int, run: import_work.Run, path: Path) -> None:
        self._database = database
        self._tenant = tenant
        self._run = run
        self._path = path
        self._is_dry = run.state is ImportState.CHECKING
        self._done = 0 if self._is_dry else run.done_rows
        self._kept = 0

    async def read(self) -> None:
        """Try the file or import it. Raises FileError."""
        if self._is_dry:
            await self._begin()
        columns = record.columns_of(self._run.columns)
        if not {ImportTarget.TITLE, ImportTarget.BODY} & columns.keys():
            raise FileError(ImportProblem.NO_TEXT_COLUMN)
        edition = await self._edition()
        taking, rules = await self._prepared(columns, edition)
        with closing(await asyncio.to_thread(reading.opened, self._path)) as opened:
            await asyncio.to_thread(_skip, opened.rows, self._done)
            while batch := await asyncio.to_thread(_read, opened, columns, rules, is_dry=self._is_dry):
                if self._done + batch.lines > MAX_ROWS:
                    raise FileError(ImportProblem.TOO_LARGE)
                await self._take(taking, batch)
        if not self._done:
            raise FileError(ImportProblem.EMPTY)
        if edition is not None:
            await edition.take(taking.sound)
        await _end(self._database, self._tenant, self._run, ImportState.CHECKED if self._is_dry else ImportState.DONE)

    async def _begin(self) -> None:
        """Read the file's columns; a trial that was interrupted starts again."""
        if not self._run.columns:
            with closing(await asyncio.to_thread(reading.opened, self._path)) as opened:
                self._run.columns, self._run.format = await asyncio.to_thread(_guessed, opened), opened.format
        async with self._database.transaction(self._tenant) as transaction:
            await transaction.execute(import_work.FORGET_REMARKS, run=self._run.id)
            await transaction.execute(
                import_work.BEGIN, run=self._run.id, columns=self._run.columns, format=self._run.format.value
            )

    async def _edition(self) -> EditionReading | None:
        """The finished vote that a file holds; None where it holds none, or its projects alone are wanted."""
        async with self._database.transaction(self._tenant) as transaction:
            [(kept,)] = await transaction.all(import_work.REMARKED, run=self._run.id)
        self._kept = kept if isinstance(kept, int) else 0
        if self._run.format is not ImportFormat.PABULIB:
            return None
        return await EditionReading.of(self._database, self._tenant, self._run, self._path, self._remark)

    async def _prepared(
        self, columns: Mapping[ImportTarget, str], edition: EditionReading | None
    ) -> tuple[Intake, RowRules]:
        run, now = self._run, utc_now()
        taking = Intake(
            self._tenant, run.id, run.source, run.activity_id, run.created_by_id, run.may_add_categories, columns, now
        )
        async with self._database.transaction(self._tenant) as transaction:
            await taking.prepare(transaction)
            [(kind, zone)] = await transaction.all(import_work.RULES, activity=run.activity_id, tenant=self._tenant)
        kinds = tuple(kind.value for kind in KINDS[ActivityKind(str(kind))].contributions)
        rules = RowRules((*kinds, COMMENT), record.usual_kind(kinds, columns), ZoneInfo(str(zone)), now)
        rules.has_costs = KINDS[ActivityKind(str(kind))].is_staffed
        if edition is not None:
            rules.budget_euros = edition.edition.columns["budget_euros"]
            taking.published_at = edition.edition.columns["opens_at"]
        return taking, rules

    async def _take(self, taking: Intake, batch: Batch) -> None:
        """Import a batch and the run's progress in one transaction. Raises LostError if another process has gone on."""
        async with self._database.transaction(self._tenant) as transaction:
            taken = await taking.take(transaction, batch.records, is_dry=self._is_dry)
            remarks = [*batch.remarks, *taken.remarks]
            is_ours = await transaction.execute(import_work.ADVANCE, **self._advance(batch, taken, remarks))
            if not is_ours:
                raise LostError
            await self._remark(transaction, remarks)
        self._done += batch.lines
        if not self._is_dry:
            self._database.note_change(self._tenant)

    def _advance(self, batch: Batch, taken: Taken, remarks: list[Remark]) -> dict[str, Any]:
        refused = len({remark.line for remark in remarks if remark.code not in NOTES})
        return {
            "run": self._run.id,
            "before": self._run.state.value,
            "expected": self._done,
            "lines": batch.lines,
            "rows": batch.lines - batch.skipped,
            "accepted": taken.accepted,
            "known": taken.already_imported,
            "refused": refused,
        }

    async def _remark(self, transaction: Transaction, remarks: list[Remark]) -> None:
        """Store remarks, up to MAX_REMARKS."""
        kept = sorted(remarks, key=lambda remark: remark.line)[: max(0, MAX_REMARKS - self._kept)]
        self._kept += len(kept)
        rows = [
            {
                "id": new_id(),
                "run_id": self._run.id,
                "line": remark.line,
                "column_name": remark.column,
                "code": remark.code.value,
                "value": remark.value,
            }
            for remark in kept
        ]
        if rows:
            await transaction.copy(table(ImportRemark), rows)


def _read(opened: Lines, columns: Mapping[ImportTarget, str], rules: RowRules, *, is_dry: bool) -> Batch | None:
    """The next lines of a file as records and remarks, computed beside the event loop; None at the end."""
    lines = list(islice(opened.rows, BATCH))
    if not lines:
        return None
    judged = [record.judged(line, columns, rules) for line in lines if not line.is_skipped]
    records = [row for row, _ in judged if row is not None]
    for row in records if not is_dry else ():
        row.search_text = word.searchable(row.title, row.body)
    return Batch(len(lines), len(lines) - len(judged), records, [remark for _, said in judged for remark in said])


def _skip(rows: Iterator[FileLine], count: int) -> None:
    for _ in islice(rows, count):
        pass


def _guessed(opened: Lines) -> list[dict[str, str]]:
    """The columns with their probable meaning and a sample value each."""
    rows = [line.cells for line in islice(opened.rows, SAMPLES) if line.meant is None and not line.is_skipped]
    targets = opened.targets or guess.targets(opened.names, rows)
    return [
        {
            "name": name,
            "target": targets.get(name, ImportTarget.NOTHING).value,
            "sample": next((row[name] for row in rows if row.get(name)), "")[:SHOWN],
        }
        for name in opened.names
    ]
