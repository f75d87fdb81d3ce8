"""Measures: every figure equals a recount by hand, by the portal's clock, and few people are not told."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from models.measure import DEFINITIONS, LEAST_PEOPLE, OF_EXCHANGES, Measure
from tests.acting import cast, comment, published, withdraw
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_statement_count import statements

COUNTS = (
    "participants",
    "contributions",
    "comments",
    "votes",
    "unanswered",
    "firstAnswerMinutes",
    "reports",
    "answersDue",
)
FIGURES = " ".join(COUNTS)
ROWS = f"""query($groupBy: MeasureGroup!, $firstDay: Date!, $lastDay: Date!, $space: ID, $activity: ID, $resolution: Int) {{
  measureRows(groupBy: $groupBy, firstDay: $firstDay, lastDay: $lastDay, space: $space, activity: $activity,
              resolution: $resolution) {{
    day hour kind channel cell space {{ id }} activity {{ id }} zone {{ id }} category {{ id }} {FIGURES}
  }}
}}"""
TOTALS = f"""query($firstDay: Date!, $lastDay: Date!, $space: ID, $activity: ID) {{
  measureTotals(firstDay: $firstDay, lastDay: $lastDay, space: $space, activity: $activity) {{ {FIGURES} }}
}}"""
NOTHING = dict.fromkeys(COUNTS, 0) | {"firstAnswerMinutes": None}
PARIS = ZoneInfo("Europe/Paris")
Row = Mapping[str, Any]
Key = Callable[[Row, datetime], object]


def totals(portal: Portal, first: date, last: date, **of: str) -> dict[str, Any]:
    return dict(portal.ask(TOTALS, firstDay=str(first), lastDay=str(last), **of)["measureTotals"])


def grouped(portal: Portal, by: str, first: date, last: date, **of: Any) -> dict[object, dict[str, Any]]:
    """The figures by what names their group."""
    rows = portal.ask(
        ROWS, groupBy=by, firstDay=str(first), lastDay=str(last), resolution=of.pop("resolution", 8), **of
    )
    found: dict[object, dict[str, Any]] = {}
    for row in rows["measureRows"]:
        [*named] = [row[name] for name in row if name not in COUNTS and row[name] is not None]
        key = named[0]["id"] if named and isinstance(named[0], dict) else named[0] if named else None
        assert key not in found
        found[key] = {name: row[name] for name in COUNTS}
    return found


# Recounted by hand ----------------------------------------------------------------------------------------------------


class History:
    """Everything that ever was done on a portal, read row by row."""

    def __init__(self, given: Given, portal: Portal) -> None:
        def read(text: str) -> list[dict[str, Any]]:
            return [row for (row,) in given.sql(portal, f"SELECT to_jsonb(r) FROM ({text}) r")]

        columns = "c.id, c.kind, c.author_id, c.activity_id, a.space_id, c.zone_id, c.category_id, c.published_at"
        cells = ", ".join(f"to_hex(c.cell_{level}) AS cell_{level}" for level in range(5, 9))
        self.contributions = {
            row["id"]: row
            for row in read(
                f"SELECT {columns}, {cells} FROM __tenant__.contribution c JOIN __tenant__.activity a ON a.id = c.activity_id"
                " WHERE c.status <> 'TAKEN_BACK'"
            )
        }
        self.comments = read(
            "SELECT id, contribution_id, author_id AS actor, published_at AS at FROM __tenant__.comment"
            " WHERE status = 'PUBLISHED'"
        )
        self.votes = read("SELECT id, contribution_id, actor_id AS actor, cast_at AS at FROM __tenant__.vote")
        self.reports = read(
            "SELECT c.contribution_id, r.created_at AS at FROM __tenant__.report r"
            " JOIN __tenant__.moderation_case c ON c.id = r.case_id"
        )
        self.promised = {
            row["id"]
            for row in read(
                "SELECT c.id FROM __tenant__.contribution c JOIN __tenant__.activity a ON a.id = c.activity_id"
                " WHERE c.kind = 'PROPOSAL' AND c.status = 'OPEN' AND coalesce(c.expires_at > now(), true)"
                " AND a.answer_within_days > 0 AND c.support_count >= coalesce(a.support_threshold, 0)"
                " AND c.id NOT IN (SELECT contribution_id FROM __tenant__.official_response WHERE body <> '')"
                " AND c.id NOT IN (SELECT contribution_id FROM __tenant__.amendment WHERE state <> 'OPEN')"
                " AND c.id NOT IN (SELECT subject_id FROM __tenant__.imported_item)"
            )
        }
        self.imported = {row["id"] for row in read("SELECT subject_id AS id FROM __tenant__.imported_item")}

    def count(self, zone: ZoneInfo, first: date, last: date, key: Key) -> dict[object, dict[str, Any]]:
        """The figures by group."""
        counts: dict[object, dict[str, Any]] = defaultdict(lambda: dict.fromkeys(COUNTS, 0) | {"waits": []})
        actors: dict[object, set[str]] = defaultdict(set)

        def note(what: str, about: Row, actor: str | None, at: str) -> object:
            there = datetime.fromisoformat(at).astimezone(zone)
            if first <= there.date() <= last:
                group = key(about, there)
                counts[group][what] += 1
                actors[group] |= {actor} if actor else set()
                return group
            return self

        replies = defaultdict(list)
        for reply in self.comments:
            about = self.contributions[reply["contribution_id"]]
            replies[about["id"]].append(reply)
            note("comments", about | {"id": reply["id"]}, reply["actor"], reply["at"])
        for vote in self.votes:
            note("votes", self.contributions[vote["contribution_id"]] | {"id": vote["id"]}, vote["actor"], vote["at"])
        for report in self.reports:
            note("reports", self.contributions[report["contribution_id"]], None, report["at"])
        for row in self.contributions.values():
            group = note("contributions", row, row["author_id"], row["published_at"])
            if group is self:
                continue
            counts[group]["answersDue"] += row["id"] in self.promised
            others = [reply["at"] for reply in replies[row["id"]] if reply["actor"] != row["author_id"]]
            if not others:
                counts[group]["unanswered"] += 1
                continue
            wait = min(map(datetime.fromisoformat, others)) - datetime.fromisoformat(row["published_at"])
            counts[group]["waits"].append(max(wait, timedelta()).total_seconds() / 60)
        return {group: self._told(found, len(actors[group])) for group, found in counts.items()}

    def _told(self, found: dict[str, Any], people: int) -> dict[str, Any]:
        waits = found.pop("waits")
        told = found | {"participants": people, "firstAnswerMinutes": round(median(waits)) if waits else None}
        few = {name: None for name in ("participants", "votes") if 0 < told[name] < LEAST_PEOPLE}
        return told | few


def ids(kind: str, portal: Portal, column: str) -> Key:
    return lambda row, _at: None if row[column] is None else f"{kind}_{portal.number}_{row[column]}"


@pytest.fixture(scope="module")
def period() -> tuple[date, date]:
    today = datetime.now(UTC).astimezone(PARIS).date()
    return today - timedelta(days=60), today


def recounted(given: Given, portal: Portal, by: str, period: tuple[date, date]) -> None:
    """The API's figures by group equal those counted row by row."""
    history = History(given, portal)
    keys: dict[str, Key] = {
        "DAY": lambda _row, at: str(at.date()),
        "WEEK": lambda _row, at: str(at.date() - timedelta(days=at.weekday())),
        "MONTH": lambda _row, at: str(at.date().replace(day=1)),
        "HOUR": lambda _row, at: at.hour,
        "KIND": lambda row, _at: row["kind"],
        "CELL": lambda row, _at: row["cell_7"],
        "CHANNEL": lambda row, _at: "IMPORT" if row["id"] in history.imported else "PORTAL",
        "SPACE": ids("space", portal, "space_id"),
        "ACTIVITY": ids("activity", portal, "activity_id"),
        "ZONE": ids("zone", portal, "zone_id"),
        "CATEGORY": ids("category", portal, "category_id"),
    }
    expected = history.count(PARIS, *period, keys[by])
    found = grouped(portal.moderator(), by, *period, resolution=7)
    assert len(expected) > 0
    assert {key: row for key, row in found.items() if row != NOTHING} == expected
    if by in ("DAY", "WEEK", "MONTH", "HOUR"):
        assert list(found) == sorted(found, key=lambda key: key if isinstance(key, int) else str(key))
    else:
        assert NOTHING not in found.values()


@pytest.mark.parametrize(
    "by", ["DAY", "WEEK", "MONTH", "HOUR", "SPACE", "ACTIVITY", "KIND", "CATEGORY", "ZONE", "CELL", "CHANNEL"]
)
def test_figures_of_a_breakdown_equal_a_recount(
    given: Given, rennes: Portal, period: tuple[date, date], by: str
) -> None:
    recounted(given, rennes, by, period)


def test_totals_equal_a_recount(given: Given, rennes: Portal, period: tuple[date, date]) -> None:
    [expected] = History(given, rennes).count(PARIS, *period, lambda *_: None).values()
    found = totals(rennes.moderator(), *period)
    assert found == expected
    assert found["participants"] >= 50
    assert all(found.values())


# A place of its own ---------------------------------------------------------------------------------------------------


@pytest.fixture
def village(given: Given, rennes: Portal) -> Portal:
    """A tenant that nothing was done on yet, by the clock of Paris."""
    return given.tenant(rennes, f"measured-{uuid4().hex[:8]}", "commune-35238")


@pytest.fixture
def island(given: Given, rennes: Portal) -> Portal:
    """The same by the clock of La Réunion, three hours before Paris in winter."""
    return given.tenant(rennes, f"measured-{uuid4().hex[:8]}", "commune-97411")


def move(given: Given, portal: Portal, table: str, id_: str, at: str) -> None:
    """Something was done at another time."""
    column = "cast_at" if table == "vote" else "published_at"
    given.sql(portal, f"UPDATE __tenant__.{table} SET {column} = %s WHERE id = %s", at, uuid_in(id_))


def idea(given: Given, portal: Portal, author: Portal, activity: str, at: str, **fields: Any) -> str:
    """The id of a proposal that was published at a time."""
    id_ = published(author, activity, **fields)
    move(given, portal, "contribution", id_, at)
    return id_


def reply(given: Given, portal: Portal, author: Portal, to: str, at: str) -> None:
    move(given, portal, "comment", comment(author, to, "Bonne idée")["comment"]["id"], at)


def vote(given: Given, portal: Portal, voters: Sequence[Portal], on: str, at: str) -> None:
    for voter in voters:
        assert cast(voter, on, "SUPPORT")["userErrors"] == []
    given.sql(portal, "UPDATE __tenant__.vote SET cast_at = %s WHERE contribution_id = %s", at, uuid_in(on))


def opened(given: Given, portal: Portal, **options: Any) -> str:
    return given.activity(portal, vote_method="SUPPORT", opens_at="2020-01-01", **options)


MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def test_portal_on_which_nothing_was_done_counts_nothing(given: Given, village: Portal) -> None:
    moderator = given.actor(village, role="MODERATOR")
    assert totals(moderator, *MARCH) == NOTHING
    assert list(grouped(moderator, "DAY", *MARCH).values()) == [NOTHING] * 31
    assert list(grouped(moderator, "HOUR", *MARCH)) == list(range(24))
    assert grouped(moderator, "SPACE", *MARCH) == {}


def test_day_begins_at_midnight_of_the_portal(given: Given, village: Portal, island: Portal) -> None:
    """At 20:30 UTC of the 9th it is 21:30 in Paris, and half past midnight of the 10th on the island."""
    for portal, day, hour in ((village, "2026-03-09", 21), (island, "2026-03-10", 0)):
        author, moderator = given.actor(portal), given.actor(portal, role="MODERATOR")
        idea(given, portal, author, opened(given, portal), "2026-03-09T20:30:00Z")
        days = grouped(moderator, "DAY", *MARCH)
        assert [key for key, row in days.items() if row["contributions"]] == [day]
        hours = grouped(moderator, "HOUR", *MARCH)
        assert [key for key, row in hours.items() if row["contributions"]] == [hour]
        within = {
            each: totals(moderator, each, each)["contributions"] for each in (date(2026, 3, 9), date(2026, 3, 10))
        }
        assert within == {each: int(str(each) == day) for each in within}


def test_both_days_of_a_period_belong_to_it_to_the_microsecond(given: Given, village: Portal) -> None:
    author, activity = given.actor(village), opened(given, village)
    moderator = given.actor(village, role="MODERATOR")
    for at in (
        "2026-03-01T00:00:00+01:00",
        "2026-03-31T23:59:59.999999+02:00",
        "2026-02-28T23:59:59.999999+01:00",
        "2026-04-01T00:00:00+02:00",
    ):
        idea(given, village, author, activity, at)
    assert totals(moderator, *MARCH)["contributions"] == 2


def test_day_on_which_clocks_change_has_each_act_once(given: Given, village: Portal) -> None:
    author, activity = given.actor(village), opened(given, village)
    moderator = given.actor(village, role="MODERATOR")
    for at in ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"):  # Both half past two, by the clock.
        idea(given, village, author, activity, at)
    day = date(2026, 10, 25)
    assert grouped(moderator, "DAY", day, day)[str(day)]["contributions"] == 2
    assert grouped(moderator, "HOUR", day, day)[2]["contributions"] == 2


def test_week_begins_on_monday_and_is_shown_from_there(given: Given, village: Portal) -> None:
    author, activity = given.actor(village), opened(given, village)
    moderator = given.actor(village, role="MODERATOR")
    for at in ("2026-03-08T12:00:00Z", "2026-03-09T12:00:00Z", "2026-03-04T12:00:00Z"):
        idea(given, village, author, activity, at)
    weeks = grouped(moderator, "WEEK", date(2026, 3, 5), date(2026, 3, 12))
    assert {week: row["contributions"] for week, row in weeks.items()} == {"2026-03-02": 1, "2026-03-09": 1}


# Few people -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("people", "told"), [(0, 0), (1, None), (4, None), (5, 5), (6, 6)])
def test_few_people_are_not_told_in_totals_and_rows(
    given: Given, village: Portal, people: int, told: int | None
) -> None:
    author, activity = given.actor(village), opened(given, village)
    moderator = given.actor(village, role="MODERATOR")
    about = idea(given, village, author, activity, "2026-01-01T12:00:00Z")
    vote(given, village, given.citizens(village, people), about, "2026-03-09T12:00:00Z")
    assert [totals(moderator, *MARCH)[name] for name in ("participants", "votes")] == [told, told]
    row = grouped(moderator, "DAY", *MARCH)["2026-03-09"]
    assert (row["participants"], row["votes"], row["contributions"]) == (told, told, 0)
    assert {each["votes"] for each in grouped(moderator, "SPACE", *MARCH).values()} == ({told} if people else set())


def test_definitions_say_whose_counts_are_withheld(given: Given, village: Portal) -> None:
    asked = "{ measures { measure unit isAboutPeople sentences { language name definition } } }"
    found = given.actor(village, role="MODERATOR").ask(asked)["measures"]
    assert [each["measure"] for each in found] == [measure.value for measure in Measure]
    assert [each["measure"] for each in found if each["isAboutPeople"]] == [
        *("PARTICIPANTS", "VOTES"),
        *(measure.value for measure in OF_EXCHANGES),
    ]
    for each in found:
        told = DEFINITIONS[Measure[each["measure"]]]
        assert each["sentences"] == [
            {"language": language, "name": said.name, "definition": said.definition}
            for language, said in (("fr", told.french), ("en", told.english))
        ]
        assert all(said["name"] and said["definition"].endswith(".") for said in each["sentences"])


# What each one counts -------------------------------------------------------------------------------------------------


def test_somebody_who_does_much_is_one_participant(given: Given, village: Portal) -> None:
    activity, moderator = opened(given, village), given.actor(village, role="MODERATOR")
    people = given.citizens(village, 5)
    for person in people:
        about = idea(given, village, person, activity, "2026-03-02T12:00:00Z")
        reply(given, village, person, about, "2026-03-03T12:00:00Z")
    vote(given, village, people[1:], about, "2026-03-04T12:00:00Z")
    found = totals(moderator, *MARCH)
    assert [found[name] for name in ("participants", "contributions", "comments", "votes")] == [5, 5, 5, None]
    assert found["unanswered"] == 5  # One's own reply is no answer.


def test_first_answer_is_the_median_of_first_replies_by_others(given: Given, village: Portal) -> None:
    activity, moderator = opened(given, village), given.actor(village, role="MODERATOR")
    author, neighbour = given.actor(village), given.actor(village)
    for minutes in (10, 20, 90):
        about = idea(given, village, author, activity, "2026-03-02T12:00:00Z")
        reply(given, village, author, about, "2026-03-02T12:01:00Z")
        for after in (minutes, minutes + 5_000):
            at = datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(minutes=after)
            reply(given, village, neighbour, about, at.isoformat())
    idea(given, village, author, activity, "2026-03-02T12:00:00Z")
    assert [totals(moderator, *MARCH)[name] for name in ("firstAnswerMinutes", "unanswered")] == [20, 1]
    assert grouped(moderator, "DAY", *MARCH)["2026-03-02"]["firstAnswerMinutes"] == 20
    assert totals(moderator, date(2026, 3, 3), date(2026, 3, 9))["firstAnswerMinutes"] is None


def test_votes_that_were_withdrawn_and_contributions_that_were_taken_back_are_not_counted(
    given: Given, village: Portal
) -> None:
    activity, moderator = opened(given, village), given.actor(village, role="MODERATOR")
    author, *people = given.citizens(village, 7)
    about = idea(given, village, author, activity, "2026-03-02T12:00:00Z")
    vote(given, village, people, about, "2026-03-04T12:00:00Z")
    assert totals(moderator, *MARCH)["votes"] == 6
    withdraw(people[0], about)
    assert totals(moderator, *MARCH)["votes"] == 5
    given.sql(village, "UPDATE __tenant__.contribution SET status = 'TAKEN_BACK'")
    assert totals(moderator, *MARCH) == NOTHING


def test_spaces_and_periods_are_compared_in_one_statement(given: Given, village: Portal) -> None:
    moderator, author = given.actor(village, role="MODERATOR"), given.actor(village)
    garden, street = given.space(village), given.space(village, visibility="DRAFT")
    here, there = opened(given, village, space=garden), opened(given, village, space=street)
    for activity, at in ((here, "2026-03-02"), (here, "2026-03-03"), (here, "2026-02-03"), (there, "2026-03-04")):
        by = moderator if activity == there else author
        idea(given, village, by, activity, f"{at}T12:00:00Z")
    query = """query($march: Date!, $end: Date!, $before: Date!, $last: Date!, $space: ID!) {
      now: measureTotals(firstDay: $march, lastDay: $end) { contributions }
      before: measureTotals(firstDay: $before, lastDay: $last) { contributions }
      one: measureTotals(firstDay: $march, lastDay: $end, space: $space) { contributions }
      spaces: measureRows(groupBy: SPACE, firstDay: $march, lastDay: $end) { space { id } contributions }
      earlier: measureRows(groupBy: SPACE, firstDay: $before, lastDay: $last) { space { id } contributions }
    }"""
    with statements(village, 1):
        found = moderator.ask(
            query, march="2026-03-01", end="2026-03-31", before="2026-02-01", last="2026-02-28", space=garden
        )
    assert [found[name]["contributions"] for name in ("now", "before", "one")] == [3, 1, 2]
    assert {row["space"]["id"]: row["contributions"] for row in found["spaces"]} == {garden: 2, street: 1}
    assert {row["space"]["id"]: row["contributions"] for row in found["earlier"]} == {garden: 1}
    assert totals(moderator, *MARCH, activity=there)["contributions"] == 1


# Who, and what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "{ measures { measure } }",
        '{ measureTotals(firstDay: "2026-03-01", lastDay: "2026-03-31") { contributions } }',
        '{ measureRows(groupBy: DAY, firstDay: "2026-03-01", lastDay: "2026-03-31") { contributions } }',
    ],
)
def test_measures_are_for_moderators_and_administrators(given: Given, village: Portal, query: str) -> None:
    for role in ("MODERATOR", "ADMIN"):
        assert given.actor(village, role=role).ask(query)
    for who in (village, given.actor(village, role="MEMBER")):
        assert who.codes(query) == ["GRAPHQL_VALIDATION_FAILED"]


def test_other_tenants_ids_measure_nothing(given: Given, village: Portal, rennes: Portal) -> None:
    idea(given, village, given.actor(village), opened(given, village), "2026-03-02T12:00:00Z")
    moderator = given.actor(village, role="MODERATOR")
    other = f"space_{rennes.number}_{UUID(int=7)}"
    asked = {"firstDay": "2026-03-01", "lastDay": "2026-03-31", "space": other}
    assert moderator.ask(TOTALS, **asked) == {"measureTotals": None}
    for by in ("DAY", "HOUR", "SPACE"):
        assert moderator.ask(ROWS, groupBy=by, resolution=8, **asked) == {"measureRows": []}
    assert totals(moderator, *MARCH, space=given.space(village)) == NOTHING  # One's own, in which nothing was done.
    assert moderator.codes(TOTALS, firstDay="2026-03-01", lastDay="2026-03-02", space="x") == ["BAD_ID"]


@pytest.mark.parametrize(
    ("by", "first", "last", "resolution", "field"),
    [
        ("SPACE", "2026-03-02", "2026-03-01", 8, "lastDay"),
        ("SPACE", "2016-01-01", "2026-03-01", 8, "lastDay"),
        ("DAY", "2025-01-01", "2026-03-01", 8, "lastDay"),
        ("SPACE", "9999-12-31", "9999-12-31", 8, "lastDay"),
        ("CELL", "2026-03-01", "2026-03-02", 9, "resolution"),
        ("CELL", "2026-03-01", "2026-03-02", 4, "resolution"),
    ],
)
def test_period_that_cannot_be_measured_is_refused_with_its_field(
    given: Given, village: Portal, by: str, first: str, last: str, resolution: int, field: str
) -> None:
    moderator = given.actor(village, role="MODERATOR")
    [error] = moderator.errors(ROWS, groupBy=by, firstDay=first, lastDay=last, resolution=resolution)
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_INPUT", field)
