"""The Strawberry peer's types: each made from a row, its references resolved through DataLoaders."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, NewType, Self
from uuid import UUID

import strawberry

import models.activity
import models.actor
import models.category
import models.comment
import models.contribution
from geo import distance
from models.contribution import ContributionKind, Precision
from models.vote import Choice
from resolvers.contribution import ContributionOrder

Info = strawberry.Info[dict[str, Any], None]
Latitude, Longitude, Radius = NewType("Latitude", float), NewType("Longitude", float), NewType("Radius", int)
SCALARS = {
    Latitude: strawberry.scalar(name="Latitude", serialize=float, parse_value=float),
    Longitude: strawberry.scalar(name="Longitude", serialize=float, parse_value=float),
    Radius: strawberry.scalar(name="Radius", serialize=int, parse_value=int),
}
for enum in (ContributionKind, ContributionOrder, Choice):
    strawberry.enum(enum)


@strawberry.input
class NearInput:
    """A circle."""

    lat: Latitude
    lng: Longitude
    radius_m: Radius


@strawberry.input
class PointInput:
    """A point."""

    lat: Latitude
    lng: Longitude


@strawberry.input
class BoundsInput:
    """A viewport."""

    south: Latitude
    west: Longitude
    north: Latitude
    east: Longitude


@strawberry.type
class Actor:
    """Who acts."""

    id: strawberry.ID
    kind: str
    name: str

    @classmethod
    def of(cls, row: models.actor.Actor) -> Self:
        """From the table."""
        return cls(id=strawberry.ID(str(row.id)), kind=str(row.kind), name=row.name)


@strawberry.type
class Category:
    """A label."""

    id: strawberry.ID
    name: str

    @classmethod
    def of(cls, row: models.category.Category) -> Self:
        """From the table."""
        return cls(id=strawberry.ID(str(row.id)), name=row.name)


@strawberry.type
class CategoryCount:
    """How many of a category."""

    category: Category
    count: int


@strawberry.type
class ActivityStatistics:
    """An activity's contributions counted."""

    total_count: int = 0
    open_count: int = 0
    closed_count: int = 0
    expired_count: int = 0
    offer_count: int = 0
    request_count: int = 0
    categories: list[CategoryCount] = strawberry.field(default_factory=list)

    @classmethod
    def of(cls, groups: Sequence[Any]) -> Self:
        """From groups by status, kind and category: how many, and how many past their expiry."""
        found, by_category = cls(), dict[UUID, CategoryCount]()
        for status, kind, count, past, category in groups:
            due = past if status == "OPEN" else 0
            found.total_count += count
            found.open_count += count - due if status == "OPEN" else 0
            found.closed_count += count if status == "CLOSED" else 0
            found.expired_count += count if status == "EXPIRED" else due
            found.offer_count += count if kind == "OFFER" else 0
            found.request_count += count if kind == "REQUEST" else 0
            if category is not None:
                counted = by_category.setdefault(category.id, CategoryCount(category=Category.of(category), count=0))
                counted.count += count
        found.categories = list(by_category.values())
        return found


@strawberry.type
class Activity:
    """What people do."""

    id: strawberry.ID
    kind: str
    title: str

    @classmethod
    def of(cls, row: models.activity.Activity) -> Self:
        """From the table."""
        return cls(id=strawberry.ID(str(row.id)), kind=str(row.kind), title=row.title)

    @strawberry.field
    async def statistics(self, info: Info) -> ActivityStatistics:
        """Its contributions counted."""
        return ActivityStatistics.of(await info.context["loaders"].statistics(UUID(self.id)))


@strawberry.type
class PageInfo:
    """Whether there is more."""

    has_next_page: bool


@strawberry.type
class Comment:
    """A reply."""

    id: strawberry.ID
    body: str
    published_at: datetime
    author_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: models.comment.Comment) -> Self:
        """From the table."""
        return cls(id=strawberry.ID(str(row.id)), body=row.body, published_at=row.published_at, author_id=row.author_id)

    @strawberry.field
    async def author(self, info: Info) -> Actor | None:
        """Who replied."""
        return Actor.of(await info.context["loaders"].actor.load(self.author_id))


@strawberry.type
class CommentConnection:
    """A page of replies."""

    nodes: list[Comment]
    page_info: PageInfo


@strawberry.type
class Location:
    """A place."""

    precision: str
    lat: float
    lng: float
    address: str | None


@strawberry.type
class Distance:
    """How far."""

    band: str
    metres: int | None


@strawberry.type
class Tally:
    """Counts of votes."""

    total_count: int
    support_count: int
    for_count: int
    mixed_count: int
    against_count: int


@strawberry.federation.type(keys=["id"])
class Contribution:
    """What is published."""

    id: strawberry.ID
    kind: ContributionKind
    title: str
    body: str
    published_at: datetime
    row: strawberry.Private[models.contribution.Contribution]

    @classmethod
    def of(cls, row: models.contribution.Contribution) -> Self:
        """From the table."""
        return cls(
            id=strawberry.ID(str(row.id)),
            kind=ContributionKind(row.kind),
            title=row.title,
            body=row.body,
            published_at=row.published_at,
            row=row,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        """From a federation router's key."""
        row = await info.context["loaders"].contribution.load(UUID(id))
        return cls.of(row) if row else None

    @strawberry.field
    def status(self) -> str:
        """Open, closed or expired, as of now."""
        expires = self.row.expires_at
        is_past = self.row.status == "OPEN" and expires is not None and expires <= datetime.now(UTC)
        return "EXPIRED" if is_past else str(self.row.status)

    @strawberry.field
    async def author(self, info: Info) -> Actor | None:
        """Who published."""
        if self.row.is_anonymous:
            return None
        return Actor.of(await info.context["loaders"].actor.load(self.row.author_id))

    @strawberry.field
    async def activity(self, info: Info) -> Activity:
        """Where."""
        return Activity.of(await info.context["loaders"].activity.load(self.row.activity_id))

    @strawberry.field
    async def category(self, info: Info) -> Category | None:
        """Its label."""
        if self.row.category_id is None:
            return None
        return Category.of(await info.context["loaders"].category.load(self.row.category_id))

    @strawberry.field
    def location(self) -> Location | None:
        """Where it is."""
        if self.row.lat is None or self.row.lng is None:
            return None
        address = self.row.address if self.row.precision == Precision.EXACT.value else None
        return Location(precision=str(self.row.precision), lat=self.row.lat, lng=self.row.lng, address=address)

    @strawberry.field
    def distance(self, point: Annotated[PointInput, strawberry.argument(name="from")]) -> Distance | None:
        """How far it is from a point."""
        if self.row.lat is None or self.row.lng is None:
            return None
        metres = distance.between(point.lat, point.lng, self.row.lat, self.row.lng)
        exact = self.row.precision == Precision.EXACT.value
        return Distance(band=distance.band(metres).value, metres=round(metres) if exact else None)

    @strawberry.field
    async def tally(self, info: Info) -> Tally:
        """Its votes counted."""
        counts = await info.context["loaders"].tally.load(self.row.id)
        by_choice = {f"{choice.value.lower()}_count": counts.get(choice.value, 0) for choice in Choice}
        return Tally(total_count=sum(counts.values()), **by_choice)

    @strawberry.field
    async def comment_count(self, info: Info) -> int:
        """How many replies."""
        return int(await info.context["loaders"].comment_count.load(self.row.id))

    @strawberry.field
    async def comments(self, info: Info, first: int = 20) -> CommentConnection:
        """The replies, oldest first."""
        rows = await info.context["loaders"].comments.load((self.row.id, first))
        nodes = [Comment.of(row) for row in rows[:first]]
        return CommentConnection(nodes=nodes, page_info=PageInfo(has_next_page=len(rows) > first))


@strawberry.type
class ContributionConnection:
    """A page of contributions."""

    nodes: list[Contribution]
    page_info: PageInfo


@strawberry.type
class Hexagon:
    """A cell with its counts."""

    cell: str
    lat: float
    lng: float
    count: int
    offer_count: int
    request_count: int
    listing_count: int
    proposal_count: int


@strawberry.input
class VoteCastInput:
    """A vote."""

    contribution: strawberry.ID
    choice: Choice


@strawberry.type
class UserError:
    """Why not."""

    code: str


@strawberry.type
class VoteCastPayload:
    """What was voted on."""

    contribution: Contribution | None
    user_errors: list[UserError]
