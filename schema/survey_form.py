"""Survey forms in the contract: questions with their options and conditions, versions, and how editors write them."""

from datetime import datetime
from typing import Annotated

import strawberry
from sqlalchemy import Text

import models.activity
import models.survey_form
import resolvers.ident
import resolvers.sight
import resolvers.survey_form
from models.question import (
    HELP_LENGTH,
    LABEL_LENGTH,
    MAX_CONDITIONS,
    MAX_OPTIONS,
    MAX_QUESTIONS,
    MAX_ROWS,
    TITLE_LENGTH,
    SurveyQuestionKind,
)
from models.survey_form import REASON_LENGTH
from models.tenant import Feature
from planner import field
from planner.directive import feature
from resolvers.space_role import ACTIVITY_EDITOR
from schema.answer_file import FileType
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity

SURVEYS = feature(Feature.SURVEY)

described(
    SurveyQuestionKind,
    "What a question of a survey asks for.",
    {
        "PAGE": "Nothing: it begins another page, with a title («page»).",
        "TEXT": "A line of text («texte court»).",
        "LONG_TEXT": "A text of several lines («texte long»).",
        "ONE": "One of its options («choix unique»).",
        "SEVERAL": "Any of its options («choix multiple»).",
        "RANKING": "Its options in order, the best first («classement»).",
        "SCALE": "A number of a short scale («échelle»).",
        "MATRIX": "One of its options for each of its rows («grille»).",
        "NUMBER": "A number («nombre»).",
        "DATE": "A day («date»).",
        "PLACE": "A place, kept as a hexagon («lieu»).",
        "FILE": "A file that the city's team alone reads («fichier»).",
    },
)


@field.value
class SurveyOption:
    """What may be chosen in a question, or a row of a matrix."""

    code: str = field.column("Its code, which stays when the label is corrected: `o1` or `r1`.")
    label: str = field.column("What people read.")


@field.value
class SurveyCondition:
    """A question is shown only where an earlier one has one of these answers («saut conditionnel»)."""

    question: str = field.column("The code of the earlier question.")
    options: list[str] = field.column("Codes of its options, any of them; `other`; of a scale its numbers.")


@field.value
class SurveyQuestion:
    """A question of a survey («question»). One that is hidden is not asked, and need not be answered."""

    code: str = field.column("Its code, which no other question of this survey has or had: `q7`.")
    kind: SurveyQuestionKind = field.column("What it asks for.")
    title: str = field.column("What is asked.")
    help: str = field.column("What helps to answer; may be empty.")
    is_required: bool = field.column("Whether it must be answered where it is shown.")
    options: list[SurveyOption] = field.column(
        f"What may be chosen, at most {MAX_OPTIONS}; empty of other kinds.", size=6
    )
    rows: list[SurveyOption] = field.column(f"The rows of a matrix, at most {MAX_ROWS}; empty of other kinds.", size=2)
    has_other: bool = field.column("Whether something else may be said («autre»).")
    least: int | None = field.column(
        "How many are chosen or ranked at least; the first number of a scale, the least of a number, or how many"
        " characters a text has; null: nothing is said."
    )
    most: int | None = field.column("The same, at most; null: nothing is said.")
    low: str = field.column("What the first number of a scale means; may be empty.")
    high: str = field.column("What the last number of a scale means; may be empty.")
    shown_if: list[SurveyCondition] = field.column(
        f"When it is shown: all of these hold, at most {MAX_CONDITIONS}; empty: always. Of a page they hold"
        " for all that is on it.",
        size=1,
    )
    file_types: list[FileType] = field.column("What a file may be; empty of other kinds.")


@field.stored(
    models.survey_form.SurveyForm,
    visible=resolvers.sight.survey_form,
    container=("activity_id", "Activity"),
    references={},
    marks=SURVEYS,
)
class SurveyForm:
    """A version of a survey's form («questionnaire»), or what editors are writing."""

    id: strawberry.ID = field.expression(resolvers.ident.of("surveyform"), "Opaque id.")
    activity: LaterActivity | None = field.refers(
        "activity_id", "The activity that it is the form of; null where the viewer does not see it."
    )
    version: int | None = field.column("Its number, from 1; null: it is still being written, for editors.")
    edition: int = field.column("How often what is being written was written, for whoever writes on.")
    questions: list[SurveyQuestion] = field.computed(
        resolvers.survey_form.need,
        resolvers.survey_form.questions,
        f"Its questions and pages in order, at most {MAX_QUESTIONS}.",
        size=20,
    )
    reason: str | None = field.column("Why it differs from the version before; null where nothing was said.")
    published_at: datetime | None = field.column("Since when people answer it; null: it is still being written.")


@strawberry.input(description="An option of a question, or a row of a matrix.", directives=SURVEYS)
class SurveyOptionInput:
    code: str | None = strawberry.field(default=None, description="The code that it has; null: it is new.")
    label: str = strawberry.field(
        default="", description=f"What people read, {LABEL_LENGTH[1]} characters at most; empty: it is left out."
    )


@strawberry.input(description="When a question is shown.", directives=SURVEYS)
class SurveyConditionInput:
    question: str = strawberry.field(description="The code of an earlier question: of ONE, SEVERAL or SCALE.")
    options: list[str] = strawberry.field(
        default_factory=list, description="Codes of its options, any of them; `other`; of a scale its numbers."
    )


@strawberry.input(description="A question as it is to be.", directives=SURVEYS)
class SurveyQuestionInput:
    kind: SurveyQuestionKind = strawberry.field(description="What it asks for.")
    title: str = strawberry.field(description=f"What is asked, {TITLE_LENGTH[0]} to {TITLE_LENGTH[1]} characters.")
    code: str | None = strawberry.field(default=None, description="The code that it has; null: it is new.")
    help: str = strawberry.field(default="", description=f"What helps, {HELP_LENGTH[1]:,} characters at most.")
    is_required: bool = strawberry.field(default=False, description="Whether it must be answered where it is shown.")
    options: list[SurveyOptionInput] = strawberry.field(
        default_factory=list, description=f"What may be chosen, 1 to {MAX_OPTIONS}, of kinds with options."
    )
    rows: list[SurveyOptionInput] = strawberry.field(
        default_factory=list, description=f"The rows of a matrix, 1 to {MAX_ROWS}."
    )
    has_other: bool = strawberry.field(
        default=False, description="Whether something else may be said, in ONE and SEVERAL."
    )
    least: int | None = strawberry.field(
        default=None, description="How many at least, or the least number; null: nothing is said."
    )
    most: int | None = strawberry.field(
        default=None,
        description="How many at most, the largest number, or the megabytes of a file, 1 to 8; null: nothing is said,"
        " of a scale 5, of a file 5 MB.",
    )
    low: str = strawberry.field(default="", description="What the first number of a scale means.")
    high: str = strawberry.field(default="", description="What the last number of a scale means.")
    shown_if: list[SurveyConditionInput] = strawberry.field(
        default_factory=list,
        description=f"When it is shown: all hold, at most {MAX_CONDITIONS}; none: always. Those on one question are"
        " one with all their options; one without options is left out.",
    )
    file_types: list[FileType] = strawberry.field(
        default_factory=list, description="What a file may be, of FILE; none: any of them."
    )


_EDITION = "How often what is being written was written when it was read; 0: nothing was being written."
_SURVEY = "The activity, of the kind SURVEY."


@strawberry.input(description="A whole form.", directives=SURVEYS)
class SurveyFormSaveInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, _SURVEY)
    edition: int = strawberry.field(description=_EDITION)
    questions: list[SurveyQuestionInput] = strawberry.field(
        description=f"All its questions and pages in order, at most {MAX_QUESTIONS}."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="One question of a form.", directives=SURVEYS)
class SurveyQuestionSaveInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, _SURVEY)
    edition: int = strawberry.field(description=_EDITION)
    question: SurveyQuestionInput = strawberry.field(description="The question; with a code it takes that one's place.")
    after: str | None = strawberry.field(
        default=None, description="The code of the question that a new one follows; null: the last."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Another place for a question.", directives=SURVEYS)
class SurveyQuestionMoveInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, _SURVEY)
    edition: int = strawberry.field(description=_EDITION)
    question: str = strawberry.field(description="Its code.")
    place: int = strawberry.field(description="Its place among all, from 1.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A question that is asked no more.", directives=SURVEYS)
class SurveyQuestionRemoveInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, _SURVEY)
    edition: int = strawberry.field(description=_EDITION)
    question: str = strawberry.field(description="Its code.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A form that is ready.", directives=SURVEYS)
class SurveyFormPublishInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, _SURVEY)
    edition: int = strawberry.field(description=_EDITION)
    reason: str | None = strawberry.field(
        default=None,
        description=f"Why it changes, {REASON_LENGTH[0]} to {REASON_LENGTH[1]:,} characters, which everybody reads;"
        " wanted once somebody has answered.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What is being written and is not to be.", directives=SURVEYS)
class SurveyFormDiscardInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, _SURVEY)
    edition: int = strawberry.field(description=_EDITION)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A survey whose questions are taken.", directives=SURVEYS)
class SurveyFormDuplicateInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The survey that gets them.")
    edition: int = strawberry.field(description=_EDITION)
    source: strawberry.ID = field.reference(models.activity.Activity, "The survey whose published form is copied.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type
class WrittenForm:
    """What all payloads have that answer whoever writes a form."""

    survey_form: SurveyForm | None = field.refers(
        "survey_form_id", "The form as it is; null when it was refused, and where none is left."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("survey_form_id", question=Text())
class SurveyQuestionSavePayload(WrittenForm):
    """The answer to `surveyQuestionSave`."""

    question: str | None = field.column("The code of the question; null when it was refused.")


@field.payload("survey_form_id")
class SurveyFormSavePayload(WrittenForm):
    """The answer to `surveyFormSave`."""


@field.payload("survey_form_id")
class SurveyQuestionMovePayload(WrittenForm):
    """The answer to `surveyQuestionMove`."""


@field.payload("survey_form_id")
class SurveyQuestionRemovePayload(WrittenForm):
    """The answer to `surveyQuestionRemove`."""


@field.payload("survey_form_id")
class SurveyFormPublishPayload(WrittenForm):
    """The answer to `surveyFormPublish`."""


@field.payload("survey_form_id")
class SurveyFormDiscardPayload(WrittenForm):
    """The answer to `surveyFormDiscard`."""


@field.payload("survey_form_id")
class SurveyFormDuplicatePayload(WrittenForm):
    """The answer to `surveyFormDuplicate`."""


@strawberry.type
class SurveyFormMutation:
    @field.action(resolvers.survey_form.save, who=ACTIVITY_EDITOR, features=(Feature.SURVEY,))
    def survey_form_save(
        self, input: Annotated[SurveyFormSaveInput, field.argument("The form.")]
    ) -> SurveyFormSavePayload:
        """Write a survey's whole form; people answer it once it is published. CONFLICT when somebody else wrote since
        `edition` was read. For administrators and the space's editors."""

    @field.action(resolvers.survey_form.save_question, who=ACTIVITY_EDITOR, features=(Feature.SURVEY,))
    def survey_question_save(
        self, input: Annotated[SurveyQuestionSaveInput, field.argument("The question.")]
    ) -> SurveyQuestionSavePayload:
        """Write one question of what is being written. For administrators and the space's editors."""

    @field.action(resolvers.survey_form.move_question, who=ACTIVITY_EDITOR, features=(Feature.SURVEY,))
    def survey_question_move(
        self, input: Annotated[SurveyQuestionMoveInput, field.argument("Its place.")]
    ) -> SurveyQuestionMovePayload:
        """Move a question; SURVEY_RULE where a condition would look ahead. For administrators and the space's
        editors."""

    @field.action(resolvers.survey_form.remove_question, who=ACTIVITY_EDITOR, features=(Feature.SURVEY,))
    def survey_question_remove(
        self, input: Annotated[SurveyQuestionRemoveInput, field.argument("Which.")]
    ) -> SurveyQuestionRemovePayload:
        """Take a question out; what was answered to it stays in the exports. For administrators and the space's
        editors."""

    @field.action(resolvers.survey_form.publish, who=ACTIVITY_EDITOR, features=(Feature.SURVEY,))
    def survey_form_publish(
        self, input: Annotated[SurveyFormPublishInput, field.argument("Which.")]
    ) -> SurveyFormPublishPayload:
        """Publish what is being written: people answer this version from now on, drafts go on under it, and answers
        that were sent stay as they are. For administrators and the space's editors."""

    @field.action(resolvers.survey_form.discard, who=ACTIVITY_EDITOR, features=(Feature.SURVEY,))
    def survey_form_discard(
        self, input: Annotated[SurveyFormDiscardInput, field.argument("Which.")]
    ) -> SurveyFormDiscardPayload:
        """Throw away what is being written; the published version stays. For administrators and the space's editors."""

    @field.action(resolvers.survey_form.duplicate, who=ACTIVITY_EDITOR, features=(Feature.SURVEY,))
    def survey_form_duplicate(
        self, input: Annotated[SurveyFormDuplicateInput, field.argument("From where to where.")]
    ) -> SurveyFormDuplicatePayload:
        """Write the questions of another survey's published form in the place of those being written. For
        administrators and the space's editors."""
