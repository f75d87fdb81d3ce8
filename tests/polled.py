"""A desk of a vote of the world that every caller asks about: somebody has signed, a batch is typed, a record written."""

from typing import TYPE_CHECKING
from uuid import UUID

from tests.given import uuid_in

if TYPE_CHECKING:
    from tests.conftest import Portal
    from tests.given import Given


def polled(given: "Given", portal: "Portal", poll: str, project: UUID) -> dict[str, str]:
    """Its ids, and those of a typing and of the record."""
    at = {"activity_id": uuid_in(poll)}
    desk = given.insert(portal, "polling_desk", name="Salle des fêtes", channel="DESK", opened_at="now", **at)
    given.insert(portal, "signing", desk_id=desk, voter_key="0", is_double=False, signed_at="now", **at)
    agent = given.insert(portal, "actor", kind="CITIZEN", role="MEMBER", name="Camille", created_at="now")
    given.insert(portal, "polling_agent", desk_id=desk, actor_id=agent, given_at="now")
    numbers = {"signatures": 1, "envelopes": 1, "valid": 1, "blank": 0, "spoilt": 0}
    totals = f'[{{"project": "{project}", "choice": "SUPPORT", "amount": null, "count": 1}}]'
    record = given.insert(
        portal, "polling_record", desk_id=desk, version=1, totals=totals, recorded_at="now", **numbers, **at
    )
    ballots = f'[{{"short": "1", "says": "{project}=SUPPORT:"}}]'
    counts = {"valid": 1, "blank": 0, "spoilt": 0, "digest": "0", "typed_at": "now"}
    typing = given.insert(
        portal, "polling_typing", desk_id=desk, batch=1, version=1, agent_id=agent, ballots=ballots, **counts, **at
    )
    return {
        "PollingTyping": f"pollingtyping_{portal.number}_{typing}",
        "PollingDesk": f"pollingdesk_{portal.number}_{desk}",
        "PollingRecord": f"pollingrecord_{portal.number}_{record}",
    }
