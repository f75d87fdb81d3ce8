"""Reads of the portal: what the public sees of the tenant that serves the request."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, ScalarSelect, Select, select

from models.base import table
from models.tenant import Tenant
from planner.question import Question


def served(_parent: FromClause, row: FromClause, q: Question) -> ColumnElement[bool]:
    """The tenant of the request's host."""
    return row.c.number == q.tenant


def collectivite(portal: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """The collectivité whose portal it is."""
    return row.c.id == portal.c.collectivite_id


def theme(row: FromClause, _q: Question) -> Select[tuple[str | None, str, str, str]]:
    """Logo, colours and font."""
    return select(row.c.logo_url, row.c.primary_color, row.c.secondary_color, row.c.font)


def center(row: FromClause, _q: Question) -> Select[tuple[float, float]]:
    """Where a map of the portal opens; absent where it is not known."""
    return select(row.c.lat.label("lat"), row.c.lng.label("lng")).where(row.c.lat.is_not(None))


def time_zone(number: ColumnElement[Any]) -> ScalarSelect[str]:
    """The time zone of the tenant of this number, by which its days are told."""
    tenant = table(Tenant).alias("clock")
    return select(tenant.c.time_zone).where(tenant.c.number == number).correlate_except(tenant).scalar_subquery()
