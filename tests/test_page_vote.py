"""The voting page, without script: what is picked is counted and kept, a draft says that it is one, and what was cast
stands above as it is stored."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from counting import vote_result
from tests.acting import published
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_page_portal import hidden

COST = 20_000


@pytest.fixture(scope="module")
def place(given: Given, rennes: Portal) -> Iterator[Portal]:
    """A tenant of this module's own, with one member."""
    portal = given.tenant(rennes, "polling-town", "commune-35238")
    given.actor(portal, name="Camille")
    return portal  # type: ignore[return-value]  # A fixture that has nothing to take down.


class Page:
    """The voting page of an activity, as its member's browser without script shows it."""

    def __init__(self, given: Given, place: Portal, method: str, projects: int = 4, **rule: int) -> None:
        self.given, self.place = given, place
        self.activity = given.activity(place, vote_method=method, **rule)
        author = given.actor(place)
        self.projects = [published(author, self.activity, title=f"Projet {letter}") for letter in "ABCD"[:projects]]
        for project in self.projects:
            change = "UPDATE __tenant__.contribution SET cost_euros = %s WHERE id = %s"
            given.sql(place, change, COST, uuid_in(project))
        self.browser = Browser(place.client, place.host)
        assert self.browser.submit("/auth/demo", {"role": "MEMBER", "next": "/"}).status_code == 303
        self.path = f"/voter/{self.activity}"

    def shown(self) -> str:
        return unescape(self.browser.get(self.path).text)

    def options(self, project: str) -> list[str]:
        """What the page's controls for a project can say, in their order, but for nothing."""
        name = re.escape(f"votes.{project}")
        html = self.browser.get(self.path).text
        select = re.search(rf'<select[^>]*name="{name}".*?</select>', html, re.S)
        found = re.findall(
            r'value="([^"]*)"', select[0] if select else "\n".join(re.findall(rf'<input[^>]*name="{name}"[^>]*>', html))
        )
        return [unescape(text) for text in found if text]

    def fields(self, picked: dict[int, int], step: str = "") -> dict[str, str]:
        """What the browser sends that picked an option for some projects, by their places."""
        fields = hidden(self.browser.get(self.path).text, "Cast")
        fields.pop("isBlank", None)
        chosen = {f"votes.{self.projects[place]}": self.options(self.projects[place])[n] for place, n in picked.items()}
        return {**fields, **chosen, **({"step": step} if step else {})}

    def send(self, picked: dict[int, int], step: str = "") -> tuple[int, str]:
        answer = self.browser.submit(self.path, self.fields(picked, step))
        return answer.status_code, unescape(answer.text)

    def ballots(self) -> int:
        rows = "SELECT count(*) FROM __tenant__.ballot WHERE activity_id = %s"
        return int(self.given.sql(self.place, rows, uuid_in(self.activity))[0][0])


RULES = {
    "APPROVAL": {"vote_least": 1, "vote_most": 2},
    "POINTS": {"vote_least": 1, "vote_most": 7, "vote_most_each": 3},
    "RANKED": {"vote_least": 1, "vote_most": 3},
    "BUDGET": {"vote_least": 0, "vote_most": 100, "budget_euros": 50_000},
    "MAJORITY_JUDGEMENT": {"vote_least": 1, "vote_grades": 4},
}
PICKED = {
    "APPROVAL": {0: 0, 2: 0},
    "POINTS": {0: 2, 1: 0},
    "RANKED": {0: 1, 1: 0},
    "BUDGET": {0: 0, 1: 0},
    "MAJORITY_JUDGEMENT": {0: 0, 3: 3},
}


@pytest.mark.parametrize("method", RULES)
def test_ballot_is_picked_looked_through_and_cast(given: Given, place: Portal, method: str) -> None:
    page = Page(given, place, method, **RULES[method])
    assert "Vous n'avez pas encore voté" in page.shown().replace("’", "'")
    status, checked = page.send(PICKED[method], "check")
    assert status == 200
    assert "Brouillon" in checked
    assert page.ballots() == 0
    answer = page.browser.submit(page.path, hidden(checked, "Cast"))
    assert answer.status_code == 303, answer.text
    assert page.ballots() == 1
    cast = page.shown()
    assert "Votre vote est enregistré" in cast
    kept = cast.split("Changer mon bulletin")[0]
    assert all((f"Projet {letter}" in kept) is (place in PICKED[method]) for place, letter in enumerate("ABCD"))


def test_running_total_is_recounted_without_script_and_nothing_is_stored(given: Given, place: Portal) -> None:
    page = Page(given, place, "BUDGET", **RULES["BUDGET"])
    _, html = page.send({0: 0, 1: 0}, "choose")
    assert re.search(r"<output[^>]*>40\s000\s€</output> sur 50\s000\s€", html)
    assert html.count("checked") == 2
    _, html = page.send({0: 0, 1: 0, 2: 0}, "check")
    assert "de trop" in html
    assert "Brouillon" not in html
    assert page.ballots() == 0


def test_refused_ballot_is_shown_again_with_all_that_was_picked(given: Given, place: Portal) -> None:
    page = Page(given, place, "APPROVAL", **RULES["APPROVAL"])
    status, html = page.send({0: 0, 1: 0, 2: 0})
    assert status == 422
    assert "Votre bulletin contient plus que ce que permet ce vote" in html
    assert html.count("checked") == 3
    assert page.ballots() == 0


def test_blank_ballot_and_withdrawing(given: Given, place: Portal) -> None:
    page = Page(given, place, "APPROVAL", **RULES["APPROVAL"])
    blank = {**hidden(page.browser.get(page.path).text, "Cast"), "isBlank": "true"}
    assert page.browser.submit(page.path, blank).status_code == 303
    assert "Vous avez voté blanc." in page.shown()
    withdraw = hidden(page.browser.get(page.path).text, "Withdraw")
    assert page.browser.submit(page.path, withdraw).status_code == 303
    assert page.ballots() == 0


def test_order_of_projects_is_chance_that_each_voter_keeps(given: Given, place: Portal) -> None:
    page = Page(given, place, "APPROVAL", **RULES["APPROVAL"])
    query = "query($id: ID!) { activity(id: $id) { contributions(order: SHUFFLED) { nodes { id } } } }"

    def order(viewer: Portal) -> tuple[str, ...]:
        nodes = viewer.ask(query, id=page.activity)["activity"]["contributions"]["nodes"]
        return tuple(node["id"] for node in nodes)

    voters = given.citizens(place, 20)
    orders = [order(voter) for voter in voters]
    assert orders == [order(voter) for voter in voters]
    assert {frozenset(found) for found in orders} == {frozenset(page.projects)}
    assert len(set(orders)) > 5


def test_anonymous_visitor_picks_and_signs_in_to_cast(given: Given, place: Portal) -> None:
    page = Page(given, place, "APPROVAL", **RULES["APPROVAL"])
    stranger = Browser(place.client, place.host)
    _, checked = page.send({0: 0}, "check")
    answer = stranger.submit(page.path, hidden(checked, "Cast"))
    assert answer.status_code in (303, 401, 200)
    assert page.ballots() == 0
    assert page.projects[0] in unescape(answer.text) + answer.headers.get("location", "")


@pytest.mark.parametrize("method", ["POINTS", "MAJORITY_JUDGEMENT"])
def test_results_say_why_each_project_won_or_what_it_lacked(given: Given, place: Portal, method: str) -> None:
    page = Page(given, place, method, **{**RULES[method], "budget_euros": 50_000})
    _, checked = page.send(PICKED[method], "check")
    page.browser.submit(page.path, hidden(checked, "Cast"))
    path = f"/resultats/{page.activity}"
    assert "les résultats paraissent après la clôture" in unescape(page.browser.get(path).text)
    given.close_activity(place, page.activity)
    given.run(vote_result.count(given.database, place.number))
    given.sql(place, "UPDATE __tenant__.vote_result SET counted_at = counted_at")
    html = unescape(page.browser.get(path).text)
    decisive, _, other = html.partition("<details")
    assert "Du premier au dernier" in decisive
    assert "Parts égales" in other
    assert all(f"Projet {letter}" in decisive for letter in "ABCD")
    assert "Retenu : le budget le payait encore, au rang 1." in decisive.replace("\u202f", " ").replace("\xa0", " ")
    assert "Aucun bulletin ne le nomme." in decisive
    assert ("Mention majoritaire" in decisive) is (method == "MAJORITY_JUDGEMENT")
    assert "Voir les résultats" in unescape(page.browser.get(f"/activite/{page.activity}").text)
