"""Survey results in the contract: the counts of a question, published one by one."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.activity
import models.question_result
import resolvers.ident
import resolvers.question_result
import resolvers.sight
from models.question import SurveyQuestionKind
from models.question_result import LEAST
from models.tenant import Feature
from planner import field
from resolvers.space_role import ACTIVITY_EDITOR
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity
from schema.survey_form import SURVEYS


@field.value
class SurveyCount:
    """How many have chosen an option."""

    option: str = field.column("The code of the option; `other`; a number of a scale, or a cell of a place.")
    label: str = field.column("What people read of it; empty of `other`.")
    row: str = field.column("Of a matrix the code of the row, of a ranking the rank; else empty.")
    row_label: str = field.column("What people read of the row; of a ranking the rank; else empty.")
    count: int | None = field.column(
        f"How many; null where it is withheld: below {LEAST}, or what would give such a count away."
    )


@field.stored(
    models.question_result.SurveyResult,
    visible=resolvers.sight.survey_result,
    container=("activity_id", "Activity"),
    references={},
    marks=SURVEYS,
)
class SurveyResult:
    """A question of a survey as its answers were counted last («résultat»): options, never combinations of them."""

    id: strawberry.ID = field.expression(resolvers.ident.of("surveyresult"), "Opaque id.")
    question: str = field.column("The code of the question.")
    title: str = field.expression(resolvers.question_result.title, "What was asked.")
    kind: SurveyQuestionKind = field.expression(resolvers.question_result.kind, "What it asks for.")
    answered_count: int | None = field.expression(
        resolvers.question_result.answered, f"How many have answered it; null: fewer than {LEAST}."
    )
    counts: list[SurveyCount] = field.parts(
        resolvers.question_result.lines,
        "Its options in the form's order; of places the hexagons, the most first; empty of texts, numbers and days.",
        size=8,
    )
    mean: float | None = field.expression(
        resolvers.question_result.mean, "The mean of a scale or a number; null of other kinds and where it is withheld."
    )
    is_public: bool = field.column("Whether everybody reads it; others are for administrators and the space's editors.")
    is_final: bool = field.column(
        "Whether its counts stay: results of this survey were published once, and nothing is answered any more."
    )
    counted_at: datetime = field.column("When it was counted.")


@strawberry.input(description="Which results of a survey everybody reads.", directives=SURVEYS)
class SurveyResultPublishInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The survey.")
    questions: list[str] = strawberry.field(
        default_factory=list,
        description="Codes of the questions whose results everybody reads, and of no others; none: all are counted for"
        " editors alone, also while the survey is open.",
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("activity_id")
class SurveyResultPublishPayload:
    """The answer to `surveyResultPublish`."""

    activity: LaterActivity | None = field.refers(
        "activity_id", "The activity with its survey; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class SurveyResultMutation:
    @field.action(resolvers.question_result.publish, who=ACTIVITY_EDITOR, features=(Feature.SURVEY,))
    def survey_result_publish(
        self, input: Annotated[SurveyResultPublishInput, field.argument("Which.")]
    ) -> SurveyResultPublishPayload:
        """Count all answers to a survey anew, and publish the results of some questions, once the survey is over, by
        its close or by its phases (SURVEY_OPEN). From the first publication on counts stay as they are, and questions
        are published or not by the same counts. For administrators and the space's editors."""
