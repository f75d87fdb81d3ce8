"""Removes what signing in leaves behind: expired codes and sessions, abandoned forms, old counts of attempts."""

from sqlalchemy import Interval, delete, func, literal, not_, update

from auth import waiting_form
from auth.session import IS_ALIVE
from database.door import Database
from models import retention
from models.account import Identity
from models.base import table
from models.session import Session
from models.sign_in import SignInAttempt, SignInCode

COUNTED_FOR = retention.ATTEMPT.keep
CODES_KEPT_FOR = retention.CODE.keep
"""How long codes are kept after they expired: the last one becomes valid again for an address at its hourly limit."""

_code, _attempt, _identity = table(SignInCode), table(SignInAttempt), table(Identity)
FORGET = (
    delete(_code).where(_code.c.expires_at <= func.now() - literal(CODES_KEPT_FOR, Interval)),
    delete(_attempt).where(_attempt.c.hour < func.now() - literal(COUNTED_FOR, Interval)),
    delete(table(Session)).where(not_(IS_ALIVE)),
    waiting_form.EXPIRED,
    update(_identity)
    .where(_identity.c.certified_at <= func.now() - literal(retention.CERTIFIED.keep, Interval))
    .values(dict.fromkeys(("certified_at", "person_digest", "first_digest", "birth_digest"))),
)


async def forget(database: Database, tenant: int) -> int:
    """Remove a tenant's expired rows; returns how many."""
    async with database.transaction(tenant) as transaction:
        return sum([await transaction.execute(statement) for statement in FORGET])
