"""Example operations of the local pages, filled in for a portal, and what the pages read of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphql import GraphQLSchema
from sqlalchemy import func, select

from database.door import Database
from models.activity import features_of
from models.base import constant, table
from models.contribution import Contribution, ContributionKind, ContributionStatus
from models.space import ParticipatorySpace, Visibility
from models.tenant import Feature
from portal.fit import fitted
from server import page
from tenants.registry import TenantRecord

FEATURE_LABELS: Mapping[Feature, str] = {
    Feature.ENTRAIDE: "Entraide",
    Feature.MARKET: "Marché local",
    Feature.IDEAS: "Boîte à idées",
    Feature.CONSULTATION: "Consultation",
    Feature.DEBATE: "Débat",
    Feature.PETITION: "Pétition",
}

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
      arguments(first: 4) { nodes { side title author { name } } }
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


def examples(tenant: TenantRecord, schema: GraphQLSchema) -> tuple[Example, ...]:
    """The operations for a portal, with its own places, of what its schema has."""
    lat, lng = (tenant.lat, tenant.lng) if tenant.lat is not None and tenant.lng is not None else FRANCE
    is_wide = not tenant.collectivite_id.startswith("commune-")
    half, zoom = (0.6, 9) if is_wide else (0.08, 12)
    bounds = {"south": lat - half, "west": lng - half, "north": lat + half, "east": lng + half}
    all_ = (
        Example("Les 20 offres les plus proches", NEAREST_OFFERS, {"lat": lat, "lng": lng}),
        Example("La carte", MAP, {**{name: round(edge, 5) for name, edge in bounds.items()}, "zoom": zoom}),
        Example("Le portail, ses espaces et ses activités", PORTAL, {}),
        Example("Les propositions les plus soutenues", PROPOSALS, {}),
        Example("Recherche en texte intégral", SEARCH, {}),
        Example("Le registre des communes", COMMUNES, {}),
    )
    has_proposals = not tenant.features.isdisjoint(features_of(ContributionKind.PROPOSAL))
    shown = [found for found in all_ if has_proposals or found.query != PROPOSALS]
    return tuple(replace(found, query=fitted(found.query, schema).text) for found in shown)


def links(origin: str, tenant: TenantRecord, schema: GraphQLSchema) -> tuple[page.ExampleLink, ...]:
    """The examples as links that open in GraphiQL on the tenant's host, filled in."""
    return tuple(
        page.ExampleLink(found.title, page.example_url(origin, found.query, found.variables))
        for found in examples(tenant, schema)
    )


_contribution, _space = table(Contribution), table(ParticipatorySpace)
_COUNT = select(func.count()).where(_contribution.c.status == constant(ContributionStatus.OPEN))
_SPACES = (
    select(_space.c.title, _space.c.description)
    .where(_space.c.visibility == constant(Visibility.PUBLIC))
    .order_by(_space.c.created_at)
)


async def contribution_count(database: Database, tenant: TenantRecord) -> int:
    """How many contributions are open."""
    rows = await database.rows(_COUNT, tenant.number)
    return int(str(rows[0][0]))


async def spaces(database: Database, tenant: TenantRecord) -> list[tuple[str, str]]:
    """Title and description of the public spaces."""
    return [(str(title), str(description)) for title, description in await database.rows(_SPACES, tenant.number)]
