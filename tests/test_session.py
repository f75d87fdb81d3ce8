"""Sessions: cookies that no script reads, renewed daily, ended at once, good at one host of one tenant."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from auth import cookie, origin
from tests.browser import NAME, Browser
from tests.own import Own
from tests.test_sign_in import Town, towns

OWN = "{ viewer { name } }"
REVOKE = "mutation { sessionsRevoke(input: {}) { actor { name } userErrors { code } } }"


@pytest.fixture(scope="module")
def both(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Town]]:
    yield from towns(own, tmp_path_factory.mktemp("session"), ("session-town", "session-village"))


@pytest.fixture
def town(both: list[Town]) -> Town:
    both[0].change("DELETE FROM __tenant__.sign_in_attempt")
    return both[0]


@pytest.fixture
def village(both: list[Town]) -> Town:
    return both[1]


@pytest.fixture
def browser(town: Town, request: pytest.FixtureRequest) -> Browser:
    """Somebody of this test's own, signed in."""
    found = town.browser()
    found.sign_in(town.post, f"{abs(hash(request.node.name)):x}@voisins.example", name="Camille")
    return found


def age(town: Town, interval: str, *columns: str) -> None:
    """Make every session older."""
    changes = ", ".join(f"{column} = {column} - interval '{interval}'" for column in columns)
    town.change(f"UPDATE __tenant__.session SET {changes}")


def viewer(browser: Browser) -> dict[str, str] | None:
    """Who is signed in, by the API. A cookie that is not good is none: a browser sends it by itself."""
    found: dict[str, str] | None = browser.ask(OWN).json()["data"]["viewer"]
    return found


def test_cookie_is_kept_from_scripts_other_sites_and_other_hosts(town: Town) -> None:
    browser = town.browser()
    answer = browser.sign_in(town.post, "cookie@voisins.example")
    header, _known = answer.headers.get_list("set-cookie")
    value, *attributes = header.split("; ")
    assert value.startswith("__Host-parvis=") and len(value.partition("=")[2]) == 43
    assert attributes == ["Path=/", "Max-Age=7776000", "HttpOnly", "SameSite=Lax", "Secure"]


def test_developers_own_machine_needs_no_https(town: Town) -> None:
    local = Browser(town.portal.client, "session-town.localhost:8000")
    headers = local.sign_in(town.post, "local@voisins.example").headers.get_list("set-cookie")
    assert [header.partition("=")[0] for header in headers] == ["parvis", "parvis-known"]
    assert not any("Secure" in header for header in headers)
    assert local.actor() is not None


@pytest.mark.parametrize(
    ("scheme", "host", "is_secure"),
    [
        ("https", "rennes.localhost", True),
        ("http", "rennes.localhost", False),
        ("http", "LOCALHOST:8000", False),
        ("http", "rennes.example", True),
        ("http", "localhost.example", True),
        ("http", "evil-localhost", True),
    ],
)
def test_cookie_is_secure_but_on_the_developers_machine(scheme: str, host: str, is_secure: bool) -> None:
    assert cookie.write(scheme, host, "x").endswith("; Secure") is is_secure


def test_cookie_without_its_prefix_counts_on_the_developers_machine_alone(town: Town, browser: Browser) -> None:
    browser.cookies = {"parvis": browser.token or ""}
    assert browser.actor() is None


def test_token_is_not_stored_in_the_clear(town: Town, browser: Browser) -> None:
    rows = town.given.sql(town.portal, "SELECT to_jsonb(s)::text FROM __tenant__.session s")
    assert rows and not any((browser.token or "") in row for (row,) in rows)


def test_session_of_another_tenant_is_nobody(village: Town, browser: Browser) -> None:
    stranger = Browser(browser.client, village.portal.host, cookies=dict(browser.cookies))
    assert stranger.actor() is None
    assert viewer(stranger) is None


def test_session_of_another_host_of_the_same_tenant_is_nobody(browser: Browser) -> None:
    elsewhere = Browser(browser.client, "session-town.localhost", cookies={"parvis": browser.token or ""})
    assert elsewhere.actor() is None


def test_sign_in_gives_a_new_token_and_ends_the_one_before(town: Town, browser: Browser) -> None:
    """So nobody can be made to use a token that somebody else knows."""
    before = dict(browser.cookies)
    browser.sign_in(town.post, "fixed@voisins.example")
    assert browser.token != before[NAME]
    assert Browser(browser.client, browser.host, cookies=before).actor() is None


def test_token_that_a_client_makes_up_is_never_taken_over(town: Town) -> None:
    browser = town.browser()
    browser.cookies[NAME] = "a" * 43
    browser.sign_in(town.post, "made-up@voisins.example")
    assert browser.token != "a" * 43
    assert Browser(browser.client, browser.host, cookies={NAME: "a" * 43}).actor() is None


def test_token_is_renewed_after_a_day_of_use_and_the_former_is_good_for_a_minute(town: Town, browser: Browser) -> None:
    former = dict(browser.cookies)
    age(town, "23 hours 59 minutes", "renewed_at")
    town.portal.running.database.versions[town.portal.number] += 1
    assert browser.actor() and browser.cookies == former
    age(town, "1 minute", "renewed_at")
    assert browser.actor() and browser.cookies != former
    old = Browser(browser.client, browser.host, cookies=dict(former))
    assert old.actor() == browser.actor()
    assert old.cookies == former  # The former token is not renewed once more.
    age(town, "61 seconds", "renewed_at")
    assert old.actor() is None
    assert browser.actor() is not None


def test_operation_renews_the_token_of_who_asks_nothing_else(town: Town, browser: Browser) -> None:
    former = dict(browser.cookies)
    age(town, "25 hours", "renewed_at")
    town.portal.running.database.versions[town.portal.number] += 1
    answer = browser.ask(OWN)
    assert (answer.status_code, browser.cookies != former) == (200, True)
    assert "set-cookie" not in browser.ask(OWN).headers
    assert browser.actor() is not None


def test_parallel_requests_renew_once_and_all_succeed(town: Town, browser: Browser) -> None:
    age(town, "25 hours", "renewed_at")
    with ExitStack() as stack, ThreadPoolExecutor(8) as pool:
        clients = [stack.enter_context(httpx.Client(base_url=browser.client.base_url)) for _ in range(8)]
        copies = [Browser(client, browser.host, cookies=dict(browser.cookies)) for client in clients]
        actors = list(pool.map(Browser.actor, copies))
    assert all(actors)
    assert len({copy.token for copy in copies} - {browser.token}) == 1


@pytest.mark.parametrize(
    ("interval", "columns", "is_good"),
    [
        ("29 days", ["renewed_at"], True),
        ("30 days", ["renewed_at"], False),
        ("89 days", ["created_at"], True),
        ("90 days", ["created_at"], False),
    ],
)
def test_session_ends_after_a_month_without_use_and_three_months_anyway(
    town: Town, browser: Browser, interval: str, columns: list[str], is_good: bool
) -> None:
    age(town, interval, *columns)
    assert (browser.actor() is not None) is is_good
    town.change("DELETE FROM __tenant__.session")


def test_sign_out_ends_the_session_at_once_and_takes_the_cookie_away(browser: Browser) -> None:
    assert viewer(browser) == {"name": "Camille"}
    stolen = Browser(browser.client, browser.host, cookies=dict(browser.cookies))
    answer = browser.post("/auth/sign-out", {})
    assert (answer.status_code, answer.json()) == (200, {"redirect": None})
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert viewer(stolen) is None
    assert stolen.actor() is None


def test_revoking_ends_all_of_ones_sessions_and_nobody_elses(town: Town, browser: Browser) -> None:
    email, phone, neighbour = "revoke@voisins.example", town.browser(), town.browser()
    for one in (browser, phone):
        one.sign_in(town.post, email)
    neighbour.sign_in(town.post, "neighbour@voisins.example")
    assert browser.ask(REVOKE).json()["data"]["sessionsRevoke"]["userErrors"] == []
    assert [viewer(one) is not None for one in (browser, phone, neighbour)] == [False, False, True]


def test_nobody_but_an_administrator_ends_the_sessions_of_another(town: Town, browser: Browser) -> None:
    neighbour = town.browser()
    neighbour.sign_in(town.post, "other-sessions@voisins.example")
    actor = (neighbour.actor() or {})["id"]
    revoke = f'mutation {{ sessionsRevoke(input: {{actor: "{actor}"}}) {{ userErrors {{ code field }} }} }}'
    answer = browser.ask(revoke).json()["data"]["sessionsRevoke"]
    assert answer["userErrors"] == [{"code": "FORBIDDEN", "field": "actor"}]
    assert neighbour.actor() is not None
    town.change(
        f"UPDATE __tenant__.actor SET role = 'ADMIN' WHERE id = '{(browser.actor() or {})['id'].split('_')[2]}'"
    )
    assert browser.ask(revoke).json()["data"]["sessionsRevoke"]["userErrors"] == []
    assert neighbour.actor() is None


def test_burst_of_one_session_reads_it_once_a_second(
    town: Town, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, reads = town.portal.running.database, []
    rows = database.rows

    async def counted(*arguments: object, **values: object) -> object:
        reads.append(values.get("digest"))
        return await rows(*arguments, **values)  # type: ignore[arg-type]  # passed on as they came

    browser.actor()
    town.portal.running.database.versions[town.portal.number] += 1
    monkeypatch.setattr(database, "rows", counted)
    for _ in range(20):
        assert browser.ask("{ portal { title } }").status_code == 200
    assert 1 <= len([digest for digest in reads if digest]) <= 3  # One a second, on a busy machine too.


# What another site's page may do


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "", "sec_fetch_site": "same-origin"}, 403),
    ],
)
def test_operation_with_the_cookie_comes_from_the_portals_own_pages(
    browser: Browser, headers: dict[str, str], status: int
) -> None:
    assert browser.ask(OWN, **headers).status_code == status


@pytest.mark.parametrize(
    ("headers", "scheme", "is_same"),
    [
        ({"origin": "https://a.example"}, "https", True),
        ({"origin": "HTTPS://A.example"}, "https", True),
        ({"origin": "http://a.example"}, "https", False),
        ({"origin": "https://a.example"}, "http", True),  # Behind a proxy that does not say that it speaks HTTPS.
        ({"origin": "https://b.example"}, "https", True),
        ({"origin": "https://c.example"}, "https", False),
        ({"origin": "https://a.example:8443"}, "https", False),
        ({"origin": "https://a.example.c.example"}, "https", False),
        ({"origin": "null"}, "https", False),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, "https", False),
        ({"sec-fetch-site": "same-origin"}, "https", True),
        ({"sec-fetch-site": "none"}, "https", True),
        ({"sec-fetch-site": "same-site"}, "https", False),
        ({"sec-fetch-site": "cross-site"}, "https", False),
        ({}, "https", False),
    ],
)
def test_origin_is_one_of_the_portals_own(headers: dict[str, str], scheme: str, is_same: bool) -> None:
    raw = {name.encode(): value.encode() for name, value in ({"host": "a.example"} | headers).items()}
    assert origin.is_same_origin(raw, scheme, ("a.example", "b.example")) is is_same
