"""Digests: to whom a mail with what somebody was told goes, and how often. Its lines `jobs/digest_lines.py` reads, by
what its reader still sees."""

from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select

from models.base import constant, table
from models.digest import Digest
from models.mail import Mail, MailKind

_mail, _digest = table(Mail), table(Digest)
OF_DIGESTS = _mail.c.kind == constant(MailKind.DIGEST)


def item(*pairs: tuple[str, Any]) -> ColumnElement[Any]:
    """A JSON object of these names and values."""
    parts: list[Any] = []
    for name, told in pairs:
        parts += [literal_column(f"'{name}'"), told]
    return func.jsonb_build_object(*parts)


TOLD = (
    select(item(("actor", _digest.c.actor_id), ("cadence", _digest.c.cadence)))
    .where(_digest.c.id == _mail.c.about_id)
    .scalar_subquery()
)
"""Whose a digest is, and how often it comes."""
