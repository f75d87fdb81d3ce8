"""Strawberry as most people write it: typed resolvers, DataLoaders and SQLAlchemy's asynchronous ORM."""

import os
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import strawberry
import uuid_utils.compat
from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from starlette.requests import Request
from starlette.responses import Response
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from bench.peer import strawberry_loader as reads
from bench.peer import view
from bench.peer.strawberry_contract import (
    SCALARS,
    Activity,
    BoundsInput,
    Contribution,
    ContributionConnection,
    Hexagon,
    Info,
    NearInput,
    PageInfo,
    UserError,
    VoteCastInput,
    VoteCastPayload,
)
from bench.peer.strawberry_loader import Loaders
from geo import cover
from models.contribution import ContributionKind
from models.vote import TallyDelta, Vote
from resolvers.contribution import ContributionOrder

engine = create_async_engine(
    os.environ["BENCH_DATABASE"].replace("postgresql://", "postgresql+asyncpg://"),
    pool_size=16,
    max_overflow=0,
    execution_options={"schema_translate_map": {"__tenant__": f"t_{os.environ['BENCH_TENANT']}"}},
)
sessions = async_sessionmaker(engine, expire_on_commit=False)


@strawberry.type
class Query:
    """What can be read."""

    @strawberry.field
    async def contributions(
        self,
        kinds: list[ContributionKind],
        near: NearInput | None = None,
        search: str | None = None,
        order: ContributionOrder = ContributionOrder.NEWEST,
        first: int = 20,
    ) -> ContributionConnection:
        """The newest open contributions near a place, or with some words."""
        names = [kind.value for kind in kinds]
        if near is not None:
            rows = await reads.near(sessions, near.lat, near.lng, near.radius_m, names, first + 1)
        else:
            rows = await reads.found(sessions, search or "", names, first + 1)
        nodes = [Contribution.of(row) for row in rows[:first]]
        return ContributionConnection(nodes=nodes, page_info=PageInfo(has_next_page=len(rows) > first))

    @strawberry.field
    async def contribution(self, info: Info, id: strawberry.ID) -> Contribution | None:
        """One contribution."""
        row = await info.context["loaders"].contribution.load(UUID(id))
        return Contribution.of(row) if row else None

    @strawberry.field
    async def hexagons(self, bounds: BoundsInput, zoom: int) -> list[Hexagon]:
        """The map."""
        level = cover.map_level(zoom, bounds.south, bounds.west, bounds.north, bounds.east)
        edges = view.widened(level, bounds.south, bounds.west, bounds.north, bounds.east)
        rows = await reads.hexagons(sessions, **edges, level=level)
        names = ("lat", "lng", "count", "offer_count", "request_count", "listing_count", "proposal_count")
        return [Hexagon(cell=f"{row[0]:x}", **dict(zip(names, row[1:], strict=True))) for row in rows]

    @strawberry.field
    async def activity(self, info: Info, id: strawberry.ID) -> Activity | None:
        """One activity."""
        row = await info.context["loaders"].activity.load(UUID(id))
        return Activity.of(row) if row else None


@strawberry.type
class Mutation:
    """What can be changed."""

    @strawberry.mutation
    async def vote_cast(self, info: Info, input: VoteCastInput) -> VoteCastPayload:
        """Vote."""
        uuid, actor = UUID(input.contribution), UUID(info.context["request"].headers["x-actor"])
        row = await info.context["loaders"].contribution.load(uuid)
        if row is None or row.status != "OPEN":
            return VoteCastPayload(contribution=None, user_errors=[UserError(code="CONTRIBUTION_NOT_OPEN")])
        async with sessions.begin() as session:
            vote = {"id": uuid_utils.compat.uuid7(), "contribution_id": uuid, "actor_id": actor}
            vote |= {"choice": input.choice.value, "cast_at": datetime.now(UTC)}
            new = await session.execute(upsert(Vote).values(vote).on_conflict_do_nothing())
            if new.rowcount:
                delta = {
                    "id": uuid_utils.compat.uuid7(),
                    "vote_id": vote["id"],
                    "contribution_id": uuid,
                    "key": input.choice.value,
                    "delta": 1,
                }
                await session.execute(insert(TallyDelta).values(delta))
        return VoteCastPayload(contribution=Contribution.of(row), user_errors=[])


class Server(GraphQL):  # type: ignore[type-arg]
    """With loaders for each operation."""

    async def get_context(self, request: Request | Any, response: Response | Any) -> dict[str, Any]:
        """What resolvers share."""
        return {"request": request, "response": response, "loaders": Loaders(sessions)}


schema = strawberry.federation.Schema(
    query=Query,
    mutation=Mutation,
    extensions=[ParserCache, ValidationCache],
    config=StrawberryConfig(scalar_map=SCALARS),
)
app = Server(schema)
