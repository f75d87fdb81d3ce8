"""The register of collectivités: the committed file, how it is built, and the official files it reads."""

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register import build, check, place, record
from register.name import normalise
from register.record import CollectiviteRecord

CENTROIDS = Path(__file__).resolve().parents[2] / "shared" / "data" / "communes_fr_2026.csv.gz"
"""Known centroids, kept beside the project and not part of it."""


@pytest.fixture(scope="module")
def register() -> dict[str, CollectiviteRecord]:
    return {collectivite.id: collectivite for collectivite in record.bundled()}


@pytest.fixture(scope="module")
def truth() -> dict[str, dict[str, str]]:
    if not CENTROIDS.exists():
        pytest.skip("the known centroids are not beside the project")
    with gzip.open(CENTROIDS, "rt", encoding="utf-8") as file:
        return {row["insee"]: row for row in csv.DictReader(file)}


# The committed register


def test_register_has_every_collectivite_once(register: dict[str, CollectiviteRecord]) -> None:
    assert sum(1 for _ in record.bundled()) == len(register)
    assert Counter(collectivite.kind for collectivite in register.values()) == {
        "COMMUNE": 34_969,
        "ARRONDISSEMENT_MUNICIPAL": 45,
        "EPCI": 1_255,
        "DEPARTEMENT": 101,
        "REGION": 18,
        "PROVINCE": 10,
    }


def test_committed_file_is_read_when_its_records_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []
    monkeypatch.setattr(record, "unpack", lambda packed: read.append(packed) or iter(()))
    records = record.bundled()
    assert read == []
    assert list(records) == []
    assert len(read) == 1


@pytest.mark.parametrize(
    "expected",
    [
        CollectiviteRecord(
            id="commune-35238",
            kind="COMMUNE",
            name="Rennes",
            insee_code="35238",
            siren="213502388",
            population=230_890,
            postal_codes=("35000", "35200", "35700"),
            lat=48.11109,
            lng=-1.67431,
            parent_ids=("epci-243500139", "departement-35", "region-53"),
        ),
        CollectiviteRecord(
            id="arrondissement-75101",
            kind="ARRONDISSEMENT_MUNICIPAL",
            name="Paris 1er Arrondissement",
            insee_code="75101",
            population=15_114,
            postal_codes=("75001",),
            lat=48.86262,
            lng=2.33633,
            parent_ids=("commune-75056", "epci-200054781", "departement-75", "region-11"),
        ),
        CollectiviteRecord(
            id="epci-244500468",
            kind="EPCI",
            name="Orléans Métropole",
            siren="244500468",
            population=293_673,
            lat=47.90248,
            lng=1.90407,
            parent_ids=("departement-45", "region-24"),
        ),
        CollectiviteRecord(
            id="departement-79",
            kind="DEPARTEMENT",
            name="Deux-Sèvres",
            insee_code="79",
            population=375_229,
            lat=46.32313,
            lng=-0.45877,
            parent_ids=("region-75",),
        ),
        CollectiviteRecord(
            id="region-53",
            kind="REGION",
            name="Bretagne",
            insee_code="53",
            population=3_449_370,
            lat=48.11109,
            lng=-1.67431,
        ),
        CollectiviteRecord(
            id="province-90000",
            kind="PROVINCE",
            name="Namur",
            nis_code="90000",
            population=503_895,
            lat=50.4669,
            lng=4.86746,
        ),
    ],
    ids=lambda expected: expected.id,
)
def test_register_row_is_exact(register: dict[str, CollectiviteRecord], expected: CollectiviteRecord) -> None:
    assert register[expected.id] == expected


def test_paris_has_its_codes_and_parents(register: dict[str, CollectiviteRecord]) -> None:
    paris = register["commune-75056"]
    assert (paris.name, paris.siren, paris.population) == ("Paris", "217500016", 2_103_778)
    assert (paris.lat, paris.lng) == (48.85341, 2.3488)
    assert paris.parent_ids == ("epci-200054781", "departement-75", "region-11")
    assert len(paris.postal_codes) == 21


def test_every_parent_exists_and_is_larger_in_kind(register: dict[str, CollectiviteRecord]) -> None:
    ranks = ["ARRONDISSEMENT_MUNICIPAL", "COMMUNE", "EPCI", "DEPARTEMENT", "REGION"]
    for collectivite in register.values():
        parent_kinds = [register[parent_id].kind for parent_id in collectivite.parent_ids]
        chain = [collectivite.kind, *parent_kinds]
        assert chain == sorted(set(chain), key=[*ranks, "PROVINCE"].index), collectivite.id


def test_communes_of_overseas_collectivites_and_no_others_are_without_parents(
    register: dict[str, CollectiviteRecord],
) -> None:
    without_parents = {
        place.departement_code(commune.insee_code or "")
        for commune in register.values()
        if commune.kind == "COMMUNE" and not commune.parent_ids
    }
    assert without_parents == record.OVERSEAS_COLLECTIVITE_CODES
    assert register["commune-97611"].parent_ids == ("epci-200060457", "departement-976", "region-06")


def test_former_communes_are_not_collectivites(register: dict[str, CollectiviteRecord]) -> None:
    # Le Chesnay was merged under its own code, Rocquencourt lost its code by the same merger.
    assert register["commune-78158"].name == "Le Chesnay-Rocquencourt"
    assert "commune-78524" not in register


def test_codes_and_coordinates_are_well_formed(register: dict[str, CollectiviteRecord]) -> None:
    for collectivite in register.values():
        code = collectivite.insee_code or collectivite.siren or collectivite.nis_code or ""
        assert collectivite.id == record.record_id(collectivite.kind, code)
        assert collectivite.name == " ".join(collectivite.name.split())
        assert (collectivite.lat is None) == (collectivite.lng is None)
        assert collectivite.kind == "PROVINCE" or collectivite.nis_code is None


def test_every_departement_region_and_arrondissement_is_located(register: dict[str, CollectiviteRecord]) -> None:
    kinds = {"DEPARTEMENT", "REGION", "ARRONDISSEMENT_MUNICIPAL", "PROVINCE"}
    assert all(collectivite.lat for collectivite in register.values() if collectivite.kind in kinds)


def test_all_but_the_smallest_islands_communes_are_located(register: dict[str, CollectiviteRecord]) -> None:
    communes = [collectivite for collectivite in register.values() if collectivite.kind == "COMMUNE"]
    located = [commune for commune in communes if commune.lat is not None]
    people = sum(commune.population or 0 for commune in communes)
    assert (len(located), people) == (34_925, 68_952_941)
    assert {place.departement_code(commune.insee_code or "") for commune in communes if commune.lat is None} == {
        "12", "14", "15", "984", "987", "988", "989",
    }  # fmt: skip


def test_territories_have_the_people_of_their_communes(register: dict[str, CollectiviteRecord]) -> None:
    people: Counter[str] = Counter()
    for collectivite in register.values():
        if collectivite.kind == "COMMUNE":
            for parent_id in collectivite.parent_ids:
                people[parent_id] += collectivite.population or 0
    for collectivite in register.values():
        if collectivite.kind in {"DEPARTEMENT", "REGION"}:
            assert collectivite.population == people[collectivite.id]


def test_communes_are_those_of_the_known_list(
    register: dict[str, CollectiviteRecord], truth: dict[str, dict[str, str]]
) -> None:
    names = {row["insee"]: row["nom"] for row in truth.values()}
    assert {commune.insee_code: commune.name for commune in register.values() if commune.kind == "COMMUNE"} == names


@pytest.mark.usefixtures("truth")
def test_every_located_commune_is_near_its_known_centroid(register: dict[str, CollectiviteRecord]) -> None:
    distances = dict(check.distances_km(register.values(), check.read_centroids(CENTROIDS)))
    assert len(distances) == 34_866
    assert {code: distance for code, distance in distances.items() if distance > check.FARTHEST_KM} == {}


def test_handwritten_files_name_communes_of_the_register(register: dict[str, CollectiviteRecord]) -> None:
    other_names = place.table("other_names.tsv")
    for insee_code, name, *_ in other_names:
        assert register[f"commune-{insee_code.lower()}"].name == name
    assert all(register[f"commune-{code.lower()}"].lat is not None for code, *_ in other_names)


def test_provinces_do_not_count_brussels() -> None:
    codes = [province.nis_code for province in build.provinces()]
    assert codes == [
        "10000", "20001", "20002", "30000", "40000", "50000", "60000", "70000", "80000", "90000",
    ]  # fmt: skip


# Names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Saint-Étienne", "saint etienne"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("L\N{RIGHT SINGLE QUOTATION MARK}Île-d'Yeu", "l ile d yeu"),
        ("Schœlcher", "schoelcher"),
        ("Œuilly", "oeuilly"),
        ("ÆBELTOFT", "aebeltoft"),
        ("  Saint-Paterne - Le  Chevain ", "saint paterne le chevain"),
        ("Lyon 1er Arrondissement", "lyon 1er arrondissement"),
        ("", ""),
    ],
)
def test_normalised_name(name: str, expected: str) -> None:
    assert normalise(name) == expected


@given(st.text())
def test_normalising_twice_changes_nothing(name: str) -> None:
    assert normalise(normalise(name)) == normalise(name)


@given(st.text(alphabet="aàâäæbcçdeéèêëfghiîïjklmnoôöœpqrstuùûüvwxyÿz'- ", max_size=40))
def test_normalised_french_is_plain_words_whatever_the_case(name: str) -> None:
    words = normalise(name)
    assert words == normalise(name.upper())
    assert set(words) <= set("abcdefghijklmnopqrstuvwxyz ")
    assert words == " ".join(words.split())


def test_search_name_is_the_normalised_name() -> None:
    assert CollectiviteRecord("commune-42218", "COMMUNE", "Saint-Étienne").search_name == "saint etienne"


# The file format


def test_packed_records_come_back_and_bytes_repeat() -> None:
    records = [
        CollectiviteRecord("commune-01001", "COMMUNE", "Ville", "01001", lat=-12.5, lng=0.00001, population=0),
        CollectiviteRecord("epci-200000172", "EPCI", "CC", siren="200000172", parent_ids=("departement-01",)),
    ]
    packed = record.pack(records)
    assert list(record.unpack(packed)) == records
    assert record.pack(records) == packed
    assert packed[4:8] == bytes(4), "the gzip header holds no time"


def test_file_with_other_columns_is_refused() -> None:
    with pytest.raises(ValueError, match=r"rebuild it with register\.build"):
        record.unpack(gzip.compress(b"id\tname\ncommune-01001\tVille\n"))
