"""The process that computes an analysis: it reads real texts, and whatever ends it, nothing half is stored."""

import os
import signal
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest

import jobs.analysis
from analysis import result as results
from analysis.topic import LEAST_MEMBERS
from jobs import analysis_child
from models.analysis import MAX_ATTEMPTS
from models.tenant import Feature
from tests.analysing import compute, proposals, quickly, read, start
from tests.conftest import Portal
from tests.given import Given, uuid_in

ABOUT = {
    "vélo": (
        "Les pistes cyclables s'arrêtent au carrefour.",
        "Il manque des arceaux pour attacher les vélos devant la gare.",
        "La piste cyclable du boulevard est dangereuse pour les enfants à vélo.",
        "Séparer les cyclistes des voitures sur l'avenue.",
        "Un garage à vélos fermé près du tramway.",
        "Des pistes cyclables continues jusqu'au collège.",
        "Le stationnement des vélos gêne les piétons, il faut des arceaux.",
        "Marquer la piste cyclable à chaque carrefour.",
    ),
    "arbre": (
        "Planter des arbres dans la cour de l'école pour avoir de l'ombre.",
        "Les arbres de la place ont soif en été, il faut les arroser.",
        "Remplacer le bitume par des arbres et de la terre.",
        "Une forêt de petits arbres sur le parking vide.",
        "De l'ombre sur l'aire de jeux, avec des arbres fruitiers.",
        "Garder les vieux arbres du parc.",
        "Arroser les jeunes arbres plantés l'an dernier.",
    ),
    "cantine": (
        "Un repas végétarien chaque jour à la cantine.",
        "La cantine jette trop de nourriture, servir de plus petites portions.",
        "Des légumes du coin à la cantine scolaire.",
        "Baisser le prix du repas à la cantine pour les familles.",
        "Cuisiner sur place plutôt que livrer les repas de la cantine.",
        "Des repas de cantine moins gras et plus de légumes.",
    ),
}


def written(folder: Path) -> None:
    """What the job writes down for the process."""
    texts = [
        {"id": f"{number}-{word}", "title": "", "body": said}
        for word, every in ABOUT.items()
        for number, said in enumerate(every)
    ]
    (folder / "text.jsonl").write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in texts))
    (folder / "other.jsonl").write_bytes(b"")
    (folder / "vote.jsonl").write_bytes(b"")


def test_process_reads_texts_by_what_they_are_about_and_gives_the_same_again(given: Given, tmp_path: Path) -> None:
    digests = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        written(folder)
        given.run(_process(folder))
        result = results.read((folder / "result.json").read_bytes())
        digests.append(result.digest)
    assert digests[0] == digests[1]
    rows = [orjson.loads(line) for line in (folder / "place.jsonl").read_bytes().splitlines()]
    assert len(rows) == result.text_count == sum(map(len, ABOUT.values()))
    counts = {word: Counter(row[1] for row in rows if row[0].endswith(word)).most_common(1)[0] for word in ABOUT}
    assert len({topic for topic, _ in counts.values()} - {None}) == 3
    assert min(count for _, count in counts.values()) >= LEAST_MEMBERS


async def _process(folder: Path) -> None:
    """Run it as the job does."""
    await jobs.analysis.run_process(folder, _nothing)


async def _nothing() -> None:
    """Nobody has to be told that the process is at it."""


@pytest.fixture
def claimed(given: Given, town: Portal) -> tuple[str, Portal]:
    """An analysis that nobody but this test computes."""
    admin = given.actor(town, role="ADMIN")
    box = given.activity(town, kind="IDEA_BOX")
    proposals(given, town, box)
    return box, admin


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Processes are killed as soon as they begin; their number is what this counts."""
    begun: list[int] = []

    async def killed(folder: Path, keep: Any) -> None:
        begun.append(1)
        raise jobs.analysis.KilledError

    monkeypatch.setattr(jobs.analysis, "run_process", killed)
    return begun


def test_killed_computation_starts_anew_and_fails_after_three_attempts(
    given: Given, town: Portal, claimed: tuple[str, Portal], once: list[int], tmp_path: Path
) -> None:
    box, admin = claimed
    analysis = start(admin, activity=box)
    compute(given, town, tmp_path)
    found = read(admin, analysis)
    assert (found["state"], found["problem"], found["coverage"], found["topics"]) == ("FAILED", "INTERRUPTED", None, [])
    assert len(once) == MAX_ATTEMPTS
    rows = "SELECT count(*) FROM __tenant__.analysis_text WHERE analysis_id = %s"
    assert given.sql(town, rows, uuid_in(analysis)) == [(0,)]


def test_more_texts_than_are_read_are_refused_and_not_cut(
    given: Given, town: Portal, claimed: tuple[str, Portal], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    box, admin = claimed
    monkeypatch.setattr(jobs.analysis, "MAX_TEXTS", 12)  # There are 13.
    with quickly():
        analysis = start(admin, activity=box)
        compute(given, town, tmp_path / "refused")
        assert (read(admin, analysis)["state"], read(admin, analysis)["problem"]) == ("FAILED", "TOO_BIG")
        monkeypatch.setattr(jobs.analysis, "MAX_TEXTS", 13)
        analysis = start(admin, activity=box)
        compute(given, town, tmp_path / "read")
        assert (read(admin, analysis)["state"], read(admin, analysis)["readCount"]) == ("DONE", 13)


def test_removed_analysis_stores_nothing(
    given: Given, town: Portal, claimed: tuple[str, Portal], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    box, admin = claimed

    async def removed(folder: Path, keep: Any) -> None:
        given.sql(town, "DELETE FROM __tenant__.analysis WHERE state = 'RUNNING'")
        await keep()

    monkeypatch.setattr(jobs.analysis, "run_process", removed)
    analysis = start(admin, activity=box)
    compute(given, town, tmp_path)
    assert admin.ask("query($id: ID!) { analysis(id: $id) { id } }", id=analysis) == {"analysis": None}


def test_process_ends_with_whoever_began_it(tmp_path: Path) -> None:
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(write_end)
        os.dup2(read_end, 0)
        analysis_child.watch()
    os.close(read_end)
    os.close(write_end)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == analysis_child.ORPHANED


def test_one_is_computed_at_a_time_on_a_machine(given: Given, town: Portal, tmp_path: Path) -> None:
    with jobs.analysis.turn(tmp_path) as first, jobs.analysis.turn(tmp_path) as second:
        assert (first, second) == (True, False)
        work = jobs.analysis.work(given.database, town.number, frozenset(Feature), tmp_path)
        assert given.run(work) is True  # It is looked at again.
    assert signal.SIGKILL  # The lock is the operating system's: whatever ends a process gives it back.


def test_portals_take_turns(monkeypatch: pytest.MonkeyPatch, given: Given, tmp_path: Path) -> None:
    """One that asks for many analyses keeps another waiting for one of them only."""
    waiting, computed = {1: 3, 2: 1}, list[int]()

    async def compute_one(_database: Any, tenant: int, _features: Any) -> bool:
        waiting[tenant] -= 1
        computed.extend([tenant] if waiting[tenant] >= 0 else [])
        return waiting[tenant] >= 0

    monkeypatch.setattr(jobs.analysis, "_one", compute_one)
    served = {number: SimpleNamespace(features=frozenset()) for number in waiting}
    database: Any = SimpleNamespace(note_change=lambda _tenant: None)
    job = jobs.analysis.Analyses(database, cast(Any, SimpleNamespace(served=served.get)), tmp_path)
    for number in waiting:
        job.wake(number)
    for _ in range(5):
        given.run(job.job.act())
    assert computed == [1, 2, 1, 1]
