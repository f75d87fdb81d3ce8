"""Metrics: what this process did and keeps, in Prometheus' text format, for operators."""

import math
import time
from collections.abc import Iterator, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from auth.operator_token import OperatorTokens
from auth.token import InvalidTokenError
from database.door import Database
from database.kept import Kept
from jobs.job import WHOLE, Job
from jobs.mail import Post
from mail.queue import MailOutcome
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
        caches: Sequence[Kept[Any]],
        answers: AnswerCache,
        database: Database,
        registry: TenantRegistry,
        jobs: Sequence[Job],
        post: Post | None,
    ) -> None:
        self._tokens = tokens
        self._contract = contract
        self._caches = caches
        self._answers = answers
        self._database = database
        self._registry = registry
        self._jobs = jobs
        self._post = post

    def routes(self) -> list[Route]:
        """`/metrics` on every host."""
        return [Route("/metrics", self.page, methods=["GET"])]

    async def page(self, request: Request) -> Response:
        """All metrics, for callers with an operator's token; for everybody else there is no such page."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            if scheme.lower() != "bearer":
                raise InvalidTokenError
            await self._tokens.machine(token.strip())
        except InvalidTokenError:
            return PlainTextResponse("Not Found", 404)
        return PlainTextResponse("".join(_lines(self._samples())), media_type=MEDIA_TYPE)

    def _samples(self) -> Iterator[Sample]:
        for kept in self._caches:
            labels = {"cache": kept.name}
            yield "parvis_cache_bytes", "gauge", "Memory that a cache takes, about.", labels, kept.bytes
        for kept in self._caches:
            labels = {"cache": kept.name}
            yield "parvis_cache_max_bytes", "gauge", "Memory that a cache may take.", labels, kept.max_bytes
        for kept in self._caches:
            yield "parvis_cache_entries", "gauge", "Entries of a cache.", {"cache": kept.name}, len(kept)
        for kept in self._caches:
            for outcome, count in (("hit", kept.hits), ("miss", kept.misses)):
                labels = {"cache": kept.name, "outcome": outcome}
                yield "parvis_cache_total", "counter", "Look-ups by whether it was there.", labels, count
        for outcome, count in (("hit", self._answers.hits), ("miss", self._answers.misses)):
            text = "Anonymous queries by whether a good answer was known."
            yield "parvis_answer_cache_total", "counter", text, {"outcome": outcome}, count
        lanes = {"public": self._contract.planning.public, "trusted": self._contract.planning.trusted}
        for name, lane in lanes.items():
            yield "parvis_planned_total", "counter", "New documents and plans.", {"lane": name}, lane.made
        for name, lane in lanes.items():
            text = "Processor time in which they were made."
            yield "parvis_planning_seconds_total", "counter", text, {"lane": name}, lane.milliseconds / 1000
        yield "parvis_scopes", "gauge", "Scoped schemas in memory.", {}, len(self._contract.engines)
        yield (
            "parvis_statements_total",
            "counter",
            "Statements run to read answers.",
            {},
            self._database.statement_count,
        )
        for name, value in self._database.pool_figures().items():
            yield "parvis_connections", "gauge", "Connections of the pool by state.", {"state": name}, value
        if (replica := self._database.replica) is not None:
            lag = math.nan if replica.lag_s is None else replica.lag_s
            yield "parvis_replica_lag_seconds", "gauge", "How far the replica is behind, NaN: not measured.", {}, lag
            for name, value in replica.pool.figures().items():
                yield "parvis_replica_connections", "gauge", "Connections to the replica.", {"state": name}, value
        yield "parvis_tenants", "gauge", "Tenants in the registry.", {}, len(self._registry.tenants)
        yield from _of_jobs(self._jobs)
        if self._post is not None:
            for made in MailOutcome:
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
