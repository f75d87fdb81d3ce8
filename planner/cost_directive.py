"""Directives that say what a field costs, in the federation's words, so that routers reckon as `planner.cost` does."""

from strawberry import UNSET
from strawberry.federation.schema_directives import Cost, ListSize

PAGE = 20
"""What `first` is in every connection when a client does not say."""

SHORT_LIST = 10
"""How many items a short list is taken to have that does not say."""

MUTATION = 10
"""A transaction, beside what its answer costs."""


def priced(weight: int) -> list[object]:
    """Marks a field or an argument that costs more than the one object, or the nothing of a scalar, that it seems."""
    return [Cost(weight=weight)]


def sized(size: int) -> list[object]:
    """Marks a short list by the number of items that it is taken to have."""
    return [
        ListSize(assumed_size=size, slicing_arguments=UNSET, sized_fields=UNSET, require_one_slicing_argument=UNSET)
    ]


def paged() -> list[object]:
    """Marks a connection: its `nodes` and its `edges` are as many as `first` asks for."""
    return [
        ListSize(
            assumed_size=UNSET,  # `first` has a default, which routers know; Cosmo takes no two words for one size.
            slicing_arguments=["first"],
            sized_fields=["nodes", "edges"],
            require_one_slicing_argument=False,
        )
    ]
