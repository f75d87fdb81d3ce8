"""Budgets over HTTP: who asked for much is told to wait, by what was asked and not by how often; what is known is free."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

import httpx
import pytest

from server.api.gate import Limits
from server.page.photo import PHOTO_COST
from tenants import budget
from tests.conftest import Portal, serve
from tests.given import Given
from tests.own import until
from tests.test_logo import SVG
from tests.test_polling_record import sent

TITLE = "{ portal { title } }"
LIST = "{ contributions(first: 20) { nodes { id } } }"
COMMENT = 'mutation { commentPublish(input: {contribution: "nothing", body: "Un mot."}) { userErrors { code } } }'

Limited = Callable[[Limits], Portal]


@pytest.fixture
def limited(database_url: str, tmp_path: Path, rennes: Portal, given: Given) -> Iterator[Limited]:
    """Starts a server of the test's own that lets clients spend so much; nobody has spent anything."""
    with ExitStack() as running:

        def start(limits: Limits) -> Portal:
            server = serve(database_url, tmp_path, **asdict(limits))
            found = next(server)
            running.callback(next, server, None)
            client = running.enter_context(httpx.Client(base_url=found.url, timeout=30))
            return replace(rennes, client=client, running=found)

        yield start
    given.sql(rennes, "DELETE FROM platform.budget")


@pytest.fixture(autouse=True)
def _no_new_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The minute in which a test begins does not end."""
    monkeypatch.setattr(budget, "WINDOW_S", 1_000_000_000)


def price(portal: Portal, query: str) -> int:
    return int(portal.post(query).json()["extensions"]["cost"]["requested"])


def is_refused(answer: httpx.Response) -> bool:
    """Whether the client is told to wait, in all the words that there are for it."""
    if answer.status_code != 429:
        assert answer.status_code == 200
        return False
    body = answer.json()
    assert [error["extensions"]["code"] for error in body["errors"]] == ["BUDGET_EXHAUSTED"]
    assert "data" not in body
    assert 0 < int(answer.headers["retry-after"]) <= 1_000_000_000
    assert answer.headers["cache-control"] == "no-store"
    return True


def test_client_that_spent_its_minute_waits_and_others_do_not(limited: Limited, rennes: Portal) -> None:
    cost = price(rennes, LIST)
    assert cost > 20
    portal = limited(Limits(cost_per_minute=3 * cost))
    member, other = portal.member(0), portal.member(1)
    assert [is_refused(member.post(LIST)) for _ in range(4)] == [False, False, False, True]
    assert is_refused(member.post(TITLE))
    assert not is_refused(other.post(LIST))
    assert not is_refused(portal.post(LIST))


def test_what_is_refused_costs_nothing(limited: Limited, rennes: Portal) -> None:
    cost = price(rennes, LIST)
    member = limited(Limits(cost_per_minute=cost + 1)).member()
    assert "errors" in member.post("{ nothing }").json()
    assert "errors" in member.post("{ contributions(first: 101) { nodes { id } } }").json()
    assert not is_refused(member.post(LIST))
    assert is_refused(member.post(LIST))
    assert not is_refused(member.post(TITLE))  # There is still 1 left, which is what it costs.
    assert is_refused(member.post(TITLE))


def test_answer_that_is_known_costs_nothing(limited: Limited, rennes: Portal) -> None:
    portal = limited(Limits(cost_per_minute=price(rennes, LIST)))
    assert [is_refused(portal.post(LIST)) for _ in range(5)] == [False] * 5
    assert is_refused(portal.post(TITLE))


def test_another_portal_is_another_budget(limited: Limited, rennes: Portal, lehavre: Portal) -> None:
    portal = limited(Limits(cost_per_minute=price(rennes, LIST)))
    other = replace(lehavre, client=portal.client, running=portal.running)
    assert not is_refused(portal.post(LIST))
    assert is_refused(portal.post(TITLE))
    assert not is_refused(other.post(TITLE))


def test_changes_are_limited_by_address_whoever_makes_them(limited: Limited) -> None:
    portal = limited(Limits(changes_per_minute=2))
    members = [portal.member(index) for index in range(3)]
    assert [is_refused(member.post(COMMENT)) for member in members] == [False, False, True]
    assert not is_refused(members[2].post(LIST))


def test_one_subscribers_ipv6_network_is_one_address(limited: Limited) -> None:
    member = limited(Limits(changes_per_minute=2)).member()
    told = [
        is_refused(member.post(COMMENT, None, **{"x-forwarded-for": address}))
        for address in ("2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:1:ffff::3", "2001:db8:0:2::1")
    ]
    assert told == [False, False, True, False]


def test_servers_share_what_a_client_has_left(limited: Limited, rennes: Portal) -> None:
    cost = price(rennes, LIST)
    here, there = (limited(Limits(cost_per_minute=10 * cost)).member() for _ in range(2))
    assert [is_refused(here.post(LIST)) for _ in range(10)] == [False] * 10
    until(lambda: is_refused(there.post(LIST)))


def test_there_is_no_limit_where_none_is_set(limited: Limited) -> None:
    member = limited(Limits()).member()
    assert [is_refused(member.post(COMMENT)) for _ in range(30)] == [False] * 30


def test_photos_are_paid_for_whether_they_are_kept_or_not(limited: Limited, given: Given, rennes: Portal) -> None:
    admin = given.actor(rennes, role="ADMIN")
    portal = limited(Limits(cost_per_minute=2 * PHOTO_COST))
    served = replace(admin, client=portal.client, running=portal.running)
    answers = [sent(served, "none", SVG) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert answers[2].json()["errors"][0]["extensions"]["code"] == "BUDGET_EXHAUSTED"
    assert int(answers[2].headers["retry-after"]) > 0
