"""Finished votes that are imported: projects, rule and ballots of a Pabulib file, counted here, published, and undone."""

from pathlib import Path
from typing import Any

import pytest

from counting import rule_version, vote_result
from intake import edition as editions
from jobs import edition, importing
from server.api import upload
from tests.acting import published
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.importing import contributions, counts, do, done, remarks, settled, tried
from tests.test_ballot import CAST
from tests.test_polling_desk import ADD, Polling
from tests.test_polling_record import WRITE
from tests.test_vote_file import FILES, recount
from transfer import finished_vote

SMALL = """META
key;value
description;Un budget
num_projects;4
num_votes;6
budget;1000
vote_type;cumulative
rule;greedy
date_begin;11.09.2019
date_end;15.10.2019
max_points;3
max_sum_points;4
currency;EUR
PROJECTS
project_id;cost;votes;score;name;category;selected
a;600.0;3;6;Un banc ; à l'ombre;Nature,Ville;1
b;500;2;3;"Un jardin ""partagé"" ; ouvert";Ville;0
c;400,00;2;2;Une piste;;1
d;0;0;0;Une fresque;;0
VOTES
voter_id;vote;points
0;a,b;3,1
1;a,b;2,2
2;a;1
3;c;1
4;c,b;1,0
5;;
"""
EDITION = """query($id: ID!) { importRun(id: $id) { mayTakeBallots
  edition { isTaken ballotCount validCount blankCount spoiltCount repeatedCount selectedCount }
  editionTerms { term fileSays activitySays } } }"""
RESULTS = """query($id: ID!) { activity(id: $id) { title opensAt closesAt voteMethod awardRule
  voteRule { least most mostEach budgetEuros }
  results { rule isDecisive ballotCount blankCount spentEuros winnerCount reachedCount
    channels { channel ballotCount blankCount spoiltCount wholeCount }
    awards { isWinner score voterCount contribution { title costEuros category { name } } } } } }"""


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def activity(given: Given, town: Portal) -> str:
    return budget(given, town)


def budget(given: Given, town: Portal, **columns: Any) -> str:
    """A participatory budget of which nothing was said."""
    return given.activity(town, kind="PARTICIPATORY_BUDGET", **{"vote_method": "APPROVAL", **columns})


def told(admin: Portal, run: str) -> dict[str, Any]:
    return dict(admin.ask(EDITION, id=run)["importRun"])


def counted(given: Given, admin: Portal, activity: str) -> dict[str, Any]:
    """An activity once it is counted."""
    given.run(vote_result.count(given.database, admin.number))
    admin.running.database.versions[admin.number] += 1
    return dict(admin.ask(RESULTS, id=activity)["activity"])


def brought(given: Given, admin: Portal, activity: str, content: str | bytes, **options: str) -> str:
    """The run of a vote that was imported."""
    run = tried(given, admin, activity, content, name="vote.pb", **options)
    assert run["state"] == "CHECKED", run
    run = done(given, admin, "confirm", run["id"])
    assert run["state"] == "DONE", run
    return str(run["id"])


def test_finished_vote_is_tried_imported_and_counted(given: Given, admin: Portal, activity: str) -> None:
    run = tried(given, admin, activity, SMALL, name="vote.pb")
    assert (run["state"], run["format"], counts(run)) == ("CHECKED", "PABULIB", (4, 4, 0, 0)), remarks(run)
    trial = told(admin, run["id"])
    assert trial["edition"] == {
        "isTaken": True,
        "ballotCount": 6,
        "validCount": 5,
        "blankCount": 1,
        "spoiltCount": 0,
        "repeatedCount": 0,
        "selectedCount": 2,
    }
    said = {one["term"]: (one["fileSays"], one["activitySays"]) for one in trial["editionTerms"]}
    assert said["METHOD"] == ("POINTS", "APPROVAL")
    assert [said[term][0] for term in ("LEAST", "MOST", "MOST_EACH", "BUDGET", "AWARD")] == [
        *("1", "4", "3"),
        *("1000", "GREEDY"),
    ]
    assert contributions(admin, activity) == []
    run = done(given, admin, "confirm", run["id"])
    assert (run["state"], counts(run)) == ("DONE", (4, 4, 0, 0))
    assert told(admin, run["id"]) == trial
    over = counted(given, admin, activity)
    assert (over["opensAt"], over["closesAt"]) == ("2019-09-10T22:00:00+00:00", "2019-10-15T22:00:00+00:00")
    assert (over["voteMethod"], over["awardRule"]) == ("POINTS", "GREEDY")
    assert over["voteRule"] == {"least": 1, "most": 4, "mostEach": 3, "budgetEuros": 1_000}
    greedy, shares = over["results"]
    assert (greedy["rule"], shares["rule"]) == ("GREEDY", "EQUAL_SHARES")
    assert (greedy["isDecisive"], greedy["ballotCount"], greedy["blankCount"]) == (True, 6, 1)
    assert [tuple(one.values()) for one in greedy["channels"]] == [("ONLINE", 0, 0, 0, 0), ("IMPORTED", 6, 1, 0, 5)]
    assert greedy["reachedCount"] == 5
    awards = {one["contribution"]["title"]: one for one in greedy["awards"]}
    assert {name: (one["isWinner"], one["score"], one["voterCount"]) for name, one in awards.items()} == {
        "Un banc ; à l'ombre": (True, 6, 3),
        'Un jardin "partagé" ; ouvert': (False, 3, 2),
        "Une piste": (True, 2, 2),
        "Une fresque": (False, 0, 0),
    }
    costs = {name: one["contribution"]["costEuros"] for name, one in awards.items()}
    assert [*costs.values()] == [600, 400, 500, 0]
    assert awards["Un banc ; à l'ombre"]["contribution"]["category"] == {"name": "Nature"}


# As files are ---------------------------------------------------------------------------------------------------------


def changed(*changes: tuple[str, str]) -> str:
    """The small file with other words, each of which is there."""
    content = SMALL
    for before, after in changes:
        assert before in content, before
        content = content.replace(before, after, 1)
    return content


def trial(given: Given, admin: Portal, activity: str, content: str | bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """A trial's run, and the vote in it."""
    run = tried(given, admin, activity, content, name="vote.pb")
    return run, told(admin, run["id"])


def numbers(vote: dict[str, Any]) -> tuple[int, ...]:
    """Ballots: valid, blank, null and repeated ones."""
    return tuple(vote["edition"][f"{name}Count"] for name in ("valid", "blank", "spoilt", "repeated"))


REPEATED_PROJECT = [
    (18, "project_id", "REPEATED"),
    *((line, "vote", code) for line in (25, 26) for code in ("BALLOT_SPOILT", "UNKNOWN_PROJECT")),
]


@pytest.mark.parametrize(
    ("content", "wanted", "said"),
    [
        (SMALL.replace("\n", "\r\n").encode("utf-8-sig"), (5, 1, 0, 0), []),
        (SMALL.replace("à", "à").encode("cp1252"), (5, 1, 0, 0), []),
        (changed(("0;a,b;3,1", "0;a,b;3,2")), (4, 1, 1, 0), [(22, "vote", "BALLOT_SPOILT")]),
        (changed(("0;a,b;3,1", "0;a,b;4,0")), (4, 1, 1, 0), [(22, "vote", "BALLOT_SPOILT")]),
        (changed(("0;a,b;3,1", "0;a,a;2,1")), (4, 1, 1, 0), [(22, "vote", "BALLOT_SPOILT")]),
        (changed(("0;a,b;3,1", "0;a,b;3")), (4, 1, 1, 0), [(22, "vote", "BALLOT_SPOILT")]),
        (changed(("0;a,b;3,1", "0;a,b;3,-1")), (4, 1, 1, 0), [(22, "vote", "BALLOT_SPOILT")]),
        (changed(("0;a,b;3,1", "0;a,b;3,beaucoup")), (4, 1, 1, 0), [(22, "vote", "BALLOT_SPOILT")]),
        (changed(("0;a,b;3,1", "0;a,z;3,1")), (5, 1, 0, 0), [(22, "vote", "UNKNOWN_PROJECT")]),
        (
            changed(("0;a,b;3,1", "0;y,z;3,1")),
            (4, 1, 1, 0),
            [(22, "vote", "UNKNOWN_PROJECT"), (22, "vote", "BALLOT_SPOILT")],
        ),
        (changed(("\n1;a,b;2,2", "\n0;a,b;2,2")), (4, 1, 0, 1), [(23, "voter_id", "REPEATED_VOTER")]),
        (changed(("num_votes;6", "num_votes;7")), (5, 1, 0, 0), [(5, "num_votes", "COUNT_DIFFERS")]),
        (changed(("num_projects;4", "num_projects;quatre")), (5, 1, 0, 0), [(4, "num_projects", "META_LEFT_OUT")]),
        (changed(("currency;EUR", "currency;PLN")), (5, 1, 0, 0), [(13, "currency", "OTHER_CURRENCY")]),
        (changed(("c;400,00;", "c;4,000;")), (5, 1, 0, 0), [(18, "cost", "COST_ABOVE_BUDGET")]),
        (changed(("c;400,00;", "c;4 000,20 €;")), (5, 1, 0, 0), [(18, "cost", "COST_ABOVE_BUDGET")]),
        (
            changed(("c;400,00;", "c;cher;")),
            (3, 1, 2, 0),
            [
                (18, "cost", "BAD_NUMBER"),
                (25, "vote", "BALLOT_SPOILT"),
                (25, "vote", "UNKNOWN_PROJECT"),
                (26, "vote", "BALLOT_SPOILT"),
                (26, "vote", "UNKNOWN_PROJECT"),
            ],
        ),
        (changed(("c;400,00;", "a;400,00;")), (3, 1, 2, 0), REPEATED_PROJECT),
    ],
)
def test_file_in_use_is_read_with_what_is_wrong_in_it(
    given: Given, admin: Portal, activity: str, content: str | bytes, wanted: tuple[int, ...], said: list[Any]
) -> None:
    run, vote = trial(given, admin, activity, content)
    assert numbers(vote) == wanted, remarks(run)
    told_ = [remark for remark in remarks(run) if remark[2] != "NEW_CATEGORY"]
    assert sorted(told_, key=str) == sorted(said, key=str)


def test_columns_in_any_order_are_read_by_their_names(given: Given, admin: Portal, activity: str) -> None:
    head, _, votes = SMALL.partition("voter_id;vote;points\n")
    turned = [line.split(";") for line in votes.splitlines()]
    lines = [f"{points};40;{vote};{voter};F" for voter, vote, points in turned]
    content = head + "\n".join(["points;age;vote;voter_id;sex", *lines]) + "\n"
    run, vote = trial(given, admin, activity, content)
    assert numbers(vote) == (5, 1, 0, 0), remarks(run)


TYPES = [
    ("approval", "min_length;1\nmax_length;2", ("APPROVAL", "1", "2", None), (5, 1, 0, 0)),
    ("approval", "max_length;1", ("APPROVAL", "1", "1", None), (2, 1, 3, 0)),
    ("approval", "", ("APPROVAL", "1", "2", None), (5, 1, 0, 0)),
    ("approval", "max_sum_cost;1000", ("BUDGET", "0", "100", None), (3, 1, 2, 0)),
    ("choose-1", "", ("APPROVAL", "1", "1", None), (2, 1, 3, 0)),
    ("cumulative", "", ("POINTS", "1", "4", "3"), (5, 1, 0, 0)),
    ("scoring", "max_points;3", ("POINTS", "1", "4", "3"), (5, 1, 0, 0)),
    ("ordinal", "max_length;2", ("RANKED", "1", "2", None), (5, 1, 0, 0)),
    ("ordinal", "min_length;2", ("RANKED", "2", "2", None), (3, 1, 2, 0)),
    ("", "", ("POINTS", "1", "4", "3"), (5, 1, 0, 0)),
]


@pytest.mark.parametrize(("kind", "bounds", "rule", "wanted"), TYPES)
def test_each_type_of_vote_has_its_method_and_bounds(
    given: Given, admin: Portal, activity: str, kind: str, bounds: str, rule: Any, wanted: Any
) -> None:
    content = changed(
        ("vote_type;cumulative", f"vote_type;{kind}"), ("max_points;3\nmax_sum_points;4\n", f"{bounds}\n")
    )
    run, vote = trial(given, admin, activity, content)
    said = {one["term"]: one["fileSays"] for one in vote["editionTerms"]}
    assert tuple(said[term] for term in ("METHOD", "LEAST", "MOST", "MOST_EACH")) == rule
    assert numbers(vote) == wanted, remarks(run)


def test_what_the_file_does_not_say_is_as_in_the_activity(given: Given, admin: Portal) -> None:
    activity = budget(
        given, admin, budget_euros=5_000, award_rule="EQUAL_SHARES", closes_at="yesterday", opens_at="2020-01-01"
    )
    content = changed(
        ("budget;1000\n", ""), ("rule;greedy\n", ""), ("date_begin;11.09.2019\ndate_end;15.10.2019\n", "")
    )
    run, vote = trial(given, admin, activity, content)
    said = {one["term"]: (one["fileSays"], one["activitySays"]) for one in vote["editionTerms"]}
    assert (said["BUDGET"], said["AWARD"]) == (("5000", "5000"), ("EQUAL_SHARES", "EQUAL_SHARES"))
    assert said["OPENS"][0] == said["OPENS"][1] and said["CLOSES"][0] == said["CLOSES"][1]
    assert [one for one in remarks(run) if one[2] == "META_LEFT_OUT"] == [
        (1, "budget", "META_LEFT_OUT"),
        (1, "rule", "META_LEFT_OUT"),
    ]


@pytest.mark.parametrize(
    "dates",
    [
        "date_begin;2019\ndate_end;2019",
        "date_begin;2019-01-01\ndate_end;2019-12-31",
        "date_begin;01/01/2019\ndate_end;31.12.2019",
    ],
)
def test_dates_are_read_as_they_are_written(given: Given, admin: Portal, activity: str, dates: str) -> None:
    _, vote = trial(given, admin, activity, changed(("date_begin;11.09.2019\ndate_end;15.10.2019", dates)))
    said = {one["term"]: one["fileSays"] for one in vote["editionTerms"]}
    assert (said["OPENS"], said["CLOSES"]) == ("2018-12-31T23:00:00+00:00", "2019-12-31T23:00:00+00:00")


@pytest.mark.parametrize(("name", "most"), [("MAX_FILE", 100), ("MAX_EDITION_BALLOTS", 5)])
def test_file_that_is_too_large_to_be_counted_says_so(
    given: Given, admin: Portal, activity: str, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    monkeypatch.setattr(finished_vote if name == "MAX_FILE" else edition, name, most)
    run = tried(given, admin, activity, SMALL, name="vote.pb")
    assert (run["state"], run["problem"]) == ("FAILED", "TOO_LARGE")


def test_file_that_is_too_large_to_be_sent_is_refused_by_a_code(
    given: Given, admin: Portal, activity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "MAX_FILE", 100)
    with given.nothing_written(admin):
        answer = admin.client.post(
            "/import/file",
            headers={"host": admin.host, "authorization": f"Bearer {admin.token}"},
            files={"file": ("vote.pb", SMALL.encode() * 200)},
            data={"activity": activity, "source": "x"},
        )
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (413, "BODY_TOO_LARGE")


# Where ballots are taken ----------------------------------------------------------------------------------------------


def test_ballots_are_left_out_where_they_cannot_be_counted(given: Given, admin: Portal) -> None:
    ideas = given.activity(admin, kind="IDEA_BOX", vote_method="SUPPORT")
    begun = budget(given, admin, vote_most=3)
    project = published(given.actor(admin, role="ADMIN"), begun)
    resident = given.actor(admin)
    vote = {"activity": begun, "votes": [{"contribution": project, "choice": "SUPPORT"}]}
    assert resident.ask(CAST, input=vote)["ballotCast"]["userErrors"] == []
    kept = Polling(given, admin).activity
    given.sql(admin, "UPDATE __tenant__.activity SET kind = 'PARTICIPATORY_BUDGET' WHERE id = %s", uuid_in(kept))
    for activity in (ideas, begun, kept):
        run, said = trial(given, admin, activity, SMALL)
        assert said["edition"]["isTaken"] is False
        assert [one for one in remarks(run) if one[2] != "NEW_CATEGORY"] == [(22, None, "BALLOTS_LEFT_OUT")]
    assert counts(done(given, admin, "confirm", run["id"])) == (4, 4, 0, 0)
    assert given.sql(admin, DESKS, uuid_in(kept)) == []


def test_projects_of_two_editions_have_the_same_numbers_and_each_is_imported_once(given: Given, admin: Portal) -> None:
    first, second, third = (budget(given, admin) for _ in range(3))
    year = "description;Un budget\n"
    brought(given, admin, first, changed((year, f"{year}instance;2019\n")), source=first)
    brought(given, admin, second, changed((year, f"{year}instance;2022\n")), source=first)
    assert [counted(given, admin, one)["results"][0]["winnerCount"] for one in (first, second)] == [2, 2]
    origins = [one["origin"]["reference"] for one in contributions(admin, second, "origin { reference }")]
    assert origins == ["2022/d", "2022/c", "2022/b", "2022/a"]
    again = changed((year, f"{year}instance;2019\n"))
    run = tried(given, admin, third, again, name="vote.pb", source=first)
    assert (told(admin, run["id"])["edition"]["isTaken"], counts(run)) == (False, (4, 0, 0, 4))


def test_ballots_follow_projects_that_were_imported_without_them(given: Given, admin: Portal, activity: str) -> None:
    run, _ = trial(given, admin, activity, SMALL)
    done(given, admin, "check", run["id"], mayTakeBallots=False, mayAddCategories=True)
    done(given, admin, "confirm", run["id"])
    later = brought(given, admin, activity, SMALL)
    assert numbers(told(admin, later)) == (5, 1, 0, 0)
    assert counted(given, admin, activity)["results"][0]["winnerCount"] == 2


DESKS = "SELECT name FROM __tenant__.polling_desk WHERE activity_id = %s AND import_run_id IS NOT NULL ORDER BY name"


def test_projects_alone_are_imported_where_nobody_wants_the_ballots(given: Given, admin: Portal, activity: str) -> None:
    run, _ = trial(given, admin, activity, SMALL)
    again = done(given, admin, "check", run["id"], mayTakeBallots=False, mayAddCategories=True)
    assert told(admin, again["id"]) == {"mayTakeBallots": False, "edition": None, "editionTerms": []}
    assert counts(done(given, admin, "confirm", again["id"])) == (4, 4, 0, 0)
    assert given.sql(admin, DESKS, uuid_in(activity)) == []
    assert [one["costEuros"] for one in contributions(admin, activity, "costEuros")] == [0, 400, 500, 600]


def test_imported_desk_is_kept_by_nobody(given: Given, admin: Portal, activity: str) -> None:
    brought(given, admin, activity, SMALL)
    show = "query($id: ID!) { activity(id: $id) { pollingDesks { id name } } }"
    [desk] = admin.ask(show, id=activity)["activity"]["pollingDesks"]
    assert desk["name"] == "Fichier importé, bulletins 1 à 6"
    refused = [{"code": "ACTION_NOT_POSSIBLE", "field": "desk"}]
    with given.nothing_written(admin):
        record = {"desk": desk["id"], "version": 1, "reason": "Une enveloppe avait glissé.", "totals": []}
        whole = dict.fromkeys(("signatures", "envelopes", "valid", "blank", "spoilt"), 0)
        assert admin.ask(WRITE, input=record | whole)["pollingRecordWrite"]["userErrors"] == refused
        assert admin.ask(ADD, input={"desk": desk["id"], "email": "a@b.fr"})["pollingAgentAdd"]["userErrors"] == refused


def test_nothing_of_voters_is_kept_but_what_they_voted(given: Given, admin: Portal, activity: str) -> None:
    head, _, votes = SMALL.partition("voter_id;vote;points\n")
    lines = [f"Zébulon-{line};{70 + place};quartier des Lilas" for place, line in enumerate(votes.splitlines())]
    run = brought(given, admin, activity, head + "\n".join(["voter_id;vote;points;age;neighborhood", *lines]) + "\n")
    for name in given.row_counts(admin):
        rows = given.sql(admin, f"SELECT count(*) FROM __tenant__.{name} r WHERE to_jsonb(r)::text ~ 'Zébulon|Lilas'")
        assert rows == [(0,)], name
    assert told(admin, run)["edition"]["validCount"] == 5


def published_files(admin: Portal, activity: str) -> dict[str, str]:
    """The newest of each file that is published."""
    files = admin.ask(FILES, id=activity)["activity"]["voteFiles"]
    return {one["name"]: one["content"] for one in reversed(files)}


# Undone and killed ----------------------------------------------------------------------------------------------------


def test_undone_vote_leaves_the_activity_as_it_was(given: Given, admin: Portal, activity: str) -> None:
    row = "SELECT to_jsonb(a) - 'version' FROM __tenant__.activity a WHERE id = %s"
    before, rows = given.sql(admin, row, uuid_in(activity)), given.row_counts(admin)
    run = brought(given, admin, activity, SMALL)
    assert len(counted(given, admin, activity)["results"]) == 2
    assert admin.ask(FILES, id=activity)["activity"]["voteFiles"] != []
    run_ = done(given, admin, "undo", run)
    assert (run_["state"], run_["keptCount"]) == ("UNDONE", 0)
    assert given.sql(admin, row, uuid_in(activity)) == before
    after = given.row_counts(admin)
    different = {name for name in after if after[name] != rows.get(name)}
    # Emptied projects keep their ids; the rule of the vote that is open again is published by the next visit.
    kept = {
        "contribution",
        "event",
        "event_detail",
        "import_run",
        "import_remark",
        "actor",
        "imported_item",
        "vote_file",
    }
    assert different - kept == set()
    assert counted(given, admin, activity)["results"] == []
    assert brought(given, admin, activity, SMALL) != run
    assert counted(given, admin, activity)["results"][0]["winnerCount"] == 2


def test_rule_that_was_published_before_is_followed_by_the_file_s_and_stays_when_it_is_undone(
    given: Given, admin: Portal, activity: str, tmp_path: Path
) -> None:
    given.run(rule_version.open_votes(given.database, admin.number))
    admin.running.database.versions[admin.number] += 1
    [rule] = admin.ask(FILES, id=activity)["activity"]["voteFiles"]
    run = brought(given, admin, activity, SMALL)
    counted(given, admin, activity)
    files = admin.ask(FILES, id=activity)["activity"]["voteFiles"]
    rules = [(one["version"], one["reason"]) for one in files if one["name"] == "rule.json"]
    assert rules == [(2, "PROJECT_ADDED"), (1, None)]
    code, said = recount(tmp_path, published_files(admin, activity))
    assert (code, said.splitlines()[-1]) == (0, "Everything is as published."), said
    done(given, admin, "undo", run)
    assert [one for one in admin.ask(FILES, id=activity)["activity"]["voteFiles"] if one["version"] == 1] == [rule]


def test_activity_that_somebody_changed_since_keeps_its_rule_when_the_vote_is_undone(
    given: Given, admin: Portal, activity: str
) -> None:
    run = brought(given, admin, activity, SMALL)
    change = "UPDATE __tenant__.activity SET title = 'Un autre titre', version = version + 1 WHERE id = %s"
    given.sql(admin, change, uuid_in(activity))
    done(given, admin, "undo", run)
    assert counted(given, admin, activity)["voteMethod"] == "POINTS"
    assert given.sql(admin, DESKS, uuid_in(activity)) == []


def test_killed_import_goes_on_behind_its_last_whole_batch_of_ballots(
    given: Given, admin: Portal, activity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edition, "BALLOTS_AT_ONCE", 2)
    content = changed(("\n5;;\n", "\n5;;\n3;a;1\n"), ("num_votes;6", "num_votes;7"))
    run = tried(given, admin, activity, content, name="vote.pb")["id"]
    held = "UPDATE __tenant__.import_run SET held_until = now() + interval '{}' WHERE id = %s"
    given.sql(admin, held.format("1 hour"), uuid_in(run))  # From the server's job.
    assert do(admin, "confirm", run)["userErrors"] == []
    given.sql(admin, held.format("-1 second"), uuid_in(run))
    original, taken = editions.record, []

    async def record(*args: Any) -> None:
        if len(taken) == 2:
            raise KeyboardInterrupt
        taken.append(1)
        await original(*args)

    monkeypatch.setattr(editions, "record", record)
    with pytest.raises(BaseException):  # noqa: B017, PT011  # The loop's own end.
        given.run(importing.work(given.database, admin.number))
    monkeypatch.setattr(editions, "record", original)
    names = [f"Fichier importé, bulletins {first} à {first + 1}" for first in (1, 3, 5)]
    assert [name for (name,) in given.sql(admin, DESKS, uuid_in(activity))] == names[:2]
    half = counted(given, admin, activity)
    assert (half["results"], half["closesAt"]) == ([], None)
    assert half["opensAt"] > "2030"
    assert do(admin, "undo", run)["userErrors"] == [{"code": "IMPORT_STATE", "field": "importRun"}]
    given.sql(admin, held.format("-1 second"), uuid_in(run))
    assert settled(given, admin, run)["state"] == "DONE"
    assert numbers(told(admin, run)) == (5, 1, 0, 1)
    assert [name for (name,) in given.sql(admin, DESKS, uuid_in(activity))] == names
    [greedy, _] = counted(given, admin, activity)["results"]
    assert (greedy["ballotCount"], greedy["winnerCount"], greedy["spentEuros"]) == (6, 2, 1_000)
