"""API tokens: a machine's token at one tenant, looked up by its digest, followed within a second."""

import re
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Interval, Table, Text, Update, bindparam, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from auth import secret
from auth.machine import SECRET, Machine
from auth.token import InvalidTokenError
from auth.viewer import Viewer
from database.door import Database
from database.failure import TenantGoneError
from database.recent import RecentlyRead
from models.actor import Role
from models.api_token import ApiToken, TokenScope
from models.base import table

PREFIX = "pat_"

NOTED_EVERY = timedelta(minutes=1)
"""How exact the last use is; a busy token's row would change all the time otherwise."""

_FORM = re.compile(rf"{PREFIX}([1-9][0-9]{{0,17}})_{SECRET}")
_token = table(ApiToken)
FIND = select(_token.c.id, _token.c.scopes, _token.c.actor_id, _token.c.budget_per_minute).where(
    _token.c.digest == bindparam("digest", type_=Text()),
    _token.c.revoked_at.is_(None),
    _token.c.expires_at > func.now(),
)


def record_use(token: Table) -> Update:
    """Sets when tokens were last used, at most once in NOTED_EVERY."""
    is_due = or_(token.c.last_used_at.is_(None), token.c.last_used_at < func.now() - literal(NOTED_EVERY, Interval))
    ids = bindparam("ids", type_=ARRAY(Uuid()))
    return update(token).where(token.c.id == func.any(ids), is_due).values(last_used_at=func.now())


NOTE = record_use(_token)


def new_text(tenant: int) -> str:
    """The text of a new token of a tenant; only its digest may be kept."""
    return f"{PREFIX}{tenant:d}_{secret.new_token()}"


def role_of(scopes: frozenset[TokenScope]) -> Role | None:
    """As what a machine acts; None for one that only reads, as the public does."""
    if TokenScope.MODERATE in scopes:
        return Role.MODERATOR
    return Role.MEMBER if TokenScope.CONTRIBUTE in scopes else None


class ApiTokens:
    """The API tokens of all tenants, as requests show them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.recent: RecentlyRead[Machine | None] = RecentlyRead("api_token")
        self._used: dict[int, set[UUID]] = {}

    async def machine(self, tenant: int, token: str) -> Machine:
        """Whose token it is. Raises InvalidTokenError, also for another tenant's token.

        A revocation counts at once in the process that revokes, within a second in others.
        """
        form = _FORM.fullmatch(token)
        if form is None or int(form[1]) != tenant:
            raise InvalidTokenError
        key = (tenant, secret.digest(token))
        holder = await self.recent.get(key, self._database.versions[tenant], lambda: self._read(*key))
        if holder is None:
            raise InvalidTokenError
        return holder

    async def record_use(self) -> None:
        """Write down which tokens were used since the last time."""
        used, self._used = self._used, {}
        for tenant, ids in used.items():
            with suppress(TenantGoneError):
                async with self._database.transaction(tenant) as transaction:
                    await transaction.execute(NOTE, ids=sorted(ids))

    async def _read(self, tenant: int, digest_: str) -> Machine | None:
        rows = await self._database.rows(FIND, tenant=tenant, digest=digest_)
        if not rows:
            return None
        [(id_, listed, actor, budget)] = rows
        assert isinstance(id_, UUID) and isinstance(listed, list)
        self._used.setdefault(tenant, set()).add(id_)
        scopes = frozenset(TokenScope(scope) for scope in listed)
        viewer = Viewer(
            actor if isinstance(actor, UUID) else None,
            role_of(scopes),
            is_router=TokenScope.ROUTER in scopes,
            client=f"token:{id_}",
        )
        return Machine(viewer, scopes, budget if isinstance(budget, int) else None)
