"""Cut off: a move of a tenant whose process is killed when it comes to one of its steps.

`python -m tests.cut_off MODULE FUNCTION` moves as `Pair.run` does, between the clusters that PARVIS_MAIN and PARVIS_EAST reach.
"""

import asyncio
import importlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from database.door import Database
from tenants import placement, tenant_move
from tests.behind import EAST, Pair
from tests.tenant_moving import MOVING


async def _killed(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def _move(main: str, east: str) -> None:
    database = Database(main, connections=4, clusters=[Database(east, connections=4, name=EAST)])
    await database.open()
    await placement.find(database)
    await tenant_move.move(database, MOVING.slug, EAST, lambda _: None)


def cut_off(pair: Pair, module: str, function: str) -> None:
    """Move the portal to the second cluster, in a process that is killed (`kill -9`) when it calls a function."""
    reach = {
        f"PARVIS_{own}": pair.administering(url) for own, url in (("MAIN", pair.main.url), ("EAST", pair.east.url))
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.cut_off", module, function],
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
    asyncio.run(_move(os.environ["PARVIS_MAIN"], os.environ["PARVIS_EAST"]))
