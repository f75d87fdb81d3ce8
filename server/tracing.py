"""Tracing: operations as OpenTelemetry spans, sent to a collector by OTLP over HTTP.

The one module that knows OpenTelemetry, which is an extra (`parvis[tracing]`); it is loaded where a collector is named.
A span is made when its operation is over, from what `server.observation` saw: no text, value, address or person is at
hand here, so none can be written.
"""

from importlib.metadata import version

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import SpanKind, Status, StatusCode, format_trace_id

from server.observation import FAULTS, Seen

TIMEOUT_S = 5.0
"""How long the collector may take for a batch; what waits meanwhile is bounded, and the rest is dropped."""


class OperationTraces:
    """Writes a part of the operations down, each as one span without a parent: what a client says of traces of its own
    is not read."""

    def __init__(self, processor: SpanProcessor, percent: int) -> None:
        resource = Resource({"service.name": "parvis", "service.version": version("parvis")})
        self._provider = TracerProvider(
            sampler=TraceIdRatioBased(percent / 100), resource=resource, shutdown_on_exit=False
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("parvis")

    def note(self, seen: Seen) -> str | None:
        """Write one down; the trace's id in hexadecimal, or None where it is not among the part."""
        name = seen.kind if seen.name is None else f"{seen.kind} {seen.name}"
        span = self._tracer.start_span(name, Context(), SpanKind.SERVER, _attributes(seen), start_time=seen.began_ns)
        if seen.code in FAULTS:
            span.set_status(Status(StatusCode.ERROR))
        span.end(seen.began_ns + round(seen.seconds * 1e9))
        context = span.get_span_context()
        return format_trace_id(context.trace_id) if context.trace_flags.sampled else None

    def close(self) -> None:
        """Send what waits, within TIMEOUT_S or so."""
        self._provider.shutdown()


def exporting(url: str, percent: int) -> OperationTraces:
    """Traces of so many of a hundred operations, sent to a collector's address such as `http://…:4318/v1/traces`."""
    return OperationTraces(BatchSpanProcessor(OTLPSpanExporter(url, timeout=TIMEOUT_S)), percent)


def _attributes(seen: Seen) -> dict[str, str | int | float]:
    named: dict[str, str | int | float] = {} if seen.name is None else {"graphql.operation.name": seen.name}
    return named | {
        "graphql.operation.type": seen.kind,
        "parvis.tenant": seen.tenant,
        "parvis.statements": seen.used.statements,
        "parvis.rows": seen.used.rows,
        "parvis.database_ms": round(seen.used.seconds * 1000, 3),
        "parvis.cost": seen.cost,
        "parvis.outcome": seen.code,
    }
