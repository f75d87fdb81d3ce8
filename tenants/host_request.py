"""Requests for host names: those that wait for their check, and what becomes of them in the registry."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.types import Integer

from database.door import Database
from models.host_request import HostProblem, HostRequestState
from tenants import directory
from tenants.directory import ProvisioningError, Reached
from tenants.host_name import SERVED
from tenants.provisioning import COUNT_UP

AT_ONCE = 20

WAITING = text("""
SELECT t.number, r ->> 'host', r ->> 'token'
FROM platform.tenant t JOIN platform.registry g ON t.database = g.database, jsonb_array_elements(t.host_requests) r
WHERE t.host_requests <> '[]' AND r ->> 'state' = 'WAITING' AND t.state = 'ACTIVE'
ORDER BY r ->> 'asked_at' LIMIT :at_once
""").bindparams(bindparam("at_once", type_=Integer()))
_READ = "SELECT host_requests FROM platform.tenant WHERE number = %s FOR UPDATE"
_WRITE = "UPDATE platform.tenant SET host_requests = %s::jsonb WHERE number = %s"
_SERVE = (
    "INSERT INTO platform.host (host, tenant_number) SELECT %s, %s WHERE NOT EXISTS ("  # noqa: S608  # a constant of ours
    f"SELECT FROM {SERVED} WHERE host = %s AND tenant_number <> %s) ON CONFLICT DO NOTHING"
)
_OWN = "SELECT FROM platform.host WHERE host = %s AND tenant_number = %s"
_NOW = "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"


@dataclass(frozen=True, slots=True)
class WaitingHost:
    """A name that a tenant asked for, and the token that proves that the name is the tenant's."""

    tenant: int
    host: str
    token: str


async def waiting(database: Database) -> list[WaitingHost]:
    """Those that wait for their check, the longest asked first."""
    rows = await database.rows(WAITING, at_once=AT_ONCE)
    return [WaitingHost(int(str(number)), str(host), str(token)) for number, host, token in rows]


async def settle(database: Database, asked: WaitingHost, problem: HostProblem | None) -> HostProblem | None:
    """Serve a name that was checked, or keep what is wrong with it; what is wrong with it in the end.

    A request that was taken back or asked anew meanwhile is left alone. A name of another tenant is TAKEN.
    """
    with suppress(ProvisioningError):  # The tenant is gone.
        async with directory.tenant_change(database, asked.tenant) as reached:
            return await _settle(reached, asked, problem)
    return problem


async def _settle(reached: Reached, asked: WaitingHost, problem: HostProblem | None) -> HostProblem | None:
    main, own = reached.main, reached.own
    row = await directory.one(own, _READ, asked.tenant)
    requests = list(row[0]) if row and isinstance(row[0], list) else []
    if not any(_is(asked, request) for request in requests):
        return problem
    serve = [asked.host, asked.tenant, asked.host, asked.tenant]
    if problem is None:
        served = await main.execute(_SERVE, serve)
        if not served.rowcount and await directory.one(main, _OWN, asked.host, asked.tenant) is None:
            problem = HostProblem.TAKEN
        elif own is not main:
            await own.execute(_SERVE, serve)
    now = await directory.one(own, _NOW)
    failed = {"state": HostRequestState.FAILED.value, "problem": problem and problem.value}
    kept = [
        {**request, **failed, "checked_at": now and now[0]} if _is(asked, request) else request
        for request in requests
        if problem is not None or not _is(asked, request)
    ]
    await own.execute(_WRITE, [orjson.dumps(kept).decode(), asked.tenant])
    if problem is None:
        await own.execute(COUNT_UP, [asked.tenant])
    return problem


def _is(asked: WaitingHost, request: Mapping[str, Any]) -> bool:
    named = request.get("host"), request.get("token"), request.get("state")
    return named == (asked.host, asked.token, HostRequestState.WAITING.value)
