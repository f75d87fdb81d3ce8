"""`python -m tests.hostile.kept`: what planning keeps of documents that are all different, as JSON. To be run in a process of
its own, in which nothing else allocates."""

import gc
import json
import sys
import tracemalloc
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from auth.viewer import ANONYMOUS, Audience
from models.tenant import Feature
from planner.engine import Engine
from planner.planning import Planning
from planner.prepared import prepare
from schema.scoped import ScopedContract

MAX_BYTES = 4 * 1024 * 1024
"""Of which each cache has its part: six documents fill those of documents and of plans."""


def documents(count: int) -> Iterator[str]:
    """Different documents: one with 585 fields, one that is refused for its tokens, one with an unknown field."""
    for number in range(count):
        match number % 3:
            case 0:
                aliases = " ".join(f"a{number}x{place}: title" for place in range(45))
                lists = (f"l{place}: contributions(first: 1) {{ nodes {{ {aliases} }} }}" for place in range(13))
                yield f"{{ {' '.join(lists)} }}"
            case 1:
                yield f"{{ portal {{ {' '.join(f'a{number}x{place}' for place in range(2_100))} }} }}"
            case _:
                yield f"{{ portal {{ unknown{number} {'title ' * 40} }} }}"


def ask_for(planning: Planning, engine: Engine, texts: Iterable[str]) -> None:
    """Keep what is kept of documents that were asked for."""
    for text in texts:
        document = engine.documents.read(text)
        if document.errors:
            planning.refused.keep(document.digest, document)
            continue
        planning.documents.keep(text, document)
        operation, variables = document.prepared(None, engine.schema)
        coerced: Any = variables.coerce({})
        planning.plans.keep(text, prepare(engine.catalog, document, operation, coerced, ANONYMOUS))


def weighed_and_allocated() -> tuple[list[list[int]], list[int]]:
    """What is kept of the first documents and with many more: its bytes as the caches weigh it and as Python allocated
    it; and how many of each cache."""
    engine = ScopedContract().engine(frozenset(Feature), Audience.PUBLIC)
    ask_for(Planning(MAX_BYTES), engine, documents(3))
    gc.collect()
    tracemalloc.start()
    planning, texts, told = Planning(MAX_BYTES), documents(15), []
    caches = (planning.documents, planning.plans, planning.refused)
    for count in (6, 9):
        ask_for(planning, engine, islice(texts, count))
        gc.collect()
        told.append([sum(cache.bytes for cache in caches), tracemalloc.get_traced_memory()[0]])
    return told, [len(cache) for cache in caches]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(weighed_and_allocated()))
