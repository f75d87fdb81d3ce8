"""Territory in the contract: what other portals publish to this one, and the rules by which it publishes to others."""

from datetime import datetime
from typing import Annotated

import strawberry
from sqlalchemy import BigInteger

import models.territory
import office.territory
import resolvers.sight
import resolvers.territory
from auth.viewer import Audience
from geo.distance import DistanceBand
from models.contribution import ContributionKind
from models.territory import MAX_CATEGORIES_OF_RULE, WITHIN_KM
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.collectivite import Collectivite
from schema.contribution import ByKinds
from schema.error import UserError, user_errors
from schema.hexagon import Hexagon
from schema.idempotency import idempotency_key
from schema.page import After, Connection, First
from schema.place import BoundsInput, NearInput, Point, PointInput
from schema.portal import Portal, changed_portal
from schema.scalar import H3Cell

KINDS = "What is published: OFFER, REQUEST, LISTING."
CATEGORIES = f"Only with one of these categories, by their `slug`, {MAX_CATEGORIES_OF_RULE} at most; empty: with any."
WITHIN = f"Only up to so many km from the centre of the reader's collectivité, {WITHIN_KM[0]} to {WITHIN_KM[1]}."
ByWord = Annotated[str | None, field.argument("Only of the categories that this portal calls so (`territoryWords`).")]
ByOther = Annotated[bool, field.argument("Only of those for which this portal has no word, and without category.")]
READER = "The portal, by its `slug`: one of `Portal.territoryReaders`."


@field.stored(models.territory.TerritoryPublication, visible=resolvers.sight.everyone, references={})
class TerritoryPublication:
    """What another portal publishes to this one («publication vers le territoire»): without its text, its author, and
    any place finer than its cell. It is answered on its own portal."""

    kind: ContributionKind = field.column("What it is: an offer, a request or a listing.")
    title: str = field.column("Its title.")
    category_key: str | None = field.column("The `slug` of its category; null: it has none.")
    category_name: str | None = field.column("The name of its category; null: it has none.")
    word: str | None = field.expression(
        resolvers.territory.word, "What this portal calls its category; null: nothing, or it has none («autres»)."
    )
    zone_name: str | None = field.column("The zone with which it is published; null: none.")
    cell: H3Cell = field.expression(resolvers.territory.cell, "The cell in which it is.")
    center: Point = field.part(resolvers.territory.center, "The centre of that cell.")
    published_at: datetime = field.column("When it was published.")
    expires_at: datetime | None = field.column("When it expires; null: never by itself.")
    collectivite: Collectivite = field.refers("collectivite_id", "Whose portal published it.")
    portal: str = field.column("The short name of that portal.", name="slug")
    host: str = field.column("The name by which that portal is reached; empty: it has none of its own.")
    path: str = field.expression(resolvers.territory.path, "Its page on that portal, where it is answered.")

    @field.declared(field.Expression(resolvers.territory.band))
    def band(self, from_: Annotated[PointInput, field.argument("From where.", name="from")]) -> DistanceBand:
        """How far the centre of its cell is from a point."""


@field.value
class TerritoryLeaving:
    """A contribution that a rule would let out, with all that would leave of it («ce qui partirait»)."""

    kind: ContributionKind = field.column("What it is.")
    title: str = field.column("Its title.")
    category_name: str | None = field.column("The name of its category; null: it has none.")
    zone_name: str | None = field.column("The zone with which it is published; null: none.")
    cell: H3Cell = field.column("The cell in which it is.")
    published_at: datetime = field.column("When it was published.")
    expires_at: datetime | None = field.column("When it expires; null: never by itself.")
    of: int = field.column("How many contributions would leave in all.")


@strawberry.type
class TerritoryQuery:
    @field.declared(field.Connection(resolvers.territory.listed))
    def territory_publications(
        self,
        near: Annotated[NearInput | None, field.argument("Only in this circle, nearest first.")] = None,
        within: Annotated[BoundsInput | None, field.argument("Only those whose cells meet these bounds.")] = None,
        kinds: ByKinds = None,
        word: ByWord = None,
        is_other: ByOther = False,
        first: First = 20,
        after: After = None,
    ) -> Connection[TerritoryPublication]:
        """What other portals publish to this one, newest first unless a circle is given; empty where the portal does
        not receive. What has expired or was taken back is not in it, nor what comes from a portal that is left out."""

    @field.declared(field.Parts(resolvers.territory.counted), size=500)
    def territory_hexagons(
        self,
        bounds: Annotated[BoundsInput, field.argument("The map's viewport.")],
        zoom: Annotated[int, field.argument("The map's zoom as web maps count it, 0 to 22.")],
        kinds: ByKinds = None,
        word: ByWord = None,
        is_other: ByOther = False,
    ) -> list[Hexagon]:
        """What other portals publish to this one, counted by cell as `hexagons` counts its own contributions."""

    @field.declared(
        field.Parts(office.territory.preview),
        size=office.territory.EXAMPLES,
        directives=audience(Audience.ADMINISTRATOR),
    )
    def territory_preview(
        self,
        reader: Annotated[str | None, field.argument(f"{READER} Null: nothing would leave.")] = None,
        kinds: Annotated[list[ContributionKind] | None, field.argument(f"{KINDS} Null: nothing would leave.")] = None,
        categories: Annotated[list[str] | None, field.argument(CATEGORIES)] = None,
        within_km: Annotated[int | None, field.argument(f"{WITHIN} Null: from everywhere.")] = None,
    ) -> list[TerritoryLeaving]:
        """The newest contributions that a rule would publish, by what publishes them; none where the rule would be
        refused. For administrators."""


@strawberry.input(description="What to publish to another portal.", directives=audience(Audience.ADMINISTRATOR))
class TerritoryRuleSetInput:
    reader: str = strawberry.field(description=READER)
    kinds: list[ContributionKind] = strawberry.field(default_factory=list, description=f"{KINDS} One at least.")
    categories: list[str] = strawberry.field(default_factory=list, description=CATEGORIES)
    within_km: int | None = strawberry.field(default=None, description=f"{WITHIN} Null: from everywhere.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What to publish no more.", directives=audience(Audience.ADMINISTRATOR))
class TerritoryWithdrawInput:
    reader: str | None = strawberry.field(default=None, description=f"{READER} Null: every one.")
    idempotency_key: str | None = idempotency_key()


@field.payload(number=BigInteger())
class TerritoryRuleSetPayload:
    """The answer to `territoryRuleSet`."""

    portal: Portal | None = changed_portal()
    user_errors: list[UserError] = user_errors()


@field.payload(number=BigInteger())
class TerritoryWithdrawPayload:
    """The answer to `territoryWithdraw`."""

    portal: Portal | None = changed_portal()
    user_errors: list[UserError] = user_errors()


@strawberry.type
class TerritoryMutation:
    @field.action(office.territory.set_rule, who=ADMINISTRATOR)
    def territory_rule_set(
        self, input: Annotated[TerritoryRuleSetInput, field.argument("What to publish to whom.")]
    ) -> TerritoryRuleSetPayload:
        """Publish to another portal by this rule, in the place of the one there was. Jobs do it within seconds, and
        keep it so: what is hidden, closed, expired or erased is taken back. NOT_FOUND for a portal that does not
        receive. For administrators."""

    @field.action(office.territory.withdraw, who=ADMINISTRATOR)
    def territory_withdraw(
        self, input: Annotated[TerritoryWithdrawInput, field.argument("What to publish no more.")]
    ) -> TerritoryWithdrawPayload:
        """Publish no more to another portal, or to any: what was published there is taken back at once. For
        administrators."""
