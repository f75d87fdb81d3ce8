"""Bulk changes: what a filter finds is tried, changed as it was shown, and taken back where nobody changed it since."""

from typing import Any

import pytest

from models.bulk_change import MAX_CHANGED
from office import bulk_change
from tests.acting import published, refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.telling import person, told
from tests.test_assignment import assign
from tests.test_life import counts
from tests.test_official_response import respond
from tests.test_organisation_member import me, organisation
from tests.test_page_portal import signed_in
from tests.test_proposal_status import add

SEEN = """bulkChange { id state changedCount keptCount obstacles { obstacle count }
  leftContributions { id obstacle } }"""
READ = "query($id: ID!) { contribution(id: $id) { category { id } assignee { id } progress { name } } }"
FIND = """query($activity: ID, $kind: ContributionKind, $category: ID, $status: ContributionStatus, $assignee: ID,
  $isAssigned: Boolean, $search: String) { deskContributions(activity: $activity, kind: $kind, category: $category,
  status: $status, assignee: $assignee, isAssigned: $isAssigned, search: $search, first: 100) { nodes { id } } }"""


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


@pytest.fixture
def activity(given: Given, town: Portal) -> str:
    return given.activity(town, kind="IDEA_BOX", vote_method="SUPPORT")


def check(who: Portal, activity: str, kind: str, **fields: Any) -> dict[str, Any]:
    criteria = fields.pop("criteria", {})
    return do(who, "bulkChangeCheck", SEEN, criteria={"activity": activity, **criteria}, kind=kind, **fields)


def tried(who: Portal, activity: str, kind: str, **fields: Any) -> dict[str, Any]:
    answer = check(who, activity, kind, **fields)
    assert answer["userErrors"] == [], answer
    return dict(answer["bulkChange"])


def confirmed(who: Portal, change: dict[str, Any]) -> dict[str, Any]:
    return dict(done(who, "bulkChangeConfirm", SEEN, bulkChange=change["id"])["bulkChange"])


def undone(who: Portal, change: dict[str, Any]) -> dict[str, Any]:
    return dict(done(who, "bulkChangeUndo", SEEN, bulkChange=change["id"])["bulkChange"])


def has(who: Portal, contribution: str) -> dict[str, Any]:
    found = who.ask(READ, id=contribution)["contribution"]
    return {
        "category": found["category"] and found["category"]["id"],
        "assignee": found["assignee"] and found["assignee"]["id"],
        "status": found["progress"] and found["progress"]["name"],
    }


def test_category_is_changed_counted_and_taken_back_exactly(
    given: Given, town: Portal, moderator: Portal, activity: str
) -> None:
    author, old, new = given.actor(town), given.category(town, activity), given.category(town, activity)
    first, second, third = (published(author, activity, category=kept) for kept in (old, None, new))
    change = tried(moderator, activity, "CATEGORY", category=new)
    assert change == {
        "id": change["id"],
        "state": "CHECKED",
        "changedCount": 2,
        "keptCount": 0,
        "obstacles": [{"obstacle": "UNCHANGED", "count": 1}],
        "leftContributions": [{"id": third, "obstacle": "UNCHANGED"}],
    }
    assert has(moderator, first)["category"] == old  # Nothing is changed yet.
    before = categories(given, town, activity)
    assert confirmed(moderator, change)["state"] == "DONE"
    assert [has(moderator, one)["category"] for one in (first, second, third)] == [new] * 3
    assert categories(given, town, activity) == {uuid_in(new): 3}
    after = undone(moderator, change)
    assert (after["state"], after["changedCount"], after["keptCount"]) == ("UNDONE", 2, 0)
    assert [has(moderator, one)["category"] for one in (first, second, third)] == [old, None, new]
    assert categories(given, town, activity) == before


def categories(given: Given, portal: Portal, activity: str) -> dict[Any, int]:
    """An activity's counts by category, once they are folded; they equal a recount by status, too."""
    given.fold(portal)
    counts(given, portal, activity)
    by = "SELECT category_id, sum(count)::int FROM __tenant__.activity_count WHERE activity_id = %s GROUP BY 1"
    return {category: count for category, count in given.sql(portal, by, uuid_in(activity)) if count}


def test_what_somebody_changed_since_is_left_and_named(
    given: Given, town: Portal, moderator: Portal, admin: Portal, activity: str
) -> None:
    author, category = given.actor(town), given.category(town, activity)
    mine, theirs, later = (published(author, activity) for _ in range(3))
    change = tried(moderator, activity, "ASSIGNEE", assignee=me(moderator))
    assert assign(admin, theirs, me(admin)) == []
    after = confirmed(moderator, change)
    assert (after["changedCount"], after["leftContributions"]) == (2, [{"id": theirs, "obstacle": "CHANGED_SINCE"}])
    assert has(moderator, theirs)["assignee"] == me(admin)
    assert assign(admin, later, None) == []
    after = undone(moderator, change)
    assert (after["changedCount"], after["keptCount"]) == (2, 1)
    assert {left["id"] for left in after["leftContributions"]} == {theirs, later}
    assert [has(moderator, one)["assignee"] for one in (mine, theirs, later)] == [None, me(admin), None]
    assert category


def test_status_is_given_by_responses_which_undoing_removes(
    given: Given, town: Portal, moderator: Portal, admin: Portal, activity: str
) -> None:
    author, received = given.actor(town), add(admin, activity, "Reçue")
    kept, argument_about = published(author, activity), published(author, activity)
    assert respond(moderator, kept, status=received)["userErrors"] == []
    studied = add(admin, activity, "À l'étude")
    change = tried(moderator, activity, "STATUS", status=studied, service="Direction des jardins")
    confirmed(moderator, change)
    assert [has(moderator, one)["status"] for one in (kept, argument_about)] == ["À l'étude"] * 2
    kinds = "SELECT count(*) FROM __tenant__.event WHERE kind = 'RESPONSE_PUBLISHED' AND subject_id = %s"
    assert given.sql(town, kinds, uuid_in(argument_about)) == [(1,)]
    # Somebody answers one in words: what the change said of it stays.
    assert respond(admin, kept, status=received, body="Nous revenons vers vous.")["userErrors"] == []
    after = undone(moderator, change)
    assert (after["keptCount"], [left["id"] for left in after["leftContributions"]]) == (1, [kept])
    assert [has(moderator, one)["status"] for one in (kept, argument_about)] == ["Reçue", None]


def test_undoing_a_status_takes_back_what_people_were_told_and_leaves_what_a_colleague_said_too(
    given: Given, town: Portal, moderator: Portal, admin: Portal, activity: str
) -> None:
    author, studied = person(given, town), add(admin, activity, "À l'étude")
    alone, confirmed_by_hand = published(author, activity), published(author, activity)
    change = tried(moderator, activity, "STATUS", status=studied, service="Direction des jardins")
    confirmed(moderator, change)
    assert respond(admin, confirmed_by_hand, status=studied, body="Nous l'étudions.")["userErrors"] == []
    answered = [("ANSWERED", confirmed_by_hand)] * 2 + [("ANSWERED", alone)]
    assert sorted(told(given, author)) == sorted(answered)
    after = undone(moderator, change)
    assert [left["id"] for left in after["leftContributions"]] == [confirmed_by_hand]
    assert [has(moderator, one)["status"] for one in (alone, confirmed_by_hand)] == [None, "À l'étude"]
    assert told(given, author) == [("ANSWERED", confirmed_by_hand)] * 2


def test_what_cannot_change_is_said_by_reason(
    given: Given, town: Portal, moderator: Portal, admin: Portal, activity: str
) -> None:
    author, other = given.actor(town), given.activity(town, kind="DEBATE", vote_method=None)
    status, category = add(admin, activity, "Ailleurs"), given.category(town, activity)
    proposal = published(author, other)
    published(author, other, "ARGUMENT", about=proposal, side="FOR")
    by_status = tried(moderator, other, "STATUS", status=status, service="La mairie")
    assert by_status["changedCount"] == 0
    assert {(one["obstacle"], one["count"]) for one in by_status["obstacles"]} == {
        ("NOT_A_PROPOSAL", 1),
        ("OTHER_ACTIVITY", 1),
    }
    by_category = tried(moderator, other, "CATEGORY", category=category)
    assert by_category["obstacles"] == [{"obstacle": "OTHER_ACTIVITY", "count": 2}]
    with given.nothing_written(town):
        for fields in ({}, {"status": status}):
            refusal = check(moderator, activity, "STATUS", **fields)["userErrors"]
            assert refusal == refused("REQUIRED" if not fields else "TOO_SHORT", "service" if fields else "status")
        nobody = check(moderator, activity, "ASSIGNEE", assignee=me(author))
        assert nobody["userErrors"] == refused("NOT_OF_TEAM", "assignee")


def test_filter_finds_a_thousand_at_most(
    given: Given, town: Portal, moderator: Portal, activity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = given.actor(town)
    for _ in range(3):
        published(author, activity)
    assert MAX_CHANGED == 1_000
    monkeypatch.setattr(bulk_change, "MAX_CHANGED", 2)
    bulk_change._trial.cache_clear()
    try:
        refusal = check(moderator, activity, "ASSIGNEE")["userErrors"]
        assert refusal == refused("LIMIT_REACHED", "criteria")
    finally:
        bulk_change._trial.cache_clear()


def test_list_and_change_find_the_same(
    given: Given, town: Portal, moderator: Portal, admin: Portal, activity: str
) -> None:
    author, category = given.actor(town), given.category(town, activity)
    service = organisation(admin, kind="SERVICE")
    labelled = published(author, activity, category=category, title="Un kiosque à musique")
    assigned, plain = published(author, activity), published(author, activity, "PROPOSAL", title="Une pergola")
    assert assign(admin, assigned, service) == []
    wanted: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {labelled, assigned, plain}),
        ({"category": category}, {labelled}),
        ({"assignee": service}, {assigned}),
        ({"isAssigned": True}, {assigned}),
        ({"isAssigned": False}, {labelled, plain}),
        ({"search": "kiosques"}, {labelled}),
        ({"kind": "ARGUMENT"}, set()),
        ({"status": "HIDDEN"}, set()),
        ({"status": "OPEN", "kind": "PROPOSAL", "search": "pergola"}, {plain}),
    ]
    for criteria, ids in wanted:
        listed = moderator.ask(FIND, activity=activity, **criteria)["deskContributions"]["nodes"]
        assert {node["id"] for node in listed} == ids, criteria
        change = tried(moderator, activity, "ASSIGNEE", criteria=criteria, assignee=me(moderator))
        assert change["changedCount"] == len(ids), criteria


def test_criteria_of_another_tenant_are_not_found(
    given: Given, town: Portal, rennes: Portal, moderator: Portal
) -> None:
    activity = given.activity(rennes, kind="IDEA_BOX")
    others = {
        "activity": activity,
        "category": given.category(rennes, activity),
        "zone": f"zone_{rennes.number}_{uuid_in(activity)}",
        "assignee": me(given.actor(rennes)),
    }
    with given.nothing_written(town):
        for name, id_ in others.items():
            answer = do(moderator, "bulkChangeCheck", SEEN, criteria={name: id_}, kind="ASSIGNEE")
            assert answer["userErrors"] == refused("NOT_FOUND", f"criteria.{name}")
            listed = moderator.ask(f'{{ deskContributions({name}: "{id_}") {{ totalCount nodes {{ id }} }} }}')[
                "deskContributions"
            ]
            assert listed == {"totalCount": 0, "nodes": []}


def test_a_change_is_done_once_and_undone_once(
    given: Given, town: Portal, moderator: Portal, admin: Portal, activity: str
) -> None:
    published(given.actor(town), activity)
    change = tried(moderator, activity, "ASSIGNEE", assignee=me(moderator))
    early = do(moderator, "bulkChangeUndo", bulkChange=change["id"])
    assert early["userErrors"] == refused("CONFLICT", "bulkChange")
    confirmed(admin, change)  # A colleague may go on with it.
    with given.nothing_written(town):
        again = do(moderator, "bulkChangeConfirm", bulkChange=change["id"])
        assert again["userErrors"] == refused("CONFLICT", "bulkChange")
    undone(moderator, change)
    with given.nothing_written(town):
        again = do(moderator, "bulkChangeUndo", bulkChange=change["id"])
        assert again["userErrors"] == refused("CONFLICT", "bulkChange")


def test_journal_tells_the_run_and_each_contribution(
    given: Given, town: Portal, moderator: Portal, activity: str
) -> None:
    contribution = published(given.actor(town), activity)
    change = tried(moderator, activity, "ASSIGNEE", assignee=me(moderator))
    confirmed(moderator, change)
    run = "SELECT id, payload FROM __tenant__.event WHERE kind = 'BULK_CHANGED' AND subject_id = %s"
    [(act, payload)] = given.sql(town, run, uuid_in(change["id"]))
    assert payload == {"kind": "ASSIGNEE", "count": 1}
    detail = "SELECT act_id, columns FROM __tenant__.event_detail WHERE subject_id = %s"
    assert given.sql(town, detail, uuid_in(contribution)) == [
        (act, {"assignee_id": [None, str(uuid_in(me(moderator)))]})
    ]


def test_members_change_nothing(given: Given, town: Portal, activity: str) -> None:
    member = given.actor(town)
    query = f'{{ deskContributions(activity: "{activity}") {{ nodes {{ id }} }} }}'
    answer = member.post(query).json()
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


# Screens --------------------------------------------------------------------------------------------------------------


def test_moderator_finds_tries_changes_and_undoes(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "MODERATOR")
    activity = given.activity(rennes, kind="IDEA_BOX")
    proposal = published(given.actor(rennes), activity, title="Une idée à confier en lot")
    me_ = browser.ask("{ viewer { id } }").json()["data"]["viewer"]["id"]
    page = browser.get("/gestion/contributions", params={"ofActivity": activity}).text
    assert "Une idée à confier en lot" in page and "Changer cette contribution" in page
    form = {"form": "Check", "kind": "ASSIGNEE", "criteria.activity": activity, "assignee": me_}
    led = browser.submit("/gestion/contributions", form)
    assert led.status_code == 303, led.text
    path = led.headers["location"]
    trial = browser.get(path).text
    assert "contribution changera" in trial and "Essayée à blanc" in trial
    change = path.rsplit("/", 1)[1]
    assert browser.submit(path, {"form": "Confirm", "bulkChange": change}).status_code == 303
    assert "Tout remettre en l’état" in browser.get(path).text
    assert browser.submit(path, {"form": "Undo", "bulkChange": change}).status_code == 303
    assert "Annulée" in browser.get(path).text
    assert has(rennes.moderator(), proposal)["assignee"] is None
    late = browser.submit(path, {"form": "Undo", "bulkChange": change})
    assert late.status_code == 422
