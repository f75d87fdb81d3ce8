"""Mail: sent by the operator's mail server; in the demonstration written to the log and to files."""

import asyncio
import logging
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from models.base import new_id
from server.settings import Settings

TIMEOUT_S = 15.0

logger = logging.getLogger("parvis.mail")


class MailError(Exception):
    """The mail could not be handed to the mail server; the message names no address."""


class Mailer(Protocol):
    """Sends plain text to one address."""

    async def send(self, to: str, subject: str, text: str) -> None:
        """Hand a mail over. Raises MailError."""


class SmtpMailer:
    """Speaks SMTP: `smtps` is encrypted from the start, `smtp` by STARTTLS, except to this very machine."""

    def __init__(self, url: str, sender: str) -> None:
        self._server = urlsplit(url)
        self._sender = sender

    async def send(self, to: str, subject: str, text: str) -> None:
        """Hand a mail over, in a thread: the standard library's client blocks."""
        try:
            await asyncio.to_thread(self._send, _message(self._sender, to, subject, text))
        except (OSError, smtplib.SMTPException) as error:
            raise MailError(type(error).__name__) from error

    def _send(self, message: EmailMessage) -> None:
        server, context = self._server, ssl.create_default_context()
        host = server.hostname or ""
        if server.scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(host, server.port or 465, timeout=TIMEOUT_S, context=context)
        else:
            client = smtplib.SMTP(host, server.port or 587, timeout=TIMEOUT_S)
        with client:
            if server.scheme == "smtp" and host not in ("localhost", "127.0.0.1", "::1"):
                client.starttls(context=context)
            if server.username is not None:
                client.login(unquote(server.username), unquote(server.password or ""))
            client.send_message(message)


class DemoMailer:
    """Writes mails where a developer finds them; nothing leaves the machine."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, to: str, subject: str, text: str) -> None:
        """Write a mail to the log and to a file, the newest last."""
        message = _message(self._sender, to, subject, text)
        logger.info("mail to %s: %s\n%s", to, subject, text)
        try:
            await asyncio.to_thread(self._write, message)
        except OSError as error:
            raise MailError(type(error).__name__) from error

    def _write(self, message: EmailMessage) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{new_id()}.eml").write_bytes(message.as_bytes())


def mailer(settings: Settings) -> Mailer | None:
    """How this installation sends mail; None where it sends none."""
    if settings.smtp_url is not None:
        return SmtpMailer(settings.smtp_url, settings.mail_from)
    return DemoMailer(settings.data / "mail", settings.mail_from) if settings.is_demo else None


def _message(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=sender.rpartition("@")[2] or None)
    message["Auto-Submitted"] = "auto-generated"  # So that no holiday notice answers.
    message.set_content(text)
    return message
