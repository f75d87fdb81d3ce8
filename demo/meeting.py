"""Exchanges of the demonstration: a month of neighbours who answer each other, with every outcome."""

from collections.abc import Sequence
from dataclasses import replace

from demo.category import FOR_ORGANISATIONS
from demo.moderation import RESIDENT
from demo.story import DemoActor, DemoContribution, DemoMeeting, DemoMessage
from demo.text.meeting import NOTES, OPENERS, SETTLED, STREETS, THANKS, YES

WEEK_H = 168
OVER = ("DONE", "DONE", "DECLINED", "DONE", "LAPSED", "DONE", "CANCELLED", "DONE", "WITHDRAWN")
"""How what is older than a week ended, in turn: more than half of it well."""

UNDER_WAY = ("PROPOSED", "ACCEPTED", "ACCEPTED", "PROPOSED", "DONE", "DISPUTED")
"""Where what is younger is, in turn."""

TAKING = ("ACCEPTED", "DISPUTED", "DONE")
KINDS = ("OFFER", "REQUEST", "LISTING")
EVERY = {"OFFER": 3, "REQUEST": 1, "LISTING": 6}
"""Of each kind one in so many is answered: requests all."""


def meetings(contributions: Sequence[DemoContribution], actors: Sequence[DemoActor]) -> tuple[DemoMeeting, ...]:
    """In the order of the contributions; whoever signs in as a resident has some of each."""
    people = [actor.key for actor in actors if actor.kind == "CITIZEN" and actor.role == "MEMBER"]
    associations = [actor.key for actor in actors if actor.kind == "ASSOCIATION"]
    answered = [item for item in contributions if item.kind in KINDS and item.status in ("OPEN", "CLOSED")]
    met: list[DemoMeeting] = []
    for kind in KINDS:
        some = sorted((item for item in answered if item.kind == kind), key=lambda item: item.key)
        met += [
            _met(item, rank, associations if _is_guarded(item) else people)
            for rank, item in enumerate(some[:: EVERY[kind]])
        ]
    return (*met, *_resident(answered, met, people))


def fulfilled(contributions: Sequence[DemoContribution], met: Sequence[DemoMeeting]) -> tuple[DemoContribution, ...]:
    """The contributions, of which the requests are closed that somebody has helped with."""
    done = {one.about for one in met if one.status == "DONE"}
    return tuple(
        replace(item, status="CLOSED", outcome="FULFILLED")
        if item.kind == "REQUEST" and item.status == "OPEN" and item.key in done
        else item
        for item in contributions
    )


def _is_guarded(item: DemoContribution) -> bool:
    """Organisations alone answer it."""
    return item.kind == "REQUEST" and item.category in FOR_ORGANISATIONS


def _met(item: DemoContribution, rank: int, people: Sequence[str]) -> DemoMeeting:
    others = [person for person in people if person != item.author]
    is_mine = rank % 9 == 1 and item.author != RESIDENT and not _is_guarded(item)
    helper = RESIDENT if is_mine else others[(rank * 7 + 3) % len(others)]
    age = max(2, item.age_hours * 4 // 5)
    turn = OVER if age > WEEK_H else UNDER_WAY
    status = "DONE" if item.outcome == "FULFILLED" else turn[rank % len(turn)]
    return _meeting(item, helper, status, age, rank)


def _resident(
    answered: Sequence[DemoContribution], met: Sequence[DemoMeeting], people: Sequence[str]
) -> list[DemoMeeting]:
    """Somebody answers what the resident published, and waits; the resident has helped somebody, who has to say so."""
    taken = {(one.about, one.proposer) for one in met} | {(one.about, "") for one in met if one.status in TAKING}
    open_items = [item for item in answered if item.status == "OPEN" and not _is_guarded(item)]
    own = [
        item
        for item in open_items
        if item.author == RESIDENT and (item.kind != "REQUEST" or (item.key, "") not in taken)
    ]
    helpers = [person for person in people if person != RESIDENT]
    asked = [
        _meeting(item, helpers[place * 5 + 11], "PROPOSED", 20 + 9 * place, place)
        for place, item in enumerate(own[:2])
        if (item.key, helpers[place * 5 + 11]) not in taken
    ]
    offers = [item for item in open_items if item.kind == "OFFER" and item.author in helpers]
    helped = [
        _meeting(item, RESIDENT, status, 60, place, said=said)
        for place, (item, status, said) in enumerate(
            zip(offers[1:3], ("ACCEPTED", "ACCEPTED"), ("AUTHOR", None), strict=False)
        )
        if (item.key, RESIDENT) not in taken
    ]
    return [*asked, *helped]


def _meeting(
    item: DemoContribution, proposer: str, status: str, age: int, rank: int, said: str | None = None
) -> DemoMeeting:
    """One exchange with its messages, the first as old as it is."""
    openers = OPENERS[item.kind]
    words = [(False, openers[rank % len(openers)])]
    if status in (*TAKING, "CANCELLED"):
        words += [(True, YES[rank % len(YES)]), (False, SETTLED[rank % len(SETTLED)])]
    if status == "DONE":
        words.append((True, THANKS[rank % len(THANKS)]))
    step = max(1, min(5, age // 6))
    return DemoMeeting(
        about=item.key,
        author=item.author,
        proposer=proposer,
        status=status,
        age_hours=age,
        answered_after_hours=step,
        reason={"DECLINED": "FOUND_SOMEBODY", "WITHDRAWN": "NOT_AVAILABLE", "CANCELLED": "NOT_AVAILABLE"}.get(status),
        note=NOTES[status][rank % len(NOTES[status])] if status in NOTES else None,
        place=STREETS[rank % len(STREETS)] if status == "ACCEPTED" and rank % 2 else None,
        done_said_by=said,
        messages=tuple(
            DemoMessage(is_author, body, max(0, age - place * step)) for place, (is_author, body) in enumerate(words)
        ),
    )
