"""What widgets are made of, over HTTP: the script at its lasting address, and the product's own documents by digest."""

import hashlib
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import FieldNode, Visitor, parse, validate, visit

import web
from auth.viewer import Audience
from models.tenant import Feature
from portal.fit import NothingLeftError, fitted
from schema.scoped import ScopedContract
from tenants import document
from tests.acting import published
from tests.conftest import Portal
from tests.given import Given
from tests.own import until
from tests.test_widget import SITE, registered

DOCUMENTS = sorted((web.WIDGET / "document").glob("*.graphql"))


def digest(name: str) -> str:
    return hashlib.sha256((web.WIDGET / "document" / f"{name}.graphql").read_bytes()).hexdigest()


def ask(portal: Portal, name: str, token: str = "", **variables: Any) -> httpx.Response:
    """As a widget's script asks, on a page of `SITE`."""
    headers = {"host": portal.host, "origin": SITE} | ({"authorization": f"Bearer {token}"} if token else {})
    return portal.client.post("/graphql", json={"documentId": digest(name), "variables": variables}, headers=headers)


def test_script_is_for_pages_of_any_site_and_compressed_by_the_build(town: Portal) -> None:
    for coding in ("gzip", "identity"):
        answer = town.client.get("/widget.js", headers={"host": town.host, "accept-encoding": coding})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers.get("content-encoding", "identity") == coding
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.headers["cache-control"] == "public, max-age=600, stale-while-revalidate=86400"
        assert "parvis-vote" in answer.text


def test_script_names_the_documents_that_the_server_knows(town: Portal) -> None:
    text = town.client.get("/widget.js", headers={"host": town.host}).text
    assert [path.stem for path in DOCUMENTS if digest(path.stem) not in text] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_document_fits_into_every_scope(path: Path) -> None:
    contract = ScopedContract()
    for size in (0, 1, len(Feature)):
        for features in combinations(Feature, size):
            schema = contract.engine(frozenset(features), Audience.PUBLIC).schema
            try:
                fit = fitted(path.read_text("utf-8"), schema)
            except NothingLeftError:
                continue
            assert validate(schema, parse(fit.text)) == [], features


def test_nothing_is_asked_for_that_is_not_shown() -> None:
    script = "".join(path.read_text("utf-8") for path in web.WIDGET.glob("*.js"))
    asked: set[str] = set()

    class Fields(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            asked.add((node.alias or node.name).value)

    for path in DOCUMENTS:
        visit(parse(path.read_text("utf-8")), Fields())
    made = {"forCount", "mixedCount", "againstCount", "for", "against", "voteCast", "voteWithdraw"}
    """Names that the script puts together, and those of payloads, of which it takes the only one."""
    assert sorted(name for name in asked - made if not re.search(rf"\b{name}\b", script)) == []


def test_own_documents_run_where_trusted_ones_are_demanded(given: Given, rennes: Portal) -> None:
    portal = given.tenant(rennes, "test-widget-strict", "commune-35238")
    activity = given.activity(portal, kind="IDEA_BOX", vote_method="SUPPORT", location_rule="NONE")
    published(given.actor(portal), activity, title="Des bancs")
    given.run(document.demand(given.database, portal.story.slug, is_demanded=True))
    until(lambda: portal.record.trusted_documents_only)
    widget = registered(given.actor(portal, role="ADMIN"), SITE, isTrustedOnly=True, activity=activity)
    granted = portal.client.post(f"/widget/{widget}/token", headers={"host": portal.host, "origin": SITE}).json()
    assert granted["activity"] == activity
    answer = ask(portal, "list", granted["token"], activity=granted["activity"], first=5)
    assert [node["title"] for node in answer.json()["data"]["activity"]["contributions"]["nodes"]] == ["Des bancs"]
    assert answer.headers["access-control-allow-origin"] == SITE
    refused = portal.client.post(
        "/graphql",
        json={"query": "{ portal { title } }"},
        headers={"host": portal.host, "origin": SITE, "authorization": f"Bearer {granted['token']}"},
    )
    assert refused.json()["errors"][0]["extensions"]["code"] == "TRUSTED_DOCUMENT_REQUIRED"


def test_document_of_a_feature_that_is_off_is_refused_as_any_other(given: Given, rennes: Portal) -> None:
    portal = given.tenant(rennes, "test-widget-aid", "commune-35238")
    given.features(portal, {Feature.MUTUAL_AID})
    assert ask(portal, "recent", first=5).json()["data"]["contributions"]["nodes"] == []
    errors = ask(portal, "cast", input={"contribution": "x", "choice": "SUPPORT"}).json()["errors"]
    assert {error["extensions"]["code"] for error in errors} == {"GRAPHQL_VALIDATION_FAILED"}
