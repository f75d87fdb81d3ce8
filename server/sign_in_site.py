"""Puts the parts of signing in together, for the application."""

from collections.abc import Sequence
from functools import partial

from starlette.routing import Route

from auth.email_code import EmailCodes
from auth.invitation import InvitationLinks
from auth.known_browser import KnownBrowsers
from auth.oidc import RelyingParty
from auth.outbound import Outbound
from auth.session import Sessions
from auth.widget_token import WidgetTokens
from database.door import Database
from jobs.mail import Post
from mail import letter, transport
from mail.letter import Letters
from server import settings
from server.demo_sign_in import DemoSignIn
from server.popup import PopUp
from server.settings import Settings
from server.sign_in import SignIn
from server.sign_in_provider import SignInProvider
from tenants.registry import TenantRegistry


def post(config: Settings, database: Database, registry: TenantRegistry, port: int) -> Post | None:
    """What sends this installation's mails; None where it sends none. `port` is the demonstration's."""
    folder = config.data / "mail" if config.is_demo else None
    mailer = transport.mailer(config.smtp_url, config.mail_from, folder)
    if mailer is None:
        return None
    base = partial(letter.base, is_demo=config.is_demo, port=port)
    code, token = EmailCodes(config.secret).code, InvitationLinks(config.secret).make
    return Post(database, Letters(registry, mailer, base, code=code, invitation_token=token).send)


def sign_in(
    config: Settings,
    database: Database,
    registry: TenantRegistry,
    sessions: Sessions,
    outbound: Outbound,
    mails: Post | None,
) -> SignIn:
    """Signing in by e-mail and by invitation."""
    relying_party = RelyingParty(outbound, partial(settings.secret_of, config))
    codes, browsers, links = EmailCodes(config.secret), KnownBrowsers(config.secret), InvitationLinks(config.secret)
    return SignIn(database, registry, sessions, codes, browsers, links, relying_party, mails, config.is_demo)


def routes(config: Settings, found: SignIn, widgets: WidgetTokens) -> Sequence[Route]:
    """Everything under `/auth`."""
    provider, popup = SignInProvider(found, found.relying_party, config.secret), PopUp(found, widgets)
    demo = DemoSignIn(found).routes() if config.is_demo else []
    return [*found.routes(), *provider.routes(), *popup.routes(), *demo]
