"""Phases of an activity in the demonstration: a debate that the city then examines, and answers."""

from datetime import datetime, timedelta

from demo.story import DemoActivity
from models.phase import Phase, PhaseKind

PHASED = ("lille", "debat")
EXAMINED_AFTER, ANSWERED_AFTER = timedelta(days=20), timedelta(days=45)


def planned(slug: str, activity: DemoActivity, now: datetime) -> list[dict[str, str]] | None:
    """The phases of a tenant's activity as they are stored; None: it has none."""
    if (slug, activity.key) != PHASED:
        return None
    phases = (
        Phase(PhaseKind.DEBATE, "Le débat", now - timedelta(days=activity.opens_days_ago)),
        Phase(PhaseKind.EXAMINE, "La ville étudie vos arguments", now + EXAMINED_AFTER),
        Phase(PhaseKind.RESULT, "La réponse de la ville", now + ANSWERED_AFTER),
    )
    return [phase.stored() for phase in phases]
