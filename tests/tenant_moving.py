"""Moving: a portal of two clusters, and the people who vote and read while it moves."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from demo.load import load
from models.actor import Role
from tenants import tenant_move
from tenants.tenant_move import MovedTenant
from tests import twin
from tests.behind import EAST, Pair
from tests.conftest import Portal, Running, serve
from tests.own import Own

STAYING, MOVING = (twin.twin(word) for word in ("hirondelle", "martinet"))
VOTE = "mutation($id: ID!) { voteCast(input: {contribution: $id, choice: FOR}) { userErrors { code } } }"
VOTERS = 240


def settled(pair: Pair) -> Pair:
    """With two portals in its first cluster, whose spaces are open."""
    pair.run(lambda database: load(database, [STAYING, MOVING], lambda _: None))
    for number in numbers(pair).values():
        for slug, seen in twin.VISIBILITY.items():
            pair.main.rows(f"UPDATE t_{number}.participatory_space SET visibility = %s WHERE slug = %s", seen, slug)
    return pair


def served(pair: Pair, data: Path) -> Iterator[Running]:
    """By a server that may not administer."""
    clusters = list(pair.database(8, is_serving=True).clusters.values())
    yield from serve(pair.main.url, data, clusters=clusters, connections=8)


def numbers(pair: Pair) -> dict[str, int]:
    return dict(pair.main.rows("SELECT slug, number FROM platform.tenant"))


def moved(pair: Pair, to: str, tell: Callable[[str], None] = lambda _: None) -> MovedTenant:
    return pair.run(lambda database: tenant_move.move(database, MOVING.slug, to, tell))


def cleaned(pair: Pair) -> None:
    pair.run(lambda database: tenant_move.clean(database, MOVING.slug))


def reverted(pair: Pair) -> None:
    pair.run(lambda database: tenant_move.revert(database, MOVING.slug))


def stand(pair: Pair, where: str) -> None:
    """Have the portal in a cluster alone, whatever tests were run before."""
    for _, to, at in state(pair):
        if at == "COPYING":
            reverted(pair)
        elif at == "SWITCHED":
            moved(pair, to)
    if pair.main.value("SELECT database FROM platform.tenant WHERE slug = %s", MOVING.slug) != where:
        moved(pair, where)
    if state(pair):
        cleaned(pair)


def schemas(own: Own) -> set[str]:
    return {name for (name,) in own.rows("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 't_')")}


def state(pair: Pair) -> list[tuple[str, str, str]]:
    return pair.main.rows("SELECT from_database, to_database, state FROM platform.tenant_move")


def voters(pair: Pair, portal: Portal, count: int) -> list[Portal]:
    """New people, where the portal is now."""
    own = pair.main if portal.record.is_at_home else pair.east
    rows = own.rows(
        f"INSERT INTO t_{portal.number}.actor SELECT gen_random_uuid(), 'CITIZEN', 'MEMBER', 'Voisin ' || n, now()"
        " FROM generate_series(1, %s) AS n RETURNING id",
        count,
    )
    tokens = [portal.running.tokens.make(portal.number, id_, Role.MEMBER) for (id_,) in rows]
    return [Portal(portal.client, portal.story, portal.running, token) for token in tokens]


def proposal(portal: Portal) -> str:
    [node] = portal.member(0).ask('{ contributions(search: "fontaine dehors") { nodes { id } } }')["contributions"][
        "nodes"
    ]
    return str(node["id"])


def vote_until_counted(voter: Portal, contribution: str) -> tuple[int, list[httpx.Response]]:
    """How often somebody had to be asked again, and the answers that said so."""
    refused = []
    until_ = time.monotonic() + 60
    while True:
        answer = voter.post(VOTE, {"id": contribution})
        if answer.status_code == httpx.codes.OK:
            assert answer.json() == {"data": {"voteCast": {"userErrors": []}}, **_extensions(answer)}
            return len(refused), refused
        refused.append(answer)
        assert time.monotonic() < until_, answer.text
        time.sleep(0.1)


def _extensions(answer: httpx.Response) -> dict[str, object]:
    return {"extensions": answer.json()["extensions"]} if "extensions" in answer.json() else {}


@dataclass
class Reader:
    """Reads a portal all the time, beside a move."""

    portal: Portal
    answers: Counter[int] = field(default_factory=Counter)
    is_over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.is_over.is_set():
            self.answers[self.portal.member(0).post("{ viewer { id name } }").status_code] += 1


def moved_under_votes(
    pair: Pair, portal: Portal, tell: Callable[[str], None] = lambda _: None
) -> tuple[MovedTenant, int]:
    """Move a portal to the second cluster under votes and reads; what that came to, and how many votes were refused
    meanwhile. Asserts that none is lost, none is counted twice, and who reads is never refused."""
    contribution, reader = proposal(portal), Reader(portal)
    counted = f"SELECT count(*), count(DISTINCT actor_id) FROM t_{portal.number}.vote WHERE contribution_id = %s"
    cast = [counted, contribution.rpartition("_")[2]]
    [(before, _)] = pair.main.rows(*cast)
    people = voters(pair, portal, VOTERS)
    begun, copied, closed = threading.Event(), threading.Event(), threading.Event()

    def vote(index: int) -> list[httpx.Response]:
        """A third whenever they like, a third once it is copied and open still, the others from the moment on at which
        nothing is taken."""
        begun.set()
        for gate in (copied, closed)[: index * 3 // VOTERS]:
            gate.wait(120)
        return vote_until_counted(people[index], contribution)[1]

    def heard(said: str) -> None:
        if said.startswith(("copied and", "closed")):
            copied.set()
        if said.startswith("closed"):
            closed.set()
        tell(said)

    with ThreadPoolExecutor(9) as pool:
        pool.submit(reader.run)
        voting = [pool.submit(vote, index) for index in range(VOTERS)]
        begun.wait(60)
        told = moved(pair, EAST, heard)
        refused = [answer for each in voting for answer in each.result(120)]
        reader.is_over.set()
    assert pair.east.rows(*cast) == [(before + VOTERS, before + VOTERS)]
    assert set(reader.answers) == {200}
    for answer in refused:
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert answer.json()["errors"][0]["extensions"] == {"code": "SERVICE_UNAVAILABLE"}
        assert int(answer.headers["retry-after"]) > 0
    return told, len(refused)
