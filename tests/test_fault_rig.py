"""The rig's short form: broken once in each way under people who read and vote, nothing is unanswered, lost or doubled."""

import asyncio

from tests.fault.town import lost_and_double, town

READERS, VOTERS, CONTRIBUTIONS = 12, 16, 30


def test_whatever_breaks_everybody_is_answered_and_each_vote_counts_once() -> None:
    with town("unix", seed=1, voters=VOTERS, contributions=CONTRIBUTIONS) as rig:
        rig.readers = READERS
        figures = asyncio.run(rig.run_through())
        assert (figures.unanswered, figures.uncoded, figures.lacking) == (0, 0, [])
        assert lost_and_double(rig) == (0, 0)
        assert len(figures.interruptions) == 12
        assert {"read", "vote"} <= figures.last_good.keys()
