"""The official files that `parvis collectivites import` accepts, read into records of the register.

Three are understood: the list of communes that the State's geo.api.gouv.fr answers in JSON (with population,
EPCI and centre where they were asked for), `communes.json` of Etalab's decoupage-administratif (with its
arrondissements municipaux), and tables of communes in CSV. Nothing is written here: the caller decides what to do with
the records.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from reprlib import repr as shortened

from register import official_table
from register.record import CollectiviteRecord, record_id, territory_ids

Entry = Mapping[str, object]

INSEE_CODE = re.compile(r"([0-9]{2}|2[AB])[0-9]{3}")
TERRITORY_CODE = re.compile(r"[0-9][0-9AB][0-9]?")
SIREN = re.compile(r"[0-9]{9}")
POSTAL_CODE = re.compile(r"[0-9]{5}")

# What each type of entry becomes: without a type it is a commune, and former communes (None) are left out.
KIND_OF_TYPE: Mapping[object, str | None] = {
    None: "COMMUNE",
    "commune-actuelle": "COMMUNE",
    "arrondissement-municipal": "ARRONDISSEMENT_MUNICIPAL",
    "commune-deleguee": None,
    "commune-associee": None,
}

# No authority of France can have more inhabitants than this: a larger number is a damaged file.
POPULATION_MAX = 100_000_000


class ImportFileError(Exception):
    """The file cannot be imported; the message names the entry and says why, for the person who chose the file."""


def read(source: Path | bytes) -> list[CollectiviteRecord]:
    """Return the communes and arrondissements municipaux of an official file, in the file's order.

    A file is taken whole or refused whole: its first mistake raises `ImportFileError`.
    """
    records: list[CollectiviteRecord] = []
    first_number: dict[str, int] = {}
    for number, entry in enumerate(_entries(source), start=1):
        try:
            record = _record(entry)
        except ValueError as reason:
            raise ImportFileError(f"{_label(number, entry)}: {reason}.") from None
        if record is None:
            continue
        if first_number.setdefault(record.id, number) != number:
            raise ImportFileError(f"{_label(number, entry)}: entry {first_number[record.id]} has the same code.")
        records.append(record)
    return records


def _entries(source: Path | bytes) -> list[object]:
    """Return the file's list, its entries not yet checked."""
    if isinstance(source, Path) and source.suffix == ".csv":
        try:
            return list(official_table.entries(source))
        except official_table.TableError as reason:
            raise ImportFileError(str(reason)) from None
    try:
        content = source if isinstance(source, bytes) else source.read_bytes()
    except OSError as reason:
        raise ImportFileError(f"The file cannot be read: {reason.strerror}.") from None
    try:
        document: object = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as reason:
        raise ImportFileError(f"The file is not UTF-8 text: see byte {reason.start + 1}.") from None
    except json.JSONDecodeError as reason:
        raise ImportFileError(f"The file is not JSON: see line {reason.lineno}, column {reason.colno}.") from None
    except (ValueError, RecursionError):
        # Python refuses these two before it can say where they stand.
        raise ImportFileError("The file has a number too long or lists nested too deep to be read.") from None
    if not isinstance(document, list):
        raise ImportFileError("The file is not a list of communes.")
    if not document:
        raise ImportFileError("The file is an empty list.")
    return document


def _label(number: int, entry: object) -> str:
    """Return what lets a person find the entry: its place in the list, and its name if it has one."""
    name = entry.get("nom") if isinstance(entry, dict) else None
    return f"Entry {number} ({shortened(name)})" if isinstance(name, str) else f"Entry {number}"


def _record(entry: object) -> CollectiviteRecord | None:
    """Return the entry's record, or None for a former commune; ValueError says what is wrong."""
    if not isinstance(entry, dict):
        raise ValueError("not an object")
    entry_type = entry.get("type")
    if not isinstance(entry_type, str | None) or entry_type not in KIND_OF_TYPE:
        raise ValueError(f"unknown type {shortened(entry_type)}")
    kind = KIND_OF_TYPE[entry_type]
    if kind is None:
        return None
    code = _code(entry, "code", INSEE_CODE)
    if code is None:
        raise ValueError("no code")
    lat, lng = _centre(entry)
    return CollectiviteRecord(
        id=record_id(kind, code),
        kind=kind,
        name=_name(entry),
        insee_code=code,
        siren=_code(entry, "siren", SIREN),
        population=_population(entry),
        postal_codes=_postal_codes(entry),
        lat=lat,
        lng=lng,
        parent_ids=_parent_ids(entry, kind),
    )


def _code(entry: Entry, key: str, pattern: re.Pattern[str]) -> str | None:
    """Return the code under this key, or None where there is none."""
    value = entry.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{key} is {shortened(value)}")
    return value


def _name(entry: Entry) -> str:
    """Return the name with single spaces; signs that PostgreSQL or a page cannot take are refused."""
    value = entry.get("nom")
    if not isinstance(value, str) or not value.strip():
        raise ValueError("no nom")
    name = " ".join(value.split())
    if not name.isprintable():
        raise ValueError("nom has a sign that cannot be shown")
    return name


def _population(entry: Entry) -> int | None:
    value = entry.get("population")
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= POPULATION_MAX:
        raise ValueError(f"population is {shortened(value)}")
    return value


def _postal_codes(entry: Entry) -> tuple[str, ...]:
    values = entry.get("codesPostaux")
    if values is None:
        return ()
    if not isinstance(values, list):
        raise ValueError("codesPostaux is not a list")
    for value in values:
        if not isinstance(value, str) or not POSTAL_CODE.fullmatch(value):
            raise ValueError(f"codesPostaux has {shortened(value)}")
    return tuple(values)


def _centre(entry: Entry) -> tuple[float, float] | tuple[None, None]:
    """Return latitude and longitude of the entry's GeoJSON point, which has them the other way round."""
    centre = entry.get("centre")
    if centre is None:
        return None, None
    match centre:
        case {"type": "Point", "coordinates": [lng, lat]}:
            return _degrees("latitude", lat, 90), _degrees("longitude", lng, 180)
        case _:
            raise ValueError("centre is not a point with a longitude and a latitude")


def _degrees(word: str, value: object, bound: int) -> float:
    # A comparison refuses NaN and the infinities too, which Python's JSON reader lets through.
    if not isinstance(value, int | float) or isinstance(value, bool) or not -bound <= value <= bound:
        raise ValueError(f"{word} is {shortened(value)}, not a number between {-bound} and {bound}")
    return round(float(value), 5)


def _parent_ids(entry: Entry, kind: str) -> tuple[str, ...]:
    """Return the ids of what the entry names: an arrondissement's commune, then EPCI, département, région."""
    commune = _code(entry, "commune", INSEE_CODE) if kind == "ARRONDISSEMENT_MUNICIPAL" else None
    epci = _code(entry, "codeEpci", SIREN)
    departement = _code(entry, "codeDepartement", TERRITORY_CODE) or _code(entry, "departement", TERRITORY_CODE)
    region = _code(entry, "codeRegion", TERRITORY_CODE) or _code(entry, "region", TERRITORY_CODE)
    nearest = [record_id("COMMUNE", commune)] if commune else []
    if epci:
        nearest.append(record_id("EPCI", epci))
    return (*nearest, *territory_ids(departement, region))
