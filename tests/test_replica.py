"""A read replica: anonymous reads go there, those of callers who may have written do not, and its absence is not noticed."""

import asyncio
import math
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Text, func, literal_column, select

from database import deadline, statement
from database.door import Database
from database.replica import MOST_LAG_S
from database.replica_lag import ReplicaLag
from models.base import table
from models.contribution import Contribution
from tests.conftest import serve
from tests.fault.proxy import proxied
from tests.own import RENNES, Own

WHERE = statement.build(select(func.current_setting(literal_column("'application_name'", Text))))
COUNT = statement.build(select(func.count()).select_from(table(Contribution)))


def with_name(url: str, name: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}application_name={name}"


async def asked(database: Database, *, may_be_old: bool) -> bytes | None:
    return (await database.read(WHERE, None, {}, may_be_old=may_be_old))[0]


def test_what_may_be_old_is_read_from_the_replica(database_url: str) -> None:
    async def run() -> None:
        primary, replica = with_name(database_url, "primary"), with_name(database_url, "replica")
        database = Database(primary, connections=2, replica_url=replica)
        await database.open()
        try:
            assert await asked(database, may_be_old=True) == b"replica"
            assert await asked(database, may_be_old=False) == b"primary"
            async with database.transaction(None) as transaction:
                assert await transaction.json(WHERE, {}) == [b"primary"]
        finally:
            await database.close()

    asyncio.run(run())


def test_replica_that_is_away_is_not_waited_for(database_url: str) -> None:
    async def run() -> None:
        nowhere = "postgresql://nobody@127.0.0.1:1/nowhere"
        database = Database(with_name(database_url, "primary"), connections=2, replica_url=nowhere)
        await database.open()
        try:
            assert await asked(database, may_be_old=True) == b"primary"
            started = time.monotonic()
            for _ in range(20):
                assert await asked(database, may_be_old=True) == b"primary"
            assert time.monotonic() - started < 2, "the replica was asked again, each time"
        finally:
            await database.close()

    asyncio.run(run())


def test_replica_that_is_too_far_behind_is_not_asked(database_url: str) -> None:
    async def run() -> None:
        primary, copy = with_name(database_url, "primary"), with_name(database_url, "replica")
        database = Database(primary, connections=2, replica_url=copy)
        await database.open()
        try:
            assert database.replica is not None
            await ReplicaLag(database, database.replica).measure()
            assert database.replica.lag_s == 0.0
            for lag_s, asked_of in ((MOST_LAG_S, b"replica"), (MOST_LAG_S + 1, b"primary"), (math.inf, b"primary")):
                database.replica.lag_s = lag_s
                assert await asked(database, may_be_old=True) == asked_of
        finally:
            await database.close()

    asyncio.run(run())


def test_tenant_that_the_replica_does_not_know_yet_is_asked_of_the_cluster(database_url: str, own: Own) -> None:
    number, _ = own.create("brand-new")

    async def run() -> None:
        database = Database(own.url, connections=2, replica_url=database_url)
        await database.open()
        try:
            assert await database.read(COUNT, number, {}, may_be_old=True) == [b"0"]
            assert database.replica is not None and database.replica.is_asked
        finally:
            await database.close()

    asyncio.run(run())


@pytest.mark.parametrize("over", ["tcp", "unix"])
def test_replica_that_hangs_is_not_noticed_by_visitors(own: Own, tmp_path: Path, over: str) -> None:
    own.create(f"followed-{over}", f"followed.{over}.example")
    with (
        tempfile.TemporaryDirectory() as folder,
        proxied(own.url, over, Path(folder)) as proxy,
        httpx.Client(timeout=deadline.TOTAL_S) as client,
    ):
        server = serve(own.url, tmp_path, replica_url=proxy.url)
        running = next(server)
        replica = running.database.replica
        assert replica is not None

        def title(number: int) -> object:
            """What a visitor sees, whose question is a new one each time."""
            body = {"query": f"{{ portal {{ title }} }} # {number}"}
            answer = client.post(f"{running.url}/graphql", json=body, headers={"host": f"followed.{over}.example"})
            return answer.status_code, answer.json()["data"]

        seen = (200, {"portal": {"title": RENNES.name}})
        assert title(0) == seen
        assert replica.pool.figures()["open"] > 0
        replica.lag_s = 0.0
        with proxy.hung():
            with ThreadPoolExecutor(8) as threads:
                assert list(threads.map(title, range(1, 33))) == [seen] * 32
            assert not replica.is_asked, "it rests since the first of them waited for half a second"
            assert client.get(f"{running.url}/readyz").json() == {"status": "ok"}
        next(server, None)
