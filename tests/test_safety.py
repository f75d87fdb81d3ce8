"""Safety: where only organisations help, citizens ask and do not offer; a sentence is shown to whoever publishes or answers."""

from typing import Any
from uuid import uuid4

import pytest

from tests.acting import close, publish, published, refused, revise
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.exchanging import propose
from tests.given import Given
from tests.test_page_portal import signed_in

READ = "query($id: ID!) { activity(id: $id) { categories { id isForOrganisations notice } } }"


class Nursery:
    """An activity with a category in which only organisations help, and an association with a member."""

    def __init__(self, given: Given, town: Portal) -> None:
        self.admin, self.person, self.member = given.actor(town, role="ADMIN"), given.actor(town), given.actor(town)
        self.activity = given.activity(town, kind="MUTUAL_AID")
        self.category, self.open = given.category(town, self.activity), given.category(town, self.activity)
        made = done(
            self.admin,
            "organisationCreate",
            "organisation { id }",
            kind="ASSOCIATION",
            name=f"Crèche {uuid4().hex[:6]}",
        )
        self.association = made["organisation"]["id"]
        member = self.member.ask("{ viewer { id } }")["viewer"]["id"]
        done(self.admin, "organisationMemberAdd", organisation=self.association, actor=member)
        done(
            self.admin,
            "categoryGuard",
            category=self.category,
            isForOrganisations=True,
            notice=" Voyez-vous  d'abord. ",
        )

    def publish(self, who: Portal, kind: str, **fields: Any) -> list[dict[str, Any]]:
        return list(publish(who, self.activity, kind, category=self.category, **fields)["userErrors"])


@pytest.fixture
def nursery(given: Given, town: Portal) -> Nursery:
    return Nursery(given, town)


def test_citizens_ask_and_organisations_offer(given: Given, town: Portal, nursery: Nursery) -> None:
    with given.nothing_written(town):
        for kind in ("OFFER",):
            assert nursery.publish(nursery.person, kind) == refused("ORGANISATIONS_ONLY", "category")
    assert nursery.publish(nursery.person, "REQUEST") == []
    assert nursery.publish(nursery.member, "OFFER", onBehalfOf=nursery.association) == []
    mine = published(nursery.person, nursery.activity, "OFFER", category=nursery.open)
    assert revise(nursery.person, mine, category=nursery.category)["userErrors"] == refused(
        "ORGANISATIONS_ONLY", "category"
    )


def test_only_organisations_answer_a_request_there(given: Given, town: Portal, nursery: Nursery) -> None:
    request = published(nursery.person, nursery.activity, "REQUEST", category=nursery.category)
    offer = published(
        nursery.member, nursery.activity, "OFFER", category=nursery.category, onBehalfOf=nursery.association
    )
    other = given.actor(town)
    with given.nothing_written(town):
        assert propose(other, request)["userErrors"] == refused("ORGANISATIONS_ONLY", "contribution")
    assert propose(nursery.member, request, onBehalfOf=nursery.association)["userErrors"] == []
    assert propose(other, offer)["userErrors"] == []  # Whoever takes an offer is helped.


def test_rules_are_read_by_all_and_written_by_administrators(given: Given, town: Portal, nursery: Nursery) -> None:
    said = {"id": nursery.category, "isForOrganisations": True, "notice": "Voyez-vous d'abord."}
    assert said in town.ask(READ, id=nursery.activity)["activity"]["categories"]
    with given.nothing_written(town):
        assert do(nursery.person, "categoryGuard", category=nursery.category)["userErrors"] == refused(
            "FORBIDDEN", None
        )
        long = do(nursery.admin, "categoryGuard", category=nursery.category, notice="a" * 301)
        assert long["userErrors"] == refused("TOO_LONG", "notice")
    done(nursery.admin, "categoryGuard", category=nursery.category, notice=" ")
    assert nursery.publish(nursery.person, "OFFER") == []
    assert {"id": nursery.category, "isForOrganisations": False, "notice": None} in town.ask(READ, id=nursery.activity)[
        "activity"
    ]["categories"]


def test_stale_page_overwrites_nothing_of_a_category(given: Given, town: Portal, nursery: Nursery) -> None:
    ask = "query($id: ID!) { activity(id: $id) { categories { id name notice version } } }"

    def read() -> dict[str, Any]:
        categories = town.ask(ask, id=nursery.activity)["activity"]["categories"]
        return next(each for each in categories if each["id"] == nursery.category)

    before = read()
    which = {"category": nursery.category, "version": before["version"]}
    done(nursery.admin, "categoryRename", **which, name="Garde d'enfants")
    with given.nothing_written(town):
        stale = do(nursery.admin, "categoryGuard", **which, notice="Ancienne phrase.")
        assert stale["userErrors"] == refused("CONFLICT", "version")
        assert do(nursery.admin, "categoryRename", **which, name="B")["userErrors"] == refused("CONFLICT", "version")
    done(nursery.admin, "categoryGuard", **which | {"version": before["version"] + 1}, notice="Nouvelle phrase.")
    assert read() == {
        "id": nursery.category,
        "name": "Garde d'enfants",
        "notice": "Nouvelle phrase.",
        "version": before["version"] + 2,
    }


def test_page_of_an_activity_loses_nobodys_notice(given: Given, rennes: Portal) -> None:
    nursery = Nursery(given, rennes)
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    path = f"/gestion/activites/{nursery.activity}"
    form = {"form": "Guard", "category": nursery.category, "version": "1", "notice": "Ma phrase, périmée."}
    answer = browser.submit(path, form)
    assert answer.status_code == 422
    assert "La version enregistrée entre-temps" in answer.text
    assert "Voyez-vous d&#39;abord." in answer.text and 'value="Ma phrase, périmée."' in answer.text
    assert browser.submit(path, {**form, "version": "2"}).status_code == 303
    shown = rennes.ask(READ, id=nursery.activity)["activity"]["categories"]
    assert {"id": nursery.category, "isForOrganisations": False, "notice": "Ma phrase, périmée."} in shown


def test_no_two_categories_of_an_activity_have_one_name(given: Given, town: Portal, nursery: Nursery) -> None:
    done(nursery.admin, "categoryRename", category=nursery.category, name="Été")
    with given.nothing_written(town):
        added = do(nursery.admin, "categoryAdd", activity=nursery.activity, name=" ete ")
        assert added["userErrors"] == refused("NAME_TAKEN", "name")
        renamed = do(nursery.admin, "categoryRename", category=nursery.open, name="ÉTÉ")
        assert renamed["userErrors"] == refused("NAME_TAKEN", "name")
    done(nursery.admin, "categoryRename", category=nursery.category, name="été")
    done(nursery.admin, "categoryAdd", activity=given.activity(town), name="Été")


# An activity's rules ---------------------------------------------------------------------------------------------------

RULES = "query($id: ID!) { activity(id: $id) { advanceEuros aliveRequests safetyNotice } }"


def test_person_has_five_requests_alive_and_one_that_ends_makes_room(given: Given, town: Portal) -> None:
    author, activity = given.actor(town), given.activity(town, kind="MUTUAL_AID")
    elsewhere = given.activity(town, kind="MUTUAL_AID")
    asked = [published(author, where, "REQUEST") for where in (activity, elsewhere, activity, elsewhere, activity)]
    with given.nothing_written(town):
        assert publish(author, activity, "REQUEST")["userErrors"] == refused("TOO_MANY_REQUESTS", "kind")
    assert publish(author, activity, "OFFER")["userErrors"] == []
    given.let_expire(town, asked[0])
    sixth = published(author, activity, "REQUEST")
    assert revise(author, asked[0], expiresAfterDays=3)["userErrors"] == refused("TOO_MANY_REQUESTS", "kind")
    assert revise(author, sixth, expiresAfterDays=3)["userErrors"] == []
    assert close(author, asked[1])["userErrors"] == []
    assert revise(author, asked[0], expiresAfterDays=3)["userErrors"] == []


def test_organisation_asks_for_as_many_as_it_helps(given: Given, town: Portal) -> None:
    service, activity = given.actor(town, kind="SERVICE"), given.activity(town, kind="MUTUAL_AID")
    assert [publish(service, activity, "REQUEST")["userErrors"] for _ in range(6)] == [[]] * 6


def test_city_says_what_its_activity_asks(given: Given, town: Portal) -> None:
    admin, activity = given.actor(town, role="ADMIN"), given.activity(town, kind="MUTUAL_AID")
    assert town.ask(RULES, id=activity)["activity"] == {"advanceEuros": 40, "aliveRequests": 5, "safetyNotice": None}
    done(admin, "activityGuard", activity=activity, aliveRequests=1, advanceEuros=0, notice=" Pas d'avance. ")
    assert town.ask(RULES, id=activity)["activity"] == {
        "advanceEuros": 0,
        "aliveRequests": 1,
        "safetyNotice": "Pas d'avance.",
    }
    author = given.actor(town)
    published(author, activity, "REQUEST")
    assert publish(author, activity, "REQUEST")["userErrors"] == refused("TOO_MANY_REQUESTS", "kind")
    for field, wrong in (("advanceEuros", 1_001), ("aliveRequests", 0), ("aliveRequests", 101)):
        answer = do(admin, "activityGuard", **{"activity": activity, "aliveRequests": 5, field: wrong})
        assert answer["userErrors"] == refused("BAD_INPUT", field)


def test_ceiling_is_shown_before_one_answers(given: Given, town: Portal) -> None:
    activity = given.activity(town, kind="MUTUAL_AID")
    asked = published(given.actor(town), activity, "REQUEST")
    given.actor(town, role="MODERATOR")
    browser = Browser(town.client, town.host)
    assert browser.submit("/auth/demo", {"role": "MODERATOR", "next": "/"}).status_code == 303
    assert "N’avancez pas plus de 40\u00a0€" in browser.get(f"/contribution/{asked}/repondre").text
