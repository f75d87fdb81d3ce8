"""Amendments in the contract: other words for a passage of an article, proposed, compared and decided on."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.activity
import models.actor
import models.amendment
import models.contribution
import resolvers.amending
import resolvers.amendment
import resolvers.contribution
import resolvers.ident
import resolvers.sight
import resolvers.text_version
from models.amendment import ANSWER_LENGTH, SETTLED_LENGTH, AmendmentState
from models.contribution import BODY_LENGTH as REASONS_LENGTH
from models.contribution import TITLE_LENGTH
from models.wording.article import BODY_LENGTH, HEADING_LENGTH
from planner import field
from resolvers.official_response import RESPONDENT
from resolvers.penalty import SPEAKER
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution, LaterWithheldContribution
from schema.page import After, Connection, First
from schema.text_version import FEATURES, TEXTS, ComparedWords, TextVersion

described(
    AmendmentState,
    "What became of an amendment («suite donnée»).",
    {
        "OPEN": "The city has not decided on it («à l'examen»).",
        "ACCEPTED": "The next version of the text has its words («accepté»).",
        "ACCEPTED_IN_PART": "The next version has words of the city for its passage («accepté en partie»).",
        "REJECTED": "The city keeps the words of the text, and says why («rejeté»).",
        "WITHDRAWN": "Its author ended it before the city decided («retiré»).",
        "OUTDATED": "A version of the text changed the words of its passage («caduc»).",
    },
)


@field.stored(
    models.amendment.Amendment,
    visible=resolvers.sight.everyone,
    container=("contribution_id", "Contribution"),
    references={},
    marks=TEXTS,
)
class Amendment:
    """What a proposal would change in one article of its activity's text («amendement»). Its reasons, votes and
    arguments are those of the proposal."""

    id: strawberry.ID = field.expression(resolvers.ident.of("amendment"), "Opaque id.")
    contribution: LaterContribution = field.refers("contribution_id", "What is discussed and voted on.")
    article: int = field.column("The number of its article.")
    heading: str = field.expression(
        resolvers.amendment.heading, "The heading of its article in the version that it is about."
    )
    is_on_heading: bool = field.column("Whether it changes the heading of its article; false: the words below it.")
    version: int = field.column(
        "The version of the text that it is about: the newest, as long as the city may decide on it or merge it."
    )
    starts_at: int = field.column(
        "Before which character of the article or heading its passage begins, from 0.", name="starts"
    )
    ends_at: int = field.column("Before which it ends; the same where words are only added.", name="ends")
    old_words: str = field.column("The words of its passage; empty where words are only added.")
    new_words: str | None = field.column(
        "What is proposed in their place; empty where they are to go. Null: they were erased with their author."
    )
    settled_words: str | None = field.column(
        "What the city accepted in their place, its own words where it accepted in part; null: nothing."
    )
    state: AmendmentState = field.column("What became of it.")
    answer: str | None = field.column("The city's reasons, which everybody reads; null: it has not decided.")
    decided_at: datetime | None = field.column("When the city decided; null: not yet.")
    merged_in: int | None = field.column("The version of the text in which it is merged; null: none.")
    is_decidable: bool = field.expression(
        resolvers.amendment.is_decidable, "Whether the city may still decide on it, or decide otherwise."
    )
    comparison: list[ComparedWords] = field.computed(
        resolvers.amendment.need_comparison,
        resolvers.amendment.comparisons,
        "The whole article, or its heading, as it would be, word by word.",
        size=20,
    )
    settled_comparison: list[ComparedWords] = field.computed(
        resolvers.amendment.need_settled,
        resolvers.amendment.comparisons,
        "The same with the city's words, of what it accepts in part; empty otherwise.",
        size=20,
    )

    @field.declared(field.Connection(resolvers.amendment.on_same_words))
    def on_same_words(self, first: First = 20, after: After = None) -> Connection["Amendment"]:
        """Others that change some of the same words, and are neither settled nor outdated; the newest first. Two of
        them cannot both be accepted."""


@field.value
class ConsultedText:
    """The official text of a consultation («texte soumis à consultation»): its versions, and what people would change
    in it."""

    versions: list[TextVersion] = field.many(
        resolvers.text_version.versions, "What was published of it, the newest first.", size=10
    )
    draft: TextVersion | None = field.one(
        resolvers.text_version.draft, "What is prepared; null: nothing, or the viewer does not edit the space."
    )

    @field.declared(field.One(resolvers.text_version.of_number))
    def version(
        self, number: Annotated[int | None, field.argument("Which; null: the newest.")] = None
    ) -> TextVersion | None:
        """A version that was published; null where there is none."""

    @field.declared(field.Connection(resolvers.amendment.of_activity))
    def amendments(
        self,
        article: Annotated[int | None, field.argument("Only on the article of this number.")] = None,
        state: Annotated[AmendmentState | None, field.argument("Only in this state.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Amendment]:
        """The amendments that the viewer sees, the newest first."""


@strawberry.input(description="Other words for an article.", directives=TEXTS)
class AmendmentProposeInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "Whose text it is.")
    version: int = strawberry.field(description="The version of the text that was read.")
    article: int = strawberry.field(description="The number of the article.")
    wording: str | None = strawberry.field(
        default=None,
        description=f"All of the article's words as they would be, up to {BODY_LENGTH[1]:,} characters; what differs is"
        " the passage. Null or empty: the article is to go.",
    )
    is_on_heading: bool = strawberry.field(
        default=False,
        description="Whether the article's heading is to be another: then `wording` is the heading as it would be, of"
        f" {HEADING_LENGTH[0]} to {HEADING_LENGTH[1]} characters on one line.",
    )
    title: str = strawberry.field(description=f"What it is called, {TITLE_LENGTH[0]} to {TITLE_LENGTH[1]} characters.")
    body: str = strawberry.field(
        description=f"The reasons, plain text of {REASONS_LENGTH[0]} to {REASONS_LENGTH[1]:,} characters."
    )
    on_behalf_of: strawberry.ID | None = field.reference(
        models.actor.Actor, "The organisation in whose name it is proposed; null: the viewer's own.", default=None
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What becomes of an amendment, and why.", directives=TEXTS)
class AmendmentDecideInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The amendment's proposal.")
    decision: AmendmentState = strawberry.field(description="ACCEPTED, ACCEPTED_IN_PART or REJECTED.")
    answer: str = strawberry.field(
        description=f"The reasons, which everybody reads, {ANSWER_LENGTH[0]} to {ANSWER_LENGTH[1]:,} characters."
    )
    words: str | None = strawberry.field(
        default=None,
        description="What stands in the place of the passage, of what is accepted in part: up to"
        f" {SETTLED_LENGTH[1]:,} characters.",
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("contribution_id")
class AmendmentProposePayload:
    """The answer to `amendmentPropose`."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "What was proposed; null when it was refused, or waits for a moderator."
    )
    withheld: LaterWithheldContribution | None = field.refers(
        "contribution_id", "What waits for a moderator before others see it; null when nothing does."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class AmendmentDecidePayload:
    """The answer to `amendmentDecide`."""

    amendment: Amendment | None = field.refers(
        "contribution_id", "The amendment as it is; null when it was refused.", to="contribution_id"
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class AmendmentMutation:
    @field.action(resolvers.amending.propose, who=SPEAKER, features=FEATURES)
    def amendment_propose(
        self, input: Annotated[AmendmentProposeInput, field.argument("Which words.")]
    ) -> AmendmentProposePayload:
        """Propose other words for an article of a consultation's text, or another heading, while the consultation is
        open. For members."""

    @field.action(resolvers.amendment.decide, who=RESPONDENT, features=FEATURES)
    def amendment_decide(
        self, input: Annotated[AmendmentDecideInput, field.argument("What, and why.")]
    ) -> AmendmentDecidePayload:
        """Say what becomes of an amendment («donner suite»), and why. Two that change the same words are not both
        accepted. Until the next version of the text is published it may be decided otherwise. For moderators, editors
        of its space, and members of the city's services."""
