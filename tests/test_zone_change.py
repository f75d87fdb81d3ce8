"""Changes of zones: a file is looked at before it is drawn; zones are drawn, renamed and removed; contributions follow."""

import json
from typing import Any

import pytest

from jobs import zoning
from models.zone import MAX_FILE_VERTICES
from tests.acting import published, refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_zone import BOW, QUARTIERS, SQUARE, TINY, WEST, feature

READ = """{ zones { id name cells } zoneChanges {
  id state fileName nameProperty properties zones { name cellCount } remarks { code name number } } }"""
CORNERS = [{"lat": lat, "lng": lng} for lng, lat in SQUARE["coordinates"][0][:-1]]
INSIDE = {"lat": 48.11, "lng": -1.675}


@pytest.fixture
def city(given: Given, rennes: Portal, request: pytest.FixtureRequest) -> Portal:
    slug = f"zones-{abs(hash(request.node.name)) % 10**9}"
    return given.actor(given.tenant(rennes, slug, "commune-35238"), role="ADMIN")


def sent(city: Portal, content: object, **fields: str) -> tuple[int, dict[str, Any]]:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = {"host": city.host, "authorization": f"Bearer {city.token}"}
    answer = city.client.post("/zone/file", headers=headers, files={"file": ("quartiers.geojson", text)}, data=fields)
    return answer.status_code, answer.json()


def collection(*features: object, **more: object) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **more}


def follow(given: Given, city: Portal) -> None:
    """Contributions get their zones, also when the server's worker is at it at the same time."""
    while given.sql(city, "SELECT 1 FROM __tenant__.zone_change WHERE state = 'ASSIGNING'"):
        given.run(zoning.work(given.database, city.number))
    given.sql(city, "DELETE FROM __tenant__.zone_change WHERE state = 'ASSIGNING'")


def test_file_is_looked_at_before_it_is_drawn(city: Portal) -> None:
    features = (feature("Centre"), feature("Ouest", WEST), feature("Nœud", BOW), feature("Point", TINY), feature(None))
    status, answer = sent(city, collection(*features))
    assert status == 201
    told = city.ask(READ)
    assert told["zones"] == []
    [change] = told["zoneChanges"]
    assert change["id"] == answer["zoneChange"]
    assert (change["state"], change["fileName"], change["nameProperty"]) == ("DRAFT", "quartiers.geojson", "name")
    assert [zone["name"] for zone in change["zones"]] == ["Centre", "Ouest", "Nœud"]
    assert change["zones"][0]["cellCount"] > 10
    assert change["remarks"][:3] == [
        {"code": "SELF_CROSSING", "name": "Nœud", "number": None},
        {"code": "ZONE_TOO_SMALL", "name": "Point", "number": 4},
        {"code": "NO_NAME", "name": None, "number": 5},
    ]


def test_confirmed_file_is_drawn_and_contributions_follow(given: Given, city: Portal) -> None:
    idea = published(given.actor(city), given.activity(city), location=INSIDE)
    old = done(city, "zoneDraw", "zone { id }", name="Ancien", corners=[{**c, "lng": c["lng"] - 0.2} for c in CORNERS])
    sent(city, collection(feature("Centre"), feature("Ouest", WEST)))
    [change] = [each for each in city.ask(READ)["zoneChanges"] if each["state"] == "DRAFT"]
    done(city, "zoneChangeConfirm", zoneChange=change["id"], isReplacing=True)
    follow(given, city)
    told = city.ask(READ)
    assert [zone["name"] for zone in told["zones"]] == ["Centre", "Ouest"]
    assert old["zone"]["id"] not in {zone["id"] for zone in told["zones"]}
    assert told["zoneChanges"] == []
    asked = city.ask("query($id: ID!) { contribution(id: $id) { zone { name } } }", id=idea)
    assert asked["contribution"]["zone"] == {"name": "Centre"}
    refused_again = do(city, "zoneChangeConfirm", zoneChange=change["id"])["userErrors"]
    assert refused_again == refused("NOT_FOUND", "zoneChange")


def test_confirming_without_replacing_keeps_other_zones_and_their_ids(city: Portal) -> None:
    kept = done(city, "zoneDraw", "zone { id }", name="Centre", corners=CORNERS)["zone"]["id"]
    sent(city, collection(feature("Centre", WEST)))
    [change] = [each for each in city.ask(READ)["zoneChanges"] if each["state"] == "DRAFT"]
    before = city.ask(READ)["zones"][0]["cells"]
    done(city, "zoneChangeConfirm", zoneChange=change["id"])
    [zone] = city.ask(READ)["zones"]
    assert zone["id"] == kept
    assert zone["cells"] != before


def test_second_file_takes_the_place_of_the_first_and_may_be_forgotten(city: Portal) -> None:
    sent(city, collection(feature("Un")))
    sent(city, collection(feature("Deux")))
    [change] = city.ask(READ)["zoneChanges"]
    assert [zone["name"] for zone in change["zones"]] == ["Deux"]
    done(city, "zoneChangeDiscard", zoneChange=change["id"])
    assert city.ask(READ) == {"zones": [], "zoneChanges": []}


def _ring(count: int) -> dict[str, Any]:
    """A closed outline of so many positions."""
    side = [[-1.69 + 0.03 * step / count, 48.10] for step in range(count - 3)]
    return {"type": "Polygon", "coordinates": [[*side, [-1.66, 48.12], [-1.69, 48.12], side[0]]]}


MERIDIAN = {
    "type": "Polygon",
    "coordinates": [[[179.9, 48.1], [-179.9, 48.1], [-179.9, 48.2], [179.9, 48.2], [179.9, 48.1]]],
}
LAMBERT = {
    "type": "Polygon",
    "coordinates": [[[351000, 6789000], [352000, 6789000], [352000, 6790000], [351000, 6789000]]],
}
FAR = {"type": "Polygon", "coordinates": [[[5.3, 43.3], [5.4, 43.3], [5.4, 43.4], [5.3, 43.4], [5.3, 43.3]]]}
NAMED_LAMBERT = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"quartiers", "BAD_GEOJSON"),
        ({"type": "Point"}, "BAD_GEOJSON"),
        (collection(), "NO_FEATURE"),
        (collection(feature("Loin", FAR)), "NO_FEATURE"),
        (collection(feature(None)), "NO_FEATURE"),
        (collection(feature("Point", {"type": "Point", "coordinates": [0, 0]})), "BAD_GEOMETRY"),
        (collection(feature("Mètres", LAMBERT)), "WRONG_CRS"),
        (collection(feature("Centre"), crs=NAMED_LAMBERT), "WRONG_CRS"),
        (collection(feature("Méridien", MERIDIAN)), "OVER_MERIDIAN"),
        (collection(feature("Point", TINY)), "ZONE_TOO_SMALL"),
        (collection(feature("Fin", _ring(150_000))), "TOO_MANY_VERTICES"),
        (collection(feature("Très fin", _ring(MAX_FILE_VERTICES + 1))), "FILE_TOO_LARGE"),
        (b" " * (20 * 1024 * 1024 + 70_000), "FILE_TOO_LARGE"),
    ],
)
def test_refused_file_says_why_and_keeps_nothing(given: Given, city: Portal, content: object, code: str) -> None:
    with given.nothing_written(city):
        status, answer = sent(city, content)
    assert (status >= 400, answer["errors"][0]["extensions"]["code"]) == (True, code)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": " "}, "TOO_SHORT", "name"),
        ({"corners": CORNERS[:2]}, "BAD_GEOMETRY", "corners"),
        ({"corners": [CORNERS[0], CORNERS[2], CORNERS[1], CORNERS[3]]}, "SELF_CROSSING", "corners"),
        ({"corners": [*CORNERS] * 51}, "TOO_MANY_VERTICES", "corners"),
        ({"corners": []}, "REQUIRED", "corners"),
        ({"box": {"south": 48.1, "west": -1.69, "north": 48.12, "east": -1.66}}, "BAD_INPUT", "corners"),
        ({"corners": None, "communes": ["75056"]}, "NOT_FOUND", "communes"),
        (
            {"corners": None, "box": {"south": 43.3, "west": 5.3, "north": 43.4, "east": 5.4}},
            "OUTSIDE_TERRITORY",
            "location",
        ),
        (
            {"corners": None, "box": {"south": 48.1, "west": -1.69, "north": 48.1001, "east": -1.68}},
            "ZONE_TOO_SMALL",
            "box",
        ),
    ],
)
def test_refused_drawing_changes_nothing(
    given: Given, city: Portal, fields: dict[str, Any], code: str, field: str
) -> None:
    with given.nothing_written(city):
        answer = do(city, "zoneDraw", **{"name": "Centre", "corners": CORNERS, **fields})
    assert answer["userErrors"] == refused(code, field)


def test_zone_is_drawn_as_a_box_and_from_a_commune(city: Portal) -> None:
    box = {"south": 48.10, "west": -1.69, "north": 48.12, "east": -1.66}
    boxed = done(city, "zoneDraw", "zone { geometry cells }", name="Rectangle", box=box)["zone"]
    drawn = done(city, "zoneDraw", "zone { cells }", name="Coins", corners=CORNERS)["zone"]
    assert boxed["cells"] == drawn["cells"]
    assert boxed["geometry"]["type"] == "Polygon"
    whole = done(city, "zoneDraw", "zone { geometry cells }", name="Toute la ville", communes=["35238"])["zone"]
    assert whole["geometry"]["type"] == "MultiPolygon"
    assert set(drawn["cells"]) <= set(whole["cells"])


def test_zone_is_renamed_redrawn_and_removed(given: Given, city: Portal) -> None:
    zone = done(city, "zoneDraw", "zone { id }", name="Centre", corners=CORNERS)["zone"]["id"]
    done(city, "zoneDraw", name="Autre", box={"south": 48.08, "west": -1.69, "north": 48.09, "east": -1.66})
    idea = published(given.actor(city), given.activity(city), location=INSIDE)
    ask = "query($id: ID!) { contribution(id: $id) { zone { name } } }"
    assert city.ask(ask, id=idea)["contribution"]["zone"] == {"name": "Centre"}
    assert do(city, "zoneRename", zone=zone, name="Autre")["userErrors"] == refused("NAME_TAKEN", "name")
    assert done(city, "zoneRename", "zone { name }", zone=zone, name="Cœur")["zone"] == {"name": "Cœur"}
    done(city, "zoneRedraw", zone=zone, corners=[{**corner, "lng": corner["lng"] + 0.1} for corner in CORNERS])
    follow(given, city)
    assert city.ask(ask, id=idea)["contribution"]["zone"] is None
    done(city, "zoneRedraw", zone=zone, corners=CORNERS)
    follow(given, city)
    assert city.ask(ask, id=idea)["contribution"]["zone"] == {"name": "Cœur"}
    vote = uuid_in(given.activity(city))
    asks = "UPDATE __tenant__.activity SET proof_levels = {}, proof_zone_id = {} WHERE id = %s"
    given.sql(city, asks.format("'{EMAIL}'", f"'{uuid_in(zone)}'"), vote)
    assert do(city, "zoneRemove", zone=zone)["userErrors"] == refused("BAD_INPUT", "zone")
    given.sql(city, asks.format("NULL", "NULL"), vote)
    done(city, "zoneRemove", zone=zone)
    assert city.ask(ask, id=idea)["contribution"]["zone"] is None
    assert do(city, "zoneRemove", zone=zone)["userErrors"] == refused("NOT_FOUND", "zone")


def test_stale_page_overwrites_nothing_of_a_zone(given: Given, city: Portal) -> None:
    zone, version = done(city, "zoneDraw", "zone { id version }", name="Gare", corners=CORNERS)["zone"].values()
    assert version == 1
    assert done(city, "zoneRename", "zone { version }", zone=zone, name="Gares", version=1)["zone"] == {"version": 2}
    with given.nothing_written(city):
        for stale in (("zoneRename", {"name": "Halte"}), ("zoneRedraw", {"corners": CORNERS})):
            answer = do(city, stale[0], zone=zone, version=1, **stale[1])
            assert answer["userErrors"] == refused("CONFLICT", "version")
    answer = done(city, "zoneRedraw", "zone { name version }", zone=zone, version=2, corners=CORNERS)
    assert answer["zone"] == {"name": "Gares", "version": 3}


def test_two_zones_never_have_one_name(given: Given, city: Portal) -> None:
    done(city, "zoneDraw", name="Centre", corners=CORNERS)
    with given.nothing_written(city):
        assert do(city, "zoneDraw", name=" Centre ", corners=CORNERS)["userErrors"] == refused("NAME_TAKEN", "name")


def test_many_contributions_follow_in_batches(given: Given, city: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoning, "BATCH", 2)
    activity, author = given.activity(city), given.actor(city)
    ideas = [published(author, activity, location=INSIDE) for _ in range(5)]
    done(city, "zoneDraw", name="Centre", corners=CORNERS)
    follow(given, city)
    asked = city.ask("{ contributions(first: 10) { nodes { id zone { name } } } }")["contributions"]
    assert {node["id"]: node["zone"]["name"] for node in asked["nodes"]} == dict.fromkeys(ideas, "Centre")


@pytest.mark.skipif(not QUARTIERS.exists(), reason="shared data is not beside the project")
def test_quartiers_of_paris_are_drawn_from_their_file(given: Given, rennes: Portal) -> None:
    paris = given.actor(given.tenant(rennes, "zones-paris", "commune-75056"), role="ADMIN")
    status, _ = sent(paris, QUARTIERS.read_bytes())
    [change] = paris.ask(READ)["zoneChanges"]
    assert (status, len(change["zones"]), change["nameProperty"]) == (201, 80, "l_qu")
    done(paris, "zoneChangeConfirm", zoneChange=change["id"], isReplacing=True)
    assert len(paris.ask(READ)["zones"]) == 80


def test_files_are_for_administrators(given: Given, city: Portal) -> None:
    moderator = given.actor(city, role="MODERATOR")
    with given.nothing_written(city):
        status, _ = sent(moderator, collection(feature("Centre")))
    assert status == 403
