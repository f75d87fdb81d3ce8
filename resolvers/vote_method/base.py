"""What a vote method is: what a voice may say, who refuses it, what it adds to the tally, and when it may change."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import ClassVar, Protocol
from uuid import UUID

from models import expected
from models.ballot import COLUMNS as RULE_COLUMNS
from models.ballot import LIMITS, MAX_VOTES, VoteRule
from models.expected import Expected
from models.refusal import ErrorCode, Refusal, bad_input
from models.vote import Choice


@dataclass(frozen=True, slots=True)
class Voice:
    """What one actor says about one contribution: a choice, and with some methods an amount (points, a rank, euros)."""

    choice: Choice
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class SheetCount:
    """How many ballots say the same of one project, as a desk counted them."""

    project: UUID
    voice: Voice
    count: int


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
    """What a voice may say, in the order in which it is offered, with a description of each for the contract."""

    supporting: frozenset[str]
    """The keys of the tally by which contributions are sorted as most supported."""

    is_free = True
    """A voice is judged by itself: one statement casts it. Else it is part of a ballot, which is judged as a whole."""

    usual: ClassVar[VoteRule] = VoteRule()
    """The rule of an activity where nobody says otherwise. What is None here is no part of the method's rule."""

    def check(self, voice: Voice) -> None:
        """Whether a voice is one of this method's. Raises Refusal."""
        if voice.choice not in self.choices:
            raise Refusal(ErrorCode.CHOICE_NOT_ACCEPTED, "This vote does not know this choice.", "choice")
        if voice.amount is not None:
            raise bad_input("This vote takes a choice and no amount.", "amount", expected.NOTHING)

    def priced(self, voice: Voice, cost_euros: int | None) -> Voice:
        """The voice as it is kept, for a project of this cost. Raises Refusal."""
        return voice

    def check_ballot(self, rule: VoteRule, voices: Sequence[Voice]) -> None:
        """Whether voices that are of this method go together. Raises Refusal(BALLOT_TOO_SMALL, BALLOT_TOO_LARGE)."""

    def complete(self, rule: VoteRule) -> VoteRule:
        """A rule with what is usual where nothing is said. Raises Refusal for what is no rule of this method."""
        said: dict[str, int | None] = {}
        for part in fields(VoteRule):
            value, usual = getattr(rule, part.name), getattr(self.usual, part.name)
            if value is not None and usual is None and part.name != "budget_euros":
                raise rule_refused(part.name, "This vote has no such rule.", expected.NOTHING)
            said[part.name] = usual if value is None else value
        for column, name in RULE_COLUMNS.items():
            (least, most), value = LIMITS[column], said[name]
            if value is not None and not least <= value <= most:
                raise rule_refused(name, f"It is {least:,} to {most:,}.", expected.number(least, most))
        return self.checked(VoteRule(**said))

    def checked(self, rule: VoteRule) -> VoteRule:
        """A complete rule whose parts go together. Raises Refusal."""
        if rule.least is not None and rule.most is not None and rule.least > rule.most:
            raise rule_refused("least", "The least is not above the most.", expected.number(0, rule.most))
        return rule

    def choices_by(self, grades: int) -> Sequence[Choice]:
        """What a voice may say where the rule has so many grades."""
        return list(self.choices)

    def sheet(self, rule: VoteRule) -> Sequence[Voice]:
        """The voices that a desk's sheet has a column for, in their order; none where there are no ballots."""
        return ()

    def check_sheet(self, rule: VoteRule, valid: int, counts: Sequence[SheetCount]) -> None:
        """Whether so many valid ballots can say this. Raises Refusal(RECORD_DOES_NOT_ADD_UP)."""

    def adds(self, voice: Voice) -> dict[str, int]:
        """What a voice adds to the counts of the tally: one under its choice, so that all choices together are the
        number of votes. A method that counts more does so under keys of its own."""
        return {voice.choice.value: 1}

    def worth(self, voice: Voice, rule: VoteRule) -> int:
        """What a voice gives to its project when projects are awarded: 1, points, what a rank or a grade is worth."""
        return 1

    def read(self, rule: VoteRule, place: int, amount: int | None) -> Voice:
        """What the short form of a paper ballot says of the project that it names in a place, from 1, with the amount
        that follows, if one does. Raises Refusal(BAD_INPUT)."""
        if amount is not None:
            raise bad_input("This vote takes numbers of projects alone.", "text", expected.example("12 7 3"))
        return Voice(next(iter(self.choices)))

    def scale(self, rule: VoteRule) -> Sequence[Choice]:
        """The grades of a rule, from the best to the worst; empty for a method without grades."""
        return ()

    def require_castable(self, moment: Moment) -> None:
        """A voice may be cast or changed now: while activity and contribution are open. Raises Refusal."""
        require_running(moment)
        if not moment.is_standing:
            raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is closed or has expired.", "contribution")

    def require_withdrawable(self, moment: Moment) -> None:
        """A voice may be withdrawn now: until the activity closes, also where the contribution is closed. Raises
        Refusal."""
        require_running(moment)

    def accepts(self, voice: Voice) -> bool:
        """Whether `check` lets a voice pass."""
        try:
            self.check(voice)
        except Refusal:
            return False
        return True


class Whole(Method):
    """A method whose voices are cast together, as a ballot that a rule judges."""

    is_free = False

    def check_ballot(self, rule: VoteRule, voices: Sequence[Voice]) -> None:
        """As many projects as the rule allows."""
        require_between(len(voices), rule.least, rule.most, "projects")

    def sheet(self, rule: VoteRule) -> Sequence[Voice]:
        """Its choices."""
        return [Voice(choice) for choice in self.choices_by(rule.grades or 0)]

    def weight(self, voice: Voice) -> int:
        """How much of what a ballot may hold a voice takes up."""
        return 1

    def bounds(self, rule: VoteRule) -> tuple[int, int | None]:
        """How much a ballot holds at least and at most."""
        return rule.least or 0, rule.most

    def check_sheet(self, rule: VoteRule, valid: int, counts: Sequence[SheetCount]) -> None:
        """No project more often than there are ballots, and in all what so many can hold."""
        named = Counter[UUID]()
        for place, one in enumerate(counts):
            named[one.project] += one.count
            if named[one.project] > valid:
                message = f"{named[one.project]:,} ballots name this project, and {valid:,} are valid."
                raise sheet_refused(message, f"totals.{place}.count")
        held = sum(self.weight(one.voice) * one.count for one in counts)
        least, most = self.bounds(rule)
        if held < least * valid or (most is not None and held > most * valid):
            limit = f"{least * valid:,} to {most * valid:,}" if most is not None else f"{least * valid:,} at least"
            raise sheet_refused(f"{valid:,} valid ballots hold {limit} in all; here are {held:,}.", "totals")


def sheet_refused(message: str, field: str) -> Refusal:
    """A desk's sheet that cannot be."""
    return Refusal(ErrorCode.RECORD_DOES_NOT_ADD_UP, message, field)


def require_between(count: int, least: int | None, most: int | None, what: str) -> None:
    """A ballot says neither too little nor too much. Raises Refusal."""
    if most is not None and count > most:
        raise Refusal(ErrorCode.BALLOT_TOO_LARGE, f"At most {most:,} {what}; there are {count:,}.", "votes")
    if least is not None and count < least:
        raise Refusal(ErrorCode.BALLOT_TOO_SMALL, f"At least {least:,} {what}; there are {count:,}.", "votes")
    if count > MAX_VOTES:
        raise Refusal(ErrorCode.BALLOT_TOO_LARGE, f"At most {MAX_VOTES:,} votes.", "votes")


def require_amount(voice: Voice, most: int, what: str) -> None:
    """An amount from 1 up. Raises Refusal."""
    if voice.amount is None or not 1 <= voice.amount <= most:
        raise bad_input(f"It wants 1 to {most:,} {what}.", "amount", expected.number(1, most))


def rule_refused(name: str, message: str, wanted: Expected) -> Refusal:
    """A part of a rule that is not possible; `name` is Python's."""
    first, *rest = name.split("_")
    return bad_input(message, f"voteRule.{first}{''.join(map(str.capitalize, rest))}", wanted)


def require_running(moment: Moment) -> None:
    """The activity is open. Raises Refusal(VOTING_NOT_OPEN)."""
    if not moment.is_running:
        raise voting_not_open()


def voting_not_open() -> Refusal:
    """The refusal when voting is not open."""
    return Refusal(ErrorCode.VOTING_NOT_OPEN, "There is no vote on it, or it is not open now.", "contribution")
