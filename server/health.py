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

FINE = frozenset({"ok", "ahead", "lags", "low", "none", "some away"})
"""What a check may say of a process that can serve."""

_RETRY = {"retry-after": "5"}


class Health:
    """Answers on every host. `embedded` is the folder of the embedded PostgreSQL; None: it runs elsewhere."""

    def __init__(
        self, database: Database, registry: TenantRegistry, jobs: Sequence[Job], embedded: Path | None = None
    ) -> None:
        self.checks: Mapping[str, str] = {}
        """What each check said when somebody looked last."""
        self.away: frozenset[str] = frozenset()
        """Clusters behind the first that did not answer, or could not be written, when somebody looked last."""
        self._database = database
        self._registry = registry
        self._jobs = jobs
        self._embedded = embedded
        self._migrations = (float("-inf"), "ok")

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
        state = await self._database.state()
        is_away = state is State.AWAY
        clusters = await self._clusters()
        self.checks = {
            "database": state.value,
            "disk": self._disk(),
            "jobs": self._jobs_state(),
            "migrations": self._migrations[1] if is_away else await self._migrations_state(),
            "replica": self._replica(),
            "clusters": clusters,
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
            tenant.number for tenant in self._registry.tenants if tenant.is_active and tenant.database not in self.away
        ]
        stopped = [one.name for one in self._jobs if not one.is_running]
        return list(dict.fromkeys([*stopped, *job.reasons(self._jobs, active)]))

    async def _migrations_state(self) -> str:
        at, said = self._migrations
        if monotonic() - at >= MIGRATIONS_EVERY_S:
            try:
                with deadline.within(READY_S):
                    answering = [each for each in self._database.everywhere if each.name not in self.away]
                    states = [await schema_state.state(each) for each in answering]
                    said = next((state for state in states if state not in FINE), states[0])
                self._migrations = (monotonic(), said)
            except (DatabaseUnavailableError, StatementTimeoutError):  # `database` tells of it.
                return said
        return said

    async def _clusters(self) -> str:
        """The other clusters. One that is away keeps this process from nothing but its own tenants."""
        clusters = self._database.clusters
        states = await asyncio.gather(*(cluster.state() for cluster in clusters.values()))
        self.away = frozenset(
            name
            for (name, cluster), state in zip(clusters.items(), states, strict=True)
            if state is not State.READY or cluster.disk.is_full
        )
        if not clusters:
            return "none"
        return "some away" if self.away else "ok"

    def _replica(self) -> str:
        replica = self._database.replica
        if replica is None:
            return "none"
        return "ok" if replica.is_asked else "lags"
