"""Trials of rules: what a rule would give with the ballots of a past vote, beside the rule in force; nothing is stored."""

import html
import re
from pathlib import Path
from typing import Any

import pytest

from counting import rule_trial, vote_result
from models.vote_result import AwardRule
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import Poll, chosen
from tests.test_page_portal import signed_in
from tests.test_past_vote import SMALL, sent

TRIAL = """
query($id: ID!, $past: ID, $counted: ID, $rule: AwardRule!, $terms: AwardTermsInput, $budget: Int, $least: Int) {
  activity(id: $id) { ruleTrial(
    pastVote: $past, counted: $counted, awardRule: $rule, awardTerms: $terms, budgetEuros: $budget, least: $least
  ) { title budgetEuros isTooLarge projects { title costEuros score voterCount isWinner isWinnerInForce } } } }
"""
FOLDER = Path("shared/data/evaluation")


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


def tried(admin: Portal, activity: str, **fields: Any) -> Any:
    return admin.ask(TRIAL, id=activity, **{"rule": "GREEDY"} | fields)["activity"]["ruleTrial"]


def winners(trial: dict[str, Any], field: str = "isWinner") -> tuple[int, int]:
    """How many win, and what they cost."""
    costs = [one["costEuros"] for one in trial["projects"] if one[field]]
    return len(costs), sum(costs)


def test_rule_is_tried_on_a_file_beside_the_one_in_force(given: Given, town: Portal, admin: Portal) -> None:
    activity = given.activity(
        town, vote_method="APPROVAL", vote_most=3, budget_euros=10, award_rule="THRESHOLD", support_threshold=5
    )
    past = sent(admin, SMALL)[1]["pastVote"]
    trial = tried(admin, activity, past=past)
    assert (trial["title"], trial["budgetEuros"]) == ("Un budget", 100_000)
    assert trial["projects"] == [
        {"title": "Un banc ; une table", "costEuros": 4_000, "score": 5, "voterCount": 2, "isWinner": True, "isWinnerInForce": True},
        {"title": "Un parc", "costEuros": 95_000, "score": 1, "voterCount": 1, "isWinner": True, "isWinnerInForce": False},
    ]  # fmt: skip
    assert winners(tried(admin, activity, past=past, budget=50_000)) == (1, 4_000)
    assert winners(tried(admin, activity, past=past, rule="THRESHOLD", least=6)) == (0, 0)
    terms = {"ceilingEuros": 4_000, "isEnding": True}
    assert winners(tried(admin, activity, past=past, rule="BY_CATEGORY", terms=terms, budget=50_000)) == (1, 4_000)


def test_rule_is_tried_on_a_vote_that_was_counted_here(given: Given, town: Portal, admin: Portal) -> None:
    poll = Poll(given, town, "APPROVAL", costs=20, vote_most=3, budget_euros=70)
    for places in ((0, 1), (1, 2), (3,)):
        poll.cast(given.actor(town), chosen(*places))
    given.close_activity(town, poll.activity)
    given.run(vote_result.count(given.database, town.number))
    result = "query($id: ID!) { activity(id: $id) { title results { spentEuros winnerCount isDecisive } } votesCounted { id } }"
    told = admin.ask(result, id=poll.activity)
    assert poll.activity in {one["id"] for one in told["votesCounted"]}
    [decisive] = [one for one in told["activity"]["results"] if one["isDecisive"]]
    trial = tried(admin, poll.activity, counted=poll.activity)
    assert trial["title"] == told["activity"]["title"]
    assert winners(trial) == winners(trial, "isWinnerInForce") == (decisive["winnerCount"], decisive["spentEuros"])
    assert winners(tried(admin, poll.activity, counted=poll.activity, budget=200)) == (4, 200)


def test_terms_that_the_rule_does_not_have_are_refused(given: Given, town: Portal, admin: Portal) -> None:
    activity, past = given.activity(town, vote_method="APPROVAL"), sent(admin, SMALL)[1]["pastVote"]
    values = {"id": activity, "past": past, "rule": "GREEDY", "terms": {"leastEach": 1}}
    [error] = admin.errors(TRIAL, **values)
    assert error["extensions"]["code"] == "BAD_INPUT"


def test_nothing_is_tried_without_ballots(given: Given, town: Portal, admin: Portal) -> None:
    activity = given.activity(town, vote_method="APPROVAL")
    assert tried(admin, activity) is None
    assert tried(admin, activity, counted=activity) is None


def test_trial_that_takes_too_long_or_has_too_many_ballots_gives_nothing(
    given: Given, town: Portal, admin: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity, past = given.activity(town, vote_method="APPROVAL"), sent(admin, SMALL)[1]["pastVote"]
    monkeypatch.setattr(rule_trial, "LASTS_S", -1.0)
    trial = tried(admin, activity, past=past, rule="EQUAL_SHARES", budget=4_000)
    assert (trial["isTooLarge"], trial["projects"]) == (False, [])
    monkeypatch.undo()
    change = "UPDATE __tenant__.past_vote SET content = repeat('x', 1000001) WHERE id = %s"
    given.sql(town, change, uuid_in(past))
    trial = tried(admin, activity, past=past)
    assert (trial["isTooLarge"], trial["projects"]) == (True, [])


@pytest.mark.skipif(not FOLDER.exists(), reason="the Pabulib files are not here")
def test_toulouse_2019_by_points_has_its_fourteen_winners(given: Given, town: Portal, admin: Portal) -> None:
    activity = given.activity(town, vote_method="APPROVAL", vote_most=3, award_rule="EQUAL_SHARES")
    past = sent(admin, (FOLDER / "France_Toulouse_2019.pb").read_bytes())[1]["pastVote"]
    trial = tried(admin, activity, past=past)
    assert winners(trial) == (14, 1_000_000)
    assert winners(trial, "isWinnerInForce")[1] >= 980_000


# The page -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(town: Portal) -> Browser:
    return signed_in(Browser(town.client, town.host), "ADMIN")


def upload(desk: Browser, activity: str, content: str) -> str:
    """Where a file that a page sends leads."""
    files = {"file": ("essai.pb", content.encode())}
    answer = desk._send("POST", "/vote/file", {"origin": desk.origin}, files=files, data={"activity": activity})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_page_shows_both_rules_side_by_side(given: Given, town: Portal, desk: Browser) -> None:
    activity = given.activity(town, kind="PARTICIPATORY_BUDGET", vote_method="APPROVAL", vote_most=3, budget_euros=10)
    path = f"/gestion/activites/{activity}/essai"
    assert path in desk.get(f"/gestion/activites/{activity}").text
    assert desk.get(path).status_code == 200
    place = upload(desk, activity, SMALL)
    page = desk.get(f"{place}&awardRule=EQUAL_SHARES&budgetEuros=4000").text
    assert "Règle essayée : Parts égales" in page.replace("\u202f", " ").replace("\xa0", " ")
    assert "Un banc" in page
    assert 'value="4000"' in page


def test_file_that_cannot_be_read_is_said_on_the_page_with_its_line(given: Given, town: Portal, desk: Browser) -> None:
    activity = given.activity(town, kind="PARTICIPATORY_BUDGET", vote_method="APPROVAL", vote_most=3, budget_euros=10)
    place = upload(desk, activity, SMALL.replace("4000.0", "cher"))
    assert place.endswith("refused=BAD_NUMBER&line=8")
    assert "Ligne 8 du fichier" in desk.get(place).text.replace("\xa0", " ")


def test_each_rule_is_a_link_that_leaves_the_terms_of_the_others_behind(
    given: Given, town: Portal, desk: Browser
) -> None:
    activity = given.activity(town, kind="PARTICIPATORY_BUDGET", vote_method="APPROVAL", vote_most=3, budget_euros=10)
    asked = "&awardRule=BY_CATEGORY&awardTerms.ceilingEuros=5000&awardTerms.isEndingCategory=true&budgetEuros=4000"
    page = desk.get(f"{upload(desk, activity, SMALL)}{asked}")
    assert page.status_code == 200
    rules = page.text.partition('<nav aria-label="Règle')[2].partition("</nav>")[0]
    links = [html.unescape(link) for link in re.findall(r'href="([^"]*)"', rules)]
    assert len(links) == len(AwardRule)
    for link in links:
        assert "awardTerms" not in link and "budgetEuros=4000" in link
        assert desk.get(link.partition("#")[0]).status_code == 200


def test_file_that_is_no_text_leads_back_to_the_page(given: Given, town: Portal, desk: Browser) -> None:
    activity = given.activity(town, kind="PARTICIPATORY_BUDGET", vote_method="APPROVAL", vote_most=3, budget_euros=10)
    files = {"file": ("essai.pb", "Budget décidé".encode("latin-1"))}
    answer = desk._send("POST", "/vote/file", {"origin": desk.origin}, files=files, data={"activity": activity})
    assert answer.headers["location"] == f"/gestion/activites/{activity}/essai?refused=NOT_PABULIB"
