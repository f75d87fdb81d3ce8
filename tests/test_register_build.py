"""Building the register: on a made-up country, to the byte, and never by guess."""

import gzip
import json
from importlib.resources import files
from pathlib import Path

import pytest

from register import build, etalab, former, ign, place, record
from register.record import CollectiviteRecord


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
            commune("01002", "Neuville-en-Plaine", 300, anciensCodes=["01009", "01010"]),
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
            city("Vieux-Pont", "50.5", admin2="WNA", country="BE"),
        ],
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return tmp_path / "etalab", tmp_path / "cities"


def test_build_repeats_to_the_byte(packages: tuple[Path, Path]) -> None:
    first, second = build.build(*packages, {}), build.build(*packages, {})
    assert record.pack(first) == record.pack(second)
    assert [built.id for built in first] == sorted(built.id for built in first)


def test_build_locates_by_name_and_never_by_guess(packages: tuple[Path, Path]) -> None:
    lat_of = {built.id: built.lat for built in build.build(*packages, {})}
    assert lat_of["commune-01001"] == 46.1, "same name in the same département, hyphen or not"
    assert lat_of["commune-02001"] == 47.1, "a namesake in another département is another town"
    assert lat_of["commune-01002"] == 46.2, "the former commune where the town hall is"
    assert lat_of["commune-01003"] is None, "no place in France has the name"
    assert lat_of["commune-01004"] is None, "two places have the name"
    assert lat_of["commune-98735"] == -17.5


def test_name_of_today_is_never_read_as_a_former_name() -> None:
    communes = {
        code: CollectiviteRecord(f"commune-{code}", "COMMUNE", name)
        for code, name in (("01001", "Bourg"), ("01002", "Neuville"))
    }
    bourg = [place.PopulatedPlace("Bourg", "01", (46.0, 5.0))]
    assert place.locate_communes(communes, {"01002": "Bourg"}, bourg) == {"01001": (46.0, 5.0)}
    namesakes = bourg * 2
    assert place.locate_communes(communes, {"01002": "Bourg"}, namesakes) == {}


def test_build_derives_epci_and_territories(packages: tuple[Path, Path]) -> None:
    built = {collectivite.id: collectivite for collectivite in build.build(*packages, {})}
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
    built = {collectivite.id: collectivite for collectivite in build.build(*packages, {})}
    assert "commune-01009" not in built
    assert "departement-987" not in built
    assert "region-987" not in built
    assert built["commune-98735"].parent_ids == ()


def test_former_commune_has_its_own_point_and_the_code_of_today(packages: tuple[Path, Path]) -> None:
    etalab_package, cities_package = packages
    listed = etalab.read(etalab_package).former
    assert listed == [("01002", "Ancienville", "01002"), ("01009", "Vieux-Pont", "01002")]
    square = [(50_000, 462_000), (51_000, 462_000), (51_000, 463_000), (50_000, 463_000), (50_000, 462_000)]
    contours = {"01009": ign.Source([[square]], None)}
    built = list(former.build(listed, contours, place.read(cities_package)))
    assert built == [former.FormerName("Vieux-Pont", "01002", 46.25, 5.05)], "what has no outline has no point"
    assert former.pack(built) == former.pack(built)


def test_former_codes_lead_to_the_code_of_today(packages: tuple[Path, Path]) -> None:
    codes = etalab.read(packages[0]).former_codes
    assert codes == {"01009": "01002", "01010": "01002"}
    assert gzip.decompress(former.pack_codes(codes)).decode() == "01009\t01002\n01010\t01002\n"
    assert former.pack_codes(codes) == former.pack_codes(dict(reversed(codes.items())))


def test_every_former_code_leads_to_a_commune_of_today_and_is_none_itself() -> None:
    communes = {one.insee_code for one in record.bundled() if one.kind == "COMMUNE"}
    lines = gzip.decompress(files("register").joinpath(former.CODES_FILE).read_bytes()).decode().splitlines()
    codes = dict(line.split("\t") for line in lines)
    assert len(codes) == len(lines) == 4_240
    assert codes.keys() & communes == set()
    assert set(codes.values()) <= communes
    assert {former.code_today(old) for old in codes} == set(codes.values())
    assert {former.code_today(code) for code in communes} == communes


def test_every_former_commune_is_part_of_one_of_today() -> None:
    communes = {one.insee_code for one in record.bundled() if one.kind == "COMMUNE"}
    names = [one for one, _ in former.beginning("sa", None, 10_000)]
    assert len(names) > 100
    assert {one.insee_code for one in names} <= communes
