"""Suggestion («suggestion»): what somebody else published that goes with one's own offer or request, and why."""

from enum import Enum

from models.contribution import ContributionKind


class SuggestionLink(Enum):
    """How the categories of the two go together."""

    SAME_CATEGORY = "SAME_CATEGORY"
    LINKED_CATEGORY = "LINKED_CATEGORY"
    """The category of the same short name in another activity of the same kind."""


OPPOSITES = {ContributionKind.OFFER: ContributionKind.REQUEST, ContributionKind.REQUEST: ContributionKind.OFFER}

REACH_M = 3_000
"""How far apart the published positions of the two are at most: half an hour on foot."""

SQUARES_A_DEGREE = 100
"""Published positions are found by squares of a hundredth of a degree: 1.1 km from south to north."""

ROWS, COLUMNS = 3, 5
"""So many squares around are looked at: 3 km, from the equator to 53 degrees north."""

A_SQUARE = 4
"""Of one square, the newest: a question reads a few hundred rows at most, however many there are."""

MAX_CATEGORIES = 10
"""One's own category, and so many linked ones less one."""

MAX_SUGGESTIONS = 5

MAX_WORDS = 5
"""Words that both say, of which a reason tells."""
