"""Survey answers in the contract: what the viewer keeps and has sent; nobody else's."""

from datetime import date, datetime
from typing import Annotated

import strawberry
from sqlalchemy import Integer, Text

import models.activity
import models.survey_answer
import office.paper_answer
import resolvers.activity
import resolvers.answer_part
import resolvers.ident
import resolvers.sight
import resolvers.survey_answer
from models.answer_sheet import OTHER_LENGTH
from models.proof import ProofLevel
from models.survey_answer import KEPT_DAYS, SurveyAnswerState, SurveyChannel
from models.tenant import Feature
from planner import field
from planner.who import ANYBODY
from resolvers.space_role import ACTIVITY_EDITOR
from schema.answer_file import SurveyFile
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity
from schema.scalar import H3Cell
from schema.survey_form import SURVEYS, SurveyForm, SurveyQuestion

described(
    SurveyAnswerState,
    "Whether an answer to a survey counts.",
    {"DRAFT": "It is being written, and counts for nothing («brouillon»).", "SENT": "It was sent, and counts."},
)


described(
    SurveyChannel,
    "By which way an answer to a survey came.",
    {
        "ACCOUNT": "From an account that was signed in.",
        "BROWSER": "From a browser without account: once in a browser, and of whom nobody knows («sans compte»).",
        "PAPER": "On paper, typed by the city.",
    },
)


@field.value
class SurveyChannelCount:
    """The answers that came by one way with one proof."""

    channel: SurveyChannel = field.column("The way.")
    proof: ProofLevel | None = field.column("What was proved; null: nothing was asked.")
    answer_count: int | None = field.column(
        "Answers; null where they are 1 to 4, or where they would tell another such count."
    )


@field.value
class SurveyRowChoice:
    """What is chosen in a row of a matrix."""

    row: str = field.column("The code of the row.")
    option: str = field.column("The code of the option.")


@field.value
class SurveyAnswerPart:
    """What was answered to one question."""

    question: str = field.column("The code of the question.")
    text: str | None = field.column("A text, a day as ISO 8601 writes it, or a cell of a place; null of other kinds.")
    options: list[str] = field.column("Codes of the options that were chosen, of a ranking the best first.")
    other: str | None = field.column("What else was said («autre»); null: nothing.")
    number: float | None = field.column("A number, or a number of a scale; null of other kinds.")
    rows: list[SurveyRowChoice] = field.column("What was chosen in each row of a matrix.", size=2)
    file: SurveyFile | None = field.column("The file that was sent; null of other kinds, and if it was erased since.")


@field.stored(
    models.survey_answer.SurveyAnswer,
    visible=resolvers.sight.own,
    container=("activity_id", "Activity"),
    references={},
    marks=SURVEYS,
)
class SurveyAnswer:
    """What the viewer answers to a survey («réponse»). Only the viewer reads it; the city gets what was sent in exports
    and counts, without a name."""

    id: strawberry.ID = field.expression(resolvers.ident.of("surveyanswer"), "Opaque id.")
    activity: LaterActivity | None = field.refers(
        "activity_id", "The activity that it is given in; null where the viewer does not see it any more."
    )
    state: SurveyAnswerState = field.column("Whether it counts.")
    form: SurveyForm | None = field.refers(
        "form_id", "The version of the form that it is given to; null where the viewer does not see it any more."
    )
    parts: list[SurveyAnswerPart] = field.computed(
        resolvers.answer_part.need, resolvers.answer_part.parts, "What is answered, in the order of the form.", size=20
    )
    changed_at: datetime = field.column(f"When it was kept last; a draft is forgotten {KEPT_DAYS} days later.")
    sent_at: datetime | None = field.column("When it was sent; null: it was not.")


@field.value
class SurveyPage:
    """A page of a form, as the viewer is shown it by what the viewer has kept («page»)."""

    number: int = field.column("Its number, from 1; the one behind the last is for looking through before sending.")
    count: int = field.column("How many pages there are, the one for looking through included.")
    previous: int | None = field.column("The page before it that has something to ask; null: none.")
    questions: list[SurveyQuestion] = field.column(
        "What is asked on it; of the page for looking through all that is asked at all.", size=20
    )
    missing: list[SurveyQuestion] = field.column(
        "Of the page for looking through: what must still be answered; empty of others.", size=2
    )
    state: SurveyAnswerState | None = field.column("Whether what was answered counts; null: nothing was kept yet.")
    version: int | None = field.column("The version of the form that it was given to; null: nothing was kept yet.")
    changed_at: datetime | None = field.column("When it was kept last; null: nothing was.")
    sent_at: datetime | None = field.column("When it was sent; null: it was not.")
    parts: list[SurveyAnswerPart] = field.column("What was kept or sent, of all pages.", size=20)


@strawberry.input(description="The rank of an option.", directives=SURVEYS)
class SurveyRankInput:
    option: str = strawberry.field(description="The code of the option.")
    rank: int | None = strawberry.field(default=None, description="Its rank, 1 the best; null: it has none.")


@strawberry.input(description="What is chosen in a row of a matrix.", directives=SURVEYS)
class SurveyRowInput:
    row: str = strawberry.field(description="The code of the row.")
    option: str | None = strawberry.field(default=None, description="The code of the option; null: none.")


@strawberry.input(
    description="What is answered to one question, in the field of its kind; else it is unanswered. A file is sent by"
    " `POST /enquete/{activity}/fichier`; here its question takes it back.",
    directives=SURVEYS,
)
class SurveyAnswerPartInput:
    question: str = strawberry.field(description="The code of the question.")
    text: str | None = strawberry.field(default=None, description="Of TEXT and LONG_TEXT.")
    options: list[str] = strawberry.field(
        default_factory=list, description="Of ONE and SEVERAL codes of options, and `other`; of RANKING the best first."
    )
    other: str | None = strawberry.field(
        default=None, description=f"What else is said («autre»), {OTHER_LENGTH} characters at most."
    )
    ranks: list[SurveyRankInput] = strawberry.field(
        default_factory=list, description="Of RANKING, instead of options in order: each with its rank."
    )
    rows: list[SurveyRowInput] = strawberry.field(default_factory=list, description="Of MATRIX.")
    number: float | None = strawberry.field(default=None, description="Of NUMBER and SCALE.")
    day: date | None = strawberry.field(default=None, description="Of DATE.")
    place: H3Cell | None = strawberry.field(
        default=None, description="Of PLACE: a cell; one that is finer than resolution 8 is kept as its parent."
    )


_VERSION = "The version of the form that was read; CONFLICT where another is published since."


@strawberry.input(description="What is to be kept of an answer.", directives=SURVEYS)
class SurveyAnswerSaveInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The survey.")
    version: int = strawberry.field(description=_VERSION)
    answers: list[SurveyAnswerPartInput] = strawberry.field(
        default_factory=list, description="What is answered; questions that are not named stay as they were kept."
    )
    page: int = strawberry.field(default=1, description="The number of the page that is being left.")
    browser_key: str | None = strawberry.field(
        default=None,
        description="The key of a browser, where the survey is answered without account; null: it has none yet, or the"
        " viewer is signed in.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="An answer that is ready.", directives=SURVEYS)
class SurveyAnswerSendInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The survey.")
    version: int = strawberry.field(description=_VERSION)
    answers: list[SurveyAnswerPartInput] = strawberry.field(
        default_factory=list, description="What is answered beside what was kept; none: that alone."
    )
    browser_key: str | None = strawberry.field(
        default=None,
        description="The key of a browser, where the survey is answered without account; null: it has none yet, or the"
        " viewer is signed in.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="An answer that is to be forgotten.", directives=SURVEYS)
class SurveyAnswerDiscardInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The survey.")
    browser_key: str | None = strawberry.field(
        default=None,
        description="The key of a browser, where the survey is answered without account; null: it has none yet, or the"
        " viewer is signed in.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="An answer that came on paper.", directives=SURVEYS)
class SurveyAnswerEnterInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The survey.")
    version: int = strawberry.field(description="The version of the form that was printed.")
    answers: list[SurveyAnswerPartInput] = strawberry.field(description="All that was answered.")
    idempotency_key: str | None = idempotency_key()


@field.payload("survey_answer_id", "activity_id", next_page=Integer(), browser_key=Text())
class SurveyAnswerSavePayload:
    """The answer to `surveyAnswerSave`."""

    survey_answer: SurveyAnswer | None = field.refers(
        "survey_answer_id", "The answer as it is kept; null when it was refused, and of a browser without account."
    )
    next_page: int | None = field.column("The next page that has something to ask; null when it was refused.")
    activity: LaterActivity | None = field.refers(
        "activity_id", "The activity with its survey; null when it was refused."
    )
    browser_key: str | None = field.column(
        "The new key of a browser without account, told once: it goes on by it; null where it had one, and of accounts."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("survey_answer_id", "activity_id", browser_key=Text())
class SurveyAnswerSendPayload:
    """The answer to `surveyAnswerSend`."""

    survey_answer: SurveyAnswer | None = field.refers(
        "survey_answer_id", "The answer as it was sent; null when it was refused, and of a browser without account."
    )
    activity: LaterActivity | None = field.refers(
        "activity_id", "The activity with its survey; null when it was refused."
    )
    browser_key: str | None = field.column(
        "The new key of a browser without account, told once: it goes on by it; null where it had one, and of accounts."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class SurveyAnswerEnterPayload:
    """The answer to `surveyAnswerEnter`."""

    activity: LaterActivity | None = field.refers(
        "activity_id", "The activity with its survey; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload()
class SurveyAnswerDiscardPayload:
    """The answer to `surveyAnswerDiscard`."""

    user_errors: list[UserError] = user_errors()


@strawberry.type
class SurveyAnswerMutation:
    @field.action(resolvers.survey_answer.save, who=ANYBODY, features=(Feature.SURVEY,))
    def survey_answer_save(
        self, input: Annotated[SurveyAnswerSaveInput, field.argument("What is answered.")]
    ) -> SurveyAnswerSavePayload:
        """Keep what somebody answers to a survey, a page at a time; it counts once it is sent. Each answer is judged,
        and nothing need be answered yet. For members; where it is answered without account for anybody, by the key of
        a browser, or SURVEY_NETWORK where so many begin from one network within the hour. ACTIVITY_NOT_OPEN outside a
        phase of answering, SURVEY_COUNTED once results were published."""

    @field.action(resolvers.survey_answer.send, who=ANYBODY, features=(Feature.SURVEY,))
    def survey_answer_send(
        self, input: Annotated[SurveyAnswerSendInput, field.argument("What is answered.")]
    ) -> SurveyAnswerSendPayload:
        """Send an answer: it counts, and stays as it is. An actor, or a browser, answers a survey once. REQUIRED where
        a question that is shown must be answered and is not; answers to what is hidden are dropped. ACTIVITY_NOT_OPEN
        outside a phase of answering, SURVEY_COUNTED once results were published, PROOF_NEEDED where it asks for one."""

    @field.action(office.paper_answer.enter, who=ACTIVITY_EDITOR, features=(Feature.SURVEY,))
    def survey_answer_enter(
        self, input: Annotated[SurveyAnswerEnterInput, field.argument("What was answered.")]
    ) -> SurveyAnswerEnterPayload:
        """Type an answer that came on paper («saisie d'un questionnaire papier»): it counts, and is nobody's. It is
        judged as any other, and may come after the close, until results are published (SURVEY_COUNTED). The
        journal knows who has typed it. For administrators and the space's editors."""

    @field.action(resolvers.survey_answer.discard, who=ANYBODY, features=(Feature.SURVEY,))
    def survey_answer_discard(
        self, input: Annotated[SurveyAnswerDiscardInput, field.argument("Which.")]
    ) -> SurveyAnswerDiscardPayload:
        """Throw away what the actor, or the browser, has kept of an answer and not sent."""
