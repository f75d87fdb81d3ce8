"""The example operations of the local pages: valid against the contract, and with something to show on each portal."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from graphql import parse, validate

import schema.root
from models.tenant import Feature
from server import example
from server.demo import tenants as stories
from tenants.registry import TenantRecord
from tests.conftest import SLUGS, Portal

TITLES = (
    "Les 20 offres les plus proches",
    "La carte",
    "Le portail, ses espaces et ses activités",
    "Les propositions les plus soutenues",
    "Recherche en texte intégral",
    "Le registre des communes",
)


def tenant_of(portal: Portal) -> TenantRecord:
    found = portal.running.registry.at(portal.host)
    assert found is not None
    return found


@pytest.fixture(params=SLUGS)
def portal(request: pytest.FixtureRequest) -> Portal:
    """Each demonstration tenant of the tests."""
    found: Portal = request.getfixturevalue(request.param.replace("-", "_"))
    return found


def test_examples_are_valid_against_the_contract(rennes: Portal) -> None:
    found = example.examples(tenant_of(rennes))
    assert tuple(one.title for one in found) == TITLES
    for one in found:
        assert validate(schema.root.executable(), parse(one.query)) == [], one.title


def shown(data: Any) -> int:
    """How many things of the answer's first field there are to see."""
    first = next(iter(data.values()))
    return len(first["nodes"] if isinstance(first, dict) and "nodes" in first else first)


@pytest.mark.parametrize("title", TITLES)
def test_every_example_shows_something_on_every_portal(portal: Portal, title: str) -> None:
    one = next(found for found in example.examples(tenant_of(portal)) if found.title == title)
    data = portal.ask(one.query, **one.variables)
    has_proposals = any(found.kind == "PROPOSAL" for found in portal.story.contributions)
    if one.query == example.PROPOSALS and not has_proposals:
        assert data["contributions"] == {"totalCount": 0, "nodes": []}
    else:
        assert shown(data) > 0


def test_nearest_offers_begin_at_the_portals_centre(portal: Portal) -> None:
    nearest, *_ = example.examples(tenant_of(portal))
    assert nearest.variables == {"lat": portal.story.lat, "lng": portal.story.lng}
    nodes = portal.ask(nearest.query, **nearest.variables)["contributions"]["nodes"]
    assert {node["kind"] for node in nodes} <= {"OFFER", "LISTING"}


def test_map_is_wide_for_a_departement(rennes: Portal, deux_sevres: Portal) -> None:
    def width(portal: Portal) -> tuple[float, Any]:
        variables = example.examples(tenant_of(portal))[1].variables
        return round(float(str(variables["north"])) - float(str(variables["south"])), 5), variables["zoom"]

    assert width(rennes) == (0.16, 12)
    assert width(deux_sevres) == (1.2, 9)


def test_links_open_graphiql_filled_in(rennes: Portal) -> None:
    tenant = tenant_of(rennes)
    for link, one in zip(example.links("http://rennes.localhost:8000", tenant), example.examples(tenant), strict=True):
        parts = urlsplit(link.url)
        assert (parts.netloc, parts.path) == ("rennes.localhost:8000", "/graphiql")
        parameters = parse_qs(parts.query)
        assert parameters["query"] == [one.query]
        assert json.loads(parameters.get("variables", ["{}"])[0]) == one.variables


def test_every_feature_has_a_label() -> None:
    assert set(example.FEATURE_LABELS) == {feature.value for feature in Feature}


def test_stories_of_the_tests_are_in_the_demonstration() -> None:
    assert set(SLUGS) <= {story.slug for story in stories()}
