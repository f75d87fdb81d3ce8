"""What tests of petitions start from: an activity with a rule, petitions in each state, and the clock."""

from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Event
from time import monotonic
from typing import Any
from uuid import uuid4

from jobs import petition
from tests.acting import CAST, ERRORS, published
from tests.administering import done
from tests.conftest import Portal
from tests.given import PATIENCE_S, Given, uuid_in

PREFIX = "".join(letter for letter in str(uuid4()) if letter.isalpha())
"""A name of this process alone: an elector signs one petition a quarter in the town that tests share."""

READ = """query($id: ID!) { contribution(id: $id) { petition { state isByLaw isSignable signatures reachedLevels dueAt isOverdue
  submittedAt decidedAt reason openedAt closesAt reachedAt lapsedAt transmittedAt scheduledAt sessionOn answeredAt
  answer deliberation link contribution { id } } } }"""
SESSION = (datetime.now(UTC) + timedelta(days=50)).date().isoformat()
"""A day on which the assembly meets."""

LEVELS = [{"signatures": 2, "promise": "MEDIATION"}, {"signatures": 3, "promise": "AGENDA"}]


def ruled(given: Given, town: Portal, admin: Portal, levels: list[dict[str, Any]] | None = None, **said: Any) -> str:
    """A petition activity with a rule."""
    activity = given.activity(town, kind="PETITION", vote_method="SUPPORT")
    done(admin, "petitionRulePublish", activity=activity, version=0, levels=levels or LEVELS, **said)
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


SIGN = f"mutation($input: PetitionSignInput!) {{ petitionSign(input: $input) {{ contribution {{ id }} {ERRORS} }} }}"
_numbers = count(1)


def electorate(person: dict[str, str]) -> dict[str, str]:
    """The same person of a family that no other test knows."""
    return person | {"familyName": f"{person['familyName']} {PREFIX}"}


def elector() -> dict[str, str]:
    """Somebody whom no other test knows."""
    return electorate({"givenNames": "Camille", "familyName": f"Électrice{next(_numbers)}", "bornOn": "1980-01-01"})


def sign_as(who: Portal, proposal: str, **said: Any) -> list[Any]:
    """What refuses the signature of an elector."""
    given = {"contribution": proposal, "isOnHonour": True, **said}
    return list(who.ask(SIGN, input=given)["petitionSign"]["userErrors"])


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


# For tests of the whole contract --------------------------------------------------------------------------------------

_BEGUN = "opened_at = now() - interval '2 days', closes_at = now() + interval '40 days', decided_at = now()"
_GATHERING = f"state = 'OPEN', {_BEGUN}, reached_at = NULL, reached_levels = 0, due_at = NULL"
_REACHED = f"{_BEGUN}, reached_at = now(), reached_levels = 1, due_at = now() + interval '9 days'"
_UNDRAWN = ", ".join(
    f"sample_{name} = NULL" for name in ("drawn_at", "population", "size", "valid", "estimate", "low", "high")
)
_UNSAMPLED = f"sample_seed = NULL, sample_permille = NULL, sample_announced_at = NULL, {_UNDRAWN}"
_CLOSED = (
    "state = 'LAPSED', decided_at = now(), opened_at = now() - interval '9 days', closes_at = now() - interval '1 day',"
    " lapsed_at = now(), reached_at = NULL, reached_levels = 0, due_at = NULL"
)
_ANNOUNCED = "sample_seed = 'a', sample_permille = 200, sample_announced_at = now() - interval '2 days'"
_DRAWN = "sample_drawn_at = now(), sample_population = 5, sample_size = 1"
_FAILED = "sample_valid = 0, sample_estimate = 0, sample_low = 0, sample_high = 0"
STATES = {
    "petitionAdmit": "state = 'SUBMITTED', decided_at = NULL",
    "petitionRefuse": "state = 'SUBMITTED', decided_at = NULL, reason = NULL",
    "petitionOpen": "state = 'ADMISSIBLE', decided_at = now(), opened_at = NULL, closes_at = NULL",
    "petitionAcknowledge": f"state = 'REACHED', transmitted_at = NULL, {_REACHED}",
    "petitionSchedule": f"state = 'TRANSMITTED', transmitted_at = now(), session_on = NULL, scheduled_at = NULL, {_REACHED}",
    "petitionAnswer": f"state = 'TRANSMITTED', transmitted_at = now(), answered_at = NULL, answer = NULL, {_REACHED}",
    "petitionSheetType": f"{_GATHERING}, is_by_law = false",
    "petitionSign": f"{_GATHERING}, is_by_law = true",
    "petitionSampleAnnounce": f"{_GATHERING}, is_by_law = true, {_UNSAMPLED}",
    "petitionSampleDraw": f"{_CLOSED}, is_by_law = true, {_UNDRAWN}, {_ANNOUNCED}",
    "petitionSignatureCheck": f"{_CLOSED}, is_by_law = true, {_ANNOUNCED}, {_DRAWN}",
    "petitionInvalidate": f"state = 'REACHED', {_REACHED}, is_by_law = true, {_ANNOUNCED}, {_DRAWN}, {_FAILED}, invalid_reason = NULL",
    "petitionRevalidate": f"state = 'INVALIDATED', invalid_reason = 'Trop peu.', {_REACHED}",
    "petitionSignaturesSetAside": f"{_GATHERING}, is_by_law = true",
    "petitionSignaturesPutBack": f"{_GATHERING}, is_by_law = true",
    "petitionSampleMatch": f"{_CLOSED}, is_by_law = true, {_ANNOUNCED}, {_DRAWN}",
    "petitionRollForget": f"{_GATHERING}, is_by_law = true",
    "petitionSignatureAppeal": f"{_GATHERING}, is_by_law = true",
    "petitionSignatureAnswer": f"{_GATHERING}, is_by_law = true",
    "petitionSponsor": "state = 'SEEKING', decided_at = NULL, due_at = NULL, submitted_at = now()",
    "petitionAuthorJoin": "state = 'SUBMITTED', decided_at = NULL",
    "petitionLeave": "state = 'SUBMITTED', decided_at = NULL",
    "petition": f"state = 'TRANSMITTED', transmitted_at = now(), {_REACHED}",
}
"""The state in which each mutation finds the petition of its name, and that of one to read."""

AGAIN = (
    *(
        f"UPDATE __tenant__.petition SET {state} WHERE contribution_id IN"
        f" (SELECT id FROM __tenant__.contribution WHERE title = '{name}')"
        for name, state in STATES.items()
    ),
    "DELETE FROM __tenant__.petitioner",
    "DELETE FROM __tenant__.petition_signature",
    *(
        "INSERT INTO __tenant__.petition_signature (id, contribution_id, quarter, commune, signed_at, sample_rank)"
        f" SELECT gen_random_uuid(), id, '2026-10-01', '35238', now(), {rank} FROM __tenant__.contribution WHERE title ="
        f" '{name}'"
        for name, rank in (("petitionSampleDraw", "NULL"), ("petitionSignatureCheck", "1"))
    ),
    "INSERT INTO __tenant__.petition_signature (id, contribution_id, actor_id, quarter, commune, signed_at,"
    " set_aside_sign, set_aside_reason, set_aside_at)"
    " SELECT gen_random_uuid(), c.id, a.id, date '2000-01-01' + dense_rank() OVER (ORDER BY c.id) * interval '3 months', '35238', now(), 'MAILBOX', 'Une boîte.', now()"
    " FROM __tenant__.contribution c, __tenant__.actor a WHERE c.title = 'petitionSignatureAppeal'",
    "INSERT INTO __tenant__.petition_signature (id, contribution_id, quarter, commune, signed_at, set_aside_sign,"
    " set_aside_reason, set_aside_at, appeal, appealed_at)"
    " SELECT id, id, '2020-01-01', '35238', now(), 'MAILBOX', 'Une boîte.', now(), 'Nous sommes deux.', now()"
    " FROM __tenant__.contribution WHERE title = 'petitionSignatureAnswer'",
    "DELETE FROM __tenant__.petition_sheet",
    "DELETE FROM __tenant__.petition_rule WHERE activity_id NOT IN (SELECT activity_id FROM __tenant__.contribution)",
)
"""For the next caller who moves one, or publishes the first rule of an activity."""


def petitioned(given: Given, author: Portal, space: str) -> dict[str, str]:
    """A petition for each mutation in a space, one to read, and an activity that has no rule yet."""
    activity = given.activity(author, kind="PETITION", vote_method="SUPPORT", space=space)
    levels = '[{"signatures": 1, "permille": null, "promise": "ANSWER"}]'
    days = dict.fromkeys(("admit_days", "gather_days", "acknowledge_days", "answer_days"), 9)
    rule = {"activity_id": uuid_in(activity), "version": 1, "levels": levels, "published_at": "now", **days}
    id_ = given.insert(author, "petition_rule", **rule)
    petitions = {name: published(author, activity, title=name) for name in STATES}
    for statement in AGAIN:
        given.sql(author, statement)
    moved = {f"{name}.contribution": id_ for name, id_ in petitions.items() if name != "petition"}
    [[read_one]] = given.sql(
        author, "SELECT id FROM __tenant__.petition WHERE contribution_id = %s", uuid_in(petitions["petition"])
    )
    return moved | {
        "petition": petitions["petition"],
        "petitions": activity,
        "Petition": f"petition_{author.number}_{read_one}",
        "PetitionSignature": f"petitionsignature_{author.number}_{uuid_in(petitions['petitionSignatureAnswer'])}",
        "PetitionRule": f"petitionrule_{author.number}_{id_}",
        "petitionRulePublish.activity": given.activity(author, kind="PETITION", vote_method="SUPPORT", space=space),
    }
