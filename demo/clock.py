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


def spread(since: datetime, until: datetime, chance: float, zone: tzinfo) -> datetime:
    """A moment between two, in the portal's day: most people come soon."""
    share = min(chance, 2 * chance**2)
    return min(awake(since + max(until - since, timedelta()) * share, zone, since), until)
