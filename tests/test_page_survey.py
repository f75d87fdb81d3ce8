"""Pages of surveys: from the form to the results by forms, without script; what was typed is kept."""

import re
from typing import Any

import pytest

from tests.administering import done
from tests.conftest import Portal
from tests.given import Given
from tests.surveying import NO, YES, opened, said, sent, survey
from tests.test_page_petition import Visitor
from tests.test_phase import put


@pytest.fixture
def admin(given: Given, town: Portal) -> Visitor:
    return Visitor(given.actor(town, role="ADMIN"))


def test_form_is_written_and_published_by_forms(given: Given, town: Portal, admin: Visitor) -> None:
    activity = given.activity(town, kind="SURVEY")
    desk = f"/gestion/enquetes/{activity}"
    assert desk in admin.get(f"/gestion/activites/{activity}").text
    assert "Aucune question pour le moment." in admin.get(desk).text
    typed = {
        "form": "Put",
        "activity": activity,
        "edition": "0",
        "question.kind": "ONE",
        "question.title": "Le <bus> ?",
    }
    refused = admin.submit(f"{desk}/question", typed)
    assert refused.status_code == 422 and "Le &lt;bus&gt; ?" in refused.text
    options = {"question.options.0.label": "Oui", "question.options.2.label": "Non", "question.isRequired": "true"}
    kept = admin.submit(f"{desk}/question", typed | options)
    assert (kept.status_code, kept.headers["location"]) == (303, f"{desk}?enregistre=1#q1")
    more = admin.submit(
        f"{desk}/question", {"form": "Put", "step": "kind", "question.kind": "SCALE", "question.title": "Content ?"}
    )
    assert "Ce que veut dire le premier nombre" in more.text and 'value="question=q1&amp;options=o1"' in more.text
    scale = {
        "form": "Put",
        "activity": activity,
        "edition": "1",
        "question.kind": "SCALE",
        "question.title": "Content ?",
    }
    scale |= {"question.shownIf.q1o1": "question=q1&options=o1"}
    assert admin.submit(f"{desk}/question", scale).status_code == 303
    shown = admin.get(desk).text
    assert "si « Le &lt;bus&gt; ? »" in shown.replace("\u202f", " ").replace("\u00a0", " ")
    assert (
        "checked" in admin.get(f"{desk}/question?code=q2").text
        and "Content ?" in admin.get(f"{desk}/question?code=q2").text
    )
    up = {"form": "Move", "activity": activity, "edition": "2", "question": "q2", "place": "1"}
    assert admin.submit(desk, up).status_code == 422, "a condition would look ahead"
    assert admin.submit(desk, {"form": "Publish", "activity": activity, "edition": "2"}).status_code == 303
    form = survey(town, activity)["form"]
    assert [one["title"] for one in form["questions"]] == ["Le <bus> ?", "Content ?"]
    assert form["questions"][1]["shownIf"] == [{"question": "q1", "options": ["o1"]}]
    assert "Répondre" in Visitor(town).get(f"/activite/{activity}").text
    assert Visitor(given.actor(town)).get(desk).status_code == 404


def test_survey_is_answered_page_by_page_without_script(given: Given, town: Portal, admin: Visitor) -> None:
    activity, person = opened(given, town, admin.who), Visitor(given.actor(town))
    page = f"/enquete/{activity}"
    assert "Prenez-vous le bus" in Visitor(town).get(page).text, "everybody reads the first page"
    first = {"form": "Save", "activity": activity, "version": "1", "page": "1", "answers.2.question": "q2"}
    gone = Visitor(town).submit(page, first | {"answers.2.options": YES})
    assert (gone.status_code == 303 and "/auth" in gone.headers["location"]) or gone.status_code in (401, 200)
    on = person.submit(f"{page}?sheet=1", first | {"answers.2.options": YES})
    assert (on.status_code, on.headers["location"]) == (303, f"{page}?sheet=2#questions")
    second = {"form": "Save", "activity": activity, "version": "1", "page": "2", "answers.3.question": "q3"}
    second |= {
        "answers.4.question": "q4",
        "answers.4.other": "Les <arrêts>",
        "answers.5.question": "q5",
        "answers.5.text": "Un & deux",
    }
    wrong = person.submit(f"{page}?sheet=2", second | {"answers.4.options": "other", "answers.3.number": "99"})
    assert wrong.status_code == 422 and 'href="#answers.3"' in wrong.text, "the refusal leads to its question"
    assert "Les &lt;arrêts&gt;" in wrong.text and "Un &amp; deux" in wrong.text
    assert person.submit(f"{page}?sheet=2", second).headers["location"] == f"{page}?sheet=3#questions"
    shown = person.get(f"{page}?sheet=3").text
    assert "Il manque une réponse à" in shown and "Les &lt;arrêts&gt;" in shown
    refused = person.submit(f"{page}?sheet=3", {"form": "Send", "activity": activity, "version": "1"})
    assert refused.status_code == 422
    back = person.submit(f"{page}?sheet=2", second | {"answers.3.number": "4", "page": "0"})
    assert back.headers["location"] == f"{page}?sheet=1#questions"
    assert re.search(r'value="o1" checked', person.get(f"{page}?sheet=1").text)
    sent_ = person.submit(f"{page}?sheet=3", {"form": "Send", "activity": activity, "version": "1"})
    assert (sent_.status_code, sent_.headers["location"]) == (303, f"{page}?enregistre=1")
    assert "votre réponse est envoyée" in person.get(page).text
    assert "Votre réponse est envoyée." in person.get(f"/activite/{activity}").text
    assert survey(town, activity)["answerCount"] == 1


def test_form_that_changed_is_said_and_keeps_what_was_typed(given: Given, town: Portal, admin: Visitor) -> None:
    activity, person = opened(given, town, admin.who), Visitor(given.actor(town))
    page = f"/enquete/{activity}"
    first = {"form": "Save", "activity": activity, "version": "1", "page": "1", "answers.2.question": "q2"}
    assert person.submit(page, first | {"answers.2.options": NO}).status_code == 303
    done(
        admin.who,
        "surveyQuestionSave",
        activity=activity,
        edition=0,
        question={"kind": "TEXT", "title": "Un mot ?"},
        after="q1",
    )
    done(admin.who, "surveyFormPublish", activity=activity, edition=1, reason="Une question de plus.")
    late = person.submit(page, first | {"answers.2.options": YES})
    assert late.status_code == 422 and re.search(r'value="o1" checked', late.text) and "Un mot" in late.text
    assert "Une question de plus." in person.get(page).text
    assert person.submit(page, first | {"answers.2.options": YES, "version": "2"}).status_code == 303


def test_results_are_published_by_boxes_and_small_counts_are_masked(given: Given, town: Portal, admin: Visitor) -> None:
    activity = opened(given, town, admin.who)
    desk, page = f"/gestion/enquetes/{activity}", f"/enquete/{activity}/resultats"
    sent(given, town, activity, said("q2", options=[NO]), said("q4", options=["o1"]), count=6)
    sent(given, town, activity, said("q2", options=[YES]), said("q3", number=2), count=2)
    assert admin.submit(desk, {"form": "Results", "activity": activity}).status_code == 303
    assert "Que faut-il améliorer" in admin.get(desk).text
    assert "L’enquête est en cours" in Visitor(town).get(page).text
    given.close_activity(town, activity)
    assert admin.submit(desk, {"form": "Results", "activity": activity, "questions": "q2"}).status_code == 303
    shown = Visitor(town).get(page).text
    assert "Prenez-vous le bus" in shown and "masqué" in shown and "Que faut-il" not in shown
    assert page in Visitor(town).get(f"/activite/{activity}").text
    paper = Visitor(town).get(f"/enquete/{activity}/imprimer").text
    assert "<svg" in paper and "Seulement si vous avez répondu" in paper


def test_page_says_at_which_stage_a_survey_is(given: Given, town: Portal, admin: Visitor) -> None:
    activity, person = opened(given, town, admin.who), Visitor(given.actor(town))
    page = f"/enquete/{activity}"
    first = {"form": "Save", "activity": activity, "version": "1", "page": "1", "answers.2.question": "q2"}
    assert person.submit(page, first | {"answers.2.options": YES}).status_code == 303
    put(given, town, activity, "EXAMINE")
    shown = person.get(page).text
    assert "On ne répond pas à cette étape." in shown and 'aria-current="step"' in shown
    assert "n’a pas été envoyé" in shown and "Continuer" not in shown
    refused = person.submit(page, first | {"answers.2.options": NO})
    assert refused.status_code == 422
    about = person.get(f"/activite/{activity}").text
    assert "On ne répond pas à cette étape." in about and "Reprendre ma réponse" not in about
    desk = admin.get(f"/gestion/activites/{activity}/phases").text
    assert "on peut lire seulement" in desk and "on peut publier" not in desk
    put(given, town, activity, "COLLECT")
    assert "on peut répondre à l’enquête" in admin.get(f"/gestion/activites/{activity}/phases").text
    assert "Continuer" in person.get(page).text


def test_place_is_looked_for_without_losing_what_was_typed(given: Given, town: Portal, admin: Visitor) -> None:
    questions = [{"kind": "TEXT", "title": "Un mot ?"}, {"kind": "PLACE", "title": "Où ?"}]
    activity, person = opened(given, town, admin.who, questions), Visitor(given.actor(town))
    page = f"/enquete/{activity}"
    typed = {"form": "Save", "activity": activity, "version": "1", "page": "1", "answers.1.question": "q1"}
    typed |= {"answers.1.text": "Ici", "answers.2.question": "q2"}
    looked = person.submit(page, typed | {"step": "where", "town": "Rennes"})
    assert looked.status_code == 200 and 'value="Ici"' in looked.text
    cells = re.findall(r'name="answers\.2\.place" value="([0-9a-f]{15})"', looked.text)
    assert person.submit(page, typed | {"answers.2.place": cells[0]}).status_code == 303
    assert f'value="{cells[0]}" checked' in person.get(page).text


def test_survey_has_a_page_instead_of_publishing(given: Given, town: Portal, admin: Visitor) -> None:
    activity = opened(given, town, admin.who)
    assert "on répond à un questionnaire" in admin.get(f"/publier/{activity}").text


def test_paper_form_is_typed_on_one_page_and_keeps_what_was_typed(given: Given, town: Portal, admin: Visitor) -> None:
    activity = opened(given, town, admin.who)
    desk = f"/gestion/enquetes/{activity}/saisie"
    assert desk in admin.get(f"/gestion/enquetes/{activity}").text
    typed = {
        "form": "Enter",
        "activity": activity,
        "version": "1",
        "answers.2.question": "q2",
        "answers.2.options": YES,
    }
    typed |= {"answers.3.question": "q3", "answers.5.question": "q5", "answers.5.text": "Sur <papier>"}
    refused = admin.submit(desk, typed)
    assert refused.status_code == 422 and "Sur &lt;papier&gt;" in refused.text and 'href="#answers.3"' in refused.text
    kept = admin.submit(desk, typed | {"answers.3.number": "5"})
    assert (kept.status_code, kept.headers["location"]) == (303, f"{desk}?enregistre=1")
    assert survey(town, activity)["answerCount"] == 1
    assert Visitor(given.actor(town)).get(desk).status_code == 404


def test_choice_that_need_not_be_made_is_taken_back_and_a_ranking_says_how_many_it_wants(
    given: Given, town: Portal, admin: Visitor
) -> None:
    options = [{"label": "Lundi"}, {"label": "Mardi"}, {"label": "Jeudi"}]
    form: list[dict[str, Any]] = [
        {"kind": "ONE", "title": "Quel jour ?", "options": options},
        {"kind": "SCALE", "title": "À quel point ?"},
        {"kind": "MATRIX", "title": "Et où ?", "options": options, "rows": [{"label": "Au parc"}]},
        {"kind": "RANKING", "title": "Dans quel ordre ?", "options": options, "least": 2, "most": 3},
        {"kind": "ONE", "title": "Venez-vous ?", "options": options, "isRequired": True},
    ]
    activity, person = opened(given, town, admin.who, form), Visitor(given.actor(town))
    page = f"/enquete/{activity}"
    shown = person.get(page).text
    assert shown.count("<span>Sans réponse</span>") == 3, "what must be answered has no such button"
    assert "Classez de 2 à 3 réponses" in shown.replace("\u00a0", " ")
    whole = {f"answers.{number}.question": f"q{number}" for number in range(1, 6)}
    whole |= {"form": "Save", "activity": activity, "version": "1", "page": "1"}
    said_ = {"answers.1.options": "o2", "answers.2.number": "4", "answers.3.rows.1.row": "r1"}
    assert person.submit(page, whole | said_ | {"answers.3.rows.1.option": "o1"}).status_code == 303
    assert person.get(f"{page}?sheet=1").text.count("checked") == 3
    none = {
        "answers.1.options": "",
        "answers.2.number": "",
        "answers.3.rows.1.row": "r1",
        "answers.3.rows.1.option": "",
    }
    assert person.submit(page, whole | none).status_code == 303
    assert "checked" not in person.get(f"{page}?sheet=1").text
