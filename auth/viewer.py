"""Viewer: who looks at a tenant's data; nobody in particular, or one of its actors in a role."""

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from models.actor import Role


class Audience(Enum):
    """For whom a part of the contract is. Members have the public's: whoever is not signed in may become one."""

    PUBLIC = "PUBLIC"
    MODERATOR = "MODERATOR"
    ADMINISTRATOR = "ADMINISTRATOR"
    OPERATOR = "OPERATOR"
    ROUTER = "ROUTER"


_OF_ROLE = {Role.MODERATOR: Audience.MODERATOR, Role.ADMIN: Audience.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class Viewer:
    """`actor_id` and `role` are both None for an anonymous visitor.

    An operator of the platform looks as an administrator of any tenant and acts as none of its actors. A router is a
    federation gateway, which sees what the public sees. `client` names whose budget a request counts against, where
    that is a machine's token or a widget; None: the actor's or the address's.
    """

    actor_id: UUID | None = None
    role: Role | None = None
    is_operator: bool = False
    is_router: bool = False
    client: str | None = None

    @property
    def is_member(self) -> bool:
        """Signed in, in any role."""
        return self.role is not None

    @property
    def is_moderator(self) -> bool:
        """May see and decide what moderators do."""
        return self.role in (Role.MODERATOR, Role.ADMIN)

    @property
    def is_administrator(self) -> bool:
        """May decide how the portal works and who may do what; operators may, too."""
        return self.role is Role.ADMIN

    @property
    def audience(self) -> Audience:
        """Whose part of the contract is served."""
        if self.is_router:
            return Audience.ROUTER
        if self.is_operator:
            return Audience.OPERATOR
        return Audience.PUBLIC if self.role is None else _OF_ROLE.get(self.role, Audience.PUBLIC)


ANONYMOUS = Viewer()
