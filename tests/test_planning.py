"""Planning: what is new is made beside the event loop, paid by the client, and nothing of it is kept without a bound."""

import asyncio
import json
import subprocess
import sys
import threading
import time
from typing import Any

import pytest

import planner.engine
import schema.root
from database import deadline
from planner.document import MAX_LENGTH, Documents
from planner.planning import MAX_WAITING, Lane, Planning, PlanningBusyError
from planner.prepared import Prepared, prepare
from planner.request import PlanningExhaustedError
from server.api.gate import Limits
from tests.conftest import Portal
from tests.hostile.kept import MAX_BYTES
from tests.test_budget_http import Limited, _no_new_minute, limited  # noqa: F401  # Fixtures.
from tests.test_layout import PROJECT

PORTAL = "{ portal { title } }"


def test_equal_pieces_are_made_once_and_the_first_asker_pays() -> None:
    async def run() -> None:
        lane, let, paid = Lane("test"), threading.Event(), list[int]()

        def make() -> int:
            assert let.wait(10)
            return 7

        asked = [asyncio.ensure_future(lane.run("a", make, paid.append)) for _ in range(5)]
        await asyncio.sleep(0)
        let.set()
        assert await asyncio.gather(*asked) == [7] * 5
        assert (lane.made, len(paid), paid[0], paid[1] >= 1) == (1, 2, 0, True)

    asyncio.run(run())


def test_piece_is_made_and_paid_although_its_asker_is_gone() -> None:
    async def run() -> None:
        lane, let, paid, done = Lane("test"), threading.Event(), list[int](), asyncio.Event()

        def pay(milliseconds: int) -> None:
            paid.append(milliseconds)
            if milliseconds:
                done.set()

        asked = asyncio.ensure_future(lane.run("a", lambda: let.wait(10), pay))
        await asyncio.sleep(0)
        asked.cancel()
        let.set()
        await asyncio.wait_for(done.wait(), 10)
        assert (asked.cancelled(), lane.made, paid[0]) == (True, 1, 0)

    asyncio.run(run())


def test_too_many_at_once_are_refused_and_the_trusted_do_not_wait_for_them() -> None:
    async def run() -> None:
        planning, let = Planning(), threading.Event()

        def pay(_milliseconds: int) -> None: ...

        slow = [asyncio.ensure_future(planning.beside(n, lambda: let.wait(10), pay)) for n in range(MAX_WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(PlanningBusyError):
            await planning.beside("one more", lambda: 1, pay)
        assert await planning.beside("trusted", lambda: 2, None) == 2
        let.set()
        assert await asyncio.gather(*slow) == [True] * MAX_WAITING

    asyncio.run(run())


def test_who_has_nothing_left_starts_nothing() -> None:
    async def run() -> None:
        lane = Lane("test")

        def pay(_milliseconds: int) -> None:
            raise PlanningExhaustedError(7)

        with pytest.raises(PlanningExhaustedError):
            await lane.run("a", lambda: 1, pay)
        assert lane.made == 0

    asyncio.run(run())


MOST_BESIDE = 28 * 1024
"""What may be kept of a document beside what is weighed."""


def test_what_is_kept_is_bounded_in_bytes_and_weighed_rather_too_heavy() -> None:
    """As a process sees it that does nothing else: by what Python allocated for it."""
    command = [sys.executable, "-m", "tests.hostile.kept"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    [(weighed, allocated), (more_weighed, more_allocated)], counts = json.loads(done.stdout)
    assert more_weighed <= MAX_BYTES + 1024 * 1024
    assert allocated < weighed and more_allocated < more_weighed
    assert more_allocated - allocated < more_weighed - weighed + 9 * MOST_BESIDE
    assert all(counts) and len(counts) == 3


def test_refused_documents_are_kept_without_stack_nodes_and_source() -> None:
    read = Documents(schema.root.executable()).read
    for text in ("{ portal { nothing } }", "{", "{ portal { title } } " * 2, "x" * (MAX_LENGTH + 1)):
        document = read(text)
        assert document.errors and document.node is None
        for error in document.errors:
            assert (error.__traceback__, error.nodes, error.source, error.original_error) == (None, None, None, None)
            assert error.formatted["message"]


def test_client_of_many_new_documents_is_told_to_wait_and_known_ones_are_free(
    limited: Limited,  # noqa: F811
) -> None:
    portal = limited(Limits(planning_ms_per_minute=1))
    assert [portal.post(PORTAL).status_code for _ in range(3)] == [200, 200, 200]
    refused = portal.post("{ portal { slug } }")
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (429, "TOO_MANY_NEW_DOCUMENTS")
    assert int(refused.headers["retry-after"]) > 0 and "data" not in refused.json()
    assert portal.post(PORTAL).status_code == 200
    assert portal.moderator().post("{ portal { slug } }").json()["data"]["portal"]["slug"] == "rennes"


def test_what_takes_long_to_plan_is_not_told_that_the_database_is_away(
    town: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*given: Any) -> Prepared:
        time.sleep(0.5)
        return prepare(*given)

    monkeypatch.setattr(planner.engine, "prepare", slow)
    monkeypatch.setattr(deadline, "TOTAL_S", 0.4)
    assert town.ask("{ planned_slowly: portal { slug } }") == {"planned_slowly": {"slug": "test-town"}}
