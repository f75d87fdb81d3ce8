"""Vote files: the rule is published when a vote opens, its ballots when it is counted; both are read by anybody."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version as release_of
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, Select, Text, case, func, insert, literal_column, select

from counting import publishing
from counting.reckoning import Costed, Counting, Over
from database.door import Database, Transaction
from models.activity import Activity
from models.ballot import Ballot
from models.base import constant, new_id, table
from models.event import EventKind
from models.polling_desk import Signing
from models.seal import Seal
from models.set_aside import SetAside
from models.vote import Choice, Vote
from models.vote_file import MANIFEST, RULE, VoteFile
from models.vote_result import VoteResult
from planner.act import value
from planner.context import FieldContext
from planner.event import RECORD, NewEvent, events
from planner.listing import Listing, Order
from planner.row import reader
from resolvers.ident import argument
from resolvers.vote_method import METHODS
from transfer.published import digest, json_text

SEED_BYTES = 16

_file, _activity, _ballot, _seal = table(VoteFile), table(Activity), table(Ballot), table(Seal)
_signing, _result, _aside, _vote = table(Signing), table(VoteResult), table(SetAside), table(Vote)
_ZERO: ColumnElement[int] = literal_column("0", Integer)
_id = value(VoteFile, "activity_id")
_WHOLE = [constant(name) for name, method in METHODS.items() if not method.is_free]
HAS_RULE = select(_file.c.id).where(_file.c.activity_id == _activity.c.id).exists()
UNPUBLISHED = (_activity.c.vote_method.in_(_WHOLE), ~HAS_RULE)
NEXT = select(func.min(_activity.c.opens_at)).where(*UNPUBLISHED, _activity.c.opens_at > func.now())
"""When the next vote opens."""

LAST_RULE = (
    select(_file.c.version, _file.c.content)
    .where(_file.c.activity_id == _id, _file.c.name == literal_column(f"'{RULE}'", Text))
    .order_by(_file.c.version.desc())
    .limit(literal_column("1", Integer))
)
HEAD = select(_seal.c.size, _seal.c.root).order_by(_seal.c.size.desc()).limit(literal_column("1", Integer))
WRITE = insert(_file).values(
    {name: value(VoteFile, name) for name in ("id", "activity_id", "name", "version", "reason", "content", "digest")}
    | {"published_at": func.now()}
)


# What is read --------------------------------------------------------------------------------------------------------


def of_activity(row: FromClause, activity: FromClause, _context: FieldContext) -> Listing:
    """What is published of an activity's vote: the newest version first, the rule before what was counted."""
    is_rule: ColumnElement[int] = case(
        (row.c.name == literal_column(f"'{RULE}'", Text), literal_column("0")), else_=literal_column("1")
    )
    order = Order("vote_file.place", (-row.c.version, is_rule, row.c.id), (int, int, UUID))
    return Listing((row.c.activity_id == activity.c.id,), order)


def size_bytes(row: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """How long its content is in UTF-8."""
    return func.octet_length(row.c.content, type_=Integer())


def named(_parent: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The file of an activity that has a name, in a version, or in its newest one."""
    name, activity = context.bind("name", Text()), argument(context, "activity", "activity")
    if context.has("version"):
        version = context.bind("version", Integer())
        return (row.c.activity_id == activity) & (row.c.name == name) & (row.c.version == version)
    newer = _file.alias("newer_file")
    is_older = (
        select(newer.c.id)
        .where(newer.c.activity_id == activity, newer.c.name == name, newer.c.version > row.c.version)
        .exists()
    )
    return (row.c.activity_id == activity) & (row.c.name == name) & ~is_older


def has_receipt(activity: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether an activity has a ballot with a receipt; spaces and hyphens in it, and case, say nothing."""
    typed = _typed(context)
    cast, sealed = (
        select(row.c.id).where(row.c.activity_id == activity.c.id, row.c.receipt == typed).exists()
        for row in (_ballot, _signing)
    )
    return cast | sealed


def published_ballot(activity: FromClause, context: FieldContext) -> Select[Any]:
    """The ballot of a receipt, as the published file says it: once it is counted, and never of a secret vote."""
    counted = select(_result.c.id).where(_result.c.activity_id == activity.c.id).correlate(activity)
    aside = select(_aside.c.id).where(_aside.c.ballot_id == _ballot.c.id, _aside.c.restored_at.is_(None))
    columns = (_ballot.c.id, _ballot.c.is_blank, aside.exists().label("is_set_aside"))
    return select(*columns).where(
        _ballot.c.activity_id == activity.c.id,
        _ballot.c.receipt == _typed(context),
        activity.c.urn_key.is_(None),
        activity.c.closes_at <= func.now(),
        counted.exists(),
    )


def published_votes(ballot: FromClause, _context: FieldContext) -> Select[Any]:
    """What a published ballot says, project by project; ranks in their order, points the most first."""
    place: ColumnElement[Any] = case(
        (_vote.c.choice == constant(Choice.RANK), _vote.c.amount), else_=-func.coalesce(_vote.c.amount, _ZERO)
    )
    votes = select(_vote.c.contribution_id, _vote.c.choice, _vote.c.amount).where(_vote.c.ballot_id == ballot.c.id)
    return votes.order_by(place, _vote.c.contribution_id)


def _typed(context: FieldContext) -> ColumnElement[str]:
    return context.bind(lambda given, _asker: plain(str(given["receipt"])), Text())


def plain(receipt: str) -> str:
    """A receipt as it is stored."""
    return "".join(letter for letter in receipt.upper() if letter.isalnum())


# What is published ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublishedRule:
    """A version of a rule."""

    version: int
    content: str


@dataclass(frozen=True, slots=True)
class JournalHead:
    """How far the journal reaches, and its root."""

    size: int
    root: str


async def last_rule(database: Database, tenant: int, activity: UUID) -> PublishedRule | None:
    """The rule as it was last published."""
    rows = await database.rows(LAST_RULE, tenant, activity_id=activity)
    return reader(LAST_RULE, PublishedRule)(rows[0]) if rows else None


def new_rule(over: Over, projects: list[Costed], title: str) -> str:
    """The rule of a vote that opens, with the seed of its draw."""
    table_ = publishing.projects(Counting(over, projects, (), ()))
    seed = secrets.token_hex(SEED_BYTES)
    told = {"version": 1, "reason": None, "replaces": None}
    return publishing.rule(over, table_, seed, release_of("parvis"), title=title, activity=over.id, **told)


async def publish(
    transaction: Transaction, activity: UUID, version: int, files: Mapping[str, str], reason: str | None = None
) -> dict[str, str]:
    """Write files of a version; their digests by name."""
    for name, content in files.items():
        columns = {"name": name, "version": version, "reason": reason, "content": content}
        await transaction.execute(WRITE, id=new_id(), activity_id=activity, digest=digest(content), **columns)
    return {name: digest(content) for name, content in files.items()}


async def publish_rule(
    transaction: Transaction, activity: UUID, content: str, version: int, reason: str | None, actor: UUID | None = None
) -> None:
    """Publish a rule, and have the journal seal its digest; `actor` changed it, where somebody did."""
    digests = await publish(transaction, activity, version, {RULE: content}, reason)
    note = {"digest": digests[RULE], "version": version}
    await transaction.execute(RECORD, **events(NewEvent(EventKind.VOTE_RULE_PUBLISHED, activity, actor, note)))


async def publish_count(
    transaction: Transaction, activity: UUID, version: int, files: Mapping[str, str], rule: str, reason: str | None
) -> None:
    """Publish what was counted with a manifest of all files, and have the journal seal its digest."""
    digests = await publish(transaction, activity, version, files, reason)
    row = await transaction.one(HEAD)
    head = reader(HEAD, JournalHead)(row) if row else None
    journal = {"size": head.size, "root": head.root} if head else None
    digests[RULE] = digest(rule)
    manifest = json_text({"activity": activity, "version": version, "files": digests, "journal": journal})
    sealed = await publish(transaction, activity, version, {MANIFEST: manifest}, reason)
    note = {"digest": sealed[MANIFEST], "version": version}
    await transaction.execute(RECORD, **events(NewEvent(EventKind.VOTE_COUNTED, activity, None, note)))
