"""Consent: given and withdrawn by a person, who sees every version that they agreed to."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, null, update
from sqlalchemy.dialects.postgresql import insert

from models import expected
from models.base import table
from models.consent import Consent, ConsentKind
from models.event import EventKind
from models.refusal import bad_input, not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order

MAX_VERSION = 1_000_000

_consent = table(Consent)
_key: dict[str, Any] = {name: value(Consent, name) for name in ("actor_id", "kind", "version")}
_given = insert(_consent).values(**_key, given_at=func.now())
GIVE = _given.on_conflict_do_update(
    index_elements=("actor_id", "kind", "version"),
    set_={"given_at": func.now(), "withdrawn_at": null()},
    where=_consent.c.withdrawn_at.is_not(None),
)
"""Consent given again after a withdrawal counts from then on; given twice, it counts from the first time."""

WITHDRAW = (
    update(_consent)
    .where(*(_consent.c[name] == parameter for name, parameter in _key.items()), _consent.c.withdrawn_at.is_(None))
    .values(withdrawn_at=func.now())
)


def of_viewer(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """The viewer's own, the newest version first."""
    order = Order("consent.version", (row.c.kind, row.c.version), (str, int), is_descending=True)
    return Listing((row.c.actor_id == context.viewer_id,), order)


async def give(act: Act, *, kind: ConsentKind, version: int) -> Outcome:
    """Agree to a version; agreeing twice is not an error."""
    if not 1 <= version <= MAX_VERSION:
        raise bad_input(f"A version is 1 to {MAX_VERSION}.", "version", expected.number(1, MAX_VERSION))
    is_new = await act.execute(GIVE, actor_id=act.actor, kind=kind, version=version) > 0
    return _told(act, EventKind.CONSENT_GIVEN if is_new else None, kind, version)


async def withdraw(act: Act, *, kind: ConsentKind, version: int) -> Outcome:
    """Withdraw the consent to a version."""
    if not await act.execute(WITHDRAW, actor_id=act.actor, kind=kind, version=version):
        raise not_found("version")
    return _told(act, EventKind.CONSENT_WITHDRAWN, kind, version)


def _told(act: Act, event: EventKind | None, kind: ConsentKind, version: int) -> Outcome:
    note = {"kind": kind.value, "version": version}
    return act.did(event, act.actor, note, actor_id=act.actor, kind=kind.value, version=version)


def changed(payload: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """The consent that a mutation gave or withdrew."""
    return (
        (row.c.actor_id == payload.c.actor_id) & (row.c.kind == payload.c.kind) & (row.c.version == payload.c.version)
    )
