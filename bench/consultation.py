"""`python -m bench.consultation`: list and detail of a real consultation beside one of the demonstration, in one run.

The file is that of République numérique (2015), 696 proposals and 3,994 arguments, imported as a city imports it, if it
lies beside the project. Pages and their documents' answers are asked in turn by one client, nothing kept.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path
from statistics import median
from uuid import UUID

import click
import httpx
import uvloop
from sqlalchemy import func, select

import register.load
from bench import load, run
from bench.__main__ import SETTINGS
from bench.process import Window
from bench.server import Place, Server
from database import naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from demo import load as demonstration
from demo import tenants
from intake.import_run import CONFIRM
from jobs import importing, upload
from models import ident
from models.activity import Activity, ActivityKind
from models.base import constant, new_id, table
from models.contribution import Contribution, ContributionKind
from models.import_run import ImportRun
from register import record
from tenants import migration
from tenants.registry import TenantRegistry

FILES = ("republique_numerique_2015.json", "republique_numerique_2015_arguments.json")
SLUG, TITLE = "rennes", "République numérique"
ROUNDS, WARM_S, BURST_S = 7, 0.2, 0.8
DETAILS = 40
"""Proposals whose pages are asked in turn."""

MOST_TIMES, MOST_MS = 2.0, 15.0
"""The bars: how many times as long as the demonstration's a page of the imported consultation may take, which has some
hundred times as many contributions and shows as many at once; and the portal's own bar for a page that is not kept."""

ACTIVITY = (
    "INSERT INTO __tenant__.activity (id, space_id, kind, title, description, rank, opens_at, location_rule,"
    " vote_method) SELECT %s, space_id, 'CONSULTATION', %s, '', 90, opens_at, 'OPTIONAL', 'OPINION'"
    " FROM __tenant__.activity WHERE kind = 'CONSULTATION' LIMIT 1"
)
_activity, _contribution, _run = table(Activity), table(Contribution), table(ImportRun)
_proposal = _contribution.c.kind == constant(ContributionKind.PROPOSAL)
USUAL = select(_activity.c.id).where(
    _activity.c.kind == constant(ActivityKind.CONSULTATION), _activity.c.title != TITLE
)
STATE = select(_run.c.state, _run.c.accepted_count, _run.c.refused_count).order_by(_run.c.id.desc()).limit(1)


async def _imported(database: Database, number: int, activity: UUID, path: Path) -> None:
    async with database.transaction(number) as transaction:
        with path.open("rb") as file:
            made = await upload.store(transaction, file, name=path.name, source=TITLE, activity=activity, actor=None)
    await importing.work(database, number)
    async with database.transaction(number) as transaction:
        await transaction.execute(CONFIRM, id=made)
    await importing.work(database, number)
    [[state, accepted, refused]] = await database.rows(STATE, number)
    click.echo(f"{path.name}: {state}, {accepted:,} accepted, {refused:,} refused")


async def _prepared(postgres: EmbeddedPostgres, files: Sequence[Path]) -> tuple[int, dict[str, UUID]]:
    """The tenant, and its two consultations."""
    database = Database(postgres.url, connections=4)
    await database.open()
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    await demonstration.load(database, [one for one in tenants() if one.slug == SLUG], lambda _: None)
    registry = TenantRegistry(database, local_suffix="localhost")
    await registry.refresh()
    number = next(one.number for one in registry.tenants if one.slug == SLUG)
    activity = new_id()
    async with database.administration() as connection:
        await connection.execute(naming.qualify(ACTIVITY, number), (activity, TITLE))
    for path in files:
        await _imported(database, number, activity, path)
    async with database.administration() as connection:
        await connection.execute("ANALYZE")
    [[usual]] = await database.rows(USUAL.limit(1), number)
    assert isinstance(usual, UUID)
    await database.close()
    return number, {"demonstration": usual, "imported": activity}


async def _proposals(postgres: EmbeddedPostgres, number: int, activity: UUID) -> tuple[int, list[str]]:
    """How many contributions an activity has, and the addresses of some of its proposals: those with most arguments."""
    database = Database(postgres.url, connections=1)
    await database.open()
    mine = _contribution.c.activity_id == activity
    [[count]] = await database.rows(select(func.count()).select_from(_contribution).where(mine), number)
    about = _contribution.alias("about")
    arguments = select(func.count()).where(about.c.about_id == _contribution.c.id).scalar_subquery()
    rows = select(_contribution.c.id).where(mine, _proposal).order_by(arguments.desc(), _contribution.c.id)
    found = [UUID(str(id_)) for (id_,) in await database.rows(rows.limit(DETAILS), number)]
    await database.close()
    return int(str(count)), [f"/contribution/{ident.encode('contribution', number, id_)}" for id_ in found]


def _asked(server: Server, paths: Sequence[str]) -> Iterator[bytes]:
    return cycle([f"GET {path} HTTP/1.1\r\nhost: {server.place.host}:{server.port}\r\n\r\n".encode() for path in paths])


async def _measure(postgres: EmbeddedPostgres, files: Sequence[Path], folder: Path) -> None:
    number, activities = await _prepared(postgres, files)
    server = Server(Place(postgres.url, postgres.serving_url, number, f"{SLUG}.localhost", folder))
    try:
        server.start(run.cores()[0])
        server.wait()
        asked: dict[tuple[str, str], Iterator[bytes]] = {}
        for name, activity in activities.items():
            count, details = await _proposals(postgres, number, activity)
            pages = {"list": [f"/activite/{ident.encode('activity', number, activity)}"], "detail": details}
            for page, paths in pages.items():
                size = _length(server, paths[0])
                click.echo(f"{name}, {page}: {count:,} contributions in the activity, {size:,} bytes the first page")
                asked[page, name] = _asked(server, paths)
        assert postgres.pid is not None and server.child is not None
        taken: dict[tuple[str, str], list[float]] = {key: [] for key in asked}
        for _ in range(ROUNDS):
            for key, requests in asked.items():
                window = Window(server.child.pid, postgres.pid)
                burst = await load.burst(server.port, requests, 1, WARM_S, BURST_S, window)
                taken[key].append(median(burst.latencies) * 1_000)
        _tell(taken, click.echo)
    finally:
        server.stop()


def _length(server: Server, path: str) -> int:
    page = httpx.get(f"http://127.0.0.1:{server.port}{path}", headers={"host": server.place.host})
    page.raise_for_status()
    return len(page.content)


def _tell(taken: dict[tuple[str, str], list[float]], say: Callable[[str], None]) -> None:
    for page in ("list", "detail"):
        usual, imported = (median(taken[page, name]) for name in ("demonstration", "imported"))
        ratio = imported / usual
        word = "within" if ratio <= MOST_TIMES and imported <= MOST_MS else "ABOVE"
        bars = f"{word} the bars, {MOST_TIMES} times and {MOST_MS} ms"
        say(f"{page:7} demonstration {usual:6.2f} ms, imported {imported:6.2f} ms: {ratio:.2f} times ({bars})")


@click.command()
@click.option(
    "--files",
    "evaluation",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("../shared/data/evaluation"),
    help="Where the two files lie.",
)
@click.option("--data", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(".parvis/bench"))
def main(evaluation: Path, folder: Path) -> None:
    """Import the consultation, and measure its pages beside the demonstration's."""
    files = [evaluation / name for name in FILES]
    if missing := [path.name for path in files if not path.is_file()]:
        raise click.ClickException(f"not there: {', '.join(missing)}")
    folder = (folder / "consultation").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with (
        EmbeddedPostgres(folder / "postgres", settings=SETTINGS) as postgres,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(_measure(postgres, files, folder))


if __name__ == "__main__":
    main()
