"""Notes in the contract: what the city's team writes about a contribution for itself."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.contribution
import models.note
import resolvers.ident
import resolvers.note
import resolvers.sight
from models.evaluation import Feasibility
from models.note import NOTE_LENGTH
from planner import field
from planner.who import MEMBER
from resolvers.assignment import HANDLER
from schema.actor import Actor
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution

described(
    Feasibility,
    "Whether a proposal can be done, as somebody of the team finds.",
    {"FEASIBLE": "It can be done.", "NOT_FEASIBLE": "It cannot be done.", "UNDETERMINED": "It is not clear yet."},
)


@field.stored(
    models.note.Note, visible=resolvers.sight.note, container=("contribution_id", "Contribution"), references={}
)
class Note:
    """A private note of the city's team on a contribution («note interne»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("note"), "Opaque id.")
    body: str = field.column("What it says, plain text.")
    author: Actor | None = field.refers(
        "author_id", "Who wrote it; null for an operator, and once that person was erased."
    )
    written_at: datetime = field.column("When it was written.")
    feasibility: Feasibility | None = field.column(
        "Where it is an evaluation: whether the proposal can be done; null for any other note."
    )
    cost_euros: int | None = field.column(
        "Where it is an evaluation: what the proposal would cost, in euros; null where that is not said."
    )
    may_remove: bool = field.expression(resolvers.note.may_remove, "Whether the viewer may remove it.")


@strawberry.input(description="A note to write.")
class NoteAddInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "On which contribution.")
    body: str = strawberry.field(
        description=f"What to write, plain text of {NOTE_LENGTH[0]} to {NOTE_LENGTH[1]:,} characters."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A note to remove.")
class NoteRemoveInput:
    note: strawberry.ID = field.reference(models.note.Note, "The note.")
    idempotency_key: str | None = idempotency_key()


@field.payload("note_id")
class NoteAddPayload:
    """The answer to `noteAdd`."""

    note: Note | None = field.refers("note_id", "The note; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class NoteRemovePayload:
    """The answer to `noteRemove`."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "The contribution without the note; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class NoteMutation:
    @field.action(resolvers.note.add, who=HANDLER)
    def note_add(
        self, input: Annotated[NoteAddInput, field.argument("On which contribution, and what.")]
    ) -> NoteAddPayload:
        """Write a private note on a contribution: only the team that works on it reads it. For moderators,
        administrators, editors and valuators of its space, and whoever it is given to."""

    @field.action(resolvers.note.remove, who=MEMBER)
    def note_remove(self, input: Annotated[NoteRemoveInput, field.argument("Which note.")]) -> NoteRemovePayload:
        """Remove a note. For its author, and for administrators."""
