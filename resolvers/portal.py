"""Reads of the portal: what the public sees of the tenant that serves the request."""

from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, Select, Text, func, literal_column, select, true

from models.base import table
from models.event import EMPTY_ROOT, Seal
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


def journal(_row: FromClause, _q: Question) -> Select[tuple[int, str, datetime]]:
    """The last head that the journal was sealed with, or that of an empty journal."""
    seal, always = table(Seal).alias("seal"), select(literal_column("1")).subquery("always")
    last = select(seal.c.size, seal.c.root, seal.c.sealed_at).order_by(seal.c.size.desc()).limit(literal_column("1"))
    head = last.lateral("head")
    return select(
        func.coalesce(head.c.size, literal_column("0")).label("size"),
        func.coalesce(head.c.root, literal_column(f"'{EMPTY_ROOT}'", Text)).label("root"),
        head.c.sealed_at,
    ).select_from(always.outerjoin(head, true()))
