"""Organisations: several people publish, revise and answer on behalf of one, and nobody else does."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from tests.acting import refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_exchange_parallel import at_once
from tests.test_page_portal import signed_in
from tests.test_space_role import ERASE

EXACT = {"lat": 48.1134, "lng": -1.6712, "precision": "EXACT", "address": "1, rue du Marché"}
SAID = "contribution { id author { name kind } location { precision } isMine }"


def me(portal: Portal) -> str:
    return str(portal.ask("{ viewer { id } }")["viewer"]["id"])


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


def organisation(admin: Portal, *members: Portal, kind: str = "ASSOCIATION") -> str:
    name = "Les Jardiniers" if kind != "SERVICE" else f"Les Jardiniers {uuid4().hex[:8]}"
    made = done(admin, "organisationCreate", "organisation { id }", kind=kind, name=name)
    for member in members:
        done(admin, "organisationMemberAdd", organisation=made["organisation"]["id"], actor=me(member))
    return str(made["organisation"]["id"])


def offer(who: Portal, activity: str, **fields: Any) -> dict[str, Any]:
    whole = {"activity": activity, "kind": "OFFER", "title": "Des graines", "body": "À donner.", **fields}
    return do(who, "contributionPublish", SAID, **whole)


def test_members_publish_and_change_in_its_name(given: Given, town: Portal, admin: Portal) -> None:
    first, second, stranger = (given.actor(town) for _ in range(3))
    aid, one = given.activity(town, kind="MUTUAL_AID"), organisation(admin, first, second)
    published = offer(first, aid, onBehalfOf=one, location=EXACT)["contribution"]
    assert published == published | {
        "author": {"name": "Les Jardiniers", "kind": "ASSOCIATION"},
        "location": {"precision": "EXACT"},
        "isMine": True,
    }
    done(second, "contributionRevise", contribution=published["id"], title="Des graines et des plants")
    with given.nothing_written(town):
        revised = do(stranger, "contributionRevise", contribution=published["id"], title="Intrusion")
        assert revised["userErrors"] == refused("NOT_AUTHOR", "contribution")
        assert offer(stranger, aid, onBehalfOf=one)["userErrors"] == refused("NOT_FOUND", "onBehalfOf")
        assert offer(first, aid, location=EXACT)["userErrors"][0]["code"] == "EXACT_LOCATION_NOT_ALLOWED"
    said = done(
        second, "commentPublish", "comment { author { name } }",
        contribution=published["id"], body="Venez samedi.", onBehalfOf=one,
    )  # fmt: skip
    assert said["comment"]["author"]["name"] == "Les Jardiniers"
    done(second, "contributionClose", contribution=published["id"], outcome="FULFILLED")


def test_who_is_taken_out_speaks_no_more(given: Given, town: Portal, admin: Portal) -> None:
    member, aid = given.actor(town), given.activity(town, kind="MUTUAL_AID")
    one = organisation(admin, member)
    made = offer(member, aid, onBehalfOf=one)["contribution"]["id"]
    done(admin, "organisationMemberRemove", organisation=one, actor=me(member))
    with given.nothing_written(town):
        assert offer(member, aid, onBehalfOf=one)["userErrors"] == refused("NOT_FOUND", "onBehalfOf")
        revised = do(member, "contributionRevise", contribution=made, title="Encore moi")
        assert revised["userErrors"] == refused("NOT_AUTHOR", "contribution")
        done(admin, "organisationMemberRemove", organisation=one, actor=me(member))  # Twice is no error.


@pytest.mark.parametrize(("kind", "may"), [("SERVICE", True), ("INSTITUTION", True), ("ASSOCIATION", False)])
def test_members_of_services_answer_proposals(given: Given, town: Portal, admin: Portal, kind: str, may: bool) -> None:
    member, ideas = given.actor(town), given.activity(town, kind="IDEA_BOX")
    organisation(admin, member, kind=kind)
    proposal = offer(given.actor(town), ideas, kind="PROPOSAL")["contribution"]["id"]
    read = "query($id: ID!) { contribution(id: $id) { mayRespond } }"
    assert member.ask(read, id=proposal)["contribution"]["mayRespond"] is may
    answer = do(member, "officialResponsePublish", contribution=proposal, service="Voirie", body="Oui.")
    assert answer["userErrors"] == ([] if may else refused("FORBIDDEN", None))


def test_memberships_are_told_to_members_and_administrators_alone(given: Given, town: Portal, admin: Portal) -> None:
    member = given.actor(town, name="Jardinière")
    one = organisation(admin, member)
    read = (
        "query($o: ID!, $p: ID!) { a: actor(id: $o) { members { name } } b: actor(id: $p) { organisations { name } } }"
    )
    for who, told in ((town, False), (given.actor(town), False), (member, True), (admin, True)):
        answer = who.ask(read, o=one, p=me(member))
        assert answer["a"]["members"] == ([{"name": "Jardinière"}] if told else [])
        assert answer["b"]["organisations"] == ([{"name": "Les Jardiniers"}] if told else [])


def test_no_two_services_have_one_name(given: Given, town: Portal, admin: Portal) -> None:
    name = f"Été {uuid4().hex[:8]}"
    done(admin, "organisationCreate", kind="SERVICE", name=name)
    with given.nothing_written(town):
        twice = do(admin, "organisationCreate", kind="SERVICE", name=name.upper().replace("É", "e"))
        assert twice["userErrors"] == refused("NAME_TAKEN", "name")
    done(admin, "organisationCreate", kind="ASSOCIATION", name=name)


@pytest.mark.parametrize(
    ("fields", "code", "field"), [({"kind": "CITIZEN"}, "BAD_INPUT", "kind"), ({"name": "a"}, "TOO_SHORT", "name")]
)
def test_bad_organisations_are_refused(
    given: Given, town: Portal, admin: Portal, fields: dict[str, Any], code: str, field: str
) -> None:
    with given.nothing_written(town):
        whole = {"kind": "SERVICE", "name": "Voirie", **fields}
        assert do(admin, "organisationCreate", **whole)["userErrors"] == refused(code, field)


def test_persons_are_no_organisations(given: Given, town: Portal, admin: Portal) -> None:
    person, other = me(given.actor(town)), me(given.actor(town))
    with given.nothing_written(town):
        joined = do(admin, "organisationMemberAdd", organisation=person, actor=other)
        assert joined["userErrors"] == refused("NOT_FOUND", "organisation")


def test_organisation_is_made_and_peopled_by_forms(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    person = me(given.actor(rennes, name="Zoé Paysagiste"))
    made = browser.submit("/gestion/personnes", {"form": "Organise", "kind": "SERVICE", "name": "Service des parcs"})
    assert made.status_code == 303
    path = made.headers["location"]
    one = path.rpartition("/")[2]
    assert person in browser.get(f"{path}?who=paysagiste").text
    assert browser.submit(path, {"form": "AddMember", "organisation": one, "actor": person}).status_code == 303
    assert "Zoé Paysagiste" in browser.get(path).text
    assert browser.submit(path, {"form": "RemoveMember", "organisation": one, "actor": person}).status_code == 303
    given.sql(rennes, "DELETE FROM __tenant__.actor WHERE id = %s", uuid_in(one))


def test_whoever_is_being_erased_becomes_no_member(given: Given, town: Portal, admin: Portal) -> None:
    group, actor = organisation(admin), me(given.actor(town))
    payload = given.meanwhile(
        town, lambda: do(admin, "organisationMemberAdd", organisation=group, actor=actor), ERASE, uuid_in(actor)
    )
    assert payload["userErrors"] == refused("NOT_FOUND", "actor")
    kept = "SELECT count(*) FROM __tenant__.organisation_member WHERE organisation_id = %s"
    assert given.sql(town, kept, uuid_in(group)) == [(0,)]


def test_of_two_who_add_the_same_person_at_once_neither_fails(given: Given, town: Portal, admin: Portal) -> None:
    group, actor = organisation(admin), me(given.actor(town))
    add = partial(do, admin, "organisationMemberAdd", organisation=group, actor=actor)
    assert [answer["userErrors"] for answer in at_once(*[add] * 6)] == [[]] * 6
    kept = "SELECT count(*) FROM __tenant__.organisation_member WHERE organisation_id = %s"
    assert given.sql(town, kept, uuid_in(group)) == [(1,)]
