"""Hosts and origins: administrators ask for names, the DNS proves them, a job serves them; the last one stays."""

import asyncio
import socket
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import dns.message
import dns.rrset
import pytest

from jobs import host_request
from models.host_request import MAX_HOSTS, MAX_ORIGINS, HostProblem
from tenants.dns_record import LookupFailedError, Resolver
from tests.acting import refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given
from tests.test_page_portal import signed_in

NAME, TARGET = "participer.ville.example", "portails.example"
READ = "{ portal { hosts origins hostRequests { host state problem recordName recordText checkedAt } } }"
CORS = "access-control-allow-origin"


@dataclass
class Names:
    """A stand-in for the DNS: what each name's records say; `silent` names do not answer."""

    said: dict[str, Collection[str]] = field(default_factory=dict)
    led: dict[str, Collection[str]] = field(default_factory=lambda: {TARGET: ["203.0.113.7", "2001:db8::7"]})
    silent: Collection[str] = ()

    async def texts(self, name: str) -> frozenset[str]:
        if name in self.silent:
            raise LookupFailedError(name)
        return frozenset(self.said.get(name, ()))

    async def addresses(self, name: str) -> frozenset[str]:
        return frozenset(self.led.get(name, ()))


@pytest.fixture
def city(given: Given, rennes: Portal, request: pytest.FixtureRequest) -> Portal:
    """An administrator of a tenant of its own, with two names."""
    portal = given.tenant(rennes, f"hosts-{id(request)}", "commune-35238")
    given.sql(portal, "DELETE FROM platform.host WHERE host LIKE %s", f"%{NAME}")
    given.sql(portal, "UPDATE platform.registry SET version = version + 1")  # What is done by hand nobody follows.
    return given.actor(portal, role="ADMIN")


@pytest.fixture(autouse=True)
def alone(given: Given, rennes: Portal) -> Iterator[None]:
    """No other portal waits for a name: the demonstration's do at other times."""
    waiting = given.sql(rennes, "SELECT number, host_requests::text FROM platform.tenant WHERE host_requests <> '[]'")
    given.sql(rennes, "UPDATE platform.tenant SET host_requests = '[]'")
    yield
    for number, requests_ in waiting:
        given.sql(rennes, "UPDATE platform.tenant SET host_requests = %s WHERE number = %s", requests_, number)


def check(given: Given, names: Names, target: str | None = TARGET, reserved: Collection[str] = ()) -> int:
    return given.run(host_request.check(given.database, names, target, reserved))


def asked(who: Portal, host: str = NAME) -> Mapping[str, Any]:
    """What a name that was asked for is told to need."""
    done(who, "portalHostAsk", host=host)
    return next(one for one in requests(who) if one["host"] == host)


def requests(who: Portal) -> list[Mapping[str, Any]]:
    return list(who.ask(READ)["portal"]["hostRequests"])


def hosts(who: Portal) -> list[str]:
    return list(who.ask(READ)["portal"]["hosts"])


def proven(given: Given, who: Portal, host: str = NAME) -> Names:
    """The DNS as it should be for a name that was asked for."""
    record = asked(who, host)
    return Names({record["recordName"]: [record["recordText"]]}, {host: ["203.0.113.7"], TARGET: ["203.0.113.7"]})


def is_served(who: Portal, host: str) -> bool:
    answer = who.client.post("/graphql", json={"query": "{ portal { slug } }"}, headers={"host": host})
    return bool(answer.status_code == 200 and answer.json()["data"]["portal"]["slug"] == who.record.slug)


def follows(who: Portal, host: str, *, is_on: bool) -> None:
    """Wait until the server knows."""
    deadline = time.monotonic() + 10
    while is_served(who, host) is not is_on:
        assert time.monotonic() < deadline, "the server does not follow"
        time.sleep(0.05)


def test_name_is_served_once_the_dns_proves_it(given: Given, city: Portal) -> None:
    record = asked(city)
    assert record["recordName"] == f"_parvis.{NAME}"
    assert record["recordText"].startswith("parvis=") and len(record["recordText"]) == len("parvis=") + 32
    assert (record["state"], record["problem"], record["checkedAt"]) == ("WAITING", None, None)
    before = hosts(city)
    assert not is_served(city, NAME)
    names = Names({record["recordName"]: ["v=spf1 -all", record["recordText"]]}, {TARGET: ["203.0.113.7"]})
    names.led[NAME] = ["203.0.113.7"]
    assert check(given, names) == 1
    assert requests(city) == []
    assert hosts(city) == sorted([*before, NAME])
    follows(city, NAME, is_on=True)
    assert check(given, names) == 0


@pytest.mark.parametrize(
    ("texts", "addresses", "problem"),
    [
        (None, ["203.0.113.7"], "NO_RECORD"),
        (["parvis=0"], ["203.0.113.7"], "WRONG_RECORD"),
        ("right", [], "NO_ADDRESS"),
        ("right", ["203.0.113.8"], "OTHER_ADDRESS"),
        ("right", ["203.0.113.7", "203.0.113.8"], "OTHER_ADDRESS"),
        ("silent", ["203.0.113.7"], "NO_ANSWER"),
    ],
)
def test_name_whose_dns_is_not_as_it_should_be_is_not_served(
    given: Given, city: Portal, texts: Any, addresses: list[str], problem: str
) -> None:
    record = asked(city)
    said = [record["recordText"]] if texts == "right" else texts
    names = Names({record["recordName"]: said} if isinstance(said, list) else {})
    names.led[NAME] = addresses
    names.silent = [record["recordName"]] if texts == "silent" else []
    check(given, names)
    [kept] = requests(city)
    assert (kept["state"], kept["problem"], kept["recordText"]) == ("FAILED", problem, record["recordText"])
    assert kept["checkedAt"] is not None
    assert not is_served(city, NAME) and NAME not in hosts(city)
    assert check(given, names) == 0  # Until it is asked for again.
    done(city, "portalHostCheck", host=NAME)
    [again] = requests(city)
    assert (again["state"], again["problem"], again["checkedAt"]) == ("WAITING", None, None)
    assert again["recordText"] == record["recordText"]
    assert check(given, proven_again(record)) == 1
    assert NAME in hosts(city)


def proven_again(record: Mapping[str, Any]) -> Names:
    return Names({record["recordName"]: [record["recordText"]]}, {NAME: ["203.0.113.7"], TARGET: ["203.0.113.7"]})


def test_any_address_is_good_where_the_installation_has_no_name(given: Given, city: Portal) -> None:
    names = proven(given, city)
    names.led[NAME] = ["198.51.100.1"]
    check(given, names, target=None)
    assert NAME in hosts(city)


def test_name_of_another_tenant_is_refused_without_telling_whose(given: Given, rennes: Portal, city: Portal) -> None:
    other = given.actor(given.tenant(rennes, "hosts-other", "commune-35238"), role="ADMIN")
    check(given, proven(given, other))
    assert NAME in hosts(other)
    names = proven(given, city)
    check(given, names)
    assert [(one["state"], one["problem"]) for one in requests(city)] == [("FAILED", "TAKEN")]
    assert NAME not in hosts(city) and NAME in hosts(other)
    follows(other, NAME, is_on=True)
    without_proof = Names({}, names.led)
    done(city, "portalHostCheck", host=NAME)
    check(given, without_proof)
    assert [one["problem"] for one in requests(city)] == ["NO_RECORD"]  # Strangers learn nothing.


def test_request_of_somebody_else_is_in_nobodys_way(given: Given, rennes: Portal, city: Portal) -> None:
    other = given.actor(given.tenant(rennes, "hosts-first", "commune-35238"), role="ADMIN")
    first, mine = asked(other), asked(city)
    assert first["recordText"] != mine["recordText"]
    check(given, proven_again(mine))
    assert NAME in hosts(city) and NAME not in hosts(other)
    assert [one["problem"] for one in requests(other)] == ["WRONG_RECORD"]
    done(other, "portalHostRemove", host=NAME)


def test_platforms_own_name_is_nobodys(given: Given, city: Portal) -> None:
    check(given, proven(given, city), reserved=[NAME])
    assert [one["problem"] for one in requests(city)] == ["TAKEN"]


def test_request_that_is_taken_back_during_its_check_serves_nothing(given: Given, city: Portal) -> None:
    names = proven(given, city)

    class Slow(Names):
        async def addresses(self, name: str) -> frozenset[str]:
            await asyncio.to_thread(lambda: requests(city) and done(city, "portalHostRemove", host=NAME))
            return await names.addresses(name)

    assert check(given, Slow(names.said, names.led)) == 1
    assert NAME not in hosts(city) and requests(city) == []


def test_last_name_stays_also_when_two_are_taken_at_once(given: Given, city: Portal) -> None:
    check(given, proven(given, city))
    served = hosts(city)
    assert len(served) == 2
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda host=host: answers.append(do(city, "portalHostRemove", host=host)["userErrors"]))
        for host in served
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=len) == [[], refused("LAST_HOST", "host")]
    assert len(hosts(city)) == 1


def test_name_that_is_taken_away_is_served_no_longer(given: Given, city: Portal) -> None:
    check(given, proven(given, city))
    follows(city, NAME, is_on=True)
    done(city, "portalHostRemove", host=NAME)
    follows(city, NAME, is_on=False)
    with given.nothing_written(city):
        assert do(city, "portalHostRemove", host=NAME)["userErrors"] == refused("NOT_FOUND", "host")
        assert do(city, "portalHostCheck", host=NAME)["userErrors"] == refused("NOT_FOUND", "host")
        [last] = hosts(city)
        assert do(city, "portalHostRemove", host=last.upper())["userErrors"][0]["code"] in ("LAST_HOST", "BAD_HOST")


@pytest.mark.parametrize(
    "host",
    [
        *(
            "",
            "ville",
            "https://ville.example",
            "ville.example/a",
            "ville.example:80",
            "1.2.3.4",
            "[::1]",
            "a..b.example",
        ),
        *("-a.example", "localhost", "rennes.localhost", "db.internal", "a.onion", "é.\u200b.example", "*.example"),
        f"{'a' * 64}.example",
        f"{'a.' * 130}example",
    ],
)
def test_bad_names_are_refused(given: Given, city: Portal, host: str) -> None:
    with given.nothing_written(city):
        assert do(city, "portalHostAsk", host=host)["userErrors"] == refused("BAD_HOST", "host")


def test_names_are_kept_as_browsers_send_them(city: Portal) -> None:
    done(city, "portalHostAsk", host=" Hôtel-de-Ville.Example. ")
    assert [one["host"] for one in requests(city)] == ["xn--htel-de-ville-plb.example"]


def test_name_is_asked_for_once_and_so_many_at_most(given: Given, city: Portal) -> None:
    for number in range(MAX_HOSTS - len(hosts(city))):
        done(city, "portalHostAsk", host=f"n{number}.ville.example")
    with given.nothing_written(city):
        assert do(city, "portalHostAsk", host="n0.ville.example")["userErrors"] == refused("NAME_TAKEN", "host")
        assert do(city, "portalHostAsk", host="un-de-plus.example")["userErrors"] == refused("LIMIT_REACHED", "host")


def test_only_administrators_are_told_and_ask(given: Given, city: Portal) -> None:
    asked(city)
    moderator = given.actor(city, role="MODERATOR")
    answer = moderator.client.post(
        "/graphql", json={"query": READ}, headers={"host": city.host, "authorization": f"Bearer {moderator.token}"}
    ).json()
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    requests_alone = "{ portal { hostRequests { host recordText } } }"
    assert moderator.ask(requests_alone)["portal"]["hostRequests"] == []


# Origins --------------------------------------------------------------------------------------------------------------


def allowed(who: Portal, origin: str) -> bool:
    answer = who.client.options("/graphql", headers={"host": who.host, "origin": origin})
    return answer.headers.get(CORS) == origin


def test_site_is_named_asks_and_is_named_no_longer(given: Given, city: Portal) -> None:
    site = "https://www.ville.example"
    assert not allowed(city, site)
    for typed in (" HTTPS://www.Ville.example:443/ ", site):  # Twice is no error.
        done(city, "portalOriginAdd", origin=typed)
    assert city.ask(READ)["portal"]["origins"] == [site]
    deadline = time.monotonic() + 10
    while not allowed(city, site):
        assert time.monotonic() < deadline, "the server does not follow"
        time.sleep(0.05)
    done(city, "portalOriginRemove", origin=site)
    assert city.ask(READ)["portal"]["origins"] == []
    with given.nothing_written(city):
        assert do(city, "portalOriginRemove", origin=site)["userErrors"] == refused("NOT_FOUND", "origin")


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "ville.example",
        "http://ville.example",
        "https://ville.example/a",
        "https://a@ville.example",
        "https://*",
        "null",
    ],
)
def test_bad_sites_are_refused(given: Given, city: Portal, origin: str) -> None:
    with given.nothing_written(city):
        assert do(city, "portalOriginAdd", origin=origin)["userErrors"] == refused("BAD_ORIGIN", "origin")


def test_portal_names_so_many_sites_at_most(given: Given, city: Portal) -> None:
    for number in range(MAX_ORIGINS):
        done(city, "portalOriginAdd", origin=f"https://n{number}.example")
    with given.nothing_written(city):
        more = do(city, "portalOriginAdd", origin="https://un-de-plus.example")
        assert more["userErrors"] == refused("LIMIT_REACHED", "origin")


# DNS itself -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def name_server() -> Iterator[tuple[str, int]]:
    """A name server on this machine that knows two names, and never answers for a third."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_answer, args=(door,), daemon=True)
        thread.start()
        yield door.getsockname()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.sendto(b"", door.getsockname())
        thread.join(5)


KNOWN = {
    ("_parvis.ville.example.", "TXT"): ['"parvis=" "0123"', '"v=spf1 -all"'],
    ("ville.example.", "A"): ["203.0.113.7"],
    ("ville.example.", "AAAA"): ["2001:db8::7"],
}


def _answer(door: socket.socket) -> None:
    while True:
        wire, sender = door.recvfrom(4_096)
        if not wire:
            return
        query = dns.message.from_wire(wire)
        [question] = query.question
        name, kind = str(question.name), dns.rdatatype.to_text(question.rdtype)
        if name == "muet.example.":
            continue
        reply = dns.message.make_response(query)
        if (name, kind) in KNOWN:
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *KNOWN[name, kind]))
        elif name not in {known for known, _ in KNOWN}:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        door.sendto(reply.to_wire(), sender)


def test_records_are_read_from_a_name_server(name_server: tuple[str, int]) -> None:
    async def read() -> list[frozenset[str]]:
        names = Resolver(name_server)
        texts = [await names.texts(name) for name in ("_parvis.ville.example", "ville.example", "inconnu.example")]
        return [*texts, await names.addresses("ville.example"), await names.addresses("inconnu.example")]

    assert asyncio.run(read()) == [
        {"parvis=0123", "v=spf1 -all"},
        frozenset(),
        frozenset(),
        {"203.0.113.7", "2001:db8::7"},
        frozenset(),
    ]


def test_server_that_is_silent_is_not_waited_for_long(name_server: tuple[str, int]) -> None:
    began = time.monotonic()
    with pytest.raises(LookupFailedError):
        asyncio.run(Resolver(name_server, lifetime_s=0.3).texts("muet.example"))
    assert time.monotonic() - began < 3


# Screen ---------------------------------------------------------------------------------------------------------------


def test_page_says_what_to_write_and_what_is_wrong(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    path = "/gestion/portail/adresses"
    assert path in browser.get("/gestion/portail").text
    again = browser.submit(path, {"form": "Ask", "host": "https://ville.example"})
    assert again.status_code == 422 and 'value="https://ville.example"' in again.text
    assert browser.submit(path, {"form": "Ask", "host": NAME}).status_code == 303
    page = browser.get(path).text
    assert f"_parvis.{NAME}" in page and "parvis=" in page
    check(given, Names())
    assert "L’enregistrement TXT n’est pas là" in browser.get(path).text
    assert HostProblem.NO_RECORD.value not in browser.get(path).text
    assert browser.submit(path, {"form": "RemoveHost", "host": NAME}).status_code == 303
    assert f"_parvis.{NAME}" not in browser.get(path).text
    site = "https://www.ville.example"
    assert browser.submit(path, {"form": "AddOrigin", "origin": site}).status_code == 303
    assert site in browser.get(path).text
    assert browser.submit(path, {"form": "RemoveOrigin", "origin": site}).status_code == 303
    assert site not in browser.get(path).text
