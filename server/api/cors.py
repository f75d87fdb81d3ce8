"""CORS: which pages of other sites may call a tenant's API from a browser."""

from collections.abc import Collection, Mapping

from tenants.registry import TenantRecord, TenantRegistry

Headers = list[tuple[bytes, bytes]]

_VARY = (b"vary", b"origin, authorization, cookie, accept, accept-encoding")
_ALLOWED: Headers = [
    _VARY,
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"content-type, authorization, x-request-id"),
    (b"access-control-expose-headers", b"x-request-id, retry-after"),
    (b"access-control-max-age", b"3600"),
]


def headers(
    registry: TenantRegistry, tenant: TenantRecord | None, given: Mapping[bytes, bytes], widgets: Collection[str] = ()
) -> Headers:
    """What lets pages of the tenant's own hosts, of the sites it names and of its `widgets` call its API."""
    origin = given.get(b"origin")
    if tenant is None or origin is None:
        return [_VARY]
    text = origin.decode("latin-1").lower()
    neighbour = registry.at(text.partition("://")[2])
    if (neighbour is None or neighbour.number != tenant.number) and not (text in tenant.origins or text in widgets):
        return [_VARY]
    return [(b"access-control-allow-origin", origin), *_ALLOWED]
