"""Consent: given to a version, withdrawn, given again; each person sees their own."""

from typing import Any

import pytest

from tests.acting import refused
from tests.conftest import Portal
from tests.given import Given

GIVE = """mutation($input: ConsentGiveInput!) {
  consentGive(input: $input) { consent { kind version withdrawnAt } userErrors { code field } } }"""
WITHDRAW = """mutation($input: ConsentWithdrawInput!) {
  consentWithdraw(input: $input) { consent { version withdrawnAt } userErrors { code field } } }"""
READ = "{ consents { nodes { kind version givenAt withdrawnAt } } }"


def give(who: Portal, version: int) -> dict[str, Any]:
    return dict(who.ask(GIVE, input={"kind": "CHARTER", "version": version})["consentGive"])


def withdraw(who: Portal, version: int) -> dict[str, Any]:
    return dict(who.ask(WITHDRAW, input={"kind": "CHARTER", "version": version})["consentWithdraw"])


def read(who: Portal) -> list[dict[str, Any]]:
    return list(who.ask(READ)["consents"]["nodes"])


def test_each_version_that_a_person_agreed_to_is_kept_and_nobody_elses_is_seen(given: Given, town: Portal) -> None:
    person, other = given.actor(town), given.actor(town, role="ADMIN")
    assert give(person, 1) == {"consent": {"kind": "CHARTER", "version": 1, "withdrawnAt": None}, "userErrors": []}
    give(person, 3)
    assert [(found["version"], found["withdrawnAt"]) for found in read(person)] == [(3, None), (1, None)]
    assert read(other) == read(town) == []


def test_consent_given_twice_counts_from_the_first_time_and_after_a_withdrawal_anew(given: Given, town: Portal) -> None:
    person = given.actor(town)
    give(person, 2)
    [first] = read(person)
    give(person, 2)
    assert read(person) == [first]
    assert withdraw(person, 2)["consent"]["withdrawnAt"] is not None
    give(person, 2)
    [again] = read(person)
    assert again["withdrawnAt"] is None and again["givenAt"] > first["givenAt"]
    me = person.ask("{ viewer { id } }")["viewer"]["id"].rsplit("_", 1)[1]
    kinds = given.sql(town, "SELECT kind FROM __tenant__.event WHERE actor_id = %s ORDER BY id", me)
    assert [kind for (kind,) in kinds] == ["CONSENT_GIVEN", "CONSENT_WITHDRAWN", "CONSENT_GIVEN"]


@pytest.mark.parametrize("version", [0, -1, 1_000_001])
def test_version_that_cannot_be_is_refused(given: Given, town: Portal, version: int) -> None:
    person = given.actor(town)
    with given.nothing_written(town):
        assert give(person, version) == {"consent": None, "userErrors": refused("BAD_INPUT", "version")}


def test_what_was_not_agreed_to_is_not_withdrawn(given: Given, town: Portal) -> None:
    person = given.actor(town)
    with given.nothing_written(town):
        assert withdraw(person, 1)["userErrors"] == refused("NOT_FOUND", "version")
        assert give(town, 1)["userErrors"] == refused("UNAUTHENTICATED", None)
