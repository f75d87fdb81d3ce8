"""Survey sheets: what is shown of a form, page by page, and which answers fit their questions."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from models.answer_sheet import MAX_FIELDS, answered, fitting, kept, missing, pages, shown, weight
from models.question import SurveyOption, SurveyQuestion, checked
from models.question import SurveyQuestionKind as Kind
from models.refusal import Refusal
from tests.test_question import ask, choice, when

BUS = checked(
    [
        choice("q1", "Oui", "Non", is_required=True),
        choice("q2", "Oui", "Non", is_required=True, shown_if=when("q1", "o1")),
        ask("q3", is_required=True, shown_if=when("q2", "o1")),
    ]
)


def one(code: str) -> dict[str, Any]:
    return {"options": [code]}


def test_what_is_hidden_is_not_required_and_hides_what_hangs_on_it() -> None:
    assert [each.code for each in shown(BUS, {"q1": one("o2"), "q2": one("o1"), "q3": "x"})] == ["q1"]
    assert missing(BUS, {"q1": one("o2")}) == []
    assert [each.code for each in missing(BUS, {"q1": one("o1")})] == ["q2"]
    assert kept(BUS, {"q1": one("o2"), "q2": one("o1"), "q3": "x"}) == {"q1": one("o2")}
    assert kept(BUS, {"q1": one("o1"), "q2": one("o1"), "q3": "x"}) == {"q1": one("o1"), "q2": one("o1"), "q3": "x"}


def test_page_that_is_hidden_hides_all_that_is_on_it() -> None:
    form = checked([choice("q1", "Oui", "Non"), ask("q2", Kind.PAGE, shown_if=when("q1", "o1")), ask("q3"), ask("q4")])
    assert [each.code for each in shown(form, {})] == ["q1"]
    assert [each.code for each in shown(form, {"q1": one("o1")})] == ["q1", "q3", "q4"]
    whole = [*form, ask("q5", Kind.PAGE), ask("q6")]
    assert [each.code for each in shown(whole, {})] == ["q1", "q6"]


def test_question_that_hangs_on_another_begins_another_page() -> None:
    assert [[each.code for each in page] for page in pages(BUS)] == [["q1"], ["q2"], ["q3"]]
    form = [ask("q1", Kind.PAGE), ask("q2"), ask("q3"), ask("q4", Kind.PAGE), ask("q5", Kind.PAGE), ask("q6")]
    assert [[each.code for each in page] for page in pages(form)] == [["q1", "q2", "q3"], ["q5", "q6"]]


@generated(st.lists(st.tuples(st.sampled_from(list(Kind)), st.integers(1, 60)), max_size=200))
def test_no_page_has_more_fields_than_a_form_may_send(forms: list[tuple[Kind, int]]) -> None:
    labels = [tuple(SurveyOption(f"o{n}", "x") for n in range(1, count + 1)) for _, count in forms]
    form = [
        SurveyQuestion(f"q{n}", kind, "Quoi ?", options=options, rows=options[:20])
        for n, ((kind, _), options) in enumerate(zip(forms, labels, strict=True), 1)
    ]
    whole = pages(form)
    asked = [each.code for page in whole for each in page if each.kind is not Kind.PAGE]
    assert asked == [each.code for each in form if each.kind is not Kind.PAGE]
    for page in whole:
        assert sum(map(weight, page)) <= MAX_FIELDS or len([each for each in page if each.kind is not Kind.PAGE]) == 1
        codes = {each.code for each in page}
        assert not any(said.question in codes for each in page for said in each.shown_if)


FRUIT = tuple(SurveyOption(f"o{n}", label) for n, label in enumerate(("Pomme", "Poire", "Prune"), 1))
ROWS = (SurveyOption("r1", "Lundi"), SurveyOption("r2", "Mardi"))
SEVERAL = ask("q1", Kind.SEVERAL, options=FRUIT, has_other=True, least=1, most=2)
MATRIX = ask("q1", Kind.MATRIX, options=FRUIT, rows=ROWS, is_required=True)


@pytest.mark.parametrize(
    ("question", "given", "stored"),
    [
        (ask("q1"), {"text": "  a \n b "}, "a b"),
        (ask("q1", Kind.LONG_TEXT), {"text": "a\r\nb"}, "a\nb"),
        (ask("q1"), {"text": "   "}, None),
        (ask("q1", Kind.ONE, options=FRUIT), {"options": ["o2"]}, {"options": ["o2"]}),
        (ask("q1", Kind.ONE, options=FRUIT, has_other=True), {"options": ["other"], "other": "Figue"}, {"options": [], "other": "Figue"}),
        (ask("q1", Kind.ONE, options=FRUIT, has_other=True), {"options": ["o1"], "other": "Figue"}, {"options": ["o1"]}),
        (ask("q1", Kind.ONE, options=FRUIT), {"options": []}, None),
        (SEVERAL, {"options": ["o3", "o1", "o3"]}, {"options": ["o1", "o3"]}),
        (SEVERAL, {"options": ["o1"], "other": "Figue"}, {"options": ["o1"], "other": "Figue"}),
        (ask("q1", Kind.RANKING, options=FRUIT), {"ranks": [{"option": "o1", "rank": 3}, {"option": "o2", "rank": 1}, {"option": "o3"}]}, {"options": ["o2", "o1"]}),
        (ask("q1", Kind.RANKING, options=FRUIT), {"options": ["o3", "o1"]}, {"options": ["o3", "o1"]}),
        (ask("q1", Kind.SCALE, least=0, most=5), {"number": 0.0}, 0),
        (ask("q1", Kind.NUMBER), {"number": 2.5}, 2.5),
        (ask("q1", Kind.DATE), {"day": date(2026, 11, 30)}, "2026-11-30"),
        (MATRIX, {"rows": [{"row": "r2", "option": "o1"}, {"row": "r1", "option": "o3"}]}, {"r1": "o3", "r2": "o1"}),
        (MATRIX, {"rows": [{"row": "r1", "option": None}]}, None),
        (ask("q1", Kind.PLACE), {"place": "881f1d4881fffff"}, "881f1d4881fffff"),
    ],
)  # fmt: skip
def test_answer_is_stored_as_it_is_meant_and_stands_under_the_same_form(
    question: SurveyQuestion, given: dict[str, Any], stored: Any
) -> None:
    assert answered(question, given, "answers.0") == stored
    expected = {} if stored is None else {"q1": stored}
    assert fitting([question], expected) == expected


@pytest.mark.parametrize(
    ("question", "given", "code"),
    [
        (ask("q1"), {"text": "a" * 201}, "TOO_LONG"),
        (ask("q1", least=5), {"text": "abc"}, "TOO_SHORT"),
        (ask("q1", Kind.ONE, options=FRUIT), {"options": ["o9"]}, "CHOICE_NOT_ACCEPTED"),
        (ask("q1", Kind.ONE, options=FRUIT), {"options": ["other"], "other": "x"}, "CHOICE_NOT_ACCEPTED"),
        (ask("q1", Kind.ONE, options=FRUIT), {"options": ["o1", "o2"]}, "SURVEY_CHOICES"),
        (SEVERAL, {"options": ["o1", "o2", "o3"]}, "SURVEY_CHOICES"),
        (SEVERAL, {"options": ["other"]}, "REQUIRED"),
        (ask("q1", Kind.RANKING, options=FRUIT), {"ranks": [{"option": "o1", "rank": 1}, {"option": "o2", "rank": 1}]}, "SURVEY_CHOICES"),
        (ask("q1", Kind.RANKING, options=FRUIT, least=3), {"options": ["o1", "o2"]}, "SURVEY_CHOICES"),
        (ask("q1", Kind.SCALE, least=1, most=5), {"number": 6}, "BAD_INPUT"),
        (ask("q1", Kind.SCALE, least=1, most=5), {"number": 1.5}, "BAD_INPUT"),
        (ask("q1", Kind.NUMBER, least=0), {"number": -1}, "BAD_INPUT"),
        (ask("q1", Kind.NUMBER), {"number": float("inf")}, "BAD_INPUT"),
        (ask("q1", Kind.DATE), {"day": date(1066, 1, 1)}, "BAD_INPUT"),
        (MATRIX, {"rows": [{"row": "r1", "option": "o1"}]}, "REQUIRED"),
        (MATRIX, {"rows": [{"row": "r9", "option": "o1"}]}, "CHOICE_NOT_ACCEPTED"),
        (ask("q1", Kind.PAGE), {"text": "x"}, "BAD_INPUT"),
    ],
)  # fmt: skip
def test_answer_that_does_not_fit_is_refused(question: SurveyQuestion, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        answered(question, given, "answers.3")
    assert (refused.value.code.value, refused.value.field) == (code, "answers.3")


def test_what_another_version_does_not_take_does_not_stand() -> None:
    answers = {"q1": one("o2"), "q2": one("o1"), "q9": "x"}
    assert fitting(checked([choice("q1", "Oui"), choice("q2", "Oui")]), answers) == {"q2": one("o1")}
