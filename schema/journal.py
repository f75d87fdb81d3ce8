"""The journal in the contract: who did what, when, and what it changed; for administrators."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.event
import office.journal
import resolvers.ident
import resolvers.sight
from auth.viewer import Audience
from models.event import EventKind
from planner import field
from planner.cost_directive import priced
from planner.directive import audience
from schema.actor import Actor
from schema.comment import Comment
from schema.contribution import Contribution
from schema.enumeration import described
from schema.page import After, Connection, First


def _said(kind: EventKind) -> str:
    """An event's name is a sentence already."""
    return f"{kind.value.replace('_', ' ').capitalize()}."


described(EventKind, "What happened; votes have no event.", {kind.name: _said(kind) for kind in EventKind})


@field.value
class EventNote:
    """A word of the domain that an event holds, for example the role that was given."""

    name: str = field.column("What it is about.")
    value: str = field.column("What it says.")


@field.value
class EventChange:
    """A column that an act changed."""

    subject: str = field.column("Of what: the kind of object, for example `contribution`.")
    name: str = field.column("The column.")
    before: str | None = field.column("What it was; null for nothing.")
    after: str | None = field.column("What it is since; null for nothing.")


@field.stored(
    models.event.Event, visible=resolvers.sight.administrators, references={}, marks=audience(Audience.ADMINISTRATOR)
)
class JournalEntry:
    """An act («acte»): what happened, when, by whom, and what it changed. For administrators."""

    id: strawberry.ID = field.expression(resolvers.ident.of("event"), "Opaque id.")
    kind: EventKind = field.column("What happened.")
    at: datetime = field.column("When.")
    position: int | None = field.column("Its place in the sealed journal, from 1; null for some moments at first.")
    actor: Actor | None = field.refers("actor_id", "Who did it; null for the clock and for operators of the platform.")
    subject: str = field.expression(office.journal.subject, "The UUID of what it was done to.")
    contribution: Contribution | None = field.refers(
        "subject_id", "What it was done to, where that is a contribution; else null."
    )
    comment: Comment | None = field.refers("subject_id", "What it was done to, where that is a comment; else null.")
    person: Actor | None = field.refers("subject_id", "Whom it was done to, where that is an actor; else null.")
    notes: list[EventNote] = field.parts(office.journal.notes, "What the event says beside its kind.", size=2)
    changes: list[EventChange] = field.parts(
        office.journal.changes, "What it changed, column by column, as long as that is kept.", size=5
    )
    is_erased: bool = field.expression(
        office.journal.is_erased, "Whether what it changed was kept once, and has been erased since."
    )


@strawberry.type
class JournalQuery:
    @field.declared(
        field.Connection(office.journal.listed), directives=[*audience(Audience.ADMINISTRATOR), *priced(20)]
    )
    def journal_entries(
        self,
        kinds: Annotated[list[EventKind] | None, field.argument("Only of these kinds.")] = None,
        by: Annotated[strawberry.ID | None, field.argument("Only what this actor did.")] = None,
        subject: Annotated[
            strawberry.ID | None, field.argument("Only what was done to the object of this id, or UUID.")
        ] = None,
        since: Annotated[datetime | None, field.argument("From this instant on.")] = None,
        until: Annotated[datetime | None, field.argument("Before this instant.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[JournalEntry]:
        """What happened on the portal, newest first: the acts that the journal seals. For administrators."""
