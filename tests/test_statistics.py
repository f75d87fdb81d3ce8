"""Statistics of an activity: exact counts as of now, in one statement, and only what is selected costs."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import DateTime, column, literal_column, select, table
from sqlalchemy.dialects import postgresql

from database.statement import Statement
from resolvers import statistics as statistics_of
from tests.acting import cast, close, comment, published, revise
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_statement_count import statements

STATUSES = ("totalCount", "openCount", "closedCount", "expiredCount")
KINDS = ("offerCount", "requestCount", "listingCount", "proposalCount", "argumentCount")
FOR_MODERATORS = ("voteCount", "commentCount", "authorCount")
COUNTS = f"{' '.join(STATUSES)} {' '.join(KINDS)} withoutCategoryCount"
CATEGORIES = "categories { category { id } count }"


def statistics(portal: Portal, activity: str, selection: str) -> dict[str, Any]:
    """The statistics of an activity."""
    query = f"query($id: ID!) {{ activity(id: $id) {{ statistics {{ {selection} }} }} }}"
    return dict(portal.ask(query, id=activity)["activity"]["statistics"])


def by_status(portal: Portal, activity: str) -> tuple[int, ...]:
    """All, open, closed, expired."""
    found = statistics(portal, activity, " ".join(STATUSES))
    return tuple(found[name] for name in STATUSES)


def let_be_published(given: Given, portal: Portal, contribution: str, moment: datetime) -> None:
    """The contribution was published at another time."""
    change = "UPDATE __tenant__.contribution SET published_at = %s WHERE id = %s"
    given.sql(portal, change, moment, uuid_in(contribution))


def midnight(given: Given, portal: Portal, zone: ZoneInfo, days_ago: int = 0) -> datetime:
    """When a day began in a time zone, by the database's clock."""
    [(now,)] = given.sql(portal, "SELECT now()")
    return datetime.combine(now.astimezone(zone).date() - timedelta(days=days_ago), time.min, zone).astimezone(UTC)


def test_empty_activity_counts_nothing(given: Given, town: Portal) -> None:
    activity = given.activity(town)
    found = statistics(town, activity, f"{COUNTS} {CATEGORIES}")
    assert found == {**dict.fromkeys(COUNTS.split(), 0), "categories": []}


def test_statuses_follow_the_clock_the_worker_and_the_author(given: Given, town: Portal) -> None:
    activity, author = given.activity(town), given.actor(town)
    standing, past, ended = (published(author, activity, expiresAfterDays=1) for _ in range(3))
    assert by_status(town, activity) == (3, 3, 0, 0)
    close(author, ended)
    given.let_expire(town, ended)
    assert by_status(town, activity) == (3, 2, 1, 0)
    given.let_expire(town, past)
    assert by_status(town, activity) == (3, 1, 1, 1)
    given.expire(town)
    assert by_status(town, activity) == (3, 1, 1, 1)
    revise(author, past, expiresAfterDays=2)
    close(author, standing)
    assert by_status(town, activity) == (3, 1, 2, 0)


def test_kinds_are_counted_whatever_the_status(given: Given, town: Portal) -> None:
    activity, author = given.activity(town, kind="MUTUAL_AID", location_rule="NONE"), given.actor(town)
    for kind in ("OFFER", "OFFER", "REQUEST"):
        published(author, activity, kind)
    close(author, published(author, activity, "REQUEST"))
    found = statistics(town, activity, " ".join(KINDS))
    assert found == dict.fromkeys(KINDS, 0) | {"offerCount": 2, "requestCount": 2}


def test_categories_come_in_their_order_with_the_empty_ones(given: Given, town: Portal) -> None:
    activity, author = given.activity(town), given.actor(town)
    used, empty, last = (given.category(town, activity) for _ in range(3))
    for rank, category in ((2, used), (1, empty), (3, last)):
        given.sql(town, "UPDATE __tenant__.category SET rank = %s WHERE id = %s", rank, uuid_in(category))
    for category in (used, used, last):
        published(author, activity, category=category)
    close(author, published(author, activity, category=used))
    published(author, activity)
    assert statistics(town, activity, f"withoutCategoryCount {CATEGORIES}") == {
        "withoutCategoryCount": 1,
        "categories": [
            {"category": {"id": empty}, "count": 0},
            {"category": {"id": used}, "count": 3},
            {"category": {"id": last}, "count": 1},
        ],
    }


def counted_and_listed(portal: Portal, activity: str, **filters: object) -> tuple[int, int]:
    """How many contributions a list says that it has, and how many it has."""
    query = """query($activity: ID!, $status: ContributionStatus, $kinds: [ContributionKind!], $categories: [ID!]) {
      contributions(activity: $activity, status: $status, kinds: $kinds, categories: $categories, first: 100) {
        totalCount nodes { id } } }"""
    found = portal.ask(query, activity=activity, **filters)["contributions"]
    return found["totalCount"], len(found["nodes"])


def test_lists_count_what_they_hold_for_everybody(given: Given, town: Portal) -> None:
    activity, author = given.activity(town, kind="MUTUAL_AID", location_rule="NONE"), given.actor(town)
    category = given.category(town, activity)
    _, past, ended = (published(author, activity, "OFFER", expiresAfterDays=1) for _ in range(3))
    published(author, activity, "REQUEST", category=category)
    close(author, ended)
    given.let_expire(town, past)
    expected: dict[tuple[object, ...], int] = {
        (None, None, None): 4,
        ("OPEN", None, None): 2,
        ("OPEN", ("OFFER",), None): 1,
        ("EXPIRED", None, None): 1,
        ("EXPIRED", ("REQUEST",), None): 0,
        ("CLOSED", ("OFFER", "REQUEST"), None): 1,
        (None, None, (category,)): 1,
        ("OPEN", ("OFFER",), (category,)): 0,
    }
    for viewer in (town, author, given.actor(town, role="MODERATOR")):
        for (status, kinds, categories), count in expected.items():
            found = counted_and_listed(viewer, activity, status=status, kinds=kinds, categories=categories)
            assert found == (count, count), (status, kinds, categories)
    given.expire(town)
    assert counted_and_listed(town, activity, status="EXPIRED") == (1, 1)


def test_other_activities_are_not_counted(given: Given, town: Portal) -> None:
    space = given.space(town)
    one, other = (given.activity(town, space=space, vote_method="SUPPORT") for _ in range(2))
    contribution = published(given.actor(town), one)
    cast(given.actor(town), contribution, "SUPPORT")
    comment(given.actor(town), contribution)
    moderator = given.actor(town, role="MODERATOR")
    counts = f"{COUNTS} {' '.join(FOR_MODERATORS)}"
    assert set(statistics(moderator, other, counts).values()) == {0}
    assert sum(day["count"] for day in statistics(town, other, "days { count }")["days"]) == 0
    assert statistics(moderator, one, counts)["totalCount"] == 1


ELSEWHERE = {
    "commune-75056": "Europe/Paris",
    "commune-98818": "Pacific/Noumea",
    "departement-974": "Indian/Reunion",
    "epci-249720061": "America/Martinique",
    "province-90000": "Europe/Brussels",
    "commune-98735": "Pacific/Tahiti",
}


@pytest.mark.parametrize(("collectivite", "zone"), ELSEWHERE.items())
def test_days_are_the_last_thirty_of_the_portal_with_the_empty_ones(
    given: Given, town: Portal, collectivite: str, zone: str
) -> None:
    portal = given.tenant(town, f"days-{collectivite}", collectivite)
    assert portal.ask("{ portal { timeZone } }")["portal"] == {"timeZone": zone}
    activity, author = given.activity(portal), given.actor(portal)
    today, yesterday, first = (midnight(given, portal, ZoneInfo(zone), age) for age in (0, 1, 29))
    tick = timedelta(microseconds=1)
    for moment in (today, today - tick, yesterday, first, first - tick):
        let_be_published(given, portal, published(author, activity), moment)
    days = statistics(portal, activity, "days { day count }")["days"]
    last = today.astimezone(ZoneInfo(zone)).date()
    assert [date.fromisoformat(found["day"]) for found in days] == [
        last - timedelta(days=age) for age in range(29, -1, -1)
    ]
    assert [found["count"] for found in days] == [1, *[0] * 27, 2, 1]


HOURS_OF_DAYS = {
    ("Europe/Paris", date(2026, 3, 29)): 23,
    ("Europe/Paris", date(2026, 10, 25)): 25,
    ("Europe/Brussels", date(2026, 10, 25)): 25,
    ("America/Miquelon", date(2026, 3, 8)): 23,
    ("Pacific/Noumea", date(2026, 3, 29)): 24,
    ("Indian/Reunion", date(2026, 10, 25)): 24,
}


@pytest.mark.parametrize(("day", "hours"), HOURS_OF_DAYS.items())
def test_days_have_as_many_hours_as_there(database_url: str, day: tuple[str, date], hours: int) -> None:
    zone, wanted = day
    moments = table("moments", column("moment", DateTime(timezone=True)))
    query = select(statistics_of._day(moments.c.moment, literal_column(f"'{zone}'")))
    text = str(query.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    hourly = "SELECT timestamptz '2026-01-01 00:30Z' + n * interval '1 hour' AS moment FROM generate_series(0, 8759) n"
    with psycopg.connect(database_url) as connection:
        days = [found for (found,) in connection.execute(f"WITH moments AS ({hourly}) {text}".encode())]
    assert days.count(wanted) == hours


def test_votes_comments_and_authors_are_counted_for_moderators(given: Given, town: Portal) -> None:
    activity, author, neighbour = given.activity(town, vote_method="SUPPORT"), given.actor(town), given.actor(town)
    first, second, third = (published(found, activity) for found in (author, author, neighbour))
    for voter, contribution in ((author, third), (neighbour, third), (neighbour, first)):
        cast(voter, contribution, "SUPPORT")
    for contribution in (first, first, second):
        comment(neighbour, contribution)
    for role in ("MODERATOR", "ADMIN"):
        found = statistics(given.actor(town, role=role), activity, " ".join(FOR_MODERATORS))
        assert found == {"voteCount": 3, "commentCount": 3, "authorCount": 2}


@pytest.mark.parametrize("name", FOR_MODERATORS)
def test_what_is_for_moderators_does_not_exist_for_others(given: Given, town: Portal, name: str) -> None:
    query = f'{{ activity(id: "{given.activity(town)}") {{ statistics {{ {name} }} }} }}'
    for portal in (town, given.actor(town)):
        assert portal.codes(query) == ["GRAPHQL_VALIDATION_FAILED"]


@pytest.mark.parametrize(
    ("visibility", "roles"), [("DRAFT", ["MODERATOR", "ADMIN"]), ("MEMBERS", ["MEMBER", "MODERATOR", "ADMIN"])]
)
def test_statistics_are_seen_by_who_sees_the_activity(
    given: Given, town: Portal, visibility: str, roles: list[str]
) -> None:
    activity = given.activity(town, space=given.space(town, visibility=visibility))
    published(given.actor(town, role="ADMIN"), activity)
    query = "query($id: ID!) { activity(id: $id) { statistics { totalCount } } }"
    for role in ("MEMBER", "MODERATOR", "ADMIN"):
        expected = {"statistics": {"totalCount": 1}} if role in roles else None
        assert given.actor(town, role=role).ask(query, id=activity) == {"activity": expected}
    assert town.ask(query, id=activity) == {"activity": None}


def test_statistics_of_another_tenants_activity_are_not_found(given: Given, town: Portal, lehavre: Portal) -> None:
    query = "query($id: ID!) { activity(id: $id) { statistics { totalCount } } }"
    assert lehavre.member().ask(query, id=given.activity(town)) == {"activity": None}


@pytest.mark.parametrize("count", [1, 20])
def test_all_statistics_of_a_spaces_activities_are_one_statement(given: Given, town: Portal, count: int) -> None:
    space, author = given.space(town), given.actor(town)
    for _ in range(count):
        activity = given.activity(town, space=space)
        published(author, activity, category=given.category(town, activity))
    query = f"""query($id: ID!) {{ space(id: $id) {{ activities {{ statistics {{
      totalCount categories {{ category {{ name }} count }} days {{ count }} {" ".join(FOR_MODERATORS)}
    }} }} }} }}"""
    moderator = given.actor(town, role="MODERATOR")
    with statements(town, 1):
        found = moderator.ask(query, id=space)["space"]["activities"]
    assert [activity["statistics"]["totalCount"] for activity in found] == [1] * count


def scans(
    given: Given, portal: Portal, monkeypatch: pytest.MonkeyPatch, query: str, **variables: Any
) -> tuple[int, int]:
    """How often the one statement of a query reads the counts, and the contributions that are overdue."""
    database = portal.running.database
    asked: list[tuple[str, list[object]]] = []
    read = database.read

    async def recorded(
        statement: Statement, tenant: int | None, values: Mapping[str, object], **options: bool
    ) -> list[bytes | None]:
        asked.append((statement.text_for(tenant), statement.values(values)))
        return await read(statement, tenant, values, **options)

    monkeypatch.setattr(database, "read", recorded)
    portal.ask(query, **variables)
    [(text, values)] = asked
    with psycopg.connect(given.url) as connection:
        plan = psycopg.RawCursor(connection).execute(f"EXPLAIN {text}", values).fetchall()
    return str(plan).count("on activity_count folded"), str(plan).count("on contribution overdue")


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (f"{COUNTS} {CATEGORIES} again: openCount", (1, 1)),
        ("totalCount closedCount", (1, 0)),
        (CATEGORIES, (1, 0)),
        ("days { day count }", (0, 0)),
        (" ".join(FOR_MODERATORS), (0, 0)),
        ("__typename", (0, 0)),
    ],
)
def test_counts_are_read_once_and_only_what_is_selected_costs(
    given: Given, town: Portal, monkeypatch: pytest.MonkeyPatch, selection: str, expected: tuple[int, int]
) -> None:
    moderator = given.actor(town, role="MODERATOR")
    query = f"query($id: ID!) {{ activity(id: $id) {{ statistics {{ {selection} }} }} }}"
    assert scans(given, moderator, monkeypatch, query, id=given.activity(town)) == expected
