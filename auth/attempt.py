"""How often may one try: counts by the hour in the tenant's database, which all server processes share."""

from datetime import datetime
from enum import Enum
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from sqlalchemy import DateTime, Text, bindparam
from sqlalchemy.dialects.postgresql import insert

from auth.secret import Keyed
from database.door import Transaction
from models.base import table, utc_now
from models.sign_in import SignInAttempt

_attempt = table(SignInAttempt)
_new = insert(_attempt).values(
    hour=bindparam("hour", type_=DateTime(timezone=True)), subject=bindparam("subject", type_=Text()), count=1
)
COUNT = _new.on_conflict_do_update(index_elements=("hour", "subject"), set_={"count": _attempt.c.count + 1}).returning(
    _attempt.c.count
)

NETWORK_BITS = 64
"""One subscriber has a whole IPv6 network of this length."""


class Limit(Enum):
    """What may be done how often an hour. A town hall's visitors share one address: clients' limits leave them room."""

    CODE_FOR_ADDRESS = 5
    CODE_BY_CLIENT = 60
    CONFIRMATION_BY_CLIENT = 120
    PROVIDER_BY_CLIENT = 240


class Attempts:
    """Counts attempts; who made them can not be read from what is stored."""

    def __init__(self, secret: str) -> None:
        self._keyed = Keyed(secret, "parvis-sign-in-attempt")

    async def is_allowed(self, transaction: Transaction, limit: Limit, subject: str) -> bool:
        """Count one more; whether it is within the limit."""
        digest = self._keyed.digest(limit.name, subject)
        row = await transaction.one(COUNT, hour=_hour(), subject=digest)
        return bool(row and isinstance(row[0], int) and row[0] <= limit.value)


MAX_ADDRESS = 64
"""Characters of an address with its zone; what is longer is none, and is not kept."""


def client(address: str | None) -> str:
    """Who asks, by the network address: the address of IPv4, the subscriber's network of IPv6."""
    return _client(address) if address and len(address) <= MAX_ADDRESS else "unknown"


@lru_cache(maxsize=10_000)
def _client(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return f"{int(found) >> (128 - NETWORK_BITS):x}"
    return str(found)


def _hour() -> datetime:
    return utc_now().replace(minute=0, second=0, microsecond=0)
