"""Outline: an activity's categories in order, with their depths, as the tree that they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Chapter:
    """A category and those in it."""

    category: Mapping[str, Any]
    inner: list["Chapter"] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        """Its id, and those of all that lies in it."""
        return [self.category["id"], *(id_ for section in self.inner for id_ in section.ids)]


def outline(categories: Sequence[Mapping[str, Any]]) -> list[Chapter]:
    """Those that lie in no other, each with those in it."""
    whole: list[Chapter] = []
    above: list[Chapter] = []
    for category in categories:
        while above and above[-1].category["depth"] >= category["depth"]:
            above.pop()
        section = Chapter(category)
        (above[-1].inner if above else whole).append(section)
        above.append(section)
    return whole
