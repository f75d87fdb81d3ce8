"""Vote methods («modes de scrutin»): a module each, named as its row of `models.vote.VoteMethod`."""

from collections.abc import Iterator
from importlib import import_module

from models.vote import VoteMethod
from resolvers.vote_method.base import Method, Voice

METHODS: dict[VoteMethod, Method] = {
    method: import_module(f"{__name__}.{method.value.lower()}").METHOD for method in VoteMethod
}
"""All methods. Nothing else in the product distinguishes them."""


def supporting() -> list[str]:
    """The keys of tallies by which contributions are sorted as most supported."""
    return sorted(frozenset().union(*(method.supporting for method in METHODS.values())))


def accepting(voice: Voice) -> Iterator[VoteMethod]:
    """The free methods that take a voice and count it alike: whichever an activity has, one statement casts it."""
    first: dict[str, int] | None = None
    for name, method in METHODS.items():
        if method.is_free and method.accepts(voice):
            added = method.adds(voice)
            first = first or added
            if added == first:
                yield name
