"""Transactions of one tenant, and what is done in them; each begins with the first statement, in its round trip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg.pq.abc import PGresult
from psycopg.types.json import Jsonb
from sqlalchemy import Table, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import ClauseElement

from database import naming, statement
from database.pool import PooledConnection
from database.wire import Asked, Row

_BEGIN, _COMMIT = ((statement.build(text(command)), command, ()) for command in ("BEGIN", "COMMIT"))


@dataclass(slots=True)
class Transaction:
    """One transaction of one tenant (or of the platform, when `tenant` is None)."""

    connection: PooledConnection
    tenant: int | None
    is_begun: bool = False
    is_committed: bool = False

    async def execute(self, clause: ClauseElement, /, **values: object) -> int:
        """Run a constant statement; the number of rows that it touched."""
        return (await self._run(clause, values)).command_tuples or 0

    async def one(self, clause: ClauseElement, /, **values: object) -> Row | None:
        """The first row of a constant statement, or None."""
        rows = await self.all(clause, **values)
        return rows[0] if rows else None

    async def all(self, clause: ClauseElement, /, **values: object) -> list[Row]:
        """All rows of a constant statement."""
        return self.connection.rows(await self._run(clause, values))

    async def together(self, *asked: tuple[ClauseElement, Mapping[str, object]]) -> list[list[Row]]:
        """All rows of each of some constant statements, which are sent in one round trip and run one after the other:
        each sees what those before it did, and after one that fails none runs."""
        results = await self._ask(*(self._sent(statement.cached(clause), values) for clause, values in asked))
        return [self.connection.rows(result) for result in results]

    async def json(self, compiled: statement.Statement, values: Mapping[str, object]) -> list[bytes | None]:
        """The first row's columns as PostgreSQL encoded them."""
        [result] = await self._ask(self._sent(compiled, values))
        return first(result)

    async def last(self, compiled: statement.Statement, values: Mapping[str, object]) -> list[bytes | None]:
        """The same of a read after which the transaction is committed, in one round trip; nothing may come after it."""
        [result, _] = await self._ask(self._sent(compiled, values), _COMMIT)
        self.is_committed = True
        return first(result)

    async def copy(self, target: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Write many rows of one table, all with the columns of the first."""
        names = list(rows[0])
        is_json = {name: isinstance(target.c[name].type, JSONB) for name in names}
        listed = ", ".join(names)
        text = f"COPY {target.schema}.{target.name} ({listed}) FROM STDIN"
        qualified = text if self.tenant is None else naming.qualify(text, self.tenant)
        await self.begin()
        async with self.connection.cursor() as cursor, cursor.copy(qualified) as copy:
            for row in rows:
                await copy.write_row([_dumped(row[name], is_json=is_json[name]) for name in names])

    async def begin(self) -> None:
        """Begin before the first statement, for what is done to the connection itself."""
        assert not self.is_committed, "Nothing comes after the last statement."
        if not self.is_begun:
            self.is_begun = True
            await self.connection.tell("BEGIN")

    async def _run(self, clause: ClauseElement, values: Mapping[str, object]) -> PGresult:
        [result] = await self._ask(self._sent(statement.cached(clause), values))
        return result

    def _sent(self, compiled: statement.Statement, values: Mapping[str, object]) -> Asked:
        return compiled, compiled.text_for(self.tenant), compiled.encoded(values)

    async def _ask(self, *asked: Asked) -> list[PGresult]:
        """The results of statements, in one round trip; the first of a transaction are sent behind its BEGIN."""
        assert not self.is_committed, "Nothing comes after the last statement."
        if self.is_begun and len(asked) == 1:
            return [await self.connection.ask(*asked[0])]
        before = () if self.is_begun else (_BEGIN,)
        self.is_begun = True  # Now: whatever fails is rolled back.
        [results] = await self.connection.ask_all([*before, *asked])
        return results[len(before) :]


async def first_row(
    connection: PooledConnection, compiled: statement.Statement, tenant: int | None, values: Mapping[str, object]
) -> list[bytes | None]:
    """The first row's columns as PostgreSQL encoded them, of a statement outside of any transaction."""
    return first(await connection.ask(compiled, compiled.text_for(tenant), compiled.encoded(values)))


def first(result: PGresult) -> list[bytes | None]:
    """The columns of the first row; none where there is no row."""
    if result.ntuples == 0:
        return []
    return [result.get_value(0, column) for column in range(result.nfields)]


def _dumped(value: object, *, is_json: bool) -> object:
    return Jsonb(value) if is_json and value is not None else value
