"""A full disk: writes are refused, reads go on, connections are kept, and the log and /readyz say why."""

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from auth.nudge_link import NudgeLinks
from database.disk import Disk
from database.door import Database
from database.failure import DatabaseUnavailableError, DiskFullError
from demo import tenants as stories
from server.command import error as command_error
from server.page.unsubscribe import ONE_CLICK
from tests import refused
from tests.acting import published
from tests.conftest import SECRET, Portal, Running, serve
from tests.given import Given
from tests.own import Own
from tests.telling import actor_of

FULL = """CREATE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"""
COMMENT = "mutation($input: CommentPublishInput!) { commentPublish(input: $input) { comment { id } } }"
VOTE = "mutation($input: VoteCastInput!) { voteCast(input: $input) { vote { choice } } }"
READ = "query($id: ID!) { contribution(id: $id) { title } }"
TOLD = "the disk of the database is full (SQLSTATE 53100): nothing is written until there is room"


@pytest.fixture(scope="module")
def running(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from serve(own.url, tmp_path_factory.mktemp("disk"))


@dataclass(frozen=True)
class Town:
    """A portal on a database of its own, as a member, and an idea in it."""

    member: Portal
    given: Given
    idea: str

    def publish_comment(self) -> httpx.Response:
        return self.member.post(COMMENT, {"input": {"contribution": self.idea, "body": "Bonne idée."}})

    def vote(self) -> httpx.Response:
        return self.member.post(VOTE, {"input": {"contribution": self.idea, "choice": "SUPPORT"}})


@pytest.fixture(scope="module")
def town(own: Own, running: Running) -> Iterator[Town]:
    with closing(Given(own.url)) as given, httpx.Client(base_url=running.url, timeout=30) as client:
        portal = given.tenant(Portal(client, stories()[0], running), "disk-town", "commune-35238")
        member = given.actor(portal)
        yield Town(member, given, published(member, given.activity(portal, vote_method="SUPPORT")))


@contextmanager
def full(town: Town, *tables: str) -> Iterator[None]:
    """While the disk has no room for new rows of tables."""
    town.given.sql(town.member, FULL)
    for table in tables:
        on = f"BEFORE INSERT ON __tenant__.{table} FOR EACH STATEMENT EXECUTE FUNCTION public.full_disk()"
        town.given.sql(town.member, f"CREATE TRIGGER full_disk {on}")
    try:
        yield
    finally:
        town.given.sql(town.member, "DROP FUNCTION public.full_disk() CASCADE")


def backends(own: Own) -> set[int]:
    """The server's connections."""
    where = "datname = current_database() AND usename = 'parvis'"
    return {pid for (pid,) in own.rows(f"SELECT pid FROM pg_stat_activity WHERE {where}")}


def test_full_disk_is_told_once_and_costs_no_connection(
    own: Own, town: Town, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    ready = f"{running.url}/readyz"
    assert httpx.get(ready).json() == {"status": "ok"}
    before = backends(own)
    with full(town, "comment", "vote"), caplog.at_level(logging.ERROR, "parvis.database"):
        for write in (town.publish_comment, town.vote, town.publish_comment, town.vote):
            answer = write()
            assert refused.codes(answer, 503) == {"SERVICE_UNAVAILABLE"}
            assert answer.headers["retry-after"] == "5"
        assert town.member.ask(READ, id=town.idea)["contribution"]["title"]
        assert (httpx.get(ready).status_code, httpx.get(ready).json()) == (503, {"status": "disk full"})
    assert [record.message for record in caplog.records if record.name == "parvis.database"] == [TOLD]
    assert before <= backends(own)  # The jobs beside the requests may have needed one more.
    assert town.publish_comment().json()["data"]["commentPublish"]["comment"]["id"]
    assert town.vote().json()["data"]["voteCast"]["vote"] == {"choice": "SUPPORT"}


def test_page_whose_write_was_refused_says_in_the_log_why(
    running: Running, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    member = actor_of(town.member)
    town.given.insert(town.member, "account", actor_id=member, email="a@b.example", created_at="now")
    where = f"{running.url}/desabonnement/{NudgeLinks(SECRET).make_reader(town.member.number, member)}"
    headers = {"host": town.member.host, "content-type": "application/x-www-form-urlencoded"}
    with full(town, "mail_preference"), caplog.at_level(logging.WARNING, "parvis.page"):
        answer = httpx.post(where, content=ONE_CLICK, headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    [line] = [record for record in caplog.records if record.name == "parvis.page"]
    assert line.message == "a request was not answered: DiskFullError() from DiskFull(SQLSTATE 53100)"
    assert (vars(line)["method"], vars(line)["kind"]) == ("POST", "page")


def test_disk_that_administration_finds_full_is_told_too(own: Own, caplog: pytest.LogCaptureFixture) -> None:
    async def act(database: Database) -> bool:
        with pytest.raises(DiskFullError):
            async with database.administration() as connection:
                await connection.execute("DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$")
        return database.disk.is_full

    assert own.run(act)
    assert caplog.messages == [TOLD]


def test_disk_is_sound_a_minute_after_the_last_write_that_found_it_full(caplog: pytest.LogCaptureFixture) -> None:
    clock = [0.0]
    disk = Disk(lambda: clock[0])
    seen: list[tuple[bool, int]] = []
    for clock[0], is_write in ((0.0, False), (1.0, True), (59.0, True), (62.0, True), (121.0, False), (123.0, False)):
        if is_write:
            disk.note(DiskFullError())
        disk.note(DatabaseUnavailableError())
        seen.append((disk.is_full, sum(record.name == "parvis.database" for record in caplog.records)))
    assert seen == [(False, 0), (True, 1), (True, 1), (True, 2), (True, 2), (False, 2)]


@pytest.mark.parametrize(
    ("error", "url", "says"),
    [
        (DiskFullError(), "", "the disk of the database is full: make room, and do it again"),
        (
            DatabaseUnavailableError(),
            "",
            "the PostgreSQL that Parvis brings along does not answer; is the disk full? It says why in {data}/postgres/server.log",
        ),
        (
            DatabaseUnavailableError(),
            "postgresql://b.example/parvis",
            "the database does not answer; is DATABASE_URL right and the cluster up?",
        ),
    ],
    ids=["full", "embedded", "real"],
)
def test_command_says_what_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, url: str, says: str
) -> None:
    for name, value in {"DATABASE_URL": url, "PARVIS_DATA": str(tmp_path), "PARVIS_SECRET": "s"}.items():
        monkeypatch.setenv(name, value)
    assert command_error.sentence(error) == says.format(data=tmp_path)
