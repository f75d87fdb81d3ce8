"""Imports: a file is tried, confirmed, undone; what is refused says why, and nothing is imported twice."""

from typing import Any

import pytest

from tests.acting import cast, comment
from tests.administering import done as asked
from tests.conftest import Portal
from tests.given import Given
from tests.importing import (
    contributions,
    counts,
    do,
    done,
    imported,
    raw,
    remarks,
    sent,
    settled,
    table,
    targets,
    total,
    tried,
)
from tests.petitioning import read, ruled

FILE = table(
    "Référence;Titre;Description;Date de dépôt;Thématique;Auteur·e;Nombre de votes;Lien",
    [
        (
            "A1",
            "Un banc sur la place",
            "À l'ombre du tilleul.",
            "31/01/2024",
            "Nature",
            "Zoé",
            12,
            "https://old.example/projets/a1",
        ),
        (
            "A2",
            "Des arbres",
            "Rue du Marché.",
            "01/02/2024 14:30",
            "Nature",
            "",
            7,
            "https://old.example/projets/a2?x=1",
        ),
    ],
)


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def activity(given: Given, town: Portal) -> str:
    return given.activity(town, kind="CONSULTATION", vote_method="OPINION")


def test_file_is_tried_before_anything_is_imported(given: Given, admin: Portal, activity: str) -> None:
    run = tried(given, admin, activity, FILE)
    new = [(2, "Thématique", "NEW_CATEGORY")]
    assert (run["state"], counts(run), remarks(run)) == ("CHECKED", (2, 2, 0, 0), new)
    assert targets(run) == {
        "Référence": "REFERENCE",
        "Titre": "TITLE",
        "Description": "BODY",
        "Date de dépôt": "PUBLISHED_AT",
        "Thématique": "CATEGORY",
        "Auteur·e": "AUTHOR",
        "Nombre de votes": "SUPPORT_TOTAL",
        "Lien": "OLD_ADDRESS",
    }
    assert contributions(admin, activity) == []


def test_confirmed_file_becomes_contributions_with_their_origin_and_declared_totals(
    given: Given, admin: Portal, activity: str
) -> None:
    run = imported(given, admin, activity, FILE)
    assert (run["state"], counts(run)) == ("DONE", (2, 2, 0, 0))
    more = "origin { source reference address } declaredTotals { measure count source } tally { totalCount }"
    second, first = contributions(admin, activity, more)
    assert first | {"id": ""} == {
        "id": "",
        "title": "Un banc sur la place",
        "body": "À l'ombre du tilleul.",
        "kind": "PROPOSAL",
        "publishedAt": "2024-01-30T23:00:00+00:00",
        "author": {"name": "Zoé", "kind": "CITIZEN"},
        "category": {"name": "Nature"},
        "origin": {"source": activity, "reference": "A1", "address": "https://old.example/projets/a1"},
        "declaredTotals": [{"measure": "SUPPORT", "count": 12, "source": activity}],
        "tally": {"totalCount": 0},
    }
    assert (second["publishedAt"], second["author"]["kind"]) == ("2024-02-01T13:30:00+00:00", "INSTITUTION")


# Once -----------------------------------------------------------------------------------------------------------------


def test_same_source_and_reference_is_imported_once(given: Given, admin: Portal, activity: str) -> None:
    imported(given, admin, activity, FILE)
    again = imported(given, admin, activity, FILE.replace("Un banc", "Deux bancs"))
    assert (again["state"], counts(again)) == ("DONE", (2, 0, 0, 2))
    assert {found["title"] for found in contributions(admin, activity)} == {"Un banc sur la place", "Des arbres"}
    other = imported(given, admin, activity, FILE, source="un autre site")
    assert (counts(other), total(admin, activity)) == ((2, 2, 0, 0), 4)


def test_second_click_imports_nothing_more(given: Given, admin: Portal, activity: str) -> None:
    run = tried(given, admin, activity, FILE)["id"]
    assert do(admin, "confirm", run)["userErrors"] == do(admin, "confirm", run)["userErrors"] == []
    settled(given, admin, run)
    assert do(admin, "confirm", run)["importRun"]["state"] == "DONE"
    assert (total(admin, activity), counts(settled(given, admin, run))) == (2, (2, 2, 0, 0))


def test_repeated_reference_within_a_file_is_refused_in_trial_and_import_alike(
    given: Given, admin: Portal, activity: str
) -> None:
    file = table(
        "id;titre;texte", [("1", "Un banc ici", "Oui."), ("2", "Un arbre", "Oui."), ("1", "Encore un", "Oui.")]
    )
    run = tried(given, admin, activity, file)
    assert (counts(run), remarks(run)) == ((3, 2, 1, 0), [(4, "id", "REPEATED")])
    run = done(given, admin, "confirm", run["id"])
    assert (counts(run), remarks(run), total(admin, activity)) == ((3, 2, 1, 0), [(4, "id", "REPEATED")], 2)


# Refused --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "remark"),
    [
        ("1;;;31/01/2024;1;PROPOSAL", ("titre", "MISSING")),
        ("1;Un;Texte;31/01/2024;1;", ("titre", "TOO_SHORT")),
        (f"1;{'x' * 256};Texte;31/01/2024;1;", ("titre", "TOO_LONG")),
        (f"1;Un banc;{'x' * 20_001};31/01/2024;1;", ("texte", "TOO_LONG")),
        ("1;Un banc;Texte;31/02/2024;1;", ("date", "BAD_DATE")),
        ("1;Un banc;Texte;01/31/2024;1;", ("date", "BAD_DATE")),
        ("1;Un banc;Texte;31/01/2999;1;", ("date", "FUTURE_DATE")),
        ("1;Un banc;Texte;31/01/2024;beaucoup;", ("votes", "BAD_NUMBER")),
        ("1;Un banc;Texte;31/01/2024;-1;", ("votes", "BAD_NUMBER")),
        ("1;Un banc;Texte;31/01/2024;1;offre", ("type", "BAD_KIND")),
        (";Un banc;Texte;31/01/2024;1;", ("id", "MISSING")),
        ("1;Un banc;Texte;31/01/2024;1;proposition;encore", (None, "BROKEN_ROW")),
    ],
)
def test_row_is_refused_with_its_column_and_reason(
    given: Given, admin: Portal, activity: str, row: str, remark: tuple[str | None, str]
) -> None:
    file = f"id;titre;texte;date;votes;type\n0;Une autre;Bonne.;30/01/2024;0;proposition\n{row}\n"
    run = tried(given, admin, activity, file)
    assert (counts(run), remarks(run)) == ((2, 1, 1, 0), [(3, *remark)])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"  \n", "EMPTY"),
        (b"PK\x03\x04 nothing", "UNREADABLE"),
        (b"a\0b;c\n1;2\n", "UNREADABLE"),
        (b"x;y\n1;2\n", "NO_TEXT_COLUMN"),
    ],
)
def test_file_that_cannot_be_read_says_so(
    given: Given, admin: Portal, activity: str, content: bytes, problem: str
) -> None:
    run = tried(given, admin, activity, content)
    assert (run["state"], run["problem"]) == ("FAILED", problem)
    assert do(admin, "confirm", run["id"])["userErrors"] == [{"code": "IMPORT_STATE", "field": "importRun"}]


def test_columns_are_what_the_administrator_says(given: Given, admin: Portal, activity: str) -> None:
    run = tried(given, admin, activity, "Objet;Remarques\nUn banc;Bonne idée\nUn arbre;Oui\n")
    assert targets(run) == {"Objet": "TITLE"}
    run = done(given, admin, "check", run["id"], targets=["TITLE", "BODY"])
    assert targets(run) == {"Objet": "TITLE", "Remarques": "BODY"}
    done(given, admin, "confirm", run["id"])
    assert {found["body"] for found in contributions(admin, activity)} == {"Bonne idée", "Oui"}


@pytest.mark.parametrize("targets", [["TITLE"], ["TITLE", "TITLE"]])
def test_columns_that_cannot_be_meant_are_refused(
    given: Given, admin: Portal, activity: str, targets: list[str]
) -> None:
    run = tried(given, admin, activity, "Objet;Remarques\nUn banc;Bonne idée\n")
    assert do(admin, "check", run["id"], targets=targets)["userErrors"] == [{"code": "BAD_INPUT", "field": "targets"}]
    assert settled(given, admin, run["id"])["columns"] == run["columns"]


def test_new_categories_are_refused_where_none_are_wanted(given: Given, admin: Portal, activity: str) -> None:
    given.category(admin, activity, "Catégorie")
    run = tried(given, admin, activity, "titre;catégorie\nUn banc;CATEGORIE\nUn arbre;Ombre\n")
    assert counts(run) == (2, 2, 0, 0)
    run = done(given, admin, "check", run["id"], mayAddCategories=False)
    assert (counts(run), remarks(run)) == ((2, 1, 1, 0), [(3, "catégorie", "UNKNOWN_CATEGORY")])


def test_argument_is_about_a_proposal_of_its_own_activity(given: Given, admin: Portal, activity: str) -> None:
    imported(given, admin, activity, FILE)
    other = given.activity(admin, kind="CONSULTATION")
    file = table("id;propos;sens;texte", [("1", "A1", "pour", "Bien."), ("2", "A2", "contre", "Non.")])
    run = tried(given, admin, other, file, source=activity)
    assert (counts(run), remarks(run)) == (
        (2, 0, 2, 0),
        [(2, "propos", "UNKNOWN_ABOUT"), (3, "propos", "UNKNOWN_ABOUT")],
    )
    run = imported(given, admin, activity, file, source=activity)
    assert (counts(run), total(admin, activity)) == ((2, 2, 0, 0), 4)


# As files are ---------------------------------------------------------------------------------------------------------


def test_latin_1_with_french_dates_decimal_commas_and_lost_zeros(given: Given, town: Portal) -> None:
    admin = given.actor(town, role="ADMIN")
    activity = given.activity(town, kind="IDEA_BOX", location_rule="OPTIONAL")
    file = table(
        "N°;Intitulé;Description;Date;Code INSEE;Latitude;Longitude",
        [
            ("1", "Abri à vélos", "Près de l’école, 1 200 € – « oui »", "05/03/2024", "", "48,1113", "-1,68"),
            ("2", "Fête d'été", "Un repas", "06/03/24", "35238", "", ""),
            ("3", "Loin d'ici", "Ailleurs", "06/03/24", "1001", "", ""),
            ("4", "Nulle part", "Ailleurs", "06/03/24", "99999", "", ""),
        ],
    ).encode("cp1252")
    run = tried(given, admin, activity, file)
    assert remarks(run) == [
        (4, "Code INSEE", "ZERO_RESTORED"),
        (4, "Latitude", "OUTSIDE_TERRITORY"),
        (5, "Code INSEE", "UNKNOWN_COMMUNE"),
    ]
    done(given, admin, "confirm", run["id"])
    second, first = contributions(admin, activity, "location { precision } isAnonymous")
    assert (first["title"], first["body"]) == ("Abri à vélos", "Près de l’école, 1 200 € – « oui »")
    assert first["publishedAt"] == "2024-03-04T23:00:00+00:00"
    assert second["title"] == "Fête d'été"
    assert first["location"] == second["location"] == {"precision": "CELL"}


# Undone ---------------------------------------------------------------------------------------------------------------


def test_undone_import_leaves_nothing_that_it_made(given: Given, admin: Portal, activity: str) -> None:
    before = given.row_counts(admin)
    run = imported(given, admin, activity, FILE)
    gone = [found["id"] for found in contributions(admin, activity)]
    run = done(given, admin, "undo", run["id"])
    assert (run["state"], run["keptCount"], contributions(admin, activity)) == ("UNDONE", 0, [])
    assert admin.ask("query($id: ID!) { contribution(id: $id) { id } }", id=gone[0])["contribution"] is None
    row = raw(given, admin, gone[0])
    assert (row["title"], row["body"], row["search_text"], row["status"]) == ("Import annulé", "–", "", "TAKEN_BACK")
    after = given.row_counts(admin)
    changed = {name for name in after if after[name] != before.get(name)}
    # Emptied rows keep their ids, for readers of open data to forget; the institution is the portal's own.
    kept = {"contribution", "event", "event_detail", "import_run", "import_remark", "actor", "imported_item"}
    assert changed - kept == set()
    again = imported(given, admin, activity, FILE)
    assert counts(again) == (2, 2, 0, 0)


def test_what_residents_used_since_stays_when_an_import_is_undone(given: Given, admin: Portal, activity: str) -> None:
    file = table("id;titre;texte", [(n, f"Proposition {n}", "Un texte.") for n in range(4)])
    run = imported(given, admin, activity, file)
    by_title = {found["title"]: found["id"] for found in contributions(admin, activity)}
    resident = given.actor(admin)
    assert comment(resident, by_title["Proposition 0"])["userErrors"] == []
    assert cast(resident, by_title["Proposition 1"], "FOR")["userErrors"] == []
    run = done(given, admin, "undo", run["id"])
    assert (run["state"], run["keptCount"]) == ("UNDONE", 2)
    assert {found["title"] for found in contributions(admin, activity)} == {"Proposition 0", "Proposition 1"}
    again = imported(given, admin, activity, file)
    assert counts(again) == (4, 2, 0, 2)


def test_undone_import_under_a_rule_leaves_no_petition(given: Given, admin: Portal) -> None:
    activity = ruled(given, admin, admin)
    before = given.row_counts(admin)["petition"]
    run = imported(given, admin, activity, FILE)
    assert [read(admin, each["id"])["state"] for each in contributions(admin, activity)] == ["SUBMITTED"] * 2
    run = done(given, admin, "undo", run["id"])
    assert (run["state"], run["keptCount"], contributions(admin, activity)) == ("UNDONE", 0, [])
    assert given.row_counts(admin)["petition"] == before
    assert counts(imported(given, admin, activity, FILE)) == (2, 2, 0, 0)


def test_petition_on_which_the_city_decided_stays_when_its_import_is_undone(given: Given, admin: Portal) -> None:
    activity = ruled(given, admin, admin)
    run = imported(given, admin, activity, FILE)
    by_title = {each["title"]: each["id"] for each in contributions(admin, activity)}
    asked(admin, "petitionAdmit", contribution=by_title["Des arbres"])
    run = done(given, admin, "undo", run["id"])
    assert (run["state"], run["keptCount"]) == ("UNDONE", 1)
    assert [each["title"] for each in contributions(admin, activity)] == ["Des arbres"]
    assert read(admin, by_title["Des arbres"])["state"] == "ADMISSIBLE"


def test_counts_are_those_of_what_is_left(given: Given, admin: Portal, activity: str) -> None:
    statistics = "query($id: ID!) { activity(id: $id) { statistics { totalCount } } }"

    def counted() -> Any:
        return admin.ask(statistics, id=activity)["activity"]["statistics"]["totalCount"]

    run = imported(given, admin, activity, FILE)
    assert counted() == 2
    done(given, admin, "undo", run["id"])
    assert counted() == 0


# Killed ---------------------------------------------------------------------------------------------------------------


def test_import_that_is_killed_goes_on_behind_its_last_whole_batch(
    given: Given, admin: Portal, activity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jobs import importing

    file = table("id;titre;texte", [(n, f"Proposition {n}", "Un texte.") for n in range(1_200)])
    run = tried(given, admin, activity, file)["id"]
    given.sql(
        admin, "UPDATE __tenant__.import_run SET held_until = now() + interval '1 hour'"
    )  # From the server's job.
    assert do(admin, "confirm", run)["userErrors"] == []
    given.sql(admin, "UPDATE __tenant__.import_run SET held_until = NULL")
    original, taken = importing.Reader._take, []

    async def take(reader: Any, *args: Any) -> None:
        if len(taken) == 5:
            raise KeyboardInterrupt
        taken.append(1)
        await original(reader, *args)

    monkeypatch.setattr(importing.Reader, "_take", take)
    with pytest.raises((KeyboardInterrupt, BaseException)):
        given.run(importing.work(given.database, admin.number))
    monkeypatch.undo()
    assert total(admin, activity) == 1_000
    given.run(importing.work(given.database, admin.number))
    assert total(admin, activity) == 1_000, "the claim still holds"
    given.sql(admin, "UPDATE __tenant__.import_run SET held_until = now() - interval '1 second'")
    assert counts(settled(given, admin, run)) == (1_200, 1_200, 0, 0)
    assert total(admin, activity) == 1_200


# Who ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["MEMBER", "MODERATOR"])
def test_files_are_for_administrators_to_send(given: Given, town: Portal, activity: str, role: str) -> None:
    caller = given.actor(town, role=role)
    answer = caller.client.post(
        "/import/file",
        headers={"host": caller.host, "authorization": f"Bearer {caller.token}"},
        files={"file": ("a.csv", b"titre\nUn banc\n")},
        data={"activity": activity, "source": "x"},
    )
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("data", "files", "status", "code"),
    [
        ({"source": "x"}, {"file": ("a.csv", b"titre\n")}, 400, "BAD_ID"),
        ({"source": "", "activity": "activity"}, {"file": ("a.csv", b"titre\n")}, 422, "TOO_SHORT"),
        ({"source": "x", "activity": "activity"}, {}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"source": "x", "activity": "activity"}, {"file": ("a.csv", b"")}, 422, "REQUIRED"),
        ({"source": "x", "activity": "elsewhere"}, {"file": ("a.csv", b"titre\n")}, 404, "NOT_FOUND"),
    ],
)
def test_upload_that_is_not_whole_is_refused(
    given: Given, admin: Portal, activity: str, data: dict[str, str], files: Any, status: int, code: str
) -> None:
    named = {"activity": activity, "elsewhere": activity.replace(f"_{admin.number}_", "_99999_")}
    before = given.row_counts(admin)
    answer = admin.client.post(
        "/import/file",
        headers={"host": admin.host, "authorization": f"Bearer {admin.token}"},
        files=files,
        data={name: named.get(value, value) for name, value in data.items()},
    )
    told = answer.json()["errors"][0]["extensions"]["code"]
    assert (answer.status_code if code != "BAD_ID" else 400, told) == (status, code)
    assert given.row_counts(admin) == before


def test_run_of_another_tenant_is_not_there(given: Given, admin: Portal, activity: str, lehavre: Portal) -> None:
    run = tried(given, admin, activity, FILE)["id"]
    other = lehavre.admin()
    assert other.ask("query($id: ID!) { importRun(id: $id) { id } }", id=run)["importRun"] is None
    assert do(other, "confirm", run)["userErrors"] == [{"code": "NOT_FOUND", "field": "importRun"}]


def test_file_that_is_not_wanted_is_forgotten(given: Given, admin: Portal, activity: str) -> None:
    run = tried(given, admin, activity, FILE)["id"]
    assert do(admin, "discard", run) == {"importRun": None, "userErrors": []}
    assert admin.ask("query($id: ID!) { importRun(id: $id) { id } }", id=run)["importRun"] is None
    run = imported(given, admin, activity, FILE)["id"]
    assert do(admin, "discard", run)["userErrors"] == [{"code": "IMPORT_STATE", "field": "importRun"}]
    assert sent(admin, activity, FILE.encode()) != run
