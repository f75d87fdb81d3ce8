"""Operator tokens: good at every tenant; made, listed and revoked by the command line alone."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Text, bindparam, func, select

from auth import secret
from auth.api_token import record_use
from auth.machine import SECRET, Machine
from auth.token import InvalidTokenError
from auth.viewer import Viewer
from database.door import Database
from database.recent import RecentlyRead
from models.actor import Role
from models.base import new_id, table
from models.operator import OperatorToken

PREFIX = "pot_"
MAX_NAME = 120
MAX_DAYS = 365

_FORM = re.compile(f"{PREFIX}{SECRET}")
_token = table(OperatorToken)
FIND = select(_token.c.id).where(
    _token.c.digest == bindparam("digest", type_=Text()),
    _token.c.revoked_at.is_(None),
    _token.c.expires_at > func.now(),
)
NOTE = record_use(_token)


class OperatorTokens:
    """The operators' tokens, as requests show them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.recent: RecentlyRead[Machine | None] = RecentlyRead("operator_token")
        self._used: set[UUID] = set()

    async def machine(self, token: str) -> Machine:
        """Whose token it is. Raises InvalidTokenError. A revocation counts within a second."""
        if not _FORM.fullmatch(token):
            raise InvalidTokenError
        key = secret.digest(token)
        holder = await self.recent.get(key, 0, lambda: self._read(key))
        if holder is None:
            raise InvalidTokenError
        return holder

    async def record_use(self) -> None:
        """Write down which tokens were used since the last time."""
        used, self._used = self._used, set()
        if used:
            async with self._database.transaction(None) as transaction:
                await transaction.execute(NOTE, ids=sorted(used))

    async def _read(self, digest_: str) -> Machine | None:
        rows = await self._database.rows(FIND, digest=digest_)
        if not rows:
            return None
        [(id_,)] = rows
        assert isinstance(id_, UUID)
        self._used.add(id_)
        return Machine(Viewer(role=Role.ADMIN, is_operator=True, client=f"operator:{id_}"))


@dataclass(frozen=True, slots=True)
class KnownToken:
    """An operator's token as far as it is kept."""

    id: UUID
    name: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


async def create(database: Database, name: str, days: int) -> tuple[UUID, str]:
    """A new token's id and its text, which nobody can read again. `days` is at most MAX_DAYS."""
    id_, text = new_id(), f"{PREFIX}{secret.new_token()}"
    async with database.administration() as connection:
        await connection.execute(
            "INSERT INTO platform.operator_token (id, name, digest, created_at, expires_at)"
            " VALUES (%s, %s, %s, now(), now() + %s)",
            [id_, name, secret.digest(text), timedelta(days=days)],
        )
    return id_, text


async def listed(database: Database) -> list[KnownToken]:
    """All tokens, the oldest first, also those that are not good any more."""
    async with database.administration() as connection:
        cursor = await connection.execute(
            "SELECT id, name, created_at, expires_at, last_used_at, revoked_at FROM platform.operator_token"
            " ORDER BY created_at, id"
        )
        return [KnownToken(*row) for row in await cursor.fetchall()]  # type: ignore[arg-type]  # columns of the table


async def revoke(database: Database, id_: UUID) -> bool:
    """End a token now; whether there is such a token. One that was revoked stays so from then on."""
    async with database.administration() as connection:
        cursor = await connection.execute("SELECT FROM platform.operator_token WHERE id = %s", [id_])
        if cursor.rowcount == 0:
            return False
        await connection.execute(
            "UPDATE platform.operator_token SET revoked_at = now() WHERE id = %s AND revoked_at IS NULL", [id_]
        )
        return True
