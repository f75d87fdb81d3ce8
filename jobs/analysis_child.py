"""The process that computes one analysis, beside the server and after it: `python -m jobs.analysis_child <folder>`.

It reads `text.jsonl`, `vote.jsonl` and `other.jsonl` (and `before.json`, `edit.json`), and writes `head.json`,
`result.json`, `shown.json`, `place.jsonl` and `lost.json`. It ends with whoever began it, whose end its standard input
tells.
"""

import hashlib
import os
import resource
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson

from analysis import disclosure, extract
from analysis import edit as editing
from analysis import result as results
from analysis.corpus import Corpus, TextVote
from analysis.edit import Edited, TopicEdit, TopicEditKind
from analysis.result import AnalysisResult
from jobs.filed_text import filed

MEMORY_BYTES = 1_500_000_000
"""Of its data: whoever wants more gets a MemoryError, and the server nothing of it."""

NICENESS = 19
"""Where the system knows no class of processes that run when nobody else wants to."""

MODELLED = 20_000
"""Texts in which the French model looks for names, too, if it is installed: it reads about 100 a second."""

MOST_DISCLOSURES = 20
"""Of one text."""

OUT_OF_MEMORY = 70
ORPHANED = 71


def main(folder: Path) -> int:
    """Compute; the exit status."""
    give_way()
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    threading.Thread(target=watch, daemon=True).start()
    try:
        from analysis.engine import analyse  # What it drags in is loaded nowhere else.

        compute(folder, analyse)
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def give_way() -> None:
    """Run when nobody else wants to: lists lose 0.13 of their rate beside it, and 0.21 beside a nice process."""
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    else:
        os.nice(NICENESS)


def watch() -> None:
    """End at once when the process that began this one is no more."""
    while os.read(0, 1):
        pass
    os._exit(ORPHANED)


Analyse = Callable[..., AnalysisResult]


def compute(folder: Path, analyse: Analyse) -> None:
    """Read the texts, analyse them, make the changes of the analysis before, and write what is stored."""
    with filed(folder / "text.jsonl") as texts:
        corpus = Corpus(tuple(texts))
        result = analyse(
            corpus, background=list(_background(folder / "other.jsonl")), votes=list(_votes(folder / "vote.jsonl"))
        )
        before, edits = folder / "before.json", list(_edits(folder / "edit.json"))
        if before.exists():
            result = editing.align(result, results.read(before.read_bytes()))
        edited = editing.apply(result, edits, corpus)
        _write(folder, result, edited, edits)
        _write_places(folder, edited.result, corpus)


def _write(folder: Path, result: AnalysisResult, edited: Edited, edits: list[TopicEdit]) -> None:
    (folder / "result.json").write_bytes(extract.wordless(result).json())
    (folder / "shown.json").write_bytes(orjson.dumps(extract.told(edited.result)))
    method = f"{result.method.name} {result.method.version}"
    head = {"method": method, "corpus_digest": result.corpus_digest, "text_count": result.text_count}
    (folder / "head.json").write_bytes(orjson.dumps(head))
    left = list(edited.lost)
    (folder / "lost.json").write_bytes(orjson.dumps([_is_lost(one, left) for one in edits]))


def _write_places(folder: Path, result: AnalysisResult, corpus: Corpus) -> None:
    with (folder / "place.jsonl").open("wb") as file:
        for place in extract.places(result):
            words = corpus.by_id[place.text_id].words
            digest = hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()
            disclosures = _disclosures(words, with_model=len(corpus.texts) <= MODELLED)
            file.write(orjson.dumps([*_columns(place), digest, disclosures]) + b"\n")


def _disclosures(words: str, *, with_model: bool) -> str | None:
    """Where something of somebody seems to stand in a text, as JSON; None: nowhere."""
    places = disclosure.disclosures(words, with_model=with_model)[:MOST_DISCLOSURES]
    said = [{"kind": one.kind.value, "start": one.start, "end": one.end} for one in places]
    return orjson.dumps(said).decode() if said else None


def _columns(place: extract.TextPlace) -> list[object]:
    return [place.text_id, place.topic, place.sub_topic, place.campaign, place.has_content]


def _votes(path: Path) -> Iterator[TextVote]:
    """Ids are kept once each: there may be a million votes."""
    with path.open("rb") as file:
        for line in file:
            said = orjson.loads(line)
            yield TextVote(sys.intern(said["person"]), sys.intern(said["text_id"]), said["value"])


def _background(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        yield from map(orjson.loads, file)


def _edits(path: Path) -> Iterator[TopicEdit]:
    for said in orjson.loads(path.read_bytes()) if path.exists() else []:
        kind, ids = TopicEditKind(said["kind"]), tuple(said["ids"])
        yield TopicEdit(kind, said["topic"], said["other"], said["name"], ids)


def _is_lost(edit: TopicEdit, lost: list[TopicEdit]) -> bool:
    """Whether it is the next of those that found nothing to change."""
    if edit not in lost:
        return False
    lost.remove(edit)
    return True


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
