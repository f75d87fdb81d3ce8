"""Addressees: mails to some accounts at once, however many they are, in one statement, and their languages."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Insert,
    Integer,
    Interval,
    Text,
    bindparam,
    func,
    insert,
    literal_column,
    select,
)

from models.account import Account
from models.base import table
from models.mail import Mail
from models.mail_preference import MailPreference

_mail, _account = table(Mail), table(Account)
_reader, _wish = _account.alias("reader"), table(MailPreference)
LOCALE = (
    select(func.min(_wish.c.locale))
    .select_from(_wish.join(_reader, _reader.c.actor_id == _wish.c.actor_id))
    .where(_reader.c.email == _mail.c.email)
    .scalar_subquery()
)
"""In which language whoever signs in at a mail's address wants mails; null: in the portal's."""


def to_accounts(
    about: ColumnElement[UUID],
    accounts: FromClause,
    *where: ColumnElement[bool],
    due_at: ColumnElement[Any] = func.now(),  # noqa: B008  # An expression, evaluated by the database.
) -> Insert:
    """A mail to each of some accounts that can be written to."""
    columns = ("id", "kind", "email", "about_id", "attempts", "created_at", "due_at", "good_until")
    rows = select(
        func.gen_random_uuid(),
        bindparam("kind", type_=Text()),
        _account.c.email,
        about,
        literal_column("0", Integer),
        func.now(),
        due_at,
        func.now() + bindparam("good_for", type_=Interval()),
    )
    return insert(_mail).from_select(columns, rows.select_from(accounts).where(_account.c.email.is_not(None), *where))
