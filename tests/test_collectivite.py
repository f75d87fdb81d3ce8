"""The register through the API: by the beginning of a name, by postal, INSEE and SIREN code, nearest to a point."""

from typing import Any

import pytest

from geo import distance
from register import record
from tests.conftest import Portal

LIST = """query ($search: String, $postalCode: String, $inseeCode: String, $kinds: [CollectiviteKind!], $near: PointInput, $first: Int! = 100) {
  collectivites(search: $search, postalCode: $postalCode, inseeCode: $inseeCode, kinds: $kinds, near: $near, first: $first) {
    totalCount nodes { id name kind code population } } }"""
ONE = """query ($id: ID, $inseeCode: String, $siren: String) {
  collectivite(id: $id, inseeCode: $inseeCode, siren: $siren) { name kind code inseeCode siren nisCode } }"""


def listed(portal: Portal, **variables: Any) -> list[dict[str, Any]]:
    return list(portal.ask(LIST, **variables)["collectivites"]["nodes"])


def names(portal: Portal, **variables: Any) -> list[str]:
    return [found["name"] for found in listed(portal, **variables)]


@pytest.mark.parametrize(
    "search",
    [
        "saint-étienne-du-rouvray",
        "Saint Etienne du Rouvray",
        "SAINT-ÉTIENNE DU ROUV",
        "saint etienne du r",
        "  saint-etienne--du rouvray ",
    ],
)
def test_name_is_found_by_its_beginning_without_accents_case_and_hyphens(rennes: Portal, search: str) -> None:
    assert names(rennes, search=search, kinds=["COMMUNE"]) == ["Saint-Étienne-du-Rouvray"]


def test_largest_come_first(rennes: Portal) -> None:
    found = listed(rennes, search="saint-d", kinds=["COMMUNE"], first=50)
    assert [found[0]["name"], found[1]["name"]] == [
        "Saint-Denis",
        "Saint-Denis",
    ]  # Réunion, and the one north of Paris.
    populations = [row["population"] for row in found]
    assert populations == sorted(populations, reverse=True)


def test_every_name_that_begins_so_is_found_and_no_other(rennes: Portal) -> None:
    begin = tuple(f"{article}renn" for article in ("", "la ", "le ", "les ", "l "))
    expected = {r.id for r in record.bundled() if r.search_name.startswith(begin)}
    answer = rennes.ask(LIST, search="Renn")["collectivites"]
    assert {node["id"].removeprefix("collectivite_") for node in answer["nodes"]} == expected
    assert answer["totalCount"] == len(expected)


def test_search_inside_of_a_name_finds_nothing(rennes: Portal) -> None:
    assert names(rennes, search="enne", kinds=["COMMUNE"]) == [
        name for name in names(rennes, search="enne", kinds=["COMMUNE"]) if name.startswith("Enne")
    ]
    assert "Rennes" not in names(rennes, search="ennes")


@pytest.mark.parametrize("search", ["%", "_", "-", "\\", "'", "’", "/", "…", "zzzz", "re_nes", "\u200b"])
def test_signs_alone_and_signs_of_sql_find_nothing(rennes: Portal, search: str) -> None:
    assert rennes.ask(LIST, search=search)["collectivites"] == {"totalCount": 0, "nodes": []}


def test_sign_behind_a_name_changes_nothing(rennes: Portal) -> None:
    assert names(rennes, search="renn%") == names(rennes, search="renn") != []


@pytest.mark.parametrize("search", ["", "  "])
def test_blank_search_is_none(rennes: Portal, search: str) -> None:
    assert rennes.ask(LIST, search=search, first=3) == rennes.ask(LIST, first=3)


@pytest.mark.parametrize(
    ("search", "first"),
    [
        ("Sai", "Sai"),
        ("st etienne", "Saint-Étienne"),
        ("ST-ETIENNE", "Saint-Étienne"),
        ("St. Étienne", "Saint-Étienne"),
        ("ste foy les lyon", "Sainte-Foy-lès-Lyon"),
        ("sts geosmes", "Saints-Geosmes"),
        ("Rochelle", "La Rochelle"),
        ("havre", "Le Havre"),
        ("mans", "Le Mans"),
        ("sables d'olonne", "Les Sables-d'Olonne"),
        ("sables d’olonne", "Les Sables-d'Olonne"),
        ("haÿ les roses", "L'Haÿ-les-Roses"),
        ("l'hay-les-roses", "L'Haÿ-les-Roses"),
        ("chalon s/ saone", "Chalon-sur-Saône"),
        ("Chalon S/Saône", "Chalon-sur-Saône"),
        ("bourg st andeol", "Bourg-Saint-Andéol"),
        ("œuilly", "Œuilly"),
        ("oeuilly", "Œuilly"),
        ("stras", "Strasbourg"),
        ("paris 3", "Paris 3e Arrondissement"),
        ("Paris 03", "Paris 3e Arrondissement"),
        ("paris 1", "Paris 1er Arrondissement"),
        ("paris 1er", "Paris 1er Arrondissement"),
        ("PARIS 15ÈME", "Paris 15e Arrondissement"),
        ("lyon 3ème arrondissement", "Lyon 3e Arrondissement"),
        ("marseille 08 arr", "Marseille 8e Arrondissement"),
    ],
)
def test_name_as_people_write_it_comes_first(rennes: Portal, search: str, first: str) -> None:
    assert names(rennes, search=search, kinds=["COMMUNE", "ARRONDISSEMENT_MUNICIPAL"])[0] == first


def test_all_of_the_name_come_before_those_that_begin_so(rennes: Portal) -> None:
    found = listed(rennes, search="saint-denis", kinds=["COMMUNE"])
    exact = [row["name"] == "Saint-Denis" for row in found]
    assert exact == sorted(exact, reverse=True)
    assert exact.count(True) == sum(r.search_name == "saint denis" for r in record.bundled() if r.kind == "COMMUNE") > 1
    others = [row["population"] for row in found if row["name"] != "Saint-Denis"]
    assert others == sorted(others, reverse=True) != []


def test_pages_of_a_search_are_the_whole_list(rennes: Portal) -> None:
    query = """query ($after: String) { collectivites(search: "st denis", first: 3, after: $after) {
        nodes { id } pageInfo { hasNextPage endCursor } } }"""
    whole = [row["id"] for row in listed(rennes, search="st denis")]
    walked: list[str] = []
    after, goes_on = None, True
    while goes_on:
        page = rennes.ask(query, after=after)["collectivites"]
        walked += [node["id"] for node in page["nodes"]]
        after, goes_on = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert walked == whole
    assert len(whole) > 5


def test_postal_code(rennes: Portal) -> None:
    expected = sorted(r.name for r in record.bundled() if "35500" in r.postal_codes)
    assert len(expected) > 1
    assert sorted(names(rennes, postalCode="35500")) == expected
    assert names(rennes, postalCode="00000") == []
    assert names(rennes, postalCode="355") == []


def test_insee_code(rennes: Portal) -> None:
    assert names(rennes, inseeCode="35238") == ["Rennes"]
    assert names(rennes, inseeCode="2A004") == ["Ajaccio"]
    assert names(rennes, inseeCode="75056") == ["Paris"]
    assert names(rennes, inseeCode="99999") == []
    assert names(rennes, inseeCode="11") == []  # Codes of régions and départements are not unique.


def test_commune_that_merged_is_found_as_that_of_today(rennes: Portal) -> None:
    """By its code, also without a status since, and by its name; its name of today comes first where both are there."""
    arboys = {"name": "Arboys en Bugey", "inseeCode": "01015"}
    one = "query($code: String!) { collectivite(inseeCode: $code) { name inseeCode } }"
    assert rennes.ask(one, code="01340")["collectivite"] == arboys
    assert names(rennes, inseeCode="01340") == ["Arboys en Bugey"]
    assert names(rennes, search="Arbignieu") == ["Arboys en Bugey"]
    assert names(rennes, search="arbigni") == [], "the beginning alone is not its name"
    assert names(rennes, search="Accolay") == names(rennes, search=" ACCOLAY ") == ["Deux Rivières"]
    assert rennes.ask(one, code="01999")["collectivite"] is None


def test_filters_hold_together(rennes: Portal) -> None:
    assert names(rennes, search="rennes", kinds=["EPCI"]) == ["Rennes Métropole"]
    assert names(rennes, search="rennes", postalCode="35000") == ["Rennes"]
    assert names(rennes, search="le havre", postalCode="35000") == []
    assert names(rennes, kinds=["PROVINCE"], search="namur") == ["Namur"]
    assert listed(rennes, kinds=["REGION"], search="bretagne") == [
        {
            "id": "collectivite_region-53",
            "name": "Bretagne",
            "kind": "REGION",
            "code": "53",
            "population": listed(rennes, search="bretagne", kinds=["REGION"])[0]["population"],
        }
    ]


@pytest.mark.parametrize(
    ("lat", "lng"), [(48.1113, -1.68), (46.32, -0.46), (43.3, 5.37), (48.85, 2.35), (-21.1, 55.5), (50.46, 4.87)]
)
def test_nearest_to_a_point_are_those_of_a_recount(rennes: Portal, lat: float, lng: float) -> None:
    located = [r for r in record.bundled() if r.kind == "COMMUNE" and r.lat is not None and r.lng is not None]
    away = {
        f"collectivite_{r.id}": distance.between(lat, lng, r.lat, r.lng)
        for r in located
        if r.lat is not None and r.lng is not None
    }
    answered = [away[row["id"]] for row in listed(rennes, near={"lat": lat, "lng": lng}, kinds=["COMMUNE"], first=20)]
    expected = sorted(away.values())[:20]
    assert answered[0] == expected[0]
    # The index sorts in the Mercator plane, which agrees with the sphere within a few thousandths at these distances.
    assert answered == pytest.approx(expected, rel=0.01)


def test_those_without_coordinates_are_left_out_near_a_point(rennes: Portal) -> None:
    everywhere = rennes.ask(LIST, kinds=["COMMUNE"], near={"lat": 48, "lng": 0}, first=0)["collectivites"]["totalCount"]
    located = sum(r.kind == "COMMUNE" and r.lat is not None for r in record.bundled())
    assert everywhere == min(located, 10_000)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"id": "collectivite_commune-35238"}, "Rennes"),
        ({"inseeCode": "35238"}, "Rennes"),
        ({"siren": "243500139"}, "Rennes Métropole"),
        ({"id": "collectivite_province-90000"}, "Namur"),
        ({"inseeCode": "69381"}, "Lyon 1er Arrondissement"),
    ],
)
def test_one_by_its_code(rennes: Portal, arguments: dict[str, str], name: str) -> None:
    assert rennes.ask(ONE, **arguments)["collectivite"]["name"] == name


@pytest.mark.parametrize(
    "arguments",
    [
        {"id": "collectivite_commune-99999"},
        {"id": "collectivite_"},
        {"inseeCode": "99999"},
        {"inseeCode": ""},
        {"siren": "000000000"},
        {"inseeCode": "53"},
        {"inseeCode": "rennes"},
    ],
)
def test_unknown_code_is_null(rennes: Portal, arguments: dict[str, str]) -> None:
    assert rennes.ask(ONE, **arguments) == {"collectivite": None}


@pytest.mark.parametrize(
    "arguments",
    [{}, {"id": "collectivite_commune-35238", "inseeCode": "35238"}, {"inseeCode": "35238", "siren": "243500139"}],
)
def test_exactly_one_code_is_wanted(rennes: Portal, arguments: dict[str, str]) -> None:
    assert rennes.codes(ONE, **arguments) == ["BAD_INPUT"]


def test_register_is_the_same_for_every_tenant_and_viewer(rennes: Portal, lehavre: Portal) -> None:
    query = '{ collectivite(inseeCode: "35238") { id name parents { id name parents { name } } center { lat lng } postalCodes } }'
    answer = rennes.ask(query)
    assert lehavre.ask(query) == lehavre.admin().ask(query) == answer
    assert [parent["name"] for parent in answer["collectivite"]["parents"]] == [
        "Rennes Métropole",
        "Ille-et-Vilaine",
        "Bretagne",
    ]
