"""A process that tells webhooks of one tenant, and nothing else: of several at once, and to be killed.

python -m tests.fault.couriering URL SECRET TENANT NAME     # begins at the first line of its input
"""

import asyncio
import sys

from auth.outbound import Outbound
from auth.sealed_secret import Sealer
from database.door import Database
from jobs import courier
from tenants.registry import TenantRegistry

AGAIN_S = 0.02


async def work(url: str, secret: str, tenant: int, name: str) -> None:
    """Never ends by itself; receivers read its name."""
    courier.USER_AGENT = name
    database, outbound = Database(url, connections=4), Outbound(allows_private=True)
    await database.open()
    registry = TenantRegistry(database, local_suffix=None)
    await registry.refresh()
    here = courier.Courier(database, registry, Sealer(secret), outbound)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    running = asyncio.create_task(here.job.run())
    while not running.done():
        here.wake(tenant)
        await asyncio.sleep(AGAIN_S)


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]))
