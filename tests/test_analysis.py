"""Analyses: asked for by administrators, computed by a process of its own, published, and of what is left alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.analysis import LEAST_TEXTS
from office.analysis import MAX_WAITING
from tests.acting import published, refused
from tests.administering import do, done
from tests.analysing import ABOUT, compute, proposals, quickly, read, start
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_statement_count import statements


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    with quickly():
        yield


@pytest.fixture(scope="module")
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture(scope="module")
def box(given: Given, town: Portal) -> str:
    return given.activity(town, kind="IDEA_BOX", vote_method="SUPPORT")


@pytest.fixture(scope="module")
def written(given: Given, town: Portal, box: str) -> dict[str, list[str]]:
    return proposals(given, town, box)


@pytest.fixture(scope="module")
def done_(
    given: Given, town: Portal, admin: Portal, box: str, written: dict[str, list[str]], tmp_path_factory: Any
) -> str:
    """An analysis that is computed and that no test changes."""
    analysis = start(admin, activity=box)
    compute(given, town, tmp_path_factory.mktemp("analysis"))
    return analysis


def test_texts_are_in_topics_and_nothing_is_left_unsaid(
    admin: Portal, done_: str, box: str, written: dict[str, list[str]]
) -> None:
    found = read(admin, done_)
    assert (found["state"], found["problem"], found["publishedAt"], found["edition"]) == ("DONE", None, None, 0)
    assert found["coverage"] == {
        "textCount": 13,
        "goneCount": 0,
        "authorCount": 13,
        "classifiedCount": 12,
        "unclassifiedCount": 0,
        "withoutContentCount": 1,
    }
    assert (found["readCount"], found["personCount"], len(found["corpusDigest"])) == (13, 13, 64)
    assert found["activity"] == {"id": box}
    assert sum(topic["textCount"] for topic in found["topics"]) == 12
    assert found["texts"]["totalCount"] == 13


def test_quotes_are_exact_and_cite_their_contribution(admin: Portal, done_: str) -> None:
    quotes = [quote for topic in read(admin, done_)["topics"] for quote in topic["quotes"]]
    assert quotes
    for quote in quotes:
        contribution = quote["contribution"]
        words = f"{contribution['title']}\n\n{contribution['body']}"
        assert quote["words"] == words[quote["start"] : quote["end"]]


def test_draft_is_for_administrators_until_it_is_published(
    given: Given, town: Portal, admin: Portal, done_: str
) -> None:
    assert town.ask("query($id: ID!) { analysis(id: $id) { id } }", id=done_) == {"analysis": None}
    done(admin, "analysisPublish", "analysis { publishedAt }", analysis=done_)
    found = read(town, done_)
    assert found["coverage"]["textCount"] == 13
    assert found["askedBy"] is None
    assert done_ in [node["id"] for node in _published(town, str(found["activity"]["id"]))]
    done(admin, "analysisPublish", "analysis { publishedAt }", analysis=done_, isPublic=False)
    assert town.ask("query($id: ID!) { analysis(id: $id) { id } }", id=done_) == {"analysis": None}


def _published(who: Portal, activity: str) -> list[dict[str, Any]]:
    asked = "query($id: ID!) { activity(id: $id) { analyses { id } space { analyses { id } } } }"
    found = who.ask(asked, id=activity)["activity"]
    assert found["analyses"] == found["space"]["analyses"]
    return list(found["analyses"])


def test_analysis_is_read_in_one_statement(admin: Portal, done_: str) -> None:
    with statements(admin, 1):
        read(admin, done_)


def test_hidden_and_erased_texts_drop_out_and_counts_are_redone(
    given: Given, town: Portal, admin: Portal, tmp_path: Path
) -> None:
    box = given.activity(town, kind="IDEA_BOX")
    texts = proposals(given, town, box)
    lived = "UPDATE __tenant__.contribution SET zone_id = %s WHERE id = ANY(%s)"
    given.sql(town, lived, given.zone(town, "Port"), [uuid_in(text) for text in texts["vélo"]])
    analysis = start(admin, activity=box)
    compute(given, town, tmp_path)
    before = {topic["number"]: topic for topic in read(admin, analysis)["topics"]}
    hidden = texts["vélo"][0]
    [number] = [topic["number"] for topic in before.values() if topic["textCount"] == ABOUT["vélo"]]
    assert [part["textCount"] for part in before[number]["parts"]] == [4, 2]
    assert before[number]["zones"] == [{"name": "Port", "textCount": ABOUT["vélo"]}]
    given.sql(
        town,
        "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %s",
        uuid_in(hidden),
    )
    erased = texts["vélo"][1]
    blank = "UPDATE __tenant__.contribution SET title = 'Contribution effacée', body = 'Ce texte a été effacé.' WHERE id = %s"
    given.sql(town, blank, uuid_in(erased))
    found = read(admin, analysis, number)
    topic = next(one for one in found["topics"] if one["number"] == number)
    assert topic["textCount"] == topic["authorCount"] == ABOUT["vélo"] - 2
    assert sum(part["textCount"] for part in topic["parts"]) == ABOUT["vélo"] - 2
    assert topic["zones"] == [{"name": "Port", "textCount": ABOUT["vélo"] - 2}]
    assert (found["coverage"]["textCount"], found["coverage"]["goneCount"]) == (11, 2)
    assert found["texts"]["totalCount"] == ABOUT["vélo"] - 2
    shown = [node["contribution"]["id"] for node in found["texts"]["nodes"]]
    assert hidden not in shown and erased not in shown
    assert not {hidden, erased} & {quote["contribution"]["id"] for quote in topic["quotes"]}


def test_quote_of_a_text_that_was_rewritten_is_not_shown(
    given: Given, town: Portal, admin: Portal, tmp_path: Path
) -> None:
    box = given.activity(town, kind="IDEA_BOX")
    proposals(given, town, box)
    analysis = start(admin, activity=box)
    compute(given, town, tmp_path)
    quoted = [quote["contribution"]["id"] for topic in read(admin, analysis)["topics"] for quote in topic["quotes"]]
    rewritten = "UPDATE __tenant__.contribution SET body = body || ' Vraiment.' WHERE id = %s"
    given.sql(town, rewritten, uuid_in(quoted[0]))
    left = [quote["contribution"]["id"] for topic in read(admin, analysis)["topics"] for quote in topic["quotes"]]
    assert left == quoted[1:]


# Refusals -------------------------------------------------------------------------------------------------------------


def test_few_texts_are_read_by_a_person(given: Given, town: Portal, admin: Portal) -> None:
    box = given.activity(town, kind="IDEA_BOX")
    for number in range(LEAST_TEXTS - 1):
        published(given.actor(town), box, title=f"Un vélo, rue {number}")
    with given.nothing_written(town):
        assert do(admin, "analysisStart", activity=box)["userErrors"] == refused("ANALYSIS_TOO_SMALL", "activity")


def test_analysis_wants_a_space_or_an_activity(town: Portal, admin: Portal, box: str) -> None:
    assert do(admin, "analysisStart")["userErrors"] == refused("BAD_INPUT", "space")
    asked = do(admin, "analysisStart", activity=box, question="q1")
    assert asked["userErrors"] == refused("KIND_NOT_ACCEPTED", "activity")


def test_same_texts_are_analysed_once_at_a_time_and_few_wait_at_a_time(
    given: Given, town: Portal, admin: Portal, box: str, written: dict[str, list[str]], tmp_path: Path
) -> None:
    space = given.row(town, box)["space_id"]
    waiting = given.insert(
        town, "analysis", space_id=space, activity_id=uuid_in(box), state="RUNNING", attempts=1, edition=0, text_count=0,
        asked_at="now", held_until="infinity",
    )  # fmt: skip
    assert do(admin, "analysisStart", activity=box)["userErrors"] == refused("ANALYSIS_UNDER_WAY", "activity")
    id_ = f"analysis_{town.number}_{waiting}"
    assert do(admin, "analysisPublish", analysis=id_)["userErrors"] == refused("ANALYSIS_NOT_DONE", "analysis")
    boxes = [given.activity(town, kind="IDEA_BOX") for _ in range(MAX_WAITING - 1)]
    more = [
        given.insert(
            town, "analysis", space_id=given.row(town, one)["space_id"], activity_id=uuid_in(one), state="RUNNING",
            attempts=1, edition=0, text_count=0, asked_at="now", held_until="infinity",
        ) for one in boxes
    ]  # fmt: skip
    other = given.activity(town, kind="IDEA_BOX")
    assert do(admin, "analysisStart", activity=other)["userErrors"] == refused("LIMIT_REACHED", None)
    for one in more:
        done(admin, "analysisRemove", analysis=f"analysis_{town.number}_{one}")
    done(admin, "analysisRemove", analysis=id_)
    assert given.sql(town, "SELECT count(*) FROM __tenant__.analysis WHERE id = %s", waiting) == [(0,)]
