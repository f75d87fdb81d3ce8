"""Notes: the team writes them about a contribution for itself; nobody else ever reads them."""

from typing import Any

import pytest

from models.note import MAX_NOTES
from tests.acting import published, refused
from tests.administering import do, done
from tests.browser import Browser
from tests.callers import token
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_assignment import assign, edits
from tests.test_organisation_member import me, organisation
from tests.test_page_portal import signed_in

READ = """query($id: ID!) { contribution(id: $id) {
  notes { totalCount nodes { id body author { id } mayRemove } } } }"""


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


@pytest.fixture
def author(given: Given, town: Portal) -> Portal:
    return given.actor(town)


@pytest.fixture
def proposal(given: Given, town: Portal, author: Portal) -> str:
    return published(author, given.activity(town, kind="IDEA_BOX"))


def write(who: Portal, proposal: str, body: str = "Vu sur place.") -> dict[str, Any]:
    return do(who, "noteAdd", "note { id body }", contribution=proposal, body=body)


def notes(who: Portal, proposal: str) -> list[dict[str, Any]]:
    return list(who.ask(READ, id=proposal)["contribution"]["notes"]["nodes"])


def test_whoever_works_on_it_reads_and_writes_newest_first(
    given: Given, town: Portal, admin: Portal, moderator: Portal, author: Portal, proposal: str
) -> None:
    member, stranger = given.actor(town), given.actor(town)
    assert assign(moderator, proposal, organisation(admin, member, kind="SERVICE")) == []
    assert write(moderator, proposal, "Un\r\navis.")["note"]["body"] == "Un\navis."
    assert write(member, proposal, "Deux")["userErrors"] == []
    for who, own in ((member, [True, False]), (moderator, [False, True]), (admin, [True, True])):
        told = notes(who, proposal)
        assert [note["body"] for note in told] == ["Deux", "Un\navis."]
        assert [note["author"]["id"] for note in told] == [me(member), me(moderator)]
        assert [note["mayRemove"] for note in told] == own
    for outsider in (author, stranger, town):
        assert notes(outsider, proposal) == []
        assert outsider.ask(READ, id=proposal)["contribution"]["notes"]["totalCount"] == 0
    with given.nothing_written(town):
        for outsider in (author, stranger):
            assert write(outsider, proposal)["userErrors"] == refused("FORBIDDEN", None)
        assert write(town, proposal)["userErrors"] == refused("UNAUTHENTICATED", None)


def test_who_is_no_longer_on_it_reads_nothing_any_more(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    member = given.actor(town)
    assert assign(admin, proposal, organisation(admin, member, kind="SERVICE")) == []
    [own] = [write(member, proposal)["note"]["id"]]
    assert assign(admin, proposal, None) == []
    assert notes(member, proposal) == []
    assert do(member, "noteRemove", note=own)["userErrors"] == refused("NOT_FOUND", "note")


def test_editor_reads_notes_of_the_own_space_alone(
    given: Given, town: Portal, moderator: Portal, author: Portal
) -> None:
    editor, mine = given.actor(town), given.activity(town, kind="IDEA_BOX")
    edits(given, editor, mine)
    here, there = published(author, mine), published(author, given.activity(town, kind="IDEA_BOX"))
    for proposal in (here, there):
        assert write(moderator, proposal)["userErrors"] == []
    assert len(notes(editor, here)) == 1
    assert notes(editor, there) == []


def test_note_is_removed_by_its_author_or_an_administrator(
    given: Given, town: Portal, admin: Portal, moderator: Portal, author: Portal, proposal: str
) -> None:
    first, second = (write(moderator, proposal)["note"]["id"] for _ in range(2))
    other = given.actor(town, role="MODERATOR")
    with given.nothing_written(town):
        assert do(other, "noteRemove", note=first)["userErrors"] == refused("FORBIDDEN", None)
        assert do(author, "noteRemove", note=first)["userErrors"] == refused("NOT_FOUND", "note")
    done(moderator, "noteRemove", note=first)
    done(admin, "noteRemove", note=second)
    assert notes(moderator, proposal) == []
    assert do(admin, "noteRemove", note=second)["userErrors"] == refused("NOT_FOUND", "note")


@pytest.mark.parametrize(("body", "code"), [("", "TOO_SHORT"), (" \n", "TOO_SHORT"), ("a" * 5_001, "TOO_LONG")])
def test_bad_notes_are_refused(
    given: Given, town: Portal, moderator: Portal, proposal: str, body: str, code: str
) -> None:
    with given.nothing_written(town):
        assert write(moderator, proposal, body)["userErrors"] == refused(code, "body")


def test_contribution_has_so_many_notes_at_most(given: Given, town: Portal, moderator: Portal, proposal: str) -> None:
    whose = given.row(town, proposal)["author_id"]
    for _ in range(MAX_NOTES):
        given.insert(
            town, "note", contribution_id=uuid_in(proposal), concerned_id=whose, body="Encore.", written_at="now"
        )
    assert write(moderator, proposal)["userErrors"] == refused("LIMIT_REACHED", "contribution")


def test_notes_are_in_no_export_and_not_in_the_authors_copy(
    given: Given, town: Portal, admin: Portal, moderator: Portal, proposal: str
) -> None:
    secret = "Une remarque qui reste entre nous 7f3a."
    assert write(moderator, proposal, secret)["userErrors"] == []
    key = {"host": town.host, "authorization": f"Bearer {token(given, admin, 'EXPORT')[1]}"}
    export = town.client.get("/export/contributions.jsonl", headers=key).text
    assert str(uuid_in(proposal)) in export or proposal in export
    assert secret not in export
    page = Browser(town.client, town.host).get(f"/contribution/{proposal}").text
    assert secret not in page


def test_what_is_written_about_a_person_goes_with_the_person(
    given: Given, town: Portal, moderator: Portal, author: Portal, proposal: str
) -> None:
    assert write(moderator, proposal)["userErrors"] == []
    name = author.ask("{ viewer { name } }")["viewer"]["name"]
    done(author, "accountErase", contributions="KEEP", confirmation=name)
    assert notes(moderator, proposal) == []


def test_notes_of_an_erased_colleague_stay_without_a_name(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    colleague = given.actor(town, role="MODERATOR", name="Collègue qui part")
    assert write(colleague, proposal)["userErrors"] == []
    assert assign(admin, proposal, me(colleague)) == []
    done(colleague, "accountErase", contributions="BLANK", confirmation="Collègue qui part")
    [note] = notes(admin, proposal)
    assert (note["body"], note["author"]) == ("Vu sur place.", None)
    assert given.row(town, proposal)["assignee_id"] is None


# Screen ---------------------------------------------------------------------------------------------------------------


def test_note_is_written_and_removed_on_the_page(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    proposal = published(given.actor(rennes), given.activity(rennes, kind="IDEA_BOX"))
    path = f"/gestion/contributions/{proposal}"
    form = {"form": "Note", "contribution": proposal, "body": "À chiffrer avec la voirie."}
    assert browser.submit(path, {**form, "body": "a" * 5_001}).status_code == 422
    assert browser.submit(path, form).status_code == 303
    assert "À chiffrer avec la voirie." in browser.get(path).text
    note = rennes.admin().ask(READ, id=proposal)["contribution"]["notes"]["nodes"][0]["id"]
    assert browser.submit(path, {"form": "Remove", "note": note}).status_code == 303
    assert "À chiffrer avec la voirie." not in browser.get(path).text


def test_who_left_the_team_reads_nothing_any_more(given: Given, town: Portal, admin: Portal, proposal: str) -> None:
    """Also where the contribution was given to the person, and still is."""
    helper = given.actor(town, role="MODERATOR")
    assert assign(admin, proposal, me(helper)) == []
    assert write(helper, proposal)["userErrors"] == []
    person = uuid_in(me(helper))
    given.sql(town, "UPDATE __tenant__.actor SET role = 'MEMBER' WHERE id = %s", person)
    gone = given.signed_in(town, person)
    assert notes(gone, proposal) == []
    assert write(gone, proposal)["userErrors"] == refused("FORBIDDEN", None)
    assert assign(gone, proposal, None) == refused("FORBIDDEN", None)


def test_note_that_was_removed_is_erased_from_the_journal_with_its_author(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    writer = given.actor(town, role="MODERATOR", name="Écrivaine")
    note = write(writer, proposal, "Un mot qui disparaîtra zxqv.")["note"]["id"]
    assert do(writer, "noteRemove", note=note)["userErrors"] == []
    kept = "SELECT count(*) FROM __tenant__.event_detail WHERE columns::text LIKE '%%zxqv%%'"
    assert given.sql(town, kept)[0][0] > 0
    erase = 'mutation { accountErase(input: {contributions: KEEP, confirmation: "Écrivaine"}) { userErrors { code } } }'
    assert writer.ask(erase)["accountErase"]["userErrors"] == []
    assert given.sql(town, kept) == [(0,)]
