"""Sessions: who is signed in in a browser, by the random token of its cookie."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Interval,
    Text,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.types import Uuid

from auth import secret
from auth.token import InvalidTokenError
from auth.viewer import Viewer
from database.door import Database, Transaction
from database.recent import RecentlyRead
from models import retention
from models.account import Account
from models.actor import Actor, Role
from models.base import constant, new_id, table
from models.session import Session
from models.tenant import Tenant

RENEWED_AFTER = timedelta(hours=24)
IDLE_FOR = retention.SESSION_IDLE.keep
"""Counted from the last renewal, so that reading a session writes nothing: 29 to 30 days after its last use."""

ENDS_AFTER = retention.SESSION.keep
GRACE = timedelta(seconds=60)
"""How long the former token is good: for requests that were under way when the new one was given."""

_session, _account, _actor, _tenant = table(Session), table(Account), table(Actor), table(Tenant)
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
_member = constant(Role.MEMBER)
_lacks = and_(_account.c.second_step.is_(None), _actor.c.role != _member, _tenant.c.second_step_demanded)
_waits = and_(_account.c.second_step.is_not(None), _session.c.confirmed_at.is_(None))
FIND = (
    select(_account.c.id, _actor.c.id, case((_lacks, _member), else_=_actor.c.role), _is_due, _waits)
    .join_from(_session, _account, _account.c.id == _session.c.account_id)
    .join(_actor, _actor.c.id == _account.c.actor_id)
    .join(_tenant, _tenant.c.number == bindparam("number", type_=BigInteger()))
    .where(_holds, _session.c.host == bindparam("host", type_=Text()), IS_ALIVE)
)
"""Whoever lacks a second step where the portal demands one of its team is a member there until there is one."""

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
CONFIRM = (
    update(_session)
    .where(_session.c.digest == _digest)
    .values(digest=_fresh, former_digest=null(), renewed_at=func.now(), confirmed_at=func.now())
)
CONFIRM_ALL = update(_session).where(_of_actor).values(confirmed_at=func.now())
END = delete(_session).where(_holds).returning(_session.c.provider_slug, _session.c.id_token)
REVOKE = delete(_session).where(_of_actor)
ROTATE = update(_session).where(_of_actor).values(renewed_at=func.least(_session.c.renewed_at, _before(RENEWED_AFTER)))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose session it is, and whether its token is to be replaced. While it `waits` for the second step of signing in,
    it is nobody's to all but the page that asks for it."""

    account_id: UUID
    viewer: Viewer
    is_due: bool
    waits: bool


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
        """Who is signed in, by which account. Raises InvalidTokenError, also while the second step is waited for."""
        session = await self._read(tenant, cookie, host)
        if session is None or session.waits:
            raise InvalidTokenError
        return session

    async def waiting(self, tenant: int, cookie: str, host: str) -> UUID | None:
        """The account whose second step a session waits for; None for one that waits for nothing."""
        session = await self._read(tenant, cookie, host)
        return session.account_id if session is not None and session.waits else None

    async def _read(self, tenant: int, cookie: str, host: str) -> SignedIn | None:
        values = {"digest": secret.digest(cookie), "host": _name(host)}

        async def read() -> SignedIn | None:
            rows = await self._database.rows(FIND, tenant=tenant, number=tenant, **values)
            return _signed_in(rows[0]) if rows else None

        return await self.recent.get((tenant, *values.values()), self._database.versions[tenant], read)

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


async def confirm(transaction: Transaction, cookie: str) -> str:
    """The second step was shown: the session's new token. The former one ends at once."""
    token = secret.new_token()
    await transaction.execute(CONFIRM, digest=secret.digest(cookie), fresh=secret.digest(token))
    return token


async def confirm_all(transaction: Transaction, actor: UUID) -> None:
    """The actor's browsers stay signed in: they were when the second step was set."""
    await transaction.execute(CONFIRM_ALL, actor=actor)


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
    account, actor, role, is_due, waits = row
    assert isinstance(account, UUID) and isinstance(actor, UUID)
    return SignedIn(account, Viewer(actor, Role(role)), bool(is_due), bool(waits))
