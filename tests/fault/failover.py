"""A failover under people who vote and read: the cluster is lost, first hung, then killed, each time its copy promoted.

The long form: `python -m tests.fault.failover --votes 6000` prints what became of every request.
"""

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx

from bench.standby import Loss, Pair
from demo import tenants as stories
from tests import acting
from tests.conftest import Portal, serve
from tests.fault.rig import GOOD, PATIENCE_S, READ, WATCHED_S, Figures, Flow, post
from tests.fault.town import compared, voters_of
from tests.given import Given
from tests.own import Own

SETTINGS = {"fsync": "off"}
"""Processes are lost here, never the machine."""

MOST_LAG_S = 2
PROJECTS = 20
READERS = 6
PAUSE_S = 0.05
CHOICES = {Loss.KILLED: "FOR", Loss.HUNG: "AGAINST"}
"""What everybody votes meanwhile: the second time all change their minds."""


@dataclass
class Failover:
    """Everything that takes part."""

    pair: Pair
    portal: Portal
    contributions: list[str]
    voters: list[tuple[UUID, str]]
    figures: Figures = field(default_factory=Figures)
    promoted_s: dict[Loss, float] = field(default_factory=dict)
    votes: int = 0
    """Acknowledged so far."""

    is_over: bool = False

    async def run(self, loss: Loss) -> None:
        """Everybody votes once on each project; the cluster is lost when a third of the votes were acknowledged."""
        self.is_over = False
        async with httpx.AsyncClient(base_url=self.portal.running.url) as client:
            third = self.votes + len(self.voters) * len(self.contributions) // 3
            readers = [asyncio.create_task(self._read(client, token)) for _, token in self.voters[:READERS]]
            voters = [asyncio.create_task(self._vote(client, *voter, CHOICES[loss])) for voter in self.voters]
            await self._until(lambda: self.votes >= third, PATIENCE_S)
            self.promoted_s[loss] = await asyncio.to_thread(self.pair.fail_over, loss)
            promoted = time.monotonic()
            read_s, vote_s = [await self._flows_after(kind, promoted) for kind in ("read", "vote")]
            self.figures.flows.append(Flow(loss.value, read_s, vote_s))
            await asyncio.gather(*voters)
            self.is_over = True
            await asyncio.gather(*readers)

    async def _until(self, condition: Callable[[], bool], within_s: float) -> bool:
        until = time.monotonic() + within_s
        while not condition() and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        return condition()

    async def _flows_after(self, kind: str, moment: float) -> float:
        """Until the first good answer after a moment; it may have been asked before."""
        good = self.figures.last_good
        flows = await self._until(lambda: good.get(kind, 0.0) > moment, WATCHED_S)
        return time.monotonic() - moment if flows else WATCHED_S

    async def _ask(self, client: httpx.AsyncClient, kind: str, body: object, token: str) -> httpx.Response | None:
        headers = {"host": self.portal.host, "connection": "close", "accept-encoding": "identity"}
        headers["authorization"] = f"Bearer {token}"
        began, answer = time.monotonic(), None
        with suppress(OSError, TimeoutError, ValueError):
            async with asyncio.timeout(PATIENCE_S):
                answer = await post(client.build_request("POST", "/graphql", json=body, headers=headers))
        self.figures.note(kind, answer, time.monotonic() - began)
        return answer

    async def _read(self, client: httpx.AsyncClient, token: str) -> None:
        for contribution in itertools.cycle(self.contributions):
            if self.is_over:
                return
            await self._ask(client, "read", {"query": READ, "variables": {"id": contribution}}, token)
            await asyncio.sleep(PAUSE_S)

    async def _vote(self, client: httpx.AsyncClient, voter: UUID, token: str, choice: str) -> None:
        """Again for the same project until it is done."""
        for number, contribution in enumerate(self.contributions):
            given = {"contribution": contribution, "choice": choice}
            body = {"query": acting.CAST, "variables": {"input": given}}
            is_done = False
            while not is_done:
                self.figures.sent[voter, number] = choice
                answer = await self._ask(client, "vote", body, token)
                if answer is not None and answer.status_code == GOOD and "errors" not in answer.json():
                    is_done = answer.json()["data"]["voteCast"]["userErrors"] == []
                await asyncio.sleep(0.0 if is_done else PAUSE_S)
            self.figures.acknowledged[voter, number] = choice
            self.votes += 1

    def lost_and_double(self) -> tuple[int, int]:
        """Votes that were acknowledged and are not there, and by how many the tallies exceed the votes."""
        return compared(self.pair.primary.url, self.portal, self.contributions, self.figures)


@contextmanager
def prepared(voters: int, projects: int = PROJECTS) -> Iterator[Failover]:
    """A portal on a cluster that a copy follows."""
    with tempfile.TemporaryDirectory(prefix="pair-", dir="/tmp") as place, httpx.Client() as client:
        pair = Pair(Path(place), SETTINGS)
        with closing(pair):
            pair.start()
            Own(pair.primary.url).prepare()
            pair.follow()
            server = serve(pair.admin_url, Path(place), replica_url=pair.replica_url, replica_lag_s=MOST_LAG_S)
            beside = Portal(client, stories()[0], next(server))
            client.base_url = httpx.URL(beside.running.url)
            given = Given(pair.primary.url)
            portal = given.tenant(beside, "followed-town", "commune-35238")
            activity = given.activity(portal, kind="CONSULTATION", vote_method="OPINION")
            author = given.actor(portal)
            published = [acting.published(author, activity) for _ in range(projects)]
            people = voters_of(given, portal, voters)
            given.close()
            yield Failover(pair, portal, published, people)
            pair.bury()
            next(server, None)


def main() -> None:
    """Lose, count, print; exit code 1 when anything was unanswered, lost or double."""
    parser = argparse.ArgumentParser(prog="python -m tests.fault.failover", description=__doc__)
    parser.add_argument("--votes", type=int, default=6_000, help="each time")
    given, is_bad = parser.parse_args(), False
    with prepared(given.votes // PROJECTS) as failover:
        for loss in Loss:
            asyncio.run(failover.run(loss))
            lost, double = failover.lost_and_double()
            figures = failover.figures
            is_bad |= bool(lost or double or figures.unanswered or figures.uncoded)
            lines = (
                f"{loss.value}: promoted after {failover.promoted_s[loss]:.2f} s; flow again {figures.flows[-1]}",
                f"  votes acknowledged {failover.votes}, lost {lost}, double {double}",
                f"  answers {dict(figures.answers)}, unanswered {figures.unanswered}, uncoded {figures.uncoded},"
                f" longest {figures.longest_s:.2f} s",
            )
            sys.stdout.write("\n".join(lines) + "\n")
            sys.stdout.flush()
            failover.pair.bury()
            failover.pair.follow()
    sys.exit(is_bad)


if __name__ == "__main__":
    main()
