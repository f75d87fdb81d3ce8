"""Results of votes by ballots: read as they were counted, and counted once after the close."""

import asyncio
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    false,
    func,
    insert,
    literal_column,
    select,
    union_all,
    update,
)

from counting import publishing, rule_version, vote_file
from counting.polling_record import NUMBERS
from counting.reckoning import CastBallot, CastVote, Counting, DeskTotals, Over, Row, reckoned
from database.door import Database, Transaction
from database.wire import Row as DbRow
from models.activity import Activity
from models.ballot import Ballot
from models.base import constant, table
from models.category import Category
from models.contribution import Contribution
from models.polling_desk import PollingDesk, Signing
from models.polling_record import PollingRecord
from models.set_aside import SetAside
from models.vote import Choice, Vote
from models.vote_file import PABULIB
from models.vote_result import ProjectAward, VoteResult
from planner.act import value
from planner.context import FieldContext
from planner.listing import Listing, Order
from planner.row import reader
from resolvers import ballot
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import SheetCount, Voice

_activity, _contribution, _vote, _ballot = table(Activity), table(Contribution), table(Vote), table(Ballot)
_desk, _record, _signing = table(PollingDesk), table(PollingRecord), table(Signing)
_result, _award, _category, _aside = table(VoteResult), table(ProjectAward), table(Category), table(SetAside)
_id = value(Activity, "id")
_WHOLE = [constant(name) for name, method in METHODS.items() if not method.is_free]
_judged = (
    select(_aside.c.id)
    .where(
        _aside.c.activity_id == _activity.c.id,
        func.greatest(_aside.c.set_aside_at, _aside.c.restored_at) > _result.c.counted_at,
    )
    .correlate(_activity, _result)
)
_recorded = (
    select(_record.c.id)
    .where(
        _record.c.activity_id == _activity.c.id,
        func.greatest(_record.c.recorded_at, _record.c.photo_at) > _result.c.counted_at,
    )
    .correlate(_activity, _result)
)
_is_counted = (
    select(_result.c.id).where(_result.c.activity_id == _activity.c.id, ~_judged.exists(), ~_recorded.exists()).exists()
)
_is_read = _activity.c.urn_key.is_(None) | _activity.c.urn_opened_at.is_not(None)
_OWED = (_activity.c.vote_method.in_(_WHOLE), _activity.c.closes_at.is_not(None), _is_read, ~_is_counted)

DUE = select(*(_activity.c[name] for name in ("id", *rule_version.RULES)), rule_version.IS_SECRET).where(
    *_OWED, _activity.c.closes_at <= func.now()
)
"""Activities that are over and not counted yet."""

NEXT = select(func.min(_activity.c.closes_at)).where(*_OWED, _activity.c.closes_at > func.now())
"""When the next one is over."""

VOTES = (
    select(_vote.c.ballot_id, _vote.c.contribution_id, _vote.c.choice, _vote.c.amount)
    .join_from(_vote, _contribution, _contribution.c.id == _vote.c.contribution_id)
    .where(_contribution.c.activity_id == _id, _vote.c.ballot_id.is_not(None))
    .order_by(_vote.c.ballot_id)
)
BALLOTS = (
    select(*(_ballot.c[name] for name in ("id", "is_blank", "salt", "receipt", "proof")), _aside.c.sign)
    .join_from(_ballot, _aside, (_aside.c.ballot_id == _ballot.c.id) & _aside.c.restored_at.is_(None), isouter=True)
    .where(_ballot.c.activity_id == value(Ballot, "activity_id"))
    .order_by(_ballot.c.id)
)
SALT = (
    update(_ballot)
    .where(_ballot.c.activity_id == value(Ballot, "activity_id"), _ballot.c.salt.is_(None))
    .values(salt=func.md5(bindparam("chance", type_=Text()).concat(cast(_ballot.c.id, Text))))
)
"""Chance for ballots from before there were receipts: of 256 secret bits and the ballot's id, as a row's own chance may
not be drawn in a change (decision 0103)."""

RECEIVE = update(_ballot).where(_ballot.c.id == value(Ballot, "id")).values(receipt=value(Ballot, "receipt"))
LAST_VERSION = select(func.coalesce(func.max(_result.c.version), literal_column("0")).label("version")).where(
    _result.c.activity_id == value(VoteResult, "activity_id")
)
_written = select(
    _record.c.recorded_at.label("at"), func.coalesce(_record.c.reason, _desk.c.name).label("words")
).join_from(_record, _desk, _desk.c.id == _record.c.desk_id)
_photographed = select(_record.c.photo_at.label("at"), _desk.c.name.label("words")).join_from(
    _record, _desk, _desk.c.id == _record.c.desk_id
)
_told = select(
    func.greatest(_aside.c.set_aside_at, _aside.c.restored_at).label("at"),
    func.coalesce(_aside.c.reply, _aside.c.explanation).label("words"),
)
_all_words = union_all(
    _told.where(_aside.c.activity_id == value(SetAside, "activity_id")),
    _written.where(_record.c.activity_id == value(SetAside, "activity_id")),
    _photographed.where(_record.c.activity_id == value(SetAside, "activity_id"), _record.c.photo_at.is_not(None)),
).subquery("told")
LAST_WORDS = select(_all_words.c.words).order_by(_all_words.c.at.desc()).limit(literal_column("1"))
"""Why a vote is counted anew: what was said when a ballot was last set aside or put back, or a desk's record corrected;
of a desk's first record and of a photo of its sheet the desk's name."""

DOUBLES = select(func.count(type_=Integer())).where(_signing.c.desk_id == _record.c.desk_id, _signing.c.is_double)
_newer = _record.alias("newer_record")
DESKS = (
    select(
        *(_record.c[name] for name in ("desk_id", "version", "remark", "totals", "photo_digest", "ballots", *NUMBERS)),
        _desk.c.name,
        _desk.c.channel,
        DOUBLES.correlate(_record).scalar_subquery().label("double_count"),
    )
    .join_from(_record, _desk, _desk.c.id == _record.c.desk_id)
    .where(
        _record.c.activity_id == value(PollingRecord, "activity_id"),
        ~select(_newer.c.id)
        .where(_newer.c.desk_id == _record.c.desk_id, _newer.c.version > _record.c.version)
        .exists(),
    )
    .order_by(_desk.c.name, _desk.c.id)
)
"""The last version of each desk's record."""

ENVELOPES = (
    select(_signing.c.receipt)
    .where(_signing.c.activity_id == value(Signing, "activity_id"), _signing.c.desk_id.is_(None))
    .order_by(_signing.c.receipt)
)
"""Of a secret vote the receipts of what was in the urn."""

ENVELOPE_PROOFS = select(_signing.c.proof).where(
    _signing.c.activity_id == value(Signing, "activity_id"), _signing.c.desk_id.is_(None), _signing.c.proof.is_not(None)
)


# What is read --------------------------------------------------------------------------------------------------------


def of_activity(row: FromClause, activity: FromClause, _context: FieldContext) -> Listing:
    """An activity's results as they were last published, the decisive one first, each rule's readings in order."""
    one: ColumnElement[int] = literal_column("1")
    place: ColumnElement[int] = case((row.c.is_decisive, literal_column("0")), else_=one + row.c.reading)
    every = _result.alias("published_result")
    last = select(func.max(every.c.version)).where(every.c.activity_id == activity.c.id).correlate(activity)
    order = Order("result.decisive", (place, row.c.id), (int, UUID))
    return Listing((row.c.activity_id == activity.c.id, row.c.version == last.scalar_subquery()), order)


def before(activity: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """The decisive result of the version before the last one."""
    every = _result.alias("published_before")
    last = select(func.max(every.c.version)).where(every.c.activity_id == activity.c.id).correlate(activity)
    is_decisive = and_(row.c.is_decisive, row.c.reading == literal_column("0"))
    one: ColumnElement[int] = literal_column("1")
    return and_(row.c.activity_id == activity.c.id, is_decisive, row.c.version == last.scalar_subquery() - one)


def counted(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """Activities whose votes were counted, the last closed first; none for anybody but administrators."""
    if not context.viewer.is_administrator:
        return Listing((false(),), Order("activity.counted", (row.c.id,), (UUID,)))
    there = select(_result.c.id).where(_result.c.activity_id == row.c.id).correlate(row).exists()
    order = Order("activity.counted", (row.c.closes_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing((there, row.c.closes_at.is_not(None)), order)


def awards(row: FromClause, result: FromClause, _context: FieldContext) -> Listing:
    """What a result says of each project, in its order."""
    return Listing((row.c.result_id == result.c.id,), Order("award.rank", (row.c.rank,), (int,)))


def winners(row: FromClause, activity: FromClause, _context: FieldContext) -> Listing:
    """The winners of an activity's vote, as it was last published."""
    is_its = row.c.result_id == _decisive(activity, activity.c.id)
    return Listing((is_its, row.c.is_winner), Order("award.rank", (row.c.rank,), (int,)))


def of_project(contribution: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """What the decisive result says of a project, as it was last published."""
    last = _decisive(contribution, contribution.c.activity_id)
    return and_(row.c.contribution_id == contribution.c.id, row.c.result_id == last)


def _decisive(row: FromClause, activity: ColumnElement[Any]) -> ColumnElement[Any]:
    every = _result.alias("decisive_result")
    is_its = (every.c.activity_id == activity, every.c.is_decisive, every.c.reading == literal_column("0"))
    last = select(every.c.id).where(*is_its).order_by(every.c.version.desc()).limit(literal_column("1"))
    return last.correlate(row).scalar_subquery()


def channel_counts(result: FromClause, _context: FieldContext) -> Select[Any]:
    """A result's ballots by channel."""
    return _of_channels(result, "ballot_count", "blank_count", "spoilt_count", "whole_count")


def proof_counts(result: FromClause, _context: FieldContext) -> Select[Any]:
    """A result's ballots by level of proof."""
    names: list[Any] = [column("level", Text), column("ballot_count", Integer)]
    listed = func.jsonb_to_recordset(result.c.proofs).table_valued(*names, name="by_proof")
    return select(*listed.render_derived(with_types=True).c)


def channel_scores(award: FromClause, _context: FieldContext) -> Select[Any]:
    """What ballots gave to a project, by channel."""
    return _of_channels(award, "score", "voter_count")


def _of_channels(row: FromClause, *numbers: str) -> Select[Any]:
    names: list[Any] = [column("channel", Text), *(column(name, Integer) for name in numbers)]
    listed = func.jsonb_to_recordset(row.c.channels).table_valued(*names, name="by_channel")
    return select(*listed.render_derived(with_types=True).c)


# What is counted -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LastResult:
    """How often results were published."""

    version: int


@dataclass(frozen=True, slots=True)
class AgentWords:
    """What an agent said."""

    words: str


async def count(database: Database, tenant: int) -> int:
    """Count what is over and not counted yet; how many activities there were."""
    await rule_version.open_votes(database, tenant)
    await rule_version.follow(database, tenant)
    due = [reader(DUE, Over)(row) for row in await database.rows(DUE, tenant)]
    for over in due:
        rule = await vote_file.last_rule(database, tenant, over.id)
        if rule is None:  # It was over just now, in a space that is a draft: the next visit publishes its rule first.
            continue
        published = json.loads(rule.content)
        counting = await _counting(database, tenant, over, published["seed"])
        version, reason = await _next_version(database, tenant, over.id)
        written, files = await asyncio.to_thread(_counted, counting, published["title"], version, reason)
        async with database.transaction(tenant) as transaction:
            if not await _is_next(transaction, over.id, version) or not await _is_whole(transaction, counting):
                continue
            for result, rows in written:
                await _write(transaction, result, rows)
            await _receive(transaction, counting)
            await vote_file.publish_count(transaction, over.id, version, files, rule.content, reason)
    return len(due)


async def _next_version(database: Database, tenant: int, activity: UUID) -> tuple[int, str | None]:
    """Which version of the results is next, and why there is one."""
    [row] = await database.rows(LAST_VERSION, tenant, activity_id=activity)
    last = reader(LAST_VERSION, LastResult)(row).version
    words = await database.rows(LAST_WORDS, tenant, activity_id=activity) if last else []
    return last + 1, reader(LAST_WORDS, AgentWords)(words[0]).words if words else None


async def _is_next(transaction: Transaction, activity: UUID, version: int) -> bool:
    """Whether nobody else has counted meanwhile, nor will until this is done."""
    await transaction.execute(ballot.CHANGE_RULE, activity_id=activity)
    row = await transaction.one(LAST_VERSION, activity_id=activity)
    return row is not None and reader(LAST_VERSION, LastResult)(row).version == version - 1


async def _is_whole(transaction: Transaction, counting: Counting) -> bool:
    """Whether no desk has written a record since these were read."""
    rows = await transaction.all(DESKS, activity_id=counting.over.id)
    return [_desk_totals(row) for row in rows] == list(counting.desks)


def _desk_totals(row: DbRow) -> DeskTotals:
    read = reader(DESKS, DeskTotals)(row)
    told: Any = _parsed(read.totals)
    counts = [
        SheetCount(UUID(one["project"]), Voice(Choice(one["choice"]), one["amount"]), one["count"]) for one in told
    ]
    return replace(read, totals=counts, ballots=_parsed(read.ballots))


def _parsed(told: Any) -> Any:
    return json.loads(told) if isinstance(told, str | bytes) else told


async def _counting(database: Database, tenant: int, over: Over, seed: str) -> Counting:
    async with database.transaction(tenant) as transaction:
        await transaction.execute(SALT, activity_id=over.id, chance=secrets.token_hex(32))
    votes = [reader(VOTES, CastVote)(row) for row in await database.rows(VOTES, tenant, id=over.id)]
    ballots = [reader(BALLOTS, CastBallot)(row) for row in await database.rows(BALLOTS, tenant, activity_id=over.id)]
    desks = [_desk_totals(row) for row in await database.rows(DESKS, tenant, activity_id=over.id)]
    projects = await rule_version.projects_of(database, tenant, over.id)
    envelopes = [str(receipt) for (receipt,) in await database.rows(ENVELOPES, tenant, activity_id=over.id)]
    proofs = [str(level) for (level,) in await database.rows(ENVELOPE_PROOFS, tenant, activity_id=over.id)]
    return Counting(over, projects, votes, ballots, seed, desks, envelopes, proofs)


async def _receive(transaction: Transaction, counting: Counting) -> None:
    """Ballots from before there were receipts get theirs."""
    made = publishing.received(counting)
    for one in counting.ballots:
        if one.receipt is None:
            await transaction.execute(RECEIVE, id=one.id, receipt=made[one.id][0])


def _counted(
    counting: Counting, title: str, version: int, reason: str | None
) -> tuple[list[tuple[Row, list[Row]]], dict[str, str]]:
    told = {"version": version, "reason": reason}
    written = [(result | told, rows) for result, rows in reckoned(counting)]
    files = publishing.counted(counting, written)
    return written, files | {PABULIB: publishing.pabulib(counting, title, written[0][1])}


async def _write(transaction: Transaction, result: Row, rows: Sequence[Row]) -> None:
    await transaction.execute(insert(_result).values(counted_at=func.now(), **_bound(VoteResult, result)), **result)
    for row in rows:
        await transaction.execute(insert(_award).values(**_bound(ProjectAward, row)), **row)


def _bound(model: type[Any], row: Row) -> dict[str, Any]:
    return {name: value(model, name) for name in row}
