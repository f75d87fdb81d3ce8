"""Assignment: contributions are given to services and people of the team, who find them in a queue of their own."""

from html import unescape
from typing import Any

import pytest

from tests.acting import close, published, refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_organisation_member import me, organisation
from tests.test_page_portal import signed_in

READ = "query($id: ID!) { contribution(id: $id) { mayHandle assignee { id } } }"
QUEUE = "{ assignedContributions(first: 100) { nodes { id } } }"
TEAM = "{ team(first: 100) { nodes { id } } viewer { isOfTeam } }"
NOBODYS = {"mayHandle": False, "assignee": None}


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


@pytest.fixture
def proposal(given: Given, town: Portal) -> str:
    return published(given.actor(town), given.activity(town, kind="IDEA_BOX"))


def assign(who: Portal, proposal: str, assignee: str | None) -> list[Any]:
    return list(do(who, "contributionAssign", contribution=proposal, assignee=assignee)["userErrors"])


def queue(who: Portal) -> list[str]:
    return [node["id"] for node in who.ask(QUEUE)["assignedContributions"]["nodes"]]


def edits(given: Given, editor: Portal, activity: str) -> None:
    """Make somebody an editor of the activity's space."""
    of = "SELECT space_id FROM __tenant__.activity WHERE id = %s"
    [(space,)] = given.sql(editor, of, uuid_in(activity))
    given.insert(editor, "space_role", space_id=space, actor_id=uuid_in(me(editor)), kind="EDITOR", given_at="now")


def test_members_of_the_service_find_it_in_their_queue(
    given: Given, town: Portal, admin: Portal, moderator: Portal, proposal: str
) -> None:
    member, colleague, stranger = (given.actor(town) for _ in range(3))
    service = organisation(admin, member, colleague, kind="SERVICE")
    assert assign(moderator, proposal, service) == []
    for who in (member, colleague):
        assert queue(who) == [proposal]
        assert who.ask(READ, id=proposal)["contribution"] == {"mayHandle": True, "assignee": {"id": service}}
    assert moderator.ask(READ, id=proposal)["contribution"]["assignee"] == {"id": service}
    assert proposal not in queue(stranger) + queue(moderator) + queue(town)
    for who in (stranger, town):
        assert who.ask(READ, id=proposal)["contribution"] == NOBODYS


def test_whoever_has_it_passes_it_on_or_gives_it_back(
    given: Given, town: Portal, admin: Portal, moderator: Portal, proposal: str
) -> None:
    member = given.actor(town)
    service = organisation(admin, member, kind="SERVICE")
    assert assign(moderator, proposal, service) == []
    assert assign(member, proposal, me(member)) == []
    assert queue(member) == [proposal]
    assert assign(member, proposal, None) == []
    assert queue(member) == []
    assert assign(member, proposal, me(member)) == refused("FORBIDDEN", None)


def test_author_in_the_service_does_not_find_the_own_proposal_in_the_queue(
    given: Given, town: Portal, admin: Portal, moderator: Portal
) -> None:
    author, colleague = given.actor(town), given.actor(town)
    proposal = published(author, given.activity(town, kind="IDEA_BOX"))
    for assignee in (organisation(admin, author, colleague, kind="SERVICE"), me(author)):
        assert assign(moderator, proposal, assignee) == []
        assert author.ask(READ, id=proposal)["contribution"]["mayHandle"] is False
        assert queue(author) == []
        assert queue(colleague) == ([] if assignee == me(author) else [proposal])


def test_closed_contributions_leave_the_queue(given: Given, town: Portal, moderator: Portal) -> None:
    author = given.actor(town)
    proposal = published(author, given.activity(town, kind="IDEA_BOX"))
    assert assign(moderator, proposal, me(moderator)) == []
    assert queue(moderator) == [proposal]
    close(author, proposal)
    assert queue(moderator) == []


def test_who_may_assign(given: Given, town: Portal, moderator: Portal, admin: Portal) -> None:
    author, editor, stranger = (given.actor(town) for _ in range(3))
    mine, other = given.activity(town, kind="IDEA_BOX"), given.activity(town, kind="IDEA_BOX")
    edits(given, editor, mine)
    here, there = published(author, mine), published(author, other)
    for who in (editor, moderator, admin):
        assert assign(who, here, me(editor)) == []
    with given.nothing_written(town):
        assert assign(author, here, me(author)) == refused("FORBIDDEN", None)
        assert assign(stranger, here, None) == refused("FORBIDDEN", None)
        assert assign(editor, there, me(editor)) == refused("FORBIDDEN", None)
        assert assign(town, here, None) == refused("UNAUTHENTICATED", None)


def test_only_the_team_is_given_anything(given: Given, town: Portal, admin: Portal, proposal: str) -> None:
    member, neighbour, editor = (given.actor(town) for _ in range(3))
    association = organisation(admin, neighbour)
    service = organisation(admin, member, kind="SERVICE")
    edits(given, editor, given.activity(town))
    with given.nothing_written(town):
        for outsider in (association, me(neighbour)):
            assert assign(admin, proposal, outsider) == refused("NOT_OF_TEAM", "assignee")
        nobody = f"actor_{town.number}_00000000-0000-0000-0000-000000000000"
        assert assign(admin, proposal, nobody) == refused("NOT_FOUND", "assignee")
    for insider in (service, me(member), me(editor), me(admin)):
        assert assign(admin, proposal, insider) == []
    assert neighbour.ask(TEAM) == {"team": {"nodes": []}, "viewer": {"isOfTeam": False}}
    told = member.ask("{ viewer { isOfTeam } }"), editor.ask("{ viewer { isOfTeam } }")
    assert [answer["viewer"]["isOfTeam"] for answer in told] == [True, True]


def test_team_is_listed_for_itself_without_machines(given: Given, rennes: Portal) -> None:
    portal = given.tenant(rennes, "team-listed", "commune-35238")
    admin, member = given.actor(portal, role="ADMIN"), given.actor(portal)
    service = organisation(admin, member, kind="SERVICE")
    organisation(admin, given.actor(portal))
    machine = done(
        admin, "apiTokenCreate", "apiToken { id }", name="Machine", scopes=["MODERATE"],
        expiresAt=given.sql(portal, "SELECT now() + interval '9 days'")[0][0].isoformat(),
    )  # fmt: skip
    assert machine["apiToken"]
    everybody = {service, me(admin), me(member)}
    for who in (admin, member):
        assert {node["id"] for node in who.ask(TEAM)["team"]["nodes"]} == everybody


def test_journal_says_who_gave_it_to_whom(given: Given, town: Portal, admin: Portal, proposal: str) -> None:
    assert assign(admin, proposal, me(admin)) == []
    kinds = "SELECT kind FROM __tenant__.event WHERE subject_id = %s ORDER BY at DESC LIMIT 2"
    assert ("CONTRIBUTION_ASSIGNED",) in given.sql(town, kinds, uuid_in(proposal))
    details = "SELECT columns FROM __tenant__.event_detail WHERE subject_id = %s"
    [(columns,)] = given.sql(town, details, uuid_in(proposal))
    assert columns["assignee_id"][1] == str(uuid_in(me(admin)))


# Screens --------------------------------------------------------------------------------------------------------------


def test_member_of_a_service_works_through_the_queue(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "MODERATOR")
    proposal = published(
        given.actor(rennes), given.activity(rennes, kind="IDEA_BOX"), title="Une idée confiée à quelqu'un"
    )
    given.sql(
        rennes,
        "UPDATE __tenant__.contribution SET published_at = now() - interval '4 years' WHERE id = %s",
        uuid_in(proposal),
    )
    path = f"/gestion/contributions/{proposal}"
    assert browser.get(path).status_code == 200
    moderator = browser.ask("{ viewer { id } }").json()["data"]["viewer"]["id"]
    form = {"form": "Assign", "contribution": proposal, "assignee": moderator}
    assert browser.submit(path, form).status_code == 303
    assert "Confiée à vous." in browser.get(path).text
    for page in ("/gestion/confiees", "/gestion"):
        assert "Une idée confiée à quelqu&#39;un" in browser.get(page).text
    stranger = given.actor(rennes)
    refused_ = browser.submit(path, {**form, "assignee": me(stranger)})
    assert refused_.status_code == 422 and "n’est pas de l’équipe" in refused_.text
    outside = signed_in(Browser(rennes.client, rennes.host), "MEMBER")
    assert outside.get(path).status_code == 404


def test_somebody_of_a_large_team_is_searched_by_name(given: Given, rennes: Portal) -> None:
    portal = given.tenant(rennes, "team-searched", "commune-35238")
    admin = given.actor(portal, role="ADMIN", name="Zoé Admin")
    for place in range(101):
        given.actor(portal, role="MODERATOR", name=f"Agent {place:03}")
    wanted = given.actor(portal, role="MODERATOR", name="Éloïse Quéré")
    ask = "query($search: String) { team(search: $search, first: 100) { pageInfo { hasNextPage } nodes { id name } } }"
    assert admin.ask(ask)["team"]["pageInfo"] == {"hasNextPage": True}
    [one] = admin.ask(ask, search="eloise q")["team"]["nodes"]
    assert one == {"id": wanted.ask("{ viewer { id } }")["viewer"]["id"], "name": "Éloïse Quéré"}
    browser = Browser(portal.client, portal.host)
    assert browser.submit("/auth/demo", {"role": "ADMIN", "next": "/"}).status_code == 303
    first, searched = (unescape(browser.get(f"/gestion/contributions{q}").text) for q in ("", "?team=eloise"))
    assert 'name="team"' in first
    assert "Éloïse Quéré" not in first
    assert "Éloïse Quéré" in searched
