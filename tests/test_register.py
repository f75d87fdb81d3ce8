"""The register of collectivités: the committed file, how it is built, and the official files it reads."""

import csv
import gzip
import json
import math
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.register import build, check, official, place, record
from tenants.register.name import normalise
from tenants.register.record import CollectiviteRecord

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
            lat=48.8592,
            lng=2.3417,
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


def test_most_people_live_in_a_located_commune(register: dict[str, CollectiviteRecord]) -> None:
    communes = [collectivite for collectivite in register.values() if collectivite.kind == "COMMUNE"]
    located = [commune for commune in communes if commune.lat is not None]
    people = sum(commune.population or 0 for commune in communes)
    assert (len(located), people) == (8_609, 68_952_941)
    assert sum(commune.population or 0 for commune in located) / people == pytest.approx(0.831, abs=0.0005)


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
    assert len(distances) == 8_552
    assert {code: distance for code, distance in distances.items() if distance > check.FARTHEST_KM} == {}


def test_handwritten_files_name_communes_of_the_register(register: dict[str, CollectiviteRecord]) -> None:
    other_names = place.table("other_names.tsv")
    excluded = place.table("excluded.tsv")
    for insee_code, name, *_ in [*other_names, *excluded]:
        assert register[f"commune-{insee_code.lower()}"].name == name
    assert all(register[f"commune-{code.lower()}"].lat is not None for code, *_ in other_names)
    assert all(register[f"commune-{code.lower()}"].lat is None for code, *_ in excluded)


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
    with pytest.raises(ValueError, match=r"rebuild it with tenants\.register\.build"):
        record.unpack(gzip.compress(b"id\tname\ncommune-01001\tVille\n"))


# Building, on a made-up country


def commune(code: str, name: str, population: int, **more: object) -> dict[str, object]:
    return {
        "code": code,
        "nom": name,
        "type": "commune-actuelle",
        "departement": place.departement_code(code),
        "region": "84",
        "population": population,
        **more,
    }


def city(name: str, lat: str, admin2: str = "01", country: str = "FR") -> dict[str, str]:
    return {"name": name, "lat": lat, "lng": "5.0", "country": country, "admin1": "84", "admin2": admin2}


@pytest.fixture
def packages(tmp_path: Path) -> tuple[Path, Path]:
    """The two packages, of a région with two départements, an EPCI over both and a commune far overseas."""
    files: dict[str, list[object]] = {
        "etalab/data/communes.json": [
            commune("01001", "Grand-Bourg", 900),
            commune("01002", "Neuville-en-Plaine", 300),
            commune("01003", "Vieux-Pont", 100),
            commune("01004", "Doublet", 50),
            commune("02001", "Grand-Bourg", 500),
            commune("98735", "Papeete", 26_654, region="987"),
            commune("69123", "Lyon", 1_000),
            {**commune("69381", "Lyon 1er", 400), "type": "arrondissement-municipal", "commune": "69123"},
            # Neuville was made of Ancienville, where the town hall is, and of a namesake of Vieux-Pont.
            {"code": "01002", "nom": "Ancienville", "type": "commune-deleguee", "chefLieu": "01002"},
            {"code": "01009", "nom": "Vieux-Pont", "type": "commune-associee", "chefLieu": "01002"},
        ],
        "etalab/data/epci.json": [
            {
                "code": "200000001",
                "nom": "CC  des Deux Bourgs",
                "populationMunicipale": 1_690,
                "membres": [{"code": "01001"}, {"code": "02001"}, {"code": "01002"}],
            }
        ],
        "etalab/data/departements.json": [
            {"code": "01", "nom": "Premier", "chefLieu": "01001", "region": "84"},
            {"code": "02", "nom": "Second", "chefLieu": "02001", "region": "84"},
            {"code": "69", "nom": "Rhône", "chefLieu": "69123", "region": "84"},
            {"code": "987", "nom": "Polynésie française", "chefLieu": "98735", "region": "987"},
        ],
        "etalab/data/regions.json": [
            {"code": "84", "nom": "Région", "chefLieu": "69123"},
            {"code": "987", "nom": "Polynésie française", "chefLieu": "98735"},
        ],
        "cities/cities.json": [
            city("Grand Bourg", "46.1"),
            city("Ancienville", "46.2"),
            city("Doublet", "46.3"),
            city("Doublet", "46.4"),
            city("Grand-Bourg", "47.1", admin2="02"),
            city("Papeete", "-17.5", admin2="98735", country="PF"),
            city("Lyon 01", "45.7", admin2="69"),
            city("Lyon 2e Arrondissement", "45.8", admin2="69"),
            city("Vieux-Pont", "50.5", admin2="WNA", country="BE"),
        ],
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return tmp_path / "etalab", tmp_path / "cities"


def test_build_repeats_to_the_byte(packages: tuple[Path, Path]) -> None:
    first, second = build.build(*packages), build.build(*packages)
    assert record.pack(first) == record.pack(second)
    assert [built.id for built in first] == sorted(built.id for built in first)


def test_build_locates_by_name_and_never_by_guess(packages: tuple[Path, Path]) -> None:
    lat_of = {built.id: built.lat for built in build.build(*packages)}
    assert lat_of["commune-01001"] == 46.1, "same name in the same département, hyphen or not"
    assert lat_of["commune-02001"] == 47.1, "a namesake in another département is another town"
    assert lat_of["commune-01002"] == 46.2, "the former commune where the town hall is"
    assert lat_of["commune-01003"] is None, "no place in France has the name"
    assert lat_of["commune-01004"] is None, "two places have the name"
    assert lat_of["commune-98735"] == -17.5
    assert lat_of["arrondissement-69381"] == 45.7
    assert lat_of["commune-69123"] is None, "an arrondissement's place is not the city's"


def test_name_of_today_is_never_read_as_a_former_name() -> None:
    communes = {
        code: CollectiviteRecord(f"commune-{code}", "COMMUNE", name)
        for code, name in (("01001", "Bourg"), ("01002", "Neuville"))
    }
    bourg = [place.Place("Bourg", "01", (46.0, 5.0))]
    assert place.locate_communes(communes, {"01002": "Bourg"}, bourg) == {"01001": (46.0, 5.0)}
    namesakes = bourg * 2
    assert place.locate_communes(communes, {"01002": "Bourg"}, namesakes) == {}


def test_excluded_commune_is_not_located() -> None:
    arles = {"13004": CollectiviteRecord("commune-13004", "COMMUNE", "Arles")}
    assert place.locate_communes(arles, {}, [place.Place("Arles", "13", (43.68, 4.63))]) == {}


def test_build_derives_epci_and_territories(packages: tuple[Path, Path]) -> None:
    built = {collectivite.id: collectivite for collectivite in build.build(*packages)}
    assert built["epci-200000001"] == CollectiviteRecord(
        id="epci-200000001",
        kind="EPCI",
        name="CC des Deux Bourgs",
        siren="200000001",
        population=1_690,
        lat=46.1,
        lng=5.0,
        parent_ids=("departement-01", "region-84"),
    )
    assert built["departement-01"].population == 1_350
    assert built["departement-02"].lat == 47.1
    assert built["region-84"].population == 2_850
    assert built["commune-02001"].parent_ids == ("epci-200000001", "departement-02", "region-84")
    assert built["arrondissement-69381"].parent_ids == ("commune-69123", "departement-69", "region-84")


def test_build_leaves_out_former_communes_and_overseas_collectivites(packages: tuple[Path, Path]) -> None:
    built = {collectivite.id: collectivite for collectivite in build.build(*packages)}
    assert "commune-01009" not in built
    assert "departement-987" not in built
    assert "region-987" not in built
    assert built["commune-98735"].parent_ids == ()


# Official files


RENNES: dict[str, object] = {
    "nom": "Rennes",
    "code": "35238",
    "codeDepartement": "35",
    "codeRegion": "53",
    "codesPostaux": ["35000", "35200", "35700"],
    "population": 227_830,
    "siren": "213502388",
    "codeEpci": "243500139",
    "centre": {"type": "Point", "coordinates": [-1.6822711, 48.1158949]},
}


def imported(*entries: object) -> list[CollectiviteRecord]:
    return official.read(json.dumps(entries).encode())


def refusal(content: bytes | Path) -> str:
    with pytest.raises(official.ImportFileError) as caught:
        official.read(content)
    return str(caught.value)


def test_state_file_gives_all_that_it_holds() -> None:
    assert imported(RENNES) == [
        CollectiviteRecord(
            id="commune-35238",
            kind="COMMUNE",
            name="Rennes",
            insee_code="35238",
            siren="213502388",
            population=227_830,
            postal_codes=("35000", "35200", "35700"),
            lat=48.11589,
            lng=-1.68227,
            parent_ids=("epci-243500139", "departement-35", "region-53"),
        )
    ]


def test_state_file_needs_only_code_and_name() -> None:
    assert imported({"nom": "Ajaccio", "code": "2A004"}) == [
        CollectiviteRecord(id="commune-2a004", kind="COMMUNE", name="Ajaccio", insee_code="2A004")
    ]


def test_overseas_collectivite_is_not_a_parent() -> None:
    entry = {"nom": "Papeete", "code": "98735", "codeDepartement": "987", "codeRegion": "987"}
    assert imported(entry)[0].parent_ids == ()


def test_etalab_file_gives_communes_and_arrondissements() -> None:
    records = imported(
        commune("69123", "Lyon", 519_127),
        {**commune("69381", "Lyon 1er", 28_717), "type": "arrondissement-municipal", "commune": "69123"},
        {"code": "69011", "nom": "Ancienne", "type": "commune-deleguee", "chefLieu": "69123"},
    )
    assert [(item.id, item.kind, item.parent_ids) for item in records] == [
        ("commune-69123", "COMMUNE", ("departement-69", "region-84")),
        ("arrondissement-69381", "ARRONDISSEMENT_MUNICIPAL", ("commune-69123", "departement-69", "region-84")),
    ]


def test_file_on_disk_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "communes.json"
    path.write_text(json.dumps([RENNES]), encoding="utf-8-sig")
    assert [item.id for item in official.read(path)] == ["commune-35238"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is not JSON: see line 1, column 1."),
        (b'[\n{"code": }]', "The file is not JSON: see line 2, column 10."),
        (b"[" * 100_000, "The file has a number too long or lists nested too deep to be read."),
        (b"[" + b"9" * 5_000 + b"]", "The file has a number too long or lists nested too deep to be read."),
        (b'["\xff"]', "The file is not UTF-8 text: see byte 3."),
        (b'{"nom": "Rennes"}', "The file is not a list of communes."),
        (b"null", "The file is not a list of communes."),
        (b"[]", "The file is an empty list."),
        (b"[1]", "Entry 1: not an object."),
    ],
)
def test_file_that_is_no_list_of_communes_is_refused(content: bytes, message: str) -> None:
    assert refusal(content) == message


def test_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "absent.json") == "The file cannot be read: No such file or directory."


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"code": None}, "no code"),
        ({"code": 35238}, "code is 35238"),
        ({"code": "3523"}, "code is '3523'"),
        ({"code": "\N{ARABIC-INDIC DIGIT ONE}5238"}, "code is '\N{ARABIC-INDIC DIGIT ONE}5238'"),
        ({"siren": "21350238"}, "siren is '21350238'"),
        ({"codeEpci": ["243500139"]}, "codeEpci is ['243500139']"),
        ({"codeRegion": "Bretagne"}, "codeRegion is 'Bretagne'"),
        ({"population": -1}, "population is -1"),
        ({"population": True}, "population is True"),
        ({"population": 1.5}, "population is 1.5"),
        ({"population": 100_000_001}, "population is 100000001"),
        ({"codesPostaux": "35000"}, "codesPostaux is not a list"),
        ({"codesPostaux": ["35000", 35200]}, "codesPostaux has 35200"),
        ({"type": "quartier"}, "unknown type 'quartier'"),
        ({"type": []}, "unknown type []"),
        ({"centre": [-1.68, 48.11]}, "centre is not a point with a longitude and a latitude"),
        (
            {"centre": {"type": "Polygon", "coordinates": [1, 2]}},
            "centre is not a point with a longitude and a latitude",
        ),
        ({"centre": {"type": "Point", "coordinates": [1]}}, "centre is not a point with a longitude and a latitude"),
        (
            {"centre": {"type": "Point", "coordinates": [-1.68, 90.1]}},
            "latitude is 90.1, not a number between -90 and 90",
        ),
        (
            {"centre": {"type": "Point", "coordinates": [180.5, 48.11]}},
            "longitude is 180.5, not a number between -180 and 180",
        ),
        (
            {"centre": {"type": "Point", "coordinates": [-1.68, math.nan]}},
            "latitude is nan, not a number between -90 and 90",
        ),
        (
            {"centre": {"type": "Point", "coordinates": [-math.inf, 48.11]}},
            "longitude is -inf, not a number between -180 and 180",
        ),
        (
            {"centre": {"type": "Point", "coordinates": [False, 48.11]}},
            "longitude is False, not a number between -180 and 180",
        ),
    ],
)
def test_wrong_entry_is_named_with_the_reason(change: dict[str, object], reason: str) -> None:
    content = json.dumps([{"nom": "Brest", "code": "29019"}, {**RENNES, **change}]).encode()
    assert refusal(content) == f"Entry 2 ('Rennes'): {reason}."


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (None, "Entry 1: no nom."),
        ("  ", "Entry 1 ('  '): no nom."),
        ("Ren\0nes", r"Entry 1 ('Ren\x00nes'): nom has a sign that cannot be shown."),
        ("Ren\ud800nes", r"Entry 1 ('Ren\ud800nes'): nom has a sign that cannot be shown."),
    ],
)
def test_entry_without_a_usable_name_is_refused(name: str | None, message: str) -> None:
    assert refusal(json.dumps([{**RENNES, "nom": name}]).encode()) == message


def test_same_code_twice_is_refused() -> None:
    content = json.dumps([RENNES, {"nom": "Rennes bis", "code": "35238"}]).encode()
    assert refusal(content) == "Entry 2 ('Rennes bis'): entry 1 has the same code."


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.dictionaries(st.sampled_from([*RENNES, "type", "commune"]), JSON_VALUES), max_size=3))
def test_any_json_is_read_or_refused_with_a_message(changes: list[dict[str, object]]) -> None:
    content = json.dumps([{**RENNES, **change} for change in changes]).encode()
    try:
        records = official.read(content)
    except official.ImportFileError as error:
        assert str(error).startswith(("Entry ", "The file "))
    else:
        assert len(records) <= len(changes)
