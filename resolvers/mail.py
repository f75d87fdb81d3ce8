"""Mails as their readers see them, written with values that are nobody's; for administrators."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, column, false, func, literal_column, null, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import ARRAY

from mail import letter, look
from mail.look import Look
from models.base import table
from models.mail import MailKind
from models.tenant import Tenant
from planner.context import FieldContext
from planner.loading import BatchContext

Need = str
"""JSON: a kind, the portal's title, main colour and languages, and the language that is asked for."""


def previews(_parent: FromClause, context: FieldContext) -> Select[Any]:
    """A row for each kind of mail, with what the portal puts into it."""
    kinds = literal_column("ARRAY[" + ", ".join(f"'{kind.value}'" for kind in MailKind) + "]", ARRAY(Text()))
    kind = func.unnest(kinds).table_valued(column("kind", Text)).render_derived(name="kinds")
    tenant = table(Tenant).alias("sender")
    locale = context.bind("locale", Text()) if context.has("locale") else sql_cast(null(), Text)
    rows = select(kind.c.kind, tenant.c.title, tenant.c.primary_color, tenant.c.locales, locale.label("locale")).where(
        tenant.c.number == context.tenant
    )
    return rows if context.viewer.is_administrator else rows.where(false())


def need(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """What a mail is written from."""
    parts = func.json_build_array(row.c.kind, row.c.title, row.c.primary_color, row.c.locales, row.c.locale)
    return sql_cast(parts, Text)


async def subjects(_context: BatchContext, needs: list[Need]) -> list[str]:
    """The mails' subjects."""
    return [_Sample.of(each).letter[0] for each in needs]


async def texts(_context: BatchContext, needs: list[Need]) -> list[str]:
    """What they say in plain text."""
    return [_Sample.of(each).letter[1] for each in needs]


async def pages(_context: BatchContext, needs: list[Need]) -> list[str]:
    """The same in HTML, in the portal's colour."""
    samples = map(_Sample.of, needs)
    return [look.html(sample.look, sample.locale, *sample.letter) for sample in samples]


@dataclass(frozen=True, slots=True)
class _Sample:
    """A mail with values that are nobody's."""

    letter: letter.Letter
    locale: str
    look: Look

    @classmethod
    def of(cls, need: Need) -> "_Sample":
        kind, title, color, locales, asked = json.loads(need)
        locale = letter.spoken([asked, *locales] if asked else locales)
        return cls(letter.sample(MailKind(kind), locale, title), locale, Look(title, color))
