"""What is attacked: a server with two tenants, of which one is."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx

from demo import tenants as stories
from tests.callers import World, world
from tests.conftest import Portal, serve
from tests.given import Given
from tests.hostile.case import Target, cases
from tests.hostile.run import Report, run


def attacked(url: str, data: Path, given: Given) -> Iterator[tuple[World, World]]:
    """The tenant that is attacked and another, on a server of their own until the generator is closed."""
    for running in serve(url, data):
        with httpx.Client(base_url=running.url, timeout=30) as client:
            beside = Portal(client, stories()[0], running)
            here, there = (
                world(given, given.tenant(beside, slug, "commune-35238")) for slug in ("hostile-here", "hostile-there")
            )
            yield here, there


def report_of(worlds: tuple[World, World], seed: int) -> Report:
    """Send all cases of a seed to the first tenant."""
    here, there = worlds
    administrator = here.callers["administrator"].portal
    target = Target(here.portal.host, administrator.token or "", here.ids["public"])
    foreign = re.compile(rf"hostile-there|[a-z]_{there.portal.number}_[0-9a-f]{{8}}-")
    return run(here.portal.running.url, cases(target, seed), foreign)
