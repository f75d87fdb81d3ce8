"""Site: from a visit to a page: find the screen, run its form, ask its query, fill its template."""

import asyncio
import hashlib
import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Protocol
from urllib.parse import unquote, urlencode

from graphql import GraphQLSchema

import web
from portal import document, filling, form, linked_data, place, render, screen, theme, value
from portal.fit import NothingLeftError, fitted
from portal.form import KEY, Done, Form, SignedOutError, UnknownFormError
from portal.house import House
from portal.message import catalogue, unbroken
from portal.screen_kind import Screen
from portal.visit import SAVED, VIA, Address, ApiAnswer, Page, Visit

CLOCK_S = 60
"""How old what a page says of the time may be: «il y a 3 min»."""

LONGEST_OLD = 500
"""Characters of an old address' path."""

LEAST_LETTERS = 3
"""What is shorter names no address."""

ABOUT_LENGTH = 200
"""What other sites show of a page's description."""

BROWSER_KEY = "browserKey"
"""A field of documents and payloads: the key of a browser that answers a survey without account. No form and no address
says it, but the browser's cookie alone."""

GONE = frozenset({"BAD_ID", "NOT_FOUND", "BAD_CURSOR"})
"""Refusals of a query that mean: there is no such page."""


class SignInFirstError(Exception):
    """Sign in first; `kept` is the form that goes on afterwards, as it was sent, or empty."""

    def __init__(self, path: str, kept: str) -> None:
        super().__init__(path)
        self.path = path
        self.kept = kept


class KeptPages(Protocol):
    """Where pages for anonymous visitors are kept; it bounds itself."""

    def get(self, key: Hashable) -> str | None:
        """The page under a key."""

    def keep(self, key: Hashable, value: str) -> str:
        """Keep a page, which is given back."""


class Site:
    """Answers visits; keeps pages for anonymous visitors as long as the API's answers stay the same."""

    def __init__(self, kept: KeptPages) -> None:
        self._kept = kept

    def refused_form(self, path: str) -> int | None:
        """The status of a form for an address that takes none: there is no such page, or it is only read."""
        place = screen.at(path)
        if place is None:
            return 404
        return None if place[0].forms else 405

    async def page(self, visit: Visit) -> Page:
        """The page of an address. Raises SignInFirstError."""
        place = screen.at(visit.path)
        if place is None:
            return await _moved(visit) or _without_slash(visit) or fault(visit, 404)
        shown, parts = place
        try:
            if shown.needs_sign_in and not visit.is_signed_in:
                _require_form(visit, shown)
                raise SignInFirstError(visit.own, _waiting(visit))
            page = await self._page(visit, shown, parts)
            if page.status != 404:
                return page
            gone = await _elsewhere(visit, shown, parts) or await self._gone(visit, shown, parts)
            return gone or await _withdrawn(visit, shown) or page
        except (UnknownFormError, NothingLeftError):
            return fault(visit, 404)
        except SignedOutError as error:
            raise SignInFirstError(visit.own, _waiting(visit)) from error

    async def _gone(self, visit: Visit, shown: Screen, parts: dict[str, str]) -> Page | None:
        """What is left to say where a screen has nothing any more; None where there never was anything."""
        if not shown.instead or visit.posted is not None:
            return None
        left = await self._page(visit, screen.named(shown.instead), parts)
        return replace(left, status=410) if left.status == 200 else None

    async def _page(self, visit: Visit, shown: Screen, parts: dict[str, str]) -> Page:
        asked = document.named(shown.name)
        if visit.posted is not None:
            visit = replace(visit, posted={**visit.posted, BROWSER_KEY: [visit.browser_key]})
        left, status = form.shown(visit.posted, shown.forms), 200
        if visit.posted is not None and not left.step and left.name != shown.asks:
            done = await form.submit(visit, asked, left)
            unsent = _unsent(shown, left)
            if isinstance(done, Done) and done.name not in shown.tells and unsent is None:
                return Page(303, location=_after(visit, shown, done), browser_key=done.payload.get(BROWSER_KEY) or "")
            left, status = (unsent or Form(told=done.payload), 200) if isinstance(done, Done) else (done, 422)
        answer, addresses = await asyncio.gather(self._asked(visit, shown, parts), _located(visit, shown))
        if answer.data is None or any(answer.data[name] is None for name in answer.data.keys() - shown.may_lack):
            return fault(visit, status_without(answer))
        if not shown.shows_itself_to(viewer := answer.data.get("viewer"), answer.data):
            return (
                Page(303, location=visit.address(SECOND_STEP)) if viewer and viewer["isHeldBack"] else fault(visit, 404)
            )
        if left.told:  # It may draw hundreds of pictures.
            return await asyncio.to_thread(self._shown, visit, shown, answer, left, status, addresses)
        page = self._shown(visit, shown, answer, left, status, addresses)
        return replace(page, is_embed=shown.is_embed, has_preview=shown.has_preview)

    async def _asked(self, visit: Visit, shown: Screen, parts: dict[str, str]) -> ApiAnswer:
        asked = document.named(shown.name)
        fit = fitted(asked.text, visit.schema, asked.query)
        address = {} if shown.asks else visit.query
        fields = {**address, **(visit.posted or {}), **{name: [text] for name, text in parts.items()}}
        fields[BROWSER_KEY] = [visit.browser_key]
        read = value.variables(fit.variables, visit.schema, fields, visit.house.time_zone)
        if shown.derive is not None:
            read.values |= shown.derive(visit.house, visit.query)
        return await visit.ask(fit.text, read.values, may_change=False)

    def _shown(
        self, visit: Visit, shown: Screen, answer: ApiAnswer, left: Form, status: int, addresses: Sequence[Address]
    ) -> Page:
        if answer.tag is None or visit.posted is not None or visit.is_signed_in or visit.browser_key:
            return Page(status, _html(visit, shown, answer, left, addresses))
        digest = named(visit, answer.tag, addresses, int(time.time()) // CLOCK_S)
        html = self._kept.get(digest) or self._kept.keep(digest, _html(visit, shown, answer, left, addresses))
        return Page(status, html, tag=f'"{digest}"')


def named(visit: Visit, tag: str, *shown: object) -> str:
    """The name of what a visit is shown of an answer of that tag, for anonymous visitors, and of what else it shows."""
    asked = (visit.origin, visit.language, visit.path, str(sorted(visit.query.items())))
    return hashlib.sha256(f"{build()}{(tag, visit.house, asked, *shown)}".encode()).hexdigest()[:24]


def _without_slash(visit: Visit) -> Page | None:
    """Where an address is that somebody wrote with a slash behind it; None for one that is nowhere either way."""
    bare = visit.path.rstrip("/")
    if bare == visit.path or visit.posted is not None or screen.at(bare) is None:
        return None
    return Page(301, location=replace(visit, path=bare).own)


MOVED = """\
query Moved($path: String!, $bare: String!) {
  exact: contributionAt(path: $path) { id }
  bare: contributionAt(path: $bare) { id }
}
"""


async def _moved(visit: Visit) -> Page | None:
    """Where what was imported from an old address is now; None for an address that was none."""
    bare = unquote(visit.path).rstrip("/")
    if not bare or visit.posted is not None or len(bare) > LONGEST_OLD or not bare.isprintable():
        return None
    query = urlencode(visit.query, doseq=True)
    answer = await visit.ask(MOVED, {"path": f"{bare}?{query}" if query else bare, "bare": bare}, may_change=False)
    contribution = answer.data and (answer.data["exact"] or answer.data["bare"])
    return Page(301, location=visit.address(f"/contribution/{contribution['id']}")) if contribution else None


ELSEWHERE = "query Elsewhere($id: ID!) { movedContribution(id: $id) { portal host path } }"
SECOND_STEP = "/moi/securite"
"""Where somebody is led who has a role, and acts in it only after a second step of signing in."""

OF_CONTRIBUTION = "/contribution/{id}"


async def _elsewhere(visit: Visit, shown: Screen, parts: dict[str, str]) -> Page | None:
    """Where a contribution is that moved to another portal with its zone; None for one that did not, and for a form,
    whose words are shown again."""
    if not shown.path.startswith(OF_CONTRIBUTION) or visit.posted is not None:
        return None
    answer = await visit.ask(ELSEWHERE, {"id": parts["id"]}, may_change=False)
    told = answer.data and answer.data["movedContribution"]
    if not told:
        return None
    return Page(308, location=visit.still_via(visit.beyond(told["portal"], told["host"], told["path"])))


CAME_FROM = "query CameFrom($via: String) { portal { territoryReader(portal: $via) { slug title host } } }"


async def _withdrawn(visit: Visit, shown: Screen) -> Page | None:
    """What is said to whoever comes from another portal's list to a contribution that is nowhere: the same whether it
    was withdrawn or never was. None for whoever comes from nowhere else."""
    if not shown.path.startswith(OF_CONTRIBUTION) or not visit.asked(VIA):
        return None
    answer = await visit.ask(CAME_FROM, {"via": visit.asked(VIA)}, may_change=False)
    reader = answer.data and answer.data["portal"]["territoryReader"]
    return fault(visit, 404, reader=reader) if reader else None


def fault(
    visit: Visit, status: int, *, retry_after_s: int | None = None, reader: Mapping[str, str] | None = None
) -> Page:
    """A page for what went wrong, which says what to do next; it needs no database. `reader` is the other portal, on
    whose list somebody found what is not there."""
    values = {
        "status": status,
        "viewer": None,
        "about": "",
        "theme": theme.of(visit.house),
        "form": Form(),
        "typed": _typed(visit),
        "retry_after": retry_after_s,
        "reader": reader,
    }
    return Page(status, render.html(visit, "error", title=str(status), **values), retry_after_s=retry_after_s)


def _typed(visit: Visit) -> list[str]:
    """The texts that somebody wrote into the form that was sent; not its choices and hidden fields."""
    fields = (visit.posted or {}).items()
    return [text for name, texts in fields if name != KEY for text in texts if len(text.split()) > 1]


def alone(house: House, name: str, language: str, **values: Any) -> str:
    """A template's page that asks nothing, in the house of the others."""
    visit = Visit(house, language, "/auth", {}, None, False, GraphQLSchema(), _nothing)
    frame = {"title": "", "about": "", "viewer": None, "theme": theme.of(house), "form": Form()}
    return render.html(visit, name, **frame, **values)


async def _nothing(document: str, variables: Mapping[str, Any], *, may_change: bool) -> ApiAnswer:
    raise NothingLeftError((document, variables, may_change))


async def _located(visit: Visit, shown: Screen) -> tuple[Address, ...]:
    """The addresses that a page's own field may mean, or the name of the place it is about, where a geocoder is set."""
    here = place.of(visit.house, visit.query) if shown.is_around else None
    if here is not None and here.is_chosen and visit.name_place is not None and not visit.asked("lieu"):
        name = await visit.name_place(here.cell)
        return (Address(name, here.cell),) if name else ()
    fields = visit.query if visit.posted is None else visit.posted
    text = (fields.get(shown.locates or "") or [""])[-1].strip()
    return tuple(await visit.locate(text)) if visit.locate is not None and len(text) >= LEAST_LETTERS else ()


def _html(visit: Visit, shown: Screen, answer: ApiAnswer, left: Form, addresses: Sequence[Address]) -> str:
    assert answer.data is not None
    asked = document.named(shown.name)
    fit = fitted(asked.text, visit.schema, asked.query)
    data = fit.filled(answer.data)
    title = unbroken(filling.filled(catalogue(visit.language).gettext(shown.title), data))
    about = " ".join(filling.filled(shown.about, data).split())[:ABOUT_LENGTH]
    frame = {"title": title, "about": about, "form": left, "theme": theme.of(visit.house), "addresses": addresses}
    frame["unread"] = shown.is_desk and visit.posted is None and _is_unread(visit, shown, fit.variables)
    return render.html(visit, shown.name, **{**data, **frame, "linked": linked_data.of(visit, shown.name, data)})


def _is_unread(visit: Visit, shown: Screen, declared: value.Declared) -> bool:
    """Whether a field of a page's address says nothing that can be meant, so that the page is shown without it."""
    if shown.unreadable is not None and shown.unreadable(visit.query) is not None:
        return True
    read = value.variables(declared, visit.schema, visit.query, visit.house.time_zone)
    return any(code != "REQUIRED" for code in read.refused.values())


def _unsent(shown: Screen, sent: Form) -> Form | None:
    """The form that somebody was writing who sent another of the page; None where nothing was typed."""
    other, name = shown.unsent.get(sent.name, ("", ""))
    return Form(other, {name: [sent.value(name)]}) if sent.value(name).strip() else None


def _after(visit: Visit, shown: Screen, done: Done) -> str:
    """Where a form leads: another screen, or its own page."""
    path = shown.waiting if done.payload.get("withheld") else shown.then.get(done.name)
    if path is not None:
        there = visit.path + path if path.startswith("?") else path
        return visit.onward(filling.filled(there, done.payload, is_address=True))
    return replace(visit, query={**visit.fresh, SAVED: ["1"]} if shown.is_desk else visit.fresh).own


NEVER_WAITS = "phone"
"""A field that is asked for anew: a form that waits for somebody to sign in may lie in the database meanwhile."""

LEFT_OUT = "clientSecret"
"""A form with one waits nowhere, and goes on nowhere without it: sent without, it would say that nothing changes."""


def _require_form(visit: Visit, shown: Screen) -> None:
    """What was sent, if anything was, is a form of the screen. Raises UnknownFormError."""
    form.shown(visit.posted, shown.forms)


def _waiting(visit: Visit) -> str:
    """The form that was sent, as it waits until its author has signed in; empty where none was, or none may wait."""
    posted = dict(visit.posted or {})
    if any(posted.get(LEFT_OUT, ())):
        return ""
    return urlencode(posted | ({NEVER_WAITS: [""]} if NEVER_WAITS in posted else {}), doseq=True)


def status_without(answer: ApiAnswer) -> int:
    """The status of a page whose answer has no data."""
    codes = {problem.code for problem in answer.problems}
    if answer.data is not None or codes & GONE:
        return 404
    return 503 if "TIMEOUT" in codes else 400


@cache
def build() -> str:
    """What pages are made of, beside their data: a digest that changes with every template, word or style."""
    digest = hashlib.sha256()
    for folder in (web.TEMPLATE, web.MESSAGE, web.STATIC / "portal"):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
