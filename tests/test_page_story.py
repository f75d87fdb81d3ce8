"""Stories by forms, without script: a debate, a survey and a proposal, each from the dashboard to what everybody reads in
the end, with an administrator, three people and a moderator. That of a petition is in test_page_petition.py, that of a
text in test_page_text.py."""

import csv
import io
import re

import pytest

from tests.acting import published
from tests.conftest import Portal
from tests.given import Given
from tests.moderating import REASONS, case_about
from tests.surveying import said, sent
from tests.test_debate import sides
from tests.test_page_petition import Visitor, plain
from tests.test_page_portal import hidden

HOW, WHY = "Comment venez-vous ?", "Pourquoi ?"
RULE = {"rule": REASONS["rule"], "facts": REASONS["facts"], "category": REASONS["category"], "ground": "TERMS"}


@pytest.fixture(scope="module")
def town(given: Given, rennes: Portal) -> Portal:
    """Of these tests alone: others' activities have a space each, and a portal has a bound of spaces."""
    return given.tenant(rennes, "town-of-stories", "commune-35238")


@pytest.fixture
def admin(given: Given, town: Portal) -> Visitor:
    return Visitor(given.actor(town, role="ADMIN", name="Mairie"))


@pytest.fixture
def moderator(given: Given, town: Portal) -> Visitor:
    return Visitor(given.actor(town, role="MODERATOR"))


@pytest.fixture
def people(given: Given, town: Portal) -> list[Visitor]:
    return [Visitor(given.actor(town, name=name)) for name in ("Anne", "Bilal", "Chloé")]


def send(who: Visitor, path: str, form: str, **typed: str) -> str:
    """The address to which a form of a page leads that was filled in and accepted."""
    answer = who.submit(path, hidden(who.get(path).text, form) | typed)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0].partition("#")[0]


def space_of(admin: Visitor, title: str, template: str) -> str:
    """The desk's page of a space that everybody sees."""
    space = send(admin, "/gestion/espaces", "Create", title=title, template=template)
    send(admin, space, "Revise")
    return space


def publish(who: Visitor, activity: str, title: str, body: str) -> str:
    """The page of what was written in the two steps of the form."""
    page = f"/publier/{activity}?kind=PROPOSAL"
    first = who.submit(page, hidden(who.get(page).text, "Publish") | {"title": title, "body": body, "step": "check"})
    assert title in plain(first)
    answer = who.submit(page, hidden(first.text, "Publish"))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].partition("?")[0])


def report(who: Visitor, page: str) -> None:
    typed = {"category": REASONS["category"], "isGoodFaith": "true", "explanation": "C'est une accusation."}
    assert send(who, f"{page}/signaler", "Report", **typed).startswith("/signalement/")


def decide(moderator: Visitor, page: str, action: str, comment: str | None = None, **typed: str) -> None:
    """The moderator finds what is reported or waits in the queue, and decides."""
    case = f"/gestion/moderation/{case_about(moderator.who, page.rpartition('/')[2], comment)['id']}"
    assert case in moderator.get("/gestion/moderation").text
    send(moderator, case, "Decide", action=action, **typed)


def test_debate_is_argued_moderated_answered_and_closed(
    given: Given, town: Portal, admin: Visitor, moderator: Visitor, people: list[Visitor]
) -> None:
    space = space_of(admin, "La place sans voitures", "DEBATE")
    activity = admin.get(space).text.partition("/gestion/activites/")[2].partition('"')[0]
    question = publish(admin, activity, "Fermer la place", "De mai à octobre.")
    anne, bilal, chloe = people
    said_by = (
        (anne, "FOR", "On respire"),
        (anne, "FOR", "On joue"),
        (bilal, "AGAINST", "Le bus"),
        (bilal, "AGAINST", "Vol"),
    )
    for who, side, title in said_by:
        send(who, question, "Argue", side=side, title=title, body="Je le vois tous les jours.")
    pages = {title: page for page, title in _pages(town, question)}
    played = pages["On joue"].rpartition("/")[2]
    assert chloe.submit(question, {"form": "Vote", "contribution": played, "choice": "FOR"}).status_code == 303
    report(chloe, pages["Vol"])
    decide(moderator, pages["Vol"], "HIDE", **RULE)
    assert chloe.get(pages["Vol"]).status_code == 410
    send(
        moderator,
        f"/gestion/contributions/{pages['Le bus'].rpartition('/')[2]}/expert",
        "Pin",
        name="Ada",
        function="ingénieure",
    )
    desk = f"/gestion/reponses/{question.rpartition('/')[2]}"
    send(admin, desk, "Respond", service="Les mobilités", body="La place ferme le dimanche.")
    given.close_activity(town, activity)
    shown = Visitor(town).get(question).text
    assert sides(shown) == [("for", "On joue"), ("against", "Le bus"), ("for", "On respire")]
    assert "Ada, ingénieure" in shown and "La place ferme le dimanche." in shown
    assert 'value="Argue"' not in chloe.get(question).text and 'value="Vote"' not in chloe.get(question).text
    late = {"form": "Vote", "contribution": played, "choice": "AGAINST"}
    assert bilal.submit(question, late).status_code == 422
    assert "ferm" in Visitor(town).get(f"/activite/{activity}").text


def _pages(town: Portal, question: str) -> list[tuple[str, str]]:
    asked = "query($id: ID!) { contribution(id: $id) { arguments(order: NEWEST, first: 20) { nodes { id title } } } }"
    nodes = town.ask(asked, id=question.rpartition("/")[2])["contribution"]["arguments"]["nodes"]
    return [(f"/contribution/{node['id']}", node["title"]) for node in nodes]


def test_survey_is_answered_counted_and_exported_beside_an_idea_that_a_moderator_reads_first(
    given: Given, town: Portal, admin: Visitor, moderator: Visitor, people: list[Visitor]
) -> None:
    space = space_of(admin, "Venir au marché", "BLANK")
    activity, box = (
        send(admin, space, "Add", kind=kind, title=title).rpartition("/")[2]
        for kind, title in (("SURVEY", "Vos trajets"), ("IDEA_BOX", "Vos idées"))
    )
    rule = f"/gestion/activites/{box}"
    opens = admin.get(rule).text.partition('name="opensAt"')[2].partition('value="')[2].partition('"')[0]
    first = {"title": "Vos idées", "opensAt": opens, "locationRule": "NONE", "reviewRule": "BEFORE_PUBLICATION"}
    send(admin, rule, "Revise", **first)
    desk = f"/gestion/enquetes/{activity}"
    options = {f"question.options.{place}.label": label for place, label in enumerate(("À vélo", "En bus", "À pied"))}
    for kind, title, more in (("ONE", HOW, options), ("TEXT", WHY, {})):
        send(admin, f"{desk}/question", "Put", **{"question.kind": kind, "question.title": title, **more})
    send(admin, desk, "Publish")
    anne, bilal, chloe = people
    for who, how, why in ((anne, "o1", "=1+1"), (bilal, "o1", "C'est court."), (chloe, "o3", "J'habite en face.")):
        page = f"/enquete/{activity}"
        answers = {
            "answers.1.question": "q1",
            "answers.1.options": how,
            "answers.2.question": "q2",
            "answers.2.text": why,
        }
        send(who, page, "Save", **answers)
        assert send(who, f"{page}?sheet=2", "Send") == page
        assert "votre réponse est envoyée" in plain(who.get(page))
    sent(given, town, activity, said("q1", options=["o2"]), count=5)
    sent(given, town, activity, said("q1", options=["o3"]), count=5)

    assert publish(chloe, box, "Un abri à vélos", "Devant la halle.") == "/moi"
    [idea] = re.findall(r'href="(/contribution/[^"]+)/retiree">Un abri à vélos', chloe.get("/moi").text)
    assert anne.get(idea).status_code == 404
    decide(moderator, idea, "NOTHING")
    assert "Un abri à vélos" in anne.get(idea).text

    given.close_activity(town, activity)
    send(admin, desk, "Results", questions="q1")
    shown = plain(Visitor(town).get(f"/enquete/{activity}/resultats"))
    assert HOW in shown and WHY not in shown
    assert shown.count("masqué</span>") == 2 and "<b>6</b>" in shown
    told = admin.get(f"/export/survey.csv?activity={activity}").text.removeprefix("\ufeff")
    rows = [
        [cell for place, cell in enumerate(row) if place != 2] for row in csv.reader(io.StringIO(told), delimiter=";")
    ]
    assert rows[0] == ["answer", "version", "channel", "proof", "is_double", "q1", "q2"]
    assert rows[1:4] == [
        ["1", "1", "ACCOUNT", "", "0", "o1", "'=1+1"],
        ["2", "1", "ACCOUNT", "", "0", "o1", "C'est court."],
        ["3", "1", "ACCOUNT", "", "0", "o3", "J'habite en face."],
    ]
    assert len(rows) == 14


def test_proposal_is_merged_moderated_taken_up_as_a_project_and_answered(
    given: Given, town: Portal, admin: Visitor, moderator: Visitor, people: list[Visitor]
) -> None:
    space = space_of(admin, "Des arbres", "BLANK")
    box = send(admin, space, "Add", kind="IDEA_BOX", title="Vos idées").rpartition("/")[2]
    budget = given.activity(
        town, kind="PARTICIPATORY_BUDGET", vote_method="APPROVAL", location_rule="NONE", vote_least=1, vote_most=3
    )
    project = published(admin.who, budget, title="Des platanes pour la place")
    anne, bilal, chloe = people
    first = publish(anne, box, "Des platanes place Zola", "Il y ferait moins chaud.")
    double = publish(bilal, box, "Des platanes sur la place Zola", "Pour avoir de l'ombre.")
    ids = {page: page.rpartition("/")[2] for page in (first, double)}
    for who, page in ((chloe, first), (chloe, double), (bilal, first)):
        assert who.submit(page, {"form": "Vote", "contribution": ids[page], "choice": "SUPPORT"}).status_code == 303
    send(chloe, first, "Comment", body="Ceux qui proposent cela sont des voleurs.")
    send(moderator, f"/gestion/contributions/{ids[double]}/lignee", "Merge", into=ids[first])
    public = Visitor(town).get(double).text
    assert "Fusionnée dans" in public and f'href="{first}"' in public
    assert "2</b> personnes la soutiennent" in plain(Visitor(town).get(first)).replace(",", "")
    [comment] = re.findall(r"/reponse/([^/]+)/signaler", anne.get(first).text)
    report(anne, f"/reponse/{comment}")
    decide(moderator, first, "HIDE", comment, **RULE)
    shown = Visitor(town).get(first).text
    assert "voleurs" not in shown and "Retiré par la modération" in shown
    send(admin, f"/gestion/contributions/{ids[first]}/lignee?search=platanes", "Adopt", project=project)
    send(admin, f"/gestion/reponses/{ids[first]}", "Respond", service="Les espaces verts", body="Plantés en novembre.")
    shown = Visitor(town).get(first).text
    assert "Plantés en novembre." in shown and f'href="/contribution/{project}"' in shown
    assert "devenue ce projet" in Visitor(town).get(f"/contribution/{project}").text
