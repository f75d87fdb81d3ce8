"""What tests of petitions start from: an activity with a rule, petitions in each state, and the clock."""

from threading import Event
from time import monotonic
from typing import Any

from jobs import petition
from tests.acting import CAST, published
from tests.administering import done
from tests.conftest import Portal
from tests.given import PATIENCE_S, Given, uuid_in

READ = """query($id: ID!) { contribution(id: $id) { petition { state isSignable signatures reachedLevels dueAt isOverdue
  submittedAt decidedAt reason openedAt closesAt reachedAt lapsedAt transmittedAt scheduledAt sessionOn answeredAt
  decision deliberation link contribution { id } } } }"""
LEVELS = [{"signatures": 2, "promise": "MEDIATION"}, {"signatures": 3, "promise": "AGENDA"}]


def ruled(given: Given, town: Portal, admin: Portal, levels: list[dict[str, Any]] | None = None, **days: Any) -> str:
    """A petition activity with a rule."""
    activity = given.activity(town, kind="PETITION", vote_method="SUPPORT")
    done(admin, "petitionRulePublish", activity=activity, version=0, levels=levels or LEVELS, **days)
    return activity


def opened(author: Portal, moderator: Portal, activity: str) -> str:
    """A petition that gathers signatures."""
    proposal = published(author, activity)
    done(moderator, "petitionAdmit", contribution=proposal)
    done(author, "petitionOpen", contribution=proposal)
    return proposal


def read(who: Portal, proposal: str) -> dict[str, Any]:
    return dict(who.ask(READ, id=proposal)["contribution"]["petition"])


def sign(who: Portal, proposal: str) -> list[Any]:
    """What refuses a signature."""
    given = {"contribution": proposal, "choice": "SUPPORT"}
    return list(who.ask(CAST, input=given)["voteCast"]["userErrors"])


def signed(given: Given, town: Portal, proposal: str, count: int) -> list[Portal]:
    """So many people, who have signed."""
    people = [given.actor(town) for _ in range(count)]
    assert [sign(each, proposal) for each in people] == [[]] * count
    return people


def close(given: Given, town: Portal, proposal: str) -> None:
    """It closed a while ago."""
    moved = "opened_at = now() - interval '9 days', closes_at = now() - interval '1 minute'"
    given.sql(town, f"UPDATE __tenant__.petition SET {moved} WHERE contribution_id = %s", uuid_in(proposal))


def tended(given: Given, town: Portal, proposal: str, state: str, levels: int = 0) -> dict[str, Any]:
    """The petition once the clock, ours or the server's, has moved it there."""
    deadline = monotonic() + PATIENCE_S
    while (there := read(town, proposal))["state"] != state or there["reachedLevels"] != levels:
        assert monotonic() < deadline, there
        given.run(petition.tend(given.database, town.number))
        given._tell(town)  # What the clock wrote the server did not.
        Event().wait(0.02)
    return there


def reached(given: Given, town: Portal, proposal: str, count: int = 3) -> list[Portal]:
    """It has reached as many of the usual levels as so many signatures reach."""
    people = signed(given, town, proposal, count)
    tended(given, town, proposal, "REACHED", 2 if count >= 3 else 1)
    return people
