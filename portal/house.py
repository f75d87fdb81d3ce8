"""House: whose pages these are, as the contract's `portal` says it; at hand also without a database."""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.cell import Point


@dataclass(frozen=True, slots=True)
class House:
    """A portal: its names, look, languages (the main one first) and features; where a map of it opens."""

    slug: str
    title: str
    collectivite: str
    primary_color: str
    secondary_color: str
    font: str
    cover: str
    """What the cover is a drawing of: a value of the contract's `Cover`."""

    locales: Sequence[str]
    features: frozenset[str]
    center: Point | None
    is_commune: bool
    is_demo: bool
    """Whether anybody may sign in as one of the demonstration's actors."""

    time_zone: str = "Europe/Paris"
    """By which its days and hours are told."""

    is_introspective: bool = True
    """Whether the developers' page has an editor and the contract."""

    @property
    def asks_opinions(self) -> bool:
        """Whether there is anything to vote on."""
        return not self.features.isdisjoint(("IDEA_BOX", "CONSULTATION", "DEBATE", "PETITION", "PARTICIPATORY_BUDGET"))
