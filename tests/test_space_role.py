"""Editors of one space: they change it and its activities, and nothing else; people and roles in the dashboard."""

from functools import partial

import pytest

from models.space_role import MAX_EDITORS
from tests.acting import refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_exchange_parallel import at_once
from tests.test_page_portal import signed_in
from tests.test_space import whole

EDITORS = "space { editors { name } }"
ERASE = """WITH held AS (SELECT id FROM __tenant__.actor WHERE id = %s FOR UPDATE)
  UPDATE __tenant__.actor SET erased_at = now() FROM held WHERE actor.id = held.id"""


def me(portal: Portal) -> str:
    return str(portal.ask("{ viewer { id } }")["viewer"]["id"])


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN", name="Mairie")


@pytest.fixture
def editor(given: Given, town: Portal) -> Portal:
    return given.actor(town, name="Animatrice")


def test_editor_sees_and_changes_one_space_alone(given: Given, town: Portal, admin: Portal, editor: Portal) -> None:
    mine, other = (given.space(town, visibility="DRAFT") for _ in range(2))
    read = "query($id: ID!) { space(id: $id) { mayEdit editors { name } } }"
    assert editor.ask(read, id=mine)["space"] is None
    assert done(admin, "spaceEditorAdd", EDITORS, space=mine, actor=me(editor))["space"] == {
        "editors": [{"name": "Animatrice"}]
    }
    assert editor.ask(read, id=mine)["space"] == {"mayEdit": True, "editors": [{"name": "Animatrice"}]}
    assert editor.ask(read, id=other)["space"] is None
    done(editor, "spaceRevise", **whole(mine, title="À moi"))
    activity = done(editor, "activityCreate", "activity { id }", space=mine, kind="IDEA_BOX", title="Idées")["activity"]
    category = done(editor, "categoryAdd", "activity { categories { id } }", activity=activity["id"], name="Parcs")[
        "activity"
    ]["categories"][0]["id"]
    done(editor, "categoryRename", category=category, name="Jardins")
    done(editor, "activitiesOrder", space=mine, activities=[activity["id"]])
    done(editor, "categoriesOrder", activity=activity["id"], categories=[category])
    done(editor, "categoryRemove", category=category)
    elsewhere = given.activity(town, space=other)
    with given.nothing_written(town):
        for mutation, fields in (
            ("spaceRevise", whole(other)),
            ("activityCreate", {"space": other, "kind": "IDEA_BOX", "title": "Idées"}),
            ("activitiesOrder", {"space": other, "activities": [elsewhere]}),
            ("categoryAdd", {"activity": elsewhere, "name": "Parcs"}),
            ("categoryRename", {"category": given_category(given, town, elsewhere), "name": "Parcs"}),
        ):
            assert do(editor, mutation, **fields)["userErrors"] == refused("FORBIDDEN", None), mutation


def given_category(given: Given, town: Portal, activity: str) -> str:
    [row] = given.sql(town, "SELECT id FROM __tenant__.category WHERE activity_id = %s", uuid_in(activity)) or [(None,)]
    return f"category_{town.number}_{row[0]}" if row[0] else f"category_{town.number}_{uuid_in(activity)}"


def test_right_that_was_taken_is_gone_at_once(given: Given, town: Portal, admin: Portal, editor: Portal) -> None:
    space = given.space(town)
    done(admin, "spaceEditorAdd", space=space, actor=me(editor))
    done(admin, "spaceEditorAdd", space=space, actor=me(editor))  # Twice is no error.
    done(admin, "spaceEditorRemove", space=space, actor=me(editor))
    assert do(editor, "spaceRevise", **whole(space))["userErrors"] == refused("FORBIDDEN", None)
    done(admin, "spaceEditorRemove", space=space, actor=me(editor))  # Twice is no error.


def test_same_role_given_at_once_is_given_once(given: Given, town: Portal, admin: Portal) -> None:
    for _ in range(5):
        space, actor = given.space(town), me(given.actor(town))
        payloads = at_once(*[partial(do, admin, "spaceEditorAdd", space=space, actor=actor)] * 4)
        assert [payload["userErrors"] for payload in payloads] == [[]] * 4
        rows = "SELECT actor_id FROM __tenant__.space_role WHERE space_id = %s"
        assert given.sql(town, rows, uuid_in(space)) == [(uuid_in(actor),)]


def test_of_two_given_the_last_role_at_once_one_has_it(given: Given, town: Portal, admin: Portal) -> None:
    actors = [uuid_in(me(given.actor(town))) for _ in range(MAX_EDITORS - 1)]
    late = [me(given.actor(town)) for _ in range(4)]
    for _ in range(3):
        space = given.space(town)
        for actor in actors:
            given.insert(town, "space_role", space_id=uuid_in(space), actor_id=actor, kind="EDITOR", given_at="now")
        acts = (partial(do, admin, "spaceEditorAdd", space=space, actor=actor) for actor in late)
        refusals = sorted((payload["userErrors"] for payload in at_once(*acts)), key=len)
        assert refusals == [[], *[refused("LIMIT_REACHED", "actor")] * 3]


def test_role_for_whoever_is_being_erased_is_refused(given: Given, town: Portal, admin: Portal) -> None:
    space, actor = given.space(town), me(given.actor(town))
    give = partial(do, admin, "spaceEditorAdd", space=space, actor=actor)
    payload = given.meanwhile(town, give, ERASE, uuid_in(actor))
    assert payload["userErrors"] == refused("NOT_FOUND", "actor")


def test_editors_are_told_to_administrators_and_editors_alone(
    given: Given, town: Portal, admin: Portal, editor: Portal
) -> None:
    space = given.space(town)
    done(admin, "spaceEditorAdd", space=space, actor=me(editor))
    read = (
        "query($s: ID!, $a: ID!) { space(id: $s) { editors { name } } actor(id: $a) { isEditor editedSpaces { id } } }"
    )
    for who, told in ((town, False), (given.actor(town), False), (editor, True), (admin, True)):
        answer = who.ask(read, s=space, a=me(editor))
        assert bool(answer["space"]["editors"]) is told
        assert answer["actor"]["editedSpaces"] == ([{"id": space}] if told else [])


def test_journal_says_who_gave_and_what_an_editor_changed(
    given: Given, town: Portal, admin: Portal, editor: Portal
) -> None:
    space = given.space(town)
    done(admin, "spaceEditorAdd", space=space, actor=me(editor))
    done(editor, "spaceRevise", **whole(space, title="Le nouveau titre"))
    ask = (
        "query($by: ID) { journalEntries(by: $by, first: 1) { nodes { kind person { name } changes { name after } } } }"
    )
    [given_] = admin.ask(ask, by=me(admin))["journalEntries"]["nodes"]
    assert (given_["kind"], given_["person"]) == ("SPACE_ROLE_CHANGED", {"name": "Animatrice"})
    [revised] = admin.ask(ask, by=me(editor))["journalEntries"]["nodes"]
    assert {"name": "title", "after": "Le nouveau titre"} in revised["changes"]


def test_people_are_found_by_name_and_role_without_machines(given: Given, town: Portal, admin: Portal) -> None:
    given.actor(town, name="Éloïse Ünique", role="MODERATOR")
    gone = given.actor(town, name="Unique Partie")
    given.sql(town, "UPDATE __tenant__.actor SET erased_at = now() WHERE id = %s", uuid_in(me(gone)))
    ask = "query($s: String, $r: Role) { actors(search: $s, role: $r) { totalCount nodes { name } } }"
    found = [{"name": "Éloïse Ünique"}]
    for search in ("eloise", "UNIQUE", "ïse ü", "unique"):
        assert admin.ask(ask, s=search)["actors"] == {"totalCount": 1, "nodes": found}
    for search in ("%", "_", "uniquement"):
        assert admin.ask(ask, s=search)["actors"]["nodes"] == []
    assert admin.ask(ask, s="unique", r="MEMBER")["actors"]["nodes"] == []


# Screens --------------------------------------------------------------------------------------------------------------


def test_editor_has_the_pages_of_the_own_space_alone(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "MEMBER")
    actor = browser.actor()
    assert actor is not None
    spaces = [node["id"] for node in rennes.ask("{ spaces { nodes { id } } }")["spaces"]["nodes"]]
    mine, other = spaces[0], spaces[-1]
    assert browser.get("/gestion/espaces").status_code == 404
    given.insert(
        rennes, "space_role", space_id=uuid_in(mine), actor_id=uuid_in(actor["id"]), kind="EDITOR", given_at="now"
    )
    try:
        page = browser.get("/gestion/espaces").text
        assert f"/gestion/espaces/{mine}" in page and f"/gestion/espaces/{other}" not in page
        assert 'id="nouveau"' not in page
        inside = browser.get(f"/gestion/espaces/{mine}").text
        assert 'id="texte"' in inside and 'id="copie"' not in inside and "/gestion/journal" not in inside
        assert browser.get(f"/gestion/espaces/{mine}/apercu").status_code == 200
        for path in (f"/gestion/espaces/{other}", f"/gestion/espaces/{other}/apercu", "/gestion/personnes", "/gestion"):
            assert browser.get(path).status_code == 404, path
        assert browser.get("/").text.count("/gestion/espaces") == 1
    finally:
        given.sql(rennes, "DELETE FROM __tenant__.space_role WHERE actor_id = %s", uuid_in(actor["id"]))


def test_roles_are_given_and_spaces_entrusted_by_forms(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    person = me(given.actor(rennes, name="Nouvelle Personne"))
    assert f"/gestion/personnes/{person}" in browser.get("/gestion/personnes?search=nouvelle").text
    path = f"/gestion/personnes/{person}"
    space = rennes.ask("{ spaces { nodes { id } } }")["spaces"]["nodes"][0]["id"]
    assert browser.submit(path, {"form": "ChangeRole", "actor": person, "role": "MODERATOR"}).status_code == 303
    assert browser.submit(path, {"form": "AddEditor", "actor": person, "space": space}).status_code == 303
    page = browser.get(path).text
    assert 'value="MODERATOR" checked' in page and "RemoveEditor" in page
    assert browser.submit(path, {"form": "RemoveEditor", "actor": person, "space": space}).status_code == 303
    assert browser.submit(path, {"form": "SignOut", "actor": person}).status_code == 303


def test_last_administrator_cannot_go(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    actor = browser.actor()
    assert actor is not None
    others = "UPDATE __tenant__.actor SET role = 'MEMBER' WHERE role = 'ADMIN' AND id <> %s"
    given.sql(rennes, others, uuid_in(actor["id"]))
    path = f"/gestion/personnes/{actor['id']}"
    answer = browser.submit(path, {"form": "ChangeRole", "actor": actor["id"], "role": "MEMBER"})
    assert answer.status_code == 422
    assert "La plateforme n’aurait plus d’administrateur" in answer.text


def test_role_lost_between_page_and_button_changes_nothing(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    actor = browser.actor()
    assert actor is not None
    person, whom = me(given.actor(rennes)), uuid_in(actor["id"])
    path = f"/gestion/personnes/{person}"
    assert browser.get(path).status_code == 200
    given.sql(rennes, "UPDATE __tenant__.actor SET role = 'MODERATOR' WHERE id = %s", whom)
    try:
        with given.nothing_written(rennes):
            answer = browser.submit(path, {"form": "ChangeRole", "actor": person, "role": "ADMIN"})
        assert answer.status_code == 404
    finally:
        given.sql(rennes, "UPDATE __tenant__.actor SET role = 'ADMIN' WHERE id = %s", whom)
