"""Policy: the headers that tell browsers what a page may do."""

from collections.abc import Mapping
from types import MappingProxyType

# GraphiQL's editor writes style attributes and draws some icons from data: addresses; no script does.
_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
SECURITY_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": "; ".join(_POLICY),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
)

FORM_HEADERS: Mapping[str, str] = MappingProxyType(
    {name: value.replace("form-action 'none'", "form-action 'self'") for name, value in SECURITY_HEADERS.items()}
)
"""Of pages whose forms post to their own host."""
