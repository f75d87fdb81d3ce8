"""Scopes: what 150 tenants with 12 sets of features cost a server: `python -m bench.scope`."""

import gc
import time
import tracemalloc
from itertools import combinations, islice

import click

from auth.viewer import Audience
from models.tenant import Feature
from schema.scoped import ScopedContract

TENANTS = 150
SETS = 12
DOCUMENT = "{ portal { title features } spaces { nodes { id title } } }"


def main() -> None:
    """Print build times and memory."""
    sets = [frozenset(found) for found in islice(combinations(Feature, 4), SETS)]
    tracemalloc.start()
    contract = ScopedContract()
    contract.engine(frozenset(Feature), Audience.PUBLIC)  # The whole contract, which every process has.
    gc.collect()
    before, times = tracemalloc.get_traced_memory()[0], []
    for number in range(TENANTS):
        for audience in Audience:
            known, started = len(contract.engines), time.perf_counter()
            engine = contract.engine(sets[number % SETS], audience)
            if len(contract.engines) > known:
                times.append(time.perf_counter() - started)
            assert not engine.documents.read(DOCUMENT).errors
    gc.collect()
    memory = tracemalloc.get_traced_memory()[0] - before
    times.sort()
    click.echo(f"{TENANTS} tenants, {SETS} sets of features, {len(Audience)} audiences: {len(times)} scopes")
    click.echo(f"built in {times[len(times) // 2] * 1000:.1f} ms each (longest {times[-1] * 1000:.1f}), tracing on")
    click.echo(f"{memory / len(times) / 1e6:.2f} MB each with one document, {memory / 1e6:.1f} MB in all")


if __name__ == "__main__":
    main()
