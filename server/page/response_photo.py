"""Photos of official responses: put by those who speak for the city, sent to everybody who sees the proposal."""

from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import resolvers.response_photo
from auth import cookie
from models.response_photo import SHOWN, SMALL, DrawnPhoto
from planner.act import Act, Outcome
from planner.context import Asker
from resolvers.response_photo import PLACE, SIZES
from server.api import refusal
from server.api.request import BadRequestError
from server.api.site import TenantRoutes
from server.page.photo import HEADERS, KeptPhoto, Pictured

ABSENT = "There is no such photo."
KEPT = {"cache-control": "private, max-age=600", "vary": "cookie, authorization"}
"""An address holds the digest, so what it names never changes; for ten minutes a browser does not ask whether whoever
saw it may still see it."""


async def put(act: Act, response: UUID, kept: KeptPhoto) -> Outcome:
    """Keep a photo of a response. Raises Refusal."""
    drawn = DrawnPhoto(kept.content, kept.small, kept.digest, *kept.size)
    return await resolvers.response_photo.put(act, response, drawn, kept.words)


OFFICIAL_RESPONSE = Pictured(
    "officialresponse",
    path=f"{PLACE}{{id:str}}/photo",
    id_field="",
    page_field="contribution",
    page=lambda proposal, response: (f"/gestion/reponses/{quote(proposal, safe='')}", f"#{quote(response, safe='')}"),
    absent="There is no such response.",
    may_send=resolvers.response_photo.may_put,
    put=put,
    shown=SHOWN,
    small=SMALL,
)


class ResponsePhotoSite(TenantRoutes):
    """Serves `GET /reponse-officielle/<response>/photo-<digest>.jpg`, and `vignette-<digest>.jpg`, which is small."""

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route(f"{PLACE}{{response:uuid}}/{{size:str}}-{{name:str}}.jpg", self.send, methods=["GET"])]

    async def send(self, request: Request) -> Response:
        """A photo, for those who see its proposal; for others there is none."""
        tenant = self._registry.at(request.headers.get("host", ""))
        column, name = SIZES.get(request.path_params["size"]), request.path_params["name"]
        if tenant is None or not tenant.is_active or column is None:
            return refusal.response(404, "NOT_FOUND", ABSENT)
        try:
            machine = await self._gate.machine(tenant, cookie.gathered(request.scope["headers"]), request.scope)
        except BadRequestError as error:
            return refusal.response(error.status, error.code, error.message)
        tag = f'"{column}-{name}"'
        has_it = request.headers.get("if-none-match") == tag
        async with self._database.transaction(tenant.number) as transaction:
            act = Act(transaction, Asker(tenant.number, machine.viewer, tenant.features))
            wanted = None if has_it else column
            sent = await resolvers.response_photo.sent(act, request.path_params["response"], name, wanted)
        if sent is None:
            return refusal.response(404, "NOT_FOUND", ABSENT)
        headers = HEADERS | KEPT | {"etag": tag}
        return Response(None, 304, headers) if has_it else Response(bytes(sent.content), 200, headers, "image/jpeg")
