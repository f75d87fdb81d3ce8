"""Official files that a city imports: all that they hold is read, or the whole file is refused with a reason."""

import gzip
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register import official
from register.record import CollectiviteRecord
from tests.test_register_build import commune

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


TABLE = "code_insee;nom_standard;dep_code;reg_code;population;code_postal;latitude_mairie;longitude_mairie\n"


def test_table_gives_the_same_with_its_lost_zeros_put_back(tmp_path: Path) -> None:
    file = tmp_path / "communes.csv"
    row = "1001;L'Abergement-Clémenciat;1;84;860,0;1400;46,1536;4,9258\n2A004;Ajaccio;2A;94;71361;20000;;\n"
    file.write_bytes((TABLE + row).encode("cp1252"))
    first, second = official.read(file)
    assert (first.insee_code, first.population, first.postal_codes) == ("01001", 860, ("01400",))
    assert (first.lat, first.lng, first.parent_ids) == (46.1536, 4.9258, ("departement-01", "region-84"))
    assert (second.insee_code, second.lat) == ("2A004", None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nom;population\nRennes;1\n", "The file has no column with INSEE codes, or none with names."),
        (TABLE + "352389;Rennes;;;;;;\n", "Entry 1 ('Rennes'): code is '352389'."),
        (TABLE + "35238;Rennes;;;beaucoup;;;\n", "Entry 1 ('Rennes'): population is 'beaucoup'."),
    ],
)
def test_table_that_cannot_be_read_whole_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "communes.csv").write_text(text)
    assert refusal(tmp_path / "communes.csv") == reason


def test_all_communes_of_the_states_table(tmp_path: Path) -> None:
    packed = Path(__file__).parents[2] / "shared" / "data" / "communes_fr_2026.csv.gz"
    if not packed.is_file():
        pytest.skip("the table is not beside the project")
    (tmp_path / "communes.csv").write_bytes(gzip.decompress(packed.read_bytes()))
    records = official.read(tmp_path / "communes.csv")
    assert len({record.id for record in records}) == len(records) == 34_969
    assert sum(record.lat is not None for record in records) == 34_868
