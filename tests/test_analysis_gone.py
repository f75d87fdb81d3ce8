"""What an analysis keeps of texts that are erased or redacted: not a word, in no column."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import jobs.wording
from tests.acting import published
from tests.analysing import WORDING, compute, proposals, quickly, start
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import decided, reported

BODY = "Il manque un vélo devant chez Zénobie, au bout du quai."
QUOTED = "Zénobie, au bout"


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    with quickly():
        yield


def worded(given: Given, town: Portal, folder: Path) -> tuple[str, Portal, str, str]:
    """An analysis whose wording quotes one text and cites another: its id, the author of the first, and both texts."""
    box, author = given.activity(town, kind="IDEA_BOX"), given.actor(town, name="Camille")
    others = proposals(given, town, box)
    text = published(author, box, title="Un vélo", body=BODY)
    analysis = start(given.actor(town, role="ADMIN"), activity=box)
    compute(given, town, folder)
    said = [
        {"words": f"Une personne écrit « {QUOTED} ».", "topics": [1], "texts": [str(uuid_in(text))], "is_whole": False},
        {"words": "Un autre texte.", "topics": [1], "texts": [str(uuid_in(others["vélo"][0]))], "is_whole": False},
        {"words": "Sept textes.", "topics": [1], "texts": [], "is_whole": False},
    ]
    put = "UPDATE __tenant__.analysis SET wording_state = 'DONE', wording = %s::jsonb WHERE id = %s"
    given.sql(town, put, json.dumps(WORDING | {"sentences": said}), uuid_in(analysis))
    return analysis, author, text, others["vélo"][0]


def kept(given: Given, town: Portal, analysis: str) -> list[str]:
    """The sentences that are stored."""
    sentences = given.row(town, analysis)["wording"]["sentences"]
    return [one["words"] for one in sentences]


LEFT = ["Un autre texte.", "Sept textes."]


def test_quotation_of_a_text_that_was_erased_leaves_the_wording(given: Given, town: Portal, tmp_path: Path) -> None:
    analysis, author, _, _ = worded(given, town, tmp_path)
    erase = "mutation($input: AccountEraseInput!) { accountErase(input: $input) { userErrors { code } } }"
    done = author.ask(erase, input={"contributions": "BLANK", "confirmation": "Camille"})
    assert done == {"accountErase": {"userErrors": []}}
    assert kept(given, town, analysis) == LEFT
    assert QUOTED not in json.dumps(given.row(town, analysis), ensure_ascii=False)


def test_texts_that_stay_as_nobodys_stay_quoted(given: Given, town: Portal, tmp_path: Path) -> None:
    analysis, author, _, _ = worded(given, town, tmp_path)
    erase = "mutation($input: AccountEraseInput!) { accountErase(input: $input) { userErrors { code } } }"
    author.ask(erase, input={"contributions": "KEEP", "confirmation": "Camille"})
    assert len(kept(given, town, analysis)) == 3


def test_quotation_of_a_text_that_was_redacted_leaves_the_wording(given: Given, town: Portal, tmp_path: Path) -> None:
    analysis, _, text, _ = worded(given, town, tmp_path)
    reported(given.actor(town), "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", contribution=text)
    moderator = given.actor(town, role="MODERATOR")
    body = BODY.replace("Zénobie", "[…]")
    decided(moderator, text, "REDACT", redactedTitle="Un vélo", redactedBody=body)
    assert kept(given, town, analysis) == LEFT


def test_quotation_of_a_text_that_changed_while_a_model_wrote_is_forgotten_by_the_job(
    given: Given, town: Portal, tmp_path: Path
) -> None:
    analysis, _, text, other = worded(given, town, tmp_path)
    for id_ in (text, other):
        given.sql(town, "UPDATE __tenant__.contribution SET body = 'Autre chose.' WHERE id = %s", uuid_in(id_))
    given.run(jobs.wording.forget(given.database, town.number))
    assert kept(given, town, analysis) == LEFT[1:]


def test_result_keeps_no_words_of_anybody(given: Given, town: Portal, tmp_path: Path) -> None:
    analysis, _, _, _ = worded(given, town, tmp_path)
    row = given.row(town, analysis)
    quotes = [quote for topic in row["result"]["topics"] for quote in topic["quotes"]]
    assert quotes and {quote["words"] for quote in quotes} == {""}
    assert all(quote["end"] > quote["start"] for quote in quotes)
