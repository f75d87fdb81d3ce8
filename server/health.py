"""Health: whether this process lives, and whether it can serve, for those who watch it."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from database.door import Database, State
from jobs import job
from jobs.job import Job
from tenants.registry import TenantRegistry

_RETRY = {"retry-after": "5"}


class Health:
    """Answers on every host."""

    def __init__(self, database: Database, registry: TenantRegistry, jobs: Sequence[Job]) -> None:
        self._database = database
        self._registry = registry
        self._jobs = jobs

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route("/healthz", self.healthz, methods=["GET"]), Route("/readyz", self.readyz, methods=["GET"])]

    async def healthz(self, _request: Request) -> Response:
        """The process is alive."""
        return JSONResponse({"status": "ok"})

    async def readyz(self, _request: Request) -> Response:
        """The process can serve: the database answers and takes changes, and its jobs run."""
        state = await self._database.state()
        if state is not State.READY:
            return JSONResponse({"status": state.value}, 503, _RETRY)
        if self._database.disk.is_full:
            return JSONResponse({"status": "disk full"}, 503, _RETRY)
        return self._jobs_failing() or JSONResponse({"status": "ok"})

    def _jobs_failing(self) -> Response | None:
        """Why this process is not sound although the database answers: jobs that have failed for a minute."""
        failing = job.reasons(self._jobs, (tenant.number for tenant in self._registry.tenants if tenant.is_active))
        return JSONResponse({"status": "jobs fail", "jobs": failing}, 503, _RETRY) if failing else None
