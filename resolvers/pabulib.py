"""Pabulib's `.pb` of a vote: projects, what was selected and ballots, as researchers and other tools read them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from models.vote import VoteMethod
from resolvers.counting import CastVote, Counting, Row
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Voice

TYPES: dict[VoteMethod, str] = {
    VoteMethod.APPROVAL: "approval",
    VoteMethod.BUDGET: "approval",
    VoteMethod.POINTS: "cumulative",
    VoteMethod.RANKED: "ordinal",
    VoteMethod.MAJORITY_JUDGEMENT: "scoring",
}
"""What Pabulib calls our methods; with the others people do not vote by ballots."""


def text(counting: Counting, title: str, decisive: Sequence[Row]) -> str:
    """The file; `decisive` are the awards of the result that decides. A blank ballot is a voter without votes."""
    over = counting.over
    votes = _votes(counting)
    told = {
        "description": title,
        "num_projects": len(counting.projects),
        "num_votes": len(votes),
        "budget": over.budget_euros or 0,
        "vote_type": TYPES[over.vote_method],
        "rule": over.decisive.value.lower(),
        "min_length": over.vote_least,
        "max_length": over.vote_most,
        "currency": "EUR",
    }
    head = "project_id;cost;votes;name;category;selected"
    lines = ["META", "key;value", *(f"{key};{plain(str(one))}" for key, one in told.items() if one is not None)]
    lines += ["PROJECTS", head, *_projects(counting, decisive), "VOTES", *_with_head(counting, votes)]
    return "\n".join(lines) + "\n"


def plain(name: str) -> str:
    """A text without what ends a column or a line: nothing is quoted in these files."""
    return " ".join(name.replace(";", ",").split())


def _projects(counting: Counting, decisive: Sequence[Row]) -> list[str]:
    awards = {row["contribution_id"]: row for row in decisive}
    return [
        ";".join(
            (
                str(place),
                str(one.cost_euros or 0),
                str(awards[one.id]["voter_count"] if one.id in awards else 0),
                plain(one.title),
                str(one.category_id or ""),
                "1" if one.id in awards and awards[one.id]["is_winner"] else "0",
            )
        )
        for place, one in enumerate(counting.projects)
    ]


def _has_points(counting: Counting) -> bool:
    return TYPES[counting.over.vote_method] in ("cumulative", "scoring")


def _with_head(counting: Counting, votes: Sequence[Mapping[str, Any]]) -> list[str]:
    names = ["voter_id", "vote", *(["points"] if _has_points(counting) else [])]
    return [";".join(names), *(";".join(vote[name] for name in names) for vote in votes)]


def _votes(counting: Counting) -> list[dict[str, str]]:
    """Ballots that are counted, in an order that says nothing of who cast them and when: that of their receipts."""
    given: dict[UUID, list[CastVote]] = defaultdict(list)
    for vote in counting.counted_votes:
        given[vote.ballot_id].append(vote)
    counted = sorted((one for one in counting.ballots if one.sign is None), key=lambda one: one.receipt or one.salt)
    return [{"voter_id": str(place), **_vote(counting, given[one.id])} for place, one in enumerate(counted)]


def _vote(counting: Counting, votes: Sequence[CastVote]) -> dict[str, str]:
    """A ballot's projects in the order of what it gives to them, with that as points."""
    over, places = counting.over, {one.id: place for place, one in enumerate(counting.projects)}
    method = METHODS[over.vote_method]
    worths = [
        (method.worth(Voice(vote.choice, vote.amount), over.rule), places[vote.contribution_id])
        for vote in votes
        if vote.contribution_id in places
    ]
    worths.sort(key=lambda one: (-one[0], one[1]))
    return {"vote": ",".join(str(place) for _, place in worths), "points": ",".join(str(worth) for worth, _ in worths)}
