"""Progress: which status the city gave a proposal last, or how far a petition is, and what that still allows."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, literal_column, select, true
from sqlalchemy.types import Integer

from models.base import constant, table
from models.contribution import Contribution
from models.elector import PetitionSignature
from models.official_response import OfficialResponse
from models.petition import SIGNABLE, Petition
from models.proposal_status import ProposalStatus
from resolvers import life

_ONE: ColumnElement[int] = literal_column("1", Integer)


def newest(contribution: FromClause) -> Select[Any]:
    """The id of the status that a proposal has: that of the last response which gave one."""
    given = table(OfficialResponse).alias("giving")
    is_of = (given.c.contribution_id == contribution.c.id, given.c.status_id.is_not(None))
    order = (given.c.published_at.desc(), given.c.id.desc())
    return select(given.c.status_id).where(*is_of).order_by(*order).limit(_ONE).correlate_except(given)


def forbids(contribution: FromClause, column: str) -> ColumnElement[bool]:
    """The status that a proposal has does not allow something."""
    row = table(ProposalStatus).alias("forbidding")
    is_its = row.c.id == newest(contribution).scalar_subquery()
    ruling: Select[Any] = select(_ONE).where(is_its, row.c[column].is_(False))
    return ruling.correlate_except(row).exists()


def is_signable(petition: FromClause) -> ColumnElement[bool]:
    """A petition gathers signatures now, by the database's clock."""
    states = [constant(state) for state in SIGNABLE]
    return and_(petition.c.state.in_(states), petition.c.closes_at > func.now())


def stands(petition: FromClause) -> ColumnElement[bool]:
    """What is signed is open: its author has not withdrawn it, for example."""
    row = table(Contribution).alias("standing_signed")
    of: Select[Any] = select(_ONE).where(row.c.id == petition.c.contribution_id, life.is_standing(row))
    return of.correlate_except(row).exists()


def gathers_none(contribution: FromClause) -> ColumnElement[bool]:
    """What is a petition gathers no signatures now; false for what is none."""
    row = table(Petition).alias("gathering")
    of: Select[Any] = select(_ONE).where(row.c.contribution_id == contribution.c.id, is_signable(row).is_not(true()))
    return of.correlate_except(row).exists()


def wants_elector(contribution: FromClause, actor: ColumnElement[Any]) -> ColumnElement[bool]:
    """What is a petition by the law wants the actor to say first who of its electors this is; false for others."""
    row, signature = table(Petition).alias("by_law"), table(PetitionSignature).alias("signed_as")
    signed = select(_ONE).where(signature.c.contribution_id == row.c.contribution_id, signature.c.actor_id == actor)
    said = signed.correlate(row).exists()
    of: Select[Any] = select(_ONE).where(row.c.contribution_id == contribution.c.id, row.c.is_by_law, ~said)
    return of.correlate(contribution).exists()
