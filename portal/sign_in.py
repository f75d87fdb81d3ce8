"""Sign in: the pages under `/auth` of a portal's own host, and the pop-up window of widgets."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from portal import render, site
from portal.house import House
from portal.message import catalogue
from portal.message import mark as _
from portal.value import PARIS

BAD_ADDRESS = _("Cette adresse n'est pas valable : vérifiez-la, par exemple prenom.nom@exemple.fr.")
ACCENT = _("Nos messages ne peuvent pas atteindre une adresse qui a un accent avant le @ : essayez-en une autre.")
BAD_CODE = _("Un code a huit chiffres.")
WRONG_CODE = _("Ce code n'est pas le bon, ou il n'est plus valable.")
RESERVED = _("Ce nom est réservé : choisissez-en un autre.")
OLD_INVITATION = _("Cette invitation n'est plus valable.")
WRONG_STEP = _("Ce code n'est pas le bon, ou il a déjà servi. Attendez le suivant, ou prenez un code de secours.")
TOO_MANY_STEPS = _(
    "Trop de codes ont été essayés. Réessayez dans une heure, ou demandez à l'administration du portail."
)


@dataclass(frozen=True, slots=True)
class Offer:
    """An identity provider by which one may sign in."""

    title: str
    slug: str


@dataclass(frozen=True, slots=True)
class SignInStep:
    """Where somebody is in signing in; `message` is one of those above.

    `name` is `address`, `code`, `invitation`, `leaving` (for a provider, while a form waits),
    `continue` (with the form that waited), `second_step`, `signed_in`, `linking` or `signed_out`.

    `person` and `email` are the account's; of an invitation, the person is empty who has chosen no name
    yet. `provider` names the identity provider to which `url` leads: to link an
    identity there, or to end the session there, too.
    """

    name: str
    message: str = ""
    email: str = ""
    token: str = ""
    person: str = ""
    provider: str = ""
    url: str | None = None
    kept: str = ""
    called: str = ""
    """The name that was typed, where the form comes back."""


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The page of signing in; `next` is the path that follows."""

    step: SignInStep
    next: str
    sends_mail: bool
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class PopUpPage:
    """The pop-up window of a widget on pages of `origin`; `code` is empty until somebody agreed.

    `state` is the page's own, which gets it back; `back` is an address of it.
    """

    title: str
    collectivite: str
    primary_color: str
    secondary_color: str
    name: str
    widget: str
    origin: str
    state: str
    back: str
    code: str
    language: str

    @property
    def way_back(self) -> str:
        """The address of the page that asked, which finds the code behind the `#`: no server is sent that."""
        before = f"{self.back}&" if "#" in self.back else f"{self.back}#"
        return f"{before}parvis={self.widget}.{self.state}.{self.code}"


def page(house: House, content: SignInPage, language: str) -> str:
    """The page of a step."""
    waiting = parse_qsl(content.step.kept, keep_blank_values=True)
    return site.alone(house, "sign_in", language, page=content, step=content.step, waiting=waiting)


def not_done(provider: str, language: str) -> str:
    """What somebody is told whom an identity provider sent back without an identity."""
    return catalogue(language).gettext(_("La connexion avec %(provider)s n'a pas abouti.")) % {"provider": provider}


def popup(content: PopUpPage) -> str:
    """The page `/auth/popup`."""
    templates = render.environment(content.language, PARIS)  # It tells no day and no hour.
    return templates.get_template("popup.html").render(page=content, language=content.language)
