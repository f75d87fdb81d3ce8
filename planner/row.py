"""Rows as dataclasses: columns by their names, enums by their values."""

from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_type_hints

from sqlalchemy import ClauseElement

from database.wire import Row

T = TypeVar("T")


def reader(clause: ClauseElement, into: type[T]) -> Callable[[Row], T]:
    """Reads rows of a constant statement; each field of the dataclass is a column of the same name."""
    return _made(clause, into)  # type: ignore[arg-type]  # mypy does not know that classes are hashable


@lru_cache(maxsize=512)
def _made(clause: ClauseElement, into: type[Any]) -> Callable[[Row], Any]:
    hints = get_type_hints(into)
    names = [str(column.key) for column in clause.exported_columns]  # type: ignore[attr-defined]  # what returns rows
    order = [names.index(field.name) for field in fields(into)]
    enums = [
        (place, {member.value: member for member in enum})
        for place, field in enumerate(fields(into))
        if (enum := _enum(hints[field.name]))
    ]

    def read(row: Row) -> Any:
        values: list[Any] = [row[place] for place in order]
        for place, members in enums:
            if values[place] is not None:
                values[place] = members[values[place]]
        return into(*values)

    return read


def _enum(hint: Any) -> type[Enum] | None:
    """The enum of a field's type, which may be nullable."""
    members = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    return next((member for member in members if isinstance(member, type) and issubclass(member, Enum)), None)
