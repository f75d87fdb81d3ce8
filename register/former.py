"""Former communes («communes déléguées et associées»): names and codes of what is part of a commune today.

They are places to look for, and codes that lead to today's commune, and nothing else: no collectivité, no tenant, no
row of the register.
"""

import gzip
import io
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from geo import distance
from register import ign, place
from register.name import ARTICLES, beginnings, normalise, spelled
from register.place import Point, PopulatedPlace

FILE, CODES_FILE = "former.tsv.gz", "former_codes.tsv.gz"
_AFTER = "\U0010ffff"
MOST_CALLED = 20
"""How many former communes of one name are looked at."""


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name, the INSEE code of the commune that its place is part of today, and a point in degrees."""

    name: str
    insee_code: str
    lat: float
    lng: float


def build(
    names: Iterable[tuple[str, str, str]], contours: Mapping[str, ign.Source], places: Iterable[PopulatedPlace]
) -> Iterator[FormerName]:
    """Yield what has a town, a town hall or an outline. `names` are its code, its name, and the code of today."""
    listed = list(names)
    towns, counts = _towns(places), Counter((place.departement_code(code), normalise(name)) for code, name, _ in listed)
    for code, name, today in sorted(listed, key=lambda one: (normalise(one[1]), one[0])):
        key = place.departement_code(code), normalise(name)
        town = towns.get(key) if counts[key] == 1 else None
        point = contours[code].point(town) if code in contours else None
        if point is not None:
            yield FormerName(name, today, *point)


def _towns(places: Iterable[PopulatedPlace]) -> dict[place.NameKey, Point]:
    points: dict[place.NameKey, list[Point]] = {}
    for populated in places:
        points.setdefault(populated.key, []).append(populated.point)
    return {key: one[0] for key, one in points.items() if len(one) == 1}


def pack(names: Iterable[FormerName]) -> bytes:
    """Return the file: tab-separated, gzip. Equal names give equal bytes."""
    return _packed(f"{one.name}\t{one.insee_code}\t{one.lat:.5f}\t{one.lng:.5f}\n" for one in names)


def pack_codes(codes: Mapping[str, str]) -> bytes:
    """Return the file of codes: the former one, and today's; tab-separated, gzip, in order."""
    return _packed(f"{old}\t{today}\n" for old, today in sorted(codes.items()))


def _packed(lines: Iterable[str]) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as file:
        file.write("".join(lines).encode())
    return packed.getvalue()


def _pair(line: str) -> tuple[str, str]:
    old, _, today = line.partition("\t")
    return old, today


def _lines(name: str) -> list[str]:
    return gzip.decompress(files("register").joinpath(name).read_bytes()).decode().splitlines()


@cache
def _codes() -> Mapping[str, str]:
    """Today's code by each former one."""
    return dict(_pair(line) for line in _lines(CODES_FILE))


def code_today(code: str) -> str:
    """The INSEE code of the commune that a code leads to today: that of what merged, else the code itself."""
    return _codes().get(code, code)


def codes_called(search: str) -> list[str]:
    """The codes of the communes of today that a former commune of just this name is part of."""
    return sorted({row.insee_code for row, is_exact in beginning(search, None, MOST_CALLED) if is_exact})


@cache
def _bundled() -> tuple[tuple[str, FormerName], ...]:
    """All of them by their plain names, in order."""
    rows = [FormerName(name, code, float(lat), float(lng)) for name, code, lat, lng in map(_cells, _lines(FILE))]
    return tuple(sorted(((normalise(row.name), row) for row in rows), key=lambda pair: (pair[0], pair[1].insee_code)))


def _cells(line: str) -> list[str]:
    return line.split("\t")


def beginning(search: str, near: Point | None, most: int) -> list[tuple[FormerName, bool]]:
    """Those whose names begin as a search, and whether one is just that; these first, then the nearest to a point."""
    plain = _bundled()
    exact = {article + name for article in ARTICLES for name in spelled(search)}
    matching: dict[FormerName, bool] = {}
    for first in beginnings(search) if normalise(search) else ():
        for name, row in plain[bisect_left(plain, (first,)) : bisect_left(plain, (first + _AFTER,))]:
            matching[row] = name in exact

    def order(one: tuple[FormerName, bool]) -> tuple[bool, float, str]:
        row, is_exact = one
        return not is_exact, distance.between(*near, row.lat, row.lng) if near else 0.0, row.name

    return sorted(matching.items(), key=order)[:most]
