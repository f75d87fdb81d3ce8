"""Puts the parts of signing in together, for the application."""

from collections.abc import Sequence
from functools import partial

from starlette.routing import Route

from auth.email_code import EmailCodes
from auth.invitation import InvitationLinks
from auth.known_browser import KnownBrowsers
from auth.nudge_link import NudgeLinks
from auth.oidc import RelyingParty
from auth.outbound import Outbound
from auth.provider import Provider
from auth.sealed_secret import Sealer
from auth.secret import PERSONS, Keyed
from auth.session import Sessions
from auth.widget_token import WidgetTokens
from database.door import Database
from jobs.mail import Post
from mail import letter, signature, transport
from mail.letter import Letters
from server import settings
from server.settings import Settings
from server.sign_in.demo import DemoSignIn
from server.sign_in.email import EmailSignIn
from server.sign_in.frame import SignIn
from server.sign_in.invitation import InvitationSignIn
from server.sign_in.popup import PopUp
from server.sign_in.provider import SignInProvider
from server.sign_in.second_step import SecondStepSignIn
from server.sign_in.session import SessionRoutes
from tenants.registry import TenantRegistry


def post(config: Settings, database: Database, registry: TenantRegistry, port: int) -> Post | None:
    """What sends this installation's mails; None where it sends none. `port` is the demonstration's."""
    folder = config.data / "mail" if config.is_demo else None
    sign = signature.signer(config.dkim_key, config.dkim_selector, config.mail_from) if config.dkim_key else None
    mailer = transport.mailer(config.smtp_url, config.mail_from, folder, sign)
    if mailer is None:
        return None
    base = partial(letter.base, is_demo=config.is_demo, port=port)
    code, token = EmailCodes(config.secret).code, InvitationLinks(config.secret).make
    links = NudgeLinks(config.secret)
    secrets = {"code": code, "invitation_token": token, "nudge_token": links.make, "reader_token": links.make_reader}
    letters = Letters(registry, mailer, base, **secrets)
    return Post(database, letters.send)


def sign_in(
    config: Settings, database: Database, registry: TenantRegistry, sessions: Sessions, mails: Post | None
) -> SignIn:
    """What all routes of signing in do."""
    return SignIn(database, registry, sessions, KnownBrowsers(config.secret), mails, config.is_demo)


def routes(config: Settings, frame: SignIn, widgets: WidgetTokens, outbound: Outbound) -> Sequence[Route]:
    """Everything under `/auth`."""
    sealer = Sealer(config.secret)

    def secret_of(provider: Provider) -> str:
        if provider.sealed_secret is None:
            return settings.secret_of(config, provider.secret_name)
        return sealer.open(provider.tenant, provider.slug, provider.sealed_secret)

    relying_party = RelyingParty(outbound, secret_of)
    return [
        *SessionRoutes(frame, relying_party).routes(),
        *EmailSignIn(frame, EmailCodes(config.secret)).routes(),
        *InvitationSignIn(frame, InvitationLinks(config.secret)).routes(),
        *SignInProvider(frame, relying_party, config.secret).routes(),
        *SecondStepSignIn(frame, sealer, Keyed(config.secret, PERSONS)).routes(),
        *PopUp(frame, widgets).routes(),
        *(DemoSignIn(frame).routes() if config.is_demo else ()),
    ]
