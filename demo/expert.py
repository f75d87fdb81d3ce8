"""Arguments that moderators have pinned as an expert's, written in the name of the city that asked for them."""

from dataclasses import replace

from demo.draft import Course, Desk, contribution
from demo.story import DemoContribution, DemoVote
from demo.text.expert import VIEWS, ExpertText

AGE_HOURS = 24 * 12
CHOICES = ("FOR", "FOR", "MIXED", "FOR", "AGAINST")


def views(desk: Desk, proposal: DemoContribution) -> list[DemoContribution]:
    """The experts' arguments about a proposal, each with votes of every third resident."""
    told = VIEWS.get(proposal.title, ())
    return [_argument(desk, proposal, number, view) for number, view in enumerate(told, start=1)]


def _argument(desk: Desk, proposal: DemoContribution, number: int, view: ExpertText) -> DemoContribution:
    written = contribution(
        key=f"{proposal.key}-expert-{number:02}",
        activity=proposal.activity,
        kind="ARGUMENT",
        author=desk.cast.institution.key,
        text=(view.title, view.body),
        category=proposal.category,
        course=Course(AGE_HOURS + number),
        side=view.side,
        about=proposal.key,
    )
    voters = [person.actor.key for person in desk.cast.citizens[number::3]]
    votes = tuple(DemoVote(voter, CHOICES[place % len(CHOICES)]) for place, voter in enumerate(voters))
    return replace(written, votes=votes, expert=(view.name, view.function))
