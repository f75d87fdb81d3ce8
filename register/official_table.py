"""Tables of communes in CSV, as data.gouv.fr and offices give them, read into the entries of the State's JSON."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from transfer import csv_file, value
from transfer.line import FileError

NAMES: Mapping[str, tuple[str, ...]] = {
    "code": ("code_insee", "insee", "code_commune", "codgeo", "com", "code"),
    "nom": ("nom_standard", "nom", "libelle", "nom_commune"),
    "population": ("population", "pop", "pmun"),
    "siren": ("siren", "siren_commune"),
    "codeEpci": ("epci_code", "code_epci", "epci"),
    "codeDepartement": ("dep_code", "code_departement", "dep"),
    "codeRegion": ("reg_code", "code_region", "reg", "region"),
    "codesPostaux": ("codes_postaux", "code_postal", "cp"),
    "lat": ("latitude_mairie", "latitude_centre", "latitude", "lat"),
    "lng": ("longitude_mairie", "longitude_centre", "longitude", "lng", "lon"),
}
"""What columns are called, the likeliest first."""


class TableError(Exception):
    """The file is no table of communes; the message says why."""


def entries(source: Path) -> Iterator[object]:
    """A table's rows. Zeros that a spreadsheet has eaten at the beginning of codes are put back. Raises TableError."""
    try:
        table = csv_file.lines(source)
    except FileError as error:
        raise TableError("The file is not a CSV with a header.") from error
    columns = {
        key: name for key, names in NAMES.items() for name in sorted(table.names, key=len) if name.lower() in names
    }
    if not {"code", "nom"} <= columns.keys():
        table.close()
        raise TableError("The file has no column with INSEE codes, or none with names.")
    try:
        for line in table.rows:
            yield _entry({key: line.cells.get(name, "").strip() for key, name in columns.items()})
    finally:
        table.close()


def _entry(cells: Mapping[str, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {"code": _code(cells["code"]), "nom": cells["nom"]}
    if population := cells.get("population"):
        entry["population"] = _number(population)
    for key, digits in (("siren", 9), ("codeEpci", 9), ("codeDepartement", 2), ("codeRegion", 2)):
        if cell := cells.get(key, "").removesuffix(".0"):
            entry[key] = cell.zfill(digits)
    if postal := cells.get("codesPostaux"):
        codes = re.split("[;,|]", postal)
        entry["codesPostaux"] = [code.strip().removesuffix(".0").zfill(5) for code in codes]
    if cells.get("lat") and cells.get("lng"):
        entry["centre"] = {"type": "Point", "coordinates": [_degrees(cells["lng"]), _degrees(cells["lat"])]}
    return entry


def _code(cell: str) -> str:
    """A code, or what stands there, which is refused with its row."""
    try:
        return value.commune(cell)[0]
    except ValueError:
        return cell


def _number(cell: str) -> object:
    try:
        return value.count(cell)
    except ValueError:
        return cell


def _degrees(cell: str) -> object:
    try:
        return value.number(cell)
    except ValueError:
        return cell
