"""What waits for a moderator or an administrator: the lists that say it, and the page that shows them."""

from datetime import UTC, datetime, timedelta

from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_page_portal import signed_in

CHANGING = "{ activitiesChanging { totalCount nodes { id } } }"
DRAFTS = "{ spaces(visibility: DRAFT, first: 100) { nodes { id } } }"
CHECKED = "query($state: ImportState) { importRuns(state: $state, first: 100) { nodes { state } } }"


def _in(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def test_activities_that_open_or_close_soon_are_listed_the_soonest_first(given: Given, rennes: Portal) -> None:
    town = given.tenant(rennes, "todo-soon", "commune-35238")
    closes = given.activity(town, closes_at=_in(3))
    opens = given.activity(town, opens_at="tomorrow", closes_at=_in(10))
    for opening, closing in (("yesterday", None), ("yesterday", _in(20)), ("2026-01-01", "2026-02-01")):
        given.activity(town, opens_at=opening, closes_at=closing)
    archived = given.space(town)
    given.activity(town, space=archived, closes_at=_in(2))
    given.sql(town, "UPDATE __tenant__.participatory_space SET archived_at = now() WHERE id = %s", uuid_in(archived))
    told = given.actor(town, role="MODERATOR").ask(CHANGING)["activitiesChanging"]
    assert told == {"totalCount": 2, "nodes": [{"id": opens}, {"id": closes}]}


def test_spaces_are_asked_for_by_who_sees_them(given: Given, town: Portal) -> None:
    draft, shown = given.space(town, visibility="DRAFT"), given.space(town)
    told = {node["id"] for node in given.actor(town, role="ADMIN").ask(DRAFTS)["spaces"]["nodes"]}
    assert draft in told and shown not in told
    assert given.actor(town).ask(DRAFTS)["spaces"]["nodes"] == []


def test_imports_are_asked_for_by_state(given: Given, rennes: Portal) -> None:
    town = given.tenant(rennes, "todo-import", "commune-35238")
    activity = uuid_in(given.activity(town))
    run = dict.fromkeys((f"{name}_count" for name in ("row", "accepted", "refused", "known", "kept")), 0)
    for state in ("CHECKED", "DONE"):
        given.insert(
            town, "import_run", format="TABLE", state=state, file_name="a.csv", file_size=1, digest="", source="a",
            activity_id=activity, columns="[]", may_add_categories=True, created_at="now", done_rows=0, **run,
        )  # fmt: skip
    admin = given.actor(town, role="ADMIN")
    assert len(admin.ask(CHECKED)["importRuns"]["nodes"]) == 2
    assert admin.ask(CHECKED, state="CHECKED")["importRuns"]["nodes"] == [{"state": "CHECKED"}]


def test_first_page_says_what_waits(given: Given, rennes: Portal) -> None:
    page = signed_in(Browser(rennes.client, rennes.host), "MODERATOR").get("/gestion").text
    count = rennes.moderator().ask("{ moderationCases(first: 0) { totalCount } }")["moderationCases"]["totalCount"]
    assert count >= 1
    assert f"{count}\N{NO-BREAK SPACE}dossier" in page
    assert "Ce que le portail écrit aux habitants" not in page
