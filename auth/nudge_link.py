"""Links in mails that ask a question: signed, so that nobody makes one up and no secret is stored."""

from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer


class NudgeLinks:
    """Makes and reads the tokens of nudges' links."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeSerializer(secret, salt="parvis-nudge")

    def make(self, tenant: int, nudge: UUID) -> str:
        """The token of a nudge of a tenant."""
        return str(self._serializer.dumps([tenant, str(nudge)]))

    def read(self, tenant: int, token: str) -> UUID | None:
        """The nudge that a token names; None for what is no token of this tenant."""
        try:
            number, nudge = self._serializer.loads(token)
            id_ = UUID(str(nudge))
        except (BadData, ValueError, TypeError):
            return None
        return id_ if number == tenant else None
