"""Errors of requests: what refuses an operation as a whole, with the code that programs read."""

from graphql import GraphQLError

MAX_ERRORS = 5
"""Of one kind, as many as an answer tells."""


def coded(message: str, code: str, **extensions: object) -> GraphQLError:
    """A request error with its code, and what else belongs into its `extensions`."""
    return GraphQLError(message, extensions={"code": code, **extensions})
