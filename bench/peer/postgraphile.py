"""PostGraphile's documents for the works: its contract follows from the tables, aliases bring it near ours.

What PostGraphile cannot compute, its client does: the cells of a circle, the level of a map, how far its hexagons reach
out of it, and words without accents come as variables.
"""

from collections.abc import Mapping
from math import sin
from typing import Any

from bench import work
from bench.peer import view
from geo import cover, distance
from models import word

LIST = """\
query Offres($cells: [BigInt!]!, $lat: Float!, $lng: Float!, $half: Float!) {
  contributions: peerOffersNear(
    cells: $cells, kinds: ["OFFER", "LISTING"], lat: $lat, lng: $lng, half: $half, size: 21, first: 20
  ) {
    nodes {
      id: rowId
      kind
      title
      publishedAt
      author: actorByAuthorId { name kind }
      category: categoryByCategoryId { name }
      precision
      lat
      lng
      address
      distance(lat: $lat, lng: $lng) { band metres }
      commentCount
      comments: commentsByContributionId(first: 3, orderBy: [PUBLISHED_AT_ASC, ROW_ID_ASC]) {
        nodes { body publishedAt author: actorByAuthorId { name } }
      }
    }
    pageInfo { hasNextPage }
  }
}
"""

DETAIL = """\
query Contribution($id: UUID!) {
  contribution: contributionByRowId(rowId: $id) {
    id: rowId
    kind
    status
    title
    body
    publishedAt
    author: actorByAuthorId { id: rowId name kind }
    activity: activityByActivityId { id: rowId kind title }
    category: categoryByCategoryId { id: rowId name }
    tally { totalCount supportCount forCount mixedCount againstCount }
    commentCount
    comments: commentsByContributionId(first: 20, orderBy: [PUBLISHED_AT_ASC, ROW_ID_ASC]) {
      nodes { id: rowId body publishedAt author: actorByAuthorId { id: rowId name kind } }
      pageInfo { hasNextPage }
    }
  }
}
"""

MAP = """\
query Carte($level: Int!, $south: Float!, $west: Float!, $north: Float!, $east: Float!) {
  hexagons: peerHexagonsList(level: $level, south: $south, west: $west, north: $north, east: $east) {
    cell
    lat
    lng
    count
    offerCount
    requestCount
    listingCount
    proposalCount
  }
}
"""

SEARCH = """\
query Recherche($words: String!) {
  contributions: peerContributionsFound(words: $words, kinds: ["OFFER", "LISTING", "PROPOSAL"], first: 20) {
    nodes {
      id: rowId
      kind
      title
      body
      publishedAt
      author: actorByAuthorId { name }
      category: categoryByCategoryId { name }
    }
    pageInfo { hasNextPage }
  }
}
"""

STATISTICS = """\
query Statistiques($activity: UUID!) {
  activity: activityByRowId(rowId: $activity) {
    statistics {
      totalCount
      openCount
      closedCount
      expiredCount
      offerCount
      requestCount
      categoryIds
      categoryNames
      counts
    }
  }
}
"""

ENTITIES = """\
query Entites($ids: [UUID!]!) {
  _entities: peerContributionsByIdsList(ids: $ids) {
    id: rowId
    kind
    title
    publishedAt
    author: actorByAuthorId { id: rowId name kind }
  }
}
"""

VOTE = """\
mutation Vote($contribution: UUID!, $actor: UUID!) {
  voteCast: peerVoteCast(input: {contribution: $contribution, actor: $actor, choice: "SUPPORT"}) {
    contribution: result { id: rowId tally { totalCount supportCount } }
  }
}
"""

DOCUMENTS: Mapping[str, str] = {
    "list": LIST,
    "detail": DETAIL,
    "map": MAP,
    "search": SEARCH,
    "statistics": STATISTICS,
    "vote": VOTE,
    "entities": ENTITIES,
}


def variables(name: str, given: work.Variables) -> dict[str, Any]:
    """A work's variables as the functions of postgraphile.sql take them."""
    match name:
        case "list":
            cells = cover.circle(given["lat"], given["lng"], cover.Radius(work.RADIUS_M))
            half = sin(work.RADIUS_M / (2 * distance.EARTH_RADIUS_M)) ** 2
            return {**given, "cells": [str(cell) for cell in cells], "half": half}
        case "map":
            edges = {edge: given[edge] for edge in ("south", "west", "north", "east")}
            level = cover.map_level(given["zoom"], **edges)
            return {"level": level, **view.widened(level, **edges)}
        case "search":
            return {"words": word.plain(given["words"])}
        case "entities":
            return {"ids": [str(found["id"].uuid) for found in given["representations"]]}
        case "statistics":
            return {"activity": str(given["activity"].uuid)}
        case _:
            return dict(work.written(given, lambda id_: str(id_.uuid)))


def understood(name: str, data: Any) -> Any:
    """The data of an answer in the contract's form."""
    match name:
        case "list":
            nodes = [_placed(node) for node in data["contributions"]["nodes"]]
            return {"contributions": {**data["contributions"], "nodes": nodes}}
        case "statistics":
            found = dict(data["activity"]["statistics"])
            by_category = zip(*(found.pop(key) for key in ("categoryIds", "categoryNames", "counts")), strict=True)
            found["categories"] = [{"category": {"id": i, "name": n}, "count": c} for i, n, c in by_category]
            return {"activity": {"statistics": found}}
        case "vote":
            return {"voteCast": {**data["voteCast"], "userErrors": []}}
        case _:
            return data


def _placed(node: Mapping[str, Any]) -> dict[str, Any]:
    names = ("precision", "lat", "lng", "address")
    kept = {key: value for key, value in node.items() if key not in names}
    return {**kept, "location": {name: node[name] for name in names}}
