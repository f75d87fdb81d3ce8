"""Examples: operations for developers to try, filled in for a portal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphql import GraphQLEnumType, GraphQLSchema

from portal import developer
from portal.fit import fitted
from portal.house import House

FRANCE = (46.6, 2.5)
"""The middle of France, where a map opens when a tenant has no centre."""

NEAREST_OFFERS = """\
query OffresProches($lat: Latitude!, $lng: Longitude!) {
  contributions(near: {lat: $lat, lng: $lng, radiusM: 20000}, kinds: [OFFER, LISTING], order: NEAREST, first: 20) {
    nodes {
      id
      kind
      title
      publishedAt
      author { name kind }
      category { name }
      location { cell precision lat lng address }
      distance(from: {lat: $lat, lng: $lng}) { band metres }
      commentCount
      comments(first: 3) { nodes { body publishedAt author { name } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""

MAP = """\
query Carte($south: Latitude!, $west: Longitude!, $north: Latitude!, $east: Longitude!, $zoom: Int!) {
  hexagons(bounds: {south: $south, west: $west, north: $north, east: $east}, zoom: $zoom) {
    cell
    lat
    lng
    count
    offerCount
    requestCount
    listingCount
  }
}
"""

PORTAL = """\
query Portail {
  portal {
    title
    collectivite { name code population parents { name } }
    theme { primaryColor secondaryColor font }
    features
  }
  spaces {
    nodes {
      title
      description
      activities { id kind title isOpen voteMethod contributionKinds categories { id name } }
    }
  }
}
"""

PROPOSALS = """\
query Propositions {
  contributions(kinds: [PROPOSAL], order: MOST_SUPPORTED, first: 10) {
    totalCount
    nodes {
      id
      title
      tally { totalCount supportCount forCount mixedCount againstCount }
      viewerVote { choice }
      debate { forCount againstCount voteCount replyCount }
      arguments(order: BEST, first: 4) { nodes { side title argumentScore expert { name function } author { name } } }
    }
  }
}
"""

SEARCH = """\
query Recherche {
  contributions(search: "courses ou médicaments", first: 10) {
    nodes { kind title body author { name } }
  }
}
"""

COMMUNES = """\
query Communes {
  collectivites(search: "saint", kinds: [COMMUNE], first: 10) {
    nodes { name inseeCode population postalCodes center { lat lng } parents { name kind } }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Example:
    """An operation with the values of its variables."""

    title: str
    query: str
    variables: Mapping[str, object]


def examples(house: House, schema: GraphQLSchema) -> tuple[Example, ...]:
    """The operations for a portal, with its own places, of what its schema has."""
    lat, lng = house.center or FRANCE
    half, zoom = (0.08, 12) if house.is_commune else (0.6, 9)
    bounds = {"south": lat - half, "west": lng - half, "north": lat + half, "east": lng + half}
    all_ = (
        Example("Les 20 offres les plus proches", NEAREST_OFFERS, {"lat": lat, "lng": lng}),
        Example("La carte", MAP, {**{name: round(edge, 5) for name, edge in bounds.items()}, "zoom": zoom}),
        Example("Le portail, ses espaces et ses activités", PORTAL, {}),
        Example("Les propositions les plus soutenues", PROPOSALS, {}),
        Example("Recherche en texte intégral", SEARCH, {}),
        Example("Le registre des communes", COMMUNES, {}),
    )
    shown = [example for example in all_ if example.query != PROPOSALS or _has_proposals(schema)]
    return tuple(replace(example, query=fitted(example.query, schema).text) for example in shown)


def _has_proposals(schema: GraphQLSchema) -> bool:
    kinds = schema.get_type("ContributionKind")
    return isinstance(kinds, GraphQLEnumType) and "PROPOSAL" in kinds.values


def links(origin: str, house: House, schema: GraphQLSchema) -> tuple[developer.ExampleLink, ...]:
    """The examples as links that open in GraphiQL on the portal's host, filled in."""
    return tuple(
        developer.ExampleLink(example.title, developer.example_url(origin, example.query, example.variables))
        for example in examples(house, schema)
    )
