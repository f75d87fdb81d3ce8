"""Phases: they open and close by the database's clock, what has begun stays, and administrators look at another day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.acting import cast, comment, publish, published, refused, withdraw
from tests.administering import do
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.surveying import NO, opened, said, sent
from tests.test_page_petition import Visitor
from tests.test_personal import erase
from tests.test_statement_count import statements

READ = """query($id: ID!, $asOf: DateTime) { activity(id: $id) { version doings(asOf: $asOf)
  phases(asOf: $asOf) { kind title isCurrent isOver } } }"""
NOW = datetime.now(UTC).replace(microsecond=0)
ALL = ["PUBLISH", "COMMENT", "VOTE"]
DOES = {
    "COLLECT": ["PUBLISH", "COMMENT"],
    "DEBATE": ALL,
    "EXAMINE": ["COMMENT"],
    "VOTE": ["COMMENT", "VOTE"],
    "RESULT": [],
}


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def box(given: Given, town: Portal) -> str:
    return given.activity(town, kind="IDEA_BOX", vote_method="SUPPORT", opens_at="2020-01-01")


def phases(*starts: tuple[str, int]) -> list[dict[str, str]]:
    """Phases of kinds, which begin so many days from now."""
    return [
        {"kind": kind, "title": f"Phase {kind}", "startsAt": (NOW + timedelta(days=days)).isoformat()}
        for kind, days in starts
    ]


def plan(who: Portal, activity: str, *starts: tuple[str, int], version: int | None = None) -> list[Any]:
    read = who.ask(READ, id=activity)["activity"]["version"] if version is None else version
    payload = do(who, "phasesPlan", activity=activity, version=read, phases=phases(*starts))
    return list(payload["userErrors"])


def put(given: Given, portal: Portal, activity: str, kind: str) -> None:
    """The activity is in a phase, as if it had been planned long ago."""
    stored = f'[{{"kind": "{kind}", "title": "Phase", "startsAt": "2024-01-01T00:00:00+00:00"}}]'
    given.sql(portal, "UPDATE __tenant__.activity SET phases = %s WHERE id = %s", stored, uuid_in(activity))


def look(who: Portal, activity: str, days: int | None = None) -> tuple[list[str], list[str]]:
    """What one may do, and the phases that are current."""
    at = None if days is None else (NOW + timedelta(days=days)).isoformat()
    told = who.ask(READ, id=activity, asOf=at)["activity"]
    return told["doings"], [phase["kind"] for phase in told["phases"] if phase["isCurrent"]]


@pytest.mark.parametrize("kind", DOES)
def test_phase_decides_what_one_may_do(given: Given, town: Portal, box: str, kind: str) -> None:
    author, voter = given.actor(town), given.actor(town)
    idea = published(author, box)
    assert look(town, box) == (ALL, [])
    put(given, town, box, kind)
    assert look(town, box) == (DOES[kind], [kind])
    answers = {
        "PUBLISH": publish(author, box, title="Une autre idée")["userErrors"],
        "COMMENT": comment(voter, idea)["userErrors"],
        "VOTE": cast(voter, idea, "SUPPORT")["userErrors"],
    }
    refusals = {
        "PUBLISH": refused("ACTIVITY_NOT_OPEN", "activity"),
        "COMMENT": refused("ACTIVITY_NOT_OPEN", "contribution"),
        "VOTE": refused("VOTING_NOT_OPEN", "contribution"),
    }
    assert answers == {doing: [] if doing in DOES[kind] else refusals[doing] for doing in ALL}


def test_ballots_are_cast_in_the_phase_of_the_vote_alone(given: Given, town: Portal, admin: Portal) -> None:
    rule = {"vote_least": 0, "vote_most": 3}
    budget = given.activity(town, kind="PARTICIPATORY_BUDGET", vote_method="APPROVAL", **rule)
    project = published(admin, budget)
    vote = {"activity": budget, "votes": [{"contribution": project, "choice": "SUPPORT"}]}
    put(given, town, budget, "EXAMINE")
    voter = given.actor(town)
    assert do(voter, "ballotCast", **vote)["userErrors"][0]["code"] == "VOTING_NOT_OPEN"
    put(given, town, budget, "VOTE")
    assert do(voter, "ballotCast", **vote)["userErrors"] == []


def test_phases_follow_each_other_and_administrators_look_ahead_in_one_statement(
    given: Given, town: Portal, admin: Portal, box: str
) -> None:
    assert plan(admin, box, ("COLLECT", -10), ("EXAMINE", 5), ("VOTE", 10), ("RESULT", 20)) == []
    with statements(town, 1):
        told = admin.ask(READ, id=box)["activity"]
    assert [(one["kind"], one["isCurrent"], one["isOver"]) for one in told["phases"]] == [
        ("COLLECT", True, False), ("EXAMINE", False, False), ("VOTE", False, False), ("RESULT", False, False),
    ]  # fmt: skip
    seen = {days: look(admin, box, days) for days in (-11, 0, 5, 9, 10, 19, 20, 400)}
    assert seen == {
        -11: ([], []),
        0: (DOES["COLLECT"], ["COLLECT"]),
        5: (DOES["EXAMINE"], ["EXAMINE"]),
        9: (DOES["EXAMINE"], ["EXAMINE"]),
        10: (DOES["VOTE"], ["VOTE"]),
        19: (DOES["VOTE"], ["VOTE"]),
        20: ([], ["RESULT"]),
        400: ([], ["RESULT"]),
    }
    answer = given.actor(town).post(READ, {"id": box, "asOf": NOW.isoformat()}).json()
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_last_phase_ends_with_the_activity_unless_it_begins_behind_its_close(
    given: Given, town: Portal, admin: Portal, box: str
) -> None:
    assert plan(admin, box, ("VOTE", -10), ("RESULT", 20)) == []
    ends = "query($id: ID!) { activity(id: $id) { phases { startsAt endsAt } } }"
    for closes, last in ((NOW + timedelta(days=30), True), (NOW + timedelta(days=20), False), (None, False)):
        closing = "UPDATE __tenant__.activity SET closes_at = %s WHERE id = %s"
        given.sql(town, closing, closes, uuid_in(box))
        first, second = town.ask(ends, id=box)["activity"]["phases"]
        assert first["endsAt"] == second["startsAt"]
        assert (second["endsAt"] is not None) is last


def test_phases_that_nobody_has_used_yet_are_planned_anew(given: Given, town: Portal, admin: Portal, box: str) -> None:
    assert plan(admin, box, ("EXAMINE", -10), ("VOTE", 5)) == []
    assert plan(admin, box, ("COLLECT", -1), ("VOTE", 5)) == [], "a date that was typed wrong"
    assert look(town, box) == (["PUBLISH", "COMMENT"], ["COLLECT"])
    assert plan(admin, box) == []
    survey = opened(given, town, admin)
    assert plan(admin, survey, ("EXAMINE", -10)) == [] and plan(admin, survey, ("COLLECT", -10)) == []
    sent(given, town, survey, said("q2", options=[NO]))
    assert plan(admin, survey) == refused("ACTION_NOT_POSSIBLE", "phases.0.startsAt")


def test_what_has_begun_stays_as_it_is(given: Given, town: Portal, admin: Portal, box: str) -> None:
    published(given.actor(town), box)
    assert plan(admin, box, ("COLLECT", -10), ("VOTE", -2), ("RESULT", 5)) == []
    begun = refused("ACTION_NOT_POSSIBLE", "phases.1.startsAt")
    with given.nothing_written(town):
        assert plan(admin, box, ("COLLECT", -10), ("VOTE", 3), ("RESULT", 5)) == begun
        assert plan(admin, box, ("COLLECT", -10), ("DEBATE", -2), ("RESULT", 5)) == begun
        assert plan(admin, box, ("COLLECT", -10)) == begun
        assert plan(admin, box) == refused("ACTION_NOT_POSSIBLE", "phases.0.startsAt")
        late = plan(admin, box, ("COLLECT", -10), ("VOTE", -2), ("RESULT", -1))
        assert late == refused("ACTION_NOT_POSSIBLE", "phases.2.startsAt")
    assert plan(admin, box, ("COLLECT", -10), ("VOTE", -2), ("RESULT", 9)) == []
    stored = given.row(town, box)["phases"]
    version = admin.ask(READ, id=box)["activity"]["version"]
    typed = [one | {"startsAt": f"{one['startsAt'][:16]}:00Z", "title": "Autre titre"} for one in stored]
    payload = do(admin, "phasesPlan", activity=box, version=version, phases=typed)
    assert payload["userErrors"] == []
    kept = [one["startsAt"] for one in given.row(town, box)["phases"][:2]]
    assert kept == [one["startsAt"] for one in stored[:2]]


def test_plans_that_are_none(given: Given, town: Portal, admin: Portal, box: str) -> None:
    version, member = admin.ask(READ, id=box)["activity"]["version"], given.actor(town)
    with given.nothing_written(town):
        assert plan(admin, box, ("COLLECT", 5), ("VOTE", 5)) == refused("BAD_INPUT", "phases.1.startsAt")
        assert plan(admin, box, *[("COLLECT", day) for day in range(1, 10)]) == refused("LIMIT_REACHED", "phases")
        assert plan(admin, box, ("COLLECT", 1), version=version - 1) == refused("CONFLICT", "version")
        assert plan(member, box, ("COLLECT", 1)) == refused("FORBIDDEN", None)
    assert plan(admin, box, ("COLLECT", 1)) == []
    assert look(town, box) == ([], [])
    assert plan(admin, box) == []
    assert look(town, box) == (ALL, [])


def test_result_stays_after_the_close_whoever_leaves(given: Given, town: Portal, box: str) -> None:
    author, voters = given.actor(town), [given.actor(town, name=f"Électeur {n}") for n in range(3)]
    idea = published(author, box)
    for voter in voters:
        cast(voter, idea, "SUPPORT")
    put(given, town, box, "RESULT")
    tally = "query($id: ID!) { contribution(id: $id) { tally { supportCount } supporterCount } }"
    before = town.ask(tally, id=idea)["contribution"]
    assert before == {"tally": {"supportCount": 3}, "supporterCount": 3}
    assert withdraw(voters[0], idea)["userErrors"] == refused("VOTING_NOT_OPEN", "contribution")
    assert cast(given.actor(town), idea, "SUPPORT")["userErrors"] == refused("VOTING_NOT_OPEN", "contribution")
    assert erase(voters[1], "Électeur 1")["userErrors"] == []
    assert town.ask(tally, id=idea)["contribution"] == before
    given.fold(town)
    assert town.ask(tally, id=idea)["contribution"] == before


# Pages ----------------------------------------------------------------------------------------------------------------


def test_page_shows_the_timeline_and_only_what_is_possible(given: Given, town: Portal, admin: Portal, box: str) -> None:
    published(given.actor(town), box)
    assert plan(admin, box, ("COLLECT", -10), ("VOTE", 5), ("RESULT", 20)) == []
    page = Visitor(given.actor(town)).get(f"/activite/{box}").text
    assert page.count('<li class="phase') == 3 and 'aria-current="step"' in page and "Phase VOTE" in page
    assert f"/publier/{box}" in page and 'name="choice"' not in page
    ahead = (NOW + timedelta(days=6)).strftime("%Y-%m-%dT%H:%M")
    desk = Visitor(admin).get(f"/gestion/activites/{box}/phases?asOf={ahead}").text
    assert "on peut voter" in desk and "on peut publier" not in desk


def test_administrator_plans_phases_by_a_form_that_loses_nothing(
    given: Given, town: Portal, admin: Portal, box: str
) -> None:
    desk, page = Visitor(admin), f"/gestion/activites/{box}/phases"
    typed = {"form": "Plan", "activity": box, "version": "1"}
    typed |= {"phases.0.kind": "COLLECT", "phases.0.title": "Vos idées", "phases.0.startsAt": "2030-01-01T08:00"}
    wrong = desk.submit(
        page, typed | {"phases.1.kind": "VOTE", "phases.1.title": "Vote", "phases.1.startsAt": "2029-01-01T08:00"}
    )
    assert wrong.status_code == 422 and 'value="Vos idées"' in wrong.text
    assert desk.submit(page, typed).status_code == 303
    stored = given.row(town, box)["phases"]
    assert stored == [{"kind": "COLLECT", "title": "Vos idées", "startsAt": "2030-01-01T07:00:00+00:00"}]
    assert 'value="2030-01-01T08:00"' in desk.get(page).text
    assert Visitor(given.actor(town)).get(page).status_code == 404
