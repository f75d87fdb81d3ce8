"""Sight: by what somebody sees rows, the same for a read, a write and a count."""

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
    """The role, the features of the portal (None: a schema has left out what it has not) and who looks."""

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
"""What must hold for a row to be seen by somebody who sees its container; None: everyone sees it."""

VIEWER: BindParameter[Any] = bindparam("viewer", type_=Uuid())
"""Who looks, in a statement of an act."""
