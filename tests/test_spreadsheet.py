"""Spreadsheets: exports open in Excel with French titles, and no cell of them runs."""

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.acting import comment, published
from tests.conftest import Portal
from tests.given import Given
from tests.importing import contributions, imported
from transfer import cell
from transfer.csv_writer import EXCEL, CsvWriter
from transfer.xlsx_writer import XlsxWriter

FORMULAS = ("=1+1", "+33 6 12", "-2 degrés", "@SUM(A1)", "\t=1", "'=1")


def fetched(portal: Portal, path: str, **query: str) -> httpx.Response:
    signed = {"authorization": f"Bearer {portal.token}"} if portal.token else {}
    return portal.client.get(path, params=query, headers={"host": portal.host, **signed})


def sheet(content: bytes) -> list[dict[str, Any]]:
    """The rows of a workbook as Excel's own reader would have them."""
    header, *rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def lines(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), delimiter=";"))


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


def test_workbook_has_french_titles_words_and_dates(given: Given, admin: Portal) -> None:
    activity = given.activity(admin, location_rule="OPTIONAL")
    published(admin, activity, title="Un banc & <b>", location={"lat": 48.11, "lng": -1.68})
    answer = fetched(admin, "/export/contributions.xlsx", activity=activity)
    assert answer.headers["content-disposition"].endswith('.xlsx"')
    [row] = sheet(answer.content)
    assert (row["Titre"], row["Type"], row["Statut"]) == ("Un banc & <b>", "Proposition", "En cours")
    assert isinstance(row["Publiée le"], datetime)
    assert isinstance(row["Latitude"], float) and row["Votes"] == 0
    [line] = lines(fetched(admin, "/export/contributions.csv", activity=activity).content)
    assert line["Titre"] == "Un banc & <b>"
    assert line["Publiée le"] == f"{row['Publiée le']:%d/%m/%Y %H:%M}"
    assert line["Latitude"] == str(row["Latitude"]).replace(".", ",")


def test_replies_are_exported_with_what_they_reply_to(given: Given, admin: Portal) -> None:
    activity = given.activity(admin)
    contribution = published(admin, activity, title="Un banc ici")
    for n in range(3):
        comment(given.actor(admin), contribution, body=f"Réponse {n}")
    found = sheet(fetched(admin, "/export/comments.xlsx", activity=activity).content)
    assert [(row["Texte"], row["Contribution"]) for row in found] == [(f"Réponse {n}", "Un banc ici") for n in range(3)]


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_is_a_text_in_both_kinds_of_files(text: str) -> None:
    writer = CsvWriter(EXCEL)
    raw = writer.begin(["Titre"]) + writer.rows([[text]])
    [_, row] = csv.reader(io.StringIO(raw.decode()[1:], newline=""), delimiter=";")
    assert row == [f"'{text}"]
    book = XlsxWriter()
    content = book.begin(["Titre"]) + book.rows([[text]]) + book.end()
    found = load_workbook(io.BytesIO(content)).active["A2"]
    assert (found.value, found.data_type) == (f"'{text}", "s")


@drawn(st.text())
def test_guarding_a_text_can_be_undone(text: str) -> None:
    guarded = cell.neutral(text)
    assert cell.plain(guarded) == text
    assert guarded[:1] not in tuple("=+-@\t\r")


def test_own_export_is_imported_as_it_was(given: Given, admin: Portal) -> None:
    activity = given.activity(admin)
    published(admin, activity, title="=1+1 banc", body="-2 degrés\n« oui »")
    for kind in ("csv", "xlsx"):
        content = fetched(admin, f"/export/contributions.{kind}", activity=activity).content
        target = given.activity(admin)
        run = imported(given, admin, target, content, name=f"export.{kind}")
        assert (run["state"], run["acceptedCount"], run["refusedCount"]) == ("DONE", 1, 0), run
        [found] = contributions(admin, target)
        assert (found["title"], found["body"]) == ("=1+1 banc", "-2 degrés\n« oui »")


@pytest.mark.parametrize("path", ["/export/contributions.xlsx", "/export/contributions.csv", "/export/comments.csv"])
def test_files_are_for_administrators(given: Given, town: Portal, path: str) -> None:
    statuses = [fetched(given.actor(town, role=role), path).status_code for role in ("MEMBER", "MODERATOR", "ADMIN")]
    assert statuses == [403, 403, 200]
    assert fetched(town, path).status_code == 403


def test_activity_of_another_portal_is_not_there(given: Given, admin: Portal) -> None:
    other = given.activity(admin).replace(f"_{admin.number}_", "_99999_")
    assert fetched(admin, "/export/contributions.csv", activity=other).status_code == 404
    assert fetched(admin, "/export/contributions.csv", activity="nonsense").status_code == 400


def test_long_workbook_goes_on_in_another_sheet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("transfer.xlsx_writer.MAX_ROWS", 3)
    book = XlsxWriter()
    content = book.begin(["N"]) + book.rows([[n] for n in range(5)]) + book.end()
    (tmp_path / "a.xlsx").write_bytes(content)
    found = load_workbook(tmp_path / "a.xlsx")
    assert [[row[0] for row in each.iter_rows(values_only=True)] for each in found.worksheets] == [
        ["N", 0, 1],
        ["N", 2, 3],
        ["N", 4],
    ]
