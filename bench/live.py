"""`python -m bench.live`: what live subscribers cost one process, and how soon they are told.

Publications go to all of them. A part is signed in, each person read for alone; a part does not read at all.
"""

import asyncio
import json
import multiprocessing
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import click
import httpx
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

import register.load
from auth.token import DevelopmentTokens
from database import naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from models import ident
from models.actor import Role
from register import record
from server import app
from server.protocol import SPEAKING
from server.settings import Settings
from tenants import migration, provisioning
from tenants.provisioning import NewTenant

SECRET = "secret of the bench"  # noqa: S105  # Of a server on the loopback with made-up data.
HOST = "live.example"
PROTOCOL = Subprotocol("graphql-transport-ws")
AT_ONCE = 50
PUBLISHED = "subscription($a: ID) { contributionPublished(activity: $a) { id title author { name } } }"
PUBLISH = """mutation($a: ID!, $title: String!) { contributionPublish(input:
  {activity: $a, kind: PROPOSAL, title: $title, body: "Un texte."}) { contribution { id } userErrors { code } } }"""


@dataclass(frozen=True, slots=True)
class Town:
    """Where it happens."""

    number: int
    activity: str
    people: Sequence[UUID]


async def _filled(url: str, people: int) -> Town:
    """A tenant with an activity and people."""
    database = Database(url, connections=4)
    await database.open()
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    number, _ = await provisioning.create(database, NewTenant("commune-35238", "live", (HOST,)))
    activity, ids = uuid4(), [uuid4() for _ in range(people)]
    async with database.administration() as connection:
        await connection.execute(naming.qualify(_ACTIVITY, number), [activity])
        await connection.execute(naming.qualify(_PEOPLE, number), [ids])
    await database.close()
    return Town(number, ident.encode("activity", number, activity), ids)


_ACTIVITY = """WITH space AS (
  INSERT INTO __tenant__.participatory_space (id, slug, title, description, visibility, opens_at, created_at)
  VALUES (gen_random_uuid(), 'direct', 'En direct', '', 'PUBLIC', now(), now()) RETURNING id)
INSERT INTO __tenant__.activity (id, space_id, kind, title, description, rank, opens_at, location_rule)
  SELECT %s, id, 'IDEA_BOX', 'Des idées', '', 0, now(), 'OPTIONAL' FROM space"""
_PEOPLE = "INSERT INTO __tenant__.actor SELECT unnest(%s::uuid[]), 'CITIZEN', 'MEMBER', 'Une personne', now()"


def _serve(url: str, data: str, port: int) -> None:
    """One process that serves."""
    settings = Settings(
        data=Path(data),
        database_url=url,
        connections=16,
        secret=SECRET,
        is_demo=True,
        log_format="json",
        live_per_address=10**6,
    )
    uvicorn.run(app.build(settings, Database(url)), port=port, log_config=None, access_log=False, **SPEAKING)


class Listeners:
    """The clients; each notes when it is told what."""

    def __init__(self, town: Town, port: int) -> None:
        self._town = town
        self._port = port
        self._tokens = DevelopmentTokens(SECRET)
        self._open: list[ClientConnection] = []
        self._reading: list[asyncio.Task[None]] = []
        self.heard: dict[str, list[float]] = {}

    async def enter(self, token: str | None, *, reads: bool) -> None:
        """One more."""
        connection = await connect(
            f"ws://{HOST}/graphql", subprotocols=[PROTOCOL], host="127.0.0.1", port=self._port, compression=None
        )
        said = {"authorization": f"Bearer {token}"} if token else {}
        await connection.send(json.dumps({"type": "connection_init", "payload": said}))
        await connection.recv()
        payload = {"query": PUBLISHED, "variables": {"a": self._town.activity}}
        await connection.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
        self._open.append(connection)
        if reads:
            self._reading.append(asyncio.create_task(self._read(connection)))

    async def _read(self, connection: ClientConnection) -> None:
        async for text in connection:
            message = json.loads(text)
            if message["type"] == "next":
                title = message["payload"]["data"]["contributionPublished"]["title"]
                self.heard.setdefault(title, []).append(time.monotonic())

    async def all_in(self, count: int, signed_in: float, slow: float) -> int:
        """Have so many enter; returns how many of them read."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(place: int) -> None:
            is_person = place < count * signed_in
            person = self._town.people[place % len(self._town.people)]
            token = self._tokens.make(self._town.number, person, Role.MEMBER) if is_person else None
            async with turns:
                await self.enter(token, reads=place >= count * slow)

        await asyncio.gather(*map(one, range(count)))
        return len(self._reading)

    async def publish(self, client: httpx.AsyncClient, title: str) -> float:
        """Publish; returns when the answer was there, just after the commit."""
        token = self._tokens.make(self._town.number, self._town.people[0], Role.MEMBER)
        headers = {"host": HOST, "authorization": f"Bearer {token}"}
        body = {"query": PUBLISH, "variables": {"a": self._town.activity, "title": title}}
        answer = (await client.post("/graphql", json=body, headers=headers)).json()
        assert answer["data"]["contributionPublish"]["userErrors"] == [], answer
        return time.monotonic()


def _memory_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


async def _measured(town: Town, port: int, pid: int, count: int, signed_in: float, slow: float, times: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        while True:
            try:
                await client.get("/healthz", headers={"host": HOST})
                break
            except httpx.TransportError:
                await asyncio.sleep(0.1)
        listeners = Listeners(town, port)
        await listeners.publish(client, "Avant")
        before = _memory_kb(pid)
        readers = await listeners.all_in(count, signed_in, slow)
        await asyncio.sleep(2)
        each = (_memory_kb(pid) - before) / count
        click.echo(f"{count:,} subscribers, {signed_in:.0%} signed in, {slow:.0%} that do not read: {each:.1f} kB each")
        waits: list[float] = []
        for number in range(times):
            title = f"Idée {number}"
            at = await listeners.publish(client, title)
            for _ in range(600):
                if len(listeners.heard.get(title, ())) >= readers:
                    break
                await asyncio.sleep(0.05)
            waits += [moment - at for moment in listeners.heard.get(title, ())]
        cuts = quantiles(waits, n=100)
        click.echo(
            f"told {len(waits):,} of {readers * times:,}; from commit: median {median(waits) * 1000:.0f} ms, "
            f"p99 {cuts[98] * 1000:.0f} ms, last {max(waits) * 1000:.0f} ms"
        )


@click.command()
@click.option("--subscribers", default=5_000, show_default=True)
@click.option("--signed-in", default=0.1, show_default=True, help="The part that is signed in, each read for alone.")
@click.option("--slow", default=0.1, show_default=True, help="The part that does not read.")
@click.option("--times", default=20, show_default=True, help="Publications.")
def main(subscribers: int, signed_in: float, slow: float, times: int) -> None:
    """Measure on the loopback, in a PostgreSQL of its own."""
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres") as postgres:
        town = asyncio.run(_filled(postgres.url, max(1, int(subscribers * signed_in))))
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        server = multiprocessing.get_context("spawn").Process(target=_serve, args=(postgres.serving_url, folder, port))
        server.start()
        assert server.pid is not None
        try:
            asyncio.run(_measured(town, port, server.pid, subscribers, signed_in, slow, times))
        finally:
            server.terminate()
            server.join(30)


if __name__ == "__main__":
    main()
