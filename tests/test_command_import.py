"""The commands for imports: one command tries and imports a file, another lists, another undoes."""

from pathlib import Path

import pytest

from tests.command import Run, refusal, runner
from tests.own import Own
from tests.test_edition import SMALL


@pytest.fixture(scope="module")
def parvis(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Run:
    own.create("rennes")
    return runner(own, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def activity(own: Own, parvis: Run) -> str:
    assert parvis("tenant", "list").exit_code == 0
    number = own.value("SELECT number FROM platform.tenant WHERE slug = 'rennes'")
    return str(
        own.value(
            f"INSERT INTO t_{number}.activity SELECT gen_random_uuid(), id, 'IDEA_BOX', 'Idées', '', 1, now(), NULL, NULL,"
            f" 'NONE', NULL FROM t_{number}.participatory_space LIMIT 1 RETURNING id"
        )
    )


def file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "idées.csv"
    path.write_text(text)
    return str(path)


def test_file_is_imported_listed_and_undone(own: Own, parvis: Run, activity: str, tmp_path: Path) -> None:
    number = own.value("SELECT number FROM platform.tenant WHERE slug = 'rennes'")
    path = file(tmp_path, "id;titre;texte;date\n1;Un banc;Ici;31/01/2024\n2;Un arbre;Là;31/02/2024\n")
    tried = parvis("import", "run", "rennes", path, "--activity", activity, "--source", "essai", "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "2 rows: 1 good, 1 refused" in tried.output
    assert "ligne 3, colonne « date » : « 31/02/2024 » – Refusée : ce n'est pas une date." in tried.output
    counted = f"SELECT count(*) FROM t_{number}.contribution WHERE status = 'OPEN'"
    assert own.value(counted) == 0
    done = parvis("import", "run", "rennes", path, "--activity", f"activity_1_{activity}", "--source", "essai")
    assert "2 rows: 1 imported, 1 refused" in done.output
    assert own.value(counted) == 1
    again = parvis("import", "run", "rennes", path, "--activity", activity, "--source", "essai")
    assert "2 rows: 0 imported, 1 refused, 1 had been imported before" in again.output
    [run] = [line.split()[0] for line in done.output.splitlines() if line.endswith("DONE")]
    assert run in parvis("import", "list", "rennes").output
    assert "is undone; 0 contributions and comments were kept" in parvis("import", "undo", "rennes", run).output
    assert own.value(counted) == 0


def test_finished_vote_is_imported_with_its_ballots(own: Own, parvis: Run, activity: str, tmp_path: Path) -> None:
    number = own.value("SELECT number FROM platform.tenant WHERE slug = 'rennes'")
    budget = own.value(
        f"INSERT INTO t_{number}.activity SELECT gen_random_uuid(), id, 'PARTICIPATORY_BUDGET', 'Budget', '', 2, now(),"
        f" NULL, 'APPROVAL', 'NONE', NULL FROM t_{number}.participatory_space LIMIT 1 RETURNING id"
    )
    path = tmp_path / "vote.pb"
    path.write_text(SMALL)
    asked = ("import", "run", "rennes", str(path), "--activity", str(budget), "--source", "vote")
    tried = parvis(*asked, "--dry-run", "--column", "category=NOTHING")
    assert "4 rows: 4 good, 0 refused\n6 ballots: 5 valid, 1 blank, 0 null, 0 left out" in tried.output
    done = parvis(*asked)
    assert "4 rows: 4 imported, 0 refused\n6 ballots: 5 valid, 1 blank, 0 null, 0 left out" in done.output
    [run] = [line.split()[0] for line in done.output.splitlines() if line.endswith("DONE")]
    assert own.value(f"SELECT sum(envelopes) FROM t_{number}.polling_record") == 6
    assert "is undone" in parvis("import", "undo", "rennes", run).output
    assert own.value(f"SELECT count(*) FROM t_{number}.polling_record") == 0


def test_columns_are_said_on_the_command_line(parvis: Run, activity: str, tmp_path: Path) -> None:
    path = file(tmp_path, "Quoi;Reste\nUn banc;Ici\n")
    asked = ("import", "run", "rennes", path, "--activity", activity, "--source", "colonnes", "--dry-run")
    assert "1 rows: 1 good" in parvis(*asked, "--column", "Quoi=TITLE", "--column", "Reste=BODY").output
    assert "no column 'Rien'" in refusal(parvis(*asked, "--column", "Rien=TITLE"))
    assert parvis(*asked, "--column", "Quoi=WRONG").exit_code == 2


def test_what_cannot_be_done_is_said_in_one_sentence(parvis: Run, activity: str, tmp_path: Path) -> None:
    path = file(tmp_path, "x;y\n1;2\n")
    assert activity in refusal(parvis("import", "run", "rennes", path, "--source", "a"))
    assert "no tenant 'nobody'" in refusal(parvis("import", "list", "nobody"))
    told = refusal(parvis("import", "run", "rennes", path, "--activity", activity, "--source", "a"))
    assert "Aucune colonne" in told
