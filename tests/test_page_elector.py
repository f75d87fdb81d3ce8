"""Pages of petitions by the law: an elector signs by a form, without script, and reads what stands in the way."""

import pytest

from tests.conftest import Portal
from tests.given import Given
from tests.petitioning import elector, opened, read, ruled
from tests.test_page_petition import Visitor

HONOUR = {"isOnHonour": "true"}


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def activity(given: Given, town: Portal, admin: Portal) -> str:
    return ruled(given, town, admin, isByLaw=True)


@pytest.fixture
def proposal(given: Given, town: Portal, admin: Portal, activity: str) -> str:
    return opened(given.actor(town), admin, activity)


def test_elector_signs_by_a_form_that_loses_nothing_and_takes_it_back(
    given: Given, town: Portal, proposal: str
) -> None:
    person, page = Visitor(given.actor(town)), f"/contribution/{proposal}"
    shown = person.get(page).text
    assert "article L. 1112-16" in shown and 'name="bornOn"' in shown and 'name="commune"' not in shown
    assert "la décision reste à son assemblée" in shown, "what people sign is advice"
    said = {"form": "Sign", "contribution": proposal, **elector()}
    refused = person.submit(page, said | {"bornOn": "2015-03-02"} | HONOUR)
    assert refused.status_code == 422 and 'value="2015-03-02"' in refused.text
    assert f'value="{said["familyName"]}"' in refused.text and 'id="bornOn-problem"' in refused.text
    assert person.submit(page, said).status_code == 422, "without the declaration"
    assert person.submit(page, said | HONOUR).status_code == 303
    shown = person.get(page).text
    assert "Vous avez signé cette pétition." in shown and "C’est votre signature de ce trimestre." in shown
    assert read(town, proposal)["signatures"] == 1
    assert person.submit(page, {"form": "Withdraw", "contribution": proposal}).status_code == 303
    assert read(town, proposal)["signatures"] == 0


def test_other_petition_of_the_quarter_is_named_to_its_signer_instead_of_a_form(
    given: Given, town: Portal, admin: Portal, activity: str, proposal: str
) -> None:
    second = opened(given.actor(town), admin, activity)
    person, said = Visitor(given.actor(town)), elector()
    signing = {"form": "Sign", **said, **HONOUR}
    assert person.submit(f"/contribution/{proposal}", signing | {"contribution": proposal}).status_code == 303
    shown = person.get(f"/contribution/{second}").text
    assert "Ce trimestre, vous avez déjà signé" in shown and f"/contribution/{proposal}" in shown
    assert 'name="bornOn"' not in shown
    other = Visitor(given.actor(town))
    refused = other.submit(f"/contribution/{second}", signing | {"contribution": second})
    assert refused.status_code == 422 and 'id="familyName-problem"' in refused.text
    assert "une seule pétition de ce type par trimestre" in refused.text
    assert f"/contribution/{proposal}" not in refused.text, "nobody learns what somebody else has signed"


def test_list_leads_to_the_petition_where_an_elector_signs(
    given: Given, town: Portal, activity: str, proposal: str
) -> None:
    shown = Visitor(given.actor(town)).get(f"/activite/{activity}").text
    assert f"/contribution/{proposal}#vote" in shown and "Signer, comme électeur" in shown
    assert '<input type="hidden" name="form" value="Vote">' not in shown


def test_rule_says_by_a_form_that_it_is_by_the_law(given: Given, town: Portal, admin: Portal) -> None:
    activity = given.activity(town, kind="PETITION", vote_method="SUPPORT")
    page, city = f"/gestion/activites/{activity}/petitions", Visitor(admin)
    days = {"admitDays": "15", "gatherDays": "90", "acknowledgeDays": "15", "answerDays": "60"}
    typed = {"form": "Publish", "activity": activity, "version": "0", **days, "levels.0.signatures": "50"}
    typed |= {"levels.0.promise": "AGENDA", "isByLaw": "true"}
    assert city.submit(page, typed).status_code == 303
    shown = city.get(page).text
    assert 'name="isByLaw" value="true" checked' in shown and "article L. 1112-16 du CGCT" in shown
