"""Known documents: operations that are named instead of sent, by everybody's hash or because administrators trust them."""

import hashlib
import json
import sys
from typing import Any

import httpx
import pytest

from auth.machine import Machine
from auth.viewer import ANONYMOUS, Viewer
from database.kept import ENTRY_BYTES
from models.actor import Role
from schema.scoped import ScopedContract
from server.api import known_document
from server.api.known_document import KnownDocuments
from server.api.request import ApiRequest, BadRequestError
from tenants import document
from tenants.document import TrustedDocuments
from tenants.registry import TenantRecord
from tests.conftest import Portal
from tests.given import Given
from tests.own import until
from tests.test_trusted_document import REGISTER

TITLE = "query Title { portal { title } }"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def automatic(sha256: str, version: int = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": sha256}}


def post(portal: Portal, **body: Any) -> httpx.Response:
    signed = {"authorization": f"Bearer {portal.token}"} if portal.token else {}
    return portal.client.post("/graphql", json=body, headers={"host": portal.host, **signed})


def get(portal: Portal, **parameters: str) -> httpx.Response:
    return portal.client.get("/graphql", params=parameters, headers={"host": portal.host})


def error(answer: httpx.Response) -> tuple[int, str, str]:
    """The status, the code and the message of an answer that is one error and no data."""
    body = answer.json()
    [found] = body["errors"]
    assert "data" not in body
    return answer.status_code, found["extensions"]["code"], found["message"]


def trusted(portal: Portal, text: str) -> str:
    """Let the portal's administrators trust a document; its digest."""
    name = text.split()[1]
    payload = portal.ask(REGISTER, input={"documents": [{"document": text, "name": name}]})
    [registered] = payload["trustedDocumentsRegister"]["trustedDocuments"]
    return str(registered["digest"])


@pytest.fixture(scope="module")
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


# Trusted documents by their names ------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "sha256:"])
def test_trusted_document_runs_by_its_digest(town: Portal, admin: Portal, prefix: str) -> None:
    named = prefix + trusted(admin, TITLE)
    expected = town.ask(TITLE)
    for answer in (post(town, documentId=named), post(town, documentId=named.upper().replace("SHA256:", "sha256:"))):
        assert (answer.status_code, answer.json()["data"]) == (200, expected)


def test_trusted_document_takes_variables_and_the_name_of_an_operation(town: Portal, admin: Portal) -> None:
    text = "query First($yes: Boolean!) { portal @include(if: $yes) { locales } } query Second { portal { title } }"
    named = trusted(admin, text)
    first = post(town, documentId=named, operationName="First", variables={"yes": False})
    assert first.json()["data"] == {}
    assert list(post(town, documentId=named, operationName="Second").json()["data"]["portal"]) == ["title"]


def test_document_that_nobody_registered_is_not_found(town: Portal) -> None:
    answer = post(town, documentId=digest("query Never { portal { title } }"))
    assert error(answer) == (404, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")


def test_another_tenant_s_document_is_not_found(lehavre: Portal, admin: Portal) -> None:
    named = trusted(admin, "query Ours { portal { title } }")
    assert error(post(lehavre, documentId=named))[:2] == (404, "PERSISTED_QUERY_NOT_FOUND")


@pytest.mark.parametrize("wrong", ["", "x", "a" * 63, "sha512:" + "a" * 64, 7, ["a" * 64], {}])
def test_wrong_name_is_a_bad_request(town: Portal, wrong: object) -> None:
    assert error(post(town, documentId=wrong))[:2] == (400, "BAD_REQUEST")
    assert error(post(town, extensions={"persistedQuery": {"sha256Hash": wrong}}))[:2] == (400, "BAD_REQUEST")


def test_trusted_document_by_get_is_kept_by_its_tag(town: Portal, admin: Portal) -> None:
    named = trusted(admin, "query ByGet { portal { title } }")
    answer = get(town, documentId=named)
    assert (answer.status_code, answer.json()["data"]) == (200, town.ask(TITLE))
    assert answer.headers["cache-control"] == "max-age=2, stale-while-revalidate=10"
    headers = {"host": town.host, "if-none-match": answer.headers["etag"]}
    again = town.client.get("/graphql", params={"documentId": named}, headers=headers)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])


def test_trusted_mutation_is_not_run_by_get(town: Portal, admin: Portal) -> None:
    named = trusted(
        admin, 'mutation Said { commentPublish(input: {contribution: "x", body: "y"}) { userErrors { code } } }'
    )
    assert error(get(town, documentId=named))[:2] == (405, "METHOD_NOT_ALLOWED")


# Automatically persisted queries -------------------------------------------------------------------------------------


def test_query_is_asked_for_in_vain_then_registered_then_found(town: Portal) -> None:
    text = "query Automatic { portal { title } }"
    asked = automatic(digest(text))
    assert error(post(town, extensions=asked)) == (200, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
    for body in ({"query": text, "extensions": asked}, {"extensions": asked}, {"documentId": digest(text)}):
        answer = post(town, **body)
        assert (answer.status_code, answer.json()["data"]) == (200, town.ask(TITLE))


def test_query_is_registered_and_found_by_get(town: Portal) -> None:
    text = "query AutomaticGet { portal { title } }"
    extensions = json.dumps(automatic(digest(text)))
    assert error(get(town, extensions=extensions))[:2] == (200, "PERSISTED_QUERY_NOT_FOUND")
    assert get(town, extensions=extensions).headers["cache-control"] == "no-store"
    first, second = get(town, query=text, extensions=extensions), get(town, extensions=extensions)
    assert first.json() == second.json()
    assert second.json()["data"] == town.ask(TITLE)
    assert "etag" in second.headers


def test_query_under_another_s_hash_is_refused_and_not_registered(town: Portal) -> None:
    asked = automatic(digest("query Mismatch { portal { title } }"))
    assert error(post(town, query=TITLE, extensions=asked))[:2] == (400, "PERSISTED_QUERY_MISMATCH")
    assert error(post(town, extensions=asked))[:2] == (200, "PERSISTED_QUERY_NOT_FOUND")


def test_query_of_another_tenant_is_not_found(town: Portal, lehavre: Portal) -> None:
    text = "query Theirs { portal { title } }"
    assert post(town, query=text, extensions=automatic(digest(text))).status_code == 200
    assert error(post(lehavre, extensions=automatic(digest(text))))[:2] == (200, "PERSISTED_QUERY_NOT_FOUND")


def test_registered_query_is_run_with_the_rights_of_who_asks(town: Portal, admin: Portal) -> None:
    text = "query Widgets { widgets { id } }"
    asked = automatic(digest(text))
    assert "errors" not in post(admin, query=text, extensions=asked).json()
    assert "errors" in post(town, extensions=asked).json()


@pytest.mark.parametrize("extensions", [7, [], "x"])
def test_extensions_that_are_no_object_are_a_bad_request(town: Portal, extensions: object) -> None:
    assert error(post(town, query=TITLE, extensions=extensions))[:2] == (400, "BAD_REQUEST")


def test_memory_for_registered_queries_is_bounded_and_the_longest_unused_goes(
    given: Given, town: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_document, "MAX_BYTES", 2 * (ENTRY_BYTES + sys.getsizeof("x" * 40)))
    documents = KnownDocuments(TrustedDocuments(given.database), ScopedContract())
    texts = [f"{{ portal {{ title }} }}  # {number:016d}" for number in range(3)]
    assert {len(text) for text in texts} == {40}

    def found(text: str, *, is_sent: bool = False) -> bool:
        asked = ApiRequest(text if is_sent else None, {}, None, digest(text), is_automatic=True)
        try:
            return given.run(documents.find(town.record, Machine(ANONYMOUS), asked)) == (text, False)
        except BadRequestError:
            return False

    assert [found(text, is_sent=True) for text in texts[:2]] == [True, True]
    assert found(texts[0])
    assert found(texts[2], is_sent=True)
    assert [found(text) for text in texts] == [True, False, True]


# Where trusted documents are demanded --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def strict(given: Given, rennes: Portal) -> Portal:
    """A tenant that takes trusted documents alone."""
    portal = given.tenant(rennes, "test-strict", "commune-35238")
    given.run(document.demand(given.database, portal.story.slug, is_demanded=True))
    until(lambda: portal.record.trusted_documents_only)
    return portal


REFUSED = (403, "TRUSTED_DOCUMENT_REQUIRED", "Name a document that the portal's administrators trust.")


@pytest.mark.parametrize("role", [None, "MEMBER"])
def test_public_and_members_run_trusted_documents_alone(given: Given, strict: Portal, role: str | None) -> None:
    named = trusted(given.actor(strict, role="ADMIN"), "query Allowed { portal { title } }")
    asker = given.actor(strict, role=role) if role else strict
    text = "query Sent { portal { title } }"
    assert post(asker, documentId=named).json()["data"]["portal"]
    assert post(asker, query="ignored", documentId=named).json()["data"]["portal"]
    for body in (
        {"query": text},
        {"query": text, "extensions": automatic(digest(text))},
        {"extensions": automatic(digest(text))},
        {"documentId": digest(text)},
        {"query": "{ __schema { queryType { name } } }"},
    ):
        assert error(post(asker, **body)) == REFUSED, body
    assert error(get(strict, query=text)) == REFUSED
    assert get(strict, documentId=named).json()["data"]["portal"]


@pytest.mark.parametrize("role", ["MODERATOR", "ADMIN"])
def test_who_moderates_runs_any_document(given: Given, strict: Portal, role: str) -> None:
    assert given.actor(strict, role=role).ask(TITLE)["portal"]["title"]


def test_trusted_token_is_refused_whatever_the_tenant_takes(given: Given, town: Portal) -> None:
    documents = KnownDocuments(TrustedDocuments(given.database), ScopedContract())
    machine = Machine(Viewer(None, Role.ADMIN), is_trusted_only=True)

    async def ask(tenant: TenantRecord) -> str:
        return (await documents.find(tenant, machine, ApiRequest(TITLE, {}, None))).text

    with pytest.raises(BadRequestError) as refusal:
        given.run(ask(town.record))
    assert (refusal.value.status, refusal.value.code) == REFUSED[:2]


def test_tenant_that_demands_no_more_takes_any_document(given: Given, rennes: Portal) -> None:
    portal = given.tenant(rennes, "test-lenient", "commune-35238")
    for is_demanded in (True, False):
        given.run(document.demand(given.database, portal.story.slug, is_demanded=is_demanded))
        until(lambda wanted=is_demanded: portal.record.trusted_documents_only is wanted)
    assert portal.ask(TITLE)["portal"]["title"]
