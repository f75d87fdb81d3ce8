"""Whoever asks for codes or tries them in somebody else's name spends what is the asker's: the owner always gets in."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

import pytest
from sqlalchemy import Text, bindparam, select

import jobs.sign_in
from auth.attempt import Limit
from auth.email_code import MAX_STRANGE_TRIES, MAX_TRIES, EmailCodes
from auth.known_browser import REMEMBERED_FOR, KnownBrowsers
from models.base import table
from models.sign_in import SignInCode
from tests.browser import Browser
from tests.own import Own, until
from tests.test_sign_in import Town, towns

KNOWN = "__Host-parvis-known"
_code = table(SignInCode)
NEWEST = (
    select(_code.c.id).where(_code.c.email == bindparam("email", type_=Text())).order_by(_code.c.id.desc()).limit(1)
)
SENT = (202, b'{"status":"sent"}')


@pytest.fixture(scope="module")
def both(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Town]]:
    yield from towns(own, tmp_path_factory.mktemp("flood"), ("flood-town", "flood-village"))


@pytest.fixture
def town(both: list[Town]) -> Town:
    both[0].change("DELETE FROM __tenant__.sign_in_attempt")
    return both[0]


@dataclass
class Caller(Browser):
    """A browser at an address of its own, as the proxy in front tells it."""

    address: str = ""

    def _send(self, method: str, path: str, headers: dict[str, str], **body: object):  # type: ignore[no-untyped-def]
        return super()._send(method, path, {"x-forwarded-for": self.address, **headers}, **body)

    def ask_for(self, town: Town, email: str) -> None:
        """Ask for a code; comes back when the server has done what it does for it."""
        before = _counted(town)
        answer = self.post("/auth/email", {"email": email})
        assert (answer.status_code, answer.content) == SENT
        until(lambda: _counted(town) > before)

    def confirm(self, email: str, code: str) -> int:
        return self.post("/auth/email/confirm", {"email": email, "code": code}).status_code


def _counted(town: Town) -> int:
    [(count,)] = town.given.sql(town.portal, "SELECT coalesce(sum(count), 0) FROM __tenant__.sign_in_attempt")
    return int(count)


def at(town: Town, address: str) -> Caller:
    return Caller(town.portal.client, town.portal.host, address=address)


def not_(*codes: str) -> str:
    return next(code for code in (f"{number:08}" for number in range(100)) if code not in codes)


# Asking --------------------------------------------------------------------------------------------------------------


def test_asker_over_its_limit_spends_nothing_of_the_address(town: Town) -> None:
    flooder = at(town, "198.51.100.1")
    flooder.code(town.post, "crowd@voisins.example")
    town.change("UPDATE __tenant__.sign_in_attempt SET count = 60")
    counted = town.given.sql(town.portal, "SELECT subject FROM __tenant__.sign_in_attempt ORDER BY subject")
    for _ in range(10):
        flooder.ask_for(town, "victim@voisins.example")
    assert town.post.mails("victim@voisins.example") == []
    assert town.given.sql(town.portal, "SELECT subject FROM __tenant__.sign_in_attempt ORDER BY subject") == counted
    assert at(town, "198.51.100.2").confirm("victim@voisins.example", "00000000") == 401
    at(town, "198.51.100.2").sign_in(town.post, "victim@voisins.example")


def test_one_client_has_three_codes_sent_to_an_address_and_leaves_the_others(town: Town) -> None:
    email, flooder = "flooded@voisins.example", at(town, "198.51.100.1")
    for _ in range(3):
        flooder.code(town.post, email)
    for _ in range(3):
        flooder.ask_for(town, email)
    assert len(town.post.mails(email)) == 3
    at(town, "198.51.100.2").sign_in(town.post, email)
    assert len(town.post.mails(email)) == 4


def test_subscriber_of_ipv6_is_one_client(town: Town) -> None:
    email = "six@voisins.example"
    for last in range(3):
        at(town, f"2001:db8:1:2::{last}").code(town.post, email)
    at(town, "2001:db8:1:2:ffff::1").ask_for(town, email)
    assert len(town.post.mails(email)) == 3
    at(town, "2001:db8:1:3::1").code(town.post, email)


def exhausted(town: Town, email: str) -> list[str]:
    """The codes that strangers had sent to an address until it had its share."""
    codes = [at(town, f"198.51.100.{1 + number // 3}").code(town.post, email) for number in range(8)]
    at(town, "198.51.100.9").ask_for(town, email)
    assert len(town.post.mails(email)) == 8
    return codes


def test_after_the_eighth_mail_in_an_hour_the_last_code_is_good_again(town: Town) -> None:
    email, owner = "prolonged@voisins.example", at(town, "198.51.100.200")
    codes = exhausted(town, email)
    town.change("UPDATE __tenant__.sign_in_code SET expires_at = now() - interval '20 minutes'")
    town.given.run(jobs.sign_in.forget(town.given.database, town.portal.number))
    assert owner.confirm(email, codes[-1]) == 401
    owner.ask_for(town, email)
    until(lambda: town.count("sign_in_code", "expires_at > now()") == 1)
    assert len(town.post.mails(email)) == 8
    assert owner.confirm(email, codes[-2]) == 401
    assert owner.confirm(email, codes[-1]) == 200


def test_signing_in_gives_the_address_its_share_back(town: Town) -> None:
    email = "again@voisins.example"
    assert at(town, "198.51.100.1").confirm(email, exhausted(town, email)[-1]) == 200
    at(town, "198.51.100.50").sign_in(town.post, email)
    at(town, "198.51.100.1").sign_in(town.post, email)


def test_next_hour_brings_new_codes(town: Town) -> None:
    email = "hour@voisins.example"
    exhausted(town, email)
    town.change("UPDATE __tenant__.sign_in_attempt SET hour = hour - interval '1 hour'")
    at(town, "198.51.100.9").code(town.post, email)


# Trying --------------------------------------------------------------------------------------------------------------


def test_wrong_tries_of_others_leave_the_owner_its_own(town: Town) -> None:
    email, owner = "tried@voisins.example", at(town, "198.51.100.1")
    code = owner.code(town.post, email)
    for number in range(2):
        for _ in range(MAX_TRIES + 2):
            assert at(town, f"198.51.100.{10 + number}").confirm(email, not_(code)) == 401
    assert town.given.sql(town.portal, f"SELECT tries FROM __tenant__.sign_in_code WHERE email = '{email}'") == [
        (2 * MAX_TRIES,)
    ]
    assert at(town, "198.51.100.10").confirm(email, code) == 401  # This one has tried enough,
    assert at(town, "198.51.100.30").confirm(email, code) == 200  # the telephone on another network has not.


def test_whatever_others_try_who_asked_for_the_code_can_use_it(town: Town) -> None:
    email, owner = "burnt@voisins.example", at(town, "198.51.100.1")
    code = owner.code(town.post, email)
    for number in range(MAX_STRANGE_TRIES + 5):
        assert at(town, f"198.51.100.{10 + number}").confirm(email, not_(code)) == 401
    assert town.given.sql(town.portal, f"SELECT tries FROM __tenant__.sign_in_code WHERE email = '{email}'") == [
        (MAX_STRANGE_TRIES,)
    ]
    assert at(town, "198.51.100.99").confirm(email, code) == 401  # All strangers together have tried enough.
    for _ in range(MAX_TRIES - 1):
        assert owner.confirm(email, not_(code)) == 401
    assert owner.confirm(email, code) == 200


def test_askers_and_tries_name_nobody(town: Town) -> None:
    email = "digests@voisins.example"
    at(town, "198.51.100.77").code(town.post, email)
    at(town, "198.51.100.78").confirm(email, "00000000")
    [(row,)] = town.given.sql(
        town.portal, f"SELECT to_jsonb(c)::text FROM __tenant__.sign_in_code c WHERE email = '{email}'"
    )
    assert "198.51" not in row


# Known browsers ------------------------------------------------------------------------------------------------------


def test_browser_in_which_one_signed_in_has_limits_of_its_own(town: Town) -> None:
    email, own = "known@voisins.example", at(town, "198.51.100.9")
    own.sign_in(town.post, email)
    own.post("/auth/sign-out", {})
    town.change("DELETE FROM __tenant__.sign_in_attempt")
    flooded = exhausted_again(town, email)
    town.change(
        "UPDATE __tenant__.sign_in_attempt SET count = 60 WHERE count < 60"
    )  # Its network has had its share, too.
    code = own.code(town.post, email)
    for number in range(MAX_STRANGE_TRIES + 1):
        at(town, f"203.0.113.{number}").confirm(email, not_(code, *flooded))
    own.address = "198.51.100.10"  # It moved since.
    assert own.confirm(email, code) == 200


def exhausted_again(town: Town, email: str) -> list[str]:
    return [at(town, f"198.51.100.{1 + number // 3}").code(town.post, email) for number in range(8)]


def test_known_browser_is_known_for_its_address_at_its_portal_alone(both: list[Town], town: Town) -> None:
    email, own = "mine@voisins.example", at(town, "198.51.100.1")
    answer = own.sign_in(town.post, email)
    [header] = [line for line in answer.headers.get_list("set-cookie") if line.startswith(KNOWN)]
    value, *attributes = header.split("; ")
    assert attributes == ["Path=/", f"Max-Age={400 * 86_400}", "HttpOnly", "SameSite=Lax", "Secure"]
    assert email not in value and "mine" not in value
    key, host, number = "secret of the tests", town.portal.host, town.portal.number
    known, headers = KnownBrowsers(key), {b"cookie": value.encode()}
    assert known.is_known(headers, "https", host, number, email)
    assert not known.is_known(headers, "https", host, number, "other@voisins.example")
    assert not known.is_known(headers, "https", host, both[1].portal.number, email)
    assert not known.is_known({b"cookie": value.encode() * 2}, "https", host, number, email)
    assert not known.is_known({b"cookie": value.encode() + b"; " + value.encode()}, "https", host, number, email)
    assert not KnownBrowsers("another").is_known(headers, "https", host, number, email)
    assert not known.is_known({}, "https", host, number, email)
    assert REMEMBERED_FOR.days == 400


def test_known_browsers_own_share_is_bounded_too(town: Town) -> None:
    email, own = "eager@voisins.example", at(town, "198.51.100.1")
    own.sign_in(town.post, email)
    for _ in range(Limit.CODE_FOR_KNOWN.value):
        own.code(town.post, email)
    mails = len(town.post.mails(email))
    own.ask_for(town, email)
    assert len(town.post.mails(email)) == mails


# A town's addresses --------------------------------------------------------------------------------------------------


def test_two_clients_and_a_thousand_addresses_keep_nobody_from_signing_in(town: Town) -> None:
    codes, number = EmailCodes("secret of the tests"), town.portal.number
    victims = [f"victim-{number}@voisins.example" for number in range(1_000)]
    attackers = ("198.51.100.1", "198.51.100.2")

    async def attack() -> int:
        sent = 0
        for victim, attacker in [(victim, attacker) for victim in victims for attacker in attackers for _ in range(4)]:
            async with town.given.database.transaction(number) as transaction:
                sent += await codes.issue(transaction, victim, attacker)
        return sent

    async def sign_in(victim: str, client: str) -> bool:
        async with town.given.database.transaction(number) as transaction:
            assert await codes.issue(transaction, victim, client), victim  # Each gets a fresh one.
            [row] = [found for (found,) in await transaction.all(NEWEST, email=victim)]
        code = codes.code(number, row)
        for attacker in attackers * MAX_TRIES:
            async with town.given.database.transaction(number) as transaction:
                assert not await codes.confirm(transaction, victim, not_(code), attacker)
        async with town.given.database.transaction(number) as transaction:
            return await codes.confirm(transaction, victim, code, client)

    assert town.given.run(attack()) == 2 * Limit.CODE_BY_CLIENT.value * 3 // 4
    clients = (f"203.0.113.{number}" for number in cycle(range(250)))
    assert all(town.given.run(sign_in(victim, client)) for victim, client in zip(victims, clients, strict=False))
