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


TOO_MUCH = {
    "APPROVAL": ({0: 0, 1: 0, 2: 0}, "Il y en a 1 de trop."),
    "POINTS": ({0: 2, 1: 2, 2: 2}, "Il y en a 2 de trop."),
    "RANKED": ({0: 0, 1: 0}, "Plusieurs projets ont le rang 1 : donnez à chacun un rang différent."),
    "BUDGET": ({0: 0, 1: 0, 2: 0}, "Il y a 10 000 € de trop : retirez un projet."),
    "MAJORITY_JUDGEMENT": ({}, "Donnez une mention à un projet au moins."),
}


@pytest.mark.parametrize("method", RULES)
def test_ballot_that_the_rule_does_not_take_is_never_offered_to_be_cast(
    given: Given, place: Portal, method: str
) -> None:
    page = Page(given, place, method, **RULES[method])
    picked, sentence = TOO_MUCH[method]
    status, html = page.send(picked, "check")
    [alert] = re.findall(r'role="alert" id="brouillon" tabindex="-1">(.*?)</div>', html, re.S)
    plain = alert.replace("\u202f", " ").replace("\xa0", " ")
    assert status == 200
    assert sentence in plain
    assert "Valider mon vote" not in html
    assert 'action="#brouillon"' in html


def test_draft_of_another_ballot_is_not_taken_for_the_one_that_counts(given: Given, place: Portal) -> None:
    page = Page(given, place, "APPROVAL", **RULES["APPROVAL"])
    _, checked = page.send({0: 0}, "check")
    assert "il remplace" not in checked
    assert page.browser.submit(page.path, hidden(checked, "Cast")).status_code == 303
    assert "is-cast" in page.shown()
    _, checked = page.send({1: 0}, "check")
    assert "Votre vote précédent, qui compte encore" in checked
    assert "Votre vote est enregistré" not in checked
    assert "is-cast" not in checked
    [draft] = re.findall(r'<section [^>]*id="brouillon" tabindex="-1">(.*?)</section>', checked, re.S)
    assert "il remplace votre vote du" in draft
    assert "Projet B" in draft


def test_blank_vote_is_looked_through_before_it_takes_the_place_of_another(given: Given, place: Portal) -> None:
    page = Page(given, place, "APPROVAL", **RULES["APPROVAL"])
    _, checked = page.send({0: 0}, "check")
    page.browser.submit(page.path, hidden(checked, "Cast"))
    [form] = [part for part in page.shown().split("<form")[1:] if "Voter blanc" in part]
    assert '<button class="plain" name="step" value="check">' in form
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    answer = page.browser.submit(page.path, {**fields, "step": "check"})
    checked = unescape(answer.text)
    assert "Vous votez blanc" in checked
    assert "Vous avez voté blanc" not in page.shown()
    assert page.browser.submit(page.path, hidden(checked, "Cast")).status_code == 303
    assert "Vous avez voté blanc." in page.shown()


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
    order = "dans l'ordre de leur mention majoritaire" if method == "MAJORITY_JUDGEMENT" else "dans l'ordre des voix"
    assert order in decisive.replace("’", "'")


def test_page_of_a_project_says_what_the_vote_said_of_it_and_how_far_it_is(given: Given, place: Portal) -> None:
    page = Page(given, place, "APPROVAL", **{**RULES["APPROVAL"], "budget_euros": 50_000})
    asked = "query($id: ID!) { contribution(id: $id) { award { rank isWinner voterCount } } }"
    assert place.ask(asked, id=page.projects[0])["contribution"] == {"award": None}
    cast = "mutation($i: BallotCastInput!) { ballotCast(input: $i) { userErrors { code } } }"
    votes = [{"contribution": page.projects[1], "choice": "SUPPORT"}]
    assert given.actor(place).ask(cast, i={"activity": page.activity, "votes": votes})["ballotCast"]["userErrors"] == []
    given.close_activity(place, page.activity)
    given.run(vote_result.count(given.database, place.number))
    allows = {"is_open_to_votes": True, "is_open_to_comments": True}
    its = {"activity_id": uuid_in(page.activity), "name": "Livré", "color": "#0a7d33", "rank": 0}
    said = {"status_id": given.insert(place, "proposal_status", **its, **allows), "service": "", "body": ""}
    given.insert(place, "official_response", contribution_id=uuid_in(page.projects[1]), published_at="now", **said)
    won = {"award": {"rank": 1, "isWinner": True, "voterCount": 1}}
    assert place.ask(asked, id=page.projects[1])["contribution"] == won
    assert place.ask(asked, id=page.projects[0])["contribution"]["award"]["isWinner"] is False
    shown = unescape(page.browser.get(f"/contribution/{page.projects[1]}").text).replace("\xa0", " ")
    for words in ("Retenu par le vote", "Livré", "1er du résultat", "nommé par 1 bulletin", "Voir les résultats"):
        assert words in shown
    assert "Non retenu par le vote" in unescape(page.browser.get(f"/contribution/{page.projects[0]}").text)
    decisive = unescape(page.browser.get(f"/resultats/{page.activity}").text).partition("<details")[0]
    assert decisive.count("Livré") == 2  # Where the winners are followed, and in the table.


def test_projects_behind_the_end_of_a_rule_are_told_their_own_lack(given: Given, place: Portal) -> None:
    rule = {"vote_least": 1, "vote_most": 4, "budget_euros": 50_000, "award_is_ending": True}
    page = Page(given, place, "APPROVAL", **rule)
    for project, cost in zip(page.projects, (20_000, 60_000, 40_000, 10_000), strict=True):
        given.sql(place, "UPDATE __tenant__.contribution SET cost_euros = %s WHERE id = %s", cost, uuid_in(project))
    cast = "mutation($i: BallotCastInput!) { ballotCast(input: $i) { userErrors { code } } }"
    for most, voter in enumerate(given.citizens(place, 4), start=1):
        votes = [{"contribution": project, "choice": "SUPPORT"} for project in page.projects[:most]]
        payload = voter.ask(cast, i={"activity": page.activity, "votes": votes})["ballotCast"]
        assert payload == {"userErrors": []}
    given.close_activity(place, page.activity)
    given.run(vote_result.count(given.database, place.number))
    html = unescape(page.browser.get(f"/resultats/{page.activity}").text).partition("<details")[0]
    plain = html.replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")
    said = dict(re.findall(r">Projet ([A-D])</a>.*?<td>\s*([^<>]*?)\s*</td>\s*</tr>", plain, re.S))
    stopped = "Pas regardé : la règle s'arrête au premier projet trop cher, à qui il manquait 30 000 €."
    assert said == {
        "A": "Retenu : le budget le payait encore, au rang 1.",
        "B": "Il manquait 30 000 € : ce qui restait du budget ne le payait pas.",
        "C": f"{stopped} À celui-ci, il aurait manqué 10 000 €.",
        "D": stopped,
    }


def test_card_of_a_vote_calls_to_decide_while_it_is_open_alone(given: Given, place: Portal) -> None:
    page = Page(given, place, "APPROVAL", **RULES["APPROVAL"])
    change = "UPDATE __tenant__.activity SET kind = 'PARTICIPATORY_BUDGET' WHERE id = %s"
    given.sql(place, change, uuid_in(page.activity))
    query = "query($id: ID!) { activity(id: $id) { space { slug } } }"
    slug = place.ask(query, id=page.activity)["activity"]["space"]["slug"]

    def said() -> tuple[str, str]:
        html = unescape(page.browser.get(f"/espace/{slug}").text)
        [foot] = re.findall(r'<p class="face-foot">(.*?)</p>', html, re.S)
        [(number, call)] = re.findall(r'<span>([^<]*)</span><span class="go">([^<]*)</span>', foot)
        return number.strip(), call

    assert said() == ("projets", "Décider des projets à financer")
    given.close_activity(place, page.activity)
    assert said() == ("projets", "Voir les résultats")
    given.sql(
        place,
        "UPDATE __tenant__.activity SET opens_at = '2040-05-04', closes_at = NULL WHERE id = %s",
        uuid_in(page.activity),
    )
    assert said() == ("projets", "Lire")


def test_vote_that_is_still_to_come_is_not_called_closed(given: Given, place: Portal) -> None:
    page = Page(given, place, "APPROVAL", **RULES["APPROVAL"])
    given.sql(
        place, "UPDATE __tenant__.activity SET opens_at = '2040-05-04 10:00+02' WHERE id = %s", uuid_in(page.activity)
    )
    given.actor(place, role="ADMIN")
    administrator = Browser(place.client, place.host)
    assert administrator.submit("/auth/demo", {"role": "ADMIN", "next": "/"}).status_code == 303
    paths = (page.path, f"/resultats/{page.activity}", f"/gestion/votes/{page.activity}")
    for path in (*paths, f"/gestion/votes/{page.activity}/participation"):
        shown = unescape(administrator.get(path).text).replace("\u202f", " ").replace("\xa0", " ")
        assert "e vote ouvre le 4 mai 2040, 10 h" in shown, path
        assert not re.search("vote (est )?clos|Il a ouvert|vont être comptés|Voir les résultats", shown), path
