"""Wordings of analyses in the contract («rédactions»): sentences that a language model wrote and the evidence bears."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.analysis
import office.wording
import resolvers.analysis
import resolvers.wording
from analysis.wording import MAX_SENTENCE, WordingReason
from auth.viewer import Audience
from models.analysis import WordingProblem, WordingState
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterAnalysis, LaterContribution

described(
    WordingState,
    "Where the wording of an analysis is.",
    {
        "ASKED": "A language model is asked, or will be.",
        "DONE": "It is written, and what stood up to the evidence is kept.",
        "FAILED": "There is none; `wordingProblem` says why. What was there before stays.",
    },
)
described(
    WordingProblem,
    "Why a language model gave no wording.",
    {
        "NOT_OFFERED": "The installation names none any more.",
        "NOTHING_TO_SAY": "The analysis has no topic.",
        "UNREACHED": "It could not be reached.",
        "LATE": "It took longer than two minutes.",
        "DECLINED": "It answered with an error, for example because its key is wrong.",
        "TOO_BIG": "Its answer was longer than 200 kB.",
        "NOT_JSON": "Its answer had not the form that was asked for.",
        "ALL_REFUSED": "No sentence stood up to the evidence.",
        "INTERRUPTED": "The process that asked ended three times.",
    },
)
described(
    WordingReason,
    "Why a sentence of a language model is refused.",
    {
        "NO_ID": "It cites nothing.",
        "UNKNOWN_ID": "It cites what it was not told.",
        "NUMBER": "A number or a share is none of what it cites.",
        "QUOTE": "A quotation does not stand so in a text that it cites.",
        "DISCLOSURE": "It has what looks like a name, a telephone number, an address or a link.",
        "TOO_LONG": f"It has more than {MAX_SENTENCE} characters.",
        "FORM": "It is no sentence, or has signs that are not seen.",
    },
)


@field.value
class AnalysisWordingRefusal:
    """How many sentences of a language model were refused for one reason; of a sentence the first."""

    reason: WordingReason = field.column("Why.")
    count: int = field.column("How many sentences.")


@field.value
class AnalysisSentence:
    """A sentence that a language model wrote, with what it rests on: its numbers are of the topics, its quotations of
    the contributions. It is there while everybody may read those, with the words that were read."""

    words: str = field.column("The sentence.")
    topics: list[int] = field.expression(resolvers.wording.cited_topics, "The numbers of the topics that it rests on.")
    is_whole: bool = field.column("Whether it rests on the counts of all texts, too.")
    contributions: list[LaterContribution] = field.many(
        resolvers.wording.cited, "The contributions that it rests on.", size=20
    )


@field.value
class AnalysisWording:
    """What a language model wrote of an analysis («rédaction»), as far as each sentence stands up to the evidence."""

    model: str = field.column("The name of the model.")
    made_at: datetime = field.column("When it was written.")
    published_at: datetime | None = field.column("Since when everybody sees it; null: administrators alone do.")
    is_current: bool = field.column(
        "Whether nobody changed the analysis and no text went since. Else administrators alone see it."
    )
    sentences: list[AnalysisSentence] = field.parts(
        resolvers.wording.sentences, "Its sentences, in its order.", size=40
    )


@strawberry.input(description="Of which analysis a wording is wanted.", directives=audience(Audience.ADMINISTRATOR))
class AnalysisWordingStartInput:
    analysis: strawberry.ID = field.reference(models.analysis.Analysis, "The analysis.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Whether everybody sees a wording.", directives=audience(Audience.ADMINISTRATOR))
class AnalysisWordingPublishInput:
    analysis: strawberry.ID = field.reference(models.analysis.Analysis, "The analysis.")
    is_public: bool = strawberry.field(default=True, description="Whether everybody who sees the analysis sees it.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Whose wording is dropped.", directives=audience(Audience.ADMINISTRATOR))
class AnalysisWordingRemoveInput:
    analysis: strawberry.ID = field.reference(models.analysis.Analysis, "The analysis.")
    idempotency_key: str | None = idempotency_key()


@field.payload("analysis_id")
class AnalysisWordingStartPayload:
    """The answer to `analysisWordingStart`."""

    analysis: LaterAnalysis | None = field.refers("analysis_id", "The analysis; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("analysis_id")
class AnalysisWordingPublishPayload:
    """The answer to `analysisWordingPublish`."""

    analysis: LaterAnalysis | None = field.refers("analysis_id", "The analysis; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("analysis_id")
class AnalysisWordingRemovePayload:
    """The answer to `analysisWordingRemove`."""

    analysis: LaterAnalysis | None = field.refers("analysis_id", "The analysis; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class AnalysisWordingMutation:
    @field.action(office.wording.start, who=ADMINISTRATOR)
    def analysis_wording_start(
        self, input: Annotated[AnalysisWordingStartInput, field.argument("Of which.")]
    ) -> AnalysisWordingStartPayload:
        """Ask the installation's language model to put an analysis into sentences. It is told names of topics, counts
        and quotes that everybody may read; what it says is a draft, without the sentences that the evidence does not
        bear. WORDING_NOT_OFFERED where the installation names none; never of answers to surveys. For administrators."""

    @field.action(office.wording.publish, who=ADMINISTRATOR)
    def analysis_wording_publish(
        self, input: Annotated[AnalysisWordingPublishInput, field.argument("Which, and whether.")]
    ) -> AnalysisWordingPublishPayload:
        """Show a wording on the analysis' page, marked as written by a model, or to administrators alone again.
        WORDING_NOT_DONE where there is none. For administrators."""

    @field.action(office.wording.remove, who=ADMINISTRATOR)
    def analysis_wording_remove(
        self, input: Annotated[AnalysisWordingRemoveInput, field.argument("Which.")]
    ) -> AnalysisWordingRemovePayload:
        """Drop the wording of an analysis. For administrators."""
