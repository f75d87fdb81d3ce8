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
from prometheus_client.parser import text_string_to_metric_families

from auth import operator_token
from tests.acting import published
from tests.callers import token
from tests.conftest import NODE, Portal, node_with
from tests.given import Given
from tests.listening import NOTICED, PATIENCE_S, RECEIVED, Events, start
from tests.own import until
from tests.test_thread import Talk, sent

GATEWAY = Path(__file__).parents[1] / "deploy" / "gateway"
SAMPLE = json.loads((GATEWAY / "equipment.json").read_text("utf-8"))
ZONES = ("Centre", "Le Blosne")
"""Those of the sample's zones that the portal has."""

ROWS = SAMPLE + [
    {"id": f"banc-{number}", "name": f"Banc {number}", "zone": ("Le Blosne", "Nulle part", "Centre")[number % 3]}
    | {"openingHours": []}
    for number in range(1_000 - len(SAMPLE))
]
"""A thousand pieces of equipment in few zones, some of which the portal does not have."""

PROGRAMS = {"hive": GATEWAY / "start.mjs", "apollo": NODE / "apollo.mjs"}
"""Each gateway's program, which prints its address."""


HOST = "rennes.parvis.localhost"
"""Another name of the portal, which leads to this machine."""


hive, apollo = (pytest.mark.parametrize("supergraph", [name], indirect=True) for name in PROGRAMS)
"""For tests of one gateway alone."""


@dataclass(frozen=True)
class Supergraph:
    """A gateway, and the portal behind it."""

    program: str
    url: str
    portal: Portal

    def ask(self, query: str, authorization: str | None = None, **variables: Any) -> dict[str, Any]:
        """The whole answer."""
        headers = {"authorization": authorization} if authorization else {}
        asked = {"query": query, "variables": variables}
        return dict(httpx.post(self.url, json=asked, headers=headers, timeout=30).json())

    @contextmanager
    def heard(self, query: str, authorization: str | None = None, **variables: Any) -> Iterator[Events]:
        """An open subscription."""
        headers = {"accept": "text/event-stream"} | ({"authorization": authorization} if authorization else {})
        asked = {"query": query, "variables": variables}
        with httpx.stream("POST", self.url, json=asked, headers=headers, timeout=PATIENCE_S) as response:
            yield Events(response)

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
def started(program: Path, portal: Portal, router: str, equipment: Path) -> Iterator[str]:
    """A gateway's address, while it runs."""
    node_with(NODE)
    said = {
        "PARVIS_URL": f"http://{HOST}:{urlsplit(portal.running.url).port}/graphql",
        "PARVIS_ROUTER_TOKEN": router,
        "PYTHON": sys.executable,
        "EQUIPMENT": str(equipment),
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
def supergraph(
    request: pytest.FixtureRequest, given: Given, rennes: Portal, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Supergraph]:
    """The supergraph behind one gateway after the other."""
    equipment = tmp_path_factory.mktemp("gateway") / "equipment.json"
    equipment.write_text(json.dumps(ROWS), "utf-8")
    administrator = given.actor(rennes, role="ADMIN")
    router = token(given, administrator, "ROUTER")[1]
    given.sql(rennes, "INSERT INTO platform.host (host, tenant_number) VALUES (%s, %s)", HOST, rennes.number)
    given.sql(rennes, "UPDATE platform.registry SET version = version + 1")
    try:
        until(lambda: rennes.running.registry.at(HOST) is not None)
        with started(PROGRAMS[request.param], rennes, router, equipment) as url:
            yield Supergraph(request.param, url, rennes)
    finally:
        given.sql(rennes, "DELETE FROM platform.host WHERE host = %s", HOST)
        given.sql(rennes, "UPDATE platform.registry SET version = version + 1")


def test_zones_have_what_three_subgraphs_know_of_them(supergraph: Supergraph) -> None:
    data, statements = supergraph.asked("{ zones { name equipment { name } works { street } } }")
    named = {zone["name"]: zone for zone in data["zones"]}
    assert named["Centre"]["equipment"][:2] == [{"name": "Les Champs Libres"}, {"name": "Piscine Saint-Georges"}]
    assert named["Centre"]["works"] == [{"street": "Rue de la Monnaie"}]
    assert [zone for zone in data["zones"] if zone["name"] not in ("Centre", "Le Blosne") and zone["works"]] == []
    assert statements <= 1


def test_entities_of_another_subgraph_are_asked_of_parvis_at_once(supergraph: Supergraph) -> None:
    data, statements = supergraph.asked("{ equipment { name openingHours zone { name } } works { zone { name } } }")
    zones = [one["zone"] and one["zone"]["name"] for one in data["equipment"][:4]]
    assert zones == ["Centre", "Centre", "Le Blosne", None], "the portal has no zone of the last one's name"
    assert [work["zone"]["name"] for work in data["works"]] == ["Centre", "Le Blosne"]
    assert statements <= 2, "one for the zones of equipment, one for those of works"


def test_commune_is_one_thing_for_both(supergraph: Supergraph) -> None:
    data, statements = supergraph.asked("{ portal { collectivite { name equipment { name } } } }")
    assert data["portal"]["collectivite"]["name"] == "Rennes"
    assert len(data["portal"]["collectivite"]["equipment"]) == len(SAMPLE)
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


# Many entities -------------------------------------------------------------------------------------------------------


def test_thousand_entities_of_few_zones_are_one_statement_in_their_order(supergraph: Supergraph) -> None:
    data, statements = supergraph.asked("{ equipment { id zone { id name } } }")
    of = {row["id"]: row["zone"] for row in ROWS}
    given = [(one["id"], one["zone"] and one["zone"]["name"]) for one in data["equipment"]]
    assert len(given) == 1_000
    assert given == [(id_, zone if zone in ZONES else None) for id_, zone in of.items()]
    assert len({one["zone"]["id"] for one in data["equipment"] if one["zone"]}) == len(ZONES)
    assert statements == 1


def test_router_is_told_to_keep_nothing(given: Given, rennes: Portal) -> None:
    """An entity is another thing for another person, and a router's cache does not know for whom it asks."""
    router = token(given, given.actor(rennes, role="ADMIN"), "ROUTER")[1]
    member = given.actor(rennes)
    for shown in (
        {"authorization": f"Bearer {router}"},
        {"authorization": f"Bearer {member.token}", "parvis-router": router},
    ):
        headers = {"host": rennes.host, **shown}
        asked = {"query": 'query { _entities(representations: [{__typename: "Collectivite", inseeCode: "35238"}]) '}
        asked["query"] += "{ ... on Collectivite { name } } }"
        for answer in (
            rennes.client.post("/graphql", json=asked, headers=headers),
            rennes.client.get("/graphql", params=asked, headers=headers),
        ):
            assert answer.json()["data"] == {"_entities": [{"name": "Rennes"}]}
            assert (answer.headers["cache-control"], answer.headers.get("etag")) == ("no-store", None)


# Subscriptions -------------------------------------------------------------------------------------------------------

PUBLISHED = """subscription ($activity: ID!, $after: String) { contributionPublished(activity: $activity, after: $after) {
    title zone { name works { street } } } }"""


@hive
def test_what_is_published_is_heard_through_the_gateway_with_what_others_know(
    supergraph: Supergraph, given: Given
) -> None:
    """Hive Gateway asks Parvis by server-sent events, and the others for each event."""
    portal = supergraph.portal
    activity, author, after = given.activity(portal), given.actor(portal), start(given, portal)
    with supergraph.heard(PUBLISHED, activity=activity, after=after) as stream:
        published(author, activity, title="Un banc", location={"lat": 48.1117, "lng": -1.6802})
        published(author, activity, title="Deux bancs")
        works = [{"street": "Rue de la Monnaie"}]
        assert stream.told() == {"title": "Un banc", "zone": {"name": "Centre", "works": works}}
        assert stream.told() == {"title": "Deux bancs", "zone": None}


@hive
def test_person_hears_what_is_theirs_through_the_gateway(supergraph: Supergraph, given: Given) -> None:
    portal = supergraph.portal
    talk, after = Talk(given, portal), start(given, portal)
    with supergraph.heard(RECEIVED, f"Bearer {talk.helper.token}", id=talk.exchange, after=after) as stream:
        sent(talk.author, talk.exchange, "Samedi, dix heures ?")
        told = {"body": "Samedi, dix heures ?", "isMine": False, "exchange": {"id": talk.exchange}}
        assert stream.told() == told
    with supergraph.heard(NOTICED) as stream:
        refused = stream.next()[1]["errors"]
    assert [error["extensions"]["code"] for error in refused] == ["UNAUTHENTICATED"]


@hive
def test_place_is_free_again_once_a_client_of_the_gateway_has_left(supergraph: Supergraph, given: Given) -> None:
    portal = supergraph.portal
    activity, author, after = given.activity(portal), given.actor(portal), start(given, portal)
    places = live_places(given, portal)
    until(lambda: next(places) == 0)
    with supergraph.heard(PUBLISHED, activity=activity, after=after) as stream:
        published(author, activity, title="Un banc")
        assert stream.told()["title"] == "Un banc"
        assert next(places) == 1
    until(lambda: next(places) == 0)


@apollo
def test_gateway_of_apollo_has_no_subscriptions(supergraph: Supergraph, given: Given) -> None:
    """It has what is subscribed to in its schema, and does not run it (deploy/gateway/README.md)."""
    answer = supergraph.ask(PUBLISHED, activity=given.activity(supergraph.portal))
    assert [error["message"] for error in answer["errors"]] == ["Execution of subscriptions not supported by gateway"]


def live_places(given: Given, portal: Portal) -> Iterator[float]:
    """How many subscriptions Parvis holds open, each time it is asked."""
    shown = operator_token.create(given.database, "live places", 1)
    headers = {"host": portal.host, "authorization": f"Bearer {given.run(shown)[1]}"}
    while True:
        page = portal.client.get("/metrics", headers=headers).text
        yield next(
            sample.value
            for family in text_string_to_metric_families(page)
            for sample in family.samples
            if sample.name == "parvis_live_places"
        )
