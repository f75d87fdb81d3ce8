"""Roles in one space in the contract: its editors and valuators, given and taken by administrators."""

from typing import Annotated

import strawberry

import models.actor
import models.space
import resolvers.space_role
from auth.viewer import Audience
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.space import ParticipatorySpace


@strawberry.input(description="An editor to give to a space.", directives=audience(Audience.ADMINISTRATOR))
class SpaceEditorAddInput:
    space: strawberry.ID = field.reference(models.space.ParticipatorySpace, "The space.")
    actor: strawberry.ID = field.reference(models.actor.Actor, "Who becomes an editor of it.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="An editor to take from a space.", directives=audience(Audience.ADMINISTRATOR))
class SpaceEditorRemoveInput:
    space: strawberry.ID = field.reference(models.space.ParticipatorySpace, "The space.")
    actor: strawberry.ID = field.reference(models.actor.Actor, "Who is no editor of it any more.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A valuator to give to a space.", directives=audience(Audience.ADMINISTRATOR))
class SpaceValuatorAddInput:
    space: strawberry.ID = field.reference(models.space.ParticipatorySpace, "The space.")
    actor: strawberry.ID = field.reference(models.actor.Actor, "Who evaluates its proposals from now on.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A valuator to take from a space.", directives=audience(Audience.ADMINISTRATOR))
class SpaceValuatorRemoveInput:
    space: strawberry.ID = field.reference(models.space.ParticipatorySpace, "The space.")
    actor: strawberry.ID = field.reference(models.actor.Actor, "Who evaluates its proposals no more.")
    idempotency_key: str | None = idempotency_key()


@field.payload("space_id")
class SpaceEditorAddPayload:
    """The answer to `spaceEditorAdd`."""

    space: ParticipatorySpace | None = field.refers("space_id", "The space with its editors; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("space_id")
class SpaceEditorRemovePayload:
    """The answer to `spaceEditorRemove`."""

    space: ParticipatorySpace | None = field.refers("space_id", "The space with its editors; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("space_id")
class SpaceValuatorAddPayload:
    """The answer to `spaceValuatorAdd`."""

    space: ParticipatorySpace | None = field.refers(
        "space_id", "The space with its valuators; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("space_id")
class SpaceValuatorRemovePayload:
    """The answer to `spaceValuatorRemove`."""

    space: ParticipatorySpace | None = field.refers(
        "space_id", "The space with its valuators; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class SpaceRoleMutation:
    @field.action(resolvers.space_role.add, who=ADMINISTRATOR)
    def space_editor_add(
        self, input: Annotated[SpaceEditorAddInput, field.argument("Who, and where.")]
    ) -> SpaceEditorAddPayload:
        """Let an actor change one space: its text, dates and visibility, its activities and their categories. Editors
        see it while it is a draft. For administrators."""

    @field.action(resolvers.space_role.remove, who=ADMINISTRATOR)
    def space_editor_remove(
        self, input: Annotated[SpaceEditorRemoveInput, field.argument("Who, and where.")]
    ) -> SpaceEditorRemovePayload:
        """Take that right away again. For administrators."""

    @field.action(resolvers.space_role.add_valuator, who=ADMINISTRATOR)
    def space_valuator_add(
        self, input: Annotated[SpaceValuatorAddInput, field.argument("Who, and where.")]
    ) -> SpaceValuatorAddPayload:
        """Let an actor («évaluateur») evaluate the proposals of one space and read and write notes on what is published
        in it. Valuators see it while it is a draft, and change, publish and moderate nothing. For administrators."""

    @field.action(resolvers.space_role.remove_valuator, who=ADMINISTRATOR)
    def space_valuator_remove(
        self, input: Annotated[SpaceValuatorRemoveInput, field.argument("Who, and where.")]
    ) -> SpaceValuatorRemovePayload:
        """Take that right away again; what was evaluated stays. For administrators."""
