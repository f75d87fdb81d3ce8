"""Review before publication: what waits is seen by its author and moderators alone, and is published when accepted."""

from typing import Any

import pytest

from tests.acting import ERRORS, comment, publish, published, refused
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import assert_mailed, case_about, decide, decided, mails, reported, submit, with_address
from tests.test_appeal import answer, appealed, last
from tests.test_withholding import open_data

PUBLISH = f"""mutation($input: ContributionPublishInput!) {{
  contributionPublish(input: $input) {{
    contribution {{ id }} withheld {{ id isUnseen ownTitle ownBody removal {{ state }} }} {ERRORS} }} }}"""
WITHHELD = "query($id: ID!) { withheldContribution(id: $id) { id ownTitle } }"
READ = """query($id: ID!) { contribution(id: $id) { publishedAt expiresAt
  activity { contributions(status: null) { totalCount } } } }"""
PLACE = {"lat": 48.117266, "lng": -1.677792}


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


def reviewed(given: Given, town: Portal, rule: str = "BEFORE_PUBLICATION", **rules: Any) -> str:
    """An activity whose contributions moderators read first."""
    activity = given.activity(town, **rules)
    given.sql(town, "UPDATE __tenant__.activity SET review_rule = %s WHERE id = %s", rule, uuid_in(activity))
    return activity


def sent(author: Portal, activity: str, **fields: Any) -> str:
    """The id of what waits."""
    given = {"activity": activity, "kind": "PROPOSAL", "title": "Un kiosque", "body": "Sur la place.", **fields}
    payload = author.ask(PUBLISH, input=given)["contributionPublish"]
    assert (payload["contribution"], payload["userErrors"]) == (None, [])
    return str(payload["withheld"]["id"])


def counts(given: Given, town: Portal, activity: str) -> int:
    given.fold(town)
    query = "query($id: ID!) { activity(id: $id) { contributions(status: null) { totalCount } } }"
    return int(town.ask(query, id=activity)["activity"]["contributions"]["totalCount"])


def test_what_waits_is_seen_by_its_author_and_moderators_alone(given: Given, town: Portal, moderator: Portal) -> None:
    author, address = with_address(given, town)
    activity = reviewed(given, town)
    idea = sent(author, activity, location=PLACE)
    told = author.ask("{ viewer { waiting { id ownTitle ownBody isUnseen removal { state } } } }")["viewer"]["waiting"]
    assert told == [
        {
            "id": idea,
            "ownTitle": "Un kiosque",
            "ownBody": "Sur la place.",
            "isUnseen": True,
            "removal": {"state": "HELD"},
        }
    ]
    for who in (town, given.actor(town)):
        assert who.ask(WITHHELD, id=idea)["withheldContribution"] is None
        assert who.ask(READ, id=idea)["contribution"] is None
    assert moderator.ask(WITHHELD, id=idea)["withheldContribution"] == {"id": idea, "ownTitle": None}
    assert counts(given, town, activity) == 0
    assert idea not in open_data(town, "tombstones.csv") + open_data(town, "contributions.csv")
    assert submit(given.actor(town), contribution=idea)["userErrors"] == refused("NOT_FOUND", "contribution")
    case = case_about(moderator, idea)
    assert (case["state"], case["shown"], case["reportCount"]) == ("OPEN", "HELD", 0)
    assert_mailed(given, town, address, "CONTENT_HELD")


def test_accepted_it_is_published_now_with_its_whole_time(given: Given, town: Portal, moderator: Portal) -> None:
    author, address = with_address(given, town)
    activity = reviewed(given, town)
    idea = sent(author, activity, expiresAfterDays=10)
    earlier = "UPDATE __tenant__.contribution SET published_at = published_at - interval '5 days',"
    given.sql(town, f"{earlier} expires_at = expires_at - interval '5 days' WHERE id = %s", uuid_in(idea))
    decided(moderator, idea, "NOTHING")
    read = town.ask(READ, id=idea)["contribution"]
    days = "SELECT extract(day FROM expires_at - now()), now() - published_at < interval '1 minute'"
    assert given.sql(town, f"{days} FROM __tenant__.contribution WHERE id = %s", uuid_in(idea)) == [(10, True)]
    assert counts(given, town, activity) == 1
    assert read["activity"]["contributions"]["totalCount"] == 1
    assert author.ask("{ viewer { waiting { id } } }")["viewer"]["waiting"] == []
    kinds = given.sql(town, "SELECT kind FROM __tenant__.event WHERE subject_id = %s ORDER BY id", uuid_in(idea))
    assert [kind for (kind,) in kinds if kind != "CHANGED"] == ["CONTRIBUTION_SUBMITTED", "CONTRIBUTION_ACCEPTED"]
    told = [kind for kind in mails(given, town, address) if kind != "CONTENT_HELD"]  # Which is told while that lasts.
    assert told == ["MODERATION_DECIDED"]


def test_what_nobody_has_seen_is_not_warned_of_and_stays_unpublished(
    given: Given, town: Portal, moderator: Portal
) -> None:
    author = given.actor(town)
    idea = sent(author, reviewed(given, town))
    with given.nothing_written(town):
        warned = decide(moderator, case_about(moderator, idea), "WARN")
        assert warned["userErrors"] == refused("ACTION_NOT_POSSIBLE", "action")
    assert town.ask(READ, id=idea)["contribution"] is None
    seen = published(author, given.activity(town))
    for _ in range(3):
        reported(given.actor(town), "PROTECTION_OF_MINORS", contribution=seen)
    decided(moderator, seen, "WARN")  # What was public before is shown again.
    assert town.ask(READ, id=seen)["contribution"] is not None


def test_refused_it_was_never_public_and_an_appeal_publishes_it(given: Given, town: Portal, moderator: Portal) -> None:
    author, activity = given.actor(town), reviewed(given, town)
    idea = sent(author, activity)
    decided(moderator, idea, "HIDE")
    assert town.ask(WITHHELD, id=idea)["withheldContribution"] is None
    assert author.ask(WITHHELD, id=idea)["withheldContribution"] == {"id": idea, "ownTitle": "Un kiosque"}
    assert idea not in open_data(town, "tombstones.csv")
    second = given.actor(town, role="MODERATOR")
    assert answer(second, appealed(author, decision=last(author)["id"]), "REVERSED")["userErrors"] == []
    assert town.ask(READ, id=idea)["contribution"] is not None
    assert counts(given, town, activity) == 1
    reported(given.actor(town), contribution=idea)
    decided(moderator, idea, "HIDE")
    assert town.ask(WITHHELD, id=idea)["withheldContribution"] is not None


def test_new_actors_wait_until_three_of_their_texts_are_public(given: Given, town: Portal, moderator: Portal) -> None:
    author, activity = given.actor(town), reviewed(given, town, "NEW_ACTORS")
    elsewhere = given.activity(town)
    published(author, elsewhere)
    idea = published(author, elsewhere)
    waiting = sent(author, activity)
    assert comment(author, idea)["userErrors"] == []
    assert publish(author, activity)["contribution"] is not None
    decided(moderator, waiting, "NOTHING")
    assert publish(moderator, reviewed(given, town))["contribution"] is not None


def test_reply_waits_in_its_thread_for_its_author_alone(given: Given, town: Portal, moderator: Portal) -> None:
    activity = given.activity(town)
    idea = published(given.actor(town), activity)
    given.sql(
        town, "UPDATE __tenant__.activity SET review_rule = 'BEFORE_PUBLICATION' WHERE id = %s", uuid_in(activity)
    )
    author = given.actor(town)
    payload = comment(author, idea, "Une réponse qui attend.")
    reply = payload["comment"]["id"]
    assert payload["comment"]["contribution"]["commentCount"] == 0
    thread = (
        "query($id: ID!) { contribution(id: $id) { commentCount comments { nodes { id body removal { state } } } } }"
    )
    assert town.ask(thread, id=idea)["contribution"] == {"commentCount": 0, "comments": {"nodes": []}}
    [own] = author.ask(thread, id=idea)["contribution"]["comments"]["nodes"]
    assert own == {"id": reply, "body": "Une réponse qui attend.", "removal": {"state": "HELD"}}
    assert submit(given.actor(town), comment=reply)["userErrors"] == refused("NOT_FOUND", "comment")
    decided(moderator, idea, "NOTHING", reply)
    assert town.ask(thread, id=idea)["contribution"]["commentCount"] == 1


def test_author_of_what_reports_hold_is_told_by_mail_twice(given: Given, town: Portal, moderator: Portal) -> None:
    author, address = with_address(given, town)
    idea = published(author, given.activity(town))
    for _ in range(3):
        reported(given.actor(town), "PROTECTION_OF_MINORS", contribution=idea)
    assert_mailed(given, town, address, "CONTENT_HELD")
    decided(moderator, idea, "NOTHING")
    told = [kind for kind in mails(given, town, address) if kind != "CONTENT_HELD"]
    assert told == ["MODERATION_DECIDED"]


def test_editors_choose_the_rule(given: Given, town: Portal) -> None:
    activity, admin = given.activity(town), given.actor(town, role="ADMIN")
    query = "query($id: ID!) { activity(id: $id) { version opensAt reviewRule } }"
    now = admin.ask(query, id=activity)["activity"]
    assert now["reviewRule"] == "AFTER_PUBLICATION"
    revise = f"""mutation($input: ActivityReviseInput!) {{
      activityRevise(input: $input) {{ activity {{ reviewRule }} {ERRORS} }} }}"""
    form = {"activity": activity, "version": now["version"], "title": "Idées", "opensAt": now["opensAt"]}
    chosen = {"locationRule": "OPTIONAL", "reviewRule": "BEFORE_PUBLICATION"}
    payload = admin.ask(revise, input={**form, **chosen})["activityRevise"]
    assert payload == {"activity": {"reviewRule": "BEFORE_PUBLICATION"}, "userErrors": []}
    sent(given.actor(town), activity)
