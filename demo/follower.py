"""Follower: what one resident of the demonstration follows, and what happened there since, for its loader."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, literal, select, update
from sqlalchemy.types import Interval
from sqlmodel import SQLModel

from database.door import Database
from demo.story import DemoTenant
from geo import cell
from jobs import worker
from models.account import Account
from models.base import table
from models.event import Event
from models.follow import Follow
from models.notice import Notice

Rows = list[dict[str, Any]]

FOLLOWED = ("orleans", "rennes", "paris", "deux-sevres")
"""The portals with a resident who follows something."""

NEWS = 6
"""So many of the last publications, and as many replies, are events of the demonstration's journal."""

READ_AFTER = timedelta(hours=30)
"""What is older than this was read."""

_event, _notice = table(Event), table(Notice)
_happened = select(_event.c.at).where(_event.c.id == _notice.c.event_id).scalar_subquery()
AGE = update(_notice).values(
    made_at=_happened, read_at=case((_happened < func.now() - literal(READ_AFTER, Interval), func.now()))
)
"""Notices are as old as what they tell of."""


def _age(one: tuple[str, str, str, int]) -> int:
    return one[3]


class Follower:
    """The resident as whom one enters the demonstration."""

    def __init__(self, story: DemoTenant, now: datetime, id_: Callable[[str, str], UUID]) -> None:
        self._story = story
        self._now = now
        self._id = id_
        self._key = next(actor.key for actor in story.actors if (actor.kind, actor.role) == ("CITIZEN", "MEMBER"))

    def rows(self) -> list[tuple[type[SQLModel], Rows]]:
        """By table; nothing but in some portals."""
        if self._story.slug not in FOLLOWED:
            return []
        return [(Account, self.accounts()), (Follow, self.follows()), (Event, self.events())]

    def accounts(self) -> Rows:
        """The resident's, with an address at which nobody reads."""
        return [
            {
                "id": self._id("account", self._key),
                "actor_id": self._id("actor", self._key),
                "email": f"habitante@{self._story.slug}.example",
                "created_at": self._ago(24 * 60),
            }
        ]

    def follows(self) -> Rows:
        """The first space, an activity, a zone, the area around the portal's centre, and a proposal."""
        activities = [activity for space in self._story.spaces for activity in space.activities]
        targets: list[dict[str, Any]] = [
            {"space_id": self._id("space", self._story.spaces[0].slug)},
            {"cell": cell.at(self._story.lat, self._story.lng, 7), "rings": 1},
            *({"activity_id": self._id("activity", activity.key)} for activity in activities[:1]),
            *({"zone_id": self._id("zone", zone.name)} for zone in self._story.zones[:1]),
            *({"contribution_id": self._id("contribution", item.key)} for item in self._discussed()[:2]),
        ]
        empty = dict.fromkeys(("contribution_id", "activity_id", "space_id", "zone_id", "category_id", "cell", "rings"))
        return [
            {
                "id": self._id("follow", str(rank)),
                "actor_id": self._id("actor", self._key),
                **empty,
                **target,
                "started_at": self._ago(24 * (20 - rank)),
            }
            for rank, target in enumerate(targets)
        ]

    def events(self) -> Rows:
        """What moderators let through last: publications and replies."""
        items = [item for item in self._story.contributions if item.status == "OPEN"]
        replies = [
            ("COMMENT_ACCEPTED", "comment", f"{item.key}/{rank}", comment.age_hours)
            for item in self._discussed()[:2]
            for rank, comment in enumerate(item.comments)
        ]
        publications = [("CONTRIBUTION_ACCEPTED", "contribution", item.key, item.age_hours) for item in items]
        told = [one for news in (publications, replies) for one in sorted(news, key=_age)[:NEWS]]
        moderator = next(actor.key for actor in self._story.actors if actor.role == "MODERATOR")
        ids = sorted(self._id("event", f"{kind}/{key}") for kind, _, key, _ in told)  # The journal goes by them.
        return [
            {
                "id": id_,
                "kind": kind,
                "subject_id": self._id(type_, key),
                "actor_id": self._id("actor", moderator),
                "payload": {},
                "at": self._ago(age),
                "position": None,
            }
            for id_, (kind, type_, key, age) in zip(ids, sorted(told, key=_age, reverse=True), strict=True)
        ]

    def _discussed(self) -> list[Any]:
        return sorted(
            (item for item in self._story.contributions if item.comments), key=lambda item: -len(item.comments)
        )

    def _ago(self, hours: float) -> datetime:
        return self._now - timedelta(hours=hours)


async def tell(database: Database, tenant: int) -> None:
    """Deliver what happened, and let what the resident was told be as old as it is, and the older of it read."""
    await worker.follow(database, tenant)
    async with database.transaction(tenant) as transaction:
        await transaction.execute(AGE)
