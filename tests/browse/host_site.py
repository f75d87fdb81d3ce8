"""A site of another origin than the portals', whose pages show their widgets: plain HTML under a strict policy."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PORTALS = "http://*.localhost:*"


@dataclass
class HostSite:
    """`pages` are the bodies of its pages by their paths; `headers` go with all of them."""

    origin: str
    pages: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """What was asked for, by its path and query."""


POLICY: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; style-src 'none'; img-src 'none'; base-uri 'none'; form-action 'none'; "
        f"script-src {PORTALS}; connect-src {PORTALS}; frame-src {PORTALS}; require-trusted-types-for 'script'"
    )
}
"""The strictest policy under which widgets work."""


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, site: HostSite, *given: object) -> None:
        self.site = site
        super().__init__(*given)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """One page."""
        self.site.asked.append(self.path)
        body = self.site.pages.get(self.path.partition("?")[0])
        self.send_response(404 if body is None else 200)
        for name, value in self.site.headers.items():
            self.send_header(name, value)
        kind = "text/css" if Path(self.path).suffix == ".css" else "text/html; charset=utf-8"
        self.send_header("content-type", kind)
        self.end_headers()
        self.wfile.write((body or "").encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def host_site() -> Iterator[HostSite]:
    """A site on a port of its own, called `localhost`, which is another site than `*.localhost`."""
    site = HostSite("", headers=dict(POLICY))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, site))
    site.origin = f"http://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()


def page(body: str, *, head: str = "", language: str = "fr") -> str:
    """A whole page."""
    return f'<!doctype html><html lang="{language}"><head><title>Ville</title>{head}</head><body>{body}</body></html>'
