"""Contact data: whoever writes is warned of what everybody would read, and nothing is refused for it."""

import pytest

from resolvers.contact import MAX_DATA, READ_LENGTH
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_page import Outline
from tests.test_page_portal import hidden

ASK = "query($text: String!) { contactData(text: $text) { words } }"
WARNING = {"fr": "Tout le monde lira vos coordonnées", "en": "Everybody will read how to reach you"}


def told(portal: Portal, text: str) -> list[str]:
    return [one["words"] for one in portal.ask(ASK, text=text)["contactData"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Appelez le 06 12 34 56 78 ou alice@exemple.example", ["alice@exemple.example", "06 12 34 56 78"]),
        ("Deux heures samedi 12/06/2026, 40 euros.", []),
        ("", []),
        ("x" * READ_LENGTH + " 06 12 34 56 78", []),
    ],
)
def test_contact_data_of_a_text_are_told_in_their_order(town: Portal, text: str, expected: list[str]) -> None:
    assert told(town, text) == expected


def test_a_text_full_of_numbers_is_told_in_part(town: Portal) -> None:
    many = " ou ".join(f"06 12 34 56 {number:02}" for number in range(40))
    assert len(told(town, many)) == MAX_DATA


def fields(visitor: Browser, path: str, **typed: str) -> dict[str, str]:
    page = visitor.get(path).text
    return {**hidden(page, "Publish"), "title": "Un coup de main", "body": "Samedi matin.", **typed}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_publishing_warns_of_contact_data_at_its_last_step_and_refuses_nothing(
    given: Given, rennes: Portal, language: str
) -> None:
    activity = given.activity(rennes, kind="MUTUAL_AID")
    visitor = Browser(rennes.client, rennes.host)
    assert visitor.submit("/auth/demo", {"role": "MEMBER", "next": "/"}).status_code == 303
    path = ("" if language == "fr" else "/en") + f"/publier/{activity}?kind=OFFER"
    typed = {
        "title": "Jardin, 06 12 34 56 78",
        "body": "Écrivez à alice@exemple.example.",
        "location": "8818630a4bfffff",
    }
    step = visitor.submit(path, {**fields(visitor, path, **typed), "step": "check"})
    text = Outline(step.text).text
    assert step.status_code == 200 and WARNING[language] in text
    plain = visitor.submit(path, {**fields(visitor, path, location="8818630a4bfffff"), "step": "check"})
    assert WARNING[language] not in plain.text
    sent = visitor.submit(path, {**hidden(step.text, "Publish"), **typed})
    assert sent.status_code == 303, Outline(sent.text).text
    written = "SELECT title FROM __tenant__.contribution WHERE activity_id = %s"
    assert given.sql(rennes, written, uuid_in(activity)) == [("Jardin, 06 12 34 56 78",)]
