"""Shares: a voter reads what the share of her ballot paid for each winner; the sums over voters are the costs."""

import re
from fractions import Fraction
from html import unescape
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from award.base import Contender, Key, Scores, grouped
from award.equal_shares import equal_shares
from counting import share, vote_result
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import Poll, chosen, given_points
from tests.test_page_portal import signed_in
from tests.test_statement_count import statements
from tests.test_urn import Secret

SHARES = """query($id: ID!) { activity(id: $id) { results { rule spentEuros
  awards { rank isWinner isCompletion contribution { id costEuros } }
  viewerShare { cents exactEuros leftCents exactLeftEuros payments { rank cents exactEuros } } } } }"""

BALLOTS = st.lists(st.dictionaries(st.sampled_from("abcde"), st.integers(1, 3), max_size=4), min_size=1, max_size=12)
COSTS = st.lists(st.integers(1, 60), min_size=5, max_size=5)


@settings(max_examples=60, deadline=None)
@drawn(ballots=BALLOTS, costs=COSTS, budget=st.integers(20, 150))
def test_sums_over_voters_are_the_costs_exactly(ballots: list[Scores], costs: list[int], budget: int) -> None:
    contenders = [Contender(key, cost, place) for place, (key, cost) in enumerate(zip("abcde", costs, strict=True))]
    award = equal_shares(grouped(ballots), contenders, budget)
    assert award.shares is not None
    sums: dict[Key, Fraction] = {}
    for ballot in ballots:
        payments = award.shares.paid_by(ballot)
        assert sum(payment for _, payment in payments) <= award.shares.share
        for key, payment in payments:
            sums[key] = sums.get(key, Fraction(0)) + payment
    by_shares = [verdict.key for verdict in award.verdicts if verdict.is_winner and not verdict.by_completion]
    assert sums == {one.key: one.cost for one in contenders if one.key in by_shares}
    assert [key for key, _ in award.shares.prices] == by_shares


def test_fractions_are_kept_exactly_however_long() -> None:
    long_ = Fraction(10**6000 + 1, 3**9000)
    told = share.kept(share.Shares(long_, []), None)
    assert share.read(told).share == long_


def counted(poll: Poll) -> None:
    poll.given.close_activity(poll.town, poll.activity)
    poll.given.run(vote_result.count(poll.given.database, poll.town.number))


def own(voter: Portal, poll: Poll) -> tuple[dict[str, Any], dict[int, str]]:
    """The viewer's share in the result by equal shares, and by the project's place what it paid."""
    results = voter.ask(SHARES, id=poll.activity)["activity"]["results"]
    assert all(one["viewerShare"] is None for one in results if one["rule"] != "EQUAL_SHARES")
    [result] = [one for one in results if one["rule"] == "EQUAL_SHARES"]
    told = result["viewerShare"]
    places = {one["rank"]: poll.projects.index(one["contribution"]["id"]) for one in result["awards"]}
    return told, {places[one["rank"]]: one["exactEuros"] for one in told["payments"]} if told else {}


@pytest.fixture
def points(given: Given, town: Portal) -> Poll:
    """Projects of 20, 40, 60 and 80 euros of 120; equal shares decide."""
    rule = {"vote_most": 7, "vote_most_each": 3, "budget_euros": 120, "award_rule": "EQUAL_SHARES"}
    return Poll(given, town, "POINTS", costs=20, **rule)


def test_voter_reads_what_her_share_paid_and_nobody_elses(given: Given, points: Poll) -> None:
    voters = given.citizens(points.town, 4)
    said = (given_points(p0=1, p1=2), given_points(p0=3), given_points(p1=1), given_points(p3=3))
    for voter, votes in zip(voters, said, strict=True):
        assert points.cast(voter, votes)["userErrors"] == []
    counted(points)
    told = [own(voter, points) for voter in voters]
    shares = {one["exactEuros"] for one, _ in told if one}
    assert len(shares) == 1
    for place, cost in ((0, 20), (1, 40)):
        assert sum(Fraction(paid.get(place, "0")) for _, paid in told) == cost
    for one, paid in told:
        assert Fraction(one["exactEuros"]) - sum(map(Fraction, paid.values())) == Fraction(one["exactLeftEuros"])
        assert one["leftCents"] == int(100 * Fraction(one["exactLeftEuros"]))
    # At 30 euros each the second project wants 40/3 a point; the first voter has 25 left for two, so that the other
    # gives 15.
    assert [paid for _, paid in told] == [{0: "5", 1: "25"}, {0: "15"}, {1: "15"}, {}]
    stranger = given.actor(points.town)
    assert own(stranger, points) == (None, {})
    admin = given.actor(points.town, role="ADMIN")
    with statements(points.town, 1):
        assert own(admin, points) == (None, {})
    assert own(Portal(points.town.client, points.town.story, points.town.running), points) == (None, {})


def test_ballot_that_is_set_aside_paid_nothing(given: Given, points: Poll) -> None:
    voter = given.actor(points.town)
    points.cast(voter, given_points(p0=1))
    counted(points)
    assert own(voter, points)[1] == {0: "20"}
    put = """INSERT INTO __tenant__.set_aside (id, activity_id, ballot_id, sign, explanation, set_aside_at)
      SELECT gen_random_uuid(), activity_id, id, 'MAILBOX', 'Un seul et même compte.', now()
      FROM __tenant__.ballot WHERE activity_id = %s"""
    given.sql(points.town, put, uuid_in(points.activity))
    assert own(voter, points) == (None, {})


class WithoutDesk(Secret):
    """A secret vote without desks, which equal shares may decide."""

    has_desks = False


def test_nobody_reads_a_share_in_a_secret_vote(given: Given, town: Portal) -> None:
    secret = WithoutDesk(given, town, award_rule="EQUAL_SHARES")
    voter = given.actor(town)
    secret.cast(voter, chosen(0))
    secret.counted()
    assert own(voter, secret) == (None, {})


# The page ------------------------------------------------------------------------------------------------------------


def test_page_shows_the_voter_alone_what_her_share_paid(given: Given, points: Poll) -> None:
    browser = signed_in(Browser(points.town.client, points.town.host))
    actor = browser.actor()
    assert actor is not None
    voter = given.signed_in(points.town, uuid_in(actor["id"]))
    assert points.cast(voter, given_points(p0=1))["userErrors"] == []
    points.cast(given.actor(points.town), given_points(p1=1))
    counted(points)
    shown = unescape(browser.get(f"/resultats/{points.activity}").text)
    table = shown.partition('<table class="awards paid">')[2].partition("</table>")[0]
    assert re.findall(r'<td class="num">([^<]*)</td>', table) == ["20\u00a0€", "40\u00a0€"]
    assert "Chaque bulletin avait une part de 60\u00a0€" in shown
    stranger = unescape(Browser(points.town.client, points.town.host).get(f"/resultats/{points.activity}").text)
    assert "Projet par projet" in stranger
    assert "ma part a payé" not in stranger


def test_page_of_a_secret_vote_says_that_it_cannot_be_told(given: Given, town: Portal) -> None:
    secret = WithoutDesk(given, town, award_rule="EQUAL_SHARES")
    secret.cast(given.actor(town), chosen(0))
    secret.counted()
    shown = unescape(signed_in(Browser(town.client, town.host)).get(f"/resultats/{secret.activity}").text)
    assert "Le vote est secret : personne ne sait" in shown.replace("\u00a0", " ")
    assert '<table class="awards paid">' not in shown
