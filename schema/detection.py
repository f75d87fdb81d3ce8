"""Detections in the contract: what a program noticed, for moderators."""

from datetime import datetime

import strawberry

import models.detection
import resolvers.detection
import resolvers.ident
import resolvers.sight
from auth.viewer import Audience
from models.detection import DetectionKind
from planner import field
from planner.directive import audience
from schema.enumeration import described
from schema.later import LaterContribution

described(
    DetectionKind,
    "What noticed something published. None of them decides.",
    {
        "RATE": "Its author published more than ten things within the hour.",
        "REPEAT": "It says the same as something that was published within a month.",
        "NEAR_REPEAT": "It says nearly the same: 60 % of all groups of three letters are common.",
        "NEW_ACTOR": "Fewer than three contributions or replies of its author are public.",
        "REJECTIONS": "Of what its author published within 90 days moderators took down 30 % and two things at least.",
        "LINK": "It has a link in it.",
        "PHONE": "It has a telephone number in it.",
        "EMAIL": "It has an e-mail address in it.",
        "IBAN": "It has the number of a bank account in it.",
        "WORD": "It has a watched word in it.",
        "LANGUAGE": "It seems to be in another language than the portal's: `words` are its tag (BCP 47).",
    },
)


@field.stored(
    models.detection.Detection, visible=resolvers.sight.moderators, references={}, marks=audience(Audience.MODERATOR)
)
class Detection:
    """What a program noticed of something published («repérage»), and what noticed it. For moderators."""

    id: strawberry.ID = field.expression(resolvers.ident.of("detection"), "Opaque id.")
    kind: DetectionKind = field.column("What noticed it.")
    words: str | None = field.column(
        "The words that were noticed; null where it is about the author or the whole text."
    )
    found_at: datetime = field.column("When.")
    like: LaterContribution | None = field.refers(
        "like_id", "The contribution that it resembles; null where it is about something else."
    )
