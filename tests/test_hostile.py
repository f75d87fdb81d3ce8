"""Hostile input over everything that a client may send: no answer with 5xx, no word of the machinery, no foreign row.

`python -m tests.hostile` does the same with any seed, and prints how many answers had which status.
"""

from collections.abc import Iterator

import pytest

from tests.callers import World
from tests.given import Given
from tests.hostile.run import Report
from tests.hostile.site import attacked, report_of

SEED = 20_260_301


@pytest.fixture(scope="module")
def worlds(database_url: str, tmp_path_factory: pytest.TempPathFactory, given: Given) -> Iterator[tuple[World, World]]:
    yield from attacked(database_url, tmp_path_factory.mktemp("hostile"), given)


@pytest.fixture(scope="module")
def report(worlds: tuple[World, World], given: Given) -> Report:
    with given.nothing_written(worlds[1].portal):
        return report_of(worlds, SEED)


def test_no_answer_is_what_none_may_be(report: Report) -> None:
    assert report.findings == [], "\n".join(map(str, report.findings[:20]))


def test_every_kind_of_input_was_tried_and_most_of_it_was_understood(report: Report) -> None:
    assert report.count >= 1_000
    refused = sum(count for (_, status), count in report.statuses.items() if status == 429)
    assert refused < report.count / 20, "what is refused for its number alone tries nothing"


def test_server_serves_on_as_before(worlds: tuple[World, World], report: Report) -> None:
    for found in worlds:
        assert found.portal.client.get("/healthz").json() == {"status": "ok"}
        shown = found.portal.ask("{ spaces { totalCount } portal { slug } }")
        assert shown["portal"] == {"slug": found.portal.story.slug}
        assert shown["spaces"]["totalCount"] >= 2  # Administrators may have made more.
