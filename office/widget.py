"""Widgets: listed, registered, revised and revoked by administrators."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Select, Text, cast, func, literal_column, select, update

from models import expected
from models.base import table
from models.event import EventKind
from models.refusal import bad_input, not_found
from models.widget import Widget
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, text
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
"""What a theme may contain: the format of each value, and its name in the contract."""

EXAMPLES = {"primary_color": "#1a6b54", "secondary_color": "#f2b705", "font": "Georgia, serif"}

Theme = Mapping[str, str | None]

_widget = table(Widget)
REVISE = (
    update(_widget)
    .where(_widget.c.id == value(Widget, "id"), _widget.c.revoked_at.is_(None))
    .values(
        {
            name: func.coalesce(cast(value(Widget, name), _widget.c[name].type), _widget.c[name])
            for name in ("name", "origins", "activity_id", "theme", "is_trusted_only")
        }
    )
)
REVOKE = (
    update(_widget)
    .where(_widget.c.id == value(Widget, "id"))
    .values(revoked_at=func.coalesce(_widget.c.revoked_at, func.now()))
)


def listed(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """Newest first, including those that are revoked."""
    return Listing((), Order("widget.newest", (row.c.created_at, row.c.id), (datetime, UUID), is_descending=True))


def theme(row: FromClause, _context: FieldContext) -> Select[tuple[str | None, ...]]:
    """The differences from the portal's theme."""
    return select(*(row.c.theme.op("->>")(literal_column(f"'{key}'", Text)).label(key) for key in THEME))


async def register(
    act: Act,
    *,
    name: str,
    origins: list[str],
    activity: UUID | None = None,
    theme: Theme | None = None,
    is_trusted_only: bool = False,
) -> Outcome:
    """Register a widget."""
    values = await _checked(act, name=name, origins=origins, activity=activity, theme=theme or {})
    widget = await act.insert(
        Widget, **values, is_trusted_only=is_trusted_only, created_by_id=act.actor_or_none, created_at=act.now
    )
    return act.did(EventKind.WIDGET_REGISTERED, widget, widget_id=widget)


async def revise(act: Act, *, widget: UUID, is_trusted_only: bool | None = None, **changes: Any) -> Outcome:
    """Change the given fields of a widget that is not revoked; a theme is replaced as a whole."""
    values = await _checked(act, **changes)
    if not await act.execute(REVISE, id=widget, is_trusted_only=is_trusted_only, **values):
        raise not_found("widget")
    return act.did(EventKind.WIDGET_REVISED, widget, widget_id=widget)


async def revoke(act: Act, *, widget: UUID) -> Outcome:
    """Revoke a widget and all its tokens."""
    if not await act.execute(REVOKE, id=widget):
        raise not_found("widget")
    return act.did(EventKind.WIDGET_REVOKED, widget, widget_id=widget)


async def _checked(
    act: Act,
    *,
    name: str | None = None,
    origins: list[str] | None = None,
    activity: UUID | None = None,
    theme: Theme | None = None,
) -> dict[str, object]:
    """The values of a widget's columns; None for fields that are not given."""
    values: dict[str, object] = {
        "name": None if name is None else text.line(name, NAME_LENGTH, "name"),
        "origins": None if origins is None else _checked_origins(origins),
        "activity_id": activity,
        "theme": None if theme is None else _checked_theme(theme),
    }
    if activity is not None:  # Administrators see every activity whose feature is on.
        await access.activity(act, activity)
    return values


def _checked_origins(origins: list[str]) -> list[str]:
    """The origins as browsers write them, each once."""
    wanted = [_as_browsers_write(origin) for origin in origins]
    if not 1 <= len(wanted) <= MAX_ORIGINS:
        raise bad_input(f"A widget has 1 to {MAX_ORIGINS} origins.", "origins", expected.count(1, MAX_ORIGINS))
    for place, origin in enumerate(wanted):
        if len(origin) > MAX_ORIGIN or not _ORIGIN.fullmatch(origin):
            raise bad_input(
                "An origin is https:// and a host, without a path.",
                f"origins.{place}",
                expected.example("https://www.ville.fr"),
            )
    return list(dict.fromkeys(wanted))


def _as_browsers_write(origin: str) -> str:
    try:
        return host_name.ascii_origin(origin.strip().removesuffix("/").removesuffix(":443")).lower()
    except HostNameError:
        return ""  # No origin: refused like any other.


def _checked_theme(theme: Theme) -> dict[str, str]:
    """The keys that are given."""
    given = {key: said for key, said in theme.items() if said is not None}
    for key, said in given.items():
        form, name = THEME[key]
        if not form.fullmatch(said):
            raise bad_input(
                "A colour is #rrggbb; a font is letters and commas.", f"theme.{name}", expected.example(EXAMPLES[key])
            )
    return given
