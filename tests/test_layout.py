"""The layout of the project: a concept has one name in every layer, and each rule of import holds."""

import ast
import importlib.metadata
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.concept import COLUMNS_ONLY, CONTRACT_ONLY, DERIVED, RULES_ONLY, RUNNERS_OWN, STORED_ONLY, TESTED_BY

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = (
    "analysis",
    "auth",
    "award",
    "counting",
    "database",
    "demo",
    "geo",
    "intake",
    "jobs",
    "mail",
    "models",
    "office",
    "planner",
    "portal",
    "register",
    "resolvers",
    "schema",
    "server",
    "tenants",
    "transfer",
    "web",
)
MODULES = sorted(
    path.relative_to(PROJECT)
    for package in PACKAGES
    for path in (PROJECT / package).rglob("*.py")
    if "node_modules" not in path.parts
)
TREES = {path: ast.parse((PROJECT / path).read_text("utf-8")) for path in MODULES}

MAX_LINES = 500
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "service", "services", "misc"}
WRITINGS = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".yml",
    ".yaml",
    ".cff",
    ".sql",
    ".html",
    ".css",
    ".graphql",
    ".sh",
    ".tsv",
    ".jsx",
    ".json",
    "",
}


def concepts(layer: str) -> set[str]:
    return {path.stem for path in (PROJECT / layer).glob("*.py")} - {"__init__"}


def rules() -> set[str]:
    """Concepts of what may happen: resolvers, imports and counting."""
    return concepts("resolvers") | concepts("intake") | concepts("counting") | concepts("office")


def imported(path: Path) -> set[str]:
    """The top-level packages that a module imports."""
    found = set()
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            found.add((node.module or "").partition(".")[0])
    return found


def tracked() -> list[Path]:
    """The files that are in the repository, or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("this is no clone")
    paths = [Path(name) for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if (PROJECT / path).is_file()]


# Concepts


def test_every_stored_concept_is_in_every_layer() -> None:
    stored = concepts("models") - STORED_ONLY
    assert stored - COLUMNS_ONLY - RUNNERS_OWN - rules() == set()
    assert concepts("planner") >= RUNNERS_OWN
    assert stored - {"ident", "refusal"} - concepts("schema") == set()  # `scalar` and `error` are their contract.


def test_every_concept_of_the_contract_is_stored_or_derived() -> None:
    assert concepts("schema") - CONTRACT_ONLY == concepts("models") - STORED_ONLY - {"ident", "refusal"} | DERIVED
    assert DERIVED - rules() == set()


def test_resolvers_have_no_concept_of_their_own() -> None:
    assert rules() - RULES_ONLY - concepts("schema") - concepts("models") == set()


def test_listed_exceptions_are_still_there() -> None:
    assert concepts("models") >= STORED_ONLY
    assert concepts("schema") >= CONTRACT_ONLY
    assert rules() >= RULES_ONLY
    assert concepts("models") & concepts("schema") >= COLUMNS_ONLY


def test_every_concept_has_its_tests() -> None:
    known = concepts("tests")
    wanted = (concepts("models") | rules() | concepts("schema")) - {"base", "schema_name"} - CONTRACT_ONLY
    untested = [concept for concept in sorted(wanted) if not {f"test_{concept}", TESTED_BY.get(concept)} & known]
    assert untested == [], "add tests/test_<concept>.py, or say in TESTED_BY where it is tested"
    assert set(TESTED_BY) - wanted == set()


# Modules


def test_modules_open_with_one_sentence() -> None:
    first = {path: (ast.get_docstring(TREES[path]) or "").split("\n\n")[0] for path in MODULES}
    assert [path for path, said in first.items() if not (said[:1].isupper() or said.startswith(("`", "«")))] == []
    assert [path for path, said in first.items() if not said.endswith(".")] == []


def test_modules_are_short() -> None:
    lines = {path: len((PROJECT / path).read_text("utf-8").splitlines()) for path in MODULES}
    assert {path: count for path, count in lines.items() if count > MAX_LINES} == {}


def test_no_prefix_stands_for_a_folder() -> None:
    """Three modules that begin with one word, as `sign_in_code`, `sign_in_page` and so on, want a folder of that name."""
    words = Counter((path.parent, path.stem.partition("_")[0]) for path in MODULES if "_" in path.stem.strip("_"))
    assert {place: count for place, count in words.items() if count > 2} == {}


def test_names_say_what_is_inside() -> None:
    assert [path for path in MODULES if VAGUE & {*path.parent.parts, path.stem}] == []


def test_our_top_level_names_are_ours_alone() -> None:
    """Another distribution with a package of the same name would shadow ours, or be shadowed by it."""
    providers = importlib.metadata.packages_distributions()
    assert {name: set(providers.get(name, ())) - {"parvis"} for name in PACKAGES} == {name: set() for name in PACKAGES}


# Imports and the environment


def importers(package: str) -> set[str]:
    return {str(path) for path in MODULES if package in imported(path)}


def test_database_driver_is_known_to_the_door_the_launcher_and_the_command_alone() -> None:
    inside = ("database/", "models/migration/")  # Migrations run on the connection that they are given.
    outside = {name for name in importers("psycopg") | importers("psycopg_pool") if not name.startswith(inside)}
    assert outside == {
        "server/command/error.py",
        "tenants/followable.py",
        "tenants/following.py",
        "tenants/migration.py",
        "tenants/piecewise.py",
        "tenants/provisioning.py",
        "tenants/requirement.py",
        "tenants/rollout.py",
        "tenants/wall.py",
        "tenants/zone.py",
    }
    [imports] = [
        [alias.name for alias in node.names]
        for node in ast.walk(TREES[Path("server/command/error.py")])
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("psycopg")
    ]
    assert imports == ["Error"]


def test_strawberry_is_known_to_the_contract_the_planner_and_the_server_alone() -> None:
    assert {name.partition("/")[0] for name in importers("strawberry")} <= {"schema", "planner", "server"}


def test_pages_and_what_is_served_compose_no_sql() -> None:
    """What they read goes through the contract, resolvers, auth or tenants."""
    composing = importers("sqlalchemy") | importers("sqlmodel")
    served = ("portal/", "server/api/", "server/page/", "server/sign_in/", "transfer/", "mail/letter")
    assert {name for name in composing if name.startswith(served)} == set()
    assert len(composing) > 50


def test_heavy_libraries_are_imported_where_they_belong() -> None:
    assert {name.partition("/")[0] for name in importers("h3")} == {"geo"}
    assert {name.partition("/")[0] for name in importers("sklearn") | importers("scipy")} == {"analysis"}
    assert {name.partition("/")[0] for name in importers("starlette") | importers("uvicorn")} == {"server"}
    assert {name.partition("/")[0] for name in importers("sqlmodel")} <= {"demo", "models", "planner"}


ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv"}
"""What the standard library's `os` calls it."""


def readings(path: Path) -> Iterator[str]:
    """Where a module reads the environment."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT:
            yield f"{path}:{node.lineno}"
        if (
            isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and ENVIRONMENT & {name.name for name in node.names}
        ):
            yield f"{path}:{node.lineno}"


def test_environment_is_read_in_the_settings_alone() -> None:
    """The launcher of PostgreSQL hands its own environment on to its child."""
    found = {place.partition(":")[0] for path in MODULES for place in readings(path)}
    assert found == {"server/settings.py", "database/embedded/process.py"}


def test_nothing_is_printed() -> None:
    """Commands answer through click, servers through the log; the register's tools are run by hand."""
    printing = {
        str(path)
        for path in MODULES
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert printing <= {"register/build.py", "register/check.py"}


# The repository


def test_no_requirements_file_names_a_registry() -> None:
    for path in PROJECT.glob("requirements*.txt"):
        text = path.read_text("utf-8")
        assert re.findall(r"(?m)^.*(?:https?://|--(?:extra-)?index-url|--find-links|@ file:).*$", text) == [], path


def test_requirements_are_pinned_by_hash() -> None:
    for path in PROJECT.glob("requirements*.txt"):
        text = re.sub(r"\\\n", " ", path.read_text("utf-8"))
        lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
        assert lines
        assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == [], path


def test_no_text_names_a_path_of_a_machine() -> None:
    home = re.compile(r"(?<![\w.])/(?:root|home/\w+|Users/\w+|work|tmp/w)/")
    found = []
    for path in tracked():
        built = path.parts[:3] == ("web", "static", "graphiql") or path.name == "package-lock.json"
        if path.suffix in WRITINGS and not built and path != Path("tests/test_layout.py"):
            text = (PROJECT / path).read_text("utf-8")
            found += [f"{path}: {match.group()}" for match in home.finditer(text)]
    assert found == []


def test_no_lock_file_with_registry_addresses_is_tracked() -> None:
    assert [path for path in tracked() if path.name in ("uv.lock", "poetry.lock", "Pipfile.lock")] == []


def test_exceptions_are_not_frozen() -> None:
    """A frozen one cannot take the traceback that a context manager gives it: a TypeError takes its place."""
    frozen = [
        f"{path}: {node.name}"
        for path in MODULES
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).endswith(("Error", "Exception", "Refusal")) for base in node.bases)
        and any("frozen=True" in ast.unparse(made) for made in node.decorator_list)
    ]
    assert frozen == []
