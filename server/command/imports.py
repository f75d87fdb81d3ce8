"""Commands for imports: a file of any size is tried and imported in one command, listed, and undone."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from database.door import Database
from intake import import_run, run_told
from intake.import_run import CHECK, CONFIRM, FORGET_REMARKS, UNDO
from intake.run_told import Told
from jobs import importing, upload
from models.event import EventKind
from models.import_run import SOURCE_LENGTH, WORKING, ImportState, ImportTarget
from planner.event import RECORD, NewEvent, events
from planner.row import reader
from portal import desk_word
from server.command.example import examples
from server.command.listing import show
from server.command.run import run, tenant_of

LOOK_EVERY_S = 0.2


@click.command(
    "run",
    epilog=examples(
        "parvis import run rennes projets.csv --activity 0199c0de-0000-7000-8000-000000000001 --source decidim",
        "parvis import run rennes projets.xlsx --activity … --source mairie --column 'Intitulé=TITLE' --dry-run",
    ),
)
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--activity", help="The activity's id, or the UUID in it. Without one the activities are listed.")
@click.option("--source", required=True, help="What the system is called that the file comes from.")
@click.option("--column", "columns", multiple=True, help="What a column says: NAME=TARGET; NAME=NOTHING leaves it out.")
@click.option("--dry-run", is_flag=True, help="Try it, and import nothing.")
def run_(slug: str, file: Path, activity: str | None, source: str, columns: tuple[str, ...], dry_run: bool) -> None:
    """Try a file of another system, and import it: a table, Decidim's ZIP, Cap Collectif's CSV, a vote of Pabulib's,
    missions of API Engagement.

    It is tried first; what is refused is said row by row. A command that is killed has imported whole batches: a server
    goes on behind them, and the same command imports nothing twice.
    """
    if not SOURCE_LENGTH[0] <= len(source.strip()) <= SOURCE_LENGTH[1]:
        raise click.UsageError(f"a source has {SOURCE_LENGTH[0]} to {SOURCE_LENGTH[1]} characters")
    meant = _meant(columns)

    async def act(database: Database) -> tuple[Told, list[Any]]:
        tenant = (await tenant_of(database, slug)).number
        target = await _activity_of(database, tenant, activity)
        async with database.transaction(tenant) as transaction:
            with file.open("rb") as content:  # Pieces of a megabyte.
                made = await upload.store(
                    transaction, content, name=file.name, source=source.strip(), activity=target, actor=None
                )
        told = await _settled(database, tenant, made)
        if meant:
            told = await _tried_anew(database, tenant, told, meant)
        if told.state is ImportState.CHECKED and not dry_run:
            told = await _begun(database, tenant, told, CONFIRM, EventKind.IMPORT_CONFIRMED)
        return told, await database.rows(run_told.REMARKS, tenant, run=made)

    told, remarks = run(act)
    if told.state is ImportState.FAILED:
        raise click.ClickException(desk_word.IMPORT_PROBLEMS[str(told.problem)])
    _say(told, remarks)


@click.command("list", epilog=examples("parvis import list rennes"))
@click.argument("slug")
def list_(slug: str) -> None:
    """List a portal's last imports: 50, the newest first."""

    async def act(database: Database) -> list[Told]:
        rows = await database.rows(run_told.RUNS, (await tenant_of(database, slug)).number)
        return [reader(run_told.RUNS, Told)(row) for row in rows]

    show(map(_line, run(act)), "no import yet")


def _line(told: Told) -> str:
    counts = f"{told.accepted_count} of {told.row_count} rows"
    return f"{told.id}  {told.state.value:<8}  {told.created_at:%Y-%m-%d %H:%M}  {counts}  {told.file_name}"


@click.command(epilog=examples("parvis import undo rennes 0199c0de-0000-7000-8000-000000000001"))
@click.argument("slug")
@click.argument("id_", metavar="ID", type=click.UUID)
def undo(slug: str, id_: UUID) -> None:
    """Take back what an import made, but for what somebody has answered, voted on or referred to since."""

    async def act(database: Database) -> Told:
        tenant = (await tenant_of(database, slug)).number
        told = await _told(database, tenant, id_)
        if told.state not in (ImportState.DONE, ImportState.FAILED):
            raise click.ClickException(f"it is {told.state.value}, and cannot be undone")
        return await _begun(database, tenant, told, UNDO, EventKind.IMPORT_UNDONE)

    told = run(act)
    click.echo(f"{told.id} is undone; {told.kept_count} contributions and comments were kept")


def _meant(columns: tuple[str, ...]) -> dict[str, str]:
    """What columns say, of NAME=TARGET."""
    meant = {}
    for text in columns:
        name, sign, target = text.rpartition("=")
        if not sign or target not in ImportTarget.__members__:
            raise click.UsageError(
                f"--column {text!r}: NAME=TARGET is wanted, of {', '.join(ImportTarget.__members__)}"
            )
        meant[name] = target
    return meant


async def _activity_of(database: Database, tenant: int, text: str | None) -> UUID:
    """The activity that is named; without one those that there are are listed."""
    activities = {str(id_): str(title) for id_, title in await database.rows(run_told.ACTIVITIES, tenant)}
    wanted = (text or "").rpartition("_")[2]
    if wanted not in activities:
        listed = "\n".join(f"  {id_}  {title}" for id_, title in activities.items())
        raise click.ClickException(f"--activity is one of these:\n{listed}")
    return UUID(wanted)


async def _told(database: Database, tenant: int, made: UUID) -> Told:
    rows = await database.rows(run_told.ONE, tenant, run=made)
    if not rows:
        raise click.ClickException(f"no import {made}")
    return reader(run_told.ONE, Told)(rows[0])


async def _settled(database: Database, tenant: int, made: UUID) -> Told:
    """The run at rest: this process works on it, unless a server does."""
    while (told := await _told(database, tenant, made)).state in WORKING:
        await importing.work(database, tenant)
        await asyncio.sleep(LOOK_EVERY_S)
    return told


async def _tried_anew(database: Database, tenant: int, told: Told, meant: dict[str, str]) -> Told:
    names = {column["name"] for column in told.columns}
    if unknown := meant.keys() - names:
        raise click.ClickException(f"no column {min(unknown)!r}; there are {', '.join(sorted(names))}")
    taken = set(meant.values()) - {ImportTarget.NOTHING.value}
    columns = [
        {**column, "target": meant.get(column["name"], "NOTHING" if column["target"] in taken else column["target"])}
        for column in told.columns
    ]
    async with database.transaction(tenant) as transaction:
        await transaction.execute(
            CHECK,
            id=told.id,
            activity_id=told.activity_id,
            source=told.source,
            may_add_categories=True,
            may_take_ballots=True,
            columns=columns,
        )
        await transaction.execute(FORGET_REMARKS, id=told.id)
    return await _settled(database, tenant, told.id)


async def _begun(database: Database, tenant: int, told: Told, statement: Any, kind: EventKind) -> Told:
    """Confirm or undo, as no actor, and wait for the end."""
    async with database.transaction(tenant) as transaction:
        await transaction.execute(statement, id=told.id)
        await transaction.execute(import_run.FORGET_REMARKS, id=told.id)
        await transaction.execute(RECORD, **events(NewEvent(kind, told.id, None, {"source": told.source})))
    return await _settled(database, tenant, told.id)


def _say(told: Told, remarks: list[Any]) -> None:
    for line, column, code, value in remarks:
        where = f"ligne {line}" + (f", colonne « {column} »" if column else "") + (f" : « {value} »" if value else "")
        click.echo(f"{where} – {desk_word.REMARKS[str(code)]}", err=True)
    earlier = f", {told.known_count} had been imported before" if told.known_count else ""
    verb = "imported" if told.state is ImportState.DONE else "good"
    click.echo(f"{told.id}  {told.state.value}")
    click.echo(f"{told.row_count} rows: {told.accepted_count} {verb}, {told.refused_count} refused{earlier}")
    if told.edition and told.edition["is_taken"]:
        counts = Counter(told.edition["counts"])
        names = {"valid": "valid", "blank": "blank", "spoilt": "null", "repeated": "left out"}
        said = (f"{counts[name]} {kind}" for name, kind in names.items())
        click.echo(f"{counts['ballots']} ballots: {', '.join(said)}")
