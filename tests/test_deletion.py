"""A portal that is deleted while people use it: coded answers, and nothing unforeseen in the log."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event
from time import monotonic

import httpx
import psycopg
import pytest

from database import naming, pool
from demo import tenants as stories
from tenants import provisioning
from tests import acting
from tests.conftest import Portal, serve
from tests.given import PATIENCE_S, Given
from tests.own import RENNES, Own, until

PEOPLE = 12
READ = "query($id: ID!) { contribution(id: $id) { title tally { totalCount } } portal { title } }"
Outcome = tuple[int, str | None]
CODED: set[Outcome] = {
    (200, None),
    (200, "page"),
    (200, "TIMEOUT"),
    (404, "UNKNOWN_HOST"),
    (404, "page"),
    (503, "SERVICE_UNAVAILABLE"),
    (503, "TENANT_SUSPENDED"),
    (503, "page"),
}


@pytest.fixture
def beside(own: Own, tmp_path: Path) -> Iterator[Portal]:
    """A server on the module's own database."""
    server = serve(own.url, tmp_path)
    running = next(server)
    with httpx.Client(base_url=running.url, timeout=30) as client:
        yield Portal(client, stories()[0], running)
    next(server, None)


def outcome(answer: httpx.Response) -> Outcome:
    """The status, and the code of the first error."""
    errors = answer.json().get("errors") or [{"extensions": {"code": None}}]
    return answer.status_code, errors[0]["extensions"]["code"]


def use(portal: Portal, activity: str, contribution: str, number: int, begun: Barrier, deleted: Event) -> set[Outcome]:
    """Read, vote, publish and look at pages until a while after this server heard that the portal is deleted."""
    seen: set[Outcome] = set()
    latest = monotonic() + 4 * PATIENCE_S
    rounds = left = 10
    with httpx.Client(base_url=portal.running.url, timeout=30) as client:
        alone = replace(portal, client=client, token=portal.token if number % 3 else None)
        while left:
            left -= deleted.is_set() and ((404, "page") in seen or monotonic() > latest)
            rounds -= 1
            if rounds == 5:
                begun.wait(60)
            for query, given in (
                (READ, {"id": contribution}),
                (acting.CAST, {"input": {"contribution": contribution, "choice": "FOR"}}),
                (
                    acting.PUBLISH,
                    {"input": {"activity": activity, "kind": "PROPOSAL", "title": "Un banc", "body": "Là"}},
                ),
            ):
                seen.add(outcome(alone.post(query, given)))
            seen.add((client.get("/", headers={"host": portal.host}).status_code, "page"))
    return seen


def test_portal_that_is_deleted_under_load_answers_in_codes(
    own: Own, beside: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    begun, deleted = Barrier(PEOPLE + 1), Event()
    with closing(Given(own.url)) as given, ThreadPoolExecutor(PEOPLE) as threads:
        portal = given.tenant(beside, "leaving", RENNES.id)
        activity = given.activity(portal, kind="CONSULTATION", vote_method="OPINION")
        contribution = acting.published(given.actor(portal), activity)
        people = given.citizens(portal, PEOPLE)
        using = [threads.submit(use, one, activity, contribution, n, begun, deleted) for n, one in enumerate(people)]
        begun.wait(60)
        try:
            given.run(provisioning.delete(given.database, portal.story.slug))
        finally:
            deleted.set()
        seen = set().union(*(found.result(60) for found in using))
    assert {(200, None), (200, "page"), (404, "UNKNOWN_HOST"), (404, "page")} <= seen
    assert seen <= CODED
    assert [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR] == []


def test_portal_whose_visitors_are_in_the_way_is_suspended_and_then_deleted(
    own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "LOCK_TIMEOUT_MS", 50)
    monkeypatch.setattr(provisioning, "FOLLOWED_S", 0.05)
    monkeypatch.setattr(provisioning, "DELETE_TRIES", 1_000)
    number, _ = own.create("busy")
    state = "SELECT state FROM platform.tenant WHERE slug = 'busy'"
    with ThreadPoolExecutor(1) as threads, closing(psycopg.connect(own.url)) as visitor:
        visitor.execute(naming.qualify("SELECT FROM __tenant__.vote", number))
        deleted = threads.submit(own.run, lambda database: provisioning.delete(database, "busy"))
        try:
            until(lambda: own.rows(state) == [("SUSPENDED",)])
        finally:
            visitor.rollback()
        assert deleted.result(60) == number
    assert own.rows(state) == []
