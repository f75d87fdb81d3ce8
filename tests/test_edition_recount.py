"""Finished votes that are imported, then published: a stranger recounts them, and what is exported is the same vote."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Portal
from tests.given import Given
from tests.importing import DATA
from tests.test_edition import SMALL, activity, admin, brought, budget, counted, published_files  # noqa: F401  # Fixtures.
from tests.test_vote_file import recount


def test_recount_agrees_and_export_is_the_same(given: Given, admin: Portal, activity: str, tmp_path: Path) -> None:  # noqa: F811
    brought(given, admin, activity, SMALL)
    first = counted(given, admin, activity)
    files = published_files(admin, activity)
    code, said = recount(tmp_path, files)
    assert (code, said.splitlines()[-1]) == (0, "Everything is as published."), said
    other = budget(given, admin)
    brought(given, admin, other, files["vote.pb"])
    assert told_alike(counted(given, admin, other)) == told_alike(first)
    assert rows(published_files(admin, other)["vote.pb"]) == rows(files["vote.pb"])


def told_alike(over: dict[str, Any]) -> dict[str, Any]:
    """What is the same of a vote wherever it is imported: a semicolon in a title is a comma in what is exported."""
    for award in (award for result in over["results"] for award in result["awards"]):
        award["contribution"]["title"] = award["contribution"]["title"].replace(";", ",")
    return {name: over[name] for name in ("voteMethod", "awardRule", "voteRule", "results")}


def rows(content: str) -> list[str]:
    """The lines of a Pabulib file, ballots without their order and their voters' numbers."""
    head, _, votes = content.partition("VOTES\n")
    lines = [line for line in head.splitlines() if not line.startswith("description;")]
    return [*lines, *sorted(line.partition(";")[2] for line in votes.splitlines())]


def test_toulouse_2019_has_its_winners(given: Given, admin: Portal, activity: str, tmp_path: Path) -> None:  # noqa: F811
    file = DATA / "evaluation" / "France_Toulouse_2019.pb"
    if not file.is_file():
        pytest.skip("France_Toulouse_2019.pb is not beside the project")
    brought(given, admin, activity, file.read_bytes())
    over = counted(given, admin, activity)
    greedy = over["results"][0]
    assert (greedy["rule"], greedy["winnerCount"], greedy["spentEuros"]) == ("GREEDY", 14, 1_000_000)
    assert (greedy["ballotCount"], over["voteRule"]["mostEach"], over["voteRule"]["most"]) == (1_494, 3, 7)
    assert len([one for one in greedy["awards"] if one["isWinner"]]) == 14
    files = published_files(admin, activity)
    code, said = recount(tmp_path, files)
    assert (code, said.splitlines()[-1]) == (0, "Everything is as published."), said
    other = budget(given, admin)
    brought(given, admin, other, files["vote.pb"])
    assert told_alike(counted(given, admin, other)) == told_alike(over)
