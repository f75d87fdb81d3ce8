"""Files of surveys over HTTP: what was answered as XLSX with a sheet of labels, as CSV, and as JSON Lines."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from auth import cookie
from database.door import Database
from models import ident
from models.base import utc_now
from models.question import SurveyQuestion, all_of
from models.refusal import Refusal, not_found
from models.tenant import Feature
from planner.act import Act
from planner.context import Asker
from planner.row import reader
from resolvers import question_result, survey_form
from resolvers.question_result import NEXT_PIECE, SentAnswers
from server.api import refusal
from server.api.request import BadRequestError
from server.api.site import TenantRoutes
from tenants.registry import TenantRecord
from transfer import survey_table
from transfer.cell import Value
from transfer.csv_writer import EXCEL, CsvWriter
from transfer.survey_table import LABELS, SurveyColumn
from transfer.xlsx_writer import XlsxWriter

JSON_LINES = "application/x-ndjson"
ABOUT = ("answer", "version", "sent_on", "channel", "proof", "is_double")
"""What stands before the columns of questions: the number of the row, the version of the form, the day, by which way it
came, what was proved, and 1 where somebody had sent the same words before."""

FILE_PATH = "/enquete/fichier/"
"""Where the team reads a file that was sent with an answer, before its id."""

FILES = ("survey.xlsx", "survey.csv", "survey.jsonl", "survey-labels.csv")


class SurveyExport(TenantRoutes):
    """Serves `/export/survey.xlsx?activity=…` and the others of `FILES` to administrators: a row an answer, without
    names and hours, and the same columns whatever was asked of whom."""

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route(f"/export/{name}", partial(self.file, name), methods=["GET"]) for name in FILES]

    async def file(self, name: str, request: Request) -> Response:
        """One of the files."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        try:
            machine = await self._gate.machine(tenant, cookie.gathered(request.scope["headers"]), request.scope)
            if not (tenant.is_active and machine.viewer.is_administrator and Feature.SURVEY in tenant.features):
                return refusal.response(403, "FORBIDDEN", "This is for administrators.")
            activity = self._named(tenant, request.query_params.get("activity", ""))
            asker = Asker(tenant.number, machine.viewer, tenant.features, tenant.time_zone)
            async with self._database.transaction(tenant.number) as transaction:
                questions = await self.questions(Act(transaction, asker), activity)
        except BadRequestError as error:
            return refusal.response(error.status, error.code, error.message)
        except Refusal as error:
            status = 404 if error.code.value == "NOT_FOUND" else 400
            return refusal.response(status, error.code.value, error.message)
        address = f"{request.url.scheme}://{request.headers.get('host', '')}{FILE_PATH}"
        data, media_type = self.written(name, self._database, tenant, activity, questions, address)
        stem, _, kind = name.partition(".")
        words = "libelles" if stem.endswith("labels") else "enquete"
        attached = f'attachment; filename="{tenant.slug}-{words}-{utc_now():%Y-%m-%d}.{kind}"'
        headers = {"cache-control": "no-store", "content-disposition": attached}
        return StreamingResponse(data, 200, headers, media_type)

    def _named(self, tenant: TenantRecord, text: str) -> UUID:
        activity = ident.decode("activity", tenant.number, text, "activity")
        if activity is None:
            raise not_found("activity")
        return activity

    @staticmethod
    async def questions(act: Act, activity: UUID) -> list[SurveyQuestion]:
        """Every question that was ever asked in a survey that the asker sees. Raises Refusal."""
        return all_of((await survey_form.history(act, activity)).published)

    @staticmethod
    def written(
        name: str,
        database: Database,
        tenant: TenantRecord,
        activity: UUID,
        questions: Sequence[SurveyQuestion],
        address: str = "",
    ) -> tuple[AsyncIterator[bytes], str]:
        """The bytes of one of the files as they are made, and their media type. Addresses of files begin with
        `address`."""
        columns, pieces = survey_table.columns(questions), _pieces(database, tenant, activity, address)
        match name:
            case "survey.xlsx":
                return _workbook(pieces, columns), XlsxWriter.media_type
            case "survey.csv":
                return _table(pieces, columns), CsvWriter.media_type
            case "survey.jsonl":
                return _lines(pieces, questions), JSON_LINES
        return _labels(columns), CsvWriter.media_type


def _linked(one: SentAnswers, address: str) -> SentAnswers:
    """Answers whose files are told by their names and the addresses at which the team reads them."""
    if one.files is None:
        return one
    answers = survey_table.with_files(orjson.loads(one.answers), orjson.loads(one.files), address)
    return replace(one, answers=orjson.dumps(answers).decode())


async def _pieces(
    database: Database, tenant: TenantRecord, activity: UUID, address: str
) -> AsyncIterator[list[SentAnswers]]:
    """All answers that were sent, a piece at a time: one statement each, and never all in memory."""
    read, after = reader(NEXT_PIECE, SentAnswers), None
    while True:
        asked = {"activity_id": activity, "after": after, "time_zone": tenant.time_zone}
        piece = [_linked(read(row), address) for row in await database.rows(NEXT_PIECE, tenant.number, **asked)]
        if piece:
            yield piece
            after = piece[-1].id
        if len(piece) < question_result.PIECE:
            return


def _rows(piece: Sequence[SentAnswers], columns: Sequence[SurveyColumn], before: int) -> list[list[Value]]:
    """The rows of a piece, which follow so many others."""
    return [
        [before + place, *_about(one), *survey_table.row(columns, orjson.loads(one.answers))]
        for place, one in enumerate(piece, 1)
    ]


def _about(one: SentAnswers) -> tuple[Value, ...]:
    """What is told of an answer beside its number."""
    return one.version, one.sent_on, one.channel, one.proof, int(one.is_double)


async def _filled(
    writer: XlsxWriter | CsvWriter, pieces: AsyncIterator[list[SentAnswers]], columns: Sequence[SurveyColumn]
) -> AsyncIterator[bytes]:
    """A table's header and rows, which are made beside the loop that answers others."""
    yield writer.begin([*ABOUT, *(column.code for column in columns)])
    count = 0
    async for piece in pieces:
        before, count = count, count + len(piece)
        if data := await asyncio.to_thread(lambda rows, first: writer.rows(_rows(rows, columns, first)), piece, before):
            yield data


async def _workbook(pieces: AsyncIterator[list[SentAnswers]], columns: Sequence[SurveyColumn]) -> AsyncIterator[bytes]:
    writer = XlsxWriter("Réponses")
    async for data in _filled(writer, pieces, columns):
        yield data
    yield writer.next("Libellés", LABELS)
    yield writer.rows(survey_table.labels(columns))
    yield writer.end()


async def _table(pieces: AsyncIterator[list[SentAnswers]], columns: Sequence[SurveyColumn]) -> AsyncIterator[bytes]:
    writer = CsvWriter(EXCEL)
    async for data in _filled(writer, pieces, columns):
        yield data
    yield writer.end()


async def _labels(columns: Sequence[SurveyColumn]) -> AsyncIterator[bytes]:
    writer = CsvWriter(EXCEL)
    yield writer.begin(LABELS)
    yield writer.rows(survey_table.labels(columns))
    yield writer.end()


async def _lines(pieces: AsyncIterator[list[SentAnswers]], questions: Sequence[SurveyQuestion]) -> AsyncIterator[bytes]:
    count = 0
    async for piece in pieces:
        lines = []
        for one in piece:
            count += 1
            about = dict(zip(ABOUT, (count, *_about(one)), strict=True))
            told = about | {"answers": survey_table.line(orjson.loads(one.answers), questions)}
            lines.append(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))
        yield b"".join(lines)
