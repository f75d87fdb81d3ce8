"""Messages: what the two in an exchange write to each other, in the order in which they did."""

from uuid import UUID

from sqlalchemy import func, insert

from models.base import constant, new_id, table
from models.comment import ShownStatus
from models.message import BODY_LENGTH, Message
from planner.act import Act, value

__all__ = ["BODY_LENGTH", "write"]

_message = table(Message)
WRITE = insert(_message).values(
    **{name: value(Message, name) for name in ("id", "exchange_id", "author_id", "body", "has_contact")},
    status=constant(ShownStatus.PUBLISHED),
    sent_at=func.now(),
)


async def write(act: Act, exchange: UUID, author: UUID, body: str) -> UUID:
    """Write into the thread of an exchange."""
    id_ = new_id()
    await act.execute(WRITE, id=id_, exchange_id=exchange, author_id=author, body=body, has_contact=False)
    return id_
