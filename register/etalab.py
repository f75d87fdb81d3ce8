"""Etalab's package decoupage-administratif, the source of names, codes, populations and parents."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, TypedDict

from register import official
from register.record import OVERSEAS_COLLECTIVITE_CODES, CollectiviteRecord


class MemberCommune(TypedDict):
    """A commune in its EPCI."""

    code: str


class Epci(TypedDict):
    """An entry of epci.json: the EPCI with their own taxes («à fiscalité propre»)."""

    code: str
    nom: str
    populationMunicipale: int
    membres: list[MemberCommune]


class Departement(TypedDict):
    """An entry of departements.json."""

    code: str
    nom: str
    chefLieu: str
    region: str


class Region(TypedDict):
    """An entry of regions.json."""

    code: str
    nom: str
    chefLieu: str


class FormerCommune(TypedDict):
    """An entry of communes.json that is part of a commune of today («commune déléguée»)."""

    code: str
    nom: str
    chefLieu: str


class MergedCommune(TypedDict):
    """An entry of communes.json that others are part of today."""

    code: str
    anciensCodes: NotRequired[list[str]]


@dataclass(frozen=True, slots=True)
class Package:
    """What the register takes from the package, without the overseas collectivités."""

    communes: dict[str, CollectiviteRecord]
    """By INSEE code; their parents are the département and the région, and they have no coordinates yet."""
    arrondissements: dict[str, CollectiviteRecord]
    """By INSEE code; their first parent is the commune."""
    epci: list[Epci]
    departements: list[Departement]
    regions: list[Region]
    former_names: dict[str, str]
    """INSEE code of a merged commune -> the name of the former commune where its town hall is."""
    former: list[tuple[str, str, str]]
    """Former communes that are called otherwise than the commune of today: code, name, today's code."""
    former_codes: dict[str, str]
    """The code of a commune that merged, whatever became of it since -> the code of the commune of today."""


def read(directory: Path) -> Package:
    """Return what the unpacked package holds; `directory` is the one that has its package.json."""
    data = directory / "data"
    epci: list[Epci] = json.loads((data / "epci.json").read_bytes())
    departements: list[Departement] = json.loads((data / "departements.json").read_bytes())
    regions: list[Region] = json.loads((data / "regions.json").read_bytes())
    records = official.read(data / "communes.json")
    return Package(
        communes=_by_code(records, "COMMUNE"),
        arrondissements=_by_code(records, "ARRONDISSEMENT_MUNICIPAL"),
        epci=epci,
        departements=[entry for entry in departements if entry["code"] not in OVERSEAS_COLLECTIVITE_CODES],
        regions=[entry for entry in regions if entry["code"] not in OVERSEAS_COLLECTIVITE_CODES],
        former_names=_former_names(data / "communes.json"),
        former=_former(data / "communes.json"),
        former_codes=_former_codes(data / "communes.json"),
    )


def _by_code(records: Iterable[CollectiviteRecord], kind: str) -> dict[str, CollectiviteRecord]:
    return {record.insee_code: record for record in records if record.kind == kind and record.insee_code}


def _former(communes_file: Path) -> list[tuple[str, str, str]]:
    entries: list[FormerCommune] = json.loads(communes_file.read_bytes())
    today = {entry["code"]: entry["nom"] for entry in entries if "chefLieu" not in entry}
    return [
        (entry["code"], entry["nom"], entry["chefLieu"])
        for entry in entries
        if entry.get("chefLieu") in today and entry["nom"] != today[entry["chefLieu"]]
    ]


def _former_codes(communes_file: Path) -> dict[str, str]:
    entries: list[MergedCommune] = json.loads(communes_file.read_bytes())
    merged = [entry for entry in entries if "chefLieu" not in entry]
    return {old: entry["code"] for entry in merged for old in entry.get("anciensCodes", ())}


def _former_names(communes_file: Path) -> dict[str, str]:
    # A merged commune takes the code of the former commune that has its town hall.
    entries: list[FormerCommune] = json.loads(communes_file.read_bytes())
    return {entry["code"]: entry["nom"] for entry in entries if entry.get("chefLieu") == entry["code"]}
