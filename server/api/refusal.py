"""Refusals over HTTP: why a request is not answered, in the form of the API's errors."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

UNKEPT = {"cache-control": "no-store"}
"""The headers of an answer that nobody keeps."""


def response(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer that nobody keeps."""
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return JSONResponse(body, status, UNKEPT | dict(headers or {}))
