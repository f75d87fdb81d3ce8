"""How much of the register has coordinates, and how far they are from known centroids."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from statistics import median, quantiles

import geo.distance
from register.place import Point
from register.record import CollectiviteRecord

# The town of a large commune may lie several kilometres from the commune's centroid; farther than this it is
# another town of the same name, or so far out that "near the commune" would mislead.
FARTHEST_KM = 10.0


def read_centroids(path: Path) -> dict[str, Point]:
    """Return INSEE code -> centroid from a CSV file, plain or gzip, with the columns insee, lat and lng."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    rows = csv.DictReader(text.splitlines())
    return {row["insee"]: (float(row["lat"]), float(row["lng"])) for row in rows if row["lat"] and row["lng"]}


def distances_km(records: Iterable[CollectiviteRecord], centroids: Mapping[str, Point]) -> Iterator[tuple[str, float]]:
    """Yield INSEE code and distance to the centroid, of each commune that has both points."""
    for record in records:
        centroid = centroids.get(record.insee_code or "") if record.kind == "COMMUNE" else None
        if record.insee_code and centroid and record.lat is not None and record.lng is not None:
            yield record.insee_code, geo.distance.between(record.lat, record.lng, *centroid) / 1000


def coverage(records: Iterable[CollectiviteRecord]) -> Iterator[str]:
    """Yield a line for each kind: how many records, how many located, and their part of the people."""
    count: Counter[str] = Counter()
    located: Counter[str] = Counter()
    people: Counter[str] = Counter()
    located_people: Counter[str] = Counter()
    for record in records:
        count[record.kind] += 1
        people[record.kind] += record.population or 0
        if record.lat is not None:
            located[record.kind] += 1
            located_people[record.kind] += record.population or 0
    for kind in sorted(count):
        share = located_people[kind] / people[kind]
        yield f"{kind}: {count[kind]:,} records, {located[kind]:,} located with {share:.1%} of the people"


def accuracy(records: Iterable[CollectiviteRecord], centroids: Mapping[str, Point]) -> Iterator[str]:
    """Yield the distances' median and 99th percentile, then every commune that is too far from its centroid."""
    distances = dict(distances_km(records, centroids))
    *_, percentile_99 = quantiles(distances.values(), n=100)
    middle = median(distances.values())
    yield f"Distance to {len(distances):,} centroids: median {middle:.2f} km, p99 {percentile_99:.2f} km"
    for insee_code, distance in distances.items():
        if distance > FARTHEST_KM:
            yield f"Farther than {FARTHEST_KM:.0f} km: {insee_code}, {distance:.1f} km"
