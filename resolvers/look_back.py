"""Looking back: the newest rows with certain words, found by looking back in time no further than they lie.

PostgreSQL's index of words gives all rows that have a word, however many, in no order. Asked for those of a stretch of
time instead, it reads little; how long a stretch has to be is told by a first look at the newest rows (decision 0020).
"""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Double, FromClause, Select, func, literal_column, select, union_all

from models.base import PLATFORM
from planner import argument
from planner.listing import Gather
from planner.way import Search, cut, number

SAMPLED = 50
"""Of so many rows the times are read, which tell how fast rows come."""

SPARE = 2.0
"""A second look reaches back so much further than the first lets expect, because rows come unevenly."""

WHOLE = 3
"""Further back than a third of all time it costs less to fetch all rows: the index compares no second answer."""

ONE_WORD, SEVERAL_WORDS = 1_000, 30_000
"""Of so many rows one expects that some twenty have a common word, or several at once."""

FUNCTIONS = ("period", "periods", "periods_back")
"""Of the platform's schema (migrations 0006 and 0007), because an index is made of them: the *periods* of a moment are
the stretches of time that it lies in, of six lengths from an hour to four years, as numbers."""

_WORD = re.compile(r"\w{4,}")
_WIDENING = re.compile(r"(?:^|\s)(?:ou|or)\s|(?:^|\s)-")
_platform: Any = getattr(func, PLATFORM)


@argument.shapes("search")
def is_broad(search: object) -> bool:
    """Whether very many rows may hold what is searched for: one word that says something, either of two, or none.

    Guessed by the text alone. Rows that hold several words at once are few as a rule.
    """
    return isinstance(search, str) and (len(_WORD.findall(search)) < 2 or bool(_WIDENING.search(search.lower())))


@dataclass(frozen=True, slots=True)
class LookBack:
    """As `gather`, for few rows or for very many: the index also knows the periods of the order's first key, which is a
    time and descends.

    What `is_broad` is looked for among some thousand rows first, and once more, further back, when they hold no page.
    """

    gather: Gather
    is_broad: bool

    def first(self, search: Search) -> FromClause:
        """The first rows: from the first look that finds a page of them, or from all time."""
        assert search.limit is not None, "a list without pages is not cut"
        limit = number(search.limit)
        pace = self._pace(search)
        # Each a sub-select of its own: PostgreSQL computes it once, before it reads a row, and plans for no value.
        latest, stretch, longest = (select(column).scalar_subquery() for column in pace.c)
        periods = _platform.periods(search.order.keys[0])

        def look(reach: ColumnElement[Any], *further: ColumnElement[bool]) -> None:
            keys = select(_platform.periods_back(latest, reach)).scalar_subquery()
            is_met = periods.op("&&", is_comparison=True)(keys)
            found = search.found(self.gather, is_met, reach < longest, *further)
            look = search.first(found).cte(search.composer.alias())
            looks[look] = select(func.count()).select_from(look).scalar_subquery()

        looks: dict[CTE, ColumnElement[int]] = {}
        """With how many rows each found."""
        look(stretch)
        if self.is_broad:
            (met,) = looks.values()
            wanted: ColumnElement[Any] = literal_column(str(SPARE * search.limit), Double)
            look(stretch * wanted / func.nullif(met, number(0)), met < limit)
        pages = [select(*found.c).where(met == limit) for found, met in looks.items()]
        rest = search.gather(self.gather, *(met < limit for met in looks.values()))
        found = union_all(*pages, select(*rest.c)).subquery(search.composer.alias())
        both = select(*found.c).add_cte(pace, *looks, nest_here=True)  # Not at the top: they may name a parent.
        return both.subquery(search.composer.alias())

    def every(self, search: Search) -> Select[Any]:
        """All of them, in no order."""
        return search.every(self.gather)

    def _pace(self, search: Search) -> CTE:
        """When the newest row came of those behind the cursor, how many seconds back so many rows reach as a page is
        expected in, and how many seconds are too many."""
        (key, *_), order = search.order.keys, search.order
        behind = [] if search.behind is None else [search.behind]
        newest = cut(select(key.label("moment")).where(*behind), order.keys, order, SAMPLED)
        sampled = newest.correlate_except(search.row).subquery(search.composer.alias())
        oldest = select(func.min(key)).correlate_except(search.row).scalar_subquery()
        latest, earliest = func.max(sampled.c.moment), func.min(sampled.c.moment)
        rows = ONE_WORD if self.is_broad else SEVERAL_WORDS
        return select(
            latest.label("latest"),
            (_seconds(latest - earliest) * number(rows // SAMPLED)).label("stretch"),
            (_seconds(latest - oldest) / number(WHOLE)).label("longest"),
        ).cte(search.composer.alias())


def _seconds(interval: ColumnElement[Any]) -> ColumnElement[float]:
    return func.date_part(literal_column("'epoch'"), interval, type_=Double())
