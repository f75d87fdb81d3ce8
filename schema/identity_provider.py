"""Identity providers in the contract: how people sign in at a portal beside e-mail, as its administrators set it."""

from typing import Annotated

import strawberry
from sqlalchemy import BigInteger

import office.identity_provider
from auth.viewer import Audience
from models.identity_provider import MAX_PROVIDERS, PROVIDER_TITLE_LENGTH, SECRET_LENGTH, Preset
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterPortal

described(
    Preset,
    "Whose rules an identity provider follows beside the standard's (OpenID Connect).",
    {
        "GENERIC": "Nobody's but the standard's.",
        "FRANCECONNECT": "FranceConnect's, for citizens.",
        "PROCONNECT": "ProConnect's, for agents of the public service.",
    },
)


@field.value
class IdentityProvider:
    """An OpenID Connect provider by which people sign in («fournisseur d'identité»). Its secret is told to nobody."""

    slug: str = field.column(
        "Its short name: its callback is `/auth/oidc/<slug>/callback` on each of the portal's hosts."
    )
    title: str = field.column("What people read on the button.")
    preset: Preset = field.column("Whose rules it follows.")
    issuer: str = field.column("Its name of itself, an address.")
    client: str = field.column("The portal's name there.", name="client_id")
    has_secret: bool = field.column("Whether a secret is kept.")
    is_enabled: bool = field.column("Whether people may sign in by it.")


@strawberry.input(
    description="A provider to write down; it is switched off at first.", directives=audience(Audience.ADMINISTRATOR)
)
class IdentityProviderAddInput:
    slug: str = strawberry.field(description="Its short name in addresses: 1 to 63 of a-z, 0-9 and -.")
    preset: Preset = strawberry.field(description="Whose rules it follows.")
    issuer: str = strawberry.field(description="The provider's name of itself, an address with https.")
    client: str = strawberry.field(description="The portal's name at the provider.")
    client_secret: str = strawberry.field(
        description=f"The client's secret, up to {SECRET_LENGTH[1]:,} characters; nobody reads it again."
    )
    title: str = strawberry.field(
        default="", description=f"What people read on the button, up to {PROVIDER_TITLE_LENGTH[1]} characters."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A provider as it is to be.", directives=audience(Audience.ADMINISTRATOR))
class IdentityProviderReviseInput:
    slug: str = strawberry.field(description="Which provider.")
    title: str = strawberry.field(
        description=f"What people read on the button, up to {PROVIDER_TITLE_LENGTH[1]} characters."
    )
    issuer: str = strawberry.field(description="The provider's name of itself, an address with https.")
    client: str = strawberry.field(description="The portal's name at the provider.")
    client_secret: str | None = strawberry.field(
        default=None, description="Another secret; null: the one that is kept stays, as long as the issuer is the same."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Whether people may sign in by a provider.", directives=audience(Audience.ADMINISTRATOR))
class IdentityProviderSwitchInput:
    slug: str = strawberry.field(description="Which provider.")
    is_enabled: bool = strawberry.field(description="Whether they may.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Providers in an order.", directives=audience(Audience.ADMINISTRATOR))
class IdentityProvidersOrderInput:
    slugs: list[str] = strawberry.field(description=f"Each of the portal's providers once, {MAX_PROVIDERS} at most.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A provider to remove.", directives=audience(Audience.ADMINISTRATOR))
class IdentityProviderRemoveInput:
    slug: str = strawberry.field(description="Which provider.")
    idempotency_key: str | None = idempotency_key()


@field.payload(number=BigInteger())
class IdentityProviderAddPayload:
    """The answer to `identityProviderAdd`."""

    portal: LaterPortal | None = field.refers("number", "The portal as it is; null when it was refused.", to="number")
    user_errors: list[UserError] = user_errors()


@field.payload(number=BigInteger())
class IdentityProviderRevisePayload:
    """The answer to `identityProviderRevise`."""

    portal: LaterPortal | None = field.refers("number", "The portal as it is; null when it was refused.", to="number")
    user_errors: list[UserError] = user_errors()


@field.payload(number=BigInteger())
class IdentityProviderSwitchPayload:
    """The answer to `identityProviderSwitch`."""

    portal: LaterPortal | None = field.refers("number", "The portal as it is; null when it was refused.", to="number")
    user_errors: list[UserError] = user_errors()


@field.payload(number=BigInteger())
class IdentityProvidersOrderPayload:
    """The answer to `identityProvidersOrder`."""

    portal: LaterPortal | None = field.refers("number", "The portal as it is; null when it was refused.", to="number")
    user_errors: list[UserError] = user_errors()


@field.payload(number=BigInteger())
class IdentityProviderRemovePayload:
    """The answer to `identityProviderRemove`."""

    portal: LaterPortal | None = field.refers("number", "The portal as it is; null when it was refused.", to="number")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class IdentityProviderMutation:
    @field.action(office.identity_provider.add, who=ADMINISTRATOR)
    def identity_provider_add(
        self, input: Annotated[IdentityProviderAddInput, field.argument("What it is.")]
    ) -> IdentityProviderAddPayload:
        """Write a provider down: switched off, below the others. For administrators."""

    @field.action(office.identity_provider.revise, who=ADMINISTRATOR)
    def identity_provider_revise(
        self, input: Annotated[IdentityProviderReviseInput, field.argument("What it is to be.")]
    ) -> IdentityProviderRevisePayload:
        """Change a provider. REQUIRED for the secret where the issuer is another, which would learn the old one. For
        administrators."""

    @field.action(office.identity_provider.switch, who=ADMINISTRATOR)
    def identity_provider_switch(
        self, input: Annotated[IdentityProviderSwitchInput, field.argument("Which, and whether.")]
    ) -> IdentityProviderSwitchPayload:
        """Let people sign in by a provider, or no longer; who is signed in stays so. REQUIRED for the secret where
        none is kept. For administrators."""

    @field.action(office.identity_provider.order, who=ADMINISTRATOR)
    def identity_providers_order(
        self, input: Annotated[IdentityProvidersOrderInput, field.argument("In which order.")]
    ) -> IdentityProvidersOrderPayload:
        """Put the providers in the order in which people read them. For administrators."""

    @field.action(office.identity_provider.remove, who=ADMINISTRATOR)
    def identity_provider_remove(
        self, input: Annotated[IdentityProviderRemoveInput, field.argument("Which.")]
    ) -> IdentityProviderRemovePayload:
        """Remove a provider with its secret. People's identities stay, and serve again when it comes back. For
        administrators."""
