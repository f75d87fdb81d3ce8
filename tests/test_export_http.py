"""The export over HTTP: everything of contributions that the public sees and nothing else, for machines alone."""

import json
from typing import Any

import httpx
import pytest

from tests.conftest import Portal
from tests.given import Given

PATH = "/export/contributions.jsonl"
CREATE = """mutation($scopes: [TokenScope!]!, $expiresAt: DateTime!) {
    apiTokenCreate(input: {name: "Export", scopes: $scopes, expiresAt: $expiresAt}) { token userErrors { code } } }"""


@pytest.fixture(scope="module")
def token(rennes: Portal) -> str:
    return made(rennes, "EXPORT")


def made(portal: Portal, *scopes: str) -> str:
    payload = portal.admin().ask(CREATE, scopes=scopes, expiresAt="2027-06-01T00:00:00Z")["apiTokenCreate"]
    assert payload["userErrors"] == []
    return str(payload["token"])


def fetched(portal: Portal, token: str | None) -> httpx.Response:
    signed = {"authorization": f"Bearer {token}"} if token else {}
    return portal.client.get(PATH, headers={"host": portal.host, **signed})


def lines(answer: httpx.Response) -> list[dict[str, Any]]:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


def test_export_has_every_public_contribution_once_newest_first(rennes: Portal, token: str) -> None:
    exported = lines(fetched(rennes, token))
    total = rennes.ask("{ contributions(status: null) { totalCount } }")["contributions"]["totalCount"]
    assert total > 100, "more than one page"
    assert len({line["id"] for line in exported}) == len(exported) == total
    times = [line["publishedAt"] for line in exported]
    assert times == sorted(times, reverse=True)


def test_line_is_what_the_public_sees(rennes: Portal, token: str) -> None:
    line = next(line for line in lines(fetched(rennes, token)) if line["location"])
    shown = rennes.ask(
        "query($id: ID!) { contribution(id: $id) { title author { name } location { lat lng precision } } }",
        id=line["id"],
    )["contribution"]
    assert line["title"] == shown["title"]
    assert {name: line["location"][name] for name in ("lat", "lng", "precision")} == shown["location"]


def test_drafts_and_names_of_anonymous_requests_are_not_in_it(town: Portal, given: Given, rennes: Portal) -> None:
    author = given.actor(town, name="Autrice cachée")
    publish = """mutation($activity: ID!) { contributionPublish(input: {activity: $activity, kind: REQUEST, isAnonymous: true,
        title: "Sans nom", body: "Un besoin.", location: {lat: 48.1, lng: -1.68}}) { contribution { id } userErrors { code } } }"""
    shown = author.ask(publish, activity=given.activity(town, kind="MUTUAL_AID"))["contributionPublish"]
    hidden = author.ask(publish, activity=given.activity(town, kind="MUTUAL_AID"))["contributionPublish"]
    given.sql(
        town,
        "UPDATE __tenant__.participatory_space SET visibility = 'DRAFT' WHERE id = (SELECT a.space_id FROM"
        " __tenant__.activity a JOIN __tenant__.contribution c ON c.activity_id = a.id WHERE c.id = %s)",
        hidden["contribution"]["id"].split("_")[2],
    )
    token = made_by(given.actor(town, role="ADMIN"))
    answer = fetched(town, token)
    ids = {line["id"] for line in lines(answer)}
    assert shown["contribution"]["id"] in ids
    assert hidden["contribution"]["id"] not in ids
    assert "Autrice cachée" not in answer.text


def made_by(administrator: Portal) -> str:
    return str(
        administrator.ask(CREATE, scopes=["EXPORT"], expiresAt="2027-06-01T00:00:00Z")["apiTokenCreate"]["token"]
    )


def test_export_is_for_machines_with_its_scope(rennes: Portal, lehavre: Portal, token: str) -> None:
    def told(portal: Portal, token: str | None) -> tuple[int, str]:
        answer = fetched(portal, token)
        return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]

    assert told(rennes, None) == (403, "FORBIDDEN")
    assert told(rennes, rennes.admin().token) == (403, "FORBIDDEN")
    assert told(rennes, made(rennes, "READ")) == (403, "FORBIDDEN")
    assert told(lehavre, token) == (401, "UNAUTHENTICATED")
    assert told(rennes, "pat_1_nonsense") == (401, "UNAUTHENTICATED")
