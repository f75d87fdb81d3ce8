"""The pop-up page of widgets hands a sign-in over to pages of the widget's own sites, after asking, and to nobody else."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote

import httpx
import pytest

from tests.browser import Browser
from tests.own import Own, until
from tests.test_sign_in import Town, towns

SITE = "https://www.rennes.example"
REGISTER = """mutation { widgetRegister(input: {name: "Accueil", origins: ["https://www.rennes.example"]}) {
  widget { id } userErrors { code field message } } }"""


@pytest.fixture(scope="module")
def both(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Town]]:
    yield from towns(own, tmp_path_factory.mktemp("popup"), ("popup-town", "popup-village"))


@pytest.fixture(scope="module")
def town(both: list[Town]) -> Town:
    return both[0]


@pytest.fixture(scope="module")
def widget(town: Town) -> str:
    answer = town.given.actor(town.portal, role="ADMIN").ask(REGISTER)["widgetRegister"]
    assert answer["userErrors"] == []
    return str(answer["widget"]["id"])


@pytest.fixture(scope="module")
def browser(town: Town) -> Browser:
    found = town.browser()
    found.sign_in(town.post, "popup@voisins.example", name="Camille")
    return found


def path(widget: str, origin: str = SITE) -> str:
    return f"/auth/popup?widget={widget}&origin={quote(origin, safe='')}"


def test_who_is_not_signed_in_signs_in_first_and_comes_back(town: Town, widget: str) -> None:
    stranger = town.browser()
    answer = stranger.get(path(widget))
    assert answer.status_code == 303
    page = stranger.get(answer.headers["location"])
    assert f'value="{path(widget).replace("&", "&amp;")}"' in page.text


def test_code_is_given_after_asking_and_brings_the_actor_to_the_widget(
    town: Town, browser: Browser, widget: str
) -> None:
    asked = browser.get(path(widget))
    assert (asked.status_code, "data-code" in asked.text, SITE in asked.text) == (200, False, True)
    page = browser.submit("/auth/popup", {"widget": widget, "origin": SITE})
    [(code, origin)] = re.findall(r'data-code="([\w-]{43})" data-origin="([^"]+)"', page.text)
    assert origin == SITE
    assert "'unsafe-inline'" not in page.headers["content-security-policy"].partition("script-src")[2].partition(";")[0]
    headers = {"host": town.portal.host, "origin": SITE}
    redeem = [
        town.portal.client.post(f"/widget/{widget}/session", json={"code": code}, headers=headers) for _ in range(2)
    ]
    assert [answer.status_code for answer in redeem] == [200, 401]
    operation = {"query": "{ viewer { name } }"}
    token = {"authorization": f"Bearer {redeem[0].json()['token']}"}
    answer = town.portal.client.post("/graphql", json=operation, headers=headers | token)
    assert answer.json()["data"]["viewer"] == {"name": "Camille"}


def test_revoking_ones_sessions_ends_the_widget_and_the_code_on_its_way_at_once(town: Town, widget: str) -> None:
    person = town.browser()
    person.sign_in(town.post, "revoker@voisins.example", name="Dominique")

    def code() -> str:
        page = person.submit("/auth/popup", {"widget": widget, "origin": SITE})
        return str(re.findall(r'data-code="([\w-]{43})"', page.text)[0])

    def send(path: str, body: object, **headers: str) -> httpx.Response:
        sent = {"host": town.portal.host, "origin": SITE, **headers}
        return town.portal.client.post(path, json=body, headers=sent)

    token, waiting = send(f"/widget/{widget}/session", {"code": code()}).json()["token"], code()
    asked = {"query": "{ viewer { name } }"}
    answer = send("/graphql", asked, authorization=f"Bearer {token}")
    assert answer.json()["data"]["viewer"] == {"name": "Dominique"}
    revoked = person.ask("mutation { sessionsRevoke(input: {}) { userErrors { code } } }").json()
    assert revoked["data"]["sessionsRevoke"]["userErrors"] == []
    assert send("/graphql", asked, authorization=f"Bearer {token}").status_code == 401
    assert send(f"/widget/{widget}/session", {"code": waiting}).status_code == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "https://www.rennes.example.evil.example", "*", "null", ""])
def test_page_of_another_site_gets_nothing(browser: Browser, widget: str, origin: str) -> None:
    assert browser.get(path(widget, origin)).status_code == 404
    assert browser.submit("/auth/popup", {"widget": widget, "origin": origin}).status_code == 404


@pytest.mark.parametrize("id_", ["", "x", "widget_1_0199c0de-0000-7000-8000-000000000000"])
def test_unknown_widget_is_not_found(browser: Browser, id_: str) -> None:
    assert browser.get(path(id_)).status_code == 404


def test_code_is_given_to_who_is_signed_in_on_the_portals_own_page_alone(
    town: Town, browser: Browser, widget: str
) -> None:
    fields = {"widget": widget, "origin": SITE}
    assert town.browser().submit("/auth/popup", fields).status_code == 401
    assert browser.submit("/auth/popup", fields, origin=SITE).status_code == 403


STATE, CODE = "s" * 24, r"([\w-]{43})"


@pytest.mark.parametrize(
    ("back", "led"),
    [
        (f"{SITE}/projets?page=2", f"{SITE}/projets?page=2#"),
        (f"{SITE}/#/projets", f"{SITE}/#/projets&amp;"),
        ("https://evil.example/", f"{SITE}/#"),
        (f"{SITE}.evil.example/", f"{SITE}/#"),
        (f"{SITE}@evil.example/", f"{SITE}/#"),
        ("javascript:alert(1)", f"{SITE}/#"),
        (f"{SITE}/\tx", f"{SITE}/#"),
        (f"{SITE}/{'x' * 1_000}", f"{SITE}/#"),
        ("", f"{SITE}/#"),
    ],
)
def test_window_that_was_cut_off_leads_to_a_page_of_the_widgets_site_with_the_code(
    browser: Browser, widget: str, back: str, led: str
) -> None:
    fields = {"widget": widget, "origin": SITE, "state": STATE, "back": back}
    page = browser.submit("/auth/popup", fields).text
    [code] = re.findall(rf'data-code="{CODE}"', page)
    assert f'href="{led}parvis={widget}.{STATE}.{code}"' in page
    assert f'data-state="{STATE}"' in page


def test_what_the_page_asked_with_comes_through_signing_in(town: Town, widget: str) -> None:
    stranger = town.browser()
    answer = stranger.get(f"{path(widget)}&state={STATE}&back={quote(SITE + '/a?b=c', safe='')}&evil=1")
    page = stranger.get(answer.headers["location"])
    [then] = set(re.findall(r'name="next" value="(/auth/popup[^"]+)"', page.text))
    asked = dict(parse_qsl(then.replace("&amp;", "&").partition("?")[2]))
    assert asked == {"widget": widget, "origin": SITE, "state": STATE, "back": f"{SITE}/a?b=c"}


@pytest.mark.parametrize("state", ["", "short", "x" * 65, "x" * 20 + '"><script>'])
def test_state_that_no_widget_makes_is_not_passed_on(browser: Browser, widget: str, state: str) -> None:
    fields = {"widget": widget, "origin": SITE, "state": state}
    assert 'data-state=""' in browser.submit("/auth/popup", fields).text


def test_window_speaks_the_widgets_language_from_signing_in_to_its_end(
    town: Town, browser: Browser, widget: str
) -> None:
    """Where the portal does; else the portal's first."""
    number = town.portal.number
    town.change(f"UPDATE platform.tenant SET locales = '{{fr,en}}' WHERE number = {number}")
    town.change("UPDATE platform.registry SET version = version + 1")
    until(lambda: town.portal.record.locales == ("fr", "en"))
    for said, language, words in (
        ("en", "en", ("Sign in", "Go on at another site", "You can go on")),
        ("fr", "fr", ("Se connecter", "Continuer sur un autre site", "Vous pouvez continuer")),
        ("br", "fr", ("Se connecter", "Continuer sur un autre site", "Vous pouvez continuer")),
    ):
        stranger, asked = town.browser(), f"{path(widget)}&language={said}"
        first = stranger.get(stranger.get(asked).headers["location"])
        then, end = (
            browser.get(asked),
            browser.submit("/auth/popup", {"widget": widget, "origin": SITE, "language": said}),
        )
        for page, title in zip((first, then, end), words, strict=True):
            assert (page.status_code, f'<html lang="{language}"' in page.text) == (200, True)
            assert re.findall(r"<h1>(.*?)</h1>", page.text) == [title]
    wrong = {"next": f"{path(widget)}&language=en", "email": "nobody"}
    assert "This address is not valid" in town.browser().submit("/auth/email", wrong).text
