"""The page of tokens and widgets: a token is shown once, a widget comes with the code to paste, both are revoked."""

import re
from html import unescape

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


def test_widget_comes_with_code_to_paste_and_a_preview(given: Given, rennes: Portal, desk: Browser) -> None:
    activity = rennes.ask("{ spaces { nodes { activities { id kind contributions(first: 1) { nodes { title } } } } } }")
    shown = next(
        each for space in activity["spaces"]["nodes"] for each in space["activities"] if each["contributions"]["nodes"]
    )
    form = {"form": "Register", "name": "Sur le site", "origins": "https://www.rennes.example", "activity": shown["id"]}
    assert desk.submit(PATH, form).status_code == 303
    page = unescape(desk.get(PATH).text)
    [[id_]] = given.sql(rennes, "SELECT id::text FROM __tenant__.widget WHERE name = 'Sur le site'")
    assert f"/widget/widget_{rennes.number}_{id_}/token" in page
    assert f'activity(id: "{shown["id"]}")' in page
    assert shown["contributions"]["nodes"][0]["title"] in page
    gone = desk.submit(PATH, {"form": "RevokeWidget", "widget": f"widget_{rennes.number}_{id_}"})
    assert gone.status_code == 303
    assert f"/widget/widget_{rennes.number}_{id_}/token" not in unescape(desk.get(PATH).text)
