"""Development tokens: a stand-in for sign-in in the demonstration, signed, bound to one tenant, refused elsewhere."""

from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer

from auth import signed
from auth.viewer import Audience, Viewer
from models.actor import Role

MAX_AGE_S = 30 * 24 * 3600
MAX_KNOWN = 10_000


class InvalidTokenError(Exception):
    """The token is not one of this tenant's, whatever the reason."""


class DevelopmentTokens:
    """Makes and reads tokens under the server's secret."""

    def __init__(self, secret: str) -> None:
        self._known: dict[tuple[int, str], tuple[Viewer, int]] = {}
        self._serializer = URLSafeTimedSerializer(secret, salt="parvis-development-token")

    def make(self, tenant: int, actor: UUID, role: Role) -> str:
        """A token of one actor of one tenant, good for 30 days."""
        return str(self._serializer.dumps([tenant, str(actor), role.value]))

    def make_router(self, tenant: int) -> str:
        """A token of a federation router at one tenant, good for 30 days."""
        return str(self._serializer.dumps([tenant, None, Audience.ROUTER.value]))

    def read(self, tenant: int, token: str) -> Viewer:
        """Who holds a token, at a tenant. Raises InvalidTokenError, also for another tenant's token.

        A signature that was found good stays good; only the token's age is looked at again.
        """
        verified = self._known.get((tenant, token))
        if verified is None:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            verified = self._known[tenant, token] = self._verified(tenant, token)
        viewer, signed_at = verified
        if not signed.is_fresh(signed_at, MAX_AGE_S):
            raise InvalidTokenError
        return viewer

    def _verified(self, tenant: int, token: str) -> tuple[Viewer, int]:
        try:
            (number, actor, role), signed_at = self._serializer.loads(token, return_timestamp=True)
            is_router = role == Audience.ROUTER.value
            viewer = Viewer(is_router=True) if is_router else Viewer(UUID(str(actor)), Role(role))
        except (BadData, ValueError, TypeError) as error:
            raise InvalidTokenError from error
        if number != tenant:
            raise InvalidTokenError
        return viewer, int(signed_at.timestamp())
