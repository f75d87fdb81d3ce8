"""Turnout: who has voted by day, hour, channel, desk, zone and proof; few are not told, nor when in a secret vote."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from resolvers import few
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import chosen
from tests.test_polling_desk import Polling
from tests.test_statement_count import statements
from tests.test_urn import Secret

ROWS = """query($id: ID!, $by: TurnoutGroup!, $day: Date) { activity(id: $id) { turnout { rows(groupBy: $by, day: $day) {
  day startsAt channel desk { name } zone { name } level voterCount } } } }"""
NAMES = ("day", "startsAt", "channel", "desk", "zone", "level")


def rows(poll: Polling, by: str, **fields: Any) -> list[tuple[Any, int | None]]:
    """What names each row, and its count."""
    told = poll.admin.ask(ROWS, id=poll.activity, by=by, **fields)["activity"]["turnout"]["rows"]
    named = [([row[name] for name in NAMES if row[name] is not None], row["voterCount"]) for row in told]
    assert all(len(names) == 1 for names, _ in named)
    return [(name["name"] if isinstance(name, dict) else name, count) for [name], count in named]


def voted(poll: Polling, *instants: str, count: int = 5, **columns: Any) -> None:
    """So many blank ballots cast at each instant."""
    for instant in instants:
        for voter in poll.given.citizens(poll.town, count):
            actor = uuid_in(voter.ask("{ viewer { id } }")["viewer"]["id"])
            poll.given.insert(
                poll.town, "ballot", activity_id=uuid_in(poll.activity), actor_id=actor, is_blank=True, cast_at=instant,
                **columns,
            )  # fmt: skip


def during(poll: Polling, opens_at: str, closes_at: str | None) -> None:
    change = "UPDATE __tenant__.activity SET opens_at = %s, closes_at = %s WHERE id = %s"
    poll.given.sql(poll.town, change, opens_at, closes_at, uuid_in(poll.activity))


@pytest.fixture
def polling(given: Given, town: Portal) -> Polling:
    return Polling(given, town)


def test_days_and_hours_are_those_of_the_portal_also_in_the_night_with_25_hours(polling: Polling) -> None:
    during(polling, "2025-10-24T20:00:00Z", "2025-10-27T11:00:00Z")
    voted(polling, "2025-10-24T22:30:00Z", "2025-10-26T00:10:00Z", "2025-10-26T01:59:59Z", "2025-10-27T10:59:00Z")
    assert rows(polling, "DAY") == [
        ("2025-10-24", 0), ("2025-10-25", 5), ("2025-10-26", 10), ("2025-10-27", 5)
    ]  # fmt: skip
    hours = rows(polling, "HOUR", day="2025-10-26")
    first = datetime(2025, 10, 25, 22, tzinfo=UTC)
    assert [datetime.fromisoformat(at) for at, _ in hours] == [first + timedelta(hours=place) for place in range(25)]
    assert {place: count for place, (_, count) in enumerate(hours) if count} == {2: 5, 3: 5}
    last = rows(polling, "HOUR")
    assert (len(last), last[0][0][:16], last[11][1]) == (24, "2025-10-26T23:00", 5)
    assert rows(polling, "HOUR", day="1999-01-01")[0][0][:16] == "2025-10-23T22:00"
    during(polling, "2025-03-29T20:00:00Z", "2025-03-31T11:00:00Z")
    assert len(rows(polling, "HOUR", day="2025-03-30")) == 23


def test_vote_that_closes_at_midnight_has_no_day_after(polling: Polling) -> None:
    during(polling, "2025-11-09T23:00:00Z", "2025-11-10T23:00:00Z")
    assert rows(polling, "DAY") == [("2025-11-10", 0)]
    assert rows(polling, "HOUR")[0][0][:16] == "2025-11-09T23:00"


def test_voters_are_counted_once_by_channel_and_desk_with_what_a_record_has_beyond_its_list(polling: Polling) -> None:
    box = polling.opened("Par courrier", "PAPER")
    online, address = polling.voter()
    assert polling.cast(online, chosen(0))["userErrors"] == []
    polling.cast(polling.voter()[0], chosen(1))
    assert polling.sign(polling.desk, email=address, isInBox=True) == "PAPER_FIRST"
    assert polling.sign(polling.other, email=address, isInBox=True) == "DOUBLE"
    assert polling.sign(polling.other, name="Yves Le Goff", bornOn="1950-01-02") == "SIGNED"
    numbers = {"signatures": 7, "envelopes": 7, "valid": 0, "blank": 7, "spoilt": 0}
    for version, more in ((1, 2), (2, 0)):
        polling.given.insert(
            polling.town, "polling_record", activity_id=uuid_in(polling.activity), desk_id=uuid_in(box), version=version,
            totals="[]", recorded_at="now", reason="Recompté", **{name: n + (more if n else 0) for name, n in numbers.items()},
        )  # fmt: skip
    assert rows(polling, "CHANNEL") == [("PAPER", 7), ("DESK", 2), ("ONLINE", 1)]
    assert sorted(rows(polling, "DESK")) == [("Gymnase", 1), ("Mairie", 1), ("Par courrier", 7)]
    assert (rows(polling, "ZONE"), rows(polling, "PROOF")) == ([], [])


def test_few_are_not_told_by_hour_zone_and_proof_nor_what_would_tell_them(polling: Polling) -> None:
    during(polling, "2025-11-10T05:00:00Z", "2025-11-10T22:00:00Z")
    voted(polling, "2025-11-10T08:30:00Z", count=4, proof="DECLARATION")
    voted(polling, "2025-11-10T09:30:00Z", count=6, proof="CODE")
    voted(polling, "2025-11-10T10:30:00Z", count=5, proof="CODE")
    named = polling.given.zone(polling.town, f"Rive {polling.activity}")
    change = "UPDATE __tenant__.activity SET proof_levels = '{CODE,DECLARATION}', proof_zone_id = %s WHERE id = %s"
    polling.given.sql(polling.town, change, named, uuid_in(polling.activity))
    assert [count for _, count in rows(polling, "HOUR") if count != 0] == [None, 6, None]
    assert rows(polling, "PROOF") == [("CODE", None), ("DECLARATION", None)]
    assert rows(polling, "ZONE") == [(f"Rive {polling.activity}", 15)]
    voted(polling, "2025-11-10T13:30:00Z", count=1)
    assert [count for _, count in rows(polling, "HOUR") if count != 0] == [None, 6, None, None]


def test_sum_of_what_is_withheld_tells_nobody(polling: Polling) -> None:
    during(polling, "2025-11-10T05:00:00Z", "2025-11-14T22:00:00Z")
    for day, count in ((10, 1), (11, 1), (12, 7), (13, 6), (14, 9)):
        voted(polling, f"2025-11-{day}T08:30:00Z", count=count)
    assert [count for _, count in rows(polling, "DAY")] == [None, None, 7, None, 9]
    assert {count for _, count in rows(polling, "HOUR", day="2025-11-13")} == {None}
    assert [count for _, count in rows(polling, "HOUR", day="2025-11-12") if count != 0] == [7]


def test_levels_of_proof_are_told_to_all_after_the_close(polling: Polling) -> None:
    show = "query($id: ID!) { activity(id: $id) { turnout { proofCounts { level ballotCount } } } }"
    change = "UPDATE __tenant__.activity SET proof_levels = '{CODE,DECLARATION}' WHERE id = %s"
    polling.given.sql(polling.town, change, uuid_in(polling.activity))
    voted(polling, "now", count=5, proof="CODE")
    voted(polling, "now", count=6, proof="DECLARATION")
    counts = [{"level": "CODE", "ballotCount": 5}, {"level": "DECLARATION", "ballotCount": 6}]
    assert polling.admin.ask(show, id=polling.activity)["activity"]["turnout"]["proofCounts"] == counts
    assert polling.town.ask(show, id=polling.activity)["activity"]["turnout"]["proofCounts"] == []
    polling.given.close_activity(polling.town, polling.activity)
    assert polling.town.ask(show, id=polling.activity)["activity"]["turnout"]["proofCounts"] == counts


def test_counts_at_hand_are_withheld_alike() -> None:
    assert few.told({"a": 1, "b": 1, "c": 7, "d": 6, "e": 9}) == {"a": None, "b": None, "c": 7, "d": None, "e": 9}
    assert few.told({"a": 5, "b": 6}) == {"a": 5, "b": 6}
    assert few.told({"a": 4, "b": 4, "c": 5, "d": 0}) == {"a": None, "b": None, "c": 5, "d": 0}
    assert few.told({"a": 3}) == {"a": None}


def test_secret_vote_tells_no_time_before_its_close_and_nowhere_few(given: Given, town: Portal) -> None:
    secret = Secret(given, town)
    for _ in range(5):
        assert secret.cast(given.actor(town), chosen(0))["userErrors"] == []
    assert secret.sign(secret.desk, name="Yves Le Goff", bornOn="1950-01-02") == "SIGNED"
    assert (rows(secret, "DAY"), rows(secret, "HOUR")) == ([], [])
    assert rows(secret, "CHANNEL") == [("DESK", None), ("ONLINE", None)]
    secret.counted()
    assert {count for _, count in rows(secret, "HOUR")} <= {None, 0, 6}
    assert rows(secret, "CHANNEL") == [("DESK", None), ("ONLINE", None)]


def test_turnout_is_one_statement_and_of_administrators_alone(given: Given, polling: Polling) -> None:
    polling.cast(given.actor(polling.town), chosen(0))
    for role in ("MEMBER", "MODERATOR"):
        other = given.actor(polling.town, role=role)
        told = other.post(query=ROWS, variables={"id": polling.activity, "by": "CHANNEL"})
        assert "errors" in told.json()
    with statements(polling.town, 1):
        assert rows(polling, "CHANNEL") == [("ONLINE", 1)]


def test_hours_are_of_the_last_day_that_has_voters(polling: Polling) -> None:
    during(polling, "2025-11-10T00:00:00Z", "2025-11-20T00:00:00Z")
    assert rows(polling, "HOUR")[0][0][:16] == "2025-11-19T23:00"  # Nobody has voted: the last of all.
    voted(polling, "2025-11-11T10:30:00Z", "2025-11-13T22:59:00Z", "2025-11-25T10:00:00Z")  # The latter has no hour.
    assert [one for one in rows(polling, "HOUR") if one[1] != 0] == [("2025-11-13T22:00:00+00:00", 5)]
    assert [one for one in rows(polling, "HOUR", day="2025-11-11") if one[1] != 0] == [("2025-11-11T10:00:00+00:00", 5)]


# The page ------------------------------------------------------------------------------------------------------------


def page(poll: Polling, query: str = "", language: str = "") -> str:
    """What an administrator is shown."""
    browser = Browser(poll.town.client, poll.town.host)
    assert browser.submit("/auth/demo", {"role": "ADMIN", "next": "/"}).status_code == 303
    answer = browser.get(f"{language}/gestion/votes/{poll.activity}/participation{query}")
    assert answer.status_code == 200
    return unescape(answer.text)


def test_page_draws_and_tells_each_group_in_both_languages(given: Given, rennes: Portal) -> None:
    polling = Polling(given, rennes)
    assert "Personne n’a encore voté" in page(polling)
    during(polling, "2025-10-24T20:00:00Z", "2025-10-27T11:00:00Z")
    voted(polling, "2025-10-26T00:10:00Z", "2025-10-26T01:10:00Z", "2025-10-27T10:59:00Z")
    polling.given.insert(
        polling.town, "signing", activity_id=uuid_in(polling.activity), desk_id=uuid_in(polling.desk),
        is_double=False, signed_at="2025-10-25T09:00:00Z",
    )  # fmt: skip
    shown = page(polling, "?jour=2025-10-26")
    assert shown.count('<svg class="chart wide"') == shown.count('<svg class="chart narrow"') == 4
    for told in (
        "Votants par heure, le 26\u00a0octobre 2025",
        "2\u00a0h, heure d’hiver",
        "Mairie",
        "personnes ont voté",
    ):
        assert told in shown
    row = r"<tr><th scope=\"row\">{}</th><td>(?:<span class=\"few-people\">)?([^<]*)"
    assert re.findall(row.format("25\u00a0octobre 2025"), shown) == ["non montré"]
    assert re.findall(row.format("Au bureau de vote"), shown) == ["1"]
    assert "Voters by day" in page(polling, language="/en")
    for odd, told in (
        ("hier", "Votants par heure"),
        ("0001-01-01", "Personne n’a voté le"),
        ("9999-12-31", "Votants par heure"),
    ):
        assert told in page(polling, f"?jour={odd}"), odd


def test_page_of_a_secret_vote_says_why_it_tells_no_hour(given: Given, town: Portal) -> None:
    secret = Secret(given, town)
    secret.cast(given.actor(town), chosen(0))
    shown = page(secret)
    assert "Le vote est secret" in shown
    assert "Votants par heure" not in shown
    assert "Votants par canal" in shown
