"""Pages of activities in a phase that does not allow what they are for: they say so before anybody writes, and keep what was written."""

import pytest

from tests.amending import consulted
from tests.conftest import Portal
from tests.given import Given
from tests.petitioning import opened, ruled
from tests.test_page_petition import Visitor
from tests.test_phase import put

EXAMINED = "En ce moment\u00a0: Phase (Examen par la collectivité)."


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def person(given: Given, town: Portal) -> Visitor:
    return Visitor(given.actor(town))


def test_text_is_not_amended_in_a_phase_that_does_not_allow_it(
    given: Given, town: Portal, admin: Portal, person: Visitor
) -> None:
    activity = consulted(given, town, admin)
    form = f"/texte/{activity}/article/2/amender"
    typed = {"form": "Propose", "activity": activity, "article": "2", "version": "1", "wording": "Trois mots neufs."}
    typed |= {"title": "Un amendement", "body": "Mes raisons sont longues."}
    put(given, town, activity, "COLLECT")
    assert (
        form in person.get(f"/texte/{activity}").text
        and "Lire et amender le texte" in person.get(f"/activite/{activity}").text
    )
    assert 'name="wording"' in person.get(form).text
    put(given, town, activity, "EXAMINE")
    shown = person.get(f"/texte/{activity}").text
    assert form not in shown and "On ne propose pas d’amendement à cette étape" in shown and EXAMINED in shown
    shown = person.get(f"/activite/{activity}").text
    assert "Lire le texte" in shown and "Déposez la première" not in shown
    shown = person.get(form).text
    assert 'name="wording"' not in shown and "On ne propose pas d’amendement à cette étape" in shown
    late = person.submit(form, typed)
    assert late.status_code == 422 and "Trois mots neufs." in late.text and "Mes raisons sont longues." in late.text


def test_nothing_is_written_in_a_phase_in_which_nothing_is_published(
    given: Given, town: Portal, person: Visitor
) -> None:
    activity = given.activity(town, location_rule="NONE")
    page = f"/publier/{activity}?kind=PROPOSAL"
    assert f"/publier/{activity}" in person.get("/publier").text and 'name="body"' in person.get(page).text
    put(given, town, activity, "EXAMINE")
    shown = person.get(page).text
    assert 'name="body"' not in shown and "On ne publie pas à cette étape" in shown and EXAMINED in shown
    assert f"/publier/{activity}" not in person.get("/publier").text
    typed = {
        "form": "Publish",
        "activity": activity,
        "kind": "PROPOSAL",
        "title": "Un banc",
        "body": "Près de l'école.",
    }
    late = person.submit(page, typed)
    assert late.status_code == 422 and "Un banc" in late.text and "Près de l&#39;école." in late.text


def test_petition_is_not_signed_in_a_phase_without_votes_and_is_not_said_to_be_over(
    given: Given, town: Portal, admin: Portal, person: Visitor
) -> None:
    activity = ruled(given, town, admin)
    petition = opened(given.actor(town), admin, activity)
    put(given, town, activity, "EXAMINE")
    shown = person.get(f"/contribution/{petition}").text
    assert "On ne signe pas à cette étape." in shown and "On ne peut plus signer" not in shown
    put(given, town, activity, "VOTE")
    assert "Je signe" in person.get(f"/contribution/{petition}").text
