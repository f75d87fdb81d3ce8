"""Drafts: their author alone knows of them, in every way the product has of telling; then published, or thrown away."""

import re
from functools import partial
from typing import Any

import pytest

from jobs import retention
from tests.acting import ERRORS, refused, revise
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_exchange_parallel import at_once, codes
from tests.test_life import counts, events
from tests.test_organisation_member import me
from tests.test_page_portal import hidden
from tests.test_space_role import ERASE
from tests.test_withholding import open_data

FIELDS = """id version kind title body isAnonymous urgency capacity precision place { lat lng } author { name }
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


def again(who: Portal, draft: str, activity: str, kind: str = "REQUEST", **fields: Any) -> dict[str, Any]:
    """Keep once more what was read just now."""
    version = who.ask("query($id: ID!) { draft(id: $id) { version } }", id=draft)["draft"]["version"]
    return keep(who, activity, kind, draft=draft, **{"version": version, **fields})


def kept(who: Portal, activity: str, kind: str = "REQUEST", **fields: Any) -> str:
    payload = keep(who, activity, kind, **fields)
    assert payload["userErrors"] == [], payload
    return str(payload["draft"]["id"])


def publish(who: Portal, activity: str, draft: str, **fields: Any) -> dict[str, Any]:
    """Publish what was read just now."""
    read = who.ask("query($id: ID!) { draft(id: $id) { version } }", id=draft)["draft"]
    given = {"version": read["version"] if read else None} | {
        "activity": activity,
        "kind": "REQUEST",
        "title": "Un coup de main",
        "body": "Samedi.",
        "draft": draft,
    }
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
        "version": whole["draft"]["version"],
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
    changed = again(author, empty["draft"]["id"], activity, title="Autre")
    assert changed["draft"]["id"] == empty["draft"]["id"]
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


def test_what_was_kept_in_another_tab_is_not_published_over(given: Given, town: Portal, activity: str) -> None:
    author = given.actor(town)
    read = keep(author, activity, title="Un")["draft"]
    assert again(author, read["id"], activity, title="Deux")["userErrors"] == []
    stale = publish(author, activity, read["id"], version=read["version"])
    assert stale["userErrors"] == refused("CONFLICT", "version")
    assert publish(author, activity, read["id"], version=None)["userErrors"] == refused("BAD_INPUT", "version")
    assert [one["title"] for one in author.ask(OWN)["viewer"]["drafts"]] == ["Deux"]
    assert counts(given, town, activity) == {}
    assert publish(author, activity, read["id"])["userErrors"] == []


def test_of_keeping_and_publishing_at_once_nothing_is_lost(given: Given, town: Portal, activity: str) -> None:
    author = given.actor(town)
    for _ in range(4):
        read = keep(author, activity, title="Un")["draft"]
        said = {"version": read["version"], "title": "Deux"}
        publishing, keeping = at_once(
            partial(publish, author, activity, read["id"], **said),
            partial(keep, author, activity, draft=read["id"], **said),
        )
        left = [one["title"] for one in author.ask(OWN)["viewer"]["drafts"] if one["id"] == read["id"]]
        assert (codes(publishing), codes(keeping), left) in (([], ["NOT_FOUND"], []), (["CONFLICT"], [], ["Deux"]))


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
    assert again(author, first, activity, title="Encore")["userErrors"] == []


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


class Club:
    """An association of two."""

    def __init__(self, given: Given, town: Portal) -> None:
        self.one, self.other = given.actor(town, name="Ana"), given.actor(town, name="Bruno")
        self.id = me(given.actor(town, kind="ASSOCIATION", name="Le club"))
        for member in (self.one, self.other):
            ids = {"organisation_id": uuid_in(self.id), "member_id": uuid_in(me(member))}
            given.insert(town, "organisation_member", **ids, given_at="now")


@pytest.fixture
def club(given: Given, town: Portal) -> Club:
    return Club(given, town)


def whose(who: Portal) -> list[tuple[str, str]]:
    return [(one["author"]["name"], one["title"]) for one in who.ask(OWN)["viewer"]["drafts"]]


def test_members_of_an_organisation_keep_its_drafts_together(
    given: Given, town: Portal, activity: str, club: Club
) -> None:
    draft = kept(club.one, activity, "OFFER", onBehalfOf=club.id, title="À deux")
    assert whose(club.other) == [("Le club", "À deux")]
    assert again(club.other, draft, activity, "OFFER", title="À deux, mieux")["userErrors"] == []
    assert whose(club.one) == whose(club.other) == [("Le club", "À deux, mieux")]
    assert given.actor(town, role="ADMIN").ask(READ, id=draft) == {"draft": None}


def test_draft_changes_hands_only_on_purpose_and_where_there_is_room(
    given: Given, town: Portal, activity: str, club: Club
) -> None:
    draft = kept(club.one, activity, "OFFER", onBehalfOf=club.id, title="Au club")
    for _ in range(19):
        kept(club.one, activity, "OFFER")
    assert again(club.one, draft, activity, "OFFER", title="À moi", onBehalfOf=me(club.one))["userErrors"] == []
    assert whose(club.one)[0] == ("Ana", "À moi")
    assert whose(club.other) == []
    full = kept(club.one, activity, "OFFER", onBehalfOf=club.id, title="Au club")
    refusal = again(club.one, full, activity, "OFFER", title="Trop", onBehalfOf=me(club.one))["userErrors"]
    assert refusal == refused("LIMIT_REACHED", "draft")
    assert whose(club.other) == [("Le club", "Au club")]
    stranger = me(given.actor(town, kind="ASSOCIATION"))
    refusal = again(club.one, full, activity, "OFFER", onBehalfOf=stranger)["userErrors"]
    assert refusal == refused("NOT_FOUND", "onBehalfOf")


def test_twenty_hold_for_drafts_that_change_hands_at_once(activity: str, club: Club) -> None:
    for _ in range(18):
        kept(club.one, activity, "OFFER")
    drafts = [kept(club.one, activity, "OFFER", onBehalfOf=club.id) for _ in range(4)]
    acts = [partial(again, club.one, draft, activity, "OFFER", onBehalfOf=me(club.one)) for draft in drafts]
    told = sorted(codes(payload) for payload in at_once(*acts))
    assert told == [[], [], ["LIMIT_REACHED"], ["LIMIT_REACHED"]]


def test_members_do_not_write_over_each_other(given: Given, town: Portal, activity: str, club: Club) -> None:
    first = keep(club.one, activity, "OFFER", onBehalfOf=club.id, title="Un")["draft"]
    read = {"draft": first["id"], "version": first["version"]}
    acts = [
        partial(keep, who, activity, "OFFER", **read, title=title)
        for who, title in ((club.one, "A"), (club.other, "B"))
    ]
    assert sorted(codes(payload) for payload in at_once(*acts)) == [[], ["CONFLICT"]]
    [(_, title)] = whose(club.one)
    assert title in ("A", "B")
    assert keep(club.one, activity, "OFFER", **read, title="C")["userErrors"] == refused("CONFLICT", "version")
    blind = keep(club.one, activity, "OFFER", draft=first["id"], title="C")["userErrors"]
    assert blind == refused("BAD_INPUT", "version")
    assert whose(club.other) == [("Le club", title)]


def test_whoever_is_being_erased_keeps_nothing_more(given: Given, town: Portal, activity: str, club: Club) -> None:
    author = given.actor(town)
    for who, whose_id, refusal in (
        (author, me(author), refused("UNAUTHENTICATED", None)),
        (club.one, club.id, refused("NOT_FOUND", "onBehalfOf")),
    ):
        late = partial(keep, who, activity, "OFFER", onBehalfOf=whose_id)
        assert given.meanwhile(town, late, ERASE, uuid_in(whose_id))["userErrors"] == refusal
        rows = "SELECT count(*) FROM __tenant__.draft WHERE author_id = %s"
        assert given.sql(town, rows, uuid_in(whose_id)) == [(0,)]


def test_what_a_price_is_for_may_be_kept_before_the_price(given: Given, town: Portal) -> None:
    author, market = given.actor(town), given.activity(town, kind="MARKETPLACE")
    read = "query($id: ID!) { draft(id: $id) { priceCents priceUnit } }"
    for unit, told in (("le kilo", "le kilo"), (" ", None), ("a" * 40, "a" * 40)):
        draft = kept(author, market, "LISTING", priceUnit=unit)
        assert author.ask(read, id=draft)["draft"] == {"priceCents": None, "priceUnit": told}
    priced = kept(author, market, "LISTING", priceUnit="le kilo", priceCents=250)
    assert author.ask(read, id=priced)["draft"] == {"priceCents": 250, "priceUnit": "le kilo"}
    too_long = keep(author, market, "LISTING", priceUnit="a" * 41)["userErrors"]
    assert too_long == refused("TOO_LONG", "priceUnit")
    aid = given.activity(town, kind="MUTUAL_AID")
    assert keep(author, aid, "OFFER", priceUnit="le kilo")["userErrors"] == refused("BAD_INPUT", "priceUnit")


def test_draft_of_an_activity_that_became_invisible_is_found_and_thrown_away(given: Given, town: Portal) -> None:
    author, space = given.actor(town), given.space(town)
    activity = given.activity(town, kind="MUTUAL_AID", space=space)
    draft = kept(author, activity, title="Encore là", category=given.category(town, activity))
    given.sql(town, "UPDATE __tenant__.participatory_space SET visibility = 'DRAFT' WHERE id = %s", uuid_in(space))
    read = "{ viewer { drafts { id title activity { id } category { id } } } }"
    assert author.ask(read)["viewer"]["drafts"] == [
        {"id": draft, "title": "Encore là", "activity": None, "category": None}
    ]
    assert author.ask(DISCARD, input={"draft": draft})["draftDiscard"]["userErrors"] == []
    assert author.ask(OWN)["viewer"]["drafts"] == []


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


def test_page_says_who_sees_a_draft_and_what_changed_meanwhile(given: Given, town: Portal, activity: str) -> None:
    browser = Browser(town.client, town.host)
    assert browser.submit("/auth/demo", {"role": "MEMBER", "next": "/"}).status_code == 303
    viewer = browser.actor()
    assert viewer is not None
    other, club = given.actor(town), me(given.actor(town, kind="ASSOCIATION", name="Le club"))
    for member in (viewer["id"], me(other)):
        ids = {"organisation_id": uuid_in(club), "member_id": uuid_in(member)}
        given.insert(town, "organisation_member", **ids, given_at="now")
    body = "Une phrase que ma page ne montre pas. " * 500
    draft = kept(other, activity, onBehalfOf=club, title="Au club", body=body)
    mine = browser.get(f"/moi?garde={activity}").text
    assert "ceux d’une organisation, ses membres les voient aussi" in mine
    assert "Vous seul·e voyez ce brouillon." not in mine and "que ma page ne montre pas" not in mine
    path = f"/publier/{activity}?brouillon={draft}"
    page = browser.get(path).text
    assert "Brouillon de Le club" in page and "Seuls ses membres le voient." in page
    assert f'<option value="{club}" selected>' in page and '<option value="">' not in page.split('name="onBehalfOf"')[1]
    fields = {**hidden(page, "Publish"), "form": "Keep", "title": "À ma façon", "onBehalfOf": club}
    assert again(other, draft, activity, title="Entre-temps")["userErrors"] == []
    refusal = browser.submit(path, fields)
    assert refusal.status_code == 422
    assert "Ce brouillon a changé depuis que vous l’avez ouvert." in refusal.text
    assert 'value="À ma façon"' in refusal.text
    assert [title for _, title in whose(other)] == ["Entre-temps"]
    told = {**hidden(refusal.text, "Publish"), "form": "Keep", "title": "À ma façon", "onBehalfOf": viewer["id"]}
    assert browser.submit(path, told).status_code == 303
    assert whose(other) == []
    mine = browser.get(f"/moi?garde={activity}").text
    assert "Vous seul·e voyez ce brouillon." in mine and "À ma façon" in mine
    page = browser.get(path).text
    changed = "UPDATE __tenant__.draft SET changed_at = changed_at + interval '1 second' WHERE id = %s"
    given.sql(town, changed, uuid_in(draft))
    typed = {**hidden(page, "Publish"), "title": "Encore", "body": "Pour samedi.", "location": "8818630a4bfffff"}
    refusal = browser.submit(path, typed)
    assert refusal.status_code == 422
    assert "Ce brouillon a changé depuis que vous l’avez ouvert." in refusal.text and 'value="Encore"' in refusal.text
    given.sql(
        town, "UPDATE __tenant__.participatory_space SET visibility = 'DRAFT' FROM __tenant__.activity a"
        " WHERE participatory_space.id = a.space_id AND a.id = %s", uuid_in(activity),
    )  # fmt: skip
    mine = browser.get("/moi").text
    assert "cette activité ne vous est plus ouverte" in mine and f"?brouillon={draft}" not in mine and draft in mine
    assert browser.submit("/moi", {"form": "Discard", "draft": draft}).status_code == 303
    assert draft not in browser.get("/moi").text
