"""Widgets: the product's own documents, which the script of widgets names by their digests at every portal."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache

from graphql import GraphQLSchema

import web
from portal.fit import NothingLeftError, fitted


@cache
def _documents() -> Mapping[str, str]:
    texts = (path.read_text("utf-8") for path in sorted((web.WIDGET / "document").glob("*.graphql")))
    return {hashlib.sha256(text.encode()).hexdigest(): text for text in texts}


def document(digest: str, schema: Callable[[], GraphQLSchema]) -> str | None:
    """The document whose SHA-256 is `digest` (hexadecimal), as a portal's scope has it; None for all others."""
    text = _documents().get(digest)
    if text is None:
        return None
    try:
        return fitted(text, schema()).text
    except NothingLeftError:
        return text  # The scope refuses it by itself, and says why.
