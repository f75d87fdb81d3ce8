"""Dispatch: what goes out once a mutation is committed, and what is taken back where it could not be sent."""

from contextlib import suppress

from auth.text_message import TextMessageError
from database import deadline
from database.failure import DatabaseUnavailableError
from models.refusal import ErrorCode, Refusal
from planner import idempotency
from planner.act import Act, Dispatch
from planner.request import Request


async def carry_out(request: Request, dispatch: Dispatch, key: str | None) -> None:
    """Send it, to the end also when the client is gone meanwhile. Raises Refusal(SMS_NOT_SENT); the idempotency key of
    the request is free again then."""
    assert request.texts is not None  # Whoever asks for a message has looked.
    with deadline.paused():
        await request.texts.to_the_end(_send(request, dispatch, key))


async def _send(request: Request, dispatch: Dispatch, key: str | None) -> None:
    assert request.texts is not None
    try:
        with deadline.paused():  # A task has its own.
            await request.texts.send(dispatch.message, request.locale, request.tenant.title)
    except TextMessageError as error:
        await _take_back(request, dispatch, key, is_certain=error.is_certain)
        raise Refusal(
            ErrorCode.SMS_NOT_SENT, "The text message could not be sent: try again.", dispatch.field
        ) from error


async def _take_back(request: Request, dispatch: Dispatch, key: str | None, *, is_certain: bool) -> None:
    with suppress(DatabaseUnavailableError):  # What was written stays, and is over in some minutes by itself.
        async with request.database.transaction(request.asker.tenant) as transaction:
            act = Act(transaction, request.asker)
            await dispatch.failed(act, is_certain)
            if key is not None:
                await idempotency.forget(act, key)
