"""The base of vote methods: what a ballot may say, when it is refused, what it counts, when it may change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol
from uuid import UUID

from models.refusal import ErrorCode, Refusal
from models.vote import Choice
from planner.act import Act


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one actor says about one contribution: a choice, and with some methods an amount (points, a rank, euros)."""

    choice: Choice
    amount: int | None = None


class Moment(Protocol):
    """Whether activity and contribution are open, by the database's clock."""

    @property
    def is_running(self) -> bool:
        """The activity and its space are open."""

    @property
    def is_standing(self) -> bool:
        """The contribution is open."""


class Method:
    """A method. The defaults are those of a single choice, counted by choice."""

    description: str
    """For the contract."""

    choices: ClassVar[Mapping[Choice, str]]
    """What a ballot may say, in the order in which it is offered, with a description of each for the contract."""

    supporting: frozenset[str]
    """The keys of the tally by which contributions are sorted as most supported."""

    is_free = True
    """Whether a ballot is accepted without looking at others, so that one statement casts it; else `admit` decides."""

    def check(self, ballot: Ballot) -> None:
        """Check that a ballot is valid for this method. Raises Refusal."""
        if ballot.choice not in self.choices:
            raise Refusal(ErrorCode.CHOICE_NOT_ACCEPTED, "This vote does not know this choice.", "choice")
        if ballot.amount is not None:
            raise Refusal(ErrorCode.BAD_INPUT, "This vote takes a choice and no amount.", "amount")

    async def admit(self, act: Act, contribution: UUID, ballot: Ballot) -> None:
        """Check a ballot against the actor's other ballots, which a method that is not free locks and reads. Raises
        Refusal."""

    def adds(self, ballot: Ballot) -> dict[str, int]:
        """What a ballot adds to the tally: one under its choice, so that the sum over all choices is the
        number of votes. A method that counts more uses keys of its own for it."""
        return {ballot.choice.value: 1}

    def require_castable(self, moment: Moment) -> None:
        """A ballot may be cast or changed now: while activity and contribution are open. Raises Refusal."""
        require_running(moment)
        if not moment.is_standing:
            raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is closed or has expired.", "contribution")

    def require_withdrawable(self, moment: Moment) -> None:
        """A ballot may be withdrawn now: until the activity closes, also where the contribution is closed. Raises
        Refusal."""
        require_running(moment)

    def accepts(self, ballot: Ballot) -> bool:
        """Whether `check` accepts a ballot."""
        try:
            self.check(ballot)
        except Refusal:
            return False
        return True


def require_running(moment: Moment) -> None:
    """The activity is open. Raises Refusal(VOTING_NOT_OPEN)."""
    if not moment.is_running:
        raise voting_not_open()


def voting_not_open() -> Refusal:
    """The refusal when voting is not open."""
    return Refusal(ErrorCode.VOTING_NOT_OPEN, "There is no vote on it, or it is not open now.", "contribution")
