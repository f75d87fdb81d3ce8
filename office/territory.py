"""Territory («territoire»): what a portal publishes to others, and by which rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    column,
    delete,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from models import expected
from models.base import constant, table
from models.category import Category
from models.collectivite import Collectivite
from models.contribution import ContributionKind
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, bad_input, limit_reached, not_found
from models.tenant import Host, Tenant, TenantState, settings_id
from models.territory import (
    MAX_CATEGORIES_OF_RULE,
    MAX_RULES,
    PUBLISHED_KINDS,
    WITHIN_KM,
    PublicationRule,
    TerritoryCellCount,
    TerritoryPublication,
    TerritoryReader,
)
from models.zone import Zone
from planner.act import Act, Outcome, value
from planner.context import Arguments, Asker, FieldContext
from planner.sight import VIEWER, Sight
from resolvers import life, place, sight

EXAMPLES = 20
"""How many contributions a preview shows, the newest."""

_tenant, _host, _reader = table(Tenant), table(Host), table(TerritoryReader)
_publication, _count = table(TerritoryPublication), table(TerritoryCellCount)
_collectivite, _category, _zone = table(Collectivite), table(Category), table(Zone)
_NUMBER = bindparam("number", type_=BigInteger())
_ANYBODY = Sight(None, None, lambda: VIEWER)
"""What the public sees is what may leave."""

_ONE, _METRES = literal_column("1", Integer), literal_column("1000", Integer)


# What leaves ----------------------------------------------------------------------------------------------------------


def projection(number: ColumnElement[int], rules: ColumnElement[Any] | None = None) -> Select[Any]:
    """What the portal's rules, or those given as JSON, let out now: the columns of TerritoryPublication but the place,
    which is the centre of `cell`. Publishing, comparing and the preview read it here.
    """
    contribution, activity = sight.CONTRIBUTION, sight.ACTIVITY
    rule = as_rows(_tenant.c.territory_rules if rules is None else rules)
    center = table(Collectivite).alias("reader_collectivite")
    in_reach = or_(
        rule.c.within_km.is_(None), place.apart_m(contribution, center) <= rule.c.within_km * _METRES
    )  # Where nobody knows the centre, nothing is in reach.
    leaving = (
        sight.contributions(select(*_leaving_columns()), _ANYBODY)
        .join(_tenant, _tenant.c.number == number)
        .join(rule, true())
        .join(_reader, and_(_reader.c.tenant_number == rule.c.reader, _reader.c.tenant_number != _tenant.c.number))
        .join(center, center.c.id == _reader.c.collectivite_id)
        .outerjoin(_category, _category.c.id == contribution.c.category_id)
        .outerjoin(_zone, _zone.c.id == contribution.c.zone_id)
    )
    return leaving.where(
        _tenant.c.state == constant(TenantState.ACTIVE),
        activity.c.kind == any_(_tenant.c.features),
        life.is_standing(contribution),
        contribution.c.cell.is_not(None),
        contribution.c.kind.in_([constant(kind) for kind in PUBLISHED_KINDS]),
        contribution.c.kind == any_(rule.c.kinds),
        or_(func.cardinality(rule.c.categories) == literal_column("0"), _category.c.slug == any_(rule.c.categories)),
        in_reach,
    )


def _leaving_columns() -> tuple[ColumnElement[Any], ...]:
    """What leaves of a contribution."""
    return (
        _reader.c.tenant_number.label("reader_number"),
        _tenant.c.number.label("tenant_number"),
        *(sight.CONTRIBUTION.c[name] for name in ("id", "kind", "title")),
        _category.c.slug.label("category_key"),
        _category.c.name.label("category_name"),
        _zone.c.name.label("zone_name"),
        _tenant.c.collectivite_id,
        _tenant.c.slug,
        own_host().label("host"),
        *(sight.CONTRIBUTION.c[name] for name in ("cell", "published_at", "expires_at")),
    )


def own_host() -> ColumnElement[str]:
    """The first of the names by which the tenant is reached; empty: it has none."""
    first = select(func.min(_host.c.host)).where(_host.c.tenant_number == _tenant.c.number)
    return func.coalesce(first.scalar_subquery(), literal_column("''", Text))


def as_rows(rules: ColumnElement[Any]) -> FromClause:
    """The rules as rows."""
    columns = (
        column("reader", BigInteger),
        column("kinds", ARRAY(Text())),
        column("categories", ARRAY(Text())),
        column("within_km", Integer),
    )
    return func.jsonb_to_recordset(rules).table_valued(*columns, name="rule").render_derived(with_types=True)


# Reads ----------------------------------------------------------------------------------------------------------------


def rules(row: FromClause, context: FieldContext) -> Select[Any]:
    """The rules by which the portal publishes, by the readers' titles; for administrators."""
    rule, reader, told = (
        as_rows(row.c.territory_rules),
        table(TerritoryReader).alias("told"),
        table(TerritoryPublication),
    )
    count = select(func.count()).where(told.c.tenant_number == row.c.number, told.c.reader_number == rule.c.reader)
    listed = (
        select(
            reader.c.slug.label("reader"),
            reader.c.title,
            rule.c.kinds,
            rule.c.categories,
            rule.c.within_km,
            count.correlate(row, rule).scalar_subquery().label("count"),
        )
        .select_from(rule)
        .join(reader, reader.c.tenant_number == rule.c.reader)
        .order_by(reader.c.title, reader.c.slug)
    )
    return for_administrators(listed, context)


def preview(_parent: FromClause, context: FieldContext) -> Select[Any]:
    """The newest contributions that a rule would let out, and how many these are in all; for administrators."""
    rule = context.bind(_asked_rule, JSONB())
    reader, number = table(TerritoryReader).alias("asked"), context.tenant
    named = select(reader.c.tenant_number).where(reader.c.slug == context.bind("reader", Text())).scalar_subquery()
    whole = func.jsonb_build_array(rule.concat(func.jsonb_build_object(literal_column("'reader'", Text), named)))
    leaving = projection(number, whole).subquery("leaving")
    told = (
        *(leaving.c[name] for name in ("kind", "title", "category_name", "zone_name", "published_at", "expires_at")),
        func.to_hex(leaving.c.cell).label("cell"),
        func.count().over().label("of"),
    )
    listed = select(*told).order_by(leaving.c.published_at.desc(), leaving.c.id.desc())
    return for_administrators(listed.limit(literal_column(str(EXAMPLES))), context)


def _asked_rule(arguments: Arguments, _asker: Asker) -> dict[str, Any]:
    """The rule that is asked about; one that lets nothing out in the place of one that would be refused."""
    kinds = [kind.value for kind in arguments["kinds"] or ()]
    try:
        return checked(0, kinds, arguments["categories"] or [], arguments["withinKm"]).stored()
    except Refusal:
        return PublicationRule(0, []).stored()


def for_administrators(listed: Select[Any], context: FieldContext) -> Select[Any]:
    """The same for administrators; for others none of it."""
    return listed if context.viewer.is_administrator else listed.where(literal_column("false"))


# Changes --------------------------------------------------------------------------------------------------------------

LOCKED = select(_tenant.c.territory_rules).where(_tenant.c.number == _NUMBER).with_for_update(key_share=True)
RULE = (
    update(_tenant)
    .where(_tenant.c.number == _NUMBER)
    .values(territory_rules=value(Tenant, "territory_rules"), version=_tenant.c.version + _ONE)
)
READER = select(_reader.c.tenant_number).where(_reader.c.slug == value(TerritoryReader, "slug"))
_told = bindparam("told", type_=ARRAY(BigInteger()))
WITHDRAW, UNCOUNT = (
    delete(kept).where(kept.c.tenant_number == _NUMBER, kept.c.reader_number == any_(_told))
    for kept in (_publication, _count)
)


@dataclass(frozen=True, slots=True)
class LockedRules:
    """By which rules a portal publishes; nobody else changes or follows them until the end of the transaction."""

    territory_rules: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class KnownReader:
    """The number of a portal that receives."""

    tenant_number: int


def checked(
    reader: int, kinds: Sequence[str], categories: Sequence[str], within_km: int | None = None
) -> PublicationRule:
    """A rule as it is kept. Raises Refusal."""
    names = [kind.value for kind in PUBLISHED_KINDS if kind.value in kinds]
    if not names:
        raise Refusal(ErrorCode.REQUIRED, "Say what is published: offers, requests or listings.", "kinds")
    if len(names) < len(set(kinds)):
        raise bad_input("Offers, requests and listings alone are published to others.", "kinds", expected.OTHER)
    if len(categories) > MAX_CATEGORIES_OF_RULE:
        message = f"A rule names at most {MAX_CATEGORIES_OF_RULE} categories."
        raise limit_reached(message, "categories", expected.at_most(MAX_CATEGORIES_OF_RULE))
    if within_km is not None and not WITHIN_KM[0] <= within_km <= WITHIN_KM[1]:
        raise bad_input(f"A band is {WITHIN_KM[0]} to {WITHIN_KM[1]} km wide.", "withinKm", expected.number(*WITHIN_KM))
    keys = list(dict.fromkeys(key.strip()[:80] for key in categories if key.strip()))
    return PublicationRule(reader, names, keys, within_km)


async def set_rule(
    act: Act,
    *,
    reader: str,
    kinds: Sequence[ContributionKind] = (),
    categories: Sequence[str] = (),
    within_km: int | None = None,
) -> Outcome:
    """Publish to another portal by this rule, in the place of the one there was."""
    rule = checked(0, [kind.value for kind in kinds], categories, within_km)
    kept = await _lock(act)
    told = await act.one(READER, into=KnownReader, slug=reader.strip())
    if told is None or told.tenant_number == act.asker.tenant:
        raise not_found("reader")
    others = [one for one in kept if one["reader"] != told.tenant_number]
    if len(others) >= MAX_RULES:
        raise limit_reached(f"A portal publishes to at most {MAX_RULES} others.", "reader", expected.at_most(MAX_RULES))
    return await _write(act, [*others, replace(rule, reader=told.tenant_number).stored()], "set", ())


async def withdraw(act: Act, *, reader: str | None = None) -> Outcome:
    """Publish no more to one portal, or to any, and take back at once what was published there."""
    kept = await _lock(act)
    told = {one["reader"] for one in kept}
    if reader is not None:
        named = await act.one(READER, into=KnownReader, slug=reader.strip())
        told = told & {named.tenant_number} if named else set()
        if not told:
            raise not_found("reader")
    return await _write(act, [one for one in kept if one["reader"] not in told], "withdrawn", sorted(told))


async def _lock(act: Act) -> list[dict[str, Any]]:
    locked = await act.one(LOCKED, into=LockedRules, number=act.asker.tenant)
    assert locked is not None
    return locked.territory_rules


async def _write(act: Act, kept: Sequence[dict[str, Any]], what: str, told: Sequence[int]) -> Outcome:
    own, number = settings_id(act.asker.tenant), act.asker.tenant
    await act.watch((Tenant, own))
    await act.execute(RULE, number=number, territory_rules=list(kept))
    for statement in (WITHDRAW, UNCOUNT) if told else ():
        await act.execute(statement, number=number, told=list(told))
    return act.did(EventKind.PORTAL_REVISED, own, {"territory": what}, number=number)
