"""How often may one try: counts by the hour in the tenant's database, which all server processes share."""

from datetime import datetime
from enum import Enum, unique
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from sqlalchemy import DateTime, Text, bindparam, delete, func
from sqlalchemy.dialects.postgresql import ARRAY, insert

from auth.network_address import embedded
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

GIVE_BACK = delete(_attempt).where(
    _attempt.c.hour == bindparam("hour", type_=DateTime(timezone=True)),
    _attempt.c.subject == func.any(bindparam("subjects", type_=ARRAY(Text()))),
)

NETWORK_BITS = 64
"""One subscriber has a whole IPv6 network of this length."""


@unique
class Limit(Enum):
    """What may be done how often an hour. A town hall's visitors share one address: clients' limits leave them room.

    What strangers may have sent to an address, all of them together and each client, is such that two clients leave its
    owner two codes. `CODE_FOR_KNOWN` is the owner's own, in browsers where it signed in before.
    """

    CODE_FOR_ADDRESS = 8
    CODE_FOR_ADDRESS_BY_CLIENT = 3
    CODE_FOR_KNOWN = 10
    CODE_BY_CLIENT = 60
    CONFIRMATION_BY_CLIENT = 120
    PROVIDER_BY_CLIENT = 240
    WAITING_FORM_BY_CLIENT = 30


class Attempts:
    """Counts attempts; who made them can not be read from what is stored."""

    def __init__(self, secret: str) -> None:
        self._keyed = Keyed(secret, "parvis-sign-in-attempt")

    async def is_allowed(self, transaction: Transaction, limit: Limit, subject: str) -> bool:
        """Count one more; whether it is within the limit."""
        row = await transaction.one(COUNT, hour=hour(), subject=self._digest(limit, subject))
        return bool(row and isinstance(row[0], int) and row[0] <= limit.value)

    async def give_back(self, transaction: Transaction, *counted: tuple[Limit, str]) -> None:
        """Count some of them from zero again, in this hour."""
        digests = sorted(self._digest(limit, subject) for limit, subject in counted)
        await transaction.execute(GIVE_BACK, hour=hour(), subjects=digests)

    def _digest(self, limit: Limit, subject: str) -> str:
        return self._keyed.digest(limit.name, subject)


MAX_ADDRESS = 64
"""Characters of an address with its zone; what is longer is none, and is not kept."""


def client(address: str | None) -> str:
    """Who asks: an IPv4 address, however it is written, or the network of a subscriber of IPv6."""
    return _client(address) if address and len(address) <= MAX_ADDRESS else "unknown"


@lru_cache(maxsize=10_000)
def _client(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    carried = embedded(parsed)
    return str(carried[0]) if carried else f"{int(parsed) >> (128 - NETWORK_BITS):x}"


def hour() -> datetime:
    """The hour that is running, from its beginning."""
    return utc_now().replace(minute=0, second=0, microsecond=0)
