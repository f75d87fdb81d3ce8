"""The wall between two tenants of which one has moved to another cluster: as tests/test_isolation.py proves it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import httpx
import pytest

from database.door import Database
from demo.load import load
from planner import cost
from tenants import tenant_move
from tests import fingerprint, twin
from tests.behind import EAST, Pair, second
from tests.conftest import Portal, serve
from tests.intruding import MUTATIONS, QUERIES, Case
from tests.operation import call
from tests.own import Own
from tests.test_isolation import FIELDS, ids_of, query, schemas_in, shows
from tests.test_isolation import texts as texts

UNMADE = (
    "Report",
    "ModerationDecision",
    "WithheldContribution",
    "Exchange",
    "Message",
    "MissionSlot",
    "PollingDesk",
    "Draft",
)
"""Kinds of objects of which the twins have none here: an id of another kind's UUID stands for each."""


@pytest.fixture(scope="module")
def pair(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with second(own, tmp_path_factory.mktemp("east")) as made:
        yield made


@pytest.fixture(scope="module")
def apart(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Portal, Portal]]:
    """The twins, the second of which is in the second cluster, its former copy removed."""
    stories = [twin.twin(word) for word in ("hirondelle", "martinet")]

    async def placed(database: Database) -> None:
        await load(database, stories, lambda _: None)
        await tenant_move.move(database, stories[1].slug, EAST, lambda _: None)
        await tenant_move.clean(database, stories[1].slug)

    pair.run(placed)
    for each in (pair.main, pair.east):
        for (number,) in each.rows("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 't_')"):
            for slug, seen in twin.VISIBILITY.items():
                each.rows(f"UPDATE {number}.participatory_space SET visibility = %s WHERE slug = %s", seen, slug)
    clusters = pair.database(8, is_serving=True).clusters.values()
    for running in serve(pair.main.url, tmp_path_factory.mktemp("data"), clusters=list(clusters)):
        with httpx.Client(base_url=running.url, timeout=30) as client, pytest.MonkeyPatch.context() as patch:
            patch.setattr(cost, "MAX_COST", 10**6)
            here, there = (Portal(client, story, running) for story in stories)
            yield here, there


def contents(pair: Pair, apart: tuple[Portal, Portal]) -> list[object]:
    """A fingerprint of all tenants' tables, each in its cluster."""
    return [
        each.rows(fingerprint.of(portal.number)) for each, portal in zip((pair.main, pair.east), apart, strict=True)
    ]


def foreign(portal: Portal) -> dict[str, str]:
    ids = ids_of(portal)
    uuid = ids["Contribution"].rpartition("_")[2]
    return ids | {name: f"{name.lower()}_{portal.number}_{uuid}" for name in UNMADE}


def test_each_twin_is_in_its_own_cluster_alone(pair: Pair, apart: tuple[Portal, Portal]) -> None:
    schemas = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 't_')"
    here, there = apart
    assert [each.rows(schemas) for each in (pair.main, pair.east)] == [
        [(f"t_{here.number}",)],
        [(f"t_{there.number}",)],
    ]
    assert (here.record.database, there.record.database) == ("main", EAST)


def turns(apart: tuple[Portal, Portal], cases: Mapping[str, list[Case]]) -> Iterator[tuple[str, Case, Portal, Portal]]:
    """Each case once, by turns from one portal into the other and back: all roles are tests/test_isolation.py's."""
    for index, (name, case) in enumerate((name, case) for name, cases_ in cases.items() for case in cases_):
        here, there = apart[:: 1 if index % 2 else -1]
        yield name, case, here, there


def test_no_query_crosses_clusters(apart: tuple[Portal, Portal], texts: set[str]) -> None:
    ids = {portal.number: foreign(portal) for portal in apart}
    for name, case, here, there in turns(apart, QUERIES):
        if str(there.number) not in str(given := case(ids[there.number])) and name != "contributionAt":
            continue  # It names nothing of the other.
        asked = query(name, given)
        texts.clear()
        answer = here.admin().post(asked)
        assert "errors" not in answer.json(), name
        assert not shows(answer.text, there), name
        assert schemas_in(texts) <= {f"t_{here.number}"}, name
        assert replace(here, token=there.member(0).token).post(asked).status_code == 401, name


def test_both_are_read_each_from_its_own_cluster(apart: tuple[Portal, Portal]) -> None:
    for here, there in (apart, apart[::-1]):
        asked = query("contribution", {"id": ids_of(here)["Contribution"]})
        for viewer in (here, here.member(0)):
            answer = viewer.post(asked)
            assert shows(answer.text, here)
            assert not shows(answer.text, there)


def test_no_mutation_crosses_clusters(pair: Pair, apart: tuple[Portal, Portal]) -> None:
    ids = {portal.number: foreign(portal) for portal in apart}
    before = contents(pair, apart)
    for name, case, here, there in turns(apart, MUTATIONS):
        own = {f"own {key}": id_ for key, id_ in ids[here.number].items()}
        asked = call(name, FIELDS["Mutation"][name].args, {"input": case({**ids[there.number], **own})})
        answer = here.admin().post(f"mutation {{ {asked} {{ userErrors {{ code message field }} }} }}")
        assert not shows(answer.text, there), name
        assert [error["code"] for error in answer.json()["data"][name]["userErrors"]] == ["NOT_FOUND"], name
    assert contents(pair, apart) == before
