"""Who may run a mutation: declared with the mutation, checked before it does anything."""

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
"""Whether an actor has the right for these arguments, although the actor's role does not give it."""

Checking = Callable[["Act", Mapping[str, Any]], Awaitable[None]]
"""Raises Refusal where an actor may not do it now, although the actor has the right."""


@dataclass(frozen=True, slots=True, eq=False)
class Who:
    """A right: which viewers hold it, and for which audience the contract shows the mutation (None: for everybody)."""

    holds: Callable[[Viewer], bool]
    audience: Audience | None = None
    otherwise: Asking | None = None
    """A check in the mutation's transaction for actors who do not hold the right, such as a role in one space."""

    check: Checking | None = None
    """A check in the mutation's transaction for whoever has the right."""

    def __or__(self, other: "Who") -> "Who":
        """Either right is enough; the contract shows the mutation to both audiences."""
        audience = None if self.audience is None or other.audience is None else self.audience
        return Who(lambda viewer: self.holds(viewer) or other.holds(viewer), audience)

    def unless(self, otherwise: Asking) -> "Who":
        """The same right, which further actors have for some objects: the contract shows the mutation to everybody."""
        return Who(self.holds, None, otherwise)

    def provided(self, check: Checking) -> "Who":
        """The same right, which a further check may refuse."""
        return Who(self.holds, self.audience, self.otherwise, check)

    @property
    def is_for_staff(self) -> bool:
        """Whether an ordinary member lacks the right."""
        return not self.holds(_MEMBER)

    def require(self, viewer: Viewer) -> bool:
        """True when the viewer holds the right, False when `otherwise` decides. Raises Refusal."""
        if self.holds(viewer):
            return True
        if viewer.actor_id is None:
            raise Refusal(ErrorCode.UNAUTHENTICATED, "Sign in first.")
        if self.otherwise is None:
            raise forbidden()
        return False


_MEMBER = Viewer(UUID(int=0), Role.MEMBER)


def forbidden() -> Refusal:
    """The refusal for a role that does not allow it."""
    return Refusal(ErrorCode.FORBIDDEN, "Your role does not allow it.")


ANYBODY = Who(lambda _: True)
MEMBER = Who(lambda viewer: viewer.actor_id is not None)
MODERATOR = Who(lambda viewer: viewer.is_moderator, Audience.MODERATOR)
ADMINISTRATOR = Who(lambda viewer: viewer.is_administrator, Audience.ADMINISTRATOR)
OPERATOR = Who(lambda viewer: viewer.is_operator, Audience.OPERATOR)
