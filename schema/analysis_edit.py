"""What people change of an analysis in the contract: topics renamed, merged, split, texts moved, changes undone."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.analysis
import office.analysis_edit
import resolvers.analysis
import resolvers.analysis_edit
import resolvers.ident
import resolvers.sight
from analysis.edit import TopicEditKind
from auth.viewer import Audience
from models.analysis import TOPIC_NAME_LENGTH
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.actor import Actor
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterAnalysis

described(
    TopicEditKind,
    "What a person does to a topic.",
    {
        "RENAME": "It gets another name.",
        "MERGE": "It gets all texts of another, which is no more.",
        "SPLIT": "Some of its texts become another topic.",
        "MOVE": "It gets texts that were elsewhere; or they leave their topic and are unclassified.",
    },
)
NAME = f"Its name, 1 to {TOPIC_NAME_LENGTH[1]} characters."
TOPIC = "The topic's number."


@field.stored(
    models.analysis.AnalysisEdit,
    visible=resolvers.sight.administrators,
    container=("analysis_id", "Analysis"),
    references={},
    marks=audience(Audience.ADMINISTRATOR),
)
class AnalysisEdit:
    """What a person changed of an analysis («traçabilité»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("analysisedit"), "Opaque id.")
    number: int = field.column("Its place among the changes, which are made in this order.")
    kind: TopicEditKind = field.expression(resolvers.analysis_edit.edit_kind, "What was done.")
    topic: int = field.expression(
        resolvers.analysis_edit.edit_topic, "To which topic, by its number; 0: texts were moved out of all."
    )
    other: int | None = field.expression(
        resolvers.analysis_edit.edit_other,
        "Of a merger the topic that went, of a split the one that came; null of other changes.",
    )
    name: str | None = field.expression(resolvers.analysis_edit.edit_name, "The name that was given; null: none.")
    text_count: int = field.expression(
        resolvers.analysis_edit.edit_size, "How many texts were named; 0 of a new name and a merger."
    )
    made_by: Actor | None = field.refers("made_by_id", "Who did it; null: an operator, or somebody erased.")
    made_at: datetime = field.column("When it was done, in this analysis or in one before.")
    undone_at: datetime | None = field.column("When it was taken back; null: it holds.")
    is_lost: bool = field.column("Whether its topic or its texts are no more, so that it changes nothing.")


@strawberry.input(description="A topic's new name.", directives=audience(Audience.ADMINISTRATOR))
class AnalysisTopicRenameInput:
    analysis: strawberry.ID = field.reference(models.analysis.Analysis, "The analysis.")
    topic: int = strawberry.field(description=TOPIC)
    name: str = strawberry.field(description=NAME)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Two topics that are one.", directives=audience(Audience.ADMINISTRATOR))
class AnalysisTopicMergeInput:
    analysis: strawberry.ID = field.reference(models.analysis.Analysis, "The analysis.")
    topic: int = strawberry.field(description="The number of the topic that stays.")
    other: int = strawberry.field(description="The number of the topic whose texts it gets.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Texts that are a topic of their own.", directives=audience(Audience.ADMINISTRATOR))
class AnalysisTopicSplitInput:
    analysis: strawberry.ID = field.reference(models.analysis.Analysis, "The analysis.")
    topic: int = strawberry.field(description="The number of the topic that they are in.")
    name: str = strawberry.field(description=NAME)
    texts: list[strawberry.ID] = field.reference(models.analysis.AnalysisText, "The texts, 100 at most.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Texts that belong elsewhere.", directives=audience(Audience.ADMINISTRATOR))
class AnalysisTextsMoveInput:
    analysis: strawberry.ID = field.reference(models.analysis.Analysis, "The analysis.")
    texts: list[strawberry.ID] = field.reference(models.analysis.AnalysisText, "The texts, 100 at most.")
    into: int | None = strawberry.field(default=None, description="The topic's number; null: none («non classé»).")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which change.", directives=audience(Audience.ADMINISTRATOR))
class AnalysisEditUndoInput:
    edit: strawberry.ID = field.reference(models.analysis.AnalysisEdit, "The change.")
    idempotency_key: str | None = idempotency_key()


NOW = "The analysis as it is now; null when it was refused."


@field.payload("analysis_id")
class AnalysisTopicRenamePayload:
    """The answer to `analysisTopicRename`."""

    analysis: LaterAnalysis | None = field.refers("analysis_id", NOW)
    user_errors: list[UserError] = user_errors()


@field.payload("analysis_id")
class AnalysisTopicMergePayload:
    """The answer to `analysisTopicMerge`."""

    analysis: LaterAnalysis | None = field.refers("analysis_id", NOW)
    user_errors: list[UserError] = user_errors()


@field.payload("analysis_id")
class AnalysisTopicSplitPayload:
    """The answer to `analysisTopicSplit`."""

    analysis: LaterAnalysis | None = field.refers("analysis_id", NOW)
    user_errors: list[UserError] = user_errors()


@field.payload("analysis_id")
class AnalysisTextsMovePayload:
    """The answer to `analysisTextsMove`."""

    analysis: LaterAnalysis | None = field.refers("analysis_id", NOW)
    user_errors: list[UserError] = user_errors()


@field.payload("analysis_id")
class AnalysisEditUndoPayload:
    """The answer to `analysisEditUndo`."""

    analysis: LaterAnalysis | None = field.refers("analysis_id", NOW)
    user_errors: list[UserError] = user_errors()


@strawberry.type
class AnalysisEditMutation:
    @field.action(office.analysis_edit.rename, who=ADMINISTRATOR)
    def analysis_topic_rename(
        self, input: Annotated[AnalysisTopicRenameInput, field.argument("Which, and how.")]
    ) -> AnalysisTopicRenamePayload:
        """Give a topic another name. ANALYSIS_NOT_DONE before it is computed. For administrators."""

    @field.action(office.analysis_edit.merge, who=ADMINISTRATOR)
    def analysis_topic_merge(
        self, input: Annotated[AnalysisTopicMergeInput, field.argument("Which two.")]
    ) -> AnalysisTopicMergePayload:
        """Put the texts of another topic into one. ANALYSIS_NOT_DONE before it is computed. For administrators."""

    @field.action(office.analysis_edit.split, who=ADMINISTRATOR)
    def analysis_topic_split(
        self, input: Annotated[AnalysisTopicSplitInput, field.argument("Which texts, and their name.")]
    ) -> AnalysisTopicSplitPayload:
        """Make a topic of some texts of another. ANALYSIS_NOT_DONE before it is computed. For administrators."""

    @field.action(office.analysis_edit.move, who=ADMINISTRATOR)
    def analysis_texts_move(
        self, input: Annotated[AnalysisTextsMoveInput, field.argument("Which texts, and where to.")]
    ) -> AnalysisTextsMovePayload:
        """Put texts into a topic, or into none. ANALYSIS_NOT_DONE before it is computed. For administrators."""

    @field.action(office.analysis_edit.undo, who=ADMINISTRATOR)
    def analysis_edit_undo(
        self, input: Annotated[AnalysisEditUndoInput, field.argument("Which.")]
    ) -> AnalysisEditUndoPayload:
        """Take a change back: all others are made as if it had never been. For administrators."""
