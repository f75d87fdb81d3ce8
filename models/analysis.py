"""Analysis («analyse»): what a program made of many texts, its topics («thèmes»), and what people changed of it."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column

LEAST_TEXTS = 10
"""Fewer are read by a person sooner than a report on them."""

MAX_TEXTS = 200_000
MAX_EDITS = 500
"""Of one analysis: each is applied again whenever one is added or taken back."""

MAX_ATTEMPTS = 3
"""So often a computation is begun whose process ended, before it failed."""

LEAST_VOTERS = 5
"""Of a group of opinion, and of each group on a text: how fewer voted is told to nobody."""

MAX_VOTES = 1_000_000
"""With more, groups of opinion are not computed."""

TOPIC_NAME_LENGTH = (1, 80)


class AnalysisState(Enum):
    """Where a computation is."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


WORKING = (AnalysisState.QUEUED, AnalysisState.RUNNING)
"""In which a job has something to do."""


class AnalysisProblem(Enum):
    """Why a computation failed."""

    TOO_FEW = "TOO_FEW"
    """Texts went before it began."""

    TOO_LONG = "TOO_LONG"
    TOO_BIG = "TOO_BIG"
    """It wanted more memory than it may have."""

    INTERRUPTED = "INTERRUPTED"
    """Its process ended again and again."""

    FAULT = "FAULT"


class AnalysisPlace(Enum):
    """Where a text is: in a topic, in none, or without anything that could be in one («RAS»)."""

    TOPIC = "TOPIC"
    UNCLASSIFIED = "UNCLASSIFIED"
    WITHOUT_CONTENT = "WITHOUT_CONTENT"


class AnalysisNote(Enum):
    """What the method did not do, or could not judge (`analysis.result.AnalysisResult.notes`)."""

    IRONY_NOT_JUDGED = "IRONY_NOT_JUDGED"
    FEW_TEXTS = "FEW_TEXTS"
    LEARNT_FROM_SAMPLE = "LEARNT_FROM_SAMPLE"
    LONG_TEXTS_CUT = "LONG_TEXTS_CUT"
    VECTORS_MISSING = "VECTORS_MISSING"
    SEVERAL_LANGUAGES = "SEVERAL_LANGUAGES"
    TEXTS_WENT = "TEXTS_WENT"
    TOO_MANY_VOTES = "TOO_MANY_VOTES"


class DistanceKind(Enum):
    """Of what a distance is (`analysis.result.Distance.kind`)."""

    ALL = "ALL"
    GROUP = "GROUP"
    ZONE = "ZONE"
    TOPIC = "TOPIC"
    VOTERS = "VOTERS"


class AgreementKind(Enum):
    """How groups of opinion stand to a text (`analysis.result.Agreement`)."""

    CONSENSUS = "CONSENSUS"
    DIVIDE = "DIVIDE"


class WordingState(Enum):
    """Where the wording of an analysis by a language model is."""

    ASKED = "ASKED"
    DONE = "DONE"
    FAILED = "FAILED"


class WordingProblem(Enum):
    """Why a language model gave no wording."""

    NOT_OFFERED = "NOT_OFFERED"
    """The installation names none any more."""

    NOTHING_TO_SAY = "NOTHING_TO_SAY"
    """The analysis has no topic."""

    UNREACHED = "UNREACHED"
    LATE = "LATE"
    DECLINED = "DECLINED"
    """It answered with an error."""

    TOO_BIG = "TOO_BIG"
    NOT_JSON = "NOT_JSON"
    """What it answered has not the form that was asked for."""

    ALL_REFUSED = "ALL_REFUSED"
    """No sentence stood up to the evidence."""

    INTERRUPTED = "INTERRUPTED"


class Analysis(TenantTable, table=True):
    """An analysis of a space, of one of its activities, or of the answers to a `question` of a survey.

    `result` is what the computation gave (`analysis.result`), written once at its end and never changed; `shown` is the
    same with what people changed, without words of anybody and without members, which are rows of their own. `edition`
    is counted up by each change. `held_until` is until when a process says that it computes; `attempts` how often one
    began, and names it: whoever was taken for dead writes nothing any more.

    `wording` is what a language model wrote of it and the judge kept (`jobs.wording`); it stays while another
    is asked for. `wording_refused` says how many sentences of the last answer were refused, by reason.
    """

    __tablename__ = "analysis"
    __table_args__ = (
        one_of("state", AnalysisState),
        one_of("problem", AnalysisProblem),
        CheckConstraint("question IS NULL OR activity_id IS NOT NULL", name="question_of_survey"),
        CheckConstraint("(state = 'FAILED') = (problem IS NOT NULL)", name="failed_whole"),
        CheckConstraint("(state = 'DONE') = (result IS NOT NULL)", name="done_whole"),
        CheckConstraint("num_nulls(result, shown, corpus_digest, method) IN (0, 4)", name="result_whole"),
        CheckConstraint("(state IN ('DONE', 'FAILED')) = (ended_at IS NOT NULL)", name="ended_whole"),
        CheckConstraint("published_at IS NULL OR state = 'DONE'", name="published_done"),
        CheckConstraint("attempts >= 0 AND edition >= 0 AND text_count >= 0", name="counts_not_negative"),
        one_of("wording_state", WordingState),
        one_of("wording_problem", WordingProblem),
        CheckConstraint(
            "(wording_state IS NOT DISTINCT FROM 'FAILED') = (wording_problem IS NOT NULL)", name="wording_failed_whole"
        ),
        CheckConstraint("wording_state IS DISTINCT FROM 'DONE' OR wording IS NOT NULL", name="wording_done_whole"),
        CheckConstraint("wording_state IS NULL OR state = 'DONE'", name="wording_of_done"),
        CheckConstraint("wording_state IS NULL OR question IS NULL", name="wording_of_no_answers"),
        CheckConstraint("wording_published_at IS NULL OR wording IS NOT NULL", name="wording_published_whole"),
        CheckConstraint("octet_length(wording::text) <= 200000", name="wording_in_reach"),
        Index(
            "analysis_once",
            "space_id",
            text("coalesce(activity_id, space_id)"),
            text("coalesce(question, '')"),
            unique=True,
            postgresql_where=text("state IN ('QUEUED', 'RUNNING')"),
        ),
        Index("analysis_newest", "space_id", text("asked_at DESC"), text("id DESC")),
    )

    id: UUID = Field(primary_key=True)
    space_id: UUID = Field(foreign_key=f"{TENANT}.participatory_space.id")
    activity_id: UUID | None = Field(foreign_key=f"{TENANT}.activity.id", default=None)
    question: str | None = Field(default=None, sa_column=text_column(nullable=True))
    state: AnalysisState = Field(sa_column=text_column())
    problem: AnalysisProblem | None = Field(default=None, sa_column=text_column(nullable=True))
    attempts: int
    edition: int
    text_count: int
    held_until: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    corpus_digest: str | None = Field(default=None, sa_column=text_column(nullable=True))
    method: str | None = Field(default=None, sa_column=text_column(nullable=True))
    result: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB))
    shown: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB))
    asked_by_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id", default=None)
    asked_at: datetime = Field(sa_column=time_column())
    ended_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    published_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    wording: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB))
    wording_state: WordingState | None = Field(default=None, sa_column=text_column(nullable=True))
    wording_problem: WordingProblem | None = Field(default=None, sa_column=text_column(nullable=True))
    wording_refused: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB))
    wording_attempts: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    wording_held_until: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    wording_published_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))


class AnalysisText(TenantTable, table=True):
    """Where one text of an analysis is: a contribution, or somebody's answers to a survey. `rank` is its place among
    all, the most typical of a topic first; `digest` (MD5) is of the words that were read, from which quotes are cut as
    long as they are the same. `campaign` numbers texts that are alike. `disclosures` are where names, telephone numbers
    and addresses seem to stand in it (`analysis.disclosure`), without their words; NULL: nowhere.
    """

    __tablename__ = "analysis_text"
    __table_args__ = (
        one_of("place", AnalysisPlace),
        CheckConstraint("num_nulls(contribution_id, answer_id) = 1", name="one_text"),
        CheckConstraint("(place = 'TOPIC') = (topic IS NOT NULL)", name="topic_whole"),
        CheckConstraint("sub_topic IS NULL OR topic IS NOT NULL", name="sub_topic_of_topic"),
        CheckConstraint("jsonb_typeof(disclosures) = 'array'", name="disclosures_listed"),
        UniqueConstraint("analysis_id", "rank", name="analysis_text_rank"),
        UniqueConstraint("analysis_id", "contribution_id", name="analysis_text_once"),
        UniqueConstraint("analysis_id", "answer_id", name="analysis_answer_once"),
        Index("analysis_text_topic", "analysis_id", "topic", "rank"),
        Index("analysis_text_contribution", "contribution_id"),
        Index("analysis_text_answer", "answer_id"),
    )

    id: UUID = Field(primary_key=True)
    analysis_id: UUID = Field(foreign_key=f"{TENANT}.analysis.id", ondelete="CASCADE")
    rank: int
    contribution_id: UUID | None = Field(foreign_key=f"{TENANT}.contribution.id", default=None)
    answer_id: UUID | None = Field(foreign_key=f"{TENANT}.survey_answer.id", ondelete="CASCADE", default=None)
    place: AnalysisPlace = Field(sa_column=text_column())
    topic: int | None = None
    sub_topic: int | None = None
    campaign: int | None = None
    digest: str = Field(sa_column=text_column())
    disclosures: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(JSONB))


class AnalysisEdit(TenantTable, table=True):
    """What a person changed of an analysis, in order. `change` is an `analysis.edit.TopicEdit`; one that was taken back
    stays, with the time («traçabilité»). One that `is_lost` finds its topic or its texts no more."""

    __tablename__ = "analysis_edit"
    __table_args__ = (
        UniqueConstraint("analysis_id", "number", name="analysis_edit_number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("octet_length(change::text) <= 100000", name="change_in_reach"),
    )

    id: UUID = Field(primary_key=True)
    analysis_id: UUID = Field(foreign_key=f"{TENANT}.analysis.id", ondelete="CASCADE")
    number: int
    change: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    made_by_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id", default=None)
    made_at: datetime = Field(sa_column=time_column())
    undone_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    is_lost: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
