"""The proposal of a petition: what is published or imported begins as submitted, or seeks sponsors, without an expiry,
and what its author ends is owed nothing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Integer,
    Update,
    any_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    null,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from database.door import Transaction
from models.activity import ActivityKind
from models.base import constant, new_id, table, unnested
from models.contribution import Contribution
from models.petition import Petition, PetitionState
from planner.act import Act, value
from resolvers import petition, petition_rule, portal

_petition, _contribution = table(Petition), table(Contribution)
_tenant = bindparam("tenant", type_=BigInteger())
_is_it = _petition.c.contribution_id == value(Petition, "contribution_id")
_ids = unnested("submitted", {"petition": Uuid(), "contribution": Uuid()})


def _submission() -> Update:
    """The rows of what was published in an activity that has a rule. A petition ends with its own days: it has no other
    expiry."""
    days, wanted = (
        petition_rule.newest(value(Contribution, "activity_id"), column).subquery(name)
        for column, name in (("admit_days", "rule"), ("sponsors", "wanted"))
    )
    is_sponsored = wanted.c.sponsors == literal_column("0", Integer)
    due = petition.end_of_day(func.now(), days.c.admit_days, portal.time_zone(_tenant))
    columns: dict[str, Any] = {
        "id": _ids.c.petition,
        "contribution_id": _ids.c.contribution,
        "state": case((is_sponsored, constant(PetitionState.SUBMITTED)), else_=constant(PetitionState.SEEKING)),
        "submitted_at": func.now(),
        "due_at": case((is_sponsored, due)),
    }
    rows = select(*columns.values()).select_from(_ids.join(days, true()).join(wanted, true()))
    begun = insert(_petition).from_select([*columns], rows).returning(_petition.c.contribution_id).cte("begun")
    return update(_contribution).where(_contribution.c.id == begun.c.contribution_id).values(expires_at=null())


SUBMIT = _submission()
LAST = update(_contribution).where(_contribution.c.id == _petition.c.contribution_id, _is_it).values(expires_at=null())


async def begin(transaction: Transaction, tenant: int, activity: UUID, contributions: Sequence[UUID]) -> None:
    """What was published begins as submitted, where the activity has a rule."""
    given = {"activity_id": activity, "contributions": [*contributions], "tenant": tenant}
    await transaction.execute(SUBMIT, petitions=[new_id() for _ in contributions], **given)


async def submit(act: Act, kind: ActivityKind, activity: UUID, contribution: UUID) -> None:
    """What is published in a petition activity that has a rule begins as submitted."""
    if kind is ActivityKind.PETITION:
        await begin(act.transaction, act.asker.tenant, activity, [contribution])


async def last(act: Act, contribution: UUID) -> None:
    """What was renewed has no expiry where it is a petition."""
    await act.execute(LAST, contribution_id=contribution)


_withdrawn = bindparam("withdrawn", type_=ARRAY(Uuid()))
OWE_NOTHING = update(_petition).where(_petition.c.contribution_id == any_(_withdrawn)).values(due_at=null())
OWE_NOTHING_TO = (
    update(_petition)
    .where(
        _petition.c.contribution_id == _contribution.c.id,
        _contribution.c.author_id == bindparam("actor", type_=Uuid()),
        _petition.c.due_at.is_not(None),
    )
    .values(due_at=null())
)
"""Of a person, all of whose petitions end."""


async def withdraw(transaction: Transaction, contributions: Sequence[UUID]) -> None:
    """What ended before the city's answer: it owes nothing any more."""
    await transaction.execute(OWE_NOTHING, withdrawn=[*contributions])


LOCK = select(_petition.c.id).where(_petition.c.contribution_id == any_(_withdrawn)).with_for_update()
FORGET = delete(_petition).where(_petition.c.contribution_id == any_(_withdrawn))


async def lock(transaction: Transaction, contributions: Sequence[UUID]) -> None:
    """Nobody moves the petitions of these from here on."""
    await transaction.all(LOCK, withdrawn=[*contributions])


async def forget(transaction: Transaction, contributions: Sequence[UUID]) -> None:
    """What was never meant to be submitted, and has not been decided on, is no petition any more."""
    await transaction.execute(FORGET, withdrawn=[*contributions])
