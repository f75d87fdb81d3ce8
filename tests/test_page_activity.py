"""The page on which an activity is set up: the rule of a vote, which part of it is refused, and that it stays."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import Poll, chosen
from tests.test_page_portal import hidden

RULE = "SELECT vote_least, vote_most, budget_euros, title FROM __tenant__.activity WHERE id = %s"


@pytest.fixture(scope="module")
def place(given: Given, rennes: Portal) -> Iterator[Portal]:
    """A tenant of this module's own."""
    return given.tenant(rennes, "rule-town", "commune-35238")  # type: ignore[return-value]  # Nothing to take down.


@pytest.fixture
def poll(given: Given, place: Portal) -> Poll:
    return Poll(given, place, "APPROVAL", costs=20, vote_least=1, vote_most=3, budget_euros=150_000)


@pytest.fixture
def browser(given: Given, place: Portal) -> Browser:
    given.actor(place, role="ADMIN")
    entered = Browser(place.client, place.host)
    assert entered.submit("/auth/demo", {"role": "ADMIN", "next": "/"}).status_code == 303
    return entered


def plain(html: str) -> str:
    return unescape(html).replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")


def form(html: str) -> dict[str, str]:
    """What the form of an activity says, with what stands in its fields."""
    part = html.partition('id="regles"')[2].partition("</form>")[0]
    typed = dict(re.findall(r'<input id="([\w.]+)" name="[\w.]+"[^>]* value="([^"]*)"', part))
    chosen = {"voteMethod": "APPROVAL", "locationRule": "OPTIONAL", "reviewRule": "AFTER_PUBLICATION"}
    return {**chosen, **hidden(part, "Revise"), **{name: unescape(text) for name, text in typed.items()}}


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("voteRule.least", "5", "Il faut ici un nombre de 0 à 3. Corrigez-le et recommencez."),
        ("voteRule.most", "0", "Il faut ici un nombre de 1 à 1 000. Corrigez-le et recommencez."),
        ("voteRule.budgetEuros", "0", "Il faut ici un nombre de 1 à 2 000 000 000. Corrigez-le et recommencez."),
        ("voteRule.budgetEuros", "-5", "Il faut ici un nombre de 1 à 2 000 000 000. Corrigez-le et recommencez."),
        (
            "voteRule.budgetEuros",
            "99999999999999",
            "Écrivez un nombre entier, en chiffres, sous deux milliards : par exemple 12.",
        ),
    ],
)
def test_refused_part_of_a_rule_is_named_and_says_what_may_stand_there(
    given: Given, place: Portal, poll: Poll, browser: Browser, name: str, typed: str, sentence: str
) -> None:
    path = f"/gestion/activites/{poll.activity}"
    refused = browser.submit(path, form(browser.get(path).text) | {name: typed})
    shown = plain(refused.text)
    assert refused.status_code == 422
    assert f'<p class="problem" id="{name}-problem">{sentence}</p>' in shown
    assert f'<a href="#{name}">' in shown.partition('id="refused"')[2].partition("</div>")[0]
    assert re.search(rf'<input id="{name}"[^>]* value="{typed}"[^>]* aria-invalid="true"', shown)
    assert given.sql(place, RULE, uuid_in(poll.activity))[0][:3] == (1, 3, 150_000)


def test_budget_is_shown_and_typed_as_people_write_it(
    given: Given, place: Portal, poll: Poll, browser: Browser
) -> None:
    path = f"/gestion/activites/{poll.activity}"
    fields = form(browser.get(path).text)
    assert plain(fields["voteRule.budgetEuros"]) == "150 000"
    fields |= {"voteRule.budgetEuros": "175 500 €", "reason": "Le conseil a voté une rallonge."}
    assert browser.submit(path, fields).status_code == 303
    assert given.sql(place, RULE, uuid_in(poll.activity))[0][:3] == (1, 3, 175_500)


def test_rule_is_text_once_somebody_has_voted_and_the_rest_can_still_be_changed(
    given: Given, place: Portal, poll: Poll, browser: Browser
) -> None:
    path = f"/gestion/activites/{poll.activity}"
    assert "Quelqu'un a déjà voté" not in plain(browser.get(path).text)
    poll.cast(given.actor(place), chosen(0))
    shown = plain(browser.get(path).text)
    rule = shown.partition('id="voteRule"')[2].partition("</section>")[0]
    assert "Quelqu'un a déjà voté : le mode de vote, la règle, les projets et leurs coûts ne changent plus." in rule
    for words in ("1 projet", "3 projets", "150 000 €", "Du premier au dernier", "Le plus ancien"):
        assert words in rule
    assert not re.search(r'<(?:select|input)[^>]* id="(?:voteMethod|voteRule|award)', shown)
    fields: dict[str, Any] = form(browser.get(path).text) | {"title": "Le budget de la ville"}
    assert browser.submit(path, fields).status_code == 303
    assert given.sql(place, RULE, uuid_in(poll.activity)) == [(1, 3, 150_000, "Le budget de la ville")]


@pytest.mark.parametrize("form", ["AddCategory", "AddStatus"])
def test_new_name_that_is_refused_stays_in_its_field(given: Given, place: Portal, browser: Browser, form: str) -> None:
    activity = given.activity(place)
    sent = {"form": form, "activity": activity, "name": "Voirie", "isOpenToVotes": "true", "isOpenToComments": "true"}
    path = f"/gestion/activites/{activity}"
    assert browser.submit(path, sent | {"color": "#123456"}).status_code == 303
    refused = browser.submit(path, sent | {"color": "rouge"})
    assert refused.status_code == 422
    assert refused.text.count('required value="Voirie"') == 1


def test_page_that_is_nowhere_does_not_ask_to_sign_in_again(browser: Browser, place: Portal) -> None:
    lost = unescape(browser.get("/rien-du-tout").text)
    assert "Se connecter" not in lost
    assert "Mon compte" in lost
    assert "Se connecter" in unescape(Browser(place.client, place.host).get("/rien-du-tout").text)


@pytest.mark.parametrize("method", ["APPROVAL", "RANKED", "POINTS", "BUDGET", "MAJORITY_JUDGEMENT"])
def test_rule_of_a_method_is_shown_where_there_was_no_vote(
    given: Given, place: Portal, browser: Browser, method: str
) -> None:
    path = f"/gestion/activites/{given.activity(place)}"
    typed = form(browser.get(path).text) | {"voteMethod": method, "awardRule": "BY_CATEGORY", "step": "rule"}
    shown = browser.submit(path, typed)
    assert shown.status_code == 200
    assert 'id="voteRule"' in shown.text and 'id="awardTerms.ceilingEuros"' in shown.text
    assert 'formaction="#voteRule"' in shown.text and 'formaction="#award"' in shown.text, "each leads to what it shows"


def first_button(html: str, name: str) -> str:
    """What Enter in a field of a form presses: its first button."""
    return html.partition(f'name="form" value="{name}"')[2].partition("<button")[2].partition(">")[0]


def test_enter_in_a_field_presses_the_button_that_is_meant(
    given: Given, place: Portal, poll: Poll, browser: Browser
) -> None:
    meant = ' class="hidden" tabindex="-1" aria-hidden="true"'
    assert first_button(browser.get(f"/gestion/activites/{given.activity(place)}").text, "Revise") == meant
    check = f'{meant} name="step" value="check"'
    assert first_button(browser.get(f"/voter/{poll.activity}").text, "Cast") == check
    assert first_button(browser.get(f"/voter/{poll.activity}/code").text, "CastByCode") in (check, "")


def test_refusal_is_led_to_where_a_page_begins_below_it(place: Portal, poll: Poll, browser: Browser) -> None:
    path = f"/gestion/activites/{poll.activity}"
    assert 'href="#refused"' not in browser.get(path).text
    refused = browser.submit(path, form(browser.get(path).text) | {"voteRule.most": "0"})
    assert '<p class="refused-way"><a href="#refused">' in refused.text
