"""Recent: the newest rows that meet something, found by looking back no further than they lie.

PostgreSQL's index of words gives all rows that have a word, however many, in no order. Asked for those of a stretch of
time instead, it reads little; how long a stretch has to be is told by a first look at the newest rows.
"""

from typing import Any

from sqlalchemy import CTE, ColumnElement, Double, FromClause, func, literal_column, select, union_all

from planner.listing import Recent
from planner.period import periods_back
from planner.way import Search, cut, number

SAMPLED = 50
"""Of so many rows the times are read, which tell how fast rows come."""

SPARE = 2.0
"""A second look reaches back so much further than the first lets expect, because rows come unevenly."""

WHOLE = 3
"""Further back than a third of all time it costs less to fetch all rows: the index compares no second answer."""


def recent(search: Search, way: Recent) -> FromClause:
    """The first rows, as those of `Search`: from the first look that finds a page of them, or from all time."""
    assert search.limit is not None, "a list without pages is not cut"
    limit = number(search.limit)
    pace = _pace(search, way.newest)
    # Each a sub-select of its own: PostgreSQL computes it once, before it reads a row, and plans for no value of it.
    latest, stretch, longest = (select(column).scalar_subquery() for column in pace.c)

    def look(reach: ColumnElement[Any], *further: ColumnElement[bool]) -> None:
        keys = select(periods_back(latest, reach)).scalar_subquery()
        is_met = way.periods.op("&&", is_comparison=True)(keys)
        look = search.first(search.found(way, is_met, reach < longest, *further)).cte(search.composer.alias())
        looks[look] = select(func.count()).select_from(look).scalar_subquery()

    looks: dict[CTE, ColumnElement[int]] = {}
    """With how many rows each found."""
    look(stretch)
    if way.is_broad:
        (met,) = looks.values()
        wanted: ColumnElement[Any] = literal_column(str(SPARE * search.limit), Double)
        look(stretch * wanted / func.nullif(met, number(0)), met < limit)
    pages = [select(*found.c).where(met == limit) for found, met in looks.items()]
    rest = search.gather(way, *(met < limit for met in looks.values()))
    found = union_all(*pages, select(*rest.c)).subquery(search.composer.alias())
    both = select(*found.c).add_cte(pace, *looks, nest_here=True)  # Not at the top: they may name a parent.
    return both.subquery(search.composer.alias())


def _pace(search: Search, rows: int) -> CTE:
    """When the newest row came of those behind the cursor, how many seconds back so many rows reach, and how many
    seconds are too many."""
    (key, *_), order = search.order.keys, search.order
    behind = [] if search.behind is None else [search.behind]
    newest = cut(select(key.label("moment")).where(*behind), order.keys, order, SAMPLED).correlate_except(search.row)
    sampled = newest.subquery(search.composer.alias())
    oldest = select(func.min(key)).correlate_except(search.row).scalar_subquery()
    latest, earliest = func.max(sampled.c.moment), func.min(sampled.c.moment)
    return select(
        latest.label("latest"),
        (_seconds(latest - earliest) * number(rows // SAMPLED)).label("stretch"),
        (_seconds(latest - oldest) / number(WHOLE)).label("longest"),
    ).cte(search.composer.alias())


def _seconds(interval: ColumnElement[Any]) -> ColumnElement[float]:
    return func.date_part(literal_column("'epoch'"), interval, type_=Double())
