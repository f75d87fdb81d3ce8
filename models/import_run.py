"""Import («import»): a file of another system becomes contributions and comments, which the run can take back again."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, LargeBinary, SmallInteger, Text, text, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column


class ImportFormat(Enum):
    """What a file is, as its beginning tells."""

    TABLE = "TABLE"
    DECIDIM = "DECIDIM"
    CAP_COLLECTIF = "CAP_COLLECTIF"
    PABULIB = "PABULIB"
    API_ENGAGEMENT = "API_ENGAGEMENT"


class ImportState(Enum):
    """Where a run is."""

    CHECKING = "CHECKING"
    CHECKED = "CHECKED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    UNDOING = "UNDOING"
    UNDONE = "UNDONE"
    FAILED = "FAILED"


WORKING = (ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING)
"""In which a job has something to do."""


class ImportTarget(Enum):
    """What a column of a file says."""

    NOTHING = "NOTHING"
    REFERENCE = "REFERENCE"
    KIND = "KIND"
    TITLE = "TITLE"
    BODY = "BODY"
    ABOUT = "ABOUT"
    SIDE = "SIDE"
    AUTHOR = "AUTHOR"
    CATEGORY = "CATEGORY"
    PUBLISHED_AT = "PUBLISHED_AT"
    LATITUDE = "LATITUDE"
    LONGITUDE = "LONGITUDE"
    COMMUNE = "COMMUNE"
    PRICE = "PRICE"
    PRICE_UNIT = "PRICE_UNIT"
    COST = "COST"
    PLACE = "PLACE"
    ANSWER = "ANSWER"
    ANSWERED_AT = "ANSWERED_AT"
    ANSWER_SERVICE = "ANSWER_SERVICE"
    STATUS = "STATUS"
    OLD_ADDRESS = "OLD_ADDRESS"
    SUPPORT_TOTAL = "SUPPORT_TOTAL"
    FOR_TOTAL = "FOR_TOTAL"
    MIXED_TOTAL = "MIXED_TOTAL"
    AGAINST_TOTAL = "AGAINST_TOTAL"
    POINTS_TOTAL = "POINTS_TOTAL"
    PAPER_TOTAL = "PAPER_TOTAL"
    ORGANISATION = "ORGANISATION"
    ORGANISATION_REFERENCE = "ORGANISATION_REFERENCE"
    STARTS_AT = "STARTS_AT"
    ENDS_AT = "ENDS_AT"
    PLACES = "PLACES"
    DOMAIN = "DOMAIN"
    REQUIREMENTS = "REQUIREMENTS"
    OPEN_TO_MINORS = "OPEN_TO_MINORS"
    ACCESSIBLE = "ACCESSIBLE"
    STREET = "STREET"


class ImportRemarkCode(Enum):
    """What is to be said of a row."""

    MISSING = "MISSING"
    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    BAD_DATE = "BAD_DATE"
    FUTURE_DATE = "FUTURE_DATE"
    BAD_NUMBER = "BAD_NUMBER"
    BAD_KIND = "BAD_KIND"
    BAD_SIDE = "BAD_SIDE"
    BAD_PLACE = "BAD_PLACE"
    UNKNOWN_ABOUT = "UNKNOWN_ABOUT"
    UNKNOWN_COMMUNE = "UNKNOWN_COMMUNE"
    UNKNOWN_CATEGORY = "UNKNOWN_CATEGORY"
    OUTSIDE_TERRITORY = "OUTSIDE_TERRITORY"
    REPEATED = "REPEATED"
    BROKEN_ROW = "BROKEN_ROW"
    ZERO_RESTORED = "ZERO_RESTORED"
    PLACE_LEFT_OUT = "PLACE_LEFT_OUT"
    WITHDRAWN = "WITHDRAWN"
    NEW_CATEGORY = "NEW_CATEGORY"
    NEW_STATUS = "NEW_STATUS"
    STATUS_LEFT_OUT = "STATUS_LEFT_OUT"
    TITLE_OF_TEXT = "TITLE_OF_TEXT"
    BAD_PERIOD = "BAD_PERIOD"
    PAST_PERIOD = "PAST_PERIOD"
    UNKNOWN_DOMAIN = "UNKNOWN_DOMAIN"
    PLACES_CHANGED = "PLACES_CHANGED"
    PERIOD_CHANGED = "PERIOD_CHANGED"
    SLOT_KEPT = "SLOT_KEPT"
    BALLOTS_LEFT_OUT = "BALLOTS_LEFT_OUT"
    META_LEFT_OUT = "META_LEFT_OUT"
    COUNT_DIFFERS = "COUNT_DIFFERS"
    OTHER_CURRENCY = "OTHER_CURRENCY"
    COST_ABOVE_BUDGET = "COST_ABOVE_BUDGET"
    UNKNOWN_PROJECT = "UNKNOWN_PROJECT"
    BALLOT_SPOILT = "BALLOT_SPOILT"
    REPEATED_VOTER = "REPEATED_VOTER"


NOTES = (
    ImportRemarkCode.ZERO_RESTORED,
    ImportRemarkCode.PLACE_LEFT_OUT,
    ImportRemarkCode.NEW_CATEGORY,
    ImportRemarkCode.NEW_STATUS,
    ImportRemarkCode.STATUS_LEFT_OUT,
    ImportRemarkCode.TITLE_OF_TEXT,
    ImportRemarkCode.UNKNOWN_DOMAIN,
    ImportRemarkCode.PLACES_CHANGED,
    ImportRemarkCode.PERIOD_CHANGED,
    ImportRemarkCode.SLOT_KEPT,
    ImportRemarkCode.BALLOTS_LEFT_OUT,
    ImportRemarkCode.META_LEFT_OUT,
    ImportRemarkCode.COUNT_DIFFERS,
    ImportRemarkCode.OTHER_CURRENCY,
    ImportRemarkCode.COST_ABOVE_BUDGET,
    ImportRemarkCode.UNKNOWN_PROJECT,
    ImportRemarkCode.BALLOT_SPOILT,
)
"""What is said of rows that are taken. A row with any other remark is refused."""


class ImportProblem(Enum):
    """Why a whole file cannot be imported."""

    UNREADABLE = "UNREADABLE"
    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    NO_TEXT_COLUMN = "NO_TEXT_COLUMN"


class ImportedKind(Enum):
    """What a run made; each has references of its own, as systems number proposals and arguments apart."""

    CONTRIBUTION = "CONTRIBUTION"
    ARGUMENT = "ARGUMENT"
    COMMENT = "COMMENT"
    ACTOR = "ACTOR"
    CATEGORY = "CATEGORY"
    RESPONSE = "RESPONSE"
    STATUS = "STATUS"


PUBLISHED = (ImportedKind.CONTRIBUTION, ImportedKind.ARGUMENT)
"""What are contributions here."""

MAX_FILE = 50 * 1024 * 1024
"""Bytes that somebody may send over HTTP. The command line takes files of any size up to MAX_ROWS."""

MAX_ROWS = 1_000_000
MAX_REMARKS = 1_000
"""So many remarks are kept of a run; all are counted."""

SOURCE_LENGTH = (1, 120)
REFERENCE_LENGTH = 200


class ImportRun(TenantTable, table=True):
    """One file and what became of it. `columns` says of each column its name, its target and a value of it.

    `done_rows` is how far the run has come: a job that is killed leaves whole batches, and the next goes on behind
    them. Until `held_until` a job works on it.

    A file of a finished vote (Pabulib) is an `edition`, as JSON: its rule beside the activity's (`terms`), how many
    ballots were read and how (`counts`), and what the activity was `before`. Unless it `may_take_ballots`, its projects
    alone are imported.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        one_of("format", ImportFormat),
        one_of("state", ImportState),
        one_of("problem", ImportProblem),
        CheckConstraint(f"char_length(source) BETWEEN {SOURCE_LENGTH[0]} AND {SOURCE_LENGTH[1]}", name="source_length"),
        CheckConstraint("(state = 'FAILED') = (problem IS NOT NULL)", name="failed_with_problem"),
        Index("import_run_newest", text("created_at DESC"), text("id DESC")),
        Index("import_run_working", "held_until", postgresql_where=text("state IN ('CHECKING', 'RUNNING', 'UNDOING')")),
    )

    id: UUID = Field(primary_key=True)
    format: ImportFormat = Field(sa_column=text_column())
    state: ImportState = Field(sa_column=text_column())
    problem: ImportProblem | None = Field(sa_column=text_column(nullable=True))
    file_name: str = Field(sa_column=text_column())
    file_size: int = Field(sa_column=Column(BigInteger, nullable=False))
    digest: str = Field(sa_column=text_column())
    source: str = Field(sa_column=text_column())
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    columns: list[Any] = Field(sa_column=Column(JSONB, nullable=False))
    may_add_categories: bool
    row_count: int
    accepted_count: int
    refused_count: int
    known_count: int
    kept_count: int
    done_rows: int
    created_by_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    created_at: datetime = Field(sa_column=time_column())
    ended_at: datetime | None = Field(sa_column=time_column(nullable=True))
    held_until: datetime | None = Field(sa_column=time_column(nullable=True))
    may_take_ballots: bool = Field(default=True, sa_column=Column(Boolean, nullable=False, server_default=true()))
    edition: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True))


class ImportChunk(TenantTable, table=True):
    """A piece of a run's file, which is kept until the run has ended."""

    __tablename__ = "import_chunk"

    run_id: UUID = Field(primary_key=True, foreign_key=f"{TENANT}.import_run.id")
    rank: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ImportRemark(TenantTable, table=True):
    """A remark on a row of a run's file; `line` counts as programs do that show the file, `value` is a beginning."""

    __tablename__ = "import_remark"
    __table_args__ = (one_of("code", ImportRemarkCode), Index("import_remark_line", "run_id", "line", "id"))

    id: UUID = Field(primary_key=True)
    run_id: UUID = Field(foreign_key=f"{TENANT}.import_run.id")
    line: int
    column_name: str | None = Field(sa_column=text_column(nullable=True))
    code: ImportRemarkCode = Field(sa_column=text_column())
    value: str | None = Field(sa_column=text_column(nullable=True))


class ImportedItem(TenantTable, table=True):
    """What a run made of a reference of its source; once, whatever is imported again.

    `old_path` is where it was at its old address, for links that still lead there.
    """

    __tablename__ = "imported_item"
    __table_args__ = (
        one_of("kind", ImportedKind),
        Index("imported_item_run", "run_id", "kind", "subject_id"),
        Index("imported_item_subject", "subject_id"),
        Index("imported_item_old_path", "old_path", postgresql_where=text("old_path IS NOT NULL")),
    )

    source: str = Field(sa_column=Column(Text, primary_key=True))
    kind: ImportedKind = Field(sa_column=Column(Text, primary_key=True))
    reference: str = Field(sa_column=Column(Text, primary_key=True))
    run_id: UUID | None = Field(foreign_key=f"{TENANT}.import_run.id")
    subject_id: UUID
    old_address: str | None = Field(sa_column=text_column(nullable=True))
    old_path: str | None = Field(sa_column=text_column(nullable=True))


class DeclaredMeasure(Enum):
    """What a declared total counts."""

    SUPPORT = "SUPPORT"
    FOR = "FOR"
    MIXED = "MIXED"
    AGAINST = "AGAINST"
    POINTS = "POINTS"
    PAPER = "PAPER"


class DeclaredTotal(TenantTable, table=True):
    """A count that another system declared («total déclaré»), without ballots: never mixed with a tally."""

    __tablename__ = "declared_total"
    __table_args__ = (one_of("measure", DeclaredMeasure), CheckConstraint("count >= 0", name="count_not_negative"))

    contribution_id: UUID = Field(primary_key=True, foreign_key=f"{TENANT}.contribution.id")
    measure: DeclaredMeasure = Field(sa_column=Column(Text, primary_key=True))
    count: int = Field(sa_column=Column(BigInteger, nullable=False))
    source: str = Field(sa_column=text_column())
    rank: int = Field(sa_column=Column(SmallInteger, nullable=False))
