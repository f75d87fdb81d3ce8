"""Saved filters: kept by name with the own account, found again on the desk, forgotten."""

from typing import Any

import pytest

from models.account import MAX_FILTERS
from tests.acting import refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_organisation_member import me
from tests.test_page_portal import signed_in

KEPT = """{ account { savedFilters { name kind status isAssigned search
  activity { id } category { id } zone { id } assignee { id } } } }"""
NOTHING = dict.fromkeys(("activity", "kind", "category", "zone", "status", "assignee", "isAssigned", "search"))


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    """A moderator who signs in."""
    who = given.actor(town, role="MODERATOR")
    given.insert(town, "account", actor_id=uuid_in(me(who)), created_at="now")
    return who


def save(who: Portal, name: str, **criteria: Any) -> list[Any]:
    return list(do(who, "filterSave", name=name, criteria=criteria)["userErrors"])


def kept(who: Portal) -> list[dict[str, Any]]:
    told = who.ask(KEPT)["account"]["savedFilters"]
    return [{name: value["id"] if isinstance(value, dict) else value for name, value in one.items()} for one in told]


def test_filter_is_kept_as_it_was_asked_and_replaced_by_its_name(given: Given, town: Portal, moderator: Portal) -> None:
    activity = given.activity(town, kind="IDEA_BOX")
    whole = {
        "activity": activity,
        "category": given.category(town, activity),
        "kind": "PROPOSAL",
        "status": "OPEN",
        "assignee": me(moderator),
        "isAssigned": True,
        "search": "un banc",
    }
    assert save(moderator, "Mes bancs", **whole) == []
    assert kept(moderator) == [{"name": "Mes bancs", **NOTHING, **whole}]
    assert save(moderator, "Autres", isAssigned=False) == []
    assert save(moderator, "mes BANCS", search="") == []
    assert kept(moderator) == [{"name": "Autres", **NOTHING, "isAssigned": False}, {"name": "mes BANCS", **NOTHING}]


def test_filters_are_ones_own(given: Given, town: Portal, moderator: Portal) -> None:
    other = given.actor(town, role="MODERATOR")
    given.insert(town, "account", actor_id=uuid_in(me(other)), created_at="now")
    assert save(moderator, "À moi", search="banc") == []
    assert kept(other) == []
    assert do(other, "filterRemove", name="À moi")["userErrors"] == refused("NOT_FOUND", "name")
    done(moderator, "filterRemove", name="À moi")
    assert kept(moderator) == []


def test_bad_filters_are_refused(given: Given, town: Portal, moderator: Portal) -> None:
    for number in range(MAX_FILTERS):
        assert save(moderator, f"Filtre {number}") == []
    with given.nothing_written(town):
        assert save(moderator, "Un de trop") == refused("LIMIT_REACHED", "name")
        assert save(moderator, "a") == refused("TOO_SHORT", "name")
        assert save(moderator, "Long", search="a" * 201) == refused("TOO_LONG", "search")
    machine = given.actor(town, role="MODERATOR")
    assert save(machine, "Sans compte") == refused("IS_MACHINE", None)


def test_filter_is_kept_and_forgotten_on_the_page(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "MODERATOR")
    page = "/gestion/contributions"
    form = {"form": "Save", "criteria.search": "fontaine", "name": "Les fontaines de la page"}
    assert browser.submit(page, {**form, "name": "a"}).status_code == 422
    assert browser.submit(page, form).status_code == 303
    shown = browser.get(page).text
    assert "Les fontaines de la page" in shown and "search=fontaine" in shown
    assert browser.submit(page, {"form": "Forget", "name": "Les fontaines de la page"}).status_code == 303
    assert "Les fontaines de la page" not in browser.get(page).text
