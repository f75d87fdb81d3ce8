"""A vote's rule is frozen: what changes after its publication is another version, public and with its reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from counting import rule_version, vote_result
from tests.acting import published
from tests.administering import do
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import Poll, chosen
from tests.test_page_portal import signed_in
from tests.test_vote_file import counted, recount
from transfer.published import digest

FILES = """
query($id: ID!) { activity(id: $id) { version voteFiles { name version digest reason content } } }"""
COUNT = "SELECT count(*) FROM __tenant__.vote_file WHERE activity_id = %s"
WHY = "Le devis du service est arrivé."
EVENTS = """
SELECT actor_id, payload FROM __tenant__.event
WHERE subject_id = %s AND kind = 'VOTE_RULE_PUBLISHED' ORDER BY id"""


def versions(poll: Poll) -> list[dict[str, Any]]:
    """The versions of the rule, the first one first."""
    told = poll.town.ask(FILES, id=poll.activity)["activity"]["voteFiles"]
    return [file for file in reversed(told) if file["name"] == "rule.json"]


@pytest.fixture
def poll(given: Given, town: Portal) -> Poll:
    """A vote whose rule is published."""
    made = Poll(given, town, "APPROVAL", costs=20, vote_least=1, vote_most=3, budget_euros=70)
    change = "UPDATE __tenant__.activity SET kind = 'PARTICIPATORY_BUDGET' WHERE id = %s"
    given.sql(town, change, uuid_in(made.activity))
    given.run(rule_version.open_votes(given.database, town.number))
    given.run(rule_version.follow(given.database, town.number))
    return made


def revised(poll: Poll, **fields: Any) -> dict[str, Any]:
    now = poll.town.admin().ask("query($id: ID!) { activity(id: $id) { version } }", id=poll.activity)["activity"]
    form = {
        "activity": poll.activity, "version": now["version"], "title": "Budget", "opensAt": "2026-01-01T00:00:00Z",
        "voteMethod": "APPROVAL", "voteRule": {"least": 1, "most": 3, "budgetEuros": 70}, "locationRule": "OPTIONAL",
    }  # fmt: skip
    return do(poll.town.admin(), "activityRevise", **form | fields)


def test_change_of_a_published_rule_wants_a_reason_and_is_the_next_version(given: Given, poll: Poll) -> None:
    before = versions(poll)
    wanted = {"voteRule": {"most": 2, "budgetEuros": 70}}
    assert revised(poll, **wanted)["userErrors"] == [{"code": "REQUIRED", "field": "reason"}]
    assert revised(poll, **wanted, reason="Court")["userErrors"] == [{"code": "TOO_SHORT", "field": "reason"}]
    assert versions(poll) == before
    assert revised(poll, **wanted, reason=WHY)["userErrors"] == []
    *kept, last = versions(poll)
    rule = json.loads(last["content"])
    assert kept == before
    assert (last["version"], last["reason"], last["digest"]) == (len(before) + 1, WHY, digest(last["content"]))
    assert (rule["version"], rule["reason"], rule["replaces"]) == (last["version"], WHY, before[-1]["digest"])
    assert rule["ballot_rule"]["most"] == 2
    assert rule["seed"] == json.loads(before[-1]["content"])["seed"]
    actor, payload = given.sql(poll.town, EVENTS, uuid_in(poll.activity))[-1]
    assert actor is not None
    assert payload == {"digest": last["digest"], "version": last["version"]}


def test_vote_that_has_opened_has_a_rule_before_anything_visits_it(given: Given, town: Portal) -> None:
    made = Poll(given, town, "APPROVAL", costs=20, vote_least=1, vote_most=3, budget_euros=70)
    wanted = {"voteRule": {"most": 2, "budgetEuros": 70}}
    assert revised(made, **wanted)["userErrors"] == [{"code": "REQUIRED", "field": "reason"}]
    assert revised(made, **wanted, reason=WHY)["userErrors"] == []
    first, *_, last = versions(made)
    assert json.loads(first["content"])["ballot_rule"]["most"] == 3
    assert (json.loads(last["content"])["ballot_rule"]["most"], last["reason"]) == (2, WHY)


def test_vote_in_a_space_that_is_a_draft_has_not_begun(given: Given, town: Portal) -> None:
    made = Poll(given, town, "APPROVAL", costs=20, vote_least=1, vote_most=3, budget_euros=70)
    space = "(SELECT space_id FROM __tenant__.activity WHERE id = %s)"
    given.sql(
        town,
        f"UPDATE __tenant__.participatory_space SET visibility = 'DRAFT' WHERE id = {space}",
        uuid_in(made.activity),
    )
    asked = {"activity": made.activity, "levels": ["DECLARATION"]}
    given.run(rule_version.open_votes(given.database, town.number))
    assert revised(made, voteRule={"most": 2, "budgetEuros": 70})["userErrors"] == []
    assert do(town.admin(), "proofRuleSet", **asked)["userErrors"] == []
    assert given.sql(town, COUNT, uuid_in(made.activity)) == [(0,)]
    given.sql(
        town,
        f"UPDATE __tenant__.participatory_space SET visibility = 'PUBLIC' WHERE id = {space}",
        uuid_in(made.activity),
    )
    refusal = {"code": "VOTE_BEGUN", "field": "activity"}
    assert do(town.admin(), "proofRuleSet", **asked)["userErrors"] == [refusal]
    given.run(rule_version.open_votes(given.database, town.number))
    [first] = versions(made)
    assert json.loads(first["content"])["ballot_rule"]["most"] == 2


def test_vote_that_is_over_in_a_draft_is_counted_by_its_rule(given: Given, town: Portal) -> None:
    made = Poll(given, town, "APPROVAL", costs=20, vote_least=1, vote_most=3, budget_euros=70)
    given.sql(
        town,
        "UPDATE __tenant__.participatory_space SET visibility = 'DRAFT'"
        " WHERE id = (SELECT space_id FROM __tenant__.activity WHERE id = %s)",
        uuid_in(made.activity),
    )
    given.close_activity(town, made.activity)
    given.run(vote_result.count(given.database, town.number))
    written = (
        "SELECT count(*) FROM __tenant__.vote_file WHERE activity_id = %s AND name IN ('rule.json', 'result.json')"
    )
    assert given.sql(town, written, uuid_in(made.activity)) == [(2,)]


def test_what_is_no_rule_changes_without_a_reason(poll: Poll) -> None:
    before = versions(poll)
    assert revised(poll, description="Venez voter.")["userErrors"] == []
    assert versions(poll) == before


def test_vote_by_ballots_is_not_taken_away_once_its_rule_is_published(poll: Poll) -> None:
    refusal = {"code": "BAD_INPUT", "field": "voteMethod"}
    for method in ("SUPPORT", None):
        assert revised(poll, voteMethod=method, voteRule=None, reason=WHY)["userErrors"] == [refusal]


def test_published_cost_changes_with_a_reason_until_somebody_voted(given: Given, poll: Poll) -> None:
    def estimate(**fields: Any) -> list[dict[str, str]]:
        wanted = {"contribution": poll.projects[0], "costEuros": 25, **fields}
        return list(do(poll.town.admin(), "contributionEstimate", **wanted)["userErrors"])

    assert estimate() == [{"code": "REQUIRED", "field": "reason"}]
    assert given.row(poll.town, poll.projects[0])["cost_euros"] == 20
    assert estimate(reason=WHY) == []
    last = versions(poll)[-1]
    costs = [project["cost_euros"] for project in json.loads(last["content"])["projects"]]
    assert (last["reason"], costs) == (WHY, [25, 40, 60, 80])
    poll.cast(given.actor(poll.town), chosen(0))
    assert estimate(costEuros=30, reason=WHY) == [{"code": "VOTE_BEGUN", "field": "contribution"}]
    assert versions(poll)[-1] == last


def test_ceiling_of_a_category_that_has_projects_is_part_of_the_rule(given: Given, poll: Poll) -> None:
    category = given.category(poll.town, poll.activity)
    change = "UPDATE __tenant__.contribution SET category_id = %s WHERE id = %s"
    given.sql(poll.town, change, uuid_in(category), uuid_in(poll.projects[0]))
    given.run(rule_version.follow(given.database, poll.town.number))
    wanted = {"category": category, "name": "Nord", "ceilingEuros": 40}
    refusal = [{"code": "REQUIRED", "field": "reason"}]
    assert do(poll.town.admin(), "categoryRename", **wanted)["userErrors"] == refusal
    assert do(poll.town.admin(), "categoryRename", **wanted | {"ceilingEuros": None})["userErrors"] == []
    assert do(poll.town.admin(), "categoryRename", **wanted, reason=WHY)["userErrors"] == []
    assert json.loads(versions(poll)[-1]["content"])["projects"][0]["ceiling_euros"] == 40


def test_project_that_comes_or_goes_is_a_version_of_its_own(given: Given, poll: Poll) -> None:
    first = len(versions(poll))
    published(given.actor(poll.town, role="ADMIN"), poll.activity, title="Une fontaine")
    given.run(rule_version.follow(given.database, poll.town.number))
    hide = "UPDATE __tenant__.contribution SET status = 'CLOSED', outcome = 'WITHDRAWN' WHERE id = %s"
    poll.cast(given.actor(poll.town), chosen(1))
    given.sql(poll.town, hide, uuid_in(poll.projects[0]))
    given.run(rule_version.follow(given.database, poll.town.number))
    given.run(rule_version.follow(given.database, poll.town.number))
    assert [version["reason"] for version in versions(poll)[first:]] == ["PROJECT_ADDED", "PROJECT_WITHDRAWN"]


def test_count_is_by_the_last_version_and_a_stranger_recounts_it(given: Given, poll: Poll, tmp_path: Path) -> None:
    poll.cast(given.actor(poll.town), chosen(0, 1))
    told = counted(given, poll)
    assert json.loads(told["rule.json"])["version"] == versions(poll)[-1]["version"]
    assert recount(tmp_path, told)[0] == 0


def test_each_version_has_an_address_that_stays(given: Given, poll: Poll) -> None:
    revised(poll, voteRule={"most": 2, "budgetEuros": 70}, reason=WHY)
    client, host = poll.town.client, poll.town.host
    at = f"/opendata/votes/{poll.activity}/rule.json"
    told = versions(poll)
    for version in told:
        answer = client.get(f"{at}?version={version['version']}", headers={"host": host})
        assert answer.content == version["content"].encode()
    assert client.get(at, headers={"host": host}).content == told[-1]["content"].encode()
    for wrong in ("0", "99", "x", "1234567"):
        assert client.get(f"{at}?version={wrong}", headers={"host": host}).status_code == 404


def test_pages_of_the_vote_and_its_result_tell_every_version(given: Given, poll: Poll) -> None:
    revised(poll, voteRule={"most": 2, "budgetEuros": 70}, reason=WHY)
    published(given.actor(poll.town, role="ADMIN"), poll.activity, title="Une fontaine")
    given.run(rule_version.follow(given.database, poll.town.number))
    browser = Browser(poll.town.client, poll.town.host)
    page = browser.get(f"/voter/{poll.activity}").text
    assert WHY in page
    assert "Un projet a été publié." in page
    given.close_activity(poll.town, poll.activity)
    given.run(vote_result.count(given.database, poll.town.number))
    assert WHY in browser.get(f"/resultats/{poll.activity}").text


def test_reason_is_asked_for_where_the_rule_is_published_and_nothing_typed_is_lost(poll: Poll) -> None:
    desk = signed_in(Browser(poll.town.client, poll.town.host), "ADMIN")
    path = f"/gestion/activites/{poll.activity}/couts"
    assert 'name="reason"' in desk.get(path).text
    assert 'name="reason"' in desk.get(f"/gestion/activites/{poll.activity}").text
    sent = {"form": "Estimate", "contribution": poll.projects[0], "costEuros": "26", "reason": "Bref"}
    answer = desk.submit(path, sent)
    assert answer.status_code == 422
    assert 'value="26"' in answer.text
    assert 'value="Bref"' in answer.text


def test_rule_of_an_older_release_is_not_published_again_for_what_it_did_not_say(given: Given, poll: Poll) -> None:
    kept = (
        "SELECT content FROM __tenant__.vote_file WHERE activity_id = %s AND name = 'rule.json' ORDER BY version DESC"
    )
    content = json.loads(given.sql(poll.town, kept, uuid_in(poll.activity))[0][0])
    del content["is_secret"]
    older = "UPDATE __tenant__.vote_file SET content = %s WHERE activity_id = %s"
    given.sql(poll.town, older, json.dumps(content), uuid_in(poll.activity))
    count = len(versions(poll))
    given.run(rule_version.follow(given.database, poll.town.number))
    assert len(versions(poll)) == count
