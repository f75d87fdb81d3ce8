"""The only door to the database: a pool of connections; reads and transactions, each under one tenant's own role."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import Enum
from functools import partial
from time import monotonic
from typing import Any
from weakref import WeakValueDictionary

import psycopg
from sqlalchemy import Text, func, literal_column, select
from sqlalchemy.sql import ClauseElement

from database import deadline, failure, naming, replica, statement, usage
from database.borrowed import BorrowedConnection
from database.disk import Disk
from database.failure import DatabaseUnavailableError, DeadlockError, StatementTimeoutError, TenantGoneError
from database.group_commit import Answer, Change, GroupCommit, together
from database.host import Hosts
from database.pool import Pool, PooledConnection, PoolError, configure, connect
from database.replica import MOST_LAG_S, Replica
from database.slow import SlowStatement, SlowStatements
from database.transaction import Transaction as Transaction
from database.transaction import first, first_row
from database.wire import Row

TRIES = 3
"""How often a read is tried when its connection is lost, as long as there is time."""

READY_S = 0.8
"""`Database.state` answers within this time, whatever the database does."""

OPEN_TIMEOUT_S = 30.0
"""How long to wait for a cluster that starts together with this process."""

_BY_INDEX = statement.build(
    select(func.set_config(*(literal_column(text, Text) for text in ("'enable_seqscan'", "'off'", "true"))))
)
"""For the rest of a transaction. What was just changed is read by its key: a plan that was made while a table was all
but empty, and is kept for as long as the connection, must not read it from end to end when it is long."""

_READ_ONLY = select(func.current_setting(literal_column("'transaction_read_only'", Text)))


class State(Enum):
    """Whether the database can be used; the values are those of `/readyz`."""

    READY = "ok"
    READ_ONLY = "database read-only"
    AWAY = "database away"


class Database:
    """One database cluster, and behind it those to which tenants have moved. Open it before use; it recovers by itself
    when the cluster comes back."""

    def __init__(
        self,
        url: str,
        *,
        connections: int = 16,
        admin_url: str | None = None,
        replica_url: str | None = None,
        most_lag_s: float = MOST_LAG_S,
        name: str = naming.HOME,
        clusters: "Sequence[Database]" = (),
    ) -> None:
        """`url` serves requests; `admin_url`, by default the same, is for migrations and provisioning.

        `replica_url` is a read replica of the cluster, for reads that may be old by `most_lag_s`. `clusters` are the
        others behind this one, each with a `name` of its own.
        """
        self.name = name
        self.clusters = {cluster.name: cluster for cluster in clusters}
        self._placed: dict[int, Database | None] = {}
        """Tenants whose schemas are elsewhere, and where; None: in a cluster that this process does not know."""
        self._placed_at: dict[int, float] = {}
        """When this process heard that a tenant is where it is; nothing: it was always here."""
        self.urls = tuple(dict.fromkeys((url, admin_url or url)))
        """Its distinct URLs."""
        self.admin_url = admin_url or url
        self.disk = Disk()
        self._pool = Pool(url, connections, "the database" if name == naming.HOME else f"the cluster {name}")
        copy = "the replica" if name == naming.HOME else f"the replica of {name}"
        self.replica = Replica(replica_url, connections, most_lag_s, copy) if replica_url else None
        self._groups: WeakValueDictionary[int, GroupCommit] = WeakValueDictionary()
        """By tenant, while any request waits in one."""
        self._count()

    def _count(self) -> None:
        """Begin to count what was done."""
        self.statement_count = 0
        """How many statements answered operations; one that was lost with its connection and run again counts once."""
        self.changed: set[int] = set()
        """Tenants in which a request of this process has committed something that the worker has not folded yet."""
        self.untold: set[int] = set()
        """The same, since other processes were last notified."""
        self.eventful: set[int] = set()
        """Tenants in which events may have been written that nobody has sealed yet."""
        self.unnoted: set[int] = set()
        """Tenants in which something was written that a job must handle later, although no answer changed."""
        self.versions: Counter[int] = Counter()
        """Counts the changes of each tenant: an answer cached under another version is out of date."""

    def tell_slow(self, slow: SlowStatements) -> None:
        """Tell of slow statements, on connections that are opened from now on."""
        for pool in self.pools.values():
            pool.slow = slow

    def note_change(self, tenant: int) -> None:
        """Something was committed in a tenant."""
        self.changed.add(tenant)
        self.untold.add(tenant)
        self.versions[tenant] += 1

    def note_events(self, tenant: int) -> None:
        """Events may have been written in a tenant, which subscribers wait for."""
        self.eventful.add(tenant)

    def note_work(self, tenant: int) -> None:
        """Something was written that a job must handle later; no answer changed."""
        self.unnoted.add(tenant)

    @property
    def pools(self) -> dict[str, Pool]:
        """The pools that metrics describe: the cluster's, the replica's if there is one, and those of other clusters
        by their names, their replicas' behind them."""
        pools: dict[str, Pool] = {}
        for cluster in self.everywhere:
            is_first = cluster is self
            pools["primary" if is_first else cluster.name] = cluster._pool
            if cluster.replica is not None:
                pools["replica" if is_first else f"{cluster.name} replica"] = cluster.replica.pool
        return pools

    @property
    def everywhere(self) -> "list[Database]":
        """This cluster and those behind it."""
        return [self, *self.clusters.values()]

    def place(self, elsewhere: Mapping[int, str]) -> None:
        """Tenants whose schemas are in other clusters, by the names of those; all others are here."""
        placed = {tenant: self.clusters.get(name) for tenant, name in elsewhere.items()}
        for tenant in placed.keys() | self._placed.keys():
            if placed.get(tenant, self) is not self._placed.get(tenant, self):
                self._placed_at[tenant] = monotonic()
        self._placed = placed

    def cluster_of(self, tenant: int) -> str | None:
        """The name of the cluster that has a tenant's schema; None: one that this process does not know."""
        cluster = self._placed.get(tenant, self)
        return None if cluster is None else cluster.name

    def at(self, tenant: int | None) -> "Database":
        """The cluster that has a tenant's schema; None: what concerns all is here.

        Raises DatabaseUnavailableError for a cluster that this process does not know.
        """
        if tenant is None or tenant not in self._placed:
            return self
        if (cluster := self._placed[tenant]) is None:
            raise DatabaseUnavailableError
        return cluster

    async def open(self, within_s: float | None = None) -> None:
        """Connect, by default within OPEN_TIMEOUT_S.

        Raises DatabaseUnavailableError when there is no connection; a replica may come up later.
        """
        try:
            until = monotonic() + min(within_s or OPEN_TIMEOUT_S, OPEN_TIMEOUT_S)
            await self._pool.give_back(await self._pool.take(until))
        except PoolError as error:
            await self.close()
            raise DatabaseUnavailableError from error

    async def close(self) -> None:
        """Close all connections."""
        for cluster in self.clusters.values():
            await cluster.close()
        if self.replica is not None:
            await self.replica.pool.close()
        await self._pool.close()

    async def state(self) -> State:
        """Whether the database answers and can be written, within READY_S."""
        try:
            with deadline.within(READY_S):
                [[setting]] = await self.rows(_READ_ONLY)
        except (DatabaseUnavailableError, StatementTimeoutError):
            return State.AWAY
        if setting == "on":
            await self._pool.renew()  # Sessions that were begun while it is so keep it so.
            return State.READ_ONLY
        return State.READY

    async def read(
        self,
        compiled: statement.Statement,
        tenant: int | None,
        values: Mapping[str, object],
        *,
        may_be_old: bool = False,
    ) -> list[bytes | None]:
        """The first row of one statement as PostgreSQL encoded it; retried when the connection was lost.

        With `may_be_old` it is read from its cluster's replica, as long as that answers, does not lag and has seen the
        tenant arrive.
        """
        at = self.at(tenant)
        if may_be_old and (copy := self._replica_for(tenant, at)) is not None:
            began = monotonic()
            try:
                with deadline.within(replica.TIMEOUT_S):
                    return await self._read(compiled, tenant, values, copy.pool)
            except DatabaseUnavailableError:
                copy.note_silence(began)
            except TenantGoneError:
                pass  # It is new, and the replica has not heard of it yet.
        for left in reversed(range(TRIES)):
            try:
                return await self._read(compiled, tenant, values, at._pool)
            except DatabaseUnavailableError:
                if not left or monotonic() >= deadline.queue_until():
                    raise
        raise AssertionError

    def _replica_for(self, tenant: int | None, at: "Database") -> Replica | None:
        """The replica that is asked of a tenant now. One that has moved was copied in pieces: until its replica has all
        of them, the cluster is asked."""
        if at.replica is None or not at.replica.is_asked:
            return None
        since = None if tenant is None else self._placed_at.get(tenant)
        return at.replica if since is None or at.replica.has_seen(since) else None

    async def _read(
        self, compiled: statement.Statement, tenant: int | None, values: Mapping[str, object], pool: Pool
    ) -> list[bytes | None]:
        try:
            turn = await pool.turns.begin()
        except TimeoutError as error:
            raise DatabaseUnavailableError from error
        try:
            async with self._connection(tenant, pool) as connection:
                row = await first_row(connection, compiled, tenant, values)
                self.statement_count += 1
                return row
        finally:
            pool.turns.end(turn)

    async def rows(self, clause: ClauseElement, /, tenant: int | None = None, **values: object) -> list[Row]:
        """All rows of one constant statement outside a transaction."""
        async with self._connection(tenant) as connection:
            return await Transaction(connection, tenant, is_begun=True).all(clause, **values)

    async def replica_rows(self, clause: ClauseElement, /) -> list[Row]:
        """All rows of one constant statement on shared tables, from the replica."""
        assert self.replica is not None
        async with self._connection(None, self.replica.pool) as connection:
            return await Transaction(connection, None, is_begun=True).all(clause)

    async def plan_of(self, slow: SlowStatement) -> list[str]:
        """The lines of a statement's plan for any values, without running it. Raises psycopg.Error."""
        async with self._connection(naming.number(slow.role)) as connection:
            return await slow.plan(connection)

    async def change_and_read(
        self,
        tenant: int,
        clause: ClauseElement,
        values: Mapping[str, object],
        compiled: statement.Statement,
        given: Mapping[str, object],
        before: Sequence[tuple[ClauseElement, Mapping[str, object]]] = (),
        after: tuple[ClauseElement, Mapping[str, Any]] | None = None,
    ) -> Answer:
        """Run a constant statement, commit, and then read, in one round trip that other requests may share. Statements
        that go `before` it in its transaction take the locks under which it decides; one that goes `after` it, and
        whose parameters are arrays, is run once for all who share the transaction.

        Returns the first row of the change (none where another was first by a constraint or a lock), and of the read
        as PostgreSQL encoded it. When this fails, or the client gives up, the change may have been committed: it must
        be repeatable.
        """
        asked = ((statement.cached(one), with_) for one, with_ in (*before, (clause, values)))
        change = [(each, each.text_for(tenant), each.encoded(with_)) for each, with_ in asked]
        read = (compiled, compiled.text_for(tenant), compiled.encoded(given))
        group = self._groups.get(tenant)
        if group is None:
            group = self._groups[tenant] = GroupCommit(partial(self._change_and_read, tenant))
        began = monotonic()
        try:
            row, answer = await group.run(Change(change, read, after and (statement.cached(after[0]), after[1])))
            if (used := usage.current()) is not None:
                used.add(len(change) + 1 + (after is not None), 1 + (row is not None), monotonic() - began)
            return row, answer
        except TimeoutError as error:
            raise DatabaseUnavailableError from error
        except (psycopg.errors.UniqueViolation, DeadlockError):  # Another was first: all of it is undone.
            return None, []

    async def _change_and_read(self, tenant: int, changes: Sequence[Change]) -> list[Answer]:
        async with self._connection(tenant) as connection:
            with usage.counted(None):  # Each of those who share the transaction counts its own.
                changed, [_, *read] = await connection.ask_all(
                    [*(asked for change in changes for asked in change.asked), *together(changes, tenant)],
                    [(_BY_INDEX, _BY_INDEX.text, ()), *(change.read for change in changes)],
                )
            last = itertools.accumulate(len(change.asked) for change in changes)
            rows = (connection.rows(changed[end - 1]) for end in last)
            return [(row[0] if row else None, first(result)) for row, result in zip(rows, read, strict=True)]

    @asynccontextmanager
    async def transaction(self, tenant: int | None) -> AsyncIterator[Transaction]:
        """A transaction under the tenant's own role, which cannot reach other tenants' tables; committed at the end.

        Raises TenantGoneError for a tenant that was deleted.
        """
        async with self._connection(tenant) as connection:
            transaction = Transaction(connection, tenant)
            try:
                yield transaction
                if transaction.is_begun and not transaction.is_committed:
                    await connection.tell("COMMIT")
            except asyncio.CancelledError:
                raise  # The connection is thrown away, and the transaction with it.
            except BaseException:
                if transaction.is_begun and not connection.closed:
                    await connection.tell("ROLLBACK")
                raise

    @asynccontextmanager
    async def administration(self, role: str = naming.OWNER) -> AsyncIterator[PooledConnection]:
        """A separate connection for migrations and provisioning, without statement timeout.

        Its role is the owner of all tables, or with `naming.LOGIN` the login, which may create roles and schemas.
        """
        connection: PooledConnection | None = None
        try:
            connection = await Hosts(self.admin_url).connected(connect)
            connection.is_bounded = False
            await configure(connection, statement_timeout=0)
            await connection.become(role)
            yield connection
        except psycopg.Error as error:
            if (meant := failure.told(error, None)) is error:
                raise
            self.disk.note(meant)
            if isinstance(meant, DatabaseUnavailableError):
                meant.cluster = self.name
            raise meant from error
        finally:
            if connection is not None:
                await connection.close()

    def _connection(self, tenant: int | None, pool: Pool | None = None) -> "BorrowedConnection":
        """A pooled connection under the tenant's role, or for None under the login's."""
        at = self.at(tenant)
        return BorrowedConnection(pool or at._pool, tenant, at.disk)
