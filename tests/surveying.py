"""What tests of surveys start from: a form with a jump, people who answer it, and what they answered."""

import json
from typing import Any
from uuid import UUID

from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in

YES, NO = "o1", "o2"
FORM: list[dict[str, Any]] = [
    {"kind": "PAGE", "title": "Vos trajets"},
    {
        "kind": "ONE",
        "title": "Prenez-vous le bus ?",
        "isRequired": True,
        "options": [{"label": "Oui"}, {"label": "Non"}],
    },
    {
        "kind": "SCALE",
        "title": "Êtes-vous content du bus ?",
        "isRequired": True,
        "low": "Pas du tout",
        "high": "Tout à fait",
        "shownIf": [{"question": "q2", "options": [YES]}],
    },
    {
        "kind": "SEVERAL",
        "title": "Que faut-il améliorer ?",
        "options": [{"label": "Horaires"}, {"label": "Prix"}, {"label": "Confort"}],
        "hasOther": True,
        "most": 2,
    },
    {"kind": "LONG_TEXT", "title": "Autre chose ?"},
]
"""Questions q1 to q5: q3 is asked of those who take the bus."""

PUBLISH = "surveyForm { version edition questions { code } }"
SURVEY = """query($id: ID!, $page: Int) { activity(id: $id) { survey { answerCount
  form { version questions { code kind title isRequired hasOther least most options { code label } shownIf { question options } } }
  writing { edition questions { code } } versions { version reason }
  viewerAnswer { state sentAt form { version } parts { question text options other number rows { row option } } }
  page(page: $page) { number count previous questions { code } missing { code } }
  results { question kind title answeredCount mean isPublic counts { option label row rowLabel count } } } } }"""


def survey(who: Portal, activity: str, page: int | None = None) -> dict[str, Any]:
    """What somebody reads of a survey."""
    return dict(who.ask(SURVEY, id=activity, page=page)["activity"]["survey"])


def opened(
    given: Given, town: Portal, admin: Portal, questions: list[dict[str, Any]] | None = None, **rule: Any
) -> str:
    """A survey whose form is published."""
    activity = given.activity(town, kind="SURVEY", **rule)
    done(admin, "surveyFormSave", activity=activity, edition=0, questions=questions or FORM)
    done(admin, "surveyFormPublish", activity=activity, edition=1)
    return activity


def said(question: str, **part: Any) -> dict[str, Any]:
    return {"question": question, **part}


def send(who: Portal, activity: str, *answers: dict[str, Any], version: int = 1) -> list[Any]:
    """What refuses an answer."""
    return list(do(who, "surveyAnswerSend", activity=activity, version=version, answers=list(answers))["userErrors"])


def sent(given: Given, town: Portal, activity: str, *answers: dict[str, Any], count: int = 1, version: int = 1) -> None:
    """So many people have sent the same answers."""
    for _ in range(count):
        assert send(given.actor(town), activity, *answers, version=version) == []


# For tests of the whole contract --------------------------------------------------------------------------------------

EDITED = ("surveyFormSave", "surveyQuestionSave", "surveyQuestionMove", "surveyQuestionRemove")
WRITTEN = ("surveyFormPublish", "surveyFormDiscard")
ANSWERED = ("surveyAnswerSave", "surveyAnswerSend", "surveyAnswerDiscard")
OTHERS = ("surveyAnswerEnter", "surveyFormDuplicate", "surveyResultPublish", "survey")
TWO = json.dumps(
    [{"code": code, "kind": "TEXT", "title": "Un mot ?", "least": None, "most": None} for code in ("q1", "q2")]
)


def _of(*titles: str) -> str:
    listed = ", ".join(f"'{title}'" for title in titles)
    return f"activity_id IN (SELECT id FROM __tenant__.activity WHERE title IN ({listed}))"


AGAIN = (
    f"DELETE FROM __tenant__.survey_answer WHERE {_of(*ANSWERED, 'surveyAnswerEnter')}",
    f"DELETE FROM __tenant__.survey_form WHERE {_of(*EDITED, *WRITTEN, 'surveyFormDuplicate')}"
    " AND (version IS NULL OR version > 1)",
    f"DELETE FROM __tenant__.survey_result WHERE {_of('surveyResultPublish')}",
    "INSERT INTO __tenant__.survey_form (id, activity_id, questions, changed_at)"
    f" SELECT gen_random_uuid(), activity_id, questions, now() FROM __tenant__.survey_form WHERE {_of(*WRITTEN)}",
    "INSERT INTO __tenant__.survey_answer (id, activity_id, form_id, actor_id, state, answers, changed_at)"
    " SELECT gen_random_uuid(), form.activity_id, form.id, actor.id, 'DRAFT', '{}', now() FROM __tenant__.survey_form form,"
    f" __tenant__.actor actor WHERE actor.name <> actor.id::text AND {_of('surveyAnswerDiscard')}",
)
"""For the next caller who writes a form, answers one, or counts."""


def surveyed(given: Given, author: Portal, space: str, actor: UUID) -> dict[str, str]:
    """A survey for each mutation in a space, and one to read, with an answer of one actor and a result."""
    ids: dict[str, str] = {}
    for name in (*EDITED, *WRITTEN, *ANSWERED, *OTHERS):
        activity = ids[f"{name}.activity"] = given.activity(author, kind="SURVEY", space=space)
        id_ = uuid_in(activity)
        given.sql(author, "UPDATE __tenant__.activity SET title = %s WHERE id = %s", name, id_)
        columns = {"activity_id": id_, "questions": TWO, "changed_at": "now"}
        form = given.insert(author, "survey_form", **columns, version=1, published_at="now")
    writing = given.insert(author, "survey_form", **columns)
    answer = {"activity_id": id_, "form_id": form, "actor_id": actor, "changed_at": "now", "sent_at": "now"}
    sent_ = given.insert(author, "survey_answer", **answer, state="SENT", answers='{"q1": "Oui"}')
    counts = json.dumps({"title": "Un mot ?", "kind": "SCALE", "answered": 5, "lines": [], "mean": 2.5})
    result = {"activity_id": id_, "question": "q1", "rank": 0, "counts": counts, "counted_at": "now"}
    counted = given.insert(author, "survey_result", **result)
    for statement in AGAIN:
        given.sql(author, statement)
    number = author.number
    return ids | {
        "survey": ids["survey.activity"],
        "surveyFormDuplicate.source": ids["survey.activity"],
        "SurveyForm": f"surveyform_{number}_{writing}",
        "SurveyAnswer": f"surveyanswer_{number}_{sent_}",
        "SurveyResult": f"surveyresult_{number}_{counted}",
    }
