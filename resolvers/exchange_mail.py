"""Mails about exchanges: to a person, or to all who speak for an organisation."""

from datetime import timedelta
from uuid import UUID

from database.door import Transaction
from mail import queue
from models.mail import MailKind

GOOD_FOR = timedelta(days=3)
MERGED_OVER = timedelta(minutes=5)
"""Messages that are written within so long are told in one mail."""

_PAUSES = {MailKind.MESSAGE_RECEIVED: MERGED_OVER}


async def tell(transaction: Transaction, kind: MailKind, actor: UUID, exchange: UUID) -> None:
    """Write to one of the two, unless a mail of the kind about the same waits to be sent already."""
    await queue.add_to_party(transaction, kind, actor, exchange, GOOD_FOR, _PAUSES.get(kind, timedelta(0)))
