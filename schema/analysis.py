"""Analyses in the contract («analyses», «synthèses»): what a program made of many texts, and what is published."""

from datetime import datetime
from typing import Annotated

import strawberry
from sqlalchemy import BigInteger

import models.activity
import models.analysis
import models.space
import office.analysis
import resolvers.analysis
import resolvers.analysis_edit
import resolvers.analysis_topic
import resolvers.ident
import resolvers.opinion
import resolvers.portal
import resolvers.sight
import resolvers.wording
from analysis.disclosure import DisclosureKind
from auth.viewer import Audience
from models.analysis import (
    LEAST_TEXTS,
    MAX_TEXTS,
    AnalysisNote,
    AnalysisPlace,
    AnalysisProblem,
    AnalysisState,
    WordingProblem,
    WordingState,
)
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.actor import Actor
from schema.analysis_edit import AnalysisEdit
from schema.analysis_topic import FEW, AnalysisCampaign, AnalysisKeyword, AnalysisRepresentation, AnalysisTopic
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity, LaterContribution, LaterParticipatorySpace, LaterPortal
from schema.opinion import AnalysisOpinions
from schema.page import After, Connection, First
from schema.wording import AnalysisWording, AnalysisWordingRefusal

described(
    AnalysisState,
    "Where the computation of an analysis is.",
    {
        "QUEUED": "It waits: one is computed at a time.",
        "RUNNING": "It is computed, beside the portal.",
        "DONE": "It is computed.",
        "FAILED": "It could not be computed; `problem` says why.",
    },
)
described(
    AnalysisProblem,
    "Why an analysis could not be computed.",
    {
        "TOO_FEW": f"Fewer than {LEAST_TEXTS} texts were left when it began.",
        "TOO_LONG": "It took more than two hours.",
        "TOO_BIG": f"It wanted more memory than it may have, or has more than {MAX_TEXTS:,} texts.",
        "INTERRUPTED": "The process that computed it ended three times.",
        "FAULT": "An error, which operators find in the log.",
    },
)
described(
    AnalysisPlace,
    "Where a text is in an analysis.",
    {
        "TOPIC": "In a topic.",
        "UNCLASSIFIED": "In none («non classé»).",
        "WITHOUT_CONTENT": "In none, because it says nothing («RAS», «idem»).",
    },
)
described(
    AnalysisNote,
    "What an analysis did not do, or could not judge.",
    {
        "IRONY_NOT_JUDGED": "Whether somebody meant the contrary of what is written.",
        "FEW_TEXTS": "There were too few texts for topics.",
        "LEARNT_FROM_SAMPLE": "Topics were learnt from a sample, and all texts classed by them.",
        "LONG_TEXTS_CUT": "Of very long texts the beginning was read.",
        "VECTORS_MISSING": "Sentence vectors were asked for and are not installed.",
        "SEVERAL_LANGUAGES": "The texts are in several languages, of which French was read best.",
        "TEXTS_WENT": "Texts went since distances were measured.",
        "TOO_MANY_VOTES": "There were more votes than groups of opinion are computed from.",
    },
)


@field.value
class AnalysisCoverage:
    """Where the texts of an analysis are («couverture»), of those that everybody may read now: classified, unclassified
    and without content make up all of them."""

    text_count: int = field.column("How many texts are left.")
    gone_count: int = field.column("How many were hidden or erased since they were read.")
    author_count: int = field.column("How many people wrote those that are left; 0 of answers to surveys.")
    classified_count: int = field.column("How many are in a topic.")
    unclassified_count: int = field.column("How many are in none («non classé»).")
    without_content_count: int = field.column("How many say nothing that could be in one («RAS», «idem»).")


described(
    DisclosureKind,
    "What of somebody seems to stand in a text.",
    {
        "NAME": "A name.",
        "PHONE": "A telephone number.",
        "EMAIL": "An e-mail address.",
        "IBAN": "The number of a bank account.",
        "ADDRESS": "A postal address.",
    },
)


@field.value
class AnalysisDisclosure:
    """What seems to tell of somebody in a text that everybody may read («donnée personnelle»). A program saw it by its
    form, and decides nothing."""

    kind: DisclosureKind = field.column("What it seems to be.")
    words: str = field.column("The slice of the contribution's title, an empty line and its text.")
    start: int = field.column("Where it begins, in characters (code points), from 0.")
    end: int = field.column("Where it ends, likewise; the character there is not in it any more.")


@field.stored(
    models.analysis.AnalysisText, visible=resolvers.sight.everyone, container=("analysis_id", "Analysis"), references={}
)
class AnalysisText:
    """A text in an analysis, and where it is."""

    id: strawberry.ID = field.expression(resolvers.ident.of("analysistext"), "Opaque id.")
    rank: int = field.column("Its place among all: those of a topic together, the most typical first.")
    place: AnalysisPlace = field.column("Where it is.")
    topic: int | None = field.column("The number of its topic; null: it is in none.")
    part: int | None = field.column("The number of its part of the topic; null: it is in none.", name="sub_topic")
    campaign: int | None = field.column("The number of the campaign that it is part of; null: of none.")
    contribution: LaterContribution | None = field.one(
        resolvers.analysis.read_in, "Whose text it is; null of an answer to a survey."
    )
    disclosures: list[AnalysisDisclosure] = field.parts(
        resolvers.analysis.disclosures,
        "Names, telephone numbers and addresses that seem to stand in it, 20 at most; none of an answer to a survey,"
        " of a text that changed since it was read, and for anybody but administrators.",
        size=3,
    )
    answer: str | None = field.expression(
        resolvers.analysis.answer_words,
        "What somebody answered to a survey's question; null of a contribution, and for anybody but administrators.",
    )


@field.stored(
    models.analysis.Analysis,
    visible=resolvers.sight.analysis,
    container=("space_id", "ParticipatorySpace"),
    references={},
)
class Analysis:
    """What a program made of many texts («analyse»; published, «synthèse»), by a method that gives the same for the
    same texts, and what people changed of that. Everybody sees what is published; administrators also see drafts."""

    id: strawberry.ID = field.expression(resolvers.ident.of("analysis"), "Opaque id.")
    space: LaterParticipatorySpace = field.refers("space_id", "Whose texts were read.")
    activity: LaterActivity | None = field.refers(
        "activity_id", "Whose texts alone were read; null: those of the whole space."
    )
    question: str | None = field.column("The code of the survey's question whose answers were read; null: none.")
    question_title: str | None = field.expression(
        resolvers.analysis.question_title, "What that question asks; null: there is none."
    )
    state: AnalysisState = field.column("Where its computation is.")
    problem: AnalysisProblem | None = field.expression(
        resolvers.analysis.problem, "Why it could not be computed; null: it could, and for anybody but administrators."
    )
    asked_at: datetime = field.column("When it was asked for.")
    asked_by: Actor | None = field.one(
        resolvers.analysis.asker,
        "Who asked for it; null: an operator, somebody erased, and for anybody but administrators.",
    )
    ended_at: datetime | None = field.column("When its computation ended; null: it has not.")
    published_at: datetime | None = field.column("Since when everybody sees it; null: administrators alone do.")
    edition: int = field.column("How often people changed it.")
    method: str | None = field.expression(
        resolvers.analysis.method_version, "The method and its version; null: it is not computed."
    )
    corpus_digest: str | None = field.column(
        "SHA-256 of the texts that were read with their ids: another one means other texts; null: it is not computed."
    )
    read_count: int = field.column("How many texts were read.", name="text_count")
    person_count: int | None = field.expression(
        resolvers.analysis.person_count,
        "How many people wrote or supported the texts when they were read; null: it is not computed.",
    )
    notes: list[AnalysisNote] = field.expression(
        resolvers.analysis.notes, "What the method did not do, or could not judge."
    )
    coverage: AnalysisCoverage | None = field.part(
        resolvers.analysis.coverage, "How many texts are left, and where they are; null: it is not computed."
    )
    campaigns: list[AnalysisCampaign] = field.parts(
        resolvers.analysis_topic.campaigns, f"Texts that are alike, the largest group first, 20 at most.{FEW}", size=10
    )
    keywords: list[AnalysisKeyword] = field.parts(
        resolvers.analysis_topic.keywords,
        f"Words that these texts have more often than the portal's others, 20 at most.{FEW}",
        size=20,
    )
    representation: AnalysisRepresentation | None = field.part(
        resolvers.analysis_topic.representation,
        "What is shown of all texts, and how it stands beside a random sample; null: it is not computed.",
    )
    opinions: AnalysisOpinions | None = field.part(
        resolvers.opinion.opinions,
        "What groups of people think alike by their votes for and against; null: there are too few votes.",
    )
    wording: AnalysisWording | None = field.part(
        resolvers.wording.wording,
        "What a language model wrote of it; null: nothing, nothing that is published, or it changed since.",
    )
    wording_model: str | None = field.expression(
        resolvers.wording.model,
        "The language model that may be asked for a wording; null: none, and for anybody but administrators.",
    )
    wording_state: WordingState | None = field.expression(
        resolvers.wording.state, "Where its wording is; null: none was asked for, and for anybody but administrators."
    )
    wording_problem: WordingProblem | None = field.expression(
        resolvers.wording.problem, "Why there is none; null: there is, and for anybody but administrators."
    )
    wording_refusals: list[AnalysisWordingRefusal] = field.parts(
        resolvers.wording.refusals,
        "How many sentences of the last answer were refused; none for anybody but administrators.",
        size=7,
    )

    @field.declared(field.Parts(resolvers.analysis_topic.topics), size=20)
    def topics(
        self, number: Annotated[int | None, field.argument("Only this one; null: all.")] = None
    ) -> list[AnalysisTopic]:
        """Its topics, the largest first, those of minorities last; each has a text at least. Of answers to surveys
        those of fewer than five are told to administrators alone."""

    @field.declared(field.Connection(resolvers.analysis.texts))
    def texts(
        self,
        topic: Annotated[int | None, field.argument("Only those of this topic; null: all.")] = None,
        part: Annotated[int | None, field.argument("Only those of this part of the topic; null: all.")] = None,
        place: Annotated[AnalysisPlace | None, field.argument("Only those that are there; null: all.")] = None,
        campaign: Annotated[int | None, field.argument("Only those of this campaign; null: all.")] = None,
        has_disclosure: Annotated[
            bool | None,
            field.argument(
                "Only those in which something of somebody seems to stand, or only the others; null: all."
                " For anybody but administrators in none."
            ),
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[AnalysisText]:
        """The texts that everybody may read now, by topic, the most typical first: counts can be counted again here.
        Answers to surveys are for administrators."""

    @field.declared(field.Connection(resolvers.analysis_edit.edits), directives=audience(Audience.ADMINISTRATOR))
    def edits(self, first: First = 20, after: After = None) -> Connection[AnalysisEdit]:
        """What people changed, the newest first («traçabilité»). For administrators."""


@strawberry.input(description="What is to be analysed.", directives=audience(Audience.ADMINISTRATOR))
class AnalysisStartInput:
    space: strawberry.ID | None = field.reference(
        models.space.ParticipatorySpace, "The space, all of whose activities are read; null: an activity.", default=None
    )
    activity: strawberry.ID | None = field.reference(
        models.activity.Activity, "The activity alone; null: the space.", default=None
    )
    question: str | None = strawberry.field(
        default=None, description="Of a survey the code of a question that people answer in their own words."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Whether everybody sees an analysis.", directives=audience(Audience.ADMINISTRATOR))
class AnalysisPublishInput:
    analysis: strawberry.ID = field.reference(models.analysis.Analysis, "The analysis.")
    is_public: bool = strawberry.field(default=True, description="Whether everybody who sees its space sees it.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which analysis.", directives=audience(Audience.ADMINISTRATOR))
class AnalysisRemoveInput:
    analysis: strawberry.ID = field.reference(models.analysis.Analysis, "The analysis.")
    idempotency_key: str | None = idempotency_key()


@field.payload("analysis_id")
class AnalysisStartPayload:
    """The answer to `analysisStart`."""

    analysis: Analysis | None = field.refers("analysis_id", "The analysis, which waits; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("analysis_id")
class AnalysisPublishPayload:
    """The answer to `analysisPublish`."""

    analysis: Analysis | None = field.refers("analysis_id", "The analysis; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload(number=BigInteger())
class AnalysisRemovePayload:
    """The answer to `analysisRemove`."""

    portal: LaterPortal | None = field.refers("number", "The portal as it is; null when it was refused.", to="number")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class AnalysisQuery:
    @field.declared(field.One(resolvers.analysis.named))
    def analysis(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> Analysis | None:
        """An analysis; null when the viewer sees none of this id."""

    @field.declared(field.Connection(resolvers.analysis.listed))
    def analyses(
        self,
        space: Annotated[
            strawberry.ID | None, field.argument("Only of this space and what is in it; null: all.")
        ] = None,
        activity: Annotated[strawberry.ID | None, field.argument("Only of this activity; null: of all.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Analysis]:
        """Analyses, the newest first: those that are published, for administrators all."""


@strawberry.type
class AnalysisMutation:
    @field.action(office.analysis.start, who=ADMINISTRATOR)
    def analysis_start(
        self, input: Annotated[AnalysisStartInput, field.argument("Of which texts.")]
    ) -> AnalysisStartPayload:
        """Have texts analysed that everybody may read: of a space, of an activity, or the answers to a survey's
        question, which stay nobody's. It is computed beside the portal; what people changed of the analysis before of
        the same texts is kept where its texts remain. For administrators."""

    @field.action(office.analysis.publish, who=ADMINISTRATOR)
    def analysis_publish(
        self, input: Annotated[AnalysisPublishInput, field.argument("Which, and whether.")]
    ) -> AnalysisPublishPayload:
        """Show an analysis to everybody who sees its space, or to administrators alone again. ANALYSIS_NOT_DONE before
        it is computed. For administrators."""

    @field.action(office.analysis.remove, who=ADMINISTRATOR)
    def analysis_remove(self, input: Annotated[AnalysisRemoveInput, field.argument("Which.")]) -> AnalysisRemovePayload:
        """Remove an analysis with all that was changed of it. For administrators."""
