"""Redaction («caviardage»): the public reads a moderator's text instead of the author's, which the decision keeps."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, literal_column, null, select, update
from sqlalchemy.types import Boolean

from models import comment, contribution, expected, word
from models.base import constant, table
from models.comment import Comment, ShownStatus
from models.contribution import Contribution
from models.event import EventKind
from models.mission import Mission
from models.moderation import DecisionAction, ModerationCase, ModerationDecision
from models.refusal import ErrorCode, Refusal, bad_input
from planner.act import Act, value
from planner.context import FieldContext
from planner.event import RECORD, NewEvent, events
from resolvers import access, text, wording
from resolvers.withholding import Subject

MARK = "[…]"
"""What stands where words were taken away; [...] is read alike."""

_contribution, _comment = table(Contribution), table(Comment)
_case, _decision = table(ModerationCase), table(ModerationDecision)
_is_redacted = bindparam("is_redacted", type_=Boolean())

WRITE = (
    update(_contribution)
    .where(_contribution.c.id == value(Contribution, "id"))
    .values(
        title=value(Contribution, "title"),
        body=value(Contribution, "body"),
        search_text=value(Contribution, "search_text"),
        is_redacted=_is_redacted,
    )
)
"""When it was revised stays, and so does its place in every list."""

_mission = table(Mission)
OF_MISSION = select(_mission.c.id).where(
    _mission.c.contribution_id == value(Mission, "contribution_id"), _mission.c.requirements.is_not(None)
)
EMPTY = update(_mission).where(_mission.c.id == value(Mission, "id")).values(requirements=null())
"""What a mission asks is plain and short: it goes as a whole, and is written anew once nothing is redacted."""

WRITE_COMMENT = (
    update(_comment)
    .where(_comment.c.id == value(Comment, "id"))
    .values(body=value(Comment, "body"), is_redacted=_is_redacted)
)
WRITTEN = (
    select(_decision.c.seen_title.label("title"), _decision.c.seen_body.label("body"))
    .where(
        _decision.c.case_id == value(ModerationDecision, "case_id"),
        _decision.c.action == constant(DecisionAction.REDACT),
    )
    .order_by(_decision.c.id.desc())
    .limit(literal_column("1"))
)
"""The words of the author in the last redaction of a case."""


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote; a comment has no title."""

    title: str | None
    body: str


def words(subject: Subject, title: str | None, body: str | None) -> Words:
    """The redacted words of a subject, cleaned. Raises Refusal."""
    if subject.message_id is not None:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "A message is hidden or left as it is.", "action")
    if subject.comment_id is not None:
        kept = Words(None, text.clean(body or "", comment.BODY_LENGTH, "redactedBody"))
    else:
        line = text.line(title or "", contribution.TITLE_LENGTH, "redactedTitle")
        kept = Words(line, text.clean(body or "", contribution.BODY_LENGTH, "redactedBody"))
    if kept == Words(subject.title, subject.body) and subject.requirements is None:
        raise bad_input("Nothing is redacted: the words are those of the author.", "redactedBody", expected.CHANGED)
    if not is_cut(kept.title or "", subject.title or ""):
        raise Refusal(ErrorCode.REDACTION_ADDS, "A redaction takes words away and adds none.", "redactedTitle")
    if not is_cut(kept.body, subject.body):
        raise Refusal(ErrorCode.REDACTION_ADDS, "A redaction takes words away and adds none.", "redactedBody")
    return kept


def is_cut(redacted: str, written: str) -> bool:
    """Whether a text is another one but for what `[…]` stands for: nothing is added or taken away unmarked. White space
    counts as one space, and none beside a mark."""
    parts = [" ".join(part.split()) for part in redacted.replace("[...]", MARK).split(MARK)]
    rest = " ".join(written.split())
    if len(parts) == 1:
        return parts[0] == rest
    first, *middle, last = parts
    if not (rest.startswith(first) and rest[len(first) :].endswith(last)):
        return False
    rest = rest[len(first) : len(rest) - len(last)]
    for part in middle:
        _, at, rest = rest.partition(part) if part else ("", MARK, rest)
        if not at:
            return False
    return True


async def redact(act: Act, subject: Subject, title: str | None, body: str | None) -> dict[str, object]:
    """Publish these words instead of the author's, and nothing of what a mission asks; the columns of the decision.
    Raises Refusal."""
    published = words(subject, title, body)
    if subject.requirements is not None and (
        asking := await act.one(OF_MISSION, into=access.Id, contribution_id=subject.contribution_id)
    ):
        await act.watch((Mission, asking.id))
        await act.execute(EMPTY, id=asking.id)
    await _write(act, subject, published, is_redacted=True)
    return {"redacted_title": published.title, "redacted_body": published.body}


async def undo(act: Act, subject: Subject, case: object) -> None:
    """Publish the author's words again, exactly as they were."""
    if not subject.is_redacted:
        return
    written = await act.one(WRITTEN, into=Words, case_id=case)
    if written is None:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "It is not in a state for this.", "action")
    await _write(act, subject, written, is_redacted=False)


async def _write(act: Act, subject: Subject, words: Words, *, is_redacted: bool) -> None:
    if subject.comment_id is not None:
        await act.watch((Comment, subject.comment_id))
        await act.execute(WRITE_COMMENT, id=subject.comment_id, body=words.body, is_redacted=is_redacted)
        kind = EventKind.COMMENT_REDACTED if is_redacted else EventKind.COMMENT_RESTORED
        happened = NewEvent(kind, subject.comment_id, act.actor)
    else:
        await act.watch((Contribution, subject.contribution_id))
        columns = {"title": words.title, "body": words.body}
        searched = word.searchable(words.title or "", words.body)
        await act.execute(WRITE, id=subject.contribution_id, **columns, search_text=searched, is_redacted=is_redacted)
        await act.execute(wording.FORGET)
        kind = EventKind.CONTRIBUTION_REDACTED if is_redacted else EventKind.CONTRIBUTION_RESTORED
        happened = NewEvent(kind, subject.contribution_id, act.actor)
    await act.execute(RECORD, **events(happened))


# Reads ----------------------------------------------------------------------------------------------------------------


def of_contribution(row: FromClause, _context: FieldContext) -> Select[Any]:
    """Of a contribution that is redacted: why, by the last decision that did it."""
    return _why(
        row, and_(_case.c.contribution_id == row.c.id, _case.c.comment_id.is_(None), _case.c.message_id.is_(None))
    )


def of_comment(row: FromClause, _context: FieldContext) -> Select[Any]:
    """The same of a comment."""
    return _why(row, and_(_case.c.contribution_id == row.c.contribution_id, _case.c.comment_id == row.c.id))


def _why(row: FromClause, about: ColumnElement[bool]) -> Select[Any]:
    columns = (_decision.c.category, _decision.c.ground, _decision.c.rule, _decision.c.decided_at.label("since"))
    return (
        select(constant(ShownStatus.PUBLISHED).label("state"), *columns)
        .select_from(_case.join(_decision, _decision.c.case_id == _case.c.id))
        .where(about, _decision.c.action == constant(DecisionAction.REDACT), row.c.is_redacted)
        .order_by(_decision.c.id.desc())
        .limit(literal_column("1"))
        .correlate(row)
    )
