"""Sheet: the columns of a desk's record, and what its last version counted in each."""

from collections.abc import Mapping, Sequence
from typing import Any

POINTS, RANKED = "POINTS", "RANKED"

Voice = Mapping[str, Any]


def sheet(method: str, choices: Sequence[str], most_points: int | None, most_ranks: int | None) -> Sequence[Voice]:
    """What a ballot may say of one project, in the order in which it is counted."""
    most = {POINTS: most_points, RANKED: most_ranks}.get(method)
    if most is None:
        return [{"choice": choice, "amount": None} for choice in choices]
    return [{"choice": choices[0], "amount": amount} for amount in range(1, most + 1)]


def counted(record: Mapping[str, Any] | None, voices: Sequence[Voice]) -> Mapping[tuple[str, str, int | None], int]:
    """How often a record has each voice, by project, choice and amount. In a vote by shares of a budget it keeps costs,
    which are no columns."""
    with_amounts = any(voice["amount"] is not None for voice in voices)
    return {
        (total["contribution"]["id"], total["choice"], total["amount"] if with_amounts else None): total["count"]
        for total in (record["totals"] if record else ())
        if total["contribution"]
    }
