"""State: pages that no address alone leads to: refused forms, steps of publishing and of signing in, faults, the pop-up."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import GraphQLSchema

from portal import developer, sign_in, site
from portal.sign_in import Offer, PopUpPage, SignInPage, SignInStep
from portal.visit import Visit
from server.page import house as houses
from tests.browser import Browser
from tests.conftest import Portal
from tests.sample import activities, enter
from tests.test_page_portal import hidden

FAULTS = (400, 403, 404, 405, 429, 500, 503)
STEPS = (
    SignInStep("address"),
    SignInStep("address", "Cette adresse n’est pas valable.", "camille@", kept="form=Comment&body=Bonjour+%C3%A0+tous"),
    SignInStep("code", email="camille@exemple.fr"),
    SignInStep("code", "Un code a huit chiffres.", "camille@exemple.fr"),
    SignInStep("invitation", email="camille@exemple.fr", token="x"),
    SignInStep("continue", kept="form=Comment&body=Bonjour+%C3%A0+tous"),
    SignInStep("signed_in", person="Camille", email="camille@exemple.fr"),
    SignInStep(
        "linking", person="Camille", email="camille@exemple.fr", provider="FranceConnect", url="https://a.example/"
    ),
    SignInStep("signed_out", url=None),
)


@dataclass(frozen=True)
class Shown:
    """A page as the server sent it; `path` is where a browser shows it."""

    path: str
    html: str
    name: str = field(default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or self.path)


def states(portal: Portal) -> Iterator[Shown]:
    """All of them."""
    yield from _publishing(portal)
    yield from _signing_in(portal)
    yield from _faults(portal)
    yield from _others(portal)


def _publishing(portal: Portal) -> Iterator[Shown]:
    member = enter(portal, "MEMBER")
    for kind, offer in (("MUTUAL_AID", "OFFER"), ("MUTUAL_AID", "REQUEST"), ("MARKETPLACE", "LISTING")):
        path = f"/publier/{activities(portal, kind)[0]}?kind={offer}"
        fields = hidden(member.get(path).text, "Publish")
        typed = {"title": "Confitures", "body": "Douze pots.", "location": "8818630a4bfffff", "priceCents": "4,50"}
        for step in ("where", "check"):
            yield Shown(path, member.submit(path, {**fields, **typed, "step": step}).text, f"{path}: {step}")
        towns = {**fields, **typed, "step": "where", "town": "Saint"}
        yield Shown(path, member.submit(path, towns).text, f"{path}: towns")
        for changed in ({"title": "a", "body": ""}, {"location": "nowhere"}, {"priceCents": "cher"}):
            refused = member.submit(path, {**fields, **typed, **changed})
            if refused.status_code == 422:
                yield Shown(path, refused.text, f"{path}: {changed}")


def _signing_in(portal: Portal) -> Iterator[Shown]:
    house = houses.of(portal.record, is_demo=True)
    offers = (Offer("FranceConnect", "franceconnect"),)
    for step in STEPS:
        html = sign_in.page(house, SignInPage(step, "/moi", True, offers), "fr")
        yield Shown("/auth/sign-in", html, f"signing in: {step.name} {step.message}")


def _faults(portal: Portal) -> Iterator[Shown]:
    house = houses.of(portal.record, is_demo=True)

    async def nothing(*_: object, **__: object) -> None: ...

    for status in FAULTS:
        posted = {"form": ["Comment"], "body": ["Je passe demain matin."]} if status == 503 else None
        visit = Visit(house, "fr", "/annonces", {}, posted, False, GraphQLSchema(), nothing)  # type: ignore[arg-type]
        yield Shown("/annonces", site.fault(visit, status).html, f"fault {status}")


def _others(portal: Portal) -> Iterator[Shown]:
    widget = ("x", "https://www.rennes.example", "", "https://www.rennes.example/")
    for code in ("", "a" * 43):
        asked = PopUpPage("Rennes", "Rennes", "#5b2a86", "#f2b705", "Camille", *widget, code, "fr")
        yield Shown("/auth/popup", sign_in.popup(asked), f"pop-up {code}")
    yield Shown("/", developer.suspended_page(), "suspended")
    yield Shown("/", developer.not_found_page(), "unknown host")
    yield Shown("/en/annonces", Browser(portal.client, portal.host).get("/en/annonces").text)
    yield Shown(
        "/annonces?search=rienderien", Browser(portal.client, portal.host).get("/annonces?search=rienderien").text
    )
    yield Shown("/developers", Browser(portal.client, portal.host).get("/developers").text)
