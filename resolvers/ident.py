"""Ids of the API in SQL, and arguments that hold them."""

from collections.abc import Callable

from sqlalchemy import BindParameter, ColumnElement, FromClause, Text, cast, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from models import ident
from planner.context import FieldContext


def of(kind: str) -> Callable[[FromClause, FieldContext], ColumnElement[str]]:
    """The id of a row: `<kind>_<tenant>_<uuid>`."""

    def build(row: FromClause, context: FieldContext) -> ColumnElement[str]:
        return func.concat(context.id_prefix(kind), cast(row.c.id, Text))

    return build


def argument(context: FieldContext, kind: str, name: str) -> BindParameter[object]:
    """The UUID in an id argument, NULL for another tenant's. A malformed id is refused when the plan runs."""
    return context.bind(lambda arguments, asker: ident.decode(kind, asker.tenant, arguments[name], name), Uuid())


def arguments(context: FieldContext, kind: str, name: str) -> BindParameter[object]:
    """The UUIDs in a list of ids, without those of other tenants."""

    def decode(given: dict[str, list[str]], tenant: int) -> list[object]:
        return [uuid for text in given[name] if (uuid := ident.decode(kind, tenant, text, name)) is not None]

    return context.bind(lambda given, asker: decode(dict(given), asker.tenant), ARRAY(Uuid()))


def by_argument(kind: str, name: str = "id") -> Callable[[FromClause, FromClause, FieldContext], ColumnElement[bool]]:
    """The row that an id argument names."""
    return lambda _parent, row, context: row.c.id == argument(context, kind, name)
