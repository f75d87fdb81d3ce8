"""The calendar files: missions, phases, votes and sessions, in the portal's hours, the same for everybody."""

import re
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from icalendar import Calendar, Event

from geo import cell
from portal import agenda
from tests.acting import close, published
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import STATES, opened, ruled
from tests.petitioning import read as read_petition
from tests.volunteering import Volunteers

HALL = {"lat": 48.1117, "lng": -1.6778}
FAR = {"lat": 48.0802, "lng": -1.6001}


@pytest.fixture
def volunteers(given: Given, town: Portal) -> Volunteers:
    return Volunteers(given, town)


def fetched(town: Portal, path: str, **headers: str) -> httpx.Response:
    return Browser(town.client, town.host).get(path, **headers)


def calendar(town: Portal, path: str) -> Calendar:
    answer = fetched(town, path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, agenda.MEDIA_TYPE), answer.text
    return Calendar.from_ical(answer.content)


def events(town: Portal, path: str) -> dict[str, Event]:
    """The events of a file by the name that each keeps."""
    named = [(str(event["uid"]).partition("@")[0], event) for event in calendar(town, path).walk("VEVENT")]
    assert len(named) == len(dict(named))
    return dict(named)


def slug(given: Given, town: Portal, activity: str) -> str:
    query = "SELECT slug FROM __tenant__.participatory_space WHERE id = %s"
    return str(given.sql(town, query, given.row(town, activity)["space_id"])[0][0])


def test_mission_is_a_calendar_of_its_slots_in_the_portal_s_hours(volunteers: Volunteers, town: Portal) -> None:
    volunteers.added(startsAt="2027-06-01T07:00:00Z", endsAt="2027-06-01T10:30:00Z")
    path = f"/mission/{volunteers.contribution}/agenda.ics"
    read = calendar(town, path)
    assert read["x-wr-timezone"] == "Europe/Paris"
    assert [str(zone["tzid"]) for zone in read.walk("VTIMEZONE")] == ["Europe/Paris"]
    assert b"DTSTART;TZID=Europe/Paris:20270601T090000" in fetched(town, path).content
    later = max(events(town, path).values(), key=lambda event: event.decoded("dtstart"))
    paris = ZoneInfo("Europe/Paris")
    assert later.decoded("dtstart") == datetime(2027, 6, 1, 9, tzinfo=paris)
    assert later.decoded("dtend") == datetime(2027, 6, 1, 12, 30, tzinfo=paris)
    assert str(later["summary"]) == "Planter la haie"
    assert str(later["description"]).startswith("Les Jardins du Blosne")
    page = str(later["url"]).removeprefix(f"http://{town.host}")
    assert fetched(town, page).status_code == 200
    assert f'href="{path}"' in fetched(town, page).text


def test_slot_keeps_its_name_and_says_that_it_is_cancelled(volunteers: Volunteers, town: Portal) -> None:
    path = f"/mission/{volunteers.contribution}/agenda.ics"
    assert {name: event.get("status") for name, event in events(town, path).items()} == {volunteers.slot: None}
    assert volunteers.cancel()["userErrors"] == []
    assert {name: event.get("status") for name, event in events(town, path).items()} == {volunteers.slot: "CANCELLED"}


def test_place_has_the_missions_that_are_there(given: Given, volunteers: Volunteers, town: Portal) -> None:
    zone = given.zone(town, f"Le Blosne {uuid4().hex}")
    given.sql(
        town, "UPDATE __tenant__.contribution SET zone_id = %s WHERE id = %s", zone, uuid_in(volunteers.contribution)
    )
    there, elsewhere = (f"zone_{town.number}_{one}" for one in (zone, given.zone(town, f"Ailleurs {uuid4().hex}")))
    assert list(events(town, f"/agenda.ics?zone={there}")) == [volunteers.slot]
    assert str(events(town, f"/agenda.ics?zone={there}")[volunteers.slot]["location"]).startswith("Le Blosne ")
    assert events(town, f"/agenda.ics?zone={elsewhere}") == {}
    for query in ("zone=Blosne", "cell=zzz", "autour=zzz", f"zone={there}&rayon=loin"):
        assert fetched(town, f"/agenda.ics?{query}").status_code == 404


def test_mission_near_a_cell_is_in_its_calendar_without_its_place(
    given: Given, volunteers: Volunteers, town: Portal
) -> None:
    mission = published(
        volunteers.member, volunteers.activity, "REQUEST", title="Peindre", onBehalfOf=volunteers.of, location=HALL
    )
    volunteers.contribution = mission
    slot = volunteers.added()
    here, away = (cell.to_text(cell.at(point["lat"], point["lng"], 8)) for point in (HALL, FAR))
    event = events(town, f"/agenda.ics?cell={here}&rayon=2000")[slot]
    assert "geo" not in event
    assert "location" not in event
    assert slot not in events(town, f"/agenda.ics?cell={away}&rayon=1000")


def test_space_has_phases_votes_missions_and_sessions(given: Given, town: Portal) -> None:
    space = given.space(town)
    idea = given.activity(town, vote_method="SUPPORT", opens_at="2026-01-05", closes_at="2099-02-01", space=space)
    vote = given.activity(town, vote_method="SUPPORT", opens_at="2026-01-05", closes_at="2099-03-01", space=space)
    phases = (
        '[{"kind": "COLLECT", "title": "", "startsAt": "2026-01-05T00:00:00+00:00"},'
        ' {"kind": "VOTE", "title": "Le grand vote", "startsAt": "2099-01-01T08:00:00+00:00"}]'
    )
    given.sql(town, "UPDATE __tenant__.activity SET phases = %s WHERE id = %s", phases, uuid_in(idea))
    admin = given.actor(town, role="ADMIN")
    signed = ruled(given, town, admin)
    given.sql(town, "UPDATE __tenant__.activity SET space_id = %s WHERE id = %s", uuid_in(space), uuid_in(signed))
    petition = published(given.actor(town), signed, title="Une piscine")
    state = STATES["petitionAnswer"].replace("'TRANSMITTED'", "'ON_AGENDA'")
    given.sql(
        town,
        f"UPDATE __tenant__.petition SET {state}, session_on = '2099-01-18', scheduled_at = now() WHERE contribution_id = %s",
        uuid_in(petition),
    )
    read = events(town, f"/espace/{slug(given, town, idea)}/agenda.ics")
    assert {name: str(event["summary"]).partition(" – ")[0] for name, event in read.items()} == {
        f"{idea}-COLLECT-1": "Recueil des propositions",
        f"{idea}-VOTE-1": "Le grand vote",
        f"{vote}-VOTE-1": "Vote",
        f"{petition}-session": "Séance du conseil",
    }
    ends = {name: event.decoded("dtend") for name, event in read.items() if "dtend" in event}
    assert ends[f"{idea}-COLLECT-1"] == read[f"{idea}-VOTE-1"].decoded("dtstart")
    assert ends[f"{idea}-COLLECT-1"].isoformat() == "2099-01-01T09:00:00+01:00"
    assert read[f"{petition}-session"].decoded("dtstart") == date(2099, 1, 18)
    assert {str(event["transp"]) for event in read.values()} == {"TRANSPARENT"}


def test_petition_s_last_day_is_there_while_it_is_signed(given: Given, town: Portal) -> None:
    admin, moderator, author = (given.actor(town, role=role) for role in ("ADMIN", "MODERATOR", "MEMBER"))
    activity = ruled(given, town, admin)
    path = f"/espace/{slug(given, town, activity)}/agenda.ics"
    petition = opened(author, moderator, activity)
    last = town.ask("query($id: ID!) { contribution(id: $id) { petition { closesOn } } }", id=petition)
    event = events(town, path)[f"{petition}-closing"]
    assert str(event["summary"]).startswith("Dernier jour pour signer – ")
    assert event.decoded("dtstart") == date.fromisoformat(last["contribution"]["petition"]["closesOn"])
    opened_at = datetime.fromisoformat(read_petition(author, petition)["openedAt"])
    assert event.decoded("dtstamp") == opened_at.replace(microsecond=0)
    assert str(event["url"]).endswith(f"/contribution/{petition}")
    assert close(author, petition, "WITHDRAWN")["userErrors"] == []
    assert events(town, path) == {}
    assert "Dernier jour" not in fetched(town, path.removesuffix(".ics")).text


def test_page_and_file_of_a_space_have_the_same_dates_of_every_kind(
    given: Given, volunteers: Volunteers, town: Portal
) -> None:
    space, rule = given.space(town), {"vote_least": 1, "vote_most": 3}
    made = {
        "survey": given.activity(town, kind="SURVEY", closes_at="2099-01-01", space=space, location_rule="NONE"),
        "ballot": given.activity(
            town, kind="PARTICIPATORY_BUDGET", vote_method="APPROVAL", closes_at="2099-02-01", space=space, **rule
        ),
        "votes": given.activity(town, kind="CONSULTATION", vote_method="OPINION", closes_at="2099-03-01", space=space),
        "phases": given.activity(town, kind="IDEA_BOX", vote_method="SUPPORT", space=space),
        "petition": ruled(given, town, given.actor(town, role="ADMIN")),
        "mission": volunteers.activity,
    }
    phases = (
        '[{"kind": "COLLECT", "title": "", "startsAt": "2098-01-05T00:00:00+00:00"},'
        ' {"kind": "VOTE", "title": "Sans fin", "startsAt": "2099-04-01T08:00:00+00:00"}]'
    )
    given.sql(town, "UPDATE __tenant__.activity SET phases = %s WHERE id = %s", phases, uuid_in(made["phases"]))
    for activity in made.values():
        move = "UPDATE __tenant__.activity SET space_id = %s, title = %s WHERE id = %s"
        given.sql(town, move, uuid_in(space), f"Titre {activity[-6:]}", uuid_in(activity))
    petition = opened(given.actor(town), given.actor(town, role="MODERATOR"), made["petition"])
    path = f"/espace/{slug(given, town, made['survey'])}/agenda"
    read = events(town, f"{path}.ics")
    assert set(read) == {
        *(f"{made['survey']}-OPEN-1", f"{made['ballot']}-VOTE-1", f"{made['votes']}-VOTE-1"),
        *(f"{made['phases']}-COLLECT-1", f"{made['phases']}-VOTE-1"),
        *(f"{petition}-closing", volunteers.slot),
    }
    page = fetched(town, path).text
    lines = re.findall(
        r'<p class="date-when"><time datetime="([^"]+)">.*?<span>(.*?)</span>.*?href="([^"]+)"', page, re.S
    )
    told = {(says, address) for _, says, address in lines}
    filed = {
        (
            "Mission de bénévolat" if name == volunteers.slot else str(event["summary"]).partition(" – ")[0],
            str(event["url"]),
        )
        for name, event in read.items()
    }
    assert len(lines) == len(read)
    assert told == {(says, url.removeprefix(f"http://{town.host}")) for says, url in filed}


def test_portal_has_the_missions_and_what_is_open(given: Given, volunteers: Volunteers, town: Portal) -> None:
    vote = given.activity(town, vote_method="SUPPORT", opens_at="2026-01-05", closes_at="2099-03-01")
    read = events(town, agenda.PATH)
    assert {volunteers.slot, f"{vote}-VOTE-1"} <= set(read)
    page = fetched(town, "/participer").text
    assert page.count('href="/agenda.ics"') == 2
    assert fetched(town, "/missions").text.count('href="/agenda.ics"') == 2


def test_what_is_not_public_is_in_no_calendar(given: Given, town: Portal) -> None:
    hidden = [
        given.activity(town, closes_at="2099-03-01", space=given.space(town, visibility=visibility))
        for visibility in ("MEMBERS", "DRAFT")
    ]
    admin = Browser(town.client, town.host)
    admin.submit("/auth/demo", {"role": "ADMIN", "next": "/moi"})
    for text in (fetched(town, agenda.PATH).text, admin.get(agenda.PATH).text):
        assert not [one for one in hidden if one in text.replace("\r\n ", "")]
    for one in hidden:
        assert fetched(town, f"/espace/{slug(given, town, one)}/agenda.ics").status_code == 404


@pytest.mark.parametrize("path", ["/mission/x/agenda.ics", "/espace/nulle-part/agenda.ics"])
def test_calendar_of_nothing_is_no_page(town: Portal, path: str) -> None:
    assert fetched(town, path).status_code == 404


def test_request_that_is_no_mission_has_no_calendar(given: Given, town: Portal) -> None:
    request = published(given.actor(town), given.activity(town, kind="MUTUAL_AID"), "REQUEST")
    assert fetched(town, f"/mission/{request}/agenda.ics").status_code == 404


def test_calendar_that_did_not_change_is_not_sent_again_and_is_one_statement(given: Given, rennes: Portal) -> None:
    before = rennes.running.database.statement_count
    first = fetched(rennes, f"/agenda.ics?x={before}")
    assert (first.status_code, rennes.running.database.statement_count - before <= 1) == (200, True)
    again = fetched(rennes, f"/agenda.ics?x={before}", **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Calendar.from_ical(first.content).walk("VEVENT")


def test_texts_of_any_kind_leave_the_calendar_well_formed(given: Given, volunteers: Volunteers, town: Portal) -> None:
    title, body = "Une haie ; des gants, « été »", "BEGIN:VEVENT\\n\x0c🌳 " * 60
    given.sql(
        town,
        "UPDATE __tenant__.contribution SET title = %s, body = %s WHERE id = %s",
        title,
        body,
        uuid_in(volunteers.contribution),
    )
    answer = fetched(town, f"/mission/{volunteers.contribution}/agenda.ics")
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["summary"]) == title
    assert "BEGIN:VEVENT" in str(event["description"])


def test_portal_without_any_feature_has_a_calendar_without_events(given: Given, rennes: Portal) -> None:
    bare = given.tenant(rennes, "agenda-of-nothing", "commune-35238")
    given.features(bare, [])
    assert events(bare, "/agenda.ics") == {}
    assert events(bare, f"/agenda.ics?cell={cell.to_text(cell.at(48.1, -1.68, 8))}") == {}
