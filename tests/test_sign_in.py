"""Signing in by e-mail: codes are single-use, short-lived and few; nothing tells whether an address is known."""

import logging
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from auth import email_code
from demo import tenants as stories
from tests.browser import NAME, Browser, Post
from tests.conftest import Portal, serve
from tests.given import Given
from tests.own import Own, until


@dataclass(frozen=True)
class Town:
    """A portal of this module's own, and its mail."""

    portal: Portal
    post: Post
    given: Given

    def browser(self) -> Browser:
        return Browser(self.portal.client, self.portal.host)

    def count(self, table: str, where: str = "true") -> int:
        [(count,)] = self.given.sql(self.portal, f"SELECT count(*) FROM __tenant__.{table} WHERE {where}")
        return int(count)

    def change(self, statement: str) -> None:
        self.given.sql(self.portal, statement)


def towns(own: Own, data: Path, slugs: tuple[str, ...]) -> Iterator[list[Town]]:
    """A server and new tenants, on a database of their own: there is no other server whose worker mails invitations."""
    for running in serve(own.url, data):
        with closing(Given(own.url)) as given, httpx.Client(base_url=running.url, timeout=30) as http:
            beside = Portal(http, stories()[0], running)
            portals = [given.tenant(beside, slug, "commune-35238") for slug in slugs]
            yield [Town(replace(portal, client=http), Post(data / "mail"), given) for portal in portals]


@pytest.fixture(scope="module")
def both(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Town]]:
    yield from towns(own, tmp_path_factory.mktemp("sign-in"), ("sign-in-town", "sign-in-village"))


@pytest.fixture
def town(both: list[Town]) -> Town:
    """The town; nobody has tried anything yet this hour."""
    both[0].change("DELETE FROM __tenant__.sign_in_attempt")
    return both[0]


@pytest.fixture
def village(both: list[Town]) -> Town:
    return both[1]


def test_code_signs_a_new_person_in_as_a_member(town: Town) -> None:
    browser = town.browser()
    browser.sign_in(town.post, "new@voisins.example")
    actor = browser.actor()
    assert actor is not None
    assert {key: actor[key] for key in ("kind", "role", "name")} == {
        "kind": "CITIZEN",
        "role": "MEMBER",
        "name": "Habitant·e",
    }
    viewer = browser.ask("{ viewer { id name role } }").json()["data"]["viewer"]
    assert viewer == {"id": actor["id"], "name": "Habitant·e", "role": "MEMBER"}


def test_same_address_is_the_same_actor_whatever_its_case(town: Town) -> None:
    first, second = town.browser(), town.browser()
    first.sign_in(town.post, "case@voisins.example", name="Case")
    code = second.code(town.post, "case@voisins.example")
    answer = second.post("/auth/email/confirm", {"email": " Case@Voisins.EXAMPLE", "code": f"{code[:4]} {code[4:]}"})
    assert answer.status_code == 200
    assert second.actor() == first.actor()
    assert (first.actor() or {})["name"] == "Case"
    assert town.count("account", "email = 'case@voisins.example'") == 1


def test_name_is_chosen_once_also_after_the_first_time(town: Town) -> None:
    browser, email = town.browser(), "unnamed@voisins.example"
    for name, called in ((None, "Habitant·e"), ("Zoé", "Zoé"), ("Ana", "Zoé")):
        browser.sign_in(town.post, email, **({"name": name} if name else {}))
        assert (browser.actor() or {})["name"] == called


def test_wrong_code_keeps_the_name_that_was_typed(town: Town) -> None:
    email, browser = "typed@voisins.example", town.browser()
    browser.code(town.post, email)
    for code, status in (("12", 400), ("00000000", 401)):
        answer = browser.submit("/auth/email/confirm", {"email": email, "code": code, "name": "Zoé"})
        assert answer.status_code == status
        assert 'name="name" autocomplete="nickname" maxlength="120" value="Zoé"' in answer.text


def test_code_serves_once(town: Town) -> None:
    email = "once@voisins.example"
    code = town.browser().code(town.post, email)
    answers = [town.browser().post("/auth/email/confirm", {"email": email, "code": code}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 401]
    assert town.count("sign_in_code", f"email = '{email}'") == 0


def test_code_uses_up_all_codes_of_the_address(town: Town) -> None:
    email, browser = "several@voisins.example", town.browser()
    first, second = browser.code(town.post, email), browser.code(town.post, email)
    assert first != second
    assert browser.post("/auth/email/confirm", {"email": email, "code": first}).status_code == 200
    assert browser.post("/auth/email/confirm", {"email": email, "code": second}).status_code == 401


def test_code_is_over_after_ten_minutes(town: Town) -> None:
    email, browser = "late@voisins.example", town.browser()
    code = browser.code(town.post, email)
    [(seconds,)] = town.given.sql(
        town.portal,
        f"SELECT extract(epoch FROM expires_at - now()) FROM __tenant__.sign_in_code WHERE email = '{email}'",
    )
    assert 590 < seconds <= 600
    town.change(f"UPDATE __tenant__.sign_in_code SET expires_at = now() WHERE email = '{email}'")
    assert browser.post("/auth/email/confirm", {"email": email, "code": code}).status_code == 401


def test_sixth_try_is_refused_even_with_the_right_code(town: Town) -> None:
    email, browser = "tries@voisins.example", town.browser()
    code = browser.code(town.post, email)
    wrong = f"{(int(code) + 1) % 10**8:08}"
    for _ in range(5):
        assert browser.post("/auth/email/confirm", {"email": email, "code": wrong}).status_code == 401
    assert browser.post("/auth/email/confirm", {"email": email, "code": code}).status_code == 401


def test_fifth_try_is_good(town: Town) -> None:
    email, browser = "fifth@voisins.example", town.browser()
    code = browser.code(town.post, email)
    wrong = f"{(int(code) + 1) % 10**8:08}"
    for _ in range(4):
        assert browser.post("/auth/email/confirm", {"email": email, "code": wrong}).status_code == 401
    assert browser.post("/auth/email/confirm", {"email": email, "code": code}).status_code == 200


def test_code_of_another_address_or_portal_is_refused(town: Town, village: Town) -> None:
    code = town.browser().code(town.post, "mine@voisins.example")
    for place, email in ((town, "other@voisins.example"), (village, "mine@voisins.example")):
        assert place.browser().post("/auth/email/confirm", {"email": email, "code": code}).status_code == 401


def test_code_is_not_stored_in_the_clear(town: Town) -> None:
    email = "kept@voisins.example"
    code = town.browser().code(town.post, email)
    [(row,)] = town.given.sql(
        town.portal, f"SELECT to_jsonb(c)::text FROM __tenant__.sign_in_code c WHERE email = '{email}'"
    )
    assert code not in row
    assert re.search(r'"digest": "[0-9a-f]{64}"', row)


# Nobody learns who has an account


def answer_and_statements(town: Town, email: str) -> tuple[int, bytes, int]:
    """What asking for a code answers, and how many attempts were counted for it once it is done."""
    before = town.count("sign_in_attempt")
    sent = len(town.post.mails(email))
    answer = town.browser().post("/auth/email", {"email": email})
    until(lambda: len(town.post.mails(email)) > sent)
    return answer.status_code, answer.content, town.count("sign_in_attempt") - before


def test_known_and_unknown_addresses_get_the_same_answer_and_the_same_work(town: Town) -> None:
    town.browser().sign_in(town.post, "known@voisins.example")
    town.change("DELETE FROM __tenant__.sign_in_attempt")
    known = answer_and_statements(town, "known@voisins.example")
    town.change("DELETE FROM __tenant__.sign_in_attempt")
    unknown = answer_and_statements(town, "unknown@voisins.example")
    assert known == unknown == (202, b'{"status":"sent"}', 3)


def test_refused_confirmation_says_the_same_for_every_reason(town: Town) -> None:
    known, late = "reasons@voisins.example", "reasons-late@voisins.example"
    town.browser().sign_in(town.post, known)
    browser = town.browser()
    code, over = browser.code(town.post, known), browser.code(town.post, late)
    town.change(f"UPDATE __tenant__.sign_in_code SET expires_at = now() WHERE email = '{late}'")
    tried = [(known, "00000000"), ("nobody@voisins.example", code), (late, over), ("a@b", code), ("", "00000000")]
    answers = [browser.post("/auth/email/confirm", {"email": email, "code": code}) for email, code in tried]
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (401, b'{"errors":[{"message":"This code is not valid.","extensions":{"code":"UNAUTHENTICATED"}}]}')
    }


NOWHERE = [
    "",
    "nobody",
    "jeanne@",
    "jeanne,martin@ville.fr",
    "x@localhost",
    "jérôme@ville.fr",
    f"{'a' * 250}@b.example",
]


@pytest.mark.parametrize("email", [None, *NOWHERE])
def test_address_that_mail_cannot_reach_is_told_so(town: Town, email: str | None) -> None:
    before = len(list(town.post.folder.glob("*.eml")))
    answer = town.browser().post("/auth/email", {} if email is None else {"email": email})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_INPUT")
    page = town.browser().submit("/auth/email", {"email": email or "", "next": "/espaces"})
    assert (page.status_code, 'role="alert"' in page.text, 'value="/espaces"' in page.text) == (400, True, True)
    assert f'value="{email or ""}"' in page.text  # What was typed stays.
    assert ("un accent avant" in page.text) is (email == "jérôme@ville.fr")
    assert (len(list(town.post.folder.glob("*.eml"))), town.count("sign_in_attempt")) == (before, 0)


def test_domain_with_accents_is_one_account_however_it_is_written(town: Town) -> None:
    first, second = town.browser(), town.browser()
    canonical, typed = "marie@xn--htel-de-ville-plb.example", "Marie@Hôtel-de-Ville.example"
    assert first.post("/auth/email", {"email": typed}).status_code == 202
    code = town.post.code(canonical)
    assert first.post("/auth/email/confirm", {"email": typed, "code": code}).status_code == 200
    second.sign_in(town.post, canonical)
    assert second.actor() == first.actor()
    assert town.count("account", f"email = '{canonical}'") == 1


@pytest.mark.parametrize("shape", ["{}-{}", "{}\u200b{}", "\u200e{}\u00a0{}", "Votre code : {} {}"])
def test_code_is_taken_as_it_is_pasted(town: Town, shape: str) -> None:
    email, browser = f"pasted-{shape.encode().hex()}@voisins.example", town.browser()
    code = browser.code(town.post, email)
    wide = shape.format(code[:4], code[4:]).translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    for pasted in (shape.format(code[:4], code[4:]), wide):
        assert email_code.digits(pasted) == code
    assert browser.post("/auth/email/confirm", {"email": email, "code": wide}).status_code == 200


def test_what_cannot_be_a_code_spends_no_try(town: Town) -> None:
    email, browser = "malformed@voisins.example", town.browser()
    code = browser.code(town.post, email)
    counted = town.count("sign_in_attempt")
    for odd in ("", "1", code[:7], f"{code}0", "abcdefgh", f"{code} {code}"):
        answer = browser.post("/auth/email/confirm", {"email": email, "code": odd})
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_INPUT")
    page = browser.submit("/auth/email/confirm", {"email": email, "code": "1"})
    assert (page.status_code, "huit chiffres" in page.text, f'value="{email}"' in page.text) == (400, True, True)
    assert town.count("sign_in_attempt") == counted
    assert town.count("sign_in_code", f"email = '{email}' AND tries = 0") == 1
    assert browser.post("/auth/email/confirm", {"email": email, "code": code}).status_code == 200


# Limits


def test_client_that_confirms_too_often_is_stopped_with_the_right_code_too(town: Town) -> None:
    email, browser = "guess@voisins.example", town.browser()
    code = browser.code(town.post, email)
    town.change("DELETE FROM __tenant__.sign_in_attempt")
    assert (
        browser.post("/auth/email/confirm", {"email": "nobody@voisins.example", "code": "00000001"}).status_code == 401
    )
    town.change("UPDATE __tenant__.sign_in_attempt SET count = 120")
    assert browser.post("/auth/email/confirm", {"email": email, "code": code}).status_code == 401
    town.change("DELETE FROM __tenant__.sign_in_attempt")
    assert browser.post("/auth/email/confirm", {"email": email, "code": code}).status_code == 200


def test_attempts_name_nobody(town: Town) -> None:
    town.browser().code(town.post, "nameless@voisins.example")
    rows = town.given.sql(town.portal, "SELECT subject FROM __tenant__.sign_in_attempt")
    assert rows and all(re.fullmatch(r"[0-9a-f]{64}", subject) for (subject,) in rows)


# Forms without scripts, and what pages of other sites may not


def test_forms_sign_in_without_scripts_and_lead_on(town: Town) -> None:
    email, browser = "form@voisins.example", town.browser()
    page = browser.get("/auth/sign-in?next=/espaces")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert 'action="/auth/email"' in page.text and 'value="/espaces"' in page.text and "<script>" not in page.text
    asked = browser.submit("/auth/email", {"email": email, "next": "/espaces"})
    assert (asked.status_code, 'action="/auth/email/confirm"' in asked.text) == (200, True)
    other = f"{(int(town.post.code(email)) + 1) % 10**8:08}"
    wrong = browser.submit("/auth/email/confirm", {"email": email, "code": other, "next": "/espaces"})
    assert (wrong.status_code, 'role="alert"' in wrong.text) == (401, True)
    done = browser.submit("/auth/email/confirm", {"email": email, "code": town.post.code(email), "next": "/espaces"})
    assert (done.status_code, done.headers["location"]) == (303, "/espaces")
    assert "Se déconnecter" in browser.get("/auth/sign-in").text


@pytest.mark.parametrize("next_", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", ""])
def test_nobody_is_led_to_another_site(town: Town, next_: str) -> None:
    email, browser = f"next{abs(hash(next_)) % 10**6}@voisins.example", town.browser()
    code = browser.code(town.post, email)
    done = browser.submit("/auth/email/confirm", {"email": email, "code": code, "next": next_})
    assert (done.status_code, done.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    "next_",
    [
        "/auth/oidc/mairie",
        "/auth/oidc/mairie?link=1",
        "/auth/sign-out",
        "/auth",
        "/%61uth/oidc/mairie",
        "/x/../auth/oidc/mairie",
        "/x/%2e%2e/auth/oidc/mairie",
        "/./auth/oidc/mairie",
        "/auth\\oidc\\mairie",
        "/\\auth/oidc/mairie",
        "/auth/./oidc/mairie",
        "/auth/popup/../oidc/mairie",
        "/auth/popup/%2e./oidc/mairie?widget=1",
        "/x%2f..%2f..%2fauth/oidc/mairie",
        "/AUTH/oidc/mairie",
    ],
)
def test_nothing_under_auth_begins_by_way_of_next(town: Town, next_: str) -> None:
    page = town.browser().get("/auth/sign-in", params={"next": next_}).text
    assert 'name="next" value="/"' in page


@pytest.mark.parametrize(
    "next_", ["/auth/popup?widget=a&origin=b", "/authors", "/espaces/auth/", "/a?b=/auth/oidc/x", "/%C3%A9"]
)
def test_other_pages_follow_signing_in(town: Town, next_: str) -> None:
    page = town.browser().get("/auth/sign-in", params={"next": next_}).text
    assert f'name="next" value="{next_.replace("&", "&amp;")}"' in page


# Each GET under /auth was looked at: none changes anything but the asker's own cookies.
GETS = [
    "/auth/sign-in",
    "/auth/signed-out",
    "/auth/invitation?token=x",
    "/auth/session",
    "/auth/sign-out",
    "/auth/email",
]


@pytest.mark.parametrize("path", GETS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_following_a_link_changes_nothing(town: Town, path: str, method: str) -> None:
    browser = town.browser()
    browser.sign_in(town.post, f"get-{abs(hash(path + method)) % 10**6}@voisins.example")
    with town.given.nothing_written(town.portal):
        answer = browser.client.request(
            method, path, headers={"host": browser.host, "cookie": f"{NAME}={browser.token}"}
        )
    assert answer.status_code in (200, 404, 405) and "set-cookie" not in answer.headers
    assert browser.actor() is not None


def test_text_of_a_visitor_is_escaped_in_pages(town: Town) -> None:
    answer = town.browser().submit("/auth/email", {"email": '"><script>alert(1)</script>@x.example'})
    assert "<script>" not in answer.text and "&lt;script&gt;" in answer.text


@pytest.mark.parametrize("path", ["/auth/email", "/auth/email/confirm", "/auth/invitation", "/auth/sign-out"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://sign-in-town.example.evil.example"},
        {"origin": "http://sign-in-town.example:81"},
        {"origin": "http://sign-in-village.example"},
        {"origin": "", "sec_fetch_site": "same-origin"},
    ],
)
def test_post_from_another_sites_page_is_refused(town: Town, path: str, headers: dict[str, str]) -> None:
    answer = town.browser().post(path, {"email": "cross@voisins.example", "code": "1"}, **headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "CROSS_SITE")


def test_unknown_host_and_bad_bodies_are_refused(town: Town) -> None:
    browser = town.browser()
    assert Browser(browser.client, "nowhere.example").post("/auth/email", {}).status_code == 404
    assert browser.post("/auth/email", {"email": ["a"]}).status_code == 400
    assert browser.post("/auth/email", {"email": "a\0@b.example"}).status_code == 400
    assert browser.post("/auth/email", {"email": "a" * 610_000}).status_code == 413
    assert browser.submit("/auth/email/confirm", {"email": "a@b.example", "name": "n" * 121}).status_code == 400


def test_name_is_the_one_that_was_given_at_the_first_time_only(town: Town) -> None:
    email = "named@voisins.example"
    town.browser().sign_in(town.post, email, name=" Ninon\n de  Rennes\u200e ")
    again = town.browser()
    again.sign_in(town.post, email, name="Autre")
    assert (again.actor() or {})["name"] == "Ninon de Rennes"


def test_name_of_the_portal_or_its_collectivite_is_refused_and_the_code_stays_good(town: Town) -> None:
    email, browser = "official@voisins.example", town.browser()
    code, before = browser.code(town.post, email), town.count("actor")
    for name in ("Ville de Rennes", town.portal.ask("{ portal { title } }")["portal"]["title"], "Modération"):
        answer = browser.post("/auth/email/confirm", {"email": email, "code": code, "name": name})
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "NAME_RESERVED")
    assert (town.count("actor"), browser.actor()) == (before, None)
    answer = browser.post("/auth/email/confirm", {"email": email, "code": code, "name": "\u3164"})
    assert (answer.status_code, (browser.actor() or {})["name"]) == (200, "Habitant·e")


def test_log_of_security_tells_who_by_id_and_nothing_personal(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    email, browser = "logged@voisins.example", town.browser()
    with caplog.at_level(logging.INFO, "parvis.security"):
        browser.post("/auth/email/confirm", {"email": email, "code": "12345678"})
        browser.sign_in(town.post, email, name="Ninon")
        actor = (browser.actor() or {})["id"].split("_")[2]
        browser.post("/auth/sign-out", {})
    records = [vars(record) for record in caplog.records if record.name == "parvis.security"]
    assert [(record["message"], record.get("actor")) for record in records] == [
        ("sign-in refused", None),
        ("sign-in", actor),
        ("sign-out", None),
    ]
    assert not any(secret in str(record) for record in records for secret in (email, "Ninon", "12345678"))


def test_installation_without_mail_says_so(own: Own, tmp_path: Path, town: Town) -> None:
    for running in serve(own.url, tmp_path, is_demo=False):
        with httpx.Client(base_url=running.url, timeout=30) as http:
            browser = Browser(http, town.portal.host)
            answer = browser.post("/auth/email", {"email": "a@b.example"})
            assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (
                503,
                "MAIL_NOT_CONFIGURED",
            )
            assert "aucun moyen de se connecter" in browser.get("/auth/sign-in").text
