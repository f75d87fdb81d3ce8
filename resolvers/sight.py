"""Sight: who sees which rows, defined once for reads, writes, counts and exports.

Each stored type names one of these functions as its `visible`, and the planner adds it wherever the type is reached.
Targets of writes and counts, which no plan reaches, compose the same functions here. Contributions and comments are
read nowhere else (a test checks).
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, FromClause, Select, and_, false, literal_column, not_, or_, select, true

from models.activity import KINDS, Activity
from models.actor_block import ActorBlock
from models.ballot import Ballot
from models.base import TenantTable, constant, table
from models.comment import Comment, ShownStatus
from models.contribution import (
    GONE_STATUSES,
    PUBLIC_STATUSES,
    RULES,
    WITHHELD_STATUSES,
    Contribution,
    ContributionStatus,
)
from models.exchange import Exchange, ExchangeStatus
from models.moderation import RESTRICTING
from models.polling_desk import PollingAgent
from models.space import ParticipatorySpace, Visibility
from models.space_role import SpaceRole, SpaceRoleKind
from models.zone_move import MOVES_AHEAD
from planner.listing import all_of
from planner.sight import Sight, Visible
from resolvers import speaking

Selected = TypeVar("Selected", bound=Select[Any])

CONTRIBUTION, ACTIVITY, SPACE = table(Contribution), table(Activity), table(ParticipatorySpace)
REPLY = table(Comment)
"""The rows that `contributions` and `activities` join, for the columns of their statements."""


def everyone(_row: FromClause, _sight: Sight) -> ColumnElement[bool] | None:
    """Everybody who sees its container sees it."""
    return None


def administrators(_row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """Administrators alone see it."""
    return None if sight.is_administrator else false()


def moderators(_row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """Moderators and administrators see it."""
    return None if sight.is_moderator else false()


def space(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """Drafts are for moderators and the space's own editors and valuators, spaces for members are for anyone who is
    signed in."""
    if sight.is_moderator:
        return None
    public = row.c.visibility == constant(Visibility.PUBLIC)
    if sight.role is None:
        return public
    edited = table(SpaceRole).alias("edited")
    own = row.c.id.in_(select(edited.c.space_id).where(edited.c.actor_id == sight.actor))
    return or_(public, row.c.visibility == constant(Visibility.MEMBERS), own)


def activity(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """Everybody who sees its space sees it, if the portal has switched its kind on."""
    if sight.features is None:
        return None
    kinds = [constant(kind) for kind, rules in KINDS.items() if rules.feature in sight.features]
    return row.c.kind.in_(kinds) if kinds else false()


def contribution(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """Everybody who sees its activity sees it while its status is public; moderators see all that is not gone."""
    if sight.is_moderator:
        return row.c.status.not_in([constant(status) for status in GONE_STATUSES])
    if is_public(*ContributionStatus):
        return None
    return row.c.status.in_([constant(status) for status in PUBLIC_STATUSES])


def draft(row: FromClause, sight: Sight) -> ColumnElement[bool]:
    """A draft is its author's alone, and theirs who speak for an author; whoever moderates sees it neither."""
    return false() if sight.role is None else speaking.speaks_for(row.c.author_id, sight.actor)


def text_version(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """A version of a text that is published is seen with its activity; one that is prepared by who edits the space."""
    if sight.is_administrator:
        return None
    is_published: ColumnElement[bool] = row.c.published_at.is_not(None)
    if sight.role is None:
        return is_published
    edited, editing = table(Activity).alias("text_of"), table(SpaceRole).alias("editing_text")
    own: Select[Any] = (
        select(editing.c.id)
        .join_from(edited, editing, editing.c.space_id == edited.c.space_id)
        .where(
            edited.c.id == row.c.activity_id,
            editing.c.actor_id == sight.actor,
            editing.c.kind == constant(SpaceRoleKind.EDITOR),
        )
    )
    return or_(is_published, own.correlate_except(edited, editing).exists())


def desk_entry(row: FromClause, sight: Sight) -> ColumnElement[bool]:
    """What a desk has entered is for its organisation's members: they alone know for whom it is."""
    return false() if sight.role is None else speaking.speaks_for(row.c.organisation_id, sight.actor)


def sign_up(row: FromClause, sight: Sight) -> ColumnElement[bool]:
    """A sign-up is for whoever made it, and for those who speak for the mission's organisation."""
    if sight.role is None:
        return false()
    return or_(row.c.actor_id == sight.actor, speaking.speaks_for(row.c.organiser_id, sight.actor))


def withdrawn(statement: Selected, sight: Sight) -> Selected:
    """Selects from CONTRIBUTION those that are hidden although their activity is seen: readers of open data may have
    copied them, and are told to delete them."""
    joined = statement.join_from(CONTRIBUTION, ACTIVITY, ACTIVITY.c.id == CONTRIBUTION.c.activity_id)
    seen = contribution(CONTRIBUTION, sight)
    return activities(joined.where(false() if seen is None else not_(seen), not_(CONTRIBUTION.c.is_unseen)), sight)


def withdrawn_replies(statement: Selected, sight: Sight) -> Selected:
    """Likewise from REPLY the replies that are withheld, or whose contribution is not seen any more."""
    joined = statement.join_from(REPLY, CONTRIBUTION, CONTRIBUTION.c.id == REPLY.c.contribution_id).join(
        ACTIVITY, ACTIVITY.c.id == CONTRIBUTION.c.activity_id
    )
    seen = contribution(CONTRIBUTION, sight)
    shown = shown_comment(REPLY, sight)
    is_gone = not_(shown) if seen is None else not_(and_(shown, seen))
    return activities(joined.where(is_gone, not_(REPLY.c.is_unseen), not_(CONTRIBUTION.c.is_unseen)), sight)


def is_public(*statuses: ContributionStatus) -> bool:
    """Whether contributions of these statuses are seen by everybody, and so are counted."""
    return set(statuses) <= set(PUBLIC_STATUSES)


def withheld(row: FromClause, sight: Sight) -> ColumnElement[bool]:
    """What moderation withholds: whoever sees the activity sees that it was there, and why it is not shown. Of what
    was never public its author alone, and moderators."""
    return and_(row.c.status.in_([constant(status) for status in WITHHELD_STATUSES]), _was_seen(row, sight))


def _was_seen(row: FromClause, sight: Sight) -> ColumnElement[bool]:
    """It was public once, or is the viewer's own."""
    if sight.is_moderator:
        return true()
    return not_(row.c.is_unseen) if sight.role is None else or_(not_(row.c.is_unseen), row.c.author_id == sight.actor)


def comment(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """Everybody who sees the contribution sees the replies; of those that are withheld, that they were there. What was
    never public its author sees, and moderators."""
    return None if sight.is_moderator else _was_seen(row, sight)


def shown_comment(row: FromClause, _sight: Sight) -> ColumnElement[bool]:
    """Of the replies those that moderation does not withhold: they are counted."""
    return row.c.status == constant(ShownStatus.PUBLISHED)


def words(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """Who reads a reply's words: everybody, unless it is withheld; then moderators and its author."""
    if sight.is_moderator:
        return None
    shown = shown_comment(row, sight)
    return shown if sight.role is None else or_(shown, row.c.author_id == sight.actor)


def report(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """A report is seen by its sender and by moderators."""
    return None if sight.is_moderator else row.c.reporter_id == sight.actor


def set_aside(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """A ballot that is set aside is seen by its voter and by administrators."""
    if sight.is_administrator:
        return None
    own = table(Ballot).alias("own_ballot")
    return select(own.c.id).where(own.c.id == row.c.ballot_id, own.c.actor_id == sight.actor).exists()


def polling_desk(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """A desk is seen by its agents and by administrators."""
    if sight.is_administrator:
        return None
    if sight.role is None:
        return false()
    kept = table(PollingAgent).alias("kept_desk")
    return row.c.id.in_(select(kept.c.desk_id).where(kept.c.actor_id == sight.actor))


def appeal(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """An appeal is seen by its sender and by moderators."""
    return None if sight.is_moderator else row.c.appellant_id == sight.actor


def hiding(row: FromClause, _sight: Sight) -> ColumnElement[bool]:
    """That something was hidden or redacted, or somebody suspended, everybody may know, by which rule and since when;
    of other decisions nobody."""
    return row.c.action.in_([constant(action) for action in RESTRICTING])


def decision(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """A decision with its reasons is seen by whoever it is about and by moderators."""
    return None if sight.is_moderator else row.c.author_id == sight.actor


def exchange(row: FromClause, sight: Sight) -> ColumnElement[bool]:
    """An exchange is for its two alone, and for those who speak for one of them."""
    if sight.role is None:
        return false()
    return or_(speaking.speaks_for(row.c.author_id, sight.actor), speaking.speaks_for(row.c.proposer_id, sight.actor))


def message(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """Whoever sees the exchange sees the messages."""
    return everyone(row, sight)


def _works_there(row: FromClause, sight: Sight, kinds: Sequence[SpaceRoleKind]) -> ColumnElement[bool]:
    """Rows of an activity in whose space the viewer has one of these roles."""
    where, role = table(Activity).alias("worked_in"), table(SpaceRole).alias("working")
    own: Select[Any] = select(literal_column("1")).join_from(where, role, role.c.space_id == where.c.space_id)
    is_kind = role.c.kind.in_([constant(kind) for kind in kinds])
    own = own.where(where.c.id == row.c.activity_id, role.c.actor_id == sight.actor, is_kind)
    return own.correlate_except(where, role).exists()


def _edited(row: FromClause, sight: Sight) -> ColumnElement[bool]:
    return _works_there(row, sight, (SpaceRoleKind.EDITOR,))


def survey_form(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """What is still being written is for administrators and the space's editors."""
    if sight.is_administrator:
        return None
    published = row.c.version.is_not(None)
    return published if sight.role is None else or_(published, _edited(row, sight))


def survey_result(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """What is not published is for administrators and the space's editors."""
    if sight.is_administrator:
        return None
    return row.c.is_public if sight.role is None else or_(row.c.is_public, _edited(row, sight))


def analysis(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """What is not published is for administrators."""
    return None if sight.is_administrator else row.c.published_at.is_not(None)


def zone_move(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """Administrators see all moves from and to the portal; who is signed in, those that are ahead."""
    if sight.is_administrator:
        return None
    return row.c.state.in_([constant(state) for state in MOVES_AHEAD]) if sight.role else false()


def wave(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """How far a request was told is for its author, and for moderators."""
    if sight.is_moderator:
        return None
    if sight.role is None:
        return false()
    asked = table(Contribution).alias("asked_for")
    mine: Select[Any] = select(asked.c.id).where(
        asked.c.id == row.c.contribution_id, speaking.speaks_for(asked.c.author_id, sight.actor)
    )
    return mine.correlate(row).exists()


def dispute(row: FromClause, sight: Sight) -> ColumnElement[bool]:
    """A dispute is for moderators."""
    return row.c.status == constant(ExchangeStatus.DISPUTED) if sight.is_moderator else false()


def block(row: FromClause, sight: Sight) -> ColumnElement[bool]:
    """A block is known to whoever made it alone."""
    return row.c.blocker_id == sight.actor


def handled(row: FromClause, sight: Sight) -> ColumnElement[bool]:
    """Who works on a contribution for the city: moderators, and unless they speak for its author, editors and
    valuators of its space, and to whom it is given, or to whose service."""
    return _worked(row, sight, tuple(SpaceRoleKind))


def assigned(row: FromClause, sight: Sight) -> ColumnElement[bool]:
    """Who may give it to somebody: all of these but valuators of its space to whom it is not given."""
    return _worked(row, sight, (SpaceRoleKind.EDITOR,))


def _worked(row: FromClause, sight: Sight, kinds: tuple[SpaceRoleKind, ...]) -> ColumnElement[bool]:
    if sight.is_moderator:
        return true()
    if sight.role is None:
        return false()
    somewhere = table(SpaceRole).alias("working_somewhere")
    is_of_team = or_(
        speaking.answers(sight.actor),
        select(somewhere.c.actor_id).where(somewhere.c.actor_id == sight.actor).correlate_except(somewhere).exists(),
    )
    given = and_(row.c.assignee_id.is_not(None), speaking.speaks_for(row.c.assignee_id, sight.actor), is_of_team)
    is_of_author = speaking.speaks_for(row.c.author_id, sight.actor)
    return and_(not_(is_of_author), or_(given, _works_there(row, sight, kinds)))


def note(row: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """Notes are for whoever works on the contribution; for nobody else, its author neither."""
    if sight.is_moderator:
        return None
    noted = table(Contribution).alias("noted")
    shown = select(noted.c.id).where(noted.c.id == row.c.contribution_id, handled(noted, sight))
    return shown.correlate_except(noted).exists()


def vote(row: FromClause, sight: Sight) -> ColumnElement[bool]:
    """A vote is its actor's own secret."""
    return row.c.actor_id == sight.actor


def own(row: FromClause, sight: Sight) -> ColumnElement[bool]:
    """Only the actor it belongs to sees it, whatever others' roles."""
    return row.c.actor_id == sight.actor


def notice(row: FromClause, sight: Sight) -> ColumnElement[bool]:
    """A notice is its reader's own, as long as the reader sees what it is about."""
    about: Select[Any] = select(CONTRIBUTION.c.id).where(CONTRIBUTION.c.id == row.c.contribution_id)
    within: Select[Any] = select(ACTIVITY.c.id).where(ACTIVITY.c.id == row.c.activity_id)
    seen = contributions(about, sight).correlate(row).exists()
    meeting = table(Exchange).alias("meeting")
    met: Select[Any] = select(meeting.c.id).where(meeting.c.id == row.c.exchange_id, exchange(meeting, sight))
    return and_(
        own(row, sight),
        or_(row.c.exchange_id.is_not(None), not_(_is_by_somebody_blocked(row, sight))),
        or_(row.c.contribution_id.is_not(None), activities(within, sight).correlate(row).exists()),
        or_(row.c.contribution_id.is_(None), row.c.exchange_id.is_not(None), seen),
        or_(row.c.exchange_id.is_(None), met.correlate(row).exists()),
    )


def _is_by_somebody_blocked(notice: FromClause, sight: Sight) -> ColumnElement[bool]:
    """There is a block between the viewer and whose contribution it is about: of such as the viewer finds no more in
    lists, either. Of what is published without a name it would tell whose it is."""
    block, theirs = table(ActorBlock).alias("block"), table(Contribution).alias("theirs")
    pair = (block.c.blocker_id, block.c.blocked_id)
    both = or_(*(and_(one == theirs.c.author_id, other == sight.actor) for one, other in (pair, pair[::-1])))
    exchanged = theirs.c.kind.in_([constant(kind) for kind, rule in RULES.items() if rule.is_exchanged])
    is_it = (theirs.c.id == notice.c.contribution_id, exchanged, theirs.c.is_anonymous.is_(False))
    return select(block.c.blocker_id).where(*is_it, both).correlate(notice).exists()


_COUNTED: dict[type[TenantTable], Visible] = {Contribution: contribution, Comment: shown_comment}


def counted(model: type[TenantTable], sight: Sight, name: str) -> tuple[FromClause, tuple[ColumnElement[bool], ...]]:
    """Rows to count, under an alias, and the condition for viewers who see their container to see them."""
    row = table(model).alias(name)
    return row, all_of((_COUNTED[model](row, sight),))


def activities(statement: Selected, sight: Sight) -> Selected:
    """Selects from ACTIVITY, joined with its SPACE, where both are seen."""
    joined = statement.join(SPACE, SPACE.c.id == ACTIVITY.c.space_id)
    return joined.where(*all_of((space(SPACE, sight), activity(ACTIVITY, sight))))


def contributions(statement: Selected, sight: Sight) -> Selected:
    """Selects from CONTRIBUTION, joined with its ACTIVITY and SPACE, where all are seen."""
    joined = statement.join_from(CONTRIBUTION, ACTIVITY, ACTIVITY.c.id == CONTRIBUTION.c.activity_id)
    return activities(joined.where(*all_of((contribution(CONTRIBUTION, sight),))), sight)


def is_named(comment: FromClause) -> ColumnElement[bool]:
    """The reply is not by the author of the anonymous request that it answers, whom it would reveal."""
    request = table(Contribution).alias("replied_to")
    own: Select[tuple[int]] = select(literal_column("1")).where(
        request.c.id == comment.c.contribution_id, request.c.is_anonymous, request.c.author_id == comment.c.author_id
    )
    return ~own.correlate_except(request).exists()
