"""Where moved contributions go on the other portal: its own activity of the same kind, or a copy of theirs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Text, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Uuid

from database.door import Transaction
from models.activity import ActivityKind
from models.base import new_id

LASTING = (ActivityKind.MUTUAL_AID, ActivityKind.MARKETPLACE, ActivityKind.IDEA_BOX)
"""Kinds that a portal has one of for as long as it is there: what moves goes into its own. Others, such as a
consultation, are about one question: they are copied with their space."""

_id, _rows = bindparam("id", type_=Uuid()), bindparam("rows", type_=JSONB())
WHOLE = {
    name: text(f"SELECT to_jsonb(t) FROM __tenant__.{name} t WHERE id = :id").bindparams(_id)  # noqa: S608
    for name in ("activity", "participatory_space", "category")
}
WRITE = {
    name: text(
        f"INSERT INTO __tenant__.{name} SELECT * FROM"  # noqa: S608
        f" jsonb_populate_recordset(NULL::__tenant__.{name}, :rows)"
    ).bindparams(_rows)
    for name in WHOLE
}
ALIKE = text(
    "SELECT a.id FROM __tenant__.activity a JOIN __tenant__.participatory_space s ON s.id = a.space_id"
    " WHERE a.kind = :kind AND a.vote_method IS NOT DISTINCT FROM :method AND a.phases IS NULL"
    " AND s.visibility = 'PUBLIC' AND s.archived_at IS NULL AND now() >= greatest(a.opens_at, s.opens_at)"
    " AND now() < coalesce(least(a.closes_at, s.closes_at), 'infinity') ORDER BY s.created_at, a.id LIMIT 1"
).bindparams(bindparam("kind", type_=Text()), bindparam("method", type_=Text()))
SLUG_TAKEN = text("SELECT 1 FROM __tenant__.participatory_space WHERE slug = :slug").bindparams(
    bindparam("slug", type_=Text())
)
CATEGORY = text("SELECT id FROM __tenant__.category WHERE activity_id = :id AND slug = :slug").bindparams(
    _id, bindparam("slug", type_=Text())
)
LAST_RANK = text("SELECT coalesce(max(rank), 0) FROM __tenant__.category WHERE activity_id = :id").bindparams(_id)


@dataclass(slots=True)
class Places:
    """The activities and categories of one batch. `made` is which activity there stands for which here; `before` is
    where that was which comes back, by the contribution's id."""

    here: Transaction
    there: Transaction
    made: dict[str, str]
    before: Mapping[str, tuple[Any, Any]]
    _categories: dict[tuple[str, str], str] = field(default_factory=dict)

    async def activity(self, row: Mapping[str, Any]) -> str:
        """The activity of a contribution there."""
        former = self.before.get(row["id"])
        if former and former[0]:
            self.made[row["activity_id"]] = str(former[0])
            return str(former[0])
        own = row["activity_id"]
        if own not in self.made:
            self.made[own] = await self._found(own)
        return self.made[own]

    async def _found(self, own: str) -> str:
        whole = await self._whole("activity", own)
        if whole["kind"] in [kind.value for kind in LASTING]:
            alike = await self.there.one(ALIKE, kind=whole["kind"], method=whole["vote_method"])
            if alike is not None:
                return str(alike[0])
        space = whole["space_id"]
        if space not in self.made:
            self.made[space] = await self._copied_space(space)
        copy = {**whole, "id": str(new_id()), "space_id": self.made[space], "proof_zone_id": None}
        await self.there.execute(WRITE["activity"], rows=[copy])
        return str(copy["id"])

    async def _copied_space(self, own: str) -> str:
        whole = await self._whole("participatory_space", own)
        slug = whole["slug"]
        if await self.there.one(SLUG_TAKEN, slug=slug) is not None:
            slug = f"{slug[:40]}-{uuid4().hex[:8]}"
        copy = {**whole, "id": str(new_id()), "slug": slug}
        await self.there.execute(WRITE["participatory_space"], rows=[copy])
        return str(copy["id"])

    async def category(self, own: str | None, activity: str) -> str | None:
        """The category of the same `slug`, which is added where the activity has none."""
        if own is None:
            return None
        key = (own, activity)
        if key not in self._categories:
            whole = await self._whole("category", own)
            alike = await self.there.one(CATEGORY, id=UUID(activity), slug=whole["slug"])
            self._categories[key] = str(alike[0]) if alike else await self._added(whole, activity)
        return self._categories[key]

    async def _added(self, whole: Mapping[str, Any], activity: str) -> str:
        rank = await self.there.one(LAST_RANK, id=UUID(activity))
        assert rank is not None and isinstance(rank[0], int)
        copy = {**whole, "id": str(new_id()), "activity_id": activity, "rank": rank[0] + 1, "depth": 0}
        await self.there.execute(WRITE["category"], rows=[copy])
        return str(copy["id"])

    async def _whole(self, name: str, own: str) -> dict[str, Any]:
        row = await self.here.one(WHOLE[name], id=UUID(own))
        assert row is not None and isinstance(row[0], dict)
        return row[0]
