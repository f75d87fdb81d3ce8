"""Drafts: their author alone knows of them, in every way the product has of telling; then published, or thrown away."""

import re
from typing import Any

import pytest

from jobs import retention
from tests.acting import ERRORS, refused, revise
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_exchange_parallel import at_once, codes
from tests.test_life import counts, events
from tests.test_page_portal import hidden
from tests.test_withholding import open_data

FIELDS = """id kind title body isAnonymous urgency capacity precision place { lat lng } author { name }
  category { name } activity { id }"""
KEEP = f"mutation($input: DraftKeepInput!) {{ draftKeep(input: $input) {{ draft {{ {FIELDS} }} {ERRORS} }} }}"
DISCARD = f"mutation($input: DraftDiscardInput!) {{ draftDiscard(input: $input) {{ {ERRORS} }} }}"
PUBLISH = f"""mutation($input: ContributionPublishInput!) {{ contributionPublish(input: $input) {{
  contribution {{ id title status }} withheld {{ id }} {ERRORS} }} }}"""
OWN = f"{{ viewer {{ drafts {{ {FIELDS} }} }} }}"
READ = "query($id: ID!) { draft(id: $id) { title } }"
PLACE = {"lat": 48.1103, "lng": -1.6715}
SECRET = "Mon brouillon xyloglotte"


def keep(who: Portal, activity: str, kind: str = "REQUEST", **fields: Any) -> dict[str, Any]:
    return dict(who.ask(KEEP, input={"activity": activity, "kind": kind, **fields})["draftKeep"])


def kept(who: Portal, activity: str, kind: str = "REQUEST", **fields: Any) -> str:
    payload = keep(who, activity, kind, **fields)
    assert payload["userErrors"] == [], payload
    return str(payload["draft"]["id"])


def publish(who: Portal, activity: str, draft: str, **fields: Any) -> dict[str, Any]:
    given = {"activity": activity, "kind": "REQUEST", "title": "Un coup de main", "body": "Samedi.", "draft": draft}
    return dict(who.ask(PUBLISH, input=given | fields)["contributionPublish"])


@pytest.fixture
def activity(given: Given, town: Portal) -> str:
    return given.activity(town, kind="MUTUAL_AID")


def test_draft_keeps_what_there_is_and_may_want_everything(given: Given, town: Portal, activity: str) -> None:
    author = given.actor(town, name="Ana")
    empty = keep(author, activity)
    assert (empty["draft"]["title"], empty["draft"]["body"], empty["draft"]["capacity"]) == ("", "", None)
    whole = keep(
        author,
        activity,
        title="  Courses ",
        body="Le\nsamedi",
        location=PLACE,
        isAnonymous=True,
        urgency="NOW",
        capacity=2,
    )
    assert whole["draft"] == {
        "id": whole["draft"]["id"],
        "kind": "REQUEST",
        "title": "Courses",
        "body": "Le\nsamedi",
        "isAnonymous": True,
        "urgency": "NOW",
        "capacity": 2,
        "precision": "CELL",
        "place": PLACE,
        "author": {"name": "Ana"},
        "category": None,
        "activity": {"id": activity},
    }
    assert [one["id"] for one in author.ask(OWN)["viewer"]["drafts"]] == [whole["draft"]["id"], empty["draft"]["id"]]
    again = keep(author, activity, draft=empty["draft"]["id"], title="Autre")
    assert again["draft"]["id"] == empty["draft"]["id"]
    assert [one["title"] for one in author.ask(OWN)["viewer"]["drafts"]] == ["Autre", "Courses"]


def test_nobody_else_knows_of_a_draft(given: Given, town: Portal, activity: str) -> None:
    author = given.actor(town)
    before = given.sql(town, "SELECT count(*) FROM __tenant__.event")
    draft = kept(author, activity, title=SECRET, body="Secret.", location=PLACE)
    assert given.sql(town, "SELECT count(*) FROM __tenant__.event") == before
    given.fold(town)
    others = [town, given.actor(town), *(given.actor(town, role=role) for role in ("MODERATOR", "ADMIN"))]
    for who in others:
        assert who.ask(READ, id=draft) == {"draft": None}
    assert author.ask(READ, id=draft) == {"draft": {"title": SECRET}}
    listed = """query($activity: ID!, $near: NearInput!) {
      contributions(activity: $activity, status: null) { totalCount nodes { id } }
      near: contributions(activity: $activity, near: $near) { totalCount }
      found: contributions(search: "xyloglotte", status: null) { totalCount }
      activity(id: $activity) { statistics { totalCount } } }"""
    for who in (*others[2:], author):
        told = who.ask(listed, activity=activity, near=PLACE | {"radiusM": 2000})
        assert told["contributions"] == {"totalCount": 0, "nodes": []}
        assert [told[name]["totalCount"] for name in ("near", "found")] == [0, 0]
        assert told["activity"]["statistics"]["totalCount"] == 0
    hexagons = "SELECT count(*) FROM __tenant__.cell_count_delta WHERE activity_id = %s"
    assert given.sql(town, hexagons, uuid_in(activity)) == [(0,)]
    assert counts(given, town, activity) == {}
    for name in ("contributions.csv", "tombstones.csv"):
        assert draft not in open_data(town, name)
    assert author.ask("{ viewer { contributions { totalCount nodes { id } } } }")["viewer"]["contributions"] == {
        "totalCount": 0,
        "nodes": [],
    }


def test_others_can_do_nothing_to_it(given: Given, town: Portal, activity: str) -> None:
    author, other = given.actor(town), given.actor(town, role="ADMIN")
    draft = kept(author, activity, title=SECRET)
    assert keep(other, activity, draft=draft)["userErrors"] == refused("NOT_FOUND", "draft")
    assert publish(other, activity, draft)["userErrors"] == refused("NOT_FOUND", "draft")
    assert other.ask(DISCARD, input={"draft": draft})["draftDiscard"]["userErrors"] == refused("NOT_FOUND", "draft")
    for who in (author, other):
        assert revise(who, draft, title="Autre chose")["userErrors"] == refused("NOT_FOUND", "contribution")
    assert [one["title"] for one in author.ask(OWN)["viewer"]["drafts"]] == [SECRET]


def test_published_it_is_a_contribution_and_no_draft_any_more(given: Given, town: Portal, activity: str) -> None:
    author = given.actor(town)
    draft = kept(author, activity, title="À moitié", location=PLACE)
    payload = publish(author, activity, draft)
    assert (payload["contribution"]["title"], payload["contribution"]["status"]) == ("Un coup de main", "OPEN")
    assert author.ask(OWN)["viewer"]["drafts"] == []
    assert [kind for kind, _, _ in events(given, town, payload["contribution"]["id"])] == ["CONTRIBUTION_PUBLISHED"]
    assert counts(given, town, activity) == {"OPEN": 1}
    assert publish(author, activity, draft)["userErrors"] == refused("NOT_FOUND", "draft")
    assert counts(given, town, activity) == {"OPEN": 1}


def test_refused_publication_leaves_the_draft(given: Given, town: Portal, activity: str) -> None:
    author = given.actor(town)
    draft = kept(author, activity, title=SECRET)
    assert publish(author, activity, draft, title="")["userErrors"] == refused("TOO_SHORT", "title")
    assert [one["title"] for one in author.ask(OWN)["viewer"]["drafts"]] == [SECRET]


def test_two_publications_at_once_make_one(given: Given, town: Portal, activity: str) -> None:
    author = given.actor(town)
    draft = kept(author, activity)
    payloads = at_once(*[lambda: publish(author, activity, draft)] * 4)
    assert sorted(str(codes(payload)) for payload in payloads) == ["['NOT_FOUND']"] * 3 + ["[]"]
    assert counts(given, town, activity) == {"OPEN": 1}


def test_held_before_publication_it_waits_as_others_do(given: Given, town: Portal, activity: str) -> None:
    given.sql(
        town, "UPDATE __tenant__.activity SET review_rule = 'BEFORE_PUBLICATION' WHERE id = %s", uuid_in(activity)
    )
    author = given.actor(town)
    draft = kept(author, activity)
    held = publish(author, activity, draft)["withheld"]["id"]
    assert [kind for kind, _, _ in events(given, town, held)] == ["CONTRIBUTION_SUBMITTED"]
    assert author.ask(OWN)["viewer"]["drafts"] == []


def test_thrown_away_it_is_gone(given: Given, town: Portal, activity: str) -> None:
    author = given.actor(town)
    draft = kept(author, activity, title=SECRET)
    assert author.ask(DISCARD, input={"draft": draft})["draftDiscard"]["userErrors"] == []
    assert given.sql(town, "SELECT count(*) FROM __tenant__.draft WHERE id = %s", uuid_in(draft)) == [(0,)]
    assert author.ask(DISCARD, input={"draft": draft})["draftDiscard"]["userErrors"] == refused("NOT_FOUND", "draft")


def test_twenty_are_kept_at_a_time(given: Given, town: Portal, activity: str) -> None:
    author = given.actor(town)
    first, *_ = [kept(author, activity) for _ in range(20)]
    assert keep(author, activity)["userErrors"] == refused("LIMIT_REACHED", "draft")
    assert keep(author, activity, draft=first, title="Encore")["userErrors"] == []


def test_arguments_and_kinds_that_an_activity_does_not_take_are_not_kept(
    given: Given, town: Portal, activity: str
) -> None:
    author = given.actor(town)
    assert keep(author, activity, "PROPOSAL")["userErrors"] == refused("KIND_NOT_ACCEPTED", "kind")
    assert keep(author, given.activity(town), "ARGUMENT")["userErrors"] == refused("KIND_NOT_ACCEPTED", "kind")


def test_forgotten_thirty_days_after_the_last_change_and_with_its_author(
    given: Given, town: Portal, activity: str
) -> None:
    author = given.actor(town)
    old, young = kept(author, activity), kept(author, activity)
    aged = "UPDATE __tenant__.draft SET changed_at = now() - interval '{}' WHERE id = %s"
    given.sql(town, aged.format("30 days 1 minute"), uuid_in(old))
    given.sql(town, aged.format("29 days 23 hours"), uuid_in(young))
    assert given.run(retention.keep(given.database, town.number)).forgotten >= 1
    assert [one["id"] for one in author.ask(OWN)["viewer"]["drafts"]] == [young]


def test_category_that_is_removed_leaves_the_draft_without_one(given: Given, town: Portal, activity: str) -> None:
    author, category = given.actor(town), given.category(town, activity)
    draft = kept(author, activity, category=category)
    given.sql(town, "DELETE FROM __tenant__.category WHERE id = %s", uuid_in(category))
    assert [(one["id"], one["category"]) for one in author.ask(OWN)["viewer"]["drafts"]] == [(draft, None)]


def test_members_of_an_organisation_keep_its_drafts_together(given: Given, town: Portal, activity: str) -> None:
    organisation, one, other = given.actor(town, kind="ASSOCIATION"), given.actor(town), given.actor(town)
    of = organisation.ask("{ viewer { id } }")["viewer"]["id"]
    for member in (one, other):
        id_ = uuid_in(member.ask("{ viewer { id } }")["viewer"]["id"])
        given.insert(town, "organisation_member", organisation_id=uuid_in(of), member_id=id_, given_at="now")
    draft = kept(one, activity, "OFFER", onBehalfOf=of, title="À deux")
    assert [found["title"] for found in other.ask(OWN)["viewer"]["drafts"]] == ["À deux"]
    assert keep(other, activity, "OFFER", draft=draft, onBehalfOf=of, title="À deux, mieux")["userErrors"] == []
    assert given.actor(town, role="ADMIN").ask(READ, id=draft) == {"draft": None}


def test_page_keeps_a_draft_finds_it_again_and_publishes_it(given: Given, town: Portal, activity: str) -> None:
    browser = Browser(town.client, town.host)
    assert browser.submit("/auth/demo", {"role": "MEMBER", "next": "/"}).status_code == 303
    form = f"/publier/{activity}?kind=REQUEST"
    fields = hidden(browser.get(form).text, "Publish")
    answer = browser.submit(form, {**fields, "form": "Keep", "title": "<i>", "body": "Pour «deux» & trois"})
    assert answer.headers["location"] == f"/moi?garde={activity}#brouillons"
    me = browser.get("/moi").text
    assert "&lt;i&gt;" in me
    assert "<i>" not in me.replace("<i aria-hidden", "")
    [draft] = given.sql(town, "SELECT id FROM __tenant__.draft WHERE activity_id = %s", uuid_in(activity))[0]
    id_ = f"draft_{town.number}_{draft}"
    again = f"/publier/{activity}?brouillon={id_}"
    page = browser.get(again).text
    assert 'value="&lt;i&gt;"' in page
    assert "Pour «deux» &amp; trois" in page
    resumed = hidden(page, "Publish")
    assert resumed["draft"] == id_
    typed = {**resumed, "title": "Deux chaises", "body": "Pour samedi.", "location": "8818630a4bfffff"}
    assert re.fullmatch(
        r"/contribution/contribution_\w+-[\w-]+\?publie=1", browser.submit(again, typed).headers["location"]
    )
    assert id_ not in browser.get("/moi").text
