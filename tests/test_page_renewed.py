"""Forms with a file that are sent once the session is over: signing in, and back to the page that they stand on."""

import httpx
import pytest

from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given

DOORS = ("/text/file", "/logo", "/import/file", "/zone/file", "/vote/file")
PAGE = "/gestion/imports?activity=a&b=%C3%A9"
WAY = "/auth/sign-in?next=/gestion/imports%3Factivity%3Da%26b%3D%25C3%25A9"


def sent(town: Portal, door: str, host: str = "", **headers: str) -> httpx.Response:
    """What a page's form is answered that sends a file."""
    origin = f"http://{town.host}"
    told = {"host": town.host, "origin": origin, "referer": f"http://{host or town.host}{PAGE}"} | headers
    town.client.cookies.clear()
    return town.client.post(door, headers=told, files={"file": ("a.csv", b"titre\nUn banc\n")}, follow_redirects=False)


@pytest.mark.parametrize("door", DOORS)
def test_form_whose_session_is_over_leads_to_signing_in_and_back(given: Given, town: Portal, door: str) -> None:
    with given.nothing_written(town):
        for cookie in ({}, {"cookie": "parvis=over-since-yesterday"}):
            answer = sent(town, door, **cookie)
            assert (answer.status_code, answer.headers.get("location")) == (303, WAY), answer.text
            assert answer.headers["cache-control"] == "no-store"


def test_page_of_signing_in_leads_back_to_the_form(rennes: Portal) -> None:
    browser = Browser(rennes.client, rennes.host)
    way = sent(rennes, "/import/file").headers["location"]
    assert 'name="next" value="/gestion/imports?activity=a&amp;b=%C3%A9"' in browser.get(way).text
    entered = browser.submit("/auth/demo", {"role": "ADMIN", "next": PAGE})
    assert (entered.status_code, entered.headers["location"]) == (303, PAGE)


@pytest.mark.parametrize("door", DOORS)
def test_programs_strangers_sites_and_people_without_the_right_read_the_refusal(
    given: Given, town: Portal, door: str
) -> None:
    member = given.actor(town)
    refusal = 422 if door == "/text/file" else 403  # Editors send texts: the activity is wanted first.
    assert sent(town, door, authorization=f"Bearer {member.token}").status_code == refusal
    assert sent(town, door, authorization="Bearer no-token").status_code == 401
    assert sent(town, door, host="ailleurs.example").status_code in (401, 403)
    assert sent(town, door, referer="").status_code in (401, 403)


def test_member_who_is_signed_in_is_not_asked_to_sign_in(rennes: Portal) -> None:
    browser = Browser(rennes.client, rennes.host)
    assert browser.submit("/auth/demo", {"role": "MEMBER", "next": "/"}).status_code == 303
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    assert sent(rennes, "/import/file", cookie=cookies).status_code == 403
