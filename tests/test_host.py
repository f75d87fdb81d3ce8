"""Hosts of a URL: the next is tried beside one that says nothing, and the one that did last comes first."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from database import host
from database.host import Hosts, split

THREE = "postgresql://parvis@a,b,c:5433/parvis?target_session_attrs=read-write"


@dataclass
class Network:
    """Hosts by what they do: answer, refuse, or say nothing."""

    silent: set[str] = field(default_factory=set)
    refusing: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    """These answer, but later than the next host is tried."""

    asked: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    async def connect(self, url: str) -> Any:
        name = str(conninfo_to_dict(url)["host"])
        self.asked.append(name)
        if name in self.refusing:
            raise psycopg.OperationalError(name)
        try:
            if name in self.silent:
                await asyncio.sleep(60)
            if name in self.late:
                await asyncio.sleep(3 * host.NEXT_S)
        except asyncio.CancelledError:
            self.ended.append(name)
            raise
        return name


def test_a_url_is_split_into_its_hosts() -> None:
    def places(url: str) -> list[tuple[object, ...]]:
        return [tuple(conninfo_to_dict(each).get(name) for name in ("host", "port")) for each in split(url)]

    assert places("postgresql:///parvis?host=/a,/b&port=5432,5433") == [("/a", "5432"), ("/b", "5433")]
    assert places("host=a,b port=5433 dbname=parvis") == [("a", "5433"), ("b", "5433")]
    assert all(conninfo_to_dict(each)["password"] == "a,b" for each in split("postgresql://u:a%2Cb@a,b/parvis"))
    for whole in (
        "postgresql://a/parvis",
        "postgresql:///parvis",
        "host=a,b target_session_attrs=prefer-standby",
        "host=a,b load_balance_hosts=random",
        "host=a,b,c port=1,2",
    ):
        assert split(whole) == [whole]


def test_one_that_refuses_is_followed_by_the_next_at_once_and_one_that_is_silent_soon() -> None:
    async def run() -> None:
        network = Network(silent={"a"}, refusing={"b"})
        hosts = Hosts(THREE)
        began = monotonic()
        assert await hosts.connected(network.connect) == "c"
        assert host.NEXT_S <= monotonic() - began < 10
        assert network.asked == ["a", "b", "c"]
        await asyncio.sleep(0)
        assert network.ended == ["a"], "nobody waits for it any more"
        assert await hosts.connected(network.connect) == "c"
        assert network.asked == ["a", "b", "c", "c"], "the one that did last comes first"

    asyncio.run(run())


def test_a_late_host_is_still_waited_for_while_the_others_are_tried() -> None:
    async def run() -> None:
        network = Network(late={"a"}, refusing={"b", "c"})
        assert await Hosts(THREE).connected(network.connect) == "a"
        assert network.asked == ["a", "b", "c"]

    asyncio.run(run())


def test_where_no_host_will_do_the_last_reason_is_told() -> None:
    async def run() -> None:
        network = Network(refusing={"a", "b", "c"})
        with pytest.raises(psycopg.OperationalError, match=r"^c$"):
            await Hosts(THREE).connected(network.connect)

    asyncio.run(run())


def test_who_gives_up_leaves_no_attempt_behind() -> None:
    async def run() -> None:
        network = Network(silent={"a", "b", "c"})
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(host.NEXT_S * 2.5):
                await Hosts(THREE).connected(network.connect)
        await asyncio.sleep(0)
        assert network.asked == network.ended == ["a", "b", "c"]

    asyncio.run(run())


def test_hosts_that_do_alike_are_tried_in_their_order_each_time() -> None:
    async def run() -> None:
        network = Network(refusing={"a"})
        hosts = Hosts("postgresql://a,b/parvis")
        assert not hosts.is_one_alone and Hosts(THREE).is_one_alone
        assert [await hosts.connected(network.connect) for _ in range(2)] == ["b", "b"]
        assert network.asked == ["a", "b", "a", "b"]

    asyncio.run(run())


def test_a_connection_that_comes_too_late_is_closed(database_url: str) -> None:
    async def run() -> None:
        made: list[psycopg.AsyncConnection] = []

        async def connect(_url: str) -> psycopg.AsyncConnection:
            made.append(connection := await psycopg.AsyncConnection.connect(database_url))
            if len(made) == 1:  # The first is so late that the second is tried, and that one is there when it is left.
                await both.wait()
                return connection
            both.set()
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            return connection

        both = asyncio.Event()
        kept = await Hosts("postgresql://a,b/parvis").connected(connect)
        await asyncio.sleep(0.01)
        assert [(one is kept, one.closed) for one in made] == [(True, False), (False, True)]
        await kept.close()

    asyncio.run(run())
