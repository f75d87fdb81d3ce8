"""What is offered and needed near a place, on the command line. Python's standard library alone.

    python command_line.py https://entraide.ville.example "saint-martin" --kind REQUEST --words jardin

It asks two operations: where the place is, then the publications around it, nearest first, page after page.
"""

import argparse
import json
import sys
import urllib.error
import urllib.request
from typing import Any

PLACES = "query Places($search: String!) { places(search: $search) { name within cell } }"
AROUND = """\
query Around($near: NearInput!, $kinds: [ContributionKind!], $search: String, $from: PointInput!, $after: String) {
  contributions(near: $near, kinds: $kinds, search: $search, order: NEAREST, first: 20, after: $after) {
    nodes { id kind title publishedAt zone { name } distance(from: $from) { band } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
CENTRE = "query Centre { portal { title center { lat lng } } }"


class PortalError(Exception):
    """The portal refused, and says why."""


def ask(portal: str, document: str, **variables: Any) -> dict[str, Any]:
    """The data of one operation. Raises PortalError with the portal's own words."""
    body = json.dumps({"query": document, "variables": variables}).encode()
    request = urllib.request.Request(f"{portal}/graphql", body, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            told: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as error:
        told = json.load(error)
    if told.get("errors"):
        first = told["errors"][0]
        raise PortalError(f"{first['message']} ({first.get('extensions', {}).get('code', '?')})")
    return dict(told["data"])


def main() -> int:
    """Print a line for each publication; the number of the program is 1 where the portal refuses."""
    parser = argparse.ArgumentParser(description="What is offered and needed around the middle of a portal.")
    parser.add_argument("portal", help="the portal's address, for example https://entraide.ville.example")
    parser.add_argument("place", nargs="?", help="say also which places this name means")
    parser.add_argument("--kind", choices=("OFFER", "REQUEST", "LISTING", "PROPOSAL"), help="only of this kind")
    parser.add_argument("--words", help="only with these words")
    parser.add_argument("--radius", type=int, default=5_000, help="in metres; 5000 unless said otherwise")
    asked = parser.parse_args()
    try:
        if asked.place:
            for place in ask(asked.portal, PLACES, search=asked.place)["places"]:
                print(f"{place['cell']}  {place['name']}  {place['within'] or ''}".rstrip())
        centre = ask(asked.portal, CENTRE)["portal"]["center"]
        kinds = [asked.kind] if asked.kind else None
        shared = {"near": {**centre, "radiusM": asked.radius}, "from": centre, "kinds": kinds, "search": asked.words}
        after, has_more = None, True
        while has_more:
            page = ask(asked.portal, AROUND, **shared, after=after)["contributions"]
            for node in page["nodes"]:
                zone = (node["zone"] or {}).get("name", "")
                print(f"{node['id']}  {node['kind']:8}  {node['distance']['band']}  {node['title']}  {zone}".rstrip())
            after, has_more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    except PortalError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
