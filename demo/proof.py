"""Proof: in one city the budget asks who votes; its voters have declared it."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from demo.budget import activity
from demo.story import DemoTenant

CITY, VOTE = "bourg-la-reine", activity(0)
RULE = {"proof_levels": ["DECLARATION"], "proof_least_age": 16}

Rows = list[dict[str, Any]]
Id = Callable[[str, str], UUID]


def rule(city: str, key: str) -> dict[str, Any]:
    """The columns of what an activity asks."""
    return RULE if (city, key) == (CITY, VOTE) else dict.fromkeys(RULE)


def level(city: str, key: str) -> str | None:
    """By what somebody has proved to be somebody."""
    return "DECLARATION" if (city, key) == (CITY, VOTE) else None


def rows(story: DemoTenant, id_: Id, given_at: Callable[[str, str], datetime]) -> Rows:
    """What the city's voters have proved. Nobody's digest is made from a name: there are none in the demonstration."""
    voters = dict.fromkeys(vote.actor for item in story.contributions if item.activity == VOTE for vote in item.votes)
    return [
        {
            "id": id_("proof", actor),
            "activity_id": id_("activity", VOTE),
            "actor_id": id_("actor", actor),
            "level": proved,
            "digest": sha256(f"{story.slug}/{actor}".encode()).hexdigest(),
            "given_at": given_at(VOTE, actor),
        }
        for actor in voters
        if (proved := level(story.slug, VOTE)) is not None
    ]
