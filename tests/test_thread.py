"""Threads: what the two in an exchange write to each other, and what nobody else ever reads."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from models.contact import masked
from tests.acting import ERRORS, refused
from tests.conftest import Portal
from tests.exchanging import Aid, accepted, end, propose, proposed, read, status
from tests.given import Given, uuid_in
from tests.moderating import mails, with_address

SEND = f"""mutation($input: MessageSendInput!) {{
  messageSend(input: $input) {{ message {{ id body isMine isMasked }} {ERRORS} }} }}"""
NOTE = (
    f"mutation($input: MessagesReadInput!) {{ messagesRead(input: $input) {{ exchange {{ unreadCount }} {ERRORS} }} }}"
)
THREAD = """query($id: ID!) { exchange(id: $id) { unreadCount messages(first: 50) { totalCount nodes {
  id body isMine isMasked isWithheld hasPaymentWords sentAt } } } }"""


def send(who: Portal, exchange: str, body: str) -> dict[str, Any]:
    return dict(who.ask(SEND, input={"exchange": exchange, "body": body})["messageSend"])


def sent(who: Portal, exchange: str, body: str) -> None:
    assert send(who, exchange, body)["userErrors"] == []


def thread(who: Portal, exchange: str) -> list[dict[str, Any]]:
    return list(who.ask(THREAD, id=exchange)["exchange"]["messages"]["nodes"])


def unread(who: Portal, exchange: str) -> int:
    return int(who.ask(THREAD, id=exchange)["exchange"]["unreadCount"])


class Talk(Aid):
    """A request that a neighbour answered."""

    def __init__(self, given: Given, town: Portal, **fields: Any) -> None:
        super().__init__(given, town, **fields)
        self.helper = self.neighbour()
        self.exchange = proposed(self.helper, self.contribution)


@pytest.fixture
def talk(given: Given, town: Portal) -> Talk:
    return Talk(given, town)


def test_proposer_writes_one_message_until_the_author_answers(talk: Talk) -> None:
    with talk.given.nothing_written(talk.town):
        assert send(talk.helper, talk.exchange, "Vous m'avez lu ?")["userErrors"] == refused(
            "THREAD_NOT_OPEN", "exchange"
        )
    sent(talk.author, talk.exchange, "Bonjour, samedi me va.")
    sent(talk.helper, talk.exchange, "Parfait.")
    assert [(one["body"], one["isMine"]) for one in thread(talk.helper, talk.exchange)] == [
        ("Je peux venir samedi.", True),
        ("Bonjour, samedi me va.", False),
        ("Parfait.", True),
    ]


def test_author_who_writes_has_as_much_time_again_to_say_yes(talk: Talk) -> None:
    talk.age(talk.exchange, "6 days")
    sent(talk.author, talk.exchange, "Je vous dis cela demain.")
    talk.age(talk.exchange, "6 days")
    assert status(talk.helper, talk.exchange) == "PROPOSED"


@pytest.mark.parametrize(("urgency", "whole", "half"), [("NOW", 48, 24), ("NO_HURRY", 168, 84)])
def test_author_who_writes_gives_as_much_time_as_the_urgency_does(
    given: Given, town: Portal, urgency: str, whole: int, half: int
) -> None:
    talk = Talk(given, town, urgency=urgency)
    sent(talk.author, talk.exchange, "Je vous dis cela ce soir.")
    row = given.row(town, talk.exchange)
    changed, lapses, due = (datetime.fromisoformat(row[name]) for name in ("changed_at", "lapses_at", "due_at"))
    assert (lapses - changed, due - changed) == (timedelta(hours=whole), timedelta(hours=half))


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Appelez le 06 12 34 56 78 ce soir", "Appelez le […] ce soir"),
        ("Mon numéro : +33 6.12.34.56.78", "Mon numéro : […]"),
        ("Appelez le 0612345678.", "Appelez le […]."),
        ("À Namur : +32 (0)81 24 63 11", "À Namur : […]"),
        ("Écrivez à marie.durand@courriel.example svp", "Écrivez à […] svp"),
        ("marie (at) courriel.example", "[…]"),
        ("Voyez https://exemple.example/page?a=1", "Voyez […]"),
        ("Groupe www.exemple.example", "Groupe […]"),
        ("wa.me/33612345678", "[…]"),
        ("tel.0612345678", "tel.[…]"),
        ("tél.06 12 34 56 78", "tél.[…]"),
        ("tél:06.12.34.56.78!", "tél:[…]!"),
        ("06,12,34,56,78", "[…]"),
        ("06_12_34_56_78", "[…]"),
        ("06–12–34–56–78", "[…]"),
        ("06\u200b12345678", "[…]"),
        ("0\u00ad6\u20601\ufeff2345678", "[…]"),
        ("(06)12345678", "([…]"),
        ("Rendez-vous le 12/05/2026, 06 12 34 56 78", "Rendez-vous le 12/05/2026, […]"),
        ("06.12.1956.78", "[…]"),
        ("33 612 345 678", "[…]"),
        ("jean(a)orange.fr", "[…]"),
        ("jean [arobase] orange [point] fr", "[…]"),
        ("jean[arobase]orange.fr", "[…]"),
        ("jean arobase orange point fr", "[…]"),
        ("Sur facebook.com/jean, merci", "Sur […] merci"),
        ("Voyez monsite.fr.", "Voyez […]."),
        ("mon-site.asso.fr (le soir)", "[…] (le soir)"),
    ],
)
def test_contact_data_are_masked(text: str, without: str) -> None:
    assert masked(text) == without


@pytest.mark.parametrize(
    "text",
    [
        "Je viens à 10 h 30, le 12/05/2026.",
        "Comptez 1 250 € au plus",
        "35000 Rennes, bâtiment 12",
        "Il y en a 3,5 kg",
        "Du 12/05/2026 au 14/05/2026",
        "12/05/2026-14/05/2026",
        "2026-05-12 / 2026-05-14",
        "12.05.2026 14.05.2026 10:30",
        "En 2024, 2025, 2026",
        "De 10:30 à 12:45, ou 17h15-18h30",
        "12,50 / 13,50 / 14,50",
        "Un budget de 1 250 000 000 €",
        "12 bis, rue de la Paix, 75002 Paris",
        "Appelez le 15, le 112 ou le 3919",
        "Le 3615, puis le 115",
        "Tailles 36, 38, 40, 42",
        "J'ai fini.Par contre, demain non",
        "etc.Merci",
        "Le 12/05/2026 14:30, ou le 13/05/2026 9:15",
        "un pot à 3.50€ a peu près",
        "Marie, arobase",
        "à 100 m de l'arrêt, ligne C1, 2e étage",
    ],
)
def test_other_numbers_are_not(text: str) -> None:
    assert masked(text) is None


@pytest.mark.parametrize("part", ["1", "a.", "a-", "a@", "0 ", "x@a.", "1.  ", "12/05/2026"])
def test_long_texts_are_looked_through_soon(part: str) -> None:
    began = time.process_time()
    masked(part * 20_000)
    assert time.process_time() - began < 10


def test_contact_data_wait_until_the_two_have_agreed(given: Given, town: Portal) -> None:
    aid = Aid(given, town)
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution, body="Appelez-moi au 06 12 34 56 78.")
    [own], [others] = thread(helper, exchange), thread(aid.author, exchange)
    assert (own["body"], own["isMasked"]) == ("Appelez-moi au 06 12 34 56 78.", True)  # The sender is told.
    assert (others["body"], others["isMasked"]) == ("Appelez-moi au […].", True)
    accepted(aid.author, exchange)
    [others] = thread(aid.author, exchange)
    assert (others["body"], others["isMasked"]) == ("Appelez-moi au 06 12 34 56 78.", False)


def test_words_of_payment_are_pointed_out(talk: Talk) -> None:
    sent(talk.author, talk.exchange, "Envoyez-moi votre RIB, je fais un virement.")
    sent(talk.author, talk.exchange, "Le caribou est un animal.")
    assert [one["hasPaymentWords"] for one in thread(talk.helper, talk.exchange)] == [False, True, False]


def test_what_is_unread_is_counted_until_it_is_read(talk: Talk) -> None:
    assert (unread(talk.author, talk.exchange), unread(talk.helper, talk.exchange)) == (1, 0)
    sent(talk.author, talk.exchange, "Bonjour.")
    assert (unread(talk.author, talk.exchange), unread(talk.helper, talk.exchange)) == (0, 1)
    noted = talk.helper.ask(NOTE, input={"exchange": talk.exchange})["messagesRead"]
    assert noted == {"exchange": {"unreadCount": 0}, "userErrors": []}


def test_several_messages_within_minutes_are_told_in_one_mail_and_none_once_it_is_read(
    given: Given, town: Portal
) -> None:
    talk = Talk(given, town)
    person = uuid_in(talk.helper.ask("{ viewer { id } }")["viewer"]["id"])
    address = f"{person.hex}@courriel.example"
    given.insert(town, "account", actor_id=person, email=address, created_at="now")
    for words in ("Bonjour.", "Encore un mot.", "Et un dernier."):
        sent(talk.author, talk.exchange, words)
    assert mails(given, town, address) == ["MESSAGE_RECEIVED"]
    due = "SELECT due_at > now() + interval '4 minutes' FROM __tenant__.mail WHERE email = %s"
    assert given.sql(town, due, address) == [(True,)]


@pytest.mark.parametrize(("after", "may"), [("13 days 23 hours", True), ("14 days 1 hour", False)])
def test_thread_is_closed_fourteen_days_after_the_end(talk: Talk, after: str, may: bool) -> None:
    accepted(talk.author, talk.exchange)
    end(talk.author, "cancel", talk.exchange)
    talk.age(talk.exchange, after)
    assert (send(talk.helper, talk.exchange, "Dommage !")["userErrors"] == []) is may


def test_nothing_is_written_to_an_answer_that_was_declined(talk: Talk) -> None:
    end(talk.author, "decline", talk.exchange)
    for who in (talk.helper, talk.author):
        assert send(who, talk.exchange, "Et pourtant…")["userErrors"] == refused("THREAD_NOT_OPEN", "exchange")


@pytest.mark.parametrize(
    ("body", "code"), [("", "TOO_SHORT"), ("a" * 2_001, "TOO_LONG"), ("a" * 1_000_000, "TOO_LONG")]
)
def test_message_has_a_measure_and_a_megabyte_none(talk: Talk, body: str, code: str) -> None:
    with talk.given.nothing_written(talk.town):
        assert send(talk.author, talk.exchange, body)["userErrors"] == refused(code, "body")


def test_strangers_moderators_and_administrators_read_no_thread(talk: Talk) -> None:
    for role in ("MEMBER", "MODERATOR", "ADMIN"):
        other = talk.given.actor(talk.town, role=role)
        assert read(other, talk.exchange) is None
        assert send(other, talk.exchange, "Bonjour")["userErrors"] == refused("NOT_FOUND", "exchange")


def test_thread_is_erased_a_year_after_the_end(given: Given, town: Portal, talk: Talk) -> None:
    from jobs import retention

    end(talk.author, "decline", talk.exchange)
    count = "SELECT count(*) FROM __tenant__.message WHERE exchange_id = %s"
    for age, left in (("364 days", 1), ("2 days", 0)):
        talk.age(talk.exchange, age)
        given.run(retention.keep(given.database, town.number))
        assert given.sql(town, count, uuid_in(talk.exchange)) == [(left,)]


def test_who_is_erased_leaves_no_words(given: Given, town: Portal, talk: Talk) -> None:
    sent(talk.author, talk.exchange, "Un secret au 06 12 34 56 78.")
    talk.author.ask(
        'mutation { accountErase(input: {contributions: KEEP, confirmation: "Maryse"}) { userErrors { code } } }'
    )
    assert [one["body"] for one in thread(talk.helper, talk.exchange)] == [
        "Je peux venir samedi.",
        "Ce message a été effacé.",
    ]
    kept = "SELECT count(*) FROM __tenant__.message WHERE exchange_id = %s AND concat(body, masked) LIKE '%%secret%%'"
    assert given.sql(town, kept, uuid_in(talk.exchange)) == [(0,)]


def test_names_in_a_mail_are_nobodys(given: Given, town: Portal) -> None:
    """What is mailed says that there is a message, never what it says."""
    _, address = with_address(given, town)
    aid = Aid(given, town)
    assert propose(aid.neighbour(), aid.contribution)["userErrors"] == []
    assert mails(given, town, address) == []
