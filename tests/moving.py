"""Moves of zones that callers answer, revert and agree to, written straight into the platform's table."""

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from models.base import new_id

if TYPE_CHECKING:
    from tests.conftest import Portal
    from tests.given import Given


def made(given: "Given", portal: "Portal") -> dict[str, str]:
    """The ids of a move that another portal proposes to this one, of one that came here, and of one that is ahead; and
    of a contribution that went."""
    coming = _move(given, portal, "Proposé", "PROPOSED", is_outgoing=False)
    came = _move(given, portal, "Venu", "MOVED", is_outgoing=False)
    ahead = _move(given, portal, "Prévu", "PROPOSED", is_outgoing=True)
    gone = new_id()
    given.sql(
        portal,
        "INSERT INTO platform.moved_contribution (id, from_number, move_id, to_number, slug, host, moved_at)"
        " SELECT %s, from_number, id, to_number, to_slug, to_host, now() FROM platform.zone_move WHERE id = %s",
        gone,
        ahead,
    )
    named = {"ZoneMove": coming, "zoneMoveRevert.zoneMove": came, "zoneMoveConsent.zoneMove": ahead}
    ids = {name: f"zonemove_{portal.number}_{move}" for name, move in named.items()}
    return {**ids, "MovedContribution": f"contribution_{portal.number}_{gone}"}


def _move(given: "Given", portal: "Portal", name: str, state: str, *, is_outgoing: bool) -> UUID:
    """A move from or to any other portal."""
    move = new_id()
    one, other = ("here.number", "there.number") if is_outgoing else ("there.number", "here.number")
    given.sql(
        portal,
        "INSERT INTO platform.zone_move (id, from_number, to_number, zone_id, zone_name, state, from_title, from_slug,"
        f" from_host, to_title, to_slug, to_host, proposed_by, accepted_by, proposed_at) SELECT %s, {one}, {other}, %s,"
        " %s, %s, 'Ici', 'ici', '', 'Là', 'la', '', 'Anne', 'Bruno', now() FROM platform.tenant here"
        " JOIN platform.tenant there ON there.number <> here.number WHERE here.number = %s"
        " ORDER BY there.number LIMIT 1",
        move,
        uuid4(),
        name,
        state,
        portal.number,
    )
    return move


AGAIN = (
    "DELETE FROM platform.zone_move WHERE zone_name NOT IN ('Proposé', 'Venu', 'Prévu') AND from_slug = 'matrix-here'",
    "UPDATE platform.zone_move SET state = 'PROPOSED' WHERE zone_name IN ('Proposé', 'Prévu') AND state <> 'PROPOSED'",
    "UPDATE platform.zone_move SET state = 'MOVED', ended_at = '2026-01-01' WHERE zone_name = 'Venu' AND state <> 'MOVED'",
)
"""As it was, for the next caller who proposes, answers or reverts."""
