"""What a portal publishes to others: what its rules let out, and nothing else; taken back in whatever way it ends."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from database import naming, statement
from geo import cell
from jobs import territory
from models.tenant import TenantState
from server.log import request_id
from tenants import provisioning
from tests.acting import close, pause, published, refused, resume, revise
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import REASONS, decided, reported
from tests.telling import deliver
from tests.test_page_portal import signed_in

HERE = {"lat": 48.1113, "lng": -1.68}
FAR = {"lat": 48.6493, "lng": -2.0257}
"""Saint-Malo: 65 km from Rennes."""

AROUND = {"south": 47.9, "west": -2.2, "north": 48.8, "east": -1.4}
READ = """query($near: NearInput, $kinds: [ContributionKind!], $first: Int!, $after: String) {
  territoryPublications(near: $near, kinds: $kinds, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { title kind categoryName zoneName cell center { lat lng } publishedAt expiresAt collectivite { name inseeCode }
      portal host path } } }"""
COUNT = """query($bounds: BoundsInput!, $kinds: [ContributionKind!]) {
  territoryHexagons(bounds: $bounds, zoom: 11, kinds: $kinds) { cell count offerCount requestCount listingCount } }"""
RULES = "{ portal { isReceiving territoryRules { reader title kinds categories withinKm count } } }"


@pytest.fixture(scope="module")
def department(given: Given, rennes: Portal) -> Portal:
    """Ille-et-Vilaine, which receives."""
    portal = given.tenant(rennes, "territory-35", "departement-35")
    admin = given.actor(portal, role="ADMIN")
    done(admin, "territoryReceive", isOn=True)
    return admin


@pytest.fixture(scope="module")
def commune(given: Given, rennes: Portal) -> Portal:
    return given.actor(given.tenant(rennes, "territory-rennes", "commune-35238"), role="ADMIN")


@pytest.fixture
def city(given: Given, commune: Portal, department: Portal) -> Iterator[Portal]:
    """A commune that publishes offers and requests to its département, and nothing at the end."""
    done(commune, "territoryRuleSet", reader="territory-35", kinds=["OFFER", "REQUEST"])
    settle(given, commune)
    yield commune
    given.sql(commune, "UPDATE __tenant__.contribution SET expires_at = now() WHERE status = 'OPEN'")
    done(commune, "territoryWithdraw")
    settle(given, commune)


def settle(given: Given, portal: Portal) -> None:
    deliver(given, portal, "TERRITORY")


def offered(given: Given, city: Portal, title: str = "", kind: str = "OFFER", **fields: Any) -> tuple[str, str]:
    """The id and title of what somebody publishes; delivered."""
    title = title or f"Offre {uuid4().hex[:8]}"
    activity = fields.pop("activity", None) or given.activity(city, kind="MUTUAL_AID", expires_after_days=60)
    location = fields.pop("location", HERE)
    contribution = published(given.actor(city), activity, kind, title=title, location=location, **fields)
    settle(given, city)
    return contribution, title


def told(reader: Portal, **asked: Any) -> list[str]:
    """The titles that a portal shows of what others publish to it."""
    return [node["title"] for node in read(reader, **asked)["nodes"]]


def read(reader: Portal, **asked: Any) -> dict[str, Any]:
    return dict(reader.ask(READ, **{"first": 100, **asked})["territoryPublications"])


def counted(reader: Portal, **asked: Any) -> int:
    cells = reader.ask(COUNT, bounds=AROUND, **asked)["territoryHexagons"]
    assert all(each["count"] == each["offerCount"] + each["requestCount"] + each["listingCount"] for each in cells)
    return sum(each["count"] for each in cells)


def test_offer_is_read_elsewhere_with_its_commune_and_the_way_to_it(
    given: Given, city: Portal, department: Portal
) -> None:
    contribution, title = offered(given, city)
    [node] = [node for node in read(department)["nodes"] if node["title"] == title]
    at = cell.from_text(node["cell"])
    assert node["center"] == dict(zip(("lat", "lng"), cell.center(at), strict=True))
    assert cell.resolution(at) <= 8
    assert node["collectivite"] == {"name": "Rennes", "inseeCode": "35238"}
    assert node["portal"] == "territory-rennes"
    assert node["host"] == "territory-rennes.example"
    assert node["path"] == f"/contribution/{contribution}"
    assert counted(department) == 1
    assert counted(department, kinds=["REQUEST"]) == 0


def test_nothing_leaves_without_a_rule(given: Given, commune: Portal, department: Portal) -> None:
    _, title = offered(given, commune)
    assert title not in told(department)
    assert counted(department) == 0


def test_what_is_published_holds_no_text_and_nobody(given: Given, city: Portal, department: Portal) -> None:
    """All columns of the row, so that a new one is thought of."""
    title = f"Offre {uuid4().hex[:8]}"
    offered(given, city, title, body="Sonnez chez Maryse au 3e étage.", location=HERE)
    [(row,)] = given.sql(city, "SELECT to_jsonb(p) FROM platform.territory_publication p WHERE title = %s", title)
    assert row.keys() == {
        *("id", "reader_number", "tenant_number", "kind", "title", "category_key", "category_name", "zone_name"),
        *("collectivite_id", "slug", "host", "cell", "lat", "lng", "position", "published_at", "expires_at"),
    }
    assert "Maryse" not in str(row)
    assert (row["lat"], row["lng"]) == cell.center(row["cell"]) != (HERE["lat"], HERE["lng"])


def test_exact_point_is_published_to_others_as_its_cell(given: Given, commune: Portal, department: Portal) -> None:
    done(commune, "territoryRuleSet", reader="territory-35", kinds=["LISTING"])
    shop = given.actor(commune, kind="MERCHANT")
    market = given.activity(commune, kind="MARKETPLACE")
    title = f"Pain {uuid4().hex[:8]}"
    where = {**HERE, "precision": "EXACT", "address": "1 place de la Mairie"}
    published(shop, market, "LISTING", title=title, location=where, priceCents=100)
    settle(given, commune)
    [node] = [node for node in read(department)["nodes"] if node["title"] == title]
    assert node["center"] == dict(zip(("lat", "lng"), cell.center(cell.from_text(node["cell"])), strict=True))
    assert node["center"] != HERE
    given.sql(commune, "UPDATE __tenant__.contribution SET expires_at = now() WHERE status = 'OPEN'")
    done(commune, "territoryWithdraw")


def hide(given: Given, city: Portal, contribution: str) -> None:
    reported(given.actor(city), contribution=contribution)
    decided(given.actor(city, role="MODERATOR"), contribution, "HIDE", **REASONS)


WAYS = {
    "closed": lambda given, city, contribution: close(author(given, city, contribution), contribution),
    "paused": lambda given, city, contribution: pause(author(given, city, contribution), contribution),
    "hidden": hide,
}
"""In which ways what was published ends, or is kept back."""


def author(given: Given, city: Portal, contribution: str) -> Portal:
    row = given.row(city, contribution)
    return given.signed_in(city, row["author_id"])


@pytest.mark.parametrize("way", WAYS)
def test_what_ends_is_taken_back(given: Given, city: Portal, department: Portal, way: str) -> None:
    contribution, title = offered(given, city)
    assert title in told(department)
    WAYS[way](given, city, contribution)
    settle(given, city)
    assert title not in told(department)
    assert counted(department) == 0
    if way == "paused":
        resume(author(given, city, contribution), contribution)
        settle(given, city)
        assert title in told(department)
        assert counted(department) == 1


def test_what_has_expired_is_read_no_more_before_any_job(given: Given, city: Portal, department: Portal) -> None:
    contribution, title = offered(given, city)
    expiry = "UPDATE platform.territory_publication SET expires_at = now() WHERE id = %s"
    given.let_expire(city, contribution)
    given.sql(city, expiry, uuid_in(contribution))
    department.running.database.versions[department.number] += 1
    assert title not in told(department)
    given.expire(city)
    settle(given, city)
    assert counted(department) == 0


def test_changed_title_replaces_the_former(given: Given, city: Portal, department: Portal) -> None:
    contribution, title = offered(given, city)
    revise(author(given, city, contribution), contribution, title=f"{title} bis")
    settle(given, city)
    assert [each for each in told(department) if title in each] == [f"{title} bis"]
    assert counted(department) == 1


def test_one_offer_is_published_once_however_often_it_is_heard_of(
    given: Given, city: Portal, department: Portal
) -> None:
    contribution, title = offered(given, city)
    given.sql(city, "UPDATE __tenant__.event_cursor SET position = 0 WHERE consumer = 'TERRITORY'")
    settle(given, city)
    given.run(territory.compare(given.database, city.number))
    assert told(department).count(title) == 1
    assert counted(department) == 1
    assert uuid_in(contribution)


def test_rule_says_kinds_categories_and_how_far(given: Given, city: Portal, department: Portal) -> None:
    activity = given.activity(city, kind="MUTUAL_AID", expires_after_days=60)
    category = given.category(city, activity, "Courses")
    [(key,)] = given.sql(city, "SELECT slug FROM __tenant__.category WHERE id = %s", uuid_in(category))
    _, request = offered(given, city, kind="REQUEST", activity=activity)
    _, labelled = offered(given, city, activity=activity, category=category)
    _, far = offered(given, city, activity=activity, location=FAR)
    all_ = {request, labelled, far}

    def after(**rule: Any) -> set[str]:
        done(city, "territoryRuleSet", reader="territory-35", **rule)
        settle(given, city)
        titles = all_ & set(told(department))
        assert counted(department) == len(titles)
        return titles

    assert after(kinds=["OFFER", "REQUEST"]) == all_
    assert after(kinds=["REQUEST"]) == {request}
    assert after(kinds=["OFFER"], categories=[key]) == {labelled}
    assert after(kinds=["OFFER", "REQUEST"], withinKm=30) == {request, labelled}
    [rule] = city.ask(RULES)["portal"]["territoryRules"]
    assert rule == {
        "reader": "territory-35",
        "title": "Ille-et-Vilaine",
        "kinds": ["OFFER", "REQUEST"],
        "categories": [],
        "withinKm": 30,
        "count": 2,
    }


def test_preview_is_what_leaves(given: Given, commune: Portal, department: Portal) -> None:
    _, near = offered(given, commune)
    _, far = offered(given, commune, location=FAR)
    ask = """query($kinds: [ContributionKind!]!, $withinKm: Int) {
      territoryPreview(reader: "territory-35", kinds: $kinds, withinKm: $withinKm) { title of cell } }"""
    shown = commune.ask(ask, kinds=["OFFER"], withinKm=30)["territoryPreview"]
    assert near in [each["title"] for each in shown]
    assert far not in [each["title"] for each in shown]
    done(commune, "territoryRuleSet", reader="territory-35", kinds=["OFFER"], withinKm=30)
    settle(given, commune)
    assert {each["title"] for each in shown} == set(told(department))
    assert {each["of"] for each in shown} == {read(department)["totalCount"]}
    done(commune, "territoryWithdraw")
    assert told(department) == []
    given.sql(commune, "UPDATE __tenant__.contribution SET expires_at = now() WHERE status = 'OPEN'")


def test_withdrawing_takes_back_at_once_also_while_no_job_runs(given: Given, city: Portal, department: Portal) -> None:
    _, title = offered(given, city)
    assert title in told(department)
    done(city, "territoryWithdraw", reader="territory-35")
    rows = "SELECT count(*) FROM platform.{} WHERE tenant_number = %s"
    assert given.sql(city, rows.format("territory_publication"), city.number) == [(0,)]
    assert given.sql(city, rows.format("territory_cell_count"), city.number) == [(0,)]
    assert do(city, "territoryWithdraw", reader="territory-35")["userErrors"] == refused("NOT_FOUND", "reader")


def test_what_was_missed_while_no_job_ran_is_taken_back_by_the_next_visit(
    given: Given, city: Portal, department: Portal
) -> None:
    contribution, title = offered(given, city)
    given.sql(
        city, "UPDATE __tenant__.contribution SET title = %s WHERE id = %s", f"{title} ter", uuid_in(contribution)
    )
    assert title in told(department)
    given.run(territory.compare(given.database, city.number))
    assert [each for each in told(department) if title in each] == [f"{title} ter"]
    given.sql(city, "DELETE FROM platform.territory_publication WHERE id = %s", uuid_in(contribution))
    given.run(territory.compare(given.database, city.number))
    assert f"{title} ter" in told(department)


def test_space_that_the_public_sees_no_more_takes_its_offers_back(
    given: Given, city: Portal, department: Portal
) -> None:
    space = given.space(city)
    activity = given.activity(city, kind="MUTUAL_AID", space=space, expires_after_days=60)
    _, title = offered(given, city, activity=activity)
    assert title in told(department)
    given.sql(city, "UPDATE __tenant__.participatory_space SET visibility = 'MEMBERS' WHERE id = %s", uuid_in(space))
    given.run(territory.compare(given.database, city.number))
    assert title not in told(department)


def test_suspended_portal_is_read_nowhere_and_comes_back(given: Given, city: Portal, department: Portal) -> None:
    _, title = offered(given, city)
    slug = city.story.slug
    given.run(provisioning.set_state(given.database, slug, TenantState.SUSPENDED))
    assert title not in told(department)
    assert counted(department) == 0
    given.run(territory.compare(given.database, city.number))
    assert title not in told(department), "a job that is late publishes nothing of a suspended portal"
    given.run(provisioning.set_state(given.database, slug, TenantState.ACTIVE))
    given.run(territory.compare(given.database, city.number))
    assert title in told(department)
    assert counted(department) == 1


def test_deleted_portal_is_read_nowhere(given: Given, rennes: Portal, department: Portal) -> None:
    gone = given.actor(given.tenant(rennes, "territory-gone", "commune-35238"), role="ADMIN")
    done(gone, "territoryRuleSet", reader="territory-35", kinds=["OFFER"])
    _, title = offered(given, gone)
    assert title in told(department)
    given.run(provisioning.delete(given.database, "territory-gone"))
    assert title not in told(department)
    assert counted(department) == 0


def test_rule_that_changes_while_a_job_follows_the_former_is_followed(
    given: Given, city: Portal, department: Portal
) -> None:
    """The job waits for the administrator who is changing it, and then reads what it says now."""
    _, title = offered(given, city)
    changing = "UPDATE platform.tenant SET territory_rules = '[]' WHERE number = %s"
    given.meanwhile(city, lambda: given.run(territory.compare(given.database, city.number)), changing, city.number)
    assert title not in told(department)
    assert counted(department) == 0


def test_portal_that_receives_no_more_keeps_nothing(given: Given, city: Portal, department: Portal) -> None:
    _, title = offered(given, city)
    done(department, "territoryReceive", isOn=False)
    try:
        assert read(department)["nodes"] == []
        assert counted(department) == 0
        rows = "SELECT count(*) FROM platform.{} WHERE reader_number = %s"
        for name in ("territory_publication", "territory_cell_count"):
            assert given.sql(city, rows.format(name), department.number) == [(0,)]
        given.run(territory.compare(given.database, city.number))
        assert read(department)["nodes"] == []
        assert do(city, "territoryRuleSet", reader="territory-35", kinds=["OFFER"])["userErrors"] == refused(
            "NOT_FOUND", "reader"
        )
    finally:
        done(department, "territoryReceive", isOn=True)
    given.run(territory.compare(given.database, city.number))
    assert title in told(department)


def test_role_reads_what_is_published_to_it_and_writes_its_own_alone(
    given: Given, city: Portal, department: Portal, town: Portal
) -> None:
    contribution, title = offered(given, city)
    mine = "SELECT title FROM platform.territory_publication"

    def under(portal: Portal, text: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(given.url) as connection:
            connection.execute(f"SET ROLE {naming.role(portal.number)}".encode())
            cursor = connection.execute(text.encode())
            return cursor.fetchall() if cursor.description else [(cursor.rowcount,)]

    assert (title,) in under(department, mine)
    assert (title,) in under(city, mine), "to compare it"
    assert under(town, mine) == []
    assert under(town, "SELECT count(*) FROM platform.territory_cell_count") == [(0,)]
    for table in ("territory_publication", "territory_cell_count"):
        assert under(department, f"DELETE FROM platform.{table}") == [(0,)]
        assert under(town, f"DELETE FROM platform.{table}") == [(0,)]
    assert under(department, "UPDATE platform.territory_publication SET title = 'Faux'") == [(0,)]
    forged = (
        "INSERT INTO platform.territory_publication SELECT gen_random_uuid(), reader_number, tenant_number, kind, title,"
        f" NULL, NULL, NULL, collectivite_id, slug, host, cell, lat, lng, position, published_at, NULL"
        f" FROM platform.territory_publication WHERE id = '{uuid_in(contribution)}'"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        under(department, forged)
    assert title in told(department)


def test_who_administers_nothing_sees_no_rule_and_previews_nothing(given: Given, city: Portal) -> None:
    member = given.actor(city)
    for who in (member, given.actor(city, role="MODERATOR")):
        told_ = who.ask("{ portal { territoryRules { reader } territoryReaders { slug } } }")["portal"]
        assert told_ == {"territoryRules": [], "territoryReaders": []}
    portal = city.ask("{ portal { territoryReaders { slug name isAround } } }")["portal"]
    assert {"slug": "territory-35", "name": "Ille-et-Vilaine", "isAround": True} in portal["territoryReaders"]


@pytest.mark.parametrize(
    ("rule", "code", "field"),
    [
        ({"kinds": []}, "REQUIRED", "kinds"),
        ({"kinds": ["PROPOSAL"]}, "REQUIRED", "kinds"),
        ({"kinds": ["OFFER", "PROPOSAL"]}, "BAD_INPUT", "kinds"),
        ({"kinds": ["OFFER"], "withinKm": 0}, "BAD_INPUT", "withinKm"),
        ({"kinds": ["OFFER"], "categories": ["x"] * 51}, "LIMIT_REACHED", "categories"),
        ({"kinds": ["OFFER"], "reader": "nowhere"}, "NOT_FOUND", "reader"),
        ({"kinds": ["OFFER"], "reader": "territory-rennes"}, "NOT_FOUND", "reader"),
    ],
)
def test_refused_rule_changes_nothing(
    given: Given, commune: Portal, department: Portal, rule: dict[str, Any], code: str, field: str
) -> None:
    with given.nothing_written(commune):
        assert do(commune, "territoryRuleSet", **{"reader": "territory-35", **rule})["userErrors"] == refused(
            code, field
        )
    assert commune.ask(RULES)["portal"]["territoryRules"] == []


def test_pages_hold_each_once(given: Given, city: Portal, department: Portal) -> None:
    activity = given.activity(city, kind="MUTUAL_AID", expires_after_days=60)
    titles = {offered(given, city, activity=activity)[1] for _ in range(5)}
    for near in (None, {**HERE, "radiusM": 5000}):
        seen: list[str] = []
        page: dict[str, Any] = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
        while page["pageInfo"]["hasNextPage"]:
            page = read(department, near=near, first=2, after=page["pageInfo"]["endCursor"])
            seen += [node["title"] for node in page["nodes"]]
        assert sorted(seen) == sorted(titles)


def test_list_and_map_are_one_statement_on_the_platform_alone(
    given: Given, city: Portal, department: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = []
    original = statement.Statement.text_for

    def recorded(self: statement.Statement, tenant: int | None) -> str:
        text = original(self, tenant)
        if request_id.get() is not None:
            texts.append(text)
        return text

    offered(given, city)
    monkeypatch.setattr(statement.Statement, "text_for", recorded)
    read(department, near={**HERE, "radiusM": 5000})
    counted(department)
    assert len(texts) == 2
    assert not any("t_" + str(city.number) in text for text in texts)


# Pages ----------------------------------------------------------------------------------------------------------------


def test_page_of_the_territory_leads_to_the_other_portal(given: Given, city: Portal, department: Portal) -> None:
    contribution, title = offered(given, city)
    page = Browser(department.client, department.host).get("/territoire")
    assert page.status_code == 200
    assert title in page.text
    assert "Rennes" in page.text
    assert f"/contribution/{contribution}" in page.text


def test_administrator_previews_publishes_and_withdraws_on_the_page(
    given: Given, commune: Portal, department: Portal
) -> None:
    _, title = offered(given, commune)
    browser = signed_in(Browser(commune.client, commune.host), "ADMIN")
    path = "/gestion/territoire"
    shown = browser.get(f"{path}?reader=territory-35&kinds=OFFER")
    assert "annonce partirait" in shown.text.replace("annonces partiraient", "annonce partirait")
    assert title in shown.text
    assert title not in told(department)
    form = {"form": "Set", "reader": "territory-35", "kinds": "OFFER", "withinKm": "30"}
    assert browser.submit(path, form).status_code == 303
    settle(given, commune)
    assert title in told(department)
    assert browser.submit(path, {"form": "Set", "reader": "territory-35"}).status_code == 422
    assert browser.submit(path, {"form": "Withdraw", "reader": "territory-35"}).status_code == 303
    assert title not in told(department)
    given.sql(commune, "UPDATE __tenant__.contribution SET expires_at = now() WHERE status = 'OPEN'")
