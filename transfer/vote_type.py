"""Pabulib's types of votes, as our methods: what files are written and read by."""

from collections.abc import Mapping

from models.vote import VoteMethod

APPROVAL, ONE, CUMULATIVE, SCORING, ORDINAL = "approval", "choose-1", "cumulative", "scoring", "ordinal"
ENVELOPE = "approval/cost"
"""Approval up to a sum of costs, which Pabulib has no type for: the key `max_sum_cost` tells it."""

WRITTEN: Mapping[VoteMethod, str] = {
    VoteMethod.APPROVAL: APPROVAL,
    VoteMethod.BUDGET: APPROVAL,
    VoteMethod.POINTS: CUMULATIVE,
    VoteMethod.RANKED: ORDINAL,
    VoteMethod.MAJORITY_JUDGEMENT: SCORING,
}
"""What Pabulib calls our methods; with the others people do not vote by ballots."""

READ: Mapping[str, VoteMethod] = {
    APPROVAL: VoteMethod.APPROVAL,
    ONE: VoteMethod.APPROVAL,
    ENVELOPE: VoteMethod.BUDGET,
    CUMULATIVE: VoteMethod.POINTS,
    SCORING: VoteMethod.POINTS,
    ORDINAL: VoteMethod.RANKED,
}
"""By which method the ballots of a type are read: scores are points."""
