"""Clock: when the demonstration's people do what they do."""

from datetime import UTC, datetime, timedelta, tzinfo

MORNING = 6
"""The hour at which the demonstration's people get up."""


def awake(moment: datetime, zone: tzinfo, earliest: datetime | None = None) -> datetime:
    """The same moment, or one up to six hours before: nothing is done between midnight and six, and what came before
    something else still does."""
    there = moment.astimezone(zone)
    morning = there.replace(hour=MORNING, minute=0, second=0)
    if there < morning:
        morning -= timedelta(days=1)
    at = (morning + (there - morning) * (24 - MORNING) / 24).astimezone(UTC)
    return max(at, earliest) if earliest else at
