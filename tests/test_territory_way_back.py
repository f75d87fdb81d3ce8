"""An offer of another portal is answered there: one comes from its reader's list, is led back, and loses nothing."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from jobs import territory
from tests.acting import close
from tests.administering import done
from tests.browser import Browser, path_of
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_page_form import waiting_fields
from tests.test_page_portal import hidden, signed_in
from tests.test_territory_publication import author, offered, settle, told

WORDS = "Je suis libre samedi matin, et j'ai une remorque."
BACK = "Retour à Ille-et-Vilaine"
READER = "query($portal: String) { portal { territoryReader(portal: $portal) { slug title name host isAround } } }"


class Links(HTMLParser):
    """The links of a page, each with its text, and all of the page's text; in plain typography."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.all: list[tuple[str, str]] = []
        self.text = ""
        self._since: tuple[str, int] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._since = (dict(attrs).get("href") or "", len(self.text))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._since is not None:
            address, start = self._since
            self.all.append((address, self.text[start:].strip()))
            self._since = None

    def handle_data(self, data: str) -> None:
        self.text += data.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ").replace("’", "'")

    def called(self, text: str) -> list[str]:
        """Where links of a text lead."""
        return [address for address, said in self.all if said == text]


@pytest.fixture(scope="module")
def department(given: Given, rennes: Portal) -> Portal:
    """Ille-et-Vilaine, which receives."""
    admin = given.actor(given.tenant(rennes, "back-35", "departement-35"), role="ADMIN")
    done(admin, "territoryReceive", isOn=True)
    return admin


@pytest.fixture(scope="module")
def city(given: Given, rennes: Portal, department: Portal) -> Iterator[Portal]:
    """Rennes, which publishes its offers to its département."""
    admin = given.actor(given.tenant(rennes, "back-rennes", "commune-35238"), role="ADMIN")
    done(admin, "territoryRuleSet", reader="back-35", kinds=["OFFER"])
    yield admin
    done(admin, "territoryWithdraw")


def browser(portal: Portal) -> Browser:
    return Browser(portal.client, portal.host)


def listed(reader: Portal, title: str) -> str:
    """The address behind a title of the reader's list."""
    [address] = Links(browser(reader).get("/territoire").text).called(title)
    return address


def test_offer_is_found_here_answered_there_and_one_is_led_back(given: Given, city: Portal, department: Portal) -> None:
    contribution, title = offered(given, city)
    given.actor(city, role="MODERATOR", name="Noé")
    at_home = signed_in(browser(department), "ADMIN")
    address = listed(department, title)
    assert urlsplit(address).netloc == city.host
    assert path_of(address) == f"/contribution/{contribution}?via=back-35"

    visitor = browser(city)
    page = Links(visitor.get(path_of(address)).text)
    assert page.called(BACK) == [f"http://{department.host}/territoire"]
    answering = f"/contribution/{contribution}/repondre?via=back-35"
    assert page.called("Demander ce coup de main") == [answering], page.all

    first = visitor.submit(
        answering, {"form": "Propose", "idempotencyKey": "", "contribution": contribution, "body": WORDS}
    )
    assert first.status_code == 401
    fields = waiting_fields(first.text)
    assert fields["next"] == answering
    second = visitor.submit("/auth/demo", {**fields, "role": "MODERATOR"})
    sent = visitor.submit(answering, waiting_fields(second.text))
    assert sent.status_code == 303
    assert re.fullmatch(r"/echange/exchange_\d+_[0-9a-f-]+\?envoye=1&via=back-35", sent.headers["location"])
    exchange = Links(visitor.get(sent.headers["location"]).text)
    assert WORDS in exchange.text
    assert exchange.called(BACK) == [f"http://{department.host}/territoire"]
    assert at_home.get("/moi").status_code == 200, "who answers there is still signed in here"


def test_what_was_typed_stays_with_the_way_back_when_it_is_refused(given: Given, city: Portal) -> None:
    contribution, _ = offered(given, city)
    given.actor(city, role="MODERATOR", name="Noé")
    visitor = signed_in(browser(city), "MODERATOR")
    path = f"/contribution/{contribution}/repondre?via=back-35"
    fields = {**hidden(visitor.get(path).text, "Propose"), "body": "Mon numéro ? " + "a" * 3000}
    refused = visitor.submit(path, fields)
    assert refused.status_code == 422
    assert "Mon numéro ?" in Links(refused.text).text
    assert Links(refused.text).called(BACK)


def test_way_back_leads_to_a_reader_and_nowhere_else(
    given: Given, city: Portal, department: Portal, rennes: Portal
) -> None:
    contribution, _ = offered(given, city)
    other = given.actor(given.tenant(rennes, "back-22", "departement-22"), role="ADMIN")
    done(other, "territoryReceive", isOn=True)
    for via in ("back-22", "back-rennes", "https://evil.example", "//evil.example", "", "back-35'><script>"):
        page = browser(city).get(f"/contribution/{contribution}", params={"via": via})
        assert page.status_code == 200
        assert "Retour à" not in Links(page.text).text, via
        assert not [address for address, _ in Links(page.text).all if "evil" in urlsplit(address).netloc]
        assert city.ask(READER, portal=via)["portal"]["territoryReader"] is None
    done(other, "territoryReceive", isOn=False)
    assert city.ask(READER)["portal"]["territoryReader"] is None
    assert city.ask(READER, portal="back-35")["portal"]["territoryReader"] == {
        "slug": "back-35",
        "title": "Ille-et-Vilaine",
        "name": "Ille-et-Vilaine",
        "host": department.host,
        "isAround": True,
    }


def test_page_with_a_way_back_is_one_statement(given: Given, city: Portal) -> None:
    contribution, _ = offered(given, city)
    visitor = signed_in(browser(city), "ADMIN")
    path = f"/contribution/{contribution}?via=back-35"
    visitor.get(path)
    before = city.running.database.statement_count
    assert BACK in Links(visitor.get(path).text).text
    assert city.running.database.statement_count - before == 1


def test_reader_that_is_renamed_and_moves_to_another_host_is_led_back_to_there(
    given: Given, city: Portal, rennes: Portal
) -> None:
    mover = given.actor(given.tenant(rennes, "back-mover", "epci-243500139"), role="ADMIN")
    done(mover, "territoryReceive", isOn=True)
    done(city, "territoryRuleSet", reader="back-mover", kinds=["OFFER"])
    given.sql(mover, "UPDATE platform.tenant SET title = 'Grand Rennes' WHERE number = %s", mover.number)
    given.sql(mover, "UPDATE platform.host SET host = 'grand.example' WHERE tenant_number = %s", mover.number)
    given.run(territory.compare(given.database, mover.number))
    reader = city.ask(READER, portal="back-mover")["portal"]["territoryReader"]
    assert (reader["title"], reader["host"]) == ("Grand Rennes", "grand.example")
    done(city, "territoryWithdraw", reader="back-mover")
    assert city.ask(READER, portal="back-mover")["portal"]["territoryReader"] is None


def test_closed_offer_says_so_and_leads_to_what_is_near(given: Given, city: Portal, department: Portal) -> None:
    contribution, title = offered(given, city)
    path = path_of(listed(department, title))
    close(author(given, city, contribution), contribution)
    settle(given, city)
    assert title not in told(department)
    page = browser(city).get(path)
    assert page.status_code == 200
    said = Links(page.text)
    assert "On n'y répond plus." in said.text
    assert said.called("Voir ce qu'il y a d'autre près d'ici") == ["/annonces"]
    assert said.called(BACK)


def test_withdrawn_offer_is_the_same_page_as_one_that_never_was(given: Given, city: Portal) -> None:
    contribution, title = offered(given, city)
    space = given.space(city)
    there, there_title = offered(
        given, city, activity=given.activity(city, kind="MUTUAL_AID", space=space, expires_after_days=60)
    )
    given.sql(city, "UPDATE __tenant__.participatory_space SET visibility = 'MEMBERS' WHERE id = %s", uuid_in(space))
    never = f"{there[:-12]}{'0' * 12}"
    pages = [browser(city).get(f"/contribution/{id_}?via=back-35") for id_ in (there, never)]
    assert [page.status_code for page in pages] == [404, 404]
    withdrawn, missing = (page.text.replace(id_, "") for page, id_ in zip(pages, (there, never), strict=True))
    assert withdrawn == missing
    said = Links(withdrawn)
    assert "Cette annonce n'est plus en ligne" in said.text
    assert there_title not in said.text
    assert said.called("Voir les annonces près d'ici") == ["/annonces"]
    assert said.called(BACK)
    plain = browser(city).get(f"/contribution/{there}").text
    assert "Cette page n'existe pas, ou plus" in Links(plain).text
    assert BACK not in Links(plain).text
    assert title in browser(city).get(f"/contribution/{contribution}?via=back-35").text


def test_answer_to_what_was_withdrawn_meanwhile_is_shown_again(given: Given, city: Portal) -> None:
    space = given.space(city)
    contribution, _ = offered(
        given, city, activity=given.activity(city, kind="MUTUAL_AID", space=space, expires_after_days=60)
    )
    given.actor(city, name="Noé")
    visitor = signed_in(browser(city), "MEMBER")
    path = f"/contribution/{contribution}/repondre?via=back-35"
    given.sql(city, "UPDATE __tenant__.participatory_space SET visibility = 'DRAFT' WHERE id = %s", uuid_in(space))
    answer = visitor.submit(
        path, {"form": "Propose", "idempotencyKey": "k1", "contribution": contribution, "body": WORDS}
    )
    assert answer.status_code == 404
    assert WORDS in Links(answer.text).text
    assert "Cette annonce n'est plus en ligne" in Links(answer.text).text
    assert BACK in Links(answer.text).text
