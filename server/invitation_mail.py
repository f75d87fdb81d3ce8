"""The mail of an invitation: its link, at the portal's own address."""

import logging
from uuid import UUID

from auth.invitation import InvitationLinks
from server.mail import Mailer, MailError
from tenants.registry import TenantRecord, TenantRegistry

LOCAL_PORT = 8000
"""Where the demonstration is served unless somebody chooses otherwise."""

logger = logging.getLogger("parvis.mail")


class InvitationMail:
    """Writes and sends invitations."""

    def __init__(self, registry: TenantRegistry, links: InvitationLinks, mailer: Mailer, *, is_demo: bool) -> None:
        self._registry = registry
        self._links = links
        self._mailer = mailer
        self._is_demo = is_demo

    async def send(self, tenant: int, invitation: UUID, email: str) -> bool:
        """Mail an invitation; whether the mail server took it."""
        found = next((record for record in self._registry.tenants if record.number == tenant), None)
        if found is None:
            return False
        url = f"{base(found, is_demo=self._is_demo)}/auth/invitation?token={self._links.make(tenant, invitation)}"
        try:
            await self._mailer.send(email, f"Invitation – {found.title}", _text(found.title, url))
        except MailError as error:
            logger.warning("an invitation could not be sent: %s", error)
            return False
        return True


def base(tenant: TenantRecord, *, is_demo: bool) -> str:
    """The portal's own address; on the developer's machine in the demonstration, where its hosts lead nowhere."""
    if is_demo or not tenant.hosts:
        return f"http://{tenant.slug}.localhost:{LOCAL_PORT}"
    return f"https://{tenant.hosts[0]}"


def _text(title: str, url: str) -> str:
    return (
        f"Bonjour,\n\nvous êtes invité·e à participer à « {title} ». Pour accepter, ouvrez ce lien :\n\n    {url}\n\n"
        "Il est valable sept jours et ne sert qu’une fois. Ne le transmettez à personne : il vous connecte.\n"
    )
