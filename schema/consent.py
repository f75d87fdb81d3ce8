"""Consent in the contract: what the person who asks agreed to, in which version."""

from datetime import datetime
from typing import Annotated

import strawberry
from sqlalchemy import Integer, Text

import models.consent
import resolvers.consent
import resolvers.sight
from models.consent import ConsentKind
from planner import field
from planner.who import MEMBER
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.page import After, Connection, First

described(ConsentKind, "What is agreed to.", {"CHARTER": "The rules of the portal («charte d'utilisation»)."})


@field.stored(models.consent.Consent, visible=resolvers.sight.own, references={})
class Consent:
    """What a person agreed to («consentement»), in one version; nobody else sees it."""

    kind: ConsentKind = field.column("What was agreed to.")
    version: int = field.column("Its version, from 1.")
    given_at: datetime = field.column("When it was agreed to.")
    withdrawn_at: datetime | None = field.column("When that was taken back; null: it was not.")


@strawberry.type
class ConsentQuery:
    @field.declared(field.Connection(resolvers.consent.of_viewer))
    def consents(self, first: First = 20, after: After = None) -> Connection[Consent]:
        """What the signed-in person agreed to, the newest version first; nothing for anybody else."""


@strawberry.input(description="A version to agree to.")
class ConsentGiveInput:
    kind: ConsentKind = strawberry.field(description="What.")
    version: int = strawberry.field(description="Its version, 1 to 1,000,000.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A version to agree to no more.")
class ConsentWithdrawInput:
    kind: ConsentKind = strawberry.field(description="What.")
    version: int = strawberry.field(description="Its version.")
    idempotency_key: str | None = idempotency_key()


@field.payload("actor_id", kind=Text(), version=Integer())
class ConsentGivePayload:
    """The answer to `consentGive`."""

    consent: Consent | None = field.one(resolvers.consent.changed, "The consent; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("actor_id", kind=Text(), version=Integer())
class ConsentWithdrawPayload:
    """The answer to `consentWithdraw`."""

    consent: Consent | None = field.one(
        resolvers.consent.changed, "The consent, which is none any more; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class ConsentMutation:
    @field.action(resolvers.consent.give, who=MEMBER)
    def consent_give(
        self, input: Annotated[ConsentGiveInput, field.argument("What, and which version.")]
    ) -> ConsentGivePayload:
        """Agree to a version; agreeing twice is not an error. For actors who are signed in."""

    @field.action(resolvers.consent.withdraw, who=MEMBER)
    def consent_withdraw(
        self, input: Annotated[ConsentWithdrawInput, field.argument("What, and which version.")]
    ) -> ConsentWithdrawPayload:
        """Agree no more to a version that one agreed to. For actors who are signed in."""
