"""Syndication: addresses that programs fetch again and again, the same for everybody: feeds, calendars, oEmbed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal import agenda, newsfeed, oembed, place, value
from portal.fit import NothingLeftError, fitted
from portal.visit import ApiAnswer, Problem, Visit

Written = Callable[[Visit, Mapping[str, Any]], bytes | None]
"""Makes the file of an answer; None: there is no such page."""


@dataclass(frozen=True, slots=True)
class Syndicated:
    """One address: what it asks, and how the answer is written. `parts` of the path are variables of the document."""

    document: str
    write: Written
    media_type: str
    parts: Mapping[str, str]


ATOM, CALENDAR = newsfeed.MEDIA_TYPE, agenda.MEDIA_TYPE
ADDRESSES: tuple[tuple[re.Pattern[str], str, Written, str], ...] = (
    (re.compile(newsfeed.PATH), newsfeed.ASKED, newsfeed.written, ATOM),
    (re.compile(r"/espace/(?P<slug>[^/]+)/annonces\.atom"), newsfeed.ASKED_OF_SPACE, newsfeed.written_of_space, ATOM),
    (re.compile(agenda.PATH), agenda.ASKED, agenda.written, CALENDAR),
    (re.compile(r"/espace/(?P<slug>[^/]+)/agenda\.ics"), agenda.ASKED_OF_SPACE, agenda.written_of_space, CALENDAR),
    (re.compile(r"/mission/(?P<id>[^/]+)/agenda\.ics"), agenda.ASKED_OF_MISSION, agenda.written_of_mission, CALENDAR),
)


def at(visit: Visit) -> Syndicated | None:
    """What an address is; None: a page, or nothing. A place has its own calendar, of what happens there."""
    if visit.path == oembed.PATH:
        told = oembed.asked(visit)
        return Syndicated(told[0], oembed.written, oembed.MEDIA_TYPE, told[1]) if told else None
    for pattern, document, write, media_type in ADDRESSES:
        if (match_ := pattern.fullmatch(visit.path)) is not None:
            if document is agenda.ASKED and agenda.is_of_a_place(visit):
                document = agenda.ASKED_OF_PLACE
            return Syndicated(document, write, media_type, match_.groupdict())
    return None


UNREADABLE = ApiAnswer(None, (Problem("BAD_ID", None),))
"""What an address is answered whose filters say nothing that can be read: never the whole list in their place."""


async def asked(visit: Visit, one: Syndicated) -> ApiAnswer:
    """What the address' document answers; its root fields that the portal has no feature for are null."""
    if not place.is_readable(visit.query):
        return UNREADABLE
    try:
        fit = fitted(one.document, visit.schema)
    except NothingLeftError:  # The portal has no missions, for example.
        return ApiAnswer({})
    declared = {node.variable.name.value for node in fit.variables}
    fields = {**visit.query, **{name: [text] for name, text in one.parts.items()}}
    read = value.variables(fit.variables, visit.schema, fields, visit.house.time_zone)
    if read.refused:
        return UNREADABLE
    if "near" in declared and (near := place.around(visit.house, visit.query).get("near")):
        read.values["near"] = near
    answer = await visit.ask(fit.text, read.values, may_change=False)
    return answer if answer.data is None else ApiAnswer(fit.filled(answer.data), answer.problems, answer.tag)
