"""Reads of the register of collectivités: by code, by the beginning of a name, by postal code, nearest to a point."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    any_,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from models.base import constant, table
from models.collectivite import CollectiviteKind, CollectiviteOutline
from models.refusal import ErrorCode, Refusal
from planner.context import Arguments, Asker, FieldContext
from planner.field import Keys, Reference
from planner.listing import Listing, Order, all_of
from register import former
from register.name import ARTICLES, beginnings, spelled
from resolvers import place
from resolvers.search import searched

_LAST = "\U0010ffff"
"""Sorts after every name."""

ID_PREFIX = "collectivite_"

COMMUNE_KINDS = (CollectiviteKind.COMMUNE, CollectiviteKind.ARRONDISSEMENT_MUNICIPAL)
"""The kinds whose INSEE codes are unique; région 11 and département 11 share one."""


def by_argument(_parent: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The one collectivité that an argument names; exactly one argument is wanted."""
    if sum(context.has(name) for name in ("id", "inseeCode", "siren")) != 1:
        raise Refusal(ErrorCode.BAD_INPUT, "Give exactly one of `id`, `inseeCode` and `siren`.", "id")
    if context.has("id"):
        return row.c.id == context.bind(lambda arguments, _: register_id(arguments["id"]), Text())
    if context.has("siren"):
        return row.c.siren == context.bind("siren", Text())
    return _has_code(row, context)


def _has_code(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The commune of an INSEE code, or that of today which it is part of."""
    today = context.bind(lambda arguments, _: former.code_today(arguments["inseeCode"]), Text())
    return and_(row.c.insee_code == today, has_insee_key(row))


def register_id(text: str) -> str:
    """The register's key in an id of the API. Raises Refusal(BAD_ID) for a malformed one."""
    if not text.startswith(ID_PREFIX) or "\0" in text:
        raise Refusal(ErrorCode.BAD_ID, "This is not an id of a collectivité.", "id")
    return text.removeprefix(ID_PREFIX)


def has_insee_key(row: FromClause) -> ColumnElement[bool]:
    """Whether the INSEE code names this collectivité alone."""
    return row.c.kind.in_([constant(kind) for kind in COMMUNE_KINDS])


def _register_ids(texts: Keys, _tenant: int) -> Keys:
    return [None if text is None else register_id(text) for text in texts]


REFERENCES: dict[str, Reference] = {
    "id": (_register_ids, lambda row, text: row.c.id == text),
    "inseeCode": (lambda texts, _tenant: texts, lambda row, text: and_(row.c.insee_code == text, has_insee_key(row))),
}
"""How a federation router may name a collectivité."""


def ident(row: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """`collectivite_<kind>-<code>`."""
    return func.concat(literal_column(f"'{ID_PREFIX}'"), row.c.id)


def code(row: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """The official code within the kind: INSEE, else SIREN, else NIS."""
    return func.coalesce(row.c.insee_code, row.c.siren, row.c.nis_code)


def insee_code(row: FromClause, _context: FieldContext) -> ColumnElement[str | None]:
    """The INSEE code where it names this collectivité alone."""
    return case((has_insee_key(row), row.c.insee_code))


def center(row: FromClause, _context: FieldContext) -> Select[tuple[float, float]]:
    """The centre, absent where the register does not know it."""
    return select(row.c.lat.label("lat"), row.c.lng.label("lng")).where(row.c.lat.is_not(None))


def outline(row: FromClause, _context: FieldContext) -> ColumnElement[object]:
    """The outline as GeoJSON; absent where the register has none."""
    shape = table(CollectiviteOutline).alias()
    return select(shape.c.geometry).where(shape.c.collectivite_id == row.c.id).correlate(row).scalar_subquery()


def parents(row: FromClause, child: FromClause, _context: FieldContext) -> Listing:
    """The collectivités that contain this one, nearest first."""
    rank = func.coalesce(func.array_position(child.c.parent_ids, row.c.id), literal_column("0"))
    return Listing((row.c.id == any_(child.c.parent_ids),), Order("parents", (rank, row.c.id), (int, str)))


def listed(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """Largest first, with exact matches of the name before all others; or nearest first when a point is given."""
    where = all_of(
        (
            row.c.kind == any_(context.bind(_kinds, ARRAY(Text()))) if context.has("kinds") else None,
            or_(begins(row, context), _was_called(row, context)) if context.has("search") else None,
            row.c.postal_codes.op("@>", is_comparison=True)(_array(context)) if context.has("postalCode") else None,
            _has_code(row, context) if context.has("inseeCode") else None,
        )
    )
    if context.has("near"):
        return Listing(
            (*where, row.c.position.is_not(None)),
            Order("collectivite.nearest", (place.plane_distance(row, context, "near"), row.c.id), (float, str)),
        )
    population = func.coalesce(row.c.population, cast(literal_column("-1"), BigInteger))
    if context.has("search"):
        keys = (exactness(row, context), population, row.c.id)
        return Listing(where, Order("collectivite.named", keys, (int, int, str), is_descending=True))
    return Listing(where, Order("collectivite.largest", (population, row.c.id), (int, str), is_descending=True))


def _kinds(arguments: Arguments, _asker: Asker) -> list[str]:
    return [kind.value for kind in arguments["kinds"]]


def _array(context: FieldContext) -> ColumnElement[list[str]]:
    return context.bind(lambda arguments, _: [arguments["postalCode"]], ARRAY(Text()))


def begins(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the name begins with the search, ignoring accents, case and hyphens, by ranges of an index."""
    return or_(*(_in_range(row, context, index) for index in range(2 * len(ARTICLES))))


def _was_called(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The commune of today of which a former commune of just this name is part."""
    codes = context.bind(lambda arguments, _: former.codes_called(searched(arguments["search"])), ARRAY(Text()))
    return and_(row.c.insee_code == any_(codes), has_insee_key(row))


def _in_range(row: FromClause, context: FieldContext, index: int) -> ColumnElement[bool]:
    def first(arguments: Arguments, _: Asker) -> str:
        names = beginnings(searched(arguments["search"]))
        return names[index] if index < len(names) else _LAST

    first_name = context.bind(first, Text())
    behind = context.bind(lambda arguments, asker: first(arguments, asker) + _LAST, Text())
    return and_(row.c.search_name >= first_name, row.c.search_name < behind)


def exactness(row: FromClause, context: FieldContext) -> ColumnElement[int]:
    """2: the name equals the search; 1: except for its article; 0: it begins with the search."""

    def names(articles: Sequence[str]) -> ColumnElement[Any]:
        def compute(arguments: Arguments, _: Asker) -> list[str]:
            return [article + name for article in articles for name in spelled(searched(arguments["search"]))]

        return any_(context.bind(compute, ARRAY(Text())))

    two, one, zero = (literal_column(str(rank), Integer) for rank in (2, 1, 0))
    is_it, is_with_article = row.c.search_name == names(ARTICLES[:1]), row.c.search_name == names(ARTICLES[1:])
    return case((is_it, two), (is_with_article, one), else_=zero)
