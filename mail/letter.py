"""Letters: what mails say, written when they are sent, at the portal's own address."""

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from mail.queue import ClaimedMail, MailOutcome
from mail.transport import Mailer, MailError
from models.mail import MailKind
from tenants.registry import TenantRecord, TenantRegistry

LOCAL_PORT = 8000
"""Where the demonstration is served unless somebody chooses otherwise."""

Letter = tuple[str, str]
"""Subject and text."""

Secret = Callable[[int, UUID], str]
"""What a letter tells its reader alone, made from the tenant's number and the row that the mail speaks of."""

logger = logging.getLogger("parvis.mail")


class Letters:
    """Writes mails and hands them over."""

    def __init__(
        self,
        registry: TenantRegistry,
        mailer: Mailer,
        base: Callable[[TenantRecord], str],
        *,
        code: Secret,
        invitation_token: Secret,
    ) -> None:
        """`base` gives a portal's own address."""
        self._registry = registry
        self._mailer = mailer
        self._base = base
        self._code = code
        self._invitation_token = invitation_token

    async def send(self, tenant: int, mail: ClaimedMail) -> MailOutcome:
        """Write a mail and hand it over."""
        portal = next((record for record in self._registry.tenants if record.number == tenant), None)
        if portal is None:
            return MailOutcome.LATER  # New: the registry follows.
        subject, text = self._letter(portal, mail)
        try:
            await self._mailer.send(mail.email, subject, text)
        except MailError as error:
            what = "will never be taken" if error.is_final else "could not be sent"
            logger.warning("a mail (%s), attempt %d, %s: %s", mail.kind.value, mail.attempt, what, error)
            return MailOutcome.REFUSED if error.is_final else MailOutcome.LATER
        return MailOutcome.SENT

    def _letter(self, portal: TenantRecord, mail: ClaimedMail) -> Letter:
        match mail.kind:
            case MailKind.INVITATION:
                token = self._invitation_token(portal.number, mail.about)
                return _invitation(portal.title, f"{self._base(portal)}/auth/invitation?token={token}")
            case MailKind.SIGN_IN_CODE:
                return _code(portal.title, self._code(portal.number, mail.about), mail.good_for)


def base(tenant: TenantRecord, *, is_demo: bool, port: int = LOCAL_PORT) -> str:
    """The portal's own address; on the developer's machine in the demonstration, where its hosts lead nowhere."""
    if is_demo or not tenant.hosts:
        return f"http://{tenant.slug}.localhost:{port}"
    return f"https://{tenant.hosts[0]}"


def _invitation(title: str, url: str) -> Letter:
    text = (
        f"Bonjour,\n\nvous êtes invité·e à participer à « {title} ». Pour accepter, ouvrez ce lien :\n\n    {url}\n\n"
        "Il est valable sept jours et ne sert qu’une fois. Ne le transmettez à personne : il vous connecte.\n"
    )
    return f"Invitation – {title}", text


def _code(title: str, code: str, good_for: timedelta) -> Letter:
    """The subject shows no code: telephones show subjects on locked screens."""
    minutes = int(good_for.total_seconds() // 60)
    text = (
        f"Bonjour,\n\nvotre code de connexion à « {title} » :\n\n    {code[:4]} {code[4:]}\n\n"
        f"Il est valable {minutes} minutes et ne sert qu’une fois. Ne le donnez à personne.\n"
        "Si vous ne l’avez pas demandé, ignorez ce message.\n"
    )
    return f"Votre code de connexion – {title}", text
