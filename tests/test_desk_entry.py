"""Desk entries: an agent publishes and answers for somebody without internet, who takes it over once, with everything."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Text

from jobs import retention
from planner.detail import is_told
from tests.acting import ERRORS, close, publish, published, refused
from tests.browser import Browser
from tests.conftest import Portal
from tests.exchanging import accept, propose, proposed, read, status
from tests.given import Given, uuid_in
from tests.telling import actor_of
from tests.test_exchange_parallel import at_once, codes
from tests.test_life import events
from tests.test_page_portal import hidden
from tests.test_thread import send, thread

ENTER = f"""mutation($input: DeskEntryPublishInput!) {{ deskEntryPublish(input: $input) {{
  code deskEntry {{ id contact contribution {{ id behalf status author {{ name kind }} }} }} {ERRORS} }} }}"""
SLIP = f"mutation($input: DeskEntryPrintSlipInput!) {{ deskEntryPrintSlip(input: $input) {{ code {ERRORS} }} }}"
TAKE = f"""mutation($input: DeskEntryTakeOverInput!) {{ deskEntryTakeOver(input: $input) {{
  contribution {{ id behalf isMine author {{ name }} }} {ERRORS} }} }}"""
FORGET = f"""mutation($input: DeskEntryForgetInput!) {{ deskEntryForget(input: $input) {{
  deskEntry {{ contact hasCode contribution {{ id status }} }} {ERRORS} }} }}"""
ENTRIES = "{ deskEntries { nodes { contact takenOverAt hasCode agent { name } contribution { id } } } }"
PLACE = {"lat": 48.1092, "lng": -1.6722}


class Reception:
    """A service of the city with an agent, and a request that the agent has entered."""

    def __init__(self, given: Given, town: Portal, kind: str = "REQUEST") -> None:
        self.given, self.town = given, town
        self.activity = given.activity(town, kind="MUTUAL_AID")
        self.service = given.actor(town, kind="SERVICE", name="Accueil de la mairie")
        self.of = self.service.ask("{ viewer { id } }")["viewer"]["id"]
        self.agent = self.member("Agathe")
        payload = self.enter(kind=kind, contact="Mme R., 02 99 00 00 00")
        assert payload["userErrors"] == [], payload
        self.code = payload["code"]
        self.contribution = payload["deskEntry"]["contribution"]["id"]
        self.payload = payload

    def member(self, name: str) -> Portal:
        person = self.given.actor(self.town, name=name)
        id_ = uuid_in(person.ask("{ viewer { id } }")["viewer"]["id"])
        self.given.insert(
            self.town, "organisation_member", organisation_id=uuid_in(self.of), member_id=id_, given_at="now"
        )
        return person

    def enter(self, who: Portal | None = None, **fields: Any) -> dict[str, Any]:
        told = {"organisation": self.of, "activity": self.activity, "kind": "REQUEST", "title": "Faire mes courses"}
        told |= {"body": "Une fois par semaine.", "hasConsent": True, **fields}
        return dict((who or self.agent).ask(ENTER, input=told)["deskEntryPublish"])

    def row(self) -> tuple[Any, ...]:
        columns = "contact, digest, code_ends_at IS NULL, taken_over_at IS NULL"
        query = f"SELECT {columns} FROM __tenant__.desk_entry WHERE contribution_id = %s"
        return self.given.sql(self.town, query, uuid_in(self.contribution))[0]


@pytest.fixture
def reception(given: Given, town: Portal) -> Reception:
    return Reception(given, town)


def take(who: Portal, code: str) -> dict[str, Any]:
    return dict(who.ask(TAKE, input={"code": code})["deskEntryTakeOver"])


def test_agent_enters_a_request_and_the_public_sees_by_whom(reception: Reception, town: Portal) -> None:
    assert reception.payload["deskEntry"]["contribution"] == {
        "id": reception.contribution,
        "behalf": "DESK",
        "status": "OPEN",
        "author": {"name": "Accueil de la mairie", "kind": "SERVICE"},
    }
    show = "query($id: ID!) { contribution(id: $id) { behalf author { name } } }"
    assert town.ask(show, id=reception.contribution)["contribution"] == {
        "behalf": "DESK",
        "author": {"name": "Accueil de la mairie"},
    }
    assert "saisi par l’accueil" in Browser(town.client, town.host).get(f"/contribution/{reception.contribution}").text
    agreed = "SELECT now() - consented_at < interval '1 minute' FROM __tenant__.desk_entry WHERE contribution_id = %s"
    assert reception.given.sql(town, agreed, uuid_in(reception.contribution)) == [(True,)]


def test_consent_is_wanted_and_nothing_is_written_without_it(reception: Reception, town: Portal) -> None:
    with reception.given.nothing_written(town):
        assert reception.enter(hasConsent=False)["userErrors"] == refused("AGREEMENT_NEEDED", "hasConsent")


def test_members_of_the_citys_organisations_alone_enter(given: Given, reception: Reception, town: Portal) -> None:
    association = given.actor(town, kind="ASSOCIATION")
    of = association.ask("{ viewer { id } }")["viewer"]["id"]
    given.insert(
        town,
        "organisation_member",
        organisation_id=uuid_in(of),
        member_id=uuid_in(reception.agent.ask("{ viewer { id } }")["viewer"]["id"]),
        given_at="now",
    )
    people = [given.actor(town, role=role) for role in ("MEMBER", "MODERATOR", "ADMIN")]
    other = given.actor(town, kind="SERVICE").ask("{ viewer { id } }")["viewer"]["id"]
    with given.nothing_written(town):
        for who in people:
            assert codes(reception.enter(who)) == ["FORBIDDEN"]
        assert reception.enter(organisation=of)["userErrors"] == refused("NOT_FOUND", "organisation")
        assert codes(reception.enter(organisation=other)) == ["NOT_FOUND"]
        desk = publish(reception.agent, reception.activity, "REQUEST", behalf="DESK", onBehalfOf=reception.of)
        assert desk["userErrors"] == refused("BAD_INPUT", "behalf")


def test_its_members_alone_know_for_whom_it_is(given: Given, reception: Reception, town: Portal) -> None:
    second = reception.member("Basile")
    for who in (reception.agent, second):
        [entry] = who.ask(ENTRIES)["deskEntries"]["nodes"]
        assert entry == {
            "contact": "Mme R., 02 99 00 00 00",
            "takenOverAt": None,
            "hasCode": True,
            "agent": {"name": "Agathe"},
            "contribution": {"id": reception.contribution},
        }
    for who in (given.actor(town), given.actor(town, role="MODERATOR"), given.actor(town, role="ADMIN")):
        assert who.ask(ENTRIES)["deskEntries"]["nodes"] == []


def test_place_is_a_cell_although_the_author_is_a_service(reception: Reception) -> None:
    entered = reception.enter(location=PLACE | {"precision": "EXACT", "address": "3 rue Haute"})
    row = reception.given.row(reception.town, entered["deskEntry"]["contribution"]["id"])
    assert (row["precision"], row["address"], row["exact_lat"]) == ("CELL", None, PLACE["lat"])
    assert row["lat"] != PLACE["lat"]


def test_offer_in_a_category_for_organisations_is_refused(given: Given, reception: Reception, town: Portal) -> None:
    category = given.category(town, reception.activity)
    given.sql(town, "UPDATE __tenant__.category SET is_for_organisations = true WHERE id = %s", uuid_in(category))
    assert reception.enter(kind="OFFER", category=category)["userErrors"] == refused("ORGANISATIONS_ONLY", "category")
    assert reception.enter(kind="REQUEST", category=category)["userErrors"] == []


def test_agent_answers_and_the_person_takes_all_of_it_over(given: Given, reception: Reception, town: Portal) -> None:
    helper, person = given.actor(town, name="Hélène"), given.actor(town, name="Rose")
    exchange = proposed(helper, reception.contribution)
    assert accept(reception.agent, exchange)["exchange"]["status"] == "ACCEPTED"
    assert send(reception.agent, exchange, "Elle vous attend jeudi.")["userErrors"] == []
    written = [one["body"] for one in thread(helper, exchange)]
    taken = take(person, reception.code.lower().replace("-", " "))
    assert taken["contribution"] == {
        "id": reception.contribution,
        "behalf": "NOBODY",
        "isMine": True,
        "author": {"name": "Rose"},
    }
    found = read(person, exchange)
    assert found is not None
    assert (found["side"], found["status"], found["author"]["name"]) == ("AUTHOR", "ACCEPTED", "Rose")
    assert [one["body"] for one in thread(person, exchange)] == written
    assert read(reception.agent, exchange) is None
    assert reception.row() == (None, None, True, False)
    assert events(given, town, reception.contribution)[-1][0] == "CONTRIBUTION_TAKEN_OVER"
    assert close(person, reception.contribution)["userErrors"] == []


def test_taken_over_twice_is_refused_and_nothing_is_lost(given: Given, reception: Reception, town: Portal) -> None:
    first, second = given.actor(town, name="Rose"), given.actor(town, name="Autre")
    assert take(first, reception.code)["userErrors"] == []
    with given.nothing_written(town):
        for who in (second, first):
            assert take(who, reception.code)["userErrors"] == refused("CODE_USED", "code")
        slip = reception.agent.ask(SLIP, input={"contribution": reception.contribution})["deskEntryPrintSlip"]
        assert slip == {"code": None, "userErrors": refused("CODE_USED", "contribution")}
    show = "query($id: ID!) { contribution(id: $id) { author { name } } }"
    assert town.ask(show, id=reception.contribution)["contribution"]["author"]["name"] == "Rose"


def test_of_twenty_who_take_over_at_once_one_does(given: Given, reception: Reception, town: Portal) -> None:
    people = [given.actor(town, name=f"Rose {n}") for n in range(8)]
    answers = at_once(*(lambda who=who: take(who, reception.code) for who in people))  # type: ignore[misc]
    assert Counter(str(codes(answer)) for answer in answers) == {"[]": 1, "['CODE_USED']": 7}


@pytest.mark.parametrize("_round", range(6))
def test_proposal_at_the_moment_of_taking_over_reaches_its_owner(
    given: Given, reception: Reception, town: Portal, _round: int
) -> None:
    person, helper = given.actor(town), given.actor(town)
    taken, asked = at_once(lambda: take(person, reception.code), lambda: propose(helper, reception.contribution))
    assert taken["userErrors"] == []
    assert codes(asked) in ([], ["CONFLICT"])
    owners = "SELECT count(*) FROM __tenant__.exchange e JOIN __tenant__.contribution c ON c.id = e.contribution_id"
    owners += " WHERE c.id = %s AND e.author_id <> c.author_id"
    assert given.sql(town, owners, uuid_in(reception.contribution)) == [(0,)]


def test_another_slip_replaces_the_code_and_an_old_code_ends(given: Given, reception: Reception, town: Portal) -> None:
    again = reception.agent.ask(SLIP, input={"contribution": reception.contribution})["deskEntryPrintSlip"]["code"]
    person = given.actor(town)
    assert take(person, reception.code)["userErrors"] == refused("CODE_USED", "code")
    ended = "UPDATE __tenant__.desk_entry SET code_ends_at = now() - interval '1 second' WHERE contribution_id = %s"
    given.sql(town, ended, uuid_in(reception.contribution))
    assert take(person, again)["userErrors"] == refused("CODE_USED", "code")
    stranger = given.actor(town, role="ADMIN").ask
    assert codes(stranger(SLIP, input={"contribution": reception.contribution})["deskEntryPrintSlip"]) == ["FORBIDDEN"]
    digest = reception.row()[1]
    assert len(digest) == 64
    assert again.replace("-", "") not in digest.upper()


def test_helper_cannot_take_over_what_the_helper_has_answered(given: Given, reception: Reception, town: Portal) -> None:
    helper = given.actor(town)
    proposed(helper, reception.contribution)
    assert take(helper, reception.code)["userErrors"] == refused("OWN_ANSWER", "code")
    assert take(given.actor(town), reception.code)["userErrors"] == []


@pytest.mark.parametrize("by_taker", [True, False])
def test_taking_over_ends_what_is_alive_with_somebody_blocked(
    given: Given, reception: Reception, town: Portal, by_taker: bool
) -> None:
    person, unwanted, helper = (given.actor(town, name=name) for name in ("Rose", "Ulysse", "Hélène"))
    ended, kept = proposed(unwanted, reception.contribution), proposed(helper, reception.contribution)
    assert accept(reception.agent, ended)["userErrors"] == []
    one, two = actor_of(person), actor_of(unwanted)
    blocker, blocked = (one, two) if by_taker else (two, one)
    block = {"blocker_id": blocker, "blocked_id": blocked, "is_named": False, "blocked_at": "now"}
    given.insert(town, "actor_block", **block)
    assert take(person, reception.code)["userErrors"] == []
    assert (status(unwanted, ended), status(helper, kept)) == ("CANCELLED", "PROPOSED")
    seen = read(unwanted, ended)
    assert seen is not None and seen["reason"] == "OTHER"
    assert given.row(town, reception.contribution)["accepted_count"] == 0


def test_member_of_whoever_answered_cannot_take_over(given: Given, reception: Reception, town: Portal) -> None:
    association, member = given.actor(town, kind="ASSOCIATION"), given.actor(town)
    membership = {"organisation_id": actor_of(association), "member_id": actor_of(member), "given_at": "now"}
    given.insert(town, "organisation_member", **membership)
    proposed(association, reception.contribution)
    assert take(member, reception.code)["userErrors"] == refused("OWN_ANSWER", "code")


@pytest.mark.parametrize(("stored", "is_taken"), [("PAUSED", True), ("HIDDEN", False), ("HELD", False)])
def test_what_moderation_withholds_is_not_taken_over(
    given: Given, reception: Reception, town: Portal, stored: str, is_taken: bool
) -> None:
    change = "UPDATE __tenant__.contribution SET status = %s, status_before = %s WHERE id = %s"
    given.sql(town, change, stored, None if is_taken else "OPEN", uuid_in(reception.contribution))
    person = given.actor(town)
    assert take(person, reception.code)["userErrors"] == ([] if is_taken else refused("CODE_USED", "code"))


def test_what_is_closed_is_not_taken_over(given: Given, reception: Reception, town: Portal) -> None:
    person = given.actor(town)
    close(reception.agent, reception.contribution)
    with given.nothing_written(town):
        assert take(person, reception.code)["userErrors"] == refused("CODE_USED", "code")


def test_journal_tells_neither_for_whom_it_was_nor_a_code(given: Given, reception: Reception, town: Portal) -> None:
    entered = reception.enter(contact="Mme Unique, 02 99 11 22 33")
    of = entered["deskEntry"]["contribution"]["id"]
    slip = reception.agent.ask(SLIP, input={"contribution": of})["deskEntryPrintSlip"]
    digest = "SELECT digest FROM __tenant__.desk_entry WHERE contribution_id = %s"
    [(kept,)] = given.sql(town, digest, uuid_in(of))
    assert take(given.actor(town), slip["code"])["userErrors"] == []
    details = given.sql(town, "SELECT columns::text FROM __tenant__.event_detail WHERE columns IS NOT NULL")
    assert [text for (text,) in details if "Mme Unique" in text or kept in text] == []
    assert [text for (text,) in details if "consented_at" in text] != []


@pytest.mark.parametrize("name", ["contact", "desk_contact", "digest", "desk_digest"])
def test_columns_of_a_desk_entry_that_are_for_its_members_are_untold(name: str) -> None:
    assert not is_told(name, Text())


def test_contact_is_forgotten_some_time_after_the_end(given: Given, reception: Reception, town: Portal) -> None:
    close(reception.agent, reception.contribution)
    aged = "UPDATE __tenant__.contribution SET closed_at = now() - interval '{}' WHERE id = %s"
    given.sql(town, aged.format("29 days 23 hours"), uuid_in(reception.contribution))
    given.run(retention.keep(given.database, town.number))
    assert reception.row()[0] == "Mme R., 02 99 00 00 00"
    given.sql(town, aged.format("30 days 1 minute"), uuid_in(reception.contribution))
    given.run(retention.keep(given.database, town.number))
    assert reception.row()[:3] == (None, None, True)


def test_contact_of_what_moderation_withholds_without_an_end_is_forgotten_some_time_after_the_person_agreed(
    given: Given, reception: Reception, town: Portal
) -> None:
    held = (
        "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN', expires_at = NULL WHERE id = %s"
    )
    given.sql(town, held, uuid_in(reception.contribution))
    aged = "UPDATE __tenant__.desk_entry SET consented_at = now() - interval '{}' WHERE contribution_id = %s"
    given.sql(town, aged.format("179 days 23 hours"), uuid_in(reception.contribution))
    given.run(retention.keep(given.database, town.number))
    assert reception.row()[0] == "Mme R., 02 99 00 00 00"
    given.sql(town, aged.format("180 days 1 minute"), uuid_in(reception.contribution))
    given.run(retention.keep(given.database, town.number))
    assert reception.row()[:3] == (None, None, True)


def test_contact_of_what_stands_is_kept_however_long_ago_the_person_agreed(
    given: Given, reception: Reception, town: Portal
) -> None:
    aged = "UPDATE __tenant__.desk_entry SET consented_at = now() - interval '2 years' WHERE contribution_id = %s"
    given.sql(town, aged, uuid_in(reception.contribution))
    given.run(retention.keep(given.database, town.number))
    assert reception.row()[0] == "Mme R., 02 99 00 00 00"


def test_members_forget_whom_it_is_for_when_that_person_asks(given: Given, reception: Reception, town: Portal) -> None:
    entry = reception.payload["deskEntry"]["id"]
    strangers = [given.actor(town), given.actor(town, role="ADMIN")]
    other = Reception(given, town).agent
    with given.nothing_written(town):
        for who in strangers:
            assert codes(who.ask(FORGET, input={"deskEntry": entry})["deskEntryForget"]) == ["FORBIDDEN"]
        elsewhere = other.ask(FORGET, input={"deskEntry": entry})["deskEntryForget"]
        assert elsewhere["userErrors"] == refused("NOT_FOUND", "deskEntry")
    second = reception.member("Basile")
    forgotten = second.ask(FORGET, input={"deskEntry": entry})["deskEntryForget"]
    left = {"id": reception.contribution, "status": "OPEN"}
    assert forgotten == {"deskEntry": {"contact": None, "hasCode": False, "contribution": left}, "userErrors": []}
    assert reception.row() == (None, None, True, True)
    assert take(given.actor(town), reception.code)["userErrors"] == refused("CODE_USED", "code")
    again = second.ask(FORGET, input={"deskEntry": entry})["deskEntryForget"]
    assert again == forgotten


def test_for_somebody_close_who_agreed(given: Given, town: Portal) -> None:
    author, activity = given.actor(town), given.activity(town, kind="MUTUAL_AID")
    asked = published(author, activity, "REQUEST", behalf="PERSON_WHO_AGREED")
    assert given.row(town, asked)["behalf"] == "PERSON_WHO_AGREED"
    assert given.row(town, published(author, activity, "REQUEST"))["behalf"] == "NOBODY"
    idea = publish(author, given.activity(town), behalf="PERSON_WHO_AGREED")
    assert idea["userErrors"] == refused("BAD_INPUT", "behalf")
    page = Browser(town.client, town.host).get(f"/contribution/{asked}").text
    assert "pour un proche, avec son accord" in page


def test_pages_enter_print_and_take_over(given: Given, town: Portal) -> None:
    reception = Reception(given, town)
    given.actor(town, role="MODERATOR")
    browser, person = Browser(town.client, town.host), Browser(town.client, town.host)
    assert browser.submit("/auth/demo", {"role": "MODERATOR", "next": "/"}).status_code == 303
    assert person.submit("/auth/demo", {"role": "MEMBER", "next": "/"}).status_code == 303
    assert reception.enter(reception.service)["userErrors"] == []  # Who signs in as the service itself.
    assert "Cette page est pour les membres d’un service" in browser.get("/gestion/accueil").text
    for (id_,) in given.sql(town, "SELECT id FROM __tenant__.actor WHERE role = 'MODERATOR'"):
        given.insert(town, "organisation_member", organisation_id=uuid_in(reception.of), member_id=id_, given_at="now")
    answer = browser.get("/gestion/accueil")
    assert (answer.status_code, "Mme R., 02 99 00 00 00" in answer.text) == (200, True), answer.text
    page = answer.text
    form = hidden(page, "Enter") | {"activity": reception.activity, "organisation": reception.of, "kind": "REQUEST"}
    form |= {"title": "Tondre <b>", "body": "Un petit jardin."}
    unsure = browser.submit("/gestion/accueil", form)
    assert unsure.status_code == 422
    assert 'value="Tondre &lt;b&gt;"' in unsure.text
    slip = browser.submit("/gestion/accueil", {**form, "hasConsent": "on"})
    assert slip.status_code == 200, slip.text
    code = slip.text.split("<br><strong>")[1].split("</strong>")[0]
    assert len(code) == 19
    assert code not in browser.get("/gestion/accueil").text
    taking = person.get(f"/reprendre?code={code}").text
    assert f'value="{code}"' in taking
    taken = person.submit("/reprendre", hidden(taking, "TakeOver") | {"code": code})
    assert taken.headers["location"].endswith("?reprise=1")
    assert "C’est à vous." in person.get(taken.headers["location"]).text
    again = person.submit("/reprendre", hidden(taking, "TakeOver") | {"code": code, "idempotencyKey": "x" * 24})
    assert again.status_code == 422
    assert "Ce code a déjà servi" in again.text
    hide = "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %s"
    given.sql(town, hide, uuid_in(reception.contribution))  # What moderation withholds is forgotten like the rest.
    answer = browser.get("/gestion/accueil")
    assert (answer.status_code, "Mme R., 02 99 00 00 00" in answer.text) == (200, True), answer.text
    asked = hidden(answer.text, "Forget") | {"deskEntry": reception.payload["deskEntry"]["id"]}
    assert browser.submit("/gestion/accueil", asked).status_code == 303
    assert "Mme R., 02 99 00 00 00" not in browser.get("/gestion/accueil").text
    assert reception.row() == (None, None, True, True)
