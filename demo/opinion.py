"""Consultations, debates, idea boxes and petitions, with the votes of the tenant's residents."""

import zlib
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from demo import amending, expert, gathering
from demo.cast import CastMember
from demo.draft import Course, Desk, contribution, recent_age_hours
from demo.entraide import tell
from demo.phrase import Deck, Story, expand
from demo.story import DemoContribution, DemoVote
from demo.text.debate import Argument, Topic
from demo.text.idea import IDEAS, PETITIONS

MIXED_SHARE = 0.15
TOPIC_AGE_HOURS = (24 * 40, 24 * 50)

Range = tuple[float, float]
FAVOUR: Range = (0.3, 0.75)
TOPIC_TURNOUT: Range = (0.45, 0.8)
LEAN = 0.3
ARGUMENT_TURNOUT: Range = (0.08, 0.4)
IDEA_TURNOUT: Range = (0.05, 0.55)
PETITION_TURNOUT: Range = (0.6, 0.85)


def opinions(desk: Desk) -> tuple[DemoContribution, ...]:
    """All proposals and arguments of a tenant; the institution itself asks the questions of a debate."""
    people = Deck(desk.cast.citizens, desk.rng)
    written: list[DemoContribution] = []
    for number, topic in enumerate(desk.plan.consultation, start=1):
        written += _argued(desk, f"consultation-{number:02}", people.draw().actor.key, topic, people)
    for number, topic in enumerate(desk.plan.debate, start=1):
        written += _argued(desk, f"debat-{number:02}", desk.cast.institution.key, topic, people)
    written += _supported(desk, "idees", people, IDEAS, desk.plan.ideas)
    written += _supported(desk, "petition", people, PETITIONS, desk.plan.petitions)
    pinned = [view for item in written if item.kind == "PROPOSAL" for view in expert.views(desk, item)]
    told = [_voted(item, desk.cast.citizens, desk.rng) for item in written]
    apart = Random(amending.KEY)
    amended = (_voted(item, desk.cast.citizens, apart) for item in amending.proposals(desk))
    return (*told, *pinned, *amended, *gathering.proposals(desk))


def _argued(desk: Desk, key: str, author: str, topic: Topic, people: Deck[CastMember]) -> list[DemoContribution]:
    """A proposal and then its arguments, which are younger than it."""
    proposal = contribution(
        key=key,
        activity=key.partition("-")[0],
        kind="PROPOSAL",
        author=author,
        text=desk.texts.fresh(lambda: (topic.title, topic.body)),
        category=topic.category,
        course=Course(desk.rng.randint(*TOPIC_AGE_HOURS)),
    )
    favourable = [_argument(desk, proposal, "FOR", argument, people.draw()) for argument in topic.favourable]
    opposed = [_argument(desk, proposal, "AGAINST", argument, people.draw()) for argument in topic.opposed]
    numbered = enumerate([*favourable, *opposed], start=1)
    return [proposal, *(replace(argument, key=f"{key}-argument-{number:02}") for number, argument in numbered)]


def _argument(
    desk: Desk, proposal: DemoContribution, side: str, argument: Argument, author: CastMember
) -> DemoContribution:
    body = expand(argument.body, desk.rng, {}, feminine=author.feminine)
    return contribution(
        key=proposal.key,
        activity=proposal.activity,
        kind="ARGUMENT",
        author=author.actor.key,
        text=desk.texts.fresh(lambda: (argument.title, body)),
        category=proposal.category,
        course=Course(desk.rng.randint(2, proposal.age_hours - 12)),
        side=side,
        about=proposal.key,
    )


def _supported(
    desk: Desk, activity: str, people: Deck[CastMember], stories: Sequence[Story], count: int
) -> list[DemoContribution]:
    """Proposals that gather supports, each from another story."""
    chosen = enumerate(desk.rng.sample(stories, count), start=1)
    return [_supportable(desk, activity, number, story, people.draw()) for number, story in chosen]


def _supportable(desk: Desk, activity: str, number: int, story: Story, author: CastMember) -> DemoContribution:
    return contribution(
        key=f"{activity}-{number:03}",
        activity=activity,
        kind="PROPOSAL",
        author=author.actor.key,
        text=desk.texts.fresh(lambda: tell(desk, story, author)),
        category=story.category,
        course=Course(2 * recent_age_hours(desk.rng)),
        home=author,
    )


def _voted(item: DemoContribution, citizens: Sequence[CastMember], rng: Random) -> DemoContribution:
    """The same with one vote for each citizen who turned out, never the author's own."""
    keys = [person.actor.key for person in citizens if person.actor.key != item.author]
    voters = rng.sample(keys, round(len(keys) * rng.uniform(*_turnout(item))))
    favour = rng.uniform(*FAVOUR)
    chosen = (DemoVote(voter, _choice(item, favour + _lean(item.key, voter), rng)) for voter in voters)
    return replace(item, votes=tuple(chosen))


def _lean(key: str, voter: str) -> float:
    """What a resident's ways of life add to the favour that a text finds: two thirds of the texts divide those who
    drive and those who do not, the others no one. No chance of the tenant's is drawn for it."""
    driver, side = zlib.crc32(voter.encode()) % 5 < 2, zlib.crc32(key.encode()) % 3
    return 0.0 if side == 0 else LEAN * (1 if (side == 1) == driver else -1)


def _turnout(item: DemoContribution) -> Range:
    match item.activity:
        case "idees":
            return IDEA_TURNOUT
        case "petition":
            return PETITION_TURNOUT
        case _:
            return TOPIC_TURNOUT if item.kind == "PROPOSAL" else ARGUMENT_TURNOUT


def _choice(item: DemoContribution, favour: float, rng: Random) -> str:
    if item.activity in ("idees", "petition"):
        return "SUPPORT"
    draw = rng.random()
    if draw < favour:
        return "FOR"
    return "MIXED" if draw < favour + MIXED_SHARE else "AGAINST"
