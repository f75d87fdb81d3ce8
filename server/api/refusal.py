"""Refusals over HTTP: why a request is not answered, in the form of the API's errors."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response


def response(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer that nobody keeps."""
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return JSONResponse(body, status, {"cache-control": "no-store"} | dict(headers or {}))
