"""Formats: files as the systems write them from which cities move, and real ones where they lie beside the project."""

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from models.base import new_id
from tests.acting import cast, comment
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.importing import DATA, contributions, counts, done, imported, remarks, table, targets, total, tried

EVALUATION = DATA / "evaluation"
MORE = "side about { title } declaredTotals { measure count } location { cell } comments(first: 10) { nodes { body author { name kind } } }"


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def consultation(given: Given, town: Portal) -> str:
    return given.activity(town, kind="CONSULTATION", vote_method="OPINION", location_rule="OPTIONAL")


def real(name: str) -> bytes:
    path: Path = EVALUATION / name
    if not path.is_file():
        pytest.skip(f"{name} is not beside the project")
    return path.read_bytes()


# Real files -----------------------------------------------------------------------------------------------------------


def test_republique_numerique_whole(given: Given, admin: Portal, consultation: str) -> None:
    proposals = real("republique_numerique_2015.json")
    arguments = real("republique_numerique_2015_arguments.json")
    run = imported(given, admin, consultation, proposals, name="propositions.json")
    assert counts(run) == (696, 696, 0, 0), remarks(run)
    run = imported(given, admin, consultation, arguments, name="arguments.json")
    assert counts(run) == (3_994, 3_994, 0, 0), remarks(run)
    assert targets(run)["type"] == "SIDE"
    assert total(admin, consultation) == 696 + 3_994
    stored = given.sql(
        admin,
        "SELECT d.measure, sum(d.count)::int FROM __tenant__.declared_total d JOIN __tenant__.contribution c"
        " ON c.id = d.contribution_id WHERE c.activity_id = %s AND c.kind = 'PROPOSAL' GROUP BY 1",
        consultation.split("_")[2],
    )
    wanted = {"FOR": "votes_ok", "MIXED": "votes_mitige", "AGAINST": "votes_nok"}
    rows = json.loads(proposals)
    assert dict(stored) == {measure: sum(row[name] for row in rows) for measure, name in wanted.items()}
    sides = given.sql(
        admin,
        "SELECT side, count(*)::int FROM __tenant__.contribution WHERE activity_id = %s AND kind = 'ARGUMENT' GROUP BY 1",
        consultation.split("_")[2],
    )
    assert dict(sides) == {"FOR": 1_960, "AGAINST": 2_034}


@pytest.mark.parametrize(("year", "count", "votes"), [("2019", 30, 3_873), ("2022", 199, None)])
def test_projects_of_toulouse(given: Given, admin: Portal, year: str, count: int, votes: int | None) -> None:
    raw = real(f"France_Toulouse_{year}.pb")
    activity = given.activity(admin, kind="IDEA_BOX")
    run = imported(given, admin, activity, raw, name=f"toulouse-{year}.pb")
    assert (run["format"], counts(run)) == ("PABULIB", (count, count, 0, 0)), remarks(run)
    lines = raw.decode().partition("PROJECTS")[2].partition("VOTES")[0].strip().splitlines()[1:]
    assert total(admin, activity) == count == len(lines)
    declared = given.sql(
        admin,
        "SELECT sum(d.count)::int FROM __tenant__.declared_total d JOIN __tenant__.contribution c"
        " ON c.id = d.contribution_id WHERE c.activity_id = %s AND d.measure = 'SUPPORT'",
        activity.split("_")[2],
    )
    assert declared == [(sum(int(line.split(";")[2]) for line in lines),)]
    body = contributions(admin, activity)[0]["body"]
    assert "Coût estimé" in body


# Decidim --------------------------------------------------------------------------------------------------------------

PROPOSALS = "\n".join(
    (
        "id;category/id;category/name/fr;category/name/en;participatory_space/id;component/id;title/en;title/fr;body/fr;state;"
        "reference;answer/fr;supports;endorsements/total_count;comments;published_at;url;is_amend",
        '7;3;Mobilités;Mobility;1;9;A bench;Un banc;"<p>À l\'ombre&nbsp;;</p><ul><li>ici</li><li>là</li></ul>";accepted;'
        'ville-PROP-2023-7;"<p>Oui, en mars.</p>";41;2;1;2023-01-05 10:00:00 UTC;https://old.example/processes/p/f/9/proposals/7;false',
        "8;;;;1;9;;Des arbres;Partout;;ville-PROP-2023-8;;3;0;0;2023-01-06 10:00:00 UTC;https://old.example/processes/p/f/9/proposals/8;false",
    )
)
COMMENTS = "\n".join(
    (
        "id;created_at;body;author/id;author/name;alignment;depth;commentable_id;commentable_type;root_commentable_url",
        "1;2023-01-07 09:00:00 UTC;Bravo;4;Zoé;1;0;7;Decidim::Proposals::Proposal;https://old.example/processes/p/f/9/proposals/7",
        "2;2023-01-07 10:00:00 UTC;Et le soir ?;5;Ali;0;1;1;Decidim::Comments::Comment;https://old.example/processes/p/f/9/proposals/7",
        "3;2023-01-08 10:00:00 UTC;Ailleurs;5;Ali;0;0;2;Decidim::Meetings::Meeting;https://old.example/meetings/2",
    )
)


def decidim() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", "Open data")
        archive.writestr("ville-open-data-meetings.csv", "id;title/fr\n2;Réunion\n")
        archive.writestr("ville-open-data-proposal_comments.csv", COMMENTS)
        archive.writestr("ville-open-data-proposals.csv", PROPOSALS)
    return file.getvalue()


STATES = "\n".join(
    (
        "id;title/fr;body/fr;state;answer/fr;answered_at;published_at;category/name/fr",
        "1;Un banc;À l'ombre du tilleul.;withdrawn;;;2023-01-05 10:00:00 UTC;",
        "2;Un parking;Sur la place.;rejected;<p>Trop cher.</p>;2023-03-01 09:00:00 UTC;2023-01-05 10:00:00 UTC;Rues",
        "3;Des arbres;Rue du Marché.;accepted;;;2023-01-06 10:00:00 UTC;Rues",
        "4;Une fontaine;Au parc du centre.;not_answered;;;2023-01-07 10:00:00 UTC;",
        "5;;Un texte sans titre.;evaluating;;;2023-01-08 10:00:00 UTC;",
    )
)
RESPONDED = """progress { name isOpenToVotes } officialResponses { service body publishedAt status { name } }
  commentCount"""


def states() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("ville-open-data-proposals.csv", STATES)
    return file.getvalue()


def statuses(who: Portal, activity: str) -> list[str]:
    ask = "query($id: ID!) { activity(id: $id) { proposalStatuses { name } } }"
    return [each["name"] for each in who.ask(ask, id=activity)["activity"]["proposalStatuses"]]


def test_states_and_answers_of_decidim_stay_what_they_were(given: Given, admin: Portal, consultation: str) -> None:
    run = tried(given, admin, consultation, states(), name="open-data.zip")
    assert (counts(run), targets(run)["state"], targets(run)["answered_at"]) == ((5, 4, 1, 0), "STATUS", "ANSWERED_AT")
    assert [(each["row"], each["code"], each["value"]) for each in run["remarks"]["nodes"]] == [
        (1, "WITHDRAWN", "withdrawn"),
        (2, "NEW_CATEGORY", "Rues"),
        (2, "NEW_STATUS", "Rejetée"),
        (3, "NEW_STATUS", "Acceptée"),
        (5, "TITLE_OF_TEXT", "Un texte sans titre."),
        (5, "NEW_STATUS", "En cours d’évaluation"),
    ]
    assert statuses(admin, consultation) == []
    done(given, admin, "confirm", run["id"])
    shown = {each["title"]: each for each in contributions(admin, consultation, RESPONDED)}
    assert "Un banc" not in shown
    [answer] = shown["Un parking"]["officialResponses"]
    assert answer.pop("service")
    assert answer == {"body": "Trop cher.", "publishedAt": "2023-03-01T09:00:00+00:00", "status": {"name": "Rejetée"}}
    assert (shown["Un parking"]["progress"], shown["Un parking"]["commentCount"]) == (
        {"name": "Rejetée", "isOpenToVotes": False},
        0,
    )
    assert shown["Des arbres"]["progress"] == {"name": "Acceptée", "isOpenToVotes": True}
    assert shown["Une fontaine"]["progress"] is None and shown["Une fontaine"]["officialResponses"] == []
    assert cast(given.actor(admin), shown["Un parking"]["id"], "FOR")["userErrors"] != []
    assert statuses(admin, consultation) == ["Rejetée", "Acceptée", "En cours d’évaluation"]
    assert done(given, admin, "undo", run["id"])["state"] == "UNDONE"
    assert statuses(admin, consultation) == []
    ask = "query($id: ID!) { activity(id: $id) { categories { name } } }"
    assert admin.ask(ask, id=consultation)["activity"]["categories"] == []


def test_what_is_kept_of_an_undone_import_keeps_its_answer(given: Given, admin: Portal, consultation: str) -> None:
    run = imported(given, admin, consultation, states(), name="open-data.zip")
    shown = {each["title"]: each["id"] for each in contributions(admin, consultation)}
    assert comment(given.actor(admin), shown["Un parking"])["userErrors"] == []
    assert done(given, admin, "undo", run["id"])["keptCount"] == 1
    [kept] = contributions(admin, consultation, RESPONDED)
    assert kept["progress"] == {"name": "Rejetée", "isOpenToVotes": False}
    assert statuses(admin, consultation) == ["Rejetée"]


def test_status_and_answer_of_a_table(given: Given, admin: Portal, consultation: str) -> None:
    rows = [
        ("1", "Un banc", "À l'ombre.", "Non retenue", "Déjà fait.", "Voirie"),
        ("2", "Un mur", "Ici.", "Retirée", "", ""),
    ]
    run = imported(given, admin, consultation, table("id;titre;texte;statut;réponse officielle;service", rows))
    assert counts(run) == (2, 1, 1, 0)
    [bench] = contributions(admin, consultation, RESPONDED)
    assert bench["progress"] == {"name": "Non retenue", "isOpenToVotes": False}
    [answer] = bench["officialResponses"]
    assert (answer["service"], answer["body"]) == ("Voirie", "Déjà fait.")


HOLD = "WITH held AS (SELECT id FROM __tenant__.activity WHERE id = %s FOR NO KEY UPDATE)"
"""As those do who add to an activity's lists."""

ADD_STATUS = f"""{HOLD} INSERT INTO __tenant__.proposal_status (id, activity_id, name, color, rank, is_open_to_votes,
  is_open_to_comments, version) SELECT %s, id, %s, '#000000', %s, true, true, 1 FROM held"""
ADD_CATEGORY = f"""{HOLD} INSERT INTO __tenant__.category (id, activity_id, slug, name, rank)
  SELECT %s, id, %s, %s, 1 FROM held"""


def test_status_that_somebody_adds_meanwhile_is_not_made_again_nor_one_too_many(
    given: Given, admin: Portal, consultation: str
) -> None:
    own = {"activity_id": uuid_in(consultation), "color": "#000000", "is_open_to_votes": True, "version": 1}
    for rank in range(1, 20):
        given.insert(admin, "proposal_status", name=f"Statut {rank}", rank=rank, is_open_to_comments=True, **own)
    rows = [("1", "Un banc", "À l'ombre.", "Retenue"), ("2", "Un mur", "Ici.", "Reportée")]
    run = tried(given, admin, consultation, table("id;titre;texte;statut", rows))["id"]
    given.meanwhile(
        admin, lambda: done(given, admin, "confirm", run), ADD_STATUS, uuid_in(consultation), new_id(), "RETENUE", 20
    )
    assert statuses(admin, consultation)[19:] == ["RETENUE"]
    shown = {each["title"]: each["progress"] for each in contributions(admin, consultation, RESPONDED)}
    assert shown == {"Un banc": {"name": "RETENUE", "isOpenToVotes": True}, "Un mur": None}


def test_imported_status_stands_behind_one_that_somebody_adds_meanwhile(
    given: Given, admin: Portal, consultation: str
) -> None:
    run = tried(given, admin, consultation, table("id;titre;texte;statut", [("1", "Un banc", "Ici.", "Retenue")]))
    given.meanwhile(
        admin,
        lambda: done(given, admin, "confirm", run["id"]),
        ADD_STATUS,
        uuid_in(consultation),
        new_id(),
        "À l'étude",
        1,
    )
    ranks = "SELECT name, rank FROM __tenant__.proposal_status WHERE activity_id = %s ORDER BY rank, name"
    assert given.sql(admin, ranks, uuid_in(consultation)) == [("À l'étude", 1), ("Retenue", 2)]


def test_category_that_somebody_adds_meanwhile_is_not_made_again(
    given: Given, admin: Portal, consultation: str
) -> None:
    run = tried(given, admin, consultation, table("id;titre;texte;catégorie", [("1", "Un banc", "Ici.", "Nature")]))
    given.meanwhile(
        admin,
        lambda: done(given, admin, "confirm", run["id"]),
        ADD_CATEGORY,
        uuid_in(consultation),
        new_id(),
        "verte",
        "NATURE",
    )
    ask = "query($id: ID!) { activity(id: $id) { categories { name } } }"
    assert admin.ask(ask, id=consultation)["activity"]["categories"] == [{"name": "NATURE"}]
    assert [each["category"] for each in contributions(admin, consultation)] == [{"name": "NATURE"}]


def test_open_data_of_decidim(given: Given, admin: Portal, consultation: str) -> None:
    run = imported(given, admin, consultation, decidim(), name="open-data.zip")
    new = [(1, "category/name/fr", "NEW_CATEGORY"), (1, "state", "NEW_STATUS")]
    assert (run["format"], counts(run), remarks(run)) == ("DECIDIM", (4, 4, 0, 0), new)
    trees, bench = contributions(admin, consultation, MORE)
    assert (bench["title"], bench["category"]["name"]) == ("Un banc", "Mobilités")
    assert bench["body"] == "À l'ombre ;\n\n– ici\n– là"
    assert bench["publishedAt"] == "2023-01-05T10:00:00+00:00"
    assert bench["declaredTotals"] == [{"measure": "SUPPORT", "count": 41}]
    said = {
        (reply["body"], reply["author"]["name"])
        for reply in bench["comments"]["nodes"]
        if reply["author"]["kind"] == "CITIZEN"
    }
    assert said == {("Bravo", "Zoé"), ("Et le soir ?", "Ali")}
    assert not [reply for reply in bench["comments"]["nodes"] if reply["author"]["kind"] == "INSTITUTION"]
    assert trees["category"] is None


@pytest.mark.parametrize(
    ("path", "query"), [("/processes/p/f/9/proposals/7", ""), ("/processes/p/f/9/proposals/7/", "?utm_source=lettre")]
)
def test_links_to_old_addresses_lead_to_what_was_imported(given: Given, admin: Portal, path: str, query: str) -> None:
    activity = given.activity(admin, kind="CONSULTATION")
    wanted = f"{path}-{activity[-12:]}"
    file = table("id;titre;texte;url", [("1", "Un banc", "Ici", f"https://old.example{wanted}")])
    imported(given, admin, activity, file)
    [found] = contributions(admin, activity)
    answer = admin.client.get(f"{wanted}{query}", headers={"host": admin.host}, follow_redirects=False)
    assert (answer.status_code, answer.headers.get("location")) == (301, f"/contribution/{found['id']}"), answer.text
    assert admin.client.get(f"{wanted}x", headers={"host": admin.host}).status_code == 404


# Cap Collectif --------------------------------------------------------------------------------------------------------

OLDER = "\ufeff" + "\n".join(
    (
        "contribution_type,proposal_id,proposal_reference,proposal_title,proposal_votes_totalCount,proposal_votes_paperCount,"
        "proposal_createdAt,proposal_author_username,proposal_status_name,proposal_estimation,proposal_category_name,"
        "proposal_formattedAddress,proposal_summary,proposal_description,proposal_officialResponse,Avez-vous un jardin ?,"
        "proposal_votes_id,proposal_comments_id,proposal_comments_body,proposal_comments_author_username,proposal_comments_createdAt",
        'proposal,UHJvcG9zYWw6MQ==,1-1,Un jardin,12,3,2019-03-01 10:00:00,Zoé,Retenu,"1 500,50",Nature,"Place de la Mairie",Court,'
        '"<p>Avec des <b>arbres</b>.</p>",,Oui,,,,,',
        "proposalVote,UHJvcG9zYWw6MQ==,1-1,Un jardin,12,3,2019-03-01 10:00:00,Zoé,,,,,,,,,Vm90ZTox,,,,",
        "proposal,UHJvcG9zYWw6MQ==,1-1,Un jardin,12,3,2019-03-01 10:00:00,Zoé,,,,,,,,,,,,,",
        "proposalComment,UHJvcG9zYWw6MQ==,1-1,Un jardin,12,3,,Zoé,,,,,,,,,,Q29tbWVudDox,Très bien,Ali,2019-03-02 10:00:00",
    )
)
NEWER = "\n".join(
    (
        "export_contribution_type;export_proposal_id;export_proposal_published_at;export_proposal_reference;export_proposal_title;"
        "export_proposal_summary;export_proposal_description;export_proposal_author_id;export_proposal_votes_total_count;"
        "export_proposal_votes_paper_count;export_proposal_votes_total_points_count;export_proposal_category_name;"
        "export_proposal_formatted_address;export_proposal_address_lat;export_proposal_address_lng;export_proposal_link",
        'export_contribution_type_proposal;question1;2017-02-01 00:00:01;"""113-48""";Comment faire de l\'électricité ?;;TODO;user1;'
        "4;3;6;Énergie;;48.1113;-1.68;https://old.example/projects/p/proposals/comment-faire",
    )
)
LABELLED = "\n".join(
    (
        "ID de la proposition;Titre de la proposition;Description;Date de publication;Nombre total de votes;Catégorie;Lien",
        "UHJvcG9zYWw6OQ==;Un abri;Pour les vélos;01/02/2024 08:00;17;Mobilités;https://old.example/p/9",
    )
)


def test_older_export_of_cap_collectif(given: Given, admin: Portal, consultation: str) -> None:
    run = imported(given, admin, consultation, OLDER)
    assert (run["format"], counts(run), remarks(run)) == (
        "CAP_COLLECTIF",
        (2, 2, 0, 0),
        [(2, "proposal_category_name", "NEW_CATEGORY"), (2, "proposal_status_name", "NEW_STATUS")],
    )
    [kept] = contributions(admin, consultation, RESPONDED)
    assert kept["progress"] == {"name": "Retenu", "isOpenToVotes": True}
    [garden] = contributions(admin, consultation, MORE)
    assert garden["body"] == "Avec des arbres.\n\nCoût estimé : 1 500,50 €\n\nLieu : Place de la Mairie"
    assert garden["author"] == {"name": "Zoé", "kind": "CITIZEN"}
    assert garden["declaredTotals"] == [{"measure": "SUPPORT", "count": 12}, {"measure": "PAPER", "count": 3}]
    assert [(reply["body"], reply["author"]["name"]) for reply in garden["comments"]["nodes"]] == [("Très bien", "Ali")]


def test_newer_export_of_cap_collectif(given: Given, admin: Portal, consultation: str) -> None:
    run = imported(given, admin, consultation, NEWER)
    assert (run["format"], counts(run), remarks(run)) == (
        "CAP_COLLECTIF",
        (1, 1, 0, 0),
        [(2, "export_proposal_category_name", "NEW_CATEGORY")],
    )
    [found] = contributions(admin, consultation, f"{MORE} origin {{ reference address }}")
    assert found["origin"] == {
        "reference": "question1",
        "address": "https://old.example/projects/p/proposals/comment-faire",
    }
    assert found["declaredTotals"] == [
        {"measure": "SUPPORT", "count": 4},
        {"measure": "POINTS", "count": 6},
        {"measure": "PAPER", "count": 3},
    ]
    assert (found["category"]["name"], found["location"] is not None) == ("Énergie", True)


def test_export_of_cap_collectif_with_french_labels(given: Given, admin: Portal, consultation: str) -> None:
    run = imported(given, admin, consultation, LABELLED)
    assert counts(run) == (1, 1, 0, 0), remarks(run)
    assert targets(run) == {
        "ID de la proposition": "REFERENCE",
        "Titre de la proposition": "TITLE",
        "Description": "BODY",
        "Date de publication": "PUBLISHED_AT",
        "Nombre total de votes": "SUPPORT_TOTAL",
        "Catégorie": "CATEGORY",
        "Lien": "OLD_ADDRESS",
    }


# Workbooks ------------------------------------------------------------------------------------------------------------


MOMENT = datetime(2024, 1, 31, 10, 30)  # noqa: DTZ001  # Excel knows no time zones.


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    book.create_sheet("Vide", 0)
    for row in rows:
        book["Sheet"].append(row)
    book.save(file)
    return file.getvalue()


def test_workbook_with_dates_numbers_and_an_empty_sheet_before(given: Given, admin: Portal, consultation: str) -> None:
    raw = workbook(
        ("Titre", "Texte", "Date", "Votes", "Code INSEE"),
        ("Un banc", "Ici", MOMENT, 12.0, 35238.0),
        (None, None, None, None, None),
        ("Un arbre", "Là", "31/02/2024", 1, None),
    )
    run = imported(given, admin, consultation, raw, name="tableau.xlsx")
    assert (counts(run), remarks(run)) == ((2, 1, 1, 0), [(4, "Date", "BAD_DATE")])
    [found] = contributions(admin, consultation, MORE)
    assert (found["publishedAt"], found["declaredTotals"]) == (
        "2024-01-31T09:30:00+00:00",
        [{"measure": "SUPPORT", "count": 12}],
    )
    assert found["location"] is not None


def test_workbook_that_unpacks_to_too_much_is_refused(
    given: Given, admin: Portal, consultation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transfer.xlsx_file.MAX_UNPACKED", 1_000)
    run = tried(given, admin, consultation, workbook(("Titre",), ("Un banc",)))
    assert (run["state"], run["problem"]) == ("FAILED", "TOO_LARGE")


def test_entities_of_a_workbook_that_grow_are_refused(given: Given, admin: Portal, consultation: str) -> None:
    raw, file = io.BytesIO(workbook(("Titre",), ("Un banc",))), io.BytesIO()
    laughs = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet2.xml":
                text = text.replace(b"<worksheet", laughs.encode() + b"]><worksheet", 1).replace(b"Un banc", b"&j;")
                text = text.replace(b"<v>1</v>", b"<v>&j;</v>")
            new.writestr(name, text)
    run = tried(given, admin, consultation, file.getvalue())
    assert (run["state"], run["problem"]) == ("FAILED", "UNREADABLE")
