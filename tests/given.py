"""What a test starts from: actors, spaces, activities and tenants of its own, written straight into the tables, and the
jobs run at once. Everything a test publishes or votes goes through the endpoint; this does not."""

import asyncio
import itertools
import json
import re
import threading
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID, uuid4

import psycopg

from database import naming
from database.door import Database
from jobs import exchange, expiry, fold
from models import ident
from models.actor import Role
from models.base import new_id, tenant_metadata
from models.tenant import Feature
from tenants import provisioning

if TYPE_CHECKING:
    from tests.conftest import Portal

T = TypeVar("T")

DERIVED = (
    "analysis_text",
    "tally",
    "cell_count",
    "space_cell_count",
    "activity_count",
    "seal",
    "vote_seal",
    "vote_result",
    "project_award",
    "vote_file",
    "event_cursor",
    "mail",
    "detection",
    "notice",
    "digest",
    "wave",
    "webhook_delivery",
)
"""Counts and their deltas, which folding turns into each other, what is written when events and votes are sealed, and what is sent."""

INSERTED = re.compile(r"(Espace|Activité|Catégorie) \d+")
"""Titles of what is made here: no two alike, so that a page never has two links that say the same."""

PATIENCE_S = 10.0
"""How long a test waits for what another thread does."""


CORNERS = ((-1.69, 48.10), (-1.68, 48.10), (-1.68, 48.11), (-1.69, 48.11), (-1.69, 48.10))
SQUARE = json.dumps({"type": "Polygon", "coordinates": [CORNERS]})
"""The outline of a zone that a test does not look at."""


class Given:
    """A way into the cluster beside the server's: its own connections, its own event loop."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._procedures: dict[str, str] = {}
        """The names of `each` set of changes."""
        self._connection = psycopg.connect(url, autocommit=True)
        self._runner = asyncio.Runner()
        self._beside = ThreadPoolExecutor(1)  # A browser's loop runs in the tests' own thread.
        self.database = Database(url, connections=20)
        self.run(self.database.open())

    def close(self) -> None:
        self.run(self.database.close())
        self._beside.submit(self._runner.close).result()
        self._beside.shutdown()
        self._connection.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What a coroutine returns that uses `database`."""
        # In a context of its own: a deadline that it begins ends with it.
        return self._beside.submit(self._runner.run, work, context=Context()).result()

    # Rows ------------------------------------------------------------------------------------------------------------

    def sql(self, portal: "Portal", text: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a statement in which `__tenant__.` stands for the portal's schema."""
        with self._lock:
            cursor = self._connection.execute(naming.qualify(text, portal.number), values)
            rows = cursor.fetchall() if cursor.description else []
        if not text.lstrip().startswith("SELECT"):
            self._tell(portal)
        return rows

    def each(self, portal: "Portal", texts: Iterable[str]) -> None:
        """Runs changes without values in one round trip, each in a transaction of its own; the same again are not
        planned anew."""
        script = naming.qualify("".join(f"{text}; COMMIT; " for text in texts), portal.number)
        with self._lock:
            if script not in self._procedures:
                name = self._procedures[script] = f"pg_temp.each_{len(self._procedures)}"
                made = f"CREATE PROCEDURE {name}() LANGUAGE plpgsql AS $each$ BEGIN {script} END $each$"
                self._connection.execute(made.encode())
            self._connection.execute(f"CALL {self._procedures[script]}()".encode())
        self._tell(portal)

    def meanwhile(self, portal: "Portal", act: Callable[[], T], text: str, *values: object) -> T:
        """What an act answers that begins after another transaction ran a statement, and before it ends. It waits for
        that transaction, or is over already."""
        waits = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
        deadline = monotonic() + PATIENCE_S
        with ThreadPoolExecutor(1) as pool, psycopg.connect(self.url) as other:
            other.execute(naming.qualify(text, portal.number), values)
            acting = pool.submit(act)
            while not acting.done() and self.sql(portal, waits, other.info.backend_pid) == [(0,)]:
                assert monotonic() < deadline, "the act neither waits nor ends"
                threading.Event().wait(0.01)
            other.commit()
            self._tell(portal)
            return acting.result()

    def _tell(self, portal: "Portal") -> None:
        """The server forgets the answers that it keeps of the tenant: something was written behind its back."""
        portal.running.database.versions[portal.number] += 1

    def insert(self, portal: "Portal", table: str, **columns: object) -> UUID:
        """Write one row; its new id."""
        uuid = new_id()
        names = ", ".join(("id", *columns))
        marks = ", ".join(["%s"] * (len(columns) + 1))
        self.sql(portal, f"INSERT INTO __tenant__.{table} ({names}) VALUES ({marks})", uuid, *columns.values())
        return uuid

    def row(self, portal: "Portal", id_: str) -> dict[str, Any]:
        """All columns of what an id of the API names."""
        kind, _, uuid = id_.split("_")
        table = "participatory_space" if kind == "space" else kind
        return dict(self.sql(portal, f"SELECT to_jsonb(t) FROM __tenant__.{table} t WHERE id = %s", uuid)[0][0])

    def row_counts(self, portal: "Portal") -> dict[str, int]:
        """How many rows each of the tenant's tables has, but for those that the worker changes by itself."""
        names = [table.name for table in tenant_metadata.sorted_tables if not table.name.startswith(DERIVED)]
        by_people = {
            "moderation_case": " WHERE cause <> 'AIDS'",
            "zone_change": " WHERE state = 'DRAFT'",
            "event": " WHERE actor_id IS NOT NULL",
        }
        counting = (f"SELECT '{name}', count(*) FROM __tenant__.{name}{by_people.get(name, '')}" for name in names)
        return dict(self.sql(portal, " UNION ALL ".join(counting)))

    @contextmanager
    def nothing_written(self, portal: "Portal") -> Iterator[None]:
        """What happens inside leaves every table of the tenant as it was."""
        before = self.row_counts(portal)
        yield
        after = self.row_counts(portal)
        assert after == before, {name: after[name] - before[name] for name in after if after[name] != before[name]}

    # Objects ---------------------------------------------------------------------------------------------------------

    def actor(self, portal: "Portal", kind: str = "CITIZEN", role: str = "MEMBER", name: str = "Camille") -> "Portal":
        """The portal for a new actor who is signed in."""
        uuid = self.insert(portal, "actor", kind=kind, role=role, name=name, created_at="now")
        self.agreed(portal, uuid)
        return self.signed_in(portal, uuid, role)

    def agreed(self, portal: "Portal", actor: object) -> None:
        """The actor agreed to the portal's charter, if it has one."""
        charter = "SELECT %s, kind, version, now() FROM __tenant__.portal_text WHERE kind = 'CHARTER'"
        self.sql(portal, f"INSERT INTO __tenant__.consent (actor_id, kind, version, given_at) {charter}", actor)

    def citizens(self, portal: "Portal", count: int) -> list["Portal"]:
        """The portal for each of many new actors."""
        rows = self.sql(
            portal,
            "INSERT INTO __tenant__.actor SELECT gen_random_uuid(), 'CITIZEN', 'MEMBER', 'Voisin ' || n, now()"
            " FROM generate_series(1, %s) AS n RETURNING id",
            count,
        )
        return [self.signed_in(portal, uuid) for (uuid,) in rows]

    def signed_in(self, portal: "Portal", actor: UUID, role: str = "MEMBER") -> "Portal":
        """The portal for an actor."""
        return replace(portal, token=portal.running.tokens.make(portal.number, actor, Role(role)))

    def zone(self, portal: "Portal", name: str, cells: Collection[object] = ()) -> UUID:
        """A new zone: a square of some hundred metres, and the cells that are said to be in it."""
        return self.insert(portal, "zone", name=name, geometry=SQUARE, cells=[*cells])

    def space(
        self, portal: "Portal", *, visibility: str = "PUBLIC", opens_at: str = "yesterday", closes_at: str | None = None
    ) -> str:
        """A new space's id. Times are PostgreSQL's, for example `yesterday`."""
        uuid = self.insert(
            portal,
            "participatory_space",
            slug=f"space-{uuid4().hex}",
            title=f"Espace {next(self._numbers)}",
            description="",
            visibility=visibility,
            opens_at=opens_at,
            closes_at=closes_at,
            created_at="now",
        )
        return ident.encode("space", portal.number, uuid)

    def activity(
        self,
        portal: "Portal",
        *,
        kind: str = "IDEA_BOX",
        vote_method: str | None = None,
        location_rule: str | None = None,
        expires_after_days: int | None = None,
        opens_at: str = "yesterday",
        closes_at: str | None = None,
        space: str | None = None,
        **rule: int | None,
    ) -> str:
        """A new activity's id; in a new public space unless one is given. `rule` are the columns of a rule of ballots."""
        uuid = self.insert(
            portal,
            "activity",
            space_id=uuid_in(space or self.space(portal)),
            kind=kind,
            title=f"Activité {next(self._numbers)}",
            description="",
            rank=0,
            opens_at=opens_at,
            closes_at=closes_at,
            vote_method=vote_method,
            location_rule=location_rule or ("NONE" if kind == "SURVEY" else "OPTIONAL"),
            expires_after_days=expires_after_days,
            **rule,
        )
        return ident.encode("activity", portal.number, uuid)

    def category(self, portal: "Portal", activity: str, name: str | None = None) -> str:
        """A new category's id."""
        uuid = self.insert(
            portal,
            "category",
            activity_id=uuid_in(activity),
            slug=uuid4().hex,
            name=name or f"Catégorie {next(self._numbers)}",
            rank=0,
        )
        return ident.encode("category", portal.number, uuid)

    def close_activity(self, portal: "Portal", activity: str) -> None:
        """The activity closes now: its period is half-open."""
        self.sql(portal, "UPDATE __tenant__.activity SET closes_at = now() WHERE id = %s", uuid_in(activity))

    def let_expire(self, portal: "Portal", contribution: str) -> None:
        """The contribution's time is over; the worker has not seen it yet."""
        self.sql(portal, "UPDATE __tenant__.contribution SET expires_at = now() WHERE id = %s", uuid_in(contribution))

    def tenant(self, beside: "Portal", slug: str, collectivite: str) -> "Portal":
        """A portal of a new tenant without demonstration data."""
        host = f"{slug}.example"
        new = provisioning.NewTenant(collectivite, slug, (host,), first_space=False)
        self.run(provisioning.create(self.database, new))
        deadline = monotonic() + PATIENCE_S
        while beside.running.registry.at(host) is None:
            assert monotonic() < deadline, "the server does not know the new tenant"
            threading.Event().wait(0.01)
        return replace(beside, story=replace(beside.story, slug=slug, hosts=(host,)), token=None)

    def features(self, portal: "Portal", features: Collection[Feature]) -> None:
        """Switch on these features and no others; comes back when the server follows."""
        off = set(Feature) - set(features)
        self.run(provisioning.switch(self.database, portal.story.slug, features, off))
        deadline = monotonic() + PATIENCE_S
        while portal.record.features != set(features):
            assert monotonic() < deadline, "the server does not follow"
            threading.Event().wait(0.01)

    # Jobs ------------------------------------------------------------------------------------------------------------

    def fold(self, portal: "Portal") -> None:
        """Fold until no delta is left, also when the server's worker folds at the same time."""
        deltas = ("tally_delta", "cell_count_delta", "activity_count_delta")
        pending = "SELECT " + " OR ".join(f"EXISTS (SELECT FROM __tenant__.{name})" for name in deltas)
        deadline = monotonic() + PATIENCE_S
        while self.sql(portal, pending)[0][0]:
            assert monotonic() < deadline, "the deltas are not folded"
            self.run(fold.fold(self.database, portal.number))
        self._tell(portal)

    def expire(self, portal: "Portal") -> int:
        """Mark what is past its time, up to one batch; how many there were."""
        count = self.run(expiry.expire(self.database, portal.number))
        self._tell(portal)
        return count

    def tend(self, portal: "Portal") -> int:
        """Let the clock do what is due with exchanges; with how many."""
        count = self.run(exchange.tend(self.database, portal.number))
        self._tell(portal)
        return count


def uuid_in(id_: str) -> UUID:
    """The UUID in an id of the API."""
    return UUID(id_.rsplit("_", 1)[1])
