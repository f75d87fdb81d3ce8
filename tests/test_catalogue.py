"""The catalogue of open data, read as a graph: what DCAT-AP 2 and 3 want, at addresses that answer."""

import httpx
import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Literal, URIRef
from rdflib.term import Node

from tests.conftest import Portal
from tests.given import Given

MANDATORY = {
    DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset),
    DCAT.Dataset: (DCTERMS.title, DCTERMS.description),
    DCAT.Distribution: (DCAT.accessURL,),
    DCAT.DataService: (DCTERMS.title, DCAT.endpointURL),
    FOAF.Agent: (FOAF.name,),
}
"""The mandatory properties by class: DCAT-AP 2.1.1, and 3.0.0, which wants `dcat:dataset` no more."""

RECOMMENDED = {
    DCAT.Dataset: (DCAT.contactPoint, DCAT.distribution, DCAT.keyword, DCTERMS.publisher, DCAT.theme),
    DCAT.Distribution: (DCTERMS.format, DCTERMS.license),
    DCAT.Catalog: (DCTERMS.license, DCTERMS.language, DCTERMS.modified, FOAF.homepage, DCAT.themeTaxonomy),
}
OBJECTS = {DCAT.accessURL, DCAT.downloadURL, DCAT.endpointURL, DCAT.theme, DCTERMS.license, DCTERMS["format"]}
"""Properties whose values are resources, never texts."""


def fetched(portal: Portal, path: str = "/opendata/catalog.jsonld", **headers: str) -> httpx.Response:
    return portal.client.get(path, headers={"host": portal.host, **headers})


@pytest.fixture
def graph(rennes: Portal) -> Graph:
    answer = fetched(rennes)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/ld+json")
    return Graph().parse(data=answer.text, format="json-ld")


def of(graph: Graph, kind: Node) -> list[Node]:
    return list(graph.subjects(RDF.type, kind))


def test_every_mandatory_and_recommended_property_is_there(graph: Graph) -> None:
    assert len(of(graph, DCAT.Catalog)) == len(of(graph, DCAT.DataService)) == 1
    assert len(of(graph, DCAT.Dataset)) >= 8
    for table in (MANDATORY, RECOMMENDED):
        for kind, properties in table.items():
            for subject in of(graph, kind):
                for name in properties:
                    values = list(graph.objects(subject, name))
                    assert values, (subject, name)
                    for value in values:
                        assert isinstance(value, URIRef if name in OBJECTS else (URIRef, Literal)), (name, value)
    for name in (DCTERMS.title, DCTERMS.description):
        assert {value.language for value in graph.objects(None, name) if isinstance(value, Literal)} <= {"fr", None}


def test_sets_belong_to_the_catalogue_and_files_to_one_set(graph: Graph) -> None:
    [catalogue], sets = of(graph, DCAT.Catalog), set(of(graph, DCAT.Dataset))
    assert set(graph.objects(catalogue, DCAT.dataset)) == sets
    [service] = of(graph, DCAT.DataService)
    assert set(graph.objects(service, DCAT.servesDataset)) == sets
    for file in of(graph, DCAT.Distribution):
        assert len(list(graph.subjects(DCAT.distribution, file))) == 1
    assert {str(value) for value in graph.objects(None, FOAF.name)} == {"Rennes"}
    spatial = {str(value) for value in graph.objects(None, DCTERMS.spatial)}
    assert spatial == {"http://id.insee.fr/geo/commune/35238"}


def test_every_file_and_schema_answers(rennes: Portal, graph: Graph) -> None:
    addresses = {str(one) for name in (DCAT.accessURL, DCTERMS.conformsTo) for one in graph.objects(None, name)}
    assert len(addresses) >= 12
    for address in addresses:
        assert fetched(rennes, address.removeprefix(f"http://{rennes.host}")).status_code == 200, address


def test_robots_may_read_it_and_find_it(rennes: Portal, graph: Graph) -> None:
    robots = fetched(rennes, "/robots.txt").text
    refused = [line.removeprefix("Disallow: ") for line in robots.splitlines() if line.startswith("Disallow")]
    for address in {"/opendata/catalog.jsonld", "/agenda.ics", *map(str, graph.objects(None, DCAT.accessURL))}:
        path = address.removeprefix(f"http://{rennes.host}")
        assert not [one for one in refused if path.startswith(one)]
    page = fetched(rennes, "/donnees").text
    link = '<link rel="alternate" type="application/ld+json" title="DCAT-AP" href="/opendata/catalog.jsonld">'
    assert link in page
    first = fetched(rennes)
    again = fetched(rennes, **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, first.headers["access-control-allow-origin"]) == (304, "*")


def test_portal_that_lends_no_hand_has_no_missions_and_an_address_to_write_to(given: Given, rennes: Portal) -> None:
    bare = given.tenant(rennes, "catalogue-of-little", "commune-35238")
    given.features(bare, [])
    graph = Graph().parse(data=fetched(bare).text, format="json-ld")
    assert not [one for one in of(graph, DCAT.Dataset) if str(one).endswith("#missions")]
    assert [one for one in of(graph, DCAT.Dataset) if str(one).endswith("#contributions")]
