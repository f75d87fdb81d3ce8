"""What is not published yet in the demonstration: a space that a tenant prepares, and what a resident still writes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from demo.moderation import RESIDENT
from demo.story import DemoTenant
from models.activity import Activity
from models.question import checked, written
from models.survey_form import SurveyForm
from models.template import SpaceTemplate, read

SLUG = "bilan"


def space(uuid: UUID, now: datetime) -> dict[str, Any]:
    """Its row."""
    return {
        "id": uuid,
        "slug": SLUG,
        "title": "Bilan de l'année : vos retours",
        "description": "Ce qui a marché, ce qui est à revoir, ce que vous attendez de l'an prochain.",
        "visibility": "DRAFT",
        "opens_at": now,
        "closes_at": None,
        "created_at": now - timedelta(days=2),
    }


def survey(
    story: DemoTenant, id_: Callable[[str, str], UUID], now: datetime
) -> list[tuple[type[SQLModel], list[dict[str, Any]]]]:
    """What the city has put into its space so far, where there are surveys: the survey of the template, as it comes."""
    if not any(one.kind == "SURVEY" for space_ in story.spaces for one in space_.activities):
        return []
    [template] = read(SpaceTemplate.SURVEY).activities
    activity = {
        "id": id_("activity", SLUG),
        "space_id": id_("space", SLUG),
        "kind": template.kind.value,
        "title": template.title,
        "description": template.description,
        "rank": 0,
        "opens_at": now,
        "closes_at": now + timedelta(days=template.days or 0),
        "location_rule": template.location_rule.value,
    }
    form = {
        "id": id_("survey_form", SLUG),
        "activity_id": activity["id"],
        "version": 1,
        "questions": written(checked(template.questions)),
        "changed_at": now,
        "published_at": now,
    }
    return [(Activity, [activity]), (SurveyForm, [form])]


def drafts(story: DemoTenant, id_: Callable[[str, str], UUID], now: datetime) -> list[dict[str, Any]]:
    """What whoever signs in as a resident has begun to ask of neighbours, where there are some."""
    activities = [one for space_ in story.spaces for one in space_.activities if one.kind == "MUTUAL_AID"]
    if RESIDENT not in {actor.key for actor in story.actors}:
        return []
    empty = dict.fromkeys(("price_cents", "price_unit", "season_months", "lat", "lng", "precision", "address"))
    return [
        empty
        | {
            "id": id_("draft", activity.key),
            "author_id": id_("actor", RESIDENT),
            "activity_id": id_("activity", activity.key),
            "kind": "REQUEST",
            "title": "Monter une armoire à deux",
            "body": "Elle est en trois cartons dans l'entrée. Il me manque une paire de bras, un soir de la semaine",
            "category_id": None,
            "is_anonymous": False,
            "urgency": "THIS_WEEK",
            "capacity": None,
            "behalf": "NOBODY",
            "changed_at": now - timedelta(days=3),
        }
        for activity in activities[:1]
    ]
