"""The page of tokens: a token is shown once, and revoked."""

import re

import pytest

from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given
from tests.test_page_portal import signed_in

PATH = "/gestion/acces"
TOKEN = {"form": "CreateToken", "name": "Carte des services", "scopes": "READ", "expiresAt": "2027-01-31T12:00"}
SHOWN = re.compile(r'id="token" readonly value="([^"]+)"')


@pytest.fixture
def desk(rennes: Portal) -> Browser:
    return signed_in(Browser(rennes.client, rennes.host), "ADMIN")


def test_token_is_shown_once_works_and_is_revoked(given: Given, rennes: Portal, desk: Browser) -> None:
    answer = desk.submit(PATH, {**TOKEN, "idempotencyKey": "a key of this test"})
    assert answer.status_code == 200
    [token] = SHOWN.findall(answer.text)
    assert SHOWN.findall(desk.get(PATH).text) == []
    again = desk.submit(PATH, {**TOKEN, "idempotencyKey": "a key of this test"})
    assert SHOWN.findall(again.text) == []
    assert "déjà été montré" in again.text

    def status() -> int:
        headers = {"host": rennes.host, "authorization": f"Bearer {token}"}
        return rennes.client.post("/graphql", json={"query": "{ portal { title } }"}, headers=headers).status_code

    assert status() == 200
    [[id_]] = given.sql(rennes, "SELECT id::text FROM __tenant__.api_token WHERE name = %s", TOKEN["name"])
    revoked = desk.submit(PATH, {"form": "RevokeToken", "apiToken": f"apitoken_{rennes.number}_{id_}"})
    assert revoked.status_code == 303
    assert "révoqué" in desk.get(PATH).text


def test_refused_token_keeps_what_was_typed(desk: Browser) -> None:
    answer = desk.submit(PATH, {**TOKEN, "expiresAt": "2035-01-01T00:00"})
    assert answer.status_code == 422
    assert 'value="Carte des services"' in answer.text
    assert SHOWN.findall(answer.text) == []
