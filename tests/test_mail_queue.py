"""Mails wait in a queue: sent by one process, tried again for as long as they are good, lost by no restart."""

import asyncio
import logging
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from auth.email_code import GOOD_FOR, EmailCodes
from auth.invitation import InvitationLinks
from auth.nudge_link import NudgeLinks
from database import naming
from database.door import Database
from database.failure import StatementTimeoutError
from jobs.mail import AT_ONCE, Post
from mail import letter, queue
from mail.letter import Letters
from mail.queue import ClaimedMail, MailOutcome
from mail.transport import SmtpMailer
from models.mail import MailKind
from tenants.registry import TenantRegistry
from tests.browser import text_of
from tests.own import Own, serving, until
from tests.relay import Relay, relay
from tests.test_command_serve import PATIENCE_S, free_port
from tests.test_command_serve import answers as is_ready
from tests.test_command_serve import serving as process

SECRET = "secret of the test of mails"
INVITED = (
    "INSERT INTO __tenant__.invitation (id, email, role, created_at, expires_at)"
    " SELECT gen_random_uuid(), 'n' || n || '@invited.example', 'MEMBER', now(), now() + interval '7 days'"
    " FROM generate_series(1, {count}) n RETURNING id, email"
)


@pytest.fixture(scope="module")
def towns(own: Own) -> tuple[int, int]:
    """Two tenants' numbers."""
    return own.create("mail-town")[0], own.create("mail-village")[0]


@pytest.fixture
def town(own: Own, towns: tuple[int, int]) -> Iterator[int]:
    """The first one, with an empty queue."""
    for table in ("mail", "invitation", "sign_in_code", "sign_in_attempt"):
        tell(own, towns[0], f"DELETE FROM __tenant__.{table}")
    yield towns[0]
    tell(own, towns[0], "DELETE FROM __tenant__.mail")


def tell(own: Own, town: int, statement: str) -> list[tuple[Any, ...]]:
    return own.rows(naming.qualify(statement, town).replace("%", "%%"))


def invite(own: Own, town: int, count: int = 1) -> list[tuple[UUID, str]]:
    """Queue invitations, as the mutation and the command do."""
    rows = [(id_, email) for id_, email in tell(own, town, INVITED.format(count=count))]

    async def fill(database: Database) -> None:
        async with database.transaction(town) as transaction:
            for id_, email in rows:
                await queue.add(transaction, MailKind.INVITATION, email, id_, GOOD_FOR * 1000)

    own.run(fill)
    return rows


def waiting(own: Own, town: int) -> int:
    return int(tell(own, town, "SELECT count(*) FROM __tenant__.mail")[0][0])


def mailed(own: Own, town: int) -> int:
    return int(tell(own, town, "SELECT count(*) FROM __tenant__.invitation WHERE mailed_at IS NOT NULL")[0][0])


def attempt(own: Own, town: int, outcome: MailOutcome, times: int = 1) -> list[ClaimedMail]:
    """Have a post look into a tenant's queue; what it was given to send."""
    given: list[ClaimedMail] = []

    async def send(_tenant: int, mail: ClaimedMail) -> MailOutcome:
        given.append(mail)
        return outcome

    async def work(database: Database) -> None:
        post = Post(database, send)
        for _ in range(times):
            await post.send_next(town)

    own.run(work)
    return given


def due_in_s(own: Own, town: int) -> float:
    return round(float(tell(own, town, "SELECT extract(epoch FROM due_at - now()) FROM __tenant__.mail")[0][0]))


# The queue


def test_mail_is_sent_once_and_leaves_the_queue(own: Own, town: int) -> None:
    [(id_, email)] = invite(own, town)
    given = attempt(own, town, MailOutcome.SENT, times=3)
    assert [(mail.kind, mail.about, mail.email, mail.attempt) for mail in given] == [
        (MailKind.INVITATION, id_, email, 1)
    ]
    assert (waiting(own, town), mailed(own, town)) == (0, 1)


def test_mail_whose_mark_took_too_long_is_marked_again_and_not_sent_again(
    own: Own, town: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite(own, town)
    remove, failures = queue.remove, [StatementTimeoutError()]

    async def remove_later(*given: Any, **said: Any) -> None:
        if failures:
            raise failures.pop()
        await remove(*given, **said)

    monkeypatch.setattr(queue, "remove", remove_later)
    assert len(attempt(own, town, MailOutcome.SENT, times=2)) == 1
    assert (waiting(own, town), mailed(own, town)) == (0, 1)


def test_mail_that_was_not_taken_waits_twice_as_long_after_each_attempt(own: Own, town: int) -> None:
    invite(own, town)
    pauses = []
    for number in range(1, 11):
        tell(own, town, "UPDATE __tenant__.mail SET due_at = now()")
        assert [mail.attempt for mail in attempt(own, town, MailOutcome.LATER, times=2)] == [number]
        pauses.append(due_in_s(own, town))
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert (waiting(own, town), mailed(own, town)) == (1, 0)


def test_code_is_tried_once_a_minute_at_least(own: Own, town: int) -> None:
    issue(own, town)
    tell(own, town, "UPDATE __tenant__.mail SET attempts = 9")
    assert len(attempt(own, town, MailOutcome.LATER)) == 1
    assert due_in_s(own, town) == 60


def test_mail_that_never_will_be_taken_is_not_tried_again(own: Own, town: int) -> None:
    invite(own, town)
    assert len(attempt(own, town, MailOutcome.REFUSED, times=2)) == 1
    assert (waiting(own, town), mailed(own, town)) == (0, 0)


@pytest.mark.parametrize(
    "change", ["accepted_at = now()", "expires_at = now()", "mailed_at = now()"], ids=["accepted", "revoked", "mailed"]
)
def test_invitation_that_is_over_is_not_mailed(own: Own, town: int, change: str) -> None:
    invite(own, town)
    tell(own, town, f"UPDATE __tenant__.invitation SET {change}")
    assert attempt(own, town, MailOutcome.SENT) == []
    assert waiting(own, town) == 0


def test_code_that_was_used_up_is_not_mailed(own: Own, town: int) -> None:
    issue(own, town)
    tell(own, town, "DELETE FROM __tenant__.sign_in_code")
    assert attempt(own, town, MailOutcome.SENT) == []
    assert waiting(own, town) == 0


def test_what_is_of_use_the_shortest_goes_first(own: Own, town: int) -> None:
    invite(own, town, 3)
    issue(own, town)
    assert attempt(own, town, MailOutcome.SENT)[0].kind is MailKind.SIGN_IN_CODE


def test_mail_that_another_process_holds_is_left_to_it_until_it_is_gone(own: Own, town: int) -> None:
    invite(own, town)
    own.run(lambda database: queue.claim(database, town))
    assert due_in_s(own, town) == queue.HELD_S
    assert attempt(own, town, MailOutcome.SENT) == []
    tell(own, town, "UPDATE __tenant__.mail SET due_at = now()")  # It is not renewed any more.
    assert [mail.attempt for mail in attempt(own, town, MailOutcome.SENT)] == [2]


def test_process_that_lost_its_claim_changes_nothing(own: Own, town: int) -> None:
    invite(own, town)

    async def both(database: Database) -> None:
        first = await queue.claim(database, town)
        tell(own, town, "UPDATE __tenant__.mail SET due_at = now()")
        second = await queue.claim(database, town)
        assert first is not None and second is not None
        await queue.put_off(database, town, first)
        await queue.remove(database, town, first, is_sent=False)

    own.run(both)
    assert (waiting(own, town), due_in_s(own, town)) == (1, queue.HELD_S)


def test_claim_is_renewed_while_the_mail_server_takes_its_time(
    own: Own, town: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.mail.RENEW_S", 0.01)
    invite(own, town)
    renewed: list[bool] = []

    async def work(database: Database) -> None:
        async def send(_tenant: int, _mail: ClaimedMail) -> MailOutcome:
            tell(own, town, "UPDATE __tenant__.mail SET due_at = now()")
            await asyncio.to_thread(until, lambda: due_in_s(own, town) == queue.HELD_S)
            renewed.append(True)
            return MailOutcome.SENT

        await Post(database, send).send_next(town)

    own.run(work)
    assert (renewed, waiting(own, town)) == ([True], 0)


def test_error_that_nobody_foresaw_holds_up_that_mail_alone(
    own: Own, town: int, caplog: pytest.LogCaptureFixture
) -> None:
    invite(own, town, 2)
    sent: list[str] = []

    async def send(_tenant: int, mail: ClaimedMail) -> MailOutcome:
        if not sent and mail.attempt == 1:
            sent.append("first")
            raise RuntimeError("no template")
        sent.append("second")
        return MailOutcome.SENT

    async def work(database: Database) -> None:
        post = Post(database, send)
        await post.send_next(town)
        await post.send_next(town)

    own.run(work)
    assert (sent, waiting(own, town), mailed(own, town)) == (["first", "second"], 1, 1)
    assert "a mail (INVITATION) of tenant" in caplog.text


def test_several_processes_send_no_mail_twice(own: Own, town: int) -> None:
    emails = {email for _, email in invite(own, town, 40)}
    sent: Counter[str] = Counter()

    async def work(database: Database) -> None:
        async def send(_tenant: int, mail: ClaimedMail) -> MailOutcome:
            await asyncio.sleep(0)
            sent[mail.email] += 1
            return MailOutcome.SENT

        posts = [Post(database, send) for _ in range(3)]
        running = [asyncio.ensure_future(post.job.run()) for post in posts]
        for post in posts:
            post.wake(town)
        await asyncio.to_thread(until, lambda: sum(sent.values()) >= len(emails) and not waiting(own, town), PATIENCE_S)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    own.run(work)
    assert sent == Counter(dict.fromkeys(emails, 1))


def test_codes_are_handed_over_beside_each_other_and_invitations_one_by_one(own: Own, town: int) -> None:
    invite(own, town, 5)
    for number in range(5):
        issue(own, town, f"code{number}@voisins.example")
    sending: Counter[MailKind] = Counter()
    most: dict[MailKind, int] = {}

    async def work(database: Database) -> None:
        async def send(_tenant: int, mail: ClaimedMail) -> MailOutcome:
            sending[mail.kind] += 1
            most[mail.kind] = max(most.get(mail.kind, 0), sending[mail.kind])
            await asyncio.sleep(0.1)
            sending[mail.kind] -= 1
            return MailOutcome.SENT

        post = Post(database, send)
        running = asyncio.ensure_future(post.job.run())
        post.wake(town)
        await asyncio.to_thread(until, lambda: not waiting(own, town), PATIENCE_S)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    own.run(work)
    assert most[MailKind.INVITATION] == 1
    assert 1 < most[MailKind.SIGN_IN_CODE] <= AT_ONCE


def test_mail_that_could_not_be_sent_in_time_is_given_up_and_told(
    own: Own, town: int, caplog: pytest.LogCaptureFixture
) -> None:
    invite(own, town, 2)
    issue(own, town)
    tell(own, town, "UPDATE __tenant__.mail SET good_until = now() WHERE kind = 'INVITATION'")

    async def work(database: Database) -> Counter[MailOutcome]:
        post = Post(database, never)
        await post.give_up(town)
        return post.counts

    with caplog.at_level(logging.WARNING):
        assert own.run(work) == Counter({MailOutcome.GIVEN_UP: 2})
    assert f"given up: 2 mails (INVITATION) of tenant {town}" in caplog.text
    assert "@" not in caplog.text
    assert waiting(own, town) == 1


async def never(_tenant: int, _mail: ClaimedMail) -> MailOutcome:
    raise AssertionError("nothing is to be sent")


# Codes


def issue(own: Own, town: int, email: str = "ann@voisins.example") -> None:
    async def act(database: Database) -> None:
        async with database.transaction(town) as transaction:
            assert await EmailCodes(SECRET).issue(transaction, email, "client")

    own.run(act)


def letters(own: Own, database: Database, server: Relay) -> Post:
    registry = TenantRegistry(database, local_suffix=None)
    own_letters = Letters(
        registry,
        SmtpMailer(server.url, "p@b.example"),
        lambda tenant: letter.base(tenant, is_demo=False),
        code=EmailCodes(SECRET).code,
        invitation_token=InvitationLinks(SECRET).make,
        nudge_token=NudgeLinks(SECRET).make,
        reader_token=NudgeLinks(SECRET).make_reader,
    )

    async def send(tenant: int, mail: ClaimedMail) -> MailOutcome:
        await registry.refresh()
        return await own_letters.send(tenant, mail)

    return Post(database, send)


READER = "01234567-89ab-7000-8000-0123456789ab"
READS_ENGLISH = (
    "INSERT INTO __tenant__.actor (id, kind, role, name, created_at)"
    f" VALUES ('{READER}', 'CITIZEN', 'MEMBER', 'Ann', now()) ON CONFLICT DO NOTHING",
    "INSERT INTO __tenant__.account (id, actor_id, email, created_at)"
    f" VALUES ('{READER}', '{READER}', 'ann@voisins.example', now()) ON CONFLICT DO NOTHING",
    "INSERT INTO __tenant__.mail_preference (id, actor_id, mine, followed, quiet_from, quiet_until, locale, revised_at)"
    f" VALUES ('{READER}', '{READER}', 'AT_ONCE', 'DAILY', 0, 0, 'en', now()) ON CONFLICT DO NOTHING",
)


def test_every_mail_is_in_the_language_that_its_reader_chose(own: Own, town: int) -> None:
    for statement in READS_ENGLISH:
        tell(own, town, statement)
    issue(own, town)
    issue(own, town, "somebody.else@voisins.example")
    with relay() as server:
        for _ in range(2):
            own.run(lambda database: letters(own, database, server).send_next(town))
    subjects = {str(mail["To"]): str(mail["Subject"]).partition(" – ")[0] for mail in server.mails}
    assert subjects == {
        "ann@voisins.example": "Your sign-in code",
        "somebody.else@voisins.example": "Votre code de connexion",
    }
    tell(own, town, f"DELETE FROM __tenant__.mail_preference WHERE actor_id = '{READER}'")


def test_code_is_stored_nowhere_and_is_in_the_mail(own: Own, town: int) -> None:
    issue(own, town)
    with relay() as server:
        own.run(lambda database: letters(own, database, server).send_next(town))
    [mail] = server.mails
    [code] = [line.strip().replace(" ", "") for line in text_of(mail).splitlines() if line.startswith("    ")]
    [(id_, stored)] = tell(own, town, "SELECT id, row_to_json(c)::text FROM __tenant__.sign_in_code c")
    assert code == EmailCodes(SECRET).code(town, id_)
    assert (len(code), code in stored, code in str(mail["Subject"])) == (8, False, False)
    assert EmailCodes(SECRET).code(town + 1, id_) != code != EmailCodes("another").code(town, id_)

    async def confirm(database: Database) -> bool:
        async with database.transaction(town) as transaction:
            return await EmailCodes(SECRET).confirm(transaction, "ann@voisins.example", code, "client")

    assert own.run(confirm)
    assert waiting(own, town) == 0


@pytest.mark.parametrize(
    ("answer", "left"), [(b"451 later", 1), (b"421 closing", 1), (b"550 no such mailbox", 0)], ids=["451", "421", "550"]
)
def test_answer_of_the_mail_server_decides_whether_it_is_tried_again(
    own: Own, town: int, answer: bytes, left: int
) -> None:
    issue(own, town)
    with relay(lambda _: answer) as server:
        own.run(lambda database: letters(own, database, server).send_next(town))
    assert (server.mails, waiting(own, town)) == ([], left)


# Real processes


def serve(own: Own, data: Path, server: Relay, port: int) -> Any:
    environment = {
        "DATABASE_URL": serving(own.url),
        "DATABASE_ADMIN_URL": own.url,
        "PARVIS_SECRET": SECRET,
        "PARVIS_SMTP_URL": server.url,
    }
    return process(data, port=port, **environment)


def release(own: Own, town: int) -> None:
    """What a killed process held is free at once, not after HELD_S."""
    tell(own, town, "UPDATE __tenant__.mail SET due_at = now()")


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGKILL], ids=lambda found: found.name)
def test_restart_loses_no_invitation_and_repeats_those_in_flight_at_most(
    own: Own, town: int, tmp_path: Path, asked: signal.Signals
) -> None:
    emails = {email for _, email in invite(own, town, 30)}
    port = free_port()
    with relay(delay_s=0.2) as server, serve(own, tmp_path, server, port) as first:
        until(lambda: len(server.mails) >= 10, PATIENCE_S)
        first.send_signal(asked)
        first.wait(PATIENCE_S)
        before = server.addresses()
    assert 10 <= len(before) < 30
    assert len(set(before)) == len(before)
    if asked is signal.SIGTERM:
        assert (first.returncode, mailed(own, town), waiting(own, town)) == (0, len(before), 30 - len(before))
    else:
        release(own, town)
    with relay() as server, serve(own, tmp_path, server, port) as second:
        until(lambda: mailed(own, town) == 30 and waiting(own, town) == 0, PATIENCE_S)
        second.send_signal(signal.SIGTERM)
        second.wait(PATIENCE_S)
        after = server.addresses()
    assert {*before, *after} == emails
    twice = len(before) + len(after) - 30
    assert twice == 0 if asked is signal.SIGTERM else twice <= 1


def test_code_is_sent_at_once_and_again_once_the_mail_server_is_back(own: Own, town: int, tmp_path: Path) -> None:
    port, refused = free_port(), [b"451 later"]

    def answer(_address: str) -> bytes:
        return refused.pop() if refused else b"250 ok"

    with relay(answer) as server, serve(own, tmp_path, server, port) as running:
        until(lambda: is_ready(running, port), PATIENCE_S)
        headers = {"host": "mail-town.example", "origin": "http://mail-town.example"}
        asked = httpx.post(
            f"http://127.0.0.1:{port}/auth/email", json={"email": "bob@voisins.example"}, headers=headers
        )
        assert asked.status_code == 202
        until(lambda: refused == [], 2.0)  # The first attempt waits for nothing.
        until(lambda: server.addresses() == ["bob@voisins.example"], 10.0)
        stop(running)
    assert waiting(own, town) == 0


def stop(running: subprocess.Popen[str]) -> None:
    running.send_signal(signal.SIGTERM)
    running.wait(PATIENCE_S)
