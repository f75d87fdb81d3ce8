"""Sample: addresses of every screen, found as people find them: by following the links of the portal's own pages."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from urllib.parse import urlsplit

import httpx

from auth.nudge_link import NudgeLinks
from demo.budget import activity
from demo.load import demo_id
from portal import screen
from portal.screen import SCREENS
from portal.screen_kind import Screen
from tests.acting import published
from tests.administering import done
from tests.amending import THREE, TWO, consulted, decide, prepared, proposed, publish
from tests.analysing import analysed
from tests.browser import Browser
from tests.conftest import SECRET, Portal
from tests.given import Given
from tests.petitioning import opened, ruled
from tests.surveying import opened as surveyed

A_SCREEN, OF_ONE = 2, 20
"""So many addresses of one screen are enough; so many are looked at for a link that is not on every one of them."""

PUBLISH = """mutation ($input: ContributionPublishInput!) {
  contributionPublish(input: $input) { contribution { id } userErrors { code field } } }"""
KINDS = """query ($kinds: [ContributionKind!]) {
  contributions(kinds: $kinds, first: 1) { nodes { id } }
  spaces(first: 100) { nodes { activities { id kind } } } }"""
MISSIONS = "{ missions(first: 1) { nodes { contribution { author { id } } } } }"
FRAMES = ("list", "map", "vote")
DESKS = "query ($id: ID!) { activity(id: $id) { pollingDesks { id } } }"
HOME = {"lat": 48.1, "lng": -1.68}

_HREF = re.compile(r'\bhref="([^"#]+)')


@dataclass(frozen=True)
class Sample:
    """One address of a screen and its page; `role` is the least with which it is seen, None for everybody."""

    screen: Screen
    path: str
    role: str | None
    html: str
    house: str
    """What the portal is called."""


def enter(portal: Portal, role: str | None) -> Browser:
    """A browser of somebody with a role, or of nobody."""
    browser = Browser(portal.client, portal.host)
    if role is not None:
        answer = browser.submit("/auth/demo", {"role": role, "next": "/"})
        assert answer.status_code == 303, answer.text
    return browser


def samples(portal: Portal, given: Given, town: Portal) -> list[Sample]:
    """Addresses of every screen, those of petitions and surveys in a town that has some. Fails for a screen that no link leads to,
    and says what to do."""
    taken: dict[str, list[Sample]] = defaultdict(list)
    browsers = {role: enter(portal, role) for role in (None, "MEMBER", "ADMIN")}
    _publish(browsers["MEMBER"], portal)
    _upload(portal)
    _organise(portal)
    readers = {role: cache(browser.get) for role, browser in browsers.items()}
    for role, read in readers.items():
        _walk(read, role, _seeds(portal), taken, A_SCREEN, portal.story.title)
    for one in (*_petitions(given, town), *_surveys(given, town), *_texts(given, town), *analyses(given, town)):
        taken[one.screen.path].append(one)
    for role, read in readers.items():
        _walk(read, role, _seeds(portal), taken, OF_ONE, portal.story.title)
    lost = [found.path for found in SCREENS if not taken[found.path]]
    assert lost == [], (
        f"no page of the demonstration's Rennes leads to {', '.join(lost)}: link to it from a page, give the"
        " demonstration one, or make one in tests/sample.py"
    )
    return [one for found in SCREENS for one in taken[found.path]]


def _walk(
    read: Callable[[str], httpx.Response],
    role: str | None,
    waiting: list[str],
    taken: dict[str, list[Sample]],
    most: int,
    house: str,
) -> None:
    """Follow links from page to page, `most` of one screen; take what nobody with less of a role was shown. Whoever looks
    at more than A_SCREEN does so until every screen is found."""
    seen: dict[str, int] = defaultdict(int)
    had = set(waiting)
    forced = set(waiting)
    while waiting and (most == A_SCREEN or any(not taken[found.path] for found in SCREENS)):
        path = waiting.pop(0)
        at = screen.at(urlsplit(path).path)
        if at is None or (seen[at[0].path] >= most and path not in forced):
            continue
        page = read(path)
        if page.status_code != 200:
            continue
        seen[at[0].path] += 1
        of_screen = taken[at[0].path]
        if (most == A_SCREEN or not of_screen) and not any(one.role != role or one.path == path for one in of_screen):
            taken[at[0].path].append(Sample(at[0], path, role, page.text, house))
        for href in map(unescape, _HREF.findall(page.text)):
            bare = href if urlsplit(href).path.startswith("/publier/") else urlsplit(href).path
            if href.startswith("/") and bare not in had:
                had.add(bare)
                waiting.append(bare)


def _seeds(portal: Portal) -> list[str]:
    """Where the walk begins: every fixed address, each activity, each kind of contribution, and what has no link."""
    fixed = [found.path for found in SCREENS if "{" not in found.path]
    spaces = portal.ask(KINDS, kinds=None)["spaces"]["nodes"]
    pages = [f"/activite/{activity['id']}" for space in spaces for activity in space["activities"]]
    for kind in ("OFFER", "REQUEST", "LISTING", "PROPOSAL", "ARGUMENT"):
        pages += [f"/contribution/{node['id']}" for node in portal.ask(KINDS, kinds=[kind])["contributions"]["nodes"]]
    discussed = portal.ask("{ contributions(first: 100) { nodes { id commentCount } } }")["contributions"]["nodes"]
    pages += [f"/contribution/{node['id']}" for node in discussed if node["commentCount"]][:2]
    pages += [
        f"/embed/{kind}/{activity['id']}" for space in spaces[:1] for activity in space["activities"] for kind in FRAMES
    ]
    pages += [f"/embed/debate/{node['id']}" for node in portal.ask(KINDS, kinds=["PROPOSAL"])["contributions"]["nodes"]]
    vote = f"activity_{portal.number}_{demo_id(portal.story.slug, 'activity', activity(0))}"
    # Its demonstration asks for no proof: it has desks.
    proofs = [f"/voter/{vote}/code", f"/gestion/votes/{vote}/codes", f"/gestion/votes/{vote}/listes"]
    desks = portal.admin().ask(DESKS, id=vote)["activity"]["pollingDesks"]
    proofs += [f"/bureau/{desk['id']}/piece" for desk in desks]
    return [*fixed, *pages, *proofs, f"/suite/{_link(portal)}", f"/courriels/{_reader(portal)}"]


def _link(portal: Portal) -> str:
    """The end of the link of a mail that asks the author of a request."""
    asked = next(
        item
        for item in portal.story.contributions
        if item.kind == "REQUEST" and item.status == "OPEN" and 48 <= item.age_hours < 120
    )
    nudge = demo_id(portal.story.slug, "nudge", f"{asked.key}/2")
    return NudgeLinks(SECRET).make(portal.number, nudge)


def _reader(portal: Portal) -> str:
    """The end of the link of a mail with which the resident who follows chooses mails."""
    first = next(actor.key for actor in portal.story.actors if (actor.kind, actor.role) == ("CITIZEN", "MEMBER"))
    return NudgeLinks(SECRET).make_reader(portal.number, demo_id(portal.story.slug, "actor", first))


def _publish(browser: Browser, portal: Portal) -> None:
    """Something of one's own: only that can be revised."""
    [aid] = activities(portal, "MUTUAL_AID")[:1]
    given = {
        "activity": aid,
        "kind": "OFFER",
        "title": "Une offre à moi",
        "body": "Samedi.",
        "location": HOME,
        "isOldEnough": True,
    }
    answer = browser.post("/graphql", {"query": PUBLISH, "variables": {"input": given}}).json()
    assert answer["data"]["contributionPublish"]["userErrors"] == [], answer


def _organise(portal: Portal) -> None:
    """A mission of one's own association: only its members organise it."""
    mission = portal.ask(MISSIONS)["missions"]["nodes"][0]
    member = portal.member().ask("{ viewer { id } }")["viewer"]["id"]
    organisation = mission["contribution"]["author"]["id"]
    done(portal.admin(), "organisationMemberAdd", organisation=organisation, actor=member)


def _petitions(given: Given, town: Portal) -> list[Sample]:
    """The rule of petitions, and what the city does with one."""
    admin = given.actor(town, role="ADMIN")
    activity = ruled(given, town, admin, isByLaw=True)
    house = town.ask("{ portal { title } }")["portal"]["title"]
    browser, made = Browser(town.client, town.host), []
    signed = opened(admin, admin, activity)
    desks = (
        f"/gestion/petitions/{published(admin, activity)}",
        f"/gestion/petitions/{signed}/feuilles",
        f"/gestion/petitions/{signed}/controle",
    )
    for path in (f"/gestion/activites/{activity}/petitions", *desks):
        page, at = browser.get(path, authorization=f"Bearer {admin.token}"), screen.at(path)
        assert page.status_code == 200 and at is not None
        made.append(Sample(at[0], path, "ADMIN", page.text, house))
    return made


def _surveys(given: Given, town: Portal) -> list[Sample]:
    """A survey to answer, on paper too, its results, and its form for whoever edits it."""
    admin = given.actor(town, role="ADMIN")
    activity = surveyed(given, town, admin)
    house = town.ask("{ portal { title } }")["portal"]["title"]
    browser, made = Browser(town.client, town.host), []
    pages = ("", "/imprimer", "/resultats")
    desks = (
        f"/gestion/enquetes/{activity}",
        f"/gestion/enquetes/{activity}/question?code=q3",
        f"/gestion/enquetes/{activity}/saisie",
    )
    for path in (*(f"/enquete/{activity}{page}" for page in pages), *desks):
        page, at = browser.get(path, authorization=f"Bearer {admin.token}"), screen.at(path.partition("?")[0])
        assert page.status_code == 200 and at is not None
        made.append(Sample(at[0], path, "ADMIN", page.text, house))
    return made


def analyses(given: Given, town: Portal) -> list[Sample]:
    """A published analysis, its texts, and where administrators work on it."""
    admin = given.actor(town, role="ADMIN")
    space = given.space(town)
    activity = given.activity(town, kind="IDEA_BOX", space=space)
    ids = analysed(given, admin, space, activity, published(given.actor(town), activity))
    house = town.ask("{ portal { title } }")["portal"]["title"]
    browser, made = Browser(town.client, town.host), []
    id_ = ids["Analysis"]
    for path in (
        f"/synthese/{id_}",
        f"/synthese/{id_}/textes",
        f"/synthese/{id_}/avis",
        f"/gestion/analyses/{id_}",
        f"/gestion/analyses/{id_}/textes",
        f"/gestion/analyses/{id_}/donnees",
    ):
        page, at = browser.get(path, authorization=f"Bearer {admin.token}"), screen.at(path)
        assert page.status_code == 200 and at is not None
        made.append(Sample(at[0], path, "ADMIN", page.text, house))
    return made


def _texts(given: Given, town: Portal) -> list[Sample]:
    """A text with an amendment, what people read and write of it, and where the city decides."""
    admin = given.actor(town, role="ADMIN")
    activity = consulted(given, town, admin)
    amended = proposed(given.actor(town), activity, TWO, "soir", "midi")
    assert decide(admin, amended) == []
    publish(admin, activity, 1)
    waiting = proposed(given.actor(town), activity, THREE, "après usage", "chaque soir")
    prepared(admin, activity, 2)
    house = town.ask("{ portal { title } }")["portal"]["title"]
    browser, made = Browser(town.client, town.host), []
    for path, role in (
        (f"/texte/{activity}", None),
        (f"/texte/{activity}/article/{TWO}/amender", "MEMBER"),
        (f"/texte/{activity}/amendements", None),
        (f"/texte/{activity}/versions/2", None),
        (f"/contribution/{amended}", None),
        (f"/gestion/activites/{activity}/texte", "ADMIN"),
        (f"/gestion/amendements/{waiting}", "MODERATOR"),
    ):
        page, at = browser.get(path, authorization=f"Bearer {admin.token}"), screen.at(path)
        assert page.status_code == 200 and at is not None
        made.append(Sample(at[0], path, role, page.text, house))
    return made


def _upload(portal: Portal) -> None:
    """A file of one's own: only that can be looked at and confirmed."""
    admin = portal.admin()
    answer = portal.client.post(
        "/import/file",
        headers={"host": portal.host, "authorization": f"Bearer {admin.token}"},
        files={"file": ("idees.csv", "référence;titre;texte\n1;Un banc;À l'ombre.\n2;;Sans titre.\n".encode())},
        data={"activity": activities(portal, "IDEA_BOX")[0], "source": "papier"},
    )
    assert answer.status_code == 201, answer.text


def activities(portal: Portal, kind: str) -> Sequence[str]:
    spaces = portal.ask(KINDS, kinds=None)["spaces"]["nodes"]
    return [found["id"] for space in spaces for found in space["activities"] if found["kind"] == kind]
