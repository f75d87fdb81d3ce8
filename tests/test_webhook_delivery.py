"""Deliveries of webhooks: at least once, in order by subject, to public hosts alone, through every failure of a receiver."""

import asyncio
import socket
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpcore
import orjson
import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from auth.outbound import TIMEOUT_S, LateError, Outbound, OutboundAnswer
from jobs import courier, webhook
from jobs.courier import pause_s, wanted_s
from tests.acting import comment, published, revise
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.hooking import Receiver, bench, deliveries, hooked, problems, read, register, settled
from tests.own import Own, until

Town = tuple[Given, Portal]


@pytest.fixture(scope="module")
def town(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with hooked(own, tmp_path_factory.mktemp("hooked")) as here:
        yield here


@pytest.fixture
def admin(town: Town) -> Iterator[Portal]:
    """An administrator, whose webhooks are gone afterwards."""
    given, portal = town
    yield given.actor(portal, role="ADMIN")
    given.sql(portal, "DELETE FROM __tenant__.webhook")


@pytest.fixture
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "FIRST_PAUSE_S", 0.05)
    monkeypatch.setattr(courier, "GROWTH", 1.3)
    monkeypatch.setattr(courier, "LONGEST_PAUSE_S", 0.5)


def in_order(given: Given, portal: Portal, told: list[tuple[str, dict[str, Any]]]) -> dict[str, list[str]]:
    """Of each subject the events that came, each by its first message; they are in the journal's order."""
    places = {str(id_): position for id_, position in given.sql(portal, "SELECT id, position FROM __tenant__.event")}
    first = list(dict.fromkeys(name for name, _ in told))
    subjects = {name: message["data"]["subject"]["id"] for name, message in told}
    of: defaultdict[str, list[str]] = defaultdict(list)
    for name in first:
        of[subjects[name]].append(name)
    for names in of.values():
        positions = [places[name.rsplit("_", 1)[1]] for name in names]
        assert positions == sorted(positions)
    return of


@pytest.mark.usefixtures("_hurried")
def test_receiver_of_the_documentation_is_killed_and_restarted_and_hears_each_event_in_order_by_subject(
    town: Town, admin: Portal, tmp_path: Path
) -> None:
    given, portal = town
    receiver = Receiver(tmp_path)
    hook, secret = register(admin, receiver.url)
    receiver.start(secret)
    author, activity = given.actor(portal), given.activity(portal)
    contributions = []
    for turn in range(6):
        contributions.append(published(author, activity))
        for contribution in contributions:
            assert revise(author, contribution, title=f"Titre {turn}")["userErrors"] == []
            comment(author, contribution)
        if turn % 2:
            receiver.kill()
            receiver.start(secret)
    receiver.kill()  # What happens now waits, with what was on its way.
    late = published(author, activity)
    revise(author, late, title="Titre d'après")
    until(lambda: any(one["problem"] == "NO_ANSWER" for one in deliveries(admin, hook)), 30)
    receiver.start(secret)
    happened = "SELECT 'event_' || %s || '_' || e.id FROM __tenant__.event e JOIN __tenant__.webhook w ON w.id = %s"
    heard = f"{happened} WHERE e.kind = ANY(w.kinds) AND e.at >= w.since"
    wanted = {name for (name,) in given.sql(portal, heard, portal.number, uuid_in(hook))}
    until(lambda: wanted <= {name for name, _ in receiver.told()}, 60)
    until(lambda: read(admin, hook)["waitingCount"] == 0, 30)
    receiver.kill()
    of = in_order(given, portal, receiver.told())
    assert {name for names in of.values() for name in names} == wanted and len(wanted) == 50
    assert [len(of[contribution]) for contribution in contributions] == [7, 6, 5, 4, 3, 2] and len(of[late]) == 2
    assert read(admin, hook)["state"] == "ON" and read(admin, hook)["failingSince"] is None


def test_message_is_what_the_standard_says_and_tells_no_person_and_no_text(town: Town, admin: Portal) -> None:
    given, portal = town
    author, space = given.actor(portal, name="Ophélie Kermadec"), given.space(portal)
    activity = given.activity(portal, space=space)
    with bench() as receiver:
        hook, secret = register(admin, receiver.url)
        contribution = published(author, activity, title="Un banc rue Haute")
        reply = comment(author, contribution, "Près de chez moi")["comment"]["id"]
        settled(admin, hook, 2)
    [(headers, body)] = [told for told in receiver.told if b"CONTRIBUTION_" in told[1]]
    [of_reply] = [body for _, body in receiver.told if b"COMMENT_" in body]
    message = Webhook(secret).verify(body, headers)
    [[id_, at]] = given.sql(portal, "SELECT id, at FROM __tenant__.event WHERE subject_id = %s", uuid_in(contribution))
    assert headers["webhook-id"] == f"event_{portal.number}_{id_}"
    assert headers["content-type"] == "application/json"
    where = {"activity": activity, "space": space}
    assert message == {
        "type": "CONTRIBUTION_PUBLISHED",
        "timestamp": at.isoformat(),
        "data": {
            "tenant": portal.story.slug,
            "subject": {"type": "Contribution", "id": contribution},
            "isPublic": True,
            "kind": "PROPOSAL",
            **where,
        },
    }
    assert orjson.loads(of_reply)["data"] == {
        "tenant": portal.story.slug,
        "subject": {"type": "Comment", "id": reply},
        "isPublic": True,
        "contribution": contribution,
        **where,
    }
    private = [b"Oph", b"banc", b"chez", str(uuid_in(author.ask("{ viewer { id } }")["viewer"]["id"])).encode()]
    assert [text for text in private for _, sent in receiver.told if text in sent] == []
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)


@pytest.mark.parametrize(
    "hide",
    [
        "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %(contribution)s",
        "UPDATE __tenant__.participatory_space SET visibility = 'MEMBERS' WHERE id = %(space)s",
        "UPDATE __tenant__.participatory_space SET visibility = 'DRAFT' WHERE id = %(space)s",
    ],
)
def test_of_what_the_public_does_not_see_the_ids_alone_are_told(town: Town, admin: Portal, hide: str) -> None:
    given, portal = town
    author, space = given.actor(portal), given.space(portal)
    activity = given.activity(portal, space=space)
    contribution = published(author, activity)
    reply = comment(author, contribution)["comment"]["id"]
    ids = {"contribution": str(uuid_in(contribution)), "space": str(uuid_in(space))}
    for name, uuid in ids.items():
        hide = hide.replace(f"%({name})s", f"'{uuid}'")
    given.sql(portal, hide)
    unsealed = "SELECT 1 FROM __tenant__.event WHERE position IS NULL"
    until(lambda: not given.sql(portal, unsealed), 30)
    with bench() as receiver:
        hook, _ = register(admin, receiver.url)
        done(admin, "webhookReplay", webhook=hook, since="2026-01-01T00:00:00Z", until="2126-01-01T00:00:00Z")
        until(lambda: read(admin, hook)["waitingCount"] == 0, 30)
    told = {(data := orjson.loads(body)["data"])["subject"]["id"]: data for _, body in receiver.told}
    for kind, id_ in (("Contribution", contribution), ("Comment", reply)):
        subject = {"type": kind, "id": id_}
        assert told[id_] == {"tenant": portal.story.slug, "subject": subject, "isPublic": False}


@pytest.mark.usefixtures("_hurried")
def test_failing_subject_holds_its_own_later_events_and_nobody_else_s(
    town: Town, admin: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, portal = town
    author, activity = given.actor(portal), given.activity(portal)
    held, free = published(author, activity), published(author, activity)
    sent: list[str] = []
    is_mended = threading.Event()

    async def answer(_self: Outbound, _method: str, _url: str, _headers: Any, body: bytes, **_: Any) -> OutboundAnswer:
        subject = orjson.loads(body)["data"]["subject"]["id"]
        sent.append(subject)
        return OutboundAnswer(204 if subject != held or is_mended.is_set() else 500, {}, b"")

    monkeypatch.setattr(Outbound, "request", answer)
    hook, _ = register(admin, "http://127.0.0.1:9/parvis")
    for title in ("Un titre", "Un autre titre", "Encore un titre"):
        revise(author, held, title=title)
        revise(author, free, title=title)
    settled(admin, hook, 3)
    assert sent.count(free) == 3
    waiting = [one for one in deliveries(admin, hook) if one["state"] == "WAITING"]
    assert sorted(one["attempts"] > 0 for one in waiting) == [False, False, True]
    is_mended.set()
    settled(admin, hook, 6)
    tries = [one["attempts"] for one in deliveries(admin, hook)]
    assert sorted(tries)[:5] == [1] * 5 and sent.count(held) == max(tries) + 2


def test_redirect_is_not_followed_and_slow_receiver_keeps_nothing_from_others(
    town: Town, admin: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, portal = town
    author, activity = given.actor(portal), given.activity(portal)
    with bench() as slow, bench() as other, bench() as aside:
        slow.waits_for = threading.Event()
        other.answers, other.headers = [302] * 100, {"location": aside.url}
        late, _ = register(admin, slow.url)
        elsewhere, _ = register(admin, other.url)
        contribution = published(author, activity)
        until(lambda: slow.told, 30)
        until(lambda: problems(admin, elsewhere) == ["REDIRECTED"], 30)
        [moved], [waiting] = deliveries(admin, elsewhere), deliveries(admin, late)
        slow.waits_for.set()
        settled(admin, late, 1)
    assert (moved["state"], moved["statusCode"], moved["attempts"]) == ("WAITING", 302, 1)
    assert (waiting["state"], waiting["statusCode"]) == ("WAITING", None)
    assert aside.told == [] and len(other.told) == 1
    assert contribution in slow.told[0][1].decode()


def test_answer_that_does_not_end_is_cut_by_time_and_by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a body without an end READ_BYTES are read; a head that drips is given up in time."""
    ends = threading.Event()

    def serve(listener: socket.socket, first: bytes, more: bytes, pause: float) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(first)
            while not ends.wait(pause):
                try:
                    connection.sendall(more)
                except OSError:
                    return

    async def send(url: str) -> OutboundAnswer:
        client = Outbound(allows_private=True)
        try:
            return await client.request("POST", url, {}, b"{}", reads=courier.READ_BYTES)
        finally:
            await client.close()

    monkeypatch.setattr("auth.outbound.TIMEOUT_S", 0.5)
    for first, more, pause in (
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1_000, 0.0),
        (b"HTTP/1.1 200 OK\r\n", b"a: b\r\n", 0.1),
    ):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=serve, args=(listener, first, more, pause))
            thread.start()
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            if pause:
                with pytest.raises(LateError):
                    asyncio.run(send(url))
            else:
                assert len(asyncio.run(send(url)).body) == courier.READ_BYTES
            ends.set()
            thread.join()
            ends.clear()
    assert TIMEOUT_S < webhook.HELD_S


def test_410_stops_the_webhook_and_administrators_are_told(town: Town, admin: Portal) -> None:
    given, portal = town
    address = "administration@b.example"
    me = uuid_in(admin.ask("{ viewer { id } }")["viewer"]["id"])
    given.insert(portal, "account", actor_id=me, email=address, created_at="now")
    author, activity = given.actor(portal), given.activity(portal)
    with bench() as receiver:
        receiver.answers = [410]
        hook, _ = register(admin, receiver.url)
        contribution = published(author, activity)
        until(lambda: read(admin, hook)["state"] == "GONE", 30)
        stopped = read(admin, hook)
        until(lambda: portal.running.post.mails(address), 30)
        mail = portal.running.post.text(address)
        assert "répond qu’il n’existe plus (410)" in mail and f"/gestion/webhooks/{hook}" in mail
        published(author, activity)
        assert do(admin, "webhookTry", webhook=hook)["userErrors"] == [{"code": "WEBHOOK_STOPPED", "field": "webhook"}]
        assert len(receiver.told) == 1 and stopped["stoppedAt"] is not None
        done(admin, "webhookSwitch", webhook=hook, isOn=True)
        settled(admin, hook, 1)
    assert [contribution in body.decode() for _, body in receiver.told] == [True, True]
    kinds = given.sql(
        portal,
        "SELECT kind FROM __tenant__.event WHERE subject_id = %s AND kind <> 'CHANGED' ORDER BY id",
        uuid_in(hook),
    )
    assert [kind for (kind,) in kinds] == ["WEBHOOK_REGISTERED", "WEBHOOK_STOPPED", "WEBHOOK_REVISED"]


def test_webhook_that_fails_for_days_is_paused(town: Town, admin: Portal) -> None:
    given, portal = town
    with bench() as receiver:
        receiver.answers = [500, 500]
        hook, _ = register(admin, receiver.url)
        published(given.actor(portal), given.activity(portal))
        until(lambda: problems(admin, hook) == ["REFUSED"], 30)
        assert read(admin, hook)["state"] == "ON"
        past = "UPDATE __tenant__.webhook SET failing_since = now() - interval '73 hours' WHERE id = %s"
        given.sql(portal, past, uuid_in(hook))
        done(admin, "webhookTry", webhook=hook)
        until(lambda: read(admin, hook)["state"] == "PAUSED", 30)
        assert len(receiver.told) == 2
        done(admin, "webhookSwitch", webhook=hook, isOn=True)
        settled(admin, hook, 2)
    assert read(admin, hook)["failingSince"] is None


def test_receiver_that_is_back_after_an_hour_hears_at_once_of_what_waits(town: Town, admin: Portal) -> None:
    given, portal = town
    author, activity = given.actor(portal), given.activity(portal)
    with bench() as receiver:
        receiver.answers = [500]
        hook, _ = register(admin, receiver.url)
        first = published(author, activity)
        until(lambda: problems(admin, hook) == ["REFUSED"], 30)
        past = "UPDATE __tenant__.webhook SET failing_since = now() - interval '2 hours' WHERE id = %s"
        given.sql(portal, past, uuid_in(hook))
        given.sql(portal, "UPDATE __tenant__.webhook_delivery SET due_at = now() + interval '9 hours'")
        published(author, activity)
        settled(admin, hook, 2)
    assert first in receiver.told[-1][1].decode()


def test_what_is_refused_too_often_is_given_up_and_the_next_of_its_subject_sent(town: Town, admin: Portal) -> None:
    given, portal = town
    author, activity = given.actor(portal), given.activity(portal)
    contribution = published(author, activity)
    with bench() as receiver:
        receiver.answers = [500, 400]
        hook, _ = register(admin, receiver.url)
        revise(author, contribution, title="Un titre")
        until(lambda: problems(admin, hook) == ["REFUSED"], 30)
        revise(author, contribution, title="Un autre titre")
        until(lambda: len(deliveries(admin, hook)) == 2, 30)
        change = "UPDATE __tenant__.webhook_delivery SET due_at = now(), attempts = %s WHERE webhook_id = %s AND attempts > 0"
        given.sql(portal, change, courier.MAX_ATTEMPTS - 1, uuid_in(hook))
        done(admin, "webhookTry", webhook=hook)  # The courier looks again.
        settled(admin, hook, 2)
    states = [(one["kind"], one["state"], one["statusCode"]) for one in deliveries(admin, hook)]
    assert sorted(states, key=str) == [
        ("CONTRIBUTION_REVISED", "DELIVERED", 204), ("CONTRIBUTION_REVISED", "GIVEN_UP", 400), (None, "DELIVERED", 204),
    ]  # fmt: skip


def test_rotated_secret_signs_beside_the_former_one_for_a_day(town: Town, admin: Portal) -> None:
    given, portal = town
    with bench() as receiver:
        hook, former = register(admin, receiver.url)
        secret = done(admin, "webhookRotate", "secret", webhook=hook)["secret"]
        assert read(admin, hook)["formerSecretUntil"] is not None
        done(admin, "webhookTry", webhook=hook)
        settled(admin, hook, 1)
        past = "UPDATE __tenant__.webhook SET former_until = now() - interval '1 second' WHERE id = %s"
        given.sql(portal, past, uuid_in(hook))
        assert read(admin, hook)["formerSecretUntil"] is None
        done(admin, "webhookTry", webhook=hook)
        settled(admin, hook, 2)
    both, one = receiver.told
    trial = {"type": "TRIAL", "data": {"tenant": portal.story.slug}}
    for key in (former, secret):
        message = Webhook(key).verify(both[1], both[0])
        assert {name: message[name] for name in trial} == trial
    Webhook(secret).verify(one[1], one[0])
    with pytest.raises(WebhookVerificationError):
        Webhook(former).verify(one[1], one[0])


def test_host_that_is_private_at_the_second_look_up_is_never_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is looked up once a connection; that address is judged and connected to, and no other."""
    looked_up: list[str] = []
    connected: list[str] = []

    async def look_up(_loop: object, host: str, *_arguments: object, **_options: object) -> list[Any]:
        looked_up.append(host)
        address = "93.184.215.14" if len(looked_up) == 1 else "10.0.0.1"
        return [(0, 0, 0, "", (address, 443))]

    async def connect(_self: object, host: str, *_arguments: object, **_options: object) -> Any:
        connected.append(host)
        raise httpcore.ConnectError

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", look_up)
    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)

    async def send() -> list[str]:
        client, problems = Outbound(), []
        for _ in range(2):
            try:
                await client.request("POST", "https://rebinding.example/", {}, b"{}")
            except Exception as error:  # noqa: BLE001  # Whatever it is, it is shown.
                problems.append(courier._problem(error).value)  # type: ignore[arg-type]
        return problems

    assert asyncio.run(send()) == ["NO_ANSWER", "NOT_PUBLIC"]
    assert connected == ["93.184.215.14"] and looked_up == ["rebinding.example"] * 2


@pytest.mark.parametrize("url", ["http://localhost:9/", "http://127.0.0.1:9/", "http://[::1]:9/"])
def test_loopback_of_development_is_not_told_in_production(url: str) -> None:
    """Written down while the setting allowed it; the setting is off since."""

    async def send() -> str:
        client = Outbound()
        try:
            await client.request("POST", url, {}, b"{}")
        except Exception as error:  # noqa: BLE001  # Whatever it is, it is shown.
            return courier._problem(error).value  # type: ignore[arg-type]
        return "SENT"

    assert asyncio.run(send()) == "NOT_PUBLIC"


def test_pauses_grow_to_twelve_hours_a_fifth_more_or_less_and_last_longer_than_a_receiver_is_awaited() -> None:
    assert [pause_s(attempts, 0.5) for attempts in (1, 2, 3, 4)] == [5, 15, 45, 135]
    assert [round(pause_s(1, chance), 9) for chance in (0.0, 1.0)] == [4, 6]
    assert pause_s(16, 0.5) == pause_s(10, 0.5) == 12 * 3600
    least = sum(pause_s(attempts, 0.0) for attempts in range(1, courier.MAX_ATTEMPTS))
    assert least > webhook.PAUSED_AFTER.total_seconds()


@pytest.mark.parametrize(
    ("said", "pause"), [("120", 120), ("999999", 43_200), ("-5", 0), ("bald", 0), ("", 0), ("9" * 5_000, 0)]
)
def test_receiver_says_how_long_to_wait(said: str, pause: float) -> None:
    assert wanted_s(OutboundAnswer(429, {"retry-after": said}, b"")) == pause
