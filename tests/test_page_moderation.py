"""The pages of moderation: reporting, deciding and reading why, without script, and nothing typed is lost."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from graphql import GraphQLEnumType

from portal import judgement
from tests.acting import comment, published, revise
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import REASONS, case_about, decided, reported
from tests.operation import CONTRACT
from tests.test_page_portal import activity, hidden, signed_in

PLACE = {"lat": 48.1, "lng": -1.68}


@pytest.fixture
def resident(rennes: Portal) -> Browser:
    return signed_in(Browser(rennes.client, rennes.host))


@pytest.fixture
def desk(rennes: Portal) -> Browser:
    return signed_in(Browser(rennes.client, rennes.host), "MODERATOR")


@pytest.fixture
def offer(rennes: Portal) -> str:
    return published(
        rennes.member(5), activity(rennes, "MUTUAL_AID"), "OFFER", title="Une offre louche", location=PLACE
    )


def test_resident_reports_and_follows_the_answer(rennes: Portal, resident: Browser, desk: Browser, offer: str) -> None:
    page = resident.get(f"/contribution/{offer}").text
    assert f'href="/contribution/{offer}/signaler"' in page
    form = resident.get(f"/contribution/{offer}/signaler").text
    assert "Une offre louche" in form
    typed = hidden(form, "Report") | {"quote": "louche", "explanation": "On me demande de payer."}
    refused = resident.submit(f"/contribution/{offer}/signaler", typed)
    assert refused.status_code == 422
    assert "On me demande de payer." in refused.text and 'value="louche"' in refused.text
    typed |= {"category": "SCAMS_AND_FRAUD", "isGoodFaith": "true"}
    sent = resident.submit(f"/contribution/{offer}/signaler", typed)
    assert (sent.status_code, sent.headers["location"][:13]) == (303, "/signalement/")
    receipt = resident.get(sent.headers["location"]).text
    [number] = re.findall(r"<b>([2-9A-Z]{4}-[2-9A-Z]{4})</b>", receipt)
    assert number in resident.get("/moi").text
    assert Browser(rennes.client, rennes.host).get(sent.headers["location"]).status_code == 303

    case = case_about(rennes.moderator(), offer)
    queue = desk.get("/gestion/moderation").text
    assert f"/gestion/moderation/{case['id']}" in queue and "Une offre louche" in queue
    shown = desk.get(f"/gestion/moderation/{case['id']}").text
    assert number in shown and "On me demande de payer." in shown
    unsure = hidden(shown, "Decide") | {**REASONS, "action": "HIDE", "facts": "Trop"}
    answer = desk.submit(f"/gestion/moderation/{case['id']}", unsure)
    assert answer.status_code == 422 and REASONS["rule"] in answer.text and ">Trop</textarea>" in answer.text
    done = desk.submit(f"/gestion/moderation/{case['id']}", unsure | {"facts": REASONS["facts"]})
    assert done.status_code == 303
    assert "Le contenu a été retiré." in resident.get(sent.headers["location"]).text


def test_what_was_removed_says_why_and_author_reads_the_whole(rennes: Portal, offer: str) -> None:
    stranger, author = Browser(rennes.client, rennes.host), rennes.member(5)
    assert stranger.get(f"/contribution/{offer}").status_code == 200
    reported(rennes.member(6), contribution=offer)
    decided(rennes.moderator(), offer, "HIDE")
    page = stranger.get(f"/contribution/{offer}")
    assert page.status_code == 410
    assert REASONS["rule"] in page.text and "Haine, discrimination ou diffamation" in page.text
    assert "louche" not in page.text and REASONS["facts"] not in page.text
    assert stranger.get(f"/contribution/{offer}/retiree").status_code == 200
    assert stranger.get("/contribution/contribution_1_00000000-0000-4000-8000-000000000000").status_code == 404
    [decision, *_] = author.ask("{ viewer { decisions { nodes { id } } } }")["viewer"]["decisions"]["nodes"]
    path = f"/moderation/decision/{decision['id']}"
    answer = rennes.client.get(path, headers={"host": rennes.host, "authorization": f"Bearer {author.token}"})
    assert answer.status_code == 200 and REASONS["facts"] in answer.text and "Exposé des motifs" in answer.text
    assert stranger.get(path).headers["location"].startswith("/auth/sign-in?")
    decided(rennes.moderator(), offer, "RESTORE")
    assert stranger.get(f"/contribution/{offer}").status_code == 200
    assert stranger.get(f"/contribution/{offer}/retiree").status_code == 404


def test_moderator_who_comes_late_reads_it_again_and_loses_nothing(rennes: Portal, desk: Browser, offer: str) -> None:
    reported(rennes.member(6), contribution=offer)
    path = f"/gestion/moderation/{case_about(rennes.moderator(), offer)['id']}"
    typed = hidden(desk.get(path).text, "Decide") | REASONS | {"action": "HIDE"}
    assert revise(rennes.member(5), offer, body="Tout autre chose.")["userErrors"] == []
    late = desk.submit(path, typed)
    assert late.status_code == 422
    assert "Relisez-le" in late.text and "Tout autre chose." in late.text and REASONS["facts"] in late.text
    assert 'id="refused"' in late.text and 'href="#refused"' in late.text  # The page begins at the form, below it.
    again = hidden(late.text, "Decide")
    assert again["version"] != typed["version"]
    assert revise(rennes.member(5), offer, body="Encore autre chose.")["userErrors"] == []
    again |= {"action": "HIDE"}
    short = desk.submit(path, typed | again | {"facts": "Non."})
    assert short.status_code == 422 and hidden(short.text, "Decide")["version"] == again["version"]
    assert "Tout autre chose." in short.text and "Encore autre chose." in short.text  # As it was, and as it is.
    late = desk.submit(path, typed | again)
    assert late.status_code == 422 and "Relisez-le" in late.text and "les deux versions" not in late.text
    assert desk.submit(path, typed | hidden(late.text, "Decide")).status_code == 303


def test_decision_leads_to_what_was_decided_and_on_to_the_next_case(
    rennes: Portal, desk: Browser, given: Given
) -> None:
    box, said = activity(rennes, "IDEA_BOX"), "Trois soirées : oui."
    first, other = (published(given.actor(rennes), box, title=f"Idée {n}", body=said) for n in (1, 2))
    for each in (first, other):
        reported(given.actor(rennes), contribution=each)
    path = f"/gestion/moderation/{case_about(rennes.moderator(), first)['id']}"
    before = desk.get(path).text
    assert "soirées\u00a0: oui." in before  # No line begins with a colon.
    assert "Dossier suivant" not in before and '<button class="ghost">Rien à faire' in before
    done = desk.submit(path, hidden(before, "Decide") | {"action": "NOTHING"})
    assert done.headers["location"] == f"{path}?enregistre=1#decisions"
    after = desk.get(f"{path}?enregistre=1").text
    [onward] = re.findall(r'<a class="press" href="(/gestion/moderation/[^"]+)">Dossier suivant', after)
    assert onward != path and desk.get(onward).status_code == 200
    assert 'id="decisions"' in after and '<button class="ghost">Rien à faire' not in after


def test_removed_reply_keeps_its_place(rennes: Portal, offer: str) -> None:
    reply = comment(rennes.member(7), offer, "Un mot de trop, vraiment.")["comment"]["id"]
    stranger = Browser(rennes.client, rennes.host)
    assert f'href="/reponse/{reply}/signaler"' in stranger.get(f"/contribution/{offer}").text
    reported(rennes.member(6), comment=reply)
    decided(rennes.moderator(), offer, "HIDE", reply)
    page = stranger.get(f"/contribution/{offer}").text
    assert f'id="reponse-{reply}"' in page and "Retiré par la modération" in page
    assert "Un mot de trop" not in page and f"/reponse/{reply}/signaler" not in page


@pytest.mark.parametrize("count", [1, 20])
def test_queue_and_case_are_one_statement_each(
    rennes: Portal, given: Given, desk: Browser, offer: str, count: int
) -> None:
    for number in range(count):
        reported(given.actor(rennes, name=f"Signaleuse {number} de {count}"), contribution=offer)
    case = case_about(rennes.moderator(), offer)
    for path in ("/gestion/moderation", f"/gestion/moderation/{case['id']}"):
        desk.get(path)
        before = rennes.running.database.statement_count
        assert desk.get(path).status_code == 200
        assert rennes.running.database.statement_count - before == 1
    decided(rennes.moderator(), offer, "NOTHING")


def test_hostile_words_are_shown_as_they_are(rennes: Portal, desk: Browser, offer: str) -> None:
    hostile = "\"'><script>alert(1)</script>"
    reported(rennes.member(8), contribution=offer, quote=hostile, explanation=hostile)
    page = desk.get(f"/gestion/moderation/{case_about(rennes.moderator(), offer)['id']}").text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    decided(rennes.moderator(), offer, "NOTHING")


TABLES = {
    "COMPLAINTS": "ReportCategory",
    "ACTIONS": "DecisionAction",
    "ANSWERS": "DecisionAction",
    "GROUNDS": "DecisionGround",
    "SHOWN": "ShownStatus",
    "NOTICES": "NoticeSource",
    "CASES": "CaseState",
    "CAUSES": "CaseCause",
    "REPORT_PARTS": "ReportPart",
    "OUTCOMES_OF_APPEALS": "AppealOutcome",
    "DETECTIONS": "DetectionKind",
}


@pytest.mark.parametrize(("table", "enum"), TABLES.items())
def test_every_value_has_its_words(table: str, enum: str) -> None:
    found = CONTRACT.type_map[enum]
    assert isinstance(found, GraphQLEnumType)
    assert set(getattr(judgement, table)) == set(found.values)


def test_author_contests_and_another_moderator_answers_by_pages_alone(rennes: Portal, desk: Browser) -> None:
    author = signed_in(Browser(rennes.client, rennes.host))
    mine = published(rennes.member(0), activity(rennes, "MUTUAL_AID"), "OFFER", title="Mon offre", location=PLACE)
    assert "Mon offre" in author.get("/moi").text
    reported(rennes.member(6), contribution=mine)
    decided(rennes.admin(), mine, "HIDE")
    [decision, *_] = rennes.member(0).ask("{ viewer { decisions { nodes { id } } } }")["viewer"]["decisions"]["nodes"]
    path = f"/moderation/decision/{decision['id']}"
    form = author.get(path).text
    assert "Contester cette décision" in form
    refused = author.submit(path, hidden(form, "Appeal") | {"reason": "Non"})
    assert refused.status_code == 422 and ">Non</textarea>" in refused.text
    why = "Mon offre ne vise personne."
    assert author.submit(path, hidden(form, "Appeal") | {"reason": why}).status_code == 303
    assert why in author.get(path).text and "Contester cette décision" not in author.get(path).text

    assert "Mon offre" in desk.get("/gestion/moderation?state=APPEALED").text
    case = f"/gestion/moderation/{case_about(rennes.moderator(), mine)['id']}"
    page = desk.get(case).text
    assert why in page and "Décider contre ce contenu ou son auteur" not in page
    reply = {"outcome": "REVERSED", "reply": "En effet, personne n'est visé."}
    assert desk.submit(case, hidden(page, "Answer") | reply).status_code == 303
    assert "La décision est annulée." in author.get(path).text and "ne vaut plus" in author.get(path).text
    assert Browser(rennes.client, rennes.host).get(f"/contribution/{mine}").status_code == 200
    journal = Browser(rennes.client, rennes.host).get("/moderation").text
    assert "Remis en ligne le" in journal and REASONS["rule"] in journal
    assert "Mon offre" not in journal and REASONS["facts"] not in journal


def test_what_waits_for_review_is_told_and_accepted_by_pages_alone(
    rennes: Portal, given: Given, resident: Browser, desk: Browser
) -> None:
    held = activity(rennes, "IDEA_BOX")
    rule = "UPDATE __tenant__.activity SET review_rule = %s WHERE id = %s"
    given.sql(rennes, rule, "BEFORE_PUBLICATION", uuid_in(held))
    try:
        form = resident.get(f"/publier/{held}").text
        assert "avant qu’il soit public" in form
        typed = hidden(form, "Publish") | {"title": "Une idée à relire", "body": "Un texte qui attend."}
        sent = resident.submit(f"/publier/{held}", typed)
        assert (sent.status_code, sent.headers["location"]) == (303, f"/moi?attend={held}")
        mine = resident.get(sent.headers["location"]).text
        assert "En attente de relecture" in mine and "Une idée à relire" in mine
    finally:
        given.sql(rennes, rule, "AFTER_PUBLICATION", uuid_in(held))
    [path] = re.findall(r'href="(/contribution/[^"/]+)/retiree"', mine)
    assert "Un texte qui attend." in resident.get(f"{path}/retiree").text
    assert Browser(rennes.client, rennes.host).get(path).status_code == 404
    assert "Une idée à relire" in desk.get("/gestion/moderation").text
    case = f"/gestion/moderation/{case_about(rennes.moderator(), path.rpartition('/')[2])['id']}"
    page = desk.get(case).text
    assert "Accepter et publier" in page and "aura jamais été public" in page
    assert 'value="HIDE"' in page and 'value="WARN"' not in page
    assert desk.submit(case, hidden(page, "Decide") | {"action": "NOTHING"}).status_code == 303
    assert Browser(rennes.client, rennes.host).get(path).status_code == 200


def test_moderator_redacts_and_suspends_by_pages_alone(rennes: Portal, given: Given, desk: Browser) -> None:
    author = given.actor(rennes, name="Zoé Suspendue")
    insult = published(author, activity(rennes, "IDEA_BOX"), title="Une idée", body="M. Untel, 3 rue des Lilas, ment.")
    reported(rennes.member(6), contribution=insult)
    case = f"/gestion/moderation/{case_about(rennes.moderator(), insult)['id']}"
    typed = hidden(desk.get(case).text, "Decide") | REASONS | {"action": "REDACT", "redactedTitle": "Une idée"}
    refused = desk.submit(case, typed | {"redactedBody": ""})
    assert refused.status_code == 422 and REASONS["facts"] in refused.text
    assert desk.submit(case, typed | {"redactedBody": "[…] ment."}).status_code == 303
    shown = Browser(rennes.client, rennes.host).get(f"/contribution/{insult}").text
    assert "[…] ment." in shown and "Untel" not in shown and "a retiré une partie de ce texte" in shown
    typed = hidden(desk.get(case).text, "Decide") | REASONS | {"action": "SUSPEND", "until": "2000-01-01T10:00"}
    assert desk.submit(case, typed).status_code == 422
    until = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT10:00")
    assert desk.submit(case, typed | {"until": until}).status_code == 303
    page = desk.get(case).text
    assert "Ce qui pèse déjà sur cette personne" in page and "Lever la suspension" in page
    assert desk.submit(case, hidden(page, "Decide") | {"action": "LIFT"}).status_code == 303
    assert "Lever la suspension" not in desk.get(case).text


def test_dispute_says_what_becomes_of_it_before_it_is_settled(desk: Browser) -> None:
    page = desk.get("/gestion/litiges").text
    assert "cela ne se défait pas" in page
    buttons = re.findall(r'name="isDone" value="(\w+)"><button class="ghost">([^<]+)<', page)
    assert set(buttons) == {("true", "C’était fait"), ("false", "Ce n’était pas fait")}
