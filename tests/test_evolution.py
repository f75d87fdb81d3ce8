"""Evolution: nothing of the contract that others were told of breaks, alone or in a city's supergraph."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import schema.root
from schema import evolution
from server.command.main import main
from tests.conftest import node_with
from tests.test_supergraph import GATEWAY

ROOT = Path(__file__).parents[1]
TOLD = "7635e26753172397f99cc34c82d39e2871c6f9ee"
"""The commit whose contract integrators were last told of, until a release has a tag."""

INTENDED: frozenset[str] = frozenset()
"""Breaks that an entry of CHANGELOG.md announces, as `breaks` says them. Empty once there is a newer release."""


@pytest.fixture(scope="module")
def contract() -> str:
    return schema.root.sdl()


def git(*words: str) -> str | None:
    """What git says; None where it knows nothing of it."""
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


def planted(contract: str, *changes: tuple[str, str]) -> str:
    """The contract with changes to it, each a pattern that is there once."""
    for pattern, instead in changes:
        contract, count = re.subn(pattern, instead, contract, flags=re.MULTILINE)
        assert count == 1, pattern
    return contract


def test_nothing_breaks_that_was_in_the_last_release(contract: str) -> None:
    told = (git("describe", "--tags", "--abbrev=0", "--match", "v*") or TOLD).strip()
    old = git("show", f"{told}:schema/schema.graphql")
    if old is None:
        pytest.skip(f"git has no {told} here")
    assert set(evolution.breaks(old, contract)) == INTENDED, "deprecate it, or say it in CHANGELOG.md and INTENDED"


SMALL = """
directive @audience(name: String!) repeatable on FIELD_DEFINITION | ENUM_VALUE
directive @feature(name: String!) repeatable on FIELD_DEFINITION | ENUM_VALUE

schema { query: Query }

type Query { zone(id: ID!, near: String): Zone }

type Zone @key(fields: "id") {
  id: ID! @shareable
  name: String!
  area: Int @feature(name: IDEA_BOX) @feature(name: DEBATE)
  surface: Int @deprecated(reason: "Since 2026-11-29: ask for `area`.")
}

enum Kind { COMMUNE EPCI }
"""


@pytest.mark.parametrize(
    ("pattern", "instead", "told"),
    [
        ("  name: String!\n", "", ["Field Zone.name was removed."]),
        ("name: String!$", "name: String", ["Field Zone.name changed type from String! to String."]),
        ("near: String", "near: String, level: Int!", ["A required argument Query.zone(level:) was added."]),
        (", near: String", "", ["Argument Query.zone(near:) was removed."]),
        (" EPCI", "", ["Enum value Kind.EPCI was removed."]),
        (
            "name: String!$",
            "name: String! @audience(name: ADMIN)",
            ["Zone.name is there for @audience(name: ADMIN) alone, and was there for all."],
        ),
        (
            " @feature.name: DEBATE.",
            "",
            [
                "Zone.area is there for @feature(name: IDEA_BOX) alone, "
                "and was there for @feature(name: DEBATE), @feature(name: IDEA_BOX)."
            ],
        ),
        (" @key.fields: .id..", "", ['Zone has lost @key(fields: "id").']),
        (" @shareable", "", ["Zone.id has lost @shareable."]),
        ("  surface: .*\n", "", []),
        ("  name: String!\n", "  name: String!\n  outline: String\n", []),
        (" @feature.name: IDEA_BOX. @feature.name: DEBATE.", "", []),
        ("EPCI", "EPCI REGION", []),
    ],
)
def test_break_is_named_and_an_addition_is_none(pattern: str, instead: str, told: list[str]) -> None:
    assert evolution.breaks(SMALL, planted(SMALL, (pattern, instead))) == told


def test_command_names_breaks_and_fails(contract: str, tmp_path: Path) -> None:
    old, new = tmp_path / "old.graphql", tmp_path / "new.graphql"
    old.write_text(contract, "utf-8")
    new.write_text(planted(contract, (r"^type Zone @key\(fields: \"id\"\) \{$", "type Zone {")), "utf-8")
    done = CliRunner().invoke(main, ["schema", "compare", str(old)])
    assert (done.exit_code, done.output) == (0, "")
    done = CliRunner().invoke(main, ["schema", "compare", str(old), str(new)])
    assert (done.exit_code, done.output) == (1, 'Zone has lost @key(fields: "id").\n')


# In the city's supergraph --------------------------------------------------------------------------------------------


def composed(contract: str, folder: Path) -> list[str]:
    """What composition with the subgraphs of `deploy/gateway` says against a contract."""
    file = folder / "contract.graphql"
    file.write_text(contract, "utf-8")
    command = [node_with(GATEWAY), str(GATEWAY / "check.mjs"), str(file)]
    environment = os.environ | {"PYTHON": sys.executable}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    told = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (1 if told else 0, "")
    return told


def test_contract_composes_with_the_citys_subgraphs(contract: str, tmp_path: Path) -> None:
    assert composed(contract, tmp_path) == []


@pytest.mark.parametrize(
    ("pattern", "instead", "told"),
    [
        (r"^type Zone @key\(fields: \"id\"\) \{$", "type Zone {", "Zone"),
        (r"^type Query \{$", "type Query {\n  equipment: [String!]!\n", "equipment"),
        (r"^type Zone @key\(fields: \"id\"\) \{$", 'type Zone @key(fields: "name") {', "Zone"),
        (r"^  inseeCode: String$", "  inseeCode: Int", "inseeCode"),
    ],
    ids=["key removed", "field of another subgraph taken", "key changed", "type of a key changed"],
)
def test_planted_break_of_the_supergraph_is_found(
    contract: str, tmp_path: Path, pattern: str, instead: str, told: str
) -> None:
    """The second is no break of the contract alone: what is added there may be another's already."""
    assert told in "".join(composed(planted(contract, (pattern, instead)), tmp_path))
