"""The same voter at two desks and online at the same time, over connections of their own: one vote counts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from models.past_vote import MAX_PAST_VOTES
from models.polling_desk import MAX_AGENTS, MAX_DESKS
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import chosen
from tests.test_past_vote import SMALL, sent
from tests.test_polling_desk import ADD, ALREADY, OPEN, Polling

VOTERS = 12


def test_of_two_desks_and_the_web_at_once_one_is_first(given: Given, town: Portal) -> None:
    """Neither paper is in its box yet: whoever is not first is refused, and nothing is set aside."""
    polling = Polling(given, town)
    for _ in range(VOTERS):
        voter, email = polling.voter()
        ready = Barrier(3)

        def at(desk: str, ready: Barrier = ready, email: str = email) -> object:
            ready.wait(10)
            return polling.sign(desk, email=email)

        def online(ready: Barrier = ready, voter: Portal = voter) -> object:
            ready.wait(10)
            return [error["code"] for error in polling.cast(voter, chosen(0))["userErrors"]] or "CAST"

        with ThreadPoolExecutor(3) as pool:
            done = [pool.submit(at, polling.desk), pool.submit(at, polling.other), pool.submit(online)]
            outcomes = [one.result() for one in done]
        assert sum(outcome in ("SIGNED", "CAST") for outcome in outcomes) == 1, outcomes
        assert [outcome for outcome in outcomes[:2] if outcome != "SIGNED"] in ([ALREADY], [ALREADY] * 2)
    aside = "SELECT id FROM __tenant__.set_aside WHERE activity_id = %s"
    assert given.sql(town, aside, uuid_in(polling.activity)) == []


def test_of_papers_in_two_boxes_and_the_web_at_once_paper_counts_once_and_the_other_is_told(
    given: Given, town: Portal
) -> None:
    """Both marks were made without a line: one signature counts, one is double, and no ballot online counts beside."""
    polling = Polling(given, town)
    for _ in range(VOTERS):
        voter, email = polling.voter()
        ready = Barrier(3)

        def at(desk: str, ready: Barrier = ready, email: str = email) -> object:
            ready.wait(10)
            return polling.sign(desk, email=email, isInBox=True)

        def online(ready: Barrier = ready, voter: Portal = voter) -> None:
            ready.wait(10)
            polling.cast(voter, chosen(0))

        with ThreadPoolExecutor(3) as pool:
            done = [pool.submit(at, polling.desk), pool.submit(at, polling.other), pool.submit(online)]
            outcomes = sorted(str(one.result()) for one in done[:2])
        assert outcomes in (["DOUBLE", "PAPER_FIRST"], ["DOUBLE", "SIGNED"])
    counts = """SELECT count(*) FROM __tenant__.ballot b WHERE activity_id = %s AND NOT EXISTS (
      SELECT FROM __tenant__.set_aside s WHERE s.ballot_id = b.id)"""
    assert given.sql(town, counts, uuid_in(polling.activity)) == [(0,)]
    signed = "SELECT is_double, count(*) FROM __tenant__.signing WHERE activity_id = %s GROUP BY 1 ORDER BY 1"
    assert given.sql(town, signed, uuid_in(polling.activity)) == [(False, VOTERS), (True, VOTERS)]


def test_marks_that_are_sent_again_at_once_are_one(given: Given, town: Portal) -> None:
    polling = Polling(given, town)
    _, email = polling.voter()
    ready = Barrier(8)

    def again(_place: int) -> object:
        ready.wait(10)
        return polling.sign(polling.desk, email=email, isInBox=True)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(again, range(8)))
    assert sorted(map(str, outcomes)) == ["REPEATED"] * 7 + ["SIGNED"]


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """What came of acts that begin together, over connections of their own."""
    ready = Barrier(count)

    def one(place: int) -> object:
        ready.wait(10)
        return act(place)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_no_more_desks_than_there_may_be_are_opened_at_once(given: Given, town: Portal) -> None:
    polling = Polling(given, town)
    fill = """INSERT INTO __tenant__.polling_desk (id, activity_id, name, channel, opened_at)
      SELECT gen_random_uuid(), %s, 'Bureau ' || n, 'DESK', now() FROM generate_series(1, %s) n"""
    given.sql(town, fill, uuid_in(polling.activity), MAX_DESKS - 3)  # Two are there, so one is left.

    def opened(place: int) -> object:
        said = {"activity": polling.activity, "name": f"Salle {place}"}
        errors = polling.admin.ask(OPEN, input=said)["pollingDeskOpen"]["userErrors"]
        return errors[0]["code"] if errors else "OPENED"

    assert sorted(map(str, at_once(8, opened))) == ["LIMIT_REACHED"] * 7 + ["OPENED"]


def test_no_more_agents_than_a_desk_may_have_are_added_at_once(given: Given, town: Portal) -> None:
    polling = Polling(given, town)
    fill = """INSERT INTO __tenant__.polling_agent (id, desk_id, actor_id, given_at)
      SELECT gen_random_uuid(), %s, %s, now()"""
    for _ in range(MAX_AGENTS - 1):
        given.sql(
            town, fill, uuid_in(polling.desk), uuid_in(given.actor(town).ask("{ viewer { id } }")["viewer"]["id"])
        )
    emails = [polling.voter()[1] for _ in range(6)]

    def added(place: int) -> object:
        said = {"desk": polling.desk, "email": emails[place]}
        errors = polling.admin.ask(ADD, input=said)["pollingAgentAdd"]["userErrors"]
        return errors[0]["code"] if errors else "ADDED"

    assert sorted(map(str, at_once(6, added))) == ["ADDED"] + ["LIMIT_REACHED"] * 5


def test_no_more_past_votes_than_may_be_kept_are_sent_at_once(given: Given, rennes: Portal) -> None:
    place = given.tenant(rennes, "past-at-once", "commune-35238")
    admin = given.actor(place, role="ADMIN")
    fill = """INSERT INTO __tenant__.past_vote (id, file_name, title, content, budget_euros, project_count, ballot_count,
      added_at) SELECT gen_random_uuid(), 'a.pb', 'Un vote', '', 1, 1, 1, now() FROM generate_series(1, %s)"""
    given.sql(place, fill, MAX_PAST_VOTES - 1)
    assert sorted(map(str, at_once(6, lambda _: sent(admin, SMALL)[0]))) == ["201"] + ["422"] * 5
