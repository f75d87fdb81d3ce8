"""Kinds and rules of activities in the contract: what each value means."""

from models.activity import KINDS, ActivityKind, LocationRule, ReviewRule
from schema.enumeration import described

__all__ = ["ActivityKind", "LocationRule", "ReviewRule"]

described(
    ActivityKind,
    "What people do in an activity.",
    {
        "MUTUAL_AID": "Neighbours offer and ask for help («entraide»).",
        "MARKETPLACE": "Shops and producers publish products and deliveries («marché local»).",
        "IDEA_BOX": "People propose ideas and support them («boîte à idées»).",
        "CONSULTATION": "People react to proposals with opinions and arguments.",
        "DEBATE": "People argue for and against («débat»).",
        "PETITION": "People sign: support with a threshold («pétition»).",
        "PARTICIPATORY_BUDGET": "People decide which projects a budget pays («budget participatif»).",
        "SURVEY": "People answer a form («enquête»).",
    },
    lambda kind: (KINDS[kind].feature,),
)
described(
    LocationRule,
    "Whether a contribution says where it is.",
    {"NONE": "It has no place.", "OPTIONAL": "It may have one.", "REQUIRED": "It has one."},
)


described(
    ReviewRule,
    "Whether moderators read what is published before or after everybody does («modération a priori, a posteriori»).",
    {
        "AFTER_PUBLICATION": "After: it is public at once.",
        "NEW_ACTORS": "Before, of actors of whom fewer than three contributions or replies are public; else after.",
        "BEFORE_PUBLICATION": "Before: it waits until a moderator accepts it.",
    },
)
