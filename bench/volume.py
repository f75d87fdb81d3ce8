"""`python -m bench.volume`: an analysis of as many texts as are allowed, to its end: seconds and peak memory of each
phase of its process (goal: a gigabyte), and how long reading, storing, changing and removing take.

The texts are made (`bench.prose`), with as many votes as are read. The process is the product's own, one thread; peaks
are those of the kernel (`VmHWM`), which is reset before each phase.
"""

import asyncio
import hashlib
import importlib
import multiprocessing
import resource
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import wraps
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any
from unittest.mock import patch
from uuid import UUID

import click
import orjson

import jobs.analysis
import register.load
from auth.viewer import Audience, Viewer
from bench import prose
from database import deadline, naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from jobs import analysis_child
from models import ident
from models.actor import Role
from models.analysis import MAX_TEXTS, MAX_VOTES
from planner.engine import Operation
from planner.request import Request
from portal import document
from portal.fit import fitted
from register import record
from schema.scoped import ScopedContract
from tenants import migration, provisioning
from tenants.provisioning import NewTenant
from tenants.registry import TenantRecord, TenantRegistry

GOAL_MB = 1_000
PHASES = (
    "analysis.opinion.opinions",
    "analysis.campaign.alike",
    "analysis.matrix.learn",
    "analysis.topic.learn",
    "analysis.engine._rows",
    "analysis.topic.agreed",
    "analysis.minority.with_minorities",
    "analysis.part.parts",
    "analysis.quote.quotes",
    "analysis.keyword.keywords",
    "analysis.representation.represent",
    "analysis.edit.apply",
    "jobs.analysis_child._write",
    "jobs.analysis_child._write_places",
)
"""None of which calls another."""

STEPS = ("_write_texts", "_write_votes", "_write_others", "_write_former", "_compute", "_store")
"""Of the job (`jobs.analysis.Computation`)."""

TOLD_S = 5.0
"""Of a core: a step that takes longer is told as soon as it is done, for those who do not wait for the end."""

OTHERS = 2_000
"""Texts of other spaces."""

VOTERS = 40_000
"""People who vote, on ten thousand of the texts."""

VOTES_EACH = 25


# The process ----------------------------------------------------------------------------------------------------------


class Watch:
    """Seconds and peak memory by phase."""

    def __init__(self) -> None:
        self.seconds, self.peaks = defaultdict[str, float](float), defaultdict[str, float](float)

    def over(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, watched."""

        @wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            self.note("between")
            began = process_time()
            try:
                return function(*args, **kwargs)
            finally:
                took = process_time() - began
                self.seconds[name] += took
                self.note(name)
                if took > TOLD_S:
                    click.echo(f"    ({name} is done: {took:.0f} s, {self.peaks[name]:.0f} MB)")

        return watched

    def note(self, name: str) -> None:
        """The peak since the last note was this phase's."""
        status = Path("/proc/self/status").read_text("ascii")
        peak = next(int(line.split()[1]) / 1_024 for line in status.splitlines() if line.startswith("VmHWM"))
        self.peaks[name] = max(self.peaks[name], peak)
        Path("/proc/self/clear_refs").write_text("5", "ascii")


def _computed(folder: Path, answers: Any) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (analysis_child.MEMORY_BYTES, analysis_child.MEMORY_BYTES))
    import analysis.engine

    watch, began = Watch(), perf_counter()
    with ExitStack() as stack:
        for phase in PHASES:
            module, _, name = phase.rpartition(".")
            function = getattr(importlib.import_module(module), name)
            stack.enter_context(patch(phase, watch.over(phase.partition(".")[2], function)))
        analysis_child.compute(folder, analysis.engine.analyse)
    watch.note("between")
    watch.seconds["between"] = process_time() - sum(watch.seconds.values())
    answers.put((process_time(), perf_counter() - began, dict(watch.seconds), dict(watch.peaks)))


def _in_a_process(folder: Path) -> None:
    """Compute what is written in a folder, and say what each phase took."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    child = context.Process(target=_computed, args=(folder, answers))
    child.start()
    seconds, waited, by_phase, peaks = answers.get()
    child.join()
    for name, took in sorted(by_phase.items(), key=lambda one: -one[1]):
        click.echo(f"  {name:26} {took:7.1f} s {peaks.get(name, 0):6.0f} MB")
    peak = max(peaks.values())
    verdict = "within" if peak <= GOAL_MB else "MISSES"
    click.echo(
        f"  whole: {seconds:.0f} s of a core in {waited:.0f}, {peak:.0f} MB at most ({verdict} the goal of {GOAL_MB})"
    )
    said = orjson.loads((folder / "shown.json").read_bytes())
    large = [one for one in said["topics"] if not one["is_minority"]]
    click.echo(f"  {len(large)} topics and {len(said['topics']) - len(large)} of few, {len(said['keywords'])} words,")
    groups = said["opinions"] and len(said["opinions"]["groups"])
    size = sum(path.stat().st_size for path in folder.iterdir() if path.suffix == ".json") / 1e6
    click.echo(f"  groups of opinion: {groups}; notes {said['notes']}; {size:.0f} MB are stored")


def votes(ids: list[str], count: int) -> Iterator[tuple[str, str, int]]:
    """Person, text and value of so many votes: two camps, on a tenth of the texts."""
    chance = Random(count)
    asked = ids[:: max(1, len(ids) // 10_000)]
    for number in range(count):
        person = number % max(1, min(VOTERS, count // VOTES_EACH))
        text = chance.randrange(len(asked))
        yield f"p{person}", asked[text], 1 if (text % 2 == person % 2) == (chance.random() < 0.8) else -1


def _write(folder: Path, files: Path, size: int, voted: int) -> None:
    began, ids, length = perf_counter(), list[str](), 0
    with (folder / "text.jsonl").open("wb") as file:
        for text in prose.texts(files, size):
            ids.append(text.id)
            length += len(text.body)
            file.write(orjson.dumps(asdict(text)) + b"\n")
    with (folder / "vote.jsonl").open("wb") as file:
        for person, text_id, value in votes(ids, voted):
            file.write(orjson.dumps({"person": person, "text_id": text_id, "value": value}) + b"\n")
    with (folder / "other.jsonl").open("wb") as file:
        for text in islice(prose.texts(files, OTHERS + 1), OTHERS):
            file.write(orjson.dumps(text.body) + b"\n")
    click.echo(f"{size:,} texts of {length / size:.0f} characters on average and {voted:,} votes, written in")
    click.echo(f"  {perf_counter() - began:.0f} s")


# The whole ------------------------------------------------------------------------------------------------------------

HOST = "volume.example"
FILL = (
    "INSERT INTO __tenant__.actor SELECT md5('actor' || n)::uuid, 'CITIZEN', CASE n WHEN 0 THEN 'ADMIN' ELSE 'MEMBER'"
    " END, 'Voisin ' || n, now() FROM generate_series(0, %(people)s::int) n",
    "INSERT INTO __tenant__.participatory_space (id, slug, title, description, visibility, opens_at, created_at)"
    " SELECT md5(name)::uuid, name, name, '', 'PUBLIC', now(), now() FROM unnest(array['here', 'elsewhere']) name",
    "INSERT INTO __tenant__.activity (id, space_id, kind, title, description, rank, opens_at, location_rule,"
    " vote_method) SELECT md5('of' || name)::uuid, md5(name)::uuid, 'CONSULTATION', 'Consultation', '', 1, now() -"
    " interval '1 year', 'NONE', 'OPINION' FROM unnest(array['here', 'elsewhere']) name",
    "INSERT INTO __tenant__.contribution (id, activity_id, kind, status, title, body, author_id, is_anonymous,"
    " support_count, published_at, search_text) SELECT md5('text' || n)::uuid, md5('of' || CASE WHEN n < %(size)s::int"
    " THEN 'here' ELSE 'elsewhere' END)::uuid, 'PROPOSAL', 'OPEN', rpad(left(body, 50), 3, '.'), left(body,"
    " 20000), md5('actor' || author)::uuid,"
    " false, 0, now() - n * interval '1 s', '' FROM written",
    "INSERT INTO __tenant__.vote (id, contribution_id, actor_id, choice, amount, cast_at, ballot_id) SELECT"
    " gen_random_uuid(), md5('text' || text * (%(size)s::int / %(asked)s::int))::uuid, md5('actor' || person)::uuid,"
    " CASE WHEN (text %% 2 = person %% 2) = (n %% 5 > 0) THEN 'FOR' ELSE 'AGAINST' END, NULL, now(), NULL FROM (SELECT"
    " n, n %% %(voters)s::int AS person, (n %% %(voters)s::int * 7919 + n / %(voters)s::int * 401) %% %(asked)s::int AS"
    " text FROM generate_series(1, %(votes)s::int) n) v ON CONFLICT DO NOTHING",
)
ASKED = 10_000
"""Texts that people vote on."""

START = "mutation($input: AnalysisStartInput!) { analysisStart(input: $input) { analysis { id } userErrors { code } } }"
CHANGES: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "rename": ("analysisTopicRename", "AnalysisTopicRenameInput", {"topic": 1, "name": "Relu par une personne"}),
    "merge": ("analysisTopicMerge", "AnalysisTopicMergeInput", {"topic": 1}),
    "publish": ("analysisPublish", "AnalysisPublishInput", {}),
    "remove": ("analysisRemove", "AnalysisRemoveInput", {}),
}


class Office:
    """An administrator who asks, within the time that a request has."""

    def __init__(self, database: Database, tenant: TenantRecord) -> None:
        self._database, self._tenant = database, tenant
        self._engine = ScopedContract().engine(tenant.features, Audience.ADMINISTRATOR)

    async def ask(self, name: str, text: str, variables: Mapping[str, object]) -> Any:
        """The answer; how long it took is said."""
        began = perf_counter()
        deadline.begin()
        request = Request(self._database, self._tenant, Viewer(_uuid("actor0"), Role.ADMIN))
        answer = await self._engine.execute(request, Operation(text, dict(variables), None), may_change=True)
        deadline.begin(10_000)
        took, said = perf_counter() - began, orjson.loads(answer.body)
        refused = said.get("errors") or [one["userErrors"] for one in said["data"].values() if _is_refusal(one)]
        click.echo(f"  {name:26} {took:7.2f} s{f' REFUSED: {refused}' if refused else ''}")
        return said["data"]

    async def change(self, name: str, analysis: str, **more: object) -> None:
        """Make one of the `CHANGES`."""
        mutation, kind, given = CHANGES[name]
        text = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}"
        await self.ask(name, text, {"input": {"analysis": analysis, **given, **more}})

    async def page(self, name: str, **variables: object) -> None:
        """Read the whole document of a screen."""
        shown = document.named(name)
        await self.ask(name, fitted(shown.text, self._engine.schema, shown.query).text, variables)


def _is_refusal(one: Any) -> bool:
    return isinstance(one, dict) and bool(one.get("userErrors"))


def _uuid(name: str) -> UUID:
    """The UUID that FILL made of a name."""
    return UUID(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest())


async def _filled(database: Database, files: Path, size: int, voted: int) -> None:
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    number, _ = await provisioning.create(database, NewTenant("commune-35238", "volume", (HOST,)))
    voters = max(1, min(VOTERS, voted // VOTES_EACH))
    given = {
        "size": size,
        "votes": voted,
        "voters": voters,
        "asked": min(ASKED, size),
        "people": max(size + OTHERS, voters),
    }
    async with database.administration() as connection, connection.transaction():
        await connection.execute("CREATE TEMPORARY TABLE written (n int, body text, author text) ON COMMIT DROP")
        async with connection.cursor() as cursor, cursor.copy("COPY written FROM STDIN") as copy:
            for text in prose.texts(files, size + OTHERS):
                await copy.write_row((int(text.id), text.body, text.author))
        for statement in FILL:
            await connection.execute(naming.qualify(statement, number), given if "%(" in statement else None)
    async with database.administration() as connection:
        await connection.execute("ANALYZE")


@contextmanager
def _told(steps: Mapping[str, Any]) -> Iterator[None]:
    """Each step of the job says how long it took."""

    def over(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        async def told(*args: Any) -> Any:
            began = perf_counter()
            try:
                return await step(*args)
            finally:
                click.echo(f"  {name:26} {perf_counter() - began:7.2f} s")

        return told

    with ExitStack() as stack:
        for name, step in steps.items():
            stack.enter_context(patch.object(jobs.analysis.Computation, name, over(name, step)))
        yield


async def _in_a_database(url: str, folder: Path, files: Path, size: int, voted: int) -> None:
    database = Database(url, connections=4)
    await database.open()
    began = perf_counter()
    await _filled(database, files, size, voted)
    click.echo(f"in a database, filled in {perf_counter() - began:.0f} s:")
    registry = TenantRegistry(database, local_suffix="localhost")
    await registry.refresh()
    tenant = registry.at(HOST)
    assert tenant is not None
    office, space = Office(database, tenant), ident.encode("space", tenant.number, _uuid("here"))
    for other in (2, 3):  # What the first run merged, the second merges again by itself.
        asked = await office.ask("start", START, {"input": {"space": space}})
        with _told({name: getattr(jobs.analysis.Computation, name) for name in STEPS}):
            await jobs.analysis.work(database, tenant.number, tenant.features, folder)
        analysis = asked["analysisStart"]["analysis"]["id"]
        await office.page("desk_analysis", id=analysis)
        await office.page("analysis", id=analysis)
        await office.change("rename", analysis)
        await office.change("merge", analysis, other=other)
        await office.change("publish", analysis)
    await office.change("remove", analysis)
    await database.close()
    mine, process = (
        resource.getrusage(who).ru_maxrss / 1_024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    click.echo(f"  peaks: the process {process:.0f} MB, whoever began it {mine:.0f} MB")


@click.command()
@click.option("--size", default=MAX_TEXTS, show_default=True)
@click.option("--votes", "voted", default=MAX_VOTES, show_default=True)
@click.option("--files", type=click.Path(file_okay=False, path_type=Path), default=Path("../shared/data/evaluation"))
@click.option("--database/--no-database", "is_whole", default=True, help="Also the job in a PostgreSQL of its own.")
@click.option("--process/--no-process", "has_phases", default=True, help="Also the process alone, by phase.")
def main(size: int, voted: int, files: Path, is_whole: bool, has_phases: bool) -> None:
    """Measure."""
    with TemporaryDirectory() as name:
        if has_phases:
            _write(Path(name), files, size, voted)
            _in_a_process(Path(name))
        if is_whole:
            with EmbeddedPostgres(Path(name) / "postgres", durable=False) as postgres:
                asyncio.run(_in_a_database(postgres.url, Path(name), files, size, voted))


if __name__ == "__main__":
    main()
