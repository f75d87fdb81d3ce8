"""Refusals: each code is explained to people, in the language that they asked for, with what to do next."""

import ast
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from models import expected, sentence
from models.expected import Expectation, Expected, Value
from models.refusal import ErrorCode
from server import language
from tests.acting import PUBLISH
from tests.conftest import Portal
from tests.given import Given

BREAKABLE = re.compile(r"[^\u202f\u00a0][;:?!»]|«[^\u202f]|'")
"""What French typography does not have: a sign without its no-break space, a straight apostrophe."""

PROJECT = Path(sentence.__file__).parents[2]
LAYERS = ("models", "planner", "resolvers", "office", "intake", "counting")
QUERIES = {
    "planner/entity.py", "office/transparency.py", "resolvers/collectivite.py", "resolvers/contribution.py",
    "resolvers/hexagon.py", "resolvers/live.py", "resolvers/participation.py", "resolvers/place.py", "resolvers/space.py",
}  # fmt: skip
"""Where arguments of queries and subscriptions are refused: programs alone are told, in the message."""

SAID: Mapping[Expectation, tuple[Value, ...]] = {
    Expectation.NUMBER: (1, 20), Expectation.CENTS: (0, 450), Expectation.COUNT: (1, 9),
    Expectation.EXACT_COUNT: (3,), Expectation.ONE_OF: ("fr, en",), Expectation.EXAMPLE: ("9h-12h30",),
    Expectation.DAYS: (date(1900, 1, 1), date(2027, 1, 1)), Expectation.DAY_UNTIL: (date(2027, 1, 1),),
    Expectation.DAYS_AHEAD: (365,), Expectation.DAYS_AFTER: (7,), Expectation.AT_MOST: (20,),
    Expectation.NO_MORE: (100,), Expectation.FEWER: (300_000,), Expectation.FEWER_FILES: (2_000,),
}  # fmt: skip


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


@pytest.mark.parametrize("locale", sentence.LOCALES)
def test_input_that_is_not_possible_is_told_what_would_be(locale: str) -> None:
    wanted = [Expected(what, SAID.get(what, ())) for what in Expectation]
    told = [sentence.explanation(ErrorCode.BAD_INPUT, locale, expected=one) for one in wanted]
    assert len({*told, sentence.explanation(ErrorCode.BAD_INPUT, locale)}) == len(told) + 1
    assert [text for text in told if not re.fullmatch(r"[A-ZÀ-Ý].{40,200}\.", text) or re.search(r"[{}]", text)] == []
    assert locale == "en" or [text for text in told if BREAKABLE.search(text)] == []


@pytest.mark.parametrize(
    ("wanted", "french", "english"),
    [
        (expected.number(1, 12_500), "de 1 à 12\u202f500.", "from 1 to 12,500 "),
        (expected.cents(0, 1_250_050), "de 0\u00a0€ à 12\u202f500,50\u00a0€.", "from €0 to €12,500.50 "),
        (expected.count(2, 2), "exactement 2.", "Exactly 2 "),
        (expected.one_of("fr", "en"), "ici\u00a0: fr, en.", "here: fr, en."),
        (
            expected.days(date(1900, 1, 1), date(2027, 6, 15)),
            "du 1er\u00a0janvier 1900 au 15\u00a0juin 2027.",
            "from 1\u00a0January 1900 to 15\u00a0June 2027 ",
        ),
    ],
    ids=lambda wanted: wanted.what.name if isinstance(wanted, Expected) else "",
)
def test_values_are_told_as_people_write_them(wanted: Expected, french: str, english: str) -> None:
    told = {locale: sentence.explanation(ErrorCode.BAD_INPUT, locale, expected=wanted) for locale in ("fr", "en")}
    assert french in told["fr"] and english in told["en"]


def test_every_input_that_a_mutation_refuses_says_what_would_be_taken() -> None:
    files = [path for folder in LAYERS for path in sorted((PROJECT / folder).rglob("*.py"))]
    silent = {
        path.relative_to(PROJECT).as_posix()
        for path in files
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "Refusal" and "BAD_INPUT" in ast.unparse(call)
        if not any(given.arg == "expected" for given in call.keywords)
    }
    assert silent == QUERIES


def test_every_limit_that_is_reached_says_which_number_it_is() -> None:
    """In the sentence for people, too: the message is for programs."""
    silent = [
        (path.relative_to(PROJECT).as_posix(), call.lineno)
        for folder in LAYERS
        for path in sorted((PROJECT / folder).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "Refusal" and call.args
        if re.search(r"\b(LIMIT_REACHED|TOO_LONG|TOO_SHORT)\b", ast.unparse(call.args[0]))
        if not {"about", "expected"} & {given.arg for given in call.keywords}
    ]
    assert silent == []


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
