"""What is published of a vote: the rule when it opens, ballots when it is counted; and a stranger's recount of them."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

import web
from award.base import by_score, grouped, totals
from award.greedy import greedy
from counting import rule_version, vote_result
from models.ballot import new_salt, receipt_of
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import Poll, chosen, given_points, graded, ranked
from tests.test_vote_result import read
from transfer.published import digest

FILES = "query($id: ID!) { activity(id: $id) { voteFiles { name version digest content reason sizeBytes } } }"
RECEIPT = """
query($id: ID!, $receipt: String!) { activity(id: $id) { hasReceipt(receipt: $receipt) viewerBallot { receipt } } }"""
EVENTS = "SELECT kind, actor_id, payload FROM __tenant__.event WHERE subject_id = %s ORDER BY id"

Event = tuple[str, Any, dict[str, Any]]


def files(poll: Poll) -> dict[str, str]:
    """What is published, by name; each has its digest."""
    told = poll.town.ask(FILES, id=poll.activity)["activity"]["voteFiles"]
    for file in told:
        assert (file["digest"], file["sizeBytes"]) == (digest(file["content"]), len(file["content"].encode()))
    return {file["name"]: file["content"] for file in reversed(told)}  # The newest version comes first.


def happened(given: Given, poll: Poll) -> list[Event]:
    return [(kind, actor, payload) for kind, actor, payload in given.sql(poll.town, EVENTS, uuid_in(poll.activity))]


def counted(given: Given, poll: Poll) -> dict[str, str]:
    given.close_activity(poll.town, poll.activity)
    given.run(vote_result.count(given.database, poll.town.number))
    return files(poll)


def recount(folder: Path, contents: dict[str, str], *wanted: str) -> tuple[int, str]:
    """What the program that ships says of files: its exit code and all that it prints."""
    folder.mkdir(exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content.encode())
    done = subprocess.run(
        [sys.executable, "-I", web.RECOUNT, folder, *wanted], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def faults(folder: Path, contents: dict[str, str]) -> list[str]:
    """What the program finds wrong with files."""
    code, said = recount(folder, contents)
    assert code == 1
    return said.splitlines()[1:]


WAYS: dict[str, dict[str, Any]] = {
    "APPROVAL": {"vote_most": 3, "award_rule": "EQUAL_SHARES"},
    "POINTS": {"vote_most": 7, "vote_most_each": 3, "award_is_ending": True},
    "RANKED": {"vote_most": 3, "award_rank_worth": "BORDA", "award_tie_break": "DRAW"},
    "BUDGET": {"vote_least": 0, "vote_most": 100},
    "MAJORITY_JUDGEMENT": {"vote_grades": 4},
    "THRESHOLD": {"vote_most": 3, "award_rule": "THRESHOLD", "support_threshold": 2},
    "BY_CATEGORY": {"vote_most": 3, "award_rule": "BY_CATEGORY", "award_ceiling_euros": 40, "award_least_each": 1},
}
"""Methods, or rules of award for approvals, each with what it leaves open."""


def ballot(way: str, chance: Random) -> dict[int, dict[str, Any]]:
    places = chance.sample(range(4), 2)
    if way == "POINTS":
        return given_points(**{f"p{place}": chance.randint(1, 3) for place in places})
    if way == "RANKED":
        return ranked(*places)
    if way == "MAJORITY_JUDGEMENT":
        return graded(**{f"p{place}": chance.choice(["EXCELLENT", "GOOD", "PASSABLE"]) for place in places})
    return chosen(*([0, 1] if way == "BUDGET" else places))


@pytest.mark.parametrize("way", WAYS)
def test_stranger_recounts_what_the_page_says_from_the_published_files_alone(
    given: Given, town: Portal, tmp_path: Path, way: str
) -> None:
    method = way if way not in ("THRESHOLD", "BY_CATEGORY") else "APPROVAL"
    poll = Poll(given, town, method, costs=20, **{"budget_euros": 110} | WAYS[way])
    category = given.category(town, poll.activity)
    change = "UPDATE __tenant__.contribution SET category_id = %s WHERE id = ANY(%s)"
    given.sql(town, change, uuid_in(category), [uuid_in(project) for project in poll.projects[:3]])
    chance = Random(way)  # Chance, no secret.
    for _ in range(9):
        assert poll.cast(given.actor(town), ballot(way, chance))["userErrors"] == []
    poll.cast(given.actor(town), {}, isBlank=True)
    code, said = recount(tmp_path, counted(given, poll))
    assert (code, said.splitlines()[-1]) == (0, "Everything is as published.")


@pytest.fixture
def published(given: Given, town: Portal) -> dict[str, str]:
    poll = Poll(given, town, "APPROVAL", costs=20, vote_most=3, budget_euros=70)
    for places in ((0, 1), (1, 2), (3,), (0, 3)):
        poll.cast(given.actor(town), chosen(*places))
    poll.cast(given.actor(town), {}, isBlank=True)
    return counted(given, poll)


@pytest.mark.parametrize(
    "name",
    [
        *("ballots.csv", "projects.csv", "result.json", "rule.json", "set_aside.csv", "counts.csv", "desks.csv"),
        *("paper.csv", "envelopes.csv", "vote.pb"),
    ],
)
def test_one_changed_byte_of_any_file_is_found(published: dict[str, str], tmp_path: Path, name: str) -> None:
    text = published[name]
    place = len(text) // 2
    other = "0" if text[place] != "0" else "1"
    changed = {**published, name: text[:place] + other + text[place + 1 :]}
    assert faults(tmp_path, changed)[0] == f"{name} is not the file that the manifest names"


def test_any_changed_byte_of_the_manifest_is_found_by_the_digest_that_the_page_tells(
    published: dict[str, str], tmp_path: Path
) -> None:
    manifest = published["manifest.json"]
    assert recount(tmp_path, published, digest(manifest))[0] == 0
    for place in (manifest.index('"version": 1') + 11, manifest.index('"activity": "') + 14):
        changed = {
            **published,
            "manifest.json": f"{manifest[:place]}{9 - int(manifest[place], 16) % 9}{manifest[place + 1 :]}",
        }
        code, said = recount(tmp_path, changed, digest(manifest))
        assert code == 1
        assert "manifest.json is not the file that the page of results names" in said


def test_counts_by_channel_that_were_changed_are_found_even_if_the_manifest_is_made_anew(
    published: dict[str, str], tmp_path: Path
) -> None:
    head, *lines = published["counts.csv"].splitlines()
    assert head == "project,title,channel,ballots,score"
    assert [line.split(",")[2:] for line in lines] == [["ONLINE", "2", "2"]] * 3 + [["ONLINE", "1", "1"]]
    changed = published["counts.csv"].replace("ONLINE,2,2", "ONLINE,3,3", 1)
    told = faults(tmp_path, renamed(published, changed, "counts.csv"))
    assert told[-1] == f"counts.csv is wrong about {lines[0].split(',')[0]} by ONLINE"
    other = published["result.json"].replace('"voter_count": 2', '"voter_count": 3', 1)
    assert faults(tmp_path, renamed(published, other, "result.json")) != []


def renamed(published: dict[str, str], content: str, name: str = "ballots.csv") -> dict[str, str]:
    """With another file, and a manifest that says so."""
    manifest = json.loads(published["manifest.json"])
    manifest["files"][name] = digest(content)
    return {**published, name: content, "manifest.json": json.dumps(manifest)}


def test_ballot_that_is_dropped_or_added_is_found_even_if_the_manifest_is_made_anew(
    published: dict[str, str], tmp_path: Path
) -> None:
    lines = published["ballots.csv"].splitlines(keepends=True)
    assert recount(tmp_path, renamed(published, "".join(lines[:-1])))[0] == 1
    salt = new_salt()
    added = f"{receipt_of(salt, 'BLANK')},{salt},BLANK\r\n"
    assert recount(tmp_path, renamed(published, "".join([*lines, added])))[0] == 1
    assert recount(tmp_path, renamed(published, "".join([*lines, lines[-1]])))[0] == 1


def test_place_without_files_is_said_in_one_line(tmp_path: Path) -> None:
    code, said = recount(tmp_path / "nothing", {})
    assert (code, said.count("\n")) == (2, 1)
    assert "has no files of a vote that can be read" in said
    code, said = recount(tmp_path / "broken", {"manifest.json": "<html>"})
    assert (code, said.count("\n")) == (2, 1)


def test_ballot_that_says_something_else_has_no_receipt(published: dict[str, str], tmp_path: Path) -> None:
    changed = published["ballots.csv"].replace("=SUPPORT:", "=SUPPORT:1", 1)
    [fault] = faults(tmp_path, renamed(published, changed))
    assert fault.endswith("is not that of its ballot")


def test_digest_of_the_manifest_is_sealed_in_the_journal(given: Given, town: Portal) -> None:
    poll = Poll(given, town, "APPROVAL", vote_most=3, costs=20, budget_euros=70)
    poll.cast(given.actor(town), chosen(0))
    told = counted(given, poll)
    payloads = {kind: payload for kind, _, payload in happened(given, poll)}
    version = json.loads(told["rule.json"])["version"]
    assert payloads["VOTE_COUNTED"] == {"digest": digest(told["manifest.json"]), "version": 1}
    assert payloads["VOTE_RULE_PUBLISHED"] == {"digest": digest(told["rule.json"]), "version": version}


def test_rule_is_published_when_the_vote_opens_and_ballots_only_when_it_is_over(given: Given, town: Portal) -> None:
    poll = Poll(given, town, "APPROVAL", vote_most=3, costs=20, budget_euros=70, award_tie_break="DRAW")
    assert files(poll) == {}
    given.run(rule_version.open_votes(given.database, town.number))
    poll.cast(given.actor(town), chosen(0))
    given.run(vote_result.count(given.database, town.number))
    told = files(poll)
    assert list(told) == ["rule.json"]
    rule = json.loads(told["rule.json"])
    assert (rule["method"], rule["award_rule"], len(rule["seed"])) == ("APPROVAL", "GREEDY", 32)
    assert [project["cost_euros"] for project in rule["projects"]] == [20, 40, 60, 80]
    assert counted(given, poll)["rule.json"] == told["rule.json"]


def test_receipt_is_the_voters_alone_and_is_found_in_the_published_ballots(given: Given, town: Portal) -> None:
    poll, voter, other = Poll(given, town, "APPROVAL", vote_most=3), given.actor(town), given.actor(town)
    poll.cast(voter, chosen(0))
    first = voter.ask(RECEIPT, id=poll.activity, receipt="")["activity"]
    assert first["hasReceipt"] is False
    made = first["viewerBallot"]["receipt"]
    shown = f"{made[:4]}-{made[4:].lower()} "
    assert other.ask(RECEIPT, id=poll.activity, receipt=shown)["activity"] == {"hasReceipt": True, "viewerBallot": None}
    poll.cast(voter, chosen(1))
    after = voter.ask(RECEIPT, id=poll.activity, receipt=made)["activity"]
    assert after["hasReceipt"] is False
    assert after["viewerBallot"]["receipt"] != made
    lines = counted(given, poll)["ballots.csv"].splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [after["viewerBallot"]["receipt"]]
    assert str(uuid_in(poll.projects[1])) in lines[1]


def test_journal_seals_every_ballot_without_its_voter_blank_ones_too(given: Given, town: Portal) -> None:
    poll, voter = Poll(given, town, "APPROVAL", vote_most=3), given.actor(town)
    poll.cast(voter, {}, isBlank=True)
    poll.cast(voter, chosen(0))
    poll.withdraw(voter)
    rows = [row for row in happened(given, poll) if row[0].startswith("BALLOT")]
    assert [row[:2] for row in rows] == [
        ("BALLOT_CAST", None), ("BALLOT_CAST", None), ("BALLOT_WITHDRAWN", None),
    ]  # fmt: skip
    assert rows[1][2]["replaces"] == rows[0][2]["receipt"]
    assert rows[2][2]["receipt"] == rows[1][2]["receipt"]


def test_files_have_addresses_that_stay(given: Given, town: Portal) -> None:
    poll = Poll(given, town, "APPROVAL", vote_most=3, costs=20, budget_euros=70)
    told = counted(given, poll)
    at = f"/opendata/votes/{poll.activity}"
    for name, content in told.items():
        assert town.client.get(f"{at}/{name}", headers={"host": town.host}).content == content.encode()
    assert town.client.get(f"{at}/nothing.csv", headers={"host": town.host}).status_code == 404
    program = town.client.get("/opendata/recount.py", headers={"host": town.host})
    assert program.content == web.RECOUNT.read_bytes()


@pytest.mark.parametrize("way", ["APPROVAL", "POINTS"])
def test_pabulib_file_gives_the_same_winners_whatever_names_hold(
    given: Given, town: Portal, tmp_path: Path, way: str
) -> None:
    """Semicolons and lines in names, a voter without votes: what trips readers of these files."""
    poll = Poll(given, town, way, costs=20, budget_euros=110, vote_most=7, vote_most_each=3)
    change = "UPDATE __tenant__.contribution SET title = %s WHERE id = %s"
    given.sql(town, change, "Un banc ; un arbre", uuid_in(poll.projects[0]))
    chance = Random(way)  # Chance, no secret.
    for _ in range(6):
        assert poll.cast(given.actor(town), ballot(way, chance))["userErrors"] == []
    poll.cast(given.actor(town), {}, isBlank=True)
    told = counted(given, poll)
    (tmp_path / "vote.pb").write_text(told["vote.pb"], "utf-8")
    projects, ballots, budget = read(tmp_path / "vote.pb")
    assert (len(projects), len(ballots), budget) == (4, 7, 110)
    assert ballots.count({}) == 1
    scores = totals(grouped(ballots))
    award = greedy(by_score(projects, scores), scores, budget)
    lines = [line.split(";") for line in told["vote.pb"].splitlines()]
    selected = {line[0] for line in lines if len(line) == 6 and line[5] == "1"}
    assert set(award.winners) == selected
    assert [line[3] for line in lines if len(line) == 6 and line[0] == "0"] == ["Un banc , un arbre"]
