"""User errors as rows: refusals as the payload's statement reads them."""

from typing import Any

from sqlalchemy import FromClause, Select, Text, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSON

from planner.context import FieldContext


def rows(payload: FromClause, _context: FieldContext) -> Select[Any]:
    """The refusals in the payload's row: `code`, `field`, `message`, `explanation`."""
    errors = (
        func.json_to_recordset(cast(payload.c.errors, JSON))
        .table_valued(
            column("code", Text),
            column("field", Text),
            column("message", Text),
            column("explanation", Text),
            name="refusal",
        )
        .render_derived(with_types=True)
    )
    return select(errors.c.code, errors.c.field, errors.c.message, errors.c.explanation)
