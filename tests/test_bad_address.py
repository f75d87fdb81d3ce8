"""Requests that miss: by host, token, method, parameters, media type or path; each is refused with its code."""

import http.client
from collections.abc import Iterator, Sequence

import httpx
import pytest

from tests import refused
from tests.conftest import Portal

TITLE = b'{"query": "{ portal { title } }"}'


@pytest.fixture(autouse=True)
def _still_serves(rennes: Portal) -> Iterator[None]:
    """After each of these requests the server answers the next one."""
    yield
    assert rennes.ask("{ portal { title } }")["portal"]["title"] == "La Fabrique citoyenne"


def send(
    portal: Portal, hosts: Sequence[bytes], method: str = "POST", path: str = "/graphql", body: bytes = TITLE
) -> httpx.Response:
    """A request with just these Host headers, byte for byte."""
    connection = http.client.HTTPConnection(portal.running.url.removeprefix("http://"), timeout=10)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for host in hosts:
        connection.putheader("host", host)
    connection.putheader("content-type", "application/json")
    connection.putheader("content-length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    found = httpx.Response(answer.status, headers=answer.getheaders(), content=answer.read())
    connection.close()
    return found


# Hosts ---------------------------------------------------------------------------------------------------------------

STRANGE_HOSTS = [
    [b""], [b" "], [b"[::1]"], [b"[::1]:8000"], [b"rennes"], [b"rennes.localhost.example"], [b"xn--rennes.localhost"],
    [b"a" * 5_000], [b"127.0.0.1"], [b"localhost"],
]  # fmt: skip

NO_HOSTS = [
    [], [b"."], [b"..."], [b":"], [b":8000"], [b"a b"], [b"[::1"], [b"::1"], [b"\xff\xfe"],
    [b"r\xc3\xa9nnes.localhost"], [b"%72ennes.localhost"], [b"x@rennes.localhost"], [b"rennes.localhost/x"],
    [b"rennes.localhost, lehavre.localhost"], [b".rennes.localhost"], [b"'; DROP TABLE platform.tenant; --"],
    [b"<script>"], [b"rennes.localhost:x"], [b"rennes.localhost:-1"], [b"rennes.localhost:99999999"],
    [b"rennes.localhost", b"rennes.localhost"],
]  # fmt: skip


@pytest.mark.parametrize("hosts", NO_HOSTS, ids=lambda hosts: ascii(hosts)[:40])
def test_what_is_not_one_host_is_refused(rennes: Portal, hosts: list[bytes]) -> None:
    assert refused.codes(send(rennes, hosts), 400) == {"BAD_HOST"}


@pytest.mark.parametrize("hosts", STRANGE_HOSTS, ids=lambda hosts: ascii(hosts)[:40])
def test_unknown_host_is_refused_and_names_nothing(rennes: Portal, hosts: list[bytes]) -> None:
    answer = send(rennes, hosts)
    assert refused.codes(answer, 404) == {"UNKNOWN_HOST"}
    assert answer.json()["errors"] == [
        {"message": "There is no portal at this address.", "extensions": {"code": "UNKNOWN_HOST"}}
    ]


@pytest.mark.parametrize("host", [
    b"RENNES.localhost", b"rennes.localhost.", b"rennes.localhost:", b"rennes.localhost:80",
    b"rennes.localhost:99999",
])  # fmt: skip
def test_case_port_and_last_dot_of_a_host_do_not_matter(rennes: Portal, host: bytes) -> None:
    assert send(rennes, [host]).json()["data"] == {"portal": {"title": "La Fabrique citoyenne"}}


@pytest.mark.parametrize("path", ["/", "/graphiql", "/schema.graphql"])
@pytest.mark.parametrize("host", [b"\xff", b"[::1", b"<script>alert(1)</script>", b"rennes.example"])
def test_pages_of_an_unknown_host_name_nothing(rennes: Portal, path: str, host: bytes) -> None:
    answer = send(rennes, [host], "GET", path, b"")
    assert answer.status_code == (404 if host == b"rennes.example" else 400)
    assert "Rennes" not in answer.text
    assert "alert(1)" not in answer.text
    assert refused.LEAK.search(answer.text) is None


@pytest.mark.parametrize("port", [b"80", b"99999", b""])
def test_list_of_portals_bears_any_port(rennes: Portal, port: bytes) -> None:
    assert send(rennes, [b"localhost:" + port], "GET", "/", b"").status_code == 200


# Tokens --------------------------------------------------------------------------------------------------------------


def with_token(portal: Portal, authorization: str | bytes) -> httpx.Response:
    sent = authorization if isinstance(authorization, bytes) else authorization.encode()
    headers = {b"host": portal.host.encode(), b"authorization": sent}
    return portal.client.post("/graphql", json={"query": "{ viewer { name } }"}, headers=headers)


@pytest.mark.parametrize("authorization", [
    "", "Bearer", "Bearer x", "Bearer x.y.z", "Bearer null", "Bearer undefined", "Bearer " + "x" * 5_000,
    b"Bearer \xff\xfe", "Token x",
    "Bearer ..", "Bearer eyJhbGciOiJub25lIn0.e30.",
], ids=lambda text: ascii(text)[:30])  # fmt: skip
def test_what_is_no_token_is_refused(rennes: Portal, authorization: str | bytes) -> None:
    answer = with_token(rennes, authorization)
    assert refused.codes(answer, 401) == {"UNAUTHENTICATED"}
    assert answer.headers["www-authenticate"] == "Bearer"


def test_token_is_refused_when_it_is_changed_or_in_another_scheme_or_of_another_tenant(
    rennes: Portal, lehavre: Portal
) -> None:
    token, other = rennes.member().token, lehavre.member().token
    assert token is not None
    assert (
        with_token(rennes, f"bearer {token}").json()["data"]["viewer"]["name"] == rennes.actor("MEMBER", "CITIZEN").name
    )
    for wrong in (f"Bearer {other}", f"Basic {token}", token, f"Bearer {token[:-1]}", f"Bearer {token}x",
    f"Bearer {token} {token}",
                  f"Bearer x{token}", f"Bearer {token.upper()}"):  # fmt: skip
        assert refused.codes(with_token(rennes, wrong), 401) == {"UNAUTHENTICATED"}


# Methods -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_method_is_refused(rennes: Portal, method: str) -> None:
    answer = rennes.client.request(method, "/graphql", content=TITLE, headers={"host": rennes.host})
    assert refused.codes(answer, 405) == {"METHOD_NOT_ALLOWED"}
    assert answer.headers["allow"] == "GET, POST"


def test_head_answers_as_get_without_a_body(rennes: Portal) -> None:
    for query, status in (("", 400), ("?query={portal{title}}", 200), ("?query=mutation{__typename}", 405)):
        answer = rennes.client.head(f"/graphql{query}", headers={"host": rennes.host})
        assert (answer.status_code, answer.content) == (status, b"")


def test_mutation_by_get_is_refused_and_changes_nothing(rennes: Portal) -> None:
    contribution = rennes.ask("{ contributions(first: 1) { nodes { id commentCount } } }")["contributions"]["nodes"][0]
    member = rennes.member()
    sent = f'{{ contribution: "{contribution["id"]}", body: "Par GET" }}'
    query = f"mutation {{ commentPublish(input: {sent}) {{ comment {{ id }} }} }}"
    headers = {"host": rennes.host, "authorization": f"Bearer {member.token}"}
    answer = rennes.client.get("/graphql", params={"query": query}, headers=headers)
    assert refused.codes(answer, 405) == {"METHOD_NOT_ALLOWED"}
    assert answer.headers["allow"] == "POST"
    after = rennes.ask("query($id: ID!) { contribution(id: $id) { commentCount } }", id=contribution["id"])
    assert after["contribution"]["commentCount"] == contribution["commentCount"]


# Parameters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", [
    "", "?", "?query=", "?query", "?variables={}", "?query={portal{title}}&variables=x",
    "?query={portal{title}}&variables=[]",
    '?query={portal{title}}&variables={"a":NaN}', "?query={portal{title}}&variables=" + "[" * 5_000,
    "?query={portal{title}}&extensions=1",
    "?query=%ff", "?query=%c0%80", "?query=%ed%a0%80", "?query={portal{title}}&variables=%ff",
    '?query={portal{title}}&variables={"a":"%5Cud800"}', '?query={portal{title}}&variables={"a":"%5Cu0000"}',
    '?query={portal{title}}&variables={"a":"%5Cu%30%30%30%30"}', "?query={portal{title}}" + "&a=1" * 50,
], ids=lambda text: text[:40])  # fmt: skip
def test_parameters_that_are_no_request_are_refused(rennes: Portal, query: str) -> None:
    answer = rennes.client.get(f"/graphql{query}", headers={"host": rennes.host})
    assert refused.codes(answer, 400) == {"BAD_REQUEST"}


@pytest.mark.parametrize("slug", ["%00", "%5Cu0000", "%5Cu%30000", "%5Cu%7B0%7D", "%5Cu{00}"])
def test_nul_in_a_parameter_is_refused_however_it_is_written(rennes: Portal, slug: str) -> None:
    answer = rennes.client.get(f"/graphql?query={{space(slug:%22{slug}%22){{id}}}}", headers={"host": rennes.host})
    assert refused.codes(answer) == {"BAD_USER_INPUT"}


# Media types and paths -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", [
    "text/html", "image/*", "garbage", ";;,,", "*/*;q=0", "application/json;q=0", "application/json;q=x",
    "application/xml, text/*",
    "application/graphql-response+json;q=0, application/json;q=0.0", "a" * 5_000,
], ids=lambda text: text[:40])  # fmt: skip
def test_answer_in_no_media_type_that_is_taken_is_refused(rennes: Portal, accept: str) -> None:
    assert refused.codes(rennes.post("{ portal { title } }", accept=accept), 406) == {"NOT_ACCEPTABLE"}


@pytest.mark.parametrize("path", [
    "/nothing", "/graphql/x", "/graphqlx", "/GRAPHQL", "/static/nothing.js", "/static/",
    "/static/%2e%2e/template/base.html",
    "/static/..%2f..%2fserver/app.py", "/static/%00", "/%00", "/%ff", "/" + "a" * 10_000, "/.env", "/server/app.py",
], ids=lambda text: text[:40])  # fmt: skip
def test_unknown_path_is_not_found(rennes: Portal, path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        answer = rennes.client.request(method, path, headers={"host": rennes.host})
        assert answer.status_code in ((404,) if method == "GET" else (404, 405))
        assert refused.LEAK.search(answer.text) is None


@pytest.mark.parametrize("path", ["/", "/graphiql", "/about", "/healthz", "/readyz", "/schema.graphql"])
def test_pages_are_only_read(rennes: Portal, path: str) -> None:
    answer = rennes.client.post(path, headers={"host": rennes.host})
    assert answer.status_code in (404, 405)  # 404 where the portal could have a page of its own.
    assert refused.LEAK.search(answer.text) is None
