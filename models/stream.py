"""Stream («flux en direct»): what subscriptions tell of."""

from enum import Enum

from models.event import EventKind


class Stream(Enum):
    """What is told: kinds of events; counts, which have no event; notices, which follow from events."""

    EXCHANGE = "EXCHANGE"
    MESSAGE = "MESSAGE"
    CONTRIBUTION = "CONTRIBUTION"
    TALLY = "TALLY"
    NOTICE = "NOTICE"


STREAMS: dict[EventKind, Stream] = {
    EventKind.CONTRIBUTION_PUBLISHED: Stream.CONTRIBUTION,
    EventKind.CONTRIBUTION_ACCEPTED: Stream.CONTRIBUTION,
    EventKind.MESSAGE_SENT: Stream.MESSAGE,
    **{kind: Stream.EXCHANGE for kind in EventKind if kind.name.startswith("EXCHANGE_")},
}
"""The events that subscriptions tell; who hears of one is decided when it is told."""
