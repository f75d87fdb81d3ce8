"""The reception of the demonstration: what the city has entered for people without internet, and answers for them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from demo import mission, unpublished
from demo.staff import SPEAKERS
from demo.story import DemoContribution, DemoTenant
from models.desk_entry import DeskEntry
from models.draft import Draft

Rows = list[dict[str, Any]]
Id = Callable[[str, str], UUID]

HOURS = (26, 70)
WORDS = (
    (
        "Changer une ampoule au plafond",
        "L'escabeau est là, mais je ne monte plus dessus. Dix minutes, et un café pour la peine.",
        "Mme Lebreton, passe à l'accueil le mardi matin",
    ),
    (
        "M'accompagner au marché le samedi",
        "Je marche doucement et je porte peu. Un bras et un panier, une fois par semaine ou quand vous pouvez.",
        "M. Aubry, rappeler le soir sur son fixe",
    ),
)


def entered(story: DemoTenant) -> tuple[DemoContribution, ...]:
    """Two requests, where others ask, in an activity of neighbours; none where the city has no organisation."""
    keys = {actor.key for actor in story.actors}
    if not {"institution", *SPEAKERS} <= keys:
        return ()
    asked = [item for item in story.contributions if (item.kind, item.status) == ("REQUEST", "OPEN")][: len(WORDS)]
    return tuple(
        replace(
            item,
            key=f"desk-{rank}",
            author="institution",
            title=title,
            body=body,
            category=None,
            age_hours=hours,
            is_anonymous=False,
            comments=(),
            votes=(),
        )
        for rank, (item, (title, body, _), hours) in enumerate(zip(asked, WORDS, HOURS, strict=False))
    )


def published(story: DemoTenant) -> tuple[DemoContribution, ...]:
    """What organisations ask: for people without internet, and of volunteers."""
    return (*entered(story), *mission.asked(story))


def rows(story: DemoTenant, id_: Id, now: datetime) -> list[tuple[type[SQLModel], Rows]]:
    """By table, with what a resident still writes."""
    kept: list[tuple[type[SQLModel], Rows]] = [
        (DeskEntry, entries(story, id_, now)),
        (Draft, unpublished.drafts(story, id_, now)),
    ]
    return [*kept, *mission.rows(story, id_, now)]


def entries(story: DemoTenant, id_: Id, now: datetime) -> Rows:
    """That these people agreed, and how an agent reaches them; their slips were printed in another life."""
    return [
        {
            "id": id_("desk_entry", item.key),
            "contribution_id": id_("contribution", item.key),
            "organisation_id": id_("actor", "institution"),
            "agent_id": id_("actor", SPEAKERS[0]),
            "contact": contact,
            "consented_at": now - timedelta(hours=item.age_hours),
            "digest": None,
            "code_ends_at": None,
            "taken_over_at": None,
        }
        for item, (_, _, contact) in zip(entered(story), WORDS, strict=False)
    ]
