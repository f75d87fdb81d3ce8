"""Reads of the register of collectivités: by code, by the beginning of a name, by postal code, nearest to a point."""

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    any_,
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from models.base import constant
from models.collectivite import CollectiviteKind
from models.refusal import ErrorCode, Refusal
from planner.field import Keys, Reference
from planner.listing import Listing, Order, all_of
from planner.question import Arguments, Asker, Question
from register.name import normalise
from resolvers import place
from resolvers.text import searched

ID_PREFIX = "collectivite_"

COMMUNE_KINDS = (CollectiviteKind.COMMUNE, CollectiviteKind.ARRONDISSEMENT_MUNICIPAL)
"""Only their INSEE codes tell one collectivité from all others: région 11 and département 11 share theirs."""


def by_argument(_parent: FromClause, row: FromClause, q: Question) -> ColumnElement[bool]:
    """The one collectivité that an argument names; exactly one argument is wanted."""
    if sum(q.has(name) for name in ("id", "inseeCode", "siren")) != 1:
        raise Refusal(ErrorCode.BAD_INPUT, "Give exactly one of `id`, `inseeCode` and `siren`.", "id")
    if q.has("id"):
        return row.c.id == q.bind(lambda arguments, _: register_id(arguments["id"]), Text())
    if q.has("siren"):
        return row.c.siren == q.bind("siren", Text())
    return and_(row.c.insee_code == q.bind("inseeCode", Text()), has_insee_key(row))


def register_id(text: str) -> str:
    """The register's key in an id of the API. Raises Refusal(BAD_ID) for what is none."""
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


def ident(row: FromClause, _q: Question) -> ColumnElement[str]:
    """`collectivite_<kind>-<code>`."""
    return func.concat(literal_column(f"'{ID_PREFIX}'"), row.c.id)


def code(row: FromClause, _q: Question) -> ColumnElement[str]:
    """The official code within the kind: INSEE, else SIREN, else NIS."""
    return func.coalesce(row.c.insee_code, row.c.siren, row.c.nis_code)


def insee_code(row: FromClause, _q: Question) -> ColumnElement[str | None]:
    """The INSEE code where it names this collectivité alone."""
    return case((has_insee_key(row), row.c.insee_code))


def center(row: FromClause, _q: Question) -> Select[tuple[float, float]]:
    """The centre, absent where the register does not know it."""
    return select(row.c.lat.label("lat"), row.c.lng.label("lng")).where(row.c.lat.is_not(None))


def parents(row: FromClause, child: FromClause, _q: Question) -> Listing:
    """The collectivités that contain this one, nearest first."""
    rank = func.coalesce(func.array_position(child.c.parent_ids, row.c.id), literal_column("0"))
    return Listing((row.c.id == any_(child.c.parent_ids),), Order("parents", (rank, row.c.id), (int, str)))


def listed(row: FromClause, _parent: FromClause, q: Question) -> Listing:
    """Largest first, or nearest first when a point is given."""
    where = all_of(
        (
            row.c.kind == any_(q.bind(_kinds, ARRAY(Text()))) if q.has("kinds") else None,
            _begins(row, q) if q.has("search") else None,
            row.c.postal_codes.op("@>", is_comparison=True)(_array(q)) if q.has("postalCode") else None,
            and_(row.c.insee_code == q.bind("inseeCode", Text()), has_insee_key(row)) if q.has("inseeCode") else None,
        )
    )
    if q.has("near"):
        return Listing(
            (*where, row.c.position.is_not(None)),
            Order("collectivite.nearest", (place.plane_distance(row, q, "near"), row.c.id), (float, str)),
        )
    population = func.coalesce(row.c.population, cast(literal_column("-1"), BigInteger))
    return Listing(where, Order("collectivite.largest", (population, row.c.id), (int, str), is_descending=True))


def _kinds(arguments: Arguments, _asker: Asker) -> list[str]:
    return [kind.value for kind in arguments["kinds"]]


def _array(q: Question) -> ColumnElement[list[str]]:
    return q.bind(lambda arguments, _: [arguments["postalCode"]], ARRAY(Text()))


def _begins(row: FromClause, q: Question) -> ColumnElement[bool]:
    """The name begins so, without regard to accents, case and hyphens: a range of the index on the plain name."""
    first = q.bind(lambda arguments, _: normalise(searched(arguments["search"])), Text())
    behind = q.bind(lambda arguments, _: normalise(searched(arguments["search"])) + "\U0010ffff", Text())
    return and_(row.c.search_name >= first, row.c.search_name < behind)
