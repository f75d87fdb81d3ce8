"""New spaces from a template of the platform, or from another space with its dates shifted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Integer, Interval, Text, bindparam, case, cast, func, insert, literal_column, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.types import BigInteger, Uuid

from database.advisory_lock import AdvisoryLock
from models import expected
from models.activity import Activity
from models.ballot import COLUMNS as RULE_COLUMNS
from models.base import constant, new_id, table
from models.category import Category
from models.event import EventKind
from models.petition_rule import CLOCKS, PetitionRule
from models.phase import Phase
from models.proposal_status import ProposalStatus
from models.question import checked, written
from models.refusal import bad_input, limit_reached
from models.space import MAX_SPACES, ParticipatorySpace, Visibility
from models.survey_form import SurveyForm
from models.template import ActivityTemplate, SpaceTemplate, read
from models.text_version import TextVersion
from models.vote_result import TERM_COLUMNS
from models.wording import article, markdown
from planner.act import Act, Outcome
from resolvers import access, activity, category, period, petition_rule, portal, space, survey_form

MAX_SHIFT_DAYS = 3_650

_space, _activity, _category = table(ParticipatorySpace), table(Activity), table(Category)
_form = table(SurveyForm)
_from, _to, _id = (bindparam(name, type_=Uuid()) for name in ("from_id", "to_id", "id"))
_shift, _tenant = bindparam("shift", type_=Interval()), bindparam("tenant", type_=BigInteger())
LOCK = select(func.pg_advisory_xact_lock(*AdvisoryLock.SPACES.in_tenant()))
SLUGS = select(_space.c.slug)
OF_SPACE = select(_activity.c.id).where(_activity.c.space_id == _from)


def _shifted(instant: Any) -> Any:
    """The same local time in the portal's time zone, so many days later."""
    zone = portal.time_zone(_tenant)
    return func.timezone(zone, func.timezone(zone, instant) + _shift)


COPY_SPACE = insert(_space).from_select(
    ("id", "slug", "title", "description", "visibility", "opens_at", "closes_at", "created_at"),
    select(
        _id,
        bindparam("slug", type_=Text()),
        bindparam("title", type_=Text()),
        _space.c.description,
        constant(Visibility.DRAFT),
        _shifted(_space.c.opens_at),
        _shifted(_space.c.closes_at),
        func.now(),
    ).where(_space.c.id == _from),
)
_SAME = (
    *("kind", "title", "description", "rank", "vote_method", "location_rule"),
    *(
        "expires_after_days",
        "support_threshold",
        "answer_within_days",
        "review_rule",
        "advance_euros",
        "alive_requests",
        "safety_notice",
        "least_age",
        "newcomer_alive",
        "newcomer_daily",
        "proof_levels",
        "proof_least_age",
        "proof_zone_id",
        "is_without_account",
        "accepted_kinds",
        "may_be_anonymous",
        *RULE_COLUMNS,
        "award_rule",
        *TERM_COLUMNS,
    ),
)
_phase = period.phases(_activity, "copied_phase")
_begins = func.to_char(func.timezone("UTC", _shifted(_phase.c.startsAt)), 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
_moved_phase = func.jsonb_build_object("kind", _phase.c.kind, "title", _phase.c.title, "startsAt", _begins)
_PHASES = (
    select(func.jsonb_agg(aggregate_order_by(_moved_phase, _phase.c.startsAt)))
    .select_from(_phase)
    .correlate_except(_phase)
    .scalar_subquery()
)
COPY_ACTIVITY = insert(_activity).from_select(
    ("id", "space_id", "opens_at", "closes_at", "proof_age_on", "phases", *_SAME),
    select(
        _to,
        _id,
        _shifted(_activity.c.opens_at),
        _shifted(_activity.c.closes_at),
        cast(_activity.c.proof_age_on + _shift, Date),
        _PHASES,
        *(_activity.c[name] for name in _SAME),
    ).where(_activity.c.id == _from),
)
_SAME_CATEGORY = (
    "slug",
    "name",
    "rank",
    "depth",
    "ceiling_euros",
    "is_for_organisations",
    "is_for_medicines",
    "notice",
)
COPY_CATEGORIES = insert(_category).from_select(
    ("id", "activity_id", *_SAME_CATEGORY),
    select(func.gen_random_uuid(), _to, *(_category.c[name] for name in _SAME_CATEGORY)).where(
        _category.c.activity_id == _from
    ),
)
_is_written = _form.c.version.is_(None)
COPY_FORMS = insert(_form).from_select(
    ("id", "activity_id", "version", "edition", "questions", "author_id", "changed_at", "published_at"),
    select(
        func.gen_random_uuid(),
        _to,
        case((~_is_written, literal_column("1", Integer))),
        literal_column("1", Integer),
        _form.c.questions,
        bindparam("author", type_=Uuid()),
        func.now(),
        case((~_is_written, func.now())),
    ).where(_form.c.activity_id == _from, or_(_is_written, _form.c.id == survey_form.newest_id(_from))),
)
"""The version that people answer as the copy's first, and what editors are writing; never an answer."""


@dataclass(frozen=True, slots=True)
class Slug:
    """The slug of a space."""

    slug: str


async def create(
    act: Act,
    *,
    title: str,
    template: SpaceTemplate = SpaceTemplate.BLANK,
    description: str | None = None,
    visibility: Visibility = Visibility.DRAFT,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> Outcome:
    """A new space, with the activities of a template."""
    parsed = read(template)
    columns = space.texts(title, description or parsed.description) | period.columns(opens_at, closes_at)
    slug = await _fresh(act, title)
    if opens_at is None:
        columns["opens_at"] = act.now
    id_ = await act.insert(ParticipatorySpace, slug=slug, visibility=visibility, created_at=act.now, **columns)
    for rank, each in enumerate(parsed.activities):
        await _fill(act, id_, rank, each, opens_at)
    return act.did(EventKind.SPACE_CREATED, id_, {"template": template.value}, space_id=id_)


async def _fill(act: Act, space_id: UUID, rank: int, template: ActivityTemplate, opens_at: datetime | None) -> None:
    """Insert an activity of a template; its days count from the opening of the space."""
    beginning = await _beginning(act, opens_at)
    dates = _period(beginning, template)
    columns: dict[str, Any] = {
        "title": template.title,
        "description": template.description,
        "vote_method": template.vote_method,
        **activity.rule_columns(template.vote_method, template.vote_rule),
        "award_rule": None,
        **dict.fromkeys(TERM_COLUMNS),
        "location_rule": template.location_rule,
        "expires_after_days": template.expires_after_days,
        "accepted_kinds": None,
        "may_be_anonymous": True,
        "review_rule": template.review_rule,
        "answer_within_days": template.answer_within_days,
        "phases": _phases(beginning, template),
        **dates,
    }
    id_ = await activity.insert(act, space_id, template.kind, rank, columns)
    taken: set[str] = set()
    for place, name in enumerate(template.categories):
        is_guarded = name in template.for_organisations
        await category.write(act, id_, place, name, taken, is_for_organisations=is_guarded)
    await _furnish(act, id_, template)
    for place, one in enumerate(template.statuses):
        await act.insert(ProposalStatus, activity_id=id_, rank=place, **asdict(one))


async def _furnish(act: Act, activity: UUID, template: ActivityTemplate) -> None:
    """Write what a new activity is furnished with, as it would be by hand. The rule and the form hold at once: nobody
    sees them before the space is published. A text is the city's own: the template's is only prepared."""
    own = {"activity_id": activity, "author_id": act.actor_or_none}
    if template.petition_levels:
        levels = petition_rule.ordered(template.petition_levels, None)
        await act.insert(PetitionRule, **own, version=1, levels=levels, **CLOCKS, published_at=act.now)
    if template.questions:
        questions = written(checked(template.questions))
        times = {"changed_at": act.now, "published_at": act.now}
        await act.insert(SurveyForm, **own, version=1, edition=1, questions=questions, **times)
    if template.text:
        articles = article.numbered(markdown.read(template.text.strip()), (), 0)
        last = max(one.number for one in articles)
        parts = {"articles": article.stored(articles), "last_number": last, "merged": []}
        await act.insert(TextVersion, **own, number=1, **parts, prepared_at=act.now)


def _phases(beginning: "Beginning", template: ActivityTemplate) -> list[dict[str, str]] | None:
    """The phases of an activity as they are stored; None: it has none."""
    days = template.opens_after_days
    phases = [Phase(one.kind, one.title, beginning.opening(days + one.after_days)) for one in template.phases]
    return [one.stored() for one in phases] or None


@dataclass(frozen=True, slots=True)
class Now:
    """The database's clock, and the name of the portal's time zone."""

    now: datetime
    zone: str


CLOCK = select(func.now().label("now"), portal.time_zone(_tenant).label("zone"))
FIRST, LAST, DAY = time(), time(23, 59), timedelta(days=1)
"""The minutes with which a day begins and ends, and a day."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """When a space opens, by the portal's clock: what follows keeps its hour, also where the clocks change. Where
    nobody said an hour (`is_now`), what follows opens as a day begins and closes as one ends."""

    at: datetime
    is_now: bool

    def opening(self, days: int) -> datetime:
        """So many days later; at once for none."""
        there = self.at + timedelta(days=days)  # The same hour of the clock: aware times of one zone are added so.
        return datetime.combine(there, FIRST, there.tzinfo) if self.is_now and days else there

    def closing(self, days: int) -> datetime:
        """The end of what lasts so many days: the last minute before the day on which something else may open."""
        there = self.at + timedelta(days=days)
        return datetime.combine(there - DAY, LAST, there.tzinfo) if self.is_now else there


async def _beginning(act: Act, opens_at: datetime | None) -> Beginning:
    """When the space opens: as given, else now."""
    row = await act.one(CLOCK, into=Now, tenant=act.asker.tenant)
    assert row is not None
    return Beginning((opens_at or row.now).astimezone(ZoneInfo(row.zone)), opens_at is None)


def _period(beginning: Beginning, template: ActivityTemplate) -> Mapping[str, datetime | None]:
    days = template.opens_after_days
    closes = None if template.days is None else beginning.closing(days + template.days)
    return {"opens_at": beginning.opening(days), "closes_at": closes}


async def duplicate(act: Act, *, space: UUID, title: str, shift_days: int = 0) -> Outcome:
    """Create a draft from another space: its activities with their rules, phases, categories and
    forms of surveys, never what people published or answered."""
    if abs(shift_days) > MAX_SHIFT_DAYS:
        raise bad_input(
            f"At most {MAX_SHIFT_DAYS} days.", "shiftDays", expected.number(-MAX_SHIFT_DAYS, MAX_SHIFT_DAYS)
        )
    kept = str(_texts(title)["title"])
    await access.space(act, space)
    id_, slug = new_id(), await _fresh(act, kept)
    moved: dict[str, Any] = {"shift": timedelta(days=shift_days), "tenant": act.asker.tenant}
    await act.execute(COPY_SPACE, id=id_, slug=slug, title=kept, from_id=space, **moved)
    for each in await act.all(OF_SPACE, into=access.Id, from_id=space):
        copy = new_id()
        await act.execute(COPY_ACTIVITY, to_id=copy, id=id_, from_id=each.id, **moved)
        await act.execute(COPY_CATEGORIES, to_id=copy, from_id=each.id)
        await act.execute(COPY_FORMS, to_id=copy, from_id=each.id, author=act.actor_or_none)
    return act.did(EventKind.SPACE_CREATED, id_, {"from": str(space)}, space_id=id_)


def _texts(title: str) -> dict[str, object]:
    return space.texts(title, "")


async def _fresh(act: Act, title: str) -> str:
    """A free slug for a new space. A lock lets one space be created at a time, so that no two get the same."""
    await act.execute(LOCK, tenant=act.asker.tenant)
    taken = {each.slug for each in await act.all(SLUGS, into=Slug)}
    if len(taken) >= MAX_SPACES:
        raise limit_reached(f"A portal has at most {MAX_SPACES} spaces.", None, expected.at_most(MAX_SPACES))
    return category.fresh(title, taken)
