"""Rule: what follows from the kind of an activity."""

from demo.story import DemoActivity
from models.activity import KINDS, ActivityKind, LocationRule
from models.contribution import ContributionKind


def location_rule(activity: DemoActivity) -> LocationRule:
    """Where help, goods and ideas are matters; arguments and answers have no place."""
    kinds = KINDS[ActivityKind(activity.kind)].contributions
    if ContributionKind.ARGUMENT in kinds or not kinds:
        return LocationRule.NONE
    return LocationRule.REQUIRED if ContributionKind.PROPOSAL not in kinds else LocationRule.OPTIONAL
