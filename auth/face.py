"""Face: what whoever is signed in is shown of oneself: kind, role and public name."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.types import Uuid

from database.door import Database
from models.actor import Actor
from models.base import table

_actor = table(Actor)
FACE = select(_actor.c.kind, _actor.c.role, _actor.c.name).where(_actor.c.id == bindparam("id", type_=Uuid()))


@dataclass(frozen=True, slots=True)
class Face:
    """An actor's kind and role, as the contract names them, and its name."""

    kind: str
    role: str
    name: str


async def of(database: Database, tenant: int, actor: UUID) -> Face:
    """The face of an actor, who is there: a session is its."""
    [(kind, role, name)] = await database.rows(FACE, tenant=tenant, id=actor)
    return Face(str(kind), str(role), str(name))
