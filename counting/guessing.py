"""Guessing: how often something is tried in a day, and by whom, which cannot be read from what is kept."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import DateTime, Text, bindparam, func, literal_column, update
from sqlalchemy.dialects.postgresql import ARRAY

from auth.attempt import COUNT
from models.base import table, utc_now
from models.sign_in import SignInAttempt
from planner.act import Act

Guesses = Mapping[tuple[str, ...], int]
"""How often each subject may be tried in a day, in UTC."""

_attempt = table(SignInAttempt)
TAKE_BACK = (
    update(_attempt)
    .where(
        _attempt.c.hour == bindparam("hour", type_=DateTime(timezone=True)),
        _attempt.c.subject == func.any(bindparam("subjects", type_=ARRAY(Text()))),
    )
    .values(count=_attempt.c.count - literal_column("1"))
)


async def are_within(act: Act, guesses: Guesses) -> bool:
    """Count one more try of each; whether all are within their limits. Whoever tries the same waits until this is done.
    It stays counted where the action is refused by its outcome, and not where it raises."""
    counted = [
        (await act.transaction.one(COUNT, hour=_end_of_day(), subject=key), limit)
        for key, limit in sorted(_keys(act, guesses).items())
    ]
    return all(bool(row and isinstance(row[0], int) and row[0] <= limit) for row, limit in counted)


async def take_back(act: Act, guesses: Guesses) -> None:
    """What was right is no guess."""
    await act.execute(TAKE_BACK, hour=_end_of_day(), subjects=sorted(_keys(act, guesses)))


async def give_back(act: Act, guesses: Guesses) -> None:
    """As `take_back`, in another transaction than that which counted: in the order in which others count."""
    for key in sorted(_keys(act, guesses)):
        await act.execute(TAKE_BACK, hour=_end_of_day(), subjects=[key])


def _keys(act: Act, guesses: Guesses) -> dict[str, int]:
    return {act.asker.digest("guess", *subject): limit for subject, limit in guesses.items()}


def _end_of_day() -> datetime:
    """Under which a day's counts are kept, beside those by the hour: they go soon after it."""
    return utc_now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
