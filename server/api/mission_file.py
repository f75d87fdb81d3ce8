"""Missions as open data, in the fields of API Engagement: one object for each slot that people can sign up for."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import orjson

from portal.fit import NothingLeftError
from server.api.feed import Feed, Node

MISSIONS = """\
query Export($after: String) {
  missions(first: 20, after: $after) {
    nodes {
      domain
      requirements
      minorsFrom
      isAccessible
      slots { id startsAt endsAt places isOpen }
      contribution {
        id
        title
        body
        publishedAt
        author { id name }
        location { precision lat lng address }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""


async def written(feed: Feed, origin: str) -> AsyncIterator[bytes]:
    """A JSON object whose `data` are the missions; empty where the portal has none. `origin` begins their addresses."""
    yield b'{"data":['
    is_first = True
    try:
        async for page in feed.pages(MISSIONS, "missions"):
            for told in (each for mission in page for each in _slots(mission, feed.tenant.title, origin)):
                yield (b"" if is_first else b",") + orjson.dumps(told)
                is_first = False
    except NothingLeftError:  # The portal has no mutual aid.
        pass
    yield b"]}"


def _slots(mission: Node, publisher: str, origin: str) -> Iterator[dict[str, Any]]:
    """The slots of a mission that are open, each as a mission of its own, since there a mission has one period."""
    about = mission["contribution"]
    author = about["author"] or {}
    shared = {
        "title": about["title"],
        "description": about["body"],
        "applicationUrl": f"{origin}/mission/{about['id']}",
        "postedAt": about["publishedAt"],
        "type": "benevolat",
        "remote": "no",
        "domain": _code(mission["domain"]),
        "requirements": [mission["requirements"]] if mission["requirements"] else [],
        "openToMinors": mission["minorsFrom"] is not None,
        "reducedMobilityAccessible": mission["isAccessible"],
        "organizationClientId": author.get("id"),
        "organizationName": author.get("name"),
        "publisherName": publisher,
        "addresses": _addresses(about["location"]),
    }
    for slot in mission["slots"]:
        if slot["isOpen"]:
            own = {"clientId": slot["id"], "startAt": slot["startsAt"], "endAt": slot["endsAt"]}
            yield {**own, "places": slot["places"], **shared}


def _code(domain: str | None) -> str:
    """A domain as API Engagement writes it."""
    return (domain or "AUTRE").lower().replace("_", "-")


def _addresses(place: Node | None) -> list[dict[str, Any]]:
    """Where it is: the point and address that its author published, or the middle of the published cell."""
    if place is None:
        return []
    street = {"street": place["address"]} if place["address"] else {}
    return [{**street, "location": {"lat": place["lat"], "lon": place["lng"]}}]
