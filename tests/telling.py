"""What people follow and are told, through the endpoint, once the worker has delivered what happened."""

import threading
from time import monotonic
from typing import Any
from uuid import uuid4

from jobs import worker
from tests.acting import ERRORS, Payload
from tests.conftest import Portal
from tests.given import PATIENCE_S, Given, uuid_in

FOLLOW = f"""mutation($input: FollowStartInput!) {{
  followStart(input: $input) {{ follow {{ id cell rings contribution {{ id }} activity {{ id }} }} {ERRORS} }} }}"""
STOP = f"mutation($input: FollowStopInput!) {{ followStop(input: $input) {{ {ERRORS} }} }}"
READ = f"mutation($input: NoticesReadInput!) {{ noticesRead(input: $input) {{ notice {{ id isRead }} {ERRORS} }} }}"
NOTICES = """{ viewer { unreadNoticeCount notices(first: 100) { nodes {
  id kind isRead contribution { id } activity { id } exchange { id } } } } }"""


def person(given: Given, portal: Portal, name: str = "Camille", **columns: Any) -> Portal:
    """Somebody who can sign in, by an address of an own."""
    who = given.actor(portal, name=name, **columns)
    given.insert(portal, "account", actor_id=actor_of(who), email=f"{uuid4().hex}@b.example", created_at="now")
    return who


def actor_of(who: Portal) -> Any:
    return uuid_in(who.ask("{ viewer { id } }")["viewer"]["id"])


def follow(who: Portal, **target: Any) -> Payload:
    return dict(who.ask(FOLLOW, input=target)["followStart"])


def followed(who: Portal, **target: Any) -> dict[str, Any]:
    payload = follow(who, **target)
    assert payload["userErrors"] == [], payload
    return dict(payload["follow"])


def deliver(given: Given, portal: Portal) -> None:
    """Wait until all that has happened up to now was delivered, by whichever process."""
    undelivered = """SELECT id FROM __tenant__.event WHERE (position IS NULL OR position >
        coalesce((SELECT position FROM __tenant__.event_cursor WHERE consumer = 'NOTICES'), 0))"""
    waiting = [id_ for (id_,) in given.sql(portal, undelivered)]
    deadline = monotonic() + PATIENCE_S
    while given.sql(portal, f"{undelivered} AND id = ANY(%s)", waiting):
        assert monotonic() < deadline, "events are not delivered"
        given.run(worker.follow(given.database, portal.number))
        threading.Event().wait(0.01)


def told(given: Given, who: Portal) -> list[tuple[str, str | None]]:
    """What somebody was told: kinds and what of, the newest first."""
    deliver(given, who)
    nodes = who.ask(NOTICES)["viewer"]["notices"]["nodes"]
    return [(node["kind"], (node["contribution"] or node["activity"] or {}).get("id")) for node in nodes]
