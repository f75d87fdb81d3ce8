"""Files of published analyses: where each text is, as anybody reads it who is not signed in."""

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from auth.viewer import ANONYMOUS
from database.door import Database
from models import ident
from models.refusal import Refusal
from schema.scoped import ScopedContract
from server.api import refusal
from server.api.feed import Feed, Node
from server.api.open_data import FOLDER, OpenData
from transfer.csv_writer import PROGRAMS, CsvWriter

COLUMNS = ("contribution", "title", "place", "topic", "topic_name", "campaign")
ANALYSIS = """\
query Export($id: ID!, $after: String) {
  analysis(id: $id) {
    publishedAt
    question
    topics { number name }
    texts(first: 100, after: $after) {
      nodes { place topic campaign contribution { id title } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


class AnalysisFile:
    """Serves `/opendata/synthese/{analysis}.csv`."""

    def __init__(self, contract: ScopedContract, database: Database, open_data: OpenData) -> None:
        self._contract = contract
        self._database = database
        self._open = open_data

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route(f"{FOLDER}/synthese/{{analysis}}.csv", self.memberships, methods=["GET"])]

    async def memberships(self, request: Request) -> Response:
        """The topic of each text of a published analysis; none of answers to surveys."""
        text = request.path_params["analysis"]
        caller = await self._open.asked(request, f"{text}-themes.csv")
        if isinstance(caller, Response):
            return caller
        tenant, _, headers = caller
        try:
            uuid = ident.decode("analysis", tenant.number, text, "analysis")
        except Refusal:
            uuid = None
        feed = Feed(self._contract, self._database, tenant, ANONYMOUS)
        first = (await feed.ask(ANALYSIS, id=text))["analysis"] if uuid is not None else None
        if first is None or first["publishedAt"] is None or first["question"] is not None:
            return refusal.response(404, "NOT_FOUND", "There is no such analysis.")
        return StreamingResponse(_rows(feed, text, first), 200, headers, CsvWriter.media_type)


async def _rows(feed: Feed, text: str, page: Node | None) -> AsyncIterator[bytes]:
    """A page at a time; it ends early where the analysis is withdrawn meanwhile."""
    writer = CsvWriter(PROGRAMS)
    yield writer.begin(COLUMNS)
    while page is not None:
        names = {topic["number"]: topic["name"] for topic in page["topics"]}
        yield writer.rows(
            (
                (node["contribution"] or {}).get("id"),
                (node["contribution"] or {}).get("title"),
                node["place"],
                node["topic"],
                names.get(node["topic"]),
                node["campaign"],
            )
            for node in page["texts"]["nodes"]
        )
        info = page["texts"]["pageInfo"]
        page = (await feed.ask(ANALYSIS, id=text, after=info["endCursor"]))["analysis"] if info["hasNextPage"] else None
