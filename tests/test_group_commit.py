"""Group commit: who comes while others are on their way travels with the next group; nobody pays for another's fault."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any, cast

import pytest
from sqlalchemy import Text, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from database import deadline, group_commit, statement, wire
from database.group_commit import Answer, Change, GroupCommit
from tests import acting, recount
from tests.conftest import Portal
from tests.given import Given

PATIENCE_S = 10.0


@dataclass
class Road:
    """Where groups go: each arrives when it is let, and fails when somebody at fault is among them."""

    groups: list[list[int]] = field(default_factory=list)
    arrived: int = 0
    fault: int | None = None
    is_open: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, changes: Sequence[Change]) -> list[Answer]:
        numbers = cast(list[int], list(changes))  # The group looks into no change: numbers will do.
        self.groups.append(numbers)
        await self.is_open.wait()
        self.arrived += 1
        if self.fault in numbers:
            raise ArithmeticError(self.fault)
        return [((number,), []) for number in numbers]


def travelling(act: Callable[[Road, Callable[[int], "asyncio.Task[Any]"]], Awaitable[None]]) -> Road:
    """What became of a road on which `act` sent changes."""

    async def main() -> Road:
        road = Road()
        group = GroupCommit(road.send)

        async def change(number: int) -> object:
            row, _ = await group.run(cast(Change, number))
            return row[0] if row else None

        await asyncio.wait_for(act(road, lambda number: asyncio.create_task(change(number))), PATIENCE_S)
        return road

    return asyncio.run(main())


async def outcomes(tasks: Sequence["asyncio.Task[Any]"]) -> list[object]:
    return list(await asyncio.gather(*tasks, return_exceptions=True))


def test_who_comes_alone_waits_for_nobody() -> None:
    async def act(road: Road, change: Callable[[int], "asyncio.Task[Any]"]) -> None:
        road.is_open.set()
        assert [await change(number) for number in range(3)] == [0, 1, 2]

    assert travelling(act).groups == [[0], [1], [2]]


def test_those_who_come_meanwhile_go_together_and_each_has_its_own_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "MAX_CHANGES", 4)

    async def act(road: Road, change: Callable[[int], "asyncio.Task[Any]"]) -> None:
        tasks = [change(number) for number in range(9)]
        await asyncio.sleep(0)
        assert road.groups == [[0], [1]]
        road.is_open.set()
        assert await outcomes(tasks) == list(range(9))
        assert await change(9) == 9

    assert travelling(act).groups == [[0], [1], [2, 3, 4, 5], [6, 7, 8], [9]]


def test_no_more_groups_are_on_their_way_than_may_be() -> None:
    async def act(road: Road, change: Callable[[int], "asyncio.Task[Any]"]) -> None:
        for number in range(0, 60, 3):
            tasks = [change(number + index) for index in range(3)]
            await asyncio.sleep(0)
            assert len(road.groups) - road.arrived <= group_commit.MAX_GROUPS
            if number % 2:
                road.is_open.set()
                await asyncio.sleep(0.001)
                road.is_open.clear()
        road.is_open.set()
        await outcomes(tasks)

    road = travelling(act)
    assert sorted(number for group in road.groups for number in group) == list(range(60))


def test_groups_that_are_late_hold_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "LATE_S", 0.01)

    async def act(road: Road, change: Callable[[int], "asyncio.Task[Any]"]) -> None:
        late = [change(number) for number in range(2)]
        await asyncio.sleep(0)
        blocked, road.is_open = road.is_open, asyncio.Event()
        road.is_open.set()
        assert await outcomes([change(number) for number in (2, 3)]) == [2, 3]
        assert road.arrived == 1
        blocked.set()
        assert await outcomes(late) == [0, 1]
        assert await change(4) == 4

    groups = travelling(act).groups
    assert groups[:3] == [[0], [1], [2, 3]]
    assert groups[3:] == [[4]]


def test_who_is_at_fault_fails_alone() -> None:
    async def act(road: Road, change: Callable[[int], "asyncio.Task[Any]"]) -> None:
        road.fault = 3
        tasks = [change(number) for number in range(5)]
        await asyncio.sleep(0)
        road.is_open.set()
        *others, fourth, fifth = await outcomes(tasks)
        assert (others, fifth) == ([0, 1, 2], 4)
        assert isinstance(fourth, ArithmeticError)
        assert await change(5) == 5

    groups = travelling(act).groups
    assert groups[:3] == [[0], [1], [2, 3, 4]]
    assert sorted(groups[3:]) == [[2], [3], [4], [5]]


def test_who_no_longer_waits_does_not_leave_and_holds_up_nobody() -> None:
    async def act(road: Road, change: Callable[[int], "asyncio.Task[Any]"]) -> None:
        tasks = [change(number) for number in range(5)]
        await asyncio.sleep(0)
        tasks[3].cancel()  # It waits.
        tasks[0].cancel()  # It is on its way.
        await asyncio.sleep(0)
        road.is_open.set()
        on_its_way, second, third, waiting, fifth = await outcomes(tasks)
        assert (second, third, fifth) == (1, 2, 4)
        assert isinstance(on_its_way, asyncio.CancelledError)
        assert isinstance(waiting, asyncio.CancelledError)

    assert travelling(act).groups == [[0], [1], [2, 4]]


def test_who_waits_too_long_is_told_so_and_does_not_leave() -> None:
    async def act(road: Road, change: Callable[[int], "asyncio.Task[Any]"]) -> None:
        deadline.begin(0.01)
        tasks = [change(number) for number in range(3)]
        with pytest.raises(TimeoutError):
            await tasks[2]
        road.is_open.set()
        assert await outcomes(tasks[:2]) == [0, 1]
        assert await change(3) == 3

    assert travelling(act).groups == [[0], [1], [3]]


def test_who_gives_up_on_the_way_takes_nobody_along() -> None:
    async def act(road: Road, change: Callable[[int], "asyncio.Task[Any]"]) -> None:
        tasks = [change(number) for number in range(4)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.sleep(0.05)
        assert len(road.groups) == 3
        tasks[2].cancel()
        road.is_open.set()
        assert (await outcomes(tasks))[3] == 3
        assert await change(4) == 4

    assert travelling(act).groups == [[0], [1], [2, 3], [4]]


def test_what_is_written_after_the_changes_of_a_group_is_one_statement_with_the_rows_of_all() -> None:
    written, other = (
        statement.build(select(func.unnest(bindparam("rows", type_=ARRAY(Text()))), literal_column(name)))
        for name in ("1", "2")
    )
    nothing = (written, written.text, ())
    changes = [
        Change([nothing], nothing, (written, {"rows": ["a", "b"]})),
        Change([nothing], nothing),
        Change([nothing], nothing, (other, {"rows": ["c"]})),
        Change([nothing], nothing, (written, {"rows": ["d"]})),
    ]
    expected = [(written, {"rows": ["a", "b", "d"]}), (other, {"rows": ["c"]})]
    assert group_commit.together(changes, 7) == [(one, one.text_for(7), one.encoded(rows)) for one, rows in expected]


def test_votes_of_a_burst_are_committed_in_groups_and_none_is_lost(
    given: Given, town: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    contribution = acting.published(given.actor(town), given.activity(town, kind="CONSULTATION", vote_method="OPINION"))
    original, sizes = wire.WireConnection.ask_all, []

    async def recorded(connection: wire.WireConnection, *transactions: Sequence[wire.Asked]) -> Any:
        if len(transactions) > 1:  # A group; what other transactions send in one round trip is one of their own.
            sizes.append(len(transactions[0]))
            await asyncio.sleep(0.01)
        return await original(connection, *transactions)

    monkeypatch.setattr(wire.WireConnection, "ask_all", recorded)
    voters, ready = list(given.citizens(town, 30)), Barrier(30)

    def vote(index: int) -> str | None:
        """Every tenth says what this vote does not know."""
        ready.wait(PATIENCE_S)
        payload = acting.cast(voters[index], contribution, "SUPPORT" if index % 10 == 0 else "FOR")
        return payload["userErrors"][0]["code"] if payload["userErrors"] else None

    with ThreadPoolExecutor(30) as pool:
        codes = list(pool.map(vote, range(30)))
    assert codes == ["CHOICE_NOT_ACCEPTED" if index % 10 == 0 else None for index in range(30)]
    assert recount.votes(given, town, contribution) == {"FOR": 27}
    assert sum(sizes) == 30
    assert len(sizes) < 15
