"""Pages: the connection that every list uses which can grow."""

from typing import Annotated, Generic, TypeVar

import strawberry

from planner import field
from planner.cost_directive import priced

Node = TypeVar("Node")

First = Annotated[int, field.argument("How many at most, from 0 to 100.")]
After = Annotated[
    str | None,
    field.argument("The cursor behind which to go on: `endCursor` of the page before. Null: from the beginning."),
]


@strawberry.federation.type(description="Where a page lies in its list.", shareable=True)
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there is more behind this page.")
    has_previous_page: bool = strawberry.field(description="Whether the page was asked for by a cursor.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first item; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last item; null on an empty page.")


@strawberry.type(description="An item of a list with its place.")
class Edge(Generic[Node]):
    cursor: str = strawberry.field(description="The item's place in the list: opaque, stable, good for `after`.")
    node: Node = strawberry.field(description="The item.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[Node]):
    nodes: list[Node] = strawberry.field(description="The items.")
    edges: list[Edge[Node]] = strawberry.field(description="The items with their cursors.")
    page_info: PageInfo = strawberry.field(description="Where this page lies in the list.")
    total_count: int = strawberry.field(
        description="How many items the whole list has; counted only when asked for, and only up to 10,000.",
        directives=priced(20),
    )


LastEvent = Annotated[
    str | None,
    field.argument("The `event` of the last thing that was told (in `extensions`): what happened since comes first."),
]
"""Where a subscription goes on."""
