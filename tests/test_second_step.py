"""The second step of signing in: set by a code of the telephone, asked at each sign-in, once each; demanded of a team."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest

from auth import second_step, secret
from tests.acting import refused
from tests.administering import do
from tests.browser import Browser
from tests.given import uuid_in
from tests.own import Own
from tests.test_page_portal import hidden, signed_in
from tests.test_sign_in import Town, towns

OFFER = "{ account { hasSecondStep recoveryCodeCount secondStepKey } }"
SET = "mutation($input: SecondStepSetInput!) { secondStepSet(input: $input) { recoveryCodes actor { id } userErrors { code field } } }"
REMOVE = "mutation($input: SecondStepRemoveInput!) { secondStepRemove(input: $input) { actor { id } userErrors { code field } } }"


@pytest.fixture(scope="module")
def town(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    yield from (both[0] for both in towns(own, tmp_path_factory.mktemp("second-step"), ("second-step",)))


@dataclass
class Telephone:
    """An application that has a key; it may run ahead by a step, as clocks do."""

    key: str

    def code(self, ahead: int = 0) -> str:
        return pyotp.TOTP(self.key).generate_otp(int(time.time()) // second_step.STEP_S + ahead)


@dataclass
class Person:
    """Somebody who signs in by e-mail, in the browser in which the second step was set."""

    town: Town
    email: str
    browser: Browser
    telephone: Telephone
    recovery: list[str]
    used: str
    """The code by which it was set."""

    def begun(self) -> Browser:
        """Another browser, in which the first step is done."""
        browser = self.town.browser()
        answer = browser.sign_in(self.town.post, self.email)
        assert answer.json() == {"status": "second step"}
        return browser

    def forget(self) -> None:
        """Time passes: codes that were used are over, and so are the tries."""
        self.town.change("UPDATE __tenant__.account SET second_step_last = 0 WHERE second_step_last IS NOT NULL")
        self.town.change("DELETE FROM __tenant__.sign_in_attempt")


def asked(browser: Browser, query: str, **input_: Any) -> Any:
    answer = browser.post("/graphql", {"query": query, "variables": {"input": input_}} if input_ else {"query": query})
    told = answer.json()
    assert "errors" not in told, told
    return next(iter(told["data"].values()))


def with_second_step(town: Town, email: str, role: str = "MEMBER") -> Person:
    """Somebody who has set one."""
    browser = town.browser()
    browser.sign_in(town.post, email)
    if role != "MEMBER":
        town.change(
            f"UPDATE __tenant__.actor SET role = '{role}' WHERE id = (SELECT actor_id FROM __tenant__.account WHERE email = '{email}')"
        )
    telephone = Telephone(asked(browser, OFFER)["secondStepKey"])
    code = telephone.code()
    told = asked(browser, SET, code=code)
    assert told["userErrors"] == []
    return Person(town, email, browser, telephone, told["recoveryCodes"].split("\n"), code)


def step(browser: Browser, code: str) -> int:
    return browser.post("/auth/second-step", {"code": code}).status_code


def test_session_counts_for_nothing_until_the_code_is_shown(town: Town) -> None:
    person = with_second_step(town, "two@steps.example")
    browser = person.begun()
    before = browser.token
    assert browser.actor() is None
    assert browser.ask("{ viewer { id } }").json()["data"] == {"viewer": None}
    assert browser.get("/moi").headers["location"].startswith("/auth/sign-in")
    assert step(browser, person.telephone.code(1)) == 200
    assert browser.actor() == person.browser.actor() is not None
    assert browser.token != before
    former = Browser(browser.client, browser.host, cookies={"parvis": str(before)})
    assert former.actor() is None


def test_each_code_serves_once(town: Town) -> None:
    person = with_second_step(town, "once@steps.example")
    code = person.telephone.code(1)
    assert step(person.begun(), person.used) == 401
    assert step(person.begun(), code) == 200
    assert step(person.begun(), code) == 401


def test_recovery_code_stands_in_once_however_it_is_typed(town: Town) -> None:
    person = with_second_step(town, "lost@steps.example")
    assert len(set(person.recovery)) == second_step.RECOVERY_CODES
    typed = f" {person.recovery[0].upper().replace('-', ' ')} "
    assert step(person.begun(), typed) == 200
    assert step(person.begun(), person.recovery[0]) == 401
    assert asked(person.browser, OFFER) == {
        "hasSecondStep": True,
        "recoveryCodeCount": second_step.RECOVERY_CODES - 1,
        "secondStepKey": None,
    }


def test_nobody_guesses(town: Town) -> None:
    person = with_second_step(town, "guess@steps.example")
    browser = person.begun()
    right = person.telephone.code(1)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    assert [step(browser, wrong) for _ in range(second_step.TRIES)] == [401] * second_step.TRIES
    assert step(browser, right) == 429
    person.forget()
    assert step(browser, person.telephone.code()) == 200


def test_key_is_each_persons_own_and_set_by_its_code_alone(town: Town) -> None:
    one, other = town.browser(), town.browser()
    one.sign_in(town.post, "own@steps.example")
    other.sign_in(town.post, "other@steps.example")
    key = asked(one, OFFER)["secondStepKey"]
    assert key != asked(other, OFFER)["secondStepKey"]
    code = Telephone(key).code()
    assert asked(other, SET, code=code)["userErrors"] == [{"code": "SECOND_STEP_WRONG", "field": "code"}]
    assert asked(one, SET, code=code)["userErrors"] == []


def test_second_key_takes_the_place_of_none(town: Town) -> None:
    person = with_second_step(town, "again@steps.example")
    told = asked(person.browser, SET, code=person.telephone.code())
    assert told["userErrors"] == [{"code": "SECOND_STEP_KEPT", "field": "code"}]
    assert asked(person.browser, OFFER)["secondStepKey"] is None


def test_owner_removes_it_by_a_code_alone(town: Town) -> None:
    person = with_second_step(town, "remove@steps.example")
    assert asked(person.browser, REMOVE, code="123")["userErrors"] == [{"code": "SECOND_STEP_WRONG", "field": "code"}]
    assert asked(person.browser, REMOVE, code=person.telephone.code(1))["userErrors"] == []
    browser = town.browser()
    assert browser.sign_in(town.post, person.email).json() == {"status": "signed in"}
    assert town.count("account", f"email = '{person.email}' AND recovery_digests <> '{{}}'") == 0


def test_administrator_removes_it_for_somebody_who_lost_the_telephone(town: Town) -> None:
    person = with_second_step(town, "help@steps.example")
    whom = person.browser.actor()
    assert whom is not None
    administrator = town.given.actor(town.portal, role="ADMIN")
    stranger = town.given.actor(town.portal)
    assert do(stranger, "secondStepRemove", actor=whom["id"])["userErrors"] == refused("FORBIDDEN", "actor")
    has = "query($id: ID!) { actor(id: $id) { hasSecondStep } }"
    assert administrator.ask(has, id=whom["id"])["actor"] == {"hasSecondStep": True}
    assert do(administrator, "secondStepRemove", actor=whom["id"])["userErrors"] == []
    assert administrator.ask(has, id=whom["id"])["actor"] == {"hasSecondStep": False}
    kinds = "SELECT kind FROM __tenant__.event WHERE subject_id = %s AND kind LIKE 'SECOND_STEP%%' ORDER BY id"
    found = town.given.sql(town.portal, kinds, uuid_in(whom["id"]))
    assert [kind for (kind,) in found] == ["SECOND_STEP_SET", "SECOND_STEP_REMOVED"]


def test_team_without_one_acts_as_members_where_the_portal_demands_it(town: Town) -> None:
    leader = with_second_step(town, "leader@steps.example", "ADMIN")
    plain = town.browser()
    plain.sign_in(town.post, "plain@steps.example")
    town.change(
        "UPDATE __tenant__.actor SET role = 'ADMIN' WHERE id = (SELECT actor_id FROM __tenant__.account WHERE email = 'plain@steps.example')"
    )
    switch = "mutation($input: PortalSwitchInput!) { portalSwitch(input: $input) { userErrors { code field } } }"
    read = asked(leader.browser, "{ portal { version features isSecondStepDemanded } }")
    assert read.pop("isSecondStepDemanded") is False
    needed = [{"code": "SECOND_STEP_NEEDED", "field": "isSecondStepDemanded"}]
    assert asked(plain, switch, **read, isSecondStepDemanded=True)["userErrors"] == needed
    assert asked(leader.browser, switch, **read, isSecondStepDemanded=True)["userErrors"] == []
    try:
        assert asked(plain, "{ viewer { role isHeldBack } }") == {"role": "MEMBER", "isHeldBack": True}
        assert asked(leader.browser, "{ viewer { role isHeldBack } }") == {"role": "ADMIN", "isHeldBack": False}
        assert plain.get("/gestion").headers["location"] == "/moi/securite"
        key = asked(plain, OFFER)["secondStepKey"]
        assert asked(plain, SET, code=Telephone(key).code())["userErrors"] == []
        assert plain.get("/gestion").status_code == 200
    finally:
        town.change("UPDATE platform.tenant SET second_step_demanded = false")


def test_form_leads_on_to_where_one_wanted_to_go(town: Town) -> None:
    person = with_second_step(town, "form@steps.example")
    browser = town.browser()
    code = browser.code(town.post, person.email)
    answer = browser.submit("/auth/email/confirm", {"email": person.email, "code": code, "next": "/annonces?page=2"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/auth/second-step?next=/annonces%3Fpage%3D2")
    page = browser.get(answer.headers["location"])
    assert "Code à six chiffres" in page.text
    refusal = browser.submit("/auth/second-step", {"code": "1", "next": "/annonces?page=2"})
    assert refusal.status_code == 401
    assert "/annonces?page=2" in refusal.text
    answer = browser.submit("/auth/second-step", {"code": person.telephone.code(1), "next": "/annonces?page=2"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/annonces?page=2")


def test_page_shows_the_codes_once_and_keeps_the_key_where_its_code_was_wrong(town: Town) -> None:
    browser = town.browser()
    browser.sign_in(town.post, "page@steps.example")
    page = browser.get("/moi/securite").text
    [key] = re.findall(r"secret=([A-Z2-7]+)&amp;issuer=", page)
    assert 'class="qr"' in page
    fields = hidden(page, "SetUp") | {"form": "SetUp"}
    refused_ = browser.submit("/moi/securite", fields | {"code": "no"})
    assert refused_.status_code == 422
    assert key in refused_.text
    fields = hidden(refused_.text, "SetUp") | {"form": "SetUp", "code": Telephone(key).code()}
    told = browser.submit("/moi/securite", fields).text
    assert len(re.findall(r"<li><code>[a-z2-9]{5}-[a-z2-9]{5}</code></li>", told)) == second_step.RECOVERY_CODES
    assert "<li><code>" not in browser.get("/moi/securite").text


def test_demonstration_lets_everybody_in_whoever_set_one_there(town: Town) -> None:
    with_second_step(town, "everybody@steps.example", "MODERATOR")
    town.change(
        "UPDATE __tenant__.actor SET created_at = '2020-01-01' WHERE id ="
        " (SELECT actor_id FROM __tenant__.account WHERE email = 'everybody@steps.example')"
    )
    browser = signed_in(town.browser(), "MODERATOR")
    assert (browser.actor() or {})["role"] == "MODERATOR"


def test_key_that_was_sealed_elsewhere_makes_no_code_until_it_is_removed(town: Town) -> None:
    person = with_second_step(town, "moved@steps.example")
    town.change("UPDATE __tenant__.account SET second_step = 'sealed elsewhere' WHERE email = 'moved@steps.example'")
    whom = person.browser.actor()
    assert whom is not None
    assert step(person.begun(), person.telephone.code(1)) == 401
    assert do(town.given.actor(town.portal, role="ADMIN"), "secondStepRemove", actor=whom["id"])["userErrors"] == []
    assert town.browser().sign_in(town.post, person.email).json() == {"status": "signed in"}


def test_key_is_kept_sealed(town: Town) -> None:
    person = with_second_step(town, "sealed@steps.example")
    where = f"SELECT second_step, recovery_digests FROM __tenant__.account WHERE email = '{person.email}'"
    [(sealed, digests)] = town.given.sql(town.portal, where)
    assert person.telephone.key not in sealed
    assert not {written for code in person.recovery for written in (code, secret.digest(code))} & set(digests)
