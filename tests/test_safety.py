"""Safety: where only organisations help, citizens ask and do not offer; a sentence is shown to whoever publishes or answers."""

from typing import Any
from uuid import uuid4

import pytest

from tests.acting import publish, published, refused, revise
from tests.administering import do, done
from tests.conftest import Portal
from tests.exchanging import propose
from tests.given import Given

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
