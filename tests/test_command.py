"""The command line: help with examples that can be run, and errors in one sentence."""

import ast
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import psycopg
import pytest

from database import door, pool
from models.every import tenant_tables
from server.command.group import LazyGroup
from server.command.main import main
from server.command.run import OPEN_S
from tests.command import Run, refusal, runner
from tests.own import Own
from tests.test_layout import MODULES

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def run(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return runner(own, tmp_path_factory.mktemp("data"))


def commands(group: click.Group = main, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


COMMANDS = dict(commands())
LEAVES = {path: command for path, command in COMMANDS.items() if not isinstance(command, click.Group)}


# Help


def test_every_wanted_command_is_there() -> None:
    assert set(LEAVES) >= {
        ("serve",),
        ("demo",),
        ("migrate",),
        ("tenant", "create"),
        ("tenant", "list"),
        ("tenant", "suspend"),
        ("tenant", "delete"),
        ("tenant", "export"),
        ("collectivites", "import"),
        ("schema", "export"),
    }


def test_each_command_is_run_by_a_test() -> None:
    """That its help can be read and its examples parsed says nothing of what it does."""
    tests = [path for path in Path(__file__).parent.rglob("*.py") if path != Path(__file__)]
    texts = "\n".join(path.read_text("utf-8") for path in tests)
    assert [path for path in LEAVES if ", ".join(f'"{word}"' for word in path) not in texts] == []


def test_help_lists_every_command(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    for (name, *_), command in COMMANDS.items():
        assert re.search(rf"^  {name} +\S", result.stdout, re.MULTILINE), (name, command)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_of_each_command_says_what_it_and_its_options_do(run: Run, path: tuple[str, ...]) -> None:
    for flag in ("--help", "-h"):
        result = run(*path, flag)
        assert result.exit_code == 0
        assert result.stdout.startswith(f"Usage: main {' '.join(path)}")
    command = COMMANDS[path]
    assert command.help
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_examples_of_each_command_can_be_parsed(
    run: Run, path: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    listed = run(*path, "--help").stdout.partition("Examples:\n")[2]
    lines = [line.strip() for line in listed.splitlines()]
    lines = [line for line in lines if line]
    assert lines
    assert any(_words(line)[: len(path)] == list(path) for line in lines)
    for line in lines:
        words = _words(line)
        name = next(found for found in LEAVES if words[: len(found)] == list(found))
        for word in words:  # Files that an example reads.
            if "/" not in word and word.endswith((".json", ".geojson", ".csv", ".xlsx", ".graphql")):
                (tmp_path / word).touch()
        LEAVES[name].make_context("parvis", words[len(name) :]).close()


def _words(line: str) -> list[str]:
    """An example's words behind `parvis`; variables of the environment may stand before it."""
    words = shlex.split(line)
    return words[words.index("parvis") + 1 :]


def test_list_of_commands_says_the_first_words_of_each_ones_own_help() -> None:
    for path, command in COMMANDS.items():
        group = COMMANDS[path[:-1]] if path[:-1] else main
        assert isinstance(group, LazyGroup) or path[0] in ("audit", "operator", "provider")
        if isinstance(group, LazyGroup):
            said = group.lazy[path[-1]].summary.rstrip(".")
            assert (command.help or "").startswith(said), path


IMPORTS = (ast.Import, ast.ImportFrom)
HEAVY = ("graphql", "h3", "httpcore", "jinja2", "starlette", "strawberry", "uvicorn")
"""Libraries of the server: a second of processor time that no command needs."""


@pytest.mark.parametrize(
    ("arguments", "spared"),
    [
        (("--help",), (*HEAVY, "asyncio", "psycopg", "sqlalchemy")),
        (("tenant", "list"), (*HEAVY, "sqlalchemy", "sqlmodel", "pydantic", "phonenumbers")),
        (("tenant", "suspend", "loaded"), HEAVY),
        (("serve", "--help"), ("demo", "demo.tenant", "reportlab")),
    ],
    ids=["help", "list", "suspend", "serve"],
)
def test_command_loads_nothing_that_it_does_not_need(
    own: Own, tmp_path: Path, arguments: tuple[str, ...], spared: tuple[str, ...]
) -> None:
    own.create("loaded") if "loaded" in arguments else None
    text = (
        "import sys\nfrom server.command.main import main\nmain(standalone_mode=False)\n"
        f"print('loaded:', *sorted(set(sys.modules) & set({spared})))"
    )
    environment = {"DATABASE_URL": own.url, "PARVIS_DATA": str(tmp_path), "PARVIS_SECRET": "s"}
    done = subprocess.run(
        [sys.executable, "-c", text, *arguments],
        cwd=PROJECT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "loaded:"


def test_whoever_goes_through_all_tables_knows_them_all() -> None:
    """A command has loaded few models: what its process knows of is not all that a tenant has."""
    asked = "from models.every import tenant_tables\nprint(len(tenant_tables()))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=120)
    assert (done.stderr, done.stdout.strip()) == ("", str(len(tenant_tables())))
    readers = [path for path in MODULES if "tenant_metadata" in (PROJECT / path).read_text("utf-8")]
    assert {str(path) for path in readers} == {"models/base.py", "models/every.py"}


def test_auditors_are_told_the_head_of_a_whole_journal(run: Run, own: Own) -> None:
    own.create("audited")
    result = run("audit", "verify", "audited")
    assert re.fullmatch(r"\d+:[0-9a-f]{64}\n", result.stdout), result.output


def test_no_function_hides_a_module_that_its_inner_ones_read() -> None:
    """Python would take the name for a variable that has no value yet."""
    for path in sorted((PROJECT / "server/command").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        imported = {name.asname or name.name for node in tree.body if isinstance(node, IMPORTS) for name in node.names}
        for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
            names = {
                node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            }
            assert not names & imported, f"{path.name}: {function.name}"


def test_garbage_is_not_looked_for_in_what_a_command_loads() -> None:
    text = (
        "import gc\nfrom server.command.main import MAIN, main\nbefore = gc.get_count(), gc.get_stats()[2]['collections']\n"
        "main.get_command(None, 'serve')\nmain.get_command(None, 'serve')\n"
        "print(gc.isenabled(), gc.get_freeze_count() > 100_000, len(gc.get_objects()) < 20_000,"
        " gc.get_stats()[2]['collections'] - before[1])"
    )
    done = subprocess.run([sys.executable, "-c", text], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout == "True True True 0\n"


# Errors


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("tenant", "suspend", "nobody"), "Error: no tenant 'nobody'"),
        (("tenant", "delete", "nobody", "--yes", "nobody"), "Error: no tenant 'nobody'"),
        (("tenant", "export", "nobody", "nowhere.zip"), "Error: no tenant 'nobody'"),
        (
            ("tenant", "create", "--insee", "00000", "--host", "a.example"),
            "Error: the register has no such collectivité",
        ),
        (
            ("tenant", "create", "--siren", "213502388", "--host", "a.example"),
            "Error: the register has no such collectivité",
        ),
        (
            ("tenant", "create", "--collectivite", "x", "--host", "a.example"),
            "Error: the register has no such collectivité",
        ),
        (
            ("tenant", "create", "--insee", "35238", "--host", "https://a.example"),
            "Error: host 'https://a.example': a host's name is wanted, without scheme, port or path, as in "
            "participer.ville.fr",
        ),
        (
            ("tenant", "create", "--insee", "35238", "--host", "a.example", "--slug", "No Slug"),
            "Error: slug 'No Slug': 1 to 63 of a-z, 0-9 and -, as in a host name",
        ),
        (
            ("tenant", "create", "--insee", "35238", "--host", "a.example", "--primary-color", "red"),
            "Error: colour 'red': #rrggbb in lower case is wanted",
        ),
        (
            ("tenant", "create", "--insee", "35238", "--host", "a.example", "--feature", "X"),
            "Error: unknown feature 'X'; known: CONSULTATION, DEBATE, IDEA_BOX, MARKETPLACE, MUTUAL_AID, PARTICIPATORY_BUDGET, PETITION, SURVEY",
        ),
        (("demo",), "Error: the demonstration wants PARVIS_DEMO=1, which accepts development tokens"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_refusal_is_one_sentence_and_changes_nothing(run: Run, own: Own, arguments: tuple[str, ...], says: str) -> None:
    before = own.rows("SELECT * FROM platform.registry")
    assert refusal(run(*arguments)) == says
    assert own.rows("SELECT * FROM platform.registry") == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nonsense",), "No such command 'nonsense'"),
        (("tenant", "create", "--host", "a.example"), "give exactly one of --insee, --siren and --collectivite"),
        (("tenant", "create", "--insee", "1", "--siren", "2", "--host", "a.example"), "give exactly one of --insee"),
        (("tenant", "create", "--insee", "35238"), "Missing option '--host'"),
        (("tenant", "delete", "rennes"), "Missing option '--yes'"),
        (("tenant", "delete", "rennes", "--yes", "lehavre"), "--yes wants the same slug"),
        (("tenant", "export", "rennes"), "Missing argument 'FILE'"),
        (("collectivites", "import", "/nowhere.json"), "'/nowhere.json' does not exist"),
        (("collectivites", "import", "/"), "'/' is a directory"),
        (("serve", "--port", "65536"), "65536 is not in the range 0<=x<=65535"),
        (("serve", "--port", "http"), "'http' is not a valid integer"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_is_told_with_exit_code_2(run: Run, arguments: tuple[str, ...], says: str) -> None:
    assert says in refusal(run(*arguments), 2)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("PARVIS_CONNECTIONS", "abc", "a number from 2 to 500"),
        ("PARVIS_DEMO", "yes", "0 or 1"),
        ("PARVIS_LOG", "xml", "one of text, json"),
    ],
)
@pytest.mark.parametrize("command", [("serve",), ("demo",), ("migrate",), ("tenant", "list")])
def test_wrong_setting_is_named(run: Run, command: tuple[str, ...], name: str, value: str, wanted: str) -> None:
    assert refusal(run(*command, **{name: value})) == f"Error: {name} is {value!r}: {wanted} is wanted"


@pytest.mark.parametrize("command", [("serve",), ("migrate",), ("tenant", "list")])
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_database_that_does_not_answer_is_told(
    run: Run, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "OPEN_TIMEOUT_S", 0.2)
    monkeypatch.setattr("server.log.configure", lambda _: None)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    result = run(*command, DATABASE_URL=f"postgresql://nobody@127.0.0.1:{port}/none")
    assert refusal(result) == "Error: the database does not answer; is DATABASE_URL right and the cluster up?"


def test_database_that_is_away_is_told_once(tmp_path: Path) -> None:
    assert OPEN_S == 5.0
    text = "from database import door\ndoor.OPEN_TIMEOUT_S = 0.5\nfrom server.command.main import main\nmain()"
    environment = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "PARVIS_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", text, "tenant", "list"],
        cwd=PROJECT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "Error: the database does not answer; is DATABASE_URL right and the cluster up?\n"


def test_row_that_another_change_holds_is_told(run: Run, own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    own.create("held")
    monkeypatch.setattr(pool, "LOCK_TIMEOUT_MS", 50)
    with psycopg.connect(own.url) as other:
        other.execute("SELECT FROM platform.registry FOR UPDATE")
        said = refusal(run("tenant", "suspend", "held"))
    assert said == "Error: the database is busy with a change of the same rows; try again"
