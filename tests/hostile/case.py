"""The cases: over methods, headers, bodies, documents, every argument and input of the contract, and every route."""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    is_list_type,
    is_required_argument,
    is_required_input_field,
)

from tests import asking
from tests.hostile import value
from tests.hostile.document import DOCUMENTS
from tests.hostile.request import Case, graphql
from tests.operation import CONTRACT, REQUIRED, root_fields

PATHS = (
    "/",
    "/graphql",
    "/graphiql",
    "/schema.graphql",
    "/healthz",
    "/auth/sign-in",
    "/auth/email",
    "/auth/email/confirm",
    "/auth/invitation",
    "/auth/session",
    "/auth/sign-out",
    "/auth/popup",
    "/auth/oidc/x",
    "/auth/oidc/x/callback",
    "/widget/x/token",
    "/widget/x/session",
    "/static/x",
)
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "x")
TITLE = {"query": "{ portal { title } }"}
PER_TYPE = 4
"""Values that are tried for each argument and each field of an input."""


@dataclass(frozen=True)
class Target:
    """Whom the requests are for: the portal's host, an administrator's token, and an id of each type."""

    host: str
    token: str
    ids: Mapping[str, str]


def cases(target: Target, seed: int) -> list[Case]:
    """All cases, the same ones for the same seed."""
    chance = random.Random(seed)
    groups: tuple[Callable[[Target, random.Random], Iterator[Case]], ...] = (
        _methods,
        _headers,
        _bodies,
        _documents,
        _arguments,
        _inputs,
        _cursors,
        _names_of_documents,
        _parameters,
        _sign_in,
        _widgets,
        _paths,
    )
    return [case for group in groups for case in group(target, chance)]


# HTTP ----------------------------------------------------------------------------------------------------------------


def _methods(target: Target, _chance: random.Random) -> Iterator[Case]:
    for path in PATHS:
        yield from (Case("method", method, path, _host(target)) for method in METHODS)


HEADERS: Mapping[str, Sequence[bytes]] = {
    "content-type": (b"", b"text/plain", b"application/xml", b"application/json; charset=utf-16", b";;;", b"\xff", b"a" * 4_000),
    "accept": (b"", b"text/html", b"image/*", b"*/*;q=nan", b"application/json;q=-1", b"," * 2_000, b"\xff"),
    "accept-encoding": (b"gzip;q=0", b"br, zstd", b"\xff"),
    "content-encoding": (b"gzip", b"identity, gzip", b"\xff"),
    "authorization": (b"", b"Bearer", b"Bearer ", b"Basic eDp5", b"Bearer \xff", b"Bearer pat_1_x", b"Bearer pot_" + b"A" * 43,
                      b"Bearer pwt_x.y.z", b"Bearer " + b"x" * 8_000, b"Bearer null", b"Bearer eyJhbGciOiJub25lIn0.e30."),
    "parvis-router": (b"", b"x", b"\xff", b"pat_1_" + b"A" * 43),
    "cookie": (b"parvis=", b"parvis=x", b"__Host-parvis=" + b"x" * 4_000, b"parvis=\xff; parvis=y", b"=;;=;", b"a=b;" * 500),
    "origin": (b"", b"null", b"https://evil.example", b"http://[::1", b"\xff", b"https://" + b"a" * 4_000),
    "referer": (b"x", b"http://[::1", b"\xff"),
    "host": (b"", b".", b"[::1", b"evil.example", b"\xff", b"a" * 4_000, b"localhost.evil.example:99999", b"t_1", b"x@y"),
    "x-request-id": (b"", b"\xff", b"a b", b"x" * 4_000, b"${jndi:ldap://x}"),
    "x-forwarded-for": (b"x", b"127.0.0.1, 1.2.3.4", b"\xff"),
    "x-forwarded-proto": (b"x", b"https", b"\xff"),
    "if-none-match": (b"*", b"\xff", b'"' * 300),
    "range": (b"bytes=0-0", b"bytes=-1", b"x"),
    "transfer-encoding": (b"gzip", b"identity", b"chunked, chunked"),
    "content-length": (b"-1", b"x", b"1, 2", b"0x10"),
    "expect": (b"x",),
    "upgrade": (b"websocket", b"h2c"),
    "x-http-method-override": (b"DELETE",),
}  # fmt: skip
"""What is sent in each header; one at a time, in place of the usual one."""


def _headers(target: Target, _chance: random.Random) -> Iterator[Case]:
    body = json.dumps(TITLE).encode()
    usual = {b"host": target.host.encode(), b"content-type": b"application/json"}
    for name, values in HEADERS.items():
        for found in values:
            yield Case("header", "POST", "/graphql", tuple({**usual, name.encode(): found}.items()), body)
    for path in ("/", "/auth/session", "/auth/sign-in"):
        for name in ("host", "cookie", "origin", "accept"):
            for found in HEADERS[name]:
                yield Case("header", "GET", path, tuple({**usual, name.encode(): found}.items()))
    yield Case("header", "POST", "/graphql", (*usual.items(), *usual.items()), body)
    yield Case("header", "POST", "/graphql", (*usual.items(), *((b"x-%d" % n, b"x" * 300) for n in range(200))), body)


BODIES: Sequence[bytes] = (
    b"", b"{", b"null", b"1", b'"x"', b"[]", b"[{}]", b"{}", b"\xff\xfe", b"\xef\xbb\xbf{}", b"[" * 50_000,
    b'{"query": 1}', b'{"query": null}', b'{"query": []}', b'{"query": {"a": 1}}', b'{"query": ""}',
    b'{"query": "{ portal { title } }", "variables": []}', b'{"query": "{ portal { title } }", "variables": "x"}',
    b'{"query": "{ portal { title } }", "operationName": 1}', b'{"query": "{ portal { title } }", "operationName": "x"}',
    b'{"query": "{ portal { title } }", "extensions": 1}', b'{"query": "{ portal { title } }", "extensions": {"a": {}}}',
    b'{"query": "\\ud800"}', b'{"query": "\\u0000"}', b'{"query": "{ portal { title } }", "variables": {"a": "\\u0000"}}',
    b'{"query": "{ portal { title } }", "variables": {"a": 1e999}}', b'{"query": "{ portal { title } }", "variables": {"": {}}}',
    b'{"query": "{ portal { title } }", "variables": ' + b'{"a":' * 500 + b"1" + b"}" * 500 + b"}",
    b'{"query": "{ portal { title } }"}{"query": "{ portal { title } }"}', b"query=%7Bportal%7D", b"<xml/>",
    b'[{"query": "{ portal { title } }"}, {"query": "{ viewer { id } }"}]', b'{"query": "' + b"a" * 300_000 + b'"}',
)  # fmt: skip


def _bodies(target: Target, _chance: random.Random) -> Iterator[Case]:
    yield from (graphql("body", target.host, body) for body in BODIES)


def _paths(target: Target, _chance: random.Random) -> Iterator[Case]:
    for path in ("/%00", "/%ff", "//graphql", "/graphql/", "/GRAPHQL", "/static/../server/app.py", "/static/%2e%2e/x",
                 "/static/..%5c..%5cx", "/.git/config", "/metrics", "/" + "a" * 5_000, "/?" + "a=b&" * 2_000, "/graphql#x",
                 "http://evil.example/graphql", "*", "/auth/../graphql", "/docs", "/openapi.json"):  # fmt: skip
        yield Case("path", "GET", path, _host(target))


# GraphQL -------------------------------------------------------------------------------------------------------------


def _documents(target: Target, _chance: random.Random) -> Iterator[Case]:
    for document in DOCUMENTS:
        for headers in ((), _signed(target)):
            yield graphql("document", target.host, {"query": document}, headers)


def _arguments(target: Target, chance: random.Random) -> Iterator[Case]:
    """Every argument below and at the root, with hostile values in a variable of its own type."""
    for type_ in CONTRACT.type_map.values():
        if not isinstance(type_, GraphQLObjectType) or type_.name not in ("Query", *asking.ROADS):
            continue
        for name, field in type_.fields.items():
            for key, argument in field.args.items():
                needs = {
                    k: REQUIRED.get(k, asking.GIVEN.get(k)) for k, a in field.args.items() if is_required_argument(a)
                }
                given = ", ".join([f"{key}: $value", *(f"{k}: ${k}" for k in needs if k != key)])
                declared = ", ".join(
                    [f"$value: {argument.type}", *(f"${k}: {field.args[k].type}" for k in needs if k != key)]
                )
                asked = f"{name}({given}) {asking.selection(field)}"
                way = asking.ROADS.get(type_.name, "{field}").format_map({**target.ids, "field": asked})
                for found in _values(argument.type, chance):
                    body = {"query": f"query ({declared}) {{ {way} }}", "variables": {**needs, "value": found}}
                    yield graphql("argument", target.host, body, _signed(target))


def _inputs(target: Target, chance: random.Random) -> Iterator[Case]:
    """Every field of every mutation's input."""
    for name, field in root_fields("Mutation").items():
        input_ = asking.input_of(field)
        required = [key for key, found in input_.fields.items() if is_required_input_field(found)]
        usual = {key: target.ids.get(asking.NAMED.get(key, ""), asking.GIVEN.get(key)) for key in required}
        query = f"mutation ($input: {input_.name}!) {{ {name}(input: $input) {{ __typename userErrors {{ code field message }} }} }}"
        for key, found in input_.fields.items():
            for hostile in _values(found.type, chance):
                body = {"query": query, "variables": {"input": {**usual, key: hostile}}}
                yield graphql("input", target.host, body, _signed(target))


def _values(type_: Any, chance: random.Random) -> Iterator[object]:
    named = get_named_type(type_)
    for _ in range(PER_TYPE):
        if isinstance(named, GraphQLInputObjectType):
            fields = {key: chance.choice(list(_values(field.type, chance))) for key, field in named.fields.items()}
            found: object = chance.choice((fields, chance.choice(value.OTHERS)))
        else:
            found = chance.choice(value.of("String" if isinstance(named, GraphQLEnumType) else named.name))
        yield (
            [found] * chance.choice((1, 2, 300))
            if is_list_type(getattr(type_, "of_type", type_)) or is_list_type(type_)
            else found
        )


def _cursors(target: Target, _chance: random.Random) -> Iterator[Case]:
    for connection in (
        "contributions(after: $x)",
        "spaces(after: $x)",
        "collectivites(after: $x)",
        "invitations(after: $x)",
    ):
        for cursor in value.CURSORS:
            body = {"query": f"query ($x: String) {{ {connection} {{ totalCount }} }}", "variables": {"x": cursor}}
            yield graphql("cursor", target.host, body, _signed(target))
    for words in value.TEXTS:
        body = {"query": "query ($x: String) { contributions(search: $x) { totalCount } }", "variables": {"x": words}}
        yield graphql("search", target.host, body)


def _names_of_documents(target: Target, _chance: random.Random) -> Iterator[Case]:
    for name in (*value.TEXTS[:30], *value.OTHERS, 1, "0" * 64, "g" * 64, "sha256:" + "0" * 64, "0" * 63):
        yield graphql("document id", target.host, {"documentId": name})
        yield graphql(
            "document id", target.host, {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": name}}}
        )


def _parameters(target: Target, _chance: random.Random) -> Iterator[Case]:
    for text in (*value.TEXTS, *DOCUMENTS[:20]):
        for name in ("query", "variables", "extensions", "operationName"):
            query = {"query": "{ portal { title } }"} | {name: text[:2_000]}
            path = "/graphql?" + "&".join(f"{key}={quote(found, safe='')}" for key, found in query.items())
            yield Case("parameter", "GET", path, _host(target))


# Sign-in and widgets -------------------------------------------------------------------------------------------------


def _sign_in(target: Target, _chance: random.Random) -> Iterator[Case]:
    own = (*_host(target), (b"origin", b"http://" + target.host.encode()))
    posts = {
        "email": ("email",),
        "email/confirm": ("email", "code"),
        "invitation": ("token",),
        "popup": ("widget", "origin"),
    }
    for path, names in posts.items():
        for found in (*value.TEXTS, *value.OTHERS):
            body = json.dumps(dict.fromkeys(names, found)).encode()
            yield Case("sign-in", "POST", f"/auth/{path}", (*own, (b"content-type", b"application/json")), body)
        for text in value.TEXTS[:20]:
            form = "&".join(f"{name}={quote(text, safe='')}" for name in names).encode()
            yield Case(
                "sign-in",
                "POST",
                f"/auth/{path}",
                (*own, (b"content-type", b"application/x-www-form-urlencoded")),
                form,
            )
    for path in ("sign-in?next=", "invitation?token=", "popup?origin=x&widget=", "oidc/", "oidc/x/callback?state="):
        for text in value.TEXTS:
            yield Case("sign-in", "GET", f"/auth/{path}{quote(text[:1_000], safe='')}", _host(target))


def _widgets(target: Target, _chance: random.Random) -> Iterator[Case]:
    own = (*_host(target), (b"origin", b"https://www.example.fr"), (b"content-type", b"application/json"))
    for id_ in (*value.IDS, *value.TEXTS[:20]):
        yield Case("widget", "POST", f"/widget/{quote(id_[:1_000], safe='')}/token", own)
    for found in (*value.TEXTS, *value.OTHERS):
        body = json.dumps({"code": found}).encode()
        yield Case("widget", "POST", f"/widget/{target.ids['Widget']}/session", own, body)
    yield from (Case("widget", "POST", f"/widget/{target.ids['Widget']}/session", own, body) for body in BODIES)


def _host(target: Target) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"host", target.host.encode()),)


def _signed(target: Target) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"authorization", b"Bearer " + target.token.encode()),)
