"""Exchanges of the world that every caller asks about: one that is agreed, one that is asked, one that waits."""

from typing import TYPE_CHECKING
from uuid import UUID

from tests import acting

if TYPE_CHECKING:
    from tests.conftest import Portal
    from tests.given import Given

HERE = {"lat": 48.11, "lng": -1.66}
LONG_AGO = "2026-01-01T00:00:00Z"
"""When those of the world were proposed, by which they are told apart from what callers propose."""


def exchanged(given: "Given", author: "Portal", activity: str, member: "Portal", request: UUID) -> dict[str, str]:
    """Ids of exchanges between an author and a member, and of a message in the first of them."""
    person, publisher = (
        UUID(who.ask("{ viewer { id } }")["viewer"]["id"].rsplit("_", 1)[1]) for who in (member, author)
    )

    def one(status: str, offer: str, **columns: object) -> UUID:
        return given.insert(
            author, "exchange", contribution_id=UUID(offer.rsplit("_", 1)[1]), author_id=publisher, proposer_id=person,
            status=status, proposed_at=LONG_AGO, changed_at=LONG_AGO, **columns,
        )  # fmt: skip

    offers = [acting.published(author, activity, "OFFER", location=HERE) for _ in range(5)]
    shown = {"place": "Rue", "place_precision": "STREET", "answered_at": "now", "accepted_at": "now"}
    agreed = one("ACCEPTED", offers[0], is_urgent=False, **shown)
    asked = one("PROPOSED", offers[1], is_urgent=True, lapses_at="tomorrow")
    waiting = one("WAITING", offers[2], is_urgent=False)
    # So that the member may answer many.
    ended = one("DONE", offers[3], is_urgent=False, ended_at=LONG_AGO, accepted_at=LONG_AGO, reason="OTHER")
    message = given.insert(
        author, "message", exchange_id=agreed, author_id=person, body="Bonjour", status="PUBLISHED", sent_at=LONG_AGO
    )
    disputed = one("DISPUTED", offers[4], is_urgent=False, accepted_at=LONG_AGO, note="Un mot.")
    block = given.insert(
        author,
        "actor_block",
        blocker_id=publisher,
        blocked_id=_stranger(given, author),
        is_named=True,
        blocked_at="now",
    )
    case = given.insert(
        author, "moderation_case", contribution_id=UUID(offers[0].rsplit("_", 1)[1]), message_id=message, state="OPEN",
        urgency=1, report_count=1, version=0, opened_at="now", changed_at="now",
    )  # fmt: skip
    asked_id = f"exchange_{author.number}_{asked}"
    return {
        "Exchange": f"exchange_{author.number}_{agreed}",
        "EndedExchange": f"exchange_{author.number}_{ended}",
        "WaitingExchange": f"exchange_{author.number}_{waiting}",
        "Message": f"message_{author.number}_{message}",
        "ActorBlock": f"actorblock_{author.number}_{block}",
        "actorBlock.exchange": f"exchange_{author.number}_{waiting}",
        "exchange": offers[0],
        "threadInspect.case": f"moderationcase_{author.number}_{case}",
        "exchangeSettle.exchange": f"exchange_{author.number}_{disputed}",
        "Dispute": f"exchange_{author.number}_{disputed}",
        "exchangePropose.contribution": f"contribution_{author.number}_{request}",
        **{f"exchange{name}.exchange": asked_id for name in ("Accept", "Decline", "Withdraw")},
    }


def _stranger(given: "Given", portal: "Portal") -> UUID:
    return given.insert(portal, "actor", kind="CITIZEN", role="MEMBER", name="Importun", created_at="now")


def agreed(given: "Given", portal: "Portal", contribution: UUID, author: UUID, proposer: UUID) -> dict[str, str]:
    """The id of an exchange about a contribution to which the two have agreed."""
    people = {"contribution_id": contribution, "author_id": author, "proposer_id": proposer}
    shown = {"place": "Rue", "place_precision": "STREET", "answered_at": "now", "accepted_at": "now"}
    exchange = given.insert(
        portal, "exchange", **people, **shown, status="ACCEPTED", is_urgent=False, proposed_at="now", changed_at="now"
    )
    said = {"body": "Bonjour", "status": "PUBLISHED", "sent_at": "now"}
    message = given.insert(portal, "message", exchange_id=exchange, author_id=proposer, **said)
    return {"Exchange": f"exchange_{portal.number}_{exchange}", "Message": f"message_{portal.number}_{message}"}


FORGET = ("DELETE FROM __tenant__.message", "DELETE FROM __tenant__.exchange")
"""Takes all of it away."""

AGREED = "EXISTS (SELECT 1 FROM __tenant__.message m WHERE m.exchange_id = exchange.id)"
"""The one of these with a thread."""

AGAIN = (
    "DELETE FROM __tenant__.actor_block WHERE blocked_id NOT IN (SELECT id FROM __tenant__.actor WHERE name = 'Importun')",
    "DELETE FROM __tenant__.message WHERE body <> 'Bonjour'",
    "DELETE FROM __tenant__.exchange WHERE proposed_at > '2026-01-01T00:00:00Z'",
    f"""UPDATE __tenant__.exchange SET done_said_by = NULL, done_said_at = NULL, ended_at = NULL, ended_by = NULL,
         reason = NULL, note = NULL, due_at = NULL, answered_at = CASE WHEN {AGREED} THEN now() END,
         lapses_at = CASE WHEN is_urgent THEN now() + interval '1 day' END,
         place = CASE WHEN {AGREED} THEN 'Rue' END, place_precision = CASE WHEN {AGREED} THEN 'STREET' END,
         status = CASE WHEN is_urgent THEN 'PROPOSED' WHEN {AGREED} THEN 'ACCEPTED' ELSE 'WAITING' END WHERE accepted_at IS DISTINCT FROM '2026-01-01T00:00:00Z'""",
    """UPDATE __tenant__.exchange SET status = 'DISPUTED', ended_at = NULL, ended_by = NULL, reason = NULL, note = 'Un mot.'
         WHERE accepted_at = '2026-01-01T00:00:00Z' AND ended_by IS NOT NULL""",
    "UPDATE __tenant__.contribution SET accepted_count = 1 WHERE kind = 'OFFER'",
)
"""As it was, for the next caller who changes it."""
