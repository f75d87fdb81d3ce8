"""Votes in a browser by keyboard alone, with script and without: a budget's ballot, a desk's record, and the results as
they are read and printed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from counting import vote_result
from tests.browse.test_accessible import violations
from tests.browse.test_keyboard import press, tab_to
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import RULES, Poll, chosen, graded
from tests.test_polling_desk import Polling

SHOTS = Path(".parvis/browse")
"""Pictures for people who change the page."""

BUDGET = {**RULES["BUDGET"], "vote_least": 0}
"""Of 100 euros the projects A to D cost 20, 40, 60 and 80."""


class Look(NamedTuple):
    """How somebody looks at a page; without script the portal's own files do not come."""

    width: int
    height: int
    scheme: str
    has_script: bool


LOOKS = [Look(390, 844, "light", True), Look(320, 640, "dark", False), Look(1280, 900, "dark", True)]


@pytest.fixture(params=LOOKS, ids=["phone", "narrow without script", "desk"])
def look(request: pytest.FixtureRequest) -> Look:
    found: Look = request.param
    return found


@pytest.fixture
def page(chromium: Browser, look: Look) -> Iterator[Page]:
    """A page that fails on an error of its scripts."""
    context = chromium.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.scheme,
        service_workers="block",
        bypass_csp=True,
        reduced_motion="reduce",
    )
    if not look.has_script:
        context.route("**/*.js", lambda route: route.abort())
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []
    context.close()


def titled(poll: Poll) -> Poll:
    """Its projects are called by letters."""
    for project, letter in zip(poll.projects, "ABCD", strict=True):
        change = "UPDATE __tenant__.contribution SET title = %s WHERE id = %s"
        poll.given.sql(poll.town, change, f"Projet {letter}", uuid_in(project))
    return poll


def sign_in(page: Page, home: str, who: str) -> None:
    page.goto(f"{home}/auth/sign-in")
    page.get_by_role("button", name=who).click()
    page.wait_for_url(lambda url: "/auth/" not in url)


def is_sound(page: Page, axe: str, look: Look, name: str) -> None:
    """axe finds nothing, nothing is wider than the window, and a picture is taken."""
    page.wait_for_load_state()  # With its styles.
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= look.width
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{look.width}.png", full_page=True)


def said(page: Page) -> str:
    """What the page says, with plain blanks."""
    return re.sub(r"\s+", " ", page.locator("main").inner_text())


def test_budget_is_voted_by_the_keyboard_alone(
    page: Page, home: str, given: Given, rennes: Portal, axe: str, look: Look
) -> None:
    poll = titled(Poll(given, rennes, "BUDGET", **BUDGET))
    sign_in(page, home, "Une habitante")
    page.goto(f"{home}/voter/{poll.activity}")

    def toggle(letter: str) -> None:
        tab_to(page, "checkbox", f"Je choisis – Projet {letter}")
        page.keyboard.press("Space")

    for letter in "ACD":
        toggle(letter)
    if look.has_script:
        expect(page.locator(".basket-sum output")).to_have_text(re.compile(r"^160\s€$"))
        expect(page.locator(".basket-sum rect")).to_have_class("against")
    press(page, "button", "Vérifier")
    expect(page.locator(".basket-sum .hint:visible")).to_have_text(
        re.compile(r"Il y a 60\s€ de trop\s: retirez un projet\.")
    )
    assert [page.get_by_role("checkbox", name=f"Projet {letter}").is_checked() for letter in "ABCD"] == [
        True, False, True, True,
    ]  # fmt: skip
    is_sound(page, axe, look, "budget-over")
    toggle("C")
    press(page, "button", "Vérifier")
    expect(page.get_by_role("heading", name="Vérifiez votre bulletin")).to_be_visible()
    assert re.search(r"Dépensé 100 € sur 100 €", said(page))
    is_sound(page, axe, look, "budget-check")
    cast = "SELECT count(*) FROM __tenant__.ballot WHERE activity_id = %s"
    assert given.sql(rennes, cast, uuid_in(poll.activity)) == [(0,)]  # A draft is no ballot.
    press(page, "button", "Valider mon vote")
    expect(page.get_by_role("heading", name="Votre vote est enregistré")).to_be_visible()
    assert given.sql(rennes, cast, uuid_in(poll.activity)) == [(1,)]
    assert sorted(page.locator("#bulletin .picked li span").all_inner_texts()) == ["Projet A", "Projet D"]


def test_record_is_typed_by_the_keyboard_alone_checked_and_corrected(
    page: Page, home: str, given: Given, rennes: Portal, axe: str, look: Look
) -> None:
    polling = Polling(given, rennes)
    titled(polling)
    sign_in(page, home, "administra")
    page.goto(f"{home}/bureau/{polling.desk}/proces-verbal")

    def type_in(numbers: dict[str, str]) -> None:
        for name, text in numbers.items():
            tab_to(page, "textbox", name)
            page.keyboard.press("Control+a")
            page.keyboard.type(text)

    type_in({"Émargements": "7", "Enveloppes": "7", "Bulletins valables": "5", "Blancs": "1", "Nuls": "0"})
    sums = page.locator(".sums")
    if look.has_script:
        expect(sums).to_have_text("Valables, blancs et nuls font 6, pour 7 enveloppes.")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    expect(page.locator("#refused")).to_contain_text("Enveloppes")
    expect(page.get_by_label("Bulletins valables")).to_have_value("5")
    is_sound(page, axe, look, "record-refused")
    type_in({"Nuls": "1", **{f"Projet {letter} – Bulletins": count for letter, count in zip("AC", "52", strict=True)}})
    if look.has_script:
        expect(sums).to_have_text("Les sommes tombent juste.")
    press(page, "button", "Enregistrer le procès-verbal")
    expect(page.locator(".done")).to_contain_text("Le procès-verbal est enregistré.")
    type_in({"Bulletins valables": "6", "Nuls": "0"})
    tab_to(page, "textbox", "Pourquoi cette correction")
    page.keyboard.type("Un bulletin nul était valable.")
    press(page, "button", "Enregistrer la correction")
    expect(page.get_by_text("Version 2, du")).to_be_visible()
    is_sound(page, axe, look, "record-corrected")
    kept = "SELECT version, valid, spoilt, reason FROM __tenant__.polling_record WHERE desk_id = %s ORDER BY version"
    assert given.sql(rennes, kept, uuid_in(polling.desk)) == [
        (1, 5, 1, None), (2, 6, 0, "Un bulletin nul était valable."),
    ]  # fmt: skip


EQUAL_SHARES = {
    "Projet A": "Payé par les parts de ses soutiens, au tour 1.",
    "Projet B": "Il manquait 9 € dans les parts de ses soutiens.",
    "Projet C": "Payé par les parts de ses soutiens, au tour 2.",
    "Projet D": "Aucun bulletin ne le nomme.",
}
"""Five voters with 20 euros each; raised to 22.22 they pay C, and of B's 40 euros two have 31.11 left."""


def counted(poll: Poll) -> str:
    """The path of the results of a vote that is over."""
    poll.given.close_activity(poll.town, poll.activity)
    poll.given.run(vote_result.count(poll.given.database, poll.town.number))
    poll.given.sql(poll.town, "UPDATE __tenant__.vote_result SET counted_at = counted_at")
    return f"/resultats/{poll.activity}"


def reasons(page: Page) -> dict[str, str]:
    """Why, by project, of the rule that decides."""
    rows = page.locator("section[aria-labelledby=own] .awards tbody tr:has(a)").all()
    return {row.locator("th a").inner_text(): re.sub(r"\s+", " ", row.locator("td").last.inner_text()) for row in rows}


def test_results_by_equal_shares_say_what_each_project_lacked_and_are_printed(
    page: Page, home: str, given: Given, rennes: Portal, axe: str, look: Look
) -> None:
    rule = {"vote_least": 1, "vote_most": 3, "costs": 20, "budget_euros": 100, "award_rule": "EQUAL_SHARES"}
    poll = titled(Poll(given, rennes, "APPROVAL", **rule))
    for votes in (chosen(0, 1), chosen(0, 1), chosen(0, 2), chosen(2), chosen(2)):
        assert poll.cast(given.actor(rennes), votes)["userErrors"] == []
    page.goto(home + counted(poll))
    assert reasons(page) == EQUAL_SHARES
    page.locator("details.other-rule summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.other-rule[open] .awards")).to_be_visible()
    is_sound(page, axe, look, "results-shares")
    page.emulate_media(media="print", color_scheme=look.scheme)
    expect(page.locator("section[aria-labelledby=own] .awards")).to_be_visible()
    for gone in (".main", ".skip", "form"):
        assert page.locator(gone).evaluate_all("all => all.filter((each) => each.checkVisibility()).length") == 0, gone
    assert violations(page, axe, ["color-contrast"]) == []
    assert reasons(page) == EQUAL_SHARES
    page.screenshot(path=SHOTS / f"results-print-{look.width}.png", full_page=True)


@pytest.mark.parametrize("look", LOOKS[1:], ids=["narrow without script", "desk"], indirect=True)
def test_results_by_majority_judgement_show_the_profile_of_each_project(
    page: Page, home: str, given: Given, rennes: Portal, axe: str, look: Look
) -> None:
    rule = {"vote_least": 1, "vote_grades": 4, "costs": 20, "budget_euros": 70}
    poll = titled(Poll(given, rennes, "MAJORITY_JUDGEMENT", **rule))
    for votes in (
        graded(p0="EXCELLENT", p1="GOOD"),
        graded(p0="GOOD", p1="REJECTED"),
        graded(p0="GOOD", p2="PASSABLE"),
    ):
        assert poll.cast(given.actor(rennes), votes)["userErrors"] == []
    page.goto(home + counted(poll))
    row = page.locator("section[aria-labelledby=own] tr", has=page.get_by_role("link", name="Projet A"))
    expect(row.locator(".said")).to_have_text(
        re.compile(r"^Mention majoritaire\s:\sBien \(Excellent 1, Bien 2, Passable 0, À rejeter 0\)\s*$")
    )
    widths = row.locator(".merit rect").evaluate_all("all => all.map((each) => each.getAttribute('width'))")
    assert widths == ["33.33", "66.67", "0.0", "0.0"]
    is_sound(page, axe, look, "results-grades")


@pytest.mark.parametrize("look", LOOKS[:2], ids=["phone", "narrow without script"], indirect=True)
def test_voter_proves_by_the_code_that_a_telephone_got(
    page: Page, home: str, given: Given, rennes: Portal, axe: str, look: Look
) -> None:
    poll = Poll(given, rennes, "APPROVAL", **RULES["APPROVAL"])
    asks = "UPDATE __tenant__.activity SET proof_levels = '{PHONE}' WHERE id = %s"
    given.sql(rennes, asks, uuid_in(poll.activity))
    sign_in(page, home, "Une habitante")
    page.goto(f"{home}/voter/{poll.activity}")
    tab_to(page, "textbox", "Votre numéro de mobile")
    page.keyboard.type("01 23 45 67 89")
    page.keyboard.press("Enter")
    expect(page.locator("#phone-problem")).to_be_visible()
    expect(page.get_by_label("Votre numéro de mobile")).to_have_value("01 23 45 67 89")
    is_sound(page, axe, look, "phone-refused")
    page.get_by_label("Votre numéro de mobile").fill(f"06 12 34 {look.width % 100:02} 00")
    press(page, "button", "Recevoir un code par SMS")
    expect(page.get_by_label("Code reçu par SMS")).to_be_visible()
    is_sound(page, axe, look, "phone-code")
    newest = max((rennes.running.post.folder.parent / "sms").iterdir())
    code = newest.read_text("utf-8").split("\n\n")[1][:6]
    tab_to(page, "textbox", "Code reçu par SMS")
    page.keyboard.type(f"{code[:3]} {code[3:]}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Vous pouvez voter")).to_be_visible()
