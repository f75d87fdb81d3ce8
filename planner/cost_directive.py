"""Cost directives of the federation specification, so that routers compute the same cost as `planner.cost`."""

from strawberry import UNSET
from strawberry.federation.schema_directives import Cost, ListSize

PAGE = 20
"""The default of `first` in every connection."""

SHORT_LIST = 10
"""The assumed length of a short list."""

MUTATION = 10
"""The weight of a mutation's transaction, added to the cost of its payload."""


def priced(weight: int) -> list[object]:
    """Marks a field or an argument that costs more than its default: 1 for an object, 0 for a scalar."""
    return [Cost(weight=weight)]


def sized(size: int) -> list[object]:
    """Marks a short list with its assumed length."""
    return [
        ListSize(assumed_size=size, slicing_arguments=UNSET, sized_fields=UNSET, require_one_slicing_argument=UNSET)
    ]


def paged() -> list[object]:
    """Marks a connection: `first` sets the length of its `nodes` and `edges`."""
    return [
        ListSize(
            assumed_size=UNSET,  # `first` has a default, which routers know; Cosmo takes no two words for one size.
            slicing_arguments=["first"],
            sized_fields=["nodes", "edges"],
            require_one_slicing_argument=False,
        )
    ]
