"""Looking back: finds the newest rows with certain words by searching only as far back in time as a page needs.

PostgreSQL's index of words returns all rows that have a word, unordered. Restricted to a stretch of time, it reads
little. How long the stretch has to be is estimated from the newest rows (decision 0020).
"""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Double, FromClause, Select, func, literal_column, select, union_all

from models.base import PLATFORM
from planner import argument
from planner.access_path import PathBuilder, cut, number
from planner.listing import FetchAndSort

SAMPLED_ROWS = 50
"""The newest rows whose times are read, to estimate how fast rows come."""

SAFETY_FACTOR = 2.0
"""How much further a second look reaches back than the first one suggests, because rows come unevenly."""

LONGEST_LOOK_DIVISOR = 3
"""A look further back than a third of all time costs more than fetching all rows, which needs one condition less."""

ROWS_FOR_ONE_WORD, ROWS_FOR_SEVERAL_WORDS = 1_000, 30_000
"""Among so many rows, about twenty are expected to have one common word, or several words at once."""

FUNCTIONS = ("period", "periods", "periods_back")
"""Functions in the platform's schema (migrations 0006 and 0007), on which an index is built: the *periods* of an
instant are the six stretches of time that contain it, from an hour to four years long, as numbers."""

_WORD = re.compile(r"\w{4,}")
_WIDENING = re.compile(r"(?:^|\s)(?:ou|or)\s|(?:^|\s)-")
_platform: Any = getattr(func, PLATFORM)


@argument.shapes("search")
def is_broad(search: object) -> bool:
    """Whether a search may match very many rows: it has one long word, alternatives, or an exclusion.

    A guess from the text alone: few rows hold several words at once.
    """
    return isinstance(search, str) and (len(_WORD.findall(search)) < 2 or bool(_WIDENING.search(search.lower())))


@dataclass(frozen=True, slots=True)
class LookBack:
    """As `fetch`, but newest periods first: the index also has the periods of the order's first key, a descending time.

    A search that `is_broad` first looks among the newest thousand rows, then, when they do not fill a page, once more
    further back.
    """

    fetch: FetchAndSort
    is_broad: bool

    def first(self, builder: PathBuilder) -> FromClause:
        """The first rows: from the first look that finds a page of them, or from all time."""
        assert builder.limit is not None, "a list without pages is not cut"
        limit = number(builder.limit)
        pace = self._pace(builder)
        # A sub-select each: PostgreSQL computes it once, before reading rows, and does not plan for its value.
        latest, stretch, longest = (select(column).scalar_subquery() for column in pace.c)
        periods = _platform.periods(builder.order.keys[0])

        def look(reach: ColumnElement[Any], *further: ColumnElement[bool]) -> None:
            keys = select(_platform.periods_back(latest, reach)).scalar_subquery()
            is_recent = periods.op("&&", is_comparison=True)(keys)
            matching = builder.fetched(self.fetch, is_recent, reach < longest, *further)
            look = builder.first(matching).cte(builder.composer.alias())
            looks[look] = select(func.count()).select_from(look).scalar_subquery()

        looks: dict[CTE, ColumnElement[int]] = {}
        """Each look with the number of its rows."""
        look(stretch)
        if self.is_broad:
            (count,) = looks.values()
            wanted: ColumnElement[Any] = literal_column(str(SAFETY_FACTOR * builder.limit), Double)
            look(stretch * wanted / func.nullif(count, number(0)), count < limit)
        pages = [select(*rows.c).where(count == limit) for rows, count in looks.items()]
        rest = builder.fetch_and_sort(self.fetch, *(count < limit for count in looks.values()))
        page = union_all(*pages, select(*rest.c)).subquery(builder.composer.alias())
        both = select(*page.c).add_cte(pace, *looks, nest_here=True)  # Not at the top: they may name a parent.
        return both.subquery(builder.composer.alias())

    def every(self, builder: PathBuilder) -> Select[Any]:
        """All of them, unordered."""
        return builder.every(self.fetch)

    def _pace(self, builder: PathBuilder) -> CTE:
        """The time of the newest row behind the cursor, how many seconds back the first look should reach to find a
        page, and from how many seconds on it is cheaper to fetch all."""
        (key, *_), order = builder.order.keys, builder.order
        behind = [] if builder.behind is None else [builder.behind]
        newest = cut(select(key.label("moment")).where(*behind), order.keys, order, SAMPLED_ROWS)
        sampled = newest.correlate_except(builder.row).subquery(builder.composer.alias())
        oldest = select(func.min(key)).correlate_except(builder.row).scalar_subquery()
        latest, earliest = func.max(sampled.c.moment), func.min(sampled.c.moment)
        rows = ROWS_FOR_ONE_WORD if self.is_broad else ROWS_FOR_SEVERAL_WORDS
        return select(
            latest.label("latest"),
            (_seconds(latest - earliest) * number(rows // SAMPLED_ROWS)).label("stretch"),
            (_seconds(latest - oldest) / number(LONGEST_LOOK_DIVISOR)).label("longest"),
        ).cte(builder.composer.alias())


def _seconds(interval: ColumnElement[Any]) -> ColumnElement[float]:
    return func.date_part(literal_column("'epoch'"), interval, type_=Double())
