"""Editions: reads the ballots of a finished vote that is imported, and has them kept, many thousands at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from database.door import Database, Transaction
from intake import edition as editions
from intake import edition_rule, import_work
from intake.edition import BALLOTS_AT_ONCE, BallotBox, Edition, NamedProject
from intake.edition_rule import RuleReader
from models.base import utc_now
from models.edition import MAX_EDITION_BALLOTS
from models.import_run import ImportProblem, ImportRemarkCode, ImportState
from transfer import finished_vote
from transfer.finished_vote import BallotLine, VoteSurvey
from transfer.line import FileError
from transfer.record import Remark

Remarks = Callable[[Transaction, list[Remark]], Awaitable[None]]
"""Keeps remarks on a file."""


class LostError(Exception):
    """Another process took the run over."""


class EditionReading:
    """Tries the ballots of a run's file, or takes them, behind those that were taken before."""

    def __init__(
        self, database: Database, tenant: int, run: import_work.Run, path: Path, edition: Edition, remark: Remarks
    ) -> None:
        self.edition = edition
        self._database = database
        self._tenant = tenant
        self._run = run
        self._path = path
        self._remark = remark
        self._is_dry = run.state is ImportState.CHECKING

    @classmethod
    async def of(
        cls, database: Database, tenant: int, run: import_work.Run, path: Path, remark: Remarks
    ) -> "EditionReading | None":
        """The vote that a file holds; None where it has no ballots, or they are not taken. While ballots come in,
        nobody votes in the activity. Raises FileError."""
        if not run.may_take_ballots:
            return None
        if run.state is not ImportState.CHECKING and run.edition and run.edition["before"] is not None:
            return cls(database, tenant, run, path, Edition.of(run.edition), remark)
        survey = await asyncio.to_thread(finished_vote.survey, path)
        if not survey.votes_line:
            return None
        if survey.ballot_count > MAX_EDITION_BALLOTS:
            raise FileError(ImportProblem.TOO_LARGE)
        async with database.transaction(tenant) as transaction:
            edition, remarks = await _begun(transaction, tenant, run, survey)
            expected = run.edition["done"] if run.edition else 0
            if not await editions.note(transaction, run.id, run.state, edition, expected):
                raise LostError
            await remark(transaction, remarks)
        return cls(database, tenant, run, path, edition, remark) if edition.is_taken else None

    async def take(self, tried: Mapping[str, NamedProject]) -> None:
        """Read all ballots; in a trial their projects are those that were `tried`, too. Raises LostError."""
        edition = self.edition
        async with self._database.transaction(self._tenant) as transaction:
            there = await editions.projects_of(transaction, self._run.source, self._run.activity_id)
        box, lines = edition.box({**tried, **there}), finished_vote.ballots(self._path)
        await asyncio.to_thread(_skip, box, lines, edition.done)
        while batch := await asyncio.to_thread(_read, box, lines):
            await self._keep(box, *batch)
        if not self._is_dry:
            async with self._database.transaction(self._tenant) as transaction:
                await editions.close(transaction, self._run.activity_id, edition, self._run.created_by_id)

    async def _keep(self, box: BallotBox, count: int, said: Sequence[str], remarks: list[Remark]) -> None:
        """Keep ballots that were read, and how far the run is, in one transaction."""
        edition = self.edition
        done = edition.done
        edition.done, edition.counts = done + count, box.counts
        async with self._database.transaction(self._tenant) as transaction:
            if not await editions.note(transaction, self._run.id, self._run.state, edition, done):
                raise LostError
            if said and not self._is_dry:
                await editions.record(transaction, self._run, done, said, utc_now())
            await self._remark(transaction, remarks)
        self._database.note_change(self._tenant)


async def _begun(
    transaction: Transaction, tenant: int, run: import_work.Run, survey: VoteSurvey
) -> tuple[Edition, list[Remark]]:
    """What a file says beside its activity, and what is to be said of it; an import gives the activity the rule."""
    now, remarks = utc_now(), list[Remark]()
    [(_, zone)] = await transaction.all(import_work.RULES, activity=run.activity_id, tenant=tenant)
    before, is_fit = await editions.target(transaction, run.activity_id, run.source, survey.projects)
    if not is_fit:
        columns = before
        remarks.append(Remark(survey.votes_line, None, ImportRemarkCode.BALLOTS_LEFT_OUT, None))
    else:
        columns = RuleReader(survey, before, ZoneInfo(str(zone)), now, remarks).read()
    ours, theirs = edition_rule.told(before), edition_rule.told(columns)
    terms = [{"term": term, "ours": ours[term], "theirs": theirs[term]} for term in ours]
    edition = Edition(is_fit, columns, terms, survey.selected_count)
    if is_fit and run.state is not ImportState.CHECKING:
        await editions.prepare(transaction, run.activity_id, edition, before, now)
    return edition, remarks


def _skip(box: BallotBox, lines: Iterator[BallotLine], count: int) -> None:
    for line in islice(lines, count):
        box.skip(line)


def _read(box: BallotBox, lines: Iterator[BallotLine]) -> tuple[int, list[str], list[Remark]] | None:
    """The next ballots: how many lines, what they say, and what is to be said of them; None at the end."""
    batch = list(islice(lines, BALLOTS_AT_ONCE))
    return (len(batch), *box.take(batch)) if batch else None
