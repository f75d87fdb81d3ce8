"""What became of ideas: a double that was merged into another, and an idea that became a project of the budget."""

from collections.abc import Sequence
from dataclasses import replace

from demo.draft import Course, Desk, contribution
from demo.story import DemoContribution, DemoVote

AGE_HOURS = 24 * 3
IDEAS = "idees"
MANY = 20
"""From so many ideas on somebody proposes what is there already."""


def linked(desk: Desk, written: Sequence[DemoContribution]) -> tuple[DemoContribution, ...]:
    """The same, with a double of a tenant's first idea, and its second idea as the origin of its first project."""
    ideas = [item for item in written if item.activity == IDEAS and item.status == "OPEN"]
    project = next((item for item in written if item.cost_euros is not None), None)
    became = {ideas[1].key: (project.key, "PROJECT")} if project and len(ideas) > 1 else {}
    traced = tuple(replace(item, successor=became.get(item.key)) for item in written)
    return (*traced, _double(desk, ideas[0])) if len(ideas) >= MANY else traced


def _double(desk: Desk, idea: DemoContribution) -> DemoContribution:
    people = [person.actor.key for person in desk.cast.citizens if person.actor.key != idea.author]
    text = (f"{idea.title}, moi aussi", "Je demande la même chose : je ne savais pas que c’était déjà proposé.")
    ended = Course(min(AGE_HOURS, idea.age_hours), "CLOSED", "MERGED")
    written = contribution(
        key=f"{IDEAS}-double",
        activity=IDEAS,
        kind="PROPOSAL",
        author=people[0],
        text=text,
        category=idea.category,
        course=ended,
    )
    votes = tuple(DemoVote(voter, "SUPPORT") for voter in people[1:8])
    return replace(written, votes=votes, successor=(idea.key, "MERGED"))
