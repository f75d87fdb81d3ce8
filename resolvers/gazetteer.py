"""The gazetteer («répertoire de lieux»): places by name or postal code, from the portal's zones and the register."""

from enum import Enum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    Text,
    any_,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

import geo.cell
from geo.privacy import PERSON_RESOLUTION
from models.base import constant, table
from models.collectivite import Collectivite, CollectiviteKind
from models.zone import Zone
from planner.context import Arguments, Asker, FieldContext
from planner.loading import BatchContext
from register import former
from register.name import normalise
from resolvers import collectivite, place, text
from resolvers.search import searched

MAX_PLACES = 8
"""As many as fit below a field."""


class PlaceKind(Enum):
    """What kind of place it is."""

    ZONE = "ZONE"
    COMMUNE = "COMMUNE"
    FORMER_COMMUNE = "FORMER_COMMUNE"


AROUND = (CollectiviteKind.DEPARTEMENT, CollectiviteKind.PROVINCE)
"""The areas that distinguish communes of the same name."""

_ZONE_RANK, _CODE_RANK = literal_column("3", Integer), literal_column("2", Integer)


def places(_parent: FromClause, context: FieldContext) -> Select[Any]:
    """Zones first, then communes of just this name or postal code, then those that begin so; the nearest first."""
    parts = (_zones(context), _named(context), _coded(context), _former(context))
    places = union_all(*parts).subquery("places")
    return (
        select(places.c.name, places.c.kind, places.c.postal_code, places.c.within, places.c.where)
        .order_by(places.c.rank.desc(), places.c.far, places.c.name)
        .limit(literal_column(str(MAX_PLACES), Integer))
    )


def where(row: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """The input for a place's cell: the cells of a zone's cover, or a point."""
    return func.concat(row.c.where)


async def cells(_context: BatchContext, places: list[str]) -> list[str]:
    """The cell in the middle of each place."""
    return [geo.cell.to_text(geo.cell.at(*_middle(place), PERSON_RESOLUTION)) for place in places]


def _middle(place: str) -> geo.cell.Point:
    """The point, or the mean of the cover's cells."""
    if " " in place:
        lat, _, lng = place.partition(" ")
        return float(lat), float(lng)
    centers = [geo.cell.center(int(cell)) for cell in place.split(",")]
    return sum(lat for lat, _ in centers) / len(centers), sum(lng for _, lng in centers) / len(centers)


def _zones(context: FieldContext) -> Select[Any]:
    """Zones with what is searched for anywhere in their names."""
    row = table(Zone).alias("zone_found")
    wanted = context.bind(_plain, Text())
    return select(
        row.c.name,
        literal_column("'ZONE'", Text).label("kind"),
        cast(null(), Text).label("postal_code"),
        cast(null(), Text).label("within"),
        func.array_to_string(row.c.cells, literal_column("','", Text)).label("where"),
        _ZONE_RANK.label("rank"),
        literal_column("0", Double).label("far"),
    ).where(wanted != literal_column("''", Text), func.strpos(text.dictionary_order(row.c.name), wanted) > 0)


def _named(context: FieldContext) -> Select[Any]:
    row = table(Collectivite).alias("commune_named")
    return _communes(context, row, collectivite.exactness(row, context)).where(
        context.bind(_plain, Text()) != literal_column("''", Text), collectivite.begins(row, context)
    )


def _coded(context: FieldContext) -> Select[Any]:
    row = table(Collectivite).alias("commune_coded")
    codes = context.bind(lambda arguments, _: [searched(arguments["search"]).strip()], ARRAY(Text()))
    return _communes(context, row, _CODE_RANK).where(row.c.postal_codes.op("@>", is_comparison=True)(codes))


def _former(context: FieldContext) -> Select[Any]:
    """Former communes, which the register knows by name alone: each with the commune that it is part of today."""
    line = func.unnest(context.bind(_former_lines, ARRAY(Text()))).column_valued("former")
    row = table(Collectivite).alias("commune_today")

    def cell(number: int) -> ColumnElement[str]:
        return func.split_part(line, literal_column("E'\\t'", Text), literal_column(str(number), Integer))

    within = func.concat_ws(literal_column("', '", Text), row.c.name, _around(row))
    return (
        select(
            cell(1).label("name"),
            literal_column("'FORMER_COMMUNE'", Text).label("kind"),
            row.c.postal_codes[literal_column("1", Integer)].label("postal_code"),
            within.label("within"),
            cell(3).label("where"),
            cast(cell(4), Integer).label("rank"),
            (place.plane_distance(row, context, "near") if context.has("near") else literal_column("0", Double)).label(
                "far"
            ),
        )
        .select_from(row)
        .where(row.c.insee_code == cell(2), collectivite.has_insee_key(row))
    )


def _former_lines(arguments: Arguments, asker: Asker) -> list[str]:
    """Name, code of today's commune, point and rank of those that begin so; below communes of today of that name."""
    if not _plain(arguments, asker):
        return []
    near = arguments.get("near")
    point = (near["lat"], near["lng"]) if near else None
    names = former.beginning(searched(arguments["search"]), point, MAX_PLACES)
    return [f"{row.name}\t{row.insee_code}\t{row.lat} {row.lng}\t{int(is_exact)}" for row, is_exact in names]


def _communes(context: FieldContext, row: FromClause, rank: ColumnElement[int]) -> Select[Any]:
    """Communes that have a position, those nearest to `near` first, else those with most people."""
    crowd = -cast(func.coalesce(row.c.population, literal_column("0", Integer)), Double)
    return select(
        row.c.name,
        literal_column("'COMMUNE'", Text).label("kind"),
        row.c.postal_codes[literal_column("1", Integer)].label("postal_code"),
        _around(row).label("within"),
        func.concat(row.c.lat, literal_column("' '", Text), row.c.lng).label("where"),
        rank.label("rank"),
        (place.plane_distance(row, context, "near") if context.has("near") else crowd).label("far"),
    ).where(row.c.position.is_not(None), collectivite.has_insee_key(row))


def _around(row: FromClause) -> ColumnElement[Any]:
    """The name of the département or province around a commune."""
    parent = table(Collectivite).alias("around")
    return (
        select(parent.c.name)
        .where(parent.c.id == any_(row.c.parent_ids), parent.c.kind.in_([constant(kind) for kind in AROUND]))
        .limit(literal_column("1", Integer))
        .correlate(row)
        .scalar_subquery()
    )


def _plain(arguments: Arguments, _asker: Asker) -> str:
    """The search in the form in which names are compared; empty for less than two letters, which match too many."""
    plain = normalise(searched(arguments["search"]))
    return plain if len(plain) > 1 else ""
