"""A town to break: a cluster, a proxy before it, a server, contributions to vote on and their voters."""

import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import httpx

from database.embedded.launcher import EmbeddedPostgres
from demo import tenants as stories
from tests import acting, recount
from tests.conftest import Portal, serve
from tests.fault.proxy import proxied
from tests.fault.rig import VOTERS, Figures, Rig
from tests.given import Given, uuid_in
from tests.own import Own

CONTRIBUTIONS = 60


@contextmanager
def town(over: str, seed: int, voters: int = VOTERS, contributions: int = CONTRIBUTIONS) -> Iterator[Rig]:
    """Everything, ready to be broken."""
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder) / "postgres") as cluster,
        tempfile.TemporaryDirectory() as sockets,
    ):
        Own(cluster.url).prepare()
        with proxied(cluster.url, over, Path(sockets)) as proxy, httpx.Client() as client:
            server = serve(proxy.url, Path(folder))
            beside = Portal(client, stories()[0], next(server))
            client.base_url = httpx.URL(beside.running.url)
            given = Given(cluster.url)
            portal = given.tenant(beside, "broken-town", "commune-35238")
            activity = given.activity(portal, kind="CONSULTATION", vote_method="OPINION")
            author = given.actor(portal)
            published = [acting.published(author, activity) for _ in range(contributions)]
            people = voters_of(given, portal, voters)
            given.close()
            yield Rig(cluster, proxy, portal, published, people, random.Random(seed))
            next(server, None)


def lost_and_double(rig: Rig) -> tuple[int, int]:
    """How many acknowledged votes are not there as they were cast, and by how many the tallies exceed the votes."""
    return compared(rig.cluster.url, rig.portal, rig.contributions, rig.figures)


def compared(url: str, portal: Portal, contributions: list[str], figures: Figures) -> tuple[int, int]:
    """The same in a cluster of any address."""
    given = Given(url)  # The connections from before may be broken, too.
    found = given.sql(portal, "SELECT actor_id, contribution_id, choice FROM __tenant__.vote")
    kept = Counter((str(actor), str(contribution)) for actor, contribution, _ in found)
    choices = {(str(actor), str(contribution)): choice for actor, contribution, choice in found}
    lost = 0
    for (voter, number), choice in figures.acknowledged.items():
        key = (str(voter), str(uuid_in(contributions[number])))
        lost += choices.get(key) not in (choice, figures.sent[voter, number])
    wrong = 0
    for contribution in contributions:
        row = given.run(given.database.rows(recount.TALLY_AND_RECOUNT, portal.number, id=uuid_in(contribution)))
        total, *counts = (int(str(value)) for value in row[0])
        wrong += abs(total - sum(counts[len(counts) // 2 :]))
    given.close()
    return lost, wrong + sum(count - 1 for count in kept.values())


def voters_of(given: Given, portal: Portal, count: int) -> list[tuple[UUID, str]]:
    """People of a portal's, each with a token."""
    given.citizens(portal, count)
    found = given.sql(portal, "SELECT id FROM __tenant__.actor WHERE name LIKE 'Voisin %%' AND %s", True)
    return [(uuid, str(given.signed_in(portal, uuid).token)) for (uuid,) in found]
