"""Text publication: the next version of a text is prepared, from what the city accepted or from a source, and
published; then its amendments are merged, carried to it, or outdated."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    case,
    cast,
    column,
    delete,
    func,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from models import expected, writing
from models.activity import Activity, ActivityKind
from models.amendment import LIVE, Amendment, AmendmentState
from models.base import constant, table
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, conflict, limit_reached, not_found
from models.text_version import MAX_VERSIONS, REASON_LENGTH, TextVersion
from models.wording import article, markdown, merging
from models.wording.article import Article
from models.wording.comparison import Passage, compared
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.event import NewEvent
from planner.loading import BatchContext
from resolvers import access, amendment, room, text, text_version
from resolvers.amendment import AcceptedAmendment
from resolvers.text_version import StoredText

_text, _amendment = table(TextVersion), table(Amendment)
_activity_id = value(TextVersion, "activity_id")
_is_draft = (_text.c.activity_id == _activity_id, _text.c.published_at.is_(None))
DISCARD = delete(_text).where(*_is_draft)
DRAFT = select(*(_text.c[name] for name in ("number", "articles", "merged"))).where(
    *_is_draft, _text.c.id == value(TextVersion, "id")
)
PUBLISH = (
    update(_text)
    .where(_text.c.id == value(TextVersion, "id"))
    .values(published_at=func.now(), reason=value(TextVersion, "reason"), author_id=value(TextVersion, "author_id"))
)
_is_live = (
    _amendment.c.activity_id == value(Amendment, "activity_id"),
    _amendment.c.state.in_([constant(state) for state in LIVE]),
    _amendment.c.merged_in.is_(None),
)
_PLACE = ("id", "contribution_id", "article", "is_on_heading", "starts", "ends")
TO_CARRY = select(*(_amendment.c[name] for name in _PLACE)).where(*_is_live).order_by(_amendment.c.id).with_for_update()
_ids, _numbers = bindparam("ids", type_=ARRAY(Uuid())), value(Amendment, "version")
MERGE = update(_amendment).where(_amendment.c.id == any_(_ids)).values(merged_in=_numbers)
OUTDATE = (
    update(_amendment)
    .where(_amendment.c.id == any_(_ids))
    .values(state=constant(AmendmentState.OUTDATED), settled_words=null())
)
_moved = (
    func.unnest(_ids, *(bindparam(name, type_=ARRAY(Integer())) for name in ("starts", "ends")))
    .table_valued(column("id", Uuid()), column("starts", Integer()), column("ends", Integer()), name="moved")
    .render_derived()
)
CARRY = (
    update(_amendment)
    .where(_amendment.c.id == _moved.c.id)
    .values(version=_numbers, starts=_moved.c.starts, ends=_moved.c.ends)
)


@dataclass(frozen=True, slots=True)
class TextDraft:
    """What is prepared."""

    number: int
    articles: list[dict[str, Any]]
    merged: list[UUID]


@dataclass(frozen=True, slots=True)
class LivePassage:
    """The passage of an amendment that is still to be decided on, or to be merged."""

    id: UUID
    contribution_id: UUID
    article: int
    is_on_heading: bool
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class CarriedAmendments:
    """What becomes of amendments with a new version: those that go on with it, where their passages are in it, and
    those whose words have changed."""

    kept: list[tuple[LivePassage, Passage]]
    outdated: list[LivePassage]


# Reads ----------------------------------------------------------------------------------------------------------------


def need_outdating(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """What is prepared, the version before it, and the amendments that it is about; nothing once it is published."""
    live = table(Amendment).alias("live_amendment")
    pairs = (part for name in _PLACE for part in (literal_column(f"'{name}'", Text), live.c[name]))
    words = (literal_column("'words'", Text), live.c.settled_words)
    merged = (literal_column("'is_merged'", Text), live.c.id == any_(row.c.merged))
    told: Select[Any] = select(func.jsonb_agg(func.jsonb_build_object(*pairs, *words, *merged))).where(
        live.c.activity_id == row.c.activity_id,
        live.c.state.in_([constant(state) for state in LIVE]),
        live.c.merged_in.is_(None),
    )
    before = text_version.articles_of(row.c.activity_id, row.c.number - literal_column("1", Integer))
    whole = func.jsonb_build_array(before, row.c.articles, told.correlate_except(live).scalar_subquery())
    return case((row.c.published_at.is_(None), cast(whole, Text)), else_=literal_column("''", Text))


async def outdating(_context: BatchContext, needs: list[str]) -> list[int]:
    """How many amendments each would outdate."""
    return [_outdating(*json.loads(need)) if need else 0 for need in needs]


def _outdating(before: list[Any], after: list[Any], live: list[dict[str, Any]] | None) -> int:
    accepted, others = [], []
    for one in live or ():
        is_merged, words = one.pop("is_merged"), one.pop("words")
        if is_merged:
            accepted.append(AcceptedAmendment(**one, words=words))
        else:
            others.append(LivePassage(**one))
    return len(carried_amendments(article.loaded(before), article.loaded(after), accepted, others).outdated)


# Preparing ------------------------------------------------------------------------------------------------------------


async def prepare(act: Act, *, activity: UUID, version: int, source: str | None = None) -> Outcome:
    """Prepare the version that follows `version` (0: there is none): what was accepted is merged, or a source is read.
    It takes the place of what was prepared before, and nobody but who edits the space sees it."""
    if (await access.activity(act, activity)).kind is not ActivityKind.CONSULTATION:
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "Only consultations have a text.", "activity")
    await room.of(act, Activity, activity)
    newest = await text_version.read(act, activity)
    if (newest.number if newest else 0) != version:
        raise conflict()
    if version >= MAX_VERSIONS:
        raise limit_reached(f"A text has at most {MAX_VERSIONS} versions.", "activity", expected.no_more(MAX_VERSIONS))
    accepted = await amendment.accepted(act, activity)
    made = _merged(newest, accepted) if source is None else _read(newest, source)
    await act.execute(DISCARD, activity_id=activity)
    draft = await act.insert(
        TextVersion,
        activity_id=activity,
        number=version + 1,
        articles=article.stored(made),
        last_number=max(newest.last_number if newest else 0, *(one.number for one in made)),
        merged=[one.id for one in accepted],
        author_id=act.actor_or_none,
        prepared_at=act.now,
    )
    return act.did(text_version_id=draft)


async def discard(act: Act, *, activity: UUID) -> Outcome:
    """Throw away what is prepared; what is published stays."""
    await access.activity(act, activity)
    await room.of(act, Activity, activity)
    await act.execute(DISCARD, activity_id=activity)
    return act.did(activity_id=activity)


def merged_articles(articles: Sequence[Article], accepted: Sequence[AcceptedAmendment]) -> list[Article]:
    """Articles with what was accepted; one whose words all went is gone. Raises Refusal for a heading that would be
    empty or too long."""
    whole: list[Article] = []
    for one in articles:
        changes, of_heading = _changes(one.number, accepted), _changes(one.number, accepted, is_on_heading=True)
        body = merging.merged(one.body, changes).strip() if changes else one.body
        heading = merging.merged(one.heading, of_heading).strip() if of_heading else one.heading
        if not body and changes:
            continue
        if not article.HEADING_LENGTH[0] <= len(heading) <= article.HEADING_LENGTH[1]:
            message = f"What was accepted leaves no heading, or one that is too long: {one.heading}"
            raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, "version")
        whole.append(replace(one, heading=heading, body=body))
    return whole


def _changes(number: int, accepted: Sequence[AcceptedAmendment], *, is_on_heading: bool = False) -> list[Passage]:
    """What was accepted for an article's words, or for its heading."""
    return [one.passage for one in accepted if (one.article, one.is_on_heading) == (number, is_on_heading)]


def _merged(newest: StoredText | None, accepted: Sequence[AcceptedAmendment]) -> list[Article]:
    if newest is None:
        raise Refusal(ErrorCode.REQUIRED, "The first version wants a source.", "source")
    if not (made := merged_articles(newest.read, accepted)):
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "No article would be left.", "version")
    return made


def _read(newest: StoredText | None, source: str) -> list[Article]:
    """The articles of a source, with the numbers that they keep: one that no article ever had is none. Raises
    Refusal."""
    try:
        said = markdown.read(writing.tidy(source))
    except markdown.SourceError as error:
        message = f"The source cannot be read: {error.problem}, line {error.line}."
        raise Refusal(ErrorCode.BAD_TEXT_SOURCE, message, "source", about=str(error.line)) from error
    last = newest.last_number if newest else 0
    kept = [replace(one, number=one.number if (one.number or 0) <= last else None) for one in said]
    return article.numbered(kept, newest.read if newest else (), last)


# Publishing -----------------------------------------------------------------------------------------------------------


async def publish(act: Act, *, activity: UUID, draft: UUID, reason: str | None = None) -> Outcome:
    """Publish what is prepared, unless it was prepared anew or the city has decided otherwise since. What was accepted
    is merged; other amendments go on with it, unless the words of their passages have changed."""
    await access.activity(act, activity)
    await room.of(act, Activity, activity)
    prepared = await act.one(DRAFT, into=TextDraft, activity_id=activity, id=draft)
    if prepared is None:
        raise not_found("draft")
    accepted = await amendment.accepted(act, activity)
    if {one.id for one in accepted} != set(prepared.merged):
        raise Refusal(ErrorCode.TEXT_OUTDATED, "The city has decided otherwise since it was prepared.", "draft")
    said = _reason(prepared.number, reason)
    await act.execute(PUBLISH, id=draft, reason=said, author_id=act.actor_or_none)
    outdated = await _carry(act, activity, prepared, accepted)
    note = {"version": prepared.number, "merged": len(accepted), "outdated": len(outdated)}
    outcome = act.did(EventKind.TEXT_VERSION_PUBLISHED, activity, note, text_version_id=draft)
    told = [NewEvent(EventKind.AMENDMENT_OUTDATED, one.contribution_id, act.actor_or_none, {}) for one in outdated]
    return replace(outcome, events=(*outcome.events, *told))


def _reason(number: int, reason: str | None) -> str | None:
    """Why the text changes, which everybody reads; the first version needs no reason. Raises Refusal."""
    if number == 1:
        return None
    if not (reason or "").strip():
        raise Refusal(ErrorCode.REQUIRED, "Say why the text changes: everybody reads it.", "reason")
    return text.clean(reason or "", REASON_LENGTH, "reason")


async def _carry(
    act: Act, activity: UUID, prepared: TextDraft, accepted: Sequence[AcceptedAmendment]
) -> list[LivePassage]:
    """Merge what was accepted, carry the others; returns those whose words have changed."""
    if prepared.number == 1:
        return []
    before = await text_version.read(act, activity, prepared.number - 1)
    assert before is not None
    merged = {one.id for one in accepted}
    live = await act.all(TO_CARRY, into=LivePassage, activity_id=activity)
    others = [one for one in live if one.id not in merged]
    await act.execute(MERGE, ids=[*merged], version=prepared.number)
    carried = carried_amendments(before.read, article.loaded(prepared.articles), accepted, others)
    await act.execute(OUTDATE, ids=[one.id for one in carried.outdated])
    places = {
        "ids": [one.id for one, _ in carried.kept],
        "starts": [passage.start for _, passage in carried.kept],
        "ends": [passage.end for _, passage in carried.kept],
    }
    await act.execute(CARRY, version=prepared.number, **places)
    return carried.outdated


def carried_amendments(
    before: Sequence[Article],
    after: Sequence[Article],
    accepted: Sequence[AcceptedAmendment],
    others: Sequence[LivePassage],
) -> CarriedAmendments:
    """Where other passages are in a new version. What was merged shifts them exactly; where the city wrote more
    than that, their words are looked for where they were kept."""
    find = cache(lambda number, is_on_heading: _finder(number, is_on_heading, before, after, accepted))
    carried = CarriedAmendments([], [])
    for one in others:
        place = find(one.article, one.is_on_heading)(Passage(one.starts, one.ends, ""))
        if place is None:
            carried.outdated.append(one)
        else:
            carried.kept.append((one, place))
    return carried


def _finder(
    number: int,
    is_on_heading: bool,
    before: Sequence[Article],
    after: Sequence[Article],
    accepted: Sequence[AcceptedAmendment],
) -> Callable[[Passage], Passage | None]:
    """What finds passages of an article, or of its heading, again in its new words."""
    old = next((one.heading if is_on_heading else one.body for one in before if one.number == number), None)
    new = next((one.heading if is_on_heading else one.body for one in after if one.number == number), None)
    if old is None or new is None:
        return lambda _passage: None
    changes = _changes(number, accepted, is_on_heading=is_on_heading)
    comparison = compared(merging.merged(old, changes), new)

    def found(passage: Passage) -> Passage | None:
        moved = merging.carried(passage, changes)
        return moved and merging.found_again(moved, comparison)

    return found
