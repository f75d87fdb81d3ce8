"""Headers: one reading of `Host` and of `Accept-Encoding` for the API and for pages; each form of an answer has its tag."""

import gzip
import json
import socket
from urllib.parse import urlsplit

import httpx
import pytest

from server import header
from tests.conftest import Portal

PATHS = ("/graphql?query={portal{slug}}", "/", "/about", "/auth/sign-in")
LONG = {"query": "{ contributions(first: 50) { nodes { id title } } }"}


def status(portal: Portal, path: str, *lines: bytes) -> int:
    """The status that a request with just these header lines is answered with."""
    url = urlsplit(portal.running.url)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=10) as connection:
        head = b"\r\n".join((f"GET {path} HTTP/1.1".encode(), *lines, b"connection: close", b"", b""))
        connection.sendall(head)
        return int(connection.makefile("rb").readline().split()[1])


@pytest.mark.parametrize("path", PATHS)
def test_what_is_no_host_is_a_bad_request_everywhere(rennes: Portal, path: str) -> None:
    host = rennes.host.encode()
    for wrong in (
        host + b":@evil.example",
        host + b":80@evil.example",
        host + b":80x",
        host + b":123456",
        b"evil.example@" + host,
        host + b"/x",
        host + b"?x",
        host + b" evil.example",
        host + b",evil.example",
        b"rennes..localhost",
        b"." + host,
        b"[::1",
        b"\xe9t\xe9.localhost",
        b"\xa0" + host,
        host + b"%00",
    ):
        assert status(rennes, path, b"host: " + wrong) == 400, wrong
    assert status(rennes, path, b"host: " + host, b"host: " + host) == 400
    assert status(rennes, path, b"host: " + host, b"Host: evil.example") == 400
    assert status(rennes, path) == 400


@pytest.mark.parametrize("path", PATHS)
def test_blanks_port_case_and_root_do_not_matter(rennes: Portal, path: str) -> None:
    host = rennes.host.encode()
    for good in (host, b"  " + host, host + b" ", host + b"\t ", host + b":8000", host.upper(), host + b".:1"):
        assert status(rennes, path, b"host: " + good) == 200, good
    assert status(rennes, PATHS[0], b"host: [::1]:8000") == 404
    assert status(rennes, PATHS[0], b"host: 127.0.0.1") == 404


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        (b"gzip", True),
        (b"deflate, GZIP ; q=0.1", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.000, br", False),
        (b"br;q=1, gzip; Q = 0", False),
        (b"*", True),
        (b"*;q=0", False),
        (b"gzip, *;q=0", True),
        (b"identity", False),
        (b"x-gzipped", False),
        (b"", False),
    ],
)
def test_weight_of_nothing_refuses_gzip(accepted: bytes, expected: bool) -> None:
    assert header.takes_gzip(accepted) is expected


def ask(portal: Portal, path: str = "/graphql", **headers: str) -> httpx.Response:
    params = LONG if path == "/graphql" else None
    return portal.client.get(path, params=params, headers={"host": portal.host, **headers})


@pytest.mark.parametrize("path", ["/graphql", "/", "/static/parvis.css"])
def test_gzip_is_sent_to_whoever_takes_it_alone(rennes: Portal, path: str) -> None:
    packed, plain = (ask(rennes, path, **{"accept-encoding": value}) for value in ("gzip", "gzip;q=0"))
    if packed.status_code == 404:
        pytest.skip("there is no such page")
    assert (packed.headers.get("content-encoding"), plain.headers.get("content-encoding")) == ("gzip", None)
    assert packed.content == plain.content


def test_each_form_of_an_answer_has_a_tag_of_its_own(deux_sevres: Portal) -> None:
    media = {"accept": "application/graphql-response+json"}
    forms = [{"accept-encoding": encoding} | more for encoding in ("gzip", "identity") for more in ({}, media)]
    answers = [ask(deux_sevres, **form) for form in forms]
    tags = [answer.headers["etag"] for answer in answers]
    assert len(set(tags)) == 4
    assert len({answer.content for answer in answers}) == 1
    for tag in tags:
        found = [ask(deux_sevres, **form, **{"if-none-match": tag}) for form in forms]
        assert [answer.status_code == 304 for answer in found] == [one == tag for one in tags]
        assert [answer.headers["etag"] for answer in found] == tags


def test_empty_name_of_an_operation_is_none_by_get_and_by_post(rennes: Portal) -> None:
    one, two = "query A { portal { slug } }", "query A { portal { slug } } query B { portal { slug } }"
    for query, expected in ((one, {"data": {"portal": {"slug": "rennes"}}}), (two, "OPERATION_NOT_FOUND")):
        answers = [
            rennes.client.get(
                "/graphql", params={"query": query, "operationName": ""}, headers={"host": rennes.host}
            ).json(),
            rennes.client.post(
                "/graphql", json={"query": query, "operationName": ""}, headers={"host": rennes.host}
            ).json(),
        ]
        assert answers[0] == answers[1]
        if isinstance(expected, str):
            assert answers[0]["errors"][0]["extensions"]["code"] == expected
        else:
            assert answers[0]["data"] == expected["data"]


def test_packed_answer_is_the_plain_one(rennes: Portal) -> None:
    headers = {"host": rennes.host, "accept-encoding": "gzip"}
    with rennes.client.stream("GET", "/graphql", params=LONG, headers=headers) as answer:
        raw = b"".join(answer.iter_raw())
    assert json.loads(gzip.decompress(raw))["data"]["contributions"]["nodes"]
