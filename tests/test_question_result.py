"""Survey results: counts of options, small ones withheld with what would give them away, published by question."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from models.question import SurveyQuestionKind as Kind
from models.question import checked
from models.question_result import LEAST
from resolvers.question_result import counted
from tests.acting import refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given
from tests.surveying import NO, YES, opened, said, sent, survey
from tests.test_question import ask, choice


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


def told(form: list[Any], answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one.told() for one in counted(checked(form), map(json.dumps, answers))]


def counts(one: dict[str, Any]) -> dict[str, int | None]:
    return {f"{line['row']}{line['option']}": line["count"] for line in one["lines"]}


def chose(code: str, *options: str) -> dict[str, Any]:
    return {code: {"options": list(options)}}


def test_options_are_counted_and_not_their_combinations() -> None:
    form = [choice("q1", "Bus", "Train", "Vélo", kind=Kind.SEVERAL, has_other=True)]
    answers = [chose("q1", "o1", "o2")] * 6 + [chose("q1", "o1")] * 5 + [{"q1": {"options": [], "other": "Pied"}}] * 7
    [one] = told(form, answers)
    assert (one["answered"], counts(one)) == (18, {"o1": 11, "o2": 6, "o3": 0, "other": 7})


def test_small_count_is_withheld_with_the_one_that_would_give_it_away() -> None:
    form = [choice("q1", "A", "B", "C")]
    answers = [chose("q1", "o1")] * 20 + [chose("q1", "o2")] * 9 + [chose("q1", "o3")] * 4
    [one] = told(form, answers)
    assert (one["answered"], counts(one)) == (33, {"o1": 20, "o2": None, "o3": None})
    [one] = told(form, answers[:29])
    assert counts(one) == {"o1": 20, "o2": 9, "o3": 0}
    [one] = told(form, answers[:4])
    assert (one["answered"], counts(one)) == (None, {"o1": None, "o2": None, "o3": None})


def test_mean_of_a_scale_is_withheld_with_a_count() -> None:
    scale = [ask("q1", Kind.SCALE, least=1, most=3)]
    [one] = told(scale, [{"q1": 1}] * 5 + [{"q1": 3}] * 10)
    assert (one["mean"], counts(one)) == (2.33, {"1": 5, "2": 0, "3": 10})
    [one] = told(scale, [{"q1": 1}] * 5 + [{"q1": 3}] * 10 + [{"q1": 2}])
    assert (one["mean"], counts(one)) == (None, {"1": None, "2": None, "3": 10})
    [one] = told([ask("q1", Kind.NUMBER)], [{"q1": 1.5}] * 5)
    assert (one["mean"], one["lines"]) == (1.5, [])


def test_ranks_rows_and_places_are_counted() -> None:
    matrix = ask("q2", Kind.MATRIX, options=choice("q", "Oui", "Non").options, rows=choice("q", "Bus", "Train").options)
    form = [choice("q1", "A", "B", kind=Kind.RANKING), matrix, ask("q3", Kind.PLACE)]
    rows = {"r1": "o1", "r2": "o2"}
    one = chose("q1", "o2", "o1") | {"q2": rows, "q3": "881f1d4881fffff"}
    ranking, grid, place = told(form, [one] * 6 + [{"q3": "881f1d4883fffff"}] * 2)
    assert counts(ranking) == {"1o1": 0, "1o2": 6, "2o1": 6, "2o2": 0}
    assert counts(grid) == {"r1o1": 6, "r1o2": 0, "r2o1": 0, "r2o2": 6}
    assert (place["answered"], counts(place)) == (8, {"881f1d4881fffff": 6})


@generated(st.lists(st.integers(0, 30), min_size=2, max_size=6))
def test_no_small_count_can_be_reckoned_from_what_is_told(numbers: list[int]) -> None:
    form = [choice("q1", *(f"Réponse {n}" for n, _ in enumerate(numbers)))]
    answers = [chose("q1", f"o{place}") for place, number in enumerate(numbers, 1) for _ in range(number)]
    [one] = told(form, answers)
    if sum(numbers) < LEAST:
        assert one["answered"] is None and set(counts(one).values()) == {None}
        return
    shown = list(counts(one).values())
    assert all(line is None or line == number for line, number in zip(shown, numbers, strict=True))
    assert not any(line is not None and 0 < line < LEAST for line in shown)
    hidden = one["answered"] - sum(line for line in shown if line is not None)
    assert hidden == 0 or (hidden >= LEAST and shown.count(None) >= (2 if any(0 < n < LEAST for n in numbers) else 0))


def test_results_are_published_by_question_once_the_survey_is_over(given: Given, town: Portal, admin: Portal) -> None:
    activity = opened(given, town, admin)
    sent(
        given,
        town,
        activity,
        said("q2", options=[YES]),
        said("q3", number=5),
        said("q4", options=["o1", "o2"]),
        count=6,
    )
    sent(given, town, activity, said("q2", options=[NO]), said("q5", text="Merci"), count=5)
    early = do(admin, "surveyResultPublish", activity=activity, questions=["q2"])
    assert early["userErrors"] == refused("SURVEY_OPEN", "questions")
    done(admin, "surveyResultPublish", activity=activity)
    assert [one["question"] for one in survey(admin, activity)["results"]] == ["q2", "q3", "q4", "q5"]
    assert survey(town, activity)["results"] == [] == survey(given.actor(town), activity)["results"]
    given.close_activity(town, activity)
    unknown = do(admin, "surveyResultPublish", activity=activity, questions=["q2", "q9"])
    assert unknown["userErrors"] == refused("NOT_FOUND", "questions.1")
    done(admin, "surveyResultPublish", activity=activity, questions=["q2", "q4"])
    buses, wishes = survey(town, activity)["results"]
    assert (buses["title"], buses["kind"], buses["answeredCount"], buses["mean"]) == (
        "Prenez-vous le bus ?",
        "ONE",
        11,
        None,
    )
    assert [(line["label"], line["count"]) for line in buses["counts"]] == [("Oui", 6), ("Non", 5)]
    assert [(line["label"], line["count"]) for line in wishes["counts"]] == [
        ("Horaires", 6),
        ("Prix", 6),
        ("Confort", 0),
        ("", 0),
    ]
    scale = survey(admin, activity)["results"][1]
    assert (scale["isPublic"], scale["mean"], scale["answeredCount"]) == (False, 5.0, 6)


def test_counts_are_those_of_a_recount_in_sql(given: Given, town: Portal, admin: Portal) -> None:
    activity = opened(given, town, admin)
    for place, count in enumerate((7, 5, 6)):
        sent(given, town, activity, said("q2", options=[NO]), said("q4", options=[f"o{place + 1}"]), count=count)
    done(admin, "surveyResultPublish", activity=activity)
    [wishes] = [one for one in survey(admin, activity)["results"] if one["question"] == "q4"]
    recount = """SELECT chosen, count(*) FROM __tenant__.survey_answer,
      jsonb_array_elements_text(answers -> 'q4' -> 'options') chosen WHERE state = 'SENT' AND activity_id = %s GROUP BY 1"""
    rows = Counter(dict(given.sql(town, recount, activity.rsplit("_", 1)[1])))
    assert {line["option"]: line["count"] for line in wishes["counts"]} == {"o1": 7, "o2": 5, "o3": 6, "other": 0}
    assert {line["option"]: line["count"] for line in wishes["counts"] if line["count"]} == rows
