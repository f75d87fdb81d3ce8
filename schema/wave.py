"""Waves in the contract: how far a request has been told to neighbours."""

from datetime import datetime

import models.wave
import resolvers.sight
import resolvers.wave
from models.activity import EXCHANGED
from models.wave import PLAN
from planner import field
from planner.directive import feature


@field.stored(models.wave.Wave, visible=resolvers.sight.wave, references={}, marks=feature(*EXCHANGED))
class Wave:
    """How far a request has been told to neighbours («de proche en proche»): to whoever follows its surroundings or its
    category, the nearest first, and never whom."""

    told_count: int = field.column("How many neighbours were told.")
    count: int = field.expression(resolvers.wave.count, f"How many waves went out, 0 to {PLAN.times}.")
    next_at: datetime | None = field.expression(
        resolvers.wave.next_at,
        "When the next neighbours are told, in daylight; null when no more are: somebody was accepted, it has ended or"
        f" is paused, or {PLAN.times} waves went out.",
    )
    is_team_told: bool = field.expression(
        resolvers.wave.is_team_told, "Whether whoever runs the activity was told that nobody has answered."
    )
