"""Parties: which of the two in an exchange somebody is, or speaks for."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from models.base import table
from models.exchange import Exchange, Party
from models.refusal import not_found
from planner.act import Act, value
from resolvers import speaking
from resolvers.speaking import speaks_for

__all__ = ["FoundExchange", "TwoPeople", "of", "speaks_for"]

_exchange = table(Exchange)
FIND = select(_exchange.c.id, _exchange.c.contribution_id, _exchange.c.author_id, _exchange.c.proposer_id).where(
    _exchange.c.id == value(Exchange, "id")
)


@dataclass(frozen=True, slots=True)
class TwoPeople:
    """An exchange and its two."""

    id: UUID
    author_id: UUID
    proposer_id: UUID

    def in_order(self, first: Party) -> tuple[UUID, UUID]:
        """One of the two, then the other."""
        both = (self.author_id, self.proposer_id)
        return both if first is Party.AUTHOR else (both[1], both[0])


@dataclass(frozen=True, slots=True)
class FoundExchange(TwoPeople):
    """An exchange, before it is locked."""

    contribution_id: UUID


async def of(act: Act, exchange: UUID) -> tuple[FoundExchange, Party]:
    """An exchange and which of its two the asker is. Raises Refusal(NOT_FOUND) for everybody else."""
    pair = await act.one(FIND, into=FoundExchange, id=exchange)
    if pair is not None and await speaking.acts_for(act, pair.author_id):
        return pair, Party.AUTHOR
    if pair is not None and await speaking.acts_for(act, pair.proposer_id):
        return pair, Party.PROPOSER
    raise not_found("exchange")
