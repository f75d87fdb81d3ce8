"""Imported missions: files in API Engagement's fields are tried, become missions with a slot, change them, and are undone."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.importing import contributions, counts, done, imported, raw, remarks, tried
from tests.volunteering import instant, signed_up

SAID = "mission { domain requirements minorsFrom isAccessible slots { id startsAt endsAt places takenCount } }"
MORE = f"status {SAID} origin {{ reference address }} location {{ precision address lat lng }}"
HERE = {"lat": 48.1173, "lon": -1.6778}


def mission(number: int = 1, **changed: Any) -> dict[str, Any]:
    """A mission as API Engagement tells it."""
    return {
        "clientId": f"m-{number}",
        "title": f"Trier les dons {number}",
        "description": "<p>Le samedi, &agrave; l&#39;entrep&ocirc;t.</p><ul><li>Des gants</li></ul>",
        "type": "benevolat",
        "organizationName": "Le Relais des quartiers",
        "organizationClientId": "org-7",
        "domain": "solidarite-insertion",
        "startAt": instant(days=10),
        "endAt": instant(days=10, hours=4),
        "places": 6,
        "requirements": ["Porter 10 kg.", "Des chaussures fermées."],
        "openToMinors": True,
        "reducedMobilityAccessible": False,
        "addresses": [{"city": "Rennes", "location": HERE}],
        "applicationUrl": f"https://benevoles.example/missions/{number}",
        **changed,
    }


def file(*missions: Any, is_wrapped: bool = True) -> str:
    return json.dumps({"ok": True, "total": len(missions), "data": missions} if is_wrapped else missions)


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def activity(given: Given, town: Portal) -> str:
    return given.activity(town, kind="MUTUAL_AID", location_rule="REQUIRED")


def one(admin: Portal, activity: str) -> dict[str, Any]:
    [found] = contributions(admin, activity, MORE)
    return found


@pytest.mark.parametrize("is_wrapped", [True, False])
def test_mission_is_tried_then_made_with_its_slot(given: Given, admin: Portal, activity: str, is_wrapped: bool) -> None:
    name = f"Le Relais {uuid4().hex[:6]}"
    sent = mission(organizationName=name)
    run = tried(given, admin, activity, file(sent, is_wrapped=is_wrapped))
    assert (run["state"], run["format"], counts(run), remarks(run)) == ("CHECKED", "API_ENGAGEMENT", (1, 1, 0, 0), [])
    assert contributions(admin, activity) == []
    assert done(given, admin, "confirm", run["id"])["state"] == "DONE"
    made = one(admin, activity)
    assert (made["kind"], made["status"], made["title"], made["author"]) == (
        "REQUEST",
        "OPEN",
        "Trier les dons 1",
        {"name": name, "kind": "ASSOCIATION"},
    )
    assert made["body"] == "Le samedi, à l'entrepôt.\n\n– Des gants"
    assert made["origin"] == {"reference": "m-1", "address": "https://benevoles.example/missions/1"}
    assert (made["location"]["precision"], made["location"]["address"]) == ("CELL", None)
    [slot] = made["mission"].pop("slots")
    assert made["mission"] == {
        "domain": "SOLIDARITE_INSERTION",
        "requirements": "Porter 10 kg.\nDes chaussures fermées.",
        "minorsFrom": 16,
        "isAccessible": False,
    }
    assert [datetime.fromisoformat(slot[end]) for end in ("startsAt", "endsAt")] == [
        datetime.fromisoformat(sent[end]) for end in ("startAt", "endAt")
    ]
    assert (slot["places"], slot["takenCount"]) == (6, 0)
    assert signed_up(given.actor(admin), slot["id"])["status"] == "REGISTERED"


def test_same_file_again_changes_what_it_says_and_doubles_nothing(given: Given, admin: Portal, activity: str) -> None:
    imported(given, admin, activity, file(mission(1), mission(2)))
    later = {"startAt": instant(days=20), "endAt": instant(days=21)}
    moved = {"addresses": [{"street": "3 rue Haute", "location": {"lat": 48.12, "lon": -1.66}}], "requirements": []}
    changed = mission(1, title="Ranger", places=9, domain="sport", openToMinors=False, **later, **moved)
    again = imported(given, admin, activity, file(changed, mission(2), mission(3)))
    assert (again["state"], counts(again), remarks(again)) == ("DONE", (3, 1, 0, 2), [])
    told = {found["origin"]["reference"]: found for found in contributions(admin, activity, MORE)}
    assert sorted(told) == ["m-1", "m-2", "m-3"]
    first = told["m-1"]
    assert (first["title"], first["location"]["precision"], first["location"]["address"]) == (
        "Ranger",
        "EXACT",
        "3 rue Haute",
    )
    [slot] = first["mission"].pop("slots")
    assert (slot["places"], datetime.fromisoformat(slot["endsAt"])) == (9, datetime.fromisoformat(later["endAt"]))
    assert first["mission"] == {"domain": "SPORT", "requirements": None, "minorsFrom": None, "isAccessible": False}
    assert raw(given, admin, told["m-2"]["id"])["revised_at"] is None  # What says the same is not written.
    happened = "SELECT kind FROM __tenant__.event WHERE subject_id = %s ORDER BY at, id"
    events = {
        name: [kind for (kind,) in given.sql(admin, happened, uuid_in(one_["id"]))] for name, one_ in told.items()
    }
    assert events["m-2"] == ["CONTRIBUTION_IMPORTED"]
    assert set(events["m-1"]) == {"CONTRIBUTION_IMPORTED", "CONTRIBUTION_REVISED", "MISSION_REVISED"}
    given.fold(admin)
    on_map = """SELECT lat, lng FROM __tenant__.space_cell_count WHERE level = 8 AND space_id =
      (SELECT space_id FROM __tenant__.activity WHERE id = %s) AND 0 < ANY (counts)"""
    shown = {(round(one_["location"]["lat"], 2), round(one_["location"]["lng"], 2)) for one_ in told.values()}
    assert len(shown) == 2
    assert {(round(lat, 2), round(lng, 2)) for lat, lng in given.sql(admin, on_map, uuid_in(activity))} == shown


def test_slot_for_which_somebody_signed_up_keeps_its_times_and_places(
    given: Given, admin: Portal, activity: str
) -> None:
    imported(given, admin, activity, file(mission(1, places=2)))
    [slot] = one(admin, activity)["mission"]["slots"]
    people = [given.actor(admin) for _ in range(3)]
    assert [signed_up(person, slot["id"])["status"] for person in people] == ["REGISTERED", "REGISTERED", "WAITING"]
    fewer = mission(1, places=1, startAt=instant(days=30), endAt=instant(days=31))
    again = imported(given, admin, activity, file(fewer))
    assert (counts(again), remarks(again)) == ((1, 0, 0, 1), [(1, "startAt", "SLOT_KEPT")])
    assert one(admin, activity)["mission"]["slots"] == [slot | {"takenCount": 2}]
    more = mission(1, places=5, startAt=slot["startsAt"], endAt=slot["endsAt"])
    assert remarks(imported(given, admin, activity, file(more))) == []
    assert one(admin, activity)["mission"]["slots"] == [slot | {"places": 5, "takenCount": 3}]


def test_undone_missions_are_gone_but_those_with_people(given: Given, admin: Portal, activity: str) -> None:
    name = f"Undo {uuid4().hex[:6]}"
    run = imported(given, admin, activity, file(mission(1, organizationName=name), mission(2, organizationName=name)))
    slots = {
        found["origin"]["reference"]: found["mission"]["slots"][0]["id"]
        for found in contributions(admin, activity, MORE)
    }
    signed_up(given.actor(admin), slots["m-2"])
    undone = done(given, admin, "undo", run["id"])
    assert (undone["state"], undone["keptCount"]) == ("UNDONE", 1)
    assert [found["origin"]["reference"] for found in contributions(admin, activity, MORE)] == ["m-2"]
    left = "SELECT count(*) FROM __tenant__.mission_slot WHERE id = ANY (%s)"
    assert given.sql(admin, left, [uuid_in(id_) for id_ in slots.values()]) == [(1,)]
    assert counts(imported(given, admin, activity, file(mission(1)))) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("changed", "column", "code"),
    [
        ({"organizationName": None}, "organizationName", "MISSING"),
        ({"organizationName": "  "}, "organizationName", "MISSING"),
        ({"endAt": instant(days=9)}, "endAt", "BAD_PERIOD"),
        ({"startAt": instant(days=400), "endAt": instant(days=401)}, "startAt", "BAD_PERIOD"),
        ({"startAt": "2020-05-01T08:00:00.000Z", "endAt": "2020-05-01T10:00:00.000Z"}, "endAt", "PAST_PERIOD"),
        ({"startAt": None}, "startAt", "MISSING"),
        ({"startAt": "samedi"}, "startAt", "BAD_DATE"),
        ({"places": "beaucoup"}, "places", "BAD_NUMBER"),
        ({"places": -3}, "places", "BAD_NUMBER"),
        ({"requirements": ["x" * 1_001]}, "requirements", "TOO_LONG"),
        ({"addresses": []}, "lat", "MISSING"),
        ({"addresses": [{"location": {"lat": 43.6, "lon": 3.9}}]}, "lat", "OUTSIDE_TERRITORY"),
        ({"addresses": [{"location": {"lat": 148.1, "lon": -1.6}}]}, "lat", "BAD_PLACE"),
        ({"type": "volontariat_service_civique"}, "type", "BAD_KIND"),
        ({"clientId": None}, "clientId", "MISSING"),
        ({"title": "", "description": ""}, "title", "MISSING"),
    ],
)
def test_bad_mission_is_told_and_not_made(
    given: Given, admin: Portal, activity: str, changed: dict[str, Any], column: str, code: str
) -> None:
    run = imported(given, admin, activity, file(mission(1, **changed), mission(2)))
    assert (run["state"], counts(run), remarks(run)) == ("DONE", (2, 1, 1, 0), [(1, column, code)])
    assert one(admin, activity)["origin"]["reference"] == "m-2"


@pytest.mark.parametrize(
    ("changed", "column", "code", "slot"),
    [
        ({"domain": "astronomie"}, "domain", "UNKNOWN_DOMAIN", {}),
        ({"places": 1_000}, "places", "PLACES_CHANGED", {"places": 100}),
        ({"places": None}, "places", "PLACES_CHANGED", {"places": 1}),
        ({"endAt": None}, "endAt", "PERIOD_CHANGED", {}),
        ({"startAt": "2019-01-01T00:00:00Z", "endAt": instant(days=900)}, "endAt", "PERIOD_CHANGED", {}),
    ],
)
def test_odd_mission_is_made_and_what_changed_is_told(
    given: Given, admin: Portal, activity: str, changed: dict[str, Any], column: str, code: str, slot: dict[str, Any]
) -> None:
    run = imported(given, admin, activity, file(mission(1, **changed)))
    assert (run["state"], counts(run), remarks(run)) == ("DONE", (1, 1, 0, 0), [(1, column, code)])
    made = one(admin, activity)["mission"]
    assert slot.items() <= made["slots"][0].items()
    length = datetime.fromisoformat(made["slots"][0]["endsAt"]) - datetime.fromisoformat(made["slots"][0]["startsAt"])
    assert timedelta(0) < length <= timedelta(days=366)
    assert made["domain"] == (None if code == "UNKNOWN_DOMAIN" else "SOLIDARITE_INSERTION")


def test_equal_ids_make_one_mission_and_what_is_no_object_none(given: Given, admin: Portal, activity: str) -> None:
    run = imported(given, admin, activity, file(mission(1), mission(1, title="La même encore"), 7, [1]))
    assert (run["state"], counts(run)) == ("DONE", (4, 1, 3, 0))
    assert remarks(run) == [(2, "clientId", "REPEATED"), (3, None, "BROKEN_ROW"), (4, None, "BROKEN_ROW")]
    assert one(admin, activity)["title"] == "Trier les dons 1"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("&lt;p&gt;Deux&nbsp;heures &amp;amp; plus&lt;/p&gt;", "Deux heures & plus"),
        ("<script>alert(1)</script>Venez <b>nombreux</b>", "Venez nombreux"),
        ("Moins de 3 < 4 & plus", "Moins de 3 < 4 & plus"),
        ("Une ligne\net une autre", "Une ligne\net une autre"),
    ],
)
def test_markup_becomes_text(given: Given, admin: Portal, activity: str, text: str, shown: str) -> None:
    imported(given, admin, activity, file(mission(1, description=text)))
    assert one(admin, activity)["body"] == shown


def test_missions_are_for_mutual_aid(given: Given, town: Portal, admin: Portal) -> None:
    ideas = given.activity(town, kind="IDEA_BOX")
    run = imported(given, admin, ideas, file(mission(1)))
    assert (counts(run), remarks(run)) == ((1, 0, 1, 0), [(1, "type", "BAD_KIND")])


def test_file_that_ends_in_mid_mission_fails_as_a_whole(given: Given, admin: Portal, activity: str) -> None:
    run = tried(given, admin, activity, file(mission(1), mission(2))[:-40])
    assert (run["state"], run["problem"]) == ("FAILED", "UNREADABLE")


def test_organisation_of_the_portal_organises_what_names_it(given: Given, admin: Portal, activity: str) -> None:
    name = f"Jardins {uuid4().hex[:6]}"
    association = given.actor(admin, kind="ASSOCIATION", name=name)
    own = association.ask("{ viewer { id } }")["viewer"]["id"]
    run = imported(given, admin, activity, file(mission(1, organizationName=name)))
    assert raw(given, admin, one(admin, activity)["id"])["author_id"] == str(uuid_in(own))
    done(given, admin, "undo", run["id"])
    assert association.ask("{ viewer { name } }")["viewer"]["name"] == name


FIELDS = (
    "title",
    "description",
    "domain",
    "startAt",
    "endAt",
    "places",
    "requirements",
    "openToMinors",
    "reducedMobilityAccessible",
    "organizationName",
    "addresses",
    "type",
    "postedAt",
)


def exported(town: Portal, title: str) -> list[dict[str, Any]]:
    """What the open data say of missions of a title, without what is each portal's own."""
    told = Browser(town.client, town.host).get("/opendata/missions.json").json()["data"]
    mine = [{name: found[name] for name in FIELDS} for found in told if found["title"].startswith(title)]
    return sorted(mine, key=lambda found: str(found["title"]))


def test_what_is_exported_and_imported_is_equal(given: Given, town: Portal, rennes: Portal, admin: Portal) -> None:
    title = f"Aller-retour {uuid4().hex[:6]}"
    activity = given.activity(town, kind="MUTUAL_AID")
    street = [{"street": "12 rue de Brest", "location": HERE}]
    sent = [
        mission(1, title=f"{title} A", addresses=street, openToMinors=False),
        mission(2, title=f"{title} B", requirements=[], reducedMobilityAccessible=True, domain="autre"),
        mission(3, title=f"{title} C", requirements=["Une seule."], description="Ligne 1\n\nLigne 2 : 3 < 4"),
    ]
    imported(given, admin, activity, file(*sent))
    whole = Browser(town.client, town.host).get("/opendata/missions.json").json()
    whole["data"] = [found for found in whole["data"] if found["title"].startswith(title)]
    before = exported(town, title)
    assert len(before) == 3
    there = given.activity(rennes, kind="MUTUAL_AID")
    run = imported(given, given.actor(rennes, role="ADMIN"), there, json.dumps(whole))
    assert (counts(run), remarks(run)) == ((3, 3, 0, 0), [])
    assert exported(rennes, title) == before
    assert all(datetime.fromisoformat(found["postedAt"]) <= datetime.now(UTC) for found in before)
