"""Sight: what decides which rows somebody sees; the same for reads, writes and counts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, FromClause, bindparam
from sqlalchemy.types import Uuid

from models.actor import Role
from models.tenant import Feature


@dataclass(frozen=True, slots=True)
class Sight:
    """The role, the portal's features (None: a scoped schema has left out the others) and the actor's parameter."""

    role: Role | None
    features: frozenset[Feature] | None
    bind: Callable[[], BindParameter[UUID]] = field(compare=False)

    @property
    def is_moderator(self) -> bool:
        """Sees what moderators see."""
        return self.role in (Role.MODERATOR, Role.ADMIN)

    @property
    def is_administrator(self) -> bool:
        """Sees what administrators see."""
        return self.role is Role.ADMIN

    @property
    def actor(self) -> BindParameter[UUID]:
        """The parameter that holds the actor; NULL for nobody in particular."""
        return self.bind()


Visible = Callable[[FromClause, Sight], ColumnElement[bool] | None]
"""The condition under which viewers who see a row's container see the row; None: always."""

VIEWER: BindParameter[Any] = bindparam("viewer", type_=Uuid())
"""The viewer's actor id, in a statement of an act."""
