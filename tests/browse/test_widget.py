"""Widgets on a page of another origin, under a strict policy and without third-party cookies: read, sign in, vote."""

import gzip
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

import web
from portal import asset
from tests.acting import published
from tests.browse.conftest import CHROMIUM
from tests.browse.host_site import HostSite, host_site, page
from tests.browse.test_accessible import violations
from tests.conftest import Portal
from tests.given import Given, uuid_in

MAX_KB = 25
"""Of the whole script, packed, before a map library, of which there is none."""

REGISTER = """mutation($input: WidgetRegisterInput!) {
  widgetRegister(input: $input) { widget { id } userErrors { code } } }"""
EXPECTED = "the server responded with a status of 401"
"""What Chromium says of a code that is not good: every answer of such a status is an error to it."""

BLOCKED = """for (const name of ["sessionStorage", "localStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
}
window.BroadcastChannel = class { constructor() { throw new DOMException("blocked", "SecurityError"); } };"""
"""As a browser does that keeps nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[HostSite]:
    with host_site() as site:
        yield site


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 900, "height": 900})
    yield context
    context.close()


@pytest.fixture
def city(context: BrowserContext) -> Iterator[Page]:
    """The city's page, which complains of nothing: no policy is broken, no error is thrown."""
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert [said for said in complaints if EXPECTED not in said] == []


@pytest.fixture(scope="module")
def box(given: Given, rennes: Portal) -> str:
    """An idea box with two ideas."""
    activity = given.activity(rennes, kind="IDEA_BOX", vote_method="SUPPORT", location_rule="NONE")
    given.sql(rennes, "UPDATE __tenant__.activity SET title = 'Idées' WHERE id = %s", uuid_in(activity))
    author = given.actor(rennes)
    for title in ("Des bancs <b>à l'ombre</b>", "Une fontaine"):
        published(author, activity, title=title)
    return activity


def registered(given: Given, portal: Portal, site: HostSite, **fields: object) -> str:
    admin = given.actor(portal, role="ADMIN")
    wanted = {"name": "Accueil", "origins": [site.origin], "isTrustedOnly": True, **fields}
    answer = admin.ask(REGISTER, input=wanted)["widgetRegister"]
    assert answer["userErrors"] == []
    return str(answer["widget"]["id"])


def element(kind: str, home: str, widget: str, attributes: str = "") -> str:
    return (
        f'<parvis-{kind} portal="{home}" widget="{widget}" {attributes}><a href="{home}">Le portail</a></parvis-{kind}>'
    )


def script(home: str) -> str:
    return f'<script src="{home}/widget.js" async></script>'


def sign_in(window: Page) -> None:
    """As a resident of the demonstration, in the portal's window."""
    window.get_by_role("button", name="Une habitante").click()
    window.get_by_role("button", name="Continuer").click()


def test_script_weighs_at_most_25_kb(capsys: pytest.CaptureFixture[str]) -> None:
    path: Path = web.STATIC / "portal" / asset.file("widget.js")
    packed = len(gzip.compress(path.read_bytes(), 9))
    with capsys.disabled():
        sys.stdout.write(f"\nwidget.js: {packed / 1000:.1f} kB packed\n")
    assert packed <= MAX_KB * 1000


def test_resident_reads_signs_in_and_votes(
    city: Page, context: BrowserContext, site: HostSite, given: Given, rennes: Portal, home: str, box: str
) -> None:
    widget = registered(given, rennes, site, activity=box)
    site.pages["/"] = page(script(home) + element("list", home, widget) + element("vote", home, widget))
    city.goto(f"{site.origin}/")
    list_, vote = city.locator("parvis-list"), city.locator("parvis-vote")
    expect(list_.get_by_role("heading", name="Idées")).to_be_visible()
    expect(list_.get_by_role("link", name="Des bancs <b>à l'ombre</b>")).to_be_visible()
    button = vote.get_by_role("button", name="Je soutiens – Une fontaine")
    with context.expect_page() as opened:
        button.click()
    sign_in(opened.value)
    pressed = vote.get_by_role("button", name="Je ne soutiens plus – Une fontaine")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    expect(vote.get_by_text("1 soutien", exact=True)).to_be_visible()
    expect(vote.get_by_text("Vous participez en tant que")).to_be_visible()
    assert opened.value.is_closed()
    city.reload()  # The tab remembers who signed in.
    pressed.click()
    expect(vote.get_by_text("0 soutien").first).to_be_visible()
    vote.get_by_role("button", name="Me déconnecter d’ici").click()
    expect(vote.get_by_role("button", name="Se connecter pour voter")).to_be_visible()
    assert {cookie["domain"] for cookie in context.cookies()} == {"rennes.localhost"}


def test_third_party_cookies_are_blocked_and_nothing_needs_them(
    chromium: Browser, site: HostSite, given: Given, rennes: Portal, home: str, box: str
) -> None:
    """In a browser that keeps no cookie of another site, nothing that the page asks the portal for has one."""
    widget = registered(given, rennes, site, activity=box)
    site.pages["/third"] = page(script(home) + element("vote", home, widget))
    arguments = ["--no-sandbox", "--test-third-party-cookie-phaseout"]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=arguments)
    context = browser.new_context()
    city = context.new_page()
    sent: list[Request] = []
    city.on("request", lambda request: sent.append(request))
    city.goto(f"{site.origin}/third")
    with context.expect_page() as opened:
        city.get_by_role("button", name="Je soutiens – Une fontaine").click()
    sign_in(opened.value)
    pressed = city.get_by_role("button", name="Je ne soutiens plus – Une fontaine")
    expect(pressed).to_be_visible()
    pressed.click()
    expect(city.get_by_role("button", name="Je soutiens – Une fontaine")).to_be_visible()
    asked = [request.all_headers() for request in sent if request.url.startswith(home)]
    assert len(asked) >= 5
    assert [headers for headers in asked if "cookie" in headers] == []
    browser.close()


@pytest.mark.parametrize("is_blocked", [False, True], ids=["storage", "no storage"])
def test_page_that_cuts_the_window_off_gets_the_code_by_an_address(
    city: Page,
    context: BrowserContext,
    site: HostSite,
    given: Given,
    rennes: Portal,
    home: str,
    box: str,
    is_blocked: bool,
) -> None:
    """The host's Cross-Origin-Opener-Policy leaves the window no opener: it leads to the page, whose tab has the code."""
    widget = registered(given, rennes, site, activity=box)
    if is_blocked:
        context.add_init_script(BLOCKED)
    with host_site() as strict:
        strict.headers["cross-origin-opener-policy"] = "same-origin"
        widget = registered(given, rennes, strict, activity=box)
        strict.pages["/coop"] = page(script(home) + element("vote", home, widget))
        city.goto(f"{strict.origin}/coop?ville=1#projets")
        with context.expect_page() as opened:
            city.get_by_role("button", name="Je soutiens – Une fontaine").click()
        window = opened.value
        sign_in(window)
        if (
            is_blocked
        ):  # No tab can tell another: the window is the page now, and asks, since anybody could send a link.
            expect(window.get_by_text("Avez-vous demandé à vous connecter ici en tant que")).to_be_visible()
            window.get_by_role("button", name="Oui, continuer").click()
            expect(window.get_by_text("Vous participez en tant que")).to_be_visible()
            assert window.url == f"{strict.origin}/coop?ville=1#projets"
        else:
            pressed = city.get_by_role("button", name="Je ne soutiens plus – Une fontaine")
            expect(pressed).to_be_visible()
            pressed.click()
            expect(city.get_by_role("button", name="Je soutiens – Une fontaine")).to_be_visible()
        assert [path for path in strict.asked if "parvis" in path] == []


def test_provider_that_cuts_the_window_off_costs_nothing(
    city: Page, context: BrowserContext, site: HostSite, given: Given, rennes: Portal, home: str, box: str
) -> None:
    """An identity provider's page on the way has a policy of its own: the window that comes back has no opener."""
    widget = registered(given, rennes, site, activity=box)
    site.pages["/provider"] = page(script(home) + element("vote", home, widget))

    def cut(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "cross-origin-opener-policy": "same-origin"})

    context.route("**/auth/sign-in?*", cut)
    city.goto(f"{site.origin}/provider")
    with context.expect_page() as opened:
        city.get_by_role("button", name="Se connecter pour voter").click()
    sign_in(opened.value)
    expect(city.get_by_text("Vous participez en tant que")).to_be_visible()


def test_browser_that_opens_no_window_goes_on_in_the_tab(
    city: Page, site: HostSite, given: Given, rennes: Portal, home: str, box: str
) -> None:
    widget = registered(given, rennes, site, activity=box)
    site.pages["/tab"] = page(script(home) + element("vote", home, widget))
    city.add_init_script("window.open = () => null")
    city.goto(f"{site.origin}/tab")
    city.get_by_role("button", name="Je soutiens – Une fontaine").click()
    city.get_by_role("button", name="Continuer dans cet onglet").click()
    sign_in(city)
    expect(city.get_by_text("Vous participez en tant que")).to_be_visible()
    assert city.url == f"{site.origin}/tab"


def test_link_with_a_code_that_nobody_asked_for_signs_nobody_in(
    city: Page, site: HostSite, given: Given, rennes: Portal, home: str, box: str
) -> None:
    widget = registered(given, rennes, site, activity=box)
    site.pages["/sent"] = page(script(home) + element("vote", home, widget))
    city.goto(f"{site.origin}/sent#parvis={widget}.{'s' * 24}.{'c' * 43}")
    expect(city.get_by_text("Cette connexion n’est plus valable : recommencez.")).to_be_visible()
    expect(city.get_by_role("button", name="Se connecter pour voter")).to_be_visible()
    assert city.url == f"{site.origin}/sent"


def test_two_portals_on_one_page_with_another_frameworks_style(
    city: Page,
    context: BrowserContext,
    site: HostSite,
    given: Given,
    rennes: Portal,
    lehavre: Portal,
    home: str,
    box: str,
) -> None:
    other = home.replace("rennes", "lehavre")
    idea = given.activity(lehavre, kind="IDEA_BOX", vote_method="SUPPORT", location_rule="NONE")
    published(given.actor(lehavre), idea, title="Un abri de plage")
    first, second = registered(given, rennes, site, activity=box), registered(given, lehavre, site, activity=idea)
    site.pages["/framework.css"] = """
      *, *::before { all: unset !important; color: #eee !important; background: #fff !important; font-size: 3px !important; }
      button { display: none !important } p, a { text-transform: uppercase !important; letter-spacing: 1em !important }"""
    both = element("vote", home, first) + element("vote", other, second)
    style = '<link rel="stylesheet" href="/framework.css">'
    with host_site() as styled:
        styled.headers["content-security-policy"] = styled.headers["content-security-policy"].replace(
            "style-src 'none'", "style-src 'self'"
        )
        styled.pages |= site.pages
        first, second = (
            registered(given, rennes, styled, activity=box),
            registered(given, lehavre, styled, activity=idea),
        )
        both = element("vote", home, first) + element("vote", other, second)
        styled.pages["/two"] = page(script(home) + script(other) + both, head=style)
        city.goto(f"{styled.origin}/two")
        one, two = city.locator("parvis-vote").all()
        expect(one.get_by_role("link", name="Une fontaine")).to_be_visible()
        expect(two.get_by_role("link", name="Un abri de plage")).to_have_attribute("href", re.compile(f"^{other}/"))
        looks = "element => { const { fontSize, color, textTransform } = getComputedStyle(element); return [fontSize, color, textTransform]; }"
        assert one.get_by_role("button", name="Je soutiens – Une fontaine").evaluate(looks) == [
            "16px",
            "rgb(28, 27, 31)",
            "none",
        ]
        with context.expect_page() as opened:
            two.get_by_role("button", name="Se connecter pour voter").click()
        sign_in(opened.value)
        expect(two.get_by_text("Vous participez en tant que")).to_be_visible()
        expect(one.get_by_role("button", name="Se connecter pour voter")).to_be_visible()


LOOKS = (
    "",
    'color="#ffff00"',
    'background="#101418" text="#222222" color="#0b2545"',
    'background="#777777" text="#888888" color="#999999"',
    'color="no colour" background="url(x)" text="rgba(0, 0, 0, 0.1)" font="x;}" radius="9vw"',
)


def test_axe_finds_nothing_inside_whatever_colours_the_page_sets(
    chromium: Browser, site: HostSite, given: Given, rennes: Portal, home: str, box: str, axe: str
) -> None:
    widget = registered(given, rennes, site)
    debate = given.activity(rennes, kind="CONSULTATION", vote_method="OPINION", location_rule="NONE")
    question = published(given.actor(rennes), debate, title="Fermer la place aux voitures")
    published(given.actor(rennes), debate, title="On y respire mieux", kind="ARGUMENT", about=question, side="FOR")
    context = chromium.new_context(bypass_csp=True)
    city = context.new_page()
    told = []
    for number, looks in enumerate(LOOKS):
        kinds = [
            element("list", home, widget, f"{looks} activity={box}"),
            element("vote", home, widget, f"{looks} activity={box}"),
            element("vote", home, widget, f"{looks} activity={debate}"),
            element("debate", home, widget, f"{looks} contribution={question}"),
            element("map", home, widget, looks),
        ]
        body = f"<main><h1>Ville</h1>{''.join(kinds)}</main>"
        site.pages[f"/axe{number}"] = page(script(home) + body, language="en" if number % 2 else "fr")
        for width in (320, 1280):
            city.set_viewport_size({"width": width, "height": 900})
            city.goto(f"{site.origin}/axe{number}")
            expect(city.locator("parvis-map svg .cell").first).to_be_visible()
            expect(city.locator("parvis-debate .sides")).to_be_visible()
            expect(city.locator("[aria-busy=true]")).to_have_count(0)
            told += [f"{looks} {width}: {rule} {nodes}" for rule, nodes in violations(city, axe)]
            assert city.evaluate("document.documentElement.scrollWidth") <= width, looks
    context.close()
    assert "\n".join(told) == ""


def test_map_is_walked_through_by_keyboard(city: Page, site: HostSite, given: Given, rennes: Portal, home: str) -> None:
    widget = registered(given, rennes, site)
    site.pages["/map"] = page(script(home) + element("map", home, widget))
    city.goto(f"{site.origin}/map")
    cells = city.locator("parvis-map .cell")
    expect(cells.first).to_be_visible()
    assert city.locator("parvis-map .cell[tabindex='0']").count() == 1
    city.keyboard.press("Tab")
    before = city.evaluate("document.activeElement.shadowRoot.activeElement.dataset.cell")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        city.keyboard.press(key)
    city.keyboard.press("ArrowRight")
    assert city.evaluate("document.activeElement.shadowRoot.activeElement.dataset.cell") != before
    city.keyboard.press("Enter")
    expect(city.locator("parvis-map .side")).to_contain_text("publication")
    expect(city.locator("parvis-map ul a").first).to_have_attribute("href", re.compile(f"^{home}/contribution/"))
    city.get_by_role("button", name="Agrandir la carte").click()
    expect(city.get_by_role("button", name="Réduire la carte")).to_be_enabled()


def test_site_that_may_not_show_it_is_told_so_and_page_without_script_keeps_its_link(
    chromium: Browser, site: HostSite, given: Given, rennes: Portal, home: str, box: str
) -> None:
    with host_site() as stranger:
        widget = registered(given, rennes, site, activity=box)
        stranger.pages["/"] = page(script(home) + element("list", home, widget))
        for is_scripted in (True, False):
            context = chromium.new_context(java_script_enabled=is_scripted)
            city = context.new_page()
            city.goto(stranger.origin)
            text = "Ce module n’est pas autorisé sur ce site" if is_scripted else "Le portail"
            expect(city.get_by_text(text)).to_be_visible()
            context.close()


def test_frame_is_shown_by_the_widgets_site_and_by_no_other(
    city: Page, site: HostSite, given: Given, rennes: Portal, home: str, box: str
) -> None:
    registered(given, rennes, site, activity=box)
    frame = f'<iframe src="{home}/embed/vote/{box}" width="600" height="640" title="Idées"></iframe>'
    with host_site() as stranger:
        site.pages["/frame"] = stranger.pages["/frame"] = page(frame)
        city.goto(f"{site.origin}/frame")
        inside = city.frame_locator("iframe")
        expect(inside.get_by_role("heading", name="Idées")).to_be_visible()
        expect(inside.get_by_role("button")).to_have_count(0)
        inside.get_by_role("link", name="Une fontaine").click()
        expect(city).to_have_url(re.compile(f"^{home}/contribution/"))
        other = city.context.new_page()
        other.goto(f"{stranger.origin}/frame")
        expect(other.frame_locator("iframe").get_by_role("heading", name="Idées")).to_have_count(0)


def test_administrator_makes_a_vote_and_tries_it_on_a_page_of_another_origin(
    city: Page, context: BrowserContext, home: str, box: str, axe: str
) -> None:
    city.goto(f"{home}/moi")
    city.get_by_role("button", name="L’administration").click()
    city.goto(f"{home}/gestion/widgets")
    city.get_by_label("Nom").fill("Site de la ville")
    city.get_by_label("Site 1").fill("https://www.rennes.example")
    city.get_by_label("Activité montrée").select_option(value=box)
    city.get_by_label("Couleur").fill("#ffff00")
    city.get_by_role("button", name="Créer le widget").click()
    expect(city.get_by_label("À coller dans une page")).to_have_value(re.compile("<parvis-vote portal="))
    inside = city.frame_locator("iframe.widget-preview")
    pressed = inside.get_by_role("button", name="Je soutiens – Une fontaine")
    expect(pressed).to_be_visible()
    city.get_by_label("Une carte").check()
    city.get_by_role("button", name="Changer").click()
    expect(inside.locator("parvis-map .cell").first.or_(inside.get_by_text("0 publication"))).to_be_visible()
    expect(city.get_by_label("À coller dans une page")).to_have_value(re.compile("<parvis-map portal="))
    city.get_by_role("link", name="Voir l’aperçu seul").click()
    expect(city.locator("parvis-map")).to_be_visible()
    assert city.url.startswith("http://localhost:")


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_the_pages_for_frames_and_in_the_dashboard(
    chromium: Browser, given: Given, rennes: Portal, site: HostSite, home: str, box: str, axe: str, width: int
) -> None:
    widget = registered(given, rennes, site, activity=box)
    context = chromium.new_context(bypass_csp=True, viewport={"width": width, "height": 800})
    city, told = context.new_page(), []
    city.goto(f"{home}/moi")
    city.get_by_role("button", name="L’administration").click()
    mutual = given.activity(rennes, kind="MUTUAL_AID")
    paths = [f"/embed/{kind}/{mutual}" for kind in ("list", "map")] + [f"/embed/vote/{box}", "/gestion/widgets"]
    for path in (*paths, f"/gestion/widgets?widget={widget}", "/gestion/acces"):
        for scheme in ("light", "dark"):
            city.emulate_media(color_scheme=scheme)
            city.goto(f"{home}{path}")
            told += [f"{path} {scheme}: {rule} {nodes}" for rule, nodes in violations(city, axe)]
            assert city.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()
    assert "\n".join(told) == ""
