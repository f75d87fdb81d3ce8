"""Note («note interne»): what the city's team writes about a contribution for itself. It is never public.

An evaluation is a note that also says whether a proposal can be done, and what it would cost.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.contribution import MAX_EUROS
from models.evaluation import Feasibility

NOTE_LENGTH = (1, 5_000)
MAX_NOTES = 200
"""On one contribution."""


class Note(TenantTable, table=True):
    """A note, read newest first. `author_id` is who wrote it; NULL for operators, and once that person was erased.

    `concerned_id` is the author of the contribution: what is written about a person goes when that person is erased.
    """

    __tablename__ = "note"
    __table_args__ = (
        CheckConstraint(f"char_length(body) BETWEEN {NOTE_LENGTH[0]} AND {NOTE_LENGTH[1]}", name="body_length"),
        one_of("feasibility", Feasibility),
        CheckConstraint(
            f"cost_euros IS NULL OR (feasibility IS NOT NULL AND cost_euros BETWEEN 0 AND {MAX_EUROS})",
            name="cost_of_evaluation",
        ),
        Index("note_newest", "contribution_id", text("written_at DESC"), text("id DESC")),
        Index("note_author", "author_id"),
        Index("note_concerned", "concerned_id"),
        Index("note_written", "written_at", postgresql_using="brin"),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id")
    author_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    concerned_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    body: str = Field(sa_column=text_column())
    written_at: datetime = Field(sa_column=time_column())
    feasibility: Feasibility | None = Field(sa_column=text_column(nullable=True))
    cost_euros: int | None = None
