"""Budgets: how much a client may spend a minute, counted in memory and shared by all server processes.

To spend costs a microsecond and asks nobody. Four times a second each process tells what its clients spent and hears
what they spent in all. So a client spends at most its limit, and beyond it what the processes that it spread its
requests over let through before they heard: a quarter of a second of its traffic, once a minute.
"""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from math import ceil
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from database.door import Database
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from models.base import table, unnested
from models.budget import Budget

WINDOW_S = 60
EXCHANGE_EVERY_S = 0.25

MAX_CLIENTS = 50_000
"""In memory; beyond it the one that came first is forgotten: who has so many addresses has as many budgets anyway."""

MAX_TOLD = 500
"""Clients in one exchange, which then keeps the process busy for 8 ms; the others are told by the next."""

KEPT_MINUTES = 5
"""In the table: the clocks of processes differ."""

_budget = table(Budget)
_minute = bindparam("minute", type_=BigInteger())
_told = unnested("told", {"client": Uuid(), "amount": BigInteger()})
_spent = insert(_budget).from_select(  # In one order, so that processes never wait for each other in a circle.
    ("minute", "client", "spent"), select(_minute, _told.c.client, _told.c.amount).order_by(_told.c.client)
)
EXCHANGE = _spent.on_conflict_do_update(
    index_elements=("minute", "client"), set_={"spent": _budget.c.spent + _spent.excluded.spent}
).returning(_budget.c.client, _budget.c.spent)
FORGET = delete(_budget).where(_budget.c.minute < _minute)

logger = logging.getLogger("parvis.budget")

Key = tuple[str, int, str]


class Spent(NamedTuple):
    """What is left: `is_refused` says that it was not enough and nothing was spent."""

    is_refused: bool
    remaining: int
    reset_s: int
    """In how many seconds all of the limit is there again."""


@dataclass(slots=True)
class _Account:
    """What a client spent in the running minute: in all, as far as is known, and not told yet."""

    spent: int = 0
    untold: int = 0


class Budgets:
    """The accounts of the running minute."""

    def __init__(self, database: Database, secret: str, clock: Callable[[], float] = time.time) -> None:
        """`secret` is the same for all processes; `clock` gives seconds since 1970."""
        self._database = database
        self._key = hashlib.sha256(f"budget {secret}".encode()).digest()
        self._clock = clock
        self._minute = 0
        self._begins_at = self._ends_at = 0.0
        self._accounts: dict[Key, _Account] = {}
        self._untold: dict[Key, _Account] = {}

    def spend(self, bucket: str, tenant: int, client: str, amount: int, limit: int) -> Spent:
        """Spend from a client's account of this minute, unless that would exceed the limit.

        `bucket` names what is limited ("cost", "sign-in"), `client` who spends: an address, a token's id.
        """
        now = self._clock()
        if not self._begins_at <= now < self._ends_at:
            self._turn(now)
        key = (bucket, tenant, client)
        account = self._accounts.get(key)
        if account is None:
            account = self._open(key)
        left = limit - account.spent
        is_refused = amount > left
        if not is_refused:
            account.spent += amount
            account.untold += amount
            self._untold[key] = account
            left -= amount
        return Spent(is_refused, left if left > 0 else 0, ceil(self._ends_at - now))

    async def exchange(self) -> None:
        """Tell once what was spent, and hear what was spent in all."""
        minute, told = self._minute, self._take()
        if not told:
            return
        accounts = {self._hashed(key): account for key, (account, _) in told.items()}
        amounts = [amount for _, amount in told.values()]
        try:
            rows = await self._database.rows(EXCHANGE, minute=minute, clients=list(accounts), amounts=amounts)
        except (DatabaseUnavailableError, StatementTimeoutError):
            self._take_back(minute, told)
            raise
        for client, spent in rows:
            account = accounts[UUID(str(client))]
            account.spent = int(str(spent)) + account.untold

    async def forget(self) -> None:
        """Remove past minutes from the table."""
        async with self._database.transaction(None) as transaction:
            await transaction.execute(FORGET, minute=int(self._clock()) // WINDOW_S - KEPT_MINUTES)

    async def follow(self) -> None:
        """Exchange for ever; while the database is away, each process counts for itself."""
        forgotten = 0
        while True:
            await asyncio.sleep(EXCHANGE_EVERY_S)
            try:
                await self.exchange()
                if forgotten != self._minute:
                    await self.forget()
                    forgotten = self._minute
            except DatabaseUnavailableError:
                pass  # The database's pool tells of it, once for all.
            except StatementTimeoutError:
                logger.warning("what clients spent could not be exchanged; each process counts for itself")

    def _turn(self, now: float) -> None:
        """A minute begins, with nothing spent."""
        self._minute = int(now) // WINDOW_S
        self._begins_at = float(self._minute * WINDOW_S)
        self._ends_at = self._begins_at + WINDOW_S
        self._accounts, self._untold = {}, {}

    def _open(self, key: Key) -> _Account:
        if len(self._accounts) >= MAX_CLIENTS:
            first = next(iter(self._accounts))
            del self._accounts[first]
            self._untold.pop(first, None)
        account = self._accounts[key] = _Account()
        return account

    def _take(self) -> dict[Key, tuple[_Account, int]]:
        """What is told next, which counts as told from now on."""
        taken = {key: (account, account.untold) for key, account in islice(self._untold.items(), MAX_TOLD)}
        for key, (account, _) in taken.items():
            account.untold = 0
            del self._untold[key]
        return taken

    def _take_back(self, minute: int, told: dict[Key, tuple[_Account, int]]) -> None:
        """What could not be told is told later, unless its minute is over."""
        if minute == self._minute:
            for key, (account, amount) in told.items():
                account.untold += amount
                self._untold[key] = account

    def _hashed(self, key: Key) -> UUID:
        text = "\0".join(map(str, key)).encode()
        return UUID(bytes=hashlib.blake2b(text, digest_size=16, key=self._key).digest())
