"""Forms when something changes while somebody writes: what was typed is never lost, and nothing is done twice."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import psycopg
import pytest

import web
from database import deadline, naming
from models.tenant import Feature
from portal import document, screen
from tests.browser import Browser
from tests.conftest import Portal
from tests.exchanging import proposed, read
from tests.given import Given
from tests.test_page import Outline
from tests.test_page_portal import hidden

MARKUP = "<b>Gras</b><script>alert(1)</script> & <!--"
WORDS = "Deux heures samedi matin, avec mes outils."


@pytest.fixture(scope="module")
def place(given: Given, rennes: Portal) -> Iterator[Portal]:
    """A tenant of this module's own, with one member."""
    portal = given.tenant(rennes, "form-town", "commune-35238")
    given.actor(portal, name="Camille")
    yield portal
    given.features(portal, set(Feature))


@pytest.fixture
def activity(given: Given, place: Portal) -> str:
    return given.activity(place, kind="MUTUAL_AID")


def browser(place: Portal) -> Browser:
    return Browser(place.client, place.host)


def member(place: Portal) -> Browser:
    found = browser(place)
    assert found.submit("/auth/demo", {"role": "MEMBER", "next": "/"}).status_code == 303
    return found


def filled(visitor: Browser, activity: str, title: str = "Un coup de main") -> dict[str, str]:
    """What a browser sends that has the publishing form open."""
    fields = hidden(visitor.get(f"/publier/{activity}?kind=OFFER").text, "Publish")
    return {**fields, "title": title, "body": WORDS, "location": "8818630a4bfffff"}


def published(given: Given, place: Portal, activity: str) -> int:
    return int(
        given.sql(
            place, "SELECT count(*) FROM __tenant__.contribution WHERE activity_id = %s", activity.rsplit("_", 1)[1]
        )[0][0]
    )


def test_session_that_ends_in_mid_form_costs_nothing_that_was_typed(given: Given, place: Portal, activity: str) -> None:
    visitor = member(place)
    fields = filled(visitor, activity)
    other_tab = Browser(place.client, place.host, cookies=dict(visitor.cookies))
    assert other_tab.submit("/auth/sign-out", {}).status_code == 200
    first = visitor.submit(f"/publier/{activity}?kind=OFFER", fields)
    assert first.status_code == 401
    assert published(given, place, activity) == 0
    kept = {name: unescape(text) for name, text in re.findall(r'name="(kept|next)" value="([^"]*)"', first.text)}
    second = visitor.submit("/auth/demo", {**kept, "role": "MEMBER"})
    waiting = {
        unescape(name): unescape(text)
        for name, text in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', second.text)
    }
    assert {name: waiting[name] for name in ("title", "body")} == {"title": "Un coup de main", "body": WORDS}
    assert visitor.submit(kept["next"], waiting).status_code == 303
    assert published(given, place, activity) == 1


def waiting_fields(html: str) -> dict[str, str]:
    """The hidden fields of a page, by name."""
    given = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {unescape(name): unescape(text) for name, text in given}


SIGNED_IN_FORMS = [
    (re.sub(r"\{\w+\}", "1", shown.path), name)
    for shown in screen.SCREENS
    if shown.needs_sign_in
    for name in sorted(document.named(shown.name).mutations)
]


@pytest.mark.parametrize(("path", "name"), SIGNED_IN_FORMS, ids=[f"{path}:{name}" for path, name in SIGNED_IN_FORMS])
def test_form_of_a_page_that_needs_signing_in_waits(place: Portal, path: str, name: str) -> None:
    sent = {"form": name, "idempotencyKey": "k", "body": WORDS, "phone": "06 12 34 56 78"}
    answer = browser(place).submit(f"{path}?page=2", sent)
    assert answer.status_code == 401
    fields = waiting_fields(answer.text)
    assert fields["next"] == f"{path}?page=2"
    assert dict(parse_qsl(fields["kept"], keep_blank_values=True)) == {**sent, "phone": ""}


def test_forms_of_many_pages_need_signing_in() -> None:
    assert len(SIGNED_IN_FORMS) > 100


def test_form_with_a_secret_and_what_is_no_form_wait_nowhere(place: Portal) -> None:
    sent = {"form": "Add", "idempotencyKey": "k", "clientSecret": "s3cret"}
    answer = browser(place).submit("/gestion/portail/connexion", sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/auth/sign-in?next=/gestion/portail/connexion")
    assert browser(place).submit("/moi", {"form": "Nothing", "body": WORDS}).status_code == 404


def test_message_of_whoever_is_not_signed_in_any_more_is_sent_after_signing_in(
    given: Given, place: Portal, activity: str
) -> None:
    author = given.actor(place, name="Maryse")
    visitor = member(place)
    path = visitor.submit(f"/publier/{activity}?kind=REQUEST", filled(visitor, activity)).headers["location"]
    exchange = proposed(author, path.split("/")[2].split("?")[0])
    page = visitor.get(f"/echange/{exchange}")
    fields = {**hidden(page.text, "Write"), "body": WORDS}
    other_tab = Browser(place.client, place.host, cookies=dict(visitor.cookies))
    assert other_tab.submit("/auth/sign-out", {}).status_code == 200
    first = visitor.submit(f"/echange/{exchange}", fields)
    assert first.status_code == 401
    assert "Ce que vous avez écrit ou choisi est gardé" in first.text
    second = visitor.submit("/auth/demo", {**waiting_fields(first.text), "role": "MEMBER"})
    assert visitor.submit(f"/echange/{exchange}", waiting_fields(second.text)).status_code == 303
    assert WORDS in Outline(visitor.get(f"/echange/{exchange}").text).text


def test_message_that_is_being_written_is_still_there_after_saying_that_it_is_done(
    given: Given, place: Portal, activity: str
) -> None:
    helper, visitor = given.actor(place, name="Maryse"), member(place)
    path = visitor.submit(f"/publier/{activity}?kind=REQUEST", filled(visitor, activity)).headers["location"]
    exchange = proposed(helper, path.split("/")[2].split("?")[0])
    assert "Le point exact" not in visitor.get(f"/echange/{exchange}").text  # The form knows a hexagon alone.
    agreed = {"form": "Accept", "exchange": exchange, "placePrecision": "CELL"}
    assert visitor.submit(f"/echange/{exchange}", agreed).status_code == 303
    page = visitor.get(f"/echange/{exchange}").text
    sent = {**hidden(page, "Write"), "instead": "Confirm", "body": WORDS}
    told = visitor.submit(f"/echange/{exchange}", sent)
    assert told.status_code == 200 and "Vous avez dit que c’est fait" in told.text
    assert re.search(rf"<textarea [^>]*>{re.escape(WORDS)}</textarea>", told.text)
    assert read(helper, exchange)["doneSaidBy"] == "AUTHOR"  # type: ignore[index]
    again = {**hidden(told.text, "Write"), "body": WORDS}
    assert visitor.submit(f"/echange/{exchange}", again).status_code == 303
    assert WORDS in Outline(visitor.get(f"/echange/{exchange}").text).text
    nothing = {**hidden(page, "Write"), "instead": "Confirm", "body": " "}
    assert visitor.submit(f"/echange/{exchange}", nothing).status_code in (303, 422)


def test_price_in_words_is_told_at_its_step_and_the_preview_writes_it_as_the_page_will(
    given: Given, place: Portal
) -> None:
    visitor, market = member(place), given.activity(place, kind="MARKETPLACE")
    path = f"/publier/{market}?kind=LISTING"
    fields = {
        **hidden(visitor.get(path).text, "Publish"),
        "title": "Un panier",
        "body": WORDS,
        "location": "8818630a4bfffff",
    }
    for step in ("where", "check"):
        told = visitor.submit(path, {**fields, "priceCents": "sept euros", "step": step}).text
        assert "Écrivez un prix en chiffres" in told and 'value="sept euros"' in told
    for typed, shown in (("7,5", "7,50\u00a0€"), ("12", "12\u00a0€"), ("0,00", "Gratuit"), ("", "")):
        told = visitor.submit(path, {**fields, "priceCents": typed, "step": "check"}).text
        assert f'<p class="price">{shown} ' in told if shown else '<p class="price">' not in told


def test_market_asks_for_a_place_before_it_lists_who_delivers(place: Portal) -> None:
    visitor = browser(place)
    page = visitor.get("/marche?town=Rennes").text
    assert "Choisissez votre lieu" in page and 'id="boutiques"' not in page
    assert "Aucun lieu de ce nom" in visitor.get("/marche?town=xyzxyz").text
    odd = visitor.get("/marche?cell=zzz").text
    assert "Ce lieu n’a pas été compris" in odd and 'id="boutiques"' in odd
    assert "Ce lieu n’a pas été compris" not in visitor.get("/marche").text


def test_activity_that_closes_while_somebody_writes(given: Given, place: Portal, activity: str) -> None:
    visitor = member(place)
    fields = filled(visitor, activity)
    given.close_activity(place, activity)
    page = visitor.submit(f"/publier/{activity}?kind=OFFER", fields)
    assert page.status_code == 422
    assert "Cette activité est fermée" in page.text
    assert WORDS in page.text
    assert published(given, place, activity) == 0


def test_feature_that_is_switched_off_while_the_form_is_open(given: Given, place: Portal, activity: str) -> None:
    visitor = member(place)
    fields = filled(visitor, activity)
    given.features(place, set(Feature) - {Feature.MUTUAL_AID})
    page = visitor.submit(f"/publier/{activity}?kind=OFFER", fields)
    given.features(place, set(Feature))
    assert page.status_code == 404
    assert "Ce que vous aviez écrit" in page.text
    assert WORDS in Outline(page.text).text
    assert published(given, place, activity) == 0


def test_two_tabs_are_two_publications_and_one_sent_twice_is_one(given: Given, place: Portal, activity: str) -> None:
    visitor = member(place)
    first, second = filled(visitor, activity), filled(visitor, activity)
    assert first["idempotencyKey"] != second["idempotencyKey"]
    answers = [visitor.submit(f"/publier/{activity}?kind=OFFER", fields) for fields in (first, second, first)]
    assert [answer.status_code for answer in answers] == [303] * 3
    one, two, again = (answer.headers["location"] for answer in answers)
    assert one == again != two
    assert published(given, place, activity) == 2


def test_page_after_a_form_can_be_reloaded_and_left_by_the_back_button(place: Portal, activity: str) -> None:
    """What was sent is answered by another address, so that no history holds a form."""
    visitor = member(place)
    answer = visitor.submit(f"/publier/{activity}?kind=OFFER", filled(visitor, activity))
    assert answer.status_code == 303
    assert answer.headers["cache-control"] == "no-store"
    assert visitor.get(answer.headers["location"]).status_code == 200


def test_title_made_of_markup_is_shown_as_text(place: Portal, activity: str) -> None:
    visitor = member(place)
    address = visitor.submit(f"/publier/{activity}?kind=OFFER", filled(visitor, activity, MARKUP)).headers["location"]
    plain = visitor.submit(f"/publier/{activity}?kind=OFFER", filled(visitor, activity, "Sobre")).headers["location"]
    tags = [[tag for tag, _ in Outline(visitor.get(path).text).elements] for path in (address, plain)]
    assert tags[0] == tags[1]
    for path in (address, f"{address.partition('?')[0]}/modifier", "/", "/annonces", "/moi", f"/activite/{activity}"):
        page = visitor.get(path).text
        assert MARKUP not in page, path
        assert MARKUP in Outline(page).text + "".join(Outline(page).values("value")), path


def test_without_cookies_everything_can_be_read_and_signing_in_says_what_it_needs(place: Portal) -> None:
    for path in ("/", "/annonces", "/participer"):
        page = browser(place).get(path)
        assert page.status_code == 200
        assert "set-cookie" not in page.headers, path
    visitor = browser(place)
    entered = visitor.submit("/auth/demo", {"role": "MEMBER", "next": "/moi"})
    visitor.cookies.clear()  # The browser refused it.
    back = visitor.get(entered.headers["location"])
    assert back.status_code == 303
    assert "cookie" in visitor.get(back.headers["location"]).text


@pytest.fixture
def slow(given: Given, place: Portal, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody holds the tenant's contributions, and statements may take a fifth of a second."""
    monkeypatch.setattr(deadline, "TOTAL_S", 0.2)
    with psycopg.connect(given.url) as holder:
        holder.execute(naming.qualify("LOCK TABLE __tenant__.contribution IN ACCESS EXCLUSIVE MODE", place.number))
        yield


@pytest.mark.usefixtures("slow")
def test_database_that_is_slow_is_a_page_that_says_when_to_come_back(place: Portal) -> None:
    page = browser(place).get("/annonces?search=lenteur")
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert "Le portail revient dans un instant" in page.text
    assert "/theme-" in page.text
    assert "StatementTimeout" not in page.text


def test_form_that_comes_when_the_database_is_slow_is_shown_again(
    place: Portal, activity: str, request: pytest.FixtureRequest
) -> None:
    visitor = member(place)
    fields = filled(visitor, activity)
    request.getfixturevalue("slow")
    page = visitor.submit(f"/publier/{activity}?kind=OFFER", fields)
    assert page.status_code == 503
    assert WORDS in Outline(page.text).text


# The way back ---------------------------------------------------------------------------------------------------------

FORM = re.compile(r'<form method="post".*?</form>', re.DOTALL)
TYPED_IN = re.compile(r'\b(text|area|long)\(|<textarea|type="(text|file)"')
LINK = re.compile(r'<p class="verbs[^"]*">(?:(?!</p>).)*<a class="(?:plain|ghost|quiet)"', re.DOTALL)


@pytest.mark.parametrize("path", sorted(web.TEMPLATE.rglob("*.html")), ids=lambda path: path.stem)
def test_no_form_has_a_link_beside_its_button_that_drops_what_was_typed(path: Path) -> None:
    forms = [form for form in FORM.findall(path.read_text("utf-8")) if TYPED_IN.search(form)]
    assert [form for form in forms if LINK.search(form)] == []


def test_way_back_without_script_asks_before_it_drops_what_was_typed(
    given: Given, place: Portal, activity: str
) -> None:
    visitor = member(place)
    there = visitor.submit(f"/publier/{activity}", filled(visitor, activity)).headers["location"].partition("?")[0]
    page = visitor.get(f"{there}/modifier").text
    typed = {**hidden(page, "Revise"), "title": "Un autre titre", "body": "", "step": "leave"}
    asked = visitor.submit(f"{there}/modifier", typed)
    assert asked.status_code == 200
    assert "Quitter sans enregistrer" in asked.text
    assert 'value="Un autre titre"' in asked.text
    assert f'<a class="plain" href="{there}">' in asked.text
    assert "Un autre titre" not in visitor.get(there).text
    assert visitor.submit(f"{there}/modifier", {**typed, "body": WORDS, "step": ""}).status_code == 303
    assert "Un autre titre" in visitor.get(there).text
