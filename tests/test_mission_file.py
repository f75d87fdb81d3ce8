"""Missions as open data, in the fields of API Engagement."""

from tests.acting import close
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.volunteering import Volunteers, instant, signed_up

FILE = "/opendata/missions.json"


def test_each_slot_to_come_is_a_mission_with_the_fields_of_api_engagement(given: Given, town: Portal) -> None:
    said = {"domain": "CULTURE_LOISIRS", "minorsFrom": 16, "requirements": "Des gants.", "isAccessible": True}
    volunteers = Volunteers(given, town, places=3, **said)
    signed_up(volunteers.neighbour("Lucie"), volunteers.slot)
    over = volunteers.slot
    volunteers.begin("3 hours")
    volunteers.slot = volunteers.added(places=4, startsAt=instant(days=5), endsAt=instant(days=5, hours=3))
    answer = Browser(town.client, town.host).get(FILE)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    told = {one["clientId"]: one for one in answer.json()["data"]}
    assert over not in told
    one = told[volunteers.slot]
    assert {name: one[name] for name in ("title", "places", "openToMinors", "reducedMobilityAccessible", "domain")} == {
        "title": "Planter la haie",
        "places": 4,
        "openToMinors": True,
        "reducedMobilityAccessible": True,
        "domain": "culture-loisirs",
    }
    assert one["startAt"] < one["endAt"]
    assert one["requirements"] == ["Des gants."]
    assert (one["organizationClientId"], one["organizationName"]) == (volunteers.of, "Les Jardins du Blosne")
    assert one["applicationUrl"] == f"http://{town.host}/mission/{volunteers.contribution}"
    assert "Lucie" not in answer.text
    close(volunteers.member, volunteers.contribution)
    again = Browser(town.client, town.host).get(FILE).json()["data"]
    assert volunteers.slot not in {one["clientId"] for one in again}


def test_mission_that_moderation_hides_is_in_no_file(given: Given, town: Portal) -> None:
    volunteers = Volunteers(given, town)
    hide = "UPDATE __tenant__.contribution SET status_before = status, status = 'HIDDEN' WHERE id = %s"
    given.sql(town, hide, uuid_in(volunteers.contribution))
    told = Browser(town.client, town.host).get(FILE).json()["data"]
    assert volunteers.slot not in {one["clientId"] for one in told}
