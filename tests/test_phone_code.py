"""Phone codes: a number proves once in a vote and is kept nowhere; gateways that fail, races and bounds."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from auth import text_limit, text_message
from database import deadline
from server import process
from tests.acting import refused
from tests.conftest import Portal, serve
from tests.gateway import AUTHORIZATION, Gateway
from tests.given import Given, uuid_in
from tests.own import until
from tests.test_ballot import chosen
from tests.test_personal import erase
from tests.test_polling_desk import OPEN
from tests.test_proof import LATER, SET, Proved
from tests.test_urn import Secret

SEND = """mutation($input: ProofPhoneCodeSendInput!) { proofPhoneCodeSend(input: $input) {
  activity { proofRule { phoneCodeUntil } } userErrors { code field } } }"""
PROVE = """mutation($input: ProofByPhoneInput!) { proofByPhone(input: $input) {
  activity { viewerProof { level } } userErrors { code field } } }"""
WAITS = "query($id: ID!) { activity(id: $id) { proofRule { phoneCodeUntil } } }"
AGE = "UPDATE __tenant__.sign_in_code SET expires_at = expires_at - %s::interval WHERE activity_id = %s"
TRIES = "SELECT tries FROM __tenant__.sign_in_code WHERE activity_id = %s"
PROOFS = "SELECT level FROM __tenant__.proof WHERE activity_id = %s AND actor_id IS NOT NULL"
HELD = """SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
  WHERE c.oid = '__tenant__.sign_in_code'::regclass"""
NUMBER, TYPED = "+33612345678", "06 12 34 56 78"
TABLES = ("sign_in_code", "sign_in_attempt", "proof", "idempotency", "event", "event_detail", "waiting_form", "mail")


@pytest.fixture(scope="module")
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture(scope="module")
def place(given: Given, rennes: Portal, gateway: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A town of its own, at a server with a gateway."""
    with gateway.serving() as url:
        settings = {"sms_url": url, "sms_authorization": AUTHORIZATION, "allows_private_urls": True}
        for running in serve(given.url, tmp_path_factory.mktemp("sms"), **settings):
            with httpx.Client(base_url=running.url, timeout=30) as client:
                own = replace(rennes, client=client, running=running)
                yield given.tenant(own, "phone-town", "commune-35238")


@pytest.fixture(autouse=True)
def working(gateway: Gateway, given: Given, place: Portal) -> None:
    """The gateway takes what comes, and nobody has asked for anything today."""
    gateway.status = 202
    gateway.asked.clear()
    gateway.silence.set()
    gateway.began.clear()
    given.sql(place, "DELETE FROM __tenant__.sign_in_attempt")


class ByPhone(Proved):
    """A vote by telephone."""

    def __init__(self, given: Given, place: Portal, gateway: Gateway) -> None:
        super().__init__(given, place, "PHONE")
        self.gateway = gateway

    def send(self, voter: Portal, phone: str = TYPED, **more: Any) -> Any:
        """What refuses a message."""
        said = {"activity": self.activity, "phone": phone, **more}
        return voter.ask(SEND, input=said)["proofPhoneCodeSend"]["userErrors"]

    def prove(self, voter: Portal, code: str) -> Any:
        """What refuses a code."""
        return voter.ask(PROVE, input={"activity": self.activity, "code": code})["proofByPhone"]["userErrors"]

    def code(self, number: str = NUMBER) -> str:
        """The code of the newest message to a number."""
        told = re.match(r"(\d{6}) ", self.gateway.to(number)[-1])
        assert told is not None
        return told[1]

    def waits(self, voter: Portal) -> bool:
        return voter.ask(WAITS, id=self.activity)["activity"]["proofRule"]["phoneCodeUntil"] is not None

    def aged(self, interval: str) -> None:
        """All codes of this vote were sent so much earlier."""
        self.given.sql(self.town, AGE, interval, uuid_in(self.activity))

    def proofs(self) -> list[tuple[str]]:
        return self.given.sql(self.town, PROOFS, uuid_in(self.activity))


@pytest.fixture
def vote(given: Given, place: Portal, gateway: Gateway) -> ByPhone:
    return ByPhone(given, place, gateway)


def other(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 10**6:06}"


# A proof -------------------------------------------------------------------------------------------------------------


def test_code_proves_and_the_ballot_has_the_level(vote: ByPhone, gateway: Gateway) -> None:
    voter = vote.given.actor(vote.town)
    assert vote.cast(voter, chosen(0))["userErrors"] == refused("PROOF_NEEDED", "activity")
    assert vote.send(voter) == []
    assert vote.waits(voter)
    assert not vote.waits(vote.admin)
    assert gateway.authorizations == {AUTHORIZATION}
    code = vote.code()
    assert vote.prove(voter, f" {code[:3]}\u202f{code[3:]} ") == []
    assert not vote.waits(voter)
    assert vote.cast(voter, chosen(0))["userErrors"] == []
    shown = vote.shown(voter)
    assert shown["viewerProof"] == {"level": "PHONE"}
    assert vote.shown()["turnout"]["proofCounts"] == [{"level": "PHONE", "ballotCount": None}]
    assert vote.prove(voter, "000000") == vote.send(voter) == []  # What was proved first stays.
    assert len(gateway.asked) == 1


def test_number_is_kept_nowhere(vote: ByPhone, caplog: pytest.LogCaptureFixture) -> None:
    first, second = vote.given.actor(vote.town), vote.given.actor(vote.town)
    assert vote.send(first, idempotencyKey="key-of-a-phone") == []
    code = vote.code()
    stored = "".join(
        str(
            vote.given.sql(
                vote.town, f"SELECT coalesce(string_agg(to_jsonb(t)::text, ''), '') FROM __tenant__.{name} t"
            )
        )
        for name in TABLES
    )
    assert vote.prove(first, other(code)) == refused("PHONE_CODE_WRONG", "code")
    assert vote.prove(first, code) == []
    vote.gateway.status = 500
    assert vote.send(second, "06 98 76 54 32") == refused("SMS_NOT_SENT", "phone")
    for secret in ("612345678", "698765432", f'"{code}"'):
        assert secret not in stored
        assert secret not in caplog.text
    assert "was not sent: status 500" in caplog.text


@pytest.mark.parametrize("typed", ["0033 6 12 34 56 78", "+33612345678", "06.12.34.56.78"])
def test_number_proves_once_whatever_the_account_and_the_writing(vote: ByPhone, typed: str) -> None:
    first, second = vote.given.actor(vote.town), vote.given.actor(vote.town)
    assert vote.send(first) == []
    assert vote.prove(first, vote.code()) == []
    assert vote.send(second, typed) == []
    assert vote.waits(second)  # As for a number that has not: only its owner reads more.
    told = vote.gateway.to(NUMBER)
    assert (len(told), "a déjà servi pour ce vote" in told[1], re.search(r"\d", told[1])) == (2, True, None)
    later = ByPhone(vote.given, vote.town, vote.gateway)
    assert later.send(second) == []
    assert later.prove(second, later.code()) == []


def test_number_of_an_erased_account_still_counts_as_used(vote: ByPhone) -> None:
    (first, address), (second, other_address) = vote.voter(), vote.voter()
    assert vote.send(first) == []
    assert vote.prove(first, vote.code()) == []
    assert vote.send(second, "06 11 11 11 11") == []
    assert erase(first, address)["userErrors"] == []
    assert vote.send(second) == []
    assert "a déjà servi" in vote.gateway.to(NUMBER)[-1]
    assert erase(second, other_address)["userErrors"] == []
    assert vote.given.sql(vote.town, TRIES, uuid_in(vote.activity)) == []


def test_secret_vote_keeps_the_level_with_the_signature(given: Given, place: Portal, gateway: Gateway) -> None:
    class SecretByPhone(ByPhone, Secret):
        """A secret vote by telephone."""

    vote = SecretByPhone(given, place, gateway)
    voter = given.actor(place)
    assert vote.send(voter) == []
    assert vote.prove(voter, vote.code()) == []
    assert vote.cast(voter, chosen(1))["userErrors"] == []
    signed = "SELECT proof FROM __tenant__.signing WHERE activity_id = %s"
    assert given.sql(place, signed, uuid_in(vote.activity)) == [("PHONE",)]
    ballots = "SELECT count(*) FROM __tenant__.ballot WHERE activity_id = %s"
    assert given.sql(place, ballots, uuid_in(vote.activity)) == [(0,)]


# Codes ---------------------------------------------------------------------------------------------------------------


def test_fifth_wrong_try_ends_a_code_and_another_is_asked_for(vote: ByPhone) -> None:
    voter = vote.given.actor(vote.town)
    assert vote.prove(voter, "123456") == refused("PHONE_CODE_OVER", "code")
    assert vote.send(voter) == []
    code = vote.code()
    assert vote.prove(voter, "12345") == refused("PHONE_CODE_WRONG", "code")  # Not a code: no try.
    for _ in range(5):
        assert vote.prove(voter, other(code)) == refused("PHONE_CODE_WRONG", "code")
    assert vote.prove(voter, code) == refused("PHONE_CODE_OVER", "code")
    assert not vote.waits(voter)
    assert vote.send(voter) == []
    assert vote.prove(voter, code) == refused("PHONE_CODE_WRONG", "code")
    assert vote.prove(voter, vote.code()) == []


def test_code_is_good_for_ten_minutes_and_for_its_vote_and_account_alone(vote: ByPhone) -> None:
    voter, stranger = vote.given.actor(vote.town), vote.given.actor(vote.town)
    elsewhere = ByPhone(vote.given, vote.town, vote.gateway)
    assert vote.send(voter) == []
    code = vote.code()
    assert elsewhere.prove(voter, code) == refused("PHONE_CODE_OVER", "code")
    assert vote.prove(stranger, code) == refused("PHONE_CODE_OVER", "code")
    assert elsewhere.send(voter, "06 11 11 11 12") == []
    if code != elsewhere.code("+33611111112"):
        assert elsewhere.prove(voter, code) == refused("PHONE_CODE_WRONG", "code")
    vote.aged("599 seconds")
    assert vote.waits(voter)
    vote.aged("1 second")
    assert vote.prove(voter, code) == refused("PHONE_CODE_OVER", "code")
    assert vote.proofs() == []


def test_number_that_is_asked_again_gets_the_same_code_after_a_minute(vote: ByPhone) -> None:
    voter = vote.given.actor(vote.town)
    assert vote.send(voter) == vote.send(voter) == []
    assert len(vote.gateway.asked) == 1
    first = vote.code()
    vote.aged("61 seconds")
    assert vote.send(voter) == []
    [one, again] = vote.gateway.asked
    assert (one["text"], one["id"]) == (again["text"], again["id"])
    assert vote.send(voter, "+262 692 12 34 56") == []
    assert vote.prove(voter, first) == refused("PHONE_CODE_WRONG", "code") or first == vote.code("+262692123456")
    assert vote.prove(voter, vote.code("+262692123456")) == []


def test_message_comes_in_the_language_of_the_person(vote: ByPhone) -> None:
    voter = vote.given.actor(vote.town)
    said = {"input": {"activity": vote.activity, "phone": TYPED}}
    voter.post(SEND, said, **{"accept-language": "en"})
    assert " is your code to vote (" in vote.gateway.to(NUMBER)[0]


# What is refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("01 23 45 67 89", "BAD_PHONE"),
        ("0899 12 34 56", "BAD_PHONE"),
        ("", "BAD_PHONE"),
        ("+41 79 123 45 67", "PHONE_NOT_SERVED"),
    ],
)
def test_number_that_gets_no_message_is_refused(vote: ByPhone, typed: str, code: str) -> None:
    assert vote.send(vote.given.actor(vote.town), typed) == refused(code, "phone")
    assert vote.gateway.asked == []


def test_rule_lets_a_telephone_stand_alone(vote: ByPhone) -> None:
    vote.given.sql(vote.town, LATER, uuid_in(vote.activity))

    def refuses(**said: Any) -> Any:
        return vote.admin.ask(SET, input={"activity": vote.activity, **said})["proofRuleSet"]["userErrors"]

    for beside in ("DECLARATION", "EMAIL", "CODE", "LIST"):
        assert refuses(levels=["PHONE", beside]) == refused("PROOFS_DO_NOT_MIX", "levels")
    assert refuses(levels=["PHONE"], leastAge=16) == refused("BAD_INPUT", "levels")
    desk = {"activity": vote.activity, "name": "Mairie", "channel": "DESK", "countedBy": "TOTALS"}
    assert vote.admin.ask(OPEN, input=desk)["pollingDeskOpen"]["userErrors"][0]["code"] == "PROOFS_DO_NOT_MIX"
    assert refuses(levels=["PHONE"]) == []


def test_vote_without_a_telephone_takes_none(given: Given, place: Portal, gateway: Gateway) -> None:
    vote, voter = ByPhone(given, place, gateway), given.actor(place)
    vote.asks("EMAIL")
    assert vote.send(voter) == refused("ACTION_NOT_POSSIBLE", "activity")
    assert vote.prove(voter, "123456") == refused("ACTION_NOT_POSSIBLE", "activity")
    vote.asks("PHONE")
    given.close_activity(place, vote.activity)
    assert vote.send(voter) == refused("VOTING_NOT_OPEN", "activity")
    assert place.ask(SEND, input={"activity": vote.activity, "phone": TYPED})["proofPhoneCodeSend"][
        "userErrors"
    ] == refused("UNAUTHENTICATED", None)


def test_installation_without_a_gateway_offers_no_telephone(
    given: Given, place: Portal, vote: ByPhone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = "{ portal { hasSms } }"
    assert place.ask(show) == {"portal": {"hasSms": True}}
    monkeypatch.setattr(process.text_message, "sender", lambda *_, **__: None)
    for running in serve(given.url, tmp_path):
        with httpx.Client(base_url=running.url, timeout=30) as client:
            bare = replace(place, client=client, running=running)
            voter, admin = (replace(given.actor(place, role=role), client=client) for role in ("MEMBER", "ADMIN"))
            assert bare.ask(show) == {"portal": {"hasSms": False}}
            assert vote.send(voter) == refused("SMS_NOT_OFFERED", "activity")
            given.sql(place, LATER, uuid_in(vote.activity))
            said = {"activity": vote.activity, "levels": ["PHONE"]}
            assert admin.ask(SET, input=said)["proofRuleSet"]["userErrors"] == refused("SMS_NOT_OFFERED", "levels")


def test_account_number_and_portal_have_their_bounds(vote: ByPhone, monkeypatch: pytest.MonkeyPatch) -> None:
    voter, *others = (vote.given.actor(vote.town) for _ in range(8))
    for place in range(5):
        assert vote.send(voter, f"06 12 34 57 {place:02}") == []
    assert vote.send(voter, "06 12 34 57 09") == refused("TOO_MANY_TRIES", "phone")
    for each in others[:6]:
        assert vote.send(each) == []
    assert vote.send(others[6]) == refused("TOO_MANY_TRIES", "phone")
    assert len(vote.gateway.asked) == 11
    spent = "UPDATE __tenant__.sign_in_attempt SET count = %s WHERE count = 11"
    vote.given.sql(vote.town, spent, text_limit.PER_DAY - 1)
    assert vote.send(others[6], "06 12 34 58 00") == []
    assert vote.send(others[6], "06 12 34 58 01") == refused("SMS_LIMIT_REACHED", "phone")
    assert len(vote.gateway.asked) == 12


# Gateways that fail --------------------------------------------------------------------------------------------------


def test_gateway_that_refuses_costs_nothing_and_leaves_nothing(vote: ByPhone) -> None:
    voter = vote.given.actor(vote.town)
    vote.gateway.status = 503
    for _ in range(7):  # More than anybody may ask for in a day.
        assert vote.send(voter, idempotencyKey="one-and-the-same") == refused("SMS_NOT_SENT", "phone")
    assert not vote.waits(voter)
    vote.gateway.status = 202
    assert vote.send(voter, idempotencyKey="one-and-the-same") == []
    assert vote.prove(voter, vote.code()) == []
    counts = vote.given.sql(vote.town, "SELECT DISTINCT count FROM __tenant__.sign_in_attempt")
    assert counts == [(1,)]


def test_gateway_that_may_have_sent_leaves_the_code_and_takes_the_next_at_once(vote: ByPhone) -> None:
    voter = vote.given.actor(vote.town)
    vote.gateway.status = 500
    assert vote.send(voter) == refused("SMS_NOT_SENT", "phone")
    assert vote.waits(voter)
    vote.gateway.status = 202
    assert vote.send(voter) == []
    first, second = vote.gateway.to(NUMBER)
    assert first == second
    assert vote.prove(voter, vote.code()) == []


def test_nothing_is_held_while_a_gateway_is_slow(vote: ByPhone) -> None:
    voter, beside = vote.given.actor(vote.town), vote.given.actor(vote.town)
    vote.gateway.silence.clear()
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(vote.send, voter)
        assert vote.gateway.began.wait(10)
        pool_figures = vote.town.running.database.pools["primary"].figures

        def holds_nothing() -> bool:
            figures, locks = pool_figures(), vote.given.sql(vote.town, HELD)
            return figures["open"] == figures["idle"] and locks == [(0,)]

        until(holds_nothing)  # Jobs have connections, too, but for moments; the gateway is silent as long as we like.
        assert vote.prove(beside, "123456") == refused("PHONE_CODE_OVER", "code")
        double = pool.submit(vote.send, voter).result(10)  # A double click does not wait, and sends nothing.
        assert (double, slow.done(), len(vote.gateway.asked)) == ([], False, 1)
        vote.gateway.silence.set()
        assert slow.result(10) == []
    assert vote.prove(voter, vote.code()) == []


def test_gateway_that_takes_too_long_is_told_to_have_failed(vote: ByPhone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "TOTAL_S", 2.0)
    monkeypatch.setattr(text_message, "WITHIN_S", 2.5)  # Longer than a request may wait for the database, as it is.
    voter = vote.given.actor(vote.town)
    vote.gateway.silence.clear()
    assert vote.send(voter) == refused("SMS_NOT_SENT", "phone")
    vote.gateway.silence.set()
    assert vote.send(voter) == []  # At once, without waiting a minute.
    assert len(vote.gateway.asked) == 2
    assert vote.prove(voter, vote.code()) == []


# At once -------------------------------------------------------------------------------------------------------------


def at_once(*acts: Any) -> list[Any]:
    """What each of some acts answers that begin together."""
    barrier = threading.Barrier(len(acts))

    def begin(act: Any) -> Any:
        barrier.wait(10)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result() for each in [pool.submit(begin, act) for act in acts]]


def test_double_click_sends_one_message(vote: ByPhone) -> None:
    voter = vote.given.actor(vote.town)
    assert at_once(*[lambda: vote.send(voter)] * 6) == [[]] * 6
    assert len(vote.gateway.asked) == 1
    counts = vote.given.sql(vote.town, "SELECT DISTINCT count FROM __tenant__.sign_in_attempt")
    assert counts == [(1,)]


def test_one_number_of_two_accounts_at_once_proves_for_one(vote: ByPhone) -> None:
    voters = [vote.given.actor(vote.town) for _ in range(2)]
    assert at_once(*[lambda voter=voter: vote.send(voter) for voter in voters]) == [[], []]
    codes = [text[:6] for text in vote.gateway.to(NUMBER)]

    def proves(voter: Portal) -> Any:
        [last] = [
            told for told in (vote.prove(voter, code) for code in codes) if told != refused("PHONE_CODE_WRONG", "code")
        ][:1]
        return last

    told = at_once(*[lambda voter=voter: proves(voter) for voter in voters])
    assert sorted(told, key=len) == [[], refused("PROOF_USED", "code")]
    assert vote.proofs() == [("PHONE",)]


def test_twenty_wrong_codes_at_once_are_five_tries(vote: ByPhone) -> None:
    voter = vote.given.actor(vote.town)
    assert vote.send(voter) == []
    wrong = other(vote.code())
    told = at_once(*[lambda: vote.prove(voter, wrong)] * 20)
    assert told.count(refused("PHONE_CODE_WRONG", "code")) == 5
    assert told.count(refused("PHONE_CODE_OVER", "code")) == 15
    assert vote.given.sql(vote.town, TRIES, uuid_in(vote.activity)) == [(5,)]
