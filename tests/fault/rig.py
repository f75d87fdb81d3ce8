"""The rig: a server behind a proxy, people who read and vote, and somebody who breaks the database under them.

The database has returned at the moment from which on a new connection to it works: after a crash, once it has recovered;
after a hang or a time without writes, once that is over. Where connections end or fall silent it was never away, and has
returned at once: whoever holds such a connection has to find that out and do without it within FLOW_S.
"""

import asyncio
import itertools
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import psycopg

from database.embedded.launcher import EmbeddedPostgres
from tests import acting
from tests.conftest import Portal
from tests.fault.proxy import Proxy, Way
from tests.own import Own

READERS = 40
VOTERS = 64
PATIENCE_S = 30.0
"""A request that has no answer by then counts as unanswered: so late no machine is by its load alone."""

WATCHED_S = 12.0
"""So long answers are waited for to flow again."""

LATE_S = 5.5
"""The documented five seconds, and what a loaded machine needs besides."""

FLOW_S = 2.0
"""Reads and votes are answered again so soon after the database has returned."""

REST_S = 1.0
"""A reader's and a voter's pause."""

SIGNED_IN = 0.5
"""The part of the reads that are asked of the database in any case."""

READ = "query($id: ID!) { contribution(id: $id) { title tally { totalCount } } }"
CHOICES = ("FOR", "AGAINST")
GOOD, AWAY = 200, 503
READ_ONLY = "ALTER DATABASE parvis SET default_transaction_read_only = on"
WRITABLE = "BEGIN; SET TRANSACTION READ WRITE; ALTER DATABASE parvis RESET default_transaction_read_only; COMMIT"
END_SOME = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> current_user AND random() < 0.5"
END_ALL = END_SOME.replace(" AND random() < 0.5", "")


Fault = tuple[str, Callable[[], object]]


@dataclass(frozen=True)
class Flow:
    """How long after a fault had ended the first good read and the first good vote were answered."""

    fault: str
    read_s: float
    vote_s: float

    @property
    def slowest_s(self) -> float:
        """When both flowed."""
        return max(self.read_s, self.vote_s)

    def __str__(self) -> str:
        return f"{self.fault}: reads {self.read_s:.2f} s, votes {self.vote_s:.2f} s"


@dataclass
class Figures:
    """What became of everything that was asked."""

    answers: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    uncoded: int = 0
    late: int = 0
    longest_s: float = 0.0
    interruptions: Counter[str] = field(default_factory=Counter)
    flows: list[Flow] = field(default_factory=list)
    acknowledged: dict[tuple[UUID, int], str] = field(default_factory=dict)
    """By voter and contribution: the last choice that was said to be counted."""
    sent: dict[tuple[UUID, int], str] = field(default_factory=dict)
    """The last choice that was sent: it may count although nobody was told."""
    lacking: list[str] = field(default_factory=list)
    longest_pause_s: float = 0.0
    """Of the event loop of those who ask: so late everything may be seen through no fault of the server."""
    last_good: dict[str, float] = field(default_factory=dict)

    def note(self, kind: str, answer: httpx.Response | None, took_s: float) -> None:
        """Count one answer, or its absence."""
        self.longest_s = max(self.longest_s, took_s)
        if answer is None:
            self.unanswered += 1
            self.lacking.append(f"{kind} after {took_s:.2f} s")
            return
        self.answers[answer.status_code] += 1
        self.late += took_s > LATE_S
        is_coded = answer.status_code == AWAY and "retry-after" in answer.headers
        self.uncoded += answer.status_code != GOOD and not is_coded
        if answer.status_code == GOOD and "errors" not in answer.json():
            self.last_good[kind] = time.monotonic()


@dataclass
class Rig:
    """Everything that takes part."""

    cluster: EmbeddedPostgres
    proxy: Proxy
    portal: Portal
    contributions: list[str]
    voters: list[tuple[UUID, str]]
    """Who votes, and the token."""
    chance: random.Random
    readers: int = READERS
    figures: Figures = field(default_factory=Figures)
    is_over: bool = False

    async def run(self, seconds: float) -> Figures:
        """Break the database for so long, in one way or another; then wait until everybody has an answer."""
        until = time.monotonic() + seconds

        async def break_things() -> None:
            while time.monotonic() < until:
                await self._interrupt(self.chance.choice(self._faults()))

        return await self._under(break_things())

    async def run_through(self) -> Figures:
        """Break the database once in each way; then wait until everybody has an answer."""

        async def break_things() -> None:
            for fault in self._faults():
                await self._interrupt(fault)

        return await self._under(break_things())

    async def _under(self, breaking: Coroutine[Any, Any, None]) -> Figures:
        """Read and vote meanwhile."""
        async with httpx.AsyncClient(base_url=self.portal.running.url) as client:
            people = [asyncio.create_task(self._watch())]
            people += [asyncio.create_task(self._read(client)) for _ in range(self.readers)]
            people += [asyncio.create_task(self._vote(client, *voter)) for voter in self.voters]
            await breaking
            self.is_over = True
            await asyncio.gather(*people)
        return self.figures

    async def _watch(self) -> None:
        while not self.is_over:
            began = time.monotonic()
            await asyncio.sleep(0.05)
            self.figures.longest_pause_s = max(self.figures.longest_pause_s, time.monotonic() - began - 0.05)

    async def _ask(
        self, client: httpx.AsyncClient, kind: str, body: object, token: str | None
    ) -> httpx.Response | None:
        signed = {"authorization": f"Bearer {token}"} if token else {}
        headers = {"host": self.portal.host, "connection": "close", "accept-encoding": "identity", **signed}
        began, answer = time.monotonic(), None
        with suppress(OSError, TimeoutError, ValueError):
            async with asyncio.timeout(PATIENCE_S):
                answer = await post(client.build_request("POST", "/graphql", json=body, headers=headers))
        self.figures.note(kind, answer, time.monotonic() - began)
        await asyncio.sleep(self.chance.uniform(0.0, 2 * REST_S))
        return answer

    async def _read(self, client: httpx.AsyncClient) -> None:
        """Read, signed in or not: then the answer may be one that the server keeps, and says nothing of the database."""
        while not self.is_over:
            body = {"query": READ, "variables": {"id": self.chance.choice(self.contributions)}}
            _, token = self.chance.choice(self.voters)
            if self.chance.random() < SIGNED_IN:
                await self._ask(client, "read", body, token)
            else:
                await self._ask(client, "visitor's read", body, None)

    async def _vote(self, client: httpx.AsyncClient, voter: UUID, token: str) -> None:
        """Vote for one contribution after the other, then against each, and so on; again for the same until it is done."""
        for turn in itertools.count():
            number, choice = turn % len(self.contributions), CHOICES[turn // len(self.contributions) % len(CHOICES)]
            given = {"contribution": self.contributions[number], "choice": choice}
            is_done = False
            while not is_done:
                if self.is_over:
                    return
                self.figures.sent[voter, number] = choice
                answer = await self._ask(client, "vote", {"query": acting.CAST, "variables": {"input": given}}, token)
                if answer is not None and answer.status_code == GOOD and "errors" not in answer.json():
                    is_done = answer.json()["data"]["voteCast"]["userErrors"] == []
            self.figures.acknowledged[voter, number] = choice

    async def _interrupt(self, fault: Fault) -> None:
        """Break something; then see how soon both kinds of answers flow again."""
        name, act = fault
        await asyncio.sleep(self.chance.uniform(0.1, 0.4))
        await asyncio.to_thread(act)
        self.figures.interruptions[name] += 1
        ended = time.monotonic()
        read_s, vote_s = await asyncio.gather(*(self._flows_after(kind, ended) for kind in ("read", "vote")))
        self.figures.flows.append(Flow(name, read_s, vote_s))

    async def _flows_after(self, kind: str, moment: float) -> float:
        """Until the first good answer to what was asked after a moment."""
        until = moment + WATCHED_S
        while (good := self.figures.last_good.get(kind, 0.0)) <= moment and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return good - moment if good > moment else WATCHED_S

    def _faults(self) -> list[Fault]:
        own, some = Own(self.cluster.url), self.chance.choice((1, 2, 4, None))
        count = "all" if some is None else some
        ways = [(f"{way.value} ({count})", lambda way=way: self.proxy.end(way, some)) for way in Way]
        return [
            *ways,
            ("some backends ended", lambda: own.rows(END_SOME)),
            ("all backends ended", lambda: own.rows(END_ALL)),
            ("crash", lambda: self._crash(own)),
            ("hangs for a while", self._hang),
            ("read-only for a while", lambda: self._read_only(own)),
        ]

    def _crash(self, own: Own) -> None:
        """PostgreSQL ends all backends when one of them is killed, and recovers."""
        [(pid,)] = own.rows("SELECT pid FROM pg_stat_activity WHERE usename <> current_user LIMIT 1") or [(None,)]
        if pid is not None:
            with (
                closing(psycopg.connect(own.url, autocommit=True)) as witness,
                suppress(psycopg.OperationalError, ProcessLookupError),
            ):
                os.kill(int(pid), signal.SIGKILL)
                while True:  # Until PostgreSQL has noticed.
                    witness.execute("SELECT pg_sleep(0.01)")
            wait_for(own)

    def _hang(self) -> None:
        pids = [int(pid) for (pid,) in Own(self.cluster.url).rows("SELECT pid FROM pg_stat_activity WHERE pid > 0")]
        pids = [pid for pid in (*pids, self.cluster.pid) if pid is not None]
        try:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
            time.sleep(self.chance.uniform(0.2, 1.5))
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def _read_only(self, own: Own) -> None:
        own.rows(READ_ONLY)
        try:
            self.proxy.end(Way.CLOSED)
            time.sleep(self.chance.uniform(0.2, 1.0))
        finally:
            own.rows(WRITABLE)


def wait_for(own: Own, within_s: float = 20.0) -> None:
    """Wait until the cluster answers again."""
    until = time.monotonic() + within_s
    while True:
        try:
            own.rows("SELECT 1")
            return
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


async def post(request: httpx.Request) -> httpx.Response:
    """Send over a connection of its own: no pool of the client's stands between the answer and its measure."""
    reader, writer = await asyncio.open_connection(request.url.host, request.url.port)
    try:
        lines = [f"POST {request.url.path} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode() + request.content)
        head, _, body = (await reader.read(-1)).partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in rest)]
        return httpx.Response(int(first.split()[1]), headers=headers, content=body)
    finally:
        writer.close()
