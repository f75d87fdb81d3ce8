"""Petitions: from submission to the city's answer; who moves them, when signatures count, and what the city owes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jobs import petition as clock
from tests import importing
from tests.acting import REVISE, WITHDRAW, published, refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import LEVELS, SESSION, STATES, close, opened, reached, read, ruled, sign, signed, tended
from tests.telling import followed, person, told

ANSWER = {"answer": "Le conseil a voté le projet.", "deliberation": "2026-118", "link": "https://ville.example/118"}
QUEUE = "query($s: PetitionState) { petitions(first: 100, state: $s) { nodes { state contribution { id } } } }"
NOT_NOW = refused("ACTION_NOT_POSSIBLE", "contribution")


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


@pytest.fixture
def author(given: Given, town: Portal) -> Portal:
    return given.actor(town)


@pytest.fixture
def activity(given: Given, town: Portal, admin: Portal) -> str:
    return ruled(given, town, admin)


def at(told: str | None) -> datetime:
    assert told is not None
    return datetime.fromisoformat(told)


def days_from_now(days: int) -> datetime:
    """The end of a local day so many days from now, in the town's time zone."""
    paris = ZoneInfo("Europe/Paris")
    day = datetime.now(paris).date() + timedelta(days=days + 1)
    return datetime(day.year, day.month, day.day, tzinfo=paris).astimezone(UTC)


def events(given: Given, town: Portal, proposal: str) -> list[str]:
    """The kinds of what happened to a petition, in order."""
    text = "SELECT kind FROM __tenant__.event WHERE subject_id = %s AND kind LIKE 'PETITION%%' ORDER BY id"
    return [kind for (kind,) in given.sql(town, text, uuid_in(proposal))]


def test_petition_goes_from_submission_to_the_answer(
    given: Given, town: Portal, author: Portal, moderator: Portal, activity: str
) -> None:
    proposal = published(author, activity)
    first = read(town, proposal)
    assert (first["state"], first["isSignable"], first["isOverdue"]) == ("SUBMITTED", False, False)
    assert at(first["dueAt"]) == days_from_now(15)
    assert sign(given.actor(town), proposal) == refused("VOTING_NOT_OPEN", "contribution")
    done(moderator, "petitionAdmit", contribution=proposal)
    assert (read(town, proposal)["state"], read(town, proposal)["dueAt"]) == ("ADMISSIBLE", None)
    done(author, "petitionOpen", contribution=proposal)
    gathering = read(town, proposal)
    assert (gathering["state"], gathering["isSignable"]) == ("OPEN", True)
    assert at(gathering["closesAt"]) == days_from_now(180)
    reached(given, town, proposal)
    assert at(read(town, proposal)["dueAt"]) == days_from_now(15)
    done(moderator, "petitionAcknowledge", contribution=proposal)
    assert at(read(town, proposal)["dueAt"]) == days_from_now(90)
    assert sign(given.actor(town), proposal) == refused("VOTING_NOT_OPEN", "contribution")
    done(moderator, "petitionSchedule", contribution=proposal, sessionOn=SESSION)
    assert read(town, proposal)["sessionOn"] == SESSION
    done(moderator, "petitionAnswer", contribution=proposal, **ANSWER)
    last = read(town, proposal)
    assert (last["state"], last["signatures"], last["dueAt"]) == ("ANSWERED", 3, None)
    assert {name: last[name] for name in ANSWER} == ANSWER
    assert events(given, town, proposal)[:2] == ["PETITION_ADMITTED", "PETITION_OPENED"]
    assert events(given, town, proposal)[-3:] == ["PETITION_TRANSMITTED", "PETITION_SCHEDULED", "PETITION_ANSWERED"]


def test_reason_of_what_is_not_admissible_is_public_and_hidden_with_what_is_illegal(
    given: Given, town: Portal, author: Portal, moderator: Portal, activity: str
) -> None:
    proposal = published(author, activity)
    said = {"contribution": proposal, "reason": "Ce n'est pas de la compétence de la commune."}
    assert do(moderator, "petitionRefuse", contribution=proposal, reason="non")["userErrors"] == refused(
        "TOO_SHORT", "reason"
    )
    done(moderator, "petitionRefuse", **said)
    there = read(town, proposal)
    assert (there["state"], there["reason"], there["dueAt"]) == ("INADMISSIBLE", said["reason"], None)
    assert do(author, "petitionOpen", contribution=proposal)["userErrors"] == NOT_NOW
    given.sql(
        town,
        "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %s",
        uuid_in(proposal),
    )
    assert town.ask("query($id: ID!) { contribution(id: $id) { petition { reason } } }", id=proposal) == {
        "contribution": None
    }
    assert do(author, "petitionOpen", contribution=proposal)["userErrors"] == refused("NOT_FOUND", "contribution")


def test_what_is_reached_stays_reached_when_a_signature_is_withdrawn(
    given: Given, town: Portal, author: Portal, moderator: Portal, activity: str
) -> None:
    proposal = opened(author, moderator, activity)
    people = reached(given, town, proposal, 2)
    withdrawn = people[0].ask(WITHDRAW, input={"contribution": proposal})
    assert withdrawn["voteWithdraw"]["userErrors"] == []
    there = tended(given, town, proposal, "REACHED", 1)
    assert (there["signatures"], there["isSignable"]) == (1, True)
    close(given, town, proposal)
    there = tended(given, town, proposal, "REACHED", 1)
    assert (there["state"], there["lapsedAt"]) == ("REACHED", None)
    done(moderator, "petitionAcknowledge", contribution=proposal)


def test_what_closes_below_its_lowest_level_lapses(
    given: Given, town: Portal, author: Portal, moderator: Portal, activity: str
) -> None:
    proposal = opened(author, moderator, activity)
    signed(given, town, proposal, 1)
    close(given, town, proposal)
    assert sign(given.actor(town), proposal) == refused("VOTING_NOT_OPEN", "contribution")
    there = tended(given, town, proposal, "LAPSED")
    assert there["lapsedAt"] is not None and there["dueAt"] is None
    assert events(given, town, proposal) == ["PETITION_ADMITTED", "PETITION_OPENED", "PETITION_LAPSED"]
    assert do(moderator, "petitionAcknowledge", contribution=proposal)["userErrors"] == NOT_NOW


def test_signatures_that_came_in_time_count_although_the_clock_comes_late(
    given: Given, town: Portal, author: Portal, moderator: Portal, admin: Portal
) -> None:
    proposal = opened(author, moderator, ruled(given, town, admin, [{"signatures": 50, "promise": "DEBATE"}]))
    signed(given, town, proposal, 2)
    close(given, town, proposal)
    lower = '[{"signatures": 2, "permille": null, "promise": "DEBATE"}]'
    text = "UPDATE __tenant__.petition_rule r SET levels = %s FROM __tenant__.contribution c"
    given.sql(town, f"{text} WHERE r.activity_id = c.activity_id AND c.id = %s", lower, uuid_in(proposal))
    there = tended(given, town, proposal, "REACHED", 1)
    assert there["isSignable"] is False and there["lapsedAt"] is None


def test_city_waits_for_the_close_while_people_may_sign_for_a_further_level(
    given: Given, town: Portal, author: Portal, moderator: Portal, activity: str
) -> None:
    proposal = opened(author, moderator, activity)
    reached(given, town, proposal, 2)
    assert at(read(town, proposal)["dueAt"]) == days_from_now(180 + 1 + 15), "counted from the close, a midnight"
    assert do(moderator, "petitionAcknowledge", contribution=proposal)["userErrors"] == NOT_NOW
    signed(given, town, proposal, 1)
    there = tended(given, town, proposal, "REACHED", 2)
    assert at(there["dueAt"]) == days_from_now(15)
    done(moderator, "petitionAcknowledge", contribution=proposal)


def test_city_waits_until_the_last_signatures_are_counted(
    given: Given, town: Portal, author: Portal, moderator: Portal, activity: str
) -> None:
    proposal = opened(author, moderator, activity)
    reached(given, town, proposal, 2)
    text = """UPDATE __tenant__.petition SET opened_at = now() - interval '9 days', closes_at = now() - interval '%s'
      WHERE contribution_id = %%s"""
    given.sql(town, text % "0 seconds", uuid_in(proposal))
    assert do(moderator, "petitionAcknowledge", contribution=proposal)["userErrors"] == NOT_NOW
    given.sql(town, text % "11 seconds", uuid_in(proposal))
    done(moderator, "petitionAcknowledge", contribution=proposal)


def test_what_is_due_is_counted_from_the_close_of_the_activity_where_it_is_sooner(
    given: Given, town: Portal, author: Portal, moderator: Portal, activity: str
) -> None:
    proposal = opened(author, moderator, activity)
    days = "UPDATE __tenant__.activity SET closes_at = now() + interval '3 days' WHERE id = %s"
    given.sql(town, days, uuid_in(activity))
    reached(given, town, proposal, 2)
    assert at(read(town, proposal)["dueAt"]) == days_from_now(3 + 15)


def test_author_who_withdraws_the_proposal_ends_the_signing(
    given: Given, town: Portal, author: Portal, moderator: Portal, activity: str
) -> None:
    proposal = opened(author, moderator, activity)
    done(author, "contributionClose", contribution=proposal, outcome="WITHDRAWN")
    assert sign(given.actor(town), proposal) == refused("CONTRIBUTION_NOT_OPEN", "contribution")
    close(given, town, proposal)
    tended(given, town, proposal, "LAPSED")


def test_city_owes_nothing_to_a_petition_that_was_withdrawn(
    given: Given, town: Portal, author: Portal, moderator: Portal, activity: str
) -> None:
    submitted, signed_one, erased = published(author, activity), opened(author, moderator, activity), given.actor(town)
    gone = published(erased, activity)
    reached(given, town, signed_one, 2)
    for proposal in (submitted, signed_one):
        done(author, "contributionClose", contribution=proposal, outcome="WITHDRAWN")
    named = erased.ask("{ viewer { name } }")["viewer"]["name"]
    done(erased, "accountErase", contributions="BLANK", confirmation=named)
    for proposal in (submitted, signed_one, gone):
        there = read(town, proposal)
        assert (there["dueAt"], there["isOverdue"]) == (None, False)
    waiting = moderator.ask(QUEUE, s=None)["petitions"]["nodes"]
    assert not {submitted, signed_one, gone} & {node["contribution"]["id"] for node in waiting}
    close(given, town, signed_one)
    for mutation, proposal in (("petitionAdmit", submitted), ("petitionAcknowledge", signed_one)):
        assert do(moderator, mutation, contribution=proposal)["userErrors"] == refused(
            "CONTRIBUTION_NOT_OPEN", "contribution"
        )
    assert tended(given, town, signed_one, "REACHED", 1)["dueAt"] is None


@pytest.mark.parametrize("status", ["HIDDEN", "HELD"])
def test_petition_that_is_withheld_at_its_close_is_counted_when_it_is_shown_again(
    given: Given, town: Portal, author: Portal, moderator: Portal, activity: str, status: str
) -> None:
    few, many = (opened(author, moderator, activity) for _ in range(2))
    signed(given, town, few, 1)
    signed(given, town, many, 2)
    hide = f"UPDATE __tenant__.contribution SET status = '{status}', status_before = 'OPEN' WHERE id = %s"
    again = """UPDATE __tenant__.petition SET state = 'OPEN', reached_at = NULL, reached_levels = 0, due_at = NULL
      WHERE contribution_id = %s"""
    for proposal in (few, many):
        given.sql(town, hide, uuid_in(proposal))
        given.sql(town, again, uuid_in(proposal))
        close(given, town, proposal)
    given.run(clock.tend(given.database, town.number))
    states = "SELECT state FROM __tenant__.petition WHERE contribution_id = %s"
    assert [given.sql(town, states, uuid_in(one)) for one in (few, many)] == [[("OPEN",)], [("OPEN",)]]
    show = "UPDATE __tenant__.contribution SET status = 'OPEN', status_before = NULL WHERE id = %s"
    for proposal in (few, many):
        given.sql(town, show, uuid_in(proposal))
    tended(given, town, few, "LAPSED")
    tended(given, town, many, "REACHED", 1)


@pytest.mark.parametrize("mutation", ["petitionAdmit", "petitionRefuse", "petitionAcknowledge", "petitionAnswer"])
def test_only_the_city_moves_what_is_its_own_to_move(
    given: Given, town: Portal, author: Portal, activity: str, mutation: str
) -> None:
    proposal = published(author, activity)
    said: dict[str, Any] = {
        "petitionRefuse": {"reason": "Pas de la compétence."},
        "petitionAnswer": {"answer": "Oui."},
    }.get(mutation, {})
    stranger = given.actor(town)
    with given.nothing_written(town):
        for who, code in ((author, "FORBIDDEN"), (stranger, "FORBIDDEN"), (town, "UNAUTHENTICATED")):
            assert do(who, mutation, contribution=proposal, **said)["userErrors"] == refused(code, None)


def test_only_its_author_or_the_city_opens_it(
    given: Given, town: Portal, author: Portal, moderator: Portal, activity: str
) -> None:
    proposal = published(author, activity)
    assert do(author, "petitionOpen", contribution=proposal)["userErrors"] == NOT_NOW
    done(moderator, "petitionAdmit", contribution=proposal)
    stranger = do(given.actor(town), "petitionOpen", contribution=proposal)
    assert stranger["userErrors"] == refused("FORBIDDEN", "contribution")
    done(moderator, "petitionOpen", contribution=proposal)
    assert do(author, "petitionOpen", contribution=proposal)["userErrors"] == NOT_NOW


def test_editor_of_the_space_opens_it(given: Given, town: Portal, author: Portal, admin: Portal) -> None:
    space, editor = given.space(town), given.actor(town)
    actor = uuid_in(editor.ask("{ viewer { id } }")["viewer"]["id"])
    given.insert(town, "space_role", space_id=uuid_in(space), actor_id=actor, kind="EDITOR", given_at="now")
    activity = given.activity(town, kind="PETITION", vote_method="SUPPORT", space=space)
    done(admin, "petitionRulePublish", activity=activity, version=0, levels=LEVELS)
    proposal = published(author, activity)
    done(editor, "petitionAdmit", contribution=proposal)
    done(editor, "petitionOpen", contribution=proposal)
    assert read(town, proposal)["state"] == "OPEN"


def test_member_of_a_service_of_the_city_moves_it(
    given: Given, town: Portal, author: Portal, admin: Portal, activity: str
) -> None:
    agent = given.actor(town)
    made = done(admin, "organisationCreate", "organisation { id }", name="Vie citoyenne", kind="SERVICE")
    mine = agent.ask("{ viewer { id } }")["viewer"]["id"]
    done(admin, "organisationMemberAdd", organisation=made["organisation"]["id"], actor=mine)
    proposal = published(author, activity)
    done(agent, "petitionAdmit", contribution=proposal)
    assert read(town, proposal)["state"] == "ADMISSIBLE"
    done(agent, "petitionOpen", contribution=proposal)
    assert read(town, proposal)["state"] == "OPEN"


def test_answer_wants_an_address_with_https(
    given: Given, town: Portal, author: Portal, moderator: Portal, activity: str
) -> None:
    proposal = opened(author, moderator, activity)
    reached(given, town, proposal)
    done(moderator, "petitionAcknowledge", contribution=proposal)
    for link in ("http://ville.example/118", "javascript:alert(1)", "https://ville.example/a b"):
        told = do(moderator, "petitionAnswer", contribution=proposal, **ANSWER | {"link": link})
        assert told["userErrors"] == refused("BAD_INPUT", "link"), link
    done(moderator, "petitionAnswer", contribution=proposal, answer="Un débat a eu lieu.", deliberation=" ", link="")
    there = read(town, proposal)
    assert (there["state"], there["deliberation"], there["link"]) == ("ANSWERED", None, None)


def test_what_the_city_owes_is_listed_the_oldest_day_first_and_marked_when_it_is_over(
    given: Given, town: Portal, author: Portal, moderator: Portal, activity: str
) -> None:
    late, soon, admitted = (published(author, activity) for _ in range(3))
    done(moderator, "petitionAdmit", contribution=admitted)
    over = "UPDATE __tenant__.petition SET due_at = now() - interval '1 second' WHERE contribution_id = %s"
    given.sql(town, over, uuid_in(late))

    def queue(state: str | None = None) -> list[str]:
        nodes = moderator.ask(QUEUE, s=state)["petitions"]["nodes"]
        ids = [node["contribution"]["id"] for node in nodes]
        return [id_ for id_ in ids if id_ in (late, soon, admitted)]

    assert (queue(), queue("ADMISSIBLE"), queue("OPEN")) == ([late, soon], [admitted], [])
    assert (read(town, late)["isOverdue"], read(town, soon)["isOverdue"]) == (True, False)


def test_activity_without_a_rule_is_signed_as_before(given: Given, town: Portal, author: Portal) -> None:
    proposal = published(author, given.activity(town, kind="PETITION", vote_method="SUPPORT"))
    assert town.ask("query($id: ID!) { contribution(id: $id) { petition { state } } }", id=proposal) == {
        "contribution": {"petition": None}
    }
    assert sign(given.actor(town), proposal) == []
    assert do(author, "petitionOpen", contribution=proposal)["userErrors"] == NOT_NOW


def test_petition_closes_no_later_than_its_activity(
    given: Given, town: Portal, author: Portal, moderator: Portal, activity: str
) -> None:
    sooner = (
        "UPDATE __tenant__.activity SET closes_at = date_trunc('second', now()) + interval '%s days' WHERE id = %%s"
    )
    given.sql(town, sooner % 30, uuid_in(activity))
    proposal = opened(author, moderator, activity)
    assert at(read(town, proposal)["closesAt"]) - datetime.now(UTC) < timedelta(days=30)
    given.sql(town, sooner % 3, uuid_in(activity))
    assert at(read(town, proposal)["closesAt"]) - datetime.now(UTC) < timedelta(days=3)
    given.sql(
        town, "UPDATE __tenant__.activity SET closes_at = now() - interval '1 minute' WHERE id = %s", uuid_in(activity)
    )
    tended(given, town, proposal, "LAPSED")


def test_followers_and_the_author_are_told(given: Given, town: Portal, moderator: Portal, activity: str) -> None:
    author, follower, stranger = (person(given, town) for _ in range(3))
    proposal = published(author, activity)
    followed(follower, contribution=proposal)
    done(moderator, "petitionAdmit", contribution=proposal)
    assert [told(given, who) for who in (author, follower, stranger)] == [*([[("PETITION_MOVED", proposal)]] * 2), []]


def revised(who: Portal, proposal: str, **fields: Any) -> list[Any]:
    """What refuses a revision."""
    return list(who.ask(REVISE, input={"contribution": proposal, **fields})["contributionRevise"]["userErrors"])


@pytest.mark.parametrize(
    "change",
    [{"title": "Un tout autre titre"}, {"body": "De tout autres mots."}, {"location": {"lat": 48.1, "lng": -1.6}}],
)
@pytest.mark.parametrize("mutation", [None, "petitionOpen", "petitionAcknowledge", "petitionSchedule"])
def test_words_and_place_are_fixed_once_the_city_has_said_that_it_is_admissible(
    given: Given, town: Portal, author: Portal, activity: str, mutation: str | None, change: dict[str, Any]
) -> None:
    proposal = published(author, activity)
    assert revised(author, proposal, title="Un banc sous le tilleul", body="À l'ombre.") == []
    state = STATES[mutation] if mutation else "state = 'INADMISSIBLE', decided_at = now(), reason = 'Non.'"
    state += "" if "due_at" in state else ", due_at = NULL"
    given.sql(town, f"UPDATE __tenant__.petition SET {state} WHERE contribution_id = %s", uuid_in(proposal))
    with given.nothing_written(town):
        assert revised(author, proposal, **change) == refused("PETITION_FIXED", next(iter(change)))


def test_petition_never_expires_whoever_says_a_day(
    given: Given, town: Portal, author: Portal, moderator: Portal, activity: str
) -> None:
    given.sql(town, "UPDATE __tenant__.activity SET expires_after_days = 30 WHERE id = %s", uuid_in(activity))
    usual, own = published(author, activity), published(author, activity, expiresAfterDays=5)
    renewed = opened(author, moderator, activity)
    assert revised(author, renewed, expiresAfterDays=30) == []
    for proposal in (usual, own, renewed):
        assert expiry(given, town, proposal) is None
    assert read(town, renewed)["isSignable"] is True
    unruled = given.activity(town, kind="PETITION", vote_method="SUPPORT", expires_after_days=30)
    assert expiry(given, town, published(author, unruled)) is not None, "without a rule it is a proposal as others"


def test_imported_proposals_of_an_activity_with_a_rule_are_submitted_as_others(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    given.sql(town, "UPDATE __tenant__.activity SET expires_after_days = 30 WHERE id = %s", uuid_in(activity))
    run = importing.tried(given, admin, activity, "reference;title;body\nA;Une pétition reprise;Son texte entier.\n")
    assert importing.done(given, admin, "confirm", run["id"])["acceptedCount"] == 1
    text = "SELECT id FROM __tenant__.contribution WHERE activity_id = %s"
    [[brought]] = given.sql(town, text, uuid_in(activity))
    proposal = f"contribution_{town.number}_{brought}"
    there = read(town, proposal)
    assert (there["state"], there["isSignable"], at(there["dueAt"])) == ("SUBMITTED", False, days_from_now(15))
    assert expiry(given, town, proposal) is None
    assert sign(given.actor(town), proposal) == refused("VOTING_NOT_OPEN", "contribution")


def expiry(given: Given, town: Portal, proposal: str) -> datetime | None:
    """When a contribution expires."""
    text = "SELECT expires_at FROM __tenant__.contribution WHERE id = %s"
    [[expires]] = given.sql(town, text, uuid_in(proposal))
    assert expires is None or isinstance(expires, datetime)
    return expires
