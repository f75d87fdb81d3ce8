"""Survey answer («réponse à une enquête»): what one person says to a form, kept while it is written, then sent once."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Index, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.proof import ProofLevel

KEPT_DAYS = 30
"""From the last change on, while it was not sent."""

NAMED_DAYS = 60
"""From the close of the survey on: so long one person's second answer is known."""


class SurveyAnswerState(Enum):
    """Whether it counts."""

    DRAFT = "DRAFT"
    SENT = "SENT"


class SurveyChannel(Enum):
    """By which way an answer came."""

    ACCOUNT = "ACCOUNT"
    BROWSER = "BROWSER"
    PAPER = "PAPER"


BROWSERS_AN_HOUR = 60
"""So many browsers without account begin to answer a survey in an hour from one network: a class, a town hall."""

BROWSER_KEY_BYTES = 18
"""Of chance in the key of a browser: nobody guesses one."""


class SurveyAnswer(TenantTable, table=True):
    """One person's answers (`models.answer_sheet.Answers`), under the version of the form that they were given to; one
    in a survey. Nothing that is read of it, but by that person, says whose it is; `actor_id` is emptied when the
    survey is over. One that came on paper was nobody's from the beginning. Of one from a browser without account
    `browser_digest` knows the browser again, emptied at the same time.

    Where people answer without account `content_digest` is keyed and of what was written: a later answer with the same
    words `is_double`, which is told and changes nothing else.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (
        one_of("state", SurveyAnswerState),
        one_of("proof", ProofLevel),
        UniqueConstraint("activity_id", "actor_id", name="survey_answer_once"),
        CheckConstraint("(state = 'SENT') = (sent_at IS NOT NULL)", name="sent_once"),
        one_of("channel", SurveyChannel),
        UniqueConstraint("activity_id", "browser_digest", name="survey_answer_browser_once"),
        CheckConstraint("channel = 'ACCOUNT' OR actor_id IS NULL", name="actor_of_an_account"),
        CheckConstraint("channel = 'BROWSER' OR browser_digest IS NULL", name="browser_of_a_stranger"),
        CheckConstraint("channel <> 'PAPER' OR NOT is_double", name="paper_is_no_double"),
        CheckConstraint("proof IS NULL OR state = 'SENT'", name="proved_when_sent"),
        CheckConstraint("octet_length(answers::text) <= 500000", name="answers_in_reach"),
        Index("survey_answer_sent", "activity_id", "id", postgresql_where=text("state = 'SENT'")),
        Index("survey_answer_actor", "actor_id"),
        Index(
            "survey_answer_content",
            "activity_id",
            "content_digest",
            postgresql_where=text("content_digest IS NOT NULL"),
        ),
        Index("survey_answer_draft", "changed_at", postgresql_where=text("state = 'DRAFT'")),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    form_id: UUID = Field(foreign_key=f"{TENANT}.survey_form.id")
    actor_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    state: SurveyAnswerState = Field(sa_column=text_column())
    proof: ProofLevel | None = Field(sa_column=text_column(nullable=True))
    channel: SurveyChannel = Field(
        default=SurveyChannel.ACCOUNT, sa_column=text_column(server_default=text("'ACCOUNT'"))
    )
    browser_digest: str | None = Field(default=None, sa_column=text_column(nullable=True))
    content_digest: str | None = Field(default=None, sa_column=text_column(nullable=True))
    is_double: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    answers: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    changed_at: datetime = Field(sa_column=time_column())
    sent_at: datetime | None = Field(sa_column=time_column(nullable=True))
