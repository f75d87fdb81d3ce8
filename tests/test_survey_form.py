"""Survey forms: written question by question, published in versions that keep what was answered, copied."""

from typing import Any

import pytest
from psycopg.errors import UniqueViolation

from tests.acting import refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.surveying import FORM, NO, PUBLISH, opened, said, send, sent, survey

WHY = "Une question n'était pas claire."


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def activity(given: Given, town: Portal) -> str:
    return given.activity(town, kind="SURVEY")


def codes(form: dict[str, Any] | None) -> list[str]:
    return [one["code"] for one in form["questions"]] if form else []


def put(who: Portal, activity: str, edition: int, after: str | None = None, **question: Any) -> dict[str, Any]:
    whole = {"kind": "TEXT", "title": "Une question", **question}
    return do(
        who,
        "surveyQuestionSave",
        f"question {PUBLISH}",
        activity=activity,
        edition=edition,
        question=whole,
        after=after,
    )


def test_form_is_written_question_by_question_and_read_once_it_is_published(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    assert survey(town, activity)["form"] is None
    assert put(admin, activity, 0, title="Première")["question"] == "q1"
    assert put(admin, activity, 1, title="Dernière")["question"] == "q2"
    assert put(admin, activity, 2, "q1", title="Entre les deux")["question"] == "q3"
    assert codes(survey(admin, activity)["writing"]) == ["q1", "q3", "q2"]
    assert survey(town, activity)["writing"] is None and survey(given.actor(town), activity)["writing"] is None
    moved = done(admin, "surveyQuestionMove", PUBLISH, activity=activity, edition=3, question="q2", place=1)
    assert codes(moved["surveyForm"]) == ["q2", "q1", "q3"]
    done(admin, "surveyQuestionRemove", activity=activity, edition=4, question="q3")
    published = done(admin, "surveyFormPublish", PUBLISH, activity=activity, edition=5)
    assert published["surveyForm"]["version"] == 1
    assert codes(survey(town, activity)["form"]) == ["q2", "q1"]
    assert put(admin, activity, 0)["question"] == "q3", "one that nobody ever answered"


def test_two_editors_do_not_write_over_each_other(admin: Portal, activity: str) -> None:
    assert put(admin, activity, 0)["userErrors"] == []
    assert put(admin, activity, 0)["userErrors"] == refused("CONFLICT", "version")
    again = do(admin, "surveyFormPublish", activity=activity, edition=2)
    assert again["userErrors"] == refused("CONFLICT", "version")


def test_refusal_of_one_question_stands_at_its_own_fields(admin: Portal, activity: str) -> None:
    done(admin, "surveyFormSave", activity=activity, edition=0, questions=FORM)
    assert put(admin, activity, 1, title="?")["userErrors"] == refused("TOO_SHORT", "question.title")
    ahead = [{"question": "q4", "options": ["o1"]}]
    first = put(admin, activity, 1, code="q2", kind="ONE", options=[{"label": "Oui"}], shownIf=ahead)
    assert first["userErrors"] == refused("SURVEY_RULE", "question.shownIf.0")
    less = put(admin, activity, 1, code="q2", kind="TEXT")
    assert less["userErrors"] == refused("SURVEY_RULE", "question"), "another question hangs on it"
    away = do(admin, "surveyQuestionRemove", activity=activity, edition=1, question="q2")
    assert away["userErrors"] == refused("SURVEY_RULE", "question")
    down = do(admin, "surveyQuestionMove", activity=activity, edition=1, question="q2", place=4)
    assert down["userErrors"] == refused("SURVEY_RULE", "question")
    assert put(admin, activity, 1, code="q9")["userErrors"] == refused("NOT_FOUND", "question.code")


def test_empty_form_is_not_published(admin: Portal, activity: str) -> None:
    nothing = do(admin, "surveyFormPublish", activity=activity, edition=0)
    assert nothing["userErrors"] == refused("SURVEY_EMPTY", "activity")
    done(admin, "surveyFormSave", activity=activity, edition=0, questions=[{"kind": "PAGE", "title": "Une page"}])
    page = do(admin, "surveyFormPublish", activity=activity, edition=1)
    assert page["userErrors"] == refused("SURVEY_EMPTY", "activity")


def test_change_after_an_answer_says_why_and_keeps_kinds(given: Given, town: Portal, admin: Portal) -> None:
    activity = opened(given, town, admin)
    sent(given, town, activity, said("q2", options=[NO]))
    assert put(admin, activity, 0, code="q5", kind="DATE", title="Quand ?")["userErrors"] == refused(
        "SURVEY_ANSWERED", "question.kind"
    )
    assert put(admin, activity, 0, code="q5", kind="LONG_TEXT", title="Autre chose à dire ?")["userErrors"] == []
    silent = do(admin, "surveyFormPublish", activity=activity, edition=1)
    assert silent["userErrors"] == refused("REQUIRED", "reason")
    done(admin, "surveyFormPublish", activity=activity, edition=1, reason=WHY)
    assert survey(town, activity)["versions"] == [{"version": 2, "reason": WHY}, {"version": 1, "reason": None}]
    assert send(given.actor(town), activity, said("q2", options=[NO])) == refused("CONFLICT", "version")
    sent(given, town, activity, said("q2", options=[NO]), version=2)
    assert survey(town, activity)["answerCount"] == 2


def test_code_of_an_option_is_never_anothers(given: Given, town: Portal, admin: Portal) -> None:
    days = {"kind": "SEVERAL", "title": "Quels jours ?", "options": [{"label": "Lundi"}, {"label": "Mardi"}]}
    grid = {"kind": "MATRIX", "title": "Où ?", "options": [{"label": "Souvent"}], "rows": [{"label": "Au parc"}]}
    activity = opened(given, town, admin, [days, grid])
    sent(given, town, activity, said("q1", options=["o2"]), said("q2", rows=[{"row": "r1", "option": "o1"}]))
    monday, park = {"code": "o1", "label": "Lundi"}, {"code": "r1", "label": "Au parc"}
    assert put(admin, activity, 0, **days | {"code": "q1", "options": [monday]})["userErrors"] == []
    more = {"code": "q1", "options": [monday, {"label": "Samedi"}]}
    assert put(admin, activity, 1, **days | more)["userErrors"] == []
    rows = {"code": "q2", "options": [{"label": "Jamais"}], "rows": [{"label": "À l'école"}, park]}
    assert put(admin, activity, 2, **grid | rows)["userErrors"] == []
    done(admin, "surveyFormPublish", activity=activity, edition=3, reason=WHY)
    form = survey(town, activity)["form"]["questions"]
    assert form[0]["options"] == [monday, {"code": "o3", "label": "Samedi"}], "Tuesday was o2"
    assert form[1]["options"] == [{"code": "o2", "label": "Jamais"}], "often was o1"


@pytest.mark.parametrize(
    ("kind", "least", "other", "is_possible"),
    [
        ("SEVERAL", 4, False, False),
        ("SEVERAL", 4, True, True),
        ("RANKING", 4, False, False),
        ("RANKING", 3, False, True),
    ],
)
def test_no_more_is_wanted_than_there_is_to_choose(
    admin: Portal, activity: str, kind: str, least: int, other: bool, is_possible: bool
) -> None:
    options = [{"label": "Lundi"}, {"label": "Mardi"}, {"label": "Jeudi"}]
    asked = put(admin, activity, 0, kind=kind, least=least, hasOther=other, options=options)
    assert asked["userErrors"] == ([] if is_possible else refused("BAD_INPUT", "question.least"))


def test_what_is_being_written_can_be_thrown_away(given: Given, town: Portal, admin: Portal) -> None:
    activity = opened(given, town, admin)
    put(admin, activity, 0)
    assert len(codes(survey(admin, activity)["writing"])) == 6
    done(admin, "surveyFormDiscard", activity=activity, edition=1)
    assert survey(admin, activity)["writing"] is None
    again = do(admin, "surveyFormDiscard", activity=activity, edition=0)
    assert again["userErrors"] == refused("NOT_FOUND", "edition")


def test_duplicate_is_another_form_with_the_same_jumps(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    source = opened(given, town, admin)
    put(admin, activity, 0, title="La sienne")
    done(admin, "surveyFormDuplicate", activity=activity, edition=1, source=source)
    done(admin, "surveyFormPublish", activity=activity, edition=2)
    copied = survey(town, activity)["form"]["questions"]
    assert [one["code"] for one in copied] == ["q2", "q3", "q4", "q5", "q6"]
    assert copied[2]["shownIf"] == [{"question": "q3", "options": ["o1"]}]
    unread = do(admin, "surveyFormDuplicate", activity=source, edition=0, source=given.activity(town, kind="SURVEY"))
    assert unread["userErrors"] == refused("NOT_FOUND", "source")


def test_other_kinds_have_no_survey(given: Given, town: Portal, admin: Portal) -> None:
    ideas = given.activity(town)
    assert town.ask("query($id: ID!) { activity(id: $id) { survey { answerCount } } }", id=ideas) == {
        "activity": {"survey": None}
    }
    assert put(admin, ideas, 0)["userErrors"] == refused("KIND_NOT_ACCEPTED", "activity")


def test_database_holds_one_form_that_is_being_written(given: Given, town: Portal, activity: str) -> None:
    columns = {"activity_id": uuid_in(activity), "questions": "[]", "changed_at": "now"}
    given.insert(town, "survey_form", **columns)
    with pytest.raises(UniqueViolation):
        given.insert(town, "survey_form", **columns)
