"""Widget tokens: short-lived, signed, good for one widget on one site; and the code that brings a sign-in to it.

They need no cookie, so that browsers that keep no cookies of other sites show widgets all the same. The origin binds
browsers only: any program can send any `Origin`. So a token without an actor may do no more than the public may.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Interval, Text, bindparam, delete, func, insert, literal, select, update
from sqlalchemy.types import Uuid

from auth import secret, signed
from auth.machine import Machine
from auth.token import InvalidTokenError
from auth.viewer import Viewer
from database.door import Database, Transaction
from database.recent import RecentlyRead
from models.account import Account
from models.actor import Role
from models.base import table
from models.widget import CLIENT, HandOver, Widget

PREFIX = "pwt_"
MAX_AGE_S = 15 * 60
HAND_OVER_FOR = timedelta(seconds=60)
"""The pop-up page hands the code over by itself, at once."""

LOCAL = "http://localhost:"
"""Before the port of a developer's own page, which only the demonstration serves."""

_widget, _hand_over, _account = table(Widget), table(HandOver), table(Account)
ACTIVE = select(
    _widget.c.id, _widget.c.origins, _widget.c.is_trusted_only, _widget.c.activity_id, _widget.c.theme
).where(_widget.c.revoked_at.is_(None))
KEEP = insert(_hand_over).values(
    digest=bindparam("digest", type_=Text()),
    widget_id=bindparam("widget", type_=Uuid()),
    origin=bindparam("origin", type_=Text()),
    actor_id=bindparam("actor", type_=Uuid()),
    expires_at=func.now() + literal(HAND_OVER_FOR, Interval),
)
FORGET = delete(_hand_over).where(_hand_over.c.expires_at <= func.now())
TAKE = (
    delete(_hand_over)
    .where(_hand_over.c.digest == bindparam("digest", type_=Text()))
    .returning(_hand_over.c.widget_id, _hand_over.c.origin, _hand_over.c.actor_id, _hand_over.c.expires_at > func.now())
)


_of_actor = bindparam("actor", type_=Uuid())
EPOCH = select(_account.c.widget_epoch).where(_account.c.actor_id == _of_actor)
COUNT_ON = update(_account).where(_account.c.actor_id == _of_actor).values(widget_epoch=_account.c.widget_epoch + 1)
TAKE_BACK = delete(_hand_over).where(_hand_over.c.actor_id == _of_actor)


@dataclass(frozen=True, slots=True)
class Member:
    """Who signed in in a widget, and in which epoch of the account: with it all of its tokens end."""

    actor: UUID
    epoch: int


@dataclass(frozen=True, slots=True)
class ActiveWidget:
    """What requests must know of a widget that is not revoked."""

    origins: frozenset[str]
    is_trusted_only: bool
    activity: UUID | None
    theme: Mapping[str, str]


def _size(widgets: dict[UUID, ActiveWidget]) -> int:
    return sum(600 + 150 * len(widget.origins) for widget in widgets.values())


class WidgetTokens:
    """Makes and reads widget tokens under the server's secret."""

    def __init__(self, key: str, database: Database, *, allows_local: bool, preview: str | None = None) -> None:
        """`key` is the server's secret. `allows_local`: a widget's pages may be `http://localhost:<port>`, too.

        `preview` is the origin of the installation's own at which administrators look at any widget.
        """
        self._serializer = URLSafeTimedSerializer(key, salt="parvis-widget-token")
        self._database = database
        self._allows_local = allows_local
        self._preview = () if preview is None else (preview,)
        self.recent: RecentlyRead[dict[UUID, ActiveWidget]] = RecentlyRead("widget", _size)
        self.epochs: RecentlyRead[int | None] = RecentlyRead("widget_epoch")

    async def origins(self, tenant: int) -> frozenset[str]:
        """The sites whose pages show one of a tenant's widgets; what changes counts within a second."""
        return frozenset[str]().union(*(widget.origins for widget in (await self._active(tenant)).values()))

    async def shown(self, tenant: int, widget: UUID, origin: str) -> ActiveWidget | None:
        """A widget, where it is active and shown on the pages of an origin; else None."""
        active = (await self._active(tenant)).get(widget)
        return active if active is not None and origin in active.origins else None

    def make(self, tenant: int, widget: UUID, origin: str, member: Member | None = None) -> tuple[str, datetime]:
        """A token and until when it is good. Ask `shown` before."""
        whose = None if member is None else [str(member.actor), member.epoch]
        text = self._serializer.dumps([tenant, str(widget), origin, whose])
        return f"{PREFIX}{text}", datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=MAX_AGE_S)

    async def machine(self, tenant: int, token: str, origin: str | None) -> Machine:
        """Who shows a token on a page of `origin`; whoever signed in is a member there, in no other role.

        Raises InvalidTokenError, also for another tenant's token, another origin, a widget that was revoked or does not
        name the origin any more, and a member whose sessions were ended.
        """
        try:
            number, widget_text, bound, whose = signed.loads(self._serializer, token.removeprefix(PREFIX), MAX_AGE_S)
            widget, member = UUID(str(widget_text)), _member(whose)
        except (BadData, ValueError, TypeError) as error:
            raise InvalidTokenError from error
        active = (await self._active(tenant)).get(widget) if number == tenant else None
        if active is None or origin != bound or bound not in active.origins:
            raise InvalidTokenError
        client = f"{CLIENT}{widget}"
        if member is None:
            return Machine(Viewer(client=client), is_trusted_only=active.is_trusted_only)
        if await self._epoch(tenant, member.actor) != member.epoch:
            raise InvalidTokenError
        return Machine(Viewer(member.actor, Role.MEMBER, client=client), is_trusted_only=active.is_trusted_only)

    async def _epoch(self, tenant: int, actor: UUID) -> int | None:
        """The account's, within a second of a change elsewhere; None where there is no such account any more."""

        async def read() -> int | None:
            rows = await self._database.rows(EPOCH, tenant=tenant, actor=actor)
            return int(str(rows[0][0])) if rows else None

        return await self.epochs.get((tenant, actor), self._database.versions[tenant], read)

    async def _active(self, tenant: int) -> dict[UUID, ActiveWidget]:
        return await self.recent.get(tenant, self._database.versions[tenant], lambda: self._read(tenant))

    async def _read(self, tenant: int) -> dict[UUID, ActiveWidget]:
        widgets: dict[UUID, ActiveWidget] = {}
        for id_, origins, is_trusted_only, activity, theme in await self._database.rows(ACTIVE, tenant=tenant):
            assert isinstance(id_, UUID) and isinstance(origins, list) and isinstance(theme, dict)
            assert activity is None or isinstance(activity, UUID)
            counting = (origin for origin in origins if self._allows_local or not origin.startswith(LOCAL))
            widgets[id_] = ActiveWidget(frozenset((*counting, *self._preview)), bool(is_trusted_only), activity, theme)
        return widgets


async def hand_over(database: Database, tenant: int, widget: UUID, origin: str, actor: UUID) -> str:
    """A code by which the widget's page at `origin` becomes the actor's, once, within HAND_OVER_FOR.

    Ask `WidgetTokens.shown` before, and give the code to a page of that origin alone.
    """
    code = secret.new_token()
    async with database.transaction(tenant) as transaction:
        await transaction.execute(FORGET)
        await transaction.execute(KEEP, digest=secret.digest(code), widget=widget, origin=origin, actor=actor)
    return code


async def redeem(database: Database, tenant: int, widget: UUID, origin: str, code: str) -> Member:
    """The member whom a code brings to a widget's page. Raises InvalidTokenError.

    A code is gone once it is shown, in the wrong place too: of two requests at once one gets the actor.
    """
    async with database.transaction(tenant) as transaction:
        row = await transaction.one(TAKE, digest=secret.digest(code))
        epoch = await transaction.one(EPOCH, actor=row[2]) if row else None
    if row is None or epoch is None or row[:2] != (widget, origin) or not row[3]:
        raise InvalidTokenError
    assert isinstance(row[2], UUID)
    return Member(row[2], int(str(epoch[0])))


async def end(transaction: Transaction, actor: UUID) -> None:
    """End all that an actor has in widgets: its tokens, and the codes on their way there."""
    await transaction.execute(COUNT_ON, actor=actor)
    await transaction.execute(TAKE_BACK, actor=actor)


def _member(whose: object) -> Member | None:
    """Whose token it says it is. Raises ValueError and TypeError."""
    if whose is None:
        return None
    if not isinstance(whose, list):
        raise TypeError
    actor, epoch = whose
    return Member(UUID(str(actor)), int(epoch))
