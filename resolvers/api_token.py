"""API tokens: listed, created and revoked by administrators; a token's text leaves the server once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Interval,
    Text,
    and_,
    bindparam,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

import auth.api_token
from auth import secret
from database.door import Transaction
from models.actor import Actor, ActorKind
from models.api_token import MAX_AGE, MAX_BUDGET, ApiToken, TokenScope
from models.base import constant, new_id, table
from models.refusal import ErrorCode, Refusal
from planner.listing import Listing, Order
from planner.mutation import Outcome
from planner.question import Asker, Question
from resolvers import access, idempotency, text

NAME_LENGTH = (1, 120)

_token = table(ApiToken)
_id, _expires_at = bindparam("id", type_=Uuid()), bindparam("expires_at", type_=DateTime(timezone=True))
ACTOR = insert(table(Actor)).values(
    id=_id,
    kind=constant(ActorKind.INSTITUTION),
    role=bindparam("role", type_=Text()),
    name=bindparam("name", type_=Text()),
    created_at=func.now(),
)
_COLUMNS = ("id", "name", "digest", "scopes", "actor_id", "budget_per_minute", "created_by_id", "created_at")
CREATE = insert(_token).from_select(
    (*_COLUMNS, "expires_at"),
    select(
        _id,
        bindparam("name", type_=Text()),
        bindparam("digest", type_=Text()),
        bindparam("scopes", type_=ARRAY(Text())),
        bindparam("actor", type_=Uuid()),
        bindparam("budget", type_=Integer()),
        bindparam("creator", type_=Uuid()),
        func.now(),
        _expires_at,
    ).where(_expires_at > func.now(), _expires_at <= func.now() + literal(MAX_AGE, Interval)),
)
REVOKE = update(_token).where(_token.c.id == _id).values(revoked_at=func.coalesce(_token.c.revoked_at, func.now()))


def listed(row: FromClause, _parent: FromClause, _q: Question) -> Listing:
    """The newest first, also those that are not good any more."""
    return Listing((), Order("api_token.newest", (row.c.created_at, row.c.id), (datetime, UUID), is_descending=True))


def is_active(row: FromClause, _q: Question) -> ColumnElement[bool]:
    """It is good now: neither revoked nor expired."""
    return and_(row.c.revoked_at.is_(None), row.c.expires_at > func.now())


def actor(token: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """As whom the machine acts."""
    return row.c.id == token.c.actor_id


def creator(token: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """Who made it."""
    return row.c.id == token.c.created_by_id


def changed(payload: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """The token that a mutation named."""
    return row.c.id == payload.c.api_token_id


async def create(
    transaction: Transaction,
    asker: Asker,
    *,
    name: str,
    scopes: list[TokenScope],
    expires_at: datetime,
    budget_per_minute: int | None = None,
    idempotency_key: str | None = None,
) -> Outcome:
    """Create a token, and the actor as whom it acts if it may. Its text is in the outcome and nowhere else: the same
    request under the same key gets the token without it."""
    administrator = access.administrator(asker)
    kept, granted = text.line(name, NAME_LENGTH, "name"), _granted(scopes)
    if budget_per_minute is not None and not 1 <= budget_per_minute <= MAX_BUDGET:
        raise Refusal(ErrorCode.BAD_INPUT, f"A budget is 1 to {MAX_BUDGET}.", "budgetPerMinute")

    async def act() -> Outcome:
        id_, token = new_id(), auth.api_token.new_text(asker.tenant)
        created = await transaction.execute(
            CREATE,
            id=id_,
            name=kept,
            digest=secret.digest(token),
            scopes=sorted(scope.value for scope in granted),
            actor=await _actor(transaction, kept, granted),
            budget=budget_per_minute,
            creator=asker.viewer.actor_id,
            expires_at=expires_at,
        )
        if not created:
            raise Refusal(ErrorCode.BAD_INPUT, "A token expires within a year from now.", "expiresAt")
        return Outcome({"api_token_id": id_}, {"token": token})

    request = {
        "do": "create api token",
        "name": name,
        "scopes": sorted(scope.value for scope in granted),
        "expires_at": expires_at.isoformat(),
        "budget": budget_per_minute,
    }
    return await idempotency.once(transaction, administrator, idempotency_key, request, act)


async def revoke(
    transaction: Transaction, asker: Asker, *, api_token: str, idempotency_key: str | None = None
) -> Outcome:
    """End a token now; what its actor published stays."""
    administrator = access.administrator(asker)
    uuid = access.uuid_of(asker, "apitoken", api_token, "apiToken")

    async def act() -> Outcome:
        if not await transaction.execute(REVOKE, id=uuid):
            raise access.not_found("apiToken")
        return Outcome({"api_token_id": uuid})

    request = {"do": "revoke api token", "api_token": api_token}
    return await idempotency.once(transaction, administrator, idempotency_key, request, act)


def _granted(scopes: list[TokenScope]) -> frozenset[TokenScope]:
    granted = frozenset(scopes)
    if not granted:
        raise Refusal(ErrorCode.REQUIRED, "A token wants a scope.", "scopes")
    if TokenScope.ROUTER in granted and len(granted) > 1:
        raise Refusal(ErrorCode.BAD_INPUT, "A router's token does nothing else.", "scopes")
    return granted


async def _actor(transaction: Transaction, name: str, granted: frozenset[TokenScope]) -> UUID | None:
    """A new actor for a token that acts."""
    role = auth.api_token.role_of(granted)
    if role is None:
        return None
    id_ = new_id()
    await transaction.execute(ACTOR, id=id_, role=role.value, name=name)
    return id_
