"""Metrics: what this process did and keeps, in Prometheus' text format, for operators."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from auth.operator_token import OperatorTokens
from auth.token import InvalidTokenError
from database.door import Database
from jobs.job import WHOLE, Job
from jobs.mail import Outcome, Post
from planner.plan import PlanCache
from schema.scoped import ScopedContract
from server.api.answer_cache import AnswerCache
from tenants.registry import TenantRegistry

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[str, str, str, dict[str, str], float]
"""Name, type, help, labels, value."""


class Metrics:
    """Reads the counters of the process' parts when it is asked."""

    def __init__(
        self,
        tokens: OperatorTokens,
        contract: ScopedContract,
        cache: AnswerCache,
        database: Database,
        registry: TenantRegistry,
        jobs: Sequence[Job],
        post: Post | None,
    ) -> None:
        self._tokens = tokens
        self._contract = contract
        self._cache = cache
        self._database = database
        self._registry = registry
        self._jobs = jobs
        self._post = post

    def routes(self) -> list[Route]:
        """`/metrics` on every host."""
        return [Route("/metrics", self.page, methods=["GET"])]

    async def page(self, request: Request) -> Response:
        """All metrics, for who shows an operator's token; for everybody else there is no such page."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            if scheme.lower() != "bearer":
                raise InvalidTokenError
            await self._tokens.machine(token.strip())
        except InvalidTokenError:
            return PlainTextResponse("Not Found", 404)
        return PlainTextResponse("".join(_lines(self._samples())), media_type=MEDIA_TYPE)

    def _samples(self) -> Iterator[Sample]:
        engines = self._contract.engines
        caches: dict[str, list[PlanCache[Any]]] = {
            "plan": [e.plans for e in engines],
            "mutation": [e.steps for e in engines],
        }
        for cache, plans in caches.items():
            for outcome, count in (("hit", sum(p.hits for p in plans)), ("miss", sum(p.misses for p in plans))):
                labels = {"cache": cache, "outcome": outcome}
                yield "parvis_plan_cache_total", "counter", "Operations by whether their plan was known.", labels, count
        for cache, plans in caches.items():
            yield "parvis_plan_cache_size", "gauge", "Plans in memory.", {"cache": cache}, sum(len(p) for p in plans)
        for outcome, count in (("hit", self._cache.hits), ("miss", self._cache.misses)):
            labels = {"outcome": outcome}
            yield (
                "parvis_answer_cache_total",
                "counter",
                "Anonymous queries by whether the answer was known.",
                labels,
                count,
            )
        yield "parvis_answer_cache_bytes", "gauge", "Memory of kept answers.", {}, self._cache.bytes
        yield "parvis_scopes", "gauge", "Scoped schemas in memory.", {}, len(engines)
        yield "parvis_documents", "gauge", "Parsed documents in memory.", {}, sum(len(e.documents) for e in engines)
        yield (
            "parvis_statements_total",
            "counter",
            "Statements run to read answers.",
            {},
            self._database.statement_count,
        )
        for name, value in self._database.pool_figures().items():
            yield "parvis_connections", "gauge", "Connections of the pool by state.", {"state": name}, value
        yield "parvis_tenants", "gauge", "Tenants in the registry.", {}, len(self._registry.tenants)
        yield from _of_jobs(self._jobs)
        if self._post is not None:
            for made in Outcome:
                yield (
                    "parvis_mail_total",
                    "counter",
                    "Mails by outcome.",
                    {"outcome": made.value},
                    self._post.counts[made],
                )


def _of_jobs(jobs: Sequence[Job]) -> Iterator[Sample]:
    now = time.monotonic()
    for job in jobs:
        yield "parvis_job_failures_total", "counter", "Attempts of jobs that failed.", {"job": job.name}, job.failed
    for job in jobs:
        since = min((failure.since for failure in job.failing.values()), default=now)
        text = "For how long a job has failed, for one tenant at least; 0 where it does not."
        yield "parvis_job_failing_seconds", "gauge", text, {"job": job.name}, round(now - since, 1)
    for job in jobs:
        failing = len(job.failing.keys() - {WHOLE})
        yield "parvis_job_failing_tenants", "gauge", "Tenants for which a job fails.", {"job": job.name}, failing


def _lines(samples: Iterator[Sample]) -> Iterator[str]:
    told: set[str] = set()
    for name, kind, text, labels, value in samples:
        if name not in told:
            told.add(name)
            yield f"# HELP {name} {text}\n# TYPE {name} {kind}\n"
        listed = ",".join(f'{key}="{label}"' for key, label in labels.items())
        yield f"{name}{{{listed}}} {value}\n" if listed else f"{name} {value}\n"
