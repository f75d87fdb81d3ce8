"""Words: one name stands for one thing, in code and in the glossary, and prose is plain English."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from tests.test_layout import MODULES, PROJECT, TREES, tracked

ONE_CONCEPT = {"Connection": "schema/page.py is in the contract what planner/field.py declares"}
"""Classes of one name, beside those of models/ and schema/, which are one concept in two layers."""

GLOSSARY = PROJECT / "docs" / "glossary.md"
RIDDLE = re.compile(
    r"\b(?:for|of|to|by|from|with|than) who "
    r"(?:is|are|was|were|has|have|had|may|might|can|could|must|will|would|does|did|only|just|ever|never"
    r"|acts|asks|asked|begins|checks|chose|comes|found|gave|gives|knows|looks|made|makes|pays|read|reads|sees|sent|sends"
    r"|shows|signed|signs|takes|waits|wants|writes|wrote)\b",
    re.IGNORECASE,
)


def layer(path: Path) -> str:
    """The room of a module; models/ and schema/ count as one, for they have one concept under one name."""
    return "concept" if path.parts[0] in ("models", "schema") else str(path)


def test_no_two_classes_have_one_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        for node in ast.walk(TREES[path]):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(str(path))
    twice = {name: paths for name, paths in places.items() if len({layer(Path(path)) for path in paths}) > 1}
    within = {
        name: paths
        for name, paths in places.items()
        if any(sum(path.startswith(room) for path in paths) > 1 for room in ("models/", "schema/"))
    }
    assert {name: paths for name, paths in (twice | within).items() if name not in ONE_CONCEPT} == {}
    assert set(ONE_CONCEPT) <= set(twice), "take it off the list"


def terms() -> list[str]:
    """The words that the glossary explains, each as often as it does."""
    rows = [line.split("|") for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ")]
    return [term.strip() for row in rows for term in row[1].split(",") if term.strip() not in ("word", "")]


def test_the_glossary_gives_a_word_one_meaning() -> None:
    names = [term.lower() for term in terms()]
    assert len(names) > 50
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_prose_says_who_is_meant() -> None:
    """Say "callers who are", "anyone who", "members"."""
    written = [path for path in tracked() if path.suffix in (".py", ".md", ".toml", ".po")]
    riddles = {str(path): RIDDLE.findall((PROJECT / path).read_text("utf-8")) for path in written}
    assert len(riddles) > 1_000
    assert {path: words for path, words in riddles.items() if words} == {}


VAGUE = frozenset({"found", "known"})


def variables(path: Path) -> set[str]:
    """The names of a module's variables and parameters."""
    return {
        node.id if isinstance(node, ast.Name) else node.arg
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.arg) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    }


def test_variables_say_what_they_hold() -> None:
    """Not that something was found, but what."""
    named = {str(path): variables(path) for path in MODULES if "migration" not in path.parts}
    assert set().union(*named.values())
    assert {path: vague for path, names in named.items() if (vague := VAGUE & names)} == {}
