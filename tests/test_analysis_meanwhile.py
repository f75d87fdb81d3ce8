"""What happens while an analysis is computed: texts go, the process is killed, the database is away, another takes over.
Whatever it is, a result is stored whole or not at all, and tells of no text that went."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import jobs.analysis
from database.failure import DatabaseUnavailableError
from jobs import analysis_child
from models.tenant import Feature
from office import analysis_work
from tests.administering import done
from tests.analysing import ABOUT, by_words, compute, proposals, quickly, read, start
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_analysis_process import written

PLACES = "SELECT count(*) FROM __tenant__.analysis_text WHERE analysis_id = %s"
CLAIM = "SELECT state, attempts FROM __tenant__.analysis WHERE id = %s"
GONE = "UPDATE __tenant__.analysis SET held_until = NULL WHERE state = 'RUNNING'"
"""Its process has been silent for long enough."""


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have something happen while the first process computes; others do in its place what it would have done."""

    def happens(happening: Callable[[], None], *, kills: bool = False) -> None:
        begun: list[int] = []

        async def run(folder: Path, keep: Any) -> None:
            begun.append(1)
            if len(begun) == 1:
                happening()
            analysis_child.compute(folder, by_words)
            if kills and len(begun) == 1:
                raise jobs.analysis.KilledError
            await keep()

        monkeypatch.setattr(jobs.analysis, "run_process", run)

    return happens


def work(given: Given, town: Portal, folder: Path) -> None:
    """What the job does once."""
    given.run(jobs.analysis.work(given.database, town.number, frozenset(Feature), folder))


def test_text_that_was_hidden_while_it_was_read_is_in_no_count_and_no_quote(
    given: Given, town: Portal, admin: Portal, meanwhile: Callable[..., None], tmp_path: Path
) -> None:
    box = given.activity(town, kind="IDEA_BOX")
    hidden, *_ = proposals(given, town, box)["vélo"]
    put = "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %s"
    meanwhile(lambda: given.sql(town, put, uuid_in(hidden)))
    analysis = start(admin, activity=box)
    compute(given, town, tmp_path)
    done(admin, "analysisPublish", analysis=analysis)
    for who in (admin, town):
        found = read(who, analysis)
        assert (found["coverage"]["textCount"], found["coverage"]["goneCount"]) == (12, 1)
        [topic] = [one for one in found["topics"] if one["name"] == "vélo"]
        assert topic["textCount"] == topic["authorCount"] == ABOUT["vélo"] - 1
        told = [quote["contribution"]["id"] for one in found["topics"] for quote in one["quotes"]]
        told += [one["id"] for one in found["representation"]["contributions"]]
        told += [one["contribution"]["id"] for one in found["texts"]["nodes"] if one["contribution"]]
        assert told and hidden not in told


def test_process_that_is_killed_half_way_leaves_nothing_and_another_begins_anew(
    given: Given, town: Portal, admin: Portal, meanwhile: Callable[..., None], tmp_path: Path
) -> None:
    box = given.activity(town, kind="IDEA_BOX")
    proposals(given, town, box)
    meanwhile(lambda: None, kills=True)
    analysis = start(admin, activity=box)
    compute(given, town, tmp_path)
    assert given.sql(town, CLAIM, uuid_in(analysis)) == [("DONE", 2)]
    assert given.sql(town, PLACES, uuid_in(analysis)) == [(13,)]


def processes(folder: Path) -> list[int]:
    """Those that compute what is written in a folder."""
    every = [child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()]
    return [int(child) for child in every if folder.name in Path(f"/proc/{child}/cmdline").read_text()]


def test_signal_that_kills_the_process_is_told_from_a_fault(
    given: Given, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(jobs.analysis, "KEEP_EVERY_S", 0.05)
    written(tmp_path)
    killed: list[int] = []

    async def killing() -> None:
        for process in processes(tmp_path):
            killed.append(process)
            os.kill(process, signal.SIGKILL)

    async def run() -> None:
        with pytest.raises(jobs.analysis.KilledError):
            await jobs.analysis.run_process(tmp_path, killing)

    given.run(run())
    assert killed and not (tmp_path / "place.jsonl").exists()


def test_storing_that_fails_half_way_stores_nothing_and_another_begins_anew(
    given: Given, town: Portal, admin: Portal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    box = given.activity(town, kind="IDEA_BOX")
    proposals(given, town, box)
    monkeypatch.setattr(jobs.analysis, "STORED_AT_ONCE", 5)
    place, stored = jobs.analysis.Computation._place, list[int]()

    async def placed(self: Any, transaction: Any, rows: Any, first: int) -> None:
        stored.append(first)
        if len(stored) == 2:
            raise DatabaseUnavailableError
        await place(self, transaction, rows, first)

    monkeypatch.setattr(jobs.analysis.Computation, "_place", placed)
    with quickly():
        analysis = start(admin, activity=box)
        with pytest.raises(DatabaseUnavailableError):
            work(given, town, tmp_path)
        assert given.sql(town, CLAIM, uuid_in(analysis)) == [("RUNNING", 1)]
        assert given.sql(town, PLACES, uuid_in(analysis)) == [(0,)]
        assert read(admin, analysis)["topics"] == []
        given.sql(town, GONE)
        compute(given, town, tmp_path)
    assert given.sql(town, CLAIM, uuid_in(analysis)) == [("DONE", 2)]
    assert (stored, given.sql(town, PLACES, uuid_in(analysis))) == ([1, 6, 1, 6, 11], [(13,)])


def test_whoever_was_taken_over_stores_nothing(
    given: Given, town: Portal, admin: Portal, meanwhile: Callable[..., None], tmp_path: Path
) -> None:
    box = given.activity(town, kind="IDEA_BOX")
    proposals(given, town, box)
    taken = "UPDATE __tenant__.analysis SET attempts = attempts + 1, held_until = now() + interval '1 minute' WHERE state = 'RUNNING'"
    meanwhile(lambda: given.sql(town, taken))
    analysis = start(admin, activity=box)
    work(given, town, tmp_path)
    assert given.sql(town, CLAIM, uuid_in(analysis)) == [("RUNNING", 2)]
    assert given.sql(town, PLACES, uuid_in(analysis)) == [(0,)]


def test_database_that_is_away_for_a_moment_ends_no_computation(
    given: Given, town: Portal, admin: Portal, meanwhile: Callable[..., None], monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    box = given.activity(town, kind="IDEA_BOX")
    proposals(given, town, box)
    rows, away = given.database.rows, list[int]()

    async def asked(clause: Any, *args: Any, **values: Any) -> Any:
        if clause is analysis_work.KEEP and away and away.pop():
            raise DatabaseUnavailableError
        return await rows(clause, *args, **values)

    monkeypatch.setattr(given.database, "rows", asked)
    meanwhile(lambda: away.append(1))
    analysis = start(admin, activity=box)
    work(given, town, tmp_path)
    assert away == []
    assert given.sql(town, CLAIM, uuid_in(analysis)) == [("DONE", 1)]
