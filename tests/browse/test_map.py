"""The map: one tab stop, arrow keys and buttons, a hand that drags; each cell leads to its list, with script and without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def frame(page: Page) -> list[float]:
    """Left, top, width and height of what the map shows."""
    return [float(part) for part in (page.locator(".hexmap").first.get_attribute("viewBox") or "").split()]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('href') ?? document.activeElement.textContent"))


def test_map_is_one_tab_stop_with_a_link_past_it(page: Page, home: str) -> None:
    page.goto(home)
    past = page.get_by_role("link", name="Passer la carte")
    past.focus()
    expect(past).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert "cell=" in focused(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Agrandir la carte")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(past).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#jouer').contains(document.activeElement)")


def test_arrow_keys_reach_every_cell_and_enter_opens_its_list(page: Page, home: str) -> None:
    page.goto(home)
    page.get_by_role("link", name="Passer la carte").focus()
    page.keyboard.press("Tab")
    seen, count = {focused(page)}, page.locator(".cell").count()
    assert count > 3
    for key in ("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown") * 3:
        for _ in range(12):
            page.keyboard.press(key)
            seen.add(focused(page))
    assert all("cell=" in href for href in seen)
    assert len(seen) > count / 3
    assert page.locator('.cell[tabindex="0"]').count() == 1
    expect(page.locator(".keys")).to_have_css("opacity", "1")
    here = focused(page)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{here}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Près d’ici")


def test_buttons_and_keys_enlarge_the_map_up_to_its_limits(page: Page, home: str) -> None:
    page.goto(home)
    whole = frame(page)
    into, out = (page.get_by_role("button", name=f"{verb} la carte") for verb in ("Agrandir", "Réduire"))
    expect(out).to_be_disabled()
    into.click()
    assert frame(page)[2] < whole[2]
    expect(out).to_be_enabled()
    for _ in range(6):
        into.press("+")
    expect(into).to_be_disabled()
    assert frame(page)[2] == pytest.approx(whole[2] / 6)
    for _ in range(8):
        into.press("-")
    assert frame(page) == whole


def test_hand_drags_an_enlarged_map_and_follows_no_link_meanwhile(page: Page, home: str) -> None:
    page.goto(home)
    page.get_by_role("button", name="Agrandir la carte").click(click_count=2)
    before, box = frame(page), page.locator(".hexmap").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y - 40, steps=6)
    page.mouse.up()
    after = frame(page)
    assert after[0] > before[0] and after[1] > before[1] and after[2] == before[2]
    assert page.url == f"{home}/"


def test_wheel_scrolls_the_page_and_enlarges_with_ctrl_alone(page: Page, home: str) -> None:
    page.goto(home)
    box = page.locator(".hexmap").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, 900)
    expect(page.get_by_role("heading", name="Que se passe-t-il")).not_to_be_in_viewport()
    assert frame(page)[2] == 640
    page.evaluate("scrollTo(0, 0)")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    assert frame(page)[2] < 640


def test_two_fingers_enlarge(chromium: Browser, home: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(home)
    page.locator(".hexmap").first.scroll_into_view_if_needed()
    box = page.locator(".hexmap").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = context.new_cdp_session(page)

    def send(kind: str, apart: float) -> None:
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}] if kind != "touchEnd" else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", 20)
    for apart in (30, 50, 80):
        send("touchMove", apart)
    send("touchEnd", 0)
    assert frame(page)[2] < 640
    assert page.evaluate("visualViewport.scale") == 1
    assert page.url == f"{home}/"
    context.close()


def test_without_script_every_cell_is_a_link_and_no_button_is_shown(chromium: Browser, home: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(home)
    expect(page.get_by_role("button", name="Agrandir la carte")).to_have_count(0)
    expect(page.locator(".cell[tabindex]")).to_have_count(0)
    cell = page.locator(".cell").first
    address = cell.get_attribute("href") or ""
    cell.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    expect(page.locator("#liste .card, #liste .none").first).to_be_visible()
    context.close()
