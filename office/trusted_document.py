"""Trusted documents: listed and registered by administrators, for the whole portal or for one widget."""

import hashlib
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from graphql import GraphQLError, parse
from sqlalchemy import FromClause, any_, func, select
from sqlalchemy.dialects.postgresql import insert

from models import expected
from models.base import new_id, table
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, bad_input, not_found
from models.trusted_document import MAX_DOCUMENT, TrustedDocument
from models.widget import Widget
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import text

NAME_LENGTH = (1, 120)
MAX_AT_ONCE = 100
MAX_TOKENS = 6_000
"""As many as an operation may have."""

PORTAL = UUID(int=0)
"""Stands for the whole portal instead of a widget."""

_widget = table(Widget)
REGISTER = (
    insert(table(TrustedDocument))
    .values(
        **{name: value(TrustedDocument, name) for name in ("id", "digest", "name", "document", "widget_id")},
        created_at=func.now(),
    )
    .on_conflict_do_nothing()
)
WIDGET = (
    select(_widget.c.id)
    .where(_widget.c.id == value(Widget, "id"), _widget.c.revoked_at.is_(None))
    .with_for_update(read=True)
)


class NewDocument(TypedDict):
    """A document to register, as an input gives it."""

    document: str
    name: str


def listed(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """The newest first."""
    return Listing((), _newest(row))


def of_widget(row: FromClause, widget: FromClause, _context: FieldContext) -> Listing:
    """A widget's own, the newest first."""
    return Listing((row.c.widget_id == widget.c.id,), _newest(row))


def registered(row: FromClause, payload: FromClause, _context: FieldContext) -> Listing:
    """The documents that a mutation named, including those that existed."""
    named = row.c.digest == any_(payload.c.digests)
    return Listing((named, row.c.widget_id.is_not_distinct_from(payload.c.widget_id)), _newest(row))


def _newest(row: FromClause) -> Order:
    return Order("trusted_document.newest", (row.c.created_at, row.c.id), (datetime, UUID), is_descending=True)


async def register(act: Act, *, documents: list[NewDocument], widget: UUID | None = None) -> Outcome:
    """Register documents that can be parsed. They are validated when they are used.

    A document that is registered already stays as it is, under its first name.
    """
    if not 1 <= len(documents) <= MAX_AT_ONCE:
        raise bad_input(f"Register 1 to {MAX_AT_ONCE} documents at once.", "documents", expected.count(1, MAX_AT_ONCE))
    checked = [_checked(given, f"documents.{place}") for place, given in enumerate(documents)]
    digests = [hashlib.sha256(given["document"].encode()).hexdigest() for given in checked]
    if widget is not None and not await act.exists(WIDGET, id=widget):
        raise not_found("widget")
    new = 0
    for digest, given in sorted(zip(digests, checked, strict=True), key=lambda pair: pair[0]):
        new += await act.execute(REGISTER, id=new_id(), digest=digest, widget_id=widget, **given)
    if not new:
        return act.did(widget_id=widget, digests=digests)
    return act.did(
        EventKind.DOCUMENTS_REGISTERED, widget or PORTAL, {"digests": digests}, widget_id=widget, digests=digests
    )


def _checked(given: NewDocument, field: str) -> NewDocument:
    """The document unchanged, because clients name it by its digest, with its title cleaned."""
    document = given["document"]
    if len(document) > MAX_DOCUMENT:
        message = f"At most {MAX_DOCUMENT} characters are possible."
        raise Refusal(ErrorCode.TOO_LONG, message, f"{field}.document", about=str(MAX_DOCUMENT))
    try:
        parse(document, no_location=True, max_tokens=MAX_TOKENS)
    except GraphQLError as error:
        raise bad_input(
            "This is no GraphQL document.", f"{field}.document", expected.example("query { portal { title } }")
        ) from error
    return {"document": document, "name": text.line(given["name"], NAME_LENGTH, f"{field}.name")}
