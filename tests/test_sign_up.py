"""Sign-ups: places and waiting lists of slots, minors, withdrawing, attendance; and all of it at the same time."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from typing import Any

import psycopg
import pytest

from database import naming
from jobs import retention
from models.event import EventKind
from models.sign_up import SIGN_UP_MOVES, SignUpStatus
from resolvers import slot_place
from tests.acting import Payload, refused
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import mails
from tests.own import until
from tests.test_exchange_parallel import at_once, codes
from tests.volunteering import SHOW, Volunteers, mark, mine, sign_up, signed_up, withdraw

ROUNDS = 6


@pytest.fixture
def volunteers(given: Given, town: Portal) -> Volunteers:
    return Volunteers(given, town)


def shown(who: Portal, slot: str) -> dict[str, Any]:
    return dict(who.ask(SHOW, id=slot)["missionSlot"])


def address_of(given: Given, town: Portal, person: Portal) -> str:
    """Gives a person an address, and says which."""
    actor = uuid_in(person.ask("{ viewer { id } }")["viewer"]["id"])
    address = f"{actor.hex[:12]}@mission.example"
    given.insert(town, "account", actor_id=actor, email=address, created_at="now", seen_at="now")
    return address


def hears_once(given: Given, town: Portal, address: str, act: Callable[[], Any]) -> None:
    """An act writes one mail to an address, of those that wait none before it."""
    given.sql(town, "DELETE FROM __tenant__.mail WHERE email = %s", address)
    before = len(mails(given, town, address))
    act()
    assert mails(given, town, address)[before:] == ["SIGN_UP_CHANGED"]


def test_people_have_places_and_then_wait_in_their_order(volunteers: Volunteers) -> None:
    people = [volunteers.neighbour(name) for name in ("Un", "Deux", "Trois", "Quatre")]
    made = [signed_up(one, volunteers.slot) for one in people]
    assert [(one["status"], one["placeInLine"]) for one in made] == [
        ("REGISTERED", None),
        ("REGISTERED", None),
        ("WAITING", 1),
        ("WAITING", 2),
    ]
    assert withdraw(people[0], made[0]["id"])["signUp"]["status"] == "WITHDRAWN"
    assert [mine(one)[0]["status"] for one in people[1:]] == ["REGISTERED", "REGISTERED", "WAITING"]
    assert mine(people[3])[0]["placeInLine"] == 1
    assert volunteers.counts() == {"WITHDRAWN": 1, "REGISTERED": 2, "WAITING": 1}


def test_who_leaves_the_waiting_list_frees_no_place(volunteers: Volunteers) -> None:
    made = [signed_up(volunteers.neighbour(), volunteers.slot) for _ in range(2)]
    waiting = volunteers.neighbour()
    one = signed_up(waiting, volunteers.slot)
    assert withdraw(waiting, one["id"])["userErrors"] == []
    assert volunteers.counts() == {"REGISTERED": 2, "WITHDRAWN": 1}
    assert len(made) == 2


def test_one_signs_up_once_and_again_after_withdrawing(volunteers: Volunteers) -> None:
    person = volunteers.neighbour()
    one = signed_up(person, volunteers.slot)
    with volunteers.given.nothing_written(volunteers.town):
        assert sign_up(person, volunteers.slot)["userErrors"] == refused("ALREADY_SIGNED_UP", "slot")
    withdraw(person, one["id"])
    with volunteers.given.nothing_written(volunteers.town):
        assert withdraw(person, one["id"])["userErrors"] == refused("SLOT_OVER", "signUp")
    assert signed_up(person, volunteers.slot)["status"] == "REGISTERED"


def test_signing_up_and_withdrawing_without_end_is_one_row_and_one_mail(given: Given, volunteers: Volunteers) -> None:
    town, person = volunteers.town, volunteers.neighbour()
    volunteers.revise(minorsFrom=16)
    address = address_of(given, town, person)
    one = signed_up(person, volunteers.slot, isMinor=True, hasGuardianConsent=True)
    for _ in range(3):
        assert withdraw(person, one["id"])["userErrors"] == []
        again = signed_up(person, volunteers.slot)
        assert (again["id"], again["status"], again["isMinor"]) == (one["id"], "REGISTERED", False)
    assert volunteers.counts() == {"REGISTERED": 1}
    told = mails(given, town, address)  # None where the worker came to it while the place was given back.
    assert told in ([], ["SIGN_UP_CHANGED"])
    withdraw(person, one["id"])
    aged = "UPDATE __tenant__.sign_up SET changed_at = now() - interval '25 hours' WHERE id = %s"
    given.sql(town, aged, uuid_in(one["id"]))
    hears_once(given, town, address, lambda: signed_up(person, volunteers.slot))  # The next day.


def test_whoever_signs_up_again_waits_behind_the_others(volunteers: Volunteers) -> None:
    people = [volunteers.neighbour(name) for name in ("Un", "Deux", "Trois", "Quatre")]
    made = [signed_up(one, volunteers.slot) for one in people]
    withdraw(people[2], made[2]["id"])
    again = signed_up(people[2], volunteers.slot)
    assert (again["status"], again["placeInLine"]) == ("WAITING", 2)


def test_list_has_those_with_a_place_then_those_who_wait_then_the_rest(volunteers: Volunteers) -> None:
    made = [signed_up(volunteers.neighbour(str(n)), volunteers.slot)["id"] for n in range(5)]
    statuses = ("WITHDRAWN", "WAITING", "REGISTERED", "ABSENT", "WAITING")
    for one, status in zip(made, statuses, strict=True):
        volunteers.given.sql(
            volunteers.town, "UPDATE __tenant__.sign_up SET status = %s WHERE id = %s", status, uuid_in(one)
        )
    page = """query($id: ID!, $after: String) { missionSlot(id: $id) { signUps(first: 2, after: $after) {
      nodes { id } pageInfo { endCursor hasNextPage } } } }"""
    read: list[str] = []
    after, is_more = None, True
    while is_more:
        part = volunteers.member.ask(page, id=volunteers.slot, after=after)["missionSlot"]["signUps"]
        read += [node["id"] for node in part["nodes"]]
        after, is_more = part["pageInfo"]["endCursor"], part["pageInfo"]["hasNextPage"]
    assert read == [made[n] for n in (2, 3, 1, 4, 0)]


def test_minor_signs_up_where_minors_may_and_with_a_guardians_consent(given: Given, town: Portal) -> None:
    adults, family = Volunteers(given, town), Volunteers(given, town, minorsFrom=16)
    person = given.actor(town)
    with given.nothing_written(town):
        assert sign_up(person, adults.slot, isMinor=True, hasGuardianConsent=True)["userErrors"] == refused(
            "ADULTS_ONLY", "isMinor"
        )
        assert sign_up(person, family.slot, isMinor=True)["userErrors"] == refused(
            "CONSENT_NEEDED", "hasGuardianConsent"
        )
    one = signed_up(person, family.slot, isMinor=True, hasGuardianConsent=True)
    assert (one["isMinor"], one["hasGuardianConsent"]) == (True, True)
    adult = signed_up(given.actor(town), family.slot, hasGuardianConsent=True)
    assert (adult["isMinor"], adult["hasGuardianConsent"]) == (False, False)  # Nothing that nobody asked for is kept.
    with pytest.raises(psycopg.errors.CheckViolation):
        given.sql(town, "UPDATE __tenant__.sign_up SET has_guardian_consent = false WHERE id = %s", uuid_in(one["id"]))


def test_organisations_members_alone_see_who_comes(given: Given, volunteers: Volunteers, town: Portal) -> None:
    person = volunteers.neighbour("Lucie")
    one = signed_up(person, volunteers.slot)
    assert [node["actor"]["name"] for node in shown(volunteers.member, volunteers.slot)["signUps"]["nodes"]] == [
        "Lucie"
    ]
    assert shown(person, volunteers.slot)["viewerSignUp"]["id"] == one["id"]
    for who in (town, person, given.actor(town), given.actor(town, role="MODERATOR"), given.actor(town, role="ADMIN")):
        assert shown(who, volunteers.slot)["signUps"]["nodes"] == []
    assert shown(given.actor(town, role="ADMIN"), volunteers.slot)["viewerSignUp"] is None


def test_organisation_marks_who_came_once_it_has_begun_and_hours_are_counted(volunteers: Volunteers) -> None:
    people = [volunteers.neighbour() for _ in range(3)]
    made = [signed_up(one, volunteers.slot)["id"] for one in people]
    with volunteers.given.nothing_written(volunteers.town):
        assert mark(volunteers.member, made[0], has_come=True)["userErrors"] == refused("SLOT_OVER", "signUp")
    volunteers.begin()
    assert mark(volunteers.member, made[0], has_come=True)["signUp"]["status"] == "CAME"
    assert mark(volunteers.member, made[1], has_come=True)["signUp"]["status"] == "CAME"
    hours = "query($id: ID!) { actor(id: $id) { missionHours } }"
    assert volunteers.town.ask(hours, id=volunteers.of)["actor"] == {"missionHours": 4}
    assert mark(volunteers.member, made[1], has_come=False)["signUp"]["status"] == "ABSENT"  # Said anew.
    assert volunteers.town.ask(hours, id=volunteers.of)["actor"] == {"missionHours": 2}
    assert volunteers.counts() == {"CAME": 1, "ABSENT": 1, "WAITING": 1}
    stranger = volunteers.neighbour()
    with volunteers.given.nothing_written(volunteers.town):
        assert mark(volunteers.member, made[2], has_come=True)["userErrors"] == refused("SLOT_OVER", "signUp")
        for who in (people[0], stranger):
            assert mark(who, made[0], has_come=True)["userErrors"] == refused("NOT_FOUND", "signUp")
        assert withdraw(volunteers.member, made[0])["userErrors"] == refused("NOT_FOUND", "signUp")
        assert withdraw(people[0], made[0])["userErrors"] == refused("SLOT_OVER", "signUp")


def test_slot_that_is_over_takes_nobody(volunteers: Volunteers) -> None:
    person = volunteers.neighbour()
    volunteers.begin("3 hours")
    with volunteers.given.nothing_written(volunteers.town):
        assert sign_up(person, volunteers.slot)["userErrors"] == refused("SLOT_OVER", "slot")


def test_those_who_blocked_each_other_do_not_meet_in_a_mission(volunteers: Volunteers) -> None:
    person = volunteers.neighbour()
    actor = uuid_in(person.ask("{ viewer { id } }")["viewer"]["id"])
    keys = {"blocker_id": uuid_in(volunteers.of), "blocked_id": actor}
    volunteers.given.insert(volunteers.town, "actor_block", is_named=True, blocked_at="now", **keys)
    with volunteers.given.nothing_written(volunteers.town):
        assert sign_up(person, volunteers.slot)["userErrors"] == refused("NOT_FOUND", "slot")


def test_people_are_told_by_mail_what_became_of_their_sign_up(given: Given, volunteers: Volunteers) -> None:
    town = volunteers.town
    first, last = volunteers.neighbour(), volunteers.neighbour()
    one = signed_up(first, volunteers.slot)
    signed_up(volunteers.neighbour(), volunteers.slot)
    address = address_of(given, town, last)
    hears_once(given, town, address, lambda: signed_up(last, volunteers.slot))
    hears_once(given, town, address, lambda: withdraw(first, one["id"]))
    hears_once(given, town, address, volunteers.cancel)


def test_erased_persons_place_goes_to_the_first_who_waits(given: Given, volunteers: Volunteers) -> None:
    town = volunteers.town
    leaving = volunteers.neighbour()
    people = [leaving, volunteers.neighbour(), volunteers.neighbour()]
    made = [signed_up(one, volunteers.slot) for one in people]
    erase = 'mutation { accountErase(input: {contributions: BLANK, confirmation: "Camille"}) { userErrors { code } } }'
    assert leaving.ask(erase)["accountErase"]["userErrors"] == []
    assert volunteers.counts() == {"WITHDRAWN": 1, "REGISTERED": 2}
    assert mine(people[2])[0]["status"] == "REGISTERED"
    row = "SELECT actor_id, status FROM __tenant__.sign_up WHERE id = %s"
    assert given.sql(town, row, uuid_in(made[0]["id"])) == [(None, "WITHDRAWN")]


def test_a_year_after_the_slot_nobody_knows_who_came_and_hours_stay(given: Given, volunteers: Volunteers) -> None:
    town = volunteers.town
    volunteers.revise(minorsFrom=16)
    one = signed_up(volunteers.neighbour(), volunteers.slot, isMinor=True, hasGuardianConsent=True)
    volunteers.begin()
    mark(volunteers.member, one["id"], has_come=True)
    columns = "SELECT actor_id IS NULL, is_minor, has_guardian_consent, status FROM __tenant__.sign_up WHERE id = %s"
    for ago, row in (("364 days", (False, True, True, "CAME")), ("366 days", (True, False, False, "CAME"))):
        volunteers.begin(ago)
        given.run(retention.keep(given.database, town.number))
        assert given.sql(town, columns, uuid_in(one["id"])) == [row]
    hours = "query($id: ID!) { actor(id: $id) { missionHours } }"
    assert town.ask(hours, id=volunteers.of)["actor"] == {"missionHours": 2}


def test_a_year_after_the_slot_nothing_is_kept_of_somebody_erased_before(given: Given, volunteers: Volunteers) -> None:
    town, leaving = volunteers.town, volunteers.neighbour()
    volunteers.revise(minorsFrom=16)
    one = signed_up(leaving, volunteers.slot, isMinor=True, hasGuardianConsent=True)
    erase = 'mutation { accountErase(input: {contributions: BLANK, confirmation: "Camille"}) { userErrors { code } } }'
    assert leaving.ask(erase)["accountErase"]["userErrors"] == []
    volunteers.begin("366 days")
    given.run(retention.keep(given.database, town.number))
    columns = "SELECT actor_id, is_minor, has_guardian_consent FROM __tenant__.sign_up WHERE id = %s"
    assert given.sql(town, columns, uuid_in(one["id"])) == [(None, False, False)]


# At the same time -----------------------------------------------------------------------------------------------------


def test_twelve_at_once_take_three_places_and_the_rest_waits(given: Given, town: Portal) -> None:
    volunteers = Volunteers(given, town, places=3)
    people = [volunteers.neighbour() for _ in range(12)]
    answers = at_once(*(lambda one=one: sign_up(one, volunteers.slot) for one in people))  # type: ignore[misc]
    assert [codes(answer) for answer in answers] == [[]] * 12
    assert Counter(answer["signUp"]["status"] for answer in answers) == {"REGISTERED": 3, "WAITING": 9}
    assert volunteers.counts() == {"REGISTERED": 3, "WAITING": 9}


def test_one_person_at_once_signs_up_once(volunteers: Volunteers) -> None:
    person = volunteers.neighbour()
    answers = at_once(*[lambda: sign_up(person, volunteers.slot)] * 8)
    assert Counter(str(codes(answer)) for answer in answers) == {"[]": 1, "['ALREADY_SIGNED_UP']": 7}
    assert volunteers.counts() == {"REGISTERED": 1}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_places_freed_and_taken_at_once_are_neither_lost_nor_doubled(volunteers: Volunteers, _round: int) -> None:
    people = [volunteers.neighbour() for _ in range(6)]
    made = [signed_up(one, volunteers.slot)["id"] for one in people[:4]]
    acts = [lambda n=n: withdraw(people[n], made[n]) for n in range(2)]  # type: ignore[misc]
    acts += [lambda n=n: sign_up(people[n], volunteers.slot) for n in (4, 5)]  # type: ignore[misc]
    assert [codes(answer) for answer in at_once(*acts)] == [[]] * 4
    assert volunteers.counts() == {"WITHDRAWN": 2, "REGISTERED": 2, "WAITING": 2}
    assert [mine(people[n])[0]["status"] for n in (2, 3)] == ["REGISTERED"] * 2  # Those who waited first.


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_slot_called_off_while_people_sign_up_and_withdraw_ends_all(volunteers: Volunteers, _round: int) -> None:
    people = [volunteers.neighbour() for _ in range(4)]
    made = [signed_up(one, volunteers.slot)["id"] for one in people[:3]]
    at_once(volunteers.cancel, lambda: withdraw(people[0], made[0]), lambda: sign_up(people[3], volunteers.slot))
    counts = volunteers.counts()
    assert counts.keys() <= {"CANCELLED", "WITHDRAWN"}
    assert sum(counts.values()) in (3, 4)


def _locks_in_order(volunteers: Volunteers, act: Callable[[], Payload]) -> Payload:
    """What an act answers that begins while its contribution is locked, as closing locks it: it waits there, and has
    locked none of the slots."""
    given, town = volunteers.given, volunteers.town
    waits = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
    held = "SELECT id FROM __tenant__.contribution WHERE id = %s FOR UPDATE"
    slots = "SELECT id FROM __tenant__.mission_slot WHERE id = %s FOR UPDATE NOWAIT"
    with ThreadPoolExecutor(1) as pool, psycopg.connect(given.url) as closing:
        closing.execute(naming.qualify(held, town.number), [uuid_in(volunteers.contribution)])
        acting = pool.submit(act)
        until(lambda: given.sql(town, waits, closing.info.backend_pid) != [(0,)])
        closing.execute(naming.qualify(slots, town.number), [uuid_in(volunteers.slot)])
        closing.commit()
        return acting.result()


def test_leaving_and_organising_lock_contributions_before_slots(volunteers: Volunteers) -> None:
    leaving, waiting = volunteers.neighbour(), volunteers.neighbour()
    for one in (leaving, volunteers.neighbour(), waiting):
        signed_up(one, volunteers.slot)
    erase = 'mutation { accountErase(input: {contributions: BLANK, confirmation: "Camille"}) { userErrors { code } } }'
    assert _locks_in_order(volunteers, lambda: leaving.ask(erase)["accountErase"])["userErrors"] == []
    assert mine(waiting)[0]["status"] == "REGISTERED"
    assert _locks_in_order(volunteers, lambda: volunteers.resize(3))["userErrors"] == []
    assert _locks_in_order(volunteers, volunteers.cancel)["userErrors"] == []


def test_slot_added_while_its_request_is_closed_is_refused(volunteers: Volunteers) -> None:
    close = (
        "UPDATE __tenant__.contribution SET status = 'CLOSED', outcome = 'FULFILLED', closed_at = now() WHERE id = %s"
    )
    payload = volunteers.given.meanwhile(volunteers.town, volunteers.add, close, uuid_in(volunteers.contribution))
    assert payload["userErrors"] == refused("CONTRIBUTION_NOT_OPEN", "contribution")


def test_statuses_of_sign_ups_are_those_of_the_table() -> None:
    """Which acts are possible from each status, and where they lead, is what `SIGN_UP_MOVES` says."""
    ended, alive, marked = ("WITHDRAWN", "CANCELLED"), ("REGISTERED", "WAITING"), ("CAME", "ABSENT")
    reached = {
        (before.value if before else None, event.value.removeprefix("SIGN_UP_"), if_so): move.after.value
        for before, event, if_so in product((None, *SignUpStatus), EventKind, (None, True, False))
        if (move := slot_place.allowed(before, event, if_so=if_so))
    }
    assert reached == {
        **{(before, "MADE", True): "REGISTERED" for before in (None, *ended)},
        **{(before, "MADE", False): "WAITING" for before in (None, *ended)},
        ("WAITING", "REGISTERED", None): "REGISTERED",
        **{(before, "WITHDRAWN", None): "WITHDRAWN" for before in alive},
        **{(before, "CANCELLED", None): "CANCELLED" for before in alive},
        **{(before, "MARKED", True): "CAME" for before in ("REGISTERED", *marked)},
        **{(before, "MARKED", False): "ABSENT" for before in ("REGISTERED", *marked)},
    }


def test_acts_lead_where_the_table_says(volunteers: Volunteers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each writer asks the table: where it leads elsewhere, the sign-up comes to be elsewhere."""
    elsewhere = {
        EventKind.SIGN_UP_WITHDRAWN: SignUpStatus.CANCELLED,
        EventKind.SIGN_UP_CANCELLED: SignUpStatus.WITHDRAWN,
        EventKind.SIGN_UP_MARKED: SignUpStatus.CAME,
    }
    moves = [replace(move, after=elsewhere.get(move.event, move.after)) for move in SIGN_UP_MOVES]
    monkeypatch.setattr(slot_place, "SIGN_UP_MOVES", moves)
    people = [volunteers.neighbour() for _ in range(3)]
    made = [signed_up(person, volunteers.slot) for person in people]
    assert withdraw(people[0], made[0]["id"])["signUp"]["status"] == "CANCELLED"
    assert [mine(one)[0]["status"] for one in people[1:]] == ["REGISTERED", "REGISTERED"]
    slot, volunteers.slot = volunteers.slot, volunteers.added()
    signed_up(people[1], volunteers.slot)
    assert volunteers.cancel()["userErrors"] == []
    assert volunteers.counts() == {"WITHDRAWN": 1}
    volunteers.slot = slot
    volunteers.begin()
    assert mark(volunteers.member, made[1]["id"], has_come=False)["signUp"]["status"] == "CAME"


def test_database_holds_places_and_one_sign_up_of_a_person(volunteers: Volunteers) -> None:
    given, town = volunteers.given, volunteers.town
    one = signed_up(volunteers.neighbour(), volunteers.slot)
    slot = uuid_in(volunteers.slot)
    with pytest.raises(psycopg.errors.CheckViolation):
        given.sql(town, "UPDATE __tenant__.mission_slot SET taken_count = capacity + 1 WHERE id = %s", slot)
    twice = (
        "INSERT INTO __tenant__.sign_up (id, slot_id, organiser_id, actor_id, status, signed_up_at, changed_at)"
        " SELECT gen_random_uuid(), slot_id, organiser_id, actor_id, 'WAITING', now(), now() FROM __tenant__.sign_up"
        " WHERE id = %s"
    )
    with pytest.raises(psycopg.errors.UniqueViolation):
        given.sql(town, twice, uuid_in(one["id"]))
