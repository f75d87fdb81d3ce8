"""Basket: what a ballot that is being filled in holds, reckoned for the page alone; the API judges what is cast."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from portal.form import Form

VOTES = "votes"
"""The input's list of votes: a field `votes.<project>` each, whose text is a vote as a query string."""

POINTS, RANKED, BUDGET = "POINTS", "RANKED", "BUDGET"


@dataclass(frozen=True, slots=True)
class Picked:
    """What a ballot says of one project, with the project's title and cost for whoever looks through it."""

    project: str
    choice: str
    amount: int | None
    title: str
    cost: int

    @property
    def text(self) -> str:
        """The field of the form that says it."""
        said = {"contribution": self.project, "choice": self.choice, "amount": self.amount}
        shown = {"title": self.title, "cost": self.cost or None}
        return urlencode({name: value for name, value in {**said, **shown}.items() if value not in (None, "")})


@dataclass(frozen=True, slots=True)
class Basket:
    """The projects picked, in their order, and how much they use of what there is: projects, points or euros."""

    picked: Sequence[Picked]
    used: int
    least: int
    most: int | None
    twice: Sequence[int] = ()
    """Ranks that more than one project has, where projects are ranked: such a ballot is none."""

    @property
    def is_too_small(self) -> bool:
        """Something is missing."""
        return self.used < self.least or not self.picked

    @property
    def is_too_large(self) -> bool:
        """It holds more than it may."""
        return self.most is not None and self.used > self.most

    @property
    def is_sound(self) -> bool:
        """The rule of the vote takes it, as far as the page can tell."""
        return not self.is_too_small and not self.is_too_large and not self.twice

    @property
    def part(self) -> int:
        """How much of the whole is used, per cent, 100 at most."""
        return min(100, self.used * 100 // self.most) if self.most else 0

    def of(self, project: str) -> Picked | None:
        """What is said of a project."""
        return next((picked for picked in self.picked if picked.project == project), None)


def basket(activity: Mapping[str, Any], form: Form) -> Basket:
    """What the form holds, or else the ballot that was cast."""
    rule = activity["voteRule"]
    is_budget = activity["voteMethod"] == BUDGET
    picked = _typed(form) if form.typed else _cast(activity.get("viewerBallot"), is_budget=is_budget)
    if activity["voteMethod"] in (RANKED, POINTS):
        up = 1 if activity["voteMethod"] == RANKED else -1
        picked.sort(key=lambda one: up * (one.amount or 0))
    budget = rule["budgetEuros"] or 0
    if is_budget:
        shares = [share * budget for share in (rule["least"] or 0, rule["most"] or 100)]
        return Basket(picked, sum(one.cost for one in picked), -(-shares[0] // 100), shares[1] // 100)
    if activity["voteMethod"] == POINTS:
        return Basket(picked, sum(one.amount or 0 for one in picked), rule["least"] or 1, rule["most"])
    return Basket(picked, len(picked), rule["least"] or 1, rule["most"], _twice(picked))


def _twice(picked: Sequence[Picked]) -> list[int]:
    """Amounts that are said more than once: of ranks alone, since approvals and grades have none."""
    return sorted(amount for amount, count in Counter(one.amount for one in picked).items() if amount and count > 1)


def _typed(form: Form) -> list[Picked]:
    texts = (text for name, all_ in form.typed.items() if name.startswith(f"{VOTES}.") for text in all_[-1:] if text)
    return [entry for text in texts if (entry := _read(text)) is not None]


def _read(text: str) -> Picked | None:
    """One vote of a form; None for what is none."""
    fields = {name: texts[-1] for name, texts in parse_qs(text).items()}
    if not {"contribution", "choice"} <= fields.keys():
        return None
    amount, cost = (_whole(fields.get(name)) for name in ("amount", "cost"))
    return Picked(fields["contribution"], fields["choice"], amount, fields.get("title", ""), cost or 0)


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else None


def _cast(ballot: Mapping[str, Any] | None, *, is_budget: bool) -> list[Picked]:
    """In a budget the amount is the project's cost, which nobody types."""
    votes = ballot["votes"] if ballot else ()
    return [
        Picked(
            vote["contribution"]["id"],
            vote["choice"],
            None if is_budget else vote["amount"],
            vote["contribution"]["title"],
            vote["contribution"]["costEuros"] or 0,
        )
        for vote in votes
    ]
