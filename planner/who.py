"""Who: who may run a mutation, said where it is declared and asked before it does anything."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from auth.viewer import Audience, Viewer
from models.actor import Role
from models.refusal import ErrorCode, Refusal

if TYPE_CHECKING:
    from planner.act import Act

Asking = Callable[["Act", Mapping[str, Any]], Awaitable[bool]]
"""Whether an actor has a right that no role of the portal gives, by the mutation's arguments."""


@dataclass(frozen=True, slots=True, eq=False)
class Who:
    """A right: what viewers have it, and for which audience the contract has what it opens (None: for everybody)."""

    holds: Callable[[Viewer], bool]
    audience: Audience | None = None
    otherwise: Asking | None = None
    """What the actors without the right are asked, in the mutation's transaction: a role in one space is said here."""

    def __or__(self, other: "Who") -> "Who":
        """Either right is enough, so that the contract has it for everybody whom one of them has it for."""
        audience = None if self.audience is None or other.audience is None else self.audience
        return Who(lambda viewer: self.holds(viewer) or other.holds(viewer), audience)

    def unless(self, otherwise: Asking) -> "Who":
        """The same right, which some actors have for some objects: the contract has it for everybody."""
        return Who(self.holds, None, otherwise)

    @property
    def is_for_staff(self) -> bool:
        """Whether it is more than what every member may do."""
        return not self.holds(_MEMBER)

    def require(self, viewer: Viewer) -> bool:
        """Whether the right is settled; False: `otherwise` decides. Raises Refusal."""
        if self.holds(viewer):
            return True
        if viewer.actor_id is None:
            raise Refusal(ErrorCode.UNAUTHENTICATED, "Sign in first.")
        if self.otherwise is None:
            raise forbidden()
        return False


_MEMBER = Viewer(UUID(int=0), Role.MEMBER)


def forbidden() -> Refusal:
    """The asker's role does not allow it."""
    return Refusal(ErrorCode.FORBIDDEN, "Your role does not allow it.")


ANYBODY = Who(lambda _: True)
MEMBER = Who(lambda viewer: viewer.actor_id is not None)
MODERATOR = Who(lambda viewer: viewer.is_moderator, Audience.MODERATOR)
ADMINISTRATOR = Who(lambda viewer: viewer.is_administrator, Audience.ADMINISTRATOR)
OPERATOR = Who(lambda viewer: viewer.is_operator, Audience.OPERATOR)
