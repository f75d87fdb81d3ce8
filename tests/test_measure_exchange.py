"""Measures of exchanges: requests with a known outcome, the time to the first proposal, proposals without an answer."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.acting import close, published
from tests.browser import Browser
from tests.conftest import Portal
from tests.exchanging import HERE, accepted, confirm, proposed
from tests.given import Given, uuid_in
from tests.test_page_portal import signed_in
from tests.test_personal import erase

FIGURES = "knownOutcomePercent firstProposalMinutes lapsedPercent"
ASK = f"""query($first: Date!, $last: Date!, $activity: ID) {{
  measureTotals(firstDay: $first, lastDay: $last, activity: $activity) {{ {FIGURES} }}
  byCategory: measureRows(groupBy: CATEGORY, firstDay: $first, lastDay: $last, activity: $activity) {{
    category {{ id }} {FIGURES} }}
  byCell: measureRows(groupBy: CELL, firstDay: $first, lastDay: $last, activity: $activity) {{ cell {FIGURES} }} }}"""


def today() -> date:
    """By the town's clock: an hour or two of each night are the day before by UTC's."""
    return datetime.now(ZoneInfo("Europe/Paris")).date()


class Help:
    """An activity with requests in one category, published at the same hour some days ago."""

    def __init__(self, given: Given, town: Portal, requests: int, *, age_days: int = 0) -> None:
        self.given, self.town = given, town
        self.moderator = given.actor(town, role="MODERATOR")
        self.activity = given.activity(town, kind="MUTUAL_AID")
        self.category = given.category(town, self.activity)
        self.authors = given.citizens(town, requests)
        about = {"category": self.category, "location": HERE}
        self.requests = [published(author, self.activity, "REQUEST", **about) for author in self.authors]
        self.move(age_days)

    def move(self, days: int) -> None:
        aged = "UPDATE __tenant__.contribution SET published_at = published_at - make_interval(days => %s) WHERE id = ANY(%s)"
        self.given.sql(self.town, aged, days, [uuid_in(one) for one in self.requests])

    def propose(self, rank: int, after_minutes: int, *, status: str | None = None) -> str:
        """Somebody answers a request, so long after its publication."""
        exchange = proposed(self.given.actor(self.town, name="Aide"), self.requests[rank])
        change = """UPDATE __tenant__.exchange e SET proposed_at = c.published_at + make_interval(mins => %s)
            FROM __tenant__.contribution c WHERE c.id = e.contribution_id AND e.id = %s"""
        self.given.sql(self.town, change, after_minutes, uuid_in(exchange))
        if status == "LAPSED":
            ended = "UPDATE __tenant__.exchange SET status = 'LAPSED', ended_at = now(), due_at = NULL WHERE id = %s"
            self.given.sql(self.town, ended, uuid_in(exchange))
        if status == "UNMARKED":
            late = "UPDATE __tenant__.exchange SET lapses_at = now() - interval '1 s' WHERE id = %s"
            self.given.sql(self.town, late, uuid_in(exchange))
        return exchange

    def told(self, first: date | None = None, last: date | None = None) -> dict[str, Any]:
        """All figures of the last three weeks or of a period, of the whole and of its only category and cell."""
        first, last = first or today() - timedelta(days=20), last or today()
        answer = self.moderator.ask(ASK, first=str(first), last=str(last), activity=self.activity)
        for name in ("byCategory", "byCell"):
            [row] = answer[name]
            assert {key: row[key] for key in FIGURES.split()} == answer["measureTotals"]
        return dict(answer["measureTotals"])


def test_share_of_known_outcomes_is_that_of_requests_closed_or_done(given: Given, town: Portal) -> None:
    help_ = Help(given, town, 8)
    close(help_.authors[0], help_.requests[0])
    close(help_.authors[1], help_.requests[1], "WITHDRAWN")
    helper = given.actor(town, name="Aide")
    exchange = proposed(helper, help_.requests[2])
    accepted(help_.authors[2], exchange)
    confirm(helper, exchange)
    confirm(help_.authors[2], exchange)
    published(given.actor(town), help_.activity, "OFFER", category=help_.category, location=HERE)  # No request.
    assert help_.told()["knownOutcomePercent"] == 38  # 3 of 8.


def test_what_an_erased_account_closed_has_no_known_outcome_and_what_a_person_said_keeps_it(
    given: Given, town: Portal
) -> None:
    help_ = Help(given, town, 8)
    close(help_.authors[0], help_.requests[0])
    close(help_.authors[1], help_.requests[1], "WITHDRAWN")
    for author in help_.authors[:4]:
        assert erase(author, author.ask("{ viewer { name } }")["viewer"]["name"])["userErrors"] == []
    statuses = "SELECT status, outcome FROM __tenant__.contribution WHERE id = ANY(%s) AND status = 'CLOSED'"
    closed = given.sql(town, statuses, [uuid_in(one) for one in help_.requests])
    assert sorted(outcome for _, outcome in closed) == ["FULFILLED", "WITHDRAWN", "WITHDRAWN", "WITHDRAWN"]
    whole = help_.moderator.ask(ASK, first=str(today()), last=str(today()), activity=help_.activity)["measureTotals"]
    assert whole["knownOutcomePercent"] == 25  # 2 of 8.


def test_nothing_is_told_of_many_requests_of_few_people(given: Given, town: Portal) -> None:
    help_ = Help(given, town, 4)
    about = {"category": help_.category, "location": HERE}
    help_.requests += [published(help_.authors[rank], help_.activity, "REQUEST", **about) for rank in range(4)]
    for rank in range(8):
        help_.propose(rank, 10, status="LAPSED" if rank < 4 else None)
    close(help_.authors[0], help_.requests[0])
    assert help_.told() == {"knownOutcomePercent": None, "firstProposalMinutes": None, "lapsedPercent": None}
    fifth = given.actor(town)
    help_.requests.append(published(fifth, help_.activity, "REQUEST", **about))
    assert help_.told() == {"knownOutcomePercent": 11, "firstProposalMinutes": None, "lapsedPercent": None}
    help_.propose(8, 10)
    assert help_.told() == {"knownOutcomePercent": 11, "firstProposalMinutes": 10, "lapsedPercent": 44}


def test_time_to_the_first_proposal_is_the_median_of_the_requests_that_have_one(given: Given, town: Portal) -> None:
    help_ = Help(given, town, 7)
    for rank, minutes in enumerate((10, 20, 60, 90, 500)):
        help_.propose(rank, minutes)
    help_.propose(0, 300)  # A second one counts for nothing.
    assert help_.told()["firstProposalMinutes"] == 60


def test_share_of_proposals_without_an_answer_counts_those_that_no_job_has_marked(given: Given, town: Portal) -> None:
    help_ = Help(given, town, 6)
    for rank, status in enumerate(("LAPSED", "UNMARKED", None, None, None, None)):
        help_.propose(rank, 10, status=status)
    assert help_.told()["lapsedPercent"] == 33


def test_nothing_is_told_of_fewer_than_five(given: Given, town: Portal) -> None:
    help_ = Help(given, town, 4)
    for rank in range(4):
        help_.propose(rank, 10)
    close(help_.authors[0], help_.requests[0])
    assert help_.told() == {"knownOutcomePercent": None, "firstProposalMinutes": None, "lapsedPercent": None}


def test_a_period_counts_what_was_published_in_it(given: Given, town: Portal) -> None:
    help_ = Help(given, town, 5, age_days=30)
    for rank in range(5):
        close(help_.authors[rank], help_.requests[rank])
    then = today() - timedelta(days=30)
    assert help_.told(then - timedelta(days=1), then + timedelta(days=1))["knownOutcomePercent"] == 100
    answer = help_.moderator.ask(ASK, first=str(today()), last=str(today()), activity=help_.activity)
    assert answer["measureTotals"]["knownOutcomePercent"] is None


def test_page_draws_them_beside_the_period_before_and_the_table_is_taken_away(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    for measure in ("KNOWN_OUTCOME", "FIRST_PROPOSAL", "LAPSED"):
        page = browser.get(f"/gestion/mesures?mesure={measure}&par=SPACE")
        assert page.status_code == 200 and '<svg class="chart' in page.text and "Demandes à l’issue connue" in page.text
    rows = list(csv.reader(io.StringIO(browser.get("/export/measures.csv?par=CATEGORY").text.lstrip("\ufeff"))))
    head = next(row for row in rows if any("issue connue" in cell for cell in row))
    assert [cell for cell in head if "Propositions sans réponse" in cell or "Délai de première proposition" in cell]
