"""Persons who move with a zone: an account goes along by consent, all others go under the name that they showed."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from auth.account import DEFAULT_NAME
from auth.secret import digest
from jobs.moving_way import Way
from models.account import Account
from models.actor import Actor, Role
from models.base import new_id, table, utc_now
from models.personal import ERASED_NAME

_ids = bindparam("ids", type_=ARRAY(Uuid()))
PERSONS = text(
    "SELECT a.id, a.kind, a.name, a.erased_at IS NOT NULL, c.email, coalesce(c.moves_with = :move, false)"
    " FROM __tenant__.actor a LEFT JOIN __tenant__.account c ON c.actor_id = a.id WHERE a.id = ANY (:ids) ORDER BY a.id"
).bindparams(_ids, bindparam("move", type_=Uuid()))
_PAIRS = "SELECT {one}, {other} FROM platform.moved_person WHERE move_id = :move AND {one} = ANY (:ids)"
MOVED, RETURNED = (
    text(_PAIRS.format(one=one, other=other)).bindparams(_ids, bindparam("move", type_=Uuid()))
    for one, other in (("actor_id", "moved_actor_id"), ("moved_actor_id", "actor_id"))
)
BY_EMAIL = text("SELECT email, actor_id FROM __tenant__.account WHERE email = ANY (:emails)").bindparams(
    bindparam("emails", type_=ARRAY(Text()))
)
PAIR = text(
    "INSERT INTO platform.moved_person (move_id, actor_id, moved_actor_id) SELECT :move, * FROM unnest(:one, :other)"
    " ON CONFLICT DO NOTHING"
).bindparams(
    bindparam("move", type_=Uuid()), bindparam("one", type_=ARRAY(Uuid())), bindparam("other", type_=ARRAY(Uuid()))
)
NAME = text(
    f"UPDATE __tenant__.actor SET name = :name WHERE id = :id AND name = '{DEFAULT_NAME}' AND claim_digest IS NOT NULL"  # noqa: S608
).bindparams(bindparam("id", type_=Uuid()), bindparam("name", type_=Text()))


@dataclass(frozen=True, slots=True)
class MovedAs:
    """Who somebody is on the other portal."""

    id: UUID
    has_agreed: bool


@dataclass(frozen=True, slots=True)
class _Here:
    id: UUID
    kind: str
    name: str
    is_erased: bool
    email: str | None
    has_agreed: bool


async def of(way: Way, actors: Collection[str]) -> dict[str, MovedAs]:
    """Under whom is shown there what these actors published. Who agreed has an account there; who did not goes under
    the name that was shown, and may claim it with the same address."""
    if not actors:
        return {}
    persons, pairs, accounts = await _known(way, actors)
    told: dict[str, MovedAs] = {}
    new: list[tuple[_Here, UUID]] = []
    for person in persons:
        own = accounts.get(person.email or "") if person.has_agreed else None
        moved = pairs.get(person.id) or own
        if moved is None:
            moved = new_id()
            new.append((person, moved))
        elif person.id in pairs:
            await way.there.execute(NAME, id=moved, name=person.name)
        told[str(person.id)] = MovedAs(moved, person.has_agreed)
    await _make(way, new, is_shown=True)
    await _pair(way, [(person.id, told[str(person.id)].id) for person in persons])
    return told


async def voters(way: Way, actors: Collection[str]) -> dict[str, UUID]:
    """To whom the votes of these actors belong there: whoever confirmed the same address there is the same voter, so
    that nobody has two voices; a vote shows nobody's name."""
    if not actors:
        return {}
    persons, pairs, accounts = await _known(way, actors)
    told: dict[str, UUID] = {}
    new: list[tuple[_Here, UUID]] = []
    for person in persons:
        moved = accounts.get(person.email or "") or pairs.get(person.id)
        if moved is None:
            moved = new_id()
            new.append((person, moved))
        told[str(person.id)] = moved
    await _make(way, new, is_shown=False)
    await _pair(way, [(person.id, moved) for person, moved in new])
    return told


async def _known(way: Way, actors: Collection[str]) -> tuple[list[_Here], dict[UUID, UUID], dict[str, UUID]]:
    ids = [UUID(actor) for actor in actors]
    rows: list[Any] = await way.here.all(PERSONS, ids=ids, move=way.move)
    persons = [_Here(*row) for row in rows]
    paired: list[Any] = await way.platform.all(RETURNED if way.is_back else MOVED, ids=ids, move=way.move)
    emails = [person.email for person in persons if person.email]
    accounts: list[Any] = await way.there.all(BY_EMAIL, emails=emails) if emails else []
    return persons, dict(paired), dict(accounts)


async def _make(way: Way, new: Collection[tuple[_Here, UUID]], *, is_shown: bool) -> None:
    """Actors on the other portal; with an account only for those who agreed."""
    if not new:
        return
    now = utc_now()
    actors = [
        {
            "id": id_,
            "kind": person.kind,
            "role": Role.MEMBER.value,
            "name": ERASED_NAME if person.is_erased else person.name if is_shown else DEFAULT_NAME,
            "created_at": now,
            "erased_at": now if person.is_erased else None,
            "claim_digest": digest(f"{way.move}{person.email}") if person.email and not person.has_agreed else None,
        }
        for person, id_ in new
    ]
    await way.there.copy(table(Actor), actors)
    accounts = [
        {"id": new_id(), "actor_id": id_, "email": person.email, "created_at": now}
        for person, id_ in new
        if person.has_agreed and person.email
    ]
    if accounts:
        await way.there.copy(table(Account), accounts)


async def _pair(way: Way, pairs: Collection[tuple[UUID, UUID]]) -> None:
    if pairs:
        one, other = (list(each) for each in zip(*pairs, strict=True))
        one, other = (other, one) if way.is_back else (one, other)
        await way.platform.execute(PAIR, move=way.move, one=one, other=other)
