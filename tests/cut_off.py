"""Cut off: a move of a tenant whose process is killed when it comes to one of its steps.

`python -m tests.cut_off MODULE FUNCTION TENANT CLUSTER` moves as `Pair.run` does, between the clusters that PARVIS_MAIN and
PARVIS_EAST reach. It imports what moves and nothing else of the tests, since it is started often.
"""

import asyncio
import importlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from database.door import Database
from tenants import placement, tenant_move

if TYPE_CHECKING:
    from tests.behind import Pair


async def _killed(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def _move(tenant: str, cluster: str) -> None:
    second = Database(os.environ["PARVIS_EAST"], connections=4, name=cluster)
    database = Database(os.environ["PARVIS_MAIN"], connections=4, clusters=[second])
    await database.open()
    await placement.find(database)
    await tenant_move.move(database, tenant, cluster, lambda _: None)


def cut_off(pair: "Pair", tenant: str, cluster: str, module: str, function: str) -> None:
    """Move a portal to the second cluster, in a process that is killed (`kill -9`) when it calls a function."""
    reach = {
        f"PARVIS_{own}": pair.administering(url) for own, url in (("MAIN", pair.main.url), ("EAST", pair.east.url))
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.cut_off", module, function, tenant, cluster],
        env=os.environ | reach,
        cwd=Path(__file__).resolve().parents[1],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


if __name__ == "__main__":
    setattr(importlib.import_module(sys.argv[1]), sys.argv[2], _killed)
    asyncio.run(_move(*sys.argv[3:]))
