"""Past votes: Pabulib files with the traps that files in use have, sent by administrators, kept and removed."""

from pathlib import Path
from typing import Any

import pytest

from models.past_vote import MAX_FILE, MAX_PAST_VOTES, PastVoteProblem
from tests.administering import do
from tests.conftest import Portal
from tests.given import Given
from transfer.pabulib_vote import PabulibVoteError, ReadProject, read

TOULOUSE = Path("shared/data/evaluation")
META = "META\nkey;value\ndescription;Un budget\nbudget;100000.0\nvote_type;{kind}\n"
PROJECTS = "PROJECTS\nproject_id;cost;votes;name;subunit\n1;4000.0;2;Un banc ; une table;Nord\n2;95 000;1;Un parc;Sud\n"
VOTES = "VOTES\nvoter_id;age;vote;points\na;30;1,2;3,1\nb;41;1;2\nc;50;;\nd;51\n"
SMALL = META.format(kind="cumulative") + PROJECTS + VOTES
LIST = "{ pastVotes { id title fileName budgetEuros projectCount ballotCount } }"


def sent(admin: Portal, content: str | bytes, name: str = "vote.pb") -> tuple[int, dict[str, Any]]:
    """The answer to a file."""
    raw = content if isinstance(content, bytes) else content.encode()
    headers = {"host": admin.host, "authorization": f"Bearer {admin.token}"}
    answer = admin.client.post("/vote/file", headers=headers, files={"file": (name, raw)})
    return answer.status_code, answer.json()


# What is read ---------------------------------------------------------------------------------------------------------


def test_numbers_with_a_point_names_with_semicolons_and_voters_without_votes_are_read() -> None:
    vote = read(SMALL)
    assert (vote.title, vote.budget) == ("Un budget", 100_000)
    assert vote.projects == [
        ReadProject("1", "Un banc ; une table", 4_000, "Nord"), ReadProject("2", "Un parc", 95_000, "Sud"),
    ]  # fmt: skip
    assert vote.ballots == [{"1": 3, "2": 1}, {"1": 2}, {}, {}]


def test_marks_of_windows_and_empty_lines_change_nothing() -> None:
    assert read("\ufeff" + SMALL.replace("\n", "\r\n\r\n")) == read(SMALL)


def test_ranks_are_worth_more_the_better_they_are() -> None:
    content = META.format(kind="ordinal") + PROJECTS + "VOTES\nvoter_id;vote\na;2,1\nb;1\n"
    assert read(content).ballots == [{"2": 2, "1": 1}, {"1": 2}]


@pytest.mark.parametrize(
    ("content", "problem", "line"),
    [
        ("Bonjour", "NOT_PABULIB", 0),
        ("", "NOT_PABULIB", 0),
        (SMALL.replace("budget;100000.0\n", ""), "NO_BUDGET", 0),
        (SMALL.replace("4000.0", "cher"), "BAD_NUMBER", 8),
        (SMALL.replace("4000.0", "-4"), "BAD_NUMBER", 8),
        (SMALL.replace("4000.0", "NaN"), "BAD_NUMBER", 8),
        (SMALL.replace("4000.0", "1e99"), "BAD_NUMBER", 8),
        (SMALL.replace("4000.0", "1e99999999"), "BAD_NUMBER", 8),
        (SMALL.replace("2;95 000", "1;95 000"), "REPEATED_PROJECT", 9),
        (SMALL.replace("a;30;1,2", "a;30;1,7"), "UNKNOWN_PROJECT", 12),
        (SMALL.replace("3,1\n", "3\n"), "BAD_POINTS", 12),
        (SMALL.replace("3,1\n", "3,x\n"), "BAD_NUMBER", 12),
        (SMALL.replace("project_id;cost", "id;price"), "NOT_PABULIB", 7),
        (SMALL.replace(";vote;points", ";choice;points"), "NOT_PABULIB", 11),
    ],
)
def test_file_that_cannot_be_read_says_why_and_where(content: str, problem: str, line: int) -> None:
    with pytest.raises(PabulibVoteError) as refused:
        read(content)
    assert (refused.value.problem, refused.value.line) == (PastVoteProblem(problem), line)


@pytest.mark.skipif(not TOULOUSE.exists(), reason="the Pabulib files are not here")
@pytest.mark.parametrize(
    ("year", "projects", "ballots", "budget"), [(2019, 30, 1_494, 1_000_000), (2022, 199, 4_532, 8_000_000)]
)
def test_both_votes_of_toulouse_are_read_whole(year: int, projects: int, ballots: int, budget: int) -> None:
    vote = read((TOULOUSE / f"France_Toulouse_{year}.pb").read_text("utf-8"))
    assert (len(vote.projects), len(vote.ballots), vote.budget) == (projects, ballots, budget)


# What is kept ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


def test_file_is_kept_until_an_administrator_removes_it(admin: Portal) -> None:
    status, answer = sent(admin, SMALL, "vote-a.pb")
    assert status == 201
    kept = {"title": "Un budget", "fileName": "vote-a.pb", "budgetEuros": 100_000, "projectCount": 2, "ballotCount": 4}
    assert {"id": answer["pastVote"], **kept} in admin.ask(LIST)["pastVotes"]
    assert do(admin, "pastVoteRemove", pastVote=answer["pastVote"])["userErrors"] == []
    assert answer["pastVote"] not in {one["id"] for one in admin.ask(LIST)["pastVotes"]}
    again = do(admin, "pastVoteRemove", pastVote=answer["pastVote"])["userErrors"]
    assert again == [{"code": "NOT_FOUND", "field": "pastVote"}]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (SMALL.replace("4000.0", "cher"), 422, "BAD_NUMBER"),
        (b"\xff\xfe\x00", 422, "NOT_PABULIB"),
        (b"", 422, "REQUIRED"),
        (b"x" * (MAX_FILE + 1), 413, "FILE_TOO_LARGE"),
    ],
)
def test_file_that_is_not_taken_is_refused_with_its_reason(
    admin: Portal, content: str | bytes, status: int, code: str
) -> None:
    refused_status, answer = sent(admin, content, "refused.pb")
    assert (refused_status, answer["errors"][0]["extensions"]["code"]) == (status, code)
    assert "refused.pb" not in {one["fileName"] for one in admin.ask(LIST)["pastVotes"]}


@pytest.mark.parametrize("role", ["MEMBER", "MODERATOR"])
def test_others_send_nothing(given: Given, town: Portal, role: str) -> None:
    assert sent(given.actor(town, role=role), SMALL)[0] == 403


def test_so_many_are_kept_at_most(given: Given, rennes: Portal) -> None:
    portal = given.actor(given.tenant(rennes, "votes-passes", "commune-35238"), role="ADMIN")
    for _ in range(MAX_PAST_VOTES):
        assert sent(portal, SMALL)[0] == 201
    status, answer = sent(portal, SMALL)
    assert (status, answer["errors"][0]["extensions"]["code"]) == (422, "LIMIT_REACHED")
