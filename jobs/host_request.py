"""Host requests: checks the DNS of names that administrators asked for, and serves those that are as they should be."""

from collections.abc import Collection

from database.door import Database
from models.host_request import RECORD_PREFIX, TEXT_PREFIX, HostProblem
from tenants import host_request, provisioning
from tenants.dns_record import Lookup, LookupFailedError
from tenants.host_request import WaitingHost


async def check(database: Database, lookup: Lookup, target: str | None = None, reserved: Collection[str] = ()) -> int:
    """Check what waits; how many names were looked at.

    `target` is the name to which hosts shall lead; None: any address is good. `reserved` are the platform's own names.
    Where the login may not administer they wait for a process that may.
    """
    waiting = [asked for cluster in database.everywhere for asked in await host_request.waiting(cluster)]
    if not waiting or not await provisioning.is_possible(database):
        return 0
    for asked in waiting:
        wrong = await problem(lookup, asked, target)
        if wrong is None and asked.host in reserved:
            wrong = HostProblem.TAKEN
        await host_request.settle(database, asked, wrong)
    return len(waiting)


async def problem(lookup: Lookup, asked: WaitingHost, target: str | None) -> HostProblem | None:
    """What is wrong with a name's records; None: nothing."""
    try:
        texts = await lookup.texts(f"{RECORD_PREFIX}{asked.host}")
        if f"{TEXT_PREFIX}{asked.token}" not in {text.strip() for text in texts}:
            return HostProblem.WRONG_RECORD if texts else HostProblem.NO_RECORD
        addresses = await lookup.addresses(asked.host)
        if not addresses:
            return HostProblem.NO_ADDRESS
        if target is not None and not addresses <= await lookup.addresses(target):
            return HostProblem.OTHER_ADDRESS
    except LookupFailedError:
        return HostProblem.NO_ANSWER
    return None
