"""Closed introspection: the schema tells nothing of itself but to those who administer or route."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.conftest import Portal, Running, serve

TYPES = "{ __schema { types { name } } }"
MISSPELT = "{ contributions { nodes { titel } } }"
MISSPELT_VALUE = "query($kinds: [ContributionKind!]) { contributions(kinds: $kinds) { totalCount } }"


@pytest.fixture(scope="module")
def closed(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from serve(database_url, Path(tmp_path_factory.mktemp("closed")), is_introspective=False, hsts_s=600)


@pytest.fixture
def portal(closed: Running, rennes: Portal) -> Iterator[Portal]:
    with httpx.Client(base_url=closed.url, timeout=30) as client:
        yield replace(rennes, client=client, running=closed)


def test_schema_is_not_told(portal: Portal) -> None:
    for asker in (portal, portal.member(), portal.moderator()):
        assert set(asker.codes(TYPES)) == {"GRAPHQL_VALIDATION_FAILED"}
        assert asker.codes('{ __type(name: "Contribution") { name } }') == ["GRAPHQL_VALIDATION_FAILED"]
    host = {"host": portal.host}
    assert [portal.client.get(path, headers=host).status_code for path in ("/schema.graphql", "/graphiql")] == [
        404,
        404,
    ]


def test_errors_suggest_nothing(portal: Portal, rennes: Portal) -> None:
    assert "title" in rennes.errors(MISSPELT)[0]["message"]
    assert "title" not in portal.errors(MISSPELT)[0]["message"]
    assert "OFFER" in rennes.errors(MISSPELT_VALUE, kinds=["OFER"])[0]["message"]
    assert "OFFER" not in portal.errors(MISSPELT_VALUE, kinds=["OFER"])[0]["message"]
    assert "OFFER" not in portal.errors("{ contributions(kinds: [OFER]) { totalCount } }")[0]["message"]


def test_administrators_and_routers_look_into_it(portal: Portal) -> None:
    assert portal.admin().ask(TYPES)["__schema"]["types"]
    assert portal.ask("{ _service { sdl } __schema { queryType { name } } }")["__schema"] == {
        "queryType": {"name": "Query"}
    }


def test_operations_run_as_ever(portal: Portal) -> None:
    assert portal.ask("{ portal { title __typename } }") == {
        "portal": {"title": "La Fabrique citoyenne", "__typename": "Portal"}
    }


def test_browsers_are_told_to_come_by_https(portal: Portal, rennes: Portal) -> None:
    for path in ("/", "/graphql?query={portal{title}}"):
        answer = portal.client.get(path, headers={"host": portal.host})
        assert answer.headers["strict-transport-security"] == "max-age=600"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "strict-transport-security" not in rennes.client.get(path, headers={"host": rennes.host}).headers
