"""Puts the parts of signing in together, for the application."""

from collections.abc import Sequence
from functools import partial

from starlette.routing import Route

from auth.email_code import EmailCodes
from auth.invitation import InvitationLinks
from auth.oidc import RelyingParty
from auth.outbound import Outbound
from auth.session import Sessions
from auth.widget_token import WidgetTokens
from database.door import Database
from jobs import invitation
from server import mail, settings
from server.demo_sign_in import DemoSignIn
from server.invitation_mail import InvitationMail
from server.popup import PopUp
from server.settings import Settings
from server.sign_in import SignIn
from server.sign_in_provider import SignInProvider
from tenants.registry import TenantRegistry


def invitation_mail(config: Settings, registry: TenantRegistry) -> invitation.Mail | None:
    """How the worker mails invitations; None where the installation sends no mail."""
    mailer, links = mail.mailer(config), InvitationLinks(config.secret)
    return InvitationMail(registry, links, mailer, is_demo=config.is_demo).send if mailer else None


def sign_in(
    config: Settings, database: Database, registry: TenantRegistry, sessions: Sessions, outbound: Outbound
) -> SignIn:
    """Signing in by e-mail and by invitation."""
    relying_party = RelyingParty(outbound, partial(settings.secret_of, config))
    codes, links = EmailCodes(config.secret), InvitationLinks(config.secret)
    return SignIn(database, registry, sessions, codes, links, relying_party, mail.mailer(config), config.is_demo)


def routes(config: Settings, found: SignIn, widgets: WidgetTokens) -> Sequence[Route]:
    """Everything under `/auth`."""
    provider, popup = SignInProvider(found, found.relying_party, config.secret), PopUp(found, widgets)
    demo = DemoSignIn(found).routes() if config.is_demo else []
    return [*found.routes(), *provider.routes(), *popup.routes(), *demo]
