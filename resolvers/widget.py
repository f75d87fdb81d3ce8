"""Widgets: listed, registered, revised and revoked by administrators."""

import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Select,
    Text,
    bindparam,
    cast,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import Uuid

from database.door import Transaction
from models.base import new_id, table
from models.refusal import ErrorCode, Refusal
from models.widget import Widget
from planner.listing import Listing, Order
from planner.mutation import Outcome
from planner.question import Asker, Question
from resolvers import access, idempotency, text
from tenants import host_name
from tenants.host_name import HostNameError

NAME_LENGTH = (1, 120)
MAX_ORIGINS = 20
MAX_ORIGIN = 268
"""Characters: a scheme, the longest host name and a port."""

_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_ORIGIN = re.compile(rf"https://{_LABEL}(\.{_LABEL})*(:[1-9][0-9]{{0,4}})?|http://localhost:[1-9][0-9]{{0,4}}")
_COLOR = re.compile("#[0-9a-f]{6}")
_FONT = re.compile("[A-Za-z0-9 ,-]{1,80}")
THEME = {
    "primary_color": (_COLOR, "primaryColor"),
    "secondary_color": (_COLOR, "secondaryColor"),
    "font": (_FONT, "font"),
}
"""What a theme may hold: the form of each value, and its name in the contract."""

_widget = table(Widget)
_id = bindparam("id", type_=Uuid())
_name, _origins = bindparam("name", type_=Text()), bindparam("origins", type_=ARRAY(Text()))
_activity, _theme = bindparam("activity", type_=Uuid()), bindparam("theme", type_=JSONB())
_is_trusted_only = bindparam("is_trusted_only", type_=Boolean())
REGISTER = insert(_widget).values(
    id=_id,
    name=_name,
    origins=_origins,
    activity_id=_activity,
    theme=_theme,
    is_trusted_only=_is_trusted_only,
    created_by_id=bindparam("creator", type_=Uuid()),
    created_at=func.now(),
)
REVISE = (
    update(_widget)
    .where(_widget.c.id == _id, _widget.c.revoked_at.is_(None))
    .values(
        name=func.coalesce(_name, _widget.c.name),
        origins=func.coalesce(_origins, _widget.c.origins),
        activity_id=func.coalesce(_activity, _widget.c.activity_id),
        theme=func.coalesce(cast(_theme, JSONB), _widget.c.theme),
        is_trusted_only=func.coalesce(_is_trusted_only, _widget.c.is_trusted_only),
    )
)
REVOKE = update(_widget).where(_widget.c.id == _id).values(revoked_at=func.coalesce(_widget.c.revoked_at, func.now()))


def listed(row: FromClause, _parent: FromClause, _q: Question) -> Listing:
    """The newest first, also those that are revoked."""
    return Listing((), Order("widget.newest", (row.c.created_at, row.c.id), (datetime, UUID), is_descending=True))


def activity(widget: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """What it shows."""
    return row.c.id == widget.c.activity_id


def creator(widget: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """Who registered it."""
    return row.c.id == widget.c.created_by_id


def theme(row: FromClause, _q: Question) -> Select[tuple[str | None, ...]]:
    """What differs from the portal's theme."""
    return select(*(row.c.theme.op("->>")(literal_column(f"'{key}'", Text)).label(key) for key in THEME))


def changed(payload: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """The widget that a mutation named."""
    return row.c.id == payload.c.widget_id


async def register(
    transaction: Transaction,
    asker: Asker,
    *,
    name: str,
    origins: list[str],
    activity: str | None = None,
    theme: Mapping[str, str | None] | None = None,
    is_trusted_only: bool = False,
    idempotency_key: str | None = None,
) -> Outcome:
    """Register a widget."""
    administrator = access.administrator(asker)
    values = _checked(asker, name, origins, activity, theme or {})

    async def act() -> Outcome:
        await _check_activity(transaction, asker, values["activity"])
        id_, creator = new_id(), asker.viewer.actor_id
        await transaction.execute(REGISTER, id=id_, creator=creator, is_trusted_only=is_trusted_only, **values)
        return Outcome({"widget_id": id_})

    request = {"do": "register widget", "is_trusted_only": is_trusted_only} | values
    return await idempotency.once(transaction, administrator, idempotency_key, request, act)


async def revise(
    transaction: Transaction,
    asker: Asker,
    *,
    widget: str,
    name: str | None = None,
    origins: list[str] | None = None,
    activity: str | None = None,
    theme: Mapping[str, str | None] | None = None,
    is_trusted_only: bool | None = None,
    idempotency_key: str | None = None,
) -> Outcome:
    """Change what is given of a widget that is not revoked; a theme is replaced whole."""
    administrator = access.administrator(asker)
    uuid = access.uuid_of(asker, "widget", widget, "widget")
    values = _checked(asker, name, origins, activity, theme)

    async def act() -> Outcome:
        await _check_activity(transaction, asker, values["activity"])
        if not await transaction.execute(REVISE, id=uuid, is_trusted_only=is_trusted_only, **values):
            raise access.not_found("widget")
        return Outcome({"widget_id": uuid})

    request = {"do": "revise widget", "widget": widget, "is_trusted_only": is_trusted_only} | values
    return await idempotency.once(transaction, administrator, idempotency_key, request, act)


async def revoke(transaction: Transaction, asker: Asker, *, widget: str, idempotency_key: str | None = None) -> Outcome:
    """End a widget now, and all its tokens with it."""
    administrator = access.administrator(asker)
    uuid = access.uuid_of(asker, "widget", widget, "widget")

    async def act() -> Outcome:
        if not await transaction.execute(REVOKE, id=uuid):
            raise access.not_found("widget")
        return Outcome({"widget_id": uuid})

    request = {"do": "revoke widget", "widget": widget}
    return await idempotency.once(transaction, administrator, idempotency_key, request, act)


def _checked(
    asker: Asker,
    name: str | None,
    origins: list[str] | None,
    activity: str | None,
    theme: Mapping[str, str | None] | None,
) -> dict[str, object]:
    """The values of a widget's columns; None for what is not given."""
    return {
        "name": None if name is None else text.line(name, NAME_LENGTH, "name"),
        "origins": None if origins is None else _checked_origins(origins),
        "activity": None if activity is None else access.uuid_of(asker, "activity", activity, "activity"),
        "theme": None if theme is None else _checked_theme(theme),
    }


def _checked_origins(origins: list[str]) -> list[str]:
    """The origins as browsers write them, each once."""
    wanted = [_as_browsers_write(origin) for origin in origins]
    if not 1 <= len(wanted) <= MAX_ORIGINS:
        raise Refusal(ErrorCode.BAD_INPUT, f"A widget has 1 to {MAX_ORIGINS} origins.", "origins")
    for place, origin in enumerate(wanted):
        if len(origin) > MAX_ORIGIN or not _ORIGIN.fullmatch(origin):
            raise Refusal(ErrorCode.BAD_INPUT, "An origin is https:// and a host, without a path.", f"origins.{place}")
    return list(dict.fromkeys(wanted))


def _as_browsers_write(origin: str) -> str:
    try:
        return host_name.ascii_origin(origin.strip().removesuffix("/").removesuffix(":443")).lower()
    except HostNameError:
        return ""  # No origin: refused like any other.


def _checked_theme(theme: Mapping[str, str | None]) -> dict[str, str]:
    """The keys that are given."""
    given = {key: value for key, value in theme.items() if value is not None}
    for key, value in given.items():
        form, name = THEME[key]
        if not form.fullmatch(value):
            raise Refusal(ErrorCode.BAD_INPUT, "A colour is #rrggbb; a font is letters and commas.", f"theme.{name}")
    return given


async def _check_activity(transaction: Transaction, asker: Asker, activity: object) -> None:
    """An administrator sees every activity that the portal's features have."""
    if activity is not None and await transaction.one(access.target_activity(access.sight(asker)), id=activity) is None:
        raise access.not_found("activity")
