"""What the two in an exchange do, through the endpoint: one function a mutation."""

from typing import Any

from tests.acting import ERRORS, Payload, published
from tests.conftest import Portal
from tests.given import Given, uuid_in

HERE = {"lat": 48.1203, "lng": -1.6711}
SHOWN = """id status side acts isWaiting isUrgent reason endedBy note lapsesAt doneSaidBy placeInLine
  place { precision words lat lng } contribution { id title acceptedCount } proposer { id name } author { name }"""
READ = f"query($id: ID!) {{ exchange(id: $id) {{ {SHOWN} }} }}"
MINE = f"""query($isWaiting: Boolean) {{
  viewer {{ exchanges(isWaiting: $isWaiting, first: 50) {{ totalCount nodes {{ {SHOWN} }} }} }} }}"""
SIDES = {"AUTHOR": "author_read_at", "PROPOSER": "proposer_read_at"}


def _mutation(name: str, input_: str) -> str:
    return f"mutation($input: {input_}!) {{ {name}(input: $input) {{ exchange {{ {SHOWN} }} {ERRORS} }} }}"


PROPOSE = _mutation("exchangePropose", "ExchangeProposeInput")
ACCEPT = _mutation("exchangeAccept", "ExchangeAcceptInput")
CONFIRM = _mutation("exchangeConfirm", "ExchangeConfirmInput")
DISPUTE = _mutation("exchangeDispute", "ExchangeDisputeInput")
SETTLE = f"mutation($input: ExchangeSettleInput!) {{ exchangeSettle(input: $input) {{ {ERRORS} }} }}"
ENDS = {
    name: _mutation(f"exchange{name.title()}", f"Exchange{name.title()}Input")
    for name in ("decline", "withdraw", "cancel")
}


def propose(who: Portal, contribution: str, body: str = "Je peux venir samedi.", **fields: Any) -> Payload:
    given = {"contribution": contribution, "body": body, "isOldEnough": True, **fields}
    return dict(who.ask(PROPOSE, input=given)["exchangePropose"])


def proposed(who: Portal, contribution: str, **fields: Any) -> str:
    """The id of a new exchange."""
    payload = propose(who, contribution, **fields)
    assert payload["userErrors"] == [], payload
    return str(payload["exchange"]["id"])


def accept(who: Portal, exchange: str, **fields: Any) -> Payload:
    return dict(who.ask(ACCEPT, input={"exchange": exchange, **fields})["exchangeAccept"])


def accepted(who: Portal, exchange: str, **fields: Any) -> dict[str, Any]:
    payload = accept(who, exchange, **fields)
    assert payload["userErrors"] == [], payload
    return dict(payload["exchange"])


def end(who: Portal, how: str, exchange: str, reason: str = "OTHER", **fields: Any) -> Payload:
    given = {"exchange": exchange, "reason": reason, **fields}
    return dict(who.ask(ENDS[how], input=given)[f"exchange{how.title()}"])


def confirm(who: Portal, exchange: str) -> Payload:
    return dict(who.ask(CONFIRM, input={"exchange": exchange})["exchangeConfirm"])


def dispute(who: Portal, exchange: str) -> Payload:
    given = {"exchange": exchange, "note": "Personne n'est venu."}
    return dict(who.ask(DISPUTE, input=given)["exchangeDispute"])


def settle(moderator: Portal, exchange: str, *, is_done: bool) -> Payload:
    return dict(moderator.ask(SETTLE, input={"exchange": exchange, "isDone": is_done})["exchangeSettle"])


def read(who: Portal, exchange: str) -> dict[str, Any] | None:
    """The exchange as somebody sees it; None for whoever sees none."""
    found = who.ask(READ, id=exchange)["exchange"]
    return None if found is None else dict(found)


def status(who: Portal, exchange: str) -> str:
    found = read(who, exchange)
    assert found is not None
    return str(found["status"])


def mine(who: Portal, *, is_waiting: bool | None = None) -> list[dict[str, Any]]:
    return list(who.ask(MINE, isWaiting=is_waiting)["viewer"]["exchanges"]["nodes"])


class Aid:
    """An activity of mutual aid, and something that its author published there."""

    def __init__(self, given: Given, town: Portal, kind: str = "REQUEST", **fields: Any) -> None:
        self.given, self.town = given, town
        self.author = given.actor(town, name="Maryse")
        self.activity = given.activity(town, kind="MUTUAL_AID")
        self.contribution = published(self.author, self.activity, kind, location=HERE, **fields)

    def neighbour(self) -> Portal:
        return self.given.actor(self.town, name="Camille")

    def count(self) -> int:
        """How many places the contribution says are taken; equal to those that are."""
        said = int(self.given.row(self.town, self.contribution)["accepted_count"])
        taking = "SELECT count(*) FROM __tenant__.exchange WHERE contribution_id = %s AND status IN ('ACCEPTED', 'DISPUTED', 'DONE')"
        assert self.given.sql(self.town, taking, uuid_in(self.contribution)) == [(said,)]
        return said

    def age(self, exchange: str, interval: str) -> None:
        """Let time pass for an exchange."""
        names = ("proposed_at", "lapses_at", "due_at", "done_said_at", "ended_at", "accepted_at", "nudged_at")
        moved = ", ".join(f"{name} = {name} - %s::interval" for name in names)
        self.given.sql(
            self.town,
            f"UPDATE __tenant__.exchange SET {moved} WHERE id = %s",
            *[interval] * len(names),
            uuid_in(exchange),
        )

    def tend(self) -> int:
        """Let the clock do what is due."""
        return self.given.tend(self.town)
