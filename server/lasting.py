"""Lasting: built files whose names hold their digest, compressed beforehand; browsers keep them for good."""

import os
import re
from mimetypes import guess_type
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

KEPT = "public, max-age=31536000, immutable"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
"""What a browser may accept, the smallest first, and what the file beside is called."""

_REFUSED = re.compile(r"q=0(?:\.0*)?")


class Lasting(StaticFiles):
    """Serves a folder of such files. Those that the build compressed stand beside, and are never compressed again."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        self._names = frozenset(path.name for path in folder.iterdir())

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
        headers: Headers | None = None,
    ) -> Response:
        """A file, in the smallest form that the browser accepts, never to be asked for again."""
        path = Path(full_path)
        forms = [(coding, end) for coding, end in ENCODINGS if path.name + end in self._names]
        accepted = _accepted(Headers(scope=scope).get("accept-encoding", ""))
        coding, end = next(((coding, end) for coding, end in forms if coding in accepted), ("", ""))
        if not coding:
            response = super().file_response(full_path, stat_result, scope, status_code)
        else:
            kind = guess_type(path.name)[0]
            response = FileResponse(f"{path}{end}", status_code, {"content-encoding": coding}, media_type=kind)
        if forms:
            response.headers["vary"] = "Accept-Encoding"
        response.headers["cache-control"] = KEPT
        return response


def _accepted(header: str) -> set[str]:
    """The encodings that a header names and does not refuse."""
    parts = [[piece.strip().lower() for piece in part.split(";")] for part in header.split(",")]
    return {name for name, *rest in parts if not any(_REFUSED.fullmatch(piece) for piece in rest)}
