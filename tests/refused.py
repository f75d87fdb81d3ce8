"""What every answer to bad input must be: an error with a code, in words of ours, from a server that still serves."""

import re
from typing import Any

import httpx

LEAK = re.compile(
    r"(?i:psycopg|sqlalchemy|postgres|pg_catalog|sqlstate|tsquery|traceback|file \"|\bline \d)"
    r"|(?i:graphql-core|strawberry|uvicorn)"
    r"|[A-Za-z](Error|Exception)\b|NoneType|<class|<object|0x[0-9a-f]{6}|\bsys\.|__tenant__\.|\bt_\d+\b"
)
"""Words of the driver, of the database and of Python that no client should read."""


def errors(answer: httpx.Response, status: int) -> list[dict[str, Any]]:
    """The errors of an answer with this status, each with a message and a code, none with a leak."""
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    found: list[dict[str, Any]] = answer.json()["errors"]
    assert found
    for error in found:
        assert error["message"]
        assert error["extensions"]["code"] != "INTERNAL_SERVER_ERROR", error
        assert LEAK.search(error["message"]) is None, error
    return found


def codes(answer: httpx.Response, status: int = 200) -> set[str]:
    """The codes of a refusal, which GraphQL over HTTP answers with 200 in `application/json` once it is JSON."""
    return {error["extensions"]["code"] for error in errors(answer, status)}
