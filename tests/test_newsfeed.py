"""The list as an Atom feed: the same publications as the page, well-formed whatever people wrote, and asked for again
at no cost."""

from uuid import uuid4
from xml.etree import ElementTree

import pytest

from geo import cell
from portal import newsfeed
from tests.acting import published
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def browser(rennes: Portal) -> Browser:
    return Browser(rennes.client, rennes.host)


def feed(browser: Browser, query: str) -> ElementTree.Element:
    answer = browser.get(f"{newsfeed.PATH}?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, newsfeed.MEDIA_TYPE), answer.text
    return ElementTree.fromstring(answer.content)


def texts(parent: ElementTree.Element, name: str) -> list[str | None]:
    return [each.text for each in parent.iter(f"{ATOM}{name}")]


def test_feed_has_what_its_list_has_newest_first_in_one_statement(browser: Browser, rennes: Portal) -> None:
    nodes = rennes.ask(
        "query ($search: String) { contributions(search: $search, order: NEWEST, first: 30) { nodes { id title } } }",
        search="jardin",
    )["contributions"]["nodes"]
    before = rennes.running.database.statement_count
    read = feed(browser, "search=jardin&lieu=x1")
    assert rennes.running.database.statement_count - before <= 1
    entries = read.findall(f"{ATOM}entry")
    assert [texts(entry, "title") for entry in entries] == [[node["title"]] for node in nodes] != []
    addresses = [f"{browser.origin}/contribution/{node['id']}" for node in nodes]
    assert [texts(entry, "id") for entry in entries] == [[address] for address in addresses]
    assert browser.get(addresses[0].removeprefix(browser.origin)).status_code == 200


def test_texts_of_any_kind_leave_the_feed_well_formed(browser: Browser, rennes: Portal, given: Given) -> None:
    activity = given.activity(rennes)
    title, body = "Un <b>banc</b> & un « tilleul »", f"]]> &amp; <script> {'🌳 ombre ' * 100}"
    published(rennes.member(), activity, title=title, body=body)
    [entry] = feed(browser, f"activity={activity}").findall(f"{ATOM}entry")
    [summary] = texts(entry, "summary")
    assert texts(entry, "title") == [title]
    assert summary is not None and summary.endswith("…") and len(summary) <= newsfeed.SUMMARY + 1
    assert body.startswith(summary[:-1])


def test_what_xml_cannot_hold_is_left_out(browser: Browser, rennes: Portal, given: Given) -> None:
    activity = given.activity(rennes)
    contribution = published(rennes.member(), activity, title="Un saut de page et un tilleul")
    given.sql(
        rennes,
        "UPDATE __tenant__.contribution SET body = E'avant\\x0c\\x01après' WHERE id = %s",
        given.row(rennes, contribution)["id"],
    )
    [entry] = feed(browser, f"activity={activity}").findall(f"{ATOM}entry")
    assert texts(entry, "summary") == ["avantaprès"]


def test_entry_that_its_author_changed_says_so(browser: Browser, rennes: Portal, given: Given) -> None:
    activity, author = given.activity(rennes), given.actor(rennes)
    idea = published(author, activity, title="Un banc")
    given.sql(
        rennes,
        "UPDATE __tenant__.contribution SET published_at = '2026-01-02', revised_at = '2026-03-04' WHERE id = %s",
        uuid_in(idea),
    )
    read = feed(browser, f"activity={activity}")
    [entry] = read.findall(f"{ATOM}entry")
    assert [text and text[:10] for text in texts(entry, "published") + texts(entry, "updated")] == [
        "2026-01-02",
        "2026-03-04",
    ]
    assert {text and text[:10] for text in texts(read, "updated")} == {"2026-03-04"}  # The feed's own, too.


def test_feed_that_did_not_change_is_not_sent_again(browser: Browser) -> None:
    first = browser.get(f"{newsfeed.PATH}?search=tricot")
    again = browser.get(f"{newsfeed.PATH}?search=tricot", **{"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_session_changes_nothing_in_a_feed(browser: Browser) -> None:
    anonymous = browser.get(f"{newsfeed.PATH}?search=tricot").content
    browser.submit("/auth/demo", {"role": "ADMIN", "next": "/moi"})
    assert browser.get(f"{newsfeed.PATH}?search=tricot").content == anonymous


@pytest.mark.parametrize(
    "query",
    [
        "activity=nothing",
        "zone=activity_2_x",
        "categories=zone_2_x",
        "cell=zzz",
        "cell=48.1,-1.6",
        "autour=zzz",
        "autour=48.1139,-1.6812",
        "cell=&autour=ici",
        "cell=881862c8a9fffff&rayon=3",
        "rayon=dix",
    ],
)
def test_feed_of_nothing_is_no_page(browser: Browser, query: str) -> None:
    assert browser.get(f"{newsfeed.PATH}?{query}").status_code == 404


@pytest.mark.parametrize("query", ["kinds=ZZZ", f"search={'x' * 10_000}"])
def test_filter_that_means_nothing_is_refused(browser: Browser, query: str) -> None:
    assert browser.get(f"{newsfeed.PATH}?{query}").status_code == 400


def test_empty_fields_of_a_form_are_no_filters(browser: Browser) -> None:
    entries = [texts(feed(browser, query), "id")[1:] for query in ("", "cell=&autour=&rayon=&zone=&kinds=&search=")]
    assert entries[0] == entries[1] != []


def test_list_names_its_feed_with_its_filters(browser: Browser) -> None:
    page = browser.get("/annonces?kinds=OFFER&search=velo").text
    assert page.count('href="/annonces.atom?kinds=OFFER&amp;search=velo"') == 2


def test_portal_without_any_feature_has_a_feed_without_entries(rennes: Portal, given: Given) -> None:
    bare = given.tenant(rennes, "feed-of-nothing", "commune-35238")
    given.features(bare, [])
    assert feed(Browser(bare.client, bare.host), "").findall(f"{ATOM}entry") == []


def test_space_has_the_newest_of_all_its_activities_in_one_statement(given: Given, town: Portal) -> None:
    space = given.space(town)
    first, second = (given.activity(town, space=space) for _ in range(2))
    author = given.actor(town)
    made = [published(author, activity, title=f"Idée {n}") for n, activity in enumerate((first, second) * 17)]
    [[slug]] = given.sql(town, "SELECT slug FROM __tenant__.participatory_space WHERE id = %s", uuid_in(space))
    browser = Browser(town.client, town.host)
    path = f"/espace/{slug}/annonces.atom"
    before = town.running.database.statement_count
    answer = browser.get(path)
    assert (answer.status_code, town.running.database.statement_count - before) == (200, 1)
    read = ElementTree.fromstring(answer.content)
    assert texts(read, "id")[1:] == [f"{browser.origin}/contribution/{id_}" for id_ in made[:-31:-1]]
    [alternate] = [link for link in read.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
    assert alternate.get("href") == f"{browser.origin}/espace/{slug}"
    assert browser.get(f"/espace/{slug}").text.count(f'href="{path}"') == 2
    assert browser.get("/espace/nulle-part/annonces.atom").status_code == 404


def test_zone_and_place_have_feeds(given: Given, town: Portal) -> None:
    zone, activity = given.zone(town, f"Le Blosne {uuid4().hex}"), given.activity(town)
    there, away = (
        published(given.actor(town), activity, location={"lat": lat, "lng": -1.6778}) for lat in (48.1117, 48.0801)
    )
    given.sql(town, "UPDATE __tenant__.contribution SET zone_id = %s WHERE id = %s", zone, uuid_in(there))
    browser, here = Browser(town.client, town.host), cell.to_text(cell.at(48.1117, -1.6778, 8))
    for query in (f"zone=zone_{town.number}_{zone}", f"cell={here}&rayon=1000&activity={activity}"):
        assert texts(feed(browser, query), "id")[1:] == [f"{browser.origin}/contribution/{there}"]
        assert f'href="/annonces.atom?{query.replace("&", "&amp;")}"' in browser.get(f"/annonces?{query}").text
    assert there != away
