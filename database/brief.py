"""One connection for a moment, for a command that reads a few rows of the platform: psycopg and nothing else."""

from collections.abc import Sequence
from contextlib import suppress

import psycopg

from database import naming

PATIENCE = "-c statement_timeout=4000 -c lock_timeout=3000"
CONNECT_S = 2


def read(url: str, *queries: str) -> Sequence[list[tuple[object, ...]]] | None:
    """The rows of each query, under the role that owns the platform's tables, from one snapshot; None where the
    cluster does not answer within CONNECT_S, or refuses: whoever asks finds out the long way.
    """
    with (
        suppress(psycopg.Error),
        psycopg.connect(url, connect_timeout=CONNECT_S, options=PATIENCE, prepare_threshold=None) as connection,
    ):
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute(f"SET LOCAL ROLE {naming.OWNER}".encode())
        return [connection.execute(query.encode()).fetchall() for query in queries]
    return None
