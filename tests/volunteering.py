"""What organisations and volunteers do with missions, through the endpoint: one function a mutation."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.acting import ERRORS, Payload, published
from tests.conftest import Portal
from tests.given import Given, uuid_in

SLOT = "id startsAt endsAt places takenCount freePlaces waitingCount isOpen hasBegun cancelledAt"
MISSION = f"id domain requirements minorsFrom isAccessible mayOrganise slots {{ {SLOT} }}"
SIGN_UP = "id status isMinor hasGuardianConsent placeInLine actor { name } slot { id }"
REVISE = f"""mutation($input: MissionReviseInput!) {{ missionRevise(input: $input) {{ mission {{ {MISSION} }} {ERRORS} }} }}"""
ADD = f"mutation($input: MissionSlotAddInput!) {{ missionSlotAdd(input: $input) {{ slot {{ {SLOT} }} {ERRORS} }} }}"
RESIZE = (
    f"mutation($input: MissionSlotReviseInput!) {{ missionSlotRevise(input: $input) {{ slot {{ {SLOT} }} {ERRORS} }} }}"
)
CANCEL = (
    f"mutation($input: MissionSlotCancelInput!) {{ missionSlotCancel(input: $input) {{ slot {{ {SLOT} }} {ERRORS} }} }}"
)
MAKE = f"mutation($input: SignUpMakeInput!) {{ signUpMake(input: $input) {{ signUp {{ {SIGN_UP} }} {ERRORS} }} }}"
WITHDRAW = f"""mutation($input: SignUpWithdrawInput!) {{
  signUpWithdraw(input: $input) {{ signUp {{ {SIGN_UP} }} {ERRORS} }} }}"""
MARK = f"mutation($input: SignUpMarkInput!) {{ signUpMark(input: $input) {{ signUp {{ {SIGN_UP} }} {ERRORS} }} }}"
SHOW = f"query($id: ID!) {{ missionSlot(id: $id) {{ {SLOT} viewerSignUp {{ {SIGN_UP} }} signUps {{ nodes {{ {SIGN_UP} }} }} }} }}"
MINE = f"{{ viewer {{ signUps {{ nodes {{ {SIGN_UP} }} }} }} }}"


def instant(**later: float) -> str:
    """A time from now on."""
    return (datetime.now(UTC) + timedelta(**later)).isoformat(timespec="seconds")


class Volunteers:
    """An association with a member, a request of it, and a slot of two places in three days."""

    def __init__(self, given: Given, town: Portal, places: int = 2, **mission: Any) -> None:
        self.given, self.town = given, town
        self.activity = given.activity(town, kind="MUTUAL_AID")
        self.association = given.actor(town, kind="ASSOCIATION", name="Les Jardins du Blosne")
        self.of = self.association.ask("{ viewer { id } }")["viewer"]["id"]
        self.member = self.join("Aminata")
        self.contribution = published(
            self.member, self.activity, "REQUEST", title="Planter la haie", onBehalfOf=self.of
        )
        if mission:
            assert self.revise(**mission)["userErrors"] == []
        self.slot = self.added(places)

    def join(self, name: str) -> Portal:
        person = self.given.actor(self.town, name=name)
        id_ = uuid_in(person.ask("{ viewer { id } }")["viewer"]["id"])
        self.given.insert(
            self.town, "organisation_member", organisation_id=uuid_in(self.of), member_id=id_, given_at="now"
        )
        return person

    def neighbour(self, name: str = "Camille") -> Portal:
        return self.given.actor(self.town, name=name)

    def revise(self, who: Portal | None = None, **fields: Any) -> Payload:
        given = {"contribution": self.contribution, **fields}
        return dict((who or self.member).ask(REVISE, input=given)["missionRevise"])

    def add(self, who: Portal | None = None, **fields: Any) -> Payload:
        told = {"contribution": self.contribution, "startsAt": instant(days=3), "endsAt": instant(days=3, hours=2)}
        told |= {"places": 2, **fields}
        return dict((who or self.member).ask(ADD, input=told)["missionSlotAdd"])

    def added(self, places: int = 2, **fields: Any) -> str:
        payload = self.add(places=places, **fields)
        assert payload["userErrors"] == [], payload
        return str(payload["slot"]["id"])

    def resize(self, places: int, who: Portal | None = None) -> Payload:
        given = {"slot": self.slot, "places": places}
        return dict((who or self.member).ask(RESIZE, input=given)["missionSlotRevise"])

    def cancel(self, who: Portal | None = None) -> Payload:
        return dict((who or self.member).ask(CANCEL, input={"slot": self.slot})["missionSlotCancel"])

    def begin(self, ago: str = "1 hour") -> None:
        """Let the slot begin so long ago."""
        moved = "starts_at = now() - %s::interval, ends_at = now() - %s::interval + interval '2 hours'"
        self.given.sql(
            self.town, f"UPDATE __tenant__.mission_slot SET {moved} WHERE id = %s", ago, ago, uuid_in(self.slot)
        )

    def counts(self) -> dict[str, int]:
        """How many sign-ups there are by status; what the slot says is taken are those that take a place."""
        query = "SELECT status, count(*) FROM __tenant__.sign_up WHERE slot_id = %s GROUP BY 1"
        by_status = {str(status): int(count) for status, count in self.given.sql(self.town, query, uuid_in(self.slot))}
        taken = "SELECT taken_count FROM __tenant__.mission_slot WHERE id = %s"
        [(said,)] = self.given.sql(self.town, taken, uuid_in(self.slot))
        assert said == sum(by_status.get(status, 0) for status in ("REGISTERED", "CAME", "ABSENT"))
        return by_status


def sign_up(who: Portal, slot: str, **fields: Any) -> Payload:
    return dict(who.ask(MAKE, input={"slot": slot, "isMinor": False, **fields})["signUpMake"])


def signed_up(who: Portal, slot: str, **fields: Any) -> dict[str, Any]:
    payload = sign_up(who, slot, **fields)
    assert payload["userErrors"] == [], payload
    return dict(payload["signUp"])


def withdraw(who: Portal, one: str) -> Payload:
    return dict(who.ask(WITHDRAW, input={"signUp": one})["signUpWithdraw"])


def mark(who: Portal, one: str, *, has_come: bool) -> Payload:
    return dict(who.ask(MARK, input={"signUp": one, "hasCome": has_come})["signUpMark"])


def mine(who: Portal) -> list[dict[str, Any]]:
    return list(who.ask(MINE)["viewer"]["signUps"]["nodes"])
