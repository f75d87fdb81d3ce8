"""The same voter at two desks and online at the same time, over connections of their own: one vote counts."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import chosen
from tests.test_polling_desk import ALREADY, Polling

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
