"""Evidence: frozen in the transaction of the decision, from what stands in the tables then."""

from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Interval, Text, cast, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import BYTEA, insert

from models import retention
from models.actor import Actor
from models.base import new_id, table
from models.comment import Comment
from models.contribution import Contribution
from models.evidence import Evidence
from models.message import Message
from models.moderation import ModerationCase, ModerationDecision
from planner.act import Act, value
from planner.context import FieldContext

_evidence, _decision, _case = table(Evidence), table(ModerationDecision), table(ModerationCase)
_contribution, _comment, _actor = table(Contribution), table(Comment), table(Actor)
_message = table(Message)
_published = func.coalesce(_comment.c.published_at, _message.c.sent_at, _contribution.c.published_at)
_frozen = (_decision.c.author_id, _actor.c.name, _decision.c.seen_title, _decision.c.seen_body, _published)
_TIMES = ("frozen_at", "kept_until")
_instant = func.to_char(
    func.timezone(literal_column("'UTC'"), _published), literal_column('\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'')
)
_words = func.concat_ws(literal_column("E'\\n'", Text), *(cast(part, Text) for part in (*_frozen[:-1], _instant)))
_digest = func.encode(
    func.sha256(func.convert_to(_words, literal_column("'UTF8'")), type_=BYTEA()), literal_column("'hex'")
)
FREEZE = insert(_evidence).from_select(
    (
        "id",
        "decision_id",
        "author_id",
        "author_name",
        "title",
        "body",
        "published_at",
        "digest",
        "frozen_at",
        "kept_until",
    ),
    select(
        value(Evidence, "id"),
        _decision.c.id,
        *_frozen,
        _digest,
        func.now(),
        func.now() + literal(retention.EVIDENCE.keep, Interval),
    )
    .join_from(_decision, _case, _case.c.id == _decision.c.case_id)
    .join(_contribution, _contribution.c.id == _case.c.contribution_id)
    .outerjoin(_comment, _comment.c.id == _case.c.comment_id)
    .outerjoin(_message, _message.c.id == _case.c.message_id)
    .join(_actor, _actor.c.id == _decision.c.author_id)
    .where(_decision.c.id == value(Evidence, "decision_id")),
)


async def freeze(act: Act, decision: UUID) -> None:
    """Keep what a decision withheld, apart."""
    await act.execute(FREEZE, id=new_id(), decision_id=decision)


def of_decision(decision: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """What was frozen with a decision; for administrators."""
    return row.c.decision_id == decision.c.id if context.viewer.is_administrator else literal_column("false")
