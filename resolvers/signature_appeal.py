"""Appeals against a judgement of a signature by the law: its signer reads why it does not count, contests it once."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, literal_column, or_, select, update
from sqlalchemy.types import Integer

from models.base import table
from models.elector import APPEAL_LENGTH, PetitionSignature
from models.event import EventKind
from models.refusal import ErrorCode, Refusal
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from resolvers import access, text

_signature = table(PetitionSignature)
_ONE: ColumnElement[int] = literal_column("1", Integer)


def is_out(row: FromClause) -> ColumnElement[bool]:
    """A signature is set aside, or was found not valid when a sample was checked."""
    return or_(row.c.set_aside_at.is_not(None), row.c.is_valid.is_(False))


def own(petition: FromClause, context: FieldContext) -> Select[Any]:
    """What was judged of the viewer's signature; no row where nothing was."""
    row = _signature.alias("own_judged")
    columns: list[Any] = [
        row.c.set_aside_at.is_not(None).label("is_set_aside"),
        row.c.is_valid.is_(False).label("is_invalid"),
        func.coalesce(row.c.set_aside_reason, row.c.check_reason).label("reason"),
        *(row.c[name] for name in ("appeal", "appealed_at", "reply", "replied_at")),
        and_(is_out(row), row.c.appealed_at.is_(None)).label("may_appeal"),
    ]
    mine = (row.c.contribution_id == petition.c.contribution_id, row.c.actor_id == context.viewer_id)
    judged: Select[Any] = select(*columns).where(*mine, or_(is_out(row), row.c.replied_at.is_not(None)))
    return judged.order_by(is_out(row).desc(), row.c.id).limit(_ONE)


APPEAL = (
    update(_signature)
    .where(
        _signature.c.contribution_id == value(PetitionSignature, "contribution_id"),
        _signature.c.actor_id == value(PetitionSignature, "actor_id"),
        is_out(_signature),
        _signature.c.appealed_at.is_(None),
    )
    .values(appeal=value(PetitionSignature, "appeal"), appealed_at=func.now())
)


async def appeal(act: Act, *, contribution: UUID, words: str) -> Outcome:
    """Contest that the asker's signature does not count, once for each judgement."""
    await access.contribution(act, contribution)
    said = text.clean(words, APPEAL_LENGTH, "words")
    if not await act.execute(APPEAL, contribution_id=contribution, actor_id=act.actor, appeal=said):
        message = "Your signature counts, or you have contested this already."
        raise Refusal(ErrorCode.APPEAL_NOT_POSSIBLE, message, "contribution")
    return act.did(EventKind.PETITION_SIGNATURE_CONTESTED, contribution, contribution_id=contribution)
