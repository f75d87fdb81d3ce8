"""Metrics: what this process did and keeps, in Prometheus' text format, for operators."""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from auth.operator_token import OperatorTokens
from auth.text_message import TextMessages, TextOutcome
from auth.token import InvalidTokenError
from database.door import Database
from database.duration import Durations
from database.kept import Kept
from jobs.courier import OUTCOMES, Courier
from jobs.job import WHOLE, Job
from jobs.mail import Post
from mail.queue import MailOutcome
from schema.scoped import ScopedContract
from server.api.answer_cache import AnswerCache
from server.busiest import Busiest
from server.figure import Figures
from server.health import FINE, Health
from server.live.admission import LiveAdmission
from server.live.hub import Hub
from server.live.telling import Telling
from tenants.registry import TenantRegistry

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = tuple[str, ...]
Values = Mapping[Labels, float]
"""By the values of a metric's labels."""

Histograms = Mapping[Labels, Durations]


class Metrics:
    """Reads the figures of the process' parts when it is asked."""

    def __init__(self, tokens: OperatorTokens, health: Health, *readings: Collector) -> None:
        self._tokens = tokens
        self._health = health
        self._registry = CollectorRegistry(auto_describe=False)
        for reading in readings:
            self._registry.register(reading)

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
        await self._health.look()
        return PlainTextResponse(generate_latest(self._registry), media_type=MEDIA_TYPE)


class RequestReading(Collector):
    """Requests by kind, errors and refusals by code, and answers that were known."""

    def __init__(self, figures: Figures, answers: AnswerCache) -> None:
        self._figures = figures
        self._answers = answers

    def collect(self) -> Iterator[Metric]:
        """What was counted until now."""
        durations: Histograms = {(kind,): durations for kind, durations in self._figures.requests.items()}
        yield _histogram("parvis_request_seconds", "How long requests took, by kind.", ["kind"], durations)
        text = "How long operations took, those of pages among them, by kind."
        taken: Histograms = {(kind,): durations for kind, durations in self._figures.operations.items()}
        yield _histogram("parvis_operation_seconds", text, ["kind"], taken)
        text = "How long the database worked for operations, by kind."
        worked: Histograms = {(kind,): durations for kind, durations in self._figures.database.items()}
        yield _histogram("parvis_operation_database_seconds", text, ["kind"], worked)
        errors: Values = {(code,): count for code, count in self._figures.errors.items()}
        yield _counter("parvis_errors", "Requests that were refused or failed, by code.", ["code"], errors)
        refusals: Values = {(code,): count for code, count in self._figures.refusals.items()}
        yield _counter("parvis_refusals", "Mutations that were refused, by code.", ["code"], refusals)
        outcomes: Values = {("hit",): self._answers.hits, ("miss",): self._answers.misses}
        text = "Anonymous queries by whether a good answer was known."
        yield _counter("parvis_answer_cache", text, ["outcome"], outcomes)


class HealthReading(Collector):
    """What `/readyz` says, as it was found for this page."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterator[Metric]:
        """The figures now."""
        checks: Values = {(name,): float(said in FINE) for name, said in self._health.checks.items()}
        yield _gauge("parvis_ready", "Whether a check of /readyz lets this process serve.", ["check"], checks)
        free = self._health.free_bytes()
        room: Values = {} if free is None else {(): float(free)}
        yield _gauge("parvis_disk_free_bytes", "Room on the disk of the embedded PostgreSQL.", [], room)
        clusters: Values = {(name,): float(said in FINE) for name, said in self._health.clusters.items()}
        text = "Whether a cluster behind the first answers, can be written and is migrated."
        yield _gauge("parvis_cluster_ready", text, ["cluster"], clusters)


class TenantReading(Collector):
    """The few tenants for which this process worked most in the last five to ten minutes, by their numbers."""

    def __init__(self, busiest: Busiest) -> None:
        self._busiest = busiest

    def collect(self) -> Iterator[Metric]:
        """The figures now."""
        shares = {(str(tenant),): share for tenant, share in self._busiest.listed().items()}
        asked: Values = {tenant: share.operations for tenant, share in shares.items()}
        yield _gauge("parvis_tenant_operations", "Operations of the busiest tenants of late.", ["tenant"], asked)
        text = "How long the database worked for the busiest tenants of late."
        worked: Values = {tenant: share.database_s for tenant, share in shares.items()}
        yield _gauge("parvis_tenant_database_seconds", text, ["tenant"], worked)
        failed: Values = {tenant: share.failed for tenant, share in shares.items()}
        yield _gauge("parvis_tenant_failed", "Their operations that failed on our side.", ["tenant"], failed)


class LiveReading(Collector):
    """Subscriptions."""

    def __init__(self, hub: Hub, admission: LiveAdmission, telling: Telling) -> None:
        self._hub = hub
        self._admission = admission
        self._telling = telling

    def collect(self) -> Iterator[Metric]:
        """The figures now."""
        yield GaugeMetricFamily("parvis_live_places", "Sockets and subscriptions.", self._admission.count)
        yield GaugeMetricFamily("parvis_live_waiting_bytes", "What waits to be sent.", self._hub.backlog.bytes)
        yield CounterMetricFamily("parvis_live_told_total", "How often anybody was told anything.", self._telling.told)
        yield CounterMetricFamily("parvis_live_dropped_total", "Readers that were too slow.", self._telling.dropped)


class CacheReading(Collector):
    """What is kept in memory, and what had to be planned."""

    def __init__(self, caches: Sequence[Kept[Any]], contract: ScopedContract) -> None:
        self._caches = caches
        self._contract = contract

    def collect(self) -> Iterator[Metric]:
        """What there is now."""
        caches = {(kept.name,): kept for kept in self._caches}
        sizes: Values = {name: kept.bytes for name, kept in caches.items()}
        yield _gauge("parvis_cache_bytes", "Memory that a cache takes, about.", ["cache"], sizes)
        limits: Values = {name: kept.max_bytes for name, kept in caches.items()}
        yield _gauge("parvis_cache_max_bytes", "Memory that a cache may take.", ["cache"], limits)
        lengths: Values = {name: len(kept) for name, kept in caches.items()}
        yield _gauge("parvis_cache_entries", "Entries of a cache.", ["cache"], lengths)
        looks: Values = {
            (*name, outcome): count
            for name, kept in caches.items()
            for outcome, count in (("hit", kept.hits), ("miss", kept.misses))
        }
        yield _counter("parvis_cache", "Look-ups by whether it was there.", ["cache", "outcome"], looks)
        yield from self._planning()

    def _planning(self) -> Iterator[Metric]:
        lanes = {("public",): self._contract.planning.public, ("trusted",): self._contract.planning.trusted}
        made: Values = {name: lane.made for name, lane in lanes.items()}
        yield _counter("parvis_planned", "New documents and plans.", ["lane"], made)
        seconds: Values = {name: lane.milliseconds / 1000 for name, lane in lanes.items()}
        yield _counter("parvis_planning_seconds", "Processor time in which they were made.", ["lane"], seconds)
        scopes: Values = {(): len(self._contract.engines)}
        yield _gauge("parvis_scopes", "Scoped schemas in memory.", [], scopes)


class DatabaseReading(Collector):
    """Statements and connections, of all clusters and of their replicas."""

    def __init__(self, database: Database, registry: TenantRegistry) -> None:
        self._database = database
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        """What was counted until now, and what there is."""
        database, pools = self._database, self._database.pools
        yield _counter(
            "parvis_statements", "Statements run to read answers.", [], {(): float(database.statement_count)}
        )
        taken: Histograms = {(name,): pool.statements for name, pool in pools.items()}
        yield _histogram("parvis_statement_seconds", "How long the database took to answer.", ["cluster"], taken)
        waited: Histograms = {
            (name, queue): durations
            for name, pool in pools.items()
            for queue, durations in (("connection", pool.waits), ("turn", pool.turns.waits))
        }
        text = "How long requests waited for a connection, and reads before for their turn."
        yield _histogram("parvis_connection_wait_seconds", text, ["cluster", "queue"], waited)
        states: Values = {
            (name, state): count for name, pool in pools.items() for state, count in pool.figures().items()
        }
        yield _gauge("parvis_connections", "Connections to a cluster by state.", ["cluster", "state"], states)
        most: Values = {(name,): pool.most for name, pool in pools.items()}
        yield _gauge("parvis_connections_max", "Connections that there may be.", ["cluster"], most)
        yield from self._replicas()
        yield _gauge("parvis_tenants", "Tenants in the registry.", [], {(): float(len(self._registry.tenants))})

    def _replicas(self) -> Iterator[Metric]:
        replicas = {(each.name,): each.replica for each in self._database.everywhere if each.replica}
        lag: Values = {name: math.nan if each.lag_s is None else each.lag_s for name, each in replicas.items()}
        text = "How far the replica of a cluster is behind, NaN: not measured."
        yield _gauge("parvis_replica_lag_seconds", text, ["cluster"], lag)
        asked: Values = {name: float(each.is_asked) for name, each in replicas.items()}
        text = "1 where anonymous visitors read from the replica of a cluster."
        yield _gauge("parvis_replica_asked", text, ["cluster"], asked)


class JobReading(Collector):
    """What runs beside the requests, mails among it; `post` is None where no mail is sent."""

    def __init__(self, jobs: Sequence[Job], post: Post | None) -> None:
        self._jobs = jobs
        self._post = post

    def collect(self) -> Iterator[Metric]:
        """What was counted until now, and what fails."""
        jobs, now = {(job.name,): job for job in self._jobs}, time.monotonic()
        done: Values = {name: job.done for name, job in jobs.items()}
        yield _counter("parvis_job_runs", "Attempts of jobs that succeeded, each tenant's by itself.", ["job"], done)
        failed: Values = {name: job.failed for name, job in jobs.items()}
        yield _counter("parvis_job_failures", "Attempts of jobs that failed.", ["job"], failed)
        since: Values = {name: round(now - _failing_since(job, now), 1) for name, job in jobs.items()}
        text = "For how long a job has failed, for one tenant at least; 0 where it does not."
        yield _gauge("parvis_job_failing_seconds", text, ["job"], since)
        idle: Values = {name: round(job.idle_s, 1) for name, job in jobs.items()}
        text = "How long ago an attempt of a job ended; 0 for those that run without an end or wait for a call."
        yield _gauge("parvis_job_idle_seconds", text, ["job"], idle)
        tenants: Values = {name: len(job.failing.keys() - {WHOLE}) for name, job in jobs.items()}
        yield _gauge("parvis_job_failing_tenants", "Tenants for which a job fails.", ["job"], tenants)
        if self._post is not None:
            yield from _mails(self._post)


class TextReading(Collector):
    """Text messages; None where none are sent."""

    def __init__(self, texts: TextMessages | None) -> None:
        self._texts = texts

    def collect(self) -> Iterator[Metric]:
        """What became of them until now."""
        if self._texts is not None:
            outcomes: Values = {(outcome.value,): self._texts.counts[outcome] for outcome in TextOutcome}
            yield _counter("parvis_sms", "Text messages by outcome.", ["outcome"], outcomes)


class WebhookReading(Collector):
    """What other programs were told."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier

    def collect(self) -> Iterator[Metric]:
        """What came of it until now."""
        outcomes: Values = {(outcome,): self._courier.counts[outcome] for outcome in OUTCOMES}
        yield _counter("parvis_webhook", "Messages to webhooks by outcome.", ["outcome"], outcomes)
        taken: Histograms = {(): self._courier.seconds}
        yield _histogram("parvis_webhook_seconds", "How long receivers of webhooks took.", [], taken)


def _failing_since(job: Job, now: float) -> float:
    return min((failure.since for failure in job.failing.values()), default=now)


def _mails(post: Post) -> Iterator[Metric]:
    outcomes: Values = {(outcome.value,): post.counts[outcome] for outcome in MailOutcome}
    yield _counter("parvis_mail", "Mails by outcome.", ["outcome"], outcomes)
    text = "Mails in the queues into which this process looks, when it last did."
    yield _gauge("parvis_mail_waiting", text, [], {(): float(post.waiting.total())})


def _counter(name: str, text: str, labels: Sequence[str], values: Values) -> Metric:
    """A counter; in the text format its name ends in `_total`."""
    family = CounterMetricFamily(name, text, labels=labels)
    for label, value in values.items():
        family.add_metric(label, value)
    return family


def _gauge(name: str, text: str, labels: Sequence[str], values: Values) -> Metric:
    family = GaugeMetricFamily(name, text, labels=labels)
    for label, value in values.items():
        family.add_metric(label, value)
    return family


def _histogram(name: str, text: str, labels: Sequence[str], values: Histograms) -> Metric:
    family = HistogramMetricFamily(name, text, labels=labels)
    for label, durations in values.items():
        family.add_metric(label, durations.buckets(), durations.sum_s)
    return family
