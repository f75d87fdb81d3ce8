"""Reads of the portal: what the public sees of the tenant that serves the request."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    Text,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, array

from models.base import constant, table
from models.collectivite import Collectivite, CollectiviteKind, CollectiviteOutline
from models.event import EMPTY_ROOT, Seal
from models.tenant import Tenant
from planner.context import FieldContext
from resolvers import place


def served(_parent: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The tenant of the request's host."""
    return row.c.number == context.tenant


def collectivite(portal: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """The collectivité whose portal it is."""
    return row.c.id == portal.c.collectivite_id


def theme(row: FromClause, _context: FieldContext) -> Select[tuple[str | None, str, str, str, str]]:
    """Logo, colours, font and cover."""
    return select(row.c.logo_url, row.c.primary_color, row.c.secondary_color, row.c.font, row.c.cover)


def center(row: FromClause, _context: FieldContext) -> Select[tuple[float, float]]:
    """Where a map of the portal opens; absent where it is not known."""
    return select(row.c.lat.label("lat"), row.c.lng.label("lng")).where(row.c.lat.is_not(None))


def commune_outlines(row: FromClause, context: FieldContext) -> ColumnElement[object]:
    """A FeatureCollection of the collectivité's communes, by code, optionally only those that meet `within`."""
    shape, commune = table(CollectiviteOutline).alias(), table(Collectivite).alias()
    properties = func.json_build_object(_word("code"), commune.c.insee_code, _word("name"), commune.c.name)
    feature = func.json_build_object(
        _word("type"), _word("Feature"), _word("properties"), properties, _word("geometry"), shape.c.geometry
    )
    features = (
        select(func.coalesce(func.json_agg(aggregate_order_by(feature, commune.c.insee_code)), literal_column("'[]'")))
        .select_from(commune.join(shape, shape.c.collectivite_id == commune.c.id))
        .where(
            or_(
                commune.c.id == row.c.collectivite_id,
                commune.c.parent_ids.op("@>", is_comparison=True)(array((row.c.collectivite_id,))),
            ),
            commune.c.kind == constant(CollectiviteKind.COMMUNE),
            place.meets_bounds(shape, context, "within") if context.has("within") else true(),
        )
        .correlate(row)
    )
    return func.json_build_object(
        _word("type"), _word("FeatureCollection"), _word("features"), features.scalar_subquery()
    )


def _word(word: str) -> ColumnElement[str]:
    return literal_column(f"'{word}'", Text)


def time_zone(number: ColumnElement[Any]) -> ScalarSelect[str]:
    """The time zone of the tenant of this number, in which its days begin and end."""
    tenant = table(Tenant).alias("clock")
    return select(tenant.c.time_zone).where(tenant.c.number == number).correlate_except(tenant).scalar_subquery()


TIME_ZONE = select(time_zone(bindparam("number", type_=BigInteger())))


def journal(_row: FromClause, _context: FieldContext) -> Select[tuple[int, str, datetime]]:
    """The journal's last sealed head, or that of an empty journal."""
    seal, always = table(Seal).alias("seal"), select(literal_column("1")).subquery("always")
    last = select(seal.c.size, seal.c.root, seal.c.sealed_at).order_by(seal.c.size.desc()).limit(literal_column("1"))
    head = last.lateral("head")
    return select(
        func.coalesce(head.c.size, literal_column("0")).label("size"),
        func.coalesce(head.c.root, literal_column(f"'{EMPTY_ROOT}'", Text)).label("root"),
        head.c.sealed_at,
    ).select_from(always.outerjoin(head, true()))
