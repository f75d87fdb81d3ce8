"""Album: the rows of the demonstration's exchanges and messages, for its loader."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from demo.meeting import TAKING
from demo.story import DemoContribution, DemoMeeting, DemoTenant
from models.contribution import RULES, ContributionKind
from models.exchange import LAPSE_AFTER
from models.nudge import ASKED
from models.wave import PLAN, TEAM

Rows = list[dict[str, Any]]
ENDED_BY = {"DECLINED": "AUTHOR", "WITHDRAWN": "PROPOSER", "CANCELLED": "PROPOSER", "LAPSED": "CLOCK", "DONE": "AUTHOR"}


class Album:
    """Exchanges of one tenant."""

    def __init__(self, story: DemoTenant, now: datetime, id_: Callable[[str, str], UUID]) -> None:
        self._story = story
        self._now = now
        self._id = id_
        self._taken = Counter(one.about for one in story.meetings if one.status in TAKING)

    def answering(self, item: DemoContribution) -> dict[str, Any]:
        """How soon a contribution wants answers, how many, and how many it has."""
        urgent = "NOW" if item.age_hours < 30 else "THIS_WEEK"
        return {
            "urgency": urgent if item.kind == "REQUEST" and item.age_hours < 80 else "NO_HURRY",
            "capacity": RULES[ContributionKind(item.kind)].usual_capacity,
            "accepted_count": self._taken[item.key],
        }

    def exchanges(self) -> Rows:
        """One row for each."""
        return [self._exchange(one) for one in self._story.meetings]

    def nudges(self) -> Rows:
        """The last question about each open request that is old enough; nobody has answered yet."""
        return [
            {
                "id": self._id("nudge", f"{item.key}/{step}"),
                "kind": asked.kind.value,
                "contribution_id": self._id("contribution", item.key),
                "actor_id": self._id("actor", item.author),
                "step": step,
                "asked_at": self._ago(item.age_hours - 24 * step),
                "answer": None,
                "answered_at": None,
            }
            for asked in ASKED
            for item in self._story.contributions
            if item.kind == asked.of.value and item.status == "OPEN"
            for step in [max((days for days in asked.days if 24 * days <= item.age_hours), default=0)]
            if step
        ]

    def waves(self) -> Rows:
        """How far each request was told to neighbours: a wave a day, then the team where nobody answers."""
        answered = {one.about for one in self._story.meetings}
        tomorrow = (self._now + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
        rows = []
        for rank, item in enumerate(item for item in self._story.contributions if item.kind == "REQUEST"):
            went_out = min(1 + item.age_hours // 24, PLAN.times)
            is_left = item.status == "OPEN" and item.key not in answered and item.age_hours > 24 * TEAM
            is_next = item.status == "OPEN" and not self._taken[item.key] and went_out < PLAN.times
            rows.append(
                {
                    "id": self._id("wave", item.key),
                    "contribution_id": self._id("contribution", item.key),
                    "step": TEAM if is_left else went_out,
                    "told_count": went_out * (7 + rank % 9),
                    "told_at": self._ago(max(item.age_hours - 24 * (went_out - 1) - 1, 0)),
                    "due_at": tomorrow if is_next else None,
                }
            )
        return rows

    def messages(self) -> Rows:
        """What was written in all of them."""
        return [
            {
                "id": self._id("message", f"{self._key(one)}/{rank}"),
                "exchange_id": self._id("exchange", self._key(one)),
                "author_id": self._id("actor", one.author if message.is_author else one.proposer),
                "body": message.body,
                "masked": None,
                "status": "PUBLISHED",
                "sent_at": self._ago(message.age_hours),
            }
            for one in self._story.meetings
            for rank, message in enumerate(one.messages)
        ]

    def _key(self, one: DemoMeeting) -> str:
        return f"{one.about}/{one.proposer}"

    def _ago(self, hours: float) -> datetime:
        return self._now - timedelta(hours=hours)

    def _exchange(self, one: DemoMeeting) -> dict[str, Any]:
        proposed = self._ago(one.age_hours)
        answered = (
            None
            if one.status in ("PROPOSED", "LAPSED", "WITHDRAWN")
            else self._ago(one.age_hours - one.answered_after_hours)
        )
        last = self._ago(min(message.age_hours for message in one.messages))
        ended = min(self._now, proposed + LAPSE_AFTER if one.status == "LAPSED" else last + timedelta(hours=1))
        is_asked = one.status == "PROPOSED"
        lapses = proposed + LAPSE_AFTER
        is_agreed = one.status in (*TAKING, "CANCELLED")
        return {
            "id": self._id("exchange", self._key(one)),
            "contribution_id": self._id("contribution", one.about),
            "author_id": self._id("actor", one.author),
            "proposer_id": self._id("actor", one.proposer),
            "status": one.status,
            "is_urgent": False,
            "reason": one.reason,
            "ended_by": ENDED_BY.get(one.status),
            "note": one.note,
            "proposed_at": proposed,
            "changed_at": ended if one.status in ENDED_BY else last,
            "lapses_at": lapses if is_asked else None,
            "due_at": max(self._now + timedelta(hours=6), proposed + LAPSE_AFTER / 2) if is_asked else None,
            "nudged_at": None,
            "answered_at": answered,
            "accepted_at": answered if is_agreed else None,
            "done_said_by": one.done_said_by,
            "done_said_at": last if one.done_said_by else None,
            "ended_at": ended if one.status in ENDED_BY else None,
            "place_precision": "STREET" if one.place else "CELL" if one.status == "ACCEPTED" else None,
            "place": one.place,
            "author_read_at": None if is_asked else self._now,
            "proposer_read_at": proposed if one.status == "ACCEPTED" else self._now,
        }
