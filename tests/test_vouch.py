"""Vouches: chambers and the town stand for sellers, everybody sees it, and they may take it back."""

from typing import Any
from uuid import uuid4

import pytest

from tests.acting import refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in

SEEN = "query($id: ID!) { actor(id: $id) { vouches { id mayWithdraw voucher { name } } } }"


def me(who: Portal) -> str:
    return str(who.ask("{ viewer { id } }")["viewer"]["id"])


class Chamber:
    """A chamber with a member, and a farm."""

    def __init__(self, given: Given, town: Portal, kind: str = "CHAMBER") -> None:
        self.admin, self.member = given.actor(town, role="ADMIN"), given.actor(town)
        self.farm = me(given.actor(town, kind="PRODUCER", name=f"Ferme {uuid4().hex[:8]}"))
        self.name = f"Chambre {uuid4().hex[:8]}"
        made = done(self.admin, "organisationCreate", "organisation { id }", kind=kind, name=self.name)
        self.id = made["organisation"]["id"]
        done(self.admin, "organisationMemberAdd", organisation=self.id, actor=me(self.member))

    def vouch(self, who: Portal | None = None, **fields: Any) -> dict[str, Any]:
        return do(
            who or self.member, "vouchGive", "vouch { id }", **{"actor": self.farm, "onBehalfOf": self.id, **fields}
        )


@pytest.fixture
def chamber(given: Given, town: Portal) -> Chamber:
    return Chamber(given, town)


def test_everybody_sees_who_vouches_and_the_journal_keeps_it(given: Given, town: Portal, chamber: Chamber) -> None:
    made = chamber.vouch()["vouch"]["id"]
    assert chamber.vouch()["vouch"]["id"] == made  # Twice is once.
    for who, may in ((town, False), (given.actor(town), False), (chamber.member, True), (chamber.admin, True)):
        [seen] = who.ask(SEEN, id=chamber.farm)["actor"]["vouches"]
        assert seen == {"id": made, "mayWithdraw": may, "voucher": {"name": chamber.name}}
    assert do(chamber.member, "vouchWithdraw", vouch=made)["userErrors"] == []
    assert town.ask(SEEN, id=chamber.farm)["actor"]["vouches"] == []
    journal = "query($s: ID) { journalEntries(subject: $s, first: 10) { nodes { kind } } }"
    kinds = [node["kind"] for node in chamber.admin.ask(journal, s=chamber.farm)["journalEntries"]["nodes"]]
    assert kinds == ["VOUCH_WITHDRAWN", "VOUCH_GIVEN"]


def test_only_members_of_those_who_may_vouch_do(given: Given, town: Portal, chamber: Chamber) -> None:
    stranger, association = given.actor(town), Chamber(given, town, "ASSOCIATION")
    made = chamber.vouch()["vouch"]["id"]
    with given.nothing_written(town):
        assert chamber.vouch(stranger)["userErrors"] == refused("NOT_FOUND", "onBehalfOf")
        assert association.vouch()["userErrors"] == refused("VOUCHERS_ONLY", "onBehalfOf")
        assert chamber.vouch(actor=me(stranger))["userErrors"] == refused("NOT_FOUND", "actor")
        assert chamber.vouch(actor=chamber.id)["userErrors"] == refused("NOT_FOUND", "actor")
        assert do(stranger, "vouchWithdraw", vouch=made)["userErrors"] == refused("VOUCHERS_ONLY", "vouch")
    assert do(chamber.admin, "vouchWithdraw", vouch=made)["userErrors"] == []
    assert do(chamber.admin, "vouchWithdraw", vouch=made)["userErrors"] == refused("NOT_FOUND", "vouch")


def test_a_pair_is_once_in_the_table(given: Given, town: Portal, chamber: Chamber) -> None:
    chamber.vouch()
    count = "SELECT count(*) FROM __tenant__.vouch WHERE voucher_id = %s"
    assert given.sql(town, count, uuid_in(chamber.id)) == [(1,)]
