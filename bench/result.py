"""Results: medians and noise of the bursts, printed and written side by side."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from bench.load import Burst
from bench.process import Window

OURS = ("parvis", "parvis-cached")
NODE = ("mercurius", "postgraphile", "yoga")
BUSY = 0.85
"""The share of its core beyond which the load generator may be the limit."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One burst on one server."""

    work: str
    server: str
    clients: int
    rps: float
    p50_ms: float
    p99_ms: float
    server_cpu_ms: float
    pg_cpu_ms: float
    rss_mb: float
    generator: float
    """The share of a core that the load generator took."""

    answer_bytes: int


def sample(work: str, server: str, clients: int, burst: Burst, window: Window, rss_mb: float) -> Sample:
    """The figures of a burst; one without an answer counts as one answer that took the whole burst."""
    latencies = sorted(burst.latencies) or [burst.duration_s]
    count = len(latencies)
    return Sample(
        work,
        server,
        clients,
        count / burst.duration_s,
        latencies[count // 2] * 1000,
        latencies[min(count - 1, int(count * 0.99))] * 1000,
        window.server_s / count * 1000,
        window.postgres_s / count * 1000,
        rss_mb,
        burst.generator_s / burst.duration_s,
        burst.received // count,
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """The medians of all rounds of one work on one server with so many clients."""

    work: str
    server: str
    clients: int
    rps: float
    p50_ms: float
    p99_ms: float
    server_cpu_ms: float
    pg_cpu_ms: float
    rss_mb: float


class Figures:
    """All samples of a run, and what follows from them."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self._samples: dict[tuple[str, str, int], list[Sample]] = defaultdict(list)
        for found in samples:
            self._samples[found.work, found.server, found.clients].append(found)
        keys = tuple(self._samples)
        self.works = tuple(dict.fromkeys(key[0] for key in keys))
        self.servers = tuple(dict.fromkeys(key[1] for key in keys))
        self.clients = tuple(sorted({key[2] for key in keys}))

    def figure(self, work: str, server: str, clients: int) -> Figure | None:
        """The medians, or None where nothing was measured."""
        found = self._samples.get((work, server, clients))
        if not found:
            return None
        names = ("rps", "p50_ms", "p99_ms", "server_cpu_ms", "pg_cpu_ms", "rss_mb")
        return Figure(work, server, clients, *(median(getattr(one, name) for one in found) for name in names))

    def noise(self, work: str, server: str, clients: int) -> tuple[float, float]:
        """The lowest and the highest requests a second of the rounds."""
        rates = [one.rps for one in self._samples[work, server, clients]]
        return min(rates), max(rates)

    def generator_was_the_limit(self, work: str, server: str, clients: int) -> bool:
        """Whether the load generator was busy nearly all the time."""
        return median(one.generator for one in self._samples[work, server, clients]) > BUSY

    def answer_bytes(self, work: str) -> int:
        """How long Parvis' answer is, with its HTTP head; 0 where Parvis was not asked."""
        ours = [
            one.answer_bytes for name in OURS for c in self.clients for one in self._samples.get((work, name, c), ())
        ]
        return round(median(ours or [0]))

    def best(self, work: str, clients: int, servers: Sequence[str]) -> Figure | None:
        """The figure of the fastest of some servers."""
        found = [f for name in servers if (f := self.figure(work, name, clients)) is not None]
        return max(found, key=lambda figure: figure.rps, default=None)

    def all(self) -> list[Figure]:
        """Every figure."""
        return [found for key in self._samples if (found := self.figure(*key)) is not None]


def ratio(one: Figure | None, other: Figure | None, name: str = "rps") -> str:
    """One figure over another."""
    if one is None or other is None or not getattr(other, name):
        return "-"
    return f"{getattr(one, name) / getattr(other, name):.2f}"


def tables(figures: Figures) -> str:
    """Everything side by side, in Markdown."""
    return "\n".join([_ratios(figures), *(_work(figures, work) for work in figures.works)])


def _ratios(figures: Figures) -> str:
    lines = [
        "## Parvis beside the others (ratios of medians)\n",
        "| work | clients | of the best Node peer | of its server CPU | of Strawberry | of bare | p99 / p50 |",
        "|---|---|---|---|---|---|---|",
    ]
    for work in figures.works:
        for clients in figures.clients:
            ours, node = figures.best(work, clients, OURS), figures.best(work, clients, NODE)
            if ours is None:
                continue
            beside = [
                f"{ratio(ours, node)} ({node.server})" if node else "-",
                ratio(ours, node, "server_cpu_ms"),
                ratio(ours, figures.figure(work, "strawberry", clients)),
                ratio(ours, figures.best(work, clients, ("bare", "constant"))),
                f"{ours.p99_ms / ours.p50_ms:.1f}",
            ]
            lines.append(f"| {work} | {clients} | {' | '.join(beside)} |")
    return "\n".join((*lines, ""))


def _work(figures: Figures, work: str) -> str:
    lines = [
        f"## {work} ({figures.answer_bytes(work):,} bytes)\n",
        "| server | clients | requests/s | range | p50 ms | p99 ms | server CPU ms | PostgreSQL CPU ms | MB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for clients in figures.clients:
        for server in figures.servers:
            found = figures.figure(work, server, clients)
            if found is None:
                continue
            low, high = figures.noise(work, server, clients)
            mark = " (generator)" if figures.generator_was_the_limit(work, server, clients) else ""
            rates = f"{found.rps:,.0f}{mark} | {low:,.0f} to {high:,.0f}"
            times = f"{found.p50_ms:.2f} | {found.p99_ms:.2f} | {found.server_cpu_ms:.2f} | {found.pg_cpu_ms:.2f}"
            lines.append(f"| {server} | {clients} | {rates} | {times} | {found.rss_mb:.0f} |")
    return "\n".join((*lines, ""))


def write(folder: Path, figures: Figures, head: str, tail: str) -> None:
    """`results.md` and `results.json`."""
    (folder / "results.md").write_text(f"{head}\n{tables(figures)}\n{tail}", "utf-8")
    rows: list[Mapping[str, object]] = [
        {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(found).items()}
        for found in figures.all()
    ]
    lines = ",\n  ".join(json.dumps(row) for row in rows)
    (folder / "results.json").write_text(f"[\n  {lines}\n]\n", "utf-8")
