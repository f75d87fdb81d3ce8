"""Particulars: what is given with a contribution, checked by what its kind and its activity take."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from models import expected, word
from models.activity import LocationRule
from models.base import table
from models.category import Category
from models.contribution import BODY_LENGTH, MAX_CAPACITY, RULES, TITLE_LENGTH, ContributionKind, OnBehalfOf, Urgency
from models.refusal import ErrorCode, Refusal, bad_input, not_found
from planner.act import Act, value
from resolvers import position, safety, text

MAX_PRICE_CENTS = 100_000_000
MONTHS = 12
PRICE_UNIT_LENGTH = (1, 40)

Location = Mapping[str, Any]
"""An input's place, as `position.of` reads it."""

_category = table(Category)
CATEGORY = select(_category.c.id).where(
    _category.c.id == value(Category, "id"), _category.c.activity_id == value(Category, "activity_id")
)


def texts(title: str, body: str) -> dict[str, Any]:
    """What it says, and the words by which it is found. Raises Refusal."""
    kept_title, kept_body = text.line(title, TITLE_LENGTH, "title"), text.clean(body, BODY_LENGTH, "body")
    return {"title": kept_title, "body": kept_body, "search_text": word.searchable(kept_title, kept_body)}


def details(
    kind: ContributionKind,
    is_anonymous: bool,
    price_cents: int | None,
    price_unit: str | None,
    season_months: Sequence[int],
    urgency: Urgency,
    capacity: int | None,
    behalf: OnBehalfOf = OnBehalfOf.NOBODY,
    is_at_desk: bool = False,
) -> dict[str, Any]:
    """All that a kind may have beside its words and its place. Raises Refusal."""
    named = (
        for_whom(kind, behalf, is_at_desk)
        | anonymity(kind, is_anonymous)
        | price(kind, price_cents, price_unit)
        | season(kind, season_months)
    )
    return named | answering(kind, urgency, places(kind, capacity))


def for_whom(kind: ContributionKind, behalf: OnBehalfOf, is_at_desk: bool) -> dict[str, Any]:
    """On whose behalf it is; at a desk of the city and nowhere else for somebody without internet. Raises Refusal."""
    if behalf is not OnBehalfOf.NOBODY and not RULES[kind].may_be_for_another:
        raise bad_input("Offers and requests may be for somebody else.", "behalf", expected.NOTHING)
    if (behalf is OnBehalfOf.DESK) is not is_at_desk:
        raise bad_input("A desk enters it with deskEntryPublish.", "behalf", expected.OTHER)
    return {"behalf": behalf}


def price(kind: ContributionKind, cents: int | None, unit: str | None) -> dict[str, Any]:
    """What it costs, in euro cents, for what. Raises Refusal."""
    if cents is None and unit is None:
        return {"price_cents": None, "price_unit": None}
    if not RULES[kind].may_have_price:
        field = "priceUnit" if cents is None else "priceCents"
        raise bad_input("Only listings have a price.", field, expected.NOTHING)
    if cents is None or not 0 <= cents <= MAX_PRICE_CENTS:
        raise bad_input(
            f"A price is from 0 to {MAX_PRICE_CENTS} cents.", "priceCents", expected.cents(0, MAX_PRICE_CENTS)
        )
    return {"price_cents": cents, "price_unit": text.line(unit, PRICE_UNIT_LENGTH, "priceUnit") if unit else None}


def unit(kind: ContributionKind, said: str | None) -> str | None:
    """What a price is for, of a draft, whose price may still be missing. Raises Refusal."""
    if said is not None and not RULES[kind].may_have_price:
        raise bad_input("Only listings have a price.", "priceUnit", expected.NOTHING)
    return text.line(said, (0, PRICE_UNIT_LENGTH[1]), "priceUnit") or None if said else None


def season(kind: ContributionKind, months: Sequence[int]) -> dict[str, Any]:
    """The months in which a listing is to be had; none and all twelve: the whole year."""
    kept = sorted(set(months))
    if kept and not RULES[kind].may_have_price:
        raise bad_input("Only listings have a season.", "seasonMonths", expected.NOTHING)
    if not all(1 <= month <= MONTHS for month in kept):
        raise bad_input(f"A month is 1 to {MONTHS}.", "seasonMonths", expected.number(1, MONTHS))
    return {"season_months": kept if 0 < len(kept) < MONTHS else None}


def anonymity(kind: ContributionKind, is_anonymous: bool) -> dict[str, Any]:
    """Whether it is without a name. Raises Refusal."""
    if is_anonymous and not RULES[kind].may_be_anonymous:
        raise bad_input("Only a request may be published without a name.", "isAnonymous", expected.NOTHING)
    return {"is_anonymous": is_anonymous}


def places(kind: ContributionKind, wanted: int | None) -> int | None:
    """How many can be accepted: as usual unless it is said; 0 is without a limit."""
    return RULES[kind].usual_capacity if wanted is None else wanted or None


def answering(kind: ContributionKind, urgency: Urgency, capacity: int | None, accepted: int = 0) -> dict[str, Any]:
    """How soon an answer is wanted, and how many can be accepted. Raises Refusal."""
    if not RULES[kind].is_exchanged:
        if urgency is not Urgency.NO_HURRY or capacity is not None:
            field = "urgency" if capacity is None else "capacity"
            raise bad_input("Nobody answers this kind by an exchange.", field, expected.NOTHING)
        return {}
    if capacity is not None and not 1 <= capacity <= MAX_CAPACITY:
        raise bad_input(f"From 1 to {MAX_CAPACITY:,} can be accepted.", "capacity", expected.number(1, MAX_CAPACITY))
    if capacity is not None and capacity < accepted:
        raise Refusal(ErrorCode.CAPACITY_TAKEN, f"{accepted} were accepted already.", "capacity")
    return {"urgency": urgency, "capacity": capacity}


async def category_of(
    act: Act, activity: UUID, category: UUID | None, kind: ContributionKind, author: UUID, is_kept_sealed: bool
) -> UUID | None:
    """The activity's category, open to whoever publishes and says what it asks. Raises Refusal."""
    if category is not None and not await act.exists(CATEGORY, id=category, activity_id=activity):
        raise not_found("category")
    await safety.require_helper(act, category, kind, author, "category")
    await safety.require_sealed(act, category, is_kept_sealed)
    return category


async def place(act: Act, author: UUID, rule: LocationRule, location: Location | None) -> position.Position | None:
    """Where it is, as far as the activity takes places. Raises Refusal(BAD_LOCATION)."""
    if location is None:
        if rule is LocationRule.REQUIRED:
            raise Refusal(ErrorCode.BAD_LOCATION, "This activity wants a place.", "location")
        return None
    if rule is LocationRule.NONE:
        raise Refusal(ErrorCode.BAD_LOCATION, "This activity takes no places.", "location")
    return await position.of(act.transaction, author, location)
