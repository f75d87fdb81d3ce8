"""Open data: what the public sees, at addresses that stay, with schemas, a licence, and what is to be forgotten."""

import csv
import io
import json
import re
from typing import Any

import httpx
import pytest

from geo import cell
from tests.acting import published
from tests.conftest import Portal
from tests.given import Given
from tests.importing import done, imported, table
from tests.own import until

FILES = (
    "contributions.csv",
    "comments.csv",
    "contributions.geojson",
    "cells.geojson",
    "tombstones.csv",
    "datapackage.json",
    "README.md",
)


def fetched(portal: Portal, name: str, **headers: str) -> httpx.Response:
    return portal.client.get(f"/opendata/{name}", headers={"host": portal.host, **headers})


def rows(portal: Portal, name: str) -> list[dict[str, str]]:
    answer = fetched(portal, name)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


def ids(portal: Portal) -> set[str]:
    """All contributions that the public sees."""
    found, after, has_more = set(), None, True
    while has_more:
        ask = "query($after: String) { contributions(status: null, first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }"
        page = portal.ask(ask, after=after)["contributions"]
        found |= {node["id"] for node in page["nodes"]}
        after, has_more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found


def test_contributions_are_all_that_the_public_sees_once(rennes: Portal) -> None:
    listed = [row["id"] for row in rows(rennes, "contributions.csv")]
    assert len(listed) == len(set(listed)) > 100
    assert set(listed) == ids(rennes)


def test_comments_name_what_they_reply_to(rennes: Portal) -> None:
    replies = rows(rennes, "comments.csv")
    counts = {row["id"]: int(row["comments"]) for row in rows(rennes, "contributions.csv")}
    assert sum(counts.values()) == len(replies) > 10
    assert {row["contribution_id"] for row in replies} == {id_ for id_, count in counts.items() if count}


def test_geojson_has_the_hexagon_of_each_person_and_no_point_of_theirs(rennes: Portal) -> None:
    answer = fetched(rennes, "contributions.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    features = answer.json()["features"]
    located = [row for row in rows(rennes, "contributions.csv") if row["cell"]]
    assert len(features) == len(located) > 10
    for feature in features:
        properties, geometry = feature["properties"], feature["geometry"]
        if properties["precision"] == "EXACT":
            assert geometry["type"] == "Point"
            continue
        [ring] = geometry["coordinates"]
        corners = [[lng, lat] for lat, lng in cell.boundary(cell.from_text(properties["cell"]))]
        assert ring == [*corners, corners[0]]
        assert "lat" not in properties


def test_cells_count_what_is_in_them(rennes: Portal) -> None:
    located = [row for row in rows(rennes, "contributions.csv") if row["cell"]]
    features = fetched(rennes, "cells.geojson").json()["features"]
    counted = {feature["properties"]["cell"]: feature["properties"] for feature in features}
    assert len(counted) == len(features)
    for text, found in counted.items():
        inside = [row["kind"].lower() for row in located if row["cell"] == text]
        assert found == {"cell": text, "total": len(inside), **{kind: inside.count(kind) for kind in inside}}
    assert sum(found["total"] for found in counted.values()) == len(located) > 10


def test_package_describes_every_column_of_every_file(rennes: Portal) -> None:
    package = fetched(rennes, "datapackage.json").json()
    assert package["licenses"][0]["name"] == "etalab-2.0"
    for resource in package["resources"]:
        path = resource["path"].partition("/opendata/")[2]
        answer = fetched(rennes, path)
        assert answer.status_code == 200
        if resource["format"] == "csv":
            header = next(csv.reader(io.StringIO(answer.text)))
            assert [field["name"] for field in resource["schema"]["fields"]] == header
            _check(resource["schema"]["fields"], rows(rennes, path))
    assert "Licence Ouverte 2.0" in fetched(rennes, "README.md").text


def _check(fields: list[dict[str, Any]], found: list[dict[str, str]]) -> None:
    """Values are of the types and among the values that the schema says."""
    patterns = {
        "integer": r"-?\d+",
        "number": r"-?\d+(\.\d+)?",
        "datetime": r"\d{4}-\d\d-\d\dT.*[+]00:00",
        "string": r"(?s).*",
        "date": r"\d{4}-\d\d-\d\d",
        "boolean": r"true|false",
    }
    for field in fields:
        for row in found:
            if value := row[field["name"]]:
                assert re.fullmatch(patterns[field["type"]], value), (field, value)
                assert value in field.get("constraints", {}).get("enum", [value])


@pytest.mark.parametrize("name", FILES)
def test_file_that_did_not_change_is_not_sent_again(rennes: Portal, name: str) -> None:
    first = fetched(rennes, name)
    assert first.headers["access-control-allow-origin"] == "*"
    again = fetched(rennes, name, **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = fetched(rennes, name, **{"if-modified-since": first.headers["last-modified"]})
    assert since.status_code == 304
    old = fetched(rennes, name, **{"if-modified-since": "Tue, 17 Mar 2020 00:00:00 GMT"})
    assert old.status_code == 200


def test_change_of_the_portal_changes_the_tag(given: Given, town: Portal) -> None:
    before = fetched(town, "contributions.csv").headers["etag"]
    published(given.actor(town), given.activity(town))

    def changed() -> bool:
        return fetched(town, "contributions.csv").headers["etag"] != before

    until(changed)


def test_drafts_and_what_members_see_are_not_in_it(given: Given, town: Portal) -> None:
    hidden = []
    for visibility in ("MEMBERS", "DRAFT"):
        space = given.space(town, visibility=visibility)
        hidden.append(published(given.actor(town, role="MODERATOR"), given.activity(town, space=space)))
    for name in ("contributions.csv", "tombstones.csv"):
        assert {row["id"] for row in rows(town, name)}.isdisjoint(hidden)


def test_what_was_taken_back_is_a_tombstone(given: Given, town: Portal) -> None:
    admin, activity = given.actor(town, role="ADMIN"), given.activity(town)
    run = imported(given, admin, activity, table("id;titre;texte", [("1", "Un titre secret", "Texte")]))
    ask = "query($activity: ID!) { contributions(activity: $activity) { nodes { id } } }"
    [gone] = [node["id"] for node in town.ask(ask, activity=activity)["contributions"]["nodes"]]
    assert gone in {row["id"] for row in rows(town, "contributions.csv")}
    done(given, admin, "undo", run["id"])
    assert gone not in {row["id"] for row in rows(town, "contributions.csv")}
    [stone] = [row for row in rows(town, "tombstones.csv") if row["id"] == gone]
    assert stone["kind"] == "PROPOSAL"
    assert "secret" not in fetched(town, "tombstones.csv").text


def test_addresses_without_a_file_lead_to_the_page(rennes: Portal) -> None:
    for name in ("", "/"):
        answer = rennes.client.get(f"/opendata{name}", headers={"host": rennes.host}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/donnees")
    assert rennes.client.get("/opendata/contributions.csv", headers={"host": "nobody.example"}).status_code == 404
    assert rennes.client.head("/opendata/contributions.csv", headers={"host": rennes.host}).content == b""


def test_package_is_json_that_names_its_own_host(rennes: Portal) -> None:
    package = json.loads(fetched(rennes, "datapackage.json").text)
    assert package["homepage"] == f"http://{rennes.host}/donnees"
