"""What tests of surveys start from: a form with a jump, people who answer it, and what they answered."""

from typing import Any

from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given

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
