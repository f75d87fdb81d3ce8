"""Statuses of proposals: a city's own words, in its order, and what they still allow."""

from typing import Any

import pytest

from tests.acting import cast, comment, published, refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in

STATUSES = "activity { proposalStatuses { id name color isOpenToVotes isOpenToComments version } }"


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def activity(given: Given, town: Portal) -> str:
    return given.activity(town, kind="IDEA_BOX", vote_method="SUPPORT")


def add(admin: Portal, activity: str, name: str, **rules: bool) -> str:
    payload = done(admin, "proposalStatusAdd", STATUSES, activity=activity, name=name, color="#1D4ED8", **rules)
    return str(payload["activity"]["proposalStatuses"][-1]["id"])


def names(portal: Portal, activity: str) -> list[str]:
    ask = "query($id: ID!) { activity(id: $id) { proposalStatuses { name } } }"
    return [found["name"] for found in portal.ask(ask, id=activity)["activity"]["proposalStatuses"]]


def test_statuses_are_made_changed_ordered_and_taken_away(admin: Portal, town: Portal, activity: str) -> None:
    first, second, third = (add(admin, activity, name) for name in ("Reçue", "À l'étude", "Retenue"))
    done(admin, "proposalStatusesOrder", activity=activity, proposalStatuses=[third, first])
    assert names(town, activity) == ["Retenue", "Reçue", "À l'étude"]
    changed = {"proposalStatus": second, "version": 1, "name": "En cours", "color": "#0f766e", "isOpenToVotes": False}
    payload = done(admin, "proposalStatusRevise", STATUSES, **changed)
    assert payload["activity"]["proposalStatuses"][-1] == {
        "id": second, "name": "En cours", "color": "#0f766e", "isOpenToVotes": False, "isOpenToComments": True, "version": 2,
    }  # fmt: skip
    assert do(admin, "proposalStatusRevise", **changed)["userErrors"] == refused("CONFLICT", "version")
    done(admin, "proposalStatusRemove", proposalStatus=first)
    assert names(town, activity) == ["Retenue", "En cours"]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": ""}, "TOO_SHORT", "name"),
        ({"name": "a" * 61}, "TOO_LONG", "name"),
        ({"color": "blue"}, "BAD_COLOR", "color"),
    ],
)
def test_bad_statuses_are_refused(
    given: Given, admin: Portal, town: Portal, activity: str, fields: dict[str, Any], code: str, field: str
) -> None:
    with given.nothing_written(town):
        whole = {"activity": activity, "name": "Retenue", "color": "#000000", **fields}
        assert do(admin, "proposalStatusAdd", **whole)["userErrors"] == refused(code, field)


def test_an_activity_has_twenty_statuses_at_most(given: Given, admin: Portal, activity: str) -> None:
    for number in range(20):
        add(admin, activity, f"Statut {number}")
    more = do(admin, "proposalStatusAdd", activity=activity, name="De trop", color="#000000")
    assert more["userErrors"] == refused("LIMIT_REACHED", "activity")


def test_status_that_a_response_gave_stays(given: Given, admin: Portal, town: Portal, activity: str) -> None:
    status, proposal = add(admin, activity, "Retenue"), published(given.actor(town), activity)
    done(admin, "officialResponsePublish", contribution=proposal, service="Voirie", status=status)
    assert do(admin, "proposalStatusRemove", proposalStatus=status)["userErrors"] == refused("IN_USE", "proposalStatus")


def test_status_may_end_votes_and_comments(given: Given, admin: Portal, town: Portal, activity: str) -> None:
    person, proposal = given.actor(town), published(given.actor(town), activity)
    closed = add(admin, activity, "Réalisée", isOpenToVotes=False, isOpenToComments=False)
    opened = add(admin, activity, "À l'étude")
    cast(person, proposal, "SUPPORT")
    done(admin, "officialResponsePublish", contribution=proposal, service="Voirie", status=closed)
    newcomer = given.actor(town)
    with given.nothing_written(town):
        for who in (newcomer, person):
            vote = do(who, "voteCast", contribution=proposal, choice="SUPPORT")
            assert [error["code"] for error in vote["userErrors"]] == ["VOTING_NOT_OPEN"]
        spoken = do(person, "commentPublish", contribution=proposal, body="Encore")
        assert spoken["userErrors"] == refused("CONTRIBUTION_NOT_OPEN", "contribution")
    done(admin, "officialResponsePublish", contribution=proposal, service="Voirie", status=opened)
    cast(newcomer, proposal, "SUPPORT")
    comment(person, proposal)


def test_editor_of_the_space_has_its_statuses_in_hand(given: Given, town: Portal, admin: Portal) -> None:
    space = given.space(town)
    mine, other = given.activity(town, kind="IDEA_BOX", space=space), given.activity(town, kind="IDEA_BOX")
    editor = given.actor(town)
    actor = uuid_in(editor.ask("{ viewer { id } }")["viewer"]["id"])
    given.insert(town, "space_role", space_id=uuid_in(space), actor_id=actor, kind="EDITOR", given_at="now")
    status = add(editor, mine, "Retenue")
    done(editor, "proposalStatusRevise", proposalStatus=status, version=1, name="Choisie", color="#000000")
    foreign = add(admin, other, "Ailleurs")
    with given.nothing_written(town):
        for mutation, fields in (
            ("proposalStatusAdd", {"activity": other, "name": "x", "color": "#000000"}),
            ("proposalStatusRevise", {"proposalStatus": foreign, "version": 1, "name": "x", "color": "#000000"}),
            ("proposalStatusRemove", {"proposalStatus": foreign}),
        ):
            assert do(editor, mutation, **fields)["userErrors"] == refused("FORBIDDEN", None)
