"""Development tokens: a stand-in for sign-in in the demonstration, signed, bound to one tenant, refused elsewhere."""

from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer

from auth.viewer import Audience, Viewer
from models.actor import Role

MAX_AGE_S = 30 * 24 * 3600


class InvalidTokenError(Exception):
    """The token is not one of this tenant's, whatever the reason."""


class DevelopmentTokens:
    """Makes and reads tokens under the server's secret."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="parvis-development-token")

    def make(self, tenant: int, actor: UUID, role: Role) -> str:
        """A token of one actor of one tenant, good for 30 days."""
        return str(self._serializer.dumps([tenant, str(actor), role.value]))

    def make_router(self, tenant: int) -> str:
        """A token of a federation router at one tenant, good for 30 days."""
        return str(self._serializer.dumps([tenant, None, Audience.ROUTER.value]))

    def read(self, tenant: int, token: str) -> Viewer:
        """Who holds a token, at a tenant. Raises InvalidTokenError, also for another tenant's token."""
        try:
            number, actor, role = self._serializer.loads(token, max_age=MAX_AGE_S)
            is_router = role == Audience.ROUTER.value
            viewer = Viewer(is_router=True) if is_router else Viewer(UUID(str(actor)), Role(role))
        except (BadData, ValueError, TypeError) as error:
            raise InvalidTokenError from error
        if number != tenant:
            raise InvalidTokenError
        return viewer
