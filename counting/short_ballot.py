"""Short ballots («saisie abrégée»): a paper ballot as it is typed quickly, such as `3 7 12` or `3:2 7:1`, and as it is
stored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from models import expected
from models.ballot import BLANK, VoteRule, says
from models.expected import Expected
from models.paper_ballot import SHORT_LENGTH, SPOILT
from models.refusal import ErrorCode, Refusal, bad_input
from models.vote import Choice
from resolvers.vote_method.base import Method, Voice

BLANKS, NULLS = frozenset({"b", "blanc", "blank"}), frozenset({"n", "nul", "null"})
_NAMED = re.compile(r"(\d{1,4})(?:[:=](\d{1,4}))?", re.ASCII)
_GAPS = re.compile(r"[\s,;+]+")


SHORT = expected.example("12 7 3")
"""What a line looks like."""


@dataclass(frozen=True, slots=True)
class NumberedProject:
    """A project that ballots may name, with its number on the sheet."""

    number: int
    id: UUID
    cost_euros: int | None
    is_standing: bool = True
    """It was not withdrawn, and people vote for it."""


@dataclass(frozen=True, slots=True)
class ShortBallot:
    """A ballot: as it is typed, and what it says; `voices` are empty for one that is blank or null."""

    short: str
    says: str
    voices: Mapping[UUID, Voice]

    @property
    def stored(self) -> dict[str, str]:
        """As a typing keeps it."""
        return {"short": self.short, "says": self.says}


def read(text: str, method: Method, rule: VoteRule, projects: Mapping[int, NumberedProject]) -> ShortBallot:
    """What a line says. `b` is blank, `n` null, also of what the rule does not allow; else numbers of projects, with
    `:` and points or a grade, where the method has them. Raises Refusal for the field `text`."""
    typed = text.strip().lower()
    if typed in BLANKS:
        return ShortBallot("b", BLANK, {})
    if typed in NULLS:
        return ShortBallot("n", SPOILT, {})
    if len(typed) > SHORT_LENGTH:
        raise _refused("This line is too long.", SHORT)
    said: dict[UUID, Voice] = {}
    parts = []
    for place, word in enumerate(_GAPS.split(typed), start=1):
        number, amount = _named(word)
        project = projects.get(number)
        if project is None:
            raise _refused(f"No project has the number {number}.", expected.OTHER)
        if not project.is_standing:
            message = f"The project {number} was withdrawn: leave its number out, or type n where nothing else is said."
            raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, message, "text")
        if project.id in said:
            raise _refused(f"The project {number} is there twice.", expected.ONCE)
        said[project.id] = _voice(method, rule, project, place, amount)
        parts.append(str(number) if amount is None else f"{number}:{amount}")
    _check(method, rule, said)
    return ShortBallot(" ".join(parts), says(said), said)


def said_by(line: str) -> Mapping[UUID, Voice]:
    """What a ballot says, from how `models.ballot.says` says it."""
    if line == BLANK:
        return {}
    parts = (part.partition("=") for part in line.split(","))
    said = {UUID(project): voice.partition(":") for project, _, voice in parts}
    return {
        project: Voice(Choice(choice), int(amount) if amount else None) for project, (choice, _, amount) in said.items()
    }


def _named(word: str) -> tuple[int, int | None]:
    told = _NAMED.fullmatch(word)
    if told is None:
        raise _refused("A line has numbers of projects, b for blank, or n for null.", SHORT)
    return int(told[1]), None if told[2] is None else int(told[2])


def _voice(method: Method, rule: VoteRule, project: NumberedProject, place: int, amount: int | None) -> Voice:
    try:
        voice = method.read(rule, place, amount)
        method.check(voice)
        return method.priced(voice, project.cost_euros)
    except Refusal as refusal:
        raise refusal.at("text") from None


def _check(method: Method, rule: VoteRule, said: Mapping[UUID, Voice]) -> None:
    try:
        method.check_ballot(rule, list(said.values()))
    except Refusal as refusal:
        raise refusal.at("text") from None


def _refused(message: str, wanted: Expected) -> Refusal:
    return bad_input(message, "text", wanted)
