"""Folding: whatever is voted and whenever it is folded, the tally equals a recount and sorting follows the fold."""

import asyncio
import threading
from time import monotonic
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from hypothesis import strategies as st
from sqlalchemy import Select, func, literal_column, select

import jobs.deliver
import jobs.fold
import jobs.journal
import jobs.petition
import jobs.worker
from bench.statement import Planner
from database import statement
from database.door import Database
from models.base import new_id
from tenants.registry import TenantRegistry
from tests import recount
from tests.acting import cast, close, published, withdraw
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_access_path import nodes_of

DELTAS = "SELECT coalesce(sum(delta), 0), count(*) FROM __tenant__.tally_delta WHERE contribution_id = %s"
SETTING = select(func.current_setting(literal_column("'enable_seqscan'")))
FOLDED = "SELECT key, count FROM __tenant__.tally WHERE contribution_id = %s ORDER BY key"

VOTER = st.integers(0, 2)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["FOR", "MIXED", "AGAINST"]), VOTER),
        st.tuples(st.just("withdraw"), VOTER),
        st.tuples(st.sampled_from(["fold", "fold hot"]), st.just(0)),
    ),
    max_size=14,
)


@pytest.fixture(scope="module")
def opinions(given: Given, town: Portal) -> tuple[str, list[Portal]]:
    """An activity that takes opinions, and three voters."""
    return given.activity(town, kind="CONSULTATION", vote_method="OPINION"), given.citizens(town, 3)


@pytest.fixture
def resting_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's worker leaves the work to the test."""

    async def rest(*_: object) -> None:
        pass

    monkeypatch.setattr(jobs.worker.Folding, "_fold", rest)
    monkeypatch.setattr(jobs.worker.Folding, "_fold_hot", rest)


@pytest.fixture
def few_are_hot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two deltas make a contribution hot."""
    monkeypatch.setattr(jobs.fold, "HOT", 2)


@pytest.mark.usefixtures("few_are_hot")
@hypothesis.given(actions=ACTIONS)
@hypothesis.settings(max_examples=25, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
def test_tally_equals_a_recount_after_any_sequence_of_votes_and_folds(
    given: Given, town: Portal, opinions: tuple[str, list[Portal]], actions: list[tuple[str, int]]
) -> None:
    activity, voters = opinions
    contribution = published(voters[0], activity)
    remaining: dict[int, str] = {}
    for action, index in actions:
        match action:
            case "fold hot":
                given.run(jobs.fold.fold_hot(given.database, town.number))
            case "fold":
                given.fold(town)
                assert given.row(town, contribution)["support_count"] == list(remaining.values()).count("FOR")
            case "withdraw":
                answer = withdraw(voters[index], contribution)
                remaining.pop(index, None)
                assert answer["contribution"]["tally"]["totalCount"] == len(remaining)
            case choice:
                answer = cast(voters[index], contribution, choice)
                remaining[index] = choice
                assert answer["contribution"]["tally"]["totalCount"] == len(remaining)
        kept = list(remaining.values())
        assert recount.votes(given, town, contribution) == {choice: kept.count(choice) for choice in sorted(set(kept))}


def test_folding_moves_the_deltas_into_the_counts(given: Given, town: Portal) -> None:
    contribution = published(given.actor(town), given.activity(town, vote_method="OPINION"))
    for voter, choice in zip(given.citizens(town, 4), ("FOR", "FOR", "AGAINST", "MIXED"), strict=True):
        cast(voter, contribution, choice)
    given.fold(town)
    assert given.sql(town, DELTAS, uuid_in(contribution)) == [(0, 0)]
    assert given.sql(town, FOLDED, uuid_in(contribution)) == [("AGAINST", 1), ("FOR", 2), ("MIXED", 1)]
    assert given.row(town, contribution)["support_count"] == 2


def test_most_supported_come_first_once_folded(given: Given, town: Portal) -> None:
    activity = given.activity(town, vote_method="SUPPORT")
    author = given.actor(town)
    few, many, none = (published(author, activity) for _ in range(3))
    voters = given.citizens(town, 3)
    for voter in voters:
        cast(voter, many, "SUPPORT")
    cast(voters[0], few, "SUPPORT")
    given.fold(town)
    query = "query($id: ID!) { activity(id: $id) { contributions(order: MOST_SUPPORTED) { nodes { id } } } }"
    listed = town.ask(query, id=activity)["activity"]["contributions"]["nodes"]
    assert [node["id"] for node in listed] == [many, few, none]
    for voter in voters:
        withdraw(voter, many)
    given.fold(town)
    listed = town.ask(query, id=activity)["activity"]["contributions"]["nodes"]
    assert listed[0]["id"] == few


def test_second_folder_leaves_the_deltas_to_the_first(given: Given, town: Portal) -> None:
    contribution = published(given.actor(town), given.activity(town, vote_method="SUPPORT"))
    with psycopg.connect(given.url) as first:
        first.execute("SELECT pg_advisory_xact_lock(7461, %s::int)", [town.number])
        cast(given.actor(town), contribution, "SUPPORT")
        assert given.run(jobs.fold.fold(given.database, town.number)) is False
        assert given.sql(town, DELTAS, uuid_in(contribution)) == [(1, 1)]
    given.fold(town)
    assert given.sql(town, DELTAS, uuid_in(contribution)) == [(0, 0)]


def test_more_deltas_than_a_batch_are_folded_in_several(given: Given, town: Portal) -> None:
    contribution = published(given.actor(town), given.activity(town, vote_method="SUPPORT"))
    count = jobs.fold.BATCH + 7
    given.sql(
        town,
        "INSERT INTO __tenant__.tally_delta (id, vote_id, contribution_id, key, delta)"
        " SELECT gen_random_uuid(), gen_random_uuid(), %s, 'SUPPORT', 1 FROM generate_series(1, %s)",
        uuid_in(contribution),
        count,
    )
    given.fold(town)
    assert given.sql(town, FOLDED, uuid_in(contribution)) == [("SUPPORT", count)]
    assert given.row(town, contribution)["support_count"] == count


@pytest.mark.usefixtures("resting_worker")
def test_only_hot_contributions_are_folded_at_once(given: Given, town: Portal) -> None:
    author, activity = given.actor(town), given.activity(town, vote_method="SUPPORT")
    hot, cool = published(author, activity), published(author, activity)
    given.fold(town)
    for contribution, count in ((hot, jobs.fold.HOT), (cool, jobs.fold.HOT - 1)):
        for _ in range(count):
            given.insert(
                town, "tally_delta", vote_id=new_id(), contribution_id=uuid_in(contribution), key="SUPPORT", delta=1
            )
    assert given.run(jobs.fold.fold_hot(given.database, town.number)) is False
    assert given.sql(town, DELTAS, uuid_in(hot)) == [(0, 0)]
    assert given.sql(town, FOLDED, uuid_in(hot)) == [("SUPPORT", jobs.fold.HOT)]
    assert given.sql(town, DELTAS, uuid_in(cool)) == [(jobs.fold.HOT - 1, jobs.fold.HOT - 1)]
    assert given.sql(town, FOLDED, uuid_in(cool)) == []
    given.fold(town)
    assert given.sql(town, FOLDED, uuid_in(cool)) == [("SUPPORT", jobs.fold.HOT - 1)]


@pytest.mark.parametrize("fold", [jobs.fold.VOTES, jobs.fold.CELLS, jobs.fold.ACTIVITIES])
def test_deltas_are_taken_by_their_ids_also_by_plans_made_for_none(
    given: Given, town: Portal, fold: Select[int]
) -> None:
    """A join with those that are to be taken would compare each with each: seconds for thousands."""
    given.fold(town)
    for name in ("tally_delta", "cell_count_delta", "activity_count_delta"):
        given.sql(town, f"VACUUM ANALYZE __tenant__.{name}")
    text = statement.cached(fold).text_for(town.number)
    with psycopg.connect(given.url) as connection:
        connection.execute("SET enable_seqscan = off")  # As the transaction of a fold has it.
        [(plan,)] = psycopg.RawCursor(connection).execute("EXPLAIN (GENERIC_PLAN, FORMAT JSON) " + text).fetchall()
    [taken] = [node for node in nodes_of(plan[0]["Plan"]) if node.get("Subplan Name") == "CTE taken"]
    reads = [node for node in taken["Plans"] if node["Parent Relationship"] == "Outer"]
    assert ["= ANY" in node.get("Index Cond", node.get("Recheck Cond", "")) for node in reads] == [True]


def test_delta_of_an_unknown_contribution_does_not_stop_the_fold(given: Given, town: Portal) -> None:
    absent = new_id()
    given.insert(town, "tally_delta", vote_id=new_id(), contribution_id=absent, key="SUPPORT", delta=1)
    given.fold(town)
    assert given.sql(town, DELTAS, absent) == [(0, 0)]


@pytest.mark.usefixtures("resting_worker")
def test_counts_of_an_activity_are_one_row_a_group_without_zeros(given: Given, town: Portal) -> None:
    activity, author = given.activity(town), given.actor(town)
    label = given.category(town, activity)
    for _ in range(2):
        published(author, activity)
        close(author, published(author, activity, category=label))
        given.fold(town)
    groups = "SELECT status, category_id, count FROM __tenant__.activity_count WHERE activity_id = %s ORDER BY status"
    assert given.sql(town, groups, uuid_in(activity)) == [("CLOSED", uuid_in(label), 2), ("OPEN", None, 2)]
    deltas = "SELECT count(*) FROM __tenant__.activity_count_delta WHERE activity_id = %s"
    assert given.sql(town, deltas, uuid_in(activity)) == [(0,)]


def test_worker_folds_what_is_hot_in_busy_tenants_at_once_and_all_in_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database("postgresql://nowhere")
    folded: list[list[int]] = []

    async def noted(whose: Database, tenant: int) -> bool:
        if whose is database:  # The server of other tests has its worker, too.
            folded[-1].append(tenant)
        return False

    async def noted_hot(whose: Database, tenant: int) -> bool:
        if whose is database:
            folded[-1].append(-tenant)
        return False

    async def sealed(*_: object) -> int:
        return 0

    monkeypatch.setattr(jobs.fold, "fold", noted)
    monkeypatch.setattr(jobs.fold, "fold_hot", noted_hot)
    monkeypatch.setattr(jobs.journal, "seal", sealed)
    monkeypatch.setattr(jobs.deliver, "deliver", sealed)
    monkeypatch.setattr(jobs.petition, "tend", sealed)
    folding = jobs.worker.Folding(database, TenantRegistry(database, local_suffix=None))

    def turns(count: int, **changes: int) -> list[list[int]]:
        folded.clear()
        for name, times in changes.items():
            for _ in range(times):
                database.note_change(int(name.removeprefix("tenant_")))
        for _ in range(count):
            folded.append([])
            asyncio.run(folding.fold())
        return folded.copy()

    assert turns(9, tenant_1=jobs.worker.BUSY, tenant_2=jobs.worker.BUSY - 1) == [[-1]] + 8 * [[]]
    assert turns(1) == [[1, 2]]
    assert turns(2, tenant_1=jobs.worker.BUSY - 1, tenant_2=jobs.worker.BUSY) == [[-2], []]
    assert turns(8, tenant_1=1) == [[-1]] + 6 * [[]] + [[1, 2]]
    assert turns(10) == 10 * [[]]


def test_server_folds_what_was_voted_by_itself(given: Given, town: Portal) -> None:
    contribution = published(given.actor(town), given.activity(town, vote_method="SUPPORT"))
    cast(given.actor(town), contribution, "SUPPORT")
    deadline = monotonic() + 10
    while given.row(town, contribution)["support_count"] != 1:
        assert monotonic() < deadline, "the worker does not fold"
        threading.Event().wait(0.02)
    assert given.sql(town, FOLDED, uuid_in(contribution)) == [("SUPPORT", 1)]


DETAIL = "query($id: ID!) { contribution(id: $id) { title tally { totalCount } } }"
ONE_SIDED = """
INSERT INTO __tenant__.tally_delta (id, vote_id, contribution_id, key, delta)
SELECT gen_random_uuid(), gen_random_uuid(), %s, 'SUPPORT', 1 FROM generate_series(1, 3000)"""


def scans_of_deltas(given: Given, portal: Portal, contribution: str) -> list[tuple[str, str | None]]:
    """How a plan that is kept reads the deltas of a tally."""
    planned = Planner().read(DETAIL, {"id": contribution}, portal.number)
    with psycopg.connect(given.url) as connection:
        connection.execute("SET enable_bitmapscan = off")  # An index either way.
        cursor = psycopg.RawCursor(connection).execute("EXPLAIN (GENERIC_PLAN, FORMAT JSON) " + planned.text)
        [(plan,)] = cursor.fetchall()
    nodes = nodes_of(plan[0]["Plan"])
    return [
        (found["Node Type"], found.get("Index Name")) for found in nodes if found.get("Relation Name") == "tally_delta"
    ]


@pytest.mark.usefixtures("resting_worker")
def test_tally_is_read_by_an_index_also_by_plans_made_while_there_are_no_deltas_or_those_of_one(
    given: Given, rennes: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a plan is kept, and would read all that was folded and not yet vacuumed, for each answer of a burst."""

    async def rest(*_: object) -> None:
        pass

    monkeypatch.setattr(jobs.worker.Folding, "fold_whole", rest)  # So that the test alone lengthens the table.
    portal = given.tenant(rennes, f"deltas-{uuid4().hex[:12]}", "commune-35238")
    contribution = published(given.actor(portal), given.activity(portal, vote_method="SUPPORT"))
    by_index = [("Index Scan", "tally_delta_contribution")]
    given.sql(portal, "VACUUM (ANALYZE) __tenant__.tally_delta")
    assert scans_of_deltas(given, portal, contribution) == [("Seq Scan", None)]  # What is healed here.
    given.run(jobs.fold.lengthen(given.database, portal.number))
    given.fold(portal)
    given.sql(portal, "VACUUM (ANALYZE) __tenant__.tally_delta")
    [(size,)] = given.sql(portal, "SELECT pg_relation_size('__tenant__.tally_delta'::regclass)")
    assert size >= jobs.fold.LONG_BYTES
    assert scans_of_deltas(given, portal, contribution) == by_index
    given.sql(portal, ONE_SIDED, uuid_in(contribution))
    given.sql(portal, "VACUUM (ANALYZE) __tenant__.tally_delta")
    assert scans_of_deltas(given, portal, contribution) == by_index
    given.run(jobs.fold.lengthen(given.database, portal.number))
    assert given.sql(portal, "SELECT count(*) FROM __tenant__.tally_delta") == [(3_000,)]  # It is long enough.


def test_fold_is_planned_to_read_deltas_by_their_indexes(given: Given, town: Portal) -> None:
    async def seqscan() -> object:
        async with given.database.transaction(town.number) as transaction:
            await transaction.one(jobs.fold.LOCK, tenant=town.number)
            row = await transaction.one(SETTING)
            return row and row[0]

    assert given.run(seqscan()) == "off"
    [(usual,)] = given.run(given.database.rows(SETTING, town.number))
    assert usual == "on"
