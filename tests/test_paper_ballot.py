"""Paper ballots that two people type: nothing counts before both typed alike; then rules that want whole ballots have
them, and a stranger recounts them."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from counting import vote_result
from models.ballot import BLANK
from models.paper_ballot import SPOILT
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import chosen, graded
from tests.test_polling_desk import ADD, Polling
from tests.test_polling_record import WRITE, newest, results
from tests.test_urn import Secret
from tests.test_vote_file import counted, faults, recount, renamed

OPEN = """mutation($input: PollingDeskOpenInput!) { pollingDeskOpen(input: $input) {
  desk { id countedBy } userErrors { code field } } }"""
TYPE = """mutation($input: PollingBallotsTypeInput!) { pollingBallotsType(input: $input) {
  desk { id } batch state userErrors { code field } } }"""
READ = """query($id: ID!, $batch: Int!) { pollingDesk(id: $id) {
  projects { number contribution { id } }
  batches { number state isTyped valid blank spoilt }
  typings(batch: $batch) { version isOwn reason ballots { place text } } } }"""


class Typing(Polling):
    """A vote with desks that count ballot by ballot, one with two agents."""

    counted_by = "BALLOTS"

    def __init__(self, given: Given, town: Portal, method: str = "APPROVAL", **rule: Any) -> None:
        super().__init__(given, town, method, **rule)
        self.first, self.second = self.agent(), self.agent()

    def agent(self) -> Portal:
        voter, email = self.voter()
        assert self.admin.ask(ADD, input={"desk": self.desk, "email": email})["pollingAgentAdd"]["userErrors"] == []
        return voter

    def type(self, who: Portal, *lines: str, batch: int = 1, **said: Any) -> Any:
        """Type a batch; what refuses it."""
        ballots = [{"text": line} for line in lines]
        told = who.ask(TYPE, input={"desk": self.desk, "batch": batch, "ballots": ballots, **said})
        return told["pollingBallotsType"]["userErrors"]

    def both(self, *lines: str, batch: int = 1) -> None:
        for who in (self.first, self.second):
            assert self.type(who, *lines, batch=batch) == []

    def read(self, who: Portal, batch: int = 1) -> dict[str, Any]:
        return dict(who.ask(READ, id=self.desk, batch=batch)["pollingDesk"])

    def states(self) -> list[str]:
        return [one["state"] for one in self.read(self.admin)["batches"]]

    def record(self, valid: int, blank: int = 0, spoilt: int = 0, **said: Any) -> Any:
        """Write the desk's record; what refuses it."""
        sums = dict.fromkeys(("signatures", "envelopes"), valid + blank + spoilt)
        numbers = {"valid": valid, "blank": blank, "spoilt": spoilt, "desk": self.desk}
        return self.admin.ask(WRITE, input={**sums, **numbers, **said})["pollingRecordWrite"]["userErrors"]


class SecretTyping(Typing, Secret):
    """The same, and secret."""


@pytest.fixture
def typing(given: Given, town: Portal) -> Typing:
    return Typing(given, town)


def texts(typing_: dict[str, Any]) -> list[str]:
    return [one["text"] for one in typing_["ballots"]]


def test_second_person_types_without_seeing_what_the_first_typed(typing: Typing) -> None:
    numbers = {one["contribution"]["id"]: one["number"] for one in typing.read(typing.first)["projects"]}
    assert numbers == {project: place for place, project in enumerate(typing.projects, start=1)}
    assert typing.type(typing.first, "1 2", " B ", "3", "nul", "") == []
    [own] = typing.read(typing.first)["typings"]
    assert (own["isOwn"], own["version"], texts(own)) == (True, 1, ["1 2", "b", "3", "n"])
    for who in (typing.second, typing.admin):
        [unseen] = typing.read(who)["typings"]
        assert (unseen["isOwn"], unseen["ballots"]) == (False, [])
        [batch] = typing.read(who)["batches"]
        assert batch == {
            "number": 1,
            "state": "TYPED_ONCE",
            "isTyped": False,
            **dict.fromkeys(("valid", "blank", "spoilt")),
        }
    assert typing.type(typing.second, "1 2", "b", "4", "n") == []
    assert typing.states() == ["DIFFERS"]
    one, other = typing.read(typing.admin)["typings"]
    assert [pair for pair in zip(texts(one), texts(other), strict=True) if len(set(pair)) > 1] == [("3", "4")]


def test_whoever_types_a_part_of_a_batch_does_not_see_what_the_other_typed(typing: Typing) -> None:
    assert typing.type(typing.first, "1 2", "b", "3") == []
    assert typing.type(typing.second, "b") == []
    assert typing.states() == ["DIFFERS"]
    told = {one["isOwn"]: texts(one) for one in typing.read(typing.second)["typings"]}
    assert told == {False: [], True: ["b"]}
    assert {one["isOwn"]: texts(one) for one in typing.read(typing.first)["typings"]} == {
        True: ["1 2", "b", "3"],
        False: ["b"],
    }
    own = next(one["version"] for one in typing.read(typing.second)["typings"] if one["isOwn"])
    assert typing.type(typing.second, "1 2", "b", "4", version=own) == []
    told = {one["isOwn"]: texts(one) for one in typing.read(typing.second)["typings"]}
    assert told == {False: ["1 2", "b", "3"], True: ["1 2", "b", "4"]}


def test_journal_does_not_say_what_the_first_typed(typing: Typing) -> None:
    assert typing.type(typing.first, "1 2", "b") == []
    assert typing.type(typing.admin, "1 2", "b", batch=2) == []
    told = "SELECT count(*) FROM __tenant__.event_detail WHERE columns::text LIKE '%%' || %s || '%%SUPPORT%%'"
    for project in typing.projects:
        assert typing.given.sql(typing.town, told, str(uuid_in(project))) == [(0,)]
    kinds = "SELECT count(*) FROM __tenant__.event_detail WHERE subject_kind = 'polling_typing'"
    assert typing.given.sql(typing.town, kinds) == [(0,)]


def test_batch_is_agreed_when_both_typed_alike_and_the_order_within_a_ballot_says_nothing(typing: Typing) -> None:
    typing.type(typing.first, "1 2", "3")
    typing.type(typing.second, "1 2", "4")
    assert typing.type(typing.second, "2,1", "3") == [{"code": "CONFLICT", "field": "version"}]
    said = {"desk": typing.desk, "batch": 1, "version": 2, "ballots": [{"text": "2,1"}, {"text": "3"}]}
    told = typing.second.ask(TYPE, input=said)["pollingBallotsType"]
    assert (told["batch"], told["state"]) == (1, "AGREED")
    [batch] = typing.read(typing.first)["batches"]
    assert batch == {"number": 1, "state": "AGREED", "isTyped": True, "valid": 2, "blank": 0, "spoilt": 0}
    kept = "SELECT version, agreed_with_id IS NOT NULL FROM __tenant__.polling_typing WHERE desk_id = %s ORDER BY 1"
    assert typing.given.sql(typing.town, kept, uuid_in(typing.desk)) == [(1, False), (2, False), (3, True)]


def test_numbers_stay_those_of_the_sheet_when_a_project_is_withdrawn(typing: Typing) -> None:
    withdrawn = "UPDATE __tenant__.contribution SET status = 'TAKEN_BACK', closed_at = now() WHERE id = %s"
    typing.given.sql(typing.town, withdrawn, uuid_in(typing.projects[1]))
    numbers = [(one["number"], one["contribution"]["id"]) for one in typing.read(typing.first)["projects"]]
    assert sorted(numbers) == [(place + 1, typing.projects[place]) for place in (0, 2, 3)]
    assert typing.type(typing.first, "1", "3 2") == [{"code": "CONTRIBUTION_NOT_OPEN", "field": "ballots.1.text"}]
    assert typing.type(typing.first, "1 5") == [{"code": "BAD_INPUT", "field": "ballots.0.text"}]
    typing.both("1", "3")
    said = "SELECT ballots -> 1 ->> 'says' FROM __tenant__.polling_typing WHERE agreed_with_id IS NOT NULL AND desk_id = %s"
    [(line,)] = typing.given.sql(typing.town, said, uuid_in(typing.desk))
    assert line.startswith(str(uuid_in(typing.projects[2])))


def test_one_person_alone_never_agrees(typing: Typing) -> None:
    typing.type(typing.first, "1")
    typing.type(typing.first, "1", version=1)
    assert typing.states() == ["TYPED_ONCE"]
    assert typing.record(1) == [{"code": "BATCHES_DIFFER", "field": "desk"}]


def test_database_holds_that_two_people_typed_alike(typing: Typing) -> None:
    typing.type(typing.first, "1")
    typing.type(typing.second, "2")
    by = "SELECT id, agent_id FROM __tenant__.polling_typing WHERE desk_id = %s ORDER BY version"
    (one, agent), (other, _) = typing.given.sql(typing.town, by, uuid_in(typing.desk))
    change = "UPDATE __tenant__.polling_typing SET agreed_with_id = %s, agreed_agent_id = %s WHERE id = %s"
    with pytest.raises(Exception, match="agreed_alike"):
        typing.given.sql(typing.town, change, one, agent, other)
    with pytest.raises(Exception, match="agreed_by_two"):
        typing.given.sql(typing.town, change, one, agent, one)


@pytest.mark.parametrize(
    ("lines", "code", "field"),
    [
        (["1", "5"], "BAD_INPUT", "ballots.1.text"),
        (["1 1"], "BAD_INPUT", "ballots.0.text"),
        (["un banc"], "BAD_INPUT", "ballots.0.text"),
        (["1:2"], "BAD_INPUT", "ballots.0.text"),
        (["1 2 3 4"], "BALLOT_TOO_LARGE", "ballots.0.text"),
        (["-1"], "BAD_INPUT", "ballots.0.text"),
        (["1" * 3_000], "BAD_INPUT", "ballots.0.text"),
        (["", "  "], "BAD_INPUT", "ballots"),
        (["1"] * 51, "BAD_INPUT", "ballots"),
    ],
)
def test_ballot_that_cannot_be_is_refused_where_it_stands(
    given: Given, town: Portal, typing: Typing, lines: list[str], code: str, field: str
) -> None:
    with given.nothing_written(town):
        assert typing.type(typing.first, *lines) == [{"code": code, "field": field}]


def test_desk_with_totals_takes_no_ballots_and_the_other_way_round(typing: Typing) -> None:
    opened = typing.admin.ask(OPEN, input={"activity": typing.activity, "name": "École"})["pollingDeskOpen"]["desk"]
    assert opened["countedBy"] == "TOTALS"
    said = {"desk": opened["id"], "batch": 1, "ballots": [{"text": "1"}]}
    refused = typing.admin.ask(TYPE, input=said)["pollingBallotsType"]["userErrors"]
    assert refused == [{"code": "ACTION_NOT_POSSIBLE", "field": "desk"}]
    typing.both("1")
    told = [{"contribution": typing.projects[0], "choice": "SUPPORT", "count": 1}]
    assert typing.record(1, totals=told) == [{"code": "BAD_INPUT", "field": "totals"}]


def test_record_says_as_many_ballots_as_were_agreed_and_nothing_counts_before(given: Given, typing: Typing) -> None:
    typing.both("1 2", "b", "n")
    typing.type(typing.first, "3", batch=2)
    assert typing.record(1, 1, 1) == [{"code": "BATCHES_DIFFER", "field": "desk"}]
    counted(given, typing)
    assert results(typing)[0]["ballotCount"] == 0
    typing.type(typing.second, "3", batch=2)
    assert typing.record(1, 1, 1) == [{"code": "RECORD_DOES_NOT_ADD_UP", "field": "valid"}]
    assert typing.record(2, 0, 2) == [{"code": "RECORD_DOES_NOT_ADD_UP", "field": "blank"}]
    assert typing.record(2, 1, 1) == []
    given.run(vote_result.count(given.database, typing.town.number))
    told = results(typing)[0]
    assert (told["ballotCount"], told["blankCount"]) == (3, 1)
    kept = "SELECT ballots FROM __tenant__.polling_record WHERE desk_id = %s"
    [(ballots,)] = given.sql(typing.town, kept, uuid_in(typing.desk))
    assert len(ballots) == 2
    assert ballots == sorted(ballots)
    assert not {BLANK, SPOILT} & set(ballots)


def test_correction_of_what_was_agreed_has_a_reason_and_counts_when_both_agree_again(
    given: Given, typing: Typing, tmp_path: Path
) -> None:
    typing.both("1", "2")
    typing.record(2)
    counted(given, typing)
    assert typing.type(typing.first, "1", "3", version=1) == [{"code": "TOO_SHORT", "field": "reason"}]
    why = {"reason": "Le deuxième bulletin avait été mal lu."}
    assert typing.type(typing.first, "1", "3", version=1, **why) == []
    assert typing.states() == ["DIFFERS"]
    again = {"version": 1, "reason": "Recompté en présence du public."}
    assert typing.record(2, **again) == [{"code": "BATCHES_DIFFER", "field": "desk"}]
    assert typing.type(typing.second, "1", "3", version=2, **why) == []
    assert typing.record(2, **again) == []
    given.run(vote_result.count(given.database, typing.town.number))
    told = results(typing)[0]
    assert (told["version"], told["reason"]) == (2, again["reason"])
    scores = {award["contribution"]["id"]: award["score"] for award in told["awards"]}
    assert [scores[project] for project in typing.projects] == [1, 0, 1, 0]
    assert recount(tmp_path, newest(typing))[0] == 0


WAYS: dict[str, tuple[dict[str, Any], list[str], list[int]]] = {
    "APPROVAL": ({"award_rule": "EQUAL_SHARES"}, ["1 2", "2 3", "2"], [1, 3, 1, 0]),
    "POINTS": ({"vote_most": 7, "vote_most_each": 3, "award_rule": "EQUAL_SHARES"}, ["1:3 2", "2:2"], [3, 3, 0, 0]),
    "RANKED": ({"vote_most": 3}, ["3 1", "1 2 3"], [5, 2, 4, 0]),
    "BUDGET": ({"vote_least": 0, "vote_most": 100}, ["1 4", "1"], [2, 0, 0, 1]),
    "MAJORITY_JUDGEMENT": ({"vote_grades": 4, "vote_most": None}, ["1:1 2:4", "1:2 2:1 3:3"], [5, 3, 1, 0]),
}
"""By method: the rule, paper ballots in their short form, and what they give to each project."""


@pytest.mark.parametrize("method", WAYS)
def test_every_method_counts_typed_paper_beside_the_web_and_a_stranger_recounts_it(
    given: Given, town: Portal, tmp_path: Path, method: str
) -> None:
    rule, lines, wanted = WAYS[method]
    typing = Typing(given, town, method, **rule)
    typing.both(*lines, "b", "n")
    assert typing.record(len(lines), 1, 1) == []
    files = counted(given, typing)
    decisive = results(typing)[0]
    assert decisive["rule"] == rule.get("award_rule", "GREEDY")
    scores = {award["contribution"]["id"]: award["score"] for award in decisive["awards"]}
    assert [scores[project] for project in typing.projects] == wanted
    assert {one["rule"] for one in results(typing)} >= {"GREEDY", "EQUAL_SHARES"}
    assert len(files["paper.csv"].splitlines()) == 1 + len(lines)
    assert len(files["vote.pb"].split("VOTES\n")[1].splitlines()) == 1 + len(lines) + 1  # The blank one is a voter's.
    code, said = recount(tmp_path, files)
    assert (code, said.splitlines()[-1]) == (0, "Everything is as published.")


def test_voters_with_a_winner_are_among_the_ballots_that_are_known_one_by_one(given: Given, typing: Typing) -> None:
    typing.both("1 2", "3", "b")
    typing.record(2, 1)
    typing.cast(given.actor(typing.town), chosen(0))
    counted(given, typing)
    ask = "query($id: ID!) { activity(id: $id) { results { reachedCount channels { channel wholeCount } } } }"
    [first, *_] = typing.town.ask(ask, id=typing.activity)["activity"]["results"]
    assert first == {"reachedCount": 2, "channels": [told("ONLINE", 1), told("DESK", 2)]}


def told(channel: str, count: int) -> dict[str, Any]:
    return {"channel": channel, "wholeCount": count}


def test_changed_dropped_or_added_paper_ballot_is_found(given: Given, typing: Typing, tmp_path: Path) -> None:
    typing.both("1 2", "3", "b")
    typing.record(2, 1)
    typing.cast(given.actor(typing.town), chosen(0))
    files = counted(given, typing)
    head, one, other = files["paper.csv"].splitlines()
    for place, lines in enumerate(([head, one], [head, one, other, other], [head, one, one], [head, one, other + "x"])):
        changed = renamed(files, "\n".join(lines) + "\n", "paper.csv")
        assert faults(tmp_path / str(place), changed) != []
    strange = renamed(files, "\n".join([head, one, other, f"DESK,0,{one.split(',', 2)[2]}"]) + "\n", "paper.csv")
    assert "ballots of 0, which is no desk" in faults(tmp_path / "strange", strange)


def test_paper_of_a_secret_vote_is_told_by_channel_without_its_desk(given: Given, town: Portal, tmp_path: Path) -> None:
    typing = SecretTyping(given, town)
    typing.both("3")
    assert typing.record(1) == []
    typing.desk = typing.other
    typing.first, typing.second = typing.agent(), typing.agent()
    typing.both("1 2", "1", "2", "b")
    assert typing.record(3, 1) == []
    files = typing.counted()
    head, *lines = files["paper.csv"].splitlines()
    assert head == "channel,desk,says"
    told = list(csv.reader(lines))
    assert [row[:2] for row in told] == [["DESK", ""]] * 4
    assert told == sorted(told)
    assert recount(tmp_path / "whole", files)[0] == 0
    for place, changed in enumerate((lines[1:], [*lines, lines[0]], [*lines[1:], lines[1]])):
        assert faults(tmp_path / str(place), renamed(files, "\n".join([head, *changed]) + "\n", "paper.csv")) != []


def test_grades_of_paper_are_in_the_profile(given: Given, town: Portal) -> None:
    typing = Typing(given, town, "MAJORITY_JUDGEMENT", vote_grades=4, vote_most=None)
    typing.cast(given.actor(town), graded(p0="EXCELLENT"))
    typing.both("1:2 2:1", "2:1")
    typing.record(2)
    counted(given, typing)
    profiles = {one["contribution"]["id"]: one["profile"] for one in results(typing)[0]["awards"]}
    assert [profiles[project] for project in typing.projects[:2]] == [[1, 1, 0, 1], [2, 0, 0, 1]]


def test_agent_who_is_erased_leaves_what_was_agreed(given: Given, typing: Typing) -> None:
    typing.both("1")
    erase = "UPDATE __tenant__.polling_typing SET agent_id = NULL WHERE desk_id = %s AND version = 1"
    given.sql(typing.town, erase, uuid_in(typing.desk))
    kept = "SELECT agreed_with_id IS NOT NULL, agreed_agent_id FROM __tenant__.polling_typing WHERE version = 2"
    assert given.sql(typing.town, f"{kept} AND desk_id = %s", uuid_in(typing.desk)) == [(True, None)]
    assert typing.states() == ["AGREED"]


def test_seal_of_a_typing_says_its_digest_and_not_its_ballots(given: Given, typing: Typing) -> None:
    typing.type(typing.first, "1 2")
    told = "SELECT payload FROM __tenant__.event WHERE kind = 'POLLING_BALLOTS_TYPED' ORDER BY id DESC LIMIT 1"
    [(payload,)] = given.sql(typing.town, told)
    assert set(payload) == {"batch", "version", "digest"}
    assert typing.projects[0].split("_")[-1] not in json.dumps(payload)
