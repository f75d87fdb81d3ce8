"""Portals of a territory («portails de territoire»): who receives, from whom, and what it calls others' categories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    column,
    delete,
    func,
    literal_column,
    select,
    true,
    tuple_,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by, insert

from models import expected
from models.base import table
from models.collectivite import Collectivite
from models.event import EventKind
from models.refusal import limit_reached, not_found
from models.tenant import Tenant, settings_id
from models.territory import (
    KEY_LENGTH,
    MAX_READERS,
    MAX_SENDERS,
    MAX_WORDS,
    WORD_LENGTH,
    TerritoryPublication,
    TerritoryReader,
)
from office import territory
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from resolvers import place, text

_tenant, _reader = table(Tenant), table(TerritoryReader)
_publication, _collectivite = table(TerritoryPublication), table(Collectivite)
_NUMBER = bindparam("number", type_=BigInteger())
_ZERO: ColumnElement[int] = literal_column("0", Integer)
_ONE: ColumnElement[int] = literal_column("1", Integer)
_FALSE: ColumnElement[bool] = literal_column("false", Boolean)


# Who receives ---------------------------------------------------------------------------------------------------------


def readers(row: FromClause, context: FieldContext) -> Select[Any]:
    """The portals that receive, those around the portal's collectivité first, nearest next; for administrators."""
    reader, own, around = table(TerritoryReader).alias("receiving"), _collectivite.alias("own"), _collectivite.alias()
    order = (_is_around(around, own).desc(), place.apart_m(around, own), reader.c.slug)
    listed = _receiving(row, reader, own, around).order_by(*order).limit(literal_column(str(MAX_READERS)))
    return territory.for_administrators(listed, context)


def told(row: FromClause, context: FieldContext) -> Select[Any]:
    """One portal to which this one publishes, by its short name; none for any other, whoever receives or not."""
    reader, own, around = table(TerritoryReader).alias("told"), _collectivite.alias("own"), _collectivite.alias()
    rule = territory.as_rows(row.c.territory_rules)
    is_told = reader.c.tenant_number.in_(select(rule.c.reader).select_from(rule))
    one = _receiving(row, reader, own, around).where(is_told)
    return one.where(reader.c.slug == context.bind("portal", Text()) if context.has("portal") else _FALSE)


def _receiving(row: FromClause, reader: FromClause, own: FromClause, around: FromClause) -> Select[Any]:
    """The other portals that receive, as the contract tells of them."""
    columns = (reader.c.slug, reader.c.title, around.c.name, reader.c.host, _is_around(around, own).label("is_around"))
    return (
        select(*columns)
        .join_from(reader, around, around.c.id == reader.c.collectivite_id)
        .join(own, own.c.id == row.c.collectivite_id)
        .where(reader.c.tenant_number != row.c.number)
        .correlate(row)
    )


def _is_around(around: FromClause, own: FromClause) -> ColumnElement[bool]:
    return func.coalesce(around.c.id == any_(own.c.parent_ids), _FALSE)


def receives(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether the portal shows what others publish to it."""
    own = table(TerritoryReader).alias("own_reader")
    return select(own.c.tenant_number).where(own.c.tenant_number == row.c.number).correlate(row).exists()


_RECEIVED = ("slug", "title", "collectivite_id", "host")
_said = (*(_tenant.c[name] for name in _RECEIVED[:-1]), territory.own_host())
RECEIVE = (
    insert(_reader)
    .from_select(("tenant_number", *_RECEIVED), select(_tenant.c.number, *_said).where(_tenant.c.number == _NUMBER))
    .on_conflict_do_nothing()
)
FOLLOW = (
    update(_reader)
    .values(dict(zip(_RECEIVED, _said, strict=True)))
    .where(
        _reader.c.tenant_number == _NUMBER,
        _tenant.c.number == _reader.c.tenant_number,
        tuple_(*(_reader.c[name] for name in _RECEIVED)) != tuple_(*_said),
    )
)
"""What others find of a portal that receives follows its title and its names."""

RECEIVE_NO_MORE = delete(_reader).where(_reader.c.tenant_number == _NUMBER)
COUNT_UP = update(_tenant).where(_tenant.c.number == _NUMBER).values(version=_tenant.c.version + _ONE)


async def receive(act: Act, *, is_on: bool) -> Outcome:
    """Show what others publish to this portal, or show it no more: then it is forgotten here at once."""
    own, number = settings_id(act.asker.tenant), act.asker.tenant
    await act.watch((Tenant, own))
    await act.execute(RECEIVE if is_on else RECEIVE_NO_MORE, number=number)
    await act.execute(COUNT_UP, number=number)
    return act.did(EventKind.PORTAL_REVISED, own, {"receives": is_on}, number=number)


# From whom ------------------------------------------------------------------------------------------------------------


def senders(_parent: FromClause, context: FieldContext) -> Select[Any]:
    """The portals that publish to this one, and those that are left out and publish nothing now, by the names of their
    collectivités; for administrators."""
    own, of = table(Tenant).alias("own_portal"), _collectivite.alias()
    left, row = _left_out(own.c.territory_left_out_names), table(TerritoryPublication).alias("sent")
    sent = (
        select(row.c.tenant_number, row.c.slug, row.c.collectivite_id, func.count().label("count"))
        .where(row.c.reader_number == context.tenant)
        .group_by(row.c.tenant_number, row.c.slug, row.c.collectivite_id)
    )
    silent = select(left.c.key.cast(BigInteger), left.c.value.op("->>")(_ZERO), left.c.value.op("->>")(_ONE), _ZERO)
    silent = silent.join_from(own, left, true()).where(own.c.number == context.tenant)
    heard = select(row.c.tenant_number).where(row.c.reader_number == context.tenant)
    all_ = sent.union_all(silent.where(left.c.key.cast(BigInteger).not_in(heard))).subquery("sender")
    is_left_out = all_.c.tenant_number == any_(own.c.territory_left_out)
    listed = (
        select(all_.c.slug.label("portal"), of.c.name, all_.c.count, is_left_out.label("is_left_out"))
        .join_from(all_, own, own.c.number == context.tenant)
        .join(of, of.c.id == all_.c.collectivite_id)
        .order_by(of.c.name, all_.c.slug)
        .limit(literal_column(str(MAX_SENDERS)))
    )
    return territory.for_administrators(listed, context)


def _left_out(names: ColumnElement[Any]) -> FromClause:
    """Those who are left out: `key` is the number, `value` the short name and the collectivité."""
    each = func.jsonb_each(names)
    return each.table_valued(column("key", Text()), column("value", JSONB()), name="left_out").render_derived()


_named = value(TerritoryPublication, "slug")
_kept = _left_out(_tenant.c.territory_left_out_names)
SENDER = (
    select(_publication.c.tenant_number, _publication.c.slug, _publication.c.collectivite_id)
    .where(_publication.c.reader_number == _NUMBER, _publication.c.slug == _named)
    .union_all(
        select(_kept.c.key.cast(BigInteger), _kept.c.value.op("->>")(_ZERO), _kept.c.value.op("->>")(_ONE))
        .join_from(_tenant, _kept, true())
        .where(_tenant.c.number == _NUMBER, _kept.c.value.op("->>")(_ZERO) == _named)
    )
    .limit(literal_column("1", BigInteger))
)
_left, _names = _tenant.c.territory_left_out, _tenant.c.territory_left_out_names
_sender = bindparam("sender", type_=BigInteger())
_without, _unnamed = func.array_remove(_left, _sender), _names.op("-")(_sender.cast(Text()))
_naming = func.jsonb_build_object(_sender.cast(Text()), bindparam("said", type_=JSONB()))
LEAVE_OUT, TAKE_BACK = (
    update(_tenant)
    .where(_tenant.c.number == _NUMBER)
    .values(territory_left_out=left, territory_left_out_names=names, version=_tenant.c.version + _ONE)
    for left, names in ((func.array_append(_without, _sender), _names.op("||")(_naming)), (_without, _unnamed))
)


@dataclass(frozen=True, slots=True)
class KnownSender:
    """A portal that publishes to this one, or is left out."""

    tenant_number: int
    slug: str
    collectivite_id: str


async def leave_out(act: Act, *, sender: str, is_left_out: bool) -> Outcome:
    """Show nothing of one portal that publishes to this one, or show it again; what it published stays meanwhile."""
    own, number = settings_id(act.asker.tenant), act.asker.tenant
    await act.watch((Tenant, own))
    named = await act.one(SENDER, into=KnownSender, number=number, slug=sender.strip())
    if named is None:
        raise not_found("sender")
    if is_left_out:
        said = [named.slug, named.collectivite_id]
        await act.execute(LEAVE_OUT, number=number, sender=named.tenant_number, said=said)
    else:
        await act.execute(TAKE_BACK, number=number, sender=named.tenant_number)
    what = "left out" if is_left_out else "taken back"
    return act.did(EventKind.PORTAL_REVISED, own, {"sender": what}, number=number)


# What it calls their categories ---------------------------------------------------------------------------------------


def words(_parent: FromClause, context: FieldContext) -> Select[Any]:
    """The portal's own words for others' categories, each once."""
    own = table(Tenant).alias("own_portal")
    given = _given(own)
    named = select(given.c.value.label("word")).join_from(own, given, true())
    return named.where(own.c.number == context.tenant).distinct().order_by(literal_column("word", Text))


def categories(_parent: FromClause, context: FieldContext) -> Select[Any]:
    """Others' categories by their keys, the most frequent first, also those that nobody uses now but that have a word;
    for administrators."""
    row, own = table(TerritoryPublication).alias("sent"), table(Tenant).alias("own_portal")
    is_own, is_told = own.c.number == context.tenant, row.c.reader_number == context.tenant
    sent = (
        select(
            row.c.category_key.label("key"),
            func.array_agg(aggregate_order_by(row.c.category_name.distinct(), row.c.category_name)).label("names"),
            func.count().label("count"),
            func.count(row.c.tenant_number.distinct()).label("portal_count"),
        )
        .where(is_told, row.c.category_key.is_not(None))
        .group_by(row.c.category_key)
        .subquery("sent_categories")
    )
    given = _given(own)
    worded = select(given.c.key).join_from(own, given, true()).where(is_own)
    keys = union(select(sent.c.key), worded).subquery("keys")
    none = literal_column("'{}'::text[]", ARRAY(Text()))
    zero = literal_column("0", Integer)
    listed = (
        select(
            keys.c.key,
            func.coalesce(sent.c.names, none).label("names"),
            func.coalesce(sent.c.count, zero).label("count"),
            func.coalesce(sent.c.portal_count, zero).label("portal_count"),
            own.c.territory_words.op("->>")(keys.c.key).label("word"),
        )
        .join_from(keys, own, is_own)
        .outerjoin(sent, sent.c.key == keys.c.key)
        .order_by(func.coalesce(sent.c.count, zero).desc(), keys.c.key)
        .limit(literal_column(str(MAX_WORDS)))
    )
    return territory.for_administrators(listed, context)


def _given(own: FromClause) -> Any:
    """The portal's words as rows of `key` and `value`."""
    each = func.jsonb_each_text(own.c.territory_words)
    return each.table_valued("key", "value", name="given").render_derived()


LOCKED = select(_tenant.c.territory_words).where(_tenant.c.number == _NUMBER).with_for_update(key_share=True)
WORDS = (
    update(_tenant)
    .where(_tenant.c.number == _NUMBER)
    .values(territory_words=value(Tenant, "territory_words"), version=_tenant.c.version + _ONE)
)


class GivenWord(TypedDict):
    """The portal's own word for a category of others; none: it has none any more."""

    key: str
    word: str | None


@dataclass(frozen=True, slots=True)
class LockedWords:
    """The portal's words; nobody else changes them until the end of the transaction."""

    territory_words: dict[str, str]


async def set_words(act: Act, *, words: Sequence[GivenWord]) -> Outcome:
    """Call others' categories by the portal's own words; those that are not named stay as they are."""
    own, number = settings_id(act.asker.tenant), act.asker.tenant
    await act.watch((Tenant, own))
    locked = await act.one(LOCKED, into=LockedWords, number=number)
    assert locked is not None
    kept = merged(locked.territory_words, words)
    if len(kept) > MAX_WORDS:
        raise limit_reached(
            f"A portal has words for at most {MAX_WORDS} categories.", "words", expected.at_most(MAX_WORDS)
        )
    await act.execute(WORDS, number=number, territory_words=kept)
    return act.did(EventKind.PORTAL_REVISED, own, {"territory": "words"}, number=number)


def merged(kept: Mapping[str, str], given: Sequence[GivenWord]) -> dict[str, str]:
    """The words by the categories' keys. One that differs from another in capitals alone is that other, so that a list
    has each once. Raises Refusal for a key or a word that is too long."""
    spelled = {word.casefold(): word for word in kept.values()}
    all_ = dict(kept)
    for place_, one in enumerate(given):
        key = text.line(one["key"], KEY_LENGTH, f"words.{place_}.key")
        word = text.line(one["word"] or "", WORD_LENGTH, f"words.{place_}.word")
        all_.pop(key, None)
        if word:
            all_[key] = spelled.setdefault(word.casefold(), word)
    return all_
