"""Rows by name: a statement's row read into a dataclass, its columns by their names and enums by their values."""

from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_type_hints

from sqlalchemy import ClauseElement

from database.wire import Row

T = TypeVar("T")


def reader(clause: ClauseElement, into: type[T]) -> Callable[[Row], T]:
    """Reads rows of a constant statement. Each of its columns is a field of the dataclass."""
    return _made(clause, into)  # type: ignore[arg-type]  # mypy does not know that classes are hashable


@lru_cache(maxsize=512)
def _made(clause: ClauseElement, into: type[Any]) -> Callable[[Row], Any]:
    hints = get_type_hints(into)
    names = [str(column.key) for column in clause.exported_columns]  # type: ignore[attr-defined]  # what returns rows
    enums = [(place, enum) for place, name in enumerate(names) if (enum := _enum(hints[name]))]

    def read(row: Row) -> Any:
        values: dict[str, Any] = dict(zip(names, row, strict=True))
        for place, enum in enums:
            if row[place] is not None:
                values[names[place]] = enum(row[place])
        return into(**values)

    return read


def _enum(hint: Any) -> type[Enum] | None:
    """The enum of a field's type, which may be nullable."""
    members = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    return next((found for found in members if isinstance(found, type) and issubclass(found, Enum)), None)
