"""Words: every text of the pages is in every catalogue, what is compiled is what is written, French is set as in print."""

import ast
import io
import re
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import web
from portal import message, render
from portal.render import environment
from tests.browser import Browser
from tests.conftest import Portal

LANGUAGES = [language for language in message.NAMES if language != message.SOURCE]


def texts() -> set[object]:
    """Every message of the templates, and every marked text of the code."""
    env, found = environment("fr", "Europe/Paris"), set[object]()
    for path in web.TEMPLATE.rglob("*.html"):
        if "developer" not in path.parts:
            for _, _, text in env.extract_translations(path.read_text("utf-8")):  # type: ignore[attr-defined]
                found.add(text if isinstance(text, str) else (text[:2] if text[1] else text[0]))
    for path in Path(message.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                found.add(ast.literal_eval(node.args[0]))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    catalogue = read_po(io.BytesIO((web.MESSAGE / f"{language}.po").read_bytes()), locale=language)
    known = {entry.id: entry.string for entry in catalogue if entry.id}
    assert {text for text in texts() if not known.get(text)} == set(), "add them to the catalogue, then: make messages"
    named = re.compile(r"%\(\w+\)s|%d")
    for ids, strings in known.items():
        for one, other in zip(
            [ids] if isinstance(ids, str) else ids, [strings] if isinstance(strings, str) else strings, strict=True
        ):
            assert sorted(named.findall(one)) == sorted(named.findall(other)), one


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO((web.MESSAGE / f"{language}.po").read_bytes()), locale=language))
    assert compiled.getvalue() == (web.MESSAGE / f"{language}.mo").read_bytes(), "mend with: make messages"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Où ?", "Où\u202f?"),
        ("Là : oui", "Là\u00a0: oui"),
        ("« Oui »", "«\u202fOui\u202f»"),
        ("10 000 €", "10\u202f000\u00a0€"),
        ("l'aide", "l’aide"),
        ("https://a.b", "https://a.b"),
        ("une empreinte SHA-256", "une empreinte SHA\u2011256"),
    ],
)
def test_french_is_set_as_in_print(typed: str, shown: str) -> None:
    assert message.typography(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Impôts : l'aide ?", "Impôts\u00a0: l'aide\u00a0?"),
        ("de 16 h 30 à 18 h", "de 16\u00a0h\u00a030 à 18\u00a0h"),
        ("60 % de 10 000 €", "60\u00a0% de 10\u00a0000\u00a0€"),
        ("le 6 mai, à 3 heures", "le 6 mai, à 3 heures"),
    ],
)
def test_what_people_type_keeps_its_letters_and_does_not_break_in_the_wrong_place(typed: str, shown: str) -> None:
    assert message.unbroken(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Un service de Le Havre", "Un service du Havre"),
        ("Un service de Les Ulis", "Un service des Ulis"),
        ("Près de Albi", "Près d’Albi"),
        ("Près de Écully", "Près d’Écully"),
        ("Près de Rennes", "Près de Rennes"),
        ("Près de La Rochelle", "Près de La Rochelle"),
    ],
)
def test_de_meets_the_name_that_follows(typed: str, shown: str) -> None:
    assert message.contracted(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Court.", "Court."),
        ("Deux phrases. Puis", "Deux phrases. Puis"),
        ("Le lundi soir. Ensuite le mardi.", "Le lundi soir…"),
        ("Une\n\nligne", "Une ligne"),
        ("anticonstitutionnellement", "anticonstitutionn…"),
    ],
)
def test_excerpt_ends_after_a_whole_word_with_three_dots(typed: str, shown: str) -> None:
    assert render.excerpt(typed, 18) == shown


def test_english_pages_have_their_own_addresses(rennes: Portal) -> None:
    browser = Browser(rennes.client, rennes.host)
    page = browser.get("/en/annonces").text
    assert '<html lang="en">' in page
    assert "Skip to content" in page and "Aller au contenu" not in page
    assert 'href="/en/participer"' in page and 'href="/annonces"' in page
