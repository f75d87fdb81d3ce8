"""Failover in a short form: the cluster is lost under people who vote and read, hung and then killed; its copy takes over."""

import asyncio

from bench.standby import Loss
from tests.fault.failover import PROJECTS, prepared

VOTERS = 15
FLOW_S = 5.0
"""What takes 0.8 s where nothing else runs; without a look at other hosts it never came back."""


def test_votes_and_reads_go_on_at_the_copy_that_was_promoted_and_each_vote_counts_once() -> None:
    with prepared(VOTERS) as failover:
        for times, loss in enumerate(Loss, 1):
            asyncio.run(failover.run(loss))
            assert failover.votes == times * VOTERS * PROJECTS
            assert failover.lost_and_double() == (0, 0)
            assert failover.figures.flows[-1].slowest_s < FLOW_S
            if loss is Loss.HUNG:
                failover.pair.bury()
                failover.pair.follow()
        figures = failover.figures
        assert (figures.unanswered, figures.uncoded, figures.lacking) == (0, 0, [])
        assert set(figures.answers) <= {200, 503}
