"""Calling: neighbours are told of a request again that had expired and was renewed."""

from sqlalchemy import Interval, func, literal, literal_column, update
from sqlalchemy.types import SmallInteger

from models.base import table
from models.wave import PLAN, TEAM, Wave
from planner.act import value

_wave = table(Wave)
AGAIN = (
    update(_wave)
    .where(
        _wave.c.contribution_id == value(Wave, "contribution_id"),
        _wave.c.due_at.is_(None),
        _wave.c.step < literal_column(str(TEAM), SmallInteger),
    )
    .values(due_at=func.now() + literal(PLAN.wait, Interval))
)
"""Its waves go on where they were; not when the team was told already."""
