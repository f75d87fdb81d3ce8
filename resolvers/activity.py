"""Activities and their categories: listed in the administrator's order, created, revised and ordered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Interval,
    Select,
    Text,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Integer, Uuid

from models import expected
from models.activity import (
    KINDS,
    MAX_ANSWER_DAYS,
    MAX_EXPIRY_DAYS,
    MAX_IN_SPACE,
    MAX_THRESHOLD,
    SOON_DAYS,
    USUAL_EXCHANGED_DAYS,
    USUAL_LEAST_AGE,
    Activity,
    ActivityKind,
    LocationRule,
    ReviewRule,
)
from models.ballot import COLUMNS as RULE_COLUMNS
from models.ballot import LIMITS, VoteRule
from models.base import constant, table
from models.contribution import ContributionKind
from models.event import EventKind
from models.kind_setting import ActivitySetting
from models.refusal import ErrorCode, Refusal, bad_input, conflict, limit_reached
from models.space import ParticipatorySpace, Visibility
from models.vote import VoteMethod
from models.vote_result import TERM_COLUMNS, AwardRule, RankWorth, TieBreak
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, ballot, kind_setting, period, room, space
from resolvers import award_terms as terms
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Method

_activity = table(Activity)
_id, _space_id = value(Activity, "id"), value(Activity, "space_id")
_ids = bindparam("ids", type_=ARRAY(Uuid()))
_ONE: ColumnElement[int] = literal_column("1")
_RULES = (
    "vote_method", "location_rule", "expires_after_days", "support_threshold", "accepted_kinds", "may_be_anonymous",
    "answer_within_days", "review_rule",
    *RULE_COLUMNS,
    "award_rule",
    *TERM_COLUMNS,
)  # fmt: skip
NEXT = select(
    func.count().label("count"), func.coalesce(func.max(_activity.c.rank), literal_column("-1")).label("last")
)
NEXT = NEXT.where(_activity.c.space_id == _space_id)
_days = value(Activity, "answer_within_days")
_is_promised_anew = func.coalesce(_days < _activity.c.answer_within_days, _days.is_not(None))
"""Answers were not promised before, or not so soon: nobody broke that promise yet."""

REVISE = (
    update(_activity)
    .where(_activity.c.id == _id, _activity.c.version == bindparam("read_version", type_=Integer()))
    .values(
        **{name: value(Activity, name) for name in ("title", "description", "opens_at", "closes_at", *_RULES)},
        version=_activity.c.version + _ONE,
        answers_promised_at=case((_is_promised_anew, func.now()), else_=_activity.c.answers_promised_at),
    )
)
OF_SPACE = select(_activity.c.id).where(_activity.c.space_id == _space_id)
ORDER = (
    update(_activity)
    .where(_activity.c.space_id == _space_id)
    .values(
        rank=func.coalesce(func.array_position(_ids, _activity.c.id), func.cardinality(_ids) + _activity.c.rank + _ONE)
    )
)


def is_open(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether now, or the instant `at`, lies in [opens_at, closes_at), by the database's clock."""
    return period.is_open(row, context)


def of_space(row: FromClause, parent: FromClause, _context: FieldContext) -> Listing:
    """A space's activities in their order."""
    return Listing((row.c.space_id == parent.c.id,), Order("activity.rank", (row.c.rank, row.c.id), (int, UUID)))


def changing(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """Those of spaces in use that open or close within SOON_DAYS, the soonest first."""
    until = func.now() + literal_column(f"'{SOON_DAYS} days'::interval", Interval)
    opens, closes = (row.c[name].between(func.now(), until) for name in ("opens_at", "closes_at"))
    where = table(ParticipatorySpace).alias("used")
    used = select(where.c.id).where(where.c.id == row.c.space_id, where.c.archived_at.is_(None))
    sooner = case((opens, row.c.opens_at), else_=row.c.closes_at)
    order = Order("activity.changing", (sooner, row.c.id), (datetime, UUID))
    return Listing((or_(opens, closes), used.correlate_except(where).exists()), order)


def categories(row: FromClause, activity: FromClause, _context: FieldContext) -> Listing:
    """An activity's categories in their order."""
    return Listing((row.c.activity_id == activity.c.id,), Order("category.rank", (row.c.rank, row.c.id), (int, UUID)))


def contribution_kinds(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """Which kinds of contribution an activity takes."""
    of_kind = case(
        *(
            (row.c.kind == constant(kind), _names([accepted.value for accepted in rules.contributions]))
            for kind, rules in KINDS.items()
        )
    )
    return func.coalesce(row.c.accepted_kinds, of_kind, type_=ARRAY(Text()))


def choices(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """What a vote may say in an activity, by its scale where it has one; nothing where there is no vote."""
    by_method = ((row.c.vote_method == constant(name), _choices(row, method)) for name, method in METHODS.items())
    return case(*by_method, else_=_names([]))


def _choices(row: FromClause, method: Method) -> ColumnElement[Any]:
    every = _names([choice.value for choice in method.choices])
    if method.usual.grades is None:
        return every
    least, most = LIMITS["vote_grades"]
    scales = (
        (row.c.vote_grades == literal_column(str(grades)), _names([grade.value for grade in method.choices_by(grades)]))
        for grades in range(least, most + 1)
    )
    return case(*scales, else_=every)


def vote_rule(row: FromClause, _context: FieldContext) -> Select[Any]:
    """What a ballot may hold; no row where people do not vote by ballots."""
    whole = [constant(name) for name, method in METHODS.items() if not method.is_free]
    columns: list[Any] = [row.c[column].label(name) for column, name in RULE_COLUMNS.items()]
    return select(*columns).where(row.c.vote_method.in_(whole))


def _names(values: list[str]) -> ColumnElement[Any]:
    listed = ", ".join(f"'{value}'" for value in values)
    return literal_column(f"ARRAY[{listed}]::text[]", ARRAY(Text()))


# Changes --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LastPlace:
    """How many activities a space has, and the place of the last."""

    count: int
    last: int


async def create(act: Act, *, space: UUID, kind: ActivityKind, title: str, **given: Any) -> Outcome:
    """Create an activity after the others of its space, with the usual rules of its kind."""
    said = {name: value for name, value in given.items() if value is not None}
    columns = _columns(kind, title, **_usual(kind) | said)
    await access.space(act, space)
    await _require_opening(act, space, columns)
    await room.of(act, ParticipatorySpace, space)
    place = await act.one(NEXT, into=LastPlace, space_id=space)
    if place is None or place.count >= MAX_IN_SPACE:
        raise limit_reached(f"A space has at most {MAX_IN_SPACE} activities.", "space", expected.at_most(MAX_IN_SPACE))
    activity = await insert(act, space, kind, place.last + 1, columns)
    return act.did(EventKind.ACTIVITY_CREATED, activity, {"kind": kind.value}, activity_id=activity)


async def _require_opening(act: Act, space: UUID, columns: Mapping[str, Any]) -> None:
    """In a space that people see a vote by ballots opens when somebody has said so, and not while it is put together:
    at its opening the rule is published for good. Raises Refusal(REQUIRED)."""
    method = columns["vote_method"]
    is_whole = method is not None and not METHODS[method].is_free
    if is_whole and columns["opens_at"] is None and await act.exists(IS_PUBLIC, id=space):
        raise Refusal(ErrorCode.REQUIRED, "A vote by ballots opens at a time that is chosen.", "opensAt")


async def insert(act: Act, space: UUID, kind: ActivityKind, rank: int, columns: dict[str, Any]) -> UUID:
    """Insert an activity and return its id. It opens now, unless `columns` say otherwise; one of mutual aid asks for
    the usual age."""
    opening = act.now if columns["opens_at"] is None else columns["opens_at"]
    age = USUAL_LEAST_AGE if kind is ActivityKind.MUTUAL_AID else None
    whole = columns | {"opens_at": opening, "least_age": age}
    return await act.insert(Activity, space_id=space, kind=kind, rank=rank, **whole)


async def revise(act: Act, *, activity: UUID, version: int, title: str, opens_at: datetime, **given: Any) -> Outcome:
    """Update an activity, unless somebody else did since `version` was read. Its kind does not change."""
    rules = await access.activity(act, activity)
    columns = _columns(rules.kind, title, opens_at=opens_at, **given)
    await _require_rule_kept(act, activity, columns)
    if not await act.execute(REVISE, id=activity, read_version=version, **columns):
        raise conflict()
    return act.did(EventKind.ACTIVITY_REVISED, activity, activity_id=activity)


@dataclass(frozen=True, slots=True)
class VotedBy:
    """By which method and rule people vote in an activity."""

    vote_method: VoteMethod | None
    vote_least: int | None
    vote_most: int | None
    vote_most_each: int | None
    vote_grades: int | None
    budget_euros: int | None
    award_rule: AwardRule | None
    award_ceiling_euros: int | None
    award_least_each: int | None
    award_is_ending_category: bool | None
    award_is_ending: bool | None
    award_tie_break: TieBreak | None
    award_rank_worth: RankWorth | None


_space = table(ParticipatorySpace)
IS_PUBLIC = select(_space.c.id).where(
    _space.c.id == value(ParticipatorySpace, "id"), _space.c.visibility != constant(Visibility.DRAFT)
)
_VOTED_BY = ("vote_method", *RULE_COLUMNS, "award_rule", *TERM_COLUMNS)
VOTED_BY = select(*(_activity.c[name] for name in _VOTED_BY)).where(_activity.c.id == _id)


async def _require_rule_kept(act: Act, activity: UUID, columns: dict[str, Any]) -> None:
    """Where people vote by ballots, or are to, method and rule change only before somebody voted. Raises Refusal."""
    now = await act.one(VOTED_BY, into=VotedBy, id=activity)
    wanted = VotedBy(**{name: columns[name] for name in _VOTED_BY})
    if now is None or now == wanted:
        return
    methods = [METHODS[name] for name in (now.vote_method, wanted.vote_method) if name is not None]
    if not all(method.is_free for method in methods):
        await ballot.require_not_begun(act, activity, "voteMethod", with_votes=True)


async def order(act: Act, *, space: UUID, activities: list[UUID]) -> Outcome:
    """Put a space's activities in order; those that are not named follow in their previous order."""
    await access.space(act, space)
    existing = await act.all(OF_SPACE, into=access.Id, space_id=space)
    access.refuse_unknown(activities, existing, "activities")
    await act.execute(ORDER, space_id=space, ids=activities)
    return act.did(EventKind.ACTIVITIES_ORDERED, space, space_id=space)


def _usual(kind: ActivityKind) -> dict[str, Any]:
    """The default rules for a kind of activity."""
    rules = KINDS[kind]
    is_exchanged = ActivitySetting.SAFETY in rules.settings
    return {"expires_after_days": USUAL_EXCHANGED_DAYS} if is_exchanged else {"vote_method": rules.usual_vote}


def _place(kind: ActivityKind, said: LocationRule | None) -> LocationRule:
    """Whether contributions say where they are, as is usual for a kind of activity where nobody says it."""
    settings = KINDS[kind].settings
    if said is not None:
        return said
    if ActivitySetting.SAFETY in settings:
        return LocationRule.REQUIRED
    is_argued = ContributionKind.ARGUMENT in KINDS[kind].contributions
    return LocationRule.NONE if is_argued or ActivitySetting.PLACE not in settings else LocationRule.OPTIONAL


def _columns(
    kind: ActivityKind,
    title: str,
    *,
    description: str = "",
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    vote_method: VoteMethod | None = None,
    vote_rule: Mapping[str, int | None] | None = None,
    award_rule: AwardRule | None = None,
    award_terms: Mapping[str, Any] | None = None,
    location_rule: LocationRule | None = None,
    expires_after_days: int | None = None,
    support_threshold: int | None = None,
    contribution_kinds: Sequence[ContributionKind] | None = None,
    may_be_anonymous: bool = True,
    answer_within_days: int | None = None,
    review_rule: ReviewRule = ReviewRule.AFTER_PUBLICATION,
) -> dict[str, Any]:
    """The columns for an activity's form. Raises Refusal for rules that its kind does not have."""
    vote_method = _method(kind, vote_method)
    if expires_after_days is not None and not 1 <= expires_after_days <= MAX_EXPIRY_DAYS:
        raise bad_input("An expiry is too far away.", "expiresAfterDays", expected.number(1, MAX_EXPIRY_DAYS))
    _check_threshold(support_threshold)
    _check_answers(answer_within_days)
    columns = {
        **space.texts(title, description),
        **period.columns(opens_at, closes_at),
        **_voted_by(vote_method, vote_rule, award_rule, award_terms),
        "location_rule": _place(kind, location_rule),
        "expires_after_days": expires_after_days,
        "support_threshold": support_threshold,
        "accepted_kinds": _accepted(kind, contribution_kinds),
        "may_be_anonymous": may_be_anonymous,
        "answer_within_days": answer_within_days,
        "review_rule": review_rule,
    }
    kind_setting.require_each(kind, columns)
    return columns


def _voted_by(
    method: VoteMethod | None,
    rule: Mapping[str, int | None] | None,
    award: AwardRule | None,
    said: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The columns that say by what people vote and by what projects win. Raises Refusal."""
    columns = rule_columns(method, rule)
    budget = columns["budget_euros"]
    return {"vote_method": method, **columns, "award_rule": award, **terms.columns(method, award, budget, said)}


def _method(kind: ActivityKind, said: VoteMethod | None) -> VoteMethod | None:
    """By what people vote: a petition is signed, whatever is left unsaid. Raises Refusal."""
    rules = KINDS[kind]
    if said is not None and not rules.has_votes:
        raise bad_input("Nobody votes in an activity of this kind.", "voteMethod", expected.NOTHING)
    if rules.is_signed and said not in (None, rules.usual_vote):
        raise bad_input("A petition is signed: nobody votes on it otherwise.", "voteMethod", expected.NOTHING)
    return rules.usual_vote if rules.is_signed else said


def _check_threshold(supports: int | None) -> None:
    """Raises Refusal(BAD_INPUT)."""
    if supports is not None and not 1 <= supports <= MAX_THRESHOLD:
        raise bad_input(
            f"A threshold is 1 to {MAX_THRESHOLD} supports.", "supportThreshold", expected.number(1, MAX_THRESHOLD)
        )


def _check_answers(days: int | None) -> None:
    """Raises Refusal(BAD_INPUT)."""
    if days is not None and not 1 <= days <= MAX_ANSWER_DAYS:
        raise bad_input(
            f"An answer is due after 1 to {MAX_ANSWER_DAYS} days.",
            "answerWithinDays",
            expected.number(1, MAX_ANSWER_DAYS),
        )


def rule_columns(method: VoteMethod | None, said: Mapping[str, int | None] | None) -> dict[str, int | None]:
    """What is stored of a rule, with what is usual for the method. Raises Refusal."""
    given = VoteRule(**(said or {}))
    if method is None and given != VoteRule():
        raise bad_input("There is no vote, and so no rule of one.", "voteRule", expected.NOTHING)
    rule = given if method is None else METHODS[method].complete(given)
    return {column: getattr(rule, name) for column, name in RULE_COLUMNS.items()}


def _accepted(kind: ActivityKind, wanted: Sequence[ContributionKind] | None) -> list[str] | None:
    """The kinds that an activity takes, in order; None for all that its kind allows."""
    possible = KINDS[kind].contributions
    if not wanted or set(wanted) == set(possible):
        return None
    if not set(wanted) <= set(possible):
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "An activity of this kind has no such kind.", "contributionKinds")
    return [each.value for each in possible if each in wanted]
