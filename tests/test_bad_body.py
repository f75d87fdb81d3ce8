"""Bodies that are no GraphQL request: each is refused with its code, whatever the bytes."""

import gzip
from collections.abc import Iterator

import httpx
import pytest

from tests import refused
from tests.conftest import Portal

TITLE = "{ portal { title } }"


@pytest.fixture(autouse=True)
def _still_serves(rennes: Portal) -> Iterator[None]:
    """After each of these requests the server answers the next one."""
    yield
    assert rennes.ask(TITLE)["portal"]["title"] == "La Fabrique citoyenne"


def send(portal: Portal, body: bytes | Iterator[bytes], **headers: str) -> httpx.Response:
    headers = {"host": portal.host, "content-type": "application/json", **headers}
    return portal.client.post("/graphql", content=body, headers=headers)


def variables(text: bytes) -> bytes:
    return b'{"query": "{ portal { title } }", "variables": ' + text + b"}"


NOT_JSON = {
    "empty": b"",
    "truncated": b'{"query": "{ portal',
    "truncated in a key": b'{"query"',
    "no value": b'{"query": }',
    "NaN": variables(b'{"a": NaN}'),
    "Infinity": variables(b'{"a": -Infinity}'),
    "1e400": variables(b'{"a": 1e400}'),
    "an integer of 5,000 digits": variables(b'{"a": ' + b"9" * 5_000 + b"}"),
    "100,000 open brackets": b"[" * 100_000,
    "100,000 brackets": b"[" * 100_000 + b"]" * 100_000,
    "100,000 braces": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep variables": variables(b'{"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
    "no UTF-8": b'{"query": "\xff\xfe"}',
    "UTF-16": '{"query": "{ portal { title } }"}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + variables(b"null"),
    "bytes behind the end": variables(b"null") + b"\xff",
    "noise that looks like gzip": b"\x1f\x8b\x08\x00" + bytes(range(256)),
    "gzip": gzip.compress(variables(b"null")),
    "a NUL byte": b'{"query": "{ portal { title } }\x00"}',
    "a lone high surrogate": b'{"query": "{ portal { title } } # \\ud800"}',
    "a lone low surrogate in variables": variables(b'{"a": "\\udc00"}'),
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON.keys())
def test_what_is_no_json_is_refused(rennes: Portal, body: bytes) -> None:
    assert refused.codes(send(rennes, body), 400) == {"BAD_REQUEST"}


NOT_A_REQUEST = {
    "null": b"null",
    "a number": b"17",
    "a string": b'"{ portal { title } }"',
    "true": b"true",
    "an empty object": b"{}",
    "query null": b'{"query": null}',
    "query empty": b'{"query": ""}',
    "query a number": b'{"query": 5}',
    "query an object": b'{"query": {}}',
    "variables a list": variables(b"[]"),
    "variables a string": variables(b'"{}"'),
    "variables of 40 levels": variables(b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}"),
    "operationName a number": b'{"query": "{ portal { title } }", "operationName": 1}',
    "extensions a list": b'{"query": "{ portal { title } }", "extensions": []}',
    "NUL in a variable": variables(b'{"a": ["\\u0000"]}'),
}


@pytest.mark.parametrize("body", NOT_A_REQUEST.values(), ids=NOT_A_REQUEST.keys())
def test_json_that_is_no_request_is_refused(rennes: Portal, body: bytes) -> None:
    assert refused.codes(send(rennes, body), 400) == {"BAD_REQUEST"}


@pytest.mark.parametrize("body", [b"[]", b'[{"query": "{ portal { title } }"}]', b"[1, 2]"])
def test_several_operations_in_one_request_are_refused(rennes: Portal, body: bytes) -> None:
    assert refused.codes(send(rennes, body), 400) == {"BATCHING_NOT_SUPPORTED"}


def test_the_last_of_equal_keys_counts(rennes: Portal) -> None:
    assert refused.codes(send(rennes, b'{"query": "{ portal { title } }", "query": 5}'), 400) == {"BAD_REQUEST"}


def test_six_characters_that_look_like_an_escaped_nul_are_a_text(rennes: Portal) -> None:
    assert rennes.ask("query($slug: String) { space(slug: $slug) { id } }", slug="\\u0000") == {"space": None}


def test_body_of_ten_megabytes_is_refused(rennes: Portal) -> None:
    assert refused.codes(send(rennes, b"x" * 10_000_000), 413) == {"BODY_TOO_LARGE"}


def test_body_of_ten_megabytes_without_a_length_is_refused(rennes: Portal) -> None:
    assert refused.codes(send(rennes, iter([b"x" * 100_000] * 100)), 413) == {"BODY_TOO_LARGE"}


def test_body_of_the_permitted_size_is_read(rennes: Portal) -> None:
    query = b'{"query": "{ portal { title } } #'
    assert send(rennes, query + b"x" * (1_048_576 - len(query) - 2) + b'"}').status_code == 200
    assert refused.codes(send(rennes, query + b"x" * (1_048_577 - len(query) - 2) + b'"}'), 413) == {"BODY_TOO_LARGE"}


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip"])
def test_encoded_body_is_refused(rennes: Portal, encoding: str) -> None:
    answer = send(rennes, gzip.compress(variables(b"null")), **{"content-encoding": encoding})
    assert refused.codes(answer, 415) == {"UNSUPPORTED_MEDIA_TYPE"}


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/json; charset=",
        "application/json, text/plain",
        "application/jsonx",
    ],
)
def test_other_content_type_is_refused(rennes: Portal, content_type: str) -> None:
    answer = send(rennes, variables(b"null"), **{"content-type": content_type})
    assert refused.codes(answer, 415) == {"UNSUPPORTED_MEDIA_TYPE"}
