"""The geocoder («géocodeur»): postal addresses, asked of a public service by this server, never by visitors' browsers.

Off unless a setting names the service. It speaks GeoCodeJSON, as the Géoplateforme (data.geopf.fr/geocodage) and addok:
`/search` finds what somebody types, `/reverse` names where somebody stands. It is sent the letters that were typed, or
the middle of a cell, and the middle of the portal's collectivité; answers are kept by these alone. Whenever it is
silent, slow, busy or off, the register finds communes, old ones, postal codes and zones all the same.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from auth.outbound import Outbound, OutboundError
from database.kept import Kept
from geo import cell
from geo.cell import Point
from geo.privacy import PERSON_RESOLUTION
from portal.visit import Address
from server import geocode_json
from server.geocode_json import GeoCodeFeature, GeoCodeJsonError

DEADLINE_S = 1.5
"""A page waits no longer; it is shown without addresses."""

LIMIT = 5
LEAST_SCORE = 0.5
"""An answer that fits less is a guess: whoever asked is asked again."""

MAX_TEXT = 200
AT_ONCE = 4
"""Requests to the service at one time: what is more waits for its deadline, and no visitor can send it a flood."""

A_SECOND = 40
"""Requests to the service in one second by one process: the Géoplateforme refuses more than 50 from one address."""

PAUSE_S = 5.0
"""How long nothing is asked of a service that says it is busy (429, 503)."""

MAX_KEPT = 2 * 1024 * 1024

logger = logging.getLogger("parvis.geocoder")

Found = tuple[Address, ...]


class Geocoder:
    """Asks one service, and keeps what it said."""

    def __init__(self, outbound: Outbound, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        """`url` is the service's base, for example `https://data.geopf.fr/geocodage`; that of its search will do."""
        self._outbound = outbound
        self._url = url.rstrip("/").removesuffix("/search")
        self._clock = clock
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._asked_at: tuple[float, ...] = ()
        self._resumes_at = 0.0
        self.kept: Kept[Found] = Kept("address", MAX_KEPT, _weigh)

    async def find(self, text: str, center: Point | None) -> Sequence[Address]:
        """The addresses that a text may mean near a point; none when the service is silent, slow or does not know."""
        asked = " ".join(text.split())[:MAX_TEXT].casefold()
        near = None if center is None else (round(center[0], 2), round(center[1], 2))
        fields: dict[str, Any] = {"q": asked, "limit": LIMIT, "autocomplete": 1}
        fields |= {} if near is None else {"lat": near[0], "lon": near[1]}
        return await self._answer("search", (asked, near), fields, _addresses)

    async def around(self, text: str) -> str:
        """What the commune around a cell is called, with its quarter where it has one; empty when nobody says. The
        service is told the cell's middle, not where in it somebody is."""
        lat, lng = cell.center(cell.from_text(text))
        fields = {"lat": round(lat, 5), "lon": round(lng, 5), "limit": 1}
        found = await self._answer("reverse", (text,), fields, _surroundings)
        return found[0].label if found else ""

    async def _answer(
        self,
        what: str,
        key: tuple[object, ...],
        fields: dict[str, Any],
        read: Callable[[Sequence[GeoCodeFeature]], Found],
    ) -> Found:
        kept = self.kept.get((what, *key))
        if kept is not None:
            return kept
        try:
            async with asyncio.timeout(DEADLINE_S), self._turns:
                if not self._may_ask():
                    return ()
                url = f"{self._url}/{what}?{urlencode(fields)}"
                answer = await self._outbound.request("GET", url, {"accept": "application/json"})
        except (TimeoutError, OutboundError) as error:
            logger.warning("the geocoder does not answer: %s", error)
            return ()
        if answer.status in (429, 503):
            self._resumes_at = self._clock() + PAUSE_S
        if answer.status != 200:
            logger.warning("the geocoder answers with status %d", answer.status)
            return ()
        try:
            return self.kept.keep((what, *key), read(geocode_json.read(answer.body)))
        except GeoCodeJsonError as error:
            logger.warning("the geocoder's answer cannot be read: %s", error)
            return ()

    def _may_ask(self) -> bool:
        """Whether the service is not busy, and has been asked little enough in the last second; counts the request."""
        now = self._clock()
        asked = tuple(at for at in self._asked_at if now - at < 1.0)
        if now < self._resumes_at or len(asked) >= A_SECOND:
            return False
        self._asked_at = (*asked, now)
        return True


def _addresses(features: Sequence[GeoCodeFeature]) -> Found:
    """What fits with enough certainty, each point rounded to its cell at once."""
    fitting = [feature for feature in features[:LIMIT] if feature.score >= LEAST_SCORE]
    return tuple(Address(feature.label[:MAX_TEXT], _cell(feature)) for feature in fitting)


def _surroundings(features: Sequence[GeoCodeFeature]) -> Found:
    """The commune of the nearest thing, never its street and number."""
    return tuple(
        Address(", ".join(name for name in (feature.district, feature.city) if name)[:MAX_TEXT], _cell(feature))
        for feature in features[:1]
        if feature.city
    )


def _cell(feature: GeoCodeFeature) -> str:
    return cell.to_text(cell.at(feature.lat, feature.lng, PERSON_RESOLUTION))


def _weigh(addresses: Found) -> int:
    return sum(200 + 4 * len(address.label) for address in addresses)
