"""Hosts and origins of a portal: administrators ask for names, take some away, and name sites whose pages may ask."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    column,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by

from models import expected
from models.base import table, utc_now
from models.event import EventKind
from models.host_request import MAX_HOSTS, MAX_ORIGINS, RECORD_PREFIX, TEXT_PREFIX, HostRequestState
from models.refusal import ErrorCode, Refusal, limit_reached, not_found
from models.tenant import Host, Tenant, settings_id
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from tenants import host_name
from tenants.host_name import HostNameError

_tenant, _host = table(Tenant), table(Host)
_NUMBER = bindparam("number", type_=BigInteger())
_ONE = literal_column("1", Integer)
LOCKED = select(_tenant.c.host_requests, _tenant.c.origins).where(_tenant.c.number == _NUMBER).with_for_update()
HOSTS = select(_host.c.host).where(_host.c.tenant_number == _NUMBER).order_by(_host.c.host)
REQUEST = update(_tenant).where(_tenant.c.number == _NUMBER).values(host_requests=value(Tenant, "host_requests"))
NAME = (
    update(_tenant)
    .where(_tenant.c.number == _NUMBER)
    .values(origins=value(Tenant, "origins"), version=_tenant.c.version + _ONE)
)
COUNT_UP = update(_tenant).where(_tenant.c.number == _NUMBER).values(version=_tenant.c.version + _ONE)
LEAVE = delete(_host).where(_host.c.tenant_number == _NUMBER, _host.c.host == value(Host, "host"))

_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?=.{{4,240}}$)({_LABEL}\.)+[a-z]([a-z0-9-]{{0,61}}[a-z0-9])")
_LOCAL = re.compile(r"(^|\.)(localhost|local|internal|home|lan|test|invalid|onion|arpa)$")
_ORIGIN = re.compile(rf"https://({_LABEL}\.)+{_LABEL}(:[0-9]{{1,5}})?")

Request = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LockedPortal:
    """What a portal asked for, and which sites it names; nobody else changes them until the end of the transaction."""

    host_requests: list[dict[str, Any]]
    origins: list[str]


@dataclass(frozen=True, slots=True)
class ServedHost:
    """A name by which a portal is reached."""

    host: str


# Reads ----------------------------------------------------------------------------------------------------------------


def hosts(row: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """The names by which the portal is reached; for administrators."""
    if not context.viewer.is_administrator:
        return _nothing()
    host = table(Host).alias("served")
    listed = select(func.array_agg(aggregate_order_by(host.c.host, host.c.host))).where(
        host.c.tenant_number == row.c.number
    )
    return func.coalesce(listed.correlate_except(host).scalar_subquery(), _nothing())


def origins(row: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """The other sites whose pages may ask; for administrators."""
    return row.c.origins if context.viewer.is_administrator else _nothing()


def _nothing() -> ColumnElement[Any]:
    return literal_column("'{}'::text[]", ARRAY(Text()))


def requests(row: FromClause, context: FieldContext) -> Select[Any]:
    """The names that are asked for, the first asked first; for administrators."""
    listed = func.jsonb_array_elements(row.c.host_requests).table_valued(
        column("request", JSONB), with_ordinality="place", name="requested"
    )
    each = listed.render_derived()

    def said(name: str) -> ColumnElement[Any]:
        return each.c.request.op("->>", return_type=Text())(literal_column(f"'{name}'", Text))

    told = select(
        said("host").label("host"),
        said("state").label("state"),
        said("problem").label("problem"),
        literal_column(f"'{RECORD_PREFIX}'", Text).concat(said("host")).label("record_name"),
        literal_column(f"'{TEXT_PREFIX}'", Text).concat(said("token")).label("record_text"),
        cast(said("asked_at"), DateTime(timezone=True)).label("asked_at"),
        cast(said("checked_at"), DateTime(timezone=True)).label("checked_at"),
    ).order_by(each.c.place)
    return told if context.viewer.is_administrator else told.where(literal_column("false"))


# Changes --------------------------------------------------------------------------------------------------------------


async def ask(act: Act, *, host: str) -> Outcome:
    """Ask for a name. It is served once a check has found the record with its token, and that it leads here."""
    name, locked = _name(host), await _lock(act)
    if name in {request["host"] for request in locked.host_requests} or name in await _hosts(act):
        raise Refusal(ErrorCode.NAME_TAKEN, "The portal has this name, or asks for it already.", "host")
    if len(locked.host_requests) + len(await _hosts(act)) >= MAX_HOSTS:
        raise limit_reached(f"A portal has at most {MAX_HOSTS} names.", "host", expected.at_most(MAX_HOSTS))
    new = _waiting({"host": name, "token": secrets.token_hex(16)})
    return await _write(act, [*locked.host_requests, new], name)


async def check(act: Act, *, host: str) -> Outcome:
    """Have a name that was asked for checked again; its token stays."""
    name, locked = _name(host), await _lock(act)
    if name not in {request["host"] for request in locked.host_requests}:
        raise not_found("host")
    kept = [_waiting(request) if request["host"] == name else request for request in locked.host_requests]
    return await _write(act, kept, name)


async def remove(act: Act, *, host: str) -> Outcome:
    """Take a name away from the portal, or no longer ask for it; the last name by which it is reached stays."""
    name, locked = _name(host), await _lock(act)
    kept = [request for request in locked.host_requests if request["host"] != name]
    if len(kept) < len(locked.host_requests):
        return await _write(act, kept, name)
    served = await _hosts(act)
    if name not in served:
        raise not_found("host")
    if len(served) == 1:
        raise Refusal(ErrorCode.LAST_HOST, "A portal has one name at least.", "host")
    number, own = act.asker.tenant, settings_id(act.asker.tenant)
    await act.watch((Tenant, own))
    await act.execute(LEAVE, number=number, host=name)
    await act.execute(COUNT_UP, number=number)
    return act.did(EventKind.PORTAL_REVISED, own, {"host": name}, number=number)


async def add_origin(act: Act, *, origin: str) -> Outcome:
    """Let pages of another site ask the portal's API in browsers; one that is named already is not an error."""
    name, locked = _origin(origin), await _lock(act)
    if name in locked.origins:
        return act.did(number=act.asker.tenant)
    if len(locked.origins) >= MAX_ORIGINS:
        raise limit_reached(f"A portal names at most {MAX_ORIGINS} sites.", "origin", expected.at_most(MAX_ORIGINS))
    return await _name_sites(act, [*locked.origins, name])


async def remove_origin(act: Act, *, origin: str) -> Outcome:
    """Let them ask no longer."""
    locked = await _lock(act)
    if origin not in locked.origins:
        raise not_found("origin")
    return await _name_sites(act, [kept for kept in locked.origins if kept != origin])


async def _lock(act: Act) -> LockedPortal:
    locked = await act.one(LOCKED, into=LockedPortal, number=act.asker.tenant)
    assert locked is not None
    return locked


async def _hosts(act: Act) -> set[str]:
    return {row.host for row in await act.all(HOSTS, into=ServedHost, number=act.asker.tenant)}


async def _write(act: Act, kept: Sequence[Request], name: str) -> Outcome:
    number, own = act.asker.tenant, settings_id(act.asker.tenant)
    await act.watch((Tenant, own))
    await act.execute(REQUEST, number=number, host_requests=list(kept))
    return act.did(EventKind.PORTAL_REVISED, own, {"host": name}, number=number)


async def _name_sites(act: Act, kept: Sequence[str]) -> Outcome:
    number, own = act.asker.tenant, settings_id(act.asker.tenant)
    await act.watch((Tenant, own))
    await act.execute(NAME, number=number, origins=list(kept))
    return act.did(EventKind.PORTAL_REVISED, own, {"origins": len(kept)}, number=number)


def _waiting(request: Request) -> dict[str, Any]:
    """A request that is to be checked."""
    state = {"state": HostRequestState.WAITING.value, "asked_at": _now(), "problem": None, "checked_at": None}
    return {**request, **state}


def _now() -> str:
    return utc_now().replace(microsecond=0).isoformat()


def _name(host: str) -> str:
    """A name as browsers send it. Raises Refusal(BAD_HOST)."""
    try:
        name = host_name.ascii_form(host).rstrip(".")
    except HostNameError:
        name = ""
    if not _NAME.fullmatch(name) or _LOCAL.search(name):
        message = "A public host's name is wanted, without https and path, as in participer.ville.fr."
        raise Refusal(ErrorCode.BAD_HOST, message, "host")
    return name


def _origin(origin: str) -> str:
    """A site as browsers name it. Raises Refusal(BAD_ORIGIN)."""
    try:
        name = host_name.ascii_origin(origin.strip().removesuffix("/").removesuffix(":443")).lower()
    except HostNameError:
        name = ""
    if len(name) > 255 or not _ORIGIN.fullmatch(name):
        raise Refusal(ErrorCode.BAD_ORIGIN, "A site is https:// and a host, without a path.", "origin")
    return name
