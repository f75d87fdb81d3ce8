"""`python -m bench.withdrawal`: how soon another portal shows no more what was taken back, kept answers included.

Also where the process that was to take it back is killed at that moment, and another starts a while later.
"""

import asyncio
import multiprocessing
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import click
import httpx

import register.load
from auth.token import DevelopmentTokens
from bench.live import SECRET, _serve
from database import naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from models import ident
from models.actor import Role
from register import record
from tenants import migration, provisioning
from tenants.provisioning import NewTenant

READER = NewTenant("departement-35", "reader", ("reader.example",), first_space=False)
COMMUNE = NewTenant("commune-35238", "commune", ("commune.example",), first_space=False)
GOAL_S, ROUNDS, DOWN_S, PATIENCE_S = 60, 10, 5, 300
HERE = {"lat": 48.1113, "lng": -1.68}
SPACE = """WITH space AS (
  INSERT INTO __tenant__.participatory_space (id, slug, title, description, visibility, opens_at, created_at)
  VALUES (gen_random_uuid(), 'aide', 'Entraide', '', 'PUBLIC', now(), now()) RETURNING id)
INSERT INTO __tenant__.activity (id, space_id, kind, title, description, rank, opens_at, location_rule)
  SELECT %s, id, 'MUTUAL_AID', 'Entraide', '', 0, now(), 'REQUIRED' FROM space"""
PERSON = "INSERT INTO __tenant__.actor VALUES (%s, 'CITIZEN', %s, 'Une personne', now())"
PUBLISH = "contributionPublish(input: $input) { contribution { id } userErrors { code } }"
CLOSE = "contributionClose(input: $input) { userErrors { code } }"
SHOWN = "{ territoryPublications(first: 100) { nodes { title } } }"


@dataclass(slots=True)
class Towns:
    """Two portals: one publishes to the other, by people of each."""

    url: str
    folder: str
    numbers: dict[str, int] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    activity: UUID = field(default_factory=uuid4)
    port: int = 0
    process: Any = None
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))

    async def fill(self) -> None:
        """Both portals, an activity, and who acts."""
        database = Database(self.url, connections=4)
        await database.open()
        await migration.migrate(database)
        await register.load.load(database, record.bundled())
        for new in (READER, COMMUNE):
            self.numbers[new.slug], _ = await provisioning.create(database, new)
        async with database.administration() as connection:
            await connection.execute(naming.qualify(SPACE, self.numbers["commune"]), [self.activity])
            for slug, number in self.numbers.items():
                self.people[slug] = uuid4()
                await connection.execute(naming.qualify(PERSON, number), [self.people[slug], "ADMIN"])
        await database.close()

    def start(self) -> None:
        """A process that serves and works; comes back when it answers."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = int(listener.getsockname()[1])
        self.process = multiprocessing.Process(target=_serve, args=(self.url, self.folder, self.port))
        self.process.start()
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                if self.client.get(f"http://127.0.0.1:{self.port}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise TimeoutError

    def kill(self) -> None:
        """End the process as a machine that fails does."""
        self.process.kill()
        self.process.join()

    def do(self, slug: str, capital: str, selection: str, **given: Any) -> dict[str, Any]:
        """Run a mutation as the person of a portal."""
        token = DevelopmentTokens(SECRET).make(self.numbers[slug], self.people[slug], Role.ADMIN)
        text = f"mutation($input: {capital}Input!) {{ done: {selection} }}"
        body = {"query": text, "variables": {"input": given}}
        headers = {"host": f"{slug}.example", "authorization": f"Bearer {token}"}
        answer = self.client.post(f"http://127.0.0.1:{self.port}/graphql", json=body, headers=headers).json()
        assert "errors" not in answer, answer
        assert not answer["data"]["done"]["userErrors"], answer
        return dict(answer["data"]["done"])

    def offer(self) -> tuple[str, str]:
        """The id and title of what the commune publishes."""
        title = f"Une offre {uuid4().hex[:8]}"
        activity = ident.encode("activity", self.numbers["commune"], self.activity)
        given = {"activity": activity, "kind": "OFFER", "title": title, "body": "Un texte.", "location": HERE}
        return self.do("commune", "ContributionPublish", PUBLISH, **given)["contribution"]["id"], title

    def shows(self, title: str) -> bool:
        """Whether an anonymous visitor of the other portal reads it, by the API or on the page."""
        headers = {"host": "reader.example"}
        address = f"http://127.0.0.1:{self.port}"
        page = self.client.get(f"{address}/territoire", headers=headers)
        assert page.status_code == 200, page.status_code
        told = self.client.post(f"{address}/graphql", json={"query": SHOWN}, headers=headers).json()
        return title in page.text or title in str(told["data"])

    def until(self, title: str, *, shown: bool) -> float:
        """How many seconds it takes until it is shown, or no more."""
        began = time.monotonic()
        while self.shows(title) != shown:
            if time.monotonic() > began + PATIENCE_S:
                raise TimeoutError
            time.sleep(0.05)
        return time.monotonic() - began


def _measured(towns: Towns, take_back: Callable[[str], None], rounds: int) -> list[float]:
    """Publish, wait until it is shown, take it back, and wait until it is not."""
    times = []
    for _ in range(rounds):
        contribution, title = towns.offer()
        towns.until(title, shown=True)
        take_back(contribution)
        times.append(towns.until(title, shown=False))
    return times


def _rule(towns: Towns) -> None:
    set_ = "territoryRuleSet(input: $input) { userErrors { code } }"
    towns.do("commune", "TerritoryRuleSet", set_, reader="reader", kinds=["OFFER"])


def main() -> None:
    """Print how soon what is closed, and what is withdrawn by hand, is read no more; and after a process was killed."""
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "database") as postgres:
        towns = Towns(postgres.url, folder)
        asyncio.run(towns.fill())
        towns.start()
        receive, withdraw = (
            f"territory{name}(input: $input) {{ userErrors {{ code }} }}" for name in ("Receive", "Withdraw")
        )
        towns.do("reader", "TerritoryReceive", receive, isOn=True)
        _rule(towns)

        def close(contribution: str) -> None:
            towns.do("commune", "ContributionClose", CLOSE, contribution=contribution, outcome="WITHDRAWN")

        def by_hand(_: str) -> None:
            towns.do("commune", "TerritoryWithdraw", withdraw)

        def killed(contribution: str) -> None:
            close(contribution)
            towns.kill()
            time.sleep(DOWN_S)
            towns.start()

        _tell("closed by its author", _measured(towns, close, ROUNDS))
        _tell(f"closed, the process killed, started {DOWN_S} s later", _measured(towns, killed, 3))
        _tell("withdrawn by hand", _measured(towns, by_hand, 1))
        towns.kill()


def _tell(what: str, times: list[float]) -> None:
    click.echo(f"{what:52} p50 {median(times):6.2f} s  most {max(times):6.2f} s  goal {GOAL_S} s")
    assert max(times) < GOAL_S, what


if __name__ == "__main__":
    main()
