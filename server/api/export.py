"""Export: all contributions that the public sees, a JSON object a line, for machines with the scope EXPORT.

It is read through the contract, page by page, as an anonymous visitor does: nothing can be in it that is not public.
"""

from collections.abc import AsyncIterator

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from auth import cookie
from auth.viewer import ANONYMOUS, Audience
from database.door import Database
from models.api_token import TokenScope
from planner.engine import Engine, Operation
from planner.request import Request
from portal.fit import fitted
from schema.scoped import ScopedContract
from server.api import refusal
from server.api.gate import Gate
from server.api.request import BadRequestError
from tenants.registry import TenantRecord, TenantRegistry

PAGE = """\
query Export($after: String) {
  contributions(status: null, order: NEWEST, first: 100, after: $after) {
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
      commentCount
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
MEDIA_TYPE = "application/x-ndjson"


class Export:
    """Serves `/export/contributions.jsonl`."""

    def __init__(self, contract: ScopedContract, database: Database, registry: TenantRegistry, gate: Gate) -> None:
        self._contract = contract
        self._database = database
        self._registry = registry
        self._gate = gate

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route("/export/contributions.jsonl", self.contributions, methods=["GET"])]

    async def contributions(self, request: HttpRequest) -> Response:
        """All contributions, newest first; those that are published meanwhile are not among them."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        if not tenant.is_active:
            return refusal.response(503, "TENANT_SUSPENDED", "This portal is suspended.")
        headers = cookie.gathered(request.scope["headers"])
        try:
            machine = await self._gate.machine(tenant, headers, request.scope)
        except BadRequestError as error:
            return refusal.response(error.status, error.code, error.message)
        if TokenScope.EXPORT not in machine.scopes:
            return refusal.response(403, "FORBIDDEN", "An API token with the scope EXPORT is wanted.")
        engine = self._contract.engine(tenant.features, Audience.PUBLIC)
        return StreamingResponse(
            self._lines(tenant, engine), media_type=MEDIA_TYPE, headers={"cache-control": "no-store"}
        )

    async def _lines(self, tenant: TenantRecord, engine: Engine) -> AsyncIterator[bytes]:
        document, after, has_more = fitted(PAGE, engine.schema).text, None, True
        while has_more:
            operation = Operation(document, {"after": after}, None)
            answer = await engine.execute(Request(self._database, tenant, ANONYMOUS), operation, may_change=False)
            page = orjson.loads(answer.body)["data"]["contributions"]
            yield b"".join(orjson.dumps(node, option=orjson.OPT_APPEND_NEWLINE) for node in page["nodes"])
            after, has_more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
