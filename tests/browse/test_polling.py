"""Desks in a browser: a tablet whose marks' answers are lost, and paper ballots typed by keyboard alone."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browse.test_accessible import violations
from tests.conftest import Portal
from tests.given import Given
from tests.test_paper_ballot import Typing
from tests.test_polling_desk import Polling

SHOTS = Path(".parvis/browse")
"""Pictures for people who change the page."""


@pytest.fixture
def polling(given: Given, rennes: Portal) -> Polling:
    return Polling(given, rennes)


@pytest.fixture
def tablet(chromium: Browser, home: str) -> Iterator[Page]:
    """An administrator's."""
    context = chromium.new_context(viewport={"width": 768, "height": 1024}, service_workers="block")
    page = context.new_page()
    page.goto(f"{home}/auth/sign-in")
    page.get_by_role("button", name="administra").click()
    yield page
    context.close()


def is_sent(route: Route) -> bool:
    return route.request.method == "POST" and "Sign" in (route.request.post_data or "")


def test_mark_whose_answer_was_lost_is_told_as_made(tablet: Page, home: str, rennes: Portal, polling: Polling) -> None:
    """The first request arrives and nobody hears of it; the second says that the paper is in the box."""
    desk = f"{home}/bureau/{polling.desk}"
    _, email = polling.voter()
    lost: list[str] = []

    def lose(route: Route) -> None:
        if is_sent(route) and not lost:
            headers = route.request.all_headers() | {"host": urlsplit(home).netloc}
            told = rennes.client.post(urlsplit(desk).path, headers=headers, content=route.request.post_data)
            lost.append(told.headers["location"])
            route.abort()
        else:
            route.continue_()

    tablet.goto(desk)
    tablet.route(desk, lose)
    tablet.get_by_label("Adresse électronique de son compte").fill(email)
    tablet.keyboard.press("Enter")
    expect(tablet.locator(".queue li")).to_contain_text("rien n’a changé", timeout=15_000)
    assert "issue=SIGNED" in lost[0]
    expect(tablet.locator(".queue li")).to_have_count(1)


def test_document_without_its_birth_date_is_asked_for_and_refuses_nobody(
    tablet: Page, home: str, polling: Polling
) -> None:
    tablet.goto(f"{home}/bureau/{polling.desk}")
    tablet.get_by_label("Nom de famille").fill("Clavier")
    tablet.get_by_label("Prénoms").fill("Anne")
    tablet.keyboard.press("Enter")
    expect(tablet.get_by_label("Date de naissance")).to_be_focused()
    expect(tablet.locator(".queue")).to_be_hidden()
    tablet.get_by_label("Date de naissance").fill("1980-02-01")
    tablet.keyboard.press("Enter")
    expect(tablet.locator(".queue li")).to_contain_text("remettez un bulletin")
    expect(tablet.get_by_label("Nom de famille")).to_be_focused()
    tablet.get_by_label("Adresse électronique de son compte").fill("personne@nulle-part.example")
    tablet.keyboard.press("Enter")
    expect(tablet.locator(".queue li")).to_have_count(2)
    expect(tablet.get_by_label("Adresse électronique de son compte")).to_be_focused()


def test_refused_mark_of_paper_in_the_box_stays_until_it_was_seen(tablet: Page, home: str, polling: Polling) -> None:
    desk = f"{home}/bureau/{polling.desk}"
    is_down = [True]

    def fail(route: Route) -> None:
        if is_sent(route) and is_down:
            is_down.pop()
            route.abort()
        else:
            route.continue_()

    tablet.goto(desk)
    tablet.route(desk, fail)
    tablet.get_by_label("Adresse électronique de son compte").fill("personne@nulle-part.example")
    tablet.keyboard.press("Enter")
    line = tablet.locator(".queue li")
    expect(line).to_contain_text("refusé, alors que le bulletin est dans l’urne", timeout=15_000)
    expect(line).to_have_count(1)
    tablet.reload()
    expect(line).to_contain_text("personne@nulle-part.example")
    tablet.get_by_role("button", name="Vu – personne@nulle-part.example").click()
    expect(line).to_have_count(0)
    tablet.reload()
    expect(line).to_have_count(0)


@pytest.fixture(params=[(390, 844, "light"), (1280, 900, "dark"), (320, 640, "light")], ids=["phone", "desk", "narrow"])
def typist(chromium: Browser, home: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An administrator's, of several sizes."""
    width, height, scheme = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, service_workers="block", bypass_csp=True
    )
    page = context.new_page()
    page.goto(f"{home}/auth/sign-in")
    page.get_by_role("button", name="administra").click()
    yield page
    context.close()


def test_ballots_are_typed_by_keyboard_alone_and_read_while_one_types(
    typist: Page, home: str, given: Given, rennes: Portal, axe: str
) -> None:
    typing = Typing(given, rennes)
    typing.type(typing.first, "1 2", "b", "4")
    typist.goto(f"{home}/bureau/{typing.desk}/depouillement?batch=1")
    typist.get_by_label("Bulletin 1", exact=True).focus()
    for line in ("1 2", "b", "9"):
        typist.keyboard.type(line)
        typist.keyboard.press("Enter")
    expect(typist.get_by_label("Bulletin 4", exact=True)).to_be_focused()
    expect(typist.locator(".short-ballots li").nth(2)).to_contain_text("Pas de projet 9.")
    expect(typist.locator(".sums")).to_have_text(re.compile(r"Valables.*1.*blancs.*1.*nuls.*0.*en tout.*2\."))
    typist.get_by_label("Bulletin 3", exact=True).fill("3")
    typist.get_by_label("Bulletin 4", exact=True).focus()
    typist.keyboard.press("Enter")
    expect(typist.get_by_role("button", name="Enregistrer ma saisie")).to_be_focused()
    typist.keyboard.press("Enter")
    expect(typist.locator(".differing tbody tr")).to_have_count(1)
    assert typist.locator(".differing tbody td").all_inner_texts() in (["3", "4"], ["4", "3"])
    assert violations(typist, axe) == []
    assert typist.evaluate("document.documentElement.scrollWidth") <= typist.viewport_size["width"]
    SHOTS.mkdir(parents=True, exist_ok=True)
    typist.screenshot(path=SHOTS / f"typing-{typist.viewport_size['width']}.png", full_page=True)


def test_refused_mark_keeps_no_birth_date_and_ends_after_a_day(tablet: Page, home: str, polling: Polling) -> None:
    desk = f"{home}/bureau/{polling.desk}"
    kept = "Object.entries(localStorage).filter(([key]) => key.startsWith('parvis.roll.')).map(([, value]) => value)"
    is_down = [True]

    def fail(route: Route) -> None:
        if is_sent(route) and is_down:
            is_down.pop()
            route.abort()
        else:
            route.continue_()

    tablet.goto(desk)
    tablet.route(desk, fail)
    tablet.get_by_label("Adresse électronique de son compte").fill("personne@nulle-part.example")
    tablet.get_by_label("Prénoms").fill("Zoé")
    tablet.get_by_label("Nom de famille").fill("Confidentielle")
    tablet.get_by_label("Date de naissance").fill("1931-07-05")
    tablet.get_by_role("button", name="Émarger").click()
    line = tablet.locator(".queue li")
    expect(line).to_contain_text("refusé, alors que le bulletin est dans l’urne", timeout=15_000)
    [stored] = tablet.evaluate(kept)
    [mark] = json.loads(stored)
    assert mark == {"id": mark["id"], "who": "personne@nulle-part.example", "told": "refused", "at": mark["at"]}
    age = "([key, hours]) => localStorage.setItem(key, JSON.stringify(JSON.parse(localStorage[key])"
    age += ".map((mark) => ({ ...mark, at: Date.now() - hours * 3600000 }))))"
    key = f"parvis.roll.{polling.desk}"
    tablet.evaluate(age, [key, 23.9])
    tablet.reload()
    expect(line).to_have_count(1)
    tablet.evaluate(age, [key, 24.1])
    tablet.goto(home)
    assert tablet.evaluate(kept) == []


SERVED = "() => navigator.serviceWorker.controller !== null"


def test_desk_opens_without_network_after_a_reload_and_sends_when_it_is_back(
    chromium: Browser, home: str, axe: str, given: Given, rennes: Portal, polling: Polling
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{home}/auth/sign-in")
    page.get_by_role("button", name="administra").click()
    desk = f"{home}/bureau/{polling.desk}"
    page.goto(desk)
    page.wait_for_function(SERVED)
    page.goto(desk)
    context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mairie")
    assert violations(page, axe) == []
    page.get_by_label("Nom de famille").fill("Hors-Ligne")
    page.get_by_label("Prénoms").fill("Paul")
    page.get_by_label("Date de naissance").fill("1950-01-02")
    page.keyboard.press("Enter")
    line = page.locator(".queue li")
    expect(line).to_contain_text("en attente de réseau")
    page.reload()
    expect(line).to_contain_text("Paul Hors-Ligne")
    context.set_offline(False)
    expect(line).to_contain_text("déjà dans l’urne", timeout=15_000)
    page.reload()
    expect(page.locator("#signed")).to_contain_text("1 émargement")
    page.goto(f"{home}/bureau/pollingdesk_0_0")
    context.set_offline(True)
    page.reload()
    expect(page.locator(".no-desk")).to_be_visible()
    expect(page.locator("#emarger")).to_be_hidden()
    context.close()
