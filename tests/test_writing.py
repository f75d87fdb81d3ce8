"""Writing: what people paste stays what they meant, and what shows nothing or turns others around does not stay."""

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from auth import reserved_name
from models import writing
from models.refusal import ErrorCode, Refusal
from resolvers import text

FAMILY, SCOTLAND, HEART = (
    "👨\u200d👩\u200d👧",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "❤\ufe0f",
)
PERSIAN = "می\u200cخواهم"
INVISIBLE = (
    "\u200b" * 4,
    "\u3164" * 5,
    "\u2800 \u2800 \u2800",
    "\u00ad\u200d\u200e\u2060",
    "\u202e\u2066\u2069",
    "\ufe0f" * 3,
)


@pytest.mark.parametrize("given", INVISIBLE)
def test_what_shows_nothing_is_too_short(given: str) -> None:
    for clean, length in ((text.clean, (1, 20_000)), (text.line, (3, 255))):
        with pytest.raises(Refusal) as refused:
            clean(given, length, "title")
        assert (refused.value.code, refused.value.field) == (ErrorCode.TOO_SHORT, "title")


def test_signs_that_do_not_show_do_not_count() -> None:
    with pytest.raises(Refusal):
        text.line("ab\u200b\u200b", (3, 255), "title")
    assert text.line("abc\u200b", (3, 255), "title") == "abc\u200b"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (
            "un\rdeux\vtrois\x85quatre\u2028cinq\u2029six\r\nsept\x0chuit",
            "un\ndeux\ntrois\nquatre\ncinq\nsix\nsept\nhuit",
        ),
        ("un\tdeux", "un deux"),
        ("a\u202egnp.exe\u202c\u2066b\u2069\u2067", "agnp.exeb"),
        ("a\x00b\x07c", "abc"),
        ("\ufeffDébut", "Début"),
        ("e\u0301te\u0301", "été"),
        (f"{FAMILY} {HEART} {SCOTLAND}", f"{FAMILY} {HEART} {SCOTLAND}"),
        (f"secret\U000e0068\U000e0069 {PERSIAN}", f"secret {PERSIAN}"),
        ("Quoi\u00a0? 10\u202f000", "Quoi\u00a0? 10\u202f000"),
        ("עברית \u200fABC", "עברית \u200fABC"),
    ],
)
def test_texts_are_kept_as_they_are_meant(given: str, kept: str) -> None:
    assert text.clean(given, (1, 20_000), "body") == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Pourquoi\u00a0?", "Pourquoi\u00a0?"),
        ("10\u202f000  arbres \n plantés", "10\u202f000 arbres plantés"),
        ("un \u00a0 deux\u00a0", "un\u00a0deux"),
        ("un\rdeux\vtrois\x85quatre\u2028cinq", "un deux trois quatre cinq"),
        (f"{FAMILY}\u202e fête", f"{FAMILY} fête"),
    ],
)
def test_titles_are_one_line_with_the_blanks_of_french(given: str, kept: str) -> None:
    assert text.line(given, (3, 255), "title") == kept


SIGNS = st.one_of(
    st.characters(), st.sampled_from("ae \n\r\t\u0301\u200d\u200e\u202e\u2060\u00a0\u3164\U0001f3f4\U000e0067")
)


@drawn(st.text(SIGNS))
def test_what_was_kept_is_kept_as_it_is(given: str) -> None:
    for keep in (writing.tidy, writing.line, writing.name):
        assert keep(keep(given)) == keep(given)


@pytest.mark.parametrize(
    ("given", "kept"),
    [(" Ninon\n de  Rennes\u200e ", "Ninon de Rennes"), ("\u3164", ""), ("\u200d\u200b", ""), ("J\u202eean\u3164", "Jean"),
     (PERSIAN, PERSIAN), ("Zoë 👩\u200d🌾", "Zoë 👩\u200d🌾")],
)  # fmt: skip
def test_names_are_what_shows(given: str, kept: str) -> None:
    assert writing.name(given) == kept


@pytest.mark.parametrize(
    ("name", "is_reserved"),
    [
        ("Ville de Rennes", True),
        ("La mairie de Rennes", True),
        ("rennes", True),
        ("R\u200be\u200bnnes", True),
        ("VILLE  DE  RÈNNES !", True),
        ("Ｒｅｎｎｅｓ", True),
        ("Rennes Métropole", True),
        ("Ren nes", True),
        ("La Fabrique citoyenne", True),
        ("Équipe de la fabrique citoyenne", True),
        ("Modération", True),
        ("Mairie", True),
        ("Jeanne Rennes", False),
        ("Ninon de Rennes", False),
        ("Association La Fabrique", False),
        ("Jeanne", False),
        ("Habitant·e", False),
        ("👩\u200d🌾", False),
    ],
)
def test_names_of_the_authority_are_reserved(name: str, is_reserved: bool) -> None:
    assert reserved_name.is_reserved(name, "La Fabrique citoyenne", "Rennes") is is_reserved
