"""Two tenants on one backend connection, and clients that hang up in mid-request: each is told its own things alone."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from database import naming
from demo import tenants as stories
from tests.conftest import Portal, serve
from tests.given import Given
from tests.own import RENNES, Own, until

SHOW = "{ portal { slug } viewer { name } spaces { totalCount } }"
REVOKE = "mutation { sessionsRevoke(input: {}) { actor { name } userErrors { code } } }"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture(scope="module")
def given_own(own: Own) -> Iterator[Given]:
    found = Given(own.url)
    yield found
    found.close()


@pytest.fixture(scope="module")
def both(own: Own, given_own: Given, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Portal, Portal]]:
    """A member of a tenant with one space, and one of a tenant with two, on a server that has a single connection."""
    for running in serve(own.url, tmp_path_factory.mktemp("single"), connections=1):
        with httpx.Client(base_url=running.url, timeout=30) as client:
            beside = Portal(client, stories()[0], running)
            portals = [given_own.tenant(beside, slug, RENNES.id) for slug in ("one", "two")]
            for portal, count in zip(portals, (1, 2), strict=True):
                for _ in range(count):
                    given_own.space(portal)
            one, two = (given_own.actor(portal, name=f"Voisine {portal.story.slug}") for portal in portals)
            yield one, two


def seen(portal: Portal) -> dict[str, object]:
    """What SHOW must answer at a portal."""
    slug = portal.story.slug
    spaces = {"totalCount": {"one": 1, "two": 2}[slug]}
    return {"portal": {"slug": slug}, "viewer": {"name": f"Voisine {slug}"}, "spaces": spaces}


def hang_up(portal: Portal, own: Own, asked: str, table: str) -> None:
    """Ask what has to wait for a table, and hang up while it waits; comes back when the database has stopped it."""
    parts = urlsplit(portal.running.url)
    body = json.dumps({"query": asked}).encode()
    head = f"POST /graphql HTTP/1.1\r\nhost: {portal.host}\r\nauthorization: Bearer {portal.token}\r\n"
    head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    with psycopg.connect(own.url) as holder:
        holder.execute(
            naming.qualify(f"LOCK TABLE __tenant__.{table} IN ACCESS EXCLUSIVE MODE", portal.number).encode()
        )
        with socket.create_connection((parts.hostname or "", parts.port or 80)) as client:
            client.sendall(head.encode() + body)
            until(lambda: own.value(WAITING) == 1)
        until(lambda: own.value(WAITING) == 0)
        holder.rollback()


@pytest.mark.parametrize(
    ("asked", "table"), [(SHOW, "participatory_space"), (REVOKE, "session")], ids=["query", "mutation"]
)
def test_client_that_hangs_up_leaves_nothing_of_its_tenant_to_the_next(
    own: Own, both: tuple[Portal, Portal], asked: str, table: str
) -> None:
    for here, there in (both, both[::-1], both):
        assert here.ask(SHOW) == seen(here)
        hang_up(here, own, asked, table)
        assert there.ask(SHOW) == seen(there)
        assert there.ask(REVOKE)["sessionsRevoke"] == {
            "actor": {"name": f"Voisine {there.story.slug}"},
            "userErrors": [],
        }
        assert here.ask(SHOW) == seen(here)
