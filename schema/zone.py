"""Zones in the contract: the named areas of a tenant."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.zone
import resolvers.ident
import resolvers.sight
import resolvers.zone
from auth.viewer import Audience
from models.zone import MAX_CORNERS, NAME_LENGTH, ZoneChangeState, ZoneRemarkCode
from planner import field
from planner.cost_directive import priced
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.place import BoundsInput, PointInput
from schema.scalar import GeoJson, H3Cell

described(
    ZoneChangeState,
    "Where a change of zones is.",
    {
        "DRAFT": "A file waits for an administrator's word; no zone has changed.",
        "ASSIGNING": "Zones have changed, and contributions get theirs.",
    },
)
described(
    ZoneRemarkCode,
    "What is to be said of a feature of a file. SELF_CROSSING and NEVER_SHOWN are doubts; others are left out.",
    {
        "NO_NAME": "It has no name in the property that names the others.",
        "NO_GEOMETRY": "It has no geometry.",
        "REPEATED_NAME": "A feature before it has the same name.",
        "BAD_GEOMETRY": "It is no polygon, or one that is not closed.",
        "TOO_MANY_VERTICES": "Its outline has too many positions.",
        "WRONG_CRS": "Its coordinates are not degrees of longitude and latitude (WGS 84).",
        "OVER_MERIDIAN": "It crosses the 180th meridian.",
        "ZONE_TOO_LARGE": "It is larger than a zone may be, about 2,000 km².",
        "ZONE_TOO_SMALL": "It is smaller than a block of houses, 0.1 km².",
        "SWAPPED": "Latitude and longitude are swapped.",
        "FAR_AWAY": "It is far outside of the portal's territory.",
        "SELF_CROSSING": "Its outline crosses itself.",
        "NEVER_SHOWN": "It is too small for any person's contribution to be shown in it.",
    },
)


@field.stored(models.zone.Zone, visible=resolvers.sight.everyone, is_few=True)
class Zone:
    """A named area of a tenant («quartier»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("zone"), "Opaque id.")
    name: str = field.column("Its name.")
    version: int = field.column("How often it was written: `zoneRename` and `zoneRedraw` take the one read.")
    geometry: GeoJson = field.column("Its outline: a Polygon or a MultiPolygon.", marks=priced(10))
    cells: list[H3Cell] = field.expression(
        resolvers.zone.cells,
        "The cells of resolution 9 whose centres lie in it. Who is in one of them is in the zone, but for persons in a "
        "part of a published cell that is too small to tell.",
        marks=priced(10),
    )


@field.value
class DrawnZone:
    """A zone as a file draws it."""

    name: str = field.column("Its name.")
    geometry: GeoJson = field.column("Its outline: a Polygon or a MultiPolygon.", marks=priced(10))
    cell_count: int = field.column("How many cells of resolution 9 its cover has.")
    cells: list[H3Cell] = field.column("These cells.", marks=priced(10))


@field.value
class ZoneRemark:
    """What is to be said of a feature of a file of zones."""

    code: ZoneRemarkCode = field.column("What.")
    name: str | None = field.column("The feature's name; null: it has none.")
    number: int | None = field.column("Its place in the file; null: what is said is of the zone, not of the feature.")


@field.stored(
    models.zone.ZoneChange,
    visible=resolvers.sight.administrators,
    is_few=True,
    references={},
    marks=audience(Audience.ADMINISTRATOR),
)
class ZoneChange:
    """A change of zones («modification des quartiers»): a file that waits for an administrator's word, or zones that
    have changed while contributions get theirs."""

    id: strawberry.ID = field.expression(resolvers.ident.of("zonechange"), "Opaque id.")
    state: ZoneChangeState = field.column("Where it is.")
    file_name: str = field.column("The file's name; empty where zones were changed without one.")
    name_property: str = field.column("The property of the file's features that names zones.")
    properties: list[str] = field.column("The properties by which they could be named.")
    zones: list[DrawnZone] = field.parts(resolvers.zone.drawn, "What the file draws, in its order.", size=20)
    remarks: list[ZoneRemark] = field.parts(resolvers.zone.remarks, "What is to be said of its features.", size=10)
    created_at: datetime = field.column("Since when.")


@strawberry.input(
    description="A zone to add, drawn in exactly one of three ways.", directives=audience(Audience.ADMINISTRATOR)
)
class ZoneDrawInput:
    name: str = strawberry.field(
        description=f"Its name, {NAME_LENGTH[0]} to {NAME_LENGTH[1]} characters; no other zone has it."
    )
    corners: list[PointInput] | None = strawberry.field(
        default=None, description=f"Its corners in order, 3 to {MAX_CORNERS}; the last is joined to the first."
    )
    box: BoundsInput | None = strawberry.field(default=None, description="A rectangle instead of corners.")
    communes: list[str] | None = strawberry.field(
        default=None, description="INSEE codes of communes of the portal's collectivité instead: their outline."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(
    description="Another outline of a zone, drawn in exactly one of three ways.",
    directives=audience(Audience.ADMINISTRATOR),
)
class ZoneRedrawInput:
    zone: strawberry.ID = field.reference(models.zone.Zone, "The zone.")
    corners: list[PointInput] | None = strawberry.field(
        default=None, description=f"Its corners in order, 3 to {MAX_CORNERS}; the last is joined to the first."
    )
    box: BoundsInput | None = strawberry.field(default=None, description="A rectangle instead of corners.")
    communes: list[str] | None = strawberry.field(
        default=None, description="INSEE codes of communes of the portal's collectivité instead: their outline."
    )
    version: int | None = strawberry.field(
        default=None,
        description="The version that was read: who changed it meanwhile is not overwritten; null: whoever did is.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Another name of a zone.", directives=audience(Audience.ADMINISTRATOR))
class ZoneRenameInput:
    zone: strawberry.ID = field.reference(models.zone.Zone, "The zone.")
    name: str = strawberry.field(
        description=f"Its name, {NAME_LENGTH[0]} to {NAME_LENGTH[1]} characters; no other zone has it."
    )
    version: int | None = strawberry.field(
        default=None,
        description="The version that was read: who changed it meanwhile is not overwritten; null: whoever did is.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A zone to remove.", directives=audience(Audience.ADMINISTRATOR))
class ZoneRemoveInput:
    zone: strawberry.ID = field.reference(models.zone.Zone, "The zone.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A file of zones to draw.", directives=audience(Audience.ADMINISTRATOR))
class ZoneChangeConfirmInput:
    zone_change: strawberry.ID = field.reference(models.zone.ZoneChange, "The change.")
    is_replacing: bool = strawberry.field(
        default=False, description="Whether zones that the file does not name are removed."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A file of zones to forget.", directives=audience(Audience.ADMINISTRATOR))
class ZoneChangeDiscardInput:
    zone_change: strawberry.ID = field.reference(models.zone.ZoneChange, "The change.")
    idempotency_key: str | None = idempotency_key()


@field.payload("zone_id")
class ZoneDrawPayload:
    """The answer to `zoneDraw`."""

    zone: Zone | None = field.refers("zone_id", "The zone; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("zone_id")
class ZoneRedrawPayload:
    """The answer to `zoneRedraw`."""

    zone: Zone | None = field.refers("zone_id", "The zone; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("zone_id")
class ZoneRenamePayload:
    """The answer to `zoneRename`."""

    zone: Zone | None = field.refers("zone_id", "The zone; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("zone_id")
class ZoneRemovePayload:
    """The answer to `zoneRemove`."""

    zone: Zone | None = field.refers("zone_id", "Null: it is removed, or it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("zone_change_id")
class ZoneChangeConfirmPayload:
    """The answer to `zoneChangeConfirm`."""

    zone_change: ZoneChange | None = field.refers(
        "zone_change_id", "The change, which contributions follow; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("zone_change_id")
class ZoneChangeDiscardPayload:
    """The answer to `zoneChangeDiscard`."""

    zone_change: ZoneChange | None = field.refers("zone_change_id", "Null: it is forgotten, or it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class ZoneQuery:
    zones: list[Zone] = field.many(resolvers.zone.listed, "The zones of the portal, by name.", size=20)

    @field.declared(field.Many(resolvers.zone.changes), directives=audience(Audience.ADMINISTRATOR))
    def zone_changes(self) -> list[ZoneChange]:
        """The changes of zones that are not done: a file that waits, contributions that get their zones. For
        administrators."""

    @field.declared(field.One(resolvers.ident.by_argument("zone")))
    def zone(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> Zone | None:
        """A zone; null where there is none of this id."""


@strawberry.type
class ZoneMutation:
    @field.action(resolvers.zone.draw, who=ADMINISTRATOR)
    def zone_draw(self, input: Annotated[ZoneDrawInput, field.argument("The zone.")]) -> ZoneDrawPayload:
        """Add a zone; contributions get their zones soon after. For administrators."""

    @field.action(resolvers.zone.redraw, who=ADMINISTRATOR)
    def zone_redraw(self, input: Annotated[ZoneRedrawInput, field.argument("The outline.")]) -> ZoneRedrawPayload:
        """Give a zone another outline; contributions get their zones soon after. For administrators."""

    @field.action(resolvers.zone.rename, who=ADMINISTRATOR)
    def zone_rename(self, input: Annotated[ZoneRenameInput, field.argument("The name.")]) -> ZoneRenamePayload:
        """Give a zone another name. For administrators."""

    @field.action(resolvers.zone.remove, who=ADMINISTRATOR)
    def zone_remove(self, input: Annotated[ZoneRemoveInput, field.argument("The zone.")]) -> ZoneRemovePayload:
        """Remove a zone; its contributions are in none any more, or in a neighbouring one. For administrators."""

    @field.action(resolvers.zone.confirm, who=ADMINISTRATOR)
    def zone_change_confirm(
        self, input: Annotated[ZoneChangeConfirmInput, field.argument("The file.")]
    ) -> ZoneChangeConfirmPayload:
        """Draw the zones of a file that waits: those of known names get its outlines. For administrators."""

    @field.action(resolvers.zone.discard, who=ADMINISTRATOR)
    def zone_change_discard(
        self, input: Annotated[ZoneChangeDiscardInput, field.argument("The file.")]
    ) -> ZoneChangeDiscardPayload:
        """Forget a file that waits. For administrators."""
