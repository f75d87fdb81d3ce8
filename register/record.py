"""One row of the register of collectivités, and the reader of the register committed beside this module."""

import gzip
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from importlib.resources import files

from register.name import normalise

BUNDLED_FILE = "collectivites.tsv.gz"

# The source lists the overseas collectivités beside départements and régions, but they are neither and have
# no population there: the register has their communes and no row for them, so that none is anybody's parent.
OVERSEAS_COLLECTIVITE_CODES = frozenset({"975", "977", "978", "984", "986", "987", "988", "989"})


@dataclass(frozen=True, slots=True)
class CollectiviteRecord:
    """A local authority as the official registers know it. Fields are in the order of the file's columns."""

    id: str
    """`<kind>-<code>` in lower case, such as "commune-35238"; see `record_id`."""
    kind: str
    """COMMUNE, ARRONDISSEMENT_MUNICIPAL, EPCI, DEPARTEMENT, REGION or PROVINCE."""
    name: str
    insee_code: str | None = None
    """For communes, arrondissements municipaux, départements and régions; None for the others."""
    siren: str | None = None
    """For EPCI and for the communes of which it is known."""
    nis_code: str | None = None
    """For Belgian provinces."""
    population: int | None = None
    postal_codes: tuple[str, ...] = ()
    lat: float | None = None
    """WGS 84 degrees, 5 decimals; None together with `lng`."""
    lng: float | None = None
    parent_ids: tuple[str, ...] = ()
    """The ids of the collectivités that contain this one, nearest first."""

    @property
    def search_name(self) -> str:
        """The name as searches compare it: "Saint-Étienne" is "saint etienne"."""
        return normalise(self.name)


COLUMNS = tuple(field.name for field in fields(CollectiviteRecord))


def record_id(kind: str, code: str) -> str:
    """Return the id of the collectivité of this kind with this INSEE, SIREN or NIS code."""
    prefix = "arrondissement" if kind == "ARRONDISSEMENT_MUNICIPAL" else kind.lower()
    return f"{prefix}-{code.lower()}"


def territory_ids(departement_code: str | None, region_code: str | None) -> tuple[str, ...]:
    """Return the ids of the département and the région with these codes, without those that have no row."""
    territories = (("DEPARTEMENT", departement_code), ("REGION", region_code))
    return tuple(
        record_id(kind, code) for kind, code in territories if code and code not in OVERSEAS_COLLECTIVITE_CODES
    )


def bundled() -> Iterator[CollectiviteRecord]:
    """Yield every collectivité of the committed register, ordered by id: 36,398 records in 0.3 seconds.

    The file is read when the first one is asked for.
    """
    yield from unpack(files("register").joinpath(BUNDLED_FILE).read_bytes())


def pack(records: Iterable[CollectiviteRecord]) -> bytes:
    """Return the register's file: tab-separated, gzip, header first. Equal records give equal bytes."""
    lines = ["\t".join(COLUMNS), *map(_line, records)]
    packed = io.BytesIO()
    # Without a file name and a time inside, a rebuild that changed nothing leaves the file as it was.
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as file:
        file.write("".join(f"{line}\n" for line in lines).encode())
    return packed.getvalue()


def unpack(packed: bytes) -> Iterator[CollectiviteRecord]:
    """Yield the records of a file that `pack` wrote."""
    header, *lines = gzip.decompress(packed).decode().rstrip("\n").split("\n")
    if tuple(header.split("\t")) != COLUMNS:
        raise ValueError(f"The register's columns are {header!r}; rebuild it with register.build.")
    return map(_record, lines)


def _line(record: CollectiviteRecord) -> str:
    return "\t".join(
        (
            record.id,
            record.kind,
            record.name,
            record.insee_code or "",
            record.siren or "",
            record.nis_code or "",
            "" if record.population is None else str(record.population),
            ",".join(record.postal_codes),
            _degrees(record.lat),
            _degrees(record.lng),
            ",".join(record.parent_ids),
        )
    )


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.5f}"


def _record(line: str) -> CollectiviteRecord:
    id_, kind, name, insee_code, siren, nis_code, population, postal_codes, lat, lng, parent_ids = line.split("\t")
    return CollectiviteRecord(
        id=id_,
        kind=kind,
        name=name,
        insee_code=insee_code or None,
        siren=siren or None,
        nis_code=nis_code or None,
        population=int(population) if population else None,
        postal_codes=tuple(postal_codes.split(",")) if postal_codes else (),
        lat=float(lat) if lat else None,
        lng=float(lng) if lng else None,
        parent_ids=tuple(parent_ids.split(",")) if parent_ids else (),
    )
