"""The dashboard: for whoever may do something there; for everybody else there is no such page."""

import re
from html import unescape
from typing import Any

import pytest

import web
from portal import document, form
from portal.dashboard import SECTIONS
from portal.form import Done
from portal.screen import SCREENS
from portal.screen_kind import EDITOR, VALUATOR
from tests.administering import done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_page_portal import signed_in
from tests.test_space_role import me

STAYING = [
    (found, name)
    for found in SCREENS
    if found.is_desk
    for name in sorted(document.named(found.name).mutations - found.then.keys() - found.tells)
]
"""Each form of a page for work that leads to the page itself."""

SAID = '<p class="done saved" role="status">'


async def refused(_visit: Any, _document: Any, left: form.Form) -> form.Form:
    return form.Form(left.name, left.typed, {"": "Non."})


PATHS = [found.path for found in SCREENS if found.role is not None and "{" not in found.path]


def of_role(rennes: Portal, role: str) -> Browser:
    return signed_in(Browser(rennes.client, rennes.host), role)


@pytest.mark.parametrize("path", PATHS)
def test_dashboard_is_for_its_roles_alone(rennes: Portal, path: str) -> None:
    needed = next(found.role for found in SCREENS if found.path == path)
    statuses = {role: of_role(rennes, role).get(path).status_code for role in ("MEMBER", "MODERATOR", "ADMIN")}
    assert statuses == {"MEMBER": 404, "MODERATOR": 404 if needed in ("ADMIN", EDITOR, VALUATOR) else 200, "ADMIN": 200}


@pytest.mark.parametrize("path", PATHS)
def test_strangers_sign_in_first(rennes: Portal, path: str) -> None:
    answer = Browser(rennes.client, rennes.host).get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/auth/sign-in?")


@pytest.mark.parametrize("path", PATHS)
def test_every_dashboard_page_is_one_statement(rennes: Portal, path: str) -> None:
    browser = of_role(rennes, "ADMIN")
    browser.get(path)
    before = rennes.running.database.statement_count
    assert browser.get(path).status_code == 200
    assert rennes.running.database.statement_count - before == 1


def test_every_section_is_a_screen() -> None:
    assert {found.path for found in SECTIONS} <= set(PATHS)


# What a form has changed is said --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "name"), [(found.path, name) for found, name in STAYING if "{" not in found.path])
def test_page_behind_a_form_says_that_it_is_saved_and_not_for_ever(
    rennes: Portal, monkeypatch: pytest.MonkeyPatch, path: str, name: str
) -> None:
    async def ran(*_: Any) -> Done:
        return Done(name, {})

    browser = of_role(rennes, "ADMIN")
    assert SAID not in browser.get(path).text
    monkeypatch.setattr(form, "submit", ran)
    answer = browser.submit(f"{path}?after=x", {"form": name})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?after=x&enregistre=1")
    page = browser.get(f"{path}?enregistre=1").text
    assert page.count(SAID) == 1
    assert "enregistre=1" not in page, "no link of the page says it again"
    monkeypatch.setattr(form, "submit", refused)
    assert SAID not in browser.submit(f"{path}?enregistre=1", {"form": name}).text


@pytest.mark.parametrize("name", sorted({found.name for found, _ in STAYING}))
def test_every_page_for_work_has_where_it_says_so(name: str) -> None:
    template = (web.TEMPLATE / f"{name}.html").read_text("utf-8")
    assert 'extends "dashboard.html"' in template or template.count('include "part/saved.html"') == 1


# Lists ----------------------------------------------------------------------------------------------------------------

BUTTON = re.compile(r'<(?:button|a class="ghost")(?: [^>]*?aria-label="([^"]*)")?[^>]*>(.*?)</(?:button|a)>', re.DOTALL)


def names(html: str, part: str) -> list[str]:
    """What a part's buttons are heard as."""
    inside = html.partition(f'id="{part}"')[2].partition("</section>")[0] if part else html
    return [label or re.sub(r"<[^>]*>", "", text) for label, text in BUTTON.findall(inside)]


@pytest.mark.parametrize(("path", "part"), [("/gestion/espaces", ""), ("/gestion/personnes/{who}", "espaces")])
def test_buttons_of_two_spaces_of_one_title_are_told_apart(given: Given, town: Portal, path: str, part: str) -> None:
    editor, admin = given.actor(town), given.actor(town, role="ADMIN")
    for space in (given.space(town), given.space(town)):
        given.sql(town, "UPDATE __tenant__.participatory_space SET title = 'La fête' WHERE id = %s", uuid_in(space))
        done(admin, "spaceEditorAdd", space=space, actor=me(editor))
    page = signed_in(Browser(town.client, town.host), "ADMIN").get(path.format(who=me(editor))).text
    heard = [name for name in names(page, part) if "La fête" in unescape(name)]
    assert len(heard) >= 2
    assert len(set(heard)) == len(heard)
