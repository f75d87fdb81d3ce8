"""The portal in the contract: the tenant that serves the request, as the public sees it."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.tenant
import resolvers.portal
import resolvers.sight
from auth.viewer import Audience
from models.tenant import Cover, Feature
from planner import field
from planner.cost_directive import priced
from schema.collectivite import Collectivite
from schema.enumeration import described
from schema.place import BoundsInput, Point
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

    logo_url: str | None = field.column("The address of the logo; null when there is none.")
    primary_color: str = field.column("The main colour, #rrggbb.")
    secondary_color: str = field.column("The second colour, #rrggbb.")
    font: str = field.column("The name of the font family.")
    cover: Cover = field.column("What its cover is a drawing of.")


@field.value
class Journal:
    """The head of a portal's journal («journal»): whoever keeps it can later prove that no event or vote changed."""

    size: int = field.column("How many events are sealed.")
    root: str = field.column("The Merkle tree hash of them all (RFC 9162), in hexadecimal.")
    sealed_at: datetime | None = field.column("When the last of them were sealed; null: there is none yet.")


@field.stored(models.tenant.Tenant, visible=resolvers.sight.everyone, references={})
class Portal:
    """A portal («portail»): what the public sees of a tenant."""

    slug: str = field.column("Its short name.")
    title: str = field.column("Its title.")
    collectivite: Collectivite = field.one(resolvers.portal.collectivite, "Whose portal it is.")
    center: Point | None = field.part(
        resolvers.portal.center, "Where a map opens; null where the register has no coordinates."
    )
    theme: Theme = field.part(resolvers.portal.theme, "What it looks like.")
    time_zone: str = field.column(
        "Its time zone, by the IANA's name (`Europe/Paris`): its days are counted from midnight to midnight there."
    )
    locales: list[str] = field.column("Its languages (BCP 47), the main one first.")
    features: list[Feature] = field.column("What it offers.")
    journal: Journal = field.part(resolvers.portal.journal, "The head of its journal of what happened.")

    @field.declared(field.Expression(resolvers.portal.commune_outlines), directives=priced(500))
    def commune_outlines(
        self,
        within: Annotated[
            BoundsInput | None, strawberry.argument(description="Only of communes that meet these bounds.")
        ] = None,
    ) -> GeoJson:
        """The outlines of its collectivité's communes, or of that commune, as a FeatureCollection in the order of their
        codes; `properties` are `code` (INSEE) and `name`. Neighbours share their border exactly. It is empty where the
        register has no outlines, as for Belgian provinces."""


@strawberry.type
class PortalQuery:
    portal: Portal = strawberry.field(
        description="The portal that the request's host belongs to.",
        metadata={field.SOURCE: field.One(resolvers.portal.served)},
    )
