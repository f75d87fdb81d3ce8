"""Pages about places: one field finds them, lists begin there, a publication shows what others will see of it."""

import re

import httpx
import pytest

from geo import cell
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_page_portal import activity, hidden, publication, signed_in

CENTRE = "8818630a4bfffff"


@pytest.fixture
def browser(rennes: Portal) -> Browser:
    return Browser(rennes.client, rennes.host)


def checked(page: str) -> list[str]:
    return re.findall(r'name="location"[^>]* value="([^"]*)" checked', page)


def test_one_field_finds_places_and_publications_in_one_statement(browser: Browser, rennes: Portal) -> None:
    signed_in(browser).get("/chercher?search=jardin")
    before = rennes.running.database.statement_count
    page = browser.get("/chercher?search=saint-greg")
    assert rennes.running.database.statement_count - before == 1
    assert "Saint-Grégoire" in page.text
    assert "35760 · Ille-et-Vilaine" in page.text
    assert 'class="card-title"' in browser.get("/chercher?search=jardin").text


@pytest.mark.parametrize(("search", "first"), [("velo", "Publications"), ("rennes", "Lieux"), ("zzzz", "Lieux")])
def test_places_far_away_stand_below_what_people_published(browser: Browser, search: str, first: str) -> None:
    headings = re.findall(r"<h2>(Lieux|Publications)</h2>", browser.get(f"/chercher?search={search}").text)
    assert (len(headings), headings[0]) == (2, first)


def test_list_is_called_by_what_it_shows(browser: Browser) -> None:
    for address in ("search=velo", "cell=8818630a4bfffff", "cell=8818630a4bfffff&lieu=Albi"):
        page = browser.get(f"/annonces?{address}").text
        [heading], [title] = re.findall(r"<h1>(.*?)</h1>", page), re.findall(r"<title>(.*?) · ", page)
        assert title == heading


def test_without_anything_typed_the_field_alone_is_shown(browser: Browser) -> None:
    page = browser.get("/chercher").text
    assert 'name="search"' in page
    assert "Lieux" not in page


def test_list_begins_at_a_place_and_says_its_name_escaped(browser: Browser) -> None:
    name = "<b>Saint</b>"
    page = browser.get(f"/annonces?{httpx.QueryParams({'cell': CENTRE, 'lieu': name})}").text
    assert "Près de &lt;b&gt;Saint&lt;/b&gt;" in page
    assert "<b>Saint" not in page
    bands = re.findall(r"<span>(à moins de 1 km|de \d+ à \d+ km)</span>", page)
    assert bands == sorted(bands, key=["à moins de 1 km", "de 1 à 2 km"].index)
    assert "à moins de 1 km" in bands


def test_position_of_an_address_is_never_exact(browser: Browser) -> None:
    rough, exact = browser.get("/annonces?autour=48.11,-1.68"), browser.get("/annonces?autour=48.11134,-1.68001")
    assert "Près d’ici" in rough.text
    assert "Près d’ici" not in exact.text


def test_step_of_the_place_shows_what_others_will_see(browser: Browser, rennes: Portal) -> None:
    path, fields = publication(rennes, signed_in(browser), step="where")
    page = browser.submit(path, fields).text
    assert checked(page) == [fields["location"]]
    assert "Voilà tout ce que les autres verront de ce lieu." in page
    assert '<path class="chosen"' in page
    without = browser.submit(path, {**fields, "location": ""}).text
    assert '<path class="chosen"' not in without


def test_typed_commune_is_offered_as_a_hexagon(browser: Browser, rennes: Portal) -> None:
    path, fields = publication(rennes, signed_in(browser), step="where", town="35760")
    page = browser.submit(path, fields).text
    offered = dict(re.findall(r'value="([0-9a-f]{15})"[^>]*> <span>([^<]+) <small>35760', page))
    assert set(offered.values()) == {"Saint-Grégoire", "Montgermont"}
    assert {cell.resolution(cell.from_text(found)) for found in offered} == {8}


def test_rounded_position_publishes_its_cell_and_an_exact_one_is_refused(browser: Browser, rennes: Portal) -> None:
    path, fields = publication(rennes, signed_in(browser), location="48.11,-1.68")
    answer = browser.submit(path, fields)
    assert answer.status_code == 303
    id_ = answer.headers["location"].split("/")[2].partition("?")[0]
    found = rennes.ask("query ($id: ID!) { contribution(id: $id) { location { cell } } }", id=id_)
    published = found["contribution"]["location"]["cell"]
    assert published == cell.to_text(cell.parent(cell.at(*cell.center(cell.at(48.11, -1.68, 8)), 9), 8))
    path, fields = publication(rennes, browser, location="48.11134,-1.68001")
    assert browser.submit(path, fields).status_code == 422


def test_poster_leads_to_its_space(browser: Browser, rennes: Portal) -> None:
    page = browser.get("/espace/entraide/affiche")
    assert page.status_code == 200
    assert '<svg aria-hidden="true" focusable="false" viewBox=' in page.text
    assert f"{rennes.host}/espace/entraide" in page.text
    assert "style=" not in page.text
    assert 'href="/espace/entraide/affiche"' in browser.get("/espace/entraide").text
    assert browser.get("/espace/nothing/affiche").status_code == 404


def test_worker_names_todays_files_and_keeps_no_page_of_a_member(browser: Browser) -> None:
    answer = browser.get("/sw.js")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert answer.headers["cache-control"] == "no-cache"
    assert len(answer.content) <= 2_400
    [theme] = re.findall(r"/theme-[0-9a-f]{16}\.css", answer.text)
    assert theme in browser.get("/").text
    for path in re.findall(r'"(/[^"]+\.\w+)"', answer.text):
        assert browser.get(path).status_code == 200
    assert browser.get("/hors-ligne").headers["cache-control"] == "no-cache"
    assert browser.get("/").headers["cache-control"] == "no-cache"
    assert "private" in signed_in(browser).get("/").headers["cache-control"]


def test_my_page_shows_my_votes_to_me_and_takes_what_expires_soon(browser: Browser, rennes: Portal) -> None:
    signed_in(browser)
    found = rennes.ask(
        "query ($id: ID!) { activity(id: $id) { contributions(first: 1) { nodes { id title } } } }",
        id=activity(rennes, "IDEA_BOX"),
    )
    [idea] = found["activity"]["contributions"]["nodes"]
    browser.submit(f"/contribution/{idea['id']}", {"form": "Vote", "contribution": idea["id"], "choice": "SUPPORT"})
    page = browser.get("/moi").text
    mine = page.partition('id="votes"')[2]
    assert f'href="/contribution/{idea["id"]}"' in mine
    assert "Je soutiens" in mine
    browser.submit(f"/contribution/{idea['id']}", {"form": "Withdraw", "contribution": idea["id"]})
    assert f'href="/contribution/{idea["id"]}"' not in browser.get("/moi").text.partition('id="votes"')[2]


def test_what_expires_soon_waits_on_my_page_until_it_is_renewed(given: Given, browser: Browser, rennes: Portal) -> None:
    path, fields = publication(rennes, signed_in(browser), title="Bientôt fini")
    id_ = browser.submit(path, fields).headers["location"].split("/")[2].partition("?")[0]
    others = browser.get("/moi").text.count("encore visible")
    soon = "UPDATE __tenant__.contribution SET expires_at = now() + interval '3 days 12 hours' WHERE id = %s"
    given.sql(rennes, soon, uuid_in(id_))
    page = browser.get("/moi").text
    assert "encore visible 3\u00a0jours" in page
    assert page.count("encore visible") == others + 1
    renewed = {"form": "Renew", "contribution": id_, "expiresAfterDays": "30"}
    assert browser.submit("/moi", {**renewed, **hidden(page, "Renew")}).status_code == 303
    assert browser.get("/moi").text.count("encore visible") == others


def test_gauge_says_in_words_what_is_missing(browser: Browser, rennes: Portal) -> None:
    found = rennes.ask(
        "query ($id: ID!) { activity(id: $id) { supportThreshold contributions(order: MOST_SUPPORTED, first: 1) "
        "{ nodes { id tally { supportCount } } } } }",
        id=activity(rennes, "IDEA_BOX"),
    )["activity"]
    [idea], wanted = found["contributions"]["nodes"], found["supportThreshold"]
    page = browser.get(f"/contribution/{idea['id']}").text
    missing = wanted - idea["tally"]["supportCount"]
    assert f"sur {wanted}" in page
    assert (f"encore {missing}\u00a0pour atteindre le seuil" if missing > 0 else "Le seuil est atteint.") in page


def test_robots_leave_out_what_is_personal(browser: Browser) -> None:
    robots = browser.get("/robots.txt")
    assert (robots.status_code, robots.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    unvisited = re.findall(r"^Disallow: (/\S+)$", robots.text, re.MULTILINE)
    assert {"/gestion", "/moi", "/voter/"} <= set(unvisited) and "/publier" not in unvisited
    for path in ("/", "/annonces", "/contribution/"):
        assert not any(path.startswith(each) for each in unvisited)
    icon = browser.get("/favicon.ico")
    assert icon.status_code == 302
    assert browser.get(icon.headers["location"]).headers["content-type"] == "image/svg+xml"


def test_title_says_the_step_and_that_something_is_wrong(browser: Browser, rennes: Portal) -> None:
    path, fields = publication(rennes, signed_in(browser))
    steps = (fields | {"step": "where"}, fields | {"step": "check"}, fields | {"title": "x"})
    pages = [browser.get(path), *(browser.submit(path, step) for step in steps)]
    titles = [re.findall(r"<title>(.*?) · ", page.text)[0] for page in pages]
    assert len(set(titles)) == 4
    assert [title.startswith("Erreur – ") for title in titles] == [False, False, False, True]
