"""Official responses: in the name of a service, with a status; and which proposals wait for an answer."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests import acting
from tests.acting import published, refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import LEVELS
from tests.test_page_portal import signed_in
from tests.test_proposal_status import add

READ = """query($id: ID!) { contribution(id: $id) { progress { name } mayRespond answerDueAt
  officialResponses { service body version status { name } } } }"""
DUE = "{ answersDue(first: 100) { nodes { id } } }"


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


@pytest.fixture
def activity(given: Given, town: Portal) -> str:
    return given.activity(town, kind="IDEA_BOX", vote_method="SUPPORT")


def respond(who: Portal, proposal: str, **fields: Any) -> dict[str, Any]:
    whole = {"contribution": proposal, "service": "Direction des jardins", **fields}
    return do(who, "officialResponsePublish", "officialResponse { id version }", **whole)


def test_the_newest_status_is_where_the_city_is(
    given: Given, town: Portal, admin: Portal, moderator: Portal, activity: str
) -> None:
    proposal = published(given.actor(town), activity)
    first, second = add(admin, activity, "Reçue"), add(admin, activity, "Retenue")
    for fields in ({"status": first}, {"body": "Nous\r\nétudions."}, {"status": second, "body": "C'est oui."}):
        assert respond(moderator, proposal, **fields)["userErrors"] == []
    assert town.ask(READ, id=proposal)["contribution"] == {
        "progress": {"name": "Retenue"},
        "mayRespond": False,
        "answerDueAt": None,
        "officialResponses": [
            {"service": "Direction des jardins", "body": "C'est oui.", "version": 1, "status": {"name": "Retenue"}},
            {"service": "Direction des jardins", "body": "Nous\nétudions.", "version": 1, "status": None},
            {"service": "Direction des jardins", "body": "", "version": 1, "status": {"name": "Reçue"}},
        ],
    }


def test_words_are_changed_but_never_over_somebody_elses(
    given: Given, town: Portal, moderator: Portal, activity: str
) -> None:
    proposal = published(given.actor(town), activity)
    made = respond(moderator, proposal, body="Un")["officialResponse"]
    changed = {"officialResponse": made["id"], "version": 1, "service": "La maire", "body": "Deux"}
    done(moderator, "officialResponseRevise", **changed)
    assert do(moderator, "officialResponseRevise", **changed)["userErrors"] == refused("CONFLICT", "version")
    empty = do(moderator, "officialResponseRevise", **changed | {"version": 2, "body": " "})
    assert empty["userErrors"] == refused("REQUIRED", "body")
    [found] = town.ask(READ, id=proposal)["contribution"]["officialResponses"]
    assert (found["service"], found["body"], found["version"]) == ("La maire", "Deux", 2)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({}, "REQUIRED", "body"),
        ({"body": "a", "service": ""}, "TOO_SHORT", "service"),
        ({"body": "a" * 10_001}, "TOO_LONG", "body"),
    ],
)
def test_bad_responses_are_refused(
    given: Given, town: Portal, moderator: Portal, activity: str, fields: dict[str, Any], code: str, field: str
) -> None:
    proposal = published(given.actor(town), activity)
    with given.nothing_written(town):
        assert respond(moderator, proposal, **fields)["userErrors"] == refused(code, field)


def test_only_proposals_are_answered_by_statuses_of_their_activity(
    given: Given, town: Portal, admin: Portal, moderator: Portal, activity: str
) -> None:
    help_ = given.activity(town, kind="MUTUAL_AID")
    offer, proposal = published(given.actor(town), help_, "OFFER"), published(given.actor(town), activity)
    elsewhere = add(admin, given.activity(town, kind="IDEA_BOX"), "Ailleurs")
    with given.nothing_written(town):
        assert respond(moderator, offer, body="a")["userErrors"] == refused("KIND_NOT_ACCEPTED", "contribution")
        assert respond(moderator, proposal, status=elsewhere)["userErrors"] == refused("NOT_FOUND", "status")


def test_who_may_respond(given: Given, town: Portal, moderator: Portal, admin: Portal) -> None:
    space, editor = given.space(town), given.actor(town)
    mine, other = given.activity(town, kind="IDEA_BOX", space=space), given.activity(town, kind="IDEA_BOX")
    actor = uuid_in(editor.ask("{ viewer { id } }")["viewer"]["id"])
    given.insert(town, "space_role", space_id=uuid_in(space), actor_id=actor, kind="EDITOR", given_at="now")
    author = given.actor(town)
    here, there = published(author, mine), published(author, other)
    for who, may in ((author, False), (editor, True), (moderator, True), (admin, True)):
        assert who.ask(READ, id=here)["contribution"]["mayRespond"] is may
        assert (respond(who, here, body="Oui")["userErrors"] == []) is may
    assert editor.ask(READ, id=there)["contribution"]["mayRespond"] is False
    with given.nothing_written(town):
        assert respond(editor, there, body="Oui")["userErrors"] == refused("FORBIDDEN", None)


def test_answers_due_are_those_promised_and_not_given(given: Given, town: Portal, moderator: Portal) -> None:
    promising, author = given.activity(town, kind="IDEA_BOX", vote_method="SUPPORT"), given.actor(town)
    given.sql(town, "UPDATE __tenant__.activity SET answer_within_days = 30 WHERE id = %s", uuid_in(promising))
    waiting, answered = (published(author, promising) for _ in range(2))
    published(author, given.activity(town, kind="IDEA_BOX"))
    assert respond(moderator, answered, body="Oui")["userErrors"] == []
    assert {node["id"] for node in moderator.ask(DUE)["answersDue"]["nodes"]} >= {waiting}
    assert answered not in {node["id"] for node in moderator.ask(DUE)["answersDue"]["nodes"]}
    assert town.ask(READ, id=waiting)["contribution"]["answerDueAt"] is not None
    given.sql(town, "UPDATE __tenant__.activity SET support_threshold = 1 WHERE id = %s", uuid_in(promising))
    assert waiting not in {node["id"] for node in moderator.ask(DUE)["answersDue"]["nodes"]}
    acting.cast(given.actor(town), waiting, "SUPPORT")
    given.fold(town)
    assert waiting in {node["id"] for node in moderator.ask(DUE)["answersDue"]["nodes"]}


def test_petition_waits_for_what_its_rule_says_and_in_no_second_queue(
    given: Given, town: Portal, admin: Portal, moderator: Portal
) -> None:
    activity, author = given.activity(town, kind="PETITION", vote_method="SUPPORT"), given.actor(town)
    given.sql(town, "UPDATE __tenant__.activity SET answer_within_days = 30 WHERE id = %s", uuid_in(activity))
    before = published(author, activity)
    done(admin, "petitionRulePublish", activity=activity, version=0, levels=LEVELS)
    after = published(author, activity)
    due = {node["id"] for node in moderator.ask(DUE)["answersDue"]["nodes"]}
    assert due & {before, after} == {before}, "which was published before there was a rule, and is no petition"
    assert town.ask(READ, id=after)["contribution"]["answerDueAt"] is None
    assert town.ask(READ, id=before)["contribution"]["answerDueAt"] is not None


def test_answer_can_be_promised_to_proposals_alone(given: Given, admin: Portal, town: Portal) -> None:
    help_ = given.activity(town, kind="MUTUAL_AID")
    whole = {"activity": help_, "version": 1, "title": "Entraide", "opensAt": "2026-01-01T00:00:00Z"}
    refused_ = do(admin, "activityRevise", **whole, locationRule="REQUIRED", answerWithinDays=30)
    assert refused_["userErrors"] == refused("BAD_INPUT", "answerWithinDays")
    idea = given.activity(town, kind="IDEA_BOX")
    too_long = do(admin, "activityRevise", **whole | {"activity": idea}, locationRule="NONE", answerWithinDays=366)
    assert too_long["userErrors"] == refused("BAD_INPUT", "answerWithinDays")


def test_promise_is_counted_from_when_it_was_made_and_nothing_is_promised_to_imports(
    given: Given, town: Portal, moderator: Portal, admin: Portal
) -> None:
    activity, author = given.activity(town, kind="IDEA_BOX"), given.actor(town)
    old, imported = (published(author, activity) for _ in range(2))
    aged = "UPDATE __tenant__.contribution SET published_at = now() - interval '300 days' WHERE activity_id = %s"
    given.sql(town, aged, uuid_in(activity))
    item = "INSERT INTO __tenant__.imported_item (source, kind, reference, subject_id) VALUES ('x', 'CONTRIBUTION', %s, %s)"
    given.sql(town, item, imported, uuid_in(imported))

    def promise(days: int | None) -> tuple[float | None, float]:
        """Promise; after how many days from now the old proposal is due, and a new one."""
        [(version,)] = given.sql(town, "SELECT version FROM __tenant__.activity WHERE id = %s", uuid_in(activity))
        opens = "2026-01-01T00:00:00Z"
        whole = {"activity": activity, "version": version, "title": "Idées", "opensAt": opens, "locationRule": "NONE"}
        assert do(admin, "activityRevise", **whole, answerWithinDays=days)["userErrors"] == []
        dues = [town.ask(READ, id=one)["contribution"]["answerDueAt"] for one in (old, published(author, activity))]
        assert town.ask(READ, id=imported)["contribution"]["answerDueAt"] is None
        return tuple(due and round((datetime.fromisoformat(due) - datetime.now(UTC)).total_seconds() / 86_400)
                     for due in dues)  # type: ignore[return-value]  # fmt: skip

    assert promise(30) == (30, 30)
    passed = "UPDATE __tenant__.activity SET answers_promised_at = now() - interval '20 days' WHERE id = %s"
    given.sql(town, passed, uuid_in(activity))
    assert promise(30) == (10, 30)  # The same promise.
    assert promise(60) == (40, 60)  # More time does not begin anew.
    assert promise(10) == (10, 10)  # Sooner is a new promise.
    assert promise(None) == (None, None)
    waiting = {node["id"] for node in moderator.ask(DUE)["answersDue"]["nodes"]}
    assert not waiting & {old, imported}


# Screens --------------------------------------------------------------------------------------------------------------


def test_moderator_answers_from_the_list_of_what_is_due(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "MODERATOR")
    [(idea,)] = given.sql(rennes, "SELECT id FROM __tenant__.activity WHERE kind = 'IDEA_BOX' LIMIT 1")
    activity = f"activity_{rennes.number}_{idea}"
    given.sql(
        rennes, "UPDATE __tenant__.activity SET answer_within_days = 60, support_threshold = NULL WHERE id = %s", idea
    )
    proposal = published(given.actor(rennes), activity, title="Une idée qui attend sa réponse")
    given.sql(rennes, "UPDATE __tenant__.contribution SET published_at = now() - interval '3 years' WHERE id = %s",
              uuid_in(proposal))  # fmt: skip
    assert "Une idée qui attend sa réponse" in browser.get("/gestion/reponses").text
    path = f"/gestion/reponses/{proposal}"
    assert browser.get(path).status_code == 200
    form = {"form": "Respond", "contribution": proposal, "service": "Direction des jardins", "body": "Ce sera fait."}
    assert browser.submit(path, {**form, "body": ""}).status_code == 422
    assert browser.submit(path, form).status_code == 303
    page = Browser(rennes.client, rennes.host).get(f"/contribution/{proposal}").text
    assert "Ce sera fait." in page and "Direction des jardins" in page
    assert "Une idée qui attend sa réponse" not in browser.get("/gestion/reponses").text
    assert signed_in(Browser(rennes.client, rennes.host), "MEMBER").get(path).status_code == 404


def test_stale_page_answers_over_nobody(given: Given, rennes: Portal) -> None:
    admin, activity = given.actor(rennes, role="ADMIN"), given.activity(rennes, kind="IDEA_BOX")
    kept, studied = add(admin, activity, "Retenue"), add(admin, activity, "À l'étude")
    proposal = published(given.actor(rennes), activity)
    page = signed_in(Browser(rennes.client, rennes.host), "MODERATOR")
    path = f"/gestion/reponses/{proposal}"
    assert 'name="responsesRead" value="0"' in page.get(path).text
    assert respond(admin, proposal, status=kept, body="C'est oui.", responsesRead=0)["userErrors"] == []
    form = {
        "form": "Respond",
        "contribution": proposal,
        "service": "Jardins",
        "body": "Nous étudions.",
        "status": studied,
    }
    answer = page.submit(path, form | {"responsesRead": "0"})
    assert answer.status_code == 422
    assert "Répondu entre-temps" in answer.text and "C&#39;est oui." in answer.text
    assert "Nous étudions.</textarea>" in answer.text and 'name="responsesRead" value="1"' in answer.text
    assert f'<option value="{studied}" selected>' in answer.text
    assert rennes.ask(READ, id=proposal)["contribution"]["progress"] == {"name": "Retenue"}
    stale = respond(admin, proposal, status=studied, responsesRead=0)
    assert stale["userErrors"] == refused("CONFLICT", "responsesRead")
    assert page.submit(path, form | {"responsesRead": "1"}).status_code == 303
    assert rennes.ask(READ, id=proposal)["contribution"]["progress"] == {"name": "À l'étude"}


def test_lists_of_proposals_bear_their_status(
    given: Given, town: Portal, admin: Portal, moderator: Portal, activity: str
) -> None:
    proposal = published(given.actor(town), activity)
    pages = (f"/activite/{activity}", "/annonces?kinds=PROPOSAL")
    for page in pages:
        assert "Mise à l’étude" not in Browser(town.client, town.host).get(page).text
    respond(moderator, proposal, status=add(admin, activity, "Mise à l’étude"))
    for page in pages:
        assert "Mise à l’étude</b>" in Browser(town.client, town.host).get(page).text
