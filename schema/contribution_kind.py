"""Kinds, states and orders of contributions in the contract: what each value means."""

from models.activity import VOTING, features_of
from models.contribution import (
    ContributionKind,
    ContributionOutcome,
    ContributionStatus,
    OnBehalfOf,
    Precision,
    Side,
    Urgency,
)
from resolvers.contribution import ContributionOrder
from resolvers.search import SearchMatch
from schema.enumeration import described

__all__ = [
    "ContributionKind",
    "ContributionOrder",
    "ContributionOutcome",
    "ContributionStatus",
    "OnBehalfOf",
    "Precision",
    "SearchMatch",
    "Side",
    "Urgency",
]

described(
    ContributionKind,
    "What is published.",
    {
        "OFFER": "Help offered to neighbours («offre»).",
        "REQUEST": "Help asked for («besoin»).",
        "LISTING": "A product, a shop or a delivery («annonce»).",
        "PROPOSAL": "A proposal, an idea or a petition («proposition»).",
        "ARGUMENT": "An argument for or against a proposal.",
    },
    features_of,
)
described(
    SearchMatch,
    "How much of the last word of a search is typed.",
    {
        "WORDS": "All of it.",
        "BEGINNING": "Its beginning, of at least three letters: for a field that finds while somebody types. A word in"
        " quotes, behind a minus or with a space behind it is a whole word.",
    },
)
described(
    ContributionStatus,
    "Where a contribution is in its life.",
    {
        "OPEN": "Published, not closed and not expired.",
        "CLOSED": "Closed by its author, with an outcome.",
        "EXPIRED": "Past its expiry; its author may renew it by revising it.",
        "PAUSED": "Paused by its author: in no list, and nobody new can answer; what was begun goes on.",
        "TAKEN_BACK": "Taken back with the import that had brought it; nobody sees it any more.",
        "HELD": "Withheld until a moderator has decided; moderators alone see it.",
        "HIDDEN": "Withheld by a moderator's decision; moderators alone see it.",
    },
)
described(
    ContributionOutcome,
    "With what a closed contribution ended.",
    {
        "FULFILLED": "What it was for has happened.",
        "WITHDRAWN": "Its author took it back.",
        "MERGED": "A moderator merged it into its `successor`.",
    },
)
described(Side, "What an argument pleads for.", {"FOR": "For the proposal.", "AGAINST": "Against the proposal."})
described(
    OnBehalfOf,
    "For whom somebody publishes.",
    {
        "NOBODY": "For themselves, or in the name of the organisation that is the author.",
        "PERSON_WHO_AGREED": "For somebody close who has agreed («pour le compte d'un proche»).",
        "DESK": "For somebody without internet, who has agreed: the city's reception has entered it and answers («saisi"
        " par l'accueil»). The author is its organisation, until that person takes it over.",
    },
)
described(
    Urgency,
    "How soon an answer is wanted.",
    {"NOW": "Now: answers are wanted within 48 hours.", "THIS_WEEK": "This week.", "NO_HURRY": "There is no hurry."},
)
described(
    Precision,
    "How precisely a place is public.",
    {
        "CELL": "Only the cell is public; points and distances are those of its centre.",
        "EXACT": "The exact point is public, by its author's choice.",
    },
)
described(
    ContributionOrder,
    "In which order contributions are listed.",
    {
        "NEAREST": "Nearest published position first; wants `near`.",
        "NEWEST": "Last published first.",
        "MOST_SUPPORTED": "Most supports and opinions for first, as of the last few seconds.",
        "SHUFFLED": "By chance, in an order that each viewer keeps: nobody's project is first for all.",
    },
    lambda order: VOTING if order in (ContributionOrder.MOST_SUPPORTED, ContributionOrder.SHUFFLED) else (),
)
