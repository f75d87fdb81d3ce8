"""Loaders: what Python computes or loads for one operation, batched and remembered while it lasts."""

from typing import TYPE_CHECKING, Any

from aiodataloader import DataLoader

if TYPE_CHECKING:
    from planner.field import Computed


class Loaders:
    """One batch loader per computed field (or per level of the field-by-field executor) of one operation."""

    def __init__(self) -> None:
        self._loaders: dict[object, DataLoader[Any, Any]] = {}

    def of(self, source: "Computed") -> DataLoader[Any, Any]:
        """The loader of a computed field."""
        return self.batch(source, source.batch)

    def batch(self, key: object, load: Any) -> DataLoader[Any, Any]:
        """The loader under a key, made from its batch function at first use."""
        loader = self._loaders.get(key)
        if loader is None:
            loader = self._loaders[key] = DataLoader(load)
        return loader
