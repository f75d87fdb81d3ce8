"""Analyses: texts are written down for a process of its own, which computes beside the server, and what it gave is
stored whole or not at all.

One is computed at a time on a machine: whoever computes holds a lock on a file of the data directory, which the
operating system takes back with the process. When a process ends half-way, the analysis starts anew.
"""

import asyncio
import fcntl
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from database.door import Database, Transaction
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from jobs import analysis_child
from jobs.woken import WokenJob
from models.analysis import LEAST_TEXTS, MAX_ATTEMPTS, MAX_TEXTS, MAX_VOTES, AnalysisPlace, AnalysisProblem
from models.base import new_id
from models.tenant import Feature
from office import analysis_work, corpus
from office.analysis_work import ClaimedAnalysis
from planner.row import reader
from tenants.registry import TenantRegistry

KEEP_EVERY_S = 15.0
"""How often a process says that it is at it, well within `analysis_work.HELD`."""

LONGEST_S = 7_200.0
"""A computation that takes longer is ended. 10,000 texts take some minutes; as many as are allowed must have
time also where the core goes to everybody else first."""

KILLED_S = 5.0
"""How long the end of a process that was killed is waited for."""

STORED_AT_ONCE = 2_000
"""Texts in one statement."""

LOCK = "analysis.lock"
_ENVIRONMENT = {"PYTHONUTF8": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""All that the process is told: no address, no secret; and one thread, so that one core is left to the server."""

logger = logging.getLogger("parvis.analysis")


class AnalysisLostError(Exception):
    """Somebody removed the analysis, or another process took it over."""


class KilledError(Exception):
    """Its process was killed."""


class FailedError(Exception):
    """It cannot be computed."""

    def __init__(self, problem: AnalysisProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class Analyses(WokenJob):
    """Computes the analyses of tenants that were woken, one of each in turn, so that whoever asks for many keeps nobody
    waiting longer; others are never queried."""

    def __init__(self, database: Database, registry: TenantRegistry, folder: Path) -> None:
        super().__init__("analysis", self._work)
        self._database = database
        self._registry = registry
        self._folder = folder

    async def _work(self, tenant: int) -> None:
        served = self._registry.served(tenant)
        if served is not None and await work(self._database, tenant, served.features, self._folder):
            self.wake(tenant)


async def work(database: Database, tenant: int, features: frozenset[Feature], folder: Path) -> bool:
    """Compute a tenant's next analysis; whether it is to be looked at again: one was computed, or another process of
    this machine computes."""
    with turn(folder) as is_own:
        if is_own and not await _one(database, tenant, features):
            return False
        if is_own:
            database.note_change(tenant)
    return True


@contextmanager
def turn(folder: Path) -> Iterator[bool]:
    """Whether nobody else of this machine computes; held until the end."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


async def _one(database: Database, tenant: int, features: frozenset[Feature]) -> bool:
    """Compute the next analysis; whether there was one."""
    rows = await database.rows(analysis_work.CLAIM, tenant)
    if not rows:
        return False
    claimed = reader(analysis_work.CLAIM, ClaimedAnalysis)(rows[0])
    with tempfile.TemporaryDirectory(prefix="parvis-analysis-") as name:
        try:
            if claimed.attempts > MAX_ATTEMPTS:
                raise FailedError(AnalysisProblem.INTERRUPTED)
            await Computation(database, tenant, claimed, Path(name)).run(features)
        except FailedError as error:
            mine = {"analysis": claimed.id, "attempt": claimed.attempts}
            await database.rows(analysis_work.FAIL, tenant, **mine, problem=error.problem.value)
        except AnalysisLostError:
            logger.info("an analysis was removed while it was computed")
    return True


class Computation:
    """One attempt at one analysis."""

    def __init__(self, database: Database, tenant: int, claimed: ClaimedAnalysis, folder: Path) -> None:
        self._database = database
        self._tenant = tenant
        self._claimed = claimed
        self._folder = folder
        self._mine: Mapping[str, Any] = {"analysis": claimed.id, "attempt": claimed.attempts}
        self._carried: list[tuple[Any, ...]] = []
        """The changes of the analysis before: as JSON, by whom, when."""

    async def run(self, features: frozenset[Feature]) -> None:
        """Raises FailedError and AnalysisLostError."""
        ids = await self._ids(features)
        if await self._write_texts(features, ids) < LEAST_TEXTS:
            raise FailedError(AnalysisProblem.TOO_FEW)
        await self._write_votes(features, ids)
        await self._write_others(features)
        await self._write_former()
        await self._compute()
        await self._store()

    async def _ids(self, features: frozenset[Feature]) -> Sequence[UUID]:
        """Which texts are read. Raises FailedError for more than are."""
        statement = corpus.ids(features, self._claimed.question)
        asked = {"viewer": None, "most": MAX_TEXTS + 1, **self._claimed.subject}
        read = reader(statement, corpus.TextId)
        ids = [read(row).id for row in await self._database.rows(statement, self._tenant, **asked)]
        if len(ids) > MAX_TEXTS:
            raise FailedError(AnalysisProblem.TOO_BIG)
        return ids

    async def _write_texts(self, features: frozenset[Feature], ids: Sequence[UUID]) -> int:
        """Write down what is read, a piece at a time; how many texts."""
        statement, count = corpus.pieces(features, self._claimed.question), 0
        read = reader(statement, corpus.ReadText)
        with (self._folder / "text.jsonl").open("wb") as file:
            for piece in corpus.in_pieces(ids):
                asked = {"viewer": None, "ids": piece, "question": self._claimed.question}
                rows = await self._database.rows(statement, self._tenant, **asked)
                texts = [corpus.corpus_text(read(row)) for row in rows]
                file.writelines(orjson.dumps(asdict(one)) + b"\n" for one in texts)
                count += len(rows)
                await self._keep()
        return count

    async def _write_votes(self, features: frozenset[Feature], ids: Sequence[UUID]) -> None:
        """Write down how people voted on these texts, for or against; not much more than are computed."""
        count = 0
        with (self._folder / "vote.jsonl").open("wb") as file:
            for piece in corpus.in_pieces(ids) if self._claimed.question is None else ():
                async for votes in self._votes(features, piece):
                    file.writelines(orjson.dumps(asdict(corpus.text_vote(one))) + b"\n" for one in votes)
                    count += len(votes)
                    if count > MAX_VOTES:
                        return

    async def _votes(self, features: frozenset[Feature], ids: Sequence[UUID]) -> AsyncIterator[list[corpus.ReadVote]]:
        """The votes on some texts, a piece at a time."""
        statement, after = corpus.votes(features), (corpus.START, corpus.START)
        read = reader(statement, corpus.ReadVote)
        while True:
            asked = {"viewer": None, "ids": ids, "after": after[0], "after_person": after[1]}
            votes = [read(row) for row in await self._database.rows(statement, self._tenant, **asked)]
            yield votes
            await self._keep()
            if len(votes) < corpus.VOTES:
                return
            after = votes[-1].contribution_id, votes[-1].actor_id

    async def _write_others(self, features: frozenset[Feature]) -> None:
        """Write down texts beside which the words of these are told."""
        asked = {"viewer": None, "space_id": self._claimed.space_id}
        rows = await self._database.rows(corpus.others(features), self._tenant, **asked)
        with (self._folder / "other.jsonl").open("wb") as file:
            file.writelines(orjson.dumps(f"{title}\n\n{body}") + b"\n" for title, body in rows)

    async def _write_former(self) -> None:
        """Write down what was computed of the same texts before, and what people changed of it."""
        rows = await self._database.rows(analysis_work.FORMER, self._tenant, **self._claimed.subject)
        if not rows:
            return
        [former, result] = rows[0]
        self._carried = [
            tuple(row) for row in await self._database.rows(analysis_work.EDITS, self._tenant, analysis=former)
        ]
        (self._folder / "before.json").write_text(str(result))
        (self._folder / "edit.json").write_bytes(b"[" + b",".join(str(one[0]).encode() for one in self._carried) + b"]")

    async def _compute(self) -> None:
        try:
            await run_process(self._folder, self._keep)
        except KilledError:
            await self._database.rows(analysis_work.RELEASE, self._tenant, **self._mine)
            raise AnalysisLostError from None  # It starts anew.

    async def _keep(self) -> None:
        """Say that it is at it. Where the database is away it computes on: should another process take it over
        meanwhile, this one's attempt stores nothing. Raises AnalysisLostError."""
        try:
            kept = await self._database.rows(analysis_work.KEEP, self._tenant, **self._mine)
        except (DatabaseUnavailableError, StatementTimeoutError):
            return
        if not kept:
            raise AnalysisLostError

    # The end --------------------------------------------------------------------------------------------------------

    async def _store(self) -> None:
        """Store all of it in one transaction, places of texts a piece at a time."""
        head, lost = (orjson.loads((self._folder / name).read_bytes()) for name in ("head.json", "lost.json"))
        told = await asyncio.to_thread(self._told)
        async with self._database.transaction(self._tenant) as transaction:
            if not await transaction.all(analysis_work.END, **self._mine, **head, **told):
                raise AnalysisLostError
            with (self._folder / "place.jsonl").open("rb") as file:
                first = 1
                while rows := [orjson.loads(line) for line in islice(file, STORED_AT_ONCE)]:
                    await self._place(transaction, rows, first)
                    first += len(rows)
            for number, (one, is_lost) in enumerate(zip(self._carried, lost, strict=True), 1):
                change, made_by, made_at = one
                edit = {"edit": new_id(), "number": number, "change": change, "is_lost": is_lost}
                mine = {"analysis": self._claimed.id, "made_by": made_by, "made_at": made_at}
                await transaction.execute(analysis_work.CARRY, **edit, **mine)

    def _told(self) -> dict[str, str]:
        """What the process gave: some tens of megabytes of many texts."""
        return {name: (self._folder / f"{name}.json").read_text() for name in ("result", "shown")}

    async def _place(self, transaction: Transaction, rows: list[list[Any]], first: int) -> None:
        ids = [UUID(row[0]) for row in rows]
        is_survey, nothing = self._claimed.question is not None, [None] * len(rows)
        columns: dict[str, list[Any]] = {
            "all_id": [new_id() for _ in rows],
            "all_rank": list(range(first, first + len(rows))),
            "all_contribution_id": nothing if is_survey else ids,
            "all_answer_id": ids if is_survey else nothing,
            "all_place": [_place(topic, has_content).value for _, topic, _, _, has_content, *_ in rows],
            **{f"all_{name}": [row[at] for row in rows] for at, name in ((1, "topic"), (2, "sub_topic"))},
            "all_campaign": [row[3] for row in rows],
            "all_digest": [row[5] for row in rows],
            "all_disclosures": [row[6] for row in rows],
        }
        await transaction.execute(analysis_work.PLACE, analysis=self._claimed.id, **columns)


async def run_process(folder: Path, keep: Callable[[], Awaitable[None]]) -> None:
    """Have a process of its own compute what is written in a folder; `keep` is called meanwhile, and may raise.

    Raises KilledError and FailedError.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        analysis_child.__name__,
        str(folder),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        env=_ENVIRONMENT,
    )
    try:
        status = await _ended(process, keep)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        async with asyncio.timeout(KILLED_S):
            await process.wait()
    if status == 0:
        return
    logger.error("the process of an analysis ended with %d", status)
    if status < 0:  # Somebody killed it, or the machine had no memory left.
        raise KilledError
    is_big = status == analysis_child.OUT_OF_MEMORY
    raise FailedError(AnalysisProblem.TOO_BIG if is_big else AnalysisProblem.FAULT)


async def _ended(process: asyncio.subprocess.Process, keep: Callable[[], Awaitable[None]]) -> int:
    """Its exit status. Raises FailedError where it takes too long."""
    began = time.monotonic()
    while time.monotonic() - began <= LONGEST_S:
        try:
            async with asyncio.timeout(KEEP_EVERY_S):
                return await process.wait()
        except TimeoutError:
            await keep()
    raise FailedError(AnalysisProblem.TOO_LONG)


def _place(topic: int | None, has_content: bool) -> AnalysisPlace:
    if topic is not None:
        return AnalysisPlace.TOPIC
    return AnalysisPlace.UNCLASSIFIED if has_content else AnalysisPlace.WITHOUT_CONTENT
