"""A short month of neighbours: with nudges and waves more requests have a known outcome, and nothing stays silent."""

import pytest

from bench.month import Month, MonthOutcome
from tests.conftest import Portal
from tests.given import Given


@pytest.fixture(scope="module")
def months(given: Given, rennes: Portal) -> tuple[MonthOutcome, MonthOutcome]:
    """The same fourteen days with nudges and waves, and without."""
    found = []
    for slug, is_reminded in (("month-with", True), ("month-without", False)):
        town = given.tenant(rennes, slug, "commune-35238")
        month = Month(
            given.database, given.url, town.number, is_reminded, people_count=50, requests=20, offers=8, days=14
        )
        given.run(month.run())
        found.append(given.run(month.outcome()))
    return found[0], found[1]


def test_with_nudges_and_waves_more_outcomes_are_known(months: tuple[MonthOutcome, MonthOutcome]) -> None:
    with_, without = months
    assert with_.known >= 0.7 and with_.known - without.known >= 0.2
    assert with_.called > 0 == without.called


def test_nothing_is_silent_beyond_seven_days(months: tuple[MonthOutcome, MonthOutcome]) -> None:
    for month in months:
        assert month.silent == 0
        assert month.longest <= 7.25  # Six hours a step.
