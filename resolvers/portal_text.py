"""Portal texts: written by administrators, version by version, and read by everybody; the charter is agreed to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Select, Text, column, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from models import expected, sentence
from models.base import constant, new_id, table
from models.consent import Consent, ConsentKind
from models.event import EventKind
from models.portal_text import BODY_LENGTH, MAX_VERSIONS, PortalText, PortalTextKind
from models.refusal import ErrorCode, Refusal, bad_input, conflict, limit_reached
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import text

_text, _consent = table(PortalText), table(Consent)
_ONE: ColumnElement[int] = literal_column("1", Integer)
_LAST = select(func.max(_text.c.version)).where(_text.c.kind == value(PortalText, "kind")).scalar_subquery()
PUBLISH = (
    insert(_text)
    .values(**{name: value(PortalText, name) for name in ("id", "kind", "version", "bodies")}, published_at=func.now())
    .on_conflict_do_nothing(index_elements=("kind", "version"))
)
LAST = select(func.coalesce(_LAST, literal_column("0", Integer)).label("version"))
_latest = _text.alias("latest")
UNREAD = select(_text.c.id).where(
    _text.c.kind == constant(PortalTextKind.CHARTER),
    _text.c.version
    == select(func.max(_latest.c.version)).where(_latest.c.kind == constant(PortalTextKind.CHARTER)).scalar_subquery(),
    ~select(_ONE)
    .where(
        _consent.c.actor_id == value(Consent, "actor_id"),
        _consent.c.kind == constant(ConsentKind.CHARTER),
        _consent.c.version == _text.c.version,
        _consent.c.withdrawn_at.is_(None),
    )
    .exists(),
)
"""The charter in its newest version, unless the actor agreed to it."""

Body = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LastVersion:
    """The number of a text's newest version; 0: there is none."""

    version: int


def _newest(row: FromClause) -> ColumnElement[bool]:
    """There is no later version."""
    later = table(PortalText).alias("later")
    return row.c.version == (
        select(func.max(later.c.version)).where(later.c.kind == row.c.kind).correlate(row).scalar_subquery()
    )


def newest(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """Each kind's newest version, by kind."""
    return Listing((_newest(row),), Order("text.kind", (row.c.kind, row.c.version), (str, int)))


def of_kind(_portal: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The version of a kind that is asked for, or the newest."""
    is_wanted = row.c.version == context.bind("version", Integer()) if context.has("version") else _newest(row)
    return (row.c.kind == constant(context.choice("kind"))) & is_wanted


def bodies(row: FromClause, _context: FieldContext) -> Select[Any]:
    """The text in each of its languages."""
    pairs = func.jsonb_each_text(row.c.bodies).table_valued(column("key", Text), column("value", Text), name="body")
    body = pairs.render_derived()
    return select(body.c.key.label("locale"), body.c.value.label("body")).order_by(body.c.key)


async def publish(act: Act, *, kind: PortalTextKind, version: int, bodies: Sequence[Body]) -> Outcome:
    """Publish the version after the one that was read, unless somebody else did."""
    last = await act.one(LAST, into=LastVersion, kind=kind)
    if last is None or last.version != version:
        raise conflict()
    if version >= MAX_VERSIONS:
        raise limit_reached(f"At most {MAX_VERSIONS} versions are possible.", "version", expected.no_more(MAX_VERSIONS))
    id_, kept = new_id(), _bodies(bodies)
    act.watched[PortalText, id_] = None
    if not await act.execute(PUBLISH, id=id_, kind=kind, version=version + 1, bodies=kept):
        raise conflict()  # Two who published the same version at once: the first one stays.
    note = {"text": kind.value, "version": version + 1}
    return act.did(EventKind.PORTAL_TEXT_PUBLISHED, id_, note, text_id=id_)


def _bodies(bodies_: Sequence[Body]) -> dict[str, str]:
    """By language, each once; in a language that is left empty there is none. Raises Refusal."""
    kept: dict[str, str] = {}
    for place, body in enumerate(bodies_):
        if not body["body"].strip():
            continue
        if body["locale"] not in sentence.LOCALES or body["locale"] in kept:
            message = f"A language is one of {', '.join(sentence.LOCALES)}, each once."
            raise bad_input(message, f"bodies.{place}.locale", expected.one_of(*sentence.LOCALES))
        kept[body["locale"]] = text.clean(body["body"], BODY_LENGTH, f"bodies.{place}.body")
    if not kept:
        raise Refusal(ErrorCode.REQUIRED, "A text is wanted.", "bodies")
    return kept


async def require_charter(act: Act) -> None:
    """The actor agreed to the newest charter, where the portal has one. Raises Refusal(CHARTER_NOT_ACCEPTED).

    Machines agree to nothing: whoever made their token did.
    """
    if act.asker.viewer.client is None and await act.exists(UNREAD, actor_id=act.actor):
        message = "Read `portal.text(kind: CHARTER)` and agree to its version by `consentGive` first."
        raise Refusal(ErrorCode.CHARTER_NOT_ACCEPTED, message)
