"""Transparency: the yearly report of moderation as one statement, in the figures of Regulation (EU) 2024/2835."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    cast,
    distinct,
    extract,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from models.appeal import Appeal
from models.base import constant, table
from models.moderation import (
    REASONED,
    CaseCause,
    DecisionAction,
    ModerationCase,
    ModerationDecision,
    NoticeSource,
    ReportPart,
)
from models.refusal import ErrorCode, Refusal
from models.report import UNLAWFUL, Report
from planner.context import Arguments, Asker, FieldContext

FIRST_YEAR, LAST_YEAR = 2000, 2200
ROWS = 60
"""About so many rows a report has."""

_NOTIFIED = (NoticeSource.ARTICLE_16, NoticeSource.TRUSTED_FLAGGER)
_COLUMNS: Mapping[str, Any] = {
    "category": Text(),
    "ground": Text(),
    "action": Text(),
    "outcome": Text(),
    "is_automatic": Boolean(),
    "median_minutes": Integer(),
}
"""What a row is broken down by, where its part is; the median is of the time to the answer."""


def report(_parent: FromClause, context: FieldContext) -> Select[Any]:
    """All parts of a year, by the portal's clock, in their order, most first."""
    year = _Year(context)
    parts = (
        year.notices(ReportPart.NOTICES, is_unlawful=True),
        year.notices(ReportPart.TRUSTED_NOTICES, is_unlawful=True, is_trusted=True),
        year.notices(ReportPart.OTHER_REPORTS, is_unlawful=False),
        year.decisions(ReportPart.NOTICE_ACTIONS, "category", "ground", "action", of=_NOTIFIED),
        year.decisions(ReportPart.TRUSTED_ACTIONS, "category", "ground", "action", of=(NoticeSource.TRUSTED_FLAGGER,)),
        year.decisions(ReportPart.OWN_INITIATIVE, "category", "action", "is_automatic", of=(NoticeSource.VOLUNTARY,)),
        year.decisions(ReportPart.RESTRICTIONS, "ground", "action"),
        year.complaints(),
        year.marked(),
        year.people(),
    )
    rows = union_all(*parts).subquery("report")
    rank = func.array_position(
        literal_column("ARRAY[" + ", ".join(f"'{part.value}'" for part in ReportPart) + "]"), rows.c.part
    )
    order = (rank, rows.c.count.desc(), rows.c.category, rows.c.ground, rows.c.action, rows.c.outcome)
    return select(*rows.c).order_by(*order, rows.c.is_automatic)


def _asked(arguments: Arguments, _asker: Asker) -> int:
    """The year that is asked for. Raises Refusal(BAD_INPUT)."""
    year = int(arguments["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refusal(ErrorCode.BAD_INPUT, f"A year is {FIRST_YEAR} to {LAST_YEAR}.", "year")
    return year


def _minutes(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[Any]:
    """The median of the minutes between two instants."""
    seconds = extract("epoch", end - start)
    middle = func.percentile_cont(literal_column("0.5")).within_group(seconds)
    return cast(func.round(middle / literal_column("60")), Integer)


class _Year:
    """The parts of a year's report; each has its own tables."""

    def __init__(self, context: FieldContext) -> None:
        year, zone = context.bind(_asked, Integer()), context.time_zone
        first, none = literal_column("1", Integer), literal_column("0", Integer)
        ones: tuple[ColumnElement[Any], ...] = (first, first, none, none, literal_column("0.0"))
        self._start = func.make_timestamptz(year, *ones, zone)
        self._end = func.make_timestamptz(year + first, *ones, zone)

    def _is_in(self, at: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(at >= self._start, at < self._end)

    def _rows(self, part: ReportPart, counted: ColumnElement[Any], **groups: ColumnElement[Any]) -> Select[Any]:
        """Rows of a part: what they are counted by, and nothing in the other columns."""
        columns = [groups.get(name, cast(null(), type_)).label(name) for name, type_ in _COLUMNS.items()]
        by = [value for name, value in groups.items() if name != "median_minutes"]
        return select(constant(part).label("part"), *columns, counted.label("count")).group_by(*by)

    def notices(self, part: ReportPart, *, is_unlawful: bool, is_trusted: bool = False) -> Select[Any]:
        """Reports that were sent, by category, with the median time to their answer; `is_trusted`: by trusted flaggers
        alone."""
        row, answer = table(Report).alias("notice"), table(ModerationDecision).alias("answer")
        unlawful = row.c.category.in_([constant(category) for category in UNLAWFUL])
        said = {"category": row.c.category, "median_minutes": _minutes(row.c.created_at, answer.c.decided_at)}
        rows = self._rows(part, func.count(), **said)
        joined = rows.select_from(row.outerjoin(answer, answer.c.id == row.c.decision_id))
        wanted = joined.where(self._is_in(row.c.created_at), unlawful if is_unlawful else ~unlawful)
        return wanted.where(row.c.is_trusted) if is_trusted else wanted

    def decisions(self, part: ReportPart, *by: str, of: tuple[NoticeSource, ...] = tuple(NoticeSource)) -> Select[Any]:
        """Decisions against somebody, from some sources."""
        row = table(ModerationDecision).alias("decision")
        columns = {name: row.c[name] for name in ("category", "ground", "action")}
        columns["is_automatic"] = row.c.is_detected_automatically
        rows = self._rows(part, func.count(), **{name: columns[name] for name in by}).select_from(row)
        against = row.c.action.in_([constant(action) for action in REASONED])
        from_ = row.c.source.in_([constant(source) for source in of])
        return rows.where(self._is_in(row.c.decided_at), against, from_)

    def complaints(self) -> Select[Any]:
        """Appeals that were sent, by what became of them and of which action, with the median time to the answer."""
        row, decision = table(Appeal).alias("complaint"), table(ModerationDecision).alias("contested")
        said = {"outcome": row.c.outcome, "action": decision.c.action}
        median = _minutes(row.c.created_at, row.c.decided_at)
        rows = self._rows(ReportPart.COMPLAINTS, func.count(), median_minutes=median, **said)
        joined = rows.select_from(row.join(decision, decision.c.id == row.c.decision_id))
        return joined.where(self._is_in(row.c.created_at))

    def marked(self) -> Select[Any]:
        """What people decided of what programs had marked: NOTHING is a program's error."""
        row, case_ = table(ModerationDecision).alias("judgement"), table(ModerationCase).alias("marked")
        rows = self._rows(ReportPart.AUTOMATED, func.count(), action=row.c.action)
        joined = rows.select_from(row.join(case_, case_.c.id == row.c.case_id))
        is_first = or_(row.c.is_detected_automatically, case_.c.cause == constant(CaseCause.AIDS))
        wanted = (*REASONED, DecisionAction.NOTHING)
        return joined.where(
            self._is_in(row.c.decided_at), is_first, row.c.action.in_([constant(each) for each in wanted])
        )

    def people(self) -> Select[Any]:
        """How many people decided."""
        row = table(ModerationDecision).alias("work")
        rows = self._rows(ReportPart.PEOPLE, func.count(distinct(row.c.moderator_id))).select_from(row)
        return rows.where(self._is_in(row.c.decided_at))
