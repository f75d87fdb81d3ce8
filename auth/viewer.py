"""Viewer: who looks at a tenant's data; nobody in particular, or one of its actors in a role."""

from dataclasses import dataclass
from uuid import UUID

from models.actor import Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """`actor_id` and `role` are both None for an anonymous visitor."""

    actor_id: UUID | None = None
    role: Role | None = None

    @property
    def is_member(self) -> bool:
        """Signed in, in any role."""
        return self.role is not None

    @property
    def is_moderator(self) -> bool:
        """May see and decide what moderators do."""
        return self.role in (Role.MODERATOR, Role.ADMIN)


ANONYMOUS = Viewer()
