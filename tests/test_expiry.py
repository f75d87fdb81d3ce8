"""Expiry: past its time a contribution is expired at once, and leaves the map when it is marked, once."""

import asyncio
from typing import Any

import pytest

import jobs.expiry
import jobs.visit
from tests.acting import close, published, revise
from tests.conftest import Portal
from tests.given import Given, uuid_in

HERE = {"lat": 48.1113, "lng": -1.68}
READ = """
query($activity: ID!, $id: ID!) {
  contribution(id: $id) { status expiresAt }
  open: contributions(activity: $activity) { nodes { id } }
  expired: contributions(activity: $activity, status: EXPIRED) { nodes { id } }
  hexagons(bounds: {south: 48.0, west: -1.8, north: 48.2, east: -1.5}, zoom: 14, activity: $activity) { offerCount }
}"""


def offers(given: Given, portal: Portal, count: int = 1) -> tuple[Portal, str, list[str]]:
    """An author, an activity and offers in it that expire after 30 days."""
    author, activity = given.actor(portal), given.activity(portal, kind="MUTUAL_AID", expires_after_days=30)
    return author, activity, [published(author, activity, "OFFER", location=HERE) for _ in range(count)]


def read(portal: Portal, activity: str, contribution: str) -> dict[str, Any]:
    return dict(portal.ask(READ, activity=activity, id=contribution))


def on_map(portal: Portal, activity: str, contribution: str) -> int:
    return sum(found["offerCount"] for found in read(portal, activity, contribution)["hexagons"])


def test_contribution_past_its_time_is_expired_before_the_worker_sees_it(given: Given, town: Portal) -> None:
    _, activity, (offer,) = offers(given, town)
    found = read(town, activity, offer)
    assert (found["contribution"]["status"], found["open"]["nodes"], found["expired"]["nodes"]) == (
        "OPEN",
        [{"id": offer}],
        [],
    )
    given.let_expire(town, offer)
    found = read(town, activity, offer)
    assert (found["contribution"]["status"], found["open"]["nodes"], found["expired"]["nodes"]) == (
        "EXPIRED",
        [],
        [{"id": offer}],
    )


def test_worker_marks_it_and_takes_it_off_the_map_once(given: Given, town: Portal) -> None:
    _, activity, (first, second) = offers(given, town, 2)
    assert on_map(town, activity, first) == 2
    given.let_expire(town, first)
    for _ in range(3):
        given.expire(town)
        assert given.row(town, first)["status"] == "EXPIRED"
        assert on_map(town, activity, first) == 1
    given.fold(town)
    assert on_map(town, activity, first) == 1
    assert given.row(town, second)["status"] == "OPEN"


def test_several_workers_at_once_count_each_out_once(given: Given, town: Portal) -> None:
    _, activity, ids = offers(given, town, 6)
    for offer in ids[:5]:
        given.let_expire(town, offer)

    async def expire_at_once() -> None:
        await asyncio.gather(*(jobs.expiry.expire(given.database, town.number) for _ in range(6)))

    given.run(expire_at_once())
    given.expire(town)
    assert [given.row(town, offer)["status"] for offer in ids] == ["EXPIRED"] * 5 + ["OPEN"]
    assert on_map(town, activity, ids[0]) == 1


def test_one_batch_is_marked_at_a_time(given: Given, town: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    async def rest(*_: object) -> None:
        """The server's worker leaves the work to the test."""

    monkeypatch.setattr(jobs.visit.Visits, "_expire", rest)
    _, activity, (offer,) = offers(given, town)
    given.expire(town)
    same = "activity_id, kind, status, title, body, author_id, is_anonymous, support_count, published_at, search_text"
    given.sql(
        town,
        f"INSERT INTO __tenant__.contribution (id, {same}, expires_at) SELECT gen_random_uuid(), {same}, now()"
        " FROM __tenant__.contribution, generate_series(1, %s) WHERE id = %s",
        jobs.expiry.BATCH + 1,
        uuid_in(offer),
    )
    assert given.expire(town) == jobs.expiry.BATCH
    assert given.expire(town) == 1
    assert given.expire(town) == 0
    assert on_map(town, activity, offer) == 1


def test_closed_contribution_does_not_expire(given: Given, town: Portal) -> None:
    author, activity, (offer,) = offers(given, town)
    close(author, offer, "FULFILLED")
    given.let_expire(town, offer)
    given.expire(town)
    found = read(town, activity, offer)
    assert (found["contribution"]["status"], found["expired"]["nodes"], found["hexagons"]) == ("CLOSED", [], [])


def test_renewed_contribution_is_on_the_map_again(given: Given, town: Portal) -> None:
    author, activity, (offer,) = offers(given, town)
    given.let_expire(town, offer)
    given.expire(town)
    assert on_map(town, activity, offer) == 0
    assert revise(author, offer, expiresAfterDays=5)["contribution"]["status"] == "OPEN"
    assert on_map(town, activity, offer) == 1
    given.expire(town)
    assert read(town, activity, offer)["contribution"]["status"] == "OPEN"
    assert on_map(town, activity, offer) == 1


def test_contribution_without_a_place_expires_too(given: Given, town: Portal) -> None:
    author, activity = given.actor(town), given.activity(town, kind="MUTUAL_AID")
    offer = published(author, activity, "OFFER", expiresAfterDays=1)
    given.let_expire(town, offer)
    given.expire(town)
    assert given.row(town, offer)["status"] == "EXPIRED"
