"""The page of mails: each kind as its readers see it, for administrators; its frames load nothing."""

import pytest

from models.mail import MailKind
from portal import word
from tests.browser import Browser
from tests.conftest import Portal
from tests.test_page_portal import signed_in
from tests.test_statement_count import statements

READ = "query($locale: String) { mailPreviews(locale: $locale) { kind subject text html } }"


def browser(portal: Portal, role: str = "ADMIN") -> Browser:
    return signed_in(Browser(portal.client, portal.host), role)


@pytest.mark.parametrize(("locale", "first"), [(None, "Bonjour,"), ("en", "Hello,"), ("br", "Bonjour,")])
def test_previews_are_in_the_language_that_is_asked_for(rennes: Portal, locale: str | None, first: str) -> None:
    with statements(rennes, 1):
        mails = rennes.admin().ask(READ, locale=locale)["mailPreviews"]
    assert [mail["kind"] for mail in mails] == [kind.value for kind in MailKind]
    for mail in mails:
        assert mail["subject"].endswith(f" – {rennes.record.title}")
        assert mail["text"].startswith(first)
        assert rennes.record.primary_color in mail["html"] and f'<p style="margin:0 0 16px">{first}' in mail["html"]


def test_previews_are_for_administrators_alone(rennes: Portal) -> None:
    for who in (rennes, rennes.member(), rennes.moderator()):
        assert who.codes("{ mailPreviews { kind } }") == ["GRAPHQL_VALIDATION_FAILED"]


def test_page_shows_every_mail_in_a_frame_and_as_text(rennes: Portal) -> None:
    assert set(word.MAILS) == {kind.value for kind in MailKind}
    page = browser(rennes).get("/gestion/courriels?locale=en").text
    for kind in MailKind:
        assert f'src="/gestion/courriels/{kind.value}.html?locale=en"' in page
    assert page.count("<pre") == len(MailKind) and "1234 5678" in page
    assert "frame-src 'self'" in browser(rennes).get("/gestion/courriels").headers["content-security-policy"]


def test_frame_of_a_mail_may_do_nothing(rennes: Portal) -> None:
    answer = browser(rennes).get("/gestion/courriels/SIGN_IN_CODE.html?locale=en")
    assert answer.status_code == 200 and "1234 5678" in answer.text and "Hello," in answer.text
    policy = answer.headers["content-security-policy"].split("; ")
    assert set(policy) == {"default-src 'none'", "style-src 'unsafe-inline'", "frame-ancestors 'self'", "sandbox"}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("role", [None, "MEMBER", "MODERATOR"])
def test_nobody_else_has_such_a_page(rennes: Portal, role: str | None) -> None:
    found = Browser(rennes.client, rennes.host) if role is None else browser(rennes, role)
    assert found.get("/gestion/courriels/INVITATION.html").status_code == 404


@pytest.mark.parametrize("kind", ["NOTHING", "invitation", "..", "INVITATION.html"])
def test_mail_that_is_none_is_not_found(rennes: Portal, kind: str) -> None:
    assert browser(rennes).get(f"/gestion/courriels/{kind}.html").status_code == 404
