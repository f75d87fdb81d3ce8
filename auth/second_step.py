"""The second step of signing in («double authentification»): codes of six digits that its owner's telephone makes by
the clock (RFC 6238), or a recovery code, each once."""

import hmac
import secrets
import time
import unicodedata
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pyotp
from sqlalchemy import BigInteger, Text, bindparam, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from auth import attempt
from database.door import Transaction
from models.account import Account
from models.base import table

DIGITS, STEP_S = 6, 30
DRIFT = 1
"""Steps by which a telephone's clock may differ."""

TRIES = 10
"""An hour, for an account: whoever knows the first step alone guesses right within a year once in four times."""

KEY_BYTES = 20
RECOVERY_CODES, RECOVERY_LENGTH = 8, 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those that nobody takes for another one. Ten of them are 49 bits, and are tried through `TRIES` alone."""

Digest = Callable[..., str]
"""Of parts, under the server's secret and for one tenant."""

Open = Callable[[str, str], str]
"""Reads what was sealed under a name for one tenant. Raises LookupError."""

_account = table(Account)
_id = bindparam("account", type_=Uuid())
_last = bindparam("last", type_=BigInteger())
IS_SET = select(_account.c.second_step.is_not(None)).where(_account.c.id == _id)
LOCKED = (
    select(_account.c.second_step, _account.c.second_step_last, _account.c.recovery_digests)
    .where(_account.c.id == _id)
    .with_for_update()
)
USE = update(_account).where(_account.c.id == _id).values(second_step_last=_last)
RECOVER = update(_account).where(_account.c.id == _id).values(recovery_digests=bindparam("left", type_=ARRAY(Text())))


@dataclass(frozen=True, slots=True)
class _SecondStep:
    """What an account has: the sealed key, the last step of time that was used, and digests of recovery codes."""

    sealed: str
    last: int
    recovery: list[str]


def keys(digest: Digest, actor: UUID | None) -> tuple[str, str]:
    """The key that is offered to an actor in this hour, and that of the hour before: 160 bits in base 32. Nothing is
    kept of an offer: it is computed from the server's secret."""
    now = attempt.hour()
    hours = (now, now - timedelta(hours=1))
    made = (bytes.fromhex(digest("second step key", str(actor), hour.isoformat())) for hour in hours)
    newer, older = (b32encode(one[:KEY_BYTES]).decode() for one in made)
    return newer, older


def step(key: str, typed: str, now: float) -> int | None:
    """The step of time whose code was typed, a step around now; None for what is the code of none."""
    made, around = pyotp.TOTP(key, digits=DIGITS, interval=STEP_S), int(now) // STEP_S
    steps = range(around - DRIFT, around + DRIFT + 1)
    return next((one for one in steps if hmac.compare_digest(made.generate_otp(one), typed)), None)


def name_of(account: UUID) -> str:
    """The name under which an account's key is sealed."""
    return f"second-step:{account}"


def written(code: str) -> str:
    """A code as it is compared: its letters and digits, whatever stands between them, full-width ones too."""
    read = unicodedata.normalize("NFKC", code).lower()
    digits = (unicodedata.decimal(sign, None) for sign in read)
    return "".join(
        sign if digit is None else str(digit) for sign, digit in zip(read, digits, strict=True) if sign.isalnum()
    )


def new_recovery_codes() -> list[str]:
    """Codes that stand in for a telephone that is lost: two groups of five letters and digits."""
    half = RECOVERY_LENGTH // 2
    drawn = ("".join(secrets.choice(_LETTERS) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES))
    return [f"{code[:half]}-{code[half:]}" for code in drawn]


def recovery_digest(digest: Digest, account: UUID, code: str) -> str:
    """What is kept of a recovery code."""
    return digest("recovery code", str(account), written(code))


async def is_set(transaction: Transaction, account: UUID) -> bool:
    """Whether signing in to an account takes a second step."""
    row = await transaction.one(IS_SET, account=account)
    return bool(row and row[0])


async def may_try(transaction: Transaction, digest: Digest, account: UUID) -> bool:
    """Count one more try; whether there are no more than `TRIES` in this hour."""
    subject = digest("second step", str(account))
    row = await transaction.one(attempt.COUNT, hour=attempt.hour(), subject=subject)
    return bool(row and isinstance(row[0], int) and row[0] <= TRIES)


async def take(transaction: Transaction, account: UUID, code: str, open_: Open, digest: Digest) -> bool:
    """Whether a code is one of an account's own, which is used up by it; ask `may_try` before."""
    kept = _kept(await transaction.one(LOCKED, account=account))
    if kept is None:
        return False
    used = _step(kept, account, written(code), open_)
    if used is not None and used > kept.last:
        await transaction.execute(USE, account=account, last=used)
        return True
    spent = recovery_digest(digest, account, code)
    if spent not in kept.recovery:
        return False
    await transaction.execute(RECOVER, account=account, left=[one for one in kept.recovery if one != spent])
    return True


def _step(kept: _SecondStep, account: UUID, typed: str, open_: Open) -> int | None:
    """The step of time whose code was typed. A key that was sealed elsewhere, as an imported tenant's, makes none."""
    if len(typed) != DIGITS:
        return None
    try:
        return step(open_(name_of(account), kept.sealed), typed, time.time())
    except LookupError:
        return None


def _kept(row: tuple[object, ...] | None) -> _SecondStep | None:
    """None for an account that is gone, or has no second step."""
    if row is None or row[0] is None:
        return None
    sealed, last, recovery = row
    assert isinstance(last, int) and isinstance(recovery, list)
    return _SecondStep(str(sealed), last, [str(one) for one in recovery])
