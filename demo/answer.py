"""Answers: the rows of what the demonstration's cities answered, for its loader."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from demo import amending, petition, photo, winner
from demo.story import DemoTenant
from demo.text import response

ANSWERED = ("IDEA_BOX", "PETITION", "CONSULTATION")
"""The kinds of activities to whose proposals the demonstration's cities answer."""

Rows = list[dict[str, Any]]


class Answers:
    """Statuses and official responses of one tenant."""

    def __init__(self, story: DemoTenant, now: datetime, id_: Callable[[str, str], UUID]) -> None:
        self._story = story
        self._now = now
        self._id = id_
        activities = (activity for space in story.spaces for activity in space.activities)
        self._activities = [activity for activity in activities if activity.kind in ANSWERED]

    def _ago(self, hours: int) -> datetime:
        return self._now - timedelta(hours=hours)

    def statuses(self) -> Rows:
        """How far a city is with a proposal, by activity."""
        followed = winner.statuses(self._story, self._id)
        return followed + [
            {
                "id": self._id("status", f"{activity.key}/{rank}"),
                "activity_id": self._id("activity", activity.key),
                "name": name,
                "color": color,
                "rank": rank,
                "is_open_to_votes": votes,
                "is_open_to_comments": comments,
                "version": 1,
            }
            for activity in self._activities
            for rank, (name, color, votes, comments) in enumerate(response.STATUSES)
        ]

    def petitions(self) -> list[tuple[type[SQLModel], Rows]]:
        """How far petitions are, and by which rule; the text of a consultation, and what became of its amendments."""
        whole = petition.rows(self._story, self._id, self._ago)
        return [*whole, *amending.rows(self._story, self._id, self._ago)]

    def responses(self) -> Rows:
        """Every fifth of the proposals, the longest published first, has been answered; and winners are followed."""
        rows = winner.responses(self._story, self._id, self._ago)
        for activity in self._activities:
            waiting = [
                item
                for item in self._story.contributions
                if (item.activity, item.kind) == (activity.key, "PROPOSAL") and not item.key.startswith(amending.KEY)
            ]
            waiting.sort(key=lambda item: -item.age_hours)
            for place, item in enumerate(waiting[: len(waiting) // 5]):
                service, status, body = response.RESPONSES[place % len(response.RESPONSES)]
                rows.append(
                    {
                        "id": self._id("response", item.key),
                        "contribution_id": self._id("contribution", item.key),
                        "status_id": self._id("status", f"{activity.key}/{status}"),
                        "service": service,
                        "body": body,
                        "author_id": self._id("actor", self._story.actors[0].key),
                        "published_at": self._ago(item.age_hours // 2),
                        "revised_at": None,
                        "version": 1,
                        "photo_description": None,
                        **photo.columns(None, self._now),
                    }
                )
        return rows
