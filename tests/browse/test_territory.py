"""Territory in the browser: a commune publishes by a rule, an inhabitant of the département finds the offer on the list
and on the map and goes to its portal, the commune takes it back; and a zone moves into a portal of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.acting import cast
from tests.browse.test_accessible import violations
from tests.conftest import Portal
from tests.given import Given
from tests.test_territory_publication import offered, settle
from tests.test_zone_move import finish, newest
from tests.test_zone_move import offered as proposed_in

WIDTHS = (320, 390, 1280)


@dataclass(frozen=True)
class Eyes:
    """How people of a story look at pages: their browser, with script or without, and the accessibility checks."""

    chromium: Browser
    has_script: bool
    axe: str

    @contextmanager
    def page(self, portal: Portal | None = None) -> Iterator[Page]:
        """A page of whoever the portal's token is of, at that portal alone; anybody's where there is none."""
        context = self.chromium.new_context(
            viewport={"width": 390, "height": 844}, service_workers="block", bypass_csp=True, reduced_motion="reduce"
        )
        if not self.has_script:
            context.route("**/*.js", lambda route: route.abort())
        context.set_default_timeout(12_000)
        page = context.new_page()
        if portal is not None:

            def sign(route: Route) -> None:
                route.continue_(headers={**route.request.headers, "authorization": f"Bearer {portal.token}"})

            page.route(f"{home_of(portal)}/**", sign)
        yield page
        context.close()

    def look(self, page: Page) -> None:
        """It fits on a phone and on a desk, and axe finds nothing, by day and by night."""
        page.mouse.move(0, 0)  # What is hovered is changing its colour.
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        page.set_viewport_size({"width": 1280 if self.has_script else 390, "height": 844})
        assert violations(page, self.axe) == [], page.url
        page.emulate_media(color_scheme="dark")
        assert violations(page, self.axe, ["color-contrast"]) == [], page.url
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 390, "height": 844})


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def eyes(chromium: Browser, axe: str, request: pytest.FixtureRequest) -> Eyes:
    return Eyes(chromium, request.param, axe)


def home_of(portal: Portal) -> str:
    """Where the portal is found in a browser of this machine."""
    return portal.running.url.replace("127.0.0.1", f"{portal.story.slug}.localhost")


def opened(given: Given, rennes: Portal, collectivite: str) -> Portal:
    """A new portal, for its administrator."""
    name = f"story-{uuid4().hex[:8]}"
    return given.actor(given.tenant(rennes, name, collectivite), role="ADMIN", name="Anne")


def test_offer_is_published_found_on_list_and_map_and_taken_back(given: Given, rennes: Portal, eyes: Eyes) -> None:
    department, commune = (opened(given, rennes, name) for name in ("departement-35", "commune-35238"))
    offered(given, commune, "Tailler les haies")
    offered(given, commune, "Porter mes courses", kind="REQUEST")
    with eyes.page(department) as admin:
        admin.goto(f"{home_of(department)}/gestion/territoire")
        admin.get_by_role("button", name="Recevoir", exact=True).click()
        expect(admin.get_by_text("Ce portail montre ce que d’autres publient vers lui.")).to_be_visible()
        eyes.look(admin)
    with eyes.page(commune) as admin, eyes.page(given.actor(department)) as resident:
        resident.goto(f"{home_of(department)}/territoire")
        expect(resident.get_by_text("Rien ici pour le moment.")).to_be_visible()
        eyes.look(resident)
        publish(admin, commune, department, eyes)
        settle(given, commune)
        find(resident, department, commune, eyes)
        admin.get_by_role("button", name="Ne plus publier").click()
        expect(admin.get_by_text("Rien ne part : aucune règle n’est posée.")).to_be_visible()
        eyes.look(admin)
        resident.goto(f"{home_of(department)}/territoire")
        expect(resident.get_by_text("Rien ici pour le moment.")).to_be_visible()
        expect(resident.locator("#carte .cell")).to_have_count(0)


def publish(admin: Page, commune: Portal, department: Portal, eyes: Eyes) -> None:
    """The commune's administrator looks at what would leave, thinks better of half of it, and publishes the rest."""
    admin.goto(f"{home_of(commune)}/gestion/territoire")
    expect(admin.get_by_text("Rien ne part : aucune règle n’est posée.")).to_be_visible()
    admin.get_by_label("Vers le portail").select_option(value=department.story.slug)
    preview = admin.locator("#apercu")
    admin.get_by_role("button", name="Voir ce qui partirait").click()
    expect(preview.get_by_text("2 annonces partiraient.")).to_be_visible()
    eyes.look(admin)
    admin.get_by_label("Besoins").uncheck()
    admin.get_by_role("button", name="Voir ce qui partirait").click()
    expect(preview.get_by_text("1 annonce partirait.")).to_be_visible()
    expect(preview.get_by_text("Tailler les haies")).to_be_visible()
    expect(preview.get_by_text("Porter mes courses")).to_have_count(0)
    admin.get_by_role("button", name="Publier ainsi").click()
    rule = admin.locator("#regles li")
    expect(rule).to_have_count(1)
    expect(rule).to_contain_text("Offres")
    expect(rule).not_to_contain_text("Besoins")
    eyes.look(admin)


def find(resident: Page, department: Portal, commune: Portal, eyes: Eyes) -> None:
    """An inhabitant of the département finds the one offer on the list, by its hexagon, and at its own portal."""
    here, there = home_of(department), home_of(commune)
    resident.goto(f"{here}/")
    resident.get_by_role("link", name="Sur le territoire").first.click()
    cards = resident.locator("#liste .card")
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text("Rennes")
    eyes.look(resident)
    resident.locator("#carte a.cell, #carte .cell a").first.click()
    expect(cards).to_have_count(1)
    expect(resident.get_by_role("link", name="Voir tout le territoire")).to_be_visible()
    eyes.look(resident)
    resident.get_by_role("link", name="Besoins").click()
    expect(resident.get_by_text("Rien ici pour le moment.")).to_be_visible()
    resident.get_by_role("link", name="Offres").click()
    cards.get_by_role("link", name="Tailler les haies").click()
    expect(resident.get_by_role("heading", level=1)).to_have_text("Tailler les haies")
    assert resident.url.startswith(f"{there}/contribution/")


def test_zone_is_proposed_accepted_moved_and_given_back(given: Given, rennes: Portal, eyes: Eyes) -> None:
    department, commune = (opened(given, rennes, name) for name in ("departement-35", "commune-35238"))
    zone = given.zone(department, "Bourg de Saint-Grégoire")
    activity = given.activity(department, kind="IDEA_BOX", vote_method="SUPPORT")
    idea = proposed_in(given, given.actor(department, name="Maryse"), zone, activity, title="Un banc au lavoir")
    assert cast(given.actor(department), idea, "SUPPORT")["userErrors"] == []
    old = f"{home_of(department)}/contribution/{idea}"
    with eyes.page(commune) as host, eyes.page(department) as guest, eyes.page() as visitor:
        host.goto(f"{home_of(commune)}/gestion/territoire")
        host.get_by_role("button", name="Recevoir", exact=True).click()
        guest.goto(f"{home_of(department)}/gestion/quartiers")
        guest.get_by_role("link", name="Un quartier part vers le portail de sa commune").click()
        eyes.look(guest)
        guest.get_by_label("Quartier").select_option(label="Bourg de Saint-Grégoire")
        guest.get_by_label("Vers le portail").select_option(value=commune.story.slug)
        guest.get_by_role("button", name="Proposer", exact=True).click()
        expect(guest.locator("#demenagements li").first).to_contain_text("Bourg de Saint-Grégoire vers")
        eyes.look(guest)
        host.goto(f"{home_of(commune)}/gestion/quartiers")
        host.get_by_role("link", name="Un quartier part vers le portail de sa commune").click()
        eyes.look(host)
        host.get_by_role("button", name="Accueillir ces contributions").click()
        finish(given, department, commune, str(newest(commune)["id"]))
        host.reload()
        expect(host.locator("#demenagements li").first).to_contain_text("1 contribution déménagée")
        eyes.look(host)
        visitor.goto(old)
        assert visitor.url.startswith(f"{home_of(commune)}/contribution/")
        expect(visitor.get_by_role("heading", level=1)).to_have_text("Un banc au lavoir")
        expect(visitor.locator("#vote")).to_contain_text("1")
        host.get_by_role("button", name="Tout rendre").click()
        finish(given, department, commune, str(newest(commune)["id"]))
        visitor.goto(old)
        assert visitor.url == old
        expect(visitor.get_by_role("heading", level=1)).to_have_text("Un banc au lavoir")
