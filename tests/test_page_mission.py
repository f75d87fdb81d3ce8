"""Pages of missions: signing up, giving the place back, organising and marking who came, without script."""

from datetime import UTC, datetime, timedelta

import pytest

from portal import render
from tests.acting import pause
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_dashboard import SAID
from tests.test_page_portal import hidden
from tests.volunteering import Volunteers, signed_up


@pytest.fixture
def volunteers(given: Given, town: Portal) -> Volunteers:
    return Volunteers(given, town, places=1, domain="ENVIRONNEMENT", minorsFrom=16, requirements="Des gants <b>.")


def browser(town: Portal, role: str) -> Browser:
    """The browser of the first person of a role, as the demonstration signs in."""
    own = Browser(town.client, town.host)
    assert own.submit("/auth/demo", {"role": role, "next": "/"}).status_code == 303
    return own


def organiser(volunteers: Volunteers) -> Browser:
    """The browser of somebody who is a member of the association."""
    volunteers.given.actor(volunteers.town, role="MODERATOR")
    own = browser(volunteers.town, "MODERATOR")
    actor = own.ask("{ viewer { id } }").json()["data"]["viewer"]["id"]
    keys = {"organisation_id": uuid_in(volunteers.of), "member_id": uuid_in(actor)}
    volunteers.given.insert(volunteers.town, "organisation_member", given_at="now", **keys)
    return own


def statuses(volunteers: Volunteers) -> list[tuple[object, ...]]:
    query = "SELECT status, is_minor FROM __tenant__.sign_up WHERE slot_id = %s"
    return volunteers.given.sql(volunteers.town, query, uuid_in(volunteers.slot))


def test_resident_finds_a_mission_signs_up_and_gives_the_place_back(volunteers: Volunteers, town: Portal) -> None:
    volunteers.neighbour()
    stranger, own = Browser(town.client, town.host), browser(town, "MEMBER")
    assert "Planter la haie" in stranger.get("/missions?domain=ENVIRONNEMENT&isOpenToMinors=true").text
    path = f"/mission/{volunteers.contribution}"
    page = stranger.get(path).text
    assert "Des gants &lt;b&gt;" in page
    assert "dès 16\N{NO-BREAK SPACE}ans" in page or "dès 16 ans" in page
    assert f"/mission/{volunteers.contribution}/organiser" not in page
    form = hidden(own.get(path).text, "SignUp")
    refused = own.submit(path, {**form, "isMinor": "true"})
    assert refused.status_code == 422
    assert 'value="true" required checked' in refused.text
    done = own.submit(path, {**form, "isMinor": "true", "hasGuardianConsent": "true"})
    assert (done.status_code, done.headers["location"]) == (303, f"{path}?inscrit=1")
    assert statuses(volunteers) == [("REGISTERED", True)]
    assert "Planter la haie" in own.get("/moi").text
    back = own.get(path).text
    assert "Complet" in back
    assert own.submit(path, hidden(back, "Withdraw")).status_code == 303
    assert statuses(volunteers) == [("WITHDRAWN", True)]


def test_organisation_adds_slots_and_marks_who_came(volunteers: Volunteers, town: Portal) -> None:
    person = volunteers.neighbour("Lucie")
    signed_up(person, volunteers.slot)
    member, stranger = organiser(volunteers), browser(town, "MEMBER")
    path = f"/mission/{volunteers.contribution}/organiser"
    assert stranger.get(path).status_code == 404
    form = hidden(member.get(path).text, "Add")
    backwards = {"startsAt": "2026-12-24T12:00", "endsAt": "2026-12-24T09:00", "places": "3"}
    refused = member.submit(path, {**form, **backwards})
    assert refused.status_code == 422
    assert 'value="2026-12-24T12:00"' in refused.text
    sheet = f"/creneau/{volunteers.slot}"
    assert stranger.get(sheet).status_code == 404
    page = member.get(sheet).text
    assert "Lucie" in page
    assert 'value="Mark"' not in page
    volunteers.begin()
    page = member.get(sheet).text
    marked = member.submit(sheet, hidden(page, "Mark"))
    assert marked.status_code == 303
    assert SAID in member.get(marked.headers["location"]).text
    assert statuses(volunteers) == [("CAME", False)]
    assert "2 heures de bénévolat" in Browser(town.client, town.host).get(f"/acteur/{volunteers.of}").text.replace(
        "\N{NO-BREAK SPACE}", " "
    ).replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_slot_that_was_opened_resized_or_called_off_says_so(volunteers: Volunteers) -> None:
    member = organiser(volunteers)
    desk, sheet = f"/mission/{volunteers.contribution}/organiser", f"/creneau/{volunteers.slot}"
    day = (datetime.now(UTC) + timedelta(days=20)).date()
    new = {"startsAt": f"{day}T09:00", "endsAt": f"{day}T12:00", "places": "3"}
    for path, name, fields in ((desk, "Add", new), (sheet, "Resize", {"places": "5"}), (sheet, "Cancel", {})):
        assert SAID not in member.get(path).text
        sent = member.submit(path, {**hidden(member.get(path).text, name), **fields})
        assert (sent.status_code, sent.headers["location"]) == (303, f"{path}?enregistre=1"), name
        assert SAID in member.get(sent.headers["location"]).text


def test_request_of_an_association_says_how_it_becomes_a_mission_and_leads_to_its_slots(
    volunteers: Volunteers, town: Portal
) -> None:
    path = f"/contribution/{volunteers.contribution}"
    page = Browser(town.client, town.host).get(path).text
    assert f'href="/mission/{volunteers.contribution}"' in page
    assert f"/contribution/{volunteers.contribution}/repondre" not in page
    assert (
        f"/mission/{volunteers.contribution}/organiser"
        in organiser(volunteers).get(f"/mission/{volunteers.contribution}").text
    )


def test_page_says_what_pausing_does_to_slots(volunteers: Volunteers) -> None:
    member = organiser(volunteers)
    path = f"/contribution/{volunteers.contribution}"
    said = "les personnes inscrites gardent leur place"
    assert said in member.get(path).text
    pause(volunteers.member, volunteers.contribution)
    assert said in member.get(path).text
    assert said in member.get(f"/mission/{volunteers.contribution}").text


def test_pages_of_a_mission_whose_slots_are_called_off_offer_to_answer_it(given: Given, town: Portal) -> None:
    given.actor(town, name="Camille")  # Before the organiser: `browser` signs in as the first.
    volunteers = Volunteers(given, town)
    assert volunteers.cancel()["userErrors"] == []
    own = browser(town, "MEMBER")
    answer = f'href="/contribution/{volunteers.contribution}/repondre"'
    for path in ("mission", "contribution"):
        assert answer in own.get(f"/{path}/{volunteers.contribution}").text


def test_slots_say_their_weekday() -> None:
    assert (
        render.occasion("fr", "2026-12-02T08:00:00+00:00", zone="Europe/Paris")
        == "mercredi 2\N{NO-BREAK SPACE}décembre 2026, 9\N{NO-BREAK SPACE}h"
    )
    assert render.occasion("en", "2026-12-02T23:30:00+00:00", zone="Europe/Paris").startswith("Thursday 3")


def test_slots_that_end_at_half_past_say_so_whole() -> None:
    slot = {"startsAt": "2026-12-03T13:00:00Z", "endsAt": "2026-12-03T14:30:00Z"}
    part = render.environment("fr", "Europe/Paris").get_template("part/mission.html")
    said = str(part.module.span(slot))  # type: ignore[attr-defined]
    assert "14\u00a0h – 15\u00a0h\u00a030<" in said
