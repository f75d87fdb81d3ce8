"""Missions: an organisation's request with time slots, which its members write and everybody reads."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from jobs import nudge
from models import likeness
from tests.acting import close, pause, published, refused, resume, revise
from tests.browser import Browser
from tests.conftest import Portal
from tests.exchanging import propose
from tests.given import Given, uuid_in
from tests.moderating import case_about, decided, reported
from tests.test_detection import marks
from tests.test_exchange_parallel import codes
from tests.volunteering import MISSION, SLOT, Volunteers, instant, mine, sign_up, signed_up

LIST = """query($domain: MissionDomain, $minors: Boolean) { missions(domain: $domain, isOpenToMinors: $minors, first: 100) {
  nodes { contribution { id } nextStartsAt } } }"""
READ = f"query($id: ID!) {{ contribution(id: $id) {{ mayOrganise expiresAt mission {{ {MISSION} pastSlots {{ id }} }} }} }}"


@pytest.fixture
def volunteers(given: Given, town: Portal) -> Volunteers:
    return Volunteers(given, town)


def listed(who: Portal, **chosen: Any) -> list[str]:
    return [node["contribution"]["id"] for node in who.ask(LIST, **chosen)["missions"]["nodes"]]


def test_list_is_of_a_space_a_zone_or_around_a_point(given: Given, volunteers: Volunteers, town: Portal) -> None:
    lists = """query($space: ID, $zone: ID, $near: NearInput) { missions(space: $space, zone: $zone, near: $near, first: 100) {
      nodes { contribution { id } } } }"""

    def those(**chosen: Any) -> list[str]:
        return [node["contribution"]["id"] for node in town.ask(lists, **chosen)["missions"]["nodes"]]

    hall, zone = {"lat": 48.1117, "lng": -1.6778}, given.zone(town, f"Le Blosne {uuid4().hex}")
    placed = published(volunteers.member, volunteers.activity, "REQUEST", onBehalfOf=volunteers.of, location=hall)
    given.sql(town, "UPDATE __tenant__.contribution SET zone_id = %s WHERE id = %s", zone, uuid_in(placed))
    first, volunteers.contribution = volunteers.contribution, placed
    volunteers.added(startsAt=instant(days=9), endsAt=instant(days=10))
    space = town.ask("query($id: ID!) { activity(id: $id) { space { id } } }", id=volunteers.activity)
    assert those(space=space["activity"]["space"]["id"]) == [first, placed]
    assert those(space=given.space(town)) == []
    assert those(zone=f"zone_{town.number}_{zone}") == [placed]
    assert those(zone=f"zone_{town.number + 1}_{zone}") == []
    around = those(near=hall | {"radiusM": 2000})
    assert (placed in around, first in around) == (True, False)
    assert placed not in those(near={"lat": 48.2, "lng": -1.6778, "radiusM": 2000})


def read(who: Portal, of: Volunteers) -> dict[str, Any]:
    return dict(who.ask(READ, id=of.contribution)["contribution"])


def test_member_makes_a_mission_of_a_request_and_everybody_reads_it(volunteers: Volunteers, town: Portal) -> None:
    said = {"domain": "ENVIRONNEMENT", "requirements": "Des gants.", "minorsFrom": 16, "isAccessible": True}
    assert volunteers.revise(**said)["userErrors"] == []
    mission = read(town, volunteers)["mission"]
    assert {name: mission[name] for name in said} == said
    assert mission["mayOrganise"] is False
    [slot] = mission["slots"]
    assert (slot["places"], slot["takenCount"], slot["freePlaces"], slot["waitingCount"]) == (2, 0, 2, 0)
    assert (slot["isOpen"], slot["hasBegun"], slot["cancelledAt"]) == (True, False, None)
    shown = read(volunteers.member, volunteers)
    assert (shown["mayOrganise"], shown["mission"]["mayOrganise"]) == (True, True)


def test_request_stays_open_until_its_last_slot_is_over(volunteers: Volunteers, town: Portal) -> None:
    first = read(town, volunteers)["expiresAt"]
    late = instant(days=40)
    assert volunteers.add(startsAt=instant(days=39), endsAt=late)["userErrors"] == []
    assert first < late
    assert read(town, volunteers)["expiresAt"].replace("Z", "+00:00") == late
    assert volunteers.add()["userErrors"] == []
    assert read(town, volunteers)["expiresAt"].replace("Z", "+00:00") == late  # No sooner.


def test_request_that_is_renewed_or_resumed_stays_open_until_its_last_slot_is_over(
    volunteers: Volunteers, town: Portal
) -> None:
    person, late = volunteers.neighbour(), instant(days=200)
    last = volunteers.added(startsAt=instant(days=199), endsAt=late)
    assert revise(volunteers.member, volunteers.contribution, expiresAfterDays=14)["userErrors"] == []
    assert read(town, volunteers)["expiresAt"].replace("Z", "+00:00") == late
    assert pause(volunteers.member, volunteers.contribution)["userErrors"] == []
    assert [slot["cancelledAt"] for slot in read(volunteers.member, volunteers)["mission"]["slots"]] == [None, None]
    with volunteers.given.nothing_written(town):
        assert sign_up(person, last)["userErrors"] == refused("CONTRIBUTION_PAUSED", "slot")
    assert resume(volunteers.member, volunteers.contribution)["userErrors"] == []
    assert read(town, volunteers)["expiresAt"].replace("Z", "+00:00") == late
    volunteers.slot = last
    assert volunteers.cancel()["userErrors"] == []
    assert revise(volunteers.member, volunteers.contribution, expiresAfterDays=14)["userErrors"] == []
    assert read(town, volunteers)["expiresAt"] < instant(days=16)  # What was called off keeps nothing open.


def test_missions_are_listed_by_their_next_slot_and_by_what_they_are_for(given: Given, town: Portal) -> None:
    later, sooner = Volunteers(given, town, domain="SPORT"), Volunteers(given, town, domain="SANTE", minorsFrom=16)
    sooner.added(startsAt=instant(hours=1), endsAt=instant(hours=2))
    own = {later.contribution, sooner.contribution}
    assert [id_ for id_ in listed(town) if id_ in own] == [sooner.contribution, later.contribution]
    assert own & set(listed(town, domain="SPORT")) == {later.contribution}
    assert own & set(listed(town, minors=True)) == {sooner.contribution}
    assert own & set(listed(town, minors=False)) == {later.contribution}
    sooner.begin("3 hours")  # Its first is over; another is still to come.
    assert own & set(listed(town)) == own
    close(later.member, later.contribution)
    assert own & set(listed(town)) == {sooner.contribution}


def test_mission_without_a_slot_to_come_is_not_listed_and_its_organiser_sees_those_that_were(
    volunteers: Volunteers, town: Portal
) -> None:
    volunteers.begin("3 hours")
    assert volunteers.contribution not in listed(town)
    assert read(town, volunteers)["mission"]["pastSlots"] == []
    assert read(volunteers.member, volunteers)["mission"]["pastSlots"] == [{"id": volunteers.slot}]


def test_requests_of_organisations_alone_become_missions(given: Given, volunteers: Volunteers, town: Portal) -> None:
    person = given.actor(town)
    own = published(person, volunteers.activity, "REQUEST")
    offer = published(volunteers.member, volunteers.activity, "OFFER", onBehalfOf=volunteers.of)
    shop = given.actor(town, kind="MERCHANT")
    sold = published(shop, volunteers.activity, "REQUEST")
    strangers = [person, given.actor(town, role="MODERATOR"), given.actor(town, role="ADMIN")]
    with given.nothing_written(town):
        assert volunteers.revise(person, contribution=own)["userErrors"] == refused(
            "ORGANISATIONS_ONLY", "contribution"
        )
        assert codes(volunteers.revise(shop, contribution=sold)) == ["ORGANISATIONS_ONLY"]
        assert codes(volunteers.revise(contribution=offer)) == ["KIND_NOT_ACCEPTED"]
        for stranger in strangers:
            assert volunteers.revise(stranger)["userErrors"] == refused("NOT_FOUND", "contribution")
            assert volunteers.add(stranger)["userErrors"] == refused("NOT_FOUND", "contribution")
            assert volunteers.resize(3, stranger)["userErrors"] == refused("NOT_FOUND", "slot")
            assert volunteers.cancel(stranger)["userErrors"] == refused("NOT_FOUND", "slot")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"places": 0}, "places"),
        ({"places": 101}, "places"),
        ({"startsAt": instant(hours=-3), "endsAt": instant(hours=-1)}, "startsAt"),
        ({"startsAt": instant(days=367), "endsAt": instant(days=368)}, "startsAt"),
        ({"startsAt": instant(days=3), "endsAt": instant(days=3)}, "endsAt"),
        ({"startsAt": instant(days=3), "endsAt": instant(days=370)}, "endsAt"),
    ],
)
def test_slot_is_to_come_and_has_places(volunteers: Volunteers, fields: dict[str, Any], field: str) -> None:
    with volunteers.given.nothing_written(volunteers.town):
        assert volunteers.add(**fields)["userErrors"] == refused("BAD_INPUT", field)


def test_mission_takes_minors_from_fifteen_to_seventeen(volunteers: Volunteers) -> None:
    with volunteers.given.nothing_written(volunteers.town):
        for age in (14, 18):
            assert volunteers.revise(minorsFrom=age)["userErrors"] == refused("BAD_INPUT", "minorsFrom")


def test_people_sign_up_for_slots_and_do_not_answer_the_request(volunteers: Volunteers) -> None:
    helper = volunteers.neighbour()
    with volunteers.given.nothing_written(volunteers.town):
        assert propose(helper, volunteers.contribution)["userErrors"] == refused("SLOT_NEEDED", "contribution")


def test_new_places_go_to_the_first_who_wait_and_none_is_taken_away(volunteers: Volunteers) -> None:
    people = [volunteers.neighbour(name) for name in ("Un", "Deux", "Trois", "Quatre")]
    for one in people:
        signed_up(one, volunteers.slot)
    assert volunteers.counts() == {"REGISTERED": 2, "WAITING": 2}
    payload = volunteers.resize(3)
    assert (payload["slot"]["takenCount"], payload["slot"]["waitingCount"]) == (3, 1)
    assert [mine(one)[0]["status"] for one in people] == ["REGISTERED"] * 3 + ["WAITING"]
    with volunteers.given.nothing_written(volunteers.town):
        assert volunteers.resize(2)["userErrors"] == refused("CAPACITY_TAKEN", "places")


def test_slot_that_is_called_off_ends_its_sign_ups(volunteers: Volunteers) -> None:
    people = [volunteers.neighbour() for _ in range(3)]
    for one in people:
        signed_up(one, volunteers.slot)
    assert volunteers.cancel()["slot"]["isOpen"] is False
    assert volunteers.counts() == {"CANCELLED": 3}
    assert [mine(one)[0]["status"] for one in people] == ["CANCELLED"] * 3
    with volunteers.given.nothing_written(volunteers.town):
        assert sign_up(people[0], volunteers.slot)["userErrors"] == refused("SLOT_OVER", "slot")
        assert volunteers.cancel()["userErrors"] == refused("SLOT_OVER", "slot")
        assert volunteers.resize(5)["userErrors"] == refused("SLOT_OVER", "slot")


def test_slot_that_has_begun_is_not_called_off(volunteers: Volunteers) -> None:
    volunteers.begin()
    with volunteers.given.nothing_written(volunteers.town):
        assert volunteers.cancel()["userErrors"] == refused("SLOT_OVER", "slot")


def test_closing_a_mission_calls_its_slots_to_come_off_alone(volunteers: Volunteers) -> None:
    helper, begun = volunteers.neighbour(), volunteers.slot
    signed_up(helper, begun)
    volunteers.begin()
    volunteers.slot = volunteers.added()
    signed_up(helper, volunteers.slot)
    close(volunteers.member, volunteers.contribution)
    assert {one["slot"]["id"]: one["status"] for one in mine(helper)} == {
        begun: "REGISTERED",
        volunteers.slot: "CANCELLED",
    }


def test_mission_that_moderation_hides_is_hidden_with_its_slots(volunteers: Volunteers, town: Portal) -> None:
    helper = volunteers.neighbour()
    signed_up(helper, volunteers.slot)
    hidden = "UPDATE __tenant__.contribution SET status_before = status, status = 'HIDDEN' WHERE id = %s"
    volunteers.given.sql(town, hidden, uuid_in(volunteers.contribution))
    show = f"query($id: ID!) {{ missionSlot(id: $id) {{ {SLOT} }} }}"
    assert volunteers.contribution not in listed(town)
    assert town.ask(show, id=volunteers.slot)["missionSlot"] is None
    assert mine(helper)[0]["slot"] is None
    other = volunteers.neighbour()
    with volunteers.given.nothing_written(town):
        assert sign_up(other, volunteers.slot)["userErrors"] == refused("NOT_FOUND", "slot")


def test_organisation_is_not_asked_by_mail_whether_a_mission_was_done(given: Given, town: Portal) -> None:
    volunteers = Volunteers(given, town)
    plain = published(volunteers.member, volunteers.activity, "REQUEST", onBehalfOf=volunteers.of)
    aged = "UPDATE __tenant__.contribution SET published_at = now() - interval '2 days 1 hour' WHERE id IN (%s, %s)"
    given.sql(town, aged, uuid_in(plain), uuid_in(volunteers.contribution))
    given.run(nudge.ask(given.database, town.number))
    asked = "SELECT contribution_id FROM __tenant__.nudge WHERE contribution_id IN (%s, %s)"
    assert given.sql(town, asked, uuid_in(plain), uuid_in(volunteers.contribution)) == [(uuid_in(plain),)]


def test_slots_of_a_mission_are_at_most_a_hundred(volunteers: Volunteers, town: Portal) -> None:
    fill = (
        "INSERT INTO __tenant__.mission_slot (id, mission_id, starts_at, ends_at, capacity) SELECT gen_random_uuid(),"
        " mission_id, starts_at, ends_at, 1 FROM __tenant__.mission_slot, generate_series(1, 99) WHERE id = %s"
    )
    volunteers.given.sql(town, fill, uuid_in(volunteers.slot))
    with volunteers.given.nothing_written(town):
        assert volunteers.add()["userErrors"] == refused("LIMIT_REACHED", "contribution")


def test_suspending_an_organisation_calls_its_slots_to_come_off_and_stops_its_members(
    volunteers: Volunteers, town: Portal
) -> None:
    given, helper, begun = volunteers.given, volunteers.neighbour(), volunteers.slot
    signed_up(helper, begun)
    volunteers.begin()
    volunteers.slot = volunteers.added()
    signed_up(helper, volunteers.slot)
    reported(helper, contribution=volunteers.contribution)
    until = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    decided(given.actor(town, role="MODERATOR"), volunteers.contribution, "SUSPEND", until=until)
    assert {one["slot"]["id"]: one["status"] for one in mine(helper)} == {
        begun: "REGISTERED",
        volunteers.slot: "CANCELLED",
    }
    [_, slot] = read(town, volunteers)["mission"]["slots"]
    assert (slot["isOpen"], slot["takenCount"]) == (False, 0)
    other = volunteers.neighbour()
    with given.nothing_written(town):
        for refusal in (volunteers.revise(), volunteers.add(), volunteers.resize(3), volunteers.cancel()):
            assert refusal["userErrors"] == refused("SUSPENDED", None)
        assert sign_up(other, begun)["userErrors"] == refused("SUSPENDED", None)
        assert sign_up(other, volunteers.slot)["userErrors"] == refused("SUSPENDED", None)


def test_suspending_a_volunteer_leaves_what_is_over(volunteers: Volunteers, town: Portal) -> None:
    given, helper, over = volunteers.given, volunteers.neighbour(), volunteers.slot
    signed_up(helper, over)
    volunteers.begin("3 hours")
    idea = published(helper, given.activity(town))
    volunteers.slot = volunteers.added()
    signed_up(helper, volunteers.slot)
    reported(given.actor(town), contribution=idea)
    until = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    decided(given.actor(town, role="MODERATOR"), idea, "SUSPEND", until=until)
    assert {one["slot"]["id"]: one["status"] for one in mine(helper)} == {
        over: "REGISTERED",
        volunteers.slot: "WITHDRAWN",
    }


@pytest.mark.parametrize("is_over", [True, False])
def test_mission_without_a_slot_to_come_is_answered_like_any_request(volunteers: Volunteers, is_over: bool) -> None:
    if is_over:
        volunteers.begin("3 hours")
    else:
        assert volunteers.cancel()["userErrors"] == []
    assert propose(volunteers.neighbour(), volunteers.contribution)["userErrors"] == []


def test_what_a_mission_asks_is_marked_shown_to_moderators_and_emptied_by_a_redaction(
    given: Given, town: Portal
) -> None:
    word = likeness.normal(f"motrare{uuid4().hex[:8]}")
    volunteers, moderator = Volunteers(given, town), given.actor(town, role="MODERATOR")
    watched = "INSERT INTO __tenant__.watched_word (id, word, is_stem, created_at) VALUES (gen_random_uuid(), %s, false, now())"
    given.sql(town, watched, word)
    case = case_of(volunteers, moderator)
    before = case["version"]
    decided(moderator, volunteers.contribution, "NOTHING")
    other = Volunteers(given, town)  # The same words, of which a moderator has decided: that is about those alone.
    case_of(other, moderator)
    decided(moderator, other.contribution, "NOTHING")
    assert volunteers.revise(requirements=f"Venez avec un {word}.")["userErrors"] == []
    assert marks(given, town, volunteers.contribution).get("WORD") == word
    case = case_about(moderator, volunteers.contribution)
    assert (case["state"], case["version"] == before) == ("OPEN", False)
    same = {"redactedTitle": "Planter la haie", "redactedBody": "À l'ombre du tilleul."}
    decided(moderator, volunteers.contribution, "REDACT", **same)
    assert read(town, volunteers)["mission"]["requirements"] is None
    with given.nothing_written(town):
        assert volunteers.revise(requirements="Un mot.")["userErrors"] == refused("CONTENT_REDACTED", "requirements")
    assert volunteers.revise(domain="SPORT")["userErrors"] == []
    decided(moderator, volunteers.contribution, "RESTORE")
    assert volunteers.revise(requirements="Des gants.")["userErrors"] == []


def case_of(volunteers: Volunteers, moderator: Portal) -> dict[str, Any]:
    """The case about a mission, reported by a neighbour."""
    reported(volunteers.neighbour(), contribution=volunteers.contribution)
    return case_about(moderator, volunteers.contribution)


@pytest.mark.parametrize("closed", ["activity", "participatory_space"])
def test_mission_of_what_is_not_open_now_is_not_listed_like_one_cannot_sign_up(
    given: Given, town: Portal, closed: str
) -> None:
    volunteers = Volunteers(given, town)
    person = volunteers.neighbour()
    which = "id" if closed == "activity" else "(SELECT space_id FROM __tenant__.activity WHERE id = %s)"
    ends = f"UPDATE __tenant__.{closed} SET opens_at = now() - interval '2 days', closes_at = now() - interval '1 hour'"
    where = " WHERE id = %s" if which == "id" else f" WHERE id = {which}"
    assert volunteers.contribution in listed(town)
    given.sql(town, ends + where, uuid_in(volunteers.activity))
    assert volunteers.contribution not in listed(town)
    with given.nothing_written(town):
        assert codes(sign_up(person, volunteers.slot)) == ["ACTIVITY_NOT_OPEN"]
    why = "cette activité n'est pas ouverte en ce moment"
    page = Browser(town.client, town.host).get(f"/mission/{volunteers.contribution}").text.replace("&#39;", "'")
    assert why in page or why.replace("'", "’") in page
