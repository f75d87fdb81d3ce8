"""The limit: each work's one statement, whose JSON PostgreSQL builds, behind a bare Starlette route.

It takes the statement that Parvis' planner makes, and nothing else of Parvis' way: no GraphQL, rights already in the
statement, parameters straight from the request's variables.
"""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
import psycopg
import uuid_utils.compat
from psycopg import AsyncConnection, AsyncRawCursor
from psycopg.types.numeric import FloatBinaryDumper, Int8BinaryDumper, Int8Dumper
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench import statement
from database import naming

VOTE = """
WITH target AS (
    SELECT c.id FROM __tenant__.contribution c
    JOIN __tenant__.activity a ON a.id = c.activity_id
    JOIN __tenant__.participatory_space s ON s.id = a.space_id
    WHERE c.id = $1 AND c.status = 'OPEN' AND (c.expires_at IS NULL OR c.expires_at > now())
    AND a.vote_method = 'SUPPORT' AND a.opens_at <= now() AND (a.closes_at IS NULL OR a.closes_at > now())
    AND s.opens_at <= now() AND (s.closes_at IS NULL OR s.closes_at > now())
), new AS (
    INSERT INTO __tenant__.vote (id, contribution_id, actor_id, choice, cast_at)
    SELECT $3, target.id, $2, 'SUPPORT', now() FROM target ON CONFLICT DO NOTHING RETURNING id, contribution_id, choice
), delta AS (
    INSERT INTO __tenant__.tally_delta (id, vote_id, contribution_id, key, delta)
    SELECT $4, id, contribution_id, choice, 1 FROM new
), counts AS (
    SELECT count FROM __tenant__.tally WHERE contribution_id = $1
    UNION ALL SELECT delta FROM __tenant__.tally_delta WHERE contribution_id = $1
    UNION ALL SELECT 1 FROM new
)
SELECT row_to_json(answer) FROM (
    SELECT (SELECT row_to_json(c) FROM (
        SELECT $5 || target.id AS id, (SELECT row_to_json(t) FROM (
            SELECT coalesce(sum(count), 0) AS "totalCount", coalesce(sum(count), 0) AS "supportCount"
            FROM counts) t) AS tally
        FROM target) c) AS contribution,
    '[]'::json AS "userErrors") answer
"""
"""A statement does not see what it writes itself: the vote is added to the counts by hand."""

Connection = AsyncConnection[tuple[object, ...]]


class Bare:
    """One route a work."""

    def __init__(self, pool: AsyncConnectionPool[Connection], works: Mapping[str, Any], tenant: int) -> None:
        self._pool = pool
        planner = statement.Planner()
        self._reads = {
            name: planner.read(found["document"], found["variables"], tenant) for name, found in works.items()
        }
        self._vote = naming.qualify(VOTE, tenant)
        self._prefix = f"contribution_{tenant}_"

    async def read(self, request: Request) -> Response:
        """Answer a read."""
        planned = self._reads[request.path_params["work"]]
        variables = orjson.loads(await request.body())["variables"]
        columns = await self._first_row(planned.text, planned.parameters(variables))
        return Response(planned.answer(columns), media_type="application/json")

    async def vote(self, request: Request) -> Response:
        """Cast a vote."""
        uuid = orjson.loads(await request.body())["variables"]["contribution"].rpartition("_")[2]
        ids = (uuid_utils.compat.uuid7(), uuid_utils.compat.uuid7())
        columns = await self._first_row(self._vote, [uuid, request.headers["x-actor"], *ids, self._prefix])
        return Response(b'{"data":{"voteCast":%b}}' % (columns[0] or b"null"), media_type="application/json")

    async def _first_row(self, text: str, parameters: list[object]) -> list[bytes | None]:
        async with self._pool.connection() as connection:
            cursor = AsyncRawCursor(connection)
            await cursor.execute(text, parameters, prepare=True)
            result = cursor.pgresult
            assert result is not None
            return [result.get_value(0, column) for column in range(result.nfields)]


class _Int8(Int8BinaryDumper):
    """Every integer as int8: one prepared statement whatever the size of the number."""


def adapt(connection: psycopg.AsyncConnection[Any] | psycopg.Connection[Any]) -> None:
    """Send parameters in the types that the statements were planned for."""
    connection.adapters.register_dumper(int, Int8Dumper)
    connection.adapters.register_dumper(int, _Int8)
    connection.adapters.register_dumper(float, FloatBinaryDumper)


async def _configure(connection: Connection) -> None:
    adapt(connection)
    await connection.execute("SET timezone = 'UTC'")


def application() -> Starlette:
    """For uvicorn: database, tenant and works come from the environment that the bench sets."""
    pool = AsyncConnectionPool[Connection](
        os.environ["BENCH_DATABASE"],
        min_size=16,
        max_size=16,
        open=False,
        configure=_configure,
        kwargs={"autocommit": True, "prepare_threshold": 0},
    )
    bare = Bare(pool, orjson.loads(os.environ["BENCH_WORKS"]), int(os.environ["BENCH_TENANT"]))

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        await pool.open(wait=True)
        yield
        await pool.close()

    routes = [Route("/vote", bare.vote, methods=["POST"]), Route("/{work}", bare.read, methods=["POST"])]
    return Starlette(routes=routes, lifespan=life)
