"""The dashboard: for whoever may do something there; for everybody else there is no such page."""

import pytest

from portal.dashboard import SECTIONS
from portal.screen import SCREENS
from portal.screen_kind import EDITOR, VALUATOR
from tests.browser import Browser
from tests.conftest import Portal
from tests.test_page_portal import signed_in

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
