"""Widgets: the product's own documents, which their script names by digest at every portal; the code to paste."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from urllib.parse import urlencode

from graphql import GraphQLSchema
from markupsafe import Markup

import web
from portal import developer
from portal.fit import NothingLeftError, fitted

SCRIPT, PREVIEW = "/widget.js", "/widget-preview"
"""Addresses of the script, and of the page of another origin."""

KINDS = ("list", "map", "debate", "vote")
"""Of elements, `parvis-…`, and of pages for a frame, `/embed/…`."""

ATTRIBUTES = ("widget", "activity", "contribution", "color", "background", "text")
LANGUAGES = ("fr", "en")
LONGEST = 200
"""Characters of an attribute."""

_SCRIPT = Markup('<script src="{}" async></script>\n')
_ELEMENT = Markup('<parvis-{}{}>\n  <a href="{}">{}</a>\n</parvis-{}>')
_ATTRIBUTE = Markup(' {}="{}"')


@cache
def documents() -> Mapping[str, str]:
    """The widgets' documents, each with its fragments, by their digests (SHA-256, hexadecimal): of today's script,
    and of those that pages elsewhere may still run (`web/build/record.mjs` says how long)."""
    record = json.loads((web.WIDGET / "record.json").read_text("utf-8"))
    return {digest: one["text"] for digest, one in record.items()}


def document(digest: str, schema: Callable[[], GraphQLSchema]) -> str | None:
    """The document whose SHA-256 is `digest` (hexadecimal), as a portal's scope has it; None for all others."""
    text = documents().get(digest)
    if text is None:
        return None
    try:
        return fitted(text, schema()).text
    except NothingLeftError:
        return text  # The scope refuses it by itself, and says why.


def snippet(portal: str, kind: str, said: Mapping[str, str], label: str) -> Markup:
    """What a webmaster pastes: the script and one element, with `label` for whoever runs no script.

    `portal` is an origin, `kind` one of `KINDS`; `said` are attributes.
    """
    given = {"portal": portal, **{name: said[name] for name in ATTRIBUTES if said.get(name)}}
    attributes = Markup("").join(_ATTRIBUTE.format(name, text) for name, text in given.items())
    return _SCRIPT.format(f"{portal}{SCRIPT}") + _ELEMENT.format(kind, attributes, portal, label, kind)


def preview_address(origin: str, portal: str, kind: str, language: str, said: Mapping[str, str]) -> str:
    """Where the snippet is seen as on a page of another site; `origin` is the installation's for that."""
    given = {name: said[name] for name in ATTRIBUTES if said.get(name)}
    return f"{origin}{PREVIEW}?{urlencode({'portal': portal, 'kind': kind, 'lang': language, **given})}"


def preview(portal: str, asked: Mapping[str, str]) -> str | None:
    """That page; None for an element that there is not."""
    kind, language = asked.get("kind"), asked.get("lang")
    if kind not in KINDS or any(len(text) > LONGEST for text in asked.values()):
        return None
    element = snippet(portal, kind, asked, portal)
    return developer.render(
        "widget_preview.html", language=language if language in LANGUAGES else "fr", element=element
    )
