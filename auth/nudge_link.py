"""Links in mails: signed, so that nobody makes one up and no secret is stored."""

from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer


class NudgeLinks:
    """Makes and reads the tokens of links in mails: of a question, and of whoever reads them."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeSerializer(secret, salt="parvis-nudge")
        self._readers = URLSafeSerializer(secret, salt="parvis-mail")

    def make(self, tenant: int, nudge: UUID) -> str:
        """The token of a nudge of a tenant."""
        return str(self._serializer.dumps([tenant, str(nudge)]))

    def read(self, tenant: int, token: str) -> UUID | None:
        """The nudge that a token names; None for what is no token of this tenant."""
        return _read(self._serializer, tenant, token)

    def make_reader(self, tenant: int, actor: UUID) -> str:
        """The token with which somebody who gets mails chooses which, without signing in."""
        return str(self._readers.dumps([tenant, str(actor)]))

    def reader(self, tenant: int, token: str) -> UUID | None:
        """The actor whom such a token names; None for what is no token of this tenant."""
        return _read(self._readers, tenant, token)


def _read(serializer: URLSafeSerializer, tenant: int, token: str) -> UUID | None:
    try:
        number, text = serializer.loads(token)
        id_ = UUID(str(text))
    except (BadData, ValueError, TypeError):
        return None
    return id_ if number == tenant else None
