"""Watched words in the contract: what moderators' attention is drawn to."""

from typing import Annotated

import strawberry

import models.watched_word
import office.watched_word
import resolvers.ident
import resolvers.sight
from auth.viewer import Audience
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.page import After, Connection, First


@field.stored(
    models.watched_word.WatchedWord,
    visible=resolvers.sight.administrators,
    references={},
    marks=audience(Audience.ADMINISTRATOR),
)
class WatchedWord:
    """A word or a few that are marked wherever they are published («mot surveillé»); people decide. For
    administrators."""

    id: strawberry.ID = field.expression(resolvers.ident.of("watchedword"), "Opaque id.")
    word: str = field.column("The word in small letters without accents.")
    is_stem: bool = field.column("Whether whatever begins with it is meant, too; else it is meant exactly.")


@strawberry.input(description="A word to list.", directives=audience(Audience.ADMINISTRATOR))
class WatchedWordAddInput:
    word: str = strawberry.field(description="A word or a few, 2 to 60 characters; accents and case do not matter.")
    is_stem: bool = strawberry.field(default=False, description="Whether whatever begins with it is meant, too.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A word to take off the list.", directives=audience(Audience.ADMINISTRATOR))
class WatchedWordRemoveInput:
    watched_word: strawberry.ID = field.reference(models.watched_word.WatchedWord, "The word.")
    idempotency_key: str | None = idempotency_key()


@field.payload("watched_word_id")
class WatchedWordAddPayload:
    """The answer to `watchedWordAdd`."""

    watched_word: WatchedWord | None = field.refers(
        "watched_word_id", "The word as it is listed; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("watched_word_id")
class WatchedWordRemovePayload:
    """The answer to `watchedWordRemove`."""

    watched_word: WatchedWord | None = field.refers("watched_word_id", "Null: it is not listed any more.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class WatchedWordQuery:
    @field.declared(field.Connection(office.watched_word.listed), directives=audience(Audience.ADMINISTRATOR))
    def watched_words(self, first: First = 20, after: After = None) -> Connection[WatchedWord]:
        """The watched words, by the alphabet. For administrators."""


@strawberry.type
class WatchedWordMutation:
    @field.action(office.watched_word.add, who=ADMINISTRATOR)
    def watched_word_add(
        self, input: Annotated[WatchedWordAddInput, field.argument("The word.")]
    ) -> WatchedWordAddPayload:
        """List a word: whatever is published with it from now on is marked for moderators. For administrators."""

    @field.action(office.watched_word.remove, who=ADMINISTRATOR)
    def watched_word_remove(
        self, input: Annotated[WatchedWordRemoveInput, field.argument("The word.")]
    ) -> WatchedWordRemovePayload:
        """Take a word off the list. For administrators."""
