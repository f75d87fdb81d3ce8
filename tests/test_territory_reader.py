"""Portals that read what others publish: an offer is answered there and one is led back; their words, and whom they leave
out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from geo import cell
from jobs import territory
from models.tenant import TenantState
from tenants import provisioning
from tests.acting import close, refused
from tests.administering import do, done
from tests.browser import Browser, path_of
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.own import until
from tests.test_page_form import waiting_fields
from tests.test_page_portal import hidden, signed_in
from tests.test_territory_publication import author, offered, settle, told

WORDS = "Je suis libre samedi matin, et j'ai une remorque."
BACK = "Retour à Ille-et-Vilaine"
READER = "query($portal: String) { portal { territoryReader(portal: $portal) { slug title name host isAround } } }"


class LinkedText(HTMLParser):
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
    [address] = LinkedText(signed_in(browser(reader), "ADMIN").get("/territoire").text).called(title)
    return address


def test_offer_is_found_here_answered_there_and_one_is_led_back(given: Given, city: Portal, department: Portal) -> None:
    contribution, title = offered(given, city)
    given.actor(city, role="MODERATOR", name="Noé")
    at_home = signed_in(browser(department), "ADMIN")
    address = listed(department, title)
    assert urlsplit(address).netloc == city.host
    assert path_of(address) == f"/contribution/{contribution}?via=back-35"

    visitor = browser(city)
    page = LinkedText(visitor.get(path_of(address)).text)
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
    exchange = LinkedText(visitor.get(sent.headers["location"]).text)
    assert WORDS in exchange.text
    assert exchange.called(BACK) == [f"http://{department.host}/territoire"]
    assert at_home.get("/moi").status_code == 200, "who answers there is still signed in here"


def test_what_was_typed_stays_with_the_way_back_when_it_is_refused(given: Given, city: Portal) -> None:
    contribution, _ = offered(given, city)
    given.actor(city, role="MODERATOR", name="Noé")
    visitor = signed_in(browser(city), "MODERATOR")
    path = f"/contribution/{contribution}/repondre?via=back-35"
    fields = {**hidden(visitor.get(path).text, "Propose"), "body": "Mon numéro ? " + "a" * 3000}
    again = visitor.submit(path, fields)
    assert again.status_code == 422
    assert "Mon numéro ?" in LinkedText(again.text).text
    assert LinkedText(again.text).called(BACK)


def test_way_back_leads_to_a_reader_and_nowhere_else(
    given: Given, city: Portal, department: Portal, rennes: Portal
) -> None:
    contribution, _ = offered(given, city)
    other = given.actor(given.tenant(rennes, "back-22", "departement-22"), role="ADMIN")
    done(other, "territoryReceive", isOn=True)
    for via in ("back-22", "back-rennes", "https://evil.example", "//evil.example", "", "back-35'><script>"):
        page = browser(city).get(f"/contribution/{contribution}", params={"via": via})
        assert page.status_code == 200
        assert "Retour à" not in LinkedText(page.text).text, via
        assert not [address for address, _ in LinkedText(page.text).all if "evil" in urlsplit(address).netloc]
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
    assert BACK in LinkedText(visitor.get(path).text).text
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
    said = LinkedText(page.text)
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
    said = LinkedText(withdrawn)
    assert "Cette annonce n'est plus en ligne" in said.text
    assert there_title not in said.text
    assert said.called("Voir les annonces près d'ici") == ["/annonces"]
    assert said.called(BACK)
    plain = browser(city).get(f"/contribution/{there}").text
    assert "Cette page n'existe pas, ou plus" in LinkedText(plain).text
    assert BACK not in LinkedText(plain).text
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
    assert WORDS in LinkedText(answer.text).text
    assert "Cette annonce n'est plus en ligne" in LinkedText(answer.text).text
    assert BACK in LinkedText(answer.text).text


def test_commune_that_merged_is_read_under_its_name_of_today(given: Given, rennes: Portal, department: Portal) -> None:
    """Its portal is still the one there was; so is a portal that receives."""
    merged = given.actor(given.tenant(rennes, "back-merged", "commune-35288"), role="ADMIN")
    done(merged, "territoryRuleSet", reader="back-35", kinds=["OFFER"])
    contribution, title = offered(given, merged)
    given.sql(merged, "UPDATE platform.tenant SET collectivite_id = 'commune-35238' WHERE number = %s", merged.number)
    given.run(territory.compare(given.database, merged.number))
    shown = "{ territoryPublications(first: 100) { nodes { title path collectivite { inseeCode } } } }"
    [node] = [each for each in department.ask(shown)["territoryPublications"]["nodes"] if each["title"] == title]
    assert node["collectivite"] == {"inseeCode": "35238"}
    assert browser(merged).get(node["path"], params={"via": "back-35"}).status_code == 200
    assert node["path"] == f"/contribution/{contribution}"


def test_link_to_a_portal_that_is_suspended_or_gone_says_so(given: Given, rennes: Portal, department: Portal) -> None:
    leaving = given.actor(given.tenant(rennes, "back-leaving", "commune-35238"), role="ADMIN")
    done(leaving, "territoryRuleSet", reader="back-35", kinds=["OFFER"])
    _, title = offered(given, leaving)
    path = path_of(listed(department, title))
    given.run(provisioning.set_state(given.database, "back-leaving", TenantState.SUSPENDED))
    until(lambda: browser(leaving).get(path).status_code == 503)
    assert title not in browser(leaving).get(path).text
    assert title not in told(department)
    given.run(provisioning.delete(given.database, "back-leaving"))
    until(lambda: browser(leaving).get(path).status_code == 404)
    assert title not in browser(leaving).get(path).text
    assert title not in told(department)


def test_offer_that_moved_with_its_zone_is_followed_with_the_way_back(given: Given, city: Portal) -> None:
    """Its former page leads to the new one; whether there is a way back there is that portal's to say."""
    contribution, _ = offered(given, city)
    move, other = uuid4(), city.number
    given.sql(
        city,
        "INSERT INTO platform.zone_move (id, from_number, to_number, zone_id, zone_name, state, from_title, from_slug,"
        " from_host, to_title, to_slug, to_host, proposed_by, accepted_by, proposed_at) SELECT %s, %s, number, %s, 'Z',"
        " 'MOVED', '', '', '', title, slug, 'there.example', 'A', 'B', now() FROM platform.tenant WHERE slug = 'back-35'",
        move,
        other,
        uuid4(),
    )
    gone = uuid4()
    given.sql(
        city,
        "INSERT INTO platform.moved_contribution (id, from_number, move_id, to_number, slug, host, moved_at)"
        " SELECT %s, %s, %s, to_number, to_slug, to_host, now() FROM platform.zone_move WHERE id = %s",
        gone,
        other,
        move,
        move,
    )
    id_ = f"{contribution[: -len(str(gone))]}{gone}"
    answer = browser(city).get(f"/contribution/{id_}?via=back-35")
    assert answer.status_code == 308
    assert urlsplit(answer.headers["location"]).query == "via=back-35"
    assert urlsplit(browser(city).get(f"/contribution/{id_}").headers["location"]).query == ""


# Words for others' categories, and who is left out

LISTED = """query($word: String, $isOther: Boolean! = false, $near: NearInput) {
  territoryPublications(word: $word, isOther: $isOther, near: $near, first: 100) {
    totalCount nodes { title categoryKey categoryName word portal } } }"""
MAPPED = """query($word: String, $isOther: Boolean! = false, $zoom: Int! = 11) {
  territoryHexagons(word: $word, isOther: $isOther, zoom: $zoom,
    bounds: {south: 47.9, west: -2.2, north: 48.8, east: -1.4}) { cell lat lng count offerCount requestCount } }"""
CATEGORIES = "{ territoryWords { word } territoryCategories { key names count portalCount word } }"
SENDERS = "{ territorySenders { portal name count isLeftOut } }"
CALL, LEAVE_OUT = "territoryWordsSet", "territoryLeaveOut"


@dataclass(frozen=True)
class Land:
    """A département, and two communes that publish to it and call one thing differently."""

    reader: Portal
    city: Portal
    town: Portal
    shopping: str
    errands: str
    nothing: str


@pytest.fixture(scope="module")
def land(given: Given, rennes: Portal) -> Land:
    reader = given.actor(given.tenant(rennes, "words-35", "departement-35"), role="ADMIN")
    done(reader, "territoryReceive", isOn=True)
    titles = []
    communes = []
    for slug, commune, name in (
        ("words-rennes", "commune-35238", "Courses"),
        ("words-malo", "commune-35288", "Faire les commissions"),
    ):
        admin = given.actor(given.tenant(rennes, slug, commune), role="ADMIN")
        done(admin, "territoryRuleSet", reader="words-35", kinds=["OFFER"])
        activity = given.activity(admin, kind="MUTUAL_AID", expires_after_days=60)
        category = given.category(admin, activity, name)
        titles.append(offered(given, admin, activity=activity, category=category, title=f"Offre {slug}")[1])
        communes.append(admin)
    nothing = offered(given, communes[0], title="Offre sans catégorie")[1]
    return Land(reader, *communes, *titles, nothing)


@pytest.fixture
def words(given: Given, land: Land) -> Iterator[Land]:
    """No word yet, and nobody left out, also afterwards."""
    yield land
    given.sql(
        land.reader,
        "UPDATE platform.tenant SET territory_words = '{}', territory_left_out = '{}', territory_left_out_names = '{}' WHERE number = %s",
        land.reader.number,
    )


def titles(reader: Portal, **asked: Any) -> set[str]:
    page = reader.ask(LISTED, **asked)["territoryPublications"]
    assert page["totalCount"] == len(page["nodes"])
    return {node["title"] for node in page["nodes"]}


def keys(land: Land) -> dict[str, str]:
    """The key of each category by its name."""
    return {each["names"][0]: each["key"] for each in land.reader.ask(CATEGORIES)["territoryCategories"]}


def mapped(reader: Portal, **asked: Any) -> int:
    cells = reader.ask(MAPPED, **asked)["territoryHexagons"]
    assert all((each["lat"], each["lng"]) == cell.center(cell.from_text(each["cell"])) for each in cells)
    assert all(each["count"] == each["offerCount"] and each["requestCount"] == 0 for each in cells)
    return sum(each["count"] for each in cells)


def test_two_names_of_one_thing_have_the_readers_word(words: Land) -> None:
    reader, all_ = words.reader, {words.shopping, words.errands, words.nothing}
    assert reader.ask("{ territoryWords { word } }")["territoryWords"] == []
    assert titles(reader) == titles(reader, isOther=True) == all_
    key = keys(words)
    named = [{"key": key["Courses"], "word": "Faire ses courses"}]
    done(reader, CALL, words=[*named, {"key": key["Faire les commissions"], "word": " faire SES courses "}])
    assert reader.ask(CATEGORIES) == {
        "territoryWords": [{"word": "Faire ses courses"}],
        "territoryCategories": [
            {"key": key[name], "names": [name], "count": 1, "portalCount": 1, "word": "Faire ses courses"}
            for name in sorted(key, key=lambda each: key[each])
        ],
    }
    assert titles(reader, word="Faire ses courses") == {words.shopping, words.errands}
    assert titles(reader, isOther=True) == {words.nothing}
    assert titles(reader, word="Bricolage") == titles(reader, word="Faire ses courses", isOther=True) == set()
    near = {"lat": 48.1113, "lng": -1.68, "radiusM": 5000}
    assert titles(reader, word="Faire ses courses", near=near) == {words.shopping, words.errands}
    for zoom in (8, 11, 14):
        assert mapped(reader, zoom=zoom) == 3
        assert mapped(reader, word="Faire ses courses", zoom=zoom) == 2
        assert mapped(reader, isOther=True, zoom=zoom) == 1
    [node] = [node for node in reader.ask(LISTED)["territoryPublications"]["nodes"] if node["title"] == words.shopping]
    assert (node["categoryName"], node["word"], node["portal"]) == ("Courses", "Faire ses courses", "words-rennes")
    done(reader, CALL, words=[{"key": key["Courses"], "word": None}])
    assert titles(reader, word="Faire ses courses") == {words.errands}
    assert titles(reader, isOther=True) == {words.shopping, words.nothing}


def test_word_outlives_what_is_published(given: Given, words: Land) -> None:
    done(words.reader, CALL, words=[{"key": "jardin", "word": "Jardinage"}])
    shown = {each["key"]: each for each in words.reader.ask(CATEGORIES)["territoryCategories"]}
    assert shown["jardin"] == {"key": "jardin", "names": [], "count": 0, "portalCount": 0, "word": "Jardinage"}


@pytest.mark.parametrize(
    ("words_", "code", "field"),
    [
        ([{"key": "", "word": "Jardin"}], "TOO_SHORT", "words.0.key"),
        ([{"key": "a", "word": "Jardin"}, {"key": "b", "word": "x" * 61}], "TOO_LONG", "words.1.word"),
        ([{"key": f"k{n}", "word": "Jardin"} for n in range(201)], "LIMIT_REACHED", "words"),
    ],
)
def test_refused_word_changes_nothing(
    given: Given, words: Land, words_: list[dict[str, str]], code: str, field: str
) -> None:
    with given.nothing_written(words.reader):
        assert do(words.reader, CALL, words=words_)["userErrors"] == refused(code, field)
    assert words.reader.ask("{ territoryWords { word } }")["territoryWords"] == []


def test_sender_is_left_out_and_taken_back(given: Given, words: Land) -> None:
    reader, visitor = words.reader, browser(words.reader)
    assert reader.ask(SENDERS)["territorySenders"] == [
        {"portal": "words-rennes", "name": "Rennes", "count": 2, "isLeftOut": False},
        {"portal": "words-malo", "name": "Saint-Malo", "count": 1, "isLeftOut": False},
    ]
    assert words.errands in visitor.get("/territoire").text
    done(reader, LEAVE_OUT, sender="words-malo", isLeftOut=True)
    done(reader, LEAVE_OUT, sender="words-malo", isLeftOut=True)
    assert words.errands not in visitor.get("/territoire").text, "the page that was kept for everybody is made anew"
    assert titles(reader) == {words.shopping, words.nothing}
    assert mapped(reader) == 2
    assert mapped(reader, isOther=True) == 2
    assert reader.ask(SENDERS)["territorySenders"][1] == {
        "portal": "words-malo",
        "name": "Saint-Malo",
        "count": 1,
        "isLeftOut": True,
    }
    settle(given, words.town)
    assert words.errands not in titles(reader), "what it publishes meanwhile is left out, too"
    done(reader, LEAVE_OUT, sender="words-malo", isLeftOut=False)
    assert titles(reader) == {words.shopping, words.errands, words.nothing}
    assert mapped(reader) == 3
    with given.nothing_written(reader):
        answer = do(reader, LEAVE_OUT, sender="words-35", isLeftOut=True)
    assert answer["userErrors"] == refused("NOT_FOUND", "sender")


def test_sender_that_is_left_out_is_listed_also_while_it_publishes_nothing(given: Given, words: Land) -> None:
    reader = words.reader
    done(reader, LEAVE_OUT, sender="words-malo", isLeftOut=True)
    done(words.town, "territoryWithdraw", reader="words-35")
    silent = {"portal": "words-malo", "name": "Saint-Malo", "count": 0, "isLeftOut": True}
    assert reader.ask(SENDERS)["territorySenders"][1:] == [silent]
    assert "Saint-Malo" in signed_in(browser(reader), "ADMIN").get("/gestion/territoire").text
    done(reader, LEAVE_OUT, sender="words-malo", isLeftOut=True)
    assert reader.ask(SENDERS)["territorySenders"][1:] == [silent]
    done(reader, LEAVE_OUT, sender="words-malo", isLeftOut=False)
    assert reader.ask(SENDERS)["territorySenders"][1:] == []
    assert do(reader, LEAVE_OUT, sender="words-malo", isLeftOut=True)["userErrors"] == refused("NOT_FOUND", "sender")
    done(words.town, "territoryRuleSet", reader="words-35", kinds=["OFFER"])
    settle(given, words.town)
    assert [one["count"] for one in reader.ask(SENDERS)["territorySenders"]] == [2, 1]


def test_who_administers_nothing_learns_words_alone(given: Given, words: Land) -> None:
    key = keys(words)
    done(words.reader, CALL, words=[{"key": key["Courses"], "word": "Faire ses courses"}])
    for role in ("MEMBER", "MODERATOR"):
        who = given.actor(words.reader, role=role)
        assert who.ask("{ territoryWords { word } }") == {"territoryWords": [{"word": "Faire ses courses"}]}
        for asked in (SENDERS, CATEGORIES):
            assert "Cannot query field" in who.post(asked).json()["errors"][0]["message"]


def test_words_and_who_is_left_out_are_edited_on_the_page(given: Given, words: Land) -> None:
    desk, path = signed_in(browser(words.reader), "ADMIN"), "/gestion/territoire"
    shown = LinkedText(desk.get(path).text)
    assert "Saint-Malo" in shown.text
    sent = hidden(desk.get(path).text, "Call")
    places = {sent[f"words.{place}.key"]: place for place in range(2)}
    key = keys(words)
    long_ = {f"words.{places[key['Courses']]}.word": "x" * 61}
    kept = {f"words.{places[key['Faire les commissions']]}.word": "Les courses"}
    refused_ = desk.submit(path, {**sent, **kept, **long_})
    assert refused_.status_code == 422
    assert 'value="Les courses"' in refused_.text
    assert "x" * 61 in refused_.text
    assert desk.submit(path, {**sent, **kept}).status_code == 303
    listed_ = LinkedText(browser(words.reader).get("/territoire", params={"word": "Les courses"}).text)
    assert words.errands in listed_.text
    assert words.shopping not in listed_.text
    assert listed_.called("Autres") == ["/territoire?isOther=true"]
    others = LinkedText(browser(words.reader).get("/territoire?isOther=true").text)
    assert words.errands not in others.text
    assert words.shopping in others.text
    out = {"form": "LeaveOut", "sender": "words-malo", "isLeftOut": "true"}
    assert desk.submit(path, out).status_code == 303
    assert "n'est plus montré" in LinkedText(desk.get(path).text).text
    assert words.errands not in browser(words.reader).get("/territoire").text
