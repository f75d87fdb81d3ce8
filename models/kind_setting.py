"""Setting of an activity («réglage»): what may be set where, as the kinds of activities say."""

from enum import Enum


class ActivitySetting(Enum):
    """What an activity of some kinds has settings for."""

    CONTRIBUTION_KINDS = "CONTRIBUTION_KINDS"
    VOTE = "VOTE"
    PLACE = "PLACE"
    EXPIRY = "EXPIRY"
    THRESHOLD = "THRESHOLD"
    ANSWER = "ANSWER"
    REVIEW = "REVIEW"
    ANONYMITY = "ANONYMITY"
    SAFETY = "SAFETY"
    STATUSES = "STATUSES"
    CATEGORIES = "CATEGORIES"


PUBLISHED = frozenset(
    (ActivitySetting.PLACE, ActivitySetting.EXPIRY, ActivitySetting.REVIEW, ActivitySetting.CATEGORIES)
)
"""Where people publish."""

PROPOSED = PUBLISHED | {ActivitySetting.ANSWER, ActivitySetting.STATUSES}
"""Where they publish proposals, which the city answers."""

EXCHANGED = PUBLISHED | {ActivitySetting.SAFETY}
"""Where they answer each other by exchanges."""
