"""Assets: the files of the portal's build, whose names hold their digest, by what templates call them."""

import json
from collections.abc import Mapping
from functools import cache

import web


@cache
def _files() -> Mapping[str, str]:
    manifest: Mapping[str, str] = json.loads((web.STATIC / "portal" / "manifest.json").read_text("utf-8"))
    return manifest


def file(name: str) -> str:
    """What a file is called. Raises KeyError."""
    return _files()[name]


def address(name: str) -> str:
    """The address of a file. Raises KeyError."""
    return f"/static/portal/{file(name)}"


def built(name: str) -> str | None:
    """The address of a file that may not be in the build."""
    return address(name) if name in _files() else None
