"""The portal in the contract: the tenant that serves the request, as the public sees it."""

from datetime import datetime
from typing import Annotated, Any

import strawberry
from sqlalchemy import BigInteger

import models.tenant
import office.host_request
import office.identity_provider
import office.territory
import office.territory_reader
import resolvers.portal
import resolvers.portal_text
import resolvers.sight
from auth.viewer import Audience
from models.contribution import ContributionKind
from models.host_request import MAX_HOSTS, HostProblem, HostRequestState
from models.identity_provider import MAX_PROVIDERS
from models.portal_text import PortalTextKind
from models.tenant import (
    ADDRESS_LENGTH,
    FONTS,
    LINK_LABEL_LENGTH,
    MAX_LINKS,
    PHONE_LENGTH,
    PORTAL_TITLE_LENGTH,
    SUBTITLE_LENGTH,
    WELCOME_LENGTH,
    Cover,
    Feature,
)
from models.territory import MAX_READERS, MAX_RULES
from planner import field
from planner.cost_directive import priced
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.collectivite import Collectivite
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.identity_provider import IdentityProvider
from schema.place import BoundsInput, Point
from schema.portal_text import PortalText
from schema.scalar import GeoJson

described(
    Feature,
    "What a portal can offer.",
    {
        "MUTUAL_AID": "Neighbours offer and ask for help («entraide»).",
        "MARKETPLACE": "Shops and producers publish local products («marché local»).",
        "IDEA_BOX": "An idea box («boîte à idées»).",
        "CONSULTATION": "Consultations with proposals, opinions and arguments.",
        "DEBATE": "Debates with arguments for and against («débat»).",
        "PETITION": "Petitions («pétition»).",
        "PARTICIPATORY_BUDGET": "Participatory budgets («budget participatif»).",
        "SURVEY": "Surveys («enquêtes»).",
    },
    lambda feature: (feature,),
)
described(
    Audience,
    "For whom a part of the contract is.",
    {
        "PUBLIC": "Everybody, signed in or not.",
        "MODERATOR": "Moderators and whoever may do more.",
        "ADMINISTRATOR": "Administrators of the portal, and operators.",
        "OPERATOR": "Operators of the platform.",
        "ROUTER": "The router of a federated graph.",
    },
)


described(
    Cover,
    "What a portal's cover is a drawing of, in the theme's colours and over the collectivité's outline.",
    {
        "HILLS": "Hills, one behind the other.",
        "RIVER": "A river that winds between trees.",
        "BRIDGE": "A bridge of arches over a river.",
        "QUAYS": "Tall houses on the quays of a river.",
        "COAST": "A beach, the sea and sails.",
        "CLIFFS": "Cliffs over the sea.",
        "HARBOUR": "A harbour with cranes and ships.",
        "FIELDS": "Fields, hedges and a farm.",
        "MARSH": "Canals between poplars.",
        "FOREST": "A forest.",
        "GARDENS": "Gardens with houses among trees.",
        "ROOFS": "The roofs of an old town.",
        "GABLES": "Stepped gables around a belfry.",
        "TOWERS": "High towers.",
        "FACTORY": "Workshops with saw-tooth roofs and chimneys.",
        "CITADEL": "A fortress on its rock over a river.",
        "DOME": "A dome on a wooded hill.",
    },
)


@field.value
class Theme:
    """What a portal looks like."""

    logo_url: str | None = field.column("The logo's address on the portal's host; null when there is none.")
    primary_color: str = field.column("The main colour, #rrggbb.")
    secondary_color: str = field.column("The second colour, #rrggbb.")
    font: str = field.column("The name of the font family.")
    cover: Cover = field.column("What its cover is a drawing of.")


@field.value
class PortalContact:
    """How residents reach the city; what is empty is not given."""

    email: str = field.column("An e-mail address.")
    phone: str = field.column("A telephone number.")
    address: str = field.column("A postal address, on several lines.")


@field.value
class FooterLink:
    """A link at the foot of every page."""

    label: str = field.column("What it says.")
    url: str = field.column("Where it leads: `https://…`, `http://…`, or `/…` on the portal.")


@field.value
class Journal:
    """The head of a portal's journal («journal»): whoever keeps it can later prove that no event or vote changed."""

    size: int = field.column("How many events are sealed.")
    root: str = field.column("The Merkle tree hash of them all (RFC 9162), in hexadecimal.")
    sealed_at: datetime | None = field.column("When the last of them were sealed; null: there is none yet.")


described(
    HostRequestState,
    "Whether a name that is asked for was checked.",
    {"WAITING": "Its check is due, within seconds.", "FAILED": "It was checked, and is not as it should be."},
)
described(
    HostProblem,
    "Why a name is not served yet.",
    {
        "NO_RECORD": "There is no TXT record.",
        "WRONG_RECORD": "The TXT record has another text.",
        "NO_ADDRESS": "The name has no address.",
        "OTHER_ADDRESS": "The name leads elsewhere than to the platform.",
        "NO_ANSWER": "The name's servers did not answer.",
        "TAKEN": "The name is served for somebody else.",
    },
)


@field.value
class HostRequest:
    """A name under which a portal wants to be reached («nom de domaine demandé»), until its DNS is as it should be."""

    host: str = field.column("The name.")
    state: HostRequestState = field.column("Whether it was checked.")
    problem: HostProblem | None = field.column("What is wrong with it; null while it waits.")
    record_name: str = field.column("Where its owner puts a TXT record.")
    record_text: str = field.column("What that record says.")
    asked_at: datetime = field.column("When the last check was asked for.")
    checked_at: datetime | None = field.column("When it was last checked; null while it waits.")


@field.value
class TerritoryRule:
    """What the portal publishes to another one («règle de publication»)."""

    reader: str = field.column("The other portal, by its short name.")
    title: str = field.column("What the other portal is called.")
    kinds: list[ContributionKind] = field.column("What is published.")
    categories: list[str] = field.column("Only with one of these categories, by their `slug`; empty: with any.")
    within_km: int | None = field.column(
        "Only up to so many kilometres from the centre of the reader's collectivité; null: from everywhere."
    )
    count: int = field.column("How many contributions are published there now.")


@field.value
class TerritoryReader:
    """A portal that receives what others publish to it («portail de territoire»)."""

    slug: str = field.column("Its short name.")
    title: str = field.column("Its title.")
    name: str = field.column("The name of its collectivité.")
    host: str = field.column("The name by which it is reached; empty: it has none of its own.")
    is_around: bool = field.column("Whether its collectivité contains this portal's: its EPCI, département or région.")


@field.stored(models.tenant.Tenant, visible=resolvers.sight.everyone, references={})
class Portal:
    """A portal («portail»): what the public sees of a tenant."""

    slug: str = field.column("Its short name.")
    title: str = field.column("Its title.")
    subtitle: str = field.column("What stands under the title; empty: the collectivité's name stands there.")
    welcome: str = field.column("The sentence that greets visitors; empty: that of the software.")
    version: int = field.column("How often its settings were written: `portalRevise` wants the one that was read.")
    contact: PortalContact = field.part(resolvers.portal.contact, "How residents reach the city.")
    footer_links: list[FooterLink] = field.parts(
        resolvers.portal.links, "The links at the foot of every page, in their order.", size=MAX_LINKS
    )
    texts: list[PortalText] = field.many(
        resolvers.portal_text.newest, "Its running texts in their newest versions; those that were written.", size=4
    )
    collectivite: Collectivite = field.refers("collectivite_id", "Whose portal it is.")
    center: Point | None = field.part(
        resolvers.portal.center, "Where a map opens; null where the register has no coordinates."
    )
    theme: Theme = field.part(resolvers.portal.theme, "What it looks like.")
    time_zone: str = field.column(
        "Its time zone, by the IANA's name (`Europe/Paris`): its days are counted from midnight to midnight there."
    )
    locales: list[str] = field.column("Its languages (BCP 47), the main one first.")
    features: list[Feature] = field.column("What it offers.")
    has_sms: bool = field.expression(
        resolvers.portal.has_sms, "Whether text messages are sent here, which a proof by telephone wants."
    )
    is_trusted_only: bool = field.column(
        "Whether the public and members may run trusted documents alone.",
        name="trusted_documents_only",
        marks=audience(Audience.ADMINISTRATOR),
    )
    is_second_step_demanded: bool = field.column(
        "Whether whoever has a role acts in it only after a second step of signing in.", name="second_step_demanded"
    )
    hosts: list[str] = field.expression(
        office.host_request.hosts,
        "The names by which it is reached, by name; empty for everybody but administrators.",
        marks=audience(Audience.ADMINISTRATOR),
    )
    host_requests: list[HostRequest] = field.parts(
        office.host_request.requests,
        "The names that are asked for, the first asked first; empty for everybody but administrators.",
        size=MAX_HOSTS,
    )
    origins: list[str] = field.expression(
        office.host_request.origins,
        "The other sites whose pages may ask its API in browsers; empty for everybody but administrators.",
        marks=audience(Audience.ADMINISTRATOR),
    )
    identity_providers: list[IdentityProvider] = field.parts(
        office.identity_provider.of_portal,
        "How people sign in beside e-mail, in order; empty for everybody but administrators.",
        size=MAX_PROVIDERS,
    )
    is_receiving: bool = field.expression(
        office.territory_reader.receives, "Whether it shows what other portals publish to it (`territoryPublications`)."
    )
    territory_rules: list[TerritoryRule] = field.parts(
        office.territory.rules,
        "What it publishes to other portals, by their titles; empty for everybody but administrators.",
        size=MAX_RULES,
    )
    territory_readers: list[TerritoryReader] = field.parts(
        office.territory_reader.readers,
        "The portals that receive, those around its collectivité first, then the nearest; empty for everybody but"
        " administrators.",
        size=MAX_READERS,
    )
    journal: Journal = field.part(resolvers.portal.journal, "The head of its journal of what happened.")

    @field.declared(field.Expression(resolvers.portal.commune_outlines), directives=priced(500))
    def commune_outlines(
        self, within: Annotated[BoundsInput | None, field.argument("Only of communes that meet these bounds.")] = None
    ) -> GeoJson:
        """The outlines of its collectivité's communes, or of that commune, as a FeatureCollection in the order of their
        codes; `properties` are `code` (INSEE) and `name`. Neighbours share their border exactly. It is empty where the
        register has no outlines, as for Belgian provinces."""

    @field.declared(field.Part(office.territory_reader.told))
    def territory_reader(
        self, portal: Annotated[str | None, field.argument("Its short name; null: no portal.")] = None
    ) -> TerritoryReader | None:
        """One of the portals to which this one publishes, for the way back to it; null for any other."""

    @field.declared(field.One(resolvers.portal_text.of_kind))
    def text(
        self,
        kind: Annotated[PortalTextKind, field.argument("Which.")],
        version: Annotated[int | None, field.argument("An earlier version; null: the newest.")] = None,
    ) -> PortalText | None:
        """One of its running texts; null while the city has not written it."""


@strawberry.input(description="A link at the foot of every page.", directives=audience(Audience.ADMINISTRATOR))
class FooterLinkInput:
    label: str = strawberry.field(description=f"What it says, 1 to {LINK_LABEL_LENGTH[1]} characters.")
    url: str = strawberry.field(description="Where it leads: `https://…`, `http://…`, or `/…` on the portal.")


@strawberry.input(
    description="A portal's settings as they are to be; what is left out is as it says.",
    directives=audience(Audience.ADMINISTRATOR),
)
class PortalReviseInput:
    version: int = strawberry.field(
        description="The version that was read: who changed it meanwhile is not overwritten."
    )
    title: str = strawberry.field(description=f"Its title, 2 to {PORTAL_TITLE_LENGTH[1]} characters.")
    subtitle: str = strawberry.field(
        default="", description=f"What stands under the title, up to {SUBTITLE_LENGTH[1]} characters."
    )
    welcome: str = strawberry.field(
        default="", description=f"The sentence that greets visitors, up to {WELCOME_LENGTH[1]} characters."
    )
    primary_color: str = strawberry.field(
        description="The main colour, #rrggbb. Pages use shades of it that have the contrasts of WCAG AA."
    )
    secondary_color: str = strawberry.field(description="The second colour, #rrggbb.")
    font: str = strawberry.field(description=f"The font family: {', '.join(FONTS)}.")
    cover: Cover = strawberry.field(description="What its cover is a drawing of.")
    locales: list[str] = strawberry.field(description="Its languages (BCP 47), the main one first: fr, en.")
    contact_email: str = strawberry.field(default="", description="An e-mail address for residents.")
    contact_phone: str = strawberry.field(
        default="", description=f"A telephone number, up to {PHONE_LENGTH[1]} characters."
    )
    contact_address: str = strawberry.field(
        default="", description=f"A postal address, up to {ADDRESS_LENGTH[1]} characters."
    )
    footer_links: list[FooterLinkInput] = strawberry.field(
        default_factory=list, description=f"The links at the foot of every page, {MAX_LINKS} at most, in their order."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What a portal is to offer.", directives=audience(Audience.ADMINISTRATOR))
class PortalSwitchInput:
    version: int = strawberry.field(
        description="The version that was read: who changed it meanwhile is not overwritten."
    )
    features: list[str] = strawberry.field(
        description="The names of the features that are on, at least one, as `Feature` has them: those that are off are"
        " in no portal's contract."
    )
    is_trusted_only: bool = strawberry.field(
        default=False, description="Whether the public and members may run trusted documents alone."
    )
    is_second_step_demanded: bool | None = strawberry.field(
        default=None,
        description="Whether whoever has a role is to act in it only after a second step of signing in, which the asker"
        " must have; null: as it is.",
    )
    idempotency_key: str | None = idempotency_key()


def changed_portal() -> Any:
    """The field `portal` of the payloads that change one."""
    return field.refers("number", "The portal as it is; null when it was refused.", to="number")


@field.payload(number=BigInteger())
class PortalSwitchPayload:
    """The answer to `portalSwitch`."""

    portal: Portal | None = changed_portal()
    user_errors: list[UserError] = user_errors()


@field.payload(number=BigInteger())
class PortalRevisePayload:
    """The answer to `portalRevise`."""

    portal: Portal | None = changed_portal()
    user_errors: list[UserError] = user_errors()


@strawberry.type
class PortalMutation:
    @field.action(resolvers.portal.revise, who=ADMINISTRATOR)
    def portal_revise(
        self, input: Annotated[PortalReviseInput, field.argument("The settings as they are to be.")]
    ) -> PortalRevisePayload:
        """Change what a portal is called and looks like, its languages, contact and links. CONFLICT when somebody else
        did since `version` was read. Every process follows within a second. For administrators."""

    @field.action(resolvers.portal.switch, who=ADMINISTRATOR)
    def portal_switch(
        self, input: Annotated[PortalSwitchInput, field.argument("What it is to offer.")]
    ) -> PortalSwitchPayload:
        """Switch features on and off: what was published under one that is off stays, and is seen by nobody until it is
        on again. CONFLICT when somebody else wrote the settings since `version` was read. For administrators."""


@strawberry.type
class PortalQuery:
    portal: Portal = strawberry.field(
        description="The portal that the request's host belongs to.",
        metadata={field.SOURCE: field.One(resolvers.portal.served)},
    )
