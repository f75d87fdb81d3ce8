"""Evaluations: valuators say whether proposals of their spaces can be done and for how much, privately, and no more."""

from typing import Any

import pytest

from models.space_role import MAX_EDITORS
from tests.acting import close, published, refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_organisation_member import me
from tests.test_page_portal import signed_in
from tests.test_space import whole

READ = """query($id: ID!) { contribution(id: $id) { mayHandle mayAssign mayRespond
  evaluation { body feasibility costEuros } notes { nodes { body } } } }"""
QUEUE = "{ contributionsToEvaluate(first: 100) { nodes { id } } }"
NOBODYS = {"mayHandle": False, "mayAssign": False, "mayRespond": False, "evaluation": None, "notes": {"nodes": []}}
FOUND = {"feasibility": "FEASIBLE", "costEuros": 12_000, "reason": "Terrain communal."}


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def author(given: Given, town: Portal) -> Portal:
    return given.actor(town)


@pytest.fixture
def valuator(given: Given, town: Portal) -> Portal:
    return given.actor(town, name="Évaluatrice")


@pytest.fixture
def space(given: Given, town: Portal, admin: Portal, valuator: Portal) -> str:
    """A space with a valuator."""
    made = given.space(town)
    done(admin, "spaceValuatorAdd", space=made, actor=me(valuator))
    return made


@pytest.fixture
def activity(given: Given, town: Portal, space: str) -> str:
    return given.activity(town, kind="IDEA_BOX", space=space)


def evaluate(who: Portal, contribution: str, **fields: Any) -> list[Any]:
    return list(do(who, "contributionEvaluate", contribution=contribution, **{**FOUND, **fields})["userErrors"])


def queue(who: Portal) -> list[str]:
    return [node["id"] for node in who.ask(QUEUE)["contributionsToEvaluate"]["nodes"]]


def test_valuator_evaluates_proposals_of_the_own_space_alone(
    given: Given, town: Portal, author: Portal, valuator: Portal, activity: str
) -> None:
    here, there = published(author, activity), published(author, given.activity(town, kind="IDEA_BOX"))
    assert valuator.ask(READ, id=here)["contribution"] == NOBODYS | {"mayHandle": True}
    assert evaluate(valuator, here) == []
    note = done(valuator, "noteAdd", "note { body feasibility costEuros }", contribution=here, body="À revoir.")["note"]
    assert note == {"body": "À revoir.", "feasibility": None, "costEuros": None}
    told = valuator.ask(READ, id=here)["contribution"]
    assert told["evaluation"] == {"body": "Terrain communal.", "feasibility": "FEASIBLE", "costEuros": 12_000}
    assert [node["body"] for node in told["notes"]["nodes"]] == ["À revoir.", "Terrain communal."]
    with given.nothing_written(town):
        assert evaluate(valuator, there) == refused("FORBIDDEN", None)
        assert evaluate(author, here) == refused("FORBIDDEN", None)
        assert evaluate(town, here) == refused("UNAUTHENTICATED", None)
    assert valuator.ask(READ, id=there)["contribution"] == NOBODYS


def test_evaluation_is_private_and_changes_nothing_that_the_public_sees(
    town: Portal, author: Portal, admin: Portal, valuator: Portal, activity: str
) -> None:
    public = (
        "query($id: ID!) { contribution(id: $id) { status costEuros progress { name } officialResponses { body } } }"
    )
    proposal = published(author, activity)
    before = town.ask(public, id=proposal)
    assert evaluate(valuator, proposal, reason="Confidentiel 5e21.") == []
    assert town.ask(public, id=proposal) == before
    assert before["contribution"]["officialResponses"] == [] and before["contribution"]["costEuros"] is None
    for outsider in (author, town):
        assert outsider.ask(READ, id=proposal)["contribution"] == NOBODYS
    assert admin.ask(READ, id=proposal)["contribution"]["evaluation"]["body"] == "Confidentiel 5e21."
    assert "5e21" not in Browser(town.client, town.host).get(f"/contribution/{proposal}").text


def test_newest_evaluation_counts_and_those_before_stay(author: Portal, valuator: Portal, activity: str) -> None:
    proposal = published(author, activity)
    assert evaluate(valuator, proposal, feasibility="UNDETERMINED", costEuros=None, reason="Sol à sonder.") == []
    assert evaluate(valuator, proposal, feasibility="NOT_FEASIBLE", costEuros=0, reason="Sol trop meuble.") == []
    told = valuator.ask(READ, id=proposal)["contribution"]
    assert told["evaluation"] == {"body": "Sol trop meuble.", "feasibility": "NOT_FEASIBLE", "costEuros": 0}
    assert [node["body"] for node in told["notes"]["nodes"]] == ["Sol trop meuble.", "Sol à sonder."]


def test_valuator_publishes_moderates_and_sets_nothing(
    given: Given, town: Portal, author: Portal, valuator: Portal, space: str, activity: str
) -> None:
    proposal, category = published(author, activity), given.category(town, activity)
    response = {"contribution": proposal, "service": "La mairie", "body": "Ce sera fait."}
    mutations: dict[str, dict[str, Any]] = {
        "spaceRevise": whole(space),
        "activityCreate": {"space": space, "kind": "IDEA_BOX", "title": "Idées"},
        "activitiesOrder": {"space": space, "activities": [activity]},
        "categoryAdd": {"activity": activity, "name": "Parcs"},
        "categoryRename": {"category": category, "name": "Parcs"},
        "proposalStatusAdd": {"activity": activity, "name": "Retenue", "color": "#1d4ed8"},
        "officialResponsePublish": response,
        "contributionAssign": {"contribution": proposal, "assignee": me(valuator)},
    }
    with given.nothing_written(town):
        for mutation, fields in mutations.items():
            assert do(valuator, mutation, **fields)["userErrors"] == refused("FORBIDDEN", None), mutation
    for absent in (
        "{ moderationCases { nodes { id } } }",
        "{ journalEntries { nodes { id } } }",
        "{ answersDue { nodes { id } } }",
    ):
        answer = town.client.post(
            "/graphql", json={"query": absent}, headers={"host": town.host, "authorization": f"Bearer {valuator.token}"}
        ).json()
        assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED", absent
    assert valuator.ask("query($s: ID!) { space(id: $s) { mayEdit editors { id } valuators { id } } }", s=space)[
        "space"
    ] == {"mayEdit": False, "editors": [], "valuators": []}


def test_valuator_evaluates_and_passes_on_what_is_given_from_another_space(
    given: Given, town: Portal, admin: Portal, author: Portal, valuator: Portal, space: str
) -> None:
    proposal = published(author, given.activity(town, kind="IDEA_BOX"))
    assert queue(valuator) == []
    assert done(admin, "contributionAssign", contribution=proposal, assignee=me(valuator))
    assert queue(valuator) == [proposal]
    assert evaluate(valuator, proposal) == []
    assert queue(valuator) == []
    done(valuator, "contributionAssign", contribution=proposal, assignee=None)
    assert evaluate(valuator, proposal) == refused("FORBIDDEN", None)


def test_queue_has_what_waits_for_a_valuator_the_oldest_first(
    given: Given, town: Portal, admin: Portal, author: Portal, valuator: Portal, activity: str
) -> None:
    first, second, done_, closed, others = (published(author, activity) for _ in range(5))
    published(author, given.activity(town, kind="IDEA_BOX"))
    older = "UPDATE __tenant__.contribution SET published_at = now() - interval '2 days' WHERE id = %s"
    given.sql(town, older, uuid_in(second))
    assert evaluate(admin, done_) == []
    close(author, closed)
    done(admin, "contributionAssign", contribution=others, assignee=me(admin))
    assert queue(valuator) == [second, first]
    assert [one for one in queue(admin) if one in (first, second, done_, closed, others)] == [second, first, others]
    moderator = given.actor(town, role="MODERATOR")
    for outsider in (author, town, moderator):
        assert queue(outsider) == []


def test_nobody_evaluates_or_reads_about_what_is_the_own(
    given: Given, town: Portal, admin: Portal, author: Portal, valuator: Portal, activity: str
) -> None:
    of = me(given.actor(town, kind="ASSOCIATION"))
    done(admin, "organisationMemberAdd", organisation=of, actor=me(valuator))
    own, ours, theirs = (
        published(valuator, activity),
        published(valuator, activity, onBehalfOf=of),
        published(author, activity),
    )
    for proposal in (own, ours):
        assert evaluate(admin, proposal, reason="Entre nous.") == []
        assert valuator.ask(READ, id=proposal)["contribution"] == NOBODYS
        with given.nothing_written(town):
            assert evaluate(valuator, proposal) == refused("FORBIDDEN", None)
            assert do(valuator, "noteAdd", contribution=proposal, body="Bien !")["userErrors"] == refused(
                "FORBIDDEN", None
            )
    waiting, _ = published(valuator, activity), published(valuator, activity, onBehalfOf=of)
    done(admin, "contributionAssign", contribution=waiting, assignee=me(valuator))
    assert queue(valuator) == [theirs]
    assert valuator.ask(READ, id=waiting)["contribution"] == NOBODYS


def test_moderators_who_evaluate_have_their_own_in_the_queue(
    given: Given, town: Portal, admin: Portal, space: str, activity: str
) -> None:
    moderator = given.actor(town, role="MODERATOR")
    done(admin, "spaceValuatorAdd", space=space, actor=me(moderator))
    own = published(moderator, activity)
    assert queue(moderator) == [own]
    assert evaluate(moderator, own) == []


def test_right_that_was_taken_is_gone_at_once(
    town: Portal, admin: Portal, author: Portal, valuator: Portal, space: str, activity: str
) -> None:
    proposal = published(author, activity)
    done(admin, "spaceValuatorAdd", space=space, actor=me(valuator))  # Twice is no error.
    assert evaluate(valuator, proposal) == []
    done(admin, "spaceValuatorRemove", space=space, actor=me(valuator))
    assert evaluate(valuator, proposal) == refused("FORBIDDEN", None)
    assert valuator.ask(READ, id=proposal)["contribution"] == NOBODYS
    done(admin, "spaceValuatorRemove", space=space, actor=me(valuator))  # Twice is no error.


def test_editor_and_valuator_are_two_roles(
    given: Given, town: Portal, admin: Portal, valuator: Portal, space: str
) -> None:
    ask = """query($a: ID!) { actor(id: $a) { isEditor isValuator editedSpaces { id } valuatedSpaces { id } } }"""
    nothing = {"isEditor": False, "isValuator": False, "editedSpaces": [], "valuatedSpaces": []}
    as_valuator = nothing | {"isValuator": True, "valuatedSpaces": [{"id": space}]}
    assert valuator.ask(ask, a=me(valuator))["actor"] == as_valuator
    done(admin, "spaceEditorRemove", space=space, actor=me(valuator))  # Takes nothing.
    assert admin.ask(ask, a=me(valuator))["actor"] == as_valuator
    for outsider in (town, given.actor(town), given.actor(town, role="MODERATOR")):
        assert outsider.ask(ask, a=me(valuator))["actor"] == nothing
    done(admin, "spaceEditorAdd", space=space, actor=me(valuator))
    done(admin, "spaceValuatorRemove", space=space, actor=me(valuator))
    assert valuator.ask(ask, a=me(valuator))["actor"] == nothing | {"isEditor": True, "editedSpaces": [{"id": space}]}


def test_valuator_sees_the_own_draft(given: Given, town: Portal, valuator: Portal, space: str) -> None:
    other = given.space(town, visibility="DRAFT")
    given.sql(town, "UPDATE __tenant__.participatory_space SET visibility = 'DRAFT' WHERE id = %s", uuid_in(space))
    read = "query($id: ID!) { space(id: $id) { id } }"
    assert valuator.ask(read, id=space)["space"] == {"id": space}
    assert valuator.ask(read, id=other)["space"] is None


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"reason": " "}, "TOO_SHORT", "reason"),
        ({"reason": "a" * 5_001}, "TOO_LONG", "reason"),
        ({"costEuros": -1}, "BAD_INPUT", "costEuros"),
        ({"costEuros": 2_000_000_001}, "BAD_INPUT", "costEuros"),
    ],
)
def test_bad_evaluations_are_refused(
    given: Given, town: Portal, author: Portal, valuator: Portal, activity: str,
    fields: dict[str, Any], code: str, field: str,
) -> None:  # fmt: skip
    proposal = published(author, activity)
    with given.nothing_written(town):
        assert evaluate(valuator, proposal, **fields) == refused(code, field)


def test_only_proposals_are_evaluated(given: Given, town: Portal, admin: Portal, author: Portal) -> None:
    offer = published(author, given.activity(town, kind="MUTUAL_AID"), "OFFER")
    with given.nothing_written(town):
        assert evaluate(admin, offer) == refused("KIND_NOT_ACCEPTED", "contribution")


def test_space_has_so_many_valuators_at_most(given: Given, town: Portal, admin: Portal, space: str) -> None:
    for _ in range(MAX_EDITORS - 1):
        actor = uuid_in(me(given.actor(town)))
        given.insert(town, "space_role", space_id=uuid_in(space), actor_id=actor, kind="VALUATOR", given_at="now")
    more = do(admin, "spaceValuatorAdd", space=space, actor=me(given.actor(town)))
    assert more["userErrors"] == refused("LIMIT_REACHED", "actor")
    done(admin, "spaceEditorAdd", space=space, actor=me(given.actor(town)))


def test_cost_without_a_finding_is_refused_by_the_database(
    given: Given, town: Portal, author: Portal, activity: str
) -> None:
    proposal = published(author, activity)
    about = {"contribution_id": uuid_in(proposal), "concerned_id": uuid_in(me(author)), "written_at": "now"}
    with pytest.raises(Exception, match="cost_of_evaluation"):
        given.insert(town, "note", body="Sans avis.", cost_euros=5, **about)
    with pytest.raises(Exception, match="feasibility_known"):
        given.insert(town, "note", body="Sans avis.", feasibility="PERHAPS", **about)


def test_journal_says_who_evaluated_and_who_gave_the_role(
    given: Given, town: Portal, author: Portal, valuator: Portal, activity: str
) -> None:
    proposal = published(author, activity)
    assert evaluate(valuator, proposal) == []
    kinds = "SELECT kind, actor_id FROM __tenant__.event WHERE subject_id = %s"
    assert ("CONTRIBUTION_EVALUATED", uuid_in(me(valuator))) in given.sql(town, kinds, uuid_in(proposal))
    roles = "SELECT payload FROM __tenant__.event WHERE subject_id = %s AND kind = 'SPACE_ROLE_CHANGED'"
    assert [row[0]["role"] for row in given.sql(town, roles, uuid_in(me(valuator)))] == ["VALUATOR"]


# Screens --------------------------------------------------------------------------------------------------------------


def test_valuator_works_through_the_queue_and_the_team_starts_its_answer_from_it(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "MEMBER")
    actor = browser.actor()
    assert actor is not None
    assert browser.get("/gestion/evaluations").status_code == 404
    activity = given.activity(rennes, kind="IDEA_BOX")
    [(space,)] = given.sql(rennes, "SELECT space_id FROM __tenant__.activity WHERE id = %s", uuid_in(activity))
    proposal = published(given.actor(rennes), activity, title="Un kiosque à évaluer")
    role = given.insert(
        rennes, "space_role", space_id=space, actor_id=uuid_in(actor["id"]), kind="VALUATOR", given_at="now"
    )
    try:
        assert browser.get("/").text.count('href="/gestion/evaluations"') == 1
        assert f"/gestion/contributions/{proposal}#evaluation" in browser.get("/gestion/evaluations").text
        path = f"/gestion/contributions/{proposal}"
        page = browser.get(path).text
        assert 'id="evaluation"' in page and 'name="assignee"' not in page
        form = {"form": "Evaluate", "contribution": proposal, "costEuros": "18500", "feasibility": "FEASIBLE"}
        again = browser.submit(path, {**form, "reason": ""})
        assert again.status_code == 422 and 'value="18500"' in again.text
        assert browser.submit(path, {**form, "reason": "Place libre <b> en mai."}).status_code == 303
        page = browser.get(path).text
        assert "Faisable" in page and "Place libre &lt;b&gt; en mai." in page and "18\u202f500" in page
        assert proposal not in browser.get("/gestion/evaluations").text
        for elsewhere in ("/gestion", "/gestion/espaces", f"/gestion/reponses/{proposal}", "/gestion/moderation"):
            assert browser.get(elsewhere).status_code == 404, elsewhere
    finally:
        given.sql(rennes, "DELETE FROM __tenant__.space_role WHERE id = %s", role)
    desk = signed_in(Browser(rennes.client, rennes.host), "MODERATOR")
    answer = f"/gestion/reponses/{proposal}"
    assert "Place libre &lt;b&gt; en mai.</textarea>" not in desk.get(answer).text
    assert "Place libre &lt;b&gt; en mai.</textarea>" in desk.get(f"{answer}?partir=evaluation").text


def test_evaluation_is_entrusted_by_forms(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    person = me(given.actor(rennes, name="Future Évaluatrice"))
    path, space = f"/gestion/personnes/{person}", given.space(rennes)
    assert browser.submit(path, {"form": "AddValuator", "actor": person, "space": space}).status_code == 303
    assert "Future Évaluatrice" in browser.get(f"/gestion/espaces/{space}").text
    remove = {"form": "RemoveValuator", "actor": person, "space": space}
    assert browser.submit(f"/gestion/espaces/{space}", remove).status_code == 303
    assert "Future Évaluatrice" not in browser.get(f"/gestion/espaces/{space}").text
    assert browser.get("/gestion/evaluations").status_code == 200
