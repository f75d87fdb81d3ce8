"""The way of a move: out of one portal and into another, in one transaction."""

from dataclasses import dataclass
from uuid import UUID

from database.door import Transaction


@dataclass(slots=True)
class Way:
    """One direction of a move, out of one portal, into the other, whose address is given."""

    move: UUID
    platform: Transaction
    here: Transaction
    there: Transaction
    slug: str
    host: str
    made: dict[str, str]
    """Which activity there stands for which here, by their ids."""

    kinds: list[str]
    """The kinds of activities that the other portal has; of others nothing moves."""

    is_back: bool = False

    @property
    def numbers(self) -> tuple[int, int]:
        """The portals' numbers."""
        assert self.here.tenant is not None and self.there.tenant is not None
        return self.here.tenant, self.there.tenant
