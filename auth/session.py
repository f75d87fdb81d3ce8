"""Sessions: who is signed in in a browser, by the random token of its cookie."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Interval, Text, and_, bindparam, delete, func, insert, literal, null, or_, select, update
from sqlalchemy.types import Uuid

from auth import secret
from auth.token import InvalidTokenError
from auth.viewer import Viewer
from database.door import Database, Transaction
from database.recent import RecentlyRead
from models import retention
from models.account import Account
from models.actor import Actor, Role
from models.base import new_id, table
from models.session import Session

RENEWED_AFTER = timedelta(hours=24)
IDLE_FOR = retention.SESSION_IDLE.keep
"""Counted from the last renewal, so that reading a session writes nothing: 29 to 30 days after its last use."""

ENDS_AFTER = retention.SESSION.keep
GRACE = timedelta(seconds=60)
"""How long the former token is good: for requests that were under way when the new one was given."""

_session, _account, _actor = table(Session), table(Account), table(Actor)
_digest, _fresh = bindparam("digest", type_=Text()), bindparam("fresh", type_=Text())
_of_actor = _session.c.account_id.in_(
    select(_account.c.id).where(_account.c.actor_id == bindparam("actor", type_=Uuid()))
)


def _before(age: timedelta):  # type: ignore[no-untyped-def]  # an instant, in SQL
    return func.now() - literal(age, Interval)


IS_ALIVE = and_(_session.c.created_at > _before(ENDS_AFTER), _session.c.renewed_at > _before(IDLE_FOR))
_is_due = and_(_session.c.digest == _digest, _session.c.renewed_at <= _before(RENEWED_AFTER))
_holds = or_(
    _session.c.digest == _digest, and_(_session.c.former_digest == _digest, _session.c.renewed_at > _before(GRACE))
)
FIND = (
    select(_account.c.id, _actor.c.id, _actor.c.role, _is_due)
    .join_from(_session, _account, _account.c.id == _session.c.account_id)
    .join(_actor, _actor.c.id == _account.c.actor_id)
    .where(_holds, _session.c.host == bindparam("host", type_=Text()), IS_ALIVE)
)
_seen = {"seen_at": func.now(), "warned_at": null()}
START = (
    insert(_session)
    .values(
        id=bindparam("id", type_=Uuid()),
        account_id=bindparam("account", type_=Uuid()),
        host=bindparam("host", type_=Text()),
        digest=_digest,
        provider_slug=bindparam("provider", type_=Text()),
        id_token=bindparam("id_token", type_=Text()),
        created_at=func.now(),
        renewed_at=func.now(),
    )
    .add_cte(update(_account).where(_account.c.id == bindparam("account", type_=Uuid())).values(**_seen).cte("seen"))
)
RENEW = (
    update(_session)
    .where(_is_due)
    .values(digest=_fresh, former_digest=_digest, renewed_at=func.now())
    .add_cte(
        update(_account)
        .where(_account.c.id == select(_session.c.account_id).where(_is_due).scalar_subquery())
        .values(**_seen)
        .cte("seen")
    )
)
END = delete(_session).where(_holds).returning(_session.c.provider_slug, _session.c.id_token)
REVOKE = delete(_session).where(_of_actor)
ROTATE = update(_session).where(_of_actor).values(renewed_at=func.least(_session.c.renewed_at, _before(RENEWED_AFTER)))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose session it is, and whether its token is to be replaced."""

    account_id: UUID
    viewer: Viewer
    is_due: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """What ending the session at its identity provider asks for; both None for sessions that came by e-mail."""

    provider_slug: str | None
    id_token: str | None


class Sessions:
    """Reads sessions, each at most once a second while nothing of its tenant changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.recent: RecentlyRead[SignedIn | None] = RecentlyRead("session")

    async def viewer(self, tenant: int, cookie: str, host: str) -> Viewer:
        """Who is signed in. Raises InvalidTokenError, also for a session of another tenant or host."""
        return (await self.signed_in(tenant, cookie, host)).viewer

    async def signed_in(self, tenant: int, cookie: str, host: str) -> SignedIn:
        """Who is signed in, by which account. Raises InvalidTokenError."""
        values = {"digest": secret.digest(cookie), "host": _name(host)}

        async def read() -> SignedIn | None:
            rows = await self._database.rows(FIND, tenant=tenant, **values)
            return _signed_in(rows[0]) if rows else None

        session = await self.recent.get((tenant, *values.values()), self._database.versions[tenant], read)
        if session is None:
            raise InvalidTokenError
        return session

    async def renewal(self, tenant: int, cookie: str, host: str) -> str | None:
        """The token that takes the place of a good one; None while it stays. Of several requests, one gets it."""
        if not (await self.signed_in(tenant, cookie, host)).is_due:
            return None
        token = secret.new_token()
        async with self._database.transaction(tenant) as transaction:
            renewed = await transaction.execute(RENEW, digest=secret.digest(cookie), fresh=secret.digest(token))
        self.forget()
        return token if renewed else None

    def forget(self) -> None:
        """Read every session anew: one was ended or renewed."""
        self.recent.forget()


async def start(
    transaction: Transaction, account: UUID, host: str, *, provider: str | None = None, id_token: str | None = None
) -> str:
    """A new session's token. Whoever had a session in this browser ends it first: no token outlives a sign-in."""
    token = secret.new_token()
    values = {"account": account, "host": _name(host), "provider": provider, "id_token": id_token}
    await transaction.execute(START, id=new_id(), digest=secret.digest(token), **values)
    return token


async def end(transaction: Transaction, cookie: str) -> Ended | None:
    """End one session; None where there was none."""
    row = await transaction.one(END, digest=secret.digest(cookie))
    return Ended(*(None if value is None else str(value) for value in row)) if row else None


async def revoke(transaction: Transaction, actor: UUID) -> int:
    """End all sessions of an actor; how many there were."""
    return await transaction.execute(REVOKE, actor=actor)


async def rotate_tokens(transaction: Transaction, actor: UUID) -> None:
    """Give the actor's browsers new tokens at their next request: what they may do has changed."""
    await transaction.execute(ROTATE, actor=actor)


def _name(host: str) -> str:
    """The name in a Host header: cookies know no ports."""
    return host.lower().rsplit(":", 1)[0]


def _signed_in(row: tuple[object, ...]) -> SignedIn:
    account, actor, role, is_due = row
    assert isinstance(account, UUID) and isinstance(actor, UUID)
    return SignedIn(account, Viewer(actor, Role(role)), bool(is_due))
