"""Pages of analyses: what the city published, each figure with its list, and the workbench, by forms without script."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acting import published
from tests.administering import done
from tests.analysing import ABOUT, WORDING, compute, proposals, quickly, read, start
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import case_about
from tests.surveying import opened, said, send
from tests.test_page_petition import Visitor


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    with quickly():
        yield


@pytest.fixture
def admin(given: Given, town: Portal) -> Visitor:
    return Visitor(given.actor(town, role="ADMIN"))


def test_workbench_and_report_from_the_question_to_the_list(
    given: Given, town: Portal, admin: Visitor, tmp_path: Path
) -> None:
    box = given.activity(town, kind="IDEA_BOX")
    proposals(given, town, box)
    asked = admin.submit("/gestion/analyses", {"form": "Start", "activity": box})
    assert asked.status_code == 303
    bench = asked.headers["location"].partition("?")[0]
    analysis = bench.rpartition("/")[2]
    compute(given, town, tmp_path)
    assert town.client.get(f"/synthese/{analysis}", headers={"host": town.host}).status_code == 404
    [number] = [one["number"] for one in read(admin.who, analysis)["topics"] if one["textCount"] == ABOUT["vélo"]]
    renamed = {"form": "Rename", "analysis": analysis, "topic": str(number), "name": "Le <vélo>"}
    assert admin.submit(bench, renamed).status_code == 303
    page = admin.get(bench).text
    assert "Le &lt;vélo&gt;" in page and "Thème renommé" in page
    refused = admin.submit(bench, renamed | {"name": " "})
    assert refused.status_code == 422
    texts = read(admin.who, analysis, number)["texts"]["nodes"]
    split = {"form": "Move", "instead": "Split", "analysis": analysis, "topic": str(number), "texts": texts[0]["id"]}
    assert admin.submit(f"{bench}/textes?topic={number}", split | {"name": "À part"}).status_code == 303
    assert "À part" in admin.get(bench).text
    for page in (f"{bench}/textes", f"/synthese/{analysis}/textes"):
        gone = admin.get(f"{page}?topic=999")
        assert gone.status_code == 200 and "Aucun texte." in gone.text
    assert "brouillon" in admin.get(f"/synthese/{analysis}").text
    assert admin.submit(bench, {"form": "Publish", "analysis": analysis, "isPublic": "true"}).status_code == 303
    report = Visitor(town).get(f"/synthese/{analysis}").text
    assert f'href="/synthese/{analysis}/textes?topic={number}"' in report
    assert "13 contributions publiques" in report and "<blockquote" in report
    listed = Visitor(town).get(f"/synthese/{analysis}/textes?topic={number}").text
    assert len(re.findall(r'class="card kind-', listed)) == ABOUT["vélo"] - 1
    assert f"{ABOUT['vélo'] - 1} textes" in listed
    assert analysis in Visitor(town).get("/syntheses").text


def test_file_of_memberships_is_what_anybody_reads(given: Given, town: Portal, admin: Visitor, tmp_path: Path) -> None:
    box = given.activity(town, kind="IDEA_BOX")
    texts = proposals(given, town, box)
    analysis = start(admin.who, activity=box)
    compute(given, town, tmp_path)
    file = f"/opendata/synthese/{analysis}.csv"
    assert Visitor(town).get(file).status_code == 404
    done(admin.who, "analysisPublish", analysis=analysis)
    answer = Visitor(town).get(file)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert {row["contribution"]: row["topic_name"] for row in rows} == {
        id_: word if word in ABOUT else "" for word, ids in texts.items() for id_ in ids
    }
    assert Counter(row["part_name"] for row in rows) == {"près": 4, "loin": 2, "": 7}
    [number] = {row["topic"] for row in rows if row["part"]}
    page = Visitor(town).get(f"/synthese/{analysis}/textes?topic={number}&part=2").text
    listed = {row["contribution"] for row in rows if row["part_name"] == "loin"}
    assert {id_ for id_ in texts["vélo"] if id_ in page} == listed and "vélo : loin" in page
    assert f"/synthese/{analysis}/textes?topic={number}&amp;part=2" in Visitor(town).get(f"/synthese/{analysis}").text
    assert f"/synthese/{analysis}" in Visitor(town).get(f"/activite/{box}").text


def test_answers_to_a_survey_are_told_to_administrators_alone(
    given: Given, town: Portal, admin: Visitor, tmp_path: Path
) -> None:
    asked = [{"kind": "LONG_TEXT", "title": "Que manque-t-il ?"}]
    survey = opened(given, town, admin.who, asked)
    for word, count in ABOUT.items():
        for number in range(count):
            secret = f"Il manque un {word} devant le {number} de ma rue."
            assert send(given.actor(town), survey, said("q1", text=secret)) == []
    analysis = start(admin.who, activity=survey, question="q1")
    compute(given, town, tmp_path)
    done(admin.who, "analysisPublish", analysis=analysis)
    own, public = read(admin.who, analysis), read(town, analysis)
    assert own["questionTitle"] == public["questionTitle"] == "Que manque-t-il ?"
    assert sorted(one["textCount"] for one in own["topics"]) == sorted(ABOUT.values())
    assert [one["textCount"] for one in public["topics"]] == [ABOUT["vélo"]]
    [vélo] = [one for one in own["topics"] if one["textCount"] == ABOUT["vélo"]]
    assert [part["textCount"] for part in vélo["parts"]] == [4, 2]
    assert public["topics"][0]["parts"] == []
    assert own["coverage"]["textCount"] == public["coverage"]["textCount"] == sum(ABOUT.values())
    assert all("Il manque" in text["answer"] for text in own["texts"]["nodes"])
    assert public["texts"] == {"totalCount": 0, "nodes": []}
    assert "Il manque un" not in Visitor(town).get(f"/synthese/{analysis}").text
    assert Visitor(town).get(f"/opendata/synthese/{analysis}.csv").status_code == 404


def test_wording_is_a_draft_on_the_workbench_and_marked_on_the_report(
    given: Given, town: Portal, admin: Visitor, tmp_path: Path
) -> None:
    box = given.activity(town, kind="IDEA_BOX")
    proposals(given, town, box)
    analysis = start(admin.who, activity=box)
    compute(given, town, tmp_path)
    bench, report = f"/gestion/analyses/{analysis}", f"/synthese/{analysis}"
    assert "modèle de langage" not in admin.get(bench).text
    refused = admin.submit(bench, {"form": "Word", "analysis": analysis})
    assert refused.status_code == 422 and "aucun modèle de langage" in refused.text
    said = "6 textes <b>parlent</b> de vélo."
    worded = WORDING | {"model": "petit-modele", "edition": 0, "left_count": 13}
    worded["sentences"] = [{"words": said, "topics": [1], "texts": [], "is_whole": False}]
    put = (
        "UPDATE __tenant__.analysis SET wording_state = 'DONE', wording = %s::jsonb,"
        """ wording_refused = '{"NUMBER": 2, "QUOTE": 1}' WHERE id = %s"""
    )
    given.sql(town, put, json.dumps(worded), uuid_in(analysis))
    page = admin.get(bench).text
    assert "6 textes &lt;b&gt;parlent&lt;/b&gt; de vélo." in page and "petit-modele" in page
    assert "3\u00a0phrases refusées" in page and "un nombre absent des données (2)" in page
    done(admin.who, "analysisPublish", analysis=analysis)
    assert "petit-modele" not in Visitor(town).get(report).text
    shown = {"form": "WordingPublish", "analysis": analysis, "isPublic": "true"}
    assert admin.submit(bench, shown).status_code == 303
    public = Visitor(town).get(report).text
    assert "Écrit par un modèle de langage (petit-modele)" in public and 'href="' + report + '#theme-1"' in public
    assert "refusées" not in public
    assert admin.submit(bench, {"form": "WordingRemove", "analysis": analysis}).status_code == 303
    assert "petit-modele" not in Visitor(town).get(report).text


DISCLOSED = """query($id: ID!, $has: Boolean) { analysis(id: $id) { texts(hasDisclosure: $has, first: 100) {
  totalCount nodes { contribution { id } disclosures { kind words start end } } } } }"""


def test_names_phones_and_addresses_are_told_to_administrators_and_sent_to_moderators_by_one_press(
    given: Given, town: Portal, admin: Visitor, tmp_path: Path
) -> None:
    box = given.activity(town, kind="IDEA_BOX")
    proposals(given, town, box)
    body = "Mme Jeanne Duval habite 12 rue des Lilas, appelez-la au 06 12 34 56 78."
    text = published(given.actor(town), box, title="Un <vélo>", body=body)
    analysis = start(admin.who, activity=box)
    compute(given, town, tmp_path)
    seen = admin.who.ask(DISCLOSED, id=analysis, has=True)["analysis"]["texts"]
    assert (seen["totalCount"], [one["contribution"]["id"] for one in seen["nodes"]]) == (1, [text])
    told = {one["kind"]: one for one in seen["nodes"][0]["disclosures"]}
    assert {kind: one["words"] for kind, one in told.items()} == {
        "NAME": "Jeanne Duval",
        "ADDRESS": "12 rue des Lilas",
        "PHONE": "06 12 34 56 78",
    }
    assert f"Un <vélo>\n\n{body}"[told["PHONE"]["start"] : told["PHONE"]["end"]] == "06 12 34 56 78"
    assert admin.who.ask(DISCLOSED, id=analysis, has=False)["analysis"]["texts"]["totalCount"] == 13
    bench = f"/gestion/analyses/{analysis}"
    assert f'href="{bench}/donnees"' in admin.get(bench).text
    page = admin.get(f"{bench}/donnees").text
    assert '<mark dir="auto">06 12 34 56 78</mark>' in page and "Un &lt;vélo&gt;" in page
    press = {"form": "Report", "contribution": text, "category": "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"}
    press |= {"isGoodFaith": "true", "quote": "Jeanne Duval"}
    assert admin.submit(f"{bench}/donnees", press).status_code == 303
    case_ = case_about(given.actor(town, role="MODERATOR"), text)
    assert (case_["state"], case_["reportCount"]) == ("OPEN", 1)
    sent = admin.get(f"{bench}/donnees").text
    assert "Envoyé à la modération" in sent and "Envoyer à la modération" in page and "Envoyer à" not in sent
    again = admin.submit(f"{bench}/donnees", press)
    assert again.status_code == 422 and "12 rue des Lilas" in again.text
    done(admin.who, "analysisPublish", analysis=analysis)
    for who in (town, given.actor(town), given.actor(town, role="MODERATOR")):
        assert who.ask(DISCLOSED, id=analysis, has=True)["analysis"]["texts"]["totalCount"] == 0
        every = who.ask(DISCLOSED, id=analysis)["analysis"]["texts"]["nodes"]
        assert len(every) == 14 and not any(one["disclosures"] for one in every)
    given.sql(town, "UPDATE __tenant__.contribution SET body = 'Appelez-moi.' WHERE id = %s", uuid_in(text))
    assert admin.who.ask(DISCLOSED, id=analysis, has=True)["analysis"]["texts"]["totalCount"] == 0
    assert not any(one["disclosures"] for one in admin.who.ask(DISCLOSED, id=analysis)["analysis"]["texts"]["nodes"])
