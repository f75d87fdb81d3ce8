"""Files of surveys: a row an answer, a column a question or an option, the same whatever was asked of whom."""

import csv
import io
import json
import zipfile
from typing import Any

import httpx
import openpyxl
import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from models.question import SurveyOption, SurveyQuestion, checked
from models.question import SurveyQuestionKind as Kind
from tests.administering import done
from tests.conftest import Portal
from tests.given import Given
from tests.surveying import NO, YES, opened, said, sent
from tests.test_question import ask, choice
from transfer.survey_table import columns, labels, row
from transfer.xlsx_writer import XlsxWriter

HEAD = ["answer", "version", "sent_on", "channel", "proof", "is_double"]
CODES = ["q2", "q3", "q4_o1", "q4_o2", "q4_o3", "q4_other", "q4_other_text", "q5"]


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


def fetched(who: Portal, name: str, activity: str) -> httpx.Response:
    token = {"authorization": f"Bearer {who.token}"} if who.token else {}
    return who.client.get(f"/export/{name}", params={"activity": activity}, headers={"host": who.host, **token})


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    return {sheet.title: [list(line) for line in sheet.iter_rows(values_only=True)] for sheet in book}


@pytest.fixture
def activity(given: Given, town: Portal, admin: Portal) -> str:
    activity = opened(given, town, admin)
    sent(
        given, town, activity, said("q2", options=[YES]), said("q3", number=4), said("q4", options=["o1"], other="=1+1")
    )
    sent(given, town, activity, said("q2", options=[NO]), said("q5", text="@moi"))
    return activity


def test_workbook_has_the_same_columns_for_everybody_and_a_sheet_of_labels(admin: Portal, activity: str) -> None:
    answer = fetched(admin, "survey.xlsx", activity)
    assert answer.status_code == 200 and "enquete" in answer.headers["content-disposition"]
    told = sheets(answer.content)
    assert list(told) == ["Réponses", "Libellés"]
    head, first, second = told["Réponses"]
    assert head == HEAD + CODES
    assert first[:2] + first[3:] == [1, 1, "ACCOUNT", None, 0, "o1", 4, 1, 0, 0, 1, "'=1+1", None]
    assert second[:2] + second[3:] == [2, 1, "ACCOUNT", None, 0, "o2", None, None, None, None, None, None, "'@moi"]
    assert told["Libellés"][1:4] == [
        ["q2", "q2", "ONE", "Prenez-vous le bus ?", None, "o1", "Oui"],
        ["q2", "q2", "ONE", "Prenez-vous le bus ?", None, "o2", "Non"],
        ["q3", "q3", "SCALE", "Êtes-vous content du bus ?", None, None, None],
    ]


def test_csv_and_lines_say_the_same(admin: Portal, activity: str) -> None:
    text = fetched(admin, "survey.csv", activity).content.decode("utf-8-sig")
    head, first, second = csv.reader(io.StringIO(text), delimiter=";")
    assert head == HEAD + CODES
    assert first[3:] == ["ACCOUNT", "", "0", "o1", "4", "1", "0", "0", "1", "'=1+1", ""] and second[3:] == [
        "ACCOUNT",
        "",
        "0",
        "o2",
        "",
        "",
        "",
        "",
        "",
        "",
        "'@moi",
    ]
    lines = [json.loads(line) for line in fetched(admin, "survey.jsonl", activity).text.splitlines()]
    assert [list(line["answers"]) for line in lines] == [["q2", "q3", "q4", "q5"]] * 2
    assert lines[0]["answers"]["q4"] == {"options": ["o1"], "other": "=1+1"} and lines[1]["answers"]["q3"] is None
    listed = list(
        csv.reader(
            io.StringIO(fetched(admin, "survey-labels.csv", activity).content.decode("utf-8-sig")), delimiter=";"
        )
    )
    assert listed[1] == ["q2", "q2", "ONE", "Prenez-vous le bus ?", "", "o1", "Oui"]


def test_question_that_is_asked_no_more_keeps_its_column(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    done(admin, "surveyQuestionRemove", activity=activity, edition=0, question="q3")
    done(admin, "surveyFormPublish", activity=activity, edition=1, reason="Cette question ne sert plus.")
    sent(given, town, activity, said("q2", options=[YES]), version=2)
    head, first, _, third = sheets(fetched(admin, "survey.xlsx", activity).content)["Réponses"]
    assert head == [*HEAD, "q2", *CODES[2:], "q3"]
    assert (first[1], first[-1], third[1], third[-1]) == (1, 4, 2, None)


def test_files_are_for_administrators_and_name_nobody(given: Given, town: Portal, admin: Portal, activity: str) -> None:
    for who in (town, given.actor(town), given.actor(town, role="MODERATOR")):
        assert fetched(who, "survey.xlsx", activity).status_code == 403
    assert fetched(admin, "survey.xlsx", given.activity(town)).status_code == 400
    assert fetched(admin, "survey.csv", f"activity_{town.number + 1}_{activity.rsplit('_', 1)[1]}").status_code == 404
    assert fetched(admin, "survey.csv", "x").status_code == 400
    for name in ("survey.csv", "survey.jsonl"):
        assert "Camille" not in fetched(admin, name, activity).text


OPTIONS = tuple(SurveyOption(f"o{n}", f"Option {n}") for n in range(1, 4))
FORM: list[SurveyQuestion] = checked(
    [
        choice("q1", "A", "B", has_other=True),
        ask("q2", Kind.SEVERAL, options=OPTIONS, has_other=True),
        ask("q3", Kind.RANKING, options=OPTIONS),
        ask("q4", Kind.MATRIX, options=OPTIONS, rows=(SurveyOption("r1", "L"), SurveyOption("r2", "M"))),
        ask("q5", Kind.NUMBER),
        ask("q6"),
    ]
)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=20).filter(
    str.strip
)
PICKED = st.sets(st.sampled_from(["o1", "o2", "o3"]), min_size=1).map(sorted)
CHOSEN = st.lists(st.sampled_from(["o1", "o2", "o3"]), min_size=1, unique=True)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "q1": st.one_of(st.fixed_dictionaries({"options": st.just(["o2"])}), st.fixed_dictionaries({"options": st.just([]), "other": TEXT})),
        "q2": st.fixed_dictionaries({"options": PICKED}, optional={"other": TEXT}),
        "q3": st.fixed_dictionaries({"options": CHOSEN}),
        "q4": st.fixed_dictionaries({"r1": st.sampled_from(["o1", "o3"])}, optional={"r2": st.just("o2")}),
        "q5": st.integers(-1000, 1000) | st.floats(-1000, 1000).map(lambda x: round(x, 3)),
        "q6": TEXT,
    },
)  # fmt: skip


@generated(st.lists(ANSWERS, max_size=5))
def test_answers_can_be_read_back_from_the_cells(answers: list[dict[str, Any]]) -> None:
    asked, writer = columns(FORM), XlsxWriter("Réponses")
    data = writer.begin([column.code for column in asked]) + writer.rows(row(asked, one) for one in answers)
    data += writer.next("Libellés", ["code"]) + writer.rows(labels(asked)) + writer.end()
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    head, *lines = sheets(data)["Réponses"]
    assert [
        _read(dict(zip(head, [*line, *[None] * (len(head) - len(line))], strict=True))) for line in lines
    ] == answers


def _read(cells: dict[str, Any]) -> dict[str, Any]:
    """One person's answers, from one row alone."""

    def plain(value: Any) -> str:
        text = str(value)
        return (
            text[1:]
            if text.startswith("'") and text.lstrip("'")[:1] in tuple("=+-@\t\r") and text.lstrip("'")
            else text
        )

    kept: dict[str, Any] = {}
    if cells["q1"] is not None:
        is_other = cells["q1"] == "other"
        kept["q1"] = {"options": [], "other": plain(cells["q1_other_text"])} if is_other else {"options": [cells["q1"]]}
    if cells["q2_o1"] is not None:
        kept["q2"] = {"options": [code for code in ("o1", "o2", "o3") if cells[f"q2_{code}"]]}
        kept["q2"] |= {"other": plain(cells["q2_other_text"])} if cells["q2_other"] else {}
    ranks = {cells[f"q3_{code}"]: code for code in ("o1", "o2", "o3") if cells[f"q3_{code}"] is not None}
    kept |= {"q3": {"options": [ranks[rank] for rank in sorted(ranks)]}} if ranks else {}
    rows = {code: cells[f"q4_{code}"] for code in ("r1", "r2") if cells[f"q4_{code}"] is not None}
    kept |= {"q4": rows} if rows else {}
    kept |= {"q5": cells["q5"]} if cells["q5"] is not None else {}
    return kept | ({"q6": plain(cells["q6"])} if cells["q6"] is not None else {})
