"""The geocoder («géocodeur»): postal addresses, asked of a public service by this server, never by visitors' browsers.

Off unless a setting names the service. It speaks GeoCodeJSON, as data.geopf.fr/geocodage and addok do. It is sent the
letters that somebody typed, and the middle of the portal's collectivité; answers are kept by these alone.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import orjson

from auth.outbound import Outbound, OutboundError
from database.kept import Kept
from geo import cell
from geo.cell import Point
from geo.privacy import PERSON_RESOLUTION
from portal.visit import Address

DEADLINE_S = 1.5
"""A page waits no longer; it is shown without addresses."""

LIMIT = 5
LEAST_SCORE = 0.5
"""An answer that fits less is a guess: whoever asked is asked again."""

MAX_TEXT = 200
AT_ONCE = 4
"""Requests to the service at one time: what is more waits for its deadline, and no visitor can send it a flood."""

MAX_KEPT = 2 * 1024 * 1024

logger = logging.getLogger("parvis.geocoder")

Found = tuple[Address, ...]


class Geocoder:
    """Asks one service, and keeps what it said."""

    def __init__(self, outbound: Outbound, url: str) -> None:
        """`url` is the service's search, for example `https://data.geopf.fr/geocodage/search`."""
        self._outbound = outbound
        self._url = url
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.kept: Kept[Found] = Kept("address", MAX_KEPT, _weigh)

    async def find(self, text: str, center: Point | None) -> Sequence[Address]:
        """The addresses that a text may mean near a point; none when the service is silent, slow or does not know."""
        asked = " ".join(text.split())[:MAX_TEXT].casefold()
        near = None if center is None else (round(center[0], 2), round(center[1], 2))
        addresses = self.kept.get((asked, near))
        if addresses is not None:
            return addresses
        try:
            async with asyncio.timeout(DEADLINE_S), self._turns:
                answer = await self._outbound.request("GET", self._address(asked, near), {"accept": "application/json"})
        except (TimeoutError, OutboundError) as error:
            logger.warning("the geocoder does not answer: %s", error)
            return ()
        if answer.status != 200:
            logger.warning("the geocoder answers with status %d", answer.status)
            return ()
        return self.kept.keep((asked, near), _read(answer.body))

    def _address(self, text: str, near: Point | None) -> str:
        fields: dict[str, Any] = {"q": text, "limit": LIMIT, "autocomplete": 1}
        fields |= {} if near is None else {"lat": near[0], "lon": near[1]}
        return f"{self._url}{'&' if '?' in self._url else '?'}{urlencode(fields)}"


def _read(body: bytes) -> Found:
    """What a GeoCodeJSON answer names with enough certainty, each point rounded to its cell at once."""
    try:
        features = orjson.loads(body)["features"]
        return tuple(_address(feature) for feature in features[:LIMIT] if _score(feature) >= LEAST_SCORE)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        logger.warning("the geocoder's answer cannot be read: %s", type(error).__name__)
        return ()


def _score(feature: Any) -> float:
    return float(feature["properties"].get("score", 0))


def _address(feature: Any) -> Address:
    lng, lat = (float(part) for part in feature["geometry"]["coordinates"][:2])
    if not (abs(lat) <= 90 and abs(lng) <= 180):
        raise ValueError(feature)
    return Address(str(feature["properties"]["label"])[:MAX_TEXT], cell.to_text(cell.at(lat, lng, PERSON_RESOLUTION)))


def _weigh(addresses: Found) -> int:
    return sum(200 + 4 * len(address.label) for address in addresses)
