"""Wordings of analyses: a language model is asked on demand alone, and what it says is a draft that the evidence bears."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

import jobs.wording
from auth.outbound import Outbound
from jobs.wording import LanguageModel
from models.tenant import Feature
from planner.request import Request
from server.settings import SettingsError
from server.settings import read as read_settings
from tests.acting import refused
from tests.administering import do, done
from tests.analysing import compute, proposals, quickly, start
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_statement_count import statements

READ = """query($id: ID!) { analysis(id: $id) { wordingModel wordingState wordingProblem
  wordingRefusals { reason count }
  wording { model publishedAt isCurrent sentences { words topics isWhole contributions { id } } } } }"""
KEY = "cle-de-test"


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    with quickly():
        yield


@pytest.fixture(scope="module")
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def analysis(given: Given, town: Portal, admin: Portal, tmp_path: Path) -> str:
    """An analysis that is computed: six texts about bicycles (T1), four about trees (T2), two about benches (T3)."""
    box = given.activity(town, kind="IDEA_BOX")
    proposals(given, town, box)
    analysis_ = start(admin, activity=box)
    compute(given, town, tmp_path)
    return analysis_


class StandIn:
    """A language model that says what it is told to."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.status = 200
        self.body = b""
        self.wait: Event | None = None

    def says(self, *sentences: tuple[str, list[str]]) -> None:
        """Have it answer these sentences, each with its ids."""
        content = json.dumps({"sentences": [{"text": text, "ids": ids} for text, ids in sentences]})
        self.body = json.dumps({"choices": [{"message": {"content": f"```json\n{content}\n```"}}]}).encode()

    def evidence(self) -> dict[str, Any]:
        """What it was last told."""
        return dict(json.loads(self.asked[-1]["messages"][1]["content"]))


@contextmanager
def standing_in() -> Iterator[tuple[StandIn, str]]:
    """A stand-in on this machine, and its address."""
    model = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            model.asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            model.keys.append(self.headers["authorization"])
            if model.wait is not None:
                model.wait.wait(30)
            self.send_response(model.status)
            self.send_header("content-length", str(len(model.body)))
            self.end_headers()
            self.wfile.write(model.body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield model, f"http://127.0.0.1:{server.server_port}/v1/chat/completions"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture
def model() -> Iterator[tuple[StandIn, str]]:
    with standing_in() as both:
        yield both


_work = jobs.wording.work


@pytest.fixture(autouse=True)
def _left_to_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's own job asks nobody."""

    async def leave(*_arguments: Any) -> None:
        return None

    monkeypatch.setattr(jobs.wording, "work", leave)


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation names a model."""
    begin = Request.__post_init__

    def with_model(request: Request) -> None:
        request.model = "stand-in 1"
        begin(request)

    monkeypatch.setattr(Request, "__post_init__", with_model)


def run(given: Given, town: Portal, url: str | None, within_s: float = 30.0) -> None:
    """Ask what waits to be asked."""

    async def work() -> None:
        client = Outbound(allows_private=True)
        asked = None if url is None else LanguageModel(client, url, "stand-in 1", KEY, within_s)
        try:
            await _work(given.database, town.number, frozenset(Feature), asked)
        finally:
            await client.close()

    given.run(work())
    given.sql(town, "UPDATE __tenant__.analysis SET edition = edition WHERE false")


def read(who: Portal, analysis_: str) -> dict[str, Any]:
    """What somebody reads of a wording."""
    return dict(who.ask(READ, id=analysis_)["analysis"])


TRUE = ("6 contributions parlent de vélo, sur 13 textes.", ["T1", "A"])
NUMBER = ("7 contributions parlent de vélo.", ["T1"])
QUOTED = ("On lit « vélo » dans une proposition.", ["T1.1"])


def written(given: Given, town: Portal, admin: Portal, analysis: str, both: tuple[StandIn, str]) -> dict[str, Any]:
    """What is read of a wording of two sentences, which another one beside does not stand up."""
    model, url = both
    model.says(TRUE, NUMBER, QUOTED)
    done(admin, "analysisWordingStart", "analysis { id }", analysis=analysis)
    assert read(admin, analysis)["wordingState"] == "ASKED"
    run(given, town, url)
    return read(admin, analysis)


@pytest.mark.usefixtures("offered")
def test_sentences_that_stand_are_a_draft_with_their_ids_and_refusals_are_counted(
    given: Given, town: Portal, admin: Portal, analysis: str, model: tuple[StandIn, str]
) -> None:
    told = written(given, town, admin, analysis, model)
    assert (told["wordingModel"], told["wordingState"], told["wordingProblem"]) == ("stand-in 1", "DONE", None)
    assert told["wordingRefusals"] == [{"reason": "NUMBER", "count": 1}]
    wording = told["wording"]
    assert (wording["model"], wording["publishedAt"], wording["isCurrent"]) == ("stand-in 1", None, True)
    whole, quoted = wording["sentences"]
    assert whole == {"words": TRUE[0], "topics": [1], "isWhole": True, "contributions": []}
    assert (quoted["words"], quoted["topics"], quoted["isWhole"]) == (QUOTED[0], [1], False)
    assert len(quoted["contributions"]) == 1
    with statements(admin, 1):
        read(admin, analysis)


@pytest.mark.usefixtures("offered")
def test_model_is_told_topics_counts_and_quotes_of_public_texts_and_nothing_of_authors(
    given: Given, town: Portal, admin: Portal, analysis: str, model: tuple[StandIn, str]
) -> None:
    written(given, town, admin, analysis, model)
    stand_in, _ = model
    assert (len(stand_in.asked), stand_in.keys) == (1, [f"Bearer {KEY}"])
    assert set(stand_in.asked[0]) == {"model", "messages", "temperature", "max_tokens", "stream"}
    evidence = stand_in.evidence()
    topics = evidence.pop("topics")
    assert evidence == {"id": "A", "texts": 13, "people": 13, "unclassified": 0, "without_content": 1}
    assert [(one["name"], one["texts"], one["people"], one["percent"]) for one in topics] == [
        ("vélo", 6, 6, 46), ("arbre", 4, 4, 31), ("banc", 2, 2, 15)
    ]  # fmt: skip
    assert [quote["words"] for one in topics for quote in one["quotes"]] == ["vélo"] * 2 + ["arbre"] * 2 + ["banc"] * 2
    assert "contribution_" not in json.dumps(stand_in.asked)


@pytest.mark.usefixtures("offered")
def test_wording_is_for_administrators_until_it_is_published_and_goes_when_it_is_dropped(
    given: Given, town: Portal, admin: Portal, analysis: str, model: tuple[StandIn, str]
) -> None:
    written(given, town, admin, analysis, model)
    done(admin, "analysisPublish", analysis=analysis)
    nothing = dict.fromkeys(("wordingModel", "wordingState", "wordingProblem", "wording")) | {"wordingRefusals": []}
    assert read(town, analysis) == nothing
    done(admin, "analysisWordingPublish", analysis=analysis)
    public = read(town, analysis)
    assert [one["words"] for one in public["wording"]["sentences"]] == [TRUE[0], QUOTED[0]]
    assert public["wordingRefusals"] == [] and public["wordingState"] is None
    done(admin, "analysisWordingPublish", analysis=analysis, isPublic=False)
    assert read(town, analysis) == nothing
    done(admin, "analysisWordingRemove", analysis=analysis)
    assert read(admin, analysis) == nothing | {"wordingModel": "stand-in 1"}
    assert do(admin, "analysisWordingPublish", analysis=analysis)["userErrors"] == refused(
        "WORDING_NOT_DONE", "analysis"
    )


@pytest.mark.usefixtures("offered")
def test_published_wording_is_not_shown_once_a_text_went_or_a_topic_was_changed(
    given: Given, town: Portal, admin: Portal, analysis: str, model: tuple[StandIn, str]
) -> None:
    [_, quoted] = written(given, town, admin, analysis, model)["wording"]["sentences"]
    done(admin, "analysisPublish", analysis=analysis)
    done(admin, "analysisWordingPublish", analysis=analysis)
    hidden = uuid_in(quoted["contributions"][0]["id"])
    hide = "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %s"
    given.sql(town, hide, hidden)
    assert read(town, analysis)["wording"] is None
    own = read(admin, analysis)["wording"]
    assert not own["isCurrent"] and [one["words"] for one in own["sentences"]] == [TRUE[0]]
    given.sql(town, "UPDATE __tenant__.contribution SET status = 'OPEN', status_before = NULL WHERE id = %s", hidden)
    assert len(read(town, analysis)["wording"]["sentences"]) == 2
    given.sql(town, "UPDATE __tenant__.contribution SET body = body || ' Non.' WHERE id = %s", hidden)
    assert [one["words"] for one in read(town, analysis)["wording"]["sentences"]] == [TRUE[0]]
    done(admin, "analysisTopicRename", analysis=analysis, topic=1, name="Le vélo")
    assert read(town, analysis)["wording"] is None


@pytest.mark.usefixtures("offered")
def test_lying_model_gives_nothing_but_counts_and_what_was_there_stays(
    given: Given, town: Portal, admin: Portal, analysis: str, model: tuple[StandIn, str]
) -> None:
    before = written(given, town, admin, analysis, model)["wording"]
    done(admin, "analysisWordingPublish", analysis=analysis)
    stand_in, url = model
    stand_in.says(NUMBER, ("Mme Durand le veut.", ["T1"]), ("On lit « bus ».", ["T1.1"]), ("Du vélo.", ["T9"]), NUMBER)
    done(admin, "analysisWordingStart", analysis=analysis)
    run(given, town, url)
    told = read(admin, analysis)
    assert (told["wordingState"], told["wordingProblem"]) == ("FAILED", "ALL_REFUSED")
    assert told["wordingRefusals"] == [
        {"reason": "NUMBER", "count": 2}, {"reason": "DISCLOSURE", "count": 1},
        {"reason": "QUOTE", "count": 1}, {"reason": "UNKNOWN_ID", "count": 1},
    ]  # fmt: skip
    assert told["wording"]["sentences"] == before["sentences"] and told["wording"]["publishedAt"] is not None
    stored = given.sql(town, "SELECT to_jsonb(a)::text FROM __tenant__.analysis a WHERE id = %s", uuid_in(analysis))
    assert "Durand" not in stored[0][0]


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (500, b"{}", "DECLINED"),
        (401, b"no", "DECLINED"),
        (200, b"<html>", "NOT_JSON"),
        (200, b'{"choices": []}', "NOT_JSON"),
        (200, b'{"choices": [{"message": {"content": "Voici la synthese."}}]}', "NOT_JSON"),
        (200, json.dumps({"choices": [{"message": {"content": json.dumps({"sentences": [{"text": "a"}]})}}]}).encode(),
         "NOT_JSON"),
        (200, b" " * 300_000, "TOO_BIG"),
    ],
    ids=["error", "key", "html", "nothing", "prose", "no ids", "huge"],
)  # fmt: skip
@pytest.mark.usefixtures("offered")
def test_model_that_fails_is_told_by_its_code(
    given: Given, town: Portal, admin: Portal, analysis: str, model: tuple[StandIn, str], status: int, body: bytes,
    problem: str,
) -> None:  # fmt: skip
    stand_in, url = model
    stand_in.status, stand_in.body = status, body
    done(admin, "analysisWordingStart", analysis=analysis)
    run(given, town, url)
    told = read(admin, analysis)
    assert (told["wordingState"], told["wordingProblem"], told["wording"]) == ("FAILED", problem, None)


@pytest.mark.usefixtures("offered")
def test_slow_and_absent_models_are_told_by_their_codes(
    given: Given, town: Portal, admin: Portal, analysis: str, model: tuple[StandIn, str]
) -> None:
    stand_in, url = model
    stand_in.wait = Event()
    done(admin, "analysisWordingStart", analysis=analysis)
    run(given, town, url, within_s=0.3)
    stand_in.wait.set()
    assert read(admin, analysis)["wordingProblem"] == "LATE"
    done(admin, "analysisWordingStart", analysis=analysis)
    run(given, town, "http://127.0.0.1:9/v1/chat/completions")
    assert read(admin, analysis)["wordingProblem"] == "UNREACHED"


@pytest.mark.usefixtures("offered")
def test_process_that_ended_is_followed_by_another_three_times(
    given: Given, town: Portal, admin: Portal, analysis: str, model: tuple[StandIn, str]
) -> None:
    done(admin, "analysisWordingStart", analysis=analysis)
    again = do(admin, "analysisWordingStart", analysis=analysis)
    assert again["userErrors"] == refused("ANALYSIS_UNDER_WAY", "analysis")
    held = "UPDATE __tenant__.analysis SET wording_attempts = 3, wording_held_until = {} WHERE id = %s"
    given.sql(town, held.format("now() + interval '1 hour'"), uuid_in(analysis))
    run(given, town, model[1])
    assert read(admin, analysis)["wordingState"] == "ASKED"
    given.sql(town, held.format("now()"), uuid_in(analysis))
    run(given, town, model[1])
    assert read(admin, analysis)["wordingProblem"] == "INTERRUPTED"
    assert model[0].asked == []


# Off ------------------------------------------------------------------------------------------------------------------


def test_without_the_setting_nothing_is_asked(
    given: Given, town: Portal, admin: Portal, analysis: str, model: tuple[StandIn, str]
) -> None:
    assert read(admin, analysis)["wordingModel"] is None
    with given.nothing_written(town):
        assert do(admin, "analysisWordingStart", analysis=analysis)["userErrors"] == refused(
            "WORDING_NOT_OFFERED", None
        )
    ask = "UPDATE __tenant__.analysis SET wording_state = 'ASKED' WHERE id = %s"
    given.sql(town, ask, uuid_in(analysis))  # It was there when that was asked for.
    run(given, town, None)
    assert read(admin, analysis)["wordingProblem"] == "NOT_OFFERED"
    assert model[0].asked == []


def test_setting_wants_an_address_and_a_name(tmp_path: Path) -> None:
    base = {"PARVIS_DATA": str(tmp_path)}
    off = read_settings(base)
    assert (off.model_url, off.model_name, off.model_key) == (None, "", None)
    url = {"PARVIS_MODEL_URL": "http://127.0.0.1:8080/v1/chat/completions"}
    on = read_settings(base | url | {"PARVIS_MODEL_NAME": "petit", "PARVIS_MODEL_KEY": "abc"})
    assert (on.model_url, on.model_name, on.model_key) == (url["PARVIS_MODEL_URL"], "petit", "abc")
    assert "abc" not in repr(on)
    for wrong in (url, {"PARVIS_MODEL_NAME": "petit"}, {"PARVIS_MODEL_URL": "ftp://a", "PARVIS_MODEL_NAME": "petit"}):
        with pytest.raises(SettingsError, match="PARVIS_MODEL"):
            read_settings(base | wrong)
