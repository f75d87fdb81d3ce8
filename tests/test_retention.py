"""Retention: the table of docs/privacy.md is what the job obeys; accounts that nobody uses are warned of, then end."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from jobs import idempotency, sign_in
from jobs import retention as job
from jobs.retention import Retained
from models import retention
from models.retention import Clock
from tests import acting
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import mails

PRIVACY = Path(__file__).parent.parent / "docs" / "privacy.md"
MOMENT = timedelta(seconds=30)


@pytest.fixture
def village(given: Given, rennes: Portal) -> Portal:
    """A tenant of the test's own."""
    return given.tenant(rennes, f"kept-{uuid4().hex[:8]}", "commune-35238")


def run(given: Given, portal: Portal) -> Retained:
    """What a visit does about retention."""
    given.run(sign_in.forget(given.database, portal.number))
    given.run(idempotency.forget(given.database, portal.number))
    return given.run(job.keep(given.database, portal.number))


def test_table_of_the_documentation_is_what_the_job_obeys() -> None:
    assert retention.table() in PRIVACY.read_text("utf-8"), f"docs/privacy.md is to say:\n{retention.table()}"


# Each clock -----------------------------------------------------------------------------------------------------------

COLUMNS: dict[str, dict[str, object]] = {
    "invitation": {"email": "a@b.example", "role": "MEMBER", "expires_at": "now"},
    "note": {"body": "Vu sur place."},
    "session": {"host": "a", "renewed_at": "now", "created_at": "now"},
    "sign_in_code": {"email": "a@b.example", "digest": "0", "tries": 0},
    "event_detail": {"act_id": uuid4(), "subject_kind": "actor", "subject_id": uuid4(), "columns": "{}", "salt": "00"},
}
ROWS: dict[str, tuple[Clock, str]] = {
    "invitation": (retention.INVITATION, "created_at"),
    "session": (retention.SESSION, "created_at"),
    "session idle": (retention.SESSION_IDLE, "renewed_at"),
    "code": (retention.CODE, "expires_at"),
    "note": (retention.NOTE, "written_at"),
    "detail": (retention.DETAIL, "made_at"),
}


def row(given: Given, portal: Portal, clock: Clock, column: str, age: timedelta) -> UUID:
    """A row that is so old."""
    columns = dict(COLUMNS[clock.table])
    if clock.table == "session":
        actor = given.insert(portal, "actor", kind="CITIZEN", role="MEMBER", name="x", created_at="now")
        columns |= {"account_id": given.insert(portal, "account", actor_id=actor, created_at="now"),
                    "digest": uuid4().hex}  # fmt: skip
    if clock.table == "invitation":
        columns |= {"created_at": "now"}
    if clock.table == "note":
        proposal = acting.published(given.actor(portal), given.activity(portal, kind="IDEA_BOX"))
        columns |= {"contribution_id": uuid_in(proposal), "concerned_id": given.row(portal, proposal)["author_id"]}
    id_ = given.insert(portal, clock.table, **columns, **({} if column in columns else {column: "now"}))
    given.sql(portal, f"UPDATE __tenant__.{clock.table} SET {column} = now() - %s WHERE id = %s", age, id_)
    return id_


@pytest.mark.parametrize("name", ROWS)
def test_what_is_kept_goes_when_its_time_is_over_and_not_before(given: Given, village: Portal, name: str) -> None:
    clock, column = ROWS[name]
    kept = row(given, village, clock, column, clock.keep - MOMENT)
    gone = row(given, village, clock, column, clock.keep + MOMENT)
    run(given, village)
    is_there = "salt IS NOT NULL" if clock is retention.DETAIL else "true"
    left = given.sql(village, f"SELECT id FROM __tenant__.{clock.table} WHERE {is_there}")
    assert (kept,) in left
    assert (gone,) not in left


def test_counts_hand_overs_and_keys_go_as_well(given: Given, village: Portal) -> None:
    for age, key in ((retention.IDEMPOTENCY.keep - MOMENT, "kept"), (retention.IDEMPOTENCY.keep + MOMENT, "gone")):
        given.sql(
            village, "INSERT INTO __tenant__.idempotency VALUES (%s, %s, 'f', '{}', now() - %s)", uuid4(), key, age
        )
    for age, subject in ((retention.ATTEMPT.keep - MOMENT, "kept"), (retention.ATTEMPT.keep + MOMENT, "gone")):
        given.sql(village, "INSERT INTO __tenant__.sign_in_attempt VALUES (now() - %s, %s, 1)", age, subject)
    run(given, village)
    assert given.sql(village, "SELECT key FROM __tenant__.idempotency") == [("kept",)]
    assert given.sql(village, "SELECT subject FROM __tenant__.sign_in_attempt") == [("kept",)]


def test_digests_of_voters_go_some_weeks_after_the_vote_and_ballots_stay(given: Given, village: Portal) -> None:
    left = []
    for age in (retention.PROOF.keep - MOMENT, retention.PROOF.keep + MOMENT):
        vote = uuid_in(given.activity(village, vote_method="APPROVAL", vote_least=1, vote_most=3))
        desk = {"name": "Mairie", "channel": "DESK", "opened_at": "now"}
        desk_id = given.insert(village, "polling_desk", activity_id=vote, **desk)
        given.insert(village, "proof", activity_id=vote, level="CODE", digest="a", given_at="now")
        whole = {"batch_id": uuid4(), "batch_name": "Lot", "level": "CODE", "digest": "a", "added_at": "now"}
        given.insert(village, "admission", activity_id=vote, **whole)
        file = {"row_count": 1, "refused_count": 0, "columns": "[]", "remarks": "[]", "added_at": "now"}
        given.insert(village, "voter_roll", activity_id=vote, name="Liste", **file)
        signed = {"voter_key": "b", "is_double": False, "signed_at": "now"}
        given.insert(village, "signing", activity_id=vote, desk_id=desk_id, **signed)
        given.insert(village, "ballot", activity_id=vote, is_blank=True, cast_at="now", salt="0", proof="CODE")
        closed = (
            "UPDATE __tenant__.activity SET opens_at = now() - interval '1 year', closes_at = now() - %s WHERE id = %s"
        )
        given.sql(village, closed, age, vote)
        left.append(vote)
    run(given, village)
    counts = """SELECT (SELECT count(*) FROM __tenant__.proof WHERE activity_id = %s),
      (SELECT count(*) FROM __tenant__.admission WHERE activity_id = %s),
      (SELECT count(*) FROM __tenant__.voter_roll WHERE activity_id = %s),
      (SELECT count(voter_key) FROM __tenant__.signing WHERE activity_id = %s),
      (SELECT count(*) FROM __tenant__.signing WHERE activity_id = %s),
      (SELECT count(*) FROM __tenant__.ballot WHERE activity_id = %s AND proof = 'CODE')"""
    assert [given.sql(village, counts, *[vote] * 6) for vote in left] == [[(1, 1, 1, 1, 1, 1)], [(0, 0, 0, 0, 1, 1)]]


def test_digests_of_a_vote_without_an_end_go_after_a_year(given: Given, village: Portal) -> None:
    vote = uuid_in(given.activity(village, vote_method="APPROVAL", vote_least=1, vote_most=3))
    given.sql(village, "UPDATE __tenant__.activity SET closes_at = NULL WHERE id = %s", vote)
    desk = {"name": "Mairie", "channel": "DESK", "opened_at": "now"}
    desk_id = given.insert(village, "polling_desk", activity_id=vote, **desk)
    for digest in ("old", "young"):
        given.insert(village, "proof", activity_id=vote, level="CODE", digest=digest, given_at="now")
        batch = {"batch_id": uuid4(), "batch_name": "Lot", "level": "CODE", "digest": digest, "added_at": "now"}
        given.insert(village, "admission", activity_id=vote, **batch)
        signed = {"voter_key": digest, "first_key": digest, "is_double": False, "signed_at": "now"}
        given.insert(village, "signing", activity_id=vote, desk_id=desk_id, **signed)
    clock, rows = retention.PROOF_ENDLESS.keep, []
    for table, time, key in (
        ("proof", "given_at", "digest"), ("admission", "added_at", "digest"), ("signing", "signed_at", "voter_key"),
    ):  # fmt: skip
        for age, digest in ((clock - MOMENT, "young"), (clock + MOMENT, "old")):
            change = f"UPDATE __tenant__.{table} SET {time} = now() - %s WHERE activity_id = %s AND {key} = %s"
            given.sql(village, change, age, vote, digest)
    run(given, village)
    for table, key in (
        ("proof", "digest"),
        ("admission", "digest"),
        ("signing", "voter_key"),
        ("signing", "first_key"),
    ):
        left = f"SELECT {key} FROM __tenant__.{table} WHERE activity_id = %s AND {key} IS NOT NULL"
        rows.append(given.sql(village, left, vote))
    assert rows == [[("young",)]] * 4


def test_roll_that_was_only_tried_goes_after_a_week(given: Given, village: Portal) -> None:
    vote = uuid_in(given.activity(village, vote_method="APPROVAL", vote_least=1, vote_most=3))
    rolls = []
    for age, confirmed in (
        (retention.TRIAL_ROLL.keep - MOMENT, None),
        (retention.TRIAL_ROLL.keep + MOMENT, None),
        (retention.TRIAL_ROLL.keep + MOMENT, "now"),
    ):
        file = {"row_count": 1, "refused_count": 0, "columns": "[]", "remarks": "[]", "added_at": "now"}
        roll = given.insert(village, "voter_roll", activity_id=vote, name="Liste", confirmed_at=confirmed, **file)
        given.sql(village, "UPDATE __tenant__.voter_roll SET added_at = now() - %s WHERE id = %s", age, roll)
        row = {"batch_id": roll, "batch_name": "Liste", "level": "LIST", "digest": "a", "added_at": "now"}
        given.insert(village, "admission", activity_id=vote, **row)
        rolls.append(roll)
    run(given, village)
    left = "SELECT batch_id FROM __tenant__.admission WHERE activity_id = %s"
    assert {row for (row,) in given.sql(village, left, vote)} == {rolls[0], rolls[2]}
    kept = "SELECT id FROM __tenant__.voter_roll WHERE activity_id = %s AND removed_at IS NULL"
    assert {row for (row,) in given.sql(village, kept, vote)} == {rolls[0], rolls[2]}


@pytest.mark.parametrize("end", ["closed", "expired"])
def test_exact_place_is_forgotten_some_time_after_the_end_and_the_cell_stays(
    given: Given, village: Portal, end: str
) -> None:
    aid = given.activity(village, kind="MUTUAL_AID", expires_after_days=10)
    author = given.actor(village)
    place = {"lat": 48.117266, "lng": -1.677792}
    over, fresh, running = (acting.published(author, aid, "OFFER", location=place) for _ in range(3))
    for found, age in ((over, retention.POSITION.keep + MOMENT), (fresh, retention.POSITION.keep - MOMENT)):
        if end == "closed":
            acting.close(author, found)
            change = "UPDATE __tenant__.contribution SET closed_at = now() - %s WHERE id = %s"
        else:
            change = "UPDATE __tenant__.contribution SET status = 'EXPIRED', expires_at = now() - %s WHERE id = %s"
        given.sql(village, change, age, uuid_in(found))
    before = given.row(village, over)
    run(given, village)
    known = [given.row(village, found)["exact_lat"] for found in (over, fresh, running)]
    assert known == [None, 48.117266, 48.117266]
    assert given.row(village, over)["cell"] == before["cell"]


# Accounts -------------------------------------------------------------------------------------------------------------


def account(given: Given, portal: Portal, unused: timedelta, role: str = "MEMBER", **columns: Any) -> UUID:
    """An account that nobody used for so long; its actor's id."""
    actor = given.insert(portal, "actor", kind="CITIZEN", role=role, name="Ancienne", created_at="now")
    email = f"{uuid4().hex[:8]}@courriel.example"
    id_ = given.insert(portal, "account", **{"actor_id": actor, "email": email, "created_at": "now", **columns})
    given.sql(portal, "UPDATE __tenant__.account SET seen_at = now() - %s WHERE id = %s", unused, id_)
    return actor


def left(given: Given, portal: Portal) -> set[UUID]:
    return {actor for (actor,) in given.sql(portal, "SELECT actor_id FROM __tenant__.account")}


def test_account_that_nobody_used_for_three_years_is_warned_of_then_erased(given: Given, village: Portal) -> None:
    keep, warned = retention.ACCOUNT.keep, timedelta(days=retention.ACCOUNT_WARNED_DAYS)
    young = account(given, village, keep - warned - MOMENT)
    old = account(given, village, keep - warned + MOMENT)
    assert run(given, village) == Retained(0, 1, 0)
    [(address,)] = given.sql(village, "SELECT email FROM __tenant__.account WHERE actor_id = %s", old)
    assert mails(given, village, address) == ["ACCOUNT_UNUSED"]
    assert run(given, village) == Retained(0, 0, 0)  # Warned once, and not before its time.
    late = "UPDATE __tenant__.account SET warned_at = now() - %s, seen_at = now() - %s WHERE actor_id = %s"
    given.sql(village, late, warned - MOMENT, keep + MOMENT, old)
    assert run(given, village).erased == 0
    given.sql(village, late, warned + MOMENT, keep + MOMENT, old)
    assert run(given, village).erased == 1
    assert left(given, village) == {young}
    [(name, erased)] = given.sql(village, "SELECT name, erased_at FROM __tenant__.actor WHERE id = %s", old)
    assert (name, erased is not None) == ("Compte supprimé", True)
    events = given.sql(village, "SELECT kind, actor_id, payload FROM __tenant__.event WHERE subject_id = %s", old)
    assert events == [("ACCOUNT_ERASED", None, {"contributions": "BLANK"})]


def test_person_whose_erasure_fails_holds_nobody_else_up(
    given: Given, village: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    warned = {"warned_at": "2000-01-01"}
    older, broken, younger = (account(given, village, retention.ACCOUNT.keep * age, **warned) for age in (4, 3, 2))
    given.sql(village, "ALTER TABLE __tenant__.actor ADD CONSTRAINT standing CHECK (name <> 'Compte supprimé' OR"
                       f" id <> '{broken}')")  # fmt: skip
    with caplog.at_level("ERROR", "parvis.job"):
        assert run(given, village) == Retained(0, 0, 2, 1)
    assert left(given, village) == {broken}
    [said] = [one.getMessage() for one in caplog.records if one.name == "parvis.job"]
    assert said == f"actor {broken} of tenant {village.number} could not be erased: CheckViolation"
    [(name,)] = given.sql(village, "SELECT name FROM __tenant__.actor WHERE id = %s", broken)
    assert name == "Ancienne"  # Whole, not half erased.
    given.sql(village, "ALTER TABLE __tenant__.actor DROP CONSTRAINT standing")
    assert run(given, village) == Retained(0, 0, 1, 0)
    assert {older, younger} & left(given, village) == set()


def test_whoever_signs_in_after_the_warning_stays(given: Given, village: Portal) -> None:
    from auth import session

    keep, warned = retention.ACCOUNT.keep, timedelta(days=retention.ACCOUNT_WARNED_DAYS)
    actor = account(given, village, keep + MOMENT)
    given.sql(village, "UPDATE __tenant__.account SET warned_at = now() - %s", warned + MOMENT)
    [(id_,)] = given.sql(village, "SELECT id FROM __tenant__.account")

    async def sign_in_() -> None:
        async with given.database.transaction(village.number) as transaction:
            await session.start(transaction, id_, "a.example")

    given.run(sign_in_())
    assert run(given, village) == Retained(0, 0, 0)
    assert left(given, village) == {actor}
    assert given.sql(village, "SELECT warned_at FROM __tenant__.account") == [(None,)]


def test_last_administrator_is_never_erased(given: Given, village: Portal) -> None:
    unused = retention.ACCOUNT.keep * 2
    first, second = (account(given, village, unused, "ADMIN", warned_at="2000-01-01") for _ in range(2))
    assert run(given, village).erased == 1
    assert len(left(given, village) & {first, second}) == 1
    assert run(given, village).erased == 0
