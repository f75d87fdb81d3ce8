"""The example operations of the local pages: valid against the contract, and with something to show on each portal."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from graphql import GraphQLSchema, parse, validate

from auth.viewer import Audience
from demo import tenants as stories
from models.tenant import Feature
from portal import example, word
from portal.example import Example
from portal.house import House
from server.page import house as houses
from tests.conftest import SLUGS, Portal

TITLES = (
    "Les 20 offres les plus proches",
    "La carte",
    "Le portail, ses espaces et ses activités",
    "Les propositions les plus soutenues",
    "Recherche en texte intégral",
    "Le registre des communes",
)


def schema_of(portal: Portal) -> GraphQLSchema:
    return portal.running.contract.engine(portal.record.features, Audience.PUBLIC).schema


def house(portal: Portal) -> House:
    return houses.of(portal.record, is_demo=True)


def examples(portal: Portal) -> tuple[Example, ...]:
    return example.examples(house(portal), schema_of(portal))


@pytest.fixture(params=SLUGS)
def portal(request: pytest.FixtureRequest) -> Portal:
    """Each demonstration tenant of the tests."""
    found: Portal = request.getfixturevalue(request.param.replace("-", "_"))
    return found


def test_examples_are_valid_against_the_portals_contract(portal: Portal) -> None:
    found = examples(portal)
    has_proposals = any(kind.kind == "PROPOSAL" for kind in portal.story.contributions)
    assert tuple(one.title for one in found) == tuple(t for t in TITLES if has_proposals or "propositions" not in t)
    for one in found:
        assert validate(schema_of(portal), parse(one.query)) == [], one.title


def shown(data: Any) -> int:
    """How many things of the answer's first field there are to see."""
    first = next(iter(data.values()))
    return len(first["nodes"] if isinstance(first, dict) and "nodes" in first else first)


def test_every_example_shows_something_on_every_portal(portal: Portal) -> None:
    for one in examples(portal):
        assert shown(portal.ask(one.query, **one.variables)) > 0, one.title


def test_nearest_offers_begin_at_the_portals_centre(portal: Portal) -> None:
    nearest, *_ = examples(portal)
    assert nearest.variables == {"lat": portal.story.lat, "lng": portal.story.lng}
    nodes = portal.ask(nearest.query, **nearest.variables)["contributions"]["nodes"]
    assert {node["kind"] for node in nodes} <= {"OFFER", "LISTING"}


def test_map_is_wide_for_a_departement(rennes: Portal, deux_sevres: Portal) -> None:
    def width(portal: Portal) -> tuple[float, Any]:
        variables = examples(portal)[1].variables
        return round(float(str(variables["north"])) - float(str(variables["south"])), 5), variables["zoom"]

    assert width(rennes) == (0.16, 12)
    assert width(deux_sevres) == (1.2, 9)


def test_links_open_graphiql_filled_in(rennes: Portal) -> None:
    links = example.links("http://rennes.localhost:8000", house(rennes), schema_of(rennes))
    for link, one in zip(links, examples(rennes), strict=True):
        parts = urlsplit(link.url)
        assert (parts.netloc, parts.path) == ("rennes.localhost:8000", "/graphiql")
        parameters = parse_qs(parts.query)
        assert parameters["query"] == [one.query]
        assert json.loads(parameters.get("variables", ["{}"])[0]) == one.variables


def test_every_feature_has_a_label() -> None:
    assert set(word.ACTIVITIES) == {feature.value for feature in Feature}


def test_stories_of_the_tests_are_in_the_demonstration() -> None:
    assert set(SLUGS) <= {story.slug for story in stories()}
