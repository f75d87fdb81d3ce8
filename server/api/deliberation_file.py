"""Files of deliberations for other tools: statements and a summary as Polis writes them, a card, and a list of all
(Interoperable Deliberative Tools); for administrators also who said what, without saying who.

What is open names nobody, by numbers that are others in every file. The matrix of voices is not open: whoever knows two
opinions of a neighbour would find the row, and with it all others.
"""

import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from auth import cookie
from auth.viewer import ANONYMOUS
from database.door import Database
from models import ident
from models.base import utc_now
from models.refusal import Refusal
from models.vote import Choice
from planner.context import Asker
from planner.row import reader
from resolvers import deliberation
from resolvers.deliberation import ENOUGH, PublicStatement, Standpoint
from schema.scoped import ScopedContract
from server.api import refusal
from server.api.data_package import LICENCE, LICENCE_URL
from server.api.feed import Feed, Node
from server.api.gate import Gate
from server.api.open_data import FOLDER, OpenData, origin_of
from server.api.request import BadRequestError
from tenants.registry import TenantRecord, TenantRegistry
from transfer.csv_writer import PROGRAMS, CsvWriter

SPECIFICATION = "https://github.com/metagov/interop"
KINDS = ("IDEA_BOX", "CONSULTATION", "DEBATE", "PARTICIPATORY_BUDGET", "PETITION")
COMMENTS = (
    "timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body",
)  # fmt: skip
PARTICIPANT = ("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree")
"""What a row says before its votes. Groups are for the analysis to find; how many comments somebody wrote would say
who it is."""

STATED = """\
query Export($activity: ID, $after: String) {
  contributions(
    activity: $activity
    kinds: [PROPOSAL, ARGUMENT]
    status: null
    order: NEWEST
    first: 100
    after: $after
  ) {
    nodes { id title body publishedAt tally { supportCount forCount againstCount } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
ACTIVITIES = """\
query Export($after: String) {
  spaces(first: 20, after: $after) {
    nodes { title activities { id kind title opensAt closesAt } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
ACTIVITY = "query Export($id: ID!) { activity(id: $id) { id kind title description opensAt closesAt voteMethod } }"


class DeliberationFile:
    """Serves `/opendata/deliberations.json` with the files that it names, and `/export/participants-votes.csv`."""

    def __init__(
        self, contract: ScopedContract, database: Database, registry: TenantRegistry, gate: Gate, open_data: OpenData
    ) -> None:
        self._contract = contract
        self._database = database
        self._registry = registry
        self._gate = gate
        self._open = open_data

    def routes(self) -> list[Route]:
        """What the application serves."""
        of = f"{FOLDER}/deliberations/{{activity}}"
        return [
            Route(f"{FOLDER}/deliberations.json", self.index, methods=["GET"]),
            Route(f"{of}/comments.csv", partial(self.public, "comments.csv"), methods=["GET"]),
            Route(f"{of}/summary.csv", partial(self.public, "summary.csv"), methods=["GET"]),
            Route(f"{of}/card.json", partial(self.public, "card.json"), methods=["GET"]),
            Route("/export/participants-votes.csv", self.matrix, methods=["GET"]),
        ]

    async def index(self, request: Request) -> Response:
        """The deliberations of the portal, and where the files of each are."""
        caller = await self._open.asked(request, "deliberations")
        if isinstance(caller, Response):
            return caller
        tenant, _, headers = caller
        feed, origin = self._feed(tenant), origin_of(request)
        spaces = [space async for page in feed.pages(ACTIVITIES, "spaces") for space in page]
        listed = [
            {"space": space["title"], **_named(origin, activity)}
            for space in spaces
            for activity in space["activities"]
            if activity["kind"] in KINDS
        ]
        told = {"specification": SPECIFICATION, "license": LICENCE_URL, "deliberations": listed}
        return JSONResponse(told, 200, headers)

    async def public(self, name: str, request: Request) -> Response:
        """A file of one deliberation, for anybody."""
        text = request.path_params["activity"]
        caller = await self._open.asked(request, f"{text}-{name}")
        if isinstance(caller, Response):
            return caller
        tenant, changed, headers = caller
        if (uuid := _decoded(tenant, text)) is None:
            return _nothing()
        feed = self._feed(tenant, text)
        activity = (await feed.ask(ACTIVITY, id=text))["activity"]
        if activity is None or activity["kind"] not in KINDS:
            return _nothing()
        if name == "card.json":
            return JSONResponse(_card(tenant, origin_of(request), activity, changed), 200, headers)
        statements = await self._statements(tenant, uuid)
        if name == "comments.csv":
            return StreamingResponse(_comments(feed, statements), 200, headers, CsvWriter.media_type)
        voters = len({one async for page in self._voices(tenant, uuid) for one in (voice.name for voice in page)})
        content = _summary(f"{origin_of(request)}/activite/{text}", activity, statements, voters)
        return Response(content, 200, headers, CsvWriter.media_type)

    async def matrix(self, request: Request) -> Response:
        """What each person said of each statement, for administrators: rows in no order, and none of them named."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        try:
            machine = await self._gate.machine(tenant, cookie.gathered(request.scope["headers"]), request.scope)
        except BadRequestError as error:
            return refusal.response(error.status, error.code, error.message)
        if not (tenant.is_active and machine.viewer.is_administrator):
            return refusal.response(403, "FORBIDDEN", "This is for administrators.")
        if (uuid := _decoded(tenant, request.query_params.get("activity", ""))) is None:
            return _nothing()
        statements = await self._statements(tenant, uuid)
        attached = f'attachment; filename="{tenant.slug}-participants-votes-{utc_now():%Y-%m-%d}.csv"'
        headers = {"cache-control": "no-store", "content-disposition": attached}
        rows = _matrix(self._voices(tenant, uuid), statements)
        return StreamingResponse(rows, 200, headers, CsvWriter.media_type)

    def _feed(self, tenant: TenantRecord, activity: str | None = None) -> Feed:
        return Feed(self._contract, self._database, tenant, ANONYMOUS, activity)

    async def _statements(self, tenant: TenantRecord, activity: UUID) -> list[PublicStatement]:
        """What anybody sees, the oldest first: a statement's number is its place."""
        statement = deliberation.statements(Asker(tenant.number, ANONYMOUS, tenant.features).sight)
        read = reader(statement, PublicStatement)
        rows = await self._database.rows(statement, tenant.number, activity=activity, viewer=None)
        return [read(row) for row in rows]

    async def _voices(self, tenant: TenantRecord, activity: UUID) -> AsyncIterator[list[Standpoint]]:
        """Everybody who said something, by names that are of this reading alone."""
        statement = deliberation.voices(Asker(tenant.number, ANONYMOUS, tenant.features).sight)
        read, after = reader(statement, Standpoint), ""
        asked: dict[str, Any] = {"activity": activity, "key": secrets.token_hex(16), "viewer": None}
        while rows := await self._database.rows(statement, tenant.number, **asked, after=after):
            yield [read(row) for row in rows]
            after = read(rows[-1]).name


def _decoded(tenant: TenantRecord, text: str) -> UUID | None:
    try:
        return ident.decode("activity", tenant.number, text, "activity")
    except Refusal:
        return None


def _nothing() -> Response:
    return refusal.response(404, "NOT_FOUND", "There is no such deliberation.")


def _named(origin: str, activity: Node) -> dict[str, Any]:
    """A deliberation in the list."""
    of = f"{origin}{FOLDER}/deliberations/{activity['id']}"
    files = {name.partition(".")[0]: f"{of}/{name}" for name in ("comments.csv", "summary.csv", "card.json")}
    own = {name: activity[name] for name in ("id", "kind", "title", "opensAt", "closesAt")}
    return {**own, "url": f"{origin}/activite/{activity['id']}", "files": files}


def _card(tenant: TenantRecord, origin: str, activity: Node, changed: datetime) -> dict[str, Any]:
    """What the files hold and what not (a data card)."""
    return {
        **_named(origin, activity),
        "description": activity["description"],
        "method": activity["voteMethod"],
        "publisher": tenant.collectivite_name,
        "license": {"name": LICENCE, "url": LICENCE_URL},
        "modified": changed.astimezone(UTC).isoformat(timespec="seconds"),
        "format": "Polis",
        "protection": {
            "leastVoices": ENOUGH,
            "authors": "numbers of one file alone",
            "voters": "in no open file",
            "withdrawn": f"{origin}{FOLDER}/tombstones.csv",
        },
    }


async def _comments(feed: Feed, statements: Sequence[PublicStatement]) -> AsyncIterator[bytes]:
    """The statements as Polis writes them, the newest first."""
    writer, key = CsvWriter(PROGRAMS), secrets.token_bytes(32)
    numbers = {
        ident.encode("contribution", feed.tenant.number, one.id): (number, one) for number, one in enumerate(statements)
    }
    yield writer.begin(COMMENTS)
    async for page in feed.pages(STATED, "contributions"):
        told = [_comment(node, *numbers[node["id"]], key) for node in page if node["id"] in numbers]
        yield writer.rows(told)
    yield writer.end()


def _comment(node: Node, number: int, statement: PublicStatement, key: bytes) -> list[Any]:
    published = datetime.fromisoformat(node["publishedAt"]).astimezone(UTC)
    tally: Mapping[str, int] = node["tally"]
    is_told = statement.voices >= ENOUGH
    return [
        int(published.timestamp() * 1000),
        published.strftime("%a %b %d %H:%M:%S UTC %Y"),
        number,
        _pseudonym(statement.author_id, key),
        tally["supportCount"] + tally["forCount"] if is_told else None,
        tally["againstCount"] if is_told else None,
        1,
        " ".join(f"{node['title']}. {node['body']}".split()),
    ]


def _pseudonym(person: UUID | None, key: bytes) -> int | None:
    """A number that stands for a person in one file, and leads nowhere: nobody has its key afterwards."""
    if person is None:
        return None
    return int.from_bytes(hashlib.blake2s(person.bytes, key=key, digest_size=6).digest(), "big")


def _summary(url: str, activity: Node, statements: Sequence[PublicStatement], voters: int) -> bytes:
    """Polis' summary: a name and a value in each row."""
    writers = len({one.author_id for one in statements if one.author_id})
    told = [
        ("topic", activity["title"]),
        ("url", url),
        ("voters", voters if voters >= ENOUGH else None),
        ("voters-in-conv", voters if voters >= ENOUGH else None),
        ("commenters", writers if writers >= ENOUGH else None),
        ("comments", len(statements)),
        ("groups", None),
        ("conversation-description", activity["description"]),
    ]
    return CsvWriter(PROGRAMS).rows(told)


async def _matrix(
    voices: AsyncIterator[list[Standpoint]], statements: Sequence[PublicStatement]
) -> AsyncIterator[bytes]:
    """A row for each person, a column for each statement of which enough have said something."""
    columns = [(number, one.id) for number, one in enumerate(statements) if one.voices >= ENOUGH]
    writer, told, number = CsvWriter(PROGRAMS), {uuid for _, uuid in columns}, 0
    yield writer.begin([*PARTICIPANT, *(str(place) for place, _ in columns)])
    async for page in voices:
        rows: list[list[Any]] = []
        for voice in page:
            said = {
                uuid: deliberation.VALUES[Choice(choice)]
                for uuid, choice in zip(voice.statements, voice.choices, strict=True)
                if uuid in told
            }
            if said:
                values = list(said.values())
                before = [number, None, None, len(values), values.count(1), values.count(-1)]
                rows.append([*before, *(said.get(uuid) for _, uuid in columns)])
                number += 1
        yield writer.rows(rows)
    yield writer.end()
