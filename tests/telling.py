"""What people follow and are told, through the endpoint, once the worker has delivered what happened."""

import threading
from collections.abc import Mapping
from time import monotonic
from typing import Any
from uuid import uuid4

import jobs.deliver
from jobs import worker
from tests.acting import ERRORS, Payload
from tests.conftest import Portal
from tests.given import PATIENCE_S, Given, uuid_in

LONG_AGO = "2026-01-01T00:00:00Z"
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


def deliver(given: Given, portal: Portal, consumer: str = "NOTICES") -> None:
    """Wait until all that has happened up to now was delivered, by whichever process."""
    undelivered = f"""SELECT id FROM __tenant__.event WHERE (position IS NULL OR position >
        coalesce((SELECT position FROM __tenant__.event_cursor WHERE consumer = '{consumer}'), 0))"""
    waiting = [id_ for (id_,) in given.sql(portal, undelivered)]
    deadline = monotonic() + PATIENCE_S
    while given.sql(portal, f"{undelivered} AND id = ANY(%s)", waiting):
        assert monotonic() < deadline, "events are not delivered"
        given.run(worker.follow(given.database, portal.number))
        given.run(jobs.deliver.deliver(given.database, portal.number))
        threading.Event().wait(0.01)


def told(given: Given, who: Portal) -> list[tuple[str, str | None]]:
    """What somebody was told: kinds and what of, the newest first."""
    deliver(given, who)
    nodes = who.ask(NOTICES)["viewer"]["notices"]["nodes"]
    return [(node["kind"], (node["contribution"] or node["activity"] or {}).get("id")) for node in nodes]


def followed_by(given: Given, author: Portal, member: Portal, ids: Mapping[str, str]) -> dict[str, str]:
    """What the author of a world follows, one of each kind, and was told like the other of an exchange."""
    mine = {"actor_id": actor_of(author)}
    targets = {"contribution": "Contribution", "activity": "Activity", "space": "ParticipatorySpace"}
    targets |= {"zone": "Zone", "category": "Category"}
    for name, type_ in targets.items():
        given.insert(author, "follow", **mine, **{f"{name}_id": uuid_in(ids[type_])}, started_at=LONG_AGO)
    area = given.insert(author, "follow", **mine, cell=1, rings=0, started_at=LONG_AGO)
    event = given.insert(
        author, "event", kind="COMMENT_PUBLISHED", subject_id=uuid_in(ids["Comment"]), payload="{}", at=LONG_AGO
    )
    about = {"contribution_id": uuid_in(ids["Contribution"]), "activity_id": uuid_in(ids["Activity"])}
    about["exchange_id"] = uuid_in(ids["Exchange"])
    told_ = {"event_id": event, "position": 1, "kind": "COMMENTED", "made_at": "yesterday", **about}
    notice = given.insert(author, "notice", **mine, **told_)
    given.insert(author, "notice", actor_id=actor_of(member), **told_)
    given.insert(author, "wave", contribution_id=about["contribution_id"], step=1, due_at="2100-01-01T09:00:00Z")
    # One more, for the caller who follows it no more.
    away = given.insert(author, "follow", **mine, cell=2, rings=0, started_at=LONG_AGO)
    return {
        "followStop.follow": f"follow_{author.number}_{away}",
        "Follow": f"follow_{author.number}_{area}",
        "Notice": f"notice_{author.number}_{notice}",
    }


AGAIN = (
    "DELETE FROM __tenant__.follow WHERE started_at > '2026-01-01T00:00:00Z'",
    "UPDATE __tenant__.notice SET read_at = NULL WHERE read_at IS NOT NULL",
)
"""As it was, for the next caller who follows and reads."""
