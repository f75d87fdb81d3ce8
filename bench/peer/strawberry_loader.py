"""The Strawberry peer's reads: SQLAlchemy's ORM on the tables of the project's own models, batched by DataLoaders."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from aiodataloader import DataLoader
from sqlalchemy import BigInteger, any_, case, cast, func, literal, literal_column, or_, select, true, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import aliased, defer

from geo import cover, distance
from models import word
from models.activity import Activity
from models.actor import Actor
from models.category import Category
from models.comment import Comment
from models.contribution import Contribution
from models.roll_up import KIND_COUNTS, CellCountDelta, SpaceCellCount, count_of
from models.vote import Tally, TallyDelta

Model = TypeVar("Model", Actor, Activity, Category, Contribution)
Sessions = async_sessionmaker[AsyncSession]

UNREAD = tuple(
    defer(column, raiseload=True)
    for column in (*(Contribution.search, Contribution.search_text, Contribution.title_trigrams), Contribution.position)
)
"""What no answer holds is not read."""


def is_open() -> Any:
    """The contribution is open now."""
    return (Contribution.status == literal_column("'OPEN'")) & or_(
        Contribution.expires_at.is_(None), Contribution.expires_at > func.now()
    )


def metres_from(lat: float, lng: float) -> Any:
    """Great-circle metres from a point, by the haversine formula."""
    across = func.power(func.sin(func.radians(Contribution.lat - lat) / 2), 2)
    along = func.power(func.sin(func.radians(Contribution.lng - lng) / 2), 2)
    half = across + func.cos(func.radians(lat)) * func.cos(func.radians(Contribution.lat)) * along
    return 2 * distance.EARTH_RADIUS_M * func.asin(func.least(1.0, func.sqrt(half)))


async def near(
    sessions: Sessions, lat: float, lng: float, radius_m: int, kinds: Sequence[str], limit: int
) -> Sequence[Contribution]:
    """The newest open contributions in a circle, each cell's newest read from the index of cells."""
    radius = cover.Radius(radius_m)
    column = getattr(Contribution, f"cell_{radius.resolution}")
    cells = (
        func.unnest(cast(cover.circle(lat, lng, radius), ARRAY(BigInteger)))
        .table_valued("value", name="cells")
        .render_derived()
    )
    newest = (Contribution.published_at.desc(), Contribution.id.desc())
    each = (
        select(Contribution.id, Contribution.published_at)
        .where(column == cells.c.value, Contribution.kind.in_(kinds), is_open(), metres_from(lat, lng) <= radius_m)
        .order_by(*newest)
        .limit(limit)
        .lateral("hits")
    )
    best = (
        select(each.c.id)
        .select_from(cells.join(each, true()))
        .order_by(each.c.published_at.desc(), each.c.id.desc())
        .limit(limit)
        .subquery()
    )
    statement = select(Contribution).join(best, best.c.id == Contribution.id).order_by(*newest).options(*UNREAD)
    async with sessions() as session:
        return (await session.scalars(statement)).all()


async def found(sessions: Sessions, words: str, kinds: Sequence[str], limit: int) -> Sequence[Contribution]:
    """The newest open contributions with these words."""
    query = func.websearch_to_tsquery("french", word.plain(words))
    statement = (
        select(Contribution)
        .where(Contribution.search.op("@@")(query), Contribution.kind.in_(kinds), is_open())
        .order_by(Contribution.published_at.desc(), Contribution.id.desc())
        .limit(limit)
        .options(*UNREAD)
    )
    async with sessions() as session:
        return (await session.scalars(statement)).all()


async def hexagons(
    sessions: Sessions, south: float, west: float, north: float, east: float, level: int
) -> Sequence[Any]:
    """Counts by cell: cell, lat, lng, all, and those by kind."""
    parts = [
        select(model.cell, model.lat, model.lng, *counts).where(
            model.level == level, model.lat.between(south, north), model.lng.between(west, east)
        )
        for model, counts in (
            (SpaceCellCount, [count_of(kind, SpaceCellCount.counts).label(name) for kind, name in KIND_COUNTS.items()]),
            (
                CellCountDelta,
                [
                    case((CellCountDelta.kind == kind.value, CellCountDelta.delta), else_=0).label(name)
                    for kind, name in KIND_COUNTS.items()
                ],
            ),
        )
    ]
    rows = union_all(*parts).subquery()
    offers, requests, listings, proposals, arguments = (func.sum(rows.c[name]) for name in KIND_COUNTS.values())
    total = offers + requests + listings + proposals + arguments
    statement = (
        select(rows.c.cell, func.min(rows.c.lat), func.min(rows.c.lng), total, offers, requests, listings, proposals)
        .group_by(rows.c.cell)
        .having(total > 0)
        .order_by(rows.c.cell)
    )
    async with sessions() as session:
        return (await session.execute(statement)).all()


class Loaders:
    """The DataLoaders of one operation."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self.actor: DataLoader[UUID, Actor] = DataLoader(self._by_id(Actor))
        self.activity: DataLoader[UUID, Activity] = DataLoader(self._by_id(Activity))
        self.category: DataLoader[UUID, Category] = DataLoader(self._by_id(Category))
        self.contribution: DataLoader[UUID, Contribution] = DataLoader(self._by_id(Contribution))
        self.comment_count: DataLoader[UUID, int] = DataLoader(self._comment_counts)
        self.tally: DataLoader[UUID, dict[str, int]] = DataLoader(self._tallies)
        self.comments: DataLoader[tuple[UUID, int], list[Comment]] = DataLoader(self._comments)

    def _by_id(self, model: type[Model]) -> Any:
        async def load(ids: list[UUID]) -> list[Model | None]:
            statement = select(model).where(model.id == any_(literal(ids, ARRAY(model.__table__.c.id.type))))
            if model is Contribution:
                statement = statement.options(*UNREAD)
            async with self._sessions() as session:
                rows = {row.id: row for row in await session.scalars(statement)}
            return [rows.get(id_) for id_ in ids]

        return load

    async def _comment_counts(self, ids: list[UUID]) -> list[int]:
        statement = (
            select(Comment.contribution_id, func.count())
            .where(Comment.contribution_id.in_(ids))
            .group_by(Comment.contribution_id)
        )
        async with self._sessions() as session:
            counts = dict((await session.execute(statement)).tuples().all())
        return [counts.get(id_, 0) for id_ in ids]

    async def _comments(self, keys: list[tuple[UUID, int]]) -> list[list[Comment]]:
        """The oldest comments of many contributions, one more than asked for each."""
        limit = max(first for _, first in keys) + 1
        oldest = (Comment.published_at, Comment.id)
        wanted = func.unnest(literal([id_ for id_, _ in keys], ARRAY(Comment.__table__.c.id.type)))
        ids = wanted.table_valued("value", name="wanted").render_derived()
        some = (
            select(Comment).where(Comment.contribution_id == ids.c.value).order_by(*oldest).limit(limit).lateral("some")
        )
        each = aliased(Comment, some)
        statement = select(each).select_from(ids.join(some, true())).order_by(each.published_at, each.id)
        grouped: dict[UUID, list[Comment]] = defaultdict(list)
        async with self._sessions() as session:
            for comment in await session.scalars(statement):
                grouped[comment.contribution_id].append(comment)
        return [grouped[id_] for id_, _ in keys]

    async def _tallies(self, ids: list[UUID]) -> list[dict[str, int]]:
        folded = select(Tally.contribution_id, Tally.key, Tally.count).where(Tally.contribution_id.in_(ids))
        fresh = select(TallyDelta.contribution_id, TallyDelta.key, TallyDelta.delta).where(
            TallyDelta.contribution_id.in_(ids)
        )
        rows = union_all(folded, fresh).subquery()
        statement = select(rows.c.contribution_id, rows.c.key, func.sum(rows.c.count)).group_by(
            rows.c.contribution_id, rows.c.key
        )
        counts: dict[UUID, dict[str, int]] = defaultdict(dict)
        async with self._sessions() as session:
            for id_, choice, count in await session.execute(statement):
                counts[id_][choice] = count
        return [counts[id_] for id_ in ids]

    async def statistics(self, activity: UUID) -> Sequence[Any]:
        """An activity's contributions grouped once: status, kind, how many, how many past their expiry, category."""
        keys = (Contribution.status, Contribution.kind, Contribution.category_id)
        past = func.count().filter(Contribution.expires_at <= func.now())
        grouped = select(*keys, func.count().label("count"), past.label("past")).group_by(*keys)
        groups = grouped.where(Contribution.activity_id == activity).subquery()
        statement = (
            select(groups.c.status, groups.c.kind, groups.c.count, groups.c.past, Category)
            .join_from(groups, Category, Category.id == groups.c.category_id, isouter=True)
            .order_by(Category.rank, Category.id)
        )
        async with self._sessions() as session:
            return (await session.execute(statement)).all()
