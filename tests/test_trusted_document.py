"""Trusted documents: registered by administrators, known by their digests, for the whole portal or for one widget."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

import database.recent
from tenants.document import TrustedDocuments
from tenants.registry import TenantRegistry
from tests.acting import ERRORS, refused
from tests.command import Run, refusal, runner
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.own import Own

REGISTER = f"""
mutation($input: TrustedDocumentsRegisterInput!) {{
  trustedDocumentsRegister(input: $input) {{
    trustedDocuments {{ digest name document widget {{ id }} }} {ERRORS}
  }}
}}"""
WIDGET = 'mutation { widgetRegister(input: {name: "Carte", origins: ["https://www.example.fr"]}) { widget { id } } }'
LIST = "{ trustedDocuments(first: 2) { nodes { digest name } } }"


@pytest.fixture(scope="module")
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def widget(admin: Portal) -> str:
    return str(admin.ask(WIDGET)["widgetRegister"]["widget"]["id"])


def document(name: str) -> str:
    return f"query {name} {{ portal {{ title }} }}"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def register(portal: Portal, *names: str, **fields: Any) -> dict[str, Any]:
    documents = [{"document": document(name), "name": name} for name in names]
    return dict(portal.ask(REGISTER, input={"documents": documents, **fields})["trustedDocumentsRegister"])


def text(given: Given, portal: Portal, name: str, client: str | None = None) -> str | None:
    """What a process finds that knows nothing yet."""
    return given.run(TrustedDocuments(given.database).text(portal.number, digest(document(name)), client))


def test_registered_documents_are_answered_with_their_digests(admin: Portal) -> None:
    payload = register(admin, "Answered", "Également")
    assert payload["userErrors"] == [{"code": "BAD_INPUT", "field": "documents.1.document"}]  # No accents in names.
    payload = register(admin, "Answered", "Too")
    assert payload["userErrors"] == []
    assert {found["name"]: found for found in payload["trustedDocuments"]} == {
        name: {"digest": digest(document(name)), "name": name, "document": document(name), "widget": None}
        for name in ("Answered", "Too")
    }


def test_document_is_found_by_its_digest_by_every_client(given: Given, town: Portal, admin: Portal) -> None:
    assert text(given, town, "Found") is None
    register(admin, "Found")
    for client in (None, "token:0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000", "widget:0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000"):
        assert text(given, town, "Found", client) == document("Found")


def test_widget_s_document_is_its_own(given: Given, town: Portal, admin: Portal, widget: str) -> None:
    payload = register(admin, "OfWidget", widget=widget)
    assert [found["widget"] for found in payload["trustedDocuments"]] == [{"id": widget}]
    other = admin.ask(WIDGET)["widgetRegister"]["widget"]["id"]
    assert text(given, town, "OfWidget", f"widget:{uuid_in(widget)}") == document("OfWidget")
    for client in (None, f"widget:{uuid_in(other)}", f"token:{uuid_in(widget)}"):
        assert text(given, town, "OfWidget", client) is None
    listed = admin.ask("{ widgets { id trustedDocuments { nodes { name } } } }")["widgets"]
    assert {found["id"]: found["trustedDocuments"]["nodes"] for found in listed if found["id"] in (widget, other)} == {
        widget: [{"name": "OfWidget"}],
        other: [],
    }


def test_document_of_another_tenant_is_not_found(given: Given, lehavre: Portal, admin: Portal) -> None:
    register(admin, "Elsewhere")
    assert text(given, lehavre, "Elsewhere") is None


@pytest.mark.parametrize("wrong", ["", "x", "A" * 64, "a" * 63, "é" * 64, "a" * 65])
def test_what_is_no_digest_finds_nothing(given: Given, town: Portal, wrong: str) -> None:
    assert given.run(TrustedDocuments(given.database).text(town.number, wrong, None)) is None


def test_registering_again_changes_nothing(given: Given, town: Portal, admin: Portal, widget: str) -> None:
    first = register(admin, "Again", idempotencyKey="documents once")
    with given.nothing_written(town):
        assert register(admin, "Again", idempotencyKey="documents once") == first
        assert register(admin, "Again") == first
        renamed = {"documents": [{"document": document("Again"), "name": "Autrement"}]}
        assert admin.ask(REGISTER, input=renamed)["trustedDocumentsRegister"] == first
    of_widget = register(admin, "Again", widget=widget)
    assert [found["widget"] for found in of_widget["trustedDocuments"]] == [{"id": widget}]


@pytest.mark.parametrize(
    ("given_document", "code", "field"),
    [
        ({"document": "", "name": "a"}, "BAD_INPUT", "documents.0.document"),
        ({"document": "{", "name": "a"}, "BAD_INPUT", "documents.0.document"),
        ({"document": "{ " + "a " * 6_000 + "}", "name": "a"}, "BAD_INPUT", "documents.0.document"),
        ({"document": "{ a }" + " " * 19_996, "name": "a"}, "TOO_LONG", "documents.0.document"),
        ({"document": "{ a }", "name": ""}, "TOO_SHORT", "documents.0.name"),
    ],
)
def test_wrong_document_is_refused(
    given: Given, town: Portal, admin: Portal, given_document: dict[str, str], code: str, field: str
) -> None:
    with given.nothing_written(town):
        answer = admin.ask(REGISTER, input={"documents": [given_document]})["trustedDocumentsRegister"]
    assert answer == {"trustedDocuments": [], "userErrors": refused(code, field)}


@pytest.mark.parametrize("count", [0, 101])
def test_none_and_too_many_documents_are_refused(given: Given, town: Portal, admin: Portal, count: int) -> None:
    with given.nothing_written(town):
        payload = register(admin, *(f"D{number}" for number in range(count)))
    assert payload["userErrors"] == refused("BAD_INPUT", "documents")


def test_one_wrong_document_keeps_all_out(given: Given, town: Portal, admin: Portal) -> None:
    with given.nothing_written(town):
        documents = [{"document": document("Good"), "name": "Good"}, {"document": "}", "name": "Bad"}]
        answer = admin.ask(REGISTER, input={"documents": documents})["trustedDocumentsRegister"]
    assert answer == {"trustedDocuments": [], "userErrors": refused("BAD_INPUT", "documents.1.document")}


def test_document_for_a_widget_that_is_revoked_or_another_tenant_s_is_refused(
    given: Given, lehavre: Portal, town: Portal, admin: Portal, widget: str
) -> None:
    foreign = given.actor(lehavre, role="ADMIN").ask(WIDGET)["widgetRegister"]["widget"]["id"]
    given.sql(town, "UPDATE __tenant__.widget SET revoked_at = now() WHERE id = %s", uuid_in(widget))
    with given.nothing_written(town):
        for named in (widget, foreign):
            assert register(admin, "Nowhere", widget=named)["userErrors"] == refused("NOT_FOUND", "widget")


@pytest.mark.parametrize("role", [None, "MEMBER", "MODERATOR"])
def test_documents_are_registered_and_listed_by_administrators_alone(
    given: Given, town: Portal, role: str | None
) -> None:
    asker = given.actor(town, role=role) if role else town
    assert asker.codes(LIST)
    with given.nothing_written(town):
        assert asker.codes(REGISTER, input={"documents": [{"document": "{ a }", "name": "a"}]})


def test_list_pages_the_newest_first(admin: Portal) -> None:
    for name in ("Older", "Newer"):
        register(admin, name)
    assert [found["name"] for found in admin.ask(LIST)["trustedDocuments"]["nodes"]] == ["Newer", "Older"]


def test_new_document_is_found_at_once_where_it_is_registered_and_within_a_second_elsewhere(
    given: Given, town: Portal, admin: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = TrustedDocuments(given.database), TrustedDocuments(given.database)

    def found(documents: TrustedDocuments) -> bool:
        return given.run(documents.text(town.number, digest(document("Soon")), None)) is not None

    monkeypatch.setattr(database.recent, "KEPT_S", 3_600)
    assert (found(here), found(there)) == (False, False)
    register(admin, "Soon")
    assert not found(there)
    given.database.note_change(town.number)
    assert found(here)
    monkeypatch.setattr(database.recent, "KEPT_S", 0)
    assert found(there)


def test_known_document_is_not_read_again(given: Given, town: Portal, admin: Portal) -> None:
    register(admin, "Known")
    documents = TrustedDocuments(given.database)
    for _ in range(2):
        assert given.run(documents.text(town.number, digest(document("Known")), None)) == document("Known")
        given.sql(town, "DELETE FROM __tenant__.trusted_document WHERE digest = %s", digest(document("Known")))
        given.database.note_change(town.number)


# Whether a tenant takes no others ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return runner(own, Path(tmp_path_factory.mktemp("data")))


def test_tenant_demands_trusted_documents_and_takes_any_again(run: Run, own: Own) -> None:
    own.create("strict")

    def demands() -> bool:
        async def act(database: Any) -> bool:
            registry = TenantRegistry(database, local_suffix=None)
            await registry.refresh()
            tenant = registry.at("strict.example")
            assert tenant is not None
            return tenant.trusted_documents_only

        return own.run(act)

    version = "SELECT version FROM platform.tenant WHERE slug = 'strict'"
    before = own.value(version)
    assert not demands()
    assert run("tenant", "demand-documents", "strict").output == "strict takes trusted documents alone\n"
    assert demands()
    assert run("tenant", "demand-documents", "strict", "--no-more").output == "strict takes any document\n"
    assert not demands()
    assert own.value(version) == before + 2  # So servers that run follow.


def test_unknown_tenant_is_refused(run: Run) -> None:
    assert refusal(run("tenant", "demand-documents", "nowhere")) == "Error: no tenant 'nowhere'"
