"""Past votes: kept from files that administrators send, listed, and removed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import FromClause, delete, func, select

from database.advisory_lock import AdvisoryLock
from models import expected
from models.base import table
from models.event import EventKind
from models.past_vote import MAX_PAST_VOTES, PastVote
from models.refusal import limit_reached, not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.event import RECORD, NewEvent, events
from planner.listing import Listing, Order
from transfer.pabulib_vote import PabulibVote

_past = table(PastVote)
LOCK = select(func.pg_advisory_xact_lock(*AdvisoryLock.PAST_VOTES.in_tenant()))
"""Taken by whoever keeps a past vote, so that two at once do not both find room for one."""

COUNT = select(func.count().label("count")).select_from(_past)
REMOVE = delete(_past).where(_past.c.id == value(PastVote, "id"))


@dataclass(frozen=True, slots=True)
class PastVoteCount:
    """How many there are."""

    count: int


def listed(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """The newest first."""
    return Listing((), Order("past_vote.newest", (row.c.added_at, row.c.id), (datetime, UUID), is_descending=True))


async def keep(act: Act, *, vote: PabulibVote, content: str, file_name: str) -> UUID:
    """Keep what a file said. Raises Refusal where there are enough of them."""
    await act.execute(LOCK, tenant=act.asker.tenant)
    there = await act.one(COUNT, into=PastVoteCount)
    if there is not None and there.count >= MAX_PAST_VOTES:
        raise limit_reached(
            f"At most {MAX_PAST_VOTES} past votes are kept: remove one.", "file", expected.at_most(MAX_PAST_VOTES)
        )
    kept = await act.insert(
        PastVote,
        file_name=file_name,
        title=vote.title or file_name,
        content=content,
        budget_euros=vote.budget,
        project_count=len(vote.projects),
        ballot_count=len(vote.ballots),
        added_at=act.now,
    )
    happened = NewEvent(EventKind.PAST_VOTES_CHANGED, kept, act.actor_or_none)
    await act.execute(RECORD, **events(happened))
    return kept


async def remove(act: Act, *, past_vote: UUID) -> Outcome:
    """Forget a past vote."""
    if not await act.execute(REMOVE, id=past_vote):
        raise not_found("pastVote")
    return act.did(EventKind.PAST_VOTES_CHANGED, past_vote, past_vote_id=past_vote)
