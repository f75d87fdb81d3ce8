"""What every page owes to whoever hears it instead of seeing it: a title of its own, a language, headings in order,
landmarks and labels. Screens are found by themselves (tests/sample.py)."""

import itertools
import re
from collections import Counter, defaultdict
from html.parser import HTMLParser

import pytest

from tests.conftest import Portal
from tests.given import Given
from tests.sample import Sample, enter, samples

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
LABELLED = ("input", "select", "textarea")


class Page(HTMLParser):
    """Elements of a page in their order, each with its attributes, its text, and what it lies in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str], list[str], tuple[str, ...]]] = []
        self._open: list[tuple[str, list[str], dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        text: list[str] = []
        around = [each for *_, each in self._open]
        inside = (
            *(name for name, *_ in self._open),
            *("hidden" for each in around if "hidden" in each),
            *("line-title" for each in around if each.get("class") == "line-title"),
        )
        self.elements.append((tag, {name: value or "" for name, value in attrs}, text, inside))
        if tag not in VOID:
            self._open.append((tag, text, dict(attrs)))
        elif tag == "img":
            self.handle_data(dict(attrs).get("alt") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag in [name for name, *_ in self._open]:
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        for _, text, _ in self._open:
            text.append(data)

    def texts(self, tag: str) -> list[str]:
        """What all elements of a name say."""
        return [" ".join("".join(text).split()) for name, _, text, inside in self.elements if name == tag]

    def all(self, *tags: str) -> list[dict[str, str]]:
        """The attributes of all elements of some names."""
        return [attributes for name, attributes, _, _ in self.elements if name in tags]


@pytest.fixture(scope="module")
def pages(rennes: Portal, given: Given, town: Portal) -> list[tuple[Sample, Page]]:
    """Every screen, read by whoever may see it."""
    return [(found, Page(found.html)) for found in samples(rennes, given, town)]


def test_titles_say_which_page_it_is(pages: list[tuple[Sample, Page]]) -> None:
    titles: dict[str, set[str]] = {}
    for found, page in pages:
        [title] = page.texts("title")[:1]
        assert title.endswith(f" · {found.house}"), found.path
        assert title.partition(" · ")[0], found.path
        titles.setdefault(title, set()).add(found.screen.name)
    assert {title: names for title, names in titles.items() if len(names) > 1} == {}


def test_headings_begin_with_one_of_the_first_level_and_leave_none_out(pages: list[tuple[Sample, Page]]) -> None:
    for found, page in pages:
        levels = [int(tag[1]) for tag, *_ in page.elements if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1, found.path
        assert levels[0] == 1, f"{found.path}: a heading stands before the page's own"
        steps = [(one, other) for one, other in itertools.pairwise(levels) if other > one + 1]
        assert steps == [], f"{found.path}: {levels}"
        empty = [tag for tag, _, text, _ in page.elements if re.fullmatch("h[1-6]", tag) and not "".join(text).strip()]
        assert empty == [], found.path


def test_pages_say_their_language_and_where_what_is(pages: list[tuple[Sample, Page]]) -> None:
    for found, page in pages:
        assert page.all("html") == [{"lang": "fr"}], found.path
        assert [len(page.all(name)) for name in ("main", "header", "footer")] >= [1, 1, 1], found.path
        assert len(page.all("main")) == 1, found.path
        names = [each.get("aria-label", "") for each in page.all("nav")]
        assert all(names) and len(set(names)) == len(names), f"{found.path}: {names}"
        assert page.all("a")[0]["href"] == "#main", f"{found.path}: the first link leads past the header"


def test_no_two_elements_have_one_id_and_every_reference_leads_somewhere(pages: list[tuple[Sample, Page]]) -> None:
    for found, page in pages:
        ids = Counter(each["id"] for _, each, _, _ in page.elements if "id" in each)
        assert {id_ for id_, count in ids.items() if count > 1} == set(), found.path
        wanted = {
            id_
            for _, each, _, _ in page.elements
            for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list")
            for id_ in each.get(name, "").split()
        }
        wanted |= {each["href"][1:] for each in page.all("a") if re.fullmatch("#.+", each.get("href", ""))}
        assert wanted - set(ids) == set(), found.path


def test_every_field_has_a_label(pages: list[tuple[Sample, Page]]) -> None:
    for found, page in pages:
        labels = {each.get("for") for each in page.all("label")}
        for tag, each, _, inside in page.elements:
            if tag not in LABELLED or each.get("type") in ("hidden", "submit"):
                continue
            assert "label" in inside or each.get("id") in labels or each.get("aria-label"), f"{found.path}: {each}"


def test_links_and_buttons_say_where_they_lead(pages: list[tuple[Sample, Page]]) -> None:
    for found, page in pages:
        for tag, each, text, inside in page.elements:
            is_unseen = "hidden" in inside or each.get("aria-hidden") == "true"
            if tag in ("a", "button", "summary") and not is_unseen:
                assert "".join(text).strip() or each.get("aria-label"), f"{found.path}: {tag} {each}"


NAMED = r"#|/gestion/journal\?(?:subject|by)=|/contribution/[^/]+$|/echange/|/moderation/decision/|/acteur/|/gestion/(?:moderation|reponses|personnes)/"
"""Addresses within the page, and of things that are called as people call them."""


def test_links_that_say_the_same_lead_to_the_same_page(pages: list[tuple[Sample, Page]]) -> None:
    for found, page in pages:
        places: dict[str, set[str]] = {}
        for tag, each, text, inside in page.elements:
            is_title = any(re.fullmatch("h[1-6]|line-title", name) for name in inside)  # Two people may use the same.
            is_named = re.match(NAMED, each.get("href", "")) is not None
            if tag == "a" and "svg" not in inside and not (is_title or is_named):
                said = " ".join("".join(text).split())
                places.setdefault(each.get("aria-label") or said, set()).add(each["href"])
        assert {said: to for said, to in places.items() if len(to) > 1} == {}, found.path


class Buttons(HTMLParser):
    """What the buttons of a page's middle are called, with the groups in which they stand, and what each of them sends."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        self._groups: list[tuple[str, str]] = []
        self._form: list[str] = []
        self._waiting: list[tuple[str, str]] = []
        self._button: tuple[str, str, list[str]] | None = None
        self.feed(html.partition("<main")[2].partition("</main>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._groups.append((tag, said.get("aria-label", "") if said.get("role") == "group" else ""))
        if tag == "form":
            self._form, self._waiting = [said.get("action", "").partition("#")[0], said.get("method", "get")], []
        elif tag == "input" and said.get("type") == "hidden" and said["name"] != "idempotencyKey":
            self._form.append(f"{said['name']}={said.get('value', '')}")
        elif tag == "button" and "hidden" not in said and said.get("type") != "button":
            self._button = (said.get("aria-label", ""), f"{said.get('name', '')}={said.get('value', '')}", [])

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button is not None:
            label, does, text = self._button
            around = [group for _, group in self._groups if group]
            self._waiting.append((" > ".join((*around, label or " ".join("".join(text).split()))), does))
            self._button = None
        if tag == "form":
            for name, does in self._waiting:
                self.sent[name].add((does, *self._form))
            self._form, self._waiting = [], []
        while self._groups and tag in [name for name, _ in self._groups]:
            if self._groups.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._button[2].append(data)


def test_buttons_that_say_the_same_do_the_same(pages: list[tuple[Sample, Page]]) -> None:
    """Whoever hears the buttons of a page one after the other knows what each of them is about, which stands after a
    dash; other tests of this portal may have made two things of one name."""
    alike = [
        f"{found.path}: {name}"
        for found, _ in pages
        for name, sent in Buttons(found.html).sent.items()
        if len(sent) > 1 and " – " not in name
    ]
    assert "\n".join(alike) == ""


def test_buttons_are_told_apart_by_their_names_and_groups_alone() -> None:
    page = """<main><form method="post"><input type="hidden" name="id" value="1"><button>Retirer</button></form>
      <form method="post"><input type="hidden" name="id" value="2"><button>{}</button></form></main>"""
    assert Buttons(page.format("Retirer")).sent == {"Retirer": {("=", "", "post", "id=1"), ("=", "", "post", "id=2")}}
    named = Buttons(page.format('Retirer<span class="hidden"> – Le banc</span>')).sent
    assert named == {"Retirer": {("=", "", "post", "id=1")}, "Retirer – Le banc": {("=", "", "post", "id=2")}}


OF_ONE = re.compile(r"[a-z]+_\d+_[0-9a-f-]{36}")
"""Ids, by which addresses of one kind differ."""


def test_links_lead_somewhere(rennes: Portal, pages: list[tuple[Sample, Page]]) -> None:
    """One of each kind of address, followed by whoever was shown it; also from where one signs in, which is no screen."""
    browsers = {role: enter(rennes, role) for role in (None, "MEMBER", "ADMIN")}
    shown = [(found.role, page) for found, page in pages if found.house == rennes.story.title]
    shown.append((None, Page(browsers[None].get("/auth/sign-in").text)))
    followed: dict[tuple[str | None, str], str] = {}
    for role, page in shown:
        for link in page.all("a", "link"):
            if (href := link.get("href", "")).startswith("/") and not href.startswith("//"):
                followed.setdefault((role, OF_ONE.sub("", href.partition("#")[0])), href)
    assert len(followed) > 100
    answers = {(role, href): browsers[role].get(href).status_code for (role, _), href in followed.items()}
    assert {link: status for link, status in answers.items() if status >= 400} == {}


def test_second_page_of_an_activity_shows_others(rennes: Portal, pages: list[tuple[Sample, Page]]) -> None:
    """Of proposals, which the most supported begin, and of listings, which the newest do."""
    fields = set()
    for found, page in pages:
        if found.screen.name != "activity":
            continue
        for link in page.all("a"):
            path, _, query = link.get("href", "").partition("?")
            if path == found.path and "after" in query.lower():
                fields.add(query.partition("=")[0])
                more = Page(enter(rennes, None).get(link["href"]).text)
                first, second = (
                    {each["href"] for each in one.all("a") if OF_IT in each["href"]} for one in (page, more)
                )
                assert second and not first & second, link["href"]
    assert fields == {"after", "afterListing"}


OF_IT = "/contribution/contribution_"
