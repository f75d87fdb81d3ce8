"""Letters: what mails say, written when they are sent, at the portal's own address."""

import logging
from collections.abc import Callable

from auth import email_code
from auth.email_code import EmailCodes
from auth.invitation import InvitationLinks
from jobs.mail import Outcome
from models import retention
from models.mail import MailKind
from server.mail import Mailer, MailError
from tenants.mail import ClaimedMail
from tenants.registry import TenantRecord, TenantRegistry

LOCAL_PORT = 8000
"""Where the demonstration is served unless somebody chooses otherwise."""

Letter = tuple[str, str]
"""Subject and text."""

logger = logging.getLogger("parvis.mail")


class Letters:
    """Writes mails and hands them over."""

    def __init__(
        self, registry: TenantRegistry, secret: str, mailer: Mailer, base: Callable[[TenantRecord], str]
    ) -> None:
        """`base` gives a portal's own address."""
        self._registry = registry
        self._links = InvitationLinks(secret)
        self._codes = EmailCodes(secret)
        self._mailer = mailer
        self._base = base

    async def send(self, tenant: int, mail: ClaimedMail) -> Outcome:
        """Write a mail and hand it over."""
        portal = next((record for record in self._registry.tenants if record.number == tenant), None)
        if portal is None:
            return Outcome.LATER  # New: the registry follows.
        subject, text = self._letter(portal, mail)
        try:
            await self._mailer.send(mail.email, subject, text)
        except MailError as error:
            what = "will never be taken" if error.is_final else "could not be sent"
            logger.warning("a mail (%s), attempt %d, %s: %s", mail.kind.value, mail.attempt, what, error)
            return Outcome.REFUSED if error.is_final else Outcome.LATER
        return Outcome.SENT

    def _letter(self, portal: TenantRecord, mail: ClaimedMail) -> Letter:
        match mail.kind:
            case MailKind.INVITATION:
                token = self._links.make(portal.number, mail.about)
                return _invitation(portal.title, f"{self._base(portal)}/auth/invitation?token={token}")
            case MailKind.SIGN_IN_CODE:
                return _code(portal.title, self._codes.code(portal.number, mail.about))
            case MailKind.ACCOUNT_ERASED:
                return _erased(portal.title)
            case MailKind.ACCOUNT_UNUSED:
                return _unused(portal.title, f"{self._base(portal)}/moi")


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


def _code(title: str, code: str) -> Letter:
    """The subject shows no code: telephones show subjects on locked screens."""
    minutes = int(email_code.GOOD_FOR.total_seconds() // 60)
    text = (
        f"Bonjour,\n\nvotre code de connexion à « {title} » :\n\n    {code[:4]} {code[4:]}\n\n"
        f"Il est valable {minutes} minutes et ne sert qu’une fois. Ne le donnez à personne.\n"
        "Si vous ne l’avez pas demandé, ignorez ce message.\n"
    )
    return f"Votre code de connexion – {title}", text


def _erased(title: str) -> Letter:
    text = (
        f"Bonjour,\n\nvotre compte sur « {title} » est effacé, avec votre adresse, vos connexions et vos positions.\n"
        "Vos votes restent comptés sans que l’on sache qu’ils étaient les vôtres.\n\n"
        "Ce message est le dernier : votre adresse n’est plus gardée après son envoi. "
        "Si vous n’avez pas demandé cet effacement, écrivez à votre collectivité.\n"
    )
    return f"Votre compte est effacé – {title}", text


def _unused(title: str, url: str) -> Letter:
    years, days = retention.ACCOUNT_UNUSED_YEARS, retention.ACCOUNT_WARNED_DAYS
    text = (
        f"Bonjour,\n\nvous n’êtes pas venu·e sur « {title} » depuis bientôt {years} ans. Nous ne gardons pas "
        f"les comptes qui ne servent plus : le vôtre sera effacé dans {days} jours, avec vos textes.\n\n"
        f"Pour le garder, il suffit de vous connecter une fois :\n\n    {url}\n\n"
        "Si vous n’en avez plus besoin, vous n’avez rien à faire.\n"
    )
    return f"Votre compte sera bientôt effacé – {title}", text
