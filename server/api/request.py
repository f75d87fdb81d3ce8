"""GraphQL over HTTP: what a client sent, decoded with care, and in which media type it wants the answer."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive

MAX_BODY = 1_048_576
"""Bytes: a contribution has 5,000 characters, a large document 100 kB."""

MAX_NESTING = 32
"""Levels of `variables`; inputs have three."""

_DIGEST = re.compile(r"[0-9a-f]{64}")

_HOLDERS = frozenset({dict, list})
"""What orjson makes of objects and arrays."""

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"


class ApiRequest(NamedTuple):
    """What a client asked for: a document by its text, or by its SHA-256 in hexadecimal (`document`), or both."""

    query: str | None
    variables: Mapping[str, Any]
    name: str | None
    document: str | None = None
    is_automatic: bool = False
    """Whether the client persists its documents by itself."""


@dataclass(slots=True, eq=False)  # Frozen, it could not take a traceback.
class BadRequestError(Exception):
    """The request is no GraphQL request; nothing ran."""

    status: int
    code: str
    message: str
    allow: str | None = None


MAX_KEPT_ACCEPT = 200
"""Bytes of an `Accept` header whose reading is kept."""


def media_type(accept: bytes | None) -> str:
    """The media type of the answer. Raises BadRequestError(406) when the client takes none that there is."""
    if not accept:
        return JSON
    return _known_media_type(accept) if len(accept) <= MAX_KEPT_ACCEPT else _media_type(accept)


@lru_cache(maxsize=256)
def _known_media_type(accept: bytes) -> str:
    return _media_type(accept)


def _media_type(accept: bytes) -> str:
    weights = _weights(accept)
    wildcard = max(weights.get("*/*", 0.0), weights.get("application/*", 0.0))
    json, response = weights.get(JSON, wildcard), weights.get(RESPONSE, 0.0)
    if json <= 0 and response <= 0:
        raise BadRequestError(406, "NOT_ACCEPTABLE", f"Accept {RESPONSE} or {JSON}.")
    return RESPONSE if response >= json else JSON


def _weights(accept: bytes) -> dict[str, float]:
    """The media types that a client takes, each with its weight."""
    weights: dict[str, float] = {}
    for part in accept.decode("latin-1").lower().split(","):
        name, *parameters = (item.strip() for item in part.split(";"))
        quality = next((value[2:] for value in parameters if value.startswith("q=")), "1")
        try:
            weights[name] = float(quality)
        except ValueError:
            weights[name] = 0.0
    return weights


def prefers_events(accept: bytes | None) -> bool:
    """Whether a client wants server-sent events rather than JSON; those that only take them, too, get JSON."""
    if not accept or b"text/event-stream" not in accept.lower():
        return False
    weights = _weights(accept)
    events = weights.get(EVENTS, 0.0)
    return events > 0 and events > max(weights.get(JSON, 0.0), weights.get(RESPONSE, 0.0), weights.get("*/*", 0.0))


def from_query(query_string: bytes) -> ApiRequest:
    """The operation in a GET request's parameters."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError as error:
        raise BadRequestError(400, "BAD_REQUEST", "The query string is not UTF-8 or too long.") from error
    parameters: dict[str, Any] = dict(pairs)
    for name in ("variables", "extensions"):
        if parameters.get(name):
            parameters[name] = _json(parameters[name].encode())
        else:
            parameters.pop(name, None)
    return from_fields(parameters)


async def body(receive: Receive, headers: Mapping[bytes, bytes]) -> bytes:
    """A POST request's body. Raises BadRequestError when it is no JSON in UTF-8 by its headers, or too large."""
    content_type = headers.get(b"content-type", b"").decode("latin-1")
    if content_type != JSON and not _is_json(content_type):
        raise BadRequestError(415, "UNSUPPORTED_MEDIA_TYPE", f"Send {JSON} in UTF-8.")
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise BadRequestError(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body uncompressed.")
    return await _body(receive, headers)


def _is_json(content_type: str) -> bool:
    name, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [value.partition("=")[2].strip('"') for value in parameters if value.startswith("charset=")]
    return name == JSON and all(charset in ("utf-8", "utf8") for charset in charsets)


def from_body(text: bytes) -> ApiRequest:
    """The operation in a POST request's body."""
    decoded = _json(text)
    if isinstance(decoded, list):
        raise BadRequestError(400, "BATCHING_NOT_SUPPORTED", "Send one operation a request.")
    if not isinstance(decoded, dict):
        raise BadRequestError(400, "BAD_REQUEST", "The body is a JSON object with a `query`.")
    return from_fields(decoded)


async def _body(receive: Receive, headers: Mapping[bytes, bytes]) -> bytes:
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and int(length) > MAX_BODY:
        raise _too_large()
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequestError(400, "BAD_REQUEST", "The client hung up.")
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY:
            raise _too_large()
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _too_large() -> BadRequestError:
    return BadRequestError(413, "BODY_TOO_LARGE", f"A body has at most {MAX_BODY} bytes.")


def _json(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequestError(400, "BAD_REQUEST", "This is not JSON in UTF-8.") from error


def from_fields(fields: Mapping[str, Any]) -> ApiRequest:
    """The operation in decoded fields. Raises BadRequestError."""
    query, variables, name = fields.get("query"), fields.get("variables"), fields.get("operationName")
    document, is_automatic = _document(fields)
    if not (isinstance(query, str) and query) and (query is not None or document is None):
        raise BadRequestError(400, "BAD_REQUEST", "`query` is a GraphQL document.")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequestError(400, "BAD_REQUEST", "`variables` is an object.")
    if name is not None and not isinstance(name, str):
        raise BadRequestError(400, "BAD_REQUEST", "`operationName` is a string.")
    if _too_deep(variables):
        raise BadRequestError(400, "BAD_REQUEST", f"`variables` nest at most {MAX_NESTING} levels.")
    if b"\\u0000" in orjson.dumps(variables) and any("\0" in text for text in _texts(variables)):
        raise BadRequestError(400, "BAD_REQUEST", "NUL characters are not possible.")
    return ApiRequest(query, variables or {}, name or None, document, is_automatic)  # An empty name is none.


def _document(fields: Mapping[str, Any]) -> tuple[str | None, bool]:
    """The SHA-256 by which a document is named, and whether by automatic persistence."""
    extensions = fields.get("extensions")
    if not isinstance(extensions, dict | None):
        raise BadRequestError(400, "BAD_REQUEST", "`extensions` is an object.")
    persisted = (extensions or {}).get("persistedQuery")
    is_automatic = isinstance(persisted, dict)
    named = persisted.get("sha256Hash") if isinstance(persisted, dict) else fields.get("documentId")
    if named is None:
        return None, False
    digest = named.removeprefix("sha256:").lower() if isinstance(named, str) else ""
    if not _DIGEST.fullmatch(digest):
        raise BadRequestError(400, "BAD_REQUEST", "A document is named by its SHA-256 in hexadecimal.")
    return digest, is_automatic


def _too_deep(value: Any) -> bool:
    level = [value] if type(value) in _HOLDERS else []
    for _ in range(MAX_NESTING):
        level = [
            item
            for holder in level
            for item in (holder.values() if type(holder) is dict else holder)
            if type(item) in _HOLDERS
        ]
        if not level:
            return False
    return True


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(child)
