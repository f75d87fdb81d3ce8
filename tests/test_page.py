"""The pages for developers and visitors: nothing hostile gets through, nothing is fetched from elsewhere."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

import web
from portal import developer
from server.page.policy import SECURITY_HEADERS

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
BUILT = web.STATIC / "graphiql"
LICENCE_LINKS = {
    "https://www.gnu.org/licenses/agpl-3.0.fr.html",
    "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    "https://www.geonames.org/",
    "https://creativecommons.org/licenses/by/4.0/deed.fr",
}

CARD = developer.PortalCard(
    slug="paris",
    title="idee.paris",
    collectivite="Paris",
    url="http://paris.localhost:8000/",
    hosts=("idee.paris",),
    primary_color="#d0004f",
    contribution_count=1234,
    cover="/couverture-0123456789abcdef.svg",
)
PORTAL = developer.PortalPage(
    title="Mon marché local",
    collectivite="Deux-Sèvres",
    primary_color="#e8590c",
    secondary_color="#2b8a3e",
    spaces=(developer.SpaceCard("Marché des producteurs", "Produits locaux"), developer.SpaceCard("Entraide", "")),
    features=("Entraide",),
    examples=(developer.ExampleLink("Les offres", developer.example_url("", "{ a }", {})),),
)
PAGES = {
    "portals": developer.portals_page([CARD]),
    "portal": developer.portal_page(PORTAL),
    "about": developer.about_page(),
    "not found": developer.not_found_page(),
    "graphiql": developer.graphiql_page(),
}


class Outline(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(attribute)) is not None]


def tags(html: str) -> list[str]:
    return [tag for tag, _ in Outline(html).elements]


def test_hostile_texts_of_a_portal_are_escaped() -> None:
    hostile = developer.PortalPage(
        title=HOSTILE,
        collectivite=HOSTILE,
        primary_color=PORTAL.primary_color,
        secondary_color=PORTAL.secondary_color,
        spaces=(developer.SpaceCard(HOSTILE, HOSTILE), developer.SpaceCard(HOSTILE, "")),
        features=(HOSTILE,),
        examples=(developer.ExampleLink(HOSTILE, developer.example_url("", HOSTILE, {})),),
    )
    html = developer.portal_page(hostile)
    assert tags(html) == tags(PAGES["portal"])
    assert Outline(html).text.count(HOSTILE) == 9


def test_hostile_texts_of_a_card_are_escaped() -> None:
    hostile = replace(CARD, title=HOSTILE, collectivite=HOSTILE, hosts=(HOSTILE,))
    html = developer.portals_page([hostile])
    assert tags(html) == tags(PAGES["portals"])
    assert Outline(html).text.count(HOSTILE) == 5


@pytest.mark.parametrize(
    "color",
    ["", "red", "#12345", "#1234567", "#12345g", "#123456\n", "#１２３４５６", "#123456;--x:url(//a.b)", HOSTILE],
)
def test_colour_of_another_form_gives_way_to_the_default(color: str) -> None:
    card = Outline(developer.portals_page([replace(CARD, primary_color=color)]))
    portal = Outline(developer.portal_page(replace(PORTAL, primary_color=color, secondary_color=color)))
    assert card.values("style") == ["--accent:#26357f"]
    assert portal.values("style") == ["--accent:#26357f;--accent-ink:#ffffff;--second:#26357f"]


def test_colours_of_a_portal_reach_its_page() -> None:
    assert Outline(PAGES["portals"]).values("style") == ["--accent:#d0004f"]
    assert Outline(PAGES["portal"]).values("style") == ["--accent:#e8590c;--accent-ink:#14121a;--second:#2b8a3e"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "//a.b", "/\\a.b", "a.b", ""]
)
def test_link_of_another_scheme_leads_nowhere(url: str) -> None:
    examples = (developer.ExampleLink("x", url),)
    cards = Outline(developer.portals_page([replace(CARD, url=url)]))
    portal = Outline(developer.portal_page(replace(PORTAL, examples=examples)))
    about = Outline(developer.about_page(source_url=url or "x"))
    assert cards.values("href").count("#") == 1
    assert portal.values("href").count("#") == 1
    assert about.values("href").count("#") == 1


@pytest.mark.parametrize(
    ("base", "origin"),
    [
        ("", ""),
        ("http://paris.localhost:8000", "http://paris.localhost:8000"),
        ("http://paris.localhost:8000/", "http://paris.localhost:8000"),
    ],
)
@pytest.mark.parametrize("variables", [{"first": 3, "near": {"city": "Orléans & C°"}}, {"none": None}])
def test_example_link_carries_the_operation(base: str, origin: str, variables: Mapping[str, object]) -> None:
    query = 'query Près($a: Int) {\n  a(b: "c&d=e#f+g%20", h: $a)\n}'
    address, _, parameters = developer.example_url(base, query, variables).partition("?")
    carried = parse_qs(parameters, strict_parsing=True)
    assert address == f"{origin}/graphiql"
    assert carried["query"] == [query]
    assert [json.loads(text) for text in carried["variables"]] == [variables]


def test_example_link_is_percent_encoded_and_omits_empty_variables() -> None:
    assert developer.example_url("", "{ a }", {}) == "/graphiql?query=%7B%20a%20%7D"


def test_example_link_survives_the_page() -> None:
    url = developer.example_url("", "{ a & b }", {"c": '"'})
    html = developer.portal_page(replace(PORTAL, examples=(developer.ExampleLink("x", url),)))
    assert url in Outline(html).values("href")


def test_pages_render_without_any_content() -> None:
    empty_card = replace(CARD, hosts=(), contribution_count=0)
    empty_portal = replace(PORTAL, spaces=(), features=(), examples=())
    assert "Aucun portail n’est installé ici" in developer.portals_page([])
    assert ", 0 contribution<" in developer.portals_page([empty_card])
    assert "Aucun espace n’est ouvert" in developer.portal_page(empty_portal)


@pytest.mark.parametrize(("count", "text"), [(0, "0 contribution"), (1, "1 contribution"), (2, "2 contributions")])
def test_count_agrees_with_its_noun(count: int, text: str) -> None:
    assert f", {text}<" in developer.portals_page([replace(CARD, contribution_count=count)])


def test_thousands_are_grouped_as_in_french() -> None:
    assert "1\u202f234 contributions" in PAGES["portals"]


def test_source_link_stands_on_the_about_page_once_it_is_known() -> None:
    assert "https://example.org/source" in Outline(developer.about_page("https://example.org/source")).values("href")


def test_not_found_page_names_nothing() -> None:
    outline = Outline(developer.not_found_page())
    assert "parvis" not in outline.text.lower()
    assert [url for url in outline.values("href") if not url.startswith("#")] == [
        "/static/icon.svg",
        "/static/parvis.css",
    ]


@pytest.mark.parametrize("name", PAGES)
def test_page_is_french_and_titled(name: str) -> None:
    html = PAGES[name]
    assert html.startswith('<!doctype html>\n<html lang="fr">')
    assert re.search(r"<title>[^<]+</title>", html)


@pytest.mark.parametrize("name", PAGES)
def test_page_points_to_no_other_site_than_licences(name: str) -> None:
    found = set(re.findall(r"https?://[^\"'<>\s]+", PAGES[name]))
    own = {url for url in found if urlsplit(url).hostname == "paris.localhost"}
    assert found - own == (LICENCE_LINKS if name == "about" else set())


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_script_that_its_policy_refuses(name: str) -> None:
    outline = Outline(PAGES[name])
    scripts = [attributes.get("src") for tag, attributes in outline.elements if tag == "script"]
    handlers = [key for _, attributes in outline.elements for key in attributes if key.startswith("on")]
    assert scripts == (["/static/graphiql/graphiql.js"] if name == "graphiql" else [])
    assert handlers == []


@pytest.mark.parametrize("name", PAGES)
def test_page_asks_only_for_files_that_are_installed(name: str) -> None:
    outline = Outline(PAGES[name])
    addresses = [url for url in outline.values("href") + outline.values("src") if url.startswith("/static/")]
    assert addresses
    assert [url for url in addresses if not (web.STATIC / url.removeprefix("/static/")).is_file()] == []


def test_policy_allows_own_scripts_only_and_no_frame() -> None:
    policy = dict(directive.split(" ", 1) for directive in SECURITY_HEADERS["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["worker-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert SECURITY_HEADERS["X-Content-Type-Options"] == "nosniff"
    assert SECURITY_HEADERS["Referrer-Policy"] == "same-origin"


def built(suffix: str) -> list[Path]:
    return sorted(BUILT.glob(f"*{suffix}"))


def test_built_styles_load_nothing_from_elsewhere() -> None:
    styles = [*built(".css"), web.STATIC / "parvis.css"]
    loaded = {url for path in styles for url in re.findall(r"url\([\"']?([^\"')]+)", path.read_text("utf-8"))}
    files = {url for url in loaded if not url.startswith("data:")}
    assert files == {"./codicon.ttf"}
    assert not any("@import" in path.read_text("utf-8") for path in styles)


def test_built_scripts_import_only_each_other() -> None:
    load = re.compile(r"""\b(?:from|import\(?|importScripts\(|Worker\()\s*["'`]((?:[./]|https?:)[^"'`\s]*)""")
    loaded = {address for path in built(".js") for address in load.findall(path.read_text("utf-8"))}
    assert len(loaded) > 5
    assert {address for address in loaded if not (BUILT / address).is_file()} == set()


def test_built_graphiql_has_its_workers_its_notices_and_no_source_map() -> None:
    names = {path.name for path in BUILT.iterdir()}
    assert {f"{worker}.worker.js" for worker in ("editor", "graphql", "json")} <= names
    assert "THIRD_PARTY_NOTICES.txt" in names
    assert not any(name.endswith(".map") for name in names)
    assert sum(path.stat().st_size for path in BUILT.iterdir()) < 6_200_000


def test_graphiql_is_pinned_exactly_and_its_lock_names_no_host() -> None:
    project = web.TEMPLATE.parent / "graphiql"
    manifest = json.loads((project / "package.json").read_text("utf-8"))
    lock = json.loads((project / "package-lock.json").read_text("utf-8"))
    versions = [*manifest["dependencies"].values(), *manifest["devDependencies"].values()]
    assert [version for version in versions if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
