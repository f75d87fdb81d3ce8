"""Health: whether this process lives, and whether it can serve, for those who watch it."""

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from database import deadline
from database.door import READY_S, Database, State
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from jobs import job
from jobs.job import Job
from tenants import schema_state
from tenants.registry import TenantRegistry

LOW_BYTES = 512 * 1024 * 1024
"""Below this the embedded PostgreSQL's disk is soon full."""

MIGRATIONS_EVERY_S = 30.0
"""How often the record of migrations, which has a row for each file and tenant, is looked at."""

FINE = frozenset({"ok", "ahead", "lags", "low", "none", "some away", "some behind"})
"""What a check may say of a process that can serve."""

_NEVER = (float("-inf"), "ok")
_RETRY = {"retry-after": "5"}


class Health:
    """Answers on every host. `embedded` is the folder of the embedded PostgreSQL; None: it runs elsewhere."""

    def __init__(
        self, database: Database, registry: TenantRegistry, jobs: Sequence[Job], embedded: Path | None = None
    ) -> None:
        self.checks: Mapping[str, str] = {}
        """What each check said when somebody looked last."""
        self.clusters: Mapping[str, str] = {}
        """What was found of each cluster behind the first when somebody looked last: `ok`, or what is wrong with it."""
        self._database = database
        self._registry = registry
        self._jobs = jobs
        self._embedded = embedded
        self._migrations: dict[str, tuple[float, str]] = {}
        """By cluster, when its record of migrations was looked at, and what it said."""

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route("/healthz", self.healthz, methods=["GET"]), Route("/readyz", self.readyz, methods=["GET"])]

    async def healthz(self, _request: Request) -> Response:
        """The process is alive."""
        return JSONResponse({"status": "ok"})

    async def readyz(self, request: Request) -> Response:
        """Whether the process can serve: its database answers, takes changes and is up to date, and its jobs run. With
        `?verbose` what each check says."""
        checks = await self.look()
        bad = next((said for said in checks.values() if said not in FINE), None)
        told: dict[str, object] = {"status": bad or "ok"}
        if failing := self._failing():
            told["jobs"] = failing
        if "verbose" in request.query_params:
            told["checks"] = dict(checks)
        return JSONResponse(told, 503 if bad else 200, _RETRY if bad else None)

    async def look(self) -> Mapping[str, str]:
        """What each check says now, the gravest first."""
        everywhere = self._database.everywhere
        states = await asyncio.gather(*(each.state() for each in everywhere))
        pairs = list(zip(everywhere, states, strict=True))
        await self._look_at_migrations([each for each, state in pairs if state is not State.AWAY])
        self.clusters = {each.name: self._cluster_state(each, state) for each, state in pairs[1:]}
        self.checks = {
            "database": states[0].value,
            "disk": self._disk(),
            "jobs": self._jobs_state(),
            "migrations": self._migrations_of(self._database),
            "replica": self._replicas(),
            "clusters": self._clusters(),
        }
        return self.checks

    def free_bytes(self) -> int | None:
        """Room on the disk of the embedded PostgreSQL; None where it runs elsewhere."""
        return None if self._embedded is None else shutil.disk_usage(self._embedded).free

    def _disk(self) -> str:
        if self._database.disk.is_full:
            return "disk full"
        free = self.free_bytes()
        return "low" if free is not None and free < LOW_BYTES else "ok"

    def _jobs_state(self) -> str:
        if not all(one.is_running for one in self._jobs):
            return "jobs stopped"
        return "jobs fail" if self._failing() else "ok"

    def _failing(self) -> list[str]:
        """Jobs that have failed for a minute, although the database answers; and those that have ended."""
        active = [
            tenant.number
            for tenant in self._registry.tenants
            if tenant.is_active and self.clusters.get(tenant.database, "ok") in FINE
        ]
        stopped = [one.name for one in self._jobs if not one.is_running]
        return list(dict.fromkeys([*stopped, *job.reasons(self._jobs, active)]))

    def _cluster_state(self, cluster: Database, state: State) -> str:
        if state is not State.READY:
            return str(state.value)
        return "disk full" if cluster.disk.is_full else self._migrations_of(cluster)

    def _migrations_of(self, cluster: Database) -> str:
        return self._migrations.get(cluster.name, _NEVER)[1]

    async def _look_at_migrations(self, answering: Sequence[Database]) -> None:
        """Read the record of each cluster that is due; of one that does not answer stays what it said before."""
        now = monotonic()
        due = [each for each in answering if now - self._migrations.get(each.name, _NEVER)[0] >= MIGRATIONS_EVERY_S]
        for each, state in zip(due, await asyncio.gather(*map(_schema_state, due)), strict=True):
            if state is not None:
                self._migrations[each.name] = (now, state)

    def _clusters(self) -> str:
        """The other clusters. What one lacks keeps this process from nothing but its tenants."""
        if not self.clusters:
            return "none"
        wrong = set(self.clusters.values()) - FINE
        if not wrong:
            return "ok"
        return "some behind" if wrong == {"migrations pending"} else "some away"

    def _replicas(self) -> str:
        replicas = [each.replica for each in self._database.everywhere if each.replica]
        if not replicas:
            return "none"
        return "ok" if all(replica.is_asked for replica in replicas) else "lags"


async def _schema_state(cluster: Database) -> str | None:
    """None where it does not answer: its state tells of it."""
    try:
        with deadline.within(READY_S):
            return await schema_state.state(cluster)
    except (DatabaseUnavailableError, StatementTimeoutError):
        return None
