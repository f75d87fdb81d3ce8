"""Phases of activities in the demonstration: a debate and a survey that the city then reads, and answers."""

from datetime import datetime, timedelta

from demo.story import DemoActivity
from demo.text import survey
from models.phase import Phase, PhaseKind

DEBATED, SURVEYED = ("lille", "debat"), ("lille", survey.OPEN)
EXAMINED_AFTER, ANSWERED_AFTER = timedelta(days=20), timedelta(days=45)
READ_AFTER, TOLD_AFTER = timedelta(days=12), timedelta(days=16)
"""Until when people answer the survey, and when the city tells what they said."""


def planned(slug: str, activity: DemoActivity, now: datetime) -> list[dict[str, str]] | None:
    """The phases of a tenant's activity as they are stored; None: it has none."""
    began = now - timedelta(days=activity.opens_days_ago)
    stories = {
        DEBATED: (
            Phase(PhaseKind.DEBATE, "Le débat", began),
            Phase(PhaseKind.EXAMINE, "La ville étudie vos arguments", now + EXAMINED_AFTER),
            Phase(PhaseKind.RESULT, "La réponse de la ville", now + ANSWERED_AFTER),
        ),
        SURVEYED: (
            Phase(PhaseKind.COLLECT, "Vous répondez", began),
            Phase(PhaseKind.EXAMINE, "La ville lit vos réponses", now + READ_AFTER),
            Phase(PhaseKind.RESULT, "Ce que vous avez dit", now + TOLD_AFTER),
        ),
    }
    phases = stories.get((slug, activity.key), ())
    return [phase.stored() for phase in phases] or None
