"""Changes: processes tell each other which tenants changed, so that none keeps answers that are not true any more."""

import asyncio
import logging

from sqlalchemy import BigInteger, bindparam, column, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from database.door import Database, DatabaseUnavailableError, StatementTimeoutError
from models.base import table
from models.tenant import TenantChange
from tenants import work

TELL_EVERY_S = 0.25

_change = table(TenantChange)
_numbers = (
    func.unnest(bindparam("numbers", type_=ARRAY(BigInteger())))
    .table_valued(column("number", BigInteger), name="numbers")
    .render_derived()
)
_told = insert(_change).from_select(
    ("tenant_number", "version"), select(_numbers.c.number, literal_column("1", BigInteger)).order_by(_numbers.c.number)
)
TELL = _told.on_conflict_do_update(
    index_elements=("tenant_number",), set_={"version": _change.c.version + 1, "changed_at": func.now()}
).returning(_change.c.tenant_number, _change.c.version)
HEAR = select(_change.c.tenant_number, _change.c.version)

logger = logging.getLogger("parvis.change")


class Changes:
    """Tells the others of this process' changes and hears of theirs, within TELL_EVERY_S and a moment."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._heard: dict[object, object] = {}

    async def exchange(self) -> None:
        """Tell once and hear once."""
        if self._database.untold or self._database.unnoted:
            await work.note(self._database, self._database.untold | self._database.unnoted)
            self._database.unnoted.clear()
        if self._database.untold:
            numbers = sorted(self._database.untold)
            self._database.untold.clear()
            for number, version in await self._database.rows(TELL, numbers=numbers):
                if version == int(str(self._heard.get(number, 0))) + 1:
                    self._heard[number] = version  # Nobody but this process changed it: it knows already.
        for number, version in await self._database.rows(HEAR):
            if self._heard.get(number) != version:
                self._heard[number] = version
                self._database.versions[int(str(number))] += 1

    async def follow(self) -> None:
        """Exchange for ever; a database that is away is waited for."""
        while True:
            await asyncio.sleep(TELL_EVERY_S)
            try:
                await self.exchange()
            except (DatabaseUnavailableError, StatementTimeoutError):
                logger.warning("changes could not be exchanged; answers are kept for a few seconds at most")
