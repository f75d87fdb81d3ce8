"""Waves: neighbours hear of a request little by little, in daylight, the nearest first, and never of what has ended."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from jobs import wave
from models.wave import PLAN, TEAM
from tests.acting import close, pause, published, resume, revise
from tests.browser import Browser
from tests.conftest import Portal
from tests.exchanging import accepted, end, proposed
from tests.given import Given, uuid_in
from tests.telling import actor_of, deliver, person
from tests.test_actor_block import block
from tests.waving import EARLY, HERE, Call


@pytest.fixture
def call(given: Given, town: Portal) -> Call:
    return Call(given, town)


def test_the_plan_is_that_of_the_rules() -> None:
    assert (PLAN.wait.total_seconds(), PLAN.people, PLAN.apart.days, PLAN.times, TEAM) == (1_800, 50, 1, 3, 4)


# Who ------------------------------------------------------------------------------------------------------------------


def test_followers_near_hear_of_a_request_half_an_hour_later_at_the_soonest(call: Call) -> None:
    near = call.neighbour(rings=1)
    call.publish()
    assert call.heard("PUBLISHED") == []
    due = call.due()
    [(at,)] = call.given.sql(
        call.town, "SELECT published_at FROM __tenant__.contribution WHERE id = %s", uuid_in(call.contribution)
    )
    assert due is not None and due - at >= PLAN.wait
    assert call.send(due - EARLY) == 0 and call.heard() == []
    assert call.send() == 1 and call.heard() == [near]


def test_offers_are_told_at_once_and_have_no_waves(given: Given, town: Portal) -> None:
    offer = Call(given, town, "OFFER")
    near = offer.neighbour(rings=1)
    offer.publish()
    assert offer.heard("PUBLISHED") == [near]
    assert (
        given.sql(town, "SELECT * FROM __tenant__.wave WHERE contribution_id = %s", uuid_in(offer.contribution)) == []
    )


@pytest.mark.parametrize(
    ("rings", "away", "category", "hears"),
    [
        (1, 1, True, True),
        (1, 1, False, True),
        (1, 2, False, False),
        (None, 0, True, True),  # The category, wherever.
        (None, 0, False, False),
    ],
)
def test_who_follows_an_area_that_reaches_it_or_its_category_is_told(
    call: Call, rings: int | None, away: int, category: bool, hears: bool
) -> None:
    who = call.neighbour(rings, away, category=category)
    call.publish().send()
    assert (who in call.heard()) is hears


def test_the_nearest_fifty_hear_first_and_nobody_twice(call: Call) -> None:
    near, far, farther = call.many(40, away=0), call.many(40, away=3), call.many(40, away=5)
    category = call.neighbour()
    call.publish().send()
    first = set(call.heard())
    assert len(call.heard()) == 50 and near < first and not first & farther and category not in first
    call.next_day()
    second = set(call.heard()) - first
    assert len(call.heard()) == 100 and far <= first | second
    call.next_day()
    assert set(call.heard()) == near | far | farther | {category} and len(call.heard()) == 121
    assert call.shown() == {"toldCount": 121, "count": 3, "nextAt": None, "isTeamTold": False}


def test_after_three_waves_nobody_else_is_told(call: Call) -> None:
    call.many(200)
    call.publish()
    for _ in range(3):
        call.send()
    assert len(call.heard()) == 150
    call.send()
    assert len(call.heard()) == 150 and call.due() is None
    assert call.send(datetime(2100, 1, 1, 12, tzinfo=UTC)) >= 0 and len(call.heard()) == 150


@pytest.mark.parametrize("by_author", [True, False])
def test_nobody_blocked_hears_of_it(call: Call, by_author: bool) -> None:
    actor = call.neighbour(rings=1)
    other = actor_of(call.author)
    blocker, blocked = (other, actor) if by_author else (actor, other)
    call.given.insert(
        call.town, "actor_block", blocker_id=blocker, blocked_id=blocked, is_named=False, blocked_at="now"
    )
    call.publish().send()
    assert call.heard() == []


def test_the_author_who_has_answered_and_who_was_told_before_are_not_told(call: Call) -> None:
    mine = {"actor_id": actor_of(call.author), "category_id": uuid_in(call.category), "started_at": "now"}
    call.given.insert(call.town, "follow", **mine)
    helper, follower = person(call.given, call.town), call.neighbour(rings=1)
    for actor, target in ((actor_of(helper), {"category_id": uuid_in(call.category)}),
                          (follower, {"activity_id": uuid_in(call.activity)})):  # fmt: skip
        call.given.insert(call.town, "follow", actor_id=actor, **target, started_at="now")
    call.publish()
    assert call.heard("PUBLISHED") == [follower]
    proposed(helper, call.contribution)
    call.send()
    assert call.heard() == []


def test_where_only_organisations_help_citizens_are_not_asked(call: Call) -> None:
    call.given.sql(
        call.town, "UPDATE __tenant__.category SET is_for_organisations = true WHERE id = %s", uuid_in(call.category)
    )
    citizen = call.neighbour(rings=1)
    association = call.neighbour(rings=1, kind="ASSOCIATION")
    call.publish().send()
    assert call.heard() == [association] and citizen not in call.heard()


# When -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "goes_out"),
    [
        ("2030-06-10T06:59:00Z", "2030-06-10T07:00:00Z"),  # 8.59 h in Paris.
        ("2030-06-10T18:00:00Z", "2030-06-11T07:00:00Z"),  # 20 h.
        ("2030-03-30T21:00:00Z", "2030-03-31T07:00:00Z"),  # The night that has 23 hours.
        ("2030-10-26T20:00:00Z", "2030-10-27T08:00:00Z"),  # The night that has 25.
    ],
)
def test_a_late_worker_waits_for_the_morning(call: Call, at: str, goes_out: str) -> None:
    call.neighbour(rings=1)
    call.publish()
    expiry = "UPDATE __tenant__.contribution SET expires_at = NULL WHERE id = %s"
    call.given.sql(call.town, expiry, uuid_in(call.contribution))
    assert call.send(datetime.fromisoformat(at)) >= 1
    due = call.due()
    assert call.heard() == [] and due is not None and due.astimezone(UTC) == datetime.fromisoformat(goes_out)
    call.send(due)
    assert len(call.heard()) == 1


@pytest.mark.parametrize(
    ("published_at", "due"),
    [
        ("2026-06-10T10:00:00Z", "2026-06-10T10:30:00Z"),
        ("2026-06-10T17:29:00Z", "2026-06-10T17:59:00Z"),
        ("2026-06-10T17:31:00Z", "2026-06-11T07:00:00Z"),  # 20.01 h, half an hour later.
        ("2026-03-28T19:00:00Z", "2026-03-29T07:00:00Z"),
        ("2026-10-24T19:00:00Z", "2026-10-25T08:00:00Z"),
    ],
)
def test_first_wave_is_half_an_hour_after_publication_in_daylight(
    call: Call, monkeypatch: pytest.MonkeyPatch, published_at: str, due: str
) -> None:
    call.publish()
    made = "DELETE FROM __tenant__.wave WHERE contribution_id = %s"
    call.given.sql(call.town, made, uuid_in(call.contribution))
    event = call.given.insert(
        call.town, "event", kind="CHANGED", subject_id=uuid_in(call.contribution), payload="{}", at=published_at
    )

    async def begin() -> None:
        async with call.given.database.transaction(call.town.number) as transaction:
            await transaction.execute(wave.BEGIN, ids=[event], tenant=call.town.number)

    call.given.run(begin())
    found = call.due()
    assert found is not None and found.astimezone(UTC) == datetime.fromisoformat(due)


# The end --------------------------------------------------------------------------------------------------------------


def _accept(call: Call) -> None:
    helper = person(call.given, call.town)
    accepted(call.author, proposed(helper, call.contribution))


def _hide(call: Call) -> None:
    text = "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %s"
    call.given.sql(call.town, text, uuid_in(call.contribution))


STOPS: dict[str, tuple[Callable[[Call], object], bool]] = {
    "accepted": (_accept, True),
    "paused": (lambda call: pause(call.author, call.contribution), True),
    "hidden": (_hide, True),
    "closed": (lambda call: close(call.author, call.contribution), False),
    "expired": (lambda call: call.given.let_expire(call.town, call.contribution), False),
}


@pytest.mark.parametrize("how", STOPS)
def test_it_stops_when_help_is_not_wanted(call: Call, how: str) -> None:
    call.many(60)
    call.publish().send()
    stop, may_go_on = STOPS[how]
    stop(call)
    call.send()
    assert len(call.heard()) == 50
    assert (call.due() is not None) is may_go_on


@pytest.mark.parametrize("how", ["accepted", "paused", "hidden"])
def test_what_waits_past_its_expiry_is_looked_at_no_more(call: Call, how: str) -> None:
    call.many(60)
    call.publish().send()
    STOPS[how][0](call)
    call.next_day()
    assert call.due() is not None
    call.given.let_expire(call.town, call.contribution)
    call.send()
    assert call.due() is None


def test_paused_past_its_expiry_it_goes_on_when_it_is_renewed(call: Call) -> None:
    call.many(60)
    call.publish().send()
    pause(call.author, call.contribution)
    call.given.let_expire(call.town, call.contribution)
    call.send()
    assert call.due() is None
    resume(call.author, call.contribution)
    assert revise(call.author, call.contribution, expiresAfterDays=5)["userErrors"] == []
    for _ in range(2):  # At night it waits for the morning first.
        call.send()
    assert len(call.heard()) == 60


@pytest.mark.parametrize("how", ["accepted", "paused", "hidden", "closed"])
def test_what_ends_between_the_wave_and_its_delivery_is_not_told(call: Call, how: str) -> None:
    call.neighbour(rings=1)
    call.publish()
    due = call.due()
    STOPS[how][0](call)
    happened = "INSERT INTO __tenant__.event (id, kind, subject_id, payload, at) VALUES (gen_random_uuid(), %s, %s, '{}', now())"
    call.given.sql(call.town, happened, "CONTRIBUTION_CALLED", uuid_in(call.contribution))
    deliver(call.given, call.town)
    assert call.heard() == [] and due is not None


def test_it_goes_on_when_help_is_wanted_again(call: Call) -> None:
    call.many(60)
    call.publish().send()
    helper = person(call.given, call.town)
    exchange = proposed(helper, call.contribution)
    accepted(call.author, exchange)
    call.next_day()
    assert call.shown()["nextAt"] is None
    end(helper, "cancel", exchange)
    pause(call.author, call.contribution)
    call.next_day()
    resume(call.author, call.contribution)
    assert len(call.heard()) == 50 and call.shown()["nextAt"] is not None
    call.next_day()
    assert len(call.heard()) == 60


def test_a_wave_that_was_not_wanted_when_it_was_delivered_has_not_gone_out(call: Call) -> None:
    call.many(10)
    call.publish()
    call.step()
    pause(call.author, call.contribution)
    deliver(call.given, call.town)
    assert call.heard() == []
    resume(call.author, call.contribution)
    call.next_day()
    assert len(call.heard()) == 10 and call.shown()["count"] == 1


def test_renewed_after_it_expired_it_goes_on(call: Call) -> None:
    call.many(60)
    call.publish().send()
    call.given.let_expire(call.town, call.contribution)
    call.send()
    assert call.due() is None
    assert revise(call.author, call.contribution, expiresAfterDays=5)["userErrors"] == []
    assert call.due() is not None
    for _ in range(2):  # At night it waits for the morning first.
        call.send()
    assert len(call.heard()) == 60


def test_team_is_not_told_of_what_was_accepted_meanwhile(given: Given, town: Portal) -> None:
    call, moderator = Call(given, town), person(given, town, role="MODERATOR")
    call.publish()
    call.send()
    call.step()
    _accept(call)
    deliver(given, town)
    assert actor_of(moderator) not in call.heard("UNANSWERED")


def test_valuators_are_not_who_runs_the_space(given: Given, town: Portal) -> None:
    call, valuator, moderator = Call(given, town), person(given, town), person(given, town, role="MODERATOR")
    role = {"space_id": uuid_in(call.space), "kind": "VALUATOR", "given_at": "now"}
    given.insert(town, "space_role", actor_id=actor_of(valuator), **role)
    call.publish()
    call.send()
    call.send()
    heard = call.heard("UNANSWERED")
    assert actor_of(moderator) in heard and actor_of(valuator) not in heard


def test_second_request_of_a_day_waits_for_the_digest(given: Given, town: Portal) -> None:
    first, second = Call(given, town), Call(given, town)
    who = first.neighbour(rings=1)
    first.publish().send()
    second.publish().send()
    cadences = "SELECT cadence FROM __tenant__.notice WHERE actor_id = %s AND kind = 'HELP_WANTED' ORDER BY position"
    assert given.sql(town, cadences, who) == [("AT_ONCE",), ("DAILY",)]


def test_editors_of_the_space_hear_that_nobody_has_answered_and_moderators_where_there_are_none(
    given: Given, town: Portal
) -> None:
    for has_editor in (True, False):
        call = Call(given, town)
        editor, moderator = person(given, town), person(given, town, role="MODERATOR")
        if has_editor:
            role = {"space_id": uuid_in(call.space), "kind": "EDITOR", "given_at": "now"}
            given.insert(town, "space_role", actor_id=actor_of(editor), **role)
        call.publish()
        call.send()
        assert call.heard("UNANSWERED") == [] and call.shown()["isTeamTold"] is False  # Nobody to tell: next, the team.
        call.send()
        heard = call.heard("UNANSWERED")
        assert heard == [actor_of(editor)] if has_editor else actor_of(moderator) in heard
        assert call.shown() == {"toldCount": 0, "count": 3, "nextAt": None, "isTeamTold": True}


def test_the_team_is_not_told_while_somebody_asks(call: Call) -> None:
    call.publish().send()
    exchange = proposed(person(call.given, call.town), call.contribution)
    call.send()
    assert call.shown()["isTeamTold"] is False
    end(call.author, "decline", exchange)
    call.send()
    assert call.shown()["isTeamTold"] is True


# Once -----------------------------------------------------------------------------------------------------------------


def test_a_worker_killed_before_it_commits_tells_nobody_and_another_tells_all_once(call: Call) -> None:
    call.many(60)
    call.publish()
    due = call.due()
    assert due is not None

    class Killed(BaseException):
        """The process ends here."""

    async def die() -> None:
        async with call.given.database.transaction(call.town.number) as transaction:
            assert await wave.send_some(transaction, call.town.number, due) >= 1
            raise Killed

    with pytest.raises(Killed):
        call.given.run(die())
    deliver(call.given, call.town)
    assert call.heard() == [] and call.due() == due
    call.send(due)
    call.send(due)
    assert len(call.heard()) == 50


def test_a_wave_that_is_delivered_again_tells_nobody_else(call: Call) -> None:
    call.many(60)
    call.publish().send()
    back = "UPDATE __tenant__.event_cursor SET position = 0 WHERE consumer = 'NOTICES'"
    call.given.sql(call.town, back)
    deliver(call.given, call.town)
    assert len(call.heard()) == 50 and call.shown()["toldCount"] == 50


# What is seen ---------------------------------------------------------------------------------------------------------


def test_author_sees_how_many_were_told_and_nobody_else_does(call: Call, given: Given, town: Portal) -> None:
    for _ in range(2):
        call.neighbour(rings=1)
    call.publish()
    assert call.shown()["toldCount"] == 0 and call.shown()["nextAt"] is not None
    call.send()
    assert call.shown()["toldCount"] == 2 and call.shown()["count"] == 1
    assert call.shown(person(given, town)) is None and call.shown(town) is None
    assert call.shown(person(given, town, role="MODERATOR"))["toldCount"] == 2


def test_block_made_later_hides_it(call: Call) -> None:
    call.neighbour(rings=1)
    call.publish().send()
    helper = person(call.given, call.town)
    block(call.author, proposed(helper, call.contribution))
    other = published(call.author, call.activity, "REQUEST", location=HERE, category=call.category)
    call.given.insert(
        call.town, "follow", actor_id=actor_of(helper), category_id=uuid_in(call.category), started_at="now"
    )
    call.contribution = other
    deliver(call.given, call.town)
    call.send()
    assert actor_of(helper) not in call.heard()


def test_page_of_the_request_says_so_to_its_author_alone(call: Call, given: Given, town: Portal) -> None:
    for _ in range(2):
        call.neighbour(rings=1)
    call.publish().send()
    own, other = (
        Browser(town.client, town.host)
        .get(f"/contribution/{call.contribution}", authorization=f"Bearer {who.token}")
        .text.replace("\u00a0", " ")
        for who in (call.author, person(given, town))
    )
    for said in ("2 voisins ont été prévenus.", "Les suivants le seront "):
        assert said in own and said not in other
