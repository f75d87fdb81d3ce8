"""What derived counts must equal: votes and contributions counted again, in the statement that reads the counts."""

from collections import Counter
from typing import Any, cast

from sqlalchemy import Select, bindparam, func, select, true
from sqlalchemy.types import Uuid

import resolvers.vote
from models.base import table
from models.contribution import Contribution
from models.vote import Choice, Vote
from tests.conftest import Portal
from tests.given import Given, uuid_in

_contribution, _vote = table(Contribution), table(Vote)


def _tally_and_recount() -> Select[Any]:
    """The tally as the API reads it and the votes counted, of one contribution at one moment."""
    tally = resolvers.vote.tally(_contribution, cast(Any, None)).lateral("tally")
    votes = [
        select(func.count())
        .where(_vote.c.contribution_id == _contribution.c.id, _vote.c.choice == choice.value)
        .scalar_subquery()
        for choice in Choice
    ]
    counted = [tally.c[f"{choice.value.lower()}_count"] for choice in Choice]
    return (
        select(tally.c.total_count, *counted, *votes)
        .select_from(_contribution)
        .join(tally, true())
        .where(_contribution.c.id == bindparam("id", type_=Uuid()))
    )


TALLY_AND_RECOUNT = _tally_and_recount()


def votes(given: Given, portal: Portal, contribution: str) -> dict[str, int]:
    """The votes of a contribution by choice, after it was seen that the tally of the same moment equals them."""
    rows = given.run(given.database.rows(TALLY_AND_RECOUNT, portal.number, id=uuid_in(contribution)))
    total, *counts = (int(cast(int, value)) for value in rows[0])
    tally, recount = counts[: len(Choice)], counts[len(Choice) :]
    assert (total, tally) == (sum(recount), recount)
    return {choice.value: count for choice, count in zip(Choice, recount, strict=True) if count}


BY_CLOCK = """
SELECT CASE WHEN status = 'OPEN' AND expires_at <= now() THEN 'EXPIRED' ELSE status END, kind, category_id::text, count(*)
FROM __tenant__.contribution WHERE activity_id = %s GROUP BY 1, 2, 3"""


def statistics(given: Given, portal: Portal, activity: str) -> dict[str, int]:
    """An activity's contributions counted one by one, by status, kind and category (`-` for none)."""
    found: Counter[str] = Counter()
    for status, kind, category, count in given.sql(portal, BY_CLOCK, uuid_in(activity)):
        for key in ("total", status, kind, category or "-"):
            found[key] += count
    return dict(found)
