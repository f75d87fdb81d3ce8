"""What people change of an analysis: each change stands beside the result, can be taken back, and survives a re-run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acting import refused
from tests.administering import do, done
from tests.analysing import ABOUT, compute, proposals, quickly, read, start
from tests.conftest import Portal
from tests.given import Given, uuid_in

EDITS = """query($id: ID!) { analysis(id: $id) { edition edits(first: 50) { nodes {
  id number kind topic other name textCount madeBy { id } undoneAt isLost } } } }"""


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    with quickly():
        yield


@pytest.fixture(scope="module")
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def box(given: Given, town: Portal) -> str:
    return given.activity(town, kind="IDEA_BOX")


@pytest.fixture
def written(given: Given, town: Portal, box: str) -> dict[str, list[str]]:
    return proposals(given, town, box)


@pytest.fixture
def analysis(given: Given, town: Portal, admin: Portal, box: str, written: Any, tmp_path: Path) -> str:
    id_ = start(admin, activity=box)
    compute(given, town, tmp_path)
    return id_


def topics(who: Portal, analysis: str) -> dict[str, tuple[int, int]]:
    """By name: the number, and how many texts."""
    return {one["name"]: (one["number"], one["textCount"]) for one in read(who, analysis)["topics"]}


def numbered(who: Portal, analysis: str) -> dict[int, int]:
    """Of each topic, by its number, how many texts it has."""
    return {one["number"]: one["textCount"] for one in read(who, analysis)["topics"]}


def largest(who: Portal, analysis: str) -> int:
    """The number of the topic with the most texts."""
    [number] = [number for number, count in numbered(who, analysis).items() if count == ABOUT["vélo"]]
    return number


def texts_of(who: Portal, analysis: str, topic: int) -> list[dict[str, Any]]:
    return list(read(who, analysis, topic)["texts"]["nodes"])


def edits(who: Portal, analysis: str) -> list[dict[str, Any]]:
    return list(who.ask(EDITS, id=analysis)["analysis"]["edits"]["nodes"])


def test_topic_is_renamed_and_the_change_says_who_and_what(given: Given, admin: Portal, analysis: str) -> None:
    number = largest(admin, analysis)
    done(admin, "analysisTopicRename", "analysis { id }", analysis=analysis, topic=number, name="Le  vélo en ville")
    assert topics(admin, analysis)["Le vélo en ville"] == (number, ABOUT["vélo"])
    me = admin.ask("{ viewer { id } }")["viewer"]["id"]
    [edit] = edits(admin, analysis)
    assert {key: edit[key] for key in ("number", "kind", "topic", "name", "textCount", "undoneAt", "isLost")} == {
        "number": 1,
        "kind": "RENAME",
        "topic": number,
        "name": "Le vélo en ville",
        "textCount": 0,
        "undoneAt": None,
        "isLost": False,
    }
    assert edit["madeBy"]["id"] == me


def test_merge_puts_texts_together_and_undoing_parts_them(given: Given, admin: Portal, analysis: str) -> None:
    before = numbered(admin, analysis)
    number = largest(admin, analysis)
    other = next(one for one in before if one != number)
    done(admin, "analysisTopicMerge", analysis=analysis, topic=number, other=other)
    assert numbered(admin, analysis)[number] == before[number] + before[other]
    assert other not in numbered(admin, analysis)
    [edit] = edits(admin, analysis)
    done(admin, "analysisEditUndo", "analysis { edition }", edit=edit["id"])
    assert numbered(admin, analysis) == before
    assert edits(admin, analysis)[0]["undoneAt"] is not None


def test_split_and_move_change_where_texts_are_and_count_them(admin: Portal, analysis: str) -> None:
    number = largest(admin, analysis)
    two = [text["id"] for text in texts_of(admin, analysis, number)[:2]]
    done(admin, "analysisTopicSplit", analysis=analysis, topic=number, name="À part", texts=two)
    made, count = topics(admin, analysis)["À part"]
    assert (count, numbered(admin, analysis)[number]) == (2, ABOUT["vélo"] - 2)
    assert [text["id"] for text in texts_of(admin, analysis, made)] == two
    done(admin, "analysisTextsMove", analysis=analysis, texts=two[:1])
    found = read(admin, analysis)
    assert found["coverage"]["unclassifiedCount"] >= 1
    assert numbered(admin, analysis)[made] == 1
    done(admin, "analysisTextsMove", analysis=analysis, texts=two[:1], into=number)
    assert numbered(admin, analysis)[number] == ABOUT["vélo"] - 1
    assert [edit["kind"] for edit in edits(admin, analysis)] == ["MOVE", "MOVE", "SPLIT"]


def test_change_of_what_is_not_there_is_refused_and_changes_nothing(
    given: Given, town: Portal, admin: Portal, analysis: str
) -> None:
    with given.nothing_written(town):
        for mutation, fields, field in (
            ("analysisTopicRename", {"topic": 999, "name": "Rien"}, "topic"),
            ("analysisTopicMerge", {"topic": 1, "other": 999}, "topic"),
            ("analysisTextsMove", {"texts": [f"analysistext_{town.number}_{uuid_in(analysis)}"]}, "texts.0"),
        ):
            payload = do(admin, mutation, analysis=analysis, **fields)
            assert payload["userErrors"] == refused("NOT_FOUND", field)
        named = do(admin, "analysisTopicRename", analysis=analysis, topic=1, name=" ")
        assert named["userErrors"] == refused("TOO_SHORT", "name")


def test_analysis_anew_keeps_changes_where_their_texts_remain(
    given: Given, town: Portal, admin: Portal, box: str, analysis: str, written: Any, tmp_path: Path
) -> None:
    number = largest(admin, analysis)
    done(admin, "analysisTopicRename", analysis=analysis, topic=number, name="Le vélo en ville")
    other = next(one for one in numbered(admin, analysis) if one != number)
    done(admin, "analysisTopicRename", analysis=analysis, topic=other, name="Autre chose")
    taken_back = edits(admin, analysis)[0]["id"]
    done(admin, "analysisEditUndo", edit=taken_back)
    again = start(admin, activity=box)
    compute(given, town, tmp_path)
    assert topics(admin, again)["Le vélo en ville"] == (number, ABOUT["vélo"])
    assert "Autre chose" not in topics(admin, again)
    [kept] = edits(admin, again)
    assert (kept["kind"], kept["name"], kept["isLost"]) == ("RENAME", "Le vélo en ville", False)


def test_changes_are_for_administrators(given: Given, town: Portal, admin: Portal, analysis: str) -> None:
    done(admin, "analysisPublish", analysis=analysis)
    asked = "query($id: ID!) { analysis(id: $id) { edits { nodes { id } } } }"
    for who in (town, given.actor(town), given.actor(town, role="MODERATOR")):
        [error] = who.errors(asked, id=analysis)
        assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
