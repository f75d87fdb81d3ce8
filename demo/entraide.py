"""Offers and requests of mutual aid («entraide»): many offers, few requests, as in life."""

from collections.abc import Sequence

from demo.cast import CastMember
from demo.draft import Desk, Text, contribution, course, expires_after_days
from demo.phrase import Deck, Story, expand
from demo.story import DemoContribution
from demo.text import name
from demo.text.errand import ERRANDS
from demo.text.family import FAMILY
from demo.text.handwork import HANDWORK, TOGETHER
from demo.text.need import NEEDS

ACTIVITY = "entraide"
REQUEST_SHARE = 0.16
ASSOCIATION_SHARE = 0.09
ANONYMOUS_SHARE = 0.35
OFFERS = ERRANDS + FAMILY + HANDWORK
ELDERLY_AGES = range(73, 92)


def mutual_aid(desk: Desk) -> tuple[DemoContribution, ...]:
    """All offers and requests of a tenant, in no order of time."""
    planned = desk.plan.mutual_aid
    requests = round(planned * REQUEST_SHARE)
    collective = round(planned * ASSOCIATION_SHARE)
    citizens = Deck(desk.cast.citizens, desk.rng)
    associations = Deck(desk.cast.associations, desk.rng)
    return (
        *_series(desk, "OFFER", citizens, OFFERS, planned - requests - collective),
        *_series(desk, "OFFER", associations, TOGETHER, collective),
        *_series(desk, "REQUEST", citizens, NEEDS, requests),
    )


def _series(
    desk: Desk, kind: str, authors: Deck[CastMember], stories: Sequence[Story], count: int
) -> list[DemoContribution]:
    deck = Deck(stories, desk.rng)
    return [_published(desk, kind, number, deck.draw(), authors) for number in range(1, count + 1)]


def _published(desk: Desk, kind: str, number: int, story: Story, authors: Deck[CastMember]) -> DemoContribution:
    author, days = _author(authors, story), expires_after_days(kind)
    return contribution(
        key=f"{author.actor.kind}-{kind}-{number:03}".lower(),
        activity=ACTIVITY,
        kind=kind,
        author=author.actor.key,
        text=desk.texts.fresh(lambda: tell(desk, story, author)),
        category=story.category,
        course=course(desk.rng, days),
        home=author,
        expires_after_days=days,
        is_anonymous=kind == "REQUEST" and desk.rng.random() < ANONYMOUS_SHARE,
    )


def _author(authors: Deck[CastMember], story: Story) -> CastMember:
    """The next author who can say the story: some are a woman's or a man's."""
    while True:
        author = authors.draw()
        if story.gender == "" or (story.gender == "F") == author.feminine:
            return author


def tell(desk: Desk, story: Story, author: CastMember) -> Text:
    """One variation of a story in the voice of its author, title and body."""
    rng = desk.rng
    slots = {
        **author.place.slots(rng),
        "at_city": desk.plan.at_city,
        "of_city": desk.plan.of_city,
        "intro": name.INTRO,
        "when": name.WHEN,
        "day": rng.choice(name.DAYS),
        "hour": rng.choice(name.HOURS),
        "age": str(rng.choice(ELDERLY_AGES)),
    }
    title = expand(rng.choice(story.titles), rng, slots, feminine=author.feminine)
    body = expand(story.body, rng, slots, feminine=author.feminine)
    return desk.plan.worded(title), desk.plan.worded(body)
