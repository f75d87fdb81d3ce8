"""The statements of the job that computes analyses: it claims one, says that it is at it, and stores the end."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Text, bindparam, cast, func, literal_column, null, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.types import Uuid

from database.claim import Claims
from models.analysis import WORKING, Analysis, AnalysisEdit, AnalysisState, AnalysisText
from models.base import constant, table, unnested
from models.survey_answer import SurveyAnswer
from office.analysis import SUBJECT

HELD = timedelta(seconds=60)
"""How long after it was last at it a process that computes an analysis is considered dead."""

_analysis, _text, _edit = table(Analysis), table(AnalysisText), table(AnalysisEdit)
_answer = table(SurveyAnswer)
_id = bindparam("analysis", type_=Uuid())
_ONE = literal_column("1", Integer)
_CLAIMS = Claims(
    waits=_analysis.c.state.in_([constant(state) for state in WORKING]),
    since=_analysis.c.asked_at,
    held_until=_analysis.c.held_until,
    held=HELD,
    attempts=_analysis.c.attempts,
)


@dataclass(frozen=True, slots=True)
class ClaimedAnalysis:
    """An analysis that is to be computed; `attempts` counts this one."""

    id: UUID
    space_id: UUID
    activity_id: UUID | None
    question: str | None
    attempts: int

    @property
    def subject(self) -> dict[str, Any]:
        """Which texts are read."""
        return {"space_id": self.space_id, "activity_id": self.activity_id, "question": self.question}


CLAIM = _CLAIMS.claim("id", "space_id", "activity_id", "question", "attempts", state=constant(AnalysisState.RUNNING))
NEXT = _CLAIMS.next
"""When the next analysis can be computed."""

_own = _CLAIMS.own("analysis")
KEEP = update(_analysis).where(_own).values(held_until=_CLAIMS.hold).returning(_analysis.c.id)
RELEASE = update(_analysis).where(_own).values(held_until=null())
FAIL = (
    update(_analysis)
    .where(_own)
    .values(
        state=constant(AnalysisState.FAILED),
        problem=bindparam("problem", type_=Text()),
        held_until=null(),
        ended_at=func.now(),
    )
)
END = (
    update(_analysis)
    .where(_own)
    .values(
        state=constant(AnalysisState.DONE),
        held_until=null(),
        ended_at=func.now(),
        text_count=bindparam("text_count", type_=Integer()),
        corpus_digest=bindparam("corpus_digest", type_=Text()),
        method=bindparam("method", type_=Text()),
        result=cast(bindparam("result", type_=Text()), JSONB),
        shown=cast(bindparam("shown", type_=Text()), JSONB),
    )
    .returning(_analysis.c.id)
)
FORMER = (
    select(_analysis.c.id, cast(_analysis.c.result, Text))
    .where(*SUBJECT, _analysis.c.state == constant(AnalysisState.DONE))
    .order_by(_analysis.c.ended_at.desc(), _analysis.c.id.desc())
    .limit(_ONE)
)
"""What was last computed of the same texts."""

EDITS = (
    select(cast(_edit.c.change, Text), _edit.c.made_by_id, _edit.c.made_at)
    .where(_edit.c.analysis_id == _id, _edit.c.undone_at.is_(None))
    .order_by(_edit.c.number)
)
"""What people had changed of it."""

_COLUMNS: dict[str, Any] = {
    "id": Uuid(),
    "rank": Integer(),
    "contribution_id": Uuid(),
    "answer_id": Uuid(),
    "place": Text(),
    "topic": Integer(),
    "sub_topic": Integer(),
    "campaign": Integer(),
    "digest": Text(),
    "disclosures": Text(),
}
_rows = unnested("read", _COLUMNS, "all_{}")
_there = select(_answer.c.id).where(_answer.c.id == _rows.c.answer_id).correlate(_rows).exists()
_read = [cast(_rows.c[name], _text.c[name].type) if name == "disclosures" else _rows.c[name] for name in _COLUMNS]
PLACE = insert(_text).from_select(
    ["analysis_id", *_COLUMNS], select(_id, *_read).where(or_(_rows.c.answer_id.is_(None), _there))
)
"""The texts that were read; answers that went meanwhile are left out."""

CARRY = insert(_edit).values(
    id=bindparam("edit", type_=Uuid()),
    analysis_id=_id,
    number=bindparam("number", type_=Integer()),
    change=cast(bindparam("change", type_=Text()), JSONB),
    made_by_id=bindparam("made_by", type_=Uuid()),
    made_at=bindparam("made_at", type_=_edit.c.made_at.type),
    is_lost=bindparam("is_lost", type_=_edit.c.is_lost.type),
)
