"""Files of published analyses: where each text is, as anybody reads it who is not signed in."""

from collections.abc import AsyncIterator, Iterator

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

COLUMNS = ("contribution", "title", "place", "topic", "topic_name", "campaign", "part", "part_name", "zone")
ANALYSIS = """\
query Export($id: ID!, $after: String) {
  analysis(id: $id) {
    publishedAt
    question
    topics { number name parts { number name } }
    texts(first: 100, after: $after) {
      nodes { place topic part campaign contribution { id title zone { name } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
VOTED = ("contribution", "title", "group", "group_people", "votes", "for", "neither", "against")
VOTES = """\
query Export($id: ID!) {
  analysis(id: $id) {
    publishedAt
    opinions {
      groups { number personCount }
      texts { contribution { id title } votes { group voteCount forCount neitherCount againstCount } }
    }
  }
}
"""


class AnalysisFile:
    """Serves `/opendata/synthese/{analysis}.csv` and `/opendata/synthese/{analysis}/avis.csv`."""

    def __init__(self, contract: ScopedContract, database: Database, open_data: OpenData) -> None:
        self._contract = contract
        self._database = database
        self._open = open_data

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [
            Route(f"{FOLDER}/synthese/{{analysis}}.csv", self.memberships, methods=["GET"]),
            Route(f"{FOLDER}/synthese/{{analysis}}/avis.csv", self.votes, methods=["GET"]),
        ]

    async def memberships(self, request: Request) -> Response:
        """The topic of each text of a published analysis; none of answers to surveys."""
        asked = await self._asked(request, "themes", ANALYSIS)
        if isinstance(asked, Response):
            return asked
        feed, text, headers, first = asked
        if first["question"] is not None:
            return _no_analysis()
        return StreamingResponse(_rows(feed, text, first), 200, headers, CsvWriter.media_type)

    async def votes(self, request: Request) -> Response:
        """How each group of opinion voted on each text, where there are groups."""
        asked = await self._asked(request, "avis", VOTES)
        if isinstance(asked, Response):
            return asked
        _, _, headers, first = asked
        if first["opinions"] is None:
            return _no_analysis()
        writer = CsvWriter(PROGRAMS)
        return Response(
            writer.begin(VOTED) + writer.rows(_votes(first["opinions"])), 200, headers, CsvWriter.media_type
        )

    async def _asked(
        self, request: Request, name: str, document: str
    ) -> Response | tuple[Feed, str, dict[str, str], Node]:
        """What anybody reads of the analysis, if it is published."""
        text = request.path_params["analysis"]
        caller = await self._open.asked(request, f"{text}-{name}.csv")
        if isinstance(caller, Response):
            return caller
        tenant, _, headers = caller
        try:
            ident.decode("analysis", tenant.number, text, "analysis")
        except Refusal:
            return _no_analysis()
        feed = Feed(self._contract, self._database, tenant, ANONYMOUS)
        first = (await feed.ask(document, id=text))["analysis"]
        if first is None or first["publishedAt"] is None:
            return _no_analysis()
        return feed, text, headers, first


def _no_analysis() -> Response:
    return refusal.response(404, "NOT_FOUND", "There is no such analysis.")


def _votes(opinions: Node) -> Iterator[tuple[str | int | None, ...]]:
    people = {group["number"]: group["personCount"] for group in opinions["groups"]}
    for text in opinions["texts"]:
        of = text["contribution"] or {}
        for vote in text["votes"]:
            counts = (vote[name] for name in ("voteCount", "forCount", "neitherCount", "againstCount"))
            yield of.get("id"), of.get("title"), vote["group"], people[vote["group"]], *counts


async def _rows(feed: Feed, text: str, page: Node | None) -> AsyncIterator[bytes]:
    """A page at a time; it ends early where the analysis is withdrawn meanwhile."""
    writer = CsvWriter(PROGRAMS)
    yield writer.begin(COLUMNS)
    while page is not None:
        topics = {topic["number"]: topic for topic in page["topics"]}
        yield writer.rows(_row(node, topics.get(node["topic"])) for node in page["texts"]["nodes"])
        info = page["texts"]["pageInfo"]
        page = (await feed.ask(ANALYSIS, id=text, after=info["endCursor"]))["analysis"] if info["hasNextPage"] else None


def _row(text: Node, topic: Node | None) -> tuple[str | int | None, ...]:
    """A text in the order of COLUMNS."""
    of, parts = text["contribution"] or {}, {part["number"]: part["name"] for part in topic["parts"]} if topic else {}
    name = topic["name"] if topic else None
    said = (of.get("id"), of.get("title"), text["place"], text["topic"], name, text["campaign"])
    return *said, text["part"], parts.get(text["part"]), (of.get("zone") or {}).get("name")
