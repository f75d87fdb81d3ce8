"""Transport: mail is sent by the operator's mail server; in the demonstration it is written to the log and to files."""

import asyncio
import logging
import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from models.base import new_id

CONNECT_S = 15.0
ANSWER_S = 60.0
"""A mail server that checks a mail takes its time; a client that gives up too soon sends it twice."""

FINAL = 500
NO_MAILBOX = frozenset({550, 551, 553})
"""What a server says of a recipient who is not there (RFC 5321, 4.2.3); 552 and 554 speak of this mail, or of us."""

"""From here on a mail server's answers say that it never will."""

ONE_CLICK = "List-Unsubscribe=One-Click"
"""What a program that leaves a list for its reader posts (RFC 8058)."""

Sign = Callable[[bytes], bytes]
"""Puts a signature before a mail."""

logger = logging.getLogger("parvis.mail")


class MailError(Exception):
    """The mail could not be handed to the mail server; the message names no address.

    `is_final` where another attempt would be refused as well: it is the mailbox or the mail that is not wanted;
    `is_no_mailbox` where nobody is at the address.
    """

    def __init__(self, message: str, *, is_final: bool = False, is_no_mailbox: bool = False) -> None:
        super().__init__(message)
        self.is_final = is_final
        self.is_no_mailbox = is_no_mailbox


@dataclass(frozen=True, slots=True)
class MailHead:
    """What a mail's head says beside its subject: the mail's own name, which it keeps when it is sent again, what it
    belongs to, from which list it is and where one leaves that with one click; and who sends it."""

    name: str
    sender: str = ""
    thread: str = ""
    mailing_list: str = ""
    unsubscribe: str = ""

    def headers(self, domain: str) -> Mapping[str, str]:
        """RFC 5322, RFC 2919 (List-Id), RFC 2369 and RFC 8058 (List-Unsubscribe)."""
        made = {"Message-ID": f"<{self.name}@{domain}>"}
        if self.thread:
            made |= dict.fromkeys(("In-Reply-To", "References"), f"<{self.thread}@{domain}>")
        if self.mailing_list:
            made["List-Id"] = f"<{self.mailing_list}.{domain}>"
        if self.unsubscribe:
            made["List-Unsubscribe"] = f"<{self.unsubscribe}>"
            made["List-Unsubscribe-Post"] = ONE_CLICK
        return made


class Mailer(Protocol):
    """Sends a letter to one address: plain text, and the same in HTML where there is any."""

    async def send(
        self, to: str, subject: str, text: str, html: str | None = None, head: MailHead | None = None
    ) -> None:
        """Hand a mail over. Raises MailError."""


class SmtpMailer:
    """Speaks SMTP: `smtps` is encrypted from the start, `smtp` by STARTTLS, except to this very machine."""

    def __init__(self, url: str, sender: str, sign: Sign | None = None) -> None:
        self._server = urlsplit(url)
        self._sender = sender
        self._sign = sign

    async def send(
        self, to: str, subject: str, text: str, html: str | None = None, head: MailHead | None = None
    ) -> None:
        """Hand a mail over, in a thread: the standard library's client blocks."""
        try:
            await asyncio.to_thread(self._send, _message(self._sender, to, subject, text, html, head))
        except (OSError, smtplib.SMTPException) as error:
            gone = isinstance(error, smtplib.SMTPRecipientsRefused) and NO_MAILBOX.issuperset(_codes(error))
            raise MailError(_said(error), is_final=_is_final(error), is_no_mailbox=gone) from error

    def _send(self, message: EmailMessage) -> None:
        client = self._connected()
        try:
            if self._sign is None:
                client.send_message(message)
            else:
                client.sendmail(self._sender, [str(message["To"])], self._sign(message.as_bytes(policy=SMTP)))
        finally:
            with suppress(OSError, smtplib.SMTPException):  # It has the mail, or said why not.
                client.quit()
            client.close()

    def _connected(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        host = server.hostname or ""
        if server.scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(host, server.port or 465, timeout=CONNECT_S, context=context)
        else:
            client = smtplib.SMTP(host, server.port or 587, timeout=CONNECT_S)
        try:
            if server.scheme == "smtp" and host not in ("localhost", "127.0.0.1", "::1"):
                client.starttls(context=context)
            if server.username is not None:
                client.login(unquote(server.username), unquote(server.password or ""))
            if client.sock is not None:
                client.sock.settimeout(ANSWER_S)
        except BaseException:
            client.close()
            raise
        return client


class DemoMailer:
    """Writes mails where a developer finds them; nothing leaves the machine."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    async def send(
        self, to: str, subject: str, text: str, html: str | None = None, head: MailHead | None = None
    ) -> None:
        """Write a mail to the log and to a file, the newest last."""
        message = _message(self._sender, to, subject, text, html, head)
        logger.info("mail to %s: %s\n%s", to, subject, text)
        try:
            await asyncio.to_thread(self._write, message)
        except OSError as error:
            raise MailError(type(error).__name__) from error

    def _write(self, message: EmailMessage) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        id_ = new_id()
        part = self._folder / f"{id_}.part"
        part.write_bytes(message.as_bytes())
        part.replace(self._folder / f"{id_}.eml")  # Whoever looks meanwhile sees whole mails alone.


def mailer(smtp_url: str | None, sender: str, folder: Path | None, sign: Sign | None = None) -> Mailer | None:
    """How an installation sends mail: by its mail server, else into a folder, where there is one; None: not at all."""
    if smtp_url is not None:
        return SmtpMailer(smtp_url, sender, sign)
    return None if folder is None else DemoMailer(folder, sender)


def _message(
    sender: str, to: str, subject: str, text: str, html: str | None, head: MailHead | None = None
) -> EmailMessage:
    message, domain = EmailMessage(), sender.rpartition("@")[2]
    message["From"] = formataddr((head.sender, sender)) if head and head.sender else sender
    message["To"], message["Subject"], message["Date"] = to, subject, formatdate()
    headers = {"Message-ID": make_msgid(domain=domain or None)} if head is None else head.headers(domain)
    for name, told in headers.items():
        message[name] = told
    message["Auto-Submitted"] = "auto-generated"  # So that no holiday notice answers.
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message


def _codes(error: Exception) -> list[int]:
    """What a mail server answered, by number."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def _said(error: Exception) -> str:
    return " ".join((type(error).__name__, *map(str, _codes(error))))


def _is_final(error: Exception) -> bool:
    """A refused sender or password is the installation's fault, and will be put right."""
    of_this_mail = isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError))
    return of_this_mail and min(_codes(error), default=0) >= FINAL
