"""The limit of kept answers: a bare Starlette route that always sends the same bytes."""

import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ANSWER = b'{"data":"' + b"x" * int(os.environ.get("BENCH_LENGTH", "14000")) + b'"}'
"""As many bytes as the list has, or a page."""


async def answer(request: Request) -> Response:
    """Read the request and answer."""
    await request.body()
    return Response(ANSWER, media_type="application/json")


app = Starlette(routes=[Route("/{work:path}", answer, methods=["GET", "POST"])])
