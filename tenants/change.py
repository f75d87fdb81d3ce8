"""Changes: each process publishes which tenants it changed, so that no other keeps answers that are out of date."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from database.door import Database
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from models.base import table, unnested
from models.tenant import TenantChange
from tenants import work

EXCHANGE_EVERY_S = 0.25

_change = table(TenantChange)
_numbers = unnested("numbers", {"number": BigInteger()})
_published = insert(_change).from_select(
    ("tenant_number", "version"), select(_numbers.c.number, literal_column("1", BigInteger)).order_by(_numbers.c.number)
)
PUBLISH = _published.on_conflict_do_update(
    index_elements=("tenant_number",), set_={"version": _change.c.version + 1, "changed_at": func.now()}
).returning(_change.c.tenant_number, _change.c.version)
VERSIONS = select(_change.c.tenant_number, _change.c.version)
LAST = select(_change.c.version, _change.c.changed_at).where(
    _change.c.tenant_number == bindparam("number", type_=BigInteger())
)

logger = logging.getLogger("parvis.change")


@dataclass(frozen=True, slots=True)
class LastChange:
    """When a tenant last changed, and how often it did."""

    version: int
    changed_at: datetime


class Changes:
    """Publishes this process' changes and receives those of others, within EXCHANGE_EVERY_S and a moment."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._versions: dict[int, int] = {}
        """By tenant, the last that this process knows of."""

    async def exchange(self) -> None:
        """Publish once and receive once."""
        database = self._database
        if database.untold or database.unnoted:
            await work.note(database, database.untold | database.unnoted)
            database.unnoted.clear()
        if database.untold:
            await self._publish(sorted(database.untold))
        for number, version in await database.rows(VERSIONS):
            self._receive(int(str(number)), int(str(version)))

    async def _publish(self, numbers: list[int]) -> None:
        """Count this process' changes. When that fails, they are published the next time."""
        database = self._database
        database.untold.difference_update(numbers)
        try:
            rows = await database.rows(PUBLISH, numbers=numbers)
        except BaseException:
            database.untold.update(numbers)
            raise
        for number, version in ((int(str(number)), int(str(version))) for number, version in rows):
            if version == self._versions.get(number, 0) + 1:
                self._versions[number] = version  # Nobody but this process changed it: it knows already.

    def _receive(self, number: int, version: int) -> None:
        if self._versions.get(number) != version:
            self._versions[number] = version
            self._database.versions[number] += 1

    async def follow(self) -> None:
        """Exchange for ever; a database that is away is waited for."""
        while True:
            await asyncio.sleep(EXCHANGE_EVERY_S)
            try:
                await self.exchange()
            except DatabaseUnavailableError:
                pass  # The database's pool tells of it, once for all.
            except StatementTimeoutError:
                logger.warning("changes could not be exchanged; answers are kept for a few seconds at most")


async def last(database: Database, tenant: int) -> LastChange | None:
    """The last change of a tenant; None where it has not changed yet."""
    rows = await database.rows(LAST, number=tenant)
    if not rows:
        return None
    [(version, changed_at)] = rows
    assert isinstance(version, int) and isinstance(changed_at, datetime)
    return LastChange(version, changed_at)
