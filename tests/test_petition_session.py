"""Sessions of the assembly at which petitions are on the agenda: possible days, and another day where it is put off."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.acting import refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import SESSION, opened, reached, read, ruled

ANSWER = {"answer": "Le conseil a débattu, et garde les arbres."}


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


@pytest.fixture
def proposal(given: Given, town: Portal, moderator: Portal) -> str:
    """A petition that the city has acknowledged."""
    petition = opened(given.actor(town), moderator, ruled(given, town, given.actor(town, role="ADMIN")))
    reached(given, town, petition)
    done(moderator, "petitionAcknowledge", contribution=petition)
    return petition


def in_days(days: int) -> str:
    return (datetime.now(ZoneInfo("Europe/Paris")).date() + timedelta(days=days)).isoformat()


@pytest.mark.parametrize("days", [-2, 1_900])
def test_session_is_no_day_before_it_was_transmitted_nor_years_ahead(
    given: Given, town: Portal, moderator: Portal, proposal: str, days: int
) -> None:
    with given.nothing_written(town):
        told = do(moderator, "petitionSchedule", contribution=proposal, sessionOn=in_days(days))
        assert told["userErrors"] == refused("BAD_INPUT", "sessionOn")
    done(moderator, "petitionSchedule", contribution=proposal, sessionOn=in_days(1))


def test_session_that_is_put_off_is_another_day_and_the_journal_has_both(
    given: Given, town: Portal, moderator: Portal, proposal: str
) -> None:
    done(moderator, "petitionSchedule", contribution=proposal, sessionOn=in_days(30))
    first = read(town, proposal)
    done(moderator, "petitionSchedule", contribution=proposal, sessionOn=SESSION)
    now = read(town, proposal)
    assert (now["state"], now["sessionOn"]) == ("ON_AGENDA", SESSION)
    assert now["dueAt"] == first["dueAt"], "it is answered no later for that"
    notes = "SELECT payload FROM __tenant__.event WHERE kind = 'PETITION_SCHEDULED' AND subject_id = %s ORDER BY id"
    assert [note["session"] for (note,) in given.sql(town, notes, uuid_in(proposal))] == [in_days(30), SESSION]
    done(moderator, "petitionAnswer", contribution=proposal, **ANSWER)
    late = do(moderator, "petitionSchedule", contribution=proposal, sessionOn=in_days(60))
    assert late["userErrors"] == refused("ACTION_NOT_POSSIBLE", "contribution")
