"""Survey questions: what a form may be, conditions that look back alone, and codes that stay."""

from typing import Any

import pytest

from models.question import (
    MAX_CODE,
    SurveyCondition,
    SurveyOption,
    SurveyQuestion,
    all_of,
    checked,
    next_code,
    read,
    require_kept,
    written,
)
from models.question import SurveyQuestionKind as Kind
from models.refusal import Refusal


def ask(code: str, kind: Kind = Kind.TEXT, **parts: Any) -> SurveyQuestion:
    return SurveyQuestion(code, kind, parts.pop("title", f"Question {code}"), **parts)


def choice(code: str, *labels: str, kind: Kind = Kind.ONE, **parts: Any) -> SurveyQuestion:
    return ask(code, kind, options=tuple(SurveyOption("", label) for label in labels), **parts)


def when(question: str, *options: str) -> tuple[SurveyCondition, ...]:
    return (SurveyCondition(question, options),)


def refusal(*questions: SurveyQuestion) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as refused:
        checked(questions)
    return refused.value.code.value, refused.value.field


def test_options_get_codes_that_stay_and_are_not_given_again() -> None:
    [one] = checked([choice("q1", "Oui", "", "Non")])
    assert one.options == (SurveyOption("o1", "Oui"), SurveyOption("o2", "Non"))
    left = (SurveyOption("o1", "Oui, souvent"), SurveyOption("o2", ""), SurveyOption("", "Jamais"))
    [again] = checked([ask("q1", Kind.ONE, options=left)])
    assert again.options == (SurveyOption("o1", "Oui, souvent"), SurveyOption("o3", "Jamais"))
    assert (next_code("q", ["q2", "q10", "o99"]), next_code("q", [])) == ("q11", "q1")


def test_condition_looks_back_at_a_question_that_decides() -> None:
    first, second = choice("q1", "Oui", "Non"), ask("q2", shown_if=when("q1", "o1"))
    assert checked([first, second])[1].shown_if == when("q1", "o1")
    assert refusal(second, first) == ("SURVEY_RULE", "questions.0.shownIf.0"), "ahead"
    assert refusal(choice("q1", "Oui", shown_if=when("q1", "o1"))) == ("SURVEY_RULE", "questions.0.shownIf.0"), "itself"
    assert refusal(first, ask("q2", shown_if=when("q1", "o3"))) == ("SURVEY_RULE", "questions.1.shownIf.0")
    assert refusal(ask("q1"), ask("q2", shown_if=when("q1", "o1"))) == ("SURVEY_RULE", "questions.1.shownIf.0")
    scale = ask("q1", Kind.SCALE, least=0, most=3)
    assert checked([scale, ask("q2", shown_if=when("q1", "0", "3"))])
    assert refusal(scale, ask("q2", shown_if=when("q1", "4")))[0] == "SURVEY_RULE"
    circle = [choice("q1", "A", shown_if=when("q2", "o1")), choice("q2", "A", shown_if=when("q1", "o1"))]
    assert refusal(*circle) == ("SURVEY_RULE", "questions.0.shownIf.0")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (ask("q1", title="?"), ("TOO_SHORT", "questions.0.title")),
        (ask("q1", title="a" * 301), ("TOO_LONG", "questions.0.title")),
        (choice("q1"), ("REQUIRED", "questions.0.options")),
        (choice("q1", *map(str, range(100, 161))), ("LIMIT_REACHED", "questions.0.options")),
        (ask("q1", Kind.MATRIX, options=(SurveyOption("", "A"),)), ("REQUIRED", "questions.0.rows")),
        (ask("q1", Kind.SCALE, least=2, most=5), ("BAD_INPUT", "questions.0.least")),
        (ask("q1", Kind.SCALE, least=1, most=12), ("BAD_INPUT", "questions.0.most")),
        (ask("q1", Kind.NUMBER, least=5, most=4), ("BAD_INPUT", "questions.0.most")),
        (ask(f"q{MAX_CODE + 1}"), ("LIMIT_REACHED", "questions.0.code")),
    ],
)
def test_question_that_no_form_may_have_is_refused(question: SurveyQuestion, expected: tuple[str, str]) -> None:
    assert refusal(question) == expected


def test_form_has_two_hundred_questions_at_most() -> None:
    whole = [ask(f"q{n}") for n in range(1, 201)]
    assert len(checked(whole)) == 200
    assert refusal(*whole, ask("q201")) == ("LIMIT_REACHED", "questions")
    assert refusal(ask("q1"), ask("q1")) == ("BAD_INPUT", "questions.1.code")


def test_stored_form_is_read_as_it_was_written() -> None:
    whole = checked(
        [
            choice("q1", "Oui", "Non", has_other=True, is_required=True, help="Une aide."),
            ask("q2", Kind.SCALE, least=0, most=10, low="non", high="oui", shown_if=when("q1", "o1", "other")),
            ask("q3", Kind.MATRIX, options=(SurveyOption("", "A"),), rows=(SurveyOption("", "R"),)),
        ]
    )
    assert read(written(whole)) == whole


def test_versions_together_have_every_question_and_option_that_there_was() -> None:
    old = checked([choice("q1", "Oui", "Non"), ask("q2")])
    kept = (SurveyOption("o1", "Oui !"), SurveyOption("o3", "Parfois"))
    new = checked([ask("q3"), ask("q1", Kind.ONE, options=kept)])
    whole = all_of([new, old])
    assert [one.code for one in whole] == ["q3", "q1", "q2"]
    assert [(one.code, one.label) for one in whole[1].options] == [("o1", "Oui !"), ("o3", "Parfois"), ("o2", "Non")]


def test_answered_question_keeps_its_kind() -> None:
    old = [ask("q1"), ask("q2")]
    require_kept([ask("q2"), ask("q1", is_required=True), ask("q3", Kind.DATE)], old)
    with pytest.raises(Refusal) as refused:
        require_kept([ask("q2"), ask("q1", Kind.DATE)], old)
    assert (refused.value.code.value, refused.value.field) == ("SURVEY_ANSWERED", "questions.1.kind")
