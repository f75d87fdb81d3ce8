"""The pages around the API over HTTP: each host sees its own, an unknown one sees nothing."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import psycopg
import pytest

from auth.viewer import Audience
from database import deadline
from portal import developer
from server.page.policy import SECURITY_HEADERS
from tests.conftest import Portal, Running, serve
from tests.own import Own, until

PORTALS = {"rennes": "La Fabrique citoyenne", "lehavre": "LH solidaire"}
TITLE = "{ portal { title } }"


@pytest.fixture(scope="module")
def outside(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server that is not in demonstration mode."""
    for running in serve(database_url, tmp_path_factory.mktemp("data"), is_demo=False):
        with httpx.Client(base_url=running.url, timeout=30) as client:
            yield client


def get(client: httpx.Client, path: str, host: str, **headers: str) -> httpx.Response:
    return client.get(path, headers={"host": host, **headers})


# The home page


@pytest.mark.parametrize("host", ["rennes.localhost", "RENNES.localhost:8000", "fabriquecitoyenne.rennes.fr"])
def test_portals_host_shows_that_portal_alone(client: httpx.Client, rennes: Portal, host: str) -> None:
    if host.endswith(".fr"):
        host = rennes.story.hosts[0]
    answer = get(client, "/", host)
    assert answer.status_code == 200
    assert "La Fabrique citoyenne" in answer.text
    assert "LH solidaire" not in answer.text
    shown = unescape(get(client, "/participer", host).text)
    for space in rennes.story.spaces:
        assert space.title in shown


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "nobody.localhost:8000"])
def test_local_host_lists_every_portal(client: httpx.Client, host: str) -> None:
    answer = get(client, "/", host)
    assert answer.status_code == 200
    for slug, title in PORTALS.items():
        assert title in unescape(answer.text)
        assert f'href="http://{slug}.localhost:8000/"' in answer.text
        assert f'href="http://{slug}.localhost:8000/auth/sign-in"' in answer.text


def test_developers_page_has_the_examples(client: httpx.Client, rennes: Portal) -> None:
    answer = get(client, "/developers", rennes.host)
    assert answer.status_code == 200
    assert len(re.findall(r'href="/graphiql\?query=', answer.text)) == 6


@pytest.mark.parametrize("host", ["localhost", "localhost:"])
def test_local_host_is_answered_whatever_the_port(client: httpx.Client, host: str) -> None:
    answer = get(client, "/", host)
    assert answer.status_code == 200
    port = client.base_url.port if ":" in host else None  # The one that the server listens on.
    assert f'href="http://rennes.localhost{f":{port}" if port else ""}/"' in answer.text


@pytest.mark.parametrize("path", ["/", "/graphiql", "/schema.graphql", "/nowhere", "/static/nothing.css"])
def test_unknown_host_is_told_nothing(client: httpx.Client, path: str) -> None:
    answer = get(client, path, "unknown.example")
    assert answer.status_code == 404
    assert answer.text == developer.not_found_page()
    for name in (*PORTALS, *PORTALS.values(), "Parvis"):
        assert name not in answer.text


# Outside the demonstration


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "rennes.localhost", "nobody.localhost"])
def test_local_hosts_are_unknown_outside_the_demonstration(outside: httpx.Client, host: str) -> None:
    answer = get(outside, "/", host)
    assert (answer.status_code, answer.text) == (404, developer.not_found_page())
    asked = outside.post("/graphql", json={"query": TITLE}, headers={"host": host})
    assert (asked.status_code, asked.json()["errors"][0]["extensions"]["code"]) == (404, "UNKNOWN_HOST")


def test_portals_own_host_is_served_outside_the_demonstration(outside: httpx.Client, rennes: Portal) -> None:
    assert "La Fabrique citoyenne" in get(outside, "/", rennes.host).text
    asked = outside.post("/graphql", json={"query": TITLE}, headers={"host": rennes.host})
    assert asked.json()["data"] == {"portal": {"title": "La Fabrique citoyenne"}}


# The other pages


def test_graphiql_is_served_from_installed_files(client: httpx.Client, rennes: Portal) -> None:
    answer = get(client, "/graphiql", rennes.host)
    assert (answer.status_code, answer.text) == (200, developer.graphiql_page())
    for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text):
        assert get(client, path, rennes.host).status_code == 200, path


def test_about_names_the_sources_on_every_host(client: httpx.Client) -> None:
    answer = get(client, "/about", "localhost")
    assert (answer.status_code, answer.text) == (200, developer.about_page())
    assert "GeoNames" in answer.text
    assert "Etalab" in answer.text


def test_contract_is_the_sdl(client: httpx.Client, rennes: Portal) -> None:
    answer = get(client, "/schema.graphql", rennes.host)
    assert (answer.status_code, answer.text) == (
        200,
        rennes.running.contract.sdl(rennes.record.features, Audience.PUBLIC),
    )
    assert "_service" not in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("host", ["unknown.example", "localhost"])
def test_health_is_told_to_every_host(client: httpx.Client, host: str) -> None:
    for path in ("/healthz", "/readyz"):
        answer = get(client, path, host)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/%2e%2e/server/app.py", "/static/", "/static//etc/passwd"]
)
def test_static_files_are_those_of_their_folder(client: httpx.Client, path: str) -> None:
    request = client.build_request("GET", "/", headers={"host": "localhost"})
    request.url = request.url.copy_with(raw_path=path.encode())
    assert client.send(request).status_code == 404


@pytest.mark.parametrize("path", ["/", "/graphiql", "/about", "/healthz", "/schema.graphql"])
def test_pages_are_read_only(client: httpx.Client, rennes: Portal, path: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(method, path, headers={"host": rennes.host}).status_code in (404, 405)


# Headers


@pytest.mark.parametrize("path", ["/developers", "/graphiql", "/about"])
def test_every_page_has_the_security_headers(client: httpx.Client, rennes: Portal, path: str) -> None:
    answer = get(client, path, rennes.host)
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy)
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/static/parvis.css", "/schema.graphql"])
def test_answers_are_compressed_when_asked(client: httpx.Client, rennes: Portal, path: str) -> None:
    plain = get(client, path, rennes.host, **{"accept-encoding": "identity"})
    packed = get(client, path, rennes.host, **{"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert packed.content == plain.content
    assert int(packed.headers.get("content-length", packed.num_bytes_downloaded)) < len(plain.content)


def test_large_answers_of_the_api_are_compressed_and_small_ones_are_not(rennes: Portal) -> None:
    large = rennes.post("{ __schema { types { name fields { name } } } }", None, **{"accept-encoding": "gzip"})
    small = rennes.post(TITLE, None, **{"accept-encoding": "gzip"})
    assert large.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in small.headers


@pytest.mark.parametrize("sent", ["a", "0", "A-b_c.9", "x" * 64])
def test_sensible_request_id_is_echoed(rennes: Portal, sent: str) -> None:
    assert rennes.post(TITLE, None, **{"x-request-id": sent}).headers["x-request-id"] == sent


@pytest.mark.parametrize("sent", [None, "", "x" * 65, "two words", "<script>", "é", "a;b", "a\tb"])
def test_other_request_ids_are_replaced(rennes: Portal, sent: str | None) -> None:
    headers = [(b"host", rennes.host.encode()), *([(b"x-request-id", sent.encode())] if sent is not None else [])]
    answers = [rennes.client.post("/graphql", json={"query": TITLE}, headers=headers) for _ in range(2)]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert all(re.fullmatch("[0-9a-f]{32}", found) for found in ids)
    assert ids[0] != ids[1]


# Without the database


def test_server_without_its_database_is_alive_and_not_ready(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "TOTAL_S", 0.2)
    away = Own.make(database_url)
    away.create("away", title="Au large")
    name = away.value("SELECT current_database()")
    for running in serve(away.url, tmp_path_factory.mktemp("data")):
        _without_database(database_url, name, running)


def _without_database(cluster: str, name: str, running: Running) -> None:
    with psycopg.connect(cluster, autocommit=True) as outage, httpx.Client(base_url=running.url, timeout=30) as client:
        assert get(client, "/readyz", "away.example").status_code == 200
        outage.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        outage.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        ready = get(client, "/readyz", "away.example")
        assert (ready.status_code, ready.json(), ready.headers["retry-after"]) == (
            503,
            {"status": "database away"},
            "5",
        )
        home = get(client, "/", "away.example")
        assert (home.status_code, home.headers["retry-after"]) == (503, "5")
        assert "psycopg" not in home.text
        assert get(client, "/healthz", "away.example").status_code == 200
        outage.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
        until(lambda: get(client, "/readyz", "away.example").status_code == 200)
        assert "Au large" in get(client, "/", "away.example").text
