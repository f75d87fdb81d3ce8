"""Invitations give a role to whoever confirms the address, once; and roles are changed by administrators alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

import jobs.sign_in
from database import naming
from tests.browser import Browser, path_of
from tests.command import refusal, runner
from tests.conftest import Portal
from tests.given import uuid_in
from tests.own import Own, until
from tests.test_sign_in import Town, towns

INVITE = """mutation ($email: String!, $role: Role!) { memberInvite(input: {email: $email, role: $role}) {
  invitation { id email role isOpen inviter { id } } userErrors { code field } } }"""
REVOKE = """mutation ($id: ID!) { invitationRevoke(input: {invitation: $id}) {
  invitation { isOpen } userErrors { code field } } }"""
CHANGE = """mutation ($actor: ID!, $role: Role!) { roleChange(input: {actor: $actor, role: $role}) {
  actor { role } userErrors { code field } } }"""


@pytest.fixture(scope="module")
def both(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Town]]:
    yield from towns(own, tmp_path_factory.mktemp("invite"), ("invite-town", "invite-village"))


@pytest.fixture
def town(both: list[Town]) -> Town:
    """The town, whose only administrator is the test's."""
    both[0].change("DELETE FROM __tenant__.sign_in_attempt")
    both[0].change("UPDATE __tenant__.actor SET role = 'MEMBER'")
    return both[0]


@pytest.fixture
def admin(town: Town) -> Portal:
    return town.given.actor(town.portal, role="ADMIN", name="Maire")


def invite(admin: Portal, email: str, role: str) -> dict[str, Any]:
    found: dict[str, Any] = admin.ask(INVITE, email=email, role=role)["memberInvite"]
    return found


def link(town: Town, email: str, after: int = 0) -> str:
    """The token in the mail that follows the first `after` ones."""
    [line] = [line for line in town.post.text(email, after).splitlines() if "/auth/invitation?token=" in line]
    assert line.strip().startswith("http://invite-town.localhost:8000/")
    return path_of(line.strip()).partition("token=")[2]


def role_of(browser: Browser) -> str | None:
    return (browser.actor() or {}).get("role")


def test_link_signs_in_with_the_role_once(town: Town, admin: Portal) -> None:
    email = "once@invited.example"
    answer = invite(admin, " Once@Invited.example ", "MODERATOR")
    assert answer["userErrors"] == []
    assert {key: answer["invitation"][key] for key in ("email", "role", "isOpen")} == {
        "email": email,
        "role": "MODERATOR",
        "isOpen": True,
    }
    token = link(town, email)
    browser = town.browser()
    page = browser.get(f"/auth/invitation?token={token}")
    assert email in page.text  # As whom one will act.
    assert (page.status_code, 'action="/auth/invitation"' in page.text, browser.actor()) == (200, True, None)
    assert browser.submit("/auth/invitation", {"token": token}).status_code == 303
    assert role_of(browser) == "MODERATOR"
    assert town.browser().post("/auth/invitation", {"token": token}).status_code == 401


def test_code_to_the_invited_address_gives_the_role_as_well(town: Town, admin: Portal) -> None:
    email = "code@invited.example"
    member = town.browser()
    member.sign_in(town.post, email)
    invite(admin, email, "ADMIN")
    assert role_of(member) == "MEMBER"
    before = member.token
    again = town.browser()
    code = again.code(town.post, email)
    assert again.post("/auth/email/confirm", {"email": email, "code": code}).status_code == 200
    assert (role_of(again), role_of(member)) == ("ADMIN", "ADMIN")
    assert member.token != before  # Who may do more has a new token.


def test_invitation_lowers_nobody(town: Town, admin: Portal) -> None:
    email = "lower@invited.example"
    for role in ("ADMIN", "MEMBER", "MODERATOR"):
        invite(admin, email, role)
    browser = town.browser()
    browser.submit("/auth/invitation", {"token": link(town, email)})
    assert role_of(browser) == "ADMIN"
    assert town.count("invitation", f"email = '{email}' AND accepted_at IS NULL") == 0


def test_link_is_over_after_seven_days_or_when_it_is_revoked(town: Town, admin: Portal) -> None:
    for email in ("late@invited.example", "revoked@invited.example"):
        id_ = invite(admin, email, "ADMIN")["invitation"]["id"]
        token = link(town, email)
        if email.startswith("late"):
            where = f"id = '{uuid_in(id_)}' AND expires_at - created_at = interval '7 days'"
            assert town.count("invitation", where) == 1
            town.change(f"UPDATE __tenant__.invitation SET expires_at = now() WHERE {where}")
        else:
            assert admin.ask(REVOKE, id=id_)["invitationRevoke"] == {"invitation": {"isOpen": False}, "userErrors": []}
        browser = town.browser()
        assert browser.post("/auth/invitation", {"token": token}).status_code == 401
        assert browser.actor() is None


@pytest.mark.parametrize("token", ["", "x", "WzEsIngiXQ.x"])
def test_link_that_nobody_made_is_refused(town: Town, token: str) -> None:
    answer = town.browser().post("/auth/invitation", {"token": token})
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (401, "This invitation is not valid.")


def test_link_of_another_tenant_is_refused(both: list[Town], town: Town, admin: Portal) -> None:
    invite(admin, "foreign@invited.example", "ADMIN")
    token = link(town, "foreign@invited.example")
    assert both[1].browser().post("/auth/invitation", {"token": token}).status_code == 401


def test_invitations_are_administrators_alone(town: Town, admin: Portal) -> None:
    invite(admin, "secret@invited.example", "MEMBER")
    listed = "{ invitations { nodes { email } } }"
    assert "secret@invited.example" in {found["email"] for found in admin.ask(listed)["invitations"]["nodes"]}
    for who in (town.portal, town.given.actor(town.portal), town.given.actor(town.portal, role="MODERATOR")):
        assert who.errors(listed)
        assert who.errors(INVITE, email="a@b.example", role="ADMIN")
    assert town.count("invitation", "email = 'a@b.example'") == 0


def test_address_that_is_none_is_refused(admin: Portal) -> None:
    assert invite(admin, "nobody", "MEMBER") == {
        "invitation": None,
        "userErrors": [{"code": "BAD_INPUT", "field": "email"}],
    }


# Roles


def test_administrator_changes_a_role_which_counts_at_once(town: Town, admin: Portal) -> None:
    browser = town.browser()
    browser.sign_in(town.post, "promoted@voisins.example")
    actor, before = (browser.actor() or {})["id"], browser.token
    assert admin.ask(CHANGE, actor=actor, role="MODERATOR")["roleChange"] == {
        "actor": {"role": "MODERATOR"},
        "userErrors": [],
    }
    assert role_of(browser) == "MODERATOR"
    assert browser.token != before
    assert browser.ask("{ viewer { role } }").json()["data"]["viewer"] == {"role": "MODERATOR"}


@pytest.mark.parametrize("role", ["MEMBER", "MODERATOR"])
def test_last_administrator_stays_one(town: Town, admin: Portal, role: str) -> None:
    own = admin.ask("{ viewer { id } }")["viewer"]["id"]
    change = admin.ask(CHANGE, actor=own, role=role)["roleChange"]
    assert change == {"actor": None, "userErrors": [{"code": "LAST_ADMINISTRATOR", "field": "role"}]}
    assert town.count("actor", "role = 'ADMIN'") == 1


def test_of_two_administrators_who_step_down_at_once_one_stays(town: Town, admin: Portal) -> None:
    other = town.given.actor(town.portal, role="ADMIN")
    ids = [who.ask("{ viewer { id } }")["viewer"]["id"] for who in (admin, other)]
    with psycopg.connect(town.given.url) as holder, ThreadPoolExecutor(2) as pool:
        holder.execute(naming.qualify("SELECT FROM __tenant__.actor FOR UPDATE", town.portal.number).encode())
        posts = [pool.submit(admin.post, CHANGE, {"actor": id_, "role": "MEMBER"}) for id_ in ids]
        until(lambda: town.given.sql(town.portal, "SELECT count(*) FROM pg_locks WHERE NOT granted") == [(2,)])
        holder.rollback()
        answers = [post.result().json() for post in posts]
    codes = [error["code"] for answer in answers for error in answer["data"]["roleChange"]["userErrors"]]
    assert codes == ["LAST_ADMINISTRATOR"]
    assert town.count("actor", "role = 'ADMIN'") == 1


TOKEN = """mutation ($input: ApiTokenCreateInput!) {
  apiTokenCreate(input: $input) { token apiToken { actor { id } } } }"""


def machine_of(town: Town, admin: Portal, scope: str) -> tuple[str, Portal]:
    """A machine's actor, and the portal for it."""
    [(at,)] = town.given.sql(town.portal, "SELECT now() + interval '1 day'")
    fields = {"name": "Passerelle", "scopes": [scope], "expiresAt": at.isoformat()}
    made = admin.ask(TOKEN, input=fields)["apiTokenCreate"]
    return str(made["apiToken"]["actor"]["id"]), replace(town.portal, token=made["token"])


@pytest.mark.parametrize(("scope", "kept"), [("CONTRIBUTE", "MEMBER"), ("MODERATE", "MODERATOR")])
def test_role_of_a_machine_is_its_tokens(town: Town, admin: Portal, scope: str, kept: str) -> None:
    actor, machine = machine_of(town, admin, scope)
    for role in ("MEMBER", "MODERATOR", "ADMIN"):
        change = admin.ask(CHANGE, actor=actor, role=role)["roleChange"]
        assert change == {"actor": None, "userErrors": [{"code": "IS_MACHINE", "field": "actor"}]}
    assert machine.ask("{ viewer { id role } }")["viewer"] == {"id": actor, "role": kept}
    revoke = "mutation ($actor: ID) { sessionsRevoke(input: {actor: $actor}) { userErrors { code field } } }"
    for answer in (admin.ask(revoke, actor=actor), machine.ask(revoke)):
        assert answer["sessionsRevoke"]["userErrors"] == [{"code": "IS_MACHINE", "field": "actor"}]


def test_machine_is_never_the_last_administrator(town: Town, admin: Portal) -> None:
    """A version before let a machine have the role."""
    actor = uuid_in(machine_of(town, admin, "MODERATE")[0])
    town.change(f"UPDATE __tenant__.actor SET role = 'ADMIN' WHERE id = '{actor}'")
    own = admin.ask("{ viewer { id } }")["viewer"]["id"]
    change = admin.ask(CHANGE, actor=own, role="MEMBER")["roleChange"]
    assert change == {"actor": None, "userErrors": [{"code": "LAST_ADMINISTRATOR", "field": "role"}]}
    town.change(f"UPDATE __tenant__.actor SET role = 'MODERATOR' WHERE id = '{actor}'")


def test_role_of_an_actor_elsewhere_or_nowhere_is_not_found(both: list[Town], town: Town, admin: Portal) -> None:
    stranger = both[1].given.actor(both[1].portal).ask("{ viewer { id } }")["viewer"]["id"]
    nowhere = f"actor_{town.portal.number}_0199c0de-0000-7000-8000-000000000000"
    for actor in (stranger, nowhere):
        change = admin.ask(CHANGE, actor=actor, role="ADMIN")["roleChange"]
        assert change == {"actor": None, "userErrors": [{"code": "NOT_FOUND", "field": "actor"}]}


def test_nobody_else_changes_roles(town: Town, admin: Portal) -> None:
    member = town.given.actor(town.portal)
    own = member.ask("{ viewer { id } }")["viewer"]["id"]
    for who in (town.portal, member, town.given.actor(town.portal, role="MODERATOR")):
        assert who.errors(CHANGE, actor=own, role="ADMIN")
    assert town.count("actor", "role = 'ADMIN'") == 1


# The command, and what is cleared away


def test_command_invites_the_first_administrator(own: Own, tmp_path: Path) -> None:
    own.create("first", "first.example")
    run = runner(own, tmp_path)
    result = run("tenant", "invite", "first", "Maire@First.example")
    assert result.stdout.startswith("https://first.example/auth/invitation?token=")
    schema = f"t_{own.value('SELECT number FROM platform.tenant WHERE slug = %s', 'first')}"
    assert own.rows(f"SELECT email, role, inviter_id FROM {schema}.invitation") == [
        ("maire@first.example", "ADMIN", None)
    ]
    assert (
        refusal(run("tenant", "invite", "first", "nobody"), 2)
        == "Error: 'nobody': An email address must have an @-sign."
    )
    assert refusal(run("tenant", "invite", "second", "a@b.example")) == "Error: no tenant 'second'"


def test_what_is_over_is_removed_and_the_rest_stays(town: Town) -> None:
    browser, gone = town.browser(), town.browser()
    gone.sign_in(town.post, "gone@voisins.example")
    town.change("UPDATE __tenant__.session SET renewed_at = now() - interval '31 days'")
    browser.sign_in(town.post, "stays@voisins.example")
    for email in ("over@voisins.example", "lately@voisins.example", "fresh@voisins.example"):
        browser.code(town.post, email)
    for email, age in (("over", "60 minutes"), ("lately", "59 minutes")):
        where = f"WHERE email = '{email}@voisins.example'"
        town.change(f"UPDATE __tenant__.sign_in_code SET expires_at = now() - interval '{age}' {where}")
    town.change("UPDATE __tenant__.sign_in_attempt SET hour = hour - interval '3 hours' WHERE count > 2")
    town.given.run(jobs.sign_in.forget(town.given.database, town.portal.number))
    assert (town.count("session"), browser.actor() is not None) == (1, True)
    assert town.count("sign_in_code", "email = 'over@voisins.example'") == 0
    assert town.count("sign_in_code", "email = 'lately@voisins.example'") == 1  # It may be prolonged.
    assert town.count("sign_in_code", "email = 'fresh@voisins.example'") == 1
    assert town.count("sign_in_attempt", "count > 2") == 0
    assert town.count("sign_in_attempt") > 0


def test_invited_person_says_a_name_and_begins_where_there_is_work(town: Town, admin: Portal) -> None:
    email = "named@invited.example"
    invite(admin, email, "ADMIN")
    browser, token = town.browser(), link(town, email)
    assert '<input id="name" name="name"' in browser.get(f"/auth/invitation?token={token}").text
    sent = {"token": token, "next": "/", "name": "Rennes"}
    refused = browser.submit("/auth/invitation", sent)  # The town's own name is nobody's.
    assert (refused.status_code, browser.actor()) == (400, None)
    assert 'value="Rennes"' in refused.text and 'action="/auth/invitation"' in refused.text
    entered = browser.submit("/auth/invitation", sent | {"name": "Claire Le Goff"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/gestion")
    assert (browser.actor() or {})["name"] == "Claire Le Goff"


def test_member_who_is_invited_goes_on_and_keeps_the_chosen_name(town: Town, admin: Portal) -> None:
    email = "chosen@invited.example"
    member = town.browser()
    member.sign_in(town.post, email, name="Paul")
    invite(admin, email, "MEMBER")
    token = link(town, email, 1)
    assert '<input id="name"' not in town.browser().get(f"/auth/invitation?token={token}").text
    entered = member.submit("/auth/invitation", {"token": token, "next": "/", "name": "Pierre"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert (member.actor() or {})["name"] == "Paul"
