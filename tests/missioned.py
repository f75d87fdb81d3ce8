"""A mission of the world that every caller asks about: an association whose member the author is, slots, and sign-ups of
the member."""

from typing import TYPE_CHECKING
from uuid import UUID

from tests import acting

if TYPE_CHECKING:
    from tests.conftest import Portal
    from tests.given import Given

LONG_AGO = "2026-01-01T00:00:00Z"
"""When those of the world signed up, by which they are told apart from what callers do."""

PLACES = 5
LATER = ("2035-06-01T09:00:00Z", "2035-06-01T12:00:00Z")


def missioned(given: "Given", author: "Portal", activity: str, member: "Portal") -> dict[str, str]:
    """Ids of a mission, of its slots, and of sign-ups of the member."""
    person, publisher = (
        UUID(who.ask("{ viewer { id } }")["viewer"]["id"].rsplit("_", 1)[1]) for who in (member, author)
    )
    of = given.insert(author, "actor", kind="ASSOCIATION", role="MEMBER", name="Association", created_at="now")
    given.insert(author, "organisation_member", organisation_id=of, member_id=publisher, given_at="now")
    where = {"lat": 48.11, "lng": -1.66}  # In the world's zone.
    request = acting.published(author, activity, "REQUEST", onBehalfOf=f"actor_{author.number}_{of}", location=where)
    about = UUID(request.rsplit("_", 1)[1])
    mission = given.insert(author, "mission", contribution_id=about, organiser_id=of, revised_at="now")

    def slot(starts_at: str, ends_at: str, taken: int = 0) -> UUID:
        when = {"starts_at": starts_at, "ends_at": ends_at}
        return given.insert(author, "mission_slot", mission_id=mission, capacity=PLACES, taken_count=taken, **when)

    def signed_up(slot: UUID) -> str:
        one = given.insert(
            author, "sign_up", slot_id=slot, organiser_id=of, actor_id=person, status="REGISTERED",
            signed_up_at=LONG_AGO, changed_at=LONG_AGO,
        )  # fmt: skip
        return f"signup_{author.number}_{one}"

    begun = slot("yesterday", "tomorrow", taken=1)
    coming, free = slot(*LATER, taken=1), slot(*LATER)
    names = [f"missionslot_{author.number}_{one}" for one in (coming, free)]
    return {
        "Mission": f"mission_{author.number}_{mission}",
        "mission": request,
        "MissionSlot": names[0],
        "SignUp": signed_up(coming),
        "signUpMark.signUp": signed_up(begun),
        "signUpMake.slot": names[1],
        "missionSlotCancel.slot": names[1],
        **dict.fromkeys(("missionRevise.contribution", "missionSlotAdd.contribution"), request),
    }


def slot_of(given: "Given", portal: "Portal", contribution: UUID, organiser: UUID) -> dict[str, str]:
    """The id of a slot of a mission that a contribution is made."""
    keys = {"contribution_id": contribution, "organiser_id": organiser}
    mission = given.insert(portal, "mission", revised_at="now", **keys)
    when = {"starts_at": LATER[0], "ends_at": LATER[1]}
    slot = given.insert(portal, "mission_slot", mission_id=mission, capacity=PLACES, taken_count=0, **when)
    return {"MissionSlot": f"missionslot_{portal.number}_{slot}"}


FORGET = tuple(f"DELETE FROM __tenant__.{name}" for name in ("sign_up", "mission_slot", "mission"))
"""Takes all of it away."""

AGAIN = (
    "DELETE FROM __tenant__.sign_up WHERE signed_up_at > '2026-01-01T00:00:00Z'",
    "UPDATE __tenant__.sign_up SET status = 'REGISTERED' WHERE status <> 'REGISTERED'",
    "DELETE FROM __tenant__.mission_slot WHERE ends_at BETWEEN now() + interval '5 days' AND '2035-01-01'",
    """UPDATE __tenant__.mission_slot AS slot SET cancelled_at = NULL, capacity = 5,
         taken_count = (SELECT count(*) FROM __tenant__.sign_up WHERE slot_id = slot.id)""",
)
"""As it was, for the next caller who changes it."""
