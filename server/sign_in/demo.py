"""Signing in to the demonstration by one press, as one of its residents, moderators or administrators.

The route exists in demonstration mode alone. The form must come from the portal's own pages, as all under `/auth`.
"""

from dataclasses import replace

from starlette.responses import Response
from starlette.routing import Route

from auth import demonstration, session
from server.sign_in.frame import SignIn
from server.sign_in.visit import RefusedVisitError, SignInVisit, route


class DemoSignIn:
    """The route of the demonstration."""

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in

    def routes(self) -> list[Route]:
        """What the application serves in demonstration mode."""
        return [route(self._sign_in.registry, "POST", "/auth/demo", self.enter)]

    async def enter(self, visit: SignInVisit) -> Response:
        """Sign in as the first actor of a role; whoever set a second step for everybody's actor keeps nobody out."""
        async with self._sign_in.database.transaction(visit.tenant.number) as transaction:
            account = await demonstration.account(transaction, visit.fields.get("role", ""))
            if account is None:
                raise RefusedVisitError(404, "NOT_FOUND", "Nobody here has this role.")
            entry = await self._sign_in.enter(transaction, visit, account, None)
            await session.confirm_all(transaction, account.actor_id)
        return self._sign_in.entered(visit, replace(entry, waits=False), visit.next)
