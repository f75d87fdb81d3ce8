"""`python -m bench.survey`: how long the files of a survey take, and the counting of its results.

30,000 answers to 60 questions with jumps, unless it is said otherwise. Each step is a process of its own, whose largest
resident set is printed. The workbook is then opened with openpyxl and compared cell by cell with what is stored.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import click
import openpyxl
import orjson
from sqlalchemy import select

from auth.viewer import Viewer
from bench.exchange import MB, SLUG, peak_mb, prepare, resident_mb
from database import naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from models.activity import Activity
from models.actor import Role
from models.answer_sheet import kept
from models.base import new_id, table
from models.question import SurveyCondition, SurveyOption, SurveyQuestion, checked, written
from models.question import SurveyQuestionKind as Kind
from planner.act import Act
from planner.context import Asker
from resolvers import question_result
from server.api.survey_file import ABOUT, FILES, SurveyExport
from tenants.registry import TenantRecord, TenantRegistry
from transfer import survey_table
from transfer.cell import neutral

KINDS = (Kind.ONE, Kind.SEVERAL, Kind.SCALE, Kind.TEXT, Kind.RANKING, Kind.MATRIX, Kind.NUMBER, Kind.LONG_TEXT)
WORDS = ("un arrêt de bus", "plus d'arbres", "=1+1", "la piscine est froide", "merci", "des bancs à l'ombre", "@home")
KIND = "UPDATE __tenant__.activity SET kind = 'SURVEY', opens_at = now() - interval '9 days' WHERE title = 'Idées'"
FORM = (
    "INSERT INTO __tenant__.survey_form (id, activity_id, version, questions, changed_at, published_at)"
    " VALUES (%s, %s, 1, %s, now(), now())"
)
ANSWER = "COPY __tenant__.survey_answer (id, activity_id, form_id, state, answers, changed_at, sent_at) FROM STDIN"


def form(count: int) -> list[SurveyQuestion]:
    """Questions of all kinds; from the third on every fifth hangs on an earlier one."""
    options = tuple(SurveyOption("", f"Réponse {place}") for place in range(1, 7))
    whole = []
    for number in range(1, count + 1):
        kind = KINDS[(number - 1) % len(KINDS)]
        earlier = 1 + 8 * ((number - 2) // 8)
        jump = (SurveyCondition(f"q{earlier}", ("o1", "o2", "o3")),) if number % 5 == 3 else ()
        has_other = kind in (Kind.ONE, Kind.SEVERAL)
        parts: dict[str, Any] = {"options": options, "rows": options[:4], "has_other": has_other, "shown_if": jump}
        whole.append(SurveyQuestion(f"q{number}", kind, f"Question numéro {number} ?", **parts))
    return checked(whole)


def answers(questions: Sequence[SurveyQuestion], count: int) -> Iterator[dict[str, Any]]:
    """What people answer, of what they are asked; a tenth of the questions is left out."""
    chance = Random(11)
    for _ in range(count):
        yield kept(questions, {one.code: _said(one, chance) for one in questions if chance.random() > 0.1})


def _said(one: SurveyQuestion, chance: Random) -> Any:
    codes = [option.code for option in one.options]
    match one.kind:
        case Kind.ONE:
            is_other = chance.random() < 0.05
            return {"options": [], "other": chance.choice(WORDS)} if is_other else {"options": [chance.choice(codes)]}
        case Kind.SEVERAL:
            return {"options": sorted(chance.sample(codes, chance.randint(1, 4)))}
        case Kind.RANKING:
            return {"options": chance.sample(codes, 4)}
        case Kind.MATRIX:
            return {row.code: chance.choice(codes) for row in one.rows}
        case Kind.SCALE:
            return chance.randint(1, 5)
        case Kind.NUMBER:
            return chance.choice((chance.randint(0, 99), chance.randint(0, 999) / 8))
    return " ".join(chance.choices(WORDS, k=1 if one.kind is Kind.TEXT else 6))


async def provide(url: str, count: int, asked: int) -> None:
    """A tenant with a survey that was answered."""
    await prepare(url)
    database = Database(url, connections=4)
    await database.open()
    tenant = await _tenant(database)
    [[activity]] = await database.rows(select(table(Activity).c.id), tenant.number)
    questions, form_id = form(asked), new_id()
    async with database.administration() as connection:
        await connection.execute(naming.qualify(KIND, tenant.number).encode())
        stored = orjson.dumps(written(questions)).decode()
        await connection.execute(naming.qualify(FORM, tenant.number).encode(), (form_id, activity, stored))
        async with connection.cursor() as cursor, cursor.copy(naming.qualify(ANSWER, tenant.number).encode()) as copy:
            for one in answers(questions, count):
                said = orjson.dumps(one).decode()
                await copy.write_row((new_id(), activity, form_id, "SENT", said, "2026-11-30", "2026-11-30"))
        await connection.execute(naming.qualify("ANALYZE __tenant__.survey_answer", tenant.number).encode())
    await database.close()


async def _tenant(database: Database) -> TenantRecord:
    registry = TenantRegistry(database, local_suffix=None)
    await registry.refresh()
    return next(one for one in registry.tenants if one.slug == SLUG)


async def step(url: str, name: str, path: Path) -> None:
    """One file, written as it leaves; or the counting."""
    database = Database(url, connections=4)
    await database.open()
    tenant = await _tenant(database)
    [[activity]] = await database.rows(select(table(Activity).c.id), tenant.number)
    viewer = Viewer(None, Role.ADMIN, is_operator=True)
    asker = Asker(tenant.number, viewer, tenant.features, tenant.time_zone)
    assert not isinstance(activity, str | int)
    async with database.transaction(tenant.number) as transaction:
        questions = await SurveyExport.questions(Act(transaction, asker), activity)  # type: ignore[arg-type]
    before, started, spent = resident_mb(), time.monotonic(), time.process_time()
    size = 0
    if name == "counted":
        async with database.transaction(tenant.number) as transaction:
            await question_result.publish(Act(transaction, asker), activity=activity)  # type: ignore[arg-type]
    else:
        data, _ = SurveyExport.written(name, database, tenant, activity, questions)  # type: ignore[arg-type]
        with path.open("wb") as file:
            async for piece in data:
                size += file.write(piece)
    took, spent = time.monotonic() - started, time.process_time() - spent
    memory = f"{before:.0f} MB before, {peak_mb():.0f} MB at most"
    click.echo(f"{name}: {took:.1f} s, of which {spent:.1f} s of this process; {size / MB:.1f} MB written; {memory}")
    await database.close()


def compare(path: Path, count: int, asked: int) -> int:
    """How many cells of the workbook are those of the answers; raises AssertionError for the first that is not."""
    questions = form(asked)
    columns, same = survey_table.columns(questions), 0
    lines = openpyxl.load_workbook(path, read_only=True)["Réponses"].iter_rows(values_only=True)
    assert next(lines) == (*ABOUT, *(column.code for column in columns))
    for line, one in zip(lines, answers(questions, count), strict=True):
        cells = [neutral(cell) if isinstance(cell, str) else cell for cell in survey_table.row(columns, one)]
        told = [*line[len(ABOUT) :], *[None] * (len(cells) + len(ABOUT) - len(line))]
        assert told == cells, (line[0], told, cells)
        same += len(cells)
    return same


@click.command()
@click.option("--count", default=30_000, show_default=True, help="Answers.")
@click.option("--asked", default=60, show_default=True, help="Questions.")
@click.option("--only", hidden=True)
@click.option("--url", hidden=True)
@click.option("--file", "path", type=click.Path(path_type=Path), hidden=True)
def main(count: int, asked: int, only: str | None, url: str | None, path: Path | None) -> None:
    """Measure in a PostgreSQL of its own."""
    if only and url and path:
        asyncio.run(step(url, only, path))
        return
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres:
        asyncio.run(provide(postgres.url, count, asked))
        click.echo(f"{count:,} answers to {asked} questions, {len(survey_table.columns(form(asked)))} columns")
        for name in (*FILES, "counted"):
            given = ("--only", name, "--url", postgres.url, "--file", str(Path(folder) / name))
            subprocess.run([sys.executable, "-m", "bench.survey", *given], check=True)
        same = compare(Path(folder) / "survey.xlsx", count, asked)
        click.echo(f"compared: {same:,} cells of the workbook are those of the answers")


if __name__ == "__main__":
    main()
