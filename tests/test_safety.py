"""Safety: where only organisations help, citizens ask and do not offer; a sentence is shown to whoever publishes or answers."""

from typing import Any
from uuid import uuid4

import pytest

from tests.acting import close, publish, published, refused, revise
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.exchanging import propose
from tests.given import Given, uuid_in
from tests.test_page_portal import hidden, signed_in

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


# Age and medicines -----------------------------------------------------------------------------------------------------


def aid_of(given: Given, town: Portal, **rules: Any) -> tuple[Portal, str]:
    """An administrator, and an activity of mutual aid with its rules of safety."""
    admin, activity = given.actor(town, role="ADMIN"), given.activity(town, kind="MUTUAL_AID")
    done(
        admin, "activityGuard", **{"activity": activity, "aliveRequests": 5, "advanceEuros": 40, "leastAge": 15} | rules
    )
    return admin, activity


def test_people_declare_to_be_as_old_as_an_activity_asks(given: Given, town: Portal) -> None:
    admin, activity = aid_of(given, town)
    author, helper = given.actor(town), given.actor(town)
    with given.nothing_written(town):
        young = publish(author, activity, "REQUEST", isOldEnough=False)
        assert young["userErrors"] == refused("AGE_NEEDED", "isOldEnough")
    asked = published(author, activity, "REQUEST", isOldEnough=True)
    with given.nothing_written(town):
        assert propose(helper, asked, isOldEnough=False)["userErrors"] == refused("AGE_NEEDED", "isOldEnough")
    assert propose(helper, asked, isOldEnough=True)["userErrors"] == []
    done(admin, "activityGuard", activity=activity, aliveRequests=5, leastAge=None)
    assert propose(given.actor(town), asked, isOldEnough=False)["userErrors"] == []
    assert publish(author, activity, "OFFER", isOldEnough=False)["userErrors"] == []


def test_activities_of_mutual_aid_ask_for_fifteen_years_from_the_beginning(given: Given, town: Portal) -> None:
    admin, space = given.actor(town, role="ADMIN"), given.space(town)
    ages = {}
    for kind in ("MUTUAL_AID", "MARKETPLACE", "IDEA_BOX"):
        told = "activity { leastAge newcomerAlive newcomerDaily }"
        made = done(admin, "activityCreate", told, space=space, kind=kind, title="Nouvelle")["activity"]
        ages[kind] = tuple(made.values())
    assert ages == {"MUTUAL_AID": (15, 3, 10), "MARKETPLACE": (None, 3, 10), "IDEA_BOX": (None, 3, 10)}


def test_numbers_of_safety_are_in_reach(given: Given, town: Portal) -> None:
    admin, activity = aid_of(given, town, leastAge=18, newcomerAlive=100, newcomerDaily=1)
    rules = "query($id: ID!) { activity(id: $id) { leastAge newcomerAlive newcomerDaily } }"
    kept = {"leastAge": 18, "newcomerAlive": 100, "newcomerDaily": 1}
    wrong = [
        ("leastAge", 12),
        ("leastAge", 19),
        *((name, n) for name in ("newcomerAlive", "newcomerDaily") for n in (0, 101)),
    ]
    with given.nothing_written(town):
        for field, number in wrong:
            answer = do(admin, "activityGuard", activity=activity, aliveRequests=5, **{field: number})
            assert answer["userErrors"] == refused("BAD_INPUT", field)
    assert town.ask(rules, id=activity)["activity"] == kept


def test_newcomers_answer_as_often_as_the_activity_says(given: Given, town: Portal) -> None:
    _, activity = aid_of(given, town, newcomerAlive=1)
    _, usual = aid_of(given, town)
    here = [published(given.actor(town), activity, "REQUEST") for _ in range(2)]
    helper = given.actor(town)
    assert propose(helper, here[0])["userErrors"] == []
    assert propose(helper, here[1])["userErrors"] == refused("TOO_MANY_PROPOSALS", "contribution")
    assert propose(helper, published(given.actor(town), usual, "REQUEST"))["userErrors"] == []


def test_medicines_stay_sealed(given: Given, town: Portal) -> None:
    admin, activity = aid_of(given, town)
    category, other = given.category(town, activity), given.category(town, activity)
    done(admin, "categoryGuard", category=category, isForMedicines=True)
    author, helper = given.actor(town), given.actor(town)
    with given.nothing_written(town):
        said = publish(author, activity, "REQUEST", category=category)
        assert said["userErrors"] == refused("SEALED_ONLY", "isKeptSealed")
    asked = published(author, activity, "REQUEST", category=category, isKeptSealed=True)
    with given.nothing_written(town):
        assert propose(helper, asked)["userErrors"] == refused("SEALED_ONLY", "isKeptSealed")
    assert propose(helper, asked, isKeptSealed=True)["userErrors"] == []
    assert revise(author, asked, category=category, title="Le même endroit")["userErrors"] == []
    elsewhere = published(author, activity, "REQUEST", category=other)
    assert revise(author, elsewhere, category=category)["userErrors"] == refused("SEALED_ONLY", "isKeptSealed")
    assert revise(author, elsewhere, category=category, isKeptSealed=True)["userErrors"] == []


@pytest.mark.parametrize(("language", "rule", "age"), [
    ("", "seulement un paquet scellé et opaque", "J’ai 15 ans ou plus"),
    ("/en", "in a sealed and opaque packet only", "I am 15 or older"),
])  # fmt: skip
def test_rules_are_read_and_declared_before_one_answers(
    given: Given, rennes: Portal, language: str, rule: str, age: str
) -> None:
    _, activity = aid_of(given, rennes)
    category = given.category(rennes, activity)
    given.sql(rennes, "UPDATE __tenant__.category SET is_for_medicines = true WHERE id = %s", uuid_in(category))
    asked = published(given.actor(rennes), activity, "REQUEST", category=category, isKeptSealed=True)
    browser = signed_in(Browser(rennes.client, rennes.host))
    path = f"{language}/contribution/{asked}/repondre"
    page = browser.get(path).text
    assert (
        page.index(rule) < page.index('name="isKeptSealed"') < page.index("</form>", page.index('name="isKeptSealed"'))
    )
    assert age in page
    typed = hidden(page, "Propose") | {"body": "Je passe à la pharmacie.", "isOldEnough": "true"}
    answer = browser.submit(path, typed)
    assert (answer.status_code, "Je passe à la pharmacie." in answer.text) == (422, True)
    assert 'href="#isKeptSealed"' in answer.text and 'name="isOldEnough" value="true" required checked' in answer.text
    assert browser.submit(path, typed | {"isKeptSealed": "true"}).status_code == 303


def test_publishing_stays_at_the_last_step_until_it_is_declared(given: Given, rennes: Portal) -> None:
    admin, activity = aid_of(given, rennes)
    category = given.category(rennes, activity)
    done(admin, "categoryGuard", category=category, isForMedicines=True, notice="La phrase de la ville.")
    browser = signed_in(Browser(rennes.client, rennes.host))
    path = f"/publier/{activity}?kind=REQUEST"
    first = browser.get(path).text
    assert "La phrase de la ville." in first and "À partir de 15 ans." in first
    typed = hidden(first, "Publish") | {"title": "Une course", "body": "À la pharmacie.", "category": category}
    page = browser.submit(path, typed | {"step": "check"}).text
    assert "La phrase de la ville." in page and "seulement un paquet scellé" not in page
    assert "N’avancez pas plus de 40\u00a0€" in page
    answer = browser.submit(path, typed | {"isKeptSealed": "true"})
    assert answer.status_code == 422
    assert "Voici ce que les autres verront" in answer.text and 'href="#isOldEnough"' in answer.text
    assert 'name="isKeptSealed" value="true" required checked' in answer.text and "À la pharmacie." in answer.text
    back = browser.submit(path, typed | {"isKeptSealed": "true", "isOldEnough": "true", "step": "what"}).text
    assert {"isOldEnough": "true", "isKeptSealed": "true"}.items() <= hidden(back, "Publish").items()
    assert browser.submit(path, typed | {"isKeptSealed": "true", "isOldEnough": "true"}).status_code == 303


def test_administrators_change_the_rules_on_the_page_of_the_activity(given: Given, rennes: Portal) -> None:
    activity = given.activity(rennes, kind="MUTUAL_AID")
    category = given.category(rennes, activity)
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    path = f"/gestion/activites/{activity}"
    page = " ".join(browser.get(path).text.split())
    assert "Sans phrase de votre part : « Médicaments : seulement un paquet scellé" in page
    form = {"form": "Protect", "activity": activity, "aliveRequests": "5", "newcomerAlive": "2", "newcomerDaily": "4"}
    wrong = browser.submit(path, form | {"leastAge": "12", "notice": "Mes conseils."})
    assert (wrong.status_code, "Mes conseils." in wrong.text, 'href="#leastAge"' in wrong.text) == (422, True, True)
    assert browser.submit(path, form | {"leastAge": "16"}).status_code == 303
    guard = {"form": "Guard", "category": category, "version": "1", "isForMedicines": "true"}
    assert browser.submit(path, guard).status_code == 303
    asked = (
        "query($id: ID!) { activity(id: $id) { leastAge newcomerAlive newcomerDaily categories { isForMedicines } } }"
    )
    assert rennes.ask(asked, id=activity)["activity"] == {
        "leastAge": 16,
        "newcomerAlive": 2,
        "newcomerDaily": 4,
        "categories": [{"isForMedicines": True}],
    }
    assert browser.submit(path, form | {"leastAge": ""}).status_code == 303
    assert rennes.ask(asked, id=activity)["activity"]["leastAge"] is None
