"""Feed: contributions and comments page after page through the contract, as somebody sees them, never all in memory."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from auth.viewer import Viewer
from database.door import Database
from planner.engine import Engine, Operation
from planner.request import Request
from portal.fit import NothingLeftError, fitted
from schema.scoped import ScopedContract
from tenants.registry import TenantRecord

Node = Mapping[str, Any]

CONTRIBUTIONS = """\
query Export($activity: ID, $after: String) {
  contributions(activity: $activity, status: null, order: NEWEST, first: 100, after: $after) {
    nodes {
      id
      kind
      status
      outcome
      title
      body
      publishedAt
      revisedAt
      expiresAt
      closedAt
      author { id name kind }
      activity { id title kind space { id slug title } }
      category { id name }
      zone { id name }
      location { cell precision lat lng address }
      side
      about { id }
      priceCents
      priceUnit
      tally { totalCount supportCount forCount mixedCount againstCount }
      declaredTotals { measure count source }
      origin { source reference address }
      commentCount
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
COMMENTS = """\
query Export($activity: ID, $after: String) {
  contributions(activity: $activity, status: null, order: NEWEST, first: 50, after: $after) {
    nodes {
      id
      title
      comments(first: 20) {
        nodes { id body publishedAt author { id name } removal { state } }
        pageInfo { hasNextPage endCursor }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
MORE = """\
query Export($id: ID!, $after: String) {
  contribution(id: $id) {
    id
    title
    comments(first: 100, after: $after) {
      nodes { id body publishedAt author { id name } removal { state } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


JOURNAL = """\
query Export($kinds: [EventKind!], $by: ID, $subject: ID, $since: DateTime, $until: DateTime, $after: String) {
  journalEntries(kinds: $kinds, by: $by, subject: $subject, since: $since, until: $until, first: 100, after: $after) {
    nodes {
      position
      at
      kind
      actor { id name }
      subject
      contribution { title }
      comment { contribution { title } }
      person { name }
      notes { name value }
      changes { subject name before after }
      isErased
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""


REPORT = """\
query Report($year: Int!) {
  moderationReport(year: $year) { part category ground action outcome isAutomatic count medianMinutes }
}
"""

VOTE_FILE = """\
query Export($activity: ID!, $name: String!, $version: Int) {
  voteFile(activity: $activity, name: $name, version: $version) { content digest }
}
"""


MEASURES = """\
query Export(
  $first: Date!
  $last: Date!
  $beforeFirst: Date!
  $beforeLast: Date!
  $by: MeasureGroup!
  $space: ID
  $resolution: Int!
) {
  measures {
    measure
    isAboutPeople
  }
  rows: measureRows(groupBy: $by, firstDay: $first, lastDay: $last, space: $space, resolution: $resolution) {
    ...Counts
  }
  rowsBefore: measureRows(
    groupBy: $by
    firstDay: $beforeFirst
    lastDay: $beforeLast
    space: $space
    resolution: $resolution
  ) {
    ...Counts
  }
}
fragment Counts on MeasureRow {
  day
  hour
  kind
  channel
  cell
  space { id title }
  activity { id title }
  zone { id name }
  category { id name }
  participants
  contributions
  comments
  votes
  unanswered
  firstAnswerMinutes
  reports
  answersDue
  knownOutcomePercent
  firstProposalMinutes
  lapsedPercent
}
"""


class FeedError(Exception):
    """The contract refused a page, which ends the file in its middle: whoever reads it is told that it is not whole."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What one viewer sees of a tenant, of one activity or of all."""

    contract: ScopedContract
    database: Database
    tenant: TenantRecord
    viewer: Viewer
    activity: str | None = None

    @property
    def engine(self) -> Engine:
        """The engine of the viewer's scope."""
        return self.contract.engine(self.tenant.features, self.viewer.audience)

    async def contributions(self) -> AsyncIterator[list[Node]]:
        """Pages of a hundred, newest first; those that are published meanwhile are not among them."""
        async for page in self._pages(CONTRIBUTIONS):
            yield page

    async def comments(self) -> AsyncIterator[list[Node]]:
        """The replies to each contribution, which is in each of them as `contribution`."""
        async for page in self._pages(COMMENTS):
            for contribution in page:
                yield _replies(contribution)
                info = contribution["comments"]["pageInfo"]
                while info["hasNextPage"]:
                    answer = await self._ask(MORE, id=contribution["id"], after=info["endCursor"])
                    if answer["contribution"] is None:  # It was hidden meanwhile.
                        break
                    yield _replies(answer["contribution"])
                    info = answer["contribution"]["comments"]["pageInfo"]

    async def acts(self, filters: Mapping[str, Any]) -> AsyncIterator[list[Node]]:
        """The acts of the journal, newest first; for administrators alone is there one."""
        async for page in self._pages(JOURNAL, "journalEntries", **filters):
            yield page

    async def vote_file(self, activity: str, name: str, version: int | None = None) -> str | None:
        """The content of a published file of a vote, the newest unless a version is named; None where there is none."""
        try:
            answer = await self._ask(VOTE_FILE, activity=activity, name=name, version=version)
        except (FeedError, NothingLeftError):
            return None
        return None if answer["voteFile"] is None else str(answer["voteFile"]["content"])

    async def measures(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The breakdown that is asked for, in the period and in the other one."""
        return await self._ask(MEASURES, **asked)

    async def report(self, year: int) -> list[Node]:
        """The yearly report of moderation."""
        rows: list[Node] = (await self._ask(REPORT, year=year))["moderationReport"]
        return rows

    def pages(self, document: str, root: str, **filters: Any) -> AsyncIterator[list[Node]]:
        """Pages of what another document lists, null for what the scope lacks. Raises NothingLeftError: it has none."""
        return self._pages(document, root, is_whole=True, **filters)

    async def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """What another document asks once, null for what the scope lacks. Raises FeedError."""
        return fitted(document, self.engine.schema).filled(await self._ask(document, **variables))

    async def _pages(
        self, document: str, root: str = "contributions", *, is_whole: bool = False, **filters: Any
    ) -> AsyncIterator[list[Node]]:
        after, has_more, ask = None, True, self.ask if is_whole else self._ask
        while has_more:
            page = (await ask(document, **{"activity": self.activity, **filters, "after": after}))[root]
            yield page["nodes"]
            after, has_more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    async def _ask(self, document: str, **variables: Any) -> dict[str, Any]:
        engine = self.engine
        fit = fitted(document, engine.schema)
        request = Request(self.database, self.tenant, self.viewer)
        answer = await engine.execute(request, Operation(fit.text, variables, None), may_change=False)
        response = orjson.loads(answer.body)
        if "errors" in response:
            raise FeedError(response["errors"])
        data: dict[str, Any] = response["data"]
        return data


def _replies(contribution: Node) -> list[Node]:
    """Those that moderation does not withhold."""
    about = {"id": contribution["id"], "title": contribution["title"]}
    shown = (reply for reply in contribution["comments"]["nodes"] if reply["removal"] is None)
    return [{**reply, "contribution": about} for reply in shown]
