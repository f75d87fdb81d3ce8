"""Filling: what an answer holds, by the path of its names, alone or in a text's braces."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote


def held(path: str, data: Mapping[str, Any]) -> Any:
    """What an answer holds at a path of names with dots between them."""
    holder: Any = data
    for name in path.split("."):
        holder = holder[name]
    return holder


def filled(text: str, data: Mapping[str, Any], *, is_address: bool = False) -> str:
    """A text with what an answer holds in the place of its braces."""

    def value(match_: re.Match[str]) -> str:
        holder = held(match_[1], data)
        return quote(str(holder), safe="") if is_address else str(holder)

    return re.sub(r"\{([\w.]+)\}", value, text)
