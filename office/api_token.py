"""API tokens: listed, created and revoked by administrators; a token's text leaves the server once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Interval, and_, func, insert, literal, select, update

import auth.api_token
from auth import secret
from models import expected
from models.actor import Actor, ActorKind
from models.api_token import MAX_AGE, MAX_BUDGET, ApiToken, TokenScope
from models.base import new_id, table
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, bad_input, not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import text

NAME_LENGTH = (1, 120)

_token = table(ApiToken)
_expires_at = value(ApiToken, "expires_at")
_COLUMNS = ("id", "name", "digest", "scopes", "actor_id", "budget_per_minute", "created_by_id")
CREATE = insert(_token).from_select(
    (*_COLUMNS, "created_at", "expires_at"),
    select(*(value(ApiToken, name) for name in _COLUMNS), func.now(), _expires_at).where(
        _expires_at > func.now(), _expires_at <= func.now() + literal(MAX_AGE, Interval)
    ),
)
REVOKE = (
    update(_token)
    .where(_token.c.id == value(ApiToken, "id"))
    .values(revoked_at=func.coalesce(_token.c.revoked_at, func.now()))
)


def listed(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """Newest first, including those that are revoked or expired."""
    return Listing((), Order("api_token.newest", (row.c.created_at, row.c.id), (datetime, UUID), is_descending=True))


def is_active(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether it is neither revoked nor expired."""
    return and_(row.c.revoked_at.is_(None), row.c.expires_at > func.now())


async def create(
    act: Act, *, name: str, scopes: list[TokenScope], expires_at: datetime, budget_per_minute: int | None = None
) -> Outcome:
    """Create a token, and the actor it acts as if its scopes let it act. Its text is in the outcome alone: the same
    request under the same key gets the token without it."""
    kept, granted = text.line(name, NAME_LENGTH, "name"), _granted(scopes)
    if budget_per_minute is not None and not 1 <= budget_per_minute <= MAX_BUDGET:
        raise bad_input(f"A budget is 1 to {MAX_BUDGET}.", "budgetPerMinute", expected.number(1, MAX_BUDGET))
    id_, token = new_id(), auth.api_token.new_text(act.asker.tenant)
    created = await act.execute(
        CREATE,
        id=id_,
        name=kept,
        digest=secret.digest(token),
        scopes=sorted(scope.value for scope in granted),
        actor_id=await _actor(act, kept, granted),
        budget_per_minute=budget_per_minute,
        created_by_id=act.actor_or_none,
        expires_at=expires_at,
    )
    if not created:
        raise bad_input("A token expires within a year from now.", "expiresAt", expected.days_ahead(MAX_AGE.days))
    note = {"scopes": sorted(scope.value for scope in granted)}
    return act.did(EventKind.API_TOKEN_CREATED, id_, note, api_token_id=id_, secrets={"token": token})


async def revoke(act: Act, *, api_token: UUID) -> Outcome:
    """End a token now; what its actor published stays."""
    if not await act.execute(REVOKE, id=api_token):
        raise not_found("apiToken")
    return act.did(EventKind.API_TOKEN_REVOKED, api_token, api_token_id=api_token)


def _granted(scopes: list[TokenScope]) -> frozenset[TokenScope]:
    granted = frozenset(scopes)
    if not granted:
        raise Refusal(ErrorCode.REQUIRED, "A token wants a scope.", "scopes")
    if TokenScope.ROUTER in granted and len(granted) > 1:
        raise bad_input("A router's token does nothing else.", "scopes", expected.ALONE)
    return granted


async def _actor(act: Act, name: str, granted: frozenset[TokenScope]) -> UUID | None:
    """A new actor for a token that acts."""
    role = auth.api_token.role_of(granted)
    if role is None:
        return None
    return await act.insert(Actor, kind=ActorKind.INSTITUTION, role=role, name=name, created_at=act.now)
