"""Publication: contributions are published, revised, renewed and closed by their authors."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    Text,
    Update,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.types import Uuid

from database.door import Transaction
from models import word
from models.activity import CONTRIBUTION_KINDS, ActivityKind, LocationRule
from models.base import constant, new_id, table
from models.category import Category
from models.contribution import BODY_LENGTH, TITLE_LENGTH, Contribution, ContributionKind, ContributionStatus, Side
from models.contribution import Outcome as Ending
from models.refusal import ErrorCode, Refusal
from planner.mutation import Outcome
from planner.question import Asker
from resolvers import access, idempotency, portal, position, roll_up, text

MAX_EXPIRY_DAYS = 365
MAX_PRICE_CENTS = 100_000_000
PRICE_UNIT_LENGTH = (1, 40)

_contribution, _category = table(Contribution), table(Category)
_id = bindparam("id", type_=Uuid())
_DAYS = bindparam("days", type_=Integer())
_TENANT = bindparam("tenant", type_=BigInteger())

_GIVEN = (
    "id",
    "activity_id",
    "kind",
    "title",
    "body",
    "author_id",
    "is_anonymous",
    "category_id",
    "about_id",
    "side",
    "price_cents",
    "price_unit",
    "search_text",
    *position.NOWHERE,
)
"""The columns that a publication gives values for."""


def _value(name: str) -> Any:
    return bindparam(name, type_=_contribution.c[name].type)


def _expiry(days: Any) -> Any:
    """The end of the day so many days from today, by the database's clock and the portal's; never for no days."""
    zone = portal.time_zone(_TENANT)
    today = func.date_trunc(literal_column("'day'"), func.timezone(zone, func.now()))
    until_end = func.make_interval(*[literal_column("0")] * 3, days + literal_column("1"))
    return func.timezone(zone, today + until_end)


PUBLISH = roll_up.counting(
    insert(_contribution).values(
        **{name: _value(name) for name in _GIVEN},
        status=constant(ContributionStatus.OPEN),
        support_count=literal_column("0"),
        published_at=func.now(),
        expires_at=_expiry(_DAYS),
    )
)
CATEGORY = select(_category.c.id).where(
    _category.c.id == _id, _category.c.activity_id == bindparam("activity", type_=Uuid())
)

OWN: Select[Any] = (
    select(
        *(_contribution.c[name] for name in roll_up.COLUMNS),
        _contribution.c.author_id,
        _contribution.c.title,
        _contribution.c.body,
        _contribution.c.price_cents,
        _contribution.c.price_unit,
    )
    .where(_contribution.c.id == _id)
    .with_for_update()
)
CLOSE = roll_up.counting(
    update(_contribution)
    .where(_contribution.c.id == _id)
    .values(
        status=constant(ContributionStatus.CLOSED), outcome=bindparam("outcome", type_=Text()), closed_at=func.now()
    )
)


async def publish(
    transaction: Transaction,
    asker: Asker,
    *,
    activity: str,
    kind: ContributionKind,
    title: str,
    body: str,
    category: str | None = None,
    location: Mapping[str, Any] | None = None,
    is_anonymous: bool = False,
    expires_after_days: int | None = None,
    about: str | None = None,
    side: Side | None = None,
    price_cents: int | None = None,
    price_unit: str | None = None,
    idempotency_key: str | None = None,
) -> Outcome:
    """Publish a contribution in an activity that is open."""
    author = access.member(asker)
    request = {name: value for name, value in locals().items() if name not in ("transaction", "asker", "author")}
    columns = {
        "kind": kind.value,
        "author_id": author,
        **_texts(title, body),
        **_price(kind, price_cents, price_unit),
        **_anonymity(kind, is_anonymous),
    }

    async def act() -> Outcome:
        target = access.uuid_of(asker, "activity", activity, "activity")
        rule, days = await _open_activity(transaction, asker, target, kind)
        columns["category_id"] = await _category_of(transaction, asker, target, category)
        columns.update(await _argument(transaction, asker, target, kind, about, side))
        place = await _place(transaction, author, rule, location)
        published = place.published if place else None
        counted = roll_up.Counted(target, ContributionStatus.OPEN, kind, columns["category_id"], published)
        uuid = new_id()
        await transaction.execute(
            PUBLISH,
            **roll_up.deltas((None, counted)),
            id=uuid,
            activity_id=target,
            days=_days(expires_after_days, days),
            tenant=asker.tenant,
            **columns,
            **(place.columns() if place else position.NOWHERE),
        )
        return Outcome({"contribution_id": uuid})

    return await idempotency.once(transaction, author, idempotency_key, {"do": "publish", **request}, act)


async def revise(
    transaction: Transaction,
    asker: Asker,
    *,
    contribution: str,
    title: str | None = None,
    body: str | None = None,
    category: str | None = None,
    location: Mapping[str, Any] | None = None,
    price_cents: int | None = None,
    price_unit: str | None = None,
    expires_after_days: int | None = None,
    idempotency_key: str | None = None,
) -> Outcome:
    """Change what is given of the asker's own contribution; a new expiry renews one that has expired."""
    author = access.member(asker)
    request = {name: value for name, value in locals().items() if name not in ("transaction", "asker", "author")}

    async def act() -> Outcome:
        uuid, own = await _own(transaction, asker, contribution, while_open=True)
        columns: dict[str, Any] = {}
        if title is not None or body is not None:
            columns |= _texts(own["title"] if title is None else title, own["body"] if body is None else body)
        if category is not None:
            columns["category_id"] = await _category_of(transaction, asker, own["activity_id"], category)
        if price_cents is not None or price_unit is not None:
            cents = own["price_cents"] if price_cents is None else price_cents
            unit = own["price_unit"] if price_unit is None else price_unit
            columns |= _price(ContributionKind(own["kind"]), cents, unit)
        was = now = roll_up.counted(own)
        if category is not None:
            now = replace(now, category=columns["category_id"])
        place = await _moved(transaction, asker, author, own, location)
        if place:
            columns |= place.columns()
            now = replace(now, published=place.published)
        if expires_after_days is not None:
            now = replace(now, status=ContributionStatus.OPEN)
        days = {}
        if expires_after_days is not None:
            days = {"days": _days(expires_after_days, None), "tenant": asker.tenant}
        revision = _revision(tuple(columns), renewed=bool(days))
        await transaction.execute(revision, **roll_up.deltas((was, now)), id=uuid, **days, **columns)
        return Outcome({"contribution_id": uuid})

    return await idempotency.once(transaction, author, idempotency_key, {"do": "revise", **request}, act)


async def close(
    transaction: Transaction, asker: Asker, *, contribution: str, outcome: Ending, idempotency_key: str | None = None
) -> Outcome:
    """Close the asker's own contribution with an outcome."""
    author = access.member(asker)

    async def act() -> Outcome:
        uuid, own = await _own(transaction, asker, contribution)
        was = roll_up.counted(own)
        counts = roll_up.deltas((was, replace(was, status=ContributionStatus.CLOSED)))
        await transaction.execute(CLOSE, **counts, id=uuid, outcome=outcome.value)
        return Outcome({"contribution_id": uuid})

    request = {"do": "close", "contribution": contribution, "outcome": outcome.value}
    return await idempotency.once(transaction, author, idempotency_key, request, act)


def _texts(title: str, body: str) -> dict[str, str]:
    kept_title, kept_body = text.line(title, TITLE_LENGTH, "title"), text.clean(body, BODY_LENGTH, "body")
    return {"title": kept_title, "body": kept_body, "search_text": word.searchable(kept_title, kept_body)}


def _price(kind: ContributionKind, cents: int | None, unit: str | None) -> dict[str, Any]:
    if cents is None and unit is None:
        return {"price_cents": None, "price_unit": None}
    if kind is not ContributionKind.LISTING:
        field = "priceUnit" if cents is None else "priceCents"
        raise Refusal(ErrorCode.BAD_INPUT, "Only listings have a price.", field)
    if cents is None or not 0 <= cents <= MAX_PRICE_CENTS:
        raise Refusal(ErrorCode.BAD_INPUT, f"A price is from 0 to {MAX_PRICE_CENTS} cents.", "priceCents")
    return {"price_cents": cents, "price_unit": text.line(unit, PRICE_UNIT_LENGTH, "priceUnit") if unit else None}


def _anonymity(kind: ContributionKind, is_anonymous: bool) -> dict[str, bool]:
    if is_anonymous and kind is not ContributionKind.REQUEST:
        raise Refusal(ErrorCode.BAD_INPUT, "Only a request may be published without a name.", "isAnonymous")
    return {"is_anonymous": is_anonymous}


def _days(wanted: int | None, default: int | None) -> int | None:
    if wanted is not None and not 1 <= wanted <= MAX_EXPIRY_DAYS:
        raise Refusal(ErrorCode.BAD_INPUT, f"An expiry is 1 to {MAX_EXPIRY_DAYS} days away.", "expiresAfterDays")
    return default if wanted is None else wanted


async def _open_activity(
    transaction: Transaction, asker: Asker, activity: UUID, kind: ContributionKind
) -> tuple[LocationRule, int | None]:
    row = await transaction.one(access.target_activity(access.sight(asker)), id=activity)
    if row is None:
        raise access.not_found("activity")
    activity_kind, rule, days, is_running = row
    if not is_running:
        raise Refusal(ErrorCode.ACTIVITY_NOT_OPEN, "The activity is not open now.", "activity")
    if kind not in CONTRIBUTION_KINDS[ActivityKind(activity_kind)]:
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "The activity does not take this kind.", "kind")
    return LocationRule(rule), days if isinstance(days, int) else None


async def _category_of(transaction: Transaction, asker: Asker, activity: UUID, category: str | None) -> UUID | None:
    if category is None:
        return None
    uuid = access.uuid_of(asker, "category", category, "category")
    if await transaction.one(CATEGORY, id=uuid, activity=activity) is None:
        raise access.not_found("category")
    return uuid


async def _argument(
    transaction: Transaction, asker: Asker, activity: UUID, kind: ContributionKind, about: str | None, side: Side | None
) -> dict[str, Any]:
    """What an argument is about and pleads for; other kinds have neither."""
    if kind is not ContributionKind.ARGUMENT:
        if about is not None or side is not None:
            field = "side" if about is None else "about"
            raise Refusal(ErrorCode.BAD_INPUT, "Only an argument is about something and takes sides.", field)
        return {"about_id": None, "side": None}
    if about is None or side is None:
        field = "about" if about is None else "side"
        raise Refusal(ErrorCode.REQUIRED, "An argument says what it is about and for which side.", field)
    uuid = access.uuid_of(asker, "contribution", about, "about")
    row = await transaction.one(access.target_contribution(access.sight(asker)), id=uuid)
    if row is None or row[1] != activity or row[2] != ContributionKind.PROPOSAL.value:
        raise access.not_found("about")
    if not row[-1]:
        raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is closed or has expired.", "about")
    return {"about_id": uuid, "side": side.value}


async def _place(
    transaction: Transaction, author: UUID, rule: LocationRule, location: Mapping[str, Any] | None
) -> position.Position | None:
    if location is None:
        if rule is LocationRule.REQUIRED:
            raise Refusal(ErrorCode.BAD_LOCATION, "This activity wants a place.", "location")
        return None
    if rule is LocationRule.NONE:
        raise Refusal(ErrorCode.BAD_LOCATION, "This activity takes no places.", "location")
    return await position.of(transaction, author, location)


async def _own(
    transaction: Transaction, asker: Asker, contribution: str, *, while_open: bool = False
) -> tuple[UUID, Mapping[str, Any]]:
    """The asker's contribution, locked, where it may be changed; `while_open`: only while its activity is open."""
    uuid = access.uuid_of(asker, "contribution", contribution, "contribution")
    target = await transaction.one(access.target_contribution(access.sight(asker)), id=uuid)
    if target is None:
        raise access.not_found("contribution")
    row = await transaction.one(OWN, id=uuid)
    own = dict(zip((found.name for found in OWN.selected_columns), row or (), strict=True))
    if own["author_id"] != asker.viewer.actor_id:
        raise Refusal(ErrorCode.FORBIDDEN, "Only its author may change it.", "contribution")
    if own["status"] == ContributionStatus.CLOSED.value:
        raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is closed.", "contribution")
    if while_open and not target[-2]:
        raise Refusal(ErrorCode.ACTIVITY_NOT_OPEN, "The activity is not open now.", "contribution")
    return uuid, own


async def _moved(
    transaction: Transaction, asker: Asker, author: UUID, own: Mapping[str, Any], location: Mapping[str, Any] | None
) -> position.Position | None:
    if location is None:
        return None
    row = await transaction.one(access.target_activity(access.sight(asker)), id=own["activity_id"])
    assert row is not None
    return await _place(transaction, author, LocationRule(row[1]), location)


@cache
def _revision(names: tuple[str, ...], *, renewed: bool) -> Update:
    """The UPDATE of these columns, and of the expiry when it is renewed."""
    values: dict[str, Any] = {name: _value(name) for name in names} | {"revised_at": func.now()}
    if renewed:
        values |= {"status": constant(ContributionStatus.OPEN), "expires_at": _expiry(_DAYS)}
    return roll_up.counting(update(_contribution).where(_contribution.c.id == _id).values(**values))
