"""Refusals: each code is explained to people, in the language that they asked for, with what to do next."""

import re
from collections.abc import Sequence

import pytest

from models import sentence
from models.refusal import ErrorCode
from server import language
from tests.acting import PUBLISH
from tests.conftest import Portal
from tests.given import Given

BREAKABLE = re.compile(r"[^\u202f\u00a0][;:?!»]|«[^\u202f]|'")
"""What French typography does not have: a sign without its no-break space, a straight apostrophe."""


@pytest.mark.parametrize("locale", sentence.LOCALES)
def test_every_code_has_a_sentence_of_its_own_and_there_are_no_others(locale: str) -> None:
    sentences = {code: sentence.explanation(code, locale) for code in ErrorCode}
    assert set(sentence._sentences(locale)) == {code.value for code in ErrorCode}
    assert len(set(sentences.values())) == len(ErrorCode)
    assert [text for text in sentences.values() if not re.fullmatch(r"[A-ZÀ-Ý].{40,200}\.", text)] == []


def test_french_is_in_french_typography() -> None:
    assert [text for code in ErrorCode if BREAKABLE.search(text := sentence.explanation(code, "fr"))] == []


@pytest.mark.parametrize(
    ("header", "tenant", "locale"),
    [
        (None, ("fr",), "fr"),
        (None, ("en", "fr"), "en"),
        (b"en-GB,en;q=0.9,fr;q=0.8", ("fr",), "en"),
        (b"fr-CA;q=0.5, en;q=0.4", ("en",), "fr"),
        (b"br, de;q=0.9", ("en",), "en"),
        (b"en;q=0", ("fr",), "fr"),
        (b"*", ("fr",), "fr"),
        (b"en;q=zzz, \xff\xfe, ;;;,", ("fr",), "fr"),
        (b"x," * 5_000 + b"en", ("fr",), "fr"),
        (b"de", ("nl",), "fr"),
    ],
)
def test_locale_is_the_first_that_is_wanted_and_spoken(
    header: bytes | None, tenant: Sequence[str], locale: str
) -> None:
    assert sentence.locale((*language.wanted(header), *tenant)) == locale


@pytest.mark.parametrize("locale", sentence.LOCALES)
@pytest.mark.parametrize("code", sentence.LIMITED)
def test_text_that_is_too_long_or_too_short_is_told_its_bound(code: ErrorCode, locale: str) -> None:
    told = sentence.explanation(code, locale, about="120")
    assert "120" in told and "{" not in told and told != sentence.explanation(code, locale)
    assert locale == "en" or not BREAKABLE.search(told)


def test_refused_request_is_explained_in_the_language_of_its_header(given: Given, town: Portal) -> None:
    author, activity = given.actor(town), given.activity(town)
    query = PUBLISH.replace("userErrors { code field }", "userErrors { code field message explanation }")
    fields = {"activity": activity, "kind": "PROPOSAL", "title": "", "body": "À l'ombre."}
    for header, locale in (("en", "en"), ("fr-FR,fr;q=0.9", "fr"), ("de", "fr")):
        answer = author.post(query, {"input": fields}, **{"accept-language": header}).json()
        assert answer["data"]["contributionPublish"]["userErrors"] == [
            {
                "code": "TOO_SHORT",
                "field": "title",
                "message": "At least 3 characters are wanted.",
                "explanation": sentence.explanation(ErrorCode.TOO_SHORT, locale, about="3"),
            }
        ]
