"""Versions of texts in the contract: articles in a tree of sections, what changed, and what is prepared."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.activity
import models.text_version
import office.text_publication
import resolvers.ident
import resolvers.sight
import resolvers.text_version
from models.tenant import Feature
from models.text_version import MAX_VERSIONS, REASON_LENGTH
from models.wording.article import MAX_ARTICLES, MAX_TEXT
from models.wording.comparison import WordFate
from planner import field
from planner.cost_directive import priced, sized
from planner.directive import feature
from resolvers.space_role import ACTIVITY_EDITOR
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity

TEXTS = feature(Feature.CONSULTATION)
FEATURES = (Feature.CONSULTATION,)
MANY_ARTICLES = 50
"""Of real texts few have more: what a list of them is reckoned at."""

described(
    WordFate,
    "What became of words between two versions.",
    {
        "KEPT": "They are in both.",
        "REMOVED": "They are in the older one alone.",
        "ADDED": "They are in the newer one alone.",
    },
)


@field.value
class Article:
    """An article («article»), or a section that has no words of its own («titre, chapitre»)."""

    number: int = field.column("Its number, which it keeps through all versions of its text.")
    heading: str = field.column("Its heading.")
    level: int = field.column("How deep it is in the tree of sections: 1 is the highest, 6 the lowest.")
    body: str = field.column("Its words, plain text; empty for a section that has none of its own.")
    amendment_count: int = field.column("How many amendments on it the viewer sees, in whichever state.")
    open_count: int = field.column("How many of them the city has not decided on.")


@field.value
class ComparedWords:
    """Words of the same fate that follow each other in a comparison."""

    fate: WordFate = field.column("What became of them.")
    words: str = field.column("The words, with the blanks and line breaks among them.")


@field.value
class ComparedArticle:
    """An article in two versions of a text, compared word by word («comparaison»)."""

    number: int = field.column("Its number.")
    heading: str = field.column("Its heading in the newer version, else in the older.")
    old_heading: str | None = field.column("Its heading in the older version; null where it is the same.")
    level: int = field.column("How deep it is in the tree of sections.")
    is_added: bool = field.column("Whether only the newer version has it.")
    is_removed: bool = field.column("Whether only the older version has it.")
    parts: list[ComparedWords] = field.column("Its words, in the order of reading.", marks=sized(20))


@field.stored(
    models.text_version.TextVersion,
    visible=resolvers.sight.text_version,
    container=("activity_id", "Activity"),
    references={},
    marks=TEXTS,
)
class TextVersion:
    """A version of an activity's official text («version du texte»), or what is prepared to be the next one."""

    id: strawberry.ID = field.expression(resolvers.ident.of("textversion"), "Opaque id.")
    activity: LaterActivity = field.refers("activity_id", "Whose text it is.")
    number: int = field.column(f"Which version it is, from 1 to {MAX_VERSIONS}.")
    reason: str | None = field.column("Why the text changed; null for the first version, and while it is prepared.")
    prepared_at: datetime = field.column("When it was prepared.")
    published_at: datetime | None = field.column("When it was published; null: it is prepared.")
    merged_count: int = field.expression(resolvers.text_version.merged_count, "How many amendments are merged in it.")
    outdating_count: int = field.computed(
        office.text_publication.need_outdating,
        office.text_publication.outdating,
        "How many amendments it would outdate, while it is prepared; 0 once it is published.",
    )
    articles: list[Article] = field.parts(
        resolvers.text_version.articles, f"Its articles in order, at most {MAX_ARTICLES}.", size=MANY_ARTICLES
    )
    source: str = field.computed(
        resolvers.text_version.need_source,
        resolvers.text_version.sources,
        "All of it as Markdown, whose headings hold the articles' numbers: for whoever edits it.",
    )

    @field.declared(field.Part(resolvers.text_version.one_article))
    def article(self, number: Annotated[int, field.argument("Its number.")]) -> Article | None:
        """One of its articles; null where it has none of this number."""

    @field.declared(
        field.Computed(resolvers.text_version.need_comparison, resolvers.text_version.comparisons),
        directives=[*sized(MANY_ARTICLES), *priced(50)],
    )
    def comparison(
        self,
        since: Annotated[int | None, field.argument("The version to compare it with; null: the one before it.")] = None,
    ) -> list[ComparedArticle]:
        """What changed since another version, article by article and word by word; what is gone stands behind the
        article that it followed."""


@strawberry.input(description="Which version to prepare, and from what.", directives=TEXTS)
class TextVersionPrepareInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "Whose text it is: a consultation.")
    version: int = strawberry.field(description="The newest version that was read, 0 where there is none yet.")
    source: str | None = strawberry.field(
        default=None,
        description=f"The text as Markdown, at most {MAX_TEXT:,} characters: each heading begins an article and, with"
        " `{#12}` at its end, says which; without, the one with the same heading or the same words, else a new one."
        " Null: the newest version with all amendments that are accepted.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What to publish.", directives=TEXTS)
class TextVersionPublishInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "Whose text it is.")
    draft: strawberry.ID = field.reference(models.text_version.TextVersion, "What was prepared and read.")
    reason: str | None = strawberry.field(
        default=None,
        description="Why the text changes, which everybody reads,"
        f" {REASON_LENGTH[0]} to {REASON_LENGTH[1]:,} characters; not wanted of the first version.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What to throw away.", directives=TEXTS)
class TextVersionDiscardInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "Whose text is prepared.")
    idempotency_key: str | None = idempotency_key()


@field.payload("text_version_id")
class TextVersionPreparePayload:
    """The answer to `textVersionPrepare`."""

    draft: TextVersion | None = field.refers("text_version_id", "What is prepared now; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("text_version_id")
class TextVersionPublishPayload:
    """The answer to `textVersionPublish`."""

    text_version: TextVersion | None = field.refers("text_version_id", "What was published; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class TextVersionDiscardPayload:
    """The answer to `textVersionDiscard`."""

    activity: LaterActivity | None = field.refers(
        "activity_id", "The activity, in which nothing is prepared; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class TextVersionMutation:
    @field.action(office.text_publication.prepare, who=ACTIVITY_EDITOR, features=FEATURES)
    def text_version_prepare(
        self, input: Annotated[TextVersionPrepareInput, field.argument("From what.")]
    ) -> TextVersionPreparePayload:
        """Prepare the next version of a consultation's text, which takes the place of what was prepared before; it is
        seen by whoever edits the space alone until it is published. For administrators and editors of the space."""

    @field.action(office.text_publication.publish, who=ACTIVITY_EDITOR, features=FEATURES)
    def text_version_publish(
        self, input: Annotated[TextVersionPublishInput, field.argument("Which.")]
    ) -> TextVersionPublishPayload:
        """Publish what is prepared. Amendments that are accepted are merged; others go on with the new version where
        the words of their passages are the same, and are outdated where these have changed. For administrators and
        editors of the space."""

    @field.action(office.text_publication.discard, who=ACTIVITY_EDITOR, features=FEATURES)
    def text_version_discard(
        self, input: Annotated[TextVersionDiscardInput, field.argument("Which.")]
    ) -> TextVersionDiscardPayload:
        """Throw away what is prepared. For administrators and editors of the space."""
