"""Photo of a response («photo de suivi»): how far a project is, as one sees it; a picture of a step, drawn anew."""

from dataclasses import dataclass

MAX_PHOTOS = 20
"""Of one proposal: one of a step at most, over years."""

DESCRIPTION_LENGTH = (10, 400)
"""What the photo shows, for those who cannot see it. A screen reader reads it in one go."""

REASON_LENGTH = (5, 400)
SHOWN = (1_280, 1_280)
SMALL = (480, 480)
"""Pixels into which a photo fits: as it is looked at alone, and in a row of several on a telephone."""

MAX_BYTES = 2 * 1024 * 1024
MAX_SMALL_BYTES = 512 * 1024
"""Of what is kept: noise, which packs worst, takes 1.1 MB and 0.2 MB."""

NAME_DIGITS = 16
"""Of the digest, in a photo's address."""


@dataclass(frozen=True, slots=True)
class DrawnPhoto:
    """A photo as it is kept: two JPEGs of one picture, the SHA-256 of the larger, and how many pixels that has."""

    content: bytes
    small: bytes
    digest: str
    width: int
    height: int
