"""Suggestions in the contract: what goes together with one's own offer or request, and why."""

from geo.distance import DistanceBand
from models.activity import EXCHANGED
from models.shop import Weekday
from models.suggestion import MAX_WORDS, SuggestionLink
from planner import field
from schema.enumeration import described
from schema.later import LaterContribution

described(
    SuggestionLink,
    "How the categories of the two go together.",
    {
        "SAME_CATEGORY": "They have the same category.",
        "LINKED_CATEGORY": "Their categories have the same short name, in two activities of the same kind.",
    },
    lambda _: EXCHANGED,
)


@field.value
class Suggestion:
    """What somebody else published that goes together with one's own («suggestion»), with the reason: an offer for a
    request, a request for an offer, up to 3 km away."""

    contribution: LaterContribution = field.refers("id", "What was published.")
    link: SuggestionLink = field.column("How the categories go together.")
    band: DistanceBand = field.column("How far apart the two are published.")
    words: list[str] = field.column(
        "Words of one's own title that the other says, too, in any form, as they stand in the title: at most"
        f" {MAX_WORDS}, often none."
    )
    days: list[Weekday] = field.column("The days of the week that both texts name, in their order; often none.")
