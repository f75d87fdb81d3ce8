"""While a release's migrations run, processes of the version before go on: nobody is refused, no vote is lost."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from demo import tenants as stories
from demo.load import load
from tenants import migration
from tenants.script import Script
from tests.conftest import Portal, serve
from tests.own import RENNES, Own

RELEASE = (
    "ALTER TABLE __tenant__.contribution ADD COLUMN later text, ADD COLUMN later_at timestamptz DEFAULT now()",
    "ALTER TABLE __tenant__.vote ADD COLUMN later integer DEFAULT 0 NOT NULL",
    "CREATE INDEX vote_later ON __tenant__.vote (later)",
    "ALTER TABLE __tenant__.vote ADD CONSTRAINT later_known CHECK (later >= 0) NOT VALID",
    "ALTER TABLE __tenant__.vote VALIDATE CONSTRAINT later_known",
    "CREATE TABLE __tenant__.later (id uuid PRIMARY KEY, contribution_id uuid REFERENCES __tenant__.contribution (id))",
    "UPDATE __tenant__.contribution SET later = title",
)
"""What a release does that only expands, each a file of its own."""

READERS, VOTERS = 2, 3
IDEAS = (
    """{ spaces(first: 20) { nodes { activities { kind contributions(first: 20) { nodes { id kind status } } } } } }"""
)
LIST = """{{ portal {{ title }} contributions(first: 10) {{ nodes {{ id title author {{ name }} }} }} }} # {}"""
VOTES = {
    "SUPPORT": """mutation($id: ID!) { vote: voteCast(input: {contribution: $id, choice: SUPPORT}) {
        contribution { id } userErrors { code } } }""",
    None: """mutation($id: ID!) { vote: voteWithdraw(input: {contribution: $id}) { contribution { id }
        userErrors { code } } }""",
}
"""What somebody says of an idea, and how: they support it, and take that back."""

SAID = "query($id: ID!) { contribution(id: $id) { viewerVote { choice } } }"


@pytest.fixture
def portal(own: Own, tmp_path: Path) -> Iterator[Portal]:
    """A small portal of the demonstration, in a database of its own."""
    story = replace(min(stories(), key=lambda each: len(each.contributions)), collectivite=RENNES.id)
    own.run(lambda database: load(database, [story], lambda _: None))
    server = serve(own.url, tmp_path)
    running = next(server)
    with httpx.Client(base_url=running.url, timeout=30) as client:
        yield Portal(client, story, running)
    next(server, None)


def proposals(portal: Portal) -> list[str]:
    """Those that may be supported."""
    nodes = [
        each["id"]
        for space in portal.ask(IDEAS)["spaces"]["nodes"]
        for activity in space["activities"]
        for each in activity["contributions"]["nodes"]
        if each["kind"] == "PROPOSAL"
    ]
    voter = portal.member()
    return [id_ for id_ in nodes if voter.ask(VOTES["SUPPORT"], id=id_)["vote"]["userErrors"] == []]


class Crowd:
    """People who read and vote until they are stopped; what each was answered."""

    def __init__(self, portal: Portal, ids: list[str]) -> None:
        self.portal, self.ids = portal, ids
        self.answered: Counter[str] = Counter()
        self.last: dict[tuple[int, str], str | None] = {}
        self.over = threading.Event()
        reads = [threading.Thread(target=self._read, args=(place,)) for place in range(READERS)]
        votes = [threading.Thread(target=self._vote, args=(place,)) for place in range(VOTERS)]
        self.threads = [*reads, *votes]

    def _read(self, place: int) -> None:
        turn = 0
        while not self.over.is_set():
            answer = self.portal.post(LIST.format(f"{place} {turn}"))
            self.answered[f"read {answer.status_code} {'errors' in answer.json()}"] += 1
            turn += 1

    def _vote(self, place: int) -> None:
        member, turn = self.portal.member(place), 0
        while not self.over.is_set():
            id_, choice = self.ids[turn % len(self.ids)], ("SUPPORT", None)[turn // len(self.ids) % 2]
            answer = member.post(VOTES[choice], {"id": id_})
            told = answer.json()
            refused = told["data"]["vote"]["userErrors"] if "data" in told else told["errors"]
            self.answered[f"vote {answer.status_code} {refused}"] += 1
            if not refused:
                self.last[place, id_] = choice
            turn += 1


def test_processes_of_the_version_before_serve_meanwhile(
    own: Own, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = proposals(portal)
    assert ids != []
    real = migration.scripts
    later = [Script(f"9999_{place}", (line,)) for place, line in enumerate(RELEASE)]
    crowd = Crowd(portal, ids)
    for thread in crowd.threads:
        thread.start()
    while sum(crowd.answered.values()) < 50 and any(thread.is_alive() for thread in crowd.threads):
        crowd.over.wait(0.01)
    with monkeypatch.context() as patch:
        patch.setattr(migration, "scripts", lambda family: [*real(family), *(later if family == "tenant" else [])])
        assert own.run(migration.migrate) == len(RELEASE)
    before = sum(crowd.answered.values())
    while sum(crowd.answered.values()) < before + 50 and any(thread.is_alive() for thread in crowd.threads):
        crowd.over.wait(0.01)
    crowd.over.set()
    for thread in crowd.threads:
        thread.join()
    assert set(crowd.answered) == {"read 200 False", "vote 200 []"}
    for (place, id_), choice in crowd.last.items():
        vote = portal.member(place).ask(SAID, id=id_)["contribution"]["viewerVote"]
        assert vote == (choice and {"choice": choice})
