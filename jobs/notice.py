"""Notices: whoever follows what a sealed event is about, and whoever it concerns, is told once; in sets, never one by
one, and only of what the person may see."""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    FromClause,
    Insert,
    Integer,
    Interval,
    Select,
    SmallInteger,
    Text,
    and_,
    any_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Uuid

from database.door import Transaction
from geo import cell
from models.account import Account
from models.activity import Activity
from models.actor import Actor, Role
from models.actor_block import ActorBlock
from models.base import constant, table, unnested
from models.comment import Comment, ShownStatus
from models.contribution import Contribution, ContributionKind
from models.exchange import Exchange, ExchangeStatus
from models.follow import MAX_RINGS, Follow
from models.lineage import Succession
from models.mail_preference import USUAL, Cadence, MailPreference
from models.message import Message
from models.mission import Mission, MissionSlot
from models.notice import (
    OF_ACTIVITY,
    OF_AUTHOR,
    OF_CONTRIBUTION,
    OF_EXCHANGE,
    OF_HELPER,
    OF_ORGANISER,
    OF_PLACE,
    OF_TEAM,
    OF_VOLUNTEER,
    OF_WAVE,
    TOLD,
    Notice,
    NoticeKind,
)
from models.official_response import OfficialResponse
from models.organisation_member import OrganisationMember
from models.sign_up import SignUp
from models.space import ParticipatorySpace
from models.space_role import SpaceRole, SpaceRoleKind
from models.tenant import Feature, Tenant
from planner.listing import all_of
from planner.sight import Sight
from resolvers import life, sight
from resolvers.exchange import is_in, is_lapsed, is_unanswered

if TYPE_CHECKING:
    from jobs.deliver import Delivered

SLICE = 5_000
"""Notices that one statement writes at most, so that no statement holds a processor for long."""

CHUNK = 20
"""Events that one statement looks at: its followers are found anew for each slice."""

PATIENCE = select(func.set_config("statement_timeout", "60000", literal_column("true")))
"""Nobody waits for these statements: on a busy machine they may take longer than a reader's, in milliseconds."""

follow, _notice, _member, _block = table(Follow), table(Notice), table(OrganisationMember), table(ActorBlock)
_contribution, _activity, _space = table(Contribution), table(Activity), table(ParticipatorySpace)
_tenant, _account, _preference = table(Tenant), table(Account), table(MailPreference)
_actor, _role, _exchange, _response = table(Actor), table(SpaceRole), table(Exchange), table(OfficialResponse)
_GIVEN: dict[str, Any] = {
    "event_id": Uuid(),
    "position": BigInteger(),
    "kind": Text(),
    "subject_id": Uuid(),
    "by_id": Uuid(),
}
RESOLUTIONS = (7, 8)
"""Of the cells in which persons are published, and so of areas that are followed."""

FEATURES = select(_tenant.c.features).where(_tenant.c.number == bindparam("tenant", type_=BigInteger()))
PLACED = select(_contribution.c.id, *(_contribution.c[f"cell_{resolution}"] for resolution in RESOLUTIONS)).where(
    _contribution.c.id == any_(bindparam("ids", type_=ARRAY(Uuid()))), _contribution.c.cell.is_not(None)
)


def about() -> CTE:
    """The events, with what each is about."""
    given, comment, message, exchange = unnested("given", _GIVEN, "{}"), table(Comment), table(Message), table(Exchange)
    contribution, activity = _contribution.alias("about"), _activity.alias("within")
    sign_up, slot, mission = table(SignUp), table(MissionSlot), table(Mission)
    named = (row.c.contribution_id for row in (comment, exchange, mission))
    joined = (
        given.outerjoin(comment, comment.c.id == given.c.subject_id)
        .outerjoin(message, message.c.id == given.c.subject_id)
        .outerjoin(exchange, exchange.c.id == func.coalesce(message.c.exchange_id, given.c.subject_id))
        .outerjoin(sign_up, sign_up.c.id == given.c.subject_id)
        .outerjoin(slot, slot.c.id == sign_up.c.slot_id)
        .outerjoin(mission, mission.c.id == slot.c.mission_id)
        .outerjoin(contribution, contribution.c.id == func.coalesce(*named, given.c.subject_id))
        .join(activity, activity.c.id == func.coalesce(contribution.c.activity_id, given.c.subject_id))
    )
    return (
        select(
            *(given.c[name] for name in ("event_id", "position", "kind", "by_id")),
            contribution.c.id.label("contribution_id"),
            contribution.c.kind.label("of_kind"),
            contribution.c.is_anonymous,
            activity.c.id.label("activity_id"),
            activity.c.space_id,
            exchange.c.id.label("exchange_id"),
            *(contribution.c[name] for name in ("author_id", "zone_id", "category_id")),
            func.coalesce(comment.c.author_id, contribution.c.author_id).label("writer_id"),
            exchange.c.author_id.label("asked_id"),
            exchange.c.proposer_id,
            sign_up.c.actor_id.label("volunteer_id"),
        )
        .select_from(joined)
        .where(or_(comment.c.id.is_(None), comment.c.status == constant(ShownStatus.PUBLISHED)))
        .cte("told")
    )


def _is(told: FromClause, kinds: Sequence[NoticeKind]) -> ColumnElement[bool]:
    return told.c.kind.in_([constant(kind) for kind in kinds])


FOLLOWED: dict[str, Sequence[NoticeKind]] = {
    "contribution_id": OF_CONTRIBUTION,
    "activity_id": OF_ACTIVITY,
    "space_id": OF_ACTIVITY,
    "zone_id": OF_PLACE,
    "category_id": OF_PLACE,
}
IN_WAVES = ("category_id",)
"""Whoever follows one of these, or an area, is told of requests in waves."""

near = unnested("near", {"near_id": Uuid(), "cell": BigInteger(), "away": SmallInteger()}, "{}")


def _heard(told: FromClause) -> list[Select[Any]]:
    """Who hears of which event: followers, the author, whoever has a place in a slot, and the two of an exchange
    without the one who acts."""
    columns = (told.c.event_id, follow.c.actor_id)
    followers = [
        select(*columns)
        .join_from(told, follow, follow.c[name] == told.c[name])
        .where(_is(told, kinds), *([_at_once(told)] if name in IN_WAVES else []))
        for name, kinds in FOLLOWED.items()
    ]
    double = _contribution.alias("double")
    is_merged = double.c.succession == constant(Succession.MERGED)
    merged = (
        select(*columns)
        .join_from(told, double, double.c.successor_id == told.c.contribution_id)
        .join(follow, follow.c.contribution_id == double.c.id)
        .where(is_merged, _is(told, OF_CONTRIBUTION))
    )
    area = select(*columns).select_from(in_reach(told)).where(_is(told, OF_PLACE), _at_once(told))
    author = select(told.c.event_id, told.c.author_id).where(_is(told, (*OF_AUTHOR, *OF_ORGANISER)))
    volunteer = select(told.c.event_id, told.c.volunteer_id).where(_is(told, OF_VOLUNTEER))
    agreed = and_(_exchange.c.contribution_id == told.c.contribution_id, is_in(_exchange, ExchangeStatus.ACCEPTED))
    helper = select(told.c.event_id, _exchange.c.proposer_id).join_from(told, _exchange, agreed)
    return [
        *followers,
        helper.where(_is(told, OF_HELPER)),
        merged,
        area,
        author,
        volunteer,
        *_team(told),
        *(_party(told, *names) for names in (_SIDES, _SIDES[::-1])),
    ]


def in_reach(told: FromClause) -> FromClause:
    """The events, each with the follows of areas in which it is."""
    around = and_(follow.c.cell == near.c.cell, follow.c.rings >= near.c.away)
    return told.join(near, near.c.near_id == told.c.event_id).join(follow, around)


def _at_once(told: FromClause) -> ColumnElement[bool]:
    return told.c.of_kind.is_distinct_from(constant(ContributionKind.REQUEST))


def _team(told: FromClause) -> list[Select[Any]]:
    """Who runs an activity: the editors of its space, among whom may be an association; where there are none, the
    moderators."""
    edits = and_(_role.c.space_id == told.c.space_id, _role.c.kind == constant(SpaceRoleKind.EDITOR))
    runs = and_(edits, _is(told, OF_TEAM))
    moderates = _actor.c.role.in_([constant(role) for role in (Role.MODERATOR, Role.ADMIN)])
    return [
        select(told.c.event_id, _role.c.actor_id).join_from(told, _role, runs),
        select(told.c.event_id, _actor.c.id)
        .join_from(told, _actor, and_(moderates, _is(told, OF_TEAM)))
        .where(not_(exists().where(edits))),
    ]


_SIDES = ("asked_id", "proposer_id")


def _party(told: FromClause, mine: str, other: str) -> Select[Any]:
    """One of the two in an exchange, unless it was that side that acted."""
    acted = told.c.by_id.is_not_distinct_from(told.c[mine])
    spoke = exists().where(_member.c.organisation_id == told.c[mine], _member.c.member_id == told.c.by_id)
    return select(told.c.event_id, told.c[mine]).where(_is(told, OF_EXCHANGE), not_(acted), not_(spoke))


def _people(told: FromClause) -> FromClause:
    """The same, with the members of organisations beside these."""
    heard = union(*_heard(told)).cte("heard")
    of_organisation = select(heard.c.event_id, _member.c.member_id).join_from(
        heard, _member, _member.c.organisation_id == heard.c.actor_id
    )
    return union(select(heard.c.event_id, heard.c.actor_id), of_organisation).subquery("people")


@lru_cache(maxsize=64)
def tell_statement(features: frozenset[Feature]) -> Insert:
    """Writes a slice of the notices of a batch of events; those that are there already it leaves as they are."""
    told = about()
    people = _people(told)
    once = exists().where(_notice.c.event_id == told.c.event_id, _notice.c.actor_id == people.c.actor_id)
    rows = notices(told, people, features).where(not_(once), _is_still_so(told))
    return written(rows.limit(literal_column(str(SLICE), Integer)))


def _is_still_so(told: FromClause) -> ColumnElement[bool]:
    """What may be otherwise since: an answer was taken back, or somebody was accepted, or asks."""
    answered = exists().where(_response.c.contribution_id == told.c.contribution_id)
    asked = exists().where(
        _exchange.c.contribution_id == told.c.contribution_id,
        is_in(_exchange, ExchangeStatus.PROPOSED),
        not_(is_lapsed(_exchange)),
    )
    wanted = and_(life.is_standing(_contribution), is_unanswered(_contribution), not_(asked))
    return and_(or_(not_(_is(told, (NoticeKind.ANSWERED,))), answered), or_(not_(_is(told, OF_TEAM)), wanted))


def notices(told: FromClause, people: FromClause, features: frozenset[Feature]) -> Select[Any]:
    """The notices of `people` (an event and an actor each) who see what it is about, whatever they were told before."""
    reader = cast("BindParameter[Any]", people.c.actor_id)
    seen_by = Sight(Role.MEMBER, features, lambda: reader)
    # What two have agreed on goes on while moderation withholds what it is about: they hear of each other.
    is_between_two = told.c.exchange_id.is_not(None)
    shown = all_of((sight.contribution(_contribution, seen_by),))
    seen = or_(told.c.contribution_id.is_(None), is_between_two, *shown)
    rights = all_of((seen, sight.space(_space, seen_by), sight.activity(_activity, seen_by)))
    return (
        select(
            func.gen_random_uuid(),
            people.c.actor_id,
            *(told.c[name] for name in ("event_id", "position", "kind")),
            *(told.c[name] for name in ("contribution_id", "activity_id", "exchange_id")),
            _cadence(told),
            func.now(),
        )
        .select_from(
            told.join(people, people.c.event_id == told.c.event_id)
            .join(_account, _account.c.actor_id == people.c.actor_id)
            .join(_activity, _activity.c.id == told.c.activity_id)
            .join(_space, _space.c.id == told.c.space_id)
            .outerjoin(_preference, _preference.c.actor_id == people.c.actor_id)
            .outerjoin(_contribution, _contribution.c.id == told.c.contribution_id)
        )
        .where(people.c.actor_id.is_distinct_from(told.c.by_id), *rights, not_(_is_blocked(told, people)))
    )


def written(rows: Select[Any]) -> Insert:
    """Writes notices, those of `notices`."""
    columns = ("id", "actor_id", "event_id", "position", "kind", "contribution_id", "activity_id", "exchange_id")
    return (
        insert(_notice)
        .from_select((*columns, "cadence", "made_at"), rows)
        .on_conflict_do_nothing(constraint="notice_once")
    )


def _cadence(told: FromClause) -> ColumnElement[Any]:
    """When it is mailed: as the reader wants what is the reader's own, or what is followed; of exchanges and
    reminders there are mails of their own. A neighbour who waits for help does not wait for a digest of which its
    reader chose nothing, but for the second one in a day."""
    mine, followed = (func.coalesce(_preference.c[name], constant(usual)) for name, usual in USUAL.items())
    wanted = case(
        (or_(told.c.author_id == _account.c.actor_id, _is(told, (*OF_TEAM, *OF_ORGANISER))), mine),
        (_is(told, OF_WAVE), func.coalesce(_preference.c.followed, _first_call())),
        else_=followed,
    )
    has_own_mail = or_(told.c.exchange_id.is_not(None), _is(told, OF_VOLUNTEER))
    return case((not_(has_own_mail), func.nullif(wanted, constant(Cadence.NEVER))))


def _first_call() -> ColumnElement[str]:
    """At once, unless the reader was asked for help in the last day already."""
    lately = _notice.alias("lately")
    asked = exists().where(
        lately.c.actor_id == _account.c.actor_id,
        lately.c.kind.in_([constant(kind) for kind in OF_WAVE]),
        lately.c.made_at > func.now() - literal(timedelta(days=1), Interval),
    )
    return case((asked, constant(USUAL["followed"])), else_=constant(Cadence.AT_ONCE))


def _is_blocked(told: FromClause, people: FromClause) -> ColumnElement[bool]:
    """The author, or whoever answered, and the reader want no more to do with each other; of what is published
    without a name, that it is not told would tell whose it is."""
    pair = (_block.c.blocker_id, _block.c.blocked_id)
    both = [
        and_(one == told.c[name], other == people.c.actor_id, not_(_is_nameless(told, name)))
        for one, other in (pair, pair[::-1])
        for name in ("author_id", "writer_id")
    ]
    return and_(told.c.exchange_id.is_(None), exists().where(or_(*both)))


def _is_nameless(told: FromClause, name: str) -> ColumnElement[bool]:
    return and_(func.coalesce(told.c.is_anonymous, false()), told.c[name] == told.c.author_id)


async def tell(transaction: Transaction, tenant: int, events: Sequence["Delivered"]) -> None:
    """Tell whom a batch of events concerns."""
    await transaction.execute(PATIENCE)
    statement = tell_statement(await features_of(transaction, tenant))
    for first in range(0, len(events), CHUNK):
        await _tell(transaction, statement, events[first : first + CHUNK])


async def features_of(transaction: Transaction, tenant: int) -> frozenset[Feature]:
    """The features of a portal, which decide what its members see."""
    row = await transaction.one(FEATURES, tenant=tenant)
    names = row[0] if row and isinstance(row[0], list) else []
    return frozenset(Feature(name) for name in names)


async def _tell(transaction: Transaction, statement: Insert, events: Sequence["Delivered"]) -> None:
    given = await given_for(transaction, events)
    while await transaction.execute(statement, **given) == SLICE:
        pass


async def given_for(transaction: Transaction, events: Sequence["Delivered"]) -> dict[str, list[Any]]:
    """The parameters of a statement that tells of events."""
    return {
        "event_id": [event.id for event in events],
        "position": [event.position for event in events],
        "kind": [TOLD[event.kind].value for event in events],
        "subject_id": [event.subject_id for event in events],
        "by_id": [event.actor_id for event in events],
        **await _around(transaction, events),
    }


async def _around(transaction: Transaction, events: Sequence["Delivered"]) -> dict[str, list[Any]]:
    """The cells around what was published, or asks for help, with how many rings away each is."""
    placed = {event.subject_id: event.id for event in events if TOLD[event.kind] in (*OF_PLACE, *OF_WAVE)}
    rows = await transaction.all(PLACED, ids=list(placed)) if placed else ()
    around: list[tuple[UUID, int, int]] = []
    for id_, *cells in rows:
        assert isinstance(id_, UUID)
        for middle in cells:
            assert isinstance(middle, int)
            around += [(placed[id_], one, away) for one, away in cell.rings(middle, MAX_RINGS)]
    return {name: [one[place] for one in around] for place, name in enumerate(("near_id", "cell", "away"))}
