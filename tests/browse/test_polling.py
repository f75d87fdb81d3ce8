"""A desk's tablet in a browser: marks whose answers are lost are sent again, and one that is refused stays in the list."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.conftest import Portal
from tests.given import Given
from tests.test_polling_desk import Polling


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
