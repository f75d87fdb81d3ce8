"""Nobody hears what a query would not show: every caller of the matrix listens, and is told what it may read alone."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest

from tests import acting
from tests.callers import CALLERS, OF, PLACE, Caller, World, world
from tests.conftest import Portal
from tests.exchanging import proposed
from tests.given import Given, uuid_in
from tests.listening import CHANGED, NOTICED, PUBLISHED, RECEIVED, Socket, dialled, start
from tests.telling import NOTICES, actor_of, deliver
from tests.test_thread import sent

NEAR = {**PLACE, "radiusM": 5_000}
ENDS = 2
"""Publications for everybody at the end: what was to be told before the last of them has come before it."""


@pytest.fixture(scope="module")
def here(given: Given, rennes: Portal) -> World:
    made = world(given, given.tenant(rennes, "live-matrix", "commune-35238"))
    for name in ("author", "member"):  # Who can sign in is told of what the person follows.
        actor = actor_of(made.callers[name].portal)
        account = (
            "INSERT INTO __tenant__.account (id, actor_id, created_at) VALUES (%s, %s, now()) ON CONFLICT DO NOTHING"
        )
        given.sql(made.portal, account, uuid4(), actor)
    activity = uuid_in(made.ids["public"]["Activity"])
    given.insert(made.portal, "follow", actor_id=actor, activity_id=activity, started_at="now")
    return made


@contextmanager
def listening(caller: Caller, exchange: str, after: str) -> Iterator[Socket]:
    """A caller who subscribes to all that there is."""
    token = {"Authorization": f"Bearer {caller.portal.token}"} if caller.portal.token else {}
    headers = {name.title(): text for name, text in caller.headers.items()}
    with dialled(caller.portal, **token, **headers) as socket:
        socket.begin()
        for query in (CHANGED, RECEIVED):
            socket.subscribe(query, id=exchange, after=after)
            socket.subscribe(query, after=after)
        socket.subscribe(PUBLISHED, near=NEAR, after=after)
        socket.subscribe(NOTICED, after=after)
        yield socket


def heard(socket: Socket, last: set[str]) -> set[str]:
    """The ids of all that is told until the `last` have been; refusals tell nothing."""
    ids: set[str] = set()
    while not last <= ids:
        message = socket.receive()
        if message["type"] == "next":
            [found] = message["payload"]["data"].values()
            ids.add(found.get("id") or found["exchange"]["id"])
        else:
            assert {error["extensions"]["code"] for error in message["payload"]} <= {
                "UNAUTHENTICATED",
                "FORBIDDEN",
                "TRUSTED_DOCUMENT_REQUIRED",
            }, message
    return ids


def shown(caller: Caller, field: str, id_: str) -> bool:
    """Whether a caller's query shows something."""
    _, answer = caller.ask(f'{{ {field}(id: "{id_}") {{ id }} }}')
    return bool(answer.get("data") and answer["data"][field])


def noticed(given: Given, caller: Caller, after: str) -> set[str]:
    """The ids of what a caller reads that it was told since; nothing of whoever has no page of an own."""
    _, answer = caller.ask(NOTICES)
    nodes = ((answer.get("data") or {}).get("viewer") or {}).get("notices", {}).get("nodes", [])
    since = "SELECT id::text FROM __tenant__.notice WHERE position > %s"
    fresh = {id_ for (id_,) in given.sql(caller.portal, since, int(after))}
    return {node["id"] for node in nodes if node["id"].rsplit("_", 1)[1] in fresh}


def happen(given: Given, here: World) -> tuple[str, set[str], set[str]]:
    """Something for everybody, for a few, and for two: the exchange, what was published, and the last of it."""
    author, administrator = here.callers["author"].portal, here.callers["administrator"].portal
    helper = given.actor(here.portal, name="Bénévole")
    aid = given.activity(here.portal, kind="MUTUAL_AID")
    given.sql(here.portal, "UPDATE __tenant__.activity SET alive_requests = 100")  # The author has several already.
    request = acting.published(author, aid, "REQUEST", location=PLACE)
    exchange = proposed(helper, request)
    sent(author, exchange, "Bonjour.")
    sent(helper, exchange, "Bonjour à vous.")
    titles = {of: {"title": f"Pour {of}", "location": PLACE} for of in OF}
    some = {acting.published(administrator, here.ids[of]["Activity"], **titles[of]) for of in OF}
    last = [acting.published(administrator, here.ids["public"]["Activity"], location=PLACE) for _ in range(ENDS)]
    return exchange, some | {request, *last}, set(last)


def test_every_caller_hears_what_it_may_read_alone(given: Given, here: World) -> None:
    after = start(given, here.portal)
    exchange, published, last = happen(given, here)
    deliver(given, here.portal)
    told: dict[str, tuple[set[str], set[str]]] = {}
    for name in CALLERS:
        caller = here.callers[name]
        may = {id_ for id_ in published if shown(caller, "contribution", id_)}
        may |= {exchange} if shown(caller, "exchange", exchange) else set()
        may |= noticed(given, caller, after)
        with listening(caller, exchange, after) as socket:
            ids = heard(socket, last | may)
        # What the tenant was filled with may be told, too: it was sealed only then.
        told[name] = ids, may | {id_ for id_ in ids if shown(caller, "contribution", id_)}
    assert {name: ids for name, (ids, may) in told.items() if ids != may} == {}, json.dumps(_sizes(told))
    assert {name for name, (ids, _) in told.items() if exchange in ids} == {"author"}
    assert {name for name, (ids, _) in told.items() if any(id_.startswith("notice_") for id_ in ids)} >= {
        *("author", "member")
    }
    assert len({frozenset(ids) for ids, _ in told.values()}) >= 4, "the callers do not differ"


def test_every_caller_hears_the_same_as_it_happens(given: Given, here: World) -> None:
    """The same while it happens, instead of afterwards."""
    after = start(given, here.portal)
    caller, stranger = here.callers["author"], here.callers["member"]
    with listening(caller, "", after) as nobody:
        assert nobody.code() == "BAD_ID"
    exchange, published, _ = happen(given, here)
    with listening(caller, exchange, after) as own, listening(stranger, exchange, after) as other:
        more, further, end = happen(given, here)
        mine, theirs = heard(own, end | {exchange, more}), heard(other, end)
    assert {exchange, more} <= mine and not {exchange, more} & theirs
    assert {id_ for id_ in published | further if shown(stranger, "contribution", id_)} <= theirs
    of_notices = {id_ for id_ in theirs if id_.startswith("notice_")}
    assert of_notices <= noticed(given, stranger, after)
    assert all(shown(stranger, "contribution", id_) for id_ in theirs - of_notices)


def _sizes(told: dict[str, tuple[set[str], set[str]]]) -> dict[str, Any]:
    return {name: (len(ids - may), len(may - ids)) for name, (ids, may) in told.items()}
