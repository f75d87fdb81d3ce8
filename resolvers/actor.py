"""Reads of actors: their public face, and who may see more."""

from sqlalchemy import ColumnElement, FromClause, literal_column

from planner.question import Question


def viewer(_parent: FromClause, row: FromClause, q: Question) -> ColumnElement[bool]:
    """The signed-in actor."""
    return row.c.id == q.viewer_id


def may_see_role(row: FromClause, q: Question) -> ColumnElement[bool]:
    """Roles are for moderators and for the actor itself."""
    return literal_column("true") if q.viewer.is_moderator else row.c.id == q.viewer_id
