"""Whether a browser sends a request from one of the tenant's own pages, without which no cookie may change anything."""

from collections.abc import Collection, Mapping

_FROM_HERE = (b"same-origin", b"none")
"""`none`: the person's own doing, for example a typed address."""


def is_same_origin(headers: Mapping[bytes, bytes], scheme: str, hosts: Collection[str]) -> bool:
    """By the `Origin` that every browser sends with a POST, else by `Sec-Fetch-Site`; with neither it is not.

    `scheme` is the request's own, `hosts` are the tenant's, beside the one that was asked. A page that came over plain
    HTTP, where anybody may have written it, is not one of a site's that is asked over HTTPS.
    """
    origin = headers.get(b"origin")
    if origin is None:
        return headers.get(b"sec-fetch-site") in _FROM_HERE
    came_by, _, host = origin.decode("latin-1").lower().partition("://")
    own = headers.get(b"host", b"").decode("latin-1").lower()
    return came_by in (scheme, "https") and (host == own or host in hosts)
