"""People of the demonstration: who they are, and that they agreed to the charter."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from demo import moderation
from demo.story import DemoTenant


def actors(story: DemoTenant, id_: Callable[[str, str], UUID], since: datetime) -> list[dict[str, Any]]:
    """A row for each; they came an hour after each other."""
    return [
        {
            "id": id_("actor", actor.key),
            "kind": actor.kind,
            "role": actor.role,
            "name": actor.name,
            "created_at": since + timedelta(hours=rank),
            "is_trusted_flagger": actor.key == moderation.flagger(story.cases),
        }
        for rank, actor in enumerate(story.actors)
    ]


def consents(story: DemoTenant, id_: Callable[[str, str], UUID], given_at: datetime) -> list[dict[str, Any]]:
    """Everybody agreed to the first charter."""
    given = {"kind": "CHARTER", "version": 1, "given_at": given_at, "withdrawn_at": None}
    return [{"actor_id": id_("actor", actor.key), **given} for actor in story.actors]
