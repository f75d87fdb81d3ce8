"""The portal: the host decides which tenant answers."""

import httpx

from tests.conftest import Portal

TITLE = "{ portal { title collectivite { name inseeCode } } }"


def test_each_host_shows_its_own_portal(rennes: Portal, lehavre: Portal) -> None:
    assert rennes.ask(TITLE)["portal"] == {
        "title": "La Fabrique citoyenne",
        "collectivite": {"name": "Rennes", "inseeCode": "35238"},
    }
    assert lehavre.ask(TITLE)["portal"]["title"] == "LH solidaire"


def test_host_is_read_without_case_and_port(rennes: Portal) -> None:
    answer = rennes.post(TITLE, host="RENNES.localhost:8000").json()
    assert answer["data"]["portal"]["title"] == "La Fabrique citoyenne"


def test_unknown_host_is_refused_and_names_nothing(client: httpx.Client) -> None:
    answer = client.post("/graphql", json={"query": TITLE}, headers={"host": "rennes.example"})
    assert answer.status_code == 404
    assert answer.json() == {
        "errors": [{"message": "There is no portal at this address.", "extensions": {"code": "UNKNOWN_HOST"}}]
    }
