"""Reads of analyses: topics with what is left of their texts, quotes cut from the texts as they are, and what is stated
of coverage and representation.

Counts are of what anyone who is not signed in may read now: what was hidden or erased since is in none of them.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    any_,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.analysis import Analysis, AnalysisPlace, AnalysisText
from models.base import constant, table
from models.personal import ERASED_TITLE
from models.survey_answer import SurveyAnswer
from models.survey_form import SurveyForm
from planner.context import FieldContext
from planner.listing import Listing, Order, all_of
from planner.sight import Sight
from resolvers import ident, sight, stored_json, survey_form

_analysis, _text, _answer, _form = (table(model) for model in (Analysis, AnalysisText, SurveyAnswer, SurveyForm))
_ONE, _EMPTY = literal_column("1", Integer), literal_column("''", Text)


# Who reads what -------------------------------------------------------------------------------------------------------


def is_said(contribution: FromClause) -> ColumnElement[bool]:
    """Its words are still its author's."""
    return contribution.c.title != literal_column(f"'{ERASED_TITLE}'", Text)


def is_read(contribution: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Anyone who is not signed in may read it, in an activity that the viewer sees."""
    stranger = sight.contribution(contribution, Sight(None, None, lambda: context.viewer_id))
    seen = contribution.c.activity_id == any_(context.visible_ids("Activity"))
    return and_(*all_of((stranger, seen, is_said(contribution))))


def words(contribution: FromClause) -> ColumnElement[str]:
    """What an analysis reads of it (`analysis.corpus.CorpusText.words`)."""
    return case(
        (contribution.c.title == _EMPTY, contribution.c.body),
        else_=contribution.c.title.concat(literal_column("E'\\n\\n'", Text)).concat(contribution.c.body),
    )


def joined(name: str) -> tuple[FromClause, FromClause, FromClause]:
    """Texts joined with their contributions: the join, the texts, the contributions."""
    text, read = _text.alias(f"{name}_text"), sight.CONTRIBUTION.alias(f"{name}_read")
    return text.outerjoin(read, read.c.id == text.c.contribution_id), text, read


def is_left(text: FromClause, read: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Of texts that are joined so those that are counted."""
    return or_(text.c.answer_id.is_not(None), is_read(read, context))


def _within(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Its activity is seen, if it is of one."""
    return or_(row.c.activity_id.is_(None), row.c.activity_id == any_(context.visible_ids("Activity")))


# Which ----------------------------------------------------------------------------------------------------------------


def named(_parent: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The analysis that an argument names."""
    return and_(row.c.id == ident.argument(context, "analysis", "id"), _within(row, context))


def listed(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """The newest first: of a space, of an activity, of all."""
    of_space = row.c.space_id == ident.argument(context, "space", "space") if context.has("space") else None
    of_activity = (
        row.c.activity_id == ident.argument(context, "activity", "activity") if context.has("activity") else None
    )
    return _newest(row, of_space, of_activity, _within(row, context))


def of_activity(row: FromClause, activity: FromClause, _context: FieldContext) -> Listing:
    """An activity's published analyses."""
    return _newest(row, row.c.activity_id == activity.c.id, row.c.published_at.is_not(None))


def of_space(row: FromClause, space: FromClause, context: FieldContext) -> Listing:
    """The published analyses of a space and of its activities."""
    return _newest(row, row.c.space_id == space.c.id, row.c.published_at.is_not(None), _within(row, context))


def _newest(row: FromClause, *where: ColumnElement[bool] | None) -> Listing:
    order = Order("analysis.newest", (row.c.asked_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing(all_of(where), order)


def question_title(row: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """What the question of a survey asks."""
    form = _form.alias("asked_form")
    asked = stored_json.items(form.c.questions, "asked")
    newest = form.c.id == survey_form.newest_id(row.c.activity_id)
    code = stored_json.said(asked.c.value, "code") == row.c.question
    title: Select[Any] = (
        select(stored_json.said(asked.c.value, "title")).select_from(form).join(asked, literal_column("true"))
    )
    return title.where(newest, code).limit(_ONE).correlate(row).scalar_subquery()


def asker(analysis: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Who asked for it; told to administrators."""
    return row.c.id == analysis.c.asked_by_id if context.viewer.is_administrator else literal_column("false")


def problem(row: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """Why it failed; told to administrators."""
    return row.c.problem if context.viewer.is_administrator else cast(null(), Text)


# What it says ---------------------------------------------------------------------------------------------------------


def method_version(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """Which method gave it."""
    return row.c.method


def person_count(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """How many people stood behind the texts when they were read."""
    return stored_json.number(row.c.shown, "person_count")


def notes(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """What the method did not do or could not judge."""
    return func.coalesce(stored_json.part(row.c.shown, "notes"), literal_column("'[]'::jsonb", JSONB))


def coverage(row: FromClause, context: FieldContext) -> Select[Any]:
    """How many texts are left, and where they are."""
    covered, text, read = joined("covered")

    def those(place: AnalysisPlace) -> ColumnElement[int]:
        return cast(func.count().filter(text.c.place == constant(place)), Integer)

    left = cast(func.count(), Integer)
    return (
        select(
            left.label("text_count"),
            (row.c.text_count - left).label("gone_count"),
            those(AnalysisPlace.TOPIC).label("classified_count"),
            those(AnalysisPlace.UNCLASSIFIED).label("unclassified_count"),
            those(AnalysisPlace.WITHOUT_CONTENT).label("without_content_count"),
            cast(func.count(read.c.author_id.distinct()), Integer).label("author_count"),
        )
        .select_from(covered)
        .where(text.c.analysis_id == row.c.id, is_left(text, read, context))
        .having(row.c.shown.is_not(None))
        .correlate(row)
    )


# Its texts ------------------------------------------------------------------------------------------------------------


def texts(row: FromClause, analysis: FromClause, context: FieldContext) -> Listing:
    """The texts that are left, by topic the most typical first; answers to surveys for administrators alone."""
    read = sight.CONTRIBUTION.alias("listed_read")
    is_there = select(read.c.id).where(read.c.id == row.c.contribution_id, is_read(read, context))
    if context.has("hasDisclosure"):  # Of a text that was rewritten or redacted since nobody knows it.
        is_told = literal_column("true" if context.viewer.is_administrator else "false", Boolean)
        has = and_(is_told, row.c.disclosures.is_not(None), func.md5(words(read)) == row.c.digest)
        is_there = is_there.where(has if context.choice("hasDisclosure") else ~has)
    left: ColumnElement[bool] = is_there.correlate_except(read).exists()
    if context.viewer.is_administrator:
        left = or_(row.c.answer_id.is_not(None), left)
    columns = {"topic": row.c.topic, "part": row.c.sub_topic, "campaign": row.c.campaign}
    chosen = (of == context.bind(name, Integer()) for name, of in columns.items() if context.has(name))
    place = row.c.place == constant(context.choice("place")) if context.has("place") else None
    where = all_of((row.c.analysis_id == analysis.c.id, left, place))
    return Listing((*where, *chosen), Order("analysis_text.rank", (row.c.rank, row.c.id), (int, UUID)))


def read_in(text: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The contribution whose text it is, while everybody may read it."""
    return and_(row.c.id == text.c.contribution_id, is_read(row, context))


def disclosures(text: FromClause, context: FieldContext) -> Select[Any]:
    """Where something of somebody seems to stand in a text that is as it was; told to administrators."""
    item, read = stored_json.items(text.c.disclosures, "disclosed"), sight.CONTRIBUTION.alias("disclosed_read")
    start, end = stored_json.number(item.c.value, "start"), stored_json.number(item.c.value, "end")
    is_told = literal_column("true" if context.viewer.is_administrator else "false", Boolean)
    return (
        select(
            stored_json.said(item.c.value, "kind").label("kind"),
            start.label("start"),
            end.label("end"),
            func.substr(words(read), start + _ONE, end - start).label("words"),
        )
        .select_from(item)
        .join(read, read.c.id == text.c.contribution_id)
        .where(is_told, is_read(read, context), func.md5(words(read)) == text.c.digest)
        .order_by(item.c.place)
    )


def answer_words(text: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """What somebody answered to a survey; told to administrators, without who it was."""
    if not context.viewer.is_administrator:
        return cast(null(), Text)
    return _answered(text).scalar_subquery()


def _answered(text: FromClause) -> Select[Any]:
    answer, asked = _answer.alias("answered"), _analysis.alias("answered_in")
    return (
        select(answer.c.answers.op("->>")(asked.c.question))
        .select_from(answer.join(asked, asked.c.activity_id == answer.c.activity_id))
        .where(answer.c.id == text.c.answer_id, asked.c.id == text.c.analysis_id)
        .correlate(text)
    )
