"""Channels («canaux»): what came in online and what on paper, each by itself, in every count."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from models.ballot import VoteRule
from models.polling_desk import VoteChannel
from models.proof import ProofLevel
from models.vote_result import RankWorth
from resolvers import few
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Voice

if TYPE_CHECKING:
    from counting.reckoning import Counting


@dataclass(frozen=True, slots=True)
class ChannelTally:
    """What the ballots of a channel give to each project, and how many of them name it."""

    scores: Counter[Any]
    named: Counter[Any]


Tallies = Mapping[VoteChannel, ChannelTally]


def channels(counting: "Counting") -> Sequence[VoteChannel]:
    """Online, and those by which paper came in."""
    used = {desk.channel for desk in counting.desks} | {VoteChannel.ONLINE}
    return [channel for channel in VoteChannel if channel in used]


def tallied(counting: "Counting", channel: VoteChannel) -> ChannelTally:
    """The ballots of one channel."""
    method, rule = METHODS[counting.over.vote_method], worth_rule(counting)
    tally = ChannelTally(Counter(), Counter())
    for project, voice, count in _said(counting, channel):
        tally.scores[project] += method.worth(voice, rule) * count
        tally.named[project] += count
    return tally


def _said(counting: "Counting", channel: VoteChannel) -> list[tuple[Any, Voice, int]]:
    if channel is VoteChannel.ONLINE:
        return [(vote.contribution_id, Voice(vote.choice, vote.amount), 1) for vote in counting.counted_votes]
    desks = (desk for desk in counting.desks if desk.channel is channel)
    return [(one.project, one.voice, one.count) for desk in desks for one in desk.totals]


def worth_rule(counting: "Counting") -> VoteRule:
    """The rule by which a voice has its worth: Borda's ranks are as many as there are projects."""
    rule = counting.over.rule
    if counting.over.terms.rank_worth is RankWorth.BORDA:
        return replace(rule, most=len(counting.projects) - 1)
    return rule


def by_channel(counting: "Counting", channel: VoteChannel) -> dict[str, Any]:
    """The ballots of a channel counted."""
    desks = [desk for desk in counting.desks if desk.channel is channel]
    is_online = channel is VoteChannel.ONLINE
    blank = counting.online_blank_count if is_online else sum(desk.blank for desk in desks)
    count = counting.online_count if is_online else blank + sum(desk.valid for desk in desks)
    return {
        "channel": channel.value,
        "ballot_count": count,
        "blank_count": blank,
        "spoilt_count": sum(desk.spoilt for desk in desks),
        "whole_count": count - blank if is_online else sum(len(desk.ballots or ()) for desk in desks),
    }


def by_proof(counting: "Counting") -> list[dict[str, Any]]:
    """How many ballots cast online are counted by each level of proof; empty where none was asked for, and None where
    it is withheld: those who proved by some rare way are few."""
    levels = counting.envelope_proofs or [one.proof for one in counting.ballots if one.sign is None and one.proof]
    counted = few.told(Counter(levels))
    return [
        {"level": level.value, "ballot_count": counted[level.value]} for level in ProofLevel if level.value in counted
    ]
