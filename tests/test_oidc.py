"""Signing in at a real OpenID Connect provider: the whole way, linking, levels of assurance, and ending the session."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import replace as changed
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

import auth.provider
import jobs.sign_in
from auth.provider import STANDARD_CLAIMS
from auth.sealed_secret import Sealer
from auth.secret import PERSONS, Keyed
from demo import tenants as stories
from models.identity_provider import Preset
from tests.browser import Browser, Post, path_of
from tests.conftest import SECRET as SERVER_SECRET
from tests.conftest import Portal, serve
from tests.given import Given
from tests.provider import SECRET, Provider, running
from tests.test_sign_in import Town

HOST = "oidc-town.example"
FLOW = "__Host-parvis-flow"

CLIENTS = [
    {
        "client_id": "generic",
        "client_secret": SECRET,
        "redirect_uris": [f"http://{HOST}/auth/oidc/mairie/callback"],
        "token_endpoint_auth_method": "client_secret_basic",
    },
    {
        "client_id": "franceconnect",
        "client_secret": SECRET,
        "redirect_uris": [f"http://{HOST}/auth/oidc/franceconnect/callback"],
        "post_logout_redirect_uris": [f"http://{HOST}/auth/signed-out"],
        "token_endpoint_auth_method": "client_secret_post",
        "id_token_signed_response_alg": "ES256",
        "userinfo_signed_response_alg": "ES256",
    },
]
"""As FranceConnect does: the secret in the body, ES256, and signed user information."""


@pytest.fixture(scope="module")
def provider(node: str) -> Iterator[Provider]:
    with running(node, CLIENTS) as found:
        yield found


@pytest.fixture(scope="module")
def town(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, given: Given, provider: Provider
) -> Iterator[Town]:
    data = tmp_path_factory.mktemp("oidc")
    (data / "secrets").mkdir()
    (data / "secrets" / "tests").write_text(f"{SECRET}\n")
    for server in serve(database_url, data, secrets=data / "secrets", allows_private_urls=True):
        with httpx.Client(base_url=server.url, timeout=30) as http:
            portal = given.tenant(Portal(http, stories()[0], server), "oidc-town", "commune-35238")
            found = Town(changed(portal, client=http), Post(data / "mail"), given)
            put(found, provider, "mairie", "generic", Preset.GENERIC, ())
            put(found, provider, "franceconnect", "franceconnect", Preset.FRANCECONNECT, ("eidas1",))
            yield found


def put(
    town: Town, provider: Provider, slug: str, client: str, preset: Preset, acr: tuple[str, ...], enabled: bool = True
) -> None:
    row = auth.provider.Provider(
        slug, slug.title(), preset, provider.issuer, client, "tests", ("openid", "email"), acr, STANDARD_CLAIMS, enabled
    )

    async def write() -> None:
        async with town.given.database.transaction(town.portal.number) as transaction:
            await auth.provider.put(transaction, row)

    town.given.run(write())


Leave = Callable[..., tuple[Browser, str]]


@pytest.fixture
def leave(town: Town) -> Leave:
    """A browser that was sent to a provider, and where to."""

    def begin(slug: str = "mairie", query: str = "", browser: Browser | None = None) -> tuple[Browser, str]:
        found = browser or town.browser()
        answer = found.get(f"/auth/oidc/{slug}{query}")
        assert answer.status_code == 303, answer.text
        return found, answer.headers["location"]

    return begin


def sign_in(provider: Provider, leave: Leave, login: str, slug: str = "mairie", **options: str) -> Browser:
    browser, url = leave(slug)
    answer = browser.get(path_of(provider.through(url, login, **options)))
    assert answer.status_code == 303, answer.text
    return browser


def refused(town: Town, browser: Browser, answer: httpx.Response) -> None:
    """The sign-in did not succeed and left nothing behind."""
    assert answer.status_code == 400
    assert "n’a pas abouti" in answer.text
    assert browser.actor() is None
    assert FLOW not in browser.cookies


@pytest.mark.parametrize("slug", ["mairie", "franceconnect"])
def test_provider_signs_in(provider: Provider, leave: Leave, slug: str) -> None:
    browser, url = leave(slug, "?next=/espaces")
    answer = browser.get(path_of(provider.through(url, f"person-{slug}")))
    assert (answer.status_code, answer.headers["location"]) == (303, "/espaces")
    actor = browser.actor()
    assert actor is not None and (actor["role"], actor["name"]) == ("MEMBER", "Habitant·e")
    assert FLOW not in browser.cookies
    assert sign_in(provider, leave, f"person-{slug}", slug).actor() == actor


def test_provider_with_a_secret_that_the_server_sealed_signs_in(town: Town, provider: Provider, leave: Leave) -> None:
    number = town.portal.number
    sealed = Sealer(SERVER_SECRET).seal(number, "mairie", SECRET)
    change = "UPDATE __tenant__.identity_provider SET secret_name = %s, sealed_secret = %s WHERE slug = 'mairie'"
    try:
        town.given.sql(town.portal, change, "", sealed)
        assert sign_in(provider, leave, "person-sealed").actor() is not None
        by_mail = (
            town.browser()
        )  # Whoever set the provider does not open others' accounts by what it says of addresses.
        by_mail.sign_in(town.post, "neighbour@provider.example")
        thief = sign_in(provider, leave, "neighbour").actor()
        assert thief is not None and thief != by_mail.actor()
        town.given.sql(town.portal, change, "", Sealer(SERVER_SECRET).seal(number, "autre", SECRET))
        browser, url = leave("mairie")
        assert browser.get(path_of(provider.through(url, "person-sealed"))).status_code == 400
    finally:
        town.given.sql(town.portal, change, "tests", None)


def test_trial_says_that_a_real_provider_answers(town: Town, provider: Provider) -> None:
    admin = town.given.actor(town.portal, role="ADMIN")
    headers = {"host": admin.host, "authorization": f"Bearer {admin.token}"}

    def trial(slug: str) -> str:
        answer = admin.client.post("/auth/provider/trial", data={"slug": slug}, headers=headers)
        return str(answer.headers["location"])

    assert trial("mairie") == "/gestion/portail/connexion?essai=mairie&issue=GOOD#mairie"
    for issuer, outcome in ((f"{provider.issuer}/", "OTHER_ISSUER"), (f"{provider.issuer}/ailleurs", "NO_DISCOVERY")):
        change = "UPDATE __tenant__.identity_provider SET issuer = %s WHERE slug = 'franceconnect'"
        town.given.sql(town.portal, change, issuer)
        assert f"issue={outcome}#" in trial("franceconnect")
        town.given.sql(town.portal, change, provider.issuer)


def test_question_to_the_provider_is_bound_to_this_sign_in(provider: Provider, leave: Leave) -> None:
    asked = [
        {key: value for key, [value] in parse_qs(urlsplit(leave("franceconnect")[1]).query).items()} for _ in range(2)
    ]
    assert asked[0]["response_type"] == "code" and asked[0]["code_challenge_method"] == "S256"
    assert (asked[0]["acr_values"], asked[0]["scope"]) == ("eidas1", "openid email")
    assert asked[0]["redirect_uri"] == f"http://{HOST}/auth/oidc/franceconnect/callback"
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[0][name]) == 43 and asked[0][name] != asked[1][name]


def test_answer_serves_once(town: Town, provider: Provider, leave: Leave) -> None:
    browser, url = leave()
    kept = dict(browser.cookies)
    back = path_of(provider.through(url, "once"))
    assert browser.get(back).status_code == 303
    again = Browser(browser.client, browser.host, cookies=kept)
    refused(town, again, again.get(back))


def test_answer_in_a_browser_that_did_not_ask_is_refused(town: Town, provider: Provider, leave: Leave) -> None:
    """So nobody can be signed in as somebody else by a link."""
    _, url = leave()
    back = path_of(provider.through(url, "planted"))
    for victim in (town.browser(), leave()[0]):
        refused(town, victim, victim.get(back))


@pytest.mark.parametrize(
    "change", [("state=", "state=x"), ("code=", "cade="), ("code=", "error=access_denied&code="), ("iss=", "iss=x")]
)
def test_changed_answer_is_refused(town: Town, provider: Provider, leave: Leave, change: tuple[str, str]) -> None:
    browser, url = leave()
    back = path_of(provider.through(url, "changed"))
    assert change[0] in back
    refused(town, browser, browser.get(back.replace(*change)))


def test_refusal_at_the_provider_is_told(town: Town, provider: Provider, leave: Leave) -> None:
    browser, url = leave()
    back = path_of(provider.through(url, None))
    assert "error=access_denied" in back
    refused(town, browser, browser.get(back))


def test_lower_level_of_assurance_than_asked_for_is_refused(town: Town, provider: Provider, leave: Leave) -> None:
    browser, url = leave("franceconnect")
    refused(town, browser, browser.get(path_of(provider.through(url, "low", acr="eidas0"))))


def test_sign_in_begun_at_one_provider_does_not_end_at_another(town: Town, provider: Provider, leave: Leave) -> None:
    browser, url = leave()
    back = path_of(provider.through(url, "crossed")).replace("mairie", "franceconnect")
    refused(town, browser, browser.get(back))


def test_sign_in_begun_on_another_host_does_not_end_here(town: Town, provider: Provider, leave: Leave) -> None:
    browser, url = leave()
    elsewhere = Browser(browser.client, "oidc-town.localhost", cookies={"parvis-flow": browser.cookies[FLOW]})
    answer = elsewhere.get(path_of(provider.through(url, "elsewhere")))
    assert (answer.status_code, elsewhere.actor()) == (400, None)


@pytest.mark.parametrize("planted", [b"; __Host-parvis-flow=x", b"; __Host-parvis-flow="])
def test_two_flow_cookies_are_refused(town: Town, provider: Provider, leave: Leave, planted: bytes) -> None:
    browser, url = leave()
    cookies = f"{FLOW}={browser.cookies[FLOW]}".encode() + planted
    answer = browser.get(path_of(provider.through(url, "twice")), cookie=cookies.decode())
    refused(town, browser, answer)


def test_flow_cookie_that_looks_alike_is_none(town: Town, provider: Provider, leave: Leave) -> None:
    browser, url = leave()
    back = path_of(provider.through(url, "alike"))
    raw = b"\xa0" + f"{FLOW}={browser.cookies[FLOW]}".encode()
    answer = town.portal.client.get(back, headers=[(b"host", town.portal.host.encode()), (b"cookie", raw)])
    assert (answer.status_code, "set-cookie" in answer.headers and "__Host-parvis=" in str(answer.headers)) == (
        400,
        False,
    )


@pytest.mark.parametrize("slug", ["nothing", "%00", "%27", "disabled"])
def test_unknown_and_disabled_providers_are_not_found(town: Town, provider: Provider, slug: str) -> None:
    put(town, provider, "disabled", "generic", Preset.GENERIC, (), enabled=False)
    assert town.browser().get(f"/auth/oidc/{slug}").status_code in (400, 404)
    assert "disabled" not in town.browser().get("/auth/sign-in").text


def test_provider_that_is_away_is_told(town: Town) -> None:
    put(town, Provider("http://127.0.0.1:9"), "away", "generic", Preset.GENERIC, ())
    answer = town.browser().get("/auth/oidc/away")
    assert (answer.status_code, "n’a pas abouti" in answer.text) == (502, True)
    town.change("DELETE FROM __tenant__.identity_provider WHERE slug = 'away'")


def test_page_offers_the_providers(town: Town) -> None:
    assert 'href="/auth/oidc/mairie?next=/espaces"' in town.browser().get("/auth/sign-in?next=/espaces").text


# Linking


def test_confirmed_address_is_the_same_account_as_by_mail(town: Town, provider: Provider, leave: Leave) -> None:
    by_mail = town.browser()
    by_mail.sign_in(town.post, "both@provider.example")
    assert sign_in(provider, leave, "both").actor() == by_mail.actor()


def test_confirmation_as_a_text_makes_no_second_account(town: Town, provider: Provider, leave: Leave) -> None:
    by_mail = town.browser()
    by_mail.sign_in(town.post, "texts@provider.example")
    assert sign_in(provider, leave, "text-texts").actor() == by_mail.actor()


def test_address_that_the_provider_did_not_confirm_links_nothing(town: Town, provider: Provider, leave: Leave) -> None:
    by_mail = town.browser()
    by_mail.sign_in(town.post, "victim@provider.example")
    thief = sign_in(provider, leave, "unverified-victim")
    assert thief.actor() is not None and thief.actor() != by_mail.actor()
    assert town.count("account", "email = 'victim@provider.example'") == 1


def link(browser: Browser) -> str:
    """Where a browser is sent to link an identity."""
    answer = browser.post("/auth/oidc/mairie", {})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["redirect"])


def test_who_is_signed_in_links_a_further_provider(town: Town, provider: Provider, leave: Leave) -> None:
    browser = town.browser()
    browser.sign_in(town.post, "linker@voisins.example")
    actor, before = browser.actor(), browser.token
    url = link(browser)
    assert browser.get(path_of(provider.through(url, "unverified-linked"))).status_code == 303
    assert browser.actor() == actor
    assert browser.token != before
    assert sign_in(provider, leave, "unverified-linked").actor() == actor


def test_identity_of_another_account_is_not_linked(town: Town, provider: Provider, leave: Leave) -> None:
    theirs = sign_in(provider, leave, "unverified-theirs").actor()
    browser = town.browser()
    browser.sign_in(town.post, "grabber@voisins.example")
    mine = browser.actor()
    url = link(browser)
    assert browser.get(path_of(provider.through(url, "unverified-theirs"))).status_code == 400
    assert browser.actor() == mine
    assert sign_in(provider, leave, "unverified-theirs").actor() == theirs


def test_linking_wants_somebody_who_is_signed_in_and_stays(town: Town, provider: Provider) -> None:
    assert town.browser().post("/auth/oidc/mairie", {}).status_code == 401
    browser = town.browser()
    browser.sign_in(town.post, "leaver@voisins.example")
    url = link(browser)
    browser.sign_in(town.post, "somebody-else@voisins.example")
    assert browser.get(path_of(provider.through(url, "unverified-later"))).status_code == 400
    assert town.count("identity", "subject = 'unverified-later'") == 0


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "", "sec_fetch_site": "cross-site"}]
)
def test_linking_begins_on_the_portals_own_page_alone(town: Town, headers: dict[str, str]) -> None:
    browser = town.browser()
    browser.sign_in(town.post, "cross@voisins.example")
    answer = browser.post("/auth/oidc/mairie", {}, **headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "CROSS_SITE")
    assert FLOW not in browser.cookies


def test_account_page_says_whose_it_is_and_begins_to_link(town: Town, provider: Provider) -> None:
    browser = town.browser()
    browser.sign_in(town.post, "account@voisins.example", name="Camille <b>")
    page = browser.get("/auth/sign-in?next=/espaces").text
    assert "Camille &lt;b&gt;" in page and "account@voisins.example" in page and "Camille <b>" not in page
    assert 'method="post" action="/auth/oidc/mairie"' in page
    asked = browser.submit("/auth/oidc/mairie", {"next": "/espaces"})
    assert asked.status_code == 200 and "Camille &lt;b&gt;" in asked.text and "account@voisins.example" in asked.text
    assert 'http-equiv="refresh"' not in asked.text  # Nobody is sent on before having read to whom it is linked.
    [url] = re.findall(r'href="(http://127[^"]+)"', asked.text)
    back = browser.get(path_of(provider.through(html.unescape(url), "unverified-account")))
    assert (back.status_code, back.headers["location"]) == (303, "/espaces")
    assert town.count("identity", "subject = 'unverified-account'") == 1
    assert "/auth/oidc/" not in browser.get("/auth/sign-in").text  # All providers of the tests are one issuer.


@pytest.mark.parametrize("path", ["/auth/oidc/mairie", "/auth/oidc/mairie?link=1", "/auth/oidc/mairie?next=/espaces"])
def test_link_that_somebody_follows_changes_nothing_for_who_is_signed_in(town: Town, path: str) -> None:
    browser = town.browser()
    browser.sign_in(town.post, "follower@voisins.example")
    before = dict(browser.cookies)
    answer = browser.get(path, sec_fetch_site="same-origin")
    assert answer.status_code == 303 and answer.headers["location"].startswith("/auth/sign-in?next=")
    assert browser.cookies == before


@pytest.mark.parametrize("link_", ["", "?link=1"])
def test_link_to_a_provider_signs_in_and_links_nothing(
    town: Town, provider: Provider, leave: Leave, link_: str
) -> None:
    browser, url = leave("mairie", link_)
    assert browser.get(path_of(provider.through(url, f"unverified-plain{len(link_)}"))).status_code == 303
    assert browser.actor() is not None


# Ending the session


def test_sign_out_ends_the_session_at_the_provider_too(town: Town, provider: Provider, leave: Leave) -> None:
    browser = sign_in(provider, leave, "leaver", "franceconnect")
    url = browser.post("/auth/sign-out", {}).json()["redirect"]
    asked = parse_qs(urlsplit(url).query)
    assert url.startswith(provider.issuer) and set(asked) == {"id_token_hint", "state", "post_logout_redirect_uri"}
    assert asked["post_logout_redirect_uri"] == [f"http://{HOST}/auth/signed-out"]
    assert httpx.get(url).status_code == 200  # The provider takes token and address, and asks whether to sign out.
    assert browser.get("/auth/signed-out").status_code == 200


def test_sign_out_by_form_leads_to_the_provider_without_scripts(provider: Provider, leave: Leave) -> None:
    page = sign_in(provider, leave, "former", "franceconnect").submit("/auth/sign-out", {"next": "/"})
    assert f'<meta http-equiv="refresh" content="0; url={provider.issuer}/session/end?' in page.text


def test_what_was_typed_waits_for_who_signs_in_at_the_provider(town: Town, provider: Provider) -> None:
    browser, typed = town.browser(), "form=Comment&body=Je+passe+demain"
    page = browser.submit("/auth/oidc/mairie/leave", {"next": "/contribution/x", "kept": typed})
    assert page.status_code == 200
    [url] = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
    assert town.given.sql(town.portal, "SELECT form FROM __tenant__.waiting_form") == [(typed,)]
    back = path_of(provider.through(html.unescape(url), "waits"))
    answer = browser.get(back)
    assert (answer.status_code, browser.actor() is not None) == (200, True)
    assert 'action="/contribution/x"' in answer.text
    assert '<input type="hidden" name="body" value="Je passe demain">' in answer.text
    assert town.given.sql(town.portal, "SELECT form FROM __tenant__.waiting_form") == []


def test_what_was_typed_is_there_again_when_the_provider_refuses(town: Town, provider: Provider) -> None:
    browser = town.browser()
    page = browser.submit("/auth/oidc/mairie/leave", {"next": "/moi", "kept": "form=Comment&body=Encore"})
    [url] = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
    answer = browser.get(path_of(provider.through(html.unescape(url), None)))
    assert answer.status_code == 400
    assert 'name="kept" value="form=Comment&amp;body=Encore"' in answer.text


def test_form_that_nobody_came_back_for_is_removed(town: Town) -> None:
    town.browser().submit("/auth/oidc/mairie/leave", {"kept": "form=Comment&body=Perdu"})
    town.given.sql(town.portal, "UPDATE __tenant__.waiting_form SET expires_at = now()")
    town.given.run(jobs.sign_in.forget(town.given.database, town.portal.number))
    assert town.given.sql(town.portal, "SELECT form FROM __tenant__.waiting_form") == []


def test_identity_is_certified_for_whoever_is_signed_in_and_asks_for_it(
    town: Town, provider: Provider, leave: Leave
) -> None:
    browser = sign_in(provider, leave, "citizen-angela", "franceconnect")
    before = "SELECT subject, person_digest FROM __tenant__.identity WHERE subject = 'citizen-angela'"
    assert town.given.sql(town.portal, before) == [("citizen-angela", None)]
    actor = browser.actor()
    page = browser.submit("/auth/oidc/franceconnect", {"next": "/voter/un#justificatif", "certify": "1"})
    assert "certifie vos nom, prénoms et date de naissance" in html.unescape(page.text).replace("’", "'")
    [url] = re.findall(r'class="press" href="([^"]+)"', page.text)
    url = html.unescape(url)
    asked = parse_qs(urlsplit(url).query)["scope"][0].split()
    assert {"given_name", "family_name", "birthdate"} < set(asked)
    answer = browser.get(path_of(provider.through(url, "citizen-angela")))
    assert (answer.status_code, answer.headers["location"]) == (303, "/voter/un#justificatif")
    assert browser.actor() == actor
    keyed = Keyed(SERVER_SECRET, PERSONS)
    kept = "SELECT person_digest, first_digest, birth_digest FROM __tenant__.identity WHERE subject = 'citizen-angela'"
    number = str(town.portal.number)
    assert town.given.sql(town.portal, kept) == [
        (
            keyed.digest(number, "person", "angela claire dubois louise", "1962-08-24"),
            keyed.digest(number, "person", "angela dubois", "1962-08-24"),
            keyed.digest(number, "birth", "1962-08-24"),
        )
    ]
    generic = sign_in(provider, leave, "citizen-generic")
    page = generic.submit("/auth/oidc/mairie", {"next": "/", "certify": "1"})
    assert "birthdate" not in page.text
