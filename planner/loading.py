"""Loaders: batch loaders of computed fields, which remember their values for one operation."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from aiodataloader import DataLoader
from sqlalchemy import ClauseElement

from database.door import Database
from planner.context import Asker
from planner.row import reader

if TYPE_CHECKING:
    from planner.field import Computed

T = TypeVar("T")

Load = Callable[[list[Any]], Coroutine[Any, Any, list[Any]]]
"""The values of many keys, in their order."""


@dataclass(frozen=True, slots=True)
class BatchContext:
    """What a computed field's batch function works with: the asker, and the tenant's tables."""

    database: Database
    asker: Asker

    async def all(self, clause: ClauseElement, /, *, into: type[T], **values: object) -> list[T]:
        """All rows of a constant statement, read under the tenant's role as dataclasses."""
        read = reader(clause, into)
        return [read(row) for row in await self.database.rows(clause, self.asker.tenant, **values)]


class Loaders:
    """One batch loader per computed field (or per level of the field-by-field executor) of one operation."""

    def __init__(self, context: BatchContext) -> None:
        self._context = context
        self._loaders: dict[object, DataLoader[Any, Any]] = {}

    def of(self, source: "Computed") -> DataLoader[Any, Any]:
        """The loader of a computed field."""

        async def load(needs: list[Any]) -> list[Any]:
            return list(await source.batch(self._context, needs))

        return self.batch(source, load)

    def batch(self, key: object, load: Load) -> DataLoader[Any, Any]:
        """The loader under a key, made from its batch function at first use."""
        loader = self._loaders.get(key)
        if loader is None:
            loader = self._loaders[key] = DataLoader(load)
        return loader
