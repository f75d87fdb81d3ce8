"""Works: what every server is asked for, with the values of its variables drawn from the tenant's own rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from bench import city, data
from bench.document import DOCUMENTS, NAMES
from database import naming
from database.pool import PooledConnection
from models import ident

RADIUS_M = 5_000
VARIANTS = 200
"""Different requests a work: no server may live from repeating one answer."""

CACHED = 20
ENTITIES = 50
MAP_ZOOM, MAP_HALF_LAT, MAP_HALF_LNG = 12, 0.066, 0.0985
"""A viewport of about 15 km by 15 km: some 360 cells meet it."""


class Id(NamedTuple):
    """An object's id, which each server writes in its own way."""

    kind: str
    uuid: UUID

    def parvis(self, tenant: int) -> str:
        """As an id of the contract."""
        return ident.encode(self.kind, tenant, self.uuid)


Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """One operation and the variables that it is asked with, in turn."""

    name: str
    document: str
    """For every server that knows the contract."""

    variants: Sequence[Variables]


def written(value: Any, write: Callable[[Id], str]) -> Any:
    """Variables with their ids written out."""
    match value:
        case Id():
            return write(value)
        case dict():
            return {key: written(item, write) for key, item in value.items()}
        case list():
            return [written(item, write) for item in value]
        case _:
            return value


async def draw(connection: PooledConnection, number: int) -> dict[str, Work]:
    """All works on a tenant; of `vote` the variants are the petitions, each to be combined with an actor."""
    variants: dict[str, Sequence[Variables]] = {
        "list": _centers(),
        "detail": [{"id": Id("contribution", uuid)} for uuid in await _ids(connection, number, DISCUSSED)],
        "map": _viewports(),
        "search": _words(),
        "statistics": _activities(),
        "vote": [{"contribution": Id("contribution", uuid)} for uuid in await _ids(connection, number, PETITIONS)],
        "entities": _entities(await _ids(connection, number, PUBLISHED)),
        "cached": _centers()[:CACHED],
    }
    return {name: Work(name, DOCUMENTS[name], variants[name]) for name in NAMES}


DISCUSSED = f"""
SELECT c.id FROM __tenant__.contribution c
WHERE c.kind = 'PROPOSAL' AND c.status = 'OPEN'
AND (SELECT count(*) FROM __tenant__.comment m WHERE m.contribution_id = c.id) >= 20
ORDER BY hashtext(c.id::text), c.id LIMIT {VARIANTS}
"""
PUBLISHED = f"""
SELECT id FROM __tenant__.contribution WHERE NOT is_anonymous
ORDER BY hashtext(id::text), id LIMIT {VARIANTS * ENTITIES}
"""
PETITIONS = f"""
SELECT c.id FROM __tenant__.contribution c WHERE c.activity_id = '{data.activity_id(len(data.ACTIVITIES))}' ORDER BY id
"""


async def _ids(connection: PooledConnection, number: int, query: str) -> list[UUID]:
    rows = await (await connection.execute(naming.qualify(query, number).encode())).fetchall()
    return [UUID(str(row[0])) for row in rows]


def _centers() -> list[Variables]:
    chance = Random(5)
    points = [city.point(chance, 8_000) for _ in range(VARIANTS)]
    return [{"lat": lat, "lng": lng} for lat, lng in points]


def _viewports() -> list[Variables]:
    chance = Random(7)
    viewports: list[Variables] = []
    for _ in range(VARIANTS):
        lat, lng = city.point(chance, 2_000)
        edges = (lat - MAP_HALF_LAT, lng - MAP_HALF_LNG, lat + MAP_HALF_LAT, lng + MAP_HALF_LNG)
        south, west, north, east = (round(edge, 5) for edge in edges)
        viewports.append({"south": south, "west": west, "north": north, "east": east, "zoom": MAP_ZOOM})
    return viewports


def _words() -> list[Variables]:
    pairs = [f"{noun} {adjective}" for noun in city.NOUNS for adjective in city.ADJECTIVES]
    return [{"words": pair} for pair in Random(11).sample(pairs, VARIANTS)]


def _activities() -> list[Variables]:
    activities: list[Variables] = [{"activity": Id("activity", data.activity_id(rank))} for rank in data.STATISTICS]
    return activities * (VARIANTS // len(activities))


def _entities(ids: Sequence[UUID]) -> list[Variables]:
    pages = [ids[start : start + ENTITIES] for start in range(0, len(ids), ENTITIES)]
    return [
        {"representations": [{"__typename": "Contribution", "id": Id("contribution", uuid)} for uuid in page]}
        for page in pages
    ]
