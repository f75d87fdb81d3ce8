"""Receipt («récépissé») of a ballot: a digest of what it says and of chance, found in the published file."""

import secrets
from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

from resolvers.vote_method.base import Voice

LETTERS = 24
"""Of the digest: 96 bits, which no other ballot has and people still compare."""

BLANK = "BLANK"


def line(said: Mapping[UUID, Voice]) -> str:
    """What a ballot says, as the published file says it: `project=CHOICE:amount`, in the order of projects' ids."""
    votes = (
        f"{id_}={voice.choice.value}:{'' if voice.amount is None else voice.amount}" for id_, voice in said.items()
    )
    return ",".join(sorted(votes)) or BLANK


def salt() -> str:
    """Chance, so that nobody finds out what a receipt stands for before the ballots are published."""
    return secrets.token_hex(16)


def made(salted: str, said: str) -> str:
    """The receipt of what a ballot says."""
    return sha256(f"{salted};{said}".encode()).hexdigest()[:LETTERS].upper()
