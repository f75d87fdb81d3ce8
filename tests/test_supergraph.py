"""A city's supergraph (deploy/gateway): Parvis, a subgraph in Node and one in Python behind two gateways. What both ask
of Parvis is batched, and one statement a request."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.callers import token
from tests.conftest import NODE, Portal, node_with
from tests.given import Given
from tests.own import until

GATEWAY = Path(__file__).parents[1] / "deploy" / "gateway"
PROGRAMS = {"hive": GATEWAY / "start.mjs", "apollo": NODE / "apollo.mjs"}
"""Each gateway's program, which prints its address."""


HOST = "rennes.parvis.localhost"
"""Another name of the portal, which leads to this machine."""


@dataclass(frozen=True)
class Supergraph:
    """A gateway, and the portal behind it."""

    url: str
    portal: Portal

    def ask(self, query: str, authorization: str | None = None, **variables: Any) -> dict[str, Any]:
        """The whole answer."""
        headers = {"authorization": authorization} if authorization else {}
        asked = {"query": query, "variables": variables}
        return dict(httpx.post(self.url, json=asked, headers=headers, timeout=30).json())

    def asked(self, query: str, **variables: Any) -> tuple[dict[str, Any], int]:
        """The data, and how many statements Parvis ran for it; what plans and is kept has run before."""
        self.ask(query, **variables)
        database = self.portal.running.database
        before = database.statement_count
        answer = self.ask(query, **variables)
        assert "errors" not in answer, answer
        return answer["data"], database.statement_count - before


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def started(program: Path, portal: Portal, router: str) -> Iterator[str]:
    """A gateway's address, while it runs."""
    node_with(NODE)
    said = {
        "PARVIS_URL": f"http://{HOST}:{urlsplit(portal.running.url).port}/graphql",
        "PARVIS_ROUTER_TOKEN": router,
        "PYTHON": sys.executable,
        "PORT": str(free_port()),
        "WORKS_PORT": str(free_port()),
    }
    command = [node_with(GATEWAY), str(program)]
    with subprocess.Popen(command, env=os.environ | said, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            assert address.startswith("http://"), "the gateway did not start"
            yield address
        finally:
            process.terminate()


@pytest.fixture(scope="module", params=list(PROGRAMS))
def supergraph(request: pytest.FixtureRequest, given: Given, rennes: Portal) -> Iterator[Supergraph]:
    """The supergraph behind one gateway after the other."""
    administrator = given.actor(rennes, role="ADMIN")
    router = token(given, administrator, "ROUTER")[1]
    given.sql(rennes, "INSERT INTO platform.host (host, tenant_number) VALUES (%s, %s)", HOST, rennes.number)
    given.sql(rennes, "UPDATE platform.registry SET version = version + 1")
    try:
        until(lambda: rennes.running.registry.at(HOST) is not None)
        with started(PROGRAMS[request.param], rennes, router) as url:
            yield Supergraph(url, rennes)
    finally:
        given.sql(rennes, "DELETE FROM platform.host WHERE host = %s", HOST)
        given.sql(rennes, "UPDATE platform.registry SET version = version + 1")


def test_zones_have_what_three_subgraphs_know_of_them(supergraph: Supergraph) -> None:
    data, statements = supergraph.asked("{ zones { name equipment { name } works { street } } }")
    named = {zone["name"]: zone for zone in data["zones"]}
    assert named["Centre"]["equipment"] == [{"name": "Les Champs Libres"}, {"name": "Piscine Saint-Georges"}]
    assert named["Centre"]["works"] == [{"street": "Rue de la Monnaie"}]
    assert [zone for zone in data["zones"] if zone["name"] not in ("Centre", "Le Blosne") and zone["works"]] == []
    assert statements <= 1


def test_entities_of_another_subgraph_are_asked_of_parvis_at_once(supergraph: Supergraph) -> None:
    data, statements = supergraph.asked("{ equipment { name openingHours zone { name } } works { zone { name } } }")
    zones = [one["zone"] and one["zone"]["name"] for one in data["equipment"]]
    assert zones == ["Centre", "Centre", "Le Blosne", None], "the portal has no zone of the last one's name"
    assert [work["zone"]["name"] for work in data["works"]] == ["Centre", "Le Blosne"]
    assert statements <= 2, "one for the zones of equipment, one for those of works"


def test_commune_is_one_thing_for_both(supergraph: Supergraph) -> None:
    data, statements = supergraph.asked("{ portal { collectivite { name equipment { name } } } }")
    assert data["portal"]["collectivite"]["name"] == "Rennes"
    assert len(data["portal"]["collectivite"]["equipment"]) == len(json.loads((GATEWAY / "equipment.json").read_text()))
    assert statements <= 1


def test_person_is_who_they_are_behind_the_gateway(supergraph: Supergraph, given: Given) -> None:
    member = given.actor(supergraph.portal, name="Camille du Portail")
    seen = "{ viewer { name } zones { name works { street } } }"
    assert supergraph.ask(seen)["data"]["viewer"] is None
    answer = supergraph.ask(seen, authorization=f"Bearer {member.token}")
    assert answer["data"]["viewer"] == {"name": "Camille du Portail"}


def test_refusals_reach_whoever_asked(supergraph: Supergraph) -> None:
    answer = supergraph.ask("query ($id: ID!) { contribution(id: $id) { title } }", id="nothing")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_ID"]
