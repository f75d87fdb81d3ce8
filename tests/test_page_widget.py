"""What widgets are made of, over HTTP: the script at its lasting address, and the product's own documents by digest."""

import hashlib
import json
import re
import subprocess
from collections import Counter
from html import escape, unescape
from itertools import combinations
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import FieldNode, FragmentDefinitionNode, SelectionSetNode, Visitor, parse, print_ast, validate, visit

import web
from auth.viewer import Audience
from models.tenant import Feature
from portal import widget
from portal.fit import NothingLeftError, fitted
from schema.scoped import ScopedContract
from tenants import document
from tests.acting import published
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given
from tests.own import until
from tests.test_page_portal import signed_in
from tests.test_widget import SITE, registered, revoke

FOLDER = web.WIDGET / "document"
DOCUMENTS = sorted(FOLDER.glob("*.graphql"))
LEAST_SHARED = 3
"""So many fields that are asked for in two places stand in a fragment of their own."""


RECORD = json.loads((web.WIDGET / "record.json").read_text("utf-8"))
BUILD = Path(web.__file__).parent / "build"
FRAGMENTS = {path.read_text("utf-8").split()[1]: path.read_text("utf-8") for path in FOLDER.glob("part/*.graphql")}


def whole(path: Path) -> str:
    """A document, and behind it each fragment that it or one of these spreads."""
    parts, named = [path.read_text("utf-8")], list[str]()
    for part in parts:  # Grows on the way.
        for name in re.findall(r"\.\.\.(\w+)", part):
            if name not in named:
                named.append(name)
                parts.append(FRAGMENTS[name])
    return "\n".join(parts)


def digest(name: str) -> str:
    """By which today's script names the document of this file name."""
    return hashlib.sha256(whole(FOLDER / f"{name}.graphql").encode()).hexdigest()


def ask(portal: Portal, name: str, token: str = "", **variables: Any) -> httpx.Response:
    """As a widget's script asks, on a page of `SITE`."""
    headers = {"host": portal.host, "origin": SITE} | ({"authorization": f"Bearer {token}"} if token else {})
    return portal.client.post("/graphql", json={"documentId": digest(name), "variables": variables}, headers=headers)


def test_script_is_for_pages_of_any_site_and_compressed_by_the_build(town: Portal) -> None:
    for coding in ("gzip", "identity"):
        answer = town.client.get("/widget.js", headers={"host": town.host, "accept-encoding": coding})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers.get("content-encoding", "identity") == coding
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.headers["cache-control"] == "public, max-age=600, stale-while-revalidate=86400"
        assert "parvis-vote" in answer.text


def test_documents_are_their_files_with_the_fragments_that_they_spread_once() -> None:
    for text in map(whole, DOCUMENTS):
        names = [node.name.value for node in parse(text).definitions if isinstance(node, FragmentDefinitionNode)]
        assert sorted(names) == sorted(set(re.findall(r"\.\.\.(\w+)", text)))
    files = [parse(path.read_text("utf-8")) for path in FOLDER.rglob("*.graphql")]
    asked = Counter[str]()

    class Selections(Visitor):
        def enter_selection_set(self, node: SelectionSetNode, *_: object) -> None:
            if len(node.selections) >= LEAST_SHARED:
                asked[print_ast(node)] += 1

    for file in files:
        visit(file, Selections())
    assert [text for text, count in asked.items() if count > 1] == []


def test_record_of_the_build_has_todays_documents_and_former_ones_as_they_were() -> None:
    assert {name for name, one in RECORD.items() if one["until"] is None} == {digest(path.stem) for path in DOCUMENTS}
    assert all(hashlib.sha256(one["text"].encode()).hexdigest() == name for name, one in RECORD.items())


RELEASES = """
import { recorded } from "./record.mjs";
const first = recorded({}, ["query A", "query B"], "2027-01-01");
const second = recorded(first, ["query B", "query C"], "2027-03-01");
const told = (record) => Object.values(record).map(({ text, until }) => [text, until]).sort();
const later = (day, texts) => told(recorded(second, texts, day));
const same = ["query B", "query C"];
console.log(JSON.stringify([told(second), later("2027-05-30", same), later("2027-05-31", same), later("2027-04-01", ["query A"])]));
"""


def test_document_of_a_former_script_is_known_for_ninety_days(node: str) -> None:
    done = subprocess.run(
        [node, "--input-type=module", "-e", RELEASES], cwd=BUILD, capture_output=True, text=True, check=True
    )
    current, former = [["query B", None], ["query C", None]], ["query A", "2027-03-01"]
    back = [["query A", None], ["query B", "2027-04-01"], ["query C", "2027-04-01"]]
    assert json.loads(done.stdout) == [[former, *current], [former, *current], current, back]


def test_page_that_runs_a_former_script_is_answered(
    given: Given, town: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity = given.activity(town, kind="IDEA_BOX", location_rule="NONE")
    published(given.actor(town), activity, title="Un abri")
    text = "query Former($id: ID!) { activity(id: $id) { contributions(first: 3) { nodes { title } } } }"
    former = hashlib.sha256(text.encode()).hexdigest()
    body = {"documentId": former, "variables": {"id": activity}}
    assert town.client.post("/graphql", json=body, headers={"host": town.host, "origin": SITE}).status_code == 404
    (tmp_path / "record.json").write_text(
        json.dumps({**RECORD, former: {"text": text, "until": "2027-03-01"}}), "utf-8"
    )
    with monkeypatch.context() as patch:
        patch.setattr(web, "WIDGET", tmp_path)
        widget.documents.cache_clear()
        answer = town.client.post("/graphql", json=body, headers={"host": town.host, "origin": SITE})
    widget.documents.cache_clear()
    assert answer.json()["data"]["activity"]["contributions"]["nodes"] == [{"title": "Un abri"}]


def test_script_names_the_documents_that_the_server_knows(town: Portal) -> None:
    text = town.client.get("/widget.js", headers={"host": town.host}).text
    assert [path.stem for path in DOCUMENTS if digest(path.stem) not in text] == []


@pytest.mark.parametrize("text", [one["text"] for one in RECORD.values()], ids=[name[:9] for name in RECORD])
def test_every_document_that_a_script_may_name_fits_into_every_scope(text: str) -> None:
    contract = ScopedContract()
    for size in (0, 1, len(Feature)):
        for features in combinations(Feature, size):
            schema = contract.engine(frozenset(features), Audience.PUBLIC).schema
            try:
                fit = fitted(text, schema)
            except NothingLeftError:
                continue
            assert validate(schema, parse(fit.text)) == [], features


def test_nothing_is_asked_for_that_is_not_shown() -> None:
    script = "".join(path.read_text("utf-8") for path in web.WIDGET.glob("*.js"))
    asked: set[str] = set()

    class Fields(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            asked.add((node.alias or node.name).value)

    for path in DOCUMENTS:
        visit(parse(whole(path)), Fields())
    made = {"forCount", "mixedCount", "againstCount", "for", "against", "voteCast", "voteWithdraw"}
    """Names that the script puts together, and those of payloads, of which it takes the only one."""
    assert sorted(name for name in asked - made if not re.search(rf"\b{name}\b", script)) == []


def test_own_documents_run_where_trusted_ones_are_demanded(given: Given, rennes: Portal) -> None:
    portal = given.tenant(rennes, "test-widget-strict", "commune-35238")
    activity = given.activity(portal, kind="IDEA_BOX", vote_method="SUPPORT", location_rule="NONE")
    published(given.actor(portal), activity, title="Des bancs")
    given.run(document.demand(given.database, portal.story.slug, is_demanded=True))
    until(lambda: portal.record.trusted_documents_only)
    widget = registered(given.actor(portal, role="ADMIN"), SITE, isTrustedOnly=True, activity=activity)
    granted = portal.client.post(f"/widget/{widget}/token", headers={"host": portal.host, "origin": SITE}).json()
    assert granted["activity"] == activity
    answer = ask(portal, "list", granted["token"], activity=granted["activity"], first=5)
    assert [node["title"] for node in answer.json()["data"]["activity"]["contributions"]["nodes"]] == ["Des bancs"]
    assert answer.headers["access-control-allow-origin"] == SITE
    refused = portal.client.post(
        "/graphql",
        json={"query": "{ portal { title } }"},
        headers={"host": portal.host, "origin": SITE, "authorization": f"Bearer {granted['token']}"},
    )
    assert refused.json()["errors"][0]["extensions"]["code"] == "TRUSTED_DOCUMENT_REQUIRED"


def test_document_of_a_feature_that_is_off_is_refused_as_any_other(given: Given, rennes: Portal) -> None:
    portal = given.tenant(rennes, "test-widget-aid", "commune-35238")
    given.features(portal, {Feature.MUTUAL_AID})
    assert ask(portal, "recent", first=5).json()["data"]["contributions"]["nodes"] == []
    errors = ask(portal, "cast", input={"contribution": "x", "choice": "SUPPORT"}).json()["errors"]
    assert {error["extensions"]["code"] for error in errors} == {"GRAPHQL_VALIDATION_FAILED"}


# For sites without script ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(given: Given, rennes: Portal) -> Portal:
    """A portal with a widget on one site, a debate, a vote and something on the map."""
    return given.tenant(rennes, "test-widget-place", "commune-35238")


@pytest.fixture(scope="module")
def debate(given: Given, place: Portal) -> str:
    return given.activity(place, kind="CONSULTATION", vote_method="OPINION", location_rule="NONE")


@pytest.fixture(scope="module")
def question(given: Given, place: Portal, debate: str) -> str:
    author = given.actor(place)
    asked = published(author, debate, title="Fermer <la place> aux voitures", body="Le samedi.")
    published(author, debate, title="On y respire mieux", kind="ARGUMENT", about=asked, side="FOR")
    return asked


def policy(portal: Portal, path: str) -> str:
    answer = Browser(portal.client, portal.host).get(path)
    assert answer.status_code == 200, path
    parts = answer.headers["content-security-policy"].split("; ")
    return next(part for part in parts if part.startswith("frame-ancestors"))


def test_pages_for_frames_are_shown_by_the_widgets_sites_alone(given: Given, place: Portal, question: str) -> None:
    admin = given.actor(place, role="ADMIN")
    here = place.running.url.replace("127.0.0.1", "localhost")
    path = f"/embed/debate/{question}"
    assert policy(place, path) == "frame-ancestors 'self'"
    widget = registered(admin, SITE, "https://presse.example.fr:8443")
    sites = f"frame-ancestors 'self' {here} https://presse.example.fr:8443 {SITE}"
    until(lambda: policy(place, path) == sites)
    assert policy(place, f"/contribution/{question}") == "frame-ancestors 'none'"
    revoke(admin, widget)
    until(lambda: policy(place, path) == "frame-ancestors 'self'")


@pytest.mark.parametrize("kind", ["list", "map", "vote"])
def test_page_for_a_frame_has_no_form_and_its_links_leave_it(
    place: Portal, debate: str, question: str, kind: str
) -> None:
    page = Browser(place.client, place.host).get(f"/embed/{kind}/{debate}").text
    assert '<base target="_top">' in page
    assert "<form" not in page
    assert ("Fermer &lt;la place&gt; aux voitures" in page) == (kind != "map")
    assert Browser(place.client, place.host).get(f"/embed/{kind}/activity_1_0").status_code == 404


def oembed(portal: Portal, url: str, **fields: str) -> httpx.Response:
    return portal.client.get("/oembed", params={"url": url, **fields}, headers={"host": portal.host})


def test_page_leads_to_its_oembed_which_gives_the_frame(place: Portal, debate: str, question: str) -> None:
    browser, origin = Browser(place.client, place.host), f"http://{place.host}"
    for path, kind, title in (
        (f"/activite/{debate}", "vote", "Activité"),
        (f"/contribution/{question}", "debate", "Fermer <la place> aux voitures"),
    ):
        [found] = re.findall(r'type="application/json\+oembed" href="([^"]+)"', browser.get(path).text)
        told = browser.get(found.removeprefix(origin)).json()
        frame = f"{origin}/embed/{kind}/{path.rpartition('/')[2]}"
        assert told["title"].startswith(title)
        assert told | {"title": "", "provider_name": ""} == {
            "version": "1.0",
            "type": "rich",
            "title": "",
            "provider_name": "",
            "provider_url": origin,
            "cache_age": 3600,
            "width": 600,
            "height": 640,
            "html": f'<iframe src="{frame}" width="600" height="640" title="{escape(told["title"])}" loading="lazy"></iframe>',
        }
        assert browser.get(f"/embed/{kind}/{path.rpartition('/')[2]}").status_code == 200
    small = oembed(place, f"{origin}/contribution/{question}", maxwidth="320", maxheight="99999", format="json").json()
    assert (small["width"], small["height"]) == (320, 640)


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("", {}),
        ("https://evil.example/contribution/{question}", {}),
        ("{origin}@evil.example/contribution/{question}", {}),
        ("{origin}/contribution/contribution_1_0", {}),
        ("{origin}/charte", {}),
        ("{origin}/nowhere", {}),
        ("{origin}/contribution/{question}", {"format": "xml"}),
        ("http://[", {}),
        ("{origin}//[", {}),
    ],
)
def test_oembed_of_what_has_no_frame_is_not_found(
    place: Portal, question: str, url: str, fields: dict[str, str]
) -> None:
    text = url.format(origin=f"http://{place.host}", question=question)
    assert oembed(place, text, **fields).status_code == 404


@pytest.mark.parametrize("size", ["", "-1", "0x10", "²", "1" * 400, "abc"])
def test_size_that_is_no_number_is_the_usual_one(place: Portal, question: str, size: str) -> None:
    told = oembed(place, f"http://{place.host}/contribution/{question}", maxwidth=size).json()
    assert told["width"] == 600


# In the dashboard ------------------------------------------------------------------------------------------------------

DESK = "/gestion/widgets"
FONT = "mutation($input: WidgetReviseInput!) { widgetRevise(input: $input) { userErrors { code } } }"


def test_administrator_makes_a_widget_gets_its_code_and_looks_at_it_on_another_origin(
    given: Given, rennes: Portal
) -> None:
    desk = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    activity = given.activity(rennes, kind="IDEA_BOX", vote_method="SUPPORT", location_rule="NONE")
    form = {
        "form": "Register",
        "name": "Sur le site de test",
        "origins": "https://www.rennes.example",
        "activity": activity,
        "theme.primaryColor": "#115577",
        "isTrustedOnly": "true",
    }
    made = desk.submit(DESK, form)
    assert made.status_code == 303
    [widget] = re.findall(r"widget=(widget_[^&]+)", made.headers["location"])
    answer = desk.get(f"{DESK}?widget={widget}&kind=vote")
    page = unescape(unescape(answer.text))
    origin = f"http://{rennes.host}"
    assert f'<script src="{origin}/widget.js" async></script>' in page
    assert f'<parvis-vote portal="{origin}" widget="{widget}">' in page
    assert f'<iframe src="{origin}/embed/vote/{activity}"' in page
    preview = rennes.running.url.replace("127.0.0.1", "localhost")
    [address] = set(re.findall(rf'src="({preview}/widget-preview[^"]+)"', page))
    assert f"frame-src 'self' {preview};" in answer.headers["content-security-policy"]
    headers = {"host": rennes.host, "origin": preview}
    granted = rennes.client.post(f"/widget/{widget}/token", headers=headers).json()
    assert (granted["activity"], granted["theme"]["primaryColor"]) == (activity, "#115577")
    shown = rennes.client.get(address.removeprefix(preview), headers={"host": preview.removeprefix("http://")})
    assert f'<parvis-vote portal="{origin}" widget="{widget}">' in shown.text
    assert (
        f"script-src {origin}; connect-src {origin}; frame-ancestors {origin};"
        in shown.headers["content-security-policy"]
    )
    font = {"widget": widget, "theme": {"primaryColor": "#115577", "font": "Marianne"}}
    assert rennes.admin().ask(FONT, input=font)["widgetRevise"]["userErrors"] == []
    for typed, color in (("#aa0000", "#aa0000"), ("", None)):  # What the page does not show stays.
        page = desk.get(f"{DESK}?widget={widget}").text
        hidden = dict(re.findall(r'type="hidden" name="(theme\.\w+)" value="([^"]*)"', page))
        fields = {"form": "Revise", "widget": widget, **hidden, "theme.primaryColor": typed}
        assert desk.submit(f"{DESK}?widget={widget}", fields).status_code == 303
        theme = rennes.client.post(f"/widget/{widget}/token", headers=headers).json()["theme"]
        assert (theme.get("primaryColor"), theme["font"]) == (color, "Marianne")
    assert desk.submit(DESK, {"form": "RevokeWidget", "widget": widget}).status_code == 303
    assert "parvis-vote" not in desk.get(f"{DESK}?widget={widget}&kind=vote").text


def test_refused_widget_keeps_what_was_typed(rennes: Portal) -> None:
    desk = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    form = {"form": "Register", "name": "Mal réglé", "origins": "ville.fr", "theme.primaryColor": "red"}
    answer = desk.submit(DESK, form)
    assert answer.status_code == 422
    for typed in ("Mal réglé", "ville.fr", "red"):
        assert f'value="{typed}"' in answer.text
    assert set(re.findall(r'href="#(\w+)"', answer.text)) <= set(re.findall(r'id="(\w+)"', answer.text))


@pytest.mark.parametrize(
    "change",
    [
        {"portal": "https://evil.example"},
        {"portal": ""},
        {"portal": "javascript:alert(1)"},
        {"portal": "http://["},
        {"kind": "script"},
        {"kind": ""},
        {"widget": "x" * 201},
    ],
)
def test_preview_shows_portals_of_ours_alone(rennes: Portal, change: dict[str, str]) -> None:
    asked = {"portal": f"http://{rennes.host}", "kind": "list", "widget": "x", **change}
    here = rennes.running.url.removeprefix("http://").replace("127.0.0.1", "localhost")
    assert rennes.client.get("/widget-preview", params=asked, headers={"host": here}).status_code == 404


def test_preview_is_at_no_portals_host_and_what_is_asked_is_text(rennes: Portal) -> None:
    asked = {"portal": f"http://{rennes.host}", "kind": "list", "widget": '"><script>alert(1)</script>'}
    here = rennes.running.url.removeprefix("http://").replace("127.0.0.1", "localhost")
    page = rennes.client.get("/widget-preview", params=asked, headers={"host": here})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert rennes.client.get("/widget-preview", params=asked, headers={"host": rennes.host}).status_code == 404
