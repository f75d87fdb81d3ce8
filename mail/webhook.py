"""Mails about webhooks that are told nothing any more: to administrators, as long as it is so."""

from datetime import timedelta

from sqlalchemy import and_, bindparam, exists, func, literal_column, select, true
from sqlalchemy.types import Uuid

from database.door import Transaction
from mail import to_parties
from models.actor import Actor, Role
from models.base import constant, table
from models.mail import Mail, MailKind
from models.webhook import Webhook, WebhookState

GOOD_FOR = timedelta(days=3)

_mail, _webhook, _actor = table(Mail), table(Webhook), table(Actor)
_about = _webhook.c.id == _mail.c.about_id
OF_WEBHOOKS = _mail.c.kind == constant(MailKind.WEBHOOK_STOPPED)
IS_WANTED = and_(
    OF_WEBHOOKS,
    exists().where(
        _about, _webhook.c.state.in_([constant(state) for state in (WebhookState.PAUSED, WebhookState.GONE)])
    ),
)
TOLD = (
    select(
        func.jsonb_build_object(literal_column("'about'"), _webhook.c.name, literal_column("'state'"), _webhook.c.state)
    )
    .where(_about)
    .scalar_subquery()
)
"""What the letter tells: its name, and why it is told nothing. Never its address, which may be a secret."""

_told = (
    select(_webhook.c.id.label("about"), _actor.c.id.label("actor"))
    .join_from(_webhook, _actor, true())
    .where(_webhook.c.id == bindparam("webhook", type_=Uuid()), _actor.c.role == constant(Role.ADMIN))
    .subquery("told")
)
QUEUE = to_parties.queued(_told, MailKind.WEBHOOK_STOPPED, pause=timedelta(0), good_for=GOOD_FOR)


async def tell(transaction: Transaction, webhook: object) -> None:
    """Queue a mail to each administrator who has an address, in one statement."""
    await transaction.execute(QUEUE, webhook=webhook)
