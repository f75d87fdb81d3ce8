"""Amendment («amendement»): other words that somebody proposes for a passage of one article, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column

ANSWER_LENGTH, SETTLED_LENGTH = (10, 5_000), (0, 20_000)


class AmendmentState(Enum):
    """What became of an amendment («suite donnée»)."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    ACCEPTED_IN_PART = "ACCEPTED_IN_PART"
    """The city has words of its own for the passage."""

    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    OUTDATED = "OUTDATED"
    """The words of its passage have changed before the city decided on it."""


class AmendmentMover(Enum):
    """Who moves an amendment on."""

    AUTHOR = "AUTHOR"
    CITY = "CITY"
    """Moderators, administrators, editors of its space, and members of the city's services."""

    TEXT = "TEXT"
    """A version of the text that is published."""


@dataclass(frozen=True, slots=True)
class AmendmentMove:
    """An allowed change of an amendment's state."""

    before: AmendmentState
    after: AmendmentState
    by: AmendmentMover


_STATE = AmendmentState
ACCEPTED = (_STATE.ACCEPTED, _STATE.ACCEPTED_IN_PART)
"""What the next version of the text merges."""

DECIDED = (*ACCEPTED, _STATE.REJECTED)
"""What the city says, with its reasons; until the next version is published it may think better of it."""

LIVE = (_STATE.OPEN, *ACCEPTED)
"""What is carried to the next version of the text, where it is not merged in it."""

MOVES: tuple[AmendmentMove, ...] = (
    *(AmendmentMove(before, after, AmendmentMover.CITY) for before in (_STATE.OPEN, *DECIDED) for after in DECIDED),
    AmendmentMove(_STATE.OPEN, _STATE.WITHDRAWN, AmendmentMover.AUTHOR),
    *(AmendmentMove(before, _STATE.OUTDATED, AmendmentMover.TEXT) for before in LIVE),
)
"""All of them; `models/text_version.py` says which versions an amendment is merged in."""

_ACCEPTED, _DECIDED = (", ".join(f"'{state.value}'" for state in states) for states in (ACCEPTED, DECIDED))
_LINE = "uuid_hash_extended(activity_id, CASE WHEN is_on_heading THEN -article ELSE article END)::float8"
PASSAGE = f"box(point(starts * 4 + (ends > starts)::int, {_LINE}), point(ends * 4 - (ends > starts)::int, {_LINE}))"
"""A passage on the line of its article, or of its heading, so that PostgreSQL's own boxes meet where two passages
overlap: those that follow each other do not touch, and words that are added lie on a point between two of them."""


class Amendment(TenantTable, table=True):
    """What a contribution proposes for characters [starts, ends) of an article in a version of its activity's text; of
    its heading where it `is_on_heading`.

    `article` is the article's number. Where nothing stands between, words are added there; without `new_words` the
    passage is to go (NULL: they were erased with their author). `settled_words` are those that the city accepted, its
    own where it accepted in part. `merged_in` is the version in which they were merged.
    """

    __tablename__ = "amendment"
    __table_args__ = (
        one_of("state", AmendmentState),
        UniqueConstraint("contribution_id", name="amendment_once"),
        CheckConstraint("version > 0 AND article > 0", name="of_an_article"),
        CheckConstraint("starts >= 0 AND ends - starts = char_length(old_words)", name="passage_is_old_words"),
        CheckConstraint("new_words <> old_words", name="changes_words"),
        CheckConstraint(r"NOT is_on_heading OR concat(new_words, settled_words) !~ '[\n\r]'", name="heading_is_a_line"),
        CheckConstraint(
            f"(state IN ({_DECIDED}) AND decided_at IS NOT NULL AND answer IS NOT NULL)"
            f" OR (state NOT IN ({_DECIDED}) AND (state = 'OUTDATED' OR num_nonnulls(decided_at, answer) = 0))",
            name="decided_with_answer",
        ),
        CheckConstraint(f"(state IN ({_ACCEPTED})) = (settled_words IS NOT NULL)", name="accepted_in_words"),
        CheckConstraint(f"merged_in IS NULL OR state IN ({_ACCEPTED})", name="merged_was_accepted"),
        ExcludeConstraint(
            (text(PASSAGE), "&&"),
            name="accepted_apart",
            using="gist",
            where=text(f"state IN ({_ACCEPTED}) AND merged_in IS NULL"),
            deferrable=True,
            initially="DEFERRED",
        ),
        Index("amendment_article", "activity_id", "article", text("id DESC")),
        Index("amendment_state", "activity_id", "state", text("id DESC")),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id")
    author_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    version: int = Field(sa_column=Column(Integer, nullable=False))
    article: int = Field(sa_column=Column(Integer, nullable=False))
    is_on_heading: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    starts: int = Field(sa_column=Column(Integer, nullable=False))
    ends: int = Field(sa_column=Column(Integer, nullable=False))
    old_words: str = Field(sa_column=text_column())
    new_words: str | None = Field(sa_column=text_column(nullable=True))
    state: AmendmentState = Field(sa_column=text_column())
    settled_words: str | None = Field(sa_column=text_column(nullable=True))
    answer: str | None = Field(sa_column=text_column(nullable=True))
    decided_at: datetime | None = Field(sa_column=time_column(nullable=True))
    merged_in: int | None = Field(sa_column=Column(Integer, nullable=True))
