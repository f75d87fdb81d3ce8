"""Who answers a survey: whoever proves what it asks, or a browser without account; once, as far as that goes."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from psycopg.errors import CheckViolation, UniqueViolation

from jobs import retention
from models.survey_answer import BROWSERS_AN_HOUR
from tests.acting import refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.surveying import NO, YES, opened, said, send, sent, survey
from tests.test_page_petition import Visitor
from tests.test_phase import put
from tests.test_proof import DECLARE, PERSON
from tests.test_statement_count import statements
from tests.test_survey_file import fetched

WORDS = "Le marché est trop loin de chez moi."
SHORT = [{"kind": "LONG_TEXT", "title": "Un mot ?"}, {"kind": "NUMBER", "title": "Combien ?"}]
LOOK = """query($id: ID!, $key: String) { activity(id: $id) { survey { answerCount doubleCount isWithoutAccount
  channels { channel proof answerCount }
  page(browserKey: $key) { number state version sentAt parts { question text options number } } } } }"""
SUBJECT = "DELETE FROM __tenant__.sign_in_attempt"


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def bare(given: Given, town: Portal, admin: Portal) -> Iterator[str]:
    """A survey that is answered without account."""
    activity = opened(given, town, admin, SHORT)
    done(admin, "proofRuleSet", activity=activity, isWithoutAccount=True)
    yield activity
    given.sql(town, SUBJECT)  # Of the network of all tests.


def asks(who: Portal, activity: str, *levels: str, **more: Any) -> list[Any]:
    return list(do(who, "proofRuleSet", activity=activity, levels=list(levels), **more)["userErrors"])


def keep(who: Portal, activity: str, *answers: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    given_ = {"activity": activity, "version": 1, "page": 1, "answers": list(answers), "browserKey": key}
    return do(who, "surveyAnswerSave", "nextPage browserKey", **given_)


def give(who: Portal, activity: str, *answers: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    given_ = {"activity": activity, "version": 1, "answers": list(answers), "browserKey": key}
    return do(who, "surveyAnswerSend", "browserKey surveyAnswer { id } activity { id }", **given_)


def look(who: Portal, activity: str, key: str | None = None) -> dict[str, Any]:
    return dict(who.ask(LOOK, id=activity, key=key)["activity"]["survey"])


# Proofs ---------------------------------------------------------------------------------------------------------------


def test_survey_asks_for_a_proof_as_votes_do_and_one_person_answers_once(
    given: Given, town: Portal, admin: Portal
) -> None:
    activity, person, again = opened(given, town, admin), given.actor(town), given.actor(town)
    assert asks(admin, activity, "DOCUMENT") == refused("BAD_INPUT", "levels")
    assert asks(admin, activity, "EMAIL", "DECLARATION") == refused("PROOFS_DO_NOT_MIX", "levels")
    assert asks(admin, activity, "DECLARATION", leastAge=16) == []
    answer = said("q2", options=[NO])
    assert send(person, activity, answer) == refused("PROOF_NEEDED", "activity")
    declared = {"activity": activity, **PERSON}
    young = declared | {"bornOn": "2020-01-01"}
    assert person.ask(DECLARE, input=young)["proofDeclare"]["userErrors"] == refused("TOO_YOUNG", "bornOn")
    assert person.ask(DECLARE, input=declared)["proofDeclare"]["userErrors"] == []
    assert again.ask(DECLARE, input=declared)["proofDeclare"]["userErrors"] == refused("PROOF_USED", "familyName")
    assert send(person, activity, answer) == [] and send(again, activity, answer) == refused("PROOF_NEEDED", "activity")
    stored = "SELECT proof, channel, content_digest FROM __tenant__.survey_answer WHERE activity_id = %s"
    assert given.sql(town, stored, uuid_in(activity)) == [("DECLARATION", "ACCOUNT", None)]
    assert asks(admin, activity) == refused("SURVEY_BEGUN", "activity")


def test_proof_is_given_in_a_phase_of_answering_alone(given: Given, town: Portal, admin: Portal) -> None:
    activity, person = opened(given, town, admin), given.actor(town)
    assert asks(admin, activity, "DECLARATION") == []
    declared = {"activity": activity, **PERSON}
    put(given, town, activity, "EXAMINE")
    closed = refused("ACTIVITY_NOT_OPEN", "activity")
    assert person.ask(DECLARE, input=declared)["proofDeclare"]["userErrors"] == closed
    put(given, town, activity, "COLLECT")
    assert person.ask(DECLARE, input=declared)["proofDeclare"]["userErrors"] == []


def test_codes_are_made_for_a_survey_that_asks_for_them(given: Given, town: Portal, admin: Portal) -> None:
    activity, person, other = opened(given, town, admin), given.actor(town), given.actor(town)
    batch = {"activity": activity, "name": "Accueil", "count": 2}
    assert asks(admin, activity, "DECLARATION") == []
    assert do(admin, "codesMake", **batch)["userErrors"] == refused("ACTION_NOT_POSSIBLE", "activity")
    assert asks(admin, activity, "CODE") == []
    code = done(admin, "codesMake", "codes", **batch)["codes"].splitlines()[0]
    assert do(person, "proofByCode", activity=activity, code=code)["userErrors"] == []
    assert do(other, "proofByCode", activity=activity, code=code)["userErrors"] == refused("PROOF_USED", "code")
    assert send(person, activity, said("q2", options=[NO])) == []
    assert send(other, activity, said("q2", options=[NO])) == refused("PROOF_NEEDED", "activity")


# Browsers without account ---------------------------------------------------------------------------------------------


def test_survey_is_opened_to_all_before_anybody_answers_and_asks_for_nothing_else(
    given: Given, town: Portal, admin: Portal
) -> None:
    activity, box = opened(given, town, admin), given.activity(town, kind="IDEA_BOX", vote_method="SUPPORT")
    assert asks(admin, activity, "EMAIL", isWithoutAccount=True) == refused("BAD_INPUT", "isWithoutAccount")
    assert asks(admin, box, isWithoutAccount=True) == refused("BAD_INPUT", "isWithoutAccount")
    assert asks(admin, activity, isWithoutAccount=True) == []
    assert look(town, activity)["isWithoutAccount"] is True
    assert asks(admin, activity, "EMAIL") == [] and look(town, activity)["isWithoutAccount"] is False
    assert give(town, activity, said("q2", options=[NO]))["userErrors"] == refused("UNAUTHENTICATED", None)
    row = "UPDATE __tenant__.activity SET is_without_account = true WHERE id = %s"
    with pytest.raises(CheckViolation):
        given.sql(town, row, uuid_in(activity))
    with pytest.raises(CheckViolation):
        given.sql(town, row, uuid_in(box))


def test_browser_goes_on_by_its_key_and_answers_once(given: Given, town: Portal, bare: str) -> None:
    kept = keep(town, bare, said("q2", number=3))
    key = kept["browserKey"]
    assert kept["userErrors"] == [] and re.fullmatch(r"[\w-]{24}\.[0-9a-f]{32}", key)
    assert keep(town, bare, said("q1", text="Oui"), key=key)["browserKey"] is None, "it has one already"
    with statements(town, 1):
        page = look(town, bare, key)["page"]
    assert (page["state"], page["version"], page["sentAt"]) == ("DRAFT", 1, None)
    assert {one["question"]: one["text"] or one["number"] for one in page["parts"]} == {"q1": "Oui", "q2": 3.0}
    assert look(town, bare)["page"]["state"] is None, "without the key nothing is told"
    assert look(given.actor(town), bare, key)["page"]["state"] is None, "an account has an answer of its own"
    told = give(town, bare, key=key)
    assert told["userErrors"] == [] and told["surveyAnswer"] is None and told["activity"] == {"id": bare}
    assert look(town, bare, key)["page"]["state"] == "SENT" and look(town, bare)["answerCount"] == 1
    assert give(town, bare, said("q1", text="Non"), key=key)["userErrors"] == refused("SURVEY_SENT", "activity")
    assert keep(town, bare, said("q1", text="Non"), key=key)["userErrors"] == refused("SURVEY_SENT", "activity")
    [[activity, form, digest]] = given.sql(
        town,
        "SELECT activity_id, form_id, browser_digest FROM __tenant__.survey_answer WHERE activity_id = %s",
        uuid_in(bare),
    )
    assert key.split(".")[0] not in digest
    columns = {"activity_id": activity, "form_id": form, "state": "DRAFT", "answers": "{}", "changed_at": "now"}
    with pytest.raises(UniqueViolation):
        given.insert(town, "survey_answer", **columns, channel="BROWSER", browser_digest=digest)
    with pytest.raises(CheckViolation):
        given.insert(town, "survey_answer", **columns, channel="ACCOUNT", browser_digest="other")


def test_key_that_nobody_signed_is_no_browsers(given: Given, town: Portal, bare: str) -> None:
    key = keep(town, bare, said("q1", text="Oui"))["browserKey"]
    chance, signature = key.split(".")
    for forged in (f"{chance}.{signature[::-1]}", f"{chance[::-1]}.{signature}", chance, "é.é", "." * 90):
        assert look(town, bare, forged)["page"]["state"] is None
        assert keep(town, bare, said("q2", number=1), key=forged)["browserKey"] not in (None, key)
        assert do(town, "surveyAnswerDiscard", activity=bare, browserKey=forged)["userErrors"] == refused(
            "UNAUTHENTICATED", None
        )
    assert do(town, "surveyAnswerDiscard", activity=bare, browserKey=key)["userErrors"] == []
    assert look(town, bare, key)["page"]["state"] is None


def test_key_of_one_survey_tells_nothing_in_another(given: Given, town: Portal, admin: Portal, bare: str) -> None:
    other = opened(given, town, admin, SHORT)
    done(admin, "proofRuleSet", activity=other, isWithoutAccount=True)
    key = keep(town, bare, said("q1", text="Oui"))["browserKey"]
    assert keep(town, other, said("q1", text="Oui"), key=key)["browserKey"] is None
    digests = "SELECT browser_digest FROM __tenant__.survey_answer WHERE activity_id = ANY(%s)"
    rows = given.sql(town, digests, [uuid_in(bare), uuid_in(other)])
    assert len({digest for (digest,) in rows}) == 2


def test_one_network_begins_so_often_an_hour_and_no_oftener(given: Given, town: Portal, bare: str) -> None:
    key = keep(town, bare, said("q1", text="Oui"))["browserKey"]
    full = "UPDATE __tenant__.sign_in_attempt SET count = %s"
    given.sql(town, full, BROWSERS_AN_HOUR - 1)
    assert keep(town, bare, said("q1", text="Oui"))["userErrors"] == []
    with given.nothing_written(town):
        assert keep(town, bare, said("q1", text="Oui"))["userErrors"] == refused("SURVEY_NETWORK", "activity")
        assert give(town, bare, said("q1", text="Oui"))["userErrors"] == refused("SURVEY_NETWORK", "activity")
    assert give(town, bare, key=key)["userErrors"] == [], "who has begun goes on"
    assert send(given.actor(town), bare, said("q1", text="Non")) == []
    stored = "SELECT subject FROM __tenant__.sign_in_attempt"
    assert all(re.fullmatch("[0-9a-f]{64}", subject) for (subject,) in given.sql(town, stored))


def test_same_words_are_marked_and_never_taken_away(given: Given, town: Portal, admin: Portal, bare: str) -> None:
    for answers in (
        (said("q1", text=WORDS), said("q2", number=2)),
        (said("q1", text=f"  {WORDS.upper()} !"), said("q2", number=2)),
        (said("q1", text=WORDS), said("q2", number=3)),
        (said("q1", text="Oui"), said("q2", number=2)),
        (said("q1", text="oui"), said("q2", number=2)),
    ):
        assert give(town, bare, *answers)["userErrors"] == []
    assert send(given.actor(town), bare, said("q1", text=WORDS), said("q2", number=3)) == []
    marks = "SELECT is_double FROM __tenant__.survey_answer WHERE activity_id = %s ORDER BY id"
    assert [mark for (mark,) in given.sql(town, marks, uuid_in(bare))] == [False, True, False, False, False, True]
    assert look(admin, bare)["doubleCount"] == 2 and look(town, bare)["doubleCount"] is None
    assert look(town, bare)["answerCount"] == 6
    text = fetched(admin, "survey.csv", bare).content.decode("utf-8-sig")
    head, *lines = csv.reader(io.StringIO(text), delimiter=";")
    assert head[3:6] == ["channel", "proof", "is_double"]
    assert [line[3:6] for line in lines] == [
        ["BROWSER", "", "0"], ["BROWSER", "", "1"], ["BROWSER", "", "0"],
        ["BROWSER", "", "0"], ["BROWSER", "", "0"], ["ACCOUNT", "", "1"],
    ]  # fmt: skip


def test_channels_and_proofs_are_told_when_it_is_over(given: Given, town: Portal, admin: Portal) -> None:
    activity = opened(given, town, admin)
    sent(given, town, activity, said("q2", options=[NO]), count=6)
    proved = "UPDATE __tenant__.survey_answer SET proof = 'EMAIL' WHERE activity_id = %s"
    given.sql(town, proved, uuid_in(activity))
    paper = {"activity": activity, "version": 1, "answers": [said("q2", options=[NO])]}
    for _ in range(5):
        done(admin, "surveyAnswerEnter", **paper)
    told = [
        {"channel": "ACCOUNT", "proof": "EMAIL", "answerCount": 6},
        {"channel": "PAPER", "proof": None, "answerCount": 5},
    ]
    assert look(admin, activity)["channels"] == told and look(town, activity)["channels"] == []
    given.close_activity(town, activity)
    assert look(town, activity)["channels"] == told
    few = "UPDATE __tenant__.survey_answer SET proof = NULL WHERE id IN (SELECT id FROM __tenant__.survey_answer WHERE activity_id = %s AND proof = 'EMAIL' LIMIT 1)"
    given.sql(town, few, uuid_in(activity))
    counts = [one["answerCount"] for one in look(town, activity)["channels"]]
    assert counts.count(None) >= 2, "one alone would be the difference"


def test_what_knows_a_browser_is_forgotten(given: Given, town: Portal, bare: str) -> None:
    assert give(town, bare, said("q1", text=WORDS))["userErrors"] == []
    ended = "UPDATE __tenant__.activity SET opens_at = now() - %s, closes_at = now() - %s WHERE id = %s"
    kept = "SELECT browser_digest IS NULL, content_digest IS NULL, channel FROM __tenant__.survey_answer WHERE activity_id = %s"
    for days, is_forgotten in ((59, False), (61, True)):
        given.sql(town, ended, timedelta(days=90), timedelta(days=days), uuid_in(bare))
        given.run(retention.keep(given.database, town.number))
        assert given.sql(town, kept, uuid_in(bare)) == [(is_forgotten, is_forgotten, "BROWSER")]


# Pages ----------------------------------------------------------------------------------------------------------------


def test_stranger_answers_on_pages_with_a_cookie_and_goes_on_where_the_browser_was(
    given: Given, town: Portal, admin: Portal
) -> None:
    activity = opened(given, town, admin)
    done(admin, "proofRuleSet", activity=activity, isWithoutAccount=True)
    page, stranger, other = f"/enquete/{activity}", Visitor(town), Visitor(town)
    before = stranger.get(page)
    assert "set-cookie" not in before.headers and "Aucun compte n’est demandé" in before.text
    first = {"form": "Save", "activity": activity, "version": "1", "page": "1", "answers.2.question": "q2"}
    kept = stranger.submit(page, first | {"answers.2.options": YES})
    assert (kept.status_code, kept.headers["location"]) == (303, f"{page}?sheet=2#questions")
    cookie = kept.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "parvis-answer=" in cookie
    shown, checked = stranger.get(page), r'value="o1" checked'
    assert re.search(checked, shown.text) and shown.headers["cache-control"] == "private, no-cache"
    assert not re.search(checked, other.get(page).text)
    key = cookie.split(";")[0].partition("=")[2]
    assert not re.search(checked, other.get(f"{page}?browserKey={key}").text), "no address says a key"
    typed = {"form": "Discard", "activity": activity, "browserKey": key}
    assert other.submit(page, typed).status_code == 401 and re.search(checked, stranger.get(page).text), "nor a form"
    second = {"form": "Save", "activity": activity, "version": "1", "page": "2", "answers.3.question": "q3"}
    on = stranger.submit(f"{page}?sheet=2", second | {"answers.3.number": "4"})
    assert on.headers["location"] == f"{page}?sheet=3#questions" and "set-cookie" not in on.headers
    done_ = stranger.submit(f"{page}?sheet=3", {"form": "Send", "activity": activity, "version": "1"})
    assert (done_.status_code, done_.headers["location"]) == (303, f"{page}?enregistre=1")
    assert "depuis ce navigateur, sans compte" in stranger.get(page).text
    assert survey(town, activity)["answerCount"] == 1
    given.sql(town, SUBJECT)


def test_administrator_says_by_a_form_who_may_answer(given: Given, town: Portal, admin: Portal) -> None:
    activity, desk = opened(given, town, admin), Visitor(admin)
    page = f"/gestion/enquetes/{activity}"
    assert "Un compte suffit, une réponse par compte." in desk.get(page).text
    both = {"form": "SetProof", "activity": activity, "isWithoutAccount": "true", "levels": "EMAIL"}
    assert desk.submit(page, both).status_code == 422
    assert desk.submit(page, {"form": "SetProof", "activity": activity, "levels": "DECLARATION"}).status_code == 303
    assert "Cette enquête demande" in desk.get(page).text
    person = Visitor(given.actor(town))
    form = {"form": "Save", "activity": activity, "version": "1", "page": "1", "answers.2.question": "q2"}
    assert "Avant l’envoi, cette enquête demande" in person.get(f"/enquete/{activity}").text
    assert person.submit(f"/enquete/{activity}", form | {"answers.2.options": NO}).status_code == 303
    last = f"/enquete/{activity}?sheet=3"
    assert "Qui peut répondre" in person.get(last).text and 'name="familyName"' in person.get(last).text
    refused_ = person.submit(last, {"form": "Send", "activity": activity, "version": "1"})
    assert refused_.status_code == 422
    declared = {"form": "Declare", "activity": activity, "givenNames": "Éloïse", "familyName": "Dupont"}
    declared |= {"bornOn": "1984-02-29", "address": "3 rue des Lilas, 35000 Rennes"}
    wrong = person.submit(last, declared)
    assert wrong.status_code == 422 and 'value="3 rue des Lilas, 35000 Rennes"' in wrong.text
    assert person.submit(last, declared | {"isOnHonour": "true"}).status_code == 303
    assert "Vous pouvez répondre" in person.get(last).text
    assert person.submit(last, {"form": "Send", "activity": activity, "version": "1"}).status_code == 303
    assert "Cela se décide avant que quelqu’un réponde." in desk.get(page).text
