"""Ending: a server that is asked to stop is gone in time, whatever its jobs and threads wait for."""

import signal
from pathlib import Path

import pytest

from database.embedded.launcher import EmbeddedPostgres
from tests.own import Own, until
from tests.test_command_serve import PATIENCE_S, answers, cluster_pid, free_port, is_running, serving

END_S = 3.0
WITH_A_JOB = f"""
import asyncio, threading, time
from jobs import worker
from jobs.job import Job
from server import ending

ending.END_S, ending.JOBS_S = {END_S}, (0.1, 0.1)
made = worker.jobs

async def deaf():
    while True:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            pass

async def hung():
    await asyncio.to_thread(time.sleep, 3600)

async def leaves_a_thread():
    threading.Thread(target=time.sleep, args=(3600,)).start()
    await asyncio.sleep(3600)

worker.jobs = lambda *given: [*made(*given), Job("of the test", 1.0, {{act}})]
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a small register."""
    folder = tmp_path_factory.mktemp("data")
    with EmbeddedPostgres(folder / "postgres", durable=False) as postgres:
        Own(postgres.url).prepare()
    return folder


@pytest.mark.parametrize("act", ["deaf", "hung", "leaves_a_thread"])
def test_server_ends_although_a_job_or_a_thread_does_not(data: Path, act: str) -> None:
    port = free_port()
    with serving(data, port=port, before=WITH_A_JOB.format(act=act)) as process:
        until(lambda: answers(process, port), PATIENCE_S)
        cluster = cluster_pid(data)
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=PATIENCE_S)  # What it waits for takes an hour.
    assert process.returncode == 1
    assert f"the process did not end in {END_S} s and is stopped" in log
    assert ("a background job does not end" in log) == (act == "deaf")
    assert "Traceback" not in log
    until(lambda: not is_running(cluster), PATIENCE_S)
