"""Files of answers: judged by what they are, kept over pages, read by the team alone, and erased with the answer."""

import io
import json
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from PIL import Image
from psycopg.errors import CheckViolation

from jobs import retention
from models.answer_file import MB, FileType, kept_name, type_of
from tests.acting import refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.surveying import NO, YES, opened, said, send, survey
from tests.test_page_petition import Visitor
from tests.test_page_portal import signed_in
from tests.test_personal import erase
from tests.test_phase import put
from tests.test_survey_file import fetched, sheets

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
TEXT = b"Mon trajet : trop long.\n"
FORM: list[dict[str, Any]] = [
    {"kind": "ONE", "title": "À vélo ?", "options": [{"label": "Oui"}, {"label": "Non"}]},
    {"kind": "FILE", "title": "Une pièce ?", "most": 1, "shownIf": [{"question": "q1", "options": [YES]}]},
    {"kind": "TEXT", "title": "Un mot ?"},
]
FILES = "SELECT name, type, size, question FROM __tenant__.answer_file f JOIN __tenant__.survey_answer a ON a.id = f.answer_id WHERE a.activity_id = %s"


def picture(kind: str = "JPEG", side: int = 40) -> bytes:
    made = Image.new("RGB", (side, side), (200, 30, 90))
    exif = made.getexif()
    exif[0x010E] = "secret place"
    data = io.BytesIO()
    made.save(data, kind, exif=exif)
    return data.getvalue()


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def activity(given: Given, town: Portal, admin: Portal) -> str:
    return opened(given, town, admin, FORM)


def sent_to(
    who: Portal, activity: str, content: bytes, name: str = "piece.pdf", question: str = "q2", **fields: str
) -> httpx.Response:
    headers = {"host": who.host} | ({"authorization": f"Bearer {who.token}"} if who.token else {})
    form = {"question": question, "version": "1", "page": "2", **fields}
    at = f"/enquete/{activity}/fichier"
    return who.client.post(at, headers=headers, data=form, files={"file": (name, content)}, follow_redirects=False)


def code(answer: httpx.Response) -> str | None:
    return None if answer.status_code == 201 else str(answer.json()["errors"][0]["extensions"]["code"])


def read(who: Portal, file: object) -> httpx.Response:
    headers = {"host": who.host} | ({"authorization": f"Bearer {who.token}"} if who.token else {})
    return who.client.get(f"/enquete/fichier/{file}", headers=headers)


# What a file is -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, FileType.PDF),
        (TEXT, FileType.TEXT),
        (picture(), FileType.IMAGE),
        (picture("PNG"), FileType.IMAGE),
        (picture("WEBP"), FileType.IMAGE),
        (b"MZ\x90\x00\x03\x00\x00\x00", None),
        (b"\x7fELF\x02\x01\x01\x00", None),
        (b"\xcf\xfa\xed\xfe\x07\x00\x00\x01", None),
        (b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", None),
        (b"Rar!\x1a\x07\x01\x00", None),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", None),
        (b"\x1f\x8b\x08\x00", None),
        (b"#!/bin/sh\nrm -rf /\n", None),
        (b"%PDF-1.7\nwithout an end", None),
        (PDF.replace(b"<<>>", b"<</S/JavaScript>>", 1), None),
        (PDF.replace(b"<<>>", b"<</S/Launch>>", 1), None),
        (PDF.replace(b"<<>>", b"<</Type/EmbeddedFile>>", 1), None),
        (b"\xff\xfe\x00\x01", None),
        (b"a\x00b", None),
        (b"a\x1b[2Jb", None),
        (b"", None),
        (b" \n", None),
    ],
)
def test_file_is_what_its_bytes_say(content: bytes, kind: FileType | None) -> None:
    assert type_of(content) is kind


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("carte.PDF", FileType.PDF, "carte.pdf"),
        ("photo.png", FileType.IMAGE, "photo.jpg"),
        ("photo", FileType.IMAGE, "photo.jpg"),
        ("notes.md", FileType.TEXT, "notes.txt"),
        ("", FileType.PDF, "fichier.pdf"),
        (".pdf", FileType.PDF, "fichier.pdf"),
        ("cv.pdf.exe", FileType.PDF, None),
        ("cv.exe", FileType.TEXT, None),
        ("page.html", FileType.TEXT, None),
        ("cv.exe.pdf", FileType.PDF, "cv.exe.pdf"),
        ("x" * 300 + ".pdf", FileType.PDF, "x" * 115 + ".pdf"),
    ],
)
def test_name_says_what_a_file_is_or_is_refused(name: str, kind: FileType, kept: str | None) -> None:
    assert kept_name(name, kind) == kept


# Sending --------------------------------------------------------------------------------------------------------------


def test_file_is_kept_with_the_draft_replaced_and_taken_back(given: Given, town: Portal, activity: str) -> None:
    person, at = given.actor(town), uuid_in(activity)
    assert send_later(person, activity, said("q1", options=[YES]))
    assert sent_to(person, activity, PDF, "../../carte.pdf").status_code == 201
    assert given.sql(town, FILES, at) == [("carte.pdf", "PDF", len(PDF), "q2")]
    assert sent_to(person, activity, TEXT, "notes.txt").status_code == 201
    assert given.sql(town, FILES, at) == [("notes.txt", "TEXT", len(TEXT), "q2")], "it took the place of the other"
    page = "query($id: ID!) { activity(id: $id) { survey { page { parts { question file { name type size } } } } } }"
    parts = person.ask(page, id=activity)["activity"]["survey"]["page"]["parts"]
    assert parts[1] == {"question": "q2", "file": {"name": "notes.txt", "type": "TEXT", "size": len(TEXT)}}
    assert send_later(person, activity, said("q3", text="Oui")), "another page is left"
    assert len(given.sql(town, FILES, at)) == 1
    assert sent_to(person, activity, b"", remove="1").status_code == 201
    assert given.sql(town, FILES, at) == []
    assert sent_to(person, activity, PDF).status_code == 201
    done(person, "surveyAnswerSend", activity=activity, version=1)
    assert code(sent_to(person, activity, TEXT, "notes.txt")) == "SURVEY_SENT"
    assert given.sql(town, FILES, at) == [("piece.pdf", "PDF", len(PDF), "q2")]


def send_later(who: Portal, activity: str, *answers: dict[str, Any]) -> bool:
    kept = do(who, "surveyAnswerSave", activity=activity, version=1, page=1, answers=list(answers))
    return bool(kept["userErrors"] == [])


def test_picture_is_drawn_anew_without_what_a_camera_says(given: Given, town: Portal, activity: str) -> None:
    person = given.actor(town)
    assert sent_to(person, activity, picture("PNG"), "place.png").status_code == 201
    content = "SELECT content FROM __tenant__.answer_file f JOIN __tenant__.survey_answer a ON a.id = f.answer_id WHERE a.activity_id = %s"
    [[kept]] = given.sql(town, content, uuid_in(activity))
    assert bytes(kept).startswith(b"\xff\xd8\xff") and b"secret place" not in bytes(kept)
    assert [row[:2] for row in given.sql(town, FILES, uuid_in(activity))] == [("place.jpg", "IMAGE")]
    assert code(sent_to(person, activity, b"\xff\xd8\xff and no picture", "place.jpg")) == "BAD_IMAGE"


def test_what_is_no_such_file_is_refused_and_nothing_is_kept(given: Given, town: Portal, admin: Portal) -> None:
    form = [{"kind": "FILE", "title": "Une pièce ?", "most": 1, "fileTypes": ["PDF"]}, *FORM[2:]]
    activity, person = opened(given, town, admin, form), given.actor(town)
    with given.nothing_written(town):
        for content, name in (
            (b"MZ\x90\x00\x03\x00\x00\x00" * 20, "facture.pdf"),
            (b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", "facture.docx"),
            (PDF, "facture.exe"),
            (TEXT, "facture.txt"),
            (PDF[:-6] + b"0" * MB + b"%%EOF\n", "facture.pdf"),
        ):
            answer = sent_to(person, activity, content, name, question="q1")
            assert (answer.status_code, code(answer)) == (422, "FILE_NOT_ACCEPTED"), name
        large = sent_to(person, activity, PDF + b"0" * 9 * MB, question="q1")
        assert (large.status_code, code(large)) == (413, "FILE_NOT_ACCEPTED")
        assert code(sent_to(person, activity, PDF, question="q2")) == "NOT_FOUND"
        assert code(sent_to(person, activity, PDF, question="q1", version="2")) == "CONFLICT"
        assert code(sent_to(town, activity, PDF, question="q1")) == "UNAUTHENTICATED"
        put(given, town, activity, "EXAMINE")
        assert code(sent_to(person, activity, PDF, question="q1")) == "ACTIVITY_NOT_OPEN"


def test_database_holds_what_a_file_may_be(given: Given, town: Portal, activity: str) -> None:
    person = given.actor(town)
    sent_to(person, activity, PDF)
    for change in ("size = size + 1", "type = 'ZIP'", "name = ''"):
        with pytest.raises(CheckViolation):
            given.sql(town, f"UPDATE __tenant__.answer_file SET {change} WHERE question = 'q2'")


def test_form_asks_for_few_files_and_strangers_for_none(given: Given, town: Portal, admin: Portal) -> None:
    many = [{"kind": "FILE", "title": f"Pièce {n} ?"} for n in range(6)]
    empty = given.activity(town, kind="SURVEY")
    over = do(admin, "surveyFormSave", activity=empty, edition=0, questions=many)["userErrors"]
    assert over == refused("LIMIT_REACHED", "questions")
    heavy = [{"kind": "FILE", "title": "Pièce ?", "most": 9}]
    assert do(admin, "surveyFormSave", activity=empty, edition=0, questions=heavy)["userErrors"] == refused(
        "BAD_INPUT", "questions.0.most"
    )
    activity = opened(given, town, admin, FORM)
    bare = do(admin, "proofRuleSet", activity=activity, isWithoutAccount=True)["userErrors"]
    assert bare == refused("SURVEY_FILES", "isWithoutAccount")
    other = opened(given, town, admin, FORM[:1])
    done(admin, "proofRuleSet", activity=other, isWithoutAccount=True)
    done(admin, "surveyFormSave", activity=other, edition=0, questions=[{"kind": "FILE", "title": "Pièce ?"}])
    late = do(admin, "surveyFormPublish", activity=other, edition=1, reason="Une pièce de plus.")["userErrors"]
    assert late == refused("SURVEY_FILES", "activity")


# Reading --------------------------------------------------------------------------------------------------------------


def test_team_alone_reads_files_which_exports_name(given: Given, town: Portal, admin: Portal, activity: str) -> None:
    person = given.actor(town)
    assert send_later(person, activity, said("q1", options=[YES]))
    sent_to(person, activity, TEXT, "été.txt")
    assert send(person, activity) == []
    told = sheets(fetched(admin, "survey.xlsx", activity).content)["Réponses"]
    assert told[0][-3:] == ["q2", "q2_link", "q3"]
    [name, link] = told[1][-3:-1]
    assert name == "été.txt" and re.fullmatch(rf"http://{re.escape(town.host)}/enquete/fichier/[0-9a-f-]{{36}}", link)
    line = json.loads(fetched(admin, "survey.jsonl", activity).text)
    assert line["answers"]["q2"] == {"name": "été.txt", "link": link}
    id_ = link.rpartition("/")[2]
    answer = read(admin, id_)
    assert (answer.status_code, answer.content) == (200, TEXT)
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%C3%A9t%C3%A9.txt"
    assert (
        answer.headers["x-content-type-options"] == "nosniff" and "sandbox" in answer.headers["content-security-policy"]
    )
    assert answer.headers["cache-control"] == "private, no-store"
    for stranger in (person, given.actor(town), given.actor(town, role="MODERATOR"), town):
        assert read(stranger, id_).status_code == 404
    editor = given.actor(town)
    space = given.sql(town, "SELECT space_id FROM __tenant__.activity WHERE id = %s", uuid_in(activity))[0][0]
    whose = uuid_in(editor.ask("{ viewer { id } }")["viewer"]["id"])
    given.insert(town, "space_role", space_id=space, actor_id=whose, kind="EDITOR", given_at="now")
    assert read(editor, id_).status_code == 200
    result = do(admin, "surveyResultPublish", activity=activity)["userErrors"]
    assert result == [] and survey(admin, activity)["results"][1]["kind"] == "FILE"


# Forgetting -----------------------------------------------------------------------------------------------------------


def test_file_goes_with_its_answer_and_with_its_person(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    at = uuid_in(activity)
    quitter, hider, leaver, slow = (given.actor(town, name=name) for name in ("Un", "Deux", "Trois", "Quatre"))
    for person in (quitter, hider, leaver, slow):
        assert send_later(person, activity, said("q1", options=[YES]))
        assert sent_to(person, activity, PDF).status_code == 201
    done(quitter, "surveyAnswerDiscard", activity=activity)
    assert len(given.sql(town, FILES, at)) == 3
    assert send(hider, activity, said("q1", options=[NO])) == []
    assert len(given.sql(town, FILES, at)) == 2, "what is hidden is dropped, with its file"
    assert send(leaver, activity) == []
    assert erase(leaver, "Trois")["userErrors"] == []
    assert len(given.sql(town, FILES, at)) == 1
    told = sheets(fetched(admin, "survey.xlsx", activity).content)["Réponses"]
    assert [row[-3:-1] for row in told[1:]] == [[None, None], [None, None]]
    old = "UPDATE __tenant__.survey_answer SET changed_at = now() - interval '31 days' WHERE activity_id = %s"
    given.sql(town, old, at)
    given.run(retention.keep(given.database, town.number))
    assert given.sql(town, FILES, at) == []


def test_file_is_nobodys_with_its_answer_and_removed_a_year_after_the_close(
    given: Given, town: Portal, activity: str
) -> None:
    person, at = given.actor(town), uuid_in(activity)
    assert send_later(person, activity, said("q1", options=[YES]))
    sent_to(person, activity, PDF)
    assert send(person, activity) == []
    ended = "UPDATE __tenant__.activity SET opens_at = now() - %s, closes_at = now() - %s WHERE id = %s"
    whose = "SELECT f.actor_id IS NULL FROM __tenant__.answer_file f JOIN __tenant__.survey_answer a ON a.id = f.answer_id WHERE a.activity_id = %s"
    for days, kept in ((59, [(False,)]), (61, [(True,)]), (364, [(True,)]), (367, [])):
        given.sql(town, ended, timedelta(days=500), timedelta(days=days), at)
        given.run(retention.keep(given.database, town.number))
        assert given.sql(town, whose, at) == kept, days
    assert survey(town, activity)["answerCount"] == 1, "the answer stays"


# Pages ----------------------------------------------------------------------------------------------------------------


def test_page_with_a_file_works_without_script(given: Given, town: Portal, admin: Portal, activity: str) -> None:
    who = given.actor(town)
    person, page = Visitor(who), f"/enquete/{activity}"
    first = {"form": "Save", "activity": activity, "version": "1", "page": "1", "answers.1.question": "q1"}
    assert person.submit(page, first | {"answers.1.options": YES}).headers["location"].startswith(f"{page}?sheet=2")
    shown = person.get(f"{page}?sheet=2").text
    assert (
        'enctype="multipart/form-data"' in shown
        and 'type="file"' in shown
        and "1 Mo au plus" in shown.replace("\xa0", " ")
    )
    assert "Se connecter pour joindre un fichier" not in shown
    assert sent_to(who, activity, PDF, "carte.pdf").status_code == 201
    assert "carte.pdf" in person.get(f"{page}?sheet=2").text and "carte.pdf" in person.get(f"{page}?sheet=9").text
    assert "FILE_NOT" not in person.get(f"{page}?sheet=2&refused=FILE_NOT_ACCEPTED").text
    assert "n’est pas accepté" in person.get(f"{page}?sheet=2&refused=FILE_NOT_ACCEPTED").text
    desk = Visitor(admin).get(f"/gestion/enquetes/{activity}/question?code=q2").text
    assert "Types acceptés" in desk and "Poids au plus" in desk
    paper = Visitor(admin).get(f"/gestion/enquetes/{activity}/saisie").text
    assert "cela ne se saisit pas" in paper and "en ligne seulement" in person.get(f"{page}/imprimer").text


def test_way_back_from_a_page_with_a_file_keeps_what_was_chosen(given: Given, town: Portal, activity: str) -> None:
    given.actor(town)
    person, page = signed_in(Browser(town.client, town.host), "MEMBER"), f"/enquete/{activity}"
    first = {"form": "Save", "activity": activity, "version": "1", "page": "1", "answers.1.question": "q1"}
    assert person.submit(page, first | {"answers.1.options": YES}).status_code == 303
    assert 'name="back" value="1"' in person.get(f"{page}?sheet=2").text
    chosen = {"question": "q2", "version": "1", "page": "2", "back": "1"}
    answer = person.upload(f"{page}/fichier", chosen, "carte.pdf", PDF)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}?sheet=1#questions")
    assert "carte.pdf" in person.get(f"{page}?sheet=2").text
