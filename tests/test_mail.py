"""Mail: plain text to one address, over SMTP or, in the demonstration, into files; a wrong setting shows no password."""

import asyncio
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from uuid import UUID

import pytest

from database.door import Database
from mail import letter, look, transport
from mail.letter import Letters
from mail.look import Look
from mail.queue import ClaimedMail, MailOutcome
from mail.transport import DemoMailer, MailError, SmtpMailer
from models import retention
from models.exchange import ExchangeStatus
from models.mail import MailKind
from models.tenant import Cover
from server import settings
from server.settings import SettingsError
from tenants.registry import TenantRecord, TenantRegistry


@contextmanager
def mail_server(answer: bytes = b"250 ok") -> Iterator[tuple[int, list[str]]]:
    """A mail server for one mail: its port, and the lines that it was told. `answer` follows the recipient."""
    lines: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, answer, lines))
        thread.start()
        yield listener.getsockname()[1], lines
        thread.join()


def _serve(listener: socket.socket, answer: bytes, lines: list[str]) -> None:
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as told:
        connection.sendall(b"220 ready\r\n")
        is_text = False
        for raw in told:
            line = raw.decode().rstrip("\r\n")
            lines.append(line)
            if is_text and line != ".":
                continue
            is_text = line == "data"
            given = {"data": b"354 go on", "rcpt": answer, "QUIT": b"221 bye"}
            connection.sendall(given.get(line[:4], b"250 ok") + b"\r\n")
            if line == "QUIT":
                return


def send(mailer: transport.Mailer, to: str = "ann@b.example", subject: str = "Votre code – Rennes") -> None:
    asyncio.run(mailer.send(to, subject, "Bonjour,\n\nvoilà.\n"))


def test_mail_reaches_the_server(tmp_path: Path) -> None:
    with mail_server() as (port, lines):
        send(SmtpMailer(f"smtp://127.0.0.1:{port}", "portail@rennes.example"))
    assert "mail FROM:<portail@rennes.example>" in " ".join(lines)
    assert "rcpt TO:<ann@b.example>" in " ".join(lines)
    text = "\n".join(lines[lines.index("data") + 1 : lines.index(".")])
    found = message_from_bytes(text.encode(), policy=policy.default)
    assert (found["To"], found["From"], found["Subject"]) == (
        "ann@b.example",
        "portail@rennes.example",
        "Votre code – Rennes",
    )
    assert found["Auto-Submitted"] == "auto-generated"
    assert found.get_content().startswith("Bonjour,\n\nvoilà.")


def test_mail_that_the_server_refuses_is_an_error_without_the_address() -> None:
    with mail_server(b"550 no such mailbox ann@b.example") as (port, _), pytest.raises(MailError) as error:
        send(SmtpMailer(f"smtp://127.0.0.1:{port}", "portail@rennes.example"))
    assert "ann" not in str(error.value)


def test_mail_server_that_is_away_is_an_error() -> None:
    with pytest.raises(MailError):
        send(SmtpMailer("smtp://127.0.0.1:9", "portail@rennes.example"))


@pytest.mark.parametrize("line", ["to", "subject"])
def test_nobody_adds_lines_to_a_mails_head(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        send(DemoMailer(tmp_path, "a@b.example"), **{line: "x@b.example\nBcc: y@b.example"})


def test_mail_of_the_demonstration_is_a_file(tmp_path: Path) -> None:
    send(DemoMailer(tmp_path / "mail", "portail@rennes.example"))
    [file] = (tmp_path / "mail").glob("*.eml")
    assert b"To: ann@b.example" in file.read_bytes()


def test_installation_sends_mail_by_its_server_or_in_the_demonstration_or_not_at_all(tmp_path: Path) -> None:
    assert isinstance(transport.mailer("smtps://mail.example", "a@b.example", tmp_path), SmtpMailer)
    assert isinstance(transport.mailer(None, "a@b.example", tmp_path), DemoMailer)
    assert transport.mailer(None, "a@b.example", None) is None


@pytest.mark.parametrize("url", ["mail.example", "https://u:hidden@mail.example", "smtp://", "smtp://u:hidden@h/path"])
def test_wrong_mail_server_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match="PARVIS_SMTP_URL is wrong") as error:
        settings.read({"PARVIS_SMTP_URL": url, "PARVIS_SECRET": "s"})
    assert "hidden" not in str(error.value)


def test_mail_server_is_read(tmp_path: Path) -> None:
    file = tmp_path / "smtp"
    file.write_text("smtps://user:p%40ss@mail.example:465\n")
    found = settings.read({"PARVIS_SMTP_URL_FILE": str(file), "PARVIS_SECRET": "s", "PARVIS_MAIL_FROM": "a@b.example"})
    assert (found.smtp_url, found.mail_from) == ("smtps://user:p%40ss@mail.example:465", "a@b.example")


CODE = {
    "title": "Rennes & <b>vous</b>",
    "code": "12345678",
    "minutes": 10,
    "days": 0,
    "url": "https://a.example/x?y=1",
    "check_url": "https://a.example/recepisse/z",
    "begins": "5 décembre, 09:00",
}


MET = {
    "state": "GONE",
    "status": "ACCEPTED",
    "reason": None,
    "done_said_by": None,
    "is_urgent": False,
    "is_closed": False,
    "is_author": False,
    "kind": "REQUEST",
    "about": "Un coup de main",
    "is_checked": False,
    "is_counted": False,
    "preferences": "",
}
TOLD = {
    "cadence": "WEEKLY",
    "count": 40,
    "lines": [{"kind": "COMMENTED", "title": "Un <banc>", "url": "https://a.example/contribution/x"}],
}
JUDGED = {
    "receipt": "7KQ4-2MXB",
    "category": "SCAMS_AND_FRAUD",
    "action": "HIDE",
    "ground": "ILLEGAL",
    "rule": "Code pénal, article 313-1",
    "facts": "Le texte promet <un gain>.",
    "explanation": None,
    "outcome": "UPHELD",
    "cause": "REVIEW",
    "reply": "La règle s'applique.",
}


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("locale", letter.LOCALES)
def test_every_mail_is_written_in_every_language_and_escapes_nothing(kind: MailKind, locale: str) -> None:
    subject, text = letter.written(kind, locale, CODE | JUDGED | MET | TOLD | {"years": 3})
    assert subject.endswith(" – Rennes & <b>vous</b>")
    assert "Rennes & <b>vous</b>" in text
    assert text.startswith({"fr": "Bonjour,\n", "en": "Hello,\n"}[locale])
    assert "{" not in text


@pytest.mark.parametrize("locale", letter.LOCALES)
@pytest.mark.parametrize("is_author", [False, True])
@pytest.mark.parametrize("status", ExchangeStatus)
def test_each_status_of_an_exchange_is_told_and_no_subject_names_what_it_is_about(
    status: ExchangeStatus, is_author: bool, locale: str
) -> None:
    told = CODE | MET | {"status": status.value, "is_author": is_author}
    subject, text = letter.written(MailKind.EXCHANGE_CHANGED, locale, told)
    assert "Un coup de main" in text and "Un coup de main" not in subject
    assert "https://a.example/x?y=1" in text and "\n\n\n\n" not in text


@pytest.mark.parametrize("locale", letter.LOCALES)
@pytest.mark.parametrize("status", ["REGISTERED", "WAITING", "CANCELLED"])
def test_each_status_of_a_sign_up_is_told_and_no_subject_names_what_it_is_about(status: str, locale: str) -> None:
    told = CODE | {"about": "Planter la haie", "status": status}
    subject, text = letter.written(MailKind.SIGN_UP_CHANGED, locale, told)
    words = {
        "fr": {"REGISTERED": "réservée", "WAITING": "liste d’attente", "CANCELLED": "annulé"},
        "en": {"REGISTERED": "reserved", "WAITING": "waiting list", "CANCELLED": "called off"},
    }
    assert words[locale][status] in text
    assert "Planter la haie" in text and "Planter la haie" not in subject
    assert "5 décembre, 09:00" in text and "https://a.example/x?y=1" in text


@pytest.mark.parametrize(("locale", "words"), [("fr", "C’est demain"), ("en", "It is tomorrow")])
def test_reminder_names_the_mission_in_its_text_alone(locale: str, words: str) -> None:
    subject, text = letter.written(MailKind.SIGN_UP_REMINDED, locale, CODE | {"about": "Planter la haie"})
    assert words in subject and "Planter la haie" not in subject
    assert "Planter la haie" in text and "5 décembre, 09:00" in text and "https://a.example/x?y=1" in text


@pytest.mark.parametrize("locale", letter.LOCALES)
@pytest.mark.parametrize("action", ["HIDE", "WARN", "RESTORE"])
def test_decision_is_told_with_its_reasons_where_it_has_some(action: str, locale: str) -> None:
    reasons = dict.fromkeys(("category", "ground", "rule", "facts"))
    told = JUDGED | (reasons if action == "RESTORE" else {}) | {"action": action}
    _, text = letter.written(MailKind.MODERATION_DECIDED, locale, CODE | told)
    assert ("Le texte promet <un gain>." in text) is (action != "RESTORE")
    assert "None" not in text and "\n\n\n\n" not in text
    assert "https://a.example/x?y=1" in text


@pytest.mark.parametrize(
    ("locales", "subject"),
    [
        (("en", "fr"), "Your sign-in code – Town"),
        (("br", "fr"), "Votre code de connexion – Town"),
        (("br",), "Votre code de connexion – Town"),
    ],
)
def test_mail_is_in_the_portals_first_language_that_has_texts(
    tmp_path: Path, locales: tuple[str, ...], subject: str
) -> None:
    registry = TenantRegistry(Database("postgresql://nowhere"), local_suffix=None)
    town = ("town", "Town", "commune-35238", "Rennes", None, None, "#000000", "#ffffff", "system", Cover.QUAYS)
    registry.tenants = (TenantRecord(7, *town, locales, frozenset(), True, (), frozenset()),)
    mailer = DemoMailer(tmp_path, "a@b.example")
    letters = Letters(
        registry,
        mailer,
        lambda _: "",
        code=lambda tenant, about: f"{tenant}{about.int:07}",
        invitation_token=_no_token,
        nudge_token=_no_token,
        reader_token=_no_token,
    )
    mail = ClaimedMail(
        UUID(int=1), MailKind.SIGN_IN_CODE, "ann@b.example", UUID(int=23), 1, timedelta(minutes=10), is_wanted=True
    )
    assert asyncio.run(letters.send(7, mail)) is MailOutcome.SENT
    [file] = tmp_path.glob("*.eml")
    sent = message_from_bytes(file.read_bytes(), policy=policy.default)
    plain, page = (sent.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None and page is not None
    assert (sent["Subject"], "    7000 0023\n" in plain.get_content()) == (subject, True)
    assert ">7000 0023<" in page.get_content() and "border-top:6px solid #000000" in page.get_content()


@pytest.mark.parametrize(
    ("locales", "wish", "home", "begins"),
    [
        (("fr", "en"), "en", "https://town.example/en", "5 January 2027, 09:30"),
        (("fr", "en"), "fr", "https://town.example", "5 janvier 2027, 9 h 30"),
        (("en", "fr"), "fr", "https://town.example/fr", "5 janvier 2027, 9 h 30"),
        (("fr",), "en", "https://town.example", "5 January 2027, 09:30"),
        (("fr", "en"), None, "https://town.example", "5 janvier 2027, 9 h 30"),
    ],
)
def test_mail_says_dates_and_leads_to_pages_in_its_readers_language(
    tmp_path: Path, locales: tuple[str, ...], wish: str | None, home: str, begins: str
) -> None:
    registry = TenantRegistry(Database("postgresql://nowhere"), local_suffix=None)
    town = ("town", "Town", "commune-35238", "Rennes", None, None, "#000000", "#ffffff", "system", Cover.QUAYS)
    registry.tenants = (TenantRecord(7, *town, locales, frozenset(), True, (), frozenset()),)
    tokens = dict.fromkeys(("code", "invitation_token", "nudge_token", "reader_token"), _no_token)
    letters = Letters(registry, DemoMailer(tmp_path, "a@b.example"), lambda _: "https://town.example", **tokens)
    about, told = UUID(int=23), {"status": "REGISTERED", "about": "Planter", "starts_at": "2027-01-05T08:30:00+00:00"}
    told["contribution_id"] = str(about)
    days = timedelta(days=3)
    kind = MailKind.SIGN_UP_CHANGED
    mail = ClaimedMail(UUID(int=1), kind, "a@b.example", about, 1, days, is_wanted=True, told=told, locale=wish)
    assert asyncio.run(letters.send(7, mail)) is MailOutcome.SENT
    [file] = tmp_path.glob("*.eml")
    plain = message_from_bytes(file.read_bytes(), policy=policy.default).get_body(("plain",))
    assert plain is not None
    text = plain.get_content().replace("\xa0", " ")
    assert f"\n    {home}/mission/contribution_7_{about}\n" in text
    assert begins in text


def _no_token(_tenant: int, _about: UUID) -> str:
    raise AssertionError


def test_code_stands_in_the_text_alone() -> None:
    subject, text = letter.written(MailKind.SIGN_IN_CODE, "en", CODE)
    assert "\n    1234 5678\n\nIt is valid for 10 minutes " in text
    assert not re.search(r"\d", subject)


TOWN = Look("Rennes & <b>vous</b>", "#1b3f8b")


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("locale", letter.LOCALES)
def test_every_mail_has_a_sample_that_names_nobody(kind: MailKind, locale: str) -> None:
    subject, text = letter.sample(kind, locale, TOWN.title)
    page = look.html(TOWN, locale, subject, text)
    assert subject.endswith(TOWN.title) and "{" not in text
    assert page.count("<p") >= 3 and f'lang="{locale}"' in page


def test_sample_of_a_warning_says_the_days_of_the_rule() -> None:
    _, text = letter.sample(MailKind.ACCOUNT_UNUSED, "fr", "Rennes")
    assert retention.ACCOUNT_WARNED_DAYS == 30
    assert "depuis bientôt 3 ans" in text and "sera effacé dans 30 jours" in text
    assert "valable 7 jours" in letter.sample(MailKind.INVITATION, "fr", "Rennes")[1]


def test_html_of_a_mail_escapes_what_a_portal_is_called_and_loads_nothing() -> None:
    page = look.html(TOWN, "fr", "Sujet <i>", 'Bonjour,\n\n<script>\nune ligne\n\n    https://a.example/?a=1&b="2\n')
    assert "<b>" not in page and "<script>" not in page and "<i>" not in page
    assert "&lt;script&gt;<br>une ligne" in page
    assert 'href="https://a.example/?a=1&amp;b=&quot;2"' in page and "Ouvrir le lien" in page
    assert not re.search(r"src=|url\(|@import|<link|<img", page)


@pytest.mark.parametrize("color", ["red", "#12345", '#123456"><b>', ""])
def test_what_is_no_colour_is_not_written_into_a_mail(color: str) -> None:
    assert "border-top:6px solid #333333" in look.html(Look("Rennes", color), "en", "s", "t")


def test_indented_line_that_is_no_address_stands_out_and_is_no_link() -> None:
    page = look.html(TOWN, "en", "s", "Hello,\n\n    javascript:alert(1)\n")
    assert "<a " not in page and "font-size:28px" in page
