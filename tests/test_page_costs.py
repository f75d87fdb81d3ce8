"""The page of costs: what each project of a participatory budget would cost, until somebody voted."""

import pytest

from tests.acting import published
from tests.administering import do
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given
from tests.test_page_portal import signed_in


@pytest.fixture
def desk(rennes: Portal) -> Browser:
    return signed_in(Browser(rennes.client, rennes.host), "ADMIN")


@pytest.fixture
def budget(given: Given, rennes: Portal) -> str:
    rule = {"vote_least": 1, "vote_most": 3, "budget_euros": 100_000}
    return given.activity(rennes, kind="PARTICIPATORY_BUDGET", vote_method="APPROVAL", **rule)


def test_cost_is_said_changed_and_taken_away(given: Given, rennes: Portal, desk: Browser, budget: str) -> None:
    project = published(given.actor(rennes, role="ADMIN"), budget, title="Un potager")
    path = f"/gestion/activites/{budget}/couts"
    assert path in desk.get(f"/gestion/activites/{budget}").text
    page = desk.get(path).text
    assert "Un potager" in page
    assert "1 projet de cette page n’a pas encore de coût" in page
    for typed, stored in (("12000", 12_000), ("0", 0), ("", None)):
        sent = {"form": "Estimate", "contribution": project, "costEuros": typed, "reason": "Le devis est arrivé."}
        assert desk.submit(path, sent).status_code == 303
        assert given.row(rennes, project)["cost_euros"] == stored


def test_refused_cost_stands_at_its_project(given: Given, rennes: Portal, desk: Browser, budget: str) -> None:
    project = published(given.actor(rennes, role="ADMIN"), budget, title="Un potager")
    sent = {"form": "Estimate", "contribution": project, "costEuros": "cher"}
    answer = desk.submit(f"/gestion/activites/{budget}/couts", sent)
    assert answer.status_code == 422
    assert f'id="{project}-problem"' in answer.text
    assert 'value="cher"' in answer.text


def test_costs_stay_once_somebody_voted(given: Given, rennes: Portal, desk: Browser, budget: str) -> None:
    project = published(given.actor(rennes, role="ADMIN"), budget, title="Un potager")
    cast = do(given.actor(rennes), "ballotCast", activity=budget, isBlank=True)
    assert cast["userErrors"] == []
    path = f"/gestion/activites/{budget}/couts"
    page = desk.get(path).text
    assert "les coûts ne changent plus" in page
    assert 'name="costEuros"' not in page
    sent = {"form": "Estimate", "contribution": project, "costEuros": "10"}
    assert desk.submit(path, sent).status_code == 422
    assert given.row(rennes, project)["cost_euros"] is None


@pytest.mark.parametrize("count", [1, 20])
def test_page_is_one_statement(given: Given, rennes: Portal, desk: Browser, budget: str, count: int) -> None:
    author = given.actor(rennes, role="ADMIN")
    for number in range(count):
        published(author, budget, title=f"Projet {number}")
    path = f"/gestion/activites/{budget}/couts"
    desk.get(path)
    before = rennes.running.database.statement_count
    assert desk.get(path).status_code == 200
    assert rennes.running.database.statement_count - before == 1
