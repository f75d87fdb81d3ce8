"""A cluster with a copy that follows it: nobody reads what is older than one's own changes, a copy that lags is left, and
the cluster is lost under people who vote and read, hung and then killed."""

import asyncio
from collections.abc import Iterator

import pytest

from bench.standby import Loss
from tests import acting
from tests.conftest import Portal
from tests.fault.failover import MOST_LAG_S, PROJECTS, Failover, prepared
from tests.given import Given
from tests.own import until
from tests.surveying import done, opened, said
from tests.test_answerer import SHORT, keep, look

VOTERS = 15
FLOW_S = 5.0
"""What takes 0.8 s where nothing else runs; without a look at other hosts it never came back."""

READ = "query($id: ID!) { contribution(id: $id) { title } }"


@pytest.fixture(scope="module")
def failover() -> Iterator[Failover]:
    with prepared(VOTERS) as made:
        yield made


@pytest.fixture
def beside(failover: Failover) -> Iterator[Given]:
    given = Given(failover.pair.primary.url)
    yield given
    given.close()


def read(portal: Portal, contribution: str, turn: int) -> object:
    """Whether somebody sees it, whose question is a new one each time."""
    return portal.ask(f"{READ} # {turn}", id=contribution)["contribution"]


def test_whoever_may_have_written_reads_nothing_older_and_a_copy_that_lags_is_left(
    failover: Failover, beside: Given
) -> None:
    town = failover.portal
    author, admin = beside.actor(town), beside.actor(town, role="ADMIN")
    activity, survey = beside.activity(town), opened(beside, town, admin, SHORT)
    done(admin, "proofRuleSet", activity=survey, isWithoutAccount=True)
    acting.published(author, activity)
    replica = town.running.database.replica
    assert replica is not None
    until(lambda: replica.lag_s == 0.0)
    with failover.pair.lagging():
        new = acting.published(author, activity, title="Une serre au soleil")
        told = {"title": "Une serre au soleil"}
        assert read(author, new, 1) == told
        assert read(town, new, 2) is None, "an anonymous visitor reads from the copy"
        key = keep(town, survey, said("q1", text="Oui"))["browserKey"]
        assert look(town, survey, key)["page"]["parts"][0]["text"] == "Oui", "a browser that answers without account"
        until(lambda: not replica.is_asked)
        assert replica.lag_s is not None and MOST_LAG_S < replica.lag_s < MOST_LAG_S + 8
        assert read(town, new, 3) == told
    until(lambda: replica.is_asked and replica.lag_s == 0.0)


def test_votes_and_reads_go_on_at_the_copy_that_was_promoted_and_each_vote_counts_once(failover: Failover) -> None:
    for times, loss in enumerate(Loss, 1):
        asyncio.run(failover.run(loss))
        assert failover.votes == times * VOTERS * PROJECTS
        assert failover.lost_and_double() == (0, 0)
        assert failover.figures.flows[-1].slowest_s < FLOW_S
        failover.pair.bury()
        failover.pair.follow()
    figures = failover.figures
    assert (figures.unanswered, figures.uncoded, figures.lacking) == (0, 0, [])
    assert set(figures.answers) <= {200, 503}
