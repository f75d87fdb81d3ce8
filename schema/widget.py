"""Widgets in the contract: parts of the portal that other sites show; for administrators."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models.activity
import models.widget
import office.trusted_document
import office.widget
import resolvers.ident
import resolvers.sight
from auth.viewer import Audience
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.activity import Activity
from schema.actor import Actor
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.page import After, Connection, First

if TYPE_CHECKING:
    from schema.trusted_document import TrustedDocument

ORIGINS = (
    "The sites whose pages may show it, 1 to 20, as in https://www.example.fr; http://localhost with a port counts in"
    " the demonstration alone."
)


@field.value
class WidgetTheme:
    """How a widget differs from the portal's theme."""

    primary_color: str | None = field.column("The main colour, #rrggbb; null: the portal's.")
    secondary_color: str | None = field.column("The second colour, #rrggbb; null: the portal's.")
    font: str | None = field.column("The name of the font family; null: the portal's.")


@field.stored(
    models.widget.Widget, visible=resolvers.sight.administrators, references={}, marks=audience(Audience.ADMINISTRATOR)
)
class Widget:
    """A part of the portal that another site shows («module intégré»)."""

    id: strawberry.ID = field.expression(
        resolvers.ident.of("widget"), "Opaque id; stands in the pages that show the widget."
    )
    name: str = field.column("What it is for.")
    origins: list[str] = field.column("The sites whose pages may show it.")
    activity: Activity | None = field.refers("activity_id", "What it shows; null: what its page asks for.")
    theme: WidgetTheme = field.part(office.widget.theme, "How it differs from the portal's theme.")
    is_trusted_only: bool = field.column("Whether its pages may run trusted documents alone.")
    created_by: Actor | None = field.refers(
        "created_by_id", "The administrator who registered it; null: an operator of the platform."
    )
    created_at: datetime = field.column("When it was registered.")
    revoked_at: datetime | None = field.column("When it was revoked; null: it was not.")

    @field.declared(field.Connection(office.trusted_document.of_widget))
    def trusted_documents(
        self, first: First = 20, after: After = None
    ) -> Connection[Annotated["TrustedDocument", strawberry.lazy("schema.trusted_document")]]:
        """The documents that its pages alone may run, the newest first; they may run the whole portal's, too."""


@strawberry.input(description="How a widget differs from the portal's theme; what is null is as the portal has it.")
class WidgetThemeInput:
    primary_color: str | None = strawberry.field(default=None, description="The main colour, #rrggbb in lower case.")
    secondary_color: str | None = strawberry.field(
        default=None, description="The second colour, #rrggbb in lower case."
    )
    font: str | None = strawberry.field(default=None, description="The names of font families, up to 80 characters.")


@strawberry.input(description="A widget to register.")
class WidgetRegisterInput:
    name: str = strawberry.field(description="What it is for, 1 to 120 characters.")
    origins: list[str] = strawberry.field(description=ORIGINS)
    activity: strawberry.ID | None = field.reference(
        models.activity.Activity, "The activity that it shows.", default=None
    )
    theme: WidgetThemeInput | None = strawberry.field(default=None, description="How it looks.")
    is_trusted_only: bool = strawberry.field(
        default=False, description="Whether its pages may run trusted documents alone."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What to change of a widget; what is null or left out stays as it is.")
class WidgetReviseInput:
    widget: strawberry.ID = field.reference(models.widget.Widget, "The widget.")
    name: str | None = strawberry.field(default=None, description="A new name, 1 to 120 characters.")
    origins: list[str] | None = strawberry.field(default=None, description=ORIGINS)
    activity: strawberry.ID | None = field.reference(models.activity.Activity, "Another activity.", default=None)
    theme: WidgetThemeInput | None = strawberry.field(default=None, description="Another theme; it replaces the whole.")
    is_trusted_only: bool | None = strawberry.field(
        default=None, description="Whether its pages may run trusted documents alone."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A widget to revoke.")
class WidgetRevokeInput:
    widget: strawberry.ID = field.reference(models.widget.Widget, "The widget.")
    idempotency_key: str | None = idempotency_key()


@field.payload("widget_id")
class WidgetRegisterPayload:
    """The answer to `widgetRegister`."""

    widget: Widget | None = field.refers("widget_id", "What was registered; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("widget_id")
class WidgetRevisePayload:
    """The answer to `widgetRevise`."""

    widget: Widget | None = field.refers("widget_id", "The widget as it is now; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("widget_id")
class WidgetRevokePayload:
    """The answer to `widgetRevoke`."""

    widget: Widget | None = field.refers("widget_id", "The widget as it is now; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class WidgetQuery:
    @field.declared(field.Many(office.widget.listed), directives=audience(Audience.ADMINISTRATOR))
    def widgets(self) -> list[Widget]:
        """The widgets of the portal, the newest first. For administrators."""


@strawberry.type
class WidgetMutation:
    @field.action(office.widget.register, who=ADMINISTRATOR)
    def widget_register(
        self, input: Annotated[WidgetRegisterInput, field.argument("The widget.")]
    ) -> WidgetRegisterPayload:
        """Register a widget, so that pages of its origins may show it. For administrators."""

    @field.action(office.widget.revise, who=ADMINISTRATOR)
    def widget_revise(
        self, input: Annotated[WidgetReviseInput, field.argument("What to change.")]
    ) -> WidgetRevisePayload:
        """Change a widget that is not revoked. For administrators."""

    @field.action(office.widget.revoke, who=ADMINISTRATOR)
    def widget_revoke(self, input: Annotated[WidgetRevokeInput, field.argument("The widget.")]) -> WidgetRevokePayload:
        """Revoke a widget with all its tokens, within a second everywhere; revoking twice is not an error. For
        administrators."""
