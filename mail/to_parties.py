"""Mails to many actors by one statement, each to all who speak for its actor."""

from datetime import timedelta

from sqlalchemy import FromClause, Insert, Integer, Interval, func, insert, literal, literal_column, select, union_all

from models.account import Account
from models.base import constant, table
from models.mail import Mail, MailKind
from models.organisation_member import OrganisationMember

_mail, _account, _member = table(Mail), table(Account), table(OrganisationMember)
_COLUMNS = ("id", "kind", "email", "about_id", "attempts", "created_at", "due_at", "good_until")


def queued(wanted: FromClause, kind: MailKind, *, pause: timedelta, good_for: timedelta) -> Insert:
    """Queues a mail for each row of `wanted`: `about` an object, to an `actor`. They go out after the pause."""
    mine = select(wanted.c.about, wanted.c.actor.label("speaker"))
    ours = select(wanted.c.about, _member.c.member_id).join_from(
        wanted, _member, _member.c.organisation_id == wanted.c.actor
    )
    each = union_all(mine, ours).subquery("each_party")
    rows = select(
        func.gen_random_uuid(),
        constant(kind),
        _account.c.email,
        each.c.about,
        literal_column("0", Integer),
        func.now(),
        func.now() + literal(pause, Interval),
        func.now() + literal(good_for, Interval),
    )
    of_each = rows.join_from(each, _account, _account.c.actor_id == each.c.speaker)
    return insert(_mail).from_select(_COLUMNS, of_each.where(_account.c.email.is_not(None)))
