"""The tables on participation: by their schemas, as a harvester reads them, and with the values of the portal."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from frictionless import Resource, Schema, system
from frictionless.formats import CsvControl

from server.api.table_schema import TABLES
from tests.acting import published
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import STATES, ruled
from tests.test_layout import PROJECT

FOLDER = PROJECT / "docs" / "open-data"


def fetched(portal: Portal, path: str) -> httpx.Response:
    return portal.client.get(f"/opendata/{path}", headers={"host": portal.host})


def rows(portal: Portal, name: str) -> list[dict[str, str]]:
    answer = fetched(portal, f"{name}.csv")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


def problems(folder: Path, name: str, content: bytes, schema: dict[str, Any]) -> tuple[int, list[str]]:
    """How many rows a file has, and what frictionless finds wrong in it."""
    path = folder / f"{name}.csv"
    path.write_bytes(content)
    with system.use_context(trusted=True):
        resource = Resource(path=str(path), schema=Schema.from_descriptor(schema), control=CsvControl(delimiter=","))
        report = resource.validate()
    return report.tasks[0].stats.get("rows", 0), [
        str(error) for error in report.flatten(["rowNumber", "fieldName", "note"])
    ]


@pytest.mark.parametrize("name", TABLES)
def test_schema_in_the_documentation_is_the_one_that_is_served(rennes: Portal, name: str) -> None:
    written = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    assert written == json.loads(json.dumps(TABLES[name].described())), "parvis schema tables docs/open-data"
    served = fetched(rennes, f"schemas/{name}.json").json()
    assert served == written | {"path": f"http://{rennes.host}/opendata/schemas/{name}.json"}
    assert fetched(rennes, "schemas/rien.json").status_code == 404


@pytest.mark.parametrize("name", TABLES)
def test_names_are_as_schema_data_gouv_fr_wants_them(name: str) -> None:
    table = TABLES[name].described()
    assert Schema.from_descriptor(table).field_names == [field["name"] for field in table["fields"]]
    for field in table["fields"]:
        assert field["name"].isascii()
        assert field["name"] == field["name"].lower().replace("-", "_").replace(" ", "_")
        assert set(field) >= {"name", "title", "description", "type", "example", "constraints"}
        assert field["example"] != ""
    assert {field["name"] for field in table["fields"]} >= set(table["primaryKey"])


@pytest.mark.parametrize("name", TABLES)
def test_portal_s_tables_hold_against_their_schemas(rennes: Portal, tmp_path: Path, name: str) -> None:
    package = fetched(rennes, "datapackage.json").json()
    [resource] = [each for each in package["resources"] if each["name"] == name]
    count, wrong = problems(tmp_path, name, fetched(rennes, f"{name}.csv").content, resource["schema"])
    assert wrong == []
    assert count == len(rows(rennes, name))


def test_schema_says_what_is_wrong(tmp_path: Path) -> None:
    """So the tests above would fail."""
    schema = TABLES["petitions"].described()
    names = [field["name"] for field in schema["fields"]]
    row = dict.fromkeys(names, "") | {"coll_siren": "12", "petition_etat": "perdue", "nb_signatures": "-1"}
    text = io.StringIO()
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerow(row)
    _, wrong = problems(tmp_path, "petitions", text.getvalue().encode(), schema)
    for name in ("coll_siren", "petition_etat", "nb_signatures", "petition_id", "coll_nom"):
        assert [error for error in wrong if f"'{name}'" in error], (name, wrong)


def test_demarches_are_the_public_activities_in_days_of_the_portal(given: Given, town: Portal) -> None:
    space = given.space(town)
    activity = given.activity(
        town,
        kind="CONSULTATION",
        vote_method="OPINION",
        opens_at="2026-03-14 23:30Z",
        closes_at="2099-01-01",
        space=space,
    )
    hidden = given.activity(town, space=given.space(town, visibility="MEMBERS"))
    published(given.actor(town), activity)
    told = {row["demarche_id"]: row for row in rows(town, "demarches")}
    assert hidden not in told
    row = told[activity]
    assert {name: row[name] for name in ("demarche_type", "date_ouverture", "est_ouverte", "nb_contributions")} == {
        "demarche_type": "consultation",
        "date_ouverture": "2026-03-15",
        "est_ouverte": "true",
        "nb_contributions": "1",
    }
    assert (row["coll_nom"], row["coll_insee"], row["nb_bulletins"]) == ("Rennes", "35238", "")
    assert row["demarche_url"] == f"http://{town.host}/activite/{activity}"


def test_projects_are_those_of_the_decisive_result(given: Given, town: Portal, tmp_path: Path) -> None:
    activity = given.activity(town, kind="PARTICIPATORY_BUDGET", vote_method="APPROVAL", vote_least=1, vote_most=3)
    project = published(given.actor(town, role="ADMIN"), activity, title="=Des bancs")
    counts = {"ballot_count": 5, "blank_count": 1, "reached_count": 5, "spent_euros": 100}
    result = given.insert(
        town, "vote_result", activity_id=uuid_in(activity), rule="GREEDY", is_decisive=True, version=1,
        counted_at="2026-05-01 22:30Z", **counts,
    )  # fmt: skip
    given.insert(
        town, "project_award", result_id=result, contribution_id=uuid_in(project), rank=1, is_winner=True, is_completion=False, score=4,
        voter_count=4, round=1, lacking=0, profile=[],
    )  # fmt: skip
    [row] = [each for each in rows(town, "projets") if each["demarche_id"] == activity]
    chosen = ("projet_id", "projet_titre", "regle", "nb_bulletins", "nb_voix", "nb_votants", "rang", "est_laureat")
    assert [row[name] for name in chosen] == [project, "'=Des bancs", "par_score", "5", "4", "4", "1", "true"]
    assert row["date_depouillement"] == "2026-05-02"
    count, wrong = problems(tmp_path, "projets", fetched(town, "projets.csv").content, TABLES["projets"].described())
    assert (count >= 1, wrong) == (True, [])


def test_petitions_say_where_they_are_and_when_the_council_speaks_of_them(
    given: Given, town: Portal, tmp_path: Path
) -> None:
    admin = given.actor(town, role="ADMIN")
    petition = published(given.actor(town), ruled(given, town, admin), title="Une piscine")
    state = STATES["petitionAnswer"].replace("'TRANSMITTED'", "'ON_AGENDA'")
    given.sql(
        town,
        f"UPDATE __tenant__.petition SET {state}, session_on = '2099-01-18', scheduled_at = now() WHERE contribution_id = %s",
        uuid_in(petition),
    )
    [row] = [each for each in rows(town, "petitions") if each["petition_id"] == petition]
    chosen = (
        "petition_titre",
        "petition_etat",
        "est_legale",
        "nb_signatures",
        "date_conseil",
        "date_reponse",
        "delib_id",
    )
    assert [row[name] for name in chosen] == ["Une piscine", "ordre_du_jour", "false", "0", "2099-01-18", "", ""]
    content = fetched(town, "petitions.csv").content
    count, wrong = problems(tmp_path, "petitions", content, TABLES["petitions"].described())
    assert (count >= 1, wrong) == (True, [])


def test_portal_without_any_feature_has_tables_without_rows(given: Given, rennes: Portal) -> None:
    bare = given.tenant(rennes, "tables-of-nothing", "commune-35238")
    given.features(bare, [])
    for name in TABLES:
        assert rows(bare, name) == []
        header = fetched(bare, f"{name}.csv").text.strip().split(",")
        assert header == [field.name for field in TABLES[name].fields]
