"""A worker of waves that a test kills: it sends what is due at an instant, seals and delivers, again and again.

python -m tests.fault.waving URL TENANT INSTANT
"""

import asyncio
import sys
from datetime import datetime

from database.door import Database
from jobs import wave, worker


async def work(url: str, tenant: int, now: datetime) -> None:
    """Never ends by itself; says on standard output when it begins."""
    database = Database(url, connections=4)
    await database.open()
    sys.stdout.write("begins\n")
    sys.stdout.flush()
    while True:
        await wave.send(database, tenant, now)
        await worker.follow(database, tenant)
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], int(sys.argv[2]), datetime.fromisoformat(sys.argv[3])))
