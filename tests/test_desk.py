"""The dashboard's work by its pages alone: what a newcomer does, and what two administrators do at once."""

import re
from html import unescape

import pytest

from tests.acting import publish
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given
from tests.test_page_portal import hidden, signed_in


@pytest.fixture
def desk(rennes: Portal) -> Browser:
    return signed_in(Browser(rennes.client, rennes.host), "ADMIN")


def buttons(html: str, form: str) -> list[dict[str, list[str]]]:
    """The hidden fields of every form of a mutation, each with all its values."""
    parts = [part.partition("</form>")[0] for part in html.split("<form")[1:] if f'name="form" value="{form}"' in part]
    found = []
    for part in parts:
        fields: dict[str, list[str]] = {}
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', part):
            fields.setdefault(name, []).append(unescape(value))
        found.append(fields)
    return found


def test_newcomer_makes_a_working_idea_box_in_two_presses(desk: Browser, rennes: Portal) -> None:
    start = desk.get("/gestion/espaces").text
    made = desk.submit(
        "/gestion/espaces", hidden(start, "Create") | {"title": "Vos idées pour le port", "template": "IDEA_BOX"}
    )
    assert made.status_code == 303
    here = made.headers["location"]
    page = desk.get(here).text
    assert "Cet espace est un brouillon" in page
    stranger = Browser(rennes.client, rennes.host)
    assert stranger.get("/espace/vos-idees-pour-le-port").status_code == 404
    [opening, *_] = buttons(page, "Revise")
    assert desk.submit(here, {name: values[-1] for name, values in opening.items()}).status_code == 303
    seen = stranger.get("/espace/vos-idees-pour-le-port")
    assert seen.status_code == 200 and "Boîte à idées" in seen.text
    [activity] = set(re.findall(r"/activite/(activity_\d+_[0-9a-f-]+)", seen.text))
    assert publish(rennes.member(), activity)["userErrors"] == []


def test_what_two_administrators_write_stands_side_by_side(desk: Browser, rennes: Portal, given: Given) -> None:
    here = f"/gestion/espaces/{given.space(rennes)}"
    mine = hidden(desk.get(here).text.partition('id="texte"')[2], "Revise")
    form = {**mine, "visibility": "PUBLIC", "opensAt": "2026-01-01T10:00"}
    assert desk.submit(here, {**form, "title": "Le texte de Nadia", "idempotencyKey": "nadias-key"}).status_code == 303
    second = desk.submit(here, {**form, "title": "Le texte de Paul", "description": "Écrit longtemps."})
    assert second.status_code == 422
    shown = second.text
    assert "Le texte de Nadia" in shown.partition('class="theirs"')[2].partition("</section>")[0]
    assert 'value="Le texte de Paul"' in shown and "Écrit longtemps." in shown
    again = hidden(shown.partition('id="texte"')[2], "Revise")
    assert (mine["version"], again["version"]) == ("1", "2")
    done = desk.submit(here, {**form, **again, "title": "Le texte de Paul"})
    assert done.status_code == 303
    assert given.row(rennes, here.rpartition("/")[2])["title"] == "Le texte de Paul"


def test_hours_are_those_of_the_portals_clock(desk: Browser, rennes: Portal, given: Given) -> None:
    space = given.space(rennes)
    here = f"/gestion/espaces/{space}"
    fields = hidden(desk.get(here).text.partition('id="texte"')[2], "Revise")
    opening = {"title": "Été", "visibility": "PUBLIC", "opensAt": "2026-07-01T10:00", "closesAt": "2026-12-01T10:00"}
    assert desk.submit(here, {**fields, **opening}).status_code == 303
    row = given.row(rennes, space)
    assert [row[name] for name in ("opens_at", "closes_at")] == [
        "2026-07-01T08:00:00+00:00",
        "2026-12-01T09:00:00+00:00",
    ]
    page = desk.get(here).text
    assert 'value="2026-07-01T10:00"' in page and 'value="2026-12-01T10:00"' in page


def test_spaces_move_by_their_buttons(desk: Browser, rennes: Portal, given: Given) -> None:
    newest = given.space(rennes)
    before = re.findall(r"/gestion/espaces/(space_\d+_[0-9a-f-]+)\"", desk.get("/gestion/espaces").text)
    down = next(form for form in buttons(desk.get("/gestion/espaces").text, "Order") if form["spaces"][1] == newest)
    answer = desk.submit("/gestion/espaces", {"form": "Order", "spaces": down["spaces"]})  # type: ignore[dict-item]
    assert answer.status_code == 303
    after = re.findall(r"/gestion/espaces/(space_\d+_[0-9a-f-]+)\"", desk.get("/gestion/espaces").text)
    assert after[:2] == [before[1], before[0]]
    given.sql(rennes, "UPDATE __tenant__.participatory_space SET rank = 0")


def test_role_that_was_lost_between_page_and_button_does_nothing(rennes: Portal, given: Given) -> None:
    space = given.space(rennes)
    desk = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    fields = hidden(desk.get(f"/gestion/espaces/{space}").text, "Archive")
    member = signed_in(Browser(rennes.client, rennes.host))
    assert member.submit(f"/gestion/espaces/{space}", fields).status_code == 404
    assert given.row(rennes, space)["archived_at"] is None


def test_preview_shows_what_is_open_then(desk: Browser, rennes: Portal, given: Given) -> None:
    space = given.space(rennes)
    given.activity(rennes, space=space, opens_at="2031-06-01T00:00:00Z")
    here = f"/gestion/espaces/{space}/apercu"
    states = [
        re.findall(r'badge (public|draft)"', desk.get(here, params={"at": at}).text)
        for at in ("2031-05-31T12:00", "2031-06-02T12:00")
    ]
    assert states == [["draft"], ["public"]]
