"""Errors of requests: what refuses an operation as a whole, with the code that programs read."""

from graphql import GraphQLError

MAX_ERRORS = 5
"""How many errors of one kind an answer lists."""


def coded(message: str, code: str, **extensions: object) -> GraphQLError:
    """A request error with its code and further `extensions`."""
    return GraphQLError(message, extensions={"code": code, **extensions})
