"""Cross-origin requests: pages of a tenant's own hosts and of the sites it names may call its API, no others."""

from collections.abc import Iterator

import httpx
import pytest

from tests.conftest import serve
from tests.own import Own

ALLOW = "access-control-allow-origin"
TITLE = {"query": "{ portal { title } }"}


@pytest.fixture(scope="module")
def tenants(own: Own) -> Own:
    """Two tenants of which one names another site."""
    own.create(
        "first", "first.example", "www.first.example", origins=("https://site.example", "http://site.example:8080")
    )
    own.create("second")
    return own


@pytest.fixture(scope="module")
def demo(tenants: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    for running in serve(tenants.url, tmp_path_factory.mktemp("data")):
        with httpx.Client(base_url=running.url, timeout=30) as client:
            yield client


@pytest.fixture(scope="module")
def outside(tenants: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server that is not in demonstration mode."""
    for running in serve(tenants.url, tmp_path_factory.mktemp("data"), is_demo=False):
        with httpx.Client(base_url=running.url, timeout=30) as client:
            yield client


def ask(client: httpx.Client, origin: str | None, host: str = "first.example") -> httpx.Response:
    return client.post(
        "/graphql", json=TITLE, headers={"host": host, **({"origin": origin} if origin is not None else {})}
    )


@pytest.mark.parametrize(
    "origin",
    [
        "https://first.example",
        "http://first.example:3000",
        "https://www.first.example",
        "https://site.example",
        "http://site.example:8080",
        "https://SITE.example",
    ],
)
def test_own_hosts_and_named_sites_are_allowed(demo: httpx.Client, outside: httpx.Client, origin: str) -> None:
    for client in (demo, outside):
        answer = ask(client, origin)
        assert answer.json()["data"]["portal"]["title"] == "Rennes"
        assert answer.headers[ALLOW] == origin
        assert "origin" in answer.headers["vary"].lower()
        assert "x-request-id" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://second.example",
        "https://evil.example",
        "http://site.example",
        "https://site.example:444",
        "https://site.example.evil.example",
        "https://xfirst.example",
        "https://first.example.evil.example",
        "https://a.first.example",
        "null",
        "",
        "first.example",
        "*",
        "https://",
        "https://second.localhost",
    ],
)
def test_other_sites_are_not_allowed(demo: httpx.Client, origin: str) -> None:
    answer = ask(demo, origin)
    assert ALLOW not in answer.headers
    assert answer.headers["vary"].lower() == "origin, authorization, cookie, accept, accept-encoding"


def test_answer_without_origin_varies_by_it_too(demo: httpx.Client) -> None:
    """Else a cache could hand it to a page of another site, or the other way round."""
    answer = ask(demo, None)
    assert ALLOW not in answer.headers
    assert answer.headers["vary"].lower() == "origin, authorization, cookie, accept, accept-encoding"


def test_sites_are_named_for_one_tenant_alone(demo: httpx.Client) -> None:
    assert ALLOW not in ask(demo, "https://site.example", "second.example").headers


def test_developers_host_is_allowed_in_the_demonstration_only(demo: httpx.Client, outside: httpx.Client) -> None:
    origin = "http://first.localhost:8000"
    assert ask(demo, origin).headers[ALLOW] == origin
    assert ALLOW not in ask(outside, origin).headers


def test_unknown_host_allows_nobody(demo: httpx.Client) -> None:
    answer = ask(demo, "https://unknown.example", "unknown.example")
    assert answer.status_code == 404
    assert ALLOW not in answer.headers


def preflight(client: httpx.Client, origin: str) -> httpx.Response:
    wanted = {"access-control-request-method": "POST", "access-control-request-headers": "content-type,authorization"}
    return client.options("/graphql", headers={"host": "first.example", "origin": origin, **wanted})


def test_preflight_of_an_allowed_site_names_method_and_headers(demo: httpx.Client) -> None:
    answer = preflight(demo, "https://site.example")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers[ALLOW] == "https://site.example"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert {"content-type", "authorization"} <= set(answer.headers["access-control-allow-headers"].split(", "))
    assert int(answer.headers["access-control-max-age"]) > 0


def test_preflight_of_another_site_allows_nothing(demo: httpx.Client) -> None:
    answer = preflight(demo, "https://evil.example")
    assert answer.status_code == 204
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_errors_can_be_read_by_allowed_sites_too(demo: httpx.Client) -> None:
    answer = demo.post(
        "/graphql",
        content=b"{",
        headers={"host": "first.example", "origin": "https://site.example", "content-type": "application/json"},
    )
    assert answer.status_code == 400
    assert answer.headers[ALLOW] == "https://site.example"
