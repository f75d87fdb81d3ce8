"""Shops in the contract: opening hours, pick-up points, and who delivers where."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.actor
import models.shop
import models.zone
import resolvers.contribution
import resolvers.ident
import resolvers.shop
import resolvers.sight
from models.shop import Weekday
from models.tenant import Feature
from planner import field
from planner.cost_directive import priced
from planner.directive import feature
from resolvers.penalty import SPEAKER
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActor, LaterContribution
from schema.page import After, Connection, First
from schema.place import PointInput
from schema.scalar import GeoJson, H3Cell, Latitude, Longitude, Radius
from schema.zone import Zone

MARKET = feature(Feature.MARKETPLACE)


@field.value
class OpeningHours:
    """A span of a day in which a shop is open («horaires»)."""

    day: Weekday = field.column("On which day.")
    opens_at: str = field.column("From when, as «09:00», in the portal's time zone.")
    closes_at: str = field.column("Until when, as «12:30»; «24:00» is midnight.")


@field.value
class PickUpPoint:
    """Where things are picked up («point de retrait»)."""

    name: str = field.column("What it is called.")
    address: str | None = field.column("Its address; null when not said.")
    times: str | None = field.column("When, in words; null when not said.")


@field.stored(models.shop.Shop, visible=resolvers.sight.everyone, references={}, marks=MARKET)
class Shop:
    """What a seller says of itself («boutique»): when it is open, where things are picked up, where it delivers."""

    id: strawberry.ID = field.expression(resolvers.ident.of("shop"), "Opaque id.")
    actor: LaterActor = field.refers("actor_id", "Whose it is.")
    opening_hours: list[OpeningHours] = field.parts(
        resolvers.shop.hours, "When it is open, in the week's order; empty when not said.", size=10
    )
    pick_up_points: list[PickUpPoint] = field.parts(
        resolvers.shop.points, "Where things are picked up, in the seller's order.", size=3
    )
    delivery_terms: str | None = field.column("What delivery costs and when it comes, in words; null when not said.")
    radius_m: int | None = field.column("How far it delivers, in metres from `lat` and `lng`; null: not by a radius.")
    lat: Latitude | None = field.column("Degrees north of the middle of that circle; null without one.")
    lng: Longitude | None = field.column("Degrees east of it; null without one.")
    zones: list[Zone] = field.many(
        resolvers.shop.zones, "The zones to which it delivers, by name; empty: not by zones.", size=5
    )
    outline: GeoJson | None = field.column(
        "The outline of the area to which it delivers, as it was drawn; null: it was not.", marks=priced(5)
    )
    delivery_cells: list[H3Cell] = field.expression(
        resolvers.shop.cells,
        "The area to which it delivers, as the fewest cells of resolution 3 to 8 for it; empty: it delivers nowhere.",
        marks=priced(10),
    )
    revised_at: datetime = field.column("When it was last written.")

    @field.declared(field.Connection(resolvers.contribution.of_shop))
    def listings(self, first: First = 20, after: After = None) -> Connection[LaterContribution]:
        """The seller's listings that are open, newest first."""


@strawberry.input(
    description="The hours of each day as people type them: «9h-12h30, 14h-19h»; null or empty: closed.",
    directives=MARKET,
)
class OpeningHoursInput:
    monday: str | None = strawberry.field(default=None, description="On Mondays.")
    tuesday: str | None = strawberry.field(default=None, description="On Tuesdays.")
    wednesday: str | None = strawberry.field(default=None, description="On Wednesdays.")
    thursday: str | None = strawberry.field(default=None, description="On Thursdays.")
    friday: str | None = strawberry.field(default=None, description="On Fridays.")
    saturday: str | None = strawberry.field(default=None, description="On Saturdays.")
    sunday: str | None = strawberry.field(default=None, description="On Sundays.")


@strawberry.input(description="Where things are picked up.", directives=MARKET)
class PickUpPointInput:
    name: str = strawberry.field(description="What it is called, 1 to 120 characters.")
    address: str | None = strawberry.field(default=None, description="Its address, up to 200 characters.")
    times: str | None = strawberry.field(default=None, description="When, in words, up to 120 characters.")


@strawberry.input(
    description="All that a shop says: what is left out is gone. The delivery area is a radius, zones or corners.",
    directives=MARKET,
)
class ShopReviseInput:
    on_behalf_of: strawberry.ID | None = field.reference(
        models.actor.Actor, "Whose shop: one of the viewer's `organisations`; null: the viewer's own.", default=None
    )
    opening_hours: OpeningHoursInput | None = strawberry.field(default=None, description="When it is open.")
    pick_up_points: list[PickUpPointInput] = strawberry.field(
        default_factory=list, description="Where things are picked up, at most 12."
    )
    delivery_terms: str | None = strawberry.field(
        default=None, description="What delivery costs and when it comes, in words, up to 300 characters."
    )
    center: PointInput | None = strawberry.field(default=None, description="The middle of the radius.")
    radius_m: Radius | None = strawberry.field(
        default=None, description="How far it delivers from there, in metres, 50,000 at most."
    )
    zones: list[strawberry.ID] | None = field.reference(
        models.zone.Zone, "The zones to which it delivers, at most 100.", default=None
    )
    corners: list[PointInput] = strawberry.field(
        default_factory=list, description="The corners of the area to which it delivers, in their order, at most 200."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("shop_id")
class ShopRevisePayload:
    """The answer to `shopRevise`."""

    shop: Shop | None = field.refers("shop_id", "The shop as it is now; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class ShopQuery:
    @field.declared(field.Connection(resolvers.shop.listed), directives=MARKET)
    def shops(
        self,
        delivers_to: Annotated[H3Cell | None, field.argument("Only those that deliver to this cell's middle.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Shop]:
        """The shops of the market, the newest first; of a place those that deliver there («qui livre chez moi»)."""


@strawberry.type
class ShopMutation:
    @field.action(resolvers.shop.revise, who=SPEAKER, features=(Feature.MARKETPLACE,))
    def shop_revise(self, input: Annotated[ShopReviseInput, field.argument("What it says.")]) -> ShopRevisePayload:
        """Say when a shop is open, where things are picked up and where it delivers; makes the shop. For merchants,
        producers and associations, and for their members."""
