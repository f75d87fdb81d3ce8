"""Periods: the stretches of time that a moment lies in, of six lengths from an hour to four years, as numbers.

An index that knows no order of time is asked by them for what is new. PostgreSQL computes them, by functions of the
platform's schema (`models/migration/platform/0006_period.sql` and `0007`), because an index is made of them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func

from models.base import PLATFORM

FUNCTIONS = ("period", "periods", "periods_back")

_platform: Any = getattr(func, PLATFORM)


def periods(moment: ColumnElement[datetime]) -> ColumnElement[list[int]]:
    """The period of each length that a moment lies in."""
    found: ColumnElement[list[int]] = _platform.periods(moment)
    return found


def periods_back(latest: ColumnElement[datetime], stretch: ColumnElement[Any]) -> ColumnElement[list[int]]:
    """Periods of one length: the last `stretch` seconds before `latest`, and at most as many before (or two hours)."""
    found: ColumnElement[list[int]] = _platform.periods_back(latest, stretch)
    return found
