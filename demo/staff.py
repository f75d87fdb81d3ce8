"""Staff: who edits a space of the demonstration, and who speaks for its organisations."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from demo.moderation import RESIDENT
from demo.story import DemoTenant

EDITOR = "citizen-005"
"""Who edits a space, in each tenant that has so many citizens."""

SPEAKERS = ("citizen-006", "citizen-007", "citizen-008")
"""Who speaks for organisations, in each tenant that has so many citizens."""

Rows = list[dict[str, Any]]
Id = Callable[[str, str], UUID]


def editors(story: DemoTenant, id_: Id, given_at: datetime) -> Rows:
    """Somebody edits the last space, without administering the portal."""
    space, person = story.spaces[-1], next((a for a in story.actors if a.key == EDITOR), None)
    if person is None:
        return []
    named = {"space_id": id_("space", space.slug), "actor_id": id_("actor", person.key)}
    return [{"id": id_("role", person.key), **named, "kind": "EDITOR", "given_at": given_at}]


def members(story: DemoTenant, id_: Id, given_at: datetime) -> Rows:
    """Organisations have members: the city's own, the first association, and the chamber."""
    keys = {actor.key for actor in story.actors}
    association = next((actor.key for actor in story.actors if actor.kind == "ASSOCIATION"), "")
    pairs = [("institution", person) for person in SPEAKERS[:2]] + [(association, person) for person in SPEAKERS[1:]]
    pairs += [("chamber", SPEAKERS[0]), (_shop(story), RESIDENT)]
    return [
        {
            "id": id_("member", f"{organisation}/{person}"),
            "organisation_id": id_("actor", organisation),
            "member_id": id_("actor", person),
            "given_at": given_at,
        }
        for organisation, person in pairs
        if organisation in keys and person in keys
    ]


def _shop(story: DemoTenant) -> str:
    """The last shop or farm that the resident has nothing to do with as a neighbour."""
    met = {one.author for one in story.meetings if one.proposer == RESIDENT}
    sellers = (actor.key for actor in reversed(story.actors) if actor.kind in ("MERCHANT", "PRODUCER"))
    return next((key for key in sellers if key not in met), "")
