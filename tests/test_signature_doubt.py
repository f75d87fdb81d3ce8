"""Signatures that may be of one person: shown to administrators, set aside and put back, counted by reason in public."""

from typing import Any
from uuid import uuid4

import pytest

from tests.acting import WITHDRAW, refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import elector, opened, read, ruled, sign_as
from tests.test_page_petition import Visitor

DOUBTS = """query($id: ID!) { contribution(id: $id) { petition { signatures viewerSetAside setAsideCounts { sign count }
  signatureDoubts { sign mark shown count reason } } } }"""
WHY = "Six adresses mènent à une seule boîte."


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def proposal(given: Given, town: Portal, admin: Portal) -> str:
    return opened(given.actor(town), admin, ruled(given, town, admin, isByLaw=True))


def shown(who: Portal, proposal: str) -> dict[str, Any]:
    return dict(who.ask(DOUBTS, id=proposal)["contribution"]["petition"])


def signers(given: Given, town: Portal, proposal: str, *addresses: str) -> list[Portal]:
    """Electors with these addresses, who have signed one after the other."""
    people = []
    for address in addresses:
        who = given.actor(town)
        actor = uuid_in(who.ask("{ viewer { id } }")["viewer"]["id"])
        given.insert(town, "account", actor_id=actor, email=address, created_at="now")
        assert sign_as(who, proposal, **elector()) == []
        people.append(who)
    return people


def erase(who: Portal, address: str) -> None:
    """End an account, whose owner types its address."""
    text = "mutation($input: AccountEraseInput!) { accountErase(input: $input) { userErrors { code } } }"
    said = {"contributions": "KEEP", "confirmation": address}
    assert who.ask(text, input=said)["accountErase"]["userErrors"] == []


def aliases(count: int) -> list[str]:
    """So many addresses of one mailbox that no other test has."""
    mailbox = f"j{uuid4().hex}"
    return [f"{mailbox}+{place}@doute.example" for place in range(count)]


def test_one_mailbox_is_shown_set_aside_counted_in_public_and_put_back(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    people = signers(given, town, proposal, *aliases(4), f"{uuid4().hex}@orange.fr")
    assert shown(given.actor(town, role="MODERATOR"), proposal)["signatureDoubts"] == []
    [doubt] = shown(admin, proposal)["signatureDoubts"]
    assert (doubt["sign"], doubt["shown"], doubt["count"], doubt["reason"]) == ("MAILBOX", "j…@doute.example", 4, None)
    group = {"contribution": proposal, "sign": "MAILBOX", "mark": doubt["mark"]}
    assert do(admin, "petitionSignaturesSetAside", **group, explanation="non")["userErrors"] == refused(
        "TOO_SHORT", "explanation"
    )
    done(admin, "petitionSignaturesSetAside", **group, explanation=WHY)
    there = shown(town, proposal)
    assert (there["signatures"], there["setAsideCounts"]) == (2, [{"sign": "MAILBOX", "count": 3}])
    assert [shown(who, proposal)["viewerSetAside"] for who in people] == [None, WHY, WHY, WHY, None]
    assert [(one["count"], one["reason"]) for one in shown(admin, proposal)["signatureDoubts"]] == [(3, WHY)]
    assert do(admin, "petitionSignaturesSetAside", **group, explanation=WHY)["userErrors"] == refused(
        "BAD_INPUT", "mark"
    )
    done(admin, "petitionSignaturesPutBack", **group, reason="C'est une famille, qui partage une boîte.")
    there = shown(town, proposal)
    assert (there["signatures"], there["setAsideCounts"]) == (5, [])
    assert do(admin, "petitionSignaturesPutBack", **group, reason=WHY)["userErrors"] == refused("BAD_INPUT", "mark")


def test_what_is_set_aside_does_not_count_by_being_signed_again(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    addresses = aliases(2)
    people = signers(given, town, proposal, *addresses)
    [doubt] = shown(admin, proposal)["signatureDoubts"]
    group = {"contribution": proposal, "sign": "MAILBOX", "mark": doubt["mark"]}
    done(admin, "petitionSignaturesSetAside", **group, explanation=WHY)
    assert read(town, proposal)["signatures"] == 1
    people[1].ask(WITHDRAW, input={"contribution": proposal})
    assert (read(town, proposal)["signatures"], shown(town, proposal)["setAsideCounts"]) == (1, [])
    assert sign_as(people[1], proposal, **elector()) == []
    assert read(town, proposal)["signatures"] == 1
    erase(people[1], addresses[1])
    assert read(town, proposal)["signatures"] == 1


def test_erased_account_that_had_taken_it_back_leaves_nothing_to_subtract(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    addresses = aliases(2)
    people = signers(given, town, proposal, *addresses)
    [doubt] = shown(admin, proposal)["signatureDoubts"]
    group = {"contribution": proposal, "sign": "MAILBOX", "mark": doubt["mark"]}
    done(admin, "petitionSignaturesSetAside", **group, explanation=WHY)
    people[1].ask(WITHDRAW, input={"contribution": proposal})
    erase(people[1], addresses[1])
    assert read(town, proposal)["signatures"] == 1


def test_domain_wants_ten_and_no_large_provider(given: Given, town: Portal, admin: Portal, proposal: str) -> None:
    few = [f"{uuid4().hex}@peu.example" for _ in range(9)]
    signers(given, town, proposal, *few, *[f"{uuid4().hex}@orange.fr" for _ in range(10)])
    assert shown(admin, proposal)["signatureDoubts"] == []
    signers(given, town, proposal, f"{uuid4().hex}@peu.example")
    [doubt] = shown(admin, proposal)["signatureDoubts"]
    assert (doubt["sign"], doubt["shown"], doubt["count"]) == ("DOMAIN", "peu.example", 10)


def test_signs_of_ballots_alone_are_none_of_signatures(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    said = {"contribution": proposal, "sign": "ADDRESS", "mark": "0", "explanation": WHY}
    assert do(admin, "petitionSignaturesSetAside", **said)["userErrors"] == refused("BAD_INPUT", "sign")


def test_administrator_sets_aside_by_forms(given: Given, town: Portal, admin: Portal, proposal: str) -> None:
    people = signers(given, town, proposal, *aliases(3))
    page, city = f"/gestion/petitions/{proposal}/controle", Visitor(admin)
    assert "j…@doute.example" in city.get(page).text
    [doubt] = shown(admin, proposal)["signatureDoubts"]
    fields = {"contribution": proposal, "sign": "MAILBOX", "mark": doubt["mark"]}
    refused_ = city.submit(page, fields | {"form": "SetAside", "explanation": "trop"})
    assert refused_.status_code == 422 and 'value="trop"' in refused_.text
    assert city.submit(page, fields | {"form": "SetAside", "explanation": WHY}).status_code == 303
    assert "Mises de côté, non comptées" in Visitor(town).get(f"/contribution/{proposal}").text
    assert WHY in Visitor(people[2]).get(f"/contribution/{proposal}").text
    assert WHY not in Visitor(town).get(f"/contribution/{proposal}").text, "the reason is its signer's"
    assert city.submit(page, fields | {"form": "PutBack", "reason": "Ils sont une famille."}).status_code == 303
    assert read(town, proposal)["signatures"] == 3
