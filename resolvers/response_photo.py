"""Photos of responses: put beside what was said, described, taken down for a reason, sent to whoever sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, Text, cast, func, literal_column, null, select, update

from models import expected
from models.base import table
from models.contribution import Contribution
from models.event import EventKind
from models.official_response import OfficialResponse
from models.refusal import ErrorCode, Refusal, limit_reached, not_found
from models.response_photo import DESCRIPTION_LENGTH, MAX_PHOTOS, NAME_DIGITS, REASON_LENGTH, DrawnPhoto
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.sight import Sight
from resolvers import access, official_response, room, sight, text
from resolvers.sight import CONTRIBUTION

PLACE = "/reponse-officielle/"
"""Where photos are sent and seen, before the step's id."""

SIZES: Mapping[str, str] = {"photo": "photo", "vignette": "photo_small"}
"""The columns of a photo by what its address calls each size, before the digest."""

_response = table(OfficialResponse)
_id, _digest = value(OfficialResponse, "id"), value(OfficialResponse, "photo_digest")
_STATED = ("photo", "photo_small", "photo_digest", "photo_description", "photo_width", "photo_height")
OF = select(_response.c.contribution_id, _response.c.photo_digest).where(_response.c.id == _id)
BESIDE = select(_response.c.id).where(
    _response.c.contribution_id == value(OfficialResponse, "contribution_id"), _response.c.photo_digest.is_not(None)
)
PUT = (
    update(_response)
    .where(_response.c.id == _id, _response.c.photo_digest.is_(None))
    .values(**{name: value(OfficialResponse, name) for name in _STATED}, photo_at=func.now())
)
_read = update(_response).where(_response.c.id == _id, _response.c.photo_digest == _digest)
DESCRIBE = _read.values(photo_description=value(OfficialResponse, "photo_description"))
REMOVE = _read.values(
    **dict.fromkeys((*_STATED, "photo_at"), null()),
    photo_removed_at=func.now(),
    photo_removal=value(OfficialResponse, "photo_removal"),
)
"""Both: as long as the photo is the one that was read."""


@dataclass(frozen=True, slots=True)
class PicturedStep:
    """Of which proposal a response is, and which photo it has."""

    contribution_id: UUID
    photo_digest: str | None


@dataclass(frozen=True, slots=True)
class PhotoContent:
    """A photo as it is sent, in one of its sizes; None: the asker has it already."""

    content: Any


# Reads ----------------------------------------------------------------------------------------------------------------


def of_response(row: FromClause, _context: FieldContext) -> Select[Any]:
    """The photo of a response; no row: there is none."""
    told = {"description": "description", "width": "width", "height": "height", "digest": "digest", "added_at": "at"}
    columns = (row.c[f"photo_{column}"].label(name) for name, column in told.items())
    addresses = (_address(row, "photo").label("address"), _address(row, "vignette").label("small_address"))
    return select(*addresses, *columns).where(row.c.photo_digest.is_not(None))


def removal(row: FromClause, _context: FieldContext) -> Select[Any]:
    """When a photo of it was taken down last, and why; no row: never."""
    columns = (row.c.photo_removed_at.label("removed_at"), row.c.photo_removal.label("reason"))
    return select(*columns).where(row.c.photo_removed_at.is_not(None))


def _address(row: FromClause, size: str) -> ColumnElement[str]:
    parts = (f"'{PLACE}'", cast(row.c.id, Text), f"'/{size}-'", _name(row), "'.jpg'")
    return func.concat(*(literal_column(part, Text) if isinstance(part, str) else part for part in parts))


def _name(row: FromClause) -> ColumnElement[str]:
    return func.left(row.c.photo_digest, literal_column(str(NAME_DIGITS)))


@cache
def _seen(seen: Sight, column: str | None) -> Select[tuple[object, ...]]:
    """The photo `:photo_digest` (its first digits) of the response `:id` to a proposal that the asker sees; None: that
    it is there."""
    content = null() if column is None else _response.c[column]
    statement: Select[tuple[object, ...]] = select(content.label("content"))
    return (
        sight.contributions(statement, seen)
        .join(_response, _response.c.contribution_id == CONTRIBUTION.c.id)
        .where(_response.c.id == _id, _name(_response) == _digest)
    )


async def sent(act: Act, response: UUID, name: str, column: str | None) -> PhotoContent | None:
    """A photo by its response and the first digits of its digest, for whoever sees the proposal; None: there is none
    for the asker. `column` is one of `SIZES`; None asks whether there is one."""
    return await act.one(_seen(act.sight, column), into=PhotoContent, id=response, photo_digest=name)


async def may_put(act: Act, response: UUID | None) -> bool:
    """Whether the asker speaks for the city about the proposal of a response, which is always named."""
    return response is not None and await _of_city(act, response) is not None


async def _of_city(act: Act, response: UUID) -> PicturedStep | None:
    """A response, for whoever speaks for the city about its proposal; None for others."""
    step = await act.one(OF, into=PicturedStep, id=response)
    if step is None or act.actor_or_none is None:
        return None
    said = {"contribution": step.contribution_id}
    if not act.asker.viewer.is_moderator and not await official_response.speaks_for_city(act, said):
        return None
    return step if await act.exists(access.target_contribution(act.sight), id=step.contribution_id) else None


# Changes --------------------------------------------------------------------------------------------------------------


async def put(act: Act, response: UUID, photo: DrawnPhoto, description: str) -> Outcome:
    """Put a photo beside a response that has none. Raises Refusal."""
    step = await _of_city(act, response)
    if step is None:
        raise not_found("officialResponse")
    if step.photo_digest == photo.digest:
        return act.did()
    said = text.line(description, DESCRIPTION_LENGTH, "description")
    await room.of(act, Contribution, step.contribution_id)
    if len(await act.all(BESIDE, into=access.Id, contribution_id=step.contribution_id)) >= MAX_PHOTOS:
        raise limit_reached(f"A proposal has at most {MAX_PHOTOS} photos.", "file", expected.at_most(MAX_PHOTOS))
    kept = {"photo": photo.content, "photo_small": photo.small, "photo_digest": photo.digest}
    sized = {"photo_width": photo.width, "photo_height": photo.height, "photo_description": said}
    if not await act.execute(PUT, id=response, **kept, **sized):
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "This step has a photo: take it down first.", "file")
    return act.did(EventKind.RESPONSE_PHOTO_SET, step.contribution_id, {"digest": photo.digest})


async def describe(act: Act, *, official_response: UUID, digest: str, description: str) -> Outcome:
    """Say otherwise what a photo shows. Raises Refusal."""
    said = text.line(description, DESCRIPTION_LENGTH, "description")
    step = await _seen_step(act, official_response)
    if not await act.execute(DESCRIBE, id=official_response, photo_digest=digest, photo_description=said):
        raise _changed()
    told = {"digest": digest}
    return act.did(EventKind.RESPONSE_PHOTO_SET, step.contribution_id, told, response_id=official_response)


async def remove(act: Act, *, official_response: UUID, digest: str, reason: str) -> Outcome:
    """Take a photo down, for a reason that is public. Raises Refusal."""
    said = text.line(reason, REASON_LENGTH, "reason")
    step = await _seen_step(act, official_response)
    if not await act.execute(REMOVE, id=official_response, photo_digest=digest, photo_removal=said):
        raise _changed()
    told = {"digest": digest}
    return act.did(EventKind.RESPONSE_PHOTO_REMOVED, step.contribution_id, told, response_id=official_response)


async def _seen_step(act: Act, response: UUID) -> PicturedStep:
    """A response to a proposal that the asker sees. Raises Refusal(NOT_FOUND)."""
    step = await act.one(OF, into=PicturedStep, id=response)
    if step is None:
        raise not_found("officialResponse")
    await access.contribution(act, step.contribution_id, "officialResponse")
    return step


def _changed() -> Refusal:
    return Refusal(ErrorCode.CONFLICT, "It is another photo now, or none: look again.", "digest")
