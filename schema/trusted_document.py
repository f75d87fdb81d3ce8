"""Trusted documents in the contract: what clients may ask for by a digest; for administrators."""

from datetime import datetime
from typing import Annotated

import strawberry
from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY

import models.trusted_document
import models.widget
import office.trusted_document
import resolvers.ident
import resolvers.sight
from auth.viewer import Audience
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.page import After, Connection, First
from schema.widget import Widget


@field.stored(
    models.trusted_document.TrustedDocument,
    visible=resolvers.sight.administrators,
    references={},
    marks=audience(Audience.ADMINISTRATOR),
)
class TrustedDocument:
    """A GraphQL document that an administrator registered («document approuvé»); it never changes."""

    id: strawberry.ID = field.expression(resolvers.ident.of("trusteddocument"), "Opaque id.")
    digest: str = field.column("The SHA-256 of its text in hexadecimal: what a client sends as `documentId`.")
    name: str = field.column("What it is for.")
    document: str = field.column("Its text.")
    widget: Widget | None = field.refers("widget_id", "The widget whose pages alone may run it; null: everybody may.")
    created_at: datetime = field.column("When it was registered.")


@strawberry.input(description="A document to register.")
class TrustedDocumentInput:
    document: str = strawberry.field(description="Its text, up to 20,000 characters.")
    name: str = strawberry.field(description="What it is for, 1 to 120 characters.")


@strawberry.input(description="Documents to register.")
class TrustedDocumentsRegisterInput:
    documents: list[TrustedDocumentInput] = strawberry.field(description="The documents, 1 to 100.")
    widget: strawberry.ID | None = field.reference(
        models.widget.Widget, "The widget whose pages alone may run them; null: everybody may.", default=None
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("widget_id", digests=ARRAY(Text()))
class TrustedDocumentsRegisterPayload:
    """The answer to `trustedDocumentsRegister`."""

    trusted_documents: list[TrustedDocument] = field.many(
        office.trusted_document.registered,
        "The documents, the newest first, with those that were there already; empty when they were refused.",
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class TrustedDocumentQuery:
    @field.declared(field.Connection(office.trusted_document.listed), directives=audience(Audience.ADMINISTRATOR))
    def trusted_documents(self, first: First = 20, after: After = None) -> Connection[TrustedDocument]:
        """The trusted documents of the portal and of its widgets, the newest first. For administrators."""


@strawberry.type
class TrustedDocumentMutation:
    @field.action(office.trusted_document.register, who=ADMINISTRATOR)
    def trusted_documents_register(
        self, input: Annotated[TrustedDocumentsRegisterInput, field.argument("The documents.")]
    ) -> TrustedDocumentsRegisterPayload:
        """Register documents that clients may then ask for by their digests; those that are registered already stay as
        they are. For administrators."""
