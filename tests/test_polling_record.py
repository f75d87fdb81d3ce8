"""Records of desks: their sums are right, versions stay, and results count paper beside ballots, channel by channel."""

import hashlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from PIL import Image

from counting import vote_result
from models.polling_record import MAX_PHOTO_BYTES
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import graded
from tests.test_logo import SVG, bomb, picture
from tests.test_polling_desk import ADD, Polling
from tests.test_urn import Secret
from tests.test_vote_file import WAYS, ballot, counted, faults, recount, renamed

WRITE = """mutation($input: PollingRecordWriteInput!) { pollingRecordWrite(input: $input) {
  desk { records { version reason valid totals { contribution { id } choice amount count } } }
  userErrors { code field } } }"""
RESULTS = """query($id: ID!) { activity(id: $id) { results { rule isDecisive version reason ballotCount blankCount
  channels { channel ballotCount blankCount spoiltCount }
  awards { score voterCount profile channels { channel score voterCount } contribution { id } } } } }"""


def write(polling: Polling, desk: str, totals: list[tuple[int, dict[str, Any], int]], **numbers: Any) -> dict[str, Any]:
    """Write a record: of projects by their places, what is said and how often; 5 valid ballots unless said."""
    said = [{"contribution": polling.projects[place], "count": count, **voice} for place, voice, count in totals]
    whole = {"valid": 5, "blank": 1, "spoilt": 1, **numbers}
    sums = dict.fromkeys(("signatures", "envelopes"), whole["valid"] + whole["blank"] + whole["spoilt"])
    told = polling.admin.ask(WRITE, input={"desk": desk, "totals": said, **sums, **whole})["pollingRecordWrite"]
    return dict(told)


SUPPORT = {"choice": "SUPPORT"}


@pytest.fixture
def polling(given: Given, town: Portal) -> Polling:
    return Polling(given, town)


def test_record_holds_what_was_counted_and_a_correction_is_another_version(polling: Polling) -> None:
    first = write(polling, polling.desk, [(0, SUPPORT, 5), (1, SUPPORT, 2), (2, SUPPORT, 0)])
    [record] = first["desk"]["records"]
    assert {key: record[key] for key in ("version", "reason", "valid")} == {"version": 1, "reason": None, "valid": 5}
    assert sorted((total["choice"], total["count"]) for total in record["totals"]) == [("SUPPORT", 2), ("SUPPORT", 5)]
    conflict = [{"code": "CONFLICT", "field": "version"}]
    assert write(polling, polling.desk, [(0, SUPPORT, 4)])["userErrors"] == conflict
    silent = write(polling, polling.desk, [(0, SUPPORT, 5)], version=1)
    assert silent["userErrors"] == [{"code": "TOO_SHORT", "field": "reason"}]
    said = {"version": 1, "reason": "Une enveloppe avait glissé."}
    second = write(polling, polling.desk, [(0, SUPPORT, 6), (1, SUPPORT, 2)], valid=6, **said)
    assert [(one["version"], one["valid"]) for one in second["desk"]["records"]] == [(2, 6), (1, 5)]


@pytest.mark.parametrize(
    ("numbers", "totals", "code", "field"),
    [
        ({"envelopes": 8}, [(0, SUPPORT, 5)], "RECORD_DOES_NOT_ADD_UP", "envelopes"),
        ({"signatures": 6}, [(0, SUPPORT, 5)], "RECORD_DOES_NOT_ADD_UP", "remark"),
        ({"blank": -1, "spoilt": 3}, [(0, SUPPORT, 5)], "BAD_INPUT", "blank"),
        ({}, [(0, SUPPORT, -1)], "BAD_INPUT", "totals.0.count"),
        ({}, [(0, SUPPORT, 5), (1, SUPPORT, 6)], "RECORD_DOES_NOT_ADD_UP", "totals.1.count"),
        ({}, [(0, SUPPORT, 5), (1, SUPPORT, 5), (2, SUPPORT, 5), (3, SUPPORT, 1)], "RECORD_DOES_NOT_ADD_UP", "totals"),
        ({}, [(0, SUPPORT, 4)], "RECORD_DOES_NOT_ADD_UP", "totals"),
        ({}, [(0, {"choice": "FOR"}, 5)], "CHOICE_NOT_ACCEPTED", "totals.0.choice"),
        ({}, [(0, SUPPORT, 5), (0, SUPPORT, 1)], "BAD_INPUT", "totals"),
    ],
)
def test_record_whose_sums_are_not_right_is_refused(
    given: Given, town: Portal, polling: Polling, numbers: Any, totals: Any, code: str, field: str
) -> None:
    with given.nothing_written(town):
        assert write(polling, polling.desk, totals, **numbers)["userErrors"] == [{"code": code, "field": field}]


@pytest.mark.parametrize(
    ("method", "rule", "totals", "wrong"),
    [
        (
            "POINTS",
            {"vote_least": 1, "vote_most": 3, "vote_most_each": 2},
            [(0, {"choice": "POINTS", "amount": 2}, 5), (1, {"choice": "POINTS", "amount": 1}, 5)],
            [(0, {"choice": "POINTS", "amount": 3}, 5)],
        ),
        (
            "RANKED",
            {"vote_least": 1, "vote_most": 2},
            [(0, {"choice": "RANK", "amount": 1}, 5), (1, {"choice": "RANK", "amount": 2}, 4)],
            [(0, {"choice": "RANK", "amount": 1}, 3), (1, {"choice": "RANK", "amount": 2}, 2)],
        ),
        ("MAJORITY_JUDGEMENT", {"vote_grades": 4}, [(0, {"choice": "GOOD"}, 5)], [(0, {"choice": "VERY_GOOD"}, 5)]),
        ("BUDGET", {"vote_least": 0, "vote_most": 100}, [(3, SUPPORT, 5)], [(2, SUPPORT, 5), (3, SUPPORT, 5)]),
    ],
)
def test_each_method_says_what_so_many_ballots_can_say(
    given: Given, town: Portal, method: str, rule: Any, totals: Any, wrong: Any
) -> None:
    polling = Polling(given, town, method, **({"vote_most": None} | rule))
    assert write(polling, polling.desk, wrong)["userErrors"] != []
    assert write(polling, polling.desk, totals)["userErrors"] == []


def test_difference_between_signatures_and_envelopes_is_explained(polling: Polling) -> None:
    said = {"signatures": 8, "remark": "Une personne est partie sans voter."}
    assert write(polling, polling.desk, [(0, SUPPORT, 5)], **said)["userErrors"] == []


def results(polling: Polling) -> list[dict[str, Any]]:
    return list(polling.town.ask(RESULTS, id=polling.activity)["activity"]["results"])


def test_result_counts_paper_beside_ballots_and_is_published_anew_with_a_correction(
    given: Given, town: Portal, polling: Polling, tmp_path: Path
) -> None:
    sent = polling.opened("Courrier", "PAPER")
    for places in ((0,), (0, 1)):
        polling.cast(given.actor(town), dict.fromkeys(places, SUPPORT))
    write(polling, polling.desk, [(0, SUPPORT, 5)])
    write(polling, polling.other, [(1, SUPPORT, 1)], valid=1, blank=0, spoilt=0)
    write(polling, sent, [(2, SUPPORT, 2)], valid=2, blank=0, spoilt=0)
    files = counted(given, polling)
    [told] = results(polling)
    assert (told["rule"], told["ballotCount"], told["blankCount"]) == ("GREEDY", 11, 1)
    assert [tuple(one.values()) for one in told["channels"]] == [
        ("ONLINE", 2, 0, 0), ("DESK", 7, 1, 1), ("PAPER", 2, 0, 0),
    ]  # fmt: skip
    scores = {award["contribution"]["id"]: award for award in told["awards"]}
    assert [scores[project]["score"] for project in polling.projects[:3]] == [7, 2, 2]
    assert [tuple(one.values()) for one in scores[polling.projects[0]]["channels"]] == [
        ("ONLINE", 2, 2), ("DESK", 5, 5), ("PAPER", 0, 0),
    ]  # fmt: skip
    assert len(files["desks.csv"].splitlines()) == 4
    assert recount(tmp_path / "first", files)[0] == 0
    write(polling, polling.desk, [(0, SUPPORT, 4)], valid=4, version=1, reason="Recomptage en présence du public.")
    given.run(vote_result.count(given.database, town.number))
    [again] = results(polling)
    assert (again["version"], again["reason"], again["ballotCount"]) == (2, "Recomptage en présence du public.", 10)
    assert recount(tmp_path / "second", {**files, **newest(polling)})[0] == 0


@pytest.mark.parametrize(
    ("sizes", "lines"),
    [
        ((1, 2, 6), [("3 petits bureaux", "9")]),
        ((1, 6, 7), [("2 petits bureaux", "7"), ("Gymnase", "7")]),
        ((5, 6, 7), [("Mairie", "5"), ("École", "6"), ("Gymnase", "7")]),
        ((2, 2, 4), [("3 petits bureaux", "8")]),
    ],
)
def test_secret_vote_tells_its_small_desks_together(
    given: Given, town: Portal, tmp_path: Path, sizes: tuple[int, ...], lines: list[tuple[str, str]]
) -> None:
    secret = Secret(given, town)
    desks = (secret.desk, secret.opened("École"), secret.other)
    secret.cast(given.actor(town), {0: SUPPORT})
    for place, (desk, size) in enumerate(zip(desks, sizes, strict=True)):
        write(secret, desk, [(place, SUPPORT, size)], valid=size, blank=0, spoilt=0)
    files = secret.counted()
    told = [line.split(",") for line in files["desks.csv"].splitlines()[1:]]
    assert sorted((row[1], row[6]) for row in told) == sorted(lines)
    assert all((row[0] == "") is ("petits" in row[1]) for row in told)
    assert [one["voterCount"] for one in sorted_awards(secret)] == [sizes[0] + 1, sizes[1], sizes[2]]
    assert recount(tmp_path, files)[0] == 0


def sorted_awards(polling: Polling) -> list[dict[str, Any]]:
    """The awards of the first three projects, in their order."""
    by_id = {award["contribution"]["id"]: award for award in results(polling)[0]["awards"]}
    return [by_id[project] for project in polling.projects[:3]]


def newest(polling: Polling) -> dict[str, str]:
    """The last version of each file."""
    ask = "query($id: ID!) { activity(id: $id) { voteFiles { name version content } } }"
    told: dict[str, str] = {}
    for file in polling.town.ask(ask, id=polling.activity)["activity"]["voteFiles"]:
        told.setdefault(file["name"], file["content"])
    return told


def test_first_record_after_the_close_is_counted_too(given: Given, town: Portal, polling: Polling) -> None:
    counted(given, polling)
    write(polling, polling.desk, [(0, SUPPORT, 5)])
    given.run(vote_result.count(given.database, town.number))
    [told] = results(polling)
    assert (told["version"], told["reason"], told["ballotCount"]) == (2, "Mairie", 6)


def test_grades_on_paper_are_in_the_profile_and_a_missing_one_is_the_lowest(given: Given, town: Portal) -> None:
    polling = Polling(given, town, "MAJORITY_JUDGEMENT", vote_grades=4, vote_most=None)
    polling.cast(given.actor(town), graded(p0="EXCELLENT"))
    write(polling, polling.desk, [(0, {"choice": "GOOD"}, 3), (1, {"choice": "EXCELLENT"}, 5)])
    counted(given, polling)
    profiles = {award["contribution"]["id"]: award["profile"] for award in results(polling)[0]["awards"]}
    assert [profiles[project] for project in polling.projects[:2]] == [[1, 3, 0, 2], [5, 0, 0, 1]]


PAPER: dict[str, list[tuple[int, dict[str, Any], int]]] = {
    "POINTS": [(0, {"choice": "POINTS", "amount": 2}, 4), (3, {"choice": "POINTS", "amount": 1}, 5)],
    "RANKED": [(0, {"choice": "RANK", "amount": 1}, 5), (1, {"choice": "RANK", "amount": 2}, 3)],
    "MAJORITY_JUDGEMENT": [(0, {"choice": "GOOD"}, 3), (2, {"choice": "EXCELLENT"}, 5)],
}


@pytest.mark.parametrize("way", [way for way in WAYS if way != "APPROVAL"])
def test_stranger_recounts_paper_and_ballots_by_every_method(
    given: Given, town: Portal, tmp_path: Path, way: str
) -> None:
    method = way if way not in ("THRESHOLD", "BY_CATEGORY") else "APPROVAL"
    polling = Polling(given, town, method, **({"vote_most": None, "budget_euros": 110} | WAYS[way]))
    chance = Random(way)  # Chance, no secret.
    for _ in range(6):
        assert polling.cast(given.actor(town), ballot(way, chance))["userErrors"] == []
    totals = PAPER.get(way, [(1, SUPPORT, 5), (2, SUPPORT, 1)])
    assert write(polling, polling.desk, totals)["userErrors"] == []
    code, said = recount(tmp_path, counted(given, polling))
    assert (code, said.splitlines()[-1]) == (0, "Everything is as published.")


def test_record_that_is_dropped_or_changed_is_found(given: Given, polling: Polling, tmp_path: Path) -> None:
    write(polling, polling.desk, [(0, SUPPORT, 5)])
    files = counted(given, polling)
    [head, line] = files["desks.csv"].splitlines(keepends=True)
    assert recount(tmp_path, renamed(files, head, "desks.csv"))[0] == 1
    fewer = renamed(files, head + line.replace("*5", "*4"), "desks.csv")
    assert any("by DESK" in fault for fault in faults(tmp_path, fewer))
    more = renamed(files, head + line.replace(",7,7,5,", ",7,7,6,"), "desks.csv")
    assert faults(tmp_path, more) == ["Mairie: valid, blank and null ballots are not its envelopes"]


def test_record_is_never_overwritten(given: Given, town: Portal, polling: Polling) -> None:
    write(polling, polling.desk, [(0, SUPPORT, 5)])
    twice = "INSERT INTO __tenant__.polling_record SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).* FROM __tenant__.polling_record r WHERE desk_id = %s"  # fmt: skip
    with pytest.raises(Exception, match="polling_record_once"):
        given.sql(town, twice, uuid_in(polling.desk))


def test_record_names_projects_of_its_vote_alone(given: Given, town: Portal, polling: Polling) -> None:
    other = Polling(given, town)
    polling.projects[0] = other.projects[0]
    told = write(polling, polling.desk, [(0, SUPPORT, 5)])
    assert told["userErrors"] == [{"code": "NOT_FOUND", "field": "totals.0.contribution"}]


def sent(portal: Portal, record: str, content: bytes) -> httpx.Response:
    """The answer to a photo."""
    headers = {"host": portal.host} | ({"authorization": f"Bearer {portal.token}"} if portal.token else {})
    files = {"file": ("feuille.jpg", content)}
    return portal.client.post("/bureau/photo", headers=headers, data={"record": record}, files=files)


def seen(portal: Portal, record: str) -> httpx.Response:
    headers = {"host": portal.host} | ({"authorization": f"Bearer {portal.token}"} if portal.token else {})
    return portal.client.get(f"/bureau/photo/{record}", headers=headers)


def record_of(polling: Polling) -> str:
    ask = "query($id: ID!) { pollingDesk(id: $id) { records { id } } }"
    return str(polling.admin.ask(ask, id=polling.desk)["pollingDesk"]["records"][0]["id"])


def test_photo_of_the_sheet_is_drawn_anew_seen_by_the_team_alone_and_its_digest_published(
    given: Given, town: Portal, polling: Polling, tmp_path: Path
) -> None:
    write(polling, polling.desk, [(0, SUPPORT, 5)])
    record, (agent, email) = record_of(polling), polling.voter()
    assert sent(agent, record, picture("JPEG")).status_code == 404
    polling.admin.ask(ADD, input={"desk": polling.desk, "email": email})
    first = counted(given, polling)
    exif = Image.Exif()
    exif[0x010E] = "Un secret du téléphone"
    answer = sent(agent, record, picture("JPEG", (3_000, 1_500), exif=exif))
    assert answer.status_code == 201, answer.text
    shown = seen(agent, record)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert shown.headers["cache-control"] == "private, no-store"
    assert b"secret" not in shown.content
    assert Image.open(BytesIO(shown.content)).size == (1_600, 800)
    digest = hashlib.sha256(shown.content).hexdigest()
    assert answer.json() == {"photoDigest": digest}
    assert seen(polling.admin, record).content == shown.content
    for who in (given.actor(town), given.actor(town, role="MODERATOR"), replace(town, token=None)):
        assert seen(who, record).status_code == 404
    assert sent(agent, record, picture("JPEG", (20, 20))).json()["errors"][0]["extensions"]["code"] == (
        "ACTION_NOT_POSSIBLE"
    )
    given.run(vote_result.count(given.database, town.number))
    [told] = results(polling)
    assert (told["version"], told["reason"]) == (2, "Mairie")
    assert digest in newest(polling)["desks.csv"]
    assert digest not in first["desks.csv"]
    assert recount(tmp_path, newest(polling))[0] == 0


def test_photo_of_a_former_version_is_refused_and_counts_nothing_anew(
    given: Given, town: Portal, polling: Polling
) -> None:
    write(polling, polling.desk, [(0, SUPPORT, 5)])
    former = record_of(polling)
    again = [(0, SUPPORT, 5), (1, SUPPORT, 1)]
    assert write(polling, polling.desk, again, version=1, reason="Un nom oublié sur la feuille.")["userErrors"] == []
    counted(given, polling)
    answer = sent(polling.admin, former, picture("JPEG", (20, 20)))
    assert answer.json()["errors"][0]["extensions"]["code"] == "ACTION_NOT_POSSIBLE"
    given.run(vote_result.count(given.database, town.number))
    [told] = results(polling)
    assert told["version"] == 1


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (SVG, 422, "BAD_IMAGE"),
        (picture("JPEG") + SVG, 422, "BAD_IMAGE"),
        (picture("GIF"), 422, "BAD_IMAGE"),
        (bomb(20_000), 413, "IMAGE_TOO_LARGE"),
        (bomb(4_100), 413, "IMAGE_TOO_LARGE"),
        (picture() + bytes(MAX_PHOTO_BYTES), 413, "IMAGE_TOO_LARGE"),
        (b"", 422, "REQUIRED"),
    ],
)
def test_refused_photo_changes_nothing(
    given: Given, town: Portal, polling: Polling, content: bytes, status: int, code: str
) -> None:
    write(polling, polling.desk, [(0, SUPPORT, 5)])
    record = record_of(polling)
    with given.nothing_written(town):
        answer = sent(polling.admin, record, content)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)


def test_photo_of_whoever_may_send_none_is_not_read(given: Given, town: Portal, polling: Polling) -> None:
    write(polling, polling.desk, [(0, SUPPORT, 5)])
    record, (elsewhere, email) = record_of(polling), polling.voter()
    polling.admin.ask(ADD, input={"desk": polling.other, "email": email})
    for who in (replace(town, token=None), given.actor(town), given.actor(town, role="MODERATOR"), elsewhere):
        assert sent(who, record, SVG).status_code == 404
    assert town.client.post("/bureau/photo", headers={"host": town.host}, content=b"no form").status_code == 404
