"""House: whose pages these are, as the contract's `portal` says it; at hand also without a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from geo.cell import Point


@dataclass(frozen=True, slots=True)
class Tiles:
    """The squares of a detailed map («plan détaillé») that another host draws: their address, and whose map it is."""

    url: str
    credit: str

    @property
    def host(self) -> str:
        """The host that browsers ask for them."""
        return urlsplit(self.url).netloc

    @property
    def origin(self) -> str:
        """What a policy calls that host."""
        return f"{urlsplit(self.url).scheme}://{self.host}"


@dataclass(frozen=True, slots=True)
class House:
    """A portal: its names, look, languages (the main one first) and features; where a map of it opens."""

    slug: str
    title: str
    collectivite: str
    primary_color: str
    secondary_color: str
    font: str
    cover: str
    """What the cover is a drawing of: a value of the contract's `Cover`."""

    locales: Sequence[str]
    features: frozenset[str]
    center: Point | None
    is_commune: bool
    is_demo: bool
    """Whether anybody may sign in as one of the demonstration's actors."""

    time_zone: str = "Europe/Paris"
    """By which its days and hours are told."""

    is_introspective: bool = True
    """Whether the developers' page has an editor and the contract."""

    tiles: Tiles | None = None
    """Of the installation's detailed map, where its settings name one."""
    subtitle: str = ""
    welcome: str = ""
    logo: str | None = None
    """The address of the logo's picture."""

    email: str = ""
    phone: str = ""
    postal_address: str = ""
    """How residents reach the city, each empty where it is not given."""

    links: Sequence[tuple[str, str]] = ()
    """What the links at the foot of every page say, and where they lead."""

    host_target: str | None = None
    """The name to which the names of portals lead, where the installation has one."""

    preview: str | None = None
    """The origin at which the installation shows widgets as another site does."""
    receives_territory: bool = False
    """Whether it shows what other portals publish to it."""

    @property
    def has_exchanges(self) -> bool:
        """Whether people answer each other by exchanges."""
        return not self.features.isdisjoint(("MUTUAL_AID", "MARKETPLACE"))

    @property
    def asks_opinions(self) -> bool:
        """Whether there is anything to vote on."""
        return not self.features.isdisjoint(("IDEA_BOX", "CONSULTATION", "DEBATE", "PETITION", "PARTICIPATORY_BUDGET"))
