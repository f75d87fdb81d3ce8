"""Digests: each notice in one mail, when its reader wants it; sent by a real SMTP server, signed, left with one click."""

import asyncio
import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import dkim
import pytest
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import DateTime, Text, literal, literal_column, select

from auth.nudge_link import NudgeLinks
from database import naming
from database.door import Database
from jobs import digest
from jobs.mail import Post
from mail import letter, signature
from mail.letter import Letters
from mail.transport import SmtpMailer
from models.mail_preference import Cadence
from tenants.registry import TenantRecord, TenantRegistry
from tests.acting import comment, published
from tests.conftest import SECRET, Portal
from tests.given import Given, uuid_in
from tests.own import Own
from tests.telling import actor_of, deliver, followed, person
from tests.test_command_serve import free_port

LINKS = NudgeLinks(SECRET)
REVISE = """mutation($input: MailPreferenceReviseInput!) {
  mailPreferenceRevise(input: $input) { userErrors { code field } } }"""
SHOWN = "query($token: String) { mailPreference(token: $token) { mine followed quietFrom quietUntil locale asleepAt } }"
USUAL = {"mine": "AT_ONCE", "followed": "DAILY", "quietFrom": 0, "quietUntil": 0}


def choose(who: Portal, **chosen: Any) -> list[dict[str, Any]]:
    return list(who.ask(REVISE, input=USUAL | chosen)["mailPreferenceRevise"]["userErrors"])


def chosen_by(who: Portal, token: str | None = None) -> dict[str, Any] | None:
    found = who.ask(SHOWN, token=token)["mailPreference"]
    return None if found is None else dict(found)


# Cutting --------------------------------------------------------------------------------------------------------------


LATER = datetime(2080, 1, 2, 12, tzinfo=UTC)
"""When these tests are, so that the server's own worker makes no digest of them. At noon nobody has quiet hours here."""


class Reader:
    """Somebody who follows an activity, and what the person is mailed."""

    def __init__(self, given: Given, town: Portal, **chosen: Any) -> None:
        self.given, self.town = given, town
        self.who, self.activity = person(given, town), given.activity(town)
        self.actor = actor_of(self.who)
        assert choose(self.who, **chosen) == []
        followed(self.who, activity=self.activity)

    def hear(self, count: int = 1, ago: str = "2 days") -> list[UUID]:
        """Be told of publications, so long before LATER."""
        author = self.given.actor(self.town)
        ids = [published(author, self.activity, title=f"Un banc {self.actor} {n}") for n in range(count)]
        deliver(self.given, self.town)
        age = """UPDATE __tenant__.notice SET made_at = %s::timestamptz - %s::interval
            WHERE actor_id = %s AND digest_id IS NULL"""
        self.given.sql(self.town, age, LATER, ago, self.actor)
        return [uuid_in(id_) for id_ in ids]

    def cut(self, now: datetime = LATER) -> list[list[UUID]]:
        """What each digest of the person has, once those are made that are due."""
        self.given.run(digest.cut(self.given.database, self.town.number, now))
        rows = """SELECT array_agg(contribution_id ORDER BY position) FROM __tenant__.notice
            WHERE actor_id = %s AND digest_id IS NOT NULL GROUP BY digest_id ORDER BY min(position)"""
        return [ids for (ids,) in self.given.sql(self.town, rows, self.actor)]


def test_each_notice_is_in_one_digest_and_none_is_left(given: Given, town: Portal) -> None:
    reader = Reader(given, town)
    first = reader.hear(2)
    assert reader.cut() == [first] == reader.cut()
    second = reader.hear(3)
    assert reader.cut() == [first, second]
    unsent = "SELECT count(*) FROM __tenant__.notice WHERE actor_id = %s AND digest_id IS NULL"
    assert given.sql(town, unsent, reader.actor) == [(0,)]


def test_digests_cut_at_once_by_several_processes_share_nothing(given: Given, town: Portal) -> None:
    reader = Reader(given, town)
    told = reader.hear(4)

    async def both() -> None:
        await asyncio.gather(*(digest.cut(given.database, town.number, LATER) for _ in range(4)))

    given.run(both())
    assert reader.cut() == [told]
    mails = "SELECT count(*) FROM __tenant__.digest WHERE actor_id = %s"
    assert given.sql(town, mails, reader.actor) == [(1,)]


@pytest.mark.parametrize(("ago", "is_due"), [("1 minute", False), ("6 minutes", True)])
def test_what_is_told_at_once_waits_five_minutes_for_more(given: Given, town: Portal, ago: str, is_due: bool) -> None:
    reader = Reader(given, town, followed="AT_ONCE")
    told = reader.hear(2, ago)
    assert reader.cut() == ([told] if is_due else [])


def test_what_was_read_or_is_not_wanted_is_not_mailed(given: Given, town: Portal) -> None:
    reader, silent = Reader(given, town), Reader(given, town, followed="NEVER")
    reader.hear(2)
    silent.hear(1)
    given.sql(town, "UPDATE __tenant__.notice SET read_at = now() WHERE actor_id = %s", reader.actor)
    assert reader.cut() == silent.cut() == []


def test_a_new_choice_holds_for_what_waits(given: Given, town: Portal) -> None:
    reader = Reader(given, town)
    reader.hear(1)
    assert choose(reader.who, followed="NEVER") == []
    assert reader.cut() == []


def test_own_things_are_told_sooner_than_what_is_followed(given: Given, town: Portal) -> None:
    author = person(given, town)
    assert choose(author, mine="AT_ONCE", followed="WEEKLY") == []
    contribution = published(author, given.activity(town))
    comment(given.actor(town), contribution)
    deliver(given, town)
    cadence = "SELECT cadence FROM __tenant__.notice WHERE actor_id = %s"
    assert given.sql(town, cadence, actor_of(author)) == [("AT_ONCE",)]


def _at(given: Given, town: Portal, expression: Any) -> Any:
    async def read() -> Any:
        async with given.database.transaction(town.number) as transaction:
            row = await transaction.one(select(expression.label("told")))
            return row[0] if row else None

    return given.run(read())


PARIS = literal("Europe/Paris", Text)


@pytest.mark.parametrize(
    ("now", "daily", "weekly"),
    [
        # Tuesday at 7:59 and 8:00 in Paris, in winter; the nights of 23 and of 25 hours, Sundays at 8:00.
        ("2026-01-06T06:59:00Z", "2026-01-05T07:00:00Z", "2025-12-30T07:00:00Z"),
        ("2026-01-06T07:00:00Z", "2026-01-06T07:00:00Z", "2026-01-06T07:00:00Z"),
        ("2026-03-29T06:00:00Z", "2026-03-29T06:00:00Z", "2026-03-24T07:00:00Z"),
        ("2026-03-29T05:59:00Z", "2026-03-28T07:00:00Z", "2026-03-24T07:00:00Z"),
        ("2026-10-25T06:59:00Z", "2026-10-24T06:00:00Z", "2026-10-20T06:00:00Z"),
        ("2026-10-25T07:00:00Z", "2026-10-25T07:00:00Z", "2026-10-20T06:00:00Z"),
    ],
)
def test_days_have_23_to_25_hours(given: Given, town: Portal, now: str, daily: str, weekly: str) -> None:
    instant = literal(datetime.fromisoformat(now), DateTime(timezone=True))
    for cadence, due in ((Cadence.DAILY, daily), (Cadence.WEEKLY, weekly)):
        assert _at(given, town, digest.slot(cadence, instant, PARIS)) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("now", "hours", "quiet"),
    [
        ("2026-03-29T00:30:00Z", (22, 3), True),  # 1:30; the hour from two to three is not there that night.
        ("2026-03-29T01:00:00Z", (22, 3), False),  # 3:00
        ("2026-10-25T00:30:00Z", (22, 3), True),  # 2:30, the first time
        ("2026-10-25T01:30:00Z", (22, 3), True),  # 2:30, the second time
        ("2026-10-25T02:00:00Z", (22, 3), False),  # 3:00
        ("2026-06-01T10:00:00Z", (9, 18), True),
        ("2026-06-01T10:00:00Z", (12, 12), False),
    ],
)
def test_quiet_hours_are_those_of_the_clock(
    given: Given, town: Portal, now: str, hours: tuple[int, int], quiet: bool
) -> None:
    instant = literal(datetime.fromisoformat(now), DateTime(timezone=True))
    since, until = (literal_column(str(hour)) for hour in hours)
    assert _at(given, town, digest.is_quiet(instant, PARIS, since, until)) is quiet


def test_nothing_is_cut_in_quiet_hours(given: Given, town: Portal) -> None:
    reader = Reader(given, town, followed="AT_ONCE", quietFrom=21, quietUntil=8)
    told = reader.hear(1)
    assert reader.cut(LATER.replace(hour=1)) == reader.cut(LATER.replace(hour=21)) == []
    assert reader.cut() == [told]


# Sending --------------------------------------------------------------------------------------------------------------


class Inbox:
    """A mail server of its own that keeps what it gets, and refuses one address."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, bytes]] = []
        self.refused = ""
        self.unwanted = ""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address == self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.unwanted in envelope.rcpt_tos:
            return "554 5.7.1 this looks like spam"
        self.mails += [(address, envelope.content) for address in envelope.rcpt_tos]
        return "250 OK"

    def of(self, address: str) -> list[bytes]:
        return [mail for to, mail in self.mails if to == address]


@pytest.fixture(scope="module")
def inbox() -> Iterator[tuple[Inbox, str]]:
    """The mail server and its address."""
    handler = Inbox()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield handler, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


@pytest.fixture(scope="module")
def keys() -> tuple[str, bytes]:
    """A private key in PEM, and what the sender's domain says of the public one."""
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return pem.decode(), b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


def _none(_tenant: int, _about: UUID) -> str:
    raise AssertionError("only digests are sent")


FILL = (
    "DELETE FROM __tenant__.mail",
    "INSERT INTO __tenant__.actor (id, kind, role, name, created_at) VALUES ('{actor}', 'CITIZEN', 'MEMBER', 'Ann', now())",
    "INSERT INTO __tenant__.account (id, actor_id, email, created_at) VALUES ('{actor}', '{actor}', '{email}', now())",
    "INSERT INTO __tenant__.participatory_space (id, slug, title, description, visibility, opens_at, created_at)"
    " VALUES ('{actor}', '{actor}', 'Espace', '', 'PUBLIC', now(), now())",
    "INSERT INTO __tenant__.activity (id, space_id, kind, title, description, rank, opens_at, location_rule)"
    " VALUES ('{actor}', '{actor}', 'IDEA_BOX', 'Des bancs\nBcc: x@y.example', '', 0, now(), 'NONE')",
    "INSERT INTO __tenant__.event (id, kind, subject_id, payload, at)"
    " SELECT gen_random_uuid(), 'VOTE_OPENED', '{actor}', '{{}}', now() FROM generate_series(1, 2)",
    "INSERT INTO __tenant__.notice (id, actor_id, event_id, position, kind, activity_id, cadence, made_at)"
    " SELECT gen_random_uuid(), '{actor}', id, 1, 'VOTE_OPENED', '{actor}', 'AT_ONCE', now() - interval '1 hour'"
    " FROM __tenant__.event WHERE subject_id = '{actor}'",
    "INSERT INTO __tenant__.mail_preference VALUES"
    " (gen_random_uuid(), '{actor}', 'AT_ONCE', 'AT_ONCE', 'en', 0, 0, now())",
)
"""Somebody who was told twice that a vote is open, and is mailed in English."""


class Sender:
    """A tenant of its own, with one person who was told something, and the post that mails it."""

    def __init__(self, own: Own, town: int, url: str, key: str) -> None:
        self.own, self.town, self.url, self.key = own, town, url, key
        self.actor = uuid4()
        self.email = f"{self.actor.hex}@b.example"
        for text in FILL:
            self.tell(text.format(actor=self.actor, email=self.email))
        own.run(lambda database: digest.cut(database, town))

    def tell(self, text: str) -> list[tuple[Any, ...]]:
        return self.own.rows(naming.qualify(text, self.town))

    def send(self) -> None:
        """Send the mail that is due."""

        async def work(database: Database) -> None:
            registry = TenantRegistry(database, local_suffix=None)
            await registry.refresh()
            mailer = SmtpMailer(self.url, SENDER, signature.signer(self.key, "parvis", SENDER))
            tokens = dict.fromkeys(("code", "invitation_token", "nudge_token"), _none)
            letters = Letters(registry, mailer, _base, **tokens, reader_token=LINKS.make_reader)
            await Post(database, letters.send).send_next(self.town)

        self.own.run(work)


SENDER = "suivi@town.example"


def _none(_tenant: int, _about: UUID) -> str:
    raise AssertionError("only digests are sent")


def _base(tenant: TenantRecord) -> str:
    return letter.base(tenant, is_demo=False)


@pytest.fixture(scope="module")
def number(own: Own) -> int:
    """The tenant's number."""
    return own.create("digest-town")[0]


@pytest.fixture
def sender(own: Own, number: int, inbox: tuple[Inbox, str], keys: tuple[str, bytes]) -> Sender:
    return Sender(own, number, inbox[1], keys[0])


def test_digest_is_signed_and_left_with_one_click(
    sender: Sender, inbox: tuple[Inbox, str], keys: tuple[str, bytes]
) -> None:
    sender.send()
    [raw] = inbox[0].of(sender.email)
    assert dkim.verify(raw, dnsfunc=lambda _name, timeout=5: keys[1])
    mail: Any = message_from_bytes(raw, policy=policy.default)
    covered = re.search(r"\bh=([^;]+);", str(mail["DKIM-Signature"]).replace("\n", ""))
    assert covered is not None
    names = {name.strip().lower() for name in covered[1].split(":")}
    assert {"list-unsubscribe", "list-unsubscribe-post", "from", "subject", "list-id", "message-id"} <= names
    tampered = raw.replace(b"List-Unsubscribe-Post", b"List-Unsubscribe-Past")
    assert not dkim.verify(tampered, dnsfunc=lambda _name, timeout=5: keys[1])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = urlsplit(str(mail["List-Unsubscribe"]).strip("<>"))
    assert link.scheme == "https" and LINKS.reader(sender.town, link.path.rsplit("/", 1)[1]) == sender.actor
    assert mail["List-Id"] == "<suivi.digest-town.town.example>" and mail["Auto-Submitted"] == "auto-generated"
    assert mail["References"] == f"<{sender.town}.{sender.actor}@town.example>" and mail["Bcc"] is None


def test_digest_says_the_same_in_text_and_html_and_no_title_in_its_subject(
    sender: Sender, inbox: tuple[Inbox, str]
) -> None:
    sender.send()
    [raw] = inbox[0].of(sender.email)
    mail: Any = message_from_bytes(raw, policy=policy.default)
    text, page = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert mail["Subject"].startswith("News for you – ") and "bancs" not in mail["Subject"]
    for told in ("Voting is open", "Des bancs", "/courriels/", f"/activite/activity_{sender.town}_{sender.actor}"):
        assert told in text and told in page
    assert 'lang="en"' in page and not re.search(r"src=|url\(|@import|<link|<img", page)


def test_mail_has_one_name_however_often_it_is_sent(sender: Sender, inbox: tuple[Inbox, str]) -> None:
    [(id_,)] = sender.tell("SELECT id FROM __tenant__.mail")
    sender.send()
    sender.tell(
        f"INSERT INTO __tenant__.mail SELECT '{id_}', 'DIGEST', '{sender.email}', id, 0, now(), now(),"
        f" now() + interval '1 day' FROM __tenant__.digest WHERE actor_id = '{sender.actor}'"
    )
    sender.send()
    names = {message_from_bytes(raw)["Message-ID"] for raw in inbox[0].of(sender.email)}
    assert len(inbox[0].of(sender.email)) == 2 and names == {f"<{sender.town}.{id_}@town.example>"}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE __tenant__.notice SET read_at = now()",
        "UPDATE __tenant__.participatory_space SET visibility = 'DRAFT'",
        "UPDATE __tenant__.mail_preference SET mine = 'NEVER', followed = 'NEVER'",
    ],
)
def test_what_is_over_when_the_mail_goes_is_not_mailed(sender: Sender, inbox: tuple[Inbox, str], change: str) -> None:
    sender.tell(change)
    sender.send()
    assert inbox[0].of(sender.email) == []
    assert sender.tell("SELECT count(*) FROM __tenant__.mail") == [(0,)]


def test_what_the_portal_has_switched_off_meanwhile_is_not_mailed(
    sender: Sender, inbox: tuple[Inbox, str], number: int
) -> None:
    [(features,)] = sender.tell(f"SELECT features::text FROM platform.tenant WHERE number = {number}")
    sender.tell(f"UPDATE platform.tenant SET features = '{{}}' WHERE number = {number}")
    try:
        sender.send()
        assert inbox[0].of(sender.email) == []
    finally:
        sender.tell(f"UPDATE platform.tenant SET features = '{features}' WHERE number = {number}")


def test_address_that_is_refused_is_asleep(own: Own, number: int, sender: Sender, inbox: tuple[Inbox, str]) -> None:
    inbox[0].refused = sender.email
    sender.send()
    [(asleep,)] = sender.tell(f"SELECT asleep_at IS NOT NULL FROM __tenant__.account WHERE email = '{sender.email}'")
    assert asleep
    sender.tell(f"UPDATE __tenant__.notice SET digest_id = NULL WHERE actor_id = '{sender.actor}'")
    assert own.run(lambda database: digest.cut(database, number)) == 0


def test_address_whose_server_refuses_one_mail_is_awake(sender: Sender, inbox: tuple[Inbox, str]) -> None:
    inbox[0].unwanted = sender.email
    sender.send()
    asked = f"SELECT asleep_at IS NOT NULL FROM __tenant__.account WHERE email = '{sender.email}'"
    assert sender.tell(asked) == [(False,)]
    assert sender.tell("SELECT count(*) FROM __tenant__.mail") == [(0,)]


# Preferences ----------------------------------------------------------------------------------------------------------


def test_a_link_shows_and_changes_without_signing_in(given: Given, town: Portal) -> None:
    who = person(given, town)
    token = LINKS.make_reader(town.number, actor_of(who))
    usual = {"mine": "AT_ONCE", "followed": "DAILY", "quietFrom": 21, "quietUntil": 8, "locale": None, "asleepAt": None}
    assert chosen_by(town, token) == usual == chosen_by(who)
    assert choose(town, token=token, followed="WEEKLY", locale="en") == []
    assert chosen_by(who) == {**usual, "followed": "WEEKLY", "locale": "en", "quietFrom": 0, "quietUntil": 0}


def test_links_of_nobody_show_and_change_nothing(given: Given, town: Portal, lehavre: Portal) -> None:
    who = person(given, town)
    actor = actor_of(who)
    before = chosen_by(who)
    made_up = ("", "aucun", LINKS.make_reader(lehavre.number, actor), LINKS.make(town.number, actor))
    for token in (*made_up, NudgeLinks("another secret").make_reader(town.number, actor)):
        assert chosen_by(town, token) is None
        assert choose(town, token=token, followed="NEVER") == [{"code": "LINK_UNKNOWN", "field": "token"}]
        answer = town.client.post(
            f"/desabonnement/{token or 'x'}", content=ONE_CLICK, headers=FORM | {"host": town.host}
        )
        assert answer.status_code == 200
    assert chosen_by(who) == before and chosen_by(town) is None


ONE_CLICK = b"List-Unsubscribe=One-Click"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_scanners_that_follow_links_change_nothing_and_one_click_does(given: Given, town: Portal) -> None:
    who = person(given, town)
    actor, headers = actor_of(who), {"host": town.host}
    token = LINKS.make_reader(town.number, actor)
    before = chosen_by(who)
    for path in (f"/desabonnement/{token}", f"/courriels/{token}"):
        for _ in range(3):
            assert town.client.get(path, headers=headers, follow_redirects=True).status_code == 200
        town.client.head(path, headers=headers)
    assert town.client.post(f"/desabonnement/{token}", content=b"x=1", headers=FORM | headers).status_code == 400
    assert chosen_by(who) == before
    answer = town.client.post(f"/desabonnement/{token}", content=ONE_CLICK, headers=FORM | headers)
    assert (answer.status_code, answer.text, "set-cookie" in answer.headers) == (200, "OK", False)
    silent = chosen_by(who)
    assert silent is not None and (silent["mine"], silent["followed"]) == ("NEVER", "NEVER")
    as_form = {"List-Unsubscribe": (None, "One-Click")}
    assert town.client.post(f"/desabonnement/{token}", files=as_form, headers=headers).status_code == 200


def test_one_click_is_answered_after_the_account_is_gone(given: Given, town: Portal) -> None:
    token = LINKS.make_reader(town.number, uuid4())
    headers = FORM | {"host": town.host}
    assert town.client.post(f"/desabonnement/{token}", content=ONE_CLICK, headers=headers).status_code == 200
    assert town.client.get(f"/courriels/{token}", headers={"host": town.host}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"quietFrom": 24}, "quietFrom"), ({"quietUntil": -1}, "quietUntil"), ({"locale": "br"}, "locale")],
)
def test_hours_and_languages_are_those_that_there_are(
    given: Given, town: Portal, wrong: dict[str, Any], field: str
) -> None:
    assert choose(person(given, town), **wrong) == [{"code": "BAD_INPUT", "field": field}]
