"""Screen kind: what a line of the table of addresses may say, and who sees the page that it is for."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from portal import document, filling
from portal.house import House
from portal.visit import Fields

ROLES = ("MEMBER", "MODERATOR", "ADMIN")
"""Each may do all that those before it may."""

EDITOR, VALUATOR, TEAM = "EDITOR", "VALUATOR", "TEAM"
"""Of screens that an editor or a valuator of some space sees, beside administrators; and of those that all of the
city's team see."""


def sees(least: str | None, viewer: Mapping[str, Any] | None) -> bool:
    """Whether the viewer, as the frame tells of him, sees what is for the least of roles."""
    told = viewer or {}
    role = told.get("role")
    if least is None:
        return True
    if least == TEAM:
        return bool(told.get("isOfTeam"))
    if least in (EDITOR, VALUATOR):
        return role == "ADMIN" or bool(told.get("isEditor" if least == EDITOR else "isValuator"))
    return role in ROLES and ROLES.index(role) >= ROLES.index(least)


Derive = Callable[[House, Fields], Mapping[str, Any]]
"""Variables that are reckoned from the address rather than named in it."""

Unreadable = Callable[[Fields], str | None]
"""The first field of an address of which `Derive` reads nothing though it says something."""


@dataclass(frozen=True)
class Screen:
    """One page. Path parts in braces, and the fields of the address, are the variables of the document's query.

    `title` and the addresses in `then`, one for each form that leads elsewhere, name what the answer holds in braces.
    One that begins with `?` is the page itself, with that field.
    """

    path: str
    name: str
    title: str
    then: Mapping[str, str] = field(default_factory=dict)
    derive: Derive | None = None
    unreadable: Unreadable | None = None
    needs_sign_in: bool = False
    role: str | None = None
    """The least role that sees it, of `ROLES`, `EDITOR`, `VALUATOR` or `TEAM`; for others there is no such page."""

    right: str = ""
    """What the answer says of the viewer's right to the page, as a path; where it is not true there is no such page."""

    about: str = ""
    """What other sites say of it below its title: what the answer holds in braces, else what the portal is."""

    instead: str = ""
    """The name of the screen that is shown, as gone, where this one has nothing for the same path part."""

    tells: frozenset[str] = frozenset()
    """The forms behind which the page shows what their payload holds, once, as `form.told`."""

    asks: str = ""
    """The name of a form whose fields are variables of the page's query, and which changes nothing: so asks what is to
    stand in no address, where histories and logs would keep it. Fields of the address are no variables there."""

    unsent: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """The forms that come with what somebody is writing into another: that form, and its field. The page then shows
    it again, so that it is not lost."""

    waiting: str = ""
    """Where a form leads whose object waits for a moderator, and has no page of its own yet."""

    locates: str | None = None
    """The field of the address or the form that may name a postal address, where a geocoder is set."""

    is_embed: bool = False
    """Whether pages of widgets' sites may show it in a frame: it has no form."""

    has_preview: bool = False
    """Whether it shows the installation's page of another origin in a frame, where a setting names one."""

    is_around: bool = False
    """Whether it shows what is around a place that may have no name yet, where a geocoder is set."""

    may_lack: frozenset[str] = frozenset({"viewer"})
    """What the answer may have nothing of; of anything else there is no such page without it."""

    @property
    def is_desk(self) -> bool:
        """Whether those who run something work on it: once a form of it has run it says so (`part/saved.html`)."""
        return self.role is not None or bool(self.right)

    def shows_itself_to(self, viewer: Mapping[str, Any] | None, data: Mapping[str, Any]) -> bool:
        """Whether the viewer, as the frame tells of him, may see the page of an answer."""
        if not sees(self.role, viewer):
            return False
        return not self.right or filling.held(self.right, data) is True

    @cached_property
    def forms(self) -> frozenset[str]:
        """The forms that the page takes: mutations of its document, and what it asks."""
        return document.named(self.name).mutations | ({self.asks} if self.asks else frozenset())

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What its addresses look like."""
        return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.path)))
