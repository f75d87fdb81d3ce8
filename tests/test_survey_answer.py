"""Survey answers: kept page by page, sent once, nobody's for whoever reads them, also while the form changes."""

import json
from datetime import timedelta
from typing import Any

import pytest
from psycopg.errors import CheckViolation, UniqueViolation

from jobs import retention
from tests.acting import refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.surveying import NO, YES, opened, said, send, sent, survey
from tests.test_phase import look, phases, put

BY_BUS = (said("q2", options=[YES]), said("q3", number=4), said("q4", options=["o1"], other="Les arrêts"))


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def activity(given: Given, town: Portal, admin: Portal) -> str:
    return opened(given, town, admin)


def save(who: Portal, activity: str, *answers: dict[str, Any], page: int = 1, version: int = 1) -> dict[str, Any]:
    return do(who, "surveyAnswerSave", "nextPage", activity=activity, version=version, page=page, answers=list(answers))


def pages(who: Portal, activity: str, page: int) -> tuple[int, int | None, list[str], list[str]]:
    there = survey(who, activity, page)["page"]
    asked, missing = ([one["code"] for one in there[name]] for name in ("questions", "missing"))
    return there["number"], there["previous"], asked, missing


def test_draft_is_kept_page_by_page_and_jumps_over_what_is_hidden(given: Given, town: Portal, activity: str) -> None:
    person = given.actor(town)
    assert pages(person, activity, 1) == (1, None, ["q1", "q2"], [])
    assert pages(town, activity, 1) == (1, None, ["q1", "q2"], []), "a stranger sees the first page"
    assert save(person, activity, said("q2", options=[YES])) == {"nextPage": 2, "userErrors": []}
    assert pages(person, activity, 2) == (2, 1, ["q3", "q4", "q5"], [])
    assert pages(person, activity, 3) == (3, 2, ["q2", "q3", "q4", "q5"], ["q3"])
    assert save(person, activity, said("q3", number=4), page=2)["nextPage"] == 3
    assert save(person, activity, said("q2", options=[NO]))["nextPage"] == 2
    assert pages(person, activity, 2) == (2, 1, ["q4", "q5"], [])
    mine = survey(person, activity)["viewerAnswer"]
    assert (mine["state"], mine["sentAt"]) == ("DRAFT", None)
    kept = {one["question"]: one["number"] or one["options"] for one in mine["parts"]}
    assert kept == {"q2": [NO], "q3": 4.0}, "what is hidden is kept while it is a draft"
    done(person, "surveyAnswerSend", activity=activity, version=1)
    mine = survey(person, activity)["viewerAnswer"]
    assert ([one["question"] for one in mine["parts"]], mine["state"]) == (["q2"], "SENT")
    assert survey(town, activity)["answerCount"] == 1 and survey(town, activity)["viewerAnswer"] is None


def test_required_question_that_is_shown_is_wanted_and_one_that_is_hidden_is_not(
    given: Given, town: Portal, activity: str
) -> None:
    person = given.actor(town)
    assert send(person, activity) == refused("REQUIRED", "answers")
    assert send(person, activity, said("q4"), said("q2")) == refused("REQUIRED", "answers.1")
    assert send(person, activity, said("q2", options=[YES])) == refused("REQUIRED", "answers")
    assert send(person, activity, said("q2", options=[YES]), said("q3", number=9)) == refused("BAD_INPUT", "answers.1")
    assert send(person, activity, said("q9", text="x")) == refused("NOT_FOUND", "answers.0.question")
    assert survey(person, activity)["viewerAnswer"] is None, "nothing was written"
    assert send(person, activity, said("q2", options=[NO]), said("q3", number=4)) == []
    assert [one["question"] for one in survey(person, activity)["viewerAnswer"]["parts"]] == ["q2"]


def test_one_answer_a_person(given: Given, town: Portal, activity: str) -> None:
    person = given.actor(town)
    assert send(person, activity, *BY_BUS) == []
    again = refused("SURVEY_SENT", "activity")
    assert send(person, activity, *BY_BUS) == again and save(person, activity, *BY_BUS)["userErrors"] == again
    assert do(person, "surveyAnswerDiscard", activity=activity)["userErrors"] == refused("NOT_FOUND", "activity")
    assert survey(town, activity)["answerCount"] == 1
    [[form, actor]] = given.sql(
        town, "SELECT form_id, actor_id FROM __tenant__.survey_answer WHERE activity_id = %s", uuid_in(activity)
    )
    with pytest.raises(UniqueViolation):
        given.insert(
            town,
            "survey_answer",
            activity_id=uuid_in(activity),
            form_id=form,
            actor_id=actor,
            state="DRAFT",
            answers="{}",
            changed_at="now",
        )


def test_form_that_changes_meanwhile_loses_nothing_that_still_fits(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    person = given.actor(town)
    save(person, activity, *BY_BUS)
    sent(given, town, activity, said("q2", options=[NO]))
    done(admin, "surveyQuestionRemove", activity=activity, edition=0, question="q5")
    done(
        admin,
        "surveyQuestionSave",
        activity=activity,
        edition=1,
        question={"kind": "NUMBER", "title": "Combien de fois ?", "isRequired": True},
    )
    done(admin, "surveyFormPublish", activity=activity, edition=2, reason="Il manquait une question.")
    assert send(person, activity) == refused("CONFLICT", "version")
    assert pages(person, activity, 9)[2:] == (["q2", "q3", "q4", "q6"], ["q6"])
    assert send(person, activity, said("q6", number=2.5), version=2) == []
    mine = survey(person, activity)["viewerAnswer"]
    assert mine["form"] == {"version": 2}
    parts = {one["question"]: one for one in mine["parts"]}
    assert (parts["q3"]["number"], parts["q6"]["number"]) == (4.0, 2.5)
    assert (parts["q4"]["options"], parts["q4"]["other"]) == (["o1"], "Les arrêts")


def test_survey_that_is_not_open_takes_nothing(given: Given, town: Portal, activity: str) -> None:
    person = given.actor(town)
    given.close_activity(town, activity)
    closed = refused("ACTIVITY_NOT_OPEN", "activity")
    assert send(person, activity, *BY_BUS) == closed and save(person, activity, *BY_BUS)["userErrors"] == closed
    unwritten = given.activity(town, kind="SURVEY")
    assert send(person, unwritten, *BY_BUS) == refused("KIND_NOT_ACCEPTED", "activity")
    assert do(town, "surveyAnswerSend", activity=activity, version=1)["userErrors"] == refused("UNAUTHENTICATED", None)


@pytest.mark.parametrize("kind", ["COLLECT", "DEBATE", "EXAMINE", "VOTE", "RESULT"])
def test_answer_wants_a_phase_that_allows_it(given: Given, town: Portal, activity: str, kind: str) -> None:
    person, slow = given.actor(town), given.actor(town)
    save(slow, activity, *BY_BUS)
    put(given, town, activity, kind)
    takes = kind in ("COLLECT", "DEBATE", "VOTE")
    assert look(town, activity) == (["ANSWER"] if takes else [], [kind])
    closed = [] if takes else refused("ACTIVITY_NOT_OPEN", "activity")
    assert save(slow, activity, said("q2", options=[NO]))["userErrors"] == closed
    assert send(person, activity, *BY_BUS) == closed
    assert survey(town, activity)["answerCount"] == takes
    assert survey(slow, activity)["viewerAnswer"]["state"] == "DRAFT", "what was kept stays"


def test_survey_is_over_by_its_phases(given: Given, town: Portal, admin: Portal, activity: str) -> None:
    over = "query($id: ID!) { activity(id: $id) { survey { isOver } } }"
    sent(given, town, activity, *BY_BUS)
    for starts, is_over in (
        ((("COLLECT", -10), ("EXAMINE", 5)), False),
        ((("EXAMINE", -10), ("COLLECT", 5)), False),
        ((("COLLECT", 5),), False),
        ((("COLLECT", -10), ("RESULT", -5)), True),
    ):
        stored = json.dumps(phases(*starts))
        given.sql(town, "UPDATE __tenant__.activity SET phases = %s WHERE id = %s", stored, uuid_in(activity))
        assert town.ask(over, id=activity)["activity"]["survey"] == {"isOver": is_over}
        payload = do(admin, "surveyResultPublish", activity=activity, questions=["q2"])
        assert payload["userErrors"] == ([] if is_over else refused("SURVEY_OPEN", "questions"))


def test_results_that_were_published_stay_whatever_opens_again(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    sent(given, town, activity, said("q2", options=[NO]), count=5)
    slow = given.actor(town)
    save(slow, activity, *BY_BUS)
    given.close_activity(town, activity)
    done(admin, "surveyResultPublish", activity=activity)
    final = "SELECT DISTINCT is_final FROM __tenant__.survey_result WHERE activity_id = %s"
    assert given.sql(town, final, uuid_in(activity)) == [(False,)], "nothing is published yet"
    done(admin, "surveyResultPublish", activity=activity, questions=["q2"])
    assert given.sql(town, final, uuid_in(activity)) == [(True,)]
    told = survey(town, activity)["results"]
    opened_again = "UPDATE __tenant__.activity SET closes_at = now() + interval '1 day' WHERE id = %s"
    given.sql(town, opened_again, uuid_in(activity))
    late_comer = given.actor(town)
    with given.nothing_written(town):
        assert send(slow, activity) == refused("SURVEY_COUNTED", "activity")
        assert save(late_comer, activity, *BY_BUS)["userErrors"] == refused("SURVEY_COUNTED", "activity")
    given.close_activity(town, activity)
    late = (
        "UPDATE __tenant__.survey_answer SET state = 'SENT', sent_at = now() WHERE activity_id = %s AND sent_at IS NULL"
    )
    given.sql(town, late, uuid_in(activity))
    done(admin, "surveyResultPublish", activity=activity, questions=["q2", "q4"])
    assert survey(town, activity)["results"][:1] == told, "it is not counted again"
    assert [one["question"] for one in survey(town, activity)["results"]] == ["q2", "q4"]
    done(admin, "surveyResultPublish", activity=activity)
    assert survey(town, activity)["results"] == [] and given.sql(town, final, uuid_in(activity)) == [(True,)]
    public = "UPDATE __tenant__.survey_result SET is_public = true, is_final = false WHERE activity_id = %s"
    with pytest.raises(CheckViolation):
        given.sql(town, public, uuid_in(activity))


def test_place_is_kept_no_finer_than_what_is_public_of_a_person(given: Given, town: Portal, admin: Portal) -> None:
    activity = opened(given, town, admin, [{"kind": "PLACE", "title": "Où ?"}])
    person = given.actor(town)
    assert send(person, activity, said("q1", place="8a1f1d488007fff")) == []
    [part] = survey(person, activity)["viewerAnswer"]["parts"]
    assert part["text"] == "881f1d4881fffff"


def test_journal_says_of_an_answer_not_whose_it_is(given: Given, town: Portal, activity: str) -> None:
    sent(given, town, activity, *BY_BUS)
    rows = given.sql(
        town,
        "SELECT actor_id, payload FROM __tenant__.event WHERE kind = 'SURVEY_ANSWERED' AND subject_id = %s",
        uuid_in(activity),
    )
    assert rows == [(None, {})]


def test_draft_is_thrown_away_or_forgotten_and_names_are_taken_off_answers(
    given: Given, town: Portal, activity: str
) -> None:
    person, slow = given.actor(town), given.actor(town)
    save(person, activity, *BY_BUS)
    done(person, "surveyAnswerDiscard", activity=activity)
    assert survey(person, activity)["viewerAnswer"] is None
    save(slow, activity, *BY_BUS)
    sent(given, town, activity, *BY_BUS)
    id_ = uuid_in(activity)
    old = "UPDATE __tenant__.survey_answer SET changed_at = now() - %s WHERE activity_id = %s"
    given.sql(town, old, timedelta(days=30, hours=1), id_)
    ended = "UPDATE __tenant__.activity SET opens_at = now() - %s, closes_at = now() - %s WHERE id = %s"
    given.sql(town, ended, timedelta(days=90), timedelta(days=59), id_)
    given.run(retention.keep(given.database, town.number))
    left = "SELECT state, actor_id IS NULL FROM __tenant__.survey_answer WHERE activity_id = %s"
    assert given.sql(town, left, id_) == [("SENT", False)]
    given.sql(town, ended, timedelta(days=90), timedelta(days=61), id_)
    given.run(retention.keep(given.database, town.number))
    assert given.sql(town, left, id_) == [("SENT", True)]


def test_paper_is_typed_by_an_editor_under_the_version_that_was_printed(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    def enter(who: Portal, *answers: dict[str, Any], version: int = 1) -> list[Any]:
        given_ = {"activity": activity, "version": version, "answers": list(answers)}
        return list(do(who, "surveyAnswerEnter", **given_)["userErrors"])

    assert enter(given.actor(town), *BY_BUS) == refused("FORBIDDEN", None)
    assert enter(admin, said("q2", options=[YES])) == refused("REQUIRED", "answers")
    assert enter(admin, *BY_BUS, version=2) == refused("NOT_FOUND", "version")
    done(admin, "surveyQuestionRemove", activity=activity, edition=0, question="q3")
    done(admin, "surveyFormPublish", activity=activity, edition=1)
    given.close_activity(town, activity)
    assert enter(admin, *BY_BUS) == [] == enter(admin, *BY_BUS), "two sheets may say the same"
    assert survey(admin, activity)["viewerAnswer"] is None and survey(town, activity)["answerCount"] == 2
    stored = "SELECT actor_id, channel, answers -> 'q3' FROM __tenant__.survey_answer WHERE activity_id = %s"
    assert given.sql(town, stored, uuid_in(activity)) == [(None, "PAPER", 4)] * 2
    [[form]] = given.sql(
        town, "SELECT id FROM __tenant__.survey_form WHERE version = 1 AND activity_id = %s", uuid_in(activity)
    )
    whose = {"activity_id": uuid_in(activity), "form_id": form, "actor_id": _actor(admin), "changed_at": "now"}
    with pytest.raises(CheckViolation):
        given.insert(town, "survey_answer", **whose, state="DRAFT", answers="{}", channel="PAPER")
    done(admin, "surveyResultPublish", activity=activity, questions=["q2"])
    assert enter(admin, *BY_BUS) == refused("SURVEY_COUNTED", "activity")


def _actor(who: Portal) -> Any:
    return uuid_in(who.ask("{ viewer { id } }")["viewer"]["id"])


def test_two_hundred_questions_are_answered_on_pages_that_a_form_can_send(
    given: Given, town: Portal, admin: Portal
) -> None:
    form = [{"kind": "TEXT", "title": f"Question numéro {n} ?", "isRequired": True} for n in range(1, 201)]
    activity, person = opened(given, town, admin, form), given.actor(town)
    page, asked = 1, list[str]()
    while (there := survey(person, activity, page)["page"])["number"] < there["count"]:
        codes = [one["code"] for one in there["questions"]]
        assert len(codes) * 2 <= 120, "fields that the page's form sends"
        asked += codes
        page = save(person, activity, *(said(code, text=f"Réponse à {code}") for code in codes), page=page)["nextPage"]
    assert asked == [f"q{n}" for n in range(1, 201)] and there["missing"] == []
    assert send(person, activity) == []
    parts = survey(person, activity)["viewerAnswer"]["parts"]
    assert [(one["question"], one["text"]) for one in parts] == [(code, f"Réponse à {code}") for code in asked]
