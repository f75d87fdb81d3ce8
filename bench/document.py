"""Documents: what the works ask for, in the contract's words."""

LIST = """\
query Offres($lat: Latitude!, $lng: Longitude!) {
  contributions(near: {lat: $lat, lng: $lng, radiusM: 5000}, kinds: [OFFER, LISTING], order: NEWEST, first: 20) {
    nodes {
      id
      kind
      title
      publishedAt
      author { name kind }
      category { name }
      location { precision lat lng address }
      distance(from: {lat: $lat, lng: $lng}) { band metres }
      commentCount
      comments(first: 3) { nodes { body publishedAt author { name } } }
    }
    pageInfo { hasNextPage }
  }
}
"""

DETAIL = """\
query Contribution($id: ID!) {
  contribution(id: $id) {
    id
    kind
    status
    title
    body
    publishedAt
    author { id name kind }
    activity { id kind title }
    category { id name }
    tally { totalCount supportCount forCount mixedCount againstCount }
    commentCount
    comments(first: 20) {
      nodes { id body publishedAt author { id name kind } }
      pageInfo { hasNextPage }
    }
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
    proposalCount
  }
}
"""

SEARCH = """\
query Recherche($words: String!) {
  contributions(search: $words, kinds: [OFFER, LISTING, PROPOSAL], order: NEWEST, first: 20) {
    nodes { id kind title body publishedAt author { name } category { name } }
    pageInfo { hasNextPage }
  }
}
"""

STATISTICS = """\
query Statistiques($activity: ID!) {
  activity(id: $activity) {
    statistics {
      totalCount
      openCount
      closedCount
      expiredCount
      offerCount
      requestCount
      categories { category { id name } count }
    }
  }
}
"""

ENTITIES_QUERY = """\
query Entites($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Contribution { id kind title publishedAt author { id name kind } }
  }
}
"""

VOTE = """\
mutation Vote($contribution: ID!) {
  voteCast(input: {contribution: $contribution, choice: SUPPORT}) {
    contribution { id tally { totalCount supportCount } }
    userErrors { code }
  }
}
"""

DOCUMENTS = {
    "list": LIST,
    "detail": DETAIL,
    "map": MAP,
    "search": SEARCH,
    "statistics": STATISTICS,
    "vote": VOTE,
    "entities": ENTITIES_QUERY,
    "cached": LIST,
}
"""`cached` is the list again, asked by anonymous visitors of a Parvis that keeps its answers."""
NAMES = tuple(DOCUMENTS)
