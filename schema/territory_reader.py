"""Portals of a territory in the contract: whether this one receives, from whom, and its words for their categories."""

from typing import Annotated

import strawberry
from sqlalchemy import BigInteger

import office.territory_reader
from auth.viewer import Audience
from models.territory import KEY_LENGTH, MAX_SENDERS, MAX_WORDS, WORD_LENGTH
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.portal import Portal, changed_portal


@field.value
class TerritoryWord:
    """A word of this portal for categories of others («mot du territoire»)."""

    word: str = field.column("The word.")


@field.value
class TerritoryCategory:
    """A category in which others publish to this portal («catégorie reçue»)."""

    key: str = field.column("Its `slug`, which others' categories of one name share.")
    names: list[str] = field.column("What others call it; empty: nothing is published in it now.")
    count: int = field.column("How many contributions are published in it.")
    portal_count: int = field.column("By how many portals.")
    word: str | None = field.column("What this portal calls it; null: it has no word for it, and lists it as «autres».")


@field.value
class TerritorySender:
    """A portal that publishes to this one («portail émetteur»)."""

    portal: str = field.column("Its short name.")
    name: str = field.column("The name of its collectivité.")
    count: int = field.column("How many contributions it publishes here.")
    is_left_out: bool = field.column("Whether this portal shows nothing of them.")


@strawberry.type
class TerritoryReaderQuery:
    @field.declared(field.Parts(office.territory_reader.words), size=MAX_WORDS)
    def territory_words(self) -> list[TerritoryWord]:
        """The words that this portal has for others' categories, each once, by the alphabet."""

    @field.declared(
        field.Parts(office.territory_reader.categories), size=MAX_WORDS, directives=audience(Audience.ADMINISTRATOR)
    )
    def territory_categories(self) -> list[TerritoryCategory]:
        """In which categories others publish to this portal, the most frequent first, and those for which it has a
        word. For administrators."""

    @field.declared(
        field.Parts(office.territory_reader.senders), size=MAX_SENDERS, directives=audience(Audience.ADMINISTRATOR)
    )
    def territory_senders(self) -> list[TerritorySender]:
        """Who publishes to this portal, and who is left out and publishes nothing now, by name. For administrators."""


@strawberry.input(description="Whether to receive.", directives=audience(Audience.ADMINISTRATOR))
class TerritoryReceiveInput:
    is_on: bool = strawberry.field(description="Whether the portal shows what others publish to it.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(
    description="This portal's word for a category of others.", directives=audience(Audience.ADMINISTRATOR)
)
class TerritoryWordInput:
    key: str = strawberry.field(description=f"The category's `slug`, up to {KEY_LENGTH[1]} characters.")
    word: str | None = strawberry.field(
        default=None, description=f"The word, up to {WORD_LENGTH[1]} characters; null or empty: no word any more."
    )


@strawberry.input(description="This portal's words.", directives=audience(Audience.ADMINISTRATOR))
class TerritoryWordsSetInput:
    words: list[TerritoryWordInput] = strawberry.field(
        description=f"Those that change; a portal has words for {MAX_WORDS} categories at most."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Whom to leave out.", directives=audience(Audience.ADMINISTRATOR))
class TerritoryLeaveOutInput:
    sender: str = strawberry.field(description="The portal, by its short name: one of `territorySenders`.")
    is_left_out: bool = strawberry.field(description="Whether nothing of it is shown; false: it is shown again.")
    idempotency_key: str | None = idempotency_key()


@field.payload(number=BigInteger())
class TerritoryReceivePayload:
    """The answer to `territoryReceive`."""

    portal: Portal | None = changed_portal()
    user_errors: list[UserError] = user_errors()


@field.payload(number=BigInteger())
class TerritoryWordsSetPayload:
    """The answer to `territoryWordsSet`."""

    portal: Portal | None = changed_portal()
    user_errors: list[UserError] = user_errors()


@field.payload(number=BigInteger())
class TerritoryLeaveOutPayload:
    """The answer to `territoryLeaveOut`."""

    portal: Portal | None = changed_portal()
    user_errors: list[UserError] = user_errors()


@strawberry.type
class TerritoryReaderMutation:
    @field.action(office.territory_reader.receive, who=ADMINISTRATOR)
    def territory_receive(
        self, input: Annotated[TerritoryReceiveInput, field.argument("Whether to receive.")]
    ) -> TerritoryReceivePayload:
        """Show what other portals publish to this one, or show it no more: then it is forgotten here at once. For
        administrators."""

    @field.action(office.territory_reader.set_words, who=ADMINISTRATOR)
    def territory_words_set(
        self, input: Annotated[TerritoryWordsSetInput, field.argument("This portal's words.")]
    ) -> TerritoryWordsSetPayload:
        """Call others' categories by this portal's own words, by which its list is then filtered. A word that differs
        from another in capitals alone is that other. For administrators."""

    @field.action(office.territory_reader.leave_out, who=ADMINISTRATOR)
    def territory_leave_out(
        self, input: Annotated[TerritoryLeaveOutInput, field.argument("Whom to leave out.")]
    ) -> TerritoryLeaveOutPayload:
        """Show nothing of one portal that publishes to this one, or show it again: seen within seconds, while the other
        portal notices nothing. NOT_FOUND for a portal that publishes nothing here. For administrators."""
