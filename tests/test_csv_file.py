"""CSV as it comes: encodings, delimiters and values are told apart, whatever program wrote the file."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.import_run import ImportTarget
from transfer import csv_file, guess, markup, value
from transfer.line import FileError

PARIS = ZoneInfo("Europe/Paris")
CELLS = st.text(st.characters(codec="cp1252", exclude_categories=("Cc", "Cs")), min_size=1, max_size=30).filter(
    lambda text: text == text.strip() and not text.startswith("'")
)


def read(path: Path, content: bytes) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    path.write_bytes(content)
    found = csv_file.lines(path)
    try:
        return found.names, [dict(line.cells) for line in found.rows]
    finally:
        found.close()


@settings(max_examples=60)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=5),
    st.sampled_from([";", ",", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
)
def test_whatever_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], delimiter: str, encoding: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(("Référence", "Intitulé", "Détail"))
    writer.writerows(rows)
    raw = text.getvalue().encode(encoding)
    if encoding == "cp1252":
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return  # What is both is read as UTF-8.
    names, found = read(tmp_path_factory.mktemp("csv") / "a.csv", raw)
    assert names == ("Référence", "Intitulé", "Détail")
    assert [tuple(row.values()) for row in found] == rows


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    names, _ = read(tmp_path / "a.csv", b"Titre;Titre;;Titre\n1;2;3;4\n")
    assert names == ("Titre", "Titre (2)", "Colonne 3", "Titre (3)")


def test_cell_of_more_than_a_megabyte_is_no_csv(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        read(tmp_path / "a.csv", b'titre;texte\n1;"' + b"x" * 1_100_000)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("31/01/2024", datetime(2024, 1, 30, 23, tzinfo=UTC)),
        ("31/01/24", datetime(2024, 1, 30, 23, tzinfo=UTC)),
        ("31.07.2024 à 08h30", datetime(2024, 7, 31, 6, 30, tzinfo=UTC)),
        ("2024-01-31", datetime(2024, 1, 30, 23, tzinfo=UTC)),
        ("2023-01-05 10:00:00 UTC", datetime(2023, 1, 5, 10, tzinfo=UTC)),
        ("2015-09-26T14:05:04+0200", datetime(2015, 9, 26, 12, 5, 4, tzinfo=UTC)),
    ],
)
def test_dates_are_french_or_iso(text: str, wanted: datetime) -> None:
    assert value.instant(text, PARIS) == wanted


@pytest.mark.parametrize("text", ["01/31/2024", "31/02/2024", "hier", "2024", "1/2/3/4", ""])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        value.instant(text, PARIS)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("48,1113", 48.1113), ("1 234,5 €", 1234.5), ("1\u202f234", 1234.0), ("1.234,50", 1234.5), ("1,234.50", 1234.5),
     ("-1,68", -1.68), ("4000.0", 4000.0), ("1.234.567", 1234567.0)],
)  # fmt: skip
def test_numbers_have_commas_points_or_blanks(text: str, wanted: float) -> None:
    assert value.number(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("1001", ("01001", True)), ("35238", ("35238", False)), ("2a004", ("2A004", False)), ("1001.0", ("01001", True))],
)
def test_lost_zero_of_an_insee_code_is_put_back_where_it_is_sure(text: str, wanted: tuple[str, bool]) -> None:
    assert value.commune(text) == wanted


@pytest.mark.parametrize("text", ["100", "352381", "2C004", "Rennes"])
def test_what_is_no_insee_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        value.commune(text)


def test_columns_without_telling_names_are_guessed_by_their_values() -> None:
    rows = [
        {"a": "31/01/2024", "b": "https://x.example/1", "c": f"Un titre de projet {n}", "d": "Un long texte. " * 10}
        for n in range(10)
    ]
    assert guess.targets(("a", "b", "c", "d"), rows) == {
        "a": ImportTarget.PUBLISHED_AT,
        "b": ImportTarget.OLD_ADDRESS,
        "c": ImportTarget.TITLE,
        "d": ImportTarget.BODY,
    }


def test_french_column_comes_before_those_of_other_languages() -> None:
    names = ("title/en", "title/machine_translations/fr", "title/fr", "body/ca", "body/fr")
    assert guess.targets(names, []) == {"title/fr": ImportTarget.TITLE, "body/fr": ImportTarget.BODY}


def test_markup_becomes_what_it_shows() -> None:
    html = "<p>Un&nbsp;<b>banc</b></p><script>alert(1)</script><ul><li>ici</li></ul>1 &lt; 2"
    assert markup.plain(html) == "Un banc\n\n– ici\n1 < 2"
    assert markup.plain("1 < 2 & 3 > 2") == "1 < 2 & 3 > 2"
