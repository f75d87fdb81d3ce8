"""Kept answers: to anonymous queries only, never stale after a write, never another viewer's, bounded in bytes."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest

import tests.conftest
from database.failure import DatabaseUnavailableError
from planner.engine import Answer
from server.api.answer_cache import AnswerCache
from tests.conftest import Portal, Running

LIST = '{ contributions(activity: "%s", first: 5) { nodes { id title isMine viewerVote { choice } } } }'
PUBLISH = """mutation($activity: ID!, $title: String!) { contributionPublish(input: {activity: $activity, kind: PROPOSAL,
    title: $title, body: "Un essai."}) { contribution { id } userErrors { code } } }"""


def serving(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Running]:
    """A server that keeps answers, as they do outside the tests."""
    keeping = replace(tests.conftest.settings(tmp_path_factory.mktemp("data"), database_url), answer_cache_mb=8)
    monkeypatch.setattr(tests.conftest, "settings", lambda *_: keeping)
    yield from tests.conftest.serve(database_url, keeping.data)


@pytest.fixture
def keeper(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Running]:
    yield from serving(database_url, tmp_path_factory, monkeypatch)


@pytest.fixture
def portal(keeper: Running, rennes: Portal) -> Iterator[Portal]:
    with httpx.Client(base_url=keeper.url, timeout=30) as client:
        yield replace(rennes, client=client, running=keeper)


@pytest.fixture
def ideas(portal: Portal) -> str:
    """An activity that takes proposals without a place."""
    spaces = portal.ask("{ spaces { nodes { activities { id kind } } } }")["spaces"]["nodes"]
    return next(str(a["id"]) for space in spaces for a in space["activities"] if a["kind"] == "CONSULTATION")


def titles(portal: Portal, activity: str) -> list[str]:
    return [node["title"] for node in portal.ask(LIST % activity)["contributions"]["nodes"]]


def publish(portal: Portal, activity: str, title: str) -> str:
    payload = portal.ask(PUBLISH, activity=activity, title=title)["contributionPublish"]
    assert payload["userErrors"] == []
    return str(payload["contribution"]["id"])


def test_equal_questions_at_once_and_later_run_one_statement(portal: Portal, ideas: str) -> None:
    query = LIST % ideas
    before = portal.running.database.statement_count
    with ThreadPoolExecutor(20) as threads:
        answers = set(threads.map(lambda _: portal.post(query).text, range(100)))
    assert len(answers) == 1
    assert portal.running.database.statement_count == before + 1


def test_write_is_seen_by_the_next_question(portal: Portal, ideas: str) -> None:
    for number in range(3):
        title = f"Vue aussitôt {number}"
        assert title not in titles(portal, ideas)
        publish(portal.member(), ideas, title)
        assert titles(portal, ideas)[0] == title


def test_write_through_another_process_is_seen_within_a_second(portal: Portal, rennes: Portal, ideas: str) -> None:
    titles(portal, ideas)
    publish(rennes.member(), ideas, "Vue de loin")
    deadline = time.monotonic() + 5
    while "Vue de loin" not in titles(portal, ideas):
        assert time.monotonic() < deadline, "the other process never heard of the change"


def test_answer_to_a_member_is_never_kept(portal: Portal, ideas: str) -> None:
    publish(portal.member(), ideas, "À moi")
    query = LIST % ideas
    before = portal.running.database.statement_count
    assert portal.member().ask(query)["contributions"]["nodes"][0]["isMine"] is True
    assert portal.ask(query)["contributions"]["nodes"][0]["isMine"] is False
    assert portal.member(1).ask(query)["contributions"]["nodes"][0]["isMine"] is False
    assert portal.member().ask(query)["contributions"]["nodes"][0]["isMine"] is True
    assert portal.running.database.statement_count == before + 4


def test_same_question_on_another_host_is_another_answer(portal: Portal, lehavre: Portal) -> None:
    other = replace(lehavre, client=portal.client, running=portal.running)
    query = "{ portal { title } }"
    assert portal.ask(query) != other.ask(query)
    assert portal.ask(query)["portal"]["title"] == "La Fabrique citoyenne"


def get(portal: Portal, query: str, **headers: str) -> httpx.Response:
    return portal.client.get("/graphql", params={"query": query}, headers={"host": portal.host, **headers})


WIDGET = 'mutation { widgetRegister(input: {name: "Carte", origins: ["https://www.example.fr"]}) { widget { id } } }'
REGISTER = """mutation($input: TrustedDocumentsRegisterInput!) {
  trustedDocumentsRegister(input: $input) { trustedDocuments { digest } userErrors { code } } }"""


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_widgets_own_document_is_kept_for_the_widget_alone(portal: Portal, method: str) -> None:
    admin, site = portal.admin(), {"origin": "https://www.example.fr", "host": portal.host}
    widgets = [admin.ask(WIDGET)["widgetRegister"]["widget"]["id"] for _ in range(2)]
    document = {"document": f"query OfOne{method} {{ portal {{ title }} }}", "name": f"OfOne{method}"}
    registered = admin.ask(REGISTER, input={"widget": widgets[0], "documents": [document]})
    [found] = registered["trustedDocumentsRegister"]["trustedDocuments"]
    digest = found["digest"]

    def ask(widget: str | None = None) -> httpx.Response:
        token = portal.client.post(f"/widget/{widget}/token", headers=site).json()["token"] if widget else None
        sent = {**site, "authorization": f"Bearer {token}"} if token else site
        if method == "GET":
            return portal.client.get("/graphql", params={"documentId": digest}, headers=sent)
        return portal.client.post("/graphql", json={"documentId": digest}, headers=sent)

    misses = [ask(), ask(widgets[1])]
    before = portal.running.database.statement_count
    first, again = ask(widgets[0]), ask(widgets[0])
    assert first.json()["data"] == again.json()["data"] == {"portal": {"title": portal.story.title}}
    assert portal.running.database.statement_count - before <= 3  # The widget, the document, and one answer for both.
    for refused in (*misses, ask(), ask(widgets[1])):
        assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (
            404,
            "PERSISTED_QUERY_NOT_FOUND",
        )


def test_answer_by_get_has_a_tag_and_is_not_sent_again(portal: Portal) -> None:
    first = get(portal, "{ portal { title } }")
    assert first.headers["cache-control"] == "max-age=2, stale-while-revalidate=10"
    assert "authorization" in first.headers["vary"]
    again = get(portal, "{ portal { title } }", **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert get(portal, "{ portal { title } }", **{"if-none-match": '"other"'}).status_code == 200


def test_answer_to_a_member_by_get_is_not_to_be_stored(portal: Portal) -> None:
    member = portal.member()
    answer = get(portal, "{ viewer { name } }", authorization=f"Bearer {member.token}")
    assert answer.json()["data"]["viewer"]["name"]
    assert (answer.headers["cache-control"], answer.headers.get("etag")) == ("no-store", None)


def test_refused_question_is_not_kept(portal: Portal) -> None:
    assert portal.codes("{ contributions(first: 101) { totalCount } }") == ["BAD_PAGE_SIZE"]
    answer = get(portal, "{ contributions(first: 101) { totalCount } }")
    assert (answer.headers["cache-control"], answer.headers.get("etag")) == ("no-store", None)


def test_cache_is_bounded_in_bytes_and_forgets_the_longest_unused() -> None:
    async def run() -> None:
        cache = AnswerCache(max_bytes=1_500)

        async def make() -> Answer:
            return Answer(b"x" * 100, is_executed=True, is_whole=True)

        await cache.ask("a", 0, make)
        await cache.ask("b", 0, make)
        assert cache.get("a", 0)
        await cache.ask("c", 0, make)
        assert (cache.kept.bytes, cache.get("b", 0)) == (1_200, None)
        assert cache.get("a", 0) and cache.get("c", 0)
        assert cache.get("a", 1) is None, "the tenant changed"

    asyncio.run(run())


def test_who_waits_makes_the_answer_when_its_maker_is_gone() -> None:
    async def run() -> None:
        cache, made, let = AnswerCache(max_bytes=1_000), [], asyncio.Event()

        async def make() -> Answer:
            made.append(asyncio.current_task())
            await let.wait()
            return Answer(b"x", is_executed=True, is_whole=True)

        first, second, third = (asyncio.ensure_future(cache.ask("a", 0, make)) for _ in range(3))
        await asyncio.sleep(0)
        assert made == [first]
        first.cancel()
        await asyncio.wait([first])
        let.set()
        answers = [await second, await third]
        assert made == [first, second]
        assert first.cancelled()
        assert answers[0] is answers[1]

    asyncio.run(run())


def test_error_of_the_database_is_everybodys() -> None:
    async def run() -> None:
        cache, let, made = AnswerCache(max_bytes=1_000), asyncio.Event(), []

        async def make() -> Answer:
            made.append(None)
            await let.wait()
            raise DatabaseUnavailableError

        asked = [asyncio.ensure_future(cache.ask("a", 0, make)) for _ in range(3)]
        await asyncio.sleep(0)
        let.set()
        errors = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(error) for error in errors] == [DatabaseUnavailableError] * 3
        assert len(made) == 1

    asyncio.run(run())
